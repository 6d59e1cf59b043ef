//! Sealed values: one role alone opens nothing, and nothing altered opens.

use super::*;

const VALUE: &[u8] = b"48.46700 35.04000 +-120 m";

struct People {
    lead: (String, String),
    deputy: (String, String),
    adviser: (String, String),
    stranger: (String, String),
    sealed: Vec<u8>,
}

fn people() -> People {
    let [lead, deputy, adviser, stranger] = [(); 4].map(|()| new_key());
    let roles = [Role::new("lead", &[&lead.1, &deputy.1]).unwrap(), Role::new("adviser", &[&adviser.1]).unwrap()];
    let sealed = seal("incident-17", VALUE, &roles).unwrap();
    People { lead, deputy, adviser, stranger, sealed }
}

#[test]
fn both_roles_open_it_and_neither_alone() {
    let p = people();
    let open = |keys: &[&(String, String)]| {
        let keys: Vec<&str> = keys.iter().map(|key| key.0.as_str()).collect();
        open("incident-17", &p.sealed, &keys)
    };
    assert_eq!(open(&[&p.lead, &p.adviser]).as_deref(), Ok(VALUE));
    assert_eq!(open(&[&p.adviser, &p.deputy]).as_deref(), Ok(VALUE), "any one of a role, in any order");
    assert_eq!(open(&[&p.stranger, &p.adviser, &p.lead]).as_deref(), Ok(VALUE));
    for alone in [&[&p.lead][..], &[&p.adviser], &[&p.lead, &p.deputy], &[&p.adviser, &p.adviser], &[&p.stranger], &[]]
    {
        assert_eq!(open(alone), Err(SealError::Closed));
    }
}

#[test]
fn they_can_open_it_one_after_the_other_in_two_places() {
    let p = people();
    assert_eq!(open_layer("incident-17", &p.sealed, &p.lead.0), Err(SealError::Closed), "not yet their turn");
    let Ok(Opened::Layer { role, sealed }) = open_layer("incident-17", &p.sealed, &p.adviser.0) else { panic!() };
    assert_eq!(role, "lead");
    assert!(!sealed.windows(8).any(|part| part == &VALUE[..8]), "the first one sees no value");
    assert_eq!(open_layer("incident-17", &sealed, &p.adviser.0), Err(SealError::Closed));
    assert_eq!(open_layer("incident-17", &sealed, &p.lead.0), Ok(Opened::Value(VALUE.to_vec())));
}

#[test]
fn it_belongs_to_its_record() {
    let p = people();
    let keys = [p.lead.0.as_str(), p.adviser.0.as_str()];
    assert!(matches!(open("incident-18", &p.sealed, &keys), Err(SealError::Form(_))));
}

#[test]
fn nothing_altered_opens() {
    let p = people();
    let keys = [p.lead.0.as_str(), p.adviser.0.as_str()];
    for place in (0..p.sealed.len()).step_by(7) {
        let mut bytes = p.sealed.clone();
        bytes[place] ^= 1 << (place % 8);
        assert!(open("incident-17", &bytes, &keys).is_err(), "byte {place}");
        assert!(open("incident-17", &p.sealed[..place], &keys).is_err(), "cut at {place}");
    }
    assert!(open("incident-17", &[&p.sealed[..], b"x"].concat(), &keys).is_err());
}

#[test]
fn roles_that_would_not_all_be_needed_are_refused() {
    let (a, b) = (new_key(), new_key());
    let role = |name: &str, keys: &[&str]| Role::new(name, keys).unwrap();
    let refused = |roles: &[Role]| matches!(seal("r", VALUE, roles), Err(SealError::Refused(_)));
    assert!(refused(&[]));
    assert!(refused(&[role("one", &[&a.1])]));
    assert!(refused(&[role("one", &[&a.1]), role("two", &[])]));
    assert!(refused(&[role("one", &[&a.1]), role("two", &[&a.1])]));
    assert!(refused(&[role("one", &[&a.1]), role("two", &[&b.1, &a.1])]));
    assert!(refused(&[role("one", &[&a.1]), role("one", &[&b.1])]));
    assert!(!refused(&[role("one", &[&a.1, &a.1]), role("two", &[&b.1])]));
    assert!(matches!(Role::new("one", &[&a.0]), Err(SealError::Key(_))), "a secret key is no public one");
    assert!(matches!(open_layer("r", b"", &a.1), Err(SealError::Key(_))));
}

#[test]
fn lengths_are_hidden_and_long_values_are_whole() {
    let (a, b) = (new_key(), new_key());
    let roles = [Role::new("one", &[&a.1]).unwrap(), Role::new("two", &[&b.1]).unwrap()];
    let sealed = |value: &[u8]| seal("r", value, &roles).unwrap();
    assert_eq!((padded(b"").len(), padded(&[1; 248]).len(), padded(&[1; 249]).len()), (256, 256, 512));
    for length in [0, 1, 247, 248, 249, 100_000] {
        let value = vec![5; length];
        assert_eq!(open("r", &sealed(&value), &[&a.0, &b.0]), Ok(value));
    }
}
