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
    fault: Option<(u64, Mishap)>,
    /// Set by a mishap that lasts: what every later call answers.
    down: Option<Down>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Down {
    Full,
    Crashed,
}

/// What can go wrong with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// Fails, and nothing is stored.
    Lost,
    /// Fails, and is stored all the same.
    Stored,
    /// Fails, and the first half of the bytes is stored under the name.
    Torn,
    /// The disk lies: it reports success, and stored the first half. Nothing above can prevent it; it is found by
    /// verifying.
    Lied,
    /// The disk is full: this write and every later one fails and stores nothing, until [`Memory::repair`].
    Full,
    /// The process ends before the write: every later call fails, until [`Memory::repair`].
    CrashBefore,
    /// The process ends after the write and before it is told: every later call fails, until [`Memory::repair`].
    CrashAfter,
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
        self.mishap(fault.after, if fault.persists { Mishap::Stored } else { Mishap::Lost });
    }

    /// Lets something go wrong with one write, counted from now: 0 is the next.
    pub fn mishap(&self, after: u64, mishap: Mishap) {
        self.state().fault = Some((after, mishap));
    }

    /// Makes room on the disk, or starts the machine again: whatever is stored can be read, and writes succeed.
    pub fn repair(&self) {
        let state = &mut self.state();
        (state.down, state.fault) = (None, None);
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
        self.is_up()?;
        if self.down == Some(Down::Full) {
            return Err(StoreError::Failed(format!("couldn't write {path}: no space left on the device")));
        }
        let due = self.fault.take_if(|(after, _)| *after == 0).map(|(_, mishap)| mishap);
        if let Some((after, _)) = &mut self.fault {
            *after -= 1;
        }
        let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
        let stored = match due {
            None | Some(Mishap::Stored | Mishap::CrashAfter) => Some(bytes),
            Some(Mishap::Torn | Mishap::Lied) => Some(half),
            Some(Mishap::Lost | Mishap::Full | Mishap::CrashBefore) => None,
        };
        if let Some(stored) = stored {
            self.files.insert(path.to_owned(), stored.to_vec());
        }
        self.down = match due {
            Some(Mishap::Full) => Some(Down::Full),
            Some(Mishap::CrashBefore | Mishap::CrashAfter) => Some(Down::Crashed),
            _ => None,
        };
        match due {
            None | Some(Mishap::Lied) => Ok(()),
            Some(_) => Err(StoreError::Failed(format!("couldn't write {path}: made to fail"))),
        }
    }

    fn is_up(&self) -> Result<(), StoreError> {
        match self.down {
            Some(Down::Crashed) => Err(StoreError::Failed("the process has ended".into())),
            _ => Ok(()),
        }
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.is_up()?;
        Ok(self.files.get(path).cloned())
    }
}

impl Tiles for Memory {
    fn put(&self, id: TileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.state().write(&id.to_string(), bytes)
    }

    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.state().read(&id.to_string())
    }
}

impl CheckpointLock for Memory {
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.state().read("checkpoint")
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
