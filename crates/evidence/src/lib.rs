//! Evidence: an append-only log of opaque bytes, and the proof that nothing in it was changed.
#![doc = ""]
pub mod captures;
pub mod checkpoint;
mod durable;
mod edge;
pub mod keys;
pub mod log;
pub mod merkle;
pub mod note;
pub mod store;
pub mod tile;
pub mod verify;
