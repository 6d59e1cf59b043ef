//! Streams of frames with everything that can be wrong with them.

use super::*;

const T: u64 = 1_767_323_046_000;

fn key(seed: u8) -> SignerKey {
    SignerKey::from_entropy("station-07", &[seed; 32]).unwrap()
}

fn frame(sequence: u64, payload: &str) -> Frame {
    let time_ms = T + sequence * 1000;
    Frame { station: "station-07".into(), sequence, time_ms, payload: Digest::of(payload.as_bytes()) }
}

fn watch() -> FrameWatch {
    let key = StationKey { key: key(1).verifier().clone(), from_ms: T, until_ms: None, revoked_ms: None };
    let (ring, other) = KeyRing::new(vec![key]);
    assert!(other.is_empty());
    FrameWatch::new(ring, 500)
}

/// Shows one frame, received when it says it was made; returns the problems.
fn show(watch: &mut FrameWatch, frame: &Frame, payload: &str) -> Vec<FrameProblem> {
    show_with(watch, (frame, &key(1)), (payload, frame.time_ms))
}

fn show_with(watch: &mut FrameWatch, signed: (&Frame, &SignerKey), (payload, at_ms): (&str, u64)) -> Vec<FrameProblem> {
    let note = signed.0.sign(signed.1).unwrap();
    let (read, problems) = watch.look(Received { note: &note, payload: payload.as_bytes(), at_ms });
    assert_eq!(read.as_ref(), Some(signed.0));
    problems
}

#[test]
fn a_sound_stream_has_no_problems_and_rotation_is_no_problem() {
    let mut watch = watch();
    for n in 0..5 {
        assert_eq!(show(&mut watch, &frame(n, "x"), "x"), []);
    }
    watch.ring_mut().rotate(key(2).verifier().clone(), T + 5000);
    let next = frame(5, "x");
    assert_eq!(
        show(&mut watch, &next, "x"),
        [FrameProblem::KeyOutOfTime { received_ms: T + 5000 }],
        "the old key after its end"
    );
    assert_eq!(show_with(&mut watch, (&next, &key(2)), ("x", next.time_ms)), []);
    let early = frame(6, "x");
    assert_eq!(
        show_with(&mut watch, (&early, &key(2)), ("x", T + 4000)),
        [FrameProblem::KeyOutOfTime { received_ms: T + 4000 }]
    );
}

#[test]
fn sequences_are_held_together_whatever_order_they_came_in() {
    let other = |sequence| Frame { station: "station-08".into(), ..frame(sequence, "x") };
    let back = Frame { time_ms: T, ..frame(5, "x") };
    let frames = [other(1), back, frame(2, "y"), frame(2, "x"), frame(0, "x"), other(0), frame(2, "y"), frame(2, "x")];
    let expected = [
        FrameProblem::Gap { missing: 1..2 },
        FrameProblem::Gap { missing: 3..5 },
        FrameProblem::ClockBack { by_ms: 2000 },
        FrameProblem::Replayed { sequence: 2 },
        FrameProblem::Replayed { sequence: 2 },
        FrameProblem::Contradiction { sequence: 2 },
    ];
    let mut frames = frames.to_vec();
    for _ in 0..frames.len() {
        frames.rotate_left(1);
        let found = sequence_problems(&frames);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(expected.iter().all(|problem| found.iter().any(|(_, other)| other == problem)), "{found:?}");
        let repeated = found.iter().filter(|(_, p)| matches!(p, FrameProblem::Replayed { .. }));
        let mut repeated: Vec<_> = repeated.map(|(place, _)| frames[*place].payload).collect();
        repeated.sort();
        repeated.dedup();
        assert_eq!(repeated.len(), 2, "one copy of each stays");
    }
    assert_eq!(sequence_problems(&[frame(1, "x"), frame(0, "x")]), [], "late is not missing");
}

#[test]
fn replays_contradictions_gaps_and_late_frames() {
    let mut watch = watch();
    assert_eq!(show(&mut watch, &frame(2, "x"), "x"), [FrameProblem::Gap { missing: 0..2 }]);
    assert_eq!(show(&mut watch, &frame(7, "x"), "x"), [FrameProblem::Gap { missing: 3..7 }]);
    assert_eq!(show(&mut watch, &frame(4, "x"), "x"), [FrameProblem::Late { sequence: 4 }]);
    assert_eq!(show(&mut watch, &frame(4, "x"), "x"), [FrameProblem::Replayed { sequence: 4 }]);
    assert_eq!(show(&mut watch, &frame(7, "other"), "other"), [FrameProblem::Contradiction { sequence: 7 }]);
    assert_eq!(show(&mut watch, &frame(7, "x"), "x"), [FrameProblem::Replayed { sequence: 7 }], "the first one stands");
    assert_eq!(show(&mut watch, &frame(8, "x"), "other"), [FrameProblem::Payload]);
    assert_eq!(show(&mut watch, &frame(8, "x"), "x"), [], "the frame with the true payload can still come");
}

#[test]
fn an_old_frame_beyond_memory_is_never_taken_for_new() {
    let mut watch = watch();
    let many = REMEMBERED as u64 + 10;
    for n in 0..many {
        assert_eq!(show(&mut watch, &frame(n, "x"), "x"), []);
    }
    assert_eq!(show(&mut watch, &frame(3, "x"), "x"), [FrameProblem::TooOld { sequence: 3 }]);
    assert_eq!(watch.stations["station-07"].remembered.len(), REMEMBERED);
}

#[test]
fn clocks_that_step() {
    let mut watch = watch();
    show(&mut watch, &frame(0, "x"), "x");
    let at = |sequence: u64, time_ms: u64| Frame { time_ms, ..frame(sequence, "x") };
    let mut seen = |frame: Frame, at_ms| show_with(&mut watch, (&frame, &key(1)), ("x", at_ms));
    assert_eq!(seen(at(1, T + 1000), T + 1400), [], "within the tolerance");
    assert_eq!(
        seen(at(2, T - 60_000), T + 2000),
        [FrameProblem::ClockBack { by_ms: 61_000 }, FrameProblem::ClockStep { by_ms: -61_600 }]
    );
    assert_eq!(seen(at(3, T + 3000), T + 3000), [FrameProblem::ClockStep { by_ms: 62_000 }]);
    assert_eq!(seen(at(4, u64::MAX), T + 4000).len(), 1);
    assert_eq!(seen(at(5, 0), T + 5000).len(), 2);
}

#[test]
fn keys_that_do_not_count() {
    let mut watch = watch();
    let first = frame(0, "x");
    assert_eq!(show_with(&mut watch, (&first, &key(9)), ("x", T)), [FrameProblem::WrongKey("station-07".into())]);
    let stranger = SignerKey::from_entropy("station-08", &[1; 32]).unwrap();
    let strange = Frame { station: "station-08".into(), ..first.clone() };
    assert_eq!(
        show_with(&mut watch, (&strange, &stranger), ("x", T)),
        [FrameProblem::UnknownStation("station-08".into())]
    );
    assert_eq!(first.sign(&stranger), Err(NoteError::Form));
    assert!(!watch.ring_mut().revoke(key(9).verifier(), T));
    assert!(watch.ring_mut().revoke(key(1).verifier(), T + 1000));
    assert_eq!(show(&mut watch, &first, "x"), [], "received before");
    let revoked = FrameProblem::KeyRevoked { revoked_ms: T + 1000 };
    assert_eq!(show(&mut watch, &frame(1, "x"), "x"), std::slice::from_ref(&revoked));
    // With a stolen key any time can be written into a frame: the time of receipt counts.
    let back_dated = Frame { time_ms: T, ..frame(1, "x") };
    assert_eq!(show_with(&mut watch, (&back_dated, &key(1)), ("x", T + 2000)), [revoked]);
    // Revoked later, or twice: the earliest time stays.
    assert!(watch.ring_mut().revoke(key(1).verifier(), T + 9000));
    assert_eq!(watch.ring_mut().keys()[0].revoked_ms, Some(T + 1000));
}

#[test]
fn no_changed_bit_passes_and_nothing_else_is_a_frame() {
    let note = frame(0, "x").sign(&key(1)).unwrap();
    for place in 0..note.len() {
        for bit in 0..8 {
            let mut bytes = note.clone();
            bytes[place] ^= 1 << bit;
            let (_, problems) = watch().look(Received { note: &bytes, payload: b"x", at_ms: T });
            assert!(problems.iter().any(FrameProblem::is_about_the_frame), "byte {place} bit {bit}: {problems:?}");
        }
    }
    let text = frame(0, "x").to_string();
    for bad in
        [text.replace("@v1", "@v2"), text.replace("\n0\n", "\n00\n"), text.replace("sha256", "sha1"), text + "more\n"]
    {
        assert_eq!(Frame::parse(&bad), None, "{bad}");
    }
    let (frame, problems) = watch().look(Received { note: b"noise", payload: b"", at_ms: T });
    assert!(frame.is_none() && matches!(problems[..], [FrameProblem::Form(_)]));
}
