//! One suite for every format, and checks on recorded real data.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code: a failed expectation is the failed test"
)]

mod compliance;
mod fixtures;
mod movers;
mod mutation;
mod real_ais;
mod real_data;
mod real_movers;
mod real_sapient;
mod real_seedlink;
mod real_waveforms;
