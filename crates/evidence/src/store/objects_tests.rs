//! The object store against the contracts: in memory, and a server that speaks S3 in a process of its own.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::memory::InMemory;

use super::*;
use crate::committer::Committer;
use crate::keys::{SignerKey, VerifierKey};
use crate::log::{Log, LogError};
use crate::tile::Content;
use crate::verify::{verify_log_with, verify_strays};

fn key() -> SignerKey {
    SignerKey::from_entropy("monitor.example/evidence", &[7; 32]).unwrap()
}

fn keys() -> [VerifierKey; 1] {
    [key().verifier().clone()]
}

fn wait() -> Wait {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    Arc::new(move |future| runtime.block_on(future))
}

fn entries(word: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{word} {n}")).collect()
}

/// What a reader finds, verified.
fn read(store: &Arc<dyn ObjectStore>, prefix: &str) -> Vec<String> {
    let reader = Objects::read_only(store.clone(), prefix, wait());
    let note = reader.fetch().unwrap().unwrap();
    let mut read = Vec::new();
    let mut found =
        verify_log_with(&reader, &note, &keys(), |_, entry| read.push(String::from_utf8_lossy(entry).into()));
    verify_strays(&reader, &mut found);
    assert!(found.is_sound(), "{found:?}");
    read
}

fn keeps_the_contracts(store: Arc<dyn ObjectStore>) {
    let open = |prefix: &str, claim: u8| Objects::writer(store.clone(), prefix, wait(), [claim; 16]).unwrap();
    let only = |prefix| Objects::read_only(store.clone(), prefix, wait());
    assert_eq!(only("none").fetch(), Ok(None));
    // The conditions are the server's own, not only ours.
    let (own, path) = (open("conditions", 9), Path::from("conditions/tile/0/000"));
    own.put_as(&path, b"one", PutMode::Create).unwrap();
    assert_eq!(own.put_as(&path, b"two", PutMode::Create), Err(StoreError::Conflict));
    let first = own.read(&path).unwrap().unwrap().version;
    own.put_as(&path, b"two", PutMode::Update(first.clone())).unwrap();
    assert_eq!(own.put_as(&path, b"three", PutMode::Update(first.clone())), Err(StoreError::Conflict));
    assert_eq!(own.put_as(&Path::from("absent"), b"x", PutMode::Update(first)), Err(StoreError::Conflict));
    assert_eq!(own.read(&path).unwrap().unwrap().bytes, b"two");
    // The log: written, opened again, appended to by several threads, read from outside.
    let mut log = Log::create(open("log", 1), key()).unwrap();
    assert!(matches!(Log::create(open("log", 2), key()), Err(LogError::Refused(_))));
    assert!(matches!(log.append_batch(&["x"]), Err(LogError::Fatal(_))), "claimed by another");
    let mut log = Log::open(open("log", 3), key()).unwrap();
    log.append_batch(&entries("first", 300)).unwrap();
    assert_eq!(read(&store, "log"), entries("first", 300));
    let committer = Committer::new(Log::open(open("log", 4), key()).unwrap(), 1000).unwrap();
    std::thread::scope(|scope| {
        for n in 0..4 {
            let committer = &committer;
            scope.spawn(move || committer.append(format!("caller {n}").into_bytes()).unwrap());
        }
    });
    assert!(!committer.append(b"first 7".to_vec()).unwrap().is_new);
    assert_eq!(read(&store, "log").len(), 304);
    // The earlier writer is refused, and has not touched a tile.
    assert!(matches!(log.append_batch(&entries("late", 3)), Err(LogError::Fatal(_))));
    let note = only("log").fetch().unwrap().unwrap();
    assert!(matches!(only("log").replace(&note, b"x"), Err(StoreError::ReadOnly)));
    let id = TileId::new(Content::Entries, 0, 1).unwrap();
    assert_eq!(only("log").put(id, b"x"), Err(StoreError::ReadOnly));
    assert_eq!(read(&store, "log").len(), 304);
}

/// A writer that sleeps anywhere in a batch and wakes up after another has taken over.
fn a_sleeper_does_no_harm(store: &Arc<dyn ObjectStore>) {
    let open = |claim: u8| Objects::writer(store.clone(), "sleep", wait(), [claim; 16]).unwrap();
    let mut first = Log::create(open(1), key()).unwrap();
    first.append_batch(&entries("first", 10)).unwrap();
    // Asleep in the middle of a batch: its tiles are there, its commit is not.
    let asleep = open(2);
    let (tile, bundle) =
        (TileId::new(Content::Hashes(0), 0, 15).unwrap(), TileId::new(Content::Entries, 0, 15).unwrap());
    asleep.put(tile, b"a leftover").unwrap();
    asleep.put(bundle, b"another").unwrap();
    let note = asleep.fetch().unwrap().unwrap();
    let mut second = Log::open(open(3), key()).unwrap();
    second.append_batch(&entries("second", 5)).unwrap();
    // It wakes up.
    assert_eq!(asleep.put(tile, b"a leftover"), Err(StoreError::Conflict));
    assert_eq!(asleep.put(bundle, b"yet another"), Err(StoreError::Conflict));
    assert_eq!(asleep.replace(&note, b"its commit\n\n"), Err(StoreError::Conflict));
    let expected = [entries("first", 10), entries("second", 5)].concat();
    assert_eq!(read(store, "sleep"), expected);
    // The claim is passed over by readers that know nothing of it, and is not what was signed.
    let stored = Objects::read_only(store.clone(), "sleep", wait()).fetch().unwrap().unwrap();
    let note = Note::parse(&stored).unwrap();
    assert_eq!((note.signatures().len(), note.verify(&keys()).unwrap().len()), (2, 1));
    assert_eq!(without_claim(&stored).0, second.checkpoint());
}

#[test]
fn in_memory() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    keeps_the_contracts(store.clone());
    a_sleeper_does_no_harm(&store);
}

#[test]
fn a_server_that_speaks_s3() {
    let Some(server) = Server::start() else {
        println!("skipped: no `moto_server` (the package `moto[server]` of PyPI) in the path or in MOTO_SERVER");
        return;
    };
    let store: Arc<dyn ObjectStore> = Arc::new(server.store());
    keeps_the_contracts(store.clone());
    a_sleeper_does_no_harm(&store);
    // A server that is gone is a reason to try again, and nothing is taken for absent.
    let reader = Objects::read_only(store, "log", wait());
    drop(server);
    assert!(matches!(reader.fetch(), Err(StoreError::Failed(_))));
}

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start() -> Option<Self> {
        let program = std::env::var_os("MOTO_SERVER").map_or_else(|| PathBuf::from("moto_server"), PathBuf::from);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let arguments = ["-H", "127.0.0.1", "-p", &port.to_string()];
        let process = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let server = Self { process, port };
        for _ in 0..300 {
            if server.make_bucket() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the server does not answer");
    }

    fn make_bucket(&self) -> bool {
        let Ok(mut socket) = TcpStream::connect(("127.0.0.1", self.port)) else {
            return false;
        };
        let request = "PUT /evidence HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let mut answer = String::new();
        socket.write_all(request.as_bytes()).is_ok()
            && socket.read_to_string(&mut answer).is_ok()
            && answer.contains(" 200 ")
    }

    fn store(&self) -> object_store::aws::AmazonS3 {
        // Another test of this process may have done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = AmazonS3Builder::new().with_bucket_name("evidence").with_region("us-east-1");
        let builder = builder.with_endpoint(format!("http://127.0.0.1:{}", self.port)).with_allow_http(true);
        let retry = object_store::RetryConfig { max_retries: 1, ..Default::default() };
        builder.with_access_key_id("test").with_secret_access_key("test").with_retry(retry).build().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
