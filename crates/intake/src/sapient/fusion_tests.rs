use super::super::message::timestamp;
use super::super::schema::messages as m;
use super::super::{EdgeEvent, EdgeKind, EdgeNode, Level, framed};
use super::*;
use truceline_domain::{Digest, Modality, Sensor, Span, Wgs84, Where};

const OWN: &str = "5913c0f4-9f89-4c01-ab90-939099797c4f";
const NODE: &str = "b182d0b9-f0a7-43ad-a0a7-27d4ebf0169f";
const OTHER: &str = "3d1ffd1b-cc01-4c26-a7e8-bf4da3d393b8";
const PEER: PeerId = PeerId(1);

fn at(s: f64) -> Timestamp {
    Timestamp::from_microsecond(1_928_900_000_000_000 + (s * 1e6) as i64).unwrap()
}

fn registered(node_id: &str, name: &str) -> Registered {
    let place = Some(Wgs84::new(45.5, 31.25).unwrap());
    let (modality, owner) = (Modality::Radar, "mission".into());
    let sensor = Sensor { id: name.into(), modality, owner, place, reach: Vec::new(), valid: Span::ALWAYS };
    Registered { node_id: node_id.to_owned(), sensor, north: Default::default() }
}

fn fusion() -> FusionNode {
    let register = vec![registered(NODE, "r-1"), registered(OTHER, "r-2")];
    FusionNode::new(Settings { node_id: OWN.to_owned(), register, ..Settings::default() }).unwrap()
}

fn profile(kind: EdgeKind) -> Profile {
    Profile {
        node_id: NODE.to_owned(),
        name: "Radar".to_owned(),
        kind,
        interval_s: 5.0,
        place: Wgs84::new(45.5, 31.25).ok(),
        made_by: ("Example".to_owned(), "X".to_owned()),
    }
}

fn message(node_id: &str, content: &str, inner: Message, s: f64) -> Vec<u8> {
    let envelope = Message::new(&m::SAPIENT_MESSAGE).with("timestamp", timestamp(at(s))).with("node_id", node_id);
    framed(&envelope.with(content, inner).encode())
}

fn registration(kind: &str) -> Message {
    let mut registration = profile(EdgeKind::Radar).registration();
    let node = Message::new(&m::REGISTRATION_NODE_DEFINITION).with_word("node_type", kind);
    let index = m::REGISTRATION.index_of_name("node_definition").unwrap();
    registration = registration.with("node_definition", node);
    assert_eq!(registration.slot(index).len(), 2);
    registration
}

fn id(n: u32) -> String {
    format!("01J{n:023}")
}

fn detection(n: u32, class: Option<&str>) -> Message {
    let reading = Message::new(&m::RANGE_BEARING).with("azimuth", 90.0).with("range", 1000.0);
    let reading = reading.with_word("coordinate_system", "RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M");
    let report = Message::new(&m::DETECTION_REPORT)
        .with("report_id", id(n))
        .with("object_id", id(1))
        .with("range_bearing", reading.with_word("datum", "RANGE_BEARING_DATUM_TRUE"));
    match class {
        Some(class) => report.with(
            "classification",
            Message::new(&m::DETECTION_REPORT_DETECTION_REPORT_CLASSIFICATION).with("type", class),
        ),
        None => report,
    }
}

fn status(n: u32, system: &str, info: &str) -> Message {
    Message::new(&m::STATUS_REPORT)
        .with("report_id", id(n))
        .with_word("system", system)
        .with_word("info", info)
        .with("mode", "Default")
}

/// The contents of what is sent.
fn sent(outputs: &[Output]) -> Vec<Message> {
    let sends = outputs.iter().filter_map(|o| if let Output::Send { bytes, .. } = o { Some(bytes) } else { None });
    sends
        .map(|bytes| {
            let message = Message::decode(&bytes[4..]).unwrap();
            assert_eq!(super::super::faults(&message), Vec::<String>::new());
            assert_eq!(message.text("node_id"), Some(OWN));
            let content = message.which("content").unwrap().name;
            message.message(content).unwrap().clone()
        })
        .collect()
}

fn joined() -> FusionNode {
    let mut fusion = fusion();
    fusion.connected(PEER, at(0.0));
    let outputs = fusion.feed(PEER, &message(NODE, "registration", registration("NODE_TYPE_RADAR"), 0.0), at(0.0));
    assert!(matches!(&outputs[0], Output::Joined { sensor, .. } if sensor.as_str() == "r-1"));
    assert_eq!(sent(&outputs)[0].truth("acceptance"), Some(true));
    fusion
}

fn outage_s(outputs: &[Output]) -> f64 {
    outputs.iter().map(|o| if let Output::Outage(outage) = o { outage.span.seconds() } else { 0.0 }).sum()
}

#[test]
fn effectors_are_refused_and_stay_out() {
    for kind in ["NODE_TYPE_KINETIC", "NODE_TYPE_JAMMER", "NODE_TYPE_CYBER", "NODE_TYPE_LDEW", "NODE_TYPE_RFDEW"] {
        let mut fusion = fusion();
        fusion.connected(PEER, at(0.0));
        // Beside a radar in the same registration, too.
        let outputs = fusion.feed(PEER, &message(NODE, "registration", registration(kind), 0.0), at(0.0));
        assert!(matches!(&outputs[0], Output::Refused { what: Refusal::Effector, .. }), "{outputs:?}");
        let ack = &sent(&outputs)[0];
        assert_eq!(ack.truth("acceptance"), Some(false));
        assert_eq!(ack.texts("ack_response_reason").collect::<Vec<_>>(), ["effector nodes are not accepted"]);
        let outputs = fusion.feed(PEER, &message(NODE, "detection_report", detection(2, None), 1.0), at(1.0));
        assert!(!outputs.iter().any(|output| matches!(output, Output::Report(_))));
        assert!(fusion.ask(NODE, &Request::Status, at(1.0)).is_err());
        assert_eq!((fusion.counts()["effector"], fusion.registered().count()), (1, 0));
    }
}

#[test]
fn nothing_that_can_be_asked_follows_moves_or_acts() {
    let mut fusion = joined();
    let asks = [
        Request::Registration,
        Request::Status,
        Request::DetectionThreshold(Level::Low),
        Request::ReportRate(Level::High),
        Request::ClassificationThreshold(Level::Medium),
        Request::Mode("Default".to_owned()),
    ];
    let mut ids = BTreeSet::new();
    for ask in asks {
        let task = sent(&fusion.ask(NODE, &ask, at(1.0)).unwrap()).remove(0);
        let command = task.message("command").unwrap().which("command").unwrap().name;
        assert!(!["follow", "move_to", "patrol"].contains(&command));
        ids.insert(task.text("task_id").unwrap().to_owned());
    }
    assert_eq!(ids.len(), 6);
    assert!(fusion.ask(NODE, &Request::Mode("Fire".to_owned()), at(1.0)).is_err());
    let look = Request::LookAt { azimuth_deg: 90.0, elevation_deg: 0.0, width_deg: 10.0 };
    assert!(fusion.ask(NODE, &look, at(1.0)).is_err(), "a radar does not look");
    fusion.feed(PEER, &message(NODE, "registration", registration("NODE_TYPE_CAMERA"), 2.0), at(2.0));
    assert_eq!(sent(&fusion.ask(NODE, &look, at(2.0)).unwrap()).len(), 1);
}

#[test]
fn follow_tasks_that_come_in_are_refused_and_told() {
    let follow =
        Message::new(&m::TASK_COMMAND).with("follow", Message::new(&m::FOLLOW_OBJECT).with("follow_object_id", "x"));
    let patrol = Message::new(&m::TASK_COMMAND).with("patrol", {
        let place = Message::new(&m::LOCATION).with("x", 31.0).with("y", 45.0);
        let place = place.with_word("coordinate_system", "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M");
        Message::new(&m::LOCATION_LIST).with("locations", place.with_word("datum", "LOCATION_DATUM_WGS84_E"))
    });
    let request = Message::new(&m::TASK_COMMAND).with("request", "Registration");
    let mut fusion = joined();
    for (command, wanted) in [(follow, Refusal::FollowTask), (patrol, Refusal::FollowTask), (request, Refusal::Task)] {
        let task = Message::new(&m::TASK).with("task_id", id(9)).with_word("control", "CONTROL_START");
        let outputs = fusion.feed(PEER, &message(NODE, "task", task.with("command", command), 1.0), at(1.0));
        assert!(matches!(&outputs[0], Output::Refused { what, .. } if *what == wanted), "{outputs:?}");
        assert_eq!(sent(&outputs)[0].word("task_status"), Some("TASK_STATUS_REJECTED"));
    }
}

#[test]
fn persons_are_dropped_at_the_door() {
    let mut fusion = joined();
    let outputs = fusion.feed(PEER, &message(NODE, "detection_report", detection(2, Some("Human")), 1.0), at(1.0));
    assert!(outputs.is_empty(), "{outputs:?}");
    assert_eq!(fusion.counts()["personal data refused"], 1);
    let outputs = fusion.feed(PEER, &message(NODE, "detection_report", detection(3, Some("Sea vessel")), 2.0), at(2.0));
    let [Output::Report(report)] = &outputs[..] else { panic!("{outputs:?}") };
    let Where::Estimate(place) = report.detection.place else { panic!() };
    assert!((place.centre.lon_deg() - 31.25 - 0.0128).abs() < 1e-4, "1 km east of the register's place: {place:?}");
    assert_eq!(report.detection.id.capture, Digest::of(&report.frame));
}

#[test]
fn what_is_left_out_of_a_report_is_not_in_its_frame_either() {
    let class = |name: &str, confidence: f32| {
        let class = Message::new(&m::DETECTION_REPORT_DETECTION_REPORT_CLASSIFICATION).with("type", name);
        class.with("confidence", confidence)
    };
    let report = detection(3, None).with("classification", class("Land vehicle", 0.8)).with("id", "AB-123");
    let report = report.with("classification", class("Human", 0.2));
    let mut fusion = joined();
    let outputs = fusion.feed(PEER, &message(NODE, "detection_report", report, 1.0), at(1.0));
    let [Output::Report(report)] = &outputs[..] else { panic!("{outputs:?}") };
    assert_eq!(report.detection.claimed_identity, None);
    let kept = String::from_utf8_lossy(&report.frame).into_owned();
    assert!(kept.contains("Land vehicle") && !kept.contains("Human") && !kept.contains("AB-123"), "{kept}");
    assert_eq!(report.detection.id.capture, Digest::of(&report.frame));
    let alert = Message::new(&m::ALERT).with("alert_id", id(5)).with("description", "Two persons at the gate");
    let outputs = fusion.feed(PEER, &message(NODE, "alert", alert, 2.0), at(2.0));
    assert!(matches!(&outputs[1], Output::Alert(alert) if alert.description.is_none()));
    assert_eq!(fusion.counts()["personal data refused"], 1);
}

#[test]
fn a_stranger_cannot_make_much_be_held() {
    let mut fusion = fusion();
    fusion.connected(PEER, at(0.0));
    fusion.feed(PEER, &(1_u32 << 20).to_le_bytes(), at(0.0));
    assert!(fusion.feed(PEER, &[0; 60_000], at(0.0)).is_empty());
    assert!(matches!(fusion.feed(PEER, &[0; 60_000], at(0.0))[..], [Output::Close { .. }]));
    let mut fusion = joined();
    fusion.feed(PEER, &(1_u32 << 20).to_le_bytes(), at(0.0));
    assert!(fusion.feed(PEER, &[0; 200_000], at(0.0)).is_empty());
}

#[test]
fn a_time_that_cannot_be_told_is_a_fault() {
    let time = Message::new(&m::TIMESTAMP).with("seconds", super::super::Value::Int64(i64::MAX));
    let envelope = Message::new(&m::SAPIENT_MESSAGE).with("timestamp", time).with("node_id", NODE);
    let mut fusion = joined();
    fusion.settings.age = AgeLimits { oldest_s: 1e30, ahead_s: 1e30 };
    let bytes = framed(&envelope.with("detection_report", detection(2, None)).encode());
    assert_eq!(sent(&fusion.feed(PEER, &bytes, at(1.0)))[0].kind().name, "Error");
}

#[test]
fn where_a_human_post_stands_is_not_kept() {
    let mut fusion = fusion();
    fusion.connected(PEER, at(0.0));
    fusion.feed(PEER, &message(NODE, "registration", registration("NODE_TYPE_HUMAN"), 0.0), at(0.0));
    let place = Message::new(&m::LOCATION).with("x", 30.0).with("y", 44.0);
    let place = place.with_word("coordinate_system", "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M");
    let report =
        status(2, "SYSTEM_OK", "INFO_NEW").with("node_location", place.with_word("datum", "LOCATION_DATUM_WGS84_E"));
    fusion.feed(PEER, &message(NODE, "status_report", report, 0.5), at(0.5));
    assert_eq!(fusion.nodes[NODE].node.fix.unwrap().place.centre.lat_deg(), 45.5);
}

#[test]
fn only_nodes_of_the_register_come_in_and_each_on_one_connection() {
    let mut fusion = joined();
    let stranger = "0b8e5c70-6b1f-4d55-8f0e-7f0a0f9d2c11";
    let outputs = fusion.feed(PEER, &message(stranger, "registration", registration("NODE_TYPE_RADAR"), 0.1), at(0.1));
    assert!(matches!(&outputs[0], Output::Refused { what: Refusal::NotInRegister, .. }));
    let second = PeerId(2);
    fusion.connected(second, at(0.2));
    let again = message(NODE, "registration", registration("NODE_TYPE_RADAR"), 0.3);
    let outputs = fusion.feed(second, &again, at(0.3));
    assert!(matches!(&outputs[0], Output::Refused { what: Refusal::NodeInUse, .. }));
    let outputs = fusion.feed(second, &message(NODE, "detection_report", detection(2, None), 0.4), at(0.4));
    assert_eq!(sent(&outputs)[0].kind().name, "Error");
    // The first connection is as good as dead: the node may come back on another.
    let again = message(NODE, "registration", registration("NODE_TYPE_RADAR"), 6.0);
    let outputs = fusion.feed(second, &again, at(6.0));
    assert!(matches!(&outputs[0], Output::Joined { .. }), "{outputs:?}");
    // A gateway: two nodes on one connection.
    let outputs = fusion.feed(second, &message(OTHER, "registration", registration("NODE_TYPE_RADAR"), 6.0), at(6.0));
    assert!(matches!(&outputs[0], Output::Joined { .. }));
    assert_eq!(fusion.registered().count(), 2);
    assert_eq!(outage_s(&fusion.closed(second, at(8.0))), 4.0);
    assert_eq!(fusion.registered().count(), 0);
}

#[test]
fn a_node_whose_register_entry_is_over_is_refused() {
    let mut entry = registered(NODE, "r-1");
    entry.sensor.valid = Span::new(at(-100.0), at(-1.0)).unwrap();
    let mut fusion =
        FusionNode::new(Settings { node_id: OWN.to_owned(), register: vec![entry], ..Settings::default() }).unwrap();
    fusion.connected(PEER, at(0.0));
    let outputs = fusion.feed(PEER, &message(NODE, "registration", registration("NODE_TYPE_RADAR"), 0.0), at(0.0));
    assert!(matches!(&outputs[0], Output::Refused { what: Refusal::NotInRegister, .. }));
}

#[test]
fn silence_is_an_outage_up_to_now_and_ends_with_the_next_word() {
    let mut fusion = joined();
    fusion.feed(PEER, &message(NODE, "status_report", status(2, "SYSTEM_OK", "INFO_NEW"), 1.0), at(1.0));
    assert_eq!(outage_s(&fusion.tick(at(15.9))), 0.0);
    let mut told_s = outage_s(&fusion.tick(at(16.1)));
    assert!((told_s - 15.1).abs() < 1e-6, "since it last spoke: {told_s}");
    for s in 17..40 {
        told_s += outage_s(&fusion.tick(at(f64::from(s))));
    }
    told_s += outage_s(&fusion.feed(
        PEER,
        &message(NODE, "status_report", status(3, "SYSTEM_OK", "INFO_UNCHANGED"), 41.0),
        at(41.0),
    ));
    assert!((told_s - 40.0).abs() < 1e-6, "{told_s}");
    assert_eq!(outage_s(&fusion.tick(at(42.0))), 0.0);
}

#[test]
fn a_fault_that_the_node_tells_lasts_until_it_says_that_it_is_well() {
    let mut fusion = joined();
    let say = |fusion: &mut FusionNode, n, system: &str, s| {
        outage_s(&fusion.feed(PEER, &message(NODE, "status_report", status(n, system, "INFO_NEW"), s), at(s)))
    };
    let mut told_s = say(&mut fusion, 2, "SYSTEM_ERROR", 1.0);
    told_s += outage_s(&fusion.feed(PEER, &message(NODE, "detection_report", detection(9, None), 2.0), at(2.0)));
    told_s += outage_s(&fusion.tick(at(7.0)));
    told_s += say(&mut fusion, 3, "SYSTEM_OK", 9.0);
    assert!((told_s - 8.0).abs() < 1e-6, "{told_s}");
    assert_eq!(say(&mut fusion, 4, "SYSTEM_GOODBYE", 10.0), 0.0);
    assert_eq!(fusion.registered().count(), 0);
    assert!((outage_s(&fusion.tick(at(20.0))) - 10.0).abs() < 1e-6);
}

#[test]
fn status_reports_must_not_contradict_the_last_one() {
    let mut fusion = joined();
    let mut say = |n, system: &str, info: &str| {
        sent(&fusion.feed(PEER, &message(NODE, "status_report", status(n, system, info), 1.0), at(1.0)))
    };
    assert_eq!(say(2, "SYSTEM_OK", "INFO_UNCHANGED").len(), 1);
    assert_eq!(say(3, "SYSTEM_OK", "INFO_NEW").len(), 0);
    assert_eq!(say(4, "SYSTEM_OK", "INFO_UNCHANGED").len(), 0);
    assert_eq!(say(5, "SYSTEM_WARNING", "INFO_UNCHANGED").len(), 1);
}

#[test]
fn reports_that_come_twice_or_too_soon_are_told_once() {
    let mut fusion = joined();
    let mut say = |n, s| {
        let outputs = fusion.feed(PEER, &message(NODE, "detection_report", detection(n, None), s), at(s));
        (outputs.iter().filter(|o| matches!(o, Output::Report(_))).count(), sent(&outputs).len())
    };
    assert_eq!(say(2, 1.0), (1, 0));
    assert_eq!(say(2, 2.0), (0, 0));
    assert_eq!(say(3, 1.05), (0, 1));
    assert_eq!(say(4, 1.2), (1, 0));
    assert_eq!(fusion.counts()["report id came before"], 1);
    assert_eq!(fusion.counts()["object reported too soon again"], 1);
}

#[test]
fn alerts_are_acknowledged() {
    let mut fusion = joined();
    let alert = Message::new(&m::ALERT).with("alert_id", id(3)).with_word("alert_type", "ALERT_TYPE_WARNING");
    let outputs = fusion.feed(PEER, &message(NODE, "alert", alert, 1.0), at(1.0));
    assert_eq!(sent(&outputs)[0].word("alert_ack_status"), Some("ALERT_ACK_STATUS_ACCEPTED"));
    assert!(matches!(&outputs[1], Output::Alert(alert) if alert.kind == Some("WARNING")));
}

#[test]
fn an_older_version_is_refused_by_name() {
    let mut fusion = fusion();
    fusion.connected(PEER, at(0.0));
    let old = registration("NODE_TYPE_RADAR").with("icd_version", "BSI Flex 335 v1.0");
    let outputs = fusion.feed(PEER, &message(NODE, "registration", old, 0.0), at(0.0));
    let ack = &sent(&outputs)[0];
    assert_eq!((ack.kind().name, ack.truth("acceptance")), ("RegistrationAck", Some(false)));
    assert!(ack.texts("ack_response_reason").next().unwrap().contains("Unsupported ICD version"));
}

#[test]
fn nonsense_is_answered_three_times_and_then_the_connection_is_closed() {
    let mut fusion = joined();
    let nonsense = framed(&[0xFF; 9]);
    let three: Vec<u8> = nonsense.repeat(4);
    let outputs = fusion.feed(PEER, &three, at(1.0));
    assert_eq!(sent(&outputs).len(), 3);
    assert!(matches!(outputs.last(), Some(Output::Close { .. })));
    assert!(fusion.feed(PEER, &nonsense, at(1.0)).is_empty());
    fusion.connected(PEER, at(2.0));
    let outputs = fusion.feed(PEER, &u32::MAX.to_le_bytes(), at(2.0));
    assert!(matches!(outputs[..], [Output::Close { .. }]), "{outputs:?}");
}

#[test]
fn a_flood_is_cut_to_the_pace_and_told_once_a_second() {
    let settings = Settings {
        node_id: OWN.to_owned(),
        register: vec![registered(NODE, "r-1")],
        messages_per_s: 10.0,
        ..Settings::default()
    };
    let mut fusion = FusionNode::new(settings).unwrap();
    fusion.connected(PEER, at(0.0));
    let flood = message(OTHER, "status_report", status(2, "SYSTEM_OK", "INFO_NEW"), 0.0).repeat(1000);
    let outputs = fusion.feed(PEER, &flood, at(0.0));
    assert_eq!(sent(&outputs).len(), 10);
    assert_eq!(fusion.counts()["too fast"], 990);
    let told =
        outputs.iter().filter(|o| matches!(o, Output::Problem(p) if p.message.starts_with("messages come"))).count();
    assert_eq!(told, 1);
    assert_eq!(sent(&fusion.feed(PEER, &flood, at(0.5))).len(), 5);
}

#[test]
fn the_register_is_checked_before_anybody_comes() {
    let twice = vec![registered(NODE, "a"), registered(NODE, "b")];
    assert!(FusionNode::new(Settings { node_id: OWN.to_owned(), register: twice, ..Settings::default() }).is_err());
    let bad = vec![registered("node-1", "a")];
    assert!(FusionNode::new(Settings { node_id: OWN.to_owned(), register: bad, ..Settings::default() }).is_err());
    assert!(FusionNode::new(Settings::default()).is_err());
}

#[test]
fn both_roles_speak_with_each_other() {
    let mut fusion = fusion();
    let mut edge = EdgeNode::new(profile(EdgeKind::Radar));
    fusion.connected(PEER, at(0.0));
    let mut to_fusion = edge.connected(at(0.0));
    let mut reports = Vec::new();
    for step in 0..20 {
        let now = at(0.5 * f64::from(step));
        to_fusion.extend(edge.tick(now).unwrap_or_default());
        to_fusion.extend(edge.report(&super::super::edge::tests::sighting(now), now).unwrap_or_default());
        let mut outputs = fusion.feed(PEER, &std::mem::take(&mut to_fusion), now);
        outputs.extend(fusion.tick(now));
        if step == 7 {
            outputs.extend(fusion.ask(NODE, &Request::Status, now).unwrap());
        }
        for output in outputs {
            match output {
                Output::Send { bytes, .. } => {
                    for event in edge.feed(&bytes, now) {
                        match event {
                            EdgeEvent::Send(bytes) => to_fusion.extend(bytes),
                            EdgeEvent::Accepted => {}
                            other => panic!("{other:?}"),
                        }
                    }
                }
                Output::Report(report) => reports.push(report),
                Output::Joined { .. } => {}
                Output::TaskAnswer { status, .. } => assert_eq!(status, "ACCEPTED"),
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(reports.len(), 19);
    let report = &reports[0];
    let wanted = super::super::edge::tests::sighting(at(0.5));
    let Where::Estimate(place) = report.detection.place else { panic!() };
    assert!((place.var_east_m2 - wanted.place.var_east_m2).abs() < 1e-6 * wanted.place.var_east_m2);
    assert_eq!(report.detection.phenomenon, truceline_domain::Phenomenon::DroneInFlight);
    assert!((report.detection.motion.unwrap().speed_mps - 20.0).abs() < 1e-9);
    assert!(reports.windows(2).all(|pair| pair[0].object_id == pair[1].object_id));
}
