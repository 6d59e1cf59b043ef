//! Which algorithm a signature was made with. What is not in these lists is refused.

use ring::digest::{self, Algorithm as Hash};
use ring::signature::{self, VerificationAlgorithm};

use super::certificate::Certificate;
use super::der::{Element, Tag};

/// For the first version of the signing-certificate attribute alone (RFC 2634), where it only picks a certificate.
pub const SHA1: &Hash = &digest::SHA1_FOR_LEGACY_USE_ONLY;

const SHA_2: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
const PKCS_1: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const ECDSA_SHA_2: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sha {
    S256,
    S384,
    S512,
}

fn sha(oid: &[u8]) -> Option<Sha> {
    match oid.strip_prefix(&SHA_2)? {
        [1] => Some(Sha::S256),
        [2] => Some(Sha::S384),
        [3] => Some(Sha::S512),
        _ => None,
    }
}

/// The hash of this object identifier.
pub fn hash(oid: &[u8]) -> Option<&'static Hash> {
    Some(match sha(oid)? {
        Sha::S256 => &digest::SHA256,
        Sha::S384 => &digest::SHA384,
        Sha::S512 => &digest::SHA512,
    })
}

/// How to check a signature of this `AlgorithmIdentifier` by the key of a certificate. `digest` is the one that a CMS
/// signer names beside it, for identifiers which name the kind of key alone.
pub fn scheme(
    algorithm: Element<'_>,
    digest: Option<&[u8]>,
    signer: &Certificate,
) -> Option<&'static dyn VerificationAlgorithm> {
    let mut parts = algorithm.children();
    let oid = parts.next_of(Tag::OID)?.content;
    let mut key = signer.key_algorithm.iter().map(Vec::as_slice);
    let (kind, curve) = (key.next()?, key.next());
    if oid == ED25519 {
        return (kind == ED25519).then_some(&signature::ED25519);
    }
    if let Some(which) = oid.strip_prefix(&ECDSA_SHA_2) {
        return ecdsa(which, curve?);
    }
    let is_rsa = kind.strip_prefix(&PKCS_1) == Some(&[1]);
    match oid.strip_prefix(&PKCS_1).filter(|_| is_rsa)? {
        [1] => Some(pkcs_1(sha(digest?)?)),
        [10] => pss(parts.next()),
        [11] => Some(pkcs_1(Sha::S256)),
        [12] => Some(pkcs_1(Sha::S384)),
        [13] => Some(pkcs_1(Sha::S512)),
        _ => None,
    }
}

fn ecdsa(which: &[u8], curve: &[u8]) -> Option<&'static dyn VerificationAlgorithm> {
    match (which, curve) {
        ([2], P256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        ([3], P256) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        ([2], P384) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        ([3], P384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

fn pkcs_1(sha: Sha) -> &'static dyn VerificationAlgorithm {
    match sha {
        Sha::S256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Sha::S384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Sha::S512 => &signature::RSA_PKCS1_2048_8192_SHA512,
    }
}

/// RSASSA-PSS (RFC 4055 3.1): `[0]` names the hash. That mask and salt fit to it is left to the check itself, which takes
/// no others.
fn pss(parameters: Option<Element<'_>>) -> Option<&'static dyn VerificationAlgorithm> {
    let hash = parameters?.children().next_of(Tag::CONTEXT_0)?.children().next_of(Tag::SEQUENCE)?;
    Some(match sha(hash.children().next_of(Tag::OID)?.content)? {
        Sha::S256 => &signature::RSA_PSS_2048_8192_SHA256,
        Sha::S384 => &signature::RSA_PSS_2048_8192_SHA384,
        Sha::S512 => &signature::RSA_PSS_2048_8192_SHA512,
    })
}
