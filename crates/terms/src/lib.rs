//! Room `terms`: the agreement as text and rules, and what they say about what was seen.
//!
//! What comes in: the agreement's plain text and its rules; incidents, coverage statements, announced activities and the
//! mission's geometry. What goes out: problems for the people who write agreements, each with line, column and hint;
//! findings that say consistent, inconsistent or undetermined, each with its clause, reading and reasons; the register
//! of commitments. What never happens here: a judgement on a party, an absence taken as calm without coverage, a clause
//! left out because it cannot be evaluated, a point of origin in any output. No clock, disk, socket or random number.
//!
//! The reading order: `text` and `notation` (lines), `values`, `moment` and `quantity` (what stands in a line), `read`
//! (rules), `scope`, `judge` and `hold` (what a rule says), `clauses` (the kinds, each with its manual page).
//!
//! ```
//! use std::collections::BTreeMap;
//! use truceline_domain::*;
//! use truceline_terms::{Names, Source, World, evaluate, parse, sentence};
//!
//! let text = "BODY\n  ARTICLE 1 - Ceasefire\n    1.1 The Parties shall cease all fire around the plant.\n";
//! let rules = "\
//! agreement /akn/xx/act/agreement/2031-02-12/river-sector
//! timezone  +02:00
//! day       calendar, day 1 = the day of the event
//!
//! rule S-1
//!   clause   art_1__para_1-1
//!   who      each Party
//!   must not fire
//!   where    zone \"plant\"
//!   when     from event ceasefire            # 15 February 2031
//! ";
//! let names = Names {
//!     areas: ["plant".to_owned()].into(),
//!     events: ["ceasefire".to_owned()].into(),
//!     ..Names::default()
//! };
//! let source = |file, text| Source { file, text };
//! let (agreement, problems) = parse(source("agreement.txt", text), source("rules.txt", rules), "2031-02-12", &names);
//! assert_eq!(problems, []);
//! assert_eq!(
//!     sentence(&agreement.rules[0]),
//!     "Each Party must not fire in the zone \"plant\" from the event \"ceasefire\"."
//! );
//!
//! let plant = Wgs84::new(47.5, 34.6).unwrap();
//! let zone = AreaVersion {
//!     name: "plant".into(),
//!     role: AreaRole::Zone,
//!     party: None,
//!     valid: Span::ALWAYS,
//!     source: "annex 1".into(),
//!     area: Area::disc(plant, 10_000.0),
//! };
//! let events = BTreeMap::from([(Name::from("ceasefire"), "2031-02-15T00:00+02:00".parse().unwrap())]);
//! let world = World { parties: &[], lines: &[], areas: &[zone], notified: &[], events: &events };
//!
//! let at: Timestamp = "2031-03-01T02:13:30Z".parse().unwrap();
//! let incident = Incident {
//!     id: IncidentId(Digest::of(b"six rounds")),
//!     class: EventClass::Shelling,
//!     class_posterior: vec![(EventClass::Shelling, 0.98), (EventClass::Blasting, 0.02)],
//!     time: TimeEstimate::instant(at, 0.5),
//!     place: Where::Estimate(PlaceEstimate::circular(LocalFrame::about(plant).place_at(90.0, 6_200.0), 150.0)),
//!     arrivals: Vec::new(),
//!     counts: Counts { observations: 6, rounds: None, smm_style: 6 },
//!     origin_shares: Vec::new(),
//!     n_independent: 3,
//!     rivals: Vec::new(),
//!     reasons: Vec::new(),
//!     supersedes: Vec::new(),
//!     derivation: Derivation { method: "fusion/link", version: 1 },
//! };
//! let day = Span::new("2031-03-01T00:00Z".parse().unwrap(), "2031-03-02T00:00Z".parse().unwrap()).unwrap();
//! let findings = evaluate(&agreement, &[incident], &[], day, &world);
//! assert_eq!(findings[0].verdict, Verdict::Inconsistent);
//! assert_eq!(findings[0].reasons[0].code, "in_scope");
//! assert_eq!(findings[0].margin_m.unwrap().value.round(), 3_796.0);
//! ```

mod text;

mod notation;
mod piece;
mod quantity;

mod moment;
mod values;

mod read;
mod rule;
mod sentence;
mod words;

mod geometry;
mod scope;
mod world;

mod coverage;
mod evaluate;
mod held;
mod hold;
mod judge;
mod notice;
mod weapons;

pub mod clauses;
pub mod guarantees;

pub use evaluate::{evaluate, evaluate_prepared};
pub use held::{DERIVATION, Held, MISSION_AREA};
pub use moment::{DayCount, Moment, When, Window};
pub use quantity::{Comparison, Dimension, Limit};
pub use read::{AS_WRITTEN, Source, parse};
pub use rule::{
    Agreement, AreaRef, Conditions, Deadline, Exception, Fault, Ground, LineRef, Modal, Names, Note, Proof, Reading,
    Rule, Side, Status, Then, WeaponSpec, What, Who,
};
pub use sentence::sentence;
pub use text::{Clause, read_text};
pub use values::FIRE;
pub use words::accusing_words;
pub use world::{Prepared, World};
