//! What a replay leaves behind: one folder for each day, and the period's report and tables above them.
//!
//! ```text
//! OUT/report.html report.json incidents.csv findings.csv   the whole period
//! OUT/problems.jsonl captures.json summary.json log.json
//! OUT/days/2025-04-19/result.json                          sealed by an entry of the log
//! OUT/days/2025-04-19/report.html incidents.geojson …      the daily report
//! OUT/days/2025-04-19/origins.sealed                       points of origin for two roles, if the mission names them
//! OUT/days/2025-04-19/superseded/<sha256>.json             earlier results of that day, kept
//! OUT/evidence/                                            log, captures, public key
//! ```

use crate::derive::WindowResult;
use crate::files::write_whole;
use crate::mission::Mission;
use crate::reporting::{self, Audience, PeriodPick};
use crate::seal::{Entry, Seal, superseded_path};
use crate::sealed_room::SealedRoom;
use crate::wire;
use anyhow::Context as _;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use truceline_domain::{DetectionId, Digest, Problem, SignedDuration, Timestamp};
use truceline_report::Document;

/// A day's result in the forms it is written in.
pub struct Composed {
    result: Vec<u8>,
    documents: Vec<Document>,
}

/// What was read, for the record.
pub struct Inputs<'a> {
    /// Problems of the run itself, such as captures that are missing.
    pub problems: &'a [Problem],
    /// Every capture, with its own problems.
    pub taken: Vec<Value>,
    /// What was adopted and taken in, to be sealed before the results.
    pub entries: Vec<Entry>,
    /// Detections outside the mission's time.
    pub n_outside: u64,
}

/// What the whole came to.
pub struct Finished {
    /// Incidents in all.
    pub n_incidents: u64,
    /// Findings by verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
}

/// The output folder of a replay.
pub struct Output<'m> {
    mission: &'m Mission,
    mission_digest: Digest,
    folder: &'m Path,
    reports: reporting::Reports<'m>,
    period: PeriodPick,
    tables: BTreeMap<String, BufWriter<File>>,
    results: Vec<Entry>,
    /// Days that end after this are not reported to the public yet.
    public_until: Timestamp,
    audience: Audience,
    room: Option<SealedRoom>,
}

impl<'m> Output<'m> {
    /// Ready to write into `folder`.
    pub fn new(mission: &'m Mission, folder: &'m Path, (language, audience): (&str, Audience)) -> Self {
        Self {
            mission,
            mission_digest: mission.digest(),
            folder,
            reports: reporting::Reports::new(mission, (language, audience)),
            period: PeriodPick::default(),
            tables: BTreeMap::new(),
            results: Vec::new(),
            public_until: Timestamp::MAX,
            audience,
            room: None,
        }
    }

    /// The same, keeping points of origin for the roles of this room.
    pub fn with_room(self, room: Option<SealedRoom>) -> Self {
        Self { room, ..self }
    }

    /// Public reports hold back what is younger than the mission's delay at `as_of`.
    pub fn hold_back_after(&mut self, as_of: Timestamp) {
        let delay_s = self.mission.settings.disclosure.public_delay_h * 3_600.0;
        let delay = SignedDuration::try_from_secs_f64(delay_s).unwrap_or(SignedDuration::MAX);
        self.public_until = as_of.checked_sub(delay).unwrap_or(Timestamp::MIN);
    }

    fn is_held_back(&self, result: &WindowResult) -> bool {
        matches!(self.audience, Audience::Public { .. }) && result.window.until > self.public_until
    }

    fn day_folder(&self, result: &WindowResult) -> (String, PathBuf) {
        let date = result.window.from.to_zoned(self.mission.settings.time_zone()).date().to_string();
        let folder = self.folder.join("days").join(&date);
        (date, folder)
    }

    /// Results and documents of a day, not yet written. May run on any thread.
    pub fn compose(&self, result: &WindowResult, unexplained: &[(Timestamp, DetectionId)]) -> Composed {
        let (_, folder) = self.day_folder(result);
        let before = std::fs::read(folder.join("result.json")).ok();
        let before: Option<Value> = before.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let result_bytes = result_bytes((self.mission, result), unexplained, before.as_ref());
        let documents = if self.is_held_back(result) { Vec::new() } else { self.reports.daily(result) };
        Composed { result: result_bytes, documents }
    }

    /// Writes a day and takes it into the period.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_day(&mut self, result: WindowResult, composed: Composed) -> anyhow::Result<()> {
        let (date, folder) = self.day_folder(&result);
        let path = folder.join("result.json");
        let digest = Digest::of(&composed.result);
        if let Some(old) = std::fs::read(&path).ok().filter(|old| Digest::of(old) != digest) {
            // Nothing is deleted: the earlier result stays beside the one that takes its place.
            write_whole(&superseded_path(&path, Digest::of(&old)), &old)?;
        }
        write_whole(&path, &composed.result)?;
        for document in &composed.documents {
            write_whole(&folder.join(&document.file_name), &document.bytes)?;
            if document.file_name.ends_with(".csv") {
                self.append_table(document)?;
            }
        }
        self.results.push(Entry::derived(
            result.window,
            (&format!("days/{date}/result.json"), digest),
            self.mission_digest,
        ));
        if let Some(room) = &self.room {
            self.results.extend(room.keep(self.folder, &date, &result)?);
        }
        if !self.is_held_back(&result) {
            self.period.take(result);
        }
        Ok(())
    }

    /// The period's tables are the days' tables one after the other, under one header.
    fn append_table(&mut self, document: &Document) -> anyhow::Result<()> {
        let first = !self.tables.contains_key(&document.file_name);
        if first {
            let path = self.folder.join(&document.file_name);
            let file = File::create(&path).with_context(|| format!("couldn't write {}", path.display()))?;
            self.tables.insert(document.file_name.clone(), BufWriter::new(file));
        }
        let header_end =
            document.bytes.iter().position(|byte| *byte == b'\n').map_or(document.bytes.len(), |at| at + 1);
        let from = if first { 0 } else { header_end };
        if let Some(table) = self.tables.get_mut(&document.file_name) {
            table.write_all(document.bytes.get(from..).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Writes the period's documents and the record of the input.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self, inputs: &Inputs<'_>, seal: &mut Seal) -> anyhow::Result<Finished> {
        // Sealed first, so that the report states the log that holds its results.
        // All at once: an interruption leaves the log as it was.
        seal.say(&[inputs.entries.as_slice(), self.results.as_slice()].concat())?;
        for table in self.tables.values_mut() {
            table.flush()?;
        }
        let mut problems = Vec::new();
        for problem in inputs.problems {
            writeln!(problems, "{}", wire::problem(problem))?;
        }
        for problem in inputs.taken.iter().filter_map(|t| t.get("problems")).filter_map(Value::as_array).flatten() {
            writeln!(problems, "{problem}")?;
        }
        write_whole(&self.folder.join("problems.jsonl"), &problems)?;
        write_whole(&self.folder.join("captures.json"), pretty(&json!(without_problems(&inputs.taken))).as_bytes())?;
        let facts = reporting::PeriodFacts {
            n_captures: inputs.taken.len(),
            problems: problem_counts(&problems),
            n_outside: inputs.n_outside,
            log: Some(seal.state()),
        };
        for document in self.reports.period(&self.period, &facts) {
            // The days' tables already stand there in full.
            if !self.tables.contains_key(&document.file_name) {
                write_whole(&self.folder.join(&document.file_name), &document.bytes)?;
            }
        }
        let verdicts = self.period.verdicts.clone();
        let summary = json!({
            "form": wire::VERSION,
            "mission": {"name": self.mission.settings.name, "digest": self.mission_digest.to_string()},
            "days": self.period.n_days(),
            "captures": inputs.taken.len(),
            "incidents": self.period.n_incidents,
            "findings": verdicts,
            "outside_the_missions_time": inputs.n_outside,
            "problems": facts.problems,
        });
        write_whole(&self.folder.join("summary.json"), pretty(&summary).as_bytes())?;
        Ok(Finished { n_incidents: self.period.n_incidents, verdicts })
    }
}

/// The bytes of a day's `result.json`, given the result that stood there before, if any.
pub fn result_bytes(
    (mission, result): (&Mission, &WindowResult),
    unexplained: &[(Timestamp, DetectionId)],
    before: Option<&Value>,
) -> Vec<u8> {
    let mut value = wire::window(result, mission);
    if let Value::Object(fields) = &mut value {
        let ids: Vec<String> = unexplained.iter().map(|(_, id)| id.to_string()).collect();
        fields.insert("unexplained".to_owned(), json!(ids));
    }
    if let Some(before) = before {
        carry_history(before, &mut value);
    }
    value.to_string().into_bytes()
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn without_problems(taken: &[Value]) -> Vec<Value> {
    let mut taken = taken.to_vec();
    for value in taken.iter_mut().filter_map(Value::as_object_mut) {
        value.remove("problems");
    }
    taken
}

fn problem_counts(lines: &[u8]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for line in lines.split(|byte| *byte == b'\n') {
        let value: Option<Value> = serde_json::from_slice(line).ok();
        if let Some(code) = value.as_ref().and_then(|value| value.get("code")).and_then(Value::as_str) {
            *counts.entry(code.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Incidents that share a detection with an earlier result of the day, and are not the same, name what they take the
/// place of; an incident that stays keeps the names it had.
fn carry_history(before: &Value, value: &mut Value) {
    let incidents = value.get_mut("incidents").and_then(Value::as_array_mut);
    let Some(incidents) = incidents else { return };
    let current: BTreeSet<String> = incidents.iter().filter_map(|incident| text_of(incident, "id")).collect();
    let mut earlier: BTreeMap<String, Value> = BTreeMap::new();
    let mut old_of: BTreeMap<String, String> = BTreeMap::new();
    for old in before.get("incidents").and_then(Value::as_array).into_iter().flatten() {
        let Some(id) = text_of(old, "id") else { continue };
        if current.contains(&id) {
            earlier.insert(id, old.get("supersedes").cloned().unwrap_or_default());
        } else {
            old_of.extend(detections_of(old).map(|detection| (detection, id.clone())));
        }
    }
    for incident in incidents.iter_mut() {
        let kept = text_of(incident, "id").and_then(|id| earlier.remove(&id));
        let replaced: BTreeSet<String> = detections_of(incident).filter_map(|d| old_of.get(&d).cloned()).collect();
        if let Some(fields) = incident.as_object_mut() {
            fields.insert("supersedes".to_owned(), kept.unwrap_or_else(|| json!(replaced)));
        }
    }
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn detections_of(incident: &Value) -> impl Iterator<Item = String> + '_ {
    let arrivals = incident.get("arrivals").and_then(Value::as_array).into_iter().flatten();
    arrivals.filter_map(|arrival| text_of(arrival, "detection"))
}
