use super::*;

/// CRC-16/MCRF4XX bit by bit in the plain form of the definition: a second way.
fn crc(bytes: &[u8]) -> u16 {
    let mut crc: u16 = 0xFFFF;
    for byte in bytes {
        let mut t = byte ^ (crc & 0xFF) as u8;
        t ^= t << 4;
        crc = (crc >> 8) ^ (u16::from(t) << 8) ^ (u16::from(t) << 3) ^ (u16::from(t) >> 4);
    }
    crc
}

fn v2(sequence: u8, id: u32, extra: u8, payload: &[u8]) -> Vec<u8> {
    let n = payload.iter().rposition(|b| *b != 0).map_or(1, |at| at + 1).min(payload.len());
    let mut body = vec![n as u8, 0, 0, sequence, 7, 1];
    body.extend(&id.to_le_bytes()[..3]);
    body.extend(&payload[..n]);
    let sum = crc(&[&body[..], &[extra]].concat());
    [&[0xFD], &body[..], &sum.to_le_bytes()].concat()
}

fn position(boot_ms: u32) -> Vec<u8> {
    let mut payload = boot_ms.to_le_bytes().to_vec();
    for n in [481_000_000_i32, 378_000_000, 150_000, 50_000] {
        payload.extend(n.to_le_bytes());
    }
    for n in [300_i16, 400, 0] {
        payload.extend(n.to_le_bytes());
    }
    payload.extend(9000_u16.to_le_bytes());
    payload
}

fn system_time() -> Vec<u8> {
    [&1_928_997_000_000_000_u64.to_le_bytes()[..], &10_000_u32.to_le_bytes()].concat()
}

fn at() -> Timestamp {
    "2031-02-15T06:10:00Z".parse().unwrap()
}

fn all(bytes: &[u8], size: usize) -> (Vec<Heard>, Decoder) {
    let mut decoder = Decoder::new();
    let mut heard: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece, at())).collect();
    heard.extend(decoder.end(at()));
    (heard, decoder)
}

#[test]
fn a_stream_gives_flights_with_the_vehicles_clock() {
    let bytes = [v2(0, 2, 137, &system_time()), v2(1, 33, 104, &position(12_500))].concat();
    let (heard, decoder) = all(&bytes, 1000);
    let flight = heard[1].flight.as_ref().unwrap();
    assert_eq!(flight.at.as_microsecond(), 1_928_997_002_500_000);
    assert_eq!((flight.time_sigma_s, flight.sigma_m, flight.motion.unwrap().speed_mps), (0.05, 10.0, 5.0));
    let context = Context::new(b"", "f", "drone-1", "mission");
    let detection = decoder.detection(&heard[1], &context).unwrap();
    assert_eq!(detection.claimed_identity.unwrap().as_str(), "own mavlink 7");
}

#[test]
fn garbage_damage_and_strange_frames_are_counted_in_any_pieces() {
    let sound = v2(0, 33, 104, &position(1));
    let mut damaged = v2(1, 33, 104, &position(2));
    damaged[15] ^= 1;
    let mut incompatible = v2(2, 0, 50, &[1, 0, 0, 0, 2, 3, 81, 4, 3]);
    incompatible[2] = 2;
    let n = incompatible.len();
    let sum = crc(&[&incompatible[1..n - 2], &[50]].concat());
    incompatible[n - 2..].copy_from_slice(&sum.to_le_bytes());
    let unknown = v2(3, 9999, 1, &[1, 2, 3]);
    let v1 = {
        let body = [9, 5, 7, 1, 0, 0, 0, 0, 0, 2, 3, 0xD1, 4, 3];
        let sum = crc(&[&body[..], &[50]].concat());
        [&[0xFE], &body[..], &sum.to_le_bytes()].concat()
    };
    let bytes = [&sound[..], b"\xFD\x03noise\xFE", &damaged, &incompatible, &unknown, &v1, &sound].concat();
    let (heard, decoder) = all(&bytes, bytes.len());
    assert_eq!(heard.iter().map(|one| one.frame.id).collect::<Vec<_>>(), [33, 0, 33]);
    let rejected = |reason: &str| decoder.rejected.of(reason);
    assert_eq!((rejected("incompatible"), rejected("unknown_message")), (1, 1));
    assert_eq!(rejected("garbage"), 8 + damaged.len() as u64);
    for size in 1..120 {
        let (pieces, other) = all(&bytes, size);
        assert_eq!((&pieces, &other.rejected), (&heard, &decoder.rejected), "{size}");
    }
}

#[test]
fn a_log_resumes_behind_damage_with_its_own_times() {
    let entry =
        |second: u64, frame: Vec<u8>| [&((1_928_997_000 + second) * 1_000_000).to_be_bytes()[..], &frame].concat();
    let whole = |n: u64| entry(n, v2(n as u8, 33, 104, &position(n as u32)));
    let mut bytes: Vec<u8> = (0..5).flat_map(whole).collect();
    bytes[60] ^= 0xFF;
    let (heard, decoder) = all(&bytes, 7);
    let seconds: Vec<i64> = heard.iter().map(|one| one.frame.at.unwrap().as_second() - 1_928_997_000).collect();
    assert_eq!(seconds, [0, 2, 3, 4]);
    assert_eq!((decoder.rejected.of("lost"), decoder.rejected.of("bad_time")), (1, 0));
    for cut in 0..bytes.len() {
        let (part, _) = all(&bytes[..cut], 1000);
        assert!(heard.starts_with(&part), "{cut}");
    }
}

#[test]
fn movers_heard_on_board_are_theirs_and_the_operator_is_dropped() {
    let mut payload = 0x4D_2023_u32.to_le_bytes().to_vec();
    for n in [481_000_000_i32, 378_000_000, 3_000_000] {
        payload.extend(n.to_le_bytes());
    }
    for n in [9000_u16, 10_000, 0, 1 | 4 | 8, 0] {
        payload.extend(n.to_le_bytes());
    }
    payload.extend([0; 10]);
    payload.extend([1, 2]);
    let bytes = [v2(0, 246, 184, &payload), v2(1, 12_904, 77, &[1; 54])].concat();
    let (heard, decoder) = all(&bytes, 1000);
    let detection = decoder.detection(&heard[0], &Context::new(b"", "f", "s", "o")).unwrap();
    assert_eq!(detection.claimed_identity.unwrap().as_str(), "icao 4D2023");
    assert_eq!(
        (detection.motion.unwrap().speed_mps, detection.time.from.to_string().as_str()),
        (100.0, "2031-02-15T06:09:58Z")
    );
    assert_eq!(decoder.rejected.of(PERSONAL), 1);
    assert!(decoder.detection(&heard[1], &Context::new(b"", "f", "s", "o")).is_none());
}

#[test]
fn quaternions_are_turned_into_angles() {
    let half = std::f32::consts::FRAC_1_SQRT_2;
    let east = of_quaternion([half, 0.0, 0.0, half]).unwrap();
    assert!((east.heading_deg - 90.0).abs() < 1e-3 && east.pitch_deg.abs() < 1e-3);
    let down = of_quaternion([(-15_f32).to_radians().cos(), 0.0, (-15_f32).to_radians().sin(), 0.0]).unwrap();
    assert!((down.pitch_deg + 30.0).abs() < 1e-3);
    assert_eq!(of_quaternion([f32::NAN; 4]), None);
}
