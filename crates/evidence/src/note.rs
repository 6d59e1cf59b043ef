//! Signed notes (C2SP `signed-note`): a text, an empty line, and one or more signature lines.
//!
//! Reading is strict, so that one note has one form: UTF-8, line feeds alone (a carriage return is refused),
//! canonical base64. Signatures of keys which the reader does not know are passed over; a signature of a known key
//! that fails condemns the whole note.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::keys::{SignerKey, VerifierKey, is_key_name};

/// Longest note that is read, in bytes.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// Most signature lines that are read.
pub const MAX_SIGNATURES: usize = 100;

/// A note as read: nothing in it is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    id: u32,
    bytes: Vec<u8>,
}

/// A signature that was checked and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// The key that signed.
    pub key: VerifierKey,
    /// For a cosignature: when the witness saw the note, in seconds since 1970.
    pub time_s: Option<u64>,
}

/// Why a note is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// Larger than [`MAX_NOTE_BYTES`] or with more than [`MAX_SIGNATURES`] signatures.
    TooLarge,
    /// Not UTF-8, a control character, or no text and signatures divided by an empty line.
    Form,
    /// A signature line that is not one.
    SignatureLine(String),
    /// Two different keys given with the same name and id.
    AmbiguousKey(String),
    /// The signature of a known key fails: the note was altered, or not made by its owner.
    Forged(String),
    /// No signature of a known key.
    Unsigned,
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the note is too large"),
            Self::Form => {
                f.write_str("not a signed note: UTF-8 text, an empty line, signature lines, no carriage returns")
            }
            Self::SignatureLine(line) => write!(f, "not a signature line: {line:?}"),
            Self::AmbiguousKey(name) => write!(f, "two different keys share the name and id of {name}"),
            Self::Forged(name) => {
                write!(f, "the signature of {name} does not hold: the text or the signature was altered")
            }
            Self::Unsigned => f.write_str("no signature of a known key"),
        }
    }
}

impl std::error::Error for NoteError {}

impl Note {
    /// A text without signatures, to be signed.
    ///
    /// # Errors
    /// [`NoteError::Form`] unless the text is not empty, ends with a line feed and has no other control character.
    pub fn unsigned(text: &str) -> Result<Self, NoteError> {
        let sound = text.ends_with('\n') && !text.chars().any(is_forbidden);
        sound.then(|| Self { text: text.to_owned(), signatures: Vec::new() }).ok_or(NoteError::Form)
    }

    /// Reads a note; the signatures are not checked yet.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLarge);
        }
        let all = str::from_utf8(bytes).map_err(|_| NoteError::Form)?;
        // The text may hold empty lines: the last one divides.
        let (text, lines) = all.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        if all.chars().any(is_forbidden) {
            return Err(NoteError::Form);
        }
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::TooLarge);
        }
        let signatures = lines.split('\n').map(NoteSignature::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Adds a signature.
    #[must_use]
    pub fn signed(mut self, key: &SignerKey) -> Self {
        let bytes = key.sign(&self.text).to_vec();
        self.signatures.push(NoteSignature::of(key.verifier(), bytes));
        self
    }

    /// The same text without any signature.
    #[must_use]
    pub fn without_signatures(&self) -> Self {
        Self { text: self.text.clone(), signatures: Vec::new() }
    }

    /// Adds a signature that somebody else made. It is not checked.
    #[must_use]
    pub fn with_signature(mut self, signature: NoteSignature) -> Self {
        self.signatures.push(signature);
        self
    }

    /// The text that is signed, with its final line feed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, unchecked.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Checks every signature of a known key.
    ///
    /// # Errors
    /// When one of them fails, when there is none, or when the given keys are ambiguous.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Vec<SignedBy>, NoteError> {
        let mut signed_by: Vec<SignedBy> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = signature.key_among(keys)? else {
                continue;
            };
            let Some(time_s) = key.verify(&self.text, &signature.bytes) else {
                return Err(NoteError::Forged(key.name().to_owned()));
            };
            signed_by.push(SignedBy { key: key.clone(), time_s });
        }
        if signed_by.is_empty() { Err(NoteError::Unsigned) } else { Ok(signed_by) }
    }
}

/// The note as it is stored and sent.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    pub(crate) fn of(key: &VerifierKey, bytes: Vec<u8>) -> Self {
        Self { name: key.name().to_owned(), id: key.id(), bytes }
    }

    /// A line in the form of a signature which no key will ever verify: readers pass over it.
    #[cfg(feature = "objects")]
    pub(crate) fn unknown(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), id: u32::MAX, bytes }
    }

    /// Reads a signature line, without its line feed.
    ///
    /// # Errors
    /// [`NoteError::SignatureLine`].
    pub fn parse(line: &str) -> Result<Self, NoteError> {
        let read = || {
            let (name, data) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let data = STANDARD.decode(data).ok()?;
            let (id, bytes) = data.split_first_chunk::<4>()?;
            let sound = is_key_name(name) && !bytes.is_empty();
            sound.then(|| Self { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
        };
        read().ok_or_else(|| NoteError::SignatureLine(line.chars().take(200).collect()))
    }

    /// Name of the key that is said to have signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Id of that key.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The signature, without the key id.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn key_among<'k>(&self, keys: &'k [VerifierKey]) -> Result<Option<&'k VerifierKey>, NoteError> {
        let mut matching = keys.iter().filter(|key| key.name() == self.name && key.id() == self.id);
        let first = matching.next();
        if matching.any(|other| Some(other) != first) {
            return Err(NoteError::AmbiguousKey(self.name.clone()));
        }
        Ok(first)
    }
}

/// A signature line, without line feed.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = STANDARD.encode([&self.id.to_be_bytes(), self.bytes.as_slice()].concat());
        write!(f, "\u{2014} {} {data}", self.name)
    }
}

/// ASCII control characters other than the line feed.
fn is_forbidden(c: char) -> bool {
    c < ' ' && c != '\n'
}

#[cfg(test)]
#[path = "note_tests.rs"]
mod tests;
