//! Captures with Remote ID, whole and in pieces.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::streamed("remote_id", bytes));
