//! Split views: two signed checkpoints of one log that cannot both be true, written so that anyone with the log's public
//! key can see it, offline.
//!
//! Two of one size with different roots speak for themselves. For two of different sizes a consistency proof is added
//! which leads to the root of the larger one, and to another root than that of the smaller one: the beginning of the
//! larger log is not the smaller log.
//!
//! The file is a line `truceline-split-view@v1`, one hash in each line, and then twice a line `checkpoint N` followed by
//! the N bytes of a signed note.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::keys::VerifierKey;
use crate::merkle::{self, Hash, Subtrees as _};
use crate::note::MAX_NOTE_BYTES;
use crate::proof::{parse_hashes, write_hashes};
use crate::store::{ReadError, TileTree, Tiles};

const FIRST_LINE: &str = "truceline-split-view@v1";

/// Two checkpoints of one log that cannot both be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitView {
    /// The signed note of the smaller size.
    pub smaller: Vec<u8>,
    /// The signed note of the larger size.
    pub larger: Vec<u8>,
    /// Empty for equal sizes; otherwise the common subtree and the consistency proof from there, also where the
    /// smaller size is a power of two (unlike in RFC 9162, where the verifier would take its root from the smaller).
    pub hashes: Vec<Hash>,
}

/// Why it does not prove a split view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitViewError {
    /// Not a file of a split view.
    Form(&'static str),
    /// One of the two is not a checkpoint of the log.
    Checkpoint(CheckpointError),
    /// They are of two logs.
    Origins,
    /// The proof is not one for the larger of them.
    Proof,
    /// They agree.
    Consistent,
}

impl fmt::Display for SplitViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(what) => write!(f, "not a split view: {what}"),
            Self::Checkpoint(error) => error.fmt(f),
            Self::Origins => f.write_str("the checkpoints are of two different logs"),
            Self::Proof => f.write_str("the hashes do not lead to the root of the larger checkpoint"),
            Self::Consistent => f.write_str("the two checkpoints agree with each other"),
        }
    }
}

impl std::error::Error for SplitViewError {}

impl SplitView {
    /// Takes two signed notes and proof hashes, if they prove a split view.
    ///
    /// # Errors
    /// Why they do not.
    pub fn new(one: &[u8], other: &[u8], hashes: &[Hash], keys: &[VerifierKey]) -> Result<Self, SplitViewError> {
        let size = |note: &[u8]| Ok(Checkpoint::open(note, keys).map_err(SplitViewError::Checkpoint)?.checkpoint.size);
        let (smaller, larger) = if size(one)? <= size(other)? { (one, other) } else { (other, one) };
        let split = Self { smaller: smaller.to_vec(), larger: larger.to_vec(), hashes: hashes.to_vec() };
        split.verify(keys).map(|_| split)
    }

    /// Holds a kept checkpoint against a log as it is presented now, whose tiles are `tiles` and whose signed note is
    /// `presented`. `Ok(None)`: they agree.
    ///
    /// # Errors
    /// When a tile that the proof needs cannot be read.
    pub fn find<T: Tiles>(
        tiles: &T,
        (kept, presented): (&[u8], &[u8]),
        keys: &[VerifierKey],
    ) -> Result<Option<Self>, ReadError> {
        let open = |note: &[u8]| Checkpoint::open(note, keys).ok().map(|signed| signed.checkpoint.size);
        let (Some(first), Some(second)) = (open(kept), open(presented)) else {
            return Ok(None);
        };
        if first == 0 || first > second {
            // From the smaller log alone nothing about the larger one can be shown.
            return Ok(None);
        }
        let tree = TileTree::new(tiles, second);
        let mut hashes = merkle::consistency_proof(first, second, &tree)?;
        if first.is_power_of_two() && first != second {
            let level = u8::try_from(first.trailing_zeros()).unwrap_or(u8::MAX);
            hashes.insert(0, tree.subtree(level, 0)?);
        }
        Ok(Self::new(kept, presented, &hashes, keys).ok())
    }

    /// Checks the proof with the public keys of the log. Returns the two checkpoints.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<(Checkpoint, Checkpoint), SplitViewError> {
        let open = |note: &[u8]| Checkpoint::open(note, keys).map(|signed| signed.checkpoint);
        let smaller = open(&self.smaller).map_err(SplitViewError::Checkpoint)?;
        let larger = open(&self.larger).map_err(SplitViewError::Checkpoint)?;
        if smaller.origin != larger.origin {
            return Err(SplitViewError::Origins);
        }
        let root_of_beginning = if smaller.size == larger.size {
            if self.hashes.is_empty() { larger.root } else { return Err(SplitViewError::Proof) }
        } else if smaller.size == 0 {
            merkle::empty_root()
        } else {
            let (start, rest) = self.hashes.split_first().ok_or(SplitViewError::Proof)?;
            let roots = merkle::consistency_roots(smaller.size..larger.size, start, rest);
            let (old, new) = roots.map_err(|_| SplitViewError::Proof)?;
            if new != larger.root {
                return Err(SplitViewError::Proof);
            }
            old
        };
        if root_of_beginning == smaller.root { Err(SplitViewError::Consistent) } else { Ok((smaller, larger)) }
    }

    /// Reads the file of a split view; nothing in it is verified yet.
    ///
    /// # Errors
    /// [`SplitViewError::Form`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SplitViewError> {
        let form = SplitViewError::Form;
        if bytes.len() > 3 * MAX_NOTE_BYTES {
            return Err(form("it is too large"));
        }
        let text = str::from_utf8(bytes).map_err(|_| form("it is no UTF-8 text"))?;
        let at = text.find("checkpoint ").ok_or(form("there is no checkpoint in it"))?;
        let (head, notes) = text.split_at_checked(at).ok_or(form("there is no checkpoint in it"))?;
        let mut lines = head.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(form("its first line is not `truceline-split-view@v1`"));
        }
        let hashes = parse_hashes(lines).ok_or(form("a hash is not 32 bytes in base64, or there are too many"))?;
        let (smaller, rest) = parse_note(notes).ok_or(form("the first checkpoint is cut"))?;
        let (larger, rest) = parse_note(rest).ok_or(form("the second checkpoint is cut"))?;
        if rest.is_empty() { Ok(Self { smaller, larger, hashes }) } else { Err(form("something follows")) }
    }
}

fn parse_note(text: &str) -> Option<(Vec<u8>, &str)> {
    let (n_bytes, rest) = text.strip_prefix("checkpoint ")?.split_once('\n')?;
    let (note, rest) = rest.split_at_checked(n_bytes.parse().ok()?)?;
    Some((note.as_bytes().to_vec(), rest))
}

/// The file.
impl fmt::Display for SplitView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        write_hashes(f, &self.hashes)?;
        for note in [&self.smaller, &self.larger] {
            let note = String::from_utf8_lossy(note);
            write!(f, "checkpoint {}\n{note}", note.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
