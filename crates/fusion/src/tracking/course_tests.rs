//! Prediction along a curve and along a line.

use super::Course;
use crate::tracking::kinematics::Mean;

/// A circle of 400 m at 8 m/s, clockwise from north.
fn circling(t: f64) -> Mean {
    let angle = 8.0 * t / 400.0;
    Mean { x: 400.0 * (1.0 - angle.cos()), y: 400.0 * angle.sin(), u: 8.0 * angle.sin(), v: 8.0 * angle.cos() }
}

#[test]
fn a_steady_turn_is_predicted_better_than_by_dead_reckoning() {
    let mut course = Course::default();
    for k in 0..12 {
        course.take(5.0, circling(5.0 * f64::from(k)));
    }
    let (truth, last) = (circling(75.0), circling(55.0));
    let off = |m: Mean| (m.x - truth.x).hypot(m.y - truth.y);
    assert!(off(course.ahead(20.0)) < 0.75 * off(last.moved(20.0)), "{}", off(course.ahead(20.0)));
}

#[test]
fn a_straight_line_stays_one() {
    let mut course = Course::default();
    for k in 0..9 {
        course.take(4.0, Mean { x: 12.0 * f64::from(k), y: 0.0, u: 3.0, v: 0.0 });
    }
    let ahead = course.ahead(30.0);
    assert!((ahead.x - 186.0).abs() < 0.1 && ahead.y.abs() < 0.1);
}
