//! The command line: exit codes and what is named.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use truceline_evidence::captures::Captures;
use truceline_evidence::keys::SignerKey;
use truceline_evidence::log::Log;
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
    let wrong: [&[&str]; 8] = [
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
