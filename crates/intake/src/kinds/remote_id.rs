//! `remote_id`: drones that tell who and where they are, as receivers of Wi-Fi and Bluetooth capture them.
//!
//! **What it is.** Captures in pcap and pcapng: Wi-Fi beacons and Neighbour Awareness action frames (link types 105, 127),
//! Bluetooth 4 and 5 advertisements (251, 256, and 272 of the Nordic sniffer). Within them messages of ASTM F3411 and
//! ASD-STAN 4709-002, alone or in packs, versions 0 to 2. Other radio traffic is passed over unread. Gateways that deliver
//! bare messages use [`messages`].
//!
//! **What it gives.** One detection for each location message of a drone that is not on the ground. The claimed identity
//! is the kind and text of the last Basic ID from the same transmitter within 60 s (a serial number before others); a
//! location without one has none. Record numbers count messages from 0.
//!
//! **Persons.** The operator's place, height and number are dropped when a message is read, and so is free text, which
//! may name somebody: no type holds them. Each is counted (`personal_data_refused`, `free_text`). Names of networks and
//! addresses of transmitters are not kept; an address only joins messages that came one by one.
//!
//! **Time.** Tenths of a second after the full hour; the hour is the one nearest to the reception. When the two differ by
//! more than 2 s (`clock_differs`) the reception counts. The error is the stated one, else 1 s. A packet without a time has
//! that of the capture, error 30 s.
//!
//! **Place.** The stated 95 % bound divided by 2.45; without one 92.6 m is taken for the bound, since receivers of
//! satellites that do not say are seldom worse.
//!
//! **Error model.** Counted by reason: `damaged_capture`, `not_a_capture`, `damaged_packet`, `bad_crc` (where
//! the sniffer says so), `unknown_link`, `too_long`,
//! `unfinished`, `french_format`, `bad_pack`, `empty_pack`, `short_message`, `unknown_message`, `no_place`, `bad_place`.
//!
//! **What it cannot tell.** Whether any of it is true: messages are not authenticated here.
//!
//! # Source
//! ASTM F3411-22a; ASD-STAN prEN 4709-002; IEEE 802.11; Bluetooth Core 5.4, volume 6, part B.

mod capture;
mod carriage;
mod message;

pub use carriage::Payload;
pub use message::{BasicId, Location, Message, System};

use crate::stream::{self, PERSONAL, Sighting, Stream, Tally};
use crate::{Context, Record, SensorKind};
use capture::{Capture, Packet};
use std::collections::BTreeMap;
use truceline_domain::{
    Detection, Modality, Motion, Name, Phenomenon, PlaceEstimate, Problems, SignedDuration, TimeEstimate, Timestamp,
    Wgs84, Where,
};

/// The most transmitters that are remembered.
const MAX_TRANSMITTERS: usize = 4096;
/// How long an identity holds for a transmitter.
const IDENTITY_AGE: SignedDuration = SignedDuration::from_secs(60);
/// How far the drone's clock may be from the receiver's, s.
const MAX_CLOCK_ERROR_S: f64 = 2.0;

/// The format.
pub struct RemoteId;

impl SensorKind for RemoteId {
    fn name(&self) -> &'static str {
        "remote_id"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        Capture::begins(head) && Capture::has_radio(head)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        stream::whole(&mut Decoder::new(), bytes, context, sink)
    }
}

/// A message that was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Its number in the stream, from 0.
    pub number: u32,
    /// The packet it came in, from 1.
    pub packet: u64,
    /// The transmitter's counter.
    pub counter: u8,
    /// When it was received.
    pub received_at: Timestamp,
    /// The message.
    pub message: Message,
    /// Where and when, for a location that holds a place.
    pub report: Option<Report>,
}

/// Where a drone says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Who it says it is.
    pub identity: Option<BasicId>,
    /// When.
    pub time: TimeEstimate,
    /// Where.
    pub place: Wgs84,
    /// Standard deviation along each axis, m.
    pub sigma_m: f64,
    /// Speed and direction.
    pub motion: Option<Motion>,
    /// True on the ground.
    pub is_on_ground: bool,
}

impl Heard {
    /// The detection of a location in the air.
    pub fn detection(&self, context: &Context) -> Option<Detection> {
        let report = self.report.as_ref().filter(|report| !report.is_on_ground)?;
        let sighting = Sighting {
            modality: Modality::Radio,
            phenomenon: Phenomenon::DroneInFlight,
            time: report.time,
            place: Where::Estimate(PlaceEstimate::circular(report.place, report.sigma_m)),
            motion: report.motion,
            identity: report.identity.as_ref().map(|id| Name::from(format!("remote id {} {}", id.kind_word(), id.id))),
            note: None,
        };
        Some(sighting.detection(context, self.number))
    }
}

impl BasicId {
    /// The kind in a word.
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            1 => "serial",
            2 => "registration",
            3 => "uuid",
            4 => "session",
            _ => "undeclared",
        }
    }
}

/// The messages of a bare payload: one message of 25 bytes, or a pack. The second value says why something is missing.
pub fn messages(payload: &[u8]) -> (Vec<Message>, Option<&'static str>) {
    message::read(payload)
}

/// The decoder of one connection or file.
#[derive(Debug, Default)]
pub struct Decoder {
    capture: Capture,
    drones: Drones,
    n_packets: u64,
    number: u32,
    rejected: Tally,
    read: Tally,
}

impl Decoder {
    /// A new one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of a capture, received at that time.
    pub fn feed(&mut self, bytes: &[u8], received_at: Timestamp) -> Vec<Heard> {
        let mut packets = Vec::new();
        self.capture.feed(bytes, &mut self.rejected, &mut |packet| packets.push(packet));
        packets.into_iter().flat_map(|packet| self.packet(&packet, received_at)).collect()
    }

    /// The capture has ended.
    pub fn end(&mut self) {
        self.capture.finish(&mut self.rejected);
    }

    fn packet(&mut self, packet: &Packet, received_at: Timestamp) -> Vec<Heard> {
        self.n_packets += 1;
        let payloads = carriage::payloads(packet.link, &packet.bytes).unwrap_or_else(|reason| {
            self.rejected.add(reason);
            Vec::new()
        });
        let (at, sigma_s) = packet.at.map_or((received_at, 30.0), |at| (at, 1.0));
        payloads.iter().flat_map(|payload| self.payload(payload, (at, sigma_s))).collect()
    }

    fn payload(&mut self, payload: &Payload, received: (Timestamp, f64)) -> Vec<Heard> {
        let (messages, wrong) = message::read(&payload.bytes);
        wrong.into_iter().for_each(|reason| self.rejected.add(reason));
        // Within a pack the id may stand behind the location.
        for message in &messages {
            if let (Message::BasicId(id), Some(transmitter)) = (message, payload.transmitter) {
                self.drones.learn(transmitter, id, received.0);
            }
        }
        let own = messages.iter().filter_map(|message| match message {
            Message::BasicId(id) if !id.id.is_empty() => Some(id),
            _ => None,
        });
        let own = own.max_by_key(|id| id.kind == 1).cloned();
        messages.into_iter().map(|message| self.heard(message, payload, own.as_ref(), received)).collect()
    }

    fn heard(
        &mut self,
        message: Message,
        payload: &Payload,
        own: Option<&BasicId>,
        received: (Timestamp, f64),
    ) -> Heard {
        let number = self.number;
        self.number = number.saturating_add(1);
        self.read.add(word(&message));
        match &message {
            Message::OperatorId | Message::System(_) => self.rejected.add(PERSONAL),
            Message::SelfId(_) => self.rejected.add("free_text"),
            _ => {}
        }
        let report = match &message {
            Message::Location(location) => {
                let known = || self.drones.identity(payload.transmitter?, received.0);
                let identity = own.cloned().or_else(known);
                let report = report(location, identity, received, &mut self.rejected);
                report.map_err(|reason| self.rejected.add(reason)).ok()
            }
            _ => None,
        };
        Heard { number, packet: self.n_packets, counter: payload.counter, received_at: received.0, message, report }
    }
}

fn report(
    location: &Location,
    identity: Option<BasicId>,
    received: (Timestamp, f64),
    rejected: &mut Tally,
) -> Result<Report, &'static str> {
    let (lat_deg, lon_deg) = location.place_deg.ok_or("no_place")?;
    let place = Wgs84::new(lat_deg, lon_deg).map_err(|_| "bad_place")?;
    Ok(Report {
        identity,
        time: time(location, received, rejected),
        place,
        sigma_m: location.sigma_m(),
        motion: location
            .speed_mps
            .zip(location.direction_deg)
            .map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg }),
        is_on_ground: location.status == 1,
    })
}

/// The stated instant in the hour nearest to the reception.
fn time(location: &Location, (received_at, sigma_s): (Timestamp, f64), rejected: &mut Tally) -> TimeEstimate {
    let Some(tenths) = location.tenths_of_hour else { return TimeEstimate::instant(received_at, sigma_s) };
    let in_hour_s = received_at.as_second().rem_euclid(3600) as f64 + f64::from(received_at.subsec_nanosecond()) * 1e-9;
    let ahead_s = (f64::from(tenths) * 0.1 - in_hour_s + 1800.0).rem_euclid(3600.0) - 1800.0;
    if ahead_s.abs() > MAX_CLOCK_ERROR_S {
        rejected.add("clock_differs");
        return TimeEstimate::instant(received_at, sigma_s);
    }
    // Rounded to what is stated, so that a binary fraction leaves no trace.
    let ahead = SignedDuration::from_micros((ahead_s * 1e6).round() as i64);
    let at = received_at.checked_add(ahead).unwrap_or(received_at);
    TimeEstimate::instant(at, location.time_accuracy_s.unwrap_or(1.0))
}

/// Who the transmitters said they are.
#[derive(Debug, Default)]
struct Drones {
    known: BTreeMap<[u8; 6], (Timestamp, BasicId)>,
}

impl Drones {
    fn learn(&mut self, transmitter: [u8; 6], id: &BasicId, at: Timestamp) {
        if id.id.is_empty() {
            return;
        }
        if !self.known.contains_key(&transmitter) && self.known.len() >= MAX_TRANSMITTERS {
            let oldest = self.known.iter().min_by_key(|(_, (then, _))| *then).map(|(address, _)| *address);
            oldest.map(|address| self.known.remove(&address));
        }
        let is_better = self.identity(transmitter, at).is_none_or(|known| known.kind != 1 || id.kind == 1);
        if is_better {
            self.known.insert(transmitter, (at, id.clone()));
        }
    }

    fn identity(&self, transmitter: [u8; 6], at: Timestamp) -> Option<BasicId> {
        let (then, id) = self.known.get(&transmitter)?;
        (at.duration_since(*then).abs() <= IDENTITY_AGE).then(|| id.clone())
    }
}

fn word(message: &Message) -> &'static str {
    match message {
        Message::BasicId(_) => "basic_id",
        Message::Location(_) => "location",
        Message::Authentication { .. } => "authentication",
        Message::SelfId(_) => "self_id",
        Message::System(_) => "system",
        Message::OperatorId => "operator_id",
    }
}

impl Stream for Decoder {
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) {
        let heard = self.feed(bytes, context.received_at);
        heard.iter().filter_map(|heard| heard.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn finish(&mut self, _context: &Context, _sink: &mut dyn FnMut(Record)) {
        self.end();
    }

    fn rejected(&self) -> &Tally {
        &self.rejected
    }

    fn read(&self) -> &Tally {
        &self.read
    }
}

#[cfg(test)]
#[path = "remote_id_tests.rs"]
mod tests;
