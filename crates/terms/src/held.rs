//! One rule in one reading, held against one window: what a clause kind is given, and how its findings are made.

use crate::coverage::Watched;
use crate::moment::{Edge, When, joined};
use crate::rule::{Conditions, Deadline, Ground, Rule, Then};
use crate::world::{Prepared, Sight};
use truceline_domain::{
    Canonical, Derivation, Finding, FindingId, Incident, Measured, Name, Reason, Span, Subject, TimeEstimate, Verdict,
};

/// The method and version of every finding of this room.
pub const DERIVATION: Derivation = Derivation { method: "terms/evaluate", version: 1 };
/// The name of the mission's whole area in coverage statements and window findings.
pub const MISSION_AREA: &str = "mission";

/// One rule in one reading with everything it is held against. Clause kinds get it from [`crate::evaluate`].
#[derive(Debug)]
pub struct Held<'h> {
    pub(crate) prepared: &'h Prepared<'h>,
    pub(crate) rule: &'h Rule,
    pub(crate) reading: Option<&'h Name>,
    pub(crate) conditions: &'h Conditions,
    /// The incidents given, in order of time, then id.
    pub(crate) sights: &'h [Sight<'h>],
    pub(crate) coverage: &'h Watched<'h>,
    pub(crate) window: Span,
}

/// What is said about one subject, before it is a finding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub verdict: Verdict,
    pub probability_inside: Option<f64>,
    pub margin_m: Option<Measured>,
    pub exempted_by: Option<Name>,
    pub reasons: Vec<Reason>,
}

impl Said {
    /// A verdict with one reason.
    pub fn because(verdict: Verdict, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            verdict,
            probability_inside: None,
            margin_m: None,
            exempted_by: None,
            reasons: vec![Reason::new(code, text)],
        }
    }

    /// Undetermined with one reason.
    pub fn undetermined(code: &'static str, text: impl Into<String>) -> Self {
        Self::because(Verdict::Undetermined, code, text)
    }
}

/// When a rule holds, within what was asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schedule {
    pub spans: Vec<Span>,
}

impl Schedule {
    /// Probability that the moment lies in one of the spans.
    pub fn probability(&self, time: &TimeEstimate, hull: Span) -> f64 {
        let first = self.spans.partition_point(|span| span.until <= hull.from);
        let near = self.spans.iter().skip(first).take_while(|span| span.from < hull.until);
        let mut sum = 0.0;
        for span in near {
            if span.from <= hull.from && hull.until <= span.until {
                return 1.0;
            }
            sum += time.probability_within(span);
        }
        sum.clamp(0.0, 1.0)
    }
}

impl<'h> Held<'h> {
    /// The rule.
    pub fn rule(&self) -> &'h Rule {
        self.rule
    }

    /// The conditions in this reading.
    pub fn conditions(&self) -> &'h Conditions {
        self.conditions
    }

    /// The window asked for.
    pub fn window(&self) -> Span {
        self.window
    }

    /// The incidents whose time touches a span.
    pub(crate) fn sights_in(&self, span: Span) -> impl Iterator<Item = &'h Sight<'h>> {
        self.sights.iter().filter(move |sight| sight.hull.overlap(&span).is_some())
    }

    /// When the rule holds inside the window and the times of the incidents that touch it.
    ///
    /// # Errors
    /// The name of an event that has not been.
    pub(crate) fn schedule(&self) -> Result<Schedule, Name> {
        let whole = self.sights_in(self.window).fold(self.window, |all, sight| Span {
            from: all.from.min(sight.hull.from),
            until: all.until.max(sight.hull.until),
        });
        let calendar = self.prepared.calendar();
        let edge = |deadline: &Deadline| if deadline.is_by { Edge::End } else { Edge::Start };
        let bound = match (&self.conditions.done, &self.conditions.start) {
            (Some(done), _) => Some(calendar.instant(&done.moment, Edge::End)?),
            (None, Some(start)) => Some(calendar.instant(&start.moment, edge(start))?),
            (None, None) => None,
        };
        let until = match &self.conditions.then {
            Some(Then::Until(moment)) => Some(calendar.instant(moment, Edge::Start)?),
            Some(Then::Stay) | None => None,
        };
        let spans = match &self.conditions.when {
            When::Windows(windows) => calendar.spans(windows, whole)?,
            When::Always | When::Days { .. } | When::Notice { .. } => vec![whole],
        };
        let bounded = Span { from: bound.unwrap_or(whole.from), until: until.unwrap_or(whole.until) };
        Ok(Schedule { spans: joined(spans.iter().filter_map(|span| span.overlap(&bounded)).collect()) })
    }

    /// The area that the rule is about, as the mission calls it, for window findings.
    pub(crate) fn area_names(&self) -> Vec<Name> {
        match &self.conditions.ground {
            Ground::Everywhere => vec![MISSION_AREA.into()],
            Ground::Areas(areas) => areas.iter().map(|area| area.name.clone()).collect(),
            Ground::NearLine { line, .. } => vec![line.name.clone()],
        }
    }

    /// A finding about an incident.
    pub(crate) fn of_incident(&self, incident: &Incident, said: Said) -> Finding {
        self.finding(Subject::Incident(incident.id), said)
    }

    /// A finding about a window in the rule's area.
    pub(crate) fn of_window(&self, span: Span, said: Said) -> Finding {
        let names: Vec<String> = self.area_names().iter().map(ToString::to_string).collect();
        self.finding(Subject::Window { span, area: names.join(", ").into() }, said)
    }

    /// A finding about any subject.
    pub(crate) fn finding(&self, subject: Subject, said: Said) -> Finding {
        finding(self.rule, self.reading, subject, said)
    }
}

/// A finding of a rule in a reading. Its id depends on clause, reading and subject alone.
pub(crate) fn finding(rule: &Rule, reading: Option<&Name>, subject: Subject, said: Said) -> Finding {
    let clause = rule.clause.clone();
    let id = Canonical::new("finding/1")
        .text(clause.eid.as_str())
        .text(clause.rule.as_str())
        .text(clause.version.as_str())
        .bytes(&clause.text_digest.0)
        .text(reading.map_or("", Name::as_str));
    let id = match &subject {
        Subject::Incident(incident) => id.text("incident").bytes(&incident.0.0),
        Subject::Window { span, area } => id.text("window").instant(span.from).instant(span.until).text(area.as_str()),
    };
    Finding {
        id: FindingId(id.digest()),
        clause,
        reading: reading.cloned(),
        subject,
        verdict: said.verdict,
        probability_inside: said.probability_inside,
        margin_m: said.margin_m,
        exempted_by: said.exempted_by,
        reasons: said.reasons,
        derivation: DERIVATION,
    }
}
