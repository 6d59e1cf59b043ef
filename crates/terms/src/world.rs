//! What rules are held against: the mission's geometry, announcements and events, made ready once.

use crate::geometry::{LineVersion, Zone, ZoneVersion};
use crate::moment::Calendar;
use crate::notice::Announced;
use crate::rule::Agreement;
use std::collections::BTreeMap;
use truceline_domain::{
    AreaVersion, EventClass, Incident, Modality, Name, NotifiedActivity, PartyId, PlaceEstimate, ReferenceLine, Span,
    Timestamp,
};

/// The mission's facts that rules refer to.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    /// The parties to the agreement.
    pub parties: &'a [PartyId],
    /// Reference lines, all versions.
    pub lines: &'a [ReferenceLine],
    /// Areas of every role, all versions. Storage sites are areas by their name.
    pub areas: &'a [AreaVersion],
    /// Activities announced beforehand.
    pub notified: &'a [NotifiedActivity],
    /// When the agreement's events were; one that has not been is absent.
    pub events: &'a BTreeMap<Name, Timestamp>,
}

/// An agreement and its world made ready: trees over lines and areas are built on first use and kept. Make it once and
/// use it for every window.
#[derive(Debug)]
pub struct Prepared<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) world: World<'a>,
    pub(crate) zones: Vec<ZoneVersion<'a>>,
    pub(crate) lines: Vec<LineVersion<'a>>,
    pub(crate) announced: Vec<Announced<'a>>,
}

impl<'a> Prepared<'a> {
    /// Makes an agreement and its world ready.
    pub fn new(agreement: &'a Agreement, world: &World<'a>) -> Self {
        let mut announced: Vec<Announced<'a>> = world.notified.iter().map(Announced::new).collect();
        announced.sort_by(|a, b| a.activity.id.cmp(&b.activity.id));
        Self {
            agreement,
            world: *world,
            zones: world.areas.iter().map(|version| ZoneVersion { version, zone: Zone::new(&version.area) }).collect(),
            lines: world.lines.iter().map(LineVersion::new).collect(),
            announced,
        }
    }

    /// The agreement's clock.
    pub(crate) fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.agreement.time_zone, count: self.agreement.day_count, events: self.world.events }
    }
}

/// Several classes as one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes(u32);

impl Classes {
    pub fn of(classes: &[EventClass]) -> Self {
        Self(classes.iter().fold(0, |bits, class| bits | 1 << (*class as u32)))
    }

    pub fn contains(self, class: EventClass) -> bool {
        self.0 & (1 << (class as u32)) != 0
    }

    pub fn shares(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// An incident with what every rule asks of it, computed once.
#[derive(Debug)]
pub(crate) struct Sight<'a> {
    pub incident: &'a Incident,
    pub estimate: Option<PlaceEstimate>,
    /// Where something that moves was, look by look; empty for everything else. One place for a whole track would be as
    /// wide as the track is long.
    pub steps: Vec<PlaceEstimate>,
    pub hull: Span,
    pub midpoint: Timestamp,
    pub classes: Classes,
}

impl<'a> Sight<'a> {
    pub fn of(incident: &'a Incident) -> Self {
        let hull = incident.time.hull();
        let posterior = incident.class_posterior.iter().filter(|(_, p)| *p > 0.0).map(|(class, _)| *class);
        let classes: Vec<EventClass> = posterior.chain([incident.class]).collect();
        Self {
            incident,
            estimate: incident.estimate(),
            steps: steps(incident),
            // An instant without error still lies in the span that begins with it.
            hull: Span {
                from: hull.from,
                until: hull.until.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(hull.until),
            },
            midpoint: incident.time.midpoint(),
            classes: Classes::of(&classes),
        }
    }

    /// The places to hold against a scope: each look of what moves, else the one place there is.
    pub fn places(&self) -> &[PlaceEstimate] {
        if self.steps.is_empty() { self.estimate.as_slice() } else { &self.steps }
    }

    /// Probability that it is of one of the classes.
    pub fn class_probability(&self, classes: Classes) -> f64 {
        if self.incident.class_posterior.is_empty() {
            return if classes.contains(self.incident.class) { 1.0 } else { 0.0 };
        }
        let of_classes = self.incident.class_posterior.iter().filter(|(class, _)| classes.contains(*class));
        of_classes.map(|(_, p)| p).sum::<f64>().clamp(0.0, 1.0)
    }

    /// True when every detection is of one of the modalities.
    pub fn is_only(&self, modalities: &[Modality]) -> bool {
        !self.incident.arrivals.is_empty()
            && self.incident.arrivals.iter().all(|arrival| modalities.contains(&arrival.detection.modality))
    }

    /// How many detections are of one of the modalities.
    pub fn count_of(&self, modalities: &[Modality]) -> usize {
        self.incident.arrivals.iter().filter(|arrival| modalities.contains(&arrival.detection.modality)).count()
    }
}

fn steps(incident: &Incident) -> Vec<PlaceEstimate> {
    if !matches!(incident.class, EventClass::Vessel | EventClass::DroneFlight | EventClass::AircraftFlight) {
        return Vec::new();
    }
    incident.arrivals.iter().filter_map(|arrival| arrival.detection.estimate()).collect()
}
