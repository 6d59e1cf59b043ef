//! The probability that fire came from the area of each party, computed from sealed origins that never leave.

use crate::settle::one_place;
use std::collections::BTreeMap;
use truceline_domain::{AreaRole, AreaVersion, Detection, OriginShare, PartyId, RoomKey, Timestamp};

/// Shares by party, in the order of their ids: for every party with an area of control valid at `at`. Empty when no
/// detection tells of an origin, or no area is valid. Probabilities are whole hundredths and add up to at most 1; the
/// rest lies in nobody's area.
pub(crate) fn origin_shares(
    detections: &[Detection],
    shares: &[f64],
    control: &[AreaVersion],
    at: Timestamp,
) -> Vec<OriginShare> {
    let key = RoomKey::for_computation_inside_the_house();
    let origins: Vec<_> =
        detections.iter().zip(shares).filter_map(|(d, share)| Some((*d.origin.as_ref()?.open(&key), *share))).collect();
    let Some(origin) = one_place(&origins) else { return Vec::new() };
    let mut by_party: BTreeMap<&PartyId, f64> = BTreeMap::new();
    for version in control.iter().filter(|version| version.role == AreaRole::Control && version.valid.contains(at)) {
        let Some(party) = &version.party else { continue };
        *by_party.entry(party).or_default() += version.area.probability_inside(&origin);
    }
    let hundredths = whole_hundredths(&by_party.values().copied().collect::<Vec<_>>());
    let share = |(party, n): (&PartyId, u32)| OriginShare { party: party.clone(), probability: f64::from(n) / 100.0 };
    by_party.into_keys().zip(hundredths).map(share).collect()
}

/// Rounds to whole hundredths so that the sum of the rounded is the rounded sum, at most 100: the largest remainders
/// are rounded up, the earlier one on ties.
fn whole_hundredths(probabilities: &[f64]) -> Vec<u32> {
    let sum: f64 = probabilities.iter().sum();
    let scale = 100.0 / sum.max(1.0);
    let exact: Vec<f64> = probabilities.iter().map(|p| p * scale).collect();
    let mut rounded: Vec<u32> = exact.iter().map(|x| x.floor() as u32).collect();
    let total = (exact.iter().sum::<f64>().round() as u32).min(100);
    let mut order: Vec<usize> = (0..exact.len()).collect();
    let remainder = |k: usize| exact.get(k).map_or(0.0, |x| x.fract());
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    let missing = total.saturating_sub(rounded.iter().sum());
    for k in order.into_iter().take(missing as usize) {
        if let Some(value) = rounded.get_mut(k) {
            *value += 1;
        }
    }
    rounded
}

#[cfg(test)]
#[path = "origin_tests.rs"]
mod tests;
