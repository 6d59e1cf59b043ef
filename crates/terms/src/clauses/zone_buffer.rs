//! # `zone_buffer`: a strip or zone that is kept clear
//!
//! What it is for: buffer zones, disengagement areas, security strips along a line: no heavy weapons, no military
//! presence, or no fire, inside a zone or nearer to a line than a distance.
//!
//! How it is written: `must not be present`, `must not deploy` or `must keep out`; or `must not fire` with `from` and
//! `distance`. `must not` states the strip that is closed (`< 2 km`), `must` the distance that is kept (`>= 2 km`).
//! `where` a zone, or `side of Party A` together with a line; `what` classes or weapons (heavy weapons and military
//! presence when absent; all fire for `fire`).
//!
//! What it says: as `no_fire`, with the distance past the limit and its error. `who` names whose land it is for
//! presence, and whose fire for fire.
//!
//! What it cannot tell: whose vehicles they are, beyond whose land they stand on.
//!
//! ```text
//! rule B-1
//!   clause   art_3__para_3-1
//!   who      each Party
//!   must not be present
//!   what     heavy weapons; military presence
//!   from     line "contact", version 2031-02-12
//!   distance < 2 km
//! ```
//!
//! Source: framework decision on disengagement, 21 September 2016 (areas of at least 2 × 2 km, mirrored).

use super::{ClauseKind, DONE, Parameter, START, THEN, WHEN, WHERE};
use crate::held::Held;
use crate::hold::hold;
use crate::judge::Look;
use crate::rule::{Conditions, Ground, Modal};
use crate::values::FIRE;
use crate::weapons::fire_class;
use truceline_domain::{EventClass, Finding};

/// The kind.
pub(super) struct ZoneBuffer;

const FROM: Parameter = Parameter::optional("from", "line \"contact\"");
const DISTANCE: Parameter = Parameter::optional("distance", "< 2 km");

impl ClauseKind for ZoneBuffer {
    fn name(&self) -> &'static str {
        "zone_buffer"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[WHERE, FROM, DISTANCE, WHEN, START, DONE, THEN]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[
            (Modal::MustNot, "be present"),
            (Modal::MustNot, "deploy"),
            (Modal::Must, "keep out"),
            (Modal::MustNot, "fire"),
        ]
    }

    fn claims(&self, conditions: &Conditions) -> bool {
        let is_listed =
            self.acts().iter().any(|(modal, act)| *modal == conditions.modal && *act == conditions.act.as_str());
        let is_by_line = matches!(conditions.ground, Ground::NearLine { .. });
        is_listed && (conditions.act.as_str() != "fire" || is_by_line)
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let conditions = held.conditions();
        if conditions.act.as_str() == "fire" {
            let look = Look::of(conditions, &FIRE, |spec| fire_class(spec.kind)).at_fire();
            return hold(held, &look, false);
        }
        let default = [EventClass::HeavyWeapon, EventClass::MilitaryPresence];
        let look = Look::of(conditions, &default, |_| EventClass::HeavyWeapon);
        hold(held, &look, true)
    }
}
