//! The desk of a witness: its key, its logs and its memory, whether it is asked over HTTP or with a file.
//!
//! The memory is a folder for each log, named by the hash of the log's origin, with the checkpoint cosigned last. It is
//! flushed to disk before a cosignature leaves, and one process at a time holds it. When a request proves that a log has
//! two histories, the proof is kept in `split-views/` beside it.

use super::{FOUND, REFUSED};
use crate::files::write_whole;
use anyhow::{Context as _, ensure};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};
use truceline_domain::{Digest, Timestamp};
use truceline_evidence::keys::{Algorithm, CosignerKey, VerifierKey};
use truceline_evidence::split::SplitView;
use truceline_evidence::store::directory::Directory;
use truceline_evidence::witness::{Answer, MAX_REQUEST_BYTES, Witness, origin_id};

/// Most proofs of two histories that are kept for one log: one is enough, and a log could make any number.
const MAX_SPLIT_VIEWS: usize = 100;

/// A witness at work.
pub struct Desk {
    /// One request at a time: between the comparison with the latest checkpoint and its replacement nobody comes in.
    witness: Mutex<Witness<Directory>>,
    logs: Vec<VerifierKey>,
    state: PathBuf,
}

impl Desk {
    /// Opens the memory of a witness, or starts it.
    ///
    /// # Errors
    /// When another process holds it, when a key is not that of a log, or when the disk refuses.
    pub fn open(key: CosignerKey, logs: &[VerifierKey], state: &Path) -> anyhow::Result<Self> {
        let mut witness = Witness::new(key);
        let mut opened: Vec<&str> = Vec::new();
        for log in logs {
            let name = log.name();
            ensure!(log.algorithm() == Algorithm::Ed25519, "{name}: `--log` takes the key of a log, not of a witness");
            let folder = state.join(origin_id(name));
            let memory = if opened.contains(&name) {
                // A further key of a log that is open already: its memory is the same.
                Directory::read_only(folder)
            } else {
                Directory::writer(&folder).with_context(|| format!("couldn't open the memory for {name}"))?
            };
            witness.add_log(log.clone(), memory);
            opened.push(name);
        }
        Ok(Self { witness: Mutex::new(witness), logs: logs.to_vec(), state: state.to_owned() })
    }

    /// The public key.
    pub fn verifier(&self) -> VerifierKey {
        self.witness().verifier().clone()
    }

    /// The logs that are witnessed.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Judges a request now. When it proves two histories, the proof is kept and said on standard error.
    pub fn add_checkpoint(&self, body: &[u8]) -> Answer {
        let witness = self.witness();
        // Read while nobody else is judged: times follow the order of the cosignatures. Before 1970 is 1970, which is
        // behind every cosignature.
        let time_s = u64::try_from(Timestamp::now().as_second()).unwrap_or(0);
        let judged = witness.add_checkpoint(body, time_s);
        drop(witness);
        if let Some(split) = &judged.split {
            match self.keep(split) {
                Ok(Some(path)) => tracing::warn!(proof = %path.display(), "a log has two histories"),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(error = %format!("{error:#}"), "couldn't keep the proof of two histories")
                }
            }
        }
        judged.answer
    }

    /// The latest cosigned checkpoint of the log with this [`origin_id`].
    pub fn checkpoint(&self, id: &str) -> Answer {
        self.witness().checkpoint(id)
    }

    fn keep(&self, split: &SplitView) -> anyhow::Result<Option<PathBuf>> {
        let (checkpoint, _) = split.verify(&self.logs)?;
        write_split(&self.state.join(origin_id(&checkpoint.origin)), split)
    }

    fn witness(&self) -> MutexGuard<'_, Witness<Directory>> {
        // The memory is on disk and read anew for each request: a request that ended badly leaves nothing behind here.
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a proof of two histories to `split-views/` below a folder, under the digest of its bytes. `None`: it was there
/// already, or there are enough of them.
///
/// # Errors
/// When the disk refuses.
pub fn write_split(folder: &Path, split: &SplitView) -> anyhow::Result<Option<PathBuf>> {
    let folder = folder.join("split-views");
    let bytes = split.to_string().into_bytes();
    let path = folder.join(format!("{}.txt", Digest::of(&bytes)));
    let n_kept = std::fs::read_dir(&folder).map_or(0, Iterator::count);
    if path.exists() || n_kept >= MAX_SPLIT_VIEWS {
        return Ok(None);
    }
    write_whole(&path, &bytes)?;
    Ok(Some(path))
}

/// `truceline witness sign`: a request from standard input, the answer to standard output. An answer is the signature
/// lines alone, or one line that begins `refused`.
///
/// # Errors
/// When there is nothing to read or to write to.
pub fn sign(desk: &Desk) -> anyhow::Result<ExitCode> {
    let mut request = Vec::new();
    let limit = u64::try_from(MAX_REQUEST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    std::io::stdin().lock().take(limit).read_to_end(&mut request).context("couldn't read the request")?;
    let answer = desk.add_checkpoint(&request);
    let code = match answer.status {
        200 => ExitCode::SUCCESS,
        500.. => ExitCode::from(REFUSED),
        _ => ExitCode::from(FOUND),
    };
    let text = if answer.status == 200 { answer.body.clone() } else { refusal(&answer) };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("couldn't write the answer")?;
    if answer.status != 200 {
        anstream::eprint!("{text}");
    }
    Ok(code)
}

fn refusal(answer: &Answer) -> String {
    let body = answer.body.trim_end();
    match answer.status {
        409 => format!("refused 409: the last size seen here is {body}; make the request again with `--old {body}`\n"),
        status => format!("refused {status}: {body}\n"),
    }
}
