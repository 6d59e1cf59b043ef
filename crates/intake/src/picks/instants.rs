//! Instants in tables: ISO 8601 read at speed, everything else by the slow and careful way.

use jiff::tz::TimeZone;
use truceline_domain::Timestamp;

/// An instant: `2031-02-15T06:10:00.250Z`, with `T` or a blank, with or without a fraction, with or without `Z` (UTC is
/// meant); or RFC 3339 with another offset; or a day.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    plain(text.as_bytes()).or_else(|| careful(text))
}

fn careful(text: &str) -> Option<Timestamp> {
    let sound = |at: &Timestamp| (1900..=2200).contains(&at.to_zoned(TimeZone::UTC).year());
    crate::field::instant(text, &TimeZone::UTC).filter(sound)
}

/// The plain form, digit by digit; `None` for everything that is not that form.
fn plain(text: &[u8]) -> Option<Timestamp> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T' | b' ', clock @ ..] = text else { return None };
    let [h1, h2, b':', i1, i2, b':', s1, s2, rest @ ..] = clock else { return None };
    let pair = |a: &u8, b: &u8| Some(10 * digit(*a)? + digit(*b)?);
    let year = 100 * pair(y1, y2)? + pair(y3, y4)?;
    let (month, day) = (pair(m1, m2)?, pair(d1, d2)?);
    let (hour, minute, second) = (pair(h1, h2)?, pair(i1, i2)?, pair(s1, s2)?);
    let sound = (1900..=2200).contains(&year) && hour < 24 && minute < 60 && second < 60;
    if !sound || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let nanosecond = fraction(rest.strip_suffix(b"Z").unwrap_or(rest))?;
    let seconds = 86_400 * days_since_1970(year, month, day) + 3_600 * hour + 60 * minute + second;
    Timestamp::new(seconds, nanosecond).ok()
}

fn digit(byte: u8) -> Option<i64> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(i64::from(digit))
}

/// The nanoseconds of `.25`, of nothing, or `None`.
fn fraction(text: &[u8]) -> Option<i32> {
    let [b'.', digits @ ..] = text else { return text.is_empty().then_some(0) };
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let scale = 10_i64.pow(9 - digits.len() as u32);
    let value = digits.iter().try_fold(0, |sum, byte| Some(10 * sum + digit(*byte)?))?;
    i32::try_from(value * scale).ok()
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the Gregorian calendar, counted in years that begin in March so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let months_since_march = (month + 9) % 12;
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
#[path = "instants_tests.rs"]
mod tests;
