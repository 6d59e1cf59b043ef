//! The built program as its user runs it: the demo on a port of its own, asked over HTTP.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The demo, running; stopped when dropped.
struct Demo {
    program: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Demo {
    fn start(speed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_truceline"))
            .args(["demo", "--port", "0", "--no-open", "--speed", speed])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let page = lines.find_map(|line| line.unwrap().strip_prefix("page: http://").map(str::to_owned)).unwrap();
        Self { program, address: page.trim_end_matches('/').to_owned(), _folder: folder }
    }

    /// Status, head and body of one request.
    fn ask(&self, request: &str, host: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let length = body.len();
        let head = format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n");
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        stream.write_all(format!("{head}{kind}\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_lowercase(), body.to_owned())
    }

    fn json(&self, path: &str) -> Value {
        let (status, _, body) = self.ask(&format!("GET {path}"), "127.0.0.1", "");
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&dechunked(&body)).unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// A body without the lengths of chunked transfer, if it was sent so.
fn dechunked(body: &str) -> String {
    if body.starts_with(['{', '[']) {
        return body.to_owned();
    }
    let mut rest = body;
    let mut whole = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let Ok(length) = usize::from_str_radix(length, 16) else { break };
        let Some(chunk) = after.get(..length) else { break };
        whole.push_str(chunk);
        rest = after.get(length + 2..).unwrap_or_default();
    }
    whole
}

#[test]
fn the_demo_plays_its_week_and_answers_only_this_machine() {
    let demo = Demo::start("400000");
    let mission = demo.json("/api/v1/mission");
    assert_eq!(mission["fictional"], true);
    assert!(mission["agreement"]["clauses"].as_array().unwrap().len() > 5);
    let geometry = demo.json("/api/v1/geometry");
    let roles: Vec<&str> =
        geometry["features"].as_array().unwrap().iter().filter_map(|f| f["properties"]["role"].as_str()).collect();
    assert!(roles.contains(&"reference_line") && roles.contains(&"control") && roles.contains(&"zone"));

    // The week plays to its end, and what it shows grows to findings with reasons.
    let until = mission["span"]["until"].as_str().unwrap().to_owned();
    let since = Instant::now();
    let state = loop {
        let state = demo.json("/api/v1/state");
        if state["now"].as_str() == Some(until.as_str()) {
            break state;
        }
        assert!(since.elapsed() < Duration::from_secs(120), "the week did not end: now {}", state["now"]);
        std::thread::sleep(Duration::from_millis(300));
    };
    assert!(state["incidents"].as_array().unwrap().len() > 5);
    let findings = state["findings"].as_array().unwrap();
    for verdict in ["consistent", "inconsistent", "undetermined"] {
        assert!(findings.iter().any(|finding| finding["verdict"] == verdict), "no finding is {verdict}");
    }
    assert!(state["coverage"].as_array().unwrap().len() >= 168);
    assert!(state["log"]["size"].as_u64().unwrap() > 20);
    assert_eq!(state["problems"], 0);

    // Going back: what had not arrived then is not shown; the log keeps its entries.
    let (status, _, _) = demo.ask("POST /api/v1/replay", "localhost", r#"{"action":"pause"}"#);
    assert_eq!(status, 204);
    let seek = format!(r#"{{"action":"seek","at":"{}"}}"#, mission["span"]["from"].as_str().unwrap());
    assert_eq!(demo.ask("POST /api/v1/replay", "localhost", &seek).0, 204);
    let since = Instant::now();
    loop {
        let back = demo.json("/api/v1/state");
        if back["now"] == mission["span"]["from"] {
            assert!(back["incidents"].as_array().unwrap().is_empty(), "{}", back["incidents"]);
            assert!(back["log"]["size"].as_u64() >= state["log"]["size"].as_u64());
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "going back did not happen");
        std::thread::sleep(Duration::from_millis(200));
    }

    // Only for this machine, with the headers of a careful service.
    let (status, head, _) = demo.ask("GET /api/v1/state", "evil.example", "");
    assert_eq!(status, 421);
    assert!(head.contains("content-security-policy: default-src 'none'") && head.contains("nosniff"));
    assert_eq!(demo.ask("GET /api/v1/nothing", "127.0.0.1", "").0, 404);
    assert_eq!(demo.ask("POST /api/v1/replay", "127.0.0.1", r#"{"action":"fly"}"#).0, 400);
    assert_eq!(demo.ask("GET /../../etc/passwd", "127.0.0.1", "").0, 404);
}

#[test]
fn help_examples_and_exit_codes_are_as_promised() {
    let program = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_truceline")).args(args).env("TRUCELINE_COLOUR", "never").output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    for command in [
        "check",
        "replay",
        "verify",
        "demo",
        "init",
        "serve",
        "report",
        "simulate",
        "completions",
        "witness",
        "export",
        "reproduce",
    ] {
        let (code, text) = program(&[command, "--help"]);
        assert_eq!(code, Some(0), "{command}");
        assert!(text.contains("Example"), "{command} --help has no example");
    }
    assert_eq!(program(&["chek"]).0, Some(2));
    let (code, text) = program(&["check", "no-such-folder"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("missing_folder") && !text.contains('\u{1b}'), "{text}");
    let (code, text) = program(&["verify", "no-such-folder"]);
    assert_eq!(code, Some(3), "{text}");
    assert!(program(&["completions", "bash"]).1.contains("_truceline"));
}

#[test]
fn a_killed_replay_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (mission, _) = crate::house::written(&crate::house::drill("demo-week"), folder.path());
    let key = folder.path().join("key");
    let program = |out: &std::path::Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
        command.args(["--quiet", "replay"]).arg(&mission).arg(folder.path().join("captures"));
        command.arg("--out").arg(out).arg("--key").arg(&key).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let made = Command::new(env!("CARGO_BIN_EXE_truceline")).args(["key", "new"]).arg(&key).output().unwrap();
    assert!(made.status.success());
    let whole = folder.path().join("whole");
    let since = Instant::now();
    assert!(program(&whole).status().unwrap().success());
    let length = since.elapsed();
    let mut n_killed = 0;
    for part in 1..=8_u32 {
        let out = folder.path().join(format!("killed-{part}"));
        let mut killed = program(&out).spawn().unwrap();
        std::thread::sleep(length * part / 10);
        n_killed += u32::from(killed.try_wait().unwrap().is_none());
        let _ = killed.kill();
        let _ = killed.wait();
        assert!(program(&out).status().unwrap().success(), "after a kill at {part}/10");
        crate::house::assert_same(&crate::house::files(&whole), &crate::house::files(&out));
    }
    assert!(n_killed > 0, "every run had ended before it was killed");
}
