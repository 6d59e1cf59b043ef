//! The room as its users see it: every clause kind, a second interpreter, properties, speed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code: a wrong assumption should stop the test"
)]

mod compliance;
mod evidence;
mod fixture;
mod naive;
mod properties;
mod special;
mod speed;
