//! Inventories of channels.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| truceline_fuzz::stationxml(bytes));
