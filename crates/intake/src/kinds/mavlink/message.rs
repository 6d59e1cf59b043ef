//! The fields of the messages that are used, in the order of the wire.

use crate::kinds::remote_id;

/// A message. Units are those of the wire where the name has no unit.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the public message definitions, where each field is described")]
pub enum Message {
    /// 0.
    Heartbeat { custom_mode: u32, kind: u8, autopilot: u8, base_mode: u8, system_status: u8, version: u8 },
    /// 1: what is left of the battery, percent.
    SysStatus { battery_remaining: Option<i8> },
    /// 2.
    ClockTime { unix_us: u64, boot_ms: u32 },
    /// 24.
    GpsRaw(GpsRaw),
    /// 30: radians.
    Attitude { boot_ms: u32, roll: f32, pitch: f32, yaw: f32, rates: [f32; 3] },
    /// 33.
    GlobalPosition(GlobalPosition),
    /// 109.
    RadioStatus { rssi: u8, noise: u8 },
    /// 112.
    CameraTrigger { time_us: u64, sequence: u32 },
    /// 245: 1 on the ground, 2 in the air, 3 taking off, 4 landing.
    ExtendedSysState { landed_state: u8 },
    /// 246: an aircraft that a receiver on board heard.
    AdsbVehicle(AdsbVehicle),
    /// 253: only the severity; the text is not read.
    StatusText { severity: u8 },
    /// 263.
    CameraImageCaptured {
        utc_us: u64,
        boot_ms: u32,
        lat: i32,
        lon: i32,
        alt_mm: i32,
        relative_alt_mm: i32,
        q: [f32; 4],
        index: i32,
        camera: u8,
        result: i8,
    },
    /// 265: degrees.
    MountOrientation { boot_ms: u32, roll: f32, pitch: f32, yaw: f32 },
    /// 271.
    CameraFovStatus { boot_ms: u32, camera: [i32; 3], image: [i32; 3], q: [f32; 4], hfov: f32, vfov: f32 },
    /// 285.
    GimbalAttitude { boot_ms: u32, q: [f32; 4], flags: u16 },
    /// 12900, 12901, 12904: Remote ID, own (address all zero) or heard by a receiver on board.
    RemoteId { address: [u8; 20], messages: Vec<remote_id::Message> },
    /// Any other whose check is right.
    Other,
}

/// GPS_RAW_INT.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the public message definitions, where each field is described")]
pub struct GpsRaw {
    pub time_us: u64,
    pub lat: i32,
    pub lon: i32,
    pub alt_mm: i32,
    pub eph: u16,
    pub epv: u16,
    pub vel: u16,
    pub cog: u16,
    pub fix_type: u8,
    pub satellites: u8,
    pub alt_ellipsoid_mm: i32,
    pub h_acc_mm: u32,
    pub v_acc_mm: u32,
}

/// GLOBAL_POSITION_INT.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the public message definitions, where each field is described")]
pub struct GlobalPosition {
    pub boot_ms: u32,
    pub lat: i32,
    pub lon: i32,
    pub alt_mm: i32,
    pub relative_alt_mm: i32,
    pub vx: i16,
    pub vy: i16,
    pub vz: i16,
    pub hdg: u16,
}

/// ADSB_VEHICLE.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the public message definitions, where each field is described")]
pub struct AdsbVehicle {
    pub icao: u32,
    pub lat: i32,
    pub lon: i32,
    pub altitude_mm: i32,
    pub heading: u16,
    pub hor_velocity: u16,
    pub flags: u16,
    pub callsign: String,
    pub emitter_type: u8,
    pub age_s: u8,
}

/// Takes fields one behind the other; behind the end there are zeros, as senders cut them.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let n = N.min(self.0.len());
        let (own, rest) = self.0.split_at(n);
        bytes.iter_mut().zip(own).for_each(|(to, from)| *to = *from);
        self.0 = rest;
        bytes
    }

    fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn i16(&mut self) -> i16 {
        i16::from_le_bytes(self.take())
    }

    fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.take())
    }

    fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }

    fn f32s<const N: usize>(&mut self) -> [f32; N] {
        std::array::from_fn(|_| self.f32())
    }

    fn i32s<const N: usize>(&mut self) -> [i32; N] {
        std::array::from_fn(|_| self.i32())
    }
}

/// Reads the payload of a message. A struct's fields are evaluated in the order they are written, which is the wire's.
pub(super) fn read(id: u32, payload: &[u8]) -> Message {
    let f = &mut Fields(payload);
    match id {
        0 => Message::Heartbeat {
            custom_mode: f.u32(),
            kind: f.u8(),
            autopilot: f.u8(),
            base_mode: f.u8(),
            system_status: f.u8(),
            version: f.u8(),
        },
        1 => {
            // Three masks and nine numbers of 16 bits stand before it.
            let _ = f.take::<30>();
            Message::SysStatus { battery_remaining: Some(f.u8().cast_signed()).filter(|percent| *percent >= 0) }
        }
        2 => Message::ClockTime { unix_us: f.u64(), boot_ms: f.u32() },
        24 => Message::GpsRaw(GpsRaw {
            time_us: f.u64(),
            lat: f.i32(),
            lon: f.i32(),
            alt_mm: f.i32(),
            eph: f.u16(),
            epv: f.u16(),
            vel: f.u16(),
            cog: f.u16(),
            fix_type: f.u8(),
            satellites: f.u8(),
            alt_ellipsoid_mm: f.i32(),
            h_acc_mm: f.u32(),
            v_acc_mm: f.u32(),
        }),
        30 => Message::Attitude { boot_ms: f.u32(), roll: f.f32(), pitch: f.f32(), yaw: f.f32(), rates: f.f32s() },
        33 => Message::GlobalPosition(GlobalPosition {
            boot_ms: f.u32(),
            lat: f.i32(),
            lon: f.i32(),
            alt_mm: f.i32(),
            relative_alt_mm: f.i32(),
            vx: f.i16(),
            vy: f.i16(),
            vz: f.i16(),
            hdg: f.u16(),
        }),
        109 => {
            // Two counters of 16 bits stand before it, and between it and the noise two bytes.
            let _ = f.take::<4>();
            let rssi = f.u8();
            let _ = f.take::<2>();
            Message::RadioStatus { rssi, noise: f.u8() }
        }
        112 => Message::CameraTrigger { time_us: f.u64(), sequence: f.u32() },
        245 => {
            let _ = f.u8();
            Message::ExtendedSysState { landed_state: f.u8() }
        }
        246 => adsb(f),
        253 => Message::StatusText { severity: f.u8() },
        263 => Message::CameraImageCaptured {
            utc_us: f.u64(),
            boot_ms: f.u32(),
            lat: f.i32(),
            lon: f.i32(),
            alt_mm: f.i32(),
            relative_alt_mm: f.i32(),
            q: f.f32s(),
            index: f.i32(),
            camera: f.u8(),
            result: f.u8().cast_signed(),
        },
        265 => Message::MountOrientation { boot_ms: f.u32(), roll: f.f32(), pitch: f.f32(), yaw: f.f32() },
        271 => Message::CameraFovStatus {
            boot_ms: f.u32(),
            camera: f.i32s(),
            image: f.i32s(),
            q: f.f32s(),
            hfov: f.f32(),
            vfov: f.f32(),
        },
        285 => {
            let (boot_ms, q) = (f.u32(), f.f32s());
            let _ = f.take::<16>();
            Message::GimbalAttitude { boot_ms, q, flags: f.u16() }
        }
        12_900 | 12_901 | 12_904 | 12_915 => remote_id(id, f),
        _ => Message::Other,
    }
}

fn adsb(f: &mut Fields) -> Message {
    let (icao, lat, lon, altitude_mm) = (f.u32(), f.i32(), f.i32(), f.i32());
    let (heading, hor_velocity, _, flags, _) = (f.u16(), f.u16(), f.i16(), f.u16(), f.u16());
    let _ = f.u8();
    let callsign: [u8; 9] = f.take();
    let text = callsign.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte));
    let callsign = text.filter(|c| c.is_ascii_alphanumeric()).collect();
    let (emitter_type, age_s) = (f.u8(), f.u8());
    Message::AdsbVehicle(AdsbVehicle {
        icao,
        lat,
        lon,
        altitude_mm,
        heading,
        hor_velocity,
        flags,
        callsign,
        emitter_type,
        age_s,
    })
}

/// Remote ID in MAVLink's own layout becomes the message that the air would carry.
fn remote_id(id: u32, f: &mut Fields) -> Message {
    let known = |value: f32, unknown: f32| Some(f64::from(value)).filter(|_| value.is_finite() && value > unknown);
    match id {
        12_900 => {
            let _ = f.u16();
            let address = f.take();
            let (kind, aircraft) = (f.u8(), f.u8());
            let text: [u8; 20] = f.take();
            let mut bytes = [0; 25];
            bytes.iter_mut().skip(1).take(1).for_each(|byte| *byte = kind << 4 | aircraft & 0xF);
            bytes.iter_mut().skip(2).zip(text).for_each(|(to, from)| *to = from);
            Message::RemoteId { address, messages: remote_id::messages(&bytes).0 }
        }
        12_901 => {
            let (lat, lon, pressure, ellipsoid, height, tenths) =
                (f.i32(), f.i32(), f.f32(), f.f32(), f.f32(), f.f32());
            let (direction, speed, climb) = (f.u16(), f.u16(), f.i16());
            let _ = f.u16();
            let address = f.take();
            let (status, reference) = (f.u8(), f.u8());
            let [horizontal, vertical, pressure_accuracy, speed_accuracy, time_accuracy] = f.take();
            let location = remote_id::Location {
                status,
                is_height_above_ground: reference == 1,
                direction_deg: (direction < 36_000).then(|| f64::from(direction) / 100.0),
                speed_mps: (speed < 25_500).then(|| f64::from(speed) / 100.0),
                climb_mps: (climb.abs() < 6300).then(|| f64::from(climb) / 100.0),
                place_deg: (lat != 0 || lon != 0).then(|| (f64::from(lat) * 1e-7, f64::from(lon) * 1e-7)),
                pressure_altitude_m: known(pressure, -1000.0),
                ellipsoid_height_m: known(ellipsoid, -1000.0),
                height_m: known(height, -1000.0),
                horizontal_accuracy: horizontal,
                vertical_accuracy: vertical,
                pressure_accuracy,
                speed_accuracy,
                // Seconds after the hour here.
                tenths_of_hour: (0.0..=3600.0).contains(&tenths).then(|| (tenths * 10.0).round() as u16),
                time_accuracy_s: Some(f64::from(time_accuracy) * 0.1).filter(|s| *s > 0.0),
            };
            Message::RemoteId { address, messages: vec![remote_id::Message::Location(location)] }
        }
        // The operator's place is most of it, and nothing here needs the rest.
        12_904 => Message::RemoteId { address: [0; 20], messages: vec![remote_id::Message::OperatorId] },
        _ => {
            let _ = f.u16();
            let address = f.take();
            let (size, n) = (f.u8(), f.u8());
            let pack: [u8; 225] = f.take();
            let bytes = [&[0xF2, size, n][..], &pack].concat();
            Message::RemoteId { address, messages: remote_id::messages(&bytes).0 }
        }
    }
}
