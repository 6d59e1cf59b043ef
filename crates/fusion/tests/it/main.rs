//! What the room promises, tested from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code: a failed assumption fails the test"
)]

mod calibration;
mod day_reports;
mod flight_sim;
mod ground_classes;
mod ground_classes_sim;
mod make;
mod mortar;
mod naive;
mod order;
mod other_kinds;
mod strange;
mod tracking;
