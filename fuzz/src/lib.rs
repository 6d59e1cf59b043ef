//! What every fuzz target asks of a reader: it comes back, it gives the same result twice, and a capture that gives
//! nothing says why.
//!
//! `cargo +nightly fuzz run firms` runs one target; `make fuzz` runs them all. Seeds lie in `corpus/<target>/seed-*`.

use truceline_domain::{Detection, Problems};
use truceline_intake::{Context, Record, kind_named, read, unpack};

/// Reads `bytes` as `kind`, packed as they may be.
pub fn decode(kind: &str, bytes: &[u8]) -> (Vec<Record>, Problems) {
    let kind = kind_named(kind).expect("the target is named after a format");
    let mut context = Context::new(b"", "fuzz_20310215T061000Z.wav", "source", "owner");
    context.party = Some("A".into());
    let mut records = Vec::new();
    let problems = read(kind, bytes, &context, &mut |record| records.push(record));
    (records, problems)
}

/// Reads twice and compares.
pub fn same_twice(kind: &str, bytes: &[u8]) {
    let (first, problems) = decode(kind, bytes);
    let (second, again) = decode(kind, bytes);
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    assert_eq!(problems.kept(), again.kept());
    if bytes.is_empty() {
        assert!(problems.total() > 0, "an empty capture is no empty day");
    }
}

/// The detections among records.
pub fn detections(records: Vec<Record>) -> Vec<Detection> {
    let of = |record| match record {
        Record::Detection(detection) => Some(detection),
        _ => None,
    };
    records.into_iter().filter_map(of).collect()
}

/// Unpacking keeps its bounds and does nothing to what is unpacked.
pub fn unpacks(bytes: &[u8]) {
    let (plain, _) = unpack("fuzz", bytes);
    let is_wrapped = plain.starts_with(&[0x1F, 0x8B]) || plain.starts_with(&[0xEF, 0xBB, 0xBF]);
    if !is_wrapped && !plain.starts_with(&[0xFE, 0xFF]) && !plain.starts_with(&[0xFF, 0xFE]) {
        assert_eq!(*unpack("fuzz", &plain).0, *plain);
    }
}
