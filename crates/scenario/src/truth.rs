//! What truly happened, and what the sensors delivered of it.

use crate::Expectation;
use truceline_domain::{
    Detection, EventClass, NotifiedActivity, Outage, PartyId, Phenomenon, Problem, Recording, Sealed, Sensor, SensorId,
    Span, Timestamp, Wgs84,
};

/// Everything a scenario yields: what the mission would have received, and the truth to hold it against.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// Sensors that the scenario adds to those of the mission.
    pub sensors: Vec<Sensor>,
    /// Activities that were announced.
    pub notified: Vec<NotifiedActivity>,
    /// Losses of sensors.
    pub outages: Vec<Outage>,
    /// What was delivered, in the order of arrival.
    pub captures: Vec<SimulatedCapture>,
    /// What truly happened, in the order of the text.
    pub truth: Vec<TrueEvent>,
    /// Reports that were made up by their authors.
    pub forgeries: Vec<Forgery>,
    /// What the machine is to make of it.
    pub expectations: Vec<Expectation>,
    /// Names in the scenario that the mission does not know; what depends on them was left out.
    pub problems: Vec<Problem>,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedCapture {
    /// Name of the file, such as `AC_20310304T0000.csv`: source, and the hour of observation in UTC.
    pub name: String,
    /// The sensor or network that delivers it.
    pub source: SensorId,
    /// When it comes in.
    pub received_at: Timestamp,
    /// What is in it.
    pub content: Content,
}

/// What is in a delivery. Ids of detections carry a digest of zeros and the number of the record: the digest is known
/// only once somebody has written the bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Detections.
    Detections(Vec<Detection>),
    /// Losses of sensors.
    Outages(Vec<Outage>),
    /// A recording.
    Recording(Recording),
}

/// Something that truly happened.
#[derive(Clone, Debug)]
pub struct TrueEvent {
    /// Name of the scenario and line of its text, such as `mortar-across-the-line:14`.
    pub id: String,
    /// Its class.
    pub class: EventClass,
    /// What it was.
    pub phenomenon: Phenomenon,
    /// From its first to its last moment.
    pub time: Span,
    /// Where (where rounds came down, where a path began).
    pub place: Wgs84,
    /// Single happenings in it: rounds, holes taken as one blast, bursts, vessels, weapons.
    pub rounds: u32,
    /// Who did it.
    pub by: Option<PartyId>,
    /// From where it was fired. Sealed like every point of origin.
    pub origin: Option<Sealed<Wgs84>>,
    /// When and where each single happening came to pass, as far as they are impulses.
    pub each: Vec<(Timestamp, Wgs84)>,
    /// The cause in the scenario's words.
    pub cause: Option<String>,
}

/// A report that was made up by its author.
#[derive(Clone, Debug, PartialEq)]
pub struct Forgery {
    /// Line of the scenario.
    pub line: u32,
    /// Who submitted it.
    pub source: SensorId,
    /// When it came in.
    pub received_at: Timestamp,
    /// Name of the capture it came in.
    pub capture: String,
}
