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
use crate::held::{Held, Said, Schedule};
use crate::judge::{Look, class_sure, proof_doubt};
use crate::hold::hold_with;
use crate::moment::When;
use crate::notice::{Notice, Requirement, notice};
use crate::rule::{Conditions, Modal};
use crate::scope::Scope;
use crate::world::{Classes, Sight};
use truceline_domain::{EventClass, Finding, NotifiedActivity, Reason, Span, Subject, Verdict};

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
        let mut findings = hold_with(held, &look, true, |(scope, schedule), sight| {
            let said = crate::judge::judge(held, &look, (scope, schedule), sight)?;
            let _ = said;
            None
        });
        findings.extend(late(held, &look, requirement));
        findings
    }
}
