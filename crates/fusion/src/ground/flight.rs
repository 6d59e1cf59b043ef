//! How long rounds fly.

/// Standard gravity, m/s².
const G: f64 = 9.806_65;

/// Shortest and longest flights of the weapons that reach so far, s, as the density of the time of flight sees them.
struct Family {
    /// Ranges, m.
    range_m: (f64, f64),
    /// Share of fire.
    share: f64,
    /// Fastest mean speed along the ground, m/s.
    fastest_mps: f64,
    /// Elevations of the chord between firing and descent, degrees: t = √(2 R tan θ / g) holds in vacuum for the angle of
    /// departure, and with drag for an angle between departure and descent.
    elevation_deg: (f64, f64),
}

/// Mortars fire above 45°; guns and howitzers from nearly flat to high; rockets between.
const FAMILIES: [Family; 3] = [
    Family { range_m: (100.0, 9_000.0), share: 0.5, fastest_mps: 260.0, elevation_deg: (43.0, 85.0) },
    Family { range_m: (1_000.0, 40_000.0), share: 0.4, fastest_mps: 960.0, elevation_deg: (2.0, 75.0) },
    Family { range_m: (2_000.0, 90_000.0), share: 0.1, fastest_mps: 900.0, elevation_deg: (8.0, 65.0) },
];

/// Longest flight of anything that these families fire, s: a rocket over 90 km takes about 200.
pub(super) const LONGEST_S: f64 = 240.0;

/// Shortest and longest time of flight, s, over a range in metres; `None` when no weapon of these families reaches.
///
/// A conservative band: it holds for every round of a mortar over 0.1 to 9 km, a gun over 1 to 40 km and a rocket over 2 to
/// 90 km, in vacuum and with drag (the longest widened by a tenth). Integrated point masses with drag lie inside (tests).
pub fn flight_band_s(range_m: f64) -> Option<(f64, f64)> {
    FAMILIES.iter().filter_map(|family| family.band_s(range_m)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// Density of the time of flight, 1/s, over a range: within the band of each family evenly, families by their share.
pub(super) fn flight_density(range_m: f64, flight_s: f64, sigma_s: f64) -> f64 {
    let reach = || FAMILIES.iter().filter_map(|f| Some((f.share, f.band_s(range_m)?)));
    let shares: f64 = reach().map(|(share, _)| share).sum();
    let inside = |(share, (low, high)): (f64, (f64, f64))| {
        // The error blurs the edges.
        let held = low - 2.0 * sigma_s <= flight_s && flight_s <= high + 2.0 * sigma_s;
        if held { share / (high - low + 4.0 * sigma_s) } else { 0.0 }
    };
    if shares > 0.0 { reach().map(inside).sum::<f64>() / shares } else { 0.0 }
}

impl Family {
    fn band_s(&self, range_m: f64) -> Option<(f64, f64)> {
        let arc = |deg: f64| (2.0 * range_m * deg.to_radians().tan() / G).sqrt();
        let within = self.range_m.0 <= range_m && range_m <= self.range_m.1;
        let low = (0.95 * arc(self.elevation_deg.0)).max(range_m / self.fastest_mps);
        let high = (1.1 * arc(self.elevation_deg.1)).min(LONGEST_S).max(low + 1.0);
        within.then_some((low, high))
    }
}

#[cfg(test)]
#[path = "flight_tests.rs"]
mod tests;
