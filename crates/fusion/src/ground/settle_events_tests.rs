use super::*;
use crate::ground::network::{AirState, Post};
use crate::ground::{Frame, Searched};
use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use truceline_domain::{SignedDuration, Span, Timestamp, Wgs84};

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

fn between(rng: &mut ChaCha8Rng, (from, until): (f64, f64)) -> f64 {
    from + (until - from) * rng.random::<f64>()
}

fn settings(half_km: (f64, f64), deepest_km: f64) -> Settings {
    let frame = Frame { origin: Wgs84::new(48.0, 37.8).unwrap(), km_per_deg_lat: 111.19, km_per_deg_lon: 74.49 };
    let searched =
        Searched { east_km: (-half_km.0, half_km.0), north_km: (-half_km.1, half_km.1), depth_km: (0.0, deepest_km) };
    Settings {
        frame,
        searched,
        p_km_s: 6.0,
        s_km_s: 3.46,
        layers: Vec::new(),
        air: Vec::new(),
        n_picks: 4,
        n_p: 4,
        n_s: 0,
        n_p_and_s: 0,
        tolerance_s: 1.0,
        threads: 1,
    }
}

fn network(settings: &Settings, places_km: &[(f64, f64)]) -> Network {
    let post = |(index, &(east_km, north_km)): (usize, &(f64, f64))| Post {
        east_km,
        north_km,
        depth_km: 0.0,
        is_array: index % 2 == 0,
        outages_s: Vec::new(),
    };
    Network {
        epoch: Timestamp::UNIX_EPOCH,
        frame: settings.frame,
        posts: places_km.iter().enumerate().map(post).collect(),
        speeds_km_s: [6.0, 3.46, 3.2],
        layered: None,
    }
}

fn lattice(
    (half_east, half_north): (f64, f64),
    (columns, rows): (usize, usize),
    rng: &mut ChaCha8Rng,
) -> Vec<(f64, f64)> {
    let at = |index: usize, count: usize, half: f64| ((index as f64 + 0.5) / count as f64 * 2.0 - 1.0) * half;
    let mut places = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let off = (0.06 * half_east * normal(rng), 0.06 * half_north * normal(rng));
            places.push((at(column, columns, half_east) + off.0, at(row, rows, half_north) + off.1));
        }
    }
    places
}

/// A hypothesis near the truth, with the truth: east, north, depth (km), time (s).
type Told = (Hypothesis, [f64; 4]);

fn told(truth: [f64; 4], observations: Vec<Observation>, off_km: f64, rng: &mut ChaCha8Rng) -> Told {
    let [east, north, depth, time] = truth;
    let hypothesis = Hypothesis {
        east_km: east + off_km * normal(rng),
        north_km: north + off_km * normal(rng),
        depth_km: depth.clamp(0.0, 8.0),
        time_s: time + 0.2 * normal(rng),
        observations,
    };
    (hypothesis, truth)
}

/// Quakes heard by P and S; the stated error is that of a pick alone times `stated`.
fn quakes(count: usize, stated: f64, seed: u64) -> (Settings, Network, Vec<Told>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let settings = settings((60.0, 60.0), 25.0);
    let network = network(&settings, &lattice((50.0, 50.0), (5, 5), &mut rng));
    let mut all = Vec::new();
    while all.len() < count {
        let truth = [
            between(&mut rng, (-50.0, 50.0)),
            between(&mut rng, (-50.0, 50.0)),
            between(&mut rng, (0.0, 20.0)),
            between(&mut rng, (0.0, 86_400.0)),
        ];
        let reach = between(&mut rng, (30.0, 90.0));
        let mut observations = Vec::new();
        for (station, post) in network.posts.iter().enumerate() {
            let range = (post.east_km - truth[0]).hypot(post.north_km - truth[1]).hypot(truth[2]);
            for (wave, speed) in [(Wave::P, 6.0), (Wave::S, 3.46)] {
                if range < reach && rng.random::<f64>() < 0.7 {
                    let travel = range / speed;
                    let sigma = (0.15_f64.powi(2) + (0.01 * travel).powi(2)).sqrt();
                    let (time_s, pick) = (truth[3] + travel + sigma * normal(&mut rng), observations.len());
                    let sigma_s = 0.15 * stated;
                    observations.push(Observation { pick, station, wave, time_s, sigma_s, azimuth_deg: None });
                }
            }
        }
        if observations.len() >= 8 {
            all.push(told(truth, observations, 2.0, &mut rng));
        }
    }
    (settings, network, all)
}

fn wind(hour: usize) -> (f64, f64) {
    let turn = 0.2 * hour as f64;
    (7.0 * turn.cos(), 7.0 * turn.sin())
}

fn column(hour: usize, wrong: (f64, f64)) -> AirColumn {
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour as i64);
    let (east, north) = wind(hour);
    AirColumn {
        span: Span { from: start, until: start + SignedDuration::from_hours(1) },
        wind_mps: (east + wrong.0, north + wrong.1),
        wind_sigma_mps: 2.0,
        temperature_c: 6.0,
        temperature_sigma_c: 2.0,
    }
}

/// Shots heard through the air of 24 hours, arrays with bearings; the stated error is that of a pick alone times `stated`.
fn shots(count: usize, stated: f64, seed: u64) -> (Settings, Network, Vec<Told>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let settings = settings((33.0, 23.0), 0.0);
    let network = network(&settings, &lattice((30.0, 20.0), (10, 7), &mut rng));
    let mut all = Vec::new();
    while all.len() < count {
        let truth = [
            between(&mut rng, (-28.0, 28.0)),
            between(&mut rng, (-18.0, 18.0)),
            0.0,
            between(&mut rng, (0.0, 86_400.0)),
        ];
        let air = AirState { wind_mps: wind((truth[3] / 3600.0) as usize), temperature_c: 6.0 };
        let source = Source { east_km: truth[0], north_km: truth[1], depth_km: 0.0 };
        let mut observations = Vec::new();
        for (station, post) in network.posts.iter().enumerate() {
            let range = (post.east_km - truth[0]).hypot(post.north_km - truth[1]);
            if range < 11.0 && rng.random::<f64>() < 0.7 {
                let travel = network.travel(station, Wave::Air, source, air).unwrap().time_s;
                let sigma = (0.02_f64.powi(2) + (0.003 * travel).powi(2)).sqrt();
                let (time_s, pick) = (truth[3] + travel + sigma * normal(&mut rng), observations.len());
                let azimuth = network.azimuth(station, source).unwrap().0 + 3.0 * normal(&mut rng);
                let azimuth_deg = post.is_array.then_some((azimuth, 3.0));
                let sigma_s = 0.02 * stated;
                observations.push(Observation { pick, station, wave: Wave::Air, time_s, sigma_s, azimuth_deg });
            }
        }
        if observations.len() >= 4 {
            all.push(told(truth, observations, 0.2, &mut rng));
        }
    }
    (settings, network, all)
}

/// Median error (km), and the shares of truths that the 50, 90 and 95 % ellipses hold.
fn judged(settled: &Settled, all: &[Told]) -> (f64, [f64; 3]) {
    let (mut errors, mut held) = (Vec::new(), [0.0; 3]);
    for (solution, (_, truth)) in settled.solutions.iter().zip(all) {
        let (east, north) = (truth[0] - solution.east_km, truth[1] - solution.north_km);
        errors.push(east.hypot(north));
        let (sin, cos) = solution.ellipse_azimuth_deg.to_radians().sin_cos();
        let (along, across) = (1000.0 * (east * sin + north * cos), 1000.0 * (east * cos - north * sin));
        for (held, (longer, shorter)) in held.iter_mut().zip(solution.ellipse_m) {
            if (along / longer).powi(2) + (across / shorter).powi(2) <= 1.0 {
                *held += 1.0 / all.len() as f64;
            }
        }
    }
    errors.sort_by(f64::total_cmp);
    (errors[errors.len() / 2], held)
}

fn hypotheses(all: &[Told]) -> Vec<Hypothesis> {
    all.iter().map(|(hypothesis, _)| hypothesis.clone()).collect()
}

#[track_caller]
fn assert_holds(held: [f64; 3]) {
    for (held, (wanted, within)) in held.iter().zip([(0.5, 0.05), (0.9, 0.03), (0.95, 0.02)]) {
        assert!((held - wanted).abs() <= within, "{wanted}: {held}");
    }
}

#[test]
fn ellipses_of_quakes_hold_with_right_and_wrong_stated_errors() {
    for stated in [0.8, 1.2] {
        let (settings, network, all) = quakes(1000, stated, 11);
        let settled = settle(&network, &hypotheses(&all), &settings);
        let (_, held) = judged(&settled, &all);
        assert_holds(held);
        assert!(settled.clocks.is_empty());
    }
}

#[test]
fn ellipses_of_shots_hold_with_a_right_a_wrong_and_no_wind() {
    let (mut settings, network, all) = shots(1000, 1.2, 12);
    let field = |wrong: (f64, f64)| (0..24).map(|hour| column(hour, wrong)).collect::<Vec<_>>();
    let mut medians = Vec::new();
    for air in [field((0.0, 0.0)), field((2.4, -1.8)), Vec::new()] {
        settings.air = air;
        let settled = settle(&network, &hypotheses(&all), &settings);
        let (median, held) = judged(&settled, &all);
        assert_holds(held);
        assert!(settled.clocks.is_empty());
        medians.push(median);
    }
    assert!(medians[0] < 0.015 && medians[1] < 0.016 && medians[2] < 0.02, "{medians:?}");
}

#[test]
fn the_wind_that_nobody_gave_is_found() {
    let (settings, network, all) = shots(400, 1.0, 13);
    let settled = settle(&network, &hypotheses(&all), &settings);
    assert_eq!(settled.air.len(), 24);
    for (hour, column) in settled.air.iter().enumerate() {
        let (east, north) = wind(hour);
        let off = (column.wind_mps.0 - east).hypot(column.wind_mps.1 - north);
        assert!(off < 4.0 * column.wind_sigma_mps && column.wind_sigma_mps < 2.0, "{hour}: {off} {column:?}");
    }
}

/// The same hour in one dense system over all events and the air at once, with derivatives by differences: its step from
/// the solution must be none, its covariances those of the solution.
#[test]
fn one_dense_system_agrees() {
    let (settings, network, mut all) = shots(300, 1.0, 14);
    all.retain(|(_, truth)| (7200.0..10_800.0).contains(&truth[3]));
    let mut work = Work::of(&network, &hypotheses(&all), &settings);
    work.start();
    work.rounds();
    work.settle_each(false);
    let stretch = &work.air.stretches[0];
    let (n, air) = (work.shots.len(), work.air.state(0));
    let parameters = 3 * n + 3;
    let predicted = |shot: &Shot, station: usize, step: [f64; 6]| {
        let [east, north, time, wind_east, wind_north, warmer] = step;
        let source = Source {
            east_km: shot.origin.source.east_km + east,
            north_km: shot.origin.source.north_km + north,
            depth_km: 0.0,
        };
        let wind_mps = (air.wind_mps.0 + wind_east, air.wind_mps.1 + wind_north);
        let air = AirState { wind_mps, temperature_c: air.temperature_c + warmer };
        (
            network.sound(station, source, air).unwrap().0.time_s + shot.origin.time_s + time,
            network.azimuth(station, source).unwrap().0,
        )
    };
    let mut information = DMatrix::zeros(parameters, parameters);
    let mut pull = DVector::zeros(parameters);
    for (index, shot) in work.shots.iter().enumerate() {
        let place = |part: usize| if part < 3 { 3 * index + part } else { 3 * n + part - 3 };
        for reading in &shot.readings {
            let slope = |bearing: bool| {
                let mut row = DVector::zeros(parameters);
                for part in 0..6 {
                    let mut step = [0.0; 6];
                    step[part] = 1e-4;
                    let up = predicted(shot, reading.station, step);
                    step[part] = -1e-4;
                    let down = predicted(shot, reading.station, step);
                    let wrapped = (up.1 - down.1 + 180.0).rem_euclid(360.0) - 180.0;
                    row[place(part)] = if bearing { wrapped } else { up.0 - down.0 } / 2e-4;
                }
                row
            };
            let here = predicted(shot, reading.station, [0.0; 6]);
            let row = slope(false);
            let weight = reading.weight / reading.variance_s2;
            information += weight * &row * row.transpose();
            pull += weight * (reading.at_s - here.0) * row;
            if let Some(turn) = reading.turn {
                let row = slope(true);
                let weight = turn.weight / turn.variance_deg2;
                let off = (turn.azimuth_deg - here.1 + 180.0).rem_euclid(360.0) - 180.0;
                information += weight * &row * row.transpose();
                pull += weight * off * row;
            }
        }
        for (part, (from, until)) in [settings.searched.east_km, settings.searched.north_km].iter().enumerate() {
            information[(place(part), place(part))] += 12.0 / (until - from).powi(2);
        }
        information[(place(2), place(2))] += 1e-6;
    }
    // What the prior of the air must have been: the air's own information less that of all events.
    let all_told = inverse(&stretch.covariance).unwrap().0;
    for a in 0..3 {
        for b in 0..3 {
            let told: f64 = work.shots.iter().map(|shot| shot.message.information[a][b]).sum();
            information[(3 * n + a, 3 * n + b)] += all_told[a][b] - told;
        }
    }
    let covariance = information.try_inverse().unwrap();
    let solutions = {
        let air_covariance = stretch.covariance;
        work.shots.iter().map(move |shot| {
            let left = times(&times(&shot.carry, &air_covariance), &transposed(&shot.carry));
            plus(&shot.inverse, 1.0, &left)
        })
    };
    for (index, ours) in solutions.enumerate() {
        for (a, row) in [0, 1, 3].into_iter().enumerate() {
            for (b, column) in [0, 1, 3].into_iter().enumerate() {
                let theirs = covariance[(3 * index + a, 3 * index + b)];
                let size =
                    (covariance[(3 * index + a, 3 * index + a)] * covariance[(3 * index + b, 3 * index + b)]).sqrt();
                assert!((ours[row][column] - theirs).abs() < 2e-3 * size, "{index} {row} {column}");
            }
        }
    }
    // With the air where it is, no event wants to go elsewhere.
    for (index, shot) in work.shots.iter().enumerate() {
        let own = information_step(&covariance, &pull, index);
        assert!(own < 0.05, "{index}: {own} {:?}", shot.origin);
    }
}

/// Step of one event at a fixed air, in its standard deviations.
fn information_step(covariance: &DMatrix<f64>, pull: &DVector<f64>, index: usize) -> f64 {
    (0..3)
        .map(|part| (pull[3 * index + part] * covariance[(3 * index + part, 3 * index + part)].sqrt()).abs())
        .fold(0.0, f64::max)
}

#[test]
fn a_clock_that_is_off_is_found_and_does_no_harm() {
    let (settings, network, all) = shots(300, 1.0, 15);
    let bad = 33;
    let mut shifted = all.clone();
    let mut without = all.clone();
    for observation in shifted.iter_mut().flat_map(|(hypothesis, _)| &mut hypothesis.observations) {
        if observation.station == bad {
            observation.time_s += 0.3;
        }
    }
    for (hypothesis, _) in &mut without {
        hypothesis.observations.retain(|observation| observation.station != bad);
    }
    let settled = settle(&network, &hypotheses(&shifted), &settings);
    let [clock] = settled.clocks.as_slice() else { panic!("{:?}", settled.clocks) };
    assert_eq!(clock.station, bad);
    assert!((clock.offset_s - 0.3).abs() < 0.04 && clock.drift_s_per_h.abs() < 0.02, "{clock:?}");
    let (with, _) = judged(&settled, &shifted);
    let (best, _) = judged(&settle(&network, &hypotheses(&without), &settings), &without);
    assert!(with < 1.03 * best, "{with} {best}");
    let weights = settled.solutions.iter().flat_map(|solution| &solution.arrivals);
    assert!(weights.filter(|fitted| fitted.station == bad).all(|fitted| fitted.weight < 0.05));
}

#[test]
fn a_clock_that_drifts_for_some_hours_is_found_with_its_span() {
    let (settings, network, mut all) = quakes(250, 1.0, 16);
    for observation in all.iter_mut().flat_map(|(hypothesis, _)| &mut hypothesis.observations) {
        let hours = observation.time_s / 3600.0;
        if observation.station == 12 && (6.0..18.0).contains(&hours) {
            observation.time_s += 0.5 + 0.1 * (hours - 6.0);
        }
    }
    let settled = settle(&network, &hypotheses(&all), &settings);
    let [clock] = settled.clocks.as_slice() else { panic!("{:?}", settled.clocks) };
    assert_eq!(clock.station, 12);
    assert!((clock.drift_s_per_h - 0.1).abs() < 0.03, "{clock:?}");
    assert!((clock.from_s / 3600.0 - 6.0).abs() < 1.0 && (clock.until_s / 3600.0 - 18.0).abs() < 1.0, "{clock:?}");
}

#[test]
fn healthy_clocks_are_not_blamed_for_a_wrong_wind() {
    for seed in 20..25 {
        let (mut settings, network, all) = shots(150, 1.0, seed);
        settings.air = (0..24).map(|hour| column(hour, (-3.0, 1.0))).collect();
        assert!(settle(&network, &hypotheses(&all), &settings).clocks.is_empty(), "{seed}");
    }
}

#[test]
fn three_sensors_in_a_line_leave_two_places() {
    let mut settings = settings((20.0, 20.0), 0.0);
    settings.air = vec![column(0, (0.0, 0.0))];
    let network = network(&settings, &[(-6.0, 0.0), (0.0, 0.0), (6.0, 0.0), (3.0, 0.001)]);
    let (source, air) =
        (Source { east_km: 1.0, north_km: 5.0, depth_km: 0.0 }, AirState { wind_mps: wind(0), temperature_c: 6.0 });
    let heard = |station: usize| Observation {
        pick: station,
        station,
        wave: Wave::Air,
        time_s: 100.0 + network.travel(station, Wave::Air, source, air).unwrap().time_s,
        sigma_s: 0.02,
        azimuth_deg: None,
    };
    let observations = (0..4).map(heard).collect();
    let hypothesis = Hypothesis { east_km: 1.2, north_km: 4.5, depth_km: 0.0, time_s: 100.0, observations };
    let settled = settle(&network, &[hypothesis], &settings);
    let [_, _, region] = settled.solutions[0].regions.as_slice() else { panic!("one hump") };
    assert_eq!(region.rings.len(), 2);
    let sides: Vec<bool> = region.rings.iter().map(|ring| ring[0].lat_deg() > 48.0).collect();
    assert!(sides.contains(&true) && sides.contains(&false));
}

#[test]
fn a_wrong_pick_is_let_go() {
    let (settings, network, mut all) = quakes(60, 1.0, 17);
    for (hypothesis, _) in &mut all {
        hypothesis.observations[2].time_s += 1.2;
    }
    let settled = settle(&network, &hypotheses(&all), &settings);
    let low = settled.solutions.iter().filter(|solution| solution.arrivals[2].weight < 0.3).count();
    assert!(low > 50, "{low}");
    assert!(settled.solutions.iter().all(|solution| solution.arrivals[2].log_density < 0.0));
}

#[test]
fn strange_input_harms_nothing() {
    let settings = settings((20.0, 20.0), 10.0);
    let network = network(&settings, &[(0.0, 0.0), (5.0, 0.0), (0.0, 5.0)]);
    let strange = |station, time_s, wave| Observation {
        pick: 0,
        station,
        wave,
        time_s,
        sigma_s: -1.0,
        azimuth_deg: Some((f64::NAN, 0.0)),
    };
    let hypothesis =
        |observations| Hypothesis { east_km: 0.0, north_km: 0.0, depth_km: -3.0, time_s: 0.0, observations };
    let all = [
        hypothesis(Vec::new()),
        hypothesis(vec![strange(99, 1.0, Wave::P), strange(0, f64::NAN, Wave::S), strange(1, 2.0, Wave::Shock)]),
        hypothesis(vec![strange(0, 1.0, Wave::Air), strange(1, 1e15, Wave::P)]),
        hypothesis(vec![strange(0, 1.0, Wave::P)]),
    ];
    let settled = settle(&network, &all, &settings);
    assert_eq!(settled.solutions.len(), 4);
    assert!(settled.solutions.iter().all(|solution| solution.east_km.is_finite() && solution.time_s.is_finite()));
    assert!(settle(&network, &[], &settings).solutions.is_empty());
}
