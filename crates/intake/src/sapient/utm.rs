//! Universal transverse Mercator to latitude and longitude.
//!
//! # Source
//! Krüger's series to the third order in the third flattening, as in Karney, "Transverse Mercator with an accuracy of a
//! few nanometers", J. Geodesy 85 (2011), equations 15 and 36; below a millimetre within 6° of the central meridian.

use truceline_domain::Wgs84;

/// WGS 84 semi-major axis, m.
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// Third flattening of WGS 84.
const N: f64 = 0.001_679_220_386_383_704;
/// Eccentricity of WGS 84.
const E: f64 = 0.081_819_190_842_621_49;
/// Scale on the central meridian.
const K0: f64 = 0.9996;
/// The letters of the latitude bands, 8° each from 80° south.
const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";

/// The place of an easting and northing (m) in a zone such as `36T`. The letter is the latitude band; `N` and `S` also
/// pass for the hemisphere when the place does not lie in the band of that letter.
pub(super) fn wgs84_from_utm(easting_m: f64, northing_m: f64, zone: &str) -> Option<Wgs84> {
    let zone = zone.trim();
    let letter = zone.chars().last().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    let number: u32 = zone.get(..zone.len().checked_sub(1)?)?.trim().parse().ok()?;
    if !(1..=60).contains(&number) || !(0.0..=1e6).contains(&easting_m) || !(0.0..=1e7).contains(&northing_m) {
        return None;
    }
    let band = BANDS.find(letter)?;
    let by_band = geographic(easting_m, northing_m, (number, band >= 10));
    if by_band.is_some_and(|place| is_in_band(place, band)) {
        return by_band;
    }
    match letter {
        'N' => geographic(easting_m, northing_m, (number, true)),
        'S' => geographic(easting_m, northing_m, (number, false)),
        _ => None,
    }
}

/// Azimuth of grid north, degrees clockwise from true north, in the zone that the place lies in.
pub(super) fn grid_north_deg(place: Wgs84) -> f64 {
    let central_deg = ((place.lon_deg() + 180.0) / 6.0).floor().clamp(0.0, 59.0) * 6.0 - 177.0;
    convergence_deg(place, central_deg)
}

/// Azimuth of grid north of that zone's number.
pub(super) fn zone_north_deg(place: Wgs84, zone: &str) -> f64 {
    let digits: String = zone.trim().chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<u32>().map_or(0.0, |number| convergence_deg(place, central_meridian_deg(number)))
}

/// The convergence of meridians; the spherical form, within 0.01° in a zone.
fn convergence_deg(place: Wgs84, central_deg: f64) -> f64 {
    let dlon = (place.lon_deg() - central_deg).to_radians();
    (dlon.tan() * place.lat_deg().to_radians().sin()).atan().to_degrees()
}

fn central_meridian_deg(zone: u32) -> f64 {
    f64::from(zone) * 6.0 - 183.0
}

fn is_in_band(place: Wgs84, band: usize) -> bool {
    let from_deg = band as f64 * 8.0 - 80.0;
    // The last band is 12° high; half a degree is left for places told in the zone of their neighbour.
    let until_deg = if band == BANDS.len() - 1 { 84.0 } else { from_deg + 8.0 };
    (from_deg - 0.5..=until_deg + 0.5).contains(&place.lat_deg())
}

fn geographic(easting_m: f64, northing_m: f64, (zone, is_north): (u32, bool)) -> Option<Wgs84> {
    let (n2, n3) = (N * N, N * N * N);
    let rectifying_m = SEMI_MAJOR_M / (1.0 + N) * (1.0 + n2 / 4.0 + n2 * n2 / 64.0);
    let beta = [N / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3, n2 / 48.0 + n3 / 15.0, 17.0 / 480.0 * n3];
    let northing_m = if is_north { northing_m } else { northing_m - 1e7 };
    let (xi, eta) = (northing_m / (K0 * rectifying_m), (easting_m - 5e5) / (K0 * rectifying_m));
    let (mut xi_p, mut eta_p) = (xi, eta);
    for (order, beta) in (1..).map(f64::from).zip(beta) {
        xi_p -= beta * (2.0 * order * xi).sin() * (2.0 * order * eta).cosh();
        eta_p -= beta * (2.0 * order * xi).cos() * (2.0 * order * eta).sinh();
    }
    let conformal_tan = xi_p.sin() / eta_p.sinh().hypot(xi_p.cos());
    let lon_deg = central_meridian_deg(zone) + eta_p.sinh().atan2(xi_p.cos()).to_degrees();
    let lat_deg = geographic_tan(conformal_tan).atan().to_degrees();
    let lon_deg = (lon_deg + 180.0).rem_euclid(360.0) - 180.0;
    Wgs84::new(lat_deg, lon_deg).ok()
}

/// Tangent of the geographic latitude for that of the conformal one, by Newton's method (equations 7 to 9, 19 to 21).
fn geographic_tan(conformal: f64) -> f64 {
    let mut tau = conformal;
    for _ in 0..5 {
        let sigma = (E * (E * tau / tau.hypot(1.0)).atanh()).sinh();
        let guess = tau * sigma.hypot(1.0) - sigma * tau.hypot(1.0);
        let e2 = E * E;
        tau += (conformal - guess) / guess.hypot(1.0) * (1.0 + (1.0 - e2) * tau * tau) / ((1.0 - e2) * tau.hypot(1.0));
    }
    tau
}

#[cfg(test)]
#[path = "utm_tests.rs"]
mod tests;
