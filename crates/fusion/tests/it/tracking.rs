//! The tracker's promises, on a small simulated coast: two radars, a camera, cooperative reports.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use truceline_fusion::tracking::{
    Happening, Mover, Plot, Reading, Scan, Sensor, SensorKind, Setup, Tracker, Watched, smooth,
};

/// A mover: where it is at a time, or nothing when it is not there.
type Path = fn(f64) -> Option<(f64, f64, f64, f64)>;

fn gauss(rng: &mut impl Rng) -> f64 {
    (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0
}

fn radar(name: &str, east_m: f64, period_s: f64) -> Sensor {
    Sensor {
        east_m,
        period_s,
        sigma_azimuth_deg: 0.4,
        clutter_per_scan: 6.0,
        clutter_reach_m: 12_000.0,
        reach_m: [8_000.0, 12_000.0, 12_000.0, 20_000.0],
        ..Sensor::new(name, SensorKind::Radar)
    }
}

fn coast() -> Setup {
    let reports = Sensor {
        carries: vec![Mover::Vessel],
        period_s: 5.0,
        sigma_velocity_mps: 0.3,
        ..Sensor::new("AIS", SensorKind::Cooperative)
    };
    let sensors = vec![radar("R1", -2_000.0, 2.0), radar("R2", 2_500.0, 2.5), reports];
    Setup::new(sensors, [-6_000.0, -5_000.0, 6_000.0, 5_000.0])
}

/// Plots of every radar over `until_s`, with false ones; `bias` is added to the first radar's azimuth and range.
fn look(setup: &Setup, paths: &[Path], until_s: f64, bias: (f64, f64)) -> Vec<Scan> {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut scans = Vec::new();
    let mut number = 0;
    for (index, sensor) in setup.sensors.iter().enumerate().filter(|(_, s)| s.kind == SensorKind::Radar) {
        let mut time_s = 0.3 * (index as f64 + 1.0);
        while time_s < until_s {
            let mut plots = Vec::new();
            for (x, y, u, v) in paths.iter().filter_map(|path| path(time_s)) {
                let (dx, dy) = (x - sensor.east_m, y - sensor.north_m);
                let r = dx.hypot(dy);
                let rate = (dx * u + dy * v) / r;
                if rng.random_range(0.0..1.0) < if rate.abs() < 1.0 { 0.22 } else { 0.88 } {
                    let (da, dr) = if index == 0 { bias } else { (0.0, 0.0) };
                    plots.push(Reading::Polar {
                        azimuth_deg: (dx.atan2(dy).to_degrees() + da + 0.4 * gauss(&mut rng)).rem_euclid(360.0),
                        range_m: r + dr + 15.0 * gauss(&mut rng),
                        range_rate_mps: Some(rate + 0.6 * gauss(&mut rng)),
                        elevation_deg: None,
                    });
                }
            }
            for _ in 0..rng.random_range(3..9) {
                plots.push(Reading::Polar {
                    azimuth_deg: rng.random_range(0.0..360.0),
                    range_m: rng.random_range(100.0..12_000.0),
                    range_rate_mps: Some(rng.random_range(-30.0..30.0)),
                    elevation_deg: None,
                });
            }
            scans.push(scan(time_s, index as u32, plots, &mut number));
            time_s += sensor.period_s;
        }
    }
    sorted(scans)
}

fn scan(time_s: f64, sensor: u32, readings: Vec<Reading>, number: &mut u64) -> Scan {
    let plots = readings.into_iter().map(|reading| {
        *number += 1;
        Plot { number: *number, reading }
    });
    let plots: Vec<Plot> = plots.collect();
    *number += 1;
    Scan { time_s, number: *number, sensor, from_m: None, plots }
}

/// Reports of one identity every five seconds, `off_m` east of the path.
fn reports(path: Path, identity: u32, span: std::ops::Range<f64>, off_m: f64) -> Vec<Scan> {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(identity) + 70);
    let mut number = 1_000_000 * (u64::from(identity) + 1) + span.start as u64 * 100;
    let mut scans = Vec::new();
    let mut time_s = span.start + 0.7;
    while time_s < span.end {
        if let Some((x, y, u, v)) = path(time_s) {
            let reading = Reading::Claim {
                identity,
                east_m: x + off_m + 8.0 * gauss(&mut rng),
                north_m: y + 8.0 * gauss(&mut rng),
                east_mps: Some(u),
                north_mps: Some(v),
            };
            scans.push(scan(time_s, 2, vec![reading], &mut number));
        }
        time_s += 5.0;
    }
    scans
}

fn sorted(mut scans: Vec<Scan>) -> Vec<Scan> {
    scans.sort_by(|a, b| (a.time_s, a.number).partial_cmp(&(b.time_s, b.number)).unwrap());
    scans
}

fn run(setup: &Setup, scans: &[Scan]) -> Tracker {
    let mut tracker = Tracker::new(setup);
    scans.iter().cloned().for_each(|scan| tracker.push(scan));
    tracker.catch_up();
    tracker
}

fn northbound(t: f64) -> Option<(f64, f64, f64, f64)> {
    Some((500.0, -2_500.0 + 14.0 * t, 0.0, 14.0))
}

fn vessel(t: f64) -> Option<(f64, f64, f64, f64)> {
    Some((-4_000.0 + 5.0 * t, 1_500.0 + 2.0 * t, 5.0, 2.0))
}

/// Flies, hovers from 60 s to 95 s, flies on.
fn hoverer(t: f64) -> Option<(f64, f64, f64, f64)> {
    let (x, u) = if t < 60.0 {
        (-1_000.0 + 10.0 * t, 10.0)
    } else if t < 95.0 {
        (-400.0, 0.0)
    } else {
        (-400.0 + 10.0 * (t - 95.0), 10.0)
    };
    Some((x, 3_000.0, u, 0.0))
}

fn lander(t: f64) -> Option<(f64, f64, f64, f64)> {
    (t < 70.0).then(|| (3_500.0, -1_000.0 + 12.0 * t, 0.0, 12.0))
}

#[test]
fn every_mover_has_one_track_and_clutter_has_none() {
    let setup = coast();
    let paths: [Path; 3] = [northbound, vessel, hoverer];
    let mut tracker = run(&setup, &look(&setup, &paths, 120.0, (0.0, 0.0)));
    let tracks = tracker.tracks_at(120.0);
    assert_eq!(tracks.len(), 3, "{tracks:#?}");
    for path in paths {
        let (x, y, ..) = path(120.0).unwrap();
        let near = tracks.iter().filter(|t| (t.mean.x - x).hypot(t.mean.y - y) < 60.0).count();
        assert_eq!(near, 1);
    }
}

#[test]
fn a_hovering_drone_stays_one_track_and_a_landed_one_ends() {
    let setup = coast();
    let scans = look(&setup, &[hoverer, lander], 110.0, (0.0, 0.0));
    let mut tracker = Tracker::new(&setup);
    let mut ids = Vec::new();
    for scan in scans {
        let time_s = scan.time_s;
        tracker.push(scan);
        if time_s > 30.0 {
            let (x, y, ..) = hoverer(time_s).unwrap();
            let found = tracker.tracks_at(time_s);
            ids.extend(found.iter().filter(|t| (t.mean.x - x).hypot(t.mean.y - y) < 120.0).map(|t| t.track));
            let landed = found.iter().any(|t| (t.mean.x - 3_500.0).abs() < 300.0 && t.mean.y > -500.0);
            assert!(time_s < 85.0 || !landed, "a landed drone is still shown at {time_s}");
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[test]
fn order_of_arrival_does_not_show_in_the_end() {
    let mut setup = coast();
    let mut scans = look(&setup, &[northbound, vessel, hoverer], 60.0, (0.0, 0.0));
    scans.extend(reports(vessel, 0, 0.0..60.0, 0.0));
    let scans = sorted(scans);
    let in_order = run(&setup, &scans);
    setup.lag_s = 30.0;
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut late: Vec<(f64, Scan)> = scans
        .iter()
        .map(|scan| {
            (
                scan.time_s + if rng.random_range(0.0..1.0) < 0.2 { rng.random_range(0.0..25.0) } else { 0.2 },
                scan.clone(),
            )
        })
        .collect();
    late.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut tracker = Tracker::new(&setup);
    for (arrived_s, scan) in late {
        tracker.push(scan);
        tracker.tracks_at(arrived_s);
    }
    tracker.catch_up();
    assert_eq!(tracker.dropped(), 0);
    assert_eq!(format!("{:?}", tracker.links()), format!("{:?}", in_order.links()));
    assert_eq!(format!("{:?}", tracker.events()), format!("{:?}", in_order.events()));
    assert_eq!(format!("{:?}", tracker.tracks_at(60.0)), format!("{:?}", { in_order }.tracks_at(60.0)));
}

#[test]
fn stopping_and_going_on_changes_nothing() {
    let setup = coast();
    let scans = look(&setup, &[northbound, vessel], 60.0, (0.0, 0.0));
    let mut whole = run(&setup, &scans);
    let (first, rest) = scans.split_at(scans.len() / 2);
    let mut stopped = run(&setup, first).clone();
    rest.iter().cloned().for_each(|scan| stopped.push(scan));
    assert_eq!(format!("{:?}", whole.tracks_at(60.0)), format!("{:?}", stopped.tracks_at(60.0)));
}

#[test]
fn a_claim_that_radar_does_not_see_is_stated_and_never_shown() {
    let setup = coast();
    let mut scans = look(&setup, &[vessel], 90.0, (0.0, 0.0));
    scans.extend(reports(vessel, 0, 0.0..90.0, 1_500.0));
    let mut tracker = Tracker::new(&setup);
    for scan in sorted(scans) {
        let time_s = scan.time_s;
        tracker.push(scan);
        let (x, y, ..) = vessel(time_s).unwrap();
        let ghost = tracker.tracks_at(time_s).into_iter().any(|t| (t.mean.x - x - 1_500.0).hypot(t.mean.y - y) < 300.0);
        assert!(!ghost, "at {time_s}");
    }
    let flagged = tracker.events().iter().find(|e| matches!(e.what, Happening::ClaimNotCorroborated { .. })).unwrap();
    assert!(flagged.known_s < 60.0 && flagged.identity == Some(0) && !flagged.plots.is_empty());
}

#[test]
fn going_dark_and_an_identity_that_changes_over_are_stated_with_their_times() {
    let setup = coast();
    let mut scans = look(&setup, &[northbound, vessel], 180.0, (0.0, 0.0));
    scans.extend(reports(vessel, 0, 0.0..60.0, 0.0));
    scans.extend(reports(northbound, 1, 0.0..90.0, 0.0));
    scans.extend(reports(vessel, 1, 100.0..180.0, 0.0));
    let tracker = run(&setup, &sorted(scans));
    let dark = tracker.events().iter().find(|e| e.what == Happening::WentDark && e.identity == Some(0)).unwrap();
    assert!((dark.time_s - 60.0).abs() < 6.0 && dark.known_s - dark.time_s < 60.0);
    let moved = tracker.events().iter().find(|e| matches!(e.what, Happening::IdentityOnTwoTracks { .. })).unwrap();
    assert!(moved.identity == Some(1) && (100.0..160.0).contains(&moved.known_s), "{moved:?}");
    assert!(tracker.events().iter().any(|e| matches!(e.what, Happening::ImpossibleJump { .. })));
}

#[test]
fn entry_into_a_zone_and_crossing_of_a_line_are_stated() {
    let mut setup = coast();
    let corners = vec![(0.0, -1_500.0), (1_000.0, -1_500.0), (1_000.0, -800.0), (0.0, -800.0)];
    setup.watched.push(Watched { name: "zone".into(), corners, closed: true });
    let corners = vec![(-3_000.0, -2_000.0), (3_000.0, -2_000.0)];
    setup.watched.push(Watched { name: "line".into(), corners, closed: false });
    let tracker = run(&setup, &look(&setup, &[northbound], 150.0, (0.0, 0.0)));
    let of = |wanted: fn(&Happening) -> bool| tracker.events().iter().filter(|e| wanted(&e.what)).collect::<Vec<_>>();
    let entered = of(|what| matches!(what, Happening::Entered { watched: 0, .. }));
    let left = of(|what| matches!(what, Happening::Left { watched: 0, .. }));
    let crossed = of(|what| matches!(what, Happening::Crossed { watched: 1, to_left: true }));
    assert_eq!((entered.len(), left.len(), crossed.len()), (1, 1, 1));
    assert!((entered[0].time_s - 1_000.0 / 14.0).abs() < 4.0 && (left[0].time_s - 1_700.0 / 14.0).abs() < 4.0);
    assert!((crossed[0].time_s - 500.0 / 14.0).abs() < 4.0);
}

#[test]
fn the_bias_of_a_radar_is_found() {
    let mut setup = coast();
    setup.registered = false;
    let mut scans = look(&setup, &[northbound, vessel, hoverer], 240.0, (0.5, 25.0));
    scans.extend(reports(vessel, 0, 0.0..240.0, 0.0));
    scans.extend(reports(northbound, 1, 0.0..240.0, 0.0));
    let tracker = run(&setup, &sorted(scans));
    let ([azimuth_deg, range_m, _], _) = tracker.biases()[0];
    assert!((azimuth_deg - 0.5).abs() < 0.1 && (range_m - 25.0).abs() < 5.0, "{azimuth_deg} {range_m}");
    let ([azimuth_deg, range_m, _], _) = tracker.biases()[1];
    assert!(azimuth_deg.abs() < 0.1 && range_m.abs() < 5.0, "{azimuth_deg} {range_m}");
}

#[test]
fn smoothing_after_the_fact_is_closer_to_the_truth() {
    let setup = coast();
    let scans = look(&setup, &[hoverer], 120.0, (0.0, 0.0));
    let tracker = run(&setup, &scans);
    let (mut live, mut after, mut count) = (0.0, 0.0, 0.0);
    for state in smooth(&setup, &scans, tracker.links()) {
        let (x, y, ..) = hoverer(state.time_s).unwrap();
        let off = (state.mean.x - x).hypot(state.mean.y - y);
        if (20.0..100.0).contains(&state.time_s) && off < 200.0 {
            after += off * off;
            live += (state.live.x - x).powi(2) + (state.live.y - y).powi(2);
            count += 1.0;
        }
    }
    assert!(count > 30.0 && after < 0.7 * live, "{count} {after} {live}");
}

#[test]
fn strange_input_does_no_harm() {
    let mut setup = coast();
    setup.lag_s = 10.0;
    let mut tracker = Tracker::new(&setup);
    let reading = Reading::Polar {
        azimuth_deg: f64::NAN,
        range_m: -5.0,
        range_rate_mps: Some(f64::INFINITY),
        elevation_deg: None,
    };
    for (k, time_s) in [f64::NAN, 0.0, 1e12, -4.0, 1e12 - 1.0].into_iter().enumerate() {
        let plots = vec![Plot { number: k as u64, reading }; 3];
        tracker.push(Scan { time_s, number: k as u64, sensor: (k % 9) as u32, from_m: None, plots });
    }
    assert!(tracker.tracks_at(1e12).iter().all(|track| track.mean.x.is_finite()));
    assert_eq!(tracker.dropped(), 2);
}
