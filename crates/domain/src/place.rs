//! Where something happened, with honest uncertainty.

use std::fmt;

/// A place on the WGS 84 ellipsoid, in degrees. Latitude −90…90, longitude −180…180.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Wgs84 {
    lat_deg: f64,
    lon_deg: f64,
}

/// Why two numbers are no place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidPlace {
    /// Latitude as given.
    pub lat_deg: f64,
    /// Longitude as given.
    pub lon_deg: f64,
}

impl fmt::Display for InvalidPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}, {}` is no place: latitude runs from -90 to 90, longitude from -180 to 180",
            self.lat_deg, self.lon_deg
        )
    }
}

impl std::error::Error for InvalidPlace {}

impl Wgs84 {
    /// A place by latitude and longitude in degrees.
    ///
    /// # Errors
    /// When either is not finite or out of range.
    pub fn new(lat_deg: f64, lon_deg: f64) -> Result<Self, InvalidPlace> {
        if (-90.0..=90.0).contains(&lat_deg) && (-180.0..=180.0).contains(&lon_deg) {
            Ok(Self { lat_deg, lon_deg })
        } else {
            Err(InvalidPlace { lat_deg, lon_deg })
        }
    }

    /// A place whose longitude is first brought into range and whose latitude is clamped; for results of computations.
    pub fn wrapped(lat_deg: f64, lon_deg: f64) -> Self {
        let lon_deg = if lon_deg.is_finite() { (lon_deg + 180.0).rem_euclid(360.0) - 180.0 } else { 0.0 };
        let lat_deg = if lat_deg.is_finite() { lat_deg.clamp(-90.0, 90.0) } else { 0.0 };
        Self { lat_deg, lon_deg }
    }

    /// Latitude, degrees north.
    pub fn lat_deg(&self) -> f64 {
        self.lat_deg
    }

    /// Longitude, degrees east.
    pub fn lon_deg(&self) -> f64 {
        self.lon_deg
    }
}

/// A place with a normal error, given by its covariance in the local east-north frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceEstimate {
    /// The best place.
    pub centre: Wgs84,
    /// Variance to the east, m².
    pub var_east_m2: f64,
    /// Variance to the north, m².
    pub var_north_m2: f64,
    /// Covariance of east and north, m².
    pub cov_east_north_m2: f64,
}

/// An error ellipse of a stated probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ellipse {
    /// Longer half axis, m.
    pub semi_major_m: f64,
    /// Shorter half axis, m.
    pub semi_minor_m: f64,
    /// Direction of the longer axis, degrees clockwise from north, 0…180.
    pub azimuth_deg: f64,
}

impl PlaceEstimate {
    /// The same error in all directions: `sigma_m` is the standard deviation along each axis. A bad one counts as zero.
    pub fn circular(centre: Wgs84, sigma_m: f64) -> Self {
        let sigma_m = if sigma_m.is_finite() { sigma_m.abs() } else { 0.0 };
        let var = sigma_m * sigma_m;
        Self { centre, var_east_m2: var, var_north_m2: var, cov_east_north_m2: 0.0 }
    }

    /// Standard deviations along and across a direction (degrees clockwise from north), such as range and cross-range.
    pub fn along(centre: Wgs84, azimuth_deg: f64, (along_sigma_m, across_sigma_m): (f64, f64)) -> Self {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let (a, c) = (along_sigma_m * along_sigma_m, across_sigma_m * across_sigma_m);
        Self {
            centre,
            var_east_m2: a * sin * sin + c * cos * cos,
            var_north_m2: a * cos * cos + c * sin * sin,
            cov_east_north_m2: (a - c) * sin * cos,
        }
    }

    /// Variances along the axes of the error ellipse, larger first, and the azimuth of the larger in degrees.
    fn principal(&self) -> (f64, f64, f64) {
        let mean = 0.5 * (self.var_east_m2 + self.var_north_m2);
        let half_difference = 0.5 * (self.var_north_m2 - self.var_east_m2);
        let spread = half_difference.hypot(self.cov_east_north_m2);
        let azimuth_deg = 0.5 * self.cov_east_north_m2.atan2(half_difference).to_degrees();
        ((mean + spread).max(0.0), (mean - spread).max(0.0), azimuth_deg.rem_euclid(180.0))
    }

    /// Largest standard deviation in any direction, m.
    pub fn sigma_major_m(&self) -> f64 {
        self.principal().0.sqrt()
    }

    /// Smallest standard deviation in any direction, m.
    pub fn sigma_minor_m(&self) -> f64 {
        self.principal().1.sqrt()
    }

    /// The ellipse that holds the place with `probability` (0…1, exclusive).
    ///
    /// # Source
    /// χ² with two degrees of freedom: k = −2 ln(1 − p); 4.605 at 90 %.
    pub fn ellipse(&self, probability: f64) -> Ellipse {
        let k = -2.0 * (1.0 - probability.clamp(0.0, 0.999_999)).ln();
        let (major, minor, azimuth_deg) = self.principal();
        Ellipse { semi_major_m: (k * major).sqrt(), semi_minor_m: (k * minor).sqrt(), azimuth_deg }
    }

    /// Standard deviation in one direction (degrees clockwise from north), m.
    pub fn sigma_towards_m(&self, azimuth_deg: f64) -> f64 {
        let (east, north) = azimuth_deg.to_radians().sin_cos();
        let var = east * east * self.var_east_m2
            + north * north * self.var_north_m2
            + 2.0 * east * north * self.cov_east_north_m2;
        var.max(0.0).sqrt()
    }

    /// Equal-probability sample points of the estimate, in metres east and north of the centre: a fixed polar grid of
    /// `n_rings` × `n_rays` points, the same every time.
    pub fn quadrature_enu_m(&self, n_rings: u32, n_rays: u32) -> Vec<(f64, f64)> {
        let (major, minor, azimuth_deg) = self.principal();
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let (major_m, minor_m) = (major.sqrt(), minor.sqrt());
        let mut points = Vec::with_capacity((n_rings * n_rays) as usize);
        for ring in 0..n_rings {
            let radius = (-2.0 * (1.0 - (f64::from(ring) + 0.5) / f64::from(n_rings)).ln()).sqrt();
            for ray in 0..n_rays {
                // Each ring is turned by the golden ratio so that no edge runs along a row of points.
                let turn = (f64::from(ray) + (f64::from(ring) * 0.618_034 + 0.25).fract()) / f64::from(n_rays);
                let (s, c) = (turn * std::f64::consts::TAU).sin_cos();
                let (along_m, across_m) = (radius * c * major_m, radius * s * minor_m);
                points.push((along_m * sin + across_m * cos, along_m * cos - across_m * sin));
            }
        }
        points
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
