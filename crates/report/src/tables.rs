//! The tables: incidents and findings, one row each, nothing left out.

use crate::csv::Csv;
use crate::hex::Id;
use crate::shown::{Shown, ShownFinding, ShownIncident, ShownPlace, ShownSubject};
use std::fmt::Write as _;

/// Decimals of degrees for people of the mission: about a metre.
pub(crate) const EXACT_DECIMALS: usize = 5;

const INCIDENT_HEAD: [&str; 5] = ["id", "class", "verdict", "from", "until"];
const EXACT_PLACE: [&str; 8] =
    ["sigma_s", "place", "area", "lat", "lon", "semi_major_90_m", "semi_minor_90_m", "azimuth_deg"];
const CELL_PLACE: [&str; 6] = ["place", "area", "cell", "cell_lat", "cell_lon", "cell_m"];
const INCIDENT_COUNTS: [&str; 7] =
    ["observations", "rounds_low", "rounds_best", "rounds_high", "smm_style", "n_independent", "origin_shares"];
const INCIDENT_SOURCES: [&str; 2] = ["owners", "modalities"];

/// `incidents.csv`.
pub(crate) fn incidents_csv(shown: &Shown) -> String {
    let place: &[&str] = if shown.is_public() { &CELL_PLACE } else { &EXACT_PLACE };
    let sources: &[&str] = if shown.is_public() { &[] } else { &INCIDENT_SOURCES };
    let header = [&INCIDENT_HEAD, place, &INCIDENT_COUNTS, sources].concat();
    let mut csv = Csv::new(&header, shown.incidents.len());
    for incident in &shown.incidents {
        incident_row(&mut csv, shown, incident);
    }
    csv.into_text()
}

fn incident_row(csv: &mut Csv, shown: &Shown, incident: &ShownIncident) {
    csv.plain(Id::Incident(&incident.id));
    csv.plain(incident.class);
    csv.plain(incident.verdict.map_or("no_finding", |v| v.word()));
    csv.plain(incident.time.from);
    csv.plain(incident.time.until);
    if let Some(sigma_s) = incident.time.sigma_s {
        csv.number(sigma_s, 3);
    }
    place_cells(csv, shown, &incident.place);
    count_cells(csv, incident);
    if let Some(full) = incident.full {
        csv.text(&joined(full.owners()));
        csv.text(&joined(full.modalities()));
    }
    csv.end_row();
}

fn place_cells(csv: &mut Csv, shown: &Shown, place: &ShownPlace) {
    csv.plain(place.word());
    csv.text(if let ShownPlace::Area(name) = place { name } else { "" });
    match (place, shown.grid) {
        (ShownPlace::Cell { cell, .. }, Some(grid)) => {
            let centre = grid.centre(*cell);
            csv.plain(grid.name(*cell));
            csv.number(centre.lat_deg(), grid.decimals());
            csv.number(centre.lon_deg(), grid.decimals());
            csv.number(grid.cell_m(), 0);
        }
        (_, Some(_)) => (0..4).for_each(|_| csv.empty()),
        (ShownPlace::Estimate(estimate), None) => {
            let ellipse = estimate.ellipse(0.9);
            csv.number(estimate.centre.lat_deg(), EXACT_DECIMALS);
            csv.number(estimate.centre.lon_deg(), EXACT_DECIMALS);
            csv.number(ellipse.semi_major_m, 0);
            csv.number(ellipse.semi_minor_m, 0);
            csv.number(ellipse.azimuth_deg, 0);
        }
        (_, None) => (0..5).for_each(|_| csv.empty()),
    }
}

fn count_cells(csv: &mut Csv, incident: &ShownIncident) {
    csv.plain(incident.counts.observations);
    let rounds = incident.counts.rounds;
    csv.optional(rounds.map(|r| r.low));
    csv.optional(rounds.map(|r| r.best));
    csv.optional(rounds.map(|r| r.high));
    csv.plain(incident.counts.smm_style);
    csv.plain(incident.n_independent);
    let mut shares = String::new();
    for share in incident.origin_shares {
        let gap = if shares.is_empty() { "" } else { "; " };
        let _ = write!(shares, "{gap}{}={:.2}", share.party, share.probability);
    }
    csv.text(&shares);
}

fn joined<T: std::fmt::Display>(items: Vec<T>) -> String {
    let mut text = String::new();
    for item in items {
        let gap = if text.is_empty() { "" } else { "; " };
        let _ = write!(text, "{gap}{item}");
    }
    text
}

impl ShownPlace<'_> {
    /// What kind of place it is, in files; `N/K` always with its reason.
    pub(crate) fn word(&self) -> &'static str {
        use truceline_domain::NotKnownReason as Reason;
        match self {
            Self::Estimate(_) => "estimate",
            Self::Cell { wider: false, .. } => "cell",
            Self::Cell { wider: true, .. } => "cell_and_around",
            Self::Area(_) => "area",
            Self::Direction { .. } => "direction",
            Self::Withheld | Self::NotKnown(Reason::Withheld) => "N/K:withheld",
            Self::NotKnown(Reason::NotObserved) => "N/K:not_observed",
            Self::NotKnown(Reason::NotStated) => "N/K:not_stated",
            Self::NotKnown(Reason::Weather) => "N/K:weather",
            Self::NotKnown(Reason::Technical) => "N/K:technical",
            Self::NotKnown(Reason::Unreadable) => "N/K:unreadable",
        }
    }
}

const FINDING_HEAD: [&str; 14] = [
    "id",
    "clause",
    "rule",
    "reading",
    "subject",
    "incident",
    "window_from",
    "window_until",
    "area",
    "verdict",
    "likelihood",
    "exempted_by",
    "reason_codes",
    "agreement_version",
];
const FINDING_EXACT: [&str; 6] = ["probability", "margin_m", "margin_sigma_m", "reasons", "text_digest", "method"];

/// `findings.csv`.
pub(crate) fn findings_csv(shown: &Shown) -> String {
    let exact: &[&str] = if shown.is_public() { &[] } else { &FINDING_EXACT };
    let mut csv = Csv::new(&[&FINDING_HEAD, exact].concat(), shown.findings.len());
    for finding in &shown.findings {
        finding_row(&mut csv, shown, finding);
    }
    csv.into_text()
}

fn finding_row(csv: &mut Csv, shown: &Shown, finding: &ShownFinding) {
    csv.plain(Id::Finding(&finding.id));
    csv.text(finding.eid.as_str());
    csv.text(finding.rule.as_str());
    csv.text(finding.reading.map_or("", |r| r.as_str()));
    subject_cells(csv, &finding.subject);
    csv.plain(finding.verdict.word());
    csv.plain(finding.likelihood.map_or("", |l| l.word()));
    csv.text(finding.exempted_by.map_or("", |n| n.as_str()));
    csv.text(&finding.reasons.iter().map(|r| r.code).collect::<Vec<_>>().join("; "));
    csv.text(&shown.snapshot.mission.agreement_version);
    exact_finding_cells(csv, finding);
    csv.end_row();
}

fn subject_cells(csv: &mut Csv, subject: &ShownSubject) {
    match subject {
        ShownSubject::Incident(id) => {
            csv.plain("incident");
            csv.plain(Id::Incident(id));
            (0..3).for_each(|_| csv.empty());
        }
        ShownSubject::Window { span, area } => {
            csv.plain("window");
            csv.empty();
            csv.plain(span.from);
            csv.plain(span.until);
            csv.text(area);
        }
    }
}

fn exact_finding_cells(csv: &mut Csv, finding: &ShownFinding) {
    let Some(full) = finding.full else { return };
    csv.optional(finding.probability.map(|p| format!("{p:.3}")));
    csv.optional(full.margin_m.map(|m| format!("{:.0}", m.value)));
    csv.optional(full.margin_m.map(|m| format!("{:.0}", m.sigma)));
    csv.text(&full.reasons.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join("; "));
    csv.plain(Id::Digest(&full.clause.text_digest));
    csv.plain(format_args!("{}/{}", full.derivation.method, full.derivation.version));
}
