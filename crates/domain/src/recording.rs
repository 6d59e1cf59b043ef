//! Recordings: waveforms that the room `sensing` turns into detections.

use crate::{CaptureId, SensorId, Timestamp};

/// A stretch of samples of one channel of one sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The capture it was read from.
    pub capture: CaptureId,
    /// The sensor.
    pub sensor: SensorId,
    /// Time of the first sample.
    pub from: Timestamp,
    /// Error of the sensor's clock, one standard deviation, s; zero when nothing speaks against it.
    pub clock_sigma_s: f64,
    /// The samples.
    pub samples: Samples,
}

/// Evenly spaced samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// Samples per second, positive and finite.
    pub rate_hz: f64,
    /// Values in the sensor's own unit (pascal when calibrated, full scale = 1 for sound files).
    pub values: Vec<f32>,
}
