//! Dates and times of fields: RFC 3339, local dates and times, days.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use truceline_domain::{Span, TimeEstimate, Timestamp};

/// Years that a record may speak of; others are slips of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// A date as `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let year = i16::try_from(digits(&[y1, y2, y3, y4])?).ok()?;
    let month = i8::try_from(digits(&[m1, m2])?).ok()?;
    let day = i8::try_from(digits(&[d1, d2])?).ok()?;
    if YEARS.contains(&year) { Date::new(year, month, day).ok() } else { None }
}

fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0_u32, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
}

/// A time of day as `HH:MM` or `HH:MM:SS`.
pub(crate) fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute, second) = match *text.as_bytes() {
        [h1, h2, b':', m1, m2] => (digits(&[h1, h2])?, digits(&[m1, m2])?, 0),
        [h1, h2, b':', m1, m2, b':', s1, s2] => (digits(&[h1, h2])?, digits(&[m1, m2])?, digits(&[s1, s2])?),
        _ => return None,
    };
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0).ok()
}

/// A date and time as `YYYY-MM-DD HH:MM[:SS]`, blank or `T` between.
pub(crate) fn date_time(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once([' ', 'T'])?;
    Some(date(day)?.to_datetime(time_of_day(time)?))
}

/// An instant: RFC 3339, or a local date and time, or a local date (its first moment).
pub(crate) fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let local = date_time(text).or_else(|| date(text).map(|day| day.to_datetime(Time::midnight())))?;
    local_instant(local, zone).map(|(earlier, _)| earlier)
}

/// The instants that a local clock may mean, earlier and later: they differ in the hour that a change of clocks repeats
/// or leaves out.
pub(crate) fn local_instant(local: DateTime, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let (a, b) = (ambiguous.earlier().ok()?, ambiguous.later().ok()?);
    Some((a.min(b), a.max(b)))
}

/// A whole local day.
pub(crate) fn day_span(day: Date, zone: &TimeZone) -> Option<Span> {
    let first = |day: Date| local_instant(day.to_datetime(Time::midnight()), zone).map(|(earlier, _)| earlier);
    Span::new(first(day)?, first(day.tomorrow().ok()?)?)
}

/// Some moment of a span.
pub(crate) fn within(span: Span) -> TimeEstimate {
    TimeEstimate::within(span.from, span.until, 0.0)
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
