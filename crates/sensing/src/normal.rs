//! The normal distribution's upper quantile.

/// The z that a standard normal value exceeds with probability `p`, 0 < p < 1. Error below 4.5·10⁻⁴.
///
/// # Source
/// Abramowitz and Stegun, 26.2.23.
pub(crate) fn upper_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -upper_quantile(1.0 - p);
    }
    let t = (-2.0 * p.max(1e-300).ln()).sqrt();
    t - (2.515_517 + t * (0.802_853 + t * 0.010_328)) / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)))
}
