//! Split views: proved between any two sizes, and never between two checkpoints of one history.

use super::*;
use crate::keys::SignerKey;
use crate::log::Log;
use crate::store::memory::Memory;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn keys() -> [VerifierKey; 1] {
    [key().verifier().clone()]
}

/// A log whose entries from `fork` on are of another history.
fn log(size: u64, fork: u64) -> Log<Memory> {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let word = |n| if n < fork { "entry" } else { "other" };
    let entries: Vec<_> = (0..size).map(|n| format!("{} {n}", word(n))).collect();
    log.append_batch(&entries).unwrap();
    log
}

#[test]
fn a_fork_is_proved_at_every_pair_of_sizes() {
    for (first, second) in [(1, 1), (1, 2), (3, 3), (4, 9), (5, 8), (64, 64), (64, 100), (100, 257), (256, 700)] {
        let (honest, forked) = (log(first, first), log(second, first - 1));
        let find =
            |log: &Log<Memory>| SplitView::find(log.store(), (honest.checkpoint(), log.checkpoint()), &keys()).unwrap();
        let split = find(&forked).unwrap_or_else(|| panic!("{first} and {second}"));
        let read = SplitView::parse(split.to_string().as_bytes()).unwrap();
        assert_eq!(read, split);
        let (smaller, larger) = read.verify(&keys()).unwrap();
        assert_eq!((smaller.size, larger.size), (first, second));
        // The same log grown honestly is no split view, whatever hashes are given.
        let grown = log(second, second);
        assert_eq!(find(&grown), None);
        assert!(SplitView::new(honest.checkpoint(), grown.checkpoint(), &split.hashes, &keys()).is_err());
    }
    let empty = log(0, 0);
    assert_eq!(SplitView::find(empty.store(), (empty.checkpoint(), log(5, 0).checkpoint()), &keys()), Ok(None));
}

#[test]
fn nothing_else_is_a_split_view() {
    let (one, two) = (log(10, 10), log(10, 5));
    let split = SplitView::new(one.checkpoint(), two.checkpoint(), &[], &keys()).unwrap();
    let is = |split: &SplitView| split.verify(&keys()).is_ok();
    assert!(is(&split));
    assert!(!is(&SplitView { larger: split.smaller.clone(), ..split.clone() }));
    assert!(!is(&SplitView { hashes: vec![merkle::empty_root()], ..split.clone() }));
    let stranger = SignerKey::from_entropy("monitor.example/evidence", &[8; 32]).unwrap();
    let forged = Checkpoint {
        origin: "monitor.example/evidence".into(),
        size: 10,
        root: merkle::empty_root(),
        extensions: vec![],
    };
    let forged = forged.sign(&stranger).unwrap();
    assert!(!is(&SplitView { larger: forged, ..split.clone() }), "a forgery accuses nobody");
    let text = split.to_string();
    for bad in [
        &text[1..],
        &text[..text.len() - 1],
        &format!("{text}x"),
        &text.replacen("checkpoint 196", "checkpoint 195", 1),
    ] {
        assert!(SplitView::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        assert!(!SplitView::parse(&bytes).is_ok_and(|split| is(&split)), "byte {place}");
    }
}

#[test]
fn a_made_up_proof_accuses_nobody() {
    let (first, second) = (log(100, 100), log(257, 257));
    let tree = TileTree::new(second.store(), 257);
    let good = merkle::consistency_proof(100, 257, &tree).unwrap();
    for place in 0..good.len() {
        let mut hashes = good.clone();
        hashes[place] = merkle::leaf_hash(b"x");
        let made = SplitView::new(first.checkpoint(), second.checkpoint(), &hashes, &keys());
        assert_eq!(made, Err(SplitViewError::Proof));
    }
    assert_eq!(
        SplitView::new(first.checkpoint(), second.checkpoint(), &good, &keys()),
        Err(SplitViewError::Consistent)
    );
}
