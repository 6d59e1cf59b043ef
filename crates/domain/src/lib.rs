//! The nouns and units that every room of Truceline speaks.
//!
//! What comes in: plain numbers and words, checked once in constructors. What goes out: time, place, measured numbers,
//! ids, sensors, captures, recordings, detections, coverage, incidents, findings, cases and commitments. What never
//! happens here: input or output, clocks, random numbers, knowledge of any other room.
//!
//! Units and frames: seconds and metres unless a name says otherwise; places in WGS 84 degrees; azimuths in degrees
//! clockwise from true north; local frames are east-north-up metres about a stated origin; `until` is exclusive.
//!
//! ```
//! use truceline_domain::{Area, PlaceEstimate, Wgs84};
//!
//! let zone = Area::from_rings([vec![(35.0, 47.0), (36.0, 47.0), (36.0, 48.0), (35.0, 48.0)]]);
//! let heard_at = PlaceEstimate::circular(Wgs84::new(47.5, 35.5).unwrap(), 400.0);
//! assert!(zone.probability_inside(&heard_at) > 0.999);
//! ```

mod area;
mod canonical;
mod capture;
mod case;
mod commitment;
mod coverage;
mod detection;
mod finding;
mod geodesy;
mod id;
mod incident;
mod kind;
mod known;
mod measured;
mod notified;
mod pick;
mod place;
mod problem;
mod recording;
mod sealed;
mod sensor;
mod time;

pub use area::{Area, AreaRole, AreaVersion, ReferenceLine, polyline_distance_m};
pub use canonical::Canonical;
pub use capture::{Capture, Derivation};
pub use case::{Act, ActKind, ActorRole, Case, CaseState, Clock};
pub use commitment::{Commitment, CommitmentStatus, LegalForce, SourceNote};
pub use coverage::{CoverageGap, CoverageStatement, CoverageWording};
pub use detection::{Bearing, Count, Detection, Means, Motion, Where};
pub use finding::{ClauseRef, Finding, Reason, Subject, Verdict};
pub use geodesy::{LocalFrame, distance_m};
pub use id::{CaptureId, DetectionId, Digest, FindingId, IncidentId, Name, PartyId, SensorId};
pub use incident::{Arrival, Counts, Incident, OriginShare, Rounds};
pub use kind::{EventClass, Modality, Phenomenon, UnknownName, WeaponKind};
pub use known::{Known, NotKnownReason};
pub use measured::{InvalidMeasured, Measured};
pub use notified::NotifiedActivity;
pub use pick::{ArrayBearing, Features, Pick, PickFeatures, Station, Wave};
pub use place::{Ellipse, InvalidPlace, PlaceEstimate, Wgs84};
pub use problem::{Problem, Problems, Severity};
pub use recording::{Recording, Samples};
pub use sealed::{RoomKey, Sealed};
pub use sensor::{Outage, Reach, Sensor};
pub use time::{Span, TimeEstimate};

pub use jiff::{SignedDuration, Timestamp};
