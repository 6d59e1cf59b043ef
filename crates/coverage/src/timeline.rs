//! Time cut where something changes: which sensors are down or not yet there, stretch by stretch.

use std::collections::BTreeMap;
use truceline_domain::{Span, Timestamp};

/// A time in which less than all is left of one sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Loss {
    /// Which sensor, by its place among the watchers of a class.
    pub watcher: usize,
    pub span: Span,
    /// What is left, 0…1.
    pub factor: f64,
}

/// What is left of the sensors that are not fully up, by watcher. Factors by their bits: not negative, so bits sort as
/// numbers do.
pub(crate) type State = Vec<(usize, u64)>;

/// The window's stretches in order, without holes: each is as long as nothing changes.
pub(crate) struct Stretches {
    window: Span,
    cursor: Timestamp,
    edges: std::iter::Peekable<std::vec::IntoIter<Edge>>,
    down: BTreeMap<usize, BTreeMap<u64, u32>>,
}

struct Edge {
    at: Timestamp,
    watcher: usize,
    factor_bits: u64,
    begins: bool,
}

impl Stretches {
    pub fn new(window: Span, losses: &[Loss]) -> Self {
        let mut edges = Vec::with_capacity(2 * losses.len());
        for loss in losses {
            let Some(span) = loss.span.overlap(&window) else {
                continue;
            };
            let edge = |at, begins| Edge { at, watcher: loss.watcher, factor_bits: loss.factor.to_bits(), begins };
            edges.push(edge(span.from, true));
            edges.push(edge(span.until, false));
        }
        edges.sort_by_key(|edge| edge.at);
        Self { window, cursor: window.from, edges: edges.into_iter().peekable(), down: BTreeMap::new() }
    }

    fn apply(&mut self, edge: &Edge) {
        let factors = self.down.entry(edge.watcher).or_default();
        if edge.begins {
            *factors.entry(edge.factor_bits).or_default() += 1;
            return;
        }
        if let Some(n) = factors.get_mut(&edge.factor_bits) {
            *n -= 1;
            if *n == 0 {
                factors.remove(&edge.factor_bits);
            }
        }
        if factors.is_empty() {
            self.down.remove(&edge.watcher);
        }
    }

    fn state(&self) -> State {
        self.down.iter().filter_map(|(watcher, factors)| Some((*watcher, *factors.keys().next()?))).collect()
    }
}

impl Iterator for Stretches {
    type Item = (Span, State);

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor >= self.window.until {
            return None;
        }
        while let Some(edge) = self.edges.next_if(|edge| edge.at <= self.cursor) {
            self.apply(&edge);
        }
        let until = self.edges.peek().map_or(self.window.until, |edge| edge.at);
        let span = Span { from: self.cursor, until };
        self.cursor = until;
        Some((span, self.state()))
    }
}

const NS_PER_HOUR: i128 = 3_600_000_000_000;

/// The last full hour of UTC that is not after `at`.
pub(crate) fn hour_before(at: Timestamp) -> Timestamp {
    let ns = at.as_nanosecond();
    Timestamp::from_nanosecond(ns - ns.rem_euclid(NS_PER_HOUR)).unwrap_or(Timestamp::MIN)
}

/// The first full hour of UTC after `at`.
pub(crate) fn hour_after(at: Timestamp) -> Timestamp {
    let ns = at.as_nanosecond();
    Timestamp::from_nanosecond(ns - ns.rem_euclid(NS_PER_HOUR) + NS_PER_HOUR).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
