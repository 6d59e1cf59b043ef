//! Time stamps of third parties (RFC 3161): when was the log already as a checkpoint of it says?
//!
//! `stamps/` below the folder of evidence holds, named by the SHA-256 of a signed checkpoint, that checkpoint
//! (`.checkpoint`, byte for byte) and what an authority answered about it (`.tsr`). Everything in the log up to that
//! checkpoint existed at the stamped time; what came later is not covered.
//!
//! An answer is held against the checkpoint and not against the nonce of its request: which of several true answers
//! about the same bytes it is makes no difference.

pub mod command;

use crate::files::write_whole;
use crate::seal::Verdicts;
use crate::witness::kept::Evidence;
use crate::witness::quorum::Question;
use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use std::fmt;
use std::path::{Path, PathBuf};
use truceline_domain::Timestamp;
use truceline_evidence::captures::Digest;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::timestamp::{Stamp, StampError, Trust, request, verify};
use truceline_evidence::verify::{Verification, verify_extension};

/// A time stamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// Number of entries that it covers, from the first.
    pub entries: u64,
    /// When they were there.
    pub at: Timestamp,
    /// How far that may be off, ms, if the authority says so.
    pub accuracy_ms: Option<u64>,
    /// Subject of the authority's certificate.
    pub authority: String,
}

impl Stamped {
    fn new(entries: u64, stamp: &Stamp) -> Option<Self> {
        let at = Timestamp::from_millisecond(i64::try_from(stamp.time_ms).ok()?).ok()?;
        // Chosen by whoever made the certificate: nothing in it may steer a terminal.
        let authority = stamp.authority.escape_debug().to_string();
        Some(Self { entries, at, accuracy_ms: stamp.accuracy_ms, authority })
    }

    /// As JSON.
    pub fn wire(&self) -> Value {
        json!({
            "entries": self.entries,
            "at": self.at.to_string(),
            "accuracy_ms": self.accuracy_ms,
            "authority": self.authority,
        })
    }
}

impl fmt::Display for Stamped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries were there at {}", self.entries, self.at)?;
        if let Some(accuracy_ms) = self.accuracy_ms {
            write!(f, " (within {accuracy_ms} ms)")?;
        }
        write!(f, ", says {}", self.authority)
    }
}

/// The certificates of a PEM file.
///
/// # Errors
/// When it cannot be read, or holds none.
pub fn authorities(pem: &Path) -> anyhow::Result<Trust> {
    let text = std::fs::read_to_string(pem).with_context(|| format!("couldn't read {}", pem.display()))?;
    Trust::from_pem(&text).with_context(|| format!("{} holds no certificate to trust", pem.display()))
}

fn folder(evidence: &Evidence) -> PathBuf {
    evidence.folder.join("stamps")
}

/// Where the answer about these bytes lies.
fn path_of(evidence: &Evidence, content: &Digest) -> PathBuf {
    folder(evidence).join(format!("{}.tsr", truceline_domain::Digest(*content.as_bytes())))
}

/// The request about the newest checkpoint of the log. The checkpoint is kept, so that the answer may come when the log
/// has grown. The nonce is drawn by the caller.
///
/// # Errors
/// When there is no log, or the disk refuses.
pub fn ask(out: &Path, nonce: u64) -> anyhow::Result<Vec<u8>> {
    let evidence = Evidence::at(out);
    let checkpoint = evidence.checkpoint()?;
    let content = Digest::of(&checkpoint);
    write_whole(&path_of(&evidence, &content).with_extension("checkpoint"), &checkpoint)?;
    Ok(request(&content, nonce))
}

/// Takes in an answer about a checkpoint that was asked about, or about the newest one. A second answer about the same
/// checkpoint is refused: the first one says more.
///
/// # Errors
/// When it does not hold, or is about something else.
pub fn attach(out: &Path, answer: &[u8], trust: &Trust) -> anyhow::Result<Stamped> {
    let evidence = Evidence::at(out);
    let newest = evidence.checkpoint()?;
    let key = evidence.own_key()?;
    let asked = named(&folder(&evidence), "checkpoint").into_iter().filter_map(|path| std::fs::read(path).ok());
    for checkpoint in std::iter::once(newest).chain(asked) {
        let content = Digest::of(&checkpoint);
        let stamp = match verify(answer, &content, None, trust) {
            Err(StampError::OtherContent) => continue,
            verified => verified.context("the answer is not accepted")?,
        };
        let signed = Checkpoint::open(&checkpoint, &[key]).context("what was stamped is no checkpoint of this log")?;
        let stamped = Stamped::new(signed.checkpoint.size, &stamp).context("its time is out of range")?;
        let path = path_of(&evidence, &content);
        if std::fs::read(&path).is_ok_and(|known| known != answer) {
            bail!("this checkpoint has a time stamp: {}", path.display());
        }
        write_whole(&path.with_extension("checkpoint"), &checkpoint)?;
        write_whole(&path, answer)?;
        return Ok(stamped);
    }
    bail!("the answer is about none of the checkpoints of this log that were asked about")
}

/// Files of this ending, in the order of their names.
fn named(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(listed) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = listed.filter_map(|item| Some(item.ok()?.path()));
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|own| own == ending)).collect();
    paths.sort();
    paths
}

/// Holds the time stamps of a folder against its log. One that does not verify is a fault; where stamps are asked for
/// and none is there, that is lacking.
pub fn hold(question: &Question<'_>, trust: Option<&Trust>, verdicts: &mut Verdicts) {
    let answers = named(&folder(question.evidence), "tsr");
    let Some(trust) = trust else {
        if !answers.is_empty() {
            let note = format!("{} time stamps were not looked at: give `--tsa-cert FILE`", answers.len());
            verdicts.notes.push(note);
        }
        return;
    };
    for path in answers {
        match one(question, &path, trust) {
            Ok(stamped) => verdicts.stamped.push(stamped),
            Err(why) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                verdicts.faults.push(format!("stamps/{name}: {why:#}"));
            }
        }
    }
    verdicts.stamped.sort_by(|a, b| (a.entries, a.at, &a.authority).cmp(&(b.entries, b.at, &b.authority)));
    let covered = verdicts.stamped.last().map(|stamped| stamped.entries);
    let size = question.found.checkpoint.as_ref().map(|checkpoint| checkpoint.size);
    match (covered, size) {
        (None, _) => verdicts.lacking.push("no time stamp of an authority holds for this log".to_owned()),
        (Some(covered), Some(size)) if covered < size => {
            verdicts.notes.push(format!("entries from {covered} on are not covered by a time stamp"));
        }
        _ => {}
    }
}

fn one(question: &Question<'_>, path: &Path, trust: &Trust) -> anyhow::Result<Stamped> {
    let answer = std::fs::read(path).context("couldn't be read")?;
    let checkpoint = std::fs::read(path.with_extension("checkpoint")).context("its checkpoint is missing")?;
    let stamp = verify(&answer, &Digest::of(&checkpoint), None, trust)?;
    let mut checked = Verification { checkpoint: question.found.checkpoint.clone(), ..Verification::default() };
    verify_extension(&question.evidence.tiles(), &checkpoint, question.log_keys, &mut checked);
    if let Some(fault) = checked.faults.first() {
        bail!("{fault}");
    }
    let signed = Checkpoint::open(&checkpoint, question.log_keys)?;
    Stamped::new(signed.checkpoint.size, &stamp).context("its time is out of range")
}
