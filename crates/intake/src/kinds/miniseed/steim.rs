//! Steim-1 and Steim-2: differences of samples packed in frames of sixteen words.
//!
//! # Source
//! SEED Reference Manual 2.4 (2012), appendix B.

use super::Wrong;

/// Bytes of a frame.
const FRAME: usize = 64;
/// Most differences in one word, by level.
const MOST: [u32; 2] = [4, 7];

/// The integers of a record, with what Steim says beside them.
#[derive(Debug, PartialEq)]
pub(super) struct Unpacked {
    /// The samples.
    pub(super) samples: Vec<i32>,
    /// The difference of the first sample from the last one of the record before.
    pub(super) first_difference: i32,
    /// What the record says its last sample is.
    pub(super) stated_last: i32,
}

impl Unpacked {
    /// True when the last sample is the one that the record states.
    pub(super) fn is_sound(&self) -> bool {
        self.samples.last() == Some(&self.stated_last)
    }
}

/// Unpacks `n` samples (at least one) from frames of the given level (1 or 2). Writers disagree on the order of bytes in
/// little-endian records; when Steim's own check fails in the stated order and holds in the other, the other counts.
pub(super) fn unpack(payload: &[u8], n: u32, level: u8, is_little: bool) -> Result<Unpacked, Wrong> {
    let stated = unpack_as(payload, n, level, is_little);
    let is_sound = |outcome: &Result<Unpacked, Wrong>| outcome.as_ref().is_ok_and(Unpacked::is_sound);
    if is_sound(&stated) {
        return stated;
    }
    let other = unpack_as(payload, n, level, !is_little);
    if n > 1 && is_sound(&other) { other } else { stated }
}

/// Unpacks in the given byte order. A claim of more samples than the frames can hold is refused before anything is
/// unpacked.
fn unpack_as(payload: &[u8], n: u32, level: u8, is_little: bool) -> Result<Unpacked, Wrong> {
    let too_many = || Wrong::refuse("too_many_samples", format!("the record claims {n} samples, more than it holds"));
    let most = MOST.get(usize::from(level == 2)).copied().unwrap_or_default();
    let n_words = (payload.len() / FRAME * 15).saturating_sub(2);
    if u64::from(n) > n_words as u64 * u64::from(most) {
        return Err(too_many());
    }
    let mut differences: Vec<i32> = Vec::with_capacity(n as usize + 7);
    let mut ends = [0, 0];
    for (n_frame, frame) in payload.chunks_exact(FRAME).enumerate() {
        let mut words = frame.as_chunks::<4>().0.iter();
        let mut whole = || words.next().map_or(0, |word| whole(*word, is_little));
        let codes = whole();
        if n_frame == 0 {
            ends = [whole(), whole()];
        }
        let first_place = if n_frame == 0 { 3 } else { 1 };
        for (place, word) in (first_place..16_u32).zip(words) {
            let code = (codes >> (30 - 2 * place)) & 3;
            if !push(&mut differences, in_order(*word, code, level, is_little), code, level) {
                return Err(Wrong::refuse("bad_steim", "a word of the packed samples has a code that does not exist"));
            }
        }
        if differences.len() >= n as usize {
            return Ok(sum(&differences, n, ends));
        }
    }
    Err(too_many())
}

fn whole(word: [u8; 4], is_little: bool) -> u32 {
    if is_little { u32::from_le_bytes(word) } else { u32::from_be_bytes(word) }
}

/// A word with its first difference on top. In little-endian frames only what spans several bytes is turned around: four
/// differences of 8 bits stand in their order, two of 16 bits each by itself.
fn in_order(word: [u8; 4], code: u32, level: u8, is_little: bool) -> u32 {
    match (word, code, level) {
        _ if !is_little => u32::from_be_bytes(word),
        (_, 1, _) => u32::from_be_bytes(word),
        ([a, b, c, d], 2, 1) => u32::from_be_bytes([b, a, d, c]),
        _ => u32::from_le_bytes(word),
    }
}

/// Puts the differences of a word behind the others; false when the code means nothing.
fn push(differences: &mut Vec<i32>, word: u32, code: u32, level: u8) -> bool {
    let (count, bits) = match (code, level, word >> 30) {
        (0, _, _) => return true,
        (1, _, _) => (4, 8),
        (2, 1, _) => (2, 16),
        (3, 1, _) => (1, 32),
        (2, _, 1) => (1, 30),
        (2, _, 2) => (2, 15),
        (2, _, 3) => (3, 10),
        (3, _, 0) => (5, 6),
        (3, _, 1) => (6, 5),
        (3, _, 2) => (7, 4),
        _ => return false,
    };
    for n in (0..count).rev() {
        let at_top = word << (32 - bits * (n + 1));
        differences.push(at_top.cast_signed() >> (32 - bits));
    }
    true
}

fn sum(differences: &[i32], n: u32, [first, last]: [u32; 2]) -> Unpacked {
    let mut value = first.cast_signed();
    let rest = differences.iter().take(n as usize).skip(1);
    let following = rest.map(|difference| {
        value = value.wrapping_add(*difference);
        value
    });
    let samples = std::iter::once(first.cast_signed()).chain(following).collect();
    let first_difference = differences.first().copied().unwrap_or_default();
    Unpacked { samples, first_difference, stated_last: last.cast_signed() }
}

#[cfg(test)]
#[path = "steim_tests.rs"]
pub(super) mod tests;
