//! What could have been seen where, when and how well: the worth of silence.
//!
//! What comes in: the sensor register with its declared reach, the outages, an area, a window of time, and how many
//! incidents of each class were detected. What goes out: one [`CoverageStatement`] for each class, with the share, mean
//! and worst probability of detection over cell-hours, the gaps, an upper bound on what was missed, and the wording
//! that all of it allows; and the same hour by hour for drawing. What never happens here: input or output, clocks,
//! random numbers; and calm where nobody watched: an empty register, an empty area, an empty window or a reach that is
//! no number all end at [`CoverageWording::NotMonitored`].
//!
//! # How it is computed
//! The area is cut into H3 cells ([`Prepared::cells`]), the window into the hours of UTC. At one instant the probability
//! that an event in a cell is detected is 1 − ∏ (1 − pd · factor) over the sensors whose declared range covers the
//! cell's centre, that stand in the register at that instant, each with what its outages leave of it (the lowest factor
//! where outages overlap). A cell-hour holds the mean of that over the hour, so that two sensors which fail together
//! count as together.
//!
//! The reach is a step: the declared probability out to the declared range, nothing beyond. A real detector fades, but
//! what lies beyond its declared range nobody has vouched for, and silence must not lean on it.
//!
//! Sensors are taken as independent given their outages: a storm that deafens ten microphones is ten outages.
//!
//! ```
//! use std::collections::BTreeMap;
//! use truceline_coverage::{Request, statements};
//! use truceline_domain::*;
//!
//! let day = Span::new("2031-03-01T00:00:00Z".parse().unwrap(), "2031-03-02T00:00:00Z".parse().unwrap()).unwrap();
//! let strip = Area::from_rings([vec![(35.0, 47.0), (36.0, 47.0), (36.0, 47.5), (35.0, 47.5)]]);
//! let watches = |class| Reach { class, range_m: f64::INFINITY, pd: 0.95 };
//! let array = Sensor {
//!     id: "infrasound-1".into(),
//!     modality: Modality::Infrasound,
//!     owner: "mission".into(),
//!     place: None,
//!     reach: vec![watches(EventClass::Explosion)],
//!     valid: Span::ALWAYS,
//! };
//! let storm = Outage {
//!     sensor: "infrasound-1".into(),
//!     span: Span::new("2031-03-01T03:00:00Z".parse().unwrap(), "2031-03-01T05:30:00Z".parse().unwrap()).unwrap(),
//!     pd_factor: 0.0,
//!     cause: "storm".into(),
//! };
//! let request = Request {
//!     area_name: "strip".into(),
//!     window: day,
//!     classes: &[EventClass::Explosion, EventClass::Vessel],
//!     detected: &BTreeMap::new(),
//! };
//! let said = statements(&[array], &[storm], &strip, &request);
//! assert_eq!(said[0].wording, CoverageWording::NoneDetectedPartial);
//! assert!((said[0].mean_pd - 0.95 * 21.5 / 24.0).abs() < 1e-9);
//! assert_eq!(said[0].gaps.len(), 1);
//! assert_eq!(said[1].wording, CoverageWording::NotMonitored);
//! ```

mod cells;
mod join;
mod prepared;
mod timeline;
mod watch;
mod wording;

pub use cells::{Cell, MAX_CELLS, MIN_CELLS};
pub use join::joined;
pub use prepared::{Hour, MAX_HOURS, Prepared};
pub use wording::{ASSESSABLE_MEAN_PD, HIGH_PD, HIGH_SHARE, HIGH_WORST_PD, MISSED_95};

use std::collections::BTreeMap;
use truceline_domain::{Area, CoverageStatement, EventClass, Name, Outage, Sensor, Span};

#[cfg(doc)]
use truceline_domain::CoverageWording;

/// What is asked of an area: for these classes, in this window, what could have been seen.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What the mission calls the area.
    pub area_name: Name,
    /// The window.
    pub window: Span,
    /// The classes, one statement each, in this order.
    pub classes: &'a [EventClass],
    /// How many incidents of each class were detected in area and window; a class that is not named had none.
    pub detected: &'a BTreeMap<EventClass, u64>,
}

/// One statement for each class of the request. To ask for many windows of one area, make a [`Prepared`] once.
pub fn statements(
    sensors: &[Sensor],
    outages: &[Outage],
    area: &Area,
    request: &Request<'_>,
) -> Vec<CoverageStatement> {
    Prepared::new(sensors, area).statements(outages, request)
}
