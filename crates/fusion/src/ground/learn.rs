//! What the events that are found tell of the rest: noise, air, clocks, how far one hears, what is clutter.

use super::fit::Fit;
use super::model::{Model, known_air};
use super::odds::{Detection, chances, is_near};
use super::picks_by_station::N_WAVES;
use super::picks_by_station::WAVES;
use super::settle_events::{Hypothesis, Observation, Settled};

/// Log odds from which on an event is clear enough to learn from.
const CLEAR: f64 = 6.0;
/// Hits and misses that the belief about the probability of detection counts for.
const PRIOR_CHANCES: f64 = 20.0;

/// Whether an event is clear enough to learn from.
pub(super) fn is_clear(fit: &Fit) -> bool {
    fit.log_odds > CLEAR
}

/// Events as hypotheses to be settled.
pub(super) fn hypotheses<'a>(model: &Model<'_>, fits: impl Iterator<Item = &'a Fit>) -> Vec<Hypothesis> {
    let observation = |entry: usize| {
        let entry = model.picks.entry(entry)?;
        Some(Observation {
            pick: entry.pick(),
            station: entry.station(),
            wave: *WAVES.get(entry.wave())?,
            time_s: entry.time_s,
            sigma_s: if entry.is_stated { entry.sigma_s() } else { 0.0 },
            azimuth_deg: entry.azimuth_deg(),
        })
    };
    let hypothesis = |fit: &Fit| Hypothesis {
        east_km: fit.source.east_km,
        north_km: fit.source.north_km,
        depth_km: fit.source.depth_km,
        time_s: fit.time_s,
        observations: fit.members.iter().filter_map(|member| observation(member.entry())).collect(),
    };
    fits.map(hypothesis).collect()
}

/// The model after events were found and settled.
pub(super) fn learned<'a>(model: &Model<'a>, fits: &[Fit], settled: &Settled) -> Model<'a> {
    let mut model = model.clone();
    model.rates_hz = rates_left_hz(&model, fits.iter().filter(|fit| is_clear(fit)));
    model.detection = heard_by(&model, fits);
    let before = model.picks.entries.len() as f64 / 40.0;
    model.ln_event_rate += ((fits.len() as f64 + 1.0) / before.max(1.0)).ln();
    model.noise = settled.noise.clone();
    model.clocks = settled.clocks.clone();
    if !settled.air.is_empty() {
        model.air = known_air(model.network, &settled.air);
    }
    model
}

/// By entry, how often such picks come that no event explains, 1/s.
pub(super) fn rates_left_hz<'a>(model: &Model<'_>, fits: impl Iterator<Item = &'a Fit>) -> Vec<f64> {
    let mut explained = vec![false; model.picks.entries.len()];
    for member in fits.flat_map(|fit| &fit.members) {
        if let Some(explained) = explained.get_mut(member.entry()) {
            *explained = true;
        }
    }
    model.picks.rates_hz(&|entry| explained.get(entry) == Some(&true))
}

/// Probabilities of detection near events.
fn heard_by(model: &Model<'_>, fits: &[Fit]) -> Detection {
    let before = model.detection.best;
    let mut hits = before.map(|best| PRIOR_CHANCES * best);
    let mut all = [PRIOR_CHANCES; N_WAVES];
    for fit in fits.iter().filter(|fit| is_clear(fit)) {
        for chance in chances(model, fit).iter().filter(|chance| is_near(chance, fit)) {
            if let (Some(hits), Some(all)) = (hits.get_mut(chance.wave), all.get_mut(chance.wave)) {
                *hits += f64::from(u8::from(chance.member.is_some()));
                *all += 1.0;
            }
        }
    }
    let mut best = before;
    for ((best, hits), all) in best.iter_mut().zip(hits).zip(all) {
        *best = (hits / all).clamp(0.05, 0.98);
    }
    Detection::of(best)
}
