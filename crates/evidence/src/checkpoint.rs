//! Checkpoints (C2SP `tlog-checkpoint`): the signed statement of a log about its size and root.
//!
//! ```
//! use truceline_evidence::checkpoint::Checkpoint;
//!
//! let text = "monitor.example/evidence\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
//! let checkpoint = Checkpoint::parse(text)?;
//! assert_eq!((checkpoint.size, checkpoint.to_string().as_str()), (0, text));
//! # Ok::<(), truceline_evidence::checkpoint::CheckpointError>(())
//! ```

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::keys::{Algorithm, SignerKey, VerifierKey};
use crate::merkle::{Hash, Tree};
use crate::note::{Note, NoteError, SignedBy};

/// What a log says about itself at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log for ever, such as `monitor.example/evidence`; also the name of the key that signs.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root over those entries.
    pub root: Hash,
    /// Further lines, none empty. Opaque.
    pub extensions: Vec<String>,
}

/// Why a checkpoint is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// The note around it.
    Note(NoteError),
    /// The text is not that of a checkpoint.
    Form(&'static str),
    /// Signatures hold, but none is the log's own: an Ed25519 key named as the origin.
    NotByLog,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Form(what) => write!(f, "not a checkpoint: {what}"),
            Self::NotByLog => f.write_str("not signed by a key of the log's own name"),
        }
    }
}

impl std::error::Error for CheckpointError {}

impl From<NoteError> for CheckpointError {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

/// A checkpoint whose signatures hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The statement.
    pub checkpoint: Checkpoint,
    /// Every known key that signed it: the log, and witnesses if their keys were given.
    pub signed_by: Vec<SignedBy>,
}

impl Checkpoint {
    /// Size and root.
    #[must_use]
    pub const fn tree(&self) -> Tree {
        Tree { size: self.size, root: self.root }
    }

    /// Reads the text of a checkpoint, strictly: one checkpoint has one text.
    ///
    /// # Errors
    /// [`CheckpointError::Form`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Form("the last line has no end"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty());
        let origin = origin.ok_or(CheckpointError::Form("the first line, the origin, is empty"))?.to_owned();
        let size = lines.next().and_then(parse_size);
        let size = size.ok_or(CheckpointError::Form("the second line is not a decimal size without leading zeros"))?;
        let root = lines.next().and_then(|line| Hash::from_slice(&STANDARD.decode(line).ok()?));
        let root = root.ok_or(CheckpointError::Form("the third line is not a hash of 32 bytes in base64"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Form("an extension line is empty"));
        }
        Ok(Self { origin, size, root, extensions })
    }

    /// Reads a signed note and checks it: signed by the log itself with one of `keys`, and no signature of
    /// any of `keys` fails.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn open(note: &[u8], keys: &[VerifierKey]) -> Result<SignedCheckpoint, CheckpointError> {
        let note = Note::parse(note)?;
        let signed_by = note.verify(keys)?;
        let checkpoint = Self::parse(note.text())?;
        let by_log = |s: &SignedBy| s.key.algorithm() == Algorithm::Ed25519 && s.key.name() == checkpoint.origin;
        if !signed_by.iter().any(by_log) {
            return Err(CheckpointError::NotByLog);
        }
        Ok(SignedCheckpoint { checkpoint, signed_by })
    }

    /// The signed note of this checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError::NotByLog`] when the key has another name than the origin, and
    /// [`CheckpointError::Note`] when origin or extensions cannot stand in a note.
    pub fn sign(&self, key: &SignerKey) -> Result<Vec<u8>, CheckpointError> {
        if key.verifier().name() != self.origin {
            return Err(CheckpointError::NotByLog);
        }
        Ok(Note::unsigned(&self.to_string())?.signed(key).to_string().into_bytes())
    }
}

/// The text of the checkpoint, without signatures.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn parse_size(text: &str) -> Option<u64> {
    let size: u64 = text.parse().ok()?;
    (size.to_string() == text).then_some(size)
}

#[cfg(test)]
#[path = "checkpoint_tests.rs"]
mod tests;
