//! The period in plain words, with denominators, and beside the one before.

use crate::marks::{DRAWING_ORDER, verdict_style};
use crate::page::Page;
use crate::words;
use minijinja::context;
use minijinja::value::Value;
use std::collections::BTreeSet;
use truceline_domain::CoverageWording;

/// Tiles, sentences and the bar of verdicts.
pub(crate) fn summary(page: &Page) -> Value {
    let counts = &page.shown.counts;
    context! {
        tiles => tiles(page),
        sentences => if counts.incidents() == 0 && counts.findings() == 0 { quiet(page) } else { sentences(page) },
        verdicts => verdicts(page),
        classes => classes(page),
        smm_note => page.say(page.labels.smm_note, &[("n", &page.whole(counts.smm_style))]),
    }
}

fn tiles(page: &Page) -> Vec<Value> {
    let (counts, labels) = (&page.shown.counts, &page.labels);
    let (n, k) = (page.whole(counts.incidents()), page.whole(counts.rounds.n_incidents));
    let stated = counts.rounds.n_incidents > 0;
    let rounds = if stated {
        format!("{}–{}", page.whole(counts.rounds.low), page.whole(counts.rounds.high))
    } else {
        "–".to_owned()
    };
    let best = stated.then(|| page.say(labels.rounds_best, &[("best", &page.whole(counts.rounds.best))]));
    let rounds_note =
        if stated { page.say(labels.rounds_are, &[("k", &k), ("n", &n)]) } else { labels.not_stated.to_owned() };
    vec![
        context! { label => labels.incidents, value => n.as_str(), note => labels.incidents_are, extra => () },
        context! { label => labels.observations, value => page.whole(counts.observations), note => labels.observations_are, extra => () },
        context! { label => labels.rounds, value => rounds, note => rounds_note, extra => best },
    ]
}

fn sentences(page: &Page) -> Vec<String> {
    let (counts, labels) = (&page.shown.counts, &page.labels);
    let incidents = &counts.incidents_by_verdict;
    let findings = &counts.findings_by_verdict;
    let n = page.whole(counts.incidents());
    let detections = page.whole(page.shown.incidents.iter().map(|incident| incident.n_arrivals).sum::<usize>());
    let independent = page.shown.incidents.iter().filter(|incident| incident.n_independent >= 2).count();
    vec![
        page.say(labels.sum_incidents, &[("n", &n), ("m", &detections)]),
        page.say(
            labels.sum_verdicts,
            &[
                ("n", &n),
                ("a", &page.whole(incidents.inconsistent)),
                ("b", &page.whole(incidents.undetermined)),
                ("c", &page.whole(incidents.consistent)),
                ("d", &page.whole(incidents.no_finding)),
            ],
        ),
        page.say(labels.sum_independent, &[("n", &n), ("k", &page.whole(independent))]),
        page.say(
            labels.sum_findings,
            &[
                ("n", &page.whole(counts.findings())),
                ("a", &page.whole(findings.inconsistent)),
                ("b", &page.whole(findings.undetermined)),
                ("c", &page.whole(findings.consistent)),
            ],
        ),
    ]
}

/// Nothing was reported: what that is worth depends on what could have been seen.
fn quiet(page: &Page) -> Vec<String> {
    let labels = &page.labels;
    let coverage = &page.shown.snapshot.coverage;
    let high = coverage.iter().filter(|statement| statement.wording == CoverageWording::NoneDetectedHigh).count();
    let mut sentences = vec![labels.empty.to_owned()];
    if coverage.is_empty() {
        sentences.push(labels.empty_unknown.to_owned());
        return sentences;
    }
    sentences.push(page.say(labels.empty_high, &[("k", &page.whole(high)), ("n", &page.whole(coverage.len()))]));
    if high < coverage.len() {
        sentences.push(page.say(labels.empty_low, &[("k", &page.whole(coverage.len() - high))]));
    }
    sentences
}

fn verdicts(page: &Page) -> Vec<Value> {
    let counts = &page.shown.counts.incidents_by_verdict;
    let total = counts.total().max(1) as f64;
    let one = |verdict| {
        context! {
            word => words::verdict(page.language(), verdict),
            style => verdict_style(verdict),
            n => page.whole(counts.of(verdict)),
            share => format!("{:.2}", 100.0 * counts.of(verdict) as f64 / total),
            any => counts.of(verdict) > 0,
        }
    };
    if counts.total() == 0 { Vec::new() } else { DRAWING_ORDER.into_iter().rev().map(one).collect() }
}

fn classes(page: &Page) -> Vec<Value> {
    let most = page.shown.counts.by_class.values().copied().max().unwrap_or(1).max(1) as f64;
    let mut classes: Vec<_> = page.shown.counts.by_class.iter().collect();
    classes.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let one = |(class, n): (&truceline_domain::EventClass, &u64)| {
        context! {
            class => words::class(page.language(), *class),
            n => page.whole(*n),
            share => format!("{:.1}", 100.0 * *n as f64 / most),
        }
    };
    classes.into_iter().map(one).collect()
}

/// The table beside the period before; empty when there is none.
pub(crate) fn comparison(page: &Page) -> Vec<Value> {
    let (Some(before), now) = (&page.shown.snapshot.previous, &page.shown.counts) else { return Vec::new() };
    let labels = &page.labels;
    let mut rows = vec![(labels.incidents.to_owned(), now.incidents(), before.incidents(), false)];
    for verdict in DRAWING_ORDER.into_iter().rev() {
        let word = words::verdict(page.language(), verdict).to_owned();
        rows.push((word, now.incidents_by_verdict.of(verdict), before.incidents_by_verdict.of(verdict), true));
    }
    let classes: BTreeSet<_> = now.by_class.keys().chain(before.by_class.keys()).copied().collect();
    for class in classes {
        let of = |counts: &crate::PeriodCounts| counts.by_class.get(&class).copied().unwrap_or(0);
        rows.push((words::class(page.language(), class).to_owned(), of(now), of(before), true));
    }
    rows.push((labels.observations.to_owned(), now.observations, before.observations, false));
    rows.push((
        format!("{} ({})", labels.rounds, page.say(labels.rounds_best, &[("best", "")]).trim()),
        now.rounds.best,
        before.rounds.best,
        false,
    ));
    let row = |(label, now, before, inner): (String, u64, u64, bool)| {
        context! {
            label => label, now => page.whole(now), before => page.whole(before),
            change => page.format.change(now, before), inner => inner,
        }
    };
    rows.into_iter().map(row).collect()
}
