//! Captures that their station signed: `NAME.frame` holds a signed note ([`truceline_evidence::frames`]), a line `---`,
//! and the payload, which is a capture called `NAME`.
//!
//! ```text
//! truceline-frame@v1
//! AC.07
//! 4711
//! 1930377600000
//! sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//!
//! — AC.07 ...
//! ---
//! the payload, byte for byte
//! ```
//!
//! Signatures are checked capture by capture, before anything is decoded; sequences (gaps, repetitions, clocks) once all
//! captures are there, in the order of station and sequence, so that the order of arrival does not matter. A file tells
//! nothing reliable of when it came: keys are held against the station's own time, and a key that was revoked since is
//! said, because whoever stole it can write any time.

use crate::ingest::{CaptureFile, Decoded};
use crate::mission::millisecond;
use crate::{files, seal};
use anyhow::Context as _;
use clap::Subcommand;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_domain::{CaptureId, Digest, Name, Problem, Timestamp};
use truceline_evidence::captures::Digest as PayloadDigest;
use truceline_evidence::frames::{Frame, FrameProblem, FrameWatch, KeyRing, Received, sequence_problems};
use truceline_evidence::keys::SignerKey;
use truceline_evidence::note::{MAX_NOTE_BYTES, Note};

const SUFFIX: &str = ".frame";

/// Between the note and the payload.
const DIVIDER: &[u8] = b"\n---\n";

/// What a station said of a capture, with a signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCapture {
    /// The capture as it came, note and payload.
    pub capture: CaptureId,
    /// How its file is called.
    pub name: String,
    /// What was signed.
    pub frame: Frame,
}

impl SignedCapture {
    /// The form in which a replay keeps it for the next run.
    pub fn note(&self) -> Value {
        json!({"capture": self.capture.to_string(), "name": self.name, "frame": self.frame.to_string()})
    }

    /// Reads that form.
    pub fn of_note(value: &Value) -> Option<Self> {
        let text = |key| value.get(key).and_then(Value::as_str);
        let capture = Digest::from_hex(text("capture")?)?;
        Some(Self { capture, name: text("name")?.to_owned(), frame: Frame::parse(text("frame")?)? })
    }
}

/// A capture whose signature holds, opened.
pub struct Opened<'b> {
    /// What the station signed.
    pub signed: SignedCapture,
    /// What it delivers.
    pub payload: &'b [u8],
    /// What a person should know all the same.
    pub problems: Vec<Problem>,
}

/// True for the name of a signed capture.
pub fn is_frame(name: &str) -> bool {
    name.ends_with(SUFFIX)
}

/// The name of what it carries.
pub fn payload_name(name: &str) -> &str {
    name.strip_suffix(SUFFIX).unwrap_or(name)
}

/// Name and bytes of what a capture carries, signed or not; nothing is checked.
pub fn payload_of<'a>(name: &'a str, bytes: &'a [u8]) -> (&'a str, &'a [u8]) {
    match divided(bytes).filter(|_| is_frame(name)) {
        Some((_, payload)) => (payload_name(name), payload),
        None => (payload_name(name), bytes),
    }
}

/// Opens a signed capture.
///
/// # Errors
/// Why its payload cannot be taken for what the station said; it is not to be decoded then.
pub fn open<'b>((keys, capture): (&KeyRing, &CaptureFile), bytes: &'b [u8]) -> Result<Opened<'b>, Box<Problem>> {
    let (file, no_form) = (&capture.name, |why: &str| FrameProblem::Form(why.to_owned()));
    let Some((note, payload)) = divided(bytes) else {
        return Err(Box::new(problem(file, &no_form("no note, line `---` and payload"))));
    };
    let read = Note::parse(note).map_err(|error| Box::new(problem(file, &no_form(&error.to_string()))))?;
    let at_ms = Frame::parse(read.text()).map_or(0, |frame| frame.time_ms);
    let (frame, found) = FrameWatch::new(keys.clone(), u64::MAX).look(Received { note, payload, at_ms });
    if let Some(wrong) = found.iter().find(|problem| problem.is_about_the_frame()) {
        return Err(Box::new(problem(file, wrong)));
    }
    let Some(frame) = frame else { return Err(Box::new(problem(file, &no_form("nothing in it")))) };
    let source = capture.source.as_str();
    if source != frame.station && keys.has_station(source) {
        let message = format!("signed by station `{}` and delivered as `{source}`, which signs itself", frame.station);
        return Err(Box::new(Problem::error(file, "frame_of_another", message)));
    }
    let problems = revoked_since((keys, file), (&read, &frame)).into_iter().collect();
    let signed = SignedCapture { capture: Digest::of(bytes), name: file.clone(), frame };
    Ok(Opened { signed, payload, problems })
}

/// The note with its last line feed, and the payload. The divider is looked for behind the empty line that ends the
/// note's text: before it, a station could be called `---`.
fn divided(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = bytes.get(..MAX_NOTE_BYTES).unwrap_or(bytes);
    let text_end = find(head, b"\n\n")?;
    let at = text_end + find(head.get(text_end..)?, DIVIDER)?;
    Some((bytes.get(..=at)?, bytes.get(at + DIVIDER.len()..)?))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Says so when every key that signed was revoked later than the time that the station gives.
fn revoked_since((keys, file): (&KeyRing, &str), (note, frame): (&Note, &Frame)) -> Option<Problem> {
    let own = keys.keys().iter().filter(|known| known.key.name() == frame.station);
    let mut signers = own.filter(|known| note.verify(std::slice::from_ref(&known.key)).is_ok());
    if !signers.all(|known| known.revoked_ms.is_some()) {
        return None;
    }
    let message =
        "signed with a key that was revoked since; only the station's own clock says that it was signed before";
    let hint = "hold it against the time at which the log says that it was received";
    Some(Problem::warning(file, "frame_key_revoked_since", message).with_text(&frame.station).with_hint(hint))
}

/// Warns of sensors that have a key at the time and for which this capture speaks without their signature.
pub fn warn_unsigned((keys, capture): (&KeyRing, &CaptureFile), decoded: &mut Decoded) {
    if keys.keys().is_empty() {
        return;
    }
    let signer = decoded.signed.as_ref().map(|signed| signed.frame.station.as_str());
    let owes = |name: &Name, at: Timestamp| {
        let at_ms = millisecond(at);
        let in_time = keys.keys().iter().filter(|k| k.from_ms <= at_ms && k.until_ms.is_none_or(|until| at_ms < until));
        signer != Some(name.as_str()) && in_time.into_iter().any(|known| known.key.name() == name.as_str())
    };
    let mut unsigned: BTreeSet<Name> = BTreeSet::new();
    for detection in &decoded.detections {
        let named = [&detection.sensor, &capture.source].into_iter();
        unsigned.extend(named.filter(|name| owes(name, detection.time.from)).cloned());
    }
    // A capture in which nothing was found says something too.
    let is_silent = decoded.detections.is_empty() && signer != Some(capture.source.as_str());
    if is_silent && keys.has_station(capture.source.as_str()) {
        unsigned.insert(capture.source.clone());
    }
    for name in unsigned {
        let message = "this sensor has keys in the register, and what is said for it here is not signed by it";
        let problem = Problem::warning(&capture.name, "unsigned_capture", message).with_text(name.as_str());
        decoded
            .problems
            .push(problem.with_hint("ask for the station's own frames; anyone could have written this file"));
    }
}

/// What the captures of all stations say together.
#[derive(Debug, Default)]
pub struct Streams {
    /// Gaps, repetitions, contradictions and clocks that went back.
    pub problems: Vec<Problem>,
    /// Captures that only say again what another says: they are not to count twice.
    pub repeated: BTreeSet<CaptureId>,
}

/// Holds the sequences of all stations together. The order in which the captures are given does not matter.
pub fn streams<'a>(signed: impl IntoIterator<Item = &'a SignedCapture>) -> Streams {
    let by_id: BTreeMap<CaptureId, &SignedCapture> =
        signed.into_iter().map(|signed| (signed.capture, signed)).collect();
    let captures: Vec<&SignedCapture> = by_id.into_values().collect();
    let frames: Vec<Frame> = captures.iter().map(|signed| signed.frame.clone()).collect();
    let mut streams = Streams::default();
    for (place, found) in sequence_problems(&frames) {
        let Some(signed) = captures.get(place) else { continue };
        if matches!(found, FrameProblem::Replayed { .. }) {
            streams.repeated.insert(signed.capture);
        }
        streams.problems.push(problem(&signed.name, &found).with_text(&signed.frame.station));
    }
    streams
}

/// The problem as a person sees it: its code never changes.
fn problem(file: &str, found: &FrameProblem) -> Problem {
    let (code, hint) = match found {
        FrameProblem::Form(_) => ("frame_form", "a frame is a signed note, a line `---`, and the payload"),
        FrameProblem::UnknownStation(_) => ("frame_unknown_station", "enter the station's key in sensors/keys.csv"),
        FrameProblem::WrongKey(_) => ("frame_wrong_key", "ask the station's keeper whether it has a new key"),
        FrameProblem::KeyOutOfTime { .. } => {
            ("frame_key_out_of_time", "see valid_from and valid_until in sensors/keys.csv")
        }
        FrameProblem::KeyRevoked { .. } => ("frame_key_revoked", "see revoked_at in sensors/keys.csv"),
        FrameProblem::Payload => ("frame_payload", "what is delivered was altered after the station signed it"),
        FrameProblem::Replayed { .. } => ("frame_replayed", "it counts once"),
        FrameProblem::Contradiction { .. } => ("frame_contradiction", "both are read; ask the station which it made"),
        FrameProblem::TooOld { .. } => ("frame_too_old", "an old frame sent again, or a very late one"),
        FrameProblem::Late { .. } => ("frame_late", "it closes a gap"),
        FrameProblem::Gap { .. } => ("frame_gap", "ask for the missing ones before silence is taken for calm"),
        FrameProblem::ClockBack { .. } => ("frame_clock_back", "times near this frame may be wrong by as much"),
        FrameProblem::ClockStep { .. } => ("frame_clock_step", "times near this frame may be wrong by as much"),
    };
    let is_bad = found.is_about_the_frame()
        && !matches!(found, FrameProblem::Replayed { .. } | FrameProblem::Contradiction { .. });
    let make = if is_bad { Problem::error } else { Problem::warning };
    make(file, code, found.to_string()).with_hint(hint)
}

/// What a station, or whoever tests one, can ask.
#[derive(Subcommand)]
pub enum FrameCommand {
    /// Make the secret key of a station, and print its public key for `sensors/keys.csv`.
    #[command(after_help = "Example:\n  truceline frame key station.key --name AC.07")]
    Key {
        /// File to make, readable by its owner alone.
        file: PathBuf,
        /// The station, as the sensor register calls it.
        #[arg(long)]
        name: String,
    },
    /// Sign a capture.
    #[command(
        after_help = "Example:\n  truceline frame sign --key station.key --sequence 4711 --at 2031-03-04T08:00:00Z AC.07.csv --out AC.07.csv.frame"
    )]
    Sign(SignArgs),
}

/// What `frame sign` is told.
#[derive(clap::Args)]
pub struct SignArgs {
    /// Secret key of the station.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The station; without it the name in the key.
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// Number in the station's own sequence: from 0, one more for each frame.
    #[arg(long, value_name = "N")]
    sequence: u64,
    /// Time by the station's clock.
    #[arg(long, value_name = "TIME")]
    at: Timestamp,
    /// The capture.
    payload: PathBuf,
    /// Where the frame goes; its name ends in `.frame`.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

/// Runs one of them.
///
/// # Errors
/// When the machine refuses: disk, key.
pub fn run(command: FrameCommand) -> anyhow::Result<ExitCode> {
    match command {
        FrameCommand::Key { file, name } => anstream::println!("{}", seal::new_key(&file, &name)?),
        FrameCommand::Sign(args) => sign(&args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn sign(args: &SignArgs) -> anyhow::Result<()> {
    anyhow::ensure!(is_frame(&args.out.to_string_lossy()), "`--out` must end in `{SUFFIX}`");
    let key = station_key(&args.key)?;
    let payload = std::fs::read(&args.payload).with_context(|| format!("couldn't read {}", args.payload.display()))?;
    let station = args.station.clone().unwrap_or_else(|| key.verifier().name().to_owned());
    anyhow::ensure!(station == key.verifier().name(), "the key is that of `{}`", key.verifier().name());
    files::write_whole(&args.out, &signed(&key, (args.sequence, args.at), &payload)?)
}

/// A payload with what its station says of it: the bytes of a `.frame` file.
///
/// # Errors
/// When the time lies before 1970.
pub fn signed(key: &SignerKey, (sequence, at): (u64, Timestamp), payload: &[u8]) -> anyhow::Result<Vec<u8>> {
    let time_ms = u64::try_from(at.as_millisecond()).context("a frame's time can't lie before 1970")?;
    let station = key.verifier().name().to_owned();
    let frame = Frame { station, sequence, time_ms, payload: PayloadDigest::of(payload) };
    // The note ends in a line feed, with which the divider begins.
    let note = frame.sign(key)?;
    let divider = DIVIDER.strip_prefix(b"\n").unwrap_or(DIVIDER);
    Ok([note.as_slice(), divider, payload].concat())
}

fn station_key(path: &Path) -> anyhow::Result<SignerKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let hint = "is no secret key of a station; `truceline frame key FILE --name NAME` makes one";
    SignerKey::parse(text.trim()).with_context(|| format!("{} {hint}", path.display()))
}
