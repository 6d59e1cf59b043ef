//! # `withdrawal`: heavy weapons behind a distance from a line
//!
//! What it is for: the withdrawal of artillery, mortars, rocket launchers and tanks to a distance that depends on the
//! weapon, from a line that may depend on the party.
//!
//! How it is written: `must withdraw`; `what` heavy weapons, or weapons by kind and calibre; `from` a line, fixed by
//! version where the text fixes it; `distance >= 25 km`; `start` and `done` by day; `then stay`; `except` storage sites
//! and announced movements.
//!
//! What it says: a weapon seen nearer than the distance after `done` does not agree, with the distance past the limit
//! and its error, only when it is nearer by more than two standard deviations. 22.0 ± 0.05 km against 25 km is
//! inconsistent by 3.0 ± 0.05 km. Where each party has a line of its own, the one counts on whose land the weapon stands.
//!
//! What it cannot tell: the calibre, unless a source names it (`152 mm`): then `calibre_unknown`. A decoy from a gun.
//! Before `done` it says nothing, because withdrawing is allowed to take until then.
//!
//! ```text
//! rule W-2.1.a
//!   clause   art_2__para_2-1__subpara_a
//!   who      each Party
//!   must     withdraw
//!   what     weapon kind artillery, calibre >= 100 mm
//!   from     line "contact", version 2031-02-12
//!   distance >= 25 km
//!   done     by day 14 after event ceasefire
//!   then     stay
//! ```
//!
//! Source: package of measures of 12 February 2015, point 2 (UN Security Council resolution 2202): lines by party,
//! distances by weapon.

use super::{ClauseKind, DONE, Parameter, START, THEN, WHEN, WHERE};
use crate::held::Held;
use crate::hold::hold;
use crate::judge::Look;
use crate::rule::Modal;
use truceline_domain::{EventClass, Finding};

/// The kind.
pub(super) struct Withdrawal;

impl ClauseKind for Withdrawal {
    fn name(&self) -> &'static str {
        "withdrawal"
    }

    fn parameters(&self) -> &'static [Parameter] {
        const FROM: Parameter = Parameter::required("from", "line \"contact\"");
        const DISTANCE: Parameter = Parameter::required("distance", ">= 25 km");
        const WHAT: Parameter = Parameter::required("what", "heavy weapons");
        &[WHAT, FROM, DISTANCE, WHERE, WHEN, START, DONE, THEN]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[(Modal::Must, "withdraw")]
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let look = Look::of(held.conditions(), &[EventClass::HeavyWeapon], |_| EventClass::HeavyWeapon);
        hold(held, &look, true)
    }
}
