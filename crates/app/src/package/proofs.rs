//! The entries of a log that a package needs, and their proof files.

use anyhow::{Context as _, bail};
use serde_json::Value;
use std::path::Path;
use truceline_domain::Digest;
use truceline_evidence::keys::VerifierKey;
use truceline_evidence::merkle;
use truceline_evidence::proof::EntryProof;
use truceline_evidence::store::directory::Directory;
use truceline_evidence::store::{CheckpointLock as _, TileTree};
use truceline_evidence::verify::verify_log_with;

/// An entry as it stands in the log.
#[derive(Debug, Clone)]
pub struct LoggedEntry {
    /// Its index.
    pub index: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    value: Value,
}

impl LoggedEntry {
    /// Reads an entry; one that is no JSON says nothing.
    pub fn new(index: u64, bytes: Vec<u8>) -> Self {
        let value = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { index, bytes, value }
    }

    /// A text of it.
    pub fn text(&self, key: &str) -> &str {
        self.value.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// True for an entry of this kind about this content.
    pub fn says(&self, kind: &str, content: Digest) -> bool {
        self.text("kind") == kind && self.content() == Some(content)
    }

    /// The digest of what it is about.
    pub fn content(&self) -> Option<Digest> {
        Digest::from_hex(self.text("content").strip_prefix("sha256:")?)
    }
}

/// A log, read as a whole and verified.
pub struct LogRead {
    folder: Directory,
    size: u64,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
    /// The public key, as `log.vkey` holds it.
    pub key: String,
    /// All entries.
    pub entries: Vec<LoggedEntry>,
}

impl LogRead {
    /// Reads the log of a folder of evidence.
    ///
    /// # Errors
    /// When there is none, or when it is not sound.
    pub fn open(evidence: &Path) -> anyhow::Result<Self> {
        let key = std::fs::read_to_string(evidence.join("log.vkey")).context("couldn't read the log's public key")?;
        let verifier = VerifierKey::parse(key.trim()).context("log.vkey is no public key")?;
        let folder = Directory::read_only(evidence.join("log"));
        let checkpoint = folder.fetch().context("couldn't read the log")?.context("there is no log")?;
        let mut entries = Vec::new();
        let each = |index: u64, entry: &[u8]| entries.push(LoggedEntry::new(index, entry.to_vec()));
        let found = verify_log_with(&folder, &checkpoint, &[verifier], each);
        if let Some(fault) = found.faults.first() {
            bail!("the log is not sound: {fault}");
        }
        let size = found.checkpoint.map(|checkpoint| checkpoint.size).unwrap_or_default();
        Ok(Self { folder, size, checkpoint, key, entries })
    }

    /// The last entry of this kind about this content.
    pub fn last(&self, kind: &str, content: Digest) -> Option<&LoggedEntry> {
        self.entries.iter().rev().find(|entry| entry.says(kind, content))
    }

    /// The proof file of an entry.
    ///
    /// # Errors
    /// When the tiles cannot be read.
    pub fn proof(&self, entry: &LoggedEntry) -> anyhow::Result<String> {
        let tree = TileTree::new(&self.folder, self.size);
        let hashes = merkle::inclusion_proof(entry.index, self.size, &tree);
        let hashes = hashes.map_err(|error| anyhow::anyhow!("couldn't prove entry {}: {error}", entry.index))?;
        let proof = EntryProof { extra: None, index: entry.index, hashes, checkpoint: self.checkpoint.clone() };
        Ok(proof.to_string())
    }
}
