//! Tampering with every kind of file in every way that files can be tampered with.

use proptest::prelude::*;

use super::*;
use crate::keys::SignerKey;
use crate::log::Log;
use crate::store::memory::Memory;
use crate::tile::{self, Bundle, Content};

const SIZE: u64 = 700;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn keys() -> [VerifierKey; 1] {
    [key().verifier().clone()]
}

fn log_of(size: u64, word: &str) -> Log<Memory> {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let entries: Vec<_> = (0..size).map(|i| format!("{word} {i}")).collect();
    log.append_batch(&entries).unwrap();
    log
}

/// A log of [`SIZE`] entries in one batch, so that every file in it is needed.
fn store() -> Memory {
    log_of(SIZE, "entry").store().copied()
}

fn verify(store: &Memory) -> Verification {
    let note = store.files()["checkpoint"].clone();
    let mut found = verify_log(store, &note, &keys());
    verify_strays(store, &mut found);
    found
}

/// The only fault of a tampered store.
fn only_fault(store: &Memory) -> Fault {
    let found = verify(store);
    assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
    found.faults[0].clone()
}

fn edit(store: &Memory, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = store.files()[path].clone();
    change(&mut bytes);
    store.tamper(path, Some(bytes));
}

/// Rewrites the entries of a bundle.
fn edit_entries(store: &Memory, path: &str, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    edit(store, path, |bytes| {
        let mut entries: Vec<Vec<u8>> = Bundle::new(bytes).map(<[u8]>::to_vec).collect();
        change(&mut entries);
        bytes.clear();
        assert!(entries.iter().all(|entry| tile::encode_entry(bytes, entry)));
    });
}

#[test]
fn an_untouched_log_is_sound_at_every_size() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 513, SIZE] {
        let found = verify(log_of(size, "entry").store());
        assert!(found.is_sound() && found.strays.is_empty(), "size {size}: {found:?}");
        assert_eq!(found.checkpoint.unwrap().size, size);
    }
}

#[test]
fn entries_are_given_in_order() {
    let store = store();
    let mut next = 0;
    let found = verify_log_with(&store, &store.files()["checkpoint"], &keys(), |index, entry| {
        assert_eq!((index, entry), (next, format!("entry {index}").as_bytes()));
        next += 1;
    });
    assert!(found.is_sound() && next == SIZE);
}

#[test]
fn a_changed_entry_is_named() {
    for (path, first) in [("tile/entries/000", 0), ("tile/entries/001", 256), ("tile/entries/002.p/188", 512)] {
        for place in [0, 1, 100, 187] {
            let store = store();
            edit_entries(&store, path, |entries| entries[place].push(b'!'));
            let fault = only_fault(&store);
            let index = first + place as u64;
            assert_eq!(
                (fault.kind, fault.place.as_str(), fault.entries),
                (FaultKind::EntryChanged, path, index..index + 1)
            );
        }
    }
}

#[test]
fn swapped_entries_are_told_apart_from_changed_ones() {
    let store = store();
    let (a, b) = (b"entry 5".to_vec(), b"entry 600".to_vec());
    edit_entries(&store, "tile/entries/000", |entries| entries[5] = b);
    edit_entries(&store, "tile/entries/002.p/188", |entries| entries[88] = a);
    let faults: Vec<_> = verify(&store).faults.into_iter().map(|f| (f.kind, f.entries.start)).collect();
    assert_eq!(faults, [(FaultKind::EntryMoved { holds: 600 }, 5), (FaultKind::EntryMoved { holds: 5 }, 600)]);
}

#[test]
fn a_removed_entry_is_named_even_if_the_bundle_is_closed_up() {
    let store = store();
    edit_entries(&store, "tile/entries/001", |entries| {
        entries.remove(44);
    });
    let fault = only_fault(&store);
    assert_eq!((fault.kind, fault.entries), (FaultKind::Malformed, 300..512));
    edit_entries(&store, "tile/entries/001", |entries| entries.push(b"filler".to_vec()));
    let found = verify(&store);
    assert_eq!(
        (found.faults[0].kind, found.faults[0].entries.clone()),
        (FaultKind::EntryMoved { holds: 301 }, 300..301)
    );
    assert_eq!(found.faults.last().unwrap().entries, 511..512);
}

#[test]
fn a_changed_tile_is_named_and_its_entries_are_not_blamed() {
    for path in ["tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"] {
        for hash in [0, 1] {
            let store = store();
            edit(&store, path, |bytes| bytes[hash * 32 + 31] ^= 0x80);
            let fault = only_fault(&store);
            assert_eq!((fault.kind, fault.place.as_str(), fault.entries), (FaultKind::TileChanged, path, 0..0));
            assert!(fault.message.ends_with(&format!("from hash {hash} on")), "{}", fault.message);
        }
    }
}

#[test]
fn what_is_missing_or_cut_is_named() {
    let needed = [
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/188",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/188",
    ];
    for path in needed {
        let store = store();
        store.tamper(path, None);
        let fault = only_fault(&store);
        assert_eq!((fault.kind, fault.place.as_str()), (FaultKind::Missing, path));
        for keep in [0, 1, 33] {
            let store = self::store();
            edit(&store, path, |bytes| bytes.truncate(keep));
            let fault = only_fault(&store);
            assert_eq!((fault.kind, fault.place.as_str()), (FaultKind::Malformed, path));
        }
        let store = self::store();
        edit(&store, path, |bytes| bytes.push(0));
        assert_eq!(only_fault(&store).kind, FaultKind::Malformed);
    }
}

#[test]
fn entry_and_tile_changed_together_are_caught_by_the_tile_above() {
    let store = store();
    edit_entries(&store, "tile/entries/001", |entries| entries[9] = b"forged".to_vec());
    edit(&store, "tile/0/001", |bytes| {
        bytes.splice(9 * 32..10 * 32, *merkle::leaf_hash(b"forged").as_bytes());
    });
    let fault = only_fault(&store);
    assert_eq!((fault.kind, fault.place.as_str(), fault.entries), (FaultKind::Rewritten, "tile/0/001", 256..512));
}

#[test]
fn parts_and_the_whole_of_another_log_are_caught() {
    let other = log_of(SIZE, "other").store().files();
    let store = store();
    for path in ["tile/0/001", "tile/entries/001"] {
        store.tamper(path, Some(other[path].clone()));
    }
    let fault = only_fault(&store);
    assert_eq!((fault.kind, fault.entries), (FaultKind::Rewritten, 256..512));

    for path in other.keys().filter(|path| *path != "checkpoint") {
        store.tamper(path, Some(other[path].clone()));
    }
    let fault = only_fault(&store);
    assert_eq!((fault.kind, fault.entries), (FaultKind::Root, 0..SIZE));

    let forger = SignerKey::from_entropy("monitor.example/evidence", &[8; 32]).unwrap();
    let forged = Checkpoint::parse(crate::note::Note::parse(&other["checkpoint"]).unwrap().text()).unwrap();
    store.tamper("checkpoint", Some(forged.sign(&forger).unwrap()));
    assert_eq!(only_fault(&store).kind, FaultKind::Checkpoint);
}

#[test]
fn faults_in_several_places_are_all_named() {
    let store = store();
    store.tamper("tile/1/000.p/2", None);
    edit(&store, "tile/0/002.p/188", |bytes| bytes[0] ^= 1);
    edit_entries(&store, "tile/entries/001", |entries| entries[3] = b"forged".to_vec());
    let found = verify(&store);
    let places: Vec<_> = found.faults.iter().map(|fault| fault.place.as_str()).collect();
    for place in ["tile/1/000.p/2", "tile/0/001"] {
        assert!(places.contains(&place), "{place} not in {places:?}");
    }
    assert!(found.faults.iter().any(|fault| fault.entries.contains(&259)));
}

#[test]
fn two_tiles_changed_one_above_the_other_do_not_throw_blame_on_entries() {
    let store = store();
    edit(&store, "tile/1/000.p/2", |bytes| bytes[32] ^= 1);
    edit(&store, "tile/0/001", |bytes| bytes[5 * 32] ^= 1);
    let faults: Vec<_> = verify(&store).faults.into_iter().map(|f| (f.kind, f.place)).collect();
    let changed = ["tile/0/001", "tile/1/000.p/2"].map(|place| (FaultKind::TileChanged, place.to_owned()));
    assert_eq!(faults, changed);
}

#[test]
fn a_log_that_was_cut_or_put_back_is_caught_by_an_older_checkpoint() {
    let mut log = log_of(300, "entry");
    let early = log.store().copied();
    let rest: Vec<_> = (300..SIZE).map(|i| format!("entry {i}")).collect();
    log.append_batch(&rest).unwrap();
    let (old, kept) = (early.files()["checkpoint"].clone(), log.checkpoint().to_vec());
    let extension = |store: &Memory, old: &[u8]| {
        let mut found = verify(store);
        assert!(found.is_sound());
        verify_extension(store, old, &keys(), &mut found);
        found.faults.into_iter().map(|fault| (fault.kind, fault.entries)).collect::<Vec<_>>()
    };
    assert_eq!(extension(log.store(), &old), []);
    assert_eq!(extension(log.store(), &kept), []);
    assert_eq!(extension(log.store(), log_of(0, "").checkpoint()), []);
    // The older checkpoint put back: the log is sound in itself, the leftovers show.
    log.store().tamper("checkpoint", Some(old));
    assert_eq!(verify(log.store()).strays.len(), 5);
    assert_eq!(extension(log.store(), &kept), [(FaultKind::RolledBack, 300..SIZE)]);
    // The whole folder put back.
    assert_eq!(extension(&early, &kept), [(FaultKind::RolledBack, 300..SIZE)]);
    // Another history under the same key, longer than the old one and of equal size.
    for size in [SIZE, 900] {
        assert_eq!(extension(log_of(size, "other").store(), &kept), [(FaultKind::Forked, 0..SIZE)]);
    }
    let garbled = [&kept[..10], b"x", &kept[10..]].concat();
    assert_eq!(extension(&early, &garbled), [(FaultKind::Checkpoint, 0..0)]);
}

#[test]
fn a_checkpoint_of_another_log_or_of_an_absurd_size_is_harmless() {
    let tree = Checkpoint {
        origin: "monitor.example/evidence".into(),
        size: u64::MAX,
        root: merkle::empty_root(),
        extensions: vec![],
    };
    let note = tree.sign(&key()).unwrap();
    let found = verify_log(&store(), &note, &keys());
    assert!(!found.is_sound() && found.cut_short);
    assert_eq!(found.faults.len(), MAX_FAULTS);
    let empty = Checkpoint { size: 0, root: merkle::leaf_hash(b""), ..tree };
    let found = verify_log(&store(), &empty.sign(&key()).unwrap(), &keys());
    assert_eq!(found.faults[0].kind, FaultKind::Root);
}

#[test]
fn levels_above_the_second_are_judged_too() {
    let log = log_of(66_000, "entry");
    assert!(verify(log.store()).is_sound());
    let store = log.store().copied();
    edit(&store, "tile/1/000", |bytes| bytes[32 * 7] ^= 1);
    assert_eq!(only_fault(&store).place, "tile/1/000");
    let store = log.store().copied();
    edit(&store, "tile/2/000.p/1", |bytes| bytes[3] ^= 1);
    assert_eq!(only_fault(&store).place, "tile/2/000.p/1");
    let store = log.store().copied();
    edit_entries(&store, "tile/entries/200", |entries| entries[17] = b"forged".to_vec());
    let fault = only_fault(&store);
    assert_eq!((fault.kind, fault.entries), (FaultKind::EntryChanged, 51_217..51_218));
    let store = log.store().copied();
    store.tamper("tile/0/200", None);
    assert_eq!(only_fault(&store).kind, FaultKind::Missing);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// One bit in any file: found, and the file is the one that is named.
    #[test]
    fn any_flipped_bit_is_found(which: prop::sample::Index, at: prop::sample::Index, bit in 0_u8..8) {
        let store = store();
        let files = store.files();
        let path = files.keys().nth(which.index(files.len())).unwrap().clone();
        let place = at.index(files[&path].len());
        edit(&store, &path, |bytes| bytes[place] ^= 1 << bit);
        let found = verify(&store);
        prop_assert!(!found.is_sound(), "{path} byte {place}");
        prop_assert!(found.faults.iter().all(|fault| fault.place == path), "{path}: {:?}", found.faults);
        let id = TileId::parse(&path).filter(|id| id.content() == Content::Entries);
        if let Some(id) = id {
            let mut end = 0;
            let lengths = Bundle::new(&files[&path]).map(|entry| entry.len() + 2);
            let offset = lengths.take_while(|length| { end += length; end <= place }).count() as u64;
            prop_assert_eq!(found.faults[0].entries.start, id.entries().start + offset);
        }
    }

    /// Any number of bytes anywhere replaced by any others: never sound, never a panic.
    #[test]
    fn any_overwriting_is_found(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<[u8; 4]>()), 1..12)) {
        let store = store();
        let files = store.files();
        for (which, at, new) in &edits {
            let path = files.keys().nth(which.index(files.len())).unwrap();
            edit(&store, path, |bytes| {
                let from = at.index(bytes.len() + 1);
                let until = bytes.len().min(from + usize::from(new[0] % 8));
                bytes.splice(from..until, new.iter().copied());
            });
        }
        prop_assert_eq!(verify(&store).is_sound(), store.files() == files);
    }

    /// Two entries changing places, anywhere.
    #[test]
    fn any_swap_is_found(a in 0..SIZE, b in 0..SIZE) {
        prop_assume!(a != b);
        let store = store();
        for (at, other) in [(a, b), (b, a)] {
            let path = TileId::in_log(Content::Entries, at / 256, SIZE).unwrap().to_string();
            edit_entries(&store, &path, |entries| entries[(at % 256) as usize] = format!("entry {other}").into_bytes());
        }
        let found = verify(&store);
        let moved: Vec<_> = found.faults.iter().map(|f| (f.entries.start, f.kind)).collect();
        let (low, high) = (a.min(b), a.max(b));
        prop_assert_eq!(moved, [(low, FaultKind::EntryMoved { holds: high }), (high, FaultKind::EntryMoved { holds: low })]);
    }
}
