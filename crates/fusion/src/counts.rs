//! The three counts: observations, rounds, and what the SMM's tables would have said.
//!
//! *Rounds.* Each round can be seen at three stages: launch, flight, impact. Within one source the counts of a stage are
//! added; within one modality the largest source counts (several sensors hear the same rounds); over the stages the
//! largest counts (each round passes each stage once). An explosion of unknown kind may be either end of a round: n of
//! them are n rounds at most and ⌈n/2⌉ at least, except to ground motion, which feels impacts. The best number is the
//! largest that any modality of instruments or mission observers gives, from known stages where there are any; the low
//! end is the largest of the surely seen numbers; the high end adds what all of them may have missed: with each modality
//! missing one round in ten, the 95 % Poisson limit of best × q / (1 − q), q = 0.1 to the power of the number of
//! modalities. What parties, the public and open sources claim moves none of the three.
//!
//! *SMM style.* One camera that looks at the place would have entered each muzzle flash, each projectile and each
//! explosion on its own. For every such stage: what the best-placed observer of the SMM's kinds (camera, thermal camera,
//! aircraft camera, patrol, mission table) counted; where only another instrument saw that stage, the best number of
//! rounds. Flares, tracers, bursts, shots and mixed counts are added as the best-placed source counted them.

use crate::linkage::is_claim;
use std::collections::BTreeMap;
use truceline_domain::{Counts, Detection, Modality, Phenomenon, Rounds, SensorId};

/// All counts of an incident.
pub(crate) fn counts(detections: &[Detection]) -> Counts {
    let rounds = rounds(detections);
    let observations = detections.iter().map(|d| u64::from(seen(d).0)).sum();
    Counts { observations, rounds, smm_style: smm_style(detections, rounds) }
}

/// How many things a detection counts, at least and at most; one when it does not say. People harmed and things damaged
/// are not observations: a report of them counts once.
fn seen(detection: &Detection) -> (u32, u32) {
    if matches!(detection.phenomenon, Phenomenon::Casualties | Phenomenon::Damage) {
        return (1, 1);
    }
    detection.count.value().map_or((1, 1), |count| (count.low.min(count.high), count.high.max(count.low)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Launch,
    Flight,
    Impact,
    EitherEnd,
}

fn stage(detection: &Detection) -> Option<Stage> {
    match detection.phenomenon {
        Phenomenon::Launch | Phenomenon::MuzzleFlash => Some(Stage::Launch),
        Phenomenon::Projectile => Some(Stage::Flight),
        Phenomenon::Impact => Some(Stage::Impact),
        Phenomenon::Explosion if matches!(detection.modality, Modality::Seismic | Modality::Infrasound) => {
            Some(Stage::Impact)
        }
        Phenomenon::Explosion => Some(Stage::EitherEnd),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    low: u32,
    high: u32,
}

/// What each modality tells of each stage: sums within a source, the largest source of the modality.
fn by_stage(detections: &[Detection]) -> BTreeMap<Modality, BTreeMap<Stage, Tally>> {
    let mut sources: BTreeMap<(Modality, Stage, &SensorId), Tally> = BTreeMap::new();
    for detection in detections.iter().filter(|d| !is_claim(d.modality)) {
        let Some(stage) = stage(detection) else { continue };
        let (low, high) = seen(detection);
        let tally = sources.entry((detection.modality, stage, &detection.sensor)).or_default();
        *tally = Tally { low: tally.low.saturating_add(low), high: tally.high.saturating_add(high) };
    }
    let mut largest: BTreeMap<Modality, BTreeMap<Stage, Tally>> = BTreeMap::new();
    for ((modality, stage, _), tally) in sources {
        let held = largest.entry(modality).or_default().entry(stage).or_default();
        *held = Tally { low: held.low.max(tally.low), high: held.high.max(tally.high) };
    }
    largest
}

fn rounds(detections: &[Detection]) -> Option<Rounds> {
    let modalities = by_stage(detections);
    let all = || modalities.values().flatten();
    let known = || all().filter(|(stage, _)| **stage != Stage::EitherEnd).map(|(_, tally)| tally);
    let either = || all().filter(|(stage, _)| **stage == Stage::EitherEnd).map(|(_, tally)| tally);
    let halves = either().map(|tally| tally.low.div_ceil(2)).max().unwrap_or(0);
    let low = known().map(|tally| tally.low).max().unwrap_or(0).max(halves);
    let seen = known().map(|tally| tally.high).max().or_else(|| either().map(|tally| tally.high).max())?;
    let best = known().map(|tally| tally.low).max().or_else(|| either().map(|tally| tally.low).max())?.max(low);
    let missed = likely_missed(best, modalities.len());
    Some(Rounds { low, best, high: seen.max(best).saturating_add(missed) })
}

/// The 95 % limit of the number of rounds that every modality missed.
fn likely_missed(best: u32, n_modalities: usize) -> u32 {
    let q = 0.1_f64.powi(i32::try_from(n_modalities).unwrap_or(i32::MAX));
    let mean = f64::from(best) * q / (1.0 - q);
    if mean > 50.0 {
        return (mean + 1.645 * mean.sqrt()).ceil() as u32;
    }
    let (mut k, mut term) = (0_u32, (-mean).exp());
    let mut sum = term;
    while sum < 0.95 {
        k += 1;
        term *= mean / f64::from(k);
        sum += term;
    }
    k
}

/// What the SMM entered one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    MuzzleFlash,
    Projectile,
    Explosion,
    Other(Phenomenon),
}

fn entry(phenomenon: Phenomenon) -> Entry {
    match phenomenon {
        Phenomenon::MuzzleFlash | Phenomenon::Launch => Entry::MuzzleFlash,
        Phenomenon::Projectile => Entry::Projectile,
        Phenomenon::Explosion | Phenomenon::Impact => Entry::Explosion,
        other => Entry::Other(other),
    }
}

fn is_smm_observer(modality: Modality) -> bool {
    matches!(
        modality,
        Modality::Camera | Modality::ThermalCamera | Modality::Uav | Modality::Patrol | Modality::MissionTable
    )
}

fn smm_style(detections: &[Detection], rounds: Option<Rounds>) -> u64 {
    let counted = || detections.iter().filter(|d| d.phenomenon.is_smm_counted() && !is_claim(d.modality));
    let mut sources: BTreeMap<(Entry, bool, &SensorId), u64> = BTreeMap::new();
    for detection in counted() {
        let key = (entry(detection.phenomenon), is_smm_observer(detection.modality), &detection.sensor);
        *sources.entry(key).or_default() += u64::from(seen(detection).0);
    }
    let mut entries: BTreeMap<Entry, (u64, u64)> = BTreeMap::new();
    for ((entry, observer, _), n) in sources {
        let held = entries.entry(entry).or_default();
        let side = if observer { &mut held.0 } else { &mut held.1 };
        *side = n.max(*side);
    }
    let best = rounds.map(|rounds| u64::from(rounds.best));
    let of_entry = |(entry, (observed, sensed)): (&Entry, &(u64, u64))| match (entry, observed) {
        (Entry::Other(_), _) => *observed.max(sensed),
        (_, 0) => best.unwrap_or(*sensed),
        _ => *observed,
    };
    entries.iter().map(of_entry).sum()
}

#[cfg(test)]
#[path = "counts_tests.rs"]
mod tests;
