//! Commitments: nothing else can be revealed, and nothing withheld can be guessed.

use proptest::prelude::*;

use super::*;

fn secret() -> Secret {
    Secret::new([7; 32])
}

fn record(n_fields: usize) -> Record {
    let fields = (0..n_fields).map(|n| (format!("field {n:02}"), format!("value {n}").into_bytes()));
    Record::new("incident-17", fields.collect()).unwrap()
}

#[test]
fn hmac_is_the_published_one() {
    // RFC 4231, test case 1 and 2, whose keys are shorter than 32 bytes and stand for themselves padded with zeros.
    let key = |bytes: &[u8]| {
        let mut key = [0; 32];
        key[..bytes.len()].copy_from_slice(bytes);
        key
    };
    let hex = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(
        hex(hmac_sha256(&key(&[0x0b; 20]), &[b"Hi ", b"There"])),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    assert_eq!(
        hex(hmac_sha256(&key(b"Jefe"), &[b"what do ya want for nothing?"])),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

#[test]
fn every_field_can_be_revealed_alone() {
    for n_fields in [1, 2, 3, 7, 8, 20] {
        let record = record(n_fields);
        let committed = record.commitment(&secret());
        for n in 0..n_fields {
            let reveal = record.reveal(&format!("field {n:02}"), &secret()).unwrap();
            assert_eq!(reveal.verify(&committed), Ok(()));
            assert_eq!(Reveal::parse(&reveal.to_string()), Ok(reveal.clone()));
            let text = reveal.to_string();
            let others =
                (0..n_fields).filter(|other| *other != n).map(|other| STANDARD.encode(format!("value {other}")));
            assert!(others.into_iter().all(|other| !text.contains(&other)));
        }
        assert_eq!(record.reveal("absent", &secret()), None);
    }
    let empty = Record::new("none", vec![]).unwrap();
    assert_ne!(empty.commitment(&secret()), record(1).commitment(&secret()));
}

#[test]
fn order_and_repetition_do_not_matter_and_names_are_unique() {
    let fields: Vec<(String, Vec<u8>)> = (0..5).map(|n| (format!("f{n}"), vec![n])).collect();
    let backwards: Vec<_> = fields.iter().rev().cloned().collect();
    let of = |fields| Record::new("r", fields).unwrap().commitment(&secret());
    assert_eq!(of(fields.clone()), of(backwards));
    let twice = [fields.clone(), fields].concat();
    assert_eq!(Record::new("r", twice), Err(CommitmentError::Twice("f0".into())));
}

#[test]
fn nothing_else_can_be_revealed() {
    let committed = record(5).commitment(&secret());
    let good = record(5).reveal("field 02", &secret()).unwrap();
    let mut salt = good.salt;
    salt[0] ^= 1;
    let forgeries = [
        Reveal { value: b"another".to_vec(), ..good.clone() },
        Reveal { name: "field 03".into(), ..good.clone() },
        Reveal { record: "incident-18".into(), ..good.clone() },
        Reveal { index: 3, ..good.clone() },
        Reveal { n_fields: 6, ..good.clone() },
        Reveal { n_fields: u64::MAX, ..good.clone() },
        Reveal { index: u64::MAX, ..good.clone() },
        Reveal { salt, ..good.clone() },
        Reveal { proof: good.proof[1..].to_vec(), ..good.clone() },
        // Bytes moved over from the name to the value.
        Reveal { name: "field 0".into(), value: b"2value 2".to_vec(), ..good.clone() },
    ];
    for forged in forgeries {
        assert_eq!(forged.verify(&committed), Err(CommitmentError::Altered), "{forged:?}");
    }
    let text = good.to_string();
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        let passed = String::from_utf8(bytes).ok().and_then(|text| Reveal::parse(&text).ok());
        assert!(passed.is_none_or(|reveal| reveal.verify(&committed).is_err()), "byte {place}");
    }
}

#[test]
fn a_withheld_value_cannot_be_found_by_trying() {
    // A field with two possible values. Without its salt neither gives its leaf, whichever other salts are known.
    let fields = |yes: bool| vec![("a".into(), vec![yes.into()]), ("b".into(), b"open".to_vec())];
    let record = Record::new("r", fields(true)).unwrap();
    let reveal = record.reveal("b", &secret()).unwrap();
    let hidden = reveal.proof[0];
    let known_salts = [reveal.salt, [0; 32], Secret::new([0; 32]).salt("r", "a")];
    for value in [true, false] {
        assert!(known_salts.iter().all(|salt| leaf("a", salt, &[value.into()]) != hidden));
    }
    // Equal values in other fields and other records do not look equal.
    let salts = [("r", "a"), ("r", "b"), ("s", "a"), ("ra", ""), ("", "ra")].map(|(r, f)| secret().salt(r, f));
    assert_eq!(salts.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
    assert_eq!(format!("{:?} {:?}", secret(), record), "Secret Record(r, 2 fields)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record(fields in prop::collection::btree_map(".{0,8}", prop::collection::vec(any::<u8>(), 0..20), 1..12), which: prop::sample::Index) {
        let record = Record::new("any", fields.clone().into_iter().collect()).unwrap();
        let name = fields.keys().nth(which.index(fields.len())).unwrap();
        let reveal = Reveal::parse(&record.reveal(name, &secret()).unwrap().to_string()).unwrap();
        prop_assert_eq!(reveal.verify(&record.commitment(&secret())), Ok(()));
        prop_assert_eq!(&reveal.value, &fields[name]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,200}") {
        let _ = Reveal::parse(&text);
        let _ = Reveal::parse(&format!("truceline-reveal@v1\nrecord AA==\nname AA==\n{text}"));
    }
}
