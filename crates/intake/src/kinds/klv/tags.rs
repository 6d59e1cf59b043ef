//! The items of the set and how their values are coded.
//!
//! # Source
//! MISB ST 0601.19, clause 8; ST 1201.5 (IMAPB); ST 0102.12 (classification).

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// In the unit that [`unit`] names.
    Number(f64),
    /// Time, µs.
    Micros(i64),
    /// Text.
    Text(String),
    /// Bits or a code.
    Code(u64),
    /// Bytes that identify something.
    Bytes(Vec<u8>),
    /// The reserved code: out of range, or not to be told.
    OutOfRange,
}

enum Coding {
    /// Unsigned, linear from low to high over so many bytes.
    Unsigned(usize, f64, f64),
    /// Two's complement, linear from −range to range.
    Signed(usize, f64),
    /// IMAPB from low to high.
    Mapped(f64, f64),
    Text,
    Micros,
    Code,
    Bytes,
}

/// Tag, name, unit and coding of the items that are read. Those that concern weapons and lasers are not among them.
fn table(tag: u32) -> Option<(&'static str, &'static str, Coding)> {
    use Coding::{Bytes, Code, Mapped, Micros, Signed, Text, Unsigned};
    let height = || Unsigned(2, -900.0, 19_000.0);
    Some(match tag {
        2 => ("precision_time_stamp", "us", Micros),
        3 => ("mission_id", "", Text),
        4 => ("platform_tail_number", "", Text),
        5 => ("platform_heading", "deg", Unsigned(2, 0.0, 360.0)),
        6 => ("platform_pitch", "deg", Signed(2, 20.0)),
        7 => ("platform_roll", "deg", Signed(2, 50.0)),
        10 => ("platform_designation", "", Text),
        11 => ("image_source_sensor", "", Text),
        12 => ("image_coordinate_system", "", Text),
        13 => ("sensor_latitude", "deg", Signed(4, 90.0)),
        14 => ("sensor_longitude", "deg", Signed(4, 180.0)),
        15 => ("sensor_true_altitude", "m", height()),
        16 => ("horizontal_field_of_view", "deg", Unsigned(2, 0.0, 180.0)),
        17 => ("vertical_field_of_view", "deg", Unsigned(2, 0.0, 180.0)),
        18 => ("sensor_relative_azimuth", "deg", Unsigned(4, 0.0, 360.0)),
        19 => ("sensor_relative_elevation", "deg", Signed(4, 180.0)),
        20 => ("sensor_relative_roll", "deg", Unsigned(4, 0.0, 360.0)),
        21 => ("slant_range", "m", Unsigned(4, 0.0, 5_000_000.0)),
        22 => ("target_width", "m", Unsigned(2, 0.0, 10_000.0)),
        23 => ("frame_centre_latitude", "deg", Signed(4, 90.0)),
        24 => ("frame_centre_longitude", "deg", Signed(4, 180.0)),
        25 => ("frame_centre_elevation", "m", height()),
        26..=33 => ("corner_offset", "deg", Signed(2, 0.075)),
        40 => ("marked_point_latitude", "deg", Signed(4, 90.0)),
        41 => ("marked_point_longitude", "deg", Signed(4, 180.0)),
        42 => ("marked_point_elevation", "m", height()),
        45 => ("marked_point_ce90", "m", Unsigned(2, 0.0, 4095.0)),
        46 => ("marked_point_le90", "m", Unsigned(2, 0.0, 4095.0)),
        47 => ("generic_flags", "bits", Code),
        48 => ("security", "", Bytes),
        56 => ("platform_ground_speed", "m/s", Unsigned(1, 0.0, 255.0)),
        57 => ("ground_range", "m", Unsigned(4, 0.0, 5_000_000.0)),
        59 => ("platform_call_sign", "", Text),
        63 => ("sensor_fov_name", "code", Code),
        64 => ("platform_magnetic_heading", "deg", Unsigned(2, 0.0, 360.0)),
        65 => ("version", "code", Code),
        72 => ("event_start_time", "us", Micros),
        75 => ("sensor_ellipsoid_height", "m", height()),
        77 => ("operational_mode", "code", Code),
        78 => ("frame_centre_ellipsoid_height", "m", height()),
        79 => ("sensor_north_velocity", "m/s", Signed(2, 327.0)),
        80 => ("sensor_east_velocity", "m/s", Signed(2, 327.0)),
        82 | 84 | 86 | 88 => ("corner_latitude", "deg", Signed(4, 90.0)),
        83 | 85 | 87 | 89 => ("corner_longitude", "deg", Signed(4, 180.0)),
        90 => ("platform_pitch_full", "deg", Signed(4, 90.0)),
        91 => ("platform_roll_full", "deg", Signed(4, 90.0)),
        93 => ("platform_sideslip_full", "deg", Signed(4, 180.0)),
        94 => ("miis_core_identifier", "", Bytes),
        96 => ("target_width_extended", "m", Mapped(0.0, 1_500_000.0)),
        103 => ("density_altitude_extended", "m", Mapped(-900.0, 40_000.0)),
        104 => ("sensor_ellipsoid_height_extended", "m", Mapped(-900.0, 40_000.0)),
        105 => ("alternate_platform_ellipsoid_height_extended", "m", Mapped(-900.0, 40_000.0)),
        109 => ("range_to_recovery", "km", Mapped(0.0, 21_000.0)),
        112 => ("platform_course", "deg", Mapped(0.0, 360.0)),
        113 => ("altitude_above_ground", "m", Mapped(-900.0, 40_000.0)),
        114 => ("radar_altimeter", "m", Mapped(-900.0, 40_000.0)),
        117..=119 => ("sensor_rate", "deg/s", Mapped(-1000.0, 1000.0)),
        120 | 134 => ("percent", "%", Mapped(0.0, 100.0)),
        124 => ("positioning_method", "bits", Code),
        125 => ("platform_status", "code", Code),
        132 => ("frequency", "MHz", Mapped(1.0, 99_999.0)),
        136 => ("leap_seconds", "s", Micros),
        137 => ("correction_offset", "us", Micros),
        _ => return None,
    })
}

/// The name of an item that is read.
pub fn name(tag: u32) -> Option<&'static str> {
    table(tag).map(|(name, _, _)| name)
}

/// The unit of an item that is read; empty for text and bytes.
pub fn unit(tag: u32) -> Option<&'static str> {
    table(tag).map(|(_, unit, _)| unit)
}

/// The value of an item; `None` for a tag that is not read, an error for a length that its coding does not have.
pub(super) fn value(tag: u32, bytes: &[u8]) -> Option<Result<Value, &'static str>> {
    let (_, _, coding) = table(tag)?;
    let is_fitting = match coding {
        Coding::Unsigned(n, ..) | Coding::Signed(n, _) => bytes.len() == n,
        Coding::Mapped(..) | Coding::Micros | Coding::Code => (1..=8).contains(&bytes.len()),
        Coding::Text | Coding::Bytes => true,
    };
    if !is_fitting {
        return Some(Err("bad_item_length"));
    }
    let raw = bytes.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let bits = u32::try_from(8 * bytes.len().min(8)).unwrap_or(64);
    let negative =
        |raw: u64| if bits < 64 { (raw << (64 - bits)).cast_signed() >> (64 - bits) } else { raw.cast_signed() };
    Some(Ok(match coding {
        Coding::Unsigned(_, low, high) => {
            Value::Number(low + raw as f64 * (high - low) / (2_f64.powi(bits.cast_signed()) - 1.0))
        }
        Coding::Signed(..) if raw == 1 << (bits - 1) => Value::OutOfRange,
        Coding::Signed(_, range) => {
            Value::Number(negative(raw) as f64 * range / (2_f64.powi(bits.cast_signed() - 1) - 1.0))
        }
        Coding::Mapped(low, high) => imapb(low, high, bytes),
        Coding::Text => Value::Text(text(bytes)),
        Coding::Micros => Value::Micros(negative(raw)),
        Coding::Code => Value::Code(raw),
        Coding::Bytes => Value::Bytes(bytes.to_vec()),
    }))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches('\0')
        .chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}

/// A number that is mapped from a range onto bytes.
pub(super) fn imapb(low: f64, high: f64, bytes: &[u8]) -> Value {
    let n = i32::try_from(bytes.len()).unwrap_or(8);
    let raw = bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let top = 1_u64.checked_shl(u32::try_from(8 * n - 1).unwrap_or(63)).unwrap_or(1 << 63);
    // Above the top bit there is only the upper end of the range; all else is special.
    if raw > top {
        return Value::OutOfRange;
    }
    let scale = 2_f64.powi(8 * n - 1 - (high - low).log2().ceil() as i32);
    let offset = if low < 0.0 && high > 0.0 { scale * low - (scale * low).floor() } else { 0.0 };
    let value = (raw as f64 - offset) / scale + low;
    if value > high + 1.0 / scale { Value::OutOfRange } else { Value::Number(value) }
}

/// The classification (1 unclassified … 5 top secret) and the releasing instructions of a nested security set.
pub(super) fn security(mut bytes: &[u8]) -> (Option<u8>, Option<String>) {
    let (mut classification, mut releasing) = (None, None);
    while let Some((tag, value, rest)) = super::packet::item(bytes) {
        match tag {
            1 => classification = value.first().copied(),
            6 => releasing = Some(text(value)),
            _ => {}
        }
        bytes = rest;
    }
    (classification, releasing)
}
