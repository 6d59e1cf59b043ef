//! Mixing and blending of the three ways to move.

use super::{Mode, Motion, advance, overall};
use crate::tracking::kinematics::{Covariance, Mean};

fn at(u: f64) -> [Mode; 3] {
    let cov = Covariance::diagonal(100.0, 1.0);
    let moving = Mode { weight: 0.45, mean: Mean { x: 0.0, y: 0.0, u, v: 0.0 }, cov };
    [moving, moving, Mode { weight: 0.1, mean: Mean::default(), cov }]
}

#[test]
fn weights_stay_a_distribution_and_the_mean_moves_on() {
    let mut modes = at(10.0);
    advance(&mut modes, 2.0, &Motion::default(), 1.0);
    let total: f64 = modes.iter().map(|mode| mode.weight).sum();
    assert!((total - 1.0).abs() < 1e-9);
    assert!((modes[0].mean.x - 20.0).abs() < 0.5, "{:?}", modes[0].mean);
    assert!(modes[2].mean.u == 0.0);
}

#[test]
fn only_slow_movers_come_to_a_stand() {
    let still = |u: f64, can_stop: f64| {
        let mut modes = at(u);
        for _ in 0..10 {
            advance(&mut modes, 1.0, &Motion::default(), can_stop);
        }
        modes[2].weight
    };
    assert!(still(0.3, 1.0) > still(15.0, 1.0));
    assert!(still(0.3, 0.0) < still(0.3, 1.0));
}

/// The mixture's mean and covariance, part by part, as the definition has them.
#[test]
fn the_whole_is_the_moment_matched_mixture() {
    let mut modes = at(6.0);
    modes[1].mean.x = 30.0;
    let whole = overall(&modes);
    let mean: f64 = modes.iter().map(|mode| mode.weight * mode.mean.x).sum();
    let second: f64 = modes.iter().map(|mode| mode.weight * (mode.cov.xx + mode.mean.x * mode.mean.x)).sum();
    assert!((whole.mean.x - mean).abs() < 1e-9);
    assert!((whole.cov.xx - (second - mean * mean)).abs() < 1e-6);
}
