//! Cases: what people do with findings.

use crate::kind::{UnknownName, closed_list};
use crate::{FindingId, IncidentId, Name, Timestamp};
use std::fmt;

closed_list! {
    /// Where a case stands.
    CaseState {
        /// Made from a finding; nobody has looked yet.
        Candidate = "candidate",
        /// Set aside by a person, with a reason.
        Dismissed = "dismissed",
        /// Joined to another case.
        Merged = "merged",
        /// Being verified.
        UnderVerification = "under_verification",
        /// Verified: a person stated what happened.
        Verified = "verified",
        /// Classified under the agreement by the people who may.
        Determined = "determined",
        /// The parties were told.
        Notified = "notified",
        /// Closed.
        Closed = "closed",
    }
}

closed_list! {
    /// What a person may do to a case.
    ActKind {
        /// Take it up for verification.
        Escalate = "escalate",
        /// Set it aside.
        Dismiss = "dismiss",
        /// Join it to another.
        Merge = "merge",
        /// State the result of verification.
        Verify = "verify",
        /// Classify it under the agreement.
        Determine = "determine",
        /// Tell the parties.
        Notify = "notify",
        /// Close it.
        Close = "close",
        /// Open it again on new evidence.
        Review = "review",
    }
}

closed_list! {
    /// Roles; who may do what follows from them.
    ActorRole {
        /// Watches and triages.
        WatchOfficer = "watch_officer",
        /// Verifies.
        Analyst = "analyst",
        /// Leads verification.
        VerificationLead = "verification_lead",
        /// Tests against the mandate.
        LegalAdviser = "legal_adviser",
        /// Decides what may be released.
        ReleaseOfficer = "release_officer",
        /// Speaks with a party.
        LiaisonOfficer = "liaison_officer",
        /// Determines.
        Commission = "commission",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
    }
}

/// One human act, as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The incident whose case it is about.
    pub incident: IncidentId,
    /// What was done.
    pub kind: ActKind,
    /// By whom.
    pub actor: Name,
    /// In which role.
    pub role: ActorRole,
    /// When.
    pub at: Timestamp,
    /// Why, in the person's words.
    pub reason: String,
    /// The case it is merged into, for [`ActKind::Merge`].
    pub into: Option<IncidentId>,
}

/// A clock that runs for a case. It is shown; it triggers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What it counts to, such as `triage` or `answer_24h`.
    pub name: Name,
    /// When it runs out.
    pub due: Timestamp,
}

/// A case, as folded from findings and acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The incident it is about.
    pub incident: IncidentId,
    /// The findings that opened it.
    pub findings: Vec<FindingId>,
    /// Where it stands.
    pub state: CaseState,
    /// Clocks, from the earliest plausible time of the event.
    pub clocks: Vec<Clock>,
    /// What people did, in order.
    pub acts: Vec<Act>,
}
