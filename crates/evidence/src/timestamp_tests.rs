//! Tokens of authorities that OpenSSL plays here, and recorded ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

/// A local authority, made with OpenSSL.
struct Authority {
    folder: tempfile::TempDir,
}

/// Runs OpenSSL in a folder; `None` when there is none on this machine.
fn openssl(folder: &Path, arguments: &str) -> Option<bool> {
    let words = arguments.split_whitespace();
    let run = Command::new("openssl").args(words).current_dir(folder).output();
    match run {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            println!("openssl {arguments}: {}", if output.status.success() { "done" } else { &said });
            Some(output.status.success())
        }
        Err(error) => {
            println!("skipped: openssl cannot be run ({error}); it is an ordinary package of every system");
            None
        }
    }
}

const CONFIG: &str = "
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = tsa.crt
certs = CERTS
signer_key = tsa.key
signer_digest = DIGEST
default_policy = 1.3.6.1.4.1.4146.2.3
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ESS
";

impl Authority {
    /// With this kind of key (arguments of `openssl req`), digest, and hash in the signing-certificate attribute.
    fn new(key: &str, digest: &str, ess: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        fs::write(at.join("serial"), "01\n").unwrap();
        fs::write(at.join("tsa.ext"), "extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n").unwrap();
        fs::write(at.join("weak.ext"), "extendedKeyUsage=timeStamping\n").unwrap();
        fs::write(at.join("wide.ext"), "extendedKeyUsage=critical,timeStamping,codeSigning\n").unwrap();
        let steps = [
            format!(
                "req -x509 {key} -nodes -keyout ca.key -out ca.crt -subj /CN=CA -days 30 -addext keyUsage=critical,keyCertSign"
            ),
            format!("req -new {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=TSA"),
            "x509 -req -in tsa.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 20 -extfile tsa.ext -out tsa.crt"
                .into(),
            "x509 -req -in tsa.csr -CA ca.crt -CAkey ca.key -days 20 -extfile weak.ext -out weak.crt".into(),
            "x509 -req -in tsa.csr -CA ca.crt -CAkey ca.key -days 20 -extfile wide.ext -out wide.crt".into(),
            format!("req -x509 {key} -nodes -keyout other.key -out other.crt -subj /CN=CA -days 30"),
        ];
        for step in steps {
            assert!(openssl(at, &step)?, "{step}");
        }
        let config = CONFIG.replace("DIGEST", digest).replace("ESS", ess).replace("CERTS", "ca.crt");
        fs::write(at.join("ts.cnf"), config).unwrap();
        Some(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn trust(&self, name: &str) -> Trust {
        Trust::from_pem(&fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    fn reply(&self, query: &[u8]) -> Vec<u8> {
        fs::write(self.path("q.tsq"), query).unwrap();
        assert_eq!(
            openssl(self.folder.path(), "ts -reply -queryfile q.tsq -config ts.cnf -section own -out r.tsr"),
            Some(true)
        );
        fs::read(self.path("r.tsr")).unwrap()
    }
}

fn now_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_millis().try_into().unwrap()
}

const NONCES: [u64; 5] = [0, 0x7f, 0x80, 0xed88_5588_f603_79da, 1 << 63];

#[test]
fn a_local_authority_with_every_kind_of_key() {
    let rsa = "-newkey rsa:2048";
    let p256 = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
    let p384 = "-newkey ec -pkeyopt ec_paramgen_curve:P-384";
    let kinds =
        [(rsa, "sha256", "sha256"), (rsa, "sha512", "sha1"), (p256, "sha256", "sha384"), (p384, "sha384", "sha256")];
    let content = Digest::of(b"a checkpoint");
    for ((key, digest, ess), nonce) in kinds.into_iter().zip(NONCES) {
        let Some(authority) = Authority::new(key, digest, ess) else {
            return;
        };
        let response = authority.reply(&request(&content, nonce));
        let agrees = openssl(authority.folder.path(), "ts -verify -in r.tsr -queryfile q.tsq -CAfile ca.crt");
        assert_eq!(agrees, Some(true));
        let stamp = verify(&response, &content, Some(nonce), &authority.trust("ca.crt")).unwrap();
        assert!(now_ms().abs_diff(stamp.time_ms) < 60_000, "{stamp:?}");
        assert_eq!((stamp.accuracy_ms, stamp.authority.as_str()), (Some(1501), "CN=TSA"));
        assert_eq!(verify(&response, &content, Some(nonce), &authority.trust("tsa.crt")).as_ref(), Ok(&stamp));
        // The token alone, and without the number that the request had.
        assert_eq!(openssl(authority.folder.path(), "ts -reply -in r.tsr -token_out -out r.token"), Some(true));
        let token = fs::read(authority.path("r.token")).unwrap();
        assert_eq!(verify(&token, &content, None, &authority.trust("ca.crt")), Ok(stamp));
        refuses(&authority, &response, (&content, nonce));
    }
}

fn refuses(authority: &Authority, response: &[u8], (content, nonce): (&Digest, u64)) {
    let trust = authority.trust("ca.crt");
    let other = Digest::of(b"another");
    assert_eq!(verify(response, &other, Some(nonce), &trust), Err(StampError::OtherContent));
    assert_eq!(verify(response, content, Some(nonce ^ 1), &trust), Err(StampError::OtherNonce));
    let stranger = verify(response, content, Some(nonce), &authority.trust("other.crt"));
    assert!(matches!(stranger, Err(StampError::Certificate(_))), "an authority of the same name: {stranger:?}");
    for place in 0..response.len() {
        let mut bytes = response.to_vec();
        bytes[place] ^= 1 << (place % 8);
        if let Ok(stamp) = verify(&bytes, content, Some(nonce), &trust) {
            // Not signed by anyone: the status, version numbers, copies of certificates that are not needed.
            assert_eq!(verify(response, content, Some(nonce), &trust), Ok(stamp), "byte {place}");
        }
        assert!(verify(&response[..place], content, Some(nonce), &trust).is_err(), "cut at {place}");
    }
    assert!(verify(&[response, b"\0"].concat(), content, Some(nonce), &trust).is_err());
}

#[test]
fn certificates_that_may_not_stamp() {
    let Some(authority) = Authority::new("-newkey rsa:2048", "sha256", "sha256") else {
        return;
    };
    let read = |name: &str| certificate::from_pem(&fs::read_to_string(authority.path(name)).unwrap()).unwrap();
    let roots = read("ca.crt");
    let now_s = now_ms() / 1000;
    let check = |name: &str, time_s: u64| certificate::verify_chain(&read(name)[0], (&[], &[], &roots), time_s);
    assert_eq!(check("tsa.crt", now_s), Ok(()));
    for (name, time_s, why) in [
        ("weak.crt", now_s, "alone"),
        ("wide.crt", now_s, "alone"),
        ("ca.crt", now_s, "alone"),
        ("tsa.crt", now_s - 86_400, "not valid"),
        ("tsa.crt", now_s + 21 * 86_400, "not valid"),
    ] {
        let refused = check(name, time_s).unwrap_err();
        assert!(refused.to_string().contains(why), "{name}: {refused}");
    }
    // One that is no authority cannot stand between, though its signature holds.
    let tsa = read("tsa.crt");
    assert!(certificate::verify_chain(&tsa[0], (&tsa, &tsa, &read("other.crt")), now_s).is_err());
    assert!(Trust::from_pem("").is_err() && Trust::from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n").is_err());
}

#[test]
fn a_refusal_is_told_with_its_words() {
    let Some(authority) = Authority::new("-newkey rsa:2048", "sha256", "sha256") else {
        return;
    };
    fs::write(authority.path("data"), b"x").unwrap();
    assert_eq!(openssl(authority.folder.path(), "ts -query -data data -sha1 -out sha1.tsq"), Some(true));
    let response = authority.reply(&fs::read(authority.path("sha1.tsq")).unwrap());
    let refused = verify(&response, &Digest::of(b"x"), None, &authority.trust("ca.crt"));
    assert!(matches!(&refused, Err(StampError::Refused(2, why)) if !why.is_empty()), "{refused:?}");
}

#[test]
fn recorded_tokens() {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let folder = std::env::var_os("TRUCELINE_DATA").map_or_else(default, PathBuf::from).join("protocols/rfc3161");
    let Ok(data) = fs::read(folder.join("data.txt")) else {
        println!("skipped: data absent ({})", folder.display());
        return;
    };
    let trust = Trust::from_pem(&fs::read_to_string(folder.join("ca.crt")).unwrap()).unwrap();
    for name in ["r.tsr", "r.two-certs-unsorted-set.tsr"] {
        let token = fs::read(folder.join(name)).unwrap();
        let stamp = verify(&token, &Digest::of(&data), None, &trust).unwrap();
        assert_eq!(stamp.authority, "CN=Test TSA", "{name}");
        assert!(stamp.time_ms > 1_795_000_000_000 - 86_400_000 * 40, "{stamp:?}");
    }
    let query = fs::read(folder.join("q.tsq")).unwrap();
    let nonce = der::only(&query).unwrap().children().filter(|part| part.tag == Tag::INTEGER).nth(1).unwrap();
    let nonce = nonce.content.iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
    assert_eq!(request(&Digest::of(&data), nonce), query, "byte for byte what OpenSSL asks");
}

#[test]
fn times_and_elements_are_read_strictly() {
    assert_eq!(der::time_ms(b"19700101000001Z"), Some(1000));
    assert_eq!(der::time_ms(b"20260102030405.5Z"), Some(1_767_323_045_500));
    assert_eq!(der::time_ms(b"20260102030405.12345Z"), Some(1_767_323_045_123));
    for bad in
        ["", "Z", "20260102030405", "20260102030405.Z", "20261302030405Z", "2026010203040Z", "20260102030405+0100"]
    {
        assert_eq!(der::time_ms(bad.as_bytes()), None, "{bad}");
    }
    for length in [0, 1, 127, 128, 255, 256, 70_000] {
        let content = vec![7; length];
        assert_eq!(der::only(&der::encode(Tag::OCTETS, &content)).unwrap().content, content);
    }
    for bad in
        [&[0x04, 0x81, 0x01, 0x07][..], &[0x04, 0x80, 0, 0], &[0x04, 0x85, 1, 1, 1, 1, 1], &[0x1f, 0], &[0x04], &[]]
    {
        assert_eq!(der::only(bad), None, "{bad:?}");
    }
}
