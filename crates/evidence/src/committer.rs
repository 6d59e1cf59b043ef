//! Group commit: many callers hand in entries, one of them commits for all who wait.
//!
//! There is no thread here and no timer: the threads are the callers' own. Whoever finds nobody committing takes all
//! that waits as one batch and commits it; who comes meanwhile waits and is in the next batch. So a lone caller pays one
//! commit for each call, and a thousand callers share one.
//!
//! What an acknowledgement means, in the order in which it becomes true:
//!
//! 1. the entry bundles and tiles of the batch are on disk, each flushed with its name ([`crate::store::Tiles::put`]);
//! 2. the checkpoint over them is signed, and published by compare-and-swap, flushed too
//!    ([`crate::store::CheckpointLock::replace`]);
//! 3. only then is any caller of that batch told its index.
//!
//! A crash before 2 loses the batch, and nobody was told anything. A crash between 2 and 3 keeps a batch that nobody was
//! told of: the caller asks again after the restart, and is given the same index, because content that is in the log is
//! not appended twice.
//!
//! What is appended, and what is read on opening, goes through one function into the entries that are remembered.
//!
//! ```
//! use truceline_evidence::committer::Committer;
//! use truceline_evidence::keys::SignerKey;
//! use truceline_evidence::log::Log;
//! use truceline_evidence::store::memory::Memory;
//!
//! let log = Log::create(Memory::new(), SignerKey::from_entropy("monitor.example/evidence", &[7; 32])?)?;
//! let committer = Committer::new(log, 1000)?;
//! std::thread::scope(|scope| {
//!     for gate in 0..4 {
//!         let committer = &committer;
//!         scope.spawn(move || committer.append(format!("gate {gate} opened").into_bytes()));
//!     }
//! });
//! let again = committer.append(b"gate 3 opened".to_vec())?;
//! assert!(!again.is_new && again.index < 4);
//! assert_eq!(committer.with_log(|log| log.size()), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::log::{Log, LogError};
use crate::merkle::{Hash, leaf_hash};
use crate::recent::Recent;
use crate::store::{CheckpointLock, Tiles};
use crate::tile::MAX_ENTRY_BYTES;

/// Most bytes of entries that are committed at once, unless one caller alone hands in more.
const MAX_BATCH_BYTES: usize = 16 << 20;

/// Where an entry is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its index.
    pub index: u64,
    /// False: the same bytes were in the log already, and this is where.
    pub is_new: bool,
}

/// A log that several threads append to.
#[derive(Debug)]
pub struct Committer<S> {
    queue: Mutex<Queue>,
    /// Signalled when a batch is done.
    done: Condvar,
    /// Locked by the caller who commits, and by readers between two batches. Never locked while `queue` is held.
    writer: Mutex<Writer<S>>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Request>,
    answers: BTreeMap<u64, Answer>,
    next_ticket: u64,
    someone_commits: bool,
}

#[derive(Debug)]
struct Request {
    ticket: u64,
    entries: Vec<Vec<u8>>,
}

type Answer = Result<Vec<Receipt>, LogError>;

#[derive(Debug)]
struct Writer<S> {
    log: Log<S>,
    recent: Recent,
}

impl<S: Tiles + CheckpointLock> Committer<S> {
    /// Takes a log. The newest `n_remembered` entries are kept in mind as hashes (about 100 bytes each) to recognise
    /// content that is handed in again; older content is not recognised, and would be appended a second time.
    ///
    /// # Errors
    /// [`LogError::Fatal`] when the tiles that hold those hashes cannot be read.
    pub fn new(log: Log<S>, n_remembered: usize) -> Result<Self, LogError> {
        let mut recent = Recent::new(n_remembered);
        recent.read_from(log.store(), log.size()).map_err(|error| LogError::Fatal(error.to_string()))?;
        Ok(Self { queue: Mutex::default(), done: Condvar::new(), writer: Mutex::new(Writer { log, recent }) })
    }

    /// Appends one entry, unless the log has it; returns when that is durable. See [`Committer::append_all`].
    ///
    /// # Errors
    /// See [`LogError`].
    pub fn append(&self, entry: Vec<u8>) -> Result<Receipt, LogError> {
        let receipts = self.append_all(vec![entry])?;
        receipts.first().copied().ok_or_else(|| LogError::Fatal("a batch was answered without a receipt".into()))
    }

    /// Appends the entries which the log does not have, together with those of other callers; returns when they are
    /// durable, one receipt for each entry, in order. Entries of one call are in one batch: all of them are committed,
    /// or none. Blocks the calling thread meanwhile.
    ///
    /// # Errors
    /// See [`LogError`]: after `Refused` and `Retry` none of the new ones is in the log; after `Fatal` all or none are,
    /// and the log must be opened anew.
    pub fn append_all(&self, entries: Vec<Vec<u8>>) -> Answer {
        if entries.iter().any(|entry| entry.len() > MAX_ENTRY_BYTES) {
            // Alone, so that it does not spoil the batch of others.
            return Err(LogError::Refused(format!("an entry is longer than {MAX_ENTRY_BYTES} bytes")));
        }
        let mut queue = self.queue();
        let ticket = queue.add(entries);
        loop {
            if let Some(answer) = queue.answers.remove(&ticket) {
                return answer;
            }
            queue = if queue.someone_commits {
                self.done.wait(queue).unwrap_or_else(PoisonError::into_inner)
            } else {
                let batch = queue.take_batch();
                drop(queue);
                self.commit(batch);
                self.queue()
            };
        }
    }

    /// Looks at the log between two batches: for its checkpoint, for entries and proofs. Appending waits meanwhile.
    pub fn with_log<R>(&self, look: impl FnOnce(&Log<S>) -> R) -> R {
        look(&self.writer().log)
    }

    /// The log back again.
    #[must_use]
    pub fn into_log(self) -> Log<S> {
        self.writer.into_inner().unwrap_or_else(PoisonError::into_inner).log
    }

    /// Commits a batch and answers everybody in it, whatever happens.
    fn commit(&self, batch: Vec<Request>) {
        let mut answering = Answering { committer: self, tickets: Vec::new(), answers: Vec::new() };
        answering.tickets.extend(batch.iter().map(|request| request.ticket));
        answering.answers = self.writer().commit(batch);
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Writer<S>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn add(&mut self, entries: Vec<Vec<u8>>) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.push_back(Request { ticket, entries });
        ticket
    }

    /// All that waits, up to the limit, in the order in which it came.
    fn take_batch(&mut self) -> Vec<Request> {
        self.someone_commits = true;
        let mut n_bytes = 0_usize;
        let mut n_requests = 0;
        for request in &self.waiting {
            n_bytes = n_bytes.saturating_add(request.entries.iter().map(Vec::len).sum());
            if n_requests > 0 && n_bytes > MAX_BATCH_BYTES {
                break;
            }
            n_requests += 1;
        }
        self.waiting.drain(..n_requests).collect()
    }
}

impl<S: Tiles + CheckpointLock> Writer<S> {
    /// One batch: what is new in it is committed together.
    fn commit(&mut self, batch: Vec<Request>) -> Vec<Answer> {
        let first = self.log.size();
        let mut new: Vec<Vec<u8>> = Vec::new();
        let mut of_batch: BTreeMap<Hash, u64> = BTreeMap::new();
        let mut receipts = Vec::new();
        for request in batch {
            let mut own = Vec::new();
            for entry in request.entries {
                let hash = leaf_hash(&entry);
                let known = of_batch.get(&hash).copied().or_else(|| self.recent.index_of(&hash));
                let next = first + u64::try_from(new.len()).unwrap_or(u64::MAX);
                own.push(Receipt { index: known.unwrap_or(next), is_new: known.is_none() });
                if known.is_none() {
                    of_batch.insert(hash, next);
                    new.push(entry);
                }
            }
            receipts.push(own);
        }
        match self.log.append_batch(&new) {
            Ok(_) => {
                let mut in_order: Vec<_> = of_batch.into_iter().collect();
                in_order.sort_by_key(|(_, index)| *index);
                in_order.into_iter().for_each(|(hash, index)| self.recent.note(hash, index));
                receipts.into_iter().map(Ok).collect()
            }
            // A receipt for what was in the log before could be given all the same; but a caller who sees the failure
            // learns that the log has stopped.
            Err(error) => receipts.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}

/// Gives the answers back when it is dropped: also when committing ended in a panic of the store, so that nobody waits
/// for ever.
struct Answering<'a, S> {
    committer: &'a Committer<S>,
    tickets: Vec<u64>,
    answers: Vec<Answer>,
}

impl<S> Drop for Answering<'_, S> {
    fn drop(&mut self) {
        let mut queue = self.committer.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answers = self.answers.drain(..);
        for ticket in self.tickets.drain(..) {
            let unknown = || Err(LogError::Fatal("the commit was interrupted; it may have happened".into()));
            queue.answers.insert(ticket, answers.next().unwrap_or_else(unknown));
        }
        queue.someone_commits = false;
        drop(answers);
        drop(queue);
        self.committer.done.notify_all();
    }
}

#[cfg(test)]
#[path = "committer_tests.rs"]
mod tests;
