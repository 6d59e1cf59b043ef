//! The crack of a round faster than sound and the blast of its muzzle, on one node.

/// From a smallest to a largest value.
pub type Interval = (f64, f64);

/// Duration of the N-wave of a slender round, s.
///
/// `miss_m` is the distance from its path, `mach` its speed over that of sound (more than 1), `caliber_m` and `length_m`
/// its size, `sound_mps` the speed of sound.
///
/// # Source
/// Whitham 1952, as quoted by Maher 2006: T = 1.82 M b^¼ d / (c (M² − 1)^⅜ l^¼). Checked against his overpressure,
/// 0.53 p₀ d (M² − 1)^⅛ / (b^¾ l^¼): a weak shock gains (γ+1)/(4γ) p/p₀ c on its sound, which over a path of
/// b M/√(M² − 1) gives the same duration with 1.817.
pub fn n_wave_duration_s(miss_m: f64, mach: f64, (caliber_m, length_m): (f64, f64), sound_mps: f64) -> f64 {
    let below = sound_mps * (mach * mach - 1.0).powf(0.375) * length_m.powf(0.25);
    1.82 * mach * miss_m.powf(0.25) * caliber_m / below
}

/// The distance from the path, m, at which a round has that duration; the inverse of [`n_wave_duration_s`].
///
/// It goes with the fourth power of the duration: five percent of the duration are a fifth of the distance.
pub fn miss_distance_m(duration_s: f64, mach: f64, (caliber_m, length_m): (f64, f64), sound_mps: f64) -> f64 {
    let above = duration_s * sound_mps * (mach * mach - 1.0).powf(0.375) * length_m.powf(0.25);
    (above / (1.82 * mach * caliber_m)).powi(4)
}

/// What is known of a round that was heard as crack and blast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrackAndBlast {
    /// Blast minus crack, s, with its error (one standard deviation).
    pub delay_s: (f64, f64),
    /// Mean speed of the round up to the node, m/s (for a rifle at some hundred metres 550 to 850).
    pub round_mps: Interval,
    /// Speed of sound with the wind, m/s.
    pub sound_mps: Interval,
    /// Distance of the node from the path, m.
    pub miss_m: Interval,
}

/// Distance from the node to the muzzle, m, at least and at most (delay taken two errors wide); `None` when nothing fits.
///
/// Muzzle to node is `r`, the path passes at `d`: delay = r/c − √(r² − d²)/v − d √(1/c² − 1/v²), valid while the shock of
/// the path behind the muzzle reaches the node, √(r² − d²) ≥ d tan(asin(c/v)). It grows with r, so each corner of the
/// intervals has one root; between corners r runs monotonously in every one of them.
pub fn muzzle_range_m(heard: &CrackAndBlast) -> Option<Interval> {
    let (delay, sigma) = heard.delay_s;
    if !delay.is_finite() || !sigma.is_finite() || delay + 2.0 * sigma < 0.0 {
        return None;
    }
    let mut found: Option<Interval> = None;
    for delay_s in [(delay - 2.0 * sigma).max(0.0), delay + 2.0 * sigma] {
        for v in [heard.round_mps.0, heard.round_mps.1] {
            for c in [heard.sound_mps.0, heard.sound_mps.1] {
                for d in [heard.miss_m.0, heard.miss_m.1] {
                    if let Some(r) = range_of(delay_s, v, (c, d)) {
                        found = Some(found.map_or((r, r), |(low, high)| (low.min(r), high.max(r))));
                    }
                }
            }
        }
    }
    found.filter(|(low, _)| *low < 0.999 * FARTHEST_M)
}

/// Farthest muzzle considered, m; also the answer where the delay allows more.
const FARTHEST_M: f64 = 40_000.0;

fn range_of(delay_s: f64, v: f64, (c, d): (f64, f64)) -> Option<f64> {
    let is_good = v > c && c > 0.0 && d >= 0.0 && v.is_finite();
    if !is_good {
        return None;
    }
    let slow = (1.0 / (c * c) - 1.0 / (v * v)).sqrt();
    let delay_at = |r: f64| r / c - (r * r - d * d).max(0.0).sqrt() / v - d * slow;
    // Nearest muzzle whose shock still reaches the node: r = d / cos(asin(c/v)) = d v / √(v² − c²).
    let mut near = (d * v / (v * v - c * c).sqrt()).max(1e-6);
    let mut far = FARTHEST_M;
    if near >= far {
        return None;
    }
    // At the nearest muzzle crack and blast come together, so that the root is between.
    for _ in 0..60 {
        let middle = 0.5 * (near + far);
        if delay_at(middle) < delay_s { near = middle } else { far = middle }
    }
    Some(0.5 * (near + far))
}

#[cfg(test)]
#[path = "crack_tests.rs"]
mod tests;
