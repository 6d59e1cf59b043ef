//! One walk over a log: from the top tiles down to the entries, in the order of the entries, with what the entries
//! give carried back up. What to make of a difference is left to an observer.

use std::ops::Range;

use crate::merkle::{self, Hash};
use crate::store::{ReadError, Tiles, bundle_end, fetch, read_hashes};
use crate::tile::{self, Bundle, Content, FULL_WIDTH, TOP_LEVEL, TileId};

/// What the tile above says about a tile.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Root of the tile according to the tile above; `None` at the right edge and where that cannot be read.
    pub root: Option<Hash>,
    /// Whether that hash is itself vouched for, up to the signed root.
    pub trusted: bool,
    /// Whether all entries below are known to be as logged.
    pub intact: bool,
}

/// One hash tile, with what its entries give.
pub struct Sight<'a> {
    /// Which hash tile.
    pub id: TileId,
    /// The hashes in the file, or why there are none.
    pub stored: &'a Result<Vec<Hash>, ReadError>,
    /// The hashes recomputed from below; `None` where nothing below can be read.
    pub computed: Option<&'a [Hash]>,
    /// For level 0: what is wrong with the bundle, and the first entry concerned.
    pub bundle: Option<(ReadError, u64)>,
    /// What the tile above says.
    pub expected: Expected,
}

/// Is told of everything that a walk meets.
pub trait Observer {
    /// A tile at the right edge: what is known of it in advance.
    fn edge(&self, level: u8) -> Expected;
    /// The hashes of a tile, before anything below it is read. Returns what its children may expect.
    fn enter(&self, stored: &[Hash], expected: Expected) -> Expected;
    /// A readable entry.
    fn entry(&mut self, index: u64, bytes: &[u8]);
    /// A tile, after everything below it was read.
    fn tile(&mut self, sight: Sight<'_>);
    /// Whether enough has been seen.
    fn is_done(&self) -> bool;
}

/// The edge of every level as stored and as the entries give it; level 0 first.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Hashes in the edge tiles; empty where a level has none; `None` where it cannot be read.
    pub stored: Vec<Option<Vec<Hash>>>,
    /// The same, recomputed.
    pub computed: Vec<Option<Vec<Hash>>>,
}

/// Walks over the first `size` entries.
pub fn walk<T: Tiles, O: Observer>(tiles: &T, size: u64, observer: &mut O) -> Edges {
    let mut walk = Walk { tiles, size, observer };
    let levels = 0..=TOP_LEVEL;
    let (mut stored, mut computed): (Vec<_>, Vec<_>) = levels.rev().map(|level| walk.edge(level)).unzip();
    stored.reverse();
    computed.reverse();
    Edges { stored, computed }
}

struct Walk<'a, T, O> {
    tiles: &'a T,
    size: u64,
    observer: &'a mut O,
}

/// The hashes of a tile, or none if they cannot be had.
type Hashes = Option<Vec<Hash>>;

impl<T: Tiles, O: Observer> Walk<'_, T, O> {
    fn edge(&mut self, level: u8) -> (Hashes, Hashes) {
        match tile::edge_tile(self.size, level) {
            Some(id) => self.tile(id, self.observer.edge(level)),
            None => (Some(Vec::new()), Some(Vec::new())),
        }
    }

    /// One tile with everything below it: its hashes as stored, and as the entries give them.
    fn tile(&mut self, id: TileId, expected: Expected) -> (Hashes, Hashes) {
        if self.observer.is_done() {
            return (None, None);
        }
        let stored = read_hashes(self.tiles, id);
        let hashes = stored.as_deref().unwrap_or_default();
        let below = match &stored {
            Ok(hashes) => self.observer.enter(hashes, expected),
            Err(_) => Expected { root: None, trusted: false, ..expected },
        };
        let (computed, bundle) = match id.content().level() {
            0 => self.leaves(id, hashes),
            _ => (self.children(id, hashes, below), None),
        };
        self.observer.tile(Sight { id, stored: &stored, computed: computed.as_deref(), bundle, expected });
        (stored.ok(), computed)
    }

    fn children(&mut self, id: TileId, hashes: &[Hash], below: Expected) -> Hashes {
        let first = id.index() * u64::from(FULL_WIDTH);
        let level = id.content().level() - 1;
        let mut roots = Vec::new();
        for place in 0..u64::from(id.width()) {
            let stored = usize::try_from(place).ok().and_then(|place| hashes.get(place)).copied();
            let child = TileId::new(Content::Hashes(level), first + place, FULL_WIDTH);
            let computed = child.and_then(|child| self.tile(child, Expected { root: stored, ..below }).1);
            // Where nothing below can be read, which is reported there, the rest is checked as if it were sound.
            roots.push(computed.map(merkle::root).or(stored));
        }
        roots.into_iter().collect()
    }

    fn leaves(&mut self, id: TileId, hashes: &[Hash]) -> (Hashes, Option<(ReadError, u64)>) {
        let Range { start: first, end: until } = id.entries();
        let presumed = (!hashes.is_empty()).then(|| hashes.to_vec());
        let bundle = TileId::in_log(Content::Entries, id.index(), self.size).ok_or(ReadError::OutOfRange);
        let (bundle, from, bytes) = match bundle.and_then(|id| fetch(self.tiles, id).map(|(from, b)| (id, from, b))) {
            Ok(read) => read,
            Err(error) => return (presumed, Some((error, first))),
        };
        let mut leaves = Vec::new();
        for (index, entry) in (first..until).zip(Bundle::new(&bytes)) {
            self.observer.entry(index, entry);
            leaves.push(merkle::leaf_hash(entry));
        }
        match bundle_end(bundle, from, &bytes) {
            Ok(_) => (Some(leaves), None),
            Err(error) => {
                // A changed length shifts all that follows: the first entry that differs is the one to name.
                let sound = leaves.iter().zip(hashes).take_while(|(leaf, logged)| leaf == logged).count();
                let sound = if hashes.is_empty() { leaves.len() } else { sound };
                let from = (first..until).nth(sound).unwrap_or(until - 1);
                (presumed, Some((error, from)))
            }
        }
    }
}
