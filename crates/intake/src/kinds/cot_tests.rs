use super::*;

fn event(kind: &str, detail: &str) -> String {
    format!(
        "<?xml version='1.0'?>\n<event version='2.0' uid='uav-1' type='{kind}' how='m-g' time='2031-02-15T06:10:00.250Z' \
         start='2031-02-15T06:10:00Z' stale='2031-02-15T06:11:00Z'><point lat='48.5' lon='37.25' hae='200' ce='12.5' \
         le='9999999'/><detail>{detail}</detail></event>"
    )
}

fn all(bytes: &[u8], size: usize) -> (Vec<Event>, Decoder) {
    let mut decoder = Decoder::new();
    let mut events: Vec<_> = bytes.chunks(size).flat_map(|piece| decoder.feed(piece)).collect();
    events.extend(decoder.end());
    (events, decoder)
}

#[test]
fn only_movers_pass_and_persons_are_counted() {
    let kinds = [
        ("a-f-A-M-F-Q", ""),
        ("a-h-S-X-M", ""),
        ("a-n-A-C-F", "<track course='91.2' speed='100'/>"),
        ("a-f-G-U-C-I", ""),
        ("a-n-G", ""),
        ("a-f-A-M-F-Q", "<__group name='Cyan' role='Team Member'/>"),
        ("b-t-f", "<__chat/><remarks>a word</remarks>"),
        ("b-r-f-h-c", ""),
        ("a-h-A-W-M", ""),
        ("b-m-p-s-m", ""),
        ("t-x-c-t", ""),
        ("a-f-G-E-S", ""),
    ];
    let text: String = kinds.iter().map(|(kind, detail)| event(kind, detail)).collect();
    let (events, decoder) = all(text.as_bytes(), 1000);
    assert_eq!(
        events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(),
        ["a-f-A-M-F-Q", "a-h-S-X-M", "a-n-A-C-F"]
    );
    assert_eq!(decoder.rejected.of(PERSONAL), 5);
    assert_eq!((decoder.rejected.of("control"), decoder.rejected.of("affiliation_or_weapon")), (1, 1));
    let context = Context::new(b"", "f", "s", "o");
    let detection = events[2].detection(&context).unwrap();
    assert_eq!(detection.phenomenon, Phenomenon::AircraftInFlight);
    assert_eq!(detection.motion.unwrap().course_deg, 91.2);
    assert_eq!(detection.time.from.to_string(), "2031-02-15T06:10:00.25Z");
    assert_eq!(detection.estimate().unwrap().sigma_major_m(), 12.5);
}

#[test]
fn broken_events_are_told_and_the_next_is_read_in_any_pieces() {
    let sound = event("a-f-A-M-F-Q", "<track course='1' speed='2'/>");
    let text = [
        &sound[..],
        &sound[..120],
        &sound,
        "noise",
        &sound.replace("lat='48.5'", "lat='north'"),
        &sound.replace("<detail>", "<!DOCTYPE x><detail>"),
        &sound.replace("</detail>", ""),
        &sound.replace("48.5", "98.5"),
        &format!("{}{}", "<event>".replace('>', " "), "<a>".repeat(100)),
        &sound,
    ]
    .concat();
    let (events, decoder) = all(text.as_bytes(), text.len());
    assert_eq!(events.len(), 3, "{:?}", decoder.rejected);
    let rejected = |reason: &str| decoder.rejected.of(reason);
    assert_eq!(
        (rejected("cut_event"), rejected("garbage"), rejected("bad_place"), rejected("document_type")),
        (2, 5, 1, 1)
    );
    assert_eq!(rejected("broken_event"), 2);
    for size in 1..100 {
        let (pieces, other) = all(text.as_bytes(), size);
        assert_eq!((&pieces, &other.rejected), (&events, &decoder.rejected), "{size}");
    }
}

#[test]
fn protobuf_is_read_on_a_stream_and_on_a_mesh() {
    let text = |number: u8, text: &str| [&[number << 3 | 2, text.len() as u8][..], text.as_bytes()].concat();
    let double = |number: u8, value: f64| [&[number << 3 | 1][..], &value.to_le_bytes()].concat();
    let track = [double(1, 18.5), double(2, 91.25)].concat();
    let detail = [&[7 << 3 | 2, track.len() as u8][..], &track].concat();
    // 2031-02-15T06:10:00Z in milliseconds, in seven bits a byte.
    let mut time = vec![6 << 3];
    let mut rest: u64 = 1_928_902_200_000;
    while rest > 0 {
        time.push((rest & 0x7F) as u8 | if rest > 0x7F { 0x80 } else { 0 });
        rest >>= 7;
    }
    let event = [
        text(1, "a-f-A-M-F-Q"),
        text(5, "uav-7"),
        time,
        double(10, 48.5),
        double(11, 37.25),
        double(13, 9.0),
        [&[15 << 3 | 2, detail.len() as u8][..], &detail].concat(),
    ]
    .concat();
    let message = [&[0x12, event.len() as u8][..], &event].concat();
    let framed = [&[0xBF, message.len() as u8][..], &message].concat();
    let (events, decoder) = all(&[&framed[..], &framed].concat(), 5);
    assert_eq!((events.len(), decoder.rejected.total()), (2, 0), "{:?}", decoder.rejected);
    assert_eq!(events[0].at.unwrap().to_string(), "2031-02-15T06:10:00Z");
    assert_eq!(events[0].track, Some((18.5, 91.25)));
    let mesh = [&[0xBF, 1, 0xBF][..], &message].concat();
    let mut decoder = Decoder::new();
    assert_eq!(decoder.datagram(&mesh).len(), 1);
    assert_eq!(all(&[&mesh[..], &mesh].concat(), 3).0.len(), 2);
    for cut in 0..framed.len() {
        assert!(all(&framed[..cut], 100).0.is_empty());
        let _ = Decoder::new().datagram(&mesh[..cut]);
    }
}
