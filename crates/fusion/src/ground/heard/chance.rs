//! Chances of independent hits.

/// Probability that at least `k` of independent trials with these probabilities succeed: exact, by adding one trial
/// after the other. Probabilities outside 0…1 are clamped, what is no number counts as 0.
pub fn at_least(probabilities: &[f64], k: usize) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > probabilities.len() {
        return 0.0;
    }
    // Probability of 0…k−1 hits so far; what leaves the top is "at least k" and never comes back.
    let mut hits = vec![0.0; k];
    if let Some(none) = hits.first_mut() {
        *none = 1.0;
    }
    let mut reached = 0.0;
    for p in probabilities {
        let p = if p.is_nan() { 0.0 } else { p.clamp(0.0, 1.0) };
        let mut from_below = 0.0;
        for slot in &mut hits {
            let up = *slot * p;
            *slot = *slot * (1.0 - p) + from_below;
            from_below = up;
        }
        reached += from_below;
    }
    reached.clamp(0.0, 1.0)
}
