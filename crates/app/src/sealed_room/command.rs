//! The commands `sealed key` and `sealed open` of the program.

use super::{Opening, open};
use crate::seal;
use anyhow::Context as _;
use clap::Subcommand;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_domain::Timestamp;
use truceline_evidence::sealed::new_key;

/// What can be asked about sealed values.
#[derive(Subcommand)]
pub enum SealedCommand {
    /// Make the key file of one person of a role, and print the public key for `mission.toml`.
    #[command(after_help = "Example:\n  truceline sealed key officer.key")]
    Key {
        /// File to make, readable by its owner alone.
        file: PathBuf,
    },
    /// Show the points of origin of one day to people of every role together.
    ///
    /// Who, why and when become an entry of the log before anything is shown. Nothing is written to a file.
    #[command(
        after_help = "Example:\n  truceline sealed open out --day 2031-03-04 --role-key officer.key --role-key commission.key \\\n      --actor 'A. Tesfaye' --reason 'request 12 of the joint commission'"
    )]
    Open(OpenArgs),
}

/// What `truceline sealed open` is asked.
#[derive(clap::Args)]
pub struct OpenArgs {
    /// Output folder of a replay.
    out: PathBuf,
    /// The day (local date).
    #[arg(long)]
    day: jiff::civil::Date,
    /// Key file of one person of a role; give one of each role.
    #[arg(long = "role-key", value_name = "FILE", required = true)]
    role_keys: Vec<PathBuf>,
    /// Who opens it, by name.
    #[arg(long, value_name = "NAME")]
    actor: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Signing key of the log; without it the user's own.
    #[arg(long, env = "TRUCELINE_KEY")]
    key: Option<PathBuf>,
}

/// Runs one of them.
///
/// # Errors
/// When a file cannot be read or made, or when [`open`] refuses.
pub fn run(command: SealedCommand) -> anyhow::Result<ExitCode> {
    match command {
        SealedCommand::Key { file } => {
            let (secret, public) = new_key();
            seal::write_secret(&file, &secret)?;
            anstream::println!("{public}");
        }
        SealedCommand::Open(args) => show(&args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(args: &OpenArgs) -> anyhow::Result<()> {
    let role_keys: Vec<String> = args.role_keys.iter().map(|path| role_key(path)).collect::<anyhow::Result<_>>()?;
    let day = args.day.to_string();
    let opening = Opening {
        out: &args.out,
        day: &day,
        role_keys: &role_keys,
        actor: &args.actor,
        reason: &args.reason,
        at: Timestamp::now(),
    };
    let value = open(&opening, seal::signing_key(args.key.as_deref())?)?;
    anstream::println!("SEALED: points of origin of fire, {day}. Not to be copied, quoted or sent on.");
    anstream::println!("Opened by {} at {}: {}. This is in the log.", args.actor, opening.at, args.reason);
    anstream::println!("{value}");
    Ok(())
}

/// The secret of a key file; lines that begin with `#` are remarks, as other age programs write them.
fn role_key(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.map(str::to_owned).with_context(|| format!("{} holds no key", path.display()))
}
