//! Frames signed by the station that made them: who, which one in its own sequence, when by its own clock, and the digest
//! of the payload. The payload itself travels beside it and is not looked into.
//!
//! A frame is a signed note (C2SP signed-note), so that other people's tools can check it:
//!
//! ```text
//! truceline-frame@v1
//! station-07
//! 4711
//! 1767323046250
//! sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//!
//! — station-07 ...
//! ```
//!
//! Station, sequence number (from 0, one more for each frame), milliseconds since 1970 by the station's clock, payload.
//! The name of the key is that of the station; a station changes its key by beginning to sign with the next one in the
//! [`KeyRing`]. What is wrong with a frame is a [`FrameProblem`] for people to see: a frame is never dropped here.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::ops::Range;

use crate::captures::Digest;
use crate::keys::{Algorithm, SignerKey, VerifierKey};
use crate::note::{Note, NoteError};

const FIRST_LINE: &str = "truceline-frame@v1";

/// Frames of one station that are remembered to tell a replay from a contradiction.
const REMEMBERED: usize = 4096;

/// What a station says of one payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Name of the station, and of its key.
    pub station: String,
    /// Number in the station's own sequence.
    pub sequence: u64,
    /// Milliseconds since 1970 by the station's clock.
    pub time_ms: u64,
    /// SHA-256 of the payload.
    pub payload: Digest,
}

impl Frame {
    /// The signed frame, as the station sends it.
    ///
    /// # Errors
    /// [`NoteError::Form`] when the station's name cannot stand in a note, or the key is of another name.
    pub fn sign(&self, key: &SignerKey) -> Result<Vec<u8>, NoteError> {
        if key.verifier().name() != self.station {
            return Err(NoteError::Form);
        }
        Ok(Note::unsigned(&self.to_string())?.signed(key).to_string().into_bytes())
    }

    /// Reads the text of a frame, strictly: one frame has one text. `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?.split('\n');
        let station = lines.next()?.to_owned();
        let (sequence, time_ms) = (lines.next()?.parse().ok()?, lines.next()?.parse().ok()?);
        let payload = Digest::parse(lines.next()?)?;
        let read = Self { station, sequence, time_ms, payload };
        (read.to_string() == text).then_some(read)
    }
}

/// The text that is signed.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { station, sequence, time_ms, payload } = self;
        writeln!(f, "{FIRST_LINE}\n{station}\n{sequence}\n{time_ms}\n{payload}")
    }
}

/// One key of a station, with the time in which it may sign. Times are milliseconds since 1970 on the receiver's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationKey {
    /// The public key; its name is that of the station.
    pub key: VerifierKey,
    /// From when on.
    pub from_ms: u64,
    /// Until when, exclusive; `None`: not known yet.
    pub until_ms: Option<u64>,
    /// From when on nothing signed with it counts, because it was stolen or lost; `None`: it was not.
    pub revoked_ms: Option<u64>,
}

/// The keys of all stations, as the register has them. A station may have several, in time one after the other or at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRing {
    keys: Vec<StationKey>,
}

impl KeyRing {
    /// Takes keys. One that is not a signing key (type 0x01) is left out and given back with its place in the list.
    #[must_use]
    pub fn new(keys: Vec<StationKey>) -> (Self, Vec<(usize, StationKey)>) {
        let numbered = keys.into_iter().enumerate();
        let (sound, other): (Vec<_>, Vec<_>) = numbered.partition(|(_, k)| k.key.algorithm() == Algorithm::Ed25519);
        (Self { keys: sound.into_iter().map(|(_, key)| key).collect() }, other)
    }

    /// The same keys, where this station's open-ended ones end at `at_ms` and `next` begins.
    pub fn rotate(&mut self, next: VerifierKey, at_ms: u64) {
        let own = self.keys.iter_mut().filter(|k| k.key.name() == next.name() && k.until_ms.is_none());
        own.for_each(|k| k.until_ms = Some(at_ms));
        self.keys.push(StationKey { key: next, from_ms: at_ms, until_ms: None, revoked_ms: None });
    }

    /// Revokes a key from a time on; an earlier revocation stays. False: there is no such key.
    pub fn revoke(&mut self, key: &VerifierKey, at_ms: u64) -> bool {
        let mut found = false;
        for known in self.keys.iter_mut().filter(|known| known.key == *key) {
            known.revoked_ms = Some(known.revoked_ms.map_or(at_ms, |earlier| earlier.min(at_ms)));
            found = true;
        }
        found
    }

    /// All keys.
    #[must_use]
    pub fn keys(&self) -> &[StationKey] {
        &self.keys
    }

    /// Whether any key of this station is known, whatever its time.
    #[must_use]
    pub fn has_station(&self, name: &str) -> bool {
        self.keys.iter().any(|known| known.key.name() == name)
    }
}

/// What a person should see about a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameProblem {
    /// Not a signed frame.
    Form(String),
    /// No key of such a station is in the register.
    UnknownStation(String),
    /// Not signed by a key of the station, or the signature does not hold.
    WrongKey(String),
    /// Signed with a key before its time or after it, by the time of receipt.
    KeyOutOfTime {
        /// When it was received, in milliseconds since 1970.
        received_ms: u64,
    },
    /// Signed with a key that was revoked before the frame was received.
    KeyRevoked {
        /// From when on it is revoked, in milliseconds since 1970.
        revoked_ms: u64,
    },
    /// The payload is not the one that was signed.
    Payload,
    /// The same frame was there before.
    Replayed {
        /// Its sequence number.
        sequence: u64,
    },
    /// A sequence number that was there before, with other content: two things are said to be one.
    Contradiction {
        /// The sequence number.
        sequence: u64,
    },
    /// Older than all that is remembered of this station: a replay, or very late. Which, cannot be told.
    TooOld {
        /// The sequence number.
        sequence: u64,
    },
    /// Later than frames with higher numbers; it closes a gap.
    Late {
        /// The sequence number.
        sequence: u64,
    },
    /// Frames are missing before this one, `until` exclusive.
    Gap {
        /// Their sequence numbers.
        missing: Range<u64>,
    },
    /// The station's clock stands before that of an earlier frame.
    ClockBack {
        /// By how many milliseconds.
        by_ms: u64,
    },
    /// The station's clock, held against that of the receiver, moved by more than was allowed since the frame before.
    ClockStep {
        /// By how many milliseconds; positive: forward.
        by_ms: i64,
    },
}

impl fmt::Display for FrameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(why) => write!(f, "not a signed frame: {why}"),
            Self::UnknownStation(name) => write!(f, "no key of station `{name}` is registered"),
            Self::WrongKey(name) => write!(f, "not signed by a key of station `{name}`, or altered since"),
            Self::KeyOutOfTime { .. } => f.write_str("signed with a key of the station that is not valid at this time"),
            Self::KeyRevoked { .. } => f.write_str("signed with a key that was revoked"),
            Self::Payload => f.write_str("the payload is not the one that was signed"),
            Self::Replayed { sequence } => write!(f, "frame {sequence} was received before"),
            Self::Contradiction { sequence } => {
                write!(f, "frame {sequence} was received before with other content")
            }
            Self::TooOld { sequence } => write!(f, "frame {sequence} is older than all that is remembered"),
            Self::Late { sequence } => write!(f, "frame {sequence} came after later ones"),
            Self::Gap { missing } => {
                write!(f, "{} frames are missing, from {} on", missing.end - missing.start, missing.start)
            }
            Self::ClockBack { by_ms } => write!(f, "the station's clock went back by {by_ms} ms"),
            Self::ClockStep { by_ms } => write!(f, "the station's clock moved by {by_ms} ms against ours"),
        }
    }
}

impl FrameProblem {
    /// Whether the frame cannot be taken for what the station said at that moment. The other problems tell of what
    /// is around it.
    #[must_use]
    pub const fn is_about_the_frame(&self) -> bool {
        !matches!(self, Self::Late { .. } | Self::Gap { .. } | Self::ClockBack { .. } | Self::ClockStep { .. })
    }
}

/// What is wrong with the sequences of frames that were all taken in already, whatever order they came in, each problem
/// with the place of its frame in the list. Signatures are not looked at here: give only frames that
/// [`FrameWatch::look`] found to be the station's own.
///
/// Each station's frames are held in the order of its own sequence. No time of receipt is asked for, so a clock that
/// goes back is found ([`FrameProblem::ClockBack`]) and one that leaps ahead only when it comes back.
#[must_use]
pub fn sequence_problems(frames: &[Frame]) -> Vec<(usize, FrameProblem)> {
    let key = |place: usize, frame: &Frame| (frame.sequence, frame.time_ms, frame.payload, place);
    let mut order: Vec<(usize, &Frame)> = frames.iter().enumerate().collect();
    order.sort_by(|(i, a), (j, b)| (&a.station, key(*i, a)).cmp(&(&b.station, key(*j, b))));
    let mut stations: BTreeMap<&str, Station> = BTreeMap::new();
    let mut before: Option<&Frame> = None;
    let mut all = Vec::new();
    for (place, frame) in order {
        if before.replace(frame) == Some(frame) {
            all.push((place, FrameProblem::Replayed { sequence: frame.sequence }));
            continue;
        }
        let content = Digest::of(frame.to_string().as_bytes());
        let station = stations.entry(&frame.station).or_default();
        let mut problems = Vec::new();
        station.place(frame, content, &mut problems);
        if !problems.iter().any(FrameProblem::is_about_the_frame) {
            station.advance(frame, (frame.time_ms, u64::MAX), &mut problems);
            station.remember(frame.sequence, content);
        }
        all.extend(problems.into_iter().map(|problem| (place, problem)));
    }
    all
}

/// One frame as it came.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// The signed note.
    pub note: &'a [u8],
    /// The payload that came with it.
    pub payload: &'a [u8],
    /// When, in milliseconds since 1970 by the receiver's clock.
    pub at_ms: u64,
}

/// Watches the streams of all stations. Its state is what it was shown: show it the frames of the log again after a
/// restart. Memory is bounded for each station in the ring.
#[derive(Debug)]
pub struct FrameWatch {
    ring: KeyRing,
    tolerance_ms: u64,
    stations: BTreeMap<String, Station>,
}

#[derive(Debug, Default)]
struct Station {
    /// Highest sequence number, its time by the station's clock, and by ours.
    newest: Option<(u64, u64, u64)>,
    remembered: BTreeMap<u64, Digest>,
    by_age: VecDeque<u64>,
}

impl FrameWatch {
    /// A watch with these keys; a station's clock may move by `tolerance_ms` against the receiver's from one frame to
    /// the next (delays on the way count as such, so take the longest that is usual).
    #[must_use]
    pub const fn new(ring: KeyRing, tolerance_ms: u64) -> Self {
        Self { ring, tolerance_ms, stations: BTreeMap::new() }
    }

    /// The keys, to rotate and to revoke.
    pub const fn ring_mut(&mut self) -> &mut KeyRing {
        &mut self.ring
    }

    /// Looks at one frame. A frame is given back whenever it can be read, with all that is wrong with it; one with a
    /// problem [about itself](FrameProblem::is_about_the_frame) does not move the state of its station.
    pub fn look(&mut self, received: Received<'_>) -> (Option<Frame>, Vec<FrameProblem>) {
        let frame = match self.authentic(&received) {
            Ok(frame) => frame,
            Err((frame, problem)) => return (frame, vec![problem]),
        };
        let mut problems = Vec::new();
        if Digest::of(received.payload) != frame.payload {
            return (Some(frame), vec![FrameProblem::Payload]);
        }
        let content = Digest::of(frame.to_string().as_bytes());
        let station = self.stations.entry(frame.station.clone()).or_default();
        station.place(&frame, content, &mut problems);
        if !problems.iter().any(FrameProblem::is_about_the_frame) {
            station.advance(&frame, (received.at_ms, self.tolerance_ms), &mut problems);
            station.remember(frame.sequence, content);
        }
        (Some(frame), problems)
    }

    /// The frame, if a key of its station signed it that counted when it came.
    fn authentic(&self, received: &Received<'_>) -> Result<Frame, (Option<Frame>, FrameProblem)> {
        let note = Note::parse(received.note).map_err(|error| (None, FrameProblem::Form(error.to_string())))?;
        let frame = Frame::parse(note.text());
        let frame = frame.ok_or_else(|| (None, FrameProblem::Form("the text is not that of a frame".into())))?;
        let name = frame.station.clone();
        if !self.ring.has_station(&name) {
            return Err((Some(frame), FrameProblem::UnknownStation(name)));
        }
        let own = self.ring.keys.iter().filter(|known| known.key.name() == name);
        let signing: Vec<&StationKey> =
            own.filter(|known| note.verify(std::slice::from_ref(&known.key)).is_ok()).collect();
        if signing.is_empty() {
            return Err((Some(frame), FrameProblem::WrongKey(name)));
        }
        let received_ms = received.at_ms;
        let wrong = |known: &&StationKey| key_problem(known, received_ms);
        match signing.iter().map(wrong).find(Option::is_none) {
            Some(_) => Ok(frame),
            None => {
                let problem = signing.iter().find_map(wrong).unwrap_or(FrameProblem::KeyOutOfTime { received_ms });
                Err((Some(frame), problem))
            }
        }
    }
}

/// The time of receipt counts, not the station's own: whoever has a stolen key can write any time into a frame.
fn key_problem(known: &StationKey, received_ms: u64) -> Option<FrameProblem> {
    if let Some(revoked_ms) = known.revoked_ms.filter(|revoked_ms| *revoked_ms <= received_ms) {
        return Some(FrameProblem::KeyRevoked { revoked_ms });
    }
    let in_time = known.from_ms <= received_ms && known.until_ms.is_none_or(|until_ms| received_ms < until_ms);
    (!in_time).then_some(FrameProblem::KeyOutOfTime { received_ms })
}

impl Station {
    /// Where the frame stands in the sequence.
    fn place(&self, frame: &Frame, content: Digest, problems: &mut Vec<FrameProblem>) {
        let sequence = frame.sequence;
        match (self.remembered.get(&sequence), self.newest) {
            (Some(before), _) if *before == content => problems.push(FrameProblem::Replayed { sequence }),
            (Some(_), _) => problems.push(FrameProblem::Contradiction { sequence }),
            (None, Some((newest, ..))) if sequence < newest => {
                let oldest = self.remembered.keys().next().copied().unwrap_or(newest);
                let forgotten = self.by_age.len() >= REMEMBERED && sequence < oldest;
                let late = FrameProblem::Late { sequence };
                problems.push(if forgotten { FrameProblem::TooOld { sequence } } else { late });
            }
            (None, Some((newest, ..))) if sequence - newest > 1 => {
                problems.push(FrameProblem::Gap { missing: newest + 1..sequence });
            }
            (None, None) if sequence > 0 => problems.push(FrameProblem::Gap { missing: 0..sequence }),
            (None, _) => {}
        }
    }

    /// Holds the clocks against those of the newest frame, and takes its place.
    fn advance(&mut self, frame: &Frame, (at_ms, tolerance_ms): (u64, u64), problems: &mut Vec<FrameProblem>) {
        if let Some((newest, time_ms, received_ms)) = self.newest {
            if frame.sequence < newest {
                return;
            }
            let by_ms = time_ms.saturating_sub(frame.time_ms);
            if by_ms > 0 {
                problems.push(FrameProblem::ClockBack { by_ms });
            }
            let offset = |station: u64, own: u64| i128::from(station) - i128::from(own);
            let moved = offset(frame.time_ms, at_ms) - offset(time_ms, received_ms);
            if moved.unsigned_abs() > u128::from(tolerance_ms) {
                let limit = if moved > 0 { i64::MAX } else { i64::MIN };
                problems.push(FrameProblem::ClockStep { by_ms: i64::try_from(moved).unwrap_or(limit) });
            }
        }
        self.newest = Some((frame.sequence, frame.time_ms, at_ms));
    }

    fn remember(&mut self, sequence: u64, content: Digest) {
        while self.by_age.len() >= REMEMBERED {
            let Some(oldest) = self.by_age.pop_front() else {
                break;
            };
            self.remembered.remove(&oldest);
        }
        self.remembered.insert(sequence, content);
        self.by_age.push_back(sequence);
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
