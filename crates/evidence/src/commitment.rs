//! Commit now, reveal later: a record is a list of named values; its commitment goes into the log, and later single
//! values can be shown with proof that they are what was committed, while the others stay hidden.
//!
//! Each field is hashed with a salt of its own (32 bytes), so that a withheld value cannot be found by trying all
//! values it could have. The fields, in the order of their names, are the leaves of an RFC 6962 tree:
//!
//! ```text
//! leaf       = "truceline-field@v1" LF | length of name | name | salt (32 bytes) | length of value | value
//! commitment = SHA-256("truceline-record@v1" LF | length of id | id | number of fields | root)
//! ```
//!
//! Lengths and numbers have 8 bytes, big-endian. A commitment tells how many fields there are, and a reveal tells the
//! rank of its name among the names; nothing else about what is withheld.
//!
//! Salts are derived with HMAC-SHA256 (RFC 2104) from a secret of 32 bytes that the caller draws once and keeps, the id of
//! the record and the name of the field: so the same record gives the same commitment when it is derived again, and
//! whoever keeps the secret need not keep the salts. Whoever gets the secret can try values of every withheld field. An
//! id must never be used for two different records, or a salt would be shared between two values.
//!
//! ```
//! use truceline_evidence::commitment::{Record, Secret};
//!
//! let secret = Secret::new([7; 32]); // from a secure source, and kept
//! let record = Record::new("incident-17", vec![
//!     ("observed".into(), b"2026-03-01T04:12:00Z".to_vec()),
//!     ("cell".into(), b"8a2a1072b59ffff".to_vec()),
//! ])?;
//! let commitment = record.commitment(&secret); // this is published now
//! let reveal = record.reveal("observed", &secret).unwrap(); // and this, later, to whom it may concern
//! assert_eq!(reveal.verify(&commitment), Ok(()));
//! # Ok::<(), truceline_evidence::commitment::CommitmentError>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::captures::Digest;
use crate::merkle::{self, Hash};
use crate::proof::{parse_hashes, write_hashes};

const RECORD: &[u8] = b"truceline-record@v1\n";
const FIELD: &[u8] = b"truceline-field@v1\n";
const SALT: &[u8] = b"truceline-salt@v1\n";
const FIRST_LINE: &str = "truceline-reveal@v1";

/// What salts are derived from. Never shown by `Debug`.
pub struct Secret([u8; 32]);

impl Secret {
    /// A secret from 32 bytes which the caller draws from a secure source and keeps.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn salt(&self, record: &str, field: &str) -> [u8; 32] {
        hmac_sha256(&self.0, &[SALT, &framed(record.as_bytes()), &framed(field.as_bytes())])
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why it is no record, or no proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitmentError {
    /// Two fields of one name.
    Twice(String),
    /// Not the text of a reveal.
    Form(&'static str),
    /// The value is not the one that was committed.
    Altered,
}

impl fmt::Display for CommitmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice(name) => write!(f, "two fields are named `{name}`"),
            Self::Form(what) => write!(f, "not a revealed field: {what}"),
            Self::Altered => f.write_str("this is not what was committed"),
        }
    }
}

impl std::error::Error for CommitmentError {}

/// Named values.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    id: String,
    fields: BTreeMap<String, Vec<u8>>,
}

/// Shows no values.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({}, {} fields)", self.id, self.fields.len())
    }
}

impl Record {
    /// A record. The id is used once and for ever for these values.
    ///
    /// # Errors
    /// [`CommitmentError::Twice`].
    pub fn new(id: &str, fields: Vec<(String, Vec<u8>)>) -> Result<Self, CommitmentError> {
        let mut by_name = BTreeMap::new();
        for (name, value) in fields {
            if by_name.contains_key(&name) {
                return Err(CommitmentError::Twice(name));
            }
            by_name.insert(name, value);
        }
        Ok(Self { id: id.to_owned(), fields: by_name })
    }

    /// What is published: it tells nothing about the values.
    #[must_use]
    pub fn commitment(&self, secret: &Secret) -> Digest {
        commitment(&self.id, self.fields.len(), &merkle::root(self.leaves(secret)))
    }

    /// One field with its proof; `None` when there is no field of that name.
    #[must_use]
    pub fn reveal(&self, name: &str, secret: &Secret) -> Option<Reveal> {
        let value = self.fields.get(name)?.clone();
        let index = self.fields.keys().position(|other| other == name)?;
        let (index, n_fields) = (u64::try_from(index).ok()?, u64::try_from(self.fields.len()).ok()?);
        let proof = merkle::inclusion_proof(index, n_fields, self.leaves(secret).as_slice()).ok()?;
        let (record, salt) = (self.id.clone(), secret.salt(&self.id, name));
        Some(Reveal { record, name: name.to_owned(), value, salt, index, n_fields, proof })
    }

    fn leaves(&self, secret: &Secret) -> Vec<Hash> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| leaf(name, &secret.salt(&self.id, name), value)).collect()
    }
}

/// One field, with all that is needed to check it against the commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Id of the record.
    pub record: String,
    /// Name of the field.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
    salt: [u8; 32],
    index: u64,
    n_fields: u64,
    proof: Vec<Hash>,
}

impl Reveal {
    /// Checks that the field was in what was committed, with this name and this value.
    ///
    /// # Errors
    /// [`CommitmentError::Altered`].
    pub fn verify(&self, committed: &Digest) -> Result<(), CommitmentError> {
        let root = self.root().ok_or(CommitmentError::Altered)?;
        let n_fields = usize::try_from(self.n_fields).map_err(|_| CommitmentError::Altered)?;
        let sound = commitment(&self.record, n_fields, &root) == *committed;
        if sound { Ok(()) } else { Err(CommitmentError::Altered) }
    }

    /// The root to which the proof leads.
    fn root(&self) -> Option<Hash> {
        let leaf = leaf(&self.name, &self.salt, &self.value);
        merkle::inclusion_root(&leaf, self.index..self.n_fields, &self.proof).ok()
    }

    /// Reads the text of a reveal; nothing in it is verified yet.
    ///
    /// # Errors
    /// [`CommitmentError::Form`].
    pub fn parse(text: &str) -> Result<Self, CommitmentError> {
        let form = CommitmentError::Form;
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(form("its first line is not `truceline-reveal@v1`"));
        }
        let mut value = |key: &str| {
            let line = lines.next()?.strip_prefix(key)?.strip_prefix(' ')?;
            Some(line.to_owned())
        };
        let mut bytes = |key: &str| STANDARD.decode(value(key)?).ok();
        let mut text_of = |key: &str| String::from_utf8(bytes(key)?).ok();
        let record = text_of("record").ok_or(form("`record` is not a text in base64"))?;
        let name = text_of("name").ok_or(form("`name` is not a text in base64"))?;
        let salt = bytes("salt").and_then(|salt| salt.try_into().ok()).ok_or(form("`salt` is not 32 bytes"))?;
        let data = bytes("value").ok_or(form("`value` is not base64"))?;
        let place = value("place").ok_or(form("there is no `place`"))?;
        let place = place.split_once(" of ").and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let (index, n_fields) = place.ok_or(form("`place` is not two numbers"))?;
        let proof = parse_hashes(lines).ok_or(form("a hash is not 32 bytes in base64"))?;
        Ok(Self { record, name, value: data, salt, index, n_fields, proof })
    }
}

/// The text of a reveal. Texts are in base64, so that any name and value can stand in it.
impl fmt::Display for Reveal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        writeln!(f, "record {}\nname {}", STANDARD.encode(&self.record), STANDARD.encode(&self.name))?;
        writeln!(f, "salt {}\nvalue {}", STANDARD.encode(self.salt), STANDARD.encode(&self.value))?;
        writeln!(f, "place {} of {}", self.index, self.n_fields)?;
        write_hashes(f, &self.proof)
    }
}

fn commitment(record: &str, n_fields: usize, root: &Hash) -> Digest {
    let n_fields = u64::try_from(n_fields).unwrap_or(u64::MAX).to_be_bytes();
    Digest::of(&[RECORD, &framed(record.as_bytes()), &n_fields, root.as_bytes()].concat())
}

fn leaf(name: &str, salt: &[u8; 32], value: &[u8]) -> Hash {
    merkle::leaf_hash(&[FIELD, &framed(name.as_bytes()), salt, &framed(value)].concat())
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

/// HMAC-SHA256 (RFC 2104) with a key no longer than one block.
fn hmac_sha256(key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = message.iter().fold(Sha256::new_with_prefix(pad(0x36)), |hash, part| hash.chain_update(part));
    Sha256::new_with_prefix(pad(0x5c)).chain_update(inner.finalize()).finalize().into()
}

#[cfg(test)]
#[path = "commitment_tests.rs"]
mod tests;
