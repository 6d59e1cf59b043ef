//! The same search while picks come in, in any order: each pick re-opens the origin times that it can speak for.

use super::cells::{Cells, Medium, Tables};
use super::contest::{Settled, is_event};
use super::events::placed_event;
use super::fit::{Fit, Seed, fits, polish_at};
use super::learn::{hypotheses, is_clear};
use super::model::{KnownAir, Model, known_air};
use super::network::{Network, UNKNOWN_AIR};
use super::noise::Noise;
use super::picks_by_station::{N_WAVES, Picks, WAVES};
use super::search::{is_proposal, least_votes};
use super::settle_events::{Hypothesis, settle};
use super::votes::{Peak, Votes};
use super::whole::{locate, slowest_km_s};
use super::{Event, EventArrival, Input, Located, Settings};
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{Outage, Pick, SignedDuration, Station, Timestamp};

/// Picks a day for which the cells of a live search are made.
const PICKS_PER_DAY: f64 = 1e5;
/// Most seeds through a pick that are followed.
const MOST_SEEDS: usize = 24;
/// Picks after which the air and the noise are learnt again.
const LEARN_EVERY: usize = 2000;
/// How long an event is learnt from, s.
const LEARN_FROM_S: f64 = 7200.0;
/// Time around the ways of a pick that is looked at too, s.
const MARGIN_S: f64 = 10.0;

/// What a pick changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new event, or a known one with other picks, by its number: what stands for the number is superseded.
    Stands {
        /// Number of the event, in the order in which events were first found.
        number: u64,
        /// The event.
        event: Box<Event>,
        /// Its arrivals; picks count in the order in which they were pushed, `event` is 0.
        arrivals: Vec<EventArrival>,
    },
    /// An event that the picks no longer speak for.
    Withdrawn {
        /// Its number.
        number: u64,
    },
}

/// An event that stands, with its picks in the order of arrival.
#[derive(Clone, Debug)]
struct Standing {
    fit: Fit,
    picks: Vec<usize>,
    hypothesis: Hypothesis,
}

/// Cells and tables of one medium.
#[derive(Clone, Debug)]
struct Grid {
    cells: Cells,
    tables: Tables,
}

/// A search that goes on while picks come in.
///
/// Each [`push`](Self::push) looks only at what the new pick can change: an event that stands and takes it, or a new
/// event among the picks that none holds. [`located`](Self::located) is the search over all picks, the same as
/// [`locate`](super::locate) gives for them in any order.
#[derive(Clone, Debug)]
pub struct Live {
    stations: Vec<Station>,
    outages: Vec<Outage>,
    settings: Settings,
    picks: Vec<Pick>,
    by_time: BTreeSet<(Timestamp, usize)>,
    network: Option<Network>,
    grids: BTreeMap<bool, Grid>,
    standing: BTreeMap<u64, Standing>,
    next: u64,
    learnt: Option<(Vec<KnownAir>, Noise)>,
}

impl Live {
    /// A search that has heard nothing yet.
    pub fn new(stations: Vec<Station>, outages: Vec<Outage>, settings: Settings) -> Self {
        Self {
            stations,
            outages,
            settings,
            picks: Vec::new(),
            by_time: BTreeSet::new(),
            network: None,
            grids: BTreeMap::new(),
            standing: BTreeMap::new(),
            next: 0,
            learnt: None,
        }
    }

    /// All picks so far, in the order of their coming.
    pub fn picks(&self) -> &[Pick] {
        &self.picks
    }

    /// How many events stand.
    pub fn standing_events(&self) -> usize {
        self.standing.len()
    }

    /// The search over all picks so far; picks count in the order of their coming.
    pub fn located(&self) -> Located {
        let (stations, picks) = (self.stations.as_slice(), self.picks.as_slice());
        locate(&Input { stations, picks, outages: &self.outages, settings: &self.settings })
    }

    /// One more pick; what it changes, in the order of the events' numbers.
    pub fn push(&mut self, pick: Pick) -> Vec<Change> {
        let (at, number) = (pick.at, self.picks.len());
        self.picks.push(pick);
        self.by_time.insert((at, number));
        let network = match self.network.take() {
            Some(network) => network,
            None => Network::of(&Input {
                stations: &self.stations,
                picks: &self.picks,
                outages: &self.outages,
                settings: &self.settings,
            }),
        };
        let changes = self.reopen(&network, (at, number));
        if number % LEARN_EVERY == LEARN_EVERY - 1 {
            self.learn(&network, network.seconds(at));
        }
        self.network = Some(network);
        changes
    }

    /// Looks again at the time that a pick can speak for.
    fn reopen(&mut self, network: &Network, (at, number): (Timestamp, usize)) -> Vec<Change> {
        let reach_s = MARGIN_S + self.grids.values().map(|grid| grid.tables.longest_s).fold(60.0, f64::max);
        let span = SignedDuration::from_millis((reach_s * 1000.0) as i64);
        let from = at.checked_sub(span).unwrap_or(Timestamp::MIN);
        let until = at.checked_add(span).unwrap_or(Timestamp::MAX);
        let numbers: Vec<usize> =
            self.by_time.range((from, 0)..(until, usize::MAX)).map(|&(_, number)| number).collect();
        let window: Vec<Pick> = numbers.iter().filter_map(|&number| self.picks.get(number)).cloned().collect();
        let settings = self.settings.clone();
        let stations = std::mem::take(&mut self.stations);
        let input = Input { stations: &stations, picks: &window, outages: &[], settings: &settings };
        let picks = Picks::of(&input, network);
        let mut model = Model::before(network, &picks, &settings);
        model.hushes.clear();
        if let Some((air, noise)) = &self.learnt {
            model.noise = noise.clone();
            if model.air.is_empty() {
                model.air.clone_from(air);
            }
        }
        let changes = self.settle_window(&model, &numbers, number);
        self.stations = stations;
        changes
    }

    fn settle_window(&mut self, model: &Model<'_>, numbers: &[usize], number: usize) -> Vec<Change> {
        let entries: BTreeMap<usize, usize> = (model.picks.entries.iter().enumerate())
            .filter_map(|(index, entry)| numbers.get(entry.pick()).map(|&number| (number, index)))
            .collect();
        let Some(&newest) = entries.get(&number) else { return Vec::new() };
        let (mut names, mut events) = (Vec::new(), Vec::new());
        let (first_s, last_s) = model.picks.span_s().unwrap_or_default();
        let near = |standing: &&Standing| (first_s - (last_s - first_s)..=last_s).contains(&standing.fit.time_s);
        for (&name, standing) in self.standing.iter().filter(|(_, standing)| near(standing)) {
            let here: Option<Vec<usize>> = standing.picks.iter().map(|pick| entries.get(pick).copied()).collect();
            if let Some(here) = here {
                events.push(standing.fit.with_entries(&here));
                names.push(Some(name));
            }
        }
        let mut owned = vec![false; model.picks.entries.len()];
        let outside = self
            .standing
            .values()
            .filter(near)
            .flat_map(|standing| &standing.picks)
            .filter_map(|pick| entries.get(pick));
        for &entry in outside {
            if let Some(owned) = owned.get_mut(entry) {
                *owned = true;
            }
        }
        let before = events.clone();
        if !taken_up(model, &mut events, (newest, &owned)) {
            let Some(found) = self.found_through(model, (newest, &owned)) else { return Vec::new() };
            events.push(found);
            names.push(None);
        }
        let mut settled = Settled::holding(model, events);
        settled.exchange_in_place(model);
        self.changes(model, (&before, &settled.events), (&mut names, numbers))
    }

    /// The best new event that holds a pick, among the picks that no event holds.
    fn found_through(&mut self, model: &Model<'_>, (newest, owned): (usize, &[bool])) -> Option<Fit> {
        let entry = *model.picks.entry(newest)?;
        let medium = if Medium::Air.carries(entry.wave()) { Medium::Air } else { Medium::Ground };
        let grid = self.grids.entry(medium == Medium::Air).or_insert_with(|| grid(model, medium));
        if medium == Medium::Air {
            grid.tables.set_times(&grid.cells, model.network, ([true; N_WAVES], model.air_at(entry.time_s)));
        }
        let (cells, tables) = (&grid.cells, &grid.tables);
        let from_s = entry.time_s - tables.longest_s - MARGIN_S;
        let n_bins = ((tables.longest_s + 2.0 * MARGIN_S) / cells.bin_s).ceil() as usize;
        let mut votes = Votes::none(cells, from_s, n_bins);
        let is_free = |index: usize| !owned.get(index).copied().unwrap_or(false);
        for (index, heard) in model.picks.entries.iter().enumerate() {
            if is_free(index) && medium.carries(heard.wave()) {
                votes.cast(tables, heard);
            }
        }
        let through = |peak: &Peak| {
            let wave = WAVES.get(entry.wave()).copied();
            let air = model.air_at(entry.time_s);
            let travel =
                wave.and_then(|wave| model.network.travel(entry.station(), wave, cells.centre(peak.cell), air));
            let origin_s = travel.map_or(f64::NAN, |travel| entry.time_s - travel.time_s);
            (origin_s - votes.from_s - (peak.bin as f64 + 0.5) * cells.bin_s).abs() < 1.6 * cells.bin_s
        };
        let seed = |peak: Peak| Seed {
            medium,
            source: cells.centre(peak.cell),
            time_s: votes.from_s + (peak.bin as f64 + 0.5) * cells.bin_s,
            width_s: 2.0 * cells.bin_s,
            side_km: cells.sides_km.0,
        };
        let peaks = votes.peaks(cells, least_votes(model, medium)).into_iter().filter(through).take(MOST_SEEDS);
        let found = peaks.flat_map(|peak| fits(model, &seed(peak), &is_free));
        let holds = |fit: &Fit| fit.members.iter().any(|member| member.entry() == newest);
        found.filter(|fit| holds(fit) && is_event(model, fit)).max_by(|a, b| a.log_odds.total_cmp(&b.log_odds))
    }

    /// What is different now, and the events that stand from now on.
    fn changes(
        &mut self,
        model: &Model<'_>,
        (before, after): (&[Fit], &[Fit]),
        (names, numbers): (&mut [Option<u64>], &[usize]),
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, fit) in after.iter().enumerate() {
            let Some(name) = names.get_mut(index) else { continue };
            if before.get(index).is_some_and(|before| before.members == fit.members) {
                continue;
            }
            if !is_event(model, fit) {
                if let Some(number) = name.take() {
                    self.standing.remove(&number);
                    changes.push(Change::Withdrawn { number });
                }
                continue;
            }
            let number = name.unwrap_or(self.next);
            self.next = self.next.max(number + 1);
            changes.push(self.stand(model, (number, fit), numbers));
        }
        changes.sort_by_key(|change| match change {
            Change::Stands { number, .. } | Change::Withdrawn { number } => *number,
        });
        changes
    }

    fn stand(&mut self, model: &Model<'_>, (number, fit): (u64, &Fit), numbers: &[usize]) -> Change {
        let global = |pick: usize| numbers.get(pick).copied().unwrap_or(usize::MAX);
        let mut alone = hypotheses(model, std::iter::once(fit));
        let mut settings = self.settings.clone();
        if let Some((air, _)) = self.learnt.as_ref().filter(|_| settings.air.is_empty()) {
            settings.air = air.iter().map(|known| known.column(model.network)).collect();
        }
        let placed = settle(model.network, &alone, &settings);
        let (event, mut arrivals) = placed_event(model, fit, placed.solutions.first());
        for arrival in &mut arrivals {
            arrival.pick = global(arrival.pick);
        }
        let picks = fit.members.iter().filter_map(|member| model.picks.entry(member.entry()));
        let picks: Vec<usize> = picks.map(|entry| global(entry.pick())).collect();
        if let Some(hypothesis) = alone.pop() {
            self.standing.insert(number, Standing { fit: fit.clone(), picks, hypothesis });
        }
        Change::Stands { number, event: Box::new(event), arrivals }
    }

    /// Air and noise as the events of the last time speak for them.
    fn learn(&mut self, network: &Network, now_s: f64) {
        let recent = self
            .standing
            .values()
            .filter(|standing| is_clear(&standing.fit) && (standing.fit.time_s - now_s).abs() < LEARN_FROM_S);
        let recent: Vec<Hypothesis> = recent.map(|standing| standing.hypothesis.clone()).collect();
        let settled = settle(network, &recent, &self.settings);
        self.learnt = Some((known_air(network, &settled.air), settled.noise));
    }
}

/// Gives a pick to the event that gains most by it.
fn taken_up(model: &Model<'_>, events: &mut [Fit], (newest, owned): (usize, &[bool])) -> bool {
    let mut best: Option<(f64, usize, Fit)> = None;
    for (index, event) in events.iter().enumerate() {
        if !may_hold(model, event, newest) {
            continue;
        }
        let free = |entry: usize| {
            !owned.get(entry).copied().unwrap_or(false) || event.members.iter().any(|member| member.entry() == entry)
        };
        let Some(with) = polish_at(model, event, &free) else { continue };
        let gain = with.log_odds - event.log_odds;
        let holds = with.members.iter().any(|member| member.entry() == newest) && is_proposal(model, &with);
        if holds && gain > 0.0 && best.as_ref().is_none_or(|best| gain > best.0) {
            best = Some((gain, index, with));
        }
    }
    let Some((_, index, with)) = best else { return false };
    if let Some(event) = events.get_mut(index) {
        *event = with;
    }
    true
}

/// Whether a pick comes anywhere near the time at which an event would have been heard.
fn may_hold(model: &Model<'_>, event: &Fit, newest: usize) -> bool {
    let Some(entry) = model.picks.entry(newest) else { return false };
    let air = model.air_at(event.time_s);
    let travel = model.travel(entry.station(), entry.wave(), event.source, air);
    travel.is_some_and(|travel| (event.time_s + travel.time_s - entry.time_s).abs() < 2.0 * model.settings.tolerance_s)
}

fn grid(model: &Model<'_>, medium: Medium) -> Grid {
    let searched = &model.settings.searched;
    let cells = Cells::of(searched, (medium, slowest_km_s(model, medium)), PICKS_PER_DAY);
    let mut tables = Tables::of(&cells, model.network);
    tables.set_times(&cells, model.network, ([true; N_WAVES], UNKNOWN_AIR));
    Grid { cells, tables }
}
