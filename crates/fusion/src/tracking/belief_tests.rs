//! Loopy belief against every joint assignment counted out.

use super::{Edge, solve};
use proptest::prelude::*;

/// Exact marginals: all ways to give each track at most one plot and each plot to at most one track.
fn exact(psi: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let (tracks, plots) = (psi.len(), psi[0].len());
    let mut sums = vec![vec![0.0; plots]; tracks];
    let mut total = 0.0;
    let mut chosen = vec![usize::MAX; tracks];
    fn walk(psi: &[Vec<f64>], i: usize, weight: f64, chosen: &mut Vec<usize>, sums: &mut [Vec<f64>], total: &mut f64) {
        if i == psi.len() {
            *total += weight;
            for (track, plot) in chosen.iter().enumerate().filter(|(_, plot)| **plot != usize::MAX) {
                sums[track][*plot] += weight;
            }
            return;
        }
        chosen[i] = usize::MAX;
        walk(psi, i + 1, weight, chosen, sums, total);
        for plot in 0..psi[i].len() {
            if psi[i][plot] > 0.0 && !chosen[..i].contains(&plot) {
                chosen[i] = plot;
                walk(psi, i + 1, weight * psi[i][plot], chosen, sums, total);
            }
        }
        chosen[i] = usize::MAX;
    }
    walk(psi, 0, 1.0, &mut chosen, &mut sums, &mut total);
    sums.iter().map(|row| row.iter().map(|sum| sum / total).collect()).collect()
}

/// Edges of a table, and for each track the sum of its probabilities.
fn solved(psi: &[Vec<f64>]) -> Vec<f64> {
    let mut edges = Vec::new();
    for (track, row) in psi.iter().enumerate() {
        for (plot, value) in row.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            edges.push(Edge::new(track as u32, plot as u32, *value));
        }
    }
    let mut sums = Vec::new();
    solve(&mut edges, psi[0].len(), &mut sums);
    (0..psi.len())
        .map(|track| edges.iter().filter(|edge| edge.track as usize == track).map(|edge| edge.probability).sum())
        .collect()
}

#[test]
fn one_track_and_one_plot_is_exact() {
    assert!((solved(&[vec![3.0]])[0] - 0.75).abs() < 1e-9);
}

#[test]
fn chains_without_loops_are_exact() {
    let psi = vec![vec![4.0, 0.0], vec![2.0, 5.0]];
    let truth = exact(&psi);
    for (track, hit) in solved(&psi).into_iter().enumerate() {
        assert!((hit - truth[track].iter().sum::<f64>()).abs() < 1e-5, "track {track}: {hit} {truth:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn close_to_exact_with_loops(cells in prop::collection::vec(0.0_f64..30.0, 9)) {
        let psi: Vec<Vec<f64>> = cells.chunks(3).map(<[f64]>::to_vec).collect();
        let truth = exact(&psi);
        for (track, hit) in solved(&psi).into_iter().enumerate() {
            prop_assert!((hit - truth[track].iter().sum::<f64>()).abs() < 0.12);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&hit));
        }
    }
}
