//! Stations that sign: the same incidents as without signatures, and everything that can be wrong with a frame.

use crate::house::{assert_same, drill, files, replayed, sound_mission, written};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use truceline::frames::signed;
use truceline::mission;
use truceline::package::{Outcome, Pick, Request, export, reproduce};
use truceline_domain::{SignedDuration, Timestamp};
use truceline_evidence::keys::SignerKey;

const PAYLOAD: &[u8] = b"sensor,from,until,cause\n";

fn station(name: &str, seed: u8) -> SignerKey {
    SignerKey::from_entropy(name, &[seed; 32]).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A station on the ground of a drill, with the files it delivers.
struct Ground {
    folder: tempfile::TempDir,
    mission: PathBuf,
    captures: Vec<PathBuf>,
}

impl Ground {
    /// With `keys.csv` of these rows.
    fn new(rows: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mission, _) = written(&drill("01-mortar-across-the-line"), folder.path());
        std::fs::write(
            mission.join("sensors/keys.csv"),
            format!("sensor,vkey,valid_from,valid_until,revoked_at\n{rows}"),
        )
        .unwrap();
        Self { folder, mission, captures: Vec::new() }
    }

    /// With one key of AC.01.
    fn with_key(validity: &str) -> Self {
        Self::new(&format!("AC.01,{},{validity}\n", station("AC.01", 1).verifier()))
    }

    fn put(&mut self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        self.captures.push(path);
    }

    /// A frame of AC.01 with a payload of its own.
    fn frame(&mut self, sequence: u64, time: &str) {
        let bytes = signed(&station("AC.01", 1), (sequence, at(time)), PAYLOAD).unwrap();
        self.put(&format!("AC.01_{sequence}.csv.frame"), &bytes);
    }

    /// Each problem that a replay finds: code, severity and the file.
    fn problems(&self) -> Vec<(String, String, String)> {
        let out = self.folder.path().join("out");
        replayed(&sound_mission(&self.mission), self.captures.clone(), &out);
        problems(&out)
    }

    /// The codes alone, each with its severity.
    fn codes(&self) -> Vec<(String, String)> {
        self.problems().into_iter().map(|(code, severity, _)| (code, severity)).collect()
    }
}

fn problems(out: &Path) -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(out.join("problems.jsonl")).unwrap();
    let values = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let word = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    values.map(|value| (word(&value, "code"), word(&value, "severity"), word(&value, "file"))).collect()
}

fn pair(code: &str, severity: &str) -> (String, String) {
    (code.to_owned(), severity.to_owned())
}

/// What the incidents of all days say, without the names of the captures they came from.
fn incidents(out: &Path) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (name, bytes) in files(out).into_iter().filter(|(name, _)| name.ends_with("/result.json")) {
        let result: Value = serde_json::from_slice(&bytes).unwrap();
        for incident in result["incidents"].as_array().unwrap() {
            let mut fields = incident.as_object().unwrap().clone();
            assert!(!fields["arrivals"].as_array().unwrap().is_empty());
            for key in ["id", "arrivals", "rivals", "supersedes"] {
                assert!(fields.remove(key).is_some(), "{key}");
            }
            all.insert(format!("{name} {}", Value::Object(fields)));
        }
    }
    all
}

/// A drill below a folder whose every source signs: its mission, its captures, and the same signed.
fn signed_drill(folder: &Path) -> (PathBuf, Vec<PathBuf>, Vec<PathBuf>) {
    let drill = drill("01-mortar-across-the-line");
    let (mission, captures) = written(&drill, folder);
    let mut table = "sensor,vkey\n".to_owned();
    let mut next: BTreeMap<String, u64> = BTreeMap::new();
    let mut frames = Vec::new();
    for (capture, path) in drill.captures().iter().zip(&captures) {
        let source = capture.file.source.as_str();
        let key = station(source, 1);
        let sequence = next.entry(source.to_owned()).or_insert_with(|| {
            writeln!(table, "{source},{}", key.verifier()).unwrap();
            0
        });
        let frame = signed(&key, (*sequence, capture.received_at), &capture.bytes).unwrap();
        *sequence += 1;
        let path = path.with_file_name(format!("{}.frame", capture.file.name));
        std::fs::write(&path, frame).unwrap();
        frames.push(path);
    }
    std::fs::write(mission.join("sensors/keys.csv"), table).unwrap();
    (mission, captures, frames)
}

#[test]
fn a_package_of_signed_captures_is_derived_again_and_withholds_origins() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, _, mut frames) = signed_drill(folder.path());
    // One frame twice, under a signature line that nobody knows: it counts once here as well.
    let text = String::from_utf8(std::fs::read(&frames[0]).unwrap()).unwrap();
    let twin = frames[0].with_file_name(frames[0].file_name().unwrap().to_str().unwrap().replace(".csv", "_b.csv"));
    std::fs::write(&twin, text.replacen("\n---\n", "\n\u{2014} somebody AAAAAAAA\n---\n", 1)).unwrap();
    frames.push(twin);
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), frames, &out);
    assert!(problems(&out).iter().any(|(code, ..)| code == "frame_replayed"), "{:?}", problems(&out));
    let exported = |to: &str, for_sealed_room| {
        let to = folder.path().join(to);
        let pick = Pick::Day("2031-03-04".to_owned());
        let at = at("2031-04-01T09:00:00Z");
        let request = Request { out: &out, mission: &mission, pick, to: &to, key: None, at, for_sealed_room };
        (export(request).unwrap().description, to)
    };
    let (sealed, package) = exported("sealed", true);
    assert!(sealed.derived_again && sealed.marking == "SEALED");
    assert_eq!(reproduce(&package, &[]).unwrap().outcome, Outcome::Equal);
    let (open, _) = exported("open", false);
    let withheld = open.captures.iter().filter(|capture| !capture.is_included).count();
    assert!(open.marking == "open" && withheld > 0, "points of origin stay in the room under a signature too");
}

#[test]
fn signed_captures_give_the_same_incidents_as_unsigned_ones() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures, mut frames) = signed_drill(folder.path());
    let [plain, sealed, turned, unsigned] =
        ["plain", "sealed", "turned", "unsigned"].map(|out| folder.path().join(out));
    let keys = mission.join("sensors/keys.csv");
    let table = std::fs::read(&keys).unwrap();
    std::fs::remove_file(&keys).unwrap();
    replayed(&sound_mission(&mission), captures.clone(), &plain);
    std::fs::write(&keys, table).unwrap();
    let mission = sound_mission(&mission);
    replayed(&mission, frames.clone(), &sealed);
    assert!(!incidents(&plain).is_empty());
    assert_eq!(incidents(&sealed), incidents(&plain));
    let about_frames = |out: &Path| problems(out).into_iter().filter(|(code, ..)| code.starts_with("frame")).count();
    assert_eq!(about_frames(&sealed), 0, "{:?}", problems(&sealed));
    // The whole file is the evidence, and the log vouches for it.
    let kept = files(&sealed).into_values().filter(|bytes| bytes.starts_with(b"truceline-frame@v1\n")).count();
    assert_eq!(kept, frames.len());
    assert!(truceline::seal::verify(&sealed, &[], None).unwrap().faults.is_empty());
    // Neither the order of arrival nor what an earlier run kept makes a difference.
    frames.reverse();
    replayed(&mission, frames.clone(), &turned);
    replayed(&mission, frames, &turned);
    assert_same(&files(&sealed), &files(&turned));
    // The same captures without their signatures, on the mission that knows the keys.
    replayed(&mission, captures, &unsigned);
    assert!(problems(&unsigned).iter().any(|(code, severity, _)| code == "unsigned_capture" && severity == "warning"));
}

#[test]
fn a_sound_stream_has_no_problems() {
    let mut ground = Ground::with_key(",,");
    for (n, time) in ["2031-03-04T05:00:00Z", "2031-03-04T06:00:00Z", "2031-03-04T07:00:00Z"].iter().enumerate() {
        ground.frame(n as u64, time);
    }
    assert_eq!(ground.codes(), []);
}

#[test]
fn gaps_and_clocks_that_go_back_are_warnings_in_any_order() {
    let mut ground = Ground::with_key(",,");
    ground.frame(9, "2031-03-04T07:00:00Z");
    ground.frame(4, "2031-03-04T06:00:00Z");
    ground.frame(5, "2031-03-04T05:59:59Z");
    let expected = [
        ("frame_gap", "AC.01_4.csv.frame"),
        ("frame_clock_back", "AC.01_5.csv.frame"),
        ("frame_gap", "AC.01_9.csv.frame"),
    ];
    let expected = expected.map(|(code, file)| (code.to_owned(), "warning".to_owned(), file.to_owned())).to_vec();
    let sorted = |mut found: Vec<(String, String, String)>| {
        found.sort_by(|a, b| a.2.cmp(&b.2));
        found
    };
    assert_eq!(sorted(ground.problems()), expected);
    ground.captures.reverse();
    assert_eq!(sorted(ground.problems()), expected);
}

#[test]
fn replays_and_contradictions_are_told() {
    let mut ground = Ground::with_key(",,");
    ground.frame(0, "2031-03-04T05:00:00Z");
    let copy = std::fs::read(&ground.captures[0]).unwrap();
    ground.put("AC.01_again.csv.frame", &copy);
    assert_eq!(ground.codes(), [pair("frame_replayed", "warning")]);
    let other = signed(&station("AC.01", 1), (0, at("2031-03-04T05:00:00Z")), b"sensor,from,until,cause\n\n").unwrap();
    ground.put("AC.01_other.csv.frame", &other);
    let codes: BTreeSet<_> = ground.codes().into_iter().collect();
    assert_eq!(codes, [pair("frame_contradiction", "warning"), pair("frame_replayed", "warning")].into());
}

#[test]
fn a_frame_under_two_signatures_counts_once() {
    let rows = [1, 2].map(|seed| format!("AC.01,{},,,\n", station("AC.01", seed).verifier())).concat();
    let mut ground = Ground::new(&rows);
    let payload = detections();
    let n_incidents = |ground: &Ground| {
        let out = tempfile::tempdir().unwrap();
        replayed(&sound_mission(&ground.mission), ground.captures.clone(), out.path());
        (incidents(out.path()), problems(out.path()).iter().filter(|(code, ..)| code == "frame_replayed").count())
    };
    for seed in [1, 2] {
        let bytes = signed(&station("AC.01", seed), (0, at("2031-03-04T05:00:00Z")), &payload).unwrap();
        ground.put(&format!("AC.01_by{seed}.csv.frame"), &bytes);
    }
    let (both, n_replayed) = n_incidents(&ground);
    ground.captures.truncate(1);
    let (one, _) = n_incidents(&ground);
    assert_eq!(n_replayed, 1);
    assert!(!one.is_empty());
    assert_eq!(one, both);
}

/// A capture of the drill that holds detections, as bytes.
fn detections() -> Vec<u8> {
    let captures = drill("01-mortar-across-the-line").captures();
    let is_table = |kind: &Option<String>| kind.as_deref() == Some("detections");
    captures.into_iter().filter(|c| is_table(&c.file.kind)).max_by_key(|c| c.bytes.len()).unwrap().bytes
}

#[test]
fn frames_that_do_not_hold_are_not_read() {
    let sound = signed(&station("AC.01", 1), (0, at("2031-03-04T05:00:00Z")), &detections()).unwrap();
    let altered = |from: &str, to: &str| {
        let text = String::from_utf8(sound.clone()).unwrap();
        assert!(text.contains(from));
        text.replacen(from, to, 1).into_bytes()
    };
    let stolen = signed(&station("AC.01", 9), (0, at("2031-03-04T05:00:00Z")), &detections()).unwrap();
    let unknown = signed(&station("AC.77", 1), (0, at("2031-03-04T05:00:00Z")), &detections()).unwrap();
    let mut longer = sound.clone();
    longer.push(b'\n');
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("AC.01_a.csv.frame", altered("\n0\n", "\n1\n"), "frame_wrong_key"),
        ("AC.01_b.csv.frame", stolen, "frame_wrong_key"),
        ("AC.77_c.csv.frame", unknown, "frame_unknown_station"),
        ("AC.01_d.csv.frame", longer, "frame_payload"),
        ("AC.01_e.csv.frame", altered("\n---\n", "\n--\n"), "frame_form"),
        ("AC.01_f.csv.frame", detections(), "frame_form"),
        ("AC.01_g.csv.frame", altered("truceline-frame@v1", "truceline-frame@v2"), "frame_form"),
        ("AC.01_h.csv.frame", Vec::new(), "frame_form"),
    ];
    for (name, bytes, code) in cases {
        let mut ground = Ground::with_key(",,");
        ground.put(name, &bytes);
        assert_eq!(ground.codes(), [pair(code, "error")], "{name}");
        assert_eq!(incidents(&ground.folder.path().join("out")), BTreeSet::new(), "{name}");
        let kept = files(&ground.folder.path().join("out/evidence/captures")).into_values().any(|kept| kept == bytes);
        assert!(kept, "{name}: evidence keeps what came");
    }
}

#[test]
fn one_station_does_not_speak_for_another_that_signs() {
    let rows = ["AC.01", "AC.02"].map(|name| format!("{name},{},,,\n", station(name, 1).verifier())).concat();
    let mut ground = Ground::new(&rows);
    let bytes = signed(&station("AC.01", 1), (0, at("2031-03-04T05:00:00Z")), PAYLOAD).unwrap();
    let path = ground.folder.path().join("AC");
    std::fs::create_dir(&path).unwrap();
    // Only a feed says whose a file is when its name does not.
    let feed = format!("[[feed]]\nsource = \"AC.02\"\nowner = \"mission\"\npath = \"{}\"\n", path.display());
    std::fs::write(ground.mission.join("feeds.toml"), feed).unwrap();
    std::fs::write(path.join("x.csv.frame"), bytes).unwrap();
    ground.captures.push(path.join("x.csv.frame"));
    assert_eq!(ground.codes(), [pair("frame_of_another", "error")]);
}

#[test]
fn keys_count_in_their_time_and_not_from_their_revocation_on() {
    let codes = |validity: &str, times: &[&str]| {
        let mut ground = Ground::with_key(validity);
        times.iter().enumerate().for_each(|(n, time)| ground.frame(n as u64, time));
        let mut problems = ground.problems();
        problems.sort_by(|a, b| a.2.cmp(&b.2));
        problems.into_iter().map(|(code, severity, _)| (code, severity)).collect::<Vec<_>>()
    };
    let (early, late) = ("2031-03-04T05:59:59.999Z", "2031-03-04T06:00:00Z");
    let out_of_time = pair("frame_key_out_of_time", "error");
    assert_eq!(codes("2031-03-04T06:00:00Z,,", &[late]), []);
    assert_eq!(codes("2031-03-04T06:00:00Z,,", &[early]), std::slice::from_ref(&out_of_time));
    assert_eq!(codes(",2031-03-04T06:00:00Z,", &[early, late]), [out_of_time], "until is exclusive");
    let expected = [pair("frame_key_revoked_since", "warning"), pair("frame_key_revoked", "error")];
    assert_eq!(codes(",,2031-03-04T06:00:00Z", &[early, late]), expected);
}

#[test]
fn keys_change_hands_without_a_problem() {
    let (old, new) = (station("AC.01", 1), station("AC.01", 2));
    let rows =
        format!("AC.01,{},,2031-03-04T06:00:00Z,\nAC.01,{},2031-03-04T06:00:00Z,,\n", old.verifier(), new.verifier());
    let mut ground = Ground::new(&rows);
    let start = at("2031-03-04T05:00:00Z");
    for (n, key) in [&old, &new, &new].into_iter().enumerate() {
        let time = start.checked_add(SignedDuration::from_hours(n as i64)).unwrap();
        ground.put(&format!("AC.01_{n}.csv.frame"), &signed(key, (n as u64, time), PAYLOAD).unwrap());
    }
    assert_eq!(ground.codes(), []);
}

#[test]
fn a_table_of_keys_names_what_is_wrong_with_it_and_is_no_register() {
    let good = station("AC.01", 1).verifier().to_string();
    let unknown = station("AC.0I", 1).verifier().to_string();
    let rows = format!(
        "AC.01,{good},,,\nAC.02,{good},,,\nAC.01,nonsense,,,\nAC.0I,{unknown},,,\nAC.01,{good},soon,,\nAC.03,{},2031-03-05,2031-03-04,\n",
        station("AC.03", 1).verifier()
    );
    let ground = Ground::new(&rows);
    let (read, problems) = mission::read(&ground.mission);
    let found: Vec<_> = problems
        .iter()
        .filter(|problem| problem.file == "sensors/keys.csv")
        .map(|problem| (problem.line.unwrap(), problem.code))
        .collect();
    let expected = [
        (3, "key_of_another"),
        (4, "bad_key"),
        (5, "unknown_sensor"),
        (6, "not_an_instant"),
        (6, "key_twice"),
        (7, "span_backwards"),
    ];
    assert_eq!(found, expected);
    let hint = problems.iter().find(|problem| problem.code == "unknown_sensor").unwrap().hint.clone().unwrap();
    assert!(hint.contains("AC.0"), "{hint}");
    assert!(read.sensors.iter().all(|sensor| sensor.id.as_str() != "AC.0I"));
    assert!(read.files.iter().any(|file| file.path == "sensors/keys.csv"), "the keys are adopted with the mission");
}

#[test]
fn a_station_signs_with_the_program() {
    let mut ground = Ground::new("");
    let program = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_truceline")).args(args).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let path = |name: &str| ground.folder.path().join(name).to_str().unwrap().to_owned();
    let (key, payload, out) = (path("station.key"), path("AC.01_x.csv"), path("AC.01_x.csv.frame"));
    std::fs::write(&payload, PAYLOAD).unwrap();
    let (code, vkey) = program(&["frame", "key", &key, "--name", "AC.01"]);
    assert_eq!(code, 0);
    let sign =
        ["frame", "sign", "--key", &key, "--sequence", "0", "--at", "2031-03-04T05:00:00Z", &payload, "--out", &out];
    let other = [&sign[..], &["--station", "AC.02"]].concat();
    assert_eq!(program(&other).0, 3, "the key of another station");
    assert_eq!(program(&[&sign[..], &["--station", "AC.01"]].concat()).0, 0);
    let table = format!("sensor,vkey\nAC.01,{vkey}");
    std::fs::write(ground.mission.join("sensors/keys.csv"), table).unwrap();
    ground.captures.push(PathBuf::from(out));
    assert_eq!(ground.codes(), []);
}
