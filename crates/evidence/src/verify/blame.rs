//! Who is wrong when entries, tiles and the signed root disagree.
//!
//! The first walk only asks whether anything differs. If so, the right edge is settled: which of its tiles, as
//! stored or as recomputed, give the signed root. From there a second walk knows at every tile what the signature
//! vouches for, and so whether the file above or the file below was altered.

use std::collections::BTreeMap;

use super::walk::{Edges, Expected, Observer, Sight, walk as walk_over};
use super::{Fault, FaultKind, MAX_FAULTS, Verification};
use crate::checkpoint::Checkpoint;
use crate::merkle::{self, Hash};
use crate::store::Tiles;
use crate::tile::{self, Content, TOP_LEVEL, TileId};

/// Verifies everything below a checkpoint that is itself accepted.
pub fn walk<T: Tiles>(tiles: &T, checkpoint: &Checkpoint, each: impl FnMut(u64, &[u8])) -> Verification {
    let mut first = Survey { each, differences: 0 };
    let edges = walk_over(tiles, checkpoint.size, &mut first);
    let settled = Settled::new(&edges, &checkpoint.root);
    if first.differences == 0 && settled.is_clean() {
        return Verification::default();
    }
    let mut judge = Judge { settled, size: checkpoint.size, found: Verification::default(), moves: Moves::default() };
    let no_root = judge.settled.edges.iter().all(|edge| *edge == Edge::Unknown);
    if no_root {
        let message = "neither the entries nor the tiles give the signed root";
        judge.found.add(Fault::checkpoint(FaultKind::Root, 0..checkpoint.size, message.into()));
    }
    walk_over(tiles, checkpoint.size, &mut judge);
    judge.finish()
}

/// The first walk: counts what differs, and hands on the entries.
struct Survey<F> {
    each: F,
    differences: usize,
}

impl<F: FnMut(u64, &[u8])> Observer for Survey<F> {
    fn edge(&self, _: u8) -> Expected {
        Expected { root: None, trusted: false, intact: false }
    }

    fn enter(&self, _: &[Hash], expected: Expected) -> Expected {
        expected
    }

    fn entry(&mut self, index: u64, bytes: &[u8]) {
        (self.each)(index, bytes);
    }

    fn tile(&mut self, sight: Sight<'_>) {
        let agrees = sight.bundle.is_none() && sight.stored.as_deref().ok() == sight.computed;
        self.differences += usize::from(!agrees);
    }

    fn is_done(&self) -> bool {
        self.differences > MAX_FAULTS
    }
}

/// Which side of an edge tile belongs to the signed root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Stored,
    Computed,
    Unknown,
}

/// The right edge held against the signed root; level 0 first.
struct Settled {
    edges: Vec<Edge>,
}

impl Settled {
    /// Tries the stored edge first, then every mixture of stored and recomputed tiles. There are at most eight
    /// levels, so that at most 256 roots are computed.
    fn new(edges: &Edges, signed: &Hash) -> Self {
        let levels = usize::from(TOP_LEVEL) + 1;
        let fitting = (0_u32..1 << levels).find_map(|mixture| {
            let sides = edges.stored.iter().zip(&edges.computed).enumerate();
            let chosen = sides.map(|(level, (stored, computed))| match mixture >> level & 1 {
                0 => Some((Edge::Stored, stored.clone()?)),
                _ if stored == computed => None,
                _ => Some((Edge::Computed, computed.clone()?)),
            });
            let (chosen, hashes): (Vec<_>, Vec<_>) = chosen.collect::<Option<Vec<_>>>()?.into_iter().unzip();
            (tile::edge_root(&hashes) == *signed).then_some(chosen)
        });
        Self { edges: fitting.unwrap_or_else(|| vec![Edge::Unknown; levels]) }
    }

    fn is_clean(&self) -> bool {
        self.edges.iter().all(|edge| *edge == Edge::Stored)
    }

    fn at(&self, level: u8) -> Edge {
        self.edges.get(usize::from(level)).copied().unwrap_or(Edge::Unknown)
    }
}

/// The second walk.
struct Judge {
    settled: Settled,
    size: u64,
    found: Verification,
    moves: Moves,
}

/// What vouches for the two versions of a tile.
#[derive(Clone, Copy)]
struct Vouched {
    stored: bool,
    computed: bool,
    trusted: bool,
}

impl Observer for Judge {
    fn edge(&self, level: u8) -> Expected {
        let edge = self.settled.at(level);
        Expected { root: None, trusted: edge == Edge::Stored, intact: edge == Edge::Computed }
    }

    fn enter(&self, stored: &[Hash], expected: Expected) -> Expected {
        let vouched = expected.root.is_none_or(|root| merkle::root(stored.iter().copied()) == root);
        Expected { trusted: expected.trusted && vouched, ..expected }
    }

    fn entry(&mut self, _: u64, _: &[u8]) {}

    fn tile(&mut self, sight: Sight<'_>) {
        let stored = sight.stored.as_deref().ok();
        let vouched = self.vouched(&sight, stored);
        if let Err(error) = sight.stored {
            self.found.add(Fault::of_read(error, sight.id.entries()));
        }
        let differing = stored.is_some() && stored != sight.computed;
        if let Some((error, from)) = &sight.bundle {
            self.found.add(Fault::of_read(error, *from..sight.id.entries().end));
        }
        match vouched {
            _ if sight.expected.intact => self.tile_changed(differing, &sight),
            Vouched { stored: true, computed: true, .. } => {}
            Vouched { stored: true, computed: false, trusted } => match (sight.id.content().level(), stored) {
                (0, Some(hashes)) => self.entries_changed(hashes, &sight),
                // Otherwise the tiles below, being vouched for from here, tell more exactly.
                _ => self.disagree(differing && !trusted, &sight),
            },
            Vouched { stored: false, computed: true, .. } => self.tile_changed(differing, &sight),
            Vouched { stored: false, computed: false, trusted: false } => self.disagree(differing, &sight),
            // The entries cannot be read, and this is not their tile.
            Vouched { trusted: true, .. } if sight.bundle.is_some() => self.tile_changed(true, &sight),
            Vouched { trusted: true, .. } => self.rewritten(&sight),
        }
    }

    fn is_done(&self) -> bool {
        self.found.cut_short || self.moves.changed.len() > MAX_FAULTS
    }
}

impl Judge {
    fn vouched(&self, sight: &Sight<'_>, stored: Option<&[Hash]>) -> Vouched {
        let equal = stored == sight.computed;
        let Some(root) = sight.expected.root else {
            let edge = if sight.id.is_full() { Edge::Unknown } else { self.settled.at(sight.id.content().level()) };
            let stored = edge == Edge::Stored;
            let computed = edge == Edge::Computed || stored && equal;
            return Vouched { stored, computed, trusted: edge != Edge::Unknown };
        };
        let gives_root = |hashes: &[Hash]| merkle::root(hashes.iter().copied()) == root;
        let trusted = sight.expected.trusted;
        Vouched { stored: stored.is_some_and(gives_root), computed: sight.computed.is_some_and(gives_root), trusted }
    }

    fn tile_changed(&mut self, is_so: bool, sight: &Sight<'_>) {
        if is_so {
            let differing = first_difference(sight);
            let which = differing.map(|place| format!(", from hash {place} on")).unwrap_or_default();
            let message = format!("the tile does not have the hashes of the entries that were logged{which}");
            self.found.add(Fault { entries: 0..0, ..Fault::of_tile(FaultKind::TileChanged, sight.id, &message) });
        }
    }

    fn disagree(&mut self, is_so: bool, sight: &Sight<'_>) {
        if is_so {
            let message = "the entries and the hashes of this tile disagree, and nothing vouches for either";
            self.found.add(Fault::of_tile(FaultKind::Disagreement, sight.id, message));
        }
    }

    fn rewritten(&mut self, sight: &Sight<'_>) {
        let message = "one or more of them were changed, and the hashes of this tile too";
        self.found.add(Fault::of_tile(FaultKind::Rewritten, sight.id, message));
    }

    fn entries_changed(&mut self, logged: &[Hash], sight: &Sight<'_>) {
        let found = sight.computed.unwrap_or_default();
        let differing = sight.id.entries().zip(logged.iter().zip(found)).filter(|(_, (logged, found))| logged != found);
        differing.for_each(|(index, (logged, found))| self.moves.note(index, *logged, *found));
    }

    fn finish(mut self) -> Verification {
        self.found.cut_short |= self.moves.changed.len() > MAX_FAULTS;
        let faults = self.moves.into_faults(self.size);
        self.found.faults.extend(faults);
        // Stable: the faults of one place stay in the order in which they were found.
        self.found.faults.sort_by_key(|fault| fault.entries.start);
        self.found.faults.truncate(MAX_FAULTS);
        if self.found.faults.is_empty() {
            let message = "entries, tiles and signed root do not agree";
            self.found.add(Fault::checkpoint(FaultKind::Root, 0..self.size, message.into()));
        }
        self.found
    }
}

fn first_difference(sight: &Sight<'_>) -> Option<usize> {
    let stored = sight.stored.as_deref().unwrap_or_default();
    stored.iter().zip(sight.computed.unwrap_or_default()).position(|(stored, computed)| stored != computed)
}

/// Entries that are not the logged ones, kept to see whether one of them is another's.
#[derive(Default)]
struct Moves {
    changed: Vec<(u64, Hash)>,
    logged: BTreeMap<Hash, u64>,
}

impl Moves {
    fn note(&mut self, index: u64, logged: Hash, found: Hash) {
        self.changed.push((index, found));
        self.logged.insert(logged, index);
    }

    fn into_faults(self, size: u64) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        for (index, found) in &self.changed {
            let fault = match self.logged.get(found) {
                Some(holds) => moved(*index, *holds, size),
                None => changed(*index, size),
            };
            match faults.last_mut() {
                Some(last) if continues(last, &fault) => last.entries.end = fault.entries.end,
                _ => faults.push(fault),
            }
        }
        faults
    }
}

/// A run of changed entries in one file is one fault.
fn continues(last: &Fault, next: &Fault) -> bool {
    let both_changed = last.kind == FaultKind::EntryChanged && next.kind == FaultKind::EntryChanged;
    both_changed && last.place == next.place && last.entries.end == next.entries.start
}

fn changed(index: u64, size: u64) -> Fault {
    let message = "not what was logged".to_owned();
    Fault { kind: FaultKind::EntryChanged, place: bundle_of(index, size), entries: index..index + 1, message }
}

fn moved(index: u64, holds: u64, size: u64) -> Fault {
    let message = format!("holds what was logged as entry {holds}");
    Fault { kind: FaultKind::EntryMoved { holds }, place: bundle_of(index, size), entries: index..index + 1, message }
}

fn bundle_of(index: u64, size: u64) -> String {
    let id = TileId::in_log(Content::Entries, index / u64::from(tile::FULL_WIDTH), size);
    id.map(|id| id.to_string()).unwrap_or_default()
}
