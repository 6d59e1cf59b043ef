//! What the header of a record of either version says.

use super::{Wrong, header2, header3};
use std::ops::Range;

/// The header of one record.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Bytes of the whole record.
    pub(super) length: usize,
    /// Where its samples lie in the file.
    pub(super) payload: Range<usize>,
    /// Time of the first sample, corrected, ns since 1970.
    pub(super) start_ns: i64,
    /// Samples per second; 0 when the record states none.
    pub(super) rate_hz: f64,
    /// Samples that the record claims.
    pub(super) n_samples: u32,
    /// Encoding by the number that both versions share.
    pub(super) encoding: u8,
    /// True when samples are little endian (Steim words of version 2 too).
    pub(super) is_little: bool,
    /// Publication: 1 raw, more when revised, 0 unknown.
    pub(super) publication: u8,
    /// What it says about its clock.
    pub(super) clock: Clock,
    /// The first sample lies in second 60.
    pub(super) in_leap_second: bool,
    /// Something odd that does not cost the record.
    pub(super) odd: Option<(&'static str, &'static str)>,
}

/// What a record says about its clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// Marked as locked.
    pub(super) is_locked: bool,
    /// Marked as questionable.
    pub(super) is_questionable: bool,
    /// Quality in percent.
    pub(super) quality: Option<f64>,
}

impl Clock {
    /// True when the record says anything at all about its clock.
    pub(super) fn speaks(self) -> bool {
        self.is_locked || self.is_questionable || self.quality.is_some()
    }

    /// True when the time must not be relied on to better than 0.1 s, in a channel that speaks about its clock.
    pub(super) fn is_doubtful(self) -> bool {
        self.is_questionable || !self.is_locked
    }

    /// One standard deviation, s.
    pub(super) fn sigma_s(self, channel_speaks: bool) -> f64 {
        match self.quality {
            _ if !channel_speaks => 0.01,
            _ if self.is_doubtful() => 0.1,
            Some(quality) if quality >= 90.0 => 0.001,
            _ => 0.01,
        }
    }
}

impl Header {
    /// Length of one sample, ns.
    pub(super) fn period_ns(&self) -> f64 {
        1e9 / self.rate_hz
    }
}

/// True when a record of either version may begin here.
pub(super) fn begins(bytes: &[u8]) -> bool {
    header3::begins(bytes) || header2::begins(bytes)
}

/// A sound header with the identifier of its channel, or what is wrong, with the length of the record if it is known.
pub(super) type Outcome = Result<(String, Header), (Wrong, Option<usize>)>;

/// Reads the header at the begin of `bytes`, which lie at `offset` in the file; `None` when none begins there.
pub(super) fn read(bytes: &[u8], offset: usize) -> Option<Outcome> {
    if header3::begins(bytes) {
        Some(header3::read(bytes, offset))
    } else if header2::begins(bytes) {
        Some(header2::read(bytes, offset))
    } else {
        None
    }
}

/// A date and time as records state it.
pub(crate) struct Stated {
    pub(crate) year: u16,
    pub(crate) day_of_year: u16,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) nanosecond: u32,
}

impl Stated {
    /// Nanoseconds since 1970; second 60 is the first of the next minute. `None` when this is no time of 1900 to 2100.
    pub(crate) fn ns(&self) -> Option<i64> {
        let year = i16::try_from(self.year).ok().filter(|year| (1900..=2100).contains(year))?;
        let first = jiff::civil::Date::new(year, 1, 1).ok()?;
        let sound = self.hour < 24 && self.minute < 60 && self.second <= 60 && self.nanosecond < 1_000_000_000;
        if !sound || self.day_of_year == 0 || i32::from(self.day_of_year) > i32::from(first.days_in_year()) {
            return None;
        }
        let midnight = first.to_datetime(jiff::civil::Time::midnight());
        let days = i64::from(self.day_of_year) - 1;
        let of_day = 3600 * i64::from(self.hour) + 60 * i64::from(self.minute) + i64::from(self.second);
        let second = jiff::tz::TimeZone::UTC.to_timestamp(midnight).ok()?.as_second() + 86_400 * days + of_day;
        Some(second * 1_000_000_000 + i64::from(self.nanosecond))
    }
}

/// Whole numbers out of bytes, in either byte order.
pub(crate) struct Fields<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) is_little: bool,
}

impl Fields<'_> {
    pub(crate) fn u8(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut array: [u8; N] =
            self.bytes.get(at..at.saturating_add(N)).and_then(|b| b.try_into().ok()).unwrap_or([0; N]);
        if self.is_little {
            array.reverse();
        }
        array
    }

    pub(crate) fn u16(&self, at: usize) -> u16 {
        u16::from_be_bytes(self.array(at))
    }

    pub(crate) fn i16(&self, at: usize) -> i16 {
        i16::from_be_bytes(self.array(at))
    }

    pub(crate) fn u32(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.array(at))
    }

    pub(crate) fn i32(&self, at: usize) -> i32 {
        i32::from_be_bytes(self.array(at))
    }

    pub(crate) fn f32(&self, at: usize) -> f32 {
        f32::from_be_bytes(self.array(at))
    }

    pub(crate) fn f64(&self, at: usize) -> f64 {
        f64::from_be_bytes(self.array(at))
    }
}

/// The number that a 32-bit float was written for: 99.98, not 99.9800033569…
pub(crate) fn as_written(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
