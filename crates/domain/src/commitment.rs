//! The book of the guarantees: who promised what, under which condition, with which legal force.

use crate::Name;
use crate::kind::{UnknownName, closed_list};
use std::fmt;

closed_list! {
    /// How far a commitment has come.
    CommitmentStatus {
        /// Written down, not announced.
        Draft = "draft",
        /// Said in public.
        Announced = "announced",
        /// Signed.
        Signed = "signed",
        /// Before a parliament.
        ParliamentaryProcedure = "parliamentary_procedure",
        /// Ratified.
        Ratified = "ratified",
        /// In force but for its conditions.
        ConditionsPending = "conditions_pending",
        /// In force.
        Active = "active",
        /// Done.
        Fulfilled = "fulfilled",
        /// Held up.
        Suspended = "suspended",
        /// Run out.
        Lapsed = "lapsed",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

closed_list! {
    /// The legal force that a source claims.
    LegalForce {
        /// Binding in law.
        LegallyBinding = "legally_binding",
        /// A political commitment.
        Political = "political",
        /// A declaration of intent.
        Intent = "intent",
        /// Still being sought.
        Sought = "sought",
        /// Not stated.
        NotStated = "not_stated",
    }
}

/// What one source says, kept beside what others say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceNote {
    /// Short citation, such as `S1:5`.
    pub cited: Name,
    /// What it says of the status.
    pub status: CommitmentStatus,
    /// What it says of the legal force.
    pub legal_force: LegalForce,
}

/// One commitment. Where sources differ, all are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Its id in the register.
    pub id: Name,
    /// Who promised.
    pub who: Vec<Name>,
    /// What, in our own words.
    pub what: String,
    /// Field: land, sky, sea, monitoring, hubs, armament, finance, legal, coordination, mutual_support, intelligence.
    pub domain: Name,
    /// What must be true first, if anything.
    pub conditions: Vec<String>,
    /// What the sources say, in the order of the file; never empty.
    pub sources: Vec<SourceNote>,
}

impl Commitment {
    /// True when the sources differ on status or legal force.
    pub fn is_disputed(&self) -> bool {
        self.sources
            .iter()
            .zip(self.sources.iter().skip(1))
            .any(|(a, b)| (a.status, a.legal_force) != (b.status, b.legal_force))
    }
}
