//! The right edge of a log in memory: the partial tile of every level and the partial bundle. It is all
//! that is needed to append and to know the root.

use crate::merkle::{self, Hash};
use crate::store::{ReadError, StoreError, Tiles, read_bundle, read_hashes};
use crate::tile::{self, Bundle, Content, FULL_WIDTH, TOP_LEVEL, TileId};

/// Where finished tiles go.
pub type Put<'a> = dyn FnMut(TileId, &[u8]) -> Result<(), StoreError> + 'a;

/// The right edge of a log of `size` entries.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    size: u64,
    /// The entries of the last, partial bundle.
    bundle: Vec<u8>,
    /// Hashes of the partial tile of each level, fewer than 256; level 0 first.
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// Reads the edge of a log of this size from its tiles, unchecked.
    pub fn read<T: Tiles>(tiles: &T, size: u64) -> Result<Self, ReadError> {
        let levels = 0..=TOP_LEVEL;
        let hashes = |level| tile::edge_tile(size, level).map_or(Ok(Vec::new()), |id| read_hashes(tiles, id));
        let levels = levels.map(hashes).collect::<Result<_, _>>()?;
        let bundle = TileId::in_log(Content::Entries, size / u64::from(FULL_WIDTH), size);
        let bundle = bundle.map_or(Ok(Vec::new()), |id| read_bundle(tiles, id))?;
        Ok(Self { size, bundle, levels })
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    pub fn root(&self) -> Hash {
        tile::edge_root(&self.levels)
    }

    /// Whether the entries of the partial bundle are those of the level-0 tile.
    pub fn bundle_fits(&self) -> bool {
        let leaves = self.levels.first().map_or(&[][..], Vec::as_slice);
        Bundle::new(&self.bundle).map(merkle::leaf_hash).eq(leaves.iter().copied())
    }

    /// Appends one entry, no longer than the longest; stores every bundle and tile that it fills.
    pub fn push(&mut self, entry: &[u8], put: &mut Put<'_>) -> Result<(), StoreError> {
        if !tile::encode_entry(&mut self.bundle, entry) {
            return Err(StoreError::Failed("the entry is too long".into()));
        }
        self.size += 1;
        if self.size.is_multiple_of(u64::from(FULL_WIDTH)) {
            put(self.named(Content::Entries)?, &self.bundle)?;
            self.bundle.clear();
        }
        self.push_hash(merkle::leaf_hash(entry), put)
    }

    fn push_hash(&mut self, leaf: Hash, put: &mut Put<'_>) -> Result<(), StoreError> {
        let mut node = leaf;
        for level in 0..=TOP_LEVEL {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(usize::from(level)) else {
                break;
            };
            hashes.push(node);
            if hashes.len() < usize::from(FULL_WIDTH) {
                break;
            }
            let full = std::mem::take(hashes);
            put(self.named(Content::Hashes(level))?, &tile::encode_hashes(&full))?;
            node = merkle::root(full);
        }
        Ok(())
    }

    /// Stores the partial bundle and tiles, as far as they differ from those of the log when it had `old` entries.
    pub fn put_partial(&self, old: u64, put: &mut Put<'_>) -> Result<(), StoreError> {
        if !self.bundle.is_empty() {
            put(self.named(Content::Entries)?, &self.bundle)?;
        }
        for (level, hashes) in (0..=TOP_LEVEL).zip(&self.levels) {
            let id = tile::edge_tile(self.size, level);
            if let Some(id) = id.filter(|id| tile::edge_tile(old, level) != Some(*id)) {
                put(id, &tile::encode_hashes(hashes))?;
            }
        }
        Ok(())
    }

    /// The last tile of its kind at the present size, full or partial.
    fn named(&self, content: Content) -> Result<TileId, StoreError> {
        let last = tile::nodes_at(self.size, content.level()).saturating_sub(1) / u64::from(FULL_WIDTH);
        TileId::in_log(content, last, self.size).ok_or_else(|| StoreError::Failed("the log is full".into()))
    }
}
