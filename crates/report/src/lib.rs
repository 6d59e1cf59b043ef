//! Room `report`: what people read.
//!
//! What comes in: a [`Snapshot`], that is one mission, one period and one reader, with the incidents, findings and
//! coverage of that period. What goes out: [`Document`]s: a page for people, the same facts as JSON, tables and a map
//! layer for their own tools. What never happens here: a clock, a file, a socket or chance; a verdict that is not in
//! the findings; a word that accuses; quiet where nobody watched; a place of origin of fire. For the public, places
//! are cells of a fixed grid and times whole hours, in every byte of every document.
//!
//! ```
//! use truceline_domain::{Digest, Span};
//! use truceline_report::{MapBase, Mission, Party, Snapshot, kind_named};
//!
//! let mission = Mission {
//!     name: "Almara line".into(),
//!     description: "A made-up line".into(),
//!     fictional: true,
//!     time_zone: jiff::tz::TimeZone::UTC,
//!     time_zone_name: "UTC".into(),
//!     parties: vec![Party { id: "A".into(), display_name: "Party A".into() }],
//!     credits: vec![],
//!     agreement_version: "2031-02-12".into(),
//!     digest: Digest::of(b"folder"),
//! };
//! let map = MapBase::new(&[], &[], [35.0, 47.0, 36.0, 48.0]);
//! let day = Span::new("2031-02-15T00:00:00Z".parse().unwrap(), "2031-02-16T00:00:00Z".parse().unwrap()).unwrap();
//! let snapshot = Snapshot::new(&mission, &map, day);
//! let documents = kind_named("daily").unwrap().compose(&snapshot);
//! let names: Vec<_> = documents.iter().map(|d| d.file_name.as_str()).collect();
//! assert_eq!(names, ["report.html", "report.json", "incidents.geojson", "incidents.csv", "findings.csv"]);
//! let page = String::from_utf8(documents[0].bytes.clone()).unwrap();
//! assert!(page.contains("Nothing was reported"));
//! ```

mod annex;
mod chart;
mod commitments;
mod counts;
mod coverage;
mod csv;
mod daily;
mod findings;
mod format;
mod geojson;
mod grid;
pub mod ground;
mod hex;
mod incidents;
mod json;
mod kinds;
mod labels;
mod likelihood;
mod map_base;
mod map_frame;
mod map_svg;
mod marks;
mod page;
mod report_json;
mod sheet;
mod shown;
mod snapshot;
mod summary;
mod tables;
mod unknown;
mod words;

pub use counts::{PeriodCounts, RoundsTotal, VerdictCounts};
pub use kinds::{Document, KINDS, ReportKind, kind_named};
pub use map_base::MapBase;
pub use snapshot::{Audience, ClauseText, DayCount, Language, LogState, Mission, Party, Snapshot};
