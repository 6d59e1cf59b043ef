//! What is counted, and how: three numbers that are never merged.

use std::collections::BTreeMap;
use truceline_domain::{EventClass, Finding, Incident, IncidentId, Rounds, Span, Subject, Verdict};

/// Numbers by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts {
    /// Does not agree with a clause.
    pub inconsistent: u64,
    /// Cannot be told.
    pub undetermined: u64,
    /// Agrees.
    pub consistent: u64,
    /// No rule spoke of it.
    pub no_finding: u64,
}

impl VerdictCounts {
    /// All together.
    pub fn total(&self) -> u64 {
        [self.inconsistent, self.undetermined, self.consistent, self.no_finding].iter().sum()
    }

    /// The number for a verdict, `None` standing for no finding.
    pub fn of(&self, verdict: Option<Verdict>) -> u64 {
        match verdict {
            Some(Verdict::Inconsistent) => self.inconsistent,
            Some(Verdict::Undetermined) => self.undetermined,
            Some(Verdict::Consistent) => self.consistent,
            None => self.no_finding,
        }
    }

    pub(crate) fn add(&mut self, verdict: Option<Verdict>) {
        let slot = match verdict {
            Some(Verdict::Inconsistent) => &mut self.inconsistent,
            Some(Verdict::Undetermined) => &mut self.undetermined,
            Some(Verdict::Consistent) => &mut self.consistent,
            None => &mut self.no_finding,
        };
        *slot += 1;
    }
}

/// Rounds summed over the incidents that state them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundsTotal {
    /// At least.
    pub low: u64,
    /// Most likely.
    pub best: u64,
    /// At most.
    pub high: u64,
    /// How many incidents state an interval; the others are not in the sums.
    pub n_incidents: u64,
}

impl RoundsTotal {
    fn add(&mut self, rounds: Rounds) {
        self.low = self.low.saturating_add(rounds.low.into());
        self.best = self.best.saturating_add(rounds.best.into());
        self.high = self.high.saturating_add(rounds.high.into());
        self.n_incidents += 1;
    }
}

/// What is counted in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodCounts {
    /// The period.
    pub span: Span,
    /// Incidents by class; classes without one are absent.
    pub by_class: BTreeMap<EventClass, u64>,
    /// Incidents by the weightiest verdict of any finding about them.
    pub incidents_by_verdict: VerdictCounts,
    /// Findings by verdict; `no_finding` is always 0.
    pub findings_by_verdict: VerdictCounts,
    /// Observations: things that detections counted, summed.
    pub observations: u64,
    /// Rounds, over the incidents that state them.
    pub rounds: RoundsTotal,
    /// What the tables of earlier missions would have counted.
    pub smm_style: u64,
}

impl PeriodCounts {
    /// Counts incidents and findings.
    pub fn of(span: Span, incidents: &[&Incident], findings: &[&Finding]) -> Self {
        let verdicts = verdict_by_incident(findings);
        let mut counts = Self::empty(span);
        for incident in incidents {
            counts.add(incident, verdicts.get(&incident.id).copied());
        }
        for finding in findings {
            counts.findings_by_verdict.add(Some(finding.verdict));
        }
        counts
    }

    /// Nothing counted.
    pub fn empty(span: Span) -> Self {
        Self {
            span,
            by_class: BTreeMap::new(),
            incidents_by_verdict: VerdictCounts::default(),
            findings_by_verdict: VerdictCounts::default(),
            observations: 0,
            rounds: RoundsTotal::default(),
            smm_style: 0,
        }
    }

    /// Number of incidents.
    pub fn incidents(&self) -> u64 {
        self.incidents_by_verdict.total()
    }

    /// Number of findings.
    pub fn findings(&self) -> u64 {
        self.findings_by_verdict.total()
    }

    fn add(&mut self, incident: &Incident, verdict: Option<Verdict>) {
        *self.by_class.entry(incident.class).or_default() += 1;
        self.incidents_by_verdict.add(verdict);
        self.observations = self.observations.saturating_add(incident.counts.observations);
        self.smm_style = self.smm_style.saturating_add(incident.counts.smm_style);
        if let Some(rounds) = incident.counts.rounds {
            self.rounds.add(rounds);
        }
    }
}

/// The weightiest verdict about each incident: inconsistent before undetermined before consistent, so that nothing
/// that needs a person's eye hides behind a harmless finding.
pub(crate) fn verdict_by_incident(findings: &[&Finding]) -> BTreeMap<IncidentId, Verdict> {
    let mut verdicts = BTreeMap::new();
    for finding in findings {
        if let Subject::Incident(id) = &finding.subject {
            let slot = verdicts.entry(*id).or_insert(finding.verdict);
            *slot = (*slot).max(finding.verdict);
        }
    }
    verdicts
}
