//! What silence may be called.

use truceline_domain::CoverageWording;

/// A cell-hour counts as well covered from this probability of detection on. The field's measure of coverage is the
/// share of cell-hours at 0.9, after the practice of threshold monitoring of nuclear test-ban networks, which states
/// what would have been seen with 90 %.
pub const HIGH_PD: f64 = 0.9;
/// Share of well covered cell-hours that "none detected, high coverage" needs: nine in ten, the same degree of
/// certainty in space and time as in each cell.
pub const HIGH_SHARE: f64 = 0.9;
/// The lowest probability that "none detected, high coverage" allows in any cell-hour: an event must be seen more
/// likely than not everywhere and always, or there is a known hole to fire from.
pub const HIGH_WORST_PD: f64 = 0.5;
/// Mean probability below which silence is not assessable: two of three events would have gone unseen, and silence
/// does not exclude nine of them.
pub const ASSESSABLE_MEAN_PD: f64 = 1.0 / 3.0;
/// −ln 0.05, rounded up: when the mean number of detections is this, silence has a chance of less than 5 %.
pub const MISSED_95: f64 = 3.0;

/// Slack for rounding when probabilities are held against a threshold.
const ROUNDING: f64 = 1e-9;

/// Probability of detection over cells, or over cell-hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub share_pd90: f64,
    pub mean_pd: f64,
    pub worst_pd: f64,
}

impl Summary {
    /// Over `(share of cells, probability)`; zero when there are none.
    pub fn of_cells(cells: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut all = Self { worst_pd: f64::INFINITY, ..Self::default() };
        for (share, pd) in cells {
            all.share_pd90 += if pd >= HIGH_PD - ROUNDING { share } else { 0.0 };
            all.mean_pd += share * pd;
            all.worst_pd = all.worst_pd.min(pd);
        }
        all.bounded()
    }

    /// Over time, each part weighed by its length; zero when there is none.
    pub fn over_time(parts: impl Iterator<Item = (f64, Self)>) -> Self {
        let mut all = Self { worst_pd: f64::INFINITY, ..Self::default() };
        let mut total_s = 0.0;
        for (seconds, part) in parts {
            total_s += seconds;
            all.share_pd90 += seconds * part.share_pd90;
            all.mean_pd += seconds * part.mean_pd;
            all.worst_pd = all.worst_pd.min(part.worst_pd);
        }
        if total_s <= 0.0 {
            return Self::default();
        }
        Self { share_pd90: all.share_pd90 / total_s, mean_pd: all.mean_pd / total_s, ..all }.bounded()
    }

    fn bounded(self) -> Self {
        let worst_pd = if self.worst_pd.is_finite() { self.worst_pd.clamp(0.0, 1.0) } else { 0.0 };
        Self { share_pd90: self.share_pd90.clamp(0.0, 1.0), mean_pd: self.mean_pd.clamp(worst_pd, 1.0), worst_pd }
    }
}

/// The wording that a summary allows. `monitored`: at least one sensor for the class could see into the area in the
/// window, had it been up.
pub(crate) fn wording(n_detected: u64, monitored: bool, seen: &Summary) -> CoverageWording {
    if n_detected > 0 {
        CoverageWording::Detected
    } else if !monitored {
        CoverageWording::NotMonitored
    } else if seen.mean_pd < ASSESSABLE_MEAN_PD - ROUNDING {
        CoverageWording::NotAssessable
    } else if seen.share_pd90 >= HIGH_SHARE - ROUNDING && seen.worst_pd >= HIGH_WORST_PD - ROUNDING {
        CoverageWording::NoneDetectedHigh
    } else {
        CoverageWording::NoneDetectedPartial
    }
}

/// The 95 % upper bound on events that happened unseen, given that none was seen: 3.0 / mean probability. It holds for
/// events that fall evenly over the cell-hours; for events kept to the worst corner the bound is 3.0 / worst.
pub(crate) fn missed_upper_95(n_detected: u64, seen: &Summary) -> Option<f64> {
    (n_detected == 0 && seen.mean_pd > 0.0).then(|| MISSED_95 / seen.mean_pd)
}
