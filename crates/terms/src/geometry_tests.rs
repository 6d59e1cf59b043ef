use super::*;
use proptest::prelude::*;
use truceline_domain::polyline_distance_m;

fn star(n: usize, lon0: f64, lat0: f64) -> Vec<(f64, f64)> {
    (0..n)
        .map(|k| {
            let (s, c) = (k as f64 / n as f64 * std::f64::consts::TAU).sin_cos();
            let r = if k % 2 == 0 { 0.10 } else { 0.05 };
            (lon0 + r * c, lat0 + r * s)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The points that are asked are the domain's own, so the two agree up to points on an edge.
    #[test]
    fn shares_agree_with_the_domain(dx in -0.2..0.2_f64, dy in -0.2..0.2_f64, sigma in 10.0..6_000.0_f64, n in 3_usize..400) {
        let area = Area::from_rings([star(2 * n, 179.95, 48.0)]);
        let estimate = PlaceEstimate::circular(Wgs84::wrapped(48.0 + dy, 179.95 + dx), sigma);
        let share = Zone::new(&area).share(&estimate, 0.0);
        prop_assert!((share.p - area.probability_inside(&estimate)).abs() <= 0.003, "{share:?}");
        prop_assert_eq!(share.is_centre_in, area.contains(estimate.centre));
    }

    /// A margin widens: asked point by point it is the same.
    #[test]
    fn margins_agree_with_asking_each_point(dx in -0.2..0.2_f64, dy in -0.2..0.2_f64, sigma in 10.0..4_000.0_f64, margin_m in 1.0..3_000.0_f64) {
        let area = Area::from_rings([star(14, 35.0, 48.0)]);
        let estimate = PlaceEstimate::circular(Wgs84::wrapped(48.0 + dy, 35.0 + dx), sigma);
        let zone = Zone::new(&area);
        let frame = LocalFrame::about(estimate.centre);
        let points = estimate.quadrature_enu_m(32, 48);
        let inside = |p: &&(f64, f64)| area.depth_m(frame.wgs84_from_enu(**p)).unwrap() >= -margin_m;
        let naive = points.iter().filter(inside).count() as f64 / points.len() as f64;
        prop_assert!((zone.share(&estimate, margin_m).p - naive).abs() <= 0.01);
    }

    #[test]
    fn distances_agree_with_the_domain(lat in 46.0..50.0_f64, lon in 33.0..37.0_f64) {
        let piece: Vec<Wgs84> = (0..200).map(|k| Wgs84::wrapped(48.0 + 0.3 * (f64::from(k) * 0.3).sin(), 34.0 + f64::from(k) * 0.01)).collect();
        let line = ReferenceLine { name: "l".into(), version: "1".into(), party: None, valid: Span::ALWAYS, source: String::new(), pieces: vec![piece] };
        let place = Wgs84::wrapped(lat, lon);
        let (fast, slow) = (LineVersion::new(&line).distance_m(place).unwrap(), polyline_distance_m(&line.pieces, place).unwrap());
        prop_assert!((fast - slow).abs() <= 1e-6 * slow.max(1.0), "{fast} {slow}");
        let estimate = PlaceEstimate::circular(place, 3_000.0);
        let (fast, slow) = (LineVersion::new(&line).share(&estimate, 20_000.0), line.probability_within_m(&estimate, 20_000.0).unwrap());
        prop_assert!((fast.p - slow).abs() < 1e-4);
    }
}

#[test]
fn an_empty_area_holds_nothing() {
    let area = Area::from_rings([]);
    assert_eq!(Zone::new(&area).share(&PlaceEstimate::circular(Wgs84::wrapped(0.0, 0.0), 1.0), 10.0), Share::NONE);
}

#[test]
fn half_of_an_estimate_on_a_corner_or_edge_lies_inside() {
    let square = [(35.0, 47.0), (36.0, 47.0), (36.0, 48.0), (35.0, 48.0)];
    let area = Area::from_rings([square.to_vec()]);
    let share =
        |lat: f64, lon: f64| Zone::new(&area).share(&PlaceEstimate::circular(Wgs84::wrapped(lat, lon), 50.0), 0.0).p;
    for (lat, lon, expected) in
        [(47.0, 35.5, 0.5), (48.0, 35.5, 0.5), (47.5, 35.0, 0.5), (47.0, 35.0, 0.25), (48.0, 36.0, 0.25)]
    {
        let p = share(lat, lon);
        assert!((p - expected).abs() < 0.02, "{lat} {lon}: {p}");
    }
}

#[test]
fn a_place_without_error_is_in_or_out() {
    let area = Area::from_rings([vec![(35.0, 47.0), (36.0, 47.0), (36.0, 48.0), (35.0, 48.0)]]);
    let zone = Zone::new(&area);
    let share = |lon: f64| zone.share(&PlaceEstimate::circular(Wgs84::wrapped(47.5, lon), 0.0), 0.0);
    assert_eq!((share(35.000_01), share(34.999_99)), (Share::ALL, Share::NONE));
}
