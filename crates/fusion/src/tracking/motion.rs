//! Three ways to move, run side by side (interacting multiple models, Blom and Bar-Shalom 1988): steady, turning or
//! speeding, and standing still. Transition probabilities are scaled to the elapsed time.

use super::kinematics::{Covariance, Mean};

/// One model's share of a track.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Mode {
    pub weight: f64,
    pub mean: Mean,
    pub cov: Covariance,
}

/// The three modes in the order steady, agile, still.
pub(crate) type Modes = [Mode; 3];

/// How movers move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Motion {
    /// White acceleration of the steady mode, m²/s³.
    pub steady_q: f64,
    /// White acceleration of the agile mode, m²/s³.
    pub agile_q: f64,
    /// Steady to agile, per second.
    pub rouse_per_s: f64,
    /// Agile to steady, per second.
    pub settle_per_s: f64,
    /// Moving to still at speed zero, per second.
    pub halt_per_s: f64,
    /// Still to moving, per second.
    pub start_per_s: f64,
    /// Standard deviation of the velocity of something that stands.
    pub still_mps: f64,
    /// Random walk of something that stands, m²/s.
    pub still_drift: f64,
    /// Standard deviation of the velocity, each axis, when something starts.
    pub start_mps: f64,
}

impl Default for Motion {
    fn default() -> Self {
        Self {
            steady_q: 0.02,
            agile_q: 5.0,
            rouse_per_s: 0.02,
            settle_per_s: 0.05,
            halt_per_s: 0.05,
            start_per_s: 0.06,
            still_mps: 0.2,
            still_drift: 0.05,
            start_mps: 1.5,
        }
    }
}

/// Below this share a mode is carried along but not mixed.
const NEGLIGIBLE: f64 = 1e-7;

/// Moves all modes on by `dt_s`: mixing, then prediction. `can_stop` in 0..=1 says how far the mover can stand still.
pub(crate) fn advance(modes: &mut Modes, dt_s: f64, motion: &Motion, can_stop: f64) {
    if dt_s <= 0.0 {
        return;
    }
    mix(modes, dt_s, motion, can_stop);
    let [steady, agile, still] = modes;
    for (mode, q) in [(steady, motion.steady_q), (agile, motion.agile_q)] {
        mode.mean = mode.mean.moved(dt_s);
        mode.cov = mode.cov.moved(dt_s, q);
    }
    still.cov.xx += motion.still_drift * dt_s;
    still.cov.yy += motion.still_drift * dt_s;
    stand(still, motion);
}

fn stand(mode: &mut Mode, motion: &Motion) {
    let variance = motion.still_mps * motion.still_mps;
    mode.mean = Mean { u: 0.0, v: 0.0, ..mode.mean };
    let Covariance { xx, xy, yy, .. } = mode.cov;
    mode.cov = Covariance { xx, xy, yy, uu: variance, vv: variance, ..Covariance::default() };
}

/// How near the speed of a moving mode is to one from which a mover can stop at once.
fn slowness(mode: &Mode) -> f64 {
    let (u, v) = (mode.mean.u, mode.mean.v);
    let d2 = u * u / (mode.cov.uu + HALT_MPS * HALT_MPS) + v * v / (mode.cov.vv + HALT_MPS * HALT_MPS);
    if d2 > 30.0 { 0.0 } else { (-0.5 * d2).exp() }
}

/// Speed from which vehicles and drones come to a stand within a look or two.
const HALT_MPS: f64 = 2.5;

fn mix(modes: &mut Modes, dt_s: f64, motion: &Motion, can_stop: f64) {
    let [steady, agile, still] = *modes;
    let within = |rate: f64| 1.0 - (-rate * dt_s).exp();
    let (rouse, settle, start) = (within(motion.rouse_per_s), within(motion.settle_per_s), within(motion.start_per_s));
    let halt = |mode: &Mode| {
        if mode.weight > NEGLIGIBLE { within(motion.halt_per_s * can_stop * slowness(mode)) } else { 0.0 }
    };
    let (halt_steady, halt_agile) = (halt(&steady), halt(&agile));
    let to_steady =
        [steady.weight * (1.0 - rouse) * (1.0 - halt_steady), agile.weight * settle * (1.0 - halt_agile), 0.0];
    let to_agile = [
        steady.weight * rouse * (1.0 - halt_steady),
        agile.weight * (1.0 - settle) * (1.0 - halt_agile),
        still.weight * start,
    ];
    let to_still = [steady.weight * halt_steady, agile.weight * halt_agile, still.weight * (1.0 - start)];
    let mut started = still;
    started.cov.uu = motion.start_mps * motion.start_mps;
    started.cov.vv = started.cov.uu;
    let mut halted = [steady, agile];
    for mode in &mut halted {
        stand(mode, motion);
    }
    let [stopped, braked] = halted;
    *modes = [
        blend(&[steady, agile, started], to_steady, &steady),
        blend(&[steady, agile, started], to_agile, &agile),
        blend(&[stopped, braked, still], to_still, &still),
    ];
}

/// Moment-matched mixture of modes; `otherwise` when the weights vanish.
pub(crate) fn blend(parts: &Modes, weights: [f64; 3], otherwise: &Mode) -> Mode {
    let total: f64 = weights.iter().sum();
    if total <= 1e-12 {
        return Mode { weight: 0.0, ..*otherwise };
    }
    let shares = weights.map(|weight| weight / total);
    let used = || parts.iter().zip(shares).filter(|(_, share)| *share > NEGLIGIBLE);
    let mean = used().fold(Mean::default(), |sum, (mode, share)| sum.plus(mode.mean, share));
    let cov =
        used().fold(Covariance::default(), |sum, (mode, share)| sum.plus(&mode.cov, mode.mean.minus(mean), share));
    Mode { weight: total, mean, cov }
}

/// The whole track as one Gaussian.
pub(crate) fn overall(modes: &Modes) -> Mode {
    blend(modes, modes.map(|mode| mode.weight), &modes[0])
}

#[cfg(test)]
#[path = "motion_tests.rs"]
mod tests;
