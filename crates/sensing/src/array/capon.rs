//! The power of Capon's beam: the least that any weights can let through that leave one slowness alone.
//!
//! P(s) = Σ_f 1/(e(s)ᴴ R⁺(f) e(s)), with R⁺ the pseudo-inverse of the covariance of one window at one frequency, each of
//! its entries divided by that pair's absolute sum over the band, as array tools usually take it.
//!
//! # Source
//! Capon, *Proc. IEEE* 57 (1969) 1408; Krim and Viberg 1996, eq. 30.

use super::bartlett::dot;
use super::grid::Grid;
use crate::fft::times;

/// Singular values below this share of the largest count as zero.
const SINGULAR: f64 = 1e-6;

/// A complex number, real and imaginary part.
type Complex = (f64, f64);

/// What does not change from window to window.
pub(super) struct Capon {
    omegas: Vec<f64>,
    /// For each bin and pair, cosine and sine of ω times the lag that one row of the grid adds, for each row.
    rows: Vec<(Vec<f64>, Vec<f64>)>,
    pairs: Vec<((usize, usize), (f64, f64))>,
    /// Power over the grid.
    pub(super) map: Vec<f64>,
}

impl Capon {
    /// For elements at `places_km`, all of which take part.
    pub(super) fn new(places_km: &[(f64, f64)], grid: &Grid, omegas: Vec<f64>) -> Self {
        let mut pairs = Vec::new();
        for (j, a) in places_km.iter().enumerate() {
            pairs.extend(places_km.iter().enumerate().skip(j + 1).map(|(k, b)| ((j, k), (a.0 - b.0, a.1 - b.1))));
        }
        let row = |angle: f64| (0..grid.n_side()).map(|k| (angle * k as f64).sin_cos()).map(|(s, c)| (c, s)).unzip();
        let rows = omegas.iter().flat_map(|w| pairs.iter().map(move |(_, apart)| w * apart.1 * grid.step())).map(row);
        Self { rows: rows.collect(), omegas, pairs, map: vec![0.0; grid.len()] }
    }

    /// The node with the most power; the first of equals.
    pub(super) fn best(&mut self, spectra: &[Vec<Complex>], grid: &Grid) -> (usize, f64) {
        let inverses = self.inverses(spectra);
        let (n, n_pairs) = (grid.n_side(), self.pairs.len().max(1));
        self.map.iter_mut().for_each(|value| *value = 0.0);
        let mut sums = vec![0.0; n];
        for ((inverse, omega), rows) in inverses.iter().zip(&self.omegas).zip(self.rows.chunks(n_pairs)) {
            let trace: f64 = (0..spectra.len()).map(|k| inverse.at(k, k).0).sum();
            for (column, out) in self.map.chunks_exact_mut(n).enumerate() {
                sums.iter_mut().for_each(|sum| *sum = trace);
                let start = grid.slowness(column * n);
                for (((j, k), apart), (cosines, sines)) in self.pairs.iter().zip(rows) {
                    let (sin, cos) = (omega * dot(start, *apart)).sin_cos();
                    let a = times(inverse.at(*j, *k), (2.0 * cos, 2.0 * sin));
                    for ((sum, c), s) in sums.iter_mut().zip(cosines).zip(sines) {
                        *sum += a.0 * c - a.1 * s;
                    }
                }
                out.iter_mut().zip(&sums).for_each(|(out, sum)| *out += 1.0 / sum.abs());
            }
        }
        let first_most =
            |best: (usize, f64), (node, value): (usize, &f64)| if *value > best.1 { (node, *value) } else { best };
        self.map.iter().enumerate().fold((0, f64::NEG_INFINITY), first_most)
    }

    fn inverses(&self, spectra: &[Vec<Complex>]) -> Vec<Hermitian> {
        let n = spectra.len();
        let cross = |j: usize, k: usize, f: usize| -> Complex {
            let at = |k: usize| spectra.get(k).and_then(|bins| bins.get(f)).copied().unwrap_or_default();
            let (x, y) = (at(j), at(k));
            times(x, (y.0, -y.1))
        };
        let mut scale = vec![0.0; n * n];
        for (place, slot) in scale.iter_mut().enumerate() {
            let sum = (0..self.omegas.len())
                .map(|f| cross(place / n, place % n, f))
                .fold((0.0, 0.0), |sum: Complex, z| (sum.0 + z.0, sum.1 + z.1));
            *slot = 1.0 / sum.0.hypot(sum.1).max(f64::MIN_POSITIVE);
        }
        let matrix = |f: usize| {
            let entry = |(place, scale): (usize, &f64)| {
                let (re, im) = cross(place / n, place % n, f);
                (re * scale, im * scale)
            };
            Hermitian { n, entries: scale.iter().enumerate().map(entry).collect() }.pseudo_inverse()
        };
        (0..self.omegas.len()).map(matrix).collect()
    }
}

/// A Hermitian matrix, row by row.
#[derive(Clone, Debug)]
pub(super) struct Hermitian {
    pub(super) n: usize,
    pub(super) entries: Vec<Complex>,
}

impl Hermitian {
    pub(super) fn at(&self, j: usize, k: usize) -> Complex {
        self.entries.get(j * self.n + k).copied().unwrap_or_default()
    }

    fn set(&mut self, j: usize, k: usize, value: Complex) {
        if let Some(entry) = self.entries.get_mut(j * self.n + k) {
            *entry = value;
        }
    }

    /// V f(Λ) Vᴴ with f the reciprocal of what is not as good as zero.
    pub(super) fn pseudo_inverse(mut self) -> Self {
        let n = self.n;
        let mut vectors = Self { n, entries: vec![(0.0, 0.0); n * n] };
        (0..n).for_each(|k| vectors.set(k, k, (1.0, 0.0)));
        // Jacobi's rotations converge quadratically; thirty sweeps are never needed.
        for _ in 0..30 {
            if !self.sweep(&mut vectors) {
                break;
            }
        }
        let values: Vec<f64> = (0..n).map(|k| self.at(k, k).0).collect();
        let most = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let mut inverse = Self { n, entries: vec![(0.0, 0.0); n * n] };
        for (m, value) in values.iter().enumerate().filter(|(_, value)| value.abs() > SINGULAR * most) {
            for j in 0..n {
                for k in 0..n {
                    let (v, w) = (vectors.at(j, m), vectors.at(k, m));
                    let term = times(v, (w.0, -w.1));
                    let sum = inverse.at(j, k);
                    inverse.set(j, k, (sum.0 + term.0 / value, sum.1 + term.1 / value));
                }
            }
        }
        inverse
    }

    /// One rotation for each pair of rows; false when nothing was left to turn.
    fn sweep(&mut self, vectors: &mut Self) -> bool {
        let mut turned = false;
        for p in 0..self.n {
            for q in p + 1..self.n {
                let off = self.at(p, q);
                let length = off.0.hypot(off.1);
                let (a, b) = (self.at(p, p).0, self.at(q, q).0);
                if length.is_nan() || length <= 1e-15 * (a.abs() + b.abs()) {
                    continue;
                }
                turned = true;
                let theta = (b - a) / (2.0 * length);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let cos = 1.0 / t.hypot(1.0);
                let sin = (t * cos * off.0 / length, t * cos * off.1 / length);
                self.rotate(vectors, (p, q), (cos, sin));
            }
        }
        turned
    }

    /// Columns and then rows p and q turned by the unitary [[c, s], [−s*, c]].
    fn rotate(&mut self, vectors: &mut Self, (p, q): (usize, usize), (cos, sin): (f64, Complex)) {
        let turn = |x: Complex, y: Complex, s: Complex| {
            let t = times(y, s);
            (x.0 * cos + t.0, x.1 * cos + t.1)
        };
        let (minus_conjugate, conjugate) = ((-sin.0, sin.1), (sin.0, -sin.1));
        for k in 0..self.n {
            for matrix in [&mut *self, &mut *vectors] {
                let (x, y) = (matrix.at(k, p), matrix.at(k, q));
                matrix.set(k, p, turn(x, y, minus_conjugate));
                matrix.set(k, q, turn(y, x, sin));
            }
        }
        for k in 0..self.n {
            let (x, y) = (self.at(p, k), self.at(q, k));
            self.set(p, k, turn(x, y, (-sin.0, -sin.1)));
            self.set(q, k, turn(y, x, conjugate));
        }
    }
}

#[cfg(test)]
#[path = "capon_tests.rs"]
mod tests;
