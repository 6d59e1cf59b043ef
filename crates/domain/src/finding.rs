//! Findings: what the agreement's text says about an incident or a window, as far as a machine may say.

use crate::{Derivation, Digest, FindingId, IncidentId, Measured, Name, Span};

/// What a machine may say. Only a person says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// What was seen agrees with the clause.
    Consistent,
    /// It cannot be told, for the reasons given.
    Undetermined,
    /// What was seen does not agree with the clause.
    Inconsistent,
}

impl Verdict {
    /// The word used in files and on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Undetermined => "undetermined",
            Self::Inconsistent => "inconsistent",
        }
    }
}

/// The exact words that a finding was held against.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseRef {
    /// The clause's stable id in the text (`art_2__para_2-1__subpara_a`).
    pub eid: Name,
    /// The rule's id in the rule file.
    pub rule: Name,
    /// The agreement's version.
    pub version: Name,
    /// SHA-256 of the clause's text.
    pub text_digest: Digest,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An incident.
    Incident(IncidentId),
    /// A window of time in an area, such as a day of silence.
    Window {
        /// The window.
        span: Span,
        /// The area, as the mission calls it.
        area: Name,
    },
}

/// One reason, with a stable code for machines and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// A stable word, the same in every language.
    pub code: &'static str,
    /// The sentence, in English, without the final stop.
    pub text: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// What one rule, in one reading, says about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Digest of clause, reading and subject.
    pub id: FindingId,
    /// The clause and rule.
    pub clause: ClauseRef,
    /// Whose reading, when the clause is contested.
    pub reading: Option<Name>,
    /// What it is about.
    pub subject: Subject,
    /// Consistent, inconsistent or undetermined.
    pub verdict: Verdict,
    /// Probability that the incident lies where and when the rule applies, when that could be computed.
    pub probability_inside: Option<f64>,
    /// Distance past the limit, m (positive: inside the forbidden side by so much), with its error.
    pub margin_m: Option<Measured>,
    /// The notified activity that explains it, if one does.
    pub exempted_by: Option<Name>,
    /// Why; never empty.
    pub reasons: Vec<Reason>,
    /// Method and version.
    pub derivation: Derivation,
}
