//! The promises of a replay: the same bytes, whatever the order, interrupted or not; late data supersedes.

use crate::house::{assert_same, drill, files, replayed, sound_mission, written};
use serde_json::Value;
use std::path::Path;

fn day(out: &Path, date: &str) -> Value {
    serde_json::from_slice(&std::fs::read(out.join("days").join(date).join("result.json")).unwrap()).unwrap()
}

#[test]
fn replaying_twice_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("demo-week"), folder.path());
    let mission = sound_mission(&mission);
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    let first = replayed(&mission, captures.clone(), &a);
    assert!(first.n_incidents > 5 && first.log_size > 10, "{first:?}");
    replayed(&mission, captures.clone(), &b);
    assert_same(&files(&a), &files(&b));
    // Into the same folder again, with everything cached and with the caches dropped.
    replayed(&mission, captures.clone(), &a);
    assert_same(&files(&a), &files(&b));
    std::fs::remove_dir_all(a.join("evidence/.work")).unwrap();
    replayed(&mission, captures, &a);
    assert_same(&files(&a), &files(&b));
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, mut captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let mission = sound_mission(&mission);
    let a = folder.path().join("a");
    replayed(&mission, captures.clone(), &a);
    for (n, turn) in [1_usize, 3, 5].into_iter().enumerate() {
        captures.reverse();
        let middle = turn % captures.len();
        captures.rotate_left(middle);
        let b = folder.path().join(format!("b{n}"));
        replayed(&mission, captures.clone(), &b);
        assert_same(&files(&a), &files(&b));
    }
}

#[test]
fn an_interrupted_replay_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("demo-week"), folder.path());
    let mission = sound_mission(&mission);
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    replayed(&mission, captures.clone(), &a);
    // What an interruption leaves: whole segments, an unfinished one, results of some days, no entry in the log yet.
    std::fs::create_dir_all(b.join("evidence/.work")).unwrap();
    for entry in std::fs::read_dir(a.join("evidence/.work")).unwrap().step_by(2) {
        let path = entry.unwrap().path();
        std::fs::copy(&path, b.join("evidence/.work").join(path.file_name().unwrap())).unwrap();
    }
    std::fs::write(b.join("evidence/.work/unfinished.part"), b"TLSPO").unwrap();
    std::fs::create_dir_all(b.join("days/2031-03-03")).unwrap();
    std::fs::copy(a.join("days/2031-03-03/result.json"), b.join("days/2031-03-03/result.json")).unwrap();
    replayed(&mission, captures, &b);
    assert_same(&files(&a), &files(&b));
}

#[test]
fn late_data_supersedes_and_deletes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let mission = sound_mission(&mission);
    let out = folder.path().join("out");
    let (first, late) = captures.split_at(captures.len() / 2);
    replayed(&mission, first.to_vec(), &out);
    let before = day(&out, "2031-03-04");
    replayed(&mission, captures.clone(), &out);
    let after = day(&out, "2031-03-04");
    assert!(!late.is_empty() && before != after);
    let superseded = std::fs::read_dir(out.join("days/2031-03-04/superseded")).unwrap().count();
    assert_eq!(superseded, 1, "the earlier result is kept");
    let ids = |value: &Value| -> Vec<String> {
        let incidents = value["incidents"].as_array().unwrap().iter();
        incidents.map(|incident| incident["id"].as_str().unwrap().to_owned()).collect()
    };
    let replaced: Vec<String> = ids(&before).into_iter().filter(|id| !ids(&after).contains(id)).collect();
    let named: Vec<&str> = after["incidents"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|incident| incident["supersedes"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    assert!(!replaced.is_empty() && replaced.iter().all(|id| named.contains(&id.as_str())), "{replaced:?} {named:?}");
    // And once more: nothing changes, nothing is superseded by itself.
    let settled = files(&out);
    replayed(&mission, captures, &out);
    assert_same(&settled, &files(&out));
    let verdicts = truceline::seal::verify(&out, &[], None).unwrap();
    assert_eq!(verdicts.faults, Vec::<String>::new());
}

#[test]
fn every_result_names_what_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), captures, &out);
    let result = day(&out, "2031-03-04");
    let known: Vec<Value> = serde_json::from_slice(&std::fs::read(out.join("captures.json")).unwrap()).unwrap();
    let shas: Vec<&str> = known.iter().filter_map(|capture| capture["sha256"].as_str()).collect();
    let incidents = result["incidents"].as_array().unwrap();
    assert!(!incidents.is_empty());
    for incident in incidents {
        assert!(incident["method"].as_str().unwrap().contains('/'));
        for arrival in incident["arrivals"].as_array().unwrap() {
            let capture = arrival["detection"].as_str().unwrap().split(':').next().unwrap();
            assert!(shas.iter().any(|sha| sha.starts_with(capture)), "{capture}");
        }
    }
    for finding in result["findings"].as_array().unwrap() {
        assert!(
            !finding["reasons"].as_array().unwrap().is_empty()
                && !finding["clause"]["rule"].as_str().unwrap().is_empty()
        );
        assert_eq!(finding["clause"]["text_sha256"].as_str().unwrap().len(), 64);
    }
}

#[test]
fn a_changed_byte_of_evidence_is_found_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), captures, &out);
    let sound = truceline::seal::verify(&out, &[], None).unwrap();
    assert!(sound.faults.is_empty() && sound.n_captures > 0 && sound.n_results > 0, "{sound:?}");
    let stored = files(&out);
    let sealed = stored.keys().filter(|name| {
        name.starts_with("evidence/log/tile") || name.starts_with("evidence/captures/") || name.ends_with("result.json")
    });
    for name in sealed.cloned().collect::<Vec<_>>() {
        let path = out.join(&name);
        let mut bytes = stored[&name].clone();
        let Some(middle) = bytes.len().checked_div(2).filter(|_| !bytes.is_empty()) else { continue };
        bytes[middle] ^= 1;
        // Captures are read-only on disk; whoever tampers changes that first.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        let found = truceline::seal::verify(&out, &[], None).unwrap();
        assert!(!found.faults.is_empty(), "a flipped bit in {name} was not found");
        std::fs::write(&path, &stored[&name]).unwrap();
    }
    std::fs::remove_file(out.join("days/2031-03-04/result.json")).unwrap();
    let found = truceline::seal::verify(&out, &[], None).unwrap();
    assert!(found.faults.iter().any(|fault| fault.contains("missing")), "{found:?}");
}

#[test]
fn no_point_of_origin_leaves_the_sealed_store() {
    let folder = tempfile::tempdir().unwrap();
    let drill = drill("01-mortar-across-the-line");
    let (mission, captures) = written(&drill, folder.path());
    let out = folder.path().join("out");
    replayed(&sound_mission(&mission), captures, &out);
    let key = truceline_domain::RoomKey::for_computation_inside_the_house();
    let origins: Vec<truceline_domain::Wgs84> = drill
        .simulated
        .truth
        .iter()
        .filter_map(|event| event.origin.as_ref())
        .map(|origin| *origin.open(&key))
        .collect();
    assert!(!origins.is_empty(), "the drill fires from somewhere");
    // Evidence holds the captures themselves and is the sealed store; everything else is output.
    for (name, bytes) in files(&out).into_iter().filter(|(name, _)| !name.starts_with("evidence/")) {
        let text = String::from_utf8_lossy(&bytes);
        for origin in &origins {
            let near =
                places_in(&text).into_iter().find(|place| truceline_domain::distance_m(*place, *origin) < 1_500.0);
            assert!(near.is_none(), "{name} holds {near:?}, near the origin of fire");
        }
    }
}

/// Pairs of neighbouring decimal numbers that are places on the mission's ground, either way round.
fn places_in(text: &str) -> Vec<truceline_domain::Wgs84> {
    let numbers: Vec<f64> = text
        .split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .filter(|word| word.contains('.'))
        .filter_map(|word| word.parse().ok())
        .collect();
    let ground = |lat: f64, lon: f64| (11.0..14.0).contains(&lat) && (-39.0..-35.0).contains(&lon);
    let pairs = numbers.iter().zip(numbers.iter().skip(1));
    let places = pairs.filter_map(|(a, b)| match (ground(*a, *b), ground(*b, *a)) {
        (true, _) => truceline_domain::Wgs84::new(*a, *b).ok(),
        (_, true) => truceline_domain::Wgs84::new(*b, *a).ok(),
        _ => None,
    });
    places.collect()
}
