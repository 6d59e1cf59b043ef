//! The report of a day or of any longer period.

use crate::chart::{Bars, draw};
use crate::map_base::LayerKind;
use crate::map_svg::Picture;
use crate::marks::{DRAWING_ORDER, Shape, verdict_style};
use crate::page::Page;
use crate::shown::Shown;
use crate::{Document, ReportKind, Snapshot, words};
use minijinja::context;
use minijinja::value::Value;

/// The most days that the table beside the chart lists.
const DAYS_MAX: usize = 400;

/// The most statements of coverage on the page; the file has all.
const COVERAGE_MAX: usize = 60;

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
            page(&shown),
            Document::text("report.json", "application/json", crate::report_json::report_json(&shown)),
            Document::text("incidents.geojson", "application/geo+json", crate::geojson::incidents_geojson(&shown)),
            Document::text("incidents.csv", "text/csv; charset=utf-8", crate::tables::incidents_csv(&shown)),
            Document::text("findings.csv", "text/csv; charset=utf-8", crate::tables::findings_csv(&shown)),
        ]
    }
}

fn page(shown: &Shown) -> Document {
    let page = Page::of(shown);
    let labels = &page.labels;
    let picture = crate::map_svg::draw(shown, &page.format);
    let many = shown.incidents.len().saturating_sub(crate::incidents::ROWS_MAX);
    let body = context! {
        summary => crate::summary::summary(&page),
        comparison => crate::summary::comparison(&page),
        unknown => crate::unknown::items(&page),
        coverage => crate::coverage::rows(&page, COVERAGE_MAX),
        coverage_more => crate::coverage::more(&page, COVERAGE_MAX, "report.json"),
        map => map(&page, &picture),
        chart => Value::from_safe_string(draw((&shown.snapshot.days, Bars::Verdicts), &page.format, labels.days)),
        fire_chart => Value::from_safe_string(draw((&shown.snapshot.days, Bars::Fire), &page.format, labels.fire_days)),
        days => days(&page),
        findings => crate::findings::groups(&page),
        incidents => crate::incidents::rows(&page),
        incidents_more => (many > 0).then(|| page.say(labels.more_in_file, &[("n", &page.whole(many)), ("file", "incidents.csv")])),
        show_origin => shown.incidents.iter().take(crate::incidents::ROWS_MAX).any(|incident| !incident.origin_shares.is_empty()),
        time_note => page.say(
            if shown.is_public() { labels.time_note_public } else { labels.time_note },
            &[("zone", &shown.snapshot.mission.time_zone_name)],
        ),
        commitments => crate::commitments::rows(&page),
        clauses => crate::annex::clauses(&page),
        likelihoods => crate::annex::likelihoods(&page),
        show_likelihoods => shown.findings.iter().any(|finding| finding.likelihood.is_some()),
    };
    let long = shown.period().seconds() > 26.0 * 3_600.0;
    page.render("daily.html", if long { labels.title_period } else { labels.title_daily }, body)
}

/// The map with its legend and notes.
fn map(page: &Page, picture: &Picture) -> Value {
    let labels = &page.labels;
    let km = page.shown.grid.map(|grid| crate::grid::kilometres(grid.cell_m()));
    let notes = [
        km.map(|km| page.say(labels.map_cells, &[("km", &km)])),
        picture.grouped.then(|| labels.map_grouped.to_owned()),
        picture.ellipses.then(|| labels.map_ellipses.to_owned()),
        (picture.n_off > 0).then(|| format!("{}.", page.say(labels.not_on_map, &[("n", &page.whole(picture.n_off))]))),
        Some(labels.map_source.to_owned()),
    ];
    context! {
        svg => Value::from_safe_string(picture.svg.clone()),
        notes => notes.into_iter().flatten().collect::<Vec<_>>(),
        grounds => grounds(page, &picture.kinds),
        verdicts => DRAWING_ORDER.into_iter().rev().map(|verdict| {
            context! { style => verdict_style(verdict), word => words::verdict(page.language(), verdict) }
        }).collect::<Vec<_>>(),
        shapes => Shape::ALL.into_iter().map(|shape| {
            context! { id => shape.id(), word => shape.label(page.language()) }
        }).collect::<Vec<_>>(),
        cells => page.shown.is_public(),
    }
}

/// Entries of the legend for what lies under the marks.
fn grounds(page: &Page, kinds: &[LayerKind]) -> Vec<Value> {
    let labels = &page.labels;
    let mut entries: Vec<Value> = Vec::new();
    if kinds.contains(&LayerKind::Control) {
        for (k, party) in page.shown.snapshot.mission.parties.iter().enumerate() {
            let word = page.say(labels.area_of_control, &[("party", &party.display_name)]);
            entries.push(context! { style => format!("control p{}", k % 4 + 1), word => word });
        }
    }
    let others = [
        (LayerKind::Line, "line", labels.reference_line),
        (LayerKind::Zone, "zone", labels.zone),
        (LayerKind::ProtectedSite, "site", labels.protected_site),
        (LayerKind::Water, "water", labels.water),
    ];
    for (_, style, word) in others.into_iter().filter(|(kind, _, _)| kinds.contains(kind)) {
        entries.push(context! { style => style, word => word });
    }
    entries
}

/// The numbers behind the chart.
fn days(page: &Page) -> Vec<Value> {
    let days = &page.shown.snapshot.days;
    let row = |day: &crate::DayCount| {
        let by = &day.counts.incidents_by_verdict;
        let rounds = &day.counts.rounds;
        context! {
            date => page.format.date(day.counts.span.from),
            incidents => page.whole(day.counts.incidents()),
            inconsistent => page.whole(by.inconsistent),
            undetermined => page.whole(by.undetermined),
            consistent => page.whole(by.consistent),
            no_finding => page.whole(by.no_finding),
            observations => page.whole(day.counts.observations),
            rounds => if rounds.n_incidents > 0 { format!("{}–{}", page.whole(rounds.low), page.whole(rounds.high)) } else { "–".to_owned() },
            coverage => day.wording.map_or("–", |wording| words::wording(page.language(), wording)),
            blind => day.wording.is_some_and(crate::coverage::is_blind),
        }
    };
    if days.len() < 2 { Vec::new() } else { days.iter().take(DAYS_MAX).map(row).collect() }
}

/// The traffic-light marking: nothing of a public report is held back, everything else stays in the mission.
pub(crate) fn marking(shown: &Shown) -> &'static str {
    if shown.is_public() { "TLP:CLEAR" } else { "TLP:AMBER" }
}
