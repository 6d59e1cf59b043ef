//! The files of a package as they lie there, each with its digest.

use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use truceline_domain::Digest;

/// Tag files are small; a larger one is read no further.
const TAG_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A payload file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size.
    pub n_bytes: u64,
}

/// A tag file.
#[derive(Debug)]
pub struct Tag {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its text, if it is one.
    pub text: Option<String>,
}

/// All files of a package, by their path with `/`.
#[derive(Debug, Default)]
pub struct Files {
    /// Files under `data/`.
    pub payload: BTreeMap<String, Fact>,
    /// All others.
    pub tags: BTreeMap<String, Tag>,
    /// What is neither a file nor a folder, such as a link.
    pub odd: Vec<String>,
}

impl Files {
    /// Looks at every file; links are not followed.
    ///
    /// # Errors
    /// When a file or folder cannot be read.
    pub fn below(folder: &Path) -> anyhow::Result<Self> {
        let mut files = Self::default();
        let mut open = vec![(folder.to_path_buf(), String::new())];
        while let Some((next, prefix)) = open.pop() {
            let entries = std::fs::read_dir(&next).with_context(|| format!("couldn't read {}", next.display()))?;
            for entry in entries {
                let entry = entry?;
                let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    open.push((entry.path(), format!("{path}/")));
                } else if kind.is_file() {
                    files.take(path, &entry.path())?;
                } else {
                    files.odd.push(path);
                }
            }
        }
        files.odd.sort();
        Ok(files)
    }

    fn take(&mut self, path: String, at: &Path) -> anyhow::Result<()> {
        let fact = fact_of(at).with_context(|| format!("couldn't read {}", at.display()))?;
        if path.starts_with("data/") {
            self.payload.insert(path, fact);
            return Ok(());
        }
        let mut bytes = Vec::new();
        File::open(at)?.take(TAG_MAX_BYTES).read_to_end(&mut bytes)?;
        self.tags.insert(path, Tag { digest: fact.digest, text: String::from_utf8(bytes).ok() });
        Ok(())
    }

    /// Digest of a payload file, by its path under `data/`.
    pub fn digest_of(&self, path: &str) -> Option<Digest> {
        self.payload.get(&format!("data/{path}")).map(|fact| fact.digest)
    }

    /// Payload files below a folder of `data/` (`"mission/"`), by their path below it.
    pub fn under<'f>(&'f self, folder: &str) -> impl Iterator<Item = (&'f str, Digest)> {
        let prefix = format!("data/{folder}");
        self.payload.iter().filter_map(move |(path, fact)| Some((path.strip_prefix(&prefix)?, fact.digest)))
    }
}

fn fact_of(path: &Path) -> std::io::Result<Fact> {
    let bytes = std::fs::read(path)?;
    Ok(Fact { digest: Digest::of(&bytes), n_bytes: bytes.len() as u64 })
}
