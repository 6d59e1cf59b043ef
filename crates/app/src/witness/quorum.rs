//! The reader's side: have enough witnesses cosigned the log as it lies here, when did they, and what else do the kept
//! checkpoints say.
//!
//! Three questions, and only the first is put by the reader: do enough cosignatures hold for the present checkpoint; does
//! the log still contain what every kept checkpoint stood for; can the clocks of the witnesses all be right.

use super::asking::instant;
use super::kept::Evidence;
use crate::seal::Verdicts;
use anyhow::{Context as _, ensure};
use std::collections::BTreeMap;
use truceline_domain::Timestamp;
use truceline_evidence::checkpoint::{Checkpoint, SignedCheckpoint};
use truceline_evidence::keys::{Algorithm, VerifierKey};
use truceline_evidence::note::Note;
use truceline_evidence::policy::{Policy, PolicyError};
use truceline_evidence::times::{Sighting, review};
use truceline_evidence::verify::{Verification, verify_extension};

/// Clocks of two witnesses may differ by a minute before anything is said.
const CLOCK_TOLERANCE_MS: u64 = 60_000;

/// How the checkpoint is named that the reader brought along.
const BY_READER: &str = "--checkpoint";

/// Whose cosignatures a reader asks for.
#[derive(Clone, Debug, Default)]
pub enum Asked {
    /// Nobody's.
    #[default]
    Nobody,
    /// Those of a policy, which also names the logs that are believed.
    Policy(Policy),
    /// At least so many of these.
    Witnesses {
        /// Keys of witnesses.
        keys: Vec<VerifierKey>,
        /// How many must have cosigned; `None`: all.
        at_least: Option<usize>,
    },
}

/// A cosignature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// Name of the witness.
    pub witness: String,
    /// Entries in the largest checkpoint of this log that it cosigned.
    pub entries: u64,
    /// When it first cosigned that one, by its own clock.
    pub at: Timestamp,
}

impl Asked {
    /// The policy that this comes to, for a log with these keys.
    ///
    /// # Errors
    /// When a key is not one of a witness, or more are asked for than there are.
    pub fn policy(&self, log_keys: &[VerifierKey]) -> anyhow::Result<Option<Policy>> {
        let (keys, at_least) = match self {
            Self::Nobody => return Ok(None),
            Self::Policy(policy) => return Ok(Some(policy.clone())),
            Self::Witnesses { keys, at_least } => (keys, at_least.unwrap_or(keys.len())),
        };
        let n_keys = keys.len();
        ensure!((1..=n_keys).contains(&at_least), "{at_least} cosignatures of {n_keys} witnesses can't be asked for");
        let logs = log_keys.iter().filter(|key| key.algorithm() == Algorithm::Ed25519);
        let mut lines: Vec<String> = logs.map(|key| format!("log {key}")).collect();
        lines.extend(keys.iter().map(|key| format!("witness {} {key}", key.name())));
        let members: Vec<&str> = keys.iter().map(VerifierKey::name).collect();
        // No key is named with a plus.
        lines.push(format!("group +enough {at_least} {}", members.join(" ")));
        lines.push("quorum +enough".to_owned());
        Policy::parse(&lines.join("\n")).map(Some).map_err(|problem| anyhow::anyhow!("{}", problem.what))
    }

    /// The keys of logs that a policy brings along.
    pub fn log_keys(&self) -> Vec<VerifierKey> {
        match self {
            Self::Policy(policy) => policy.logs().iter().map(|known| known.key.clone()).collect(),
            Self::Nobody | Self::Witnesses { .. } => Vec::new(),
        }
    }
}

/// What is held against each other.
pub struct Question<'a> {
    /// Where everything lies.
    pub evidence: &'a Evidence,
    /// The keys of the log that are trusted.
    pub log_keys: &'a [VerifierKey],
    /// What verifying the log found.
    pub found: &'a Verification,
    /// A checkpoint that the reader kept.
    pub kept_by_reader: Option<&'a [u8]>,
}

/// Answers the three questions into the verdicts.
///
/// # Errors
/// When what is asked for makes no sense, or the checkpoint cannot be read.
pub fn hold(question: &Question<'_>, asked: &Asked, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    let policy = asked.policy(question.log_keys)?;
    let witnesses = policy.iter().flat_map(Policy::witnesses).map(|(_, known)| known.key.clone());
    let keys: Vec<VerifierKey> = question.log_keys.iter().cloned().chain(witnesses).collect();
    let seen = seen_before(question, &keys, verdicts);
    let sightings: Vec<Sighting> = seen.iter().flat_map(Sighting::of).collect();
    verdicts.cosigned = newest_of_each(&sightings);
    verdicts.notes.extend(review(sightings, CLOCK_TOLERANCE_MS).iter().map(|note| format!("clock: {note}")));
    match policy {
        Some(policy) => count(question, &policy, verdicts)?,
        None if question.evidence.cosigned().is_some() => verdicts.notes.push(
            "witnesses have cosigned this log: `--policy FILE` or `--witness VKEY` holds their signatures against it"
                .to_owned(),
        ),
        None => {}
    }
    Ok(())
}

/// The checkpoints that were kept and are still contained in the log, with their signatures. One that is not, or whose
/// signatures fail, is a fault.
fn seen_before(question: &Question<'_>, keys: &[VerifierKey], verdicts: &mut Verdicts) -> Vec<SignedCheckpoint> {
    let Question { evidence, found, .. } = question;
    let mut notes: Vec<(Vec<u8>, String)> =
        evidence.kept().into_iter().map(|kept| (kept.bytes, file_name(&kept.path))).collect();
    let shown = evidence.cosigned().filter(|shown| notes.iter().all(|(bytes, _)| bytes != shown));
    notes.extend(shown.map(|bytes| (bytes, "checkpoint.cosigned".to_owned())));
    notes.extend(question.kept_by_reader.map(|bytes| (bytes.to_vec(), BY_READER.to_owned())));
    let tiles = evidence.tiles();
    let mut seen = Vec::new();
    for (note, name) in notes {
        let mut checked = Verification { checkpoint: found.checkpoint.clone(), ..Verification::default() };
        verify_extension(&tiles, &note, keys, &mut checked);
        // What the reader kept was judged with the log itself.
        if name != BY_READER {
            verdicts.faults.extend(checked.faults.iter().map(|fault| format!("{name}: {fault}")));
        }
        if checked.faults.is_empty() {
            seen.extend(Checkpoint::open(&note, keys));
        }
    }
    seen
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(String::new, |name| format!("checkpoints/{}", name.to_string_lossy()))
}

/// Of each witness the largest checkpoint that it cosigned, and when it did first.
fn newest_of_each(sightings: &[Sighting]) -> Vec<Cosigned> {
    let mut newest: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for Sighting { size, time_ms, source } in sightings {
        let known = newest.entry(source).or_insert((*size, *time_ms));
        if *size > known.0 || (*size == known.0 && *time_ms < known.1) {
            *known = (*size, *time_ms);
        }
    }
    let cosigned = |(witness, (entries, time_ms)): (&str, (u64, u64))| Cosigned {
        witness: witness.to_owned(),
        entries,
        at: instant(time_ms / 1000),
    };
    newest.into_iter().map(cosigned).collect()
}

/// Whether enough have cosigned the checkpoint as it is now.
fn count(question: &Question<'_>, policy: &Policy, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    let present = question.evidence.checkpoint()?;
    let text = |note: &[u8]| Note::parse(note).map(|note| note.text().to_owned());
    let stated = text(&present).context("the checkpoint is no signed note")?;
    let cosigned = question.evidence.cosigned();
    let of_present = cosigned.as_ref().filter(|note| text(note).is_ok_and(|text| text == stated));
    let Err(error) = policy.open(of_present.unwrap_or(&present)) else { return Ok(()) };
    let older = cosigned.as_ref().filter(|_| of_present.is_none()).and_then(|note| policy.open(note).ok());
    let size = question.found.checkpoint.as_ref().map(|checkpoint| checkpoint.size);
    let lacking = match (older.map(|signed| signed.checkpoint.size), size) {
        (Some(older), Some(size)) if older < size => format!(
            "enough witnesses have cosigned the first {older} entries, and the {} after them not yet; {error}",
            size - older
        ),
        _ => error.to_string(),
    };
    match error {
        PolicyError::Quorum { .. } => verdicts.lacking.push(lacking),
        PolicyError::Checkpoint(_) => verdicts.faults.push(format!("checkpoint: {lacking}")),
    }
    Ok(())
}
