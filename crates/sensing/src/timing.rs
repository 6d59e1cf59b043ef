//! The moment of an onset and its error, from the samples around a trigger.
//!
//! The samples are averaged to about ten a period, whitened by a predictor fitted to the noise before, and then held
//! against a family of models: noise up to some sample, from there on noise whose variance has risen by some factor over some
//! ramp. Posterior mean and spread of that sample over all factors and ramps are time and error, so that a sharp loud
//! onset is sharp and an emergent or faint one is not.
//!
//! # Source
//! Change of an autoregressive process as onset: Sleeman and van Eck, *Phys. Earth Planet. Inter.* 113 (1999) 265; the ramp and
//! the averages over the nuisances are ours.

/// Order of the predictor of the noise.
const ORDER: usize = 8;

/// Ramps of the amplitude, in samples.
const RAMPS: [usize; 6] = [1, 2, 4, 8, 16, 32];

/// Signal over noise variance after the ramp.
const RISES: [f64; 9] = [1.0, 2.5, 6.0, 16.0, 40.0, 160.0, 640.0, 5_000.0, 100_000.0];

/// A ramp n times as long is n to this times less likely beforehand: sharp onsets are the usual ones.
const PRIOR: f64 = 0.75;

/// Log likelihoods are divided by this: samples of a signal say less than independent ones would.
const TEMPER: f64 = 1.5;

/// Where to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// Noise only, up to here.
    pub(crate) noise: (usize, usize),
    /// The onset lies in here.
    pub(crate) window: (usize, usize),
    /// Samples that are averaged into one.
    pub(crate) average: usize,
}

/// When something begins, in samples (not whole), and the error of that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    pub(crate) sample: f64,
    pub(crate) sigma: f64,
}

/// The onset in a window, or `None` without enough noise before it.
pub(crate) fn moment(values: &[f64], search: &Search) -> Option<Moment> {
    let q = search.average.max(1);
    let start = search.noise.0;
    let series: Vec<f64> = values
        .get(start..search.window.1.min(values.len()))?
        .chunks_exact(q)
        .map(|chunk| chunk.iter().sum::<f64>() / q as f64)
        .collect();
    let n_noise = (search.noise.1.checked_sub(start)?) / q;
    if n_noise < 3 * ORDER {
        return None;
    }
    let residuals = whitened(&series, n_noise);
    let first = (search.window.0.checked_sub(start)? / q).max(ORDER);
    let noise = residuals.get(ORDER..n_noise)?;
    let variance = noise.iter().map(|e| e * e).sum::<f64>() / noise.len().max(1) as f64;
    let scaled: Vec<f64> = residuals.get(first..)?.iter().map(|e| e * e / variance.max(1e-300)).collect();
    let (mean, spread) = posterior(&scaled)?;
    // A sample counts from the first of those averaged in it; what begins is seen in the sample after it began.
    let sample = start as f64 + (first as f64 + mean) * q as f64 - 0.5;
    Some(Moment { sample, sigma: spread.hypot(1.0 / 12_f64.sqrt()) * q as f64 })
}

/// The errors of predicting each sample from those before, the predictor fitted to the first `n_noise`.
fn whitened(series: &[f64], n_noise: usize) -> Vec<f64> {
    let noise = series.get(..n_noise).unwrap_or_default();
    let mean = noise.iter().sum::<f64>() / n_noise.max(1) as f64;
    let centred: Vec<f64> = series.iter().map(|x| x - mean).collect();
    let noise = centred.get(..n_noise).unwrap_or_default();
    let product = |lag: usize| noise.iter().zip(noise.iter().skip(lag)).map(|(a, b)| a * b).sum::<f64>();
    let correlation: Vec<f64> = (0..=ORDER).map(product).collect();
    let weights = predictor(&correlation);
    let error = |k: usize| {
        let before = centred.iter().take(k).rev();
        let predicted: f64 = weights.iter().zip(before).map(|(w, x)| w * x).sum();
        centred.get(k).copied().unwrap_or(0.0) - predicted
    };
    (0..centred.len()).map(error).collect()
}

/// The weights of the last samples, latest first, that predict best: Levinson's recursion, a part in 10⁶ of white noise added.
fn predictor(correlation: &[f64]) -> Vec<f64> {
    let mut weights: Vec<f64> = Vec::new();
    let Some(power) = correlation.first().filter(|power| **power > 0.0) else { return weights };
    let mut error = power * (1.0 + 1e-6);
    for order in 1..correlation.len() {
        let known: f64 =
            weights.iter().zip(correlation.get(1..order).unwrap_or_default().iter().rev()).map(|(w, r)| w * r).sum();
        let reflection = (correlation.get(order).copied().unwrap_or(0.0) - known) / error;
        let turned: Vec<f64> = weights.iter().rev().copied().collect();
        weights.iter_mut().zip(turned).for_each(|(w, t)| *w -= reflection * t);
        weights.push(reflection);
        error *= (1.0 - reflection * reflection).max(1e-9);
    }
    weights
}

/// Mean and spread of the change point over squares in units of the noise's variance.
fn posterior(squares: &[f64]) -> Option<(f64, f64)> {
    let n = squares.len();
    if n < 4 {
        return None;
    }
    let mut before = Vec::with_capacity(n + 1);
    before.push(0.0);
    for square in squares {
        before.push(before.last().copied().unwrap_or(0.0) + square);
    }
    let sum = |from: usize, until: usize| before.get(until).zip(before.get(from)).map_or(0.0, |(b, a)| b - a);
    let mut logs: Vec<(usize, f64)> = Vec::new();
    for ramp in RAMPS {
        for rise in RISES {
            let slope: Vec<(f64, f64)> = (1..ramp)
                .map(|j| 1.0 + rise * (j as f64 / ramp as f64).powi(2))
                .map(|variance| (variance.ln(), 1.0 / variance))
                .collect();
            let (log_full, over_full) = ((1.0 + rise).ln(), 1.0 / (1.0 + rise));
            for k in 1..n - 1 {
                let full_from = (k + ramp - 1).min(n);
                let on_slope = squares.get(k..full_from).unwrap_or_default().iter().zip(&slope);
                let climbing: f64 = on_slope.map(|(square, (log, over))| log + square * over).sum();
                let full = (n - full_from) as f64 * log_full + sum(full_from, n) * over_full;
                logs.push((k, -0.5 * (sum(0, k) + climbing + full) / TEMPER - PRIOR * (ramp as f64).ln()));
            }
        }
    }
    let most = logs.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let moments = logs.iter().fold((0.0, 0.0, 0.0), |(w, m, s), (k, log)| {
        let (weight, k) = ((log - most).exp(), *k as f64);
        (w + weight, m + weight * k, s + weight * k * k)
    });
    let mean = moments.1 / moments.0;
    let spread = (moments.2 / moments.0 - mean * mean).max(0.0).sqrt();
    (mean.is_finite() && spread.is_finite()).then_some((mean, spread))
}

#[cfg(test)]
#[path = "timing_tests.rs"]
mod tests;
