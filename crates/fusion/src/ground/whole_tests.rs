use super::super::{Frame, Input, Live, Located, Searched, Settings};
use super::locate;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use truceline_domain::{
    ArrayBearing, Measured, Outage, Pick, PickFeatures, SignedDuration, Span, Station, Timestamp, Wave, Wgs84,
};

const KM_PER_DEG: (f64, f64) = (74.5, 111.19);
const P_KM_S: f64 = 6.0;
const S_KM_S: f64 = 3.46;

/// A made-up stretch of time: stations, picks with the number of their event, true places and times.
struct Made {
    stations: Vec<Station>,
    picks: Vec<Pick>,
    truth: Vec<Option<usize>>,
    events: Vec<[f64; 4]>,
    settings: Settings,
}

fn midnight() -> Timestamp {
    "2031-03-01T00:00:00Z".parse().unwrap()
}

fn at(seconds: f64) -> Timestamp {
    midnight() + SignedDuration::from_nanos((seconds * 1e9) as i64)
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (rng.random_range(1e-12..1.0), rng.random());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

fn settings(half_km: f64, depth_km: (f64, f64), n_picks: usize) -> Settings {
    Settings {
        frame: Frame {
            origin: Wgs84::new(48.0, 37.0).unwrap(),
            km_per_deg_lat: KM_PER_DEG.1,
            km_per_deg_lon: KM_PER_DEG.0,
        },
        searched: Searched { east_km: (-half_km, half_km), north_km: (-half_km, half_km), depth_km },
        p_km_s: P_KM_S,
        s_km_s: S_KM_S,
        layers: Vec::new(),
        air: Vec::new(),
        n_picks,
        n_p: 2,
        n_s: 0,
        n_p_and_s: 0,
        tolerance_s: 1.2,
        threads: 1,
    }
}

fn station(number: usize, (east, north): (f64, f64), is_array: bool) -> Station {
    Station {
        id: format!("S{number:02}").as_str().into(),
        place: Wgs84::new(48.0 + north / KM_PER_DEG.1, 37.0 + east / KM_PER_DEG.0).unwrap(),
        elevation_m: 0.0,
        modality: None,
        is_array,
    }
}

fn pick(station: &Station, wave: Wave, seconds: f64, azimuth: Option<f64>) -> Pick {
    Pick {
        sensor: station.id.clone(),
        wave: Some(wave),
        at: at(seconds),
        sigma_s: None,
        confidence: None,
        bearing: azimuth.map(|value| ArrayBearing {
            azimuth_deg: Measured { value: value.rem_euclid(360.0), sigma: 3.0 },
            trace_velocity_mps: None,
            fisher: None,
            n_elements: None,
        }),
        features: PickFeatures::default().into(),
    }
}

/// Quakes over a square of 100 km with 16 stations, each wave picked with 85 %, and as many false picks.
fn quakes(seed: u64, n_events: usize) -> Made {
    quakes_every(55.0, seed, n_events)
}

/// The same, one every so many seconds.
fn quakes_every(spacing_s: f64, seed: u64, n_events: usize) -> Made {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let places: Vec<(f64, f64)> =
        (0..16).map(|i| (f64::from(i % 4) * 26.0 - 39.0, f64::from(i / 4) * 26.0 - 39.0)).collect();
    let stations: Vec<Station> = places.iter().enumerate().map(|(i, &place)| station(i, place, false)).collect();
    let (mut picks, mut truth, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..n_events {
        let mut within = |half: f64| rng.random_range(-half..half);
        let (east, north, depth) = (within(45.0), within(45.0), 8.0 + within(6.0));
        let time = 60.0 + number as f64 * spacing_s + within(spacing_s / 2.75);
        events.push([east, north, depth, time]);
        for (station, &(x, y)) in stations.iter().zip(&places) {
            let range = ((east - x).powi(2) + (north - y).powi(2) + depth * depth).sqrt();
            for (wave, speed) in [(Wave::P, P_KM_S), (Wave::S, S_KM_S)] {
                if rng.random_bool(0.85) {
                    picks.push(pick(station, wave, time + range / speed + 0.12 * normal(&mut rng), None));
                    truth.push(Some(number));
                }
            }
        }
    }
    let last = n_events as f64 * spacing_s + 100.0;
    for _ in 0..picks.len() {
        let station = stations.get(rng.random_range(0..stations.len())).unwrap();
        let wave = if rng.random_bool(0.5) { Wave::P } else { Wave::S };
        picks.push(pick(station, wave, rng.random_range(0.0..last), None));
        truth.push(None);
    }
    Made { stations, picks, truth, events, settings: settings(55.0, (0.0, 20.0), 10) }
}

/// Shots in still air of 10 °C heard by 16 microphones, half of them arrays; nothing is known of the air.
fn shots(seed: u64, n_events: usize) -> Made {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let places: Vec<(f64, f64)> =
        (0..16).map(|i| (f64::from(i % 4) * 5.0 - 7.5, f64::from(i / 4) * 5.0 - 7.5)).collect();
    let stations: Vec<Station> = places.iter().enumerate().map(|(i, &place)| station(i, place, i % 2 == 0)).collect();
    let (mut picks, mut truth, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..n_events {
        let (east, north) = (rng.random_range(-8.0..8.0), rng.random_range(-8.0..8.0));
        let time = 60.0 + number as f64 * 40.0 + rng.random_range(0.0..30.0);
        events.push([east, north, 0.0, time]);
        for (index, (station, &(x, y))) in stations.iter().zip(&places).enumerate() {
            let range = (east - x).hypot(north - y);
            if range < 10.0 && rng.random_bool(0.9) {
                let travel = range / (0.3313 * (1.0 + 10.0_f64 / 273.15).sqrt());
                let azimuth = (east - x).atan2(north - y).to_degrees() + 3.0 * normal(&mut rng);
                let when = time + travel + 0.03 * normal(&mut rng);
                picks.push(pick(station, Wave::Air, when, (index % 2 == 0).then_some(azimuth)));
                truth.push(Some(number));
            }
        }
    }
    for _ in 0..picks.len() / 2 {
        let index = rng.random_range(0..stations.len());
        let station = stations.get(index).unwrap();
        let azimuth = (index % 2 == 0).then(|| rng.random_range(0.0..360.0));
        picks.push(pick(station, Wave::Air, rng.random_range(0.0..n_events as f64 * 40.0), azimuth));
        truth.push(None);
    }
    let mut settings = settings(12.0, (0.0, 0.5), 4);
    settings.n_p = 4;
    settings.tolerance_s = 1.0;
    Made { stations, picks, truth, events, settings }
}

fn found(made: &Made) -> Located {
    found_with(made, &[])
}

fn found_with(made: &Made, outages: &[Outage]) -> Located {
    locate(&Input { stations: &made.stations, picks: &made.picks, outages, settings: &made.settings })
}

/// True events that were found: at least six tenths of the picks of either in common.
fn hits(made: &Made, located: &Located) -> Vec<(usize, usize)> {
    let total = |number| made.truth.iter().filter(|&&event| event == Some(number)).count();
    let one = |number: usize| {
        let event = located
            .arrivals
            .iter()
            .find(|arrival| made.truth[arrival.pick] == Some(number))
            .map(|arrival| arrival.event);
        let best = event.into_iter().chain(0..located.events.len()).find(|&event| {
            let of_event = || located.arrivals.iter().filter(move |arrival| arrival.event == event);
            let common = of_event().filter(|arrival| made.truth[arrival.pick] == Some(number)).count();
            common as f64 >= 0.6 * of_event().count().max(total(number)) as f64
        });
        best.map(|event| (number, event))
    };
    (0..made.events.len()).filter_map(one).collect()
}

fn error_km(made: &Made, located: &Located, (number, event): (usize, usize)) -> f64 {
    let centre = located.events[event].epicentre.centre;
    let east = (centre.lon_deg() - 37.0) * KM_PER_DEG.0 - made.events[number][0];
    let north = (centre.lat_deg() - 48.0) * KM_PER_DEG.1 - made.events[number][1];
    east.hypot(north)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn quakes_are_found_among_as_many_false_picks() {
    let made = quakes(1, 10);
    let located = found(&made);
    let hits = hits(&made, &located);
    assert!(hits.len() >= 9, "{} of 10", hits.len());
    assert!(located.events.len() <= 11, "{}", located.events.len());
    assert!(median(hits.iter().map(|&hit| error_km(&made, &located, hit)).collect()) < 0.4);
}

#[test]
fn quakes_that_crowd_are_told_apart() {
    let made = quakes_every(3.0, 11, 6);
    let located = found(&made);
    let hits = hits(&made, &located);
    assert!(hits.len() >= 5, "{} of 6", hits.len());
    assert!(located.events.len() <= 7, "{}", located.events.len());
}

#[test]
fn shots_are_found_though_nothing_is_known_of_the_air() {
    let made = shots(2, 14);
    let located = found(&made);
    let hits = hits(&made, &located);
    assert!(hits.len() >= 13, "{} of 14", hits.len());
    assert!(located.events.len() <= 15, "{}", located.events.len());
    assert!(median(hits.iter().map(|&hit| error_km(&made, &located, hit)).collect()) < 0.03);
    assert!(!located.air.is_empty());
}

#[test]
fn an_explosion_that_ground_and_air_carry_is_one_event() {
    let mut made = quakes(9, 3);
    made.settings.air.clear();
    let places: Vec<(f64, f64)> =
        (0..9).map(|i| (f64::from(i % 3) * 5.0 - 5.0, f64::from(i / 3) * 5.0 - 5.0)).collect();
    let first = made.stations.len();
    made.stations.extend(places.iter().enumerate().map(|(i, &place)| station(first + i, place, false)));
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    for (number, time, north) in [(3, 300.0, -2.0), (4, 340.0, 1.0)] {
        let east = 1.0_f64;
        made.events.push([east, north, 0.0, time]);
        for (index, post) in made.stations.clone().iter().enumerate() {
            let x = (post.place.lon_deg() - 37.0) * KM_PER_DEG.0;
            let y = (post.place.lat_deg() - 48.0) * KM_PER_DEG.1;
            let range = (east - x).hypot(north - y);
            let waves = [(Wave::P, P_KM_S, 0.1), (Wave::S, S_KM_S, 0.1), (Wave::Air, 0.3373, 0.03)];
            for (wave, speed, sigma) in waves {
                if (wave == Wave::Air) == (index >= first) {
                    made.picks.push(pick(post, wave, time + range / speed + sigma * normal(&mut rng), None));
                    made.truth.push(Some(number));
                }
            }
        }
    }
    made.settings.n_picks = 8;
    let located = found(&made);
    let hits = hits(&made, &located);
    for number in [3, 4] {
        let &(_, event) = hits.iter().find(|hit| hit.0 == number).unwrap();
        let waves: Vec<Wave> = located.arrivals.iter().filter(|a| a.event == event).map(|a| a.wave).collect();
        assert!(waves.contains(&Wave::P) && waves.contains(&Wave::Air), "{waves:?}");
        assert!(error_km(&made, &located, (number, event)) < 0.5);
    }
    assert!(hits.len() >= 4 && located.events.len() <= 6, "{} {}", hits.len(), located.events.len());
}

#[test]
fn a_search_by_brute_force_finds_the_same_quakes() {
    let made = quakes(3, 3);
    let located = found(&made);
    let naive = naive_quakes(&made);
    assert_eq!(located.events.len(), naive.len());
    for (event, (east, north, time)) in located.events.iter().zip(naive) {
        let place = event.epicentre.centre;
        assert!(((place.lon_deg() - 37.0) * KM_PER_DEG.0 - east).abs() < 3.0);
        assert!(((place.lat_deg() - 48.0) * KM_PER_DEG.1 - north).abs() < 3.0);
        assert!((event.time.duration_since(midnight()).as_secs_f64() - time).abs() < 1.0);
    }
}

/// Every node of a grid of 3 km, 5 km of depth and 0.5 s: how many (station, wave) have a pick within 0.9 s. The best
/// takes its picks, and so on while it has 14.
fn naive_quakes(made: &Made) -> Vec<(f64, f64, f64)> {
    let place = |station: &Station| {
        ((station.place.lon_deg() - 37.0) * KM_PER_DEG.0, (station.place.lat_deg() - 48.0) * KM_PER_DEG.1)
    };
    let mut lists: Vec<((f64, f64), f64, Vec<f64>)> = Vec::new();
    for station in &made.stations {
        for (wave, speed) in [(Wave::P, P_KM_S), (Wave::S, S_KM_S)] {
            let picks = made.picks.iter().filter(|pick| pick.sensor == station.id && pick.wave == Some(wave));
            let mut times: Vec<f64> = picks.map(|pick| pick.at.duration_since(midnight()).as_secs_f64()).collect();
            times.sort_by(f64::total_cmp);
            lists.push((place(station), speed, times));
        }
    }
    let mut events = Vec::new();
    loop {
        let mut best = (0, f64::INFINITY, (0.0, 0.0, 0.0, 0.0));
        for (e, n, d) in (-16..=16).flat_map(|e| (-16..=16).flat_map(move |n| (0..4).map(move |d| (e, n, d)))) {
            let (east, north, depth) = (f64::from(e) * 3.0, f64::from(n) * 3.0, 2.0 + f64::from(d) * 4.0);
            let travel: Vec<f64> = lists
                .iter()
                .map(|((x, y), speed, _)| ((east - x).powi(2) + (north - y).powi(2) + depth * depth).sqrt() / speed)
                .collect();
            // Only origin times that some first-arriving pick suggests are worth a count.
            for (list, &way) in lists.iter().zip(&travel).filter(|(list, way)| list.1 > 5.0 && **way < 3.5) {
                for &seen in &list.2 {
                    let time = seen - way;
                    let (mut count, mut squares) = (0, 0.0);
                    for (other, &way) in lists.iter().zip(&travel) {
                        let near = other.2.partition_point(|&t| t < time + way - 0.9);
                        if let Some(&t) = other.2.get(near).filter(|&&t| t <= time + way + 0.9) {
                            count += 1;
                            squares += (t - time - way).powi(2);
                        }
                    }
                    if count > best.0 || (count == best.0 && squares < best.1) {
                        best = (count, squares, (east, north, depth, time));
                    }
                }
            }
        }
        if best.0 < 14 {
            break;
        }
        let (east, north, depth, time) = best.2;
        for ((x, y), speed, times) in &mut lists {
            let way = ((east - *x).powi(2) + (north - *y).powi(2) + depth * depth).sqrt() / *speed;
            times.retain(|t| (t - time - way).abs() > 1.5);
        }
        events.push((east, north, time));
    }
    events.sort_by(|a, b| a.2.total_cmp(&b.2));
    events
}

#[test]
fn order_and_threads_change_nothing() {
    for made in [quakes(4, 3), shots(5, 3)] {
        let first = found(&made);
        let n = made.picks.len();
        let order: Vec<usize> = (0..n).map(|i| (i * 7919 + 13) % n).collect();
        assert_eq!(order.iter().collect::<std::collections::BTreeSet<_>>().len(), n, "a permutation");
        let picks: Vec<Pick> = order.iter().map(|&index| made.picks[index].clone()).collect();
        let settings = Settings { threads: 3, ..made.settings.clone() };
        let mut other = locate(&Input { stations: &made.stations, picks: &picks, outages: &[], settings: &settings });
        assert_eq!(first.events, other.events);
        for arrival in &mut other.arrivals {
            arrival.pick = order[arrival.pick];
        }
        other.arrivals.sort_by_key(|arrival| (arrival.event, arrival.pick));
        assert_eq!(first.arrivals, other.arrivals);
    }
}

#[test]
fn picks_one_by_one_come_to_the_same() {
    let made = quakes(6, 2);
    let mut order: Vec<usize> = (0..made.picks.len()).collect();
    order.sort_by_key(|&index| made.picks[index].at);
    order.swap(3, 9);
    let mut live = Live::new(made.stations.clone(), Vec::new(), made.settings.clone());
    let changes: usize = order.iter().map(|&index| live.push(made.picks[index].clone()).len()).sum();
    assert!(changes >= 2);
    let standing = live.standing_events();
    assert!((2..=3).contains(&standing), "{standing}");
    let whole =
        locate(&Input { stations: &made.stations, picks: live.picks(), outages: &[], settings: &made.settings });
    assert_eq!(live.located(), whole);
    assert_eq!(whole.events, found(&made).events);
}

#[test]
fn stations_that_are_down_count_for_nothing() {
    let mut made = quakes(7, 4);
    let silent = |pick: &Pick| ["S00", "S05", "S06", "S10", "S15"].contains(&pick.sensor.as_str());
    let kept: Vec<bool> = made.picks.iter().map(|pick| !silent(pick)).collect();
    let mut keep = kept.iter();
    made.picks.retain(|_| *keep.next().unwrap());
    let mut keep = kept.iter();
    made.truth.retain(|_| *keep.next().unwrap());
    let undeclared = found(&made);
    let outages: Vec<Outage> = ["S00", "S05", "S06", "S10", "S15"]
        .iter()
        .map(|&id| Outage { sensor: id.into(), span: Span::ALWAYS, pd_factor: 0.0, cause: "power".into() })
        .collect();
    let declared = found_with(&made, &outages);
    for located in [&undeclared, &declared] {
        assert!(hits(&made, located).len() >= 3);
        assert!(located.events.len() <= 5, "{}", located.events.len());
    }
    assert!(
        declared.events.iter().all(|event| event.misses.iter().all(|miss| ![0, 5, 6, 10, 15].contains(&miss.station)))
    );
    assert!(declared.events.iter().any(|event| !event.uncovered.is_empty()));
}

#[test]
fn strange_input_is_no_panic() {
    let mut made = quakes(8, 1);
    made.settings.searched.east_km = (-20.0, 20.0);
    made.settings.searched.north_km = (-20.0, 20.0);
    let nothing = locate(&Input { stations: &[], picks: &[], outages: &[], settings: &made.settings });
    assert!(nothing.events.is_empty());
    let unknown = locate(&Input { stations: &[], picks: &made.picks, outages: &[], settings: &made.settings });
    assert!(unknown.events.is_empty() && unknown.arrivals.is_empty());
    let mut same = made.picks.clone();
    same.iter_mut().for_each(|pick| pick.at = at(10.0));
    let _ = locate(&Input { stations: &made.stations, picks: &same, outages: &[], settings: &made.settings });
    let empty = Settings {
        searched: Searched { east_km: (0.0, 0.0), north_km: (5.0, -5.0), depth_km: (3.0, 3.0) },
        ..made.settings.clone()
    };
    let _ = locate(&Input { stations: &made.stations, picks: &made.picks, outages: &[], settings: &empty });
}
