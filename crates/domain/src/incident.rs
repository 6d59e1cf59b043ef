//! Incidents: what several detections say together.

use crate::{
    Derivation, Detection, DetectionId, EventClass, IncidentId, Modality, Name, PartyId, PlaceEstimate, TimeEstimate,
    Where,
};

/// The hypothesis that a detection belongs to an incident, with how well it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The detection itself.
    pub detection: Detection,
    /// Distance of its place from the incident's place, m, if it has one.
    pub residual_m: Option<f64>,
    /// Time of its midpoint minus the incident's, s.
    pub residual_s: f64,
    /// How much it counted in the place and time, 0…1; the weights of one incident add up to 1.
    pub weight: f64,
}

/// How many rounds (shots, bombs) an incident had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rounds {
    /// At least.
    pub low: u32,
    /// Most likely.
    pub best: u32,
    /// At most.
    pub high: u32,
}

/// The three counts that are never merged, and the SMM-style number kept for continuity. Incidents are counted by
/// counting incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Observations: things that detections counted, summed.
    pub observations: u64,
    /// Rounds, when the detections allow an interval.
    pub rounds: Option<Rounds>,
    /// What the SMM's tables would have counted (explosion, projectile, muzzle flash, flare, tracer, burst, shot each
    /// one by one).
    pub smm_style: u64,
}

/// The probability that the origin of fire lies in the area that a party controls. Computed from the sealed origin.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginShare {
    /// The party.
    pub party: PartyId,
    /// Probability, 0…1, rounded to 0.01 so that shares cannot be inverted into a place.
    pub probability: f64,
}

/// One happening, as far as the detections tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Digest of method, version and members.
    pub id: IncidentId,
    /// What it is most likely.
    pub class: EventClass,
    /// What else it may be: class and probability, most likely first, adding up to 1.
    pub class_posterior: Vec<(EventClass, f64)>,
    /// When.
    pub time: TimeEstimate,
    /// Where: an estimate, a named area, or not known.
    pub place: Where,
    /// The detections it explains, in the order of their time, then id.
    pub arrivals: Vec<Arrival>,
    /// Observations and rounds.
    pub counts: Counts,
    /// Where the fire came from, by party; empty when no detection tells.
    pub origin_shares: Vec<OriginShare>,
    /// Number of independent sources: distinct owner, modality and dependence.
    pub n_independent: u32,
    /// Other incidents that some of its detections could have belonged to.
    pub rivals: Vec<IncidentId>,
    /// Why it was put together like this, for people.
    pub reasons: Vec<String>,
    /// The incidents that this one replaces after late data.
    pub supersedes: Vec<IncidentId>,
    /// Method and version.
    pub derivation: Derivation,
}

impl Incident {
    /// The place as a normal estimate, if it has one.
    pub fn estimate(&self) -> Option<PlaceEstimate> {
        match &self.place {
            Where::Estimate(estimate) => Some(*estimate),
            Where::Bearing(bearing) => bearing.estimate(),
            Where::Area(_) | Where::NotKnown(_) => None,
        }
    }

    /// The ids of its detections.
    pub fn members(&self) -> impl Iterator<Item = DetectionId> + '_ {
        self.arrivals.iter().map(|arrival| arrival.detection.id)
    }

    /// The modalities that saw it, each once, in order.
    pub fn modalities(&self) -> Vec<Modality> {
        let mut all: Vec<_> = self.arrivals.iter().map(|a| a.detection.modality).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The owners of what saw it, each once, in order.
    pub fn owners(&self) -> Vec<Name> {
        let mut all: Vec<_> = self.arrivals.iter().map(|a| a.detection.owner.clone()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
