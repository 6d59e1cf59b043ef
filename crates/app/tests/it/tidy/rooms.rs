//! Who may know whom: the rooms know the nouns and nothing else of the house, and reach for no clock, socket, disk,
//! thread or chance of their own. Only the program knows them all.

use super::rust_text::RustText;
use super::{Complaint, Scope, TextFile, assert_none, cargo_metadata, has_word, root, text_files};

/// The package that knows all others.
const PROGRAM: &str = "truceline";
/// The nouns.
const NOUNS: &str = "truceline-domain";
/// Rooms that know nothing of the house, not even the nouns.
const ALONE: [&str; 2] = [NOUNS, "truceline-evidence"];
/// The made-up missions, which the tests of a room may use: they know only the nouns, so no circle can close.
const MADE_UP: &str = "truceline-scenario";

/// Packages that bring a runtime, a socket, a wire form or errors for people: the program's business.
const PROGRAM_ONLY: [(&str, &str); 9] = [
    ("tokio", "rooms are synchronous"),
    ("tokio-stream", "rooms are synchronous"),
    ("axum", "only the program has sockets"),
    ("hyper", "only the program has sockets"),
    ("tower-http", "only the program has sockets"),
    ("serde", "derived wire forms belong to the program, in one versioned place"),
    ("anyhow", "a room's errors are its own types"),
    ("clap", "only the program has a command line"),
    ("tracing", "a room says what happened in what it returns"),
];

/// Modules of the standard library that reach out of a room.
const OUTSIDE: [(&str, &str); 5] = [
    ("fs", "hand the bytes in"),
    ("net", "hand the bytes in"),
    ("env", "make it a parameter"),
    ("process", "this is the program's business"),
    ("thread", "threads exist only in the program"),
];

/// Names that read a clock, draw noise or talk to a terminal.
const IMPURE: [(&str, &str); 16] = [
    ("SystemTime", "time is a parameter"),
    ("Instant::now", "time is a parameter"),
    ("Timestamp::now", "time is a parameter"),
    ("Zoned::now", "time is a parameter"),
    ("TimeZone::system", "the time zone is a parameter"),
    ("thread_rng", "noise is a parameter: take a seeded generator"),
    ("rand::rng", "noise is a parameter: take a seeded generator"),
    ("rand::random", "noise is a parameter: take a seeded generator"),
    ("from_os_rng", "noise is a parameter: take a seed"),
    ("getrandom", "noise is a parameter: take a seed"),
    ("io::stdin", "hand the bytes in"),
    ("io::stdout", "return what is to be said"),
    ("io::stderr", "return what is to be said"),
    ("println!", "return what is to be said"),
    ("eprintln!", "return what is to be said"),
    ("dbg!", "return what is to be said"),
];

/// One line of a package's list of dependencies.
struct Edge<'a> {
    to: &'a str,
    only_in_tests: bool,
}

/// Why `package` may not have this dependency; `None` when it may.
fn refused(package: &str, edge: &Edge<'_>) -> Option<String> {
    if package == PROGRAM {
        return None;
    }
    let of_the_house = edge.to == PROGRAM || edge.to.starts_with("truceline-");
    if of_the_house {
        let nouns = edge.to == NOUNS && !ALONE.contains(&package);
        let drill = edge.to == MADE_UP && edge.only_in_tests && !ALONE.contains(&package);
        return (!nouns && !drill).then(|| {
            let may = if ALONE.contains(&package) { "nothing of the house" } else { "only the nouns" };
            format!("`{package}` may know {may}, not `{}`: pass what it needs as a parameter", edge.to)
        });
    }
    let reason = PROGRAM_ONLY.iter().find(|(name, _)| *name == edge.to)?.1;
    (!edge.only_in_tests).then(|| format!("`{package}` may not use `{}`: {reason}", edge.to))
}

/// What a room's source may reach for beyond its parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freedom {
    /// Nothing.
    None,
    /// Files, and a process id for temporary names: the log lives on a disk.
    Disk,
    /// Files, arguments and the terminal: a small program of its own, such as the auditor's checker.
    Program,
}

impl Freedom {
    fn of(file: &TextFile) -> Self {
        match file.package() {
            Some("evidence") if file.path.contains("/src/bin/") => Self::Program,
            Some("evidence") => Self::Disk,
            _ => Self::None,
        }
    }

    fn allows(self, name: &str) -> bool {
        let terminal = ["env", "process", "io::stdin", "io::stdout", "io::stderr", "println!", "eprintln!"];
        match self {
            Self::None => false,
            // Its process id keeps temporary names apart.
            Self::Disk => name == "fs" || name == "process",
            Self::Program => name == "fs" || terminal.contains(&name),
        }
    }
}

/// What in the code of a room reaches out of it.
fn impurities(file: &TextFile, freedom: Freedom) -> Vec<Complaint> {
    let text = RustText::outside_tests(&file.text);
    let mut found = Vec::new();
    for (line, module) in std_modules(&text.code) {
        let Some((name, advice)) = OUTSIDE.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        if !freedom.allows(name) {
            found.push(Complaint::new(&file.path, line, format!("`std::{name}` in a room: {advice}")));
        }
    }
    for (line, code) in text.code_lines() {
        for (name, advice) in IMPURE.iter().filter(|(name, _)| !freedom.allows(name) && has_name(code, name)) {
            found.push(Complaint::new(&file.path, line, format!("`{name}` in a room: {advice}")));
        }
    }
    found
}

/// `has_word` for names that may end in `!`.
fn has_name(code: &str, name: &str) -> bool {
    match name.strip_suffix('!') {
        Some(bare) => code.contains(name) && has_word(code, bare),
        None => has_word(code, name),
    }
}

/// Each module named directly after `std::`, alone or in a braced list, with its line.
fn std_modules(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, prefix) in code.match_indices("std::") {
        let rest = &code[at + prefix.len()..];
        let line_at = |offset: usize| 1 + code[..at + prefix.len() + offset].matches('\n').count();
        if let Some(list) = rest.strip_prefix('{') {
            found.extend(first_names(list).into_iter().map(|(offset, name)| (line_at(offset), name)));
        } else {
            found.push((line_at(0), name_at(rest)));
        }
    }
    found
}

/// The first name of each entry of a braced list whose opening brace is already taken, with its offset.
fn first_names(list: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let (mut depth, mut expects_name) = (0, true);
    for (offset, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects_name = true,
            _ if expects_name && !c.is_whitespace() => {
                names.push((offset, name_at(&list[offset..])));
                expects_name = false;
            }
            _ => {}
        }
    }
    names
}

fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

#[test]
fn a_room_that_knows_another_is_refused() {
    let edge = |to| Edge { to, only_in_tests: false };
    let drill = |to| Edge { to, only_in_tests: true };
    assert!(refused("truceline-fusion", &edge("truceline-terms")).is_some());
    assert!(refused("truceline-fusion", &edge("truceline-domain")).is_none());
    assert!(refused("truceline-fusion", &drill("truceline-scenario")).is_none());
    assert!(refused("truceline-fusion", &edge("truceline-scenario")).is_some());
    assert!(refused("truceline-evidence", &edge("truceline-domain")).is_some());
    assert!(refused("truceline-evidence", &drill("truceline-scenario")).is_some());
    assert!(refused("truceline-domain", &edge("truceline")).is_some());
    assert!(refused("truceline-report", &edge("tokio")).is_some());
    assert!(refused("truceline-report", &edge("nalgebra")).is_none());
    assert!(refused("truceline", &edge("tokio")).is_none());
}

#[test]
fn a_clock_a_disk_and_a_socket_are_seen_in_a_room() {
    let bad = "use std::{\n    collections::{BTreeMap, btree_map},\n    fs::File,\n};\nfn a() { std::net::lookup(); let t = Timestamp::now(); }\n\
               fn b() { println!(\"x\"); }\n// SystemTime in a comment\nfn c() { my_eprintln!(\"SystemTime\") }\n";
    let file = TextFile::new("crates/fusion/src/x.rs", bad);
    let lines: Vec<usize> = impurities(&file, Freedom::None).iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [3, 5, 5, 6]);
    let lines: Vec<usize> = impurities(&file, Freedom::Disk).iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [5, 5, 6], "a room with the disk still has no socket and no clock");
}

#[test]
fn rooms_name_only_what_they_may() {
    let metadata = cargo_metadata(Scope::Workspace);
    let mut complaints = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let manifest = package["manifest_path"].as_str().unwrap();
        let text = std::fs::read_to_string(manifest).unwrap();
        let file = std::path::Path::new(manifest).strip_prefix(root()).unwrap().display().to_string();
        for dependency in package["dependencies"].as_array().unwrap() {
            let to = dependency["name"].as_str().unwrap();
            let edge = Edge { to, only_in_tests: dependency["kind"] == "dev" };
            let line = text.lines().position(|line| name_and_dash(line) == to).map_or(0, |idx| idx + 1);
            complaints.extend(refused(name, &edge).map(|what| Complaint::new(&file, line, what)));
        }
    }
    assert_none("a room knows the nouns and nothing else of the house (Cargo.toml)", complaints);
}

/// The name a line of a manifest begins with.
fn name_and_dash(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').next().unwrap_or_default()
}

#[test]
fn rooms_reach_for_nothing_outside() {
    let complaints = text_files()
        .iter()
        .filter(|file| file.is_rust() && !file.is_test_only() && file.package() != Some("app"))
        .flat_map(|file| impurities(file, Freedom::of(file)))
        .collect();
    assert_none("rooms have no clock, socket, disk, thread or chance of their own", complaints);
}
