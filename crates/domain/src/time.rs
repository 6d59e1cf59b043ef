//! When something happened, with honest uncertainty.

use jiff::{SignedDuration, Timestamp};

/// A stretch of time, `until` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
}

impl Span {
    /// From `from` to `until`, or `None` when `until` lies before `from`.
    pub fn new(from: Timestamp, until: Timestamp) -> Option<Self> {
        (from <= until).then_some(Self { from, until })
    }

    /// All of time.
    pub const ALWAYS: Self = Self { from: Timestamp::MIN, until: Timestamp::MAX };

    /// True when `at` lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// The part that both share, if any.
    pub fn overlap(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = self.until.min(other.until);
        (from < until).then_some(Self { from, until })
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        seconds_between(self.from, self.until)
    }
}

/// Seconds from `a` to `b`, negative when `b` is earlier.
pub(crate) fn seconds_between(a: Timestamp, b: Timestamp) -> f64 {
    b.duration_since(a).as_secs_f64()
}

/// When something happened: at one unknown moment in `[from, until]`, each edge blurred by a normal error.
///
/// An instant has `from == until`; a report that only knows the day has a day between them. Two estimates can speak of
/// the same moment when the gap between them is small against their combined `sigma_s`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct TimeEstimate {
    /// Earliest moment.
    pub from: Timestamp,
    /// Latest moment.
    pub until: Timestamp,
    /// Standard deviation of either edge, in seconds, not negative.
    pub sigma_s: f64,
}

impl TimeEstimate {
    /// One instant with a normal error. A `sigma_s` that is not a number or negative is taken as zero.
    pub fn instant(at: Timestamp, sigma_s: f64) -> Self {
        Self::within(at, at, sigma_s)
    }

    /// Some moment from `from` to `until`; the two are put in order. A bad `sigma_s` is taken as zero.
    pub fn within(from: Timestamp, until: Timestamp, sigma_s: f64) -> Self {
        let sigma_s = if sigma_s.is_finite() && sigma_s > 0.0 { sigma_s } else { 0.0 };
        Self { from: from.min(until), until: from.max(until), sigma_s }
    }

    /// The middle, for drawing and sorting.
    pub fn midpoint(&self) -> Timestamp {
        let half = SignedDuration::from_nanos_i128(self.until.duration_since(self.from).as_nanos() / 2);
        self.from.checked_add(half).unwrap_or(self.from)
    }

    /// Seconds between the two intervals; zero when they overlap or touch.
    pub fn gap_s(&self, other: &Self) -> f64 {
        let later_from = self.from.max(other.from);
        let earlier_until = self.until.min(other.until);
        seconds_between(earlier_until, later_from).max(0.0)
    }

    /// The interval that holds the moment with about 99.7 % (edges widened by three standard deviations).
    pub fn hull(&self) -> Span {
        let margin = SignedDuration::try_from_secs_f64(3.0 * self.sigma_s).unwrap_or(SignedDuration::ZERO);
        Span {
            from: self.from.checked_sub(margin).unwrap_or(Timestamp::MIN),
            until: self.until.checked_add(margin).unwrap_or(Timestamp::MAX),
        }
    }

    /// The earliest plausible moment, from which the clocks of an answer run.
    pub fn earliest_plausible(&self) -> Timestamp {
        self.hull().from
    }

    /// Share of the estimate that lies in `span`: the probability that the moment was inside, with the edges' normal
    /// error for an instant (Φ of the distance to the nearer edges) and the uniform share for an interval.
    pub fn probability_within(&self, span: &Span) -> f64 {
        let width_s = seconds_between(self.from, self.until);
        if width_s > 0.0 && width_s >= self.sigma_s {
            let from = self.from.max(span.from);
            let until = self.until.min(span.until);
            return (seconds_between(from, until) / width_s).clamp(0.0, 1.0);
        }
        let middle = self.midpoint();
        if self.sigma_s == 0.0 {
            return if span.contains(middle) { 1.0 } else { 0.0 };
        }
        let after_from = seconds_between(span.from, middle) / self.sigma_s;
        let before_until = seconds_between(middle, span.until) / self.sigma_s;
        (crate::geodesy::normal_cdf(after_from) + crate::geodesy::normal_cdf(before_until) - 1.0).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
