//! A scenario text cut into statements and words, each with its place in the file.

use truceline_domain::Problem;

/// One word of a statement, quotes taken off.
#[derive(Clone, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: u32,
    /// Counted from 1, in characters.
    pub(crate) column: u32,
}

/// The words of one statement: a line, and the indented lines that follow it.
pub(crate) type Statement<'a> = Vec<Word<'a>>;

/// The most lines that a text may have.
const MAX_LINES: usize = 100_000;

/// Cuts a text into statements. A line that begins with white space continues the one above; `#` at the beginning of a
/// word begins a comment; `"…"` makes one word; `;` is always a word of its own.
pub(crate) fn statements<'a>(file: &str, text: &'a str) -> (Vec<Statement<'a>>, Vec<Problem>) {
    let mut all: Vec<Statement<'a>> = Vec::new();
    let mut problems = Vec::new();
    for (idx, line) in text.strip_prefix('\u{FEFF}').unwrap_or(text).lines().enumerate() {
        let number = u32::try_from(idx + 1).unwrap_or(u32::MAX);
        if idx == MAX_LINES {
            problems.push(
                Problem::error(file, "too_long", format!("only the first {MAX_LINES} lines are read"))
                    .at_line(number.into()),
            );
            break;
        }
        let (words, unclosed) = words_of(line, number);
        problems.extend(unclosed.map(|word| {
            Problem::error(file, "open_quote", "the quotation is not closed on its line")
                .at_line(word.line.into())
                .at_column(word.column.into())
                .with_text(word.text)
                .with_hint("write `\"` at its end")
        }));
        let continues = line.starts_with(char::is_whitespace);
        match all.last_mut().filter(|_| continues) {
            Some(statement) => statement.extend(words),
            None if words.is_empty() => {}
            None => all.push(words),
        }
    }
    (all, problems)
}

/// The words of one line, and the one whose quotation is not closed.
fn words_of(line: &str, number: u32) -> (Vec<Word<'_>>, Option<Word<'_>>) {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let at = line.len() - rest.len();
        let column = u32::try_from(line.get(..at).unwrap_or_default().chars().count() + 1).unwrap_or(u32::MAX);
        let word = |text| Word { text, line: number, column };
        if rest.is_empty() || rest.starts_with('#') {
            return (words, None);
        }
        if let Some(quoted) = rest.strip_prefix('"') {
            let Some((inside, after)) = quoted.split_once('"') else {
                return (words, Some(word(rest)));
            };
            words.push(word(inside));
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == ';' || c == '"').unwrap_or(rest.len());
        // A lone `;` is a word; otherwise the word ends before it.
        let (text, after) = rest.split_at(end.max(1).min(rest.len()));
        words.push(word(text));
        rest = after;
    }
}

/// The words of a sentence, put together again.
pub(crate) fn prose(words: &[Word<'_>]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() && word.text != ";" {
            text.push(' ');
        }
        text.push_str(word.text);
    }
    text
}

/// The nearest of some words to one that is none of them, as a hint.
pub(crate) fn nearest_hint<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let lower = given.to_lowercase();
    let distance = |word: &&str| strsim::osa_distance(&lower, &word.to_lowercase());
    let nearest = known.into_iter().min_by_key(distance)?;
    let limit = 1 + given.chars().count() / 3;
    (distance(&nearest) <= limit).then(|| format!("did you mean `{nearest}`?"))
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
