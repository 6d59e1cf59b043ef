//! The moves of a case: from where to where, by whom, and why not.

use std::collections::BTreeMap;
use truceline_domain::{Act, ActKind, ActorRole, CaseState};

/// The state that an act leads to, or `None` when the case does not allow it there.
///
/// ```text
/// candidate ── escalate ─▶ under_verification ── verify ─▶ verified ── determine ─▶ determined ── notify ─▶ notified ── close ─▶ closed
///     └─────── dismiss, merge ───────┘  ▶ dismissed, merged
///                                    ▲
///                                    └── review, from dismissed, merged, verified, determined, notified, closed
/// ```
/// A review opens the way again from verification on; what was done before stays in the case.
pub fn next_state(from: CaseState, kind: ActKind) -> Option<CaseState> {
    use CaseState::{Candidate, Closed, Determined, Dismissed, Merged, Notified, UnderVerification, Verified};
    match (kind, from) {
        (ActKind::Escalate, Candidate) => Some(UnderVerification),
        (ActKind::Dismiss, Candidate | UnderVerification) => Some(Dismissed),
        (ActKind::Merge, Candidate | UnderVerification) => Some(Merged),
        (ActKind::Verify, UnderVerification) => Some(Verified),
        (ActKind::Determine, Verified) => Some(Determined),
        (ActKind::Notify, Determined) => Some(Notified),
        (ActKind::Close, Notified) => Some(Closed),
        (ActKind::Review, Dismissed | Merged | Verified | Determined | Notified | Closed) => Some(UnderVerification),
        _ => None,
    }
}

/// True when a role may do such an act at all. The auditor reads everything and does nothing.
pub fn may(role: ActorRole, kind: ActKind) -> bool {
    use ActorRole::{
        Analyst, Commission, LegalAdviser, LiaisonOfficer, ReleaseOfficer, VerificationLead, WatchOfficer,
    };
    match kind {
        ActKind::Escalate | ActKind::Dismiss => matches!(role, WatchOfficer | VerificationLead),
        ActKind::Merge => matches!(role, WatchOfficer | Analyst | VerificationLead),
        ActKind::Verify => matches!(role, Analyst | VerificationLead),
        ActKind::Determine => role == Commission,
        ActKind::Notify => matches!(role, LiaisonOfficer | ReleaseOfficer),
        ActKind::Close => matches!(role, Commission | VerificationLead),
        ActKind::Review => matches!(role, LegalAdviser | VerificationLead | Commission),
    }
}

/// Why an act changed nothing. The act itself is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No such incident.
    UnknownIncident,
    /// Nobody's name stands on it.
    NoActor,
    /// The role may not do it.
    Role,
    /// The case does not allow it where it stands.
    Move(CaseState),
    /// The same person did what must be another's: whoever verifies, determines or notifies a case does only that one.
    SamePerson(ActKind),
    /// It sets aside, classifies or reopens without saying why.
    NoReason,
    /// It does not say into which case.
    NoMergeTarget,
    /// It says into an incident that does not exist.
    UnknownMergeTarget,
    /// The case would be merged into itself, directly or around a circle.
    MergeCircle,
}

impl Refusal {
    /// A stable word, the same in every language.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownIncident => "unknown_incident",
            Self::NoActor => "no_actor",
            Self::Role => "role_may_not",
            Self::Move(_) => "illegal_move",
            Self::SamePerson(_) => "same_person",
            Self::NoReason => "no_reason",
            Self::NoMergeTarget => "no_merge_target",
            Self::UnknownMergeTarget => "unknown_merge_target",
            Self::MergeCircle => "merge_circle",
        }
    }

    /// One sentence for people, lower case, no full stop.
    pub fn message(self) -> String {
        match self {
            Self::UnknownIncident => "the act is about an incident that is not there".into(),
            Self::NoActor => "the act has no actor".into(),
            Self::Role => "this role may not do this".into(),
            Self::Move(from) => format!("a case that is {from} does not allow this"),
            Self::SamePerson(done) => format!("the same person already did another part of this case ({done})"),
            Self::NoReason => "this needs a reason".into(),
            Self::NoMergeTarget => "a merge needs the incident that it merges into".into(),
            Self::UnknownMergeTarget => "the incident to merge into is not there".into(),
            Self::MergeCircle => "the case would be merged into itself".into(),
        }
    }

    /// What may help, if anything.
    pub(crate) fn hint(self) -> Option<&'static str> {
        match self {
            Self::SamePerson(_) => Some("let another person do it"),
            Self::Move(CaseState::Closed | CaseState::Dismissed | CaseState::Merged) => {
                Some("open it again by a review")
            }
            _ => None,
        }
    }
}

/// Who has verified, determined or notified a case, by the name of the person, spelling evened out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hands(BTreeMap<String, ActKind>);

impl Hands {
    /// Holds an act against everything that can be told from the case itself.
    pub fn judge(&self, from: CaseState, act: &Act) -> Result<CaseState, Refusal> {
        let person = person(act);
        if person.is_empty() {
            return Err(Refusal::NoActor);
        }
        if !may(act.role, act.kind) {
            return Err(Refusal::Role);
        }
        let to = next_state(from, act.kind).ok_or(Refusal::Move(from))?;
        if let Some(done) = self.0.get(&person).filter(|done| is_separate(act.kind) && **done != act.kind) {
            return Err(Refusal::SamePerson(*done));
        }
        let needs_reason = matches!(act.kind, ActKind::Dismiss | ActKind::Determine | ActKind::Review);
        if needs_reason && act.reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        Ok(to)
    }

    /// Remembers who did it.
    pub fn took(&mut self, act: &Act) {
        if is_separate(act.kind) {
            self.0.insert(person(act), act.kind);
        }
    }
}

/// The acts that must lie in different hands: verification, release, determination.
fn is_separate(kind: ActKind) -> bool {
    matches!(kind, ActKind::Verify | ActKind::Determine | ActKind::Notify)
}

/// The same person is the same person however the name is capitalised or spaced.
fn person(act: &Act) -> String {
    act.actor.as_str().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
