//! Packets of both versions out of bytes.

use super::Protocol;
use crate::kinds::miniseed;
use truceline_domain::Timestamp;

/// The longest payload, and the longest answer that comes in pieces, bytes.
const MAX_PAYLOAD: usize = 16 << 20;
/// Header and record of version 3.1.
const HEADER_3: usize = 8;
const RECORD_3: usize = 512;
/// Header of version 4 before the name of the station.
const HEADER_4: usize = 17;

/// One packet of data.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// `NET_STA`.
    pub station: String,
    /// Its number.
    pub sequence: u64,
    /// The version that the number belongs to.
    pub protocol: Protocol,
    /// `2` and `3` for the versions of miniSEED, `J` for JSON, `X` for XML.
    pub format: char,
    /// `D` for data, `E` event, `C` calibration, `T` timing, `L` log, `O` opaque.
    pub subformat: char,
    /// The record.
    pub payload: Vec<u8>,
    /// The end of its samples, when it is miniSEED.
    pub until: Option<Timestamp>,
}

/// A piece of an answer.
pub(super) struct Part {
    text: Vec<u8>,
    is_last: bool,
    is_error: bool,
}

/// What stands at the begin of bytes.
pub(super) enum Found {
    /// Not enough to tell.
    Nothing,
    /// A line of text.
    Line,
    /// The word `END`.
    End,
    /// A packet and its length.
    Packet(Packet, usize),
    /// A piece of an answer and its length.
    Info(Part, usize),
    /// What no server sends.
    Wrong(&'static str, &'static str),
}

/// Looks at the begin of `bytes`, which are not empty.
pub(super) fn find(bytes: &[u8], protocol: Protocol) -> Found {
    match (bytes, protocol) {
        ([b'S', b'E', ..], Protocol::V4) => find_4(bytes),
        ([b'S', b'L', ..], Protocol::V3) => find_3(bytes),
        ([b'E', b'N', b'D', ..], _) => Found::End,
        ([b'E', b'R', ..] | [b'O' | b'o', ..] | [b'e', ..] | [b'\r' | b'\n', ..], _) => Found::Line,
        ([b'S'] | [b'E'] | [b'E', b'N'], _) => Found::Nothing,
        _ => Found::Wrong("bad_signature", "the server sent bytes that begin no packet"),
    }
}

fn find_4(bytes: &[u8]) -> Found {
    let Some((header, rest)) = bytes.split_at_checked(HEADER_4) else { return Found::Nothing };
    let [_, _, format, subformat, l0, l1, l2, l3, s0, s1, s2, s3, s4, s5, s6, s7, n_station] = *header else {
        return Found::Nothing;
    };
    let n_payload = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    if n_payload > MAX_PAYLOAD {
        return Found::Wrong("too_long", "the server announced a packet of absurd length");
    }
    if !format.is_ascii_graphic() || !(subformat.is_ascii_graphic() || subformat == b' ') {
        return Found::Wrong("bad_signature", "a packet is of a format that cannot be");
    }
    let n_station = usize::from(n_station);
    let (Some(station), Some(payload)) = (rest.get(..n_station), rest.get(n_station..n_station + n_payload)) else {
        return Found::Nothing;
    };
    let length = HEADER_4 + n_station + n_payload;
    if format == b'J' && station.is_empty() {
        let part = Part { text: payload.to_vec(), is_last: true, is_error: subformat == b'E' };
        return Found::Info(part, length);
    }
    let packet = Packet {
        station: String::from_utf8_lossy(station).into_owned(),
        sequence: u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]),
        protocol: Protocol::V4,
        format: char::from(format),
        subformat: char::from(subformat),
        until: miniseed::extent(payload).map(|(_, span)| span.until),
        payload: payload.to_vec(),
    };
    Found::Packet(packet, length)
}

fn find_3(bytes: &[u8]) -> Found {
    let Some((header, rest)) = bytes.split_at_checked(HEADER_3) else { return Found::Nothing };
    let is_info = header.starts_with(b"SLINFO");
    let sequence = std::str::from_utf8(header.get(2..).unwrap_or_default()).ok();
    let sequence = sequence.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let sequence = sequence.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    if !is_info && sequence.is_none() {
        return Found::Wrong("bad_signature", "the number of a packet is none");
    }
    let Some(record) = rest.get(..RECORD_3) else { return Found::Nothing };
    let length = HEADER_3 + RECORD_3;
    let extent = miniseed::extent(record);
    if is_info {
        let is_error = extent.is_some_and(|(sensor, _)| sensor.as_str().ends_with(".ERR"));
        let text = miniseed::text_of(record).unwrap_or_default();
        return Found::Info(Part { text, is_last: header.last() != Some(&b'*'), is_error }, length);
    }
    let station = extent.as_ref().map_or("", |(sensor, _)| sensor.as_str());
    let station: Vec<&str> = station.split('.').take(2).collect();
    let packet = Packet {
        station: station.join("_"),
        sequence: sequence.unwrap_or_default(),
        protocol: Protocol::V3,
        format: '2',
        subformat: 'D',
        until: extent.map(|(_, span)| span.until),
        payload: record.to_vec(),
    };
    Found::Packet(packet, length)
}

/// An answer that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Info {
    text: Vec<u8>,
    is_error: bool,
}

impl Info {
    /// Puts a piece behind the others; the whole answer when it is the last.
    pub(super) fn join(&mut self, part: Part) -> Result<Option<(String, bool)>, &'static str> {
        if self.text.len() + part.text.len() > MAX_PAYLOAD {
            return Err("the answer of the server has no end");
        }
        self.text.extend_from_slice(&part.text);
        self.is_error |= part.is_error;
        if !part.is_last {
            return Ok(None);
        }
        let whole = std::mem::take(self);
        Ok(Some((String::from_utf8_lossy(&whole.text).trim_end_matches('\0').to_owned(), whole.is_error)))
    }
}
