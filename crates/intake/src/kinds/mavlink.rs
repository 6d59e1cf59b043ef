//! `mavlink`: the mission's own drones by their own telemetry, and what receivers on board heard.
//!
//! **What it is.** MAVLink 1 and 2, as a stream (UDP, TCP, serial) or as a log (`.tlog`: a time before each frame), told
//! apart by the first byte. It only reads: nothing is ever sent to a vehicle.
//!
//! **What it gives.** [`Decoder::feed`] gives every message and, with each position of a vehicle (GLOBAL_POSITION_INT), an
//! [`OwnFlight`]: where, how high, attitude, camera. As a format it gives detections: a drone in flight with the claimed
//! identity `own mavlink N` and modality `telemetry` for each position in the air, so that a track can be told to be our
//! own; and movers that receivers on board heard (ADSB_VEHICLE, Remote ID of others). In the air means: not said to have
//! landed, and armed or at least 2 m above the take-off. Record numbers count messages from 0.
//!
//! **Time.** In a log the time before the frame; in a stream the reception. When SYSTEM_TIME was heard, the vehicle's
//! counter since boot is turned into UTC by the median of its last 20 differences (error 0.05 s), else the error is 1 s.
//!
//! **Place.** The stated accuracy (`h_acc`) of the last GPS_RAW_INT; without one, the dilution of precision times 4.0 m
//! over √2 (7.8 m at 95 % for the ranging error, as the GPS performance standard promises); without either 10 m.
//!
//! **Error model.** Counted by reason: `garbage` (bytes of no frame, damaged ones included), `unknown_message` (its check
//! cannot be made), `incompatible` (flags that must not be ignored), `bad_time` (of a log), `no_fix`, `bad_place`,
//! `lost` (frames missing by the sender's counter), `personal_data_refused`, `unfinished`. At most 255 vehicles are held.
//!
//! **What it cannot tell.** Whether a stream comes from the vehicle that it names: signatures are noted, not verified.
//!
//! # Source
//! MAVLink 2 serialization and common message definitions (public); GPS SPS Performance Standard, 5th edition, 3.4.

mod frame;
mod message;

pub use frame::Frame;
pub use message::{AdsbVehicle, GlobalPosition, GpsRaw, Message};

use super::remote_id;
use crate::flight::{Attitude, OwnFlight};
use crate::stream::{self, PERSONAL, Sighting, Stream, Tally};
use crate::{Context, Record, SensorKind};
use frame::Frames;
use std::collections::{BTreeMap, VecDeque};
use truceline_domain::{
    Detection, Modality, Motion, Name, Phenomenon, PlaceEstimate, Problems, SignedDuration, TimeEstimate, Timestamp,
    Wgs84, Where,
};

/// How many differences of the clocks are held.
const N_DIFFERENCES: usize = 20;
/// Ranging error over √2, m for a dilution of 1.
const RANGING_M: f64 = 4.0 / std::f64::consts::SQRT_2;
/// Error of the place when nothing is said about it, m.
const DEFAULT_SIGMA_M: f64 = 10.0;
/// Below this height above the take-off a disarmed vehicle stands, m.
const STANDING_M: f64 = 2.0;
/// Errors of the time with and without the vehicle's clock, s.
const TIME_SIGMA_S: (f64, f64) = (0.05, 1.0);

/// The format.
pub struct Mavlink;

impl SensorKind for Mavlink {
    fn name(&self) -> &'static str {
        "mavlink"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        let mut is_frame = false;
        // A frame with the right check at the begin, or behind one time.
        let begins = matches!(head.first(), Some(0xFD | 0xFE)) || matches!(head.get(8), Some(0xFD | 0xFE));
        if begins && head.first() != Some(&0xFF) {
            let mut unused = Tally::default();
            Frames::default()
                .feed(head.get(..head.len().min(2048)).unwrap_or_default(), &mut unused, &mut |_| is_frame = true);
        }
        is_frame
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        stream::whole(&mut Decoder::new(), bytes, context, sink)
    }
}

/// A message of a vehicle.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Its number in the stream, from 0.
    pub number: u32,
    /// The frame.
    pub frame: Frame,
    /// When.
    pub time: TimeEstimate,
    /// What it says.
    pub message: Message,
    /// Where the vehicle is, for a position of it.
    pub flight: Option<OwnFlight>,
}

#[derive(Debug, Default)]
struct Vehicle {
    /// UTC of boot, µs since 1970.
    boots_us: VecDeque<i64>,
    gps: Option<GpsRaw>,
    attitude: Option<Attitude>,
    gimbal: Option<Attitude>,
    view_deg: Option<(f64, f64)>,
    is_armed: bool,
    is_landed: bool,
    ids: BTreeMap<[u8; 20], remote_id::BasicId>,
}

/// The decoder of one connection or file.
#[derive(Debug, Default)]
pub struct Decoder {
    frames: Frames,
    vehicles: BTreeMap<u8, Vehicle>,
    sequences: BTreeMap<(u8, u8), u8>,
    number: u32,
    rejected: Tally,
    read: Tally,
}

impl Decoder {
    /// A new one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes, received at that time.
    pub fn feed(&mut self, bytes: &[u8], received_at: Timestamp) -> Vec<Heard> {
        let mut frames = Vec::new();
        self.frames.feed(bytes, &mut self.rejected, &mut |frame| frames.push(frame));
        frames.into_iter().map(|frame| self.heard(frame, received_at)).collect()
    }

    /// The stream has ended.
    pub fn end(&mut self, received_at: Timestamp) -> Vec<Heard> {
        let mut frames = Vec::new();
        self.frames.finish(&mut self.rejected, &mut |frame| frames.push(frame));
        frames.into_iter().map(|frame| self.heard(frame, received_at)).collect()
    }

    fn heard(&mut self, frame: Frame, received_at: Timestamp) -> Heard {
        let number = self.number;
        self.number = number.saturating_add(1);
        let last = self.sequences.insert((frame.system, frame.component), frame.sequence);
        let n_lost = last.map_or(0, |last| frame.sequence.wrapping_sub(last).wrapping_sub(1));
        self.rejected.add_n("lost", u64::from(n_lost));
        let message = message::read(frame.id, &frame.payload);
        self.read.add(word(&message));
        let at = frame.at.unwrap_or(received_at);
        let vehicle = self.vehicles.entry(frame.system).or_default();
        vehicle.learn(&message);
        let mut time = TimeEstimate::instant(at, TIME_SIGMA_S.1);
        let mut flight = None;
        match &message {
            Message::GlobalPosition(position) => {
                time = vehicle.time(position.boot_ms, at);
                flight = vehicle.flight(frame.system, position, time).map_err(|reason| self.rejected.add(reason)).ok();
            }
            Message::RemoteId { messages, .. } => {
                let is_personal = |message: &&remote_id::Message| {
                    matches!(message, remote_id::Message::OperatorId | remote_id::Message::System(_))
                };
                self.rejected.add_n(PERSONAL, messages.iter().filter(is_personal).count() as u64);
            }
            _ => {}
        }
        Heard { number, frame, time, message, flight }
    }

    /// The detection of a message: our own drone in the air, or a mover that a receiver on board heard.
    pub fn detection(&self, heard: &Heard, context: &Context) -> Option<Detection> {
        let sighting = match &heard.message {
            Message::GlobalPosition(_) => {
                let flight = heard.flight.as_ref().filter(|flight| flight.is_in_air)?;
                Sighting {
                    modality: Modality::Telemetry,
                    phenomenon: Phenomenon::DroneInFlight,
                    time: heard.time,
                    place: Where::Estimate(PlaceEstimate::circular(flight.place, flight.sigma_m)),
                    motion: flight.motion,
                    identity: Some(Name::from(format!("own {}", flight.vehicle))),
                    note: Some(Name::from("the mission's own flight")),
                }
            }
            Message::AdsbVehicle(aircraft) => of_aircraft(aircraft, heard.time)?,
            Message::RemoteId { address, messages } if *address != [0; 20] => {
                let vehicle = self.vehicles.get(&heard.frame.system)?;
                of_drone(vehicle.ids.get(address), messages, heard.time)?
            }
            _ => return None,
        };
        Some(sighting.detection(context, heard.number))
    }
}

impl Vehicle {
    fn learn(&mut self, message: &Message) {
        match message {
            Message::Heartbeat { base_mode, autopilot, .. } if *autopilot != 8 => self.is_armed = base_mode & 0x80 != 0,
            Message::ExtendedSysState { landed_state } => self.is_landed = *landed_state == 1,
            Message::GpsRaw(gps) => self.gps = Some(gps.clone()),
            Message::ClockTime { unix_us, boot_ms } if *unix_us > 631_152_000_000_000 => {
                let boot_us = i64::try_from(*unix_us).unwrap_or(i64::MAX).saturating_sub(i64::from(*boot_ms) * 1000);
                // A vehicle that began anew has another time of boot.
                if self.boots_us.back().is_some_and(|last| last.abs_diff(boot_us) > 5_000_000) {
                    self.boots_us.clear();
                }
                self.boots_us.push_back(boot_us);
                if self.boots_us.len() > N_DIFFERENCES {
                    self.boots_us.pop_front();
                }
            }
            Message::Attitude { roll, pitch, yaw, .. } => {
                self.attitude = finite([*yaw, *pitch, *roll], 57.295_779_513_082_32)
            }
            Message::MountOrientation { roll, pitch, yaw, .. } => self.gimbal = finite([*yaw, *pitch, *roll], 1.0),
            Message::GimbalAttitude { q, flags, .. } => {
                // Flag 32: the yaw is from north and not from the nose.
                let own = self.attitude.filter(|_| flags & 32 != 0).map_or(0.0, |attitude| attitude.heading_deg);
                self.gimbal =
                    of_quaternion(*q).map(|a| Attitude { heading_deg: (a.heading_deg - own).rem_euclid(360.0), ..a });
            }
            Message::CameraFovStatus { hfov, vfov, .. } if *hfov > 0.0 && *vfov > 0.0 => {
                self.view_deg = Some((f64::from(*hfov), f64::from(*vfov)));
            }
            Message::RemoteId { address, messages } if self.ids.len() < 256 => {
                for message in messages {
                    if let remote_id::Message::BasicId(id) = message {
                        self.ids.insert(*address, id.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn time(&self, boot_ms: u32, at: Timestamp) -> TimeEstimate {
        let mut sorted: Vec<i64> = self.boots_us.iter().copied().collect();
        sorted.sort_unstable();
        let boot_us = sorted.get(sorted.len() / 2).copied();
        let own = boot_us
            .and_then(|boot_us| Timestamp::from_microsecond(boot_us.checked_add(i64::from(boot_ms) * 1000)?).ok());
        own.map_or(TimeEstimate::instant(at, TIME_SIGMA_S.1), |own| TimeEstimate::instant(own, TIME_SIGMA_S.0))
    }

    fn flight(&self, system: u8, position: &GlobalPosition, time: TimeEstimate) -> Result<OwnFlight, &'static str> {
        if position.lat == 0 && position.lon == 0 {
            return Err("no_fix");
        }
        let place = place(position.lat, position.lon).ok_or("bad_place")?;
        let (north, east) = (f64::from(position.vx) / 100.0, f64::from(position.vy) / 100.0);
        let heading_deg = (position.hdg < 36_000).then(|| f64::from(position.hdg) / 100.0);
        let above_m = f64::from(position.relative_alt_mm) / 1000.0;
        let attitude =
            self.attitude.or(heading_deg.map(|deg| Attitude { heading_deg: deg, pitch_deg: 0.0, roll_deg: 0.0 }));
        let ellipsoid = self.gps.as_ref().filter(|gps| gps.alt_ellipsoid_mm != 0);
        Ok(OwnFlight {
            vehicle: format!("mavlink {system}"),
            at: time.from,
            time_sigma_s: time.sigma_s,
            place,
            sigma_m: self.sigma_m(),
            height_msl_m: Some(f64::from(position.alt_mm) / 1000.0),
            height_ellipsoid_m: ellipsoid.map(|gps| f64::from(gps.alt_ellipsoid_mm) / 1000.0),
            height_above_takeoff_m: Some(above_m),
            attitude: attitude.map(|a| Attitude { heading_deg: heading_deg.unwrap_or(a.heading_deg), ..a }),
            motion: Some(Motion {
                speed_mps: north.hypot(east),
                course_deg: east.atan2(north).to_degrees().rem_euclid(360.0),
            }),
            gimbal: self.gimbal,
            field_of_view_deg: self.view_deg,
            is_in_air: !self.is_landed && (self.is_armed || above_m >= STANDING_M),
        })
    }

    fn sigma_m(&self) -> f64 {
        match &self.gps {
            Some(gps) if gps.h_acc_mm > 0 => f64::from(gps.h_acc_mm) / 1000.0,
            Some(gps) if gps.eph > 0 && gps.eph < u16::MAX => f64::from(gps.eph) / 100.0 * RANGING_M,
            _ => DEFAULT_SIGMA_M,
        }
    }
}

fn place(lat: i32, lon: i32) -> Option<Wgs84> {
    Wgs84::new(f64::from(lat) * 1e-7, f64::from(lon) * 1e-7).ok()
}

fn finite([yaw, pitch, roll]: [f32; 3], scale: f64) -> Option<Attitude> {
    let is_finite = yaw.is_finite() && pitch.is_finite() && roll.is_finite();
    is_finite.then(|| Attitude {
        heading_deg: (f64::from(yaw) * scale).rem_euclid(360.0),
        pitch_deg: f64::from(pitch) * scale,
        roll_deg: f64::from(roll) * scale,
    })
}

/// Heading, pitch and roll of a unit quaternion (w, x, y, z).
fn of_quaternion(q: [f32; 4]) -> Option<Attitude> {
    let [w, x, y, z] = q.map(f64::from);
    let length = w * w + x * x + y * y + z * z;
    if !(0.5..2.0).contains(&length) {
        return None;
    }
    Some(Attitude {
        heading_deg: (2.0 * (w * z + x * y)).atan2(w * w + x * x - y * y - z * z).to_degrees().rem_euclid(360.0),
        pitch_deg: (2.0 * (w * y - z * x) / length).clamp(-1.0, 1.0).asin().to_degrees(),
        roll_deg: (2.0 * (w * x + y * z)).atan2(w * w - x * x - y * y + z * z).to_degrees(),
    })
}

/// Flags of ADSB_VEHICLE: place, heading and velocity hold; the report is simulated.
fn of_aircraft(aircraft: &AdsbVehicle, time: TimeEstimate) -> Option<Sighting> {
    let has = |flag: u16| aircraft.flags & flag != 0;
    if !has(1) || has(64) {
        return None;
    }
    let motion =
        Motion { speed_mps: f64::from(aircraft.hor_velocity) / 100.0, course_deg: f64::from(aircraft.heading) / 100.0 };
    let age = SignedDuration::from_secs(i64::from(aircraft.age_s));
    let at = time.from.checked_sub(age).unwrap_or(time.from);
    Some(Sighting {
        modality: Modality::Adsb,
        phenomenon: if aircraft.emitter_type == 14 { Phenomenon::DroneInFlight } else { Phenomenon::AircraftInFlight },
        time: TimeEstimate::instant(at, 1.0),
        // No accuracy is carried: that of NACp 8, as for lines of SBS.
        place: Where::Estimate(PlaceEstimate::circular(place(aircraft.lat, aircraft.lon)?, 37.8)),
        motion: (has(4) && has(8)).then_some(motion),
        identity: Some(Name::from(format!("icao {:06X}", aircraft.icao & 0xFF_FFFF))),
        note: (has(16) && !aircraft.callsign.is_empty()).then(|| Name::from(aircraft.callsign.as_str())),
    })
}

fn of_drone(id: Option<&remote_id::BasicId>, messages: &[remote_id::Message], time: TimeEstimate) -> Option<Sighting> {
    let location = messages.iter().find_map(|message| match message {
        remote_id::Message::Location(location) if location.status != 1 => Some(location),
        _ => None,
    })?;
    let (lat_deg, lon_deg) = location.place_deg?;
    let motion = location.speed_mps.zip(location.direction_deg);
    Some(Sighting {
        modality: Modality::Radio,
        phenomenon: Phenomenon::DroneInFlight,
        time,
        place: Where::Estimate(PlaceEstimate::circular(Wgs84::new(lat_deg, lon_deg).ok()?, location.sigma_m())),
        motion: motion.map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg }),
        identity: id.map(|id| Name::from(format!("remote id {} {}", id.kind_word(), id.id))),
        note: None,
    })
}

fn word(message: &Message) -> &'static str {
    match message {
        Message::Heartbeat { .. } => "heartbeat",
        Message::SysStatus { .. } => "sys_status",
        Message::ClockTime { .. } => "system_time",
        Message::GpsRaw(_) => "gps_raw_int",
        Message::Attitude { .. } => "attitude",
        Message::GlobalPosition(_) => "global_position_int",
        Message::RadioStatus { .. } => "radio_status",
        Message::CameraTrigger { .. } => "camera_trigger",
        Message::ExtendedSysState { .. } => "extended_sys_state",
        Message::AdsbVehicle(_) => "adsb_vehicle",
        Message::StatusText { .. } => "statustext",
        Message::CameraImageCaptured { .. } => "camera_image_captured",
        Message::MountOrientation { .. } => "mount_orientation",
        Message::CameraFovStatus { .. } => "camera_fov_status",
        Message::GimbalAttitude { .. } => "gimbal_device_attitude_status",
        Message::RemoteId { .. } => "open_drone_id",
        Message::Other => "other",
    }
}

impl Stream for Decoder {
    fn feed(&mut self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) {
        for heard in self.feed(bytes, context.received_at) {
            self.detection(&heard, context).into_iter().for_each(|one| sink(Record::Detection(one)));
        }
    }

    fn finish(&mut self, context: &Context, sink: &mut dyn FnMut(Record)) {
        for heard in self.end(context.received_at) {
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

#[cfg(test)]
#[path = "mavlink_tests.rs"]
mod tests;
