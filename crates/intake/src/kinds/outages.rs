//! `outages`: when sensors could not see.
//!
//! **What it is.** Truceline's own table: `sensor`, `from`, `until` (exclusive), `pd_factor`, `cause`. [`encode`] writes
//! it.
//!
//! **What it needs.** `sensor`, `from`, `until`. An empty `pd_factor` reads as 0 (blind), an empty `cause` as
//! `not stated`. Times are RFC 3339; without an offset the feed's time zone counts.
//!
//! **Error model.** One problem for a row that cannot be read; an end before the beginning, a factor outside 0…1 and an
//! empty sensor are such rows. Reading what [`encode`] wrote gives equal outages, save causes that are empty.
//!
//! **What it cannot tell.** Outages that nobody entered; whether two rows of one sensor that overlap speak of one cause.

use crate::field::instant;
use crate::table::{Column, Row, Table, header_has, quoted};
use crate::{Context, Record, SensorKind};
use truceline_domain::{Name, Outage, Problem, Problems, Span, Timestamp};

const COLUMNS: [&str; 5] = ["sensor", "from", "until", "pd_factor", "cause"];
const REQUIRED: [&[&str]; 3] = [&["sensor"], &["from"], &["until"]];

/// The format.
pub struct Outages;

impl SensorKind for Outages {
    fn name(&self) -> &'static str {
        "outages"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED) && header_has(head, &[&["pd_factor", "cause"]])
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        super::warn_of_other_columns(&table, &COLUMNS, context.name, &mut problems);
        let columns = COLUMNS.map(|name| table.column(&[name]));
        table.each(&mut problems, |row, _| {
            sink(Record::Outage(outage(row, columns, context)?));
            Ok(())
        });
        problems
    }
}

fn outage(
    row: &Row,
    [sensor, from, until, pd_factor, cause]: [Column; 5],
    context: &Context,
) -> Result<Outage, Problem> {
    if row.text(sensor).is_empty() {
        return Err(row.error("missing_sensor", "", "the row names no sensor"));
    }
    let (from, until_at) = (time(row, from, context)?, time(row, until, context)?);
    let span = Span::new(from, until_at)
        .ok_or_else(|| row.error("bad_time", row.text(until), "the end lies before the beginning"))?;
    let factor = row.number_if_any(pd_factor, "pd_factor")?.unwrap_or(0.0);
    if !(0.0..=1.0).contains(&factor) {
        return Err(row.error("bad_pd_factor", row.text(pd_factor), "the factor is not within 0 to 1"));
    }
    let cause = match row.exact(cause) {
        "" => "not stated",
        stated => stated,
    };
    Ok(Outage { sensor: Name::from(row.exact(sensor)), span, pd_factor: factor, cause: cause.to_owned() })
}

fn time(row: &Row, column: Column, context: &Context) -> Result<Timestamp, Problem> {
    let text = row.text(column);
    instant(text, &context.time_zone)
        .ok_or_else(|| row.error("bad_time", text, "this is no time").with_hint("write it as 2031-02-15T06:10:00Z"))
}

/// Writes outages as a table that [`Outages`] reads back.
pub fn encode(outages: &[Outage]) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for outage in outages {
        let (sensor, cause) = (quoted(outage.sensor.as_str(), ','), quoted(&outage.cause, ','));
        let Span { from, until } = outage.span;
        text.push_str(&format!("{sensor},{from},{until},{},{cause}\n", outage.pd_factor));
    }
    text
}

#[cfg(test)]
#[path = "outages_tests.rs"]
mod tests;
