//! Ids as text, quickly: the same words as their `Display`, which large tables write a hundred thousand times.

use std::fmt::{Display, Formatter, Result};
use truceline_domain::{DetectionId, Digest, FindingId, IncidentId};

/// An id that is written with few calls.
pub(crate) enum Id<'a> {
    Incident(&'a IncidentId),
    Finding(&'a FindingId),
    Detection(&'a DetectionId),
    Digest(&'a Digest),
}

impl Display for Id<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Incident(id) => prefixed(f, "inc-", &id.0, 8),
            Self::Finding(id) => prefixed(f, "fnd-", &id.0, 8),
            Self::Digest(digest) => prefixed(f, "", digest, 32),
            Self::Detection(id) => {
                prefixed(f, "", &id.capture, 6)?;
                write!(f, ":{}", id.record)
            }
        }
    }
}

fn prefixed(f: &mut Formatter<'_>, prefix: &str, digest: &Digest, n_bytes: usize) -> Result {
    let mut text = String::with_capacity(68);
    text.push_str(prefix);
    for byte in digest.0.iter().take(n_bytes) {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }));
        }
    }
    f.write_str(&text)
}

#[cfg(test)]
mod tests {
    use super::Id;
    use truceline_domain::{DetectionId, Digest, FindingId, IncidentId};

    #[test]
    fn ids_read_as_the_domain_writes_them() {
        let digest = Digest::of(b"anything");
        let detection = DetectionId { capture: digest, record: 17 };
        assert_eq!(Id::Digest(&digest).to_string(), digest.to_string());
        assert_eq!(Id::Incident(&IncidentId(digest)).to_string(), IncidentId(digest).to_string());
        assert_eq!(Id::Finding(&FindingId(digest)).to_string(), FindingId(digest).to_string());
        assert_eq!(Id::Detection(&detection).to_string(), detection.to_string());
    }
}
