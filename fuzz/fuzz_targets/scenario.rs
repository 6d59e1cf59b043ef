//! The reader of scenario texts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (scenario, problems) = truceline_scenario::parse("fuzz", &text);
    assert!(scenario.span.from <= scenario.span.until);
    assert!(problems.iter().all(|problem| problem.line.is_none_or(|line| line > 0)));
});
