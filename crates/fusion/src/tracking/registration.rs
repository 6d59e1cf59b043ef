//! Biases of sensors, estimated while they run: azimuth, range and clock of radars, azimuth of cameras.
//!
//! What is used does not depend on any track's state: differences between plots of one mover by two sensors, and between a
//! plot and the mover's own cooperative reports (Lin, Bar-Shalom, Kirubarajan 2005). They fill a normal system, solved
//! once a second; what remains uncertain widens the measurement (a consider state).

use super::claims::Claimant;
use super::kinematics::{Covariance, Mean};
use super::nouns::{Sensor, SensorKind, Setup};
use super::sight::{Bias, Form, Sight, Stand, wrapped};
use super::track::Track;
use std::collections::BTreeMap;

/// Unknowns of one sensor: azimuth (rad), range (m), clock (s).
const UNKNOWNS: usize = 3;
/// A plot is compared with another at most this much older.
const PAIR_S: f64 = 1.6;
/// Differences that share plots count as fewer.
const DISCOUNT: f64 = 0.5;

type Block = [[f64; UNKNOWNS]; UNKNOWNS];

/// One plot of a mover, kept for comparison with the next.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fix {
    sensor: u32,
    time_s: f64,
    x: f64,
    y: f64,
    cov: Covariance,
    /// Derivatives of the place by the sensor's unknowns.
    by_azimuth: (f64, f64),
    by_range: (f64, f64),
}

/// The estimator.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registration {
    registered: bool,
    biases: Vec<Bias>,
    kinds: Vec<(SensorKind, f64, f64)>,
    own: Vec<Block>,
    right: Vec<[f64; UNKNOWNS]>,
    shared: BTreeMap<(u32, u32), Block>,
    fixes: BTreeMap<u64, [Option<Fix>; 2]>,
    changed: bool,
}

impl Registration {
    pub(crate) fn new(setup: &Setup) -> Self {
        let count = setup.sensors.len();
        let priors: Vec<Bias> =
            setup.sensors.iter().map(|s| if setup.registered { Bias::default() } else { prior(s) }).collect();
        let own = priors.iter().map(|bias| diagonal([bias.azimuth_var, bias.range_var, bias.time_var])).collect();
        Self {
            registered: setup.registered,
            kinds: setup.sensors.iter().map(|s| (s.kind, s.sigma_azimuth_deg.to_radians(), s.sigma_range_m)).collect(),
            biases: priors,
            own,
            right: vec![[0.0; UNKNOWNS]; count],
            ..Self::default()
        }
    }

    /// Nothing to estimate.
    pub(crate) fn done(&self) -> bool {
        self.registered
    }

    pub(crate) fn bias(&self, sensor: u32) -> Bias {
        self.biases.get(sensor as usize).copied().unwrap_or_default()
    }

    /// A plot that surely belongs to `track`.
    pub(crate) fn seen(&mut self, track: &Track, sensor: u32, sight: &Sight, stand: Stand, time_s: f64) {
        let bias = self.bias(sensor);
        let held = self.fixes.get(&track.id).copied().unwrap_or_default();
        for fix in held.iter().flatten().filter(|fix| fix.sensor != sensor && time_s - fix.time_s <= PAIR_S) {
            let dt_s = time_s - fix.time_s;
            let velocity = track.whole.mean;
            let mut cov = fix.cov;
            let extra = (track.whole.cov.uu + track.whole.cov.vv) * dt_s * dt_s + 3.0 * dt_s.powi(3);
            (cov.xx, cov.yy) = (cov.xx + extra, cov.yy + extra);
            let at = Mean { x: fix.x + velocity.u * dt_s, y: fix.y + velocity.v * dt_s, ..velocity };
            self.compare(Pair { sensor, sight, stand, bias, at, cov, other: Some(*fix) });
        }
        self.keep(track, sensor, sight, stand, time_s);
    }

    /// A plot of a track whose identity reports by itself.
    pub(crate) fn reported(&mut self, claimant: &Claimant, sensor: u32, sight: &Sight, stand: Stand, time_s: f64) {
        let dt_s = time_s - claimant.time_s;
        if !(0.0..=12.0).contains(&dt_s) || claimant.reports < 2 {
            return;
        }
        let cov = claimant.cov.moved(dt_s, 1.0);
        let at = claimant.mean.moved(dt_s);
        self.compare(Pair { sensor, sight, stand, bias: self.bias(sensor), at, cov, other: None });
    }

    fn keep(&mut self, track: &Track, sensor: u32, sight: &Sight, stand: Stand, time_s: f64) {
        let Form::Polar { sin, cos, range, .. } = sight.form else { return };
        let Some((_, sigma_azimuth, sigma_range)) = self.kinds.get(sensor as usize).copied() else { return };
        // The place as measured, the current bias put back.
        let bias = self.bias(sensor);
        let across = range * bias.azimuth_rad;
        let (x, y) = (
            stand.x + range * sin + cos * across + sin * bias.range_m,
            stand.y + range * cos - sin * across + cos * bias.range_m,
        );
        let (a, r) = ((range * sigma_azimuth).powi(2), sigma_range.powi(2));
        let cov = Covariance {
            xx: r * sin * sin + a * cos * cos,
            yy: r * cos * cos + a * sin * sin,
            xy: (r - a) * sin * cos,
            ..Covariance::default()
        };
        let fix = Fix { sensor, time_s, x, y, cov, by_azimuth: (range * cos, -range * sin), by_range: (sin, cos) };
        let held = self.fixes.entry(track.id).or_default();
        let [first, second] = *held;
        *held = if first.is_some_and(|f| f.sensor == sensor) { [Some(fix), second] } else { [Some(fix), first] };
    }

    fn compare(&mut self, pair: Pair<'_>) {
        let Some((_, sigma_azimuth, sigma_range)) = self.kinds.get(pair.sensor as usize).copied() else { return };
        let (dx, dy) = (pair.at.x - pair.stand.x, pair.at.y - pair.stand.y);
        let r = dx.hypot(dy).max(50.0);
        let (ex, ey) = (dx / r, dy / r);
        let azimuth = dx.atan2(dy);
        let across = spread(&pair.cov, ey, -ex);
        let along = spread(&pair.cov, ex, ey);
        let turning = (ey * pair.at.u - ex * pair.at.v) / r;
        let opening = ex * pair.at.u + ey * pair.at.v;
        let from_other = |a: f64, b: f64| {
            pair.other.map_or([0.0; UNKNOWNS], |fix| {
                let clock = a * pair.at.u + b * pair.at.v;
                [-(a * fix.by_azimuth.0 + b * fix.by_azimuth.1), -(a * fix.by_range.0 + b * fix.by_range.1), -clock]
            })
        };
        let other = pair.other.map(|fix| fix.sensor);
        if let Some(measured) = pair.sight.form.azimuth() {
            let residual = wrapped(measured + pair.bias.azimuth_rad - azimuth);
            let variance = sigma_azimuth * sigma_azimuth + across / (r * r);
            let row = Difference { mine: [1.0, 0.0, turning], theirs: from_other(ey / r, -ex / r), residual, variance };
            self.fold(pair.sensor, other, &row);
        }
        if let Form::Polar { range, .. } = pair.sight.form {
            let residual = range + pair.bias.range_m - r;
            let row = Difference {
                mine: [0.0, 1.0, opening],
                theirs: from_other(ex, ey),
                residual,
                variance: sigma_range * sigma_range + along,
            };
            self.fold(pair.sensor, other, &row);
        }
    }

    fn fold(&mut self, sensor: u32, other: Option<u32>, row: &Difference) {
        let expected = self.expected(sensor, &row.mine) + other.map_or(0.0, |other| self.expected(other, &row.theirs));
        let slack = self.slack(sensor, &row.mine) + other.map_or(0.0, |other| self.slack(other, &row.theirs));
        if (row.residual - expected).powi(2) > 12.0 * (row.variance + slack) {
            return;
        }
        let weight = DISCOUNT / row.variance;
        self.add(sensor, &row.mine, row.residual, weight);
        if let Some(other) = other {
            self.add(other, &row.theirs, row.residual, weight);
            let (key, a, b) = if sensor < other {
                ((sensor, other), &row.mine, &row.theirs)
            } else {
                ((other, sensor), &row.theirs, &row.mine)
            };
            outer(self.shared.entry(key).or_default(), a, b, weight);
        }
        self.changed = true;
    }

    fn add(&mut self, sensor: u32, by: &[f64; UNKNOWNS], residual: f64, weight: f64) {
        let index = sensor as usize;
        if let (Some(block), Some(right)) = (self.own.get_mut(index), self.right.get_mut(index)) {
            outer(block, by, by, weight);
            for (sum, part) in right.iter_mut().zip(by) {
                *sum += weight * part * residual;
            }
        }
    }

    fn expected(&self, sensor: u32, by: &[f64; UNKNOWNS]) -> f64 {
        let bias = self.bias(sensor);
        dot(by, &[bias.azimuth_rad, bias.range_m, bias.time_s])
    }

    fn slack(&self, sensor: u32, by: &[f64; UNKNOWNS]) -> f64 {
        let bias = self.bias(sensor);
        let [a, r, t] = *by;
        a * a * bias.azimuth_var + r * r * bias.range_var + t * t * bias.time_var
    }

    /// Solves anew (block Gauss-Seidel from the last solution), once a second.
    pub(crate) fn settle(&mut self, time_s: f64) {
        if !self.changed {
            return;
        }
        self.changed = false;
        self.fixes.retain(|_, fixes| fixes.iter().flatten().any(|fix| time_s - fix.time_s < 10.0));
        let mut solved: Vec<[f64; UNKNOWNS]> =
            self.biases.iter().map(|b| [b.azimuth_rad, b.range_m, b.time_s]).collect();
        let inverses: Vec<Block> = self.own.iter().map(inverse).collect();
        for _ in 0..40 {
            for index in 0..solved.len() {
                let next = self.relax(index, &solved, &inverses);
                if let Some(place) = solved.get_mut(index) {
                    *place = next;
                }
            }
        }
        for ((bias, [azimuth, range, time]), inverse) in self.biases.iter_mut().zip(solved).zip(&inverses) {
            let [[a, ..], [_, r, _], [.., t]] = *inverse;
            *bias = Bias {
                azimuth_rad: azimuth,
                range_m: range,
                time_s: time,
                azimuth_var: 2.0 * a,
                range_var: 2.0 * r,
                time_var: 2.0 * t,
            };
        }
    }

    fn relax(&self, index: usize, solved: &[[f64; UNKNOWNS]], inverses: &[Block]) -> [f64; UNKNOWNS] {
        let (Some(right), Some(inverse)) = (self.right.get(index), inverses.get(index)) else { return [0.0; UNKNOWNS] };
        let mut rest = *right;
        for (&(low, high), block) in &self.shared {
            let (low, high) = (low as usize, high as usize);
            if low == index {
                let Some(theirs) = solved.get(high) else { continue };
                for (sum, row) in rest.iter_mut().zip(block) {
                    *sum -= dot(row, theirs);
                }
            } else if high == index {
                let Some(theirs) = solved.get(low) else { continue };
                for (row, factor) in block.iter().zip(theirs) {
                    for (sum, part) in rest.iter_mut().zip(row) {
                        *sum -= part * factor;
                    }
                }
            }
        }
        let [a, b, c] = inverse;
        [dot(a, &rest), dot(b, &rest), dot(c, &rest)]
    }
}

struct Pair<'a> {
    sensor: u32,
    sight: &'a Sight,
    stand: Stand,
    bias: Bias,
    at: Mean,
    cov: Covariance,
    other: Option<Fix>,
}

struct Difference {
    mine: [f64; UNKNOWNS],
    theirs: [f64; UNKNOWNS],
    residual: f64,
    variance: f64,
}

fn prior(sensor: &Sensor) -> Bias {
    let (azimuth_deg, range_m, time_s): (f64, f64, f64) = match sensor.kind {
        SensorKind::Radar => (0.4, 15.0, 0.05),
        SensorKind::Camera => (0.3, 1e-3, 1e-3),
        _ => (0.01, 1e-3, 1e-3),
    };
    let azimuth_var = azimuth_deg.to_radians().powi(2);
    Bias { azimuth_var, range_var: range_m * range_m, time_var: time_s * time_s, ..Bias::default() }
}

fn diagonal(variances: [f64; UNKNOWNS]) -> Block {
    let [a, b, c] = variances.map(|variance| 1.0 / variance.max(1e-12));
    [[a, 0.0, 0.0], [0.0, b, 0.0], [0.0, 0.0, c]]
}

fn outer(block: &mut Block, a: &[f64; UNKNOWNS], b: &[f64; UNKNOWNS], weight: f64) {
    for (row, left) in block.iter_mut().zip(a) {
        for (cell, right) in row.iter_mut().zip(b) {
            *cell += weight * left * right;
        }
    }
}

fn dot(a: &[f64; UNKNOWNS], b: &[f64; UNKNOWNS]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn spread(cov: &Covariance, a: f64, b: f64) -> f64 {
    a * a * cov.xx + 2.0 * a * b * cov.xy + b * b * cov.yy
}

/// Inverse of a symmetric positive 3 × 3 block, by cofactors.
fn inverse(block: &Block) -> Block {
    let [[a, b, c], [_, d, e], [_, _, f]] = *block;
    let (ca, cb, cc) = (d * f - e * e, c * e - b * f, b * e - c * d);
    let determinant = a * ca + b * cb + c * cc;
    let scale = 1.0 / determinant.max(1e-300);
    let (cd, ce, cf) = (a * f - c * c, b * c - a * e, a * d - b * b);
    [[ca, cb, cc], [cb, cd, ce], [cc, ce, cf]].map(|row| row.map(|cell| cell * scale))
}
