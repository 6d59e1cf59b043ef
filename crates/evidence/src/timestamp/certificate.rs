//! Certificates (RFC 5280), as far as the chain above a time-stamping authority needs them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier};

use super::der::{self, Element, Tag};
use super::{MAX_CERTIFICATES, StampError, signature};

const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// A certificate that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// All of it.
    pub bytes: Vec<u8>,
    /// The subject's public key as its signatures are checked with it: the contents of the bit string.
    pub key: Vec<u8>,
    /// The object identifiers in the algorithm of that key: the kind, and the curve if there is one.
    pub key_algorithm: Vec<Vec<u8>>,
    /// What the issuer signed.
    signed: Vec<u8>,
    signature_algorithm: Vec<u8>,
    signature: Vec<u8>,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    subject_text: String,
    key_id: Option<Vec<u8>>,
    /// From and until, inclusive, in seconds since 1970.
    valid_s: (u64, u64),
    is_authority: bool,
    is_for_time_stamping_alone: bool,
}

impl Certificate {
    /// Reads DER.
    pub fn parse(bytes: &[u8]) -> Result<Self, StampError> {
        Self::read(bytes).ok_or_else(|| StampError::Certificate("it cannot be read".into()))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        // The strict reader decides whether it is one; the exact bytes are taken from the file.
        let strict = x509_cert::Certificate::from_der(bytes).ok()?;
        let tbs = strict.tbs_certificate();
        let mut outer = der::only(bytes)?.children();
        let signed = outer.next_of(Tag::SEQUENCE)?;
        let signature_algorithm = outer.next_of(Tag::SEQUENCE)?.whole.to_vec();
        let signature = bit_string(outer.next_of(Tag::BITS)?)?;
        let mut fields = signed.children().skip_while(|field| field.tag == Tag::CONTEXT_0);
        let serial = fields.next()?.content.to_vec();
        let _algorithm = fields.next()?;
        let issuer = fields.next()?.whole.to_vec();
        let _validity = fields.next()?;
        let subject = fields.next()?.whole.to_vec();
        let mut key_info = fields.next()?.children();
        let algorithm = key_info.next_of(Tag::SEQUENCE)?.children();
        let key_algorithm = algorithm.filter(|part| part.tag == Tag::OID).map(|part| part.content.to_vec()).collect();
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        Some(Self {
            bytes: bytes.to_vec(),
            key: bit_string(key_info.next_of(Tag::BITS)?)?,
            key_algorithm,
            signed: signed.whole.to_vec(),
            signature_algorithm,
            signature,
            serial,
            issuer,
            subject,
            subject_text: tbs.subject().to_string(),
            key_id: tbs.get_extension::<SubjectKeyIdentifier>().ok()?.map(|(_, id)| id.0.as_bytes().to_vec()),
            valid_s: (seconds(tbs.validity().not_before), seconds(tbs.validity().not_after)),
            is_authority: is_authority(tbs)?,
            is_for_time_stamping_alone: is_for_time_stamping_alone(tbs)?,
        })
    }

    /// The subject, for people.
    pub fn subject_text(&self) -> &str {
        &self.subject_text
    }

    /// Whether a signer's id (RFC 5652 5.3) means this certificate: by issuer and serial number, or by key id.
    pub fn is_named_by(&self, id: &Element<'_>) -> bool {
        match id.tag {
            Tag::SEQUENCE => {
                let mut parts = id.children();
                let issuer = parts.next().is_some_and(|issuer| issuer.whole == self.issuer);
                issuer && parts.next_of(Tag::INTEGER).is_some_and(|serial| serial.content == self.serial)
            }
            Tag::IMPLICIT_0 => self.key_id.as_deref() == Some(id.content),
            _ => false,
        }
    }

    fn is_signed_by(&self, issuer: &Self) -> bool {
        let scheme =
            der::only(&self.signature_algorithm).and_then(|algorithm| signature::scheme(algorithm, None, issuer));
        let Some(scheme) = scheme.filter(|_| self.issuer == issuer.subject) else {
            return false;
        };
        ring::signature::UnparsedPublicKey::new(scheme, &issuer.key).verify(&self.signed, &self.signature).is_ok()
    }

    fn is_valid_at(&self, time_s: u64) -> bool {
        (self.valid_s.0..=self.valid_s.1).contains(&time_s)
    }
}

fn bit_string(element: Element<'_>) -> Option<Vec<u8>> {
    let (unused, bits) = element.content.split_first()?;
    (*unused == 0).then(|| bits.to_vec())
}

/// May issue certificates. `None`: an extension cannot be read.
fn is_authority(tbs: &x509_cert::TbsCertificate) -> Option<bool> {
    let constraints = tbs.get_extension::<BasicConstraints>().ok()?;
    let usage = tbs.get_extension::<KeyUsage>().ok()?;
    Some(constraints.is_some_and(|(_, c)| c.ca) && usage.is_none_or(|(_, usage)| usage.key_cert_sign()))
}

/// RFC 3161 2.3: the extension is critical, and names this one use. `None`: it cannot be read.
fn is_for_time_stamping_alone(tbs: &x509_cert::TbsCertificate) -> Option<bool> {
    let usage = tbs.get_extension::<ExtendedKeyUsage>().ok()?;
    Some(usage.is_some_and(|(critical, usage)| {
        critical && usage.0.len() == 1 && usage.0.iter().all(|use_| use_.to_string() == TIME_STAMPING)
    }))
}

/// All certificates of a PEM text; there must be one.
pub fn from_pem(text: &str) -> Result<Vec<Certificate>, StampError> {
    let mut found = Vec::new();
    for part in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
        let body = part.split("-----END CERTIFICATE-----").next().unwrap_or_default();
        let packed: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = STANDARD.decode(packed).map_err(|_| StampError::Certificate("its base64 cannot be read".into()))?;
        found.push(Certificate::parse(&bytes)?);
    }
    if found.is_empty() { Err(StampError::Certificate("there is none in the file".into())) } else { Ok(found) }
}

/// Candidates for a chain: in the token, known beside it, and trusted.
type Known<'a> = (&'a [Certificate], &'a [Certificate], &'a [Certificate]);

/// Checks that the signer may stamp, and that a chain of certificates valid at this time leads to a trusted one.
pub fn verify_chain(signer: &Certificate, known: Known<'_>, time_s: u64) -> Result<(), StampError> {
    let wrong = |what: &str| Err(StampError::Certificate(what.to_owned()));
    if !signer.is_for_time_stamping_alone {
        return wrong("it is not one for time-stamping alone");
    }
    if !signer.is_valid_at(time_s) {
        return wrong("it was not valid at the time of the token");
    }
    let (in_token, others, roots) = known;
    let mut link = signer;
    for _ in 0..MAX_CERTIFICATES {
        if roots.contains(link) {
            return Ok(());
        }
        let next_from = |certificates: &'_ [Certificate]| {
            let issues = |c: &&Certificate| c.is_authority && c.is_valid_at(time_s) && link.is_signed_by(c);
            certificates.iter().position(|c| issues(&c))
        };
        let next = [roots, others, in_token].into_iter().find_map(|list| list.get(next_from(list)?));
        match next {
            Some(next) if next != link => link = next,
            _ => return wrong("no chain of certificates valid at that time leads to a trusted one"),
        }
    }
    wrong("its chain is too long")
}
