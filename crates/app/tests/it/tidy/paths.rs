//! Files that are handed to strangers carry nothing of the machine they were written on: no folder of one person's
//! disk, no host that packages happened to come from.

use super::{Complaint, TextFile, assert_none, text_files};

/// What is sought, put together here so that this file does not carry it, and what to write instead.
fn of_one_machine() -> Vec<(String, &'static str)> {
    let folder = |name: &str| format!("/{name}/");
    let mut sought: Vec<(String, &str)> = ["work", "root", "tmp", "farm", "home/runner"]
        .iter()
        .map(|name| {
            (folder(name), "a folder of one machine: take it from an argument, the environment or a temporary folder")
        })
        .collect();
    for (owner, host) in [
        ("registry", "npmjs"),
        ("index", "crates"),
        ("static", "crates"),
        ("deb", "debian"),
        ("pypi", "org"),
        ("files", "pythonhosted"),
    ] {
        sought.push((
            format!("{owner}.{host}"),
            "the host of a package registry: name the package and leave the host to its client",
        ));
    }
    sought
}

fn leaks(file: &TextFile, sought: &[(String, &str)]) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (idx, line) in file.text.lines().enumerate() {
        for (needle, advice) in sought.iter().filter(|(needle, _)| line.contains(needle.as_str())) {
            found.push(Complaint::new(&file.path, idx + 1, format!("`{needle}` is {advice}")));
        }
    }
    found
}

#[test]
fn a_path_and_a_host_are_seen() {
    let sought = of_one_machine();
    for (needle, _) in &sought {
        let file = TextFile::new("notes.md", &format!("fine\nsee {needle}x\n"));
        assert_eq!(leaks(&file, &sought).iter().map(|complaint| complaint.line).collect::<Vec<_>>(), [2]);
    }
    assert!(leaks(&TextFile::new("notes.md", "a network/of teamwork/x\n"), &sought).is_empty());
}

#[test]
fn files_carry_nothing_of_one_machine() {
    let sought = of_one_machine();
    let complaints = text_files().iter().flat_map(|file| leaks(file, &sought)).collect();
    assert_none("no paths of one machine, no hosts of registries", complaints);
}
