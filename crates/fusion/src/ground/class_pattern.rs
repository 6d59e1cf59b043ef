//! What the company of other events says of the class.

use super::GroundClass;
use super::class_tables::{About, PerClass, TRAITS, per_class};
use super::class_waveform::rounded;
use super::classes::{Observed, Piece};
use std::sync::LazyLock;

/// How many others there are nearby. Events of one series share their number, so that it counts for less than it says:
/// half.
pub(super) fn company(observed: &Observed) -> Option<Piece> {
    let n = observed.company?.n_others;
    let column = match n {
        0 => 0,
        1..=3 => 1,
        4..=12 => 2,
        _ => 3,
    };
    let logs = per_class(|t| 0.5 * t.company.get(column).copied().unwrap_or(0.01).max(0.005).ln());
    Some((format!("{n} others within ten minutes and a kilometre"), logs))
}

/// Share of the error of place that neighbours do not have in common (the air between is the same).
const OWN_ERROR: [f64; 2] = [0.4, 0.9];

/// For each class five variances of equal probability, m².
static SPREADS_M2: LazyLock<[[f64; 5]; 9]> = LazyLock::new(|| {
    TRAITS.each_ref().map(|traits| {
        let About(middle, spread) = traits.spread_m;
        [-1.28, -0.52, 0.0, 0.52, 1.28].map(|z: f64| (middle * (z * spread).exp()).powi(2))
    })
});

/// How far the company is spread: guns stay where they are, rounds scatter.
///
/// The sum of squares of `n` places about their middle, over the variance of one, has 2 (n − 1) degrees of freedom.
pub(super) fn spread(observed: &Observed) -> Option<Piece> {
    let company = observed.company.filter(|c| c.n_others > 0)?;
    let free = 2.0 * company.n_others.min(20) as f64;
    let squares = company.spread_m.powi(2);
    let log = |variance: f64| -0.5 * free * (variance.ln() + squares / variance);
    let own = OWN_ERROR.map(|own| (own * company.sigma_m).powi(2) + 25.0);
    let logs: PerClass = std::array::from_fn(|class| {
        let of_class = SPREADS_M2.get(class).copied().unwrap_or_default();
        let all = own.map(|own| of_class.map(|of| log(of + own)));
        let best = all.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
        best + (all.iter().flatten().map(|l| (l - best).exp()).sum::<f64>() / 10.0).ln()
    });
    // Bounded: aim may wander, batteries may stand apart.
    let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some((format!("they spread over {} m", rounded(company.spread_m)), logs.map(|l| (l - best).max(-3.0))))
}

/// Most that a pairing may add for launch and impact, natural logarithm: pairs are common where there is much fire.
const PAIRING_MOST: f64 = 1.5;

/// A partner at a feasible time of flight.
pub(super) fn pairing((as_launch, as_impact): (f64, f64)) -> Option<Piece> {
    let clipped = |odds: f64| odds.clamp(0.0, PAIRING_MOST);
    let logs = per_class(|t| match t.class {
        GroundClass::Launch => clipped(as_launch),
        GroundClass::Impact => clipped(as_impact),
        _ => 0.0,
    });
    let what =
        if as_launch > as_impact { "another event fits as its impact" } else { "another event fits as its launch" };
    (clipped(as_launch) > 0.0 || clipped(as_impact) > 0.0).then(|| (what.to_owned(), logs))
}
