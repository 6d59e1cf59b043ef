//! How far off an event can be: the normal law of the solution where that tells the truth, and where it does not (a depth
//! at its bound, few sensors on one side) the posterior itself, over depth or on a grid over the map.

use super::dense::{Square, add_outer, apply, axes, dot, inverse, moved, plus, quadratic, times, transposed};
use super::humps::{Hump, about_first, region};
use super::network::Source;
use super::region::{DensityGrid, rings};
use super::settle_events::{Shot, Work, add_box};
use super::solve::{Origin, Reading, WRONG_WITHIN_SIGMA, descend, refresh};
use super::{Region, Settings};

/// The probabilities of the three ellipses.
const LEVELS: [f64; 3] = [0.5, 0.9, 0.95];
/// A depth nearer to a bound than this many standard deviations, or less certain than this, km, is integrated over.
const NEAR_BOUND: (f64, f64) = (3.0, 2.5);
/// Fall of the log posterior beyond which depths count for nothing.
const DEEP_FALL: f64 = 8.0;
/// Steps of an event at a held depth.
const STEPS_AT_DEPTH: usize = 2;
/// Largest departure of the log posterior from the normal law, two standard deviations out, that is let pass.
const NORMAL_WITHIN: f64 = 0.25;
/// Cells along a side of the grid, and its half width in standard deviations.
const GRID: (usize, f64) = (31, 5.0);
/// Probability on the rim of a grid above which it is made wider, and how often.
const RIM: (f64, usize) = (2e-3, 5);
/// Area of the 95 % ellipse over that of the region above which the region is given.
const REGION_FROM: f64 = 1.5;
/// Share of the posterior that a second hump must have to be spoken of.
const LEAST_SHARE: f64 = 0.02;
/// Share of what wrong arrivals add that the covariance takes, and the shares that the three levels take.
const WRONG_SHARE: f64 = 0.5;
const WRONG_SHARES: [f64; 3] = [0.15, 0.5, 0.6];
/// Least share of an arrival's variance that the fit is taken to leave.
const LEAST_LEFT: f64 = 0.02;
/// Steps to the middle of another hump.
const STEPS_TO_HUMP: usize = 8;

/// Where an event is taken to be, and how far off it can be.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    /// Mean of the posterior.
    pub(super) origin: Origin,
    /// Its covariance over east, north, depth (km) and time (s).
    pub(super) covariance: Square<4>,
    /// For each probability the squared distance, in units of the covariance over the map, that holds it.
    pub(super) within: [(f64, f64); 3],
    /// Regions, where an ellipse tells too little.
    pub(super) regions: Vec<Region>,
}

/// The spread of an event that has been settled.
pub(super) fn of(work: &Work<'_>, shot: &mut Shot) -> Spread {
    let mut spread = normal(work, shot);
    let added = if_wrong(work, shot);
    if shot.free_depth {
        let [_, _, [.., variance, _], _] = spread.covariance;
        let (depth, sigma) = (shot.origin.source.depth_km, variance.max(0.0).sqrt());
        let (from, until) = work.settings.searched.depth_km;
        let near = depth - NEAR_BOUND.0 * sigma < from || depth + NEAR_BOUND.0 * sigma > until;
        if near || sigma > NEAR_BOUND.1 {
            over_depth(work, shot, &mut spread);
        }
    } else if shot.heard
        && let Some(chart) = Chart::of(work, shot)
        && !chart.is_normal(&spread)
    {
        chart.spread(&mut spread);
    }
    if !shot.rivals.is_empty() {
        other_humps(work, shot, &mut spread);
    }
    widen(&mut spread, &added);
    spread
}

/// Counts in what wrong arrivals can do. The wider law that they bring has little weight: the heart of the posterior is
/// hardly touched by it, its tails are, so that the three levels take shares of their own.
fn widen(spread: &mut Spread, added: &Square<4>) {
    let area = |share: f64| {
        let [[ee, en, ..], [_, nn, ..], ..] = plus(&spread.covariance, share, added);
        (ee * nn - en * en).max(f64::MIN_POSITIVE).sqrt()
    };
    let usual = area(WRONG_SHARE);
    let areas = WRONG_SHARES.map(area);
    for ((_, squared), area) in spread.within.iter_mut().zip(areas) {
        *squared *= area / usual;
    }
    spread.covariance = plus(&spread.covariance, WRONG_SHARE, added);
}

/// What the chance that one of the arrivals is wrong adds to the covariance: for each, the probability that it is wrong
/// (from how far it lies from where all others put it), times the square of the shift and the growth of the error that
/// leaving it out would bring.
fn if_wrong(work: &Work<'_>, shot: &Shot) -> Square<4> {
    let mut added = [[0.0; 4]; 4];
    let outlier = work.noise.outlier_factor(WRONG_WITHIN_SIGMA);
    let air = work.air.stretches.get(shot.stretch).filter(|_| shot.heard).map(|stretch| stretch.covariance);
    for reading in shot.readings.iter().filter(|reading| reading.by != [0.0; 4]) {
        let (together, computed) = shot.together(&reading.by, &reading.by_air, air.as_ref());
        let counted = reading.weight / reading.variance_s2;
        let left = (1.0 - counted * computed).max(LEAST_LEFT);
        let squared = counted * reading.residual_s * reading.residual_s / left;
        // A residual that stands out has lost its weight in the covariance already; what counts here is what the fit hid.
        let hidden = squared - counted * reading.residual_s * reading.residual_s;
        let odds = outlier * (0.5 * hidden).min(50.0).exp() / left.sqrt();
        let wrong = odds / (1.0 + odds);
        add_outer(&mut added, wrong * counted / left * (1.0 + squared), &together, &together);
    }
    if !shot.free_depth {
        added[2] = [0.0; 4];
        added.iter_mut().for_each(|row| row[2] = 0.0);
    }
    added
}

/// Counts in the places at which the arrivals are nearly as well explained.
fn other_humps(work: &Work<'_>, shot: &Shot, spread: &mut Spread) {
    let main = shot.log_mass();
    let mut humps = vec![hump(&spread.origin, &spread.covariance, 1.0)];
    for rival in &shot.rivals {
        let mut other = shot.at(*rival);
        let around = work.around(&other, false);
        refresh(&around, &other.origin, &mut other.readings);
        descend(&around, &mut other.origin, &mut other.readings, STEPS_TO_HUMP);
        other.linearised(&around, work.settings);
        let share = (other.log_mass() - main).exp();
        let law = normal(work, &other);
        let [[ee, en, ..], [_, nn, ..], ..] = law.covariance;
        let reach = 3.0 * axes(&[[ee, en], [en, nn]]).0;
        let east_north = |hump: &Hump| hump.middle_km;
        let apart = |hump: &Hump| {
            let (east, north) = east_north(hump);
            (other.origin.source.east_km - east).hypot(other.origin.source.north_km - north) > reach.min(20.0)
        };
        if share > LEAST_SHARE && share.is_finite() && humps.iter().all(apart) {
            humps.push(hump(&other.origin, &law.covariance, share));
        }
    }
    if humps.len() < 2 {
        return;
    }
    let total: f64 = humps.iter().map(|hump| hump.share).sum();
    humps.iter_mut().for_each(|hump| hump.share /= total);
    let Some((shape, within)) = about_first(&humps, LEVELS) else { return };
    [[spread.covariance[0][0], spread.covariance[0][1]], [spread.covariance[1][0], spread.covariance[1][1]]] = shape;
    spread.within = within;
    spread.regions = LEVELS.map(|probability| region(&humps, probability, 1.0, work.network)).to_vec();
}

fn hump(origin: &Origin, covariance: &Square<4>, share: f64) -> Hump {
    let [[ee, en, ..], [_, nn, ..], ..] = *covariance;
    Hump { share, middle_km: (origin.source.east_km, origin.source.north_km), covariance: [[ee, en], [en, nn]] }
}

fn normal(work: &Work<'_>, shot: &Shot) -> Spread {
    let mut covariance = shot.inverse;
    if let Some(stretch) = work.air.stretches.get(shot.stretch).filter(|_| shot.heard) {
        let left = times(&times(&shot.carry, &stretch.covariance), &transposed(&shot.carry));
        covariance = plus(&covariance, 1.0, &left);
    }
    if !shot.free_depth {
        covariance[2] = [0.0; 4];
        covariance.iter_mut().for_each(|row| row[2] = 0.0);
    }
    let within = LEVELS.map(|probability| (probability, -2.0 * (1.0 - probability).ln()));
    Spread { origin: shot.origin, covariance, within, regions: Vec::new() }
}

/// The posterior as a sum of normal laws, each at one depth: the solution at that depth with its likelihood.
fn over_depth(work: &Work<'_>, shot: &mut Shot, spread: &mut Spread) {
    let mut nodes = depth_nodes(work, shot);
    nodes.sort_by(|a, b| a.origin.source.depth_km.total_cmp(&b.origin.source.depth_km));
    let best = nodes.iter().map(|node| node.log_weight).fold(f64::NEG_INFINITY, f64::max);
    let depths: Vec<f64> = nodes.iter().map(|node| node.origin.source.depth_km).collect();
    let width = |index: usize| {
        let here = depths.get(index).copied().unwrap_or(0.0);
        let before = index.checked_sub(1).and_then(|i| depths.get(i)).copied().unwrap_or(here);
        0.5 * (depths.get(index + 1).copied().unwrap_or(here) - before)
    };
    let (mut total, mut mean, mut squares) = (0.0, [0.0; 4], [[0.0; 4]; 4]);
    let base = shot.origin;
    for (index, node) in nodes.iter().enumerate() {
        let weight = width(index) * (node.log_weight - best).exp();
        let offset = offset(&base, &node.origin);
        total += weight;
        mean = moved(&mean, weight, &offset);
        squares = plus(&squares, weight, &node.covariance);
        add_outer(&mut squares, weight, &offset, &offset);
    }
    if !(total > 0.0 && total.is_finite()) {
        return;
    }
    let mean = mean.map(|value| value / total);
    let mut covariance = squares.map(|row| row.map(|value| value / total));
    add_outer(&mut covariance, -1.0, &mean, &mean);
    if let Some(stretch) = work.air.stretches.get(shot.stretch).filter(|_| shot.heard) {
        let left = times(&times(&shot.carry, &stretch.covariance), &transposed(&shot.carry));
        covariance = plus(&covariance, 1.0, &left);
    }
    spread.covariance = covariance;
    spread.origin = base.stepped(&mean, work.settings.searched.depth_km);
}

/// A solution at a held depth.
#[derive(Clone, Copy)]
struct Node {
    origin: Origin,
    covariance: Square<4>,
    log_weight: f64,
}

/// Solutions at depths from the best one up and down, until they are unlikely or a bound is met.
fn depth_nodes(work: &Work<'_>, shot: &mut Shot) -> Vec<Node> {
    let (from, until) = work.settings.searched.depth_km;
    let [_, _, [.., variance, _], _] = shot.inverse;
    let sigma = if variance > 1e-9 { variance.sqrt() } else { 1.5 };
    let stride = (0.8 * sigma).clamp(0.3, ((until - from) / 6.0).max(0.3));
    let start = shot.origin;
    let Some(middle) = at_depth(work, shot, start, start.source.depth_km) else { return Vec::new() };
    let mut nodes = vec![middle];
    let mut best = middle.log_weight;
    for sign in [-1.0, 1.0] {
        let mut last = middle;
        loop {
            let depth = (last.origin.source.depth_km + sign * stride).clamp(from, until);
            if (depth - last.origin.source.depth_km).abs() < 1e-6 {
                break;
            }
            let Some(node) = at_depth(work, shot, last.origin, depth) else { break };
            nodes.push(node);
            best = best.max(node.log_weight);
            if node.log_weight < best - DEEP_FALL {
                break;
            }
            last = node;
        }
    }
    nodes
}

fn at_depth(work: &Work<'_>, shot: &mut Shot, mut origin: Origin, depth_km: f64) -> Option<Node> {
    origin.source.depth_km = depth_km;
    let mut around = work.around(shot, false);
    around.free_depth = false;
    let normal = descend(&around, &mut origin, &mut shot.readings, STEPS_AT_DEPTH);
    let mut own = normal.own;
    add_box(&mut own, work.settings);
    let (covariance, log_determinant) = inverse(&own)?;
    Some(Node { origin, covariance, log_weight: -normal.cost - 0.5 * log_determinant })
}

fn offset(base: &Origin, origin: &Origin) -> [f64; 4] {
    [
        origin.source.east_km - base.source.east_km,
        origin.source.north_km - base.source.north_km,
        origin.source.depth_km - base.source.depth_km,
        origin.time_s - base.time_s,
    ]
}

/// The posterior of a sound over the map: origin time and air integrated over, the depth held.
struct Chart<'a> {
    work: &'a Work<'a>,
    readings: &'a [Reading],
    stretch: usize,
    origin: Origin,
    /// What all other events say of the air: information, and information times the mean difference from the air in use.
    others: Square<3>,
    others_pull: [f64; 3],
    best: f64,
}

impl<'a> Chart<'a> {
    fn of(work: &'a Work<'a>, shot: &'a Shot) -> Option<Self> {
        let stretch = work.air.stretches.get(shot.stretch)?;
        let (all, _) = inverse(&stretch.covariance)?;
        let share = [1.0, 0.98, 0.9, 0.5, 0.0];
        let without = |share: &f64| {
            let others = plus(&all, -share, &shot.message.information);
            inverse(&others).map(|_| (others, *share))
        };
        let (others, share) = share.iter().find_map(without)?;
        let others_pull = shot.message.pull.map(|pull| -share * pull);
        let readings = shot.readings.as_slice();
        let mut chart =
            Self { work, readings, stretch: shot.stretch, origin: shot.origin, others, others_pull, best: 0.0 };
        chart.best = chart.at(shot.origin.source.east_km, shot.origin.source.north_km).0;
        Some(chart)
    }

    /// Log posterior of a place and the origin time that fits it best.
    fn at(&self, east_km: f64, north_km: f64) -> (f64, f64) {
        let source = Source { east_km, north_km, depth_km: self.origin.source.depth_km };
        let air = self.work.air.state(self.stretch);
        let mut information: Square<4> = [[0.0; 4]; 4];
        for (row, other) in information.iter_mut().zip(&self.others) {
            row.iter_mut().zip(other).for_each(|(value, other)| *value = *other);
        }
        let [x, y, z] = self.others_pull;
        let mut pull = [x, y, z, 0.0];
        let mut misfit = 0.0;
        for reading in self.readings.iter().filter(|reading| super::solve::is_sound(reading.wave)) {
            let Some((travel, by)) = self.work.network.sound(reading.station, source, air) else { continue };
            let counted = reading.weight / reading.variance_s2;
            let residual = reading.at_s - self.origin.time_s - travel.time_s;
            let by = [by.by_wind_east, by.by_wind_north, by.by_temperature, 1.0];
            add_outer(&mut information, counted, &by, &by);
            pull = moved(&pull, counted * residual, &by);
            misfit += counted * residual * residual;
            if let Some(turn) = &reading.turn
                && let Some((azimuth, ..)) = self.work.network.azimuth(reading.station, source)
            {
                let off = (turn.azimuth_deg - azimuth + 180.0).rem_euclid(360.0) - 180.0;
                misfit += turn.weight * off * off / turn.variance_deg2;
            }
        }
        let Some((back, log_determinant)) = inverse(&information) else { return (f64::NEG_INFINITY, 0.0) };
        let best = apply(&back, &pull);
        let [.., time_s] = best;
        (-0.5 * (misfit - dot(&pull, &best) + log_determinant), self.origin.time_s + time_s)
    }

    /// True when two standard deviations out along and between the axes the posterior is what the normal law says.
    fn is_normal(&self, spread: &Spread) -> bool {
        let [[ee, en, ..], [_, nn, ..], ..] = spread.covariance;
        let (longer, shorter, azimuth) = axes(&[[ee, en], [en, nn]]);
        let (sin, cos) = azimuth.to_radians().sin_cos();
        let diagonal = std::f64::consts::FRAC_1_SQRT_2;
        let ways = [(1.0, 0.0), (diagonal, diagonal), (0.0, 1.0), (-diagonal, diagonal)];
        ways.iter().flat_map(|(u, v)| [(*u, *v), (-u, -v)]).all(|(u, v)| {
            let (along, across) = (2.0 * u * longer, 2.0 * v * shorter);
            let source = &self.origin.source;
            let (east, north) = (along * sin + across * cos, along * cos - across * sin);
            let (value, _) = self.at(source.east_km + east, source.north_km + north);
            (value - self.best + 2.0).abs() < NORMAL_WITHIN
        })
    }

    /// Mean, covariance and radii of the posterior on a grid, and its regions where an ellipse tells too little.
    fn spread(&self, spread: &mut Spread) {
        let [[ee, en, ..], [_, nn, ..], ..] = spread.covariance;
        let mut centre = (spread.origin.source.east_km, spread.origin.source.north_km);
        let mut shape = [[ee, en], [en, nn]];
        let mut widened = 0;
        let grid = loop {
            let grid = Grid::of(self, centre, &shape, self.work.settings);
            let Some(moments) = grid.moments() else { return };
            let narrow = moments.rim > RIM.0;
            if !narrow && widened > 0 || widened >= RIM.1 {
                break grid;
            }
            let stretch = if narrow { 1.5 } else { 1.0 };
            (centre, shape) = (moments.centre, moments.shape.map(|row| row.map(|value| value * stretch * stretch)));
            widened += 1;
        };
        let Some(moments) = grid.moments() else { return };
        let before = spread.origin.source;
        spread.origin.source.east_km = moments.centre.0;
        spread.origin.source.north_km = moments.centre.1;
        spread.origin.time_s = self.at(moments.centre.0, moments.centre.1).1;
        let moved_by = (moments.centre.0 - before.east_km).hypot(moments.centre.1 - before.north_km);
        [[spread.covariance[0][0], spread.covariance[0][1]], [spread.covariance[1][0], spread.covariance[1][1]]] =
            moments.shape;
        spread.covariance[3][3] += (moved_by / 0.34).powi(2);
        spread.within = LEVELS.map(|probability| (probability, grid.radius2(&moments, probability)));
        spread.regions = grid.regions(self, &moments, &spread.within);
    }
}

/// A grid over the map along the axes of a covariance.
struct Grid {
    cells: Vec<(f64, f64)>,
    mass: Vec<f64>,
    corner: (f64, f64),
    along: (f64, f64),
    across: (f64, f64),
    cell_km2: f64,
}

struct Moments {
    centre: (f64, f64),
    shape: Square<2>,
    rim: f64,
}

impl Grid {
    fn of(chart: &Chart<'_>, centre: (f64, f64), shape: &Square<2>, settings: &Settings) -> Self {
        let (n, reach) = GRID;
        let (longer, shorter, azimuth) = axes(shape);
        let (sin, cos) = azimuth.to_radians().sin_cos();
        let stride = 2.0 * reach / (n - 1) as f64;
        let across = (stride * longer * sin, stride * longer * cos);
        let along = (stride * shorter.max(1e-4) * cos, -stride * shorter.max(1e-4) * sin);
        let half = 0.5 * (n - 1) as f64;
        let corner = (centre.0 - half * (along.0 + across.0), centre.1 - half * (along.1 + across.1));
        let mut cells = Vec::with_capacity(n * n);
        for row in 0..n {
            for column in 0..n {
                let (row, column) = (row as f64, column as f64);
                cells
                    .push((corner.0 + column * along.0 + row * across.0, corner.1 + column * along.1 + row * across.1));
            }
        }
        let inside = |value: f64, (from, until): (f64, f64)| value >= from && value <= until;
        let searched = &settings.searched;
        let mass = |&(east, north): &(f64, f64)| {
            let inside = inside(east, searched.east_km) && inside(north, searched.north_km);
            if inside { (chart.at(east, north).0 - chart.best).min(600.0).exp() } else { 0.0 }
        };
        let mass = cells.iter().map(mass).collect();
        let cell_km2 = (along.0 * across.1 - along.1 * across.0).abs();
        Self { cells, mass, corner, along, across, cell_km2 }
    }

    fn moments(&self) -> Option<Moments> {
        let total: f64 = self.mass.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return None;
        }
        let mean = self.cells.iter().zip(&self.mass).fold((0.0, 0.0), |sum, (c, m)| (sum.0 + m * c.0, sum.1 + m * c.1));
        let centre = (mean.0 / total, mean.1 / total);
        let mut shape = [[0.0; 2]; 2];
        let n = GRID.0;
        let mut rim = 0.0;
        for (index, (cell, mass)) in self.cells.iter().zip(&self.mass).enumerate() {
            let off = [cell.0 - centre.0, cell.1 - centre.1];
            add_outer(&mut shape, mass / total, &off, &off);
            let (row, column) = (index / n, index % n);
            if row == 0 || column == 0 || row + 1 == n || column + 1 == n {
                rim += mass / total;
            }
        }
        Some(Moments { centre, shape, rim })
    }

    /// Squared distance from the mean, in units of the covariance, within which a share of the mass lies.
    fn radius2(&self, moments: &Moments, probability: f64) -> f64 {
        let usual = -2.0 * (1.0 - probability).ln();
        let Some((back, _)) = inverse(&moments.shape) else { return usual };
        let distance = |(cell, mass): (&(f64, f64), &f64)| {
            (quadratic(&back, &[cell.0 - moments.centre.0, cell.1 - moments.centre.1]), *mass)
        };
        let mut sorted: Vec<(f64, f64)> = self.cells.iter().zip(&self.mass).map(distance).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let total: f64 = self.mass.iter().sum();
        let (mut held, mut last) = (0.0, (0.0, 0.0));
        for (squared, mass) in sorted {
            // The middle of a cell's mass stands at its distance.
            let middle = (held + 0.5 * mass) / total;
            if middle >= probability {
                let part = (probability - last.1) / (middle - last.1).max(1e-300);
                return last.0 + part * (squared - last.0);
            }
            held += mass;
            last = (squared, middle);
        }
        last.0
    }

    fn regions(&self, chart: &Chart<'_>, moments: &Moments, within: &[(f64, f64); 3]) -> Vec<Region> {
        let grid = DensityGrid { n_columns: GRID.0, mass: &self.mass, cell_km2: self.cell_km2 };
        let place = |column: f64, row: f64| {
            let east = self.corner.0 + column * self.along.0 + row * self.across.0;
            chart.work.network.wgs84(east, self.corner.1 + column * self.along.1 + row * self.across.1)
        };
        let regions = rings(grid, &LEVELS, &place);
        let (longer, shorter, _) = axes(&moments.shape);
        let [.., (_, squared)] = within;
        let ellipse = std::f64::consts::PI * squared * longer * shorter;
        let told =
            regions.last().is_none_or(|region| region.area_km2 * REGION_FROM >= ellipse && region.rings.len() < 2);
        if told { Vec::new() } else { regions }
    }
}
