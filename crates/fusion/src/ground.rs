//! Ground sensors together: picks of seismometers, microphones and infrasound arrays become located events.
//!
//! What comes in: stations, picks, when stations were down, and what is known of the ground and the air. What goes out:
//! events with origin time, place, error ellipse, log odds against "these picks are clutter", class probabilities, the
//! sensors that should have heard and did not, and for every pick used the wave, its residual and its weight; the
//! stations whose clocks cannot be right; the wind and temperature that the events themselves speak for.
//!
//! Places of launches are sealed material: whoever calls this decides who may see what comes out.

mod air;
mod assignment;
mod cells;
mod chains;
mod class_pattern;
mod class_setting;
mod class_tables;
mod class_waveform;
mod class_waves;
mod classed;
mod classes;
mod clocks;
mod contest;
mod crack;
mod dense;
mod elsewhere;
mod events;
mod fit;
mod flight;
mod heard;
mod humps;
mod layers;
mod learn;
mod live;
mod model;
mod network;
mod noise;
mod normal;
mod nouns;
mod odds;
mod picks_by_station;
mod region;
mod regional;
mod rounds;
mod search;
mod settle_events;
mod solve;
mod spread;
mod votes;
mod whole;

pub use chains::{Chain, Flight, ShockPick, chains, pairings, shock_picks};
pub use classed::{classify_all, house_class, observed_all, phenomenon};
pub use classes::{
    Classified, Company, Evidence, Heard, Observed, Quarry, Storm, Stroke, Surroundings, classify, word,
};
pub use crack::{CrackAndBlast, Interval, miss_distance_m, muzzle_range_m, n_wave_duration_s};
pub use flight::flight_band_s;
pub use heard::{
    CHARGES_KG, Fading, Hearing, Listening, MIN_OF_EACH, Noise, Reach, ReachTrial, Wanted, at_least, blast_level_db,
    fit_reach,
};
pub use live::{Change, Live};
pub use nouns::{
    AirColumn, Clock, Event, EventArrival, Frame, GroundClass, Input, Located, Miss, Region, Searched, Settings,
};
pub use regional::{
    ArrayDetection, CANONICAL, CelerityModel, Hump, MAX_DETECTIONS, Regional, RegionalEvent, WhyLeft,
    associate_regional, locate_regional,
};
pub use rounds::{Blending, RoundsInterval, RoundsSeen, rounds};
pub use whole::locate;
