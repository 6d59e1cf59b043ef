//! Licence expressions as packages state them: `MIT OR Apache-2.0`, `(A OR B) AND C`, `X WITH exception`, and the old
//! form `A/B`. `AND` binds tighter than `OR`, as the SPDX specification (annex "SPDX license expressions") says.

/// Whether the licence can be kept with `allowed` licences alone; an error says what could not be read.
pub fn is_allowed(expression: &str, allowed: &[&str]) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    let verdict = reader.any_of()?;
    match reader.words.first() {
        None => Ok(verdict),
        Some(word) => Err(format!("`{word}` is not expected in `{expression}`")),
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl Reader<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let taken = self.words.first().is_some_and(|first| first.eq_ignore_ascii_case(word));
        if taken {
            self.words = &self.words[1..];
        }
        taken
    }

    fn any_of(&mut self) -> Result<bool, String> {
        let mut verdict = self.all_of()?;
        while self.takes("OR") {
            verdict |= self.all_of()?;
        }
        Ok(verdict)
    }

    fn all_of(&mut self) -> Result<bool, String> {
        let mut verdict = self.one()?;
        while self.takes("AND") {
            verdict &= self.one()?;
        }
        Ok(verdict)
    }

    fn one(&mut self) -> Result<bool, String> {
        if self.takes("(") {
            let verdict = self.any_of()?;
            return if self.takes(")") { Ok(verdict) } else { Err("a bracket is not closed".to_owned()) };
        }
        let name = self.name()?;
        if self.takes("WITH") {
            self.name()?; // an exception only ever permits more
        }
        Ok(self.allowed.contains(&name.trim_end_matches('+')))
    }

    fn name(&mut self) -> Result<String, String> {
        let (first, rest) = self.words.split_first().ok_or("a licence is missing at the end")?;
        if ["AND", "OR", "WITH", "(", ")"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
            return Err(format!("a licence is missing before `{first}`"));
        }
        self.words = rest;
        Ok((*first).to_owned())
    }
}

#[test]
fn expressions_are_read_as_the_standard_says() {
    let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
    let holds = |expression: &str| is_allowed(expression, &allowed).unwrap();
    assert!(holds("MIT"));
    assert!(!holds("GPL-3.0-only"));
    assert!(holds("GPL-3.0-only OR MIT"));
    assert!(!holds("GPL-3.0-only AND MIT"));
    assert!(holds("GPL-2.0/MIT"));
    assert!(holds("Apache-2.0 / MIT"));
    assert!(holds("(MIT OR GPL-3.0-only) AND Unicode-3.0"));
    assert!(holds("GPL-3.0-only AND LGPL-2.1-only OR MIT"), "AND binds tighter");
    assert!(!holds("GPL-3.0-only AND (LGPL-2.1-only OR MIT)"));
    assert!(holds("Apache-2.0 WITH LLVM-exception"));
    assert!(!holds("GPL-2.0-only WITH Classpath-exception-2.0"));
}

#[test]
fn broken_expressions_are_errors() {
    for broken in ["", "MIT OR", "(MIT", "MIT MIT", "AND MIT", "MIT WITH"] {
        assert!(is_allowed(broken, &["MIT"]).is_err(), "{broken}");
    }
}
