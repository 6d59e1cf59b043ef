//! The book of the guarantees as TOML: `[[commitment]]` with `id`, `who`, `what`, `domain`, `conditions`, and for each
//! source `[[commitment.source]]` with `cited`, `status`, `legal_force`. What sources say differently is kept.

use crate::piece::hint;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use truceline_domain::{Commitment, CommitmentStatus, LegalForce, Name, Problem, SourceNote};

/// The fields in which commitments lie.
const DOMAINS: [&str; 11] = [
    "land",
    "sky",
    "sea",
    "monitoring",
    "hubs",
    "armament",
    "finance",
    "legal",
    "coordination",
    "mutual_support",
    "intelligence",
];

/// Reads a file of commitments: what could be read, in the order of the file, and every problem with its line.
///
/// A commitment without id, promise or any usable source is left out; an unknown domain is kept with a warning.
///
/// ```
/// let text = r#"
/// [[commitment]]
/// id = "C7"
/// who = ["United Kingdom"]
/// what = "seek binding commitments"
/// domain = "mutual_support"
/// [[commitment.source]]
/// cited = "S2:12"
/// status = "announced"
/// legal_force = "sought"
/// "#;
/// let (commitments, problems) = truceline_terms::guarantees::parse("paris.toml", text);
/// assert!(problems.is_empty());
/// assert!(!commitments[0].is_disputed());
/// ```
pub fn parse(file: &str, toml_text: &str) -> (Vec<Commitment>, Vec<Problem>) {
    let mut reader = Reader { file, text: toml_text, problems: Vec::new() };
    let root = match DeTable::parse(toml_text) {
        Ok(root) => root,
        Err(error) => {
            let problem = reader.at("bad_toml", error.span().unwrap_or(0..0), error.message().to_owned());
            reader.problems.push(problem);
            return (Vec::new(), reader.problems);
        }
    };
    reader.unknown_keys(root.get_ref(), &["commitment"]);
    let mut seen = BTreeSet::new();
    let mut commitments = Vec::new();
    for (table, span) in reader.tables(root.get_ref(), "commitment") {
        let Some(commitment) = reader.commitment(table, span.clone()) else { continue };
        if seen.insert(commitment.id.clone()) {
            commitments.push(commitment);
        } else {
            let problem = reader.at(
                "duplicate_commitment",
                span,
                format!("commitment `{}` stands twice; the first is kept", commitment.id),
            );
            reader
                .problems
                .push(problem.with_hint("write what another source says as one more `[[commitment.source]]`"));
        }
    }
    (commitments, reader.problems)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

type Table<'i> = DeTable<'i>;

impl Reader<'_> {
    fn at(&self, code: &'static str, span: Range<usize>, message: String) -> Problem {
        let head = self.text.get(..span.start).unwrap_or("");
        let line = head.matches('\n').count() as u64 + 1;
        let column = head.rsplit('\n').next().unwrap_or("").chars().count() as u64 + 1;
        let given = self.text.get(span).unwrap_or("").lines().next().unwrap_or("");
        Problem::error(self.file, code, lower(message)).at_line(line).at_column(column).with_text(given)
    }

    fn tables<'t, 'i>(&mut self, table: &'t Table<'i>, key: &str) -> Vec<(&'t Table<'i>, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            let problem = self.at("not_a_list", value.span(), format!("`{key}` is no list of tables"));
            self.problems.push(problem.with_hint(format!("write `[[{key}]]`")));
            return Vec::new();
        };
        array
            .iter()
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some((table, item.span())),
                _ => {
                    let problem = self.at("not_a_table", item.span(), format!("an entry of `{key}` is no table"));
                    self.problems.push(problem);
                    None
                }
            })
            .collect()
    }

    fn commitment(&mut self, table: &Table<'_>, span: Range<usize>) -> Option<Commitment> {
        self.unknown_keys(table, &["id", "who", "what", "domain", "conditions", "source"]);
        let id = self.text_of(table, "id", span.clone());
        let what = self.text_of(table, "what", span.clone());
        let domain = self.text_of(table, "domain", span.clone());
        let who = self.texts_of(table, "who");
        if who.is_empty() {
            let problem = self.at("missing_key", span.clone(), "a commitment has no `who`".to_owned());
            self.problems.push(problem.with_hint("write `who = [\"France\"]`"));
        }
        if let Some((domain, span)) = domain.as_ref().filter(|(domain, _)| !DOMAINS.contains(&domain.as_str())) {
            let mut problem = self.at("unknown_domain", span.clone(), format!("`{domain}` is no field of commitments"));
            problem.severity = truceline_domain::Severity::Warning;
            self.problems.push(problem.with_hint(hint(domain, DOMAINS)));
        }
        let tables = self.tables(table, "source");
        let sources: Vec<SourceNote> =
            tables.into_iter().filter_map(|(table, span)| self.source(table, span)).collect();
        if sources.is_empty() {
            let problem = self.at("no_source", span, "a commitment has no usable source".to_owned());
            self.problems.push(problem.with_hint("write `[[commitment.source]]` with cited, status and legal_force"));
            return None;
        }
        Some(Commitment {
            id: id?.0.into(),
            who: who.into_iter().map(Name::from).collect(),
            what: what?.0,
            domain: domain?.0.into(),
            conditions: self.texts_of(table, "conditions"),
            sources,
        })
    }

    fn source(&mut self, table: &Table<'_>, span: Range<usize>) -> Option<SourceNote> {
        self.unknown_keys(table, &["cited", "status", "legal_force"]);
        let cited = self.text_of(table, "cited", span.clone());
        let status = self.word_of::<CommitmentStatus>(
            table,
            "status",
            (span.clone(), CommitmentStatus::ALL.iter().map(|s| s.word()).collect()),
        );
        let legal_force = match table.get("legal_force") {
            None => Some(LegalForce::NotStated),
            Some(_) => self.word_of::<LegalForce>(
                table,
                "legal_force",
                (span, LegalForce::ALL.iter().map(|f| f.word()).collect()),
            ),
        };
        Some(SourceNote { cited: cited?.0.into(), status: status?, legal_force: legal_force? })
    }

    fn word_of<T: std::str::FromStr>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        (span, allowed): (Range<usize>, Vec<&str>),
    ) -> Option<T> {
        let (word, at) = self.text_of(table, key, span)?;
        let read = word.parse::<T>().ok();
        if read.is_none() {
            let problem = self.at("unknown_word", at, format!("`{word}` is no {}", key.replace('_', " ")));
            self.problems.push(problem.with_hint(hint(&word, allowed)));
        }
        read
    }

    /// A required text with its place; a problem when it is missing, empty or no text.
    fn text_of(&mut self, table: &Table<'_>, key: &str, span: Range<usize>) -> Option<(String, Range<usize>)> {
        let Some(value) = table.get(key) else {
            let problem = self.at("missing_key", span, format!("`{key}` is missing"));
            self.problems.push(problem.with_hint(format!("write `{key} = \"…\"`")));
            return None;
        };
        let text = self.text(value, key)?;
        if text.trim().is_empty() {
            let problem = self.at("empty_text", value.span(), format!("`{key}` is empty"));
            self.problems.push(problem);
            return None;
        }
        Some((text, value.span()))
    }

    fn texts_of(&mut self, table: &Table<'_>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => array.iter().filter_map(|item| self.text(item, key)).collect(),
            _ => self.text(value, key).into_iter().collect(),
        }
    }

    fn text(&mut self, value: &Spanned<DeValue<'_>>, key: &str) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.to_string());
        }
        let problem = self.at("not_a_text", value.span(), format!("`{key}` is no text"));
        self.problems.push(problem.with_hint("put it in double quotes"));
        None
    }

    fn unknown_keys(&mut self, table: &Table<'_>, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let mut problem = self.at("unknown_key", key.span(), format!("`{}` is not known here", key.get_ref()));
            problem.severity = truceline_domain::Severity::Warning;
            self.problems.push(problem.with_hint(hint(key.get_ref(), known.iter().copied())));
        }
    }
}

/// A message of the TOML reader in the house's form: lower case, no full stop, one line.
fn lower(message: String) -> String {
    let line = message.lines().next().unwrap_or("").trim_end_matches('.').to_owned();
    let mut chars = line.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
#[path = "guarantees_tests.rs"]
mod tests;
