//! Compact position reporting: places out of two numbers of 17 bits.
//!
//! # Source
//! DO-260B, appendix A.1.7; ICAO Doc 9871, C.2.6.

use super::message::Cpr;
use truceline_domain::Wgs84;

/// 2¹⁷.
const SCALE: f64 = 131_072.0;
/// Zones of latitude in a hemisphere.
const N_ZONES: f64 = 15.0;

/// How many zones of longitude there are at a latitude.
pub(super) fn zones_of_longitude(lat_deg: f64) -> f64 {
    let lat = lat_deg.abs();
    if lat < 1e-9 {
        return 59.0;
    }
    if lat >= 87.0 {
        return if lat > 87.0 { 1.0 } else { 2.0 };
    }
    let a = 1.0 - (std::f64::consts::PI / (2.0 * N_ZONES)).cos();
    let cos = lat.to_radians().cos();
    (std::f64::consts::TAU / (1.0 - a / (cos * cos)).acos()).floor()
}

fn fractions(cpr: Cpr) -> (f64, f64) {
    (f64::from(cpr.lat) / SCALE, f64::from(cpr.lon) / SCALE)
}

fn size_of_zone(is_odd: bool, whole_deg: f64) -> f64 {
    whole_deg / (4.0 * N_ZONES - if is_odd { 1.0 } else { 0.0 })
}

/// The place of the newer of two reports, one of each grid; `None` when they lie in different zones of longitude or give
/// no place.
pub(super) fn global(even: Cpr, odd: Cpr, is_odd_newer: bool) -> Option<Wgs84> {
    let ((lat_even, lon_even), (lat_odd, lon_odd)) = (fractions(even), fractions(odd));
    let j = (59.0 * lat_even - 60.0 * lat_odd + 0.5).floor();
    let wrapped = |deg: f64| if deg >= 270.0 { deg - 360.0 } else { deg };
    let even_deg = wrapped(size_of_zone(false, 360.0) * (j.rem_euclid(60.0) + lat_even));
    let odd_deg = wrapped(size_of_zone(true, 360.0) * (j.rem_euclid(59.0) + lat_odd));
    let zones = zones_of_longitude(even_deg);
    #[expect(clippy::float_cmp, reason = "both are whole numbers")]
    if zones != zones_of_longitude(odd_deg) {
        return None;
    }
    let (lat_deg, lon) = if is_odd_newer { (odd_deg, lon_odd) } else { (even_deg, lon_even) };
    let n = (zones - if is_odd_newer { 1.0 } else { 0.0 }).max(1.0);
    let m = (lon_even * (zones - 1.0) - lon_odd * zones + 0.5).floor();
    let lon_deg = 360.0 / n * (m.rem_euclid(n) + lon);
    let lon_deg = if lon_deg >= 180.0 { lon_deg - 360.0 } else { lon_deg };
    Wgs84::new(lat_deg, lon_deg).ok()
}

/// The place nearest to one that is known: within 180 NM for the air (`whole_deg` 360), 45 NM on the ground (90).
pub(super) fn local(cpr: Cpr, near: Wgs84, whole_deg: f64) -> Option<Wgs84> {
    let (lat, lon) = fractions(cpr);
    let nearest = |fraction: f64, size: f64, known_deg: f64| {
        let j = (known_deg / size).floor() + (0.5 + known_deg.rem_euclid(size) / size - fraction).floor();
        size * (j + fraction)
    };
    let lat_deg = nearest(lat, size_of_zone(cpr.is_odd, whole_deg), near.lat_deg());
    let zones = (zones_of_longitude(lat_deg) - if cpr.is_odd { 1.0 } else { 0.0 }).max(1.0);
    let lon_deg = nearest(lon, whole_deg / zones, near.lon_deg());
    (lat_deg.abs() <= 90.0).then(|| Wgs84::wrapped(lat_deg, lon_deg))
}
