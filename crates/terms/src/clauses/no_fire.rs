//! # `no_fire`: nobody fires
//!
//! What it is for: ceasefires, local ceasefires around a plant or a repair, windows of silence by date or by hour.
//!
//! How it is written: `must not fire` or `must cease fire`; `what` lists classes of fire or weapons (all fire when
//! absent); `where` a zone, an area, a site or everywhere; `when` windows, from an event on, or daily hours.
//!
//! What it says: an incident of a listed class is held against place and time. Hot spots and harm in scope are reported
//! as undetermined, because they tell no cause. Each stretch of the window in which the rule holds is consistent only
//! when nothing listed was seen and coverage was high for each class.
//!
//! What it cannot tell: whose fire it was, unless the shares of the sealed origin say so; whether an explosion of open
//! cause was a weapon, beyond what the incident's classes say.
//!
//! ```text
//! rule S-1
//!   clause   art_1__para_1-1
//!   who      each Party
//!   must not fire
//!   where    zone "plant"
//!   when     daily 22:00 to 06:00 from event ceasefire
//! ```
//!
//! Sources: windows of silence in the daily reports of the OSCE Special Monitoring Mission; the local ceasefires around
//! the Zaporizhzhia plant announced by the IAEA.

use super::{ClauseKind, DONE, Parameter, START, THEN, WHEN, WHERE};
use crate::held::Held;
use crate::hold::hold;
use crate::judge::Look;
use crate::rule::Modal;
use crate::values::FIRE;
use crate::weapons::fire_class;
use truceline_domain::Finding;

/// The kind.
pub(super) struct NoFire;

impl ClauseKind for NoFire {
    fn name(&self) -> &'static str {
        "no_fire"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[WHERE, WHEN, START, DONE, THEN]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[(Modal::MustNot, "fire"), (Modal::Must, "cease fire")]
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let look = Look::of(held.conditions(), &FIRE, |spec| fire_class(spec.kind)).at_fire();
        hold(held, &look, false)
    }
}
