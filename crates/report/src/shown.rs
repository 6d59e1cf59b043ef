//! What one reader may see: every document is written from this and from nothing else.
//!
//! For the public the exact values are not copied here at all, so that no writer can let them slip.

use crate::counts::verdict_by_incident;
use crate::grid::{Cell, Grid};
use crate::likelihood::Likelihood;
use crate::{Audience, PeriodCounts, Snapshot};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use truceline_domain::{
    Counts, Derivation, EventClass, Finding, FindingId, Incident, IncidentId, Name, NotKnownReason, OriginShare,
    Phenomenon, PlaceEstimate, Reason, Span, Subject, Timestamp, Verdict, Where,
};

/// A snapshot as its reader may see it, sorted.
pub(crate) struct Shown<'a> {
    pub(crate) snapshot: &'a Snapshot<'a>,
    pub(crate) counts: PeriodCounts,
    pub(crate) grid: Option<Grid>,
    pub(crate) incidents: Vec<ShownIncident<'a>>,
    pub(crate) findings: Vec<ShownFinding<'a>>,
    positions: BTreeMap<IncidentId, usize>,
}

/// An incident as its reader may see it.
#[derive(Clone, Debug)]
pub(crate) struct ShownIncident<'a> {
    pub(crate) id: IncidentId,
    pub(crate) class: EventClass,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) time: ShownTime,
    pub(crate) place: ShownPlace<'a>,
    pub(crate) counts: Counts,
    pub(crate) origin_shares: &'a [OriginShare],
    pub(crate) n_independent: u32,
    pub(crate) n_arrivals: usize,
    pub(crate) supersedes: &'a [IncidentId],
    pub(crate) derivation: Derivation,
    /// The incident itself, for people of the mission only.
    pub(crate) full: Option<&'a Incident>,
}

/// When, as its reader may see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ShownTime {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    /// Standard deviation of either edge, s; `None` when the edges are whole hours for the public.
    pub(crate) sigma_s: Option<f64>,
}

/// Where, as its reader may see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ShownPlace<'a> {
    Estimate(PlaceEstimate),
    /// A cell of the fixed grid; `wider` when the error reaches beyond it.
    Cell {
        cell: Cell,
        wider: bool,
    },
    Area(&'a str),
    /// Only a direction from somewhere, degrees clockwise from north with its standard deviation.
    Direction {
        azimuth_deg: f64,
        sigma_deg: f64,
    },
    /// Held back: the place would be where fire came from.
    Withheld,
    NotKnown(NotKnownReason),
}

/// A finding as its reader may see it.
#[derive(Clone, Debug)]
pub(crate) struct ShownFinding<'a> {
    pub(crate) id: FindingId,
    pub(crate) eid: &'a Name,
    pub(crate) rule: &'a Name,
    pub(crate) reading: Option<&'a Name>,
    pub(crate) subject: ShownSubject<'a>,
    pub(crate) verdict: Verdict,
    pub(crate) likelihood: Option<Likelihood>,
    /// The number behind the word, for people of the mission only: near an edge it tells the place.
    pub(crate) probability: Option<f64>,
    pub(crate) exempted_by: Option<&'a Name>,
    pub(crate) reasons: &'a [Reason],
    /// The finding itself, for people of the mission only: margins and the sentences of reasons tell distances.
    pub(crate) full: Option<&'a Finding>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ShownSubject<'a> {
    Incident(IncidentId),
    Window { span: Span, area: &'a str },
}

impl<'a> Shown<'a> {
    pub(crate) fn of(snapshot: &'a Snapshot<'a>) -> Self {
        let grid = match snapshot.audience {
            Audience::Mission => None,
            Audience::Public { cell_m } => Some(Grid::new(cell_m)),
        };
        let verdicts = verdict_by_incident(&snapshot.findings);
        let show =
            |incident: &&'a Incident| show_incident(incident, verdicts.get(&incident.id).copied(), grid.as_ref());
        let mut incidents: Vec<_> = snapshot.incidents.iter().map(show).collect();
        incidents.sort_by_key(|incident| (incident.time.from, incident.id));
        let positions: BTreeMap<_, _> = incidents.iter().enumerate().map(|(k, incident)| (incident.id, k)).collect();
        let mut findings: Vec<_> =
            snapshot.findings.iter().map(|finding| show_finding(finding, grid.is_some())).collect();
        let clauses: BTreeMap<&str, usize> =
            snapshot.clauses.iter().enumerate().map(|(k, clause)| (clause.eid.as_str(), k)).collect();
        findings.sort_by_cached_key(|finding| {
            let clause = clauses.get(finding.eid.as_str()).copied().unwrap_or(usize::MAX);
            let weight = std::cmp::Reverse(finding.verdict);
            (clause, finding.eid, finding.rule, weight, finding.subject.order(&positions), finding.reading, finding.id)
        });
        Self { snapshot, counts: snapshot.counts(), grid, incidents, findings, positions }
    }

    /// An incident by its id.
    pub(crate) fn incident(&self, id: IncidentId) -> Option<&ShownIncident<'a>> {
        self.positions.get(&id).and_then(|k| self.incidents.get(*k))
    }

    /// Where an incident stands in the sorted list.
    pub(crate) fn position(&self, id: IncidentId) -> Option<usize> {
        self.positions.get(&id).copied()
    }

    /// The period as the reader may see it: it is published policy, so it stays as it is.
    pub(crate) fn period(&self) -> Span {
        self.snapshot.period
    }

    /// True for readers outside the mission.
    pub(crate) fn is_public(&self) -> bool {
        self.grid.is_some()
    }

    /// What a party is called.
    pub(crate) fn party_name(&self, id: &Name) -> String {
        let party = self.snapshot.mission.parties.iter().find(|party| party.id == *id);
        party.map_or_else(|| id.to_string(), |party| party.display_name.clone())
    }
}

impl ShownSubject<'_> {
    /// Windows first, in time; then incidents as the table of incidents has them.
    fn order(&self, positions: &BTreeMap<IncidentId, usize>) -> (Timestamp, usize) {
        match self {
            Self::Window { span, .. } => (span.from, 0),
            Self::Incident(id) => (Timestamp::MAX, positions.get(id).copied().unwrap_or(usize::MAX)),
        }
    }
}

fn show_incident<'a>(incident: &'a Incident, verdict: Option<Verdict>, grid: Option<&Grid>) -> ShownIncident<'a> {
    ShownIncident {
        id: incident.id,
        class: incident.class,
        verdict,
        time: show_time(incident, grid.is_some()),
        place: show_place(incident, grid),
        counts: incident.counts,
        origin_shares: &incident.origin_shares,
        n_independent: incident.n_independent,
        n_arrivals: incident.arrivals.len(),
        supersedes: &incident.supersedes,
        derivation: incident.derivation,
        full: grid.is_none().then_some(incident),
    }
}

fn show_time(incident: &Incident, public: bool) -> ShownTime {
    let time = &incident.time;
    if public {
        let span = whole_hours(Span { from: time.from, until: time.until });
        return ShownTime { from: span.from, until: span.until, sigma_s: None };
    }
    ShownTime { from: time.from, until: time.until, sigma_s: Some(time.sigma_s) }
}

/// The span widened to whole hours; an instant becomes the hour that holds it.
pub(crate) fn whole_hours(span: Span) -> Span {
    const HOUR_S: i64 = 3_600;
    let floor =
        |t: Timestamp| Timestamp::from_second(t.as_second().div_euclid(HOUR_S) * HOUR_S).unwrap_or(Timestamp::MIN);
    let from = floor(span.from);
    let last = floor(span.until);
    let hour = SignedDuration::from_hours(1);
    let until = if last == span.until && last > from { last } else { last.checked_add(hour).unwrap_or(Timestamp::MAX) };
    Span { from, until }
}

fn show_place<'a>(incident: &'a Incident, grid: Option<&Grid>) -> ShownPlace<'a> {
    if is_origin(incident) {
        return ShownPlace::Withheld;
    }
    match (&incident.place, incident.estimate(), grid) {
        (_, Some(estimate), Some(grid)) => ShownPlace::Cell {
            cell: grid.cell(estimate.centre),
            wider: estimate.ellipse(0.9).semi_major_m > 0.5 * grid.cell_m(),
        },
        (_, Some(estimate), None) => ShownPlace::Estimate(estimate),
        (Where::Area(name), _, _) => ShownPlace::Area(name.as_str()),
        (Where::Bearing(bearing), None, None) => {
            ShownPlace::Direction { azimuth_deg: bearing.azimuth_deg.value, sigma_deg: bearing.azimuth_deg.sigma }
        }
        (Where::NotKnown(reason), _, _) => ShownPlace::NotKnown(*reason),
        // A direction from a sensor tells the public where the sensor stands.
        (Where::Bearing(_) | Where::Estimate(_), None, _) => ShownPlace::NotKnown(NotKnownReason::Withheld),
    }
}

/// True when everything that places the incident speaks of a weapon being fired: its place would then be the origin
/// of fire, which leaves the sealed store for nobody.
fn is_origin(incident: &Incident) -> bool {
    let mut placed = incident.arrivals.iter().filter(|arrival| arrival.detection.estimate().is_some()).peekable();
    let fired = |p: Phenomenon| matches!(p, Phenomenon::Launch | Phenomenon::MuzzleFlash);
    placed.peek().is_some() && placed.all(|arrival| fired(arrival.detection.phenomenon))
}

fn show_finding(finding: &Finding, public: bool) -> ShownFinding<'_> {
    ShownFinding {
        id: finding.id,
        eid: &finding.clause.eid,
        rule: &finding.clause.rule,
        reading: finding.reading.as_ref(),
        subject: match &finding.subject {
            Subject::Incident(id) => ShownSubject::Incident(*id),
            Subject::Window { span, area } if public => {
                ShownSubject::Window { span: whole_hours(*span), area: area.as_str() }
            }
            Subject::Window { span, area } => ShownSubject::Window { span: *span, area: area.as_str() },
        },
        verdict: finding.verdict,
        likelihood: finding.probability_inside.map(Likelihood::of),
        probability: finding.probability_inside.filter(|_| !public),
        exempted_by: finding.exempted_by.as_ref(),
        reasons: &finding.reasons,
        full: (!public).then_some(finding),
    }
}

#[cfg(test)]
#[path = "shown_tests.rs"]
mod tests;
