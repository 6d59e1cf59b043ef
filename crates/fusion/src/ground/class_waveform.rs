//! What the waveforms say of the class.

use super::class_tables::{About, PerClass, Traits, per_class};
use super::classes::{Heard, Observed, Piece, Surroundings};
use truceline_domain::{PickFeatures, Wave};

/// Share of measurements that are of something else.
const ASTRAY: f64 = 1.0 / 30.0;

/// Natural logarithm of the range over which a measurement that is of something else can lie: a factor of 8,000.
const ASTRAY_RANGE: f64 = 9.0;

/// Air waves from further are infrasound: ducts, not the source, shape them.
const SHAPED_BY_SOURCE_M: f64 = 25_000.0;

/// Error of one arrival's measurement, standard deviation of its natural logarithm: ground, turbulence and echoes.
const ONE_ARRIVAL: f64 = 0.4;

/// All that waveforms say.
pub(super) fn waveform(observed: &Observed, surroundings: &Surroundings) -> Vec<Piece> {
    let air = |heard: &&Heard| is_air(heard.wave) && heard.range_m < SHAPED_BY_SOURCE_M;
    let blast = |heard: &&Heard| matches!(heard.wave, Wave::Air | Wave::Muzzle) && heard.range_m < SHAPED_BY_SOURCE_M;
    let shock = |heard: &&Heard| heard.wave == Wave::Shock;
    let ground = |heard: &&Heard| !is_air(heard.wave);
    let heard = || observed.heard.iter();
    [
        piece(middle(heard().filter(blast), |f| f.frequency_hz), "spectrum in air about", "Hz", |t| t.air_frequency_hz),
        piece(middle(heard().filter(blast), |f| f.duration_s), "lasts in air", "s", |t| t.air_duration_s),
        piece(middle(heard().filter(blast), |f| f.rise_s), "rises in air within", "s", |t| [t.air_rise_s; 2]),
        piece(middle(heard().filter(air), |f| f.phase_ratio), "positive over negative phase", "", |t| {
            [t.phase_ratio; 2]
        }),
        piece(middle(heard().filter(shock), |f| f.duration_s), "shock lasts", "s", |t| t.shock_duration_s),
        piece(middle(heard().filter(ground), |f| f.frequency_hz), "spectrum in the ground about", "Hz", |t| {
            [t.ground_frequency_hz; 2]
        }),
        piece(middle(heard().filter(ground), |f| f.duration_s), "lasts in the ground", "s", |t| {
            [t.ground_duration_s; 2]
        }),
        ripple(observed),
        level(observed, surroundings),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn is_air(wave: Wave) -> bool {
    matches!(wave, Wave::Air | Wave::Shock | Wave::Muzzle)
}

/// The middle of a quantity over arrivals on the logarithmic scale, near ones counting more (what is far has lost its
/// high notes), and how many there are in effect.
pub(super) fn middle<'a>(
    heard: impl Iterator<Item = &'a Heard>,
    of: impl Fn(&PickFeatures) -> Option<f64>,
) -> Option<(f64, f64)> {
    let (mut sum, mut weights, mut squares) = (0.0, 0.0, 0.0);
    for (value, range_m) in heard.filter_map(|h| Some((of(&h.features)?, h.range_m))) {
        if value.is_finite() && value > 0.0 {
            let weight = 1.0 / (1.0 + range_m.max(0.0) / 1_000.0);
            sum += weight * value.ln();
            weights += weight;
            squares += weight * weight;
        }
    }
    (weights > 0.0).then(|| (sum / weights, weights * weights / squares))
}

fn piece(middle: Option<(f64, f64)>, what: &str, unit: &str, about: impl Fn(&Traits) -> [About; 2]) -> Option<Piece> {
    let (ln, n) = middle?;
    let gap = if unit.is_empty() { "" } else { " " };
    let said = format!("{what} {}{gap}{unit}", rounded(ln.exp()));
    Some((said, per_class(|traits| log_likelihood(ln, n, about(traits)))))
}

/// Two digits that matter.
pub(super) fn rounded(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{:.0}", (v / 10.0).round() * 10.0),
        v if v >= 9.95 => format!("{v:.0}"),
        v if v >= 0.995 => format!("{v:.1}"),
        v if v >= 0.0995 => format!("{v:.2}"),
        v if v >= 0.00995 => format!("{v:.3}"),
        v => format!("{v:.5}"),
    }
}

/// Logarithm of the density of a middle on the logarithmic scale, from either kind of source alike, or astray.
fn log_likelihood(ln: f64, n: f64, about: [About; 2]) -> f64 {
    let density = |About(middle, spread): About| {
        let sigma = (spread * spread + ONE_ARRIVAL * ONE_ARRIVAL / n).sqrt();
        normal(ln - middle.ln(), sigma)
    };
    let kinds: f64 = about.into_iter().map(density).sum::<f64>() / 2.0;
    ((1.0 - ASTRAY) * kinds + ASTRAY / ASTRAY_RANGE).ln()
}

/// Density of a normal error.
pub(super) fn normal(x: f64, sigma: f64) -> f64 {
    (-0.5 * (x / sigma).powi(2)).exp() / (sigma * (2.0 * std::f64::consts::PI).sqrt())
}

/// Cepstral peaks: ripple fire stands out (beta 5, 4: a mean of 0.56); noise and chance echoes do not (beta 2, 8: 0.2).
fn ripple(observed: &Observed) -> Option<Piece> {
    let mut peaks: Vec<f64> =
        observed.heard.iter().filter_map(|h| h.features.ripple).filter(|r| (0.0..=1.0).contains(r)).collect();
    peaks.sort_by(f64::total_cmp);
    let peak = peaks.get(peaks.len() / 2)?.clamp(0.01, 0.99);
    let repeated = 280.0 * peak.powi(4) * (1.0 - peak).powi(3);
    let plain = 72.0 * peak * (1.0 - peak).powi(7);
    let logs = per_class(|t| (t.ripple * repeated + (1.0 - t.ripple) * plain + ASTRAY).ln());
    Some((format!("repeats itself (cepstral peak) by {peak:.2}"), logs))
}

/// Peak pressure brought to 1 km: 22 dB for each tenfold range (weak shocks, ANSI S2.20 has r^−1.1) and 2 dB/km lost to
/// ground and air; errors of that loss make 8 dB at several kilometres.
fn level(observed: &Observed, surroundings: &Surroundings) -> Option<Piece> {
    if !surroundings.is_calibrated {
        return None;
    }
    let blasts = observed.heard.iter().filter(|h| matches!(h.wave, Wave::Air | Wave::Muzzle));
    let levels: Vec<f64> = blasts
        .filter(|h| (50.0..15_000.0).contains(&h.range_m))
        .filter_map(|h| Some((h.features.amplitude.filter(|a| *a > 0.0)?, h.range_m / 1_000.0)))
        .map(|(pascal, km)| 20.0 * (pascal / 2e-5).log10() + 22.0 * km.log10() + 2.0 * (km - 1.0))
        .collect();
    let n = f64::from(u32::try_from(levels.len()).ok()?);
    if levels.is_empty() {
        return None;
    }
    let mean_db = levels.iter().sum::<f64>() / n;
    let logs: PerClass = per_class(|t| {
        let sigma_db = (t.level_db.1.powi(2) + 25.0 + 64.0 / n).sqrt();
        ((1.0 - ASTRAY) * normal(mean_db - t.level_db.0, sigma_db) + ASTRAY / 120.0).ln()
    });
    Some((format!("{mean_db:.0} dB peak when brought to 1 km"), logs))
}
