//! Detections made of onsets.

use crate::channel::problems;
use crate::onset::{Onset, onsets};
use crate::parameters::Parameters;
use truceline_domain::{
    Canonical, Count, Detection, DetectionId, Digest, EventClass, Known, Means, Modality, NotKnownReason, Phenomenon,
    PlaceEstimate, Problem, Recording, Sensor, Severity, SignedDuration, TimeEstimate, Where,
};

/// The onsets of a recording as detections of explosions, one each, and what is wrong with the channel.
///
/// One sensor alone knows that something was heard within its reach, no more. So the place is an estimate about the sensor
/// with a standard deviation of half its declared reach along each axis, which is exactly that of a place anywhere in the
/// disc of that radius; and the time is the interval in which it can have happened to be heard then, from the onset less
/// the longest travel time within reach up to the onset. Without a place or a finite reach in the register the place is
/// not known (a technical limit) and the time is the onset.
///
/// Ids: the capture; the record is 16 bits of the digest of sensor and first sample's time, then the number of the onset,
/// so that several channels of one capture stay apart.
///
/// # Errors
/// None of its own: a channel with an error (empty, dead, bad rate) or a sensor that senses no waves gives problems and no
/// detections.
pub fn detections(recording: &Recording, sensor: &Sensor, parameters: &Parameters) -> (Vec<Detection>, Vec<Problem>) {
    let mut problems = problems(recording);
    let file = recording.sensor.as_str();
    let Some(speed_mps) = slowest_mps(sensor.modality) else {
        let problem = Problem::error(file, "not_a_wave_sensor", "the sensor's modality records no waves");
        problems.push(problem.with_text(sensor.modality.word()).with_hint("acoustic, seismic or infrasound"));
        return (Vec::new(), problems);
    };
    if sensor.id != recording.sensor {
        let problem = Problem::error(file, "wrong_sensor", "the recording names another sensor than the register's");
        problems.push(problem.with_text(sensor.id.as_str()));
    }
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return (Vec::new(), problems);
    }
    let found = onsets(recording, parameters);
    if found.len() >= parameters.in_samples(recording.samples.rate_hz).most {
        let message = format!("the first {} onsets were kept, the rest left out", found.len());
        problems.push(
            Problem::warning(file, "too_many_onsets", message).with_hint("look at the channel, or raise `on_ratio`"),
        );
    }
    let first = first_record(recording);
    let made = found.iter().zip(first..).map(|(onset, record)| {
        let id = DetectionId { capture: recording.capture, record };
        detection(id, onset, sensor, speed_mps)
    });
    (made.collect(), problems)
}

fn first_record(recording: &Recording) -> u32 {
    let Digest(bytes) = Canonical::new("onset/1").text(recording.sensor.as_str()).instant(recording.from).digest();
    let [high, low, ..] = bytes;
    u32::from_be_bytes([high, low, 0, 0])
}

/// The slowest that the wave arrives, m/s: sound at −20 °C; shear waves in soft ground; the slow edge of infrasound's
/// celerities.
fn slowest_mps(modality: Modality) -> Option<f64> {
    match modality {
        Modality::Acoustic => Some(319.0),
        Modality::Seismic => Some(1_000.0),
        Modality::Infrasound => Some(240.0),
        _ => None,
    }
}

fn detection(id: DetectionId, onset: &Onset, sensor: &Sensor, speed_mps: f64) -> Detection {
    let heard = sensor.place.zip(reach_m(sensor));
    let (place, time) = match heard {
        Some((place, reach_m)) => {
            let travel = SignedDuration::try_from_secs_f64(reach_m / speed_mps).unwrap_or(SignedDuration::ZERO);
            let earliest = onset.at.checked_sub(travel).unwrap_or(onset.at);
            let place = Where::Estimate(PlaceEstimate::circular(place, 0.5 * reach_m));
            (place, TimeEstimate::within(earliest, onset.at, onset.sigma_s))
        }
        None => (Where::NotKnown(NotKnownReason::Technical), TimeEstimate::instant(onset.at, onset.sigma_s)),
    };
    Detection {
        id,
        sensor: sensor.id.clone(),
        owner: sensor.owner.clone(),
        modality: sensor.modality,
        means: Means::Recorded,
        phenomenon: Phenomenon::Explosion,
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

/// How far it hears explosions, m: as declared for explosions, else the farthest finite reach of any class.
fn reach_m(sensor: &Sensor) -> Option<f64> {
    let finite = || sensor.reach.iter().filter(|reach| reach.range_m.is_finite() && reach.range_m > 0.0);
    let own = finite().find(|reach| reach.class == EventClass::Explosion).map(|reach| reach.range_m);
    own.or_else(|| finite().map(|reach| reach.range_m).max_by(f64::total_cmp))
}
