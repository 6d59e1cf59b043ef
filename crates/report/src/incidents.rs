//! The table of incidents.

use crate::hex::Id;
use crate::marks::{Shape, verdict_style};
use crate::page::Page;
use crate::shown::{ShownIncident, ShownPlace};
use crate::words;
use minijinja::context;
use minijinja::value::Value;

/// The most rows of the table on the page; the file has all.
pub(crate) const ROWS_MAX: usize = 300;

/// The rows in the order of time.
pub(crate) fn rows(page: &Page) -> Vec<Value> {
    page.shown.incidents.iter().take(ROWS_MAX).map(|incident| row(page, incident)).collect()
}

/// One row.
pub(crate) fn row(page: &Page, incident: &ShownIncident) -> Value {
    let (place, place_error) = place(page, &incident.place);
    context! {
        id => Id::Incident(&incident.id).to_string(),
        time => time(page, incident),
        class => words::class(page.language(), incident.class),
        shape => Shape::of(incident.class).id(),
        place => place,
        place_error => place_error,
        verdict => words::verdict(page.language(), incident.verdict),
        style => verdict_style(incident.verdict),
        observations => page.whole(incident.counts.observations),
        rounds => incident.counts.rounds.map_or_else(|| page.labels.not_stated.to_owned(), |r| page.format.rounds(r)),
        rounds_known => incident.counts.rounds.is_some(),
        sources => sources(page, incident),
        modalities => modalities(page, incident),
        independent => page.say(page.labels.independent, &[("n", &page.whole(incident.n_independent))]),
        origin => origin(page, incident),
    }
}

/// When, in local time.
pub(crate) fn time(page: &Page, incident: &ShownIncident) -> String {
    page.format.incident_time(&incident.time, page.labels.all_day)
}

/// Where, and how sure.
fn place(page: &Page, place: &ShownPlace) -> (String, Option<String>) {
    let (labels, format) = (&page.labels, &page.format);
    match (place, page.shown.grid) {
        (ShownPlace::Estimate(estimate), _) => {
            let (lat, lon) = (estimate.centre.lat_deg(), estimate.centre.lon_deg());
            let ellipse = estimate.ellipse(0.9);
            let axes = format!(
                "±\u{a0}{} × {}, 90\u{a0}%",
                format.distance(ellipse.semi_major_m),
                format.distance(ellipse.semi_minor_m)
            );
            (format!("{} {}", degrees(page, lat, ('N', 'S')), degrees(page, lon, ('E', 'W'))), Some(axes))
        }
        (ShownPlace::Cell { cell, wider }, Some(grid)) => {
            let name = page.say(labels.place_cell, &[("name", &grid.name(*cell))]);
            (name, wider.then(|| labels.place_wider.to_owned()))
        }
        (ShownPlace::Area(name), _) => ((*name).to_owned(), None),
        (ShownPlace::Direction { azimuth_deg, sigma_deg }, _) => {
            let values = [("deg", format.decimal(*azimuth_deg, 0)), ("err", format.decimal(*sigma_deg, 0))];
            (page.say(labels.place_direction, &values.each_ref().map(|(key, value)| (*key, value.as_str()))), None)
        }
        (ShownPlace::Withheld | ShownPlace::Cell { .. }, _) => (format!("N/K ({})", labels.place_withheld), None),
        (ShownPlace::NotKnown(reason), _) => (format!("N/K ({})", words::not_known(page.language(), *reason)), None),
    }
}

fn degrees(page: &Page, deg: f64, (positive, negative): (char, char)) -> String {
    let side = if deg < 0.0 { negative } else { positive };
    format!("{}°\u{a0}{side}", page.format.decimal(deg.abs(), 4))
}

/// Owners; only the number of detections for the public.
fn sources(page: &Page, incident: &ShownIncident) -> String {
    let Some(full) = incident.full else { return page.whole(incident.n_arrivals) };
    full.owners().iter().map(|owner| owner.as_str()).collect::<Vec<_>>().join(", ")
}

/// How it was sensed; not for the public.
fn modalities(page: &Page, incident: &ShownIncident) -> Option<String> {
    let words = |full: &truceline_domain::Incident| {
        let words: Vec<&str> = full.modalities().iter().map(|m| words::modality(page.language(), *m)).collect();
        words.join(", ")
    };
    incident.full.map(words)
}

/// Probabilities by party, most likely first.
fn origin(page: &Page, incident: &ShownIncident) -> Vec<String> {
    let mut shares: Vec<_> = incident.origin_shares.iter().collect();
    shares.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.party.cmp(&b.party)));
    let text = |share: &&truceline_domain::OriginShare| {
        format!("{}: {}", page.shown.party_name(&share.party), page.format.percent(share.probability))
    };
    shares.iter().map(text).collect()
}
