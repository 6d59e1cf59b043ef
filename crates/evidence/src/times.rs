//! When checkpoints were seen, by whose clock, and whether those clocks can all be right.
//!
//! A log only grows, so whoever saw a larger size saw it later. A source whose clock says otherwise went back, and two
//! sources that say otherwise do not agree. Both are said, with the checkpoints that show it; nothing is corrected.

use std::collections::BTreeMap;
use std::fmt;

use crate::checkpoint::SignedCheckpoint;

/// That a checkpoint of this size was there at this time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Entries in the checkpoint.
    pub size: u64,
    /// Milliseconds since 1970 by the clock of the source.
    pub time_ms: u64,
    /// Name of the witness's key, or of the time-stamping authority.
    pub source: String,
}

impl Sighting {
    /// One for each cosignature of a checkpoint.
    #[must_use]
    pub fn of(signed: &SignedCheckpoint) -> Vec<Self> {
        let size = signed.checkpoint.size;
        let timed = signed.signed_by.iter().filter_map(|by| Some((by.key.name(), by.time_s?)));
        timed
            .map(|(name, time_s)| Self { size, time_ms: time_s.saturating_mul(1000), source: name.to_owned() })
            .collect()
    }
}

/// A clock that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockNote {
    /// One source saw a larger checkpoint at an earlier time.
    WentBack {
        /// The smaller checkpoint, with the later time.
        before: Sighting,
        /// The larger checkpoint, with the earlier time.
        after: Sighting,
    },
    /// Two sources: the larger checkpoint was seen earlier than the smaller one, by more than the tolerance. Which of the
    /// clocks is wrong, this does not tell.
    Disagree {
        /// The smaller checkpoint, with the later time.
        before: Sighting,
        /// The larger checkpoint, with the earlier time.
        after: Sighting,
    },
}

impl ClockNote {
    /// By how many milliseconds.
    #[must_use]
    pub const fn by_ms(&self) -> u64 {
        let (Self::WentBack { before, after } | Self::Disagree { before, after }) = self;
        before.time_ms.saturating_sub(after.time_ms)
    }
}

impl fmt::Display for ClockNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_ms = self.by_ms();
        match self {
            Self::WentBack { before, after } => write!(
                f,
                "the clock of {} went back by {by_ms} ms between the checkpoints of {} and {} entries",
                before.source, before.size, after.size
            ),
            Self::Disagree { before, after } => write!(
                f,
                "{} saw {} entries {by_ms} ms before {} saw {}: one of their clocks is wrong",
                after.source, after.size, before.source, before.size
            ),
        }
    }
}

/// Holds all sightings against each other: a source against itself exactly, sources against each other with a tolerance
/// (a minute is usual, for clocks that are set by hand more).
///
/// # Shape    sightings of one log in any order → notes by size, at most two for each sighting
#[must_use]
pub fn review(mut sightings: Vec<Sighting>, tolerance_ms: u64) -> Vec<ClockNote> {
    // At one size the earliest time comes first: seeing the same checkpoint again later is as it should be.
    sightings.sort();
    sightings.dedup();
    let mut latest_of: BTreeMap<String, Sighting> = BTreeMap::new();
    // The latest of all clocks at smaller sizes: of the size before, until the size changes.
    let (mut latest, mut at_size): (Option<Sighting>, Option<Sighting>) = (None, None);
    let mut notes = Vec::new();
    for after in sightings {
        if at_size.as_ref().is_some_and(|seen| seen.size < after.size) {
            latest = later(latest, at_size.take());
        }
        let own = latest_of.get(&after.source).filter(|before| before.time_ms > after.time_ms);
        if let Some(before) = own.cloned() {
            notes.push(ClockNote::WentBack { before, after: after.clone() });
        }
        let behind = |before: &&Sighting| before.time_ms.saturating_sub(after.time_ms) > tolerance_ms;
        if let Some(before) = latest.as_ref().filter(|before| before.source != after.source).filter(behind).cloned() {
            notes.push(ClockNote::Disagree { before, after: after.clone() });
        }
        at_size = later(at_size, Some(after.clone()));
        match latest_of.get(&after.source) {
            Some(before) if before.time_ms > after.time_ms => {}
            _ => drop(latest_of.insert(after.source.clone(), after)),
        }
    }
    notes
}

fn later(one: Option<Sighting>, other: Option<Sighting>) -> Option<Sighting> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.time_ms > one.time_ms { other } else { one }),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
