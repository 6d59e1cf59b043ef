//! The log that is written: entries go in at the right edge and are never touched again.
//!
//! Order of writing for a batch: entry bundles and tiles, each durable; then the checkpoint by compare-and-swap. A
//! crash in between leaves tiles that no checkpoint needs; the next batch replaces them. Opening after a crash
//! is the same code as opening on any other day.

use std::fmt;
use std::ops::Range;

use crate::checkpoint::Checkpoint;
use crate::edge::Edge;
use crate::keys::SignerKey;
use crate::merkle::{self, Hash, Tree};
use crate::store::{CheckpointLock, ReadError, StoreError, TileTree, Tiles, read_bundle, read_hashes};
use crate::tile::{Bundle, Content, FULL_WIDTH, MAX_ENTRY_BYTES, TileId};

/// Most tiles, and about as many bytes, that are held in memory to be stored together.
const MAX_GATHERED: usize = 128;
const MAX_GATHERED_BYTES: usize = 4 << 20;

/// Why the log did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogError {
    /// It can never be done as asked, and nothing was tried: an entry too long, no log here, one here already.
    Refused(String),
    /// Nothing was committed and the log is as it was: ask again.
    Retry(StoreError),
    /// It is not known whether the batch was committed, or the log is damaged, or somebody else writes it. Drop this
    /// value and open the log anew; the batch is in it or not.
    Fatal(String),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) | Self::Fatal(why) => f.write_str(why),
            Self::Retry(error) => write!(f, "{error}; nothing was committed, try again"),
        }
    }
}

impl std::error::Error for LogError {}

/// A log open for appending.
#[derive(Debug)]
pub struct Log<S> {
    store: S,
    key: SignerKey,
    /// Belongs to the committed checkpoint; a batch works on a copy, so that a failed one changes nothing.
    edge: Edge,
    /// The committed note, byte for byte: the next `replace` compares with it.
    note: Vec<u8>,
    /// Set by the first fatal error; then nothing is written any more.
    fatal: Option<String>,
}

impl<S: Tiles + CheckpointLock> Log<S> {
    /// Starts an empty log whose origin is the name of the key.
    ///
    /// # Errors
    /// [`LogError::Refused`] when there is a log already; [`LogError::Fatal`] when it is not certain that the
    /// checkpoint is stored.
    pub fn create(store: S, key: SignerKey) -> Result<Self, LogError> {
        let edge = Edge::default();
        let note = sign(&key, &edge)?;
        store.create(&note).map_err(|error| match error {
            StoreError::Conflict => LogError::Refused("there is a log here already".into()),
            other => LogError::Fatal(other.to_string()),
        })?;
        Ok(Self { store, key, edge, note, fatal: None })
    }

    /// Opens a log at its committed checkpoint, and checks that checkpoint and right edge belong together.
    ///
    /// # Errors
    /// [`LogError::Refused`] when there is no log; [`LogError::Fatal`] when the checkpoint is not signed by this key
    /// or the right edge is damaged: then verify the log. [`LogError::Retry`] when the store failed.
    pub fn open(store: S, key: SignerKey) -> Result<Self, LogError> {
        let note = store.fetch().map_err(LogError::Retry)?;
        let note = note.ok_or_else(|| LogError::Refused("there is no log here".into()))?;
        let signed = Checkpoint::open(&note, std::slice::from_ref(key.verifier()));
        let checkpoint = signed.map_err(|error| LogError::Fatal(format!("checkpoint: {error}")))?.checkpoint;
        let edge = Edge::read(&store, checkpoint.size).map_err(|error| match error {
            ReadError::Store(error) => LogError::Retry(error),
            damaged => LogError::Fatal(damaged.to_string()),
        })?;
        if edge.root() != checkpoint.root || !edge.bundle_fits() {
            return Err(LogError::Fatal("the tiles at the right edge do not give the signed root".into()));
        }
        Ok(Self { store, key, edge, note, fatal: None })
    }

    /// Appends entries and commits them together. Returns their indexes, `until` exclusive.
    ///
    /// On success they are durable, and every later checkpoint contains them. An empty batch writes nothing.
    ///
    /// # Errors
    /// See [`LogError`]: after `Retry` none of them is in the log, after `Fatal` all or none are.
    pub fn append_batch<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<Range<u64>, LogError> {
        self.still_alone()?;
        let first = self.edge.size();
        check_lengths(entries)?;
        if entries.is_empty() {
            return Ok(first..first);
        }
        let edge = self.put_tiles(entries).map_err(LogError::Retry)?;
        // Every tile of the new size is durable. Signing comes last: what was signed and not stored could be
        // taken for a second history.
        let note = sign(&self.key, &edge)?;
        if let Err(error) = self.store.replace(&self.note, &note) {
            return Err(self.stop(format!("couldn't commit the checkpoint: {error}")));
        }
        // Committed. From here on nothing can fail.
        (self.edge, self.note) = (edge, note);
        Ok(first..self.edge.size())
    }

    /// Number of entries.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Root over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.key.verifier().name()
    }

    /// The signed checkpoint as committed.
    #[must_use]
    pub fn checkpoint(&self) -> &[u8] {
        &self.note
    }

    /// The store, for reading beside the log.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Entry `index`, checked against its leaf hash.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] beyond the size; otherwise what is wrong with the stored bytes.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, ReadError> {
        read_entry(&self.store, index, self.size())
    }

    /// Proof that entry `index` is in the log as it stands, checked before it is handed out.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] beyond the size; otherwise what is wrong with the stored tiles.
    pub fn inclusion_proof(&self, index: u64) -> Result<Vec<Hash>, ReadError> {
        let (size, tree) = (self.size(), TileTree::new(&self.store, self.size()));
        let proof = merkle::inclusion_proof(index, size, &tree)?;
        let leaf = merkle::Subtrees::subtree(&tree, 0, index)?;
        let sound = merkle::verify_inclusion(&leaf, index, size, &proof, &self.root());
        sound.map(|()| proof).map_err(|_| altered_tiles())
    }

    /// Proof that the log at size `second` extends the log at size `first`; at the present size it is checked
    /// before it is handed out.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] unless `first <= second <= size`; otherwise what is wrong with the stored tiles.
    pub fn consistency_proof(&self, first: u64, second: u64) -> Result<Vec<Hash>, ReadError> {
        if second > self.size() {
            return Err(ReadError::OutOfRange);
        }
        let tree = TileTree::new(&self.store, self.size());
        let proof = merkle::consistency_proof(first, second, &tree)?;
        if second == self.size() {
            let old = Tree { size: first, root: merkle::root_at(first, &tree)? };
            let new = Tree { size: second, root: self.root() };
            merkle::verify_consistency(&old, &new, &proof).map_err(|_| altered_tiles())?;
        }
        Ok(proof)
    }

    /// Stores every tile of a batch, a bounded number of them at once. On return all are durable.
    fn put_tiles<E: AsRef<[u8]>>(&self, entries: &[E]) -> Result<Edge, StoreError> {
        let (mut edge, first) = (self.edge.clone(), self.edge.size());
        let (mut gathered, mut n_bytes) = (Vec::new(), 0);
        let mut put = |id: TileId, bytes: &[u8]| {
            gathered.push((id, bytes.to_vec()));
            n_bytes += bytes.len();
            if gathered.len() < MAX_GATHERED && n_bytes < MAX_GATHERED_BYTES {
                return Ok(());
            }
            n_bytes = 0;
            self.store.put_all(&std::mem::take(&mut gathered))
        };
        entries.iter().try_for_each(|entry| edge.push(entry.as_ref(), &mut put))?;
        edge.put_partial(first, &mut put)?;
        self.store.put_all(&gathered).map(|()| edge)
    }

    /// Refuses to write after a fatal error, or when the stored checkpoint is not the one this log committed.
    fn still_alone(&mut self) -> Result<(), LogError> {
        if let Some(why) = &self.fatal {
            return Err(LogError::Fatal(why.clone()));
        }
        match self.store.fetch().map_err(LogError::Retry)? {
            Some(stored) if stored == self.note => Ok(()),
            _ => Err(self.stop(StoreError::Conflict.to_string())),
        }
    }

    fn stop(&mut self, why: String) -> LogError {
        self.fatal = Some(why.clone());
        LogError::Fatal(why)
    }
}

/// Entry `index` of a log of `size` entries, checked against its leaf hash. For readers without a key; whether the
/// leaf hash is the right one, only an inclusion proof tells.
///
/// # Errors
/// [`ReadError::OutOfRange`] beyond the size; otherwise what is wrong with the stored bytes.
pub fn read_entry<T: Tiles>(tiles: &T, index: u64, size: u64) -> Result<Vec<u8>, ReadError> {
    if index >= size {
        return Err(ReadError::OutOfRange);
    }
    let width = u64::from(FULL_WIDTH);
    let id = |content| TileId::in_log(content, index / width, size).ok_or(ReadError::OutOfRange);
    let bytes = read_bundle(tiles, id(Content::Entries)?)?;
    let hashes = read_hashes(tiles, id(Content::Hashes(0))?)?;
    let offset = usize::try_from(index % width).map_err(|_| ReadError::OutOfRange)?;
    let entry = Bundle::new(&bytes).nth(offset).ok_or(ReadError::OutOfRange)?;
    match hashes.get(offset) {
        Some(hash) if *hash == merkle::leaf_hash(entry) => Ok(entry.to_vec()),
        _ => Err(ReadError::Store(StoreError::Failed(format!("entry {index} is not the one that was logged")))),
    }
}

fn altered_tiles() -> ReadError {
    ReadError::Store(StoreError::Failed("the stored tiles do not give the root of the log: verify it".into()))
}

fn sign(key: &SignerKey, edge: &Edge) -> Result<Vec<u8>, LogError> {
    let origin = key.verifier().name().to_owned();
    let checkpoint = Checkpoint { origin, size: edge.size(), root: edge.root(), extensions: Vec::new() };
    checkpoint.sign(key).map_err(|error| LogError::Refused(error.to_string()))
}

fn check_lengths<E: AsRef<[u8]>>(entries: &[E]) -> Result<(), LogError> {
    let too_long = entries.iter().position(|entry| entry.as_ref().len() > MAX_ENTRY_BYTES);
    match too_long {
        Some(at) => Err(LogError::Refused(format!("entry {at} of the batch is longer than {MAX_ENTRY_BYTES} bytes"))),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "fault_tests.rs"]
mod fault_tests;
