//! Words that accuse: a machine says `consistent`, `inconsistent` or `undetermined`; only a person says more. The texts
//! in the code and on the page may carry such words only where they are somebody else's: a column of a foreign table,
//! the agreement's own text, the name of what a person decided.

use super::rust_text::RustText;
use super::{Complaint, TextFile, assert_none, has_word, text_files};

/// Beginnings of words that accuse, put together here so that this file does not carry them in its texts.
const ACCUSING: [&str; 8] = [
    concat!("viol", "at"),
    concat!("breac", "h"),
    concat!("gui", "lt"),
    concat!("ene", "m"),
    concat!("cul", "prit"),
    concat!("agg", "ress"),
    concat!("perp", "etrat"),
    concat!("host", "ile"),
];

/// A whole word that is military in a text for readers; on the page it is also a name in HTML, so it is sought in Rust only.
const TARGET: &str = concat!("tar", "get");

/// Where such a word may stand. `file` is the beginning of a path, `line` a part of the text it stands in.
struct Allowed {
    file: &'static str,
    line: &'static str,
    reason: &'static str,
}

const ALLOWED: [Allowed; 8] = [
    Allowed {
        file: "crates/intake/src/kinds/smm_daily.rs",
        line: "_violations",
        reason: "columns of the published table",
    },
    Allowed { file: "crates/intake/src/kinds/smm_daily.rs", line: "{violations}", reason: "a variable's name" },
    Allowed { file: "crates/terms/src/notation.rs", line: "on breach", reason: "a key of the rule notation" },
    Allowed { file: "crates/terms/src/read.rs", line: "on breach", reason: "a key of the rule notation" },
    Allowed { file: "crates/terms/src/values.rs", line: "bad_on_breach", reason: "names that key" },
    Allowed { file: "crates/terms/src/words.rs", line: "", reason: "the list of accusing words itself" },
    Allowed { file: "web/src/i18n/i18n.test.ts", line: "violat", reason: "the page's own test against such words" },
    Allowed { file: "web/src/verify/words.test.ts", line: "violat", reason: "the page's own test against such words" },
];

fn accusing_word(text: &str, with_target: bool) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let begins_word = |stem: &&str| {
        lower.match_indices(*stem).any(|(at, _)| !lower[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    };
    let plural = format!("{TARGET}s");
    ACCUSING
        .iter()
        .find(|stem| begins_word(stem))
        .or_else(|| (with_target && (has_word(&lower, TARGET) || has_word(&lower, &plural))).then_some(&TARGET))
        .copied()
}

/// The texts of a file that a reader may come to see, with their lines.
fn texts(file: &TextFile) -> Vec<(usize, String)> {
    if file.is_rust() && !file.is_test_only() {
        return RustText::outside_tests(&file.text).literals;
    }
    let page = file.path.starts_with("web/src/") || file.path.starts_with("web/index.html");
    let template = file.path.starts_with("crates/")
        && !file.is_test_only()
        && [".html", ".j2", ".txt", ".svg"].iter().any(|ending| file.path.ends_with(ending));
    if page || template {
        return file.text.lines().enumerate().map(|(idx, line)| (idx + 1, line.to_owned())).collect();
    }
    Vec::new()
}

fn accusations(file: &TextFile, allowed: &[Allowed]) -> Vec<Complaint> {
    let excepted = |text: &str| allowed.iter().any(|a| file.path.starts_with(a.file) && text.contains(a.line));
    texts(file)
        .into_iter()
        .filter(|(_, text)| !excepted(text))
        .filter_map(|(line, text)| {
            let word = accusing_word(&text, file.is_rust())?;
            let what = format!(
                "`{word}` in a text: say what was seen and which clause it bears on, or list it in ALLOWED with the \
                 reason: {}",
                text.trim().chars().take(80).collect::<String>()
            );
            Some(Complaint::new(&file.path, line, what))
        })
        .collect()
}

/// Exceptions that cover nothing any more.
fn idle_exceptions<'a>(files: &[TextFile], allowed: &'a [Allowed]) -> Vec<&'a Allowed> {
    let covers = |a: &Allowed| {
        files.iter().filter(|file| file.path.starts_with(a.file)).any(|file| {
            texts(file).iter().any(|(_, text)| text.contains(a.line) && accusing_word(text, file.is_rust()).is_some())
        })
    };
    allowed.iter().filter(|a| !covers(a)).collect()
}

#[test]
fn a_text_that_accuses_is_seen() {
    let stem = ACCUSING[0];
    let source = format!(
        "//! {stem}ion\nfn {stem}ion() {{}}\nconst A: &str = \"a {stem}ion\";\n#[test]\nfn t() {{ f(\"{stem}ion\") }}\n\
         const B: &str = \"the {TARGET}\";\n"
    );
    let file = TextFile::new("crates/report/src/x.rs", &source);
    let lines: Vec<usize> = accusations(&file, &[]).iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [3, 6]);
    let allowed = [Allowed { file: "crates/report/src/x", line: "a ", reason: "an example" }];
    let lines: Vec<usize> = accusations(&file, &allowed).iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [6]);
    assert_eq!(idle_exceptions(&[file], &allowed).len(), 0);
    assert_eq!(idle_exceptions(&[], &allowed).len(), 1);
}

#[test]
fn the_machine_accuses_nobody() {
    let files = text_files();
    let mut complaints: Vec<Complaint> = files.iter().flat_map(|file| accusations(file, &ALLOWED)).collect();
    for idle in idle_exceptions(&files, &ALLOWED) {
        let what = format!("no text with `{}` needs this exception ({}): take it from ALLOWED", idle.line, idle.reason);
        complaints.push(Complaint::new(idle.file, 0, what));
    }
    assert_none("the machine says consistent, inconsistent or undetermined; only a person says more", complaints);
}
