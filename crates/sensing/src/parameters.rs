//! The settings of the onset detector, each with its unit and reason.

use truceline_domain::Modality;

/// Settings of the onset detector. Values that make no sense are brought into range when used, so that nothing divides
/// by zero and nothing grows without bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Short-term average, s. 0.3 s: the length of a blast's first arrivals.
    ///
    /// # Source
    /// Dando et al., *Nature* (2023), doi 10.1038/s41586-023-06416-7: 0.3 s and 3 s.
    pub sta_s: f64,
    /// Long-term average, s: ten times the short one (same source).
    pub lta_s: f64,
    /// The ratio of the short to the long average at which an onset begins. 2.5: just above what Gaussian noise reaches
    /// (see the measured rates in the room's opening); a short pulse raises the long average too, so that the ratio of a
    /// strong one stays below ten, and 4 already loses pulses of nine times the noise.
    pub on_ratio: f64,
    /// The ratio below which it ends: 1.5, near the noise, so that one blast and its echoes are one onset.
    pub off_ratio: f64,
    /// Longest onset, s; what lasts longer (an engine, wind) is cut here and counted once.
    pub longest_s: f64,
    /// Most onsets of one recording that are kept; more are a problem of the channel, not events.
    pub most: usize,
    /// The band in which picks are made, Hz; `None` for the modality's own. Plain onsets look at the whole band.
    pub band_hz: Option<(f64, f64)>,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { sta_s: 0.3, lta_s: 3.0, on_ratio: 2.5, off_ratio: 1.5, longest_s: 30.0, most: 10_000, band_hz: None }
    }
}

/// The most onsets that ids have room for.
const MOST: usize = 1 << 16;

/// The longest average, in samples: a day at 25 kHz.
const LONGEST: usize = 1 << 31;

/// The settings in samples, in range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct InSamples {
    pub(crate) sta: usize,
    pub(crate) lta: usize,
    pub(crate) on_ratio: f64,
    pub(crate) off_ratio: f64,
    pub(crate) longest: usize,
    pub(crate) most: usize,
    /// How far the long average lags.
    pub(crate) delay: usize,
    /// The normal quantile that noise may pass once in ten hours of picks.
    pub(crate) z: f64,
}

/// The fewest samples of a short average of picks.
const FEWEST: usize = 8;

/// Where a band ends at the latest, as a share of the sample rate; filters of recorders fall off above.
const BAND_END_SHARE: f64 = 0.4;

/// How often noise alone may pass the upper threshold of picks: once in ten hours.
const FALSE_PER_S: f64 = 0.1 / 3_600.0;

impl Parameters {
    /// The settings that suit a modality. Acoustic: a short average of 0.05 s, so that a shock and the muzzle blast after it
    /// stay two. Infrasound: 1 s and 20 s, a few periods of its band. Others: the default.
    pub fn of(modality: Modality) -> Self {
        match modality {
            Modality::Acoustic => Self { sta_s: 0.05, ..Self::default() },
            Modality::Infrasound => Self { sta_s: 1.0, lta_s: 20.0, longest_s: 120.0, ..Self::default() },
            _ => Self::default(),
        }
    }

    /// The band of a modality's picks, Hz; `None` when it records no waves. A modality's own band ends where the sample rate
    /// leaves nothing to filter.
    pub(crate) fn band(&self, modality: Modality, rate_hz: f64) -> Option<(f64, f64)> {
        let own: (f64, f64) = match modality {
            Modality::Seismic => (6.0, 16.0),
            Modality::Acoustic => (10.0, 400.0),
            Modality::Infrasound => (0.5, 8.0),
            _ => return None,
        };
        Some(self.band_hz.unwrap_or((own.0, own.1.min(BAND_END_SHARE * rate_hz))))
    }

    /// The settings in samples for a channel filtered to a band: the upper threshold is what the mean power of noise in the
    /// short average passes once in ten hours, if the set one is lower.
    ///
    /// # Source
    /// 4 B T degrees of freedom of an exponential average; Wilson and Hilferty, *PNAS* 17 (1931) 684.
    pub(crate) fn for_band(&self, (low_hz, high_hz): (f64, f64), rate_hz: f64) -> InSamples {
        let mut settings = self.in_samples(rate_hz);
        settings.sta = settings.sta.max(FEWEST);
        settings.lta = settings.lta.max(4 * settings.sta);
        let sta_s = settings.sta as f64 / rate_hz;
        let freedom = (4.0 * (high_hz.min(0.5 * rate_hz) - low_hz) * sta_s).max(1.0);
        let z = crate::normal::upper_quantile(
            (FALSE_PER_S / (high_hz.min(0.5 * rate_hz) - low_hz).max(1.0 / sta_s)).clamp(1e-12, 0.1),
        );
        settings.z = z;
        // Rise of a pulse and half a short average, so that what triggers has not yet reached the long one.
        settings.delay = 2 * settings.sta;
        let ninth = 2.0 / (9.0 * freedom);
        settings.on_ratio = settings.on_ratio.max((1.0 - ninth + z * ninth.sqrt()).powi(3));
        settings
    }

    pub(crate) fn in_samples(&self, rate_hz: f64) -> InSamples {
        // A float cast saturates, so an absurd length becomes a long one, never a wrong one.
        let samples = |seconds: f64, least: usize| ((seconds * rate_hz).round() as usize).clamp(least, LONGEST);
        let sta = samples(self.sta_s, 1).min(LONGEST / 2);
        let on_ratio = if self.on_ratio > 1.0 { self.on_ratio } else { 1.0 };
        InSamples {
            sta,
            lta: samples(self.lta_s, 2 * sta),
            on_ratio,
            off_ratio: if self.off_ratio > 0.0 { self.off_ratio.min(on_ratio) } else { on_ratio },
            longest: samples(self.longest_s, 1),
            most: self.most.min(MOST),
            delay: 0,
            z: 0.0,
        }
    }
}
