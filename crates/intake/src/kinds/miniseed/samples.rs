//! The samples of one record.

use super::header::Header;
use super::{Wrong, steim};

/// Rates that a channel can have, Hz.
const RATES_HZ: std::ops::RangeInclusive<f64> = 1e-6..=1e7;

/// The samples of a record, and what is known about their ends.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// In counts.
    pub(super) values: Vec<f32>,
    /// The sample that came before the first one, by Steim's first difference; `None` when it says nothing.
    pub(super) before_first: Option<i32>,
    /// The last sample, for integers.
    pub(super) last: Option<i32>,
    /// Samples that were not finite and are 0 now.
    pub(super) n_not_finite: usize,
    /// True when Steim's last sample is not the one that came out.
    pub(super) last_is_wrong: bool,
}

/// Decodes a record. A record that claims more samples than its bytes hold is refused.
pub(super) fn decode(header: &Header, bytes: &[u8]) -> Result<Decoded, Wrong> {
    let payload = bytes.get(header.payload.clone()).unwrap_or_default();
    if header.encoding == 0 {
        let shown = String::from_utf8_lossy(payload.get(..payload.len().min(80)).unwrap_or_default()).into_owned();
        let shown = shown.trim_matches(['\0', ' ', '\r', '\n']).to_owned();
        let has_text = header.n_samples > 0 && !shown.is_empty();
        let text = if has_text { format!(": {shown}") } else { String::new() };
        let code = if has_text { "text_record" } else { "no_samples" };
        return Err(Wrong::odd(code, format!("a record without a waveform was passed over{text}")));
    }
    if header.n_samples == 0 {
        return Err(Wrong::odd("no_samples", "a record without a waveform was passed over"));
    }
    if !RATES_HZ.contains(&header.rate_hz) {
        let message = format!("the record has samples at a rate of {} per second", header.rate_hz);
        return Err(Wrong::refuse("bad_rate", message));
    }
    match header.encoding {
        1 => integers(header, payload, |[a, b]: [u8; 2]| i32::from(i16::from_be_bytes([a, b]))),
        3 => integers(header, payload, i32::from_be_bytes),
        4 => floats(header, payload, f32::from_be_bytes),
        5 => floats(header, payload, |bytes| f64::from_be_bytes(bytes) as f32),
        10 => packed(header, payload, 1),
        11 => packed(header, payload, 2),
        other => Err(Wrong::refuse("encoding", format!("samples in the encoding {} are not read", name_of(other)))),
    }
}

fn name_of(encoding: u8) -> String {
    let name = match encoding {
        2 => "24-bit integers",
        12..=14 => "GEOSCOPE",
        16 => "CDSN",
        19 => "Steim-3",
        30 => "SRO",
        32 => "DWWSSN",
        100 => "opaque",
        _ => "of no known name",
    };
    format!("{encoding} ({name})")
}

/// The samples as arrays of their bytes, most significant first.
fn raw<const N: usize>(header: &Header, payload: &[u8]) -> Result<impl Iterator<Item = [u8; N]>, Wrong> {
    let n = header.n_samples as usize;
    let n_bytes = n.checked_mul(N).filter(|n_bytes| *n_bytes <= payload.len());
    let Some(content) = n_bytes.and_then(|n_bytes| payload.get(..n_bytes)) else {
        let message = format!("the record claims {n} samples, more than it holds");
        return Err(Wrong::refuse("too_many_samples", message));
    };
    let is_little = header.is_little;
    Ok(content.as_chunks::<N>().0.iter().map(move |chunk| {
        let mut chunk = *chunk;
        if is_little {
            chunk.reverse();
        }
        chunk
    }))
}

fn integers<const N: usize>(header: &Header, payload: &[u8], of: fn([u8; N]) -> i32) -> Result<Decoded, Wrong> {
    let mut last = None;
    let values = raw(header, payload)?.map(|bytes| {
        let value = of(bytes);
        last = Some(value);
        value as f32
    });
    Ok(Decoded { values: values.collect(), last, ..Decoded::default() })
}

fn floats<const N: usize>(header: &Header, payload: &[u8], of: fn([u8; N]) -> f32) -> Result<Decoded, Wrong> {
    let mut n_not_finite = 0;
    let values = raw(header, payload)?.map(|bytes| {
        let value = of(bytes);
        n_not_finite += usize::from(!value.is_finite());
        if value.is_finite() { value } else { 0.0 }
    });
    let values = values.collect();
    Ok(Decoded { values, n_not_finite, ..Decoded::default() })
}

fn packed(header: &Header, payload: &[u8], level: u8) -> Result<Decoded, Wrong> {
    let unpacked = steim::unpack(payload, header.n_samples, level, header.is_little)?;
    let (first, last) = (unpacked.samples.first().copied(), unpacked.samples.last().copied());
    let last_is_wrong = !unpacked.is_sound();
    // A first difference of 0 may mean that the writer did not know the sample before.
    let difference = Some(unpacked.first_difference).filter(|difference| *difference != 0);
    Ok(Decoded {
        values: unpacked.samples.iter().map(|sample| *sample as f32).collect(),
        before_first: first.zip(difference).map(|(first, difference)| first.wrapping_sub(difference)),
        last,
        n_not_finite: 0,
        last_is_wrong,
    })
}
