//! Problems on the terminal: file, line, the offending text, one sentence, a hint; or the same as JSON lines.

use std::fmt::Write as _;
use truceline_domain::{Problem, Severity};

/// One problem as a person reads it.
pub fn describe(problem: &Problem) -> String {
    let (colour, word) = match problem.severity {
        Severity::Error => ("\u{1b}[1;31m", "error"),
        Severity::Warning => ("\u{1b}[1;33m", "warning"),
    };
    let mut text = format!("{colour}{word}\u{1b}[0m[{}]: {}\n", problem.code, problem.message);
    let mut place = problem.file.clone();
    for number in [problem.line, problem.line.and(problem.column)].into_iter().flatten() {
        let _ = write!(place, ":{number}");
    }
    let _ = writeln!(text, "  \u{1b}[36m-->\u{1b}[0m {place}");
    if !problem.text.is_empty() {
        let _ = writeln!(text, "   \u{1b}[36m|\u{1b}[0m `{}`", problem.text);
    }
    if let Some(hint) = &problem.hint {
        let _ = writeln!(text, "   \u{1b}[36m=\u{1b}[0m \u{1b}[32mhint\u{1b}[0m: {hint}");
    }
    text
}

/// `3 errors, 1 warning`, or `no problems`.
pub fn summary(problems: &[Problem]) -> String {
    let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (n_errors, n_warnings) = (count(Severity::Error), count(Severity::Warning));
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (n_errors, n_warnings) {
        (0, 0) => "no problems".to_owned(),
        (0, w) => plural(w, "warning"),
        (e, 0) => plural(e, "error"),
        (e, w) => format!("{}, {}", plural(e, "error"), plural(w, "warning")),
    }
}

/// Tells problems on standard error, with their number at the end; nothing when there are none.
pub fn tell(found: &[Problem]) {
    for problem in found {
        anstream::eprintln!("{}", describe(problem));
    }
    if !found.is_empty() {
        anstream::eprintln!("{}", summary(found));
    }
}
