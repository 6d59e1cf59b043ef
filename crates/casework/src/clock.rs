//! The clocks of a case: from the earliest plausible time of the event, shown and never acted upon.

use truceline_domain::{Case, CaseState, Clock, SignedDuration, Timestamp};

/// Name, minutes, and the state that stops it. The answer within a day and the coordinated answer within three run from
/// the event, not from when it was noticed; the earlier ones leave time for them.
const CLOCKS: [(&str, i64, CaseState); 6] = [
    ("triage_15min", 15, CaseState::UnderVerification),
    ("preliminary_6h", 6 * 60, CaseState::Verified),
    ("mandate_test_12h", 12 * 60, CaseState::Determined),
    ("package_20h", 20 * 60, CaseState::Determined),
    ("answer_24h", 24 * 60, CaseState::Notified),
    ("coordinated_72h", 72 * 60, CaseState::Closed),
];

/// How a clock stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockState {
    /// What it counts to is done.
    Met,
    /// It no longer counts: the case was dismissed or merged.
    Stopped,
    /// There is time left.
    Running,
    /// Its time is over.
    Overdue,
}

/// The clocks of a case whose event happened no earlier than `earliest`.
pub fn clocks(earliest: Timestamp) -> Vec<Clock> {
    let due = |minutes| earliest.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(Timestamp::MAX);
    CLOCKS.iter().map(|(name, minutes, _)| Clock { name: (*name).into(), due: due(*minutes) }).collect()
}

/// How a clock of a case stands at `now`, by where the case stands: after a review a clock is met again only when the
/// case is there again. A clock of another name is met by closing.
pub fn clock_state(case: &Case, clock: &Clock, now: Timestamp) -> ClockState {
    let stops = CLOCKS.iter().find(|(name, ..)| *name == clock.name.as_str());
    let stops_at = stops.map_or(CaseState::Closed, |(_, _, state)| *state);
    match (way(case.state), way(stops_at)) {
        (None, _) => ClockState::Stopped,
        (Some(stands), Some(needed)) if stands >= needed => ClockState::Met,
        _ if clock.due <= now => ClockState::Overdue,
        _ => ClockState::Running,
    }
}

/// The clocks of a case that are overdue at `now`, the earliest first.
pub fn overdue(case: &Case, now: Timestamp) -> impl Iterator<Item = &Clock> {
    case.clocks.iter().filter(move |clock| clock_state(case, clock, now) == ClockState::Overdue)
}

/// How far along the way to a closed case a state is; `None` beside the way.
fn way(state: CaseState) -> Option<u8> {
    match state {
        CaseState::Candidate => Some(0),
        CaseState::UnderVerification => Some(1),
        CaseState::Verified => Some(2),
        CaseState::Determined => Some(3),
        CaseState::Notified => Some(4),
        CaseState::Closed => Some(5),
        CaseState::Dismissed | CaseState::Merged => None,
    }
}
