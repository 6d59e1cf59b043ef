//! Tests of the whole program and of the workspace itself, one module for each matter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code says what is wrong by stopping"
)]

mod tidy;
