//! AIS as it comes, in pieces of any size: parts of messages are joined across them.

use super::sentence::Joining;
use super::{Body, Heard, Reader};
use crate::stream::{Lines, Stream, Tally};
use crate::{Context, Record};
use std::collections::BTreeMap;
use truceline_domain::{Detection, Name, Problems};

/// The longest line, bytes.
const MAX_LINE: usize = 1024;

/// The decoder of one connection. It holds at most one line of 1024 bytes, the parts of 64 messages, 641 groups and the names
/// of 65,536 ships. A sentence that gives nothing is counted under the code that its problem has in a file; a last line
/// that ends without a checksum is `unfinished`.
///
/// ```
/// use truceline_intake::ais::Decoder;
///
/// let mut decoder = Decoder::new();
/// assert!(decoder.feed(b"!AIVDM,1,1,,A,15MrVH0000KH<:V:NtBLo").is_empty());
/// let heard = decoder.feed(b"qFP2H9:,0*2F\r\n");
/// assert_eq!(heard[0].message.mmsi, 366_913_120);
/// ```
#[derive(Default)]
pub struct Decoder {
    lines: Lines,
    joining: Joining,
    names: BTreeMap<u32, Name>,
    rejected: Tally,
    read: Tally,
}

impl Decoder {
    /// A new one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let (mut heard, joining) = (Vec::new(), &mut self.joining);
        self.lines.feed(bytes, MAX_LINE, &mut self.rejected, &mut |line, rejected| {
            heard.extend(of_line(joining, line, rejected));
        });
        self.counted(heard)
    }

    /// The stream has ended.
    pub fn end(&mut self) -> Vec<Heard> {
        let (mut heard, joining) = (Vec::new(), &mut self.joining);
        // A last line without an end may be cut, and without a checksum nothing tells.
        self.lines.finish(&mut self.rejected, &mut |line, rejected| match line.contains(&b'*') || line.is_empty() {
            true => heard.extend(of_line(joining, line, rejected)),
            false => rejected.add("unfinished"),
        });
        let mut problems = Problems::default();
        self.joining.end(&mut problems);
        problems.counts().iter().for_each(|(code, n)| self.rejected.add_n(code, *n));
        self.counted(heard)
    }

    fn counted(&mut self, heard: Vec<Heard>) -> Vec<Heard> {
        for one in &heard {
            self.read.add(match one.message.body {
                Body::Position(_) => "position",
                Body::Base(_) => "base_station",
                Body::Voyage(_) | Body::StaticB(_) => "static",
                Body::Aid(_) => "aid_to_navigation",
                Body::Raw => "raw",
            });
        }
        heard
    }

    /// The detection of a position; names that messages gave before are its note.
    pub fn detection(&mut self, heard: &Heard, context: &Context) -> Option<Detection> {
        let names = std::mem::take(&mut self.names);
        let mut reader = Reader { context, names, raw: BTreeMap::new(), n_untimed: 0 };
        let mut detection = reader.detection(heard);
        self.names = reader.names;
        // On a connection the moment of reception is known to a second.
        if let Some(detection) = detection.as_mut().filter(|_| heard.received_at.is_none()) {
            detection.time.sigma_s = detection.time.sigma_s.min(LIVE_SIGMA_S);
        }
        detection
    }
}

/// The error of the time of a report on a connection, s: the second of the minute is stated, its minute is that of the
/// reception.
const LIVE_SIGMA_S: f64 = 1.0;

fn of_line(joining: &mut Joining, line: &[u8], rejected: &mut Tally) -> Option<Heard> {
    let mut problems = Problems::default();
    let heard = joining.line(line, &mut problems);
    problems.counts().iter().for_each(|(code, n)| rejected.add_n(code, *n));
    heard
}

impl Stream for Decoder {
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) {
        for heard in self.feed(bytes) {
            self.detection(&heard, context).into_iter().for_each(|one| sink(Record::Detection(one)));
        }
    }

    fn finish(&mut self, context: &Context, sink: &mut dyn FnMut(Record)) {
        for heard in self.end() {
            self.detection(&heard, context).into_iter().for_each(|one| sink(Record::Detection(one)));
        }
    }

    fn rejected(&self) -> &Tally {
        &self.rejected
    }

    fn read(&self) -> &Tally {
        &self.read
    }
}
