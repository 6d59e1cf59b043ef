use super::*;
use crate::{Prepared, Request};
use std::collections::BTreeMap;
use truceline_domain::{Area, EventClass, Modality, Outage, Reach, Sensor};

#[test]
fn days_put_together_say_what_the_week_says() {
    let area = Area::from_rings([vec![(-37.0, 12.0), (-36.8, 12.0), (-36.8, 12.2), (-37.0, 12.2)]]);
    let sensor = Sensor {
        id: "sat".into(),
        modality: Modality::ThermalSatellite,
        owner: "agency".into(),
        place: None,
        reach: vec![Reach { class: EventClass::Fire, range_m: f64::INFINITY, pd: 0.95 }],
        valid: Span::ALWAYS,
    };
    let at = |text: &str| text.parse().unwrap();
    let gap = Span { from: at("2031-03-02T06:00:00Z"), until: at("2031-03-03T09:00:00Z") };
    let outages = [Outage { sensor: "sat".into(), span: gap, pd_factor: 0.2, cause: "storm".into() }];
    let sensors = [sensor];
    let prepared = Prepared::new(&sensors, &area);
    let (classes, detected) = ([EventClass::Fire], BTreeMap::new());
    let state = |from: &str, until: &str| {
        let window = Span { from: at(from), until: at(until) };
        let request = Request { area_name: "area".into(), window, classes: &classes, detected: &detected };
        prepared.statements(&outages, &request).remove(0)
    };
    let days = [
        state("2031-03-01T00:00:00Z", "2031-03-02T00:00:00Z"),
        state("2031-03-02T00:00:00Z", "2031-03-03T00:00:00Z"),
        state("2031-03-03T00:00:00Z", "2031-03-04T00:00:00Z"),
    ];
    let whole = state("2031-03-01T00:00:00Z", "2031-03-04T00:00:00Z");
    let put = joined(&days.iter().collect::<Vec<_>>(), whole.window).unwrap();
    assert!((put.mean_pd - whole.mean_pd).abs() < 1e-9 && (put.share_pd90 - whole.share_pd90).abs() < 1e-9);
    assert_eq!((put.worst_pd, put.wording), (whole.worst_pd, whole.wording));
    assert_eq!(put.missed_upper_95.map(f64::round), whole.missed_upper_95.map(f64::round));
}
