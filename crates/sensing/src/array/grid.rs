//! The square grid of slownesses that beams are steered to.

/// Slownesses from −`most` to `most` east and north, s/km: the way the wave runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    most: f64,
    step: f64,
    n_side: usize,
}

/// The most nodes along a side.
const MOST_NODES: usize = 401;

impl Grid {
    /// Steps are widened where there would be more than 401 to a side.
    pub(super) fn new(most_s_per_km: f64, step_s_per_km: f64) -> Self {
        let most = if most_s_per_km.is_finite() && most_s_per_km > 0.0 { most_s_per_km } else { 3.6 };
        let wanted = if step_s_per_km > 0.0 { step_s_per_km } else { most / 36.0 };
        let step = wanted.clamp(2.0 * most / (MOST_NODES - 1) as f64, most);
        Self { most, step, n_side: (2.0 * most / step + 1.5) as usize }
    }

    pub(super) fn len(&self) -> usize {
        self.n_side * self.n_side
    }

    pub(super) fn n_side(&self) -> usize {
        self.n_side
    }

    pub(super) fn step(&self) -> f64 {
        self.step
    }

    pub(super) fn most(&self) -> f64 {
        self.most
    }

    /// East and north slowness of a node; columns from the west, each from the south.
    pub(super) fn slowness(&self, node: usize) -> (f64, f64) {
        let (column, row) = (node / self.n_side, node % self.n_side);
        (-self.most + column as f64 * self.step, -self.most + row as f64 * self.step)
    }

    /// True for the outermost nodes.
    pub(super) fn on_edge(&self, node: usize) -> bool {
        let (column, row) = (node / self.n_side, node % self.n_side);
        [column, row].iter().any(|k| *k == 0 || *k + 1 == self.n_side)
    }
}
