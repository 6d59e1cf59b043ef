//! Large days: bounded pages, whole tables.

use crate::world::*;
use truceline_report::*;

#[test]
fn a_huge_day_has_a_small_picture_and_whole_tables() {
    let mut world = World::new(5_000, 1);
    world.map = MapBase::new(&lines(10_000), &areas(), BOUNDS);
    for snapshot in [world.snapshot(), world.public()] {
        let documents = compose("daily", &snapshot);
        let page = text(&documents, "report.html");
        let (_, rest) = page.split_once("<svg class=\"map\"").unwrap();
        let (picture, _) = rest.split_once("</svg>").unwrap();
        assert!(picture.len() < 300_000, "{} bytes", picture.len());
        assert!(page.len() < 900_000, "{} bytes", page.len());
        assert!(page.contains("4700 more in incidents.csv"));
        assert_eq!(text(&documents, "incidents.csv").matches("\r\n").count(), 5_001);
    }
}

#[test]
fn single_marks_stay_in_the_budget_too() {
    let mut world = World::new(800, 1);
    world.map = MapBase::new(&lines(10_000), &areas(), BOUNDS);
    let page = text(&compose("daily", &world.snapshot()), "report.html");
    let (_, rest) = page.split_once("<svg class=\"map\"").unwrap();
    let (picture, _) = rest.split_once("</svg>").unwrap();
    assert!(picture.len() < 300_000, "{} bytes", picture.len());
    assert_eq!(picture.matches("<use ").count(), 796);
}
