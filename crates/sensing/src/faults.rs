//! Stretches of a channel that cannot be believed, each with its extent in samples.

/// What is wrong with a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// Samples that are no finite numbers.
    NotFinite,
    /// The same value again and again: a cut cable, a hung recorder, a filled gap.
    Dead,
    /// The top or the bottom of the recorder's range.
    Clipped,
    /// One sample that stands alone far from its neighbours.
    Spike,
    /// The level jumps and stays.
    Step,
    /// The level jumps to and fro, or is held between jumps.
    Telegraph,
}

/// A stretch of samples with one fault, `until` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) from: usize,
    pub(crate) until: usize,
    pub(crate) kind: FaultKind,
}

/// Shortest run of one value that counts as dead: 2 s, and 100 samples, which a channel whose noise lies below its
/// recorder's step (four samples of five the same) reaches once in 5·10⁹.
const DEAD_S: f64 = 2.0;
const DEAD_SAMPLES: usize = 100;

/// Samples in a row at exactly the largest or least value that count as clipped.
const CLIPPED_RUN: usize = 3;

/// A rail is at least this many recorder's steps from the middle; below it equal values are coarse counting.
const RAIL_STEPS: f32 = 8.0;

/// How many times the usual change from sample to sample a spike or a step is. 15: noise never, in years.
const JUMP: f32 = 15.0;

/// Blocks over which the usual change is learned, s and least samples.
const BLOCK_S: f64 = 10.0;
const BLOCK_SAMPLES: usize = 200;

/// Mean run of equal values from which a block's value is held.
const HELD_RUN: usize = 10;

/// All faults in the order of their first samples; stretches of one kind nearer than a second are one.
pub(crate) fn faults(values: &[f32], rate_hz: f64) -> Vec<Fault> {
    // No longer than the recording, or an absurd rate would overflow.
    let samples = |seconds: f64, least: usize| ((seconds * rate_hz) as usize).min(values.len() + 1).max(least);
    let mut found = runs(values, samples(DEAD_S, DEAD_SAMPLES));
    let mut jumps = jumps(values, samples(BLOCK_S, BLOCK_SAMPLES), samples(0.5, 20).min(5_000));
    // Where a dead or unreadable stretch begins and ends there is a jump that says nothing new.
    let wide = |fault: &Fault| matches!(fault.kind, FaultKind::Dead | FaultKind::NotFinite | FaultKind::Clipped);
    let near: Vec<Fault> = found.iter().filter(|fault| wide(fault)).copied().collect();
    jumps.retain(|jump| !touches(&near, jump.from.saturating_sub(2), jump.until + 2));
    found.extend(telegraphs(&jumps, samples(BLOCK_S, BLOCK_SAMPLES)));
    found.extend(jumps);
    found
        .extend(held(values, samples(BLOCK_S, BLOCK_SAMPLES)).filter(|fault| !touches(&near, fault.from, fault.until)));
    joined(found, samples(1.0, 1))
}

/// True when a stretch of a list in order of time shares samples with `from..until`.
pub(crate) fn touches(faults: &[Fault], from: usize, until: usize) -> bool {
    faults.iter().any(|fault| fault.from < until && from < fault.until)
}

/// Same kinds that touch or lie nearer than `gap` become one.
fn joined(mut found: Vec<Fault>, gap: usize) -> Vec<Fault> {
    found.sort_by_key(|fault| (fault.kind, fault.from));
    let mut out: Vec<Fault> = Vec::new();
    for fault in found {
        match out.last_mut() {
            Some(last) if last.kind == fault.kind && fault.from <= last.until + gap => {
                last.until = last.until.max(fault.until);
            }
            _ => out.push(fault),
        }
    }
    out.sort();
    out
}

/// Runs of what is not finite, of one value for long, and of one value at a rail.
fn runs(values: &[f32], dead: usize) -> Vec<Fault> {
    let finite = || values.iter().copied().filter(|x| x.is_finite());
    let (low, high) = finite().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let quantum = values.windows(2).map(change).filter(|step| *step > 0.0).fold(f32::INFINITY, f32::min);
    let has_rail = high - low > 2.0 * RAIL_STEPS * quantum;
    let mut found = Vec::new();
    let mut from = 0;
    for run in values.chunk_by(|a, b| a == b || (!a.is_finite() && !b.is_finite())) {
        let until = from + run.len();
        let value = run.first().copied().unwrap_or(0.0);
        let at_rail = has_rail && (value == low || value == high);
        let kind = match run.len() {
            _ if !value.is_finite() => Some(FaultKind::NotFinite),
            n if n >= dead => Some(FaultKind::Dead),
            n if n >= CLIPPED_RUN && at_rail => Some(FaultKind::Clipped),
            _ => None,
        };
        found.extend(kind.map(|kind| Fault { from, until, kind }));
        from = until;
    }
    found
}

/// The size of the change between two samples; infinite where it has none.
fn change(pair: &[f32]) -> f32 {
    match pair {
        [a, b] if a.is_finite() && b.is_finite() => (b - a).abs(),
        _ => f32::INFINITY,
    }
}

/// Spikes and steps, by the usual change of the block they lie in.
fn jumps(values: &[f32], block: usize, reach: usize) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut changes: Vec<f32> = Vec::new();
    for start in (0..values.len()).step_by(block) {
        let end = (start + block + 1).min(values.len());
        let here = values.get(start..end).unwrap_or_default();
        changes.clear();
        changes.extend(here.windows(2).map(change).filter(|step| step.is_finite()));
        let Some(usual) = usual(&mut changes) else { continue };
        let big = here.windows(2).enumerate().filter(|(_, pair)| change(pair) > JUMP * usual).map(|(k, _)| start + k);
        // A change leads from its sample to the next.
        found.extend(big.filter_map(|k| jump(values, k, reach)));
    }
    found
}

/// The median change, and no less than a third of the least that happens.
fn usual(changes: &mut [f32]) -> Option<f32> {
    let least = changes.iter().copied().filter(|step| *step > 0.0).fold(f32::INFINITY, f32::min);
    let middle = changes.len() / 2;
    if changes.is_empty() || !least.is_finite() {
        return None;
    }
    let (_, median, _) = changes.select_nth_unstable_by(middle, f32::total_cmp);
    Some(median.max(least / 3.0))
}

/// What the big change from sample k to the next is, if it is a fault.
fn jump(values: &[f32], k: usize, reach: usize) -> Option<Fault> {
    let at = |k: usize| values.get(k).copied().filter(|x| x.is_finite());
    let (before, peak, after) = (at(k)?, at(k + 1)?, at(k + 2)?);
    let height = peak - 0.5 * (before + after);
    let flat = |k: usize| at(k).is_some_and(|x| (x - 0.5 * (before + after)).abs() < 0.1 * height.abs());
    let alone =
        [0, 2, 3, 4].iter().all(|ahead| flat(k + ahead)) && [1, 2].iter().all(|behind| *behind > k || flat(k - behind));
    if alone {
        return Some(Fault { from: k + 1, until: k + 2, kind: FaultKind::Spike });
    }
    let (left, right) =
        (values.get(k.saturating_sub(reach)..=k)?, values.get(k + 1..(k + 1 + reach).min(values.len()))?);
    let size = (peak - before).abs();
    // Blasts sink back or swing: look at a few samples before going through all.
    let level =
        |side: &[f32], here: f32| side.iter().step_by(side.len() / 4 + 1).all(|x| (x - here).abs() < 0.4 * size);
    if left.len() < reach / 2 || right.len() < reach / 2 || !level(left, before) || !level(right, peak) {
        return None;
    }
    let mean = |side: &[f32]| side.iter().sum::<f32>() / side.len() as f32;
    let spread = |side: &[f32], mean: f32| side.iter().map(|x| (x - mean).abs()).sum::<f32>() / side.len() as f32;
    let (low, high) = (mean(left), mean(right));
    let risen = (high - low).abs();
    let stays = risen > 0.7 * size && spread(left, low) < 0.15 * risen && spread(right, high) < 0.15 * risen;
    stays.then_some(Fault { from: k + 1, until: k + 2, kind: FaultKind::Step })
}

/// Three steps or more, each within a block's length of the one before.
fn telegraphs(jumps: &[Fault], block: usize) -> Vec<Fault> {
    let steps: Vec<&Fault> = jumps.iter().filter(|fault| fault.kind == FaultKind::Step).collect();
    let groups = steps.chunk_by(|a, b| b.from - a.from <= block).filter(|group| group.len() >= 3);
    groups
        .filter_map(|group| group.first().zip(group.last()))
        .map(|(first, last)| Fault { until: last.until, kind: FaultKind::Telegraph, ..**first })
        .collect()
}

/// Blocks whose value is held for many samples between changes.
fn held(values: &[f32], block: usize) -> impl Iterator<Item = Fault> {
    values.chunks(block).enumerate().filter_map(move |(k, here)| {
        let n_changes = here.windows(2).filter(|pair| change(pair) > 0.0).count();
        let is_held = here.len() >= BLOCK_SAMPLES / 2 && n_changes > 0 && n_changes * HELD_RUN <= here.len();
        is_held.then_some(Fault { from: k * block, until: k * block + here.len(), kind: FaultKind::Telegraph })
    })
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
