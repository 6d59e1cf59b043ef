//! A log in memory, whose writes can be made to fail: for tests of what survives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{CheckpointLock, Listing, StoreError, Tiles};
use crate::tile::TileId;

/// A store in memory. Clones share one content, like two processes at one disk.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    writes: u64,
    fault: Option<WriteFault>,
}

/// A write that will fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteFault {
    /// Which write, counted from now: 0 is the next.
    pub after: u64,
    /// Whether the bytes are stored although failure is reported.
    pub persists: bool,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes one write fail, once.
    pub fn fail(&self, fault: WriteFault) {
        self.state().fault = Some(fault);
    }

    /// How many writes were asked for so far, failed ones included.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.state().writes
    }

    /// All files by path; the checkpoint is `checkpoint`.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().files.clone()
    }

    /// Puts a file there, past the contracts, as somebody with access to the disk could.
    pub fn tamper(&self, path: &str, bytes: Option<Vec<u8>>) {
        let files = &mut self.state().files;
        match bytes {
            Some(bytes) => files.insert(path.to_owned(), bytes),
            None => files.remove(path),
        };
    }

    /// A store of its own with the same content.
    #[must_use]
    pub fn copied(&self) -> Self {
        let state = State { files: self.files(), ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.writes += 1;
        let due = self.fault.take_if(|fault| fault.after == 0);
        if let Some(fault) = &mut self.fault {
            fault.after -= 1;
        }
        if due.is_none_or(|fault| fault.persists) {
            self.files.insert(path.to_owned(), bytes.to_vec());
        }
        match due {
            Some(_) => Err(StoreError::Failed(format!("couldn't write {path}: made to fail"))),
            None => Ok(()),
        }
    }
}

impl Tiles for Memory {
    fn put(&self, id: TileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.state().write(&id.to_string(), bytes)
    }

    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.state().files.get(&id.to_string()).cloned())
    }
}

impl CheckpointLock for Memory {
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.state().files.get("checkpoint").cloned())
    }

    fn create(&self, new: &[u8]) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.files.contains_key("checkpoint") {
            return Err(StoreError::Conflict);
        }
        state.write("checkpoint", new)
    }

    fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.files.get("checkpoint").is_none_or(|stored| stored != old) {
            return Err(StoreError::Conflict);
        }
        state.write("checkpoint", new)
    }
}

impl Listing for Memory {
    fn for_each_path(&self, each: &mut dyn FnMut(&str)) -> Result<(), StoreError> {
        self.files().keys().filter(|path| path.starts_with("tile/")).for_each(|path| each(path));
        Ok(())
    }
}
