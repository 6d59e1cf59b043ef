use super::*;

/// Easting, northing, zone, latitude, longitude, convergence of meridians; from PROJ.
const PLACES: [(f64, f64, &str, f64, f64, f64); 8] = [
    (411438.0912, 5330322.6628, "37U", 48.12, 37.81, -0.8861),
    (504562.0278, 3874153.1695, "36S", 35.01, 33.05, 0.0287),
    (487494.2576, 6194968.0228, "30U", 55.9, -3.2, -0.1656),
    (333491.2299, 6251909.2060, "56H", -33.86, 151.2, 1.0031),
    (336846.3081, 8645348.3865, "19L", -12.25, -70.5, 0.32),
    (277412.9863, 55298.9491, "36N", 0.5, 31.0, -0.0175),
    (520544.9880, 8680847.8046, "32X", 78.2, 9.9, 0.8810),
    (746014.1420, 8218633.2690, "60K", -16.1, 179.3, -0.6381),
];

#[test]
fn places_are_those_of_proj() {
    for (easting, northing, zone, lat_deg, lon_deg, north_deg) in PLACES {
        let place = wgs84_from_utm(easting, northing, zone).unwrap();
        assert!((place.lat_deg() - lat_deg).abs() < 1e-8, "{zone}: {place:?}");
        assert!((place.lon_deg() - lon_deg).abs() < 1e-8, "{zone}: {place:?}");
        assert!((grid_north_deg(place) - north_deg).abs() < 0.01, "{zone}");
        assert!((zone_north_deg(place, zone) - north_deg).abs() < 0.01, "{zone}");
    }
}

#[test]
fn a_hemisphere_passes_for_a_band_where_the_band_cannot_be_meant() {
    let (easting, northing, _, lat_deg, ..) = PLACES[0];
    assert!((wgs84_from_utm(easting, northing, "37N").unwrap().lat_deg() - lat_deg).abs() < 1e-8);
    let (easting, northing, _, lat_deg, ..) = PLACES[3];
    assert!((wgs84_from_utm(easting, northing, "56S").unwrap().lat_deg() - lat_deg).abs() < 1e-8);
    // Band S lies north of the equator: Cyprus.
    let (easting, northing, _, lat_deg, ..) = PLACES[1];
    assert!((wgs84_from_utm(easting, northing, "36S").unwrap().lat_deg() - lat_deg).abs() < 1e-8);
}

#[test]
fn what_cannot_be_is_no_place() {
    for (easting, northing, zone) in [
        (5e5, 5e6, ""),
        (5e5, 5e6, "T"),
        (5e5, 5e6, "36"),
        (5e5, 5e6, "61T"),
        (5e5, 5e6, "0T"),
        (5e5, 5e6, "36I"),
        (5e5, 5e6, "36C"),
        (f64::NAN, 5e6, "36T"),
        (5e5, f64::INFINITY, "36T"),
        (-1.0, 5e6, "36T"),
        (5e5, 5e6, "3\u{e9}T"),
    ] {
        assert_eq!(wgs84_from_utm(easting, northing, zone), None, "{zone}");
    }
}
