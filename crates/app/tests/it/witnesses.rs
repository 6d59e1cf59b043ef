//! Witnesses as real processes: a log that grows is cosigned, one that was put back or has two histories is refused, and
//! the contradiction is proved to people who have nothing but the log's public key.

use crate::house::{drill, key, replayed, root, sound_mission, written};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use truceline::seal::{Entry, Seal};
use truceline_domain::Digest;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::{CosignerKey, VerifierKey};
use truceline_evidence::log::Log;
use truceline_evidence::note::Note;
use truceline_evidence::store::memory::Memory;
use truceline_evidence::witness::{add_checkpoint_request, origin_id};

/// Exit code, standard output and standard error of one command.
fn truceline(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(args)
        .env("TRUCELINE_COLOUR", "never")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(input).unwrap();
    let output = program.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A witness at a free port; killed without a word when dropped.
struct Witness {
    program: Child,
    address: String,
    vkey: String,
    key: PathBuf,
    state: PathBuf,
}

impl Witness {
    fn start(folder: &Path, name: &str, log: &str) -> Self {
        let file = folder.join(format!("{name}.key"));
        let (code, vkey, _) = truceline(&["witness", "key", text(&file), "--name", &format!("{name}.example/w")], b"");
        assert_eq!(code, 0);
        Self::run(file, folder.join(format!("{name}-state")), (vkey.trim(), log))
    }

    fn run(key: PathBuf, state: PathBuf, (vkey, log): (&str, &str)) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_truceline"))
            .args(["witness", "serve", "--port", "0", "--log", log, "--key", text(&key), "--state", text(&state)])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| line.unwrap().strip_prefix("witness: ").map(str::to_owned)).unwrap();
        Self { program, address: address.trim_end_matches('/').to_owned(), vkey: vkey.to_owned(), key, state }
    }

    /// Killed at once, and started again with what it left on disk.
    fn killed_and_restarted(mut self, log: &str) -> Self {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
        let (key, state, vkey) = (self.key.clone(), self.state.clone(), self.vkey.clone());
        drop(self);
        Self::run(key, state, (&vkey, log))
    }

    /// Status, head and body of a request.
    fn http(&self, request: &str, body: &[u8]) -> (u16, String, String) {
        http(&self.address, request, body).unwrap()
    }
    fn add(&self, old: u64, proof: &[truceline_evidence::merkle::Hash], checkpoint: &[u8]) -> (u16, String) {
        let (status, head, body) = self.http("POST /add-checkpoint", &add_checkpoint_request(old, proof, checkpoint));
        assert_eq!(head.contains("content-type: text/x.tlog.size"), status == 409, "{head}");
        (status, body)
    }

    /// The size of the checkpoint that it gives out for a log.
    fn latest(&self, log: &VerifierKey) -> Option<u64> {
        let (status, _, note) = self.http(&format!("GET /{}/checkpoint", origin_id(log.name())), b"");
        let keys = [log.clone(), VerifierKey::parse(&self.vkey).unwrap()];
        (status == 200).then(|| {
            let signed = Checkpoint::open(note.as_bytes(), &keys).unwrap();
            assert_eq!(signed.signed_by.len(), 2, "{note}");
            signed.checkpoint.size
        })
    }
}

/// Status, head and body of a request; `None` when nobody answers.
fn http(address: &str, request: &str, body: &[u8]) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!("{request} HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    // What is refused for its size is not read to its end.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, head.to_lowercase(), body.to_owned()))
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// A log with so many made-up entries, going on from what the folder holds.
fn grown(out: &Path, names: &[&str]) {
    let mut seal = Seal::open(&out.join("evidence"), key()).unwrap();
    let entries: Vec<Entry> = names.iter().map(|name| Entry::adopted(name, Digest::of(name.as_bytes()))).collect();
    seal.say(&entries).unwrap();
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let path = item.unwrap().path();
        let name = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &name);
        } else {
            std::fs::copy(&path, name).unwrap();
        }
    }
}

fn size_of(out: &Path) -> u64 {
    let note = std::fs::read(out.join("evidence/log/checkpoint")).unwrap();
    Checkpoint::open(&note, &[key().verifier().clone()]).unwrap().checkpoint.size
}

fn policy(folder: &Path, witnesses: &[&Witness]) -> PathBuf {
    let mut lines = vec![format!("log {}", key().verifier())];
    lines.extend(witnesses.iter().enumerate().map(|(n, w)| format!("witness w{n} {} {}", w.vkey, w.address)));
    let names: Vec<String> = (0..witnesses.len()).map(|n| format!("w{n}")).collect();
    lines.push(format!("group every all {}\nquorum every", names.join(" ")));
    let path = folder.join("policy.txt");
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    path
}

#[test]
fn a_log_that_grows_over_replays_is_cosigned_by_two_witnesses() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, captures) = written(&drill("01-mortar-across-the-line"), folder.path());
    let mission = sound_mission(&mission);
    let out = folder.path().join("out");
    let log = key().verifier().clone();
    let north = Witness::start(folder.path(), "north", &log.to_string());
    let south = Witness::start(folder.path(), "south", &log.to_string());
    let policy = policy(folder.path(), &[&north, &south]);
    let verify = |more: &[&str]| truceline(&[&["verify", text(&out)], more].concat(), b"");
    let both = ["--policy", text(&policy)];
    let log_key = log.to_string();
    let vkey = south.vkey.clone();
    let one_of_two = ["--vkey", &log_key, "--witness", &north.vkey, "--witness", &vkey, "--at-least", "1"];

    let mut sizes = Vec::new();
    for part in [1, captures.len() / 2, captures.len()] {
        replayed(&mission, captures[..part].to_vec(), &out);
        sizes.push(size_of(&out));
        // Not yet cosigned as it is now: said, and no success.
        let (code, said, _) = verify(&both);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("too few cosignatures: none") && !said.contains("changed:"), "{said}");
        let (code, said, errors) = truceline(&["witness", "ask", text(&out), "--policy", text(&policy)], b"");
        assert_eq!(code, 0, "{said}{errors}");
        assert!(said.contains("north.example/w: cosigned at 20") && said.contains("south.example/w"), "{said}");
        let (code, said, _) = verify(&both);
        assert_eq!(code, 0, "{said}");
        assert!(
            said.contains(&format!("{} entries", size_of(&out))) && said.contains("cosigned: north.example/w at 20")
        );
        assert_eq!(verify(&one_of_two).0, 0);
    }
    assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]), "the log did not grow: {sizes:?}");
    assert_eq!((north.latest(&log), south.latest(&log)), (sizes.last().copied(), sizes.last().copied()));
    let note = std::fs::read(out.join("evidence/log/checkpoint.cosigned")).unwrap();
    let plain = std::fs::read(out.join("evidence/log/checkpoint")).unwrap();
    assert_eq!(Note::parse(&plain).unwrap().signatures().len(), 1, "the checkpoint is what the log alone signed");
    assert_eq!(Note::parse(&note).unwrap().signatures().len(), 3);

    // One of them is away: the other is enough for one of two, and the log is told about the absent one.
    let address = south.address.clone();
    drop(south);
    grown(&out, &["later"]);
    let ask = ["--witness", &north.address, "--vkey", &north.vkey, "--witness", &address, "--vkey", &vkey];
    let (code, said, errors) = truceline(&[&["witness", "ask", text(&out)], &ask[..]].concat(), b"");
    assert_eq!(code, 3, "{said}{errors}");
    assert!(errors.contains("south.example/w: not reached"), "{errors}");
    let (code, said, _) = verify(&one_of_two);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("cosigned: south.example/w at 20"), "the last word of the absent one: {said}");
    let (code, said, _) = verify(&both);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("too few cosignatures: w0 (without one: w1)"), "{said}");

    // An altered cosignature condemns the note, and a bad question is one.
    let note = std::fs::read_to_string(out.join("evidence/log/checkpoint.cosigned")).unwrap();
    let mut lines: Vec<String> = note.lines().map(str::to_owned).collect();
    let line = lines.last_mut().unwrap();
    let swapped = if line.ends_with("A==") { "Q==" } else { "A==" };
    line.replace_range(line.len() - 3.., swapped);
    std::fs::write(out.join("evidence/log/checkpoint.cosigned"), lines.join("\n") + "\n").unwrap();
    let (code, said, _) = verify(&one_of_two);
    assert_eq!(code, 1, "{said}");
    assert_eq!(verify(&["--witness", &north.vkey, "--at-least", "2"]).0, 3);
    assert_eq!(truceline(&["witness", "ask", text(&out), "--witness", "https://x", "--vkey", &vkey], b"").0, 2);
}

#[test]
fn a_witness_that_is_killed_keeps_what_it_has_cosigned_and_answers_as_the_protocol_says() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let log = key().verifier().clone();
    grown(&out, &["a", "b", "c"]);
    let at_three = std::fs::read(out.join("evidence/log/checkpoint")).unwrap();
    let mut witness = Witness::start(folder.path(), "north", &log.to_string());
    assert_eq!(witness.latest(&log), None);
    let (status, body) = witness.add(0, &[], &at_three);
    assert_eq!(status, 200, "{body}");
    for _ in 0..3 {
        witness = witness.killed_and_restarted(&log.to_string());
        assert_eq!(witness.latest(&log), Some(3));
    }
    // Another process cannot open the same memory.
    let second =
        ["witness", "sign", "--log", &log.to_string(), "--key", text(&witness.key), "--state", text(&witness.state)];
    let (code, _, errors) = truceline(&second, b"");
    assert_eq!(code, 3, "{errors}");

    grown(&out, &["d", "e"]);
    let at_five = std::fs::read(out.join("evidence/log/checkpoint")).unwrap();
    assert_eq!(witness.add(0, &[], &at_five), (409, "3\n".to_owned()));
    assert_eq!(witness.add(6, &[], &at_five).0, 400);
    assert_eq!(witness.add(3, &[], &at_five).0, 422);
    assert_eq!(witness.http("POST /add-checkpoint", b"old 3\nnot base64\n\nx").0, 400);
    assert_eq!(witness.http("POST /add-checkpoint", &vec![b'a'; 3 << 20]).0, 413);
    assert_eq!(witness.http("GET /add-checkpoint", b"").0, 405);
    assert_eq!(witness.http(&format!("GET /{}/checkpoint", "0".repeat(64)), b"").0, 404);
    let checkpoint = |origin: &str, entropy: u8| {
        let text = String::from_utf8(at_five.clone()).unwrap().replace(log.name(), origin);
        let stated = Checkpoint::parse(Note::parse(text.as_bytes()).unwrap().text()).unwrap();
        stated.sign(&truceline_evidence::keys::SignerKey::from_entropy(origin, &[entropy; 32]).unwrap()).unwrap()
    };
    assert_eq!(witness.add(3, &[], &checkpoint("another.example/log", 7)).0, 404);
    assert_eq!(witness.add(3, &[], &checkpoint(log.name(), 8)).0, 403);
    assert_eq!(witness.latest(&log), Some(3), "nothing of all that was believed");

    // From the growing log itself, once more after a kill: the memory follows.
    let ask = ["witness", "ask", text(&out), "--witness", &witness.address, "--vkey", &witness.vkey];
    let (code, said, errors) = truceline(&ask, b"");
    assert_eq!(code, 0, "{said}{errors}");
    let witness = witness.killed_and_restarted(&log.to_string());
    assert_eq!(witness.latest(&log), Some(5));
}

/// Requests that let a log grow by one entry each, the first from nothing.
fn growth(n: u64) -> Vec<Vec<u8>> {
    let mut log = Log::create(Memory::new(), key()).unwrap();
    let mut requests = Vec::new();
    for size in 1..=n {
        log.append_batch(&[size.to_string()]).unwrap();
        let proof = log.consistency_proof(size - 1, size).unwrap();
        requests.push(add_checkpoint_request(size - 1, &proof, log.checkpoint()));
    }
    requests
}

#[test]
fn killed_at_any_moment_a_witness_forgets_no_cosignature_that_it_gave() {
    let folder = tempfile::tempdir().unwrap();
    let log = key().verifier().clone();
    let mut witness = Witness::start(folder.path(), "north", &log.to_string());
    let requests = growth(4_000);
    let given = AtomicU64::new(0);
    for round in 0..12_u64 {
        let address = witness.address.clone();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let from = usize::try_from(given.load(Ordering::SeqCst)).unwrap();
                for (size, request) in (1..).zip(&requests).skip(from) {
                    match http(&address, "POST /add-checkpoint", request) {
                        Some((200, ..)) => given.store(size, Ordering::SeqCst),
                        Some((409, _, latest)) if latest == format!("{size}\n") => {}
                        Some((status, _, body)) => panic!("{status}: {body}"),
                        None => break,
                    }
                }
            });
            std::thread::sleep(Duration::from_millis(20 + 13 * round));
            witness.program.kill().unwrap();
            witness.program.wait().unwrap();
        });
        witness = witness.killed_and_restarted(&log.to_string());
        let (given, latest) = (given.load(Ordering::SeqCst), witness.latest(&log).unwrap_or(0));
        // The last one may have been stored and not answered.
        assert!(latest == given || latest == given + 1, "gave {given}, remembers {latest}");
    }
    assert!(given.load(Ordering::SeqCst) > 0, "nothing was going on: {given:?}");
}

#[test]
fn of_many_histories_offered_at_once_one_is_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let log = key().verifier().clone();
    let witness = Witness::start(folder.path(), "north", &log.to_string());
    let histories: Vec<Vec<u8>> = (0..8)
        .map(|n| {
            let mut log = Log::create(Memory::new(), key()).unwrap();
            log.append_batch(&[format!("history {n}")]).unwrap();
            add_checkpoint_request(0, &[], log.checkpoint())
        })
        .collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let witness = &witness;
        let ask = |request| scope.spawn(move || witness.http("POST /add-checkpoint", request).0);
        let asked: Vec<_> = histories.iter().map(|request| ask(request.as_slice())).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let n = |status| statuses.iter().filter(|s| **s == status).count();
    assert_eq!((n(200), n(409)), (1, 7), "{statuses:?}");
    let kept = witness.state.join(origin_id(log.name())).join("split-views");
    assert_eq!(std::fs::read_dir(kept).unwrap().count(), 7, "each of the others is proved to contradict it");
}

#[test]
fn every_command_of_a_witness_has_an_example() {
    for command in ["key", "serve", "ask", "request", "sign", "accept", "compare"] {
        let (code, said, _) = truceline(&["witness", command, "--help"], b"");
        assert!(code == 0 && said.contains("Example"), "witness {command} --help: {said}");
    }
    assert!(truceline(&["witness", "ask", "--help"], b"").1.contains("plain HTTP"));
}

#[test]
fn a_log_that_was_put_back_or_has_two_histories_is_refused_and_proved() {
    let folder = tempfile::tempdir().unwrap();
    let [out, old, fork, power] = ["out", "old", "fork", "power"].map(|name| folder.path().join(name));
    let log = key().verifier().to_string();
    let witness = Witness::start(folder.path(), "north", &log);
    let ask = |out: &Path| {
        truceline(&["witness", "ask", text(out), "--witness", &witness.address, "--vkey", &witness.vkey], b"")
    };
    grown(&out, &["a", "b", "c"]);
    copied(&out, &old);
    copied(&out, &fork);
    grown(&out, &["d", "e"]);
    assert_eq!(ask(&out).0, 0);

    // Put back to an earlier state: the witness has seen more.
    let (code, _, errors) = ask(&old);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("it has seen 5 entries, more than this log has"), "{errors}");

    // Another history of the same size, and one that is longer: both proved at once.
    for (more, size) in [(&["x", "y"][..], 5), (&["z"][..], 6)] {
        grown(&fork, more);
        assert_eq!(size_of(&fork), size);
        let (code, _, errors) = ask(&fork);
        assert_eq!(code, 1, "{errors}");
        assert!(errors.contains("it has seen another history of this log; the proof is in"), "{errors}");
        let path = errors.trim().rsplit_once("the proof is in ").unwrap().1.to_owned();
        let (code, said, _) = truceline(&["witness", "compare", "--proof", &path, "--vkey", &log], b"");
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("two histories: test.truceline.local/evidence signed 5 entries"), "{said}");
    }
    // Also where the smaller size is a power of two, and the witness was not asked before.
    copied(&old, &power);
    grown(&power, &["p"]);
    let of_four = std::fs::read(power.join("evidence/log/checkpoint")).unwrap();
    std::fs::write(folder.path().join("four.txt"), &of_four).unwrap();

    // The witness keeps the proofs too.
    let kept = witness.state.join(origin_id(key().verifier().name())).join("split-views");
    assert_eq!(std::fs::read_dir(kept).unwrap().count(), 2);
    // And cosigned none of it.
    assert_eq!(witness.latest(key().verifier()), Some(5));

    // Two people hold what they were shown against each other.
    let shown = |out: &Path| out.join("evidence/log/checkpoint");
    let proof = folder.path().join("proof.txt");
    let (ours, theirs) = (shown(&out), shown(&fork));
    let plain = ["witness", "compare", text(&ours), text(&theirs), "--vkey", &log, "--write", text(&proof)];
    let (code, _, errors) = truceline(&plain, b"");
    assert_eq!(code, 2, "5 and 6 entries, without tiles: {errors}");
    let with_tiles = |tiles: &Path| truceline(&[&plain[..], &["--tiles", text(tiles)]].concat(), b"");
    assert_eq!(with_tiles(&out).0, 2, "the tiles of the smaller show nothing");
    assert!(!proof.exists());
    let (code, said, errors) = with_tiles(&fork);
    assert_eq!(code, 1, "{said}{errors}");
    assert_eq!(truceline(&["witness", "compare", "--proof", text(&proof), "--vkey", &log], b"").0, 1);
    let (four, second) = (folder.path().join("four.txt"), folder.path().join("second.txt"));
    let of_four = [
        "witness",
        "compare",
        text(&four),
        text(&ours),
        "--vkey",
        &log,
        "--tiles",
        text(&out),
        "--write",
        text(&second),
    ];
    assert_eq!(truceline(&of_four, b"").0, 1);
    assert_eq!(truceline(&["witness", "compare", "--proof", text(&second), "--vkey", &log], b"").0, 1);
    // The earlier state is no contradiction; another key proves nothing; an altered proof neither.
    let before = shown(&old);
    let agree = ["witness", "compare", text(&before), text(&ours), "--vkey", &log, "--tiles", text(&out)];
    let (code, said, errors) = truceline(&agree, b"");
    assert_eq!(code, 0, "{said}{errors}");
    let foreign = ["witness", "compare", text(&before), text(&ours), "--vkey", &log, "--tiles", text(&fork)];
    let (code, _, errors) = truceline(&foreign, b"");
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("the tiles are not those of the larger checkpoint"), "{errors}");
    let stranger = CosignerKey::from_entropy("stranger.example/w", &[9; 32]).unwrap().verifier().to_string();
    assert_eq!(truceline(&["witness", "compare", "--proof", text(&proof), "--vkey", &stranger], b"").0, 2);
    let altered = std::fs::read_to_string(&proof).unwrap().replacen("\n5\n", "\n4\n", 1);
    std::fs::write(&proof, altered).unwrap();
    assert_eq!(truceline(&["witness", "compare", "--proof", text(&proof), "--vkey", &log], b"").0, 2);

    // Whoever kept the witness's cosigned checkpoint finds it with `verify` too.
    let kept = out.join("evidence/log/checkpoint.cosigned");
    assert_eq!(truceline(&["verify", text(&fork), "--vkey", &log, "--checkpoint", text(&kept)], b"").0, 1);
}

#[test]
fn a_witness_without_a_network_answers_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let log = key().verifier().to_string();
    grown(&out, &["a", "b", "c"]);
    let (file, state) = (folder.path().join("north.key"), folder.path().join("state"));
    let vkey = truceline(&["witness", "key", text(&file), "--name", "north.example/w"], b"").1.trim().to_owned();
    let log_file = out.join("evidence/log.vkey");
    let sign = |request: &str| {
        let args = ["witness", "sign", "--log", text(&log_file), "--key", text(&file), "--state", text(&state)];
        truceline(&args, request.as_bytes())
    };
    let request = |old: &str| truceline(&["witness", "request", text(&out), "--old", old], b"");
    let answer_file = folder.path().join("answer.txt");
    let accept = |answer: &str| {
        std::fs::write(&answer_file, answer).unwrap();
        truceline(&["witness", "accept", text(&out), text(&answer_file), "--vkey", &vkey], b"")
    };
    let verify = || truceline(&["verify", text(&out), "--vkey", &log, "--witness", &vkey], b"");

    let (code, asked, _) = request("0");
    assert_eq!(code, 0);
    let (code, answer, errors) = sign(&asked);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(accept(&answer).0, 0);
    assert_eq!(verify().0, 0);

    // The log grows twice while the second answer is on its way: the answer still counts for what was asked.
    grown(&out, &["d"]);
    let (code, refused, _) = sign(&request("0").1);
    assert_eq!(code, 1);
    assert!(refused.contains("refused 409") && refused.contains("--old 3"), "{refused}");
    let (code, _, errors) = accept(&refused);
    assert_eq!(code, 1);
    assert!(errors.contains("--old 3"), "{errors}");
    let (_, answer, _) = sign(&request("3").1);
    grown(&out, &["e", "f"]);
    let (code, said, errors) = accept(&answer);
    assert_eq!(code, 0, "{said}{errors}");
    let (code, said, _) = verify();
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("enough witnesses have cosigned the first 4 entries, and the 2 after them not yet"),
        "{said}"
    );
    assert_eq!(accept(&sign(&request("4").1).1).0, 0);
    assert_eq!(verify().0, 0);
    assert_eq!(request("9").0, 1);
    assert_eq!(accept("\u{2014} north.example/w AAAA\n").0, 1);
}

#[test]
fn a_clock_that_went_back_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let log = key().verifier().to_string();
    let north = CosignerKey::from_entropy("north.example/w", &[4; 32]).unwrap();
    let vkey = north.verifier().to_string();
    for (names, time_s) in [(["a"], 1_800_000_000), (["b"], 1_799_999_000)] {
        grown(&out, &names);
        let (_, _, _) = truceline(&["witness", "request", text(&out)], b"");
        let note = std::fs::read(out.join("evidence/log/checkpoint")).unwrap();
        let line = north.cosign(Note::parse(&note).unwrap().text(), time_s);
        let answer = folder.path().join("answer.txt");
        std::fs::write(&answer, format!("{line}\n")).unwrap();
        assert_eq!(truceline(&["witness", "accept", text(&out), text(&answer), "--vkey", &vkey], b"").0, 0);
    }
    let (code, said, _) = truceline(&["verify", text(&out), "--vkey", &log, "--witness", &vkey], b"");
    assert_eq!(code, 0, "{said}");
    let note =
        "note: clock: the clock of north.example/w went back by 1000000 ms between the checkpoints of 1 and 2 entries";
    assert!(said.contains(note), "{said}");
    let (_, said, _) = truceline(&["verify", text(&out), "--witness", &vkey, "--format", "json"], b"");
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["cosigned"][0]["at"], "2027-01-15T07:43:20Z");
    assert_eq!(said["cosigned"][0]["entries"], 2);
}

/// The request of another implementation is read, and cosigned; the same request is written here byte for byte.
#[test]
fn the_request_of_another_implementation_is_cosigned() {
    let data = std::env::var_os("TRUCELINE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let data = data.join("protocols/tlog");
    let Ok(request) = std::fs::read(data.join("witness/add-checkpoint.request")) else {
        println!("skipped: the request of another implementation: data absent ({})", data.display());
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read_to_string(data.join("log.vkey")).unwrap();
    let witness = Witness::start(folder.path(), "north", log.trim());
    let old = std::fs::read(data.join("witness/old.checkpoint")).unwrap();
    assert_eq!(witness.add(0, &[], &old).0, 200);
    let (status, _, answer) = witness.http("POST /add-checkpoint", &request);
    assert_eq!(status, 200, "{answer}");
    assert!(answer.starts_with("\u{2014} north.example/w ") && answer.ends_with('\n'), "{answer}");
    assert_eq!(witness.latest(&VerifierKey::parse(log.trim()).unwrap()), Some(300));

    // From the same log's tiles `witness request` writes the same bytes.
    let evidence = folder.path().join("copy/evidence");
    copied(&data, &evidence.join("log"));
    std::fs::copy(data.join("log.vkey"), evidence.join("log.vkey")).unwrap();
    let copy = folder.path().join("copy");
    let (code, written, errors) = truceline(&["witness", "request", text(&copy), "--old", "163"], b"");
    assert_eq!((code, written.as_bytes()), (0, request.as_slice()), "{errors}");
    // And its cosigned checkpoint satisfies its policy here.
    let policy = data.join("policy");
    let (_, said, _) = truceline(&["verify", text(&copy), "--policy", text(&policy)], b"");
    assert!(said.contains("cosigned: witness1.example/w at 2026-01-0") && !said.contains("too few"), "{said}");
}
