//! Tokens of time-stamping authorities (RFC 3161): an outside clock for checkpoints and for captures. Feature
//! `timestamps`.
//!
//! A request is made here and sent by somebody else; the response, or the token alone, is verified offline against
//! certificates that the reader trusts. What is checked: status granted; imprint and nonce are those of the request;
//! one signer; the signed attributes name content type, digest and the signer's certificate; the signature; the
//! certificate's only, critical use is time-stamping; a chain to a trusted certificate, all of it valid at the time of
//! the token. Revocation is not checked: that needs a network.
//!
//! Algorithms: RSA (PKCS #1 v1.5 and PSS, 2048 bits and more) and ECDSA (P-256, P-384) with SHA-256, SHA-384 and, for
//! RSA, SHA-512; Ed25519. The certificates in a token may stand in any order.

use std::fmt;

use crate::captures::Digest;

mod certificate;
mod der;
mod signature;

use certificate::Certificate;
use der::{Element, Tag};

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// Longest response that is read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 1 << 20;

/// Most certificates in a token, and links in a chain.
const MAX_CERTIFICATES: usize = 16;

/// What an authority says, after it was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When, in milliseconds since 1970.
    pub time_ms: u64,
    /// How far that may be off, in milliseconds either way, if the authority says so.
    pub accuracy_ms: Option<u64>,
    /// Serial number of the token, big-endian.
    pub serial: Vec<u8>,
    /// Subject of the certificate that signed, such as `CN=Test TSA`.
    pub authority: String,
}

/// Why a token says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StampError {
    /// Not a response, and not a token.
    Form(&'static str),
    /// The authority refused; its status, and its words if it used any.
    Refused(u8, String),
    /// It is about other bytes.
    OtherContent,
    /// It is not the answer to this request.
    OtherNonce,
    /// The signature, or an attribute that it covers, does not hold.
    Forged(&'static str),
    /// The certificate is not good for this, or not at this time, or no chain leads to a trusted one.
    Certificate(String),
    /// An algorithm that is not spoken here.
    Algorithm,
}

impl fmt::Display for StampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(what) => write!(f, "not a time-stamp: {what}"),
            Self::Refused(status, why) => write!(f, "the authority refused (status {status}) {why}"),
            Self::OtherContent => f.write_str("the token is about other bytes"),
            Self::OtherNonce => f.write_str("the token is not the answer to this request"),
            Self::Forged(what) => write!(f, "the token was altered or is forged: {what}"),
            Self::Certificate(what) => write!(f, "the authority's certificate: {what}"),
            Self::Algorithm => f.write_str("the token uses an algorithm that is not supported"),
        }
    }
}

impl std::error::Error for StampError {}

/// Certificates that the reader trusts, and others that may stand between.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    roots: Vec<Certificate>,
    others: Vec<Certificate>,
}

impl Trust {
    /// Trusts the certificates of a PEM file: authorities of certificates, or the one of the time-stamping authority.
    ///
    /// # Errors
    /// [`StampError::Certificate`] when there is none, or one cannot be read.
    pub fn from_pem(text: &str) -> Result<Self, StampError> {
        Ok(Self { roots: certificate::from_pem(text)?, others: Vec::new() })
    }

    /// Adds certificates that are not trusted for themselves: for tokens that were made without them.
    ///
    /// # Errors
    /// As for [`Trust::from_pem`].
    pub fn with_others(mut self, text: &str) -> Result<Self, StampError> {
        self.others.extend(certificate::from_pem(text)?);
        Ok(self)
    }
}

/// The request for a token about these bytes, to be sent as `application/timestamp-query`. The nonce is drawn by the
/// caller; the certificate is asked for.
#[must_use]
pub fn request(content: &Digest, nonce: u64) -> Vec<u8> {
    let algorithm = der::encode(Tag::SEQUENCE, &[der::encode(Tag::OID, SHA256), der::encode(Tag::NULL, &[])].concat());
    let imprint = [algorithm, der::encode(Tag::OCTETS, content.as_bytes())].concat();
    let parts = [
        der::encode(Tag::INTEGER, &[1]),
        der::encode(Tag::SEQUENCE, &imprint),
        der::encode(Tag::INTEGER, &nonce_bytes(nonce)),
        der::encode(Tag::BOOLEAN, &[0xff]),
    ];
    der::encode(Tag::SEQUENCE, &parts.concat())
}

/// As an unsigned number of the shortest form: a leading zero where the sign bit would be set.
fn nonce_bytes(nonce: u64) -> Vec<u8> {
    let bytes = nonce.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
    let mut short: Vec<u8> = bytes.iter().skip(zeros).copied().collect();
    if short.first().is_some_and(|byte| byte & 0x80 != 0) {
        short.insert(0, 0);
    }
    short
}

/// Verifies a response (`application/timestamp-reply`), or a bare token, about these bytes. `nonce` is that of the
/// request; `None` where it was not kept, as with tokens that others bring.
///
/// # Errors
/// Why the token says nothing.
pub fn verify(response: &[u8], content: &Digest, nonce: Option<u64>, trust: &Trust) -> Result<Stamp, StampError> {
    if response.len() > MAX_TOKEN_BYTES {
        return Err(StampError::Form("it is too large"));
    }
    let token = Token::parse(token_of(response)?)?;
    let info = Info::parse(token.info)?;
    if info.algorithm != SHA256 || info.imprint != content.as_bytes() {
        return Err(StampError::OtherContent);
    }
    if nonce.is_some_and(|nonce| info.nonce != Some(&nonce_bytes(nonce))) {
        return Err(StampError::OtherNonce);
    }
    let signer = token.signer(trust)?;
    token.verify_signature(&signer)?;
    certificate::verify_chain(&signer, (&token.certificates, &trust.others, &trust.roots), info.time_ms / 1000)?;
    let (time_ms, accuracy_ms, serial) = (info.time_ms, info.accuracy_ms, info.serial.to_vec());
    Ok(Stamp { time_ms, accuracy_ms, serial, authority: signer.subject_text().to_owned() })
}

const NOT_A_TOKEN: StampError = StampError::Form("its structure is not that of RFC 3161");

/// The token in a response, or the bytes themselves if they are one.
fn token_of(response: &[u8]) -> Result<Element<'_>, StampError> {
    let outer = der::only(response).filter(|outer| outer.tag == Tag::SEQUENCE).ok_or(NOT_A_TOKEN)?;
    let mut parts = outer.children();
    let first = parts.next().ok_or(NOT_A_TOKEN)?;
    if first.tag == Tag::OID {
        return Ok(outer);
    }
    let mut status_info = first.children();
    let status = status_info.next().filter(|s| s.tag == Tag::INTEGER).ok_or(NOT_A_TOKEN)?;
    match (status.content, parts.next(), parts.next()) {
        ([0 | 1], Some(token), None) if parts.is_whole() => Ok(token),
        ([0 | 1], ..) => Err(NOT_A_TOKEN),
        (status, ..) => {
            let words = status_info.next().filter(|words| words.tag == Tag::SEQUENCE);
            let words = words.and_then(|words| words.children().next()).map(|word| word.content).unwrap_or_default();
            let words = String::from_utf8_lossy(words).chars().take(200).collect();
            Err(StampError::Refused(status.first().copied().unwrap_or(u8::MAX), words))
        }
    }
}

/// A CMS SignedData with one signer (RFC 5652 5.1) around a TSTInfo.
struct Token<'a> {
    info: &'a [u8],
    certificates: Vec<Certificate>,
    /// Issuer and serial number, or key id, by which the signer is named.
    signer_id: Element<'a>,
    digest_algorithm: &'a [u8],
    attributes: Element<'a>,
    signature_algorithm: Element<'a>,
    signature: &'a [u8],
}

impl<'a> Token<'a> {
    fn parse(token: Element<'a>) -> Result<Self, StampError> {
        Self::read(token).ok_or(NOT_A_TOKEN)
    }

    fn read(token: Element<'a>) -> Option<Self> {
        let mut parts = token.children();
        parts.next_of(Tag::OID).filter(|kind| kind.content == SIGNED_DATA)?;
        let data = der::only(parts.next_of(Tag::CONTEXT_0)?.content)?;
        let mut data = data.children();
        let _version = data.next_of(Tag::INTEGER)?;
        let _digests = data.next_of(Tag::SET)?;
        let mut content = data.next_of(Tag::SEQUENCE)?.children();
        content.next_of(Tag::OID).filter(|kind| kind.content == TST_INFO)?;
        let info = der::only(content.next_of(Tag::CONTEXT_0)?.content).filter(|info| info.tag == Tag::OCTETS)?.content;
        let mut certificates = Vec::new();
        let mut next = data.next()?;
        if next.tag == Tag::CONTEXT_0 {
            // In any order: some authorities do not sort them.
            let listed = next.children().take(MAX_CERTIFICATES).filter(|one| one.tag == Tag::SEQUENCE);
            certificates = listed.filter_map(|one| Certificate::parse(one.whole).ok()).collect();
            next = data.next()?;
        }
        if next.tag == Tag::CONTEXT_1 {
            next = data.next()?;
        }
        let mut signers = Some(next).filter(|signers| signers.tag == Tag::SET)?.children();
        let mut signer = signers.next_of(Tag::SEQUENCE)?.children();
        let only_one = signers.next().is_none() && data.next().is_none();
        let _version = signer.next_of(Tag::INTEGER)?;
        let signer_id = signer.next()?;
        let digest_algorithm = signer.next_of(Tag::SEQUENCE)?.children().next_of(Tag::OID)?.content;
        let attributes = signer.next_of(Tag::CONTEXT_0)?;
        let signature_algorithm = signer.next_of(Tag::SEQUENCE)?;
        let signature = signer.next_of(Tag::OCTETS)?.content;
        let token =
            Self { info, certificates, signer_id, digest_algorithm, attributes, signature_algorithm, signature };
        only_one.then_some(token)
    }

    /// The value of a signed attribute that must be there once, with one value.
    fn attribute(&self, kind: &[u8]) -> Option<Element<'a>> {
        let mut found = self.attributes.children().filter_map(|attribute| {
            let mut parts = attribute.children();
            parts.next_of(Tag::OID).filter(|oid| oid.content == kind)?;
            parts.next_of(Tag::SET)
        });
        let values = found.next()?;
        let only = der::only(values.content);
        only.filter(|_| found.next().is_none())
    }

    /// The certificate that both the signer's id and the signed attribute name.
    fn signer(&self, trust: &Trust) -> Result<Certificate, StampError> {
        let candidates = self.certificates.iter().chain(&trust.others).chain(&trust.roots);
        let mut named = candidates.filter(|certificate| certificate.is_named_by(&self.signer_id));
        let signed = |certificate: &&Certificate| self.names(certificate) == Some(true);
        let found = named.find(signed).cloned();
        found.ok_or_else(|| StampError::Certificate("it is not in the token, or is not the one that was signed".into()))
    }

    /// Whether the signing-certificate attribute (RFC 2634, RFC 5035) holds the hash of this certificate.
    fn names(&self, certificate: &Certificate) -> Option<bool> {
        let v2 = self.attribute(SIGNING_CERTIFICATE_V2);
        let (ids, is_v2) = match v2 {
            Some(attribute) => (attribute, true),
            None => (self.attribute(SIGNING_CERTIFICATE)?, false),
        };
        let mut id = ids.children().next_of(Tag::SEQUENCE)?.children().next_of(Tag::SEQUENCE)?.children();
        let mut first = id.next()?;
        let mut algorithm = SHA256;
        if is_v2 && first.tag == Tag::SEQUENCE {
            algorithm = first.children().next_of(Tag::OID)?.content;
            first = id.next()?;
        }
        let hash = if is_v2 { signature::hash(algorithm)? } else { signature::SHA1 };
        Some(first.tag == Tag::OCTETS && first.content == ring::digest::digest(hash, &certificate.bytes).as_ref())
    }

    fn verify_signature(&self, signer: &Certificate) -> Result<(), StampError> {
        let hash = signature::hash(self.digest_algorithm).ok_or(StampError::Algorithm)?;
        let kind = self.attribute(CONTENT_TYPE).filter(|kind| kind.content == TST_INFO);
        kind.ok_or(StampError::Forged("its content type is not signed"))?;
        let digest = self.attribute(MESSAGE_DIGEST).map(|digest| digest.content);
        if digest != Some(ring::digest::digest(hash, self.info).as_ref()) {
            return Err(StampError::Forged("its content is not what was signed"));
        }
        // Signed is the SET OF, not the implicitly tagged form in which it is carried (RFC 5652 5.4).
        let message = der::encode(Tag::SET, self.attributes.content);
        let scheme = signature::scheme(self.signature_algorithm, Some(self.digest_algorithm), signer);
        let scheme = scheme.ok_or(StampError::Algorithm)?;
        let key = ring::signature::UnparsedPublicKey::new(scheme, &signer.key);
        key.verify(&message, self.signature).map_err(|_| StampError::Forged("its signature does not hold"))
    }
}

/// TSTInfo (RFC 3161 2.4.2).
struct Info<'a> {
    algorithm: &'a [u8],
    imprint: &'a [u8],
    serial: &'a [u8],
    time_ms: u64,
    accuracy_ms: Option<u64>,
    nonce: Option<&'a [u8]>,
}

impl<'a> Info<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, StampError> {
        Self::read(bytes).ok_or(NOT_A_TOKEN)
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut parts = der::only(bytes).filter(|info| info.tag == Tag::SEQUENCE)?.children();
        parts.next_of(Tag::INTEGER).filter(|version| version.content == [1])?;
        let _policy = parts.next_of(Tag::OID)?;
        let mut imprint = parts.next_of(Tag::SEQUENCE)?.children();
        let algorithm = imprint.next_of(Tag::SEQUENCE)?.children().next_of(Tag::OID)?.content;
        let imprint = imprint.next_of(Tag::OCTETS)?.content;
        let serial = parts.next_of(Tag::INTEGER)?.content;
        let time_ms = der::time_ms(parts.next_of(Tag::GENERALIZED_TIME)?.content)?;
        let (mut accuracy_ms, mut nonce) = (None, None);
        for part in parts.by_ref() {
            match part.tag {
                Tag::SEQUENCE => accuracy_ms = Some(accuracy(part)?),
                Tag::INTEGER => nonce = Some(part.content),
                // Ordering, the name of the authority, extensions.
                Tag::BOOLEAN | Tag::CONTEXT_0 | Tag::CONTEXT_1 => {}
                _ => return None,
            }
        }
        parts.is_whole().then_some(Self { algorithm, imprint, serial, time_ms, accuracy_ms, nonce })
    }
}

/// Seconds, `[0]` milliseconds, `[1]` microseconds, each optional; microseconds round up.
fn accuracy(part: Element<'_>) -> Option<u64> {
    part.children().try_fold(0_u64, |sum, field| {
        let number = field.content.iter().try_fold(0_u64, |n, byte| n.checked_mul(256)?.checked_add((*byte).into()))?;
        let ms = match field.tag {
            Tag::INTEGER => number.checked_mul(1000)?,
            Tag::IMPLICIT_0 => number,
            Tag::IMPLICIT_1 => number.div_ceil(1000),
            _ => return None,
        };
        sum.checked_add(ms)
    })
}

#[cfg(test)]
#[path = "timestamp_tests.rs"]
mod tests;
