//! Takes off what a transport puts around a file: gzip, byte order marks, UTF-16.
//!
//! What it cannot tell: whether a file without a mark is in some old one-byte encoding; its lines that are no UTF-8 come
//! back as problems from the reader, the others are read.
//!
//! # Source
//! Gzip: RFC 1952. Marks: Unicode standard, section 23.8.

use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read as _;
use truceline_domain::{Problem, Problems};

/// The most bytes that one capture may unpack to.
const MAX_BYTES: u64 = 256 << 20;

/// The content of `bytes`: gzip (known by its first two bytes) taken off once, a byte order mark taken off, UTF-16 with
/// a mark turned into UTF-8. Bytes without any of these are given back as they are.
///
/// A damaged or truncated gzip keeps what could be read and says so; more than 256 MiB are cut.
pub fn unpack<'a>(name: &str, bytes: &'a [u8]) -> (Cow<'a, [u8]>, Problems) {
    let mut problems = Problems::default();
    let plain = match bytes {
        [0x1F, 0x8B, ..] => Cow::Owned(gunzip(name, bytes, MAX_BYTES, &mut problems)),
        _ => Cow::Borrowed(bytes),
    };
    (line_ends(utf8(name, plain, &mut problems)), problems)
}

/// Old tables end their lines with a carriage return alone: each becomes a line feed, byte for byte, so that places stay.
/// Text that holds any line feed, and sound, is left as it is.
fn line_ends(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let is_old = bytes.contains(&b'\r') && !bytes.contains(&b'\n') && !bytes.contains(&0);
    if !is_old {
        return bytes;
    }
    Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

fn gunzip(name: &str, bytes: &[u8], max_bytes: u64, problems: &mut Problems) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut limited = MultiGzDecoder::new(bytes).take(max_bytes + 1);
    if let Err(error) = limited.read_to_end(&mut plain) {
        let message = format!("the gzip data is damaged after {} bytes of content: {error}", plain.len());
        let hint = "the part before the damage was read; fetch the file again";
        problems.push(Problem::error(name, "gzip_damaged", message).with_hint(hint));
    }
    if plain.len() as u64 > max_bytes {
        plain.truncate(usize::try_from(max_bytes).unwrap_or(usize::MAX));
        let message = format!("the file unpacks to more than {max_bytes} bytes; the rest was left out");
        problems.push(Problem::error(name, "too_large", message).with_hint("split the file"));
    }
    plain
}

fn utf8<'a>(name: &str, bytes: Cow<'a, [u8]>, problems: &mut Problems) -> Cow<'a, [u8]> {
    match bytes.as_ref() {
        [0xEF, 0xBB, 0xBF, ..] => without_first(bytes, 3),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(from_utf16(name, rest, u16::from_le_bytes, problems)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(from_utf16(name, rest, u16::from_be_bytes, problems)),
        _ => bytes,
    }
}

fn without_first(bytes: Cow<'_, [u8]>, n: usize) -> Cow<'_, [u8]> {
    match bytes {
        Cow::Borrowed(all) => Cow::Borrowed(all.get(n..).unwrap_or_default()),
        Cow::Owned(mut all) => {
            all.drain(..n.min(all.len()));
            Cow::Owned(all)
        }
    }
}

fn from_utf16(name: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16, problems: &mut Problems) -> Vec<u8> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    let mut n_bad = odd.len();
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        n_bad += usize::from(decoded.is_err());
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if n_bad > 0 {
        let message = format!("{n_bad} places of the UTF-16 text are damaged and were replaced");
        problems.push(Problem::warning(name, "utf16_damaged", message).with_hint("fetch the file again"));
    }
    text.into_bytes()
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
