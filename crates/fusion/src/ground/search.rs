//! From votes to proposals: stretches of origin time, each searched on its own.

use super::cells::{Cells, Medium, Tables};
use super::contest::contest_in;
use super::fit::{Fit, Seed, fits};
use super::model::Model;
use super::votes::Votes;
use std::collections::BTreeSet;

/// Bytes of votes in a stretch.
const VOTES_BYTES: f64 = 1_000_000.0;
/// Passes over a stretch.
const N_PASSES: usize = 4;
/// Origin times beyond a stretch that are searched too, so that their picks do not disturb it, in bins.
const MARGIN_BINS: f64 = 10.0;

/// A stretch of origin times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    /// Start, s.
    pub(super) from_s: f64,
    /// End, s.
    pub(super) until_s: f64,
}

/// How long stretches are: a whole part of an hour.
pub(super) fn stretch_s(cells: &Cells) -> f64 {
    let longest = (VOTES_BYTES / cells.len() as f64).max(40.0) * cells.bin_s;
    3600.0 / (3600.0 / longest).ceil().max(1.0)
}

/// Room that searches of stretches reuse.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    votes: Votes,
    taken: Vec<u64>,
}

impl Desk {
    /// Room for stretches of a length.
    pub(super) fn new(cells: &Cells, stretch_s: f64, n_entries: usize) -> Self {
        let n_bins = (stretch_s / cells.bin_s).ceil() + 2.0 * MARGIN_BINS;
        Self { votes: Votes::none(cells, 0.0, n_bins as usize), taken: vec![0; n_entries / 64 + 1] }
    }

    fn is_free(taken: &[u64], entry: usize) -> bool {
        taken.get(entry / 64).is_none_or(|word| word & (1 << (entry % 64)) == 0)
    }

    /// Takes an event's picks and withdraws their votes.
    fn claim(&mut self, model: &Model<'_>, tables: &Tables, event: &Fit) {
        for member in &event.members {
            self.take(member.entry());
            if let Some(entry) = model.picks.entry(member.entry()) {
                self.votes.withdraw(tables, entry);
            }
        }
    }

    fn take(&mut self, entry: usize) {
        if let Some(word) = self.taken.get_mut(entry / 64) {
            *word |= 1 << (entry % 64);
        }
    }
}

/// Events of a stretch; those a little beyond its ends too, for the border to be settled later.
pub(super) fn search(
    model: &Model<'_>,
    (cells, tables): (&Cells, &Tables),
    desk: &mut Desk,
    stretch: Stretch,
) -> Vec<Fit> {
    let margin = MARGIN_BINS * cells.bin_s;
    let from_s = stretch.from_s - margin;
    let heard = model.picks.between(from_s, stretch.until_s + margin + tables.longest_s);
    let carried =
        |index: &u32| model.picks.entry(*index as usize).is_some_and(|entry| cells.medium.carries(entry.wave()));
    let heard: Vec<u32> = heard.iter().copied().filter(carried).collect();
    if heard.len() < model.settings.n_picks {
        return Vec::new();
    }
    desk.votes.restart(from_s);
    desk.taken.fill(0);
    for entry in heard.iter().filter_map(|&index| model.picks.entry(index as usize)) {
        desk.votes.cast(tables, entry);
    }
    let mut found = Vec::new();
    let mut tried = BTreeSet::new();
    for _ in 0..N_PASSES {
        let before = found.len();
        pass(model, (cells, tables), desk, (&mut tried, &mut found));
        if found.len() == before {
            break;
        }
    }
    found.retain(|fit| fit.time_s >= stretch.from_s - 3.0 && fit.time_s < stretch.until_s + 3.0);
    found
}

/// Fewest votes of a seed.
pub(super) fn least_votes(model: &Model<'_>, medium: Medium) -> u8 {
    let n = model.settings.n_picks;
    let least = if medium == Medium::Air { n.clamp(3, 5) } else { (8 * n).div_ceil(5) };
    u8::try_from(least).unwrap_or(u8::MAX)
}

fn pass(
    model: &Model<'_>,
    (cells, tables): (&Cells, &Tables),
    desk: &mut Desk,
    (tried, found): (&mut BTreeSet<(usize, usize, u8)>, &mut Vec<Fit>),
) {
    let least = least_votes(model, cells.medium);
    let mut proposals: Vec<Fit> = Vec::new();
    for peak in desk.votes.peaks(cells, least) {
        let score = desk.votes.score(peak.cell, peak.bin);
        if score < least || !tried.insert((peak.cell, peak.bin, score)) {
            continue;
        }
        let time_s = desk.votes.from_s + (peak.bin as f64 + 0.5) * cells.bin_s;
        let seed = Seed {
            medium: cells.medium,
            source: cells.centre(peak.cell),
            time_s,
            width_s: 2.0 * cells.bin_s,
            side_km: cells.sides_km.0,
        };
        let mut events = fits(model, &seed, &|entry| Desk::is_free(&desk.taken, entry));
        events.retain(|event| is_proposal(model, event));
        if cells.medium == Medium::Air {
            proposals.extend(events);
        } else if let Some(event) = events.into_iter().next() {
            desk.claim(model, tables, &event);
            found.push(event);
        }
    }
    for event in contest_in(model, proposals, &|entry| Desk::is_free(&desk.taken, entry)) {
        desk.claim(model, tables, &event);
        found.push(event);
    }
}

/// Whether a fit deserves to be proposed.
pub(super) fn is_proposal(model: &Model<'_>, event: &Fit) -> bool {
    event.log_odds > 0.0 && event.members.len() >= model.settings.n_picks
}
