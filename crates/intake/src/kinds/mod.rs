//! One file for each format. The comment at its head is its manual page: what it is, what it needs, how it fails, what
//! it cannot tell, and where the facts come from.

pub mod adsb;
pub mod ais;
pub mod cir;
pub mod control_geojson;
pub mod cot;
pub mod detections;
pub mod firms;
pub mod klv;
pub mod mavlink;
pub mod miniseed;
pub mod outages;
pub mod remote_id;
pub mod sac;
pub mod smm_annex;
pub mod smm_daily;
pub mod ucdp;
pub mod viina;
pub mod wav;

use crate::stream::Stream;
use crate::suggest;
use crate::table::{Row, Table};
use truceline_domain::{Problem, Problems, Timestamp, UnknownName};

/// A decoder for a connection of the formats that have one.
pub(crate) fn stream(kind: &str) -> Option<Box<dyn Stream>> {
    match kind {
        "adsb" => Some(Box::new(adsb::Decoder::new())),
        "ais" => Some(Box::new(ais::Decoder::new())),
        "cot" => Some(Box::new(cot::Decoder::new())),
        "klv" => Some(Box::new(klv::Decoder::new())),
        "mavlink" => Some(Box::new(mavlink::Decoder::new())),
        "remote_id" => Some(Box::new(remote_id::Decoder::new())),
        _ => None,
    }
}

/// Warns when a record speaks of a time after the capture was received: one of the two clocks is wrong. A day is left
/// for local dates without a zone.
pub(crate) fn warn_if_later_than(row: &Row, from: Timestamp, received_at: Timestamp) -> Option<Problem> {
    let ahead_s = from.as_second().saturating_sub(received_at.as_second());
    (ahead_s > 86_400).then(|| {
        row.warning("after_reception", &from.to_string(), "the record speaks of a time after the capture was received")
            .with_hint("check the date, the time zone of the feed and the clock of the receiver")
    })
}

/// One warning for each column that the format does not know.
pub(crate) fn warn_of_other_columns(table: &Table, known: &[&str], file: &str, problems: &mut Problems) {
    for name in table.header().filter(|name| !known.contains(name)) {
        let problem = Problem::warning(file, "unknown_column", "the column is not read").at_line(1).with_text(name);
        problems.push(problem.with_hint(suggest::hint(name, known)));
    }
}

/// A word of a closed list that stands in a field named `what`.
pub(crate) fn word<T: std::str::FromStr<Err = UnknownName>>(row: &Row, text: &str, what: &str) -> Result<T, Problem> {
    text.parse::<T>().map_err(|unknown| {
        let problem = row.error("unknown_word", text, format!("this is no {what}"));
        problem.with_hint(suggest::hint(text, &unknown.allowed))
    })
}
