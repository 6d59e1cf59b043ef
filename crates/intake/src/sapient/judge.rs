//! Whether a message is as the standard wants it: one sentence for each fault, with the path of the field.
//!
//! The set of checks, their order and their words are those of the public Apex middleware, so that a fault reads the
//! same whichever of the two found it.
//!
//! # Source
//! BSI Flex 335 v2.0 (what is mandatory); the checks of the Apex middleware 4.2, Apache-2.0 (which are made by default).

use super::message::{Message, Value};
use super::schema::{Field, Form, IdForm, Label};
use super::wire::{Reader, WireType};
use std::fmt::Write as _;
use truceline_domain::Timestamp;

/// The version of the standard that is spoken here.
pub const ICD_VERSION: &str = "BSI Flex 335 v2.0";
/// The most faults that are told of one message.
const MAX_FAULTS: usize = 50;
/// The most characters of an offending id that are shown.
const MAX_SHOWN: usize = 120;

/// How far a message's time may lie from the clock here, s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeLimits {
    /// Oldest, s. Use minutes for radio links that store and forward.
    pub oldest_s: f64,
    /// Farthest ahead, s.
    pub ahead_s: f64,
}

impl Default for AgeLimits {
    fn default() -> Self {
        Self { oldest_s: 0.9, ahead_s: 0.1 }
    }
}

/// The faults of a message by its form alone; none when it is valid.
pub fn faults(message: &Message) -> Vec<String> {
    let mut judge = Judge { faults: Vec::new(), path: Vec::new() };
    judge.message(message);
    judge.faults
}

/// What is wrong with the time of a message that came at `received_at`.
pub fn age_fault(message: &Message, received_at: Timestamp, limits: AgeLimits) -> Option<String> {
    // A message without a time counts as sent in 1970, as the middleware has it.
    let at = message.time("timestamp").unwrap_or(Timestamp::UNIX_EPOCH);
    let micros = |at: Timestamp| at.as_microsecond();
    let ahead_us = micros(at) - micros(received_at);
    let (low_us, high_us) = ((-limits.oldest_s * 1e6).round() as i64, (limits.ahead_s * 1e6).round() as i64);
    let told = |sign, limit| {
        format!(
            "(root) (message timestamp reasonable): Timestamp delta {} {sign} {}",
            shown_us(ahead_us),
            shown_us(limit)
        )
    };
    if ahead_us < low_us { Some(told('<', low_us)) } else { (ahead_us > high_us).then(|| told('>', high_us)) }
}

/// A length of time such as `-0:00:02.300000` or `2 days, 1:00:00`.
fn shown_us(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    let (s, us) = (us.unsigned_abs() / 1_000_000, us.unsigned_abs() % 1_000_000);
    let days = match s / 86_400 {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        n => format!("{n} days, "),
    };
    let fraction = if us == 0 { String::new() } else { format!(".{us:06}") };
    format!("{sign}{days}{}:{:02}:{:02}{fraction}", s % 86_400 / 3600, s % 3600 / 60, s % 60)
}

/// True for a UUID of version 4, lower case, with dashes.
pub fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(n, byte)| match n {
            8 | 13 | 18 | 23 => *byte == b'-',
            14 => *byte == b'4',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// True for a ULID in upper case.
pub fn is_ulid(text: &str) -> bool {
    let is_crockford =
        |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'H' | b'J' | b'K' | b'M' | b'N' | b'P'..=b'T' | b'V'..=b'Z');
    text.len() == 26
        && text.bytes().next().is_some_and(|first| first <= b'7')
        && text.as_bytes().iter().all(is_crockford)
}

/// Where the judge stands and what was found.
struct Judge {
    faults: Vec<String>,
    path: Vec<Step>,
}

#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Index(usize),
}

impl Judge {
    fn fault(&mut self, check: &str, message: &str) {
        if self.faults.len() >= MAX_FAULTS {
            return;
        }
        let mut text = String::new();
        for step in &self.path {
            let dot = if text.is_empty() { "" } else { "." };
            let _ = match step {
                Step::Field(name) => write!(text, "{dot}{name}"),
                Step::Index(n) => write!(text, "{dot}{n}"),
            };
        }
        let path = if text.is_empty() { "(root)" } else { &text };
        self.faults.push(format!("{path} ({check}): {message}"));
    }

    fn message(&mut self, message: &Message) {
        if !message.unknown().is_empty() {
            self.unknown_fields(message.unknown());
        }
        let kind = message.kind();
        for one_of in kind.one_ofs.iter().filter(|one_of| one_of.is_mandatory) {
            if message.which(one_of.name).is_none() {
                self.fault("mandatory oneof present", &format!("Missing mandatory OneOf field: {}", one_of.name));
            }
        }
        for (index, field) in kind.fields.iter().enumerate() {
            self.path.push(Step::Field(field.name));
            self.field(field, message.slot(index));
            self.path.pop();
        }
    }

    fn field(&mut self, field: &'static Field, values: &[Value]) {
        let is_repeated = field.label == Label::Repeated;
        if field.is_mandatory && values.is_empty() {
            let (check, what) = if is_repeated {
                ("mandatory repeated present", "Missing mandatory repeated field")
            } else {
                ("mandatory fields present", "Missing mandatory field")
            };
            self.fault(check, &format!("{what}: {}", field.name));
        }
        for (n, value) in values.iter().enumerate() {
            match value {
                Value::Text(text) => self.text(field, text),
                // Lists of numbers are not checked: a newer kind of region does not spoil a registration.
                Value::Enum(number) if !is_repeated => self.number_of_list(field, *number),
                Value::Message(message) if !std::ptr::eq(message.kind(), &super::schema::messages::TIMESTAMP) => {
                    if is_repeated {
                        self.path.push(Step::Index(n));
                    }
                    self.message(message);
                    if is_repeated {
                        self.path.pop();
                    }
                }
                _ => {}
            }
        }
    }

    fn text(&mut self, field: &Field, text: &str) {
        if field.name == "icd_version" && text.replace('_', " ") != ICD_VERSION {
            let message = format!("Unsupported ICD version: {}: {}", field.name, cut(text));
            self.fault("supported icd version", &message);
        }
        match field.id {
            Some(IdForm::Uuid) if !is_uuid(text) => {
                self.fault("id format valid", &format!("Invalid UUID: {}", cut(text)));
            }
            Some(IdForm::Ulid) if !is_ulid(text) => {
                self.fault("id format valid", &format!("Invalid ULID: {}", cut(text)));
            }
            _ => {}
        }
    }

    fn number_of_list(&mut self, field: &Field, number: i32) {
        if let Form::Enum(words) = field.form
            && words.word(number).is_none()
        {
            self.fault("no unknown enum values", &format!("Unknown enum value: {number}"));
        }
    }

    fn unknown_fields(&mut self, bytes: &[u8]) {
        let mut reader = Reader { rest: bytes };
        while let Ok((number, wire_type)) = reader.tag() {
            let Some(shown) = shown_unknown(&mut reader, wire_type) else { return };
            self.fault("no unknown fields", &format!("Unknown field number: {number}, {shown}"));
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}

/// A field that is not known, as everything that its bytes could mean.
fn shown_unknown(reader: &mut Reader, wire_type: WireType) -> Option<String> {
    Some(match wire_type {
        WireType::Varint => {
            let raw = reader.varint().ok()?;
            format!(
                "type: 0 (varint), data: {raw}{}",
                if raw >> 63 == 1 { format!(" or {}", raw as i64) } else { String::new() }
            )
        }
        WireType::Fixed64 => {
            let bytes = reader.array::<8>().ok()?;
            format!("type: 1 (i64), data: {} or float {}", u64::from_le_bytes(bytes), f64::from_le_bytes(bytes))
        }
        WireType::Fixed32 => {
            let bytes = reader.array::<4>().ok()?;
            format!("type: 5 (i32), data: {} or float {}", u32::from_le_bytes(bytes), f32::from_le_bytes(bytes))
        }
        WireType::Bytes => {
            let bytes = reader.bytes().ok()?;
            let head = bytes.get(..20).unwrap_or(bytes);
            let hex: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
            let ascii: String =
                head.iter().map(|byte| if (32..128).contains(byte) { char::from(*byte) } else { '_' }).collect();
            let more = if bytes.len() > 20 { " ..." } else { "" };
            format!("type: 2 (len), data: ({} bytes) {}{more}; ascii \"{ascii}\"{more}", bytes.len(), hex.join(" "))
        }
    })
}

/// True when two fields of two messages hold the same.
pub(super) fn same(a: &Message, b: &Message, name: &str) -> bool {
    a.all(name) == b.all(name)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
