//! Evidence packages: made from a replay, checked to the last bit, derived again, and accepted by a validator that
//! this project did not write.

use crate::house::{assert_same, data, drill, files, key, replayed, root, sound_mission, written};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use truceline::package::{Exported, Outcome, Pick, Request, export, reproduce, verify};
use truceline::seal::{Trust, Verdicts};
use truceline::witness::quorum::Asked;

const DAY: &str = "2031-03-04";

/// What an export is made from.
struct Made {
    folder: tempfile::TempDir,
    mission: PathBuf,
    out: PathBuf,
}

fn made(name: &str) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill(name), folder.path());
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), captures, &out);
    Made { folder, mission, out }
}

impl Made {
    fn request<'a>(&'a self, day: &str, to: &'a Path) -> Request<'a> {
        Request {
            out: &self.out,
            mission: &self.mission,
            pick: Pick::Day(day.to_owned()),
            to,
            key: Some(key()),
            at: "2031-04-01T09:00:00Z".parse().unwrap(),
            for_sealed_room: true,
        }
    }

    fn sealed(&self) -> (PathBuf, Exported) {
        let to = self.folder.path().join("package");
        let exported = export(self.request(DAY, &to)).unwrap();
        (to, exported)
    }
}

fn checked(package: &Path) -> Verdicts {
    verify(package, Trust { keys: &[], kept: None, witnesses: &Asked::Nobody, authorities: None }).unwrap()
}

#[test]
fn a_package_is_sound_and_its_day_comes_out_equal() {
    let made = made("01-mortar-across-the-line");
    let (package, exported) = made.sealed();
    assert!(exported.description.derived_again && exported.description.is_logged);
    assert!(exported.description.captures.len() > 2 && exported.description.marking == "SEALED");
    let verdicts = checked(&package);
    assert_eq!(verdicts.faults, Vec::<String>::new());
    assert_eq!(verdicts.n_captures, exported.description.captures.len() as u64);
    let trusted = key().verifier().to_string();
    let trust = Trust { keys: &[trusted], kept: None, witnesses: &Asked::Nobody, authorities: None };
    assert_eq!(verify(&package, trust).unwrap().notes, Vec::<String>::new(), "a key of one's own leaves no doubt");
    assert_eq!(reproduce(&package, &[]).unwrap().outcome, Outcome::Equal);
    let info = std::fs::read_to_string(package.join("bag-info.txt")).unwrap();
    let readme = std::fs::read_to_string(package.join("data/README.md")).unwrap();
    assert!(info.contains("SEALED") && readme.contains("**SEALED.**"));
    // The replay's own folder is still sound, with one entry more.
    assert_eq!(truceline::seal::verify(&made.out, &[], None).unwrap().faults, Vec::<String>::new());
}

#[test]
fn the_same_export_twice_is_the_same_bytes() {
    let made = made("01-mortar-across-the-line");
    let (a, _) = made.sealed();
    let b = made.folder.path().join("again");
    export(made.request(DAY, &b)).unwrap();
    assert_same(&files(&a), &files(&b));
    assert!(export(made.request(DAY, &b)).is_err(), "a folder that holds something is left alone");
    // Without the segments of the replay it reads the captures again.
    std::fs::remove_dir_all(made.out.join("evidence/.work")).unwrap();
    let c = made.folder.path().join("once more");
    export(made.request(DAY, &c)).unwrap();
    assert_same(&files(&a), &files(&c));
}

#[test]
fn one_changed_bit_anywhere_is_found_and_the_file_is_named() {
    let made = made("01-mortar-across-the-line");
    let (package, _) = made.sealed();
    let stored = files(&package);
    assert!(stored.len() > 30);
    for (n, (name, bytes)) in stored.iter().enumerate().filter(|(_, (_, bytes))| !bytes.is_empty()) {
        let path = package.join(name);
        // Another place in each file, another bit each time.
        for at in [0, bytes.len() / 2, bytes.len() - 1, (n * 7919) % bytes.len()] {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << ((n + at) % 8);
            std::fs::write(&path, &changed).unwrap();
            let verdicts = checked(&package);
            let named = verdicts.faults.iter().any(|fault| fault.starts_with(&format!("{name}:")));
            assert!(named, "byte {at} of {name} was changed, and this was said: {:?}", verdicts.faults);
        }
        std::fs::remove_file(&path).unwrap();
        let verdicts = checked(&package);
        assert!(verdicts.faults.iter().any(|fault| fault.contains(name.as_str())), "{name} was removed: {verdicts:?}");
        std::fs::write(&path, bytes).unwrap();
    }
    for extra in ["data/captures/extra", "data/mission/extra.csv", "extra.txt", "fetch.txt", "data/proofs/extra.entry"]
    {
        std::fs::write(package.join(extra), "more").unwrap();
        let verdicts = checked(&package);
        assert!(verdicts.faults.iter().any(|fault| fault.starts_with(extra)), "{extra} was added: {verdicts:?}");
        std::fs::remove_file(package.join(extra)).unwrap();
    }
    assert_eq!(checked(&package).faults, Vec::<String>::new());
}

/// Writes the lists of digests again, as somebody would who changes a package and knows how it is made.
fn with_new_lists(package: &Path) {
    let listed = |prefix: &str, is_tag: bool| -> String {
        let stored = files(package);
        let wanted = stored.iter().filter(|(name, _)| name.starts_with("data/") != is_tag);
        let wanted = wanted.filter(|(name, _)| name.starts_with(prefix) && !name.starts_with("tagmanifest"));
        wanted.map(|(name, bytes)| format!("{}  {name}\n", truceline_domain::Digest::of(bytes))).collect()
    };
    std::fs::write(package.join("manifest-sha256.txt"), listed("data/", false)).unwrap();
    std::fs::write(package.join("tagmanifest-sha256.txt"), listed("", true)).unwrap();
}

#[test]
fn a_change_with_new_lists_of_digests_is_found_by_the_log() {
    let made = made("01-mortar-across-the-line");
    let (package, _) = made.sealed();
    with_new_lists(&package);
    assert_eq!(checked(&package).faults, Vec::<String>::new(), "the lists are written as the program writes them");
    let stored = files(&package);
    for name in stored.keys().filter(|name| name.starts_with("data/")) {
        let path = package.join(name);
        // Most files are text, and JSON may end in a blank.
        let changed = String::from_utf8_lossy(&stored[name]).replacen('e', "f", 1) + " ";
        std::fs::write(&path, changed).unwrap();
        with_new_lists(&package);
        let verdicts = checked(&package);
        assert!(!verdicts.faults.is_empty(), "{name} was changed with its digests");
        std::fs::write(&path, &stored[name]).unwrap();
    }
}

#[test]
fn captures_with_points_of_origin_are_withheld_unless_asked_for() {
    let made = made("01-mortar-across-the-line");
    let to = made.folder.path().join("open");
    let exported = export(Request { for_sealed_room: false, ..made.request(DAY, &to) }).unwrap();
    let withheld: BTreeSet<&str> = exported.description.withheld().map(|capture| capture.sha256.as_str()).collect();
    assert!(!withheld.is_empty() && exported.notes.iter().any(|note| note.contains("withheld")), "{exported:?}");
    assert_eq!(checked(&to).faults, Vec::<String>::new());
    let Outcome::Withheld(names) = reproduce(&to, &[]).unwrap().outcome else { panic!("the captures are withheld") };
    assert_eq!(names.len(), withheld.len());
    let key = truceline_domain::RoomKey::for_computation_inside_the_house();
    let drill = drill("01-mortar-across-the-line");
    let origins = drill.simulated.truth.iter().filter_map(|event| event.origin.as_ref());
    let origins: Vec<String> = origins.map(|origin| format!("{:.3}", origin.open(&key).lat_deg())).collect();
    assert!(!origins.is_empty(), "the drill fires from somewhere");
    let stored = files(&to);
    for (name, bytes) in &stored {
        assert!(!withheld.iter().any(|sha256| name == &format!("data/captures/{sha256}")), "{name} is in the package");
        // The ground of the mission itself may hold any number; what was measured and derived may not.
        if !name.starts_with("data/mission/") && !name.starts_with("data/proofs/") {
            let text = String::from_utf8_lossy(bytes);
            assert!(origins.iter().all(|origin| !text.contains(origin.as_str())), "{name} holds a point of origin");
        }
    }
    assert!(
        stored.contains_key("data/README.md")
            && String::from_utf8_lossy(&stored["data/README.md"]).contains("withheld")
    );
}

#[test]
fn every_day_of_a_week_comes_out_equal_from_its_own_captures() {
    let made = made("demo-week");
    let mut n_left_out = 0;
    let listed: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(made.out.join("captures.json")).unwrap()).unwrap();
    let days: BTreeSet<String> = std::fs::read_dir(made.out.join("days"))
        .unwrap()
        .map(|day| day.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(days.len() >= 7);
    for day in days {
        let to = made.folder.path().join(&day);
        let exported = export(made.request(&day, &to)).unwrap();
        n_left_out += listed.len() - exported.description.captures.len();
        assert_eq!(reproduce(&to, &[]).unwrap().outcome, Outcome::Equal, "{day}");
    }
    assert!(n_left_out > listed.len(), "a day holds what it rests on, not the whole week: {n_left_out} left out");
}

#[test]
fn late_data_keeps_the_earlier_result_and_still_comes_out_equal() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let out = folder.path().join("out");
    let read = sound_mission(&mission);
    replayed(&read, captures[..captures.len() / 2].to_vec(), &out);
    replayed(&read, captures, &out);
    let made = Made { folder, mission, out };
    let (package, exported) = made.sealed();
    assert_eq!(exported.description.earlier.len(), 1);
    assert_eq!(checked(&package).n_results, 2);
    assert_eq!(reproduce(&package, &[]).unwrap().outcome, Outcome::Equal);
}

#[test]
fn a_result_that_does_not_come_out_again_is_said_to_differ() {
    let made = made("01-mortar-across-the-line");
    // The reader's log says so, signed: only deriving it again shows that it does not follow from the captures.
    let path = made.out.join("days").join(DAY).join("result.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let gone = value["incidents"].as_array_mut().unwrap().pop().unwrap();
    let bytes = value.to_string().into_bytes();
    truceline::files::write_whole(
        &truceline::seal::superseded_path(&path, truceline_domain::Digest::of(text.as_bytes())),
        text.as_bytes(),
    )
    .unwrap();
    std::fs::write(&path, &bytes).unwrap();
    let window = |key: &str| value["window"][key].as_str().unwrap().parse().unwrap();
    let span = truceline_domain::Span { from: window("from"), until: window("until") };
    let mission = sound_mission(&made.mission);
    let named = format!("days/{DAY}/result.json");
    let digest = truceline_domain::Digest::of(&bytes);
    let entry = truceline::seal::Entry::derived(span, (&named, digest), mission.digest());
    truceline::seal::Seal::open(&made.out.join("evidence"), key()).unwrap().say(&[entry]).unwrap();
    let (package, exported) = made.sealed();
    assert!(!exported.description.derived_again);
    assert_eq!(checked(&package).faults, Vec::<String>::new());
    let Outcome::Differs(lines) = reproduce(&package, &[]).unwrap().outcome else { panic!("it cannot be equal") };
    let id = gone["id"].as_str().unwrap();
    assert!(lines.iter().any(|line| line.contains(id)), "{id} is not named: {lines:?}");
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let made = made("01-mortar-across-the-line");
    let to = made.folder.path().join("package");
    let refused = |request: Request<'_>| format!("{:#}", export(request).unwrap_err());
    assert!(refused(made.request("2031-12-24", &to)).contains("2031-12-24"));
    let incident = Pick::Incident("inc-0".into());
    assert!(refused(Request { pick: incident, ..made.request(DAY, &to) }).contains("inc-0"));
    std::fs::write(made.mission.join("notes.txt"), "added after the replay").unwrap();
    assert!(refused(made.request(DAY, &to)).contains("changed since"));
    std::fs::remove_file(made.mission.join("notes.txt")).unwrap();
    std::fs::write(made.out.join("days").join(DAY).join("result.json"), "{}").unwrap();
    assert!(refused(made.request(DAY, &to)).contains("not sound"));
    assert!(!to.exists());
}

#[test]
fn without_the_logs_key_the_export_says_that_it_is_not_logged() {
    let made = made("01-mortar-across-the-line");
    let to = made.folder.path().join("package");
    let exported = export(Request { key: None, ..made.request(DAY, &to) }).unwrap();
    assert!(!exported.description.is_logged);
    let verdicts = checked(&to);
    assert_eq!(verdicts.faults, Vec::<String>::new());
    assert!(verdicts.notes.iter().any(|note| note.contains("not in the log")), "{verdicts:?}");
}

#[test]
fn the_easter_truce_is_packed_with_its_maps_and_comes_out_equal_without_the_data_folder() {
    if data("a package of the Easter truce").is_none() {
        return;
    }
    // Below the project, so that the data beside it is found; the line from one map instead of fourteen, for speed.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (mission, out) = (folder.path().join("mission"), folder.path().join("out"));
    for (name, bytes) in files(&root().join("missions/easter-truce-2025")) {
        let one_map = "simplify_m = 250\nonly_version = \"2025-04-20\"";
        let text = String::from_utf8(bytes).unwrap().replacen("simplify_m      = 250", one_map, 1);
        truceline::files::write_whole(&mission.join(&name), text.as_bytes()).unwrap();
    }
    replayed(&sound_mission(&mission), Vec::new(), &out);
    let made = Made { folder, mission, out };
    let to = made.folder.path().join("package");
    let exported = export(Request { for_sealed_room: false, ..made.request("2025-04-20", &to) }).unwrap();
    assert_eq!(exported.description.withheld().count(), 0, "news reports hold no points of origin");
    assert_eq!(exported.description.external.len(), 2);
    assert_eq!(checked(&to).faults, Vec::<String>::new());
    assert_eq!(reproduce(&to, &[]).unwrap().outcome, Outcome::Equal);
    // The maps come from the package: without one of them the day does not come out.
    let map = to.join("data").join(&exported.description.external[0].file);
    std::fs::remove_file(map).unwrap();
    assert!(matches!(reproduce(&to, &[]).unwrap().outcome, Outcome::NotSound(_)));
}

/// A Python with `bagit` from PyPI, in a virtual environment under `target/tools`; `None` with a word about why not.
fn python_with_bagit() -> Option<PathBuf> {
    let environment = root().join("target/tools/bagit");
    let python = environment.join("bin/python");
    let has_bagit = |python: &Path| {
        Command::new(python).args(["-c", "import bagit"]).output().is_ok_and(|output| output.status.success())
    };
    if !has_bagit(&python) {
        let _ = Command::new("python3").args(["-m", "venv"]).arg(&environment).output();
        let _ = Command::new(&python).args(["-m", "pip", "install", "--quiet", "bagit"]).output();
    }
    if has_bagit(&python) {
        return Some(python);
    }
    println!("skipped: no Python with `bagit` (PyPI) could be had in {}", environment.display());
    None
}

#[test]
fn validators_that_others_wrote_accept_the_bag() {
    let made = made("01-mortar-across-the-line");
    let (package, _) = made.sealed();
    let sums = Command::new("sha256sum")
        .current_dir(&package)
        .args(["--check", "--strict", "--quiet", "tagmanifest-sha256.txt", "manifest-sha256.txt"])
        .output();
    match sums {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("skipped: sha256sum: {error}"),
    }
    let Some(python) = python_with_bagit() else { return };
    let validate = || {
        let output = Command::new(&python).args(["-m", "bagit", "--validate"]).arg(&package).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (is_valid, said) = validate();
    assert!(is_valid, "{said}");
    std::fs::write(package.join("data/README.md"), "something else").unwrap();
    assert!(!validate().0, "the validator looks at the payload");
}
