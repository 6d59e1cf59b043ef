//! The room `report` from outside: a made-up day, its documents, and what must hold for all of them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod golden;
mod huge;
mod pages;
mod public;
mod speed;
mod sums;
mod world;
