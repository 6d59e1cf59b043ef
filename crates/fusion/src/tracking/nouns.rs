//! What the tracker is told: sensors, scans, plots, zones.
//!
//! Frame of this module: local east-north metres about one origin, azimuths in degrees clockwise from north, ranges over
//! the ground, range rate positive when opening, seconds of one clock.

use super::motion::Motion;

/// Kinds of movers that the tracker tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mover {
    /// A drone that can hover.
    Multirotor,
    /// A drone or aircraft that must keep flying.
    FixedWing,
    /// A vehicle on the ground.
    Vehicle,
    /// A vessel.
    Vessel,
}

impl Mover {
    /// All of them, in the order in which arrays by mover are kept.
    pub const ALL: [Self; 4] = [Self::Multirotor, Self::FixedWing, Self::Vehicle, Self::Vessel];

    /// `multirotor`, `fixed_wing`, `vehicle` or `vessel`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Multirotor => "multirotor",
            Self::FixedWing => "fixed_wing",
            Self::Vehicle => "vehicle",
            Self::Vessel => "vessel",
        }
    }
}

/// How a sensor measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SensorKind {
    /// Azimuth, range and range rate.
    Radar,
    /// Places over the ground (lidar, radar that reports positions).
    Position,
    /// Azimuths within a field of view (daylight or infrared camera).
    Camera,
    /// Azimuths of radio emitters.
    DirectionFinder,
    /// Azimuths of sound, heard `range / sound_mps` late.
    Acoustic,
    /// Reports in which a mover says who and where it is (AIS, ADS-B, Remote ID, beacons).
    Cooperative,
}

/// A sector in which terrain or buildings hide what lies beyond a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blocked {
    /// Where it begins, clockwise from north.
    pub from_deg: f64,
    /// Where it ends, clockwise from north.
    pub until_deg: f64,
    /// Nothing is seen from this range on.
    pub beyond_m: f64,
}

/// What is known of one sensor. Fields that do not apply to its kind are left at their default.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Its name.
    pub name: String,
    /// How it measures.
    pub kind: SensorKind,
    /// Its place, east; a scan may give another.
    pub east_m: f64,
    /// Its place, north.
    pub north_m: f64,
    /// Its height.
    pub up_m: f64,
    /// Time between scans (between reports of one mover, if cooperative).
    pub period_s: f64,
    /// Standard deviation of an azimuth.
    pub sigma_azimuth_deg: f64,
    /// Standard deviation of a range.
    pub sigma_range_m: f64,
    /// Standard deviation of a range rate.
    pub sigma_range_rate_mps: f64,
    /// Standard deviation of an elevation, if it measures elevations.
    pub sigma_elevation_deg: Option<f64>,
    /// Standard deviation of a place, each axis.
    pub sigma_position_m: f64,
    /// Standard deviation of a reported velocity, each axis.
    pub sigma_velocity_mps: f64,
    /// Probability of detection close by.
    pub p_detect: f64,
    /// False plots expected in one scan.
    pub clutter_per_scan: f64,
    /// Range over which false plots are spread.
    pub clutter_reach_m: f64,
    /// Reach for each mover, in the order of [`Mover::ALL`]; 0 = never seen.
    pub reach_m: [f64; 4],
    /// Centre and width of the field of view; `None` = all around.
    pub view_deg: Option<(f64, f64)>,
    /// Below this range rate a radar sees little (Doppler notch).
    pub notch_mps: f64,
    /// Factor on the probability of detection inside the notch.
    pub p_in_notch: f64,
    /// Speed of sound.
    pub sound_mps: f64,
    /// Movers whose reports this cooperative source carries; empty = any.
    pub carries: Vec<Mover>,
    /// Sectors without sight.
    pub blocked: Vec<Blocked>,
}

impl Sensor {
    /// A sensor at the origin with customary values, to be changed field by field.
    #[must_use]
    pub fn new(name: &str, kind: SensorKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            east_m: 0.0,
            north_m: 0.0,
            up_m: 0.0,
            period_s: 2.0,
            sigma_azimuth_deg: 1.0,
            sigma_range_m: 15.0,
            sigma_range_rate_mps: 0.6,
            sigma_elevation_deg: None,
            sigma_position_m: 10.0,
            sigma_velocity_mps: 0.5,
            p_detect: 0.9,
            clutter_per_scan: 1.0,
            clutter_reach_m: 10_000.0,
            reach_m: [10_000.0; 4],
            view_deg: None,
            notch_mps: 1.0,
            p_in_notch: 0.25,
            sound_mps: 343.0,
            carries: Vec::new(),
            blocked: Vec::new(),
        }
    }

    /// Whether one plot of it is a place.
    #[must_use]
    pub fn gives_places(&self) -> bool {
        matches!(self.kind, SensorKind::Radar | SensorKind::Position)
    }

    /// The farthest at which it sees anything.
    #[must_use]
    pub fn farthest_m(&self) -> f64 {
        self.reach_m.iter().fold(0.0, |far, reach| f64::max(far, *reach))
    }
}

/// What one plot says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// Azimuth, range and, if measured, range rate and elevation.
    Polar {
        /// Clockwise from north.
        azimuth_deg: f64,
        /// Over the ground.
        range_m: f64,
        /// Positive when opening.
        range_rate_mps: Option<f64>,
        /// Above the horizon.
        elevation_deg: Option<f64>,
    },
    /// An azimuth and, if measured, an elevation.
    Bearing {
        /// Clockwise from north.
        azimuth_deg: f64,
        /// Above the horizon.
        elevation_deg: Option<f64>,
    },
    /// A place.
    Place {
        /// East of the origin.
        east_m: f64,
        /// North of the origin.
        north_m: f64,
    },
    /// A cooperative report: a claimed identity at a claimed place.
    Claim {
        /// Which identity, as a number of [`Setup::identities`] or of the caller's own list.
        identity: u32,
        /// East of the origin.
        east_m: f64,
        /// North of the origin.
        north_m: f64,
        /// Velocity to the east, if reported.
        east_mps: Option<f64>,
        /// Velocity to the north, if reported.
        north_mps: Option<f64>,
    },
}

/// One plot of a scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    /// The number under which the evidence knows it.
    pub number: u64,
    /// What it says.
    pub reading: Reading,
}

/// One look of one sensor, with everything it saw; empty looks count too.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// When it was measured.
    pub time_s: f64,
    /// Its number; orders scans of the same time.
    pub number: u64,
    /// Which sensor, as an index into [`Setup::sensors`].
    pub sensor: u32,
    /// Where the sensor stood, if it moves: east and north.
    pub from_m: Option<(f64, f64)>,
    /// What it saw.
    pub plots: Vec<Plot>,
}

/// A polygon or a line that is watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Watched {
    /// Its name.
    pub name: String,
    /// Corners east, north in metres.
    pub corners: Vec<(f64, f64)>,
    /// A closed polygon (true) or an open line.
    pub closed: bool,
}

/// What the tracker knows before the first scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The sensors; scans name them by index.
    pub sensors: Vec<Sensor>,
    /// West, south, east, north of the area of interest.
    pub area_m: [f64; 4],
    /// West of this easting lies the sea, if known.
    pub sea_until_east_m: Option<f64>,
    /// Zones and lines.
    pub watched: Vec<Watched>,
    /// Whether places of sensors and their north are known to be surveyed; otherwise biases are estimated.
    pub registered: bool,
    /// How late a scan may come; 0 = scans come in order of measurement.
    pub lag_s: f64,
    /// Movers expected in a square kilometre before the first look.
    pub movers_per_km2: f64,
    /// Movers that appear in a square kilometre in an hour.
    pub births_per_km2_h: f64,
}

/// Movers that appear in a watched area in an hour, at least.
const BIRTHS: f64 = 70.0;

impl Setup {
    /// Sensors in an area, with customary values for the rest: an area that is watched holds ten movers or more.
    #[must_use]
    pub fn new(sensors: Vec<Sensor>, area_m: [f64; 4]) -> Self {
        let [west, south, east, north] = area_m;
        let area_km2 = ((east - west) * (north - south) * 1e-6).max(0.01);
        Self {
            sensors,
            area_m,
            sea_until_east_m: None,
            watched: Vec::new(),
            registered: true,
            lag_s: 0.0,
            movers_per_km2: (10.0 / area_km2).max(0.2),
            births_per_km2_h: (BIRTHS / area_km2).max(0.4),
        }
    }

    pub(crate) fn motion(&self) -> Motion {
        Motion::default()
    }
}
