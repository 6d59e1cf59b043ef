//! The documents of a small day, byte for byte.

use crate::world::*;

#[test]
fn a_small_day() {
    let world = World::new(16, 1);
    let documents = compose("daily", &world.snapshot());
    let page = text(&documents, "report.html");
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    insta::assert_snapshot!("page", format!("{before}<style></style>{after}"));
    insta::assert_snapshot!("json", text(&documents, "report.json"));
    insta::assert_snapshot!("geojson", text(&documents, "incidents.geojson"));
    insta::assert_snapshot!("incidents_csv", text(&documents, "incidents.csv"));
    insta::assert_snapshot!("findings_csv", text(&documents, "findings.csv"));
}

#[test]
fn a_small_day_for_the_public() {
    let world = World::new(16, 1);
    let documents = compose("daily", &world.public());
    insta::assert_snapshot!("public_json", text(&documents, "report.json"));
    insta::assert_snapshot!("public_incidents_csv", text(&documents, "incidents.csv"));
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let world = World::new(40, 1);
    let mut snapshot = world.snapshot();
    let documents = compose("daily", &snapshot);
    assert_eq!(documents, compose("daily", &snapshot));
    snapshot.incidents.reverse();
    snapshot.findings.rotate_left(7);
    snapshot.coverage.reverse();
    let again = compose("daily", &snapshot);
    for (a, b) in documents.iter().zip(&again) {
        assert!(a == b, "{} depends on the order of its input", a.file_name);
    }
}
