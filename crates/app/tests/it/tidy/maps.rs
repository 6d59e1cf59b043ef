//! Documents that speak of the code must speak of the code as it is: the map names every package and no other, every
//! invariant names a test that exists, the glossary names things that exist, the changelog says what changed.

use super::rust_text::RustText;
use super::{Complaint, TextFile, assert_none, has_word, text_files};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const GLOSSARY: &str = "GLOSSARY.md";
const CHANGELOG: &str = "CHANGELOG.md";

/// Each back-ticked text of a line.
fn ticked(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The lines of the section under the heading with this title, with their numbers.
fn section<'a>(text: &'a str, title: &str) -> Vec<(usize, &'a str)> {
    let is_heading = |line: &str| line.starts_with('#');
    text.lines()
        .enumerate()
        .map(|(idx, line)| (idx + 1, line))
        .skip_while(|(_, line)| !(is_heading(line) && line.trim_start_matches('#').trim().eq_ignore_ascii_case(title)))
        .skip(1)
        .take_while(|(_, line)| !is_heading(line))
        .collect()
}

/// Packages that the section `Code map` misses (it names them `crates/NAME` in back-ticks), and those it makes up.
fn map_complaints(text: &str, packages: &[String]) -> Vec<Complaint> {
    let named: Vec<(usize, &str)> = section(text, "Code map")
        .into_iter()
        .flat_map(|(line, content)| ticked(content).map(move |name| (line, name)))
        .filter_map(|(line, name)| Some((line, name.strip_prefix("crates/")?.split('/').next()?)))
        .collect();
    let missing = packages.iter().filter(|package| !named.iter().any(|(_, name)| name == package)).map(|package| {
        let what = format!("the section `Code map` does not name `crates/{package}`: add it with what it is for");
        Complaint::new(ARCHITECTURE, 0, what)
    });
    let made_up =
        named.iter().filter(|(_, name)| !packages.iter().any(|package| package == name)).map(|(line, name)| {
            Complaint::new(ARCHITECTURE, *line, format!("there is no `crates/{name}`: take it from the map"))
        });
    missing.chain(made_up).collect()
}

/// One invariant: its paragraph begins `**Invariant N**` and ends ``Test: `room::path::test_name` `` (or `Tests:` and several).
struct Invariant {
    line: usize,
    number: Option<usize>,
    tests: Vec<String>,
}

fn invariants(text: &str) -> Vec<Invariant> {
    const OPENING: &str = "**Invariant ";
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.starts_with(OPENING));
    starts
        .map(|(idx, first)| {
            let rest =
                lines.iter().skip(idx + 1).take_while(|line| !line.trim().is_empty() && !line.starts_with(OPENING));
            let paragraph = rest.fold((*first).to_owned(), |joined, line| format!("{joined} {}", line.trim()));
            let number = first[OPENING.len()..].split("**").next().and_then(|number| number.parse().ok());
            let named = paragraph.rsplit_once("Test: ").or_else(|| paragraph.rsplit_once("Tests: "));
            let tests = named.map(|(_, tests)| ticked(tests).map(str::to_owned).collect()).unwrap_or_default();
            Invariant { line: idx + 1, number, tests }
        })
        .collect()
}

/// The folder under `crates/` that a test's path begins with, and the name of the function it ends with.
fn package_and_test(path: &str) -> Option<(&str, &str)> {
    let (package, rest) = path.split_once("::")?;
    let package = package.strip_prefix("truceline_").or_else(|| package.strip_prefix("truceline-")).unwrap_or(package);
    let package = if package == "truceline" { "app" } else { package };
    Some((package, rest.rsplit("::").next()?))
}

fn invariant_complaints(text: &str, files: &[TextFile]) -> Vec<Complaint> {
    let found = invariants(text);
    if found.is_empty() {
        return vec![Complaint::new(
            ARCHITECTURE,
            0,
            "no line begins with `**Invariant 1**`: write the invariants down",
        )];
    }
    let mut complaints = Vec::new();
    for (idx, invariant) in found.iter().enumerate() {
        let mut complain = |what: String| complaints.push(Complaint::new(ARCHITECTURE, invariant.line, what));
        if invariant.number != Some(idx + 1) {
            complain(format!("this is invariant {}: begin it with `**Invariant {}**`", idx + 1, idx + 1));
        }
        if invariant.tests.is_empty() {
            complain("end the paragraph with Test: and the path of the test in back-ticks".to_owned());
        }
        for path in invariant.tests.iter().filter(|path| !test_exists(path, files)) {
            complain(format!("there is no test `{path}`: write it, or name the one that holds the invariant"));
        }
    }
    complaints
}

fn test_exists(path: &str, files: &[TextFile]) -> bool {
    let Some((package, test)) = package_and_test(path) else {
        return false;
    };
    let head = format!("fn {test}(");
    files
        .iter()
        .filter(|file| file.is_rust() && file.package() == Some(package))
        .any(|file| RustText::of(&file.text).code_lines().any(|(_, code)| code.contains(&head)))
}

/// Names in the glossary's last column that occur nowhere in the code.
fn glossary_complaints(text: &str, files: &[TextFile]) -> Vec<Complaint> {
    let known = |name: &str| {
        name.split("::")
            .all(|part| files.iter().any(|file| file.is_rust() && !file.is_test_only() && has_word(&file.text, part)))
    };
    let mut complaints = Vec::new();
    for (idx, line) in text.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
        let Some(names) = line.trim_end().trim_end_matches('|').rsplit('|').next() else {
            continue;
        };
        for name in ticked(names).filter(|name| !known(name)) {
            complaints.push(Complaint::new(GLOSSARY, idx + 1, format!("the code has no `{name}`: name what it has")));
        }
    }
    complaints
}

fn has_release(text: &str) -> bool {
    text.lines().filter_map(|line| line.strip_prefix("## ")).any(|heading| {
        let heading = heading.trim_start_matches('[');
        heading.starts_with("Unreleased") || heading.starts_with(|c: char| c.is_ascii_digit())
    })
}

fn document<'a>(files: &'a [TextFile], path: &str) -> &'a str {
    let file = files.iter().find(|file| file.path == path);
    &file.unwrap_or_else(|| panic!("{path}:0: there is no such file: write it")).text
}

#[test]
fn a_map_that_drifted_is_seen() {
    let text =
        "# A\n\n## Code map\n\n- `crates/domain`: nouns\n- `crates/ghost/src`: nothing\n\n## Next\n\n`crates/other`\n";
    let complaints = map_complaints(text, &["domain".to_owned(), "fusion".to_owned()]);
    assert_eq!(complaints.iter().map(|complaint| complaint.line).collect::<Vec<_>>(), [0, 6]);
}

#[test]
fn an_invariant_without_its_test_is_seen() {
    let files =
        [TextFile::new("crates/fusion/src/x_tests.rs", "//! x\n#[test]\nfn order_is_nothing() {}\n// fn ghost(\n")];
    let text = "**Invariant 1** Order.\nTest: `fusion::x::order_is_nothing`\n\n**Invariant 2** Nothing.\n\n\
                **Invariant 4** Two. Tests: `truceline_fusion::ghost`, `terms::order_is_nothing`\n";
    let lines: Vec<usize> = invariant_complaints(text, &files).iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [4, 6, 6, 6]);
    assert_eq!(invariant_complaints("nothing here", &files).len(), 1);
    assert_eq!(package_and_test("truceline::replay::same_bytes"), Some(("app", "same_bytes")));
}

#[test]
fn a_glossary_of_ghosts_is_seen() {
    let files = [TextFile::new("crates/domain/src/x.rs", "//! x\npub enum Verdict { Consistent }\n")];
    let text = "| term | meaning | in code |\n|---|---|---|\n| finding | `x` | `Verdict`, `Verdict::Ghost` |\n";
    assert_eq!(glossary_complaints(text, &files).iter().map(|complaint| complaint.line).collect::<Vec<_>>(), [3]);
}

#[test]
fn a_changelog_needs_a_release() {
    assert!(has_release("# Changelog\n\n## Unreleased\n"));
    assert!(has_release("# Changelog\n\n## [0.1.0] - 2026-11-21\n"));
    assert!(!has_release("# Changelog\n\n## Thoughts\n"));
}

#[test]
fn the_map_names_every_package() {
    let files = text_files();
    let is_manifest = |file: &&TextFile| file.path.matches('/').count() == 2 && file.path.ends_with("/Cargo.toml");
    let packages: Vec<String> =
        files.iter().filter(is_manifest).filter_map(|file| file.package().map(str::to_owned)).collect();
    assert!(packages.len() > 5, "the packages under crates/ were not found");
    assert_none("ARCHITECTURE.md maps the packages", map_complaints(document(&files, ARCHITECTURE), &packages));
}

#[test]
fn every_invariant_has_its_test() {
    let files = text_files();
    assert_none("every invariant is held by a test", invariant_complaints(document(&files, ARCHITECTURE), &files));
}

#[test]
fn the_glossary_names_what_the_code_has() {
    let files = text_files();
    assert_none("GLOSSARY.md names what exists", glossary_complaints(document(&files, GLOSSARY), &files));
}

#[test]
fn the_changelog_says_what_changed() {
    let files = text_files();
    assert!(has_release(document(&files, CHANGELOG)), "{CHANGELOG}:0: add a section `## Unreleased` or `## 0.1.0`");
}
