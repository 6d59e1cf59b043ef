//! The fault table: which write goes wrong, how, with what expected progress and fatality; alone and beside a second
//! writer. After every step all is verified again from outside, against everything that was ever acknowledged.

use super::*;
use crate::merkle::leaf_hash;
use crate::store::memory::{Memory, Mishap};
use crate::verify::{Verification, verify_extension, verify_log_with};

/// Which write of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    /// Any of the tiles and bundles.
    Tile,
    /// The checkpoint.
    Commit,
}

/// What the writer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Acknowledged,
    Retry,
    Fatal,
}

/// How it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The same batch goes through in the same process (after the repair).
    SameProcess,
    /// Opened anew, and the batch is not in the log.
    ReopensWithout,
    /// Opened anew, and the batch is in the log.
    ReopensWith,
    /// The verifier names the file; a kept copy of it opens the log again.
    NamedByVerifier,
}

/// mishap, write, what the writer is told, how it goes on.
const TABLE: [(Mishap, Write, Told, Then); 14] = [
    (Mishap::Lost, Write::Tile, Told::Retry, Then::SameProcess),
    (Mishap::Lost, Write::Commit, Told::Fatal, Then::ReopensWithout),
    (Mishap::Stored, Write::Tile, Told::Retry, Then::SameProcess),
    (Mishap::Stored, Write::Commit, Told::Fatal, Then::ReopensWith),
    (Mishap::Torn, Write::Tile, Told::Retry, Then::SameProcess),
    (Mishap::Torn, Write::Commit, Told::Fatal, Then::NamedByVerifier),
    (Mishap::Lied, Write::Tile, Told::Acknowledged, Then::NamedByVerifier),
    (Mishap::Lied, Write::Commit, Told::Acknowledged, Then::NamedByVerifier),
    (Mishap::Full, Write::Tile, Told::Retry, Then::SameProcess),
    (Mishap::Full, Write::Commit, Told::Fatal, Then::ReopensWithout),
    (Mishap::CrashBefore, Write::Tile, Told::Retry, Then::ReopensWithout),
    (Mishap::CrashBefore, Write::Commit, Told::Fatal, Then::ReopensWithout),
    (Mishap::CrashAfter, Write::Tile, Told::Retry, Then::ReopensWithout),
    (Mishap::CrashAfter, Write::Commit, Told::Fatal, Then::ReopensWith),
];

/// Entries before, and entries in the batch: within a tile, filling one, across several.
const SHAPES: [(u64, u64); 7] = [(0, 1), (0, 300), (250, 1), (250, 10), (255, 1), (255, 2), (511, 258)];

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn entries(word: &str, range: Range<u64>) -> Vec<Vec<u8>> {
    range.map(|i| format!("{word} {i}").into_bytes()).collect()
}

fn open(store: &Memory) -> Log<Memory> {
    Log::open(store.clone(), key()).unwrap()
}

/// What somebody outside has been told so far: entries with their indexes, and signed checkpoints.
#[derive(Clone, Default)]
struct Outside {
    acknowledged: Vec<Vec<u8>>,
    kept: Vec<Vec<u8>>,
}

impl Outside {
    fn of(store: &Memory) -> Self {
        let mut outside = Self::default();
        outside.is_told(store);
        outside
    }

    /// Verifies the store as it is, and holds it against all that was acknowledged before.
    fn look(&self, store: &Memory) -> (Verification, Vec<Vec<u8>>) {
        let store = store.copied();
        let (mut read, keys) = (Vec::new(), [key().verifier().clone()]);
        let note = store.files().get("checkpoint").cloned().unwrap_or_default();
        let mut found = verify_log_with(&store, &note, &keys, |_, entry| read.push(entry.to_vec()));
        self.kept.iter().for_each(|old| verify_extension(&store, old, &keys, &mut found));
        (found, read)
    }

    fn is_satisfied(&self, store: &Memory) -> Vec<Vec<u8>> {
        let (found, read) = self.look(store);
        assert_eq!(found.faults, []);
        assert!(read.starts_with(&self.acknowledged), "something acknowledged is gone");
        read
    }

    fn is_told(&mut self, store: &Memory) {
        self.acknowledged = self.is_satisfied(store);
        self.kept.push(store.files()["checkpoint"].clone());
    }
}

#[derive(Clone, Copy, Debug)]
struct Case {
    mishap: Mishap,
    told: Told,
    then: Then,
    before: u64,
    until: u64,
    /// Which write, from 0.
    at: u64,
}

fn bases() -> Vec<(Memory, u64, u64)> {
    let base = |(before, batch): (u64, u64)| {
        let store = Memory::new();
        Log::create(store.clone(), key()).unwrap().append_batch(&entries("entry", 0..before)).unwrap();
        let mut trial = Log::open(store.copied(), key()).unwrap();
        trial.append_batch(&entries("entry", before..before + batch)).unwrap();
        let writes = trial.store().writes();
        (store, before + batch, writes)
    };
    SHAPES.into_iter().map(base).collect()
}

fn each_case(mut check: impl FnMut(Case, Memory)) -> usize {
    let mut cases = 0;
    for ((base, until, writes), (before, _)) in bases().into_iter().zip(SHAPES) {
        for (mishap, write, told, then) in TABLE {
            let is_commit = |at: &u64| (*at == writes - 1) == (write == Write::Commit);
            for at in (0..writes).filter(is_commit) {
                check(Case { mishap, told, then, before, until, at }, base.copied());
                cases += 1;
            }
        }
    }
    cases
}

fn told(answer: &Result<Range<u64>, LogError>) -> Told {
    match answer {
        Ok(_) => Told::Acknowledged,
        Err(LogError::Retry(_)) => Told::Retry,
        Err(LogError::Fatal(_)) => Told::Fatal,
        Err(LogError::Refused(why)) => panic!("{why}"),
    }
}

#[test]
fn the_table_alone() {
    let cases = each_case(|case, store| {
        let mut outside = Outside::of(&store);
        let mut log = open(&store);
        let batch = entries("entry", case.before..case.until);
        store.mishap(case.at, case.mishap);
        let answer = log.append_batch(&batch);
        assert_eq!(told(&answer), case.told, "{case:?}");
        match case.then {
            Then::SameProcess => {
                if case.mishap == Mishap::Full {
                    assert_eq!(told(&log.append_batch(&batch)), Told::Retry, "still full");
                    outside.is_satisfied(&store);
                    store.repair();
                }
                assert_eq!(outside.is_satisfied(&store).len() as u64, case.before, "{case:?}");
                assert_eq!(log.append_batch(&batch), Ok(case.before..case.until), "{case:?}");
            }
            Then::ReopensWithout | Then::ReopensWith => {
                assert!(log.append_batch(&batch).is_err(), "stopped until opened anew");
                store.repair();
                let expected = if case.then == Then::ReopensWith { case.until } else { case.before };
                assert_eq!(outside.is_satisfied(&store).len() as u64, expected, "{case:?}");
                log = open(&store);
                assert_eq!(log.size(), expected);
            }
            Then::NamedByVerifier => return damaged(&case, &store, &outside),
        }
        outside.is_told(&store);
        // Other entries now come where leftovers of the failed batch may lie: they must not shine through.
        let size = log.size();
        log.append_batch(&entries("other", size..size + 300)).unwrap();
        outside.is_told(&store);
        assert_eq!(outside.acknowledged.len() as u64, size + 300);
    });
    assert!(cases > 200, "{cases}");
}

/// A file is half of what it should be: named, and never taken for the log.
fn damaged(case: &Case, store: &Memory, outside: &Outside) {
    let (found, _) = outside.look(store);
    assert!(!found.is_sound(), "{case:?}");
    let torn = &found.faults[0].place;
    if case.mishap == Mishap::Lied && torn != "checkpoint" {
        assert!(torn.starts_with("tile/"), "{torn}");
        return;
    }
    assert_eq!(torn, "checkpoint", "{case:?}");
    assert!(matches!(Log::open(store.clone(), key()), Err(LogError::Fatal(_))));
    store.tamper("checkpoint", outside.kept.last().cloned());
    let mut log = open(store);
    assert_eq!(log.size(), case.before);
    log.append_batch(&entries("other", case.before..case.until)).unwrap();
    outside.is_satisfied(store);
}

#[test]
fn the_table_with_a_second_writer() {
    each_case(|case, store| {
        let mut outside = Outside::of(&store);
        let (mut first, mut second) = (open(&store), open(&store));
        store.mishap(case.at, case.mishap);
        let answer = first.append_batch(&entries("entry", case.before..case.until));
        assert_eq!(told(&answer), case.told);
        store.repair();
        if case.then == Then::NamedByVerifier {
            // Whatever the second writer does, it never turns the damage into something that passes for sound.
            let _ = second.append_batch(&entries("second", case.before..case.before + 3));
            let (found, read) = outside.look(&store);
            assert!(!found.is_sound() || read.starts_with(&outside.acknowledged));
            return;
        }
        let committed = outside.is_satisfied(&store).len() as u64;
        outside.is_told(&store);
        let own = entries("second", case.before..case.before + 3);
        if committed == case.before {
            // Nothing was committed: the second goes on, and the first is refused from now on.
            assert_eq!(second.append_batch(&own), Ok(case.before..case.before + 3), "{case:?}");
            outside.is_told(&store);
            assert_eq!(told(&first.append_batch(&own)), Told::Fatal);
        } else {
            assert_eq!(told(&second.append_batch(&own)), Told::Fatal, "{case:?}");
        }
        outside.is_told(&store);
        let mut third = open(&store);
        third.append_batch(&entries("third", 0..5)).unwrap();
        outside.is_told(&store);
        let last = third.entry(third.size() - 1).unwrap();
        assert_eq!(leaf_hash(&last), leaf_hash(b"third 4"));
    });
}
