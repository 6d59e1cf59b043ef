//! The scenarios of the project on the ground of the fictional mission.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod all_scenarios;
mod ground;
