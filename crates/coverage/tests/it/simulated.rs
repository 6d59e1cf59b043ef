//! The stated bounds against simulated events, and the time the room takes.

use crate::support::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use truceline_coverage::{MISSED_95, Prepared};
use truceline_domain::*;

const HOURS: i64 = 24;

/// A made-up day: a few nodes, one array over everything, outages. Every edge lies on a full hour.
fn made_up_day(rng: &mut ChaCha8Rng) -> (Vec<Sensor>, Vec<Outage>) {
    let mut sensors = vec![sensor("array", None, (f64::INFINITY, rng.random_range(0.05..0.9)))];
    let mut outages = Vec::new();
    for number in 0..rng.random_range(0..6) {
        let place = (rng.random_range(46.98..47.27), rng.random_range(34.98..35.32));
        let id = format!("n{number}");
        sensors.push(sensor(&id, Some(place), (rng.random_range(2_000.0..9_000.0), rng.random_range(0.2..0.95))));
        let from = rng.random_range(0..HOURS);
        let until = rng.random_range(from..=HOURS);
        outages.push(outage(&id, minutes(60 * from, 60 * until), 0.0));
    }
    (sensors, outages)
}

/// The sensors decide one by one, by their declared probability at the event's cell and hour.
fn is_detected(
    rng: &mut ChaCha8Rng,
    (sensors, outages): (&[Sensor], &[Outage]),
    (place, at): (Wgs84, Timestamp),
) -> bool {
    let mut seen = false;
    for sensor in sensors {
        let up = !outages.iter().any(|o| o.sensor == sensor.id && o.span.contains(at));
        let in_reach = sensor.place.is_none_or(|p| distance_m(p, place) <= sensor.reach[0].range_m);
        seen |= up && in_reach && rng.random_bool(sensor.reach[0].pd);
    }
    seen
}

#[test]
fn the_bound_on_missed_events_holds_in_95_of_100_windows() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_310_301);
    let (n_days, n_windows) = (12, 600);
    let (mut broken, mut silent) = (0_u32, 0_u32);
    for _ in 0..n_days {
        let (sensors, outages) = made_up_day(&mut rng);
        let said = state(&sensors, &outages, minutes(0, 60 * HOURS));
        let bound = said.missed_upper_95.unwrap();
        assert_eq!(bound, MISSED_95 / said.mean_pd);
        let cells = Prepared::new(&sensors, &area()).cells().to_vec();
        // The hardest number of events: the first that the bound excludes.
        let n_events = bound.floor() as u32 + 1;
        for _ in 0..n_windows {
            let mut any = false;
            for _ in 0..n_events {
                let cell = cells[rng.random_range(0..cells.len())];
                let at = at_minute(rng.random_range(0..60 * HOURS));
                any = any || is_detected(&mut rng, (&sensors, &outages), (cell.centre, at));
            }
            silent += u32::from(!any);
            broken += u32::from(!any && f64::from(n_events) > bound);
        }
    }
    let share = f64::from(broken) / f64::from(n_days * n_windows);
    assert!(silent > 0, "the test must be able to fail");
    assert!(share <= 0.05, "{share}");
    // Nor is the bound empty caution: the first number that it excludes goes unseen now and then.
    assert!(share > 0.005, "{share}");
}

fn many_sensors(n: u32, n_classes: usize) -> Vec<Sensor> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let classes = &EventClass::ALL[..n_classes];
    let made = |number: u32, rng: &mut ChaCha8Rng| {
        let place = (rng.random_range(47.0..48.8), rng.random_range(35.0..37.7));
        let range_m = rng.random_range(5_000.0..60_000.0);
        let reach = classes.iter().map(|class| Reach { class: *class, range_m, pd: 0.6 }).collect();
        Sensor { reach, ..sensor(&format!("s{number}"), Some(place), (range_m, 0.6)) }
    };
    (0..n).map(|number| made(number, &mut rng)).collect()
}

fn large_area() -> Area {
    Area::from_rings([vec![(35.0, 47.0), (37.7, 47.0), (37.7, 48.8), (35.0, 48.8)]])
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    println!("{what}: {:?}", start.elapsed());
    (result, start.elapsed())
}

/// Run with `--release -- --ignored --nocapture` for the figures.
#[test]
#[ignore = "measures time; meant for a release build"]
fn a_week_of_a_front_and_a_year_of_satellites() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let sensors = many_sensors(40, 15);
    let mut down = || {
        let from = rng.random_range(0..60 * 24 * 7);
        outage(&format!("s{}", rng.random_range(0..40)), minutes(from, from + rng.random_range(10..600)), 0.2)
    };
    let outages: Vec<Outage> = (0..200).map(|_| down()).collect();
    let (week, classes) = (minutes(0, 60 * 24 * 7), &EventClass::ALL[..15]);
    let (area, none) = (large_area(), BTreeMap::new());
    let (said, took) = timed("a week, 15 classes, 40 sensors, 200 outages, 200 x 200 km", || {
        Prepared::new(&sensors, &area).statements(&outages, &ask(week, classes, &none))
    });
    assert_eq!(said.len(), 15);
    assert!(took < Duration::from_millis(200), "{took:?}");
    let overhead: Vec<Sensor> = many_sensors(6, 15)
        .into_iter()
        .map(|s| Sensor {
            place: None,
            reach: s.reach.iter().map(|r| Reach { range_m: f64::INFINITY, ..*r }).collect(),
            ..s
        })
        .collect();
    let prepared = Prepared::new(&overhead, &area);
    let (said, took) = timed("365 days, 15 classes, 6 satellites", || {
        let day = |d: i64| prepared.statements(&[], &ask(minutes(1440 * d, 1440 * (d + 1)), classes, &none));
        (0..365).map(|d| day(d).len()).sum::<usize>()
    });
    assert_eq!(said, 365 * 15);
    assert!(took < Duration::from_millis(200), "{took:?}");
}
