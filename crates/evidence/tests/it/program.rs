//! The command line: exit codes and what is named.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use truceline_evidence::captures::Captures;
use truceline_evidence::keys::{CosignerKey, SignerKey};
use truceline_evidence::log::Log;
use truceline_evidence::note::Note;
use truceline_evidence::proof::EntryProof;
use truceline_evidence::split::SplitView;
use truceline_evidence::store::directory::Directory;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[9; 32]).unwrap()
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_truceline-verify")).args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_sound_log_a_tampered_one_and_one_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, old, captures) = (folder.path().join("log"), folder.path().join("old"), folder.path().join("captures"));
    let mut log = Log::create(Directory::writer(&dir).unwrap(), key()).unwrap();
    log.append_batch(&vec![b"entry"; 300]).unwrap();
    fs::copy(dir.join("checkpoint"), folder.path().join("early")).unwrap();
    log.append_batch(&vec![b"later"; 100]).unwrap();
    fs::copy(dir.join("checkpoint"), &old).unwrap();
    Captures::new(&captures).put(b"a picture").unwrap();
    let vkey = key().verifier().to_string();
    let all = [path(&dir), "--key", &vkey, "--checkpoint", path(&old), "--captures", path(&captures)];

    let (code, out, _) = run(&all);
    assert_eq!((code, out.ends_with("\nSOUND\n")), (0, true), "{out}");
    assert!(out.contains("entries    400\n") && out.contains("captures   1 as their names say"), "{out}");

    fs::copy(folder.path().join("early"), dir.join("checkpoint")).unwrap();
    let (code, out, _) = run(&all[..3]);
    assert!(code == 0 && out.contains("beyond the signed size") && out.contains("no older checkpoint given"), "{out}");
    let (code, out, _) = run(&all);
    assert!(code == 1 && out.contains("FAULT      checkpoint: entries 300 to 399: "), "{out}");

    fs::copy(&old, dir.join("checkpoint")).unwrap();
    let mut bytes = fs::read(dir.join("tile/entries/000")).unwrap();
    bytes[7 * 7 + 2] ^= 1;
    fs::write(dir.join("tile/entries/000"), bytes).unwrap();
    let (code, out, _) = run(&all);
    assert!(code == 1 && out.contains("FAULT      tile/entries/000: entry 7: not what was logged\n"), "{out}");
    assert!(out.ends_with("\nNOT SOUND\n"));
    fs::remove_file(dir.join("checkpoint")).unwrap();
    assert_eq!(run(&all).0, 1);
}

#[test]
fn altered_captures_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("log");
    let _log = Log::create(Directory::writer(&dir).unwrap(), key()).unwrap();
    let captures = Captures::new(folder.path().join("captures"));
    let digest = captures.put(b"a picture").unwrap();
    fs::remove_file(captures.path(&digest)).unwrap();
    fs::write(captures.path(&digest), b"another").unwrap();
    let vkey = key().verifier().to_string();
    let (code, out, _) = run(&[path(&dir), "--key", &vkey, "--captures", path(&folder.path().join("captures"))]);
    assert!(code == 1 && out.contains(&format!("FAULT      capture {digest} was altered")), "{out}");
}

#[test]
fn usage() {
    let folder = tempfile::tempdir().unwrap();
    let vkey = key().verifier().to_string();
    let dir = path(folder.path());
    let (code, out, err) = run(&["--help"]);
    assert!(code == 0 && out.contains("Usage: ") && err.is_empty());
    let wrong: [&[&str]; 11] = [
        &["--proof", "/absent", "--key", &vkey],
        &["--entry", "/absent", "--key", &vkey],
        &[dir, "--policy", dir],
        &[],
        &[dir],
        &["--key", &vkey],
        &[dir, "--key"],
        &[dir, "--key", "x"],
        &[dir, dir, "--key", &vkey],
        &[dir, "--key", &vkey, "--fast"],
        &["/absent", "--key", &vkey],
    ];
    for arguments in wrong {
        let (code, _, err) = run(arguments);
        assert!(code == 2 && err.starts_with("truceline-verify: "), "{arguments:?}: {err}");
    }
    let file = folder.path().join("keys");
    fs::write(&file, format!("{vkey}\n")).unwrap();
    assert_eq!(run(&[dir, "--key", path(&file)]).0, 1, "no checkpoint there");
}

#[test]
fn one_entry_by_its_proof_and_as_many_witnesses_as_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let dir = folder.path().join("log");
    let mut log = Log::create(Directory::writer(&dir).unwrap(), key()).unwrap();
    log.append_batch(&["one", "two", "three"]).unwrap();
    let witness = CosignerKey::from_entropy("witness.example/w", &[4; 32]).unwrap();
    let note = Note::parse(log.checkpoint()).unwrap();
    let cosigned = note.clone().with_signature(witness.cosign(note.text(), 1_767_323_046)).to_string();
    let proof = EntryProof::of(&log, 1).unwrap();
    let alone = file("alone", proof.to_string().as_bytes());
    let witnessed = EntryProof { checkpoint: cosigned.clone().into_bytes(), ..proof };
    let witnessed = file("witnessed", witnessed.to_string().as_bytes());
    let (two, other) = (file("two", b"two"), file("other", b"other"));
    let (vkey, log_key) = (key().verifier().to_string(), key().verifier().to_string());
    let policy = format!("log {log_key}\nwitness w {}\nquorum w\n", witness.verifier());
    let policy = file("policy", policy.as_bytes());
    let ask = |proof: &str, entry: &str, by: [&str; 2]| run(&["--proof", proof, "--entry", entry, by[0], by[1]]);
    let (code, out, _) = ask(&alone, &two, ["--key", &vkey]);
    assert!(code == 0 && out.contains("entry      1 of 3\n") && out.ends_with("\nSOUND\n"), "{out}");
    assert_eq!(ask(&alone, &other, ["--key", &vkey]).0, 1);
    let (code, out, _) = ask(&alone, &two, ["--policy", &policy]);
    assert!(code == 1 && out.contains("too few cosignatures"), "{out}");
    let (code, out, _) = ask(&witnessed, &two, ["--policy", &policy]);
    assert!(code == 0 && out.contains("witnessed  witness.example/w"), "{out}");
    // The whole folder by the same policy.
    assert_eq!(run(&[path(&dir), "--policy", &policy]).0, 1);
    fs::write(dir.join("checkpoint"), &cosigned).unwrap();
    assert_eq!(run(&[path(&dir), "--policy", &policy]).0, 0);
    // A witness whose clock went back is told, and is no fault of the log.
    let earlier = Log::create(Directory::writer(folder.path().join("early")).unwrap(), key()).unwrap();
    let note = Note::parse(earlier.checkpoint()).unwrap();
    let late = note.clone().with_signature(witness.cosign(note.text(), 1_767_323_999)).to_string();
    let late = file("late", late.as_bytes());
    let (code, out, _) = run(&[path(&dir), "--policy", &policy, "--checkpoint", &late]);
    assert!(code == 0 && out.contains("the clock of witness.example/w went back by 953000 ms"), "{out}");
    assert_eq!(run(&["--proof", &alone, "--key", &vkey]).0, 2, "no entry");
    assert_eq!(run(&[path(&dir), "--proof", &alone, "--entry", &two, "--key", &vkey]).0, 2, "two questions");
}

#[test]
fn two_histories_are_proved_by_two_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let log = |name: &str, entry: &str| {
        let mut log = Log::create(Directory::writer(folder.path().join(name)).unwrap(), key()).unwrap();
        log.append_batch(&[entry]).unwrap();
        log.checkpoint().to_vec()
    };
    let (one, other) = (log("one", "this"), log("other", "that"));
    let split = SplitView::new(&one, &other, &[], &[key().verifier().clone()]).unwrap();
    let good = folder.path().join("split");
    fs::write(&good, split.to_string()).unwrap();
    let vkey = key().verifier().to_string();
    let (code, out, _) = run(&["--split-view", path(&good), "--key", &vkey]);
    assert!(code == 0 && out.contains("TWO HISTORIES"), "{out}");
    fs::write(&good, SplitView { larger: one, ..split }.to_string()).unwrap();
    assert_eq!(run(&["--split-view", path(&good), "--key", &vkey]).0, 1);
}
