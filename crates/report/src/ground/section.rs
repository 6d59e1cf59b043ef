//! The record section: distance from the source against time since the origin. What goes in.

use super::sealed::statement_svg;
use super::texts::Texts;
use super::{Look, section_art};
use truceline_domain::{Timestamp, Wave};

/// One arrival of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionArrival {
    /// Name of the station.
    pub station: String,
    /// From the source, km.
    pub distance_km: f64,
    /// Since the origin, s.
    pub time_s: f64,
    /// Error of the time, one standard deviation, s.
    pub sigma_s: f64,
    /// Observed minus computed, s.
    pub residual_s: f64,
    /// The wave it was taken for.
    pub wave: Wave,
    /// How much it counted, 0…1.
    pub weight: f64,
}

/// The computed travel time of one wave.
#[derive(Clone, Debug, PartialEq)]
pub struct TravelCurve {
    /// The wave.
    pub wave: Wave,
    /// Distance in km and time in s, in the order of distance.
    pub points: Vec<(f64, f64)>,
}

impl TravelCurve {
    /// A constant speed, out to a distance.
    pub fn straight(wave: Wave, speed_km_s: f64, until_km: f64) -> Self {
        Self { wave, points: vec![(0.0, 0.0), (until_km, until_km / speed_km_s)] }
    }
}

/// Why a station has no arrival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Absence {
    /// It should have heard, with this probability, and did not.
    Silent {
        /// Probability that the arrival would have been picked.
        pd: f64,
    },
    /// It was down and counts for nothing.
    Down,
}

/// A station without an arrival.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// Name of the station.
    pub station: String,
    /// From the source, km.
    pub distance_km: f64,
    /// The wave that was expected.
    pub wave: Wave,
    /// When it was expected, s since the origin, from and until.
    pub expected_s: (f64, f64),
    /// Why.
    pub absence: Absence,
}

/// A waveform behind the arrivals.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionTrace {
    /// From the source, km.
    pub distance_km: f64,
    /// Time of the first sample since the origin, s.
    pub from_s: f64,
    /// Time between samples, s.
    pub step_s: f64,
    /// Samples, −1…1.
    pub samples: Vec<f32>,
}

/// What a record section is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What the event is called.
    pub title: String,
    /// Origin time.
    pub origin: Timestamp,
    /// Its error, one standard deviation, s.
    pub origin_sigma_s: f64,
    /// What was heard.
    pub arrivals: Vec<SectionArrival>,
    /// The fitted travel times.
    pub curves: Vec<TravelCurve>,
    /// What was not heard.
    pub silences: Vec<Silence>,
    /// Waveforms to lie behind.
    pub traces: Vec<SectionTrace>,
    /// True when the place must not be told: nothing of all this is then drawn.
    pub sealed: bool,
}

/// Draws a record section, with the residuals beside it.
pub fn section_svg(section: &Section, look: &Look) -> String {
    if section.sealed {
        return statement_svg("s", Texts::of(look.language).section, look);
    }
    section_art::draw(section, look)
}
