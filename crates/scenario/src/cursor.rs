//! Reading the values of one statement, word by word; what cannot be read becomes a problem with its place.

use crate::words::{Word, nearest_hint};
use jiff::civil::Date;
use jiff::tz::Offset;
use std::str::FromStr;
use truceline_domain::{Name, Problem, Problems, Span, Timestamp, UnknownName, Wgs84};

/// Units with their size in the base unit.
pub(crate) type Units = &'static [(&'static str, f64)];
/// Lengths, in metres.
pub(crate) const LENGTH: Units = &[("m", 1.0), ("km", 1_000.0), ("nm", 1_852.0)];
/// Durations, in seconds.
pub(crate) const DURATION: Units = &[("ms", 0.001), ("s", 1.0), ("min", 60.0), ("h", 3_600.0), ("d", 86_400.0)];
/// Speeds, in metres per second.
pub(crate) const SPEED: Units = &[("m/s", 1.0), ("km/h", 1.0 / 3.6), ("kn", 1_852.0 / 3_600.0)];
/// Angles, in degrees.
pub(crate) const ANGLE: Units = &[("deg", 1.0)];
/// Masses, in tonnes.
pub(crate) const MASS: Units = &[("t", 1.0), ("kg", 0.001)];
/// Calibres, in millimetres.
pub(crate) const CALIBRE: Units = &[("mm", 1.0)];

/// What clock times refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) offset: Offset,
    /// Day 1.
    pub(crate) first_day: Date,
    /// The day that the last `day` statement named.
    pub(crate) day: Date,
}

impl Clock {
    /// The instant for `02:14`, `02:14:30`, `24:00` on the current day, or for an RFC 3339 date and time.
    pub(crate) fn instant(&self, text: &str) -> Option<Timestamp> {
        if text.contains('-') {
            return text.parse().ok();
        }
        let mut parts = text.split(':');
        let hour: i64 = two_digits(parts.next()?)?;
        let minute: i64 = two_digits(parts.next()?)?;
        let second: i64 = parts.next().map_or(Some(0), two_digits)?;
        let seconds = hour * 3_600 + minute * 60 + second;
        if parts.next().is_some() || minute > 59 || second > 59 || seconds > 86_400 {
            return None;
        }
        let midnight = self.offset.to_timestamp(self.day.at(0, 0, 0, 0)).ok()?;
        midnight.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
    }
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Walks over the words of one statement. Values that cannot be read are reported and replaced by something harmless, so
/// that the rest of the statement is read as well; `failed` then says that the statement must not be used.
pub(crate) struct Cursor<'a, 'p> {
    file: &'p str,
    words: std::iter::Peekable<std::slice::Iter<'a, Word<'a>>>,
    last: Option<&'a Word<'a>>,
    pub(crate) clock: Clock,
    pub(crate) failed: bool,
    /// A word that orders the statement is missing: what follows would only repeat that in other words.
    lost: bool,
    problems: &'p mut Problems,
}

impl<'a, 'p> Cursor<'a, 'p> {
    pub(crate) fn new(file: &'p str, words: &'a [Word<'a>], clock: Clock, problems: &'p mut Problems) -> Self {
        Self { file, words: words.iter().peekable(), last: None, clock, failed: false, lost: false, problems }
    }

    /// The line of the statement.
    pub(crate) fn line(&mut self) -> u32 {
        self.peek().or(self.last).map_or(1, |word| word.line)
    }

    pub(crate) fn peek(&mut self) -> Option<&'a Word<'a>> {
        self.words.peek().copied()
    }

    pub(crate) fn take(&mut self) -> Option<&'a Word<'a>> {
        let word = self.words.next()?;
        self.last = Some(word);
        Some(word)
    }

    /// Takes the next word when it is `keyword`.
    pub(crate) fn eat(&mut self, keyword: &str) -> bool {
        let next = self.peek().is_some_and(|word| word.text == keyword);
        if next {
            self.take();
        }
        next
    }

    /// Reports a problem at a word, or at the end of the statement.
    pub(crate) fn fail(&mut self, word: Option<&Word<'_>>, code: &'static str, message: impl Into<String>) {
        self.fail_with(word, code, message, None);
    }

    /// The same with a hint.
    pub(crate) fn fail_with(
        &mut self,
        word: Option<&Word<'_>>,
        code: &'static str,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        self.failed = true;
        if self.lost {
            return;
        }
        let mut problem = Problem::error(self.file, code, message);
        problem.hint = hint;
        if let Some(at) = word.or(self.last) {
            problem = problem.at_line(at.line.into()).at_column(at.column.into()).with_text(at.text);
        }
        self.problems.push(problem);
    }

    /// The next word, or a problem that says what belongs there.
    pub(crate) fn word(&mut self, what: &str) -> Option<&'a Word<'a>> {
        let word = self.take();
        if word.is_none() {
            self.fail(None, "ends_early", format!("the statement ends where {what} belongs"));
        }
        word
    }

    /// The next word must be `keyword`. A word that is nearly it is taken for it; anything else ends the statement.
    pub(crate) fn keyword(&mut self, keyword: &str) {
        if self.eat(keyword) {
            return;
        }
        let next = self.peek();
        let hint = next.and_then(|word| nearest_hint(word.text, [keyword]));
        let misspelt = hint.is_some();
        self.fail_with(next, "missing_word", format!("`{keyword}` belongs here"), hint);
        if misspelt {
            self.take();
        } else {
            self.lost = true;
            while self.take().is_some() {}
        }
    }

    pub(crate) fn name(&mut self, what: &str) -> Name {
        Name::from(self.word(what).map_or("", |word| word.text))
    }

    /// A finite number within bounds (both included).
    pub(crate) fn number(&mut self, what: &str, (low, high): (f64, f64)) -> f64 {
        let Some(word) = self.word(what) else { return low };
        match word.text.parse::<f64>() {
            Ok(value) if (low..=high).contains(&value) => value,
            Ok(_) => {
                self.fail(Some(word), "out_of_range", format!("{what} runs from {low} to {high}"));
                low
            }
            Err(_) => {
                self.fail(Some(word), "bad_number", format!("{what} is a number, with a dot for the fraction"));
                low
            }
        }
    }

    /// A whole number from 1 to `most`.
    pub(crate) fn count(&mut self, what: &str, most: u32) -> u32 {
        let Some(word) = self.word(what) else { return 1 };
        match word.text.parse::<u32>() {
            Ok(n) if (1..=most).contains(&n) => n,
            _ => {
                self.fail(Some(word), "bad_count", format!("{what} is a whole number from 1 to {most}"));
                1
            }
        }
    }

    /// A number that is not negative, with a unit.
    pub(crate) fn quantity(&mut self, what: &str, units: Units) -> f64 {
        let value = self.number(what, (0.0, 1e9));
        let names = || units.iter().map(|(name, _)| *name);
        let listed = || names().collect::<Vec<_>>().join(", ");
        let Some(word) = self.take() else {
            self.fail(None, "missing_unit", format!("{what} needs a unit: {}", listed()));
            return value;
        };
        if let Some((_, size)) = units.iter().find(|(name, _)| *name == word.text) {
            return value * size;
        }
        let hint = nearest_hint(word.text, names());
        self.fail_with(Some(word), "bad_unit", format!("the unit of {what} is one of {}", listed()), hint);
        value
    }

    /// A place as `12.51,-37.02`: latitude and longitude in degrees.
    pub(crate) fn place(&mut self, what: &str) -> Wgs84 {
        let nowhere = Wgs84::wrapped(0.0, 0.0);
        let Some(word) = self.word(what) else { return nowhere };
        let numbers = word.text.split_once(',').and_then(|(lat, lon)| Some((lat.parse().ok()?, lon.parse().ok()?)));
        let Some((lat_deg, lon_deg)) = numbers else {
            let hint = Some("write latitude and longitude without a space, such as `12.51,-37.02`".to_owned());
            self.fail_with(Some(word), "bad_place", format!("{what} is no place"), hint);
            return nowhere;
        };
        Wgs84::new(lat_deg, lon_deg).unwrap_or_else(|invalid| {
            self.fail(Some(word), "bad_place", invalid.to_string());
            nowhere
        })
    }

    /// One of a closed list.
    pub(crate) fn one_of<T: FromStr<Err = UnknownName>>(&mut self, what: &str) -> Option<T> {
        let word = self.word(what)?;
        word.text.parse().map_err(|unknown| self.unknown(word, what, &unknown)).ok()
    }

    fn unknown(&mut self, word: &Word<'_>, what: &str, unknown: &UnknownName) {
        let hint = nearest_hint(word.text, unknown.allowed.iter().copied())
            .unwrap_or_else(|| format!("known are {}", unknown.allowed.join(", ")));
        self.fail_with(Some(word), "unknown_word", format!("`{}` is no {what}", word.text), Some(hint));
    }

    /// One of the words of a list that has no `FromStr`.
    pub(crate) fn one_of_words<T: Copy>(&mut self, what: &str, known: &[(&'static str, T)]) -> Option<T> {
        let word = self.word(what)?;
        let found = known.iter().find(|(text, _)| *text == word.text).map(|(_, value)| *value);
        if found.is_none() {
            let allowed = known.iter().map(|(text, _)| *text).collect();
            self.unknown(word, what, &UnknownName { given: word.text.to_owned(), allowed });
        }
        found
    }

    /// An instant.
    pub(crate) fn instant(&mut self, what: &str) -> Timestamp {
        let Some(word) = self.word(what) else { return Timestamp::UNIX_EPOCH };
        self.instant_of(word, word.text)
    }

    fn instant_of(&mut self, word: &Word<'_>, text: &str) -> Timestamp {
        self.clock.instant(text).unwrap_or_else(|| {
            let hint = Some("write `02:14`, `02:14:30` or `2031-03-04T02:14:00+02:00`".to_owned());
            self.fail_with(Some(word), "bad_time", format!("`{text}` is no time"), hint);
            Timestamp::UNIX_EPOCH
        })
    }

    /// A stretch of time as `10:00..14:00`; past midnight when the second clock time is the earlier one. A single time is
    /// an instant.
    pub(crate) fn span_or_instant(&mut self, what: &str) -> Span {
        let nothing = Span { from: Timestamp::UNIX_EPOCH, until: Timestamp::UNIX_EPOCH };
        let Some(word) = self.word(what) else { return nothing };
        let Some((from, until)) = word.text.split_once("..") else {
            let at = self.instant_of(word, word.text);
            return Span { from: at, until: at };
        };
        let (starts, mut ends) = (self.instant_of(word, from), self.instant_of(word, until));
        if ends < starts && !until.contains('-') {
            ends = ends.checked_add(jiff::SignedDuration::from_hours(24)).unwrap_or(ends);
        }
        Span::new(starts, ends).unwrap_or_else(|| {
            self.fail(Some(word), "bad_span", format!("{what} ends before it begins"));
            nothing
        })
    }

    /// A stretch of time that is more than an instant.
    pub(crate) fn span(&mut self, what: &str) -> Span {
        let word = self.peek();
        let span = self.span_or_instant(what);
        if word.is_some() && span.from == span.until && !self.failed {
            self.fail_with(
                word,
                "bad_span",
                format!("{what} is a stretch of time"),
                Some("write `10:00..14:00`".to_owned()),
            );
        }
        span
    }

    /// Nothing may be left.
    pub(crate) fn end(&mut self) {
        if let Some(word) = self.take() {
            self.fail(Some(word), "unexpected_word", format!("`{}` is one word too many", word.text));
        }
    }
}
