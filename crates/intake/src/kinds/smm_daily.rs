//! `smm_daily`: the daily counts of the OSCE Special Monitoring Mission to Ukraine.
//!
//! **What it is.** A row is one daily report: `report`, `period_end`, `days`, and for each of the regions Donetsk and
//! Luhansk the ceasefire violations and, among them, the explosions; the figures of the previous period as the same
//! report repeats them; a running total; a note.
//!
//! **What it needs.** `period_end`, `days`, `donetsk_violations`, `luhansk_violations`. Empty figures mean "not stated".
//!
//! **Records.** Two numbers for each row: `2 × row` for Donetsk, `2 × row + 1` for Luhansk. The detection counts the
//! violations as mixed fire in the area `Donetsk` or `Luhansk`; the explosions are among them and stand in the note
//! alone, so the sum over all detections is the sum of the tables. A stated zero gives no detection: nothing was counted.
//! Where only explosions are stated, the count is not known. A region about which the row says nothing is a warning.
//!
//! **Time.** From 19:30 local time, `days` days before `period_end`, to 19:30 of `period_end`.
//!
//! **Error model.** A row that cannot be read is one problem. Warnings, each with its line: more explosions than
//! violations; figures of the previous period that differ from the row of that period; a running total that is not the
//! earlier one plus this row (for rows that follow each other); a total that falls.
//!
//! **What it cannot tell.** What was fired, from where, by whom; calm where nobody watched (the mission's cameras and
//! patrols covered part of the region); exercises, which only the note names. The count is of observations: one round can
//! count as flash, flight and explosion.
//!
//! # Source
//! Public daily reports of the mission; the cut-off at 19:30 stands in each of them.

use crate::field;
use crate::table::{Column, Row, Table, header_has};
use crate::{Context, Record, SensorKind};
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use std::collections::BTreeMap;
use truceline_domain::{
    Count, Detection, Known, Means, Modality, Name, NotKnownReason, Phenomenon, Problem, Problems, Span, Where,
};

const REQUIRED: [&[&str]; 4] = [&["period_end"], &["days"], &["donetsk_violations"], &["luhansk_violations"]];
/// The longest period that one report covers, days.
const MAX_DAYS: u32 = 31;

/// The format.
pub struct SmmDaily;

impl SensorKind for SmmDaily {
    fn name(&self) -> &'static str {
        "smm_daily"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        let columns = Columns::of(&table);
        let mut seen = BTreeMap::new();
        table.each(&mut problems, |row, problems| {
            let report = columns.report(row)?;
            let span = report.span(row, context)?;
            report.warn(row, &seen, problems);
            problems.extend(super::warn_if_later_than(row, span.from, context.received_at));
            for detection in report.detections(row.index, span, context) {
                sink(Record::Detection(detection));
            }
            seen.insert(report.period_end, report);
            Ok(())
        });
        problems
    }

    fn records_per_row(&self) -> u32 {
        2
    }
}

struct Columns {
    report: Column,
    period_end: Column,
    days: Column,
    regions: [(&'static str, [Column; 3]); 2],
    cumulative: Column,
    note: Column,
}

/// One report.
#[derive(Debug)]
struct Report {
    number: String,
    period_end: Date,
    days: u32,
    regions: [Region; 2],
    cumulative: Option<u32>,
    note: String,
}

/// What it says of one region.
#[derive(Debug)]
struct Region {
    name: &'static str,
    violations: Option<u32>,
    explosions: Option<u32>,
    previous: Option<u32>,
}

impl Columns {
    fn of(table: &Table) -> Self {
        let column = |name| table.column(&[name]);
        Self {
            report: column("report"),
            period_end: column("period_end"),
            days: column("days"),
            regions: [
                ("Donetsk", ["donetsk_violations", "donetsk_explosions", "prev_donetsk"].map(column)),
                ("Luhansk", ["luhansk_violations", "luhansk_explosions", "prev_luhansk"].map(column)),
            ],
            cumulative: table.column(&["cumulative_since_20200727", "cumulative"]),
            note: column("note"),
        }
    }

    fn report(&self, row: &Row) -> Result<Report, Problem> {
        let end = row.text(self.period_end);
        let period_end = field::date(end)
            .ok_or_else(|| row.error("bad_date", end, "this is no date").with_hint("write it as 2031-02-15"))?;
        let days = row.whole(self.days, "number of days")?;
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(row.error("bad_days", row.text(self.days), format!("a report covers 1 to {MAX_DAYS} days")));
        }
        let [donetsk, luhansk] = self.regions;
        Ok(Report {
            number: row.text(self.report).to_owned(),
            period_end,
            days,
            regions: [region(row, donetsk)?, region(row, luhansk)?],
            cumulative: row.whole_if_any(self.cumulative, "running total")?,
            note: row.text(self.note).to_owned(),
        })
    }
}

fn region(
    row: &Row,
    (name, [violations, explosions, previous]): (&'static str, [Column; 3]),
) -> Result<Region, Problem> {
    Ok(Region {
        name,
        violations: row.whole_if_any(violations, "number of observations")?,
        explosions: row.whole_if_any(explosions, "number of explosions")?,
        previous: row.whole_if_any(previous, "previous number")?,
    })
}

impl Report {
    fn span(&self, row: &Row, context: &Context) -> Result<Span, Problem> {
        let at = |day: Date| {
            let cut_off = day.to_datetime(Time::constant(19, 30, 0, 0));
            field::local_instant(cut_off, &context.time_zone).map(|(earlier, _)| earlier)
        };
        let begin = self.begin().and_then(at);
        let span = begin.zip(at(self.period_end)).and_then(|(from, until)| Span::new(from, until));
        span.ok_or_else(|| {
            row.error("bad_date", &self.period_end.to_string(), "the date has no place on the time line")
        })
    }

    fn begin(&self) -> Option<Date> {
        self.period_end.checked_sub(i64::from(self.days).days()).ok()
    }

    fn total(&self) -> Option<u64> {
        self.regions.iter().map(|region| region.violations.map(u64::from)).sum()
    }

    fn detections(&self, row: u32, span: Span, context: &Context) -> Vec<Detection> {
        let regions = self.regions.iter().zip([0, 1]);
        let counted = regions.filter_map(|(region, k)| Some((region, region.count()?, k)));
        let record = |k: u32| context.id(row.saturating_mul(2).saturating_add(k));
        let detection =
            |(region, count, k)| Detection { id: record(k), ..self.detection(region, count, span, context) };
        counted.map(detection).collect()
    }

    fn detection(&self, region: &Region, count: Known<Count>, span: Span, context: &Context) -> Detection {
        Detection {
            id: context.id(0),
            sensor: context.source.clone(),
            owner: context.owner.clone(),
            modality: Modality::MissionTable,
            means: Means::Reported,
            phenomenon: Phenomenon::MixedFire,
            time: field::within(span),
            place: Where::Area(Name::from(region.name)),
            count,
            weapon: Known::NotKnown(NotKnownReason::NotStated),
            origin: None,
            motion: None,
            claimed_identity: None,
            dependence: Some(Name::from(format!("report {}", self.number))),
            note: Some(self.words(region)),
        }
    }

    fn words(&self, region: &Region) -> Name {
        let explosions = region.explosions.map(|n| format!(", {n} explosions among them")).unwrap_or_default();
        let note = if self.note.is_empty() { String::new() } else { format!("; {}", self.note) };
        Name::from(format!("report {}, {} region{explosions}{note}", self.number, region.name))
    }

    fn warn(&self, row: &Row, seen: &BTreeMap<Date, Self>, problems: &mut Problems) {
        for region in &self.regions {
            problems.extend(region.contradiction(row));
        }
        if let Some(same) = seen.get(&self.period_end) {
            let message = format!("report {} covers the same period", same.number);
            problems.push(row.warning("same_period", &self.number, message));
        }
        let before = self.begin().and_then(|begin| seen.get(&begin));
        if let Some(before) = before {
            self.warn_against_neighbour(row, before, problems);
        }
        let earlier = seen.range(..self.period_end).next_back().and_then(|(_, report)| report.cumulative);
        if let (Some(earlier), Some(now)) = (earlier, self.cumulative)
            && now < earlier
        {
            let message = format!("the running total falls from {earlier} to {now}");
            problems.push(row.warning("contradiction", &now.to_string(), message));
        }
    }

    /// Compares with the report whose period ends where this one begins.
    fn warn_against_neighbour(&self, row: &Row, before: &Self, problems: &mut Problems) {
        for (now, then) in self.regions.iter().zip(&before.regions) {
            if let (Some(previous), Some(stated)) = (now.previous, then.violations)
                && previous != stated
            {
                let message = format!(
                    "{} region: the report repeats {previous} for the previous period, report {} states {stated}",
                    now.name, before.number
                );
                problems.push(row.warning("contradiction", &previous.to_string(), message));
            }
        }
        if let (Some(total), Some(earlier), Some(now)) = (self.total(), before.cumulative, self.cumulative)
            && u64::from(earlier) + total != u64::from(now)
        {
            let message = format!("the running total {now} is not {earlier} of the day before plus {total}");
            problems.push(row.warning("contradiction", &now.to_string(), message));
        }
    }
}

impl Region {
    /// The count of a detection; `None` when there is none to make.
    fn count(&self) -> Option<Known<Count>> {
        match (self.violations, self.explosions) {
            (Some(0), _) | (None, None | Some(0)) => None,
            (Some(n), _) => Some(Known::Known(Count::exactly(n))),
            (None, Some(_)) => Some(Known::NotKnown(NotKnownReason::NotStated)),
        }
    }

    fn contradiction(&self, row: &Row) -> Option<Problem> {
        let name = self.name;
        match (self.violations, self.explosions) {
            (Some(violations), Some(explosions)) if explosions > violations => {
                let message = format!("{name} region: {explosions} explosions among {violations} observations");
                Some(row.warning("contradiction", &explosions.to_string(), message))
            }
            (None, None) => Some(row.warning("not_stated", "", format!("the row says nothing about {name} region"))),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "smm_daily_tests.rs"]
mod tests;
