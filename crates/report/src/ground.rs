//! Pictures of ground sensors: the record section, the map of one event, the waveform with its picks, and a sheet
//! that holds the three. Each is SVG text that stands by itself: its colours follow light, dark and paper, its words
//! are in one of four languages, it names no other file, and the same input gives the same bytes.
//!
//! What was most likely the firing of a weapon is **sealed**: then no picture holds a place, nor a distance, bearing,
//! residual or arrival time from which a place could be worked out. A sealed picture depends on its [`Look`] alone.
//!
//! ```
//! use truceline_domain::Wave;
//! use truceline_report::ground::{Look, Section, SectionArrival, TravelCurve, section_svg};
//!
//! let section = Section {
//!     title: "E7".into(),
//!     origin: "2031-02-15T04:10:02.5Z".parse().unwrap(),
//!     origin_sigma_s: 0.08,
//!     arrivals: vec![SectionArrival {
//!         station: "S01".into(),
//!         distance_km: 6.2,
//!         time_s: 1.05,
//!         sigma_s: 0.05,
//!         residual_s: 0.02,
//!         wave: Wave::P,
//!         weight: 1.0,
//!     }],
//!     curves: vec![TravelCurve::straight(Wave::P, 5.9, 12.0)],
//!     silences: vec![],
//!     traces: vec![],
//!     sealed: false,
//! };
//! let svg = section_svg(&section, &Look::default());
//! assert!(svg.starts_with("<svg") && svg.contains("6.2\u{a0}km"));
//! let sealed = section_svg(&Section { sealed: true, ..section }, &Look::default());
//! assert!(!sealed.contains("6.2") && sealed.contains("Place sealed"));
//! ```

mod axis;
mod event_map;
mod map_areas;
mod map_marks;
mod pen;
mod plane;
mod sealed;
mod section;
mod section_art;
mod sheet;
mod style;
mod texts;
mod waveform;
mod waveform_array;
mod waveform_art;

pub use event_map::{EventMap, MapBearing, MapEllipse, MapRegion, MapRival, MapStation, StationState, event_map_svg};
pub use sealed::{SourceClass, tells_origin_of_fire};
pub use section::{Absence, Section, SectionArrival, SectionTrace, Silence, TravelCurve, section_svg};
pub use sheet::{EventSheet, EvidenceLine, MissLine, event_sheet_html};
pub use waveform::{
    ArrayWindow, ProblemKind, RatioTrace, TracePick, TraceProblem, WaveTrace, Waveform, WaveformArray, waveform_svg,
};

use crate::Language;
use crate::format::Format;
use jiff::tz::TimeZone;
use truceline_domain::{Span, Timestamp};

/// Narrower than this no picture is legible.
const WIDTH_MIN_PX: f64 = 280.0;
/// Wider than this no page shows it.
const WIDTH_MAX_PX: f64 = 2_400.0;

/// How a picture is to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// The language of its words.
    pub language: Language,
    /// Its width, px; held within 280…2,400. The height follows.
    pub width_px: f64,
    /// The zone of local times; UTC is always written beside it.
    pub zone: TimeZone,
}

impl Default for Look {
    fn default() -> Self {
        Self { language: Language::En, width_px: 920.0, zone: TimeZone::UTC }
    }
}

impl Look {
    /// The width that is used.
    fn width(&self) -> f64 {
        if self.width_px.is_finite() { self.width_px.clamp(WIDTH_MIN_PX, WIDTH_MAX_PX).round() } else { 920.0 }
    }

    /// True when there is no room for what is nice to have.
    fn is_narrow(&self) -> bool {
        self.width() < 560.0
    }

    fn format(&self) -> Format {
        Format::new(self.language, TimeZone::UTC, Span::ALWAYS)
    }

    /// A number with fixed decimals; a dash for what is no number.
    fn number(&self, value: f64, decimals: usize) -> String {
        match value.abs() {
            v if !v.is_finite() => "–".to_owned(),
            // Nothing that is measured is as large; a broken number must not fill the page.
            v if v >= 1e9 => format!("{value:.0e}").replace('e', "·10^").replace('-', "\u{2212}"),
            _ => self.format().decimal(value, decimals),
        }
    }

    /// The same with its sign.
    fn signed(&self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        if value > 0.0 && value.is_finite() { format!("+{text}") } else { text }
    }

    /// A number with the decimals that its error deserves, and the error.
    fn with_error(&self, value: f64, sigma: f64) -> String {
        let decimals = decimals_for(sigma);
        format!("{}\u{a0}±\u{a0}{}", self.number(value, decimals), self.number(sigma, decimals))
    }

    /// An instant in UTC and, where it differs, in local time with its offset.
    fn instant(&self, at: Timestamp, decimals: usize) -> String {
        let utc = format!("{}\u{a0}UTC", civil(at, &TimeZone::UTC, decimals));
        let offset = self.zone.to_offset(at);
        if offset.seconds() == 0 {
            return utc;
        }
        let seconds = offset.seconds().abs();
        let sign = if offset.seconds() < 0 { '\u{2212}' } else { '+' };
        let local = civil(at, &self.zone, decimals);
        let local = if local.get(..10) == utc.get(..10) { local.get(11..).unwrap_or(&local).to_owned() } else { local };
        format!("{utc} ({local} UTC{sign}{:02}:{:02})", seconds / 3_600, seconds / 60 % 60)
    }
}

/// Decimals that show an error with two figures, at most three and at least none.
fn decimals_for(sigma: f64) -> usize {
    match sigma.abs() {
        s if s < 0.095 => 3,
        s if s < 0.95 => 2,
        s if s < 9.5 => 1,
        _ => 0,
    }
}

/// Date and time of day, with as many decimals of the second.
fn civil(at: Timestamp, zone: &TimeZone, decimals: usize) -> String {
    let t = zone.to_datetime(at);
    let mut text =
        format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second());
    if decimals > 0 {
        let fraction = format!("{:09}", t.subsec_nanosecond());
        text.push('.');
        text.push_str(fraction.get(..decimals.min(9)).unwrap_or("0"));
    }
    text
}

/// Seconds from one instant to another.
fn seconds_from(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

/// The instant some seconds later; the ends of time hold it.
fn later(from: Timestamp, seconds: f64) -> Timestamp {
    let nanos = if seconds.is_finite() { (seconds.clamp(-9e9, 9e9) * 1e9) as i64 } else { 0 };
    let end = if nanos < 0 { Timestamp::MIN } else { Timestamp::MAX };
    from.checked_add(truceline_domain::SignedDuration::from_nanos(nanos)).unwrap_or(end)
}

#[cfg(test)]
#[path = "ground/ground_tests.rs"]
mod tests;
