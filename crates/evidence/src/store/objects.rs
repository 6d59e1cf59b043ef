//! A log in an object store: an S3-compatible server, or any other with conditional writes. Feature `objects`.
//!
//! The objects have the names of the files of a folder, below a prefix, so that a bucket which is served over HTTP is a
//! `tlog-tiles` log. Every write is atomic and durable when the server says it was done.
//!
//! There is no lock on a server, and a writer that was thought dead may wake up. So whoever opens the log for writing
//! claims it: it puts a signature line of its own, with 16 bytes that the caller draws, under the note in `checkpoint`.
//! Verifiers pass over it, as over every signature of a key they do not know. From then on:
//!
//! * a commit of the earlier writer fails, because the object is not the one that it read (`If-Match`);
//! * it cannot replace a tile: a tile is only ever created (`If-None-Match`), and where one with other bytes is in the
//!   way, the leftover of a batch that was never committed, the claim is looked at between reading it and replacing
//!   exactly what was read (`If-Match`). A tile of the new writer is either newer than what was read, and stays; or it
//!   was there when it was read, and then so was the claim.
//!
//! What remains: on servers whose `ETag` is a hash of the content, a writer that sleeps exactly between looking and
//! replacing, while the new writer puts the very bytes that the sleeper had read, replaces a committed tile. Its batch is
//! not committed, and the verifier names the tile.
//!
//! For HTTPS the program installs a provider of cryptography for `rustls` (`CryptoProvider::install_default`) before it
//! builds the store.
//!
//! The functions of the store are asynchronous and this package has no runtime: the caller hands in how to wait.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, PutMode, PutOptions, PutPayload, UpdateVersion};

use super::{CheckpointLock, Listing, StoreError, Tiles};
use crate::keys::is_key_name;
use crate::note::{MAX_NOTE_BYTES, Note, NoteSignature};
use crate::tile::TileId;

/// The crate whose types are handed in.
pub use object_store;

const CLAIM_NAME: &str = "truceline-writer";

/// Something to be waited for.
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// How to wait: run this to its end on the caller's runtime, such as `|future| handle.block_on(future)`. Called from
/// threads that are not the runtime's own.
pub type Wait = Arc<dyn Fn(Waiting<'_>) + Send + Sync>;

/// A log below a prefix of an object store.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    wait: Wait,
    /// The line that this writer puts under every note. `None`: reading only.
    claim: Option<NoteSignature>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({}/{})", self.store, self.prefix)
    }
}

/// An object and the version that was read.
struct Object {
    bytes: Vec<u8>,
    version: UpdateVersion,
}

impl Objects {
    /// Opens a log for reading.
    pub fn read_only(store: Arc<dyn ObjectStore>, prefix: &str, wait: Wait) -> Self {
        Self { store, prefix: prefix.trim_matches('/').to_owned(), wait, claim: None }
    }

    /// Opens a log for writing and claims it with 16 bytes that the caller draws anew each time: any other writer is
    /// refused from now on, whatever it was doing.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when somebody else claims it at the same moment.
    pub fn writer(store: Arc<dyn ObjectStore>, prefix: &str, wait: Wait, claim: [u8; 16]) -> Result<Self, StoreError> {
        let line = NoteSignature::unknown(CLAIM_NAME, claim.to_vec());
        debug_assert!(is_key_name(CLAIM_NAME), "a note is readable with it");
        let own = Self { claim: Some(line), ..Self::read_only(store, prefix, wait) };
        if let Some(object) = own.read(&own.path("checkpoint"))? {
            let claimed = own.with_claim(&without_claim(&object.bytes).0)?;
            match own.put_as(&own.path("checkpoint"), &claimed, PutMode::Update(object.version)) {
                Err(StoreError::Conflict) if !own.is_claimed()? => return Err(StoreError::Busy),
                Err(StoreError::Conflict) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(own)
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    fn with_claim(&self, note: &[u8]) -> Result<Vec<u8>, StoreError> {
        let claim = self.claim.as_ref().ok_or(StoreError::ReadOnly)?;
        Ok([note, format!("{claim}\n").as_bytes()].concat())
    }

    /// Whether the checkpoint bears this writer's claim.
    fn is_claimed(&self) -> Result<bool, StoreError> {
        let object = self.read(&self.path("checkpoint"))?;
        let claim = object.and_then(|object| without_claim(&object.bytes).1);
        Ok(claim.is_some() && claim == self.claim)
    }

    fn read(&self, path: &Path) -> Result<Option<Object>, StoreError> {
        let read = async {
            let got = self.store.get_opts(path, GetOptions::default()).await?;
            let version = UpdateVersion { e_tag: got.meta.e_tag.clone(), version: got.meta.version.clone() };
            Ok(Object { bytes: got.bytes().await?.to_vec(), version })
        };
        match self.wait(read)? {
            Ok(object) => Ok(Some(object)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(StoreError::Failed(format!("couldn't read {path}: {error}"))),
        }
    }

    fn put_as(&self, path: &Path, bytes: &[u8], mode: PutMode) -> Result<(), StoreError> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let payload = PutPayload::from(bytes.to_vec());
        match self.wait(self.store.put_opts(path, payload, options))? {
            Ok(_) => Ok(()),
            // `NotFound`: what was to be replaced is gone.
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotFound { .. }) => {
                Err(StoreError::Conflict)
            }
            Err(error) => Err(StoreError::Failed(format!("couldn't write {path}: {error}"))),
        }
    }

    /// Like [`Objects::put_as`] for a note. A request that was sent twice on the way is told that it conflicts with itself:
    /// if the note is there with this writer's claim, it was stored.
    fn put_note(&self, note: &[u8], mode: PutMode) -> Result<(), StoreError> {
        let (path, claimed) = (self.path("checkpoint"), self.with_claim(note)?);
        match self.put_as(&path, &claimed, mode) {
            Err(StoreError::Conflict) => match self.read(&path)? {
                Some(stored) if stored.bytes == claimed => Ok(()),
                _ => Err(StoreError::Conflict),
            },
            other => other,
        }
    }

    /// Replaces a leftover, if nobody else has claimed the log.
    fn replace_leftover(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let Some(leftover) = self.read(path)? else {
            return Err(StoreError::Failed(format!("{path} came and went: somebody else writes this log")));
        };
        if leftover.bytes == bytes {
            return Ok(());
        }
        if !self.is_claimed()? {
            return Err(StoreError::Conflict);
        }
        self.put_as(path, bytes, PutMode::Update(leftover.version))
    }

    fn wait<T: Send>(&self, future: impl Future<Output = T> + Send) -> Result<T, StoreError> {
        let mut done = None;
        (self.wait)(Box::pin(async { done = Some(future.await) }));
        done.ok_or_else(|| StoreError::Failed("the caller's runtime did not wait".into()))
    }

    fn list(&self, folder: &Path, paths: &mut Vec<String>) -> Result<(), StoreError> {
        let listed = self.wait(self.store.list_with_delimiter(Some(folder)))?;
        let listed = listed.map_err(|error| StoreError::Failed(format!("couldn't list {folder}: {error}")))?;
        let prefix = format!("{}/", self.prefix);
        let below = listed.objects.iter().filter_map(|object| object.location.as_ref().strip_prefix(&prefix));
        paths.extend(below.map(str::to_owned));
        listed.common_prefixes.iter().try_for_each(|folder| self.list(folder, paths))
    }
}

/// A note without the claim of a writer, and the claim.
fn without_claim(stored: &[u8]) -> (Vec<u8>, Option<NoteSignature>) {
    let claim = Note::parse(stored).ok().and_then(|note| note.signatures().last().cloned());
    let claim = claim.filter(|line| line.name() == CLAIM_NAME);
    let line = claim.as_ref().map(|claim| format!("{claim}\n")).unwrap_or_default();
    (stored.strip_suffix(line.as_bytes()).unwrap_or(stored).to_vec(), claim)
}

impl Tiles for Objects {
    fn put(&self, id: TileId, bytes: &[u8]) -> Result<(), StoreError> {
        if self.claim.is_none() {
            return Err(StoreError::ReadOnly);
        }
        let path = self.path(&id.to_string());
        match self.put_as(&path, bytes, PutMode::Create) {
            Err(StoreError::Conflict) => self.replace_leftover(&path, bytes),
            other => other,
        }
    }

    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read(&self.path(&id.to_string()))?.map(|object| object.bytes))
    }
}

impl CheckpointLock for Objects {
    /// For the writer: without its own claim. One that bears somebody else's is given as it is, which no writer takes
    /// for its own.
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(object) = self.read(&self.path("checkpoint"))? else {
            return Ok(None);
        };
        let (note, claim) = without_claim(&object.bytes);
        let is_own = claim.is_some() && claim == self.claim;
        Ok(Some(if is_own { note } else { object.bytes }))
    }

    fn create(&self, new: &[u8]) -> Result<(), StoreError> {
        if new.len() > MAX_NOTE_BYTES / 2 {
            return Err(StoreError::Failed("the note is too long".into()));
        }
        match self.read(&self.path("checkpoint"))? {
            Some(_) => Err(StoreError::Conflict),
            None => self.put_note(new, PutMode::Create),
        }
    }

    fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), StoreError> {
        let expected = self.with_claim(old)?;
        match self.read(&self.path("checkpoint"))? {
            Some(stored) if stored.bytes == expected => self.put_note(new, PutMode::Update(stored.version)),
            _ => Err(StoreError::Conflict),
        }
    }
}

impl Listing for Objects {
    fn for_each_path(&self, each: &mut dyn FnMut(&str)) -> Result<(), StoreError> {
        let mut paths = Vec::new();
        self.list(&self.path("tile"), &mut paths)?;
        paths.sort();
        paths.iter().for_each(|path| each(path));
        Ok(())
    }
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
