//! Tiles: how a log of entries is cut into files (C2SP `tlog-tiles`).
//!
//! Hash tile `(level, index)` holds up to 256 hashes; hash `i` is the root of the leaves
//! `(index * 256 + i) * 256^level .. + 256^level`. An entry bundle holds the up to 256 entries beside the level-0
//! tile of the same index. A tile that is not full carries its width in its name.

use std::fmt;

use crate::merkle::{self, HASH_BYTES, Hash};

/// Hashes in a full tile, entries in a full bundle.
pub const FULL_WIDTH: u16 = 256;

/// Longest entry, in bytes: its length is written in 16 bits.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// Highest tile level that a size of 64 bits can fill.
pub const TOP_LEVEL: u8 = 7;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// The entries themselves.
    Entries,
    /// Hashes at this tile level; level 0 holds leaf hashes.
    Hashes(u8),
}

/// The name of one tile: what it holds, its place in its level, and how much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TileId {
    content: Content,
    index: u64,
    width: u16,
}

impl TileId {
    /// A tile of `width` hashes or entries (1 to 256). `None` when no log can have it.
    #[must_use]
    pub fn new(content: Content, index: u64, width: u16) -> Option<Self> {
        let level = content.level();
        // The last leaf below the tile must still have a number of 64 bits.
        let limit = u64::MAX.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
        let fits = level <= TOP_LEVEL && index <= limit && (1..=FULL_WIDTH).contains(&width);
        fits.then_some(Self { content, index, width })
    }

    /// The tile of this place in a log of `size` entries; `None` when the log does not reach it.
    #[must_use]
    pub fn in_log(content: Content, index: u64, size: u64) -> Option<Self> {
        let nodes = nodes_at(size, content.level());
        let first = index.checked_mul(u64::from(FULL_WIDTH))?;
        let width = nodes.checked_sub(first)?.min(u64::from(FULL_WIDTH));
        Self::new(content, index, u16::try_from(width).ok()?)
    }

    /// What the tile holds.
    #[must_use]
    pub const fn content(&self) -> Content {
        self.content
    }

    /// Place in its level, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Number of hashes or entries, 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether the tile can grow no more.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == FULL_WIDTH
    }

    /// The full tile of the same place.
    #[must_use]
    pub const fn filled(self) -> Self {
        Self { width: FULL_WIDTH, ..self }
    }

    /// Entries that lie below the tile, `until` exclusive.
    #[must_use]
    pub fn entries(&self) -> std::ops::Range<u64> {
        let span = 8 * u32::from(self.content.level());
        let first = self.index.saturating_mul(u64::from(FULL_WIDTH));
        let until = first.saturating_add(u64::from(self.width));
        let leaves = |nodes: u64| u64::try_from(u128::from(nodes) << span).unwrap_or(u64::MAX);
        leaves(first)..leaves(until)
    }

    /// The largest number of bytes such a tile can have; more than that need not be read.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        let each = match self.content {
            Content::Entries => 2 + MAX_ENTRY_BYTES,
            Content::Hashes(_) => HASH_BYTES,
        };
        each * usize::from(self.width)
    }

    /// Reads a path such as `tile/0/x001/234.p/7`; only the one canonical spelling is taken.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (content, rest) = rest.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|w| *w < FULL_WIDTH)?),
            None => (rest, FULL_WIDTH),
        };
        let content = match content {
            "entries" => Content::Entries,
            level => Content::Hashes(level.parse().ok()?),
        };
        let id = Self::new(content, parse_index(number)?, width)?;
        (id.to_string() == path).then_some(id)
    }
}

impl Content {
    /// Tile level; entries lie beside the leaf hashes.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Entries => 0,
            Self::Hashes(level) => level,
        }
    }
}

/// The path below the prefix of a log, as in `tile/1/x001/x234/067` or `tile/entries/000.p/44`.
impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Entries => f.write_str("tile/entries")?,
            Content::Hashes(level) => write!(f, "tile/{level}")?,
        }
        let groups = (0..=6).rev().map(|place| (place, self.index / 1000_u64.pow(place)));
        for (place, group) in groups.filter(|(place, group)| *place == 0 || *group > 0) {
            write!(f, "/{}{:03}", if place == 0 { "" } else { "x" }, group % 1000)?;
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

fn parse_index(text: &str) -> Option<u64> {
    text.split('/').try_fold(0_u64, |index, group| {
        let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index.checked_mul(1000)?.checked_add(digits)
    })
}

/// Complete nodes at a tile level of a log of `size` entries: `floor(size / 256^level)`.
#[must_use]
pub fn nodes_at(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// The partial hash tile at the right edge of a level; `None` where the level ends with a full tile.
#[must_use]
pub fn edge_tile(size: u64, level: u8) -> Option<TileId> {
    let index = nodes_at(size, level) / u64::from(FULL_WIDTH);
    TileId::in_log(Content::Hashes(level), index, size)
}

/// Root of a log from the hashes of the edge tiles, level 0 first; a level without edge tile is empty.
#[must_use]
pub fn edge_root(levels: &[Vec<Hash>]) -> Hash {
    let folded = levels.iter().fold(None, |below: Option<Hash>, level| {
        let nodes: Vec<Hash> = level.iter().copied().chain(below).collect();
        (!nodes.is_empty()).then(|| merkle::root(nodes))
    });
    folded.unwrap_or_else(merkle::empty_root)
}

/// The bytes of a hash tile.
#[must_use]
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes of a tile; `None` when the bytes are not a whole number of hashes.
#[must_use]
pub fn decode_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let chunks = bytes.chunks_exact(HASH_BYTES);
    chunks.remainder().is_empty().then(|| chunks.filter_map(Hash::from_slice).collect())
}

/// Appends one entry to a bundle: its length in 16 bits, big-endian, and its bytes. False, and nothing written,
/// when the entry is longer than [`MAX_ENTRY_BYTES`].
#[must_use]
pub fn encode_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(length) = u16::try_from(entry.len()) else {
        return false;
    };
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

/// The entries of a bundle, in order. Ends early when the bytes end inside an entry; [`Bundle::rest`] tells.
#[derive(Clone, Debug)]
pub struct Bundle<'a> {
    rest: &'a [u8],
}

impl<'a> Bundle<'a> {
    /// Reads a bundle from its first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read yet. Not empty after the last entry: the bundle is malformed.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Bundle<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, after) = self.rest.split_first_chunk::<2>()?;
        let (entry, rest) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        self.rest = rest;
        Some(entry)
    }
}

#[cfg(test)]
#[path = "tile_tests.rs"]
mod tests;
