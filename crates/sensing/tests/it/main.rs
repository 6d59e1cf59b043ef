//! Synthetic pulses in noise: what is found, how late, and how often nothing is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code: a failed assumption fails the test")]

use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use truceline_domain::*;
use truceline_sensing::{Onset, Parameters, detections, onsets, outages, picks};

const RATE_HZ: f64 = 100.0;

fn start() -> Timestamp {
    "2031-02-15T02:14:00Z".parse().unwrap()
}

fn recording(values: Vec<f32>) -> Recording {
    let samples = Samples { rate_hz: RATE_HZ, values };
    Recording { capture: Digest::of(b"tests"), sensor: "M1".into(), from: start(), clock_sigma_s: 0.0, samples }
}

/// White noise with standard deviation 1 (sum of twelve uniforms would have light tails: Box and Muller).
fn noise(rng: &mut ChaCha8Rng, n: usize) -> Vec<f32> {
    let one = |_| {
        let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
        (radius * (rng.random::<f64>() * std::f64::consts::TAU).cos()) as f32
    };
    (0..n).map(one).collect()
}

/// Adds a pulse of 15 Hz that decays over 0.2 s, beginning at a time in seconds with its full amplitude.
fn add_pulse(values: &mut [f32], at_s: f64, amplitude: f64) {
    let first = (at_s * RATE_HZ).ceil() as usize;
    for (k, value) in values.iter_mut().enumerate().skip(first).take(200) {
        let t = k as f64 / RATE_HZ - at_s;
        *value += (amplitude * (-t / 0.2).exp() * (std::f64::consts::TAU * 15.0 * t).cos()) as f32;
    }
}

fn seconds(onset: &Onset) -> f64 {
    onset.at.duration_since(start()).as_secs_f64()
}

/// Trials of one pulse at a random moment: share found, and the errors of the found ones with their stated sigma.
fn trials(amplitude: f64, n: usize) -> (f64, Vec<(f64, f64)>) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut errors = Vec::new();
    for _ in 0..n {
        let at_s = rng.random_range(8.0..9.0);
        let mut values = noise(&mut rng, 1_500);
        add_pulse(&mut values, at_s, amplitude);
        let found = onsets(&recording(values), &Parameters::default());
        errors.extend(found.iter().map(|o| (seconds(o) - at_s, o.sigma_s)).find(|(error, _)| error.abs() < 0.5));
    }
    (errors.len() as f64 / n as f64, errors)
}

#[test]
fn twenty_hours_of_noise_hold_no_onset() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let hours = 20;
    let n: usize = (0..hours).map(|_| onsets(&recording(noise(&mut rng, 360_000)), &Parameters::default()).len()).sum();
    assert_eq!(n, 0);
}

#[test]
fn detection_rises_with_the_signal() {
    let shares: Vec<f64> = [1.0, 3.0, 5.0, 6.0, 8.0].map(|amplitude| trials(amplitude, 300).0).to_vec();
    println!("share found at 1, 3, 5, 6, 8 times the noise: {shares:?}");
    assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]), "{shares:?}");
    assert!(shares[0] < 0.02 && shares[2] >= 0.75 && shares[3] >= 0.98 && shares[4] >= 0.999, "{shares:?}");
}

#[test]
fn the_stated_error_of_the_onset_is_the_true_one() {
    for amplitude in [6.0, 10.0, 20.0, 40.0] {
        let (_, mut errors) = trials(amplitude, 300);
        let bias = errors.iter().map(|(e, _)| e).sum::<f64>() / errors.len() as f64;
        // Half the width that holds 68 of 100.
        errors.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
        let (spread, _) = errors[errors.len() * 68 / 100];
        let stated = errors.iter().map(|(_, sigma)| sigma).sum::<f64>() / errors.len() as f64;
        println!("{amplitude}: bias {bias:.4} s, 68 % within {:.4} s, stated {stated:.4} s", spread.abs());
        assert!((0.5..=2.0).contains(&(stated / spread.abs())), "{amplitude}: {stated} against {spread}");
        assert!(bias.abs() < 0.02, "{amplitude}: {bias}");
    }
}

/// A second detector: plain windows instead of the recursion.
fn classic(values: &[f32], on_ratio: f64) -> Option<usize> {
    let (n_sta, n_lta) = (30, 300);
    let power = |from: usize, until: usize| {
        values[from..until].iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>() / (until - from) as f64
    };
    (n_lta..values.len()).find(|k| power(k - n_sta, *k) / power(k - n_lta, *k) >= on_ratio)
}

#[test]
fn the_classic_ratio_finds_the_same() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    for _ in 0..100 {
        let at_s = rng.random_range(6.0..12.0);
        let mut values = noise(&mut rng, 1_500);
        add_pulse(&mut values, at_s, 10.0);
        let by_windows = classic(&values, 2.5).unwrap() as f64 / RATE_HZ;
        let found = onsets(&recording(values), &Parameters::default());
        assert_eq!(found.len(), 1);
        assert!((by_windows - seconds(&found[0])).abs() < 0.3, "{by_windows} {}", seconds(&found[0]));
    }
}

fn sensor() -> Sensor {
    Sensor {
        id: "M1".into(),
        modality: Modality::Acoustic,
        owner: "mission".into(),
        place: Some(Wgs84::new(48.0, 37.5).unwrap()),
        reach: vec![Reach { class: EventClass::Explosion, range_m: 6_000.0, pd: 0.9 }],
        valid: Span::ALWAYS,
    }
}

fn six_bangs() -> Recording {
    let mut values = noise(&mut ChaCha8Rng::seed_from_u64(17), 20_000);
    (0..6).for_each(|k| add_pulse(&mut values, 10.0 + 30.0 * f64::from(k), 30.0));
    recording(values)
}

#[test]
fn six_bangs_are_six_detections_within_reach() {
    let (found, problems) = detections(&six_bangs(), &sensor(), &Parameters::default());
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(found.len(), 6);
    for (k, detection) in found.iter().enumerate() {
        let heard_s = detection.time.until.duration_since(start()).as_secs_f64();
        assert!((heard_s - (10.0 + 30.0 * k as f64)).abs() < 0.05);
        let happened = detection.time.until.duration_since(detection.time.from).as_secs_f64();
        assert!((happened - 6_000.0 / 319.0).abs() < 0.01);
        assert!((detection.estimate().unwrap().sigma_major_m() - 3_000.0).abs() < 1e-6);
        assert_eq!(detection.phenomenon, Phenomenon::Explosion);
    }
    let mut ids: Vec<_> = found.iter().map(|d| d.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

#[test]
fn without_a_reach_the_place_is_not_known() {
    let deaf = Sensor { reach: vec![], ..sensor() };
    let (found, _) = detections(&six_bangs(), &deaf, &Parameters::default());
    assert_eq!(found[0].place, Where::NotKnown(NotKnownReason::Technical));
    assert_eq!(found[0].time.from, found[0].time.until);
}

#[test]
fn bad_channels_give_problems_and_no_detections() {
    let code = |recording: &Recording, sensor: &Sensor| {
        let (found, problems) = detections(recording, sensor, &Parameters::default());
        assert!(found.is_empty());
        problems[0].code
    };
    assert_eq!(code(&recording(vec![]), &sensor()), "empty_channel");
    assert_eq!(code(&recording(vec![0.5; 9_000]), &sensor()), "dead_channel");
    assert_eq!(code(&six_bangs(), &Sensor { modality: Modality::Ais, ..sensor() }), "not_a_wave_sensor");
    assert_eq!(code(&six_bangs(), &Sensor { id: "M2".into(), ..sensor() }), "wrong_sensor");
}

#[test]
fn a_storm_of_onsets_is_bounded_and_said() {
    let parameters = Parameters { most: 3, ..Parameters::default() };
    let (found, problems) = detections(&six_bangs(), &sensor(), &parameters);
    assert_eq!(found.len(), 3);
    assert_eq!(problems[0].code, "too_many_onsets");
}

#[test]
fn what_lasts_is_one_onset() {
    let mut values = noise(&mut ChaCha8Rng::seed_from_u64(19), 30_000);
    // An engine that starts at 20 s and stays, ten times the noise.
    values.iter_mut().enumerate().skip(2_000).for_each(|(k, x)| *x += 10.0 * (k as f32 * 0.9).sin());
    assert_eq!(onsets(&recording(values), &Parameters::default()).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_panics_and_onsets_are_in_order(
        values in prop::collection::vec(prop_oneof![8 => -1e3..1e3_f32, 1 => Just(f32::NAN), 1 => any::<f32>()], 0..2_000),
        rate_hz in prop_oneof![Just(0.0), Just(f64::NAN), Just(1e300), 1.0..1e5_f64],
        sta_s in prop_oneof![Just(f64::NAN), Just(0.0), -1.0..10.0_f64],
        lta_s in prop_oneof![Just(f64::INFINITY), 0.0..20.0_f64],
        on_ratio in prop_oneof![Just(f64::NAN), 0.0..10.0_f64],
    ) {
        let mut recording = recording(values);
        recording.samples.rate_hz = rate_hz;
        let parameters = Parameters { sta_s, lta_s, on_ratio, ..Parameters::default() };
        let found = onsets(&recording, &parameters);
        prop_assert!(found.windows(2).all(|pair| pair[0].at <= pair[1].at));
        for onset in &found {
            prop_assert!(onset.at <= onset.until && onset.sigma_s.is_finite());
        }
        let _ = detections(&recording, &sensor(), &parameters);
        let (found, _) = picks(&recording, Modality::Acoustic, &parameters);
        prop_assert!(found.windows(2).all(|pair| pair[0].at <= pair[1].at));
        prop_assert!(found.iter().all(|pick| pick.sigma_s.is_some_and(f64::is_finite)));
        prop_assert!(outages(&recording, &parameters).iter().all(|outage| outage.span.from <= outage.span.until));
    }
}
