//! Published vectors, strictness and limits.

use proptest::prelude::*;

use super::*;
use crate::keys::{Algorithm, KeyError};

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn example_key() -> VerifierKey {
    VerifierKey::parse(VKEY).unwrap()
}

fn signer(name: &str, seed: u8) -> SignerKey {
    SignerKey::from_entropy(name, &[seed; 32]).unwrap()
}

#[test]
fn published_note_verifies() {
    let note = Note::parse(NOTE.as_bytes()).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.to_string(), NOTE);
    let signed_by = note.verify(&[example_key()]).unwrap();
    assert_eq!(signed_by, [SignedBy { key: example_key(), time_s: None }]);
    assert_eq!(example_key().to_string(), VKEY);
}

#[test]
fn published_cosigner_key_id() {
    let key = VerifierKey::parse("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2").unwrap();
    assert_eq!((key.id(), key.algorithm()), (0xda77_ade7, Algorithm::CosignatureV1));
}

#[test]
fn base64_of_a_key_may_hold_plus_signs() {
    let with_plus = (0..=255)
        .map(|seed| signer("log.example/a", seed))
        .find(|s| s.verifier().to_string().matches('+').count() > 2 && s.secret_text().matches('+').count() > 4);
    let key = with_plus.unwrap();
    assert_eq!(VerifierKey::parse(&key.verifier().to_string()).as_ref(), Ok(key.verifier()));
    assert_eq!(SignerKey::parse(&key.secret_text()).unwrap().verifier(), key.verifier());
}

#[test]
fn altered_keys_are_refused() {
    let error = |text: &str| VerifierKey::parse(text).unwrap_err();
    assert_eq!(error(&VKEY.replace("foo", "fob")), KeyError::Id);
    assert_eq!(error(&VKEY.replace("530d", "530e")), KeyError::Id);
    assert_eq!(error(&VKEY.replace("+530d903a", "+0530d903a")), KeyError::Form);
    assert_eq!(error(&VKEY.replace("+530d903a", "++30d903a")), KeyError::Form);
    assert_eq!(error("example.com/foo+530d903a"), KeyError::Form);
    assert_eq!(error(&VKEY.replace("example.com/foo", "")), KeyError::Name);
    assert_eq!(error(&VKEY.replace("example.com", "exa\u{2003}mple")), KeyError::Name);
    assert_eq!(error(&VKEY.replace("+Aek", "+Bek")), KeyError::Algorithm(0x05));
    let id = key_text_of([0_u8; 32]);
    assert_eq!(error(&id), KeyError::Key, "a key of small order signs anything");
    assert!(SignerKey::parse(VKEY).is_err());
    assert!(!format!("{:?}", signer("a", 1)).contains("PRIVATE"));
}

fn key_text_of(public: [u8; 32]) -> String {
    format!("a+00000000+{}", STANDARD.encode([&[1_u8], &public[..]].concat()))
}

#[test]
fn unknown_signatures_are_passed_over_and_a_known_one_that_fails_condemns() {
    let (a, b) = (signer("a", 1), signer("b", 2));
    let note = Note::unsigned("text\n").unwrap().signed(&a).signed(&b);
    let known = |keys: &[&SignerKey]| keys.iter().map(|k| k.verifier().clone()).collect::<Vec<_>>();
    assert_eq!(note.verify(&known(&[&a])).unwrap().len(), 1);
    assert_eq!(note.verify(&known(&[&a, &b])).unwrap().len(), 2);
    assert_eq!(note.verify(&known(&[&signer("b", 3)])), Err(NoteError::Unsigned));
    let mut forged = note;
    forged.signatures[1].bytes[0] ^= 1;
    assert_eq!(forged.verify(&known(&[&a])).unwrap().len(), 1);
    assert_eq!(forged.verify(&known(&[&a, &b])), Err(NoteError::Forged("b".into())));
}

#[test]
fn one_name_and_id_with_two_keys_is_ambiguous() {
    // Two seeds whose keys were found to share the id 79c0bb35.
    let of =
        |n: u64| SignerKey::from_entropy("a", &[&n.to_be_bytes()[..], &[0; 24]].concat().try_into().unwrap()).unwrap();
    let (one, two) = (of(18_329), of(84_706));
    assert_eq!((one.verifier().id(), two.verifier().id()), (0x79c0_bb35, 0x79c0_bb35));
    let note = Note::unsigned("text\n").unwrap().signed(&one);
    let keys = [one.verifier().clone(), one.verifier().clone()];
    assert_eq!(note.verify(&keys).unwrap().len(), 1, "the same key twice is one key");
    let keys = [one.verifier().clone(), two.verifier().clone()];
    assert_eq!(note.verify(&keys), Err(NoteError::AmbiguousKey("a".into())));
}

#[test]
fn text_with_empty_lines_is_split_at_the_last_one() {
    let note = Note::unsigned("one\n\n\ntwo\n\n").unwrap().signed(&signer("a", 1));
    let again = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(again, note);
    assert_eq!(again.text(), "one\n\n\ntwo\n\n");
}

#[test]
fn other_forms_are_refused() {
    let form = |text: &str| Note::parse(text.as_bytes());
    assert_eq!(form(&NOTE.replace('\n', "\r\n")), Err(NoteError::Form));
    assert_eq!(form(NOTE.trim_end()), Err(NoteError::Form));
    assert_eq!(form("text\n"), Err(NoteError::Form));
    assert_eq!(form("text\n\n"), Err(NoteError::Form));
    assert_eq!(form(&NOTE.replace("This", "Th\tis")), Err(NoteError::Form));
    assert_eq!(Note::parse(b"\xff\n\n\xff\n"), Err(NoteError::Form));
    let line = |from: &str, to: &str| form(&NOTE.replace(from, to));
    for (from, to) in [
        ("\u{2014} ", "- "),
        ("\u{2014} ", "\u{2014}"),
        ("foo Uw2", "foo  Uw2"),
        ("QM=", "QN="),
        ("QM=", "QM"),
        ("e.com/foo", "+"),
    ] {
        assert!(matches!(line(from, to), Err(NoteError::SignatureLine(_))), "{from} -> {to}");
    }
    assert!(matches!(form("a\n\n\u{2014} a AAAAAA==\n"), Err(NoteError::SignatureLine(_))), "an id without signature");
    assert_eq!(Note::unsigned("no line feed"), Err(NoteError::Form));
    assert_eq!(Note::unsigned("cr\r\n"), Err(NoteError::Form));
}

#[test]
fn limits() {
    let signed_by = |count: u8| {
        (1..=count).fold(Note::unsigned("t\n").unwrap(), |note, seed| note.signed(&signer(&format!("k{seed}"), seed)))
    };
    let many = signed_by(100);
    assert_eq!(Note::parse(many.to_string().as_bytes()), Ok(many));
    assert_eq!(Note::parse(signed_by(101).to_string().as_bytes()), Err(NoteError::TooLarge));
    let seventeen = signed_by(17);
    let keys: Vec<_> = (1..=17).map(|seed| signer(&format!("k{seed}"), seed).verifier().clone()).collect();
    assert_eq!(seventeen.verify(&keys).unwrap().len(), 17);
    let long = format!("{}{NOTE}", "x".repeat(MAX_NOTE_BYTES));
    assert_eq!(Note::parse(long.as_bytes()), Err(NoteError::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_flipped_bit_is_noticed(at in 0_usize..NOTE.len(), bit in 0_u8..8) {
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let read = Note::parse(&bytes).and_then(|note| note.verify(&[example_key()]));
        prop_assert!(read.is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Note::parse(&bytes);
        let _ = VerifierKey::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn notes_round_trip(text in "[a-z\n ]{0,40}\n", seed in 1_u8..9) {
        let key = signer("log.example", seed);
        let note = Note::unsigned(&text).unwrap().signed(&key);
        let again = Note::parse(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&again, &note);
        prop_assert!(again.verify(&[key.verifier().clone()]).is_ok());
    }
}
