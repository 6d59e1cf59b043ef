//! Packets out of pcap and pcapng, as they come.

use crate::stream::Tally;
use std::collections::BTreeMap;
use truceline_domain::{SignedDuration, Timestamp};

/// The largest packet or block, bytes.
const MAX_BLOCK: usize = 1 << 18;
/// The most interfaces of a capture.
const MAX_INTERFACES: usize = 256;

/// A packet of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packet {
    pub at: Option<Timestamp>,
    pub link: u32,
    pub bytes: Vec<u8>,
}

/// Splits a capture; holds at most one block.
#[derive(Debug, Default)]
pub(super) struct Capture {
    held: Vec<u8>,
    form: Form,
    n_skip: usize,
}

#[derive(Debug, Default)]
enum Form {
    #[default]
    Unknown,
    /// Neither of the two: nothing more is read.
    Refused,
    Pcap {
        is_big: bool,
        is_nano: bool,
        link: u32,
    },
    Ng {
        is_big: bool,
        interfaces: Vec<Interface>,
    },
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u32,
    /// Ticks of a second, and what is added in s.
    ticks_per_s: u64,
    offset_s: i64,
}

struct Reader<'a>(&'a [u8], bool);

impl Reader<'_> {
    fn u32(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = self.0.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.1 { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.0.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.1 { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn size(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u32(at)?).ok()
    }
}

impl Capture {
    /// True when a capture begins so.
    pub(super) fn begins(head: &[u8]) -> bool {
        matches!(
            head,
            [0xD4, 0xC3, 0xB2, 0xA1, ..]
                | [0xA1, 0xB2, 0xC3, 0xD4, ..]
                | [0x4D, 0x3C, 0xB2, 0xA1, ..]
                | [0xA1, 0xB2, 0x3C, 0x4D, ..]
                | [0x0A, 0x0D, 0x0D, 0x0A, ..]
        )
    }

    /// True when the first link of the capture is Wi-Fi or Bluetooth.
    pub(super) fn has_radio(head: &[u8]) -> bool {
        let is_radio = |link: u32| matches!(link, 105 | 127 | 251 | 256 | 272);
        let is_big = head.first() == Some(&0xA1);
        if head.first() != Some(&0x0A) {
            return Reader(head, is_big).u32(20).is_some_and(|link| is_radio(link & 0xFFFF));
        }
        let is_big = Reader(head, true).u32(8) == Some(0x1A2B_3C4D);
        let reader = Reader(head, is_big);
        let mut at = reader.size(4).unwrap_or(0);
        // The first block that describes a link; a few others may stand before it.
        for _ in 0..8 {
            match (reader.u32(at), reader.size(at + 4)) {
                (Some(1), _) => return reader.u16(at + 8).is_some_and(|link| is_radio(u32::from(link))),
                (Some(_), Some(n)) if (12..=MAX_BLOCK).contains(&n) => at += n,
                _ => return false,
            }
        }
        false
    }

    pub(super) fn feed(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Packet)) {
        let n = self.n_skip.min(bytes.len());
        self.n_skip -= n;
        if matches!(self.form, Form::Refused) {
            return;
        }
        self.held.extend_from_slice(bytes.get(n..).unwrap_or_default());
        let mut held = std::mem::take(&mut self.held);
        let mut at = 0;
        while let Some(n) = self.step(held.get(at..).unwrap_or_default(), rejected, take) {
            at += n;
        }
        // What is to be passed over need not be held.
        let behind = at.min(held.len());
        self.n_skip += at - behind;
        held.drain(..behind);
        if matches!(self.form, Form::Refused) {
            held.clear();
        }
        self.held = held;
    }

    pub(super) fn finish(&mut self, rejected: &mut Tally) {
        if !std::mem::take(&mut self.held).is_empty() || self.n_skip > 0 {
            rejected.add("unfinished");
        }
    }

    /// Reads one header or block: how many bytes it takes, or `None` when more are needed.
    fn step(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Packet)) -> Option<usize> {
        match &mut self.form {
            Form::Refused => None,
            Form::Unknown => self.head(bytes, rejected),
            Form::Pcap { is_big, is_nano, link } => {
                let reader = Reader(bytes, *is_big);
                let (seconds, parts, n) = (reader.u32(0)?, reader.u32(4)?, reader.size(8)?);
                reader.u32(12)?;
                if n > MAX_BLOCK {
                    return self.refuse(rejected);
                }
                let packet = bytes.get(16..16 + n)?;
                let nanos = i64::from(parts) * if *is_nano { 1 } else { 1000 };
                let at = Timestamp::from_second(i64::from(seconds)).ok();
                let at = at.and_then(|at| at.checked_add(SignedDuration::from_nanos(nanos)).ok());
                take(Packet { at, link: *link & 0xFFFF, bytes: packet.to_vec() });
                Some(16 + n)
            }
            Form::Ng { .. } => self.block(bytes, rejected, take),
        }
    }

    fn refuse(&mut self, rejected: &mut Tally) -> Option<usize> {
        rejected.add("damaged_capture");
        self.form = Form::Refused;
        None
    }

    fn head(&mut self, bytes: &[u8], rejected: &mut Tally) -> Option<usize> {
        let magic = Reader(bytes, true).u32(0)?;
        let (is_big, is_nano) = match magic {
            0xA1B2_C3D4 => (true, false),
            0xD4C3_B2A1 => (false, false),
            0xA1B2_3C4D => (true, true),
            0x4D3C_B2A1 => (false, true),
            0x0A0D_0D0A => {
                self.form = Form::Ng { is_big: false, interfaces: Vec::new() };
                return Some(0);
            }
            _ => {
                rejected.add("not_a_capture");
                self.form = Form::Refused;
                return None;
            }
        };
        let link = Reader(bytes, is_big).u32(20)?;
        self.form = Form::Pcap { is_big, is_nano, link };
        Some(24)
    }

    fn block(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Packet)) -> Option<usize> {
        let Form::Ng { is_big, interfaces } = &mut self.form else { return None };
        let kind = Reader(bytes, *is_big).u32(0)?;
        if kind == 0x0A0D_0D0A {
            *is_big = Reader(bytes, true).u32(8)? == 0x1A2B_3C4D;
            interfaces.clear();
        }
        let reader = Reader(bytes, *is_big);
        let n = reader.size(4)?;
        if n < 12 || n % 4 != 0 {
            return self.refuse(rejected);
        }
        if n > MAX_BLOCK {
            rejected.add("too_long");
            return Some(n);
        }
        let body = Reader(bytes.get(..n)?.get(8..n - 4)?, *is_big);
        match kind {
            1 if interfaces.len() < MAX_INTERFACES => interfaces.extend(Interface::of(&body)),
            6 => match enhanced(&body, interfaces) {
                Some(packet) => take(packet),
                None => rejected.add("damaged_packet"),
            },
            3 => match interfaces.first().zip(body.size(0)) {
                Some((interface, length)) => {
                    let packet = body.0.get(4..).unwrap_or_default();
                    let bytes = packet.get(..length.min(packet.len())).unwrap_or_default().to_vec();
                    take(Packet { at: None, link: interface.link, bytes });
                }
                None => rejected.add("damaged_packet"),
            },
            _ => {}
        }
        Some(n)
    }
}

impl Interface {
    fn of(body: &Reader) -> Option<Self> {
        let mut interface = Self { link: u32::from(body.u16(0)?), ticks_per_s: 1_000_000, offset_s: 0 };
        let mut options = BTreeMap::new();
        let mut at = 8;
        while let (Some(code), Some(n)) = (body.u16(at), body.u16(at + 2)) {
            if code == 0 {
                break;
            }
            options.insert(code, at + 4);
            at += 4 + usize::from(n).next_multiple_of(4);
        }
        if let Some(resolution) = options.get(&9).and_then(|at| body.0.get(*at)) {
            let power = u32::from(resolution & 0x7F);
            let ticks = if resolution & 0x80 == 0 { 10_u64.checked_pow(power) } else { 2_u64.checked_pow(power) };
            interface.ticks_per_s = ticks?;
        }
        if let Some(bytes) = options.get(&14).and_then(|at| body.0.get(*at..at + 8)) {
            let bytes: [u8; 8] = bytes.try_into().ok()?;
            interface.offset_s = if body.1 { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) };
        }
        Some(interface)
    }

    fn instant(&self, ticks: u64) -> Option<Timestamp> {
        let seconds = i64::try_from(ticks / self.ticks_per_s).ok()?.checked_add(self.offset_s)?;
        let part = u128::from(ticks % self.ticks_per_s) * 1_000_000_000 / u128::from(self.ticks_per_s);
        Timestamp::new(seconds, i32::try_from(part).ok()?).ok()
    }
}

fn enhanced(body: &Reader, interfaces: &[Interface]) -> Option<Packet> {
    let interface = interfaces.get(body.size(0)?)?;
    let ticks = u64::from(body.u32(4)?) << 32 | u64::from(body.u32(8)?);
    let bytes = body.0.get(20..20_usize.checked_add(body.size(12)?)?)?.to_vec();
    Some(Packet { at: interface.instant(ticks), link: interface.link, bytes })
}
