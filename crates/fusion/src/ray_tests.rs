use super::*;
use crate::moments::Sym2;
use truceline_domain::{Measured, PlaceEstimate, Wgs84};

fn eye() -> Wgs84 {
    Wgs84::new(48.0, 37.5).unwrap()
}

fn looking(azimuth_deg: f64, sigma_deg: f64) -> Bearing {
    Bearing { from: eye(), azimuth_deg: Measured::new(azimuth_deg, sigma_deg).unwrap(), range_m: None }
}

fn foot(azimuth_deg: f64, range_m: f64, sigma_m: f64) -> Foot {
    let centre = LocalFrame::about(eye()).place_at(azimuth_deg, range_m);
    let place = PlaceEstimate::along(centre, azimuth_deg, (sigma_m * 20.0, sigma_m));
    let covariance = Sym2::covariance(&place, 0.0).unwrap();
    Foot { centre, frame: LocalFrame::about(centre), covariance }
}

#[test]
fn a_direction_is_held_against_the_error_across_it() {
    // 1° at 5 km is 87 m: the foot's own 87 m across doubles the variance, its long axis along the line does not count.
    let across_m = 5_000.0 * 1_f64.to_radians().tan();
    let misfit = bearing_misfit(&looking(42.0, 1.0), &foot(40.0, 5_000.0, across_m)).unwrap();
    assert!((misfit - 2.0).abs() < 0.02, "{misfit}");
    assert!(bearing_misfit(&looking(359.5, 1.0), &foot(0.5, 5_000.0, 1.0)).is_some());
    assert!(bearing_misfit(&looking(45.0, 1.0), &foot(40.0, 5_000.0, 1.0)).is_none());
    assert!(bearing_misfit(&looking(220.0, 1.0), &foot(40.0, 5_000.0, 1.0)).is_none());
    assert!(bearing_misfit(&looking(40.0, 1.0), &foot(40.0, 16_000.0, 1.0)).is_none());
}
