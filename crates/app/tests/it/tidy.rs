//! The workspace held against its own rules: who may know whom, maps that match the ground, words a machine may say,
//! licences, and files that carry nothing of one person's machine.
//!
//! Every rule is a function from texts to complaints, shown at work on a small bad example beside it, and one test
//! that runs it over the files as they are. A complaint names file and line and says what to do.

mod licences;
mod maps;
mod paths;
mod rooms;
mod rust_text;
mod sources;
mod spdx;
mod words;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One place that does not keep a rule, and what to do about it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Complaint {
    file: String,
    line: usize,
    what: String,
}

impl Complaint {
    fn new(file: impl Into<String>, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.into(), line, what: what.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// A text file of the checkout, by its path from the root with `/` between the parts.
struct TextFile {
    path: String,
    text: String,
}

impl TextFile {
    #[cfg(test)]
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    fn is_rust(&self) -> bool {
        self.path.starts_with("crates/") && self.path.ends_with(".rs")
    }

    /// Whether the file is only ever compiled into tests, measurements or fuzzing.
    fn is_test_only(&self) -> bool {
        self.path.ends_with("_tests.rs")
            || ["tests", "benches", "fuzz", "examples"].iter().any(|dir| self.path.split('/').any(|part| part == *dir))
    }

    /// The folder under `crates/` that the file lies in.
    fn package(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }
}

fn root() -> PathBuf {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    app.parent().and_then(Path::parent).expect("the program lies two folders below the root").to_owned()
}

/// Every text file that is or would be committed, in order of its path; without a version history, every text file
/// outside the folders of built things.
fn text_files() -> Vec<TextFile> {
    let root = root();
    let mut paths = listed_by_git(&root).unwrap_or_else(|| walked(&root));
    paths.sort();
    paths
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(root.join(&path)).ok()?;
            Some(TextFile { path, text })
        })
        .collect()
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    if !root.join(".git").exists() {
        return None;
    }
    let listed = Command::new("git")
        .current_dir(root)
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .ok()?;
    let paths = String::from_utf8(listed.stdout).ok()?;
    let paths: Vec<String> = paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    (listed.status.success() && !paths.is_empty()).then_some(paths)
}

fn walked(root: &Path) -> Vec<String> {
    const BUILT: [&str; 6] = [".git", "target", "node_modules", "dist", "test-results", "out"];
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the checkout can be read") {
            let entry = entry.unwrap();
            let path = entry.path();
            if path.is_dir() {
                if !BUILT.iter().any(|built| entry.file_name() == *built) {
                    folders.push(path);
                }
            } else if let Ok(inside) = path.strip_prefix(root) {
                let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
                found.push(parts.join("/"));
            }
        }
    }
    found
}

/// What cargo says of the workspace: its own packages only, or every package of the lock file.
///
/// The whole graph is asked for without the network first. Where the packages of foreign platforms were never
/// fetched, cargo can only answer for this one, and the answer covers what is built here.
fn cargo_metadata(scope: Scope) -> serde_json::Value {
    let whole: &[&str] = &["--locked"];
    let here: &[&str] = &["--locked", "--filter-platform", &host()];
    let attempts: &[&[&str]] = match scope {
        Scope::Workspace => &[&["--no-deps"]],
        Scope::Everything => &[whole, here],
    };
    let mut said = String::new();
    for extra in attempts {
        let answer = Command::new(env!("CARGO"))
            .current_dir(root())
            .args(["metadata", "--offline", "--format-version", "1"])
            .args(*extra)
            .output()
            .expect("cargo runs");
        if answer.status.success() {
            return serde_json::from_slice(&answer.stdout).expect("cargo metadata is JSON");
        }
        said = String::from_utf8_lossy(&answer.stderr).into_owned();
    }
    panic!("cargo metadata failed: {said}");
}

enum Scope {
    Workspace,
    Everything,
}

fn host() -> String {
    let answer = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let said = String::from_utf8_lossy(&answer.stdout).into_owned();
    said.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

/// Stops the test with every complaint, one on a line.
fn assert_none(rule: &str, mut complaints: Vec<Complaint>) {
    complaints.sort();
    complaints.dedup();
    let lines: Vec<String> = complaints.iter().map(|complaint| format!("  {complaint}")).collect();
    assert!(complaints.is_empty(), "{rule}\n{}\n{} in all", lines.join("\n"), complaints.len());
}

/// Whether `word` stands in `line` with no letter, digit or underscore on either side of it.
fn has_word(line: &str, word: &str) -> bool {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(in_name) && !after.is_some_and(in_name)
    })
}

#[test]
fn words_are_found_whole() {
    assert!(has_word("a target, b", "target"));
    assert!(!has_word("retarget_all", "target"));
    assert!(!has_word("targets", "target"));
}

#[test]
fn a_walk_and_the_version_history_find_this_file() {
    let this = "crates/app/tests/it/tidy.rs";
    assert!(walked(&root()).iter().any(|path| path == this));
    assert!(text_files().iter().any(|file| file.path == this));
}
