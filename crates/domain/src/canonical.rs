//! Bytes to hash: a length-prefixed, versioned encoding so that ids never depend on formatting.

use crate::{Digest, Timestamp};

/// Collects fields for a content-derived id. Each field is length-prefixed, so no two field lists share their bytes.
/// Floats are refused by not being offered: ids depend on members, words and instants only.
///
/// ```
/// use truceline_domain::Canonical;
/// let a = Canonical::new("demo/1").text("ab").text("c").digest();
/// let b = Canonical::new("demo/1").text("a").text("bc").digest();
/// assert_ne!(a, b);
/// ```
#[derive(Clone, Debug)]
pub struct Canonical {
    bytes: Vec<u8>,
}

impl Canonical {
    /// Starts with the name and version of what is hashed.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        Self { bytes: Vec::with_capacity(256) }.text(kind)
    }

    /// Adds bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Adds a word.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a whole number.
    #[must_use]
    pub fn number(self, number: i64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Adds an instant, to the nanosecond.
    #[must_use]
    pub fn instant(self, at: Timestamp) -> Self {
        self.bytes(&at.as_nanosecond().to_be_bytes())
    }

    /// The digest of all fields.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}
