//! The tables of a mission folder: the sensor register, the keys of stations, and the activities announced beforehand.

use super::toml_reader::hinted;
use csv::StringRecord;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::str::FromStr;
use truceline_domain::{
    Area, AreaVersion, EventClass, Modality, Name, NotifiedActivity, Problem, Reach, Sensor, Span, Timestamp,
    UnknownName, Wgs84,
};
use truceline_evidence::frames::{KeyRing, StationKey};
use truceline_evidence::keys::{Algorithm, VerifierKey};

/// A table with named columns, read row by row.
struct Rows<'a> {
    file: &'a str,
    columns: BTreeMap<String, usize>,
    rows: Vec<(u64, StringRecord)>,
    problems: Vec<Problem>,
}

/// One row of it.
struct Row<'r> {
    file: &'r str,
    line: u64,
    columns: &'r BTreeMap<String, usize>,
    record: &'r StringRecord,
}

impl<'a> Rows<'a> {
    fn read(file: &'a str, text: &str, (required, optional): (&[&str], &[&str])) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        let mut problems = Vec::new();
        let header = reader.headers().cloned().unwrap_or_default();
        let columns: BTreeMap<String, usize> =
            header.iter().enumerate().map(|(k, name)| (name.to_lowercase(), k)).collect();
        let known: Vec<&str> = required.iter().chain(optional).copied().collect();
        for name in required.iter().filter(|name| !columns.contains_key(**name)) {
            problems
                .push(Problem::error(file, "missing_column", format!("the table needs a column `{name}`")).at_line(1));
        }
        for name in header.iter().filter(|name| !known.contains(&name.to_lowercase().as_str())) {
            let problem =
                Problem::warning(file, "unknown_column", "this column is not known here").at_line(1).with_text(name);
            problems.push(hinted(problem, name, &known));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if record.len() != header.len() {
                        let message = format!("the row has {} fields, the header {}", record.len(), header.len());
                        let text: Vec<&str> = record.iter().collect();
                        problems
                            .push(Problem::error(file, "row_length", message).at_line(line).with_text(&text.join(",")));
                    } else {
                        rows.push((line, record));
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    problems.push(Problem::error(file, "bad_row", "the row cannot be read").at_line(line));
                }
            }
        }
        Self { file, columns, rows, problems }
    }
}

impl Row<'_> {
    fn field(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|k| self.record.get(*k)).unwrap_or_default()
    }

    fn problem(&self, code: &'static str, message: impl Into<String>, text: &str) -> Problem {
        Problem::error(self.file, code, message).at_line(self.line).with_text(text)
    }

    fn word<T: FromStr<Err = UnknownName>>(&self, column: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let text = self.field(column);
        T::from_str(text)
            .map_err(|unknown| {
                let problem = self.problem("unknown_word", format!("`{column}` has no such word"), text);
                problems.push(hinted(problem, text, &unknown.allowed));
            })
            .ok()
    }

    /// A number; `Ok(None)` when empty.
    fn number(&self, column: &str, problems: &mut Vec<Problem>) -> Option<f64> {
        let text = self.field(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            problems.push(self.problem("not_a_number", format!("`{column}` must be a number"), text));
        }
        number
    }

    fn place(&self, problems: &mut Vec<Problem>) -> Option<Wgs84> {
        let (lat, lon) = (self.number("lat", problems)?, self.number("lon", problems)?);
        Wgs84::new(lat, lon)
            .map_err(|error| problems.push(self.problem("bad_place", error.to_string(), &format!("{lat}, {lon}"))))
            .ok()
    }

    fn required_instant(&self, column: &str, zone: &TimeZone, problems: &mut Vec<Problem>) -> Option<Timestamp> {
        if self.field(column).is_empty() {
            problems.push(self.problem("missing_value", format!("the row has no `{column}`"), ""));
        }
        self.instant(column, zone, problems)
    }

    fn instant(&self, column: &str, zone: &TimeZone, problems: &mut Vec<Problem>) -> Option<Timestamp> {
        let text = self.field(column);
        if text.is_empty() {
            return None;
        }
        let instant = instant(text, zone);
        if instant.is_none() {
            let problem = self.problem("not_an_instant", format!("`{column}` must be a date or a date and time"), text);
            problems
                .push(problem.with_hint("write 2031-03-04T08:00:00+02:00, or 2031-03-04 for the start of a local day"));
        }
        instant
    }
}

/// An instant by RFC 3339, or the start of a local day.
pub fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
        return at.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
    }
    let date = text.parse::<jiff::civil::Date>().ok()?;
    date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// Reads a sensor register: one row for each sensor and class; rows of one id are put together.
pub fn read_sensors(file: &str, text: &str, zone: &TimeZone) -> (Vec<Sensor>, Vec<Problem>) {
    let optional = ["lat", "lon", "class", "range_m", "pd", "valid_from", "valid_until", "note"];
    let table = Rows::read(file, text, (&["id", "modality", "owner"], &optional));
    let mut problems = table.problems;
    let mut sensors: BTreeMap<Name, Sensor> = BTreeMap::new();
    for (line, record) in &table.rows {
        let row = Row { file: table.file, line: *line, columns: &table.columns, record };
        if row.field("id").is_empty() {
            problems.push(row.problem("missing_id", "the row has no `id`", ""));
            continue;
        }
        let Some(modality) = row.word::<Modality>("modality", &mut problems) else { continue };
        let sensor = Sensor {
            id: row.field("id").into(),
            modality,
            owner: row.field("owner").into(),
            place: row.place(&mut problems),
            reach: read_reach(&row, &mut problems).into_iter().collect(),
            valid: Span {
                from: row.instant("valid_from", zone, &mut problems).unwrap_or(Timestamp::MIN),
                until: row.instant("valid_until", zone, &mut problems).unwrap_or(Timestamp::MAX),
            },
        };
        match sensors.get_mut(&sensor.id) {
            None => {
                sensors.insert(sensor.id.clone(), sensor);
            }
            Some(known)
                if (known.modality, known.place) != (sensor.modality, sensor.place) || known.owner != sensor.owner =>
            {
                let message = "an earlier row gives this sensor another place, owner or modality";
                problems.push(row.problem("sensor_contradiction", message, sensor.id.as_str()));
            }
            Some(known) => known.reach.extend(sensor.reach),
        }
    }
    (sensors.into_values().collect(), problems)
}

fn read_reach(row: &Row<'_>, problems: &mut Vec<Problem>) -> Option<Reach> {
    if row.field("class").is_empty() {
        return None;
    }
    let class = row.word::<EventClass>("class", problems)?;
    let pd = row.number("pd", problems).unwrap_or(1.0);
    if !(0.0..=1.0).contains(&pd) {
        problems.push(row.problem("bad_probability", "`pd` must lie between 0 and 1", row.field("pd")));
        return None;
    }
    let range_m = row.number("range_m", problems).unwrap_or(f64::INFINITY);
    if range_m < 0.0 {
        problems.push(row.problem("bad_range", "`range_m` must not be negative", row.field("range_m")));
        return None;
    }
    Some(Reach { class, range_m, pd })
}

/// Reads the public keys with which stations sign: one row for each key, the name in the key being the sensor's id.
pub fn read_keys(file: &str, text: &str, (zone, sensors): (&TimeZone, &[Sensor])) -> (KeyRing, Vec<Problem>) {
    let optional = ["valid_from", "valid_until", "revoked_at", "note"];
    let table = Rows::read(file, text, (&["sensor", "vkey"], &optional));
    let mut problems = table.problems;
    let known: Vec<&str> = sensors.iter().map(|sensor| sensor.id.as_str()).collect();
    let mut keys: Vec<StationKey> = Vec::new();
    for (line, record) in &table.rows {
        let row = Row { file: table.file, line: *line, columns: &table.columns, record };
        let name = row.field("sensor");
        if !known.contains(&name) {
            let message = "the sensor register has no sensor of this name";
            let problem = Problem::warning(file, "unknown_sensor", message).at_line(*line).with_text(name);
            problems.push(hinted(problem, name, &known));
        }
        let Some(read) = read_key(&row, zone, &mut problems) else { continue };
        match keys.iter_mut().find(|key| key.key == read.key) {
            None => keys.push(read),
            Some(twice) => {
                problems.push(row.problem("key_twice", "an earlier row has this key", row.field("vkey")));
                // Whichever row says that it is lost, it is lost.
                twice.revoked_ms = twice.revoked_ms.into_iter().chain(read.revoked_ms).min();
            }
        }
    }
    (KeyRing::new(keys).0, problems)
}

fn read_key(row: &Row<'_>, zone: &TimeZone, problems: &mut Vec<Problem>) -> Option<StationKey> {
    let text = row.field("vkey");
    let key = VerifierKey::parse(text)
        .map_err(|error| {
            let problem = row.problem("bad_key", format!("`vkey` is no public key: {error}"), text);
            problems.push(
                problem.with_hint("`truceline frame key FILE --name SENSOR` makes a key and prints its public half"),
            );
        })
        .ok()?;
    if key.algorithm() != Algorithm::Ed25519 {
        problems.push(row.problem("bad_key", "this is the key of a witness, which signs no frames", text));
        return None;
    }
    if key.name() != row.field("sensor") {
        problems.push(row.problem("key_of_another", "the name in the key is not that of the sensor", text));
        return None;
    }
    let mut ms = |column| row.instant(column, zone, problems).map(millisecond);
    let (from_ms, until_ms, revoked_ms) = (ms("valid_from"), ms("valid_until"), ms("revoked_at"));
    let from_ms = from_ms.unwrap_or(0);
    if until_ms.is_some_and(|until_ms| until_ms < from_ms) {
        let message = "`valid_until` lies before `valid_from`";
        problems.push(row.problem("span_backwards", message, row.field("valid_until")));
    }
    Some(StationKey { key, from_ms, until_ms, revoked_ms })
}

/// Milliseconds since 1970; what lies before is 0.
pub fn millisecond(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or(0)
}

/// Reads announced activities. The place is a named area of the mission, or a disc by `lat`, `lon`, `radius_m`.
pub fn read_notified(
    file: &str,
    text: &str,
    (zone, areas): (&TimeZone, &[AreaVersion]),
) -> (Vec<NotifiedActivity>, Vec<Problem>) {
    let required = ["id", "by", "kind", "classes", "from", "until", "notified_at"];
    let optional = ["area", "lat", "lon", "radius_m", "margin_m", "acknowledged_at", "note"];
    let table = Rows::read(file, text, (&required, &optional));
    let mut problems = table.problems;
    let mut activities: BTreeMap<Name, NotifiedActivity> = BTreeMap::new();
    for (line, record) in &table.rows {
        let row = Row { file: table.file, line: *line, columns: &table.columns, record };
        let Some(activity) = read_activity(&row, (zone, areas), &mut problems) else { continue };
        if activities.contains_key(&activity.id) {
            problems.push(row.problem("notice_twice", "an earlier row has this id", activity.id.as_str()));
            continue;
        }
        activities.insert(activity.id.clone(), activity);
    }
    (activities.into_values().collect(), problems)
}

fn read_activity(
    row: &Row<'_>,
    (zone, areas): (&TimeZone, &[AreaVersion]),
    problems: &mut Vec<Problem>,
) -> Option<NotifiedActivity> {
    // Everything is read before anything is given up, so that every problem of the row is said at once.
    let area = read_activity_area(row, areas, problems);
    let from = row.required_instant("from", zone, problems);
    let until = row.required_instant("until", zone, problems);
    let notified_at = row.required_instant("notified_at", zone, problems);
    let span = from.zip(until).and_then(|(from, until)| {
        Span::new(from, until).or_else(|| {
            problems.push(row.problem("span_backwards", "`until` lies before `from`", row.field("until")));
            None
        })
    });
    let mut classes = Vec::new();
    for word in row.field("classes").split(';').map(str::trim).filter(|word| !word.is_empty()) {
        match word.parse::<EventClass>() {
            Ok(class) => classes.push(class),
            Err(unknown) => {
                let problem = row.problem("unknown_word", "no class of events has this name", word);
                problems.push(hinted(problem, word, &unknown.allowed));
            }
        }
    }
    Some(NotifiedActivity {
        id: row.field("id").into(),
        by: row.field("by").into(),
        classes,
        kind: row.field("kind").into(),
        span: span?,
        area: area?,
        margin_m: row.number("margin_m", problems).unwrap_or(0.0).max(0.0),
        notified_at: notified_at?,
        acknowledged_at: row.instant("acknowledged_at", zone, problems),
    })
}

fn read_activity_area(row: &Row<'_>, areas: &[AreaVersion], problems: &mut Vec<Problem>) -> Option<Area> {
    let name = row.field("area");
    if name.is_empty() {
        let centre = row.place(problems);
        let radius_m = row.number("radius_m", problems);
        if centre.is_none() || radius_m.is_none() {
            let message = "the activity needs a named `area`, or `lat`, `lon` and `radius_m`";
            problems.push(row.problem("missing_area", message, row.field("id")));
        }
        return Some(Area::disc(centre?, radius_m?));
    }
    let found = areas.iter().find(|area| area.name.as_str() == name);
    if found.is_none() {
        let known: Vec<&str> = areas.iter().map(|area| area.name.as_str()).collect();
        problems.push(hinted(row.problem("unknown_area", "the mission has no area of this name", name), name, &known));
    }
    found.map(|version| version.area.clone())
}
