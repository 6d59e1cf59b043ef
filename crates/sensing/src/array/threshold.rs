//! The Fisher ratio that noise passes as seldom as wished, learned from the noise around.
//!
//! The largest Fisher ratio over the beams of a window of noise that elements do not share is the largest of K values of
//! an F distribution. Real noise is partly shared, and that shifts and stretches the logarithm of the ratio. So the
//! distribution's logarithm is fitted to the middle of the ratios around (their 10 % and 75 % quantiles, so that a fifth of
//! windows with signals does no harm), and its upper tail gives the threshold.
//!
//! # Source
//! Adaptive F detector: Arrowsmith et al., *GJI* 177 (2009) 449, who shift only; Paulson, *Ann. Math. Stat.* 13 (1942) 233 for F.

use crate::normal::upper_quantile;

/// The quantiles that are matched.
const MATCHED: (f64, f64) = (0.10, 0.75);

/// The largest of `beams` values of an F distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NoiseFisher {
    pub(super) freedom: (f64, f64),
    pub(super) beams: f64,
}

impl NoiseFisher {
    /// The value that the largest passes with probability `p`.
    pub(super) fn upper(&self, p: f64) -> f64 {
        // One of them passes it with 1 − (1 − p)^(1/K), kept exact for small p.
        let single = -((-p.clamp(1e-12, 1.0 - 1e-12)).ln_1p() / self.beams.max(1.0)).exp_m1();
        let z = upper_quantile(single);
        let (a1, a2) = (1.0 - 2.0 / (9.0 * self.freedom.0), 1.0 - 2.0 / (9.0 * self.freedom.1));
        let (b1, b2) = (2.0 / (9.0 * self.freedom.0), 2.0 / (9.0 * self.freedom.1));
        let root = (a1 * a1 * b2 + a2 * a2 * b1 - z * z * b1 * b2).max(0.0).sqrt();
        ((a1 * a2 + z * root) / (a2 * a2 - z * z * b2).max(1e-3)).powi(3)
    }

    /// The threshold that noise like these ratios passes with probability `p` a window.
    pub(super) fn threshold(&self, ratios: &mut [f64], p: f64) -> Option<f64> {
        if ratios.len() < 20 {
            return None;
        }
        ratios.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (ratios.len() - 1) as f64;
            let (low, part) = (place.floor() as usize, place.fract());
            let value = |k: usize| ratios.get(k).copied().unwrap_or(1.0).max(1e-9).ln();
            value(low) * (1.0 - part) + value(low + 1) * part
        };
        let (low, high) = (self.upper(1.0 - MATCHED.0).ln(), self.upper(1.0 - MATCHED.1).ln());
        let stretch = (at(MATCHED.1) - at(MATCHED.0)) / (high - low).max(1e-9);
        let shift = at(MATCHED.1) - stretch * high;
        Some((shift + stretch * self.upper(p).ln()).exp())
    }
}
