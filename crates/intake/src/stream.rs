//! Formats that come as a stream, in pieces of any size: what all their decoders have in common.
//!
//! A [`Stream`] holds what one connection needs: the bytes of an unfinished message, the aircraft that were heard before,
//! counters. The same decoder reads files, so a file and a connection that carry the same bytes give the same records.
//! Buffers have an upper bound; each decoder says which.

use crate::{Context, Record, kinds};
use std::collections::BTreeMap;
use truceline_domain::{
    Count, Detection, Known, Means, Modality, Motion, Name, NotKnownReason, Phenomenon, Problem, Problems,
    TimeEstimate, Where,
};

/// How often each thing happened: the reasons for which messages were refused, or the kinds of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, u64>);

/// The reason under which data about persons are refused.
pub const PERSONAL: &str = "personal_data_refused";

impl Tally {
    /// One more.
    pub fn add(&mut self, reason: &'static str) {
        self.add_n(reason, 1);
    }

    /// `n` more.
    pub fn add_n(&mut self, reason: &'static str, n: u64) {
        if n > 0 {
            let count = self.0.entry(reason).or_default();
            *count = count.saturating_add(n);
        }
    }

    /// All of another.
    pub fn absorb(&mut self, other: &Self) {
        other.0.iter().for_each(|(reason, n)| self.add_n(reason, *n));
    }

    /// How often.
    pub fn of(&self, reason: &str) -> u64 {
        self.0.get(reason).copied().unwrap_or(0)
    }

    /// All together.
    pub fn total(&self) -> u64 {
        self.0.values().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Reasons and counts, by name.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.0
    }
}

/// A decoder of one connection.
pub trait Stream: Send {
    /// Takes the next bytes, which came at `context.received_at`; records go into `sink`. Record numbers count on from the
    /// begin of the stream, so that a record's id is unique whether each piece is a capture of its own or not.
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record));

    /// The stream has ended: gives what was held back and counts what was unfinished.
    fn finish(&mut self, context: &Context, sink: &mut dyn FnMut(Record));

    /// Why messages gave nothing, and how often.
    fn rejected(&self) -> &Tally;

    /// How many messages were read, of each kind.
    fn read(&self) -> &Tally;
}

/// A new decoder of that format; `None` when the format is not one that comes as a stream.
///
/// ```
/// use truceline_intake::{Context, stream};
///
/// let mut stream = stream::named("adsb").unwrap();
/// let context = Context::new(b"", "receiver", "adsb-1", "mission");
/// stream.feed(b"*8D4840D6202CC371C32CE0576098;\n*8D4840D6202CC371C3", &context, &mut |_| {});
/// assert_eq!((stream.read().of("identification"), stream.rejected().total()), (1, 0));
/// stream.finish(&context, &mut |_| {});
/// assert_eq!(stream.rejected().of("unfinished"), 1);
/// ```
pub fn named(kind: &str) -> Option<Box<dyn Stream>> {
    kinds::stream(kind)
}

/// Reads a whole file as one stream; each reason is one problem with its count.
pub(crate) fn whole(
    stream: &mut dyn Stream,
    bytes: &[u8],
    context: &Context,
    sink: &mut dyn FnMut(Record),
) -> Problems {
    stream.feed(bytes, context, sink);
    stream.finish(context, sink);
    let mut problems = Problems::default();
    if stream.read().total() == 0 {
        let problem = Problem::error(context.name, "no_messages", "the file holds no message of this format");
        problems.push(problem.with_hint("check the kind of the feed, or fetch the file again"));
    }
    for (reason, n) in stream.rejected().counts() {
        let message = format!("{n} times: {}", explained(reason));
        problems.push(Problem::warning(context.name, reason, message));
    }
    problems
}

/// The words for a reason.
fn explained(reason: &str) -> String {
    let words = match reason {
        PERSONAL => "data about a person; they were dropped",
        "garbage" => "bytes that belong to no message",
        "unfinished" => "the stream ended within a message",
        "too_long" => "a message was longer than any may be",
        _ => return reason.replace('_', " "),
    };
    words.to_owned()
}

/// What a cooperative report says, before it is a detection.
pub(crate) struct Sighting {
    pub modality: Modality,
    pub phenomenon: Phenomenon,
    pub time: TimeEstimate,
    pub place: Where,
    pub motion: Option<Motion>,
    pub identity: Option<Name>,
    pub note: Option<Name>,
}

impl Sighting {
    /// Reports with the same claimed identity come from one transmitter, so they count as one source.
    pub(crate) fn detection(self, context: &Context, record: u32) -> Detection {
        let motion = self.motion.filter(|motion| motion.speed_mps.is_finite() && motion.course_deg.is_finite());
        Detection {
            id: context.id(record),
            sensor: context.source.clone(),
            owner: context.owner.clone(),
            modality: self.modality,
            means: Means::Recorded,
            phenomenon: self.phenomenon,
            time: self.time,
            place: self.place,
            count: Known::Known(Count::exactly(1)),
            weapon: Known::NotKnown(NotKnownReason::NotStated),
            origin: None,
            motion: motion
                .map(|m| Motion { speed_mps: m.speed_mps.max(0.0), course_deg: m.course_deg.rem_euclid(360.0) }),
            dependence: self.identity.clone(),
            claimed_identity: self.identity,
            note: self.note,
        }
    }
}

/// Splits a stream into lines; a line that grows beyond its bound is dropped up to its end.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    held: Vec<u8>,
    is_dropping: bool,
}

impl Lines {
    /// Calls `take` with each complete line (without its end); lines longer than `max` are counted and dropped.
    pub(crate) fn feed(
        &mut self,
        bytes: &[u8],
        max: usize,
        rejected: &mut Tally,
        take: &mut dyn FnMut(&[u8], &mut Tally),
    ) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            rest = behind.get(1..).unwrap_or_default();
            self.hold(line, max, rejected);
            self.line(rejected, take);
        }
        self.hold(rest, max, rejected);
    }

    /// The last line, which has no end.
    pub(crate) fn finish(&mut self, rejected: &mut Tally, take: &mut dyn FnMut(&[u8], &mut Tally)) {
        self.line(rejected, take);
    }

    fn hold(&mut self, part: &[u8], max: usize, rejected: &mut Tally) {
        if self.is_dropping {
            return;
        }
        if self.held.len().saturating_add(part.len()) > max {
            rejected.add("too_long");
            self.held.clear();
            self.is_dropping = true;
            return;
        }
        self.held.extend_from_slice(part);
    }

    fn line(&mut self, rejected: &mut Tally, take: &mut dyn FnMut(&[u8], &mut Tally)) {
        let line = std::mem::take(&mut self.held);
        if !std::mem::take(&mut self.is_dropping) {
            take(&line, rejected);
        }
        self.held = line;
        self.held.clear();
    }
}
