//! What the waves that came, and how far and deep, say of the class.

use super::class_tables::{Traits, per_class};
use super::class_waveform::{is_air, normal, rounded};
use super::classes::{Heard, Observed, Piece, Surroundings};
use std::sync::LazyLock;
use truceline_domain::{Modality, Wave};

/// Ground sensors that would pick a nearby explosion.
const GROUND_REACH_M: f64 = 10_000.0;

/// Air sensors that would pick a gun.
const AIR_REACH_M: f64 = 4_000.0;

/// Nodes that would hear the crack of a round fired past them.
const CRACK_REACH_M: f64 = 800.0;

/// Which waves came, and which did not although sensors that would tell were near.
pub(super) fn waves(observed: &Observed, surroundings: &Surroundings) -> Option<Piece> {
    let came = |wave: Wave| observed.heard.iter().any(|h| h.wave == wave);
    let by_ground = came(Wave::P) || came(Wave::S) || came(Wave::Rg);
    let by_air = came(Wave::Air) || came(Wave::Shock) || came(Wave::Muzzle);
    if !by_ground && !by_air {
        return None;
    }
    let seismic = silent_within(observed, &[Modality::Seismic], GROUND_REACH_M);
    let acoustic = silent_within(observed, &[Modality::Acoustic, Modality::Infrasound], AIR_REACH_M);
    let tells = |wave: Wave| surroundings.told.contains(&wave);
    // A crack, and the blast told apart by it, is missed only where a node stands near the muzzle.
    let near = observed.heard.iter().any(|h| is_air(h.wave) && h.range_m < CRACK_REACH_M);
    let logs = per_class(|t| {
        let mut log = 0.0;
        log += chance(by_ground, t.in_ground, by_ground || seismic);
        log += chance(by_air, t.in_air, by_air || acoustic);
        if by_ground {
            log += chance(came(Wave::S), t.s_and_rg.0, came(Wave::S) || tells(Wave::S));
            log += chance(came(Wave::Rg), t.s_and_rg.1, came(Wave::Rg) || tells(Wave::Rg));
        }
        if by_air {
            log += chance(came(Wave::Shock), t.shock_and_muzzle.0, came(Wave::Shock) || (near && tells(Wave::Shock)));
            log +=
                chance(came(Wave::Muzzle), t.shock_and_muzzle.1, came(Wave::Muzzle) || (near && tells(Wave::Muzzle)));
        }
        log
    });
    let named: Vec<&str> = Wave::ALL.iter().filter(|w| came(**w)).map(|w| w.word()).collect();
    Some((format!("waves that came: {}", named.join(", ")), logs))
}

fn silent_within(observed: &Observed, modalities: &[Modality], reach_m: f64) -> bool {
    observed.silent.iter().any(|(modality, range_m)| modalities.contains(modality) && *range_m < reach_m)
}

/// Logarithm of the chance of what was seen, nothing when it could not be seen. Labels are wrong in one of a hundred.
fn chance(came: bool, p: f64, counts: bool) -> f64 {
    let p = 0.01 + 0.98 * p;
    match (counts, came) {
        (false, _) => 0.0,
        (true, true) => p.ln(),
        (true, false) => (1.0 - p).ln(),
    }
}

/// How far the air carried it, by who heard it and who did not.
///
/// Heard where the level, less 22 dB for each tenfold range and 3 dB/km, exceeds 80 dB (a quiet site's noise and the ten
/// decibels a picker needs), softly over 5 dB. Noise differs by 9 dB from site to site and
/// hour to hour, and the loss by 1.5 dB/km with the wind, 12 dB over 8 km; all stations of an event share both. Ranges are counted in eighth octaves. Shocks run with the round and thunder and
/// booms have no single source, but how far they carry is alike enough.
pub(super) fn reach(observed: &Observed) -> Option<Piece> {
    let heard = observed.heard.iter().filter(|h| is_air(h.wave)).map(|h| (true, h.range_m));
    let is_ear = |m: Modality| matches!(m, Modality::Acoustic | Modality::Infrasound);
    let silent = observed.silent.iter().filter(|(m, _)| is_ear(*m)).map(|(_, range_m)| (false, *range_m));
    let rows: Vec<(bool, f64)> = heard.chain(silent).filter(|(_, r)| (10.0..20_000.0).contains(r)).collect();
    let farthest_m = rows.iter().filter(|(heard, _)| *heard).map(|(_, r)| *r).fold(0.0, f64::max);
    if farthest_m <= 0.0 {
        return None;
    }
    let curve = LevelCurve::of(&rows);
    let logs =
        per_class(|t: &Traits| curve.log_likelihood(t.level_db.0, (t.level_db.1.powi(2) + UNKNOWN_DB.powi(2)).sqrt()));
    Some((format!("heard up to {} km", rounded(farthest_m / 1_000.0)), logs))
}

/// Error of noise and loss together, dB.
const UNKNOWN_DB: f64 = 15.0;

/// The log-likelihood of who heard and who did not, for levels at 1 km in steps of 5 dB from 40 to 160 dB.
struct LevelCurve {
    logs: Vec<f64>,
}

/// Stations of one event share echoes and weather: each counts half.
const SHARED: f64 = 0.5;

impl LevelCurve {
    fn of(rows: &[(bool, f64)]) -> Self {
        let mut logs = vec![0.0; STEPS];
        for (heard, range_m) in rows {
            let eighth = ((range_m / 10.0).log2() * 8.0).clamp(0.0, 87.0);
            let row = SOFT.get(eighth as usize * 2 + usize::from(*heard));
            for (sum, log) in logs.iter_mut().zip(row.into_iter().flatten()) {
                *sum += SHARED * log;
            }
        }
        Self { logs }
    }

    /// The sum over levels as the class has them, which noise and weather blur.
    fn log_likelihood(&self, level_db: f64, sigma_db: f64) -> f64 {
        let best = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let levels = self.logs.iter().enumerate().map(|(step, log)| (40.0 + 5.0 * step as f64, log));
        let sum: f64 = levels.map(|(at_db, log)| normal(at_db - level_db, sigma_db) * (log - best).exp()).sum();
        sum.max(1e-12).ln()
    }
}

/// Levels of the curve.
const STEPS: usize = 25;

/// For every eighth octave of range from 10 m, silent and heard in turn: the logarithm of its chance at each level.
static SOFT: LazyLock<Vec<[f64; STEPS]>> = LazyLock::new(|| {
    let row = |(eighth, heard): (u32, bool)| {
        let km = 0.01 * ((f64::from(eighth) + 0.5) / 8.0).exp2();
        let at = (80.0 + 22.0 * km.log10() + 3.0 * km - 40.0) / 5.0;
        std::array::from_fn(|step| soft(heard, step as f64 - at))
    };
    (0..88).flat_map(|eighth| [(eighth, false), (eighth, true)]).map(row).collect()
});

/// Logarithm of a chance of being heard that rises softly, 0.01 to 0.85 (a station can be down unknown to us), or of its complement.
fn soft(heard: bool, margin: f64) -> f64 {
    let p = 0.01 + 0.84 / (1.0 + (-margin).exp());
    if heard { p.ln() } else { (1.0 - p).ln() }
}

/// Mean depth of earthquakes in the crust, km.
const MEAN_DEPTH_KM: f64 = 8.0;

/// The depth, whose stated error is widened by half and by 0.5 km (velocities are known by some percent).
pub(super) fn depth(observed: &Observed) -> Option<Piece> {
    let depth = observed.depth_km.filter(|d| d.sigma > 0.0 && d.sigma < 50.0)?;
    observed.heard.iter().find(|h| !is_air(h.wave))?;
    let sigma = (1.5 * depth.sigma).hypot(0.5);
    let at_surface = normal(depth.value, sigma);
    // An exponential law of depth seen through the error, summed over depths of equal probability.
    let quake: f64 = (0..16_u32)
        .map(|i| -MEAN_DEPTH_KM * (1.0 - (f64::from(i) + 0.5) / 16.0).ln())
        .map(|z| normal(depth.value - z, sigma))
        .sum::<f64>()
        / 16.0;
    let logs = per_class(|t| {
        let density = if t.class == super::GroundClass::Earthquake { quake } else { at_surface };
        (0.97 * density + 0.03 / 30.0).ln()
    });
    Some((format!("depth {:.1} ± {:.1} km", depth.value, depth.sigma), logs))
}

/// Amplitudes of P and S at the stations that have both (their ranges agree within a hundred metres).
pub(super) fn p_over_s(observed: &Observed) -> Option<Piece> {
    let amplitude =
        |h: &Heard, wave: Wave| h.features.amplitude.filter(|a| h.wave == wave && *a > 0.0 && a.is_finite());
    let mut ratios = Vec::new();
    for p in &observed.heard {
        let Some(of_p) = amplitude(p, Wave::P) else { continue };
        let same = observed.heard.iter().filter(|s| (s.range_m - p.range_m).abs() < 1.0);
        ratios.extend(same.filter_map(|s| amplitude(s, Wave::S)).map(|of_s| (of_p / of_s).ln()).take(1));
    }
    let n = f64::from(u32::try_from(ratios.len()).ok()?);
    if ratios.is_empty() {
        return None;
    }
    let ln = ratios.iter().sum::<f64>() / n;
    let logs = per_class(|t| {
        let sigma = (t.p_over_s.1.powi(2) + 0.25 / n).sqrt();
        (0.97 * normal(ln - t.p_over_s.0.ln(), sigma) + 0.03 / 8.0).ln()
    });
    Some((format!("P over S {}", rounded(ln.exp())), logs))
}
