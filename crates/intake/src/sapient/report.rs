//! From a detection report to a record.

use super::classes::{Class, Classes, classes, is_person};
use super::message::{Message, Value};
use super::node::Node;
use super::place::{Height, Sight, fix, lead, sight};
use truceline_domain::{
    Count, Detection, DetectionId, Digest, Known, Means, Measured, Motion, Name, NotKnownReason, Phenomenon,
    TimeEstimate, Timestamp, Where,
};

/// Standard deviation of a message's time, s: the clocks of nodes may run ahead by this before they are refused.
const TIME_SIGMA_S: f64 = 0.1;
/// The highest speed that is taken, m/s; beyond it the numbers are no velocity of anything in the air or below.
const MAX_SPEED_MPS: f64 = 12_000.0;

/// A velocity over ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Velocity {
    /// To the east, m/s; an error that is not told is 0.
    pub east_mps: Measured,
    /// To the north, m/s.
    pub north_mps: Measured,
    /// Upwards, m/s.
    pub up_mps: Option<Measured>,
}

/// A detection with everything that its node measured, for the tracker.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The node.
    pub node_id: Name,
    /// The report's own id.
    pub report_id: Name,
    /// The node's id of the object: the same from report to report as long as the node tracks it. It is a label of the
    /// sensor, no identity.
    pub object_id: Name,
    /// The record.
    pub detection: Detection,
    /// Height, if told.
    pub height: Option<Height>,
    /// The reading, when the node gave a direction and not a place.
    pub sight: Option<Sight>,
    /// Velocity, if told.
    pub velocity: Option<Velocity>,
    /// How sure the node is that something is there, 0…1.
    pub confidence: Option<f64>,
    /// What it may be, likeliest first; persons are left out.
    pub classes: Vec<Class>,
    /// The message as it came, without its length; when persons or an identity were left out of it, the message without
    /// them. Keep this, not the bytes of the connection. A live detection is named by its digest.
    pub frame: Vec<u8>,
}

/// What a detection report comes to.
pub(super) enum Taken {
    /// A person: nothing is kept.
    Person,
    /// A record, sentences about what of it could not be used, and what was left out.
    Thing { report: Box<Report>, warnings: Vec<String>, left_out: Vec<&'static str> },
}

/// Reads the detection report of a message from a node.
pub(super) fn take(
    (message, report): (&Message, &Message),
    node: &Node,
    (at, id, frame): (Timestamp, Option<DetectionId>, &[u8]),
) -> Taken {
    let Classes::Things { classes, n_persons } = classes(report) else { return Taken::Person };
    let mut warnings = Vec::new();
    let mut left_out = vec!["person among the classes"; n_persons];
    let class = classes.first();
    let phenomenon = class.map_or(Phenomenon::Other, |class| class.phenomenon);
    let velocity = velocity(report, node.facts.speed_mps);
    let (place, sight, height) = place(report, node, &mut warnings);
    let object_id: Name = report.text("object_id").unwrap_or("").into();
    let claimed_identity = claim(report, phenomenon, &mut left_out);
    let frame = if left_out.is_empty() { frame.to_vec() } else { redacted(message, report, &claimed_identity) };
    let detection = Detection {
        id: id.unwrap_or_else(|| DetectionId { capture: Digest::of(&frame), record: 0 }),
        sensor: node.sensor.clone(),
        owner: node.owner.clone(),
        modality: node.modality,
        means: Means::Recorded,
        phenomenon,
        time: TimeEstimate::instant(at, TIME_SIGMA_S),
        place,
        count: Known::Known(Count::exactly(1)),
        weapon: class.and_then(|class| class.weapon).map_or(Known::NotKnown(NotKnownReason::NotStated), Known::Known),
        origin: None,
        motion: velocity.map(|velocity| motion(&velocity)),
        claimed_identity,
        dependence: Some(dependence(report, node, &object_id)),
        note: class.map(|class| Name::from(class.words.as_str())),
    };
    let confidence = report.number("detection_confidence").filter(|share| (0.0..=1.0).contains(share));
    let report_id = report.text("report_id").unwrap_or("").into();
    let node_id = node.id.clone();
    let report =
        Report { node_id, report_id, object_id, detection, height, sight, velocity, confidence, classes, frame };
    Taken::Thing { report: Box::new(report), warnings, left_out }
}

fn place(report: &Message, node: &Node, warnings: &mut Vec<String>) -> (Where, Option<Sight>, Option<Height>) {
    let lost = |why: &str, warnings: &mut Vec<String>| {
        warnings.push(format!("the place of the report is not read: {why}"));
        Where::NotKnown(NotKnownReason::Unreadable)
    };
    if let Some(location) = report.message("location") {
        return match fix(location) {
            Ok(fix) => (Where::Estimate(fix.place), None, fix.height),
            Err(why) => (lost(why, warnings), None, None),
        };
    }
    let Some(reading) = report.message("range_bearing") else {
        return (Where::NotKnown(NotKnownReason::NotStated), None, None);
    };
    let seen = match sight(reading, node.fix.map(|fix| fix.place.centre), node.north) {
        Ok(seen) => seen,
        Err(why) => return (lost(why, warnings), None, None),
    };
    match &node.fix {
        Some(fix) => (lead(&seen, fix), Some(seen), None),
        None => {
            warnings.push("the place of the node is not known, so its directions lead nowhere".to_owned());
            (Where::NotKnown(NotKnownReason::Technical), Some(seen), None)
        }
    }
}

fn velocity(report: &Message, unit_mps: f64) -> Option<Velocity> {
    let velocity = report.message("enu_velocity")?;
    let rate = |name: &str, error: &str| {
        let value = velocity.number(name).map(|value| value * unit_mps).filter(|value| value.abs() <= MAX_SPEED_MPS)?;
        let sigma = velocity.number(error).map(|sigma| sigma * unit_mps);
        let sigma = sigma.filter(|sigma| sigma.is_finite() && *sigma >= 0.0);
        Some(Measured { value, sigma: sigma.unwrap_or(0.0) })
    };
    Some(Velocity {
        east_mps: rate("east_rate", "east_rate_error")?,
        north_mps: rate("north_rate", "north_rate_error")?,
        up_mps: rate("up_rate", "up_rate_error"),
    })
}

fn motion(velocity: &Velocity) -> Motion {
    let (east, north) = (velocity.east_mps.value, velocity.north_mps.value);
    Motion { speed_mps: east.hypot(north), course_deg: east.atan2(north).to_degrees().rem_euclid(360.0) }
}

/// What the object says that it is, for craft that may be asked: the plate of a car leads to a person.
fn claim(report: &Message, phenomenon: Phenomenon, left_out: &mut Vec<&'static str>) -> Option<Name> {
    let id = report.text("id").filter(|id| !id.is_empty())?;
    let has_no_class = report.all("classification").is_empty();
    let may_claim = matches!(phenomenon, Phenomenon::DroneInFlight | Phenomenon::AircraftInFlight | Phenomenon::Vessel);
    if may_claim || has_no_class {
        Some(Name::from(id.chars().take(64).collect::<String>()))
    } else {
        left_out.push("identity of a thing that is no craft");
        None
    }
}

/// The message without the persons among its classes and without an identity that is not kept.
fn redacted(message: &Message, report: &Message, claimed_identity: &Option<Name>) -> Vec<u8> {
    let is_thing = |value: &Value| !matches!(value, Value::Message(class) if is_person(class));
    let report = report.clone().keeping("classification", is_thing);
    let report = if claimed_identity.is_none() { report.keeping("id", |_| false) } else { report };
    message.clone().with("detection_report", report).encode()
}

/// Reports of one object by one node are one source; a report that another node's made is that one's.
fn dependence(report: &Message, node: &Node, object_id: &Name) -> Name {
    let derived = report.messages("derived_detection").next();
    match derived.and_then(|derived| derived.text("node_id").zip(derived.text("object_id"))) {
        Some((node_id, object_id)) => Name::from(format!("sapient {node_id} {object_id}")),
        None => Name::from(format!("sapient {} {object_id}", node.id)),
    }
}
