//! Strict reading, and who must have signed.

use ed25519_dalek::Signer as _;
use sha2::Digest as _;

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
        assert!(Checkpoint::parse(&TEXT.replace(from, to)).is_err(), "{from:?} -> {to:?}");
    }
    assert!(Checkpoint::parse("").is_err());
    assert!(Checkpoint::parse("\n\n\n").is_err());
}

#[test]
fn only_the_log_itself_can_sign() {
    let checkpoint = Checkpoint::parse(TEXT).unwrap();
    let (log, other) = (signer("monitor.example/evidence"), signer("other.example/log"));
    assert_eq!(checkpoint.sign(&other), Err(CheckpointError::NotByLog));
    let note = checkpoint.sign(&log).unwrap();
    assert_eq!(Checkpoint::open(&note, &[log.verifier().clone()]).unwrap().checkpoint, checkpoint);
    let by_other = Note::unsigned(TEXT).unwrap().signed(&other).to_string();
    let keys = [log.verifier().clone(), other.verifier().clone()];
    assert_eq!(Checkpoint::open(by_other.as_bytes(), &keys), Err(CheckpointError::NotByLog));
    assert_eq!(Checkpoint::open(by_other.as_bytes(), &keys[..1]), Err(CheckpointError::Note(NoteError::Unsigned)));
}

#[test]
fn a_witness_of_the_same_name_is_not_the_log() {
    let name = "monitor.example/evidence";
    let secret = ed25519_dalek::SigningKey::from_bytes(&[6; 32]);
    let public = [&[0x04], &secret.verifying_key().to_bytes()[..]].concat();
    let digest = sha2::Sha256::digest([format!("{name}\n").as_bytes(), &public].concat());
    let id: [u8; 4] = digest[..4].try_into().unwrap();
    let vkey = format!("{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(public));
    let key = VerifierKey::parse(&vkey).unwrap();
    let signature = secret.sign(format!("cosignature/v1\ntime 77\n{TEXT}").as_bytes()).to_bytes();
    let line = STANDARD.encode([&id[..], &77_u64.to_be_bytes(), &signature].concat());
    let note = format!("{TEXT}\n\u{2014} {name} {line}\n");
    let read = Note::parse(note.as_bytes()).unwrap().verify(std::slice::from_ref(&key)).unwrap();
    assert_eq!(read[0].time_s, Some(77));
    assert_eq!(Checkpoint::open(note.as_bytes(), &[key]), Err(CheckpointError::NotByLog));
}
