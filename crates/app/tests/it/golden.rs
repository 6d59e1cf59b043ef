//! Golden days: whole scenarios to whole reports, byte for byte. `make bless` renews them; the change is reviewed as a diff.

use crate::house::{drill, files, replayed, root, sound_mission, written};

/// The scenarios that are kept.
const SCENARIOS: [&str; 3] = ["01-mortar-across-the-line", "02-quarry-blast", "06-jamming-gap"];

const KEPT: [&str; 4] = ["result.json", "report.html", "incidents.csv", "findings.csv"];

#[test]
fn a_golden_day_is_as_it_was() {
    let bless = std::env::var_os("TRUCELINE_BLESS").is_some();
    let mut differ = Vec::new();
    for name in SCENARIOS {
        let folder = tempfile::tempdir().unwrap();
        let (mission, captures) = written(&drill(name), folder.path());
        let mission = sound_mission(&mission);
        let out = folder.path().join("out");
        replayed(&mission, captures, &out);
        let golden = root().join("crates/app/tests/golden").join(name);
        for (path, bytes) in files(&out.join("days")) {
            let (day, file) = path.split_once('/').unwrap();
            // The day the scenario plays on is the one with incidents.
            let day_has_incidents = !std::fs::read_to_string(out.join("days").join(day).join("result.json"))
                .unwrap()
                .contains(r#""incidents":[]"#);
            if !KEPT.contains(&file) || !day_has_incidents {
                continue;
            }
            // One value on a line, so that a diff can be read.
            let shown = if file == "result.json" { pretty(&bytes) } else { bytes };
            let kept = golden.join(day).join(file);
            if bless {
                std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
                std::fs::write(&kept, &shown).unwrap();
            } else if std::fs::read(&kept).ok().as_deref() != Some(shown.as_slice()) {
                differ.push(format!("{name}/{path}"));
            }
        }
    }
    assert!(differ.is_empty(), "these differ from what is kept: {differ:?}; look at them, then `make bless`");
}

fn pretty(bytes: &[u8]) -> Vec<u8> {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    serde_json::to_string_pretty(&value).unwrap().into_bytes()
}
