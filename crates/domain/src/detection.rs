//! One sensor's or one witness's measurement of one happening.

use crate::kind::{UnknownName, closed_list};
use crate::{
    DetectionId, Known, Measured, Modality, Name, Phenomenon, PlaceEstimate, Sealed, SensorId, TimeEstimate,
    WeaponKind, Wgs84,
};
use std::fmt;

closed_list! {
    /// How it was observed, in the words of the SMM annex table.
    Means {
        /// Recorded by an instrument.
        Recorded = "recorded",
        /// Heard by a person.
        Heard = "heard",
        /// Seen by a person.
        Saw = "saw",
        /// Seen and heard by a person.
        SawAndHeard = "saw_and_heard",
        /// Reported by somebody else.
        Reported = "reported",
    }
}

/// Where a detection places its happening.
#[derive(Clone, Debug, PartialEq)]
pub enum Where {
    /// A place with its error.
    Estimate(PlaceEstimate),
    /// Somewhere in a named area of the mission (a region, a district).
    Area(Name),
    /// Only a direction from the sensor, with an optional range.
    Bearing(Bearing),
    /// Nowhere that could be told.
    NotKnown(crate::NotKnownReason),
}

/// A direction from a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bearing {
    /// Where the observer stands.
    pub from: Wgs84,
    /// Direction, degrees clockwise from north.
    pub azimuth_deg: Measured,
    /// Shortest and longest distance, m, if stated.
    pub range_m: Option<(f64, f64)>,
}

impl Bearing {
    /// The normal estimate with the same middle and spread: the range taken as uniform between its ends, the bearing
    /// as normal. `None` when no range is stated.
    pub fn estimate(&self) -> Option<PlaceEstimate> {
        let (near_m, far_m) = self.range_m?;
        let middle_m = 0.5 * (near_m + far_m);
        let along_m = (far_m - near_m).abs() / 12_f64.sqrt();
        let across_m = middle_m * self.azimuth_deg.sigma.to_radians().tan().abs();
        let centre = crate::LocalFrame::about(self.from).place_at(self.azimuth_deg.value, middle_m);
        Some(PlaceEstimate::along(centre, self.azimuth_deg.value, (along_m, across_m)))
    }
}

/// How many things of the phenomenon the detection counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count {
    /// At least.
    pub low: u32,
    /// At most.
    pub high: u32,
}

impl Count {
    /// Exactly `n`.
    pub fn exactly(n: u32) -> Self {
        Self { low: n, high: n }
    }
}

/// Speed and course over ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Course, degrees clockwise from north.
    pub course_deg: f64,
}

/// One measurement of one happening by one sensor, or one row of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// The record it was read from.
    pub id: DetectionId,
    /// The sensor or source.
    pub sensor: SensorId,
    /// Who owns the sensor or speaks.
    pub owner: Name,
    /// How it was sensed.
    pub modality: Modality,
    /// How it was observed.
    pub means: Means,
    /// What it says was seen.
    pub phenomenon: Phenomenon,
    /// When.
    pub time: TimeEstimate,
    /// Where.
    pub place: Where,
    /// How many.
    pub count: Known<Count>,
    /// With what.
    pub weapon: Known<WeaponKind>,
    /// Where the fire came from, if the sensor tells (radar tracks): sealed, never published.
    pub origin: Option<Sealed<PlaceEstimate>>,
    /// Where it was moving, if it says.
    pub motion: Option<Motion>,
    /// A cooperative identity that it claims (MMSI, call sign); a claim, not a fact.
    pub claimed_identity: Option<Name>,
    /// What makes detections dependent: reports with the same key (one digest text, one satellite overpass) count as one
    /// source.
    pub dependence: Option<Name>,
    /// The source's own words for people: place name, description.
    pub note: Option<Name>,
}

impl Detection {
    /// The place as a normal estimate, for a place or a bearing with range.
    pub fn estimate(&self) -> Option<PlaceEstimate> {
        match &self.place {
            Where::Estimate(estimate) => Some(*estimate),
            Where::Bearing(bearing) => bearing.estimate(),
            Where::Area(_) | Where::NotKnown(_) => None,
        }
    }
}
