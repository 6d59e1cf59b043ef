use super::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// Residuals of P waves with a stated error of 0.15 s whose true one is `scale` times that, and 1 % of the travel time.
fn samples(count: usize, scale: f64) -> Vec<Sample> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut sample = || {
        let travel_s = 40.0 * rng.random::<f64>();
        let leverage = 0.5 * rng.random::<f64>();
        let variance = (scale * 0.15).powi(2) + (0.01 * travel_s).powi(2);
        let squared = (1.0 - leverage) * variance * normal(&mut rng).powi(2);
        Sample { group: 1, stated: 0.15 * 0.15, travel_s, squared, weight: 1.0, leverage }
    };
    (0..count).map(|_| sample()).collect()
}

fn refitted(samples: &[Sample]) -> Noise {
    (0..4).fold(Noise::default(), |noise, _| noise.refitted(samples))
}

#[test]
fn a_wrong_stated_error_is_set_right() {
    for scale in [0.8, 1.0, 1.2] {
        let noise = refitted(&samples(4000, scale));
        for travel_s in [2.0, 12.0, 35.0] {
            let sigma = noise.variance_s2(1, 0.15 * 0.15, travel_s).sqrt();
            let truth = ((scale * 0.15_f64).powi(2) + (0.01 * travel_s).powi(2)).sqrt();
            assert!((sigma / truth - 1.0).abs() < 0.09, "{scale} {travel_s}: {sigma} {truth}");
        }
    }
}

#[test]
fn few_residuals_leave_the_usual_noise_nearly_alone() {
    let noise = refitted(&samples(3, 3.0));
    let sigma = noise.variance_s2(1, 0.15 * 0.15, 10.0).sqrt();
    let usual = (0.15_f64.powi(2) + 0.1_f64.powi(2)).sqrt();
    assert!(sigma > 0.7 * usual && sigma < 3.0 * usual);
    assert!(noise.freedom(1) < 20.0 && noise.freedom(0) > 0.0);
}

#[test]
fn the_line_through_points_is_level_outside() {
    let points = [(1.0, 2.0), (3.0, 4.0), (f64::INFINITY, 1.0)];
    assert_eq!([0.0, 1.0, 2.0, 3.0, 9.0].map(|x| between(&points, x)), [2.0, 2.0, 3.0, 4.0, 4.0]);
}
