//! The edge node: how this product hands what it knows on to a partner's fusion node, without the sockets.

use super::compose::{Envelope, ulid};
use super::framing::Frames;
use super::judge::{ICD_VERSION, faults};
use super::message::Message;
use super::schema::messages::*;
use truceline_domain::{LocalFrame, Motion, PlaceEstimate, Timestamp, Wgs84};

/// What an edge node says of itself. There is no kind among them that acts on anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// A radar.
    Radar,
    /// A camera.
    Camera,
    /// Microphones.
    Acoustic,
    /// Ground motion.
    Seismic,
    /// Passive radio.
    PassiveRadio,
    /// A fusion node that hands on what it made of others' reports.
    Fusion,
}

impl EdgeKind {
    fn word(self) -> &'static str {
        match self {
            Self::Radar => "NODE_TYPE_RADAR",
            Self::Camera => "NODE_TYPE_CAMERA",
            Self::Acoustic => "NODE_TYPE_ACOUSTIC",
            Self::Seismic => "NODE_TYPE_SEISMIC",
            Self::PassiveRadio => "NODE_TYPE_PASSIVE_RF",
            Self::Fusion => "NODE_TYPE_FUSION_NODE",
        }
    }
}

/// Who an edge node is.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its id: a UUID of version 4.
    pub node_id: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub kind: EdgeKind,
    /// How often it says that it is well, s.
    pub interval_s: f64,
    /// Where it stands, if that may be said.
    pub place: Option<Wgs84>,
    /// Who made it and what it is called.
    pub made_by: (String, String),
}

impl Profile {
    /// The registration that says all this: locations in degrees, one mode, no tasks but to send itself again.
    pub fn registration(&self) -> Message {
        let second = |s: f64| {
            Message::new(&REGISTRATION_DURATION).with_word("units", "TIME_UNITS_SECONDS").with("value", s as f32)
        };
        let place = Message::new(&REGISTRATION_LOCATION_TYPE)
            .with_word("location_units", "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M")
            .with_word("location_datum", "LOCATION_DATUM_WGS84_E");
        let region = Message::new(&REGISTRATION_REGION_DEFINITION)
            .with_word("region_type", "REGION_TYPE_AREA_OF_INTEREST")
            .with("region_area", place.clone());
        let speed = Message::new(&ENU_VELOCITY_UNITS).with_word("east_north_rate_units", "SPEED_UNITS_MS");
        let velocity = Message::new(&REGISTRATION_VELOCITY_TYPE)
            .with("enu_velocity_units", speed)
            .with_word("location_datum", "LOCATION_DATUM_WGS84_E");
        let mode = Message::new(&REGISTRATION_MODE_DEFINITION)
            .with("mode_name", "Default")
            .with_word("mode_type", "MODE_TYPE_PERMANENT")
            .with("settle_time", second(0.0))
            .with_word("tracking_type", "TRACKING_TYPE_TRACK")
            .with(
                "detection_definition",
                Message::new(&REGISTRATION_DETECTION_DEFINITION)
                    .with("location_type", place.clone())
                    .with("velocity_type", velocity),
            )
            .with("task", Message::new(&REGISTRATION_TASK_DEFINITION).with("region_definition", region));
        let status = Message::new(&REGISTRATION_STATUS_DEFINITION).with("status_interval", second(self.interval_s));
        let (manufacturer, model) = &self.made_by;
        let config = Message::new(&REGISTRATION_CONFIGURATION_DATA)
            .with("manufacturer", manufacturer.as_str())
            .with("model", model.as_str());
        Message::new(&REGISTRATION)
            .with(
                "node_definition",
                Message::new(&REGISTRATION_NODE_DEFINITION).with_word("node_type", self.kind.word()),
            )
            .with("icd_version", ICD_VERSION)
            .with("name", self.name.as_str())
            .with(
                "capabilities",
                Message::new(&REGISTRATION_CAPABILITY).with("category", "Reports").with("type", "Tracks"),
            )
            .with("status_definition", status.with("location_definition", place))
            .with("mode_definition", mode)
            .with("config_data", config)
    }
}

/// One report to hand on.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// The name of the track here; the same name gives the same object id.
    pub track: String,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: PlaceEstimate,
    /// Height above the ellipsoid, m.
    pub height_m: Option<f64>,
    /// Where it was moving.
    pub motion: Option<Motion>,
    /// What it is in the words of the standard's taxonomy, outermost first, and how sure that is, 0…1.
    pub class: Option<(Vec<String>, f64)>,
    /// The identity that it claims.
    pub claimed_identity: Option<String>,
    /// How sure its existence is, 0…1.
    pub existence: Option<f64>,
}

/// What comes of bytes from the fusion node.
#[derive(Clone, Debug, PartialEq)]
pub enum EdgeEvent {
    /// Send these bytes.
    Send(Vec<u8>),
    /// The registration was accepted: reports may follow.
    Accepted,
    /// The registration was refused.
    Refused(Vec<String>),
    /// A task was refused and the sender told; for the record.
    TaskRefused {
        /// The task.
        task_id: String,
        /// What it wanted, such as `follow`.
        what: &'static str,
    },
    /// An alert of ours was answered.
    AlertAnswered(String),
    /// The fusion node refused a message of ours.
    Error(Vec<String>),
    /// Bytes that cannot be read; close the connection when `is_fatal`.
    Problem {
        /// One sentence.
        why: String,
        /// True when nothing more can be read.
        is_fatal: bool,
    },
}

/// An edge node on one connection. Make a new one for each.
pub struct EdgeNode {
    profile: Profile,
    frames: Frames,
    is_accepted: bool,
    is_new: bool,
    n_reports: u64,
    status_at: Option<Timestamp>,
}

impl EdgeNode {
    /// Before anything was sent.
    pub fn new(profile: Profile) -> Self {
        Self { profile, frames: Frames::default(), is_accepted: false, is_new: true, n_reports: 0, status_at: None }
    }

    /// True once the fusion node accepted the registration.
    pub fn is_accepted(&self) -> bool {
        self.is_accepted
    }

    /// The first bytes: the registration.
    pub fn connected(&mut self, now: Timestamp) -> Vec<u8> {
        self.is_new = true;
        self.envelope(now).around("registration", self.profile.registration())
    }

    /// Bytes from the fusion node, in pieces of any size.
    pub fn feed(&mut self, bytes: &[u8], now: Timestamp) -> Vec<EdgeEvent> {
        let mut frames = std::mem::take(&mut self.frames);
        let mut events = Vec::new();
        frames.push(bytes);
        while let Some(frame) = frames.next_frame() {
            self.message(frame, now, &mut events);
        }
        if let Some(length) = frames.refused_length() {
            let why = format!("a message of {length} bytes was announced");
            events.push(EdgeEvent::Problem { why, is_fatal: true });
        }
        self.frames = frames;
        events
    }

    /// A status report when one is due; call it about ten times in an interval.
    pub fn tick(&mut self, now: Timestamp) -> Option<Vec<u8>> {
        let is_due = |at: Timestamp| now.duration_since(at).as_secs_f64() >= 0.8 * self.profile.interval_s;
        (self.is_accepted && self.status_at.is_none_or(is_due)).then(|| self.status("SYSTEM_OK", now))
    }

    /// The last message before an orderly end.
    pub fn goodbye(&mut self, now: Timestamp) -> Vec<u8> {
        self.is_new = true;
        self.status("SYSTEM_GOODBYE", now)
    }

    /// A report; `None` before the registration was accepted.
    pub fn report(&mut self, sighting: &Sighting, now: Timestamp) -> Option<Vec<u8>> {
        if !self.is_accepted {
            return None;
        }
        let report = Message::new(&DETECTION_REPORT)
            .with("report_id", self.next_id(now).as_str())
            .with("object_id", ulid(Timestamp::UNIX_EPOCH, &sighting.track).as_str())
            .with("location", location(sighting));
        let report = match sighting.existence {
            Some(share) => report.with("detection_confidence", share as f32),
            None => report,
        };
        let report = match &sighting.class {
            Some((words, confidence)) => with_class(report, words, *confidence),
            None => report,
        };
        let report = match sighting.motion {
            Some(motion) => report.with("enu_velocity", velocity(motion)),
            None => report,
        };
        let report = match &sighting.claimed_identity {
            Some(id) => report.with("id", id.as_str()),
            None => report,
        };
        Some(self.envelope(now).around("detection_report", report))
    }

    fn envelope(&self, at: Timestamp) -> Envelope<'_> {
        Envelope { from: &self.profile.node_id, to: None, at }
    }

    fn next_id(&mut self, now: Timestamp) -> String {
        self.n_reports += 1;
        ulid(now, &format!("{} {}", self.profile.node_id, self.n_reports))
    }

    fn status(&mut self, system: &str, now: Timestamp) -> Vec<u8> {
        let info = if std::mem::replace(&mut self.is_new, false) { "INFO_NEW" } else { "INFO_UNCHANGED" };
        self.status_at = Some(now);
        let report = Message::new(&STATUS_REPORT).with("report_id", self.next_id(now).as_str());
        let report = report.with_word("system", system).with_word("info", info).with("mode", "Default");
        let report = match self.profile.place.filter(|_| info == "INFO_NEW") {
            Some(place) => report.with("node_location", degrees(place)),
            None => report,
        };
        self.envelope(now).around("status_report", report)
    }

    fn message(&mut self, frame: &[u8], now: Timestamp, events: &mut Vec<EdgeEvent>) {
        let lost = |why: String| EdgeEvent::Problem { why, is_fatal: false };
        let message = match Message::decode(frame) {
            Ok(message) => message,
            Err(error) => return events.push(lost(format!("a message is no protobuf: {error}"))),
        };
        if let Some(fault) = faults(&message).into_iter().next() {
            return events.push(lost(format!("a message is not as the standard wants it: {fault}")));
        }
        if message.text("destination_id").is_some_and(|to| to != self.profile.node_id) {
            return events.push(lost("a message is for another node".to_owned()));
        }
        let content = message.which("content").map_or("", |field| field.name);
        let Some(inner) = message.message(content) else { return };
        let texts = |name| inner.texts(name).map(str::to_owned).collect::<Vec<_>>();
        match content {
            "registration_ack" if inner.truth("acceptance") == Some(true) => {
                self.is_accepted = true;
                events.push(EdgeEvent::Accepted);
            }
            "registration_ack" => events.push(EdgeEvent::Refused(texts("ack_response_reason"))),
            "error" => events.push(EdgeEvent::Error(texts("error_message"))),
            "alert_ack" => events.push(EdgeEvent::AlertAnswered(inner.text("alert_id").unwrap_or("").to_owned())),
            "task" => self.task(&message, inner, now, events),
            _ => events.push(lost(format!("a {content} is of no use to an edge node"))),
        }
    }

    /// Two requests are answered; everything else is refused.
    fn task(&mut self, message: &Message, task: &Message, now: Timestamp, events: &mut Vec<EdgeEvent>) {
        let command = task.message("command");
        let what = command.and_then(|command| command.which("command")).map_or("region", |field| field.name);
        let answer = match command.and_then(|command| command.text("request")) {
            Some("Registration") => Some(self.connected(now)),
            Some("Status") => {
                self.is_new = true;
                Some(self.status("SYSTEM_OK", now))
            }
            _ => None,
        };
        let task_id = task.text("task_id").unwrap_or("").to_owned();
        let envelope = Envelope { to: message.text("node_id"), ..self.envelope(now) };
        let Some(answer) = answer else {
            let reasons = ["this node takes no such task".to_owned()];
            events.push(EdgeEvent::Send(envelope.task_ack(&task_id, "TASK_STATUS_REJECTED", &reasons)));
            return events.push(EdgeEvent::TaskRefused { task_id, what });
        };
        events.push(EdgeEvent::Send(envelope.task_ack(&task_id, "TASK_STATUS_ACCEPTED", &[])));
        events.push(EdgeEvent::Send(answer));
    }
}

fn degrees(place: Wgs84) -> Message {
    let location = Message::new(&LOCATION).with("x", place.lon_deg()).with("y", place.lat_deg());
    let location = location.with_word("coordinate_system", "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M");
    location.with_word("datum", "LOCATION_DATUM_WGS84_E")
}

fn location(sighting: &Sighting) -> Message {
    let place = &sighting.place;
    let (deg_lat, deg_lon) = LocalFrame::about(place.centre).degrees_for_m(1.0);
    let location = degrees(place.centre)
        .with("x_error", place.var_east_m2.max(0.0).sqrt() * deg_lon)
        .with("y_error", place.var_north_m2.max(0.0).sqrt() * deg_lat);
    match sighting.height_m {
        Some(height_m) => location.with("z", height_m),
        None => location,
    }
}

fn velocity(motion: Motion) -> Message {
    let (sin, cos) = motion.course_deg.to_radians().sin_cos();
    let velocity = Message::new(&ENU_VELOCITY).with("east_rate", motion.speed_mps * sin);
    velocity.with("north_rate", motion.speed_mps * cos)
}

fn with_class(report: Message, words: &[String], confidence: f64) -> Message {
    let Some((outermost, inner)) = words.split_first() else { return report };
    let mut sub: Option<Message> = None;
    for (level, word) in (1_i32..).zip(inner).take(8).collect::<Vec<_>>().into_iter().rev() {
        let class = Message::new(&DETECTION_REPORT_SUB_CLASS).with("type", word.as_str()).with("level", level);
        let class = class.with("confidence", confidence as f32);
        sub = Some(match sub {
            Some(sub) => class.with("sub_class", sub),
            None => class,
        });
    }
    let class = Message::new(&DETECTION_REPORT_DETECTION_REPORT_CLASSIFICATION).with("type", outermost.as_str());
    let class = class.with("confidence", confidence as f32);
    report.with(
        "classification",
        match sub {
            Some(sub) => class.with("sub_class", sub),
            None => class,
        },
    )
}

#[cfg(test)]
#[path = "edge_tests.rs"]
pub(super) mod tests;
