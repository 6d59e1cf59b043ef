//! Where and how densely a sensor sees things that are not movers, learnt while it runs.
//!
//! For each sensor a level (false plots in a scan) and a map: cells over the ground for plots with a place, split by
//! range rate, and bins of azimuth for bearings. A cell's density is the mean of a gamma posterior over the scans so far,
//! old scans forgotten (Musicki, Morelande, La Scala 2005), so that a patch is known after a few plots.

use super::nouns::{Sensor, SensorKind};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Side of a cell of a radar, and the largest.
const CELL_M: f64 = 250.0;
/// Width of a bin of azimuth.
const BIN_RAD: f64 = 0.052_359_877_559_829_88;
/// Share of the past forgotten with each scan.
const FORGET: f64 = 0.01;
/// Scans that the prior weighs.
const PRIOR_SCANS: f64 = 12.0;
/// Fine cells in a wide one, and scans that the wide one counts for in each of them.
const CELLS_IN_WIDE: f64 = 16.0;
const WIDE_SCANS: f64 = 12.0;
/// Range rates of false plots spread over ± this.
const RATE_SPAN_MPS: f64 = 30.0;
/// Changes are let go of in lots of at least so many.
const LET_GO: usize = 10_000;
/// Bounds of the three classes of range rate.
const SLOW_MPS: f64 = 3.0;
const MEDIUM_MPS: f64 = 9.0;

/// Spreads the bits of a small key; keys are never hostile text.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

/// Weight of false plots in a cell, as of one scan of its sensor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub weight: f32,
    pub scan: u32,
}

/// What a sensor has shown so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Level {
    /// Scans so far.
    pub scans: u32,
    /// False plots so far, old ones forgotten.
    pub weight: f64,
    /// Scans behind it, old ones forgotten.
    pub span: f64,
    /// When it looked last.
    pub looked_s: f64,
    /// In which of the 32 seconds up to then it looked; the lowest bit is the last of them.
    pub seconds: u32,
}

impl Level {
    /// In how many of the 32 seconds before `now_s` it looked, those since `until_s` left out.
    pub(crate) fn looks_before(&self, until_s: f64, now_s: f64) -> u32 {
        if self.scans == 0 {
            return 0;
        }
        let idle = (now_s.floor() - self.looked_s.floor()).clamp(0.0, 32.0) as u32;
        let since = (now_s.floor() - until_s.floor()).clamp(0.0, 32.0) as u32;
        let aligned = self.seconds.checked_shl(idle).unwrap_or(0);
        aligned.checked_shr(since).unwrap_or(0).count_ones()
    }
}

/// The maps of all sensors, and what was in them before (for going back).
#[derive(Clone, Debug, Default)]
pub(crate) struct Clutter {
    pub cells: HashMap<u64, Cell, BuildHasherDefault<Spread>>,
    pub levels: Vec<Level>,
    /// Changes since the start: key and former value; `None` = was absent.
    pub journal: Vec<(u64, Option<Cell>)>,
    /// Changes let go of at its front.
    pub let_go: usize,
    /// Whether changes are written down.
    pub journalled: bool,
}

impl Clutter {
    pub(crate) fn new(sensors: usize, journalled: bool) -> Self {
        Self { levels: vec![Level::default(); sensors], journalled, ..Self::default() }
    }

    /// Density of false plots for a place `(x, y)` at `range_m` with `rate`, per radian, metre and (if measured) metre per
    /// second; for a sensor of places per square metre.
    pub(crate) fn at_place(
        &self,
        index: u32,
        sensor: &Sensor,
        at: (f64, f64),
        polar: Option<(f64, Option<f64>)>,
    ) -> f64 {
        let level = self.level(index);
        let count = level_of(&level, sensor);
        let rate = polar.and_then(|p| p.1);
        let side_m = cell_m(sensor);
        let around = self.read(wide_key(index, side_m, at), &level) * rate_share(rate) / CELLS_IN_WIDE;
        let patch = self.fine(place_key(index, side_m, at, rate), around, &level) / (side_m * side_m);
        match polar {
            None => count / (std::f64::consts::PI * sensor.clutter_reach_m.powi(2)).max(1.0) + patch,
            Some((range_m, rate)) => {
                let (even, slow) = rate.map_or((1.0, 1.0), |rate| (0.5 / RATE_SPAN_MPS, 1.0 / rate_width(rate)));
                let reach = if range_m <= sensor.clutter_reach_m * 1.02 {
                    sensor.clutter_reach_m
                } else {
                    20.0 * sensor.clutter_reach_m
                };
                count / (std::f64::consts::TAU * reach.max(1.0)) * even + patch * range_m * slow
            }
        }
    }

    /// Density of false bearings, per radian.
    pub(crate) fn at_bearing(&self, index: u32, sensor: &Sensor, azimuth: f64) -> f64 {
        let level = self.level(index);
        let width = sensor.view_deg.map_or(std::f64::consts::TAU, |(_, width)| width.to_radians().max(0.01));
        level_of(&level, sensor) / width + self.read(bearing_key(index, azimuth), &level) / BIN_RAD
    }

    /// Learns that a plot at a place is false with probability `weight`.
    pub(crate) fn learn_place(&mut self, index: u32, side_m: f64, (at, rate): ((f64, f64), Option<f64>), weight: f64) {
        self.learn(index, place_key(index, side_m, at, rate), weight);
        self.learn(index, wide_key(index, side_m, at), weight);
    }

    /// Learns that a bearing is false with probability `weight`.
    pub(crate) fn learn_bearing(&mut self, index: u32, azimuth: f64, weight: f64) {
        self.learn(index, bearing_key(index, azimuth), weight);
    }

    /// Counts one scan with `false_plots` expected false ones.
    pub(crate) fn scanned(&mut self, index: u32, false_plots: f64, time_s: f64) {
        if let Some(level) = self.levels.get_mut(index as usize) {
            level.scans += 1;
            level.weight = level.weight * (1.0 - FORGET) + false_plots;
            level.span = level.span * (1.0 - FORGET) + 1.0;
            let elapsed = (time_s.floor() - level.looked_s.floor()).clamp(0.0, 32.0) as u32;
            level.seconds = level.seconds.checked_shl(elapsed).unwrap_or(0) | 1;
            level.looked_s = time_s;
        }
    }

    /// Lets go of changes before the journal was `length` long: nothing goes back so far any more.
    pub(crate) fn let_go_to(&mut self, length: usize) {
        let from = length.saturating_sub(self.let_go).min(self.journal.len());
        if from > LET_GO {
            self.journal.drain(..from);
            self.let_go += from;
        }
    }

    /// Length of the journal since the start.
    pub(crate) fn journal_length(&self) -> usize {
        self.let_go + self.journal.len()
    }

    /// Undoes changes until the journal is `length` long.
    pub(crate) fn undo_to(&mut self, length: usize) {
        while self.let_go + self.journal.len() > length {
            match self.journal.pop() {
                Some((key, Some(cell))) => {
                    self.cells.insert(key, cell);
                }
                Some((key, None)) => {
                    self.cells.remove(&key);
                }
                None => break,
            }
        }
    }

    pub(crate) fn level(&self, index: u32) -> Level {
        self.levels.get(index as usize).copied().unwrap_or_default()
    }

    fn read(&self, key: u64, level: &Level) -> f64 {
        let Some(cell) = self.cells.get(&key) else { return 0.0 };
        f64::from(cell.weight) * faded(level.scans, cell.scan) / (level.span + PRIOR_SCANS)
    }

    /// Plots in a cell in one scan: its own, and as much as its surroundings lead to expect while it has not been seen long.
    fn fine(&self, key: u64, around: f64, level: &Level) -> f64 {
        let own = self.cells.get(&key).map_or(0.0, |cell| f64::from(cell.weight) * faded(level.scans, cell.scan));
        let prior = PRIOR_SCANS;
        (own + WIDE_SCANS * around) / (level.span + prior)
    }

    fn learn(&mut self, index: u32, key: u64, weight: f64) {
        if weight < 0.02 {
            return;
        }
        let scans = self.level(index).scans;
        let former = self.cells.get(&key).copied();
        if self.journalled {
            self.journal.push((key, former));
        }
        let kept = former.map_or(0.0, |cell| f64::from(cell.weight) * faded(scans, cell.scan));
        self.cells.insert(key, Cell { weight: (kept + weight) as f32, scan: scans });
    }
}

fn faded(now: u32, then: u32) -> f64 {
    let scans = now.saturating_sub(then);
    if scans == 0 { 1.0 } else { (-FORGET * f64::from(scans)).exp() }
}

fn level_of(level: &Level, sensor: &Sensor) -> f64 {
    let stated = sensor.clutter_per_scan.max(0.02);
    // What was stated weighs as much as thirty scans; what the map explains is counted here too, so the level is only
    // let fall below what was stated, never rise by more than half.
    let seen = (stated * 30.0 + level.weight) / (30.0 + level.span);
    seen.clamp(0.3 * stated, 1.5 * stated)
}

fn rate_width(rate: f64) -> f64 {
    match rate.abs() {
        slow if slow < SLOW_MPS => 2.0 * SLOW_MPS,
        medium if medium < MEDIUM_MPS => 2.0 * (MEDIUM_MPS - SLOW_MPS),
        _ => 2.0 * (RATE_SPAN_MPS - MEDIUM_MPS),
    }
}

/// Side of a cell: for sensors of places, a few of their standard deviations.
pub(crate) fn cell_m(sensor: &Sensor) -> f64 {
    match sensor.kind {
        SensorKind::Position => (6.0 * sensor.sigma_position_m).clamp(20.0, CELL_M),
        _ => CELL_M,
    }
}

fn place_key(index: u32, side_m: f64, at: (f64, f64), rate: Option<f64>) -> u64 {
    let class = rate.map_or(3, |rate| match rate.abs() {
        slow if slow < SLOW_MPS => 0,
        medium if medium < MEDIUM_MPS => 1,
        _ => 2,
    });
    let part = |metres: f64| ((metres / side_m).floor().clamp(-500_000.0, 500_000.0) as i64 + 524_288) as u64;
    (u64::from(index) << 44) | (class << 42) | (part(at.0) << 21) | part(at.1)
}

/// The surroundings of a place: a cell four times as wide, any range rate.
fn wide_key(index: u32, side_m: f64, at: (f64, f64)) -> u64 {
    let part = |metres: f64| ((metres / (4.0 * side_m)).floor().clamp(-500_000.0, 500_000.0) as i64 + 524_288) as u64;
    (u64::from(index) << 44) | (1 << 63) | (part(at.0) << 21) | part(at.1)
}

/// Share of wind-blown false plots in the class of a range rate.
fn rate_share(rate: Option<f64>) -> f64 {
    rate.map_or(1.0, |rate| match rate.abs() {
        slow if slow < SLOW_MPS => 0.65,
        medium if medium < MEDIUM_MPS => 0.33,
        _ => 0.02,
    })
}

fn bearing_key(index: u32, azimuth: f64) -> u64 {
    (u64::from(index) << 44) | (1 << 43) | (3 << 40) | ((azimuth / BIN_RAD).floor() + 256.0).max(0.0) as u64
}

/// Whether a sensor's false plots are mapped by place.
pub(crate) fn by_place(sensor: &Sensor) -> bool {
    sensor.gives_places() && sensor.kind != SensorKind::Cooperative
}
