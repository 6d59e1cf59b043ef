//! One event from its arrivals: linearised arrival times, weights that let wrong arrivals go, damped Gauss-Newton steps.
//!
//! An arrival is right with a normal error, or wrong with a probability ε and then anywhere within four standard
//! deviations either way; its weight is the probability that it is right. Bearings of arrays count the same way.

use super::dense::{Square, add_outer, dot, inverse, moved};
use super::network::{AirState, Network, Source};
use super::noise::Noise;
use truceline_domain::Wave;

/// Half width of the stretch in which a wrong arrival lies, standard deviations of a right one.
pub(super) const WRONG_WITHIN_SIGMA: f64 = 4.0;
/// Longest step over the map, km.
const LONGEST_STEP_KM: f64 = 15.0;
/// Expected fall of the cost (twice) below which a step is the last one, and the equations are not set up again.
const LAST_STEP: f64 = 3e-3;

/// A bearing of an array, with its state in the last linearisation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// Measured back-azimuth, degrees clockwise from north.
    pub(super) azimuth_deg: f64,
    /// Its stated error, degrees.
    pub(super) sigma_deg: f64,
    /// Variance in use, degrees².
    pub(super) variance_deg2: f64,
    /// Measured minus computed, degrees.
    pub(super) residual_deg: f64,
    /// Probability that it is right.
    pub(super) weight: f64,
    /// Derivatives of the azimuth by east, north, depth and time, degrees per km.
    pub(super) by: [f64; 4],
}

/// An arrival, with its state in the last linearisation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Index of the pick in the input.
    pub(super) pick: usize,
    /// Index of the station.
    pub(super) station: usize,
    /// The wave.
    pub(super) wave: Wave,
    /// Which noise it has.
    pub(super) group: usize,
    /// When it arrived, s.
    pub(super) at_s: f64,
    /// Square of the stated error, or of the usual one where none is stated, s².
    pub(super) stated_s2: f64,
    /// Variance added because the station's clock cannot be right, s².
    pub(super) clock_s2: f64,
    /// Its bearing, if the station is an array.
    pub(super) turn: Option<Turn>,
    /// Variance in use, s².
    pub(super) variance_s2: f64,
    /// Variance in use for the weight and for steps of the event alone, on top of the other: the unknown air, s².
    pub(super) soft_s2: f64,
    /// Computed travel time, s.
    pub(super) travel_s: f64,
    /// Measured minus computed, s.
    pub(super) residual_s: f64,
    /// Probability that it is right.
    pub(super) weight: f64,
    /// Derivatives of the arrival time by east, north, depth (s/km) and origin time.
    pub(super) by: [f64; 4],
    /// Derivatives by the wind to east and north (s per m/s) and temperature (s/K).
    pub(super) by_air: [f64; 3],
}

/// Where and when an event happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Origin {
    /// The place.
    pub(super) source: Source,
    /// The time, s since the network's epoch.
    pub(super) time_s: f64,
}

/// What an event is solved with.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The network.
    pub(super) network: &'a Network,
    /// The noise of arrivals.
    pub(super) noise: &'a Noise,
    /// The air.
    pub(super) air: AirState,
    /// Error of the air that a linearisation should reckon with, covariance over wind and temperature.
    pub(super) air_error: &'a Square<3>,
    /// Depths from and to, km.
    pub(super) depth_km: (f64, f64),
    /// Whether the depth is solved for.
    pub(super) free_depth: bool,
}

/// Normal equations of an event: H·δ = g over east, north, depth and time, with the air's part beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Normal {
    /// Information of the event's own parameters.
    pub(super) own: Square<4>,
    /// Information shared with the air.
    pub(super) shared: [[f64; 3]; 4],
    /// Information of the air.
    pub(super) air: Square<3>,
    /// Right-hand side of the event's own parameters.
    pub(super) pull: [f64; 4],
    /// Right-hand side of the air.
    pub(super) air_pull: [f64; 3],
    /// Negative logarithm of the likelihood, up to a constant.
    pub(super) cost: f64,
}

impl Origin {
    /// This origin with a step added, the depth kept between its bounds.
    pub(super) fn stepped(&self, step: &[f64; 4], depth_km: (f64, f64)) -> Self {
        let [east, north, depth, time] = *step;
        let length = east.hypot(north);
        let shrink = if length > LONGEST_STEP_KM { LONGEST_STEP_KM / length } else { 1.0 };
        let source = Source {
            east_km: self.source.east_km + shrink * east,
            north_km: self.source.north_km + shrink * north,
            depth_km: (self.source.depth_km + shrink * depth).max(depth_km.0).min(depth_km.1.max(depth_km.0)),
        };
        Self { source, time_s: self.time_s + shrink * time }
    }
}

/// Sets the variances of the arrivals for an event at `origin`, and keeps them there until the next call.
pub(super) fn refresh(around: &Surroundings<'_>, origin: &Origin, readings: &mut [Reading]) {
    for reading in readings.iter_mut() {
        aim(around, origin, reading);
    }
    revalue(around, readings);
}

/// Sets the variances anew for where the arrivals were last computed.
pub(super) fn revalue(around: &Surroundings<'_>, readings: &mut [Reading]) {
    for reading in readings {
        reading.variance_s2 =
            around.noise.variance_s2(reading.group, reading.stated_s2, reading.travel_s) + reading.clock_s2;
        reading.soft_s2 =
            if is_sound(reading.wave) { super::dense::quadratic(around.air_error, &reading.by_air) } else { 0.0 };
        if let Some(turn) = &mut reading.turn {
            turn.variance_deg2 = around.noise.bearing_variance_deg2(turn.sigma_deg);
        }
    }
}

/// True for waves that go through the air and whose source is a point.
pub(super) fn is_sound(wave: Wave) -> bool {
    matches!(wave, Wave::Air | Wave::Muzzle)
}

/// The normal equations at `origin`. `joint` weighs arrivals by their own variance alone, for a solution in which the
/// air is solved for as well; otherwise the air's error counts as their own.
pub(super) fn linearise(around: &Surroundings<'_>, origin: &Origin, readings: &mut [Reading], joint: bool) -> Normal {
    let mut normal = Normal::default();
    let outlier = around.noise.outlier_factor(WRONG_WITHIN_SIGMA);
    for reading in readings {
        aim(around, origin, reading);
        let soft = reading.variance_s2 + reading.soft_s2;
        let (weight, cost) = right_or_wrong(reading.residual_s * reading.residual_s / soft, outlier);
        reading.weight = weight;
        normal.cost += cost;
        let counted = weight / if joint { reading.variance_s2 } else { soft };
        add_own(&mut normal, counted, &reading.by, reading.residual_s);
        if joint && is_sound(reading.wave) {
            add_outer(&mut normal.shared, counted, &reading.by, &reading.by_air);
            add_outer(&mut normal.air, counted, &reading.by_air, &reading.by_air);
            normal.air_pull = moved(&normal.air_pull, counted * reading.residual_s, &reading.by_air);
        }
        if let Some(turn) = &mut reading.turn {
            let (weight, cost) = right_or_wrong(turn.residual_deg * turn.residual_deg / turn.variance_deg2, outlier);
            turn.weight = weight;
            normal.cost += cost;
            add_own(&mut normal, weight / turn.variance_deg2, &turn.by, turn.residual_deg);
        }
    }
    hold_depth(around, origin, &mut normal);
    normal
}

/// Damped Gauss-Newton steps at a fixed air until the cost falls no more; the normal equations at the last point.
pub(super) fn descend(
    around: &Surroundings<'_>,
    origin: &mut Origin,
    readings: &mut [Reading],
    steps: usize,
) -> Normal {
    let mut normal = linearise(around, origin, readings, false);
    let mut damping = 1e-4;
    for _ in 0..steps {
        let Some(step) = damped_step(&normal, damping) else {
            damping = (damping * 10.0).max(1e-3);
            continue;
        };
        let trial = origin.stepped(&step, around.depth_km);
        let fall = dot(&step, &normal.pull);
        if fall < LAST_STEP {
            *origin = trial;
            normal.cost -= 0.5 * fall;
            normal.pull = [0.0; 4];
            break;
        }
        let there = linearise(around, &trial, readings, false);
        if there.cost <= normal.cost {
            (*origin, normal, damping) = (trial, there, damping * 0.1);
        } else {
            damping = (damping * 30.0).max(1e-3);
            normal = linearise(around, origin, readings, false);
        }
    }
    normal
}

/// Solves (H + λ·diag H)·δ = g.
fn damped_step(normal: &Normal, damping: f64) -> Option<[f64; 4]> {
    let [[a, ..], [_, b, ..], [_, _, c, _], [.., d]] = normal.own;
    let diagonal = [a, b, c, d];
    let mut damped = normal.own;
    for (index, row) in damped.iter_mut().enumerate() {
        if let (Some(value), Some(own)) = (row.get_mut(index), diagonal.get(index)) {
            *value += damping * own + 1e-9;
        }
    }
    let (back, _) = inverse(&damped)?;
    Some(super::dense::apply(&back, &normal.pull))
}

fn add_own(normal: &mut Normal, counted: f64, by: &[f64; 4], residual: f64) {
    add_outer(&mut normal.own, counted, by, by);
    normal.pull = moved(&normal.pull, counted * residual, by);
}

/// Takes the depth out of the equations when it is not solved for, or when it lies at a bound and would leave it.
fn hold_depth(around: &Surroundings<'_>, origin: &Origin, normal: &mut Normal) {
    let depth = origin.source.depth_km;
    let [.., pull, _] = normal.pull;
    let leaves = (depth <= around.depth_km.0 && pull <= 0.0) || (depth >= around.depth_km.1 && pull >= 0.0);
    if around.free_depth && !leaves {
        return;
    }
    let [a, b, c, d] = &mut normal.own;
    (a[2], b[2], d[2]) = (0.0, 0.0, 0.0);
    *c = [0.0, 0.0, 1e12, 0.0];
    normal.shared[2] = [0.0; 3];
    normal.pull[2] = 0.0;
}

/// Travel time, residual and derivatives of one arrival. A wave that has no point source (the shock of a round) keeps a
/// residual of zero and derivatives of zero: it says nothing of the place.
fn aim(around: &Surroundings<'_>, origin: &Origin, reading: &mut Reading) {
    let (network, source) = (around.network, origin.source);
    let travel = if is_sound(reading.wave) {
        network.sound(reading.station, source, around.air).map(|(travel, by)| {
            reading.by_air = [by.by_wind_east, by.by_wind_north, by.by_temperature];
            travel
        })
    } else {
        network.travel(reading.station, reading.wave, source, around.air)
    };
    match travel {
        Some(travel) => {
            reading.travel_s = travel.time_s;
            reading.residual_s = reading.at_s - origin.time_s - travel.time_s;
            reading.by = [travel.by_east, travel.by_north, travel.by_depth, 1.0];
        }
        None => (reading.travel_s, reading.residual_s, reading.by) = (0.0, 0.0, [0.0; 4]),
    }
    if let Some(turn) = &mut reading.turn
        && let Some((azimuth, by_east, by_north)) = network.azimuth(reading.station, source)
    {
        turn.residual_deg = (turn.azimuth_deg - azimuth + 180.0).rem_euclid(360.0) - 180.0;
        turn.by = [by_east, by_north, 0.0, 0.0];
    }
}

/// Probability that an arrival is right and its negative log likelihood, from its squared residual in standard
/// deviations and the density of wrong arrivals over that of right ones at their peak.
fn right_or_wrong(squared: f64, outlier: f64) -> (f64, f64) {
    let odds = outlier * (0.5 * squared).min(600.0).exp();
    // The logarithm of 1 + x by its series, where that is as good: this is what all time goes into.
    let log = if odds < 1e-2 { odds * (1.0 - odds * (0.5 - odds / 3.0)) } else { odds.ln_1p() };
    (1.0 / (1.0 + odds), 0.5 * squared.min(1200.0) - log)
}
