//! Values sealed to several roles, all of which are needed to open them: the point of origin of fire, sealed to the
//! verification lead and to the legal adviser, say. Feature `sealing`.
//!
//! One layer of age encryption (age-encryption.org/v1, X25519) for each role, the last role outermost. A role may have
//! several keys, any one of which opens its layer; no key may belong to two roles. So a value sealed to two roles
//! opens only when one person of each has used their key, in turn, and it opens with the `age` program too:
//! `age -d -i second.key sealed`, cut at the first empty line, and `age -d -i first.key` on the rest.
//!
//! Inside each layer stand the record which the value belongs to and whose layer is next, so that a sealed value cannot be
//! passed off as that of another record. Changing, cutting or joining the bytes is found by age's own authentication.
//! The innermost value is padded to a multiple of 256 bytes, which hides its length. What sealed bytes do not hide: for
//! how many layers they are, and the rough length.
//!
//! The sealed bytes go into the log, or their digest does; an opening is an entry too, which the caller makes. age draws
//! its randomness from the system, which nothing else in this package does.

use std::fmt;
use std::io::Read as _;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use base64::{Engine as _, engine::general_purpose::STANDARD};

const FIRST_LINE: &str = "truceline-sealed@v1";
const PAD_BYTES: usize = 256;

/// Longest value, and longest sealed value that is read, in bytes.
pub const MAX_SEALED_BYTES: usize = 1 << 24;

/// Some people, one of whom is needed.
#[derive(Clone, Debug)]
pub struct Role {
    name: String,
    recipients: Vec<Recipient>,
}

/// Why a value was not sealed, or not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealError {
    /// Fewer than two roles, a role without keys, one name or one key in two roles, or a value too long.
    Refused(String),
    /// Not the text of a key.
    Key(String),
    /// This key does not open this layer, or the bytes were altered.
    Closed,
    /// It opens, but is not the sealed value of this record.
    Form(&'static str),
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => f.write_str(why),
            Self::Key(why) => write!(f, "not a key: {why}"),
            Self::Closed => f.write_str("this key does not open it, or it was altered"),
            Self::Form(what) => write!(f, "not the sealed value of this record: {what}"),
        }
    }
}

impl std::error::Error for SealError {}

impl Role {
    /// A role with the public keys of its people, each `age1...`.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn new(name: &str, public_keys: &[&str]) -> Result<Self, SealError> {
        let parse =
            |text: &&str| text.trim().parse::<Recipient>().map_err(|why| SealError::Key(format!("`{text}`: {why}")));
        Ok(Self { name: name.to_owned(), recipients: public_keys.iter().map(parse).collect::<Result<_, _>>()? })
    }
}

/// A new key: the secret text, `AGE-SECRET-KEY-1...`, to be kept by one person, and the public one.
#[must_use]
pub fn new_key() -> (String, String) {
    let identity = Identity::generate();
    (identity.to_string().expose_secret().to_owned(), identity.to_public().to_string())
}

/// What a key opened.
#[derive(Clone, PartialEq, Eq)]
pub enum Opened {
    /// One layer of it: the rest is for this role.
    Layer {
        /// Whose key is needed next.
        role: String,
        /// Sealed bytes, to be handed to them.
        sealed: Vec<u8>,
    },
    /// The value.
    Value(Vec<u8>),
}

/// Shows no value.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layer { role, .. } => write!(f, "Layer for {role}"),
            Self::Value(_) => f.write_str("Value"),
        }
    }
}

/// Seals the value of a record to all of these roles, two at least.
///
/// # Errors
/// [`SealError::Refused`] when the roles would not all be needed.
pub fn seal(record: &str, value: &[u8], roles: &[Role]) -> Result<Vec<u8>, SealError> {
    check_roles(roles)?;
    if value.len() > MAX_SEALED_BYTES / 2 {
        return Err(SealError::Refused("the value is too long".into()));
    }
    let mut next = None;
    let mut sealed = padded(value);
    for role in roles {
        let layer = [head(record, next).as_bytes(), &sealed].concat();
        sealed = encrypt(&layer, &role.recipients)?;
        next = Some(role.name.as_str());
    }
    Ok(sealed)
}

/// Opens one layer with the secret key of one person.
///
/// # Errors
/// [`SealError::Closed`] when the key is not one of the role whose turn it is.
pub fn open_layer(record: &str, sealed: &[u8], secret_key: &str) -> Result<Opened, SealError> {
    let identity: Identity = secret_key.trim().parse().map_err(|why: &str| SealError::Key(why.to_owned()))?;
    if sealed.len() > MAX_SEALED_BYTES {
        return Err(SealError::Closed);
    }
    let layer = decrypt(sealed, &identity).ok_or(SealError::Closed)?;
    let (head, rest) = split_head(&layer).ok_or(SealError::Form("it has no head"))?;
    let mut lines = head.lines();
    if lines.next() != Some(FIRST_LINE) {
        return Err(SealError::Form("its first line is not `truceline-sealed@v1`"));
    }
    if lines.next() != Some(&format!("record {}", STANDARD.encode(record))) {
        return Err(SealError::Form("it belongs to another record"));
    }
    match lines.next().and_then(|line| line.strip_prefix("next ")) {
        Some(role) => {
            let role = STANDARD.decode(role).ok().and_then(|role| String::from_utf8(role).ok());
            let role = role.ok_or(SealError::Form("the next role has no name"))?;
            Ok(Opened::Layer { role, sealed: rest.to_vec() })
        }
        None => unpadded(rest).map(Opened::Value).ok_or(SealError::Form("the value is cut")),
    }
}

/// Opens a sealed value with one key of each role; in which order the keys are given makes no difference.
///
/// # Errors
/// [`SealError::Closed`] when a role is missing.
pub fn open(record: &str, sealed: &[u8], secret_keys: &[&str]) -> Result<Vec<u8>, SealError> {
    let mut rest = sealed.to_vec();
    // Every key opens at most one layer.
    for _ in secret_keys {
        let tried = secret_keys.iter().map(|key| open_layer(record, &rest, key));
        match tried.reduce(|first, next| if first == Err(SealError::Closed) { next } else { first }) {
            Some(Ok(Opened::Value(value))) => return Ok(value),
            Some(Ok(Opened::Layer { sealed, .. })) => rest = sealed,
            Some(Err(error)) => return Err(error),
            None => break,
        }
    }
    Err(SealError::Closed)
}

fn check_roles(roles: &[Role]) -> Result<(), SealError> {
    let refused = |why: &str| Err(SealError::Refused(why.to_owned()));
    if roles.len() < 2 {
        return refused("a value is sealed to two roles at least");
    }
    let mut names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    let mut keys = Vec::new();
    for role in roles {
        // The same key twice in one role is the same person.
        let mut own: Vec<String> = role.recipients.iter().map(ToString::to_string).collect();
        own.sort();
        own.dedup();
        if own.is_empty() {
            return Err(SealError::Refused(format!("role `{}` has no key", role.name)));
        }
        keys.extend(own);
    }
    let (n_names, n_keys) = (names.len(), keys.len());
    names.sort_unstable();
    names.dedup();
    keys.sort();
    keys.dedup();
    if names.len() < n_names {
        return refused("two roles have one name");
    }
    if keys.len() < n_keys { refused("one key is in two roles: it would open both layers") } else { Ok(()) }
}

fn head(record: &str, next: Option<&str>) -> String {
    let next = next.map(|role| format!("next {}\n", STANDARD.encode(role))).unwrap_or_default();
    format!("{FIRST_LINE}\nrecord {}\n{next}\n", STANDARD.encode(record))
}

fn split_head(layer: &[u8]) -> Option<(&str, &[u8])> {
    let end = layer.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, rest) = layer.split_at_checked(end + 2)?;
    Some((str::from_utf8(head).ok()?, rest))
}

fn padded(value: &[u8]) -> Vec<u8> {
    let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
    let mut padded = [&length.to_be_bytes(), value].concat();
    padded.resize(padded.len().next_multiple_of(PAD_BYTES), 0);
    padded
}

fn unpadded(padded: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = padded.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    rest.get(..length).map(<[u8]>::to_vec)
}

fn encrypt(bytes: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
    let failed = |why: String| SealError::Refused(format!("couldn't seal it: {why}"));
    let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(|error| failed(error.to_string()))?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|error| failed(error.to_string()))?;
    std::io::Write::write_all(&mut writer, bytes).map_err(|error| failed(error.to_string()))?;
    writer.finish().map_err(|error| failed(error.to_string()))?;
    Ok(sealed)
}

/// `None`: not for this key, or altered anywhere. Nothing of an altered text is given out.
fn decrypt(sealed: &[u8], identity: &Identity) -> Option<Vec<u8>> {
    let decryptor = age::Decryptor::new_buffered(sealed).ok()?;
    let mut reader = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).ok()?;
    let mut opened = Vec::new();
    reader.read_to_end(&mut opened).ok()?;
    Some(opened)
}

#[cfg(test)]
#[path = "sealed_tests.rs"]
mod tests;
