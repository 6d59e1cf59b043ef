use super::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap()).collect()
}

#[test]
fn values_are_those_of_the_standards_examples() {
    let examples = [
        (5, "71C2", 159.974_365),
        (6, "FD3D", -0.431_531_724),
        (7, "08B8", 3.405_865_658),
        (13, "5595B66D", 60.176_822_967),
        (14, "5B5360C4", 128.426_759_042),
        (15, "C221", 14_190.719_5),
        (16, "CD9C", 144.571_298),
        (17, "D917", 152.643_626),
        (18, "724A0A20", 160.719_211_437),
        (19, "87F84B86", -168.792_324_834),
        (20, "7DC55ECE", 176.865_437_649),
        (21, "03830926", 68_590.983_299),
        (22, "1281", 722.819_87),
        (23, "F101A229", -10.542_388_633),
        (24, "14BC082B", 29.157_890_123),
        (25, "34F3", 3_216.037_232),
        (104, "2F921E", 23_456.234_375),
    ];
    for (tag, bytes, expected) in examples {
        let Some(Ok(Value::Number(number))) = tags::value(tag, &hex(bytes)) else { panic!("{tag}") };
        assert!(
            (number - expected).abs() < 1e-2_f64.min(expected.abs() * 1e-8).max(1e-6),
            "{tag}: {number} {expected}"
        );
    }
    assert_eq!(tags::value(6, &hex("8000")), Some(Ok(Value::OutOfRange)));
    assert_eq!(tags::value(13, &hex("80000000")), Some(Ok(Value::OutOfRange)));
    assert_eq!(tags::value(5, &hex("71")), Some(Err("bad_item_length")));
    assert_eq!(tags::value(60, &hex("0001")), None);
    for special in ["C80000", "E80000", "D00000", "E10000"] {
        assert_eq!(tags::value(104, &hex(special)), Some(Ok(Value::OutOfRange)));
    }
}

/// A packet of items, with key, length and checksum.
pub fn packet(items: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (tag, value) in items {
        body.extend([*tag, value.len() as u8]);
        body.extend(value);
    }
    body.extend([1, 2]);
    let n = body.len() + 2;
    let mut all = [&packet::KEY[..], &[0x82], &(n as u16).to_be_bytes(), &body].concat();
    let sum = all
        .iter()
        .enumerate()
        .fold(0_u16, |sum, (at, byte)| sum.wrapping_add(u16::from(*byte) << (8 * ((at + 1) % 2))));
    all.extend(sum.to_be_bytes());
    all
}

fn signed(value: f64, range: f64) -> Vec<u8> {
    ((value / range * f64::from(i32::MAX)).round() as i32).to_be_bytes().to_vec()
}

fn flight(second: u64) -> Vec<(u8, Vec<u8>)> {
    vec![
        (2, (1_928_997_000_000_000 + second * 1_000_000).to_be_bytes().to_vec()),
        (13, signed(48.0, 90.0)),
        (14, signed(37.5, 180.0)),
    ]
}

fn all(bytes: &[u8], size: usize) -> (Vec<Packet>, Decoder) {
    let mut decoder = Decoder::new();
    let mut packets: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece)).collect();
    packets.extend(decoder.end());
    (packets, decoder)
}

#[test]
fn slow_values_hold_and_an_empty_item_ends_them() {
    let with = |second, more: &[(u8, Vec<u8>)]| packet(&[&flight(second)[..], more].concat());
    let bytes = [
        with(0, &[(4, b"UA-7".to_vec()), (16, vec![0x20, 0])]),
        with(1, &[]),
        with(2, &[(16, vec![])]),
        with(3, &[]),
        with(40, &[]),
    ]
    .concat();
    let (packets, decoder) = all(&bytes, 11);
    let views: Vec<bool> = packets.iter().map(|packet| packet.number_of(16).is_some()).collect();
    assert_eq!(views, [true, true, false, false, false]);
    let names: Vec<&str> = packets.iter().map(|packet| packet.flight.as_ref().unwrap().vehicle.as_str()).collect();
    assert_eq!(names, ["klv UA-7", "klv UA-7", "klv UA-7", "klv UA-7", "klv of unknown name"]);
    assert_eq!(decoder.rejected.of("footprint_not_stated"), 5);
}

#[test]
fn damage_is_told_and_what_follows_is_read() {
    let sound = packet(&flight(0));
    let mut wrong = packet(&flight(1));
    wrong[32] ^= 1;
    let mut swallows = packet(&flight(2));
    swallows[18] = 120;
    let huge = [&packet::KEY[..], &[0x84, 0x7F, 0xFF, 0xFF, 0xFF]].concat();
    let training = packet(&[&flight(4)[..], &[(77, vec![2])]].concat());
    let bytes =
        [&b"noise"[..], &sound, &wrong, &swallows, &huge, &packet(&flight(3)), &training, &sound[..40]].concat();
    let (packets, decoder) = all(&bytes, bytes.len());
    assert_eq!(packets.iter().map(|packet| packet.flight.is_some()).collect::<Vec<_>>(), [true, false, true, false]);
    let rejected = |reason: &str| decoder.rejected.of(reason);
    assert_eq!((rejected("bad_checksum"), rejected("bad_length"), rejected("too_long")), (1, 1, 1));
    assert_eq!((rejected("not_operational"), rejected("cut_packet")), (1, 1));
    for size in 1..90 {
        let (pieces, other) = all(&bytes, size);
        assert_eq!((&pieces, &other.rejected), (&packets, &decoder.rejected), "{size}");
    }
}

#[test]
fn weapons_and_lasers_are_never_read() {
    let bytes = packet(&[&flight(0)[..], &[(60, vec![1, 2]), (61, vec![1]), (62, vec![0, 9])]].concat());
    let packet = all(&bytes, 1000).0.remove(0);
    assert_eq!(packet.values.keys().copied().collect::<Vec<_>>(), [2, 13, 14]);
    assert_eq!(packet.tags, [2, 13, 14, 60, 61, 62, 1]);
    assert!((60..=62).chain([140]).all(|tag| name(tag).is_none()));
}

/// A transport stream of one programme with the packets as the payload of PES packets.
fn transport(packets: &[Vec<u8>], is_synchronous: bool) -> Vec<u8> {
    let mpeg = |section: &[u8]| {
        let mut crc = 0xFFFF_FFFF_u32;
        for bit in section.iter().flat_map(|byte| (0..8).rev().map(move |n| byte >> n & 1)) {
            let top = crc >> 31 ^ u32::from(bit);
            crc = crc << 1 ^ if top == 1 { 0x04C1_1DB7 } else { 0 };
        }
        [section, &crc.to_be_bytes()].concat()
    };
    let table = |id: u8, body: &[u8]| {
        let n = body.len() + 9;
        mpeg(&[&[id, 0xB0, n as u8, 0, 1, 0xC1, 0, 0], body].concat())
    };
    let mut counters = BTreeMap::new();
    let mut split = |pid: u16, payload: &[u8], is_table: bool| {
        let payload = if is_table { [&[0], payload].concat() } else { payload.to_vec() };
        let mut out = Vec::new();
        for (n, part) in payload.chunks(180).enumerate() {
            let counter = counters.entry(pid).and_modify(|n: &mut u8| *n = (*n + 1) & 15).or_insert(0);
            let stuffing = 184 - part.len();
            let mut adaptation = vec![(stuffing - 1) as u8];
            adaptation.resize(stuffing, if stuffing > 1 { 0xFF } else { 0 });
            adaptation.iter_mut().skip(1).take(1).for_each(|flags| *flags = 0);
            let start = if n == 0 { 0x40 } else { 0 };
            out.extend([0x47, start | (pid >> 8) as u8, pid as u8, 0x30 | *counter]);
            out.extend(adaptation);
            out.extend(part);
        }
        out
    };
    let kind = if is_synchronous { 0x15 } else { 0x06 };
    let mut out = split(0, &table(0, &[0, 1, 0xE1, 0x00]), true);
    out.extend(split(
        0x100,
        &table(2, &[0xE1, 1, 0xF0, 0, kind, 0xE1, 2, 0xF0, 6, 5, 4, b'K', b'L', b'V', b'A']),
        true,
    ));
    for packet in packets {
        let cell = [&[0, 0, 0xDF][..], &(packet.len() as u16).to_be_bytes(), packet].concat();
        let payload = if is_synchronous { &cell } else { packet };
        let n = payload.len() + 8;
        let id = if is_synchronous { 0xFC } else { 0xBD };
        let pes = [&[0, 0, 1, id, (n >> 8) as u8, n as u8, 0x80, 0x80, 5, 0x21, 0, 1, 0, 3][..], payload].concat();
        out.extend(split(0x102, &pes, false));
    }
    out
}

#[test]
fn transport_streams_of_both_kinds_hold_the_same_packets() {
    let long = |second| packet(&[&flight(second)[..], &[(3, vec![b'M'; 120]), (10, vec![b'P'; 120])]].concat());
    let packets = [long(0), packet(&flight(1)), long(2)];
    let bare = all(&packets.concat(), 1000).0;
    for is_synchronous in [false, true] {
        let bytes = transport(&packets, is_synchronous);
        let (carried, decoder) = all(&bytes, bytes.len());
        assert_eq!(decoder.rejected.of("garbage"), 0);
        assert_eq!(carried.len(), 3, "{:?}", decoder.rejected);
        assert!(
            carried.iter().zip(&bare).all(|(a, b)| a.values == b.values && a.carried == Some((0x102, Some(1)))),
            "{:?}",
            carried[0].carried
        );
        for size in [1, 7, 100, 187, 188, 189, 300] {
            let (pieces, other) = all(&bytes, size);
            assert_eq!((&pieces, &other.rejected), (&carried, &decoder.rejected), "{size}");
        }
        // A packet of the stream is lost: the set in it is cut, the others stay.
        let gap = [&bytes[..2 * 188], &bytes[3 * 188..]].concat();
        let (left, decoder) = all(&gap, 500);
        assert!(left.len() == 2 || decoder.rejected.of("continuity_gap") == 1, "{:?}", decoder.rejected);
        // RTP puts twelve bytes before each datagram of seven packets.
        let rtp: Vec<u8> = bytes
            .chunks(7 * 188)
            .flat_map(|part| [&[0x80, 33, 0, 1, 0, 0, 0, 0x47, 0, 0, 0, 1][..], part].concat())
            .collect();
        let (left, _) = all(&rtp, 1328);
        assert_eq!(
            left.iter().map(|one| &one.values).collect::<Vec<_>>(),
            carried.iter().map(|one| &one.values).collect::<Vec<_>>()
        );
    }
}
