//! Where a log keeps its files: two narrow contracts, and what a reader makes of a tile.
//!
//! [`Tiles`] holds what never changes once it is part of the log; [`CheckpointLock`] holds the one thing that does.
//! A batch becomes part of the log at the moment when [`CheckpointLock::replace`] succeeds, and not before.

use std::cell::RefCell;
use std::fmt;

use crate::merkle::{HASH_BYTES, Hash, OutOfRange, Subtrees};
use crate::tile::{self, Bundle, Content, TileId};

pub mod directory;
pub mod memory;
#[cfg(feature = "objects")]
pub mod objects;

/// Why a store could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Reading or writing failed; what was asked may or may not have happened.
    Failed(String),
    /// The checkpoint is not the one that was to be replaced: somebody else writes this log.
    Conflict,
    /// Another writer holds this log.
    Busy,
    /// Opened for reading only.
    ReadOnly,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(what) => f.write_str(what),
            Self::Conflict => f.write_str("the stored checkpoint is another one: somebody else writes this log"),
            Self::Busy => f.write_str("another writer holds this log"),
            Self::ReadOnly => f.write_str("the log is opened for reading only"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Tiles and entry bundles by name.
pub trait Tiles {
    /// Stores a tile, replacing what had that name.
    ///
    /// On success the bytes are durable: they outlive a crash of the process and a loss of power. A reader sees all
    /// of the old bytes or all of the new, never a mixture. On failure either may be there. The log calls it only
    /// for names that no committed checkpoint needs, so that a replaced tile is always the leftover of a batch that
    /// was never committed.
    ///
    /// # Errors
    /// When it is not certain that the bytes are durable.
    fn put(&self, id: TileId, bytes: &[u8]) -> Result<(), StoreError>;

    /// Stores several tiles of different names, each as by [`Tiles::put`]; on success all are durable. A store that can
    /// flush them together saves time; between them no order is promised.
    ///
    /// # Errors
    /// When it is not certain that all of them are durable. Some may be.
    fn put_all(&self, tiles: &[(TileId, Vec<u8>)]) -> Result<(), StoreError> {
        tiles.iter().try_for_each(|(id, bytes)| self.put(*id, bytes))
    }

    /// The bytes of a tile; `None` when there is none of that name. Must see every `put` that succeeded.
    ///
    /// A store need not return more than [`TileId::max_bytes`] and one byte: longer than that, the tile is
    /// malformed whatever follows.
    ///
    /// # Errors
    /// When it cannot be known.
    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError>;
}

/// The one checkpoint of a log: the point of commitment.
///
/// A store admits one writer at a time. One that can be reached by several must refuse the second before it can
/// store a tile, because tiles are replaced by name; the comparison in [`CheckpointLock::replace`] is the second line
/// of defence, not the first.
pub trait CheckpointLock {
    /// The signed note; `None` when no log was created here. Must see every `replace` that succeeded.
    ///
    /// # Errors
    /// When it cannot be known.
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores the first note. Atomic and durable like [`CheckpointLock::replace`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one already.
    fn create(&self, new: &[u8]) -> Result<(), StoreError>;

    /// Compare and swap: stores `new` if the stored note is `old`. Atomic for all readers, and durable on success.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not `old`: then nothing was changed. After any other error either note
    /// may be stored, and only [`CheckpointLock::fetch`] can tell.
    fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), StoreError>;
}

/// A store which can say what it holds, so that a verifier can look at what no checkpoint needs.
pub trait Listing {
    /// Calls `each` with the path of every file under `tile/`, in the same order every time.
    ///
    /// # Errors
    /// When not everything could be listed.
    fn for_each_path(&self, each: &mut dyn FnMut(&str)) -> Result<(), StoreError>;
}

/// Why a tile is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such tile.
    Missing(TileId),
    /// Its length cannot be that of such a tile, or an entry is cut.
    Malformed {
        /// Which tile.
        id: TileId,
        /// Entries or hashes before the one that is not whole.
        sound: u16,
    },
    /// The store failed.
    Store(StoreError),
    /// The log has no such entry or size.
    OutOfRange,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(id) => write!(f, "{id} is missing"),
            Self::Malformed { id, sound } => {
                write!(f, "{id} is malformed after {sound} of {}", id.width())
            }
            Self::Store(error) => error.fmt(f),
            Self::OutOfRange => OutOfRange.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<OutOfRange> for ReadError {
    fn from(_: OutOfRange) -> Self {
        Self::OutOfRange
    }
}

/// The hashes of a tile. A partial tile that has vanished is read from the full one, as the specification has it.
///
/// # Errors
/// Why the hashes cannot be had.
pub fn read_hashes<T: Tiles>(tiles: &T, id: TileId) -> Result<Vec<Hash>, ReadError> {
    let (from, bytes) = fetch(tiles, id)?;
    let malformed = |bytes: &[u8]| {
        let sound = u16::try_from(bytes.len() / HASH_BYTES).unwrap_or(u16::MAX).min(from.width());
        ReadError::Malformed { id: from, sound }
    };
    let hashes = tile::decode_hashes(&bytes).filter(|hashes| hashes.len() == usize::from(from.width()));
    let mut hashes = hashes.ok_or_else(|| malformed(&bytes))?;
    hashes.truncate(id.width().into());
    Ok(hashes)
}

/// The bytes of an entry bundle, cut to the entries of `id`, which are certain to be whole. Like [`read_hashes`],
/// falls back to the full bundle.
///
/// # Errors
/// Why the entries cannot be had.
pub fn read_bundle<T: Tiles>(tiles: &T, id: TileId) -> Result<Vec<u8>, ReadError> {
    let (from, mut bytes) = fetch(tiles, id)?;
    let end = bundle_end(id, from, &bytes)?;
    bytes.truncate(end);
    Ok(bytes)
}

/// Where the entries of `id` end in the bytes of the bundle `from`, which must be whole.
pub(crate) fn bundle_end(id: TileId, from: TileId, bytes: &[u8]) -> Result<usize, ReadError> {
    let mut bundle = Bundle::new(bytes);
    let wanted = bundle.by_ref().take(id.width().into()).count();
    let end = bytes.len() - bundle.rest().len();
    let all = wanted + bundle.by_ref().take(usize::from(from.width()) - wanted).count();
    if all < usize::from(from.width()) || !bundle.rest().is_empty() {
        return Err(ReadError::Malformed { id: from, sound: u16::try_from(all).unwrap_or(u16::MAX) });
    }
    Ok(end)
}

/// The bytes of a tile, and under which name they were found: its own, or that of the full tile.
pub(crate) fn fetch<T: Tiles>(tiles: &T, id: TileId) -> Result<(TileId, Vec<u8>), ReadError> {
    if let Some(bytes) = tiles.get(id)? {
        return Ok((id, bytes));
    }
    let full = if id.is_full() { None } else { tiles.get(id.filled())? };
    full.map(|bytes| (id.filled(), bytes)).ok_or(ReadError::Missing(id))
}

/// The tiles of a log of known size as a source of subtree roots, for proofs.
///
/// What comes out is only as good as the tiles: check it against a root that is trusted.
#[derive(Debug)]
pub struct TileTree<'a, T> {
    tiles: &'a T,
    size: u64,
    /// The tile that was read last: the subtrees of a proof lie together in few tiles.
    last: RefCell<Option<(TileId, Vec<Hash>)>>,
}

impl<'a, T: Tiles> TileTree<'a, T> {
    /// The first `size` entries of these tiles.
    #[must_use]
    pub const fn new(tiles: &'a T, size: u64) -> Self {
        Self { tiles, size, last: RefCell::new(None) }
    }
}

impl<T: Tiles> Subtrees for TileTree<'_, T> {
    type Error = ReadError;

    fn subtree(&self, level: u8, index: u64) -> Result<Hash, ReadError> {
        // A subtree of 2^level leaves is a run of 2^(level mod 8) hashes inside one tile.
        let run = 1_u64 << (level % 8);
        let first = index.checked_mul(run).ok_or(ReadError::OutOfRange)?;
        let width = u64::from(tile::FULL_WIDTH);
        let content = Content::Hashes(level / 8);
        let id = TileId::in_log(content, first / width, self.size).ok_or(ReadError::OutOfRange)?;
        let from = usize::try_from(first % width).map_err(|_| ReadError::OutOfRange)?;
        let until = from + (1_usize << (level % 8));
        let mut last = self.last.borrow_mut();
        let hashes = match last.take() {
            Some((known, hashes)) if known == id => hashes,
            _ => read_hashes(self.tiles, id)?,
        };
        let (_, hashes) = last.insert((id, hashes));
        let run = hashes.get(from..until).ok_or(ReadError::OutOfRange)?;
        Ok(crate::merkle::root(run.iter().copied()))
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
