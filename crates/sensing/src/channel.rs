//! The state of a channel: its running mean, and whether it can be believed.

use truceline_domain::{Problem, Recording};

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
    problems
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
