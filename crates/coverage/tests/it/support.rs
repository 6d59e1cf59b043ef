//! Made-up registers and the naive second implementation.

use proptest::prelude::*;
use std::collections::BTreeMap;
use truceline_coverage::{Prepared, Request, statements};
use truceline_domain::*;

pub const CLASS: EventClass = EventClass::Shelling;

pub fn at_minute(minute: i64) -> Timestamp {
    let start: Timestamp = "2031-03-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minute)
}

pub fn minutes(from: i64, until: i64) -> Span {
    Span::new(at_minute(from), at_minute(until)).unwrap()
}

pub fn area() -> Area {
    Area::from_rings([vec![(35.0, 47.0), (35.3, 47.0), (35.3, 47.25), (35.0, 47.25)]])
}

pub fn sensor(id: &str, place: Option<(f64, f64)>, (range_m, pd): (f64, f64)) -> Sensor {
    Sensor {
        id: id.into(),
        modality: Modality::Acoustic,
        owner: "mission".into(),
        place: place.map(|(lat, lon)| Wgs84::new(lat, lon).unwrap()),
        reach: vec![Reach { class: CLASS, range_m, pd }],
        valid: Span::ALWAYS,
    }
}

pub fn outage(sensor: &str, span: Span, pd_factor: f64) -> Outage {
    Outage { sensor: sensor.into(), span, pd_factor, cause: "power".into() }
}

pub fn ask<'a>(window: Span, classes: &'a [EventClass], detected: &'a BTreeMap<EventClass, u64>) -> Request<'a> {
    Request { area_name: "strip".into(), window, classes, detected }
}

pub fn state(sensors: &[Sensor], outages: &[Outage], window: Span) -> CoverageStatement {
    statements(sensors, outages, &area(), &ask(window, &[CLASS], &BTreeMap::new())).remove(0)
}

/// Probability of detection at one place and instant, straight from the definition.
fn naive_pd(sensors: &[Sensor], outages: &[Outage], (place, at): (Wgs84, Timestamp)) -> f64 {
    let mut missed = 1.0;
    for sensor in sensors.iter().filter(|s| s.valid.contains(at)) {
        let mut best = 0.0_f64;
        for reach in sensor.reach.iter().filter(|r| r.class == CLASS) {
            let far = sensor.place.map_or(f64::INFINITY, |p| distance_m(p, place));
            if reach.range_m == f64::INFINITY || far <= reach.range_m {
                best = best.max(reach.pd);
            }
        }
        let mut left = 1.0_f64;
        for outage in outages.iter().filter(|o| o.sensor == sensor.id && o.span.contains(at)) {
            left = left.min(outage.pd_factor);
        }
        missed *= 1.0 - best * left;
    }
    1.0 - missed
}

/// Share, mean and worst by a loop over every cell, hour and minute. All edges in time must lie on full minutes.
pub fn naive(sensors: &[Sensor], outages: &[Outage], window: Span) -> (f64, f64, f64) {
    let prepared = Prepared::new(sensors, &area());
    let (mut share, mut mean, mut worst, mut weight) = (0.0, 0.0, f64::INFINITY, 0.0);
    let last = (window.seconds() / 60.0).round() as i64;
    for cell in prepared.cells() {
        let mut minute = 0;
        while minute < last {
            let first = window.from + SignedDuration::from_mins(minute);
            let to_hour = 60 - first.as_second().rem_euclid(3600) / 60;
            let n = to_hour.min(last - minute);
            let instant = |k: i64| first + SignedDuration::from_mins(k) + SignedDuration::from_secs(30);
            let pd = (0..n).map(|k| naive_pd(sensors, outages, (cell.centre, instant(k)))).sum::<f64>() / n as f64;
            share += if pd >= 0.9 - 1e-9 { n as f64 } else { 0.0 };
            mean += n as f64 * pd;
            worst = worst.min(pd);
            weight += n as f64;
            minute += n;
        }
    }
    (share / weight, mean / weight, worst)
}

prop_compose! {
    pub fn any_sensor()(
        number in 0..8_u32,
        place in prop::option::weighted(0.8, (46.95..47.3_f64, 34.95..35.35_f64)),
        range_m in prop_oneof![3 => 500.0..15_000.0_f64, 1 => Just(f64::INFINITY)],
        pd in 0.0..=1.0_f64,
        second in prop::option::of((500.0..20_000.0_f64, 0.0..=1.0_f64)),
        valid in prop::option::weighted(0.3, (0..400_i64, 0..400_i64)),
    ) -> Sensor {
        let mut made = sensor(&format!("s{number}"), place, (range_m, pd));
        if let Some((range_m, pd)) = second.filter(|_| place.is_some()) {
            made.reach.push(Reach { class: CLASS, range_m, pd });
        }
        if place.is_none() {
            made.reach[0].range_m = f64::INFINITY;
        }
        if let Some((a, b)) = valid {
            made.valid = minutes(a.min(b), a.max(b));
        }
        made
    }
}

prop_compose! {
    pub fn any_outage()(number in 0..9_u32, from in 0..400_i64, length in 0..200_i64, factor in 0.0..=1.0_f64) -> Outage {
        outage(&format!("s{number}"), minutes(from, from + length), factor)
    }
}
