//! What people do with findings, and what each reader may see of it.
//!
//! What comes in: incidents, the findings about them, and the acts of people as the log holds them. What goes out: one
//! case for each incident that a finding calls inconsistent or undetermined or that a person took up, with its state,
//! its clocks and its acts in order; a ruling on every act; and coarse, delayed views of incidents for readers outside
//! the mission. What never happens here: input or output, a clock of its own, an act that a person did not do, an act
//! that disappears. A clock triggers nothing. The machine calls nothing by a heavier word than the findings do; the
//! words of a determination are the reason that a person wrote.
//!
//! ```
//! use truceline_casework::{Disclosure, fold, overdue, released_cell};
//! use truceline_domain::*;
//!
//! # let derivation = Derivation { method: "fusion/link", version: 1 };
//! let place = PlaceEstimate::circular(Wgs84::new(47.512, 35.204).unwrap(), 400.0);
//! let at = |text: &str| text.parse::<Timestamp>().unwrap();
//! let incident = Incident {
//!     // …
//! #   id: IncidentId(Digest::of(b"one")), class: EventClass::Shelling, class_posterior: vec![], arrivals: vec![],
//! #   counts: Counts { observations: 3, rounds: None, smm_style: 3 }, origin_shares: vec![], n_independent: 2,
//! #   rivals: vec![], reasons: vec![], supersedes: vec![], derivation,
//!     time: TimeEstimate::instant(at("2031-03-01T02:14:00Z"), 0.0),
//!     place: Where::Estimate(place),
//! };
//! let act = |kind, actor: &str, role, time: &str| Act {
//!     incident: incident.id, kind, actor: actor.into(), role, at: at(time), reason: "two arrays agree".into(), into: None,
//! };
//! let acts = [
//!     act(ActKind::Escalate, "N. Ivel", ActorRole::WatchOfficer, "2031-03-01T02:20:00Z"),
//!     act(ActKind::Verify, "T. Orsan", ActorRole::Analyst, "2031-03-01T05:00:00Z"),
//!     act(ActKind::Determine, "T. Orsan", ActorRole::Commission, "2031-03-01T06:00:00Z"),
//! ];
//! let (cases, problems) = fold(&[incident], &[], &acts);
//! assert_eq!(cases[0].state, CaseState::Verified);
//! assert_eq!(cases[0].acts.len(), 3, "a refused act is kept");
//! assert_eq!(problems[0].code, "same_person", "who verified does not determine");
//! let late: Vec<_> = overdue(&cases[0], at("2031-03-01T15:00:00Z")).map(|clock| clock.name.to_string()).collect();
//! assert_eq!(late, ["mandate_test_12h"]);
//!
//! let public = Disclosure { cell_m: 10_000.0, delay: SignedDuration::from_hours(72) };
//! assert!(released_cell(&place, &public).holds(place.centre));
//! ```

mod clock;
mod disclosure;
mod docket;
mod moves;
mod visible;

pub use clock::{ClockState, clock_state, clocks, overdue};
pub use disclosure::{COARSEST_CELL_M, Cell, DEFAULT_CELL_M, Disclosure, FINEST_CELL_M, released_cell};
pub use docket::{Docket, Opening, Ruling, docket, fold};
pub use moves::{Refusal, may, next_state};
pub use visible::{Audience, DisclosurePolicy, PublicIncident, PublicPlace, View, visible};
