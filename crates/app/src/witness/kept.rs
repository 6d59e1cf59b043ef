//! The checkpoints of a log that were shown to witnesses, with what came back, kept beside the log.
//!
//! `checkpoints/<size>-<first 16 digits of the root>.txt` below the folder of evidence is one signed checkpoint with the
//! cosignatures that were gathered for it, however late; none is ever removed. `log/checkpoint.cosigned` is a copy of the
//! newest of them; `log/checkpoint` stays what the log itself signed. Of one witness the earliest and the latest
//! cosignature of a checkpoint are kept: since when it was there, and until when nothing larger was seen.

use crate::files::write_whole;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::VerifierKey;
use truceline_evidence::note::{Note, NoteSignature};
use truceline_evidence::store::directory::Directory;

/// Where the parts of a folder of evidence lie.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The folder of evidence: holds `log.vkey`, `captures/`, `checkpoints/`.
    pub folder: PathBuf,
    /// The log: holds `checkpoint` and `tile/`.
    pub log: PathBuf,
}

/// A checkpoint that was kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// The signed note, byte for byte.
    pub bytes: Vec<u8>,
    /// Number of entries, as it says itself.
    pub size: u64,
}

impl Evidence {
    /// Of a replay's folder, a folder of evidence, or a bare log.
    pub fn at(folder: &Path) -> Self {
        let inside =
            |folder: PathBuf, name: &str| Some(folder.join(name)).filter(|inner| inner.is_dir()).unwrap_or(folder);
        let folder = inside(folder.to_path_buf(), "evidence");
        let log = inside(folder.clone(), "log");
        Self { folder, log }
    }

    /// The signed checkpoint of the log.
    ///
    /// # Errors
    /// When there is no log.
    pub fn checkpoint(&self) -> anyhow::Result<Vec<u8>> {
        let path = self.log.join("checkpoint");
        std::fs::read(&path).with_context(|| format!("there is no log in {}", self.folder.display()))
    }

    /// The newest checkpoint with cosignatures.
    pub fn cosigned(&self) -> Option<Vec<u8>> {
        std::fs::read(self.log.join("checkpoint.cosigned")).ok()
    }

    /// The public key that lies in the folder. It is good for reading one's own log, and no reason to believe somebody
    /// else's.
    ///
    /// # Errors
    /// When there is none.
    pub fn own_key(&self) -> anyhow::Result<VerifierKey> {
        let path = self.folder.join("log.vkey");
        let text = std::fs::read_to_string(&path).with_context(|| format!("couldn't read {}", path.display()))?;
        VerifierKey::parse(text.trim()).with_context(|| format!("{} is no public key", path.display()))
    }

    /// The tiles of the log.
    pub fn tiles(&self) -> Directory {
        Directory::read_only(&self.log)
    }

    /// Every kept checkpoint that can be read as one, the smallest first. Nothing in them is verified.
    pub fn kept(&self) -> Vec<Kept> {
        let Ok(listed) = std::fs::read_dir(self.folder.join("checkpoints")) else { return Vec::new() };
        let paths = listed.filter_map(|item| Some(item.ok()?.path()));
        let mut kept: Vec<Kept> = paths.filter_map(read).collect();
        kept.sort_by(|a, b| (a.size, &a.path).cmp(&(b.size, &b.path)));
        kept
    }

    /// Keeps a signed checkpoint, with further signature lines of a witness, which must hold for its text.
    ///
    /// # Errors
    /// When it is no checkpoint, when what is kept of it is damaged, or when the disk refuses.
    pub fn keep(&self, checkpoint: &[u8], cosigned: Option<(&VerifierKey, &[NoteSignature])>) -> anyhow::Result<()> {
        let (offered, stated) = parse(checkpoint)?;
        let folder = self.folder.join("checkpoints");
        std::fs::create_dir_all(&folder).with_context(|| format!("couldn't make {}", folder.display()))?;
        // Two at once would each keep only what they know of.
        let lock = std::fs::File::create(folder.join(".lock"))?;
        lock.lock().context("couldn't hold the kept checkpoints")?;
        let root: String = stated.root.to_string().chars().take(16).collect();
        let path = folder.join(format!("{}-{root}.txt", stated.size));
        let known = match std::fs::read(&path) {
            Ok(bytes) => {
                let known = parse(&bytes).with_context(|| format!("{} is damaged", path.display()))?.0;
                Some(known).filter(|known| known.text() == offered.text())
            }
            Err(_) => None,
        };
        let note = known.unwrap_or(offered);
        let note = cosigned.map_or(note.clone(), |(witness, lines)| with_cosignatures(&note, (witness, lines)));
        write_whole(&path, note.to_string().as_bytes())?;
        if cosigned.is_some() { self.publish(&note, stated.size) } else { Ok(()) }
    }

    /// Copies a cosigned checkpoint to the log, unless a newer one is there.
    fn publish(&self, note: &Note, size: u64) -> anyhow::Result<()> {
        let is_present =
            self.checkpoint().and_then(|present| parse(&present)).is_ok_and(|(p, _)| p.text() == note.text());
        let shown = self.cosigned().and_then(|shown| parse(&shown).ok());
        let is_newer = shown.is_none_or(|(shown, stated)| stated.size < size || shown.text() == note.text());
        if is_present || is_newer {
            write_whole(&self.log.join("checkpoint.cosigned"), note.to_string().as_bytes())?;
        }
        Ok(())
    }
}

fn read(path: PathBuf) -> Option<Kept> {
    let bytes = std::fs::read(&path).ok()?;
    let size = parse(&bytes).ok()?.1.size;
    Some(Kept { path, bytes, size })
}

/// A signed note whose text is a checkpoint; nothing is verified.
fn parse(bytes: &[u8]) -> anyhow::Result<(Note, Checkpoint)> {
    let note = Note::parse(bytes)?;
    let checkpoint = Checkpoint::parse(note.text())?;
    Ok((note, checkpoint))
}

/// The note with the earliest and the latest cosignature of a witness among those it has and the new ones; signatures of
/// others stay as they are.
fn with_cosignatures(note: &Note, (witness, new): (&VerifierKey, &[NoteSignature])) -> Note {
    let is_own = |line: &NoteSignature| line.name() == witness.name() && line.id() == witness.id();
    let others = note.signatures().iter().filter(|line| !is_own(line)).cloned();
    let own = note.signatures().iter().filter(|line| is_own(line)).chain(new);
    let timed = own.filter_map(|line| Some((witness.verify(note.text(), line.bytes())??, line)));
    let mut timed: Vec<(u64, &NoteSignature)> = timed.collect();
    timed.sort_by_key(|(time_s, _)| *time_s);
    let earliest = timed.first().map(|(_, line)| *line);
    let latest = timed.last().map(|(_, line)| *line).filter(|line| Some(*line) != earliest);
    let ends = earliest.into_iter().chain(latest).cloned();
    others.chain(ends).fold(note.without_signatures(), Note::with_signature)
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
