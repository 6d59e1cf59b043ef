//! Detections on disk between intake and fusion: one sorted segment for each capture, merged in the order of time.
//!
//! This is what keeps replay's memory flat: a capture is sorted alone, and fusion reads all segments as one sorted
//! stream. A segment is written to a temporary name and renamed, so an interrupted run leaves whole segments or none.

mod codec;

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
pub fn write_segment(folder: &Path, capture: CaptureId, mut detections: Vec<Detection>) -> io::Result<()> {
    detections.sort_by_cached_key(order);
    let path = segment_path(folder, capture);
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
        let opened = captures.into_iter().map(|capture| Segment::open(segment_path(folder, capture)));
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
