//! Activities announced beforehand: exercises, blasting, flights, repairs.

use crate::{Area, EventClass, Name, PartyId, Span, Timestamp};

/// An activity that a party, an operator or the mission announced.
#[derive(Clone, Debug)]
pub struct NotifiedActivity {
    /// Its id, unique in the mission.
    pub id: Name,
    /// Who announced it.
    pub by: PartyId,
    /// What classes of events it explains.
    pub classes: Vec<EventClass>,
    /// What it is, in the announcer's words: exercise, blasting, flight, repair.
    pub kind: Name,
    /// When it was announced to last.
    pub span: Span,
    /// Where.
    pub area: Area,
    /// Allowance around the area for the place of an incident, m.
    pub margin_m: f64,
    /// When the announcement came.
    pub notified_at: Timestamp,
    /// When the mission acknowledged it, if it did.
    pub acknowledged_at: Option<Timestamp>,
}
