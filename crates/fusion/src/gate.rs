//! Whether two detections can speak of the same happening, by their own uncertainty.

use crate::moments::Sym2;
use crate::parameters::TIME_SIGMAS;
use truceline_domain::{LocalFrame, PlaceEstimate, TimeEstimate};

/// Squared Mahalanobis distance between two places: dᵀ (Σa + Σb + 2 s² I)⁻¹ d, where `spread_m` is how far (one standard
/// deviation) the parts of one happening lie from its middle. χ² with two degrees of freedom when both speak of the same
/// happening. `None` when a covariance is not finite. One square metre is added to each covariance.
///
/// # Source
/// Bar-Shalom, Willett, Tian, *Tracking and Data Fusion* (2011), section 2.3 (validation gate).
///
/// ```
/// use truceline_domain::{LocalFrame, PlaceEstimate, Wgs84};
/// let a = PlaceEstimate::circular(Wgs84::new(48.0, 37.0).unwrap(), 100.0);
/// let b = PlaceEstimate::circular(LocalFrame::about(a.centre).place_at(90.0, 200.0), 100.0);
/// assert!((truceline_fusion::place_statistic(&a, &b, 0.0).unwrap() - 2.0).abs() < 0.01);
/// ```
pub fn place_statistic(a: &PlaceEstimate, b: &PlaceEstimate, spread_m: f64) -> Option<f64> {
    let sum = Sym2::covariance(a, spread_m)?.plus(Sym2::covariance(b, spread_m)?);
    let offset_m = LocalFrame::about(a.centre).enu_from_wgs84(b.centre);
    Some(sum.inverse().quadratic(offset_m))
}

/// The seconds between two times when they can belong together, `None` when they cannot.
///
/// Two times of which neither is coarser than `reach_s` belong together when the gap between their intervals is at most
/// `reach_s` plus 2.576 combined standard deviations. A coarse one (a day, a week) says that it happened inside: the
/// other must share time with it. Intervals that merely touch share none.
pub fn time_gap_s(a: &TimeEstimate, b: &TimeEstimate, reach_s: f64) -> Option<f64> {
    Window::of(a, reach_s, f64::INFINITY).gap_s(&Window::of(b, reach_s, f64::INFINITY), reach_s)
}

/// A time estimate in whole microseconds, ready for many comparisons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    pub(crate) from_us: i64,
    pub(crate) until_us: i64,
    pub(crate) sigma_s: f64,
    /// Longer than the reach of its family: it can hold another happening, not be linked to one nearby.
    pub(crate) coarse: bool,
}

impl Window {
    pub(crate) fn of(time: &TimeEstimate, reach_s: f64, sigma_max_s: f64) -> Self {
        let (from_us, until_us) = (time.from.as_microsecond(), time.until.as_microsecond());
        let (from_us, until_us) = (from_us.min(until_us), from_us.max(until_us));
        let sigma_s = if time.sigma_s > 0.0 { time.sigma_s.min(sigma_max_s) } else { 0.0 };
        Self { from_us, until_us, sigma_s, coarse: seconds(until_us - from_us) > reach_s }
    }

    pub(crate) fn width_s(&self) -> f64 {
        seconds(self.until_us - self.from_us)
    }

    /// See [`time_gap_s`].
    pub(crate) fn gap_s(&self, other: &Self, reach_s: f64) -> Option<f64> {
        let gap_us = self.from_us.max(other.from_us) - self.until_us.min(other.until_us);
        let gap_s = seconds(gap_us.max(0));
        let blur_s = TIME_SIGMAS * self.sigma_s.hypot(other.sigma_s);
        let together = match (self.coarse, other.coarse) {
            (false, false) => gap_s <= reach_s + blur_s,
            (true, true) => gap_us < 0,
            _ => {
                gap_us < 0
                    || self.holds_instant(other)
                    || other.holds_instant(self)
                    || (blur_s > 0.0 && gap_s <= blur_s)
            }
        };
        together.then_some(gap_s)
    }

    /// True when `other` is an instant inside this half-open interval.
    fn holds_instant(&self, other: &Self) -> bool {
        other.from_us == other.until_us && self.from_us <= other.from_us && other.from_us < self.until_us
    }

    /// The smallest window around both.
    pub(crate) fn hull(&self, other: &Self) -> Self {
        Self {
            from_us: self.from_us.min(other.from_us),
            until_us: self.until_us.max(other.until_us),
            sigma_s: self.sigma_s.max(other.sigma_s),
            coarse: false,
        }
    }

    /// What both share.
    pub(crate) fn common(&self, other: &Self) -> Self {
        Self {
            from_us: self.from_us.max(other.from_us),
            until_us: self.until_us.min(other.until_us),
            sigma_s: self.sigma_s.max(other.sigma_s),
            coarse: true,
        }
    }
}

pub(crate) fn seconds(us: i64) -> f64 {
    us as f64 * 1e-6
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
