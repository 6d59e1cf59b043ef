//! Announced activities: whether one explains an incident.

use crate::geometry::{Share, Zone};
use crate::judge::{FAINT, SURE, class_sure};
use crate::rule::{Conditions, Exception};
use crate::world::{Classes, Sight};
use jiff::SignedDuration;
use truceline_domain::{NotifiedActivity, PlaceEstimate, Span};

/// Notice that is early enough when a rule does not say and the mission did not acknowledge: two days, the notice of
/// movements in the sample agreement.
pub(crate) const DEFAULT_LEAD_S: f64 = 48.0 * 3_600.0;
/// How far from its time an activity in the same place is still mentioned, s: one day, because the next announcement
/// of a daily activity begins then.
const MENTIONED_S: f64 = 86_400.0;

/// Standard deviations outside an announced area from which an incident is taken to lie outside: Φ(−1.96) = 0.025.
const OUTSIDE_SIGMA: f64 = 1.96;

/// An activity made ready.
#[derive(Debug)]
pub(crate) struct Announced<'a> {
    pub activity: &'a NotifiedActivity,
    pub classes: Classes,
    zone: Zone<'a>,
}

impl<'a> Announced<'a> {
    pub fn new(activity: &'a NotifiedActivity) -> Self {
        Self { activity, classes: Classes::of(&activity.classes), zone: Zone::new(&activity.area) }
    }

    fn margin_m(&self) -> f64 {
        if self.activity.margin_m.is_finite() { self.activity.margin_m.max(0.0) } else { 0.0 }
    }

    /// The share of the incident inside the announced area with its margin; `None` when it has no place to compare.
    fn place(&self, sight: &Sight<'_>) -> Option<Share> {
        let shares: Vec<Share> = sight.places().iter().map(|place| self.zone.share(place, self.margin_m())).collect();
        let n = shares.len() as f64;
        let p = shares.iter().map(|share| share.p).sum::<f64>() / n;
        (n > 0.0).then(|| Share { p, is_centre_in: shares.iter().all(|share| share.is_centre_in) })
    }

    /// True when the best place is further outside than the error reaches: a place with a large error has little of
    /// its probability in a small area and may still lie in it.
    fn is_beyond_error(&self, sight: &Sight<'_>) -> bool {
        let is_beyond = |place: &PlaceEstimate| {
            let reach_m = OUTSIDE_SIGMA * place.sigma_major_m() + self.margin_m();
            self.zone.depth_m(place.centre).is_none_or(|depth_m| depth_m < -reach_m)
        };
        !sight.places().is_empty() && sight.places().iter().all(is_beyond)
    }
}

/// What a rule asks of an announcement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Requirement {
    /// Seconds before the beginning, if stated.
    pub lead_s: Option<f64>,
    /// Whether the mission must have acknowledged it.
    pub is_acknowledgement_needed: bool,
}

impl Requirement {
    /// What the rule's exceptions ask; `None` when announcements do not defeat it.
    pub fn of(conditions: &Conditions) -> Option<Self> {
        if conditions.except.contains(&Exception::None) {
            return None;
        }
        let stated = conditions.except.iter().find_map(|exception| match exception {
            Exception::Notified { lead_s, acknowledged } => {
                Some(Self { lead_s: *lead_s, is_acknowledgement_needed: *acknowledged })
            }
            _ => None,
        });
        Some(stated.unwrap_or(Self { lead_s: None, is_acknowledgement_needed: false }))
    }

    /// True when the announcement came early enough or was acknowledged, as the rule asks. Where the rule asks for
    /// nothing, an acknowledgement before the beginning or [`DEFAULT_LEAD_S`] is enough.
    pub fn is_met(self, activity: &NotifiedActivity) -> bool {
        let lead_s = activity.span.from.duration_since(activity.notified_at).as_secs_f64();
        let is_acknowledged = activity.acknowledged_at.is_some_and(|at| at <= activity.span.from);
        match (self.lead_s, self.is_acknowledgement_needed) {
            (Some(wanted_s), needed) => lead_s >= wanted_s && (is_acknowledged || !needed),
            (None, true) => is_acknowledged,
            (None, false) => is_acknowledged || lead_s >= DEFAULT_LEAD_S,
        }
    }
}

/// What the announcements say about an incident; the first that applies, in this order, ties by id.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Notice<'p> {
    /// This one explains it.
    Explains(&'p NotifiedActivity),
    /// This one explains it in part, or perhaps.
    InPart(&'p NotifiedActivity),
    /// This one would, had it been announced in time.
    Late(&'p NotifiedActivity),
    /// This one is in the same place at another time.
    OutsideWindow(&'p NotifiedActivity),
    /// This one is at the same time in another place.
    OutsideArea(&'p NotifiedActivity),
    /// None speaks of it.
    None,
}

impl Notice<'_> {
    fn rank(self) -> u8 {
        match self {
            Self::Explains(_) => 0,
            Self::InPart(_) => 1,
            Self::Late(_) => 2,
            Self::OutsideWindow(_) => 3,
            Self::OutsideArea(_) => 4,
            Self::None => 5,
        }
    }
}

/// What the announcements say about an incident, for a rule about the classes `ruled`.
pub(crate) fn notice<'p>(
    announced: &'p [Announced<'_>],
    sight: &Sight<'_>,
    (requirement, ruled): (Requirement, Classes),
) -> Notice<'p> {
    let each = announced.iter().map(|one| weigh(one, sight, (requirement, ruled)));
    each.fold(Notice::None, |best, next| if next.rank() < best.rank() { next } else { best })
}

fn weigh<'p>(one: &'p Announced<'_>, sight: &Sight<'_>, (requirement, ruled): (Requirement, Classes)) -> Notice<'p> {
    let activity = one.activity;
    if !one.classes.shares(sight.classes) || wider(activity.span).overlap(&sight.hull).is_none() {
        return Notice::None;
    }
    let p_class = sight.class_probability(one.classes);
    let p_time = sight.incident.time.probability_within(&activity.span);
    if p_class < FAINT {
        return Notice::None;
    }
    let Some(place) = one.place(sight) else {
        // Whether an incident without an exact place is explained cannot be told while the activity lasts.
        return if p_time > 1.0 - SURE { Notice::InPart(activity) } else { Notice::None };
    };
    let is_inside = place.p >= SURE && place.is_centre_in;
    let is_outside = place.p <= 1.0 - SURE && !place.is_centre_in && one.is_beyond_error(sight);
    if is_outside {
        return if p_time >= SURE { Notice::OutsideArea(activity) } else { Notice::None };
    }
    if p_time <= 1.0 - SURE {
        return if is_inside { Notice::OutsideWindow(activity) } else { Notice::None };
    }
    if !requirement.is_met(activity) {
        return Notice::Late(activity);
    }
    // What the rule does not speak of need not be announced: only a ruled class that was not announced is left over.
    let p_left_over = sight.class_probability(ruled.without(one.classes));
    if is_inside && p_time >= SURE && class_sure(1.0 - p_left_over) {
        Notice::Explains(activity)
    } else {
        Notice::InPart(activity)
    }
}

fn wider(span: Span) -> Span {
    let day = SignedDuration::from_secs(MENTIONED_S as i64);
    let from = span.from.checked_sub(day).unwrap_or(span.from);
    Span { from, until: span.until.checked_add(day).unwrap_or(span.until) }
}
