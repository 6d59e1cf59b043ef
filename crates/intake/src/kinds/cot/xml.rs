//! Events as XML: back to back on a stream, and the fields of one.

use super::Event;
use crate::stream::Tally;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Part};

/// The longest event, bytes.
const MAX_EVENT: usize = 1 << 20;
/// How deep elements may lie in each other.
const MAX_DEPTH: usize = 64;
/// The longest declaration before an event, bytes.
const MAX_DECLARATION: usize = 256;
const BEGIN: &[u8] = b"<event";
const END: &[u8] = b"</event>";

/// What stands at the begin of bytes.
pub(super) enum Found {
    /// An event or a declaration of so many bytes.
    Event(usize),
    /// A declaration or a blank.
    Nothing(usize),
    /// So many bytes that belong to nothing.
    Garbage(usize),
    /// So many bytes of an event that is broken or too long, and why.
    Broken(usize, &'static str),
    /// It cannot be told yet.
    More,
}

fn position(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|part| part == word)
}

/// How many bytes, the first at least, cannot begin anything.
fn garbage(bytes: &[u8]) -> usize {
    let is_begin = |byte: &u8| matches!(*byte, b'<' | super::MAGIC) || byte.is_ascii_whitespace();
    bytes.iter().skip(1).position(is_begin).map_or(bytes.len(), |at| at + 1)
}

/// Tells what stands at the begin of `bytes`; `searched` says how far the end was sought before.
pub(super) fn find(bytes: &[u8], searched: usize) -> Found {
    if bytes.first().is_some_and(u8::is_ascii_whitespace) {
        return Found::Nothing(1);
    }
    if bytes.starts_with(b"<?") {
        return match position(bytes.get(..bytes.len().min(MAX_DECLARATION)).unwrap_or_default(), b"?>") {
            Some(at) => Found::Nothing(at + 2),
            None if bytes.len() >= MAX_DECLARATION => Found::Garbage(1),
            None => Found::More,
        };
    }
    if !bytes.starts_with(BEGIN) {
        let is_begin = BEGIN.starts_with(bytes) || b"<?".starts_with(bytes);
        return if is_begin { Found::More } else { Found::Garbage(garbage(bytes)) };
    }
    let offset = searched.saturating_sub(END.len()).max(BEGIN.len()).min(bytes.len());
    let new = bytes.get(offset..).unwrap_or_default();
    let end = position(new, END).map(|at| offset + at + END.len());
    // A new begin before the end says that the event was cut.
    let next = position(new, BEGIN).map(|at| offset + at);
    match (end, next) {
        (_, Some(next)) if end.is_none_or(|end| next < end) => Found::Broken(next, "cut_event"),
        (Some(end), _) if end > MAX_EVENT => Found::Broken(end, "too_long"),
        (Some(end), _) => Found::Event(end),
        (None, _) if bytes.len() > MAX_EVENT => Found::Broken(BEGIN.len(), "too_long"),
        (None, _) => Found::More,
    }
}

/// Reads one event. Document types and entities other than the five of XML are refused.
pub(super) fn read(bytes: &[u8], rejected: &mut Tally) -> Option<Event> {
    let wrong = |reason: &'static str, rejected: &mut Tally| {
        rejected.add(reason);
        None
    };
    let Ok(text) = std::str::from_utf8(bytes) else { return wrong("broken_event", rejected) };
    let mut reader = Reader::from_str(text);
    let (mut event, mut depth, mut has_point) = (Event::default(), 0_usize, false);
    loop {
        match reader.read_event() {
            Ok(Part::Start(element)) => {
                depth += 1;
                if depth > MAX_DEPTH || element_of(&mut event, &element, depth, &mut has_point).is_none() {
                    return wrong("broken_event", rejected);
                }
            }
            Ok(Part::Empty(element)) => {
                if element_of(&mut event, &element, depth + 1, &mut has_point).is_none() {
                    return wrong("broken_event", rejected);
                }
            }
            Ok(Part::End(_)) => depth = depth.saturating_sub(1),
            Ok(Part::DocType(_)) => return wrong("document_type", rejected),
            Ok(Part::Eof) => break,
            Ok(_) => {}
            Err(_) => return wrong("broken_event", rejected),
        }
    }
    if depth != 0 || !has_point || event.kind.is_empty() {
        return wrong("broken_event", rejected);
    }
    Some(event)
}

/// Takes what is used from an element; `None` when one of its numbers or times cannot be read. Nobody's call sign is read.
fn element_of(event: &mut Event, element: &BytesStart, depth: usize, has_point: &mut bool) -> Option<()> {
    let name = element.local_name();
    let attribute = |wanted: &str| -> Option<String> {
        let found = element.try_get_attribute(wanted).ok().flatten()?;
        found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|text| text.into_owned())
    };
    let number = |wanted: &str| attribute(wanted)?.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    match (name.as_ref(), depth) {
        (b"event", 1) => {
            event.kind = attribute("type")?;
            event.uid = attribute("uid")?;
            event.how = attribute("how").unwrap_or_default();
            event.at = attribute("time")?.trim().parse().ok();
            event.start = attribute("start").and_then(|text| text.trim().parse().ok());
            event.stale = attribute("stale").and_then(|text| text.trim().parse().ok());
            event.at?;
        }
        (b"point", 2) => {
            (event.lat_deg, event.lon_deg) = (number("lat")?, number("lon")?);
            (event.hae_m, event.ce_m, event.le_m) = (number("hae"), number("ce"), number("le"));
            *has_point = true;
        }
        (b"track", 3) => event.track = number("speed").zip(number("course")),
        (b"__group" | b"takv" | b"__chat", 3) => event.is_person = true,
        _ => {}
    }
    Some(())
}
