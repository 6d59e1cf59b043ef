//! Picks: the moment at which a wave arrives at a ground sensor, before anybody knows what sent it.

use crate::kind::{UnknownName, closed_list};
use crate::{Measured, Modality, SensorId, Timestamp, Wgs84};
use std::fmt;

closed_list! {
    /// The way a wave went from its source to a sensor.
    Wave {
        /// Through the ground as pressure; the first to come.
        P = "P",
        /// Through the ground as shear.
        S = "S",
        /// Along the surface of the ground; strong from shallow sources.
        Rg = "Rg",
        /// Through the air: the blast of an explosion, near or as infrasound far away.
        Air = "air",
        /// The shock of a round that flies faster than sound.
        Shock = "shock",
        /// The blast of a muzzle, told apart from other sounds by what came before it.
        Muzzle = "muzzle",
    }
}

/// The direction from which a wave crossed an array, with how fast its front ran over the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayBearing {
    /// Back-azimuth: where it came from, degrees clockwise from north.
    pub azimuth_deg: Measured,
    /// Trace velocity, m/s; `None` when the array does not tell.
    pub trace_velocity_mps: Option<Measured>,
    /// Fisher ratio of the beam: coherent over incoherent power.
    pub fisher: Option<f64>,
    /// Elements that took part.
    pub n_elements: Option<u32>,
}

/// What a pick's waveform looked like; each `None` when not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PickFeatures {
    /// Peak amplitude in the sensor's own unit (pascal or m/s when calibrated).
    pub amplitude: Option<f64>,
    /// Root of signal power over noise power.
    pub snr: Option<f64>,
    /// Centre of its spectrum, Hz.
    pub frequency_hz: Option<f64>,
    /// How long it stood above the noise, s.
    pub duration_s: Option<f64>,
    /// Time from the onset to the peak, s.
    pub rise_s: Option<f64>,
    /// Length of the first positive phase over that of the negative one.
    pub phase_ratio: Option<f64>,
    /// Strength of an echo of itself (peak of the cepstrum, 0…1), as a ripple-fired blast has.
    pub ripple: Option<f64>,
    /// Whole rounds that blend in it, if it can be told: at least and at most.
    pub rounds: Option<(u32, u32)>,
}

/// The features of a pick, taking room only when something was measured: most pickers tell nothing of the waveform. Reads
/// like [`PickFeatures`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features(Option<Box<PickFeatures>>);

/// What nothing measured looks like.
const NOTHING: PickFeatures = PickFeatures {
    amplitude: None,
    snr: None,
    frequency_hz: None,
    duration_s: None,
    rise_s: None,
    phase_ratio: None,
    ripple: None,
    rounds: None,
};

impl From<PickFeatures> for Features {
    fn from(features: PickFeatures) -> Self {
        Self((features != NOTHING).then(|| Box::new(features)))
    }
}

impl std::ops::Deref for Features {
    type Target = PickFeatures;
    fn deref(&self) -> &PickFeatures {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

/// One arrival of a wave at one sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The sensor.
    pub sensor: SensorId,
    /// Which wave the picker takes it for; `None` when it does not say.
    pub wave: Option<Wave>,
    /// When it arrived.
    pub at: Timestamp,
    /// Error of that time, one standard deviation, s; `None` when the picker does not say.
    pub sigma_s: Option<f64>,
    /// The picker's own confidence, 0…1; `None` when it does not say.
    pub confidence: Option<f64>,
    /// From where, if the sensor is an array.
    pub bearing: Option<ArrayBearing>,
    /// What it looked like.
    pub features: Features,
}

/// A ground sensor as the location of events needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Its id.
    pub id: SensorId,
    /// Where it stands.
    pub place: Wgs84,
    /// Height above sea, m.
    pub elevation_m: f64,
    /// How it senses; `None` when the list does not say.
    pub modality: Option<Modality>,
    /// True when it is an array that can tell directions.
    pub is_array: bool,
}
