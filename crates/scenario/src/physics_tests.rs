use super::*;

const CALM: Weather = Weather { temperature_c: 10.0, wind_mps: 0.0, wind_from_deg: 0.0 };

fn place(east_m: f64, north_m: f64) -> Wgs84 {
    LocalFrame::about(Wgs84::new(12.5, -37.0).unwrap()).wgs84_from_enu((east_m, north_m))
}

#[test]
fn sound_needs_twelve_seconds_for_four_kilometres() {
    assert!((sound_speed_mps(10.0) - 337.36).abs() < 1e-9);
    let travel_s = sound_travel_s(&CALM, place(0.0, 0.0), place(4_000.0, 0.0));
    assert!((travel_s - 11.857).abs() < 0.01, "{travel_s}");
}

#[test]
fn wind_helps_downwind_and_hinders_upwind() {
    let west_wind = Weather { wind_mps: 10.0, wind_from_deg: 270.0, ..CALM };
    let (here, east) = (place(0.0, 0.0), place(3_000.0, 0.0));
    let down_s = sound_travel_s(&west_wind, here, east);
    let up_s = sound_travel_s(&west_wind, east, here);
    assert!((down_s - 3_000.0 / 347.36).abs() < 0.01 && (up_s - 3_000.0 / 327.36).abs() < 0.01, "{down_s} {up_s}");
}

#[test]
fn a_mortar_round_over_four_kilometres_flies_half_a_minute() {
    let flight = flight_s(WeaponKind::Mortar, 4_100.0);
    assert!((25.0..35.0).contains(&flight), "{flight}");
    assert!(flight_s(WeaponKind::Tank, 2_000.0) < 6.0);
}

#[test]
fn exact_arrivals_give_the_exact_place() {
    let source = place(700.0, -1_900.0);
    let wind = Weather { wind_mps: 6.0, wind_from_deg: 200.0, ..CALM };
    let nodes = [place(-3_000.0, 500.0), place(2_500.0, 900.0), place(0.0, 3_000.0), place(400.0, -4_000.0)];
    let arrivals: Vec<_> = nodes.iter().map(|n| (*n, 7.0 + sound_travel_s(&wind, source, *n), 0.02)).collect();
    let found = locate(&arrivals, &wind, place(0.0, 0.0)).unwrap();
    let (_, off_m) = azimuth_and_distance(found.place.centre, source);
    assert!(off_m < 2.0 && (found.at_s - 7.0).abs() < 0.01, "{off_m} m, {} s", found.at_s);
}

#[test]
fn the_covariance_is_that_of_finite_differences() {
    // A second way to the same covariance: push each arrival by one sigma and see how far the place moves.
    let source = place(700.0, -1_900.0);
    let nodes = [place(-3_000.0, 500.0), place(2_500.0, 900.0), place(0.0, 3_000.0), place(400.0, -4_000.0)];
    let arrivals: Vec<_> = nodes.iter().map(|n| (*n, sound_travel_s(&CALM, source, *n), 0.02)).collect();
    let found = locate(&arrivals, &CALM, source).unwrap();
    let frame = LocalFrame::about(found.place.centre);
    let (mut east2, mut north2) = (0.0, 0.0);
    for pushed_idx in 0..nodes.len() {
        let mut pushed = arrivals.clone();
        pushed[pushed_idx].1 += 0.02;
        let (east_m, north_m) = frame.enu_from_wgs84(locate(&pushed, &CALM, source).unwrap().place.centre);
        east2 += east_m * east_m;
        north2 += north_m * north_m;
    }
    assert!((east2 / found.place.var_east_m2 - 1.0).abs() < 0.02, "{east2} {}", found.place.var_east_m2);
    assert!((north2 / found.place.var_north_m2 - 1.0).abs() < 0.02, "{north2} {}", found.place.var_north_m2);
}

#[test]
fn nodes_in_one_line_beyond_their_end_do_not_fix_a_place() {
    let nodes = [place(0.0, 0.0), place(500.0, 0.0), place(1_000.0, 0.0)];
    let source = place(9_000.0, 0.0);
    let arrivals: Vec<_> = nodes.iter().map(|n| (*n, sound_travel_s(&CALM, source, *n), 0.02)).collect();
    assert!(locate(&arrivals, &CALM, source).is_none());
    assert!(locate(&arrivals[..2], &CALM, source).is_none());
}
