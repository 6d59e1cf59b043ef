//! What a hostile party, a slip or a dead feed may not achieve.

use crate::house::{replayed, sound_mission};
use std::path::{Path, PathBuf};
use truceline::{init, mission};

/// The small mission in a folder of its own.
fn river(folder: &Path) -> PathBuf {
    let path = folder.join("river");
    init::write(&path).unwrap();
    path
}

fn change(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} holds no `{from}`", path.display());
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn no_capture_is_no_calm() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    // Everything is declared to be watched, always and everywhere; then nothing is delivered.
    let mut sensors = "id,modality,owner,lat,lon,class,range_m,pd,valid_from,valid_until\n".to_owned();
    for class in ["small_arms", "shelling", "explosion", "air_strike", "clash", "mixed_fire", "heavy_weapon"] {
        sensors += &format!("NODES,acoustic,mission,12.5,-37.0,{class},,0.99,,\n");
    }
    std::fs::write(path.join("sensors/sensors.csv"), sensors).unwrap();
    let mission = sound_mission(&path);
    for entry in std::fs::read_dir(path.join("captures")).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let summary = replayed(&mission, Vec::new(), &folder.path().join("out"));
    assert_eq!(summary.n_detections, 0);
    assert!(!summary.verdicts.contains_key("consistent"), "{:?}", summary.verdicts);
}

#[test]
fn a_stranger_in_a_table_is_a_claim() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    let capture = path.join("captures/NODES_20310304.csv");
    let honest = replayed(&sound_mission(&path), Vec::new(), &folder.path().join("honest"));
    assert!(honest.verdicts.contains_key("inconsistent"), "{:?}", honest.verdicts);
    // The same rows from sensors that nobody registered, and from registered ones through a party's own feed.
    let rows = std::fs::read_to_string(&capture).unwrap();
    std::fs::write(&capture, rows.replace("NODES,", "GHOST-1,").replace("CAM-1,", "GHOST-2,")).unwrap();
    let ghosts = replayed(&sound_mission(&path), Vec::new(), &folder.path().join("ghosts"));
    assert!(!ghosts.verdicts.contains_key("inconsistent"), "{:?}", ghosts.verdicts);
    assert!(ghosts.n_problems > 0);
    std::fs::write(&capture, rows).unwrap();
    let register = path.join("sensors/sensors.csv");
    let sensors = std::fs::read_to_string(&register).unwrap() + "LIAISON-B,party_report,party-b,,,,,,,\n";
    std::fs::write(&register, sensors).unwrap();
    change(&path.join("feeds.toml"), "source = \"NODES\"", "source = \"LIAISON-B\"");
    let party = replayed(&sound_mission(&path), Vec::new(), &folder.path().join("party"));
    assert!(!party.verdicts.contains_key("inconsistent"), "{:?}", party.verdicts);
}

#[test]
fn problems_of_tables_with_origins_withhold_what_stood_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    let table = "sensor,owner,modality,means,phenomenon,from,until,sigma_s,lat,lon,sigma_east_m,sigma_north_m,note\n\
        NODES,mission,acoustic,recorded,launch,2031-03-04T00:14:02Z,2031-03-04T00:14:02Z,0.4,12.5559,-237.03339,90,120,\n\
        NODES,mission,acoustic,recorded,launch,2031-03-04T00:14:02Z,2031-03-04T00:14:02Z,0.4,12.5559x,-37.03339,90,120,\n\
        NODES,mission,acoustic,recorded,launch,2031-03-04T00:14:02Z,12.5559,-37.03339\n\
        NODES,mission,acoustic,recorded,launch,2031-03-04T00:15:02Z,2031-03-04T00:15:02Z,0.4,12.5559,-37.03339,90,120,at 12.5559\n";
    std::fs::write(path.join("captures/NODES_20310304.csv"), table).unwrap();
    let out = folder.path().join("out");
    let summary = replayed(&sound_mission(&path), Vec::new(), &out);
    assert_eq!((summary.n_detections, summary.n_problems), (1, 3), "{summary:?}");
    for (name, bytes) in crate::house::files(&out).into_iter().filter(|(name, _)| !name.starts_with("evidence/")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("12.5559") && !text.contains("37.03339"), "{name} holds the launch's place");
    }
}

#[test]
fn a_result_that_comes_back_is_said_again_and_an_added_day_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    let mission = sound_mission(&path);
    let (out, capture) = (folder.path().join("out"), path.join("captures/NODES_20310304.csv"));
    let rows = std::fs::read_to_string(&capture).unwrap();
    let fewer: Vec<&str> = rows.lines().take(2).collect();
    let shorter = folder.path().join("NODES_20310304.csv");
    std::fs::write(&shorter, fewer.join("\n")).unwrap();
    for captures in [vec![capture.clone()], vec![shorter], vec![capture]] {
        replayed(&mission, captures, &out);
        let found = truceline::seal::verify(&out, &[], None).unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }
    let added = out.join("days/2031-03-09");
    std::fs::create_dir_all(&added).unwrap();
    std::fs::copy(out.join("days/2031-03-04/result.json"), added.join("result.json")).unwrap();
    let found = truceline::seal::verify(&out, &[], None).unwrap();
    assert!(found.faults.iter().any(|fault| fault.contains("2031-03-09")), "{:?}", found.faults);
}

#[test]
fn slips_in_the_settings_are_refused() {
    for (from, to, code) in [
        ("until       = \"2031-03-06", "until       = \"9000-03-06", "span_too_long"),
        ("until       = \"2031-03-06T00:00:00+02:00\"", "", "half_a_span"),
        ("[-37.2, 12.3, -36.8, 12.7]", "[-37.2, 12.3, 1e300, 1e308]", "bad_area"),
        ("[-37.2, 12.3, -36.8, 12.7]", "[-400, -200, 400, 200]", "bad_area"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = river(folder.path());
        change(&path.join("mission.toml"), from, to);
        let (_, problems) = mission::read(&path);
        assert!(problems.iter().any(|problem| problem.code == code), "{code}: {problems:?}");
    }
}

#[test]
fn the_same_bytes_under_two_names_count_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    std::fs::copy(path.join("captures/NODES_20310304.csv"), path.join("captures/NODES_copy.csv")).unwrap();
    let mission = sound_mission(&path);
    for run in 0..6 {
        let summary = replayed(&mission, Vec::new(), &folder.path().join(format!("out-{run}")));
        assert_eq!((summary.n_detections, summary.n_incidents, summary.n_problems), (3, 2, 1), "run {run}");
    }
}

#[test]
fn lines_that_end_with_a_carriage_return_alone_are_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    change(&path.join("captures/NODES_20310304.csv"), "\n", "\r");
    let summary = replayed(&sound_mission(&path), Vec::new(), &folder.path().join("out"));
    assert_eq!((summary.n_detections, summary.n_problems), (3, 0));
}

#[test]
fn a_copy_of_a_capture_is_entered_before_it_exists() {
    let folder = tempfile::tempdir().unwrap();
    let path = river(folder.path());
    let (out, key) = (folder.path().join("out"), folder.path().join("key"));
    let program = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_truceline"))
            .args(args)
            .env("TRUCELINE_KEY", &key)
            .output()
            .unwrap()
    };
    let (path, out_text) = (path.to_string_lossy().into_owned(), out.to_string_lossy().into_owned());
    assert!(program(&["key", "new", &key.to_string_lossy()]).status.success());
    assert!(program(&["--quiet", "replay", &path, "--out", &out_text]).status.success());
    let captures: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("captures.json")).unwrap()).unwrap();
    let sha = captures[0]["sha256"].as_str().unwrap();
    let before = truceline::seal::verify(&out, &[], None).unwrap().size.unwrap();
    let copy = folder.path().join("copy.csv");
    let (by, why) = (["--actor", "A. Analyst"], ["--reason", "check of row 2"]);
    let to = copy.to_string_lossy().into_owned();
    let made = program(&["custody", &out_text, sha, "--to", &to, by[0], by[1], why[0], why[1]]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(truceline_domain::Digest::of(&std::fs::read(&copy).unwrap()).to_string(), sha);
    let seen = program(&["custody", &out_text, sha, "--view", by[0], by[1], why[0], why[1]]);
    assert_eq!(seen.stdout, std::fs::read(&copy).unwrap());
    let after = truceline::seal::verify(&out, &[], None).unwrap();
    assert_eq!((after.size, after.faults), (Some(before + 2), Vec::new()));
    for word in ["copied", "viewed"] {
        assert!(after.notes.iter().any(|note| note.contains(word) && note.contains("A. Analyst")), "{:?}", after.notes);
    }
    let absent = "0".repeat(64);
    assert!(!program(&["custody", &out_text, &absent, "--view", by[0], by[1], why[0], why[1]]).status.success());
}
