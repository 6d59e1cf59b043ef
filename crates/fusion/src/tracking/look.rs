//! One scan of a sensor that looks by itself (not a cooperative report): gating, association, update, birth.

use super::belief::{self, Edge};
use super::clutter::{self, by_place};
use super::looks::{self, Aspect};
use super::mixture::{Outcome, Visit, settle_modes};
use super::motion::{Modes, Motion};
use super::nouns::{Reading, Scan, Sensor, SensorKind, Setup};
use super::picture::Picture;
use super::sight::{Form, Sight, Stand, sound};
use super::track::{Birth, Track, normal};

/// Working memory of one scan, kept between scans so that nothing is allocated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub slots: Vec<u32>,
    sights: Vec<Sight>,
    visits: Vec<Visit>,
    edges: Vec<Edge>,
    outcomes: Vec<Outcome>,
    sums: Vec<f64>,
    /// For each plot, the probability that it belongs to a track that may yet be false.
    doubtful: Vec<f64>,
    /// For each plot, whether it lies close to a track that surely exists: movers come in groups.
    beside: Vec<bool>,
}

/// Squared distance beyond which a plot with `n` rows is not considered.
fn gate(rows: usize) -> f64 {
    match rows {
        1 => 14.0,
        2 => 18.0,
        _ => 22.0,
    }
}

/// A visit with less than this probability of detection and no plot nearby is not counted.
const UNSEEING: f64 = 0.002;
/// A new track weaker than this is not begun.
const BIRTH_MIN: f64 = 2e-4;

pub(crate) fn take(picture: &mut Picture, setup: &Setup, scan: &Scan) {
    let Some(sensor) = setup.sensors.get(scan.sensor as usize) else { return };
    let stand = scan.from_m.map_or(Stand { x: sensor.east_m, y: sensor.north_m }, |(x, y)| Stand { x, y });
    let mut scratch = std::mem::take(&mut picture.scratch);
    let scene = Scene { setup, scan, sensor, stand, motion: setup.motion() };
    scene.prepare(picture, &mut scratch);
    scene.visit(picture, &mut scratch);
    belief::solve(&mut scratch.edges, scratch.sights.len(), &mut scratch.sums);
    scene.update(picture, &mut scratch);
    scene.birth_and_learn(picture, &scratch);
    picture.scratch = scratch;
}

struct Scene<'a> {
    setup: &'a Setup,
    scan: &'a Scan,
    sensor: &'a Sensor,
    stand: Stand,
    motion: Motion,
}

impl Scene<'_> {
    /// Plots become sights, sorted by azimuth.
    fn prepare(&self, picture: &Picture, scratch: &mut Scratch) {
        let bias = picture.registration.bias(self.scan.sensor);
        scratch.sights.clear();
        let unseen_m2 = picture.unseen_per_m2(self.setup, self.scan.sensor, self.scan.time_s);
        for plot in &self.scan.plots {
            let form = Form::of(&plot.reading, self.sensor, &bias);
            if !form.is_finite() || joins_hull(&mut scratch.sights, &form) {
                continue;
            }
            let inside = form.place(self.stand).is_none_or(|at| self.in_area(at));
            let here_m2 = if inside { unseen_m2 } else { OUTSIDE * unseen_m2 };
            let (clutter, unseen) = self.densities(picture, &form, here_m2);
            scratch.sights.push(Sight { plot: *plot, form, clutter, unseen });
        }
        scratch.sights.sort_by(|a, b| {
            let azimuth = |sight: &Sight| sight.form.azimuth().unwrap_or(0.0);
            azimuth(a).total_cmp(&azimuth(b)).then(a.plot.number.cmp(&b.plot.number))
        });
    }

    fn in_area(&self, (x, y): (f64, f64)) -> bool {
        let [west, south, east, north] = self.setup.area_m;
        (west - 200.0..=east + 200.0).contains(&x) && (south - 200.0..=north + 200.0).contains(&y)
    }

    fn densities(&self, picture: &Picture, form: &Form, unseen_m2: f64) -> (f64, f64) {
        let (index, sensor) = (self.scan.sensor, self.sensor);
        match *form {
            Form::Polar { range, rate, .. } => {
                let at = form.place(self.stand).unwrap_or_default();
                let clutter = picture.clutter.at_place(index, sensor, at, Some((range, rate)));
                let spread = rate.map_or(1.0, |rate| 0.3 * normal(rate, 1.0) + 0.7 * normal(rate, 12.0 * 12.0));
                (clutter, unseen_m2 * range * spread * sensor.p_detect)
            }
            Form::Place { x, y, .. } => {
                (picture.clutter.at_place(index, sensor, (x, y), None), unseen_m2 * sensor.p_detect)
            }
            Form::Bearing { azimuth, .. } => {
                let reach = sensor.farthest_m();
                let unseen = unseen_m2 * 0.5 * reach * reach * sensor.p_detect + UNSEEN_BEARINGS;
                (picture.clutter.at_bearing(index, sensor, azimuth), unseen)
            }
            Form::Claim { .. } => (1.0, 0.0),
        }
    }

    /// Every track within reach: probability of detection, and outcomes with each plot nearby.
    fn visit(&self, picture: &mut Picture, scratch: &mut Scratch) {
        let Scratch { slots, sights, visits, edges, outcomes, .. } = scratch;
        visits.clear();
        edges.clear();
        outcomes.clear();
        picture.cells.near(self.stand.x, self.stand.y, self.sensor.farthest_m() + 400.0, slots);
        for slot in slots.iter() {
            let Some(track) = picture.tracks.get_mut(*slot as usize) else { continue };
            let time_s = self.scan.time_s;
            let mean = track.mean_at(time_s);
            let sigma = track.sigma_at(time_s, &self.motion);
            let aspect = Aspect::of(self.stand, mean.x, mean.y, sigma);
            let by_mover = looks::by_mover(self.sensor, &aspect);
            let from = edges.len();
            let shows = track.shows(self.sensor.kind, self.scan.sensor);
            let share = by_mover.iter().zip(track.movers).map(|(p, w)| p * w).sum::<f64>() * shows;
            if share < UNSEEING && self.sensor.kind != SensorKind::Position {
                continue;
            }
            let near = Near { track: visits.len() as u32, share, aspect, sigma };
            let factors = self.consider(track, &near, sights, edges, outcomes);
            let by_mode = factors.map(|factor| share * factor);
            let p_detect = track.modes.iter().zip(by_mode).map(|(mode, p)| mode.weight * p).sum();
            visits.push(Visit { slot: *slot, by_mover, by_mode, p_detect, from, until: edges.len() });
        }
    }

    /// Outcomes of one track with the plots near it; says by how much the notch lowers detection in each mode.
    fn consider(
        &self,
        track: &mut Track,
        near: &Near,
        sights: &[Sight],
        edges: &mut Vec<Edge>,
        outcomes: &mut Vec<Outcome>,
    ) -> [f64; 3] {
        let mut factors = None;
        let window = 4.5 * near.aspect.spread + 4.5 * self.azimuth_sigma(near) + 1e-3;
        for (index, sight) in within(sights, near.aspect.azimuth, window) {
            if !self.roughly(sight, near, track) {
                continue;
            }
            let weak = self.is_weak(sight, near);
            if !weak {
                track.advance_to(self.scan.time_s, &self.motion);
            }
            let known = *factors.get_or_insert_with(|| looks::notch(self.sensor, &near.aspect, &track.modes));
            let found = if weak { self.faint(track, near, sight) } else { self.outcome(track, known, sight) };
            if let Some((likelihood, outcome)) = found {
                let missed = 1.0 - track.existence * near.share * expected(&track.modes, known);
                let psi = track.existence * near.share * likelihood
                    / (missed.max(1e-6) * (sight.clutter + sight.unseen).max(1e-30));
                if psi > 1e-5 {
                    edges.push(Edge::new(near.track, index, psi));
                    outcomes.push(outcome);
                }
            }
        }
        factors.unwrap_or_else(|| looks::notch(self.sensor, &near.aspect, &track.modes))
    }

    fn azimuth_sigma(&self, near: &Near) -> f64 {
        match self.sensor.kind {
            SensorKind::Position => 5.0 * self.sensor.sigma_position_m / near.aspect.range_m,
            _ => self.sensor.sigma_azimuth_deg.to_radians() + 0.003,
        }
    }

    fn roughly(&self, sight: &Sight, near: &Near, track: &Track) -> bool {
        match sight.form {
            Form::Polar { range, variances: [_, range_var, _], .. } => {
                (range - near.aspect.range_m).abs() < 4.5 * (near.sigma + range_var.sqrt())
            }
            Form::Place { x, y, variance } => {
                let mean = track.mean_at(self.scan.time_s);
                (x - mean.x).hypot(y - mean.y) < 4.5 * (near.sigma + variance.sqrt())
            }
            Form::Bearing { .. } | Form::Claim { .. } => true,
        }
    }

    /// Whether a bearing is too coarse to move the track.
    fn is_weak(&self, sight: &Sight, near: &Near) -> bool {
        match sight.form {
            Form::Bearing { variance, .. } => {
                self.sensor.kind != SensorKind::Camera && variance > 6.0 * near.aspect.spread * near.aspect.spread
            }
            _ => false,
        }
    }

    fn faint(&self, track: &Track, near: &Near, sight: &Sight) -> Option<(f64, Outcome)> {
        let rows = sight.form.rows(self.stand, &track.mean_at(self.scan.time_s), sound(self.sensor));
        let (residual, variance) = rows.first()?;
        let total = variance + near.aspect.spread * near.aspect.spread;
        (residual * residual < gate(1) * total)
            .then(|| (normal(residual, total), Outcome { modes: track.modes, moves: false }))
    }

    fn outcome(&self, track: &Track, factors: [f64; 3], sight: &Sight) -> Option<(f64, Outcome)> {
        let mut modes = track.modes;
        let (mut nearest, mut total) = (f64::INFINITY, 0.0);
        let mut allowed = 0.0;
        for (mode, factor) in modes.iter_mut().zip(factors) {
            if mode.weight < 1e-6 {
                mode.weight = 0.0;
                continue;
            }
            let rows = sight.form.rows(self.stand, &mode.mean, sound(self.sensor));
            let fit = rows.fold(&mut mode.mean, &mut mode.cov);
            allowed = gate(rows.count());
            nearest = f64::min(nearest, fit.distance2);
            mode.weight *= factor * fit.log_likelihood.exp();
            total += mode.weight;
        }
        if nearest > allowed || total <= 0.0 {
            return None;
        }
        for mode in &mut modes {
            mode.weight /= total;
        }
        Some((total, Outcome { modes, moves: true }))
    }

    /// Folds the associations into the tracks.
    fn update(&self, picture: &mut Picture, scratch: &mut Scratch) {
        let Scratch { doubtful, beside, sights, edges: all, outcomes, visits, .. } = scratch;
        doubtful.clear();
        doubtful.resize(sights.len(), 0.0);
        beside.clear();
        beside.resize(sights.len(), false);
        for visit in visits.iter() {
            let Some(track) = picture.tracks.get_mut(visit.slot as usize) else { continue };
            let edges = all.get(visit.from..visit.until).unwrap_or_default();
            let outcomes = outcomes.get(visit.from..visit.until).unwrap_or_default();
            track.survive_to(self.scan.time_s);
            let hit: f64 = edges.iter().map(|edge| edge.probability).sum::<f64>().min(1.0);
            let before = track.existence;
            let missed = before * (1.0 - visit.p_detect) / (1.0 - before * visit.p_detect).max(1e-9);
            track.existence = (hit + (1.0 - hit) * missed).clamp(0.0, 0.9995);
            let unseen = (1.0 - hit) * missed;
            settle_modes(track, visit, unseen, edges, outcomes);
            self.settle_kind(track, visit, hit, unseen);
            if self.sensor.gives_places() {
                track.tally = (track.tally.0 + hit, track.tally.1 + visit.p_detect);
            }
            if hit > 0.5 {
                track.sensed_s = self.scan.time_s;
                track.hits += hit;
            }
            for edge in edges.iter().filter(|edge| edge.probability > LINK_MIN) {
                let Some(sight) = sights.get(edge.plot as usize) else { continue };
                if let Some(sum) = doubtful.get_mut(edge.plot as usize).filter(|_| !track.proven) {
                    *sum += edge.probability;
                }
                if let Some(close) = beside.get_mut(edge.plot as usize) {
                    *close |= before > 0.9;
                }
                self.note(track, sight, edge.probability);
                if !picture.registration.done() && edge.probability > 0.9 && track.existence > 0.9 {
                    let (stand, time_s) = (self.stand, self.scan.time_s);
                    picture.registration.seen(track, self.scan.sensor, sight, stand, time_s);
                    let claimant = track.identity.and_then(|identity| picture.claimants.get(&identity));
                    if let Some(claimant) = claimant.filter(|claimant| claimant.track == Some(track.id)) {
                        picture.registration.reported(claimant, self.scan.sensor, sight, stand, time_s);
                    }
                }
                if edge.probability > 0.5 {
                    track.remember(sight.plot.number);
                }
                picture.links.push(super::picture::Link {
                    track: track.id,
                    plot: sight.plot.number,
                    probability: edge.probability as f32,
                });
            }
        }
    }

    fn note(&self, track: &mut Track, sight: &Sight, share: f64) {
        if share < 0.5 {
            return;
        }
        if let Reading::Polar { elevation_deg: Some(elevation), .. }
        | Reading::Bearing { elevation_deg: Some(elevation), .. } = sight.plot.reading
        {
            track.raise(self.scan.time_s, elevation, self.sensor, self.stand, share);
        }
    }

    /// What the look says of the kind of mover, and of whether it shows to this sensor.
    fn settle_kind(&self, track: &mut Track, visit: &Visit, hit: f64, unseen: f64) {
        let whole = (hit + unseen).max(1e-12);
        let (hit, unseen) = (hit / whole, unseen / whole);
        let shows = track.shows(self.sensor.kind, self.scan.sensor);
        let seen: f64 = visit.by_mover.iter().zip(track.movers).map(|(p, w)| p * w).sum::<f64>() * shows;
        let factor = |p: f64| {
            let p = p * shows;
            hit * p / seen.max(1e-6) + unseen * (1.0 - p) / (1.0 - seen).max(1e-6)
        };
        for (held, p) in track.evidence.iter_mut().zip(visit.by_mover) {
            *held = (*held * factor(p)).clamp(1e-6, 1e6);
        }
        for (weight, p) in track.movers.iter_mut().zip(visit.by_mover) {
            *weight = (*weight * factor(p)).max(1e-5);
        }
        let total: f64 = track.movers.iter().sum();
        for weight in &mut track.movers {
            *weight /= total;
        }
        if let Some(belief) =
            Track::seat(self.sensor.kind, self.scan.sensor).and_then(|seat| track.visible.get_mut(seat))
        {
            let p = seen / shows.max(1e-6);
            let hidden = shows * (1.0 - p) / (1.0 - shows * p).max(1e-6);
            *belief = (hit + unseen * hidden).clamp(0.02, 0.98);
        }
    }

    /// Begins tracks at plots that nobody owns, and learns where false plots lie.
    fn birth_and_learn(&self, picture: &mut Picture, scratch: &Scratch) {
        let mut false_plots = 0.0;
        for (index, sight) in scratch.sights.iter().enumerate() {
            let nobody = 1.0 / (1.0 + scratch.sums.get(index).copied().unwrap_or(0.0));
            let beside = scratch.beside.get(index).copied().unwrap_or(false);
            let unseen = sight.unseen * if beside { SPAWN } else { 1.0 };
            let existence = nobody * unseen / (sight.clutter + unseen);
            let doubtful = scratch.doubtful.get(index).copied().unwrap_or(0.0);
            let false_share = nobody - existence;
            false_plots += false_share;
            let new = if self.scan_is_early(picture) { existence } else { 0.0 };
            self.learn(picture, sight, false_share + DOUBTFUL * (doubtful + new));
            if existence > BIRTH_MIN && self.sensor.gives_places() {
                self.begin(picture, sight, existence);
            }
        }
        picture.clutter.scanned(self.scan.sensor, false_plots, self.scan.time_s);
    }

    /// Whether movers that were there from the start are still being found.
    fn scan_is_early(&self, picture: &Picture) -> bool {
        picture.clutter.level(self.scan.sensor).scans < 4
    }

    fn learn(&self, picture: &mut Picture, sight: &Sight, weight: f64) {
        match (sight.form, sight.form.place(self.stand)) {
            (Form::Polar { rate, .. }, Some(at)) => {
                picture.clutter.learn_place(self.scan.sensor, clutter::cell_m(self.sensor), (at, rate), weight)
            }
            (Form::Place { .. }, Some(at)) if by_place(self.sensor) => {
                picture.clutter.learn_place(self.scan.sensor, clutter::cell_m(self.sensor), (at, None), weight);
            }
            (Form::Bearing { azimuth, .. }, _) => picture.clutter.learn_bearing(self.scan.sensor, azimuth, weight),
            _ => {}
        }
    }

    fn begin(&self, picture: &mut Picture, sight: &Sight, existence: f64) {
        let (x, y) = sight.form.place(self.stand).unwrap_or_default();
        let birth = Birth {
            scan: self.scan.number,
            sensor: self.scan.sensor,
            plot: sight.plot.number,
            time_s: self.scan.time_s,
            x,
            y,
            watched: 0.0,
        };
        if let Some(mut track) = Track::born(sight, birth, self.stand, &self.motion) {
            track.existence = existence;
            track.proof_m = clutter::cell_m(self.sensor);
            track.movers = super::kind::first(self.setup, self.sensor, &track, self.stand);
            self.note(&mut track, sight, 1.0);
            picture.add(track);
        }
    }
}

/// How much likelier a mover not yet held is beside one that is held.
const SPAWN: f64 = 10.0;
/// Share of a plot of a track not yet proven that counts as false when the map is learnt.
const DOUBTFUL: f64 = 0.7;
/// Movers outside the area of interest, against inside.
const OUTSIDE: f64 = 0.02;
/// Several returns of one hull become one plot in their middle: places closer than this many standard deviations.
const HULL_SIGMAS: f64 = 1.5;

fn joins_hull(sights: &mut [Sight], form: &Form) -> bool {
    let Form::Place { x, y, variance } = *form else { return false };
    for sight in sights {
        if let Form::Place { x: other_x, y: other_y, .. } = &mut sight.form
            && (x - *other_x).hypot(y - *other_y) < HULL_SIGMAS * variance.sqrt()
        {
            (*other_x, *other_y) = (0.5 * (x + *other_x), 0.5 * (y + *other_y));
            return true;
        }
    }
    false
}

/// Bearings a radian from movers that no sensor of places can hold (too low, too far): a floor.
const UNSEEN_BEARINGS: f64 = 0.02;
/// Associations weaker than this are not kept in the chain.
const LINK_MIN: f64 = 0.05;

/// A track as the scan finds it.
struct Near {
    track: u32,
    share: f64,
    aspect: Aspect,
    sigma: f64,
}

fn expected(modes: &Modes, factors: [f64; 3]) -> f64 {
    modes.iter().zip(factors).map(|(mode, factor)| mode.weight * factor).sum()
}

/// Sights whose azimuth lies within `window` of `azimuth` (sights without one always), with their index.
fn within(sights: &[Sight], azimuth: f64, window: f64) -> impl Iterator<Item = (u32, &Sight)> {
    use std::f64::consts::{PI, TAU};
    let all = window >= PI || sights.first().is_some_and(|sight| sight.form.azimuth().is_none());
    let from = azimuth - window;
    let until = azimuth + window;
    let wrap_low = (from < -PI).then_some((from + TAU, f64::INFINITY));
    let wrap_high = (until > PI).then_some((f64::NEG_INFINITY, until - TAU));
    let spans = if all {
        [Some((f64::NEG_INFINITY, f64::INFINITY)), None, None]
    } else {
        [Some((from, until)), wrap_low, wrap_high]
    };
    spans.into_iter().flatten().flat_map(move |(low, high)| {
        let start = sights.partition_point(|sight| sight.form.azimuth().unwrap_or(0.0) < low);
        let inside = move |(_, sight): &(usize, &Sight)| sight.form.azimuth().unwrap_or(0.0) <= high;
        sights.iter().enumerate().skip(start).take_while(inside).map(|(index, sight)| (index as u32, sight))
    })
}
