//! `smm_annex`: the table of ceasefire violations in the annex of a monitoring mission's daily report.
//!
//! **What it is.** Eight columns, as CSV or TSV (the header tells):
//! `SMM position, Event location, Means, No., Observation, Description, Weapon, Date and time`.
//! [`AnnexTable`] reads and writes it without loss: what it wrote it reads to the same rows, and a canonical file comes
//! back byte for byte. The columns are reconstructed from descriptions of the published tables, not from an original.
//!
//! | column | canonical form |
//! |---|---|
//! | SMM position | the name, and behind ` @ ` latitude and longitude if known: `camera in Velin @ 45.5 31.25` |
//! | Event location | range band in km and one of 16 points: `4-6km ESE`, `3km N`, `ESE`; or `N/K` |
//! | Means | `Recorded`, `Heard`, `Saw`, `Saw and heard`, `Reported` |
//! | No. | a whole number, or `N/K` |
//! | Observation | `Explosion`, `Projectile`, `Muzzle flash`, `Illumination flare`, `Tracer round`, `Burst`, `Shot`, `Total`, or another word |
//! | Description | free: `Undetermined`, `Outgoing`, `Impact`, `W to E`, … |
//! | Weapon | free: `Mortar (82mm)`, `HMG`, …; or `N/K` |
//! | Date and time | local: `2031-02-15 06:10`, `2031-02-15 06:10-06:25`, `2031-02-15 23:50-2031-02-16 00:10`, the day alone; or a time alone, `06:10` or `23:50-00:10`, of the day that the feed names |
//!
//! **Not known.** `N/K` alone means that the observer was there and could not tell. Any other reason stands behind it:
//! `N/K (weather)`, `(technical)`, `(withheld)`, `(unreadable)`, `(not stated)`. An empty cell reads as `N/K (not stated)`.
//!
//! **Detections.** The place is a bearing from the position; its azimuth has the standard deviation of a 22.5° sector
//! (22.5 / √12 = 6.5°), a single range of r km reads as the band r ± 0.5 km. Positions without coordinates are looked up in
//! the register given to [`AnnexTable::detections`]; a feed has none, so there the table must state them. Without
//! coordinates the place is not known, which is a warning. `Impact` and `Outgoing` in the description turn an explosion
//! into an impact and a launch. Rows `Total` repeat what other rows count: they give no detection; a total that is not the
//! sum of the rows of its position since the last total is a warning.
//!
//! **Error model.** A row whose means, location, number or time cannot be read is one problem. An observation of another
//! word is a warning and reads as other.
//!
//! **What it cannot tell.** Rounds: one round can be muzzle flash, projectile and explosion. Distances and weapons are
//! assessments.
//!
//! **Writing.** [`AnnexTable::from_detections`] writes detections for export. It names sensors and never their
//! coordinates; a place that is not a bearing becomes `N/K (withheld)`, and sealed origins are not looked at.
//!
//! # Source
//! Table annexes of the daily reports of the OSCE Special Monitoring Mission to Ukraine, as described in the press.

mod cells;
mod table;

pub use cells::{AnnexTime, Location, NotKnownOr, Observation, Position};
pub use table::{AnnexRow, AnnexTable, COLUMNS};

use crate::table::header_has;
use crate::{Context, Record, SensorKind};
use std::collections::BTreeMap;
use truceline_domain::Problems;

/// The format.
pub struct SmmAnnex;

impl SensorKind for SmmAnnex {
    fn name(&self) -> &'static str {
        "smm_annex"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &table::REQUIRED)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let (table, mut problems) = AnnexTable::read(bytes, context.name);
        for detection in table.detections(context, &BTreeMap::new(), &mut problems) {
            sink(Record::Detection(detection));
        }
        problems
    }
}

#[cfg(test)]
#[path = "smm_annex_tests.rs"]
mod tests;
