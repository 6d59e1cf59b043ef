//! The agreement's text: line-based notation with indentation, read into clauses with stable ids.
//!
//! Structure words: `PREFACE`, `PREAMBLE`, `BODY`, `CONCLUSIONS`; `PART`, `CHAPTER`, `SECTION`, `ARTICLE`, `PARA`,
//! `SUBPARA`, `ITEM`, each `WORD number - heading`; `SCHEDULE`, `ANNEXURE`, `ANNEX`, `APPENDIX` (counted as
//! attachments); `TABLE` and `FOOTNOTE` belong to the text around them. A line such as `1.1 From 00:00 …` inside an
//! article is a paragraph with that number. Deeper indentation means: belongs to the clause above.
//!
//! The id of a clause joins prefix and number of its levels (`art_2__para_2-1__subpara_a`), as the naming convention
//! of Akoma Ntoso 3.0 has it (OASIS, akn-nc v1.0, section 5): dots become hyphens, brackets go.
//!
//! The text of a clause is its heading if it has one, its own sentences, and for each clause inside it the number and
//! the text, one per line; white space is collapsed. Its digest is the SHA-256 of that text in UTF-8, so the digest of
//! a clause without heading and parts is the digest of its sentence.

use crate::piece::{Piece, hint, lines};
use std::collections::BTreeMap;
use truceline_domain::{Digest, Name, Problem, Problems};

/// One clause of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its stable id, such as `art_2__para_2-1__subpara_a`.
    pub eid: Name,
    /// Its number as written, such as `(a)`; empty for preface and preamble.
    pub num: String,
    /// Its heading, if it has one.
    pub heading: String,
    /// Its text with everything inside it, one sentence or part per line.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: Digest,
    /// The line of the file where it begins, from 1.
    pub line: u32,
    /// The id of the clause around it.
    pub parent: Option<Name>,
    /// True when no other clause lies inside it.
    pub is_leaf: bool,
}

/// The deepest nesting that is read; deeper lines stay with the clause at this depth.
const DEPTH_MAX: usize = 12;
/// The longest text that is read, in bytes.
const BYTES_MAX: usize = 4 << 20;

/// Structure words with the prefix of their ids and their rank; a clause lies inside one of a lower rank.
const WORDS: [(&str, &str, u8); 15] = [
    ("PREFACE", "preface", 0),
    ("PREAMBLE", "preamble", 0),
    ("BODY", "", 0),
    ("CONCLUSIONS", "conclusions", 0),
    ("SCHEDULE", "att", 0),
    ("ANNEXURE", "att", 0),
    ("ANNEX", "att", 0),
    ("APPENDIX", "att", 0),
    ("PART", "part", 1),
    ("CHAPTER", "chp", 2),
    ("SECTION", "sec", 3),
    ("ARTICLE", "art", 4),
    ("PARA", "para", 5),
    ("SUBPARA", "subpara", 6),
    ("ITEM", "item", 7),
];

/// Reads the text into its clauses, in the order of the file, with everything that was wrong.
///
/// ```
/// let text = "BODY\n  ARTICLE 1 - Ceasefire\n    1.1 The Parties shall cease all fire.\n";
/// let (clauses, problems) = truceline_terms::read_text("agreement.txt", text);
/// assert!(problems.is_empty());
/// assert_eq!(clauses[1].eid.as_str(), "art_1__para_1-1");
/// ```
pub fn read_text(file: &str, text: &str) -> (Vec<Clause>, Vec<Problem>) {
    let mut reader = Reader::default();
    if text.len() > BYTES_MAX {
        reader.problems.push(Problem::error(
            file,
            "text_too_long",
            format!("only the first {BYTES_MAX} bytes are read"),
        ));
    }
    let cut = (0..=text.len().min(BYTES_MAX)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    for line in lines(file, text.get(..cut).unwrap_or("")) {
        reader.line(line);
    }
    if reader.drafts.is_empty() {
        let problem = Problem::error(file, "no_clause", "the text has no clause");
        reader.problems.push(problem.with_hint("begin with BODY and `ARTICLE 1 - Heading`"));
    }
    (finish(reader.drafts), reader.problems.into_vec())
}

struct Draft {
    eid: String,
    num: String,
    heading: String,
    own: Vec<String>,
    line: u32,
    parent: Option<usize>,
}

/// A clause that is still open: where it stands, how far it is indented, its rank.
#[derive(Clone, Copy)]
struct Open {
    draft: Option<usize>,
    indent: usize,
    rank: u8,
}

#[derive(Default)]
struct Reader {
    drafts: Vec<Draft>,
    open: Vec<Open>,
    seen: BTreeMap<String, u32>,
    n_attachments: u32,
    problems: Problems,
}

impl Reader {
    fn line(&mut self, line: Piece<'_>) {
        let piece = line.trim();
        if piece.is_empty() {
            return;
        }
        if line.text.get(..line.text.len() - line.text.trim_start().len()).unwrap_or("").contains('\t') {
            let problem =
                line.part(0, 1).warning("tab_indent", "a tab stands in the indentation and counts as one blank");
            self.problems.push(problem.with_hint("indent with blanks"));
        }
        let indent = piece.column as usize - 1;
        let (word, rest) = piece.word();
        if let Some(&(name, prefix, rank)) = WORDS.iter().find(|(name, ..)| *name == word.text) {
            self.structure(piece, rest, Structure { name, prefix, rank, indent });
        } else if matches!(word.text, "TABLE" | "FOOTNOTE" | "CROSSHEADING") {
            self.sentence(rest, indent);
        } else if let Some(end) = implicit_number(word.text).filter(|_| self.inside_article(indent)) {
            self.implicit(piece, word.part(0, end), indent);
        } else {
            self.check_unknown(word, rest);
            self.sentence(piece, indent);
        }
    }

    fn structure(&mut self, piece: Piece<'_>, rest: Piece<'_>, what: Structure) {
        self.close(what.indent, what.rank);
        if what.rank > 0 && self.open.iter().all(|open| open.rank != 0) {
            let problem = piece.error("outside_body", format!("{} stands outside BODY", what.name));
            self.problems.push(problem.with_hint("put a line `BODY` before the first clause and indent what follows"));
        }
        if let Some(around) = self.open.last().filter(|open| what.rank > 0 && open.rank >= what.rank) {
            let at = around.draft.and_then(|at| self.drafts.get(at)).map_or(String::new(), |draft| draft.eid.clone());
            let problem = piece.error("bad_nesting", format!("{} cannot lie inside `{at}`", what.name));
            self.problems.push(problem.with_hint("indent it as far as the clause it stands beside"));
        }
        if self.open.len() >= DEPTH_MAX {
            self.problems.push(piece.error("too_deep", format!("more than {DEPTH_MAX} levels are not read")));
            return;
        }
        let (num, heading) = number_and_heading(rest);
        if what.rank > 0 && num.is_empty() {
            let problem = piece.error("no_number", format!("{} has no number", what.name));
            self.problems.push(problem.with_hint(format!("write `{} 1 - Heading`", what.name)));
        }
        let own_id = match what.prefix {
            "att" => {
                self.n_attachments += 1;
                format!("att_{}", self.n_attachments)
            }
            prefix if what.rank == 0 => prefix.to_owned(),
            prefix => format!("{prefix}_{}", clean_number(&num)),
        };
        let open = Open { draft: None, indent: what.indent, rank: what.rank };
        let draft = (!own_id.is_empty()).then(|| self.add(piece, own_id, (num, heading)));
        self.open.push(Open { draft, ..open });
    }

    fn implicit(&mut self, piece: Piece<'_>, number: Piece<'_>, indent: usize) {
        self.close(indent, 5);
        let id = format!("para_{}", clean_number(number.text));
        let draft = self.add(piece, id, (number.text.to_owned(), String::new()));
        let sentence = piece.after(number.text.len());
        if let Some(draft) = self.drafts.get_mut(draft) {
            draft.own.push(collapse(sentence.text));
        }
        self.open.push(Open { draft: Some(draft), indent, rank: 5 });
    }

    fn add(&mut self, piece: Piece<'_>, own_id: String, (num, heading): (String, String)) -> usize {
        let parent = self.open.iter().rev().find_map(|open| open.draft);
        let mut eid = match parent.and_then(|at| self.drafts.get(at)) {
            Some(around) => format!("{}__{own_id}", around.eid),
            None => own_id,
        };
        let n = self.seen.entry(eid.clone()).or_default();
        *n += 1;
        if *n > 1 {
            let problem = piece.error("duplicate_clause", format!("`{eid}` stands in the text more than once"));
            eid = format!("{eid}_{n}");
            self.problems.push(problem.with_hint(format!("give it a number of its own; it is read as `{eid}`")));
        }
        self.drafts.push(Draft { eid, num, heading, own: Vec::new(), line: piece.line, parent });
        self.drafts.len() - 1
    }

    /// Adds a sentence to the innermost clause that the line is indented below.
    fn sentence(&mut self, piece: Piece<'_>, indent: usize) {
        while self.open.len() > 1 && self.open.last().is_some_and(|open| open.indent >= indent) {
            self.open.pop();
        }
        let at = self.open.iter().rev().find_map(|open| open.draft);
        match at.and_then(|at| self.drafts.get_mut(at)) {
            Some(draft) => draft.own.push(collapse(piece.text)),
            None => {
                let problem = piece.error("text_outside_clause", "this sentence belongs to no clause");
                self.problems.push(problem.with_hint("put it under PREFACE, PREAMBLE, ARTICLE or PARA"));
            }
        }
    }

    fn close(&mut self, indent: usize, rank: u8) {
        while self.open.last().is_some_and(|open| open.indent >= indent || rank == 0) {
            self.open.pop();
        }
    }

    fn inside_article(&self, indent: usize) -> bool {
        let around = self.open.iter().rev().find(|open| open.indent < indent);
        around.is_some_and(|open| (3..5).contains(&open.rank))
    }

    /// A line that begins with a word in capitals followed by a number looks like a misspelt structure word.
    fn check_unknown(&mut self, word: Piece<'_>, rest: Piece<'_>) {
        let capitals = word.text.chars().count() >= 3 && word.text.chars().all(char::is_uppercase);
        let numbered = rest.is_empty() || rest.text.starts_with(|c: char| c.is_ascii_digit() || c == '(');
        if capitals && numbered {
            let problem =
                word.error("unknown_keyword", format!("`{}` is no structure word; it is read as text", word.text));
            self.problems.push(problem.with_hint(hint(word.text, WORDS.iter().map(|(name, ..)| *name))));
        }
    }
}

struct Structure {
    name: &'static str,
    prefix: &'static str,
    rank: u8,
    indent: usize,
}

/// The length of a number such as `1.1` or `2.3.` at the start of a line, if the word is one.
fn implicit_number(word: &str) -> Option<usize> {
    let number = word.trim_end_matches('.');
    let is_number =
        number.split('.').all(|n| !n.is_empty() && n.len() <= 4 && n.starts_with(|c: char| c.is_ascii_digit()))
            && number.contains('.')
            && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    is_number.then_some(word.len())
}

fn number_and_heading(rest: Piece<'_>) -> (String, String) {
    match rest.text.split_once(" - ") {
        Some((num, heading)) => (collapse(num), collapse(heading)),
        None => match rest.text.strip_prefix("- ") {
            Some(heading) => (String::new(), collapse(heading)),
            None => (collapse(rest.text), String::new()),
        },
    }
}

/// `2.1` becomes `2-1`, `(a)` becomes `a`; what is no letter or digit becomes a hyphen; nothing becomes `nn`.
fn clean_number(num: &str) -> String {
    let inner: String = num.chars().filter(|c| !matches!(c, '(' | ')' | '[' | ']')).collect();
    let hyphened: String = inner.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = hyphened.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "nn".to_owned() } else { parts.join("-") }
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts the texts together from the inside out: children always stand after their parent.
fn finish(drafts: Vec<Draft>) -> Vec<Clause> {
    let mut inside: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut clauses: Vec<Clause> = Vec::with_capacity(drafts.len());
    for (at, draft) in drafts.iter().enumerate().rev() {
        let parts = inside.remove(&at);
        let heading = Some(draft.heading.clone()).filter(|heading| !heading.is_empty());
        let is_leaf = parts.is_none();
        let below = parts.into_iter().flatten().rev();
        let text = heading.into_iter().chain(draft.own.iter().cloned()).chain(below).collect::<Vec<_>>().join("\n");
        if let Some(parent) = draft.parent {
            inside.entry(parent).or_default().push(collapse_first(&draft.num, &text));
        }
        clauses.push(Clause {
            eid: draft.eid.as_str().into(),
            num: draft.num.clone(),
            heading: draft.heading.clone(),
            digest: Digest::of(text.as_bytes()),
            text,
            line: draft.line,
            parent: draft.parent.and_then(|at| drafts.get(at)).map(|parent| parent.eid.as_str().into()),
            is_leaf,
        });
    }
    clauses.reverse();
    clauses
}

fn collapse_first(num: &str, text: &str) -> String {
    format!("{num} {text}").trim().to_owned()
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
