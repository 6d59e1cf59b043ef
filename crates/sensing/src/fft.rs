//! The discrete Fourier transform of real samples, the same bits on every machine.

use std::f64::consts::TAU;

/// A transform of `2^k` points. Radix 2, decimation in time; written out here instead of taken from a library that chooses
/// its arithmetic by the processor, because results are held against each other byte by byte.
///
/// # Source
/// Cooley and Tukey, *Math. Comput.* 19 (1965) 297; real samples packed as half as many complex ones: Numerical Recipes 12.3.
#[derive(Clone, Debug)]
pub(crate) struct Fft {
    n: usize,
    /// e^(−2πik/n), k < n/2.
    turns: Vec<(f64, f64)>,
    work: Vec<(f64, f64)>,
}

impl Fft {
    /// For `n` samples, rounded up to a power of two, at least 4.
    pub(crate) fn new(n: usize) -> Self {
        let n = n.max(4).next_power_of_two();
        let turn = |k: usize| (TAU * k as f64 / n as f64).sin_cos();
        let turns = (0..n / 2).map(turn).map(|(sin, cos)| (cos, -sin)).collect();
        Self { n, turns, work: vec![(0.0, 0.0); n / 2] }
    }

    /// Points.
    pub(crate) fn len(&self) -> usize {
        self.n
    }

    /// The spectrum Σ x e^(−2πikj/n) for k = 0…n/2 of real samples; missing ones count as zero, surplus ones are left out.
    pub(crate) fn spectrum(&mut self, x: impl Iterator<Item = f64>, out: &mut Vec<(f64, f64)>) {
        let half = self.n / 2;
        let shift = usize::BITS - half.trailing_zeros();
        let mut x = x.fuse();
        for k in 0..half {
            let (even, odd) = (x.next().unwrap_or(0.0), x.next().unwrap_or(0.0));
            let reversed = if half > 1 { k.reverse_bits() >> shift } else { 0 };
            if let Some(slot) = self.work.get_mut(reversed) {
                *slot = (even, odd);
            }
        }
        self.butterflies();
        out.clear();
        out.extend((0..=half).map(|k| self.unpacked(k)));
    }

    fn butterflies(&mut self) {
        let mut size = 1;
        while size < self.n / 2 {
            // The turns of a transform of half the points are every second one of this one's.
            let stride = self.n / (2 * size);
            for block in self.work.chunks_exact_mut(2 * size) {
                let (low, high) = block.split_at_mut(size);
                for ((a, b), w) in low.iter_mut().zip(high).zip(self.turns.iter().step_by(stride)) {
                    let t = times(*b, *w);
                    *b = (a.0 - t.0, a.1 - t.1);
                    *a = (a.0 + t.0, a.1 + t.1);
                }
            }
            size *= 2;
        }
    }

    /// The k-th value of the real transform from those of even and odd samples together.
    fn unpacked(&self, k: usize) -> (f64, f64) {
        let half = self.n / 2;
        let at = |k: usize| self.work.get(k % half).copied().unwrap_or_default();
        let (z, y) = (at(k), at(half - k));
        let even = (0.5 * (z.0 + y.0), 0.5 * (z.1 - y.1));
        let odd = (0.5 * (z.1 + y.1), -0.5 * (z.0 - y.0));
        let turn = self.turns.get(k).copied().unwrap_or((-1.0, 0.0));
        let t = times(odd, turn);
        (even.0 + t.0, even.1 + t.1)
    }
}

/// The product of two complex numbers.
pub(crate) fn times(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

#[cfg(test)]
#[path = "fft_tests.rs"]
mod tests;
