//! Makes a package from a replay's output and the mission folder.

use super::description::{CaptureRecord, Description, External, FORM};
use super::proofs::{LogRead, LoggedEntry};
use super::selection::{self, Folders, Listed};
use super::{again, bag, custody, readme};
use crate::files::write_whole;
use crate::ingest::CaptureFile;
use crate::mission::{self, Mission};
use crate::seal::{self, Entry, Seal, is_plain, superseded_path};
use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use truceline_domain::{Digest, Span, Timestamp};
use truceline_evidence::keys::SignerKey;

/// What the package is to be about.
#[derive(Debug, Clone)]
pub enum Pick {
    /// A local date of the mission.
    Day(String),
    /// An incident; the package holds its day.
    Incident(String),
}

/// What an export is asked to do.
pub struct Request<'a> {
    /// Output folder of a replay.
    pub out: &'a Path,
    /// The mission folder, as it was adopted.
    pub mission: &'a Path,
    /// The day or the incident.
    pub pick: Pick,
    /// Folder to make.
    pub to: &'a Path,
    /// Signs the entry that says of the export; without it none is made.
    pub key: Option<SignerKey>,
    /// Time of the export.
    pub at: Timestamp,
    /// Take captures that hold points of origin too.
    pub for_sealed_room: bool,
}

/// What was made.
#[derive(Debug)]
pub struct Exported {
    /// What the package holds.
    pub description: Description,
    /// What the reader of the terminal should know.
    pub notes: Vec<String>,
}

/// Makes the package. The folder appears whole or not at all.
///
/// # Errors
/// When the evidence is not sound, the mission folder is another one, the day is not there, or the disk refuses.
pub fn export(request: Request<'_>) -> anyhow::Result<Exported> {
    let is_taken = request.to.exists() && std::fs::read_dir(request.to).map_or(true, |mut d| d.next().is_some());
    ensure!(!is_taken, "{} is there and not empty", request.to.display());
    let verdicts = seal::verify(request.out, &[], None)?;
    if let Some(fault) = verdicts.faults.first() {
        bail!("the evidence is not sound, nothing was exported: {fault}");
    }
    let mission = sound_mission(request.mission)?;
    let mut draft = Draft::new(&request, &mission)?;
    draft.gather(&request, &mission)?;
    let unfinished = unfinished_path(request.to);
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).context("couldn't clear an unfinished export")?;
    }
    let made = draft.write(request.key, request.out, &unfinished);
    if made.is_err() {
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    made?;
    if request.to.exists() {
        std::fs::remove_dir(request.to)?;
    }
    std::fs::rename(&unfinished, request.to).with_context(|| format!("couldn't make {}", request.to.display()))?;
    Ok(Exported { description: draft.description, notes: draft.notes })
}

fn unfinished_path(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn sound_mission(folder: &Path) -> anyhow::Result<Mission> {
    let (mission, problems) = mission::read(folder);
    ensure!(!mission::has_errors(&problems), "{} has errors: see `truceline check`", folder.display());
    Ok(mission)
}

/// A package before it is written.
struct Draft {
    description: Description,
    day: Span,
    result: Vec<u8>,
    /// Path under `data/` to the bytes or the file that go there.
    files: BTreeMap<String, Content>,
    notes: Vec<String>,
}

enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl Content {
    fn read(&self) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::File(path) => std::fs::read(path).with_context(|| format!("couldn't read {}", path.display())),
        }
    }
}

impl Draft {
    fn new(request: &Request<'_>, mission: &Mission) -> anyhow::Result<Self> {
        let date = date_of(request)?;
        let path = result_path(request.out, &date);
        let result = std::fs::read(&path).with_context(|| format!("there is no result of {date} in the replay"))?;
        let value: Value = serde_json::from_slice(&result).context("result.json is no JSON")?;
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        ensure!(
            text("/mission/digest") == mission.digest().to_string(),
            "{} is not the mission folder that {date} was derived with: its files have changed since",
            request.mission.display()
        );
        let (from, until) = (text("/window/from"), text("/window/until"));
        let day = Span {
            from: from.parse().context("result.json has no window")?,
            until: until.parse().context("result.json has no window")?,
        };
        let incident = match &request.pick {
            Pick::Incident(id) => Some(id.clone()),
            Pick::Day(_) => None,
        };
        let description = Description {
            form: FORM,
            made_by: made_by(),
            mission: mission.settings.name.clone(),
            day: date,
            from,
            until,
            incident,
            exported_at: request.at.to_string(),
            marking: "open".to_owned(),
            result: Digest::of(&result).to_string(),
            earlier: Vec::new(),
            derived_again: false,
            is_logged: false,
            captures: Vec::new(),
            external: Vec::new(),
        };
        Ok(Self { description, day, result, files: BTreeMap::new(), notes: Vec::new() })
    }

    /// Everything but what depends on the log's state after the export.
    fn gather(&mut self, request: &Request<'_>, mission: &Mission) -> anyhow::Result<()> {
        self.put("result.json", Content::Bytes(self.result.clone()));
        for file in &mission.files {
            self.put(&format!("mission/{}", file.path), Content::File(request.mission.join(&file.path)));
        }
        self.gather_external(request, mission)?;
        let before = self.gather_earlier(request.out)?;
        let listed = std::fs::read(request.out.join("captures.json")).context("couldn't read captures.json")?;
        let listed: Vec<Listed> =
            serde_json::from_slice(&listed).context("captures.json was made by another version: replay once more")?;
        let folders = Folders::of(request.out);
        let chosen = selection::captures_of_day(mission, (&listed, &folders), self.day)?;
        let files: Vec<CaptureFile> = chosen.iter().map(|c| c.file(&folders.capture(&c.sha256))).collect();
        self.description.derived_again =
            again::derive_day(mission, (&files, self.day), before.as_ref())? == self.result;
        if !self.description.derived_again {
            self.notes.push(
                "derived again, the day comes out otherwise: another version of the program made it, or a file outside \
                 the mission folder has changed since"
                    .to_owned(),
            );
        }
        self.gather_captures(chosen, (request, mission), &folders)
    }

    fn put(&mut self, path: &str, content: Content) {
        self.files.insert(path.to_owned(), content);
    }

    /// Geometry that the mission reads from the shared data.
    fn gather_external(&mut self, request: &Request<'_>, mission: &Mission) -> anyhow::Result<()> {
        for source in &mission.settings.geometry {
            let at = mission::resolve(request.mission, &source.path);
            let Some(below) = source.path.strip_prefix(mission::DATA_VARIABLE) else {
                ensure!(
                    is_plain(&source.path),
                    "`{}` lies outside the mission folder and outside the shared data: a package cannot hold it",
                    source.path
                );
                continue;
            };
            let below = below.trim_start_matches('/');
            ensure!(is_plain(below), "`{}` leads out of the shared data", source.path);
            if !at.is_file() {
                self.notes.push(format!("`{}` is not on this machine; the package lacks it too", source.path));
                continue;
            }
            let file = format!("external/{below}");
            self.put(&file, Content::File(at));
            self.description.external.push(External { named: source.path.clone(), file });
        }
        self.description.external.sort();
        self.description.external.dedup();
        Ok(())
    }

    /// Results that this one took the place of; returns the last of them.
    fn gather_earlier(&mut self, out: &Path) -> anyhow::Result<Option<Value>> {
        let log = LogRead::open(&out.join("evidence"))?;
        let path = format!("days/{}/result.json", self.description.day);
        let of_day = log.entries.iter().filter(|entry| entry.text("kind") == "derived" && entry.text("path") == path);
        let digests: Vec<Digest> = of_day.filter_map(LoggedEntry::content).collect();
        let mut last = None;
        let present = self.description.result.clone();
        for digest in digests.into_iter().take_while(|digest| digest.to_string() != present) {
            let bytes = std::fs::read(superseded_path(&out.join(&path), digest));
            let bytes = bytes.context("couldn't read an earlier result of the day")?;
            last = serde_json::from_slice(&bytes).ok();
            self.put(&format!("earlier/{digest}.json"), Content::Bytes(bytes));
            self.description.earlier.push(digest.to_string());
        }
        Ok(last)
    }

    fn gather_captures(
        &mut self,
        mut chosen: Vec<CaptureRecord>,
        (request, mission): (&Request<'_>, &Mission),
        folders: &Folders,
    ) -> anyhow::Result<()> {
        let origins = selection::with_origins(mission, &chosen, folders)?;
        for capture in &mut chosen {
            let holds_origins = origins.get(&capture.sha256).copied().unwrap_or(true);
            capture.is_included = request.for_sealed_room || !holds_origins;
            if capture.is_included {
                self.put(&format!("captures/{}", capture.sha256), Content::File(folders.capture(&capture.sha256)));
            }
        }
        let n_sealed = origins.values().filter(|holds| **holds).count();
        if n_sealed > 0 && request.for_sealed_room {
            self.description.marking = "SEALED".to_owned();
            self.notes.push(format!(
                "SEALED: {n_sealed} captures hold points of origin of fire; keep the package in the sealed room"
            ));
        } else if n_sealed > 0 {
            self.notes.push(format!(
                "{n_sealed} of {} captures hold points of origin of fire and are withheld: the package holds their digests \
                 and proofs, and the day cannot be derived again from it; `--sealed-room` takes them in",
                origins.len()
            ));
        }
        self.description.captures = chosen;
        Ok(())
    }

    /// Writes all files, says of the export in the log, proves every entry concerned and closes the bag.
    fn write(&mut self, key: Option<SignerKey>, out: &Path, folder: &Path) -> anyhow::Result<()> {
        let evidence = out.join("evidence");
        let log = LogRead::open(&evidence)?;
        let key = key.filter(|key| key.verifier().to_string() == log.key.trim());
        self.description.is_logged = key.is_some();
        if key.is_none() {
            self.notes.push(
                "the log's signing key is not at hand: the export is not an entry of the log; give it with `--key`"
                    .to_owned(),
            );
        }
        let concerned = self.concerned(&log)?;
        self.compose(&log, &concerned)?;
        let data = folder.join("data");
        make_folder(&data, folder, self.description.marking != "open")?;
        for (path, content) in &self.files {
            write_whole(&data.join(path), &content.read()?)?;
        }
        let contents = self.contents()?;
        write_whole(&data.join("contents.txt"), contents.as_bytes())?;
        if let Some(key) = key {
            let contents = Digest::of(contents.as_bytes());
            let at = self.description.exported_at.parse().context("no time of export")?;
            let entry = Entry::exported(&self.description.day, (contents, &self.description.marking), at);
            Seal::open(&evidence, key)?.say(&[entry])?;
        }
        write_proofs(&LogRead::open(&evidence)?, &concerned, (&data, Digest::of(contents.as_bytes())))?;
        bag::write(folder, |oxum| self.description.bag_info(oxum))
    }

    /// The entries that the package proves, by the path of their proof without its ending.
    fn concerned(&self, log: &LogRead) -> anyhow::Result<BTreeMap<String, LoggedEntry>> {
        let mut concerned = BTreeMap::new();
        for (path, content) in &self.files {
            if let Some(name) = path.strip_prefix("mission/") {
                let digest = Digest::of(&content.read()?);
                let mut entries = log.entries.iter().rev();
                let entry = entries.find(|entry| entry.says("adopted", digest) && entry.text("path") == name);
                let entry = entry.with_context(|| format!("the log does not say that `{name}` was adopted"))?;
                concerned.insert(format!("adopted/{name}"), entry.clone());
            }
        }
        let captured = self.description.captures.iter().map(|capture| ("captured", &capture.sha256));
        let derived = self.description.earlier.iter().chain([&self.description.result]).map(|sha| ("derived", sha));
        for (kind, sha256) in captured.chain(derived) {
            let entry = Digest::from_hex(sha256).and_then(|digest| log.last(kind, digest));
            let entry = entry.with_context(|| format!("the log holds no entry `{kind}` of {sha256}"))?;
            concerned.insert(format!("{kind}/{sha256}"), entry.clone());
        }
        Ok(concerned)
    }

    /// The files that tell of the others.
    fn compose(&mut self, log: &LogRead, concerned: &BTreeMap<String, LoggedEntry>) -> anyhow::Result<()> {
        let mut entries: Vec<&LoggedEntry> = concerned.values().collect();
        entries.sort_by_key(|entry| entry.index);
        let custody = pretty(&custody::events(&self.description, &entries))?;
        self.put("custody.json", Content::Bytes(custody));
        self.put("log.vkey", Content::Bytes(log.key.clone().into_bytes()));
        self.put("package.json", Content::Bytes(pretty(&self.description)?));
        let readme = readme::text(&self.description, log.key.trim());
        self.put("README.md", Content::Bytes(readme.into_bytes()));
        let mut files = Vec::new();
        for (path, content) in &self.files {
            files.push((path.clone(), Some(Digest::of(&content.read()?).to_string())));
        }
        let exported = self.description.is_logged.then(|| "exported".to_owned());
        for path in concerned.keys().cloned().chain(exported) {
            files.extend(["tlog-proof", "entry"].map(|ending| (format!("proofs/{path}.{ending}"), None)));
        }
        files.extend(["proofs/checkpoint", "contents.txt"].map(|path| (path.to_owned(), None)));
        files.sort();
        let metadata = pretty(&custody::crate_metadata(&self.description, &files))?;
        self.put("ro-crate-metadata.json", Content::Bytes(metadata));
        Ok(())
    }

    fn contents(&self) -> anyhow::Result<String> {
        let mut digests = BTreeMap::new();
        for (path, content) in &self.files {
            digests.insert(path.as_str(), Digest::of(&content.read()?));
        }
        Ok(bag::manifest(digests))
    }
}

/// Makes the folder; one for the sealed room can be entered by its owner alone.
fn make_folder(data: &Path, folder: &Path, is_sealed: bool) -> anyhow::Result<()> {
    std::fs::create_dir_all(data).with_context(|| format!("couldn't make {}", data.display()))?;
    #[cfg(unix)]
    if is_sealed {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn write_proofs(
    log: &LogRead,
    concerned: &BTreeMap<String, LoggedEntry>,
    (data, contents): (&Path, Digest),
) -> anyhow::Result<()> {
    let exported = log.last("exported", contents).map(|entry| ("exported".to_owned(), entry.clone()));
    for (path, entry) in concerned.clone().into_iter().chain(exported) {
        let at = |ending: &str| data.join("proofs").join(format!("{path}.{ending}"));
        write_whole(&at("entry"), &entry.bytes)?;
        write_whole(&at("tlog-proof"), log.proof(&entry)?.as_bytes())?;
    }
    write_whole(&data.join("proofs/checkpoint"), &log.checkpoint)
}

fn pretty(value: &impl serde::Serialize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Name and version of this program.
pub fn made_by() -> String {
    format!("truceline {}", env!("CARGO_PKG_VERSION"))
}

fn result_path(out: &Path, date: &str) -> PathBuf {
    out.join("days").join(date).join("result.json")
}

/// The day that is asked for, or on which the incident began.
fn date_of(request: &Request<'_>) -> anyhow::Result<String> {
    let id = match &request.pick {
        Pick::Day(date) => {
            let _: jiff::civil::Date = date.parse().with_context(|| format!("`{date}` is no date"))?;
            return Ok(date.clone());
        }
        Pick::Incident(id) => id,
    };
    let days = std::fs::read_dir(request.out.join("days")).context("the folder holds no days of a replay")?;
    let mut dates: Vec<String> = days.flatten().map(|day| day.file_name().to_string_lossy().into_owned()).collect();
    dates.sort();
    let holds = |date: &String| {
        let value: Option<Value> =
            std::fs::read(result_path(request.out, date)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let incidents = value.as_ref().and_then(|value| value.get("incidents")).and_then(Value::as_array);
        incidents.into_iter().flatten().any(|incident| incident.get("id").and_then(Value::as_str) == Some(id))
    };
    dates.into_iter().find(holds).with_context(|| format!("no day of the replay has an incident `{id}`"))
}
