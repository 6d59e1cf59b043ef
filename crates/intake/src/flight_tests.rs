use super::*;

fn camera(platform: Attitude, gimbal: Attitude) -> Camera {
    Camera {
        place: Wgs84::new(48.0, 37.5).unwrap(),
        height_m: 1100.0,
        platform,
        gimbal,
        field_of_view_deg: (20.0, 12.0),
    }
}

fn attitude(heading_deg: f64, pitch_deg: f64, roll_deg: f64) -> Attitude {
    Attitude { heading_deg, pitch_deg, roll_deg }
}

#[test]
fn a_camera_that_looks_ahead_and_down_meets_flat_ground_where_it_must() {
    for heading in [0.0, 77.0, 180.0, 305.0] {
        let camera = camera(attitude(heading, 0.0, 0.0), attitude(30.0, -45.0, 0.0));
        let seen = project(&camera, &|_| Some(100.0), Errors::default()).unwrap();
        let frame = LocalFrame::about(camera.place);
        let (east, north) = frame.enu_from_wgs84(seen.centre);
        // The earth falls away by d²/2R = 0.08 m in a kilometre.
        assert!((east.hypot(north) - 1000.0).abs() < 0.2, "{east} {north}");
        let azimuth = east.atan2(north).to_degrees().rem_euclid(360.0);
        assert!(((azimuth - heading - 30.0 + 180.0).rem_euclid(360.0) - 180.0).abs() < 1e-6, "{azimuth}");
        // Upper corners lie farther off than lower ones, left is left of right.
        let range = |n: usize| {
            let (e, n) = frame.enu_from_wgs84(seen.corners[n]);
            e.hypot(n)
        };
        assert!(range(0) > 1200.0 && range(1) > 1200.0 && range(2) < 900.0 && range(3) < 900.0);
        assert!((seen.slant_range_m - 1414.2).abs() < 0.3);
        assert!(seen.sigma_m > 10.0 && seen.sigma_m < 60.0);
    }
}

#[test]
fn roll_and_pitch_of_the_platform_count() {
    // The camera looks along the nose; the nose is 30° down: the same as a camera 30° down.
    let nose = project(&camera(attitude(10.0, -30.0, 0.0), attitude(0.0, 0.0, 0.0)), &|_| Some(0.0), Errors::default());
    let gimbal =
        project(&camera(attitude(10.0, 0.0, 0.0), attitude(0.0, -30.0, 0.0)), &|_| Some(0.0), Errors::default());
    let (nose, gimbal) = (nose.unwrap(), gimbal.unwrap());
    assert!(truceline_domain::distance_m(nose.centre, gimbal.centre) < 1e-3);
    // Right wing down by 20°: a camera that looks straight down of the body looks to the left.
    let rolled = camera(attitude(0.0, 0.0, 20.0), attitude(0.0, -90.0, 0.0));
    let seen = project(&rolled, &|_| Some(0.0), Errors::default()).unwrap();
    let (east, north) = LocalFrame::about(rolled.place).enu_from_wgs84(seen.centre);
    assert!((east + 1100.0 * 20_f64.to_radians().tan()).abs() < 0.2 && north.abs() < 0.2, "{east} {north}");
}

#[test]
fn a_slope_and_a_ridge_are_met_first() {
    let camera = camera(attitude(0.0, 0.0, 0.0), attitude(0.0, -30.0, 0.0));
    let frame = LocalFrame::about(camera.place);
    // Ground that rises to the north by 1 in 4: h = 0.25 n, ray 1100 - n tan 30.
    let slope = |place: Wgs84| Some(0.25 * frame.enu_from_wgs84(place).1);
    let seen = project(&camera, &slope, Errors::default()).unwrap();
    let north = frame.enu_from_wgs84(seen.centre).1;
    assert!((north - 1100.0 / (0.25 + 30_f64.to_radians().tan())).abs() < 0.5, "{north}");
    // A ridge that rises by 10 in 1 from 1200 m on hides what is behind it: 1100 - n tan 30 = 10 (n - 1200).
    let wall = |place: Wgs84| Some((10.0 * (frame.enu_from_wgs84(place).1 - 1200.0)).clamp(0.0, 900.0));
    let seen = project(&camera, &wall, Errors::default()).unwrap();
    let expected = (1100.0 + 12_000.0) / (10.0 + 30_f64.to_radians().tan());
    assert!((frame.enu_from_wgs84(seen.centre).1 - expected).abs() < 0.5);
    assert_eq!(project(&camera, &|_| None, Errors::default()), Err(NoFootprint::NoGround));
    assert_eq!(project(&camera, &|_| Some(2000.0), Errors::default()), Err(NoFootprint::NoGround));
}

#[test]
fn a_camera_that_sees_the_sky_has_no_footprint() {
    let camera = camera(attitude(0.0, 0.0, 0.0), attitude(0.0, -3.0, 0.0));
    assert_eq!(project(&camera, &|_| Some(0.0), Errors::default()), Err(NoFootprint::Horizon));
}

#[test]
fn crossed_corners_are_seen() {
    assert!(is_simple([(0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)]));
    assert!(!is_simple([(0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]));
    assert!(!is_simple([(0.0, 0.0); 4]));
}
