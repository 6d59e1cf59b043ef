//! Bad input as data: what was wrong, where, and what may help.

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The thing can be used; a person should look.
    Warning,
    /// The thing (row, rule, file) was left out or cannot be used.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One problem in one input, for a person: position, the offending text, one sentence, a hint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file or capture as its reader names it.
    pub file: String,
    /// Line, counted from 1; `None` when the problem has no line (a whole file).
    pub line: Option<u32>,
    /// Column in characters, counted from 1, if known.
    pub column: Option<u32>,
    /// How much it weighs.
    pub severity: Severity,
    /// A stable word for the kind of problem, such as `bad_latitude`; the same in every language and version.
    pub code: &'static str,
    /// The offending text, at most 120 characters of it.
    pub text: String,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// What may help, such as "did you mean `withdrawal`?".
    pub hint: Option<String>,
}

/// The longest offending text that a problem keeps, in characters.
const TEXT_MAX_CHARS: usize = 120;

impl Problem {
    /// An error in `file`, without a position yet.
    pub fn error(file: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            severity: Severity::Error,
            code,
            text: String::new(),
            message: message.into(),
            hint: None,
        }
    }

    /// A warning in `file`, without a position yet.
    pub fn warning(file: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, code, message) }
    }

    /// The same at a line (from 1).
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(u32::try_from(line).unwrap_or(u32::MAX));
        self
    }

    /// The same at a column (from 1, in characters).
    #[must_use]
    pub fn at_column(mut self, column: u64) -> Self {
        self.column = Some(u32::try_from(column).unwrap_or(u32::MAX));
        self
    }

    /// The same with the offending text, cut to 120 characters and without control characters.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        let printable = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
        self.text = text.chars().take(TEXT_MAX_CHARS).map(printable).collect();
        if text.chars().nth(TEXT_MAX_CHARS).is_some() {
            self.text.push('…');
        }
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The most problems of one code that a [`Problems`] keeps in full; more are counted.
const KEPT_PER_CODE: usize = 100;

/// Collects problems with bounded memory: the first hundred of each code in full, the rest as a count.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    counts: std::collections::BTreeMap<&'static str, u64>,
    /// The heaviest that came of each code.
    severities: std::collections::BTreeMap<&'static str, Severity>,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        let n = self.counts.entry(problem.code).or_default();
        *n += 1;
        let severity = self.severities.entry(problem.code).or_insert(problem.severity);
        *severity = problem.severity.max(*severity);
        if *n <= KEPT_PER_CODE as u64 {
            self.kept.push(problem);
        }
    }

    /// How many there were, kept or not.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many there were of each code, in the order of the codes.
    pub fn counts(&self) -> &std::collections::BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// The ones kept in full, in the order they came.
    pub fn kept(&self) -> &[Problem] {
        &self.kept
    }

    /// The ones kept, and one line for each code of which more came than were kept.
    pub fn into_vec(self) -> Vec<Problem> {
        let mut all = self.kept;
        let file = all.first().map(|p| p.file.clone()).unwrap_or_default();
        for (code, n) in self.counts.into_iter().filter(|(_, n)| *n > KEPT_PER_CODE as u64) {
            let more = n - KEPT_PER_CODE as u64;
            let message = format!("{more} more problems of this kind, {n} in all");
            let severity = self.severities.get(code).copied().unwrap_or(Severity::Error);
            all.push(Problem { severity, ..Problem::error(&file, code, message) });
        }
        all
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        for problem in problems {
            self.push(problem);
        }
    }
}
