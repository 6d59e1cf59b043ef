use super::*;

fn at() -> Timestamp {
    "2031-02-15T06:10:00Z".parse().unwrap()
}

/// A location message: 48.5 N, 37.25 E, 90°, 10 m/s, code 10, two seconds after the hour's tenth minute.
pub fn location(tenths: u16) -> [u8; 25] {
    let mut bytes = [0; 25];
    (bytes[0], bytes[1], bytes[2], bytes[3]) = (0x12, 0x20, 90, 40);
    bytes[5..9].copy_from_slice(&485_000_000_i32.to_le_bytes());
    bytes[9..13].copy_from_slice(&372_500_000_i32.to_le_bytes());
    bytes[19] = 0x4A;
    bytes[21..23].copy_from_slice(&tenths.to_le_bytes());
    bytes
}

#[test]
fn a_location_is_read_and_its_hour_found() {
    let (messages, wrong) = messages(&location(6011));
    let [Message::Location(read)] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!((wrong, read.speed_mps, read.direction_deg, read.bound_m()), (None, Some(10.0), Some(90.0), Some(10.0)));
    let mut tally = Tally::default();
    let estimate = time(read, (at(), 1.0), &mut tally);
    assert_eq!((estimate.from.to_string().as_str(), tally.total()), ("2031-02-15T06:10:01.1Z", 0));
    let Message::Location(late) = super::messages(&location(35_999)).0.remove(0) else { panic!() };
    assert_eq!(time(&late, (at(), 1.0), &mut tally).from, at());
    assert_eq!(tally.of("clock_differs"), 1);
    let full_hour = "2031-02-15T07:00:00.5Z".parse().unwrap();
    assert_eq!(time(&late, (full_hour, 1.0), &mut tally).from.to_string(), "2031-02-15T06:59:59.9Z");
}

#[test]
fn packs_of_wrong_size_and_cut_messages_are_refused() {
    assert_eq!(messages(&[0xF2, 24, 1]).1, Some("bad_pack"));
    assert_eq!(messages(&[0xF2, 25, 0]).1, Some("empty_pack"));
    assert_eq!(messages(&[0xF2, 25, 1, 0x12]).1, Some("short_message"));
    assert_eq!(messages(&[]).1, Some("short_message"));
    assert_eq!(messages(&[0x72; 25]).1, Some("unknown_message"));
    for cut in 0..25 {
        assert!(messages(&location(0)[..cut]).0.is_empty());
    }
}

#[test]
fn nothing_of_the_operator_is_kept() {
    let mut system = [0x5A; 25];
    system[0] = 0x42;
    let mut operator = [b'P'; 25];
    operator[0] = 0x52;
    let pack = [&[0xF2, 25, 2][..], &system, &operator].concat();
    let shown = format!("{:?}", messages(&pack));
    assert!(!shown.contains("PPP") && !shown.to_lowercase().contains("lat"), "{shown}");
    assert_eq!(messages(&pack).0.len(), 2);
}

#[test]
fn bluetooth_messages_that_come_apart_are_joined_by_their_sender() {
    // A BLE packet with the legacy advertisement of one message.
    let advertisement = |message: &[u8; 25]| {
        let data = [&[30, 0x16, 0xFA, 0xFF, 0x0D, 7][..], message].concat();
        let content = [&[1, 2, 3, 4, 5, 6][..], &data].concat();
        [&[0xD6, 0xBE, 0x89, 0x8E, 0x42, content.len() as u8][..], &content, &[0, 0, 0]].concat()
    };
    let mut basic = [0; 25];
    basic[..6].copy_from_slice(&[0x02, 0x12, b'S', b'N', b'7', b'7']);
    let mut bytes = [0xA1_B2_C3_D4_u32, 0x0002_0004, 0, 0, 0x40000, 251].map(u32::to_be_bytes).concat();
    for message in [basic, location(6000)] {
        let packet = advertisement(&message);
        let seconds = u32::try_from(at().as_second()).unwrap();
        bytes.extend([seconds, 0, packet.len() as u32, packet.len() as u32].map(u32::to_be_bytes).concat());
        bytes.extend(packet);
    }
    let heard = Decoder::new().feed(&bytes, at());
    let report = heard[1].report.as_ref().unwrap();
    assert_eq!(report.identity.as_ref().unwrap().id, "SN77");
    for size in 1..60 {
        let mut decoder = Decoder::new();
        let pieces: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece, at())).collect();
        assert_eq!(pieces, heard);
    }
}
