//! The fixed header and the blockettes of a miniSEED 2 record.

use super::Wrong;
use super::header::{Clock, Fields, Header, Outcome, Stated, as_written};

/// Length of the fixed header.
const FIXED: usize = 48;
/// Lengths that a record can have, as powers of two.
const EXPONENTS: std::ops::RangeInclusive<u8> = 7..=20;
/// Length of a record that states none and has no neighbour.
const LENGTH_BY_CUSTOM: usize = 4096;

/// True when a data record may begin here: a number, the quality, and a time of day within its bounds.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let Some((number, rest)) = bytes.split_first_chunk::<6>() else { return false };
    let [quality, reserved, ..] = rest else { return false };
    number.iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | 0))
        && matches!(quality, b'D' | b'R' | b'Q' | b'M')
        && matches!(reserved, b' ' | 0)
        && bytes.len() >= FIXED
        && is_little(bytes).is_some()
        && matches!(bytes.get(24..27), Some([0..=23, 0..=59, 0..=60]))
}

/// The byte order in which year and day are plausible, big endian first.
fn is_little(bytes: &[u8]) -> Option<bool> {
    [false, true].into_iter().find(|is_little| {
        let fields = Fields { bytes, is_little: *is_little };
        (1900..=2100).contains(&fields.u16(20)) && (1..=366).contains(&fields.u16(22))
    })
}

/// What the blockettes say.
#[derive(Default)]
struct Blockettes {
    /// Encoding, little endian, length, from blockette 1000.
    layout: Option<(u8, bool, usize)>,
    /// From blockette 100.
    rate_hz: Option<f64>,
    /// Quality in percent and microseconds, from blockette 1001.
    timing: Option<(u8, i8)>,
}

/// Reads the header of a record that [`begins`] here.
pub(super) fn read(bytes: &[u8], offset: usize) -> Outcome {
    let fields = Fields { bytes, is_little: is_little(bytes).unwrap_or_default() };
    let blockettes = blockettes(&fields).map_err(|wrong| (wrong, None))?;
    let (encoding, is_little, length) =
        blockettes.layout.unwrap_or_else(|| (10, fields.is_little, length_without_word(bytes)));
    if length > bytes.len() {
        let message = format!("the record breaks off after {} of {length} bytes", bytes.len());
        return Err((Wrong::refuse("truncated", message), None));
    }
    let refuse = |message: &str| (Wrong::refuse("bad_header", message), Some(length));
    let n_samples = u32::from(fields.u16(30));
    let data = usize::from(fields.u16(44));
    if (n_samples > 0 && data < FIXED) || data > length {
        return Err(refuse("the samples are said to lie outside the record"));
    }
    let (start_ns, in_leap_second) = start(&fields, &blockettes).ok_or_else(|| refuse("the time is none"))?;
    let header = Header {
        length,
        payload: offset + data..offset + length,
        start_ns,
        rate_hz: blockettes.rate_hz.unwrap_or_else(|| rate_hz(&fields)),
        n_samples,
        encoding,
        is_little,
        publication: match fields.u8(6) {
            b'R' => 1,
            b'D' => 2,
            b'Q' => 3,
            _ => 4,
        },
        clock: Clock {
            is_locked: fields.u8(37) & 0x20 != 0,
            is_questionable: fields.u8(38) & 0x80 != 0,
            // Writers that know nothing of the clock put 0 here.
            quality: blockettes.timing.map(|(quality, _)| f64::from(quality)).filter(|quality| *quality > 0.0),
        },
        in_leap_second,
        odd: blockettes.layout.is_none().then_some((
            "no_blockette_1000",
            "the record does not state its encoding (no blockette 1000); it was read as Steim-1",
        )),
    };
    Ok((identifier(bytes), header))
}

/// Walks the chain of blockettes. Each must lie behind the one before, after the fixed header and inside the record.
fn blockettes(fields: &Fields) -> Result<Blockettes, Wrong> {
    let mut found = Blockettes::default();
    let mut end = FIXED;
    let mut at = usize::from(fields.u16(46));
    while at != 0 {
        let record = found.layout.map_or(fields.bytes.len(), |(_, _, length)| length);
        if at < end || at + 4 > record.min(fields.bytes.len()) {
            let message = format!("a blockette is said to lie at byte {at}, where none can be");
            return Err(Wrong::refuse("bad_blockette", message));
        }
        match fields.u16(at) {
            1000 => found.layout = Some(layout(fields, at)?),
            1001 => found.timing = Some((fields.u8(at + 4), fields.u8(at + 5).cast_signed())),
            100 => found.rate_hz = Some(as_written(fields.f32(at + 4))).filter(|hz| hz.is_finite() && *hz > 0.0),
            _ => {}
        }
        end = at + 4;
        at = usize::from(fields.u16(at + 2));
    }
    Ok(found)
}

fn layout(fields: &Fields, at: usize) -> Result<(u8, bool, usize), Wrong> {
    let (encoding, order, exponent) = (fields.u8(at + 4), fields.u8(at + 5), fields.u8(at + 6));
    if !EXPONENTS.contains(&exponent) {
        return Err(Wrong::refuse("bad_blockette", format!("blockette 1000 states a length of 2^{exponent} bytes")));
    }
    Ok((encoding, order == 0, 1 << exponent))
}

/// The length of a record without blockette 1000: to the next record, or to the end of the file, or the customary one.
fn length_without_word(bytes: &[u8]) -> usize {
    let lengths = EXPONENTS.map(|exponent| 1_usize << exponent);
    let mut fitting = lengths.filter(|length| *length == bytes.len() || bytes.get(*length..).is_some_and(begins));
    fitting.next().unwrap_or(LENGTH_BY_CUSTOM)
}

/// Time of the first sample, and whether it lies in a leap second.
fn start(fields: &Fields, blockettes: &Blockettes) -> Option<(i64, bool)> {
    let fraction = fields.u16(28);
    let stated = Stated {
        year: fields.u16(20),
        day_of_year: fields.u16(22),
        hour: fields.u8(24),
        minute: fields.u8(25),
        second: fields.u8(26),
        nanosecond: 100_000_u32.saturating_mul(u32::from(fraction)),
    };
    let is_applied = fields.u8(36) & 0x02 != 0;
    let correction = if is_applied { 0 } else { 100_000 * i64::from(fields.i32(40)) };
    let microseconds = blockettes.timing.map_or(0, |(_, microseconds)| i64::from(microseconds));
    Some((stated.ns()? + correction + 1_000 * microseconds, stated.second == 60))
}

/// Samples per second from factor and multiplier; 0 when either is 0.
fn rate_hz(fields: &Fields) -> f64 {
    let (factor, multiplier) = (f64::from(fields.i16(32)), f64::from(fields.i16(34)));
    match (factor > 0.0, multiplier > 0.0) {
        _ if factor == 0.0 || multiplier == 0.0 => 0.0,
        (true, true) => factor * multiplier,
        (true, false) => -factor / multiplier,
        (false, true) => -multiplier / factor,
        (false, false) => 1.0 / (factor * multiplier),
    }
}

/// `NET.STA.LOC.CHA`; empty when all four are blank.
fn identifier(bytes: &[u8]) -> String {
    let code = |range: std::ops::Range<usize>| {
        let raw = String::from_utf8_lossy(bytes.get(range).unwrap_or_default()).into_owned();
        raw.trim_matches([' ', '\0']).replace(|c: char| c.is_control() || c.is_whitespace(), "_")
    };
    let [network, station, location, channel] = [code(18..20), code(8..13), code(13..15), code(15..18)];
    let identifier = format!("{network}.{station}.{location}.{channel}");
    if identifier == "..." { String::new() } else { identifier }
}
