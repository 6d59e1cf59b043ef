//! Wind and temperature as all events of a stretch of time speak for them together.
//!
//! The air of a stretch is what the given field says (or a wide prior where there is none) plus an error that every
//! event of the stretch shares, and that is carried from stretch to stretch as a stationary first-order process. How large
//! that error is and how long it lasts is not believed but weighed: every pair of size and duration on a grid counts by
//! the likelihood of all events under it, so that a right field costs nothing and a wrong one is found out.
//!
//! Source: the forward filter and backward smoother of Rauch, Tung and Striebel, *AIAA Journal* 3 (1965) 1445.

use super::dense::{Square, apply, dot, inverse, moved, plus, scaled_unit, times, transposed};
use super::network::{AirState, Network, UNKNOWN_AIR, UNKNOWN_TEMPERATURE_SIGMA_C};
use super::{AirColumn, Settings};
use truceline_domain::Span;

/// Longest row of hours that is made where no field is given; beyond it only hours with events are kept.
const MOST_HOURS: usize = 20_000;
/// Sizes of the error of a given wind, m/s, and of a given temperature, K.
const GIVEN_WIND: &[f64] = &[0.05, 0.3, 0.8, 1.6, 3.0, 5.0, 8.0];
const GIVEN_TEMPERATURE: &[f64] = &[0.1, 0.7, 2.0, 5.0];
/// What of the error is left after an hour.
const GIVEN_WIND_LEFT: &[f64] = &[0.0, 0.7, 0.95, 0.995];
const GIVEN_TEMPERATURE_LEFT: &[f64] = &[0.95];
/// The same where nothing is given: the wind itself, and how far temperature is from the usual one.
const FREE_WIND: &[f64] = &[3.0, 6.0, 11.0];
const FREE_WIND_LEFT: &[f64] = &[0.8, 0.95, 0.985, 0.997];
const FREE_TEMPERATURE: &[f64] = &[UNKNOWN_TEMPERATURE_SIGMA_C];
const FREE_TEMPERATURE_LEFT: &[f64] = &[0.9, 0.97, 0.99, 0.998];
/// Scatter of the natural logarithm of the true size of a field's error about that of the stated one.
const STATED_LOG_SIGMA: f64 = 1.2;
/// Stated errors for a field that states none: wind m/s, temperature K.
const UNSTATED: (f64, f64) = (1.5, 1.5);
/// Weight below which a pair of size and duration is left out.
const LEAST_WEIGHT: f64 = 1e-3;

/// A stretch of time with one air.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    from_s: f64,
    until_s: f64,
    /// Wind to east and north (m/s) and temperature (°C) that are given or usual.
    given: [f64; 3],
    stated_sigma: (f64, f64),
    /// What is to be added to them, as now known.
    pub(super) error: [f64; 3],
    /// Covariance of that.
    pub(super) covariance: Square<3>,
}

/// What the events of a stretch say of its error e: a likelihood exp(−e·Λ·e/2 + η·e).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Message {
    /// Λ.
    pub(super) information: Square<3>,
    /// η.
    pub(super) pull: [f64; 3],
}

/// The air of all stretches in the order of time.
#[derive(Clone, Debug)]
pub(super) struct Air {
    /// The stretches.
    pub(super) stretches: Vec<Stretch>,
    is_given: bool,
}

impl Air {
    /// The air before any event has spoken.
    pub(super) fn of(network: &Network, settings: &Settings, times_s: &[f64]) -> Self {
        let is_given = !settings.air.is_empty();
        let mut stretches: Vec<Stretch> =
            if is_given { settings.air.iter().map(|column| given(network, column)).collect() } else { hours(times_s) };
        stretches.sort_by(|a, b| a.from_s.total_cmp(&b.from_s).then(a.until_s.total_cmp(&b.until_s)));
        let mut air = Self { stretches, is_given };
        let silent = vec![Message::default(); air.stretches.len()];
        air.settle(&silent);
        air
    }

    /// The stretch that holds at a moment: the last one that has begun, or the first.
    pub(super) fn index(&self, time_s: f64) -> usize {
        self.stretches.partition_point(|stretch| stretch.from_s <= time_s).saturating_sub(1)
    }

    /// The air of a stretch as now known.
    pub(super) fn state(&self, index: usize) -> AirState {
        self.stretches.get(index).map_or(UNKNOWN_AIR, |stretch| {
            let [east, north, temperature_c] = moved(&stretch.given, 1.0, &stretch.error);
            AirState { wind_mps: (east, north), temperature_c }
        })
    }

    /// The air that all messages together speak for (one message for each stretch, about its error); the largest change
    /// of any stretch that has been spoken of, m/s or K.
    pub(super) fn settle(&mut self, messages: &[Message]) -> f64 {
        let tries: Vec<Try> = self.tries();
        let scored: Vec<(f64, Passed)> = tries.iter().map(|each| self.forward(each, messages)).collect();
        let best = scored.iter().map(|(score, _)| *score).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = scored.iter().map(|(score, _)| (score - best).exp()).sum();
        let kept =
            scored.iter().zip(&tries).map(|((score, passed), each)| ((score - best).exp() / total, passed, each));
        let mut mixed = vec![Mixed::default(); self.stretches.len()];
        for (weight, passed, each) in kept.filter(|(weight, ..)| *weight >= LEAST_WEIGHT) {
            self.backward(each, passed, weight, &mut mixed);
        }
        let mut largest: f64 = 0.0;
        for ((stretch, mixed), message) in self.stretches.iter_mut().zip(&mixed).zip(messages) {
            let (mean, covariance) = mixed.moments();
            if message.information != [[0.0; 3]; 3] {
                let step = moved(&mean, -1.0, &stretch.error);
                largest = step.iter().fold(largest, |largest, value| largest.max(value.abs()));
            }
            (stretch.error, stretch.covariance) = (mean, covariance);
        }
        largest
    }

    /// The air by stretch as the events speak for it.
    pub(super) fn columns(&self, network: &Network) -> Vec<AirColumn> {
        let column = |(index, stretch): (usize, &Stretch)| {
            let state = self.state(index);
            let [[east, ..], [_, north, _], [.., temperature]] = stretch.covariance;
            AirColumn {
                span: Span { from: network.at(stretch.from_s), until: network.at(stretch.until_s) },
                wind_mps: state.wind_mps,
                wind_sigma_mps: (0.5 * (east + north)).max(0.0).sqrt(),
                temperature_c: state.temperature_c,
                temperature_sigma_c: temperature.max(0.0).sqrt(),
            }
        };
        self.stretches.iter().enumerate().map(column).collect()
    }

    fn tries(&self) -> Vec<Try> {
        let (winds, wind_left, temperatures, temperature_left) = if self.is_given {
            (GIVEN_WIND, GIVEN_WIND_LEFT, GIVEN_TEMPERATURE, GIVEN_TEMPERATURE_LEFT)
        } else {
            (FREE_WIND, FREE_WIND_LEFT, FREE_TEMPERATURE, FREE_TEMPERATURE_LEFT)
        };
        let count = self.stretches.len().max(1) as f64;
        let stated =
            self.stretches.iter().fold((0.0, 0.0), |sum, s| (sum.0 + s.stated_sigma.0, sum.1 + s.stated_sigma.1));
        let (stated_wind, stated_temperature) = (stated.0 / count, stated.1 / count);
        let belief = |size: f64, stated: f64| {
            if self.is_given { -0.5 * ((size / stated).ln() / STATED_LOG_SIGMA).powi(2) } else { 0.0 }
        };
        let mut tries = Vec::new();
        for &wind in winds {
            for &temperature in temperatures {
                let prior = belief(wind, stated_wind) + belief(temperature, stated_temperature);
                for &wind_left in wind_left {
                    for &temperature_left in temperature_left {
                        tries.push(Try { wind, temperature, wind_left, temperature_left, prior });
                    }
                }
            }
        }
        tries
    }

    /// Forward through the stretches: log evidence, and mean and covariance before and after each message.
    fn forward(&self, each: &Try, messages: &[Message]) -> (f64, Passed) {
        let mut score = each.prior;
        let mut passed = Vec::with_capacity(self.stretches.len());
        let (mut mean, mut covariance) = ([0.0; 3], each.spread());
        let mut before: Option<f64> = None;
        for (stretch, message) in self.stretches.iter().zip(messages) {
            if let Some(last) = before {
                (mean, covariance) = each.carried(stretch.from_s - last, &mean, &covariance);
            }
            before = Some(stretch.from_s);
            let predicted = (mean, covariance);
            if message.information != [[0.0; 3]; 3]
                && let Some((told, gain)) = told(&predicted, message)
            {
                (mean, covariance) = told;
                score += gain;
            }
            passed.push((predicted, (mean, covariance)));
        }
        (score, passed)
    }

    fn backward(&self, each: &Try, passed: &Passed, weight: f64, mixed: &mut [Mixed]) {
        let mut later: Option<(f64, Belief, Belief)> = None;
        for ((stretch, (predicted, filtered)), mixed) in self.stretches.iter().zip(passed).zip(mixed).rev() {
            let mut smooth = *filtered;
            if let Some((from_s, after_predicted, after_smooth)) = later
                && let Some((back, _)) = inverse(&after_predicted.1)
            {
                let left = each.left(from_s - stretch.from_s);
                let gain = times(&times(&filtered.1, &diagonal(left)), &back);
                smooth.0 = moved(&filtered.0, 1.0, &apply(&gain, &moved(&after_smooth.0, -1.0, &after_predicted.0)));
                let change = plus(&after_smooth.1, -1.0, &after_predicted.1);
                smooth.1 = plus(&filtered.1, 1.0, &times(&times(&gain, &change), &transposed(&gain)));
            }
            mixed.add(weight, &smooth);
            later = Some((stretch.from_s, *predicted, smooth));
        }
    }
}

/// Mean and covariance.
type Belief = ([f64; 3], Square<3>);
/// Beliefs before and after the message of each stretch.
type Passed = Vec<(Belief, Belief)>;

/// A size and duration of the error to be weighed.
#[derive(Clone, Copy, Debug)]
struct Try {
    wind: f64,
    temperature: f64,
    wind_left: f64,
    temperature_left: f64,
    prior: f64,
}

impl Try {
    fn spread(&self) -> Square<3> {
        diagonal([self.wind.powi(2), self.wind.powi(2), self.temperature.powi(2)])
    }

    /// What is left of each part of the error after some seconds.
    fn left(&self, seconds: f64) -> [f64; 3] {
        let hours = (seconds / 3600.0).max(0.0);
        let wind = self.wind_left.powf(hours);
        [wind, wind, self.temperature_left.powf(hours)]
    }

    fn carried(&self, seconds: f64, mean: &[f64; 3], covariance: &Square<3>) -> Belief {
        let left = self.left(seconds);
        let [a, b, c] = left;
        let [x, y, z] = *mean;
        let kept = diagonal(left);
        let fresh = times(&self.spread(), &diagonal([1.0 - a * a, 1.0 - b * b, 1.0 - c * c]));
        ([a * x, b * y, c * z], plus(&times(&times(&kept, covariance), &kept), 1.0, &fresh))
    }
}

/// A weighted sum of beliefs.
#[derive(Clone, Copy, Debug, Default)]
struct Mixed {
    weight: f64,
    sum: [f64; 3],
    squares: Square<3>,
}

impl Mixed {
    fn add(&mut self, weight: f64, (mean, covariance): &Belief) {
        self.weight += weight;
        self.sum = moved(&self.sum, weight, mean);
        self.squares = plus(&self.squares, weight, covariance);
        super::dense::add_outer(&mut self.squares, weight, mean, mean);
    }

    fn moments(&self) -> Belief {
        let weight = self.weight.max(f64::MIN_POSITIVE);
        let mean = self.sum.map(|value| value / weight);
        let mut covariance = self.squares.map(|row| row.map(|value| value / weight));
        super::dense::add_outer(&mut covariance, -1.0, &mean, &mean);
        (mean, covariance)
    }
}

fn diagonal([a, b, c]: [f64; 3]) -> Square<3> {
    [[a, 0.0, 0.0], [0.0, b, 0.0], [0.0, 0.0, c]]
}

/// A belief after a message, and the logarithm of the message's mean under the belief before.
fn told((mean, covariance): &Belief, message: &Message) -> Option<(Belief, f64)> {
    let (before, log_before) = inverse(covariance)?;
    let pull = apply(&before, mean);
    let (after, log_after) = inverse(&plus(&before, 1.0, &message.information))?;
    let new_pull = moved(&pull, 1.0, &message.pull);
    let told = apply(&after, &new_pull);
    let gain = 0.5 * (dot(&told, &new_pull) - dot(mean, &pull) - log_before - log_after);
    Some(((told, after), gain))
}

fn given(network: &Network, column: &AirColumn) -> Stretch {
    let or = |value: f64, otherwise: f64| if value.is_finite() && value > 0.0 { value } else { otherwise };
    Stretch {
        from_s: network.seconds(column.span.from),
        until_s: network.seconds(column.span.until),
        given: [column.wind_mps.0, column.wind_mps.1, column.temperature_c],
        stated_sigma: (or(column.wind_sigma_mps, UNSTATED.0), or(column.temperature_sigma_c, UNSTATED.1)),
        error: [0.0; 3],
        covariance: scaled_unit(1.0),
    }
}

/// Whole hours from the first event to the last.
fn hours(times_s: &[f64]) -> Vec<Stretch> {
    let mut wanted: Vec<i64> = times_s.iter().filter(|t| t.is_finite()).map(|t| (t / 3600.0).floor() as i64).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if let (Some(&first), Some(&last)) = (wanted.first(), wanted.last())
        && last.saturating_sub(first) < MOST_HOURS as i64
    {
        wanted = (first..=last).collect();
    }
    let hour = |hour: i64| Stretch {
        from_s: hour as f64 * 3600.0,
        until_s: (hour + 1) as f64 * 3600.0,
        given: [UNKNOWN_AIR.wind_mps.0, UNKNOWN_AIR.wind_mps.1, UNKNOWN_AIR.temperature_c],
        stated_sigma: UNSTATED,
        error: [0.0; 3],
        covariance: scaled_unit(1.0),
    };
    wanted.into_iter().map(hour).collect()
}

#[cfg(test)]
#[path = "air_tests.rs"]
mod tests;
