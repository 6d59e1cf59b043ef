//! Places, times and depths of events whose arrivals are known, all together: the air and the noise that they share are
//! found from all of them, and clocks that cannot be right are found out.
//!
//! Each event has its own place and time, each stretch of time one wind and temperature. The normal equations of the
//! events are taken out of those of the air one by one (Schur complement), the air is solved for over all stretches, and
//! put back into each event. An event's error is then that of its own arrivals plus what the air leaves open, scaled by
//! Student's law where few residuals tell how large the noise is.

use super::air::{Air, Message};
use super::clocks::{self, BadClock};
use super::dense::{Square, apply, axes, inverse, moved, plus, quadratic, times, transposed};
use super::elsewhere::basins;
use super::network::{Network, Source};
use super::noise::{self, Noise, Sample};
use super::solve::{
    Normal, Origin, Reading, Surroundings, Turn, WRONG_WITHIN_SIGMA, descend, is_sound, linearise, refresh, revalue,
};
use super::spread::{self, Spread};
use super::{AirColumn, Region, Settings};
use truceline_domain::Wave;

/// Rounds of events, air and noise in turn: where sound is heard, and where it is not.
const ROUNDS: (usize, usize) = (14, 6);
/// Rounds in which the error of the air counts as the arrivals' own.
const SOFT_ROUNDS: usize = 2;
/// Change of the air, m/s or K, below which no further round is needed.
const AIR_SETTLED: f64 = 0.01;
/// Change of the logarithm of variances below which no further round is needed.
const NOISE_SETTLED: f64 = 0.02;
/// Most stations whose clocks are doubted one after the other.
const MOST_CLOCKS: usize = 12;
/// Steps of one event before the shared unknowns are looked at again.
const STEPS: usize = 8;
/// Variance of the first steps over the usual one: the hypothesis may be far off.
const FIRST_VARIANCE: f64 = 16.0;
/// An event with no more arrivals than this, or whose arrivals count for less than this on the whole, is looked for
/// elsewhere too.
const LOOK_ELSEWHERE: (usize, f64) = (6, 0.75);
/// Distance from which two places are two, km.
const APART_KM: f64 = 0.3;
/// Cost above that of the best place up to which another is kept in mind.
const RIVAL_COST: f64 = 20.0;

/// An arrival that belongs to a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Observation {
    /// Index of the pick in the input.
    pub(super) pick: usize,
    /// Index of the station.
    pub(super) station: usize,
    /// The wave it is taken for.
    pub(super) wave: Wave,
    /// When it arrived, s since the network's epoch.
    pub(super) time_s: f64,
    /// Stated error, s; 0 when none is stated.
    pub(super) sigma_s: f64,
    /// Back-azimuth and its error, degrees clockwise from north, if the station is an array.
    pub(super) azimuth_deg: Option<(f64, f64)>,
}

/// An event to be settled: a first guess and its arrivals.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hypothesis {
    /// East of the frame's origin, km.
    pub(super) east_km: f64,
    /// North of the frame's origin, km.
    pub(super) north_km: f64,
    /// Depth, km.
    pub(super) depth_km: f64,
    /// Origin time, s since the network's epoch.
    pub(super) time_s: f64,
    /// Its arrivals.
    pub(super) observations: Vec<Observation>,
}

/// How an arrival fits the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fitted {
    /// Index of the pick in the input.
    pub(super) pick: usize,
    /// Index of the station.
    pub(super) station: usize,
    /// The wave.
    pub(super) wave: Wave,
    /// Measured minus computed, s.
    pub(super) residual_s: f64,
    /// Error it should have, the clock's error counted in, s.
    pub(super) sigma_s: f64,
    /// How much it counts: probability that it is right, times what is left of its trust in the clock, 0…1.
    pub(super) weight: f64,
    /// Natural logarithm of the density of the arrival time, 1/s; of the bearing too, 1/degree, if there is one.
    pub(super) log_density: f64,
}

/// Where and when an event happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Solution {
    /// East of the frame's origin, km.
    pub(super) east_km: f64,
    /// North of the frame's origin, km.
    pub(super) north_km: f64,
    /// Depth, km.
    pub(super) depth_km: f64,
    /// Origin time, s since the network's epoch.
    pub(super) time_s: f64,
    /// Covariance over east, north, depth (km) and time (s); zero for a depth that is held.
    pub(super) covariance: Square<4>,
    /// Half axes of the 50, 90 and 95 % ellipses, longer and shorter, m.
    pub(super) ellipse_m: [(f64, f64); 3],
    /// Direction of the longer axis, degrees clockwise from north.
    pub(super) ellipse_azimuth_deg: f64,
    /// Regions of 50, 90 and 95 % where no ellipse tells the posterior; else empty.
    pub(super) regions: Vec<Region>,
    /// How the arrivals fit, in the order of the hypothesis.
    pub(super) arrivals: Vec<Fitted>,
}

/// What settling came to.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    /// One for each hypothesis, in the same order.
    pub(super) solutions: Vec<Solution>,
    /// The air as the events speak for it; empty when none was heard through it and none was given.
    pub(super) air: Vec<AirColumn>,
    /// Stations whose clocks cannot be right, by station.
    pub(super) clocks: Vec<BadClock>,
    /// How far arrivals scatter.
    pub(super) noise: Noise,
}

/// Settles all hypotheses together. Unusable numbers (not finite, unknown stations) make arrivals count for nothing.
pub(super) fn settle(network: &Network, hypotheses: &[Hypothesis], settings: &Settings) -> Settled {
    let mut work = Work::of(network, hypotheses, settings);
    work.start();
    work.rounds();
    let clocks = work.doubt_clocks();
    let solutions = work.solutions();
    Settled { solutions, air: work.air.columns(network), clocks, noise: work.noise }
}

/// An event while it is being settled.
pub(super) struct Shot {
    /// Where it now stands.
    pub(super) origin: Origin,
    /// Its arrivals.
    pub(super) readings: Vec<Reading>,
    /// Inverse of its own information.
    pub(super) inverse: Square<4>,
    /// How its parameters follow the air: (information)⁻¹ × (information shared with the air), so that δ = −carry·δair.
    pub(super) carry: [[f64; 3]; 4],
    /// What it says of the air.
    pub(super) message: Message,
    /// Which stretch of air it lies in.
    pub(super) stretch: usize,
    /// Whether sound is among its arrivals.
    pub(super) heard: bool,
    /// Whether its depth is solved for.
    pub(super) free_depth: bool,
    /// Other places at which its arrivals were nearly as well explained.
    pub(super) rivals: Vec<Origin>,
    normal: Normal,
}

/// All that is being settled.
pub(super) struct Work<'a> {
    /// The network.
    pub(super) network: &'a Network,
    /// The events, in the order of the hypotheses.
    pub(super) shots: Vec<Shot>,
    /// The air.
    pub(super) air: Air,
    /// The noise.
    pub(super) noise: Noise,
    /// What governs the search.
    pub(super) settings: &'a Settings,
}

const NO_ERROR: Square<3> = [[0.0; 3]; 3];

impl<'a> Work<'a> {
    fn of(network: &'a Network, hypotheses: &[Hypothesis], settings: &'a Settings) -> Self {
        let depth = settings.searched.depth_km;
        let mut shots: Vec<Shot> = hypotheses.iter().map(|h| Shot::of(network, h, depth)).collect();
        let heard: Vec<f64> = shots.iter().filter(|shot| shot.heard).map(|shot| shot.origin.time_s).collect();
        let air = Air::of(network, settings, &heard);
        for shot in &mut shots {
            shot.stretch = air.index(shot.origin.time_s);
        }
        Self { network, shots, air, noise: Noise::default(), settings }
    }

    /// Surroundings of a shot; `soft` when the error of the air is to count as the arrivals' own.
    pub(super) fn around<'b>(&'b self, shot: &Shot, soft: bool) -> Surroundings<'b> {
        let stretch = self.air.stretches.get(shot.stretch).filter(|_| soft && shot.heard);
        Surroundings {
            network: self.network,
            noise: &self.noise,
            air: self.air.state(shot.stretch),
            air_error: stretch.map_or(&NO_ERROR, |stretch| &stretch.covariance),
            depth_km: self.settings.searched.depth_km,
            free_depth: shot.free_depth,
        }
    }

    /// First steps from the hypotheses, with all errors taken for large.
    fn start(&mut self) {
        self.each(|work, shot| {
            let around = work.around(shot, true);
            refresh(&around, &shot.origin, &mut shot.readings);
            for reading in &mut shot.readings {
                reading.variance_s2 *= FIRST_VARIANCE;
            }
            descend(&around, &mut shot.origin, &mut shot.readings, STEPS);
            shot.look_elsewhere(&around, work.settings);
        });
    }

    /// Events, air and noise in turn until the air changes no more.
    fn rounds(&mut self) {
        let sound = self.shots.iter().any(|shot| shot.heard);
        let most = if sound { ROUNDS.0 } else { ROUNDS.1 };
        for round in 0..most {
            if round == SOFT_ROUNDS.min(most - 1) {
                self.each(|work, shot| shot.reconsider(&work.around(shot, false)));
            }
            self.settle_each(sound && round < SOFT_ROUNDS);
            let change = self.settle_air();
            if sound && round < SOFT_ROUNDS {
                continue;
            }
            let noise_change = self.refit_noise();
            if change < AIR_SETTLED && noise_change < NOISE_SETTLED {
                break;
            }
        }
        self.settle_each(false);
        self.settle_air();
    }

    fn settle_each(&mut self, soft: bool) {
        self.each(|work, shot| {
            let around = work.around(shot, soft);
            revalue(&around, &mut shot.readings);
            shot.normal = descend(&around, &mut shot.origin, &mut shot.readings, STEPS);
            if shot.heard {
                shot.linearised(&around, work.settings);
            } else {
                shot.take_out(work.settings);
            }
        });
    }

    /// The air from all events, and the events moved along with it; the largest change of the air.
    fn settle_air(&mut self) -> f64 {
        if !self.shots.iter().any(|shot| shot.heard) {
            return 0.0;
        }
        let mut messages = vec![Message::default(); self.air.stretches.len()];
        for shot in self.shots.iter().filter(|shot| shot.heard) {
            if let (Some(message), Some(stretch)) =
                (messages.get_mut(shot.stretch), self.air.stretches.get(shot.stretch))
            {
                let told = apply(&shot.message.information, &stretch.error);
                message.information = plus(&message.information, 1.0, &shot.message.information);
                message.pull = moved(&moved(&message.pull, 1.0, &shot.message.pull), 1.0, &told);
            }
        }
        let before: Vec<[f64; 3]> = self.air.stretches.iter().map(|stretch| stretch.error).collect();
        let change = self.air.settle(&messages);
        let after: Vec<[f64; 3]> = self.air.stretches.iter().map(|stretch| stretch.error).collect();
        let depth_km = self.settings.searched.depth_km;
        for shot in self.shots.iter_mut().filter(|shot| shot.heard) {
            if let (Some(before), Some(after)) = (before.get(shot.stretch), after.get(shot.stretch)) {
                let air_step = moved(after, -1.0, before);
                let own_step = apply(&shot.inverse, &shot.normal.pull);
                let step = moved(&own_step, -1.0, &apply(&shot.carry, &air_step));
                shot.origin = shot.origin.stepped(&step, depth_km);
            }
        }
        change
    }

    /// The noise from all residuals; the largest change of the logarithm of its variances.
    fn refit_noise(&mut self) -> f64 {
        let mut samples = Vec::new();
        for shot in &self.shots {
            let air = self.air.stretches.get(shot.stretch).map_or(&NO_ERROR, |stretch| &stretch.covariance);
            shot.readings.iter().for_each(|reading| shot.sample(reading, air, &mut samples));
        }
        let refitted = self.noise.refitted(&samples);
        let change = refitted.change_from(&self.noise);
        self.noise = refitted;
        change
    }

    /// Doubts the clock that fits worst, settles again without trust in it, and so on until all that are left fit. Those
    /// already doubted are looked at anew each time, now that they no longer pull at the events.
    fn doubt_clocks(&mut self) -> Vec<BadClock> {
        let mut doubted: Vec<BadClock> = Vec::new();
        for _ in 0..MOST_CLOCKS {
            let mut judged = clocks::judged(self);
            let known = |bad: &BadClock| doubted.iter().any(|other| other.station == bad.station);
            let fresh = judged.iter().filter(|(bad, _)| !known(bad)).max_by(|a, b| a.1.total_cmp(&b.1));
            let fresh = fresh.map(|(bad, _)| bad.station);
            judged.retain(|(bad, _)| known(bad) || Some(bad.station) == fresh);
            let now: Vec<BadClock> = judged.into_iter().map(|(bad, _)| bad).collect();
            let same = now.len() == doubted.len() && now.iter().zip(&doubted).all(|(a, b)| a.is_like(b));
            if same {
                break;
            }
            doubted = now;
            self.distrust(&doubted);
            self.rounds();
        }
        doubted
    }

    fn distrust(&mut self, doubted: &[BadClock]) {
        for reading in self.shots.iter_mut().flat_map(|shot| &mut shot.readings) {
            let bad = doubted.iter().find(|bad| bad.station == reading.station);
            reading.clock_s2 = bad.map_or(0.0, |bad| bad.variance_s2(reading.at_s));
        }
    }

    fn solutions(&mut self) -> Vec<Solution> {
        let mut shots = std::mem::take(&mut self.shots);
        shots.iter_mut().map(|shot| self.solution(shot)).collect()
    }

    fn solution(&self, shot: &mut Shot) -> Solution {
        let spread = spread::of(self, shot);
        let around = self.around(shot, false);
        linearise(&around, &shot.origin, &mut shot.readings, true);
        let freedom = shot.readings.iter().map(|r| self.noise.freedom(r.group)).fold(f64::INFINITY, f64::min);
        let freedom = if freedom.is_finite() { freedom } else { 2.0 };
        let Spread { origin, covariance, within, regions } = spread;
        let [[ee, en, ..], [_, nn, ..], ..] = covariance;
        let (longer, shorter, ellipse_azimuth_deg) = axes(&[[ee, en], [en, nn]]);
        let ellipse = |index: usize| {
            let (probability, squared) = within.get(index).copied().unwrap_or((0.5, 1.0));
            let student =
                freedom * ((1.0 - probability).powf(-2.0 / freedom) - 1.0) / (-2.0 * (1.0 - probability).ln());
            let scale = 1000.0 * (squared * student).sqrt();
            (scale * longer, scale * shorter)
        };
        Solution {
            east_km: origin.source.east_km,
            north_km: origin.source.north_km,
            depth_km: origin.source.depth_km,
            time_s: origin.time_s,
            covariance,
            ellipse_m: [ellipse(0), ellipse(1), ellipse(2)],
            ellipse_azimuth_deg,
            regions,
            arrivals: shot.readings.iter().map(|reading| fitted(reading, &self.noise)).collect(),
        }
    }

    /// Does something to every event, in their order.
    fn each(&mut self, mut act: impl FnMut(&Self, &mut Shot)) {
        let mut shots = std::mem::take(&mut self.shots);
        for shot in &mut shots {
            act(self, shot);
        }
        self.shots = shots;
    }
}

impl Shot {
    fn of(network: &Network, hypothesis: &Hypothesis, depth: (f64, f64)) -> Self {
        let usable = |o: &&Observation| o.time_s.is_finite() && network.posts.get(o.station).is_some();
        let readings: Vec<Reading> = hypothesis.observations.iter().map(|o| reading(o, usable(&o))).collect();
        let through_ground = |wave| matches!(wave, Wave::P | Wave::S);
        let free_depth = depth.1 > depth.0 && hypothesis.observations.iter().any(|o| through_ground(o.wave));
        let depth_km = if free_depth {
            hypothesis.depth_km.max(depth.0 + 0.1 * (depth.1 - depth.0)).min(depth.1)
        } else {
            hypothesis.depth_km.max(depth.0).min(depth.1.max(depth.0))
        };
        let source = Source { east_km: hypothesis.east_km, north_km: hypothesis.north_km, depth_km };
        Self {
            origin: Origin { source, time_s: hypothesis.time_s },
            heard: readings.iter().any(|reading| is_sound(reading.wave)),
            readings,
            inverse: [[0.0; 4]; 4],
            carry: [[0.0; 3]; 4],
            message: Message::default(),
            stretch: 0,
            free_depth,
            rivals: Vec::new(),
            normal: Normal::default(),
        }
    }

    /// The same arrivals at another place.
    pub(super) fn at(&self, origin: Origin) -> Self {
        Self {
            origin,
            readings: self.readings.clone(),
            rivals: Vec::new(),
            inverse: self.inverse,
            carry: self.carry,
            message: self.message,
            stretch: self.stretch,
            heard: self.heard,
            free_depth: self.free_depth,
            normal: self.normal,
        }
    }

    /// Sets up the equations where the event stands, the air solved for as well.
    pub(super) fn linearised(&mut self, around: &Surroundings<'_>, settings: &Settings) {
        self.normal = linearise(around, &self.origin, &mut self.readings, true);
        self.take_out(settings);
    }

    /// Natural logarithm of the posterior's mass about here, up to a constant of the event.
    pub(super) fn log_mass(&self) -> f64 {
        let determinant = inverse(&self.inverse).map_or(0.0, |(_, log_determinant)| log_determinant);
        0.5 * determinant - self.normal.cost
    }

    /// Looks over the map when few arrivals, or one that does not fit, leave it open whether this is the best place.
    fn look_elsewhere(&mut self, around: &Surroundings<'_>, settings: &Settings) {
        refresh(around, &self.origin, &mut self.readings);
        let mut origin = self.origin;
        let normal = descend(around, &mut origin, &mut self.readings, STEPS);
        let counted: f64 = self.readings.iter().map(|reading| reading.weight).sum();
        if self.readings.len() > LOOK_ELSEWHERE.0 && counted >= LOOK_ELSEWHERE.1 * self.readings.len() as f64 {
            return;
        }
        let found = basins(around, &origin, &mut self.readings, (settings, APART_KM));
        let mut best = (origin, normal.cost);
        if let Some(other) = found.first().filter(|(_, cost)| *cost < normal.cost - 1e-3) {
            best = *other;
        }
        self.origin = best.0;
        let near = |(_, cost): &&(Origin, f64)| *cost < best.1 + RIVAL_COST;
        let all = std::iter::once((origin, normal.cost)).chain(found.iter().copied());
        let rivals = all.collect::<Vec<_>>();
        let apart = |rival: &Origin| super::elsewhere::apart(rival, &best.0) > APART_KM;
        self.rivals = rivals.iter().filter(near).map(|(rival, _)| *rival).filter(apart).collect();
    }

    /// Goes to the best of its rivals when that now explains the arrivals better.
    fn reconsider(&mut self, around: &Surroundings<'_>) {
        if self.rivals.is_empty() {
            return;
        }
        let mut places: Vec<(f64, Origin)> = Vec::with_capacity(self.rivals.len() + 1);
        for mut origin in std::iter::once(self.origin).chain(self.rivals.iter().copied()) {
            refresh(around, &origin, &mut self.readings);
            places.push((descend(around, &mut origin, &mut self.readings, STEPS).cost, origin));
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut places = places.into_iter();
        if let Some((best, origin)) = places.next() {
            self.origin = origin;
            let apart = |rival: &Origin| super::elsewhere::apart(rival, &origin) > APART_KM;
            let near = places.filter(|(cost, _)| *cost < best + RIVAL_COST).map(|(_, rival)| rival);
            self.rivals = near.filter(apart).collect();
        }
    }

    /// Takes the event's own parameters out of the equations of the air.
    fn take_out(&mut self, settings: &Settings) {
        let mut own = self.normal.own;
        add_box(&mut own, settings);
        let Some((inverse, _)) = inverse(&own) else {
            (self.inverse, self.carry, self.message) = (own.map(|_| [0.0; 4]), [[0.0; 3]; 4], Message::default());
            return;
        };
        self.inverse = inverse;
        self.carry = times(&inverse, &self.normal.shared);
        let back = transposed(&self.carry);
        self.message.information = plus(&self.normal.air, -1.0, &times(&transposed(&self.normal.shared), &self.carry));
        self.message.pull = moved(&self.normal.air_pull, -1.0, &apply(&back, &self.normal.pull));
    }

    /// Variance of a computed arrival time (or bearing, with no derivatives by the air) by what the event and the air
    /// leave open.
    pub(super) fn computed_variance(&self, by: &[f64; 4], by_air: &[f64; 3], air: &Square<3>) -> f64 {
        let own = quadratic(&self.inverse, by);
        if !self.heard {
            return own;
        }
        let left = moved(by_air, -1.0, &apply(&transposed(&self.carry), by));
        own + quadratic(air, &left)
    }

    /// Covariance of the event's parameters with a computed arrival time, and that time's variance.
    pub(super) fn together(&self, by: &[f64; 4], by_air: &[f64; 3], air: Option<&Square<3>>) -> ([f64; 4], f64) {
        let own = apply(&self.inverse, by);
        let variance = quadratic(&self.inverse, by);
        let Some(air) = air else { return (own, variance) };
        let left = moved(by_air, -1.0, &apply(&transposed(&self.carry), by));
        let shared = apply(&self.carry, &apply(air, &left));
        (moved(&own, -1.0, &shared), variance + quadratic(air, &left))
    }

    fn sample(&self, reading: &Reading, air: &Square<3>, samples: &mut Vec<Sample>) {
        if reading.clock_s2 == 0.0 && reading.variance_s2.is_finite() && reading.by != [0.0; 4] {
            let computed = self.computed_variance(&reading.by, &reading.by_air, air);
            samples.push(Sample {
                group: reading.group,
                stated: reading.stated_s2,
                travel_s: reading.travel_s,
                squared: reading.residual_s.powi(2),
                weight: reading.weight,
                leverage: (reading.weight * computed / reading.variance_s2).min(0.98),
            });
        }
        if let Some(turn) = &reading.turn {
            let computed = self.computed_variance(&turn.by, &[0.0; 3], air);
            samples.push(Sample {
                group: noise::bearing_group(),
                stated: turn.sigma_deg.powi(2),
                travel_s: 0.0,
                squared: turn.residual_deg.powi(2),
                weight: turn.weight,
                leverage: (turn.weight * computed / turn.variance_deg2).min(0.98),
            });
        }
    }
}

/// Adds the information that an event lies in the box (the variance of an even spread over it), so that few arrivals
/// leave no direction without any.
pub(super) fn add_box(own: &mut Square<4>, settings: &Settings) {
    let information = |(from, until): (f64, f64)| 12.0 / (until - from).powi(2).max(1.0);
    own[0][0] += information(settings.searched.east_km);
    own[1][1] += information(settings.searched.north_km);
    own[2][2] += 0.1 * information(settings.searched.depth_km);
    own[3][3] += 1e-6;
}

fn reading(observation: &Observation, usable: bool) -> Reading {
    let (group, stated_s2) = noise::group_of(observation.wave, observation.sigma_s);
    let turn = observation.azimuth_deg.filter(|(azimuth, sigma)| azimuth.is_finite() && *sigma > 0.0 && usable);
    Reading {
        pick: observation.pick,
        station: observation.station,
        wave: if usable { observation.wave } else { Wave::Shock },
        group,
        at_s: observation.time_s,
        stated_s2,
        clock_s2: 0.0,
        turn: turn.map(|(azimuth_deg, sigma_deg)| Turn {
            azimuth_deg,
            sigma_deg,
            variance_deg2: sigma_deg * sigma_deg,
            residual_deg: 0.0,
            weight: 1.0,
            by: [0.0; 4],
        }),
        variance_s2: stated_s2,
        soft_s2: 0.0,
        travel_s: 0.0,
        residual_s: 0.0,
        weight: 1.0,
        by: [0.0; 4],
        by_air: [0.0; 3],
    }
}

fn fitted(reading: &Reading, noise: &Noise) -> Fitted {
    let outlier = noise.outlier_factor(WRONG_WITHIN_SIGMA);
    let density = |squared: f64, variance: f64| {
        let right = (-0.5 * squared / variance).exp() + outlier;
        right.ln() - 0.5 * (std::f64::consts::TAU * variance).ln() - (1.0 + outlier).ln()
    };
    let says_nothing = reading.by == [0.0; 4];
    let arrival = density(reading.residual_s.powi(2), reading.variance_s2);
    let bearing = reading.turn.map_or(0.0, |turn| density(turn.residual_deg.powi(2), turn.variance_deg2));
    let trusted = 1.0 - reading.clock_s2 / reading.variance_s2.max(f64::MIN_POSITIVE);
    Fitted {
        pick: reading.pick,
        station: reading.station,
        wave: reading.wave,
        residual_s: reading.residual_s,
        sigma_s: reading.variance_s2.sqrt(),
        weight: if says_nothing { 0.0 } else { reading.weight * trusted.clamp(0.0, 1.0) },
        log_density: if says_nothing { 0.0 } else { arrival + bearing },
    }
}

#[cfg(test)]
#[path = "settle_events_tests.rs"]
mod tests;
