//! What could have been seen: a page of its own, and the table in the daily report.

use crate::page::Page;
use crate::shown::Shown;
use crate::{Document, ReportKind, Snapshot, words};
use minijinja::context;
use minijinja::value::Value;
use truceline_domain::{CoverageStatement, CoverageWording};

/// The most losses of sensors that one statement lists.
const GAPS_MAX: usize = 40;

/// The most rows of the coverage report's page.
const ROWS_MAX: usize = 1_000;

/// The coverage report.
pub(crate) struct Coverage;

impl ReportKind for Coverage {
    fn name(&self) -> &'static str {
        "coverage"
    }

    fn title(&self) -> &'static str {
        "What could have been seen, and what silence is worth"
    }

    fn compose(&self, snapshot: &Snapshot<'_>) -> Vec<Document> {
        let shown = Shown::of(snapshot);
        let page = Page::of(&shown);
        let body = context! { coverage => rows(&page, ROWS_MAX), more => more(&page, ROWS_MAX, "coverage.json"), gaps => gap_rows(&page) };
        let mut document = page.render("coverage.html", page.labels.title_coverage, body);
        document.file_name = "coverage.html".to_owned();
        vec![document, Document::text("coverage.json", "application/json", json(&shown))]
    }
}

fn json(shown: &Shown) -> String {
    let mut json = crate::json::Json::with_capacity(1_024 + shown.snapshot.coverage.len() * 512);
    json.object(|json| {
        json.key("schema").string("truceline.coverage/1");
        crate::geojson::stamp(json, shown);
        json.key("coverage").array(|json| {
            for statement in sorted(shown) {
                json.line_break();
                json.object(|json| crate::report_json::coverage(json, statement, shown.is_public()));
            }
        });
    });
    json.into_text()
}

/// By area, class and window.
pub(crate) fn sorted<'a>(shown: &Shown<'a>) -> Vec<&'a CoverageStatement> {
    let mut all = shown.snapshot.coverage.clone();
    all.sort_by(|a, b| (&a.area, a.class, a.window).cmp(&(&b.area, b.class, b.window)));
    all
}

/// The first rows of the table.
pub(crate) fn rows(page: &Page, most: usize) -> Vec<Value> {
    sorted(page.shown).into_iter().take(most).map(|statement| row(page, statement)).collect()
}

/// How many rows were left to the file.
pub(crate) fn more(page: &Page, most: usize, file: &str) -> Option<String> {
    let n = page.shown.snapshot.coverage.len().saturating_sub(most);
    (n > 0).then(|| page.say(page.labels.more_in_file, &[("n", &page.whole(n)), ("file", file)]))
}

fn row(page: &Page, statement: &CoverageStatement) -> Value {
    let format = &page.format;
    let missed = statement.missed_upper_95.map_or_else(|| "–".to_owned(), |missed| format.decimal(missed, 1));
    context! {
        class => words::class(page.language(), statement.class),
        area => statement.area.as_str(),
        window => (statement.window != page.shown.period()).then(|| format.span(shown_window(page, statement))),
        wording => words::wording(page.language(), statement.wording),
        style => style(statement.wording),
        share => format.share(statement.share_pd90),
        mean => format.decimal(statement.mean_pd, 2),
        worst => format.decimal(statement.worst_pd, 2),
        detected => page.whole(statement.n_detected),
        missed => missed,
        losses => page.whole(statement.gaps.len()),
    }
}

fn shown_window(page: &Page, statement: &CoverageStatement) -> truceline_domain::Span {
    if page.shown.is_public() { crate::shown::whole_hours(statement.window) } else { statement.window }
}

/// The style of a wording; nothing of it is green, and what cannot be told is hatched.
fn style(wording: CoverageWording) -> &'static str {
    match wording {
        CoverageWording::Detected => "seen",
        CoverageWording::NoneDetectedHigh => "high",
        CoverageWording::NoneDetectedPartial => "partial",
        CoverageWording::NotAssessable | CoverageWording::NotMonitored => "blind",
    }
}

/// True when silence says nothing.
pub(crate) fn is_blind(wording: CoverageWording) -> bool {
    style(wording) == "blind"
}

/// Losses of sensors with time and cause, each once; none for the public.
pub(crate) fn gap_rows(page: &Page) -> Vec<Value> {
    if page.shown.is_public() {
        return Vec::new();
    }
    let mut gaps: Vec<_> = page.shown.snapshot.coverage.iter().flat_map(|statement| &statement.gaps).collect();
    gaps.sort_by(|a, b| (a.span, &a.sensor, &a.cause).cmp(&(b.span, &b.sensor, &b.cause)));
    gaps.dedup();
    let row = |gap: &&truceline_domain::CoverageGap| {
        context! { sensor => gap.sensor.as_str(), when => page.format.span(gap.span), cause => gap.cause.as_str() }
    };
    gaps.iter().take(GAPS_MAX).map(row).collect()
}

/// How many losses there are, each counted once.
pub(crate) fn n_gaps(page: &Page) -> usize {
    let mut gaps: Vec<_> = page
        .shown
        .snapshot
        .coverage
        .iter()
        .flat_map(|statement| &statement.gaps)
        .map(|gap| (gap.span, &gap.sensor))
        .collect();
    gaps.sort_unstable();
    gaps.dedup();
    gaps.len()
}
