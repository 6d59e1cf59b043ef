//! How the program uses the log: what becomes an entry, and how a folder of evidence is verified.
//!
//! A folder of evidence holds `log/` (C2SP tlog-tiles), `captures/` (the bytes as they came, by SHA-256) and
//! `log.vkey` (the public key). Entries are canonical JSON (RFC 8785: sorted keys, no blanks; only texts, whole numbers
//! and lists of them occur). Media and results lie outside the log; the entry holds their digest.

use crate::stamps::{self, Stamped};
use crate::witness::kept::Evidence;
use crate::witness::quorum::{self, Asked, Cosigned, Question};
use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use truceline_domain::{Digest, Span, Timestamp};
use truceline_evidence::captures::Captures;
use truceline_evidence::keys::{SignerKey, VerifierKey};
use truceline_evidence::log::Log;
use truceline_evidence::store::directory::Directory;
use truceline_evidence::timestamp::Trust as Authorities;

/// A folder of evidence, open for appending.
pub struct Seal {
    log: Log<Directory>,
    captures: Captures,
    known: BTreeSet<Digest>,
    /// What each result's path holds, by its newest entry.
    newest: BTreeMap<String, Digest>,
    /// What the newest entry says of each sealed file.
    sealed: BTreeMap<String, SealedFile>,
}

/// A sealed file, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFile {
    /// Digest of its bytes.
    pub digest: Digest,
    /// Commitment to what is in it, `sha256:` and hexadecimal digits.
    pub commitment: String,
}

/// One thing to be said in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry(Value);

impl Entry {
    /// A file of the mission folder was adopted.
    pub fn adopted(path: &str, digest: Digest) -> Self {
        Self(json!({"content": named(digest), "kind": "adopted", "path": path, "v": 1}))
    }

    /// A capture was taken in.
    pub fn captured(name: &str, (source, format): (&str, &str), (digest, n_bytes): (Digest, u64)) -> Self {
        let mut value = json!({"content": named(digest), "kind": "captured", "name": name, "source": source, "v": 1});
        if let Value::Object(fields) = &mut value {
            fields.insert("format".to_owned(), json!(format));
            fields.insert("bytes".to_owned(), json!(n_bytes));
        }
        Self(value)
    }

    /// The same with the time it came.
    pub fn received_at(mut self, at: Timestamp) -> Self {
        if let Value::Object(fields) = &mut self.0 {
            fields.insert("received_at".to_owned(), json!(at.to_string()));
        }
        self
    }

    /// The results of a window were derived; `path` is where they lie below the folder.
    pub fn derived(window: Span, (path, digest): (&str, Digest), mission: Digest) -> Self {
        Self(json!({
            "content": named(digest),
            "from": window.from.to_string(),
            "kind": "derived",
            "mission": named(mission),
            "path": path,
            "until": window.until.to_string(),
            "v": 1,
        }))
    }

    /// A package was made for others; `contents` is the digest of its list of contents.
    pub fn exported(day: &str, (contents, marking): (Digest, &str), at: Timestamp) -> Self {
        Self(json!({
            "at": at.to_string(),
            "content": named(contents),
            "day": day,
            "kind": "exported",
            "marking": marking,
            "v": 1,
        }))
    }

    /// The points of origin of a window were sealed. `commitment` binds them without telling them: it stays the same when
    /// the same points are sealed again to the same roles, which the digest of the sealed bytes does not.
    pub fn sealed(window: Span, (path, digest): (&str, Digest), commitment: &str) -> Self {
        Self(json!({
            "commitment": commitment,
            "content": named(digest),
            "from": window.from.to_string(),
            "kind": "sealed",
            "path": path,
            "until": window.until.to_string(),
            "v": 1,
        }))
    }

    /// A sealed file was opened, by whom and why.
    pub fn opened((path, digest): (&str, Digest), (actor, reason): (&str, &str), at: Timestamp) -> Self {
        Self(json!({
            "actor": actor,
            "at": at.to_string(),
            "content": named(digest),
            "kind": "opened",
            "path": path,
            "reason": reason,
            "v": 1,
        }))
    }

    /// A person handled a capture: copied or viewed it.
    pub fn custody(act: Custody, capture: Digest, (actor, reason): (&str, &str), at: Timestamp) -> Self {
        Self(json!({
            "actor": actor,
            "at": at.to_string(),
            "content": named(capture),
            "kind": act.word(),
            "reason": reason,
            "v": 1,
        }))
    }

    fn bytes(&self) -> Vec<u8> {
        // serde_json keeps the keys of a map sorted and writes no blanks.
        self.0.to_string().into_bytes()
    }
}

/// What a person may do with a capture and enter afterwards; receiving, sealing, opening and exporting enter themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Custody {
    /// A copy was made to work with; the evidentiary copy stays where it is, read-only.
    Copied,
    /// It was looked at in the sealed room.
    Viewed,
}

impl Custody {
    fn word(self) -> &'static str {
        match self {
            Self::Copied => "copied",
            Self::Viewed => "viewed",
        }
    }
}

fn named(digest: Digest) -> String {
    format!("sha256:{digest}")
}

impl Seal {
    /// Opens the folder, or starts it.
    ///
    /// # Errors
    /// When another process writes to it, when it belongs to another key, or when the disk refuses.
    pub fn open(folder: &Path, key: SignerKey) -> anyhow::Result<Self> {
        let log_folder = folder.join("log");
        let verifier = key.verifier().to_string();
        let store =
            Directory::writer(&log_folder).with_context(|| format!("couldn't open {}", log_folder.display()))?;
        let is_new = !log_folder.join("checkpoint").exists();
        let log = if is_new { Log::create(store, key) } else { Log::open(store, key) };
        let log = log.with_context(|| format!("couldn't open the log in {}", log_folder.display()))?;
        // The log's lock is ours: what an interrupted process left half stored belongs to nobody.
        let _ = std::fs::remove_dir_all(folder.join("captures/.tmp"));
        let vkey = folder.join("log.vkey");
        if is_new || !vkey.exists() {
            std::fs::write(&vkey, format!("{verifier}\n"))
                .with_context(|| format!("couldn't write {}", vkey.display()))?;
        }
        let (mut known, mut newest, mut sealed) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        for index in 0..log.size() {
            let entry = log.entry(index)?;
            known.insert(Digest::of(&entry));
            if let Some(mention) = Mention::of(index, &entry).filter(|mention| !mention.is_capture) {
                newest.insert(mention.what, mention.digest);
            }
            sealed.extend(sealed_file(&entry));
        }
        Ok(Self { log, captures: Captures::new(folder.join("captures")), known, newest, sealed })
    }

    /// Stores the bytes of a capture under their digest.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, bytes: &[u8]) -> anyhow::Result<()> {
        self.captures.put(bytes).context("couldn't store a capture")?;
        Ok(())
    }

    /// The bytes of a capture, hashed again on the way; `None` when there is none of this digest.
    ///
    /// # Errors
    /// When the stored bytes were altered or cannot be read.
    pub fn capture(&self, digest: Digest) -> anyhow::Result<Option<Vec<u8>>> {
        let name = truceline_evidence::captures::Digest::parse(&named(digest)).context("no digest")?;
        self.captures.get(&name).context("couldn't read the capture")
    }

    /// Appends the entries that the log does not hold yet, all at once.
    ///
    /// # Errors
    /// When the log cannot be written; then none of them is in it.
    pub fn say(&mut self, entries: &[Entry]) -> anyhow::Result<()> {
        let mut batch = Vec::new();
        for entry in entries {
            let bytes = entry.bytes();
            // A result that comes back after another took its place is said again: the newest entry of a path counts.
            let is_news = match Mention::of(0, &bytes).filter(|mention| !mention.is_capture) {
                Some(mention) => self.newest.insert(mention.what, mention.digest) != Some(mention.digest),
                None => !self.known.contains(&Digest::of(&bytes)),
            };
            if is_news {
                self.known.insert(Digest::of(&bytes));
                batch.push(bytes);
            }
        }
        self.log.append_batch(&batch).context("couldn't append to the log")?;
        Ok(())
    }

    /// What the log said of each sealed file when it was opened, by path.
    pub fn sealed_files(&self) -> &BTreeMap<String, SealedFile> {
        &self.sealed
    }

    /// Name, size and root (base64 as in the checkpoint) of the log.
    pub fn state(&self) -> LogState {
        let checkpoint = String::from_utf8_lossy(self.log.checkpoint()).into_owned();
        let root = checkpoint.lines().nth(2).unwrap_or_default().to_owned();
        LogState { origin: self.log.origin().to_owned(), size: self.log.size(), root }
    }
}

/// Name, size and root of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogState {
    /// Origin line.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash, base64.
    pub root: String,
}

/// The signing key: from `file`, else from the user's own key file, which is made on first use (mode 0600).
///
/// # Errors
/// When the file cannot be read or made, or is no key.
pub fn signing_key(file: Option<&Path>) -> anyhow::Result<SignerKey> {
    let path = match file {
        Some(path) => path.to_path_buf(),
        None => default_key_path()?,
    };
    if !path.exists() {
        if file.is_some() {
            bail!("there is no key file {}; `truceline key new FILE` makes one", path.display());
        }
        new_key(&path, "truceline.local/evidence")?;
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("couldn't read {}", path.display()))?;
    SignerKey::parse(text.trim()).with_context(|| format!("{} is no signing key", path.display()))
}

/// The signing key, if there is one; none is made.
///
/// # Errors
/// When `file` is given and missing, or a file is there and is no key.
pub fn present_key(file: Option<&Path>) -> anyhow::Result<Option<SignerKey>> {
    let is_absent = file.is_none() && !default_key_path().is_ok_and(|path| path.exists());
    if is_absent { Ok(None) } else { signing_key(file).map(Some) }
}

fn default_key_path() -> anyhow::Result<PathBuf> {
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let folder = config.or(home).context("couldn't find the user's folder: give `--key FILE`")?;
    Ok(folder.join("truceline").join("signing.key"))
}

/// Makes a key file, readable by its owner alone, and returns the public key.
///
/// # Errors
/// When the file exists, or cannot be written, or `name` cannot name a key.
pub fn new_key(path: &Path, name: &str) -> anyhow::Result<VerifierKey> {
    let mut entropy = [0_u8; 32];
    getrandom::fill(&mut entropy).map_err(|error| anyhow::anyhow!("couldn't draw a key: {error}"))?;
    let key = SignerKey::from_entropy(name, &entropy)?;
    write_secret(path, &key.secret_text())?;
    Ok(key.verifier().clone())
}

/// Writes a secret to a new file, readable by its owner alone.
///
/// # Errors
/// When the file exists, or cannot be written.
pub fn write_secret(path: &Path, secret: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("couldn't make {}", folder.display()))?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("couldn't make the key file {}", path.display()))?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    Ok(())
}

/// What verifying a folder of evidence found.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Entries in the log, if its checkpoint holds.
    pub size: Option<u64>,
    /// Captures that entries name, checked by digest.
    pub n_captures: u64,
    /// Results that entries name, checked by digest.
    pub n_results: u64,
    /// What is wrong, in plain sentences; empty when all is as it was said.
    pub faults: Vec<String>,
    /// What a reader should know and what is no fault.
    pub notes: Vec<String>,
    /// Cosignatures that were asked for and are not there: nothing was changed, and yet it is not enough.
    pub lacking: Vec<String>,
    /// Who of the witnesses that were asked for has cosigned this log, up to which entry, and when.
    pub cosigned: Vec<Cosigned>,
    /// Time stamps that hold, the one of the fewest entries first.
    pub stamped: Vec<Stamped>,
}

/// Whom a reader trusts, and what else is to be held against the evidence.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// Public keys of the log.
    pub keys: &'a [String],
    /// A checkpoint that the reader kept.
    pub kept: Option<&'a [u8]>,
    /// Whose cosignatures are asked for.
    pub witnesses: &'a Asked,
    /// Authorities whose time stamps are believed.
    pub authorities: Option<&'a Authorities>,
}

/// Verifies a folder of evidence, or a bare log, with no trust in whoever made it: signatures, every tile, every entry,
/// every capture and result that an entry names. `keys` are the public keys the reader trusts; with none, the key that
/// lies in the folder is used and said to be unconfirmed.
///
/// # Errors
/// When there is no log.
pub fn verify(folder: &Path, keys: &[String], old_checkpoint: Option<&[u8]>) -> anyhow::Result<Verdicts> {
    verify_trusting(folder, Trust { keys, kept: old_checkpoint, witnesses: &Asked::Nobody, authorities: None })
}

/// Like [`verify`], with as many cosignatures as the reader asks for.
///
/// # Errors
/// When there is no log, or what is asked for makes no sense.
pub fn verify_trusting(folder: &Path, trust: Trust<'_>) -> anyhow::Result<Verdicts> {
    let evidence = Evidence::at(folder);
    let (folder, checkpoint) = (evidence.folder.clone(), evidence.checkpoint()?);
    let mut verdicts = Verdicts::default();
    let keys = trusted_keys(&folder, trust, &mut verdicts)?;
    let tiles = evidence.tiles();
    let mut named = Vec::new();
    let mut each = |index: u64, entry: &[u8]| named.push((index, entry.to_vec()));
    let mut found = truceline_evidence::verify::verify_log_with(&tiles, &checkpoint, &keys, &mut each);
    if let Some(old) = trust.kept {
        truceline_evidence::verify::verify_extension(&tiles, old, &keys, &mut found);
    }
    verdicts.size = found.checkpoint.as_ref().map(|checkpoint| checkpoint.size);
    verdicts.faults.extend(found.faults.iter().map(ToString::to_string));
    let question = Question { evidence: &evidence, log_keys: &keys, found: &found, kept_by_reader: trust.kept };
    quorum::hold(&question, trust.witnesses, &mut verdicts)?;
    stamps::hold(&question, trust.authorities, &mut verdicts);
    verdicts.notes.extend(named.iter().filter_map(|(index, entry)| opening(*index, entry)));
    let mentions: Vec<Mention> = named.iter().filter_map(|(index, entry)| Mention::of(*index, entry)).collect();
    let newest: BTreeMap<&str, u64> = mentions.iter().map(|mention| (mention.what.as_str(), mention.index)).collect();
    for mention in &mentions {
        let is_newest = newest.get(mention.what.as_str()) == Some(&mention.index);
        check(&folder, (mention, is_newest), &mut verdicts);
    }
    for day in unlogged_days(&folder, &newest) {
        verdicts.faults.push(format!("`{day}` is not in the log: it was added"));
    }
    if verdicts.n_results > 0 {
        let note = "reports and tables beside the results are not sealed; they can be made again from what is";
        verdicts.notes.push(note.to_owned());
    }
    Ok(verdicts)
}

pub(crate) fn trusted_keys(
    folder: &Path,
    trust: Trust<'_>,
    verdicts: &mut Verdicts,
) -> anyhow::Result<Vec<VerifierKey>> {
    let mut texts = trust.keys.to_vec();
    texts.extend(trust.witnesses.log_keys().iter().map(ToString::to_string));
    if texts.is_empty() {
        let path = folder.join("log.vkey");
        let text =
            std::fs::read_to_string(&path).context("give the public key with `--vkey`: the folder holds none")?;
        verdicts.notes.push(format!(
            "the key was taken from the folder itself ({}); compare it with one you were given by another way",
            text.trim()
        ));
        texts.push(text.trim().to_owned());
    }
    texts.iter().map(|text| VerifierKey::parse(text).with_context(|| format!("`{text}` is no public key"))).collect()
}

/// The largest file that is hashed while verifying, bytes: captures and results are smaller.
const FILE_MAX_BYTES: u64 = 1 << 30;

/// What an entry says of a sealed file, if it is one.
fn sealed_file(entry: &[u8]) -> Option<(String, SealedFile)> {
    let value = serde_json::from_slice::<Value>(entry).ok()?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let digest = text("content").strip_prefix("sha256:").and_then(Digest::from_hex)?;
    let file = SealedFile { digest, commitment: text("commitment").to_owned() };
    (text("kind") == "sealed").then(|| (text("path").to_owned(), file))
}

/// An opening of a sealed file, or a copy or view of a capture, as every reader of the log should see it.
fn opening(index: u64, entry: &[u8]) -> Option<String> {
    let value = serde_json::from_slice::<Value>(entry).ok()?;
    // Written by whoever opened it: nothing in it may steer a terminal.
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().escape_debug().to_string();
    let (kind, at, actor, reason) = (text("kind"), text("at"), text("actor"), text("reason"));
    let what = match kind.as_str() {
        "opened" => text("path"),
        "copied" | "viewed" => text("content"),
        _ => return None,
    };
    Some(format!("entry {index}: `{what}` was {kind} at {at} by {actor}: {reason}"))
}

/// What an entry says lies outside the log.
struct Mention {
    index: u64,
    is_capture: bool,
    /// Name of the capture, or path of the result.
    what: String,
    digest: Digest,
}

impl Mention {
    fn of(index: u64, entry: &[u8]) -> Option<Self> {
        let value = serde_json::from_slice::<Value>(entry).ok()?;
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let digest = text("content").strip_prefix("sha256:").and_then(Digest::from_hex)?;
        let (is_capture, what) = match text("kind") {
            "captured" => (true, text("name")),
            "derived" | "sealed" if is_plain(text("path")) => (false, text("path")),
            _ => return None,
        };
        Some(Self { index, is_capture, what: what.to_owned(), digest })
    }

    fn path(&self, folder: &Path, is_newest: bool) -> PathBuf {
        let hex = self.digest.to_string();
        if self.is_capture {
            let shard: String = hex.chars().take(2).collect();
            return folder.join("captures/sha256").join(shard).join(hex);
        }
        let path = folder.join("..").join(&self.what);
        if is_newest { path } else { superseded_path(&path, self.digest) }
    }
}

/// Results of days that lie beside the log and that no entry names.
fn unlogged_days(folder: &Path, newest: &BTreeMap<&str, u64>) -> Vec<String> {
    let days = std::fs::read_dir(folder.join("../days")).into_iter().flatten().flatten();
    let results = days.filter(|day| day.path().join("result.json").exists());
    let mut unlogged: Vec<String> = results
        .map(|day| format!("days/{}/result.json", day.file_name().to_string_lossy()))
        .filter(|path| !newest.contains_key(path.as_str()))
        .collect();
    unlogged.sort();
    unlogged
}

/// Where a result goes when a newer one takes its place: nothing is deleted.
pub fn superseded_path(result: &Path, digest: Digest) -> PathBuf {
    let ending = result.extension().and_then(std::ffi::OsStr::to_str).unwrap_or("json");
    result.with_file_name("superseded").join(format!("{digest}.{ending}"))
}

/// Checks that what an entry names is there with the digest it says. A result that was derived again after late data
/// lies in its newest form at its path, the older ones beside it.
fn check(folder: &Path, (mention, is_newest): (&Mention, bool), verdicts: &mut Verdicts) {
    let state = crate::files::read_regular(&mention.path(folder, is_newest), FILE_MAX_BYTES)
        .map(|bytes| Digest::of(&bytes) == mention.digest);
    let Mention { index, what, .. } = mention;
    match state {
        Ok(true) if mention.is_capture => verdicts.n_captures += 1,
        Ok(true) => verdicts.n_results += 1,
        Ok(false) => verdicts.faults.push(format!("entry {index}: `{what}` is not what the log says: it was changed")),
        Err(_) => verdicts.faults.push(format!("entry {index}: `{what}` is missing")),
    }
}

/// True for a relative path that stays below its folder.
pub(crate) fn is_plain(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}
