//! Movers from plots: one identified, honest track for each drone, vehicle and vessel; never of a person.
//!
//! What comes in: what is known of the sensors, zones and lines, and scans in order of arrival. What goes out: tracks
//! with covariance, probability of existence and of kind, the plots behind each, what became of claimed identities,
//! entries into zones and crossings of lines, and the biases of the sensors. What never happens here: input or output,
//! clocks, randomness.
//!
//! Each track is a Bernoulli component (it may not exist) with three models of motion; plots are shared out by loopy belief
//! propagation; where false plots come from, which sensor is biased and how, and what each look could have seen are part of
//! the reckoning. Sources: Musicki and Evans 2004; Williams 2015; Williams and Lau 2014; Blom and Bar-Shalom 1988.
//!
//! ```
//! use truceline_fusion::tracking::{Plot, Reading, Scan, Sensor, SensorKind, Setup, Tracker};
//!
//! let radar = Sensor::new("R1", SensorKind::Radar);
//! let mut tracker = Tracker::new(&Setup::new(vec![radar], [-10_000.0, -10_000.0, 10_000.0, 10_000.0]));
//! for k in 0..6_u32 {
//!     let time_s = 2.0 * f64::from(k);
//!     let reading = Reading::Polar {
//!         azimuth_deg: 90.0,
//!         range_m: 3_000.0 + 12.0 * time_s,
//!         range_rate_mps: Some(12.0),
//!         elevation_deg: None,
//!     };
//!     let plots = vec![Plot { number: u64::from(k), reading }];
//!     tracker.push(Scan { time_s, number: u64::from(k), sensor: 0, from_m: None, plots });
//! }
//! let tracks = tracker.tracks_at(10.0);
//! assert_eq!(tracks.len(), 1);
//! assert!((tracks[0].mean.x - 3_120.0).abs() < 20.0 && tracks[0].existence > 0.9);
//! ```

mod belief;
mod cells;
mod claims;
mod clutter;
mod course;
mod happening;
mod kind;
mod kinematics;
mod look;
mod looks;
mod mixture;
mod motion;
mod nouns;
mod picture;
mod registration;
mod sight;
mod smoothing;
mod tick;
mod track;
mod tracker;
mod watched;

pub use happening::{Event, Happening};
pub use kinematics::{Covariance, Mean};
pub use nouns::{Blocked, Mover, Plot, Reading, Scan, Sensor, SensorKind, Setup, Watched};
pub use picture::Link;
pub use smoothing::{Smoothed, smooth};
pub use tracker::{TrackState, Tracker};
