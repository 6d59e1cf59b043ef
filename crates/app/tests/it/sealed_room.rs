//! Points of origin kept for two roles: sealed by the replay, opened by both together, every opening in the log.

use crate::house::{assert_same, drill, files, key, replayed, sound_mission, written};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline::sealed_room::{Opening, open};
use truceline_domain::{Digest, RoomKey, Wgs84, distance_m};
use truceline_evidence::sealed::new_key;

const DAY: &str = "2031-03-04";
const PEOPLE: [&str; 3] = ["officer", "commission", "stranger"];

/// A replay of a mission that names two roles.
struct Room {
    folder: tempfile::TempDir,
    mission: PathBuf,
    captures: Vec<PathBuf>,
    out: PathBuf,
    /// Secret keys: officer, commission, somebody else.
    secrets: [String; 3],
    /// Where the drill really fires from.
    origins: Vec<Wgs84>,
}

fn with_roles(mission: &Path, (officer, commission): (&str, &str)) {
    let path = mission.join("mission.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let before = text.split("\n[sealed]").next().unwrap().to_owned();
    let section = format!("\n[sealed]\nroles = [\"evidence-officer: {officer}\", \"commission: {commission}\"]\n");
    std::fs::write(&path, before + &section).unwrap();
}

fn room() -> Room {
    let folder = tempfile::tempdir().unwrap();
    let drill = drill("01-mortar-across-the-line");
    let (mission, captures) = written(&drill, folder.path());
    let [officer, commission, stranger] = [(); 3].map(|()| new_key());
    with_roles(&mission, (&officer.1, &commission.1));
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), captures.clone(), &out);
    let room_key = RoomKey::for_computation_inside_the_house();
    let truth = drill.simulated.truth.iter().filter_map(|event| event.origin.as_ref());
    let origins: Vec<Wgs84> = truth.map(|origin| *origin.open(&room_key)).collect();
    assert!(!origins.is_empty(), "the drill fires from somewhere");
    let secrets = [officer.0, commission.0, stranger.0];
    Room { folder, mission, captures, out, secrets, origins }
}

impl Room {
    fn sealed(&self) -> PathBuf {
        self.out.join("days").join(DAY).join("origins.sealed")
    }

    fn replay_again(&self) {
        replayed(&sound_mission(&self.mission), self.captures.clone(), &self.out);
    }

    /// Opens the day with the keys of these people.
    fn open(&self, people: &[&str]) -> anyhow::Result<String> {
        let secret =
            |name: &&str| PEOPLE.iter().zip(&self.secrets).find(|(known, _)| *known == name).unwrap().1.clone();
        let role_keys: Vec<String> = people.iter().map(secret).collect();
        let opening = Opening {
            out: &self.out,
            day: DAY,
            role_keys: &role_keys,
            actor: "A. Tesfaye",
            reason: "request 12 of the joint commission",
            at: "2031-04-01T09:00:00Z".parse().unwrap(),
        };
        open(&opening, key())
    }

    /// The command of the program, with a file for each key.
    fn open_by_command(&self, people: &[&str]) -> ExitCode {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        std::fs::write(at("log.key"), key().secret_text()).unwrap();
        for (name, secret) in PEOPLE.iter().zip(&self.secrets) {
            std::fs::write(at(name), format!("# a remark\n{secret}\n")).unwrap();
        }
        let words =
            ["truceline", "sealed", "open", &at("out"), "--day", DAY, "--actor", "B. Abay", "--reason", "why not"];
        let mut words: Vec<String> = words.map(str::to_owned).to_vec();
        words.extend(["--key".to_owned(), at("log.key")]);
        words.extend(people.iter().flat_map(|name| ["--role-key".to_owned(), at(name)]));
        truceline::cli::run(words.into_iter().map(Into::into))
    }

    fn verdicts(&self) -> truceline::seal::Verdicts {
        truceline::seal::verify(&self.out, &[], None).unwrap()
    }

    fn log_size(&self) -> u64 {
        self.verdicts().size.unwrap()
    }
}

/// Every place that an opened text gives, with the incident.
fn places(opened: &str) -> Vec<(String, Wgs84)> {
    let value: Value = serde_json::from_str(opened).unwrap();
    assert_eq!(value["day"], DAY);
    let incidents = value["incidents"].as_array().unwrap();
    let told = incidents.iter().flat_map(|incident| {
        let id = incident["id"].as_str().unwrap().to_owned();
        let origins = incident["origins"].as_array().unwrap().iter();
        origins
            .map(move |at| (id.clone(), Wgs84::new(at["lat"].as_f64().unwrap(), at["lon"].as_f64().unwrap()).unwrap()))
    });
    told.collect()
}

#[test]
fn both_roles_together_see_where_fire_came_from_and_the_log_says_so() {
    let room = room();
    let before = room.log_size();
    let places = places(&room.open(&["commission", "officer"]).unwrap());
    let near = |origin: &Wgs84| places.iter().any(|(_, place)| distance_m(*place, *origin) < 1_000.0);
    assert!(!places.is_empty() && room.origins.iter().any(near), "{places:?}");
    let result: Value =
        serde_json::from_slice(&std::fs::read(room.out.join("days").join(DAY).join("result.json")).unwrap()).unwrap();
    let incidents = result["incidents"].as_array().unwrap();
    assert!(places.iter().all(|(id, _)| incidents.iter().any(|incident| incident["id"] == id.as_str())));
    let verdicts = room.verdicts();
    assert_eq!((verdicts.size, verdicts.faults), (Some(before + 1), Vec::new()));
    let told = verdicts.notes.iter().find(|note| note.contains("was opened")).unwrap();
    assert!(told.contains("A. Tesfaye") && told.contains("request 12") && told.contains(DAY), "{told}");
}

#[test]
fn without_a_key_of_each_role_nothing_is_shown_and_nothing_is_said() {
    let room = room();
    let before = files(&room.out);
    let refused: [&[&str]; 5] =
        [&["officer"], &["commission"], &["officer", "officer"], &["officer", "stranger"], &["stranger", "commission"]];
    for keys in refused {
        assert!(room.open(keys).is_err(), "{keys:?}");
    }
    assert_same(&before, &files(&room.out));
}

#[test]
fn no_point_lies_open_and_no_secret_is_kept() {
    let room = room();
    let told = places(&room.open(&["officer", "commission"]).unwrap());
    let sealed = std::fs::read(room.sealed()).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1"), "other age programs can read it");
    let told: Vec<String> = told.iter().map(|(_, at)| at.lat_deg().to_string().chars().take(7).collect()).collect();
    let outside = |name: &str| !name.starts_with("evidence/captures/");
    for (name, bytes) in files(&room.out).into_iter().filter(|(name, _)| outside(name)) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!told.iter().any(|lat| text.contains(lat)), "{name} holds a point of origin");
        assert!(!room.secrets.iter().any(|secret| text.contains(secret.as_str())), "{name} holds a secret key");
    }
}

#[test]
fn the_same_points_stay_as_they_were_sealed() {
    let room = room();
    let before = files(&room.out);
    room.replay_again();
    assert_same(&before, &files(&room.out));
    // In another folder only the sealed files and the log differ, and what is built on its root.
    let other = room.folder.path().join("other");
    replayed(&sound_mission(&room.mission), room.captures.clone(), &other);
    let (first, second) = (files(&room.out), files(&other));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let differ: Vec<&str> =
        first.iter().filter(|(name, bytes)| second[*name] != **bytes).map(|(n, _)| n.as_str()).collect();
    assert!(differ.contains(&format!("days/{DAY}/origins.sealed").as_str()), "{differ:?}");
    let expected = |name: &&&str| {
        let states_the_root = ["report.html", "report.json", "incidents.geojson"].contains(*name);
        name.ends_with("/origins.sealed") || name.starts_with("evidence/log/") || states_the_root
    };
    assert!(differ.iter().all(|name| expected(&name)), "{differ:?}");
}

#[test]
fn other_roles_or_other_points_are_sealed_anew_and_the_old_file_is_kept() {
    let room = room();
    let old = std::fs::read(room.sealed()).unwrap();
    let (a, b) = (new_key(), new_key());
    with_roles(&room.mission, (&a.1, &b.1));
    room.replay_again();
    assert_ne!(std::fs::read(room.sealed()).unwrap(), old);
    let aside = room.sealed().with_file_name("superseded").join(format!("{}.sealed", Digest::of(&old)));
    assert_eq!(std::fs::read(&aside).unwrap(), old);
    assert_eq!(room.verdicts().faults, Vec::<String>::new());
    assert!(room.open(&["officer", "commission"]).is_err(), "these keys opened the earlier one");
    // Interrupted after the new file was written and before the log had it.
    let settled = files(&room.out);
    let new = std::fs::read(room.sealed()).unwrap();
    let put_aside = room.sealed().with_file_name("superseded").join(format!("{}.sealed", Digest::of(&new)));
    std::fs::write(&put_aside, &new).unwrap();
    std::fs::write(room.sealed(), b"never logged").unwrap();
    room.replay_again();
    std::fs::remove_file(put_aside).unwrap();
    assert_same(&settled, &files(&room.out));
}

#[test]
fn a_changed_or_missing_sealed_file_is_a_fault_and_is_not_opened() {
    let room = room();
    let mut bytes = std::fs::read(room.sealed()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(room.sealed(), &bytes).unwrap();
    assert!(room.verdicts().faults.iter().any(|fault| fault.contains("origins.sealed")));
    let refused = room.open(&["officer", "commission"]).unwrap_err().to_string();
    assert!(refused.contains("changed"), "{refused}");
    std::fs::remove_file(room.sealed()).unwrap();
    assert!(room.verdicts().faults.iter().any(|fault| fault.contains("missing")));
}

#[test]
fn a_mission_without_roles_seals_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), captures, &out);
    assert!(files(&out).keys().all(|name| !name.ends_with(".sealed")));
}

#[test]
fn a_role_key_is_made_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("officer.key");
    let words = ["truceline".into(), "sealed".into(), "key".into(), path.clone().into_os_string()];
    assert_eq!(truceline::cli::run(words.clone()), ExitCode::SUCCESS);
    let secret = std::fs::read_to_string(&path).unwrap();
    assert!(secret.starts_with("AGE-SECRET-KEY-1"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_ne!(truceline::cli::run(words), ExitCode::SUCCESS, "a key is never written over");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), secret);
}

#[test]
fn the_command_takes_key_files_and_refuses_one_alone() {
    let room = room();
    let before = room.log_size();
    assert_ne!(room.open_by_command(&["officer"]), ExitCode::SUCCESS);
    assert_eq!(room.log_size(), before);
    assert_eq!(room.open_by_command(&["officer", "commission"]), ExitCode::SUCCESS);
    assert_eq!(room.log_size(), before + 1);
}
