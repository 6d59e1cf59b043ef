//! Tables of picks: what is read and written is read back the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::picks(bytes));
