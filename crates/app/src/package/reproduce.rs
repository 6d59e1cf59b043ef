//! Derives the day of a package again and compares it with the sealed result, byte for byte.

use super::description::Description;
use super::export::made_by;
use super::{again, check};
use crate::ingest::CaptureFile;
use crate::mission;
use crate::seal::Trust;
use crate::witness::quorum::Asked;
use anyhow::Context as _;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use truceline_domain::Span;

/// What a reproduction came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same bytes.
    Equal,
    /// What differs, in plain sentences.
    Differs(Vec<String>),
    /// These captures, by name, are not in the package.
    Withheld(Vec<String>),
    /// The package is not what the log says; nothing was derived.
    NotSound(Vec<String>),
}

/// A reproduction.
#[derive(Debug)]
pub struct Reproduction {
    /// What it came to.
    pub outcome: Outcome,
    /// The day.
    pub day: String,
    /// Name and version of the program that made the package.
    pub made_by: String,
    /// Name and version of this program.
    pub this: String,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Verifies the package, then derives its day again.
///
/// # Errors
/// When the folder cannot be read.
pub fn reproduce(folder: &Path, keys: &[String]) -> anyhow::Result<Reproduction> {
    let verdicts = check::verify(folder, Trust { keys, kept: None, witnesses: &Asked::Nobody, authorities: None })?;
    let data = folder.join("data");
    let description = std::fs::read(data.join("package.json")).context("there is no data/package.json")?;
    let description: Option<Description> = serde_json::from_slice(&description).ok();
    let told = |pick: fn(&Description) -> &String| description.as_ref().map(pick).cloned().unwrap_or_default();
    let (day, made) = (told(|d| &d.day), told(|d| &d.made_by));
    let outcome = match description.filter(|_| verdicts.faults.is_empty()) {
        None => Outcome::NotSound(verdicts.faults),
        Some(description) => outcome(&data, &description)?,
    };
    Ok(Reproduction { outcome, day, made_by: made, this: made_by(), notes: verdicts.notes })
}

fn outcome(data: &Path, description: &Description) -> anyhow::Result<Outcome> {
    let withheld: Vec<String> = description.withheld().map(|capture| capture.name.clone()).collect();
    if !withheld.is_empty() {
        return Ok(Outcome::Withheld(withheld));
    }
    let (mission, problems) = mission::read_with(&data.join("mission"), &data.join("external"));
    if mission::has_errors(&problems) {
        let said = problems.iter().filter(|p| p.severity == truceline_domain::Severity::Error);
        return Ok(Outcome::Differs(said.map(|p| format!("the mission cannot be read: {}", p.message)).collect()));
    }
    let at = |capture: &super::description::CaptureRecord| capture.file(&data.join("captures").join(&capture.sha256));
    let captures: Vec<CaptureFile> = description.captures.iter().map(at).collect();
    let day = Span {
        from: description.from.parse().context("package.json has no window")?,
        until: description.until.parse().context("package.json has no window")?,
    };
    let before = description.earlier.last().map(|sha256| json_of(&data.join("earlier").join(format!("{sha256}.json"))));
    let derived = again::derive_day(&mission, (&captures, day), before.as_ref())?;
    let sealed = std::fs::read(data.join("result.json")).context("couldn't read data/result.json")?;
    if derived == sealed {
        return Ok(Outcome::Equal);
    }
    let parsed = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    Ok(Outcome::Differs(differences(&parsed(&sealed), &parsed(&derived))))
}

fn json_of(path: &Path) -> Value {
    std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// What differs between the sealed result and the one derived again, part by part.
fn differences(sealed: &Value, derived: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["incidents", "findings", "cases"] {
        let (before, after) = (by_id(sealed, part), by_id(derived, part));
        let word = part.trim_end_matches('s');
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for id in ids {
            match (before.get(id), after.get(id)) {
                (Some(a), Some(b)) if a == b => {}
                (Some(a), Some(b)) => found.push(format!("{word} {id}: differs in {}", changed_keys(a, b).join(", "))),
                (Some(_), None) => found.push(format!("{word} {id}: is sealed, and is not derived again")),
                (None, _) => found.push(format!("{word} {id}: is derived again, and is not in the sealed result")),
            }
        }
    }
    let keys = changed_keys(sealed, derived);
    let others = keys.into_iter().filter(|key| !["incidents", "findings", "cases"].contains(&key.as_str()));
    found.extend(others.map(|key| format!("`{key}` differs")));
    if found.is_empty() {
        found.push("the same values are written in another order or form".to_owned());
    }
    found
}

fn by_id<'v>(value: &'v Value, part: &str) -> BTreeMap<String, &'v Value> {
    let items = value.get(part).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| Some((item.get("id")?.as_str()?.to_owned(), item))).collect()
}

fn changed_keys(a: &Value, b: &Value) -> Vec<String> {
    let (Some(a), Some(b)) = (a.as_object(), b.as_object()) else { return Vec::new() };
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    keys.into_iter().filter(|key| a.get(*key) != b.get(*key)).cloned().collect()
}
