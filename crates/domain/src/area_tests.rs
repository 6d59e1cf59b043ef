use super::*;
use proptest::prelude::*;

fn box_area() -> Area {
    Area::from_rings([vec![(35.0, 47.0), (36.0, 47.0), (36.0, 48.0), (35.0, 48.0), (35.0, 47.0)]])
}

fn at(lat: f64, lon: f64) -> Wgs84 {
    Wgs84::new(lat, lon).unwrap()
}

#[test]
fn beside_a_straight_edge_the_probability_is_phi() {
    let area = box_area();
    for depth_sigmas in [-2.5, -1.0, -0.3, 0.0, 0.5, 1.5, 2.2] {
        let east_m = -500.0 * depth_sigmas;
        let centre = LocalFrame::about(at(47.5, 36.0)).wgs84_from_enu((east_m, 0.0));
        let p = area.probability_inside(&PlaceEstimate::circular(centre, 500.0));
        assert!((p - normal_cdf(depth_sigmas)).abs() < 0.01, "{depth_sigmas}: {p}");
    }
}

#[test]
fn holes_are_outside() {
    let hole = vec![(35.4, 47.4), (35.6, 47.4), (35.6, 47.6), (35.4, 47.6)];
    let area = Area::from_rings([vec![(35.0, 47.0), (36.0, 47.0), (36.0, 48.0), (35.0, 48.0)], hole]);
    assert!(!area.contains(at(47.5, 35.5)));
    assert!(area.contains(at(47.2, 35.5)));
    assert!(area.depth_m(at(47.5, 35.5)).unwrap() < -7_000.0);
}

#[test]
fn an_area_across_the_date_line_holds_its_middle() {
    let area = Area::from_rings([vec![(179.0, -1.0), (-179.0, -1.0), (-179.0, 1.0), (179.0, 1.0)]]);
    assert!(area.contains(at(0.0, 180.0)));
    assert!(area.contains(at(0.0, -179.5)));
    assert!(!area.contains(at(0.0, 178.5)));
    assert!(!area.contains(at(0.0, 0.0)));
}

#[test]
fn nothing_is_inside_an_empty_area() {
    let area = Area::from_rings([vec![(35.0, 47.0), (36.0, 47.0)]]);
    assert!(area.is_empty());
    assert_eq!(area.probability_inside(&PlaceEstimate::circular(at(47.0, 35.5), 10.0)), 0.0);
    assert!(area.depth_m(at(47.0, 35.5)).is_none());
}

/// Second, naive implementation: winding by summing over all edges, distance over all edges.
fn naive_contains(ring: &[(f64, f64)], x: f64, y: f64) -> bool {
    let mut inside = false;
    for (k, &(ax, ay)) in ring.iter().enumerate() {
        let (bx, by) = ring[(k + 1) % ring.len()];
        if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
            inside = !inside;
        }
    }
    inside
}

proptest! {
    #[test]
    fn agrees_with_the_naive_answer(
        ring in prop::collection::vec((30.0..31.0_f64, 50.0..51.0_f64), 3..40),
        x in 29.9..31.1_f64,
        y in 49.9..51.1_f64,
    ) {
        let area = Area::from_rings([ring.clone()]);
        let place = at(y, x);
        prop_assert_eq!(area.contains(place), naive_contains(&ring, x, y));
        let frame = LocalFrame::about(place);
        let enu: Vec<_> = ring.iter().map(|&(lon, lat)| frame.enu_from_wgs84(at(lat, lon))).collect();
        let naive_m = (0..enu.len()).map(|k| origin_to_segment_m(enu[k], enu[(k + 1) % enu.len()])).fold(f64::MAX, f64::min);
        let fast_m = area.distance_to_edge_m(place).unwrap();
        prop_assert!((fast_m - naive_m).abs() < 1e-6 * naive_m + 1e-3, "{fast_m} {naive_m}");
    }
}

#[test]
fn distance_to_a_line_and_its_probability() {
    let line = ReferenceLine {
        name: Name::from("contact"),
        version: "1".into(),
        party: None,
        valid: Span::ALWAYS,
        source: String::new(),
        pieces: vec![vec![at(47.0, 36.0), at(48.0, 36.0)]],
    };
    let place = LocalFrame::about(at(47.5, 36.0)).wgs84_from_enu((22_000.0, 0.0));
    assert!((line.distance_m(place).unwrap() - 22_000.0).abs() < 10.0);
    let p = line.probability_within_m(&PlaceEstimate::circular(place, 50.0), 25_000.0).unwrap();
    assert!(p > 0.999_999);
    let even = line.probability_within_m(&PlaceEstimate::circular(place, 500.0), 22_000.0).unwrap();
    assert!((even - 0.5).abs() < 0.01);
}

#[test]
fn polygons_carry_their_holes_and_islands() {
    let square = |west: f64, south: f64, side: f64| {
        vec![(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
    };
    let area = Area::from_rings([
        square(30.0, 50.0, 4.0),
        square(31.0, 51.0, 2.0),
        square(31.5, 51.5, 1.0),
        square(40.0, 50.0, 1.0),
    ]);
    let shapes: Vec<usize> = area.polygons().iter().map(Vec::len).collect();
    assert_eq!(shapes, [2, 1, 1]);
    assert!(area.contains(at(50.5, 30.5)) && !area.contains(at(51.2, 31.2)) && area.contains(at(52.0, 32.0)));
}
