use super::*;

fn somewhere() -> Wgs84 {
    Wgs84::new(48.0, 37.5).unwrap()
}

#[test]
fn axes_and_azimuth_come_back() {
    let estimate = PlaceEstimate::along(somewhere(), 30.0, (400.0, 50.0));
    let ellipse = estimate.ellipse(0.9);
    assert!((ellipse.semi_major_m - 400.0 * 4.605_170_f64.sqrt()).abs() < 0.01);
    assert!((ellipse.semi_minor_m - 50.0 * 4.605_170_f64.sqrt()).abs() < 0.01);
    assert!((ellipse.azimuth_deg - 30.0).abs() < 1e-6);
    assert!((estimate.sigma_towards_m(30.0) - 400.0).abs() < 1e-6);
    assert!((estimate.sigma_towards_m(120.0) - 50.0).abs() < 1e-6);
}

#[test]
fn quadrature_has_the_estimates_moments() {
    let estimate = PlaceEstimate::along(somewhere(), 70.0, (300.0, 100.0));
    let points = estimate.quadrature_enu_m(64, 64);
    let n = points.len() as f64;
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / n;
    assert!(mean(&|p| p.0).abs() < 1e-6);
    assert!((mean(&|p| p.0 * p.0) / estimate.var_east_m2 - 1.0).abs() < 0.02);
    assert!((mean(&|p| p.1 * p.1) / estimate.var_north_m2 - 1.0).abs() < 0.02);
    assert!((mean(&|p| p.0 * p.1) / estimate.cov_east_north_m2 - 1.0).abs() < 0.02);
}

#[test]
fn places_out_of_range_are_refused() {
    assert!(Wgs84::new(90.1, 0.0).is_err());
    assert!(Wgs84::new(f64::NAN, 0.0).is_err());
    assert!(Wgs84::new(0.0, -180.5).is_err());
    assert_eq!(Wgs84::wrapped(10.0, 190.0).lon_deg(), -170.0);
}
