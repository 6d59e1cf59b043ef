//! Frames of MAVLink 1 and 2 out of a stream or a log, with their check.

use crate::stream::Tally;
use truceline_domain::Timestamp;

/// The longest frame: header 10, payload 255, check 2, signature 13.
const MAX_FRAME: usize = 280;
/// The time before each frame of a log.
const STAMP: usize = 8;

/// A frame whose check is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// When it was written, in a log.
    pub at: Option<Timestamp>,
    /// True for version 2.
    pub is_v2: bool,
    /// Which vehicle.
    pub system: u8,
    /// Which part of it.
    pub component: u8,
    /// Counter of the sender.
    pub sequence: u8,
    /// What message.
    pub id: u32,
    /// Its fields; zeros at the end are cut in version 2.
    pub payload: Vec<u8>,
    /// True when a signature follows. It is not verified here.
    pub is_signed: bool,
}

/// Messages whose check can be made: id and the byte that stands for the layout of its fields.
const EXTRAS: &[(u32, u8)] = &[
    (0, 50),
    (1, 124),
    (2, 137),
    (4, 237),
    (22, 220),
    (24, 24),
    (26, 170),
    (27, 144),
    (29, 115),
    (30, 39),
    (32, 185),
    (33, 104),
    (36, 222),
    (42, 28),
    (49, 39),
    (62, 183),
    (65, 118),
    (74, 20),
    (77, 143),
    (109, 185),
    (111, 34),
    (112, 174),
    (141, 47),
    (147, 154),
    (148, 178),
    (241, 90),
    (242, 104),
    (245, 130),
    (246, 184),
    (253, 83),
    (263, 133),
    (265, 26),
    (271, 22),
    (285, 137),
    (12_900, 114),
    (12_901, 254),
    (12_904, 77),
    (12_915, 94),
];

/// CRC-16/MCRF4XX.
fn crc(bytes: impl Iterator<Item = u8>) -> u16 {
    bytes.fold(0xFFFF, |crc: u16, byte| {
        (0..8).fold(crc ^ u16::from(byte), |crc, _| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0x8408 })
    })
}

/// Splits a stream. It holds at most one frame and the time of the next.
#[derive(Debug, Default)]
pub(super) struct Frames {
    held: Vec<u8>,
    /// In a log a time stands before each frame; the first byte tells, since no time before 2500 begins with a mark.
    is_log: Option<bool>,
    /// Bytes at the begin of `held` that belong to no message and are no time either, when a frame follows.
    n_garbage: usize,
}

enum Step {
    Frame(usize, Box<Frame>),
    /// So many bytes are a frame that gives nothing, and why.
    Refused(usize, &'static str),
    NoFrame,
    More,
}

impl Frames {
    pub(super) fn feed(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Frame)) {
        self.held.extend_from_slice(bytes);
        self.run(false, rejected, take);
    }

    pub(super) fn finish(&mut self, rejected: &mut Tally, take: &mut dyn FnMut(Frame)) {
        self.run(true, rejected, take);
        rejected.add_n("garbage", self.n_garbage as u64);
        self.held.clear();
        self.n_garbage = 0;
    }

    fn run(&mut self, is_end: bool, rejected: &mut Tally, take: &mut dyn FnMut(Frame)) {
        let Some(first) = self.held.first() else { return };
        let is_log = *self.is_log.get_or_insert(!matches!(first, 0xFD | 0xFE));
        let held = std::mem::take(&mut self.held);
        // Where the bytes begin that no message has taken, and where a frame is sought.
        let (mut free, mut at) = (0, self.n_garbage);
        while let Some(mark) = held.get(at) {
            let step = if matches!(mark, 0xFD | 0xFE) && (!is_log || at - free >= STAMP) {
                step(held.get(at..).unwrap_or_default(), is_log, is_end)
            } else {
                Step::NoFrame
            };
            let n = match step {
                Step::More => break,
                Step::NoFrame => {
                    let behind = held.get(at + 1..).unwrap_or_default();
                    let next = behind.iter().position(|byte| matches!(byte, 0xFD | 0xFE));
                    at += 1 + next.unwrap_or(behind.len());
                    // No more is held than may be the time of the next frame.
                    let kept = at.saturating_sub(STAMP * usize::from(is_log)).max(free);
                    rejected.add_n("garbage", (kept - free) as u64);
                    free = kept;
                    continue;
                }
                Step::Frame(n, mut frame) => {
                    if is_log {
                        frame.at = held.get(free..at).and_then(stamp);
                        rejected.add_n("bad_time", u64::from(frame.at.is_none()));
                    }
                    take(*frame);
                    n
                }
                Step::Refused(n, reason) => {
                    rejected.add(reason);
                    n
                }
            };
            at += n;
            free = at;
        }
        self.n_garbage = at - free;
        self.held = held.get(free..).unwrap_or_default().to_vec();
        debug_assert!(self.held.len() <= MAX_FRAME + 2 * STAMP + 2, "no more than one frame is held");
    }
}

/// Microseconds since 1970, big endian; nothing outside 1990…2200.
fn stamp(bytes: &[u8]) -> Option<Timestamp> {
    let bytes: [u8; STAMP] = bytes.try_into().ok()?;
    let micros = i64::try_from(u64::from_be_bytes(bytes)).ok()?;
    let sensible = 631_152_000_000_000..7_258_118_400_000_000;
    if sensible.contains(&micros) { Timestamp::from_microsecond(micros).ok() } else { None }
}

/// Looks for a frame at the begin of `bytes`.
fn step(bytes: &[u8], is_log: bool, is_end: bool) -> Step {
    let more = if is_end { Step::NoFrame } else { Step::More };
    let Some((mark, n)) = bytes.first().zip(bytes.get(1)) else { return more };
    let is_v2 = *mark == 0xFD;
    let (header, payload) = (if is_v2 { 10 } else { 6 }, usize::from(*n));
    let Some(flags) = bytes.get(2) else { return more };
    let is_signed = is_v2 && flags & 1 == 1;
    let total = header + payload + 2 + if is_signed { 13 } else { 0 };
    let Some(frame) = bytes.get(..total) else { return more };
    let byte = |at: usize| frame.get(at).copied().unwrap_or(0);
    let [sequence, system, component] = if is_v2 { [byte(4), byte(5), byte(6)] } else { [byte(2), byte(3), byte(4)] };
    let id = if is_v2 { u32::from_le_bytes([byte(7), byte(8), byte(9), 0]) } else { u32::from(byte(5)) };
    let Some((_, extra)) = EXTRAS.iter().find(|(known, _)| *known == id) else {
        return unknown(bytes, total, is_log, is_end);
    };
    let body = frame.get(1..header + payload).unwrap_or_default();
    let stated = u16::from_le_bytes([byte(header + payload), byte(header + payload + 1)]);
    if crc(body.iter().copied().chain([*extra])) != stated {
        return Step::NoFrame;
    }
    if is_v2 && flags & !1 != 0 {
        return Step::Refused(total, "incompatible");
    }
    let payload = frame.get(header..header + payload).unwrap_or_default().to_vec();
    let frame = Frame { at: None, is_v2, system, component, sequence, id, payload, is_signed };
    Step::Frame(total, Box::new(frame))
}

/// A message that cannot be checked counts as a frame when another frame follows where it ends.
fn unknown(bytes: &[u8], total: usize, is_log: bool, is_end: bool) -> Step {
    let behind = bytes.get(total..).unwrap_or_default();
    let next = total + if is_log { STAMP } else { 0 };
    let refused = Step::Refused(total, "unknown_message");
    match bytes.get(next) {
        Some(0xFD | 0xFE) if !is_log || behind.get(..STAMP).and_then(stamp).is_some() => refused,
        Some(_) => Step::NoFrame,
        None if is_end && behind.is_empty() => refused,
        None if is_end => Step::NoFrame,
        None => Step::More,
    }
}
