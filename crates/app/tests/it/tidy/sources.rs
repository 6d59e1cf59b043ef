//! The shape of source files: each module says what it is, none grows without end, and none is left half done.

use super::rust_text::RustText;
use super::{Complaint, TextFile, assert_none, has_word, text_files};

/// Lines a source file may have.
const LONGEST: usize = 900;

/// Files that may be longer, with the reason why each is one piece.
const LONG: [(&str, &str); 0] = [];

/// Endings of files that people write as code.
const CODE: [&str; 8] = [".rs", ".ts", ".svelte", ".mjs", ".js", ".css", ".sh", "Makefile"];

/// Words and macros that mark work left for later, put together here so that this file does not carry them.
const LEFT_FOR_LATER: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];
const UNDONE: [&str; 2] = [concat!("to", "do!("), concat!("unimple", "mented!(")];

fn is_code(file: &TextFile) -> bool {
    CODE.iter().any(|ending| file.path.ends_with(ending))
}

/// A module without a first line that says what it is. Tests in a file beside their module are part of that module.
fn headless(file: &TextFile) -> Option<Complaint> {
    if file.path.ends_with("_tests.rs") {
        return None;
    }
    let (line, first) = file.text.lines().enumerate().find(|(_, line)| !line.trim().is_empty())?;
    (!first.starts_with("//!"))
        .then(|| Complaint::new(&file.path, line + 1, "begin the module with `//!` and what it is for"))
}

/// A file longer than allowed, or one that is on the list of exceptions and no longer needs to be.
fn too_long(file: &TextFile, exceptions: &[(&str, &str)]) -> Option<Complaint> {
    let lines = file.text.lines().count();
    let excepted = exceptions.iter().any(|(path, _)| *path == file.path);
    if lines > LONGEST && !excepted {
        let what = format!("{lines} lines, more than {LONGEST}: divide it, or list it in LONG with the reason");
        return Some(Complaint::new(&file.path, lines, what));
    }
    (lines <= LONGEST && excepted)
        .then(|| Complaint::new(&file.path, lines, "short enough again: take it from the list LONG"))
}

/// Markers of work left for later: in code also the macros that stop the program there.
fn unfinished(file: &TextFile) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (idx, line) in file.text.lines().enumerate() {
        for word in LEFT_FOR_LATER.iter().filter(|word| has_word(line, word)) {
            found.push(Complaint::new(&file.path, idx + 1, format!("`{word}`: do it now, or write it down elsewhere")));
        }
    }
    if file.path.ends_with(".rs") {
        for (line, code) in RustText::of(&file.text).code_lines() {
            for word in UNDONE.iter().filter(|word| code.contains(**word)) {
                found.push(Complaint::new(&file.path, line, format!("`{word}...)`: write what belongs here")));
            }
        }
    }
    found
}

#[test]
fn bad_files_are_seen() {
    let headed = TextFile::new("crates/a/src/x.rs", "\n//! What it is.\n");
    assert_eq!(headless(&headed), None);
    assert_eq!(headless(&TextFile::new("crates/a/src/x.rs", "\nfn a() {}\n")).unwrap().line, 2);

    let long = TextFile::new("crates/a/src/x.rs", &"\n".repeat(LONGEST + 1));
    assert!(too_long(&long, &[]).is_some());
    assert_eq!(too_long(&long, &[("crates/a/src/x.rs", "one table")]), None);
    assert!(too_long(&headed, &[("crates/a/src/x.rs", "one table")]).is_some());

    let half_done = format!("// {}: later\nfn a() {{ {}) }}\n", LEFT_FOR_LATER[0], UNDONE[0]);
    let lines: Vec<usize> =
        unfinished(&TextFile::new("crates/a/src/x.rs", &half_done)).iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [1, 2]);
}

#[test]
fn every_module_says_what_it_is() {
    let complaints = text_files().iter().filter(|file| file.is_rust()).filter_map(headless).collect();
    assert_none("every module begins with what it is for", complaints);
}

#[test]
fn no_file_grows_without_end() {
    let files = text_files();
    let mut complaints: Vec<Complaint> =
        files.iter().filter(|file| is_code(file)).filter_map(|file| too_long(file, &LONG)).collect();
    for (path, _) in LONG.iter().filter(|(path, _)| !files.iter().any(|file| file.path == *path)) {
        complaints.push(Complaint::new(*path, 0, "on the list LONG, but there is no such file: take it out"));
    }
    assert_none("files stay readable in one sitting", complaints);
}

#[test]
fn nothing_is_left_for_later() {
    let prose = |file: &TextFile| file.path.ends_with(".md") || file.path.ends_with(".toml");
    let complaints = text_files().iter().filter(|file| is_code(file) || prose(file)).flat_map(unfinished).collect();
    assert_none("no marker of unfinished work", complaints);
}
