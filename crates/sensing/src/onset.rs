//! Onsets: where something begins in a recording.

use crate::channel::without_mean;
use crate::faults::Fault;
use crate::parameters::{InSamples, Parameters};
use crate::ratio::Ratio;
use truceline_domain::{Recording, SignedDuration, Timestamp};

/// Something that begins, by one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onset {
    /// When it begins at the sensor.
    pub at: Timestamp,
    /// Error of that time, one standard deviation, s: the sample spacing and the blur by noise.
    pub sigma_s: f64,
    /// When it has sunk into the noise again, or was cut.
    pub until: Timestamp,
    /// Root of the power over the power of the noise before: how many times the noise its loudest stretch is.
    pub snr: f64,
    /// Largest deviation from the running mean, in the sensor's own unit.
    pub peak: f64,
}

/// The onsets of a recording, in the order of time: recursive STA/LTA over the deviation from the running mean, each
/// onset then set to the sample where the variance changes (AIC). Nothing is found in the first `lta_s` seconds, while the
/// noise is being learned. Samples that are not finite count as the running mean.
///
/// # Source
/// STA/LTA: Withers et al., *BSSA* 88 (1998) 95. AIC: Maeda, *Zisin* 38 (1985) 365.
pub fn onsets(recording: &Recording, parameters: &Parameters) -> Vec<Onset> {
    let rate_hz = recording.samples.rate_hz;
    if !(rate_hz.is_finite() && rate_hz > 0.0) {
        return Vec::new();
    }
    let settings = parameters.in_samples(rate_hz);
    let values = without_mean(&recording.samples.values, settings.lta);
    let time = |sample: usize| {
        let offset = SignedDuration::try_from_secs_f64(sample as f64 / rate_hz).unwrap_or(SignedDuration::ZERO);
        recording.from.checked_add(offset).unwrap_or(recording.from)
    };
    let onset = |found: Found| {
        let begin = change_point(&values, &found, &settings);
        Onset {
            at: time(begin),
            sigma_s: sigma_s(rate_hz, settings.sta as f64 / rate_hz, found.snr),
            until: time(found.end.max(begin)),
            snr: found.snr,
            peak: values.get(begin..found.end).unwrap_or_default().iter().fold(0.0, |peak, x| x.abs().max(peak)),
        }
    };
    stretches(&values, &settings, &[]).into_iter().map(onset).collect()
}

/// A stretch in which the ratio stood above its limits, in samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) trigger: usize,
    pub(crate) end: usize,
    pub(crate) snr: f64,
    /// Mean power of the noise before.
    pub(crate) noise: f64,
}

/// The stretches above the limits. Samples of the bad spans (in order, apart) teach nothing and end what is under way.
pub(crate) fn stretches(values: &[f64], settings: &InSamples, bad: &[Fault]) -> Vec<Found> {
    let mut bad = bad.iter().peekable();
    let mut ratio = Ratio::delayed(settings.sta, settings.lta, settings.delay);
    let mut found: Vec<Found> = Vec::new();
    // The stretch under way, and the power of the noise before it.
    let mut open: Option<(Found, f64)> = None;
    let (mut power, mut armed) = (0.0, true);
    for (sample, x) in values.iter().enumerate() {
        while bad.next_if(|span| span.until <= sample).is_some() {}
        if bad.peek().is_some_and(|span| span.from <= sample) {
            found.extend(open.take().map(|(stretch, _)| stretch));
            continue;
        }
        let noise = ratio.lta();
        let now = ratio.next(*x);
        power += (x * x - power) / settings.sta as f64;
        if now < settings.off_ratio {
            armed = true;
        }
        match &mut open {
            Some((stretch, noise)) => {
                stretch.end = sample;
                stretch.snr = stretch.snr.max((power / *noise).sqrt());
                let cut = sample - stretch.trigger >= settings.longest;
                if now < settings.off_ratio || cut {
                    found.push(*stretch);
                    // What was cut triggers again only after it has sunk once.
                    armed = !cut;
                    open = None;
                }
            }
            None if armed && now >= settings.on_ratio && found.len() < settings.most => {
                let noise = noise.max(f64::MIN_POSITIVE);
                open = Some((Found { trigger: sample, end: sample + 1, snr: (power / noise).sqrt(), noise }, noise));
            }
            None => {}
        }
    }
    found.extend(open.map(|(stretch, _)| stretch));
    found.truncate(settings.most);
    found
}

/// The sample at which noise turns into signal: the least of AIC(k) = k ln var(before k) + (n − k − 1) ln var(from k on),
/// looked for from two short averages before the trigger to one after it.
pub(crate) fn change_point(values: &[f64], found: &Found, settings: &InSamples) -> usize {
    let start = found.trigger.saturating_sub(2 * settings.sta);
    let end = (found.trigger + settings.sta / 2 + 1).min(values.len());
    let window = values.get(start..end).unwrap_or_default();
    let mut before = vec![(0.0, 0.0)];
    for x in window {
        let (sum, square) = before.last().copied().unwrap_or_default();
        before.push((sum + x, square + x * x));
    }
    let (all_sum, all_square) = before.last().copied().unwrap_or_default();
    let n = window.len();
    let log_variance = |sum: f64, square: f64, n: f64| (square / n - (sum / n) * (sum / n)).max(1e-300).ln();
    let aic = |k: usize| {
        let (sum, square) = before.get(k).copied().unwrap_or_default();
        let (left, right) = (k as f64, (n - k) as f64);
        left * log_variance(sum, square, left) + (right - 1.0) * log_variance(all_sum - sum, all_square - square, right)
    };
    // Two samples on either side, or there is no variance to speak of.
    let best = (2..n.saturating_sub(1)).min_by(|a, b| aic(*a).total_cmp(&aic(*b)));
    best.map_or(found.trigger, |k| start + k)
}

/// The error of an onset time: the sample spacing (the true onset lies anywhere between the sample before and the one
/// named, root mean square spacing / √3), and the blur by noise, which falls with the signal's power
/// over the noise's: 0.15 short averages at equal power. The factor is fitted to synthetic pulses (see the tests).
pub(crate) fn sigma_s(rate_hz: f64, sta_s: f64, snr: f64) -> f64 {
    let spacing_s = 1.0 / (rate_hz * 3_f64.sqrt());
    spacing_s.hypot(0.15 * sta_s / (snr * snr).max(1.0))
}
