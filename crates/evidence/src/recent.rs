//! Which content the newest entries have, so that the same is not appended twice. Bounded: the oldest is forgotten.

use std::collections::{BTreeMap, VecDeque};

use crate::merkle::Hash;
use crate::store::{ReadError, Tiles, read_hashes};
use crate::tile::{Content, FULL_WIDTH, TileId};

/// The leaf hashes of the newest entries, and where they are. Whole hashes: with a shortened one, somebody could make
/// an entry that is taken for another and so kept out of the log.
#[derive(Debug)]
pub struct Recent {
    limit: usize,
    by_hash: BTreeMap<Hash, u64>,
    by_age: VecDeque<Hash>,
}

impl Recent {
    /// Remembers up to `limit` entries.
    pub const fn new(limit: usize) -> Self {
        Self { limit, by_hash: BTreeMap::new(), by_age: VecDeque::new() }
    }

    /// Notes the newest entries of a log of `size` entries from its level-0 tiles.
    pub fn read_from<T: Tiles>(&mut self, tiles: &T, size: u64) -> Result<(), ReadError> {
        let width = u64::from(FULL_WIDTH);
        let first = size.saturating_sub(u64::try_from(self.limit).unwrap_or(u64::MAX));
        for index in first / width..size.div_ceil(width) {
            let id = TileId::in_log(Content::Hashes(0), index, size).ok_or(ReadError::OutOfRange)?;
            for (entry, hash) in id.entries().zip(read_hashes(tiles, id)?) {
                self.note(hash, entry);
            }
        }
        Ok(())
    }

    /// Where this content is, if it is remembered. The first place, if there are several.
    pub fn index_of(&self, hash: &Hash) -> Option<u64> {
        self.by_hash.get(hash).copied()
    }

    /// Notes one entry, and forgets the oldest beyond the limit.
    pub fn note(&mut self, hash: Hash, index: u64) {
        if self.limit == 0 || self.by_hash.contains_key(&hash) {
            return;
        }
        while self.by_age.len() >= self.limit {
            let Some(oldest) = self.by_age.pop_front() else {
                break;
            };
            self.by_hash.remove(&oldest);
        }
        self.by_hash.insert(hash, index);
        self.by_age.push_back(hash);
    }

    #[cfg(test)]
    pub fn by_age_for_test(&self) -> Vec<(Hash, u64)> {
        self.by_age.iter().map(|hash| (*hash, self.by_hash.get(hash).copied().unwrap_or(u64::MAX))).collect()
    }
}
