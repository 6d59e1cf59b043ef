//! Drills: a scenario text played on the ground of a mission, down to files, and held against its expectations.

use crate::derive::Deriver;
use crate::ingest::{self, CaptureFile};
use crate::mission::{self, Mission};
use anyhow::Context as _;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use truceline_domain::{
    CoverageStatement, CoverageWording, Detection, EventClass, Finding, Incident, Name, NotifiedActivity, Outage,
    PartyId, Problem, Sensor, Span, Subject, Timestamp,
};
use truceline_scenario::{Content, CountKind, Expectation, ExpectationKind, Scenario, Simulated, Stage};

/// A scenario, simulated.
#[derive(Debug)]
pub struct Drill {
    /// The text, read.
    pub scenario: Scenario,
    /// The ground, with the scenario's own sensors and notices added and its time set.
    pub mission: Mission,
    /// Captures and truth.
    pub simulated: Simulated,
    /// What was wrong with text or mission.
    pub problems: Vec<Problem>,
}

/// One expectation and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Line of the scenario.
    pub line: u32,
    /// What was expected, in words.
    pub expected: String,
    /// What was found, in words.
    pub found: String,
    /// Whether they agree.
    pub is_met: bool,
}

impl Drill {
    /// Reads a scenario and its mission, and simulates it.
    ///
    /// # Errors
    /// When a file cannot be read; what is wrong inside is in `problems`.
    pub fn read(path: &Path, missions: Option<&Path>, seed: Option<u64>) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("couldn't read {}", path.display()))?;
        let beside = path.parent().unwrap_or(Path::new(".")).join("../missions");
        let missions = missions.map_or(beside, Path::to_path_buf);
        Ok(Self::of(&path.display().to_string(), (&text, &missions), seed))
    }

    /// The same from a text.
    pub fn of(file: &str, (text, missions): (&str, &Path), seed: Option<u64>) -> Self {
        let (scenario, mut problems) = truceline_scenario::parse(file, text);
        let (mut mission, found) = mission::read(&missions.join(&scenario.mission));
        problems.extend(found);
        let parties: Vec<PartyId> = mission.settings.parties.iter().map(|party| party.id.clone()).collect();
        let stage =
            Stage { parties: &parties, sensors: &mission.sensors, areas: &mission.areas, lines: &mission.lines };
        let simulated = truceline_scenario::simulate(&scenario, &stage, seed.unwrap_or(scenario.seed));
        problems.extend(simulated.problems.iter().cloned());
        for sensor in &simulated.sensors {
            mission.sensors.retain(|known| known.id != sensor.id);
            mission.sensors.push(sensor.clone());
        }
        mission.sensors.sort_by(|a, b| a.id.cmp(&b.id));
        mission.notified.extend(simulated.notified.iter().cloned());
        mission.settings.span = Some(scenario.span);
        Self { scenario, mission, simulated, problems }
    }

    /// The captures as files: name, source and bytes, in the order of arrival.
    pub fn captures(&self) -> Vec<DrillCapture> {
        let bytes = |content: &Content| match content {
            Content::Detections(detections) => truceline_intake::detections::encode(detections).into_bytes(),
            Content::Outages(outages) => truceline_intake::outages::encode(outages).into_bytes(),
            Content::Recording(recording) => truceline_intake::wav::encode(&recording.samples),
        };
        let kind = |content: &Content| match content {
            Content::Detections(_) => "detections",
            Content::Outages(_) => "outages",
            Content::Recording(_) => "wav",
        };
        let simulated = self.simulated.captures.iter();
        simulated
            .map(|capture| DrillCapture {
                file: CaptureFile {
                    path: PathBuf::from(&capture.name),
                    name: capture.name.clone(),
                    kind: Some(kind(&capture.content).to_owned()),
                    source: capture.source.clone(),
                    owner: self.owner_of(&capture.source),
                    party: None,
                    time_zone: None,
                },
                bytes: bytes(&capture.content),
                received_at: capture.received_at,
            })
            .collect()
    }

    fn owner_of(&self, source: &truceline_domain::SensorId) -> truceline_domain::Name {
        let sensor = self.mission.sensors.iter().find(|sensor| sensor.id == *source);
        sensor.map_or_else(|| "not stated".into(), |sensor| sensor.owner.clone())
    }

    /// One line: what it holds.
    pub fn describe(&self) -> String {
        let n_detections: usize = self.simulated.captures.iter().map(|capture| n_detections(&capture.content)).sum();
        format!(
            "{} true events, {} captures, {n_detections} detections, {} expectations",
            self.simulated.truth.len(),
            self.simulated.captures.len(),
            self.simulated.expectations.len(),
        )
    }

    /// Runs the whole house on the captures, in memory.
    ///
    /// # Errors
    /// When the house cannot work at all; what it finds is in the outcome.
    pub fn derive(&self) -> anyhow::Result<Derived> {
        let mut detections: Vec<Detection> = Vec::new();
        let (mut picks, mut outages, mut areas) = (Vec::new(), Vec::new(), Vec::new());
        for capture in self.captures() {
            let decoded = ingest::decode(&self.mission, &capture.file, (&capture.bytes, capture.received_at));
            let bad = decoded.problems.kept().iter().find(|p| p.severity == truceline_domain::Severity::Error);
            anyhow::ensure!(bad.is_none(), "intake refuses what the scenario wrote: {bad:?}");
            detections.extend(decoded.detections);
            picks.extend(decoded.picks);
            outages.extend(decoded.outages);
            areas.extend(decoded.areas);
        }
        let detections = crate::located::located(&self.mission, picks, &outages).instead_of(detections);
        let deriver = Deriver::new(&self.mission, areas, outages.clone());
        let ground = deriver.ground();
        let parameters = truceline_fusion::Parameters::default();
        let fused = truceline_fusion::fuse(detections, deriver.controls(), &parameters);
        let mut derived = Derived::default();
        let mut stated: BTreeMap<EventClass, Vec<CoverageStatement>> = BTreeMap::new();
        for (day, incidents) in self.days(fused.incidents) {
            let result = deriver.window(&ground, day, incidents);
            derived.incidents.extend(result.incidents);
            derived.findings.extend(result.findings);
            for statement in result.coverage.into_iter().filter(|s| s.area.as_str() == truceline_terms::MISSION_AREA) {
                stated.entry(statement.class).or_default().push(statement);
            }
        }
        let whole = |parts: &Vec<CoverageStatement>| {
            truceline_coverage::joined(&parts.iter().collect::<Vec<_>>(), self.scenario.span)
        };
        derived.coverage = stated.values().filter_map(whole).collect();
        derived.asked = self.asked_coverage(&outages, &derived.incidents);
        Ok(derived)
    }

    /// The mission's days that the scenario touches, each cut to the scenario's time, with the incidents that began in
    /// it: as replay sorts them. What began outside the scenario's time belongs to no day.
    fn days(&self, incidents: Vec<Incident>) -> Vec<(Span, Vec<Incident>)> {
        let mut days: BTreeMap<Timestamp, (Span, Vec<Incident>)> = BTreeMap::new();
        let mut at = self.scenario.span.from;
        while at < self.scenario.span.until {
            let day = self.mission.day_of(at);
            let Some(cut) = day.overlap(&self.scenario.span).filter(|_| day.until > at) else { break };
            days.insert(day.from, (cut, Vec::new()));
            at = day.until;
        }
        for incident in incidents {
            let begins = self.mission.day_of(incident.time.from).from;
            if let Some((_, held)) = days.get_mut(&begins).filter(|(cut, _)| cut.contains(incident.time.from)) {
                held.push(incident);
            }
        }
        days.into_values().collect()
    }

    /// What could have been seen in the places and times that expectations ask about.
    fn asked_coverage(&self, outages: &[Outage], incidents: &[Incident]) -> Vec<Asked> {
        let asked = self.simulated.expectations.iter().filter_map(|expectation| match &expectation.kind {
            ExpectationKind::Coverage { class, area, .. } => Some((expectation.window, *class, area.clone())),
            _ => None,
        });
        let answer = |(window, class, area): (Option<Span>, EventClass, Option<Name>)| {
            let span = window.unwrap_or(self.scenario.span);
            let of_class = incidents.iter().filter(|incident| incident.class == class);
            let n = of_class.filter(|incident| span.contains(incident.time.midpoint())).count() as u64;
            let wording = self.wording(outages, area.as_ref(), &(span, class, n));
            Asked { window, class, area, wording }
        };
        asked.map(answer).collect()
    }

    /// What may be said of a class in a named area (the whole mission when none is named); `None` when there is no such
    /// area.
    fn wording(
        &self,
        outages: &[Outage],
        area: Option<&Name>,
        (window, class, n_detected): &(Span, EventClass, u64),
    ) -> Option<CoverageWording> {
        let (area_name, place) = match area {
            None => (Name::from(truceline_terms::MISSION_AREA), self.mission.area()),
            Some(name) => {
                let held = self.mission.areas.iter().find(|held| held.name == *name)?;
                (name.clone(), held.area.clone())
            }
        };
        let request = truceline_coverage::Request {
            area_name,
            window: *window,
            classes: &[*class],
            detected: &BTreeMap::from([(*class, *n_detected)]),
        };
        let stated = truceline_coverage::statements(&self.mission.sensors, outages, &place, &request);
        stated.first().map(|statement| statement.wording)
    }

    /// Runs the whole house and holds the results against the expectations.
    ///
    /// # Errors
    /// As [`Drill::derive`].
    pub fn check(&self) -> anyhow::Result<Vec<Outcome>> {
        let derived = self.derive()?;
        Ok(self.simulated.expectations.iter().map(|expectation| derived.hold(expectation)).collect())
    }

    /// Writes the mission, its captures, the truth and the expectations below a folder.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mission = folder.join("mission");
        for file in &self.mission.files {
            let bytes = std::fs::read(self.mission.folder.join(&file.path))?;
            crate::files::write_whole(&mission.join(&file.path), &bytes)?;
        }
        let sensors = sensors_csv(&self.simulated.sensors);
        if !self.simulated.sensors.is_empty() {
            crate::files::write_whole(&mission.join("sensors/scenario.csv"), sensors.as_bytes())?;
        }
        if !self.simulated.notified.is_empty() {
            let (table, areas) = notices(&self.simulated.notified);
            crate::files::write_whole(&mission.join("notified/scenario.csv"), table.as_bytes())?;
            crate::files::write_whole(&mission.join("geometry/scenario.geojson"), areas.as_bytes())?;
        }
        for capture in self.captures() {
            crate::files::write_whole(&folder.join("captures").join(&capture.file.name), &capture.bytes)?;
        }
        crate::files::write_whole(&folder.join("truth.json"), self.truth_json().as_bytes())?;
        Ok(())
    }

    /// The truth, without the points of origin: those stay sealed even when they are made up.
    fn truth_json(&self) -> String {
        let events = self.simulated.truth.iter().map(|event| {
            json!({
                "id": event.id,
                "class": event.class.word(),
                "phenomenon": event.phenomenon.word(),
                "from": event.time.from.to_string(),
                "until": event.time.until.to_string(),
                "lat": event.place.lat_deg(),
                "lon": event.place.lon_deg(),
                "rounds": event.rounds,
                "by": event.by.as_ref().map(|party| party.as_str().to_owned()),
            })
        });
        let value = json!({"scenario": self.scenario.name, "events": events.collect::<Vec<_>>()});
        let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A capture of a drill, ready to be taken in.
#[derive(Clone, Debug)]
pub struct DrillCapture {
    /// Name and source.
    pub file: CaptureFile,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// When it comes in.
    pub received_at: truceline_domain::Timestamp,
}

fn n_detections(content: &Content) -> usize {
    match content {
        Content::Detections(detections) => detections.len(),
        Content::Outages(_) | Content::Recording(_) => 0,
    }
}

/// An expectation's question about coverage, answered.
#[derive(Debug)]
struct Asked {
    window: Option<Span>,
    class: EventClass,
    area: Option<Name>,
    wording: Option<CoverageWording>,
}

/// What the house made of a drill: day by day, as it does in a mission.
#[derive(Debug, Default)]
pub struct Derived {
    /// Incidents.
    pub incidents: Vec<Incident>,
    /// Findings.
    pub findings: Vec<Finding>,
    /// Coverage of the mission's area over the whole time, one statement for each class.
    pub coverage: Vec<CoverageStatement>,
    asked: Vec<Asked>,
}

impl Derived {
    fn incidents_in(&self, window: Option<Span>) -> impl Iterator<Item = &Incident> {
        self.incidents.iter().filter(move |incident| window.is_none_or(|span| span.contains(incident.time.midpoint())))
    }

    /// Findings about incidents in the window, and about stretches of time that lie inside it: what is said of a whole
    /// day says nothing of one of its hours.
    fn findings_in(&self, window: Option<Span>) -> impl Iterator<Item = &Finding> {
        let ids: BTreeSet<_> = self.incidents_in(window).map(|incident| incident.id).collect();
        self.findings.iter().filter(move |finding| match (&finding.subject, window) {
            (_, None) => true,
            (Subject::Incident(id), Some(_)) => ids.contains(id),
            (Subject::Window { span, .. }, Some(window)) => window.from <= span.from && span.until <= window.until,
        })
    }

    /// Holds one expectation against the results.
    fn hold(&self, expectation: &Expectation) -> Outcome {
        let window = expectation.window;
        let (expected, found, is_met) = match &expectation.kind {
            ExpectationKind::Incidents { n, class } => {
                let found = self.incidents_in(window).filter(|incident| incident.class == *class).count() as u64;
                (format!("{}..{} incidents {class}", n.low, n.high), found.to_string(), n.contains(found))
            }
            ExpectationKind::Rounds { n, class } => self.hold_rounds((window, *class), *n),
            ExpectationKind::Finding { rule, verdict } => {
                let of_rule: Vec<&Finding> = self.findings_in(window).filter(|f| f.clause.rule == *rule).collect();
                let is_met = of_rule.iter().any(|finding| finding.verdict == *verdict);
                (format!("finding {rule} {}", verdict.word()), verdicts(&of_rule), is_met)
            }
            ExpectationKind::NoFinding { rule, verdict } => {
                let matching =
                    |f: &&Finding| f.clause.rule == *rule && verdict.is_none_or(|verdict| f.verdict == verdict);
                let of_rule: Vec<&Finding> = self.findings_in(window).filter(matching).collect();
                let word = verdict.map(|verdict| verdict.word()).unwrap_or("at all");
                (format!("no finding {rule} {word}"), verdicts(&of_rule), of_rule.is_empty())
            }
            ExpectationKind::Origin { party, at_least } => {
                let best = self.best_origin(window, Some(party));
                (format!("origin with {party} ≥ {at_least}"), format!("{best:.2}"), best >= *at_least)
            }
            ExpectationKind::NoOrigin => {
                let best = self.best_origin(window, None);
                ("no origin above one half".to_owned(), format!("{best:.2}"), best <= 0.5)
            }
            ExpectationKind::Coverage { class, wording, area } => {
                let asked = |asked: &&Asked| (asked.window, asked.class, &asked.area) == (window, *class, area);
                let found = self.asked.iter().find(asked).and_then(|asked| asked.wording);
                let words = found.map_or("not stated", |found| found.word());
                (format!("coverage of {class} {}", wording.word()), words.to_owned(), found == Some(*wording))
            }
            ExpectationKind::Count { kind, n } => {
                let incidents = self.incidents_in(window);
                let found: u64 = match kind {
                    CountKind::Smm => incidents.map(|incident| incident.counts.smm_style).sum(),
                    CountKind::Observations => incidents.map(|incident| incident.counts.observations).sum(),
                    CountKind::Incidents => incidents.count() as u64,
                };
                (format!("{}..{} {}", n.low, n.high, kind.word()), found.to_string(), n.contains(found))
            }
        };
        Outcome { line: expectation.line, expected, found, is_met }
    }

    fn hold_rounds(
        &self,
        (window, class): (Option<Span>, Option<EventClass>),
        n: truceline_scenario::CountRange,
    ) -> (String, String, bool) {
        let of_class = |incident: &&Incident| class.is_none_or(|class| incident.class == class);
        let rounds = self.incidents_in(window).filter(of_class).filter_map(|incident| incident.counts.rounds);
        let best: u64 = rounds.map(|rounds| u64::from(rounds.best)).sum();
        (format!("{}..{} rounds", n.low, n.high), best.to_string(), n.contains(best))
    }

    fn best_origin(&self, window: Option<Span>, party: Option<&PartyId>) -> f64 {
        let shares = self.incidents_in(window).flat_map(|incident| &incident.origin_shares);
        let of_party = shares.filter(|share| party.is_none_or(|party| share.party == *party));
        of_party.map(|share| share.probability).fold(0.0, f64::max)
    }
}

fn verdicts(findings: &[&Finding]) -> String {
    let mut text = String::new();
    for finding in findings.iter().take(6) {
        let codes: Vec<&str> = finding.reasons.iter().map(|reason| reason.code).collect();
        let _ = write!(text, "{} [{}] ", finding.verdict.word(), codes.join(" "));
    }
    if text.is_empty() { "none".to_owned() } else { text.trim_end().to_owned() }
}

fn sensors_csv(sensors: &[Sensor]) -> String {
    let mut text = "id,modality,owner,lat,lon,class,range_m,pd,valid_from,valid_until\n".to_owned();
    let number = |x: f64| if x.is_finite() { x.to_string() } else { String::new() };
    let bound = |at: truceline_domain::Timestamp| {
        let open = at == truceline_domain::Timestamp::MIN || at == truceline_domain::Timestamp::MAX;
        if open { String::new() } else { at.to_string() }
    };
    for sensor in sensors {
        let (lat, lon) =
            sensor.place.map_or_else(Default::default, |p| (p.lat_deg().to_string(), p.lon_deg().to_string()));
        let head = format!("{},{},{},{lat},{lon}", sensor.id, sensor.modality, sensor.owner);
        let valid = format!("{},{}", bound(sensor.valid.from), bound(sensor.valid.until));
        for reach in &sensor.reach {
            let _ = writeln!(text, "{head},{},{},{},{valid}", reach.class, number(reach.range_m), reach.pd);
        }
        if sensor.reach.is_empty() {
            let _ = writeln!(text, "{head},,,,{valid}");
        }
    }
    text
}

/// The table of notices and the areas they name.
fn notices(notified: &[NotifiedActivity]) -> (String, String) {
    let header = "id,by,kind,classes,from,until,area,margin_m,notified_at,acknowledged_at\n";
    let mut table = header.to_owned();
    let mut features = Vec::new();
    for notice in notified {
        let classes: Vec<&str> = notice.classes.iter().map(|class| class.word()).collect();
        let area = format!("notice {}", notice.id);
        let _ = writeln!(
            table,
            "{},{},{},{},{},{},{area},{},{},{}",
            notice.id,
            notice.by,
            notice.kind,
            classes.join(";"),
            notice.span.from,
            notice.span.until,
            notice.margin_m,
            notice.notified_at,
            notice.acknowledged_at.map(|at| at.to_string()).unwrap_or_default(),
        );
        let polygons: Vec<Vec<Vec<[f64; 2]>>> = notice.area.polygons().into_iter().map(closed).collect();
        features.push(json!({
            "type": "Feature",
            "properties": {"name": area, "role": "area"},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        }));
    }
    let areas = json!({"type": "FeatureCollection", "features": features}).to_string();
    (table, areas)
}

fn closed(polygon: Vec<Vec<(f64, f64)>>) -> Vec<Vec<[f64; 2]>> {
    let close = |ring: Vec<(f64, f64)>| {
        let first = ring.first().copied();
        ring.into_iter().chain(first).map(|(lon, lat)| [lon, lat]).collect()
    };
    polygon.into_iter().map(close).collect()
}
