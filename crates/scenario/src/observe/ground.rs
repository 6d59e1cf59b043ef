//! Seismic stations and infrasound arrays: single stations with a long reach and large errors.

use super::{Observer, detection, note};
use crate::physics::{after, azimuth_and_distance, sound_speed_mps, sound_travel_s};
use crate::signal::Signal;
use crate::world::Glimpse;
use truceline_domain::{
    Detection, EventClass, LocalFrame, Modality, Phenomenon, PlaceEstimate, Sensor, TimeEstimate, Timestamp, Wgs84,
    Where,
};

/// Error of a distance from S minus P at one station, share of the distance.
const RANGE_SHARE: f64 = 0.08;
/// Error of a direction from the polarisation of P at one station, degrees.
const POLARISATION_DEG: f64 = 5.0;
/// Error of the time of origin from one station, s.
const ORIGIN_S: f64 = 0.5;
/// Error of a direction from an infrasound array, degrees.
const ARRAY_DEG: f64 = 3.0;

/// An impulse that shakes ground and air.
struct Impulse {
    at: Timestamp,
    place: Wgs84,
    phenomenon: Phenomenon,
    classes: &'static [EventClass],
}

impl<'w> Observer<'w> {
    pub(super) fn feel(&mut self, signal: &Signal) {
        let Some(impulse) = impulse(signal) else { return };
        if self.source.modality == Modality::Seismic {
            self.feel_ground(&impulse);
        } else {
            self.feel_air(&impulse);
        }
    }

    /// A seismic station tells a ripple of holes from a single shot by its scalloped spectrum and surface wave.
    fn feel_ground(&mut self, impulse: &Impulse) {
        // Thunder and rifles do not shake the ground.
        if matches!(impulse.phenomenon, Phenomenon::Thunder | Phenomenon::Burst | Phenomenon::Shot) {
            return;
        }
        let Some((sensor, from)) = self.felt(impulse) else { return };
        let ripple = impulse.phenomenon == Phenomenon::QuarryBlast;
        let phenomenon = if ripple { Phenomenon::QuarryBlast } else { Phenomenon::Explosion };
        let words = if ripple { "scalloped spectrum, Rg present" } else { "single impulse" };
        let time = self.instant(impulse.at, ORIGIN_S);
        let place = self.polar_place(from, impulse.place);
        self.add(Detection { note: note(words), ..detection(sensor, phenomenon, time, place) });
    }

    fn feel_air(&mut self, impulse: &Impulse) {
        let Some((sensor, from)) = self.felt(impulse) else { return };
        let phenomenon = match impulse.phenomenon {
            Phenomenon::Thunder => Phenomenon::Thunder,
            _ => Phenomenon::Explosion,
        };
        let arrived_at = after(impulse.at, sound_travel_s(&self.world.weather, impulse.place, from));
        let range_m = sensor.reach.iter().map(|r| r.range_m).filter(|r| r.is_finite()).fold(0.0, f64::max);
        let slowest_mps = (sound_speed_mps(self.world.weather.temperature_c) - self.world.weather.wind_mps).max(100.0);
        let time = TimeEstimate::within(after(arrived_at, -range_m / slowest_mps), arrived_at, 0.5);
        let place = self.bearing(from, impulse.place, (ARRAY_DEG, None));
        self.add(Detection { note: note("arrival at one array"), ..detection(sensor, phenomenon, time, place) });
    }

    fn felt(&mut self, impulse: &Impulse) -> Option<(&'w Sensor, Wgs84)> {
        let glimpse = Glimpse { classes: impulse.classes, place: impulse.place, at: impulse.at, loudness: 1.0 };
        let (sensor, _) = self.sees(&glimpse)?;
        Some((sensor, sensor.place?))
    }

    /// A place by distance and direction, with the errors of both.
    fn polar_place(&mut self, from: Wgs84, truth: Wgs84) -> Where {
        let (azimuth_deg, range_m) = azimuth_and_distance(from, truth);
        let along_m = (RANGE_SHARE * range_m).max(50.0);
        let across_m = (range_m * POLARISATION_DEG.to_radians()).max(50.0);
        // Errors are drawn and stated about the true direction; at these sizes a turn of the ellipse by the drawn error
        // would change its orientation by a few degrees only.
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let (along, across) = (along_m * self.noise.normal(), across_m * self.noise.normal());
        let centre = LocalFrame::about(truth).wgs84_from_enu((along * sin + across * cos, along * cos - across * sin));
        Where::Estimate(super::tidy(PlaceEstimate::along(centre, azimuth_deg, (along_m, across_m))))
    }
}

fn impulse(signal: &Signal) -> Option<Impulse> {
    match signal {
        Signal::Round(round) => Some(Impulse {
            at: round.landed_at,
            place: round.to,
            phenomenon: Phenomenon::Impact,
            classes: match round.classes {
                [EventClass::SmallArms, ..] => return None,
                _ => &[EventClass::Shelling, EventClass::Explosion],
            },
        }),
        Signal::Boom(boom) => {
            Some(Impulse { at: boom.at, place: boom.place, phenomenon: boom.phenomenon, classes: boom.classes })
        }
        Signal::Track(_) | Signal::Stand(_) | Signal::Burn(_) | Signal::Trace(_) | Signal::State(_) => None,
    }
}
