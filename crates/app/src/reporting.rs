//! From results to the report room's snapshots: daily reports, the report of a whole period, single reports on demand.

use crate::derive::{Deriver, WindowResult, undelivered};
use crate::ingest;
use crate::mission::Mission;
use crate::progress::Progress;
use crate::seal;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::PathBuf;
use truceline_domain::{CoverageStatement, CoverageWording, Finding, Incident, Name, Severity, Span, Subject, Verdict};
pub use truceline_report::Audience;
use truceline_report::{ClauseText, DayCount, Document, Language, MapBase, PeriodCounts, Snapshot, kind_named};

/// Everything of a mission that all its reports share, made ready once.
pub struct Reports<'m> {
    mission: &'m Mission,
    about: truceline_report::Mission,
    map: MapBase,
    clauses: Vec<ClauseText>,
    language: Language,
    audience: Audience,
}

/// What a period's report says besides its incidents.
pub struct PeriodFacts {
    /// Captures taken in.
    pub n_captures: usize,
    /// Problems by code.
    pub problems: BTreeMap<String, u64>,
    /// Detections outside the mission's time.
    pub n_outside: u64,
    /// Where the log stood.
    pub log: Option<seal::LogState>,
}

/// Incidents that a period's report lists at most; all of them stand in the tables.
const LISTED_MAX: usize = 2_000;

/// A period as it grows day by day, with bounded memory: numbers of every day, and the weightiest incidents.
#[derive(Default)]
pub struct PeriodPick {
    days: Vec<DayCount>,
    incidents: Vec<(Option<Verdict>, Incident)>,
    findings: BTreeMap<truceline_domain::IncidentId, Vec<Finding>>,
    window_findings: Vec<Finding>,
    coverage: Vec<CoverageStatement>,
    /// Incidents in all.
    pub n_incidents: u64,
    /// Findings by verdict word.
    pub verdicts: BTreeMap<&'static str, u64>,
}

impl PeriodPick {
    /// Number of days.
    pub fn n_days(&self) -> usize {
        self.days.len()
    }

    /// Takes the next day.
    pub fn take(&mut self, result: WindowResult) {
        let incidents: Vec<&Incident> = result.incidents.iter().collect();
        let findings: Vec<&Finding> = result.findings.iter().collect();
        let counts = PeriodCounts::of(result.window, &incidents, &findings);
        let wording = day_wording(&result.coverage);
        self.days.push(DayCount { counts, wording });
        self.n_incidents += result.incidents.len() as u64;
        for finding in &result.findings {
            *self.verdicts.entry(finding.verdict.word()).or_default() += 1;
        }
        self.coverage.extend(result.coverage);
        self.keep(result.incidents, result.findings);
    }

    fn keep(&mut self, incidents: Vec<Incident>, findings: Vec<Finding>) {
        let mut by_incident: BTreeMap<_, Vec<Finding>> = BTreeMap::new();
        for finding in findings {
            match finding.subject {
                Subject::Incident(id) => by_incident.entry(id).or_default().push(finding),
                Subject::Window { .. } => self.window_findings.push(finding),
            }
        }
        for incident in incidents {
            let findings = by_incident.remove(&incident.id).unwrap_or_default();
            let weight = findings.iter().map(|finding| finding.verdict).max();
            self.findings.insert(incident.id, findings);
            self.incidents.push((weight, incident));
        }
        if self.incidents.len() > 2 * LISTED_MAX {
            self.cut();
        }
    }

    /// Drops the lightest, latest first.
    fn cut(&mut self) {
        self.incidents
            .sort_by(|(a_weight, a), (b_weight, b)| (b_weight, a.time.from, a.id).cmp(&(a_weight, b.time.from, b.id)));
        for (_, dropped) in self.incidents.split_off(LISTED_MAX.min(self.incidents.len())) {
            self.findings.remove(&dropped.id);
        }
    }

    fn span(&self) -> Option<Span> {
        let first = self.days.first()?.counts.span;
        let last = self.days.last()?.counts.span;
        Span::new(first.from, last.until)
    }
}

impl<'m> Reports<'m> {
    /// Ready to report on a mission.
    pub fn new(mission: &'m Mission, (language, audience): (&str, Audience)) -> Self {
        Self {
            mission,
            about: about(mission),
            map: MapBase::new(&mission.lines, &mission.areas, mission.bounds_deg()),
            clauses: clauses(mission),
            language: Language::from_code(language).unwrap_or_default(),
            audience,
        }
    }

    fn snapshot(&self, period: Span) -> Snapshot<'_> {
        let mut snapshot = Snapshot::new(&self.about, &self.map, period);
        snapshot.language = self.language;
        snapshot.audience = self.audience;
        snapshot.clauses = &self.clauses;
        snapshot
    }

    /// The daily report of a window.
    pub fn daily(&self, result: &WindowResult) -> Vec<Document> {
        self.compose("daily", self.of_window(result))
    }

    fn of_window<'r>(&'r self, result: &'r WindowResult) -> Snapshot<'r> {
        let mut snapshot = self.snapshot(result.window);
        snapshot.incidents = result.incidents.iter().collect();
        snapshot.findings = result.findings.iter().collect();
        snapshot.coverage = result.coverage.iter().collect();
        snapshot
    }

    fn compose(&self, kind: &str, snapshot: Snapshot<'_>) -> Vec<Document> {
        kind_named(kind).map(|kind| kind.compose(&snapshot)).unwrap_or_default()
    }

    /// The report of a whole period, and the book of guarantees beside it.
    pub fn period(&self, pick: &PeriodPick, facts: &PeriodFacts) -> Vec<Document> {
        let period = pick.span().or(self.mission.settings.span).unwrap_or(Span::ALWAYS);
        let mut snapshot = self.snapshot(period);
        snapshot.incidents = pick.incidents.iter().map(|(_, incident)| incident).collect();
        snapshot.findings = pick.findings.values().flatten().chain(&pick.window_findings).collect();
        let coverage = coverage_over(&pick.coverage, period);
        snapshot.coverage = coverage.iter().collect();
        snapshot.commitments = &self.mission.commitments;
        snapshot.problems = facts.problems.iter().map(|(code, n)| (code.clone(), *n)).collect();
        if facts.n_outside > 0 {
            snapshot.problems.push(("outside_the_missions_time".to_owned(), facts.n_outside));
        }
        snapshot.days.clone_from(&pick.days);
        snapshot.n_captures = facts.n_captures as u64;
        snapshot.log = facts.log.as_ref().map(|log| truceline_report::LogState {
            origin: log.origin.clone(),
            size: log.size,
            root: log.root.clone(),
        });
        self.compose("daily", snapshot)
    }
}

/// What a day's silence was worth: the least over the classes that anyone watches; not monitored when nobody does.
fn day_wording(coverage: &[CoverageStatement]) -> Option<CoverageWording> {
    let watched = coverage.iter().map(|statement| statement.wording).filter(|w| *w != CoverageWording::NotMonitored);
    watched.max().or_else(|| coverage.first().map(|statement| statement.wording))
}

/// Statements of single days put together for a period: shares and means weighted by time, the worst kept.
fn coverage_over(statements: &[CoverageStatement], period: Span) -> Vec<CoverageStatement> {
    let mut by_class: BTreeMap<_, Vec<&CoverageStatement>> = BTreeMap::new();
    for statement in statements {
        by_class.entry(statement.class).or_default().push(statement);
    }
    by_class.into_values().filter_map(|of_class| truceline_coverage::joined(&of_class, period)).collect()
}

fn about(mission: &Mission) -> truceline_report::Mission {
    let settings = &mission.settings;
    let party = |party: &crate::mission::Party| truceline_report::Party {
        id: party.id.clone(),
        display_name: party.name.clone(),
    };
    truceline_report::Mission {
        name: settings.name.clone(),
        description: settings.description.clone(),
        fictional: settings.fictional,
        time_zone: settings.time_zone(),
        time_zone_name: settings.time_zone_name.clone(),
        parties: settings.parties.iter().map(party).collect(),
        credits: settings.credits.clone(),
        agreement_version: settings.agreement.as_ref().map(|(_, _, version)| version.clone()).unwrap_or_default(),
        digest: mission.digest(),
    }
}

fn clauses(mission: &Mission) -> Vec<ClauseText> {
    let rules =
        |eid: &Name| mission.rules_of(eid).map(|rule| (rule.clone(), mission.sentence_of(rule).to_owned())).collect();
    let clause = |clause: &truceline_terms::Clause| ClauseText {
        eid: clause.eid.clone(),
        heading: clause.heading.clone(),
        text: clause.text.clone(),
        rules: rules(&clause.eid),
    };
    mission.agreement.clauses.iter().filter(|clause| clause.is_leaf).map(clause).collect()
}

/// One report on demand.
pub struct ReportRequest {
    /// Name of the kind.
    pub kind: String,
    /// Files or folders to take in; empty for the mission's own feeds.
    pub captures: Vec<PathBuf>,
    /// The local day of a daily report; the whole period when not set.
    pub day: Option<jiff::civil::Date>,
    /// The incident of an incident sheet.
    pub incident: Option<String>,
    /// Language code.
    pub language: String,
    /// Who it is for.
    pub audience: Audience,
}

/// Derives and writes one report.
///
/// # Errors
/// When there is no such kind, day or incident.
pub fn one(mission: &Mission, request: &ReportRequest, progress: &Progress) -> anyhow::Result<Vec<Document>> {
    let kinds: Vec<&str> = truceline_report::KINDS.iter().map(|kind| kind.name()).collect();
    anyhow::ensure!(
        kinds.contains(&request.kind.as_str()),
        "no report `{}`; there are {}",
        request.kind,
        kinds.join(", ")
    );
    let (result, facts) = derive_once(mission, request, progress)?;
    let reports = Reports::new(mission, (&request.language, request.audience));
    let mut snapshot = reports.of_window(&result);
    snapshot.commitments = &mission.commitments;
    snapshot.problems = facts.problems.iter().map(|(code, n)| (code.clone(), *n)).collect();
    snapshot.n_captures = facts.n_captures as u64;
    if let Some(asked) = &request.incident {
        let found = result.incidents.iter().find(|incident| incident.id.to_string() == *asked);
        snapshot.incident = Some(found.with_context(|| format!("there is no incident `{asked}`"))?.id);
    }
    Ok(reports.compose(&request.kind, snapshot))
}

fn derive_once(
    mission: &Mission,
    request: &ReportRequest,
    progress: &Progress,
) -> anyhow::Result<(WindowResult, PeriodFacts)> {
    let (files, problems) = if request.captures.is_empty() {
        ingest::feed_captures(mission)
    } else {
        ingest::named_captures(mission, &request.captures)
    };
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut note = |code: &str, n: u64| *counts.entry(code.to_owned()).or_default() += n;
    problems.iter().for_each(|problem| note(problem.code, 1));
    let mut all: Vec<ingest::Decoded> = Vec::new();
    progress.start("take in captures", files.len() as u64);
    for file in &files {
        progress.step(1);
        let bytes = match ingest::read_capture(file) {
            Ok(bytes) => bytes,
            Err(problem) => {
                note(problem.code, u64::from(problem.severity == Severity::Error));
                continue;
            }
        };
        let received_at = ingest::arrival_of_a_file(mission, file);
        let decoded = ingest::decode(mission, file, (&bytes, received_at));
        decoded.problems.counts().iter().for_each(|(code, n)| note(code, *n));
        all.push(decoded);
    }
    progress.finish();
    let streams = crate::frames::streams(all.iter().filter_map(|decoded| decoded.signed.as_ref()));
    streams.problems.iter().for_each(|problem| note(problem.code, 1));
    let is_first = |decoded: &ingest::Decoded| {
        !decoded.signed.as_ref().is_some_and(|signed| streams.repeated.contains(&signed.capture))
    };
    let (mut detections, mut outages, mut areas) = (Vec::new(), Vec::new(), Vec::new());
    let mut picks = Vec::new();
    for decoded in all.into_iter().filter(is_first) {
        detections.extend(decoded.detections);
        picks.extend(decoded.picks);
        outages.extend(decoded.outages);
        areas.extend(decoded.areas);
    }
    let detections = crate::located::located(mission, picks, &outages).instead_of(detections);
    outages.extend(undelivered(mission, files.iter().map(|file| &file.source)));
    let deriver = Deriver::new(mission, areas, outages);
    let fused = truceline_fusion::fuse(detections, deriver.controls(), &truceline_fusion::Parameters::default());
    let window = asked_window(mission, request.day, &fused.incidents)?;
    let incidents = fused.incidents.into_iter().filter(|incident| window.contains(incident.time.from)).collect();
    let result = deriver.window(&deriver.ground(), window, incidents);
    Ok((result, PeriodFacts { n_captures: files.len(), problems: counts, n_outside: 0, log: None }))
}

fn asked_window(mission: &Mission, day: Option<jiff::civil::Date>, incidents: &[Incident]) -> anyhow::Result<Span> {
    if let Some(day) = day {
        let start = day.to_zoned(mission.settings.time_zone()).context("the day has no beginning in this time zone")?;
        return Ok(mission.day_of(start.timestamp()));
    }
    if let Some(span) = mission.settings.span {
        return Ok(span);
    }
    let first = incidents.iter().map(|incident| incident.time.from).min();
    let last = incidents.iter().map(|incident| incident.time.from).max();
    let (first, last) = first.zip(last).context("no capture holds anything: give a `--day`")?;
    Span::new(mission.day_of(first).from, mission.day_of(last).until).context("the period is empty")
}
