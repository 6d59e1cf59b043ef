//! From degrees to a flat picture: azimuthal equidistant about the event, so that every ray is straight and true in
//! length and direction, at two kilometres as at a thousand, across the date line and near the poles.

use truceline_domain::Wgs84;

/// A point of the plane: km east, km north of its centre.
pub(super) type Km = (f64, f64);

/// The plane about a centre (Snyder, Map Projections, 1987, equations 25-2, 25-4 and 5-3), on the sphere that fits the
/// ellipsoid best at the centre: within 0.4 % of the ellipsoid's distances everywhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    lat0: f64,
    lon0_deg: f64,
    radius_km: f64,
}

impl Plane {
    pub(super) fn about(centre: Wgs84) -> Self {
        const A_KM: f64 = 6_378.137;
        const E2: f64 = 0.006_694_379_990_14;
        let lat0 = centre.lat_deg().to_radians();
        // The Gaussian mean of both radii of curvature.
        let radius_km = A_KM * (1.0 - E2).sqrt() / (1.0 - E2 * lat0.sin().powi(2));
        Self { lat0, lon0_deg: centre.lon_deg(), radius_km }
    }

    pub(super) fn km(&self, place: Wgs84) -> Km {
        self.km_of(place.lat_deg(), place.lon_deg())
    }

    pub(super) fn km_of(&self, lat_deg: f64, lon_deg: f64) -> Km {
        let lat = lat_deg.to_radians();
        let dlon = ((lon_deg - self.lon0_deg + 180.0).rem_euclid(360.0) - 180.0).to_radians();
        let east = lat.cos() * dlon.sin();
        let north = self.lat0.cos() * lat.sin() - self.lat0.sin() * lat.cos() * dlon.cos();
        let up = self.lat0.sin() * lat.sin() + self.lat0.cos() * lat.cos() * dlon.cos();
        let across = east.hypot(north);
        let k = if across > 1e-15 { across.atan2(up) / across } else { 1.0 };
        (self.radius_km * k * east, self.radius_km * k * north)
    }

    /// Latitude, and longitude that runs on past 180° rather than jumping.
    pub(super) fn degrees(&self, (x, y): Km) -> (f64, f64) {
        let rho = x.hypot(y);
        if rho < 1e-12 {
            return (self.lat0.to_degrees(), self.lon0_deg);
        }
        let c = (rho / self.radius_km).min(std::f64::consts::PI);
        let lat = (c.cos() * self.lat0.sin() + y * c.sin() * self.lat0.cos() / rho).clamp(-1.0, 1.0).asin();
        let dlon = (x * c.sin()).atan2(rho * self.lat0.cos() * c.cos() - y * self.lat0.sin() * c.sin());
        (lat.to_degrees(), self.lon0_deg + dlon.to_degrees())
    }

    /// The point at a range and azimuth from another point of the globe.
    pub(super) fn km_from(&self, place: Wgs84, azimuth_deg: f64, range_km: f64) -> Km {
        let there = Self { lat0: place.lat_deg().to_radians(), lon0_deg: place.lon_deg(), radius_km: self.radius_km };
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let (lat, lon) = there.degrees((range_km * sin, range_km * cos));
        self.km_of(lat, lon)
    }
}
