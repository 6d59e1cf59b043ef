//! `package.json`: what a package holds, for programs, and `bag-info.txt`, which follows from it.

use crate::ingest::CaptureFile;
use serde::{Deserialize, Serialize};
use std::path::Path;
use truceline_domain::Name;

/// Version of the form.
pub const FORM: u32 = 1;

/// What a package holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Version of this form.
    pub form: u32,
    /// Name and version of the program that made it, `truceline 0.1.0`.
    pub made_by: String,
    /// Name of the mission.
    pub mission: String,
    /// The local date.
    pub day: String,
    /// Local midnight at its start (UTC).
    pub from: String,
    /// Local midnight at its end (UTC).
    pub until: String,
    /// The incident that it was made for, if one.
    pub incident: Option<String>,
    /// When it was made (UTC).
    pub exported_at: String,
    /// `open`, or `SEALED` when it holds points of origin.
    pub marking: String,
    /// SHA-256 of `result.json`.
    pub result: String,
    /// SHA-256 of the results that it took the place of, oldest first.
    pub earlier: Vec<String>,
    /// Whether the day came out equal when it was derived again from these captures at the time of the export.
    pub derived_again: bool,
    /// Whether the log holds the export.
    pub is_logged: bool,
    /// Every capture that can touch the day.
    pub captures: Vec<CaptureRecord>,
    /// Files from outside the mission folder.
    pub external: Vec<External>,
}

/// A capture, and everything besides its bytes that decides how it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureRecord {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What the file was called.
    pub name: String,
    /// The source in the register.
    pub source: String,
    /// Who owns it.
    pub owner: String,
    /// The party it concerns, if stated.
    pub party: Option<String>,
    /// Name of the format, if fixed by the feed.
    pub kind: Option<String>,
    /// Time zone of local times in it, if not the mission's.
    pub time_zone: Option<String>,
    /// Size.
    pub bytes: u64,
    /// False when it is withheld because it holds points of origin.
    #[serde(default)]
    pub is_included: bool,
}

/// A file that the mission reads from the shared data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct External {
    /// How `mission.toml` names it.
    pub named: String,
    /// Where it lies under `data/`.
    pub file: String,
}

impl Description {
    /// Captures that are not in the package.
    pub fn withheld(&self) -> impl Iterator<Item = &CaptureRecord> {
        self.captures.iter().filter(|capture| !capture.is_included)
    }

    /// `bag-info.txt`.
    pub fn bag_info(&self, oxum: &str) -> String {
        let date = self.exported_at.get(..10).unwrap_or_default();
        let n_withheld = self.withheld().count();
        format!(
            "Source-Organization: {}\nBagging-Date: {date}\nBag-Software-Agent: {}\nExternal-Identifier: {}\n\
             External-Description: Evidence package: one day of a mission with its result, captures, mission files and proofs\n\
             Internal-Sender-Identifier: {}\nPayload-Oxum: {oxum}\nTruceline-Marking: {}\nTruceline-Withheld-Captures: {n_withheld}\n",
            one_line(&self.mission),
            self.made_by,
            one_line(&self.day),
            self.incident.as_deref().map_or_else(|| "whole day".to_owned(), one_line),
            self.marking,
        )
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl CaptureRecord {
    /// The capture as intake takes it, from the file at `path`.
    pub fn file(&self, path: &Path) -> CaptureFile {
        CaptureFile {
            path: path.to_path_buf(),
            name: self.name.clone(),
            kind: self.kind.clone(),
            source: Name::from(self.source.as_str()),
            owner: Name::from(self.owner.as_str()),
            party: self.party.as_deref().map(Name::from),
            time_zone: self.time_zone.clone(),
        }
    }
}
