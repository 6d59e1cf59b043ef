//! Proposals that want the same picks: the better takes them, the other is fitted again to what is left.

use super::cells::Medium;
use super::fit::{Fit, Member, polish_at, polish_in_both};
use super::model::Model;
use super::picks_by_station::N_WAVES;
use std::collections::BTreeSet;

/// Rounds in which picks may change to an event that they fit better.
const N_EXCHANGES: usize = 2;
/// No event.
const NOBODY: u32 = u32::MAX;

/// Events with the picks that each keeps.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    /// The events.
    pub(super) events: Vec<Fit>,
    /// By entry, the event that holds it, or [`NOBODY`].
    owners: Vec<u32>,
}

/// Events among proposals: best first, each with the picks that are still free.
pub(super) fn contest_in(model: &Model<'_>, proposals: Vec<Fit>, free: &impl Fn(usize) -> bool) -> Vec<Fit> {
    let mut taken = BTreeSet::new();
    let mut events = Vec::new();
    let mut queue: BTreeSet<Queued> = proposals.into_iter().map(Queued).collect();
    while let Some(Queued(event)) = queue.pop_last() {
        let n_lost = event.members.iter().filter(|member| taken.contains(&member.entry())).count();
        if n_lost == 0 {
            taken.extend(event.members.iter().map(|member| member.entry()));
            events.push(event);
        } else if 2 * n_lost <= event.members.len() {
            let again = polish_at(model, &event, &|entry| !taken.contains(&entry) && free(entry));
            queue.extend(again.filter(|again| super::search::is_proposal(model, again)).map(Queued));
        }
    }
    events
}

/// Settles all proposals.
pub(super) fn contest(model: &Model<'_>, proposals: Vec<Fit>) -> Settled {
    let mut settled = Settled::holding(model, contest_in(model, proposals, &|_| true));
    for _ in 0..N_EXCHANGES {
        if !settled.exchange(model) {
            break;
        }
    }
    settled.events.retain(|event| is_event(model, event));
    settled.sort();
    settled
}

impl Settled {
    /// Events that hold their picks already.
    pub(super) fn holding(model: &Model<'_>, events: Vec<Fit>) -> Self {
        let mut settled = Self { events: Vec::new(), owners: vec![NOBODY; model.picks.entries.len()] };
        for event in events {
            settled.accept(event);
        }
        settled
    }

    fn accept(&mut self, event: Fit) {
        self.give(&event, self.events.len() as u32);
        self.events.push(event);
    }

    fn give(&mut self, event: &Fit, owner: u32) {
        for member in &event.members {
            if let Some(held) = self.owners.get_mut(member.entry()) {
                *held = owner;
            }
        }
    }

    /// Judges every event anew under other rates of clutter; one that no longer stands is fitted once more to its own
    /// picks and those that none holds. How many are given up.
    pub(super) fn judge_again(&mut self, model: &Model<'_>, before_hz: &[f64]) -> usize {
        self.own_again();
        let n_before = self.events.len();
        for index in 0..n_before {
            let Some(event) = self.events.get_mut(index) else { continue };
            event.log_odds +=
                event.members.iter().map(|member| ln_gain_of_rates(model, before_hz, member)).sum::<f64>();
            let event = &*event;
            if event.log_odds > 0.0 {
                continue;
            }
            let open = |entry: usize| {
                let held = self.owners.get(entry).copied().unwrap_or(NOBODY);
                held == index as u32 || held == NOBODY
            };
            let after = polish_at(model, event, &open).filter(|after| is_event(model, after));
            self.apply(vec![(index as u32, after)]);
        }
        self.events.retain(|event| !event.members.is_empty());
        self.sort();
        n_before - self.events.len()
    }

    /// Puts the events in the order of time.
    fn sort(&mut self) {
        self.events.sort_by(|a, b| a.time_s.total_cmp(&b.time_s).then(a.log_odds.total_cmp(&b.log_odds)));
    }

    /// Every event looks again at all picks, those of others too, and takes them where all together gain by it.
    fn exchange(&mut self, model: &Model<'_>) -> bool {
        let changed = self.exchange_in_place(model);
        self.events.retain(|event| !event.members.is_empty());
        self.own_again();
        changed
    }

    /// The same; an event that loses all stays in its place, without picks. True when anything changed.
    pub(super) fn exchange_in_place(&mut self, model: &Model<'_>) -> bool {
        let used =
            |medium: Medium| (0..N_WAVES).any(|wave| model.picks.used.get(wave) == Some(&true) && medium.carries(wave));
        let mixed = used(Medium::Ground) && used(Medium::Air);
        let mut n_changes = 0;
        for index in 0..self.events.len() {
            let Some(event) = self.events.get(index).filter(|event| !event.members.is_empty()).cloned() else {
                continue;
            };
            let alone = polish_at(model, &event, &|_| true);
            let both =
                (mixed && event.medium != Medium::Both).then(|| polish_in_both(model, &event, &|_| true)).flatten();
            for wished in both.into_iter().chain(alone) {
                if wished.members == event.members {
                    continue;
                }
                if let Some(changes) = self.gaining(model, (index as u32, &event), wished) {
                    n_changes += 1;
                    self.apply(changes);
                    break;
                }
            }
        }
        n_changes > 0
    }

    /// What changes when an event takes the picks that it wishes for; `None` when all together lose by it.
    fn gaining(&self, model: &Model<'_>, (own, event): (u32, &Fit), wished: Fit) -> Option<Vec<(u32, Option<Fit>)>> {
        let owner = |member: &Member| self.owners.get(member.entry()).copied().unwrap_or(NOBODY);
        let robbed: BTreeSet<u32> = wished.members.iter().map(owner).filter(|&o| o != own && o != NOBODY).collect();
        let mut gain = wished.log_odds - event.log_odds;
        let mut changes = Vec::with_capacity(1 + robbed.len());
        for &loser in &robbed {
            let Some(before) = self.events.get(loser as usize) else { continue };
            let left = |entry: usize| {
                let held = self.owners.get(entry).copied().unwrap_or(NOBODY);
                (held == loser || held == NOBODY) && wished.members.iter().all(|member| member.entry() != entry)
            };
            let after = polish_at(model, before, &left).filter(|after| super::search::is_proposal(model, after));
            gain += after.as_ref().map_or(0.0, |after| after.log_odds) - before.log_odds;
            changes.push((loser, after));
        }
        changes.push((own, Some(wished)));
        (gain > 0.0).then_some(changes)
    }

    fn apply(&mut self, changes: Vec<(u32, Option<Fit>)>) {
        for (index, _) in &changes {
            for member in self.events.get(*index as usize).map_or(&[][..], |event| event.members.as_slice()) {
                if let Some(owner) = self.owners.get_mut(member.entry()) {
                    *owner = NOBODY;
                }
            }
        }
        for (index, after) in changes {
            let Some(event) = self.events.get_mut(index as usize) else { continue };
            match after {
                Some(after) => *event = after,
                None => event.members.clear(),
            }
            let event = event.clone();
            self.give(&event, index);
        }
    }

    fn own_again(&mut self) {
        self.owners.fill(NOBODY);
        let events = std::mem::take(&mut self.events);
        for event in events {
            self.accept(event);
        }
    }
}

/// What a member's odds gain by other rates of clutter.
fn ln_gain_of_rates(model: &Model<'_>, before_hz: &[f64], member: &Member) -> f64 {
    let (before, now) = (before_hz.get(member.entry()), model.rates_hz.get(member.entry()));
    before.zip(now).map_or(0.0, |(before, now)| (before / now).ln())
}

/// Whether an event meets what was asked for: odds, and the counts of picks.
pub(super) fn is_event(model: &Model<'_>, event: &Fit) -> bool {
    let settings = model.settings;
    let mut by_wave = [0_usize; N_WAVES];
    let mut last = (usize::MAX, usize::MAX);
    let mut both = 0;
    for entry in event.members.iter().filter_map(|member| model.picks.entry(member.entry())) {
        if let Some(n) = by_wave.get_mut(entry.wave()) {
            *n += 1;
        }
        if entry.wave() == 1 && last == (entry.station(), 0) {
            both += 1;
        }
        last = (entry.station(), entry.wave());
    }
    let [p, s, _, air, _, muzzle] = by_wave;
    let in_air = air + muzzle;
    let counts = event.members.len() >= settings.n_picks && p + in_air >= settings.n_p;
    let ground = in_air > 0 || (s >= settings.n_s && both >= settings.n_p_and_s);
    event.log_odds > 0.0 && counts && ground
}

/// A proposal in the order of its odds; ties by time and first pick.
#[derive(Clone, Debug)]
struct Queued(Fit);

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let first = |fit: &Fit| fit.members.first().map_or(0, |member| member.entry());
        (self.0.log_odds.total_cmp(&other.0.log_odds))
            .then(self.0.time_s.total_cmp(&other.0.time_s))
            .then(first(&self.0).cmp(&first(&other.0)))
            .then(self.0.source.east_km.total_cmp(&other.0.source.east_km))
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Queued {}
