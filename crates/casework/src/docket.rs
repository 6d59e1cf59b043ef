//! Folding findings and acts into cases.

use crate::clock::clocks;
use crate::moves::{Hands, Refusal};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{
    Act, ActKind, Case, CaseState, DetectionId, Finding, FindingId, Incident, IncidentId, Problem, Subject, Verdict,
};

/// Which findings open a case by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opening {
    /// Inconsistent ones only.
    Inconsistent,
    /// Inconsistent and undetermined ones: what cannot be told needs eyes most.
    #[default]
    InconsistentOrUndetermined,
}

impl Opening {
    fn opens(self, verdict: Verdict) -> bool {
        match self {
            Self::Inconsistent => verdict == Verdict::Inconsistent,
            Self::InconsistentOrUndetermined => verdict != Verdict::Consistent,
        }
    }
}

/// What became of one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The case it counted for: that of its incident, or of the incident that superseded it.
    pub case: IncidentId,
    /// The act.
    pub act: Act,
    /// The state that it led to, or why it changed nothing.
    pub outcome: Result<CaseState, Refusal>,
}

/// Everything that folding gives.
#[derive(Clone, Debug, Default)]
pub struct Docket {
    /// The cases, in the order of their incidents' ids.
    pub cases: Vec<Case>,
    /// One ruling for each act, in the order of the acts.
    pub rulings: Vec<Ruling>,
    /// One problem for each act that was refused, and one for each incident whose acts had several heirs.
    pub problems: Vec<Problem>,
}

/// Folds with the usual opening: cases, and the acts that were refused as problems.
pub fn fold(incidents: &[Incident], findings: &[Finding], acts: &[Act]) -> (Vec<Case>, Vec<Problem>) {
    let docket = docket(incidents, findings, acts, Opening::default());
    (docket.cases, docket.problems)
}

/// Folds findings and acts into cases.
///
/// A case is there for each incident with a finding that opens one, and for each that an act is about: once a person
/// has touched it, a case does not vanish when late data change the finding. Acts are taken in the order of their time,
/// then content; the order in which they are given does not matter. A refused act stays in its case and leaves the state
/// as it was.
///
/// An incident that another one supersedes hands its acts on to that one (of several, to the one that shares the most
/// detections with it). Its own case, if the incident is still among those given, stays as merged, with its acts.
pub fn docket(incidents: &[Incident], findings: &[Finding], acts: &[Act], opening: Opening) -> Docket {
    let heirs = Heirs::new(incidents);
    let mut acts: Vec<&Act> = acts.iter().collect();
    acts.sort_by_key(|act| (act.at, act.incident, act.kind, &act.actor, act.role, &act.reason, act.into));
    let mut files: BTreeMap<IncidentId, File> = BTreeMap::new();
    let rulings: Vec<Ruling> = acts.iter().map(|act| rule(&heirs, &mut files, act)).collect();

    let mut opened = opened(findings, opening);
    let mut handed_on = handed_on(&heirs, &acts);
    let problems = heirs.problems().chain(rulings.iter().filter_map(problem)).collect();
    let case = |incident: &&Incident| {
        let findings = opened.remove(&incident.id).unwrap_or_default();
        let superseded = heirs.of(incident.id) != incident.id;
        let file = match handed_on.remove(&incident.id) {
            Some(acts) => Some(File::handed_on(acts)),
            None => files.remove(&incident.id),
        };
        let file = file.or_else(|| (!findings.is_empty()).then(|| File::new(superseded)))?;
        let clocks = clocks(incident.time.earliest_plausible());
        Some(Case { incident: incident.id, findings, state: file.state, clocks, acts: file.acts })
    };
    let cases = heirs.incidents.values().filter_map(case).collect();
    Docket { cases, rulings, problems }
}

fn opened(findings: &[Finding], opening: Opening) -> BTreeMap<IncidentId, Vec<FindingId>> {
    let mut opened: BTreeMap<IncidentId, BTreeSet<FindingId>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| opening.opens(finding.verdict)) {
        if let Subject::Incident(incident) = finding.subject {
            opened.entry(incident).or_default().insert(finding.id);
        }
    }
    opened.into_iter().map(|(incident, findings)| (incident, findings.into_iter().collect())).collect()
}

/// A case while it is being folded.
struct File {
    state: CaseState,
    acts: Vec<Act>,
    hands: Hands,
    merged_into: Option<IncidentId>,
}

impl File {
    fn new(superseded: bool) -> Self {
        let state = if superseded { CaseState::Merged } else { CaseState::Candidate };
        Self { state, acts: Vec::new(), hands: Hands::default(), merged_into: None }
    }

    /// What remains with a superseded incident: the acts that were done on it.
    fn handed_on(acts: Vec<Act>) -> Self {
        Self { acts, ..Self::new(true) }
    }
}

/// The acts about superseded incidents, by the incident they were done on.
fn handed_on(heirs: &Heirs<'_>, acts: &[&Act]) -> BTreeMap<IncidentId, Vec<Act>> {
    let mut by_incident: BTreeMap<IncidentId, Vec<Act>> = BTreeMap::new();
    for act in acts.iter().filter(|act| heirs.of(act.incident) != act.incident) {
        by_incident.entry(act.incident).or_default().push((*act).clone());
    }
    by_incident
}

fn rule(heirs: &Heirs<'_>, files: &mut BTreeMap<IncidentId, File>, act: &Act) -> Ruling {
    let case = heirs.of(act.incident);
    let ruling = |outcome| Ruling { case, act: act.clone(), outcome };
    if !heirs.incidents.contains_key(&case) {
        return ruling(Err(Refusal::UnknownIncident));
    }
    let file = files.entry(case).or_insert_with(|| File::new(false));
    file.acts.push(act.clone());
    let judged = file.hands.judge(file.state, act);
    let target = match judged {
        Ok(CaseState::Merged) => merge_target(heirs, files, (case, act)).map(Some),
        Ok(_) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    let outcome = target.and_then(|target| Ok((judged?, target)));
    if let (Ok((to, target)), Some(file)) = (outcome, files.get_mut(&case)) {
        file.state = to;
        file.merged_into = target;
        file.hands.took(act);
    }
    if let Ok((_, Some(target))) = outcome {
        files.entry(target).or_insert_with(|| File::new(false));
    }
    ruling(outcome.map(|(to, _)| to))
}

fn merge_target(
    heirs: &Heirs<'_>,
    files: &BTreeMap<IncidentId, File>,
    (case, act): (IncidentId, &Act),
) -> Result<IncidentId, Refusal> {
    let target = heirs.of(act.into.ok_or(Refusal::NoMergeTarget)?);
    if !heirs.incidents.contains_key(&target) {
        return Err(Refusal::UnknownMergeTarget);
    }
    // Merges that took effect never form a circle, so this walk ends.
    let mut walk = Some(target);
    while let Some(at) = walk {
        if at == case {
            return Err(Refusal::MergeCircle);
        }
        walk = files.get(&at).and_then(|file| file.merged_into);
    }
    Ok(target)
}

fn problem(ruling: &Ruling) -> Option<Problem> {
    let refusal = ruling.outcome.err()?;
    let Act { incident, kind, actor, role, at, reason, .. } = &ruling.act;
    let problem = Problem::error("acts", refusal.code(), refusal.message());
    let problem = problem.with_text(&format!("{at} {kind} {incident} by {actor} as {role}: {reason}"));
    let took_over = *incident != ruling.case;
    let handed_on = took_over.then_some("the incident was superseded, the act was carried over to its successor");
    Some(match refusal.hint().or(handed_on) {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    })
}

/// Who superseded whom.
struct Heirs<'a> {
    incidents: BTreeMap<IncidentId, &'a Incident>,
    next: BTreeMap<IncidentId, IncidentId>,
    split: BTreeMap<IncidentId, usize>,
}

impl<'a> Heirs<'a> {
    fn new(incidents: &'a [Incident]) -> Self {
        let incidents: BTreeMap<IncidentId, &Incident> = incidents.iter().map(|i| (i.id, i)).collect();
        let mut successors: BTreeMap<IncidentId, BTreeSet<IncidentId>> = BTreeMap::new();
        for incident in incidents.values() {
            for old in incident.supersedes.iter().filter(|old| **old != incident.id) {
                successors.entry(*old).or_default().insert(incident.id);
            }
        }
        let mut all = Self { incidents, next: BTreeMap::new(), split: BTreeMap::new() };
        for (old, new) in successors {
            if new.len() > 1 {
                all.split.insert(old, new.len());
            }
            let heir = new.into_iter().max_by_key(|new| (all.n_shared(old, *new), Reverse(*new)));
            all.next.extend(heir.map(|heir| (old, heir)));
        }
        all
    }

    fn n_shared(&self, old: IncidentId, new: IncidentId) -> usize {
        let members =
            |id| -> BTreeSet<DetectionId> { self.incidents.get(&id).into_iter().flat_map(|i| i.members()).collect() };
        members(old).intersection(&members(new)).count()
    }

    /// The incident that stands for this one now: itself when nothing superseded it, or when the chain is a circle.
    fn of(&self, incident: IncidentId) -> IncidentId {
        let mut seen = BTreeSet::from([incident]);
        let mut at = incident;
        while let Some(next) = self.next.get(&at) {
            if !seen.insert(*next) {
                return incident;
            }
            at = *next;
        }
        at
    }

    fn problems(&self) -> impl Iterator<Item = Problem> {
        self.split.iter().map(|(old, n)| {
            let message = format!("{n} incidents supersede this one, its acts count for {}", self.of(*old));
            Problem::warning("acts", "split_incident", message).with_text(&old.to_string())
        })
    }
}

impl Docket {
    /// The acts that took effect on a case, with the state that each led to.
    pub fn effective(&self, case: IncidentId) -> impl Iterator<Item = (&Act, CaseState)> {
        self.rulings.iter().filter(move |r| r.case == case).filter_map(|r| Some((&r.act, r.outcome.ok()?)))
    }

    /// The case that a case was merged into, by the last merge that took effect.
    pub fn merged_into(&self, case: IncidentId) -> Option<IncidentId> {
        let (act, _) = self.effective(case).last()?;
        act.into.filter(|_| act.kind == ActKind::Merge)
    }
}
