//! A day of 40,000 incidents against ten rules, a line of 10,000 places and zones; run with `--release -- --ignored`.

use crate::fixture::*;
use std::time::Instant;
use truceline_domain::*;
use truceline_terms::{Prepared, evaluate_prepared};

fn mission() -> Mission {
    let wiggle = |k: i32| place(300.0 * (f64::from(k) * 0.7).sin(), -150_000.0 + 30.0 * f64::from(k));
    let mut mission = Mission::new();
    mission.lines[0].pieces = vec![(0..10_000).map(wiggle).collect()];
    let (west, east): (Vec<_>, Vec<_>) =
        (0..10_000).map(|k| (wiggle(k).lon_deg(), wiggle(k).lat_deg())).map(|p| (p, p)).unzip();
    let side = |mut edge: Vec<(f64, f64)>, far_m: f64| {
        edge.extend([150_000.0, -150_000.0].map(|n| (place(far_m, n).lon_deg(), place(far_m, n).lat_deg())));
        Area::from_rings([edge])
    };
    mission.areas[0].area = side(west, -120_000.0);
    mission.areas[1].area = side(east, 120_000.0);
    mission
}

fn many(n: u32) -> Vec<Incident> {
    let classes = [
        EventClass::Shelling,
        EventClass::SmallArms,
        EventClass::Explosion,
        EventClass::HeavyWeapon,
        EventClass::DroneFlight,
    ];
    let mut state = 1_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(u32::MAX >> 1)
    };
    let one = |k: u32| {
        let class = classes[k as usize % classes.len()];
        let at_place = place(-60_000.0 + 120_000.0 * next(), -100_000.0 + 200_000.0 * next());
        let mut one = incident(class, at_place, 50.0 + 950.0 * next());
        one.time =
            TimeEstimate::instant(at("2031-03-01T00:00Z") + SignedDuration::from_secs((next() * 86_400.0) as i64), 1.0);
        one
    };
    (0..n).map(one).collect()
}

#[test]
#[ignore = "a measurement: meaningful in release builds only"]
fn forty_thousand_incidents_against_ten_rules() {
    let mission = mission();
    let agreement = mission.agreement(&[
        "must not fire\nwhere zone \"plant\"",
        "must not fire\nwhere zone \"strip\"\nwhen daily 22:00 to 06:00",
        "must not fire\nfrom line \"contact\"\ndistance < 2 km",
        "must not be present\nwhat heavy weapons\nfrom line \"contact\"\ndistance < 5 km",
        "must withdraw\nwhat weapon kind artillery, calibre >= 100 mm\nfrom line \"contact\"\ndistance >= 25 km",
        "must withdraw\nwhat heavy weapons\nfrom line \"contact\"\ndistance >= 15 km",
        "must not fly\nwhere zone \"strip\"",
        "must not be present\nwhere side of Party A\nfrom line \"contact\"\ndistance < 3 km",
        "must keep silence\nwhere zone \"plant\"\nwhen 1 consecutive days",
        "must notify\nwhat explosion\nwhen >= 48 h before\nwhere zone \"plant\"",
    ]);
    let incidents = many(40_000);
    let world = mission.world();
    let begun = Instant::now();
    let prepared = Prepared::new(&agreement, &world);
    let first = evaluate_prepared(&prepared, &incidents, &[], day());
    let cold = begun.elapsed();
    let begun = Instant::now();
    let second = evaluate_prepared(&prepared, &incidents, &[], day());
    let warm = begun.elapsed();
    println!("findings {}, cold {cold:?}, warm {warm:?}", first.len());
    assert_eq!(first, second);
    assert!(first.len() > 1_000);
    assert!(cfg!(debug_assertions) || warm.as_secs_f64() < 1.0, "{warm:?}");
}
