//! MPEG transport streams: the bytes of the streams that carry metadata.
//!
//! # Source
//! ISO/IEC 13818-1 (packets, tables, PES, metadata access units); MISB ST 1402.

use crate::stream::Tally;
use std::collections::BTreeMap;

const PACKET: usize = 188;
const SYNC: u8 = 0x47;
/// The longest section of a table, bytes.
const MAX_SECTION: usize = 1024 + 3;
/// The most streams that are followed.
const MAX_STREAMS: usize = 64;

/// What comes out: bytes of a stream, or that its bytes were broken off.
pub(super) enum Piece<'a> {
    Bytes(u16, Option<u64>, &'a [u8]),
    Gap(u16),
}

#[derive(Debug, Default)]
pub(super) struct Transport {
    held: Vec<u8>,
    is_synced: bool,
    /// Of which streams sections are put together: the list of programmes, and the programmes.
    sections: BTreeMap<u16, Vec<u8>>,
    streams: BTreeMap<u16, Elementary>,
    counters: BTreeMap<u16, u8>,
}

/// A stream of metadata.
#[derive(Debug, Default)]
struct Elementary {
    program: u16,
    is_synchronous: bool,
    is_open: bool,
    /// The header of a PES packet, while it is incomplete.
    header: Vec<u8>,
    /// Bytes of payload still to come; `None` when the PES does not say.
    n_left: Option<usize>,
    pts: Option<u64>,
    /// The header of an access unit cell while it is incomplete, and what is left of the cell.
    cell: Vec<u8>,
    n_cell: usize,
}

impl Transport {
    pub(super) fn feed(&mut self, bytes: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Piece)) {
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut at = 0;
        while let Some(first) = held.get(at) {
            if *first == SYNC && !self.is_synced {
                match held.get(at + PACKET) {
                    Some(&SYNC) => self.is_synced = true,
                    Some(_) => {}
                    None => break,
                }
            }
            if *first != SYNC || !self.is_synced {
                self.is_synced = false;
                let behind = held.get(at + 1..).unwrap_or_default();
                let n = 1 + behind.iter().position(|byte| *byte == SYNC).unwrap_or(behind.len());
                rejected.add_n("garbage", n as u64);
                at += n;
                continue;
            }
            let Some(packet) = held.get(at..at + PACKET) else { break };
            self.packet(packet, rejected, take);
            at += PACKET;
        }
        self.held = held.get(at..).unwrap_or_default().to_vec();
    }

    pub(super) fn finish(&mut self, rejected: &mut Tally, take: &mut dyn FnMut(Piece)) {
        let held = std::mem::take(&mut self.held);
        // A single packet at the end has none behind it that would prove it.
        if held.len() == PACKET && held.first() == Some(&SYNC) {
            self.packet(&held, rejected, take);
        } else if !held.is_empty() {
            rejected.add("unfinished");
        }
    }

    fn packet(&mut self, packet: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Piece)) {
        let [_, high, low, flags, rest @ ..] = packet else { return };
        let pid = u16::from(high & 0x1F) << 8 | u16::from(*low);
        let is_start = high & 0x40 != 0;
        if high & 0x80 != 0 {
            rejected.add("transport_error");
            return;
        }
        let adaptation = if flags & 0x20 == 0 { 0 } else { 1 + rest.first().copied().map_or(0, usize::from) };
        if flags & 0x10 == 0 || pid == 0x1FFF {
            return;
        }
        let payload = rest.get(adaptation..).unwrap_or_default();
        let is_table = pid == 0 || self.sections.contains_key(&pid);
        if !is_table && !self.streams.contains_key(&pid) {
            return;
        }
        let counter = flags & 0xF;
        let last = self.counters.insert(pid, counter);
        if last == Some(counter) {
            return;
        }
        if last.is_some_and(|last| (last + 1) & 0xF != counter) {
            rejected.add("continuity_gap");
            self.sections.entry(pid).and_modify(Vec::clear);
            if let Some(stream) = self.streams.get_mut(&pid) {
                *stream = Elementary {
                    program: stream.program,
                    is_synchronous: stream.is_synchronous,
                    ..Elementary::default()
                };
                take(Piece::Gap(pid));
            }
        }
        if is_table {
            self.table(pid, is_start, payload, rejected);
        } else if let Some(stream) = self.streams.get_mut(&pid) {
            stream.payload(pid, is_start, payload, rejected, take);
        }
    }

    /// Puts a section together; its end may stand before the begin of the next in one packet.
    fn table(&mut self, pid: u16, is_start: bool, payload: &[u8], rejected: &mut Tally) {
        let mut section = self.sections.remove(&pid).unwrap_or_default();
        if is_start {
            let Some((pointer, rest)) = payload.split_first() else { return };
            let (end, begin) = rest.split_at_checked(usize::from(*pointer)).unwrap_or((rest, &[]));
            if !section.is_empty() {
                section.extend_from_slice(end);
                self.section(pid, &section, rejected);
            }
            section = begin.to_vec();
        } else if !section.is_empty() {
            section.extend_from_slice(payload);
        }
        section.truncate(MAX_SECTION);
        self.sections.entry(pid).or_default();
        if self.section(pid, &section, rejected) {
            section.clear();
        }
        self.sections.insert(pid, section);
    }

    /// Reads a section when it is whole; false when more is to come.
    fn section(&mut self, pid: u16, bytes: &[u8], rejected: &mut Tally) -> bool {
        let [table, high, low, ..] = bytes else { return false };
        if *table == 0xFF {
            return true;
        }
        let n = 3 + (usize::from(high & 0x0F) << 8 | usize::from(*low));
        let Some(section) = bytes.get(..n) else { return false };
        let Some(body) = section.get(8..n.saturating_sub(4)).filter(|_| crc32(section) == 0) else {
            rejected.add("bad_table");
            return true;
        };
        match (table, pid) {
            (0, 0) => self.programs(body),
            (2, _) if pid != 0 => self.program(pid, body),
            _ => {}
        }
        true
    }

    fn programs(&mut self, body: &[u8]) {
        for [n_high, n_low, high, low] in body.as_chunks::<4>().0 {
            let pid = u16::from(high & 0x1F) << 8 | u16::from(*low);
            if (*n_high, *n_low) != (0, 0) && pid != 0 && self.sections.len() < MAX_STREAMS {
                self.sections.entry(pid).or_default();
            }
        }
    }

    /// The streams of a programme: type 0x15, or type 6 with the registration `KLVA`.
    fn program(&mut self, program: u16, body: &[u8]) {
        let [_, _, high, low, rest @ ..] = body else { return };
        let n = usize::from(high & 0x0F) << 8 | usize::from(*low);
        let mut rest = rest.get(n..).unwrap_or_default();
        let mut found = Vec::new();
        while let [kind, high, low, n_high, n_low, behind @ ..] = rest {
            let pid = u16::from(high & 0x1F) << 8 | u16::from(*low);
            let n = usize::from(n_high & 0x0F) << 8 | usize::from(*n_low);
            let Some((descriptors, next)) = behind.split_at_checked(n) else { break };
            let is_klva = descriptors.windows(6).any(|bytes| bytes == b"\x05\x04KLVA");
            if *kind == 0x15 || (*kind == 0x06 && is_klva) {
                found.push((pid, *kind == 0x15));
            }
            rest = next;
        }
        let is_there = |pid: &u16| found.iter().any(|(other, _)| other == pid);
        self.streams.retain(|pid, stream| stream.program != program || is_there(pid));
        for (pid, is_synchronous) in found {
            if self.streams.len() < MAX_STREAMS {
                let stream = self.streams.entry(pid).or_default();
                (stream.program, stream.is_synchronous) = (program, is_synchronous);
            }
        }
    }
}

impl Elementary {
    fn payload(&mut self, pid: u16, is_start: bool, payload: &[u8], rejected: &mut Tally, take: &mut dyn FnMut(Piece)) {
        if is_start {
            self.header.clear();
            self.cell.clear();
            (self.is_open, self.n_cell, self.n_left) = (true, 0, None);
        }
        if !self.is_open {
            return;
        }
        let mut rest = payload;
        if is_start || !self.header.is_empty() {
            self.header.extend_from_slice(payload);
            let Some(n) = self.head(rejected) else { return };
            let header = std::mem::take(&mut self.header);
            let behind = header.get(n..).unwrap_or_default().to_vec();
            self.bytes(pid, &behind, take);
            return;
        }
        if let Some(n_left) = self.n_left {
            rest = rest.get(..n_left.min(rest.len())).unwrap_or_default();
        }
        self.bytes(pid, rest, take);
    }

    /// The length of the PES header once it is whole.
    fn head(&mut self, rejected: &mut Tally) -> Option<usize> {
        let [0, 0, 1, _, high, low, _, flags, n, rest @ ..] = self.header.as_slice() else {
            if self.header.len() >= 9 {
                rejected.add("bad_pes");
                self.is_open = false;
                self.header.clear();
            }
            return None;
        };
        let n = usize::from(*n);
        let fields = rest.get(..n)?;
        self.pts = match fields {
            [a, b, c, d, e, ..] if flags & 0x80 != 0 => Some(
                u64::from(a >> 1 & 7) << 30
                    | u64::from(*b) << 22
                    | u64::from(c >> 1) << 15
                    | u64::from(*d) << 7
                    | u64::from(e >> 1),
            ),
            _ => None,
        };
        let length = usize::from(*high) << 8 | usize::from(*low);
        // The length counts from behind itself: three more bytes of header, the fields, the payload.
        self.n_left = (length > 0).then(|| length.saturating_sub(3 + n));
        Some(9 + n)
    }

    fn bytes(&mut self, pid: u16, bytes: &[u8], take: &mut dyn FnMut(Piece)) {
        let bytes = match self.n_left {
            Some(n) => bytes.get(..n.min(bytes.len())).unwrap_or_default(),
            None => bytes,
        };
        self.n_left = self.n_left.map(|n| n - bytes.len());
        if !self.is_synchronous {
            take(Piece::Bytes(pid, self.pts, bytes));
            return;
        }
        // Cells: service, sequence, flags, length (2), content.
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.n_cell == 0 {
                let (own, behind) = rest.split_at((5 - self.cell.len()).min(rest.len()));
                self.cell.extend_from_slice(own);
                rest = behind;
                if let [_, _, _, high, low] = *self.cell.as_slice() {
                    self.n_cell = usize::from(high) << 8 | usize::from(low);
                    self.cell.clear();
                }
                continue;
            }
            let (own, behind) = rest.split_at(self.n_cell.min(rest.len()));
            take(Piece::Bytes(pid, self.pts, own));
            self.n_cell -= own.len();
            rest = behind;
        }
    }
}

/// CRC-32 of MPEG: 0 over a sound section with its check.
fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0xFFFF_FFFF, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc: u32, _| {
            if crc & 0x8000_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x04C1_1DB7 }
        })
    })
}
