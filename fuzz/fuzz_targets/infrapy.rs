//! Detections of infrasound arrays.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::infrapy(bytes));
