//! `wav`: sound files (RIFF WAVE) of microphones.
//!
//! **What it is.** PCM of 8 (unsigned), 16, 24 or 32 bits and floats of 32 bits, one or more channels, plain or in the
//! extensible form. The first channel becomes one recording; full scale is 1.
//!
//! **What it needs.** A `fmt ` chunk before the `data` chunk, and a file name `<sensor>_<yyyymmddThhmmssZ>.wav` (fraction
//! of a second allowed: `…T081530.250Z`) that says which sensor it is and when the first sample was taken (UTC). A file of
//! another name is taken as the feed's sensor, its last sample at the time of reception; a warning says so.
//!
//! **Error model.** A file that is no such sound is one problem and gives no recording. A file that breaks off keeps the
//! samples that are there; samples that are not finite become 0; both are warnings. `encode` writes 32-bit floats.
//!
//! **What it cannot tell.** The level in pascal (that takes the sensor's calibration); drift of the recorder's clock.
//!
//! # Source
//! Multimedia Programming Interface and Data Specifications 1.0 (RIFF, WAVE); Multiple Channel Audio Data and WAVE Files
//! (extensible form).

use crate::{Context, Record, SensorKind};
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use truceline_domain::{Problem, Problems, Recording, Samples, SensorId, SignedDuration, Timestamp};

/// The most samples of one recording.
const MAX_SAMPLES: usize = 1 << 26;
/// Sample rates that a recorder can have.
const RATES_HZ: std::ops::RangeInclusive<u32> = 1..=10_000_000;

/// The format.
pub struct Wav;

impl SensorKind for Wav {
    fn name(&self) -> &'static str {
        "wav"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        matches!(head, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..])
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        match samples(bytes, context, &mut problems) {
            Ok(samples) => {
                let (sensor, from) = origin(&samples, context, &mut problems);
                sink(Record::Recording(Recording {
                    capture: context.capture,
                    sensor,
                    from,
                    clock_sigma_s: 0.0,
                    samples,
                }));
            }
            Err(problem) => problems.push(problem),
        }
        problems
    }
}

/// The layout of the samples.
struct Layout {
    is_float: bool,
    n_channels: usize,
    rate_hz: u32,
    n_bits: u16,
}

fn error(context: &Context, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::error(context.name, code, message)
}

fn samples(bytes: &[u8], context: &Context, problems: &mut Problems) -> Result<Samples, Problem> {
    if bytes.is_empty() {
        return Err(error(context, "empty", "the file has no content").with_hint("fetch the file again"));
    }
    if !Wav.recognises("", bytes) {
        let shown = String::from_utf8_lossy(bytes.get(..bytes.len().min(16)).unwrap_or_default()).into_owned();
        return Err(error(context, "not_wav", "the file is no RIFF WAVE").with_text(&shown));
    }
    let mut rest = bytes.get(12..).unwrap_or_default();
    let mut layout = None;
    while let [a, b, c, d, s0, s1, s2, s3, content @ ..] = rest {
        let stated = u32::from_le_bytes([*s0, *s1, *s2, *s3]) as usize;
        let content_there = content.get(..stated.min(content.len())).unwrap_or_default();
        match [*a, *b, *c, *d] {
            [b'f', b'm', b't', b' '] => layout = Some(layout_of(content_there, context)?),
            [b'd', b'a', b't', b'a'] => {
                let layout = layout.ok_or_else(|| error(context, "bad_wav", "the samples come before their format"))?;
                return read_samples(&layout, (content_there, stated), context, problems);
            }
            _ => {}
        }
        rest = content.get(stated.saturating_add(stated % 2)..).unwrap_or_default();
    }
    Err(error(context, "bad_wav", "the file breaks off before its samples").with_hint("fetch the file again"))
}

fn layout_of(fmt: &[u8], context: &Context) -> Result<Layout, Problem> {
    let short = || error(context, "bad_wav", "the format chunk is too short");
    let word = |n: usize| fmt.get(n..n + 2).and_then(|b| b.try_into().ok()).map(u16::from_le_bytes);
    let tag = word(0).ok_or_else(short)?;
    let rate = fmt.get(4..8).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes).ok_or_else(short)?;
    let (n_channels, n_bits) = (word(2).ok_or_else(short)?, word(14).ok_or_else(short)?);
    // The extensible form names the real format in the first two bytes of a GUID.
    let tag = if tag == 0xFFFE { word(24).ok_or_else(short)? } else { tag };
    let known = matches!((tag, n_bits), (1, 8 | 16 | 24 | 32) | (3, 32));
    if !known {
        let message = format!("samples of format {tag} with {n_bits} bits are not read");
        return Err(
            error(context, "wav_format", message).with_hint("PCM of 8, 16, 24, 32 bits and floats of 32 bits are")
        );
    }
    if n_channels == 0 || !RATES_HZ.contains(&rate) {
        let message = format!("{n_channels} channels at {rate} samples per second are no recording");
        return Err(error(context, "bad_wav", message));
    }
    Ok(Layout { is_float: tag == 3, n_channels: usize::from(n_channels), rate_hz: rate, n_bits })
}

/// Reads the bytes of the data chunk, of which the file states the number.
fn read_samples(
    layout: &Layout,
    (data, stated): (&[u8], usize),
    context: &Context,
    problems: &mut Problems,
) -> Result<Samples, Problem> {
    let n_bytes = usize::from(layout.n_bits / 8);
    let frame = n_bytes * layout.n_channels;
    let mut n_bad = 0_u64;
    let mut value = |bytes: &[u8]| {
        let value = sample(bytes, layout.is_float);
        n_bad += u64::from(!value.is_finite());
        if value.is_finite() { value } else { 0.0 }
    };
    let frames = data.chunks_exact(frame);
    let values: Vec<f32> = frames.take(MAX_SAMPLES).filter_map(|frame| frame.get(..n_bytes)).map(&mut value).collect();
    if values.is_empty() {
        return Err(error(context, "bad_wav", "the file has no samples"));
    }
    let mut warn = |code, message: String| problems.push(Problem::warning(context.name, code, message));
    // Recorders that stream write 0 or the largest number for a length they do not know.
    if data.len() < stated && stated < 0xFFFF_FFFF_usize - 8 {
        warn("truncated", format!("the file breaks off after {} of {stated} bytes of samples", data.len()));
    }
    if data.len() / frame > MAX_SAMPLES {
        warn("too_large", format!("the recording is longer than {MAX_SAMPLES} samples; the rest was left out"));
    }
    if n_bad > 0 {
        warn("not_finite", format!("{n_bad} samples are not finite and were set to 0"));
    }
    Ok(Samples { rate_hz: f64::from(layout.rate_hz), values })
}

/// One sample in full scale 1.
fn sample(bytes: &[u8], is_float: bool) -> f32 {
    match *bytes {
        [a] => (f32::from(a) - 128.0) / 128.0,
        [a, b] => f32::from(i16::from_le_bytes([a, b])) / 32_768.0,
        [a, b, c] => (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 / 8_388_608.0,
        [a, b, c, d] if is_float => f32::from_le_bytes([a, b, c, d]),
        [a, b, c, d] => (f64::from(i32::from_le_bytes([a, b, c, d])) / 2_147_483_648.0) as f32,
        _ => 0.0,
    }
}

/// The sensor and the time of the first sample, from the file name.
fn origin(samples: &Samples, context: &Context, problems: &mut Problems) -> (SensorId, Timestamp) {
    if let Some((sensor, from)) = from_name(context.name) {
        return (SensorId::from(sensor), from);
    }
    let message = "the file name does not say when the recording begins; it is taken to end at its reception";
    let problem = Problem::warning(context.name, "no_start_time", message).with_text(context.name);
    problems.push(problem.with_hint("name it <sensor>_<yyyymmddThhmmssZ>.wav"));
    let length_s = samples.values.len() as f64 / samples.rate_hz;
    let length = SignedDuration::try_from_secs_f64(length_s).unwrap_or(SignedDuration::ZERO);
    (context.source.clone(), context.received_at.checked_sub(length).unwrap_or(context.received_at))
}

/// Sensor and time of a name `<sensor>_<yyyymmddThhmmss[.fff]Z>.wav`.
fn from_name(name: &str) -> Option<(&str, Timestamp)> {
    let base = name.rsplit(['/', '\\']).next()?;
    let base = base.strip_suffix(".gz").unwrap_or(base);
    let stem = base.strip_suffix(".wav").or_else(|| base.strip_suffix(".WAV"))?;
    let (sensor, stamp) = stem.rsplit_once('_')?;
    let (seconds, fraction) = match stamp.strip_suffix('Z')?.split_once('.') {
        Some((seconds, fraction)) => (seconds, fraction),
        None => (stamp.strip_suffix('Z')?, ""),
    };
    let (day, time) = seconds.split_once('T')?;
    if sensor.is_empty() || day.len() != 8 || time.len() != 6 || !seconds.is_ascii() || fraction.len() > 9 {
        return None;
    }
    let day = crate::field::date(&format!("{}-{}-{}", day.get(..4)?, day.get(4..6)?, day.get(6..)?))?;
    let time = crate::field::time_of_day(&format!("{}:{}:{}", time.get(..2)?, time.get(2..4)?, time.get(4..)?))?;
    let nanosecond: i32 = if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").parse().ok()? };
    let time = Time::new(time.hour(), time.minute(), time.second(), nanosecond).ok()?;
    let local: DateTime = day.to_datetime(time);
    Some((sensor, TimeZone::UTC.to_timestamp(local).ok()?))
}

/// The file name from which [`Wav`] reads the sensor and the start of a recording, to the nanosecond.
pub fn file_name(recording: &Recording) -> String {
    let utc = recording.from.to_zoned(TimeZone::UTC).datetime();
    let fraction = match utc.subsec_nanosecond() {
        0 => String::new(),
        n => format!(".{n:09}").trim_end_matches('0').to_owned(),
    };
    format!("{}_{}{fraction}Z.wav", recording.sensor, utc.strftime("%Y%m%dT%H%M%S"))
}

/// Writes the samples as a sound file of 32-bit floats that [`Wav`] reads back to the same values. The form holds whole
/// numbers of samples per second only: other rates are rounded.
pub fn encode(samples: &Samples) -> Vec<u8> {
    let rate_hz = samples.rate_hz.round().clamp(1.0, 10_000_000.0) as u32;
    let n_bytes = u32::try_from(samples.values.len().saturating_mul(4)).unwrap_or(u32::MAX - 64);
    let mut bytes = Vec::with_capacity(44 + samples.values.len() * 4);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(n_bytes.saturating_add(36)).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16_u32.to_le_bytes());
    bytes.extend_from_slice(&3_u16.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&rate_hz.to_le_bytes());
    bytes.extend_from_slice(&rate_hz.saturating_mul(4).to_le_bytes());
    bytes.extend_from_slice(&4_u16.to_le_bytes());
    bytes.extend_from_slice(&32_u16.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&n_bytes.to_le_bytes());
    bytes.extend(samples.values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

#[cfg(test)]
#[path = "wav_tests.rs"]
mod tests;
