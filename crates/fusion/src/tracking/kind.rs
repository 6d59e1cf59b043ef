//! What kind of mover a track is: from sea or land, speed, height, and what sensors of different reach saw or missed.

use super::looks::{self, Aspect};
use super::nouns::{Sensor, Setup};
use super::sight::Stand;
use super::track::Track;

/// Shares of the kinds before anything is known, in the order of `Mover::ALL`.
const PRIOR: [f64; 4] = [0.35, 0.15, 0.3, 0.2];

/// Weights of a track just born from a plot of `sensor`.
pub(crate) fn first(setup: &Setup, sensor: &Sensor, track: &Track, stand: Stand) -> [f64; 4] {
    let aspect = Aspect::of(stand, track.birth.x, track.birth.y, 1.0);
    let seen = looks::by_mover(sensor, &aspect);
    let ground = terrain(setup, track);
    let mut weights = PRIOR;
    for ((weight, p), fits) in weights.iter_mut().zip(seen).zip(ground) {
        *weight *= p.max(1e-3) * fits;
    }
    normalised(weights)
}

/// Weights now, anew from everything held.
pub(crate) fn now(setup: &Setup, track: &Track) -> [f64; 4] {
    let (ground, pace, height) = (terrain(setup, track), pace(track), height(track));
    let mut weights = PRIOR;
    for ((((weight, said), fits), speed), high) in
        weights.iter_mut().zip(track.evidence).zip(ground).zip(pace).zip(height)
    {
        *weight *= said * fits * speed * high;
    }
    normalised(weights)
}

fn normalised(weights: [f64; 4]) -> [f64; 4] {
    let total: f64 = weights.iter().sum();
    weights.map(|weight| (weight / total.max(1e-300)).max(1e-5))
}

fn terrain(setup: &Setup, track: &Track) -> [f64; 4] {
    let Some(shore) = setup.sea_until_east_m else { return [1.0; 4] };
    let sigma = track.whole.cov.xx.max(1.0).sqrt() + 30.0;
    let land = looks::phi((track.whole.mean.x - shore) / sigma);
    [0.3 + 0.7 * land, 0.6 + 0.4 * land, land + 1e-3, 1.0 - land + 1e-3]
}

/// Likelihood of the present speed under each kind.
fn pace(track: &Track) -> [f64; 4] {
    let sigma2 = track.whole.cov.uu + track.whole.cov.vv;
    if sigma2 > 50.0 {
        return [1.0; 4];
    }
    let speed = track.whole.mean.speed();
    let wide = |mean: f64, sigma: f64| {
        let variance = sigma * sigma + sigma2;
        (-0.5 * (speed - mean).powi(2) / variance).exp() / variance.sqrt() + 1e-3
    };
    let stands = wide(0.0, 0.7);
    [
        0.75 * wide(10.0, 6.0) + 0.25 * stands,
        wide(28.0, 9.0),
        0.75 * wide(13.0, 6.0) + 0.25 * stands,
        0.9 * wide(6.5, 4.0) + 0.1 * stands,
    ]
}

fn height(track: &Track) -> [f64; 4] {
    let Some(height) = track.height else { return [1.0; 4] };
    let like = |mean: f64, sigma: f64| {
        let variance = sigma * sigma + height.variance;
        (-0.5 * (height.mean_m - mean).powi(2) / variance).exp() / variance.sqrt() + 1e-4
    };
    [like(90.0, 60.0), like(350.0, 200.0), like(3.0, 15.0), like(3.0, 8.0)]
}
