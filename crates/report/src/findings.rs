//! The findings, clause by clause.

use crate::hex::Id;
use crate::marks::verdict_style;
use crate::page::Page;
use crate::shown::{ShownFinding, ShownSubject};
use crate::words;
use minijinja::context;
use minijinja::value::Value;
use truceline_domain::Verdict;

/// The most rows on the page over all clauses; the file has all.
const ROWS_MAX: usize = 320;

/// How many rows of one rule and verdict are shown: those that need a person's eye first.
fn share_of(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Inconsistent => 40,
        Verdict::Undetermined => 20,
        Verdict::Consistent => 8,
    }
}

/// One block for each clause, rule and verdict, in the order of the text.
pub(crate) fn groups(page: &Page) -> Vec<Value> {
    let mut room = ROWS_MAX;
    let mut groups = Vec::new();
    let same = |a: &ShownFinding, b: &ShownFinding| (a.eid, a.rule, a.verdict) == (b.eid, b.rule, b.verdict);
    for group in page.shown.findings.chunk_by(same) {
        let Some(first) = group.first() else { continue };
        let n_rows = group.len().min(share_of(first.verdict)).min(room);
        room -= n_rows;
        groups.push(block(page, first, group, n_rows));
    }
    groups
}

fn block(page: &Page, first: &ShownFinding, group: &[ShownFinding], n_rows: usize) -> Value {
    let clause = page.shown.snapshot.clauses.iter().find(|clause| clause.eid == *first.eid);
    let sentence = clause.and_then(|clause| clause.rules.iter().find(|(id, _)| id == first.rule)).map(|(_, text)| text);
    let more = group.len() - n_rows;
    context! {
        eid => first.eid.as_str(),
        rule => first.rule.as_str(),
        heading => clause.map(|clause| clause.heading.as_str()),
        sentence => sentence,
        verdict => words::verdict(page.language(), Some(first.verdict)),
        style => verdict_style(Some(first.verdict)),
        n => page.whole(group.len()),
        rows => group.iter().take(n_rows).map(|finding| row(page, finding)).collect::<Vec<_>>(),
        more => (more > 0).then(|| page.say(page.labels.more_in_file, &[("n", &page.whole(more)), ("file", "findings.csv")])),
        has_margin => group.iter().take(n_rows).any(|finding| finding.full.is_some_and(|full| full.margin_m.is_some())),
        has_probability => group.iter().take(n_rows).any(|finding| finding.likelihood.is_some()),
    }
}

/// One finding.
pub(crate) fn row(page: &Page, finding: &ShownFinding) -> Value {
    let margin = finding.full.and_then(|full| full.margin_m).map(|m| page.format.distance_with_error(m.value, m.sigma));
    let likelihood = finding.likelihood.map(|likelihood| words::likelihood(page.language(), likelihood));
    context! {
        subject => subject(page, &finding.subject),
        eid => finding.eid.as_str(),
        rule => finding.rule.as_str(),
        verdict => words::verdict(page.language(), Some(finding.verdict)),
        style => verdict_style(Some(finding.verdict)),
        margin => margin,
        probability => finding.probability.map(|p| page.format.percent(p)),
        likelihood => likelihood,
        notes => notes(page, finding),
        reasons => reasons(finding),
    }
}

fn subject(page: &Page, subject: &ShownSubject) -> Value {
    match subject {
        ShownSubject::Window { span, area } => {
            context! { text => format!("{} {}", page.labels.window, page.format.span(*span)), place => *area, link => () }
        }
        ShownSubject::Incident(id) => {
            let incident = page.shown.incident(*id);
            let text = incident
                .map_or_else(|| Id::Incident(id).to_string(), |incident| crate::incidents::time(page, incident));
            let class = incident.map_or("", |incident| words::class(page.language(), incident.class));
            let listed = page.shown.position(*id).is_some_and(|k| k < crate::incidents::ROWS_MAX);
            context! { text => text, place => class, link => listed.then(|| Id::Incident(id).to_string()) }
        }
    }
}

fn notes(page: &Page, finding: &ShownFinding) -> Vec<String> {
    let reading = finding.reading.map(|who| page.say(page.labels.reading_of, &[("who", &page.shown.party_name(who))]));
    let exempted = finding.exempted_by.map(|name| page.say(page.labels.exempted_by, &[("name", name.as_str())]));
    reading.into_iter().chain(exempted).collect()
}

/// The sentences for people of the mission; for the public the codes as words, since sentences may tell distances.
fn reasons(finding: &ShownFinding) -> Vec<String> {
    match finding.full {
        Some(full) => full.reasons.iter().map(|reason| reason.text.clone()).collect(),
        None => finding.reasons.iter().map(|reason| reason.code.replace('_', " ")).collect(),
    }
}
