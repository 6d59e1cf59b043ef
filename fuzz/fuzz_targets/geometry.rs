//! The reader of a mission's geometry.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (areas, lines, problems) = truceline_intake::geometry::read(bytes, "fuzz", &jiff::tz::TimeZone::UTC);
    assert!(areas.iter().all(|area| !area.area.is_empty() && area.valid.from <= area.valid.until));
    assert!(lines.iter().all(|line| line.pieces.iter().all(|piece| piece.len() >= 2)));
    assert!(!bytes.is_empty() || problems.total() > 0);
});
