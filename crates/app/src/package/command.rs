//! The commands `export` and `reproduce` of the program.

use super::{Exported, Outcome, Pick, Request, export, reproduce};
use crate::progress::Show;
use crate::seal;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `truceline export` is asked.
#[derive(clap::Args)]
pub struct ExportArgs {
    /// Output folder of a replay.
    out: PathBuf,
    /// The mission folder that it was replayed with.
    #[arg(long)]
    mission: PathBuf,
    /// The day (local date).
    #[arg(long, required_unless_present = "incident", conflicts_with = "incident")]
    day: Option<jiff::civil::Date>,
    /// The incident; the package holds its day.
    #[arg(long)]
    incident: Option<String>,
    /// Folder to make.
    #[arg(long)]
    to: PathBuf,
    /// Signing key of the log, to enter the export in it; without it the user's own, if it is the log's.
    #[arg(long, env = "TRUCELINE_KEY")]
    key: Option<PathBuf>,
    /// Time of the export; without it, now.
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Take captures that hold points of origin of fire too, and mark the package SEALED.
    #[arg(long)]
    sealed_room: bool,
}

/// What `truceline reproduce` is asked.
#[derive(clap::Args)]
pub struct ReproduceArgs {
    /// The package.
    package: PathBuf,
    /// Public key that you trust (may be given several times).
    #[arg(long = "vkey", value_name = "VKEY")]
    keys: Vec<String>,
}

/// Runs `truceline export`.
///
/// # Errors
/// Those of [`export`].
pub fn run_export(args: ExportArgs, show: Show) -> anyhow::Result<ExitCode> {
    let pick = match (args.day, args.incident) {
        (Some(day), _) => Pick::Day(day.to_string()),
        (None, incident) => Pick::Incident(incident.unwrap_or_default()),
    };
    let request = Request {
        out: &args.out,
        mission: &args.mission,
        pick,
        to: &args.to,
        key: seal::present_key(args.key.as_deref())?,
        at: args.at.map_or_else(now, Ok)?,
        for_sealed_room: args.sealed_room,
    };
    let exported = export(request)?;
    for note in &exported.notes {
        anstream::eprintln!("\u{1b}[1;33mnote\u{1b}[0m: {note}");
    }
    if show == Show::Auto {
        anstream::println!("wrote {}: {}", args.to.display(), describe(&exported));
    }
    Ok(ExitCode::SUCCESS)
}

/// The present second.
fn now() -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_second(Timestamp::now().as_second())?)
}

fn describe(exported: &Exported) -> String {
    let description = &exported.description;
    let n_included = description.captures.len() - description.withheld().count();
    format!(
        "{} of {}, {n_included} of {} captures, marked {}",
        description.day,
        description.mission,
        description.captures.len(),
        description.marking,
    )
}

/// Runs `truceline reproduce`: exit code 0 when the day comes out equal, else 1.
///
/// # Errors
/// Those of [`reproduce`].
pub fn run_reproduce(args: &ReproduceArgs) -> anyhow::Result<ExitCode> {
    let folder: &Path = &args.package;
    anyhow::ensure!(super::is_package(folder), "{} is no evidence package", folder.display());
    let found = reproduce(folder, &args.keys)?;
    for note in &found.notes {
        anstream::println!("note: {note}");
    }
    let (word, why, lines): (_, _, &[String]) = match &found.outcome {
        Outcome::Equal => ("equal", "derived again, the day is the sealed result, byte for byte", &[]),
        Outcome::Differs(lines) => ("differs", "derived again, the day is not the sealed result", lines),
        Outcome::Withheld(lines) => ("not possible", "these captures are withheld from the package", lines),
        Outcome::NotSound(lines) => ("not sound", "the package is not what the log says; nothing was derived", lines),
    };
    for line in lines {
        anstream::println!("  {line}");
    }
    let is_equal = found.outcome == Outcome::Equal;
    let colour = if is_equal { "32" } else { "31" };
    anstream::println!("\u{1b}[1;{colour}m{word}\u{1b}[0m: {}: {why}", found.day);
    anstream::println!("package made by {}; this is {}", found.made_by, found.this);
    Ok(if is_equal { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
