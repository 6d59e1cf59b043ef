//! What is not known: said first and in full, because a report that hides it says more than it may.

use crate::coverage::{gap_rows, is_blind, n_gaps};
use crate::page::Page;
use crate::shown::ShownPlace;
use crate::words;
use minijinja::context;
use minijinja::value::Value;
use std::collections::BTreeMap;
use truceline_domain::Verdict;

/// The most lines of one list.
const LINES_MAX: usize = 12;

/// The items: a heading, and lines with their numbers.
pub(crate) fn items(page: &Page) -> Vec<Value> {
    let parts =
        [coverage(page), losses(page), places(page), reasons(page), sources(page), rounds(page), problems(page)];
    parts.into_iter().flatten().collect()
}

fn item(text: &str, lines: Vec<String>, page: &Page) -> Value {
    let more = lines.len().saturating_sub(LINES_MAX);
    let shown: Vec<String> = lines.into_iter().take(LINES_MAX).collect();
    let more = (more > 0).then(|| page.say(page.labels.more, &[("n", &page.whole(more))]));
    context! { text => text, lines => shown, more => more }
}

fn coverage(page: &Page) -> Option<Value> {
    if page.shown.snapshot.coverage.is_empty() {
        return Some(item(page.labels.unknown_coverage, Vec::new(), page));
    }
    let mut areas: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for statement in crate::coverage::sorted(page.shown).into_iter().filter(|statement| is_blind(statement.wording)) {
        let classes = areas.entry(statement.area.as_str()).or_default();
        let class = words::class(page.language(), statement.class);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    let lines: Vec<String> =
        areas.into_iter().map(|(area, classes)| format!("{area}: {}", classes.join(", "))).collect();
    (!lines.is_empty()).then(|| item(page.labels.unknown_classes, lines, page))
}

fn losses(page: &Page) -> Option<Value> {
    let n = n_gaps(page);
    if n == 0 {
        return None;
    }
    if page.shown.is_public() {
        return Some(item(&page.say(page.labels.unknown_gaps_public, &[("n", &page.whole(n))]), Vec::new(), page));
    }
    let text = |row: Value, key: &str| row.get_attr(key).map(|v| v.to_string()).unwrap_or_default();
    let line =
        |row: Value| format!("{}: {}, {}", text(row.clone(), "sensor"), text(row.clone(), "when"), text(row, "cause"));
    Some(item(page.labels.unknown_gaps, gap_rows(page).into_iter().map(line).collect(), page))
}

/// Incidents that no map can show, by where they are said to be.
pub(crate) fn places(page: &Page) -> Option<Value> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for incident in &page.shown.incidents {
        let key = match &incident.place {
            ShownPlace::Estimate(_) | ShownPlace::Cell { .. } => continue,
            ShownPlace::Area(name) => (*name).to_owned(),
            ShownPlace::Withheld => page.labels.unknown_withheld.to_owned(),
            ShownPlace::Direction { .. } => page.labels.unknown_direction.to_owned(),
            ShownPlace::NotKnown(reason) => words::not_known(page.language(), *reason).to_owned(),
        };
        *counts.entry(key).or_default() += 1;
    }
    numbered(page, page.labels.unknown_places, counts)
}

fn reasons(page: &Page) -> Option<Value> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let undetermined = page.shown.findings.iter().filter(|finding| finding.verdict == Verdict::Undetermined);
    for reason in undetermined.flat_map(|finding| finding.reasons) {
        *counts.entry(reason.code.replace('_', " ")).or_default() += 1;
    }
    numbered(page, page.labels.unknown_reasons, counts)
}

fn problems(page: &Page) -> Option<Value> {
    let counts = page.shown.snapshot.problems.iter().map(|(code, n)| (code.replace('_', " "), *n)).collect();
    numbered(page, page.labels.unknown_problems, counts)
}

/// The largest numbers first.
fn numbered(page: &Page, heading: &str, counts: BTreeMap<String, u64>) -> Option<Value> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let lines: Vec<String> = counts.into_iter().map(|(text, n)| format!("{text}: {}", page.whole(n))).collect();
    (!lines.is_empty()).then(|| item(heading, lines, page))
}

fn of_all(page: &Page, template: &str, k: usize) -> Option<Value> {
    let values = [("k", page.whole(k)), ("n", page.whole(page.shown.incidents.len()))];
    (k > 0).then(|| {
        item(&page.say(template, &values.each_ref().map(|(key, value)| (*key, value.as_str()))), Vec::new(), page)
    })
}

fn sources(page: &Page) -> Option<Value> {
    let single = page.shown.incidents.iter().filter(|incident| incident.n_independent < 2).count();
    of_all(page, page.labels.unknown_single, single)
}

fn rounds(page: &Page) -> Option<Value> {
    let without = page.shown.incidents.iter().filter(|incident| incident.counts.rounds.is_none()).count();
    of_all(page, page.labels.unknown_rounds, without)
}
