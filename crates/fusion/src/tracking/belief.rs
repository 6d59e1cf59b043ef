//! Which plot belongs to which track: marginal probabilities by loopy belief propagation (Williams and Lau 2014).
//!
//! It always converges; on trees (no two tracks that share two plots) it is exact, and close otherwise.

/// A track and a plot that may belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// Index of the track among those looked at.
    pub track: u32,
    /// Index of the plot.
    pub plot: u32,
    /// Odds of this pair against "the track was missed", per density of other causes of the plot.
    pub psi: f64,
    /// Probability that the plot is the track's, once solved.
    pub probability: f64,
    to_plot: f64,
    to_track: f64,
}

impl Edge {
    pub(crate) fn new(track: u32, plot: u32, psi: f64) -> Self {
        Self { track, plot, psi, probability: 0.0, to_plot: 0.0, to_track: 1.0 }
    }
}

const SWEEPS: usize = 60;
const CONVERGED: f64 = 1e-6;

/// Solves `edges` (sorted by track, then plot) in place. `sums` is scratch; afterwards it holds, for each of `plots`
/// plots, the sum of messages: the plot is nobody's with probability `1 / (1 + sum)`.
pub(crate) fn solve(edges: &mut [Edge], plots: usize, sums: &mut Vec<f64>) {
    for _ in 0..SWEEPS {
        let change = to_plots(edges);
        gather(edges, plots, sums);
        to_tracks(edges, sums);
        if change < CONVERGED {
            break;
        }
    }
    for group in edges.chunk_by_mut(|a, b| a.track == b.track) {
        let total: f64 = group.iter().map(|edge| edge.psi * edge.to_track).sum();
        for edge in group {
            edge.probability = edge.psi * edge.to_track / (1.0 + total);
        }
    }
    for group in edges.chunk_by_mut(|a, b| a.track == b.track).filter(|group| group.len() > 1) {
        sharpen(group);
    }
}

/// Shifts the weight of one track's plots towards the likelier ones, their sum unchanged, so that movers side by side are
/// not drawn into one (the coalescence of plain probabilistic association; Blom and Bloem 2000).
fn sharpen(group: &mut [Edge]) {
    let hit: f64 = group.iter().map(|edge| edge.probability).sum();
    let squares: f64 = group.iter().map(|edge| edge.probability * edge.probability).sum();
    if squares > 0.0 {
        for edge in group {
            edge.probability *= hit * edge.probability / squares;
        }
    }
}

fn to_plots(edges: &mut [Edge]) -> f64 {
    let mut change = 0.0_f64;
    for group in edges.chunk_by_mut(|a, b| a.track == b.track) {
        let total: f64 = group.iter().map(|edge| edge.psi * edge.to_track).sum();
        for edge in group {
            let message = edge.psi / (1.0 + (total - edge.psi * edge.to_track).max(0.0));
            change = change.max((message - edge.to_plot).abs() / (1.0 + message));
            edge.to_plot = message;
        }
    }
    change
}

fn gather(edges: &[Edge], plots: usize, sums: &mut Vec<f64>) {
    sums.clear();
    sums.resize(plots, 0.0);
    for edge in edges {
        if let Some(sum) = sums.get_mut(edge.plot as usize) {
            *sum += edge.to_plot;
        }
    }
}

fn to_tracks(edges: &mut [Edge], sums: &[f64]) {
    for edge in edges {
        let sum = sums.get(edge.plot as usize).copied().unwrap_or(0.0);
        edge.to_track = 1.0 / (1.0 + (sum - edge.to_plot).max(0.0));
    }
}

#[cfg(test)]
#[path = "belief_tests.rs"]
mod tests;
