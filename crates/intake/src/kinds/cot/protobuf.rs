//! Events as protobuf (TAK protocol 1): frames of a mesh and of a stream.

use super::Event;
use crate::stream::Tally;
use truceline_domain::Timestamp;

/// A number in seven bits a byte: its value and length, or `None` when more bytes are needed (an error after ten).
pub(super) fn varint(bytes: &[u8]) -> Result<Option<(u64, usize)>, &'static str> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7F).checked_shl(7 * u32::try_from(at).unwrap_or(0)).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Ok(Some((value, at + 1)));
        }
    }
    if bytes.len() >= 10 { Err("broken_event") } else { Ok(None) }
}

/// A field of a message.
enum Field<'a> {
    Varint(u64),
    Double(f64),
    Bytes(&'a [u8]),
}

/// The next field: number, content, what is behind it.
fn field(bytes: &[u8]) -> Option<(u64, Field<'_>, &[u8])> {
    let (key, n) = varint(bytes).ok()??;
    let rest = bytes.get(n..)?;
    let number = key >> 3;
    match key & 7 {
        0 => {
            let (value, n) = varint(rest).ok()??;
            Some((number, Field::Varint(value), rest.get(n..)?))
        }
        1 => {
            let (own, rest) = rest.split_at_checked(8)?;
            Some((number, Field::Double(f64::from_le_bytes(own.try_into().ok()?)), rest))
        }
        2 => {
            let (length, n) = varint(rest).ok()??;
            let (own, rest) = rest.get(n..)?.split_at_checked(usize::try_from(length).ok()?)?;
            Some((number, Field::Bytes(own), rest))
        }
        5 => Some((number, Field::Varint(0), rest.get(4..)?)),
        _ => None,
    }
}

/// Calls `take` with each field; `None` when the bytes are no message.
fn each<'a>(mut bytes: &'a [u8], take: &mut dyn FnMut(u64, Field<'a>)) -> Option<()> {
    while !bytes.is_empty() {
        let (number, content, rest) = field(bytes)?;
        take(number, content);
        bytes = rest;
    }
    Some(())
}

/// Reads a TakMessage; a message that only controls the connection is no event and no error.
pub(super) fn read(bytes: &[u8], rejected: &mut Tally) -> Option<Event> {
    let mut inner = None;
    let sound = each(bytes, &mut |number, content| {
        if let (2, Field::Bytes(bytes)) = (number, content) {
            inner = Some(bytes);
        }
    });
    let event = match (sound, inner) {
        (Some(()), None) => {
            rejected.add("control");
            return None;
        }
        (Some(()), Some(bytes)) => event(bytes),
        (None, _) => None,
    };
    if event.is_none() {
        rejected.add("broken_event");
    }
    event
}

fn event(bytes: &[u8]) -> Option<Event> {
    let mut event = Event::default();
    let mut detail = &[][..];
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let time = |ms: u64| i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    each(bytes, &mut |number, content| match (number, content) {
        (1, Field::Bytes(bytes)) => event.kind = text(bytes),
        (5, Field::Bytes(bytes)) => event.uid = text(bytes),
        (6, Field::Varint(ms)) => event.at = time(ms),
        (7, Field::Varint(ms)) => event.start = time(ms),
        (8, Field::Varint(ms)) => event.stale = time(ms),
        (9, Field::Bytes(bytes)) => event.how = text(bytes),
        (10, Field::Double(number)) => event.lat_deg = number,
        (11, Field::Double(number)) => event.lon_deg = number,
        (12, Field::Double(number)) => event.hae_m = Some(number),
        (13, Field::Double(number)) => event.ce_m = Some(number),
        (14, Field::Double(number)) => event.le_m = Some(number),
        (15, Field::Bytes(bytes)) => detail = bytes,
        _ => {}
    })?;
    let mut track = (None, None);
    each(detail, &mut |number, content| match (number, content) {
        // The rest of the detail as XML text: only whether it is a chat matters.
        (1, Field::Bytes(xml)) => event.is_person |= xml.windows(7).any(|part| part == b"<__chat"),
        // A group and an application belong to somebody who carries a device.
        (3 | 6, _) => event.is_person = true,
        (7, Field::Bytes(bytes)) => {
            let _ = each(bytes, &mut |number, content| match (number, content) {
                (1, Field::Double(speed)) => track.0 = Some(speed),
                (2, Field::Double(course)) => track.1 = Some(course),
                _ => {}
            });
        }
        _ => {}
    })?;
    // Fields that are zero are left out.
    event.track = match track {
        (None, None) => None,
        (speed, course) => Some((speed.unwrap_or(0.0), course.unwrap_or(0.0))),
    };
    (!event.kind.is_empty() && event.at.is_some()).then_some(event)
}
