//! Ground sensors together: picks of seismometers, microphones and infrasound arrays become located events.
//!
//! What comes in: stations, picks, when stations were down, and what is known of the ground and the air. What goes out:
//! events with origin time, place, error ellipse, log odds against "these picks are clutter", class probabilities, the
//! sensors that should have heard and did not, and for every pick used the wave, its residual and its weight; the
//! stations whose clocks cannot be right; the wind and temperature that the events themselves speak for.
//!
//! Places of launches are sealed material: whoever calls this decides who may see what comes out.

mod nouns;

pub use nouns::{
    AirColumn, Clock, Event, EventArrival, Frame, GroundClass, Input, Located, Miss, Region, Searched, Settings,
};
