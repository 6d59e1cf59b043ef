//! Which captures a day rests on.
//!
//! Detections are linked in chains, and where a chain is cut depends on where it began; so no fixed number of hours
//! around a day is enough. Instead all detections of the replay are fused once more, and the moments are noted at which
//! nothing was open: what comes after such a moment owes nothing to what came before. A stretch between two of them
//! belongs to the day when any of its detections touches it; all captures with a detection in such a stretch are taken,
//! beside those with an outage in the day or with areas. When the fire never fell silent, that is every capture.

use super::again;
use super::description::CaptureRecord;
use crate::mission::Mission;
use crate::spool::{self, Merge};
use anyhow::Context as _;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use truceline_domain::{CaptureId, Detection, Digest, Modality, Phenomenon, SignedDuration, Span, Timestamp, Where};
use truceline_fusion::{Fuser, Parameters};

/// An incident may be placed this much before or after the stated interval of its detections; ten minutes is the
/// largest error of a clock that fusion believes.
const AROUND_H: i64 = 1;

/// A capture of the replay, as `captures.json` states it.
#[derive(Debug, Deserialize)]
pub struct Listed {
    /// How it is read.
    #[serde(flatten)]
    pub record: CaptureRecord,
    /// Outages in it.
    outages: u64,
    /// Areas in it.
    areas: u64,
}

/// The folders of a replay that are asked.
pub struct Folders {
    /// Segments of detections.
    pub work: PathBuf,
    /// The captures by their digest.
    pub captures: PathBuf,
}

impl Folders {
    /// Of a replay's output.
    pub fn of(out: &Path) -> Self {
        Self { work: out.join("evidence").join(".work"), captures: out.join("evidence/captures/sha256") }
    }

    /// Where a capture lies.
    pub fn capture(&self, sha256: &str) -> PathBuf {
        self.captures.join(sha256.get(..2).unwrap_or_default()).join(sha256)
    }
}

/// Every capture that can touch the day, in the order of their digests.
///
/// # Errors
/// When captures or segments cannot be read or written.
pub fn captures_of_day(
    mission: &Mission,
    (listed, folders): (&[Listed], &Folders),
    day: Span,
) -> anyhow::Result<Vec<CaptureRecord>> {
    let mut chosen = touching(mission, (listed, folders), day)?;
    for capture in listed.iter().filter(|capture| capture.outages + capture.areas > 0) {
        let decoded = again::decode(mission, &capture.record.file(&folders.capture(&capture.record.sha256)))?;
        let is_out = decoded.outages.iter().any(|outage| outage.span.overlap(&day).is_some());
        if is_out || !decoded.areas.is_empty() {
            chosen.extend(Digest::from_hex(&capture.record.sha256));
        }
    }
    let is_chosen = |capture: &&Listed| Digest::from_hex(&capture.record.sha256).is_some_and(|id| chosen.contains(&id));
    let mut records: Vec<CaptureRecord> = listed.iter().filter(is_chosen).map(|c| c.record.clone()).collect();
    records.sort_by(|a, b| a.sha256.cmp(&b.sha256));
    Ok(records)
}

/// Captures with a detection in a stretch that touches the day.
fn touching(
    mission: &Mission,
    (listed, folders): (&[Listed], &Folders),
    day: Span,
) -> anyhow::Result<BTreeSet<CaptureId>> {
    let mut ids = Vec::new();
    for capture in listed {
        ids.push(segment(mission, &capture.record, folders)?);
    }
    let mut stream = Merge::open(&folders.work, ids).context("couldn't open the segments")?;
    let mut fuser = Fuser::new(&[], &Parameters::default());
    let mut stretches = Stretches::new(day);
    while let Some(detection) = stream.next_detection().context("couldn't read a segment")? {
        let at = detection.time.from;
        let may_be_silent = stretches.is_past_all(at);
        let (capture, span) = (detection.id.capture, (at, detection.time.until));
        fuser.push(detection);
        if may_be_silent && fuser.open_since().is_none_or(|open| open >= at) {
            stretches.close();
        }
        fuser.take_closed();
        stretches.take(capture, span);
    }
    stretches.close();
    Ok(stretches.touching)
}

/// The segment of a capture, written when it is not there any more.
fn segment(mission: &Mission, record: &CaptureRecord, folders: &Folders) -> anyhow::Result<CaptureId> {
    let id = Digest::from_hex(&record.sha256).context("captures.json holds what is no digest")?;
    if !spool::segment_path(&folders.work, id).exists() {
        crate::files::private_folder(&folders.work)?;
        let decoded = again::decode(mission, &record.file(&folders.capture(&record.sha256)))?;
        spool::write_segment(&folders.work, id, decoded.detections).context("couldn't write a segment")?;
    }
    Ok(id)
}

/// The stretch of the stream since nothing was open.
struct Stretches {
    around: Span,
    touching: BTreeSet<CaptureId>,
    captures: BTreeSet<CaptureId>,
    touches: bool,
    latest: Timestamp,
}

impl Stretches {
    fn new(day: Span) -> Self {
        let hours = SignedDuration::from_hours(AROUND_H);
        let around = Span {
            from: day.from.checked_sub(hours).unwrap_or(day.from),
            until: day.until.checked_add(hours).unwrap_or(day.until),
        };
        let (touching, captures) = Default::default();
        Self { around, touching, captures, touches: false, latest: Timestamp::MIN }
    }

    /// Asking what is open costs a walk over it; nothing is silent while an interval still runs.
    fn is_past_all(&self, at: Timestamp) -> bool {
        at > self.latest
    }

    fn take(&mut self, capture: CaptureId, (from, until): (Timestamp, Timestamp)) {
        self.captures.insert(capture);
        self.latest = self.latest.max(until);
        self.touches |= from < self.around.until && until >= self.around.from;
    }

    fn close(&mut self) {
        let captures = std::mem::take(&mut self.captures);
        if std::mem::take(&mut self.touches) {
            self.touching.extend(captures);
        }
    }
}

/// Which of the captures hold a point of origin of fire: a filled column of origins, readable or not, a sealed origin
/// that a format made, or the place of a launch or a muzzle flash that is not public already.
///
/// # Errors
/// When a capture cannot be read.
pub fn with_origins(
    mission: &Mission,
    records: &[CaptureRecord],
    folders: &Folders,
) -> anyhow::Result<BTreeMap<String, bool>> {
    let mut found = BTreeMap::new();
    for record in records {
        let file = record.file(&folders.capture(&record.sha256));
        let bytes = crate::ingest::read_capture(&file);
        let bytes = bytes.map_err(|problem| anyhow::anyhow!("couldn't read `{}`: {}", file.name, problem.message))?;
        let decoded = again::decode(mission, &file)?;
        let (name, payload) = crate::frames::payload_of(&file.name, &bytes);
        let (plain, _) = truceline_intake::unpack(name, payload);
        // A frame whose signature does not hold was not looked into: it may hold anything.
        let is_unread = crate::frames::is_frame(&file.name) && decoded.signed.is_none();
        let holds = is_unread || decoded.detections.iter().any(places_an_origin) || fills_an_origin_column(&plain);
        found.insert(record.sha256.clone(), holds);
    }
    Ok(found)
}

fn places_an_origin(detection: &Detection) -> bool {
    let of_fire = matches!(detection.phenomenon, Phenomenon::Launch | Phenomenon::MuzzleFlash);
    let is_public = matches!(detection.modality, Modality::MissionTable | Modality::OpenSource);
    let is_placed = matches!(detection.place, Where::Estimate(_) | Where::Bearing(_));
    detection.origin.is_some() || (of_fire && is_placed && !is_public)
}

/// True for a table in which any cell of a column called `origin…` is filled.
fn fills_an_origin_column(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut rest = text.as_ref();
    while let Some((line, after)) = rest.split_once('\n') {
        if line.to_lowercase().contains("origin_") {
            return fills_an_origin_cell(rest);
        }
        rest = after;
    }
    false
}

fn fills_an_origin_cell(table: &str) -> bool {
    let header = table.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|d| header.bytes().filter(|byte| byte == d).count());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).flexible(true).from_reader(table.as_bytes());
    let Ok(columns) = reader.headers().cloned() else { return true };
    let is_origin = |name: &str| name.trim().to_lowercase().starts_with("origin");
    let places: Vec<usize> = columns.iter().enumerate().filter(|(_, name)| is_origin(name)).map(|(k, _)| k).collect();
    // A row that is no row at all may hide one: then the capture counts as holding it.
    reader.records().any(|row| match row {
        Err(_) => true,
        Ok(row) => places.iter().any(|k| row.get(*k).is_some_and(|cell| !cell.trim().is_empty())),
    })
}

#[cfg(test)]
#[path = "selection_tests.rs"]
mod tests;
