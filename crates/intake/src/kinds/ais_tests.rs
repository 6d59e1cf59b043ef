use super::*;

fn decode(text: &str) -> (Vec<Detection>, Problems) {
    let mut context = Context::new(text.as_bytes(), "a.nmea", "coast", "mission");
    context.received_at = "2031-02-15T06:30:05Z".parse().unwrap();
    let mut detections = Vec::new();
    let problems = Ais.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    (detections, problems)
}

fn fixture() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ais/traffic.nmea")).unwrap()
}

#[test]
fn the_fixture_reads_as_it_was_made() {
    let (found, problems) = decode(&fixture());
    let shown: Vec<_> =
        found.iter().map(|d| (d.id.record, d.claimed_identity.clone().unwrap().to_string(), d.phenomenon)).collect();
    let vessel = |line: u32, mmsi: &str| (line - 1, mmsi.to_owned(), Phenomenon::Vessel);
    let expected = [
        vessel(4, "999000001"),
        vessel(5, "999000002"),
        vessel(7, "999000003"),
        (9, "111000001".to_owned(), Phenomenon::AircraftInFlight),
        vessel(11, "999000004"),
        vessel(13, "999000002"),
    ];
    assert_eq!(shown, expected);
    let first = &found[0];
    assert_eq!(first.note, Some("TEST SHIP".into()));
    let place = first.estimate().unwrap();
    assert!((place.centre.lat_deg() - 45.5).abs() < 1e-5 && (place.centre.lon_deg() - 31.25).abs() < 1e-5);
    assert_eq!(place.sigma_major_m(), 10.0);
    let motion = first.motion.unwrap();
    assert!((motion.speed_mps - 5.2 * 1852.0 / 3600.0).abs() < 1e-12 && motion.course_deg == 123.4);
    assert_eq!(first.time.from.to_string(), "2031-02-14T07:20:17Z", "second 17 before the reception at :20");
    assert_eq!((&found[2].place, found[2].motion), (&Where::NotKnown(NotKnownReason::NotStated), None));
    assert_eq!(found[2].time.from.to_string(), "2031-02-15T06:30:10.338Z");
    assert_eq!(problems.kept().iter().map(|p| p.code).collect::<Vec<_>>(), ["raw_messages"]);
}

#[test]
fn seconds_are_put_before_the_reception() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let second = |second: u8, received: &str| time(Some(second), Some(at(received)), Timestamp::MAX).from.to_string();
    assert_eq!(second(17, "2031-02-15T06:30:20Z"), "2031-02-15T06:30:17Z");
    assert_eq!(second(58, "2031-02-15T06:30:02Z"), "2031-02-15T06:29:58Z");
    assert_eq!(second(3, "2031-02-15T06:30:02Z"), "2031-02-15T06:30:03Z");
    assert_eq!(time(Some(60), None, at("2031-02-15T06:30:02Z")).sigma_s, 30.0);
}

#[test]
fn damage_costs_its_sentence_only() {
    let good = "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23";
    for (bad, code) in [
        ("!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*24", "bad_checksum"),
        ("!AIVDM,1,1,,B,,0*25", "empty_payload"),
        ("foobar", "not_nmea"),
        ("!AIVDM,2,2,1,A,88888888880,2*25", "lone_part"),
        ("!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C", "lone_part"),
        ("!AIVDM,1,2,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*20", "bad_part"),
        ("!AIVDM,1,1", "not_ais"),
    ] {
        let (found, problems) = decode(&format!("{bad}\n{good}\n"));
        assert_eq!(found.len(), 1, "{bad}");
        let told: Vec<_> = problems.kept().iter().filter(|p| p.line.is_some()).map(|p| (p.code, p.line)).collect();
        assert_eq!(told, [(code, Some(1))], "{bad}");
    }
}

#[test]
fn a_short_payload_gives_its_complete_fields() {
    let body = "AIVDM,1,1,,A,13HOI:0P0000VOHLC,0";
    let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
    let (found, problems) = decode(&format!("!{body}*{sum:02X}\n"));
    assert_eq!(found[0].claimed_identity, Some("227006760".into()));
    assert!(matches!(found[0].place, Where::NotKnown(_)));
    assert!(problems.kept().iter().any(|p| p.code == "short_message" && p.line == Some(1)));
}
