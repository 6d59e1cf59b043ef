//! Butterworth filters as cascades of second-order sections.
//!
//! ```
//! use truceline_sensing::Butterworth;
//!
//! // A slow swell under a quick ripple, 100 samples a second: the band keeps the ripple.
//! let mut x: Vec<f64> = (0..2000).map(|k| (0.01 * f64::from(k)).sin() + 0.1 * f64::from(k).sin()).collect();
//! Butterworth::band_pass(4, 6.0, 30.0, 100.0).unwrap().both_ways(&mut x);
//! assert!((x[1000] - 0.1 * 1000_f64.sin()).abs() < 0.01);
//! ```

use std::f64::consts::PI;

/// The highest order; beyond it the corners of a narrow band cannot be told apart in double precision.
const HIGHEST_ORDER: usize = 16;

/// A Butterworth filter of a sample rate, ready to run over signals. It keeps no state between signals: each begins at rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Butterworth {
    sections: Vec<Section>,
}

/// y\[k\] = b·(x\[k\], x\[k−1\], x\[k−2\]) − a·(y\[k−1\], y\[k−2\]).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

impl Butterworth {
    /// The band from `low_hz` to `high_hz` (half power at both), `order` poles at either edge. An upper edge at or above
    /// half the sample rate leaves a high-pass. `None` for an order of 0 or above 16, or edges that are not
    /// 0 < low < high with the lower one below half the sample rate.
    ///
    /// # Errors
    /// Equal to the usual tools' `bandpass` with `corners = order` within 10⁻⁹ of the largest value (tested against their
    /// values).
    ///
    /// # Source
    /// Oppenheim and Schafer, *Discrete-Time Signal Processing*, 7.1 (bilinear transform with warped edges) and appendix B
    /// (Butterworth poles, low-pass to band-pass).
    pub fn band_pass(order: usize, low_hz: f64, high_hz: f64, rate_hz: f64) -> Option<Self> {
        if low_hz.partial_cmp(&high_hz) != Some(std::cmp::Ordering::Less) {
            return None;
        }
        if high_hz / (0.5 * rate_hz) > 1.0 - 1e-6 {
            return Self::high_pass(order, low_hz, rate_hz);
        }
        let (low, high) = (warped(low_hz, rate_hz)?, warped(high_hz, rate_hz)?);
        let (width, middle2) = (high - low, low * high);
        let centre = unit(2.0 * middle2.sqrt().atan());
        let split = |pole: Complex| {
            let half = pole.times(0.5 * width);
            let root = half.multiplied(half).plus(Complex(-middle2, 0.0)).root();
            [half.plus(root), half.plus(root.times(-1.0))]
        };
        Self::of_poles(order, split, &[[1.0, 0.0, -1.0]], centre)
    }

    /// Everything above `corner_hz` (half power there). `None` as for the band.
    pub fn high_pass(order: usize, corner_hz: f64, rate_hz: f64) -> Option<Self> {
        let corner = warped(corner_hz, rate_hz)?;
        let one = |pole: Complex| [pole.inverse().times(corner)];
        Self::of_poles(order, one, &[[1.0, -2.0, 1.0], [1.0, -1.0, 0.0]], Complex(-1.0, 0.0))
    }

    /// Everything below `corner_hz` (half power there). `None` as for the band.
    pub fn low_pass(order: usize, corner_hz: f64, rate_hz: f64) -> Option<Self> {
        let corner = warped(corner_hz, rate_hz)?;
        let one = |pole: Complex| [pole.times(corner)];
        Self::of_poles(order, one, &[[1.0, 2.0, 1.0], [1.0, 1.0, 0.0]], Complex(1.0, 0.0))
    }

    /// The sections of a filter whose poles come from those of the low-pass at 1 by `shape`; each with unit gain at `centre`.
    /// `zeros` are the numerators of a pair of poles and, if it differs, of a single one.
    fn of_poles<const N: usize>(
        order: usize,
        shape: impl Fn(Complex) -> [Complex; N],
        zeros: &[[f64; 3]],
        centre: Complex,
    ) -> Option<Self> {
        if order == 0 || order > HIGHEST_ORDER {
            return None;
        }
        let (pair, single) = (zeros.first().copied()?, zeros.last().copied()?);
        let mut poles = Vec::new();
        for k in 0..order / 2 {
            let pole = unit(PI * (2 * k + order + 1) as f64 / (2 * order) as f64);
            poles.extend(shape(pole).map(|pole| (pair, [pole, pole.conjugate()])));
        }
        if order % 2 == 1 {
            // The real pole: two poles of a band, or one and a nothing at zero.
            let mut shaped = shape(Complex(-1.0, 0.0)).into_iter();
            let (first, second) = (shaped.next()?, shaped.next());
            poles.push((if second.is_some() { pair } else { single }, [first, second.unwrap_or(Complex(-1.0, 0.0))]));
        }
        let mut sections: Vec<(f64, Section)> = Vec::new();
        for (b, poles) in poles {
            let [p, q] = poles.map(Complex::bilinear);
            let a = [-(p.0 + q.0), p.0 * q.0 - p.1 * q.1];
            let gain = gain(b, a, centre);
            sections.push((p.norm2().max(q.norm2()), Section { b: b.map(|b| b / gain), a }));
        }
        // The sharpest resonance last, so that nothing overflows on the way.
        sections.sort_by(|x, y| x.0.total_cmp(&y.0));
        let sections: Vec<Section> = sections.into_iter().map(|(_, section)| section).collect();
        let numbers = sections.iter().flat_map(|section| section.b.into_iter().chain(section.a));
        numbers.into_iter().all(f64::is_finite).then_some(Self { sections })
    }

    /// Filters in place, forwards in time; the onset of a signal is never before its own.
    pub fn forwards(&self, x: &mut [f64]) {
        self.run(x.iter_mut());
    }

    /// Filters in place forwards and then backwards: twice the order, no delay, but a signal leaks into the time before it.
    pub fn both_ways(&self, x: &mut [f64]) {
        self.run(x.iter_mut());
        self.run(x.iter_mut().rev());
    }

    fn run<'x>(&self, x: impl Iterator<Item = &'x mut f64>) {
        let mut rest = [(0.0, 0.0); HIGHEST_ORDER];
        for x in x {
            for (section, state) in self.sections.iter().zip(&mut rest) {
                let ([b0, b1, b2], [a1, a2]) = (section.b, section.a);
                let y = b0 * *x + state.0;
                *state = (b1 * *x - a1 * y + state.1, b2 * *x - a2 * y);
                *x = y;
            }
        }
    }
}

/// The analogue frequency that the bilinear transform maps to this one.
fn warped(hz: f64, rate_hz: f64) -> Option<f64> {
    let share = hz / rate_hz;
    (share > 0.0 && share < 0.5).then(|| (PI * share).tan())
}

/// The signed gain of a section at a point of the unit circle.
fn gain([b0, b1, b2]: [f64; 3], [a1, a2]: [f64; 2], z: Complex) -> f64 {
    let polynomial =
        |c0: f64, c1: f64, c2: f64| z.times(c0).plus(Complex(c1, 0.0)).multiplied(z).plus(Complex(c2, 0.0));
    (polynomial(b0, b1, b2).norm2() / polynomial(1.0, a1, a2).norm2()).sqrt()
}

fn unit(angle: f64) -> Complex {
    Complex(angle.cos(), angle.sin())
}

/// Real and imaginary part.
#[derive(Clone, Copy)]
struct Complex(f64, f64);

impl Complex {
    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }

    fn times(self, factor: f64) -> Self {
        Self(self.0 * factor, self.1 * factor)
    }

    fn multiplied(self, other: Self) -> Self {
        Self(self.0 * other.0 - self.1 * other.1, self.0 * other.1 + self.1 * other.0)
    }

    fn conjugate(self) -> Self {
        Self(self.0, -self.1)
    }

    fn norm2(self) -> f64 {
        self.0 * self.0 + self.1 * self.1
    }

    fn inverse(self) -> Self {
        self.conjugate().times(1.0 / self.norm2())
    }

    fn root(self) -> Self {
        let length = self.norm2().sqrt();
        let (re, im) = ((0.5 * (length + self.0)).max(0.0).sqrt(), (0.5 * (length - self.0)).max(0.0).sqrt());
        Self(re, im.copysign(self.1))
    }

    /// z = (1 + s)/(1 − s).
    fn bilinear(self) -> Self {
        Self(1.0 + self.0, self.1).multiplied(Self(1.0 - self.0, -self.1).inverse())
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
