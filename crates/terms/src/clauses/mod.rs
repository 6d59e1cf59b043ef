//! The kinds of clauses, one per file. Each file's head is its manual page.

mod exclusion_area;
mod no_fire;
mod no_flight;
mod notification;
mod silence_days;
mod withdrawal;
mod zone_buffer;

use crate::held::Held;
use crate::rule::{Conditions, Modal};
use truceline_domain::Finding;

/// A key that a clause kind understands beside the common ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The key as rules write it.
    pub key: &'static str,
    /// Whether a rule of this kind must have it.
    pub is_required: bool,
    /// A value, for hints.
    pub example: &'static str,
}

impl Parameter {
    const fn required(key: &'static str, example: &'static str) -> Self {
        Self { key, is_required: true, example }
    }

    const fn optional(key: &'static str, example: &'static str) -> Self {
        Self { key, is_required: false, example }
    }
}

/// What all kinds understand about time.
const START: Parameter = Parameter::optional("start", "by day 2 after event ceasefire");
const DONE: Parameter = Parameter::optional("done", "by day 14 after event ceasefire");
const THEN: Parameter = Parameter::optional("then", "stay");
const WHEN: Parameter = Parameter::optional("when", "from event ceasefire");
const WHERE: Parameter = Parameter::optional("where", "zone \"north\"");

/// One way in which agreements bind: how its rules are written and what they say about incidents and windows.
///
/// Kinds are stateless and do not depend on each other; adding one is a file here and a line in [`KINDS`].
pub trait ClauseKind: Sync {
    /// Its name, a stable word.
    fn name(&self) -> &'static str;

    /// The keys it understands beside `clause`, `who`, `what`, `verify`, `except`, `on breach`, `note`, `status`,
    /// `grade` and the act.
    fn parameters(&self) -> &'static [Parameter];

    /// The acts it is written with.
    fn acts(&self) -> &'static [(Modal, &'static str)];

    /// True when it evaluates rules with these conditions.
    fn claims(&self, conditions: &Conditions) -> bool {
        self.acts().iter().any(|(modal, act)| *modal == conditions.modal && *act == conditions.act.as_str())
    }

    /// What the rule says, in the order incidents first, windows after them. Never silent where it cannot tell.
    fn evaluate(&self, held: &Held<'_>) -> Vec<Finding>;
}

/// All kinds. The first one that claims a rule evaluates it.
pub static KINDS: &[&dyn ClauseKind] = &[
    &zone_buffer::ZoneBuffer,
    &no_fire::NoFire,
    &withdrawal::Withdrawal,
    &no_flight::NoFlight,
    &exclusion_area::ExclusionArea,
    &silence_days::SilenceDays,
    &notification::Notification,
];

/// The kind that evaluates rules with these conditions.
pub(crate) fn claiming(conditions: &Conditions) -> Option<&'static &'static dyn ClauseKind> {
    KINDS.iter().find(|kind| kind.claims(conditions))
}

/// The kind of that name.
pub fn kind_named(name: &str) -> Option<&'static dyn ClauseKind> {
    KINDS.iter().find(|kind| kind.name() == name).copied()
}
