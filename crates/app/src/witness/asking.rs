//! The log's side: a request to a witness, over HTTP or as a file, and what to do with the answer.
//!
//! Nothing that a witness says is believed without its signature. Its cosignatures are kept with the checkpoint
//! ([`super::kept`]). When it has seen another history of this log, the proof is written to `split-views/`.

use super::compare::{Comparison, compare};
use super::kept::Evidence;
use super::peer::Peer;
use super::signing::write_split;
use super::{FOUND, NOT_UNDERSTOOD, REFUSED};
use crate::progress::Show;
use anyhow::{Context as _, ensure};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_domain::Timestamp;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::{Algorithm, VerifierKey};
use truceline_evidence::merkle::{Hash, consistency_proof};
use truceline_evidence::note::{Note, NoteSignature};
use truceline_evidence::policy::Policy;
use truceline_evidence::store::TileTree;
use truceline_evidence::witness::{Reply, add_checkpoint_request, origin_id, read_reply};

/// How often a witness may say that it has seen another size meanwhile.
const MAX_TURNS: usize = 4;

/// What came of asking one witness.
#[derive(Debug)]
pub enum Outcome {
    /// It cosigned at this time.
    Cosigned(Timestamp),
    /// It has seen more entries than the log has: the log was put back, or somebody else writes one of its name.
    HasSeenMore(u64),
    /// It has seen another history. The proof is in this file.
    Split(PathBuf),
    /// It refused.
    Refused(String),
    /// There was no answer.
    Unreachable(String),
}

/// The log as it is asked for.
struct Asking<'a> {
    evidence: &'a Evidence,
    key: VerifierKey,
    /// The signed checkpoint: read once, so that a log that grows meanwhile does no harm.
    note: Vec<u8>,
    checkpoint: Checkpoint,
}

/// `truceline witness ask`.
///
/// # Errors
/// When there is no log, its own checkpoint does not hold, or the disk refuses.
pub fn ask(out: &Path, witnesses: &[(Peer, VerifierKey)], show: Show) -> anyhow::Result<ExitCode> {
    let evidence = Evidence::at(out);
    let asking = Asking::of(&evidence)?;
    if witnesses.is_empty() {
        anstream::eprintln!("whom? give `--witness URL --vkey VKEY`, or a policy with addresses in it");
        return Ok(ExitCode::from(NOT_UNDERSTOOD));
    }
    for (_, key) in witnesses {
        require_witness(key)?;
    }
    evidence.keep(&asking.note, None)?;
    let mut code = 0;
    for (peer, key) in witnesses {
        let outcome = asking.ask(peer, key)?;
        code = match (outcome.code(), code) {
            (FOUND, _) | (_, FOUND) => FOUND,
            (own, others) => own.max(others),
        };
        match outcome {
            Outcome::Cosigned(_) if show == Show::Quiet => {}
            Outcome::Cosigned(_) => anstream::println!("{}: {outcome}", key.name()),
            _ => anstream::eprintln!("{}: {outcome}", key.name()),
        }
    }
    Ok(ExitCode::from(code))
}

/// The witnesses of a policy that have an address in it.
///
/// # Errors
/// When there is none, or an address is not one that can be asked.
pub fn reachable(policy: &Policy) -> anyhow::Result<Vec<(Peer, VerifierKey)>> {
    let mut witnesses = Vec::new();
    for (name, known) in policy.witnesses() {
        if let Some(url) = &known.url {
            let peer = Peer::parse(url).map_err(|why| anyhow::anyhow!("witness {name}: {why}"))?;
            witnesses.push((peer, known.key.clone()));
        }
    }
    ensure!(!witnesses.is_empty(), "no witness of the policy has an address in it");
    Ok(witnesses)
}

/// `truceline witness request`: the request for a witness without a network, to standard output.
///
/// # Errors
/// When there is no log, it is smaller than `old`, or the disk refuses.
pub fn request(out: &Path, old: u64) -> anyhow::Result<ExitCode> {
    use std::io::Write as _;
    let evidence = Evidence::at(out);
    let asking = Asking::of(&evidence)?;
    let size = asking.checkpoint.size;
    if old > size {
        anstream::eprintln!(
            "the log has {size} entries and the witness has seen {old}: the log was put back, or it is another one"
        );
        return Ok(ExitCode::from(FOUND));
    }
    let body = add_checkpoint_request(old, &asking.proof(old)?, &asking.note);
    // The answer may come when the log has grown: what it was for must still be there.
    evidence.keep(&asking.note, None)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&body).and_then(|()| out.flush()).context("couldn't write the request")?;
    Ok(ExitCode::SUCCESS)
}

/// `truceline witness accept`: the answer of a witness without a network.
///
/// # Errors
/// When it cannot be read, there is no log, or the disk refuses.
pub fn accept(out: &Path, answer: &Path, (witness, show): (&VerifierKey, Show)) -> anyhow::Result<ExitCode> {
    require_witness(witness)?;
    let evidence = Evidence::at(out);
    let present = Asking::of(&evidence)?.note;
    let answer = std::fs::read(answer).with_context(|| format!("couldn't read {}", answer.display()))?;
    let kept = evidence.kept().into_iter().rev().map(|kept| kept.bytes);
    for note in std::iter::once(present).chain(kept) {
        if let Reply::Cosigned(lines) = read_reply(200, &answer, &note, witness) {
            let outcome = kept_outcome(&evidence, &note, (witness, &lines))?;
            if show == Show::Auto {
                anstream::println!("{}: {outcome}", witness.name());
            }
            return Ok(ExitCode::SUCCESS);
        }
    }
    let text: String = String::from_utf8_lossy(&answer).chars().take(500).filter(|c| !c.is_control()).collect();
    let why =
        if text.starts_with("refused") { text } else { "no cosignature that holds for a checkpoint kept here".into() };
    anstream::eprintln!("{}: {why}", witness.name());
    Ok(ExitCode::from(FOUND))
}

impl<'a> Asking<'a> {
    fn of(evidence: &'a Evidence) -> anyhow::Result<Self> {
        let note = evidence.checkpoint()?;
        let key = evidence.own_key()?;
        let signed = Checkpoint::open(&note, std::slice::from_ref(&key)).context("the log's own checkpoint fails")?;
        Ok(Self { evidence, key, note, checkpoint: signed.checkpoint })
    }

    fn proof(&self, old: u64) -> anyhow::Result<Vec<Hash>> {
        let tiles = self.evidence.tiles();
        let proof = consistency_proof(old, self.checkpoint.size, &TileTree::new(&tiles, self.checkpoint.size));
        proof.context("couldn't make the proof from the log's tiles")
    }

    fn ask(&self, peer: &Peer, witness: &VerifierKey) -> anyhow::Result<Outcome> {
        let outcome = match self.turns(peer, witness) {
            Ok(outcome) => outcome?,
            Err(error) => return Ok(Outcome::Unreachable(format!("{error:#}"))),
        };
        if matches!(outcome, Outcome::Cosigned(_)) {
            return Ok(outcome);
        }
        // It did not cosign: is what it cosigned before another history?
        match self.seen(peer).and_then(|seen| self.split_from(&seen)) {
            Some(split) => Ok(Outcome::Split(split?)),
            None => Ok(outcome),
        }
    }

    /// The outer error: no answer. The inner one: our own disk.
    fn turns(&self, peer: &Peer, witness: &VerifierKey) -> anyhow::Result<anyhow::Result<Outcome>> {
        let size = self.checkpoint.size;
        let seen = self.seen(peer).and_then(|note| self.open(&note, witness)).map_or(0, |seen| seen.size);
        // Asked even when it has seen more, so that it learns of it.
        let mut old = seen.min(size);
        for _ in 0..MAX_TURNS {
            let proof = match self.proof(old) {
                Ok(proof) => proof,
                Err(error) => return Ok(Err(error)),
            };
            let answer = peer.post("add-checkpoint", &add_checkpoint_request(old, &proof, &self.note))?;
            match read_reply(answer.status, &answer.body, &self.note, witness) {
                Reply::Cosigned(lines) => return Ok(kept_outcome(self.evidence, &self.note, (witness, &lines))),
                Reply::HasSeen(seen) if seen > size => return Ok(Ok(Outcome::HasSeenMore(seen))),
                Reply::HasSeen(seen) => old = seen,
                Reply::Refused(status, why) => {
                    return Ok(Ok(Outcome::Refused(format!("{status}: {}", printable(&why)))));
                }
            }
        }
        Ok(Ok(Outcome::Refused("it says another size each time".to_owned())))
    }

    /// What the witness gives out as its latest; nothing in it is verified.
    fn seen(&self, peer: &Peer) -> Option<Vec<u8>> {
        let answer = peer.get(&format!("{}/checkpoint", origin_id(&self.checkpoint.origin))).ok()?;
        (answer.status == 200).then_some(answer.body)
    }

    /// A checkpoint of this log, cosigned by the witness.
    fn open(&self, note: &[u8], witness: &VerifierKey) -> Option<Checkpoint> {
        let signed = Checkpoint::open(note, &[self.key.clone(), witness.clone()]).ok()?;
        signed.signed_by.iter().any(|by| by.key == *witness).then_some(signed.checkpoint)
    }

    fn split_from(&self, seen: &[u8]) -> Option<anyhow::Result<PathBuf>> {
        let tiles = self.evidence.tiles();
        let keys = std::slice::from_ref(&self.key);
        let Ok(Comparison::Split(split)) = compare((seen, &self.note), Some(&tiles), keys) else { return None };
        let folder = &self.evidence.folder;
        Some(write_split(folder, &split).map(|path| path.unwrap_or_else(|| folder.join("split-views"))))
    }
}

/// Keeps cosignatures that hold, and says when the last of them was made.
fn kept_outcome(
    evidence: &Evidence,
    note: &[u8],
    (witness, lines): (&VerifierKey, &[NoteSignature]),
) -> anyhow::Result<Outcome> {
    evidence.keep(note, Some((witness, lines)))?;
    let text = Note::parse(note)?.text().to_owned();
    let times = lines.iter().filter_map(|line| witness.verify(&text, line.bytes()).flatten());
    let time_s = times.max().context("a cosignature without a time")?;
    Ok(Outcome::Cosigned(instant(time_s)))
}

/// An instant from the seconds of a cosignature; what lies beyond all calendars is the end of them.
pub fn instant(time_s: u64) -> Timestamp {
    i64::try_from(time_s).ok().and_then(|time_s| Timestamp::from_second(time_s).ok()).unwrap_or(Timestamp::MAX)
}

fn require_witness(key: &VerifierKey) -> anyhow::Result<()> {
    let is_witness = key.algorithm() == Algorithm::CosignatureV1;
    ensure!(is_witness, "{} is the key of a log, not of a witness", key.name());
    Ok(())
}

/// Without what could drive a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Outcome {
    const fn code(&self) -> u8 {
        match self {
            Self::Cosigned(_) => 0,
            Self::Unreachable(_) => REFUSED,
            Self::HasSeenMore(_) | Self::Split(_) | Self::Refused(_) => FOUND,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cosigned(at) => write!(f, "cosigned at {at}"),
            Self::HasSeenMore(seen) => write!(
                f,
                "refused: it has seen {seen} entries, more than this log has; the log was put back to an earlier state, or \
                 somebody else writes one of its name"
            ),
            Self::Split(path) => {
                write!(f, "refused: it has seen another history of this log; the proof is in {}", path.display())
            }
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Unreachable(why) => write!(f, "not reached: {why}"),
        }
    }
}
