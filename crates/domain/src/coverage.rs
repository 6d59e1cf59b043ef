//! What could have been seen: the worth of silence.

use crate::{EventClass, Name, Span};

/// How a statement of absence may be worded. Unmonitored is never calm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverageWording {
    /// Something of the class was detected; there is no absence to state.
    Detected,
    /// None detected, high coverage: the only wording that supports calm.
    NoneDetectedHigh,
    /// None detected, partial coverage.
    NoneDetectedPartial,
    /// Not assessable: too little could have been seen.
    NotAssessable,
    /// Not monitored: nothing was there to see it.
    NotMonitored,
}

impl CoverageWording {
    /// The word used in files and on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::NoneDetectedHigh => "none_detected_high",
            Self::NoneDetectedPartial => "none_detected_partial",
            Self::NotAssessable => "not_assessable",
            Self::NotMonitored => "not_monitored",
        }
    }

    /// The words for people, in English.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::NoneDetectedHigh => "none detected, high coverage",
            Self::NoneDetectedPartial => "none detected, partial coverage",
            Self::NotAssessable => "not assessable",
            Self::NotMonitored => "not monitored",
        }
    }
}

/// A stretch of time in which a sensor's loss lowered the coverage.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageGap {
    /// The sensor that was down.
    pub sensor: Name,
    /// When.
    pub span: Span,
    /// Why.
    pub cause: String,
}

/// What could have been seen of a class in an area and window, and what its silence is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageStatement {
    /// The class of events.
    pub class: EventClass,
    /// The area, as the mission calls it.
    pub area: Name,
    /// The window.
    pub window: Span,
    /// Share of cell-hours with a probability of detection of at least 0.9.
    pub share_pd90: f64,
    /// Mean probability of detection over cell-hours.
    pub mean_pd: f64,
    /// Lowest probability of detection of any cell-hour.
    pub worst_pd: f64,
    /// Incidents of the class that were detected in the window.
    pub n_detected: u64,
    /// 95 % upper bound on events that happened and were missed, given that none was seen: 3.0 / mean Pd; `None` when
    /// something was seen or nothing could be.
    pub missed_upper_95: Option<f64>,
    /// Losses of sensors that lowered it.
    pub gaps: Vec<CoverageGap>,
    /// The wording it allows.
    pub wording: CoverageWording,
}
