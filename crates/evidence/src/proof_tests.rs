//! Proof files: read as they were written, and no bit of them can be changed unseen.

use super::*;
use crate::keys::SignerKey;
use crate::store::memory::Memory;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn proof(index: u64) -> EntryProof {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let entries: Vec<_> = (0..300).map(|n| format!("entry {n}")).collect();
    log.append_batch(&entries).unwrap();
    EntryProof::of(&log, index).unwrap()
}

#[test]
fn a_proof_proves_its_entry_and_no_other() {
    let keys = [key().verifier().clone()];
    for index in [0, 1, 255, 256, 299] {
        for extra in [None, Some(b"carried along".to_vec()), Some(vec![])] {
            let written = EntryProof { extra, ..proof(index) };
            let read = EntryProof::parse(written.to_string().as_bytes()).unwrap();
            assert_eq!(read, written);
            assert_eq!(read.verify(format!("entry {index}").as_bytes(), &keys).unwrap().checkpoint.size, 300);
            assert!(matches!(read.verify(b"another", &keys), Err(EntryProofError::Hashes(_))));
        }
    }
    let policy = Policy::parse(&format!("log {}\nquorum none\n", key().verifier())).unwrap();
    assert!(proof(5).verify_by_policy(b"entry 5", &policy).is_ok());
}

#[test]
fn no_changed_bit_passes() {
    let keys = [key().verifier().clone()];
    let written = proof(150).to_string().into_bytes();
    for place in 0..written.len() {
        for bit in 0..8 {
            let mut bytes = written.clone();
            bytes[place] ^= 1 << bit;
            let passed = EntryProof::parse(&bytes).is_ok_and(|proof| proof.verify(b"entry 150", &keys).is_ok());
            assert!(!passed, "byte {place} bit {bit}");
        }
    }
}

#[test]
fn what_is_no_proof_file_is_said() {
    let good = proof(3).to_string();
    for bad in [
        good.replace("@v1", "@v2"),
        good.replace("index 3", "index 03"),
        good.replace("index 3\n", ""),
        good.replace("index 3", "extra ?\nindex 3"),
        good.replace("\n\n", "\n"),
        good.replacen("index 3\n", "index 3\nAAAA\n", 1),
        good.replace('\n', "\r\n"),
        String::new(),
    ] {
        assert!(matches!(EntryProof::parse(bad.as_bytes()), Err(EntryProofError::Form(_))), "{bad}");
    }
    let hash = format!("{}\n", STANDARD.encode([0; 32]));
    let many = good.replacen("index 3\n", &format!("index 3\n{}", hash.repeat(64)), 1);
    assert!(matches!(EntryProof::parse(many.as_bytes()), Err(EntryProofError::Form(_))));
}
