//! Every scenario file reads and plays without a problem.

use crate::ground::{Ground, root, scenario};
use truceline_domain::{EventClass, Modality, Phenomenon};
use truceline_scenario::{Content, Simulated, simulate};

/// All scenario files.
fn files() -> Vec<String> {
    let folder = root().join("scenarios");
    let mut files: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    files
}

fn play(file: &str) -> Simulated {
    let scenario = scenario(file);
    simulate(&scenario, &Ground::read().stage(), scenario.seed)
}

#[test]
fn summary() {
    for file in files() {
        let s = play(&file);
        let mut n = std::collections::BTreeMap::new();
        for c in &s.captures {
            if let Content::Detections(d) = &c.content {
                for d in d { *n.entry((d.modality, d.phenomenon)).or_insert(0) += 1; }
            }
        }
        println!("{file}: {} captures, {} true events, {} detections {n:?} problems {:?}", s.captures.len(), s.truth.len(), n.values().sum::<i32>(), s.problems);
    }
    let _ = (EventClass::Fire, Modality::Acoustic, Phenomenon::Other);
}
#[test]
fn dbg2() {
    let sc = scenario("02-quarry-blast.scenario");
    for seed in 0..20 {
        let s = simulate(&sc, &Ground::read().stage(), seed);
        println!("{seed} {:?}", s.captures.iter().map(|c| c.source.to_string()).collect::<Vec<_>>());
    }
}
