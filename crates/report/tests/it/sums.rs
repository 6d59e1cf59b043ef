//! Numbers add up, whatever the day; tables and layers parse and are whole.

use crate::world::*;
use proptest::prelude::*;
use serde_json::Value;

fn total(object: &Value) -> u64 {
    object.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn parts_equal_their_totals(n in 0_u32..60, seed in 0_u64..1_000, public in any::<bool>()) {
        let mut world = World::new(0, 1);
        let mut numbers = Numbers(seed);
        world.incidents = (0..n).map(|key| incident(key, world.period, &mut numbers)).collect();
        world.findings = findings(&world.incidents, world.period);
        let snapshot = if public { world.public() } else { world.snapshot() };
        let documents = compose("daily", &snapshot);
        let report: Value = serde_json::from_str(&text(&documents, "report.json")).unwrap();
        let counts = &report["counts"];
        prop_assert_eq!(counts["incidents"].as_u64(), Some(u64::from(n)));
        prop_assert_eq!(total(&counts["by_class"]), u64::from(n));
        prop_assert_eq!(total(&counts["incidents_by_verdict"]), u64::from(n));
        prop_assert_eq!(total(&counts["findings_by_verdict"]), world.findings.len() as u64);
        let observations: u64 = report["incidents"].as_array().unwrap().iter().map(|i| i["observations"].as_u64().unwrap()).sum();
        prop_assert_eq!(counts["observations"].as_u64(), Some(observations));
        prop_assert_eq!(observations, world.incidents.iter().map(|i| i.counts.observations).sum::<u64>());
        prop_assert_eq!(report["incidents"].as_array().unwrap().len(), n as usize);
        prop_assert_eq!(text(&documents, "incidents.csv").matches("\r\n").count(), n as usize + 1);
        prop_assert_eq!(text(&documents, "findings.csv").matches("\r\n").count(), world.findings.len() + 1);
    }
}

#[test]
fn days_add_up_to_their_period() {
    let world = World::new(300, 10);
    let days = world.days(10);
    let whole = world.snapshot().counts();
    assert_eq!(days.iter().map(|day| day.counts.incidents()).sum::<u64>(), whole.incidents());
    assert_eq!(days.iter().map(|day| day.counts.observations).sum::<u64>(), whole.observations);
    assert_eq!(days.iter().map(|day| day.counts.rounds.high).sum::<u64>(), whole.rounds.high);
}

#[test]
fn the_map_layer_is_geojson_for_both_readers() {
    let world = World::new(30, 1);
    for snapshot in [world.snapshot(), world.public()] {
        let layer: geojson::GeoJson = text(&compose("daily", &snapshot), "incidents.geojson").parse().unwrap();
        let geojson::GeoJson::FeatureCollection(collection) = layer else { panic!("no collection") };
        assert_eq!(collection.features.len(), 30);
        let placed = collection.features.iter().filter(|feature| feature.geometry.is_some()).count();
        assert_eq!(placed, 26, "four incidents have no place to show");
        for feature in &collection.features {
            assert!(feature.properties.as_ref().unwrap().contains_key("verdict"));
        }
    }
}

#[test]
fn every_row_of_a_table_has_every_cell() {
    let world = World::new(30, 1);
    for snapshot in [world.snapshot(), world.public()] {
        let documents = compose("daily", &snapshot);
        for name in ["incidents.csv", "findings.csv"] {
            let table = text(&documents, name);
            let n = table.lines().next().unwrap().split(',').count();
            // No text of this world holds a comma, so cells can be counted by commas.
            assert!(table.lines().all(|line| line.split(',').count() == n), "{name}: {table}");
        }
    }
}
