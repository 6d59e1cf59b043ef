//! How fast sound travels, how long a round flies, and where arrivals at several nodes place a sound.

use crate::Weather;
use nalgebra::{Matrix3, Vector3};
use truceline_domain::{LocalFrame, PlaceEstimate, SignedDuration, Timestamp, WeaponKind, Wgs84};

/// Speed of sound in still air, m/s.
///
/// # Units
/// Temperature in °C.
/// # Source
/// The linear fit 331.3 + 0.606 T for dry air near 0…30 °C, found in any acoustics text.
pub fn sound_speed_mps(temperature_c: f64) -> f64 {
    331.3 + 0.606 * temperature_c
}

/// Seconds that sound takes from one place to another, carried by the wind along the way.
pub fn sound_travel_s(weather: &Weather, from: Wgs84, to: Wgs84) -> f64 {
    let (east_m, north_m) = LocalFrame::about(from).enu_from_wgs84(to);
    let distance_m = east_m.hypot(north_m);
    if distance_m == 0.0 {
        return 0.0;
    }
    distance_m / effective_speed_mps(weather, (east_m / distance_m, north_m / distance_m))
}

/// Speed of sound in a direction (unit vector east, north): still air plus the wind along it.
fn effective_speed_mps(weather: &Weather, (east, north): (f64, f64)) -> f64 {
    let (sin, cos) = weather.wind_from_deg.to_radians().sin_cos();
    let along_mps = -weather.wind_mps * (east * sin + north * cos);
    (sound_speed_mps(weather.temperature_c) + along_mps).max(100.0)
}

/// Seconds that a round flies, in still air over flat ground without drag.
///
/// # Source
/// Projectile motion: T = √(2 R tan θ / g), with an elevation θ that is usual for the weapon (chosen by us: mortar 50°,
/// artillery and rockets 40°, everything flat 3°).
pub fn flight_s(weapon: WeaponKind, range_m: f64) -> f64 {
    let elevation_deg: f64 = match weapon {
        WeaponKind::Mortar => 50.0,
        WeaponKind::Artillery | WeaponKind::Mlrs | WeaponKind::Missile => 40.0,
        _ => 3.0,
    };
    (2.0 * range_m.max(0.0) * elevation_deg.to_radians().tan() / 9.81).sqrt()
}

/// A sound's arrival at a node: the node, seconds after an epoch, standard deviation in seconds.
pub(crate) type NodeArrival = (Wgs84, f64, f64);

/// Where and when a sound was made, as its arrivals tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located {
    pub(crate) place: PlaceEstimate,
    /// Seconds after the epoch of the arrivals.
    pub(crate) at_s: f64,
    pub(crate) sigma_s: f64,
}

/// Least squares by Gauss and Newton over time of origin, east and north, with the covariance (Jᵀ W J)⁻¹.
///
/// The side of the network on which the sound lies is taken from `start`: nodes know it from loudness. `None` when the
/// nodes' geometry does not fix the place (largest standard deviation above 3 km).
pub(crate) fn locate(arrivals: &[NodeArrival], weather: &Weather, start: Wgs84) -> Option<Located> {
    if arrivals.len() < 3 {
        return None;
    }
    let frame = LocalFrame::about(start);
    let local: Vec<_> =
        arrivals.iter().map(|(node, at_s, sigma_s)| (frame.enu_from_wgs84(*node), *at_s, *sigma_s)).collect();
    let mut state = Vector3::new(0.0, 0.0, 0.0);
    let mut covariance = Matrix3::zeros();
    for _ in 0..8 {
        let (normal, gradient) = normal_equations(&local, weather, &state);
        covariance = normal.try_inverse()?;
        state += covariance * gradient;
    }
    let place = estimate(&frame, &state, &covariance)?;
    Some(Located { place, at_s: state.x, sigma_s: covariance.m11.max(0.0).sqrt() })
}

/// Jᵀ W J and Jᵀ W r at a state (time of origin in s, east and north in m).
fn normal_equations(
    arrivals: &[((f64, f64), f64, f64)],
    weather: &Weather,
    state: &Vector3<f64>,
) -> (Matrix3<f64>, Vector3<f64>) {
    let mut normal = Matrix3::zeros();
    let mut gradient = Vector3::zeros();
    for ((node_east_m, node_north_m), at_s, sigma_s) in arrivals {
        let (dx, dy) = (node_east_m - state.y, node_north_m - state.z);
        let distance_m = dx.hypot(dy).max(1.0);
        let speed_mps = effective_speed_mps(weather, (dx / distance_m, dy / distance_m));
        let row = Vector3::new(1.0, -dx / (distance_m * speed_mps), -dy / (distance_m * speed_mps));
        let residual_s = at_s - (state.x + distance_m / speed_mps);
        let weight = 1.0 / (sigma_s * sigma_s);
        normal += row * row.transpose() * weight;
        gradient += row * residual_s * weight;
    }
    (normal, gradient)
}

/// The place with its covariance, when both are usable.
fn estimate(frame: &LocalFrame, state: &Vector3<f64>, covariance: &Matrix3<f64>) -> Option<PlaceEstimate> {
    let place = PlaceEstimate {
        centre: frame.wgs84_from_enu((state.y, state.z)),
        var_east_m2: covariance.m22,
        var_north_m2: covariance.m33,
        cov_east_north_m2: covariance.m23,
    };
    let usable = state.iter().all(|x| x.is_finite()) && covariance.m22 > 0.0 && covariance.m33 > 0.0;
    (usable && place.sigma_major_m() <= 3_000.0).then_some(place)
}

/// The moment `seconds` after `at`, to the millisecond; the ends of time hold.
pub(crate) fn after(at: Timestamp, seconds: f64) -> Timestamp {
    let millis = (seconds.clamp(-1e11, 1e11) * 1000.0).round() as i64;
    at.checked_add(SignedDuration::from_millis(millis)).unwrap_or(at)
}

/// Seconds from `a` to `b`.
pub(crate) fn seconds_between(a: Timestamp, b: Timestamp) -> f64 {
    b.duration_since(a).as_secs_f64()
}

/// Azimuth from `a` to `b`, degrees clockwise from north, 0…360, and distance, m.
pub(crate) fn azimuth_and_distance(a: Wgs84, b: Wgs84) -> (f64, f64) {
    let (east_m, north_m) = LocalFrame::about(a).enu_from_wgs84(b);
    (east_m.atan2(north_m).to_degrees().rem_euclid(360.0), east_m.hypot(north_m))
}

#[cfg(test)]
#[path = "physics_tests.rs"]
mod tests;
