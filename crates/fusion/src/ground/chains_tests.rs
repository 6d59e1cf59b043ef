use super::*;
use crate::ground::Event;
use truceline_domain::{LocalFrame, RoomKey, SignedDuration, Timestamp, Wgs84};

fn event(at_s: f64, at_m: (f64, f64), class: GroundClass) -> Event {
    let frame = LocalFrame::about(Wgs84::new(48.0, 37.8).unwrap());
    let start: Timestamp = "2031-02-17T02:00:00Z".parse().unwrap();
    Event {
        time: start + SignedDuration::from_millis((at_s * 1e3) as i64),
        time_sigma_s: 0.05,
        epicentre: PlaceEstimate::circular(frame.wgs84_from_enu(at_m), 30.0),
        depth_km: 0.0,
        depth_sigma_km: 0.0,
        ellipse_m: [(0.0, 0.0); 3],
        ellipse_azimuth_deg: 0.0,
        regions: Vec::new(),
        classes: vec![
            (class, 0.9),
            (if class == GroundClass::Launch { GroundClass::Impact } else { GroundClass::Launch }, 0.1),
        ],
        rounds: None,
        log_odds: 10.0,
        misses: Vec::new(),
        uncovered: Vec::new(),
    }
}

/// Six rounds of a mortar over 4.1 km, 31 s in flight.
fn fire() -> Located {
    let mut events = Vec::new();
    for i in 0..6 {
        let at_s = 14.0 * f64::from(i) + [0.0, 2.0, -1.5, 0.8, -2.1, 1.1][i as usize];
        events.push(event(at_s, (0.0, 20.0 * f64::from(i)), GroundClass::Launch));
        events.push(event(at_s + 31.0 + 0.1 * f64::from(i), (4_100.0, 60.0 * f64::from(i)), GroundClass::Impact));
    }
    events.sort_by_key(|e| e.time);
    Located { events, ..Located::default() }
}

#[test]
fn six_rounds_become_six_chains() {
    let located = fire();
    let found = chains(&located, &[], 1_200.0, 0.5);
    assert_eq!(found.len(), 6, "{found:?}");
    let key = RoomKey::for_computation_inside_the_house();
    for chain in &found {
        let flight = chain.flight.open(&key);
        assert!((30.9..31.7).contains(&flight.flight_s), "{}", flight.flight_s);
        assert!(chain.launch.open(&key).sigma_major_m() > 0.0);
    }
}

#[test]
fn nothing_of_the_launch_is_printed() {
    let shown = format!("{:?}", chains(&fire(), &[], 1_200.0, 0.5));
    assert!(shown.contains("sealed"));
    for word in ["lat_deg", "lon_deg", "flight_s", "range_m", "launch_event"] {
        assert!(!shown.contains(word), "{shown}");
    }
}

#[test]
fn an_impact_before_any_flight_could_end_is_no_chain() {
    let launch = event(0.0, (0.0, 0.0), GroundClass::Launch);
    let impact = event(1.0, (4_100.0, 0.0), GroundClass::Impact);
    assert_eq!(chains(&Located { events: vec![launch, impact], ..Located::default() }, &[], 1_200.0, 0.1), []);
}

#[test]
fn every_event_is_in_one_chain_at_most() {
    let mut located = fire();
    located.events.push(event(40.0, (4_000.0, 100.0), GroundClass::Impact));
    located.events.push(event(9.0, (100.0, 50.0), GroundClass::Launch));
    located.events.sort_by_key(|e| e.time);
    let key = RoomKey::for_computation_inside_the_house();
    let found = chains(&located, &[], 1_200.0, 0.2);
    let mut ends: Vec<usize> = found.iter().flat_map(|c| [c.flight.open(&key).launch_event, c.impact]).collect();
    let n = ends.len();
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends.len(), n);
}
