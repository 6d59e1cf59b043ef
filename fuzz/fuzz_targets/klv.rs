//! ST 0601, bare and in transport streams, whole and in pieces.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::streamed("klv", bytes));
