//! Pieces of a file that know where they stand, so that every problem can point at its words.

use truceline_domain::{Problem, Severity};

/// Some text of one line with its file, line and column (both from 1, columns in characters).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub line: u32,
    pub column: u32,
}

impl<'a> Piece<'a> {
    /// The part from byte `from` to byte `to`; empty when these are no places of the text.
    pub fn part(self, from: usize, to: usize) -> Self {
        let skipped = self.text.get(..from).map_or(0, |head| head.chars().count());
        let column = self.column.saturating_add(u32::try_from(skipped).unwrap_or(u32::MAX));
        Self { text: self.text.get(from..to).unwrap_or(""), column, ..self }
    }

    /// Without white space at both ends.
    pub fn trim(self) -> Self {
        let from = self.text.len() - self.text.trim_start().len();
        self.part(from, from.max(self.text.trim_end().len()))
    }

    /// The rest after byte `from`, trimmed.
    pub fn after(self, from: usize) -> Self {
        self.part(from, self.text.len()).trim()
    }

    /// True when nothing is left.
    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// Split at `separator` where it stands outside double quotes; each part trimmed, empty parts left out.
    pub fn split(self, separator: char) -> Vec<Self> {
        let mut parts = Vec::new();
        let (mut from, mut quoted) = (0, false);
        for (at, c) in self.text.char_indices() {
            if c == '"' {
                quoted = !quoted;
            } else if c == separator && !quoted {
                parts.push(self.part(from, at).trim());
                from = at + c.len_utf8();
            }
        }
        parts.push(self.after(from));
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// The first word and the rest.
    pub fn word(self) -> (Self, Self) {
        let piece = self.trim();
        let end = piece.text.find(char::is_whitespace).unwrap_or(piece.text.len());
        (piece.part(0, end), piece.after(end))
    }

    /// The rest when the piece begins with these whole words (one space in `words` stands for any white space).
    pub fn strip(self, words: &str) -> Option<Self> {
        let mut rest = self.trim();
        for wanted in words.split(' ') {
            let (word, more) = rest.word();
            if word.text != wanted {
                return None;
            }
            rest = more;
        }
        Some(rest)
    }

    /// A quoted name and the rest; a name of one word may stand without quotes.
    pub fn name(self) -> Option<(Self, Self)> {
        let piece = self.trim();
        if let Some(open) = piece.text.strip_prefix('"') {
            let end = open.find('"')?;
            return Some((piece.part(1, end + 1), piece.after(end + 2)));
        }
        let end = piece.text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(piece.text.len());
        (end > 0).then(|| (piece.part(0, end), piece.after(end)))
    }

    /// An error about this piece.
    pub fn error(self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::error(self.file, code, message)
            .at_line(u64::from(self.line))
            .at_column(u64::from(self.column))
            .with_text(self.text)
    }

    /// A warning about this piece.
    pub fn warning(self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..self.error(code, message) }
    }
}

/// A hint for a word that is none of `allowed`: the nearest one when one is near, else the list when it is short.
pub(crate) fn hint<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> String {
    let given_lower = given.to_lowercase();
    let allowed: Vec<&str> = allowed.into_iter().collect();
    let distance = |word: &str| strsim::damerau_levenshtein(&given_lower, &word.to_lowercase());
    // A word of one letter is near to every other one; that is no hint.
    let length = given.chars().count();
    let near = length.div_ceil(3).min(length.saturating_sub(1));
    let best = allowed.iter().map(|word| (distance(word), *word)).min();
    match best {
        Some((d, word)) if d <= near => format!("did you mean `{word}`?"),
        None => "none is known to the mission".to_owned(),
        Some(_) if allowed.len() <= 16 => format!("one of {}", allowed.join(", ")),
        Some((_, word)) => format!("such as `{word}`"),
    }
}

/// Lines of a text as pieces, without their ends; a byte order mark is left out.
pub(crate) fn lines<'a>(file: &'a str, text: &'a str) -> impl Iterator<Item = Piece<'a>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().zip(1_u32..).map(move |(text, line)| Piece { file, text, line, column: 1 })
}

#[cfg(test)]
#[path = "piece_tests.rs"]
mod tests;
