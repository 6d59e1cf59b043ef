//! Packets of the set out of bytes: key, length, items, checksum.

use crate::stream::Tally;

/// The key of the UAS Datalink Local Set.
pub(super) const KEY: [u8; 16] =
    [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0x00, 0x00, 0x00];
/// The longest packet, bytes.
const MAX_PACKET: usize = 1 << 16;

/// Splits bytes into packets. It holds at most one.
#[derive(Debug, Default)]
pub(super) struct Packets {
    held: Vec<u8>,
}

impl Packets {
    pub(super) fn feed(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(&[u8], usize)) {
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut at = 0;
        loop {
            let rest = held.get(at..).unwrap_or_default();
            let n = distance_to_key(rest);
            rejected.add_n("garbage", n as u64);
            at += n;
            let Some(behind) = rest.get(n + KEY.len()..) else { break };
            let (header, length) = match ber(behind) {
                Ber::More => break,
                Ber::Wrong => {
                    rejected.add("bad_length");
                    at += KEY.len();
                    continue;
                }
                Ber::Length(header, length) => (KEY.len() + header, length),
            };
            if length > MAX_PACKET {
                rejected.add("too_long");
                at += KEY.len();
                continue;
            }
            let Some(packet) = held.get(at..at + header + length) else { break };
            // A packet that swallows the key of another has a wrong length.
            let inner = packet.windows(KEY.len()).skip(1).position(|bytes| bytes == KEY);
            match inner {
                Some(inner) if checksum(packet) != stored(packet) => {
                    rejected.add("bad_length");
                    at += inner + 1;
                }
                _ => {
                    take(packet, header);
                    at += packet.len();
                }
            }
        }
        self.held = held.get(at..).unwrap_or_default().to_vec();
    }

    /// The bytes are broken off or have ended.
    pub(super) fn cut(&mut self, rejected: &mut Tally) {
        if !std::mem::take(&mut self.held).is_empty() {
            rejected.add("cut_packet");
        }
    }
}

/// How many bytes stand before a key or before what may be the begin of one.
fn distance_to_key(bytes: &[u8]) -> usize {
    let is_begin = |rest: &[u8]| {
        let n = rest.len().min(KEY.len());
        rest.get(..n) == KEY.get(..n)
    };
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0x06)) {
        at += next;
        if is_begin(bytes.get(at..).unwrap_or_default()) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

enum Ber {
    More,
    Wrong,
    /// Bytes of the length itself, and the length.
    Length(usize, usize),
}

fn ber(bytes: &[u8]) -> Ber {
    match bytes.split_first() {
        None => Ber::More,
        Some((n @ 0..=127, _)) => Ber::Length(1, usize::from(*n)),
        Some((n, rest)) => {
            let n = usize::from(n & 0x7F);
            if !(1..=8).contains(&n) {
                return Ber::Wrong;
            }
            match rest.get(..n) {
                None => Ber::More,
                Some(digits) => {
                    let length = digits.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
                    Ber::Length(1 + n, usize::try_from(length).unwrap_or(usize::MAX))
                }
            }
        }
    }
}

/// One item and what is behind it: its tag may take several bytes, and so may its length.
pub(super) fn item(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let n = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at_checked(n)?;
    let tag = digits.iter().fold(0_u32, |sum, byte| sum << 7 | u32::from(byte & 0x7F));
    let Ber::Length(header, length) = ber(rest) else { return None };
    let end = header.checked_add(length)?;
    Some((tag, rest.get(header..end)?, rest.get(end..)?))
}

/// The sum of all bytes but the last two, even places being the high byte.
pub(super) fn checksum(packet: &[u8]) -> u16 {
    let n = packet.len().saturating_sub(2);
    let word = |(at, byte): (usize, &u8)| if at % 2 == 0 { u16::from(*byte) << 8 } else { u16::from(*byte) };
    packet.iter().take(n).enumerate().map(word).fold(0, u16::wrapping_add)
}

/// The checksum that a packet ends with, when it ends with one.
pub(super) fn stored(packet: &[u8]) -> u16 {
    match packet {
        [.., high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    }
}
