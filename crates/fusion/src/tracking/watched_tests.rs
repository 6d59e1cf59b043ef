//! Probability inside, against counting.

use super::{probability_inside, probability_left};
use crate::tracking::kinematics::{Covariance, Mean};
use rand::{Rng, RngExt, SeedableRng};

fn gauss(rng: &mut impl Rng) -> f64 {
    (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0
}

#[test]
fn agrees_with_counting_draws() {
    let square = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)];
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    for (x, y, sx, sy) in
        [(50.0, 50.0, 30.0, 30.0), (0.0, 50.0, 20.0, 40.0), (-20.0, 50.0, 20.0, 10.0), (110.0, 105.0, 25.0, 25.0)]
    {
        let mean = Mean { x, y, ..Mean::default() };
        let cov = Covariance { xx: sx * sx, yy: sy * sy, xy: 0.3 * sx * sy, ..Covariance::default() };
        let inside = (0..4_000)
            .filter(|_| {
                let (a, b) = (gauss(&mut rng), gauss(&mut rng));
                let (px, py) = (x + sx * a, y + sy * (0.3 * a + (1.0_f64 - 0.09).sqrt() * b));
                (0.0..100.0).contains(&px) && (0.0..100.0).contains(&py)
            })
            .count() as f64
            / 4_000.0;
        let said = probability_inside(&square, &mean, &cov);
        assert!((said - inside).abs() < 0.05, "{x} {y}: {said} {inside}");
    }
}

#[test]
fn sides_of_a_bent_line() {
    let line = [(0.0, -100.0), (0.0, 0.0), (50.0, 100.0)];
    let cov = Covariance::diagonal(25.0, 1.0);
    let left = |x: f64, y: f64| probability_left(&line, &Mean { x, y, ..Mean::default() }, &cov);
    assert!(left(-40.0, -50.0) > 0.999 && left(40.0, -50.0) < 0.001);
    assert!((left(0.0, -50.0) - 0.5).abs() < 0.05);
    assert!(left(0.0, 80.0) > 0.99 && left(80.0, 80.0) < 0.01);
}
