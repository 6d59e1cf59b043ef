//! Rust source taken apart just far enough for the rules: code without comments and texts, and the texts by
//! themselves, each with its line. Parts that only tests compile can be left out.

/// The code and the text literals of one source file.
pub struct RustText {
    /// The source with comments and the insides of literals blanked; every line keeps its number.
    pub code: String,
    /// Every text literal as written between its quotes, with the line it begins on.
    pub literals: Vec<(usize, String)>,
}

impl RustText {
    /// Takes a whole source file apart.
    pub fn of(source: &str) -> Self {
        let (code, literals) = split(&source.chars().collect::<Vec<_>>());
        Self::joined(&code, literals)
    }

    /// The same without the items under `#[cfg(test)]` and `#[test]`.
    pub fn outside_tests(source: &str) -> Self {
        let (mut code, mut literals) = split(&source.chars().collect::<Vec<_>>());
        for marker in ["#[cfg(test)]", "#[test]"] {
            for (from, until) in marked_items(&code, marker) {
                code[from..until].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
                literals.retain(|literal| !(from..until).contains(&literal.at));
            }
        }
        Self::joined(&code, literals)
    }

    /// The lines of code with their numbers, from 1.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(idx, line)| (idx + 1, line))
    }

    fn joined(code: &[char], literals: Vec<Literal>) -> Self {
        let line_of = |at: usize| 1 + code[..at].iter().filter(|c| **c == '\n').count();
        let literals = literals.into_iter().map(|literal| (line_of(literal.at), literal.text)).collect();
        Self { code: code.iter().collect(), literals }
    }
}

struct Literal {
    at: usize,
    text: String,
}

/// A comment or a literal: its inside is blanked, and kept where it is a text.
struct Token {
    inside: usize,
    inside_end: usize,
    until: usize,
    is_text: bool,
}

fn split(source: &[char]) -> (Vec<char>, Vec<Literal>) {
    let mut code = source.to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let Some(token) = token_at(source, at) else {
            at += 1;
            continue;
        };
        let inside = token.inside..token.inside_end.max(token.inside);
        if token.is_text {
            literals.push(Literal { at, text: source[inside.clone()].iter().collect() });
        }
        code[inside].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
        at = token.until;
    }
    (code, literals)
}

fn token_at(source: &[char], at: usize) -> Option<Token> {
    let comment = |until| Some(Token { inside: at, inside_end: until, until, is_text: false });
    match (source[at], source.get(at + 1)) {
        ('/', Some('/')) => comment(line_end(source, at)),
        ('/', Some('*')) => comment(block_comment_end(source, at)),
        ('"', _) => {
            let until = text_end(source, at + 1);
            Some(Token { inside: at + 1, inside_end: until - 1, until, is_text: true })
        }
        ('\'', _) => {
            let until = char_end(source, at)?;
            Some(Token { inside: at + 1, inside_end: until - 1, until, is_text: false })
        }
        ('r', _) => raw_text(source, at),
        _ => None,
    }
}

fn line_end(source: &[char], from: usize) -> usize {
    source[from..].iter().position(|c| *c == '\n').map_or(source.len(), |n| from + n)
}

fn block_comment_end(source: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while at < source.len() {
        match (source[at], source.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    source.len()
}

/// One past the closing quote of a text whose inside begins at `from`.
fn text_end(source: &[char], from: usize) -> usize {
    let mut at = from;
    while at < source.len() {
        match source[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    source.len()
}

/// One past a character literal whose opening quote is at `from`; `None` for a lifetime.
fn char_end(source: &[char], from: usize) -> Option<usize> {
    if source.get(from + 1) == Some(&'\\') {
        let closing = source.iter().skip(from + 3).position(|c| *c == '\'');
        return closing.map(|n| from + 4 + n);
    }
    (source.get(from + 2) == Some(&'\'')).then_some(from + 3)
}

/// A raw text with its `r` at `from`: as many hashes close it as opened it.
fn raw_text(source: &[char], from: usize) -> Option<Token> {
    let before = from.checked_sub(1).map(|before| source[before]);
    let ends_a_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_') && !matches!(before, Some('b' | 'c'));
    let hashes = source[from + 1..].iter().take_while(|c| **c == '#').count();
    if ends_a_name || source.get(from + 1 + hashes) != Some(&'"') {
        return None;
    }
    let inside = from + 2 + hashes;
    let closes = |at: &usize| {
        source[*at] == '"' && source[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    let inside_end = (inside..source.len()).find(closes).unwrap_or(source.len());
    let until = (inside_end + 1 + hashes).min(source.len());
    Some(Token { inside, inside_end, until, is_text: true })
}

/// From each marker to the end of the item it stands before: its closing brace, or its semicolon.
fn marked_items(code: &[char], marker: &str) -> Vec<(usize, usize)> {
    let marker: Vec<char> = marker.chars().collect();
    let starts: Vec<usize> =
        code.windows(marker.len()).enumerate().filter(|(_, window)| **window == marker[..]).map(|(at, _)| at).collect();
    starts.into_iter().map(|from| (from, item_end(code, from + marker.len()))).collect()
}

fn item_end(code: &[char], from: usize) -> usize {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, c) in code.iter().enumerate().skip(from) {
        match c {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' if braces <= 1 => return at + 1,
            '}' => braces -= 1,
            ';' if braces == 0 && brackets == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn comments_and_texts_leave_the_code() {
    let source =
        "let a = \"x // \\\" y\"; // note\n/* one /* two */ still */ let b = 'c'; let l: &'a str = r#\"raw \"q\" \"#;";
    let text = RustText::of(source);
    assert!(!text.code.contains("note") && !text.code.contains("still") && !text.code.contains("raw"));
    assert!(text.code.contains("let b = ' '; let l: &'a str"));
    assert_eq!(text.literals, [(1, "x // \\\" y".to_owned()), (2, "raw \"q\" ".to_owned())]);
}

#[test]
fn quotes_in_characters_open_nothing() {
    let text = RustText::of("let q = '\"'; let e = '\\''; let b = b'\"'; f(\"t\", br##\"u\"#v\"##);");
    assert_eq!(text.literals, [(1, "t".to_owned()), (1, "u\"#v".to_owned())]);
}

#[test]
fn items_of_tests_are_left_out() {
    let source = "fn a() { x(\"keep\") }\n#[cfg(test)]\nmod tests { fn b() { y(\"drop\") } }\nfn c() { z(\"kept\") }\n";
    let text = RustText::outside_tests(source);
    assert!(text.code.contains("fn a") && text.code.contains("fn c") && !text.code.contains("fn b"));
    assert_eq!(text.literals, [(1, "keep".to_owned()), (4, "kept".to_owned())]);
    let sibling = RustText::outside_tests("#[cfg(test)]\n#[path = \"x_tests.rs\"]\nmod tests;\nfn a() {}\n");
    assert!(sibling.code.contains("fn a") && !sibling.code.contains("mod tests"));
}
