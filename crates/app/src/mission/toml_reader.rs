//! Reads TOML key by key and notes every problem with its line, instead of stopping at the first one.

use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use truceline_domain::{Problem, Timestamp};

/// One TOML file being read.
pub struct TomlFile<'a> {
    file: &'a str,
    text: &'a str,
    root: DeTable<'a>,
    problems: Vec<Problem>,
}

/// One table of it, with the keys that were asked for (what is left over is unknown).
pub struct Table<'t, 'a> {
    table: &'t DeTable<'a>,
    /// What the table is called in messages, such as `[mission]`.
    title: String,
    line: u64,
    asked: BTreeSet<&'static str>,
}

impl<'a> TomlFile<'a> {
    /// Parses with recovery; syntax errors become problems.
    pub fn parse(file: &'a str, text: &'a str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut problems = Vec::new();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let problem = Problem::error(file, "bad_toml", error.message().to_owned());
            problems.push(locate(problem, text, at));
        }
        Self { file, text, root: root.into_inner(), problems }
    }

    /// The top table, its tables taken as known when named in `known`.
    pub fn check_sections(&mut self, known: &[&'static str]) {
        let unknown: Vec<(String, usize)> = self
            .root
            .iter()
            .filter(|(key, _)| !known.contains(&key.get_ref().as_ref()))
            .map(|(key, _)| (key.get_ref().to_string(), key.span().start))
            .collect();
        for (key, at) in unknown {
            let problem =
                Problem::error(self.file, "unknown_section", "this section is not known here").with_text(&key);
            self.problems.push(locate(hinted(problem, &key, known), self.text, at));
        }
    }

    /// Reads one table, calling `read` with it and a place for problems. `None` when the file has no such table.
    pub fn table<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Table<'_, 'a>, &mut Notes<'_>) -> T,
    ) -> Option<T> {
        let value = self.root.get(name)?;
        let line = line_of(self.text, value.span().start);
        let DeValue::Table(table) = value.get_ref() else {
            let problem = Problem::error(self.file, "not_a_table", format!("`{name}` must be a table: `[{name}]`"));
            self.problems.push(problem.at_line(line));
            return None;
        };
        let mut table = Table { table, title: format!("[{name}]"), line, asked: BTreeSet::new() };
        let mut notes = Notes { file: self.file, text: self.text, problems: &mut self.problems };
        let read = read(&mut table, &mut notes);
        table.finish(&mut notes);
        Some(read)
    }

    /// Reads every `[[name]]` table in the order of the file.
    pub fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Table<'_, 'a>, &mut Notes<'_>) -> Option<T>,
    ) -> Vec<T> {
        let mut notes = Notes { file: self.file, text: self.text, problems: &mut self.problems };
        let items = match self.root.get(name).map(Spanned::get_ref) {
            None => return Vec::new(),
            Some(DeValue::Array(items)) => items,
            Some(_) => {
                notes.push(Problem::error(notes.file, "not_a_list", format!("write `[[{name}]]` for each of these")));
                return Vec::new();
            }
        };
        let mut all = Vec::new();
        for item in items.iter() {
            let line = line_of(notes.text, item.span().start);
            let DeValue::Table(table) = item.get_ref() else { continue };
            let mut table = Table { table, title: format!("[[{name}]]"), line, asked: BTreeSet::new() };
            all.extend(read(&mut table, &mut notes));
            table.finish(&mut notes);
        }
        all
    }

    /// All problems met.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}

/// Where a reader notes problems.
pub struct Notes<'n> {
    /// The file's name in problems.
    pub file: &'n str,
    text: &'n str,
    problems: &'n mut Vec<Problem>,
}

impl Notes<'_> {
    /// Notes one.
    pub fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn at(&mut self, code: &'static str, message: String, value: &Spanned<DeValue<'_>>) {
        let span = value.span();
        let text = self.text.get(span.clone()).unwrap_or_default();
        let problem = Problem::error(self.file, code, message).with_text(text);
        self.problems.push(locate(problem, self.text, span.start));
    }
}

impl<'t, 'a> Table<'t, 'a> {
    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'a>>> {
        self.asked.insert(key);
        self.table.get(key)
    }

    /// The line of the table's header.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A text, if there.
    pub fn text(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<String> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                notes.at("not_a_text", format!("`{key}` must be a text in quotes"), value);
                None
            }
        }
    }

    /// A text that must be there.
    pub fn required_text(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<String> {
        if !self.table.contains_key(key) {
            self.asked.insert(key);
            let message = format!("{} needs `{key}`", self.title);
            notes.push(Problem::error(notes.file, "missing_key", message).at_line(self.line));
        }
        self.text(key, notes)
    }

    /// A yes or no, if there.
    pub fn flag(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                notes.at("not_a_flag", format!("`{key}` must be true or false"), value);
                None
            }
        }
    }

    /// A finite number, if there.
    pub fn number(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<f64> {
        let value = self.get(key)?;
        let number = number_in(value);
        if number.is_none() {
            notes.at("not_a_number", format!("`{key}` must be a number"), value);
        }
        number
    }

    /// A list of numbers, if there.
    pub fn numbers(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Vec<f64>> {
        let value = self.get(key)?;
        let numbers = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(number_in).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        if numbers.is_none() {
            notes.at("not_numbers", format!("`{key}` must be a list of numbers"), value);
        }
        numbers
    }

    /// A list of texts; empty when not there.
    pub fn texts(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let text_in = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        let texts = match value.get_ref() {
            DeValue::Array(items) => items.iter().map(text_in).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            notes.at("not_texts", format!("`{key}` must be a list of texts"), value);
            Vec::new()
        })
    }

    /// An instant with offset (RFC 3339), as text or TOML date-time, if there.
    pub fn instant(&mut self, key: &'static str, notes: &mut Notes<'_>) -> Option<Timestamp> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(at) => at.to_string(),
            _ => String::new(),
        };
        let instant = text.parse().ok();
        if instant.is_none() {
            let message = format!("`{key}` must be a date and time with offset, such as 2031-02-15T00:00:00+02:00");
            notes.at("not_an_instant", message, value);
        }
        instant
    }

    /// All keys with their texts, in the order of the keys (for tables that map names to instants).
    pub fn instants(&mut self, notes: &mut Notes<'_>) -> Vec<(String, Timestamp)> {
        let mut all = Vec::new();
        for (key, value) in self.table.iter() {
            let text = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Datetime(at) => at.to_string(),
                _ => String::new(),
            };
            match text.parse() {
                Ok(at) => all.push((key.get_ref().to_string(), at)),
                Err(_) => {
                    let message = "an event needs a date and time with offset, such as 2031-02-15T00:00:00+02:00";
                    notes.at("not_an_instant", message.to_owned(), value);
                }
            }
        }
        self.asked.insert("*");
        all
    }

    fn finish(&self, notes: &mut Notes<'_>) {
        if self.asked.contains("*") {
            return;
        }
        let known: Vec<&'static str> = self.asked.iter().copied().collect();
        for (key, _) in self.table.iter().filter(|(key, _)| !self.asked.contains(key.get_ref().as_ref())) {
            let name = key.get_ref().to_string();
            let message = format!("{} has no key of this name", self.title);
            let problem = Problem::error(notes.file, "unknown_key", message).with_text(&name);
            let problem = locate(hinted(problem, &name, &known), notes.text, key.span().start);
            notes.push(problem);
        }
    }
}

fn number_in(value: &Spanned<DeValue<'_>>) -> Option<f64> {
    let text = match value.get_ref() {
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        _ => return None,
    };
    text.replace('_', "").parse().ok().filter(|n: &f64| n.is_finite())
}

/// The problem with "did you mean …?" when a known word is near.
pub fn hinted(problem: Problem, given: &str, known: &[&str]) -> Problem {
    match nearest(given, known) {
        Some(word) => problem.with_hint(format!("did you mean `{word}`?")),
        None if known.is_empty() || known.len() > 40 => problem,
        None => problem.with_hint(format!("known here: {}", known.join(", "))),
    }
}

fn nearest<'k>(given: &str, known: &[&'k str]) -> Option<&'k str> {
    let given = given.to_lowercase();
    let scored = known.iter().map(|word| (strsim::damerau_levenshtein(&given, &word.to_lowercase()), *word));
    scored.min().filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4).map(|(_, word)| word)
}

fn line_of(text: &str, offset: usize) -> u64 {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count() as u64
}

fn locate(problem: Problem, text: &str, offset: usize) -> Problem {
    let before = text.get(..offset).unwrap_or(text);
    let column = before.chars().rev().take_while(|c| *c != '\n').count() as u64 + 1;
    problem.at_line(line_of(text, offset)).at_column(column)
}
