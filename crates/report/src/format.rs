//! Numbers, times and distances for people.

use crate::Language;
use crate::shown::ShownTime;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::fmt::Write as _;
use truceline_domain::{Rounds, Span, Timestamp};

/// Half width, in standard deviations, of the interval that holds 90 % of a normal error.
const SIGMAS_90: f64 = 1.645;
/// Groups digits by threes; narrow, and no line breaks there.
const GROUP: char = '\u{202f}';

/// How one reader writes numbers and times.
#[derive(Clone, Debug)]
pub(crate) struct Format {
    pub(crate) language: Language,
    zone: TimeZone,
    /// The local day that times need not repeat: the day of a period no longer than a day.
    day: Option<jiff::civil::Date>,
}

impl Format {
    pub(crate) fn new(language: Language, zone: TimeZone, period: Span) -> Self {
        let single = period.seconds() <= 26.0 * 3_600.0;
        let day = single.then(|| zone.to_datetime(period.from).date());
        Self { language, zone, day }
    }

    /// A whole number; from ten thousand on in groups.
    pub(crate) fn whole(&self, n: u64) -> String {
        let digits = n.to_string();
        if digits.len() < 5 {
            return digits;
        }
        let mut out = String::with_capacity(digits.len() + 6);
        for (k, digit) in digits.chars().enumerate() {
            if k > 0 && (digits.len() - k).is_multiple_of(3) {
                out.push(GROUP);
            }
            out.push(digit);
        }
        out
    }

    /// A change with its sign; the minus is a true one.
    pub(crate) fn change(&self, now: u64, before: u64) -> String {
        match now.cmp(&before) {
            std::cmp::Ordering::Equal => "0".to_owned(),
            std::cmp::Ordering::Greater => format!("+{}", self.whole(now - before)),
            std::cmp::Ordering::Less => format!("\u{2212}{}", self.whole(before - now)),
        }
    }

    /// A number with fixed decimals and the language's decimal sign.
    pub(crate) fn decimal(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}").replace('-', "\u{2212}");
        if self.language == Language::En { text } else { text.replace('.', ",") }
    }

    /// A probability or share; the ends stay open.
    pub(crate) fn percent(&self, share: f64) -> String {
        match share {
            s if s >= 0.995 => ">\u{a0}99\u{a0}%".to_owned(),
            s if s < 0.005 => "<\u{a0}1\u{a0}%".to_owned(),
            s => format!("{:.0}\u{a0}%", 100.0 * s),
        }
    }

    /// A share of something counted, where all and nothing are exact.
    pub(crate) fn share(&self, share: f64) -> String {
        format!("{:.0}\u{a0}%", 100.0 * share)
    }

    pub(crate) fn distance(&self, metres: f64) -> String {
        match metres.abs() {
            m if m < 950.0 => format!("{}\u{a0}m", self.decimal(metres, 0)),
            m if m < 99_500.0 => format!("{}\u{a0}km", self.decimal(metres / 1_000.0, 1)),
            _ => format!("{}\u{a0}km", self.decimal(metres / 1_000.0, 0)),
        }
    }

    /// A distance with its error, both in the unit of the larger.
    pub(crate) fn distance_with_error(&self, value_m: f64, sigma_m: f64) -> String {
        if value_m.abs().max(sigma_m) < 950.0 {
            return format!("{}\u{a0}±\u{a0}{}\u{a0}m", self.decimal(value_m, 0), self.decimal(sigma_m, 0));
        }
        let decimals = if sigma_m < 95.0 { 2 } else { 1 };
        let km = |m: f64| self.decimal(m / 1_000.0, decimals);
        format!("{}\u{a0}±\u{a0}{}\u{a0}km", km(value_m), km(sigma_m))
    }

    pub(crate) fn duration(&self, seconds: f64) -> String {
        match seconds.abs() {
            s if s < 10.0 => format!("{}\u{a0}s", self.decimal(seconds, 1)),
            s if s < 120.0 => format!("{}\u{a0}s", self.decimal(seconds, 0)),
            s if s < 7_200.0 => format!("{}\u{a0}min", self.decimal(seconds / 60.0, 0)),
            _ => format!("{}\u{a0}h", self.decimal(seconds / 3_600.0, 1)),
        }
    }

    /// Rounds as an interval with the most likely number.
    pub(crate) fn rounds(&self, rounds: Rounds) -> String {
        let (low, best, high) =
            (self.whole(rounds.low.into()), self.whole(rounds.best.into()), self.whole(rounds.high.into()));
        if rounds.low == rounds.high { best } else { format!("{low}–{high} ({best})") }
    }

    pub(crate) fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// A span in local time.
    pub(crate) fn span(&self, span: Span) -> String {
        between(self.local(span.from), self.local(span.until))
    }

    /// A span in UTC.
    pub(crate) fn span_utc(&self, span: Span) -> String {
        let utc = |at| TimeZone::UTC.to_datetime(at);
        format!("{} UTC", between(utc(span.from), utc(span.until)))
    }

    /// The local date of an instant.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        date(self.local(at))
    }

    /// When an incident happened: the local time with its error; the date only where it is not plain.
    pub(crate) fn incident_time(&self, time: &ShownTime, all_day: &str) -> String {
        let (from, until) = (self.local(time.from), self.local(time.until));
        let mut out = String::with_capacity(32);
        if self.day != Some(from.date()) {
            out.push_str(&date(from));
            out.push(' ');
        }
        let midnight = |t: DateTime| t.time() == jiff::civil::Time::midnight();
        let whole_day =
            midnight(from) && midnight(until) && from.date().tomorrow().is_ok_and(|next| next == until.date());
        let error_s = SIGMAS_90 * time.sigma_s.unwrap_or(0.0);
        if whole_day {
            out.push_str(all_day);
        } else if time.from == time.until {
            out.push_str(&if error_s < 60.0 { hms(from) } else { hm(from) });
        } else {
            out.push_str(&hm(from));
            out.push('–');
            if until.date() != from.date()
                && !(midnight(until) && from.date().tomorrow().is_ok_and(|d| d == until.date()))
            {
                out.push_str(&date(until));
                out.push(' ');
            }
            out.push_str(&end_hm(from, until));
        }
        if error_s >= 0.5 && !whole_day {
            let _ = write!(out, " ±\u{a0}{}", self.duration(error_s));
        }
        out
    }
}

/// The end of an interval; midnight at the end of the same day is written as 24:00.
fn end_hm(from: DateTime, until: DateTime) -> String {
    let midnight = until.time() == jiff::civil::Time::midnight();
    if midnight && from.date() != until.date() { "24:00".to_owned() } else { hm(until) }
}

fn between(from: DateTime, until: DateTime) -> String {
    if from.date() == until.date() {
        return format!("{} {}–{}", date(from), hm(from), hm(until));
    }
    format!("{} {} – {} {}", date(from), hm(from), date(until), hm(until))
}

fn date(at: DateTime) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}

fn hm(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn hms(at: DateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// Appends text with the characters that mean something in HTML and SVG escaped.
pub(crate) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
