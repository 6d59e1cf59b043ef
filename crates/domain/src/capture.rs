//! Captures: the bytes as they came, and where derived things come from.

use crate::{CaptureId, Name, Timestamp};

/// The bytes of one delivery as they came, before anything was read from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// SHA-256 of the bytes.
    pub id: CaptureId,
    /// How its deliverer names it (file name, topic, address).
    pub name: String,
    /// The feed or sensor that delivered it.
    pub source: Name,
    /// When it came.
    pub received_at: Timestamp,
    /// Length in bytes.
    pub n_bytes: u64,
}

/// What a derived thing came from: the method and its version. The members stand in the thing itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Derivation {
    /// Name of the method, such as `fusion/link`.
    pub method: &'static str,
    /// Version of the method; raised whenever its results can change.
    pub version: u32,
}
