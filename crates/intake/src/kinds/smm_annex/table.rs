//! The annex table as rows, its reading and writing, and the way from and to detections.

use super::cells::{self, AnnexTime, Location, NotKnownOr, Observation, Position};
use crate::table::{Column, Row, Table, quoted};
use crate::{Context, field, suggest};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use truceline_domain::{
    Bearing, Count, Detection, Known, Means, Measured, Modality, Name, NotKnownReason, Phenomenon, Problem, Problems,
    SignedDuration, TimeEstimate, Wgs84, Where,
};

/// The columns in their canonical order.
pub const COLUMNS: [&str; 8] =
    ["SMM position", "Event location", "Means", "No.", "Observation", "Description", "Weapon", "Date and time"];

/// The columns as they may be written in a header (lower case).
pub(super) const REQUIRED: [&[&str]; 8] = [
    &["smm position", "position"],
    &["event location", "location"],
    &["means"],
    &["no.", "no", "number"],
    &["observation"],
    &["description"],
    &["weapon"],
    &["date and time", "date, time", "date/time"],
];

/// One row of the annex table.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnexRow {
    /// The line of the file that it was read from; 0 for a row that was made here.
    pub line: u64,
    /// Its number among the rows of the file, from 0.
    pub index: u32,
    /// Where the observer stood.
    pub position: Position,
    /// Where the event was, seen from there.
    pub location: NotKnownOr<Location>,
    /// How it was observed.
    pub means: Means,
    /// How many.
    pub number: NotKnownOr<u32>,
    /// What was observed.
    pub observation: Observation,
    /// More words.
    pub description: String,
    /// The weapon in the table's own words.
    pub weapon: NotKnownOr<String>,
    /// When, by local clocks.
    pub time: AnnexTime,
}

/// The annex table.
///
/// ```
/// use truceline_intake::smm_annex::AnnexTable;
///
/// let text = "SMM position,Event location,Means,No.,Observation,Description,Weapon,Date and time\n\
///     camera in Velin @ 45.5 31.25,4-6km ESE,Recorded,3,Explosion,Undetermined,N/K (weather),2031-02-15 21:05-21:20\n";
/// let (table, problems) = AnnexTable::read(text.as_bytes(), "annex.csv");
/// assert_eq!(problems.total(), 0);
/// assert_eq!(table.write(','), text);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnnexTable {
    /// The rows in their order.
    pub rows: Vec<AnnexRow>,
}

impl AnnexTable {
    /// Reads a table; the header tells the delimiter. `file` names it in problems.
    pub fn read(bytes: &[u8], file: &str) -> (Self, Problems) {
        let mut problems = Problems::default();
        let mut rows = Vec::new();
        if let Some(table) = Table::open(bytes, file, &REQUIRED, &mut problems) {
            let columns = REQUIRED.map(|names| table.column(names));
            table.each(&mut problems, |row, problems| {
                let read = annex_row(row, columns)?;
                warn_of_observation(row, &read.observation, problems);
                rows.push(read);
                Ok(())
            });
        }
        warn_of_totals(&rows, file, &mut problems);
        (Self { rows }, problems)
    }

    /// Writes the table in its canonical form; `delimiter` is a comma or a tab.
    pub fn write(&self, delimiter: char) -> String {
        let line = |cells: [String; 8]| {
            let cells: Vec<_> = cells.iter().map(|cell| quoted(cell, delimiter)).collect();
            cells.join(&delimiter.to_string()) + "\n"
        };
        let rows = self.rows.iter().map(AnnexRow::cells).map(line);
        std::iter::once(line(COLUMNS.map(str::to_owned))).chain(rows).collect()
    }

    /// The rows as detections. `register` gives the coordinates of positions for which the table states none.
    pub fn detections(
        &self,
        context: &Context,
        register: &BTreeMap<String, Wgs84>,
        problems: &mut Problems,
    ) -> Vec<Detection> {
        let mut detections = Vec::new();
        for row in self.rows.iter().filter(|row| row.observation != Observation::Total) {
            match row.detection(context, register, problems) {
                Some(detection) => detections.push(detection),
                None => problems.push(row.bad_time(context)),
            }
        }
        detections
    }

    /// The table for detections, for export: sensors by name alone, bearings as range band and point of the compass, any
    /// other place withheld, local times of `zone`.
    pub fn from_detections(detections: &[Detection], zone: &TimeZone) -> Self {
        let row = |(detection, index)| AnnexRow::from_detection(detection, index, zone);
        Self { rows: detections.iter().zip(0..).map(row).collect() }
    }
}

fn annex_row(row: &Row, columns: [Column; 8]) -> Result<AnnexRow, Problem> {
    let [position, location, means, number, observation, description, weapon, time] = columns;
    let text = row.text(means);
    let means = cells::means(text).ok_or_else(|| {
        row.error("unknown_word", text, "this is no means of observation")
            .with_hint(suggest::hint(text, &cells::means_words()))
    })?;
    let text = row.text(time);
    let time = AnnexTime::of(text).ok_or_else(|| {
        let problem = row.error("bad_time", text, "this is no time or interval");
        problem.with_hint("write it as 2031-02-15 06:10 or 2031-02-15 06:10-06:25")
    })?;
    Ok(AnnexRow {
        line: row.line,
        index: row.index,
        position: Position::of(row.exact(position)),
        location: known(row, location, Location::of, "no range and bearing, such as 4-6km ESE")?,
        means,
        number: known(row, number, |text| text.parse().ok(), "no whole number")?,
        observation: Observation::of(row.exact(observation)),
        description: row.exact(description).to_owned(),
        weapon: known(row, weapon, |text| Some(text.to_owned()), "no weapon")?,
        time,
    })
}

/// A cell that may be `N/K`.
fn known<T>(row: &Row, column: Column, read: impl Fn(&str) -> Option<T>, not_a: &str) -> Result<Known<T>, Problem> {
    let text = row.text(column);
    match cells::not_known(text) {
        Ok(Some(reason)) => Ok(Known::NotKnown(reason)),
        Ok(None) => read(text).map(Known::Known).ok_or_else(|| {
            row.error("bad_cell", text, format!("this is {not_a}")).with_hint("write N/K when it is not known")
        }),
        Err(()) => {
            let reasons = NotKnownReason::ALL.map(|reason| reason.word().replace('_', " "));
            let problem = row.error("unknown_word", text, "this is no reason for N/K");
            Err(problem.with_hint(format!("allowed: {}", reasons.join(", "))))
        }
    }
}

fn warn_of_observation(row: &Row, observation: &Observation, problems: &mut Problems) {
    if let Observation::Other(word) = observation {
        let problem = row.warning("unknown_observation", word, "the observation is not of the list; it reads as other");
        problems.push(problem.with_hint(suggest::hint(word, &cells::observation_words())));
    }
}

/// Compares each total with the rows of its position since the last total.
fn warn_of_totals(rows: &[AnnexRow], file: &str, problems: &mut Problems) {
    let mut sums: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(&row.position.name).or_insert(Some(0));
        match (&row.observation, row.number) {
            (Observation::Total, number) => {
                if let (Some(sum), Known::Known(total)) = (*sum, number)
                    && sum != u64::from(total)
                {
                    let message = format!("the total {total} is not the sum {sum} of the rows of its position");
                    problems.push(Problem::warning(file, "contradiction", message).at_line(row.line));
                }
                *sum = Some(0);
            }
            (_, Known::Known(number)) => *sum = sum.map(|sum| sum + u64::from(number)),
            (_, Known::NotKnown(_)) => *sum = None,
        }
    }
}

impl AnnexRow {
    fn cells(&self) -> [String; 8] {
        [
            self.position.to_string(),
            cells::cell(&self.location),
            cells::means_word(self.means).to_owned(),
            cells::cell(&self.number),
            self.observation.to_string(),
            self.description.clone(),
            cells::cell(&self.weapon),
            self.time.to_string(),
        ]
    }

    fn bad_time(&self, context: &Context) -> Problem {
        let message = "nothing says to which day the local time belongs";
        let problem = Problem::error(context.name, "bad_time", message).at_line(self.line);
        problem.with_text(&self.time.to_string()).with_hint("write it as 2031-02-15 06:10")
    }

    fn detection(
        &self,
        context: &Context,
        register: &BTreeMap<String, Wgs84>,
        problems: &mut Problems,
    ) -> Option<Detection> {
        let weapon = match &self.weapon {
            Known::Known(text) => {
                cells::weapon_kind(text).map_or(Known::NotKnown(NotKnownReason::NotStated), Known::Known)
            }
            Known::NotKnown(reason) => Known::NotKnown(*reason),
        };
        let of_person = matches!(self.means, Means::Heard | Means::Saw | Means::SawAndHeard);
        Some(Detection {
            id: context.id(self.index),
            sensor: context.source.clone(),
            owner: context.owner.clone(),
            modality: if of_person { Modality::Patrol } else { Modality::Camera },
            means: self.means,
            phenomenon: self.phenomenon(),
            time: self.time_estimate(context)?,
            place: self.place(context, register, problems),
            count: self.number.map(Count::exactly),
            weapon,
            origin: None,
            motion: None,
            claimed_identity: None,
            dependence: Some(Name::from(format!("position {}", self.position.name))),
            note: Some(self.note()),
        })
    }

    fn phenomenon(&self) -> Phenomenon {
        let description = self.description.to_lowercase();
        match &self.observation {
            Observation::Counted(Phenomenon::Explosion) if description.contains("impact") => Phenomenon::Impact,
            Observation::Counted(Phenomenon::Explosion) if description.contains("outgoing") => Phenomenon::Launch,
            Observation::Counted(phenomenon) => *phenomenon,
            Observation::Other(word) => word.to_lowercase().replace(' ', "_").parse().unwrap_or(Phenomenon::Other),
            Observation::Total => Phenomenon::Other,
        }
    }

    fn time_estimate(&self, context: &Context) -> Option<TimeEstimate> {
        let zone = &context.time_zone;
        let (from, until) = match self.time {
            AnnexTime::Day(day) => return field::day_span(day, zone).map(field::within),
            // A time given to the minute is some moment of that minute.
            AnnexTime::At(at) => (at, at),
            AnnexTime::Between(from, until) => (from, until),
            AnnexTime::Clock(from, until) => {
                let day = context.reference_date?;
                let last = if until < from { day.tomorrow().ok()? } else { day };
                (day.to_datetime(from), last.to_datetime(until))
            }
        };
        let step_s = if until.second() == 0 { 60 } else { 1 };
        let (from, _) = field::local_instant(from, zone)?;
        let (_, until) = field::local_instant(until, zone)?;
        Some(TimeEstimate::within(from, until.checked_add(SignedDuration::from_secs(step_s)).ok()?, 0.0))
    }

    fn place(&self, context: &Context, register: &BTreeMap<String, Wgs84>, problems: &mut Problems) -> Where {
        let location = match self.location {
            Known::Known(location) => location,
            Known::NotKnown(reason) => return Where::NotKnown(reason),
        };
        let from = self.position.place.or_else(|| register.get(&self.position.name).copied());
        let Some(from) = from else {
            let message = "the position has no coordinates, so the event has no place";
            let problem = Problem::warning(context.name, "unknown_position", message).at_line(self.line);
            problems
                .push(problem.with_text(&self.position.name).with_hint("write them behind the name: ` @ 45.5 31.25`"));
            return Where::NotKnown(NotKnownReason::NotStated);
        };
        let sigma = Location::POINT_DEG / 12_f64.sqrt();
        let range_m = location.range_km.map(|(near, far)| {
            let half_km = if near == far { 0.5 } else { 0.0 };
            ((near - half_km).max(0.0) * 1000.0, (far + half_km) * 1000.0)
        });
        Where::Bearing(Bearing { from, azimuth_deg: Measured { value: location.azimuth_deg(), sigma }, range_m })
    }

    fn note(&self) -> Name {
        let weapon = cells::cell(&self.weapon);
        let [position, location] = [self.position.name.clone(), cells::cell(&self.location)];
        Name::from(format!("{position}: {location}; {}, {}; {weapon}", self.observation, self.description))
    }

    fn from_detection(detection: &Detection, index: u32, zone: &TimeZone) -> Self {
        let location = match &detection.place {
            Where::Bearing(bearing) => {
                let range_km = bearing.range_m.map(|(near, far)| (near / 1000.0, far / 1000.0));
                Known::Known(Location::nearest(bearing.azimuth_deg.value, range_km))
            }
            Where::NotKnown(reason) => Known::NotKnown(*reason),
            Where::Estimate(_) | Where::Area(_) => Known::NotKnown(NotKnownReason::Withheld),
        };
        let number = match detection.count {
            Known::Known(Count { low, high }) if low == high => Known::Known(low),
            Known::Known(_) => Known::NotKnown(NotKnownReason::NotObserved),
            Known::NotKnown(reason) => Known::NotKnown(reason),
        };
        Self {
            line: 0,
            index,
            position: Position { name: detection.sensor.to_string(), place: None },
            location,
            means: detection.means,
            number,
            observation: Observation::of_phenomenon(detection.phenomenon),
            description: description(detection.phenomenon).to_owned(),
            weapon: detection.weapon.map(cells::weapon_word),
            time: local_time(detection.time, zone),
        }
    }
}

fn description(phenomenon: Phenomenon) -> &'static str {
    match phenomenon {
        Phenomenon::Impact => "Impact",
        Phenomenon::Launch => "Outgoing",
        _ => "Undetermined",
    }
}

/// The hull of an estimate by local clocks, to the minute.
fn local_time(time: TimeEstimate, zone: &TimeZone) -> AnnexTime {
    let hull = time.hull();
    let minute = |at: truceline_domain::Timestamp| {
        let local = zone.to_datetime(at);
        local.date().to_datetime(jiff::civil::Time::constant(local.hour(), local.minute(), 0, 0))
    };
    // The end of a span is exclusive: the last moment inside names its minute.
    let last = hull.until.checked_sub(SignedDuration::from_nanos(1)).map_or(hull.until, |last| last.max(hull.from));
    let (from, until) = (minute(hull.from), minute(last));
    if until <= from { AnnexTime::At(from) } else { AnnexTime::Between(from, until) }
}
