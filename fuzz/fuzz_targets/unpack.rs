//! Gzip, byte order marks and UTF-16.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::unpacks(bytes));
