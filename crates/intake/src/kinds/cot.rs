//! `cot`: platforms and sensors that partners share as Cursor on Target.
//!
//! **What it is.** Events as XML, back to back as TAK servers send them, or as protobuf of TAK protocol 1: `BF 01 BF` before
//! a mesh message, `BF` and a length before a message of a stream. Both may be mixed in one stream, since a connection
//! begins in XML and goes over to protobuf. A mesh message has no length of its own: it ends where the capture ends or the
//! next begins, so that datagrams are best fed one by one through [`Decoder::datagram`].
//!
//! **What it gives.** One detection for each event of a platform in the air or on the water: aircraft in flight, drone in
//! flight (`a-?-A-M-F-Q…`), vessel (`a-?-S…`). The claimed identity is the event's uid. All other events are counted and
//! give nothing; whether a platform is friend or foe of anybody is not read. Record numbers count events from 0.
//!
//! **Persons.** Ground units and people (`a-?-G-U…`, `a-?-G-I…`), everything that a person's device sends (a group, an
//! application), chat, calls for help and casualty reports are dropped at the door and counted (`personal_data_refused`).
//! Call signs and remarks are never read.
//!
//! **Time.** The event's `time`, error 1 s. **Place.** `ce` is the standard deviation; where it is unknown (9999999) 100 m
//! is taken, the precision of a place read off a map of 1:50,000 by hand. Height counts above the ellipsoid.
//!
//! **Error model.** Counted by reason: `personal_data_refused`, `affiliation_or_weapon` (types that name weapons and fires),
//! `not_a_mover`, `control` (pings, negotiation), `broken_event`, `cut_event`, `document_type`, `too_long`, `bad_place`,
//! `garbage`, `unfinished`. An event takes 1 MiB at most.
//!
//! **What it cannot tell.** Whether any of it is true: anybody on the network can send any event.
//!
//! # Source
//! MITRE, Cursor on Target message format, version 2.0; TAK protocol 1 (public definition files).

mod protobuf;
mod xml;

use crate::stream::{self, PERSONAL, Sighting, Stream, Tally};
use crate::{Context, Record, SensorKind};
use truceline_domain::{
    Detection, Modality, Motion, Name, Phenomenon, PlaceEstimate, Problems, TimeEstimate, Timestamp, Wgs84, Where,
};
use xml::Found;

/// What begins a frame of protobuf.
const MAGIC: u8 = 0xBF;
/// The longest message of protobuf, bytes.
const MAX_MESSAGE: usize = 1 << 20;
/// The longest datagram, bytes.
const MAX_DATAGRAM: usize = 1 << 16;
/// Numbers from here on mean that nothing is known.
const UNKNOWN: f64 = 999_999.0;
/// The error of a place that states none, m.
const DEFAULT_SIGMA_M: f64 = 100.0;

/// The format.
pub struct Cot;

impl SensorKind for Cot {
    fn name(&self) -> &'static str {
        "cot"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let is_event = |text: &[u8]| {
            text.windows(7).any(|part| part == b"<event ") && text.windows(5).any(|part| part == b"<poin")
        };
        match head {
            [MAGIC, 1, MAGIC, ..] => true,
            [MAGIC, rest @ ..] => {
                matches!(protobuf::varint(rest), Ok(Some((2.., n))) if matches!(rest.get(n), Some(0x0A | 0x12)))
            }
            _ => head.trim_ascii_start().first() == Some(&b'<') && is_event(head),
        }
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        stream::whole(&mut Decoder::new(), bytes, context, sink)
    }
}

/// What is read of an event. Call signs and remarks are not among it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Its number in the stream, from 0.
    pub number: u32,
    /// The type, such as `a-f-A-M-F-Q`.
    pub kind: String,
    /// What it is about; later events with the same uid replace earlier ones.
    pub uid: String,
    /// How it came to be, such as `m-g`.
    pub how: String,
    /// When it was made.
    pub at: Option<Timestamp>,
    /// From when it holds.
    pub start: Option<Timestamp>,
    /// Until when it holds.
    pub stale: Option<Timestamp>,
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Longitude, degrees.
    pub lon_deg: f64,
    /// Height above the ellipsoid, m, as sent (9999999 for unknown).
    pub hae_m: Option<f64>,
    /// Circular error, m, as sent.
    pub ce_m: Option<f64>,
    /// Error of the height, m, as sent.
    pub le_m: Option<f64>,
    /// Speed, m/s, and course, degrees.
    pub track: Option<(f64, f64)>,
    /// True when a person's device sent it.
    pub is_person: bool,
}

impl Event {
    /// What moves, or why the event is none of a mover.
    fn phenomenon(&self) -> Result<Phenomenon, &'static str> {
        let mut parts = self.kind.split('-');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("t"), ..) => return Err("control"),
            // Chat, calls for help, casualties.
            (Some("b"), Some("t" | "a"), _) | (Some("b"), Some("r"), Some("f")) => return Err(PERSONAL),
            (Some("b"), Some("m"), Some("p")) if self.kind.starts_with("b-m-p-c") => {
                return Err("affiliation_or_weapon");
            }
            (Some("a"), Some(_), Some(_)) => {}
            _ if self.is_person => return Err(PERSONAL),
            _ => return Err("not_a_mover"),
        }
        // Affiliation is not read: what it is counts, not whose side it is taken to be on.
        let rest = self.kind.splitn(3, '-').nth(2).unwrap_or_default();
        match rest.split('-').next() {
            // Units, installations with people, and anything that a person carries.
            _ if rest == "G" || rest.starts_with("G-U") || rest.starts_with("G-I") || self.is_person => Err(PERSONAL),
            Some("A") if rest.starts_with("A-W") => Err("affiliation_or_weapon"),
            Some("A") if rest.starts_with("A-M-F-Q") || rest.starts_with("A-M-H-Q") => Ok(Phenomenon::DroneInFlight),
            Some("A") => Ok(Phenomenon::AircraftInFlight),
            Some("S") => Ok(Phenomenon::Vessel),
            _ => Err("not_a_mover"),
        }
    }
}

/// The decoder of one connection or file.
#[derive(Debug, Default)]
pub struct Decoder {
    held: Vec<u8>,
    n_searched: usize,
    /// Bytes of a message that is too long and is passed over.
    n_skip: usize,
    number: u32,
    rejected: Tally,
    read: Tally,
}

impl Decoder {
    /// A new one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of a stream: the events about movers. Those about persons, and all others, are only counted.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let n = self.n_skip.min(bytes.len());
        self.n_skip -= n;
        self.held.extend_from_slice(bytes.get(n..).unwrap_or_default());
        self.run(false)
    }

    /// Takes one datagram: an event as XML, or a mesh message.
    pub fn datagram(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = self.feed(bytes);
        events.extend(self.end());
        events
    }

    /// The stream has ended.
    pub fn end(&mut self) -> Vec<Event> {
        let events = self.run(true);
        if self.n_skip > 0 || !self.held.trim_ascii().is_empty() {
            self.rejected.add("unfinished");
        }
        (self.n_skip, self.n_searched) = (0, 0);
        self.held.clear();
        events
    }

    fn run(&mut self, is_end: bool) -> Vec<Event> {
        let mut events = Vec::new();
        let held = std::mem::take(&mut self.held);
        let mut at = 0;
        while let Some(first) = held.get(at) {
            let rest = held.get(at..).unwrap_or_default();
            let step = if *first == MAGIC { self.frame(rest, is_end) } else { self.text(rest) };
            let Some((n, event)) = step else { break };
            if let Some(event) = event {
                events.extend(self.mover(event));
            }
            at += n;
            self.n_searched = 0;
        }
        self.n_skip += at.saturating_sub(held.len());
        self.held = held.get(at..).unwrap_or_default().to_vec();
        events
    }

    /// An event of protobuf at the begin of `bytes`; `None` when more must come.
    fn frame(&mut self, bytes: &[u8], is_end: bool) -> Option<(usize, Option<Event>)> {
        if let [MAGIC, version, MAGIC, message @ ..] = bytes {
            // A message of one byte in a stream would look the same and hold nothing.
            let from = self.n_searched.saturating_sub(6).min(message.len());
            let new = message.get(from..).unwrap_or_default();
            let next = new.windows(3).position(|part| part == [MAGIC, 1, MAGIC]).map(|at| from + at);
            let n = match next {
                Some(n) => n,
                None if is_end => message.len(),
                None if message.len() > MAX_DATAGRAM => {
                    self.rejected.add("too_long");
                    return Some((3, None));
                }
                None => {
                    self.n_searched = bytes.len();
                    return None;
                }
            };
            if *version == 1 && n <= MAX_DATAGRAM {
                let event = protobuf::read(message.get(..n)?, &mut self.rejected);
                return Some((3 + n, event));
            }
        }
        // Two bytes must be there to tell a mesh message from a message of a stream.
        let rest = bytes.get(1..).filter(|rest| rest.len() >= 2)?;
        match protobuf::varint(rest) {
            Ok(None) => None,
            Ok(Some((length, n))) if length <= MAX_MESSAGE as u64 => {
                let end = n + usize::try_from(length).ok()?;
                let message = rest.get(n..end)?;
                Some((1 + end, protobuf::read(message, &mut self.rejected)))
            }
            Ok(Some(_)) => {
                self.rejected.add("too_long");
                Some((1, None))
            }
            Err(reason) => {
                self.rejected.add(reason);
                Some((1, None))
            }
        }
    }

    /// An event of XML at the begin of `bytes`; `None` when more must come.
    fn text(&mut self, bytes: &[u8]) -> Option<(usize, Option<Event>)> {
        match xml::find(bytes, self.n_searched) {
            Found::Event(n) => Some((n, xml::read(bytes.get(..n)?, &mut self.rejected))),
            Found::Nothing(n) => Some((n, None)),
            Found::Garbage(n) => {
                self.rejected.add_n("garbage", n as u64);
                Some((n, None))
            }
            Found::Broken(n, reason) => {
                self.rejected.add(reason);
                Some((n, None))
            }
            Found::More => {
                self.n_searched = bytes.len();
                None
            }
        }
    }

    fn mover(&mut self, mut event: Event) -> Option<Event> {
        event.number = self.number;
        self.number = self.number.saturating_add(1);
        self.read.add("event");
        let result = event.phenomenon().and_then(|_| Wgs84::new(event.lat_deg, event.lon_deg).map_err(|_| "bad_place"));
        match result {
            Ok(_) => Some(event),
            Err(reason) => {
                self.rejected.add(reason);
                None
            }
        }
    }
}

impl Event {
    /// The detection of a mover.
    pub fn detection(&self, context: &Context) -> Option<Detection> {
        let phenomenon = self.phenomenon().ok()?;
        let place = Wgs84::new(self.lat_deg, self.lon_deg).ok()?;
        let sigma_m = self.ce_m.filter(|ce| (0.0..UNKNOWN).contains(ce) && *ce > 0.0).unwrap_or(DEFAULT_SIGMA_M);
        let sighting = Sighting {
            modality: Modality::PartyReport,
            phenomenon,
            time: TimeEstimate::instant(self.at?, 1.0),
            place: Where::Estimate(PlaceEstimate::circular(place, sigma_m)),
            motion: self.track.map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg }),
            identity: Some(Name::from(format!("cot {}", self.uid))),
            note: None,
        };
        Some(sighting.detection(context, self.number))
    }
}

impl Stream for Decoder {
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) {
        let events = self.feed(bytes);
        events.iter().filter_map(|event| event.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn finish(&mut self, context: &Context, sink: &mut dyn FnMut(Record)) {
        let events = self.end();
        events.iter().filter_map(|event| event.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn rejected(&self) -> &Tally {
        &self.rejected
    }

    fn read(&self) -> &Tally {
        &self.read
    }
}

#[cfg(test)]
#[path = "cot_tests.rs"]
mod tests;
