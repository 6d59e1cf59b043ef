//! Where a message says that something is: from the standard's systems of coordinates to places on the ellipsoid.

use super::message::Message;
use super::utm;
use truceline_domain::{Bearing, LocalFrame, Measured, PlaceEstimate, Wgs84, Where};

/// Standard deviation of a location that tells no error, m: a survey-grade fix is far better, a hand-held map reading
/// worse; chosen here between the two.
const DEFAULT_LOCATION_SIGMA_M: f64 = 100.0;
/// Standard deviation of an azimuth that tells no error, degrees: about that of small radars and acoustic arrays.
const DEFAULT_AZIMUTH_SIGMA_DEG: f64 = 2.0;
/// Standard deviation of a range that tells no error, as a share of it, and the least, m; chosen here.
const DEFAULT_RANGE_SHARE: f64 = 0.02;
const LEAST_DEFAULT_RANGE_SIGMA_M: f64 = 10.0;
/// The farthest that a range may reach, m: nothing on or near the ground is seen beyond.
const MAX_RANGE_M: f64 = 1e6;

/// Above what a height is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeightDatum {
    /// The ellipsoid.
    Ellipsoid,
    /// Mean sea level.
    Geoid,
}

/// A height with its datum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Height {
    /// Height, m; an error that is not told is 0.
    pub height_m: Measured,
    /// Above what.
    pub datum: HeightDatum,
}

/// A place as a message tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fix {
    /// Place and horizontal error.
    pub place: PlaceEstimate,
    /// Height, if it is told.
    pub height: Option<Height>,
}

/// A direction, and how far, as a message tells it, brought to degrees from true north and metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Azimuth, degrees clockwise from true north.
    pub azimuth_deg: Measured,
    /// Elevation above the node's horizon, degrees.
    pub elevation_deg: Option<Measured>,
    /// Slant range, m.
    pub range_m: Option<Measured>,
}

/// What turns directions of a node into directions from true north.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct North {
    /// Magnetic declination at the node, degrees east.
    pub declination_deg: Option<f64>,
    /// Azimuth of the platform's own axis, degrees from true north.
    pub heading_deg: Option<f64>,
}

/// A `Location` as a fix; a sentence when it cannot be one.
pub(super) fn fix(location: &Message) -> Result<Fix, &'static str> {
    let (x, y) = (location.number("x").unwrap_or(f64::NAN), location.number("y").unwrap_or(f64::NAN));
    let error = |name| location.number(name).filter(|sigma| sigma.is_finite() && *sigma >= 0.0 && *sigma < 1e7);
    let (x_sigma, y_sigma) = (error("x_error"), error("y_error"));
    let place = match location.word("coordinate_system") {
        Some("LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M") => geographic((x, y), (x_sigma, y_sigma))?,
        Some("LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M") => {
            let degrees = |angle: Option<f64>| angle.map(f64::to_degrees);
            geographic((x.to_degrees(), y.to_degrees()), (degrees(x_sigma), degrees(y_sigma)))?
        }
        Some("LOCATION_COORDINATE_SYSTEM_UTM_M") => {
            let zone = location.text("utm_zone").ok_or("a UTM location has no zone")?;
            let centre = utm::wgs84_from_utm(x, y, zone).ok_or("easting, northing and zone do not fit together")?;
            let sigma = |sigma: Option<f64>| sigma.unwrap_or(DEFAULT_LOCATION_SIGMA_M);
            PlaceEstimate::along(centre, utm::zone_north_deg(centre, zone), (sigma(y_sigma), sigma(x_sigma)))
        }
        _ => return Err("the coordinate system of a location is not known"),
    };
    let datum = match location.word("datum") {
        Some("LOCATION_DATUM_WGS84_G") => HeightDatum::Geoid,
        _ => HeightDatum::Ellipsoid,
    };
    let height = location.number("z").and_then(|z| Measured::new(z, error("z_error").unwrap_or(0.0)).ok());
    Ok(Fix { place, height: height.map(|height_m| Height { height_m, datum }) })
}

fn geographic(
    (lon_deg, lat_deg): (f64, f64),
    (lon_sigma, lat_sigma): (Option<f64>, Option<f64>),
) -> Result<PlaceEstimate, &'static str> {
    let centre = Wgs84::new(lat_deg, lon_deg).map_err(|_| "latitude or longitude is out of range")?;
    let (deg_lat, deg_lon) = LocalFrame::about(centre).degrees_for_m(1.0);
    let east_m = lon_sigma.map_or(DEFAULT_LOCATION_SIGMA_M, |sigma| sigma / deg_lon);
    let north_m = lat_sigma.map_or(DEFAULT_LOCATION_SIGMA_M, |sigma| sigma / deg_lat);
    Ok(PlaceEstimate::along(centre, 0.0, (north_m, east_m)))
}

/// A `RangeBearing` as a sight from a node at `from`; a sentence when it cannot be one.
pub(super) fn sight(reading: &Message, from: Option<Wgs84>, north: North) -> Result<Sight, &'static str> {
    let (angle, metres): (fn(f64) -> f64, f64) = match reading.word("coordinate_system") {
        Some("RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M") => (std::convert::identity, 1.0),
        Some("RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_M") => (f64::to_degrees, 1.0),
        Some("RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_KM") => (std::convert::identity, 1000.0),
        Some("RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_KM") => (f64::to_degrees, 1000.0),
        _ => return Err("the coordinate system of a bearing is not known"),
    };
    let turn_deg = match reading.word("datum") {
        Some("RANGE_BEARING_DATUM_TRUE") => 0.0,
        Some("RANGE_BEARING_DATUM_GRID") => utm::grid_north_deg(from.ok_or("the place of the node is not known")?),
        Some("RANGE_BEARING_DATUM_MAGNETIC") => north.declination_deg.ok_or("the node's declination is not known")?,
        Some("RANGE_BEARING_DATUM_PLATFORM") => north.heading_deg.ok_or("the heading of the platform is not known")?,
        _ => return Err("the datum of a bearing is not known"),
    };
    let error = |name, scale: &dyn Fn(f64) -> f64| {
        reading.number(name).map(scale).filter(|sigma| sigma.is_finite() && *sigma >= 0.0)
    };
    let azimuth = reading.number("azimuth").map(angle).filter(|a| a.is_finite()).ok_or("a bearing has no azimuth")?;
    let azimuth_sigma = error("azimuth_error", &angle).unwrap_or(DEFAULT_AZIMUTH_SIGMA_DEG).min(180.0);
    let elevation = reading.number("elevation").map(angle).filter(|angle| angle.abs() <= 90.0);
    let elevation_sigma = error("elevation_error", &angle).unwrap_or(DEFAULT_AZIMUTH_SIGMA_DEG).min(180.0);
    let range = reading.number("range").map(|range| range * metres);
    if range.is_some_and(|range| !(0.0..=MAX_RANGE_M).contains(&range)) {
        return Err("the range of a bearing is out of range");
    }
    let in_metres = |sigma| sigma * metres;
    let range_sigma = |range: f64| {
        let default = (DEFAULT_RANGE_SHARE * range).max(LEAST_DEFAULT_RANGE_SIGMA_M);
        error("range_error", &in_metres).unwrap_or(default).min(MAX_RANGE_M)
    };
    Ok(Sight {
        azimuth_deg: Measured { value: (azimuth + turn_deg).rem_euclid(360.0), sigma: azimuth_sigma },
        elevation_deg: elevation.map(|value| Measured { value, sigma: elevation_sigma }),
        range_m: range.map(|value| Measured { value, sigma: range_sigma(value) }),
    })
}

/// Where a sight from a place leads: a place when the range is known, else the direction alone.
pub(super) fn lead(sight: &Sight, from: &Fix) -> Where {
    let azimuth_deg = sight.azimuth_deg;
    let Some(range) = sight.range_m else {
        return Where::Bearing(Bearing { from: from.place.centre, azimuth_deg, range_m: None });
    };
    let cos = sight.elevation_deg.map_or(1.0, |elevation| elevation.value.to_radians().cos());
    let ground_m = range.value * cos;
    let centre = LocalFrame::about(from.place.centre).place_at(azimuth_deg.value, ground_m);
    // Beyond a radian the tangent says nothing more: the thing is somewhere on the circle.
    let across_m = ground_m * azimuth_deg.sigma.to_radians().min(1.0).tan();
    let seen = PlaceEstimate::along(centre, azimuth_deg.value, (range.sigma * cos, across_m));
    Where::Estimate(PlaceEstimate {
        var_east_m2: seen.var_east_m2 + from.place.var_east_m2,
        var_north_m2: seen.var_north_m2 + from.place.var_north_m2,
        cov_east_north_m2: seen.cov_east_north_m2 + from.place.cov_east_north_m2,
        ..seen
    })
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
