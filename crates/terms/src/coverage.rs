//! What silence is worth: coverage statements read for one rule and window.

use crate::held::MISSION_AREA;
use crate::world::{Classes, Sight};
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{CoverageStatement, CoverageWording, EventClass, Name, Reason, Span, Timestamp};

/// Share of cell-hours from which coverage is high although something else was detected: the share that the wording
/// "high coverage" stands for.
const HIGH_SHARE: f64 = 0.9;
/// A statement about a larger area or a longer time speaks for a part of it only when its worst cell-hour reached the
/// probability of detection that counts as seen.
const PD_SEEN: f64 = 0.9;

/// Coverage statements by area and class.
#[derive(Debug, Default)]
pub(crate) struct Watched<'c> {
    statements: BTreeMap<(Name, EventClass), Vec<&'c CoverageStatement>>,
}

/// What coverage allows to say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Worth {
    /// True when nothing forbidden can have been missed more often than high coverage allows.
    pub is_high: bool,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
}

impl<'c> Watched<'c> {
    pub fn new(all: &'c [CoverageStatement]) -> Self {
        let mut statements: BTreeMap<(Name, EventClass), Vec<&CoverageStatement>> = BTreeMap::new();
        for statement in all {
            statements.entry((statement.area.clone(), statement.class)).or_default().push(statement);
        }
        for some in statements.values_mut() {
            some.sort_by_key(|statement| (statement.window, statement.wording));
        }
        Self { statements }
    }

    /// What the silence of all classes is worth in all areas over the span. `present` are the incidents that the
    /// caller knows of: a class that was detected although none of them is of it cannot be judged.
    pub fn worth(&self, (areas, classes): (&[Name], &[EventClass]), span: Span, present: &[&Sight<'_>]) -> Worth {
        let mut reasons = BTreeSet::new();
        if areas.is_empty() || classes.is_empty() {
            reasons.insert(Reason::new("nothing_to_watch", "the clause names nothing whose silence could be judged"));
        }
        for area in areas {
            for class in sensed(classes) {
                let seen =
                    present.iter().any(|sight| sight.classes.contains(class) && sight.hull.overlap(&span).is_some());
                reasons.extend(self.lacking(area, class, span, seen));
            }
        }
        if reasons.is_empty() {
            let text = "coverage was high for every class that the clause forbids";
            return Worth { is_high: true, reasons: vec![Reason::new("coverage_high", text)] };
        }
        Worth { is_high: false, reasons: reasons.into_iter().collect() }
    }

    /// Why coverage of one class in one area was not high, if it was not.
    fn lacking(&self, area: &Name, class: EventClass, span: Span, is_seen: bool) -> Option<Reason> {
        let touching = |name: &Name| -> Vec<&CoverageStatement> {
            let all = self.statements.get(&(name.clone(), class)).into_iter().flatten();
            all.copied().filter(|statement| statement.window.overlap(&span).is_some()).collect()
        };
        let own = touching(area);
        let (statements, is_own) = if own.is_empty() { (touching(&MISSION_AREA.into()), false) } else { (own, true) };
        let grades = statements.iter().map(|s| grade(s, is_own && is_inside(s.window, span), is_seen));
        let gap = if is_covered(&statements, span) { Grade::High } else { Grade::NotMonitored };
        grades.max().unwrap_or(gap).max(gap).reason(class, area)
    }
}

/// What one statement is worth, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    High,
    Partial,
    /// A larger area or a longer time was covered well on the whole, not in every part.
    NotInEveryPart,
    /// Something was detected that no incident accounts for.
    Unaccounted,
    NotAssessable,
    NotMonitored,
}

impl Grade {
    fn reason(self, class: EventClass, area: &Name) -> Option<Reason> {
        let class = class.word().replace('_', " ");
        let (code, text) = match self {
            Self::High => return None,
            Self::Partial => ("coverage_partial", format!("partial coverage: {class} in `{area}`")),
            Self::NotInEveryPart => (
                "coverage_partial",
                format!(
                    "coverage of {class} is stated for more than this window in `{area}` and was not high in every part"
                ),
            ),
            Self::Unaccounted => (
                "detected_without_incident",
                format!("{class} was detected in `{area}` and no incident accounts for it"),
            ),
            Self::NotAssessable => ("coverage_not_assessable", format!("not assessable: {class} in `{area}`")),
            Self::NotMonitored => {
                ("coverage_not_monitored", format!("not monitored the whole time: {class} in `{area}`"))
            }
        };
        Some(Reason::new(code, text))
    }
}

/// Mean probability of detection below which a window is not assessable: the coverage room's own threshold.
const ASSESSABLE_MEAN_PD: f64 = 1.0 / 3.0;

fn grade(statement: &CoverageStatement, is_exact: bool, is_seen: bool) -> Grade {
    let high = if is_exact || statement.worst_pd >= PD_SEEN { Grade::High } else { Grade::NotInEveryPart };
    match statement.wording {
        CoverageWording::NoneDetectedHigh => high,
        CoverageWording::NoneDetectedPartial => Grade::Partial,
        CoverageWording::NotAssessable => Grade::NotAssessable,
        CoverageWording::NotMonitored => Grade::NotMonitored,
        CoverageWording::Detected if !is_seen => Grade::Unaccounted,
        CoverageWording::Detected if statement.share_pd90 >= HIGH_SHARE => high,
        // Something was seen; what else could have been is told by the probabilities alone.
        CoverageWording::Detected if statement.mean_pd <= 0.0 => Grade::NotMonitored,
        CoverageWording::Detected if statement.mean_pd < ASSESSABLE_MEAN_PD => Grade::NotAssessable,
        CoverageWording::Detected => Grade::Partial,
    }
}

/// The classes that sensors are asked about. Clashes and fire counted together are not sensed as such: they are small
/// arms and heavier fire, so their absence is the absence of those.
fn sensed(classes: &[EventClass]) -> Vec<EventClass> {
    let mixed = Classes::of(&[EventClass::Clash, EventClass::MixedFire]);
    let mut all: Vec<EventClass> = classes.iter().copied().filter(|class| !mixed.contains(*class)).collect();
    if all.len() < classes.len() {
        all.extend([EventClass::SmallArms, EventClass::Shelling]);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn is_inside(inner: Span, outer: Span) -> bool {
    outer.from <= inner.from && inner.until <= outer.until
}

/// True when the statements, in order of time, leave no part of the span without one.
fn is_covered(sorted: &[&CoverageStatement], span: Span) -> bool {
    let reached: Timestamp =
        sorted.iter().fold(span.from, |at, s| if s.window.from <= at { at.max(s.window.until) } else { at });
    reached >= span.until
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
