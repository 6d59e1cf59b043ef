//! What the tests of the whole house share: drills on the fictional mission, run into a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use truceline::drill::Drill;
use truceline::mission::{self, Mission};
use truceline::progress::{Progress, Show};
use truceline::replay::{Request, Summary, replay};
use truceline::reporting::Audience;
use truceline_evidence::keys::SignerKey;

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder with real data, or `None` with a word about what is skipped.
pub fn data(test: &str) -> Option<PathBuf> {
    let beside = root().join("../shared/data");
    let data = std::env::var_os("TRUCELINE_DATA").map_or(beside, PathBuf::from);
    if data.join("firms-ukraine").is_dir() {
        return Some(data);
    }
    println!("skipped: {test}: data absent ({})", data.display());
    None
}

/// A scenario of the project by the beginning of its file name.
pub fn drill(name: &str) -> Drill {
    let path = root().join("scenarios").join(format!("{name}.scenario"));
    let drill = Drill::read(&path, Some(&root().join("missions")), None).unwrap();
    assert!(!mission::has_errors(&drill.problems), "{:?}", drill.problems);
    drill
}

/// The same key for every test.
pub fn key() -> SignerKey {
    SignerKey::from_entropy("test.truceline.local/evidence", &[7; 32]).unwrap()
}

/// A drill written below a folder: its mission folder and its captures, in the order of arrival.
pub fn written(drill: &Drill, folder: &Path) -> (PathBuf, Vec<PathBuf>) {
    drill.write(folder).unwrap();
    let captures = drill.captures().iter().map(|capture| folder.join("captures").join(&capture.file.name)).collect();
    (folder.join("mission"), captures)
}

/// Replays captures of a mission folder for people inside the mission.
pub fn replayed(mission: &Mission, captures: Vec<PathBuf>, out: &Path) -> Summary {
    let request = Request {
        captures,
        out,
        key: key(),
        language: "en".into(),
        audience: Audience::Mission,
        as_of: "2031-12-31T00:00:00Z".parse().unwrap(),
    };
    replay(mission, request, &Progress::new(Show::Quiet)).unwrap()
}

/// A mission folder that has no errors.
pub fn sound_mission(folder: &Path) -> Mission {
    let (mission, problems) = mission::read(folder);
    assert!(!mission::has_errors(&problems), "{problems:?}");
    mission
}

/// Every file below a folder with its bytes, the working files left out.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with(".work") {
                open.push(path);
            } else if path.is_file() {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                all.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// Says which files differ, for a readable failure.
pub fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    let only = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        names(a).into_iter().filter(|name| !b.contains_key(name)).collect()
    };
    assert_eq!((only(a, b), only(b, a)), (Vec::new(), Vec::new()), "files that only one side has");
    let differ: Vec<&String> = a.keys().filter(|name| a.get(*name) != b.get(*name)).collect();
    assert!(differ.is_empty(), "these files differ: {differ:?}");
}
