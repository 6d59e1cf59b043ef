use super::*;

fn heard(bytes: &[u8]) -> (Vec<Heard>, Decoder) {
    let mut decoder = Decoder::new();
    let at = "2031-02-15T06:10:00Z".parse().unwrap();
    let mut heard = decoder.feed(bytes, at, &TimeZone::UTC);
    heard.extend(decoder.end(at, &TimeZone::UTC));
    (heard, decoder)
}

#[test]
fn a_pair_of_grids_gives_a_place() {
    // The worked example of many books: 52.2572 N, 3.91937 E.
    let (heard, _) = heard(b"*8D40621D58C386435CC412692AD6;\n*8D40621D58C382D690C8AC2863A7;\n");
    let report = heard[1].report.as_ref().unwrap();
    assert!((report.place.lat_deg() - 52.257_20).abs() < 1e-4, "{report:?}");
    assert!((report.place.lon_deg() - 3.919_37).abs() < 1e-4);
    assert_eq!(report.altitude, Some(Altitude::Barometric(38_000)));
}

#[test]
fn frames_are_read_as_books_read_them() {
    let of = |line: &str| heard(format!("*{line};\n").as_bytes()).0.remove(0).message.unwrap();
    let Content::Identification { category, callsign } = of("8D4840D6202CC371C32CE0576098").content else { panic!() };
    assert_eq!((category, callsign.as_str()), (('A', 0), "KLM1023"));
    let Content::Velocity { ground: Some((mps, track)), climb_ft_min, .. } = of("8D485020994409940838175B284F").content
    else {
        panic!()
    };
    assert!((mps / KNOT_MPS - 159.2).abs() < 0.05 && (track - 182.88).abs() < 0.01 && climb_ft_min == Some(-832));
    let Content::Velocity { airspeed_mps: Some(air), heading_deg: Some(heading), .. } =
        of("8DA05F219B06B6AF189400CBC33F").content
    else {
        panic!()
    };
    assert!((air / KNOT_MPS - 375.0).abs() < 0.01 && (heading - 243.98).abs() < 0.01);
}

#[test]
fn escapes_and_pieces_change_nothing() {
    let frame = |message: &[u8; 14], ticks: u64| {
        let mut out = vec![0x1A, b'3'];
        for byte in ticks.to_be_bytes()[2..].iter().chain(&[0x1A]).chain(message) {
            out.extend(std::iter::repeat_n(*byte, if *byte == 0x1A { 2 } else { 1 }));
        }
        out
    };
    let hex =
        |text: &str| -> [u8; 14] { std::array::from_fn(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap()) };
    let bytes = [
        frame(&hex("8D40621D58C386435CC412692AD6"), 0x1A1A_1A00),
        frame(&hex("8D40621D58C382D690C8AC2863A7"), 0x1A1A_1A1A),
    ]
    .concat();
    let whole = heard(&bytes).0;
    assert_eq!(whole.len(), 2);
    assert!(whole[1].report.is_some());
    for size in 1..bytes.len() {
        let mut decoder = Decoder::new();
        let at = "2031-02-15T06:10:00Z".parse().unwrap();
        let pieces: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece, at, &TimeZone::UTC)).collect();
        assert_eq!(pieces, whole, "{size}");
        assert_eq!((decoder.rejected.total(), decoder.rejected.of("no_pair")), (1, 1));
    }
}

#[test]
fn damaged_frames_are_counted_and_never_repaired() {
    let (heard, decoder) =
        heard(b"*8D40621D58C386435CC412692AD7;\n*8D40;\nnoise\n*8D40621D58C386435CC41269;\n*20000F1F684A6C;\n");
    assert!(heard.is_empty());
    let counts: Vec<_> = decoder.rejected.counts().iter().map(|(reason, n)| (*reason, *n)).collect();
    assert_eq!(counts, [("bad_length", 1), ("bad_parity", 1), ("garbage", 1), ("mode_a_c", 1), ("unknown_address", 1)]);
}

/// The definition of CPR, forwards: what an aircraft would send.
fn encoded(lat: f64, lon: f64, is_odd: bool, whole: f64) -> Cpr {
    let dlat = whole / if is_odd { 59.0 } else { 60.0 };
    let yz = (131_072.0 * lat.rem_euclid(dlat) / dlat + 0.5).floor();
    let rlat = dlat * (yz / 131_072.0 + (lat / dlat).floor());
    let n = (cpr::zones_of_longitude(rlat) - f64::from(u8::from(is_odd))).max(1.0);
    let dlon = whole / n;
    let xz = (131_072.0 * lon.rem_euclid(dlon) / dlon + 0.5).floor();
    Cpr { is_odd, lat: (yz as u32) & 0x1_FFFF, lon: (xz as u32) & 0x1_FFFF }
}

#[test]
fn places_all_over_the_earth_come_back() {
    for step in 0..4000 {
        let lat = -86.5 + 173.0 * f64::from(step) / 4000.0 + 0.000_123;
        let lon = (f64::from(step) * 77.7).rem_euclid(360.0) - 180.0;
        let (even, odd) = (encoded(lat, lon, false, 360.0), encoded(lat, lon, true, 360.0));
        for is_odd in [false, true] {
            if let Some(place) = cpr::global(even, odd, is_odd) {
                assert!((place.lat_deg() - lat).abs() < 1e-4, "{lat} {lon} {place:?}");
                let apart = (place.lon_deg() - lon + 180.0).rem_euclid(360.0) - 180.0;
                assert!((apart * lat.to_radians().cos()).abs() < 2e-4, "{lat} {lon} {place:?}");
            }
            let near = Wgs84::wrapped(lat + 0.3, lon + 0.2);
            let place = cpr::local(encoded(lat, lon, is_odd, 360.0), near, 360.0).unwrap();
            assert!((place.lat_deg() - lat).abs() < 1e-4);
            let place = cpr::local(encoded(lat, lon, is_odd, 90.0), near, 90.0).unwrap();
            assert!((place.lat_deg() - lat).abs() < 1e-4, "{lat} {lon} {place:?}");
        }
    }
}

use truceline_domain::Wgs84;

#[test]
fn zones_of_longitude_change_where_the_table_says() {
    // Three transition latitudes of the standard's table.
    for (lat, above, below) in [(10.470_471_30, 58.0, 59.0), (59.954_591_91, 29.0, 30.0), (86.535_369_98, 2.0, 3.0)] {
        assert_eq!(cpr::zones_of_longitude(lat + 1e-6), above);
        assert_eq!(cpr::zones_of_longitude(lat - 1e-6), below);
    }
}

#[test]
fn a_jump_is_refused_until_it_stands() {
    let line = |lat: f64, second: u32| {
        format!(
            "MSG,3,1,1,4D2023,1,2031/02/15,06:10:{second:02}.000,2031/02/15,06:10:00.000,,24275,,,{lat},13.7,,,,,,0\n"
        )
    };
    let text: String = [(37.0, 0), (37.001, 1), (39.0, 2), (37.002, 3), (39.0, 4), (39.001, 5), (39.002, 6)]
        .map(|(lat, s)| line(lat, s))
        .concat();
    let (heard, decoder) = heard(text.as_bytes());
    let placed: Vec<bool> = heard.iter().map(|one| one.report.is_some()).collect();
    assert_eq!(placed, [true, true, false, true, false, false, true]);
    assert_eq!(decoder.rejected.of("implausible_jump"), 3);
    assert_eq!(heard[0].time.from.to_string(), "2031-02-15T06:10:00Z");
}

#[test]
fn gillham_altitudes_step_by_a_hundred_feet() {
    // All codes that stand for an altitude give each step once, from -1200 ft to 62,700 ft without D1.
    let mut seen = std::collections::BTreeSet::new();
    for code in (0..1_u32 << 13).filter(|code| code & 0x50 == 0) {
        let bytes = [0x20, 0, (code >> 8) as u8, code as u8, 0, 0, 0];
        let rest = remainder(&bytes);
        let parity = rest.to_be_bytes();
        let bytes = [&bytes[..4], &parity[1..]].concat();
        if let Ok(Message { content: Content::Level(Some(Altitude::Barometric(feet))), .. }) = message::decode(&bytes) {
            assert!(seen.insert(feet), "{feet}");
        }
    }
    let expected: Vec<i32> = (0..1280).map(|n| -1200 + 100 * n).collect();
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}
