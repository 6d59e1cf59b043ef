use super::*;
use truceline_domain::{PlaceEstimate, Wgs84};

fn event() -> Event {
    Event {
        time: "2031-02-15T04:10:02.500001Z".parse().unwrap(),
        time_sigma_s: 0.02,
        epicentre: PlaceEstimate::circular(Wgs84::new(48.1, 37.9).unwrap(), 12.0),
        depth_km: 0.0,
        depth_sigma_km: 0.0,
        ellipse_m: [(14.1, 14.1), (25.7, 25.7), (29.4, 29.4)],
        ellipse_azimuth_deg: 90.0,
        regions: Vec::new(),
        classes: vec![(GroundClass::Impact, 0.75), (GroundClass::Launch, 0.25)],
        rounds: Some((1, 2, 4)),
        log_odds: 31.25,
        misses: Vec::new(),
        uncovered: Vec::new(),
    }
}

#[test]
fn every_line_has_a_cell_for_every_column() {
    let located = Located { events: vec![event()], ..Located::default() };
    let text = events(&located);
    let mut lines = text.lines();
    let (head, line) = (lines.next().unwrap(), lines.next().unwrap());
    assert_eq!(head.split(',').count(), line.split(',').count());
    let cell = |name: &str| line.split(',').nth(head.split(',').position(|column| column == name).unwrap()).unwrap();
    assert_eq!(cell("time"), "2031-02-15T04:10:02.500001Z");
    assert_eq!((cell("class"), cell("p_impact"), cell("p_launch")), ("impact", "0.7500", "0.2500"));
    assert_eq!((cell("p_thunder"), cell("rounds_best"), cell("major90_m")), ("", "2", "25.70"));
}

#[test]
fn an_arrival_names_the_row_of_the_table_not_the_place_in_memory() {
    let arrival = truceline_fusion::ground::EventArrival {
        pick: 1,
        event: 0,
        wave: truceline_domain::Wave::Air,
        residual_s: -0.0125,
        weight: 0.5,
    };
    let located = Located { arrivals: vec![arrival], ..Located::default() };
    assert_eq!(arrivals(&located, &[3, 7]).lines().nth(1), Some("7,0,air,-0.0125,0.5000"));
}
