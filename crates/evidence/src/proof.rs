//! Proof files (C2SP `tlog-proof`): one entry's place in a log, with the signed checkpoint, in one text that can be
//! handed to anyone together with the entry.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::keys::VerifierKey;
use crate::log::Log;
use crate::merkle::{self, Hash, ProofError};
use crate::note::MAX_NOTE_BYTES;
use crate::policy::{Policy, PolicyError};
use crate::store::{CheckpointLock, ReadError, Tiles};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Longest proof a tree of 64-bit size can need.
pub const MAX_PROOF_HASHES: usize = 63;

/// That an entry stands at an index of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryProof {
    /// Bytes which are carried along and which nothing vouches for.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// From the sibling of its leaf up to the child of the root (RFC 6962 2.1.1).
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, with cosignatures if there are any, byte for byte.
    pub checkpoint: Vec<u8>,
}

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryProofError {
    /// Not a proof file.
    Form(&'static str),
    /// The checkpoint in it is not accepted.
    Checkpoint(CheckpointError),
    /// The checkpoint in it does not satisfy the policy.
    Policy(PolicyError),
    /// The hashes do not lead from the entry to the signed root.
    Hashes(ProofError),
}

impl fmt::Display for EntryProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(what) => write!(f, "not a proof file: {what}"),
            Self::Checkpoint(error) => error.fmt(f),
            Self::Policy(error) => error.fmt(f),
            Self::Hashes(error) => write!(f, "the entry is not the one that was logged there: {error}"),
        }
    }
}

impl std::error::Error for EntryProofError {}

impl EntryProof {
    /// The proof of entry `index` at the present checkpoint of a log. To carry cosignatures, replace
    /// [`EntryProof::checkpoint`] by the cosigned note of the same size.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] beyond the size; otherwise what is wrong with the stored tiles.
    pub fn of<S: Tiles + CheckpointLock>(log: &Log<S>, index: u64) -> Result<Self, ReadError> {
        let hashes = log.inclusion_proof(index)?;
        Ok(Self { extra: None, index, hashes, checkpoint: log.checkpoint().to_vec() })
    }

    /// Reads a proof file; nothing in it is verified yet.
    ///
    /// # Errors
    /// [`EntryProofError::Form`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryProofError> {
        let form = EntryProofError::Form;
        if bytes.len() > 2 * MAX_NOTE_BYTES {
            return Err(form("it is too large"));
        }
        let text = str::from_utf8(bytes).map_err(|_| form("it is no UTF-8 text"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(form("it has no empty line"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(form("its first line is not `c2sp.org/tlog-proof@v1`"));
        }
        let mut line = lines.next().unwrap_or_default();
        let extra = match line.strip_prefix("extra ") {
            Some(data) => Some(STANDARD.decode(data).map_err(|_| form("`extra` is not base64"))?),
            None => None,
        };
        if extra.is_some() {
            line = lines.next().unwrap_or_default();
        }
        let index = line.strip_prefix("index ").and_then(|digits| {
            let index: u64 = digits.parse().ok()?;
            (index.to_string() == digits).then_some(index)
        });
        let index = index.ok_or(form("there is no line `index` with a decimal number"))?;
        let hashes = parse_hashes(lines).ok_or(form("a hash is not 32 bytes in base64, or there are too many"))?;
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.as_bytes().to_vec() })
    }

    /// Checks that `entry` is in the log: its checkpoint is signed by the log with one of `keys`, and no signature of
    /// any of them fails.
    ///
    /// # Errors
    /// Why it is not proved.
    pub fn verify(&self, entry: &[u8], keys: &[VerifierKey]) -> Result<SignedCheckpoint, EntryProofError> {
        let signed = Checkpoint::open(&self.checkpoint, keys).map_err(EntryProofError::Checkpoint)?;
        self.verify_hashes(entry, signed)
    }

    /// Like [`EntryProof::verify`], with a log and as many cosignatures as the policy asks for.
    ///
    /// # Errors
    /// Why it is not proved.
    pub fn verify_by_policy(&self, entry: &[u8], policy: &Policy) -> Result<SignedCheckpoint, EntryProofError> {
        let signed = policy.open(&self.checkpoint).map_err(EntryProofError::Policy)?;
        self.verify_hashes(entry, signed)
    }

    fn verify_hashes(&self, entry: &[u8], signed: SignedCheckpoint) -> Result<SignedCheckpoint, EntryProofError> {
        let (leaf, tree) = (merkle::leaf_hash(entry), signed.checkpoint.tree());
        let checked = merkle::verify_inclusion(&leaf, self.index, tree.size, &self.hashes, &tree.root);
        checked.map(|()| signed).map_err(EntryProofError::Hashes)
    }
}

/// The proof file.
impl fmt::Display for EntryProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        write_hashes(f, &self.hashes)?;
        write!(f, "\n{}", String::from_utf8_lossy(&self.checkpoint))
    }
}

/// One hash in each line; `None` when a line is none, or there are more than a proof can have.
pub(crate) fn parse_hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Vec<Hash>> {
    let limited = lines.take(MAX_PROOF_HASHES + 1);
    let hashes: Vec<Hash> =
        limited.map(|line| Hash::from_slice(&STANDARD.decode(line).ok()?)).collect::<Option<_>>()?;
    (hashes.len() <= MAX_PROOF_HASHES).then_some(hashes)
}

pub(crate) fn write_hashes(f: &mut impl fmt::Write, hashes: &[Hash]) -> fmt::Result {
    hashes.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.as_bytes())))
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
