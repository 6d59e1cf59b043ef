//! Which cosignatures are kept, and which checkpoint is shown.

use super::*;
use truceline_evidence::keys::{CosignerKey, SignerKey};
use truceline_evidence::log::Log;

fn evidence(folder: &Path) -> (Evidence, Log<Directory>) {
    std::fs::create_dir_all(folder.join("log")).unwrap();
    let key = SignerKey::from_entropy("test.example/log", &[1; 32]).unwrap();
    let log = Log::create(Directory::writer(folder.join("log")).unwrap(), key).unwrap();
    (Evidence::at(folder), log)
}

fn times(note: &[u8], witness: &VerifierKey) -> Vec<u64> {
    let keys = std::slice::from_ref(witness);
    Note::parse(note).unwrap().verify(keys).unwrap().iter().filter_map(|by| by.time_s).collect()
}

#[test]
fn of_one_witness_the_earliest_and_the_latest_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (evidence, mut log) = evidence(folder.path());
    log.append_batch(&["a"]).unwrap();
    let north = CosignerKey::from_entropy("north.example/w", &[2; 32]).unwrap();
    let south = CosignerKey::from_entropy("south.example/w", &[3; 32]).unwrap();
    let text = Note::parse(log.checkpoint()).unwrap().text().to_owned();
    for time_s in [50, 20, 90, 40] {
        let line = north.cosign(&text, time_s);
        evidence.keep(log.checkpoint(), Some((north.verifier(), &[line]))).unwrap();
    }
    evidence.keep(log.checkpoint(), Some((south.verifier(), &[south.cosign(&text, 60)]))).unwrap();
    // A line that does not hold is not kept.
    evidence.keep(log.checkpoint(), Some((south.verifier(), &[south.cosign("another\n", 10)]))).unwrap();
    let shown = evidence.cosigned().unwrap();
    assert_eq!(times(&shown, north.verifier()), [20, 90]);
    assert_eq!(times(&shown, south.verifier()), [60]);
    assert_eq!(evidence.kept().len(), 1);
    assert_eq!(evidence.kept()[0].bytes, shown);
    assert_eq!(evidence.checkpoint().unwrap(), log.checkpoint(), "what the log signed was touched");
}

#[test]
fn a_late_cosignature_of_an_older_checkpoint_hides_no_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let (evidence, mut log) = evidence(folder.path());
    let north = CosignerKey::from_entropy("north.example/w", &[2; 32]).unwrap();
    let cosigned = |checkpoint: &[u8], time_s: u64| north.cosign(Note::parse(checkpoint).unwrap().text(), time_s);
    log.append_batch(&["a"]).unwrap();
    let older = log.checkpoint().to_vec();
    evidence.keep(&older, None).unwrap();
    assert!(evidence.cosigned().is_none(), "nothing is cosigned yet");
    log.append_batch(&["b"]).unwrap();
    evidence.keep(log.checkpoint(), Some((north.verifier(), &[cosigned(log.checkpoint(), 30)]))).unwrap();
    evidence.keep(&older, Some((north.verifier(), &[cosigned(&older, 40)]))).unwrap();
    assert_eq!(times(&evidence.cosigned().unwrap(), north.verifier()), [30]);
    let kept: Vec<_> = evidence.kept().iter().map(|kept| (kept.size, times(&kept.bytes, north.verifier()))).collect();
    assert_eq!(kept, [(1, vec![40]), (2, vec![30])]);
}
