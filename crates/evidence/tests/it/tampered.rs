//! Ten thousand tampered logs, every one of them found, and the entry named. `TRUCELINE_TAMPERED` sets how many.
//!
//! What is done to an entry (bit, deletion, order, date, splice), times how far somebody goes to hide it: nothing else is
//! touched; its tile is made to fit; every tile is made to fit; the checkpoint too, without the key; and with the
//! key, where only an older checkpoint in other hands tells. Beside that, any bit of any file, and any file removed.

use std::collections::BTreeMap;
use std::ops::Range;

use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::{SignerKey, VerifierKey};
use truceline_evidence::log::Log;
use truceline_evidence::merkle::leaf_hash;
use truceline_evidence::note::Note;
use truceline_evidence::store::memory::Memory;
use truceline_evidence::tile::{Bundle, Content, TileId, encode_entry, encode_hashes};
use truceline_evidence::verify::{FaultKind, Verification, verify_extension, verify_log};

fn key(seed: u8) -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[seed; 32]).unwrap()
}

/// SplitMix64: the same numbers in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

fn log_of(entries: &[Vec<u8>], seed: u8) -> Memory {
    let mut log = Log::create(Memory::new(), key(seed)).unwrap();
    log.append_batch(entries).unwrap();
    log.store().copied()
}

fn honest(size: usize) -> Vec<Vec<u8>> {
    let entry = |n: usize| {
        format!("{{\"kind\":\"captured\",\"n\":{n},\"time\":\"2026-03-01T{:02}:{:02}:00Z\"}}", 4 + n / 60 % 20, n % 60)
    };
    (0..size).map(|n| entry(n).into_bytes()).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Bit,
    Delete,
    Reorder,
    BackDate,
    Splice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
    /// Only the bundles.
    Nothing,
    /// Bundles and their tiles of level 0.
    LeafTiles,
    /// Bundles and all tiles.
    AllTiles,
    /// All, and a checkpoint with the new root and the old signature.
    ForgedCheckpoint,
    /// All, signed with the stolen key.
    StolenKey,
}

const EDITS: [Edit; 5] = [Edit::Bit, Edit::Delete, Edit::Reorder, Edit::BackDate, Edit::Splice];
const COVERS: [Cover; 5] =
    [Cover::Nothing, Cover::LeafTiles, Cover::AllTiles, Cover::ForgedCheckpoint, Cover::StolenKey];

/// Changes entries, and says which is the first that differs.
fn edit(entries: &mut Vec<Vec<u8>>, edit: Edit, chance: &mut Chance) -> usize {
    let at = chance.below(entries.len());
    match edit {
        Edit::Bit => {
            let place = chance.below(entries[at].len());
            entries[at][place] ^= 1 << chance.below(8);
            at
        }
        Edit::Delete => {
            entries.remove(at);
            // The size must stay that of the checkpoint: something is put at the end.
            entries.push(b"{\"kind\":\"filler\"}".to_vec());
            at
        }
        Edit::Reorder => {
            let other = chance.below(entries.len());
            if at == other {
                return self::edit(entries, Edit::Bit, chance);
            }
            entries.swap(at, other);
            at.min(other)
        }
        Edit::BackDate => {
            let text = String::from_utf8(entries[at].clone()).unwrap();
            entries[at] = text.replace("2026-03-01T", "2026-02-28T").into_bytes();
            at
        }
        Edit::Splice => {
            entries.insert(at, b"{\"kind\":\"captured\",\"n\":999}".to_vec());
            entries.pop();
            at
        }
    }
}

/// Writes entries over the bundles of a store, which keep their names, and the level-0 tiles too if asked.
fn overwrite(store: &Memory, entries: &[Vec<u8>], with_tiles: bool) {
    for index in 0..entries.len().div_ceil(256) as u64 {
        let id = TileId::in_log(Content::Entries, index, entries.len() as u64).unwrap();
        let Range { start, end } = id.entries();
        let own = &entries[start as usize..end as usize];
        let mut bundle = Vec::new();
        assert!(own.iter().all(|entry| encode_entry(&mut bundle, entry)));
        store.tamper(&id.to_string(), Some(bundle));
        if with_tiles {
            let tile = TileId::in_log(Content::Hashes(0), index, entries.len() as u64).unwrap();
            let hashes: Vec<_> = own.iter().map(|entry| leaf_hash(entry)).collect();
            store.tamper(&tile.to_string(), Some(encode_hashes(&hashes)));
        }
    }
}

fn cover(store: &Memory, entries: &[Vec<u8>], cover: Cover) {
    if matches!(cover, Cover::Nothing | Cover::LeafTiles) {
        return overwrite(store, entries, cover == Cover::LeafTiles);
    }
    let signed = cover == Cover::StolenKey;
    let forged = log_of(entries, if signed { 7 } else { 8 }).files();
    let old = Note::parse(&store.files()["checkpoint"]).unwrap();
    for (path, bytes) in &forged {
        if path != "checkpoint" || signed {
            store.tamper(path, Some(bytes.clone()));
        }
    }
    if cover == Cover::ForgedCheckpoint {
        let text = Note::parse(&forged["checkpoint"]).unwrap().text().to_owned();
        let note = Note::unsigned(&text).unwrap().with_signature(old.signatures()[0].clone());
        store.tamper("checkpoint", Some(note.to_string().into_bytes()));
    }
}

/// As an auditor does it who kept a checkpoint.
fn audit(store: &Memory, kept: &[u8], keys: &[VerifierKey]) -> Verification {
    let note = store.files().get("checkpoint").cloned().unwrap_or_default();
    let mut found = verify_log(store, &note, keys);
    verify_extension(store, kept, keys, &mut found);
    found
}

struct Pool {
    logs: Vec<(Vec<Vec<u8>>, Memory, Vec<u8>)>,
    keys: [VerifierKey; 1],
}

impl Pool {
    fn new() -> Self {
        // Small ones more often, so that the whole is quick; all kinds of right edges.
        let sizes = [1, 2, 3, 4, 7, 8, 9, 20, 33, 64, 100, 1, 2, 5, 12, 40, 255, 256, 257, 300, 513];
        let log = |size| {
            let store = log_of(&honest(size), 7);
            let kept = store.files()["checkpoint"].clone();
            (honest(size), store, kept)
        };
        Self { logs: sizes.into_iter().map(log).collect(), keys: [key(7).verifier().clone()] }
    }

    fn one_edit(&self, what: Edit, hiding: Cover, chance: &mut Chance) {
        let (entries, store, kept) = &self.logs[chance.below(self.logs.len())];
        let (mut edited, store) = (entries.clone(), store.copied());
        let first = edit(&mut edited, what, chance) as u64;
        if edited == *entries {
            // Deleting the last and putting the filler there is a change too; nothing else can end up equal.
            panic!("{what:?} changed nothing");
        }
        cover(&store, &edited, hiding);
        let found = audit(&store, kept, &self.keys);
        assert!(!found.is_sound(), "{what:?} {hiding:?} of {} at {first} passed", entries.len());
        let fault = &found.faults[0];
        match hiding {
            Cover::Nothing => assert_eq!(fault.entries.start, first, "{what:?} {fault:?}"),
            Cover::LeafTiles | Cover::AllTiles => {
                assert!(found.faults.iter().any(|fault| fault.entries.contains(&first)), "{what:?} {found:?}");
            }
            Cover::ForgedCheckpoint => {
                assert_eq!((fault.kind, fault.place.as_str()), (FaultKind::Checkpoint, "checkpoint"))
            }
            Cover::StolenKey => assert_eq!((fault.kind, fault.entries.contains(&first)), (FaultKind::Forked, true)),
        }
    }

    fn one_bit_of_any_file(&self, chance: &mut Chance) {
        let (_, store, kept) = &self.logs[chance.below(self.logs.len())];
        let (store, files) = (store.copied(), store.files());
        let (path, bytes) = files.iter().nth(chance.below(files.len())).unwrap();
        let place = chance.below(bytes.len());
        let mut changed = bytes.clone();
        changed[place] ^= 1 << chance.below(8);
        store.tamper(path, Some(changed));
        let found = audit(&store, kept, &self.keys);
        assert!(
            found.faults.iter().all(|fault| fault.place == *path) && !found.is_sound(),
            "{path} {place}: {found:?}"
        );
        if path.starts_with("tile/entries/") {
            let first = TileId::parse(path).unwrap().entries().start;
            let mut end = 0;
            let before = Bundle::new(bytes)
                .take_while(|entry| {
                    end += entry.len() + 2;
                    end <= place
                })
                .count();
            assert_eq!(found.faults[0].entries.start, first + before as u64, "{path} {place}");
        }
    }

    fn one_file_removed(&self, chance: &mut Chance) {
        let (_, store, kept) = &self.logs[chance.below(self.logs.len())];
        let store = store.copied();
        let path = store.files().keys().nth(chance.below(store.files().len())).unwrap().clone();
        store.tamper(&path, None);
        let found = audit(&store, kept, &self.keys);
        assert!(!found.is_sound() && found.faults[0].place == path, "{path}: {found:?}");
    }

    /// The log ends earlier than it did: an older checkpoint and its tiles put back, or signed again with the stolen key.
    fn cut_short(&self, chance: &mut Chance) {
        let (entries, _, kept) = &self.logs[chance.below(self.logs.len())];
        let until = chance.below(entries.len());
        let found = audit(&log_of(&entries[..until], 7), kept, &self.keys);
        let fault = &found.faults[0];
        let gone = until as u64..entries.len() as u64;
        assert_eq!((fault.kind, fault.entries.clone()), (FaultKind::RolledBack, gone));
    }
}

#[test]
fn every_tampered_log_is_found_and_the_entry_named() {
    let count: usize = std::env::var("TRUCELINE_TAMPERED").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let (pool, mut chance) = (Pool::new(), Chance(7));
    for (_, store, kept) in &pool.logs {
        assert!(audit(store, kept, &pool.keys).is_sound(), "sound before");
        assert!(Checkpoint::open(kept, &pool.keys).is_ok());
    }
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..count {
        let what = match n % 28 {
            n @ 0..25 => {
                let (what, hiding) = (EDITS[n % 5], COVERS[n / 5]);
                pool.one_edit(what, hiding, &mut chance);
                format!("{what:?} hidden by {hiding:?}")
            }
            25 => {
                pool.one_bit_of_any_file(&mut chance);
                "a bit of any file".to_owned()
            }
            26 => {
                pool.one_file_removed(&mut chance);
                "a file removed".to_owned()
            }
            _ => {
                pool.cut_short(&mut chance);
                "cut short".to_owned()
            }
        };
        *done.entry(what).or_default() += 1;
    }
    println!("{count} tampered logs, all found: {done:#?}");
    assert!(done.len() == 28 && done.values().sum::<usize>() == count);
}
