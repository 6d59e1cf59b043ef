//! The spectra of all elements in one window, and the sums over frequency that beams are made of.

use crate::fft::Fft;
use std::f64::consts::TAU;

/// Share of a window over which each of its ends fades in by half a cosine: 11 %, as array tools usually take it.
const FADE_SHARE: f64 = 0.11;

/// Window, taper and band in samples and bins.
#[derive(Clone, Debug)]
pub(super) struct Transform {
    fft: Fft,
    taper: Vec<f64>,
    /// First bin and number of bins.
    bins: (usize, usize),
    bin_hz: f64,
    scratch: Vec<(f64, f64)>,
}

impl Transform {
    /// For windows of `n` samples; the band's edges go to the nearest bins, without the constant and half the rate.
    pub(super) fn new(n: usize, rate_hz: f64, (low_hz, high_hz): (f64, f64)) -> Self {
        let fft = Fft::new(n);
        let bin_hz = rate_hz / fft.len() as f64;
        let low = ((low_hz / bin_hz + 0.5) as usize).max(1);
        let high = ((high_hz / bin_hz + 0.5) as usize).min(fft.len() / 2 - 1);
        Self { taper: taper(n), bins: (low, (high + 1).saturating_sub(low)), bin_hz, fft, scratch: Vec::new() }
    }

    pub(super) fn n_bins(&self) -> usize {
        self.bins.1
    }

    /// Angular frequency of the first bin and from bin to bin, rad/s.
    pub(super) fn omegas(&self) -> (f64, f64) {
        let step = TAU * self.bin_hz;
        (self.bins.0 as f64 * step, step)
    }

    /// How many bins say what one independent one says: the window shorter than the transform, and its taper.
    pub(super) fn oversampling(&self) -> f64 {
        let sum = |power: i32| self.taper.iter().map(|w| w.powi(power)).sum::<f64>();
        self.fft.len() as f64 * sum(4) / (sum(2) * sum(2)).max(f64::MIN_POSITIVE)
    }

    /// The band's bins of one element in one window, its mean taken off; `late_s` is how long after the window's nominal
    /// start its first sample lies.
    pub(super) fn spectrum(&mut self, window: &[f32], late_s: f64) -> Vec<(f64, f64)> {
        let mean = window.iter().map(|x| f64::from(*x)).sum::<f64>() / window.len().max(1) as f64;
        let faded = window.iter().zip(&self.taper).map(|(x, w)| (f64::from(*x) - mean) * w);
        self.fft.spectrum(faded, &mut self.scratch);
        let (first, n) = self.bins;
        let mut bins: Vec<_> = self.scratch.get(first..first + n).unwrap_or_default().to_vec();
        if late_s != 0.0 {
            let (omega, step) = self.omegas();
            for (k, bin) in bins.iter_mut().enumerate() {
                let (sin, cos) = (-(omega + step * k as f64) * late_s).sin_cos();
                *bin = crate::fft::times(*bin, (cos, sin));
            }
        }
        bins
    }
}

/// Half cosines at both ends, flat between.
fn taper(n: usize) -> Vec<f64> {
    // Where the first slope ends and the second begins, in samples; the ends themselves are zero.
    let (n, fade) = (n as i64, (FADE_SHARE * n as f64 + 0.5) as i64);
    let (rise_end, fall_start) = (fade - 1, n - fade);
    let slope = |k: i64, length: i64| 0.5 * (1.0 - (std::f64::consts::PI * k as f64 / length.max(1) as f64).cos());
    let value = |k: i64| match k {
        k if k <= rise_end => slope(k, rise_end),
        k if k >= fall_start => slope(n - 1 - k, n - 1 - fall_start),
        _ => 1.0,
    };
    (0..n).map(value).collect()
}
