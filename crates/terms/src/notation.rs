//! The lines of a rule file: header, rules, their keys and values, before anything is made of the values.

use crate::piece::{Piece, hint, lines};
use truceline_domain::{Problem, Problems};

/// The keys of a rule. `must`, `must not` and `may` are one key with three words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Clause,
    Who,
    MustNot,
    Must,
    May,
    What,
    Where,
    From,
    Distance,
    When,
    Start,
    Done,
    Then,
    Except,
    Verify,
    OnBreach,
    Note,
    Status,
    Grade,
    Reading,
}

impl Key {
    /// All keys; `must not` before `must`, so that the longer one is found first.
    pub const ALL: [(Self, &'static str); 20] = [
        (Self::Clause, "clause"),
        (Self::Who, "who"),
        (Self::MustNot, "must not"),
        (Self::Must, "must"),
        (Self::May, "may"),
        (Self::What, "what"),
        (Self::Where, "where"),
        (Self::From, "from"),
        (Self::Distance, "distance"),
        (Self::When, "when"),
        (Self::Start, "start"),
        (Self::Done, "done"),
        (Self::Then, "then"),
        (Self::Except, "except"),
        (Self::Verify, "verify"),
        (Self::OnBreach, "on breach"),
        (Self::Note, "note"),
        (Self::Status, "status"),
        (Self::Grade, "grade"),
        (Self::Reading, "reading"),
    ];

    /// The word in the notation.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(key, _)| *key == self).map_or("", |(_, word)| word)
    }

    /// True for the three words of what binds.
    pub fn is_act(self) -> bool {
        matches!(self, Self::Must | Self::MustNot | Self::May)
    }

    /// True for keys that may stand in a rule more than once.
    pub fn may_repeat(self) -> bool {
        matches!(self, Self::Note | Self::Reading | Self::Except | Self::OnBreach | Self::What)
    }
}

/// One line of a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub key: Key,
    pub value: Piece<'a>,
}

/// One rule as lines.
#[derive(Clone, Debug)]
pub(crate) struct RawRule<'a> {
    pub id: Piece<'a>,
    pub entries: Vec<Entry<'a>>,
    /// Lines that could not be understood: they make the rule unusable.
    pub faults: Vec<Problem>,
    /// The lines without comments, white space collapsed.
    pub written: String,
}

/// A rule file as lines.
#[derive(Debug, Default)]
pub(crate) struct RawFile<'a> {
    pub header: Vec<(Piece<'a>, Piece<'a>)>,
    pub rules: Vec<RawRule<'a>>,
}

/// The most lines of one rule, and the most rules, that are read.
const ENTRIES_MAX: usize = 500;
const RULES_MAX: usize = 5_000;

/// Splits a rule file into header and rules.
pub(crate) fn read<'a>(file: &'a str, text: &'a str, problems: &mut Problems) -> RawFile<'a> {
    let mut raw = RawFile::default();
    for line in lines(file, text) {
        let bare = without_comment(line);
        let piece = bare.trim();
        if piece.is_empty() {
            continue;
        }
        if piece.column > 1 {
            indented(piece, &mut raw, problems);
        } else if let Some(id) = piece.strip("rule") {
            begin(piece, id, &mut raw, problems);
        } else {
            header(piece, &mut raw, problems);
        }
    }
    raw
}

/// A comment begins with `#` at the start of a word, outside quotes.
fn without_comment(line: Piece<'_>) -> Piece<'_> {
    let (mut quoted, mut after_blank) = (false, true);
    for (at, c) in line.text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted && after_blank => return line.part(0, at),
            _ => {}
        }
        after_blank = c.is_whitespace();
    }
    line
}

fn begin<'a>(piece: Piece<'a>, id: Piece<'a>, raw: &mut RawFile<'a>, problems: &mut Problems) {
    let mut faults = Vec::new();
    let (word, rest) = id.word();
    if word.is_empty() {
        faults.push(piece.error("no_rule_id", "the rule has no id").with_hint("write `rule W-2.1.a`"));
    } else if !rest.is_empty() {
        faults.push(rest.error("bad_rule_id", "a rule's id is one word").with_hint("join its parts with hyphens"));
    }
    if raw.rules.len() >= RULES_MAX {
        problems.push(piece.error("too_many_rules", format!("more than {RULES_MAX} rules are not read")));
        return;
    }
    let written = format!("rule {}", word.text);
    raw.rules.push(RawRule { id: if word.is_empty() { piece } else { word }, entries: Vec::new(), faults, written });
}

fn header<'a>(piece: Piece<'a>, raw: &mut RawFile<'a>, problems: &mut Problems) {
    let (word, value) = piece.word();
    if Key::ALL.iter().any(|(_, key)| key.split(' ').next() == Some(word.text)) && !raw.rules.is_empty() {
        let problem = piece.error("not_indented", format!("the line `{}` of a rule is not indented", word.text));
        fault(problem.with_hint("indent it by two blanks"), raw, problems);
    } else if !matches!(word.text, "agreement" | "timezone" | "day") {
        let problem = word.error("unknown_header", format!("`{}` is no line of the header", word.text));
        problems.push(problem.with_hint(hint(word.text, ["agreement", "timezone", "day", "rule"])));
    } else if raw.rules.is_empty() {
        if raw.header.iter().any(|(given, _)| given.text == word.text) {
            problems.push(word.error("duplicate_header", format!("`{}` stands twice", word.text)));
        }
        raw.header.push((word, value));
    } else {
        let problem = word.error("late_header", format!("`{}` belongs before the first rule", word.text));
        problems.push(problem.with_hint("move it to the top of the file"));
    }
}

/// A problem that makes the current rule unusable; without a rule it is the file's.
fn fault(problem: Problem, raw: &mut RawFile<'_>, problems: &mut Problems) {
    match raw.rules.last_mut() {
        Some(rule) => rule.faults.push(problem),
        None => problems.push(problem),
    }
}

fn indented<'a>(piece: Piece<'a>, raw: &mut RawFile<'a>, problems: &mut Problems) {
    let Some(rule) = raw.rules.last_mut() else {
        let problem = piece.error("outside_rule", "this line belongs to no rule");
        problems.push(problem.with_hint("begin the rule with `rule ID` at the start of a line"));
        return;
    };
    if rule.entries.len() >= ENTRIES_MAX {
        rule.faults.push(piece.error("rule_too_long", format!("more than {ENTRIES_MAX} lines of a rule are not read")));
        return;
    }
    rule.written.push('\n');
    rule.written.push_str(&piece.text.split_whitespace().collect::<Vec<_>>().join(" "));
    match entry(piece) {
        Ok(entry) => rule.entries.push(entry),
        Err(problem) => rule.faults.push(problem),
    }
}

/// Reads `key value`.
pub(crate) fn entry(piece: Piece<'_>) -> Result<Entry<'_>, Problem> {
    let found = Key::ALL.iter().find_map(|(key, word)| piece.strip(word).map(|value| (*key, value)));
    match found {
        Some((key, value)) if value.is_empty() => {
            Err(piece.error("no_value", format!("`{}` has no value", key.word())))
        }
        Some((key, value)) => Ok(Entry { key, value }),
        None => {
            let (word, _) = piece.word();
            let problem = word.error("unknown_key", format!("`{}` is no key of a rule", word.text));
            Err(problem.with_hint(hint(word.text, Key::ALL.iter().map(|(_, word)| *word))))
        }
    }
}
