//! Whether a sensor would have seen a mover: reach by kind of mover, fading with range, field of view, blocked sight, and
//! the Doppler notch. An empty look is a measurement too (Koch 2004).

use super::motion::Modes;
use super::nouns::{Sensor, SensorKind};
use super::sight::{Stand, wrapped};

/// Where a mover lies as a sensor sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aspect {
    pub range_m: f64,
    pub azimuth: f64,
    /// Standard deviation of the azimuth.
    pub spread: f64,
    /// Direction from the sensor, east and north.
    pub east: f64,
    pub north: f64,
}

impl Aspect {
    pub(crate) fn of(stand: Stand, x: f64, y: f64, sigma_m: f64) -> Self {
        let (dx, dy) = (x - stand.x, y - stand.y);
        let range_m = dx.hypot(dy).max(1.0);
        let (east, north) = (dx / range_m, dy / range_m);
        Self { range_m, azimuth: dx.atan2(dy), spread: sigma_m / range_m, east, north }
    }
}

/// Probability of detection for each kind of mover, the notch left aside.
pub(crate) fn by_mover(sensor: &Sensor, aspect: &Aspect) -> [f64; 4] {
    let clear = sensor.p_detect * in_view(sensor, aspect) * unblocked(sensor, aspect);
    if clear <= 0.0 {
        return [0.0; 4];
    }
    let fades = matches!(sensor.kind, SensorKind::Radar);
    sensor.reach_m.map(|reach| {
        if aspect.range_m >= reach {
            0.0
        } else if fades {
            let share = aspect.range_m / reach;
            clear * (1.0 - 0.5 * share * share).max(0.4)
        } else {
            clear
        }
    })
}

fn in_view(sensor: &Sensor, aspect: &Aspect) -> f64 {
    let Some((centre, width)) = sensor.view_deg else { return 1.0 };
    let off = wrapped(aspect.azimuth - centre.to_radians()).abs();
    let inside = 0.5 * width.to_radians() - off;
    (0.5 + 0.4 * inside / aspect.spread.max(1e-6)).clamp(0.0, 1.0)
}

fn unblocked(sensor: &Sensor, aspect: &Aspect) -> f64 {
    let degrees = aspect.azimuth.to_degrees();
    let hidden = sensor.blocked.iter().any(|sector| {
        aspect.range_m >= sector.beyond_m
            && (degrees - sector.from_deg).rem_euclid(360.0) < (sector.until_deg - sector.from_deg).rem_euclid(360.0)
    });
    if hidden { 0.0 } else { 1.0 }
}

/// Factor on the probability of detection for each mode: how far its range rate lies in the notch.
pub(crate) fn notch(sensor: &Sensor, aspect: &Aspect, modes: &Modes) -> [f64; 3] {
    if sensor.kind != SensorKind::Radar || sensor.notch_mps <= 0.0 {
        return [1.0; 3];
    }
    let (e, n) = (aspect.east, aspect.north);
    modes.each_ref().map(|mode| {
        let rate = e * mode.mean.u + n * mode.mean.v;
        let spread = (e * e * mode.cov.uu + 2.0 * e * n * mode.cov.uv + n * n * mode.cov.vv).max(1e-4).sqrt();
        let inside = phi((sensor.notch_mps - rate) / spread) - phi((-sensor.notch_mps - rate) / spread);
        1.0 - (1.0 - sensor.p_in_notch) * inside.clamp(0.0, 1.0)
    })
}

/// The normal distribution function, to 1e-4 (logistic form of Bowling et al. 2009).
pub(crate) fn phi(z: f64) -> f64 {
    if z > 6.0 {
        1.0
    } else if z < -6.0 {
        0.0
    } else {
        1.0 / (1.0 + (-z * (1.5976 + 0.07056 * z * z)).exp())
    }
}
