//! `miniseed`: waveforms of seismometers, microphones and microbarometers in records of miniSEED 2 and 3.
//!
//! **What it is.** Records one behind the other, both versions mixed, in any order of time and channel. Samples as 16 and
//! 32 bit integers, 32 and 64 bit floats, Steim-1 and Steim-2; version 2 in either byte order. Every contiguous stretch of
//! a channel becomes one recording of the sensor `NET.STA.LOC.CHA` (from version 3: the identifier
//! `FDSN:NET_STA_LOC_B_S_SS` in that form, other identifiers as they stand). Samples are in counts.
//!
//! **What it needs.** Whole records. A record without blockette 1000 is taken as Steim-1 and as long as to the next
//! record. The rate of blockette 100 counts before the one of the header. A time correction that is not yet applied is
//! added.
//!
//! **How times are held.** Two records belong together when the second begins within half a sample of where the first
//! ends, and of where even spacing from the begin of the stretch puts it. `clock_sigma_s` of a recording is the worst of
//! its records: 1 ms when the clock was locked at a quality of at least 90 %, 10 ms when locked at less, 0.1 s when not
//! locked or marked as questionable; 10 ms for a channel that states nothing about its clock in any record. It is never
//! smaller than the largest distance between the stated begin of a record and even spacing.
//!
//! | problem | what becomes of it |
//! |---|---|
//! | `gap` | two recordings, and an outage (`pd_factor` 0) between them |
//! | `clock_step` | two recordings; no sample is missing, so one of the two clocks is wrong by the step, and `clock_sigma_s` says so |
//! | `overlap` | the same samples again are dropped; other samples are kept in a recording of their own |
//! | `rate_change`, `clock_drift` | two recordings |
//! | `leap_second` | a record in second 60 is placed in the second after it, and a new recording begins after that |
//! | `questionable_time` | kept, see above |
//! | `bad_last_sample` | Steim's own check fails: kept and told |
//! | `bad_crc`, `bad_blockette`, `bad_header`, `too_many_samples`, `bad_steim`, `encoding`, `bad_rate`, `truncated` | the record is left out |
//! | `text_record`, `no_samples` | passed over |
//!
//! Each names the channel and its extent, `from..until`, in its text.
//!
//! **What it cannot tell.** The level in pascal or metres per second (that takes the channel's response, see
//! [`crate::stationxml`]). Values are kept in 32 bits: integers beyond 2^24 and 64-bit floats lose their last digits.
//! Steim-3 and the old gain-ranged encodings are not read.
//!
//! # Source
//! SEED Reference Manual 2.4 (2012), chapter 8 and appendix B; miniSEED 3 (FDSN 2023); CRC-32C: RFC 3720, B.4.

mod crc;
mod header;
mod header2;
mod header3;
mod merge;
mod samples;
mod steim;

use crate::{Context, Record, SensorKind};
use header::Header;
pub(crate) use header::{Fields, Stated, as_written};
use merge::Channel;
use std::collections::BTreeMap;
use truceline_domain::{Name, Problem, Problems, Span};

/// The most samples of one capture.
const MAX_SAMPLES: usize = 1 << 28;

/// The format.
pub struct Miniseed;

impl SensorKind for Miniseed {
    fn name(&self) -> &'static str {
        "miniseed"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header::begins(head)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        if bytes.is_empty() {
            let problem = Problem::error(context.name, "empty", "the file has no content");
            problems.push(problem.with_hint("fetch the file again"));
        }
        let mut n_left = MAX_SAMPLES;
        for (sensor, mut headers) in channels(bytes, context, &mut problems) {
            headers.sort_by_key(|header| header.start_ns);
            let mut channel = Channel::new(sensor, &headers, context);
            for header in &headers {
                match samples::decode(header, bytes) {
                    Ok(samples) => match n_left.checked_sub(samples.values.len()) {
                        Some(n) => {
                            n_left = n;
                            channel.take(header, &samples, &mut problems, sink);
                        }
                        None => problems.push(channel.problem(header, too_large())),
                    },
                    Err(wrong) => problems.push(channel.problem(header, wrong)),
                }
            }
            channel.finish(&mut problems, sink);
        }
        problems
    }
}

/// The sensor of the record at the begin of `bytes` and the span of its samples; `None` when no sound record begins there.
pub fn extent(bytes: &[u8]) -> Option<(Name, Span)> {
    let (identifier, header) = header::read(bytes, 0)?.ok()?;
    let span = Span { from: merge::instant(header.start_ns), until: merge::instant(merge::end_ns(&header)) };
    Some((Name::from(identifier), span))
}

/// The text of a record of text.
pub(crate) fn text_of(bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, header) = header::read(bytes, 0)?.ok()?;
    let payload = bytes.get(header.payload)?;
    (header.encoding == 0)
        .then(|| payload.get(..payload.len().min(header.n_samples as usize)).unwrap_or_default().to_vec())
}

/// Why a record cannot be used, or what is odd about it.
struct Wrong {
    code: &'static str,
    message: String,
    /// False when the record is used or holds nothing to use.
    costs_samples: bool,
}

impl Wrong {
    fn refuse(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), costs_samples: true }
    }

    fn odd(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), costs_samples: false }
    }
}

fn too_large() -> Wrong {
    let message = format!("the file has more than {MAX_SAMPLES} samples; this record was left out");
    Wrong::refuse("too_large", message)
}

/// The headers of all records by channel, channels in the order of their first record.
fn channels(bytes: &[u8], context: &Context, problems: &mut Problems) -> Vec<(Name, Vec<Header>)> {
    let mut channels: Vec<(Name, Vec<Header>)> = Vec::new();
    let mut places = BTreeMap::new();
    each_header(bytes, context, problems, |identifier, header| {
        let identifier = if identifier.is_empty() { context.source.as_str().to_owned() } else { identifier };
        let place = *places.entry(identifier).or_insert_with_key(|identifier| {
            channels.push((Name::from(identifier.as_str()), Vec::new()));
            channels.len() - 1
        });
        if let Some((_, headers)) = channels.get_mut(place) {
            headers.push(header);
        }
    });
    channels
}

/// Walks from record to record; bytes that are no record are one problem for each stretch of them.
fn each_header(bytes: &[u8], context: &Context, problems: &mut Problems, mut take: impl FnMut(String, Header)) {
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let next = match header::read(rest, at) {
            Some(Ok((identifier, header))) => {
                let length = header.length;
                take(identifier, header);
                at + length
            }
            Some(Err((wrong, length))) => {
                let end = length.map_or_else(|| next_header(bytes, at + 1), |length| at + length);
                problems.push(stretch_problem(context, (at, end), wrong));
                end
            }
            None => {
                let end = next_header(bytes, at + 1);
                let wrong = Wrong::refuse("not_miniseed", "these bytes are no miniSEED record");
                problems.push(stretch_problem(context, (at, end), wrong));
                end
            }
        };
        at = next.max(at + 1);
    }
}

fn stretch_problem(context: &Context, (from, until): (usize, usize), wrong: Wrong) -> Problem {
    let problem = Problem::error(context.name, wrong.code, wrong.message);
    problem.with_text(&format!("bytes {from}..{until}"))
}

/// Where the next record may begin.
fn next_header(bytes: &[u8], from: usize) -> usize {
    let is_header = |at: &usize| bytes.get(*at..).is_some_and(header::begins);
    (from..bytes.len()).find(is_header).unwrap_or(bytes.len())
}

#[cfg(test)]
#[path = "miniseed_tests.rs"]
mod tests;
