//! Captures: files of any size, named by their own SHA-256, outside the log. An entry of the log that carries the
//! name vouches for every bit of the file.
//!
//! `sha256/<first two digits>/<64 digits>` below one folder. Files are written once, durably, and made read-only.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use crate::durable;

const BLOCK_BYTES: usize = 1 << 16;

/// The SHA-256 of some bytes. Written `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads `sha256:<64 lower-case hexadecimal digits>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_hex(text.strip_prefix("sha256:")?)
    }

    fn parse_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let read = Self(bytes);
        (read.hex() == digits).then_some(read)
    }

    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

/// Why a capture could not be stored or had.
#[derive(Debug)]
pub enum CaptureError {
    /// The stored file is not what its name says. It is left as it is: it is evidence too.
    Altered(Digest),
    /// Reading or writing failed; ask again.
    Failed(io::Error),
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered(digest) => write!(f, "the stored capture {digest} was altered"),
            Self::Failed(error) => write!(f, "couldn't read or write a capture: {error}"),
        }
    }
}

impl std::error::Error for CaptureError {}

impl From<io::Error> for CaptureError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// What a look at every capture gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureCheck {
    /// Captures that are what their name says.
    pub sound: u64,
    /// Captures that are not.
    pub altered: Vec<Digest>,
    /// Files that could not be read: path below the folder, and why.
    pub unreadable: Vec<(String, String)>,
    /// Files whose name is not that of a capture: path below the folder.
    pub unknown: Vec<String>,
}

impl CaptureCheck {
    /// Whether every capture is what its name says.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.altered.is_empty() && self.unreadable.is_empty()
    }
}

/// A folder of captures. Several threads and processes may use it at once.
#[derive(Clone, Debug)]
pub struct Captures {
    root: PathBuf,
}

impl Captures {
    /// The captures in this folder. It is created by the first `put`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Stores bytes. On return they are durable. Storing the same bytes again changes nothing.
    ///
    /// # Errors
    /// [`CaptureError::Altered`] when a file of that name is there and has other bytes.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, CaptureError> {
        self.put_from(&mut &*bytes)
    }

    /// Stores what a reader gives, without holding it in memory. See [`Captures::put`].
    ///
    /// # Errors
    /// Also those of the reader; then nothing is stored.
    pub fn put_from(&self, reader: &mut dyn Read) -> Result<Digest, CaptureError> {
        let temporary = self.temporary()?;
        let stored = self.write(reader, &temporary).and_then(|(digest, file)| self.settle(digest, &file, &temporary));
        // Gone already if it was renamed.
        let _ = fs::remove_file(&temporary);
        stored
    }

    /// The bytes of a capture, hashed again; `None` when there is none of that name.
    ///
    /// # Errors
    /// [`CaptureError::Altered`] when they are not what the name says.
    pub fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, CaptureError> {
        let Some(bytes) = durable::read_up_to(&self.path(digest), u64::MAX)? else {
            return Ok(None);
        };
        if Digest::of(&bytes) == *digest { Ok(Some(bytes)) } else { Err(CaptureError::Altered(*digest)) }
    }

    /// Whether there is a file of that name; it is not hashed.
    #[must_use]
    pub fn contains(&self, digest: &Digest) -> bool {
        self.path(digest).is_file()
    }

    /// Hashes every capture again, block by block, in the order of their names.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn verify_all(&self) -> io::Result<CaptureCheck> {
        let mut check = CaptureCheck::default();
        let top = "sha256";
        for (shard, is_folder) in durable::sorted_names(&self.root.join(top))? {
            let shard = format!("{top}/{shard}");
            if !is_folder {
                check.unknown.push(shard);
                continue;
            }
            for (name, _) in durable::sorted_names(&self.root.join(&shard))? {
                self.verify_file(&format!("{shard}/{name}"), &mut check);
            }
        }
        Ok(check)
    }

    fn verify_file(&self, place: &str, check: &mut CaptureCheck) {
        let named = place.rsplit('/').next().and_then(Digest::parse_hex);
        let Some(digest) = named.filter(|digest| place_of(digest) == place) else {
            check.unknown.push(place.to_owned());
            return;
        };
        match digest_of_file(&self.root.join(place)) {
            Ok(found) if found == digest => check.sound += 1,
            Ok(_) => check.altered.push(digest),
            Err(error) => check.unreadable.push((place.to_owned(), error.to_string())),
        }
    }

    /// Where the capture of this name is or would be.
    #[must_use]
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.root.join(place_of(digest))
    }

    /// A temporary name that no other thread or process has.
    fn temporary(&self) -> io::Result<PathBuf> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let folder = self.root.join(".tmp");
        durable::create_folder(&folder)?;
        Ok(folder.join(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))))
    }

    fn write(&self, reader: &mut dyn Read, temporary: &Path) -> Result<(Digest, File), CaptureError> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(temporary)?;
        let digest = for_each_block(reader, |block| file.write_all(block))?;
        Ok((digest, file))
    }

    fn settle(&self, digest: Digest, file: &File, temporary: &Path) -> Result<Digest, CaptureError> {
        let path = self.path(&digest);
        if path.exists() {
            let found = digest_of_file(&path)?;
            // Whoever stored it first may not have got as far as flushing it.
            File::open(&path)?.sync_all()?;
            path.parent().map_or(Ok(()), durable::sync_folder)?;
            return if found == digest { Ok(digest) } else { Err(CaptureError::Altered(digest)) };
        }
        durable::create_folder(path.parent().unwrap_or(&self.root))?;
        let mut permissions = file.metadata()?.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions)?;
        durable::settle(file, temporary, &path)?;
        Ok(digest)
    }
}

fn place_of(digest: &Digest) -> String {
    let hex = digest.hex();
    let shard: String = hex.chars().take(2).collect();
    format!("sha256/{shard}/{hex}")
}

fn digest_of_file(path: &Path) -> io::Result<Digest> {
    for_each_block(&mut File::open(path)?, |_| Ok(()))
}

/// Reads to the end in blocks, and returns the digest of all of it.
fn for_each_block(reader: &mut dyn Read, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    let limit = u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX);
    while Read::take(&mut *reader, limit).read_to_end(&mut block)? > 0 {
        hasher.update(&block);
        each(&block)?;
        block.clear();
    }
    Ok(Digest(hasher.finalize().into()))
}

#[cfg(test)]
#[path = "captures_tests.rs"]
mod tests;
