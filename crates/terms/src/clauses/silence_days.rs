//! # `silence_days`: so many days in a row without fire
//!
//! What it is for: steps that wait for consecutive days without fire, confirmed by monitoring.
//!
//! How it is written: `must keep silence`; `when 7 consecutive days`, with `from` a moment when they begin to count;
//! `where` and `what` as for `no_fire`.
//!
//! What it says: one finding for the window, looking back from its end as far as the days need. A day is broken when an
//! incident does not agree, calm when nothing listed was seen and coverage was high for each class the whole local day,
//! open otherwise. So many calm days in a row are consistent; no row of days that are calm or open is inconsistent;
//! everything between is undetermined.
//!
//! What it cannot tell: anything about days for which it is given neither incidents nor coverage; they are open.
//!
//! ```text
//! rule D-1
//!   clause   art_6__para_6-2
//!   who      each Party
//!   must     keep silence
//!   where    zone "disengagement 1"
//!   when     7 consecutive days
//! ```
//!
//! Source: framework decision on disengagement, 21 September 2016 (7 days without fire confirmed by the monitors).

use super::{ClauseKind, Parameter, WHERE};
use crate::held::{Held, Said, Schedule};
use crate::hold::event_not_set;
use crate::judge::{Judged, Look, judge};
use crate::moment::Edge;
use crate::moment::When;
use crate::rule::Modal;
use crate::scope::Scope;
use crate::values::FIRE;
use crate::weapons::fire_class;
use crate::world::Sight;
use truceline_domain::{Finding, Reason, Span, Verdict};

/// The kind.
pub(super) struct SilenceDays;

impl ClauseKind for SilenceDays {
    fn name(&self) -> &'static str {
        "silence_days"
    }

    fn parameters(&self) -> &'static [Parameter] {
        const WHEN: Parameter = Parameter::required("when", "7 consecutive days");
        &[WHEN, WHERE]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[(Modal::Must, "keep silence")]
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let When::Days { n, from } = &held.conditions().when else {
            let said = Said::undetermined(
                "not_evaluable",
                format!("line {}: `when` does not say how many days", held.rule().line),
            );
            return vec![held.of_window(held.window(), said)];
        };
        let first = match from.as_ref().map(|moment| held.prepared.calendar().instant(moment, Edge::Start)).transpose()
        {
            Ok(first) => first,
            Err(event) => return vec![held.of_window(held.window(), event_not_set(&event))],
        };
        let days: Vec<Span> =
            local_days(held, *n).into_iter().filter(|day| first.is_none_or(|first| day.from >= first)).collect();
        let (Some(earliest), Some(latest)) = (days.first(), days.last()) else {
            return vec![
                held.of_window(held.window(), Said::undetermined("too_few_days", "no whole day lies in the window")),
            ];
        };
        let whole = Span { from: earliest.from, until: latest.until };
        vec![held.of_window(whole, said_of(held, &days, *n as usize))]
    }
}

/// The whole local days of the window, and before it as many as the rule needs.
fn local_days(held: &Held<'_>, n: u32) -> Vec<Span> {
    let calendar = held.prepared.calendar();
    let local = |at: truceline_domain::Timestamp| at.to_zoned(calendar.zone.clone()).date();
    let (begin, end) = (local(held.window().from), local(held.window().until));
    let back = end.checked_sub(jiff::Span::new().days(i64::from(n))).unwrap_or(begin).min(begin);
    let days = back.series(jiff::Span::new().days(1)).take_while(|date| *date < end).take(DAYS_MAX);
    let spans = days.filter_map(|date| Span::new(calendar.midnight(date, 0), calendar.midnight(date, 1)));
    spans.filter(|day| day.until <= held.window().until).collect()
}

/// The most days that are looked at: ten years.
const DAYS_MAX: usize = 3_660;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    Calm,
    Open,
    Broken,
}

fn said_of(held: &Held<'_>, days: &[Span], n: usize) -> Said {
    let look = Look::of(held.conditions(), &FIRE, |spec| fire_class(spec.kind)).at_fire();
    let scope = Scope::of(held.prepared, held.conditions(), false);
    let schedule = Schedule { spans: vec![Span::ALWAYS] };
    let seen: Vec<Judged<'_, '_>> =
        held.sights.iter().filter_map(|sight| judge(held, &look, (&scope, &schedule), sight)).collect();
    let mut reasons = Vec::new();
    let states: Vec<Day> =
        days.iter().map(|day| state_of(held, (&look, &scope), (&seen, *day), &mut reasons)).collect();
    if longest(&states, |day| day == Day::Calm) >= n {
        return Said::because(
            Verdict::Consistent,
            "silent_days",
            format!("{n} days in a row without fire, each with high coverage"),
        );
    }
    let n_broken = states.iter().filter(|day| **day == Day::Broken).count();
    let mut first = Vec::new();
    if n_broken > 0 {
        first.push(Reason::new(
            "incidents_inconsistent",
            format!("days with incidents that do not agree with the clause: {n_broken}"),
        ));
    }
    if days.len() < n {
        first
            .push(Reason::new("too_few_days", format!("{} whole days are fewer than the clause asks for", days.len())));
        return said(Verdict::Undetermined, first, reasons);
    }
    if longest(&states, |day| day != Day::Broken) < n {
        return said(Verdict::Inconsistent, first, Vec::new());
    }
    said(Verdict::Undetermined, first, reasons)
}

fn said(verdict: Verdict, first: Vec<Reason>, mut more: Vec<Reason>) -> Said {
    more.sort();
    more.dedup();
    let reasons = first.into_iter().chain(more).collect();
    Said { verdict, probability_inside: None, margin_m: None, exempted_by: None, reasons }
}

/// The longest row of days for which something holds.
fn longest(days: &[Day], holds: impl Fn(Day) -> bool) -> usize {
    let mut row = 0;
    days.iter()
        .map(|day| {
            row = if holds(*day) { row + 1 } else { 0 };
            row
        })
        .max()
        .unwrap_or(0)
}

fn state_of(
    held: &Held<'_>,
    (look, scope): (&Look<'_>, &Scope<'_>),
    (seen, day): (&[Judged<'_, '_>], Span),
    reasons: &mut Vec<Reason>,
) -> Day {
    let of_day = || seen.iter().filter(|j| j.counts && j.sight.hull.overlap(&day).is_some());
    // An incident breaks a day only when its time is sure to lie in it; at midnight it leaves both days open.
    let is_sure = |j: &&Judged<'_, '_>| j.sight.incident.time.probability_within(&day) >= crate::judge::SURE;
    if of_day().any(|j| j.said.verdict == Verdict::Inconsistent && is_sure(&j)) {
        return Day::Broken;
    }
    let before = reasons.len();
    if of_day().any(|j| j.said.verdict != Verdict::Consistent) {
        reasons.push(Reason::new("incidents_undetermined", "on some days incidents may not agree with the clause"));
    }
    if scope.lacks_geometry(day) {
        reasons.push(Reason::new("no_geometry", "on some days the mission has no geometry for the clause"));
    }
    let present: Vec<&Sight<'_>> = held.sights_in(day).collect();
    let worth = held.coverage.worth((&held.area_names(), &look.classes), day, &present);
    if !worth.is_high {
        reasons.extend(worth.reasons);
    }
    if reasons.len() > before { Day::Open } else { Day::Calm }
}
