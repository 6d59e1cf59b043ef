//! The three missions on real data. Without the data each says that it was skipped.

use crate::house::{data, replayed, root, sound_mission};
use serde_json::Value;
use std::path::Path;

fn result(out: &Path, date: &str) -> Value {
    serde_json::from_slice(&std::fs::read(out.join("days").join(date).join("result.json")).unwrap()).unwrap()
}

fn n_of_classes(result: &Value, classes: &[&str]) -> usize {
    let incidents = result["incidents"].as_array().unwrap();
    incidents.iter().filter(|incident| classes.contains(&incident["class"].as_str().unwrap())).count()
}

const KINETIC: [&str; 6] = ["small_arms", "shelling", "explosion", "air_strike", "clash", "mixed_fire"];

#[test]
fn the_easter_truce_shows_its_drop() {
    if data("the Easter truce of 2025").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mission = sound_mission(&root().join("missions/easter-truce-2025"));
    let km = truceline::mission::length_m(&mission.lines[0].pieces) / 1_000.0;
    assert!((1_000.0..1_700.0).contains(&km), "the line of contact is {km} km long");
    let summary = replayed(&mission, Vec::new(), folder.path());
    assert!(summary.n_detections > 3_000, "{summary:?}");
    let kinetic = |date: &str| n_of_classes(&result(folder.path(), date), &KINETIC);
    let before: Vec<usize> =
        ["2025-04-15", "2025-04-16", "2025-04-17", "2025-04-18"].into_iter().map(kinetic).collect();
    let inside = kinetic("2025-04-20");
    let mean_before = before.iter().sum::<usize>() as f64 / 4.0;
    assert!((inside as f64) < 0.4 * mean_before, "{inside} on 20 April against {before:?} before");
    // Reports alone decide nothing, in the window or out of it.
    assert!(!summary.verdicts.contains_key("inconsistent"), "{:?}", summary.verdicts);
    let remaining = result(folder.path(), "2025-04-20");
    let of_rule = remaining["findings"].as_array().unwrap().iter().filter(|f| f["clause"]["rule"] == "ET-1");
    assert!(of_rule.count() > 0);
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("Easter truce"));
}

#[test]
fn the_measures_of_2020_meet_their_first_day() {
    if data("the measures of July 2020").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mission = sound_mission(&root().join("missions/additional-measures-2020"));
    let summary = replayed(&mission, Vec::new(), folder.path());
    assert!(summary.verdicts.get("inconsistent").is_some_and(|n| *n > 10), "{summary:?}");
    // The mission counted 111 on the first day; its period runs from the evening of 26 July.
    let days = ["2020-07-26", "2020-07-27"].map(|date| result(folder.path(), date));
    let observed: u64 = days
        .iter()
        .flat_map(|day| day["incidents"].as_array().unwrap())
        .filter(|incident| incident["area"] == "Donetsk")
        .filter_map(|incident| incident["counts"]["observations"].as_u64())
        .sum();
    assert_eq!(observed, 111 + 10, "the first two reports");
}

#[test]
fn hot_spots_in_the_zone_stay_undetermined() {
    if data("thermal anomalies of 2022").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mission = sound_mission(&root().join("missions/thermal-2022"));
    let summary = replayed(&mission, Vec::new(), folder.path());
    assert_eq!(summary.n_detections, 133_979);
    assert!(!summary.verdicts.contains_key("inconsistent"), "{summary:?}");
    // A fire is held to be consistent only where it lies outside.
    for day in ["2022-03-25", "2022-07-15", "2022-10-02"] {
        let findings = result(folder.path(), day)["findings"].as_array().unwrap().clone();
        for finding in findings.iter().filter(|finding| finding["verdict"] == "consistent") {
            assert_eq!(finding["reasons"][0]["code"], "outside_scope", "{finding}");
        }
    }
    assert!(summary.verdicts.get("undetermined").is_some_and(|n| *n > 1_000), "{summary:?}");
}

#[test]
fn the_contact_line_has_its_published_length() {
    if data("the line of contact").is_none() {
        return;
    }
    let mission = sound_mission(&root().join("missions/thermal-2022"));
    let km = truceline::mission::length_m(&mission.lines[0].pieces) / 1_000.0;
    assert!((km / 1_213.0 - 1.0).abs() < 0.1, "{km} km against the 1,213 km that the data's makers measured");
}
