//! Witnesses (C2SP `tlog-witness`): somebody else who saw a log grow and cosigns its checkpoints, never two that
//! contradict each other. Both sides of the exchange, without the socket: requests and answers are bytes.
//!
//! What a witness has cosigned last is kept for each log in a [`CheckpointLock`] of its own, as the cosigned note itself:
//! durable before the answer leaves, replaced by compare-and-swap, and what `GET .../checkpoint` gives out.

use sha2::{Digest as _, Sha256};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::keys::{CosignerKey, VerifierKey};
use crate::merkle::{self, Hash, Tree};
use crate::note::{MAX_NOTE_BYTES, Note, NoteSignature};
use crate::proof::{parse_hashes, write_hashes};
use crate::split::SplitView;
use crate::store::{CheckpointLock, StoreError};

/// Largest request that is read: a note, and the longest proof.
pub const MAX_REQUEST_BYTES: usize = MAX_NOTE_BYTES + (1 << 12);

const PLAIN: &str = "text/plain; charset=utf-8";
const SIZE: &str = "text/x.tlog.size";

/// What a witness answers over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Body.
    pub body: String,
}

impl Answer {
    fn plain(status: u16, body: impl Into<String>) -> Self {
        Self { status, content_type: PLAIN, body: body.into() }
    }

    fn refusing(status: u16, why: &str) -> Self {
        Self::plain(status, format!("{why}\n"))
    }

    fn other_size(size: u64) -> Self {
        Self { status: 409, content_type: SIZE, body: format!("{size}\n") }
    }
}

/// A witness for some logs.
#[derive(Debug)]
pub struct Witness<S> {
    key: CosignerKey,
    logs: Vec<WitnessedLog<S>>,
}

#[derive(Debug)]
struct WitnessedLog<S> {
    keys: Vec<VerifierKey>,
    lock: S,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// For the one who asked.
    pub answer: Answer,
    /// Set when the request itself proves that the log has two histories: to be kept, and shown to everybody.
    pub split: Option<SplitView>,
}

impl From<Answer> for Witnessed {
    fn from(answer: Answer) -> Self {
        Self { answer, split: None }
    }
}

/// A request that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    old: u64,
    proof: Vec<Hash>,
    note: Note,
    checkpoint: Checkpoint,
}

/// What was cosigned last.
struct Latest {
    /// The note as stored; `None` before the first contact.
    stored: Option<Vec<u8>>,
    tree: Tree,
    /// When, in seconds since 1970.
    time_s: u64,
}

impl<S: CheckpointLock> Witness<S> {
    /// A witness that knows no log yet.
    #[must_use]
    pub const fn new(key: CosignerKey) -> Self {
        Self { key, logs: Vec::new() }
    }

    /// Adds a log by its public key; `lock` is where its latest checkpoint is kept, for this log alone. A further key
    /// of the same name is a further key of the same log, and its lock is not used.
    pub fn add_log(&mut self, key: VerifierKey, lock: S) {
        match self.logs.iter_mut().find(|log| log.is_named(key.name())) {
            Some(log) => log.keys.push(key),
            None => self.logs.push(WitnessedLog { keys: vec![key], lock }),
        }
    }

    /// The public key.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// `POST <prefix>/add-checkpoint` with this body, at this time in seconds since 1970.
    ///
    /// 200 with the cosignature; 400 what cannot be read, or `old` larger than the checkpoint; 404 a log that is not
    /// witnessed; 403 not signed by it; 409 with the latest size when `old` is another; 422 when the proof fails;
    /// 500 when the state cannot be read or stored: then nothing was cosigned.
    pub fn add_checkpoint(&self, body: &[u8], time_s: u64) -> Witnessed {
        let request = match Request::parse(body) {
            Ok(request) => request,
            Err(why) => return Answer::refusing(400, why).into(),
        };
        let Some(log) = self.logs.iter().find(|log| log.is_named(&request.checkpoint.origin)) else {
            return Answer::refusing(404, "this log is not witnessed here").into();
        };
        let note = request.note.to_string();
        if let Err(error) = Checkpoint::open(note.as_bytes(), &log.keys) {
            return Answer::refusing(403, &error.to_string()).into();
        }
        if request.old > request.checkpoint.size {
            return Answer::refusing(400, "the old size is larger than that of the checkpoint").into();
        }
        let latest = match log.latest(&self.key) {
            Ok(latest) => latest,
            Err(why) => return Answer::refusing(500, &why).into(),
        };
        self.judge(log, &latest, (&request, time_s))
    }

    fn judge(&self, log: &WitnessedLog<S>, latest: &Latest, (request, time_s): (&Request, u64)) -> Witnessed {
        let new = request.checkpoint.tree();
        if request.old != latest.tree.size {
            let answer = Answer::other_size(latest.tree.size);
            // Of the same size as the latest, with another root: the older size it names does not excuse it.
            let split = if new.size == latest.tree.size { log.split(latest, request) } else { None };
            return Witnessed { answer, split };
        }
        if let Err(error) = check_growth(&latest.tree, &new, &request.proof) {
            let answer = Answer::refusing(422, &format!("the proof does not hold: {error}"));
            return Witnessed { answer, split: log.split(latest, request) };
        }
        if time_s < latest.time_s {
            let why =
                "the clock of the witness is behind its own last cosignature; nothing is cosigned until it is not";
            return Answer::refusing(500, why).into();
        }
        self.cosign(log, latest, (request, time_s)).into()
    }

    fn cosign(&self, log: &WitnessedLog<S>, latest: &Latest, (request, time_s): (&Request, u64)) -> Answer {
        let signature = self.key.cosign(request.note.text(), time_s);
        let note = log.by_log_alone(&request.note).with_signature(signature.clone()).to_string();
        let stored = match &latest.stored {
            Some(old) => log.lock.replace(old, note.as_bytes()),
            None => log.lock.create(note.as_bytes()),
        };
        // Durable, or no answer: a cosignature that left and was forgotten could be contradicted by the next one.
        match stored {
            Ok(()) => Answer::plain(200, format!("{signature}\n")),
            // Somebody else was faster: the latest size is theirs.
            Err(StoreError::Conflict) => match log.latest(&self.key) {
                Ok(latest) => Answer::other_size(latest.tree.size),
                Err(why) => Answer::refusing(500, &why),
            },
            Err(error) => Answer::refusing(500, &format!("couldn't keep the checkpoint: {error}")),
        }
    }

    /// `GET <monitoring prefix>/<origin_id>/checkpoint`: the latest cosigned note; see [`origin_id`].
    pub fn checkpoint(&self, id: &str) -> Answer {
        let log = self.logs.iter().find(|log| log.origin().is_some_and(|origin| origin_id(origin) == id));
        match log.map(|log| log.lock.fetch()) {
            Some(Ok(Some(note))) => Answer::plain(200, String::from_utf8_lossy(&note)),
            None | Some(Ok(None)) => Answer::refusing(404, "no checkpoint of such a log was cosigned here"),
            Some(Err(error)) => Answer::refusing(500, &error.to_string()),
        }
    }
}

/// The name of a log in addresses and folders: SHA-256 of its origin, 64 lower-case hexadecimal digits.
#[must_use]
pub fn origin_id(origin: &str) -> String {
    Sha256::digest(origin).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check_growth(old: &Tree, new: &Tree, proof: &[Hash]) -> Result<(), merkle::ProofError> {
    if new.size == 0 && new.root != merkle::empty_root() {
        return Err(merkle::ProofError::Root);
    }
    merkle::verify_consistency(old, new, proof)
}

impl<S: CheckpointLock> WitnessedLog<S> {
    fn origin(&self) -> Option<&str> {
        self.keys.first().map(VerifierKey::name)
    }

    fn is_named(&self, origin: &str) -> bool {
        self.origin() == Some(origin)
    }

    /// What was cosigned last, from the store every time: the store is the truth, nothing is remembered beside it.
    fn latest(&self, own: &CosignerKey) -> Result<Latest, String> {
        let Some(stored) =
            self.lock.fetch().map_err(|error| format!("couldn't read the latest checkpoint: {error}"))?
        else {
            let tree = Tree { size: 0, root: merkle::empty_root() };
            return Ok(Latest { stored: None, tree, time_s: 0 });
        };
        let keys: Vec<_> = self.keys.iter().chain([own.verifier()]).cloned().collect();
        let damaged = |why: String| format!("the latest checkpoint kept here is damaged: {why}");
        let signed = Checkpoint::open(&stored, &keys).map_err(|error: CheckpointError| damaged(error.to_string()))?;
        let time_s = signed.signed_by.iter().filter(|by| by.key == *own.verifier()).find_map(|by| by.time_s);
        let time_s = time_s.ok_or_else(|| damaged("it is not cosigned by this witness".into()))?;
        Ok(Latest { stored: Some(stored), tree: signed.checkpoint.tree(), time_s })
    }

    /// The note with the signatures of the log and of nobody else.
    fn by_log_alone(&self, note: &Note) -> Note {
        let known = |s: &&NoteSignature| self.keys.iter().any(|key| key.name() == s.name() && key.id() == s.id());
        note.signatures().iter().filter(known).cloned().fold(note.without_signatures(), Note::with_signature)
    }

    /// What the request proves against the log, if it does.
    fn split(&self, latest: &Latest, request: &Request) -> Option<SplitView> {
        let offered = self.by_log_alone(&request.note).to_string();
        let hashes = if request.checkpoint.size == latest.tree.size { &[] } else { request.proof.as_slice() };
        let kept = self.by_log_alone(&Note::parse(latest.stored.as_deref()?).ok()?).to_string();
        SplitView::new(kept.as_bytes(), offered.as_bytes(), hashes, &self.keys).ok()
    }
}

impl Request {
    fn parse(body: &[u8]) -> Result<Self, &'static str> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err("the request is too large");
        }
        let text = str::from_utf8(body).map_err(|_| "the request is no UTF-8 text")?;
        let (head, note) = text.split_once("\n\n").ok_or("the request has no empty line")?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(|digits| {
            let old: u64 = digits.parse().ok()?;
            (old.to_string() == digits).then_some(old)
        });
        let old = old.ok_or("the first line is not `old` and a decimal size")?;
        let proof = parse_hashes(lines).ok_or("a hash is not 32 bytes in base64, or there are too many")?;
        let note = Note::parse(note.as_bytes()).map_err(|_| "what follows the empty line is no signed note")?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|_| "the note is no checkpoint")?;
        Ok(Self { old, proof, note, checkpoint })
    }
}

/// The body of an `add-checkpoint` request. `old` is the size that the witness is thought to have seen last: 0 at first
/// contact, then with an empty proof.
#[must_use]
pub fn add_checkpoint_request(old: u64, proof: &[Hash], checkpoint: &[u8]) -> Vec<u8> {
    let mut text = format!("old {old}\n");
    // Writing to a text does not fail.
    let _ = write_hashes(&mut text, proof);
    [text.as_bytes(), b"\n", checkpoint].concat()
}

/// What a witness said to the log that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It cosigned: these lines can be added to the note. They were checked with its key.
    Cosigned(Vec<NoteSignature>),
    /// It has seen another size last: ask again with a proof from there. Larger than the checkpoint means that somebody
    /// showed it a log that is ahead of this one.
    HasSeen(u64),
    /// It refused, with this status; or its answer is not one.
    Refused(u16, String),
}

/// Reads the answer to a request for `checkpoint`, of a witness with this key.
#[must_use]
pub fn read_reply(status: u16, body: &[u8], checkpoint: &[u8], witness: &VerifierKey) -> Reply {
    let text = String::from_utf8_lossy(body);
    match status {
        200 => read_cosignatures(&text, checkpoint, witness).unwrap_or_else(|why| Reply::Refused(200, why.into())),
        409 => match text.trim_end_matches('\n').parse() {
            Ok(size) => Reply::HasSeen(size),
            Err(_) => Reply::Refused(409, "its latest size cannot be read".into()),
        },
        _ => Reply::Refused(status, text.chars().take(500).collect::<String>().trim().to_owned()),
    }
}

fn read_cosignatures(text: &str, checkpoint: &[u8], witness: &VerifierKey) -> Result<Reply, &'static str> {
    let note = Note::parse(checkpoint).map_err(|_| "the checkpoint that was sent is no note")?;
    let lines = text.lines().take(crate::note::MAX_SIGNATURES).map(NoteSignature::parse);
    let signatures: Vec<_> = lines.collect::<Result<_, _>>().map_err(|_| "it answered without a signature line")?;
    let own = signatures.into_iter().filter(|s| s.name() == witness.name() && s.id() == witness.id());
    let own: Vec<_> = own.collect();
    let alone = own.iter().cloned().fold(note.without_signatures(), Note::with_signature);
    // A witness answers with the time of its cosignature: one without is of another kind of key.
    match alone.verify(std::slice::from_ref(witness)) {
        Ok(by) if by.iter().all(|by| by.time_s.is_some()) => Ok(Reply::Cosigned(own)),
        _ => Err("its cosignature does not hold"),
    }
}

#[cfg(test)]
#[path = "witness_tests.rs"]
mod tests;
