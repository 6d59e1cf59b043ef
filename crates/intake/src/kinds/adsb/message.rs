//! What a Mode S frame says.

use super::frame::remainder;

/// A frame, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Downlink format, 0…24.
    pub format: u8,
    /// The ICAO address: stated (11, 17, 18) or what the parity overlay gives (0, 4, 5, 16, 20, 21).
    pub icao: u32,
    /// True when the address is only what remains of the parity: any damaged frame gives some address.
    pub is_overlaid: bool,
    /// True when the address is an ICAO address (DF 18 can carry others).
    pub is_icao: bool,
    /// What it holds.
    pub content: Content,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Type codes 1…4.
    Identification {
        /// `A0`…`D7`; `B6` is an unmanned aircraft.
        category: (char, u8),
        /// Flight number or registration.
        callsign: String,
    },
    /// Type codes 5…8.
    Surface {
        /// Ground speed, m/s.
        speed_mps: Option<f64>,
        /// Track, degrees.
        track_deg: Option<f64>,
        /// The place, coded.
        cpr: Cpr,
    },
    /// Type codes 9…18 and 20…22.
    Airborne {
        /// Type code, which tells the quality.
        type_code: u8,
        /// 0…3.
        surveillance_status: u8,
        /// The supplement B of the integrity (single antenna flag in version 0 and 1).
        nic_b: bool,
        /// Altitude and what it is measured from.
        altitude: Option<Altitude>,
        /// The place, coded.
        cpr: Cpr,
    },
    /// Type code 19.
    Velocity {
        /// 1…4.
        subtype: u8,
        /// Over ground (subtypes 1 and 2): speed in m/s, track in degrees.
        ground: Option<(f64, f64)>,
        /// Through the air (subtypes 3 and 4): speed in m/s.
        airspeed_mps: Option<f64>,
        /// Magnetic heading, degrees (subtypes 3 and 4).
        heading_deg: Option<f64>,
        /// Climb, ft/min.
        climb_ft_min: Option<i32>,
        /// True when the climb is barometric.
        is_climb_barometric: bool,
        /// Geometric minus barometric altitude, ft.
        geometric_minus_barometric_ft: Option<i32>,
        /// Accuracy category of the velocity, 0…4.
        nac_v: u8,
    },
    /// Type code 28, subtype 1: emergency state and squawk.
    Emergency {
        /// 0 none … 7.
        state: u8,
        /// Four octal digits.
        squawk: u16,
    },
    /// Type code 31.
    Operational {
        /// Version of the standard, 0…2.
        version: u8,
        /// Accuracy category of the position, 0…11.
        nac_p: Option<u8>,
        /// Integrity level.
        sil: Option<u8>,
    },
    /// Formats 0, 4, 16, 20: barometric altitude.
    Level(Option<Altitude>),
    /// Formats 5 and 21: four octal digits.
    Squawk(u16),
    /// Format 11: 3 bits of capability.
    AllCall(u8),
    /// Sound, but not of use here.
    Other,
}

/// An altitude, ft.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Altitude {
    /// Pressure altitude, ft.
    Barometric(i32),
    /// Height above the ellipsoid, ft.
    Geometric(i32),
}

/// A place in compact position reporting: two numbers of 17 bits, and which of the two grids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cpr {
    /// The odd grid.
    pub is_odd: bool,
    /// Latitude, 0…131071.
    pub lat: u32,
    /// Longitude, 0…131071.
    pub lon: u32,
}

/// Why a frame gives no message.
pub(super) fn decode(bytes: &[u8]) -> Result<Message, &'static str> {
    let bits = Bits(bytes);
    let format = u8::try_from(bits.of(0, 5)).unwrap_or(0).min(24);
    let wanted = if format < 16 { 7 } else { 14 };
    if bytes.len() != wanted {
        return Err("bad_length");
    }
    let rest = remainder(bytes);
    let stated = bits.of(8, 24);
    let (icao, is_overlaid, is_icao) = match format {
        17 | 18 if rest != 0 => return Err("bad_parity"),
        17 => (stated, false, true),
        18 => (stated, false, matches!(bits.of(5, 3), 0 | 2 | 6)),
        // The overlay is the interrogator's number, at most 79.
        11 if rest > 79 => return Err("bad_parity"),
        11 => (stated, false, true),
        0 | 4 | 5 | 16 | 20 | 21 => (rest, true, true),
        _ => return Err("unknown_format"),
    };
    let content = match format {
        0 | 4 | 16 | 20 => Content::Level(altitude_13(bits.of(19, 13))),
        5 | 21 => Content::Squawk(squawk(bits.of(19, 13))),
        11 => Content::AllCall(bits.small(5, 3)),
        // TIS-B and ADS-R of other codings are no reports of the aircraft itself.
        18 if bits.of(5, 3) > 1 => Content::Other,
        _ => extended(&bits),
    };
    Ok(Message { format, icao, is_overlaid, is_icao, content })
}

/// Bits of a frame, from the first.
struct Bits<'a>(&'a [u8]);

impl Bits<'_> {
    /// Up to 24 bits; what lies behind the end is zero.
    fn of(&self, from: usize, n: usize) -> u32 {
        (from..from + n).fold(0, |sum, at| {
            let byte = self.0.get(at / 8).copied().unwrap_or(0);
            sum << 1 | u32::from(byte >> (7 - at % 8) & 1)
        })
    }

    fn small(&self, from: usize, n: usize) -> u8 {
        u8::try_from(self.of(from, n)).unwrap_or(u8::MAX)
    }

    fn is(&self, at: usize) -> bool {
        self.of(at, 1) == 1
    }
}

/// The first bit of the message field of an extended squitter.
const ME: usize = 32;

fn extended(bits: &Bits) -> Content {
    let cpr = Cpr { is_odd: bits.is(ME + 21), lat: bits.of(ME + 22, 17), lon: bits.of(ME + 39, 17) };
    let type_code = bits.small(ME, 5);
    match type_code {
        1..=4 => Content::Identification {
            category: (char::from(b'E' - type_code), bits.small(ME + 5, 3)),
            callsign: callsign(bits),
        },
        5..=8 => Content::Surface {
            speed_mps: movement(bits.of(ME + 5, 7)),
            track_deg: bits.is(ME + 12).then(|| f64::from(bits.of(ME + 13, 7)) * 360.0 / 128.0),
            cpr,
        },
        9..=18 | 20..=22 => Content::Airborne {
            type_code,
            surveillance_status: bits.small(ME + 5, 2),
            nic_b: bits.is(ME + 7),
            altitude: altitude_12(bits.of(ME + 8, 12), type_code),
            cpr,
        },
        19 => velocity(bits),
        28 if bits.of(ME + 5, 3) == 1 => {
            Content::Emergency { state: bits.small(ME + 8, 3), squawk: squawk(bits.of(ME + 11, 13)) }
        }
        31 => operational(bits),
        _ => Content::Other,
    }
}

/// The alphabet of six bits; `#` stands for no character.
const ALPHABET: &[u8; 64] = b"#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######";

fn callsign(bits: &Bits) -> String {
    let code = |n: usize| ALPHABET.get(bits.of(ME + 8 + 6 * n, 6) as usize).copied().unwrap_or(b'#');
    let text: String = (0..8).map(|n| char::from(code(n))).filter(|c| *c != '#').collect();
    text.trim_end().to_owned()
}

/// The scale of ground speed, m/s.
///
/// # Source
/// DO-260B, table 2-14: steps of 0.125, 0.25, 0.5, 1, 2 and 5 kt.
fn movement(code: u32) -> Option<f64> {
    let step = |from: u32, begin: f64, width: f64| begin + width * f64::from(code - from);
    let kt = match code {
        1 => 0.0,
        2..=8 => step(2, 0.125, 0.125),
        9..=12 => step(9, 1.0, 0.25),
        13..=38 => step(13, 2.0, 0.5),
        39..=93 => step(39, 15.0, 1.0),
        94..=108 => step(94, 70.0, 2.0),
        109..=123 => step(109, 100.0, 5.0),
        124 => 175.0,
        _ => return None,
    };
    Some(kt * super::KNOT_MPS)
}

/// Twelve bits: with bit 8 set, steps of 25 ft; else Gillham's code without its M bit.
fn altitude_12(code: u32, type_code: u8) -> Option<Altitude> {
    if code == 0 {
        return None;
    }
    if type_code >= 20 {
        let feet = (f64::from(code) / 0.3048).round();
        return Some(Altitude::Geometric(feet as i32));
    }
    altitude_13((code & 0xFC0) << 1 | code & 0x3F)
}

/// Thirteen bits `C1 A1 C2 A2 C4 A4 M B1 Q B2 D2 B4 D4`.
fn altitude_13(code: u32) -> Option<Altitude> {
    let code = i32::try_from(code).ok()?;
    match (code & 0x40 != 0, code & 0x10 != 0) {
        _ if code == 0 => None,
        (true, _) => {
            let metres = (code & 0x1F80) >> 1 | code & 0x3F;
            Some(Altitude::Barometric((f64::from(metres) / 0.3048).round() as i32))
        }
        (false, true) => {
            let n = (code & 0x1F80) >> 2 | (code & 0x20) >> 1 | code & 0xF;
            Some(Altitude::Barometric(25 * n - 1000))
        }
        (false, false) => gillham(code).map(Altitude::Barometric),
    }
}

/// Gillham's code in steps of 100 ft.
///
/// # Source
/// ICAO Annex 10, volume IV, appendix to chapter 3: D2 D4 A1 A2 A4 B1 B2 B4 in Gray code count 500 ft, C1 C2 C4 count
/// 100 ft and run back and forth.
fn gillham(code: i32) -> Option<i32> {
    let bit = |at: u32| code >> at & 1;
    let gray = |bits: &[i32]| {
        let mut last = 0;
        bits.iter().fold(0, |sum, bit| {
            last ^= bit;
            sum << 1 | last
        })
    };
    let fives = gray(&[bit(2), bit(0), bit(11), bit(9), bit(7), bit(5), bit(3), bit(1)]);
    let ones = match gray(&[bit(12), bit(10), bit(8)]) {
        7 => 5,
        n @ 1..=4 => n,
        _ => return None,
    };
    let ones = if fives % 2 == 1 { 6 - ones } else { ones };
    Some(500 * fives + 100 * ones - 1300)
}

/// Four octal digits out of `C1 A1 C2 A2 C4 A4 X B1 D1 B2 D2 B4 D4`, as a decimal number of the same digits.
fn squawk(code: u32) -> u16 {
    let digit = |four: u32, two: u32, one: u32| (code >> four & 1) * 4 + (code >> two & 1) * 2 + (code >> one & 1);
    let (a, b) = (digit(7, 9, 11), digit(1, 3, 5));
    let (c, d) = (digit(8, 10, 12), digit(0, 2, 4));
    u16::try_from(a * 1000 + b * 100 + c * 10 + d).unwrap_or(0)
}

fn velocity(bits: &Bits) -> Content {
    let subtype = bits.small(ME + 5, 3);
    let scale = if matches!(subtype, 2 | 4) { 4.0 } else { 1.0 } * super::KNOT_MPS;
    // A sign and a number of which 0 means that there is none and 1 means zero.
    let signed = |sign: usize, n: usize| {
        let raw = i32::try_from(bits.of(sign + 1, n)).unwrap_or(0);
        (raw > 0).then_some(if bits.is(sign) { 1 - raw } else { raw - 1 })
    };
    let part = |sign: usize| signed(sign, 10).map(|n| f64::from(n) * scale);
    let is_ground = matches!(subtype, 1 | 2);
    let ground = part(ME + 13)
        .zip(part(ME + 24))
        .filter(|_| is_ground)
        .map(|(east, north)| (east.hypot(north), east.atan2(north).to_degrees().rem_euclid(360.0)));
    let is_air = matches!(subtype, 3 | 4);
    let air = bits.of(ME + 25, 10);
    Content::Velocity {
        subtype,
        ground,
        airspeed_mps: (is_air && air > 0).then(|| f64::from(air - 1) * scale),
        heading_deg: (is_air && bits.is(ME + 13)).then(|| f64::from(bits.of(ME + 14, 10)) * 360.0 / 1024.0),
        climb_ft_min: signed(ME + 36, 9).map(|n| 64 * n),
        is_climb_barometric: bits.is(ME + 35),
        geometric_minus_barometric_ft: signed(ME + 48, 7).map(|n| 25 * n),
        nac_v: bits.small(ME + 10, 3),
    }
}

fn operational(bits: &Bits) -> Content {
    let version = bits.small(ME + 40, 3);
    let has_quality = version > 0 && bits.of(ME + 5, 3) <= 1;
    Content::Operational {
        version,
        nac_p: has_quality.then(|| bits.small(ME + 44, 4)),
        sil: has_quality.then(|| bits.small(ME + 50, 2)),
    }
}
