//! The reader of `sac`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::same_twice("sac", bytes));
