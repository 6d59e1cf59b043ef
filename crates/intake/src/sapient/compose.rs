//! The messages that are sent from here.

use super::framing::framed;
use super::message::{Message, timestamp};
use super::schema::messages::{
    ALERT_ACK, ERROR, LOCATION_OR_RANGE_BEARING, RANGE_BEARING_CONE, REGISTRATION_ACK, SAPIENT_MESSAGE, TASK, TASK_ACK,
    TASK_COMMAND,
};
use truceline_domain::{Digest, Timestamp};

/// Who writes to whom and when.
#[derive(Clone, Copy)]
pub(super) struct Envelope<'a> {
    pub(super) from: &'a str,
    pub(super) to: Option<&'a str>,
    pub(super) at: Timestamp,
}

impl Envelope<'_> {
    /// The message with its length, ready to be sent.
    pub(super) fn around(&self, content: &str, message: Message) -> Vec<u8> {
        let envelope = Message::new(&SAPIENT_MESSAGE).with("timestamp", timestamp(self.at)).with("node_id", self.from);
        let envelope = match self.to {
            Some(to) => envelope.with("destination_id", to),
            None => envelope,
        };
        framed(&envelope.with(content, message).encode())
    }

    pub(super) fn registration_ack(&self, reasons: &[String]) -> Vec<u8> {
        let ack = Message::new(&REGISTRATION_ACK).with("acceptance", reasons.is_empty());
        self.around("registration_ack", with_texts(ack, "ack_response_reason", reasons))
    }

    pub(super) fn alert_ack(&self, alert_id: &str) -> Vec<u8> {
        let ack = Message::new(&ALERT_ACK).with("alert_id", alert_id);
        self.around("alert_ack", ack.with_word("alert_ack_status", "ALERT_ACK_STATUS_ACCEPTED"))
    }

    pub(super) fn task_ack(&self, task_id: &str, status: &str, reasons: &[String]) -> Vec<u8> {
        let ack = Message::new(&TASK_ACK).with("task_id", task_id).with_word("task_status", status);
        self.around("task_ack", with_texts(ack, "reason", reasons))
    }

    pub(super) fn error(&self, packet: &[u8], faults: &[String]) -> Vec<u8> {
        let error = Message::new(&ERROR).with("packet", packet.to_vec());
        self.around("error", with_texts(error, "error_message", faults))
    }
}

fn with_texts(message: Message, name: &str, texts: &[String]) -> Message {
    texts.iter().fold(message, |message, text| message.with(name, text.as_str()))
}

/// How much of something a task asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// Everything that this product may ask of a node. There is no way to say more: nothing here moves a node, follows an
/// object or acts on one.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Send the registration again.
    Registration,
    /// Send a status report now.
    Status,
    /// How sure detections must be.
    DetectionThreshold(Level),
    /// How often detections come.
    ReportRate(Level),
    /// How sure classes must be.
    ClassificationThreshold(Level),
    /// Take up a mode that the node registered.
    Mode(String),
    /// Turn a camera.
    LookAt {
        /// Degrees clockwise from true north.
        azimuth_deg: f64,
        /// Degrees above the horizon.
        elevation_deg: f64,
        /// Width of the view, degrees.
        width_deg: f64,
    },
}

impl Request {
    pub(super) fn task(&self, task_id: &str) -> Message {
        let task = Message::new(&TASK).with("task_id", task_id).with_word("control", "CONTROL_START");
        task.with("command", self.command())
    }

    fn command(&self) -> Message {
        let command = Message::new(&TASK_COMMAND);
        match self {
            Self::Registration => command.with("request", "Registration"),
            Self::Status => command.with("request", "Status"),
            Self::DetectionThreshold(level) => command.with_word("detection_threshold", level.word()),
            Self::ReportRate(level) => command.with_word("detection_report_rate", level.word()),
            Self::ClassificationThreshold(level) => command.with_word("classification_threshold", level.word()),
            Self::Mode(name) => command.with("mode_change", name.as_str()),
            Self::LookAt { azimuth_deg, elevation_deg, width_deg } => {
                let cone = Message::new(&RANGE_BEARING_CONE).with("elevation", *elevation_deg);
                let cone = cone.with("azimuth", *azimuth_deg).with("horizontal_extent", *width_deg);
                let cone = cone.with_word("coordinate_system", "RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M");
                let cone = cone.with_word("datum", "RANGE_BEARING_DATUM_TRUE");
                command.with("look_at", Message::new(&LOCATION_OR_RANGE_BEARING).with("range_bearing", cone))
            }
        }
    }
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Low => "DISCRETE_THRESHOLD_LOW",
            Self::Medium => "DISCRETE_THRESHOLD_MEDIUM",
            Self::High => "DISCRETE_THRESHOLD_HIGH",
        }
    }
}

/// A ULID of a time and of what the caller says, the same every time: the first 48 bits are the time in milliseconds,
/// the other 80 come from a digest in the place of random ones.
///
/// # Source
/// The ULID specification: Crockford's base 32, 26 characters, the first no more than 7.
pub fn ulid(at: Timestamp, seed: &str) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let millis = u128::try_from(at.as_millisecond().max(0)).unwrap_or(0) & 0xFFFF_FFFF_FFFF;
    let digest = Digest::of(format!("{} {seed}", at.as_nanosecond()).as_bytes());
    let tail = digest.0.iter().take(10).fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let value = millis << 80 | tail;
    let letter = |n: u32| LETTERS.get((value >> (5 * n) & 31) as usize).copied().map_or('0', char::from);
    (0..26).rev().map(letter).collect()
}

/// The 128 bits of a ULID; 0 for a text that is none.
pub(super) fn ulid_bits(text: &str) -> u128 {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'H' => byte - b'A' + 10,
        b'J' | b'K' => byte - b'J' + 18,
        b'M' | b'N' => byte - b'M' + 20,
        b'P'..=b'T' => byte - b'P' + 22,
        b'V'..=b'Z' => byte - b'V' + 27,
        _ => 0,
    };
    text.bytes().take(26).fold(0, |sum, byte| sum << 5 | u128::from(digit(byte)))
}
