//! Verifies an evidence log in a folder, one entry by its proof file, or that a log has two histories: offline, with
//! nothing but public keys.
//!
//! ```text
//! truceline-verify DIR --key VKEY [--checkpoint OLD] [--captures DIR]
//! truceline-verify --proof FILE --entry FILE --policy FILE
//! truceline-verify --split-view FILE --key VKEY
//! ```

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use truceline_evidence::captures::Captures;
use truceline_evidence::checkpoint::{Checkpoint, SignedCheckpoint};
use truceline_evidence::keys::VerifierKey;
use truceline_evidence::note::SignedBy;
use truceline_evidence::policy::Policy;
use truceline_evidence::proof::EntryProof;
use truceline_evidence::split::SplitView;
use truceline_evidence::store::CheckpointLock as _;
use truceline_evidence::store::directory::Directory;
use truceline_evidence::times::{self, Sighting};
use truceline_evidence::verify::{Verification, verify_extension, verify_log, verify_strays};

const HELP: &str = "\
Verifies an evidence log: that no entry was changed, removed, or reordered.

Usage: truceline-verify DIR --key VKEY [--checkpoint OLD] [--captures DIR]
       truceline-verify --proof FILE --entry FILE --key VKEY
       truceline-verify --split-view FILE --key VKEY

  DIR               folder of the log: it holds `checkpoint` and `tile/`
  --key VKEY        public key of the log, as name+id+base64, or a file with one key
                    in each line; may be given again, for the keys of witnesses.
                    Get it from somewhere other than DIR.
  --policy FILE     instead of keys: a policy (c2sp.org/tlog-policy), which also says how
                    many witnesses must have cosigned
  --checkpoint OLD  a checkpoint of this log that you kept: the log must still contain
                    all that it stood for. Without one, a log that was put back to an
                    earlier state cannot be told from one that has not grown yet.
  --captures DIR    hash every capture in this folder again
  --proof FILE      a proof file (c2sp.org/tlog-proof) for one entry
  --entry FILE      the bytes of that entry
  --split-view FILE two checkpoints that are said to contradict each other
  -h, --help        this text

Exit code: 0 nothing was changed, 1 something was (named on standard output),
2 the command could not be understood or a file you gave could not be read.
For --split-view: 0 the log has two histories, 1 this does not prove it.

Keep the checkpoint of the log after each verification, and pass it as OLD to the next.
";

/// Clocks of two witnesses may differ by a minute before a note says so.
const CLOCK_TOLERANCE_MS: u64 = 60_000;

/// What the command line asks for.
#[derive(Default)]
struct Command {
    what: What,
    keys: Vec<VerifierKey>,
    policy: Option<Policy>,
}

enum What {
    Log { folder: PathBuf, old: Option<Vec<u8>>, captures: Option<PathBuf> },
    Proof { proof: Vec<u8>, entry: Vec<u8> },
    Split(Vec<u8>),
}

impl Default for What {
    fn default() -> Self {
        Self::Log { folder: PathBuf::new(), old: None, captures: None }
    }
}

/// Files as they stand on the command line.
#[derive(Default)]
struct Files {
    logs: Vec<String>,
    old: Option<Vec<u8>>,
    captures: Option<PathBuf>,
    proof: Option<Vec<u8>>,
    entry: Option<Vec<u8>>,
    split: Option<Vec<u8>>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    if arguments.iter().any(|argument| argument == "-h" || argument == "--help") {
        say(HELP);
        return ExitCode::SUCCESS;
    }
    match parse(arguments).and_then(|command| run(&command)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            let _ = writeln!(io::stderr(), "truceline-verify: {message}\nTry --help.");
            ExitCode::from(2)
        }
    }
}

fn parse(arguments: Vec<String>) -> Result<Command, String> {
    let (mut command, mut files) = (Command::default(), Files::default());
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--key" => command.keys.extend(read_keys(&value()?)?),
            "--policy" => command.policy = Some(read_policy(&value()?)?),
            "--checkpoint" => files.old = Some(read(&value()?)?),
            "--captures" => files.captures = Some(existing_folder(value()?)?),
            "--proof" => files.proof = Some(read(&value()?)?),
            "--entry" => files.entry = Some(read(&value()?)?),
            "--split-view" => files.split = Some(read(&value()?)?),
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            _ => files.logs.push(argument),
        }
    }
    if let Some(policy) = &command.policy {
        command.keys.extend(policy.keys());
    }
    if command.keys.is_empty() {
        return Err("a --key or a --policy is needed".into());
    }
    Ok(Command { what: files.into_question()?, ..command })
}

impl Files {
    fn into_question(self) -> Result<What, String> {
        let of_a_log = !self.logs.is_empty() || self.old.is_some() || self.captures.is_some();
        match (self.proof, self.entry, self.split) {
            (Some(proof), Some(entry), None) if !of_a_log => Ok(What::Proof { proof, entry }),
            (None, None, Some(split)) if !of_a_log => Ok(What::Split(split)),
            (None, None, None) => match <[String; 1]>::try_from(self.logs) {
                Ok([log]) => Ok(What::Log { folder: existing_folder(log)?, old: self.old, captures: self.captures }),
                Err(_) => Err("one folder of a log is needed".into()),
            },
            (Some(_), None, None) => Err("--proof needs the --entry".into()),
            _ => Err("one question at a time: a folder, a --proof with its --entry, or a --split-view".into()),
        }
    }
}

fn read_policy(path: &str) -> Result<Policy, String> {
    let text = String::from_utf8(read(path)?).map_err(|_| format!("{path} is not a policy"))?;
    Policy::parse(&text).map_err(|problem| format!("{path}: {problem}"))
}

fn read_keys(text: &str) -> Result<Vec<VerifierKey>, String> {
    let of = |text: &str| VerifierKey::parse(text).map_err(|error| format!("key {text:?}: {error}"));
    if !Path::new(text).is_file() {
        return of(text).map(|key| vec![key]);
    }
    let lines = String::from_utf8(read(text)?).map_err(|_| format!("{text} is not a key file"))?;
    let keys: Vec<_> =
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(of).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(format!("{text} holds no key")) } else { Ok(keys) }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("couldn't read {path}: {error}"))
}

fn existing_folder(path: String) -> Result<PathBuf, String> {
    if Path::new(&path).is_dir() { Ok(path.into()) } else { Err(format!("{path} is not a folder")) }
}

/// True: nothing was changed.
fn run(command: &Command) -> Result<bool, String> {
    match &command.what {
        What::Log { folder, old, captures } => verify_folder(command, folder, (old.as_deref(), captures.as_deref())),
        What::Proof { proof, entry } => Ok(verify_proof(command, proof, entry)),
        What::Split(split) => Ok(verify_split(command, split)),
    }
}

fn verify_proof(command: &Command, proof: &[u8], entry: &[u8]) -> bool {
    let verified = EntryProof::parse(proof).and_then(|proof| {
        let signed = match &command.policy {
            Some(policy) => proof.verify_by_policy(entry, policy),
            None => proof.verify(entry, &command.keys),
        };
        signed.map(|signed| (proof.index, signed))
    });
    match verified {
        Ok((index, signed)) => {
            let Checkpoint { origin, size, .. } = &signed.checkpoint;
            say(&format!("log        {origin}\nentry      {index} of {size}\n"));
            signers(&signed).iter().for_each(|line| say(&format!("{line}\n")));
            say("\nSOUND\n");
            true
        }
        Err(error) => {
            say(&format!("FAULT      {error}\n\nNOT SOUND\n"));
            false
        }
    }
}

fn verify_split(command: &Command, split: &[u8]) -> bool {
    match SplitView::parse(split).and_then(|split| split.verify(&command.keys)) {
        Ok((smaller, larger)) => {
            let (origin, first, second) = (&smaller.origin, smaller.size, larger.size);
            say(&format!("log        {origin}\n\nTWO HISTORIES: signed for {first} and for {second} entries\n"));
            true
        }
        Err(error) => {
            say(&format!("note       {error}\n\nNOT PROVED\n"));
            false
        }
    }
}

fn verify_folder(
    command: &Command,
    folder: &Path,
    (old, captures): (Option<&[u8]>, Option<&Path>),
) -> Result<bool, String> {
    let log = Directory::read_only(folder);
    let Some(checkpoint) = log.fetch().map_err(|error| error.to_string())? else {
        say("checkpoint: missing\n\nNOT SOUND\n");
        return Ok(false);
    };
    let mut found = verify_log(&log, &checkpoint, &command.keys);
    verify_strays(&log, &mut found);
    if let Some(old) = old {
        verify_extension(&log, old, &command.keys, &mut found);
    }
    say(&text_of(&found, old.is_some()));
    for note in clock_notes([old.unwrap_or_default(), &checkpoint], &command.keys) {
        say(&format!("note       {note}\n"));
    }
    let quorum = command.policy.as_ref().map_or(Ok(()), |policy| policy.check(&found.signed_by));
    if let Err(error) = &quorum {
        say(&format!("FAULT      {error}\n"));
    }
    let captures_sound = captures.map_or(Ok(true), verify_captures)?;
    let sound = found.is_sound() && captures_sound && quorum.is_ok();
    say(if sound { "\nSOUND\n" } else { "\nNOT SOUND\n" });
    Ok(sound)
}

/// What the times of the witnesses' signatures say about their clocks.
fn clock_notes(notes: [&[u8]; 2], keys: &[VerifierKey]) -> Vec<String> {
    let signed = notes.iter().filter_map(|note| Checkpoint::open(note, keys).ok());
    let sightings = signed.flat_map(|signed| Sighting::of(&signed)).collect();
    times::review(sightings, CLOCK_TOLERANCE_MS).iter().map(ToString::to_string).collect()
}

fn signers(signed: &SignedCheckpoint) -> Vec<String> {
    let line = |by: &SignedBy| match by.time_s {
        Some(time_s) => format!("witnessed  {} ({time_s} s since 1970)", by.key.name()),
        None => format!("signed by  {} (key {:08x})", by.key.name(), by.key.id()),
    };
    signed.signed_by.iter().map(line).collect()
}

fn text_of(found: &Verification, with_older: bool) -> String {
    let mut lines = Vec::new();
    if let Some(checkpoint) = &found.checkpoint {
        let (origin, size, root) = (&checkpoint.origin, checkpoint.size, checkpoint.root);
        lines.push(format!("log        {origin}\nentries    {size}\nroot       {root}"));
        let signed = SignedCheckpoint { checkpoint: checkpoint.clone(), signed_by: found.signed_by.clone() };
        lines.extend(signers(&signed));
    }
    lines.extend(found.faults.iter().map(|fault| format!("FAULT      {fault}")));
    if found.cut_short {
        lines.push("FAULT      there are more; the walk ended here".into());
    }
    lines.extend(found.strays.iter().map(|stray| format!("note       {stray}")));
    if !with_older {
        lines.push("note       no older checkpoint given: a log put back to an earlier state would not show".into());
    }
    lines.push(String::new());
    lines.join("\n")
}

fn verify_captures(folder: &Path) -> Result<bool, String> {
    let check = Captures::new(folder).verify_all();
    let check = check.map_err(|error| format!("couldn't list {}: {error}", folder.display()))?;
    say(&format!("captures   {} as their names say\n", check.sound));
    check.altered.iter().for_each(|digest| say(&format!("FAULT      capture {digest} was altered\n")));
    check.unreadable.iter().for_each(|(place, why)| say(&format!("FAULT      {place}: {why}\n")));
    check.unknown.iter().for_each(|place| say(&format!("note       {place}: not the name of a capture\n")));
    Ok(check.is_sound())
}

/// To standard output. Whoever closes it early still gets the exit code.
fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
