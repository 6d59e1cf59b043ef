//! The readers of an agreement: its text and its rules.
#![no_main]

use truceline_terms::{Names, Source, parse, read_text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The first line that holds three dashes parts text from rules.
    let whole = String::from_utf8_lossy(bytes);
    let (text, rules) = whole.split_once("---\n").unwrap_or((&whole, ""));
    let (clauses, _) = read_text("fuzz", text);
    assert!(clauses.iter().all(|clause| !clause.eid.as_str().is_empty()));
    let names = Names {
        parties: ["A".to_owned(), "B".to_owned()].into(),
        lines: ["contact".to_owned()].into(),
        areas: ["plant".to_owned()].into(),
        events: ["ceasefire".to_owned()].into(),
        ..Names::default()
    };
    let source = |text| Source { file: "fuzz", text };
    let (agreement, problems) = parse(source(text), source(rules), "1", &names);
    let (again, problems_again) = parse(source(text), source(rules), "1", &names);
    assert_eq!((agreement.rules.len(), &problems), (again.rules.len(), &problems_again));
});
