use super::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Trials of a network whose true reach is known: r50 12 km, width 0.25, slope 0.03 per m/s, p_max 0.95, loudness ±0.3.
fn record(seed: u64, n_events: usize) -> Vec<ReachTrial> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut trials = Vec::new();
    for event in 0..n_events {
        let loudness = 0.3 * (0..12).map(|_| rng.random::<f64>() - 0.5).sum::<f64>();
        for _ in 0..8 {
            let (range_km, downwind_mps) = (2.0 + 28.0 * rng.random::<f64>(), -6.0 + 12.0 * rng.random::<f64>());
            let u = (12.0_f64.ln() + loudness + 0.03 * downwind_mps - f64::ln(range_km)) / 0.25;
            let p = 0.95 / (1.0 + (-u).exp());
            trials.push(ReachTrial { event, range_km, downwind_mps, heard: rng.random::<f64>() < p });
        }
    }
    trials
}

#[test]
fn a_known_reach_is_found_within_what_it_states() {
    let (mut inside, mut bias) = (0, 0.0);
    for seed in 0..10 {
        let reach = fit_reach(&record(seed, 50)).unwrap();
        let sigma = reach.covariance[0][0].sqrt();
        let off = reach.r50_km.ln() - 12.0_f64.ln();
        inside += usize::from(off.abs() < 1.645 * sigma);
        bias += off / 10.0;
        assert!((reach.wind_ln_per_mps - 0.03).abs() < 5.0 * reach.covariance[2][2].sqrt());
        assert!((0.1..0.6).contains(&reach.loudness_sigma), "{}", reach.loudness_sigma);
    }
    assert!(inside >= 7, "{inside} of 10 within 90 % bounds");
    assert!(bias.abs() < 0.08, "{bias}");
}

#[test]
fn the_order_of_trials_does_not_matter() {
    let trials = record(3, 40);
    let mut turned = trials.clone();
    turned.reverse();
    assert_eq!(fit_reach(&trials), fit_reach(&turned));
}

#[test]
fn little_is_no_record() {
    assert_eq!(fit_reach(&[]), None);
    let all_heard: Vec<ReachTrial> = record(1, 20).into_iter().map(|t| ReachTrial { heard: true, ..t }).collect();
    assert_eq!(fit_reach(&all_heard), None);
    let strange = vec![ReachTrial { event: 0, range_km: f64::NAN, downwind_mps: 0.0, heard: true }; 50];
    assert_eq!(fit_reach(&strange), None);
}

#[test]
fn probabilities_fall_with_range_rise_with_charge_and_are_lowered_by_doubt() {
    let reach = fit_reach(&record(5, 60)).unwrap();
    let at = |km: f64, ratio: f64| (reach.pd(km, 1.0, ratio), reach.pd_lower(km, 1.0, ratio, 1.64));
    for k in 1..60 {
        let (near, far) = (at(f64::from(k) * 0.5, 1.0), at(f64::from(k) * 0.5 + 0.5, 1.0));
        let louder = at(f64::from(k) * 0.5, 2.0);
        assert!(far.0 <= near.0 && far.1 <= near.1 && louder.0 >= near.0 && louder.1 >= near.1);
        assert!(near.1 < near.0);
    }
}
