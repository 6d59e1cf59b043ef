//! The power of the plain beam over a grid of slownesses, and its exact maximum.
//!
//! With X_k the spectrum of element k at place r_k, and R_jk = X_j X_k*, the power of the beam towards slowness s is
//! P(s) = Σ_f |Σ_k X_k e^{iω s·r_k}|² = Σ_k Σ_f R_kk + 2 Σ_{j<k} C_jk(s·(r_j − r_k)), C_jk(τ) = Re Σ_f R_jk e^{iωτ}: each pair's
//! correlation at one lag. So each pair's correlation is tabled once over the lags that slownesses can make, and a node of
//! the grid costs one cubic for each pair instead of a sum over all frequencies. The error of the cubics is bounded, and every
//! node within twice that bound of the best is summed exactly: the maximum is that of the exact sums.
//!
//! # Source
//! Bartlett beam: Krim and Viberg, *IEEE Signal Processing Magazine* 13 (1996) 67, eq. 27.

use super::grid::Grid;
use crate::fft::times;

/// Spacing of the tabled lags in radians of the highest frequency.
const SPACING_RAD: f64 = 0.3;

/// Largest value of |(t+1) t (t−1) (t−2)|/24 between two points: the error of a cubic through four, per fourth derivative.
const CUBIC_ERROR: f64 = 0.023_44;

/// Two elements and the lags between them at the nodes of the grid.
struct Pair {
    elements: (usize, usize),
    /// Tabled lags run from −n to n.
    n_lags: usize,
    /// For each node the table's interval and the place in it, 0…1.
    nodes: Vec<(u32, f32)>,
}

/// What does not change from window to window.
pub(super) struct Bartlett {
    pairs: Vec<Pair>,
    spacing_s: f64,
    /// For each bin of the band cosine and sine of ω times each lag from zero on.
    waves: Vec<(Vec<f64>, Vec<f64>)>,
    omegas: Vec<f64>,
    /// Power over the grid, from the cubics.
    pub(super) map: Vec<f64>,
    even: Vec<f64>,
    odd: Vec<f64>,
    cubics: Vec<[f64; 4]>,
}

impl Bartlett {
    /// For elements at `places_km`, the nodes of `grid`, and bins of angular frequencies `omegas`.
    pub(super) fn new(places_km: &[(f64, f64)], grid: &Grid, omegas: Vec<f64>) -> Self {
        let highest = omegas.last().copied().unwrap_or(1.0);
        let spacing_s = SPACING_RAD / highest;
        let mut pairs = Vec::new();
        for (j, a) in places_km.iter().enumerate() {
            for (k, b) in places_km.iter().enumerate().skip(j + 1) {
                pairs.push(pair((j, k), (a.0 - b.0, a.1 - b.1), grid, spacing_s));
            }
        }
        let n = pairs.iter().map(|pair| pair.n_lags + 3).max().unwrap_or(0);
        let wave =
            |omega: &f64| (0..n).map(|lag| (omega * spacing_s * lag as f64).sin_cos()).map(|(s, c)| (c, s)).unzip();
        let waves = omegas.iter().map(wave).collect();
        let map = vec![0.0; grid.len()];
        Self { pairs, spacing_s, waves, omegas, map, even: vec![], odd: vec![], cubics: vec![] }
    }

    /// The node with the most power for these spectra (`None` for an element left out), with its power: the first of
    /// equals, the grid walked from the west, each column from the south.
    pub(super) fn best(
        &mut self,
        spectra: &[Option<Vec<(f64, f64)>>],
        places_km: &[(f64, f64)],
        grid: &Grid,
    ) -> (usize, f64) {
        let norm2 = |z: &(f64, f64)| z.0 * z.0 + z.1 * z.1;
        let own: f64 = spectra.iter().flatten().flatten().map(norm2).sum();
        self.map.iter_mut().for_each(|value| *value = own);
        let pairs = std::mem::take(&mut self.pairs);
        let mut error = 0.0;
        for pair in &pairs {
            let (Some(Some(x)), Some(Some(y))) = (spectra.get(pair.elements.0), spectra.get(pair.elements.1)) else {
                continue;
            };
            error += self.add_pair(pair, x, y);
        }
        self.pairs = pairs;
        let most = self.map.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let floor = most - 2.0 * error - 1e-5 * own;
        let mut best = (0, f64::NEG_INFINITY);
        for (node, approximate) in self.map.iter().enumerate() {
            if *approximate >= floor {
                let exact = power(spectra, places_km, &self.omegas, grid.slowness(node));
                if exact > best.1 {
                    best = (node, exact);
                }
            }
        }
        best
    }

    /// Adds twice the correlation of one pair to the map; gives the largest error made.
    fn add_pair(&mut self, pair: &Pair, x: &[(f64, f64)], y: &[(f64, f64)]) -> f64 {
        let n = pair.n_lags + 3;
        let cross: Vec<_> = x.iter().zip(y).map(|(x, y)| times(*x, (2.0 * y.0, -2.0 * y.1))).collect();
        for sums in [&mut self.even, &mut self.odd] {
            sums.clear();
            sums.resize(n, 0.0);
        }
        for (waves, cross) in self.waves.chunks(4).zip(cross.chunks(4)) {
            correlate(waves, cross, (&mut self.even, &mut self.odd));
        }
        self.table_cubics(pair.n_lags);
        for (value, (interval, t)) in self.map.iter_mut().zip(&pair.nodes) {
            let [c0, c1, c2, c3] = self.cubics.get(*interval as usize).copied().unwrap_or_default();
            let t = f64::from(*t);
            *value += ((c3 * t + c2) * t + c1) * t + c0;
        }
        let fourth: f64 = cross.iter().zip(&self.omegas).map(|(z, omega)| z.0.hypot(z.1) * omega.powi(4)).sum();
        CUBIC_ERROR * fourth * self.spacing_s.powi(4)
    }

    /// From the even and odd halves of a correlation to a cubic for each interval of lags, −n…n.
    fn table_cubics(&mut self, n_lags: usize) {
        self.cubics.clear();
        let (even, odd) = (&self.even, &self.odd);
        let at = |lag: i64| {
            let k = lag.unsigned_abs() as usize;
            let (even, odd) = (even.get(k).copied().unwrap_or(0.0), odd.get(k).copied().unwrap_or(0.0));
            if lag < 0 { even + odd } else { even - odd }
        };
        let n = n_lags as i64;
        let (mut a, mut b, mut c) = (at(-n - 1), at(-n), at(-n + 1));
        for lag in -n..=n {
            let d = at(lag + 2);
            let cubic = [b, c - 0.5 * b - a / 3.0 - d / 6.0, 0.5 * (a + c) - b, 0.5 * (b - c) + (d - a) / 6.0];
            self.cubics.push(cubic);
            (a, b, c) = (b, c, d);
        }
    }
}

fn pair(elements: (usize, usize), apart_km: (f64, f64), grid: &Grid, spacing_s: f64) -> Pair {
    let lags: Vec<f64> = (0..grid.len()).map(|node| dot(grid.slowness(node), apart_km) / spacing_s).collect();
    let n_lags = lags.iter().fold(0.0_f64, |most, lag| most.max(lag.abs())).ceil() as usize + 1;
    let node = |lag: &f64| {
        let from_start = lag + n_lags as f64;
        (from_start.floor() as u32, (from_start - from_start.floor()) as f32)
    };
    Pair { elements, n_lags, nodes: lags.iter().map(node).collect() }
}

/// Adds up to four bins to the sums over lags.
fn correlate(waves: &[(Vec<f64>, Vec<f64>)], cross: &[(f64, f64)], (even, odd): (&mut [f64], &mut [f64])) {
    if let ([w0, w1, w2, w3], [z0, z1, z2, z3]) = (waves, cross) {
        let cosines = w0.0.iter().zip(&w1.0).zip(&w2.0).zip(&w3.0);
        for (sum, (((c0, c1), c2), c3)) in even.iter_mut().zip(cosines) {
            *sum += (z0.0 * c0 + z1.0 * c1) + (z2.0 * c2 + z3.0 * c3);
        }
        let sines = w0.1.iter().zip(&w1.1).zip(&w2.1).zip(&w3.1);
        for (sum, (((s0, s1), s2), s3)) in odd.iter_mut().zip(sines) {
            *sum += (z0.1 * s0 + z1.1 * s1) + (z2.1 * s2 + z3.1 * s3);
        }
        return;
    }
    for ((cosines, sines), z) in waves.iter().zip(cross) {
        even.iter_mut().zip(cosines).for_each(|(sum, c)| *sum += z.0 * c);
        odd.iter_mut().zip(sines).for_each(|(sum, s)| *sum += z.1 * s);
    }
}

pub(super) fn dot(a: (f64, f64), b: (f64, f64)) -> f64 {
    a.0 * b.0 + a.1 * b.1
}

/// The power of the beam at one slowness, summed exactly.
fn power(spectra: &[Option<Vec<(f64, f64)>>], places_km: &[(f64, f64)], omegas: &[f64], s: (f64, f64)) -> f64 {
    beam_bins(spectra, places_km, omegas, s).iter().map(|y| y.0 * y.0 + y.1 * y.1).sum()
}

/// For each bin the power of all elements together and that of the beam.
pub(super) fn bin_powers(
    spectra: &[Option<Vec<(f64, f64)>>],
    places_km: &[(f64, f64)],
    omegas: &[f64],
    s: (f64, f64),
) -> Vec<(f64, f64)> {
    let mut powers: Vec<_> =
        beam_bins(spectra, places_km, omegas, s).iter().map(|y| (0.0, y.0 * y.0 + y.1 * y.1)).collect();
    for spectrum in spectra.iter().flatten() {
        powers.iter_mut().zip(spectrum).for_each(|(sum, x)| sum.0 += x.0 * x.0 + x.1 * x.1);
    }
    powers
}

/// The beam's spectrum Σ_k X_k e^{iω s·r_k}.
pub(super) fn beam_bins(
    spectra: &[Option<Vec<(f64, f64)>>],
    places_km: &[(f64, f64)],
    omegas: &[f64],
    s: (f64, f64),
) -> Vec<(f64, f64)> {
    let mut beam = vec![(0.0, 0.0); omegas.len()];
    for (spectrum, place) in spectra.iter().zip(places_km) {
        let Some(spectrum) = spectrum else { continue };
        let (mut phase, next) = phases(omegas, dot(s, *place));
        for (x, y) in spectrum.iter().zip(&mut beam) {
            let z = times(*x, phase);
            phase = times(phase, next);
            *y = (y.0 + z.0, y.1 + z.1);
        }
    }
    beam
}

/// e^{iωτ} of the first bin, and the factor from bin to bin.
fn phases(omegas: &[f64], delay_s: f64) -> ((f64, f64), (f64, f64)) {
    let first = omegas.first().copied().unwrap_or(0.0);
    let step = omegas.get(1).map_or(0.0, |second| second - first);
    let turn = |angle: f64| (angle.cos(), angle.sin());
    (turn(first * delay_s), turn(step * delay_s))
}

/// The same with its slope and curvature in slowness.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Peak {
    pub(super) power: f64,
    pub(super) slope: (f64, f64),
    /// East-east, east-north, north-north.
    pub(super) curvature: (f64, f64, f64),
}

/// P, ∂P/∂s = −2 Σ_f ω Im(Y* G) and ∂²P/∂s² = 2 Σ_f ω² Re(G* Gᵀ − Y* Q), with Y, G and Q the sums over elements of
/// Z = X e^{iω s·r}, r Z and r rᵀ Z.
pub(super) fn peak(
    spectra: &[Option<Vec<(f64, f64)>>],
    places_km: &[(f64, f64)],
    omegas: &[f64],
    s: (f64, f64),
) -> Peak {
    let mut sums = vec![[(0.0, 0.0); 6]; omegas.len()];
    for (spectrum, place) in spectra.iter().zip(places_km) {
        let Some(spectrum) = spectrum else { continue };
        let (e, n) = *place;
        let (mut phase, next) = phases(omegas, dot(s, *place));
        for (x, sums) in spectrum.iter().zip(&mut sums) {
            let z = times(*x, phase);
            phase = times(phase, next);
            for (sum, weight) in sums.iter_mut().zip([1.0, e, n, e * e, e * n, n * n]) {
                *sum = (sum.0 + weight * z.0, sum.1 + weight * z.1);
            }
        }
    }
    let real = |a: (f64, f64), b: (f64, f64)| a.0 * b.0 + a.1 * b.1;
    let imaginary = |a: (f64, f64), b: (f64, f64)| a.0 * b.1 - a.1 * b.0;
    sums.iter().zip(omegas).fold(Peak::default(), |p, ([y, ge, gn, qee, qen, qnn], w)| {
        let w2 = 2.0 * w * w;
        Peak {
            power: p.power + real(*y, *y),
            slope: (p.slope.0 - 2.0 * w * imaginary(*y, *ge), p.slope.1 - 2.0 * w * imaginary(*y, *gn)),
            curvature: (
                p.curvature.0 + w2 * (real(*ge, *ge) - real(*y, *qee)),
                p.curvature.1 + w2 * (real(*ge, *gn) - real(*y, *qen)),
                p.curvature.2 + w2 * (real(*gn, *gn) - real(*y, *qnn)),
            ),
        }
    })
}

/// The summit near a node, by Newton's steps; the node itself where they leave the neighbourhood of one step of the grid.
pub(super) fn summit(
    spectra: &[Option<Vec<(f64, f64)>>],
    places_km: &[(f64, f64)],
    omegas: &[f64],
    (node, step): ((f64, f64), f64),
) -> (f64, f64) {
    let mut s = node;
    for _ in 0..4 {
        let p = peak(spectra, places_km, omegas, s);
        let (a, b, c) = p.curvature;
        let determinant = a * c - b * b;
        if !(a < 0.0 && determinant > 0.0) {
            return node;
        }
        let move_by = ((b * p.slope.1 - c * p.slope.0) / determinant, (b * p.slope.0 - a * p.slope.1) / determinant);
        s = (s.0 + move_by.0, s.1 + move_by.1);
        if !((s.0 - node.0).abs() <= step && (s.1 - node.1).abs() <= step) {
            return node;
        }
        if move_by.0.hypot(move_by.1) < 1e-6 * step {
            break;
        }
    }
    s
}
