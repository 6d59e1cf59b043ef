//! Moments and windows as rules write them, and what they are on the clock.
//!
//! A moment is a date-time with offset, a local date-time or date in the agreement's zone, `day n after event NAME`,
//! `event NAME`, or `n h after event NAME`. Windows: `from M until M`, `daily 22:00 to 06:00`, both together; several
//! are separated by `;`. Which day is day 1 is a matter of treaties: the header's `day` line says it.

use crate::piece::{Piece, hint};
use crate::quantity::{Dimension, amount};
use crate::rule::Names;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use truceline_domain::{Name, Problem, Span};

/// How days after an event are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayCount {
    /// Local calendar days; the day of the event has this number.
    Calendar {
        /// The number of the day of the event: 1 or 0.
        first: u32,
    },
    /// Stretches of 24 hours that begin at the event; the first is day 1.
    Elapsed,
}

/// A moment as a rule writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// A fixed instant.
    At(Timestamp),
    /// A local date: its start, or its end where a rule says `by`.
    Date(Date),
    /// A day after an event.
    Day {
        /// The number of the day.
        n: u32,
        /// The event.
        event: Name,
    },
    /// A stretch of time after an event, s; zero is the event itself.
    After {
        /// Seconds after the event.
        seconds: i64,
        /// The event.
        event: Name,
    },
}

/// One window of time; what is absent is open.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Window {
    /// Its start.
    pub from: Option<Moment>,
    /// Its end, exclusive.
    pub until: Option<Moment>,
    /// Local times of day, start and end; over midnight when the end is not later.
    pub daily: Option<(Time, Time)>,
}

/// When a rule holds, by its key `when`.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// Always.
    Always,
    /// In these windows.
    Windows(Vec<Window>),
    /// So many consecutive local days, from a moment on if one is given.
    Days {
        /// How many days.
        n: u32,
        /// The first day counts from here.
        from: Option<Moment>,
    },
    /// So long before an activity, s.
    Notice {
        /// Seconds before.
        lead_s: f64,
        /// Whether the mission must acknowledge it.
        acknowledged: bool,
    },
}

/// The clock of an agreement: its zone, how it counts days, and when its events were.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar<'a> {
    pub zone: &'a TimeZone,
    pub count: DayCount,
    pub events: &'a BTreeMap<Name, Timestamp>,
}

/// Which edge of a day is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Its first instant.
    Start,
    /// The first instant after it: `by day 2` means until day 2 is over.
    End,
}

impl Calendar<'_> {
    /// The instant of a moment, or the event that has not been set.
    pub fn instant(&self, moment: &Moment, edge: Edge) -> Result<Timestamp, Name> {
        let event_at = |event: &Name| self.events.get(event).copied().ok_or_else(|| event.clone());
        let extra = i64::from(edge == Edge::End);
        Ok(match moment {
            Moment::At(at) => *at,
            Moment::Date(date) => self.midnight(*date, extra),
            Moment::After { seconds, event } => later(event_at(event)?, *seconds),
            Moment::Day { n, event } => {
                let at = event_at(event)?;
                match self.count {
                    DayCount::Calendar { first } => {
                        let date = at.to_zoned(self.zone.clone()).date();
                        self.midnight(date, i64::from(*n) - i64::from(first) + extra)
                    }
                    DayCount::Elapsed => later(at, (i64::from(*n) - 1 + extra) * 86_400),
                }
            }
        })
    }

    /// The first instant of the local day `days` after a date.
    pub fn midnight(&self, date: Date, days: i64) -> Timestamp {
        let span = jiff::Span::new().try_days(days);
        let date = span.and_then(|span| date.checked_add(span));
        let edge = if days < 0 { Timestamp::MIN } else { Timestamp::MAX };
        date.and_then(|date| date.to_zoned(self.zone.clone())).map_or(edge, |zoned| zoned.timestamp())
    }

    /// The windows inside `horizon`, in order, joined where they touch; at most `n_max` days of daily windows.
    ///
    /// # Errors
    /// The name of an event that has not been set.
    pub fn spans(&self, windows: &[Window], horizon: Span) -> Result<Vec<Span>, Name> {
        let mut spans = Vec::new();
        for window in windows {
            let from = window.from.as_ref().map_or(Ok(Timestamp::MIN), |m| self.instant(m, Edge::Start))?;
            let until = window.until.as_ref().map_or(Ok(Timestamp::MAX), |m| self.instant(m, Edge::Start))?;
            let Some(whole) = Span::new(from, until).and_then(|span| span.overlap(&horizon)) else { continue };
            match window.daily {
                None => spans.push(whole),
                Some(times) => spans.extend(self.daily(times, whole)),
            }
        }
        Ok(joined(spans))
    }

    fn daily(&self, (from, until): (Time, Time), whole: Span) -> Vec<Span> {
        let first = whole.from.to_zoned(self.zone.clone()).date();
        let last = whole.until.to_zoned(self.zone.clone()).date();
        let over_midnight = i64::from(until <= from);
        // One day earlier, because a window over midnight may reach into the first day.
        let dates = first.yesterday().unwrap_or(first).series(jiff::Span::new().days(1));
        let of_day = |date: Date| {
            let end = date.checked_add(jiff::Span::new().days(over_midnight)).ok()?;
            let span = Span::new(self.local(date.to_datetime(from))?, self.local(end.to_datetime(until))?)?;
            span.overlap(&whole)
        };
        dates.take_while(|date| *date <= last).take(DAILY_MAX).filter_map(of_day).collect()
    }

    fn local(&self, at: DateTime) -> Option<Timestamp> {
        at.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
    }
}

/// The most days for which daily windows are laid out: eleven years.
const DAILY_MAX: usize = 4_018;

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Sorted spans, joined where they overlap or touch.
pub(crate) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => out.push(span),
        }
    }
    out
}

/// What reading a moment needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Clockwork<'a> {
    pub zone: &'a TimeZone,
    pub names: &'a Names,
}

impl Clockwork<'_> {
    /// Reads a moment; the whole piece must be one.
    pub fn moment(&self, piece: Piece<'_>) -> Result<Moment, Problem> {
        let piece = piece.trim();
        if let Some(rest) = piece.strip("day") {
            return self.day(piece, rest);
        }
        if let Some(rest) = piece.strip("event") {
            return Ok(Moment::After { seconds: 0, event: self.event(rest)? });
        }
        if let Some((head, _)) = piece.text.split_once(" after event ") {
            let (value, _, rest) = amount(piece, Dimension::Time)?;
            if rest.text.starts_with("after event") && value < 1e10 {
                let event = self.event(piece.after(head.len() + " after event ".len()))?;
                return Ok(Moment::After { seconds: value.round() as i64, event });
            }
        }
        self.instant(piece)
    }

    fn day(&self, whole: Piece<'_>, rest: Piece<'_>) -> Result<Moment, Problem> {
        let (number, rest) = rest.word();
        let n = number.text.parse::<u32>().ok().filter(|n| *n <= 100_000);
        match (n, rest.strip("after event")) {
            (Some(n), Some(event)) => Ok(Moment::Day { n, event: self.event(event)? }),
            _ => Err(whole
                .error("bad_moment", "this is no day after an event")
                .with_hint("write `day 2 after event ceasefire`")),
        }
    }

    fn event(&self, piece: Piece<'_>) -> Result<Name, Problem> {
        let Some((name, _)) = piece.name().filter(|(_, rest)| rest.is_empty()) else {
            let problem = piece.error("bad_event", "the name of an event is missing or more than one word stands here");
            return Err(problem.with_hint("write `event ceasefire`, or put a longer name in double quotes"));
        };
        if self.names.events.contains(name.text) {
            return Ok(name.text.into());
        }
        let known = self.names.events.iter().map(String::as_str);
        Err(name
            .error("unknown_event", format!("the mission has no event `{}`", name.text))
            .with_hint(hint(name.text, known)))
    }

    fn instant(&self, piece: Piece<'_>) -> Result<Moment, Problem> {
        if let Ok(at) = piece.text.parse::<Timestamp>() {
            return Ok(Moment::At(at));
        }
        // `DateTime` would also take a bare date or ignore an offset, so both are asked about first.
        if let Some(date) = piece.text.parse::<Date>().ok().filter(|_| piece.text.len() == 10) {
            return Ok(Moment::Date(date));
        }
        let has_offset = piece.text.get(10..).is_some_and(|tail| tail.contains(['+', '-', 'Z', 'z', '[']));
        let local = piece.text.parse::<DateTime>().ok().filter(|_| !has_offset);
        if let Some(zoned) = local.and_then(|at| at.to_zoned(self.zone.clone()).ok()) {
            return Ok(Moment::At(zoned.timestamp()));
        }
        let problem = piece.error("bad_moment", format!("`{}` is no moment", piece.text));
        Err(problem.with_hint(
            "write `2031-02-15T00:00+02:00`, `2031-02-15`, `day 2 after event ceasefire` or `event ceasefire`",
        ))
    }

    /// Reads the value of `when`.
    pub fn when(&self, piece: Piece<'_>) -> Result<When, Problem> {
        let piece = piece.trim();
        if piece.text == "always" {
            return Ok(When::Always);
        }
        if let Some(at) = piece.text.find(" consecutive days") {
            return self.days(piece, at);
        }
        if piece.text.starts_with('>') {
            return self.notice(piece);
        }
        if piece.is_empty() {
            return Err(piece.error("bad_when", "no window of time is given"));
        }
        piece.split(';').into_iter().map(|item| self.window(item)).collect::<Result<Vec<_>, _>>().map(When::Windows)
    }

    fn days(&self, piece: Piece<'_>, at: usize) -> Result<When, Problem> {
        let number = piece.part(0, at).trim();
        let Some(n) = number.text.parse::<u32>().ok().filter(|n| (1..=366).contains(n)) else {
            return Err(number.error("bad_number", "the number of days must be from 1 to 366"));
        };
        let rest = piece.after(at + " consecutive days".len());
        let from = match rest.strip("from") {
            Some(moment) => Some(self.moment(moment)?),
            None if rest.is_empty() => None,
            None => {
                return Err(rest
                    .error("bad_when", "this does not belong here")
                    .with_hint("write `7 consecutive days from 2031-02-20`"));
            }
        };
        Ok(When::Days { n, from })
    }

    fn notice(&self, piece: Piece<'_>) -> Result<When, Problem> {
        let (lead, rest) = crate::quantity::limit(piece, Dimension::Time)?;
        let mut acknowledged = false;
        for word in rest.split(',') {
            match word.text {
                "before" => {}
                "acknowledged" | "before acknowledged" => acknowledged = true,
                _ => {
                    return Err(word
                        .error("bad_when", format!("`{}` is not understood here", word.text))
                        .with_hint("write `>= 48 h before, acknowledged`"));
                }
            }
        }
        Ok(When::Notice { lead_s: lead.value, acknowledged })
    }

    fn window(&self, item: Piece<'_>) -> Result<Window, Problem> {
        let mut window = Window::default();
        let mut rest = item;
        if let Some(daily) = rest.strip("daily") {
            let (times, more) = self.times(daily)?;
            window.daily = Some(times);
            rest = more;
        }
        if let Some(from) = rest.strip("from") {
            let end = from.text.find(" until ").unwrap_or(from.text.len());
            window.from = Some(self.moment(from.part(0, end))?);
            rest = from.after(end);
        }
        if let Some(until) = rest.strip("until") {
            window.until = Some(self.moment(until)?);
            rest = until.after(until.text.len());
        }
        if !rest.is_empty() || window == Window::default() {
            let problem = rest.error("bad_when", format!("`{}` is no window of time", rest.text));
            return Err(problem.with_hint(
                "write `from M until M`, `daily 22:00 to 06:00`, `7 consecutive days` or `>= 48 h before`",
            ));
        }
        match (&window.from, &window.until) {
            (Some(Moment::At(from)), Some(Moment::At(until))) if until <= from => {
                Err(item.error("empty_window", "the window ends before it begins"))
            }
            _ => Ok(window),
        }
    }

    fn times<'a>(&self, piece: Piece<'a>) -> Result<((Time, Time), Piece<'a>), Problem> {
        let (from, rest) = piece.word();
        let rest_after = rest.strip("to");
        let (until, more) = rest_after.unwrap_or(rest).word();
        match (time_of_day(from.text), time_of_day(until.text), rest_after) {
            (Some(from), Some(until), Some(_)) => Ok(((from, until), more)),
            _ => Err(piece.error("bad_time", "these are no times of day").with_hint("write `daily 22:00 to 06:00`")),
        }
    }
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    // 24:00 is the midnight at the end of the day; as an end it means the same as 00:00.
    let hour = hour.parse::<i8>().ok().map(|h| if h == 24 && minute == "00" { 0 } else { h })?;
    Time::new(hour, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
#[path = "moment_tests.rs"]
mod tests;
