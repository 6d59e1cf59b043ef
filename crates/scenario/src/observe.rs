//! What each sensor makes of the signals: whether it detects them, and with which stated error.
//!
//! The errors stated with a detection are those that were drawn, so they are true by construction and by test. Their
//! sizes are chosen by us after what such instruments usually achieve; each stands beside its sensor.

mod acoustic;
mod beacons;
mod ears;
mod ground;
mod optical;
mod overhead;
mod radar;

use crate::Clutter;
use crate::noise::Noise;
use crate::physics::after;
use crate::signal::Signal;
use crate::world::{Glimpse, Source, World};
use truceline_domain::{
    Bearing, Count, Detection, DetectionId, Digest, Known, LocalFrame, Means, Measured, Modality, Name, NotKnownReason,
    Phenomenon, PlaceEstimate, Sensor, SensorId, Span, TimeEstimate, Timestamp, Wgs84, Where,
};

/// A detection on its way to the mission.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    pub(crate) detection: Detection,
    /// Under which name it is delivered.
    pub(crate) source: SensorId,
    pub(crate) modality: Modality,
}

/// One source looking at the signals of one happening.
pub(crate) struct Observer<'w> {
    pub(crate) world: &'w World,
    pub(crate) source: &'w Source,
    pub(crate) noise: Noise,
    pub(crate) found: Vec<Observed>,
}

/// What all sources make of the signals of the statement in `line`.
pub(crate) fn observe(world: &World, line: u32, signals: &[Signal]) -> Vec<Observed> {
    let mut found = Vec::new();
    for source in &world.sources {
        let noise = Noise::about(world.seed, line, source.id.as_str());
        let mut observer = Observer { world, source, noise, found: Vec::new() };
        for signal in signals {
            observer.look(signal);
        }
        found.append(&mut observer.found);
    }
    found
}

impl<'w> Observer<'w> {
    fn look(&mut self, signal: &Signal) {
        let ghost = matches!(signal, Signal::Track(track) if track.is_ghost);
        if ghost && !matches!(self.source.modality, Modality::Ais | Modality::Adsb) {
            return;
        }
        match self.source.modality {
            Modality::Acoustic => self.listen(signal),
            Modality::Seismic | Modality::Infrasound => self.feel(signal),
            Modality::Camera | Modality::ThermalCamera => self.watch(signal),
            Modality::Radar => self.sweep(signal),
            Modality::OpticalSatellite | Modality::SarSatellite | Modality::ThermalSatellite | Modality::Uav => {
                self.overfly(signal);
            }
            Modality::Radio | Modality::Ais | Modality::Adsb | Modality::Radiation | Modality::Telemetry => {
                self.receive(signal);
            }
            Modality::Patrol => self.stand_by(signal),
            // These speak only when the text says so.
            Modality::MissionTable | Modality::OpenSource | Modality::PartyReport | Modality::PublicReport => {}
        }
    }

    /// The one sensor of a source that is no network.
    fn sensor(&self) -> Option<&'w Sensor> {
        self.source.nodes.first()
    }

    /// Draws whether the sensor sees it; gives the sensor and the range within which it was sure to lie.
    fn sees(&mut self, glimpse: &Glimpse<'_>) -> Option<(&'w Sensor, f64)> {
        let sensor = self.sensor()?;
        let (range_m, pd) = self.world.sight(sensor, glimpse)?;
        self.noise.happens(pd).then_some((sensor, range_m))
    }

    /// Adds a detection of a sensor.
    fn add(&mut self, detection: Detection) {
        let (source, modality) = (self.source.id.clone(), self.source.modality);
        self.found.push(Observed { detection, source, modality });
    }

    /// A place scattered by one standard deviation along each axis, stated with it.
    fn estimate(&mut self, truth: Wgs84, sigma_m: f64) -> Where {
        let offset = (sigma_m * self.noise.normal(), sigma_m * self.noise.normal());
        Where::Estimate(tidy(PlaceEstimate::circular(LocalFrame::about(truth).wgs84_from_enu(offset), sigma_m)))
    }

    /// An instant with a normal error, stated with it.
    fn instant(&mut self, truth: Timestamp, sigma_s: f64) -> TimeEstimate {
        TimeEstimate::instant(after(truth, sigma_s * self.noise.normal()), sigma_s)
    }

    /// A direction from a sensor with a normal error; with a range band of `band` (share of the range) around the truth
    /// when given, the truth anywhere in it.
    fn bearing(&mut self, from: Wgs84, truth: Wgs84, (sigma_deg, band): (f64, Option<f64>)) -> Where {
        let (azimuth_deg, range_m) = crate::physics::azimuth_and_distance(from, truth);
        let azimuth_deg = (azimuth_deg + sigma_deg * self.noise.normal()).rem_euclid(360.0);
        let range_m = band.map(|band| {
            let width_m = (band * range_m).max(20.0);
            let near_m = (range_m - width_m * self.noise.uniform()).max(0.0);
            (near_m.round(), (near_m + width_m).round())
        });
        let azimuth_deg = Measured { value: (azimuth_deg * 100.0).round() / 100.0, sigma: sigma_deg };
        Where::Bearing(Bearing { from, azimuth_deg, range_m })
    }
}

/// A detection that counts one, without weapon, origin or words.
fn detection(sensor: &Sensor, phenomenon: Phenomenon, time: TimeEstimate, place: Where) -> Detection {
    Detection {
        id: DetectionId { capture: Digest([0; 32]), record: 0 },
        sensor: sensor.id.clone(),
        owner: sensor.owner.clone(),
        modality: sensor.modality,
        means: Means::Recorded,
        phenomenon,
        time,
        place,
        count: Known::Known(Count::exactly(1)),
        weapon: Known::NotKnown(NotKnownReason::NotObserved),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

/// An estimate as instruments print it: places to a tenth of a metre, standard deviations rounded up to a centimetre.
fn tidy(estimate: PlaceEstimate) -> PlaceEstimate {
    let micro = |deg: f64| (deg * 1e6).round() / 1e6;
    let up = |var: f64| ((var.max(0.0).sqrt() * 100.0).ceil() / 100.0).powi(2);
    PlaceEstimate {
        centre: Wgs84::wrapped(micro(estimate.centre.lat_deg()), micro(estimate.centre.lon_deg())),
        var_east_m2: up(estimate.var_east_m2),
        var_north_m2: up(estimate.var_north_m2),
        cov_east_north_m2: (estimate.cov_east_north_m2 * 100.0).round() / 100.0,
    }
}

/// A note of a few words.
fn note(text: impl Into<String>) -> Option<Name> {
    Some(Name::from(text.into()))
}

/// False alarms of a source at its stated rate, anywhere within its reach.
pub(crate) fn false_alarms(world: &World, clutter: &Clutter, span: &Span) -> Vec<Observed> {
    let Some(source) = world.source_of(&clutter.sensor) else { return Vec::new() };
    let noise = Noise::about(world.seed, clutter.line, source.id.as_str());
    let mut observer = Observer { world, source, noise, found: Vec::new() };
    let n = observer.noise.poisson(clutter.per_day * span.seconds() / 86_400.0);
    for _ in 0..n {
        observer.false_alarm(clutter.phenomenon, span);
    }
    observer.found
}

/// Standard deviation that a network states with a false location, m.
const FALSE_LOCATION_M: f64 = 250.0;

impl Observer<'_> {
    fn false_alarm(&mut self, phenomenon: Phenomenon, span: &Span) {
        let share = self.noise.uniform();
        let idx = (share * self.source.nodes.len() as f64) as usize;
        let Some(sensor) = self.source.nodes.get(idx).or(self.source.nodes.first()) else { return };
        let at = after(span.from, self.noise.between(0.0, span.seconds()));
        let time = self.instant(at, 1.0);
        let range_m = sensor
            .reach
            .iter()
            .map(|reach| reach.range_m)
            .filter(|range_m| range_m.is_finite())
            .fold(1_000.0, f64::max);
        let azimuth_deg = self.noise.between(0.0, 360.0);
        // The square root spreads places evenly over the disc.
        let distance_m = range_m * self.noise.uniform().sqrt();
        let place = match sensor.place {
            None => Where::NotKnown(NotKnownReason::Technical),
            Some(from) => {
                let place = LocalFrame::about(from).place_at(azimuth_deg, distance_m);
                match self.source.modality {
                    Modality::Camera | Modality::ThermalCamera | Modality::Patrol => {
                        self.bearing(from, place, (1.0, Some(0.2)))
                    }
                    Modality::Infrasound | Modality::Radio => self.bearing(from, place, (3.0, None)),
                    _ => self.estimate(place, FALSE_LOCATION_M),
                }
            }
        };
        let alarm = detection(sensor, phenomenon, time, place);
        let sensor = if self.source.is_network { self.source.id.clone() } else { alarm.sensor.clone() };
        self.add(Detection { sensor, ..alarm });
    }
}
