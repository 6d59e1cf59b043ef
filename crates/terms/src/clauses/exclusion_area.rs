//! # `exclusion_area`: vessels stay out
//!
//! What it is for: areas at sea that vessels of the parties do not enter.
//!
//! How it is written: `must not enter`; `where` the area; `what` vessels (when absent).
//!
//! What it says: a vessel inside does not agree. A vessel that sends no position is no finding for that: being dark is
//! not being inside.
//!
//! What it cannot tell: whose vessel it is. A position that a vessel sends of itself is not enough on its own, because
//! it may be false; radar, image or a second source make it so, or a `verify` line that asks for one source.
//!
//! ```text
//! rule N-1
//!   clause   art_5
//!   who      each Party
//!   must not enter
//!   where    area "bay"
//! ```
//!
//! Source: local arrangements at sea; false positions as described for AIS by the IMO (resolution A.1106(29), 40).

use super::{ClauseKind, DONE, Parameter, START, THEN, WHEN};
use crate::held::Held;
use crate::hold::hold;
use crate::judge::{Actor, Look};
use crate::rule::Modal;
use truceline_domain::{EventClass, Finding};

/// The kind.
pub(super) struct ExclusionArea;

impl ClauseKind for ExclusionArea {
    fn name(&self) -> &'static str {
        "exclusion_area"
    }

    fn parameters(&self) -> &'static [Parameter] {
        const WHERE: Parameter = Parameter::required("where", "area \"bay\"");
        &[WHERE, WHEN, START, DONE, THEN]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[(Modal::MustNot, "enter")]
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let mut look = Look::of(held.conditions(), &[EventClass::Vessel], |_| EventClass::HeavyWeapon);
        look.actor = Actor::Origin;
        hold(held, &look, false)
    }
}
