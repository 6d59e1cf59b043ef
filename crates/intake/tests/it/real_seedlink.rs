//! Recorded sessions with a real server: the same commands, and the bytes at every cut.

use crate::real_data::data;
use truceline_intake::seedlink::{Client, Event, Protocol, Resume, Settings, Wanted};

/// The lines of a recorded dialog by who said them; lines of other clients' commands that are refused are left out.
fn dialog(name: &str) -> Option<(Vec<String>, Vec<String>)> {
    let text = String::from_utf8(data(&format!("protocols/seedlink/{name}.dialog.txt"))?).unwrap();
    let of =
        |mark: &str| text.lines().filter_map(|line| line.strip_prefix(mark)).map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (of("> "), of("< "));
    let told = |line: &String| !line.starts_with('(') && !line.contains("BOGUS");
    Some((ours.into_iter().filter(told).collect(), theirs.into_iter().filter(told).collect()))
}

/// Plays the server's part; gives what the client said and the events up to the data.
fn play(client: &mut Client, theirs: &[String]) -> (Vec<String>, Vec<Event>) {
    let (mut said, mut events) = (Vec::new(), Vec::new());
    for line in theirs {
        said.extend(String::from_utf8(client.outgoing()).unwrap().lines().map(str::to_owned));
        events.extend(client.feed(format!("{line}\r\n").as_bytes()));
    }
    said.extend(String::from_utf8(client.outgoing()).unwrap().lines().map(str::to_owned));
    (said, events)
}

fn settings(only: Protocol) -> Settings {
    Settings { wanted: vec![Wanted::new("IU_ANMO", &["10.BHZ"])], only: Some(only), ..Settings::default() }
}

fn assert_packets(events: &[Event], bytes: &[u8]) {
    let packets: Vec<_> =
        events.iter().filter_map(|event| if let Event::Packet(packet) = event { Some(packet) } else { None }).collect();
    let shown: Vec<_> = packets.iter().map(|p| (p.station.as_str(), p.sequence, p.format, p.payload.len())).collect();
    let expected: Vec<_> = (9..13).map(|sequence| ("IU_ANMO", sequence, '2', 512)).collect();
    assert_eq!(shown, expected);
    assert!(packets.iter().all(|packet| bytes.windows(512).any(|window| window == packet.payload)));
    let mut resume = Resume::default();
    packets.iter().for_each(|packet| resume.stored(packet));
    let (sequence, until) = resume.last("IU_ANMO").unwrap();
    assert_eq!((sequence, until.unwrap().as_millisecond()), (12, 1_514_764_860_019));
}

/// Feeds the recorded bytes in two pieces, cut at every place.
fn at_every_cut(new: impl Fn() -> Client, bytes: &[u8], check: impl Fn(&[Event])) {
    for cut in 0..=bytes.len() {
        let mut client = new();
        let mut events = client.feed(&bytes[..cut]);
        events.extend(client.feed(&bytes[cut..]));
        check(&events);
    }
}

#[test]
fn a_window_of_version_3() {
    let Some((ours, theirs)) = dialog("v3-time-window") else { return };
    let bytes = data("protocols/seedlink/v3-time-window.data.bin").unwrap();
    let mut wanted = settings(Protocol::V3);
    wanted.wanted[0].from = Some("2018-01-01T00:00:00Z".parse().unwrap());
    wanted.wanted[0].until = Some("2018-01-01T00:02:00Z".parse().unwrap());
    let ready = || {
        let mut client = Client::new(wanted.clone()).unwrap();
        let (said, events) = play(&mut client, &theirs);
        assert_eq!(said, ours);
        assert!(
            matches!(events.as_slice(), [Event::Ready { protocol: Protocol::V3, organization, .. }] if organization == "Ring Server")
        );
        client
    };
    at_every_cut(ready, &bytes, |events| assert_packets(events, &bytes));
}

#[test]
fn a_fetch_of_version_4_that_goes_on() {
    let Some((ours, theirs)) = dialog("v4-fetch") else { return };
    let bytes = data("protocols/seedlink/v4-fetch.data.bin").unwrap();
    let resume = Resume::read("IU_ANMO 4.0 8 -\n", "r").0;
    let wanted = Settings { resume, dial_up: true, user_agent: "monitor/0.1".into(), ..settings(Protocol::V4) };
    let ready = || {
        let mut client = Client::new(wanted.clone()).unwrap();
        let (said, _) = play(&mut client, &theirs);
        assert_eq!(said, ours);
        client
    };
    at_every_cut(ready, &bytes, |events| {
        assert_packets(events, &bytes);
        assert_eq!(events.last(), Some(&Event::Ended));
    });
}

#[test]
fn answers_in_both_versions() {
    let hello = "SeedLink v4.0 (RingServer/4.5.3) :: SLPROTO:4.0 SLPROTO:3.1 CAP WS:13\r\nRing Server\r\n";
    for (name, only, item, has) in [
        ("v3-info-streams", Protocol::V3, "STREAMS", "<seedlink"),
        ("v4-info-streams", Protocol::V4, "STREAMS", "\"IU_ANMO\""),
        ("v4-info-error", Protocol::V4, "NOSUCH", "Unrecognized INFO item"),
    ] {
        let Some(bytes) = data(&format!("protocols/seedlink/{name}.data.bin")) else { return };
        let asked = || {
            let mut client = Client::new(Settings { only: Some(only), ..Settings::default() }).unwrap();
            client.feed(hello.as_bytes());
            client.feed(if only == Protocol::V4 { b"OK\r\n" } else { b"" });
            client.outgoing();
            assert!(client.ask(item));
            assert_eq!(client.outgoing(), format!("INFO {item}\r\n").as_bytes());
            client
        };
        at_every_cut(asked, &bytes, |events| {
            let [Event::Info { text, is_error }] = events else { panic!("{name}: {events:?}") };
            assert!(text.contains(has) && *is_error == name.ends_with("error"), "{name}: {text}");
            assert!(text.ends_with(if only == Protocol::V4 { "}" } else { ">" }), "{name}: {text}");
        });
    }
}
