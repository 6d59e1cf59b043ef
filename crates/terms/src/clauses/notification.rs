//! # `notification`: what is done is announced before
//!
//! What it is for: blasting, exercises, movements and flights that are allowed when they are announced in time.
//!
//! How it is written: `must notify`; `what` the classes (blasting when absent); `when >= 48 h before`, with
//! `, acknowledged` where the mission must have confirmed it; `where` as for other rules.
//!
//! What it says: an incident of a listed class that no announcement explains does not agree (`no_notice`), nor one
//! outside the announced time (`outside_notified_window`) or area (`outside_notified_area`), nor one announced too late
//! (`notice_late`). One that an announcement explains is consistent. Each announcement of a listed class that came too
//! late gets a finding of its own, about the time and the id of the activity.
//!
//! What it cannot tell: that nothing was done without notice, unless coverage was high for the class.
//!
//! ```text
//! rule Q-1
//!   clause   art_7
//!   who      each Party
//!   must     notify
//!   what     blasting
//!   when     >= 48 h before
//! ```
//!
//! Source: Vienna Document 2011, chapters V and VI (prior notification of certain military activities), as a pattern.

use super::{ClauseKind, Parameter, WHERE};
use crate::held::{Held, Said};
use crate::hold::hold_with;
use crate::judge::{Judged, Look, bare};
use crate::moment::When;
use crate::notice::{DEFAULT_LEAD_S, Notice, Requirement, notice};
use crate::rule::{Conditions, Modal};
use truceline_domain::{EventClass, Finding, NotifiedActivity, Reason, Subject, Verdict};

/// The kind.
pub(super) struct Notification;

impl ClauseKind for Notification {
    fn name(&self) -> &'static str {
        "notification"
    }

    fn parameters(&self) -> &'static [Parameter] {
        const WHEN: Parameter = Parameter::required("when", ">= 48 h before");
        &[WHEN, WHERE]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[(Modal::Must, "notify")]
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let look = Look::of(held.conditions(), &[EventClass::Blasting], |_| EventClass::HeavyWeapon);
        let requirement = requirement(held.conditions());
        let mut findings = hold_with(held, &look, true, |at, sight| {
            let mut judged = bare(held, &look, at, sight)?;
            if judged.said.verdict != Verdict::Consistent {
                announce(held, (requirement, look.forbidden()), &mut judged);
            }
            Some(judged)
        });
        findings.extend(late_notices(held, &look, requirement));
        findings
    }
}

fn requirement(conditions: &Conditions) -> Requirement {
    match conditions.when {
        When::Notice { lead_s, acknowledged } => {
            Requirement { lead_s: Some(lead_s), is_acknowledgement_needed: acknowledged }
        }
        _ => Requirement { lead_s: Some(DEFAULT_LEAD_S), is_acknowledgement_needed: false },
    }
}

/// Adds what the announcements say about an incident that had to be announced.
fn announce(held: &Held<'_>, (requirement, ruled): (Requirement, crate::world::Classes), judged: &mut Judged<'_, '_>) {
    let said = &mut judged.said;
    said.reasons.retain(|reason| reason.code != "in_scope");
    let reason = match notice(&held.prepared.announced, judged.sight, (requirement, ruled)) {
        Notice::Explains(activity) => {
            said.verdict = Verdict::Consistent;
            said.exempted_by = Some(activity.id.clone());
            said.reasons.clear();
            Reason::new("notified_activity", format!("announced in time as `{}`", activity.id))
        }
        Notice::InPart(activity) => {
            said.verdict = Verdict::Undetermined;
            Reason::new("notified_in_part", format!("perhaps announced as `{}`", activity.id))
        }
        Notice::Late(activity) => {
            Reason::new("notice_late", format!("announced as `{}`, later than the clause asks for", activity.id))
        }
        Notice::OutsideWindow(activity) => Reason::new(
            "outside_notified_window",
            format!("in the place of `{}`, outside its announced time", activity.id),
        ),
        Notice::OutsideArea(activity) => Reason::new(
            "outside_notified_area",
            format!("at the time of `{}`, outside its announced area", activity.id),
        ),
        Notice::None => Reason::new("no_notice", "no announcement speaks of it"),
    };
    said.reasons.insert(0, reason);
}

/// A finding for each announcement of a listed class in the window that came too late.
fn late_notices(held: &Held<'_>, look: &Look<'_>, requirement: Requirement) -> Vec<Finding> {
    let of_class = |activity: &&NotifiedActivity| activity.classes.iter().any(|class| look.classes.contains(class));
    let announced = held.prepared.announced.iter().map(|one| one.activity).filter(of_class);
    let late = announced.filter(|a| a.span.overlap(&held.window()).is_some() && !requirement.is_met(a));
    late.map(|activity| {
        let hours = activity.span.from.duration_since(activity.notified_at).as_secs_f64() / 3_600.0;
        let text = format!(
            "announced {hours:.0} h before it begins, or not acknowledged, which is not what the clause asks for"
        );
        let said = Said::because(Verdict::Inconsistent, "notice_late", text);
        held.finding(Subject::Window { span: activity.span, area: activity.id.clone() }, said)
    })
    .collect()
}
