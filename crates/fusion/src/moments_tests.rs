use super::*;
use proptest::prelude::*;
use truceline_domain::Wgs84;

#[test]
fn quantiles_agree_with_the_tables() {
    // Abramowitz and Stegun, table 26.8.
    for (freedom, probability, value) in [
        (1.0, 0.95, 3.841),
        (2.0, 0.99, 9.210),
        (4.0, 0.99, 13.277),
        (10.0, 0.95, 18.307),
        (10.0, 0.99, 23.209),
        (100.0, 0.99, 135.807),
    ] {
        let found = chi2_quantile(freedom, probability);
        assert!((found / value - 1.0).abs() < 0.03, "{freedom} {probability}: {found} against {value}");
    }
    for (freedom, value) in [(4.0, 13.276_704), (20.0, 37.566_235), (40.0, 63.690_740)] {
        assert!((chi2_quantile(freedom, 0.99) - value).abs() < 1e-4, "{freedom}");
    }
    assert!((upper_normal_quantile(0.05) - 1.644_854).abs() < 4.5e-4);
}

fn fix(x_m: f64, y_m: f64, (long_m, wide_m): (f64, f64), azimuth_deg: f64) -> Fix {
    let at = LocalFrame::about(Wgs84::new(48.0, 37.0).unwrap()).wgs84_from_enu((x_m, y_m));
    let place = PlaceEstimate::along(at, azimuth_deg, (long_m, wide_m));
    Fix::new(LocalFrame::about(at), Sym2::covariance(&place, 0.0).unwrap(), 1.0)
}

proptest! {
    /// However three places are put together, mean and scatter are the same, but for the frames' own accuracy (0.1 %).
    #[test]
    fn putting_together_is_associative(
        places in prop::array::uniform3((-500.0..500.0_f64, -500.0..500.0_f64, 5.0..300.0_f64, 5.0..300.0_f64, 0.0..180.0_f64)),
    ) {
        let [a, b, c] = places.map(|(x, y, long, wide, azimuth)| fix(x, y, (long, wide), azimuth));
        let (one, other) = (a.with(&b).with(&c), c.with(&a).with(&b));
        let (dx, dy) = one.offset_m(other.centre());
        prop_assert!(dx.hypot(dy) < 1.0, "{dx} {dy}");
        prop_assert!((one.scatter2() - other.scatter2()).abs() < 1e-2 * (1.0 + one.scatter2()));
        prop_assert!((one.freedom() - 4.0).abs() < 1e-12);
    }
}
