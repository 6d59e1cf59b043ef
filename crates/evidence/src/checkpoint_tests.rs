//! Strict reading, and who must have signed.

use super::*;

const TEXT: &str = "monitor.example/evidence\n300\nDVQqECvnEuGyZy2WlNf3q0W2Ds/FLCErPT9yTUvqi9U=\n";

fn signer(name: &str) -> SignerKey {
    SignerKey::from_entropy(name, &[5; 32]).unwrap()
}

#[test]
fn text_round_trips() {
    for text in [TEXT.to_owned(), format!("{TEXT}extra one\nextra two\n")] {
        assert_eq!(Checkpoint::parse(&text).unwrap().to_string(), text);
    }
}

#[test]
fn other_spellings_are_refused() {
    let refused = [
        ("300", "0300"),
        ("300", "+300"),
        ("300", ""),
        ("300", "-1"),
        ("300", "18446744073709551616"),
        ("9U=", "9V="),
        ("9U=", "9U"),
        ("DVQq", ""),
        ("monitor.example/evidence", ""),
        ("300\n", "300\r\n"),
        ("9U=\n", "9U=\n\n"),
        ("9U=\n", "9U="),
    ];
    for (from, to) in refused {
        assert!(
            Checkpoint::parse(&TEXT.replace(from, to)).is_err(),
            "{from:?} -> {to:?}"
        );
    }
    assert!(Checkpoint::parse("").is_err());
    assert!(Checkpoint::parse("\n\n\n").is_err());
}

#[test]
fn only_the_log_itself_can_sign() {
    let checkpoint = Checkpoint::parse(TEXT).unwrap();
    let (log, other) = (
        signer("monitor.example/evidence"),
        signer("other.example/log"),
    );
    assert_eq!(checkpoint.sign(&other), Err(CheckpointError::NotByLog));
    let note = checkpoint.sign(&log).unwrap();
    assert_eq!(
        Checkpoint::open(&note, &[log.verifier().clone()])
            .unwrap()
            .checkpoint,
        checkpoint
    );
    let by_other = Note::unsigned(TEXT).unwrap().signed(&other).to_string();
    let keys = [log.verifier().clone(), other.verifier().clone()];
    assert_eq!(
        Checkpoint::open(by_other.as_bytes(), &keys),
        Err(CheckpointError::NotByLog)
    );
    assert_eq!(
        Checkpoint::open(by_other.as_bytes(), &keys[..1]),
        Err(CheckpointError::Note(NoteError::Unsigned))
    );
}
