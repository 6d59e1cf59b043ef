//! Our logs read by an independent implementation: the crates `signed_note` and `tlog_tiles`.

use std::fs;
use std::path::Path;

use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::{Checkpoint, Hash, HashReader as _, Tile, TileHashReader, TileReader};
use truceline_evidence::keys::{SignerKey, VerifierKey};
use truceline_evidence::log::Log;
use truceline_evidence::store::directory::Directory;

const ORIGIN: &str = "monitor.example/evidence";

fn key() -> SignerKey {
    SignerKey::from_entropy(ORIGIN, &[9; 32]).unwrap()
}

/// The other implementation's view of our folder. Its paths name the height of tiles, which C2SP leaves out.
struct Folder<'a>(&'a Path);

impl TileReader for Folder<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let path = |tile: &Tile| tile.path().replacen("tile/8/", "tile/", 1);
        Ok(tiles.iter().map(|tile| fs::read(self.0.join(path(tile))).unwrap()).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

fn open(note: &[u8], vkey: &str) -> Option<Checkpoint> {
    let verifier = StandardVerifier::new(vkey).unwrap();
    let note = Note::from_bytes(note).unwrap();
    note.verify(&VerifierList::new(vec![Box::new(verifier)])).ok()?;
    Some(Checkpoint::from_bytes(note.text()).unwrap())
}

#[test]
fn reads_every_entry_and_proof_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::create(Directory::writer(folder.path()).unwrap(), key()).unwrap();
    let entries: Vec<_> = (0..66_000).map(|i| format!("entry {i}")).collect();
    for batch in [&entries[..1], &entries[1..700], &entries[700..]] {
        log.append_batch(batch).unwrap();
    }
    let note = fs::read(folder.path().join("checkpoint")).unwrap();
    let checkpoint = open(&note, &key().verifier().to_string()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, 66_000));
    assert_eq!(checkpoint.hash().0, *log.root().as_bytes());

    let tiles = Folder(folder.path());
    let reader = TileHashReader::new(checkpoint.size(), *checkpoint.hash(), &tiles);
    for index in [0, 1, 255, 256, 699, 700, 40_000, 65_535, 65_536, 65_999] {
        let leaf = tlog_tiles::record_hash(entries[index as usize].as_bytes());
        let stored = reader.read_hashes(&[tlog_tiles::stored_hash_index(0, index)]).unwrap();
        assert_eq!(stored, [leaf]);
        let proof = tlog_tiles::prove_record(checkpoint.size(), index, &reader).unwrap();
        tlog_tiles::check_record(&proof, checkpoint.size(), *checkpoint.hash(), index, leaf).unwrap();
        let ours: Vec<Hash> = log.inclusion_proof(index).unwrap().iter().map(|hash| Hash(*hash.as_bytes())).collect();
        assert_eq!(ours, proof);
    }
    for first in [1, 2, 255, 256, 257, 700, 65_535, 65_536, 65_537] {
        let proof = tlog_tiles::prove_tree(checkpoint.size(), first, &reader).unwrap();
        let ours: Vec<Hash> =
            log.consistency_proof(first, 66_000).unwrap().iter().map(|h| Hash(*h.as_bytes())).collect();
        assert_eq!(ours, proof);
    }
}

#[test]
fn keys_and_signatures_are_understood_both_ways() {
    let note = {
        let signer = StandardSigner::new(&key().secret_text()).unwrap();
        let mut note = Note::new(b"text\n", &[]).unwrap();
        note.add_sigs(&[&signer]).unwrap();
        note.to_bytes()
    };
    let ours = truceline_evidence::note::Note::parse(&note).unwrap();
    assert_eq!(ours.verify(&[key().verifier().clone()]).unwrap().len(), 1);
    assert_eq!(
        truceline_evidence::note::Note::unsigned("text\n").unwrap().signed(&key()),
        ours,
        "Ed25519 is deterministic"
    );
    let theirs = signed_note::new_ed25519_verifier_key(ORIGIN, &ed25519_of_note());
    assert_eq!(VerifierKey::parse(&theirs).as_ref(), Ok(key().verifier()));
}

/// The public key, in the type of the other implementation's Ed25519.
fn ed25519_of_note() -> ed25519_dalek_2::VerifyingKey {
    ed25519_dalek_2::SigningKey::from_bytes(&[9; 32]).verifying_key()
}

#[test]
fn refuses_what_we_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::create(Directory::writer(folder.path()).unwrap(), key()).unwrap();
    let text = String::from_utf8(log.checkpoint().to_vec()).unwrap();
    let vkey = key().verifier().to_string();
    assert!(open(text.as_bytes(), &vkey).is_some());
    assert!(open(text.replacen("\n0\n", "\n1\n", 1).as_bytes(), &vkey).is_none());
}
