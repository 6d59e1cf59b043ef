//! A witness at an address: one request and its answer over plain HTTP/1.1, with limits on time and size.
//!
//! What comes back is data from a stranger: it is cut at a limit, and believed only where a signature in it holds.

use anyhow::{Context as _, bail, ensure};
use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};
use truceline_evidence::note::MAX_NOTE_BYTES;

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(30);
/// Longest answer that is read: a note, with its head and the marks of chunks.
const MAX_ANSWER_BYTES: usize = MAX_NOTE_BYTES + (1 << 16);

/// Where a witness is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Host and port.
    authority: String,
    /// Path before the names of the protocol; empty, or with a leading slash and no trailing one.
    prefix: String,
}

/// An answer over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Status.
    pub status: u16,
    /// Body, without the marks of chunks.
    pub body: Vec<u8>,
}

impl Peer {
    /// Reads `http://HOST[:PORT][/PREFIX]`.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("http://").ok_or_else(|| {
            "only http:// is spoken here: reach a witness behind TLS through a local tunnel, or carry files with \
             `truceline witness request`, `sign` and `accept`"
                .to_owned()
        })?;
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>?#@".contains(&b));
        if authority.is_empty() || !is_plain(authority) || !is_plain(path) {
            return Err(format!("`{url}` is not of the form http://HOST[:PORT][/PREFIX]"));
        }
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let authority = if has_port { authority.to_owned() } else { format!("{authority}:80") };
        let path = path.trim_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("/{path}") };
        Ok(Self { authority, prefix })
    }

    /// `GET` of a path below the prefix.
    ///
    /// # Errors
    /// When there is no answer in time, or what comes is no HTTP.
    pub fn get(&self, path: &str) -> anyhow::Result<HttpAnswer> {
        self.exchange(&format!("GET {}/{path}", self.prefix), b"")
    }

    /// `POST` to a path below the prefix.
    ///
    /// # Errors
    /// When there is no answer in time, or what comes is no HTTP.
    pub fn post(&self, path: &str, body: &[u8]) -> anyhow::Result<HttpAnswer> {
        self.exchange(&format!("POST {}/{path}", self.prefix), body)
    }

    fn exchange(&self, asked: &str, body: &[u8]) -> anyhow::Result<HttpAnswer> {
        let deadline = Instant::now() + WHOLE;
        let mut stream = self.connect()?;
        let fixed = "Connection: close\r\nAccept: text/plain\r\nUser-Agent: truceline\r\nContent-Type: text/plain; charset=utf-8";
        let head = format!(
            "{asked} HTTP/1.1\r\nHost: {}\r\n{fixed}\r\nContent-Length: {}\r\n\r\n",
            self.authority,
            body.len()
        );
        stream.set_write_timeout(Some(WHOLE))?;
        // A witness may refuse before it has read everything: then its answer is still there to be read.
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let answer = read_until(&mut stream, deadline).with_context(|| format!("no answer from {self}"))?;
        if answer.is_empty() {
            sent.with_context(|| format!("couldn't send to {self}"))?;
        }
        parse_answer(&answer).with_context(|| format!("{self} doesn't answer in HTTP"))
    }

    fn connect(&self) -> anyhow::Result<TcpStream> {
        let addresses = self.authority.to_socket_addrs().with_context(|| format!("couldn't find {self}"))?;
        let mut last = None;
        for address in addresses {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) => Err(error).with_context(|| format!("couldn't reach {self}")),
            None => bail!("couldn't find {self}"),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.prefix)
    }
}

/// Everything up to the end of the stream, in time and not too much.
fn read_until(stream: &mut TcpStream, deadline: Instant) -> anyhow::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut part = vec![0_u8; 1 << 14];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        ensure!(!left.is_zero(), "it took longer than {} s", WHOLE.as_secs());
        stream.set_read_timeout(Some(left))?;
        let n_bytes = match stream.read(&mut part) {
            // Closed before everything was read: what has arrived counts.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset && !answer.is_empty() => 0,
            read => read?,
        };
        answer.extend_from_slice(part.get(..n_bytes).unwrap_or_default());
        ensure!(answer.len() <= MAX_ANSWER_BYTES, "the answer is longer than {MAX_ANSWER_BYTES} bytes");
        if n_bytes == 0 {
            return Ok(answer);
        }
    }
}

fn parse_answer(bytes: &[u8]) -> anyhow::Result<HttpAnswer> {
    let (head, body) = divided(bytes, b"\r\n\r\n").context("its head has no end")?;
    let head = str::from_utf8(head).context("its head is no text")?.to_ascii_lowercase();
    let mut lines = head.split("\r\n");
    let status = lines.next().filter(|line| line.starts_with("http/1.")).and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok()).context("its first line holds no status")?;
    let fields: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let field = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.trim());
    let body = match (field("transfer-encoding"), field("content-length")) {
        (Some("chunked"), _) => joined_chunks(body).context("a chunk of its body is cut")?,
        (Some(other), _) => bail!("its body is encoded as {other}"),
        (None, Some(length)) => {
            let length: usize = length.parse().context("its length is no number")?;
            body.get(..length).context("its body is cut")?.to_vec()
        }
        (None, None) => body.to_vec(),
    };
    Ok(HttpAnswer { status, body })
}

/// Chunked transfer (RFC 9112, 7.1) without the marks; trailers are passed over.
fn joined_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let (line, after) = divided(rest, b"\r\n")?;
        let length = str::from_utf8(line).ok()?.split(';').next()?.trim();
        let length = usize::from_str_radix(length, 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(after.get(..length)?);
        rest = after.get(length..)?.strip_prefix(b"\r\n")?;
    }
}

fn divided<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((bytes.get(..at)?, bytes.get(at + mark.len()..)?))
}

#[cfg(test)]
#[path = "peer_tests.rs"]
mod tests;
