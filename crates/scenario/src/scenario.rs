//! What a scenario text says, once read: who watches, what happens, what is announced, and what is to be expected.

use crate::Expectation;
use jiff::tz::Offset;
use truceline_domain::{
    Area, EventClass, Name, Outage, PartyId, Phenomenon, Sensor, SensorId, Span, TimeEstimate, Timestamp, WeaponKind,
    Wgs84,
};

/// A scenario: a stretch of time on the ground of a mission, with everything that happens in it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its short name, such as `mortar-across-the-line`.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// The mission folder whose ground it plays on.
    pub mission: String,
    /// When it plays.
    pub span: Span,
    /// The offset of its clock times from UTC, taken from `from`.
    pub offset: Offset,
    /// The seed that the text proposes.
    pub seed: u64,
    /// Air temperature and wind, which carry sound.
    pub weather: Weather,
    /// Sensors beside those of the mission; one with an id of the mission replaces it.
    pub sensors: Vec<Sensor>,
    /// Activities announced beforehand.
    pub notices: Vec<Notice>,
    /// Losses of sensors, each with its line of the text.
    pub outages: Vec<(u32, Outage)>,
    /// Overflights of satellites and sorties of the mission's aircraft.
    pub passes: Vec<Pass>,
    /// Stated rates of false alarms.
    pub clutter: Vec<Clutter>,
    /// Deliveries that come late.
    pub delays: Vec<Delay>,
    /// Stretches of time that single nodes record.
    pub records: Vec<Record>,
    /// What truly happens, in the order of the text.
    pub happenings: Vec<Happening>,
    /// What parties, patrols and the public say happened.
    pub reports: Vec<Report>,
    /// What the machine is to make of it.
    pub expectations: Vec<Expectation>,
    /// What the text says in prose because no statement can say it.
    pub notes: Vec<String>,
}

/// The air, the same over the whole scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    /// Air temperature, °C.
    pub temperature_c: f64,
    /// Wind speed, m/s.
    pub wind_mps: f64,
    /// Where the wind comes from, degrees clockwise from north.
    pub wind_from_deg: f64,
}

/// A piece of ground: by the name of an area of the mission, or drawn in the text.
#[derive(Clone, Debug)]
pub enum Ground {
    /// An area of the mission.
    Named(Name),
    /// A shape of its own.
    Shape(Area),
}

/// An announced activity whose area may still be a name.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Line of the text.
    pub line: u32,
    /// Its id.
    pub id: Name,
    /// Who announced it.
    pub by: PartyId,
    /// What it is: exercise, blasting, flight, repair.
    pub kind: Name,
    /// The classes of events it explains.
    pub classes: Vec<EventClass>,
    /// When.
    pub span: Span,
    /// Where.
    pub ground: Ground,
    /// Allowance around the area, m.
    pub margin_m: f64,
    /// When the announcement came.
    pub notified_at: Timestamp,
    /// When the mission acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
}

/// An overflight of a satellite, or a sortie of the mission's own aircraft.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// Line of the text.
    pub line: u32,
    /// The sensor.
    pub sensor: SensorId,
    /// When.
    pub at: Timestamp,
}

/// A stated rate of false alarms.
#[derive(Clone, Debug, PartialEq)]
pub struct Clutter {
    /// Line of the text.
    pub line: u32,
    /// The sensor or network.
    pub sensor: SensorId,
    /// Mean number in 24 hours.
    pub per_day: f64,
    /// What it believes to have seen.
    pub phenomenon: Phenomenon,
}

/// A delivery that comes late.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// Line of the text.
    pub line: u32,
    /// The sensor or network.
    pub sensor: SensorId,
    /// The observation times it concerns.
    pub span: Span,
    /// By how many seconds.
    pub by_s: f64,
}

/// A stretch of time that a node records.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Line of the text.
    pub line: u32,
    /// The node.
    pub sensor: SensorId,
    /// When.
    pub span: Span,
    /// Samples per second.
    pub rate_hz: f64,
}

/// Something that truly happens.
#[derive(Clone, Debug)]
pub struct Happening {
    /// Line of the text.
    pub line: u32,
    /// When; an instant has `from == until`.
    pub span: Span,
    /// Who does it, when that is part of the truth.
    pub by: Option<PartyId>,
    /// The cause in the text's words.
    pub cause: Option<String>,
    /// What.
    pub kind: HappeningKind,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum HappeningKind {
    /// Rounds fired from one place to another.
    Fire(Fire),
    /// A quarry blast of several holes.
    Blast {
        /// Where.
        at: Wgs84,
        /// Number of holes.
        holes: u32,
        /// Delay between holes, s.
        every_s: f64,
        /// Total charge, t, if stated.
        charge_t: Option<f64>,
    },
    /// Explosions at irregular moments.
    Explosions {
        /// About where.
        at: Wgs84,
        /// How many.
        n: u32,
        /// One standard deviation of their scatter along each axis, m.
        spread_m: f64,
    },
    /// Small-arms fire.
    Shots {
        /// From where.
        at: Wgs84,
        /// How many bursts or shots.
        n: u32,
        /// Bursts of automatic fire, or single shots.
        phenomenon: Phenomenon,
        /// One standard deviation of their scatter, m.
        spread_m: f64,
    },
    /// Vegetation on fire, its front moving.
    Wildfire {
        /// Where it starts.
        at: Wgs84,
        /// How far the front moves, m.
        grows_m: f64,
        /// Where it moves to, degrees clockwise from north.
        towards_deg: f64,
        /// Pixels of a thermal satellite at its end.
        pixels: u32,
    },
    /// A drone or aircraft in flight.
    Flight {
        /// [`Phenomenon::DroneInFlight`] or [`Phenomenon::AircraftInFlight`].
        phenomenon: Phenomenon,
        /// Its path.
        path: Vec<Wgs84>,
        /// Speed, m/s.
        speed_mps: f64,
        /// Height above ground, m.
        height_m: f64,
        /// The identity it tells by radio, if it carries a transponder.
        identity: Option<Name>,
    },
    /// A vessel under way.
    Voyage(Voyage),
    /// Heavy weapons standing somewhere.
    Weapons {
        /// Where.
        at: Wgs84,
        /// How many.
        n: u32,
        /// What.
        weapon: WeaponKind,
        /// Calibre, mm, if it matters to a clause.
        calibre_mm: Option<f64>,
        /// Dummies beside them.
        decoys: u32,
    },
    /// A thunderstorm.
    Thunderstorm {
        /// Its middle.
        at: Wgs84,
        /// Its radius, m.
        radius_m: f64,
        /// Strokes that could be heard.
        strokes: u32,
    },
    /// A state that lasts: jamming, loss of power, a dose rate.
    State {
        /// [`Phenomenon::Impediment`], [`Phenomenon::PowerLoss`] or [`Phenomenon::DoseRate`].
        phenomenon: Phenomenon,
        /// Where.
        at: Wgs84,
        /// How far it reaches, m.
        radius_m: f64,
        /// Lowest and highest reading, µSv/h, for a dose rate.
        reading: Option<(f64, f64)>,
    },
}

/// Rounds fired from one place to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fire {
    /// How many.
    pub rounds: u32,
    /// Seconds between them.
    pub every_s: f64,
    /// With what.
    pub weapon: WeaponKind,
    /// From where. Sealed as soon as it leaves the scenario.
    pub from: Wgs84,
    /// To where.
    pub to: Wgs84,
    /// One standard deviation of the fall of shot along each axis, m.
    pub spread_m: f64,
}

/// A vessel under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Voyage {
    /// Its path.
    pub path: Vec<Wgs84>,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// The identity it claims by radio, if it carries a transponder.
    pub identity: Option<Name>,
    /// When the transponder is silent.
    pub silent: Option<Span>,
    /// Length of the hull, m, if stated.
    pub hull_m: Option<f64>,
    /// No vessel at all: positions that a transponder makes up.
    pub is_ghost: bool,
}

/// What somebody says happened. It is delivered as it was said; it becomes no truth by being said.
#[derive(Clone, Debug)]
pub struct Report {
    /// Line of the text.
    pub line: u32,
    /// Who says it: a source of the register.
    pub source: SensorId,
    /// When it came in.
    pub received_at: Timestamp,
    /// How many.
    pub n: u32,
    /// Of what.
    pub phenomenon: Phenomenon,
    /// With what, if said.
    pub weapon: Option<WeaponKind>,
    /// When, as said.
    pub time: TimeEstimate,
    /// Where, as said.
    pub place: Said,
    /// Its words.
    pub note: Option<String>,
    /// The truth about it: made up by its author.
    pub forged: bool,
}

/// Where somebody says it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// About a place, to within one standard deviation in metres.
    Near(Wgs84, f64),
    /// Somewhere in a named area.
    Area(Name),
}
