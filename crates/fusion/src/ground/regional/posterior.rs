//! The posterior of place and time of one event, on a grid that closes in on it.

use super::celerity::{Celerities, OriginPart, Path};
use super::sphere::{Chart, Spot};
use super::{ArrayDetection, CelerityModel};
use std::f64::consts::TAU;
use truceline_domain::Wgs84;

/// Farthest that an event is believed to be from an array that heard it, km; beyond, belief fades within [`FADE_KM`].
pub(super) const FARTHEST_KM: f64 = 1_500.0;
const FADE_KM: f64 = 50.0;
/// Cells of a grid from west to east (and south to north) while closing in, and at last.
const N_CLOSING: usize = 48;
const N_FINAL: usize = 96;
/// Cells whose share of the best is below this are left out.
const NEGLIGIBLE: f64 = 2e-5;

/// Error that the way through the air adds to a bearing, one standard deviation, degrees.
///
/// # Source
/// Nippress and Green (2023): 93 % of deviations within 5°, none above 8.9°; that is 2.8° with the array's own error.
const PROPAGATION_DEG: f64 = 2.5;
/// Beliefs about the stated error of bearings: share, and by how much it is to be multiplied for all arrays alike.
const BEARING_SCALES: [(f64, f64); 2] = [(0.8, 1.0), (0.2, 2.2)];
/// Share of bearings that point anywhere.
const STRAY_BEARING: f64 = 0.005;

/// One standard deviation of a bearing with the way through the air in it, rad.
///
/// # Source
/// Without a stated error: half of κ^(−1/2) with κ = 2 (N − 1) F, between 0.5° and 5°. κ is the concentration that
/// infrasound practice (Blom et al. 2015) takes from a Fisher ratio F of N elements; the half is a judgement, since
/// that concentration covers more than three times the deviations seen.
pub(super) fn bearing_sigma_rad(detection: &ArrayDetection) -> f64 {
    let from_fisher = || {
        let n_elements = f64::from(detection.n_elements.unwrap_or(4).max(2));
        let fisher = detection.fisher.filter(|f| f.is_finite() && *f > 0.0).unwrap_or(10.0);
        (0.5 / (2.0 * (n_elements - 1.0) * fisher).sqrt()).to_degrees().clamp(0.5, 5.0)
    };
    let own_deg = detection.azimuth_sigma_deg.filter(|s| s.is_finite() && *s >= 0.0).unwrap_or_else(from_fisher);
    own_deg.hypot(PROPAGATION_DEG).to_radians()
}

/// Density of a bearing, 1/rad: von Mises about what the place lets expect, with a floor.
fn bearing_density(off_rad: f64, sigma_rad: f64) -> f64 {
    let kappa = 1.0 / (sigma_rad * sigma_rad);
    let peaked = (kappa * (off_rad.cos() - 1.0)).exp() / (TAU * scaled_bessel_i0(kappa));
    (1.0 - STRAY_BEARING) * peaked + STRAY_BEARING / TAU
}

/// e^(−x) I0(x), error below 2e-7 relative.
///
/// # Source
/// Abramowitz and Stegun, formulas 9.8.1 and 9.8.2.
fn scaled_bessel_i0(x: f64) -> f64 {
    let horner = |coefficients: &[f64], t: f64| coefficients.iter().rev().fold(0.0, |sum, c| sum * t + c);
    if x < 3.75 {
        let t = (x / 3.75).powi(2);
        let series = [1.0, 3.515_622_9, 3.089_942_4, 1.206_749_2, 0.265_973_2, 0.036_076_8, 0.004_581_3];
        return (-x).exp() * horner(&series, t);
    }
    let series = [
        0.398_942_28,
        0.013_285_92,
        0.002_253_19,
        -0.001_575_65,
        0.009_162_81,
        -0.020_577_06,
        0.026_355_37,
        -0.016_476_33,
        0.003_923_77,
    ];
    horner(&series, 3.75 / x) / x.sqrt()
}

/// An array's detection made ready.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    spot: Spot,
    at_s: f64,
    sigma_s: f64,
    azimuth_rad: Option<f64>,
    bearing_sigma_rad: f64,
}

impl Heard {
    /// Made ready; times count from `reference`.
    pub fn new(detection: &ArrayDetection, reference: truceline_domain::Timestamp) -> Self {
        Self {
            spot: Spot::at(detection.place),
            at_s: detection.at.duration_since(reference).as_secs_f64(),
            sigma_s: if detection.sigma_s.is_finite() { detection.sigma_s.abs().clamp(0.1, 600.0) } else { 600.0 },
            azimuth_rad: Some(detection.azimuth_deg.to_radians()).filter(|a| a.is_finite()),
            bearing_sigma_rad: bearing_sigma_rad(detection),
        }
    }
}

/// A grid in a chart: cells of `cell_km`, the first centred at `first_km` (east, north).
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub first_km: (f64, f64),
    pub cell_km: f64,
    pub n_columns: usize,
    pub n_rows: usize,
}

impl Cells {
    /// A grid of about `n` × `n` cells that covers a box.
    fn covering((west, south, east, north): (f64, f64, f64, f64), n: usize) -> Self {
        let (width, height) = ((east - west).max(0.1), (north - south).max(0.1));
        // A long box gets as many cells as a square one.
        let cell_km = (width * height).sqrt().max(width.max(height) / 4.0) / n as f64;
        let count = |length: f64| (length / cell_km).ceil().max(1.0) as usize;
        Self {
            first_km: (west + 0.5 * cell_km, south + 0.5 * cell_km),
            cell_km,
            n_columns: count(width),
            n_rows: count(height),
        }
    }

    /// Where a point of the grid lies, km east and north; whole numbers are centres of cells.
    pub fn position(&self, column: f64, row: f64) -> (f64, f64) {
        (self.first_km.0 + column * self.cell_km, self.first_km.1 + row * self.cell_km)
    }

    /// The box of the cells that a mask marks, one cell wider on all sides.
    fn box_of(&self, mass: &[f64], floor: f64) -> Option<(f64, f64, f64, f64)> {
        let marked = mass.iter().enumerate().filter(|(_, m)| **m > floor).map(|(k, _)| k);
        let mut bounds: Option<(usize, usize, usize, usize)> = None;
        for k in marked {
            let (column, row) = (k % self.n_columns, k / self.n_columns);
            let (w, s, e, n) = bounds.unwrap_or((column, row, column, row));
            bounds = Some((w.min(column), s.min(row), e.max(column), n.max(row)));
        }
        let (w, s, e, n) = bounds?;
        let (west, south) = self.position(w as f64 - 1.5, s as f64 - 1.5);
        let (east, north) = self.position(e as f64 + 1.5, n as f64 + 1.5);
        Some((west, south, east, north))
    }
}

/// The posterior of one event.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    pub chart: Chart,
    pub cells: Cells,
    /// Probability of each cell, adding up to 1.
    pub mass: Vec<f64>,
    /// Parts of the belief in the origin time, s after the reference, weights adding up to 1.
    pub origin: Vec<OriginPart>,
    /// Logarithm of the likelihood integrated over place (km²) and origin time (s).
    pub ln_evidence: f64,
}

/// The posterior of place and origin time given detections of one event; `None` when nothing in reach explains them.
pub(super) fn posterior(heard: &[Heard], model: &CelerityModel, places: &[Wgs84]) -> Option<Posterior> {
    let sigmas: Vec<f64> = heard.iter().map(|h| h.sigma_s).collect();
    let celerities = Celerities::new(model, &sigmas);
    let chart = Chart::about_middle(places.iter().copied());
    let farthest_km = places.iter().map(|p| chart.position(*p)).map(|(e, n)| e.hypot(n)).fold(0.0, f64::max);
    let reach_km = farthest_km.min(4_000.0) + FARTHEST_KM + 3.0 * FADE_KM;
    let mut bounds = (-reach_km, -reach_km, reach_km, reach_km);
    let mut trial = Trial { heard, celerities: &celerities, chart, origin: Vec::new() };
    for _ in 0..5 {
        let cells = Cells::covering(bounds, N_CLOSING);
        let mass = trial.grid(cells, true)?;
        let best = mass.iter().copied().fold(0.0, f64::max);
        let closer = cells.box_of(&mass, best * NEGLIGIBLE)?;
        let shrink = ((closer.2 - closer.0) * (closer.3 - closer.1)) / ((bounds.2 - bounds.0) * (bounds.3 - bounds.1));
        bounds = closer;
        if shrink > 0.5 {
            break;
        }
    }
    trial.finish(bounds)
}

/// A grid being tried.
struct Trial<'a> {
    heard: &'a [Heard],
    celerities: &'a Celerities<'a>,
    chart: Chart,
    origin: Vec<OriginPart>,
}

impl Trial<'_> {
    fn finish(mut self, mut bounds: (f64, f64, f64, f64)) -> Option<Posterior> {
        // The exact celerities can be narrower than the rough ones: close in once more when few cells hold it all.
        for is_last in [false, true] {
            let cells = Cells::covering(bounds, N_FINAL);
            self.origin.clear();
            let mut mass = self.grid(cells, false)?;
            let total: f64 = mass.iter().sum();
            let best = mass.iter().copied().fold(0.0, f64::max);
            let n_held = mass.iter().filter(|m| **m > 0.05 * best).count();
            if !is_last && n_held < 500 {
                bounds = cells.box_of(&mass, best * 1e-5)?;
                continue;
            }
            mass.iter_mut().for_each(|m| *m /= total);
            let of_time: f64 = self.origin.iter().map(|part| part.0).sum();
            let origin = self.origin.iter().map(|(w, t, s)| (w / of_time, *t, *s)).collect();
            let ln_evidence = (total * cells.cell_km * cells.cell_km).ln();
            return Some(Posterior { chart: self.chart, cells, mass, origin, ln_evidence });
        }
        None
    }

    /// Likelihood by cell; `None` when it is zero everywhere. Unless rough, the origin times are gathered.
    fn grid(&mut self, cells: Cells, is_rough: bool) -> Option<Vec<f64>> {
        let n = cells.n_columns * cells.n_rows;
        let n_heard = self.heard.len();
        let blur_km = if is_rough { cells.cell_km * 0.35 } else { 0.0 };
        let mut paths = Vec::with_capacity(n * n_heard);
        let mut mass = Vec::with_capacity(n);
        for k in 0..n {
            let position = cells.position((k % cells.n_columns) as f64, (k / cells.n_columns) as f64);
            let spot = Spot::at(self.chart.place(position));
            mass.push(directions(self.heard, &spot, blur_km, &mut paths));
        }
        let of_directions = if is_rough { Vec::new() } else { mass.clone() };
        self.weigh_times(&mut mass, &paths, (3.4 * blur_km, true));
        if !is_rough {
            let floor = mass.iter().copied().fold(0.0, f64::max) * NEGLIGIBLE;
            let kept = |(rough, bearings): (f64, f64)| if rough > floor { bearings } else { 0.0 };
            mass = mass.into_iter().zip(of_directions).map(kept).collect();
            self.weigh_times(&mut mass, &paths, (0.0, false));
        }
        let best = mass.iter().copied().fold(0.0, f64::max);
        (best > 0.0 && best.is_finite()).then_some(mass)
    }

    /// Multiplies each cell's likelihood of directions by that of the times; unless rough, gathers origin times.
    fn weigh_times(&mut self, mass: &mut [f64], paths: &[Path], (blur_s, is_rough): (f64, bool)) {
        let floor = mass.iter().copied().fold(0.0, f64::max) * 1e-8;
        let mut parts = Vec::new();
        let mut best = 0.0_f64;
        for (mass, paths) in mass.iter_mut().zip(paths.chunks_exact(self.heard.len().max(1))) {
            if *mass <= floor {
                *mass = 0.0;
                continue;
            }
            let of_directions = *mass;
            *mass *= self.celerities.likelihood(paths, (blur_s, is_rough), &mut parts);
            best = best.max(*mass);
            if !is_rough && *mass > 1e-3 * best {
                let kept = parts.iter().filter(|part| part.0 * of_directions > 1e-4 * best);
                self.origin.extend(kept.map(|(w, t, s)| (w * of_directions, *t, *s)));
            }
        }
    }
}

/// Likelihood of all bearings at a spot, with belief in its being in reach; appends the paths from it.
fn directions(heard: &[Heard], spot: &Spot, blur_km: f64, paths: &mut Vec<Path>) -> f64 {
    let mut by_scale = BEARING_SCALES.map(|(share, _)| share);
    let mut in_reach = 1.0;
    for one in heard {
        let (range_km, azimuth_rad) = one.spot.towards(spot);
        paths.push(Path { range_km, travel_rad: azimuth_rad + 0.5 * TAU, at_s: one.at_s, sigma_s: one.sigma_s });
        in_reach /= 1.0 + ((range_km - FARTHEST_KM) / FADE_KM).exp();
        let Some(observed_rad) = one.azimuth_rad else { continue };
        let blur_rad = blur_km / range_km.max(1.0);
        for (density, (_, scale)) in by_scale.iter_mut().zip(BEARING_SCALES) {
            let sigma_rad = (scale * one.bearing_sigma_rad).hypot(blur_rad).min(2.0);
            *density *= bearing_density(observed_rad - azimuth_rad, sigma_rad);
        }
    }
    in_reach * by_scale.iter().sum::<f64>()
}

/// Likelihood of some detections at one spot, on a coarse lattice with cells of `cell_km`: per second to the power of
/// n − 1 and radian to the power of n.
pub(super) fn coarse(heard: &[Heard], celerities: &Celerities<'_>, at: (&Spot, f64)) -> f64 {
    let mut paths = Vec::with_capacity(heard.len());
    let of_directions = directions(heard, at.0, at.1 * 0.35, &mut paths);
    if of_directions <= 0.0 {
        return 0.0;
    }
    of_directions * celerities.likelihood(&paths, (3.4 * 0.35 * at.1, true), &mut Vec::new())
}

/// Bearing density of one detection at a spot (coarse cells), 1/rad, and the path from there.
pub(super) fn coarse_one(one: &Heard, spot: &Spot, cell_km: f64) -> (f64, f64) {
    let mut paths = Vec::with_capacity(1);
    let density = directions(std::slice::from_ref(one), spot, cell_km * 0.35, &mut paths);
    (density, paths.first().map_or(0.0, |path| path.range_km))
}

#[cfg(test)]
#[path = "posterior_tests.rs"]
mod tests;
