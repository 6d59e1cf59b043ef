//! Short ways to write detections.

use truceline_domain::*;

pub const NOON: &str = "2031-02-15T12:00:00Z";

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn later(at: Timestamp, seconds: f64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs_f64(seconds)).unwrap()
}

pub fn middle() -> Wgs84 {
    Wgs84::new(48.0, 37.5).unwrap()
}

/// The place so many metres east and north of the middle.
pub fn at(east_m: f64, north_m: f64) -> Wgs84 {
    LocalFrame::about(middle()).wgs84_from_enu((east_m, north_m))
}

pub fn around(east_m: f64, north_m: f64, sigma_m: f64) -> Where {
    Where::Estimate(PlaceEstimate::circular(at(east_m, north_m), sigma_m))
}

/// A detection at noon in the middle: an explosion heard by M1 of the mission, ± 2 s, ± 100 m.
pub fn heard(record: u32) -> Detection {
    Detection {
        id: DetectionId { capture: Digest::of(b"tests"), record },
        sensor: "M1".into(),
        owner: "mission".into(),
        modality: Modality::Acoustic,
        means: Means::Recorded,
        phenomenon: Phenomenon::Explosion,
        time: TimeEstimate::instant(time(NOON), 2.0),
        place: around(0.0, 0.0, 100.0),
        count: Known::Known(Count::exactly(1)),
        weapon: Known::NotKnown(NotKnownReason::NotObserved),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

pub fn day(date: &str) -> TimeEstimate {
    let from = time(&format!("{date}T00:00:00Z"));
    TimeEstimate::within(from, later(from, 86_400.0), 0.0)
}

pub fn control(party: &str, ring: Vec<(f64, f64)>) -> AreaVersion {
    AreaVersion {
        name: party.into(),
        role: AreaRole::Control,
        party: Some(party.into()),
        valid: Span::ALWAYS,
        source: String::new(),
        area: Area::from_rings([ring]),
    }
}

/// The members of each incident by record, in order: what groups with what.
pub fn groups(incidents: &[Incident]) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = incidents
        .iter()
        .map(|incident| {
            let mut records: Vec<u32> = incident.members().map(|id| id.record).collect();
            records.sort_unstable();
            records
        })
        .collect();
    groups.sort();
    groups
}
