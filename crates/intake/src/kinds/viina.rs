//! `viina`: events that news reports speak of, placed and labelled by machine (VIINA 2.0).
//!
//! **What it is.** A row is one report about one place: `datetime`, `lon`, `lat`, `place_name`, `event_type` (labels
//! joined by `|`), `headline`. A digest that names many villages gives one row for each with the same headline; such rows
//! share their dependence key (the digest of the headline) and count as one source.
//!
//! **Time.** Local (the feed's `time_zone`; Europe/Kyiv for the published set). `00:00:00` means only the day is known:
//! the whole local day. Any other time is when the report came out, not when it happened: the event lies between the
//! beginning of that local day, or three hours before the report if that is earlier, and the report.
//!
//! **Place.** The centroid of a settlement or district: 3 km standard deviation, 10 km for the capital of a region,
//! which also stands for vague reports about the whole region (the note says so). Both figures are chosen by us: half
//! the width of a district town, and of a large city; the publisher states none.
//!
//! **Labels.** The strongest decides the phenomenon; the note keeps them all. In falling strength:
//!
//! | label | phenomenon |
//! |---|---|
//! | `airstrike` | air strike |
//! | `artillery` | shelling |
//! | `uav` | drone strike; beside `aad` and without harm a drone in flight |
//! | `ied` | explosion |
//! | `firefight`, `armor`, `raid` | clash |
//! | `control`, `occupy` | clash (an attempt to change position) |
//! | `hospital`, `property` | damage |
//! | `milcas`, `civcas` | casualties |
//! | `airalert` | air alert |
//! | `aad`, `retreat`, `arrest`, `cyber`, `san`, `loc`, none | other |
//!
//! A `b` at the end of a label marks another classifier; it may stand in place of the last letter (`airalerb`).
//!
//! **Error model.** A row without a readable place or time is one problem. A label that is not in the table is one
//! warning for each word.
//!
//! **What it cannot tell.** Whether the report is true; who reported first (papers repeat each other in other words);
//! where inside the settlement; the number of strikes.
//!
//! # Source
//! VIINA 2.0, Zhukov and Ayers, <https://github.com/zhukovyuri/VIINA> (labels and their meaning).

use crate::field;
use crate::table::{Column, Row, Table, header_has};
use crate::{Context, Record, SensorKind};
use jiff::civil::Time;
use std::collections::BTreeSet;
use truceline_domain::{
    Detection, Digest, Known, Means, Modality, Name, NotKnownReason, Phenomenon, PlaceEstimate, Problem, Problems,
    SignedDuration, TimeEstimate, WeaponKind, Where,
};

const COLUMNS: [&str; 6] = ["datetime", "lon", "lat", "place_name", "event_type", "headline"];
const REQUIRED: [&[&str]; 5] = [&["datetime"], &["lon"], &["lat"], &["event_type"], &["headline"]];
/// Standard deviation of a settlement's centroid, m.
const SETTLEMENT_M: f64 = 3_000.0;
/// The same for the capital of a region, m.
const CAPITAL_M: f64 = 10_000.0;
/// How long before its report an event may lie when the day began later, h.
const REPORT_DELAY_H: i64 = 3;
/// The longest headline that a note keeps, characters.
const HEADLINE_CHARS: usize = 2_000;

/// Capitals of regions in the spelling of the set.
const CAPITALS: [&str; 27] = [
    "Cherkasy",
    "Chernihiv",
    "Chernivtsi",
    "Dnipro",
    "Donetsk",
    "Ivano-Frankivsk",
    "Kharkiv",
    "Kherson",
    "Khmelnytskyy",
    "Kropyvnytskyy",
    "Kyiv",
    "Luhansk",
    "Lutsk",
    "Lviv",
    "Mykolayiv",
    "Odesa",
    "Odessa",
    "Poltava",
    "Rivne",
    "Sevastopol",
    "Simferopol",
    "Sumy",
    "Ternopil",
    "Uzhhorod",
    "Vinnytsya",
    "Zaporizhzhya",
    "Zhytomyr",
];

/// Labels from the strongest to the weakest, with what they stand for.
const LABELS: [(&str, Phenomenon); 20] = [
    ("airstrike", Phenomenon::AirStrike),
    ("artillery", Phenomenon::Shelling),
    ("uav", Phenomenon::DroneStrike),
    ("ied", Phenomenon::Explosion),
    ("firefight", Phenomenon::Clash),
    ("armor", Phenomenon::Clash),
    ("raid", Phenomenon::Clash),
    ("control", Phenomenon::Clash),
    ("occupy", Phenomenon::Clash),
    ("hospital", Phenomenon::Damage),
    ("property", Phenomenon::Damage),
    ("milcas", Phenomenon::Casualties),
    ("civcas", Phenomenon::Casualties),
    ("airalert", Phenomenon::AirAlert),
    ("aad", Phenomenon::Other),
    ("retreat", Phenomenon::Other),
    ("arrest", Phenomenon::Other),
    ("cyber", Phenomenon::Other),
    ("san", Phenomenon::Other),
    ("loc", Phenomenon::Other),
];

/// The format.
pub struct Viina;

impl SensorKind for Viina {
    fn name(&self) -> &'static str {
        "viina"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        let columns = COLUMNS.map(|name| table.column(&[name]));
        let mut unknown = BTreeSet::new();
        table.each(&mut problems, |row, problems| {
            let detection = detection(row, columns, context)?;
            problems.extend(super::warn_if_later_than(row, detection.time.from, context.received_at));
            warn_of_labels(row, columns[4], &mut unknown, problems);
            sink(Record::Detection(detection));
            Ok(())
        });
        problems
    }
}

fn detection(row: &Row, columns: [Column; 6], context: &Context) -> Result<Detection, Problem> {
    let [datetime, lon, lat, place_name, event_type, headline] = columns;
    let (place_name, labels, headline) = (row.text(place_name), row.text(event_type), row.text(headline));
    let (phenomenon, weapon) = meaning(labels);
    let is_capital = CAPITALS.contains(&place_name);
    let sigma_m = if is_capital { CAPITAL_M } else { SETTLEMENT_M };
    Ok(Detection {
        id: context.id(row.index),
        sensor: context.source.clone(),
        owner: context.owner.clone(),
        modality: Modality::OpenSource,
        means: Means::Reported,
        phenomenon,
        time: time(row, datetime, context)?,
        place: Where::Estimate(PlaceEstimate::circular(row.place(lat, lon)?, sigma_m)),
        count: Known::NotKnown(NotKnownReason::NotStated),
        weapon,
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: (!headline.is_empty())
            .then(|| Name::from(format!("text {}", Digest::of(headline.as_bytes()).short()))),
        note: Some(note(place_name, is_capital, labels, headline)),
    })
}

fn time(row: &Row, column: Column, context: &Context) -> Result<TimeEstimate, Problem> {
    let text = row.text(column);
    let wrong = || row.error("bad_time", text, "this is no date and time").with_hint("write it as 2031-02-15 06:10:00");
    let local = match field::date(text) {
        Some(day) => day.to_datetime(Time::midnight()),
        None => field::date_time(text).ok_or_else(wrong)?,
    };
    let day = field::day_span(local.date(), &context.time_zone).ok_or_else(wrong)?;
    if local.time() == Time::midnight() {
        return Ok(field::within(day));
    }
    let (earlier, later) = field::local_instant(local, &context.time_zone).ok_or_else(wrong)?;
    let before = earlier.checked_sub(SignedDuration::from_hours(REPORT_DELAY_H)).unwrap_or(earlier);
    Ok(TimeEstimate::within(day.from.min(before), later, 0.0))
}

/// The phenomenon of the strongest label, and the weapon if the label names one.
fn meaning(labels: &str) -> (Phenomenon, Known<WeaponKind>) {
    let has = |wanted: &str| labels.split('|').any(|label| plain(label) == wanted);
    let strongest =
        LABELS.iter().find(|(label, _)| has(label)).map_or(Phenomenon::Other, |(_, phenomenon)| *phenomenon);
    let harm = ["civcas", "milcas", "property", "hospital", "ied"].into_iter().any(has);
    match strongest {
        Phenomenon::DroneStrike if has("aad") && !harm => {
            (Phenomenon::DroneInFlight, Known::NotKnown(NotKnownReason::NotStated))
        }
        Phenomenon::DroneStrike => (Phenomenon::DroneStrike, Known::Known(WeaponKind::ArmedDrone)),
        other => (other, Known::NotKnown(NotKnownReason::NotStated)),
    }
}

/// A label without the mark of the other classifier.
fn plain(label: &str) -> &str {
    let label = label.trim();
    let label = label.strip_prefix("t_").unwrap_or(label);
    let Some(stem) = label.strip_suffix('b').filter(|stem| !stem.is_empty()) else { return label };
    let is_of = |known: &str| known.strip_prefix(stem).is_some_and(|rest| rest.len() <= 1);
    LABELS.iter().map(|(known, _)| *known).find(|known| is_of(known)).unwrap_or(label)
}

fn note(place_name: &str, is_capital: bool, labels: &str, headline: &str) -> Name {
    let caveat = if is_capital { " (may stand for its region)" } else { "" };
    let headline: String = headline.chars().take(HEADLINE_CHARS).collect();
    Name::from(format!("{place_name}{caveat}: {headline} [{labels}]"))
}

fn warn_of_labels(row: &Row, column: Column, seen: &mut BTreeSet<String>, problems: &mut Problems) {
    for label in row.text(column).split('|').map(plain).filter(|label| !label.is_empty()) {
        let known = LABELS.iter().any(|(known, _)| *known == label);
        if !known && seen.len() < 100 && seen.insert(label.to_owned()) {
            problems.push(row.warning("unknown_label", label, "this label has no phenomenon; it reads as other"));
        }
    }
}

#[cfg(test)]
#[path = "viina_tests.rs"]
mod tests;
