//! Values that never leave the sealed store: points of origin of fire.

use std::fmt;

/// Proof that the caller stands in the evidence room. Only the room's own code makes one; no report, page, log or
/// export has any way to.
#[derive(Debug)]
pub struct RoomKey(());

impl RoomKey {
    /// For computing probabilities from sealed values, and for the evidence room itself. Every use is visible in review
    /// by this name.
    pub fn for_computation_inside_the_house() -> Self {
        Self(())
    }
}

/// A value that cannot be printed, compared or written by accident. What may be published is a probability computed
/// from it, never the value.
#[derive(Clone, Copy, PartialEq)]
pub struct Sealed<T>(T);

impl<T> Sealed<T> {
    /// Seals a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever holds the key.
    pub fn open(&self, _key: &RoomKey) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sealed")
    }
}
