use super::*;
use proptest::prelude::*;

fn at() -> Timestamp {
    "2031-03-01T10:00:00Z".parse().unwrap()
}

fn hour() -> Span {
    Span::new(at(), "2031-03-01T11:00:00Z".parse().unwrap()).unwrap()
}

fn centre() -> Wgs84 {
    Wgs84::new(48.0, 37.0).unwrap()
}

fn stations(n: usize) -> Vec<Station> {
    let place = |k: usize| LocalFrame::about(centre()).place_at(k as f64 * 137.5, 1_500.0 + 1_100.0 * k as f64);
    let one = |k| Station {
        id: format!("s{k}").as_str().into(),
        place: place(k),
        elevation_m: 0.0,
        modality: None,
        is_array: false,
    };
    (0..n).map(one).collect()
}

fn noise(stations: &[Station], level_db: f64) -> Vec<Noise> {
    stations.iter().map(|s| Noise { station: s.id.clone(), span: Span::ALWAYS, level_db }).collect()
}

fn down(station: &Station, pd_factor: f64) -> Outage {
    Outage { sensor: station.id.clone(), span: hour(), pd_factor, cause: "power".into() }
}

fn listening<'a>(stations: &'a [Station], noise: &'a [Noise], outages: &'a [Outage]) -> Listening<'a> {
    Listening { stations, outages, noise, air: &[], hearing: Hearing::Physics(Fading::default()) }
}

const WANTED: Wanted = Wanted { n_stations: 3, probability: 0.9 };

/// At least k by going through every outcome.
fn naive(probabilities: &[f64], k: usize) -> f64 {
    let outcome = |mask: u32| {
        let of = |(n, p): (usize, &f64)| if mask & (1 << n) != 0 { *p } else { 1.0 - p };
        probabilities.iter().enumerate().map(of).product::<f64>()
    };
    (0..1_u32 << probabilities.len()).filter(|mask| mask.count_ones() as usize >= k).map(outcome).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn chances_equal_the_sum_over_all_outcomes(p in proptest::collection::vec(0.0..=1.0_f64, 0..11), k in 0_usize..12) {
        prop_assert!((at_least(&p, k) - naive(&p, k)).abs() < 1e-12);
    }

    #[test]
    fn more_charge_and_more_stations_never_lower_and_noise_and_outages_never_raise(kg in 0.01..1e4_f64, n in 3_usize..9, level in 60.0..120.0_f64) {
        let all = stations(n + 1);
        let some = &all[..n];
        let (quiet, loud) = (noise(&all, level), noise(&all, level + 3.0));
        let outage = [down(&all[0], 0.0)];
        let p = |stations: &[Station], noise: &[Noise], outages: &[Outage], kg: f64| listening(stations, noise, outages).probability(kg, centre(), at(), 3);
        let base = p(some, &quiet, &[], kg);
        prop_assert!(p(some, &quiet, &[], kg * 1.3) >= base);
        prop_assert!(p(&all, &quiet, &[], kg) >= base - 1e-12);
        prop_assert!(p(some, &loud, &[], kg) <= base);
        prop_assert!(p(some, &quiet, &outage, kg) <= base + 1e-12);
        let smallest = |outages: &[Outage]| listening(some, &quiet, outages).smallest_heard_kg(centre(), at(), WANTED).unwrap_or(f64::INFINITY);
        prop_assert!(smallest(&outage) >= smallest(&[]));
    }

    #[test]
    fn the_smallest_charge_of_a_disc_is_heard_everywhere_in_it(az in 0.0..360.0_f64, share in 0.0..1.0_f64, wind in -8.0..8.0_f64) {
        let all = stations(8);
        let noise = noise(&all, 90.0);
        let air = [AirColumn { span: Span::ALWAYS, wind_mps: (wind, 3.0), wind_sigma_mps: 1.0, temperature_c: 10.0, temperature_sigma_c: 1.0 }];
        let network = Listening { air: &air, ..listening(&all, &noise, &[]) };
        let kg = network.smallest_heard_around_kg((centre(), 3_000.0), hour(), WANTED).unwrap();
        let there = LocalFrame::about(centre()).place_at(az, 3_000.0 * share);
        prop_assert!(network.probability(kg, there, at(), 3) >= 0.9 - 1e-9);
    }
}

#[test]
fn the_smallest_charge_is_just_enough() {
    let all = stations(6);
    let noise = noise(&all, 95.0);
    let network = listening(&all, &noise, &[]);
    let kg = network.smallest_heard_kg(centre(), at(), WANTED).unwrap();
    assert!(network.probability(kg, centre(), at(), 3) >= 0.9);
    assert!(network.probability(kg * 0.99, centre(), at(), 3) < 0.9);
    assert_eq!(network.smallest_heard_map(&[centre()], at(), WANTED), [Some(kg)]);
    let map = network.probability_map(kg, &[centre(), Wgs84::new(49.0, 37.0).unwrap()], (at(), 3));
    assert!(map[0] >= 0.9 && map[1] < 0.5);
}

#[test]
fn a_station_that_is_down_or_of_unknown_noise_is_as_if_it_were_not_there() {
    let all = stations(5);
    let noise_of_all = noise(&all, 95.0);
    let without = listening(&all[1..], &noise_of_all, &[]).smallest_heard_kg(centre(), at(), WANTED);
    let outage = [down(&all[0], 0.0)];
    assert_eq!(listening(&all, &noise_of_all, &outage).smallest_heard_kg(centre(), at(), WANTED), without);
    assert_eq!(listening(&all, &noise(&all[1..], 95.0), &[]).smallest_heard_kg(centre(), at(), WANTED), without);
    let broken = [down(&all[0], f64::NAN)];
    assert_eq!(listening(&all, &noise_of_all, &broken).smallest_heard_kg(centre(), at(), WANTED), without);
}

#[test]
fn silence_without_coverage_is_not_assessable() {
    let all = stations(4);
    let noise = noise(&all, 95.0);
    let outages: Vec<Outage> = all.iter().take(2).map(|s| down(s, 0.0)).collect();
    let words = listening(&all, &noise, &outages).silence((centre(), 2_000.0), hour(), WANTED);
    assert!(words.contains("not assessable"), "{words}");
    let words = listening(&all, &noise, &[]).silence((centre(), 2_000.0), hour(), WANTED);
    assert!(words.starts_with("no explosion of at least ") && words.contains("physics"), "{words}");
    for wanted in [Wanted { n_stations: 0, ..WANTED }, Wanted { probability: 1.0, ..WANTED }] {
        assert_eq!(listening(&all, &noise, &[]).smallest_heard_kg(centre(), at(), wanted), None);
    }
}

#[test]
fn an_outage_in_the_middle_of_a_span_counts_for_all_of_it() {
    let all = stations(5);
    let noise = noise(&all, 95.0);
    let until = "2031-03-01T10:20:00Z".parse().unwrap();
    let outage =
        [Outage { span: Span::new("2031-03-01T10:15:00Z".parse().unwrap(), until).unwrap(), ..down(&all[0], 0.0) }];
    let around = |outages: &[Outage], span| {
        listening(&all, &noise, outages).smallest_heard_around_kg((centre(), 500.0), span, WANTED)
    };
    assert!(around(&outage, hour()) > around(&[], hour()));
    assert_eq!(around(&outage, Span { from: until, ..hour() }), around(&[], hour()));
}

#[test]
fn wind_towards_the_stations_lets_less_be_heard_far_off() {
    let all: Vec<Station> = stations(1)
        .into_iter()
        .map(|s| Station { place: LocalFrame::about(centre()).place_at(90.0, 8_000.0), ..s })
        .collect();
    let noise = noise(&all, 95.0);
    let air = |east| {
        [AirColumn {
            span: Span::ALWAYS,
            wind_mps: (east, 0.0),
            wind_sigma_mps: 0.0,
            temperature_c: 10.0,
            temperature_sigma_c: 0.0,
        }]
    };
    let one = Wanted { n_stations: 1, probability: 0.9 };
    let smallest = |air: &[AirColumn]| {
        Listening { air, ..listening(&all, &noise, &[]) }.smallest_heard_kg(centre(), at(), one).unwrap()
    };
    assert!(smallest(&air(5.0)) < smallest(&air(0.0)) && smallest(&air(0.0)) < smallest(&air(-5.0)));
    assert!(
        (smallest(&[]) / smallest(&air(-5.0)) - 1.0).abs() < 0.01,
        "without a field the wind is taken to be against"
    );
}

#[test]
fn a_record_answers_without_noise_and_says_so() {
    let trial = |k: usize| ReachTrial {
        event: k / 6,
        range_km: 0.5 + (k % 29) as f64,
        downwind_mps: 0.0,
        heard: k % 29 < 14 + (k % 3),
    };
    let reach = fit_reach(&(0..300).map(trial).collect::<Vec<_>>()).unwrap();
    let all = stations(8);
    let network = Listening { hearing: Hearing::Record(reach, 10.0), ..listening(&all, &[], &[]) };
    let kg = network.smallest_heard_kg(centre(), at(), WANTED).unwrap();
    assert!((1.0..100.0).contains(&kg), "{kg}");
    assert!(network.silence((centre(), 1_000.0), hour(), WANTED).contains("own record"));
}

#[test]
fn blasts_scale_and_fade_as_published() {
    // Kinney and Graham: about one atmosphere at 2.73 m from 1 kg.
    let pascal = |db: f64| 20e-6 * 10_f64.powf(db / 20.0);
    assert!((pascal(blast_level_db(1.0, 2.73)) / 101_325.0 - 1.0).abs() < 0.1);
    assert!((blast_level_db(8.0, 200.0) - blast_level_db(1.0, 100.0)).abs() < 1e-9);
    assert!((blast_level_db(1.0, 400.0) - blast_level_db(1.0, 4_000.0) - 20.0).abs() < 0.1);
    assert_eq!(
        [rounded_up(0.0123), rounded_up(12.1), rounded_up(1_234.0), rounded_up(2.0)],
        ["0.013", "13", "1300", "2.0"]
    );
}
