use super::*;
use truceline_domain::{Known, Modality, Motion, Outage, Phenomenon, Where};

const CONVERSATION: &[u8] = include_bytes!("../../fixtures/sapient/conversation.sapient");

fn read(bytes: &[u8]) -> (Vec<Record>, Problems) {
    let mut records = Vec::new();
    let mut context = Context::new(b"same", "conversation.sapient", "hill", "mission");
    context.received_at = "2031-02-16T00:00:00Z".parse().unwrap();
    let problems = Sapient.decode(bytes, &context, &mut |record| records.push(record));
    (records, problems)
}

fn outages(records: &[Record]) -> Vec<&Outage> {
    records.iter().filter_map(|r| if let Record::Outage(outage) = r { Some(outage) } else { None }).collect()
}

#[test]
fn a_conversation_becomes_detections_and_outages() {
    let (records, problems) = read(CONVERSATION);
    let detections: Vec<_> =
        records.iter().filter_map(|r| if let Record::Detection(d) = r { Some(d) } else { None }).collect();
    let shown: Vec<_> = detections.iter().map(|d| (d.id.record, d.sensor.as_str(), d.modality, d.phenomenon)).collect();
    let second = "hill/a3d5f0b7-91c4-4d6e-8f21-5b7c9e0d1f33";
    assert_eq!(
        shown,
        [
            (4, "hill", Modality::Radar, Phenomenon::DroneInFlight),
            (5, "hill", Modality::Radar, Phenomenon::DroneInFlight),
            (7, second, Modality::Acoustic, Phenomenon::Explosion),
            (9, "hill", Modality::Radar, Phenomenon::Vessel),
        ]
    );
    // 72 and -36 km/h.
    let Some(Motion { speed_mps, course_deg }) = detections[1].motion else { panic!() };
    assert!((speed_mps - 22.36).abs() < 0.01 && (course_deg - 116.57).abs() < 0.01);
    assert_eq!(detections[1].claimed_identity.as_ref().unwrap().as_str(), "RID-7");
    assert_eq!(detections[0].dependence, detections[1].dependence);
    assert!(matches!(detections[2].place, Where::Bearing(bearing) if bearing.azimuth_deg.value == 200.0));
    assert!(matches!(detections[3].count, Known::Known(_)));

    // The acoustic post was silent for 35.5 s with an interval of 5 s, the radar for 34 s.
    let spans: Vec<_> =
        outages(&records).iter().map(|o| (o.sensor.to_string(), o.span.seconds(), o.cause.clone())).collect();
    let total = |sensor: &str| spans.iter().filter(|(of, ..)| of == sensor).map(|(_, s, _)| s).sum::<f64>();
    assert!((total(second) - 35.5).abs() < 1e-6, "{spans:?}");
    assert!((total("hill") - 35.0).abs() < 1e-6, "{spans:?}");
    assert!(spans.iter().all(|(.., cause)| cause == "no status reports"));

    let shown: Vec<_> = problems.kept().iter().map(|p| (p.code, p.message.as_str())).collect();
    assert_eq!(shown, [("left_out", "not everything was kept (personal data refused: 1)")]);
}

#[test]
fn a_cut_recording_keeps_its_whole_messages() {
    let (whole, _) = read(CONVERSATION);
    let shown = |records: &[Record]| records.iter().map(|record| format!("{record:?}")).collect::<Vec<_>>();
    for cut in 0..CONVERSATION.len() {
        let (part, _) = read(&CONVERSATION[..cut]);
        assert!(shown(&whole).starts_with(&shown(&part)), "cut at {cut}");
    }
}

#[test]
fn lines_that_are_no_message_are_told_with_their_number() {
    let at = r#"{"timestamp":"2031-02-15T06:10:00Z","node_id":"6f1a8c1e-2b7d-4e0a-9c55-0d9f6f3a1b22","#;
    let lines = format!("{at}\"alert\":{{}}}}\n{{no\n\n{{\"hex\":\"0g\"}}\n{at}\"colour\":1}}\n{{\"hex\":\"0a\"}}\n");
    let (records, problems) = read(lines.as_bytes());
    assert!(records.is_empty());
    let shown: Vec<_> = problems.kept().iter().map(|p| (p.code, p.line.unwrap())).collect();
    assert_eq!(shown, [("invalid_message", 1), ("bad_line", 2), ("bad_line", 4), ("bad_line", 5), ("no_protobuf", 6)]);
}
