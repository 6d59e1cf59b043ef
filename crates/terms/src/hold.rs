//! Incidents first, then windows: the way that most clause kinds go.

use crate::held::{Held, Said, Schedule};
use crate::judge::{Judged, Look, judge};
use crate::scope::Scope;
use crate::world::Sight;
use truceline_domain::{Finding, Name, Reason, Span, Verdict};

/// The most windows of one rule that get findings of their own.
const WINDOWS_MAX: usize = 1_000;

/// Holds a rule against the incidents and windows: one finding for each incident that is its business, one for each
/// stretch of the window in which the rule holds.
pub(crate) fn hold(held: &Held<'_>, look: &Look<'_>, is_for_land: bool) -> Vec<Finding> {
    hold_with(held, look, is_for_land, |at, sight| judge(held, look, at, sight))
}

/// The same with a judge of the kind's own.
pub(crate) fn hold_with<'h>(
    held: &Held<'h>,
    look: &Look<'_>,
    is_for_land: bool,
    judge: impl Fn((&Scope<'h>, &Schedule), &'h Sight<'h>) -> Option<Judged<'h, 'h>>,
) -> Vec<Finding> {
    let schedule = match held.schedule() {
        Ok(schedule) => schedule,
        Err(event) => return vec![held.of_window(held.window, event_not_set(&event))],
    };
    let scope = Scope::of(held.prepared, held.conditions, is_for_land);
    let judged: Vec<Judged<'_, '_>> =
        held.sights_in(held.window).filter_map(|sight| judge((&scope, &schedule), sight)).collect();
    let mut findings: Vec<Finding> =
        judged.iter().map(|j| held.of_incident(j.sight.incident, j.said.clone())).collect();
    let windows: Vec<Span> = schedule.spans.iter().filter_map(|span| span.overlap(&held.window)).collect();
    for span in windows.iter().take(WINDOWS_MAX) {
        findings.push(held.of_window(*span, window_said(held, look, (&scope, &judged), *span)));
    }
    if let Some(left) = windows.get(WINDOWS_MAX).and_then(|first| Span::new(first.from, held.window.until)) {
        let text = format!("more than {WINDOWS_MAX} windows at once are not judged one by one");
        findings.push(held.of_window(left, Said::undetermined("too_many_windows", text)));
    }
    findings
}

/// A rule that hangs on an event that has not been.
pub(crate) fn event_not_set(event: &Name) -> Said {
    Said::undetermined("event_not_known", format!("the mission does not say when the event `{event}` was"))
}

fn window_said(held: &Held<'_>, look: &Look<'_>, (scope, judged): (&Scope<'_>, &[Judged<'_, '_>]), span: Span) -> Said {
    let inside: Vec<&Judged<'_, '_>> =
        judged.iter().filter(|j| j.counts && j.sight.hull.overlap(&span).is_some()).collect();
    let n = |verdict: Verdict| inside.iter().filter(|j| j.said.verdict == verdict).count();
    let (n_against, n_open) = (n(Verdict::Inconsistent), n(Verdict::Undetermined));
    if n_against > 0 {
        return Said::because(
            Verdict::Inconsistent,
            "incidents_inconsistent",
            format!("incidents that do not agree with the clause: {n_against}"),
        );
    }
    let mut reasons = Vec::new();
    if scope.lacks_geometry(span) {
        let names: Vec<String> = held.area_names().iter().map(|name| format!("`{name}`")).collect();
        reasons.push(Reason::new(
            "no_geometry",
            format!("the mission has no geometry for {} at that time", names.join(", ")),
        ));
    }
    if n_open > 0 {
        reasons.push(Reason::new(
            "incidents_undetermined",
            format!("incidents that may not agree with the clause: {n_open}"),
        ));
    }
    let present: Vec<&Sight<'_>> = held.sights_in(span).collect();
    let worth = held.coverage.worth((&held.area_names(), &look.classes), span, &present);
    let is_calm = reasons.is_empty() && worth.is_high;
    if !worth.is_high || is_calm {
        reasons.extend(worth.reasons);
    }
    let verdict = if is_calm { Verdict::Consistent } else { Verdict::Undetermined };
    Said { verdict, probability_inside: None, margin_m: None, exempted_by: None, reasons }
}
