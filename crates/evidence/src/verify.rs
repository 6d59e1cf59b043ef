//! Checking a whole log from outside, with nothing but its files, its checkpoint and its public key.
//!
//! Every entry is hashed again, every tile at every level is compared with what its entries give, and the root with
//! the signed one. When something differs, a second walk from the signed root downwards finds out which side is
//! wrong, so that a fault names the entry or the tile. Memory stays flat: one tile for each level, however long
//! the log. Tampering is a result, not an error: nothing here fails.

use std::fmt;
use std::ops::Range;

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::keys::VerifierKey;
use crate::merkle::{self, ProofError};
use crate::note::SignedBy;
use crate::store::{Listing, ReadError, TileTree, Tiles};
use crate::tile::TileId;

mod blame;
mod strays;
mod walk;

/// Most faults that are listed one by one; a walk ends there.
pub const MAX_FAULTS: usize = 1000;

/// Something that is not as it was when it was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happened.
    pub kind: FaultKind,
    /// File below the log, such as `tile/entries/002.p/44`, or `checkpoint`.
    pub place: String,
    /// Entries concerned, `until` exclusive; empty when it is no entry's fault.
    pub entries: Range<u64>,
    /// One sentence for people.
    pub message: String,
}

/// What kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The checkpoint is not one, or not signed by this log.
    Checkpoint,
    /// Neither the entries nor the tiles give the signed root.
    Root,
    /// Entries differ from those that were logged.
    EntryChanged,
    /// An entry stands in the wrong place: here is what was logged as `holds`.
    EntryMoved {
        /// The index at which the entry found here was logged.
        holds: u64,
    },
    /// Entries and the tiles above them were replaced together; which of the entries, the hashes no longer tell.
    Rewritten,
    /// The hashes of a tile differ from those of its entries, which are as logged.
    TileChanged,
    /// Entries and tile differ, and other faults keep from telling which of them is as logged.
    Disagreement,
    /// A file that the checkpoint needs is not there.
    Missing,
    /// A file is cut, too long, or holds cut entries.
    Malformed,
    /// A file cannot be read.
    Unreadable,
    /// The log is shorter than an older checkpoint says.
    RolledBack,
    /// The log is not an extension of what an older checkpoint says.
    Forked,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match self.entries.end.saturating_sub(self.entries.start) {
            0 => {}
            1 => write!(f, "entry {}: ", self.entries.start)?,
            _ => write!(f, "entries {} to {}: ", self.entries.start, self.entries.end - 1)?,
        }
        f.write_str(&self.message)
    }
}

/// A file under `tile/` that is not part of the log as signed. The log is no less sound for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// File below the log.
    pub place: String,
    /// Why it is noted.
    pub kind: StrayKind,
}

/// Why a stray file is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StrayKind {
    /// It lies beyond the size of the checkpoint: left by a batch that was interrupted, or by putting back an older
    /// checkpoint. Only [`verify_extension`] tells the two apart.
    Beyond,
    /// A partial tile that is not the beginning of what stands in its place now: left by a batch that was
    /// interrupted, or altered since.
    Differs,
    /// Its name is not that of a tile.
    Unknown,
}

impl fmt::Display for Stray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            StrayKind::Beyond => {
                "beyond the signed size: left by an interrupted batch, or by putting back an older checkpoint"
            }
            StrayKind::Differs => {
                "not part of the log: left by an interrupted batch, or an earlier state that was altered"
            }
            StrayKind::Unknown => "not the name of a tile",
        };
        write!(f, "{}: {what}", self.place)
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The checkpoint, if its signatures hold. Everything else was held against it.
    pub checkpoint: Option<Checkpoint>,
    /// Who signed it, of the keys that were given.
    pub signed_by: Vec<SignedBy>,
    /// What is wrong, by the first entry concerned. Empty: nothing was changed, removed, or reordered.
    pub faults: Vec<Fault>,
    /// The walk ended at [`MAX_FAULTS`]; there may be more.
    pub cut_short: bool,
    /// Files that this checkpoint does not need and does not vouch for, at most [`MAX_FAULTS`] of them.
    pub strays: Vec<Stray>,
}

impl Verification {
    /// Whether the log is what its checkpoint says, in every bit.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.checkpoint.is_some() && self.faults.is_empty()
    }

    fn add(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else {
            self.cut_short = true;
        }
    }
}

/// Verifies all that a checkpoint commits to. `checkpoint` is the signed note, `keys` the log's key and, if they are to
/// be checked too, those of witnesses.
#[must_use]
pub fn verify_log<T: Tiles>(tiles: &T, checkpoint: &[u8], keys: &[VerifierKey]) -> Verification {
    verify_log_with(tiles, checkpoint, keys, |_, _| {})
}

/// Like [`verify_log`], and gives every entry that can be read to `each`, with its index, in order.
///
/// The caller can so check what the entries mean, such as whether the captures they name are there. An entry is
/// given before the walk is complete: what it says counts only if the verification turns out sound.
#[must_use]
pub fn verify_log_with<T: Tiles>(
    tiles: &T,
    checkpoint: &[u8],
    keys: &[VerifierKey],
    each: impl FnMut(u64, &[u8]),
) -> Verification {
    match Checkpoint::open(checkpoint, keys) {
        Ok(SignedCheckpoint { checkpoint, signed_by }) => {
            let found = blame::walk(tiles, &checkpoint, each);
            Verification { checkpoint: Some(checkpoint), signed_by, ..found }
        }
        Err(error) => {
            let mut found = Verification::default();
            found.add(Fault::checkpoint(FaultKind::Checkpoint, 0..0, error.to_string()));
            found
        }
    }
}

/// Looks at the files which the checkpoint of `found` does not need, and notes in [`Verification::strays`] those which
/// are not earlier states of the tiles in the log. For stores that can list their files, after [`verify_log`].
pub fn verify_strays<T: Tiles + Listing>(tiles: &T, found: &mut Verification) {
    if let Some(size) = found.checkpoint.as_ref().map(|checkpoint| checkpoint.size) {
        strays::verify(tiles, size, found);
    }
}

/// Checks that the log of `found` contains everything that an older signed checkpoint committed to, as an auditor
/// who kept that checkpoint would: finds a log that was cut, put back, or replaced. After [`verify_log`].
pub fn verify_extension<T: Tiles>(tiles: &T, old: &[u8], keys: &[VerifierKey], found: &mut Verification) {
    let Some(new) = found.checkpoint.clone() else {
        return;
    };
    let old = match Checkpoint::open(old, keys) {
        Ok(signed) => signed.checkpoint,
        Err(error) => {
            let message = format!("the older checkpoint is not accepted: {error}");
            return found.add(Fault::checkpoint(FaultKind::Checkpoint, 0..0, message));
        }
    };
    if let Some(fault) = extension_fault(tiles, &old, &new) {
        found.add(fault);
    }
}

fn extension_fault<T: Tiles>(tiles: &T, old: &Checkpoint, new: &Checkpoint) -> Option<Fault> {
    if old.origin != new.origin {
        let message = format!("the older checkpoint is of another log, {}", old.origin);
        return Some(Fault::checkpoint(FaultKind::Checkpoint, 0..0, message));
    }
    if old.size > new.size {
        let message = format!("were in the log by an older checkpoint; now it ends at {}", new.size);
        return Some(Fault::checkpoint(FaultKind::RolledBack, new.size..old.size, message));
    }
    let tree = TileTree::new(tiles, new.size);
    let proof = match merkle::consistency_proof(old.size, new.size, &tree) {
        Ok(proof) => proof,
        Err(error) => return Some(Fault::of_read(&error, 0..old.size)),
    };
    let checked: Result<(), ProofError> = merkle::verify_consistency(&old.tree(), &new.tree(), &proof);
    checked.err().map(|_| {
        let message = format!("the first {} are not those of the older checkpoint: the log was replaced", old.size);
        Fault::checkpoint(FaultKind::Forked, 0..old.size, message)
    })
}

impl Fault {
    fn checkpoint(kind: FaultKind, entries: Range<u64>, message: String) -> Self {
        Self { kind, place: "checkpoint".into(), entries, message }
    }

    fn of_tile(kind: FaultKind, id: TileId, message: &str) -> Self {
        Self { kind, place: id.to_string(), entries: id.entries(), message: message.to_owned() }
    }

    fn of_read(error: &ReadError, entries: Range<u64>) -> Self {
        let (kind, place) = match error {
            ReadError::Missing(id) => (FaultKind::Missing, id.to_string()),
            ReadError::Malformed { id, .. } => (FaultKind::Malformed, id.to_string()),
            ReadError::Store(_) | ReadError::OutOfRange => (FaultKind::Unreadable, "tile".to_owned()),
        };
        Self { kind, place, entries, message: error.to_string() }
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
