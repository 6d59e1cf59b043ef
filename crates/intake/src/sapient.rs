//! SAPIENT (BSI Flex 335 v2.0): networked sensors and lower fusion nodes, as a live conversation and as a recording.
//!
//! **What it is.** Messages of protobuf, each behind a length of four bytes (little end first), over TCP. The product is
//! the **fusion node**: nodes connect to it, register, say how they are, and report detections and alerts.
//! [`FusionNode`] is that conversation as a machine without sockets and clock: [`FusionNode::feed`] takes the bytes of a
//! connection in pieces of any size and says what to send, keep, refuse and close. [`EdgeNode`] is the other side, to hand
//! tracks on to a partner's fusion node. [`Message`] is one message: decoded, judged ([`faults`]), encoded byte for byte,
//! as JSON ([`json`]).
//!
//! **What it needs.** [`Settings`]: an id of its own and the register of nodes. A node that the register does not name is
//! refused; what the register says of a node's modality and owner counts.
//!
//! **What never happens.** Nodes that act on things (kinetic, jammer, cyber, directed energy) are refused and the refusal
//! is told. No task to follow, move or patrol can be said with [`Request`]; one that comes in is refused and told. Reports
//! whose likeliest class is a person are dropped at the door and counted (`personal data refused`); persons among other
//! classes are left out; so is where a human post stands and the identity of things that are no craft.
//!
//! **Time.** The message's own time, 0.1 s standard deviation. Live messages older than 0.9 s or more than 0.1 s ahead are
//! faults ([`AgeLimits`]).
//!
//! **Place.** Latitude and longitude (degrees or radians) or UTM with the errors of the message; range and bearing from the
//! place that the node told, with the errors of both. Without errors: 100 m, 2°, 2 % of the range (10 m at least). A
//! magnetic or platform bearing needs [`North`] in the register.
//!
//! **Error model.** A message that is not as the standard wants it is answered with `error`, one sentence for each fault,
//! and is a problem; one that is no protobuf too, and after three of them the connection is closed. A length beyond 1 MiB
//! closes at once. Messages beyond the pace are dropped. [`FusionNode::counts`] has how often each of these was. A node that
//! is silent for three status intervals, says goodbye, tells a fault or loses its connection is an outage, told piece by
//! piece up to now.
//!
//! **What it cannot tell.** Whether a report is true; who is behind a node id when the transport has no certificates.
//!
//! ```
//! use truceline_intake::sapient::{EdgeEvent, EdgeKind, EdgeNode, FusionNode, Output, PeerId, Profile, Registered, Settings};
//! use truceline_domain::{Modality, Sensor, Span, Timestamp};
//!
//! let node_id = "b182d0b9-f0a7-43ad-a0a7-27d4ebf0169f".to_owned();
//! let (id, owner, place) = ("post-7".into(), "mission".into(), None);
//! let sensor = Sensor { id, modality: Modality::Acoustic, owner, place, reach: vec![], valid: Span::ALWAYS };
//! let register = vec![Registered { node_id: node_id.clone(), sensor, north: Default::default() }];
//! let own = "5913c0f4-9f89-4c01-ab90-939099797c4f".to_owned();
//! let mut fusion = FusionNode::new(Settings { node_id: own, register, ..Settings::default() }).unwrap();
//!
//! let made_by = ("Example".to_owned(), "X-1".to_owned());
//! let (name, kind, place) = ("Post 7".to_owned(), EdgeKind::Acoustic, None);
//! let mut edge = EdgeNode::new(Profile { node_id, name, kind, interval_s: 10.0, place, made_by });
//! let now: Timestamp = "2031-02-15T06:10:00Z".parse().unwrap();
//! fusion.connected(PeerId(1), now);
//! let outputs = fusion.feed(PeerId(1), &edge.connected(now), now);
//! assert!(matches!(&outputs[..], [Output::Joined { .. }, Output::Send { .. }]));
//! let Output::Send { bytes, .. } = &outputs[1] else { panic!() };
//! assert_eq!(edge.feed(bytes, now), [EdgeEvent::Accepted]);
//! ```
//!
//! # Source
//! BSI Flex 335 v2.0 and its published interface descriptions; the checks of the Apex middleware 4.2.

mod classes;
mod compose;
mod edge;
mod framing;
mod fusion;
pub mod json;
mod judge;
mod message;
mod node;
mod place;
mod recording;
mod report;
pub mod schema;
mod utm;
mod wire;

pub use classes::{CLASS_TABLE_VERSION, Class};
pub use compose::{Level, Request, ulid};
pub use edge::{EdgeEvent, EdgeKind, EdgeNode, Profile, Sighting};
pub use framing::{Frames, MAX_MESSAGE, framed};
pub use fusion::{Alert, FusionNode, Output, PeerId, Refusal, Registered, Settings};
pub use judge::{AgeLimits, ICD_VERSION, age_fault, faults, is_ulid, is_uuid};
pub use message::{MAX_DEPTH, MAX_VALUES, Message, Value};
pub use place::{Fix, Height, HeightDatum, North, Sight};
pub use recording::Sapient;
pub use report::{Report, Velocity};
pub use wire::WireError;
