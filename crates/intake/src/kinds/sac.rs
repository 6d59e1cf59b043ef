//! `sac`: waveforms in the binary files of the Seismic Analysis Code.
//!
//! **What it is.** A header of 632 bytes in either byte order (header versions 6 and 7) and evenly spaced samples as 32-bit
//! floats, one channel in each file, which becomes one recording of the sensor `NET.STA.LOC.CHA`. Blank codes (`-12345`)
//! are left empty; a file without any is taken as the feed's sensor. [`station`] gives the place that the header states.
//!
//! **What it needs.** The spacing (`DELTA`), the number of samples (`NPTS`) and a reference time (`NZYEAR` to `NZMSEC`)
//! from which `B` counts. A file without a reference time is taken to end at its reception; a warning says so.
//!
//! **Error model.** A file that is no such waveform (a spectrum, uneven spacing) is one problem and gives no recording. A
//! file that breaks off keeps the samples that are there; samples that are not finite become 0; both are warnings.
//!
//! **What it cannot tell.** The unit of the samples; whether the clock was locked; times finer than a millisecond where
//! the header rounds them (`B` in version 6 is a 32-bit float).
//!
//! # Source
//! SAC Users Manual 102 (2022), chapter "SAC data file format".

use super::miniseed::{Fields, Stated, as_written};
use crate::{Context, Record, SensorKind};
use truceline_domain::{
    Modality, Name, Problem, Problems, Recording, Samples, SensorId, SignedDuration, Station, Timestamp, Wgs84,
};

/// Bytes of the header.
const HEADER: usize = 632;
/// Bytes of the numbers in 64 bits behind the samples, in header version 7.
const FOOTER: usize = 176;
/// What an absent number reads as.
const UNDEFINED: f64 = -12345.0;
/// The most samples of one recording.
const MAX_SAMPLES: usize = 1 << 28;
/// Spacings that a recorder can have, s.
const SPACINGS_S: std::ops::RangeInclusive<f64> = 1e-7..=1e6;

/// The format.
pub struct Sac;

impl SensorKind for Sac {
    fn name(&self) -> &'static str {
        "sac"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        byte_order(head).is_some()
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        match recording(bytes, context, &mut problems) {
            Ok(recording) => sink(Record::Recording(recording)),
            Err(problem) => problems.push(problem),
        }
        problems
    }
}

/// The station that the header of a file states, with the id of its recording, if it states a place.
pub fn station(bytes: &[u8]) -> Option<Station> {
    let header = Header { fields: Fields { bytes, is_little: byte_order(bytes)? } };
    let place = Wgs84::new(header.number(31)?, header.number(32)?).ok()?;
    let id = Name::from(header.identifier()?);
    let elevation_m = header.number(33).unwrap_or(0.0);
    Some(Station { id, place, elevation_m, modality: modality_of(&header.code(600)), is_array: false })
}

/// How a channel senses, by the second letter of its code: `D` pressure, `H`, `L` and `N` motion of the ground.
pub(crate) fn modality_of(channel: &str) -> Option<Modality> {
    match channel.as_bytes().get(1)? {
        b'D' => Some(Modality::Infrasound),
        b'H' | b'L' | b'N' | b'P' => Some(Modality::Seismic),
        _ => None,
    }
}

/// True for little endian. The version of the header, the form of the file and the number of samples must make sense.
fn byte_order(bytes: &[u8]) -> Option<bool> {
    if bytes.len() < HEADER {
        return None;
    }
    [true, false].into_iter().find(|is_little| {
        let header = Header { fields: Fields { bytes, is_little: *is_little } };
        matches!(header.whole(76), 6 | 7) && (1..=4).contains(&header.whole(85)) && header.whole(79) >= 0
    })
}

/// The header: numbers by their place among its words.
struct Header<'a> {
    fields: Fields<'a>,
}

impl Header<'_> {
    fn whole(&self, word: usize) -> i32 {
        self.fields.i32(4 * word)
    }

    /// A number as it was written; `None` when it is absent.
    fn number(&self, word: usize) -> Option<f64> {
        Some(as_written(self.fields.f32(4 * word))).filter(|value| value.is_finite() && *value != UNDEFINED)
    }

    /// A number that stands in 64 bits behind the samples of version 7, or in the header.
    fn fine(&self, word: usize, place: usize) -> Option<f64> {
        let n_samples = usize::try_from(self.whole(79)).ok()?;
        let at = HEADER.checked_add(n_samples.checked_mul(4)?)?;
        let has_footer = self.whole(76) == 7 && self.fields.bytes.len() >= at.checked_add(FOOTER)?;
        let fine = has_footer.then(|| self.fields.f64(at + 8 * place));
        fine.filter(|value| value.is_finite() && *value != UNDEFINED).or_else(|| self.number(word))
    }

    fn code(&self, at: usize) -> String {
        let raw = String::from_utf8_lossy(self.fields.bytes.get(at..at + 8).unwrap_or_default()).into_owned();
        let text = raw.split('\0').next().unwrap_or_default().trim();
        let text = text.replace(|c: char| c.is_control() || c.is_whitespace(), "_");
        if text.starts_with("-12345") { String::new() } else { text }
    }

    fn identifier(&self) -> Option<String> {
        let [network, station, location, channel] = [608, 440, 464, 600].map(|at| self.code(at));
        let identifier = format!("{network}.{station}.{location}.{channel}");
        (identifier != "...").then_some(identifier)
    }

    /// Time of the first sample.
    fn start(&self) -> Option<Timestamp> {
        let word = |n: usize| u16::try_from(self.whole(n)).ok();
        let byte = |n: usize| u8::try_from(self.whole(n)).ok();
        let stated = Stated {
            year: word(70)?,
            day_of_year: word(71)?,
            hour: byte(72)?,
            minute: byte(73)?,
            second: byte(74)?,
            nanosecond: u32::from(word(75)?).saturating_mul(1_000_000),
        };
        let begin_ns = (self.fine(5, 1).unwrap_or(0.0) * 1e9).round() as i64;
        Timestamp::from_nanosecond(i128::from(stated.ns()?.saturating_add(begin_ns))).ok()
    }
}

fn recording(bytes: &[u8], context: &Context, problems: &mut Problems) -> Result<Recording, Problem> {
    let wrong = |code, message: String| Problem::error(context.name, code, message);
    if bytes.is_empty() {
        return Err(wrong("empty", "the file has no content".to_owned()).with_hint("fetch the file again"));
    }
    let Some(is_little) = byte_order(bytes) else {
        let shown = String::from_utf8_lossy(bytes.get(..bytes.len().min(16)).unwrap_or_default()).into_owned();
        return Err(wrong("not_sac", "the file is no SAC waveform".to_owned()).with_text(&shown));
    };
    let header = Header { fields: Fields { bytes, is_little } };
    if header.whole(85) != 1 || header.whole(105) == 0 {
        return Err(wrong("sac_form", "only evenly spaced time series are read, and this file is none".to_owned()));
    }
    let spacing_s = header.fine(0, 0).filter(|spacing| SPACINGS_S.contains(spacing));
    let Some(spacing_s) = spacing_s else {
        return Err(wrong("bad_rate", "the spacing of the samples is missing or none that can be".to_owned()));
    };
    let values = values(&header, context, problems);
    if values.is_empty() {
        return Err(wrong("no_samples", "the file has no samples".to_owned()));
    }
    let samples = Samples { rate_hz: 1.0 / spacing_s, values };
    let from = header.start().unwrap_or_else(|| start_by_reception(&samples, context, problems));
    let sensor: SensorId = header.identifier().map_or_else(|| context.source.clone(), Name::from);
    Ok(Recording { capture: context.capture, sensor, from, clock_sigma_s: 0.0, samples })
}

fn values(header: &Header, context: &Context, problems: &mut Problems) -> Vec<f32> {
    let stated = usize::try_from(header.whole(79)).unwrap_or_default();
    let content = header.fields.bytes.get(HEADER..).unwrap_or_default();
    let mut n_bad = 0;
    let value = |chunk: &[u8; 4]| {
        let value = if header.fields.is_little { f32::from_le_bytes(*chunk) } else { f32::from_be_bytes(*chunk) };
        n_bad += usize::from(!value.is_finite());
        if value.is_finite() { value } else { 0.0 }
    };
    let values: Vec<f32> = content.as_chunks::<4>().0.iter().take(stated.min(MAX_SAMPLES)).map(value).collect();
    let mut warn = |code, message: String| problems.push(Problem::warning(context.name, code, message));
    if values.len() < stated {
        warn("truncated", format!("the file breaks off after {} of {stated} samples", values.len()));
    }
    if n_bad > 0 {
        warn("not_finite", format!("{n_bad} samples are not finite and were set to 0"));
    }
    values
}

fn start_by_reception(samples: &Samples, context: &Context, problems: &mut Problems) -> Timestamp {
    let message = "the file does not say when the recording begins; it is taken to end at its reception";
    problems.push(Problem::warning(context.name, "no_start_time", message).with_text(context.name));
    let length_s = samples.values.len() as f64 / samples.rate_hz;
    let length = SignedDuration::try_from_secs_f64(length_s).unwrap_or(SignedDuration::ZERO);
    context.received_at.checked_sub(length).unwrap_or(context.received_at)
}

#[cfg(test)]
#[path = "sac_tests.rs"]
mod tests;
