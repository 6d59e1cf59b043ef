//! The reader of `miniseed`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::same_twice("miniseed", bytes));
