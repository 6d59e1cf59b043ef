//! Said 99 %, true ninety-nine times in a hundred; said 90 %, true nine times in ten. Simulated with fixed seeds.

use crate::make::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use truceline_domain::*;
use truceline_fusion::{Parameters, fuse, place_statistic, time_gap_s};

/// Two independent standard normal numbers (Box and Muller).
fn normals(rng: &mut ChaCha8Rng) -> (f64, f64) {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    let (sin, cos) = (rng.random::<f64>() * std::f64::consts::TAU).sin_cos();
    (radius * cos, radius * sin)
}

/// An estimate of the middle by a sensor whose error ellipse is long, wide and turned as given.
fn look(rng: &mut ChaCha8Rng, (long_m, wide_m): (f64, f64), azimuth_deg: f64) -> PlaceEstimate {
    let (along, across) = normals(rng);
    let (sin, cos) = azimuth_deg.to_radians().sin_cos();
    let (along, across) = (along * long_m, across * wide_m);
    PlaceEstimate::along(at(along * sin + across * cos, along * cos - across * sin), azimuth_deg, (long_m, wide_m))
}

#[test]
fn true_pairs_pass_the_place_gate_in_99_of_100() {
    let mut rng = ChaCha8Rng::seed_from_u64(41);
    for ratio in [1.0, 2.0, 5.0, 20.0, 100.0] {
        for flat in [1.0, 4.0, 15.0] {
            let trials = 12_000;
            let passed = (0..trials)
                .filter(|_| {
                    let turn = rng.random_range(0.0..180.0);
                    let a = look(&mut rng, (30.0 * flat, 30.0), turn);
                    let turn = rng.random_range(0.0..180.0);
                    let b = look(&mut rng, (30.0 * ratio, 30.0 * ratio / flat.min(3.0)), turn);
                    place_statistic(&a, &b, 0.0).unwrap() <= 9.210_34
                })
                .count();
            let share = passed as f64 / f64::from(trials);
            assert!((0.985..=0.995).contains(&share), "ratio {ratio}, flatness {flat}: {share}");
        }
    }
}

#[test]
fn rounds_that_scatter_as_assumed_become_one_incident_in_99_of_100() {
    let mut rng = ChaCha8Rng::seed_from_u64(43);
    for n in [2_u32, 5, 12] {
        let trials = 1_500;
        let one = (0..trials)
            .filter(|_| {
                let seen = |record: u32| {
                    let sigma_m = rng.random_range(20.0..300.0);
                    // The rounds themselves scatter by 100 m about their middle.
                    let ((x, y), (dx, dy)) = (normals(&mut rng), normals(&mut rng));
                    let place = around(100.0 * dx + sigma_m * x, 100.0 * dy + sigma_m * y, sigma_m);
                    Detection { place, ..heard(record) }
                };
                let detections = (0..n).map(seen).collect();
                fuse(detections, &[], &Parameters::default()).incidents.len() == 1
            })
            .count();
        let share = one as f64 / f64::from(trials);
        assert!((0.975..=1.0).contains(&share), "{n} detections: {share}");
    }
}

/// How often the 90 % ellipse of the fused place holds the truth.
fn held(rng: &mut ChaCha8Rng, n: u32, trials: u32) -> f64 {
    let truth = middle();
    let inside = |_: &u32| {
        let detections = (0..n)
            .map(|record| {
                let (long_m, wide_m) = (rng.random_range(30.0..400.0), rng.random_range(20.0..200.0));
                let turn = rng.random_range(0.0..180.0);
                Detection { place: Where::Estimate(look(rng, (long_m, wide_m), turn)), ..heard(record) }
            })
            .collect();
        let fused = fuse(detections, &[], &Parameters::default());
        let widest = fused.incidents.iter().max_by_key(|incident| incident.arrivals.len()).unwrap();
        let place = widest.estimate().unwrap();
        let exact = PlaceEstimate::circular(truth, 0.0);
        place_statistic(&place, &exact, 0.0).unwrap() <= 4.605_17
    };
    (0..trials).filter(inside).count() as f64 / f64::from(trials)
}

#[test]
fn the_90_percent_ellipse_holds_the_truth_nine_times_in_ten() {
    let mut rng = ChaCha8Rng::seed_from_u64(47);
    for n in [1, 2, 3, 5, 9] {
        let share = held(&mut rng, n, 4_000);
        assert!((0.88..=0.92).contains(&share), "{n} detections: {share}");
    }
}

#[test]
fn copies_of_one_text_do_not_sharpen_the_place() {
    let copy =
        |record| Detection { modality: Modality::OpenSource, dependence: Some("one text".into()), ..heard(record) };
    let one = fuse(vec![copy(0)], &[], &Parameters::default());
    let many = fuse((0..20).map(copy).collect(), &[], &Parameters::default());
    assert_eq!(many.incidents.len(), 1);
    assert_eq!(many.incidents[0].n_independent, 1);
    let sigma = |fused: &truceline_fusion::Fused| fused.incidents[0].estimate().unwrap().sigma_major_m();
    assert!((sigma(&one) - sigma(&many)).abs() < 1e-6 * sigma(&one));
}

#[test]
fn true_pairs_pass_the_time_gate_in_99_of_100() {
    let mut rng = ChaCha8Rng::seed_from_u64(53);
    for ratio in [1.0, 3.0, 30.0] {
        let trials = 20_000;
        let passed = (0..trials)
            .filter(|_| {
                let (x, y) = normals(&mut rng);
                let clock = |x: f64, sigma_s: f64| TimeEstimate::instant(later(time(NOON), x * sigma_s), sigma_s);
                time_gap_s(&clock(x, 2.0), &clock(y, 2.0 * ratio), 0.0).is_some()
            })
            .count();
        let share = passed as f64 / f64::from(trials);
        assert!((0.985..=0.995).contains(&share), "ratio {ratio}: {share}");
    }
}

/// A day of fire missions over 40 × 40 km: one to eight rounds each, 20 s apart, scattered by 80 m, each seen by some of
/// three sensors with errors of 50 to 400 m. Gives the detections and the mission each belongs to.
fn day_of_missions(rng: &mut ChaCha8Rng, n_missions: u32) -> (Vec<Detection>, Vec<u32>) {
    let sensors = [
        ("M1", Modality::Acoustic, 150.0, 3.0),
        ("T1", Modality::ThermalCamera, 50.0, 0.5),
        ("S1", Modality::Seismic, 400.0, 1.0),
    ];
    let (mut detections, mut truth) = (Vec::new(), Vec::new());
    for mission in 0..n_missions {
        let (east_m, north_m) = (rng.random_range(-20_000.0..20_000.0), rng.random_range(-20_000.0..20_000.0));
        let start_s: f64 = rng.random_range(0.0..86_400.0);
        for round in 0..rng.random_range(1..=8_u32) {
            let (dx, dy) = normals(rng);
            for (sensor, modality, sigma_m, sigma_s) in sensors {
                if rng.random::<f64>() < 0.15 {
                    continue;
                }
                let ((x, y), (t, _)) = (normals(rng), normals(rng));
                let seconds = start_s + 20.0 * f64::from(round) + sigma_s * t;
                detections.push(Detection {
                    sensor: sensor.into(),
                    modality,
                    phenomenon: Phenomenon::Impact,
                    time: TimeEstimate::instant(later(time(NOON), seconds), sigma_s),
                    place: around(east_m + 80.0 * dx + sigma_m * x, north_m + 80.0 * dy + sigma_m * y, sigma_m),
                    ..heard(detections.len() as u32)
                });
                truth.push(mission);
            }
        }
    }
    (detections, truth)
}

#[test]
fn a_day_of_fire_missions_comes_apart_as_it_was() {
    let mut rng = ChaCha8Rng::seed_from_u64(59);
    let n_missions = 400;
    let (detections, truth) = day_of_missions(&mut rng, n_missions);
    let n = detections.len() as f64;
    let incidents = fuse(detections, &[], &Parameters::default()).incidents;
    let largest_share = |of: &mut dyn Iterator<Item = u32>| {
        let mut counts = std::collections::BTreeMap::<u32, u32>::new();
        of.for_each(|label| *counts.entry(label).or_default() += 1);
        f64::from(counts.into_values().max().unwrap_or(0))
    };
    // Purity: detections that sit with the majority of their incident; completeness: with the majority of their mission.
    let records = |incident: &Incident| incident.members().map(|id| id.record).collect::<Vec<_>>();
    let purity: f64 =
        incidents.iter().map(|i| largest_share(&mut records(i).into_iter().map(|r| truth[r as usize]))).sum::<f64>()
            / n;
    let mut incident_of = vec![0; truth.len()];
    for (label, incident) in (0..).zip(&incidents) {
        records(incident).into_iter().for_each(|r| incident_of[r as usize] = label);
    }
    let (truth, incident_of) = (&truth, &incident_of);
    let own = |mission: u32| (0..truth.len()).filter(move |k| truth[*k] == mission).map(|k| incident_of[k]);
    let completeness = (0..n_missions).map(|mission| largest_share(&mut own(mission))).sum::<f64>() / n;
    println!("purity {purity:.4}, completeness {completeness:.4}, {} incidents of {n_missions}", incidents.len());
    assert!(purity >= 0.97, "{purity}");
    assert!(completeness >= 0.95, "{completeness}");
    assert!(
        (incidents.len() as f64 - f64::from(n_missions)).abs() <= 0.02 * f64::from(n_missions),
        "{}",
        incidents.len()
    );
}
