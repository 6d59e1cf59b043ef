//! Paths, widths and bundles against the worked examples of the specification.

use proptest::prelude::*;

use super::*;
use crate::merkle::leaf_hash;

fn path(content: Content, index: u64, width: u16) -> String {
    TileId::new(content, index, width).unwrap().to_string()
}

#[test]
fn paths_of_the_specification() {
    assert_eq!(path(Content::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(Content::Hashes(1), 0, 1), "tile/1/000.p/1");
    assert_eq!(path(Content::Entries, 1000, 44), "tile/entries/x001/000.p/44");
    assert_eq!(path(Content::Hashes(0), 1_000_000_000, 256), "tile/0/x001/x000/x000/000");
}

#[test]
fn only_the_canonical_spelling_is_read() {
    let refused = [
        "tile/0/0",
        "tile/0/x000/000",
        "tile/00/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/8/000",
        "tile/+0/000",
        "tile/0/1000",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/data/000",
        "tile/0",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000.p/",
        "checkpoint",
        "",
        "tile/7/001",
        "tile/0/-01",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ];
    for text in refused {
        assert_eq!(TileId::parse(text), None, "{text}");
    }
}

#[test]
fn widths_at_the_awkward_sizes() {
    let edges = |size: u64| -> Vec<(u64, u16)> {
        let wide = |level| edge_tile(size, level).map_or((0, 0), |id| (id.index(), id.width()));
        (0..3).map(wide).collect()
    };
    assert_eq!(edges(0), [(0, 0), (0, 0), (0, 0)]);
    assert_eq!(edges(1), [(0, 1), (0, 0), (0, 0)]);
    assert_eq!(edges(255), [(0, 255), (0, 0), (0, 0)]);
    assert_eq!(edges(256), [(0, 0), (0, 1), (0, 0)]);
    assert_eq!(edges(257), [(1, 1), (0, 1), (0, 0)]);
    assert_eq!(edges(65535), [(255, 255), (0, 255), (0, 0)]);
    assert_eq!(edges(65536), [(0, 0), (0, 0), (0, 1)]);
    assert_eq!(edges(65537), [(256, 1), (0, 0), (0, 1)]);
    assert_eq!(edges(70000), [(273, 112), (1, 17), (0, 1)]);
    assert_eq!(TileId::in_log(Content::Entries, 272, 70000).map(|id| id.width()), Some(256));
    assert_eq!(TileId::in_log(Content::Entries, 274, 70000), None);
    assert!(edge_tile(u64::MAX, 7).is_some_and(|id| id.width() == 255));
    assert_eq!(edge_tile(u64::MAX, 8), None);
}

#[test]
fn entries_below_a_tile() {
    let below = |content, index, width| TileId::new(content, index, width).unwrap().entries();
    assert_eq!(below(Content::Entries, 3, 256), 768..1024);
    assert_eq!(below(Content::Hashes(1), 0, 2), 0..512);
    assert_eq!(below(Content::Hashes(2), 0, 1), 0..65536);
    assert_eq!(below(Content::Hashes(7), 0, 256).end, u64::MAX);
}

#[test]
fn edge_root_is_the_root() {
    for size in [0_u64, 1, 255, 256, 257, 511, 512, 65535, 65536, 65537, 65793, 70000] {
        let leaves: Vec<Hash> = (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect();
        let mut levels = Vec::new();
        let mut nodes = leaves.clone();
        for _ in 0..3 {
            let full = nodes.len() / 256 * 256;
            levels.push(nodes[full..].to_vec());
            nodes = nodes[..full].chunks(256).map(|c| merkle::root(c.iter().copied())).collect();
        }
        assert_eq!(edge_root(&levels), merkle::root(leaves), "size {size}");
    }
}

#[test]
fn bundles_round_trip_and_cut_ones_show_a_rest() {
    let entries: [&[u8]; 4] = [b"one", b"", &[7; 65535], b"four"];
    let mut bytes = Vec::new();
    assert!(entries.iter().all(|entry| encode_entry(&mut bytes, entry)));
    let mut bundle = Bundle::new(&bytes);
    assert_eq!(bundle.by_ref().collect::<Vec<_>>(), entries);
    assert!(bundle.rest().is_empty());
    let mut cut = Bundle::new(&bytes[..bytes.len() - 1]);
    assert_eq!(cut.by_ref().count(), 3);
    assert_eq!(cut.rest(), b"\x00\x04fou");
    let before = bytes.len();
    assert!(!encode_entry(&mut bytes, &[0; 65536]));
    assert_eq!(bytes.len(), before);
}

#[test]
fn ragged_hash_tiles_are_refused() {
    assert_eq!(decode_hashes(&[0; 33]), None);
    assert_eq!(decode_hashes(&[0; 64]).map(|h| h.len()), Some(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn paths_round_trip(level in 0_u8..6, index in 0_u64..1_000_000_000, width in 1_u16..=256, entries: bool) {
        let content = if entries { Content::Entries } else { Content::Hashes(level) };
        if let Some(id) = TileId::new(content, index, width) {
            prop_assert_eq!(TileId::parse(&id.to_string()), Some(id));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(tile/)?(entries|[0-9]{1,3})?/(x[0-9]{3}/){0,8}[0-9]{0,4}(\\.p/[0-9]{0,4})?") {
        if let Some(id) = TileId::parse(&text) {
            prop_assert_eq!(id.to_string(), text);
        }
    }
}
