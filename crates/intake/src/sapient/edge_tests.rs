use super::super::message::timestamp;
use super::super::{faults, framed, is_ulid};
use super::*;

const FUSION: &str = "5913c0f4-9f89-4c01-ab90-939099797c4f";

pub(in super::super) fn sighting(at: Timestamp) -> Sighting {
    Sighting {
        track: "T-17".to_owned(),
        at,
        place: PlaceEstimate::along(Wgs84::new(45.51, 31.27).unwrap(), 0.0, (12.0, 7.0)),
        height_m: Some(140.0),
        motion: Some(Motion { speed_mps: 20.0, course_deg: 300.0 }),
        class: Some((vec!["Air Vehicle".to_owned(), "UAV Rotary Wing".to_owned()], 0.8)),
        claimed_identity: None,
        existence: Some(0.99),
    }
}

fn now() -> Timestamp {
    "2031-02-15T06:10:00Z".parse().unwrap()
}

fn edge() -> EdgeNode {
    EdgeNode::new(Profile {
        node_id: "b182d0b9-f0a7-43ad-a0a7-27d4ebf0169f".to_owned(),
        name: "Mission".to_owned(),
        kind: EdgeKind::Fusion,
        interval_s: 10.0,
        place: Wgs84::new(45.5, 31.25).ok(),
        made_by: ("Example".to_owned(), "1".to_owned()),
    })
}

fn from_fusion(content: &str, inner: Message) -> Vec<u8> {
    let envelope = Message::new(&SAPIENT_MESSAGE).with("timestamp", timestamp(now())).with("node_id", FUSION);
    framed(&envelope.with(content, inner).encode())
}

fn decoded(bytes: &[u8]) -> Message {
    let message = Message::decode(&bytes[4..]).unwrap();
    assert_eq!(faults(&message), Vec::<String>::new());
    message
}

#[test]
fn everything_that_is_sent_is_valid_and_reports_wait_for_the_answer() {
    let mut edge = edge();
    decoded(&edge.connected(now()));
    assert!(edge.report(&sighting(now()), now()).is_none() && edge.tick(now()).is_none());
    let ack = from_fusion("registration_ack", Message::new(&REGISTRATION_ACK).with("acceptance", true));
    assert_eq!(edge.feed(&ack, now()), [EdgeEvent::Accepted]);
    let first = decoded(&edge.tick(now()).unwrap());
    assert_eq!(first.message("status_report").unwrap().word("info"), Some("INFO_NEW"));
    assert!(edge.tick(now()).is_none());
    let report = decoded(&edge.report(&sighting(now()), now()).unwrap());
    let report = report.message("detection_report").unwrap();
    assert_eq!(report.message("location").unwrap().number("z"), Some(140.0));
    let goodbye = decoded(&edge.goodbye(now()));
    assert_eq!(goodbye.message("status_report").unwrap().word("info"), Some("INFO_NEW"));
}

#[test]
fn every_task_but_two_requests_is_refused() {
    let ask = |command: Message| {
        let task =
            Message::new(&TASK).with("task_id", "01J00000000000000000000011").with_word("control", "CONTROL_START");
        edge().feed(&from_fusion("task", task.with("command", command)), now())
    };
    let follow = Message::new(&TASK_COMMAND).with("follow", Message::new(&FOLLOW_OBJECT).with("follow_object_id", "x"));
    for (command, what) in [
        (follow, "follow"),
        (Message::new(&TASK_COMMAND).with("mode_change", "Default"), "mode_change"),
        (Message::new(&TASK_COMMAND).with("request", "Fire"), "request"),
    ] {
        let events = ask(command);
        let [EdgeEvent::Send(bytes), EdgeEvent::TaskRefused { what: told, .. }] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(*told, what);
        assert_eq!(decoded(bytes).message("task_ack").unwrap().word("task_status"), Some("TASK_STATUS_REJECTED"));
    }
    let events = ask(Message::new(&TASK_COMMAND).with("request", "Registration"));
    let [EdgeEvent::Send(ack), EdgeEvent::Send(answer)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(decoded(ack).message("task_ack").unwrap().word("task_status"), Some("TASK_STATUS_ACCEPTED"));
    assert!(decoded(answer).message("registration").is_some());
}

#[test]
fn refusals_and_nonsense_are_events() {
    let nack = Message::new(&REGISTRATION_ACK).with("acceptance", false).with("ack_response_reason", "no");
    assert_eq!(edge().feed(&from_fusion("registration_ack", nack), now()), [EdgeEvent::Refused(vec!["no".to_owned()])]);
    let events = edge().feed(&[0xFF; 4], now());
    assert!(matches!(events[..], [EdgeEvent::Problem { is_fatal: true, .. }]));
    assert!(matches!(edge().feed(&framed(&[0xFF]), now())[..], [EdgeEvent::Problem { is_fatal: false, .. }]));
}

#[test]
fn ids_are_ulids_that_grow_with_time_and_differ() {
    let later: Timestamp = "2031-02-15T06:10:00.001Z".parse().unwrap();
    let (a, b, c) = (ulid(now(), "a"), ulid(now(), "b"), ulid(later, "a"));
    assert!([&a, &b, &c].iter().all(|id| is_ulid(id)));
    assert!(a != b && a < c && b < c);
    assert_eq!(a, ulid(now(), "a"));
}
