//! Measures the log on this machine: appending with group commit against a plain file, verifying, proofs at a hundred
//! million entries, and memory. `cargo run --release -p truceline-evidence --example evidence-bench [-- --quick]`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a measuring program")]

use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::committer::Committer;
use truceline_evidence::keys::SignerKey;
use truceline_evidence::log::Log;
use truceline_evidence::merkle::{Hash, leaf_hash, node_hash, verify_inclusion};
use truceline_evidence::store::directory::Directory;
use truceline_evidence::store::{CheckpointLock, StoreError, Tiles};
use truceline_evidence::tile::{self, Content, TileId};
use truceline_evidence::verify::verify_log;

const ENTRY_BYTES: usize = 200;
const HUNDRED_MILLION: u64 = 100_000_000;

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn entry(n: u64) -> Vec<u8> {
    let mut bytes = format!("{{\"kind\":\"captured\",\"n\":{n},\"content\":\"").into_bytes();
    bytes.resize(ENTRY_BYTES, b'x');
    bytes
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, folder] = arguments.as_slice() {
        return child(what, Path::new(folder));
    }
    let quick = arguments.first().is_some_and(|argument| argument == "--quick");
    let scale = if quick { 1 } else { 10 };
    println!("{:<44}{:>12}  {:>12}  {:>7}", "append", "entries/s", "plain file", "ratio");
    for (callers, at_once, calls) in [(1, 1, 50), (64, 1, 50), (512, 1, 10), (8, 100, 10), (8, 1000, 5), (1, 10_000, 3)]
    {
        append(callers, at_once, calls * scale);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut peaks = Vec::new();
    for size in [20_000, 100_000 * scale as u64] {
        let path = folder.path().join(size.to_string());
        fill(&path, size);
        let (verified_kib, opened_kib) = (peak_of("verify", &path), peak_of("append", &path));
        peaks.push((size, verified_kib, opened_kib));
    }
    verify(&folder.path().join((100_000 * scale).to_string()));
    proofs();
    for (size, verified_kib, opened_kib) in peaks {
        println!(
            "peak memory, log of {size} entries: verifying {verified_kib} KiB, opening and appending {opened_kib} KiB"
        );
    }
}

/// Group commit, and the same bytes to one file with one flush for each batch that was committed.
fn append(callers: usize, at_once: usize, calls: usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = Counting { inner: Directory::writer(folder.path().join("log")).unwrap(), commits: Mutex::default() };
    let committer = Committer::new(Log::create(store, key()).unwrap(), 1 << 16).unwrap();
    let total = callers * at_once * calls;
    let batches: Vec<Vec<Vec<Vec<u8>>>> = (0..callers)
        .map(|caller| {
            let first = caller * at_once * calls;
            let call = |call: usize| (0..at_once).map(|n| entry((first + call * at_once + n) as u64)).collect();
            (0..calls).map(call).collect()
        })
        .collect();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for own in batches {
            let committer = &committer;
            scope.spawn(move || own.into_iter().for_each(|batch| drop(committer.append_all(batch).unwrap())));
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let log = committer.into_log();
    assert_eq!(log.size() as usize, total);
    let commits = *log.store().commits.lock().unwrap();
    let plain = plain(&folder.path().join("plain"), total, total.div_ceil(commits));
    let name = format!("{callers} callers x {at_once}, {} to a commit", total / commits);
    let (own, other) = (total as f64 / seconds, total as f64 / plain);
    println!("{name:<44}{own:>12.0}  {other:>12.0}  {:>7.2}", own / other);
}

fn plain(path: &Path, total: usize, batch: usize) -> f64 {
    let mut file = std::fs::File::create(path).unwrap();
    let bytes: Vec<u8> = (0..batch as u64).flat_map(entry).collect();
    let start = Instant::now();
    for _ in 0..total.div_ceil(batch) {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
    }
    start.elapsed().as_secs_f64()
}

fn fill(path: &Path, size: u64) {
    let mut log = Log::create(Directory::writer(path).unwrap(), key()).unwrap();
    for first in (0..size).step_by(10_000) {
        let batch: Vec<_> = (first..size.min(first + 10_000)).map(entry).collect();
        log.append_batch(&batch).unwrap();
    }
}

fn verify(path: &Path) {
    let log = Directory::read_only(path);
    let note = log.fetch().unwrap().unwrap();
    let start = Instant::now();
    let found = verify_log(&log, &note, &[key().verifier().clone()]);
    let seconds = start.elapsed().as_secs_f64();
    assert!(found.is_sound());
    let size = found.checkpoint.unwrap().size;
    println!(
        "verify: {:.0} entries/s on one core ({size} entries of {ENTRY_BYTES} bytes from disk)",
        size as f64 / seconds
    );
}

/// In a process of its own, so that its peak memory is its own.
fn peak_of(what: &str, folder: &Path) -> u64 {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program).args([what, folder.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

fn child(what: &str, folder: &Path) {
    if what == "verify" {
        let log = Directory::read_only(folder);
        let note = log.fetch().unwrap().unwrap();
        assert!(verify_log(&log, &note, &[key().verifier().clone()]).is_sound());
    } else {
        let log = Log::open(Directory::writer(folder).unwrap(), key()).unwrap();
        let committer = Committer::new(log, 10_000).unwrap();
        for n in 0..20 {
            committer.append(format!("one more {n}").into_bytes()).unwrap();
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.and_then(|peak| peak.split_whitespace().next()).unwrap_or("0"));
}

/// A log of a hundred million equal entries, whose tiles are made when they are asked for: every hash of a level is the
/// same, and the whole tree is sound.
struct Synthetic {
    note: Vec<u8>,
    /// The hash of every complete node, by tile level.
    nodes: Vec<Hash>,
}

impl Synthetic {
    fn new(size: u64) -> Self {
        let mut nodes = vec![leaf_hash(b"")];
        for level in 0..7_usize {
            let root = (0..8).fold(nodes[level], |node, _| node_hash(&node, &node));
            nodes.push(root);
        }
        let edge = |level: u8| vec![nodes[usize::from(level)]; (tile::nodes_at(size, level) % 256) as usize];
        let root = tile::edge_root(&(0..=7).map(edge).collect::<Vec<_>>());
        let origin = "monitor.example/evidence".to_owned();
        let note = Checkpoint { origin, size, root, extensions: vec![] }.sign(&key()).unwrap();
        Self { note, nodes }
    }
}

impl Tiles for Synthetic {
    fn put(&self, _: TileId, _: &[u8]) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }

    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        let width = usize::from(id.width());
        Ok(Some(match id.content() {
            Content::Entries => vec![0; 2 * width],
            Content::Hashes(level) => self.nodes[usize::from(level)].as_bytes().repeat(width),
        }))
    }
}

impl CheckpointLock for Synthetic {
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Some(self.note.clone()))
    }

    fn create(&self, _: &[u8]) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }

    fn replace(&self, _: &[u8], _: &[u8]) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }
}

fn proofs() {
    let log = Log::open(Synthetic::new(HUNDRED_MILLION), key()).unwrap();
    let leaf = leaf_hash(b"");
    let places: Vec<u64> = (0..1000).map(|n| n * 99_991 % HUNDRED_MILLION).collect();
    let mut slowest = 0.0_f64;
    let start = Instant::now();
    for index in &places {
        let one = Instant::now();
        let proof = log.inclusion_proof(*index).unwrap();
        slowest = slowest.max(one.elapsed().as_secs_f64());
        verify_inclusion(&leaf, *index, log.size(), &proof, &log.root()).unwrap();
    }
    let mean_ms = start.elapsed().as_secs_f64();
    println!(
        "inclusion proof at {HUNDRED_MILLION} entries: made and verified in {mean_ms:.3} ms on average, slowest {:.3} ms",
        slowest * 1000.0
    );
    let start = Instant::now();
    for index in &places {
        log.consistency_proof(index + 1, HUNDRED_MILLION).unwrap();
    }
    println!("consistency proof at {HUNDRED_MILLION} entries: {:.3} ms on average", start.elapsed().as_secs_f64());
}

/// Counts commits.
struct Counting {
    inner: Directory,
    commits: Mutex<usize>,
}

impl Tiles for Counting {
    fn put(&self, id: TileId, bytes: &[u8]) -> Result<(), StoreError> {
        self.inner.put(id, bytes)
    }

    fn get(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(id)
    }
}

impl CheckpointLock for Counting {
    fn fetch(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.fetch()
    }

    fn create(&self, new: &[u8]) -> Result<(), StoreError> {
        self.inner.create(new)
    }

    fn replace(&self, old: &[u8], new: &[u8]) -> Result<(), StoreError> {
        *self.commits.lock().unwrap() += 1;
        self.inner.replace(old, new)
    }
}
