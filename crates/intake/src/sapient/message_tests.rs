use super::super::schema::messages::{
    DETECTION_REPORT, REGISTRATION, REGISTRATION_CONFIGURATION_DATA, REGISTRATION_REGION_DEFINITION,
    STATUS_REPORT_POWER,
};
use super::super::schema::{IdForm, enums, messages};
use super::*;
use proptest::prelude::*;

fn envelope(content: &str, message: Message) -> Message {
    let at = "2031-02-15T06:10:00.25Z".parse().unwrap();
    Message::new(&SAPIENT_MESSAGE).with("timestamp", timestamp(at)).with("node_id", "n").with(content, message)
}

/// Every kind that can be reached from the outermost.
fn kinds() -> Vec<&'static Kind> {
    let mut found: Vec<&'static Kind> = vec![&SAPIENT_MESSAGE];
    let mut at = 0;
    while let Some(kind) = found.get(at).copied() {
        for field in kind.fields {
            if let Form::Message(inner) = field.form
                && !found.iter().any(|known| std::ptr::eq(*known, inner))
            {
                found.push(inner);
            }
        }
        at += 1;
    }
    found
}

#[test]
fn the_table_is_that_of_the_standard() {
    let kinds = kinds();
    assert_eq!(kinds.len(), 63, "62 and the protobuf library's time");
    let own = || kinds.iter().filter(|kind| !std::ptr::eq(**kind, &TIMESTAMP));
    assert_eq!(own().map(|kind| kind.fields.len()).sum::<usize>(), 297);
    for kind in own() {
        assert!(kind.fields.windows(2).all(|pair| pair[0].number < pair[1].number), "{}", kind.name);
        for field in kind.fields {
            if let Label::OneOf(n) = field.label {
                assert!(usize::from(n) < kind.one_ofs.len(), "{}.{}", kind.name, field.name);
            }
            if let Form::Enum(words) = field.form {
                assert!(words.values.windows(2).all(|pair| pair[0].0 < pair[1].0), "{}", words.name);
            }
            assert!(field.id.is_none() || matches!(field.form, Form::Text), "{}", field.name);
        }
    }
    assert_eq!(enums::REGISTRATION_NODE_TYPE_WORDS.word(20), Some("NODE_TYPE_FUSION_NODE"));
    let uuids = own().flat_map(|kind| kind.fields).filter(|field| field.id == Some(IdForm::Uuid)).count();
    assert_eq!(uuids, 4);
    let _ = &messages::FOLLOW_OBJECT;
}

#[test]
fn unknown_fields_are_kept_behind_the_known_ones() {
    let known = envelope("alert", Message::new(&messages::ALERT).with("alert_id", "a")).encode();
    let mut bytes = Vec::new();
    put_bytes(&mut bytes, 96, b"A");
    put_tag(&mut bytes, 97, WireType::Fixed32);
    bytes.extend_from_slice(&[1, 2, 3, 4]);
    let unknown = bytes.clone();
    bytes.extend_from_slice(&known);
    // A known number, coded in another way than the table says.
    put_tag(&mut bytes, 2, WireType::Varint);
    bytes.push(7);
    let message = Message::decode(&bytes).unwrap();
    assert_eq!(message.encode(), [&known[..], &unknown[..], &[2 << 3, 7]].concat());
    assert_eq!(message.text("node_id"), Some("n"));
}

#[test]
fn fields_in_any_order_and_in_parts_become_one_message() {
    let mut bytes = Vec::new();
    let part = Message::new(&DETECTION_REPORT).with("object_id", "second").with("state", "old").encode();
    put_bytes(&mut bytes, 7, &part);
    put_bytes(&mut bytes, 2, b"first");
    put_bytes(&mut bytes, 7, &Message::new(&DETECTION_REPORT).with("state", "new").encode());
    put_bytes(&mut bytes, 2, b"last");
    let message = Message::decode(&bytes).unwrap();
    assert_eq!(message.text("node_id"), Some("last"));
    let report = message.message("detection_report").unwrap();
    assert_eq!((report.text("object_id"), report.text("state")), (Some("second"), Some("new")));
    // Of fields that exclude each other the last stays.
    put_bytes(&mut bytes, 10, &[]);
    let message = Message::decode(&bytes).unwrap();
    assert_eq!(message.which("content").unwrap().name, "alert");
    assert!(message.message("detection_report").is_none());
}

#[test]
fn zeros_of_implicit_fields_are_absent_and_negative_numbers_come_back() {
    let power = Message::new(&STATUS_REPORT_POWER).with("level", 0).with("source", Value::Enum(0));
    assert_eq!(power.encode(), [3 << 3, 0]);
    let config = Message::new(&REGISTRATION_CONFIGURATION_DATA).with("manufacturer", "").with("model", "m");
    assert_eq!(config.all("manufacturer").len(), 0);
    let sub = Message::new(&messages::DETECTION_REPORT_SUB_CLASS).with("type", "t").with("level", -3);
    let mut back = Message::new(&messages::DETECTION_REPORT_SUB_CLASS);
    back.merge(Reader { rest: &sub.encode() }, 3, &mut 10).unwrap();
    assert_eq!(back.whole("level"), Some(-3));
}

#[test]
fn repeated_numbers_are_read_packed_or_not_and_written_packed() {
    let packed = Message::new(&REGISTRATION_REGION_DEFINITION).with("region_type", Value::Enum(1));
    let packed = packed.with("region_type", Value::Enum(300)).encode();
    assert_eq!(packed, [1 << 3 | 2, 3, 1, 0xAC, 2]);
    let mut back = Message::new(&REGISTRATION_REGION_DEFINITION);
    back.merge(Reader { rest: &[1 << 3, 1, 1 << 3, 0xAC, 2] }, 3, &mut 10).unwrap();
    assert_eq!(back.encode(), packed);
}

#[test]
fn nesting_and_multitude_are_bounded() {
    let nested = |depth: usize| {
        let mut inner = Vec::new();
        for _ in 0..depth {
            let mut outer = Vec::new();
            put_bytes(&mut outer, 6, &inner);
            inner = outer;
        }
        let mut registration = Vec::new();
        put_bytes(&mut registration, 10, &inner);
        let mut message = Vec::new();
        put_bytes(&mut message, 4, &registration);
        message
    };
    assert!(Message::decode(&nested(20)).is_ok());
    for depth in [MAX_DEPTH as usize, 1000, 30_000] {
        assert_eq!(Message::decode(&nested(depth)), Err(WireError::TooDeep));
    }
    let mut registration = Vec::new();
    (0..MAX_VALUES).for_each(|_| put_bytes(&mut registration, 8, b""));
    let mut message = Vec::new();
    put_bytes(&mut message, 4, &registration);
    assert_eq!(Message::decode(&message), Err(WireError::TooMany));
    // Many values of one kind, then one that comes once again and again: read in the time of its bytes.
    let mut registration = Vec::new();
    (0..9000).for_each(|_| {
        put_bytes(&mut registration, 8, b"");
        put_bytes(&mut registration, 3, b"name");
    });
    let mut message = Vec::new();
    put_bytes(&mut message, 4, &registration);
    assert_eq!(Message::decode(&message).unwrap().message("registration").unwrap().text("name"), Some("name"));
}

#[test]
fn a_cut_message_is_cut_or_whole_never_a_panic() {
    let registration = Message::new(&REGISTRATION).with("name", "nöde").with("dependent_nodes", "x");
    let bytes = envelope("registration", registration).encode();
    for cut in 0..bytes.len() {
        let _ = Message::decode(&bytes[..cut]);
    }
    assert!(Message::decode(&bytes[..bytes.len() - 1]).is_err());
    assert_eq!(Message::decode(&[0x12, 2, 0xC3, 0x28]), Err(WireError::BadText));
}

/// A message of a kind with all sorts of values, by the seed.
fn any(kind: &'static Kind, seed: &mut u64, depth: u32) -> Message {
    let mut dice = |n: u64| {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed % n
    };
    let mut message = Message::new(kind);
    for (index, field) in kind.fields.iter().enumerate() {
        let n = if field.label == Label::Repeated { dice(3) } else { dice(2) };
        for _ in 0..n {
            let raw = dice(u64::MAX);
            let value = match field.form {
                Form::Double => Value::Double(f64::from_bits(raw)),
                Form::Float => Value::Float(f32::from_bits(raw as u32)),
                Form::Int32 => Value::Int32(raw as i32),
                Form::Int64 => Value::Int64(raw as i64 % 4_000_000_000),
                Form::Bool => Value::Bool(raw & 1 == 1),
                Form::Enum(words) => Value::Enum(words.values[raw as usize % words.values.len()].0),
                Form::Text => Value::Text("ä€𝄞x".repeat(raw as usize % 60)),
                Form::Bytes => Value::Bytes(raw.to_le_bytes().to_vec()),
                Form::Message(_) if depth == 0 => continue,
                Form::Message(inner) => {
                    let mut inner_seed = raw | 1;
                    Value::Message(Box::new(any(inner, &mut inner_seed, depth - 1)))
                }
            };
            message.put(index, field, value);
        }
    }
    message
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_back_as_bytes_and_as_json(seed in 1_u64..) {
        let message = any(&SAPIENT_MESSAGE, &mut seed.clone(), 6);
        let bytes = message.encode();
        let back = Message::decode(&bytes).unwrap();
        prop_assert_eq!(back.encode(), bytes.clone());
        let json = super::super::json::to_json(&back);
        // Not every NaN of 32 or 64 bits has a name in JSON, nor every count of seconds a date.
        if let Ok(again) = super::super::json::from_json(&json) {
            prop_assert_eq!(super::super::json::to_json(&again), json);
        }
    }

    #[test]
    fn any_bytes_are_a_message_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        if let Ok(message) = Message::decode(&bytes) {
            let canonical = message.encode();
            prop_assert_eq!(Message::decode(&canonical).unwrap().encode(), canonical);
            super::super::judge::faults(&message);
        }
    }
}
