//! Time stamps of a local authority, played by OpenSSL: asked for, attached, and held against the log.

use crate::house::{drill, key, replayed, sound_mission, written};
use std::path::{Path, PathBuf};
use std::process::Command;
use truceline::seal::{Entry, Seal, Trust, Verdicts, verify_trusting};
use truceline::stamps::{ask, attach, authorities};
use truceline::witness::quorum::Asked;
use truceline_evidence::captures::Digest;

const CONFIG: &str = "
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = tsa.crt
certs = ca.crt
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.4146.2.3
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";

/// Runs OpenSSL in a folder; `None` when there is none on this machine.
fn openssl(folder: &Path, arguments: &str) -> Option<()> {
    match Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output() {
        Ok(output) => {
            assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
            Some(())
        }
        Err(error) => {
            println!("skipped: openssl cannot be run ({error}); it is an ordinary package of every system");
            None
        }
    }
}

/// An authority and a replay whose log it stamps.
struct Stamping {
    folder: tempfile::TempDir,
    out: PathBuf,
}

fn stamping() -> Option<Stamping> {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    std::fs::write(at.join("serial"), "01\n").unwrap();
    std::fs::write(at.join("tsa.ext"), "extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n").unwrap();
    std::fs::write(at.join("ts.cnf"), CONFIG).unwrap();
    let own = "-subj /CN=CA -days 30 -addext keyUsage=critical,keyCertSign";
    openssl(at, &format!("req -x509 {key} -keyout ca.key -out ca.crt {own}"))?;
    openssl(at, &format!("req -x509 {key} -keyout other.key -out other.crt {own}"))?;
    openssl(at, &format!("req -new {key} -keyout tsa.key -out tsa.csr -subj /CN=TSA"))?;
    openssl(
        at,
        "x509 -req -in tsa.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 20 -extfile tsa.ext -out tsa.crt",
    )?;
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), at);
    let out = at.join("out");
    replayed(&sound_mission(&mission), captures, &out);
    Some(Stamping { folder, out })
}

impl Stamping {
    fn answer(&self, query: &[u8]) -> Vec<u8> {
        let at = self.folder.path();
        std::fs::write(at.join("q.tsq"), query).unwrap();
        openssl(at, "ts -reply -queryfile q.tsq -config ts.cnf -section own -out r.tsr").unwrap();
        std::fs::read(at.join("r.tsr")).unwrap()
    }

    fn trust(&self, name: &str) -> truceline_evidence::timestamp::Trust {
        authorities(&self.folder.path().join(name)).unwrap()
    }

    fn verdicts(&self, certificate: &str) -> Verdicts {
        let authorities = self.trust(certificate);
        let trust = Trust { keys: &[], kept: None, witnesses: &Asked::Nobody, authorities: Some(&authorities) };
        verify_trusting(&self.out, trust).unwrap()
    }

    /// One more entry in the log.
    fn grow(&self) {
        let mut seal = Seal::open(&self.out.join("evidence"), key()).unwrap();
        seal.say(&[Entry::adopted("later.toml", truceline_domain::Digest::of(b"later"))]).unwrap();
    }
}

#[test]
fn a_stamp_says_when_the_log_was_already_there() {
    let Some(stamping) = stamping() else { return };
    let asked_for = stamping.verdicts("ca.crt");
    assert!(asked_for.faults.is_empty() && asked_for.lacking.len() == 1, "asked for and not there: {asked_for:?}");
    let size = asked_for.size.unwrap();
    let query = ask(&stamping.out, 7).unwrap();
    // The answer comes when the log has grown.
    stamping.grow();
    let answer = stamping.answer(&query);
    let stranger = attach(&stamping.out, &answer, &stamping.trust("other.crt"));
    assert!(stranger.is_err(), "an authority of the same name");
    let stamped = attach(&stamping.out, &answer, &stamping.trust("ca.crt")).unwrap();
    let age_s = truceline_domain::Timestamp::now().duration_since(stamped.at).as_secs_f64();
    assert!(age_s.abs() < 60.0 && stamped.entries == size && stamped.authority == "CN=TSA", "{stamped:?}");
    assert_eq!(attach(&stamping.out, &answer, &stamping.trust("ca.crt")).unwrap(), stamped, "the same once more");
    assert!(attach(&stamping.out, &stamping.answer(&query), &stamping.trust("ca.crt")).is_err(), "the first one stays");
    let verdicts = stamping.verdicts("ca.crt");
    assert_eq!((verdicts.faults, verdicts.lacking), (Vec::new(), Vec::new()));
    assert_eq!((verdicts.stamped, verdicts.size), (vec![stamped], Some(size + 1)));
    assert!(
        verdicts.notes.iter().any(|note| note == &format!("entries from {size} on are not covered by a time stamp"))
    );
    // Nobody is asked: the stamp is mentioned and not believed.
    let unasked = truceline::seal::verify(&stamping.out, &[], None).unwrap();
    assert!(unasked.stamped.is_empty() && unasked.notes.iter().any(|note| note.contains("--tsa-cert")), "{unasked:?}");
    // And the newest checkpoint as well.
    let newest = stamping.answer(&ask(&stamping.out, 8).unwrap());
    attach(&stamping.out, &newest, &stamping.trust("ca.crt")).unwrap();
    let entries: Vec<u64> = stamping.verdicts("ca.crt").stamped.iter().map(|stamped| stamped.entries).collect();
    assert_eq!(entries, [size, size + 1]);
}

#[test]
fn stamps_that_do_not_hold_are_faults() {
    let Some(stamping) = stamping() else { return };
    let other = truceline_evidence::timestamp::request(&Digest::of(b"something else"), 1);
    let refused = attach(&stamping.out, &stamping.answer(&other), &stamping.trust("ca.crt")).unwrap_err().to_string();
    assert!(refused.contains("none of the checkpoints"), "{refused}");
    let answer = stamping.answer(&ask(&stamping.out, 9).unwrap());
    attach(&stamping.out, &answer, &stamping.trust("ca.crt")).unwrap();
    assert!(!stamping.verdicts("other.crt").faults.is_empty(), "the reader trusts somebody else");
    let stamps = stamping.out.join("evidence/stamps");
    let listed = std::fs::read_dir(&stamps).unwrap().map(|item| item.unwrap().path());
    let tsr = listed.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "tsr")).unwrap();
    let checkpoint = tsr.with_extension("checkpoint");
    let faults = || stamping.verdicts("ca.crt").faults;
    assert_eq!(faults(), Vec::<String>::new());
    let whole = std::fs::read(&checkpoint).unwrap();
    for path in [&tsr, &checkpoint] {
        let sound = std::fs::read(path).unwrap();
        let mut bytes = sound.clone();
        // The end of the authority's signature, or of the log's.
        let last = bytes.len() - 2;
        bytes[last] ^= 1;
        std::fs::write(path, &bytes).unwrap();
        assert!(faults().iter().any(|fault| fault.starts_with("stamps/")), "{}: {:?}", path.display(), faults());
        std::fs::write(path, &sound).unwrap();
    }
    std::fs::remove_file(&checkpoint).unwrap();
    assert!(faults().iter().any(|fault| fault.contains("missing")), "{:?}", faults());
    // A true stamp on what the log never signed.
    let forged = String::from_utf8(whole).unwrap().replacen("truceline", "anybody", 1).into_bytes();
    let (about, name) = (Digest::of(&forged), truceline_domain::Digest::of(&forged));
    let answer = stamping.answer(&truceline_evidence::timestamp::request(&about, 2));
    std::fs::remove_file(&tsr).unwrap();
    std::fs::write(stamps.join(format!("{name}.checkpoint")), &forged).unwrap();
    std::fs::write(stamps.join(format!("{name}.tsr")), answer).unwrap();
    assert!(faults().iter().any(|fault| fault.contains("not accepted")), "{:?}", faults());
}
