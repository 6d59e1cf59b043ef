//! One track: a possible mover, how sure it is that it exists, where it is and how it moves.

use super::kinematics::{Covariance, Mean, Row, fold};
use super::motion::{Mode, Modes, Motion, advance, overall};
use super::nouns::{Mover, Sensor, SensorKind};
use super::sight::{Form, Sight, Stand};

/// What begins a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Birth {
    pub scan: u64,
    pub sensor: u32,
    pub plot: u64,
    pub time_s: f64,
    pub x: f64,
    pub y: f64,
    /// Probability that a mover at this place would have been seen in the half minute before.
    pub watched: f64,
}

/// A height, if any sensor measured elevations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Height {
    pub mean_m: f64,
    pub variance: f64,
    pub time_s: f64,
}

/// The track.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Track {
    pub id: u64,
    pub birth: Birth,
    /// The time of `modes`.
    pub time_s: f64,
    /// When a sensor (not a claim) saw it last.
    pub sensed_s: f64,
    /// When it reported itself last.
    pub reported_s: f64,
    /// Time up to which survival and looks have been counted.
    pub counted_s: f64,
    pub existence: f64,
    pub modes: Modes,
    pub whole: Mode,
    /// Probability of each kind of mover.
    pub movers: [f64; 4],
    /// What looks and hits said of the kind, as factors.
    pub evidence: [f64; 4],
    /// Probability that it shows at all to a sensor: emits radio, or is not hidden from a camera. See [`Self::seat`].
    pub visible: [f64; 4],
    /// How far it must go from where it began to be proven a mover.
    pub proof_m: f64,
    pub height: Option<Height>,
    /// Expected number of sensor hits so far.
    pub hits: f64,
    pub identity: Option<u32>,
    /// Reported at least once.
    pub confirmed: bool,
    /// Has moved as only a mover does; what stands where it began may be clutter.
    pub proven: bool,
    /// Stated as seen without any report of its own.
    pub unannounced: bool,
    pub confirmed_s: f64,
    /// Hits and looks (both expected numbers) of sensors that give places, so far.
    pub tally: (f64, f64),
    /// The older track that it keeps beside, and how far looks say that they are two (log likelihood ratio).
    pub beside: u64,
    pub apart: f64,
    /// Tallies of both together when last compared.
    pub compared: (f64, f64),
    /// Numbers of the last plots that belong to it, oldest first; `u64::MAX` = none yet.
    pub recent: [u64; 8],
}

/// A track without a plot or report for so long is kept but not shown.
const FRESH_S: f64 = 30.0;
/// Probability that a mover shows to a camera that looks its way.
const VISIBLE: f64 = 0.85;
/// Share of movers that stand still when first seen.
const NEW_STILL: f64 = 0.15;
/// Standard deviation of an unknown velocity, each axis.
const NEW_SPEED_MPS: f64 = 13.0;

impl Track {
    /// A track begun by one plot that gives a place; `None` if it gives none.
    pub(crate) fn born(sight: &Sight, birth: Birth, stand: Stand, motion: &Motion) -> Option<Self> {
        let (x, y) = sight.form.place(stand)?;
        let mut mean = Mean { x, y, ..Mean::default() };
        let mut cov = Covariance::diagonal(0.0, NEW_SPEED_MPS * NEW_SPEED_MPS);
        let mut still_share = NEW_STILL;
        match sight.form {
            Form::Polar { sin, cos, range, rate, variances: [azimuth_var, range_var, rate_var], .. } => {
                let across = azimuth_var * range * range;
                cov.xx = range_var * sin * sin + across * cos * cos;
                cov.yy = range_var * cos * cos + across * sin * sin;
                cov.xy = (range_var - across) * sin * cos;
                if let Some(rate) = rate {
                    let moving = normal(rate, cov.uu + rate_var);
                    let still = normal(rate, motion.still_mps.powi(2) + rate_var);
                    still_share = NEW_STILL * still / (NEW_STILL * still + (1.0 - NEW_STILL) * moving);
                    let from = mean;
                    fold(
                        &mut mean,
                        &mut cov,
                        &from,
                        &Row { a: 0.0, b: 0.0, c: sin, d: cos, residual: rate, variance: rate_var },
                    );
                }
            }
            Form::Place { variance, .. } => (cov.xx, cov.yy) = (variance, variance),
            Form::Claim { velocity, variances: [place_var, velocity_var], .. } => {
                (cov.xx, cov.yy) = (place_var, place_var);
                if let Some((u, v)) = velocity {
                    (mean.u, mean.v) = (u, v);
                    (cov.uu, cov.vv) = (velocity_var, velocity_var);
                    still_share = if u.hypot(v) < 1.0 { 0.5 } else { 0.0 };
                }
            }
            Form::Bearing { .. } => return None,
        }
        let place = Covariance { xx: cov.xx, xy: cov.xy, yy: cov.yy, ..Covariance::default() };
        let variance = motion.still_mps.powi(2);
        let still = Mode {
            weight: still_share,
            mean: Mean { u: 0.0, v: 0.0, ..mean },
            cov: Covariance { uu: variance, vv: variance, ..place },
        };
        let moving = Mode { weight: 0.5 * (1.0 - still_share), mean, cov };
        let modes = [moving, moving, still];
        Some(Self {
            id: birth.plot,
            time_s: birth.time_s,
            sensed_s: birth.time_s,
            reported_s: f64::NEG_INFINITY,
            counted_s: birth.time_s,
            existence: 0.0,
            modes,
            whole: overall(&modes),
            movers: [0.25; 4],
            evidence: [1.0; 4],
            visible: [0.5, VISIBLE, VISIBLE, VISIBLE],
            proof_m: 250.0,
            height: None,
            hits: 1.0,
            identity: None,
            confirmed: false,
            proven: false,
            unannounced: false,
            confirmed_s: 0.0,
            tally: (0.0, 0.0),
            beside: 0,
            apart: 0.0,
            compared: (0.0, 0.0),
            recent: [u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, birth.plot],
            birth,
        })
    }

    /// Moves the modes on to `time_s`.
    pub(crate) fn advance_to(&mut self, time_s: f64, motion: &Motion) {
        let dt_s = time_s - self.time_s;
        if dt_s > 0.0 {
            let can_stop = self.can_stop();
            // Long gaps are walked in steps, so that a stop or a turn can happen within them.
            let steps = (dt_s / 2.0).ceil().clamp(1.0, 8.0) as u32;
            for _ in 0..steps {
                advance(&mut self.modes, dt_s / f64::from(steps), motion, can_stop);
            }
            self.time_s = time_s;
            self.whole = overall(&self.modes);
        }
    }

    /// How far this mover can stand still.
    pub(crate) fn can_stop(&self) -> f64 {
        let [multirotor, _, vehicle, vessel] = self.movers;
        (multirotor + vehicle + 0.1 * vessel).clamp(0.0, 1.0)
    }

    /// Mean at `time_s`, without changing anything.
    pub(crate) fn mean_at(&self, time_s: f64) -> Mean {
        self.whole.mean.moved((time_s - self.time_s).max(0.0))
    }

    /// A cautious standard deviation of the place at `time_s`.
    pub(crate) fn sigma_at(&self, time_s: f64, motion: &Motion) -> f64 {
        let dt_s = (time_s - self.time_s).max(0.0);
        let speed = self.whole.cov.uu.max(self.whole.cov.vv).max(0.0).sqrt();
        self.whole.cov.sigma_place_m() + speed * dt_s + (motion.agile_q * dt_s.powi(3) / 3.0).sqrt()
    }

    /// Survival up to `time_s`.
    pub(crate) fn survive_to(&mut self, time_s: f64) {
        let dt_s = time_s - self.counted_s;
        if dt_s > 0.0 {
            self.existence *= 1.0 - (dt_s / LIFETIME_S).min(0.5);
            self.counted_s = time_s;
        }
    }

    /// The most probable kind and its probability.
    #[must_use]
    pub(crate) fn mover(&self) -> (Mover, f64) {
        Mover::ALL
            .into_iter()
            .zip(self.movers)
            .fold((Mover::Multirotor, -1.0), |best, next| if next.1 > best.1 { next } else { best })
    }

    /// Whether it has gone far from where it began, or moves steadily.
    pub(crate) fn has_moved(&self) -> bool {
        let (mean, cov) = (&self.whole.mean, &self.whole.cov);
        let gone = (mean.x - self.birth.x).hypot(mean.y - self.birth.y);
        let steady = self.hits > 8.0 && mean.speed() > (4.0 * cov.uu.max(cov.vv).max(0.0).sqrt()).max(1.2);
        self.existence > 0.9
            && (gone > self.proof_m + 3.0 * cov.sigma_place_m()
                || steady
                || (self.identity.is_some() && self.hits > 2.5))
    }

    /// Which belief of `visible` a sensor's looks bear on: radio is a property of the mover, sight one of mover and sensor
    /// (sensors that share a seat share the belief); `None` for radars, whose looks are taken as independent.
    pub(crate) fn seat(kind: SensorKind, sensor: u32) -> Option<usize> {
        match kind {
            SensorKind::DirectionFinder => Some(0),
            SensorKind::Radar | SensorKind::Cooperative => None,
            _ => Some(1 + (sensor % 3) as usize),
        }
    }

    /// Probability that it shows to this sensor at all.
    pub(crate) fn shows(&self, kind: SensorKind, sensor: u32) -> f64 {
        Self::seat(kind, sensor).and_then(|seat| self.visible.get(seat)).copied().unwrap_or(1.0)
    }

    /// Whether anything was seen or heard of it lately.
    pub(crate) fn is_fresh(&self, time_s: f64) -> bool {
        time_s - self.sensed_s.max(self.reported_s) < FRESH_S
    }

    /// Notes a plot that belongs to it.
    pub(crate) fn remember(&mut self, plot: u64) {
        self.recent.rotate_left(1);
        if let Some(last) = self.recent.last_mut() {
            *last = plot;
        }
    }

    /// Folds an elevation in.
    pub(crate) fn raise(&mut self, time_s: f64, elevation_deg: f64, sensor: &Sensor, stand: Stand, share: f64) {
        let Some(sigma) = sensor.sigma_elevation_deg else { return };
        let mean = self.mean_at(time_s);
        let range = (mean.x - stand.x).hypot(mean.y - stand.y);
        let height = sensor.up_m + range * elevation_deg.to_radians().tan();
        let variance = (range * sigma.to_radians()).powi(2).max(1.0) / share.max(0.05);
        let Some(held) = &mut self.height else {
            self.height = Some(Height { mean_m: height, variance: variance + 100.0, time_s });
            return;
        };
        let before = held.variance + 4.0 * (time_s - held.time_s).max(0.0);
        let gap = height - held.mean_m;
        if gap * gap > 16.0 * (before + variance) {
            held.variance = before + variance;
            return;
        }
        let gain = before / (before + variance);
        *held = Height { mean_m: held.mean_m + gain * gap, variance: before * (1.0 - gain), time_s };
    }
}

/// Mean time for which a mover stays in the area of interest.
const LIFETIME_S: f64 = 1500.0;

pub(crate) fn normal(residual: f64, variance: f64) -> f64 {
    (-0.5 * residual * residual / variance).exp() / (std::f64::consts::TAU * variance).sqrt()
}
