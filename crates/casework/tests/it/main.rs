//! Cases held against a small model, and views held against what must not leave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "test code")]

mod cases;
mod model;
mod support;
mod views;
