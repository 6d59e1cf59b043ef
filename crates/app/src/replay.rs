//! Derives everything offline: captures in, a folder of results out, the same bytes every run.
//!
//! Three steps. *Take in*: each capture is decoded alone into a sorted segment on disk (kept when the run is
//! interrupted). *Derive*: the segments are read as one stream in the order of time, fused, and each day of the mission
//! is held against the agreement as soon as no open incident can begin in it. *Seal*: mission files, captures and
//! results become entries of the log.
//!
//! Memory holds one capture for each thread while taking in, and the open incidents and a few finished days while
//! deriving; it does not grow with the number of captures.

mod days;
mod output;

pub use output::result_bytes;

use crate::derive::{Deriver, Ground, undelivered};
use crate::frames::{self, SignedCapture};
use crate::ingest::{self, CaptureFile, Decoded};
use crate::mission::Mission;
use crate::progress::Progress;
use crate::reporting::Audience;
use crate::seal::{Entry, Seal};
use crate::sealed_room::{self, SealedRoom};
use crate::spool::{self, Merge};
use anyhow::Context as _;
use days::{Day, DayQueue};
use output::Output;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use truceline_domain::{AreaVersion, CaptureId, DetectionId, Digest, Outage, Problem, Timestamp};
use truceline_evidence::keys::SignerKey;

/// What a replay is asked to do.
pub struct Request<'a> {
    /// Files and folders to take in; empty for the mission's own feeds.
    pub captures: Vec<PathBuf>,
    /// Where the results go.
    pub out: &'a Path,
    /// Who signs the log.
    pub key: SignerKey,
    /// Language of the reports.
    pub language: String,
    /// Who the reports are for.
    pub audience: Audience,
    /// The present: what is younger than the mission's delay stays out of public reports.
    pub as_of: Timestamp,
}

/// What it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Captures taken in.
    pub n_captures: usize,
    /// Detections read.
    pub n_detections: u64,
    /// Incidents derived.
    pub n_incidents: u64,
    /// Findings by verdict word.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Problems in the input.
    pub n_problems: u64,
    /// Detections that lie outside the mission's time and were left unexplained.
    pub n_outside: u64,
    /// Entries in the log.
    pub log_size: u64,
}

/// The summary in plain words.
pub fn describe(summary: &Summary, out: &Path) -> String {
    let verdicts: Vec<String> = summary.verdicts.iter().map(|(word, n)| format!("{n} {word}")).collect();
    let mut text = format!(
        "{} captures, {} detections, {} incidents; findings: {}; {} problems in the input; {} entries in the log",
        summary.n_captures,
        summary.n_detections,
        summary.n_incidents,
        if verdicts.is_empty() { "none".to_owned() } else { verdicts.join(", ") },
        summary.n_problems,
        summary.log_size,
    );
    if summary.n_outside > 0 {
        text.push_str(&format!("; {} detections lie outside the mission's time", summary.n_outside));
    }
    text.push_str(&format!("\nreport: {}", out.join("report.html").display()));
    text
}

/// One capture as it was taken in.
struct Taken {
    id: CaptureId,
    file: CaptureFile,
    kind: String,
    n_bytes: u64,
    n_detections: u64,
    n_problems: u64,
    problems: Vec<Value>,
    outages: Vec<Outage>,
    areas: Vec<AreaVersion>,
    signed: Option<SignedCapture>,
}

/// Runs a replay.
///
/// # Errors
/// When the disk or the log refuses; bad input is no error, it is listed in `problems.jsonl`.
pub fn replay(mission: &Mission, request: Request<'_>, progress: &Progress) -> anyhow::Result<Summary> {
    // The working files hold detections whole, sealed places among them: they lie inside the sealed folder.
    let work = request.out.join("evidence").join(".work");
    crate::files::private_folder(&work)?;
    let (files, mut problems) = if request.captures.is_empty() {
        ingest::feed_captures(mission)
    } else {
        ingest::named_captures(mission, &request.captures)
    };
    let secret = sealed_room::secret_of(&request.key);
    let mut seal = Seal::open(&request.out.join("evidence"), request.key)?;
    let room = SealedRoom::of(mission, secret, &seal)?;
    let (taken, refused) = take_in(mission, files, (&work, &seal), progress)?;
    problems.extend(refused);
    let streams = frames::streams(taken.iter().filter_map(|capture| capture.signed.as_ref()));
    problems.extend(streams.problems);
    let heard = Heard { taken: &taken, repeated: &streams.repeated };
    let mut output = Output::new(mission, request.out, (&request.language, request.audience)).with_room(room);
    output.hold_back_after(request.as_of);
    let summary = derive(mission, heard, (&work, output), (&mut seal, &problems), progress)?;
    Ok(summary)
}

/// Decodes every capture into its segment, two or more at a time. Captures of the same bytes are taken once.
fn take_in(
    mission: &Mission,
    files: Vec<CaptureFile>,
    (work, seal): (&Path, &Seal),
    progress: &Progress,
) -> anyhow::Result<(Vec<Taken>, Vec<Problem>)> {
    let (files, mut problems) = without_twins(files);
    progress.start("take in captures", files.len() as u64);
    let taken: Vec<Result<Taken, TakeError>> = files
        .into_par_iter()
        .map(|file| {
            let taken = take_one(mission, file, (work, seal));
            progress.step(1);
            taken
        })
        .collect();
    let mut by_id: BTreeMap<CaptureId, Taken> = BTreeMap::new();
    for result in taken {
        match result {
            Ok(taken) => {
                by_id.insert(taken.id, taken);
            }
            Err(TakeError::Bad(problem)) => problems.push(*problem),
            Err(TakeError::Disk(error)) => return Err(error),
        }
    }
    progress.finish();
    Ok((by_id.into_values().collect(), problems))
}

/// The files in the order of their names, those left out that hold the same bytes as one before them: two threads would
/// write the same segment. Only files of one length are read to tell.
fn without_twins(mut files: Vec<CaptureFile>) -> (Vec<CaptureFile>, Vec<Problem>) {
    files.sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    let length = |file: &CaptureFile| std::fs::metadata(&file.path).map_or(0, |data| data.len());
    let lengths: Vec<u64> = files.iter().map(length).collect();
    let mut n_of_length: BTreeMap<u64, u64> = BTreeMap::new();
    lengths.iter().for_each(|length| *n_of_length.entry(*length).or_default() += 1);
    let digests: Vec<Option<Digest>> = files
        .par_iter()
        .zip(&lengths)
        .map(|(file, length)| {
            let has_peers = n_of_length.get(length).is_some_and(|n| *n > 1);
            has_peers.then(|| ingest::read_capture(file).ok())?.map(|bytes| Digest::of(&bytes))
        })
        .collect();
    let mut first: BTreeMap<Digest, String> = BTreeMap::new();
    let (mut kept, mut problems) = (Vec::new(), Vec::new());
    for (file, digest) in files.into_iter().zip(digests) {
        match digest.and_then(|digest| first.get(&digest)) {
            Some(first) => {
                let message = format!("the same bytes were taken in as `{first}`");
                let code = if frames::is_frame(&file.name) { "frame_replayed" } else { "capture_twice" };
                problems.push(Problem::warning(&file.name, code, message));
            }
            None => {
                first.extend(digest.map(|digest| (digest, file.name.clone())));
                kept.push(file);
            }
        }
    }
    (kept, problems)
}

enum TakeError {
    Bad(Box<Problem>),
    Disk(anyhow::Error),
}

fn take_one(mission: &Mission, file: CaptureFile, (work, seal): (&Path, &Seal)) -> Result<Taken, TakeError> {
    let bytes = ingest::read_capture(&file).map_err(|problem| TakeError::Bad(Box::new(problem)))?;
    let id = Digest::of(&bytes);
    seal.keep(&bytes).map_err(TakeError::Disk)?;
    let note = work.join(format!("{id}.json"));
    let key = taken_key(mission, &file);
    if let Some(kept) = kept_note(&note, &key).filter(|_| spool::segment_path(work, id).exists()) {
        return Ok(kept.into_taken(id, file, bytes.len() as u64));
    }
    let received_at = ingest::arrival_of_a_file(mission, &file);
    let decoded = ingest::decode(mission, &file, (&bytes, received_at));
    let n_bytes = bytes.len() as u64;
    drop(bytes);
    write_taken(work, id, decoded, (&note, &key))
        .map(|kept| kept.into_taken(id, file, n_bytes))
        .map_err(TakeError::Disk)
}

/// Everything besides the bytes that decides how a capture is read; a note of another key is not used again.
fn taken_key(mission: &Mission, file: &CaptureFile) -> String {
    let zone = file.time_zone.as_deref().unwrap_or(&mission.settings.time_zone_name);
    let party = file.party.as_ref().map(|party| party.as_str()).unwrap_or_default();
    let kind = file.kind.as_deref().unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let mission = mission.digest().short();
    // The digit is the form of the picks beside the segment.
    format!("{version}|picks 1|{}|{}|{kind}|{party}|{zone}|{}|{mission}", file.name, file.source, file.owner)
}

struct Kept {
    kind: String,
    n_detections: u64,
    n_problems: u64,
    problems: Vec<Value>,
    outages: Vec<Outage>,
    areas: Vec<AreaVersion>,
    signed: Option<SignedCapture>,
}

impl Kept {
    fn into_taken(self, id: CaptureId, file: CaptureFile, n_bytes: u64) -> Taken {
        Taken {
            id,
            file,
            n_bytes,
            kind: self.kind,
            n_detections: self.n_detections,
            n_problems: self.n_problems,
            problems: self.problems,
            outages: self.outages,
            areas: self.areas,
            signed: self.signed,
        }
    }
}

fn write_taken(work: &Path, id: CaptureId, decoded: Decoded, (note, key): (&Path, &str)) -> anyhow::Result<Kept> {
    let n_detections = decoded.detections.len() as u64;
    spool::write_segment(work, id, decoded.detections).context("couldn't write a segment")?;
    spool::write_picks(work, id, &decoded.picks).context("couldn't write picks")?;
    let n_problems = decoded.problems.total();
    let kept = Kept {
        kind: decoded.kind.to_owned(),
        n_detections,
        n_problems,
        problems: decoded.problems.into_vec().iter().map(crate::wire::problem).collect(),
        outages: decoded.outages,
        areas: decoded.areas,
        signed: decoded.signed,
    };
    // Outages and areas are few and read again from the capture; only plain captures leave a note.
    if kept.outages.is_empty() && kept.areas.is_empty() {
        let text = json!({
            "key": key,
            "kind": kept.kind,
            "n_detections": n_detections,
            "n_problems": n_problems,
            "problems": kept.problems,
            "signed": kept.signed.as_ref().map(SignedCapture::note),
        });
        crate::files::write_whole(note, text.to_string().as_bytes())?;
    }
    Ok(kept)
}

fn kept_note(path: &Path, key: &str) -> Option<Kept> {
    let value: Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    if value.get("key")?.as_str()? != key {
        return None;
    }
    Some(Kept {
        kind: value.get("kind")?.as_str()?.to_owned(),
        n_detections: value.get("n_detections")?.as_u64()?,
        n_problems: value.get("n_problems")?.as_u64()?,
        problems: value.get("problems")?.as_array()?.clone(),
        outages: Vec::new(),
        areas: Vec::new(),
        signed: match value.get("signed")? {
            Value::Null => None,
            signed => Some(SignedCapture::of_note(signed)?),
        },
    })
}

/// What was taken in, and which of it only says again what another capture says.
#[derive(Clone, Copy)]
struct Heard<'t> {
    taken: &'t [Taken],
    repeated: &'t BTreeSet<CaptureId>,
}

impl<'t> Heard<'t> {
    /// The captures that are derived from.
    fn once(self) -> impl Iterator<Item = &'t Taken> {
        self.taken.iter().filter(move |capture| !self.repeated.contains(&capture.id))
    }
}

/// Days that are derived together, so that two cores have something to do.
const DAYS_AT_ONCE: usize = 32;

fn derive(
    mission: &Mission,
    heard: Heard<'_>,
    (work, mut output): (&Path, Output<'_>),
    (seal, problems): (&mut Seal, &[Problem]),
    progress: &Progress,
) -> anyhow::Result<Summary> {
    let taken = heard.taken;
    let areas = heard.once().flat_map(|capture| capture.areas.clone()).collect();
    let mut outages: Vec<Outage> = heard.once().flat_map(|capture| capture.outages.clone()).collect();
    let (located, explained) = located(mission, heard, (work, &outages))?;
    outages.extend(undelivered(mission, taken.iter().map(|capture| &capture.file.source)));
    let deriver = Deriver::new(mission, areas, outages);
    let ground = deriver.ground();
    let n_detections = heard.once().map(|capture| capture.n_detections).sum();
    progress.start("derive", n_detections);
    let segments = heard.once().map(|capture| spool::segment_path(work, capture.id)).chain(located);
    let mut stream = Merge::open_with(segments).context("couldn't open the segments")?;
    let parameters = truceline_fusion::Parameters::default();
    let mut fuser = truceline_fusion::Fuser::new(deriver.controls(), &parameters);
    let mut queue = DayQueue::new(mission);
    while let Some(detection) = stream.next_detection().context("couldn't read a segment")? {
        let at = detection.time.from;
        progress.step(1);
        if explained.contains(&detection.id) {
            continue;
        }
        if queue.passes_a_day(at) {
            queue.put(fuser.take_closed());
            let open_since = fuser.open_since().unwrap_or(at).min(at);
            if queue.n_ready(open_since) >= DAYS_AT_ONCE {
                write_days((&deriver, &ground), queue.release(open_since), &mut output)?;
            }
        }
        fuser.push(detection);
    }
    queue.put(fuser.finish());
    write_days((&deriver, &ground), queue.release_rest(), &mut output)?;
    progress.finish();
    let inputs = output::Inputs {
        problems,
        taken: taken_values(taken),
        entries: entries(mission, taken),
        n_outside: queue.n_outside(),
    };
    let finished = output.finish(&inputs, seal)?;
    Ok(Summary {
        n_captures: taken.len(),
        n_detections,
        n_incidents: finished.n_incidents,
        verdicts: finished.verdicts,
        n_problems: taken.iter().map(|capture| capture.n_problems).sum::<u64>() + problems.len() as u64,
        n_outside: queue.n_outside(),
        log_size: seal.state().size,
    })
}

/// What the mission's ground sensors heard together, as a segment of its own, and what it explains; no segment when they
/// heard nothing together.
fn located(
    mission: &Mission,
    heard: Heard<'_>,
    (work, outages): (&Path, &[Outage]),
) -> anyhow::Result<(Option<std::path::PathBuf>, BTreeSet<DetectionId>)> {
    let mut picks = Vec::new();
    for capture in heard.once() {
        picks.extend(spool::read_picks(work, capture.id).context("couldn't read picks")?);
    }
    let together = crate::located::located(mission, picks, outages);
    if together.located.is_empty() {
        return Ok((None, together.explained));
    }
    let path = spool::write_derived(work, "located", together.located).context("couldn't write located events")?;
    Ok((Some(path), together.explained))
}

/// Evaluates and writes days, many at a time on all cores, in order on the disk.
fn write_days(
    (deriver, ground): (&Deriver<'_>, &Ground<'_>),
    days: Vec<Day>,
    output: &mut Output<'_>,
) -> anyhow::Result<()> {
    let mut days = days.into_iter();
    loop {
        let batch: Vec<Day> = days.by_ref().take(DAYS_AT_ONCE).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let written = &*output;
        let results: Vec<_> = batch
            .into_par_iter()
            .map(|day| {
                let result = deriver.window(ground, day.span, day.incidents);
                let composed = written.compose(&result, &day.unexplained);
                (result, composed)
            })
            .collect();
        results.into_iter().try_for_each(|(result, composed)| output.write_day(result, composed))?;
    }
}

fn taken_values(taken: &[Taken]) -> Vec<Value> {
    taken
        .iter()
        .map(|capture| {
            json!({
                "sha256": capture.id.to_string(),
                "name": capture.file.name,
                "source": capture.file.source.as_str(),
                "format": capture.kind,
                "bytes": capture.n_bytes,
                "kind": capture.file.kind,
                "owner": capture.file.owner.as_str(),
                "party": capture.file.party.as_ref().map(|party| party.as_str()),
                "time_zone": capture.file.time_zone,
                "detections": capture.n_detections,
                "outages": capture.outages.len(),
                "areas": capture.areas.len(),
                "n_problems": capture.n_problems,
                "problems": capture.problems,
            })
        })
        .collect()
}

fn entries(mission: &Mission, taken: &[Taken]) -> Vec<Entry> {
    let adopted = mission.files.iter().map(|file| Entry::adopted(&file.path, file.digest));
    let captured = taken.iter().map(|capture| {
        Entry::captured(
            &capture.file.name,
            (capture.file.source.as_str(), &capture.kind),
            (capture.id, capture.n_bytes),
        )
    });
    adopted.chain(captured).collect()
}
