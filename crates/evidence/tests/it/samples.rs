//! Logs which others wrote.

use std::fs;
use std::path::Path;

use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::{Algorithm, CosignerKey, KeyError, VerifierKey};
use truceline_evidence::log::read_entry;
use truceline_evidence::merkle::{Hash, Tree, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion};
use truceline_evidence::note::{Note, NoteError};
use truceline_evidence::policy::{Policy, PolicyError};
use truceline_evidence::proof::EntryProof;
use truceline_evidence::store::TileTree;
use truceline_evidence::store::directory::Directory;
use truceline_evidence::store::memory::Memory;
use truceline_evidence::verify::{verify_extension, verify_log, verify_log_with, verify_strays};
use truceline_evidence::witness::Witness;

use base64::{Engine as _, engine::general_purpose::STANDARD};

fn key(folder: &Path) -> VerifierKey {
    VerifierKey::parse(fs::read_to_string(folder.join("log.vkey")).unwrap().trim()).unwrap()
}

fn hashes(lines: &str) -> Vec<Hash> {
    lines.lines().map(|line| Hash::from_slice(&STANDARD.decode(line).unwrap()).unwrap()).collect()
}

#[test]
fn a_log_written_with_another_library_is_sound() {
    let Some(folder) = crate::samples() else {
        return;
    };
    let (log, keys) = (Directory::read_only(&folder), [key(&folder)]);
    let mut entries = 0_u64;
    let note = fs::read(folder.join("checkpoint")).unwrap();
    let mut found = verify_log_with(&log, &note, &keys, |index, entry| {
        assert!(entry.starts_with(format!("{{\"kind\":\"observation\",\"n\":{index},").as_bytes()));
        entries += 1;
    });
    verify_strays(&log, &mut found);
    assert!(found.is_sound() && found.strays.is_empty(), "{found:?}");
    assert_eq!((entries, found.checkpoint.unwrap().size), (300, 300));
}

#[test]
fn proofs_made_by_another_library_verify_and_ours_equal_them() {
    let Some(folder) = crate::samples() else {
        return;
    };
    let (log, keys) = (Directory::read_only(&folder), [key(&folder)]);
    for index in [0_u64, 150, 299] {
        let text = fs::read_to_string(folder.join(format!("proofs/{index}.tlog-proof"))).unwrap();
        let (head, note) = text.split_once("\n\n").unwrap();
        let proof = hashes(head.strip_prefix(&format!("c2sp.org/tlog-proof@v1\nindex {index}\n")).unwrap());
        let checkpoint = Checkpoint::open(note.as_bytes(), &keys).unwrap().checkpoint;
        let entry = read_entry(&log, index, checkpoint.size).unwrap();
        verify_inclusion(&leaf_hash(&entry), index, checkpoint.size, &proof, &checkpoint.root).unwrap();
        assert_eq!(inclusion_proof(index, checkpoint.size, &TileTree::new(&log, checkpoint.size)), Ok(proof));
    }
}

#[test]
fn a_consistency_proof_made_by_another_library_verifies() {
    let Some(folder) = crate::samples() else {
        return;
    };
    let (log, keys) = (Directory::read_only(&folder), [key(&folder)]);
    let request = fs::read_to_string(folder.join("witness/add-checkpoint.request")).unwrap();
    let (head, note) = request.split_once("\n\n").unwrap();
    let proof = hashes(head.strip_prefix("old 163\n").unwrap());
    let new = Checkpoint::open(note.as_bytes(), &keys).unwrap().checkpoint;
    let old_note = fs::read(folder.join("witness/old.checkpoint")).unwrap();
    let old = Checkpoint::open(&old_note, &keys).unwrap().checkpoint;
    assert_eq!(old.size, 163);
    verify_consistency(&old.tree(), &new.tree(), &proof).unwrap();
    let forked = Tree { root: new.root, ..old.tree() };
    assert!(verify_consistency(&forked, &new.tree(), &proof).is_err());
    let mut found = verify_log(&log, note.as_bytes(), &keys);
    verify_extension(&log, &old_note, &keys, &mut found);
    assert!(found.is_sound(), "{found:?}");
}

#[test]
fn cosignatures_of_witnesses_are_read() {
    let Some(folder) = crate::samples() else {
        return;
    };
    let policy = fs::read_to_string(folder.join("policy")).unwrap();
    let words = policy.split_whitespace().filter(|word| word.matches('+').count() > 1);
    let keys: Vec<VerifierKey> = words.map(|word| VerifierKey::parse(word).unwrap()).collect();
    assert_eq!(keys.iter().filter(|key| key.algorithm() == Algorithm::CosignatureV1).count(), 2);
    for name in ["checkpoint.cosigned", "checkpoint.cosigned-pq"] {
        let note = fs::read(folder.join(name)).unwrap();
        let signed = Checkpoint::open(&note, &keys).unwrap();
        let times: Vec<_> = signed.signed_by.iter().map(|by| by.time_s).collect();
        assert_eq!(times, [None, Some(1_767_323_046), Some(1_767_323_047)]);
    }
    // A time that was not signed condemns the note.
    let note = fs::read_to_string(folder.join("checkpoint.cosigned")).unwrap();
    let altered = Note::parse(note.replace("B+aSMgAAAABpVzWm", "B+aSMgAAAABpVzWn").as_bytes()).unwrap();
    assert_eq!(altered.verify(&keys), Err(NoteError::Forged("witness1.example/w".into())));
    let other = fs::read_to_string(folder.join("witness3.vkey")).unwrap();
    assert_eq!(VerifierKey::parse(other.trim()), Err(KeyError::Algorithm(6)));
}

#[test]
fn another_implementation_s_log_is_sound_at_every_size() {
    let Some(folder) = crate::samples().map(|folder| folder.join("tessera-testdata")) else {
        return;
    };
    let (log, keys) = (Directory::read_only(&folder), [key(&folder)]);
    let notes: Vec<Vec<u8>> =
        (0..=15).map(|size| fs::read(folder.join(format!("checkpoint.{size}"))).unwrap()).collect();
    for (note, size) in notes.iter().zip(0_u64..) {
        let mut found = verify_log(&log, note, &keys);
        assert_eq!(found.checkpoint.as_ref().unwrap().size, size);
        verify_strays(&log, &mut found);
        // Two files for each later size.
        assert_eq!(found.strays.len() as u64, 2 * (15 - size));
        for old in notes.iter().take(size as usize + 1) {
            verify_extension(&log, old, &keys, &mut found);
        }
        assert!(found.is_sound(), "size {size}: {found:?}");
    }
}

#[test]
fn proof_files_and_the_policy_of_others_are_read() {
    let Some(folder) = crate::samples() else {
        return;
    };
    let (log, keys) = (Directory::read_only(&folder), [key(&folder)]);
    let policy = Policy::parse(&fs::read_to_string(folder.join("policy")).unwrap()).unwrap();
    let names: Vec<_> = policy.witnesses().map(|(name, _)| name).collect();
    assert_eq!(names, ["w1", "w2"]);
    let cosigned = fs::read(folder.join("checkpoint.cosigned")).unwrap();
    for index in [0_u64, 150, 299] {
        let bytes = fs::read(folder.join(format!("proofs/{index}.tlog-proof"))).unwrap();
        let proof = EntryProof::parse(&bytes).unwrap();
        assert_eq!((proof.to_string().as_bytes(), proof.index), (bytes.as_slice(), index));
        let entry = read_entry(&log, index, 300).unwrap();
        assert_eq!(proof.verify(&entry, &keys).unwrap().checkpoint.size, 300);
        assert!(proof.verify_by_policy(&entry, &policy).is_err(), "nobody cosigned");
        let with_witnesses = EntryProof { checkpoint: cosigned.clone(), ..proof };
        assert_eq!(with_witnesses.verify_by_policy(&entry, &policy).unwrap().signed_by.len(), 3);
    }
    assert!(policy.open(&fs::read(folder.join("checkpoint.cosigned-pq")).unwrap()).is_ok());
    let text = String::from_utf8(cosigned).unwrap();
    let without_last: Vec<_> = text.split_inclusive('\n').filter(|line| !line.contains("witness2")).collect();
    let quorum = policy.open(without_last.concat().as_bytes()).unwrap_err();
    assert!(matches!(quorum, PolicyError::Quorum { missing, .. } if missing == ["w2"]));
}

#[test]
fn a_witness_takes_the_request_of_another_program() {
    let Some(folder) = crate::samples() else {
        return;
    };
    let cosigner = CosignerKey::from_entropy("witness.example/w", &[3; 32]).unwrap();
    let mut witness = Witness::new(cosigner);
    witness.add_log(key(&folder), Memory::new());
    let request = fs::read(folder.join("witness/add-checkpoint.request")).unwrap();
    let unseen = witness.add_checkpoint(&request, 1_767_323_046).answer;
    assert_eq!((unseen.status, unseen.body.as_str()), (409, "0\n"));
    let old = fs::read_to_string(folder.join("witness/old.checkpoint")).unwrap();
    let first = format!("old 0\n\n{old}");
    assert_eq!(witness.add_checkpoint(first.as_bytes(), 1_767_323_046).answer.status, 200);
    let seen = witness.add_checkpoint(&request, 1_767_323_047);
    assert_eq!((seen.answer.status, seen.split), (200, None));
}
