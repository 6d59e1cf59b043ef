use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn local_frames_agree_with_geodesics(lat in -69.0..69.0_f64, lon in -180.0..180.0_f64, az in 0.0..360.0_f64, range_m in 100.0..50_000.0_f64) {
        let frame = LocalFrame::about(Wgs84::new(lat, lon).unwrap());
        let there = frame.place_at(az, range_m);
        let geodesic_m = distance_m(frame.origin(), there);
        prop_assert!((geodesic_m - range_m).abs() < 0.012 * range_m, "{geodesic_m} {range_m}");
        let (east_m, north_m) = frame.enu_from_wgs84(there);
        prop_assert!((east_m.hypot(north_m) - range_m).abs() < 1e-6 * range_m);
    }

    #[test]
    fn within_10_km_the_error_is_below_a_part_in_a_thousand(lat in -60.0..60.0_f64, lon in -180.0..180.0_f64, az in 0.0..360.0_f64, range_m in 100.0..10_000.0_f64) {
        let frame = LocalFrame::about(Wgs84::new(lat, lon).unwrap());
        let geodesic_m = distance_m(frame.origin(), frame.place_at(az, range_m));
        prop_assert!((geodesic_m - range_m).abs() < 0.0015 * range_m, "{geodesic_m} {range_m}");
    }
}

#[test]
fn the_normal_distribution_has_its_tabled_values() {
    for (x, p) in [(0.0, 0.5), (1.0, 0.841_344_7), (-1.959_964, 0.025), (3.0, 0.998_650_1)] {
        assert!((normal_cdf(x) - p).abs() < 2e-7);
    }
}

#[test]
fn the_date_line_is_no_edge() {
    let frame = LocalFrame::about(Wgs84::new(0.0, 179.9).unwrap());
    let (east_m, _) = frame.enu_from_wgs84(Wgs84::new(0.0, -179.9).unwrap());
    assert!((east_m - 22_263.9).abs() < 1.0);
}
