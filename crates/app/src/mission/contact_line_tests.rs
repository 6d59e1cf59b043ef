use super::*;

fn square(west: f64, south: f64, side_deg: f64) -> Area {
    let (east, north) = (west + side_deg, south + side_deg);
    Area::from_rings([vec![(west, south), (east, south), (east, north), (west, north)]])
}

#[test]
fn only_the_edge_inside_the_country_is_the_line() {
    let country = square(-40.0, 10.0, 2.0);
    // Shares the country's southern and western edge; the line runs along its northern and eastern sides.
    let control = square(-40.0, 10.0, 1.0);
    let line = contact_line(&control, &[&country], 3_000.0);
    assert_eq!(line.len(), 1);
    let expected_m = truceline_domain::distance_m(Wgs84::new(10.0, -39.0).unwrap(), Wgs84::new(11.0, -39.0).unwrap())
        + truceline_domain::distance_m(Wgs84::new(11.0, -39.0).unwrap(), Wgs84::new(11.0, -40.0).unwrap());
    let found_m = length_m(&line);
    assert!((found_m - expected_m).abs() < 9_000.0, "{found_m} {expected_m}");
    assert!(line[0].iter().all(|place| place.lat_deg() > 10.01 && place.lon_deg() > -39.99));
}

#[test]
fn an_enclave_has_a_closed_line() {
    let line = contact_line(&square(-39.5, 10.5, 0.5), &[&square(-40.0, 10.0, 2.0)], 3_000.0);
    assert_eq!(line.len(), 1);
    assert_eq!(line[0].first(), line[0].last());
}

#[test]
fn simplifying_keeps_corners_and_stays_within_its_tolerance() {
    let frame = LocalFrame::about(Wgs84::new(11.0, -39.0).unwrap());
    let piece: Vec<Wgs84> = (0..200)
        .map(|k| {
            let x = f64::from(k) * 100.0;
            frame.wgs84_from_enu((x, if k < 100 { 0.3 * x } else { 3_000.0 - 0.2 * (x - 10_000.0) }))
        })
        .collect();
    let fewer = simplified(&piece, 50.0);
    assert!(fewer.len() <= 4, "{}", fewer.len());
    for place in &piece {
        let distance_m = truceline_domain::polyline_distance_m(std::slice::from_ref(&fewer), *place).unwrap();
        assert!(distance_m <= 51.0);
    }
}
