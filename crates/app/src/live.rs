//! A mission as it goes: captures come in one after the other, the days they touch are derived again, everything said is
//! sealed, and the page is told.
//!
//! The engine is one thread's work behind a lock; readers get whole snapshots. Late data derives its day again: an
//! incident that changes is kept and names what took its place.

use crate::derive::{Deriver, Ground, WindowResult, undelivered};
use crate::frames::{self, SignedCapture};
use crate::ingest::{self, CaptureFile};
use crate::located::{self, HeardPick};
use crate::mission::Mission;
use crate::seal::{Entry, LogState, Seal, superseded_path};
use crate::wire;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use truceline_domain::{
    AreaVersion, CoverageStatement, Detection, Digest, EventClass, Finding, Incident, IncidentId, Name, Outage,
    SignedDuration, Span, Timestamp,
};

/// A delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Name, source and format.
    pub file: CaptureFile,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
}

/// An incident with its history.
#[derive(Clone, Debug)]
struct Known {
    incident: Incident,
    known_at: Timestamp,
    superseded_by: Option<IncidentId>,
}

/// One day as derived last.
#[derive(Debug, Default)]
struct DayState {
    findings: Vec<Finding>,
    cases: Vec<truceline_domain::Case>,
}

/// The engine.
pub struct Engine<'m> {
    mission: &'m Mission,
    folder: PathBuf,
    seal: Seal,
    detections: Vec<Detection>,
    /// Picks of ground sensors, and what they came to together by the day that it began in.
    picks: Vec<HeardPick>,
    located: BTreeMap<Timestamp, located::Together>,
    outages: Vec<Outage>,
    areas: Vec<AreaVersion>,
    known: BTreeMap<IncidentId, Known>,
    days: BTreeMap<Timestamp, DayState>,
    coverage: BTreeMap<(Timestamp, EventClass), CoverageStatement>,
    taken: BTreeSet<Digest>,
    /// Sources that delivered anything.
    heard: BTreeSet<Name>,
    /// The capture that each path held last.
    newest: BTreeMap<PathBuf, Digest>,
    signed: Vec<SignedCapture>,
    n_problems: u64,
    n_stream_problems: u64,
    now: Timestamp,
    revision: u64,
}

/// Incidents are looked for this far around a touched day, so that one that began before is seen whole: the longest chain
/// that fusion keeps open is a fire of 72 h, seen again within 14 h.
const AROUND_DAY: SignedDuration = SignedDuration::from_hours(90);

impl<'m> Engine<'m> {
    /// An engine at the beginning of a mission.
    pub fn new(mission: &'m Mission, (folder, seal): (PathBuf, Seal), now: Timestamp) -> Self {
        Self {
            mission,
            folder,
            seal,
            detections: Vec::new(),
            picks: Vec::new(),
            located: BTreeMap::new(),
            outages: Vec::new(),
            areas: Vec::new(),
            known: BTreeMap::new(),
            days: BTreeMap::new(),
            coverage: BTreeMap::new(),
            taken: BTreeSet::new(),
            heard: BTreeSet::new(),
            newest: BTreeMap::new(),
            signed: Vec::new(),
            n_problems: 0,
            n_stream_problems: 0,
            now,
            revision: 0,
        }
    }

    /// Writes the adopted mission into the log.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub fn adopt(&mut self) -> anyhow::Result<()> {
        let entries: Vec<Entry> =
            self.mission.files.iter().map(|file| Entry::adopted(&file.path, file.digest)).collect();
        self.seal.say(&entries)
    }

    /// Forgets what was derived (never what was sealed) and stands at `now` again.
    pub fn rewind(&mut self, now: Timestamp) {
        self.detections.clear();
        self.picks.clear();
        self.located.clear();
        self.outages.clear();
        self.areas.clear();
        self.known.clear();
        self.days.clear();
        self.coverage.clear();
        self.taken.clear();
        self.heard.clear();
        self.newest.clear();
        self.signed.clear();
        self.n_problems = 0;
        self.n_stream_problems = 0;
        self.now = now;
        self.revision += 1;
    }

    /// Where it stands in time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Counts up whenever anything changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Takes deliveries in and derives what they touch; then it is `now`.
    ///
    /// # Errors
    /// When evidence or results cannot be written.
    pub fn advance(&mut self, deliveries: Vec<Delivery>, now: Timestamp) -> anyhow::Result<()> {
        let mut touched: BTreeSet<Timestamp> = BTreeSet::new();
        // Days in which ground sensors heard something new, or something less.
        let mut heard: BTreeSet<Timestamp> = BTreeSet::new();
        let mut entries = Vec::new();
        for delivery in deliveries {
            let digest = Digest::of(&delivery.bytes);
            if !self.taken.insert(digest) {
                continue;
            }
            // A file that grew stands for what it held before: its rows are not counted twice.
            if let Some(before) = self.newest.insert(delivery.file.path.clone(), digest) {
                let (gone, kept): (Vec<Detection>, Vec<Detection>) =
                    std::mem::take(&mut self.detections).into_iter().partition(|d| d.id.capture == before);
                touched.extend(gone.iter().map(|d| self.mission.day_of(d.time.from).from));
                self.detections = kept;
                let (gone, kept): (Vec<HeardPick>, Vec<HeardPick>) =
                    std::mem::take(&mut self.picks).into_iter().partition(|heard| heard.id.capture == before);
                heard.extend(self.days_heard(&gone));
                self.picks = kept;
            }
            self.heard.insert(delivery.file.source.clone());
            self.seal.keep(&delivery.bytes)?;
            let decoded = ingest::decode(self.mission, &delivery.file, (&delivery.bytes, delivery.received_at));
            let said = Entry::captured(
                &delivery.file.name,
                (delivery.file.source.as_str(), decoded.kind),
                (digest, delivery.bytes.len() as u64),
            );
            entries.push(said.received_at(delivery.received_at));
            self.n_problems += decoded.problems.total();
            if self.is_repeated(decoded.signed) {
                continue;
            }
            touched.extend(decoded.detections.iter().map(|d| self.mission.day_of(d.time.from).from));
            touched.extend(decoded.outages.iter().map(|o| self.mission.day_of(o.span.from).from));
            self.coverage.clear();
            heard.extend(self.days_heard(&decoded.picks));
            if !self.picks.is_empty() {
                heard.extend(decoded.outages.iter().map(|o| self.mission.day_of(o.span.from).from));
            }
            self.picks.extend(decoded.picks);
            self.detections.extend(decoded.detections);
            self.outages.extend(decoded.outages);
            self.areas.extend(decoded.areas);
        }
        self.n_stream_problems = frames::streams(&self.signed).problems.len() as u64;
        self.now = now;
        touched.insert(self.mission.day_of(now).from);
        self.seal.say(&entries)?;
        self.locate(&heard);
        touched.extend(heard);
        self.derive(&touched)?;
        self.revision += 1;
        Ok(())
    }

    /// The days that these picks can say something new about.
    fn days_heard(&self, picks: &[HeardPick]) -> BTreeSet<Timestamp> {
        picks.iter().flat_map(|heard| located::days_around(self.mission, heard.pick.at)).map(|day| day.from).collect()
    }

    /// Locates again what began in these days.
    fn locate(&mut self, days: &BTreeSet<Timestamp>) {
        for day in days {
            let day = self.mission.day_of(*day);
            let found = located::located_in(self.mission, day, (&self.picks, &self.outages));
            self.located.insert(day.from, found);
        }
    }

    /// Notes a signed capture; true when its frame was taken in before under other bytes.
    fn is_repeated(&mut self, signed: Option<SignedCapture>) -> bool {
        let Some(signed) = signed else { return false };
        let is_repeated = self.signed.iter().any(|known| known.frame == signed.frame);
        self.signed.push(signed);
        is_repeated
    }

    fn derive(&mut self, touched: &BTreeSet<Timestamp>) -> anyhow::Result<()> {
        let mut outages = self.outages.clone();
        outages.extend(undelivered(self.mission, self.heard.iter()));
        let deriver = Deriver::new(self.mission, self.areas.clone(), outages);
        let ground = deriver.ground();
        let mut entries = Vec::new();
        let span = self.mission.span();
        for start in touched.iter().filter(|start| span.contains(**start)) {
            let day = self.mission.day_of(*start);
            let incidents = self.fused(&deriver, day);
            let incidents = self.note_changes(day, incidents);
            let window = Span { from: day.from, until: day.until.min(self.now).max(day.from) };
            let result = deriver.window(&ground, window, incidents);
            entries.extend(self.keep_result(&result)?);
            self.days.insert(day.from, DayState { findings: result.findings, cases: result.cases });
        }
        self.seal.say(&entries)?;
        self.cover(&deriver, &ground);
        Ok(())
    }

    /// Incidents that begin in a day.
    fn fused(&self, deriver: &Deriver<'_>, day: Span) -> Vec<Incident> {
        let around = Span {
            from: day.from.checked_sub(AROUND_DAY).unwrap_or(Timestamp::MIN),
            until: day.until.checked_add(AROUND_DAY).unwrap_or(Timestamp::MAX),
        };
        let is_explained = |id| self.located.values().any(|together| together.explained.contains(id));
        let alone = self.detections.iter().filter(|detection| !is_explained(&detection.id));
        let all = alone.chain(self.located.values().flat_map(|together| &together.located));
        let near = all.filter(|detection| around.contains(detection.time.from)).cloned();
        let parameters = truceline_fusion::Parameters::default();
        let fused = truceline_fusion::fuse(near.collect(), deriver.controls(), &parameters);
        fused.incidents.into_iter().filter(|incident| day.contains(incident.time.from)).collect()
    }

    /// Notes which incidents of a day are new, and which took the place of others.
    fn note_changes(&mut self, day: Span, incidents: Vec<Incident>) -> Vec<Incident> {
        let is_current = |known: &Known| known.superseded_by.is_none() && day.contains(known.incident.time.from);
        let old: Vec<Incident> = self.known.values().filter(|k| is_current(k)).map(|k| k.incident.clone()).collect();
        let incidents = truceline_fusion::supersede(&old, incidents);
        let current: BTreeSet<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
        for incident in &incidents {
            for replaced in &incident.supersedes {
                if let Some(known) = self.known.get_mut(replaced) {
                    known.superseded_by = Some(incident.id);
                }
            }
            let known_at = self.known.get(&incident.id).map_or(self.now, |known| known.known_at);
            let known = Known { incident: incident.clone(), known_at, superseded_by: None };
            self.known.insert(incident.id, known);
        }
        // Without any heir its detections went to a neighbouring day's incident; the nearest in time stands for it.
        let heir = incidents.iter().map(|incident| incident.id).next();
        for gone in old.iter().filter(|old| !current.contains(&old.id)) {
            if let Some(known) = self.known.get_mut(&gone.id).filter(|known| known.superseded_by.is_none()) {
                known.superseded_by = heir.or(Some(gone.id));
            }
        }
        incidents
    }

    /// Writes a day's result; an earlier one that differs stays beside it.
    fn keep_result(&self, result: &WindowResult) -> anyhow::Result<Option<Entry>> {
        let date = result.window.from.to_zoned(self.mission.settings.time_zone()).date();
        let name = format!("days/{date}/result.json");
        let path = self.folder.join(&name);
        let bytes = wire::window(result, self.mission).to_string().into_bytes();
        let digest = Digest::of(&bytes);
        match std::fs::read(&path) {
            Ok(old) if Digest::of(&old) == digest => return Ok(None),
            Ok(old) => crate::files::write_whole(&superseded_path(&path, Digest::of(&old)), &old)?,
            Err(_) => {}
        }
        crate::files::write_whole(&path, &bytes)?;
        Ok(Some(Entry::derived(result.window, (&name, digest), self.mission.digest())))
    }

    /// Coverage hour by hour up to now; hours already stated stay unless a capture changed something.
    fn cover(&mut self, deriver: &Deriver<'_>, ground: &Ground<'_>) {
        let Some(span) = self.mission.settings.span else { return };
        let mut from = span.from;
        while let Ok(until) = from.checked_add(SignedDuration::from_hours(1)) {
            if until > self.now || until > span.until {
                break;
            }
            let window = Span { from, until };
            if !self.coverage.contains_key(&(from, EventClass::Shelling)) {
                let detected = self.detected_in(window);
                let stated = deriver.mission_coverage(ground, window, &detected);
                self.coverage.extend(stated.into_iter().map(|statement| ((from, statement.class), statement)));
            }
            from = until;
        }
    }

    fn detected_in(&self, window: Span) -> BTreeMap<EventClass, u64> {
        let mut detected = BTreeMap::new();
        let current = self.known.values().filter(|known| known.superseded_by.is_none());
        for known in current.filter(|known| window.contains(known.incident.time.midpoint())) {
            *detected.entry(known.incident.class).or_default() += 1;
        }
        detected
    }

    /// Name, size and root of the log.
    pub fn log(&self) -> LogState {
        self.seal.state()
    }

    /// The state as the page gets it.
    pub fn state(&self, (playing, speed): (bool, f64)) -> Value {
        let log = self.log();
        let findings = self.days.values().flat_map(|day| &day.findings);
        let cases = self.days.values().flat_map(|day| &day.cases);
        json!({
            "revision": self.revision,
            "now": self.now.to_string(),
            "playing": playing,
            "speed": speed,
            "incidents": self.known.values().map(incident).collect::<Vec<_>>(),
            "findings": findings.map(|f| wire::finding(f, self.mission.sentence_of(&f.clause.rule))).collect::<Vec<_>>(),
            "coverage": self.coverage.values().map(wire::coverage).collect::<Vec<_>>(),
            "cases": cases.map(|case| case_with_opening(case, &self.known)).collect::<Vec<_>>(),
            "log": {"origin": log.origin, "size": log.size, "root": log.root},
            "problems": self.n_problems + self.n_stream_problems,
        })
    }
}

fn incident(known: &Known) -> Value {
    let mut value = wire::incident(&known.incident);
    if let Value::Object(fields) = &mut value {
        fields.insert("known_at".to_owned(), json!(known.known_at.to_string()));
        let replaced = known.incident.supersedes.first().map(ToString::to_string);
        fields.insert("supersedes".to_owned(), json!(replaced));
        fields.insert("superseded_by".to_owned(), json!(known.superseded_by.map(|id| id.to_string())));
    }
    value
}

fn case_with_opening(case: &truceline_domain::Case, known: &BTreeMap<IncidentId, Known>) -> Value {
    let mut value = wire::case(case);
    if let Value::Object(fields) = &mut value {
        let opened_at = known.get(&case.incident).map(|known| known.known_at.to_string());
        fields.insert("opened_at".to_owned(), json!(opened_at));
    }
    value
}
