//! Which detections belong together: groups grown from pairs, the best disjoint ones chosen.

use super::celerity::Celerities;
use super::posterior::{FARTHEST_KM, Heard, bearing_sigma_rad, coarse, coarse_one};
use super::sphere::{Chart, Spot};
use super::{ArrayDetection, CelerityModel, EVENTS_PER_S_KM2, Regional, RegionalEvent, WhyLeft};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;
use truceline_domain::{Timestamp, Wgs84, distance_m};

/// Cells of the coarse lattice, km; its number of cells is bounded.
const CELL_KM: f64 = 45.0;
const MAX_CELLS_ACROSS: f64 = 180.0;
/// Bearing density below this share of the peak is no match.
const MATCH: f64 = 3e-4;
/// Sound is not slower than this, km/s, nor faster.
const CELERITY_KM_S: (f64, f64) = (0.19, 0.37);
/// Most groups grown, and most that are chosen among exactly.
const MAX_SEEDS: usize = 3_000;
const MAX_EXACT: usize = 22;
/// Detections closer than this stand at one array, m.
const SAME_ARRAY_M: f64 = 2_000.0;
/// Probability that an array in reach detects an event; a judgement that only moves log odds.
const DETECTED: f64 = 0.6;

/// Groups of detections with their log odds, and for each detection the best log odds of any group tried with it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub groups: Vec<(Vec<usize>, f64)>,
    pub best: Vec<Option<f64>>,
}

/// Logarithm of the density of clutter per second and radian, less that of detecting an event, for a rate per second.
pub(super) fn ln_clutter(rate_per_s: f64) -> f64 {
    (rate_per_s / TAU).ln() - DETECTED.ln()
}

/// The best disjoint groups among detections in canonical order.
pub(super) fn groups(detections: &[&ArrayDetection], model: &CelerityModel) -> Found {
    let Some(search) = Search::new(detections, model) else {
        return Found::default();
    };
    let mut tried: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for (_, seed) in search.seeds().into_iter().take(MAX_SEEDS) {
        search.grow(seed, &mut tried);
    }
    let mut best = vec![None; detections.len()];
    for (members, odds) in &tried {
        for member in members {
            if let Some(slot) = best.get_mut(*member) {
                *slot = Some(slot.map_or(*odds, |old: f64| old.max(*odds)));
            }
        }
    }
    let mut likely: Vec<_> = tried.into_iter().filter(|(_, odds)| *odds > 0.0).collect();
    likely.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Found { groups: disjoint(&likely), best }
}

/// Disjoint groups with the largest sum of log odds: exact among the best [`MAX_EXACT`], then greedily.
fn disjoint(likely: &[(Vec<usize>, f64)]) -> Vec<(Vec<usize>, f64)> {
    let head = likely.get(..likely.len().min(MAX_EXACT)).unwrap_or(&[]);
    let mut choice = Choice { best: (0.0, Vec::new()), now: Vec::new() };
    choice.descend(head, 0, 0.0);
    let mut chosen: Vec<(Vec<usize>, f64)> = choice.best.1.iter().filter_map(|k| head.get(*k)).cloned().collect();
    for group in likely.get(head.len()..).unwrap_or(&[]) {
        if chosen.iter().all(|(members, _)| !share(members, &group.0)) {
            chosen.push(group.clone());
        }
    }
    chosen
}

struct Choice {
    best: (f64, Vec<usize>),
    now: Vec<usize>,
}

impl Choice {
    fn descend(&mut self, groups: &[(Vec<usize>, f64)], from: usize, sum: f64) {
        if sum > self.best.0 {
            self.best = (sum, self.now.clone());
        }
        let ahead: f64 = groups.iter().skip(from).map(|(_, odds)| odds).sum();
        let Some((members, odds)) = groups.get(from) else { return };
        if sum + ahead <= self.best.0 {
            return;
        }
        let is_free = self.now.iter().filter_map(|k| groups.get(*k)).all(|(taken, _)| !share(taken, members));
        if is_free {
            self.now.push(from);
            self.descend(groups, from + 1, sum + odds);
            self.now.pop();
        }
        self.descend(groups, from + 1, sum);
    }
}

fn share(a: &[usize], b: &[usize]) -> bool {
    a.iter().any(|member| b.contains(member))
}

/// Everything made ready for trying groups.
struct Search<'a> {
    heard: Vec<Heard>,
    at_s: Vec<f64>,
    arrays: Vec<usize>,
    clutter: Vec<f64>,
    spots: Vec<Spot>,
    cell_km: f64,
    /// For each detection, the cells that its bearing allows, with its range there, km; ascending.
    fits: Vec<Vec<(usize, f64)>>,
    partners: Vec<BTreeSet<usize>>,
    celerities: Celerities<'a>,
}

impl<'a> Search<'a> {
    fn new(detections: &[&ArrayDetection], model: &'a CelerityModel) -> Option<Self> {
        let reference = detections.first()?.at;
        let places: Vec<Wgs84> = detections.iter().map(|d| d.place).collect();
        let chart = Chart::about_middle(places.iter().copied());
        let (spots, cell_km) = lattice(&chart, &places);
        let heard: Vec<Heard> = detections.iter().map(|d| Heard::new(d, reference)).collect();
        let arrays = arrays_of(&places);
        let fits = heard.iter().zip(detections).map(|(one, d)| fits_of(one, d, (&spots, cell_km))).collect();
        let at_s: Vec<f64> = detections.iter().map(|d| seconds(reference, d.at)).collect();
        let sigmas: Vec<f64> = detections.iter().map(|d| d.sigma_s).collect();
        let mut search = Self {
            clutter: clutter_of(&arrays, &at_s),
            partners: vec![BTreeSet::new(); heard.len()],
            celerities: Celerities::new(model, sigmas.get(..1).unwrap_or(&[])),
            heard,
            at_s,
            arrays,
            spots,
            cell_km,
            fits,
        };
        search.find_partners();
        Some(search)
    }

    /// Pairs at different arrays with a cell in common from which both times can come.
    fn find_partners(&mut self) {
        let longest_s = FARTHEST_KM / CELERITY_KM_S.0;
        for a in 0..self.heard.len() {
            for b in a + 1..self.heard.len() {
                let apart_s = self.at_s.get(b).unwrap_or(&0.0) - self.at_s.get(a).unwrap_or(&0.0);
                if apart_s > longest_s {
                    break;
                }
                if self.arrays.get(a) != self.arrays.get(b) && !self.common_cells(&[a, b]).is_empty() {
                    if let Some(partners) = self.partners.get_mut(a) {
                        partners.insert(b);
                    }
                    if let Some(partners) = self.partners.get_mut(b) {
                        partners.insert(a);
                    }
                }
            }
        }
    }

    /// Cells that the bearings of all members allow, and from which some origin time explains all arrivals.
    fn common_cells(&self, members: &[usize]) -> Vec<usize> {
        let lists: Vec<_> = members.iter().filter_map(|m| Some((self.fits.get(*m)?, *self.at_s.get(*m)?))).collect();
        let Some(((first, first_s), others)) = lists.split_first() else { return Vec::new() };
        let mut heads = vec![0_usize; others.len()];
        let mut cells = Vec::new();
        for (cell, range_km) in first.iter() {
            let mut window = origin_window(*first_s, *range_km);
            let mut is_common = true;
            for (head, (list, at_s)) in heads.iter_mut().zip(others) {
                while list.get(*head).is_some_and(|(other, _)| other < cell) {
                    *head += 1;
                }
                let Some((_, km)) = list.get(*head).filter(|(other, _)| other == cell) else {
                    is_common = false;
                    continue;
                };
                let other = origin_window(*at_s, *km);
                window = (window.0.max(other.0), window.1.min(other.1));
            }
            if is_common && window.0 - window.1 <= 2.0 * self.cell_km / CELERITY_KM_S.0 {
                cells.push(*cell);
            }
        }
        cells
    }

    fn log_odds(&self, members: &[usize]) -> f64 {
        let heard: Vec<Heard> = members.iter().filter_map(|m| self.heard.get(*m)).copied().collect();
        let cells = self.common_cells(members);
        let spots = cells.iter().filter_map(|cell| self.spots.get(*cell));
        let sum: f64 = spots.map(|spot| coarse(&heard, &self.celerities, (spot, self.cell_km))).sum();
        let clutter: f64 = members.iter().filter_map(|m| self.clutter.get(*m)).sum();
        (sum * self.cell_km * self.cell_km * EVENTS_PER_S_KM2).max(f64::MIN_POSITIVE).ln() - clutter
    }

    /// All pairs, the best first.
    fn seeds(&self) -> Vec<(f64, [usize; 2])> {
        let pairs = self.partners.iter().enumerate().flat_map(|(a, partners)| partners.iter().map(move |b| [a, *b]));
        let mut seeds: Vec<_> = pairs.filter(|[a, b]| a < b).map(|pair| (self.log_odds(&pair), pair)).collect();
        seeds.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        seeds
    }

    /// Grows a group by whichever detection at another array raises the log odds most, until none does.
    fn grow(&self, seed: [usize; 2], tried: &mut BTreeMap<Vec<usize>, f64>) {
        let mut group = seed.to_vec();
        let mut odds = *tried.entry(group.clone()).or_insert_with(|| self.log_odds(&group));
        loop {
            let mut best: Option<(f64, Vec<usize>)> = None;
            for candidate in self.candidates(&group) {
                let mut larger = group.clone();
                larger.push(candidate);
                larger.sort_unstable();
                let odds = *tried.entry(larger.clone()).or_insert_with(|| self.log_odds(&larger));
                if best.as_ref().is_none_or(|(so_far, _)| odds > *so_far) {
                    best = Some((odds, larger));
                }
            }
            let Some((better, larger)) = best.filter(|(better, _)| *better > odds) else { return };
            (odds, group) = (better, larger);
        }
    }

    /// Partners of all members at arrays that have none yet.
    fn candidates(&self, group: &[usize]) -> Vec<usize> {
        let Some(of_first) = group.first().and_then(|m| self.partners.get(*m)) else { return Vec::new() };
        let fits = |candidate: &&usize| {
            group.iter().all(|member| {
                self.arrays.get(*member) != self.arrays.get(**candidate)
                    && self.partners.get(*member).is_some_and(|partners| partners.contains(candidate))
            })
        };
        of_first.iter().filter(fits).copied().collect()
    }
}

/// Earliest and latest origin of what arrived at a time from a range.
fn origin_window(at_s: f64, range_km: f64) -> (f64, f64) {
    (at_s - range_km / CELERITY_KM_S.0, at_s - range_km / CELERITY_KM_S.1)
}

fn seconds(from: Timestamp, until: Timestamp) -> f64 {
    until.duration_since(from).as_secs_f64()
}

/// Centres of the cells of a lattice out to the reach of every array, and the cells' size, km.
fn lattice(chart: &Chart, places: &[Wgs84]) -> (Vec<Spot>, f64) {
    let farthest = places.iter().map(|p| chart.position(*p)).map(|(e, n)| e.hypot(n)).fold(0.0, f64::max);
    let reach_km = farthest.min(6_000.0) + FARTHEST_KM;
    let cell_km = CELL_KM.max(2.0 * reach_km / MAX_CELLS_ACROSS);
    let n = (2.0 * reach_km / cell_km).ceil() as usize;
    let at = |k: usize| (k as f64 + 0.5) * cell_km - reach_km;
    let spots = (0..n * n).map(|k| Spot::at(chart.place((at(k % n), at(k / n))))).collect();
    (spots, cell_km)
}

fn fits_of(one: &Heard, detection: &ArrayDetection, (spots, cell_km): (&[Spot], f64)) -> Vec<(usize, f64)> {
    let peak = 0.4 / bearing_sigma_rad(detection);
    let at = |(cell, spot): (usize, &Spot)| {
        let (density, range_km) = coarse_one(one, spot, cell_km);
        let blur = (cell_km * 0.35 / range_km.max(1.0) / bearing_sigma_rad(detection)).hypot(1.0);
        // The floor under the bearings matches nothing.
        let matches = density > 0.004 + MATCH.max(0.0) * peak / blur && range_km < FARTHEST_KM + 2.0 * cell_km;
        matches.then_some((cell, range_km))
    };
    spots.iter().enumerate().filter_map(at).collect()
}

/// Numbers the arrays: detections at one place share a number.
fn arrays_of(places: &[Wgs84]) -> Vec<usize> {
    let mut known: Vec<Wgs84> = Vec::new();
    let number = |place: &Wgs84| {
        if let Some(number) = known.iter().position(|other| distance_m(*other, *place) < SAME_ARRAY_M) {
            return number;
        }
        known.push(*place);
        known.len() - 1
    };
    places.iter().map(number).collect()
}

/// Logarithm of each detection's clutter density, from how often its array detects at all: at least one in six hours.
fn clutter_of(arrays: &[usize], at_s: &[f64]) -> Vec<f64> {
    let span_s = (at_s.last().unwrap_or(&0.0) - at_s.first().unwrap_or(&0.0)).max(0.0) + 3_600.0;
    let rate = |array: &usize| {
        let n = arrays.iter().filter(|other| *other == array).count();
        (n as f64 / span_s).max(1.0 / 21_600.0)
    };
    let rates: BTreeMap<usize, f64> = arrays.iter().map(|array| (*array, rate(array))).collect();
    arrays.iter().map(|array| ln_clutter(rates.get(array).copied().unwrap_or(1.0 / 3_600.0))).collect()
}

/// The events with the further detections that fit them, and the reason for every other.
pub(super) fn with_echoes(
    detections: &[&ArrayDetection],
    mut events: Vec<RegionalEvent>,
    best: &[Option<f64>],
) -> Regional {
    let members: BTreeSet<usize> = events.iter().flat_map(|event| event.members.iter().copied()).collect();
    let mut leftovers = Vec::new();
    for (index, detection) in detections.iter().enumerate().filter(|(index, _)| !members.contains(index)) {
        let home = events.iter().position(|event| is_echo(detection, event, detections));
        match (home.and_then(|event| events.get_mut(event)), best.get(index).copied().flatten()) {
            (Some(event), _) => event.echoes.push(index),
            (None, None) => leftovers.push((index, WhyLeft::NoPartner)),
            (None, Some(odds)) if odds <= 0.0 => leftovers.push((index, WhyLeft::Clutter(odds))),
            (None, Some(odds)) => {
                let rival = rival_of(index, detections, &events);
                leftovers.push((index, rival.map_or(WhyLeft::Clutter(odds), WhyLeft::Taken)));
            }
        }
    }
    Regional { events, leftovers }
}

/// True when a detection stands at an array of an event, points to its place, and has a possible celerity.
fn is_echo(detection: &ArrayDetection, event: &RegionalEvent, detections: &[&ArrayDetection]) -> bool {
    let mut of_event = event.members.iter().filter_map(|member| detections.get(*member));
    let at_array = of_event.any(|member| distance_m(member.place, detection.place) < SAME_ARRAY_M);
    if !at_array || !detection.azimuth_deg.is_finite() {
        return false;
    }
    let (range_km, azimuth_rad) = Spot::at(detection.place).towards(&Spot::at(event.place));
    let off = (detection.azimuth_deg.to_radians() - azimuth_rad + 0.5 * TAU).rem_euclid(TAU) - 0.5 * TAU;
    let took_s = seconds(event.time, detection.at);
    let blur_s = 0.5 * event.time_90.seconds();
    let is_in_time = took_s + blur_s > range_km / CELERITY_KM_S.1 && took_s - blur_s < range_km / CELERITY_KM_S.0;
    off.abs() < 2.5 * bearing_sigma_rad(detection) && is_in_time
}

/// The event nearest in time that could have claimed a detection.
fn rival_of(index: usize, detections: &[&ArrayDetection], events: &[RegionalEvent]) -> Option<usize> {
    let at = detections.get(index)?.at;
    let apart = |event: &RegionalEvent| seconds(event.time, at).abs();
    let nearest = events.iter().enumerate().min_by(|a, b| apart(a.1).total_cmp(&apart(b.1)));
    nearest.map(|(number, _)| number)
}
