//! The settings of the onset detector, each with its unit and reason.

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
}

impl Default for Parameters {
    fn default() -> Self {
        Self { sta_s: 0.3, lta_s: 3.0, on_ratio: 2.5, off_ratio: 1.5, longest_s: 30.0, most: 10_000 }
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
}

impl Parameters {
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
        }
    }
}
