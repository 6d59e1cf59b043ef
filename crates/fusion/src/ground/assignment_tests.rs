use super::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// All assignments one by one.
fn naive(pairs: &[Possible]) -> Vec<f64> {
    let (mut all, mut of) = (0.0, vec![0.0; pairs.len()]);
    for set in 0_u32..1 << pairs.len() {
        let chosen: Vec<usize> = (0..pairs.len()).filter(|i| set >> i & 1 == 1).collect();
        let lefts = distinct(chosen.iter().map(|i| pairs[*i].left)).len();
        let rights = distinct(chosen.iter().map(|i| pairs[*i].right)).len();
        if lefts == chosen.len() && rights == chosen.len() {
            let weight = chosen.iter().map(|i| pairs[*i].log_odds).sum::<f64>().exp();
            all += weight;
            chosen.iter().for_each(|i| of[*i] += weight);
        }
    }
    of.into_iter().map(|w| w / all).collect()
}

fn some_pairs(seed: u64) -> Vec<Possible> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut pairs = Vec::new();
    for left in 0..4 {
        for right in 0..4 {
            if rng.random::<f64>() < 0.6 {
                pairs.push(Possible { left, right: 100 + right, log_odds: rng.random_range(-4.0..5.0) });
            }
        }
    }
    pairs
}

#[test]
fn probabilities_are_those_of_all_assignments() {
    for seed in 0..40 {
        let pairs = some_pairs(seed);
        for (ours, theirs) in marginals(&pairs).into_iter().zip(naive(&pairs)) {
            assert!((ours - theirs).abs() < 1e-9, "seed {seed}: {ours} {theirs}");
        }
    }
}

#[test]
fn messages_come_close() {
    for seed in 0..40 {
        let pairs = some_pairs(seed);
        for (ours, theirs) in by_messages(&pairs).into_iter().zip(naive(&pairs)) {
            assert!((ours - theirs).abs() < 0.15, "seed {seed}: {ours} {theirs}");
        }
    }
}

#[test]
fn large_odds_do_not_overflow() {
    let pairs: Vec<Possible> = (0..8).map(|i| Possible { left: i, right: i, log_odds: 400.0 }).collect();
    assert!(marginals(&pairs).into_iter().all(|p| (p - 1.0).abs() < 1e-9));
    assert_eq!(marginals(&[]), Vec::<f64>::new());
}
