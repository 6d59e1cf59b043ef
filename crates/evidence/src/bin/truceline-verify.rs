//! Verifies an evidence log in a folder, offline, with nothing but its public key.
//!
//! ```text
//! truceline-verify DIR --key VKEY [--checkpoint OLD] [--captures DIR]
//! ```

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use truceline_evidence::captures::Captures;
use truceline_evidence::keys::VerifierKey;
use truceline_evidence::store::CheckpointLock as _;
use truceline_evidence::store::directory::Directory;
use truceline_evidence::verify::{Verification, verify_extension, verify_log, verify_strays};

const HELP: &str = "\
Verifies an evidence log: that no entry was changed, removed, or reordered.

Usage: truceline-verify DIR --key VKEY [--checkpoint OLD] [--captures DIR]

  DIR               folder of the log: it holds `checkpoint` and `tile/`
  --key VKEY        public key of the log, as name+id+base64, or a file with one key
                    in each line; may be given again, for the keys of witnesses.
                    Get it from somewhere other than DIR.
  --checkpoint OLD  a checkpoint of this log that you kept: the log must still contain
                    all that it stood for. Without one, a log that was put back to an
                    earlier state cannot be told from one that has not grown yet.
  --captures DIR    hash every capture in this folder again
  -h, --help        this text

Exit code: 0 nothing was changed, 1 something was (named on standard output),
2 the command could not be understood or a file you gave could not be read.

Keep the checkpoint of the log after each verification, and pass it as OLD to the next.
";

/// What the command line asks for.
#[derive(Default)]
struct Command {
    log: PathBuf,
    keys: Vec<VerifierKey>,
    old: Option<Vec<u8>>,
    captures: Option<PathBuf>,
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
    let mut command = Command::default();
    let mut logs = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--key" => command.keys.extend(read_keys(&value()?)?),
            "--checkpoint" => command.old = Some(read(&value()?)?),
            "--captures" => command.captures = Some(existing_folder(value()?)?),
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            _ => logs.push(argument),
        }
    }
    match (<[String; 1]>::try_from(logs), command.keys.is_empty()) {
        (Ok([log]), false) => Ok(Command { log: existing_folder(log)?, ..command }),
        (_, true) => Err("a --key is needed".into()),
        (Err(_), _) => Err("one folder of a log is needed".into()),
    }
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
    let log = Directory::read_only(&command.log);
    let Some(checkpoint) = log.fetch().map_err(|error| error.to_string())? else {
        say("checkpoint: missing\n\nNOT SOUND\n");
        return Ok(false);
    };
    let mut found = verify_log(&log, &checkpoint, &command.keys);
    verify_strays(&log, &mut found);
    if let Some(old) = &command.old {
        verify_extension(&log, old, &command.keys, &mut found);
    }
    say(&text_of(&found, command.old.is_some()));
    let captures_sound = match &command.captures {
        Some(folder) => verify_captures(folder)?,
        None => true,
    };
    let sound = found.is_sound() && captures_sound;
    say(if sound { "\nSOUND\n" } else { "\nNOT SOUND\n" });
    Ok(sound)
}

fn text_of(found: &Verification, with_older: bool) -> String {
    let mut lines = Vec::new();
    if let Some(checkpoint) = &found.checkpoint {
        let (origin, size, root) = (&checkpoint.origin, checkpoint.size, checkpoint.root);
        lines.push(format!("log        {origin}\nentries    {size}\nroot       {root}"));
    }
    lines.extend(found.signed_by.iter().map(|by| match by.time_s {
        Some(time_s) => format!("witnessed  {} ({time_s} s since 1970)", by.key.name()),
        None => format!("signed by  {} (key {:08x})", by.key.name(), by.key.id()),
    }));
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
