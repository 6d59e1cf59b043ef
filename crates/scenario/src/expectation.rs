//! What a scenario says the machine is to make of it; held against the results by whoever runs the whole house.

use truceline_domain::{CoverageWording, EventClass, Name, PartyId, Span, Verdict};

/// One expected result.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Line of the text.
    pub line: u32,
    /// Only in this stretch of time; the whole scenario when `None`.
    pub window: Option<Span>,
    /// What is expected.
    pub kind: ExpectationKind,
}

/// A whole number between two bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRange {
    /// At least.
    pub low: u64,
    /// At most.
    pub high: u64,
}

impl CountRange {
    /// True when `n` lies between the bounds.
    pub fn contains(&self, n: u64) -> bool {
        (self.low..=self.high).contains(&n)
    }
}

/// Which of the counts that are never merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountKind {
    /// What the tables of the SMM would have counted.
    Smm,
    /// Observations.
    Observations,
    /// Incidents of any class.
    Incidents,
}

impl CountKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Smm, Self::Observations, Self::Incidents];

    /// The word used in scenario texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Smm => "smm",
            Self::Observations => "observations",
            Self::Incidents => "incidents",
        }
    }
}

/// What is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpectationKind {
    /// So many incidents of a class.
    Incidents {
        /// How many.
        n: CountRange,
        /// Of which class.
        class: EventClass,
    },
    /// Rounds over all incidents (of a class): the most likely number lies in the range.
    Rounds {
        /// How many.
        n: CountRange,
        /// Of which class, if said.
        class: Option<EventClass>,
    },
    /// At least one finding of a rule with this verdict.
    Finding {
        /// The rule's id.
        rule: Name,
        /// The verdict.
        verdict: Verdict,
    },
    /// No finding of a rule (with this verdict).
    NoFinding {
        /// The rule's id.
        rule: Name,
        /// The verdict, if only this one is excluded.
        verdict: Option<Verdict>,
    },
    /// An incident whose origin lies with a party with at least this probability.
    Origin {
        /// The party.
        party: PartyId,
        /// Probability, 0…1.
        at_least: f64,
    },
    /// No incident states an origin with a probability above one half.
    NoOrigin,
    /// The wording that coverage allows for a class.
    Coverage {
        /// The class.
        class: EventClass,
        /// The wording.
        wording: CoverageWording,
        /// The area, when not the whole mission.
        area: Option<Name>,
    },
    /// One of the counts.
    Count {
        /// Which.
        kind: CountKind,
        /// How many.
        n: CountRange,
    },
}
