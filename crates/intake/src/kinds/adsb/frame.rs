//! Frames out of Beast and AVR streams: stamps, escapes, parity.

use crate::stream::{Lines, Tally};

/// Where a stream of frames comes from, as far as time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// None was given.
    None,
    /// Ticks of a 12 MHz counter since the receiver began.
    Ticks(u64),
    /// Made up by multilateration; tells nothing.
    Mlat,
}

/// One Mode S frame as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When, by the receiver's counter.
    pub stamp: Stamp,
    /// Signal level, 0…255; the power relative to full scale is its square over 255².
    pub signal: Option<u8>,
    /// 7 or 14 bytes.
    pub bytes: Vec<u8>,
}

/// The stamp that multilateration writes.
const MLAT_STAMP: u64 = 0xFF00_4D4C_4154;

impl Stamp {
    fn of(raw: u64) -> Self {
        match raw {
            0 => Self::None,
            MLAT_STAMP => Self::Mlat,
            ticks => Self::Ticks(ticks),
        }
    }
}

/// CRC-24 of Mode S over all bits, parity included: 0 for a sound frame of DF 17 and 18, else the overlay.
///
/// # Source
/// ICAO Annex 10, volume IV, 3.1.2.3.3: generator 1FFF409.
pub fn remainder(bytes: &[u8]) -> u32 {
    let n = bytes.len().saturating_sub(3);
    let mut crc = 0_u32;
    for byte in bytes.iter().take(n) {
        crc ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            crc = if crc & 0x80_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x1FF_F409 };
        }
    }
    let parity = bytes.iter().skip(n).fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    (crc ^ parity) & 0xFF_FFFF
}

/// Splits a Beast stream. It holds at most one frame, 23 bytes.
#[derive(Debug, Default)]
pub(super) struct Beast {
    state: State,
    body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Looking for the escape before a frame.
    #[default]
    Outside,
    /// The escape was read; its type follows.
    Mark,
    /// In a frame of that type.
    Inside(u8),
    /// An escape within a frame of that type.
    Escape(u8),
}

/// Stamp, signal and message.
fn length(kind: u8) -> Option<usize> {
    let message = match kind {
        b'1' => 2,
        b'2' => 7,
        b'3' => 14,
        b'4' => 14,
        _ => return None,
    };
    Some(7 + message)
}

impl Beast {
    pub(super) fn feed(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Frame)) {
        let mut rest = bytes;
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            self.state = match (self.state, *byte) {
                (State::Outside, 0x1A) => State::Mark,
                (State::Outside, _) => {
                    let n = behind.iter().position(|byte| *byte == 0x1A).unwrap_or(behind.len());
                    rest = behind.get(n..).unwrap_or_default();
                    rejected.add_n("garbage", 1 + n as u64);
                    State::Outside
                }
                (State::Mark, kind) => self.begin(kind, rejected),
                (State::Inside(kind), 0x1A) => State::Escape(kind),
                (State::Inside(kind), byte) => self.add(kind, byte, rejected, take),
                (State::Escape(kind), 0x1A) => self.add(kind, 0x1A, rejected, take),
                (State::Escape(_), kind) => {
                    // A lone escape begins a frame: the one before was cut.
                    rejected.add("cut_frame");
                    self.begin(kind, rejected)
                }
            };
        }
    }

    fn begin(&mut self, kind: u8, rejected: &mut Tally) -> State {
        self.body.clear();
        if length(kind).is_some() {
            return State::Inside(kind);
        }
        rejected.add("unknown_frame_type");
        if kind == 0x1A { State::Mark } else { State::Outside }
    }

    fn add(&mut self, kind: u8, byte: u8, rejected: &mut Tally, take: &mut dyn FnMut(Frame)) -> State {
        self.body.push(byte);
        if self.body.len() < length(kind).unwrap_or(0) {
            return State::Inside(kind);
        }
        let (stamp, rest) = self.body.split_at(6.min(self.body.len()));
        let raw = stamp.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        if let Some((signal, message)) = rest.split_first() {
            match kind {
                b'1' => rejected.add("mode_a_c"),
                b'4' => rejected.add("receiver_status"),
                _ => take(Frame { stamp: Stamp::of(raw), signal: Some(*signal), bytes: message.to_vec() }),
            }
        }
        State::Outside
    }

    pub(super) fn finish(&mut self, rejected: &mut Tally) {
        if std::mem::take(&mut self.state) != State::Outside {
            rejected.add("unfinished");
        }
    }
}

/// The longest line of AVR, bytes: mark, stamp, 28 digits, end.
const MAX_AVR: usize = 64;

/// Splits an AVR stream.
#[derive(Debug, Default)]
pub(super) struct Avr(Lines);

impl Avr {
    pub(super) fn feed(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Frame)) {
        self.0.feed(bytes, MAX_AVR, rejected, &mut |line, rejected| match avr(line) {
            Ok(Some(frame)) => take(frame),
            Ok(None) => {}
            Err(reason) => rejected.add(reason),
        });
    }

    pub(super) fn finish(&mut self, rejected: &mut Tally, take: &mut dyn FnMut(Frame)) {
        self.0.finish(rejected, &mut |line, rejected| match avr(line) {
            Ok(Some(frame)) => take(frame),
            Ok(None) => {}
            Err(_) => rejected.add("unfinished"),
        });
    }
}

fn avr(line: &[u8]) -> Result<Option<Frame>, &'static str> {
    let line = line.trim_ascii();
    let Some((mark, rest)) = line.split_first() else { return Ok(None) };
    let digits = rest.strip_suffix(b";").ok_or("garbage")?;
    let bytes = hex(digits).ok_or("garbage")?;
    let (stamp, message) = match mark {
        b'*' => (Stamp::None, bytes.as_slice()),
        b'@' => {
            let (stamp, message) = bytes.split_at_checked(6).ok_or("garbage")?;
            (Stamp::of(stamp.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))), message)
        }
        _ => return Err("garbage"),
    };
    match message.len() {
        7 | 14 => Ok(Some(Frame { stamp, signal: None, bytes: message.to_vec() })),
        2 => Err("mode_a_c"),
        _ => Err("bad_length"),
    }
}

fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, odd) = digits.as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !odd.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
