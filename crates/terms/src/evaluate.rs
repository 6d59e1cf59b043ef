//! Holding an agreement against what was seen.

use crate::clauses::kind_named;
use crate::coverage::Watched;
use crate::held::{Held, MISSION_AREA, Said, finding};
use crate::rule::{Agreement, Conditions, Modal, Rule};
use crate::world::{Prepared, Sight, World};
use truceline_domain::{CoverageStatement, Finding, Incident, Name, Span, Subject};

/// Holds every rule of the agreement, in every reading, against the incidents that touch the window and against the
/// window itself.
///
/// # Shape
/// Any order of incidents and statements in, the same findings out: by rule in the order of the file, by reading, then
/// incidents by time and id, then windows. `may` rules yield nothing. A rule that cannot be evaluated yields one
/// undetermined finding that names its line. Coverage statements speak of an area by the name that the rule uses (zone,
/// area or line) or of the whole mission as [`MISSION_AREA`]; a statement about a larger area or a longer time than the
/// rule's supports calm only when its worst cell-hour reached a probability of detection of 0.9.
///
/// # Accuracy
/// Places as [`truceline_domain::Area::probability_inside`]; place and time are taken as independent.
pub fn evaluate(
    agreement: &Agreement,
    incidents: &[Incident],
    coverage: &[CoverageStatement],
    window: Span,
    world: &World<'_>,
) -> Vec<Finding> {
    evaluate_prepared(&Prepared::new(agreement, world), incidents, coverage, window)
}

/// The same with an agreement and world made ready before.
pub fn evaluate_prepared(
    prepared: &Prepared<'_>,
    incidents: &[Incident],
    coverage: &[CoverageStatement],
    window: Span,
) -> Vec<Finding> {
    let mut sights: Vec<Sight<'_>> = incidents.iter().map(Sight::of).collect();
    sights.sort_by_key(|sight| (sight.incident.time.from, sight.incident.id));
    let watched = Watched::new(coverage);
    let held = |rule, reading, conditions| Held {
        prepared,
        rule,
        reading,
        conditions,
        sights: &sights,
        coverage: &watched,
        window,
    };
    let mut findings = Vec::new();
    for rule in &prepared.agreement.rules {
        findings.extend(unusable(rule, window));
        if rule.faults.is_empty() {
            for (reading, conditions) in rule.held_in() {
                findings.extend(of_reading(&held(rule, reading, conditions)));
            }
        }
    }
    findings
}

fn of_reading(held: &Held<'_>) -> Vec<Finding> {
    let conditions: &Conditions = held.conditions;
    if conditions.modal == Modal::May {
        return Vec::new();
    }
    match conditions.kind.and_then(kind_named) {
        Some(kind) => kind.evaluate(held),
        None => {
            let text = format!("line {}: no clause kind knows `{}`", held.rule.line, conditions.act);
            vec![held.of_window(held.window, Said::undetermined("not_evaluable", text))]
        }
    }
}

/// The finding of a rule that could not be understood: undetermined, with the lines that stand in the way.
fn unusable(rule: &Rule, window: Span) -> Option<Finding> {
    let first = rule.faults.first()?;
    let mut said =
        Said::undetermined("not_evaluable", format!("line {}: `{}`: {}", first.line, first.text, first.message));
    let more = rule.faults.iter().skip(1).take(9);
    said.reasons.extend(more.map(|f| {
        truceline_domain::Reason::new("not_evaluable", format!("line {}: `{}`: {}", f.line, f.text, f.message))
    }));
    let subject = Subject::Window { span: window, area: Name::from(MISSION_AREA) };
    Some(finding(rule, None, subject, said))
}
