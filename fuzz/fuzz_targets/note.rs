//! The readers of signed notes, keys and checkpoints.
#![no_main]

use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::VerifierKey;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let key = VerifierKey::parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    let keys: Vec<VerifierKey> = key.into_iter().collect();
    assert_eq!(keys.len(), 1);
    // Nobody holds that key's secret here: whatever opens was signed by its owner.
    let _ = Checkpoint::open(bytes, &keys);
    let _ = VerifierKey::parse(&String::from_utf8_lossy(bytes));
});
