//! What one look makes of one track: the missed state and the states with each plot, mixed mode by mode.

use super::belief::Edge;
use super::kinematics::{Covariance, Mean};
use super::motion::{Mode, Modes, overall};
use super::track::Track;

/// A track within reach of the scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub slot: u32,
    pub by_mover: [f64; 4],
    /// Probability of detection for each mode, and overall.
    pub by_mode: [f64; 3],
    pub p_detect: f64,
    /// Where its edges begin and end.
    pub from: usize,
    pub until: usize,
}

/// What a track would become with one plot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub modes: Modes,
    /// False when the plot says too little to move the track.
    pub moves: bool,
}

/// Mixes the missed state and the outcomes, mode by mode.
pub(crate) fn settle_modes(track: &mut Track, visit: &Visit, unseen: f64, edges: &[Edge], outcomes: &[Outcome]) {
    let whole = track.existence.max(1e-12);
    let miss = unseen / whole;
    let left = (1.0 - visit.p_detect).max(1e-9);
    let mut prior = track.modes;
    for (mode, p) in prior.iter_mut().zip(visit.by_mode) {
        mode.weight *= (1.0 - p) / left;
    }
    let moved: f64 = edges.iter().zip(outcomes).filter(|(_, o)| o.moves).map(|(edge, _)| edge.probability).sum();
    if moved < 1e-4 {
        let total: f64 = prior.iter().map(|mode| mode.weight).sum();
        let share = (miss + (1.0 - miss) * if edges.is_empty() { 1.0 } else { 0.0 }).clamp(0.0, 1.0);
        for (mode, reweighed) in track.modes.iter_mut().zip(prior) {
            mode.weight = (1.0 - share) * mode.weight + share * reweighed.weight / total.max(1e-12);
        }
        return;
    }
    let mut sums = [Sum::default(); 3];
    for (sum, mode) in sums.iter_mut().zip(prior) {
        sum.add(&mode, mode.weight * miss);
    }
    for (edge, outcome) in edges.iter().zip(outcomes) {
        for (sum, mode) in sums.iter_mut().zip(outcome.modes) {
            sum.add(&mode, mode.weight * edge.probability / whole);
        }
    }
    let total: f64 = sums.iter().map(|sum| sum.weight).sum();
    for (mode, sum) in track.modes.iter_mut().zip(sums) {
        *mode = sum.mode(mode, total.max(1e-12));
    }
    track.whole = overall(&track.modes);
}

/// A running mixture of Gaussians about the first of them.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    weight: f64,
    first: Mode,
    mean: Mean,
    cov: Covariance,
}

impl Sum {
    fn add(&mut self, mode: &Mode, weight: f64) {
        if weight <= 1e-9 {
            return;
        }
        if self.weight == 0.0 {
            self.first = *mode;
        }
        let off = mode.mean.minus(self.first.mean);
        self.weight += weight;
        self.mean = self.mean.plus(off, weight);
        self.cov = self.cov.plus(&mode.cov, off, weight);
    }

    fn mode(&self, otherwise: &Mode, total: f64) -> Mode {
        if self.weight <= 0.0 {
            return Mode { weight: 0.0, ..*otherwise };
        }
        let shift = Mean::default().plus(self.mean, 1.0 / self.weight);
        let zero = Covariance::default();
        let cov = zero.plus(&self.cov, Mean::default(), 1.0 / self.weight).plus(&zero, shift, -1.0);
        Mode { weight: self.weight / total, mean: self.first.mean.plus(shift, 1.0), cov }
    }
}
