//! `ais`: position reports of ships and rescue aircraft, as NMEA 0183 sentences.
//!
//! **What it is.** Lines `!AIVDM,…` or `!AIVDO,…` of any talker, alone or in parts, with or without tag blocks
//! (`\s:…,c:…*hh\`), gatehouse times (`$PGHP,…` in the line before), or a UNIX time behind the checksum. Comment lines
//! (`#`), blank lines and other sentences (`$…`) are passed over.
//!
//! **What it gives.** Messages 1, 2, 3, 18, 19, 27: a vessel; 9: an aircraft in flight (search and rescue). The claimed
//! identity is the MMSI; the note is the name that a message 5, 19 or 24 of the file gave before. Messages 4, 11 (base
//! stations), 5, 24 (names) and 21 (aids to navigation) are decoded by [`each_message`] and give no detection: they are no
//! happenings. All other types stay raw; one warning counts them. Record numbers are line numbers from 0 (the line that
//! completes a message).
//!
//! **Time.** A report holds only the second of the minute. The minute comes from the time of reception: the tag block, the
//! gatehouse line or the trailing time, else that of the capture (then the error is 30 s in place of 1 s, and one warning
//! counts such reports). The instant is the last one with that second before the reception.
//!
//! **Place.** 10 m standard deviation when the report says it is accurate, 30 m when not (the standard's limit between the
//! two is 10 m at 95 %; the larger figure is chosen by us); message 27 adds the 0.1′ of its grid. 181° and 91° mean not
//! available.
//!
//! **Error model.** One problem for each sentence that is lost: no sentence, wrong checksum, empty or damaged payload, a
//! part without its fellows. A sentence without checksum is used with a warning; so are payloads that are too short, as
//! far as they go.
//!
//! **What it cannot tell.** Whether any of it is true: nothing in AIS is authenticated. Two ships can share an MMSI;
//! places and names can be made up. Silence of a ship means nothing.
//!
//! # Source
//! ITU-R M.1371-5 (messages); IEC 61162-1 and NMEA 4.10 (sentences, tag blocks).

mod live;
mod message;
mod sentence;

pub use live::Decoder;
pub use message::{Aid, Base, Body, Dimensions, Message, Position, StaticB, Voyage};
pub use sentence::{Heard, each_message};

use crate::{Absorb as _, Context, Record, SensorKind};
use std::collections::BTreeMap;
use truceline_domain::{
    Count, Detection, Known, Means, Modality, Motion, Name, NotKnownReason, Phenomenon, PlaceEstimate, Problem,
    Problems, SignedDuration, TimeEstimate, Timestamp, Wgs84, Where,
};

/// One knot, m/s (exact: 1852 m in an hour).
const KNOT_MPS: f64 = 1852.0 / 3600.0;
/// The grid of message 27: 0.1′ of latitude is 185.2 m; uniform, so divided by √12.
const LONG_RANGE_GRID_M: f64 = 185.2 / 3.464_101_615_137_754_6;
/// The most names that are remembered while a file is read.
const MAX_NAMES: usize = 1 << 16;

/// The format.
pub struct Ais;

impl SensorKind for Ais {
    fn name(&self) -> &'static str {
        "ais"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let head = String::from_utf8_lossy(head);
        let is_sentence = |line: &str| line.contains("VDM,") || line.contains("VDO,");
        head.lines().any(|line| line.contains('!') && is_sentence(line))
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            let problem = Problem::error(context.name, "empty", "the file has no content");
            problems.push(problem.with_hint("fetch the file again"));
            return problems;
        }
        let mut reader = Reader { context, names: BTreeMap::new(), raw: BTreeMap::new(), n_untimed: 0 };
        let mut short = Problems::default();
        each_message(bytes, context.name, &mut problems, &mut |heard| {
            if heard.message.is_short {
                let message = "the message is shorter than its type wants; its complete fields are read";
                short.push(Problem::warning(context.name, "short_message", message).at_line(heard.line));
            }
            if let Some(detection) = reader.detection(&heard) {
                sink(Record::Detection(detection));
            }
        });
        problems.absorb(short);
        problems.extend(reader.closing_words());
        problems
    }
}

/// What is remembered while a file is read.
struct Reader<'c> {
    context: &'c Context<'c>,
    names: BTreeMap<u32, Name>,
    raw: BTreeMap<u8, u64>,
    n_untimed: u64,
}

impl Reader<'_> {
    fn detection(&mut self, heard: &Heard) -> Option<Detection> {
        let message = &heard.message;
        if let Some(name) = message.body.name()
            && (self.names.len() < MAX_NAMES || self.names.contains_key(&message.mmsi))
        {
            self.names.insert(message.mmsi, Name::from(name));
        }
        match &message.body {
            Body::Position(position) => Some(self.of_position(heard, position)),
            Body::Raw => {
                *self.raw.entry(message.kind).or_default() += 1;
                None
            }
            _ => None,
        }
    }

    fn of_position(&mut self, heard: &Heard, position: &Position) -> Detection {
        let Message { kind, mmsi, .. } = heard.message;
        self.n_untimed += u64::from(heard.received_at.is_none());
        let motion = position.speed_kt.zip(position.course_deg);
        Detection {
            id: self.context.id(u32::try_from(heard.line.saturating_sub(1)).unwrap_or(u32::MAX)),
            sensor: self.context.source.clone(),
            owner: self.context.owner.clone(),
            modality: Modality::Ais,
            means: Means::Reported,
            phenomenon: if kind == 9 { Phenomenon::AircraftInFlight } else { Phenomenon::Vessel },
            time: time(position.second, heard.received_at, self.context.received_at),
            place: place(kind, position),
            count: Known::Known(Count::exactly(1)),
            weapon: Known::NotKnown(NotKnownReason::NotStated),
            origin: None,
            motion: motion.map(|(kt, course_deg)| Motion { speed_mps: kt * KNOT_MPS, course_deg }),
            claimed_identity: Some(Name::from(format!("{mmsi:09}"))),
            dependence: Some(Name::from(format!("mmsi {mmsi:09}"))),
            note: self.names.get(&mmsi).cloned(),
        }
    }

    /// What is said once for the whole file.
    fn closing_words(self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !self.raw.is_empty() {
            let kinds: Vec<String> = self.raw.iter().map(|(kind, n)| format!("{n} of type {kind}")).collect();
            let message = format!("messages of these types are kept raw: {}", kinds.join(", "));
            problems.push(Problem::warning(self.context.name, "raw_messages", message));
        }
        if self.n_untimed > 0 {
            let message = format!("{} reports have no time of reception; that of the capture is taken", self.n_untimed);
            let hint = "let the receiver write tag blocks with c: or a time behind each sentence";
            problems.push(Problem::warning(self.context.name, "no_reception_time", message).with_hint(hint));
        }
        problems
    }
}

/// The last instant with this second before the reception.
fn time(second: Option<u8>, received_at: Option<Timestamp>, captured_at: Timestamp) -> TimeEstimate {
    let sigma_s = if received_at.is_some() { 1.0 } else { 30.0 };
    let received_at = received_at.unwrap_or(captured_at);
    let Some(second) = second.filter(|second| *second < 60) else { return TimeEstimate::instant(received_at, 30.0) };
    let behind_s = (received_at.as_second().rem_euclid(60) - i64::from(second)).rem_euclid(60);
    // A reception clock may be a second behind the ship's.
    let behind_s = if behind_s == 59 { -1 } else { behind_s };
    let whole = Timestamp::from_second(received_at.as_second()).unwrap_or(received_at);
    TimeEstimate::instant(whole.checked_sub(SignedDuration::from_secs(behind_s)).unwrap_or(whole), sigma_s)
}

fn place(kind: u8, position: &Position) -> Where {
    let Some((lon_deg, lat_deg)) = position.lon_deg.zip(position.lat_deg) else {
        return Where::NotKnown(NotKnownReason::NotStated);
    };
    let Ok(centre) = Wgs84::new(lat_deg, lon_deg) else { return Where::NotKnown(NotKnownReason::Unreadable) };
    let sigma_m: f64 = if position.is_accurate == Some(true) { 10.0 } else { 30.0 };
    let sigma_m = if kind == 27 { sigma_m.hypot(LONG_RANGE_GRID_M) } else { sigma_m };
    Where::Estimate(PlaceEstimate::circular(centre, sigma_m))
}

#[cfg(test)]
#[path = "ais_tests.rs"]
mod tests;
