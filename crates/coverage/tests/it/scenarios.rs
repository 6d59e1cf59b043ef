//! A night of jamming on a made-up strip.

use crate::support::*;
use std::collections::BTreeMap;
use truceline_coverage::Prepared;
use truceline_domain::*;

/// Forty microphones, one camera that each see the whole made-up strip a little, and one aircraft with a good view.
fn strip() -> Vec<Sensor> {
    let everywhere = |id: &str, pd| sensor(id, None, (f64::INFINITY, pd));
    let nodes = (0..40).map(|n| everywhere(&format!("node-{n:02}"), 0.02));
    nodes.chain([everywhere("camera-1", 0.15), everywhere("aircraft-1", 0.79)]).collect()
}

/// 01:40–05:25: the aircraft loses satellite navigation and lands, eleven nodes lose time, a camera goes dark, and a
/// storm deafens the rest.
fn night(gap: Span) -> Vec<Outage> {
    let down =
        |id: String, pd_factor, cause: &str| Outage { sensor: id.into(), span: gap, pd_factor, cause: cause.into() };
    let unsynchronised = (0..11).map(|n| down(format!("node-{n:02}"), 0.0, "lost time synchronisation"));
    let deafened = (11..40).map(|n| down(format!("node-{n:02}"), 0.632, "storm"));
    let rest = [
        down("camera-1".into(), 0.0, "dark"),
        down("aircraft-1".into(), 0.0, "satellite navigation jammed, emergency landing"),
    ];
    unsynchronised.chain(deafened).chain(rest).collect()
}

#[test]
fn jamming_turns_silence_into_not_assessable() {
    let (sensors, gap) = (strip(), minutes(100, 325));
    let outages = night(gap);
    let before = state(&sensors, &outages, minutes(0, 100));
    assert_eq!(format!("{:.2}", before.mean_pd), "0.92");
    assert_eq!(before.wording, CoverageWording::NoneDetectedHigh);
    assert!(before.gaps.is_empty());

    let during = state(&sensors, &outages, gap);
    assert_eq!(format!("{:.2}", during.mean_pd), "0.31");
    assert_eq!(during.wording, CoverageWording::NotAssessable);
    assert_eq!(during.gaps.len(), 42);
    assert!(during.gaps.iter().any(|gap| gap.cause.contains("jammed")));
    // Silence in the gap would not exclude nine explosions: it says little against a claim of some.
    assert!(during.missed_upper_95.unwrap() > 9.0);

    let whole_night = state(&sensors, &outages, minutes(0, 480));
    assert_eq!(whole_night.wording, CoverageWording::NoneDetectedPartial, "one hole is enough to fire from");
}

#[test]
fn the_strip_of_hours_shows_the_hole() {
    let sensors = strip();
    let prepared = Prepared::new(&sensors, &area());
    let hours = prepared.hourly(&night(minutes(100, 325)), minutes(0, 480), CLASS);
    let means: Vec<String> = hours.iter().map(|hour| format!("{:.2}", hour.mean_pd)).collect();
    assert_eq!(means, ["0.92", "0.72", "0.31", "0.31", "0.31", "0.67", "0.92", "0.92"]);
    let unseen = prepared.hourly(&[], minutes(0, 120), EventClass::Vessel);
    assert!(unseen.len() == 2 && unseen.iter().all(|hour| hour.mean_pd == 0.0));
    assert!(prepared.statements(&[], &ask(minutes(0, 60), &[], &BTreeMap::new())).is_empty());
}
