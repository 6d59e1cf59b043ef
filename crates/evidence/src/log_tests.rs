//! The log as it is written: equal bytes however entries are batched, and nothing acknowledged is ever lost.

use proptest::prelude::*;

use super::*;
use crate::merkle::{leaf_hash, verify_consistency, verify_inclusion};
use crate::store::directory::Directory;
use crate::store::memory::{Memory, WriteFault};
use crate::verify::{StrayKind, verify_log, verify_log_with, verify_strays};

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn entries(range: Range<u64>) -> Vec<Vec<u8>> {
    range.map(|i| format!("entry {i}").into_bytes()).collect()
}

fn filled(size: u64) -> Log<Memory> {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    assert_eq!(log.append_batch(&entries(0..size)), Ok(0..size));
    log
}

/// All that the checkpoint in a store commits to, read from outside.
fn read_from_outside(store: &Memory) -> Vec<Vec<u8>> {
    let note = store.fetch().unwrap().unwrap();
    let mut read = Vec::new();
    let keys = [key().verifier().clone()];
    let found = verify_log_with(store, &note, &keys, |_, entry| read.push(entry.to_vec()));
    assert_eq!(found.faults, []);
    assert_eq!(found.checkpoint.unwrap().size, read.len() as u64);
    read
}

#[test]
fn roots_and_proofs_at_the_awkward_sizes() {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let all = entries(0..70_000);
    let leaves: Vec<Hash> = all.iter().map(|entry| leaf_hash(entry)).collect();
    let sizes = [0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 70_000_u64];
    for size in sizes {
        let batch = &all[log.size() as usize..size as usize];
        log.append_batch(batch).unwrap();
        assert_eq!(log.root(), merkle::root(leaves[..size as usize].iter().copied()), "size {size}");
        let reopened = Log::open(log.store().clone(), key()).unwrap();
        assert_eq!((reopened.size(), reopened.root()), (size, log.root()));
        for index in [0, size / 2, size.saturating_sub(1)].into_iter().filter(|index| *index < size) {
            let proof = log.inclusion_proof(index).unwrap();
            assert_eq!(verify_inclusion(&leaves[index as usize], index, size, &proof, &log.root()), Ok(()));
            assert_eq!(log.entry(index).unwrap(), all[index as usize]);
        }
        for first in sizes.into_iter().filter(|first| *first <= size) {
            let old = Tree { size: first, root: merkle::root(leaves[..first as usize].iter().copied()) };
            let proof = log.consistency_proof(first, size).unwrap();
            assert_eq!(verify_consistency(&old, &Tree { size, root: log.root() }, &proof), Ok(()));
        }
    }
    assert_eq!(log.entry(70_000), Err(ReadError::OutOfRange));
    assert_eq!(log.inclusion_proof(70_000), Err(ReadError::OutOfRange));
    assert_eq!(log.consistency_proof(0, 70_001), Err(ReadError::OutOfRange));
    assert_eq!(log.consistency_proof(2, 1), Err(ReadError::OutOfRange));
    assert_eq!(read_from_outside(log.store()).len(), 70_000);
}

#[test]
fn only_touched_tiles_are_written() {
    let mut log = filled(65_535);
    let writes = |log: &mut Log<Memory>, count| {
        let before = log.store().writes();
        log.append_batch(&vec![b"x"; count]).unwrap();
        log.store().writes() - before
    };
    assert_eq!(writes(&mut log, 1), 5, "full bundle, full tiles of levels 0 and 1, first of level 2, checkpoint");
    assert_eq!(writes(&mut log, 1), 3, "partial bundle, partial tile, checkpoint");
    assert_eq!(writes(&mut log, 0), 0);
    assert_eq!(
        writes(&mut log, 10_000),
        2 * 39 + 2 + 1 + 1,
        "39 full bundles and tiles, two partial, level 1, checkpoint"
    );
}

#[test]
fn every_published_checkpoint_keeps_its_partial_tiles() {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let mut notes = Vec::new();
    for i in 0..300_u64 {
        log.append_batch(&entries(i..i + 1)).unwrap();
        notes.push(log.checkpoint().to_vec());
    }
    for (note, size) in notes.iter().zip(1_u64..) {
        let found = verify_log(log.store(), note, &[key().verifier().clone()]);
        assert!(found.is_sound() && found.checkpoint.unwrap().size == size);
    }
}

#[test]
fn limits_of_a_batch() {
    let mut log = filled(3);
    assert!(matches!(log.append_batch(&[vec![0; 65_536]]), Err(LogError::Refused(_))));
    assert_eq!(log.append_batch(&[vec![1; 65_535], vec![]]), Ok(3..5));
    assert_eq!(log.append_batch::<&[u8]>(&[]), Ok(5..5));
    assert_eq!(log.entry(3).unwrap().len(), 65_535);
    assert_eq!(log.entry(4).unwrap(), b"");
}

#[test]
fn create_and_open_refuse_what_they_must() {
    let log = filled(300);
    let store = log.store();
    assert!(matches!(Log::create(store.clone(), key()), Err(LogError::Refused(_))));
    assert!(matches!(Log::open(Memory::new(), key()), Err(LogError::Refused(_))));
    let other = SignerKey::from_entropy("monitor.example/evidence", &[8; 32]).unwrap();
    assert!(matches!(Log::open(store.clone(), other), Err(LogError::Fatal(_))));
    for damaged in ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"] {
        let copy = store.copied();
        let mut bytes = copy.files()[damaged].clone();
        *bytes.last_mut().unwrap() ^= 1;
        copy.tamper(damaged, Some(bytes));
        assert!(matches!(Log::open(copy.clone(), key()), Err(LogError::Fatal(_))), "{damaged}");
        copy.tamper(damaged, None);
        assert!(matches!(Log::open(copy, key()), Err(LogError::Fatal(_))), "{damaged} missing");
    }
}

#[test]
fn a_second_writer_is_stopped_before_it_can_do_harm() {
    let mut first = filled(10);
    let mut second = Log::open(first.store().clone(), key()).unwrap();
    first.append_batch(&entries(10..13)).unwrap();
    let before = first.store().writes();
    assert!(matches!(second.append_batch(&[b"other", b"other", b"other"]), Err(LogError::Fatal(_))));
    assert!(matches!(second.append_batch(&[b"other"]), Err(LogError::Fatal(_))), "it stays stopped");
    assert_eq!(first.store().writes(), before);
    assert_eq!(read_from_outside(first.store()), entries(0..13));
}

#[test]
fn altered_tiles_never_become_a_proof() {
    let log = filled(700);
    let mut bytes = log.store().files()["tile/0/001"].clone();
    bytes[5 * 32] ^= 1;
    log.store().tamper("tile/0/001", Some(bytes));
    assert!(log.entry(261).is_err());
    assert!(log.inclusion_proof(261).is_err());
    assert!(log.inclusion_proof(262).is_err());
    assert!(log.inclusion_proof(0).is_ok(), "its proof needs the level-1 hash of that tile only");
    assert!(log.consistency_proof(261, 700).is_err());
}

/// Which write of a batch fails x whether it is stored all the same x how many entries.
#[test]
fn whatever_write_fails_nothing_acknowledged_is_lost() {
    for (before, batch) in [(0, 1), (0, 300), (250, 1), (250, 10), (255, 1), (255, 2), (256, 1), (511, 258), (600, 700)]
    {
        let base = filled(before);
        let writes = {
            let mut log = Log::open(base.store().copied(), key()).unwrap();
            log.append_batch(&entries(before..before + batch)).unwrap();
            log.store().writes()
        };
        for (after, persists) in (0..writes).flat_map(|after| [(after, false), (after, true)]) {
            let store = base.store().copied();
            store.fail(WriteFault { after, persists });
            let is_commit = after == writes - 1;
            one_fault(store, before..before + batch, is_commit, persists);
        }
    }
}

fn one_fault(store: Memory, batch: Range<u64>, is_commit: bool, persists: bool) {
    let mut log = Log::open(store.clone(), key()).unwrap();
    let failed = log.append_batch(&entries(batch.clone()));
    match failed {
        Err(LogError::Retry(_)) => assert!(!is_commit),
        Err(LogError::Fatal(_)) => assert!(is_commit),
        other => panic!("{other:?}"),
    }
    let committed = if is_commit && persists { batch.end } else { batch.start };
    assert_eq!(read_from_outside(&store), entries(0..committed));
    if !is_commit {
        // In the same process the same batch simply goes through.
        let again = Log::open(store.copied(), key()).unwrap().append_batch(&entries(batch.clone()));
        assert_eq!(again, Ok(batch.clone()));
        assert_eq!((log.size(), log.append_batch(&entries(batch.clone()))), (batch.start, Ok(batch.clone())));
        assert_eq!(read_from_outside(&store), entries(0..batch.end));
        return;
    }
    assert!(matches!(log.append_batch(&entries(0..1)), Err(LogError::Fatal(_))), "stopped until reopened");
    let mut log = Log::open(store.clone(), key()).unwrap();
    assert_eq!(log.size(), committed);
    // After a restart other entries may come first: leftovers must not shine through.
    let other: Vec<_> = (0..batch.end - batch.start).map(|i| format!("other {i}").into_bytes()).collect();
    log.append_batch(&other).unwrap();
    let expected: Vec<_> = entries(0..committed).into_iter().chain(other).collect();
    assert_eq!(read_from_outside(&store), expected);
}

#[test]
fn leftovers_of_an_interrupted_batch_are_noted_and_harmless() {
    let mut log = filled(10);
    log.store().fail(WriteFault { after: 2, persists: false });
    assert!(log.append_batch(&entries(10..30)).is_err_and(|e| matches!(e, LogError::Fatal(_))));
    let mut log = Log::open(log.store().clone(), key()).unwrap();
    let strays = |log: &Log<Memory>| {
        let mut found = verify_log(log.store(), log.checkpoint(), &[key().verifier().clone()]);
        verify_strays(log.store(), &mut found);
        assert!(found.is_sound());
        found.strays.into_iter().map(|stray| (stray.place, stray.kind)).collect::<Vec<_>>()
    };
    let leftover = ["tile/0/000.p/30", "tile/entries/000.p/30"].map(str::to_owned);
    assert_eq!(strays(&log), leftover.clone().map(|place| (place, StrayKind::Beyond)));
    log.append_batch(&[b"other"; 50]).unwrap();
    assert_eq!(strays(&log), leftover.map(|place| (place, StrayKind::Differs)));
}

#[test]
fn a_log_in_a_folder_survives_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("log");
    let mut log = Log::create(Directory::writer(&root).unwrap(), key()).unwrap();
    log.append_batch(&entries(0..600)).unwrap();
    assert_eq!(Directory::writer(&root).err(), Some(StoreError::Busy));
    drop(log);
    let mut log = Log::open(Directory::writer(&root).unwrap(), key()).unwrap();
    assert_eq!(log.append_batch(&entries(600..700)), Ok(600..700));
    let reader = Directory::read_only(&root);
    let mut found = verify_log(&reader, log.checkpoint(), &[key().verifier().clone()]);
    verify_strays(&reader, &mut found);
    assert!(found.is_sound() && found.strays.is_empty(), "{found:?}");
    assert!(root.join("tile/entries/002.p/188").is_file());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn batches_make_no_difference(sizes in prop::collection::vec(0_u64..200, 1..8)) {
        let total = sizes.iter().sum();
        let mut log = Log::create(Memory::new(), key()).unwrap();
        for size in &sizes {
            let from = log.size();
            log.append_batch(&entries(from..from + size)).unwrap();
            if size % 3 == 0 {
                log = Log::open(log.store().clone(), key()).unwrap();
            }
        }
        let at_once = filled(total);
        prop_assert_eq!(log.checkpoint(), at_once.checkpoint());
        let files = log.store().files();
        prop_assert!(at_once.store().files().iter().all(|(path, bytes)| files.get(path) == Some(bytes)));
    }
}
