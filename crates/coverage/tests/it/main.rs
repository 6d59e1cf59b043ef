//! Coverage held against a second, naive implementation, against its own laws, and against simulated events.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "test code")]

mod laws;
mod scenarios;
mod simulated;
mod support;
