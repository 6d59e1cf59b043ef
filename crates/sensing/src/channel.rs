//! The state of a channel: its running mean, and whether it can be believed.

use crate::faults::{Fault, FaultKind, faults};
use crate::parameters::Parameters;
use crate::picks::time_of;
use truceline_domain::{Outage, Problem, Problems, Recording, Span};

/// The values less their running mean over `n` samples (the plain mean while fewer have come). Values that are not
/// finite become zero deviation and leave the mean as it is.
pub(crate) fn without_mean(values: &[f32], n: usize) -> Vec<f64> {
    let (mut mean, mut n_seen) = (0.0, 0_usize);
    let deviation = |value: &f32| {
        if !value.is_finite() {
            return 0.0;
        }
        n_seen += 1;
        let value = f64::from(*value);
        let deviation = if n_seen == 1 { 0.0 } else { value - mean };
        mean += (value - mean) / n_seen.min(n) as f64;
        deviation
    };
    values.iter().map(deviation).collect()
}

/// The same with every faulty sample replaced by the straight line between the good ones on either side of it.
pub(crate) fn cleaned(values: &[f32], faults: &[Fault], n: usize) -> Vec<f64> {
    let mut filled = values.to_vec();
    for span in bad_spans(faults, 0) {
        let at = |k: Option<usize>| k.and_then(|k| values.get(k)).copied().filter(|x| x.is_finite());
        let (before, after) = (at(span.from.checked_sub(1)), at(Some(span.until)));
        let (from, until) = (before.or(after).unwrap_or(0.0), after.or(before).unwrap_or(0.0));
        let length = (span.until - span.from + 1) as f32;
        for (k, x) in filled.iter_mut().take(span.until).skip(span.from).enumerate() {
            *x = from + (until - from) * (k + 1) as f32 / length;
        }
    }
    without_mean(&filled, n)
}

/// Stretches whose samples make no onsets, in order and apart: all faults but clipping (a loud blast clips, and it is one),
/// each widened by `settle` samples after it.
pub(crate) fn bad_spans(faults: &[Fault], settle: usize) -> Vec<Fault> {
    let mut spans: Vec<Fault> = Vec::new();
    for fault in faults.iter().filter(|fault| fault.kind != FaultKind::Clipped) {
        let until = fault.until + settle;
        match spans.last_mut() {
            Some(last) if fault.from <= last.until => last.until = last.until.max(until),
            _ => spans.push(Fault { until, ..*fault }),
        }
    }
    spans
}

/// Share of samples at the rails above which a channel counts as clipped: a loud blast clips a few samples, a channel
/// with a wrong gain many.
const CLIPPED_SHARE: f64 = 0.001;

/// Samples in a row with exactly the same largest value that count as clipped.
const CLIPPED_RUN: usize = 3;

/// What is wrong with a channel. An error means that its onsets cannot be believed.
pub(crate) fn problems(recording: &Recording) -> Vec<Problem> {
    let (file, samples) = (recording.sensor.as_str(), &recording.samples);
    if !(samples.rate_hz.is_finite() && samples.rate_hz > 0.0) {
        let text = samples.rate_hz.to_string();
        return vec![
            Problem::error(file, "bad_sample_rate", "the sample rate is not a positive number").with_text(&text),
        ];
    }
    if samples.values.is_empty() {
        return vec![Problem::error(file, "empty_channel", "the recording holds no samples")];
    }
    let mut problems = Vec::new();
    let finite = || samples.values.iter().copied().filter(|value| value.is_finite());
    let n_bad = samples.values.len() - finite().count();
    if n_bad > 0 {
        let message = format!("{n_bad} of {} samples are not finite and were taken as silence", samples.values.len());
        problems.push(Problem::warning(file, "samples_not_finite", message));
    }
    let (low, high) = finite().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low >= high {
        let message = "every sample has the same value: the channel is dead";
        problems.push(Problem::error(file, "dead_channel", message).with_hint("check the sensor and its cable"));
    } else if n_clipped(&samples.values, (low, high)) as f64 > CLIPPED_SHARE * samples.values.len() as f64 {
        let message = "more than one sample in a thousand stands at the largest value: the channel is clipped";
        problems.push(Problem::warning(file, "clipped_channel", message).with_hint("lower the gain of the sensor"));
    }
    if low < high {
        problems.extend(stretch_problems(recording));
    }
    problems
}

/// One warning for each bad stretch that is not the whole channel, with its times; at most a hundred of each kind in full.
fn stretch_problems(recording: &Recording) -> Vec<Problem> {
    let mut problems = Problems::default();
    let n = recording.samples.values.len();
    for fault in faults(&recording.samples.values, recording.samples.rate_hz) {
        if fault.from == 0 && fault.until >= n {
            continue;
        }
        let (code, what) = words(fault.kind);
        let span = span(recording, &fault);
        let message = format!("{what} from {} until {} ({} samples)", span.from, span.until, fault.until - fault.from);
        problems.push(Problem::warning(recording.sensor.as_str(), code, message));
    }
    problems.into_vec()
}

/// Code and words of a fault.
fn words(kind: FaultKind) -> (&'static str, &'static str) {
    match kind {
        FaultKind::NotFinite => ("not_finite_stretch", "samples are not finite"),
        FaultKind::Dead => ("dead_stretch", "the channel stands still"),
        FaultKind::Clipped => ("clipped_stretch", "samples stand at the recorder's limit"),
        FaultKind::Spike => ("spikes", "single samples stand far off"),
        FaultKind::Step => ("step", "the level jumps and stays"),
        FaultKind::Telegraph => ("telegraph", "the level jumps to and fro"),
    }
}

fn span(recording: &Recording, fault: &Fault) -> Span {
    Span { from: time_of(recording, fault.from as f64), until: time_of(recording, fault.until as f64) }
}

/// The stretches of a recording for which nothing can be claimed, in the order of time: the bad ones (not finite, dead, telegraph:
/// blind; clipped: half as good; spikes and steps: blind while the averages settle), and the first `lta_s`, while the noise
/// is being learned. An empty recording or one without a rate has no extent and gives none; a wholly dead one is blind throughout.
pub fn outages(recording: &Recording, parameters: &Parameters) -> Vec<Outage> {
    let (values, rate_hz) = (&recording.samples.values, recording.samples.rate_hz);
    if values.is_empty() || !(rate_hz.is_finite() && rate_hz > 0.0) {
        return Vec::new();
    }
    let settings = parameters.in_samples(rate_hz);
    let outage = |from: usize, until: usize, pd_factor: f64, cause: &str| Outage {
        sensor: recording.sensor.clone(),
        span: Span { from: time_of(recording, from as f64), until: time_of(recording, until.min(values.len()) as f64) },
        pd_factor,
        cause: cause.to_owned(),
    };
    let mut found = vec![outage(0, settings.lta, 0.0, "learning the noise")];
    found.extend(faults(values, rate_hz).into_iter().map(|fault| {
        let (pd_factor, settle) = match fault.kind {
            FaultKind::Clipped => (0.5, 0),
            _ => (0.0, settings.sta),
        };
        outage(fault.from, fault.until + settle, pd_factor, words(fault.kind).1)
    }));
    found
}

/// Samples in runs of at least three at the same rail.
fn n_clipped(values: &[f32], (low, high): (f32, f32)) -> usize {
    let runs = values.chunk_by(|a, b| a == b);
    runs.filter(|run| run.len() >= CLIPPED_RUN && run.first().is_some_and(|x| *x == low || *x == high))
        .map(<[f32]>::len)
        .sum()
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
