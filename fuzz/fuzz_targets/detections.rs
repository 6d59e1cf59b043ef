//! The reader of `detections`, and that its writer is undone by it.
#![no_main]

use truceline_fuzz::{decode, detections};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let found = detections(decode("detections", bytes).0);
    let written = truceline_intake::detections::encode(&found);
    let mut again = detections(decode("detections", written.as_bytes()).0);
    assert_eq!(found.len(), again.len());
    // Rows are counted anew where bad rows stood between the good ones.
    again.iter_mut().zip(&found).for_each(|(again, found)| again.id = found.id);
    assert_eq!(found, again);
});
