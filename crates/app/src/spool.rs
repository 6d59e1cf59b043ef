//! Detections on disk between intake and fusion: one sorted segment for each capture, merged in the order of time.
//!
//! This is what keeps replay's memory flat: a capture is sorted alone, and fusion reads all segments as one sorted
//! stream. A segment is written to a temporary name and renamed, so an interrupted run leaves whole segments or none.

mod codec;

use crate::located::HeardPick;
use codec::Names;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use truceline_domain::{CaptureId, Detection, DetectionId, Timestamp};

/// First bytes of every segment; the digit is the version of the form.
const MAGIC: &[u8; 8] = b"TLSPOOL1";

/// The order of the stream: by the earliest moment, then by record.
fn order(detection: &Detection) -> (Timestamp, DetectionId) {
    (detection.time.from, detection.id)
}

/// Where the segment of a capture lies.
pub fn segment_path(folder: &Path, capture: CaptureId) -> PathBuf {
    folder.join(format!("{capture}.seg"))
}

/// Writes the detections of one capture, sorted.
///
/// # Errors
/// When the disk refuses; nothing is left under the final name then.
pub fn write_segment(folder: &Path, capture: CaptureId, detections: Vec<Detection>) -> io::Result<()> {
    write_sorted(&segment_path(folder, capture), detections)
}

/// Writes detections that are derived from many captures beside the segments, and tells where.
///
/// # Errors
/// When the disk refuses; nothing is left under the final name then.
pub fn write_derived(folder: &Path, name: &str, detections: Vec<Detection>) -> io::Result<PathBuf> {
    let path = folder.join(format!("{name}.seg"));
    write_sorted(&path, detections)?;
    Ok(path)
}

fn write_sorted(path: &Path, mut detections: Vec<Detection>) -> io::Result<()> {
    detections.sort_by_cached_key(order);
    let unfinished = path.with_extension("part");
    let mut out = BufWriter::new(File::create(&unfinished)?);
    out.write_all(MAGIC)?;
    let first = detections.first().map_or(Timestamp::MAX, |detection| detection.time.from);
    out.write_all(&first.as_nanosecond().to_be_bytes())?;
    let mut record = Vec::with_capacity(256);
    for detection in &detections {
        record.clear();
        codec::encode(detection, &mut record);
        let length = u32::try_from(record.len()).map_err(io::Error::other)?;
        out.write_all(&length.to_be_bytes())?;
        out.write_all(&record)?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    std::fs::rename(unfinished, path)
}

/// First bytes of every file of picks; the digit is the version of the form.
const PICKS_MAGIC: &[u8; 8] = b"TLPICKS1";

fn picks_path(folder: &Path, capture: CaptureId) -> PathBuf {
    folder.join(format!("{capture}.picks"))
}

/// Writes the picks of one capture; none leave no file.
///
/// # Errors
/// When the disk refuses; nothing is left under the final name then.
pub fn write_picks(folder: &Path, capture: CaptureId, picks: &[HeardPick]) -> io::Result<()> {
    let path = picks_path(folder, capture);
    if picks.is_empty() {
        return match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let mut bytes = PICKS_MAGIC.to_vec();
    let mut record = Vec::with_capacity(256);
    for pick in picks {
        record.clear();
        codec::encode_pick(pick, &mut record);
        bytes.extend_from_slice(&u32::try_from(record.len()).map_err(io::Error::other)?.to_be_bytes());
        bytes.extend_from_slice(&record);
    }
    let unfinished = path.with_extension("picks-part");
    let mut out = File::create(&unfinished)?;
    out.write_all(&bytes)?;
    out.sync_all()?;
    std::fs::rename(unfinished, path)
}

/// The picks of one capture; none when it has no file of them.
///
/// # Errors
/// When the file cannot be read or is not of this form.
pub fn read_picks(folder: &Path, capture: CaptureId) -> io::Result<Vec<HeardPick>> {
    let bytes = match std::fs::read(picks_path(folder, capture)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let damaged = || io::Error::other(format!("{} is damaged", picks_path(folder, capture).display()));
    let mut rest = bytes.strip_prefix(PICKS_MAGIC).ok_or_else(damaged)?;
    let (mut names, mut picks) = (Names::default(), Vec::new());
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(io::Error::other)?;
        let (record, behind) = behind.split_at_checked(length).ok_or_else(damaged)?;
        picks.push(codec::decode_pick(record, &mut names).ok_or_else(damaged)?);
        rest = behind;
    }
    if rest.is_empty() { Ok(picks) } else { Err(damaged()) }
}

/// One segment being read.
struct Segment {
    path: PathBuf,
    input: Option<BufReader<File>>,
    record: Vec<u8>,
}

impl Segment {
    /// The segment and its first moment; the file is closed again so that thousands may wait.
    fn open(path: PathBuf) -> io::Result<(Timestamp, Self)> {
        let mut file = File::open(&path)?;
        let mut head = [0_u8; 24];
        file.read_exact(&mut head)?;
        let (magic, first) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(io::Error::other("not a spool segment of this version"));
        }
        let first = i128::from_be_bytes(first.try_into().map_err(io::Error::other)?);
        let first = Timestamp::from_nanosecond(first).map_err(io::Error::other)?;
        Ok((first, Self { path, input: None, record: Vec::new() }))
    }

    fn next(&mut self, names: &mut Names) -> io::Result<Option<Detection>> {
        if self.input.is_none() {
            let mut input = BufReader::with_capacity(1 << 16, File::open(&self.path)?);
            io::copy(&mut input.by_ref().take(24), &mut io::sink())?;
            self.input = Some(input);
        }
        let Some(input) = self.input.as_mut() else { return Ok(None) };
        let mut length = [0_u8; 4];
        match input.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        self.record.clear();
        input.by_ref().take(u64::from(u32::from_be_bytes(length))).read_to_end(&mut self.record)?;
        let detection = codec::decode(&self.record, names);
        detection.map(Some).ok_or_else(|| io::Error::other(format!("{} is damaged", self.path.display())))
    }
}

/// All segments as one stream in the order of time. A detection that several captures hold comes from each of them:
/// ids tell them apart.
pub struct Merge {
    waiting: Vec<(Timestamp, Segment)>,
    open: Vec<Segment>,
    heads: BinaryHeap<Reverse<Head>>,
    names: Names,
}

struct Head {
    key: (Timestamp, DetectionId),
    segment: usize,
    detection: Detection,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Head {}
impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.key, self.segment).cmp(&(other.key, other.segment))
    }
}

impl Merge {
    /// Opens the segments of these captures.
    ///
    /// # Errors
    /// When one is missing or is no segment.
    pub fn open(folder: &Path, captures: impl IntoIterator<Item = CaptureId>) -> io::Result<Self> {
        Self::open_with(captures.into_iter().map(|capture| segment_path(folder, capture)))
    }

    /// Opens the segments that lie there.
    ///
    /// # Errors
    /// When one is missing or is no segment.
    pub fn open_with(paths: impl IntoIterator<Item = PathBuf>) -> io::Result<Self> {
        let opened = paths.into_iter().map(Segment::open);
        let mut waiting = opened.collect::<io::Result<Vec<_>>>()?;
        waiting.sort_by(|a, b| (a.0, &a.1.path).cmp(&(b.0, &b.1.path)).reverse());
        Ok(Self { waiting, open: Vec::new(), heads: BinaryHeap::new(), names: Names::default() })
    }

    /// The next detection in time.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn next_detection(&mut self) -> io::Result<Option<Detection>> {
        while self.waiting.last().is_some_and(|(first, _)| self.heads.peek().is_none_or(|Reverse(h)| *first <= h.key.0))
        {
            let Some((_, segment)) = self.waiting.pop() else { break };
            self.open.push(segment);
            self.advance(self.open.len() - 1)?;
        }
        let Some(Reverse(head)) = self.heads.pop() else { return Ok(None) };
        self.advance(head.segment)?;
        Ok(Some(head.detection))
    }

    fn advance(&mut self, segment: usize) -> io::Result<()> {
        let Some(source) = self.open.get_mut(segment) else { return Ok(()) };
        match source.next(&mut self.names)? {
            Some(detection) => self.heads.push(Reverse(Head { key: order(&detection), segment, detection })),
            // Read to its end: close the file, keep the place so that the others keep their numbers.
            None => source.input = None,
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "spool_tests.rs"]
mod tests;
