//! The reader of `smm_daily`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::same_twice("smm_daily", bytes));
