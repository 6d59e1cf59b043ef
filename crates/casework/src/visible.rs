//! What a reader may see of an incident. What a reader may not see is absent from what they get.

use crate::disclosure::{Cell, Disclosure, released_cell};
use truceline_domain::{
    Counts, DetectionId, EventClass, Incident, IncidentId, Modality, Name, NotKnownReason, PartyId, SignedDuration,
    Span, Timestamp, Where,
};

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// The mission itself, inside its own trust boundary.
    Mission,
    /// The liaison of a party.
    Liaison(PartyId),
    /// Everybody else.
    Public,
}

/// How coarse and how late for each audience outside the mission.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DisclosurePolicy {
    /// For the liaison of a party.
    pub liaison: Disclosure,
    /// For the public.
    pub public: Disclosure,
}

impl Default for DisclosurePolicy {
    /// The field's practice: 5 km at once for liaison, whose work is to stop the fire; 10 km after 72 h for the public.
    fn default() -> Self {
        Self {
            liaison: Disclosure { cell_m: 5_000.0, delay: SignedDuration::ZERO },
            public: Disclosure { cell_m: 10_000.0, delay: SignedDuration::from_hours(72) },
        }
    }
}

/// What a reader gets.
#[derive(Clone, Debug, PartialEq)]
pub enum View<'a> {
    /// Everything, for the mission.
    Whole(&'a Incident),
    /// The coarse form.
    Released(Box<PublicIncident>),
    /// Nothing yet.
    NotYet {
        /// When it will be released.
        from: Timestamp,
    },
}

/// An incident as it may leave the mission. It has no exact place or time, no sensor, no detection of others, no origin
/// and no free text, because it has no fields for them.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicIncident {
    /// The incident; its id tells nothing but itself.
    pub id: IncidentId,
    /// What it is most likely.
    pub class: EventClass,
    /// When, widened to full hours of UTC for the public and full minutes for liaison.
    pub time: Span,
    /// Where, coarse.
    pub place: PublicPlace,
    /// Observations and rounds.
    pub counts: Counts,
    /// Number of independent sources.
    pub n_independent: u32,
    /// The incidents that this one replaces.
    pub supersedes: Vec<IncidentId>,
    /// For the liaison of a party: that party's own reports that went into it, as a receipt.
    pub own_reports: Vec<DetectionId>,
}

/// Where, coarse.
#[derive(Clone, Debug, PartialEq)]
pub enum PublicPlace {
    /// Somewhere in a cell of the fixed grid.
    Cell(Cell),
    /// Somewhere in a named area of the mission.
    Area(Name),
    /// Not told, with the reason. A bearing without a range is withheld, since it would point from a sensor.
    NotKnown(NotKnownReason),
}

/// What an audience may see of an incident at `now`.
pub fn visible<'a>(incident: &'a Incident, audience: &Audience, policy: &DisclosurePolicy, now: Timestamp) -> View<'a> {
    let (disclosure, step_s) = match audience {
        Audience::Mission => return View::Whole(incident),
        Audience::Liaison(_) => (&policy.liaison, 60),
        Audience::Public => (&policy.public, 3_600),
    };
    if !disclosure.is_released(&incident.time, now) {
        return View::NotYet { from: disclosure.released_from(&incident.time) };
    }
    View::Released(Box::new(PublicIncident {
        id: incident.id,
        class: incident.class,
        time: widened(incident.time.hull(), step_s),
        place: public_place(incident, disclosure),
        counts: incident.counts,
        n_independent: incident.n_independent,
        supersedes: incident.supersedes.clone(),
        own_reports: own_reports(incident, audience),
    }))
}

fn public_place(incident: &Incident, disclosure: &Disclosure) -> PublicPlace {
    match (&incident.place, incident.estimate()) {
        (_, Some(estimate)) => PublicPlace::Cell(released_cell(&estimate, disclosure)),
        (Where::Area(name), None) => PublicPlace::Area(name.clone()),
        (Where::NotKnown(reason), None) => PublicPlace::NotKnown(*reason),
        (Where::Bearing(_) | Where::Estimate(_), None) => PublicPlace::NotKnown(NotKnownReason::Withheld),
    }
}

/// The span widened to full steps since the epoch, and never empty.
fn widened(span: Span, step_s: i64) -> Span {
    let floor = |at: Timestamp| at.as_second() - at.as_second().rem_euclid(step_s);
    let from = Timestamp::from_second(floor(span.from)).unwrap_or(Timestamp::MIN);
    let until = Timestamp::from_second(floor(span.until) + step_s).unwrap_or(Timestamp::MAX);
    Span { from, until }
}

fn own_reports(incident: &Incident, audience: &Audience) -> Vec<DetectionId> {
    let Audience::Liaison(party) = audience else { return Vec::new() };
    let own = incident.arrivals.iter().map(|arrival| &arrival.detection);
    own.filter(|d| d.modality == Modality::PartyReport && d.owner == *party).map(|d| d.id).collect()
}
