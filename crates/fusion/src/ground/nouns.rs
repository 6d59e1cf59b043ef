//! What the location of ground events speaks of.

use truceline_domain::{Outage, Pick, PlaceEstimate, SensorId, Span, Station, Timestamp, Wave, Wgs84};

/// The flat frame in which events are searched, km east and north of an origin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The origin.
    pub origin: Wgs84,
    /// Kilometres in a degree of latitude.
    pub km_per_deg_lat: f64,
    /// Kilometres in a degree of longitude.
    pub km_per_deg_lon: f64,
}

/// The box in which events are looked for, km in the frame; depth positive down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Searched {
    /// East, from and to.
    pub east_km: (f64, f64),
    /// North, from and to.
    pub north_km: (f64, f64),
    /// Depth, from and to.
    pub depth_km: (f64, f64),
}

/// Wind and temperature of the layer that sound uses, for a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AirColumn {
    /// When it holds.
    pub span: Span,
    /// Wind towards the east and the north, m/s.
    pub wind_mps: (f64, f64),
    /// Error of either, one standard deviation.
    pub wind_sigma_mps: f64,
    /// Temperature, °C.
    pub temperature_c: f64,
    /// Its error, one standard deviation.
    pub temperature_sigma_c: f64,
}

/// What governs a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The frame.
    pub frame: Frame,
    /// The box.
    pub searched: Searched,
    /// Speed of P waves, km/s.
    pub p_km_s: f64,
    /// Speed of S waves, km/s.
    pub s_km_s: f64,
    /// Layers from the top: depth of the top km, P km/s, S km/s; empty for constant speeds.
    pub layers: Vec<(f64, f64, f64)>,
    /// The air by hour, if a field is given; empty when nothing is known.
    pub air: Vec<AirColumn>,
    /// Fewest picks of an event.
    pub n_picks: usize,
    /// Fewest P (or air) picks.
    pub n_p: usize,
    /// Fewest S picks.
    pub n_s: usize,
    /// Fewest stations with both P and S.
    pub n_p_and_s: usize,
    /// Largest residual of a pick, s.
    pub tolerance_s: f64,
    /// Threads to use; the result does not depend on it.
    pub threads: usize,
}

/// All that is known of a stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The stations.
    pub stations: &'a [Station],
    /// The picks, in any order; results refer to them by their index here.
    pub picks: &'a [Pick],
    /// When stations were down; such a station is neither hit nor miss.
    pub outages: &'a [Outage],
    /// What governs the search.
    pub settings: &'a Settings,
}

/// What a source can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroundClass {
    /// A heavy weapon being fired.
    Launch,
    /// A round coming down.
    Impact,
    /// Small arms.
    SmallArms,
    /// A round in flight faster than sound.
    SupersonicRound,
    /// A blast in a quarry.
    QuarryBlast,
    /// Thunder.
    Thunder,
    /// An aircraft faster than sound.
    SonicBoom,
    /// Fireworks.
    Fireworks,
    /// An earthquake.
    Earthquake,
}

/// A sensor that should have heard an event and did not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Miss {
    /// Index of the station.
    pub station: usize,
    /// The wave.
    pub wave: Wave,
    /// Probability that it would have been picked.
    pub pd: f64,
}

/// Where an event can be when no ellipse says it: cells of highest density, in the order of their density.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Probability that it holds the event.
    pub probability: f64,
    /// Area, km².
    pub area_km2: f64,
    /// Closed rings, longitude and latitude in degrees; more than one when the posterior has humps.
    pub rings: Vec<Vec<Wgs84>>,
}

/// One located event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Origin time.
    pub time: Timestamp,
    /// Its error, one standard deviation, s.
    pub time_sigma_s: f64,
    /// Where on the map, with the covariance of the error.
    pub epicentre: PlaceEstimate,
    /// Depth, km.
    pub depth_km: f64,
    /// Its error, one standard deviation, km; zero when the depth is held.
    pub depth_sigma_km: f64,
    /// Half axes of the 50, 90 and 95 % ellipses, longer and shorter, m.
    pub ellipse_m: [(f64, f64); 3],
    /// Direction of the longer axis, degrees clockwise from north.
    pub ellipse_azimuth_deg: f64,
    /// Regions of 50, 90 and 95 %, where the posterior has more than one hump; else empty.
    pub regions: Vec<Region>,
    /// What it is, most likely first, adding up to 1; empty when the picks carry nothing that tells.
    pub classes: Vec<(GroundClass, f64)>,
    /// Rounds: at least, most likely, at most; `None` when it cannot be told.
    pub rounds: Option<(u32, u32, u32)>,
    /// Natural logarithm of the odds against "all these picks are clutter".
    pub log_odds: f64,
    /// Sensors that should have heard and did not.
    pub misses: Vec<Miss>,
    /// Stations within reach that were down: they count for nothing.
    pub uncovered: Vec<usize>,
}

/// A pick that belongs to an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventArrival {
    /// Index of the pick in the input.
    pub pick: usize,
    /// Index of the event in the result.
    pub event: usize,
    /// The wave it was taken for.
    pub wave: Wave,
    /// Observed minus computed, s.
    pub residual_s: f64,
    /// How much it counted in the place, 0…1.
    pub weight: f64,
}

/// A station whose clock cannot be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// The station.
    pub station: SensorId,
    /// When.
    pub span: Span,
    /// How far its clock is ahead in the middle of the span, s.
    pub offset_s: f64,
    /// How fast it runs away, s per hour.
    pub drift_s_per_h: f64,
    /// Arrivals that say so.
    pub n_arrivals: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Located {
    /// Events in the order of origin time.
    pub events: Vec<Event>,
    /// Arrivals in the order of event, then pick.
    pub arrivals: Vec<EventArrival>,
    /// Stations whose clocks cannot be right; their picks count less.
    pub clocks: Vec<Clock>,
    /// The air as the events themselves speak for it, by hour.
    pub air: Vec<AirColumn>,
}
