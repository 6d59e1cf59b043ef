//! Recorded AIS sentences against the fields that another decoder read from them.

use crate::real_data::data;
use serde_json::Value;
use truceline_domain::Problems;
use truceline_intake::ais::{Body, Heard, each_message};

fn heard(bytes: &[u8]) -> (Vec<Heard>, Problems) {
    let (mut all, mut problems) = (Vec::new(), Problems::default());
    each_message(bytes, "f", &mut problems, &mut |heard| all.push(heard));
    (all, problems)
}

fn number(value: &Value, field: &str) -> f64 {
    value[field]
        .as_f64()
        .or_else(|| value[field].as_bool().map(|b| f64::from(u8::from(b))))
        .unwrap_or_else(|| panic!("{field}"))
}

fn assert_same(heard: &Heard, expected: &Value) {
    let message = &heard.message;
    assert_eq!(f64::from(message.kind), number(expected, "msg_type"));
    assert_eq!(f64::from(message.mmsi), number(expected, "mmsi"));
    assert_eq!(f64::from(message.repeat), number(expected, "repeat"));
    let near = |ours: Option<f64>, field: &str, missing: f64| {
        // A field that is cut off is not there; the other decoder reads what is left of it.
        if ours.is_some() || !message.is_short {
            assert!((ours.unwrap_or(missing) - number(expected, field)).abs() < 1e-6, "{field}: {ours:?} {expected}");
        }
    };
    match &message.body {
        Body::Position(p) => {
            near(p.status.map(f64::from), "status", -1.0);
            near(p.turn.map(f64::from), "turn", -128.0);
            near(p.speed_kt, "speed", 102.3);
            near(p.is_accurate.map(|b| f64::from(u8::from(b))), "accuracy", -1.0);
            near(p.lon_deg, "lon", 181.0);
            near(p.lat_deg, "lat", 91.0);
            near(p.course_deg, "course", 360.0);
            near(p.heading_deg.map(f64::from), "heading", 511.0);
            near(p.second.map(f64::from), "second", -1.0);
            near(p.manoeuvre.map(f64::from), "maneuver", -1.0);
            near(p.has_raim.map(|b| f64::from(u8::from(b))), "raim", -1.0);
            near(p.radio.map(f64::from), "radio", -1.0);
        }
        Body::Voyage(v) => {
            assert_eq!(v.callsign.as_deref(), expected["callsign"].as_str());
            assert_eq!(v.name.as_deref(), expected["shipname"].as_str());
            assert_eq!(v.destination.as_deref(), expected["destination"].as_str());
            let size = v.dimensions.unwrap();
            near(v.imo.map(f64::from), "imo", -1.0);
            near(v.version.map(f64::from), "ais_version", -1.0);
            near(v.ship_type.map(f64::from), "ship_type", -1.0);
            near(Some(f64::from(size.bow)), "to_bow", -1.0);
            near(Some(f64::from(size.stern)), "to_stern", -1.0);
            near(Some(f64::from(size.port)), "to_port", -1.0);
            near(Some(f64::from(size.starboard)), "to_starboard", -1.0);
            near(v.epfd.map(f64::from), "epfd", -1.0);
            let eta = v.eta.unwrap();
            for (part, field) in eta.into_iter().zip(["month", "day", "hour", "minute"]) {
                near(Some(f64::from(part)), field, -1.0);
            }
            near(v.draught_m, "draught", -1.0);
            near(v.dte.map(|b| f64::from(u8::from(b))), "dte", -1.0);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_message_is_read_as_another_decoder_reads_it() {
    for name in ["ais_test_messages", "messages.ais", "mixed.txt", "timestamped.ais"] {
        let Some(bytes) = data(&format!("protocols/ais/{name}")) else { return };
        let expected: Vec<Value> =
            serde_json::from_slice(&data(&format!("protocols/ais/{name}.decoded.json")).unwrap()).unwrap();
        let (heard, problems) = heard(&bytes);
        assert_eq!(heard.len(), expected.len(), "{name}: {:?}", problems.kept());
        heard.iter().zip(&expected).for_each(|(heard, expected)| assert_same(heard, expected));
    }
}

#[test]
fn gatehouse_times_go_to_the_next_sentence() {
    let Some(bytes) = data("protocols/ais/timestamped.ais") else { return };
    let times: Vec<_> = heard(&bytes).0.iter().map(|heard| heard.received_at.map(|at| at.to_string())).collect();
    let expected = [Some("2008-05-09T00:00:00.01Z"), None, Some("2009-05-09T00:00:00.01Z"), None];
    assert_eq!(times, expected.map(|at| at.map(str::to_owned)));
}

#[test]
fn every_recorded_sentence_is_a_message_part_of_one_or_a_problem() {
    let Some(bytes) = data("track/real/nmea/pyais_nmea_sample.txt") else { return };
    let text = String::from_utf8(bytes.clone()).unwrap();
    let n_lines = text.lines().filter(|line| line.starts_with('!')).count();
    let (heard, problems) = heard(&bytes);
    // Messages of type 5 and some others come in two sentences here.
    let n_parts: usize = text.lines().filter(|line| line.starts_with("!AIVDM,2,")).count();
    let lost = problems.kept().len();
    let lost_parts = problems.kept().iter().filter(|p| p.code == "lone_part").count();
    let n_joined = (n_parts - lost_parts) / 2;
    assert_eq!(heard.len() + n_joined + lost, n_lines, "{:?}", problems.counts());
    let n_empty = text.lines().filter(|line| line.split(',').nth(5) == Some("")).count();
    assert_eq!(problems.counts().get("empty_payload").copied(), Some(n_empty as u64));
    println!("{} messages, problems {:?}", heard.len(), problems.counts());
}
