//! Reading policies, and counting cosignatures by them.

use super::*;
use crate::keys::{CosignerKey, SignerKey};
use crate::merkle::empty_root;
use crate::note::Note;

fn log() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[1; 32]).unwrap()
}

fn witness(n: u8) -> CosignerKey {
    CosignerKey::from_entropy(&format!("w{n}.example/w"), &[n; 32]).unwrap()
}

/// Four witnesses `w2` to `w5` and further lines.
fn text(rest: &str) -> String {
    let witnesses: String =
        (2..=5).map(|n| format!("witness w{n}\t{}  https://w{n}\n", witness(n).verifier())).collect();
    format!("# policy\n\nlog {}\n{witnesses}{rest}\n", log().verifier())
}

fn cosigned(by: &[u8]) -> Vec<u8> {
    let origin = "monitor.example/evidence".to_owned();
    let checkpoint = Checkpoint { origin, size: 0, root: empty_root(), extensions: vec![] };
    let note = Note::parse(&checkpoint.sign(&log()).unwrap()).unwrap();
    let add = |note: Note, n: &u8| {
        let signature = witness(*n).cosign(note.text(), 1_700_000_000);
        note.with_signature(signature)
    };
    by.iter().fold(note, add).to_string().into_bytes()
}

#[test]
fn groups_are_counted_as_written() {
    let nested = text("group parties all w2 w3\ngroup ngos 1 w4 w5\ngroup both all parties ngos\nquorum both");
    let two_of_three = text("group g 2 w2 w3 w4\nquorum g");
    let table: [(&str, &[u8], bool); 12] = [
        (&nested, &[2, 3, 4], true),
        (&nested, &[5, 3, 2], true),
        (&nested, &[2, 4, 5], false),
        (&nested, &[2, 3], false),
        (&two_of_three, &[2, 4], true),
        (&two_of_three, &[2, 5], false),
        (&two_of_three, &[2, 2], false),
        (&text("group g any w2 w3\nquorum g"), &[3], true),
        (&text("group g any w2 w3\nquorum g"), &[4], false),
        (&text("quorum w5"), &[5], true),
        (&text("quorum w5"), &[], false),
        (&text("quorum none"), &[], true),
    ];
    for (text, by, expected) in table {
        let opened = Policy::parse(text).unwrap().open(&cosigned(by));
        assert_eq!(opened.is_ok(), expected, "{text} {by:?} {opened:?}");
    }
    let missing = Policy::parse(&two_of_three).unwrap().open(&cosigned(&[3])).unwrap_err();
    assert_eq!(missing.to_string(), "too few cosignatures: w3 (without one: w2, w4, w5)");
}

#[test]
fn a_failing_cosignature_condemns_the_note_whoever_else_signed() {
    let policy = Policy::parse(&text("group g any w2 w3\nquorum g")).unwrap();
    let good = String::from_utf8(cosigned(&[2, 3])).unwrap();
    let other = witness(3).cosign("another text\n", 1_700_000_000);
    let own = witness(3).cosign(Note::parse(good.as_bytes()).unwrap().text(), 1_700_000_000);
    let forged = good.replace(&own.to_string(), &other.to_string());
    assert!(matches!(policy.open(forged.as_bytes()), Err(PolicyError::Checkpoint(_))));
    let stranger = SignerKey::from_entropy("other.example/log", &[9; 32]).unwrap();
    let note = Note::unsigned("other.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").unwrap();
    let note = note.signed(&stranger).to_string();
    assert!(matches!(policy.open(note.as_bytes()), Err(PolicyError::Checkpoint(_))));
}

#[test]
fn every_mistake_is_named_with_its_line() {
    let table = [
        ("", 8, "no quorum"),
        ("quorum w9", 8, "`w9`"),
        ("quorum none\nquorum none", 9, "already"),
        ("group g all\nquorum g", 8, "can't be asked for"),
        ("group g 3 w2 w3\nquorum g", 8, "3 of 2"),
        ("group g 0 w2 w3\nquorum g", 8, "0 of 2"),
        ("group g some w2\nquorum g", 8, "`some`"),
        ("group g all w2 w9\nquorum g", 8, "`w9`"),
        ("group g all w2\ngroup h all w2\nquorum g", 9, "in a group already"),
        ("group w2 all w3\nquorum w2", 8, "is taken"),
        ("group none all w3\nquorum none", 8, "is taken"),
        ("quorum none extra", 8, "too many"),
        ("mirror x\nquorum none", 8, "`mirror`"),
        ("witness w6 nonsense\nquorum none", 8, "`nonsense`"),
    ];
    for (rest, line, what) in table {
        let problem = Policy::parse(&text(rest)).unwrap_err();
        // An empty rest leaves seven lines and the empty one.
        assert!(problem.line == line && problem.what.contains(what), "{rest}: {problem}");
    }
    let twice = text(&format!("witness again {}\nquorum none", witness(2).verifier()));
    assert!(Policy::parse(&twice).unwrap_err().what.contains("there twice"));
    let same_bytes = CosignerKey::from_entropy("other.example/w", &[1; 32]).unwrap();
    let shared = text(&format!("witness again {}\nquorum none", same_bytes.verifier()));
    assert!(Policy::parse(&shared).unwrap_err().what.contains("there twice"), "one key in two roles");
    let not_a_witness = text(&format!("witness again {}\nquorum none", log().verifier()));
    assert!(Policy::parse(&not_a_witness).unwrap_err().what.contains("not that of a witness"));
    assert_eq!(Policy::parse(&text("quorum w2")).unwrap().witnesses().count(), 4);
}
