//! The real process killed at random moments under load: whatever it acknowledged is in the log, and the log is sound.
//!
//! The process is this test binary again, told by an environment variable to append and to say on its standard output
//! what was acknowledged. `TRUCELINE_KILLS` sets how often it is killed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use truceline_evidence::committer::Committer;
use truceline_evidence::keys::SignerKey;
use truceline_evidence::log::{Log, LogError};
use truceline_evidence::store::directory::Directory;
use truceline_evidence::store::{CheckpointLock as _, StoreError};
use truceline_evidence::verify::{verify_extension, verify_log_with};

const FOLDER: &str = "TRUCELINE_TEST_APPENDS_TO";

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[9; 32]).unwrap()
}

fn open(folder: &Path) -> Committer<Directory> {
    let store = Directory::writer(folder).unwrap();
    let is_new = store.fetch().unwrap().is_none();
    let log = if is_new { Log::create(store, key()) } else { Log::open(store, key()) };
    Committer::new(log.unwrap(), 1000).unwrap()
}

/// The process that is killed. Without the variable this is a test of nothing and passes.
#[test]
fn appends_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    std::io::stdout().write_all(b"ready\n").unwrap();
    let committer = open(Path::new(&folder));
    let run = std::process::id();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let committer = &committer;
            scope.spawn(move || {
                for n in 0_u64.. {
                    let batch = (0..=n % 7).map(|part| format!("{run} {thread} {n} {part} {}", "x".repeat(150)));
                    let entries: Vec<_> = batch.map(String::into_bytes).collect();
                    let receipts = committer.append_all(entries.clone()).unwrap();
                    let said = receipts.iter().zip(&entries);
                    let said = said.map(|(r, e)| format!("told {} {}\n", r.index, String::from_utf8_lossy(e)));
                    std::io::stdout().write_all(said.collect::<String>().as_bytes()).unwrap();
                }
            });
        }
    });
}

/// Kills one process after a while and returns what it had acknowledged.
fn one_life(folder: &Path, lives_ms: u64) -> Vec<(u64, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["killed::appends_until_it_is_killed", "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    // Its moments count from where it begins to open the log, however slowly the machine starts processes.
    let mut line = String::new();
    while !line.ends_with("ready\n") {
        line.clear();
        assert!(reader.read_line(&mut line).unwrap() > 0, "it ended before it began");
    }
    let told = std::thread::spawn(move || {
        // Every whole line; one that was cut by the kill was not said.
        let lines = reader.split(b'\n').map_while(Result::ok).filter_map(|line| String::from_utf8(line).ok());
        let told = lines.filter_map(|line| {
            let (index, entry) = line.split_once("told ")?.1.split_once(' ')?;
            entry.ends_with(&"x".repeat(150)).then(|| (index.parse().unwrap(), entry.to_owned()))
        });
        told.collect::<Vec<_>>()
    });
    std::thread::sleep(Duration::from_millis(lives_ms));
    child.kill().unwrap();
    child.wait().unwrap();
    told.join().unwrap()
}

#[test]
fn no_acknowledged_entry_is_ever_lost() {
    let kills: u64 = std::env::var("TRUCELINE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    drop(open(&log));
    let keys = [key().verifier().clone()];
    let mut all: BTreeMap<u64, String> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut seed = 0x9e37_79b9_u64;
    let mut lives_with_entries = 0;
    for kill in 0..kills {
        // Random moments: a linear congruential sequence, the same in every run.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let told = one_life(&log, (seed >> 33) % 150);
        lives_with_entries += usize::from(!told.is_empty());
        for (index, entry) in told {
            assert!(all.insert(index, entry).is_none(), "index {index} was given twice");
        }
        let reader = Directory::read_only(&log);
        let note = reader.fetch().unwrap().unwrap();
        let mut missing = all.clone();
        let mut found = verify_log_with(&reader, &note, &keys, |index, entry| {
            if let Some(told) = missing.remove(&index) {
                assert_eq!(told.as_bytes(), entry, "entry {index}");
            }
        });
        kept.push(note);
        kept.iter().rev().take(3).for_each(|old| verify_extension(&reader, old, &keys, &mut found));
        assert!(found.is_sound(), "after kill {kill}: {:?}", found.faults);
        assert!(missing.is_empty(), "after kill {kill}: acknowledged and gone: {missing:?}");
    }
    println!("{kills} kills, {lives_with_entries} after acknowledgements, {} entries acknowledged", all.len());
    assert!(lives_with_entries > 0 && all.len() > 100, "too few entries to mean anything: {}", all.len());
    // And the next one goes on where the last one was killed.
    let committer = open(&log);
    assert!(committer.append(b"the last".to_vec()).unwrap().is_new);
    assert!(matches!(Directory::writer(&log), Err(StoreError::Busy)));
}

/// A real full disk: a file system of 256 KiB in a name space of its own, where the system lets an ordinary user have one.
#[test]
fn a_full_disk_is_no_loss() {
    let inside = "TRUCELINE_TEST_SMALL_DISK";
    if let Some(folder) = std::env::var_os(inside) {
        return fill(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let script =
        "mount -t tmpfs -o size=256k none \"$1\" && exec \"$2\" killed::a_full_disk_is_no_loss --exact --nocapture";
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .env(inside, folder.path())
        .output();
    let Ok(output) = run else {
        println!("skipped: no `unshare` to make a small disk with");
        return;
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !out.contains("the disk was full") && (err.contains("mount") || err.contains("unshare")) {
        println!("skipped: this system lets no user mount a small disk: {err}");
        return;
    }
    assert!(output.status.success() && out.contains("the disk was full"), "{out}{err}");
}

fn fill(folder: &Path) {
    let committer = open(&folder.join("log"));
    std::fs::write(folder.join("filler"), vec![0; 20_000]).unwrap();
    let mut acknowledged = Vec::new();
    let entry = |n: usize| format!("{n} {}", "x".repeat(900)).into_bytes();
    let failed = loop {
        let next = entry(acknowledged.len());
        match committer.append(next.clone()) {
            Ok(receipt) => acknowledged.push((receipt.index, next)),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 1000, "the disk never fills");
    };
    println!("the disk was full after {} entries: {failed}", acknowledged.len());
    assert!(failed.to_string().contains("os error 28"), "{failed}");
    std::fs::remove_file(folder.join("filler")).unwrap();
    let committer = match failed {
        LogError::Retry(_) => committer,
        _ => {
            drop(committer);
            open(&folder.join("log"))
        }
    };
    let next = entry(acknowledged.len());
    let receipt = committer.append(next.clone()).unwrap();
    acknowledged.push((receipt.index, next));
    let reader = Directory::read_only(folder.join("log"));
    let mut read = Vec::new();
    let note = reader.fetch().unwrap().unwrap();
    let found = verify_log_with(&reader, &note, &[key().verifier().clone()], |_, entry| read.push(entry.to_vec()));
    assert!(found.is_sound(), "{found:?}");
    assert!(acknowledged.iter().all(|(index, entry)| read[*index as usize] == *entry));
}
