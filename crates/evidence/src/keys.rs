//! Keys of signed notes (C2SP `signed-note`): the text forms `vkey` and `skey`, and the key id.
//!
//! Two algorithms are spoken: 0x01, Ed25519 over the text of the note, for logs; 0x04, the Ed25519 cosignature
//! with a time-stamp, for witnesses. A key of any other algorithm is refused by name.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::note::NoteSignature;

const ED25519: u8 = 0x01;
const COSIGNATURE: u8 = 0x04;
const SECRET_PREFIX: &str = "PRIVATE+KEY+";

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Type 0x01: the text of the note itself.
    Ed25519,
    /// Type 0x04: the text together with the time at which a witness saw it (C2SP `tlog-cosignature`).
    CosignatureV1,
}

impl Algorithm {
    const fn code(self) -> u8 {
        match self {
            Self::Ed25519 => ED25519,
            Self::CosignatureV1 => COSIGNATURE,
        }
    }
}

/// A public key with the name of its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    algorithm: Algorithm,
    key: VerifyingKey,
}

/// Why a key text is not a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not of the form `name+id+base64`.
    Form,
    /// An empty name, or one with a space, a control character or `+`.
    Name,
    /// The key id is not that of this name and key.
    Id,
    /// An algorithm which is not spoken here.
    Algorithm(u8),
    /// The bytes are no public key of that algorithm, or a weak one.
    Key,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("a key reads name+id+base64, the id in 8 hexadecimal digits"),
            Self::Name => f.write_str("a key name is not empty and has no spaces and no `+`"),
            Self::Id => f.write_str("the key id does not belong to this name and key; was the text altered?"),
            Self::Algorithm(code) => write!(f, "key type 0x{code:02x} is not supported, only 0x01 and 0x04"),
            Self::Key => f.write_str("the key bytes are not a sound Ed25519 key"),
        }
    }
}

impl std::error::Error for KeyError {}

impl VerifierKey {
    /// Reads a `vkey`: `name+hex id+base64(type, public key)`. Base64 may hold further `+`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        let (id, code, key) = decode(id, data)?;
        let algorithm = match code {
            ED25519 => Algorithm::Ed25519,
            COSIGNATURE => Algorithm::CosignatureV1,
            other => return Err(KeyError::Algorithm(other)),
        };
        let key = VerifyingKey::try_from(key.as_slice()).map_err(|_| KeyError::Key)?;
        let read = Self::new(name, algorithm, key)?;
        if read.id == id { Ok(read) } else { Err(KeyError::Id) }
    }

    pub(crate) fn new(name: &str, algorithm: Algorithm, key: VerifyingKey) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name);
        }
        if key.is_weak() {
            return Err(KeyError::Key);
        }
        let id = key_id(name, algorithm.code(), key.as_bytes());
        Ok(Self { name: name.to_owned(), id, algorithm, key })
    }

    /// The owner's name; for a log it is the origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of `SHA-256(name | LF | type | public key)`, big-endian.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The bytes of the public key.
    #[must_use]
    pub fn key_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// What the key signs.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks a signature (the bytes after the key id) of a note's text. `None`: it fails.
    /// Otherwise the time of a cosignature in seconds since 1970, or `Some(None)` for a plain signature.
    #[must_use]
    pub fn verify(&self, text: &str, signature: &[u8]) -> Option<Option<u64>> {
        match self.algorithm {
            Algorithm::Ed25519 => self.holds(text.as_bytes(), signature).then_some(None),
            Algorithm::CosignatureV1 => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time_s = u64::from_be_bytes(*time);
                let message = cosigned_message(time_s, text);
                self.holds(message.as_bytes(), signature).then_some(Some(time_s))
            }
        }
    }

    fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else {
            return false;
        };
        self.key.verify_strict(message, &signature).is_ok()
    }
}

/// The `vkey` text.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = STANDARD.encode(typed(self.algorithm.code(), self.key.as_bytes()));
        write!(f, "{}+{:08x}+{data}", self.name, self.id)
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A secret Ed25519 key of a log (type 0x01) with the name of its owner. Never shown by `Debug`; wiped when dropped.
pub struct SignerKey {
    key: SigningKey,
    public: VerifierKey,
}

impl SignerKey {
    /// A key from 32 bytes of entropy, which the caller draws from a secure source and keeps secret.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name that no key may have.
    pub fn from_entropy(name: &str, entropy: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(entropy);
        let public = VerifierKey::new(name, Algorithm::Ed25519, key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// Reads an `skey`: `PRIVATE+KEY+name+hex id+base64(type, seed)`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, seed) = decode_secret(text, ED25519)?;
        let read = Self::from_entropy(name, &seed)?;
        if read.public.id == id { Ok(read) } else { Err(KeyError::Id) }
    }

    /// The `skey` text. Whoever has it can sign as this log: write it only where the key itself may be kept.
    #[must_use]
    pub fn secret_text(&self) -> String {
        encode_secret(&self.public, &self.key)
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.public)
    }
}

/// A secret Ed25519 key of a witness (type 0x04), which signs a text together with a time. Not to be made from the
/// entropy of another key. Never shown by `Debug`; wiped when dropped.
pub struct CosignerKey {
    key: SigningKey,
    public: VerifierKey,
}

impl CosignerKey {
    /// A key from 32 bytes of entropy, which the caller draws from a secure source and keeps secret.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name that no key may have.
    pub fn from_entropy(name: &str, entropy: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(entropy);
        let public = VerifierKey::new(name, Algorithm::CosignatureV1, key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// Reads the secret text of a witness key: like that of a log, with type 0x04.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, seed) = decode_secret(text, COSIGNATURE)?;
        let read = Self::from_entropy(name, &seed)?;
        if read.public.id == id { Ok(read) } else { Err(KeyError::Id) }
    }

    /// The secret text. Whoever has it can cosign as this witness.
    #[must_use]
    pub fn secret_text(&self) -> String {
        encode_secret(&self.public, &self.key)
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// The signature line of a note's text at a time, in seconds since 1970 (C2SP `tlog-cosignature`, cosignature/v1).
    #[must_use]
    pub fn cosign(&self, text: &str, time_s: u64) -> NoteSignature {
        let signature = self.key.sign(cosigned_message(time_s, text).as_bytes());
        let bytes = [&time_s.to_be_bytes()[..], &signature.to_bytes()].concat();
        NoteSignature::of(&self.public, bytes)
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CosignerKey({})", self.public)
    }
}

fn cosigned_message(time_s: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

fn encode_secret(public: &VerifierKey, key: &SigningKey) -> String {
    let data = STANDARD.encode(typed(public.algorithm.code(), key.as_bytes()));
    format!("{SECRET_PREFIX}{}+{:08x}+{data}", public.name, public.id)
}

/// Name, key id and seed of a secret text of this type.
fn decode_secret(text: &str, expected: u8) -> Result<(&str, u32, [u8; 32]), KeyError> {
    let mut parts = text.strip_prefix(SECRET_PREFIX).ok_or(KeyError::Form)?.splitn(3, '+');
    let (Some(name), Some(id), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    let (id, code, seed) = decode(id, data)?;
    if code != expected {
        return Err(KeyError::Algorithm(code));
    }
    let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| KeyError::Key)?;
    Ok((name, id, seed))
}

/// Whether a name may stand in a key: not empty, no Unicode space, no control character, no `+`.
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control())
}

fn key_id(name: &str, code: u8, key: &[u8]) -> u32 {
    let digest = Sha256::new().chain_update(name).chain_update([b'\n', code]).chain_update(key).finalize();
    digest.iter().take(4).fold(0, |id, byte| id << 8 | u32::from(*byte))
}

fn typed(code: u8, key: &[u8]) -> Vec<u8> {
    [&[code], key].concat()
}

/// Key id, type and key bytes from the last two parts of a key text.
fn decode(id: &str, data: &str) -> Result<(u32, u8, Vec<u8>), KeyError> {
    let digits = id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit());
    let id = u32::from_str_radix(id, 16).ok().filter(|_| digits).ok_or(KeyError::Form)?;
    let data = STANDARD.decode(data).map_err(|_| KeyError::Form)?;
    let (code, key) = data.split_first().ok_or(KeyError::Form)?;
    Ok((id, *code, key.to_vec()))
}
