use super::*;

fn full() -> Detection {
    let place = Wgs84::new(12.25, -37.5).unwrap();
    Detection {
        id: DetectionId { capture: Digest::of(b"capture"), record: 7 },
        sensor: "radar-1".into(),
        owner: "mission".into(),
        modality: Modality::Radar,
        means: Means::Recorded,
        phenomenon: Phenomenon::Projectile,
        time: TimeEstimate::within(
            "2031-03-04T00:14:00Z".parse().unwrap(),
            "2031-03-04T00:14:09.5Z".parse().unwrap(),
            0.2,
        ),
        place: Where::Bearing(Bearing {
            from: place,
            azimuth_deg: Measured::new(110.0, 2.0).unwrap(),
            range_m: Some((3_000.0, 4_000.0)),
        }),
        count: Known::Known(Count { low: 5, high: 7 }),
        weapon: Known::NotKnown(NotKnownReason::Weather),
        origin: Some(Sealed::new(PlaceEstimate::along(place, 30.0, (90.0, 20.0)))),
        motion: Some(Motion { speed_mps: 210.0, course_deg: 12.0 }),
        claimed_identity: Some("none".into()),
        dependence: None,
        note: Some("ligne « Orr »".into()),
    }
}

#[test]
fn what_was_written_is_read() {
    let mut plain = full();
    plain.place = Where::Area("Donetsk".into());
    plain.origin = None;
    plain.count = Known::NotKnown(NotKnownReason::NotStated);
    plain.weapon = Known::Known(WeaponKind::Mlrs);
    let mut nowhere = plain.clone();
    nowhere.place = Where::NotKnown(NotKnownReason::Technical);
    nowhere.motion = None;
    for detection in [full(), plain, nowhere] {
        let mut bytes = Vec::new();
        encode(&detection, &mut bytes);
        assert_eq!(decode(&bytes, &mut Names::default()), Some(detection));
    }
}

#[test]
fn torn_bytes_are_refused() {
    let mut bytes = Vec::new();
    encode(&full(), &mut bytes);
    for n in 0..bytes.len() {
        assert_eq!(decode(&bytes[..n], &mut Names::default()), None, "{n} of {} bytes", bytes.len());
    }
}
