//! The two stores against their contracts.

use super::directory::Directory;
use super::memory::{Memory, WriteFault};
use super::*;

fn id(content: Content, index: u64, width: u16) -> TileId {
    TileId::new(content, index, width).unwrap()
}

fn keeps_the_contract<S: Tiles + CheckpointLock + Listing>(store: &S) {
    let tile = id(Content::Hashes(0), 1234, 3);
    assert_eq!(store.get(tile), Ok(None));
    store.put(tile, b"old").unwrap();
    store.put(tile, b"new").unwrap();
    assert_eq!(store.get(tile), Ok(Some(b"new".to_vec())));
    assert_eq!(store.fetch(), Ok(None));
    assert_eq!(store.replace(b"", b"first"), Err(StoreError::Conflict));
    store.create(b"first").unwrap();
    assert_eq!(store.create(b"again"), Err(StoreError::Conflict));
    assert_eq!(store.replace(b"other", b"second"), Err(StoreError::Conflict));
    assert_eq!(store.fetch(), Ok(Some(b"first".to_vec())));
    store.replace(b"first", b"second").unwrap();
    assert_eq!(store.fetch(), Ok(Some(b"second".to_vec())));
    let mut paths = Vec::new();
    store.for_each_path(&mut |path| paths.push(path.to_owned())).unwrap();
    assert_eq!(paths, ["tile/0/x001/234.p/3"]);
}

#[test]
fn memory_keeps_the_contract() {
    keeps_the_contract(&Memory::new());
}

#[test]
fn a_folder_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("deep/log");
    keeps_the_contract(&Directory::writer(&root).unwrap());
    let reader = Directory::read_only(&root);
    assert_eq!(reader.fetch(), Ok(Some(b"second".to_vec())));
    assert_eq!(reader.put(id(Content::Entries, 0, 1), b"x"), Err(StoreError::ReadOnly));
    assert_eq!(reader.replace(b"second", b"third"), Err(StoreError::ReadOnly));
    assert_eq!(std::fs::read_dir(root.join(".tmp")).unwrap().count(), 0);
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = Directory::writer(folder.path()).unwrap();
    assert_eq!(Directory::writer(folder.path()).err(), Some(StoreError::Busy));
    drop(first);
    std::fs::write(folder.path().join(".tmp/next"), b"a signed checkpoint never published").unwrap();
    let _second = Directory::writer(folder.path()).unwrap();
    assert!(!folder.path().join(".tmp/next").exists());
}

#[test]
fn reading_from_an_absent_folder_creates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let absent = Directory::read_only(folder.path().join("absent"));
    assert_eq!(absent.fetch(), Ok(None));
    assert_eq!(absent.for_each_path(&mut |_| {}), Ok(()));
    assert!(!folder.path().join("absent").exists());
}

#[test]
fn one_write_fails_when_asked_to() {
    for persists in [false, true] {
        let store = Memory::new();
        store.fail(WriteFault { after: 1, persists });
        let tiles = [0, 1, 2].map(|n| id(Content::Entries, n, 256));
        assert_eq!(tiles.map(|t| store.put(t, b"x").is_ok()), [true, false, true]);
        assert_eq!(tiles.map(|t| store.get(t).unwrap().is_some()), [true, persists, true]);
    }
}

#[test]
fn vanished_partial_tiles_are_read_from_the_full_one() {
    let store = Memory::new();
    let hashes: Vec<Hash> = (0..=255_u8).map(|i| crate::merkle::leaf_hash(&[i])).collect();
    let (part, full) = (id(Content::Hashes(0), 0, 7), id(Content::Hashes(0), 0, 256));
    assert_eq!(read_hashes(&store, part), Err(ReadError::Missing(part)));
    store.put(full, &tile::encode_hashes(&hashes)).unwrap();
    assert_eq!(read_hashes(&store, part).unwrap(), hashes[..7]);
    store.put(part, &[0; 31]).unwrap();
    assert_eq!(read_hashes(&store, part), Err(ReadError::Malformed { id: part, sound: 0 }));

    let mut bundle = Vec::new();
    (0..256).for_each(|_| assert!(tile::encode_entry(&mut bundle, b"entry")));
    let (part, full) = (id(Content::Entries, 0, 7), id(Content::Entries, 0, 256));
    store.put(full, &bundle).unwrap();
    assert_eq!(read_bundle(&store, part).unwrap(), bundle[..49]);
    store.put(full, &bundle[..700]).unwrap();
    assert_eq!(read_bundle(&store, part), Err(ReadError::Malformed { id: full, sound: 100 }));
    store.put(part, &bundle[..50]).unwrap();
    assert_eq!(read_bundle(&store, part), Err(ReadError::Malformed { id: part, sound: 7 }));
}

#[cfg(unix)]
#[test]
fn a_tile_that_cannot_be_read_is_an_error_and_not_an_absence() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("tile/0/000")).unwrap();
    let reader = Directory::read_only(folder.path());
    assert!(matches!(reader.get(id(Content::Hashes(0), 0, 256)), Err(StoreError::Failed(_))));
}
