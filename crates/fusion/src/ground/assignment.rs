//! One to one: which launch belongs to which impact when several could.

/// A possible pair, with the logarithm of its odds against both being alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Possible {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) log_odds: f64,
}

/// For each possible pair the probability that it is one, given that nobody is in two pairs.
///
/// Exact (a sum over all assignments, by subsets of the right side) where a connected group has at most ten on the right;
/// else sum-product messages (Williams and Lau 2014, data association by belief propagation), which on such graphs
/// converge and lie within some percent.
pub(super) fn marginals(pairs: &[Possible]) -> Vec<f64> {
    let mut out = vec![0.0; pairs.len()];
    for group in groups(pairs) {
        let of: Vec<Possible> = group.iter().filter_map(|i| pairs.get(*i).copied()).collect();
        let shares = if distinct(of.iter().map(|p| p.right)).len() <= 10 { exact(&of) } else { by_messages(&of) };
        for (i, share) in group.iter().zip(shares) {
            if let Some(slot) = out.get_mut(*i) {
                *slot = share;
            }
        }
    }
    out
}

fn distinct(of: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut all: Vec<usize> = of.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Connected groups of pairs, each in the order of its pairs.
fn groups(pairs: &[Possible]) -> Vec<Vec<usize>> {
    let mut label: Vec<usize> = (0..pairs.len()).collect();
    let mut by_left = std::collections::BTreeMap::new();
    let mut by_right = std::collections::BTreeMap::new();
    for (i, pair) in pairs.iter().enumerate() {
        let l = *by_left.entry(pair.left).or_insert(i);
        let r = *by_right.entry(pair.right).or_insert(i);
        let (a, b, c) = (root(&label, i), root(&label, l), root(&label, r));
        let least = a.min(b).min(c);
        for at in [a, b, c] {
            if let Some(slot) = label.get_mut(at) {
                *slot = least;
            }
        }
    }
    let mut out: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for i in 0..pairs.len() {
        out.entry(root(&label, i)).or_default().push(i);
    }
    out.into_values().collect()
}

fn root(label: &[usize], mut at: usize) -> usize {
    while let Some(next) = label.get(at).filter(|next| **next != at) {
        at = *next;
    }
    at
}

/// Weights of sets of taken rights, for the lefts before (`forward`) and after (`backward`) each left.
fn exact(pairs: &[Possible]) -> Vec<f64> {
    let lefts = distinct(pairs.iter().map(|p| p.left));
    let rights = distinct(pairs.iter().map(|p| p.right));
    // Divided by the largest so that no sum overflows: the weight of being alone falls with it.
    let top = pairs.iter().map(|p| p.log_odds).fold(0.0, f64::max);
    let alone = (-top).exp();
    let options: Vec<Vec<(usize, f64)>> = lefts
        .iter()
        .map(|left| {
            let of = pairs.iter().filter(|p| p.left == *left);
            of.map(|p| (1 << rights.binary_search(&p.right).unwrap_or(0), (p.log_odds - top).exp())).collect()
        })
        .collect();
    let size = 1 << rights.len();
    let mut forward = vec![unit(size)];
    for option in &options {
        let next = stepped(forward.last().map_or(&[][..], |f| f), option, alone);
        forward.push(next);
    }
    let mut backward = vec![unit(size)];
    for option in options.iter().rev() {
        let next = stepped(backward.last().map_or(&[][..], |b| b), option, alone);
        backward.push(next);
    }
    backward.reverse();
    let all: f64 = forward.last().map_or(1.0, |f| f.iter().sum());
    pairs
        .iter()
        .map(|pair| {
            let at = lefts.binary_search(&pair.left).unwrap_or(0);
            let bit = 1 << rights.binary_search(&pair.right).unwrap_or(0);
            let before = forward.get(at).map_or(&[][..], |f| f);
            let after = backward.get(at + 1).map_or(&[][..], |b| b);
            // Any set before, any set after, disjoint and without this right: by sums over subsets.
            let below = subset_sums(after);
            let free = size - 1;
            let together: f64 = before
                .iter()
                .enumerate()
                .filter(|(set, weight)| set & bit == 0 && **weight > 0.0)
                .map(|(set, weight)| weight * below.get(free & !set & !bit).copied().unwrap_or(0.0))
                .sum();
            ((pair.log_odds - top).exp() * together / all).clamp(0.0, 1.0)
        })
        .collect()
}

fn unit(size: usize) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    if let Some(first) = weights.first_mut() {
        *first = 1.0;
    }
    weights
}

fn stepped(weights: &[f64], option: &[(usize, f64)], alone: f64) -> Vec<f64> {
    let mut next: Vec<f64> = weights.iter().map(|w| w * alone).collect();
    for (bit, odds) in option {
        for (set, weight) in weights.iter().enumerate().filter(|(set, weight)| set & bit == 0 && **weight > 0.0) {
            if let Some(slot) = next.get_mut(set | bit) {
                *slot += weight * odds;
            }
        }
    }
    next
}

/// For every set the sum over its subsets.
fn subset_sums(weights: &[f64]) -> Vec<f64> {
    let mut sums = weights.to_vec();
    let mut bit = 1;
    while bit < sums.len() {
        for set in 0..sums.len() {
            if set & bit != 0 {
                let below = sums.get(set ^ bit).copied().unwrap_or(0.0);
                if let Some(slot) = sums.get_mut(set) {
                    *slot += below;
                }
            }
        }
        bit <<= 1;
    }
    sums
}

/// Rounds of messages; such graphs settle in a few dozen.
const ROUNDS: usize = 60;

fn by_messages(pairs: &[Possible]) -> Vec<f64> {
    let odds: Vec<f64> = pairs.iter().map(|p| p.log_odds.clamp(-30.0, 30.0).exp()).collect();
    let mut to_left = vec![1.0; pairs.len()];
    for _ in 0..ROUNDS {
        let offered: Vec<f64> = odds.iter().zip(&to_left).map(|(o, m)| o * m).collect();
        let sums = sums_by(pairs, &offered, |p| p.left);
        let to_right: Vec<f64> = pairs
            .iter()
            .zip(odds.iter().zip(&offered))
            .map(|(p, (o, own))| o / (1.0 + (sums(p) - own).max(0.0)))
            .collect();
        let sums = sums_by(pairs, &to_right, |p| p.right);
        to_left = pairs.iter().zip(&to_right).map(|(p, own)| 1.0 / (1.0 + (sums(p) - own).max(0.0))).collect();
    }
    let offered: Vec<f64> = odds.iter().zip(&to_left).map(|(o, m)| o * m).collect();
    let sums = sums_by(pairs, &offered, |p| p.left);
    pairs.iter().zip(&offered).map(|(p, own)| own / (1.0 + sums(p))).collect()
}

fn sums_by(pairs: &[Possible], values: &[f64], key: fn(&Possible) -> usize) -> impl Fn(&Possible) -> f64 {
    let mut sums = std::collections::BTreeMap::new();
    for (pair, value) in pairs.iter().zip(values) {
        *sums.entry(key(pair)).or_insert(0.0) += value;
    }
    move |pair| sums.get(&key(pair)).copied().unwrap_or(0.0)
}

#[cfg(test)]
#[path = "assignment_tests.rs"]
mod tests;
