//! The last parts of every page: clauses, words for probabilities, evidence.

use crate::likelihood::Likelihood;
use crate::page::Page;
use crate::words;
use minijinja::context;
use minijinja::value::Value;
use std::collections::BTreeSet;

/// What the page rests on, so that anybody can check it.
pub(crate) fn evidence(page: &Page) -> Value {
    let snapshot = page.shown.snapshot;
    let log = snapshot.log.as_ref().map(|log| {
        context! { origin => log.origin.as_str(), size => page.whole(log.size), root => log.root.as_str() }
    });
    context! {
        digest => snapshot.mission.digest.to_string(),
        log => log,
        captures => page.whole(snapshot.n_captures),
        methods => methods(page),
        schema => crate::report_json::SCHEMA,
        generator => concat!("truceline-report/", env!("CARGO_PKG_VERSION")),
        credits => snapshot.mission.credits.clone(),
    }
}

/// The methods of incidents and findings with their versions, each once.
fn methods(page: &Page) -> Vec<String> {
    let snapshot = page.shown.snapshot;
    let incidents = snapshot.incidents.iter().map(|incident| incident.derivation);
    let findings = snapshot.findings.iter().map(|finding| finding.derivation);
    let all: BTreeSet<_> = incidents.chain(findings).collect();
    all.into_iter().map(|derivation| format!("{}/{}", derivation.method, derivation.version)).collect()
}

/// The clauses with their rules, in the order of the text.
pub(crate) fn clauses(page: &Page) -> Vec<Value> {
    let clause = |clause: &crate::ClauseText| {
        let rules: Vec<Value> =
            clause.rules.iter().map(|(id, sentence)| context! { id => id.as_str(), sentence => sentence }).collect();
        context! { eid => clause.eid.as_str(), heading => clause.heading.as_str(), text => clause.text.as_str(), rules => rules }
    };
    page.shown.snapshot.clauses.iter().map(clause).collect()
}

/// The table of words for probabilities.
pub(crate) fn likelihoods(page: &Page) -> Vec<Value> {
    let row = |likelihood: Likelihood| {
        context! { word => words::likelihood(page.language(), likelihood), band => likelihood.band() }
    };
    Likelihood::ALL.into_iter().map(row).collect()
}
