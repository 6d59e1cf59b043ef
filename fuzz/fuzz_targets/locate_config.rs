//! Settings of a search and tables of seismic speeds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::locate_config(bytes));
