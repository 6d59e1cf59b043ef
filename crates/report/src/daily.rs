//! The report of a day or of any longer period.

use crate::shown::Shown;
use crate::{Document, ReportKind, Snapshot};

/// The daily report; also the report of a longer period, with a chart of its days.
pub(crate) struct Daily;

impl ReportKind for Daily {
    fn name(&self) -> &'static str {
        "daily"
    }

    fn title(&self) -> &'static str {
        "Report of a day or a longer period"
    }

    fn compose(&self, snapshot: &Snapshot<'_>) -> Vec<Document> {
        let shown = Shown::of(snapshot);
        vec![
            Document::text("report.json", "application/json", crate::report_json::report_json(&shown)),
            Document::text("incidents.geojson", "application/geo+json", crate::geojson::incidents_geojson(&shown)),
            Document::text("incidents.csv", "text/csv; charset=utf-8", crate::tables::incidents_csv(&shown)),
            Document::text("findings.csv", "text/csv; charset=utf-8", crate::tables::findings_csv(&shown)),
        ]
    }
}

/// The traffic-light marking: nothing of a public report is held back, everything else stays in the mission.
pub(crate) fn marking(shown: &Shown) -> &'static str {
    if shown.is_public() { "TLP:CLEAR" } else { "TLP:AMBER" }
}
