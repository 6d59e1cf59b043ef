//! The sensor register: who owns a sensor, what it can see and how well, and when it was down.

use crate::{EventClass, Modality, Name, SensorId, Span, Wgs84};

/// A sensor or source of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Its id, unique in the mission.
    pub id: SensorId,
    /// How it senses.
    pub modality: Modality,
    /// The nation or organisation that owns it; independence is judged by it.
    pub owner: Name,
    /// Where it stands; `None` for satellites, news desks and other sources without a place.
    pub place: Option<Wgs84>,
    /// What it is declared to see, by class.
    pub reach: Vec<Reach>,
    /// When it is in the register.
    pub valid: Span,
}

/// Declared performance for one class of events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// The class.
    pub class: EventClass,
    /// Distance out to which it holds, m; infinite for sources that watch the whole area.
    pub range_m: f64,
    /// Probability of detection within that distance, 0…1, while the sensor is up.
    pub pd: f64,
}

/// A time in which a sensor could not see, or not fully.
#[derive(Clone, Debug, PartialEq)]
pub struct Outage {
    /// The sensor.
    pub sensor: SensorId,
    /// When.
    pub span: Span,
    /// What is left of its probability of detection, 0 (blind)…1.
    pub pd_factor: f64,
    /// The cause in a few words: jamming, storm, power, maintenance.
    pub cause: String,
}
