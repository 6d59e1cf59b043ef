//! SAPIENT: the recording, the live conversation in pieces, and that what is read is written back.
#![no_main]

use jiff::Timestamp;
use truceline_domain::{Modality, Sensor, Span};
use truceline_intake::sapient::{AgeLimits, FusionNode, Message, Output, PeerId, Registered, Settings, faults, json};

const PEER: PeerId = PeerId(1);

fn fusion() -> FusionNode {
    let (id, owner, modality) = ("r".into(), "m".into(), Modality::Radar);
    let sensor = Sensor { id, modality, owner, place: None, reach: Vec::new(), valid: Span::ALWAYS };
    let node_id = "6f1a8c1e-2b7d-4e0a-9c55-0d9f6f3a1b22".to_owned();
    let register = vec![Registered { node_id, sensor, north: Default::default() }];
    let node_id = "5913c0f4-9f89-4c01-ab90-939099797c4f".to_owned();
    let age = AgeLimits { oldest_s: 1e12, ahead_s: 1e12 };
    FusionNode::new(Settings { node_id, register, age, ..Settings::default() }).unwrap()
}

fn talk(pieces: &[&[u8]]) -> Vec<Output> {
    let now = Timestamp::from_second(1_928_931_000).unwrap();
    let mut fusion = fusion();
    let mut outputs = fusion.connected(PEER, now);
    pieces.iter().for_each(|piece| outputs.extend(fusion.feed(PEER, piece, now)));
    outputs.extend(fusion.tick(now));
    outputs.extend(fusion.closed(PEER, now));
    outputs
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_fuzz::same_twice("sapient", bytes);
    let (a, b) = bytes.split_at(bytes.len() / 3);
    // As text: numbers that are no numbers equal nothing, not even themselves.
    assert_eq!(format!("{:?}", talk(&[bytes])), format!("{:?}", talk(&[a, b])));
    if let Ok(message) = Message::decode(bytes) {
        let canonical = message.encode();
        assert_eq!(Message::decode(&canonical).unwrap().encode(), canonical);
        faults(&message);
        let _ = json::from_json(&json::to_json(&message));
    }
});
