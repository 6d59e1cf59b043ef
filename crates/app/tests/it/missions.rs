//! Mission folders: the project's own pass, a new one passes, a broken one says everything at once.

use crate::house::{data, root};
use truceline::{init, mission};
use truceline_domain::Severity;

#[test]
fn a_new_mission_passes_and_replays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("river");
    init::write(&path).unwrap();
    let (mission, problems) = mission::read(&path);
    assert_eq!(problems, [], "a new mission has no problems");
    let out = folder.path().join("out");
    let summary = crate::house::replayed(&mission, Vec::new(), &out);
    assert_eq!((summary.n_detections, summary.n_incidents, summary.n_problems), (3, 2, 0));
    assert!(init::write(&path).is_err(), "a folder that holds something is left alone");
}

#[test]
fn the_fictional_mission_has_no_problems() {
    let (_, problems) = mission::read(&root().join("missions/orr-line"));
    assert_eq!(problems, []);
}

#[test]
fn the_real_missions_have_no_errors() {
    let with_data = data("real missions").is_some();
    for name in ["easter-truce-2025", "additional-measures-2020", "thermal-2022"] {
        let (_, problems) = mission::read(&root().join("missions").join(name));
        let bad: Vec<_> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error || (with_data && problem.code == "data_absent"))
            .collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
    }
}

#[test]
fn everything_wrong_is_said_at_once_with_its_line_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("river");
    init::write(&path).unwrap();
    let change = |file: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(path.join(file)).unwrap();
        assert!(text.contains(from), "{file} holds no `{from}`");
        std::fs::write(path.join(file), text.replacen(from, to, 1)).unwrap();
    };
    change("agreement/rules.txt", "must     withdraw", "must     withdrew");
    change("agreement/rules.txt", "line \"contact\"", "line \"contakt\"");
    change("sensors/sensors.csv", "NODES,acoustic", "NODES,acustic");
    change("sensors/sensors.csv", "12.52,-37.02", "92.52,-37.02");
    change("geometry/ground.geojson", "\"role\": \"area\"", "\"role\": \"zona\"");
    change("notified/notices.csv", "2031-03-05T16:00:00+02:00", "2031-03-05T06:00:00+02:00");
    change("mission.toml", "time_zone", "timezone");
    change("feeds.toml", "\"detections\"", "\"detection\"");
    change("guarantees/guarantees.toml", "\"signed\"", "\"sined\"");
    let (_, problems) = mission::read(&path);
    let find = |file: &str, text: &str| {
        let found = problems.iter().find(|p| p.file == file && (p.text.contains(text) || p.message.contains(text)));
        found.unwrap_or_else(|| panic!("nothing said of `{text}` in {file}: {problems:#?}"))
    };
    for (file, text, hint) in [
        ("agreement/rules.txt", "withdrew", "withdraw"),
        ("agreement/rules.txt", "contakt", "contact"),
        ("sensors/sensors.csv", "acustic", "acoustic"),
        ("geometry/ground.geojson", "zona", "zone"),
        ("mission.toml", "timezone", "time_zone"),
        ("feeds.toml", "detection", "detections"),
        ("guarantees/guarantees.toml", "sined", "signed"),
    ] {
        let problem = find(file, text);
        assert!(problem.line.is_some(), "{problem:?}");
        assert!(problem.hint.as_deref().is_some_and(|said| said.contains(hint)), "{problem:?}");
    }
    assert_eq!(find("sensors/sensors.csv", "92.52").line, Some(5));
    assert!(find("notified/notices.csv", "2031-03-05T06").line.is_some());
}

#[test]
fn hostile_folders_are_read_without_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let (_, problems) = mission::read(&folder.path().join("absent"));
    assert!(mission::has_errors(&problems));
    let path = folder.path().join("river");
    init::write(&path).unwrap();
    for file in [
        "mission.toml",
        "feeds.toml",
        "agreement/agreement.txt",
        "agreement/rules.txt",
        "geometry/ground.geojson",
        "sensors/sensors.csv",
        "notified/notices.csv",
        "guarantees/guarantees.toml",
    ] {
        let whole = std::fs::read(path.join(file)).unwrap();
        let cuts = (0..whole.len()).step_by(7);
        for cut in cuts {
            std::fs::write(path.join(file), &whole[..cut]).unwrap();
            let _ = mission::read(&path);
        }
        for junk in [&b"\xff\xfe\x00\x00"[..], b"[[[[[[[[", b"\"", b"a,b\n\"", &[0; 64]] {
            std::fs::write(path.join(file), junk).unwrap();
            let _ = mission::read(&path);
        }
        std::fs::write(path.join(file), &whole).unwrap();
    }
    assert_eq!(mission::read(&path).1, []);
}
