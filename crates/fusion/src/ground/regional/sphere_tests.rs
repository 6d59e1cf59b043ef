use super::*;
use proptest::prelude::*;
use truceline_domain::{LocalFrame, distance_m};

fn place(lat: f64, lon: f64) -> Wgs84 {
    Wgs84::wrapped(lat, lon)
}

proptest! {
    #[test]
    fn ranges_agree_with_geodesics(lat in -85.0..85.0_f64, lon in -180.0..180.0_f64, east in -1500.0..1500.0_f64, north in -1500.0..1500.0_f64) {
        let from = place(lat, lon);
        let to = Chart::about(from).place((east, north));
        let (km, _) = Spot::at(from).towards(&Spot::at(to));
        prop_assert!((km - distance_m(from, to) / 1000.0).abs() < 0.08, "{km} {}", distance_m(from, to) / 1000.0);
    }

    #[test]
    fn azimuths_agree_with_the_local_frame(lat in -65.0..65.0_f64, lon in -180.0..180.0_f64, az in 0.0..360.0_f64) {
        let from = place(lat, lon);
        let to = LocalFrame::about(from).place_at(az, 5_000.0);
        let (_, rad) = Spot::at(from).towards(&Spot::at(to));
        let off = (rad.to_degrees() - az + 180.0).rem_euclid(360.0) - 180.0;
        prop_assert!(off.abs() < 0.3, "{off}");
    }

    #[test]
    fn the_chart_goes_there_and_back(lat in -90.0..90.0_f64, lon in -180.0..180.0_f64, east in -1500.0..1500.0_f64, north in -1500.0..1500.0_f64) {
        let chart = Chart::about(place(lat, lon));
        let (e, n) = chart.position(chart.place((east, north)));
        prop_assert!((e - east).hypot(n - north) < 1e-3, "{e} {n}");
    }
}

#[test]
fn a_spot_is_at_no_range_from_itself() {
    let spot = Spot::at(place(48.0, 37.0));
    assert!(spot.towards(&spot).0 < 1e-6);
}

#[test]
fn the_middle_of_places_on_both_sides_of_the_date_line_lies_on_it() {
    let chart = Chart::about_middle([place(10.0, 179.0), place(10.0, -179.0)].into_iter());
    assert!(distance_m(chart.place((0.0, 0.0)), place(10.0, 180.0)) < 5_000.0);
}
