//! How long large work takes; run with `cargo test --release -p truceline-report -- --ignored --nocapture`.

use crate::world::*;
use std::time::Instant;
use truceline_domain::*;
use truceline_report::*;

#[test]
#[ignore = "a measurement, for release builds"]
fn forty_thousand_incidents() {
    let mut world = World::new(40_000, 30);
    world.findings.extend(findings(&world.incidents, world.period));
    world.findings.truncate(60_000);
    let mut snapshot = world.snapshot();
    snapshot.days = world.days(30);
    let began = Instant::now();
    let documents = compose("daily", &snapshot);
    let bytes: usize = documents.iter().map(|document| document.bytes.len()).sum();
    let took = began.elapsed();
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
    println!(
        "{} incidents, {} findings: {:?}, {bytes} bytes",
        world.incidents.len(),
        world.findings.len(),
        began.elapsed()
    );
    let began = Instant::now();
    compose("daily", &Snapshot { audience: Audience::Public { cell_m: 10_000.0 }, ..snapshot });
    println!("the same for the public: {:?}", began.elapsed());
}

#[test]
#[ignore = "a measurement, for release builds"]
fn a_year_of_days() {
    let mission = mission();
    let began = Instant::now();
    let map = MapBase::new(&lines(10_000), &areas(), BOUNDS);
    println!("base of the map: {:?}", began.elapsed());
    let mut numbers = Numbers(3);
    let days: Vec<(Span, Vec<Incident>)> =
        (0..365).map(|k| (day(k), (0..100).map(|key| incident(key, day(k), &mut numbers)).collect())).collect();
    let findings: Vec<Vec<Finding>> = days.iter().map(|(span, incidents)| findings(incidents, *span)).collect();
    let clauses = clauses();
    let began = Instant::now();
    let mut bytes = 0;
    for ((span, incidents), findings) in days.iter().zip(&findings) {
        let mut snapshot = Snapshot::new(&mission, &map, *span);
        snapshot.incidents = incidents.iter().collect();
        snapshot.findings = findings.iter().collect();
        snapshot.clauses = &clauses;
        bytes += compose("daily", &snapshot).iter().map(|document| document.bytes.len()).sum::<usize>();
    }
    assert!(began.elapsed().as_secs_f64() < 1.5, "{:?}", began.elapsed());
    println!("365 days of 100 incidents: {:?}, {bytes} bytes", began.elapsed());
}

#[test]
#[ignore = "a measurement, for release builds"]
fn parts_of_a_day() {
    let world = World::new(100, 1);
    for kind in KINDS {
        let began = Instant::now();
        (0..100).for_each(|_| drop(kind.compose(&world.snapshot())));
        println!("{}: {:?} each", kind.name(), began.elapsed() / 100);
    }
}
