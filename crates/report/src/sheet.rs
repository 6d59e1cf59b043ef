//! The sheet of one incident: everything that its reader may know about it.

use crate::page::Page;
use crate::shown::{Shown, ShownIncident, ShownSubject};
use crate::{Document, ReportKind, Snapshot, words};
use minijinja::context;
use minijinja::value::Value;
use truceline_domain::{Arrival, Incident, Where};

/// The most detections that a sheet lists.
const DETECTIONS_MAX: usize = 300;

/// The sheet of one incident.
pub(crate) struct IncidentSheet;

impl ReportKind for IncidentSheet {
    fn name(&self) -> &'static str {
        "incident"
    }

    fn title(&self) -> &'static str {
        "Sheet of one incident"
    }

    fn compose(&self, snapshot: &Snapshot<'_>) -> Vec<Document> {
        let shown = Shown::of(snapshot);
        let page = Page::of(&shown);
        let incident = snapshot.incident.and_then(|id| shown.incident(id));
        let body = context! { sheet => incident.map(|incident| sheet(&page, incident)) };
        let mut document = page.render("sheet.html", page.labels.title_incident, body);
        document.file_name = "incident.html".to_owned();
        vec![document]
    }
}

fn sheet(page: &Page, incident: &ShownIncident) -> Value {
    let findings: Vec<Value> = page
        .shown
        .findings
        .iter()
        .filter(|finding| finding.subject == ShownSubject::Incident(incident.id))
        .map(|finding| crate::findings::row(page, finding))
        .collect();
    let supersedes: Vec<String> = incident.supersedes.iter().map(ToString::to_string).collect();
    context! {
        incident => crate::incidents::row(page, incident),
        findings => findings,
        supersedes => supersedes,
        full => incident.full.map(|full| full_part(page, full)),
    }
}

/// What only people of the mission see.
fn full_part(page: &Page, full: &Incident) -> Value {
    let posterior: Vec<Value> = full
        .class_posterior
        .iter()
        .map(|(class, p)| context! { class => words::class(page.language(), *class), p => page.format.percent(*p) })
        .collect();
    let rivals: Vec<String> = full.rivals.iter().map(ToString::to_string).collect();
    let arrivals: Vec<Value> =
        full.arrivals.iter().take(DETECTIONS_MAX).map(|arrival| detection(page, arrival)).collect();
    context! {
        posterior => posterior,
        reasons => full.reasons.clone(),
        rivals => rivals,
        arrivals => arrivals,
        n_more => page.whole(full.arrivals.len().saturating_sub(DETECTIONS_MAX)),
        more => full.arrivals.len() > DETECTIONS_MAX,
    }
}

fn detection(page: &Page, arrival: &Arrival) -> Value {
    let detection = &arrival.detection;
    let time = crate::shown::ShownTime {
        from: detection.time.from,
        until: detection.time.until,
        sigma_s: Some(detection.time.sigma_s),
    };
    let off_m = arrival.residual_m.map(|m| page.format.distance(m));
    let off_s = page.format.duration(arrival.residual_s);
    context! {
        id => detection.id.to_string(),
        time => page.format.incident_time(&time, page.labels.all_day),
        phenomenon => detection.phenomenon.word().replace('_', " "),
        sensor => detection.sensor.as_str(),
        owner => detection.owner.as_str(),
        modality => words::modality(page.language(), detection.modality),
        direction => matches!(detection.place, Where::Bearing(_)),
        off => off_m.map_or(off_s.clone(), |m| format!("{m}, {off_s}")),
        weight => page.format.share(arrival.weight),
        note => detection.note.as_ref().map(|note| note.as_str()),
    }
}
