//! From a seed to a located event with its picks.

use super::cells::Medium;
use super::model::Model;
use super::network::{AirState, Source, Travel};
use super::normal::{Normal, Step};
use super::odds;
use super::picks_by_station::{Entry, N_WAVES};

/// Picks further than this many standard deviations do not belong.
const GATE_SIGMAS: f64 = 3.6;
/// Stations whose picks are looked at while the place is not yet known.
const N_FIRST: usize = 24;
/// Depth from which a fit that fails is tried again: the travel times of shallow sources hardly tell which way to go, km.
const SHALLOW_KM: f64 = 1.0;
/// Depth below the top of the box above which no fit goes: there no arrival would tell that it is deeper, km.
const LEAST_DEPTH_KM: f64 = 0.3;
/// Into how many parts the side of a cell is cut to start in air.
const FINER: i32 = 4;
/// Most starts in a cell.
const MOST_STARTS: usize = 4;
/// Rounds while the width of the kernel shrinks.
const N_SHRINKS: usize = 8;
/// By how much it shrinks each time.
const SHRINK: f64 = 0.72;

/// A pick that belongs to an event; small, for there are many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Member {
    entry: u32,
    residual_s: f32,
    sigma_s: f32,
    turned_deg: f32,
    turned_sigma_deg: f32,
}

impl Member {
    /// Its entry.
    pub(super) const fn entry(&self) -> usize {
        self.entry as usize
    }

    /// Observed minus computed, s.
    pub(super) fn residual_s(&self) -> f64 {
        f64::from(self.residual_s)
    }

    /// Error of the arrival, s.
    pub(super) fn sigma_s(&self) -> f64 {
        f64::from(self.sigma_s)
    }

    /// Residual and error of the bearing, degrees.
    pub(super) fn bearing_deg(&self) -> Option<(f64, f64)> {
        (self.turned_sigma_deg > 0.0).then_some((f64::from(self.turned_deg), f64::from(self.turned_sigma_deg)))
    }

    fn turn(&mut self, bearing_deg: Option<(f64, f64)>) {
        let (residual, sigma) = bearing_deg.unwrap_or_default();
        (self.turned_deg, self.turned_sigma_deg) = (residual as f32, sigma as f32);
    }
}

/// An event as the search knows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fit {
    /// Which waves found it.
    pub(super) medium: Medium,
    /// Where.
    pub(super) source: Source,
    /// Origin time, seconds since the epoch.
    pub(super) time_s: f64,
    /// Its picks, in the order of entries.
    pub(super) members: Vec<Member>,
    /// Logarithm of the odds against clutter.
    pub(super) log_odds: f64,
    /// How far it is heard.
    pub(super) ranges: odds::Ranges,
}

impl Fit {
    /// The same event with its picks at other entries, in the same order.
    pub(super) fn with_entries(&self, entries: &[usize]) -> Self {
        let mut fit = self.clone();
        for (member, &entry) in fit.members.iter_mut().zip(entries) {
            member.entry = entry as u32;
        }
        fit.members.sort_by_key(|member| member.entry);
        fit
    }
}

/// Where to start: place, origin time, how wrong both may be in time (s).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seed {
    /// Which waves speak for it.
    pub(super) medium: Medium,
    /// Where.
    pub(super) source: Source,
    /// Origin time, s.
    pub(super) time_s: f64,
    /// How wrong a predicted arrival may be, s.
    pub(super) width_s: f64,
    /// Side of the cell that it speaks for, km.
    pub(super) side_km: f64,
}

/// A pick that may belong.
#[derive(Clone, Copy, Debug)]
struct Candidate<'a> {
    entry: &'a Entry,
    index: usize,
}

/// Where the fit stands.
#[derive(Clone, Copy, Debug)]
struct State {
    source: Source,
    time_s: f64,
    air: AirState,
    speed_sigma_mps: f64,
}

impl State {
    fn at(model: &Model<'_>, source: Source, time_s: f64) -> Self {
        let (air, speed_sigma_mps) = model.known_air_at(time_s);
        Self { source, time_s, air, speed_sigma_mps }
    }
}

/// The events nearest to a seed that the free picks speak for, whatever their odds: one for each origin time under
/// which many picks agree.
pub(super) fn fits(model: &Model<'_>, seed: &Seed, free: &impl Fn(usize) -> bool) -> Vec<Fit> {
    let state = State::at(model, seed.source, seed.time_s);
    let candidates = near_seed(model, seed, &state, free);
    if candidates.len() < model.settings.n_picks.min(4) {
        return Vec::new();
    }
    let mut found: Vec<Fit> = Vec::new();
    for start in starts(model, seed, (&state, &candidates)) {
        let Some(fit) = shrink(model, seed, (start.state, &candidates, start.width_s), free) else { continue };
        let is_good = super::search::is_proposal(model, &fit);
        if !found.iter().any(|known| known.members == fit.members) {
            found.push(fit);
        }
        if is_good && seed.medium == Medium::Ground {
            break;
        }
    }
    found
}

/// Where a shrinking begins.
#[derive(Clone, Copy, Debug)]
struct Start {
    state: State,
    width_s: f64,
}

/// The likeliest starts near a seed, best first.
fn starts(model: &Model<'_>, seed: &Seed, (state, candidates): (&State, &[Candidate<'_>])) -> Vec<Start> {
    match seed.medium {
        Medium::Ground | Medium::Both => {
            let shift = likeliest(model, state, (candidates, 0.8 * seed.width_s)).map_or(0.0, |agreed| agreed.shift_s);
            let start = |depth_km| {
                let source = Source { depth_km, ..state.source };
                Start { state: State { time_s: state.time_s + shift, source, ..*state }, width_s: seed.width_s }
            };
            vec![start(seed.source.depth_km), start(SHALLOW_KM.max(model.settings.searched.depth_km.0))]
        }
        Medium::Air => starts_in_air(model, seed, (state, candidates)),
    }
}

/// Starts on a finer grid over the seed's cell: shots follow each other so fast that a whole cell blends them.
fn starts_in_air(model: &Model<'_>, seed: &Seed, (state, candidates): (&State, &[Candidate<'_>])) -> Vec<Start> {
    let pitch_km = seed.side_km / f64::from(FINER);
    let usual = candidates.first().map_or(0.1, |candidate| model.sigma_s(candidate.entry, 25.0, state.speed_sigma_mps));
    let width_s = 0.6 * pitch_km / 0.34 + 2.0 * usual;
    let mut found: Vec<(Agreed, Start)> = Vec::new();
    let half = FINER / 2;
    for (east, north) in (-half..=half).flat_map(|east| (-half..=half).map(move |north| (east, north))) {
        let mut state = *state;
        state.source.east_km += f64::from(east) * pitch_km;
        state.source.north_km += f64::from(north) * pitch_km;
        if let Some(agreed) = likeliest(model, &state, (candidates, 1.5 * width_s)).filter(|agreed| agreed.n >= 3) {
            state.time_s += agreed.shift_s;
            found.push((agreed, Start { state, width_s: 2.0 * width_s }));
        }
    }
    found.sort_by(|a, b| b.0.n.cmp(&a.0.n).then(a.0.spread_s2.total_cmp(&b.0.spread_s2)));
    let mut kept: Vec<Start> = Vec::new();
    for (_, start) in found {
        let apart = |other: &Start| {
            let (here, there) = (start.state.source, other.state.source);
            let apart_km = (here.east_km - there.east_km).hypot(here.north_km - there.north_km);
            apart_km > 1.5 * pitch_km || (start.state.time_s - other.state.time_s).abs() > 2.0 * width_s
        };
        if kept.len() < MOST_STARTS && kept.iter().all(apart) {
            kept.push(start);
        }
    }
    kept
}

/// The fit that a shrinking kernel leads to.
fn shrink(
    model: &Model<'_>,
    seed: &Seed,
    (mut state, candidates, mut width): (State, &[Candidate<'_>], f64),
    free: &impl Fn(usize) -> bool,
) -> Option<Fit> {
    for _ in 0..N_SHRINKS {
        width *= SHRINK;
        let normal = kernel_normal(model, &state, candidates, width);
        step(model, seed.medium, &mut state, &normal)?;
    }
    polish(model, seed.medium, (state, EVERYWHERE), free)
}

/// Gathers and solves until the picks stay the same.
pub(super) fn polish_at(model: &Model<'_>, from: &Fit, free: &impl Fn(usize) -> bool) -> Option<Fit> {
    let state = State::at(model, from.source, from.time_s);
    polish(model, from.medium, (state, reaches_km(from)), free)
}

/// The same through the ground and the air together: an explosion at the surface.
pub(super) fn polish_in_both(model: &Model<'_>, from: &Fit, free: &impl Fn(usize) -> bool) -> Option<Fit> {
    let source = Source { depth_km: model.depth_belief(Medium::Both).0, ..from.source };
    polish(model, Medium::Both, (State::at(model, source, from.time_s), EVERYWHERE), free)
}

/// No limit to how far an event is heard, km, through the ground and through the air.
const EVERYWHERE: [f64; 2] = [f64::INFINITY; 2];

fn reaches_km(fit: &Fit) -> [f64; 2] {
    [odds::hearing_km(0, fit.ranges), odds::hearing_km(3, fit.ranges)]
}

fn polish(
    model: &Model<'_>,
    medium: Medium,
    (mut state, reaches_km): (State, [f64; 2]),
    free: &impl Fn(usize) -> bool,
) -> Option<Fit> {
    let mut members: Vec<Member> = Vec::new();
    let mut ln_information = 0.0;
    for round in 0..4 {
        (state.air, state.speed_sigma_mps) = model.known_air_at(state.time_s);
        let gate = if round == 0 { 6.0 } else { GATE_SIGMAS };
        let gathered = gather(model, medium, (&state, reaches_km), (gate, free));
        if gathered.len() < 3 {
            return None;
        }
        let same =
            gathered.len() == members.len() && gathered.iter().zip(&members).all(|(a, b)| a.entry() == b.entry());
        members = gathered;
        let normal = member_normal(model, &state, &members);
        ln_information = step(model, medium, &mut state, &normal)?.ln_information;
        if same {
            break;
        }
    }
    update_residuals(model, &state, &mut members);
    members.shrink_to_fit();
    let mut fit = Fit { medium, source: state.source, time_s: state.time_s, members, log_odds: 0.0, ranges: [0, 0] };
    judge(model, &mut fit, ln_information);
    Some(fit)
}

/// Leaves out the picks that do not pay for themselves and sets the odds.
fn judge(model: &Model<'_>, fit: &mut Fit, ln_information: f64) {
    let mut chances = odds::chances(model, fit);
    let (ranges, _) = odds::heard(model, &chances);
    let pays = |chance: &odds::Chance| {
        let member = chance.member.and_then(|index| fit.members.get(index))?;
        (odds::ln_gain(model, chance, ranges) + odds::ln_density_ratio(model, member) > 0.0).then_some(member.entry())
    };
    let mut kept: Vec<usize> = chances.iter().filter_map(pays).collect();
    kept.sort_unstable();
    if kept.len() < fit.members.len() {
        fit.members.retain(|member| kept.binary_search(&member.entry()).is_ok());
        chances = odds::chances(model, fit);
    }
    let (ranges, ln_heard) = odds::heard(model, &chances);
    let densities: f64 = fit.members.iter().map(|member| odds::ln_density_ratio(model, member)).sum();
    let (believed, weight) = model.depth_belief(fit.medium);
    let below = fit.source.depth_km - believed;
    let place =
        1.5 * std::f64::consts::TAU.ln() - 0.5 * ln_information + 0.5 * weight.ln() - 0.5 * weight * below * below;
    fit.ranges = ranges;
    fit.log_odds = model.ln_event_rate + ln_heard + densities + place;
}

/// Picks of the nearest stations that fit the seed.
fn near_seed<'a>(
    model: &'a Model<'_>,
    seed: &Seed,
    state: &State,
    free: &impl Fn(usize) -> bool,
) -> Vec<Candidate<'a>> {
    let reach = reach_squared(model, state.source);
    let mut candidates = Vec::with_capacity(64);
    for (station, post) in model.network.posts.iter().enumerate() {
        if squared(post, state.source) > reach {
            continue;
        }
        for wave in (0..N_WAVES).filter(|&wave| seed.medium.carries(wave)) {
            let (_, list) = model.picks.of_station(station, wave);
            if list.is_empty() {
                continue;
            }
            let Some(travel) = model.travel(station, wave, state.source, state.air) else { continue };
            let at = state.time_s + travel.time_s;
            let (first, within) = model.picks.within(station, wave, (at - seed.width_s, at + seed.width_s));
            let found = within.iter().enumerate().map(|(offset, entry)| Candidate { entry, index: first + offset });
            candidates
                .extend(found.filter(|candidate| free(candidate.index) && in_wedge(model, state, candidate.entry)));
        }
    }
    candidates
}

fn squared(post: &super::network::Post, source: Source) -> f64 {
    (source.east_km - post.east_km).powi(2) + (source.north_km - post.north_km).powi(2)
}

/// Squared distance of the last of the nearest stations.
fn reach_squared(model: &Model<'_>, source: Source) -> f64 {
    let mut all: Vec<f64> = model.network.posts.iter().map(|post| squared(post, source)).collect();
    if all.len() <= N_FIRST {
        return f64::INFINITY;
    }
    *all.select_nth_unstable_by(N_FIRST - 1, f64::total_cmp).1
}

/// Whether a bearing does not speak against the source by more than its error and a seed's error of place.
fn in_wedge(model: &Model<'_>, state: &State, entry: &Entry) -> bool {
    let Some((azimuth, sigma)) = entry.azimuth_deg() else { return true };
    let Some(post) = model.network.posts.get(entry.station()) else { return true };
    let Some((towards, ..)) = model.network.azimuth(entry.station(), state.source) else { return true };
    let distance = squared(post, state.source).sqrt().max(0.1);
    turned(azimuth - towards).abs() < 3.5 * sigma + (1.0 / distance).atan().to_degrees()
}

/// How well candidates agree on an origin time.
#[derive(Clone, Copy, Debug)]
struct Agreed {
    n: usize,
    shift_s: f64,
    spread_s2: f64,
}

/// The shift of the origin time under which most candidates agree within a window.
fn likeliest(model: &Model<'_>, state: &State, (candidates, window_s): (&[Candidate<'_>], f64)) -> Option<Agreed> {
    let residual = |candidate: &Candidate<'_>| {
        let travel = model.travel(candidate.entry.station(), candidate.entry.wave(), state.source, state.air)?;
        Some(candidate.entry.time_s - state.time_s - travel.time_s)
    };
    let mut residuals: Vec<f64> = candidates.iter().filter_map(residual).collect();
    residuals.sort_unstable_by(f64::total_cmp);
    let mut best: Option<Agreed> = None;
    let (mut until, mut sum, mut squares) = (0, 0.0, 0.0);
    for (from, &first) in residuals.iter().enumerate() {
        while let Some(&last) = residuals.get(until).filter(|&&last| last <= first + window_s) {
            (until, sum, squares) = (until + 1, sum + last, squares + last * last);
        }
        let n = until - from;
        let mean = sum / n as f64;
        let agreed = Agreed { n, shift_s: mean, spread_s2: (squares / n as f64 - mean * mean).max(0.0) };
        if best.is_none_or(|best| n > best.n || (n == best.n && agreed.spread_s2 < best.spread_s2)) {
            best = Some(agreed);
        }
        (sum, squares) = (sum - first, squares - first * first);
    }
    best
}

/// Equations in which every candidate counts by how near it is.
fn kernel_normal(model: &Model<'_>, state: &State, candidates: &[Candidate<'_>], width_s: f64) -> Normal {
    let mut normal = Normal::default();
    let mut last: Option<(usize, usize, Travel)> = None;
    for candidate in candidates {
        let entry = candidate.entry;
        let known = last.filter(|known| (known.0, known.1) == (entry.station(), entry.wave())).map(|known| known.2);
        let Some(travel) = known.or_else(|| model.travel(entry.station(), entry.wave(), state.source, state.air))
        else {
            continue;
        };
        last = Some((entry.station(), entry.wave(), travel));
        let residual = entry.time_s - state.time_s - travel.time_s;
        let sigma = model.sigma_s(entry, travel.time_s, state.speed_sigma_mps);
        let variance = sigma * sigma + width_s * width_s;
        let far = 1.0 + residual * residual / (3.0 * variance);
        let weight = 1.0 / (variance * far * far);
        normal.arrival((travel.by_east, travel.by_north, travel.by_depth), residual, weight);
        add_bearing(model, state, entry, (&mut normal, 1.0 / (far * far)));
    }
    normal
}

fn add_bearing(model: &Model<'_>, state: &State, entry: &Entry, (normal, share): (&mut Normal, f64)) {
    let Some((azimuth, sigma)) = entry.azimuth_deg() else { return };
    let Some((towards, by_east, by_north)) = model.network.azimuth(entry.station(), state.source) else { return };
    let residual = turned(azimuth - towards);
    let variance = odds::bearing_variance(sigma);
    let far = 1.0 + residual * residual / (9.0 * variance);
    normal.bearing((by_east, by_north), residual, share / (variance * far * far));
}

/// Equations of the picks of an event.
fn member_normal(model: &Model<'_>, state: &State, members: &[Member]) -> Normal {
    let mut normal = Normal::default();
    for member in members {
        let Some(entry) = model.picks.entry(member.entry()) else { continue };
        let Some(travel) = model.travel(entry.station(), entry.wave(), state.source, state.air) else { continue };
        let chi = member.residual_s() / (member.sigma_s() * 5.0);
        let tukey = (1.0 - chi * chi).max(0.0).powi(2).max(0.02);
        let weight = tukey / (member.sigma_s() * member.sigma_s());
        normal.arrival((travel.by_east, travel.by_north, travel.by_depth), member.residual_s(), weight);
        add_bearing(model, state, entry, (&mut normal, tukey));
    }
    normal
}

/// Moves by one step, within reason and within the box.
fn step(model: &Model<'_>, medium: Medium, state: &mut State, normal: &Normal) -> Option<Step> {
    let (believed, weight) = model.depth_belief(medium);
    let step = normal.solve(state.source.depth_km - believed, weight)?;
    let searched = &model.settings.searched;
    let length = step.east_km.hypot(step.north_km).max(step.down_km.abs());
    let most = if medium == Medium::Air { 2.0 } else { 12.0 };
    let share = if length > most { most / length } else { 1.0 };
    let within = |value: f64, (from, until): (f64, f64)| value.clamp(from.min(until), until.max(from));
    let before = state.source;
    state.source.east_km = within(before.east_km + share * step.east_km, searched.east_km);
    state.source.north_km = within(before.north_km + share * step.north_km, searched.north_km);
    let (top, bottom) = searched.depth_km;
    let least = if medium == Medium::Air { top } else { (top + LEAST_DEPTH_KM).min(bottom) };
    state.source.depth_km = within(before.depth_km + share * step.down_km, (least, bottom));
    state.time_s += share * step.time_s;
    Some(step)
}

/// The nearest free pick of every station and wave within the gate.
fn gather(
    model: &Model<'_>,
    medium: Medium,
    (state, reaches_km): (&State, [f64; 2]),
    (gate, free): (f64, &impl Fn(usize) -> bool),
) -> Vec<Member> {
    let mut members = Vec::with_capacity(48);
    for (station, post) in model.network.posts.iter().enumerate() {
        let apart_km2 = squared(post, state.source);
        let [through_ground, through_air] = reaches_km.map(|reach_km| apart_km2 <= reach_km * reach_km);
        let is_near = |wave: usize| if wave < 3 { through_ground } else { through_air };
        for wave in (0..N_WAVES).filter(|&wave| medium.carries(wave) && is_near(wave)) {
            let (_, list) = model.picks.of_station(station, wave);
            if list.is_empty() {
                continue;
            }
            let Some(travel) = model.travel(station, wave, state.source, state.air) else { continue };
            members.extend(nearest(model, state, (station, wave, travel), (gate, free)));
        }
    }
    members
}

fn nearest(
    model: &Model<'_>,
    state: &State,
    (station, wave, travel): (usize, usize, Travel),
    (gate, free): (f64, &impl Fn(usize) -> bool),
) -> Option<Member> {
    let at = state.time_s + travel.time_s;
    let widest = model.settings.tolerance_s;
    let (first, within) = model.picks.within(station, wave, (at - widest, at + widest));
    let member = |(offset, entry): (usize, &Entry)| {
        let sigma_s = model.sigma_s(entry, travel.time_s, state.speed_sigma_mps);
        let residual_s = entry.time_s - at;
        let bearing_deg = bearing(model, state, entry);
        let chi = residual_s / sigma_s;
        let turned = bearing_deg.map_or(0.0, |(residual, sigma)| residual / sigma);
        let fits = chi.abs() < gate && turned.abs() < gate && free(first + offset);
        let mut member = Member {
            entry: (first + offset) as u32,
            residual_s: residual_s as f32,
            sigma_s: sigma_s as f32,
            turned_deg: 0.0,
            turned_sigma_deg: 0.0,
        };
        member.turn(bearing_deg);
        fits.then_some((chi * chi + turned * turned, member))
    };
    within.iter().enumerate().filter_map(member).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, member)| member)
}

fn bearing(model: &Model<'_>, state: &State, entry: &Entry) -> Option<(f64, f64)> {
    let (azimuth, sigma) = entry.azimuth_deg()?;
    let (towards, ..) = model.network.azimuth(entry.station(), state.source)?;
    Some((turned(azimuth - towards), odds::bearing_variance(sigma).sqrt()))
}

fn update_residuals(model: &Model<'_>, state: &State, members: &mut [Member]) {
    for member in members {
        let Some(entry) = model.picks.entry(member.entry()) else { continue };
        let Some(travel) = model.travel(entry.station(), entry.wave(), state.source, state.air) else { continue };
        member.residual_s = (entry.time_s - state.time_s - travel.time_s) as f32;
        member.turn(bearing(model, state, entry));
    }
}

/// An angle between -180 and 180 degrees.
pub(super) fn turned(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}
