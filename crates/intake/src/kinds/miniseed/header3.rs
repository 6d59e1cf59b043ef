//! The header of a miniSEED 3 record.

use super::Wrong;
use super::crc::crc32c;
use super::header::{Clock, Fields, Header, Outcome, Stated};

/// Length of the fixed header.
const FIXED: usize = 40;
/// Where the check sum stands.
const CRC: std::ops::Range<usize> = 28..32;

/// True when a record may begin here: its mark, and a time of day within its bounds.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(b"MS\x03")
        && bytes.len() >= FIXED
        && matches!(bytes.get(12..15), Some([0..=23, 0..=59, 0..=60]))
        && (1900..=2100).contains(&Fields { bytes, is_little: true }.u16(8))
}

/// Reads the header of a record that [`begins`] here.
pub(super) fn read(bytes: &[u8], offset: usize) -> Outcome {
    let fields = Fields { bytes, is_little: true };
    let n_identifier = usize::from(fields.u8(33));
    let n_extra = usize::from(fields.u16(34));
    let n_payload = fields.u32(36) as usize;
    let length = (FIXED + n_identifier + n_extra).saturating_add(n_payload);
    let Some(record) = bytes.get(..length) else {
        let message = format!("the record breaks off after {} of {length} bytes", bytes.len());
        return Err((Wrong::refuse("truncated", message), None));
    };
    let refuse = |code, message: &str| (Wrong::refuse(code, message), Some(length));
    let odd = check_sum(record, fields.u32(CRC.start)).map_err(|wrong| (wrong, Some(length)))?;
    let stated = Stated {
        year: fields.u16(8),
        day_of_year: fields.u16(10),
        hour: fields.u8(12),
        minute: fields.u8(13),
        second: fields.u8(14),
        nanosecond: fields.u32(4),
    };
    let rate = fields.f64(16);
    let flags = fields.u8(3);
    let extra = record.get(FIXED + n_identifier..FIXED + n_identifier + n_extra).unwrap_or_default();
    let header = Header {
        length,
        payload: offset + FIXED + n_identifier + n_extra..offset + length,
        start_ns: stated.ns().ok_or_else(|| refuse("bad_header", "the time is none"))?,
        rate_hz: if rate < 0.0 { -1.0 / rate } else { rate },
        n_samples: fields.u32(24),
        encoding: fields.u8(15),
        // Steim frames are big endian in this version, everything else is little endian.
        is_little: !matches!(fields.u8(15), 10 | 11),
        publication: fields.u8(32),
        clock: Clock { is_locked: flags & 0x04 != 0, is_questionable: flags & 0x02 != 0, quality: quality(extra) },
        in_leap_second: stated.second == 60,
        odd,
    };
    Ok((identifier(record.get(FIXED..FIXED + n_identifier).unwrap_or_default()), header))
}

/// The check sum covers the record with its own bytes zero.
fn check_sum(record: &[u8], stated: u32) -> Result<Option<(&'static str, &'static str)>, Wrong> {
    let (before, after) = (record.get(..CRC.start).unwrap_or_default(), record.get(CRC.end..).unwrap_or_default());
    let counted = crc32c(&[before, &[0; 4], after]);
    match stated {
        _ if stated == counted => Ok(None),
        0 => Ok(Some(("no_crc", "the record carries no check sum"))),
        _ => Err(Wrong::refuse(
            "bad_crc",
            format!("the check sum of the record is {counted:08X}, not {stated:08X}: the record is damaged"),
        )),
    }
}

/// `FDSN.Time.Quality` of the extra headers.
fn quality(extra: &[u8]) -> Option<f64> {
    if extra.is_empty() {
        return None;
    }
    let extra: serde_json::Value = serde_json::from_slice(extra).ok()?;
    extra.get("FDSN")?.get("Time")?.get("Quality")?.as_f64()
}

/// `FDSN:NET_STA_LOC_B_S_SS` as `NET.STA.LOC.CHA`; other identifiers as they stand.
fn identifier(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw).replace(|c: char| c.is_control() || c.is_whitespace(), "_");
    let text = text.trim_end_matches('\0');
    let parts: Vec<&str> = text.strip_prefix("FDSN:").unwrap_or_default().split('_').collect();
    let [network, station, location, band, source, subsource] = parts.as_slice() else { return text.to_owned() };
    let plain = band.len() <= 1 && source.len() == 1 && subsource.len() <= 1;
    let channel = if plain { format!("{band}{source}{subsource}") } else { format!("{band}_{source}_{subsource}") };
    format!("{network}.{station}.{location}.{channel}")
}
