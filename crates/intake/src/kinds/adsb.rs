//! `adsb`: aircraft that tell where they are, as receivers of Mode S deliver them.
//!
//! **What it is.** Three forms, told apart by the first byte: Beast (binary, `1A 33 …`), AVR (`*8D…;` or `@…;` on lines)
//! and SBS (`MSG,3,…` on lines). From Beast and AVR every frame is decoded here: parity, identification, airborne and
//! surface position (globally from a pair, locally from the aircraft's last place), velocity, accuracy.
//!
//! **What it gives.** One detection for each airborne position that could be placed: an aircraft in flight, or a drone
//! when the aircraft has called itself unmanned (category B6). The claimed identity is the ICAO address in six hex digits
//! (with `~` before it when it is no ICAO address); the note is the call sign; the motion is the last velocity within 10 s.
//! An aircraft on the ground gives no detection. Record numbers count messages from 0.
//!
//! **Time.** SBS lines carry date and time of the feed's time zone (error 1 s). Beast counts ticks of 12 MHz: on a
//! connection they are set against the reception (error 1 s); in a file the last tick is set to the time of the capture
//! (error 30 s, one warning counts such reports). Frames without ticks have the time of reception.
//!
//! **Place.** The standard deviation is the 95 % bound of the accuracy category divided by 2.45. The category is NACp once
//! the aircraft has sent it (type code 31), else the one that the type code implies in version 0 of the standard. SBS
//! carries none: 38 m is taken, that of NACp 8, the least that European and American rules let fly.
//!
//! **Error model.** Every refusal is counted by its reason: `bad_parity`, `bad_length`, `unknown_format`,
//! `unknown_address` (an address that only the parity gives, of an aircraft not heard in the last 60 s), `no_pair` (a
//! position without a fellow of the other grid within 10 s and without a place within 10 min), `zones_differ`,
//! `implausible_jump` (above 1000 kt; three in a row that agree count as the new place), `no_reference` (a place on the
//! ground before any in the air), `garbage`, `cut_frame`, `mode_a_c`, `receiver_status`, `bad_field`, `too_long`,
//! `unfinished`. Nothing is repaired. At most 4096 aircraft are held; the one not heard for longest goes.
//!
//! **What it cannot tell.** Whether any of it is true: nothing in ADS-B is authenticated. Comm-B replies are not read: what
//! register they hold is a guess.
//!
//! # Source
//! ICAO Annex 10, volume IV; RTCA DO-260B; formats as dump1090 and readsb write them.

mod cpr;
mod frame;
mod message;
mod sbs;
mod sky;

pub use frame::{Frame, Stamp, remainder};
pub use message::{Altitude, Content, Cpr, Message};
pub use sky::Report;

use crate::stream::{self, Sighting, Stream, Tally};
use crate::{Context, Record, SensorKind};
use frame::{Avr, Beast};
use jiff::tz::TimeZone;
use sbs::Sbs;
use sky::Sky;
use truceline_domain::{
    Modality, Name, Phenomenon, PlaceEstimate, Problem, Problems, SignedDuration, TimeEstimate, Timestamp, Where,
};

/// One knot, m/s (exact: 1852 m in an hour).
pub(super) const KNOT_MPS: f64 = 1852.0 / 3600.0;
/// Ticks of a Beast receiver in a microsecond.
const TICKS_PER_US: u64 = 12;
/// A reception that comes so much later than the counter says: the receiver began anew.
const NEW_COUNTER: SignedDuration = SignedDuration::from_secs(10);

/// The format.
pub struct Adsb;

impl SensorKind for Adsb {
    fn name(&self) -> &'static str {
        "adsb"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        match head {
            [0x1A, b'1'..=b'4', ..] => true,
            [b'*' | b'@', rest @ ..] => {
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
                line.strip_suffix(b";").is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            _ => head.starts_with(b"MSG,") || head.starts_with(b"AIR,") || head.starts_with(b"STA,"),
        }
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut decoder = Decoder::of_file(bytes, context.received_at);
        let mut problems = stream::whole(&mut decoder, bytes, context, sink);
        if decoder.n_untimed > 0 {
            let message =
                format!("{} reports have no time of their own; that of the capture is taken", decoder.n_untimed);
            problems.push(Problem::warning(context.name, "no_reception_time", message));
        }
        problems
    }
}

/// One message and, when it fixed a place, the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Its number in the stream, from 0.
    pub number: u32,
    /// When, with error.
    pub time: TimeEstimate,
    /// The frame's content; `None` for a line of SBS.
    pub message: Option<Message>,
    /// Where the aircraft is.
    pub report: Option<Report>,
}

impl Heard {
    /// The detection of a report in the air.
    pub fn detection(&self, context: &Context) -> Option<truceline_domain::Detection> {
        let report = self.report.as_ref().filter(|report| !report.is_on_ground)?;
        let mark = if report.is_icao { "" } else { "~" };
        let sighting = Sighting {
            modality: Modality::Adsb,
            phenomenon: if report.category == Some(('B', 6)) {
                Phenomenon::DroneInFlight
            } else {
                Phenomenon::AircraftInFlight
            },
            time: self.time,
            place: Where::Estimate(PlaceEstimate::circular(report.place, report.sigma_m)),
            motion: report.motion,
            identity: Some(Name::from(format!("icao {mark}{:06X}", report.icao))),
            note: report.callsign.as_deref().map(Name::from),
        };
        Some(sighting.detection(context, self.number))
    }
}

/// The form of a stream, once its first byte has come.
#[derive(Debug)]
enum Form {
    Unknown,
    Beast(Beast),
    Avr(Avr),
    Sbs(Sbs),
}

/// The decoder of one connection or file.
#[derive(Debug)]
pub struct Decoder {
    form: Form,
    sky: Sky,
    clock: Clock,
    number: u32,
    n_untimed: u64,
    rejected: Tally,
    read: Tally,
}

/// The counter of the receiver against UTC.
#[derive(Debug)]
struct Clock {
    origin: Option<Timestamp>,
    /// True in a file: the origin stays as it is.
    is_file: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// For a connection.
    pub fn new() -> Self {
        Self {
            form: Form::Unknown,
            sky: Sky::default(),
            clock: Clock { origin: None, is_file: false },
            number: 0,
            n_untimed: 0,
            rejected: Tally::default(),
            read: Tally::default(),
        }
    }

    /// For a file that was whole at `received_at`: its last tick is that time.
    pub fn of_file(bytes: &[u8], received_at: Timestamp) -> Self {
        let mut last = None;
        let mut note = |frame: Frame| {
            if let Stamp::Ticks(ticks) = frame.stamp {
                last = Some(ticks);
            }
        };
        let mut unused = Tally::default();
        match bytes.trim_ascii_start().first() {
            Some(0x1A) => Beast::default().feed(bytes, &mut unused, &mut note),
            Some(b'*' | b'@') => Avr::default().feed(bytes, &mut unused, &mut note),
            _ => {}
        }
        let origin = last.map(|ticks| before(received_at, ticks));
        Self { clock: Clock { origin, is_file: true }, ..Self::new() }
    }

    /// Takes the next bytes, received at that time; times of SBS are of that zone.
    pub fn feed(&mut self, bytes: &[u8], received_at: Timestamp, zone: &TimeZone) -> Vec<Heard> {
        let mut rest = bytes;
        while matches!(self.form, Form::Unknown) {
            let Some((first, behind)) = rest.split_first() else { return Vec::new() };
            self.form = match first {
                0x1A => Form::Beast(Beast::default()),
                b'*' | b'@' => Form::Avr(Avr::default()),
                b'A'..=b'Z' => Form::Sbs(Sbs::default()),
                other => {
                    if !other.is_ascii_whitespace() {
                        self.rejected.add("garbage");
                    }
                    rest = behind;
                    continue;
                }
            };
        }
        let (mut frames, mut lines) = (Vec::new(), Vec::new());
        match &mut self.form {
            Form::Beast(beast) => beast.feed(rest, &mut self.rejected, &mut |frame| frames.push(frame)),
            Form::Avr(avr) => avr.feed(rest, &mut self.rejected, &mut |frame| frames.push(frame)),
            Form::Sbs(sbs) => sbs.feed(rest, zone, &mut self.rejected, &mut |line| lines.push(line)),
            Form::Unknown => {}
        }
        self.heard(frames, lines, received_at)
    }

    /// The stream has ended.
    pub fn end(&mut self, received_at: Timestamp, zone: &TimeZone) -> Vec<Heard> {
        let (mut frames, mut lines) = (Vec::new(), Vec::new());
        match &mut self.form {
            Form::Beast(beast) => beast.finish(&mut self.rejected),
            Form::Avr(avr) => avr.finish(&mut self.rejected, &mut |frame| frames.push(frame)),
            Form::Sbs(sbs) => sbs.finish(zone, &mut self.rejected, &mut |line| lines.push(line)),
            Form::Unknown => {}
        }
        self.heard(frames, lines, received_at)
    }

    fn heard(&mut self, frames: Vec<Frame>, lines: Vec<sbs::Line>, received_at: Timestamp) -> Vec<Heard> {
        let of_frames = frames.into_iter().filter_map(|frame| self.frame(&frame, received_at)).collect::<Vec<_>>();
        let of_lines = lines.into_iter().map(|line| self.line(line, received_at)).collect::<Vec<_>>();
        if of_frames.is_empty() { of_lines } else { of_frames }
    }

    fn next_number(&mut self) -> u32 {
        let number = self.number;
        self.number = number.saturating_add(1);
        number
    }

    fn frame(&mut self, frame: &Frame, received_at: Timestamp) -> Option<Heard> {
        let number = self.next_number();
        let message = match message::decode(&frame.bytes) {
            Ok(message) => message,
            Err(reason) => {
                self.rejected.add(reason);
                return None;
            }
        };
        let at = self.clock.instant(frame.stamp, received_at);
        if message.is_overlaid && !self.sky.knows(message.icao, at) {
            self.rejected.add("unknown_address");
            return None;
        }
        self.read.add(word(&message.content));
        let report = self.sky.take(&message, at, &mut self.rejected);
        let sigma_s = if self.clock.is_file { 30.0 } else { 1.0 };
        self.n_untimed += u64::from(report.is_some() && self.clock.is_file);
        Some(Heard { number, time: TimeEstimate::instant(at, sigma_s), message: Some(message), report })
    }

    fn line(&mut self, line: sbs::Line, received_at: Timestamp) -> Heard {
        let number = self.next_number();
        self.read.add("sbs_line");
        let at = line.at.unwrap_or(received_at);
        let report = self.sky.take_line(&line, at, &mut self.rejected);
        let sigma_s = if line.at.is_none() && self.clock.is_file { 30.0 } else { 1.0 };
        Heard { number, time: TimeEstimate::instant(at, sigma_s), message: None, report }
    }
}

/// Ticks before an instant.
fn before(at: Timestamp, ticks: u64) -> Timestamp {
    let micros = i64::try_from(ticks / TICKS_PER_US).unwrap_or(i64::MAX);
    at.checked_sub(SignedDuration::from_micros(micros)).unwrap_or(at)
}

impl Clock {
    fn instant(&mut self, stamp: Stamp, received_at: Timestamp) -> Timestamp {
        let Stamp::Ticks(ticks) = stamp else { return received_at };
        let candidate = before(received_at, ticks);
        // The least delay ever seen is taken for none.
        let origin = match self.origin {
            Some(origin) if self.is_file || candidate.duration_since(origin) <= NEW_COUNTER => {
                if self.is_file {
                    origin
                } else {
                    origin.min(candidate)
                }
            }
            _ => candidate,
        };
        self.origin = Some(origin);
        let micros = i64::try_from(ticks / TICKS_PER_US).unwrap_or(i64::MAX);
        origin.checked_add(SignedDuration::from_micros(micros)).map_or(received_at, |at| at.min(received_at))
    }
}

fn word(content: &Content) -> &'static str {
    match content {
        Content::Identification { .. } => "identification",
        Content::Surface { .. } => "surface_position",
        Content::Airborne { .. } => "airborne_position",
        Content::Velocity { .. } => "velocity",
        Content::Emergency { .. } => "emergency",
        Content::Operational { .. } => "operational_status",
        Content::Level(_) => "altitude",
        Content::Squawk(_) => "squawk",
        Content::AllCall(_) => "all_call",
        Content::Other => "other",
    }
}

impl Stream for Decoder {
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) {
        let heard = self.feed(bytes, context.received_at, &context.time_zone);
        heard.iter().filter_map(|heard| heard.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn finish(&mut self, context: &Context, sink: &mut dyn FnMut(Record)) {
        let heard = self.end(context.received_at, &context.time_zone);
        heard.iter().filter_map(|heard| heard.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn rejected(&self) -> &Tally {
        &self.rejected
    }

    fn read(&self) -> &Tally {
        &self.read
    }
}

#[cfg(test)]
#[path = "adsb_tests.rs"]
mod tests;
