//! `klv`: where a drone's camera was and what ground it saw, from the metadata of its video.
//!
//! **What it is.** Packets of MISB ST 0601 one behind the other (`.klv`, `.bin`), or within an MPEG transport stream
//! (`.ts`, also as UDP or RTP deliver it), synchronous and asynchronous. The form is told by the first byte. Only the
//! metadata are read, never the picture.
//!
//! **What it gives.** [`Decoder::feed`] gives each [`Packet`] with its values by tag ([`name`], [`unit`]), and with it the
//! [`OwnFlight`] of the platform and the [`Footprint`], when the sender states one. When it does not,
//! [`Packet::camera`] gives what [`crate::flight::project`] takes to find it on flat ground or on terrain. As a format it
//! gives detections: the platform as a drone in flight, claimed identity `own klv …`, modality `telemetry`.
//! Record numbers count packets from 0.
//!
//! **What is never read.** Items about weapons and lasers (60, 61, 62, 140) and unknown ones: their bytes stay in the
//! capture. Of the security set only the classification and the releasing instructions are read.
//!
//! **Held values.** Senders leave out what changes slowly: names, fields of view, modes and methods hold for 30 s; an item
//! of length 0 ends that at once. Places and angles never hold.
//!
//! **Time.** Item 2, corrected by items 136 and 137; error 0.1 s. Time of presentation is no time of day and is only
//! noted.
//!
//! **Place.** 10 m standard deviation for satellite navigation; 1000 m when item 124 says that only inertial navigation is
//! left, whose drift nobody states. The footprint's error adds 0.5° of pointing, stretched by the angle at which the ground
//! is seen.
//!
//! **Error model.** A packet with a wrong checksum is given, marked, and nothing is made of it (`bad_checksum`). Counted
//! too: `no_checksum`, `garbage`, `bad_length`, `too_long`, `bad_item`, `bad_item_length`, `out_of_range`, `duplicate_item`,
//! `no_time`, `time_goes_back`, `no_place`, `not_operational` (training, tests: no findings), `cut_packet`,
//! `continuity_gap`, `transport_error`, `bad_table`, `bad_pes`, `unfinished`, and why a stated footprint was refused:
//! `footprint_horizon`, `footprint_crossed`, `footprint_not_stated`.
//!
//! **What it cannot tell.** Whether the metadata fit the picture: [`Packet::checks`] sets stated numbers against each
//! other and corrects none.
//!
//! # Source
//! MISB ST 0601.19, ST 1201.5, ST 1402, ST 0102.12; ISO/IEC 13818-1.

mod packet;
mod tags;
mod ts;

pub use tags::{Value, name, unit};

use crate::flight::{Attitude, Camera, Errors, Footprint, MAX_RANGE_M, NoFootprint, Origin, OwnFlight, is_simple};
use crate::stream::{self, Sighting, Stream, Tally};
use crate::{Context, Record, SensorKind};
use packet::Packets;
use std::collections::BTreeMap;
use truceline_domain::{
    Detection, LocalFrame, Modality, Motion, Name, Phenomenon, PlaceEstimate, Problems, TimeEstimate, Timestamp, Wgs84,
    Where, distance_m,
};
use ts::{Piece, Transport};

/// How long a value holds that a sender leaves out, µs.
const HOLD_US: i64 = 30_000_000;
/// The most items of a packet.
const MAX_ITEMS: usize = 512;
/// Items that hold.
const HELD: [u32; 14] = [3, 4, 10, 11, 12, 16, 17, 48, 59, 65, 77, 94, 124, 125];
/// The error of the time, s.
const TIME_SIGMA_S: f64 = 0.1;
/// The error of the place with inertial navigation alone, m.
const INERTIAL_SIGMA_M: f64 = 1000.0;

/// The format.
pub struct Klv;

impl SensorKind for Klv {
    fn name(&self) -> &'static str {
        "klv"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let is_transport =
            head.first() == Some(&0x47) && head.get(188).is_none_or(|byte| *byte == 0x47) && head.len() >= 188;
        head.starts_with(&packet::KEY) || is_transport
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        stream::whole(&mut Decoder::new(), bytes, context, sink)
    }
}

/// What a height is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// Mean sea level.
    MeanSea,
    /// The WGS 84 ellipsoid.
    Ellipsoid,
}

/// A packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// Its number in the stream, from 0.
    pub number: u32,
    /// In a transport stream: which stream of it, and the time of presentation (90 kHz, wraps after 26.5 h).
    pub carried: Option<(u16, Option<u64>)>,
    /// The items that are read, those that hold included.
    pub values: BTreeMap<u32, Value>,
    /// The tags that the packet itself holds, in their order.
    pub tags: Vec<u32>,
    /// The checksum that is stated; `None` when the packet does not end with one.
    pub stated_checksum: Option<u16>,
    /// The checksum of its bytes.
    pub checksum: u16,
    /// Classification and releasing instructions.
    pub security: (Option<u8>, Option<String>),
    /// When, corrected.
    pub at: Option<Timestamp>,
    /// Where the platform was; `None` when the packet is damaged or does not say.
    pub flight: Option<OwnFlight>,
    /// The ground that was seen, when the sender states it.
    pub footprint: Option<Footprint>,
}

/// A number that a packet states, and the same from its other numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// What it is.
    pub what: &'static str,
    /// As stated.
    pub stated: f64,
    /// As it follows from the others.
    pub computed: f64,
}

impl Packet {
    /// True when the checksum is there and right.
    pub fn is_sound(&self) -> bool {
        self.stated_checksum == Some(self.checksum)
    }

    /// The number of an item.
    pub fn number_of(&self, tag: u32) -> Option<f64> {
        match self.values.get(&tag) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    fn first_of(&self, tags: &[u32]) -> Option<f64> {
        tags.iter().find_map(|tag| self.number_of(*tag))
    }

    fn text_of(&self, tag: u32) -> Option<&str> {
        match self.values.get(&tag) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn code_of(&self, tag: u32) -> Option<u64> {
        match self.values.get(&tag) {
            Some(Value::Code(code)) => Some(*code),
            _ => None,
        }
    }

    fn micros_of(&self, tag: u32) -> Option<i64> {
        match self.values.get(&tag) {
            Some(Value::Micros(micros)) => Some(*micros),
            _ => None,
        }
    }

    fn place_of(&self, lat: u32, lon: u32) -> Option<Wgs84> {
        Wgs84::new(self.number_of(lat)?, self.number_of(lon)?).ok()
    }

    /// How the platform lies: the full angles before those of small range.
    pub fn attitude(&self) -> Option<Attitude> {
        Some(Attitude {
            heading_deg: self.number_of(5)?,
            pitch_deg: self.first_of(&[90, 6])?,
            roll_deg: self.first_of(&[91, 7])?,
        })
    }

    /// How the camera points relative to the platform.
    pub fn gimbal(&self) -> Option<Attitude> {
        Some(Attitude {
            heading_deg: self.number_of(18)?,
            pitch_deg: self.number_of(19)?,
            roll_deg: self.number_of(20).unwrap_or(0.0),
        })
    }

    /// The height of the sensor above one of the two surfaces, m.
    pub fn height_m(&self, datum: Datum) -> Option<f64> {
        match datum {
            Datum::MeanSea => self.number_of(15),
            Datum::Ellipsoid => self.first_of(&[104, 75]),
        }
    }

    /// The height of the middle of the picture above one of the two surfaces, m: flat ground for a projection.
    pub fn ground_height_m(&self, datum: Datum) -> Option<f64> {
        match datum {
            Datum::MeanSea => self.number_of(25),
            Datum::Ellipsoid => self.number_of(78),
        }
    }

    /// The camera for a projection onto ground whose height is measured from that surface.
    pub fn camera(&self, datum: Datum) -> Option<Camera> {
        Some(Camera {
            place: self.place_of(13, 14).filter(|_| self.is_sound())?,
            height_m: self.height_m(datum)?,
            platform: self.attitude()?,
            gimbal: self.gimbal()?,
            field_of_view_deg: (self.number_of(16)?, self.number_of(17)?),
        })
    }

    /// The error of the platform's place, m.
    fn sigma_m(&self) -> f64 {
        // Bit 1 is inertial navigation; any other is a satellite system.
        let is_inertial = self.code_of(124).is_some_and(|methods| methods & 1 == 1 && methods & !1 == 0);
        if is_inertial { INERTIAL_SIGMA_M } else { Errors::default().place_m }
    }

    fn motion(&self) -> Option<Motion> {
        if let Some((north, east)) = self.number_of(79).zip(self.number_of(80)) {
            let course_deg = east.atan2(north).to_degrees().rem_euclid(360.0);
            return Some(Motion { speed_mps: north.hypot(east), course_deg });
        }
        let (speed_mps, course_deg) = self.number_of(56).zip(self.number_of(112))?;
        Some(Motion { speed_mps, course_deg })
    }

    fn own_flight(&self) -> Option<OwnFlight> {
        let name = self.text_of(4).or_else(|| self.text_of(10)).unwrap_or("of unknown name");
        // Before the take-off and after the landing.
        let is_in_air = self.code_of(125).is_none_or(|status| !matches!(status, 1..=3 | 11 | 12));
        Some(OwnFlight {
            vehicle: format!("klv {name}"),
            at: self.at?,
            time_sigma_s: TIME_SIGMA_S,
            place: self.place_of(13, 14)?,
            sigma_m: self.sigma_m(),
            height_msl_m: self.height_m(Datum::MeanSea),
            height_ellipsoid_m: self.height_m(Datum::Ellipsoid),
            height_above_takeoff_m: None,
            attitude: self.attitude(),
            motion: self.motion(),
            gimbal: self.gimbal(),
            field_of_view_deg: self.number_of(16).zip(self.number_of(17)),
            is_in_air,
        })
    }

    /// The footprint that the sender states: full corners, else offsets from the middle of the picture.
    ///
    /// # Errors
    /// When none is stated, or it cannot be.
    pub fn stated_footprint(&self) -> Result<Footprint, NoFootprint> {
        let camera = self.place_of(13, 14).ok_or(NoFootprint::NotStated)?;
        let full = || -> Option<[Wgs84; 4]> {
            Some([self.place_of(82, 83)?, self.place_of(84, 85)?, self.place_of(86, 87)?, self.place_of(88, 89)?])
        };
        let middle = self.place_of(23, 24);
        let offset = |lat: u32| -> Option<Wgs84> {
            let (middle, north, east) = (middle?, self.number_of(lat)?, self.number_of(lat + 1)?);
            Some(Wgs84::wrapped(middle.lat_deg() + north, middle.lon_deg() + east))
        };
        let offsets = || -> Option<[Wgs84; 4]> { Some([offset(26)?, offset(28)?, offset(30)?, offset(32)?]) };
        let stated = full().map(|corners| (corners, Origin::Stated));
        let (corners, origin) = stated.or_else(|| Some((offsets()?, Origin::Offsets))).ok_or(NoFootprint::NotStated)?;
        let frame = LocalFrame::about(camera);
        let flat = corners.map(|corner| frame.enu_from_wgs84(corner));
        let sees_sky =
            self.attitude().zip(self.gimbal()).zip(self.number_of(17)).is_some_and(|((body, gimbal), view)| {
                gimbal.roll_deg.abs() < 1.0
                    && body.roll_deg.abs() < 1.0
                    && body.pitch_deg + gimbal.pitch_deg + view / 2.0 >= 0.0
            });
        if sees_sky || flat.iter().any(|(east, north)| east.hypot(*north) > MAX_RANGE_M) {
            return Err(NoFootprint::Horizon);
        }
        if !is_simple(flat) {
            return Err(NoFootprint::Crossed);
        }
        let mean = |part: fn(&(f64, f64)) -> f64| flat.iter().map(part).sum::<f64>() / 4.0;
        let centre = middle.unwrap_or_else(|| frame.wgs84_from_enu((mean(|p| p.0), mean(|p| p.1))));
        let [upper_left, upper_right, lower_right, lower_left] = flat;
        let between = |a: (f64, f64), b: (f64, f64)| (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1));
        let (left, right) = (between(upper_left, lower_left), between(upper_right, lower_right));
        let farthest_m = flat.iter().map(|(east, north)| east.hypot(*north)).fold(0.0, f64::max);
        let above_m = self.above_ground_m().unwrap_or(farthest_m);
        Ok(Footprint {
            at: self.at,
            corners,
            centre,
            camera,
            width_m: (left.0 - right.0).hypot(left.1 - right.1),
            slant_range_m: distance_m(camera, centre).hypot(above_m),
            sigma_m: self.corner_sigma_m(farthest_m, above_m),
            origin,
        })
    }

    fn above_ground_m(&self) -> Option<f64> {
        let of = |datum| Some(self.height_m(datum)? - self.ground_height_m(datum)?);
        of(Datum::Ellipsoid).or_else(|| of(Datum::MeanSea)).filter(|m| *m > 0.0)
    }

    /// The worst corner on flat ground: pointing stretched by the slope of the ray, heights too.
    fn corner_sigma_m(&self, range_m: f64, above_m: f64) -> f64 {
        let errors = Errors { place_m: self.sigma_m(), ..Errors::default() };
        let slant_m = range_m.hypot(above_m);
        let stretch = (slant_m / above_m.max(1.0)).clamp(1.0, 100.0);
        let pointing_m = errors.pointing_deg.to_radians() * slant_m * stretch;
        errors.place_m.hypot(pointing_m).hypot(errors.height_m * range_m / above_m.max(1.0))
    }

    /// Numbers that the packet states twice, in one way or another.
    pub fn checks(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        let centre = self.place_of(13, 14).zip(self.place_of(23, 24));
        if let (Some((camera, centre)), Some(stated), Some(above_m)) =
            (centre, self.number_of(21), self.above_ground_m())
        {
            checks.push(Check { what: "slant_range_m", stated, computed: distance_m(camera, centre).hypot(above_m) });
        }
        if let (Ok(footprint), Some(stated)) = (self.stated_footprint(), self.first_of(&[96, 22])) {
            checks.push(Check { what: "target_width_m", stated, computed: footprint.width_m });
        }
        if let (Some(motion), Some(stated)) = (self.motion(), self.number_of(56)) {
            checks.push(Check { what: "ground_speed_mps", stated, computed: motion.speed_mps });
        }
        checks
    }

    /// The detection of the platform in the air.
    pub fn detection(&self, context: &Context) -> Option<Detection> {
        let flight = self.flight.as_ref().filter(|flight| flight.is_in_air)?;
        let sighting = Sighting {
            modality: Modality::Telemetry,
            phenomenon: Phenomenon::DroneInFlight,
            time: TimeEstimate::instant(flight.at, flight.time_sigma_s),
            place: Where::Estimate(PlaceEstimate::circular(flight.place, flight.sigma_m)),
            motion: flight.motion,
            identity: Some(Name::from(format!("own {}", flight.vehicle))),
            note: Some(Name::from("the mission's own flight")),
        };
        Some(sighting.detection(context, self.number))
    }
}

/// The bytes of a stream, once its first byte has come.
#[derive(Debug)]
enum Form {
    Unknown,
    Bare(Box<Line>),
    Transport(Box<Transport>, BTreeMap<u16, Line>),
}

/// One stream of packets.
#[derive(Debug, Default)]
struct Line {
    packets: Packets,
    held: BTreeMap<u32, (i64, Value)>,
    last_us: Option<i64>,
}

/// The decoder of one connection or file.
#[derive(Debug)]
pub struct Decoder {
    form: Form,
    number: u32,
    rejected: Tally,
    read: Tally,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A new one.
    pub fn new() -> Self {
        Self { form: Form::Unknown, number: 0, rejected: Tally::default(), read: Tally::default() }
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Packet> {
        if let (Form::Unknown, Some(first)) = (&self.form, bytes.first()) {
            // RTP begins with 0x80; its twelve bytes before each datagram are passed over as garbage.
            self.form = match first {
                0x47 | 0x80 => Form::Transport(Box::default(), BTreeMap::new()),
                _ => Form::Bare(Box::default()),
            };
        }
        self.run(|form, rejected, take| match form {
            Form::Unknown => {}
            Form::Bare(line) => line.feed(bytes, None, rejected, take),
            Form::Transport(transport, lines) => {
                let mut within = Tally::default();
                transport.feed(bytes, rejected, &mut |piece| of(lines, piece, &mut within, take));
                rejected.absorb(&within);
            }
        })
    }

    /// The stream has ended.
    pub fn end(&mut self) -> Vec<Packet> {
        let packets = self.run(|form, rejected, take| {
            if let Form::Transport(transport, lines) = form {
                let mut within = Tally::default();
                transport.finish(rejected, &mut |piece| of(lines, piece, &mut within, take));
                rejected.absorb(&within);
            }
        });
        match &mut self.form {
            Form::Unknown => {}
            Form::Bare(line) => line.packets.cut(&mut self.rejected),
            Form::Transport(_, lines) => lines.values_mut().for_each(|line| line.packets.cut(&mut self.rejected)),
        }
        packets
    }

    fn run(&mut self, step: impl FnOnce(&mut Form, &mut Tally, &mut dyn FnMut(Packet, &mut Tally))) -> Vec<Packet> {
        let mut packets = Vec::new();
        let (number, read) = (&mut self.number, &mut self.read);
        let mut counted = Tally::default();
        step(&mut self.form, &mut self.rejected, &mut |mut packet, rejected| {
            packet.number = *number;
            *number = number.saturating_add(1);
            read.add("packet");
            counted.absorb(rejected);
            packets.push(packet);
        });
        self.rejected.absorb(&counted);
        packets
    }
}

/// Gives a piece of a transport stream to the line that it belongs to.
fn of(lines: &mut BTreeMap<u16, Line>, piece: Piece, rejected: &mut Tally, take: &mut dyn FnMut(Packet, &mut Tally)) {
    match piece {
        Piece::Bytes(pid, pts, bytes) => lines.entry(pid).or_default().feed(bytes, Some((pid, pts)), rejected, take),
        Piece::Gap(pid) => lines.entry(pid).or_default().packets.cut(rejected),
    }
}

impl Line {
    fn feed(
        &mut self,
        bytes: &[u8],
        carried: Option<(u16, Option<u64>)>,
        rejected: &mut Tally,
        take: &mut dyn FnMut(Packet, &mut Tally),
    ) {
        let Self { packets, held, last_us } = self;
        packets.feed(bytes, rejected, &mut |bytes, header| {
            let mut rejected = Tally::default();
            let mut packet = of_bytes(bytes, header, carried, &mut rejected);
            finish(&mut packet, held, last_us, &mut rejected);
            take(packet, &mut rejected);
        });
    }
}

fn of_bytes(bytes: &[u8], header: usize, carried: Option<(u16, Option<u64>)>, rejected: &mut Tally) -> Packet {
    let (mut values, mut tags) = (BTreeMap::new(), Vec::new());
    let (mut stated_checksum, mut security) = (None, (None, None));
    let mut rest = bytes.get(header..).unwrap_or_default();
    while !rest.is_empty() {
        let Some((tag, content, behind)) = packet::item(rest) else {
            rejected.add("bad_item");
            break;
        };
        if tags.len() >= MAX_ITEMS {
            rejected.add("bad_item");
            break;
        }
        rest = behind;
        if tags.contains(&tag) {
            rejected.add("duplicate_item");
        }
        tags.push(tag);
        match tag {
            1 if content.len() == 2 && behind.is_empty() => stated_checksum = Some(packet::stored(bytes)),
            1 => {}
            48 => security = tags::security(content),
            _ => {}
        }
        // A length of 0 says that there is none, and ends what is held.
        let value = if content.is_empty() { None } else { tags::value(tag, content) };
        match value {
            Some(Ok(value)) => {
                rejected.add_n("out_of_range", u64::from(value == Value::OutOfRange));
                values.insert(tag, value);
            }
            Some(Err(reason)) => rejected.add(reason),
            None => {}
        }
    }
    let checksum = packet::checksum(bytes);
    Packet {
        number: 0,
        carried,
        values,
        tags,
        stated_checksum,
        checksum,
        security,
        at: None,
        flight: None,
        footprint: None,
    }
}

/// Adds what holds, the time, and what follows from the values, if the packet is sound.
fn finish(
    packet: &mut Packet,
    held: &mut BTreeMap<u32, (i64, Value)>,
    last_us: &mut Option<i64>,
    rejected: &mut Tally,
) {
    if !packet.is_sound() {
        rejected.add(if packet.stated_checksum.is_some() { "bad_checksum" } else { "no_checksum" });
        return;
    }
    let Some(stamp_us) = packet.micros_of(2) else {
        rejected.add("no_time");
        return;
    };
    rejected.add_n("time_goes_back", u64::from(last_us.is_some_and(|last| stamp_us <= last)));
    *last_us = Some(stamp_us);
    for tag in HELD {
        if packet.tags.contains(&tag) {
            match packet.values.get(&tag) {
                Some(value) => held.insert(tag, (stamp_us, value.clone())),
                None => held.remove(&tag),
            };
        } else if let Some((then, value)) = held.get(&tag)
            && stamp_us.abs_diff(*then) <= HOLD_US.unsigned_abs()
        {
            packet.values.insert(tag, value.clone());
        }
    }
    let leap_us = packet.micros_of(136).unwrap_or(0).saturating_mul(1_000_000);
    let corrected = stamp_us.saturating_add(leap_us).saturating_add(packet.micros_of(137).unwrap_or(0));
    packet.at = Timestamp::from_microsecond(corrected).ok();
    if packet.code_of(77).is_some_and(|mode| mode != 1) {
        rejected.add("not_operational");
        return;
    }
    packet.flight = packet.own_flight();
    rejected.add_n("no_place", u64::from(packet.flight.is_none()));
    packet.footprint = packet.stated_footprint().map_err(|reason| rejected.add(reason.word())).ok();
}

impl Stream for Decoder {
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) {
        let packets = self.feed(bytes);
        packets.iter().filter_map(|packet| packet.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn finish(&mut self, context: &Context, sink: &mut dyn FnMut(Record)) {
        let packets = self.end();
        packets.iter().filter_map(|packet| packet.detection(context)).for_each(|one| sink(Record::Detection(one)));
    }

    fn rejected(&self) -> &Tally {
        &self.rejected
    }

    fn read(&self) -> &Tally {
        &self.read
    }
}

#[cfg(test)]
#[path = "klv_tests.rs"]
mod tests;
