//! Recorded SAPIENT messages: the golden ones judged as the middleware judged them, a conversation with it replayed.

use crate::real_data::data;
use serde_json::Value as Json;
use truceline_domain::{Modality, Phenomenon, Sensor, Span, Timestamp, WeaponKind, Where};
use truceline_intake::sapient::{
    AgeLimits, FusionNode, Message, Output, PeerId, Registered, Settings, age_fault, faults, json,
};
use truceline_intake::{Context, Record, kind_named, read};

const PEER: PeerId = PeerId(7);

fn golden() -> Option<Vec<Json>> {
    let text = String::from_utf8(data("track/sapient/v2_golden.jsonl")?).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap()
}

fn bytes_of_hex(hex: &str) -> Vec<u8> {
    hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn golden_messages_are_judged_as_recorded_and_come_back_byte_for_byte() {
    let Some(golden) = golden() else { return };
    let mut n_valid = 0;
    for entry in &golden {
        let (name, bytes) = (text(entry, "name"), bytes_of_hex(text(entry, "hex")));
        let recorded: Vec<&str> =
            entry["apex_errors"].as_array().unwrap().iter().map(|e| e.as_str().unwrap()).collect();
        if recorded == ["DecodeError"] {
            assert!(Message::decode(&bytes).is_err(), "{name}");
            continue;
        }
        let message = Message::decode(&bytes).unwrap();
        let received_at: Timestamp = text(entry, "received_utc").parse().unwrap();
        let mut found = faults(&message);
        found.splice(0..0, age_fault(&message, received_at, AgeLimits::default()));
        assert_eq!(found, recorded, "{name}");
        assert_eq!(message.encode(), bytes, "{name}");
        if recorded.is_empty() {
            n_valid += 1;
            assert_eq!(json::to_json(&message), entry["json"], "{name}");
            assert_eq!(json::from_json(&entry["json"]).unwrap().encode(), bytes, "{name}");
        }
    }
    assert_eq!((golden.len(), n_valid), (33, 16));
}

#[test]
fn recorded_frames_equal_their_json() {
    let names = [
        "01-node-registration",
        "02-to-node-registration_ack",
        "03-node-status_report",
        "04-node-detection_report",
        "05-node-alert",
        "06-node-invalid-detection_report",
        "07-node-status_report",
        "12-to-node-error",
        "13-to-node-error",
    ];
    for name in names {
        let Some(bytes) = data(&format!("protocols/sapient/{name}.bin")) else { return };
        let shown: Json = serde_json::from_slice(&data(&format!("protocols/sapient/{name}.json")).unwrap()).unwrap();
        let message = Message::decode(&bytes[4..]).unwrap();
        assert_eq!(json::to_json(&message), shown, "{name}");
        assert_eq!(message.encode(), &bytes[4..], "{name}");
    }
}

fn fusion() -> FusionNode {
    let sensor = Sensor {
        id: "ac-7".into(),
        modality: Modality::Acoustic,
        owner: "mission".into(),
        place: None,
        reach: Vec::new(),
        valid: Span::ALWAYS,
    };
    let node_id = "b182d0b9-f0a7-43ad-a0a7-27d4ebf0169f".to_owned();
    let register = vec![Registered { node_id, sensor, north: Default::default() }];
    let node_id = "5913c0f4-9f89-4c01-ab90-939099797c4f".to_owned();
    FusionNode::new(Settings { node_id, register, ..Settings::default() }).unwrap()
}

/// What the node said, each with the time at which it came.
fn said() -> Option<Vec<(Vec<u8>, Timestamp)>> {
    let names = [
        ("01-node-registration", "2026-11-21T18:53:08.364048Z"),
        ("03-node-status_report", "2026-11-21T18:53:08.38Z"),
        ("04-node-detection_report", "2026-11-21T18:53:08.59Z"),
        ("05-node-alert", "2026-11-21T18:53:08.79Z"),
        ("06-node-invalid-detection_report", "2026-11-21T18:53:08.989528Z"),
        ("07-node-status_report", "2026-11-21T18:53:09.294491Z"),
    ];
    names
        .into_iter()
        .map(|(name, at)| Some((data(&format!("protocols/sapient/{name}.bin"))?, at.parse().unwrap())))
        .collect()
}

fn converse(step: usize) -> Option<Vec<Output>> {
    let mut fusion = fusion();
    let mut outputs = Vec::new();
    let said = said()?;
    assert!(fusion.connected(PEER, said[0].1).is_empty());
    for (bytes, at) in said {
        for piece in bytes.chunks(step.min(bytes.len())) {
            outputs.extend(fusion.feed(PEER, piece, at));
        }
    }
    Some(outputs)
}

fn sent(outputs: &[Output]) -> Vec<&[u8]> {
    outputs
        .iter()
        .filter_map(|output| if let Output::Send { bytes, .. } = output { Some(&bytes[..]) } else { None })
        .collect()
}

#[test]
fn the_recorded_conversation_goes_as_it_went_with_the_middleware() {
    let Some(outputs) = converse(usize::MAX) else { return };
    let sent = sent(&outputs);
    assert_eq!(sent[0], data("protocols/sapient/02-to-node-registration_ack.bin").unwrap());
    let ack = Message::decode(&sent[1][4..]).unwrap();
    assert_eq!(ack.message("alert_ack").unwrap().text("alert_id"), Some("01M7ZQ919G0NKGP4KB0RBMXWZC"));
    // The middleware tells all faults in one text with a headline; here each has its own.
    let error = Message::decode(&sent[2][4..]).unwrap();
    let recorded = Message::decode(&data("protocols/sapient/12-to-node-error.bin").unwrap()[4..]).unwrap();
    let texts = |message: &Message| {
        message.message("error").unwrap().texts("error_message").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(format!("Validation 3 errors:\n{}", texts(&error).join("\n")), texts(&recorded)[0]);
    assert_eq!(error.message("error").unwrap().value("packet"), recorded.message("error").unwrap().value("packet"));
    assert_eq!(sent[3], data("protocols/sapient/13-to-node-error.bin").unwrap());
    assert_eq!(sent.len(), 4);

    let reports: Vec<_> =
        outputs.iter().filter_map(|o| if let Output::Report(r) = o { Some(r) } else { None }).collect();
    let [report] = &reports[..] else { panic!("{outputs:#?}") };
    let detection = &report.detection;
    assert_eq!((detection.sensor.as_str(), detection.phenomenon), ("ac-7", Phenomenon::Impact));
    assert_eq!(detection.weapon.value(), Some(&WeaponKind::Artillery));
    assert_eq!(detection.note.as_ref().unwrap().as_str(), "Explosion > Artillery impact");
    let Where::Estimate(place) = detection.place else { panic!() };
    assert_eq!((place.centre.lat_deg(), place.centre.lon_deg()), (48.12, 37.81));
    assert!(
        (place.var_east_m2.sqrt() - 29.8).abs() < 0.1 && (place.var_north_m2.sqrt() - 33.4).abs() < 0.1,
        "{place:?}"
    );
}

#[test]
fn any_split_of_the_conversation_gives_the_same() {
    let Some(whole) = converse(usize::MAX) else { return };
    for step in [1, 2, 3, 5, 17, 100] {
        assert_eq!(converse(step).unwrap(), whole);
    }
}

#[test]
fn the_conversation_as_a_file_and_as_lines_gives_the_same_records() {
    let Some(said) = said() else { return };
    let framed: Vec<u8> = said.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
    let lines: Vec<String> =
        said.iter().map(|(bytes, _)| json::to_json(&Message::decode(&bytes[4..]).unwrap()).to_string()).collect();
    let kind = kind_named("sapient").unwrap();
    let records = |bytes: &[u8]| {
        let mut context = Context::new(b"same", "conversation", "ac-7", "mission");
        context.received_at = "2026-11-22T00:00:00Z".parse().unwrap();
        let mut records = Vec::new();
        let problems = read(kind, bytes, &context, &mut |record| records.push(format!("{record:?}")));
        assert_eq!(problems.total(), 2, "the invalid report and the goodbye: {:?}", problems.kept());
        records
    };
    assert!(kind.recognises("x", &framed) && kind.recognises("x", lines[0].as_bytes()));
    assert_eq!(records(&framed), records(lines.join("\n").as_bytes()));
    assert_eq!(records(&framed).len(), 1);
}

#[test]
fn golden_lines_are_a_recording_too() {
    let Some(bytes) = data("track/sapient/v2_golden.jsonl") else { return };
    let mut records = Vec::new();
    let context = Context::new(&bytes, "golden", "r-1", "mission");
    read(kind_named("sapient").unwrap(), &bytes, &context, &mut |record| records.push(record));
    let detections = records.iter().filter(|record| matches!(record, Record::Detection(_))).count();
    // Three valid reports; two of the invalid ones are only too old or too early, which a recording cannot tell.
    assert!(detections >= 3, "{records:#?}");
}
