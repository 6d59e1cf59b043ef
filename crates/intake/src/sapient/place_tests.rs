use super::super::schema::messages::{LOCATION, RANGE_BEARING};
use super::*;
use truceline_domain::distance_m;

fn location(system: &str, x: f64, y: f64) -> Message {
    let message = Message::new(&LOCATION).with("x", x).with("y", y);
    message.with_word("coordinate_system", system).with_word("datum", "LOCATION_DATUM_WGS84_E")
}

fn bearing(system: &str, datum: &str) -> Message {
    Message::new(&RANGE_BEARING).with_word("coordinate_system", system).with_word("datum", datum)
}

#[test]
fn the_same_place_in_all_systems() {
    let deg = fix(&location("LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M", 33.05, 35.01)).unwrap();
    let rad = location("LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M", 33.05_f64.to_radians(), 35.01_f64.to_radians());
    let utm = location("LOCATION_COORDINATE_SYSTEM_UTM_M", 504_562.03, 3_874_153.17).with("utm_zone", "36S");
    for other in [fix(&rad).unwrap(), fix(&utm).unwrap()] {
        assert!(distance_m(deg.place.centre, other.place.centre) < 1.0, "{other:?}");
        assert!((other.place.sigma_major_m() - 100.0).abs() < 1.0);
    }
    let errors = location("LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M", 33.05, 35.01);
    let errors = fix(&errors.with("x_error", 0.0004).with("y_error", 0.0003).with("z", 12.0)).unwrap();
    assert!((errors.place.var_east_m2.sqrt() - 36.5).abs() < 0.1, "{errors:?}");
    assert!((errors.place.var_north_m2.sqrt() - 33.3).abs() < 0.1);
    assert_eq!(errors.height.unwrap().height_m.value, 12.0);
}

#[test]
fn places_that_cannot_be_are_sentences() {
    let system = "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M";
    assert!(fix(&location(system, 33.0, 90.5)).is_err());
    assert!(fix(&location(system, f64::NAN, 1.0)).is_err());
    assert!(fix(&location("LOCATION_COORDINATE_SYSTEM_UTM_M", 5e5, 4e6)).is_err());
    assert!(fix(&location("LOCATION_COORDINATE_SYSTEM_UNSPECIFIED", 5.0, 4.0)).is_err());
    let wild = location(system, 33.0, 35.0).with("x_error", -3.0).with("y_error", f64::INFINITY);
    assert!((fix(&wild).unwrap().place.sigma_major_m() - 100.0).abs() < 1e-6);
}

#[test]
fn a_reading_leads_to_a_place_with_the_errors_of_both() {
    let from = fix(&location("LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M", 33.1, 35.2)
        .with("x_error", 0.0)
        .with("y_error", 0.0))
    .unwrap();
    let reading = bearing("RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_KM", "RANGE_BEARING_DATUM_TRUE");
    let reading = reading.with("azimuth", 90.0).with("range", 4.0).with("elevation", 60.0);
    let reading = reading.with("azimuth_error", 1.0).with("range_error", 0.01);
    let seen = sight(&reading, None, North::default()).unwrap();
    assert_eq!(seen.range_m.unwrap(), Measured { value: 4000.0, sigma: 10.0 });
    let Where::Estimate(place) = lead(&seen, &from) else { panic!() };
    assert!((distance_m(from.place.centre, place.centre) - 2000.0).abs() < 2.0);
    assert!((place.var_east_m2.sqrt() - 5.0).abs() < 0.01 && (place.var_north_m2.sqrt() - 34.9).abs() < 0.1);
    let alone = Sight { range_m: None, ..seen };
    assert!(matches!(lead(&alone, &from), Where::Bearing(Bearing { range_m: None, .. })));
}

#[test]
fn north_is_what_the_datum_says() {
    let from = Wgs84::new(48.12, 37.81).unwrap();
    let north = North { declination_deg: Some(8.0), heading_deg: Some(350.0) };
    let azimuth = |datum: &str, north| {
        let reading = bearing("RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_M", datum).with("azimuth", 20_f64.to_radians());
        sight(&reading, Some(from), north).map(|sight| (sight.azimuth_deg.value * 100.0).round() / 100.0)
    };
    assert_eq!(azimuth("RANGE_BEARING_DATUM_TRUE", north), Ok(20.0));
    assert_eq!(azimuth("RANGE_BEARING_DATUM_MAGNETIC", north), Ok(28.0));
    assert_eq!(azimuth("RANGE_BEARING_DATUM_PLATFORM", north), Ok(10.0));
    assert_eq!(azimuth("RANGE_BEARING_DATUM_GRID", north), Ok(19.11));
    assert!(azimuth("RANGE_BEARING_DATUM_MAGNETIC", North::default()).is_err());
    assert!(azimuth("RANGE_BEARING_DATUM_UNSPECIFIED", north).is_err());
}
