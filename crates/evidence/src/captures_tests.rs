//! Captures are durable, idempotent, read-only, and hashed on every read.

use proptest::prelude::*;

use super::*;

/// Overwrites a stored file although it is read-only.
fn alter(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn stored_once_and_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let captures = Captures::new(folder.path().join("captures"));
    let digest = captures.put(b"abc").unwrap();
    assert_eq!(digest.to_string(), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    assert_eq!(captures.put(b"abc").unwrap(), digest);
    assert_eq!(captures.get(&digest).unwrap().as_deref(), Some(&b"abc"[..]));
    let path = captures.path(&digest);
    assert!(path.ends_with("captures/sha256/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assert!(fs::metadata(&path).unwrap().permissions().readonly());
    assert_eq!(captures.get(&Digest::of(b"other")).unwrap(), None);
    assert_eq!(fs::read_dir(folder.path().join("captures/.tmp")).unwrap().count(), 0);
}

#[test]
fn an_altered_capture_is_never_handed_out_nor_covered_up() {
    let folder = tempfile::tempdir().unwrap();
    let captures = Captures::new(folder.path());
    let digests: Vec<_> = (0..20_u8).map(|i| captures.put(&[i; 70_000]).unwrap()).collect();
    assert_eq!(captures.verify_all().unwrap(), CaptureCheck { sound: 20, ..CaptureCheck::default() });
    alter(&captures.path(&digests[3]), b"altered");
    assert!(matches!(captures.get(&digests[3]), Err(CaptureError::Altered(d)) if d == digests[3]));
    assert!(matches!(captures.put(&[3; 70_000]), Err(CaptureError::Altered(d)) if d == digests[3]));
    fs::write(folder.path().join("sha256/stray"), b"x").unwrap();
    fs::rename(captures.path(&digests[4]), folder.path().join("sha256/moved")).unwrap();
    let check = captures.verify_all().unwrap();
    assert_eq!((check.sound, check.altered.as_slice()), (18, &digests[3..4]));
    assert_eq!(check.unknown, ["sha256/moved", "sha256/stray"]);
    assert!(!check.is_sound());
}

#[test]
fn a_reader_that_fails_stores_nothing() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("cut"))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let captures = Captures::new(folder.path());
    let mut reader = io::Cursor::new(vec![1; 100_000]).chain(Failing);
    assert!(matches!(captures.put_from(&mut reader), Err(CaptureError::Failed(_))));
    assert!(!folder.path().join("sha256").exists());
    assert_eq!(fs::read_dir(folder.path().join(".tmp")).unwrap().count(), 0);
}

#[test]
fn only_one_spelling_of_a_digest_is_read() {
    let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert!(Digest::parse(&format!("sha256:{digits}")).is_some());
    let others = [
        digits.to_owned(),
        format!("sha256:{}", digits.to_uppercase()),
        format!("sha256:{digits}0"),
        "sha256:".into(),
        format!("sha256:+{}", &digits[1..]),
        format!("sha512:{digits}"),
    ];
    assert!(others.iter().all(|text| Digest::parse(text).is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_flipped_bit_is_noticed(bytes in prop::collection::vec(any::<u8>(), 1..200), at: prop::sample::Index, bit in 0_u8..8) {
        let folder = tempfile::tempdir().unwrap();
        let captures = Captures::new(folder.path());
        let digest = captures.put(&bytes).unwrap();
        let mut flipped = bytes.clone();
        *at.get_mut(&mut flipped[..]) ^= 1 << bit;
        alter(&captures.path(&digest), &flipped);
        prop_assert!(captures.get(&digest).is_err());
        prop_assert_eq!(captures.verify_all().unwrap().altered, [digest]);
    }
}
