//! A witness against every answer of its protocol; it never cosigns two histories.

use super::*;
use crate::keys::SignerKey;
use crate::log::Log;
use crate::store::memory::{Memory, Mishap};

const T: u64 = 1_767_323_046;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn cosigner() -> CosignerKey {
    CosignerKey::from_entropy("witness.example/w", &[3; 32]).unwrap()
}

fn witness(state: &Memory) -> Witness<Memory> {
    let mut witness = Witness::new(cosigner());
    witness.add_log(key().verifier().clone(), state.clone());
    witness
}

fn log(size: u64, word: &str) -> Log<Memory> {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let entries: Vec<_> = (0..size).map(|n| format!("{word} {n}")).collect();
    log.append_batch(&entries).unwrap();
    log
}

fn grow(log: &mut Log<Memory>, by: u64) {
    let entries: Vec<_> = (0..by).map(|n| format!("later {n}")).collect();
    log.append_batch(&entries).unwrap();
}

fn request(log: &Log<Memory>, old: u64) -> Vec<u8> {
    let proof = log.consistency_proof(old.min(log.size()), log.size()).unwrap();
    add_checkpoint_request(old, &proof, log.checkpoint())
}

fn reply(log: &Log<Memory>, answer: &Answer) -> Reply {
    read_reply(answer.status, answer.body.as_bytes(), log.checkpoint(), cosigner().verifier())
}

fn status(witness: &Witness<Memory>, body: &[u8]) -> u16 {
    witness.add_checkpoint(body, T).answer.status
}

#[test]
fn a_log_grows_and_is_cosigned_across_restarts() {
    let (state, mut log) = (Memory::new(), log(0, "entry"));
    for by in [0, 1, 0, 5, 300, 0, 7] {
        let old = state.fetch().unwrap().map_or(0, |_| log.size());
        grow(&mut log, by);
        let answer = witness(&state).add_checkpoint(&request(&log, old), T).answer;
        assert_eq!((answer.status, answer.content_type), (200, PLAIN), "{answer:?}");
        let Reply::Cosigned(signatures) = reply(&log, &answer) else { panic!("{answer:?}") };
        let note = Note::parse(log.checkpoint()).unwrap().with_signature(signatures[0].clone());
        let keys = [key().verifier().clone(), cosigner().verifier().clone()];
        let signed = Checkpoint::open(note.to_string().as_bytes(), &keys).unwrap();
        assert_eq!(signed.signed_by[1].time_s, Some(T));
        // What it keeps is what it signed, and what it gives out.
        assert_eq!(state.files()["checkpoint"], note.to_string().into_bytes());
        let id = origin_id("monitor.example/evidence");
        assert_eq!(witness(&state).checkpoint(&id).body, note.to_string());
    }
    assert_eq!(witness(&state).checkpoint(&origin_id("other")).status, 404);
    assert_eq!(witness(&Memory::new()).checkpoint(&origin_id("monitor.example/evidence")).status, 404);
}

#[test]
fn every_refusal_has_its_status() {
    let state = Memory::new();
    let witness = witness(&state);
    let ten = log(10, "entry");
    assert_eq!(status(&witness, &request(&ten, 0)), 200);
    let good = String::from_utf8(request(&ten, 10)).unwrap();
    let forger = SignerKey::from_entropy("monitor.example/evidence", &[8; 32]).unwrap();
    let stranger = SignerKey::from_entropy("other.example/log", &[8; 32]).unwrap();
    let stranger = Log::create(Memory::new(), stranger).unwrap();
    let forged =
        Checkpoint::open(ten.checkpoint(), &[key().verifier().clone()]).unwrap().checkpoint.sign(&forger).unwrap();
    let broken = good.replacen("\n10\n", "\n11\n", 1);
    let mut more = log(10, "entry");
    grow(&mut more, 20);
    let proof = more.consistency_proof(10, 30).unwrap();
    let mut wrong = proof.clone();
    wrong[0] = merkle::empty_root();
    let table: [(&str, Vec<u8>, u16); 16] = [
        ("empty", vec![], 400),
        ("no old", good.replace("old 10", "10").into_bytes(), 400),
        ("old with a zero", good.replace("old 10", "old 010").into_bytes(), 400),
        ("not a hash", good.replace("old 10\n", "old 10\nxyz\n").into_bytes(), 400),
        ("no note", b"old 10\n\nnonsense".to_vec(), 400),
        ("carriage returns", good.replace('\n', "\r\n").into_bytes(), 400),
        ("too many hashes", add_checkpoint_request(10, &[merkle::empty_root(); 64], ten.checkpoint()), 400),
        ("old beyond the checkpoint", request(&ten, 11), 400),
        ("unknown log", add_checkpoint_request(0, &[], stranger.checkpoint()), 404),
        ("another key", add_checkpoint_request(10, &[], &forged), 403),
        ("signature fails", broken.into_bytes(), 403),
        ("another old size", request(&more, 9), 409),
        ("first contact again", add_checkpoint_request(0, &[], more.checkpoint()), 409),
        ("wrong proof", add_checkpoint_request(10, &wrong, more.checkpoint()), 422),
        ("proof cut", add_checkpoint_request(10, &proof[1..], more.checkpoint()), 422),
        ("proof where none is due", add_checkpoint_request(10, &proof, ten.checkpoint()), 422),
    ];
    let before = state.files();
    for (what, body, expected) in table {
        assert_eq!(status(&witness, &body), expected, "{what}");
        assert_eq!(state.files(), before, "{what}");
    }
    let seen = witness.add_checkpoint(&request(&more, 9), T).answer;
    assert_eq!((seen.content_type, seen.body.as_str()), ("text/x.tlog.size", "10\n"));
    assert_eq!(reply(&more, &seen), Reply::HasSeen(10));
    assert_eq!(status(&witness, &request(&more, 10)), 200);
}

#[test]
fn first_contact_takes_no_proof_and_no_false_empty_tree() {
    let witness = witness(&Memory::new());
    let ten = log(10, "entry");
    assert_eq!(status(&witness, &add_checkpoint_request(0, &[merkle::empty_root()], ten.checkpoint())), 422);
    let origin = "monitor.example/evidence".to_owned();
    let false_empty = Checkpoint { origin, size: 0, root: merkle::leaf_hash(b""), extensions: vec![] };
    let false_empty = false_empty.sign(&key()).unwrap();
    assert_eq!(status(&witness, &add_checkpoint_request(0, &[], &false_empty)), 422);
    assert_eq!(status(&witness, &add_checkpoint_request(0, &[], ten.checkpoint())), 200);
}

#[test]
fn a_second_history_is_refused_and_proved() {
    let state = Memory::new();
    let witness = witness(&state);
    assert_eq!(status(&witness, &request(&log(10, "entry"), 0)), 200);
    let other = log(10, "other");
    for old in [10, 0] {
        let seen = witness.add_checkpoint(&add_checkpoint_request(old, &[], other.checkpoint()), T);
        assert_eq!(seen.answer.status, if old == 10 { 422 } else { 409 });
        let split = seen.split.unwrap();
        assert_eq!(split.verify(&[key().verifier().clone()]).unwrap().0.size, 10);
        assert_eq!(SplitView::parse(split.to_string().as_bytes()), Ok(split));
    }
    // Longer, with a true proof of its own past: that past is not the one that was cosigned.
    let longer = log(30, "other");
    let seen = witness.add_checkpoint(&request(&longer, 10), T);
    assert_eq!(seen.answer.status, 422);
    let split = seen.split.unwrap();
    let (smaller, larger) = split.verify(&[key().verifier().clone()]).unwrap();
    assert_eq!((smaller.size, larger.size), (10, 30));
    assert_eq!(witness.checkpoint(&origin_id("monitor.example/evidence")).body.lines().nth(1), Some("10"));
}

#[test]
fn a_log_whose_database_was_put_back_learns_of_it() {
    let witness = witness(&Memory::new());
    let mut log = log(10, "entry");
    let early = log.store().copied();
    grow(&mut log, 10);
    assert_eq!(status(&witness, &request(&log, 0)), 200);
    let mut put_back = Log::open(early, key()).unwrap();
    put_back.append_batch(&["something else"]).unwrap();
    let answer = witness.add_checkpoint(&request(&put_back, 10), T).answer;
    assert_eq!(reply(&put_back, &answer), Reply::HasSeen(20), "larger than the log itself");
}

#[test]
fn nothing_leaves_that_is_not_kept() {
    for (mishap, expected) in [(Mishap::Lost, 0), (Mishap::Stored, 10), (Mishap::CrashAfter, 10), (Mishap::Full, 0)] {
        let state = Memory::new();
        state.mishap(0, mishap);
        let answer = witness(&state).add_checkpoint(&request(&log(10, "entry"), 0), T).answer;
        assert_eq!(answer.status, 500);
        assert!(!answer.body.contains('\u{2014}'), "no signature line leaves");
        state.repair();
        // Asked again: either it has seen it, or it has not; and then it goes on.
        let next = log(10, "entry");
        assert_eq!(status(&witness(&state), &request(&next, expected)), 200);
    }
    // A torn state is never taken for a first contact.
    let state = Memory::new();
    assert_eq!(status(&witness(&state), &request(&log(10, "entry"), 0)), 200);
    for damage in [&b""[..], b"half a note"] {
        state.tamper("checkpoint", Some(damage.to_vec()));
        let answer = witness(&state).add_checkpoint(&request(&log(10, "other"), 0), T).answer;
        assert!(answer.status == 500 && answer.body.contains("damaged"), "{answer:?}");
    }
}

#[test]
fn a_clock_behind_its_own_cosignature_signs_nothing() {
    let witness = witness(&Memory::new());
    let log = log(10, "entry");
    assert_eq!(status(&witness, &request(&log, 0)), 200);
    let answer = witness.add_checkpoint(&request(&log, 10), T - 1).answer;
    assert!(answer.status == 500 && answer.body.contains("clock"), "{answer:?}");
    assert_eq!(witness.add_checkpoint(&request(&log, 10), T + 1).answer.status, 200);
}

#[test]
fn a_reply_is_believed_only_with_a_sound_cosignature() {
    let log = log(10, "entry");
    let good = cosigner().cosign(Note::parse(log.checkpoint()).unwrap().text(), T);
    let of = |body: &str, status| read_reply(status, body.as_bytes(), log.checkpoint(), cosigner().verifier());
    assert_eq!(of(&format!("{good}\n"), 200), Reply::Cosigned(vec![good.clone()]));
    let other = cosigner().cosign("another text\n", T);
    for (body, status) in
        [("", 200), ("nonsense\n", 200), (other.to_string().as_str(), 200), ("no\n", 409), ("no\n", 503)]
    {
        assert!(matches!(of(body, status), Reply::Refused(s, _) if s == status), "{body}");
    }
    let secret = CosignerKey::parse(&cosigner().secret_text()).unwrap();
    assert_eq!(secret.verifier(), cosigner().verifier());
    assert!(CosignerKey::parse(&key().secret_text()).is_err() && SignerKey::parse(&secret.secret_text()).is_err());
}
