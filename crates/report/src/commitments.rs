//! The book of the guarantees: who promised what, and how far sources say it has come.

use crate::page::Page;
use crate::shown::Shown;
use crate::{Document, ReportKind, Snapshot, words};
use minijinja::context;
use minijinja::value::Value;
use truceline_domain::Commitment;

/// The report of the book.
pub(crate) struct Commitments;

impl ReportKind for Commitments {
    fn name(&self) -> &'static str {
        "commitments"
    }

    fn title(&self) -> &'static str {
        "Who promised what, and how far it has come"
    }

    fn compose(&self, snapshot: &Snapshot<'_>) -> Vec<Document> {
        let shown = Shown::of(snapshot);
        let page = Page::of(&shown);
        let body = context! { commitments => rows(&page) };
        let mut document = page.render("commitments.html", page.labels.title_commitments, body);
        document.file_name = "commitments.html".to_owned();
        let table = Document::text("commitments.csv", "text/csv; charset=utf-8", csv(snapshot.commitments));
        vec![document, table]
    }
}

/// One row each, in the order of the book.
pub(crate) fn rows(page: &Page) -> Vec<Value> {
    let language = page.language();
    let row = |commitment: &Commitment| {
        let sources: Vec<Value> = commitment
            .sources
            .iter()
            .map(|source| {
                context! {
                    cited => source.cited.as_str(),
                    status => words::status(language, source.status),
                    force => words::legal_force(language, source.legal_force),
                }
            })
            .collect();
        context! {
            id => commitment.id.as_str(),
            who => commitment.who.iter().map(|who| who.as_str()).collect::<Vec<_>>().join(", "),
            what => commitment.what.as_str(),
            domain => commitment.domain.as_str().replace('_', " "),
            conditions => commitment.conditions.clone(),
            sources => sources,
            disputed => commitment.is_disputed(),
        }
    };
    page.shown.snapshot.commitments.iter().map(row).collect()
}

fn csv(commitments: &[Commitment]) -> String {
    let header = ["id", "who", "what", "domain", "conditions", "cited", "status", "legal_force", "disputed"];
    let mut csv = crate::csv::Csv::new(&header, commitments.len());
    for commitment in commitments {
        for source in &commitment.sources {
            csv.text(commitment.id.as_str());
            csv.text(&commitment.who.iter().map(|who| who.as_str()).collect::<Vec<_>>().join("; "));
            csv.text(&commitment.what);
            csv.text(commitment.domain.as_str());
            csv.text(&commitment.conditions.join("; "));
            csv.text(source.cited.as_str());
            csv.plain(source.status);
            csv.plain(source.legal_force);
            csv.plain(commitment.is_disputed());
            csv.end_row();
        }
    }
    csv.into_text()
}
