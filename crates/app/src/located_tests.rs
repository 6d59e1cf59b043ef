use super::*;
use truceline_domain::{LocalFrame, PlaceEstimate};

fn event(east_m: f64, classes: &[(GroundClass, f64)]) -> Event {
    let middle = LocalFrame::about(Wgs84::new(48.0, 37.8).unwrap());
    Event {
        time: "2031-03-04T00:14:00Z".parse().unwrap(),
        time_sigma_s: 0.02,
        epicentre: PlaceEstimate::circular(middle.place_at(90.0, east_m), 12.0),
        depth_km: 0.0,
        depth_sigma_km: 0.0,
        ellipse_m: [(14.1, 14.1), (25.7, 25.7), (29.4, 29.4)],
        ellipse_azimuth_deg: 0.0,
        regions: Vec::new(),
        classes: classes.to_vec(),
        rounds: None,
        log_odds: 30.0,
        misses: Vec::new(),
        uncovered: Vec::new(),
    }
}

#[test]
fn only_what_was_hardly_fired_is_told_with_its_place() {
    let quarry = [(GroundClass::QuarryBlast, 0.97), (GroundClass::Impact, 0.03)];
    let launch = [(GroundClass::Launch, 0.9), (GroundClass::Impact, 0.1)];
    let open = [(GroundClass::Impact, 0.6), (GroundClass::Launch, 0.3), (GroundClass::SmallArms, 0.1)];
    let events = [event(0.0, &quarry), event(5_000.0, &launch), event(9_000.0, &open), event(20_000.0, &[])];
    assert_eq!(telling(&events), [Telling::Open, Telling::Fired, Telling::Withheld, Telling::Withheld]);
}

#[test]
fn what_lies_beside_a_shot_is_withheld_with_it() {
    let impact = [(GroundClass::Impact, 0.99), (GroundClass::Launch, 0.01)];
    let launch = [(GroundClass::Launch, 0.9), (GroundClass::Impact, 0.1)];
    let near = [event(0.0, &impact), event(300.0, &launch)];
    assert_eq!(telling(&near), [Telling::Withheld, Telling::Fired]);
    let far = [event(0.0, &impact), event(3_000.0, &launch)];
    assert_eq!(telling(&far), [Telling::Open, Telling::Fired]);
}

#[test]
fn members_of_an_event_are_not_told_a_second_time() {
    let id = |record| DetectionId { capture: truceline_domain::Digest::of(b"tape"), record };
    let together = Together { located: Vec::new(), explained: BTreeSet::from([id(1)]) };
    let alone = |record| {
        let station = Sensor {
            id: "N1".into(),
            modality: Modality::Acoustic,
            owner: "mission".into(),
            place: None,
            reach: Vec::new(),
            valid: Span::ALWAYS,
        };
        detection((&event(0.0, &[]), Telling::Open), (&id(record), 4), &station)
    };
    let (first, second) = (Detection { id: id(1), ..alone(1) }, Detection { id: id(2), ..alone(2) });
    let left = together.instead_of(vec![first, second]);
    assert_eq!(left.iter().map(|detection| detection.id).collect::<Vec<_>>(), [id(2)]);
}
