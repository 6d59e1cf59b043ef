//! What the public may not see is absent: from every byte, not only from view.

use crate::world::*;
use truceline_domain::*;
use truceline_report::*;

/// The same world with every incident somewhere else in its cell, at another minute of its hour, seen by other sensors.
fn blurred(world: &World) -> World {
    let mut other = World::new(world.incidents.len() as u32, 1);
    for incident in &mut other.incidents {
        let snug = |deg: f64| deg + if (deg * 1e4).round() as i64 % 2 == 0 { 1e-4 } else { -1e-4 };
        let moved =
            |p: PlaceEstimate| PlaceEstimate { centre: place(snug(p.centre.lat_deg()), snug(p.centre.lon_deg())), ..p };
        if let Where::Estimate(estimate) = &mut incident.place {
            *estimate = moved(*estimate);
        }
        if let Where::Bearing(bearing) = &mut incident.place {
            bearing.from = place(44.7, -30.2);
        }
        let later = |t: Timestamp| Timestamp::from_second(t.as_second().div_euclid(3_600) * 3_600 + 1_234).unwrap();
        let time = &mut incident.time;
        let instant = time.from == time.until;
        let same_hour = later(time.from) == later(time.until);
        if instant || same_hour {
            *time = TimeEstimate::within(later(time.from), later(time.from), 9.0);
        }
        for arrival in &mut incident.arrivals {
            arrival.detection.sensor = "elsewhere".into();
            arrival.detection.owner = "somebody".into();
            arrival.detection.note = Some("another note".into());
            arrival.residual_m = Some(77.7);
        }
        incident.reasons = vec!["4 detections at 45.12345".into()];
        incident.class_posterior = vec![(incident.class, 0.61)];
    }
    for finding in &mut other.findings {
        finding.margin_m = None;
        finding.reasons.iter_mut().for_each(|reason| reason.text = "987.6 m".into());
        finding.probability_inside = finding.probability_inside.map(|p| if p > 0.9 { 0.96 } else { p });
    }
    for statement in &mut other.coverage {
        for gap in &mut statement.gaps {
            gap.sensor = "cam-99".into();
            gap.cause = "another cause".into();
        }
    }
    other
}

#[test]
fn what_the_public_reads_does_not_depend_on_what_it_may_not_know() {
    let world = World::new(60, 1);
    let other = blurred(&world);
    let grid_of = |snapshot: &Snapshot| text(&compose("daily", snapshot), "incidents.csv");
    // Where the little move left a cell, the rows differ lawfully; the world is made so that it never does.
    assert_eq!(grid_of(&world.public()), grid_of(&other.public()));
    for kind in KINDS {
        let mut one = world.public();
        let mut two = other.public();
        one.incident = Some(world.incidents[0].id);
        two.incident = one.incident;
        for (a, b) in kind.compose(&one).iter().zip(kind.compose(&two)) {
            assert!(*a == b, "{} tells more than it may", a.file_name);
        }
    }
    let (a, b) = (compose("daily", &world.snapshot()), compose("daily", &other.snapshot()));
    assert_ne!(a, b, "people of the mission see the difference");
}

/// All numbers in a text with at least `decimals` decimals.
fn fine_numbers(text: &str, decimals: usize) -> Vec<f64> {
    let numeric = |c: char| c.is_ascii_digit() || c == '.' || c == ',' || c == '-';
    let words = text.split(|c: char| !numeric(c)).map(|word| word.trim_matches([',', '.']));
    let fine = |word: &&str| word.split_once(['.', ',']).is_some_and(|(_, after)| after.len() >= decimals);
    words.flat_map(|word| word.split(',')).filter(fine).filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn no_coordinate_finer_than_the_cell_is_in_any_byte() {
    let world = World::new(120, 1);
    let [west, south, east, north] = BOUNDS;
    for kind in KINDS {
        let mut snapshot = world.public();
        snapshot.incident = Some(world.incidents[0].id);
        for document in kind.compose(&snapshot) {
            let text = String::from_utf8(document.bytes).unwrap();
            for number in fine_numbers(&text, 3) {
                let lat = (south..north).contains(&number);
                let lon = (west..east).contains(&number) || (-east..-west).contains(&number);
                assert!(!lat && !lon, "{}: {number}", document.file_name);
            }
            for secret in ["mic-", "Norland · ", "1234.5", "2345.6", "jamming", "alert"] {
                assert!(!text.contains(secret), "{}: {secret}", document.file_name);
            }
        }
    }
    let exact = text(&compose("daily", &world.snapshot()), "incidents.csv");
    assert!(fine_numbers(&exact, 3).len() > 200, "the search finds what there is to find");
}

#[test]
fn the_origin_of_fire_is_in_no_document_for_anybody() {
    let mut world = World::new(26, 1);
    world.incidents[12].place = Where::Estimate(PlaceEstimate::circular(place(45.777_31, -31.777_32), 40.0));
    for snapshot in [world.snapshot(), world.public()] {
        for kind in KINDS {
            let mut snapshot = snapshot.clone();
            snapshot.incident = Some(world.incidents[12].id);
            for document in kind.compose(&snapshot) {
                let text = String::from_utf8(document.bytes).unwrap();
                for secret in ["45.777", "31.777", "45.345", "31.456", "45,777"] {
                    assert!(!text.contains(secret), "{} {}: {secret}", kind.name(), document.file_name);
                }
            }
        }
    }
    let page = text(&compose("daily", &world.snapshot()), "report.html");
    assert!(page.contains("place withheld, because it would be where fire came from: 1"));
}
