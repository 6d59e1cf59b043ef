//! What the waveform of a pick looks like.

use crate::fft::Fft;
use truceline_domain::PickFeatures;

/// One pick's stretch in one channel.
pub(crate) struct Stretch<'x> {
    /// Samples in the band.
    pub(crate) band: &'x [f64],
    /// Samples with only the running mean taken off.
    pub(crate) wide: &'x [f64],
    /// First sample, first after it.
    pub(crate) begin: usize,
    pub(crate) end: usize,
    pub(crate) rate_hz: f64,
    /// Mean power of the noise before, in the band.
    pub(crate) noise: f64,
    /// Root of power over that of the noise, as triggered.
    pub(crate) snr: f64,
    /// Samples of the short average.
    pub(crate) sta: usize,
}

/// Longest stretch that is looked at for a spectrum, in samples.
const LONGEST_SPECTRUM: usize = 1 << 15;

impl Stretch<'_> {
    /// All that can be told.
    pub(crate) fn features(&self) -> PickFeatures {
        let signal = self.band.get(self.begin..self.end.min(self.band.len())).unwrap_or_default();
        let peak = signal.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)));
        let spectrum = self.spectrum();
        let loud = self.loud_samples();
        PickFeatures {
            amplitude: peak.map(|(_, x)| x.abs()),
            snr: self.snr.is_finite().then_some(self.snr),
            frequency_hz: self.centroid_of(&spectrum),
            duration_s: (loud > 0).then_some(loud as f64 / self.rate_hz),
            rise_s: peak.map(|(k, _)| k as f64 / self.rate_hz),
            phase_ratio: self.phase_ratio(),
            ripple: ripple(&spectrum),
            rounds: self.rounds(loud),
        }
    }

    /// Power less the noise's for each bin up to half the rate, by spacing 1/length.
    fn spectrum(&self) -> Vec<f64> {
        let n = self.end.saturating_sub(self.begin).max(8 * self.sta.max(8)).min(LONGEST_SPECTRUM);
        let mut fft = Fft::new(n);
        let mut bins = Vec::new();
        let mut power = |from: usize| -> Vec<f64> {
            let window = self.band.get(from..(from + n).min(self.band.len())).unwrap_or_default();
            fft.spectrum(window.iter().copied(), &mut bins);
            bins.iter().map(|z| z.0 * z.0 + z.1 * z.1).collect()
        };
        let signal = power(self.begin);
        if self.begin < n {
            return signal;
        }
        let noise = power(self.begin - n);
        signal.iter().zip(noise).map(|(signal, noise)| (signal - noise).max(0.0)).collect()
    }

    /// The centre of the spectrum, Hz.
    pub(crate) fn centroid_hz(&self) -> Option<f64> {
        self.centroid_of(&self.spectrum())
    }

    fn centroid_of(&self, spectrum: &[f64]) -> Option<f64> {
        let (sum, moment) = spectrum.iter().enumerate().fold((0.0, 0.0), |(s, m), (k, p)| (s + p, m + p * k as f64));
        let bin_hz = 0.5 * self.rate_hz / (spectrum.len().max(2) - 1) as f64;
        (sum > 0.0).then(|| moment / sum * bin_hz)
    }

    /// Smoothed power over the noise's, from the begin on.
    fn envelope(&self) -> Vec<f64> {
        let half = (self.sta / 4).max(1);
        let padded = self.band.get(self.begin..(self.end + half).min(self.band.len())).unwrap_or_default();
        let mut sum = 0.0;
        let mut sums = vec![0.0];
        for x in padded {
            sum += x * x;
            sums.push(sum);
        }
        let n = padded.len().min(self.end.saturating_sub(self.begin));
        let mean = |k: usize| {
            let (from, until) = (k.saturating_sub(half), (k + half + 1).min(padded.len()));
            let total = sums.get(until).copied().unwrap_or(0.0) - sums.get(from).copied().unwrap_or(0.0);
            total / (until - from).max(1) as f64 / self.noise.max(f64::MIN_POSITIVE)
        };
        (0..n).map(mean).collect()
    }

    /// Samples until the smoothed power last stood at twice the noise's.
    fn loud_samples(&self) -> usize {
        self.envelope().iter().rposition(|power| *power > 2.0).map_or(0, |k| k + 1)
    }

    /// Length of the first push over that of the pull after it, where both stand clear of the noise.
    fn phase_ratio(&self) -> Option<f64> {
        let before = self.wide.get(self.begin.saturating_sub(4 * self.sta)..self.begin)?;
        let n = before.len().max(1) as f64;
        let mean = before.iter().sum::<f64>() / n;
        let sigma = (before.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
        let signal = self.wide.get(self.begin..self.end.min(self.wide.len()))?;
        let mut lobes = Vec::new();
        let mut from = 0;
        for lobe in signal.chunk_by(|a, b| (a - mean > 0.0) == (b - mean > 0.0)) {
            let top = lobe.iter().fold(0.0_f64, |top, x| if (x - mean).abs() > top.abs() { x - mean } else { top });
            lobes.push((from, lobe.len(), top));
            from += lobe.len();
            if lobes.len() > 64 {
                break;
            }
        }
        let clear = |top: f64| top.abs() > 4.0 * sigma;
        let push = lobes.iter().position(|(_, _, top)| clear(*top) && *top > 0.0)?;
        let (_, length, _) = lobes.get(push)?;
        let (_, pull, top) = lobes.get(push + 1)?;
        clear(*top).then(|| *length as f64 / *pull as f64)
    }

    /// At least as many rounds as there are rises out of dips to a quarter of the power; at most one for each short average
    /// of the loud time. Nothing is said of a single rise.
    fn rounds(&self, loud: usize) -> Option<(u32, u32)> {
        let (mut n, mut top, mut dip, mut rising) = (0_u32, 0.0_f64, f64::INFINITY, true);
        for power in self.envelope() {
            if rising {
                top = top.max(power);
                if power < 0.25 * top && top > 6.0 {
                    n += 1;
                    (rising, dip) = (false, power);
                }
            } else {
                dip = dip.min(power);
                if power > 4.0 * dip.max(1.5) {
                    (rising, top) = (true, power);
                }
            }
        }
        n += u32::from(rising && n > 0 && top > 6.0);
        (n >= 2).then(|| (n, n.max((loud / self.sta.max(1)) as u32)))
    }
}

/// The largest share of the log spectrum's variance that one sinusoid explains: 0 for a smooth one, towards 1 for one
/// that a repetition has combed. The sinusoid must swing at least three times over the band.
///
/// # Source
/// Cepstrum: Bogert, Healy and Tukey 1963; as a sign of ripple fire: Baumgardt and Ziegler, *BSSA* 78 (1988) 1773.
fn ripple(spectrum: &[f64]) -> Option<f64> {
    let most = spectrum.iter().copied().fold(0.0, f64::max);
    // The part of the spectrum that stands out.
    let strong = |power: &f64| *power > 1e-3 * most;
    let (first, last) = (spectrum.iter().position(strong)?, spectrum.iter().rposition(strong)?);
    let logs: Vec<f64> = spectrum.get(first..=last)?.iter().map(|power| (power / most).max(1e-4).ln()).collect();
    if logs.len() < 32 {
        return None;
    }
    // The slow course of the spectrum is not a comb.
    let half = logs.len() / 8;
    let smooth = |k: usize| {
        let near = logs.get(k.saturating_sub(half)..(k + half + 1).min(logs.len())).unwrap_or_default();
        near.iter().sum::<f64>() / near.len().max(1) as f64
    };
    let rough: Vec<f64> = logs.iter().enumerate().map(|(k, log)| log - smooth(k)).collect();
    let power: f64 = rough.iter().map(|x| x * x).sum();
    let mut fft = Fft::new(2 * rough.len());
    let mut bins = Vec::new();
    fft.spectrum(rough.iter().copied(), &mut bins);
    let slowest = 3 * fft.len() / rough.len();
    let best = bins.iter().skip(slowest).map(|z| z.0 * z.0 + z.1 * z.1).fold(0.0, f64::max);
    (power > 0.0).then(|| (2.0 * best / (rough.len() as f64 * power)).min(1.0))
}

#[cfg(test)]
#[path = "features_tests.rs"]
mod tests;
