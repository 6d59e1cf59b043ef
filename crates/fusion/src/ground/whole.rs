//! All picks of a stretch of time: search, contest, final places.

use super::cells::{Cells, Medium, Tables};
use super::contest::{self, contest};
use super::events::located;
use super::fit::Fit;
use super::learn::{hypotheses, is_clear, learned, rates_left_hz};
use super::model::Model;
use super::network::{Network, UNKNOWN_AIR};
use super::picks_by_station::Picks;
use super::search::{Desk, Stretch, search, stretch_s};
use super::settle_events::{Settled, settle};
use super::{Input, Located};
use rayon::prelude::*;

/// Rounds of search while the air is being found out: each searches with the air that the last one's events speak for.
const AIR_ROUNDS: usize = 2;
/// Share of the picks through the ground that is taken for the events' own before anything is found where a station is
/// crowded, and the rate at which it is half of that: on a quiet station nearly all may be clutter.
const EVENTS_BEFORE: (f64, f64) = (0.5, 0.02);
/// Most times that events through the ground are judged anew by the clutter that they leave.
const JUDGED_AGAIN: usize = 4;

/// Finds the events of all picks.
///
/// The search is run with what is given and believed beforehand; the clear events among those found tell of the noise,
/// the air, the clocks and of how far one hears; and with that the picks are associated once more.
///
/// A station's clutter is what the events leave of its picks. For waves through the ground a share of them is taken for the
/// events' own until events are found; those are then judged anew by what they leave, until none is given up any more.
pub fn locate(input: &Input<'_>) -> Located {
    let network = Network::of(input);
    let picks = Picks::of(input, &network);
    let mut model = Model::before(&network, &picks, input.settings);
    expect_events(&mut model);
    let ground = proposals(&model, Medium::Ground);
    let sound = has(&model, Medium::Air);
    let rounds = match (sound, model.air.is_empty()) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => AIR_ROUNDS,
    };
    let mut all = ground.clone();
    all.extend(proposals(&model, Medium::Air));
    let mut settled = contest(&model, all);
    for _ in 0..rounds {
        model = taught(&model, &settled.events);
        let mut all = ground.clone();
        all.extend(proposals(&model, Medium::Air));
        settled = contest(&model, all);
    }
    if has(&model, Medium::Ground) {
        judge_by_what_is_left(&mut model, &mut settled);
    }
    let placed = placed(&model, &settled.events);
    located(input, &model, (&settled.events, &placed))
}

/// Takes no more than a share of the picks through the ground for clutter, the less the more crowded a station is.
fn expect_events(model: &mut Model<'_>) {
    for (rate_hz, entry) in model.rates_hz.iter_mut().zip(&model.picks.entries) {
        if Medium::Ground.carries(entry.wave()) {
            let (share, crowded_hz) = EVENTS_BEFORE;
            *rate_hz *= 1.0 - share * *rate_hz / (*rate_hz + crowded_hz);
        }
    }
}

/// Judges events by the clutter that they leave, as long as any is given up.
fn judge_by_what_is_left(model: &mut Model<'_>, settled: &mut contest::Settled) {
    for _ in 0..JUDGED_AGAIN {
        let left_hz = rates_left_hz(model, settled.events.iter());
        let before_hz = std::mem::replace(&mut model.rates_hz, left_hz);
        if settled.judge_again(model, &before_hz) == 0 {
            break;
        }
    }
}

/// Most events that are settled together when they share no air: noise and clocks are told well enough by so many.
const SETTLED_TOGETHER: usize = 1000;

/// The final places.
fn placed(model: &Model<'_>, events: &[Fit]) -> Settled {
    let n_blocks = if has(model, Medium::Air) { 1 } else { events.len().div_ceil(SETTLED_TOGETHER).max(1) };
    let mut all: Option<Settled> = None;
    for block in events.chunks(events.len().div_ceil(n_blocks).max(1)) {
        let settled = settle(model.network, &hypotheses(model, block.iter()), model.settings);
        match &mut all {
            None => all = Some(settled),
            Some(all) => {
                all.solutions.extend(settled.solutions);
                all.clocks.extend(settled.clocks);
            }
        }
    }
    all.unwrap_or_else(|| settle(model.network, &[], model.settings))
}

/// The model as the clear events teach it.
fn taught<'a>(model: &Model<'a>, events: &[Fit]) -> Model<'a> {
    let clear: Vec<Fit> = events.iter().filter(|fit| is_clear(fit)).cloned().collect();
    let settled = settle(model.network, &hypotheses(model, clear.iter()), model.settings);
    learned(model, events, &settled)
}

fn has(model: &Model<'_>, medium: Medium) -> bool {
    model.picks.used.iter().enumerate().any(|(wave, &used)| used && medium.carries(wave))
}

/// What the search found in one medium, stretch by stretch.
fn proposals(model: &Model<'_>, medium: Medium) -> Vec<Fit> {
    let Some((first, last)) = model.picks.span_s().filter(|_| has(model, medium)) else { return Vec::new() };
    let n_picks = model.picks.entries.iter().filter(|entry| medium.carries(entry.wave())).count();
    let per_day = n_picks as f64 / (last - first).max(3600.0) * 86_400.0;
    let cells = Cells::of(&model.settings.searched, (medium, slowest_km_s(model, medium)), per_day);
    let mut tables = Tables::of(&cells, model.network);
    let length = stretch_s(&cells);
    let numbers = ((first - LONGEST_WAY_S) / length).floor() as i64..=(last / length).floor() as i64;
    let stretches: Vec<Stretch> = numbers
        .map(|number| Stretch { from_s: number as f64 * length, until_s: (number + 1) as f64 * length })
        .collect();
    let air = |stretch: &Stretch| match medium {
        Medium::Ground => UNKNOWN_AIR,
        Medium::Air | Medium::Both => model.air_at(f64::midpoint(stretch.from_s, stretch.until_s)),
    };
    let mut found = Vec::new();
    for under_one_air in stretches.chunk_by(|a, b| air(a) == air(b)) {
        if let Some(stretch) = under_one_air.first() {
            tables.set_times(&cells, model.network, (model.picks.used, air(stretch)));
        }
        found.extend(searched(model, (&cells, &tables), under_one_air));
    }
    found
}

/// Longest travel time that is reckoned with before the first pick, s.
const LONGEST_WAY_S: f64 = 400.0;

/// The slowest wave of a medium, km/s: it decides how wide bins of origin time are.
pub(super) fn slowest_km_s(model: &Model<'_>, medium: Medium) -> f64 {
    match medium {
        Medium::Air | Medium::Both => 0.34,
        Medium::Ground if model.picks.used.get(1) == Some(&true) => model.settings.s_km_s,
        Medium::Ground => model.settings.p_km_s,
    }
}

/// Searches stretches, on as many threads as are wanted; the order of what is found does not depend on it.
fn searched(model: &Model<'_>, (cells, tables): (&Cells, &Tables), stretches: &[Stretch]) -> Vec<Fit> {
    let desk = || Desk::new(cells, stretch_s(cells), model.picks.entries.len());
    let one = |desk: &mut Desk, stretch: &Stretch| search(model, (cells, tables), desk, *stretch);
    let pool = (model.settings.threads > 1 && stretches.len() > 1)
        .then(|| rayon::ThreadPoolBuilder::new().num_threads(model.settings.threads).build().ok())
        .flatten();
    if let Some(pool) = pool {
        let each: Vec<Vec<Fit>> = pool.install(|| stretches.par_iter().map_init(desk, one).collect());
        return each.into_iter().flatten().collect();
    }
    let mut desk = desk();
    stretches.iter().flat_map(|stretch| one(&mut desk, stretch)).collect()
}

#[cfg(test)]
#[path = "whole_tests.rs"]
mod tests;
