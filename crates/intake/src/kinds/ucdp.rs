//! `ucdp`: events with deaths, of the UCDP Georeferenced Event Dataset.
//!
//! **What it is.** A row is one event in which armed force cost at least one life, drawn from news and reports:
//! `id`, `type_of_violence`, sides, place with `where_prec`, dates with `date_prec`, deaths (`best`, `low`, `high`).
//!
//! **What it needs.** `id`, `latitude`, `longitude`, `where_prec`, `date_start`, `date_end`.
//!
//! **Place.** By `where_prec`; the figures in metres are standard deviations along each axis:
//!
//! | code | meaning | read as |
//! |---|---|---|
//! | 1 | known place | 3 km (half the width of a district town; chosen by us) |
//! | 2 | within about 25 km of a known place | 12.5 km (uniform on a disc of 25 km: radius / 2) |
//! | 3 | district | 15 km (a district of about 50 km: side / √12; chosen by us) |
//! | 4 | province | the area named in `adm_1`, or 60 km without a name |
//! | 5 | a stretch or part of a country | 75 km (chosen by us) |
//! | 6, 7 | country; international waters | not known |
//!
//! **Time.** From the beginning of `date_start` to the end of `date_end`, local days. `date_prec` above 1 with equal dates
//! widens both sides: 2 by 3 days, 3 by 3, 4 by 15, 5 by 180 (half of the longest stretch that the code stands for).
//!
//! **Phenomenon.** State-based and non-state violence (types 1 and 2): clash; one-sided violence (3): casualties, and
//! then the count is that of the deaths. For clashes the count is not stated; the note gives sides and deaths.
//!
//! **Error model.** A row without a readable place or date is one problem. Warnings: `low` ≤ `best` ≤ `high` broken, the
//! sum of deaths other than `best`, a day-exact date with two dates, an end before the beginning (then put in order).
//!
//! **What it cannot tell.** Events without deaths; several attacks of one day in one place are often one row.
//!
//! # Source
//! UCDP GED Codebook (Uppsala Conflict Data Program), the codes of `where_prec` and `date_prec`.

use crate::field;
use crate::table::{Column, Row, Table, header_has};
use crate::{Context, Record, SensorKind};
use jiff::civil::Date;
use truceline_domain::{
    Count, Detection, Known, Means, Modality, Name, NotKnownReason, Phenomenon, PlaceEstimate, Problem, Problems,
    SignedDuration, TimeEstimate, Where,
};

const REQUIRED: [&[&str]; 6] =
    [&["id"], &["latitude"], &["longitude"], &["where_prec"], &["date_start"], &["date_end"]];

/// The format.
pub struct Ucdp;

impl SensorKind for Ucdp {
    fn name(&self) -> &'static str {
        "ucdp"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        let reader = Reader::new(&table, context);
        table.each(&mut problems, |row, problems| {
            let detection = reader.detection(row, problems)?;
            problems.extend(super::warn_if_later_than(row, detection.time.from, context.received_at));
            sink(Record::Detection(detection));
            Ok(())
        });
        problems
    }
}

struct Reader<'c> {
    context: &'c Context<'c>,
    id: Column,
    violence: Column,
    side_a: Column,
    side_b: Column,
    lat: Column,
    lon: Column,
    where_prec: Column,
    place_name: Column,
    adm_1: Column,
    date_prec: Column,
    date_start: Column,
    date_end: Column,
    best: Column,
    high: Column,
    low: Column,
    deaths: [Column; 4],
}

impl<'c> Reader<'c> {
    fn new(table: &Table, context: &'c Context<'c>) -> Self {
        let column = |name| table.column(&[name]);
        Self {
            context,
            id: column("id"),
            violence: column("type_of_violence"),
            side_a: column("side_a"),
            side_b: column("side_b"),
            lat: column("latitude"),
            lon: column("longitude"),
            where_prec: column("where_prec"),
            place_name: column("where_coordinates"),
            adm_1: column("adm_1"),
            date_prec: column("date_prec"),
            date_start: column("date_start"),
            date_end: column("date_end"),
            best: column("best"),
            high: column("high"),
            low: column("low"),
            deaths: ["deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"].map(column),
        }
    }

    fn detection(&self, row: &Row, problems: &mut Problems) -> Result<Detection, Problem> {
        let one_sided = row.text(self.violence) == "3";
        let deaths = self.deaths(row, problems)?;
        let not_stated = Known::NotKnown(NotKnownReason::NotStated);
        let id = row.text(self.id);
        Ok(Detection {
            id: self.context.id(row.index),
            sensor: self.context.source.clone(),
            owner: self.context.owner.clone(),
            modality: Modality::OpenSource,
            means: Means::Reported,
            phenomenon: if one_sided { Phenomenon::Casualties } else { Phenomenon::Clash },
            time: self.time(row, problems)?,
            place: self.place(row)?,
            count: if one_sided { deaths.map_or(not_stated, Known::Known) } else { not_stated },
            weapon: Known::NotKnown(NotKnownReason::NotStated),
            origin: None,
            motion: None,
            claimed_identity: None,
            dependence: (!id.is_empty()).then(|| Name::from(format!("ucdp {id}"))),
            note: Some(self.note(row)),
        })
    }

    fn place(&self, row: &Row) -> Result<Where, Problem> {
        let centre = row.place(self.lat, self.lon)?;
        let circular = |sigma_m| Ok(Where::Estimate(PlaceEstimate::circular(centre, sigma_m)));
        match row.whole(self.where_prec, "where_prec")? {
            1 => circular(3_000.0),
            2 => circular(12_500.0),
            3 => circular(15_000.0),
            4 => match row.text(self.adm_1) {
                "" => circular(60_000.0),
                province => Ok(Where::Area(Name::from(province))),
            },
            5 => circular(75_000.0),
            6 | 7 => Ok(Where::NotKnown(NotKnownReason::NotStated)),
            _ => Err(row.error("bad_precision", row.text(self.where_prec), "where_prec is a code from 1 to 7")),
        }
    }

    fn time(&self, row: &Row, problems: &mut Problems) -> Result<TimeEstimate, Problem> {
        let (start, end) = (self.day(row, self.date_start)?, self.day(row, self.date_end)?);
        if end < start {
            let message = "the event ends before it begins; the two dates are put in order";
            problems.push(row.warning("bad_time", row.text(self.date_end), message));
        }
        let code = row.whole_if_any(self.date_prec, "date_prec")?.unwrap_or(1);
        if code == 1 && start != end {
            let message = "date_prec says the day is known, and the row gives two dates";
            problems.push(row.warning("contradiction", row.text(self.date_end), message));
        }
        let widen_days = match code {
            2 | 3 if start == end => 3,
            4 if start == end => 15,
            5 if start == end => 180,
            1..=5 => 0,
            _ => return Err(row.error("bad_precision", row.text(self.date_prec), "date_prec is a code from 1 to 5")),
        };
        self.span(start.min(end), start.max(end), widen_days)
            .ok_or_else(|| row.error("bad_date", row.text(self.date_start), "the dates have no place on the time line"))
    }

    fn span(&self, start: Date, end: Date, widen_days: i64) -> Option<TimeEstimate> {
        let zone = &self.context.time_zone;
        let margin = SignedDuration::from_hours(24 * widen_days);
        let from = field::day_span(start, zone)?.from.checked_sub(margin).ok()?;
        let until = field::day_span(end, zone)?.until.checked_add(margin).ok()?;
        Some(TimeEstimate::within(from, until, 0.0))
    }

    fn day(&self, row: &Row, column: Column) -> Result<Date, Problem> {
        let text = row.text(column);
        let day = text.split([' ', 'T']).next().unwrap_or_default();
        field::date(day)
            .ok_or_else(|| row.error("bad_date", text, "this is no date").with_hint("write it as 2031-02-15"))
    }

    /// The deaths as lowest and highest figure; contradictions are told.
    fn deaths(&self, row: &Row, problems: &mut Problems) -> Result<Option<Count>, Problem> {
        let best = row.whole_if_any(self.best, "best")?;
        let low = row.whole_if_any(self.low, "low")?.or(best);
        let high = row.whole_if_any(self.high, "high")?.or(best);
        let mut parts = Vec::new();
        for column in self.deaths {
            parts.extend(row.whole_if_any(column, "number of deaths")?);
        }
        let sum: u64 = parts.iter().map(|n| u64::from(*n)).sum();
        if let Some(best) = best
            && parts.len() == self.deaths.len()
            && sum != u64::from(best)
        {
            let message = format!("the deaths of the sides add up to {sum}, `best` says {best}");
            problems.push(row.warning("contradiction", row.text(self.best), message));
        }
        let (Some(low), Some(high)) = (low, high) else { return Ok(None) };
        if !(low..=high).contains(&best.unwrap_or(low)) {
            let message = format!("low {low}, best {} and high {high} are not in order", best.unwrap_or(low));
            problems.push(row.warning("contradiction", row.text(self.best), message));
        }
        let best = best.unwrap_or(low);
        Ok(Some(Count { low: low.min(high).min(best), high: high.max(low).max(best) }))
    }

    fn note(&self, row: &Row) -> Name {
        let [place, a, b] = [self.place_name, self.side_a, self.side_b].map(|column| row.text(column));
        let [best, low, high] = [self.best, self.low, self.high].map(|column| row.text(column));
        Name::from(format!("{place}: {a} / {b}; deaths {best} ({low} to {high})"))
    }
}

#[cfg(test)]
#[path = "ucdp_tests.rs"]
mod tests;
