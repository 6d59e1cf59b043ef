//! From the text of a scenario to the scenario, with every problem at once.

mod expectations;
mod happenings;
mod setup;

use crate::cursor::{Clock, Cursor};
use crate::words::{Statement, nearest_hint, prose, statements};
use crate::{Expectation, Scenario, Weather};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use truceline_domain::{Problem, Problems, SignedDuration, Span, Timestamp};

/// Words that begin a statement.
const STATEMENTS: [&str; 22] = [
    "scenario",
    "title",
    "about",
    "mission",
    "from",
    "until",
    "seed",
    "temperature",
    "wind",
    "sensor",
    "notice",
    "outage",
    "pass",
    "clutter",
    "late",
    "day",
    "at",
    "report",
    "forged",
    "expect",
    "note",
    "record",
];

/// The longest scenario, in hours.
const MAX_HOURS: i64 = 400 * 24;

/// Reads a scenario. `file` is what problems call it. A statement with a problem is left out; the rest stands.
pub fn parse(file: &str, text: &str) -> (Scenario, Vec<Problem>) {
    let (statements, lexical) = statements(file, text);
    let mut problems = Problems::default();
    problems.extend(lexical);
    let mut reader = Reader::new(file, header_clock(&statements), problems);
    for statement in &statements {
        reader.statement(statement);
    }
    reader.finish()
}

/// The clock of the whole text: its `from` decides the offset and what day 1 is, wherever it stands.
fn header_clock(statements: &[Statement<'_>]) -> Clock {
    let from = statements.iter().find_map(|words| match words.as_slice() {
        [first, value, ..] if first.text == "from" => Pieces::parse(value.text).ok(),
        _ => None,
    });
    let offset = from.as_ref().and_then(Pieces::to_numeric_offset).unwrap_or(Offset::UTC);
    let first_day = from.as_ref().map_or(jiff::civil::Date::ZERO, Pieces::date);
    Clock { offset, first_day, day: first_day }
}

/// Collects the scenario statement by statement.
struct Reader<'p> {
    file: &'p str,
    clock: Clock,
    problems: Problems,
    scenario: Scenario,
    seen: Vec<&'static str>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl<'p> Reader<'p> {
    fn new(file: &'p str, clock: Clock, problems: Problems) -> Self {
        let scenario = Scenario {
            name: String::new(),
            title: String::new(),
            mission: String::new(),
            span: Span { from: Timestamp::UNIX_EPOCH, until: Timestamp::UNIX_EPOCH },
            offset: clock.offset,
            seed: 1,
            weather: Weather { temperature_c: 10.0, wind_mps: 0.0, wind_from_deg: 0.0 },
            sensors: Vec::new(),
            notices: Vec::new(),
            outages: Vec::new(),
            passes: Vec::new(),
            clutter: Vec::new(),
            delays: Vec::new(),
            records: Vec::new(),
            happenings: Vec::new(),
            reports: Vec::new(),
            expectations: Vec::new(),
            notes: Vec::new(),
        };
        Self { file, clock, problems, scenario, seen: Vec::new(), from: None, until: None }
    }

    /// Reads one statement.
    fn statement(&mut self, words: &[crate::words::Word<'_>]) {
        let Some((first, rest)) = words.split_first() else { return };
        if first.text == "note" || first.text == "about" {
            self.scenario.notes.push(prose(rest));
            return;
        }
        let mut problems = std::mem::take(&mut self.problems);
        let mut cursor = Cursor::new(self.file, words, self.clock, &mut problems);
        cursor.take();
        match STATEMENTS.into_iter().find(|word| *word == first.text) {
            Some(word) => self.known_statement(word, &mut cursor, rest),
            None => {
                let hint = nearest_hint(first.text, STATEMENTS);
                cursor.fail_with(
                    Some(first),
                    "unknown_statement",
                    format!("`{}` begins no statement", first.text),
                    hint,
                );
            }
        }
        self.problems = problems;
    }

    fn known_statement(&mut self, word: &'static str, cursor: &mut Cursor<'_, '_>, rest: &[crate::words::Word<'_>]) {
        match word {
            "sensor" => self.scenario.sensors.extend(setup::sensor(cursor)),
            "notice" => self.scenario.notices.extend(setup::notice(cursor)),
            "outage" => self.scenario.outages.extend(setup::outages(cursor)),
            "pass" => self.scenario.passes.extend(setup::passes(cursor)),
            "clutter" => self.scenario.clutter.extend(setup::clutter(cursor)),
            "late" => self.scenario.delays.extend(setup::delay(cursor)),
            "record" => self.scenario.records.extend(setup::record(cursor)),
            "day" => self.day(cursor),
            "at" => self.scenario.happenings.extend(happenings::happening(cursor)),
            "report" => self.scenario.reports.extend(happenings::report(cursor, false)),
            "forged" => {
                cursor.keyword("report");
                self.scenario.reports.extend(happenings::report(cursor, true));
            }
            "expect" => self.expectation(cursor),
            _ => self.header(word, cursor, rest),
        }
    }

    fn expectation(&mut self, cursor: &mut Cursor<'_, '_>) {
        let line = cursor.line();
        if let Some((kind, window)) = expectations::expectation(cursor) {
            self.scenario.expectations.push(Expectation { line, window, kind });
        }
    }

    /// Sets the day that clock times refer to from here on; day 1 is the day of `from`.
    fn day(&mut self, cursor: &mut Cursor<'_, '_>) {
        let day = cursor.count("a day", 400);
        cursor.end();
        let ahead = jiff::Span::new().days(i64::from(day) - 1);
        self.clock.day = self.clock.first_day.checked_add(ahead).unwrap_or(self.clock.first_day);
    }

    /// Reads what stands at the head of a text, each once.
    fn header(&mut self, word: &'static str, cursor: &mut Cursor<'_, '_>, rest: &[crate::words::Word<'_>]) {
        if self.seen.contains(&word) {
            cursor.fail(None, "twice", format!("`{word}` stands here for the second time"));
            return;
        }
        self.seen.push(word);
        match word {
            "title" => {
                self.scenario.title = prose(rest);
                return;
            }
            "scenario" => self.scenario.name = cursor.name("a name").to_string(),
            "mission" => self.scenario.mission = cursor.name("a mission").to_string(),
            "from" => self.from = header_instant(cursor),
            "until" => self.until = header_instant(cursor),
            "seed" => self.scenario.seed = seed(cursor),
            "temperature" => {
                self.scenario.weather.temperature_c = cursor.number("a temperature", (-60.0, 60.0));
                cursor.keyword("C");
            }
            _ => self.wind(cursor),
        }
        cursor.end();
    }

    fn wind(&mut self, cursor: &mut Cursor<'_, '_>) {
        self.scenario.weather.wind_mps = cursor.quantity("the wind", crate::cursor::SPEED).min(80.0);
        cursor.keyword("from");
        self.scenario.weather.wind_from_deg = cursor.quantity("the wind's direction", crate::cursor::ANGLE);
    }

    /// Holds the whole against itself and gives it away.
    fn finish(mut self) -> (Scenario, Vec<Problem>) {
        for word in ["scenario", "mission", "from", "until"] {
            if !self.seen.contains(&word) {
                let missing =
                    Problem::error(self.file, "missing_statement", format!("the statement `{word}` is missing"));
                self.problems.push(missing.at_line(1));
            }
        }
        if let (Some(from), Some(until)) = (self.from, self.until) {
            match Span::new(from, until)
                .filter(|span| until.duration_since(span.from) <= SignedDuration::from_hours(MAX_HOURS))
            {
                Some(span) if span.from < span.until => self.scenario.span = span,
                _ => self.problems.push(
                    Problem::error(self.file, "bad_span", "`until` lies after `from` by at most 400 days").at_line(1),
                ),
            }
        }
        self.outside_span();
        (self.scenario, self.problems.into_vec())
    }

    /// Warns of happenings outside the scenario's time: most likely a wrong day.
    fn outside_span(&mut self) {
        let span = self.scenario.span;
        let outside = |of: &Span| span.from < span.until && (of.until < span.from || span.until <= of.from);
        for happening in self.scenario.happenings.iter().filter(|h| outside(&h.span)) {
            let warning = Problem::warning(self.file, "outside_time", "this happens outside the scenario's time")
                .at_line(happening.line.into())
                .with_text(&happening.span.from.to_string())
                .with_hint("clock times refer to the last `day` statement");
            self.problems.push(warning);
        }
    }
}

/// An RFC 3339 date and time with an offset.
fn header_instant(cursor: &mut Cursor<'_, '_>) -> Option<Timestamp> {
    let word = cursor.word("a date and time")?;
    let parsed = word.text.parse::<Timestamp>().ok();
    if parsed.is_none() {
        let hint = Some("write `2031-03-04T00:00:00+02:00`".to_owned());
        cursor.fail_with(Some(word), "bad_time", format!("`{}` is no date and time with an offset", word.text), hint);
    }
    parsed
}

fn seed(cursor: &mut Cursor<'_, '_>) -> u64 {
    let Some(word) = cursor.word("a seed") else { return 1 };
    word.text.parse().unwrap_or_else(|_| {
        cursor.fail(Some(word), "bad_count", "a seed is a whole number");
        1
    })
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
