//! The reader of `control_geojson`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::same_twice("control_geojson", bytes));
