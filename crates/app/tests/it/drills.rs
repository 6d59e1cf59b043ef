//! Every scenario of the project, run through the whole house and held against what it expects.

use crate::house::{drill, root};
use truceline_domain::{Subject, Verdict};

fn scenario_names() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("scenarios")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".scenario")?.to_owned())).collect();
    names.sort();
    names
}

#[test]
fn all_scenarios_meet_their_expectations() {
    let names = scenario_names();
    assert!(names.len() >= 11, "{names:?}");
    let mut missed = Vec::new();
    for name in &names {
        for outcome in drill(name).check().unwrap().into_iter().filter(|outcome| !outcome.is_met) {
            missed.push(format!("{name}:{}: {} (found {})", outcome.line, outcome.expected, outcome.found));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_first_ten_scenarios_state_expectations() {
    for n in 1..=10 {
        let prefix = format!("{n:02}-");
        let name = scenario_names().into_iter().find(|name| name.starts_with(&prefix));
        let name = name.unwrap_or_else(|| panic!("there is no scenario {prefix}"));
        assert!(!drill(&name).simulated.expectations.is_empty(), "{name} expects nothing");
    }
}

#[test]
fn silence_without_coverage_is_undetermined() {
    let mut drill = drill("01-mortar-across-the-line");
    drill.simulated.captures.clear();
    drill.mission.sensors.clear();
    let derived = drill.derive().unwrap();
    assert!(derived.incidents.is_empty());
    let windows: Vec<_> =
        derived.findings.iter().filter(|finding| matches!(finding.subject, Subject::Window { .. })).collect();
    assert!(!windows.is_empty());
    for finding in windows {
        assert_eq!(finding.verdict, Verdict::Undetermined, "{finding:?}");
    }
}

#[test]
fn a_clause_without_geometry_is_undetermined_not_skipped() {
    let mut drill = drill("01-mortar-across-the-line");
    drill.mission.lines.clear();
    let derived = drill.derive().unwrap();
    let of_rule: Vec<_> = derived.findings.iter().filter(|f| f.clause.rule.as_str() == "W-1b").collect();
    assert!(!of_rule.is_empty(), "the rule was skipped");
    assert!(of_rule.iter().all(|finding| finding.verdict == Verdict::Undetermined), "{of_rule:?}");
}
