//! Radars: projectiles with sealed origins, and things that move.

use super::{Observer, detection, note, tidy};
use crate::emit::looks;
use crate::physics::{after, azimuth_and_distance};
use crate::signal::{Round, Signal, Track};
use crate::world::Glimpse;
use truceline_domain::{
    Detection, EventClass, Known, LocalFrame, PlaceEstimate, Sealed, Sensor, Span, TimeEstimate, Wgs84, Where,
};

/// Error of a predicted point of impact: fixed part, m, and share of the distance from the radar.
const IMPACT: (f64, f64) = (40.0, 0.005);
/// Error of a point of origin: fixed part, m, and share of the distance.
const ORIGIN: (f64, f64) = (60.0, 0.01);
/// Error of the place of something that moves: fixed part, m, and share of the distance.
const MOVER: (f64, f64) = (20.0, 0.002);
/// How often a weapon is recognised from its trajectory.
const WEAPON_RECOGNISED: f64 = 0.8;

impl<'w> Observer<'w> {
    pub(super) fn sweep(&mut self, signal: &Signal) {
        match signal {
            Signal::Round(round) => self.sweep_round(round),
            Signal::Track(track) => self.sweep_track(track),
            Signal::Boom(_) | Signal::Stand(_) | Signal::Burn(_) | Signal::Trace(_) | Signal::State(_) => {}
        }
    }

    fn sweep_round(&mut self, round: &Round) {
        if matches!(round.classes, [EventClass::SmallArms, ..]) {
            return;
        }
        let glimpse = Glimpse { classes: round.classes, place: round.to, at: round.launched_at, loudness: 1.0 };
        let Some((sensor, _)) = self.sees(&glimpse) else { return };
        let place = self.fix(sensor, round.to, IMPACT);
        let origin = self.fix(sensor, round.from, ORIGIN);
        let weapon = self.noise.happens(WEAPON_RECOGNISED).then_some(Known::Known(round.weapon));
        let time = TimeEstimate::within(round.launched_at, round.landed_at, 0.1);
        let plain = detection(sensor, truceline_domain::Phenomenon::Projectile, time, Where::Estimate(place));
        let weapon = weapon.unwrap_or(plain.weapon);
        self.add(Detection {
            origin: Some(Sealed::new(origin)),
            weapon,
            note: note("trajectory, impact predicted"),
            ..plain
        });
    }

    fn sweep_track(&mut self, track: &Track) {
        let until = after(track.starts_at, track.duration_s());
        let every_s = if track.speed_mps > 20.0 { 60.0 } else { 600.0 };
        for at in looks(&Span { from: track.starts_at, until }, every_s) {
            let Some((place, motion)) = track.at(at) else { continue };
            let glimpse = Glimpse { classes: track.classes, place, at, loudness: 1.0 };
            let Some((sensor, _)) = self.sees(&glimpse) else { continue };
            let fix = self.fix(sensor, place, MOVER);
            let time = TimeEstimate::instant(at, 0.5);
            let seen = detection(sensor, track.phenomenon, time, Where::Estimate(fix));
            self.add(Detection { motion: Some(motion), ..seen });
        }
    }

    /// A place with an error that grows with the distance from the radar.
    fn fix(&mut self, sensor: &Sensor, truth: Wgs84, (fixed_m, share): (f64, f64)) -> PlaceEstimate {
        let range_m = sensor.place.map_or(0.0, |place| azimuth_and_distance(place, truth).1);
        let sigma_m = (fixed_m + share * range_m).ceil();
        let offset = (sigma_m * self.noise.normal(), sigma_m * self.noise.normal());
        tidy(PlaceEstimate::circular(LocalFrame::about(truth).wgs84_from_enu(offset), sigma_m))
    }
}
