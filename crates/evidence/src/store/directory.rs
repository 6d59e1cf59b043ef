//! A log in a local folder, laid out so that any `tlog-tiles` client can read it when a web server serves it:
//! `checkpoint`, `tile/<level>/...`, `tile/entries/...`. Two names are our own: `.lock` and `.tmp`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{CheckpointLock, Listing, StoreError, Tiles};
use crate::durable;
use crate::note::MAX_NOTE_BYTES;
use crate::tile::TileId;

/// Deepest folder that a tile path can have below the log.
const MAX_DEPTH: usize = 12;

/// A folder with one log, for reading by anyone or for writing by one process.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    /// Held for as long as this value lives; the system releases it when the process ends, however it ends.
    /// `None`: reading only.
    lock: Option<File>,
}

impl Directory {
    /// Opens a folder for reading. Nothing in it is touched; a writer may be at work.
    pub fn read_only(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), lock: None }
    }

    /// Opens a folder for writing, creating it if need be, and takes its lock. Removes the temporary files of a
    /// writer that was interrupted: among them could be a signed checkpoint that was never published.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another writer holds it, in this process or another.
    pub fn writer(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        let failed = |error: io::Error| failed("open the log", &root, &error);
        durable::create_folder(&root).map_err(failed)?;
        let path = root.join(".lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(failed)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::Busy,
            TryLockError::Error(error) => failed(error),
        })?;
        durable::clear_temporary(&root.join(".tmp")).map_err(failed)?;
        // A writer that was killed may have renamed its checkpoint and not flushed the folder: what is read from now
        // on must be what a loss of power would leave.
        durable::sync_folder(&root).map_err(failed)?;
        Ok(Self { root, lock: Some(lock) })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if self.lock.is_none() {
            return Err(StoreError::ReadOnly);
        }
        let path = self.root.join(name);
        durable::write(&path, &self.root.join(".tmp/next"), bytes).map_err(|e| failed("write", &path, &e))
    }

    fn read(&self, name: &str, max_bytes: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.root.join(name);
        let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
        durable::read_up_to(&path, limit).map_err(|e| failed("read", &path, &e))
    }

    fn list(&self, folder: &str, depth: usize, each: &mut dyn FnMut(&str)) -> Result<(), StoreError> {
        let path = self.root.join(folder);
        for (name, is_folder) in durable::sorted_names(&path).map_err(|e| failed("list", &path, &e))? {
            let name = format!("{folder}/{name}");
            if is_folder && depth < MAX_DEPTH {
                self.list(&name, depth + 1, each)?;
            } else {
                each(&name);
            }
        }
        Ok(())
    }
}

impl Tiles for Directory {
    fn put(&self, id: TileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(&id.to_string(), bytes)
    }

    fn put_all(&self, tiles: &[(TileId, Vec<u8>)]) -> Result<(), StoreError> {
        if self.lock.is_none() {
            return Err(StoreError::ReadOnly);
        }
        let files: Vec<_> =
            tiles.iter().map(|(id, bytes)| (self.root.join(id.to_string()), bytes.as_slice())).collect();
        durable::write_all(&files, &self.root.join(".tmp")).map_err(|e| failed("write tiles to", &self.root, &e))
    }

    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(&id.to_string(), id.max_bytes())
    }
}

impl CheckpointLock for Directory {
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.read("checkpoint", MAX_NOTE_BYTES)
    }

    fn create(&self, new: &[u8]) -> Result<(), StoreError> {
        match self.fetch()? {
            Some(_) => Err(StoreError::Conflict),
            None => self.write("checkpoint", new),
        }
    }

    /// The file lock keeps every other writer out between the comparison and the rename.
    fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), StoreError> {
        match self.fetch()? {
            Some(stored) if stored == old => self.write("checkpoint", new),
            _ => Err(StoreError::Conflict),
        }
    }
}

impl Listing for Directory {
    fn for_each_path(&self, each: &mut dyn FnMut(&str)) -> Result<(), StoreError> {
        self.list("tile", 0, each)
    }
}

fn failed(what: &str, path: &Path, error: &io::Error) -> StoreError {
    StoreError::Failed(format!("couldn't {what} {}: {error}", path.display()))
}
