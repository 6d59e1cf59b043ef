use super::*;
use proptest::prelude::*;

const HELLO_4: &[u8] = b"SeedLink v4.0 (RingServer/4.5.3) :: SLPROTO:4.0 SLPROTO:3.1 CAP WS:13\r\nRing Server\r\n";

fn client(settings: Settings) -> Client {
    Client::new(settings).unwrap()
}

fn said(client: &mut Client) -> String {
    String::from_utf8(client.outgoing()).unwrap()
}

/// Goes through a handshake in which the server says `OK` to everything; gives what was said.
fn handshake(client: &mut Client, hello: &[u8]) -> (Vec<String>, Vec<Event>) {
    let mut lines = vec![said(client)];
    let mut events = client.feed(hello);
    for _ in 0..50 {
        let line = said(client);
        let is_last = line.is_empty() || line.starts_with("END");
        lines.push(line);
        if is_last {
            break;
        }
        events.extend(client.feed(b"OK\r\n"));
    }
    (lines.into_iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect(), events)
}

fn packet_4(station: &str, sequence: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = b"SE2D".to_vec();
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&sequence.to_le_bytes());
    bytes.push(station.len() as u8);
    bytes.extend_from_slice(station.as_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

#[test]
fn version_4_goes_on_after_the_last_number() {
    let mut resume = Resume::read("IU_ANMO 4.0 8 2018-01-01T00:00:00Z\n", "r").0;
    resume.stored(&Packet {
        station: "CU_BBGH".to_owned(),
        sequence: 0xFF_FFFF,
        protocol: Protocol::V3,
        format: '2',
        subformat: 'D',
        payload: Vec::new(),
        until: Some("2018-01-01T00:10:00.5Z".parse().unwrap()),
    });
    let wanted = vec![
        Wanted::new("*_*", &["*.BH?", "!10.BHZ", ".HDF", "*.*"]),
        Wanted::new("IU_COLA", &[]),
        Wanted { from: Some("2018-01-01T00:00:00Z".parse().unwrap()), ..Wanted::new("GE_WLF", &[]) },
    ];
    let settings = Settings {
        wanted,
        resume,
        dial_up: true,
        user_agent: "truceline/0.1".into(),
        auth: "USERPASS a b".into(),
        only: None,
    };
    let (lines, events) = handshake(&mut client(settings.clone()), HELLO_4);
    let select = "SELECT *_B_H_? !10_B_H_Z _H_D_F *_*";
    let expected = [
        "HELLO",
        "SLPROTO 4.0",
        "USERAGENT truceline/0.1",
        "AUTH USERPASS a b",
        "STATION CU_BBGH",
        select,
        "DATA ALL 2018-01-01T00:10:00.5Z",
        "STATION IU_ANMO",
        select,
        "DATA 9",
        "STATION IU_COLA",
        "DATA",
        "STATION GE_WLF",
        "DATA ALL 2018-01-01T00:00:00Z",
        "STATION *_*",
        select,
        "DATA",
        "ENDFETCH",
    ];
    assert_eq!(lines, expected);
    assert!(matches!(events.as_slice(), [Event::Ready { protocol: Protocol::V4, .. }]));
    let (lines, _) = handshake(&mut client(Settings { only: Some(Protocol::V3), ..settings }), HELLO_4);
    let expected = [
        "HELLO",
        "STATION COLA IU",
        "FETCH",
        "STATION WLF GE",
        "TIME 2018,1,1,0,0,0",
        "STATION * *",
        "SELECT ??BH?.D",
        "SELECT !10BHZ.D",
        "SELECT --HDF.D",
        "SELECT ?????.D",
        "TIME 2018,1,1,0,0,0",
        "END",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn version_3_counts_in_hex_and_wraps() {
    let resume = Resume::read("IU_ANMO 3.1 16777215 2018-01-01T00:10:00.5Z\n", "r").0;
    let settings = Settings { wanted: vec![Wanted::new("IU_ANMO", &[])], resume, ..Settings::default() };
    let (lines, _) = handshake(&mut client(settings), b"SeedLink v3.1\r\n\r\n");
    assert_eq!(lines, ["HELLO", "STATION ANMO IU", "DATA 000000 2018,1,1,0,10,0", "END"]);
}

#[test]
fn a_server_that_refuses_version_4_is_spoken_to_in_3() {
    let mut session = client(Settings { wanted: vec![Wanted::new("IU_ANMO", &[])], ..Settings::default() });
    session.feed(HELLO_4);
    assert_eq!(said(&mut session), "HELLO\r\nSLPROTO 4.0\r\n");
    session.feed(b"ERROR UNSUPPORTED\r\n");
    assert_eq!(said(&mut session), "STATION ANMO IU\r\n");
    let mut only = client(Settings { only: Some(Protocol::V4), ..Settings::default() });
    only.feed(HELLO_4);
    assert!(matches!(only.feed(b"ERROR\r\n").as_slice(), [Event::Failed { code: "no_version", .. }]));
}

#[test]
fn refused_stations_are_told_and_the_others_kept() {
    let wanted = vec![Wanted::new("XX_NO", &["00.BHZ"]), Wanted::new("XX_YES", &["00.BHZ"])];
    let mut session = client(Settings { wanted, auth: "USERPASS me secret".into(), ..Settings::default() });
    session.feed(HELLO_4);
    session.feed(b"OK\r\n");
    let refused = session.feed(b"ERROR AUTH no such user\r\n");
    assert_eq!(refused, [Event::Refused { command: "AUTH".into(), reason: "ERROR AUTH no such user".into() }]);
    session.outgoing();
    let refused = session.feed(b"ERROR UNAUTHORIZED\r\n");
    assert_eq!(refused, [Event::Refused { command: "STATION XX_NO".into(), reason: "ERROR UNAUTHORIZED".into() }]);
    assert_eq!(said(&mut session), "STATION XX_YES\r\n");
    session.feed(b"OK\nOK\r");
    assert_eq!(said(&mut session), "SELECT 00_B_H_Z\r\nDATA\r\n");
    let ready = session.feed(b"\nOK\r\n");
    assert!(matches!(ready.as_slice(), [Event::Ready { .. }]));
    let mut none = client(Settings { wanted: vec![Wanted::new("XX_NO", &[])], ..Settings::default() });
    none.feed(b"SeedLink v3.1\nx\n");
    let failed = none.feed(b"ERROR\n");
    assert!(matches!(failed.as_slice(), [Event::Refused { .. }, Event::Failed { code: "no_station", .. }]));
    assert!(said(&mut none).ends_with("BYE\r\n") && none.is_over());
}

#[test]
fn a_place_that_is_refused_is_asked_for_plainly() {
    let resume = Resume::read("XX_A 4.0 8 -\n", "r").0;
    let mut session = client(Settings { wanted: vec![Wanted::new("XX_A", &[])], resume, ..Settings::default() });
    session.feed(HELLO_4);
    session.feed(b"OK\r\nOK\r\n");
    assert!(said(&mut session).ends_with("DATA 9\r\n"));
    assert!(matches!(session.feed(b"ERROR ARGUMENTS\r\n").as_slice(), [Event::Refused { .. }]));
    assert_eq!(said(&mut session), "DATA\r\n");
    assert!(matches!(session.feed(b"OK\r\n").as_slice(), [Event::Ready { .. }]));
}

#[test]
fn hostile_servers_end_the_session() {
    let ready = || {
        let mut session = client(Settings { wanted: vec![Wanted::new("XX_A", &[])], ..Settings::default() });
        handshake(&mut session, HELLO_4);
        session
    };
    let code = |events: Vec<Event>| match events.last() {
        Some(Event::Failed { code, .. }) => *code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(client(Settings::default()).feed(b"HTTP/1.1 400 Bad Request\r\n")), "no_seedlink");
    assert_eq!(code(client(Settings::default()).feed(&vec![b'x'; 100_000])), "endless_line");
    assert_eq!(code(ready().feed(b"SL000001")), "bad_signature");
    assert_eq!(code(ready().feed(b"\0\0\0\0")), "bad_signature");
    assert_eq!(code(ready().feed(b"SE2D\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0\0")), "too_long");
    assert_eq!(code(ready().feed(b"SE\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")), "bad_signature");
    assert_eq!(code(ready().closed()), "closed");
    let mut session = ready();
    assert!(session.feed(&[b'\r'; 10_000]).is_empty());
    session.feed(b"nonsense");
    assert!(session.is_over() && session.feed(&packet_4("XX_A", 1, b"x")).is_empty() && session.closed().is_empty());
}

#[test]
fn settings_that_cannot_be_said_are_refused() {
    for station in ["IU ANMO", "IUANMO", "IU_A\r\nBYE", "_", ""] {
        let settings = Settings { wanted: vec![Wanted::new(station, &[])], ..Settings::default() };
        assert_eq!(Client::new(settings).err().unwrap().code, "bad_setting", "{station:?}");
    }
    for channel in ["BHZ", "00.BH", "00.BHZ\n", "00 .BHZ"] {
        let settings = Settings { wanted: vec![Wanted::new("XX_A", &[channel])], ..Settings::default() };
        assert!(Client::new(settings).is_err(), "{channel:?}");
    }
    assert!(Client::new(Settings { auth: "JWT a\nBYE".into(), ..Settings::default() }).is_err());
}

#[test]
fn places_come_back_and_bad_lines_are_told() {
    let text = "CU_BBGH 3.1 16777215 2018-01-01T00:10:00.5Z\nIU_ANMO 4.0 18446744073709551615 -\n";
    let (resume, problems) = Resume::read(text, "resume");
    assert_eq!((resume.write().as_str(), problems.total()), (text, 0));
    assert_eq!(resume.last("IU_ANMO"), Some((u64::MAX, None)));
    let (_, problems) = Resume::read("a b c\n\n# x\nIU_ANMO 4.1 1 -\nIU\u{e9} 4.0 1 -\n", "resume");
    assert_eq!(problems.kept().iter().map(|p| p.line.unwrap()).collect::<Vec<_>>(), [1, 4, 5]);
}

#[test]
fn patterns() {
    for (pattern, text, expected) in [
        ("*_*", "IU_ANMO", true),
        ("I?_A*O", "IU_ANMO", true),
        ("IU_A", "IU_ANMO", false),
        ("*", "", true),
        ("?", "", false),
    ] {
        assert_eq!(plan::matches(pattern, text), expected, "{pattern} {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn pieces_of_any_size_mean_the_same(cuts in prop::collection::vec(1_usize..40, 1..60), n in 1_u64..6) {
        let mut bytes = [HELLO_4, b"OK\r\nOK\nOK\r"].concat();
        for sequence in 0..n {
            bytes.extend(packet_4("XX_A", sequence, &vec![7; 30 + sequence as usize]));
        }
        bytes.extend_from_slice(b"SEJI\x02\0\0\0\0\0\0\0\0\0\0\0\0{}END");
        let settings = || Settings { wanted: vec![Wanted::new("XX_A", &[])], ..Settings::default() };
        let whole = client(settings()).feed(&bytes);
        let mut session = client(settings());
        let (mut events, mut rest) = (Vec::new(), bytes.as_slice());
        for cut in cuts.iter().cycle() {
            let (piece, behind) = rest.split_at((*cut).min(rest.len()));
            events.extend(session.feed(piece));
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(whole.len() as u64, n + 3);
        prop_assert_eq!(events, whole);
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..600), version: bool) {
        let only = Some(if version { Protocol::V4 } else { Protocol::V3 });
        let mut session = client(Settings { wanted: vec![Wanted::new("XX_A", &[])], only, ..Settings::default() });
        session.feed(&bytes);
        let mut ready = client(Settings { wanted: vec![Wanted::new("XX_A", &[])], only, ..Settings::default() });
        handshake(&mut ready, HELLO_4);
        let start: &[u8] = if version { b"SE" } else { b"SL" };
        ready.feed(&[start, bytes.as_slice()].concat());
    }
}
