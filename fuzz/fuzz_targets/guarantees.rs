//! The reader of the book of guarantees.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (commitments, _) = truceline_terms::guarantees::parse("fuzz", &text);
    assert!(commitments.iter().all(|commitment| !commitment.sources.is_empty()));
});
