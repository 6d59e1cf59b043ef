use super::*;
use proptest::prelude::*;

fn frame() -> MapFrame {
    MapFrame::around([35.0, 47.0, 37.0, 48.0])
}

#[test]
fn north_is_up_and_the_middle_is_in_the_middle() {
    let frame = frame();
    let middle = frame.px_of(36.0, 47.5);
    assert!((middle.0 - 480.0).abs() < 1e-9 && (middle.1 - frame.height / 2.0).abs() < 1e-9);
    assert!(frame.px_of(36.0, 47.9).1 < middle.1);
    assert!(frame.px_of(36.9, 47.5).0 > middle.0);
}

#[test]
fn bounds_across_the_date_line_and_bad_ones_can_be_drawn() {
    let frame = MapFrame::around([179.0, -1.0, -179.0, 1.0]);
    assert!(frame.shows(frame.px_of(-179.5, 0.0)) && frame.shows(frame.px_of(179.5, 0.0)));
    for bounds in [[f64::NAN; 4], [36.0; 4], [-180.0, -90.0, 180.0, 90.0], [10.0, 50.0, 10.0, 40.0]] {
        let frame = MapFrame::around(bounds);
        assert!(frame.height >= HEIGHT_MIN && frame.height <= HEIGHT_MAX && frame.m_per_px().is_finite());
    }
}

#[test]
fn a_line_that_leaves_and_returns_gives_two_parts() {
    let line = [(10.0, 10.0), (10.0, -500.0), (50.0, -500.0), (50.0, 10.0), (60.0, 12.0)];
    let parts = frame().clip_line(&line);
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[1].len(), 3);
}

#[test]
fn a_ring_around_the_picture_becomes_the_picture() {
    let huge = vec![(-9e5, -9e5), (9e5, -9e5), (9e5, 9e5), (-9e5, 9e5)];
    let clipped = frame().clip_ring(huge);
    assert_eq!(clipped.len(), 4);
    assert!(clipped.iter().all(|p| p.0.abs() <= WIDTH + MARGIN));
}

proptest! {
    #[test]
    fn every_left_out_point_is_near_the_drawn_line(points in prop::collection::vec((0.0..300.0_f64, 0.0..300.0_f64), 2..60)) {
        let tolerance = 4.0;
        let drawn = simplified(&points, tolerance);
        prop_assert_eq!(drawn.first(), points.first());
        prop_assert_eq!(drawn.last(), points.last());
        for p in &points {
            let nearest = drawn.iter().zip(drawn.iter().skip(1)).map(|(a, b)| to_segment(*p, *a, *b)).fold(f64::MAX, f64::min);
            // Thinning moves a point by at most half the tolerance before the line is drawn through the rest.
            prop_assert!(nearest <= 1.5 * tolerance + 1e-9, "{}", nearest);
        }
    }
}

#[test]
fn a_hundred_thousand_points_are_no_trouble() {
    let line =
        |height: f64| -> Vec<Px> { (0..100_000).map(|k| (f64::from(k) * 0.009, height * f64::from(k % 7))).collect() };
    let (rough, smooth) = (simplified(&line(1.0), 0.6), simplified(&line(0.05), 0.6));
    assert!(rough.len() > 20_000, "every bend is larger than the tolerance: {}", rough.len());
    assert!(smooth.len() < 500, "{}", smooth.len());
}
