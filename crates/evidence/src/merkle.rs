//! Merkle mathematics of RFC 6962 section 2.1 and RFC 9162 section 2.1, and nothing else: no tiles, no
//! signatures, no storage.
//!
//! A tree of `n` leaves splits at the largest power of two smaller than `n`. Hashes are SHA-256; a leaf is
//! hashed behind the byte 0x00, an inner node behind 0x01, so that neither can be passed off as the other.
//! Sizes and indexes are counts of leaves; ranges are half open (`until` exclusive).

use std::fmt;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// Length of a hash in bytes.
pub const HASH_BYTES: usize = 32;

/// A SHA-256 value: a leaf hash, a node hash or a root. Shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; HASH_BYTES]);

impl Hash {
    /// A hash from its 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// A hash from a slice; `None` unless it is 32 bytes long.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where the roots of complete subtrees come from: a list in memory, or the tiles of a log.
pub trait Subtrees {
    /// Why a hash could not be had; an index outside the tree must be expressible.
    type Error: From<OutOfRange>;

    /// The root of the leaves `index * 2^level .. (index + 1) * 2^level`.
    ///
    /// # Errors
    /// When those leaves are not all there, or cannot be read.
    fn subtree(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// A question about leaves which the tree does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the tree has no such leaf or size")
    }
}

impl std::error::Error for OutOfRange {}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// Index or sizes do not fit together.
    OutOfRange,
    /// More or fewer hashes than these sizes need.
    Length,
    /// The hashes lead to another root.
    Root,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "index or sizes do not fit together",
            Self::Length => "the proof has the wrong number of hashes",
            Self::Root => "the proof leads to another root",
        })
    }
}

impl std::error::Error for ProofError {}

/// Leaf hash `SHA-256(0x00 | entry)` (RFC 6962 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0x00]).chain_update(entry).finalize().into())
}

/// Node hash `SHA-256(0x01 | left | right)` (RFC 6962 2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Root of the tree without leaves: `SHA-256("")` (RFC 6962 2.1).
#[must_use]
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// Merkle tree hash of a list of leaf hashes (RFC 6962 2.1), in one pass with one pending hash for each level.
///
/// The same fold gives the root over the nodes of any level, as long as only the last one may be incomplete.
#[must_use]
pub fn root(hashes: impl IntoIterator<Item = Hash>) -> Hash {
    let mut pending: Vec<(u8, Hash)> = Vec::new();
    for hash in hashes {
        let mut node = (0_u8, hash);
        while let Some(&(level, left)) = pending.last()
            && level == node.0
        {
            node = (level.saturating_add(1), node_hash(&left, &node.1));
            pending.pop();
        }
        pending.push(node);
    }
    let from_right = pending.into_iter().rev().map(|(_, hash)| hash);
    from_right.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

/// Root of the first `size` leaves (RFC 6962 2.1).
///
/// # Errors
/// Those of the source of hashes.
pub fn root_at<S: Subtrees + ?Sized>(size: u64, source: &S) -> Result<Hash, S::Error> {
    if size == 0 { Ok(empty_root()) } else { range_root(0, size, source) }
}

/// Inclusion proof `PATH(index, D[size])` (RFC 6962 2.1.1): from the leaf's sibling up to the child of the root.
///
/// # Errors
/// [`OutOfRange`] unless `index < size`, and those of the source of hashes.
pub fn inclusion_proof<S: Subtrees + ?Sized>(index: u64, size: u64, source: &S) -> Result<Vec<Hash>, S::Error> {
    if index >= size {
        return Err(OutOfRange.into());
    }
    let (mut from, mut until) = (0, size);
    let mut path = Vec::new();
    while until - from > 1 {
        let middle = from + split(until - from);
        if index < middle {
            path.push(range_root(middle, until, source)?);
            until = middle;
        } else {
            path.push(range_root(from, middle, source)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Checks an inclusion proof (RFC 9162 2.1.3.2).
///
/// # Errors
/// The reason why it does not show that `leaf` stands at `index` of the tree with `size` leaves and this root.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    let led_to = inclusion_root(leaf, index..size, proof)?;
    if led_to == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// The root to which an inclusion proof leads from a leaf (RFC 9162 2.1.3.2 steps 1 to 4), for the leaf
/// `place.start` of `place.end`.
///
/// # Errors
/// [`ProofError::OutOfRange`] and [`ProofError::Length`].
pub fn inclusion_root(leaf: &Hash, place: Range<u64>, proof: &[Hash]) -> Result<Hash, ProofError> {
    if place.is_empty() {
        return Err(ProofError::OutOfRange);
    }
    let mut climb = Climb { node: place.start, last: place.end - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        hash = if climb.step()? { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
    }
    climb.finish()?;
    Ok(hash)
}

/// Consistency proof `PROOF(first, D[second])` (RFC 6962 2.1.2). Empty when `first` is zero or equals `second`.
///
/// # Errors
/// [`OutOfRange`] when `first > second`, and those of the source of hashes.
pub fn consistency_proof<S: Subtrees + ?Sized>(first: u64, second: u64, source: &S) -> Result<Vec<Hash>, S::Error> {
    if first > second {
        return Err(OutOfRange.into());
    }
    let mut proof = Vec::new();
    if first == 0 {
        return Ok(proof);
    }
    // Whether `from..until` still starts at leaf 0: then its root is the old root, which the verifier knows.
    let (mut from, mut until, mut known) = (0, second, true);
    while first != until {
        let middle = from + split(until - from);
        if first <= middle {
            proof.push(range_root(middle, until, source)?);
            until = middle;
        } else {
            proof.push(range_root(from, middle, source)?);
            (from, known) = (middle, false);
        }
    }
    if !known {
        proof.push(range_root(from, until, source)?);
    }
    proof.reverse();
    Ok(proof)
}

/// A tree by its size in leaves and its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Number of leaves.
    pub size: u64,
    /// Merkle tree hash of those leaves.
    pub root: Hash,
}

/// Checks a consistency proof (RFC 9162 2.1.4.2): the leaves of `first` are the first leaves of `second`.
///
/// Two trees of equal size must be equal, and everything extends the empty tree; both need an empty proof.
///
/// # Errors
/// The reason why the proof does not show it.
pub fn verify_consistency(first: &Tree, second: &Tree, proof: &[Hash]) -> Result<(), ProofError> {
    if first.size > second.size {
        return Err(ProofError::OutOfRange);
    }
    if first.size == 0 || first.size == second.size {
        return trivially_consistent(first, second, proof);
    }
    // A first tree that is itself a complete subtree is not repeated in the proof (step 2).
    let (start, rest) = match proof.split_first() {
        None => return Err(ProofError::Length),
        Some(_) if first.size.is_power_of_two() => (&first.root, proof),
        Some((start, rest)) => (start, rest),
    };
    let roots = consistency_roots(first.size..second.size, start, rest)?;
    if roots == (first.root, second.root) { Ok(()) } else { Err(ProofError::Root) }
}

/// The two roots that a consistency proof leads to, for the sizes `sizes.start < sizes.end` (RFC 9162 2.1.4.2 steps 3
/// to 6). `start` is the largest subtree that both trees have at the end of the first.
///
/// When the second root is the one that a log signed, the first is that of the beginning of the signed tree: if another
/// root was signed for that size, the log has two histories.
///
/// # Errors
/// [`ProofError::OutOfRange`] and [`ProofError::Length`].
pub fn consistency_roots(sizes: Range<u64>, start: &Hash, rest: &[Hash]) -> Result<(Hash, Hash), ProofError> {
    let Range { start: first, end: second } = sizes;
    if first == 0 || first >= second {
        return Err(ProofError::OutOfRange);
    }
    let skip = (first - 1).trailing_ones();
    let mut climb = Climb { node: shift(first - 1, skip), last: shift(second - 1, skip) };
    let (mut old, mut new) = (*start, *start);
    for sibling in rest {
        if climb.step()? {
            (old, new) = (node_hash(sibling, &old), node_hash(sibling, &new));
        } else {
            new = node_hash(&new, sibling);
        }
    }
    climb.finish()?;
    Ok((old, new))
}

fn trivially_consistent(first: &Tree, second: &Tree, proof: &[Hash]) -> Result<(), ProofError> {
    let roots_fit =
        (first.size != 0 || first.root == empty_root()) && (first.size != second.size || first.root == second.root);
    match (proof.is_empty(), roots_fit) {
        (false, _) => Err(ProofError::Length),
        (true, false) => Err(ProofError::Root),
        (true, true) => Ok(()),
    }
}

/// Position while walking from a leaf to the root: `fn` and `sn` of RFC 9162 2.1.3.2 step 2.
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    /// One level up; true when the sibling stands on the left (step 4 of RFC 9162 2.1.3.2).
    fn step(&mut self) -> Result<bool, ProofError> {
        if self.last == 0 {
            return Err(ProofError::Length);
        }
        let from_left = self.node & 1 == 1 || self.node == self.last;
        // A right-most node without sibling is lifted until it is a right child.
        let skip = if from_left { self.node.trailing_zeros().min(63) } else { 0 };
        self.node = shift(self.node, skip + 1);
        self.last = shift(self.last, skip + 1);
        Ok(from_left)
    }

    fn finish(&self) -> Result<(), ProofError> {
        if self.last == 0 { Ok(()) } else { Err(ProofError::Length) }
    }
}

fn shift(value: u64, by: u32) -> u64 {
    value.checked_shr(by).unwrap_or(0)
}

/// Largest power of two smaller than `count`, which is at least two.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Root of the leaves `from..until`, a range that arises by splitting a tree: its complete subtrees, folded
/// from the right.
fn range_root<S: Subtrees + ?Sized>(from: u64, until: u64, source: &S) -> Result<Hash, S::Error> {
    let mut lefts = Vec::new();
    let mut from = from;
    while !(until - from).is_power_of_two() {
        let size = split(until - from);
        lefts.push(complete(from, size, source)?);
        from += size;
    }
    let last = complete(from, until - from, source)?;
    Ok(lefts.iter().rev().fold(last, |right, left| node_hash(left, &right)))
}

fn complete<S: Subtrees + ?Sized>(from: u64, size: u64, source: &S) -> Result<Hash, S::Error> {
    let level = size.trailing_zeros();
    source.subtree(u8::try_from(level).map_err(|_| OutOfRange)?, from >> level)
}

/// Leaf hashes in memory, as a source of subtrees: for small trees and for tests of larger ones.
impl Subtrees for [Hash] {
    type Error = OutOfRange;

    fn subtree(&self, level: u8, index: u64) -> Result<Hash, OutOfRange> {
        let size = 1_usize.checked_shl(level.into()).ok_or(OutOfRange)?;
        let from = usize::try_from(index).ok().and_then(|index| index.checked_mul(size)).ok_or(OutOfRange)?;
        let until = from.checked_add(size).ok_or(OutOfRange)?;
        Ok(root(self.get(from..until).ok_or(OutOfRange)?.iter().copied()))
    }
}

#[cfg(test)]
#[path = "merkle_tests.rs"]
mod tests;
