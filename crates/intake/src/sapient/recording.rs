//! `sapient`: a recorded conversation, as the bytes of a connection or as lines of JSON.
//!
//! **What it is.** Messages behind their lengths, one after the other, of one node or many; or one JSON object a line: the
//! message in its JSON form, or an object that holds it as `hex` (protobuf without a length) or `json`.
//!
//! **What it gives.** A detection for each detection report (record numbers are message numbers from 0), and an outage for
//! each silence of more than three status intervals, each goodbye and each fault up to the node's next word. The first node
//! of the recording is the source itself; others are `source/node id`. How a node senses is what it registers; for a kind
//! of node that does not say it, the modality is telemetry.
//!
//! Everything else is as in a live conversation: see the page of the module above.

use super::framing::Frames;
use super::fusion::{Door, FusionNode, Output, PeerId, Settings};
use super::json::from_json;
use super::message::Message;
use crate::{Context, Record, SensorKind};
use serde_json::Value as Json;
use truceline_domain::{Problem, Problems, Timestamp};

/// The connection of a recording.
const PEER: PeerId = PeerId(0);
/// The longest line of JSON, bytes.
const MAX_LINE: usize = 4 << 20;

/// The format.
pub struct Sapient;

impl SensorKind for Sapient {
    fn name(&self) -> &'static str {
        "sapient"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        is_framed(head) || is_json(head)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let settings = Settings { least_gap_s: 0.0, ..Settings::default() };
        let door = Door::recording(context.source.clone(), context.owner.clone());
        let mut reader = Reader {
            context,
            node: FusionNode::with_door(settings, door),
            problems: Problems::default(),
            sink,
            n_messages: 0,
            warned: false,
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            reader.problem("empty", "the file has no content", None);
        } else if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
            reader.lines(bytes);
        } else {
            reader.frames(bytes);
        }
        reader.closing_words();
        reader.problems
    }
}

/// A length that fits, then the time and a node id as every message begins.
fn is_framed(head: &[u8]) -> bool {
    let Some((length, rest)) = head.split_first_chunk::<4>() else { return false };
    let length = u32::from_le_bytes(*length) as usize;
    let Some([0x0A, time]) = rest.first_chunk::<2>() else { return false };
    let node = rest.get(2 + usize::from(*time)..).unwrap_or(&[]);
    (40..=super::MAX_MESSAGE).contains(&length) && node.starts_with(&[0x12, 36])
}

fn is_json(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head.get(..4096).unwrap_or(head));
    let line = text.trim_start().lines().next().unwrap_or("");
    let contents = ["registration", "status_report", "detection_report", "alert", "task", "registration_ack", "error"];
    line.starts_with('{')
        && line.contains("\"node_id\"")
        && line.contains("\"timestamp\"")
        && contents.iter().any(|name| line.contains(&format!("\"{name}\"")))
}

struct Reader<'a> {
    context: &'a Context<'a>,
    node: FusionNode,
    problems: Problems,
    sink: &'a mut dyn FnMut(Record),
    n_messages: u32,
    warned: bool,
}

impl Reader<'_> {
    fn frames(&mut self, bytes: &[u8]) {
        let mut frames = Frames::default();
        for piece in bytes.chunks(super::MAX_MESSAGE) {
            frames.push(piece);
            while let Some(frame) = frames.next_frame() {
                self.message(frame, None);
            }
        }
        if let Some(length) = frames.refused_length() {
            let message = format!("a message of {length} bytes is announced; nothing after it is read");
            self.problem("bad_length", &message, None);
        } else if frames.n_waiting() > 0 {
            self.problem("truncated", "the file ends in the middle of a message", None);
        }
    }

    fn lines(&mut self, bytes: &[u8]) {
        for (number, line) in (1_u64..).zip(bytes.split(|byte| *byte == b'\n')) {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            match frame_of_line(line) {
                Ok(frame) => self.message(&frame, Some(number)),
                Err(why) => {
                    self.n_messages = self.n_messages.saturating_add(1);
                    self.problem("bad_line", &format!("the line is no message: {why}"), Some(number));
                }
            }
        }
    }

    fn message(&mut self, frame: &[u8], line: Option<u64>) {
        let id = self.context.id(self.n_messages);
        self.n_messages = self.n_messages.saturating_add(1);
        let at = Message::decode(frame).ok().and_then(|message| message.time("timestamp"));
        self.warn_if_late(at, line);
        let at = at.unwrap_or(self.context.received_at.min(LATEST));
        let outages = self.node.tick(at);
        let outputs = self.node.recorded(PEER, (frame, at), id);
        for output in outages.into_iter().chain(outputs) {
            self.take(output, line);
        }
    }

    fn take(&mut self, output: Output, line: Option<u64>) {
        match output {
            Output::Report(report) => (self.sink)(Record::Detection(report.detection)),
            Output::Outage(outage) => (self.sink)(Record::Outage(outage)),
            Output::Problem(problem) => {
                let problem = Problem { file: self.context.name.to_owned(), ..problem };
                self.problems.push(match line {
                    Some(line) => problem.at_line(line),
                    None => problem,
                });
            }
            Output::Refused { node_id, what, why } => {
                let problem =
                    Problem::warning(self.context.name, "refused", format!("refused, {}: {why}", what.word()));
                self.problems.push(problem.with_text(node_id.as_str()));
            }
            _ => {}
        }
    }

    /// A day is left for clocks and zones, as in the other formats.
    fn warn_if_late(&mut self, at: Option<Timestamp>, line: Option<u64>) {
        let is_late = |at: Timestamp| at.as_second().saturating_sub(self.context.received_at.as_second()) > 86_400;
        if at.is_some_and(is_late) && !self.warned {
            self.warned = true;
            let message = "a message speaks of a time after the capture was received";
            let problem = Problem::warning(self.context.name, "after_reception", message);
            self.problems.push(match line {
                Some(line) => problem.at_line(line),
                None => problem,
            });
        }
    }

    fn problem(&mut self, code: &'static str, message: &str, line: Option<u64>) {
        let problem = Problem::error(self.context.name, code, message);
        self.problems.push(match line {
            Some(line) => problem.at_line(line),
            None => problem,
        });
    }

    /// What was counted and not told yet.
    fn closing_words(&mut self) {
        let told = ["personal data refused", "report id came before", "person among the classes"];
        let counts = self.node.counts();
        let also = "identity of a thing that is no craft";
        let words: Vec<String> = told
            .into_iter()
            .chain([also])
            .filter_map(|what| counts.get(what).map(|n| format!("{what}: {n}")))
            .collect();
        if !words.is_empty() {
            let message = format!("not everything was kept ({})", words.join(", "));
            self.problems.push(Problem::warning(self.context.name, "left_out", message));
        }
    }
}

/// The time of a message without one, when nobody knows when the capture came: there is no later time to reckon with.
const LATEST: Timestamp = Timestamp::UNIX_EPOCH;

fn frame_of_line(line: &[u8]) -> Result<Vec<u8>, String> {
    if line.len() > MAX_LINE {
        return Err(format!("it is longer than {MAX_LINE} bytes"));
    }
    let json: Json = serde_json::from_slice(line).map_err(|error| format!("it is no JSON ({error})"))?;
    if let Some(hex) = json.get("hex").and_then(Json::as_str) {
        return bytes_of_hex(hex).ok_or_else(|| "`hex` is no pairs of hex digits".to_owned());
    }
    from_json(json.get("json").unwrap_or(&json)).map(|message| message.encode())
}

fn bytes_of_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
#[path = "recording_tests.rs"]
mod tests;
