//! Many callers at once: every receipt is true, content is there once, and one failure is everybody's failure.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use super::*;
use crate::keys::SignerKey;
use crate::store::directory::Directory;
use crate::store::memory::{Memory, WriteFault};
use crate::verify::verify_log_with;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn committer(store: Memory) -> Committer<Memory> {
    Committer::new(Log::create(store, key()).unwrap(), 1000).unwrap()
}

fn contents<S: Tiles + CheckpointLock>(store: &S) -> Vec<Vec<u8>> {
    let mut read = Vec::new();
    let note = store.fetch().unwrap().unwrap();
    let found = verify_log_with(store, &note, &[key().verifier().clone()], |_, entry| read.push(entry.to_vec()));
    assert!(found.is_sound(), "{found:?}");
    read
}

#[test]
fn every_receipt_is_true_and_nothing_is_there_twice() {
    let store = Memory::new();
    let committer = committer(store.clone());
    let receipts: Vec<(Vec<u8>, Receipt)> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8_u64)
            .map(|caller| {
                let committer = &committer;
                scope.spawn(move || {
                    // Neighbours hand in half of the same entries.
                    let own = (0..200_u64).map(|n| format!("entry {}", caller * 100 + n).into_bytes());
                    own.map(|entry| (entry.clone(), committer.append(entry).unwrap())).collect::<Vec<_>>()
                })
            })
            .collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    let log = contents(&store);
    assert_eq!(log.len(), 900);
    assert_eq!(log.iter().collect::<BTreeSet<_>>().len(), 900);
    assert!(receipts.iter().all(|(entry, receipt)| log[receipt.index as usize] == *entry));
    assert_eq!(receipts.iter().filter(|(_, receipt)| receipt.is_new).count(), 900);
}

/// A store whose commit waits until everybody has handed in: then all of them are in the second batch.
#[derive(Clone)]
struct Slow {
    inner: Memory,
    gate: Arc<Barrier>,
    commits: Arc<Mutex<u64>>,
}

impl Tiles for Slow {
    fn put(&self, id: crate::tile::TileId, bytes: &[u8]) -> Result<(), crate::store::StoreError> {
        self.inner.put(id, bytes)
    }
    fn get(&self, id: crate::tile::TileId) -> Result<Option<Vec<u8>>, crate::store::StoreError> {
        self.inner.get(id)
    }
}

impl CheckpointLock for Slow {
    fn fetch(&self) -> Result<Option<Vec<u8>>, crate::store::StoreError> {
        self.inner.fetch()
    }
    fn create(&self, new: &[u8]) -> Result<(), crate::store::StoreError> {
        self.inner.create(new)
    }
    fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), crate::store::StoreError> {
        let first = {
            let mut commits = self.commits.lock().unwrap();
            *commits += 1;
            *commits == 1
        };
        if first {
            self.gate.wait();
        }
        self.inner.replace(old, new)
    }
}

#[test]
fn who_comes_during_a_commit_shares_the_next_one() {
    let slow = Slow { inner: Memory::new(), gate: Arc::new(Barrier::new(2)), commits: Arc::default() };
    let committer = Committer::new(Log::create(slow.clone(), key()).unwrap(), 100).unwrap();
    std::thread::scope(|scope| {
        let committer = &committer;
        scope.spawn(move || committer.append(b"first".to_vec()).unwrap());
        while *slow.commits.lock().unwrap() == 0 {
            std::thread::yield_now();
        }
        for n in 0..20 {
            scope.spawn(move || committer.append(format!("later {n}").into_bytes()).unwrap());
        }
        while committer.queue().waiting.len() < 20 {
            std::thread::yield_now();
        }
        slow.gate.wait();
    });
    assert_eq!(*slow.commits.lock().unwrap(), 2);
    assert_eq!(contents(&slow.inner).len(), 21);
}

#[test]
fn content_is_recognised_within_a_batch_in_the_log_and_after_a_restart() {
    let store = Memory::new();
    let first = committer(store.clone());
    let given = ["a", "b", "a", "c"].map(|entry| entry.as_bytes().to_vec());
    let receipts = first.append_all(given.to_vec()).unwrap();
    let places: Vec<_> = receipts.iter().map(|receipt| (receipt.index, receipt.is_new)).collect();
    assert_eq!(places, [(0, true), (1, true), (0, false), (2, true)]);
    let writes = store.writes();
    assert_eq!(first.append(b"b".to_vec()).unwrap(), Receipt { index: 1, is_new: false });
    assert_eq!(store.writes(), writes, "nothing is written for what is there");
    for (remembered, expected) in [(3, 0), (2, 3)] {
        let log = Log::open(store.copied(), key()).unwrap();
        let reopened = Committer::new(log, remembered).unwrap();
        assert_eq!(reopened.append(b"c".to_vec()).unwrap().index, 2);
        let again = reopened.append(b"a".to_vec()).unwrap();
        assert_eq!(again.index, expected, "the oldest is forgotten beyond {remembered}");
    }
}

#[test]
fn memory_of_content_is_bounded_and_the_same_however_it_was_filled() {
    let store = Memory::new();
    let committer = committer(store.clone());
    let all: Vec<Vec<u8>> = (0..3000_u64).map(|n| n.to_be_bytes().to_vec()).collect();
    committer.append_all(all).unwrap();
    let appended = committer.writer().recent.by_age_for_test();
    assert_eq!(appended.len(), 1000);
    let mut reread = Recent::new(1000);
    reread.read_from(&store, 3000).unwrap();
    assert_eq!(reread.by_age_for_test(), appended);
}

#[test]
fn a_failed_batch_fails_everybody_in_it_and_can_be_handed_in_again() {
    let store = Memory::new();
    let committer = committer(store.clone());
    committer.append(b"before".to_vec()).unwrap();
    store.fail(WriteFault { after: 0, persists: true });
    let again = vec![b"before".to_vec(), b"new".to_vec()];
    assert!(matches!(committer.append_all(again.clone()), Err(LogError::Retry(_))));
    let receipts = committer.append_all(again).unwrap();
    assert_eq!(receipts.iter().map(|receipt| receipt.index).collect::<Vec<_>>(), [0, 1]);
    assert!(matches!(committer.append(vec![0; 65_536]), Err(LogError::Refused(_))));
    // The commit itself: not known, so it stops, and content is recognised when it turns out to be there.
    store.fail(WriteFault { after: 2, persists: true });
    assert!(matches!(committer.append(b"perhaps".to_vec()), Err(LogError::Fatal(_))));
    assert!(matches!(committer.append(b"after".to_vec()), Err(LogError::Fatal(_))));
    let reopened = Committer::new(Log::open(store, key()).unwrap(), 1000).unwrap();
    assert_eq!(reopened.append(b"perhaps".to_vec()).unwrap(), Receipt { index: 2, is_new: false });
}

#[test]
fn a_second_committer_is_refused() {
    let store = Memory::new();
    let first = committer(store.clone());
    let second = Committer::new(Log::open(store.clone(), key()).unwrap(), 1000).unwrap();
    first.append(b"one".to_vec()).unwrap();
    assert!(matches!(second.append(b"two".to_vec()), Err(LogError::Fatal(_))));
    assert_eq!(contents(&store), [b"one"]);
    let folder = tempfile::tempdir().unwrap();
    let _held = Directory::writer(folder.path()).unwrap();
    assert_eq!(Directory::writer(folder.path()).err(), Some(crate::store::StoreError::Busy));
}
