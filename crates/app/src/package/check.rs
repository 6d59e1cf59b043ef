//! Verifies a package: the bag is whole, every proof holds, and every file is what an entry of the log says it is.

use super::bag;
use super::bagged::Files;
use super::description::Description;
use super::proofs::LoggedEntry;
use crate::seal::{Trust, Verdicts, trusted_keys};
use crate::witness::quorum::Asked;
use anyhow::Context as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use truceline_domain::{Canonical, Digest};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::VerifierKey;
use truceline_evidence::proof::EntryProof;

/// Verifies a package. With no trusted key, the one inside is used and said to be unconfirmed. A checkpoint that the
/// reader kept is held against the one inside as far as two checkpoints alone can tell.
///
/// # Errors
/// When the folder cannot be read, or cosignatures of witnesses are asked for: a package carries none.
pub fn verify(folder: &Path, trust: Trust<'_>) -> anyhow::Result<Verdicts> {
    let nobody = matches!(trust.witnesses, Asked::Nobody);
    anyhow::ensure!(nobody, "a package carries no cosignatures of witnesses: ask them of the folder of evidence");
    anyhow::ensure!(
        trust.authorities.is_none(),
        "a package carries no time stamps: ask them of the folder of evidence"
    );
    let files = Files::below(folder)?;
    let data = folder.join("data");
    let description = std::fs::read(data.join("package.json")).ok();
    let description: Option<Description> = description.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let faults = bag::faults(&files, |oxum| description.as_ref().map(|d| d.bag_info(oxum)));
    let mut verdicts = Verdicts { faults, ..Verdicts::default() };
    let Some(description) = description else {
        verdicts.faults.push("data/package.json: is missing or cannot be read".to_owned());
        return Ok(verdicts);
    };
    let keys = match trusted_keys(&data, trust, &mut verdicts) {
        Err(error) if !trust.keys.is_empty() => return Err(error),
        Err(error) => {
            verdicts.faults.push(format!("data/log.vkey: {error:#}"));
            return Ok(verdicts);
        }
        Ok(keys) => keys,
    };
    let entries = proved_entries((&data, &files), &keys, &mut verdicts)?;
    if let Some(old) = trust.kept {
        compare_checkpoints((&data, old), &keys, &mut verdicts)?;
    }
    verdicts.size = Some(entries.len() as u64);
    let held = Held { files: &files, description: &description, entries: &entries };
    held.mission(&mut verdicts.faults);
    held.results(&mut verdicts);
    held.captures(&data, &mut verdicts);
    held.contents(&data, &mut verdicts);
    Ok(verdicts)
}

/// Every entry under `proofs/` whose proof holds. All proofs must rest on the one checkpoint of the package.
fn proved_entries(
    (data, files): (&Path, &Files),
    keys: &[VerifierKey],
    verdicts: &mut Verdicts,
) -> anyhow::Result<Vec<LoggedEntry>> {
    let checkpoint = std::fs::read(data.join("proofs/checkpoint")).unwrap_or_default();
    let mut entries = Vec::new();
    for (path, _) in files.under("proofs/") {
        let Some(name) = path.strip_suffix(".tlog-proof") else {
            let proof = path.strip_suffix(".entry").map(|name| format!("proofs/{name}.tlog-proof"));
            if path != "checkpoint" && proof.is_none_or(|proof| files.digest_of(&proof).is_none()) {
                verdicts.faults.push(format!("data/proofs/{path}: belongs to no proof"));
            }
            continue;
        };
        let at = |ending: &str| data.join("proofs").join(format!("{name}.{ending}"));
        let proof = std::fs::read(at("tlog-proof")).with_context(|| format!("couldn't read {path}"))?;
        let entry = std::fs::read(at("entry")).unwrap_or_default();
        let proved = EntryProof::parse(&proof).and_then(|proof| proof.verify(&entry, keys).map(|_| proof));
        match proved {
            Ok(proof) if proof.checkpoint == checkpoint => entries.push(LoggedEntry::new(proof.index, entry)),
            Ok(_) => {
                verdicts
                    .faults
                    .push(format!("data/proofs/{path}: rests on another checkpoint than data/proofs/checkpoint"));
            }
            Err(error) => verdicts.faults.push(format!("data/proofs/{path}: {error}")),
        }
    }
    if let Err(error) = Checkpoint::open(&checkpoint, keys) {
        verdicts.faults.push(format!("data/proofs/checkpoint: {error}"));
    }
    Ok(entries)
}

fn compare_checkpoints(
    (data, old): (&Path, &[u8]),
    keys: &[VerifierKey],
    verdicts: &mut Verdicts,
) -> anyhow::Result<()> {
    let old = Checkpoint::open(old, keys).context("the kept checkpoint is not accepted")?.checkpoint;
    let Ok(new) = std::fs::read(data.join("proofs/checkpoint"))
        .map_err(drop)
        .and_then(|bytes| Checkpoint::open(&bytes, keys).map_err(drop))
    else {
        return Ok(());
    };
    let new = new.checkpoint;
    if old.origin != new.origin || (old.size == new.size && old.root != new.root) {
        verdicts.faults.push("data/proofs/checkpoint: contradicts the checkpoint that you kept".to_owned());
    } else if old.size != new.size {
        let note = "a package cannot show that the log still continues the checkpoint that you kept: ask for the log";
        verdicts.notes.push(note.to_owned());
    }
    Ok(())
}

/// Files held against the entries that are proved.
struct Held<'a> {
    files: &'a Files,
    description: &'a Description,
    entries: &'a [LoggedEntry],
}

impl Held<'_> {
    fn says(&self, kind: &str, content: Digest) -> Option<&LoggedEntry> {
        self.entries.iter().find(|entry| entry.says(kind, content))
    }

    /// Every mission file is one that was adopted, and together they are those of the result.
    fn mission(&self, faults: &mut Vec<String>) {
        let mut whole = Canonical::new("mission/1");
        for (path, digest) in self.files.under("mission/") {
            whole = whole.text(path).bytes(&digest.0);
            let adopted = self.entries.iter().any(|e| e.says("adopted", digest) && e.text("path") == path);
            if !adopted {
                faults.push(format!("data/mission/{path}: is not what the log says was adopted"));
            }
        }
        for entry in self.entries.iter().filter(|entry| entry.text("kind") == "adopted") {
            let path = format!("mission/{}", entry.text("path"));
            if self.files.digest_of(&path).is_none() {
                faults.push(format!("data/{path}: is missing; the log says it was adopted"));
            }
        }
        let derived = Digest::from_hex(&self.description.result).and_then(|digest| self.says("derived", digest));
        let stated = derived.map(|entry| entry.text("mission").to_owned());
        if stated.is_some_and(|stated| stated != format!("sha256:{}", whole.digest())) {
            faults.push("data/mission: is not the mission that the day was derived with".to_owned());
        }
    }

    fn results(&self, verdicts: &mut Verdicts) {
        let Description { result, earlier, day, from, until, .. } = self.description;
        let path = format!("days/{day}/result.json");
        let files = earlier.iter().map(|sha256| (format!("earlier/{sha256}.json"), sha256));
        for (file, sha256) in files.chain([("result.json".to_owned(), result)]) {
            let actual = self.files.digest_of(&file);
            let entry = actual.and_then(|digest| self.says("derived", digest));
            let fits = |entry: &LoggedEntry| {
                entry.text("path") == path && entry.text("from") == from && entry.text("until") == until
            };
            match (actual, entry) {
                (None, _) => verdicts.faults.push(format!("data/{file}: is missing")),
                (Some(digest), Some(entry)) if digest.to_string() == *sha256 && fits(entry) => verdicts.n_results += 1,
                (Some(_), _) => {
                    verdicts.faults.push(format!("data/{file}: is not what the log says was derived for {day}"));
                }
            }
        }
        for (file, _) in self.files.under("earlier/") {
            if !earlier.iter().any(|sha256| file.strip_suffix(".json") == Some(sha256)) {
                verdicts.faults.push(format!("data/earlier/{file}: is not named by package.json"));
            }
        }
    }

    fn captures(&self, data: &Path, verdicts: &mut Verdicts) {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for capture in &self.description.captures {
            let file = format!("captures/{}", capture.sha256);
            let named = Digest::from_hex(&capture.sha256);
            let actual = self.files.digest_of(&file);
            let entry = named.and_then(|digest| self.says("captured", digest));
            known.insert(&capture.sha256);
            let is_as_named = if capture.is_included { actual == named } else { actual.is_none() };
            match entry {
                Some(entry) if is_as_named && entry.text("name") == capture.name => {
                    verdicts.n_captures += u64::from(capture.is_included);
                }
                _ if capture.is_included && actual.is_none() => {
                    verdicts.faults.push(format!("data/{file}: is missing"))
                }
                _ => verdicts.faults.push(format!("data/{file}: is not what the log says was captured")),
            }
        }
        for (file, _) in self.files.under("captures/").filter(|(file, _)| !known.contains(file)) {
            verdicts.faults.push(format!("data/captures/{file}: is not named by package.json"));
        }
        for short in captures_of(data) {
            if !known.iter().any(|sha256| sha256.starts_with(&short)) {
                verdicts
                    .faults
                    .push(format!("data/result.json: rests on capture {short}, which the package does not hold"));
            }
        }
        let n_withheld = self.description.withheld().count();
        if n_withheld > 0 {
            let note = format!("{n_withheld} captures are withheld because they hold points of origin of fire");
            verdicts.notes.push(note);
        }
    }

    /// The list of contents is right, and is the one that the log says was exported.
    fn contents(&self, data: &Path, verdicts: &mut Verdicts) {
        let text = std::fs::read_to_string(data.join("contents.txt")).unwrap_or_default();
        let actual: BTreeMap<&str, Digest> =
            self.files.under("").filter(|(path, _)| !path.starts_with("proofs/") && *path != "contents.txt").collect();
        let listed = bag::read_manifest(&text).unwrap_or_default();
        let paths: BTreeSet<&str> = actual.keys().copied().chain(listed.keys().map(String::as_str)).collect();
        for path in paths.into_iter().filter(|path| actual.get(path) != listed.get(*path)) {
            verdicts.faults.push(format!("data/{path}: is not what data/contents.txt lists"));
        }
        let is_proved = self.says("exported", Digest::of(text.as_bytes())).is_some();
        match (self.description.is_logged, is_proved) {
            (_, true) => {}
            (true, false) => {
                verdicts.faults.push("data/contents.txt: is not what the log says was exported".to_owned());
            }
            (false, false) => verdicts.notes.push(
                "the export is not in the log: README, custody and files from outside the mission folder are vouched for by \
                 the manifests alone"
                    .to_owned(),
            ),
        }
    }
}

/// The captures that the result's detections come from, by the first digits of their digests.
fn captures_of(data: &Path) -> BTreeSet<String> {
    let value = std::fs::read(data.join("result.json")).ok();
    let value: Value = value.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let arrivals = list(&value, "incidents").into_iter().flat_map(|incident| list(&incident, "arrivals"));
    let arrived = arrivals.filter_map(|arrival| arrival.get("detection").cloned());
    let detections = arrived.chain(list(&value, "unexplained"));
    detections.filter_map(|id| Some(id.as_str()?.split_once(':')?.0.to_owned())).collect()
}
