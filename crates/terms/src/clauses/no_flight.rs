//! # `no_flight`: nothing flies in a zone
//!
//! What it is for: bans on drones and aircraft of the parties in a zone or everywhere.
//!
//! How it is written: `must not fly`; `what` drones or aircraft (both when absent); `where` a zone or everywhere; the
//! mission's own flights are announced and left out by `except flights notified`.
//!
//! What it says: a flight in the zone does not agree, unless an announced flight explains it.
//!
//! What it cannot tell: whose aircraft it was. A position that an aircraft sends of itself is not enough on its own,
//! unless `verify` asks for a number of sources that is met.
//!
//! ```text
//! rule F-1
//!   clause   art_4
//!   who      each Party
//!   must not fly
//!   where    zone "strip"
//!   except   flights notified >= 2 h before
//! ```
//!
//! Source: memorandum of 19 September 2014, point 7 (ban on combat aircraft and foreign drones except the monitors').

use super::{ClauseKind, DONE, Parameter, START, THEN, WHEN, WHERE};
use crate::held::Held;
use crate::hold::hold;
use crate::judge::{Actor, Look};
use crate::rule::Modal;
use crate::weapons::fire_class;
use truceline_domain::{EventClass, Finding, WeaponKind};

/// The kind.
pub(super) struct NoFlight;

impl ClauseKind for NoFlight {
    fn name(&self) -> &'static str {
        "no_flight"
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[WHERE, WHEN, START, DONE, THEN]
    }

    fn acts(&self) -> &'static [(Modal, &'static str)] {
        &[(Modal::MustNot, "fly")]
    }

    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding> {
        let default = [EventClass::DroneFlight, EventClass::AircraftFlight];
        let class = |kind| if kind == WeaponKind::ArmedDrone { EventClass::DroneFlight } else { fire_class(kind) };
        let mut look = Look::of(held.conditions(), &default, |spec| class(spec.kind));
        look.actor = Actor::Origin;
        hold(held, &look, false)
    }
}
