//! The integration tests of the whole house, in one program.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails has found something; it may stop there"
)]

mod drills;
mod frames;
mod golden;
mod ground;
mod hostile;
mod house;
mod missions;
mod packages;
mod real;
mod replaying;
mod sealed_room;
mod service;
mod stamps;
mod tidy;
mod track;
mod witnesses;
