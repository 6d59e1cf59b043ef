//! The command line: what can be asked, with examples, and the exit codes.
//!
//! Exit codes: 0 done and sound; 1 problems were found (a mission with errors, evidence that was changed, a drill that
//! missed an expectation); 2 the question was not understood; 3 the machine refused (disk, port, key).

use crate::frames::FrameCommand;
use crate::progress::{Progress, Show};
use crate::reporting::Audience;
use crate::sealed_room::command::SealedCommand;
use crate::stamps::command::StampCommand;
use crate::witness::WitnessCommand;
use crate::witness::quorum::Asked;
use crate::{
    demo, drill, frames, ground, init, mission, package, problems, replay, seal, sealed_room, serve, stamps, track,
    wire, witness,
};
use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_evidence::keys::VerifierKey;

/// Watches over a ceasefire: located incidents with honest uncertainty, held against the agreement's text, sealed in a
/// log that both sides can check.
#[derive(Parser)]
#[command(name = "truceline", version, propagate_version = true, after_help = EXAMPLES, arg_required_else_help = true)]
struct Cli {
    /// When to colour the output.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, env = "TRUCELINE_COLOUR")]
    colour: Colour,
    /// Show no progress and no closing words.
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  truceline demo                                   a made-up week on a made-up line, with its page
  truceline init river-line                        write a small mission to start from
  truceline check river-line                       every problem of it at once, with file, line and a hint
  truceline replay missions/easter-2025 --out out  from captures to findings and reports, offline
  truceline verify out                             is everything as it was said?

The folder with shared data is taken from TRUCELINE_DATA.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal that knows colours, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reader {
    /// Inside the mission: exact places with their ellipses.
    Mission,
    /// Anyone: places snapped to the public grid, times to the hour, nothing before its delay.
    Public,
}

#[derive(Subcommand)]
enum Command {
    /// Start the demo: a made-up week replayed at speed, with its page on this machine.
    #[command(after_help = "Example:\n  truceline demo --port 8080 --speed 7200")]
    Demo(DemoArgs),
    /// Write a small, commented mission that passes `check`.
    #[command(after_help = "Example:\n  truceline init river-line && truceline check river-line")]
    Init {
        /// Folder to make; must not exist or be empty.
        folder: PathBuf,
    },
    /// Read a mission folder and report every problem at once.
    #[command(
        after_help = "Example:\n  truceline check missions/easter-2025\n  truceline check --format json river-line | jq .hint"
    )]
    Check {
        /// The mission folder.
        mission: PathBuf,
        /// Form of the output.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Take warnings as errors.
        #[arg(long)]
        strict: bool,
    },
    /// Derive everything offline: captures in, findings and reports out, the same bytes every run.
    ///
    /// May be interrupted at any time and started again with the same folder: captures already taken in are kept.
    #[command(
        after_help = "Examples:\n  truceline replay missions/easter-2025 --out out/easter\n  truceline replay river-line captures/*.csv --out out --language uk"
    )]
    Replay(ReplayArgs),
    /// Serve a mission live on this machine: folder feeds, page and API.
    #[command(
        after_help = "Example:\n  truceline serve river-line --port 8080\n\nFiles that appear in the folders of feeds.toml are taken in within a second."
    )]
    Serve(ServeArgs),
    /// Write one report of a mission from its captures.
    #[command(
        after_help = "Examples:\n  truceline report missions/easter-2025 daily --day 2025-04-20 --out report\n  truceline report river-line commitments --out report"
    )]
    Report(ReportArgs),
    /// Check evidence with no trust in whoever made it.
    #[command(
        after_help = "Examples:\n  truceline verify out --vkey 'mission.example/evidence+1a2b3c4d+…'\n  truceline verify out --checkpoint kept-last-month.txt"
    )]
    Verify(VerifyArgs),
    /// Cosign the checkpoints of somebody's log, or have one's own cosigned.
    #[command(
        subcommand,
        after_help = "Examples:\n  truceline witness key north.key --name north.example/witness\n  truceline witness serve --key north.key --log log.vkey --state north-state\n  truceline witness ask out --witness http://127.0.0.1:8038 --vkey 'north.example/witness+07e69232+…'\n  truceline verify out --policy policy.txt"
    )]
    Witness(WitnessCommand),
    /// Sign captures as the station that made them.
    #[command(
        subcommand,
        after_help = "Examples:\n  truceline frame key station.key --name AC.07\n  truceline frame sign --key station.key --sequence 4711 --at 2031-03-04T08:00:00Z AC.07.csv --out AC.07.csv.frame"
    )]
    Frame(FrameCommand),
    /// Make an evidence package of one day: captures, mission, result, custody and proofs in one folder.
    ///
    /// Captures that hold points of origin of fire are withheld unless `--sealed-room` is given.
    #[command(
        after_help = "Examples:\n  truceline export out --mission river-line --day 2031-03-04 --to package\n  truceline export out --mission river-line --incident inc-… --to package --sealed-room"
    )]
    Export(package::ExportArgs),
    /// Derive the day of an evidence package again and compare it byte for byte.
    #[command(after_help = "Example:\n  truceline reproduce package --vkey 'mission.example/evidence+1a2b3c4d+…'")]
    Reproduce(package::ReproduceArgs),
    /// Keys of the roles that may see where fire came from, and opening what is sealed to them.
    #[command(
        subcommand,
        after_help = "Examples:\n  truceline sealed key officer.key\n  truceline sealed open out --day 2031-03-04 --role-key officer.key --role-key commission.key \\\n      --actor 'A. Tesfaye' --reason 'request 12 of the joint commission'"
    )]
    Sealed(SealedCommand),
    /// Have a third party state when the log was already as it is (RFC 3161).
    #[command(
        subcommand,
        after_help = "Example:\n  truceline stamp request out > req.tsq\n  curl -H 'Content-Type: application/timestamp-query' --data-binary @req.tsq https://tsa.example > answer.tsr\n  truceline stamp attach out answer.tsr --tsa-cert tsa.pem\n  truceline verify out --tsa-cert tsa.pem"
    )]
    Stamp(StampCommand),
    /// Hand out a capture of the sealed store: the log says who, when and why before the bytes leave it.
    #[command(
        after_help = "Examples:\n  truceline custody out 3f5a… --to copy.csv --actor 'A. Analyst' --reason 'check of row 12'\n  truceline custody out 3f5a… --view --actor 'A. Analyst' --reason 'sealed room, 6 March'"
    )]
    Custody(CustodyArgs),
    /// Pick the onsets of waves in waveform files, and the bearings of arrays.
    #[command(
        after_help = "Examples:\n  truceline pick day.mseed --stations stations.csv --out picks.csv\n  truceline pick array/*.sac --stations elements.csv --array N1 --band 0.5-8 --kind infrasound --out picks.csv"
    )]
    Pick(ground::pick::PickArgs),
    /// Find STA/LTA triggers in waveform files, sample by sample as the usual tools give them.
    #[command(
        after_help = "Example:\n  truceline trigger day.mseed --sta 0.5 --lta 10 --on 4 --off 1.5 --out triggers.csv"
    )]
    Trigger(ground::trigger::TriggerArgs),
    /// Locate what ground sensors heard together: from picks to events with ellipses, classes and odds.
    ///
    /// The files can hold places from which fire came: they are made readable by their owner alone.
    #[command(
        after_help = "Examples:\n  truceline locate day --events events.csv --arrivals arrivals.csv\n  truceline locate day --events e.csv --arrivals a.csv --clocks clocks.csv --air air.csv --pictures sheets\n\nThe folder holds stations.csv (station,lat,lon,elev_m[,sensor]), picks.csv (station,phase,time,prob[,baz]) and\nconfig.json (frame, box, speeds, thresholds, hourly wind and temperature); docs/ground.md says it in full."
    )]
    Locate(ground::locate::LocateArgs),
    /// Track what moves, from the reports of radars, cameras, microphones, direction finders and transponders.
    ///
    /// A reported identity is a claim: it is held against what sensors see. Persons are never tracked.
    #[command(
        after_help = "Examples:\n  truceline track scenario --out tracks.csv\n  truceline track scenario --order arrival --out tracks.csv --events statements.csv --links links.csv"
    )]
    Track(track::TrackArgs),
    /// Locate what few infrasound arrays heard from far away: regions instead of ellipses.
    #[command(
        after_help = "Examples:\n  truceline regional north.dets.json south.dets.json --out events.geojson\n  truceline regional all.dets.json --members 0,1,2,3 --out event.geojson"
    )]
    Regional(ground::regional::RegionalArgs),
    /// Say which explosion at a place and time would have been heard: what silence is worth there.
    #[command(
        after_help = "Example:\n  truceline heard stations.csv --at 48.21,37.85 --radius-km 2 --noise-db 55 \\\n      --from 2031-02-15T00:00:00Z --until 2031-02-15T06:00:00Z"
    )]
    Heard(ground::heard::HeardArgs),
    /// Listen to stations of a SeedLink server (3.1 or 4.0), going on where the last run ended.
    ///
    /// Speaks plain TCP: over networks put a tunnel in between. TRUCELINE_SEEDLINK_AUTH holds what follows AUTH, such as
    /// `USERPASS name word`.
    #[command(
        after_help = "Examples:\n  truceline listen geofon.example --station GE_KIEV:*.BH? --out captures\n  truceline listen 127.0.0.1:18000 --station 'XX_*' --out captures --from 2031-02-15T00:00:00Z --dial-up"
    )]
    Listen(ground::listen::ListenArgs),
    /// Make captures and truth from a scenario text.
    #[command(
        after_help = "Examples:\n  truceline simulate scenarios/01-mortar.scenario --out drill\n  truceline simulate scenarios/*.scenario --check"
    )]
    Simulate(SimulateArgs),
    /// Make or show a signing key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Write completions for a shell to standard output.
    #[command(
        after_help = "Example:\n  truceline completions bash > ~/.local/share/bash-completion/completions/truceline"
    )]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(clap::Args)]
struct DemoArgs {
    /// Port on the loopback address; 0 takes a free one.
    #[arg(long, default_value_t = 8037)]
    port: u16,
    /// Seconds of the made-up week that pass in one second.
    #[arg(long, default_value_t = 3_600.0)]
    speed: f64,
    /// Do not open a browser.
    #[arg(long)]
    no_open: bool,
    /// Where the demo keeps its evidence.
    #[arg(long, default_value = ".truceline-demo")]
    folder: PathBuf,
}

#[derive(clap::Args)]
struct ReplayArgs {
    /// The mission folder.
    mission: PathBuf,
    /// Files or folders to take in; without any, the mission's own feeds.
    captures: Vec<PathBuf>,
    /// Folder for the results.
    #[arg(long, short)]
    out: PathBuf,
    /// Signing key; without it the user's own, made on first use.
    #[arg(long, env = "TRUCELINE_KEY")]
    key: Option<PathBuf>,
    /// Language of the reports (en, uk, ru, fr).
    #[arg(long)]
    language: Option<String>,
    /// Who the reports are for.
    #[arg(long = "for", value_enum, default_value_t = Reader::Mission)]
    reader: Reader,
    /// The present, for reports that wait before they are public (RFC 3339); without it, now.
    #[arg(long)]
    as_of: Option<jiff::Timestamp>,
    /// Work on although `check` finds errors.
    #[arg(long)]
    despite_errors: bool,
}

#[derive(clap::Args)]
struct ServeArgs {
    /// The mission folder.
    mission: PathBuf,
    /// Port on the loopback address; 0 takes a free one.
    #[arg(long, default_value_t = 8037)]
    port: u16,
    /// Folder for evidence.
    #[arg(long, default_value = "truceline-evidence")]
    folder: PathBuf,
    /// Signing key; without it the user's own, made on first use.
    #[arg(long, env = "TRUCELINE_KEY")]
    key: Option<PathBuf>,
}

#[derive(clap::Args)]
struct ReportArgs {
    /// The mission folder.
    mission: PathBuf,
    /// Which report.
    kind: String,
    /// Files or folders to take in; without any, the mission's own feeds.
    #[arg(long = "captures")]
    captures: Vec<PathBuf>,
    /// The day (local date) of a daily report.
    #[arg(long)]
    day: Option<jiff::civil::Date>,
    /// The incident of an incident sheet.
    #[arg(long)]
    incident: Option<String>,
    /// Folder for the documents.
    #[arg(long, short)]
    out: PathBuf,
    /// Language (en, uk, ru, fr).
    #[arg(long)]
    language: Option<String>,
    /// Who it is for.
    #[arg(long = "for", value_enum, default_value_t = Reader::Mission)]
    reader: Reader,
}

#[derive(clap::Args)]
struct VerifyArgs {
    /// A replay's folder, a folder of evidence, a bare log, or an evidence package.
    folder: PathBuf,
    /// Public key that you trust (may be given several times).
    #[arg(long = "vkey", value_name = "VKEY")]
    keys: Vec<String>,
    /// A checkpoint that you kept: is the log still its continuation?
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// A policy (c2sp.org/tlog-policy): logs and witnesses that you trust, and how many must have cosigned.
    #[arg(long, value_name = "FILE", conflicts_with = "witnesses")]
    policy: Option<PathBuf>,
    /// Public key of a witness that must have cosigned, or a file that holds it (may be given several times).
    #[arg(long = "witness", value_name = "VKEY", value_parser = witness::given_key)]
    witnesses: Vec<VerifierKey>,
    /// How many of those witnesses are enough; without it, all.
    #[arg(long, value_name = "N", requires = "witnesses")]
    at_least: Option<usize>,
    /// Certificates (PEM) of time-stamping authorities that you trust, or of those who certify them.
    #[arg(long, value_name = "FILE")]
    tsa_cert: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::Args)]
struct CustodyArgs {
    /// A replay's folder.
    out: PathBuf,
    /// SHA-256 of the capture, as `captures.json` names it.
    capture: String,
    /// File for the working copy.
    #[arg(long, required_unless_present = "view", conflicts_with = "view")]
    to: Option<PathBuf>,
    /// Show it on standard output instead of copying it.
    #[arg(long)]
    view: bool,
    /// Who.
    #[arg(long)]
    actor: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Signing key of the log; without it the user's own.
    #[arg(long, env = "TRUCELINE_KEY")]
    key: Option<PathBuf>,
}

#[derive(clap::Args)]
struct SimulateArgs {
    /// Scenario files.
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    /// Where missions lie that scenarios name; without it, `missions` beside the scenario's folder.
    #[arg(long)]
    missions: Option<PathBuf>,
    /// Write mission, captures and truth below this folder.
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Another seed than the scenario's own.
    #[arg(long)]
    seed: Option<u64>,
    /// Run the whole house on it and hold the results against the scenario's expectations.
    #[arg(long)]
    check: bool,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make a key file that only its owner can read, and print the public key.
    New {
        /// File to make.
        file: PathBuf,
        /// Name of the log, like an address without scheme.
        #[arg(long, default_value = "truceline.local/evidence")]
        name: String,
    },
    /// Print the public key of a key file.
    Show {
        /// The key file; without it the user's own.
        file: Option<PathBuf>,
    },
}

/// What a command came to.
type Outcome = anyhow::Result<ExitCode>;

const FOUND: u8 = 1;
const REFUSED: u8 = 3;

/// Runs one command.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match cli.colour {
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
    start_log();
    let show = if cli.quiet { Show::Quiet } else { Show::Auto };
    match command(cli.command, show) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {error:#}");
            ExitCode::from(REFUSED)
        }
    }
}

/// Warnings and errors of long runs go to standard error; RUST_LOG asks for more or less.
fn start_log() {
    let wanted = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = wanted.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,truceline=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second start in one process (tests) keeps the first.
    let _ = log.try_init();
}

fn command(command: Command, show: Show) -> Outcome {
    match command {
        Command::Demo(args) => demo::run(&demo::Options {
            port: args.port,
            speed: args.speed,
            folder: args.folder,
            open_page: !args.no_open,
        }),
        Command::Init { folder } => init_mission(&folder, show),
        Command::Check { mission, format, strict } => check(&mission, (format, strict)),
        Command::Replay(args) => run_replay(args, show),
        Command::Serve(args) => run_serve(args),
        Command::Report(args) => run_report(args, show),
        Command::Verify(args) => verify(args),
        Command::Witness(command) => witness::run(command, show),
        Command::Frame(command) => frames::run(command),
        Command::Export(args) => package::run_export(args, show),
        Command::Reproduce(args) => package::run_reproduce(&args),
        Command::Sealed(command) => sealed_room::command::run(command),
        Command::Stamp(command) => stamps::command::run(command),
        Command::Custody(args) => custody(&args),
        Command::Pick(args) => ground::pick::run(&args, show),
        Command::Trigger(args) => ground::trigger::run(&args),
        Command::Locate(args) => ground::locate::run(&args, show),
        Command::Track(args) => track::run(&args, show),
        Command::Regional(args) => ground::regional::run(&args, show),
        Command::Heard(args) => ground::heard::run(&args),
        Command::Listen(args) => ground::listen::run(&args, show),
        Command::Simulate(args) => simulate(&args, show),
        Command::Key(KeyCommand::New { file, name }) => {
            anstream::println!("{}", seal::new_key(&file, &name)?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Key(KeyCommand::Show { file }) => {
            anstream::println!("{}", seal::signing_key(file.as_deref())?.verifier());
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "truceline", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn init_mission(folder: &std::path::Path, show: Show) -> Outcome {
    let written = init::write(folder)?;
    if show == Show::Auto {
        for path in written {
            anstream::println!("wrote {}", folder.join(path).display());
        }
        anstream::println!("next: truceline check {}", folder.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn check(folder: &std::path::Path, (format, strict): (Format, bool)) -> Outcome {
    let (mission, found) = mission::read(folder);
    let mut out = anstream::stdout().lock();
    match format {
        Format::Json => {
            for problem in &found {
                writeln!(out, "{}", wire::problem(problem))?;
            }
        }
        Format::Text => {
            for problem in &found {
                writeln!(out, "{}", problems::describe(problem))?;
            }
            writeln!(out, "{}: {}", folder.display(), problems::summary(&found))?;
            writeln!(out, "{}", contents(&mission))?;
        }
    }
    let is_bad = mission::has_errors(&found) || (strict && !found.is_empty());
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

/// What a mission holds, in one line.
fn contents(mission: &mission::Mission) -> String {
    format!(
        "{} clauses, {} rules, {} lines, {} areas, {} sensors, {} notices, {} commitments, {} feeds",
        mission.agreement.clauses.len(),
        mission.agreement.rules.len(),
        mission.lines.len(),
        mission.areas.len(),
        mission.sensors.len(),
        mission.notified.len(),
        mission.commitments.len(),
        mission.feeds.len(),
    )
}

/// Reads a mission for use; its problems go to standard error.
fn usable(folder: &std::path::Path, despite_errors: bool) -> anyhow::Result<Option<mission::Mission>> {
    let (mission, found) = mission::read(folder);
    for problem in &found {
        anstream::eprintln!("{}", problems::describe(problem));
    }
    if mission::has_errors(&found) && !despite_errors {
        anstream::eprintln!("{}: {}; nothing was done", folder.display(), problems::summary(&found));
        return Ok(None);
    }
    Ok(Some(mission))
}

fn language_of(mission: &mission::Mission, asked: Option<String>) -> anyhow::Result<String> {
    let language = asked.or_else(|| mission.settings.languages.first().cloned()).unwrap_or_else(|| "en".to_owned());
    let known = ["en", "uk", "ru", "fr"];
    anyhow::ensure!(known.contains(&language.as_str()), "no language `{language}`; there are {}", known.join(", "));
    Ok(language)
}

fn audience_of(mission: &mission::Mission, reader: Reader) -> Audience {
    match reader {
        Reader::Mission => Audience::Mission,
        Reader::Public => Audience::Public { cell_m: mission.settings.disclosure.public_cell_m },
    }
}

fn run_replay(args: ReplayArgs, show: Show) -> Outcome {
    let Some(mission) = usable(&args.mission, args.despite_errors)? else { return Ok(ExitCode::from(FOUND)) };
    if let Some(within) = crate::ingest::captures_around(&mission, (&args.captures, &args.out)) {
        anyhow::bail!("{} lies within {}: results would be taken in as captures", args.out.display(), within.display());
    }
    let absent: Vec<&PathBuf> = args.captures.iter().filter(|path| !path.exists()).collect();
    for path in &absent {
        anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: there is no capture {}", path.display());
    }
    let is_complete = absent.is_empty();
    let request = replay::Request {
        as_of: args.as_of.unwrap_or_else(jiff::Timestamp::now),
        captures: args.captures,
        out: &args.out,
        key: seal::signing_key(args.key.as_deref())?,
        language: language_of(&mission, args.language)?,
        audience: audience_of(&mission, args.reader),
    };
    let summary = replay::replay(&mission, request, &Progress::new(show))?;
    if show == Show::Auto {
        anstream::println!("{}", replay::describe(&summary, &args.out));
    }
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn run_serve(args: ServeArgs) -> Outcome {
    let Some(mission) = usable(&args.mission, false)? else { return Ok(ExitCode::from(FOUND)) };
    let key = seal::signing_key(args.key.as_deref())?;
    serve::run(mission, (&args.folder, key), args.port)
}

fn run_report(args: ReportArgs, show: Show) -> Outcome {
    let Some(mission) = usable(&args.mission, false)? else { return Ok(ExitCode::from(FOUND)) };
    let request = crate::reporting::ReportRequest {
        kind: args.kind,
        captures: args.captures,
        day: args.day,
        incident: args.incident,
        language: language_of(&mission, args.language)?,
        audience: audience_of(&mission, args.reader),
    };
    let documents = crate::reporting::one(&mission, &request, &Progress::new(show))?;
    for document in documents {
        let path = args.out.join(&document.file_name);
        crate::files::write_whole(&path, &document.bytes)?;
        if show == Show::Auto {
            anstream::println!("wrote {}", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(args: VerifyArgs) -> Outcome {
    let old = args.checkpoint.map(std::fs::read).transpose().context("couldn't read the kept checkpoint")?;
    let asked = match args.policy {
        Some(policy) => Asked::Policy(witness::policy_file(&policy)?),
        None if args.witnesses.is_empty() => Asked::Nobody,
        None => Asked::Witnesses { keys: args.witnesses, at_least: args.at_least },
    };
    let authorities = args.tsa_cert.as_deref().map(stamps::authorities).transpose()?;
    let kept = old.as_deref();
    let trust = seal::Trust { keys: &args.keys, kept, witnesses: &asked, authorities: authorities.as_ref() };
    let is_package = package::is_package(&args.folder);
    let verdicts =
        if is_package { package::verify(&args.folder, trust) } else { seal::verify_trusting(&args.folder, trust) };
    let verdicts = verdicts?;
    let is_sound = verdicts.faults.is_empty() && verdicts.lacking.is_empty() && verdicts.size.is_some();
    match args.format {
        Format::Json => {
            let cosigned = verdicts
                .cosigned
                .iter()
                .map(|by| serde_json::json!({"witness": by.witness, "entries": by.entries, "at": by.at.to_string()}));
            let stamped = verdicts.stamped.iter().map(stamps::Stamped::wire);
            let value = serde_json::json!({
                "cosigned": cosigned.collect::<Vec<_>>(),
                "stamped": stamped.collect::<Vec<_>>(),
                "sound": is_sound,
                "entries": verdicts.size,
                "captures": verdicts.n_captures,
                "results": verdicts.n_results,
                "faults": verdicts.faults,
                "lacking": verdicts.lacking,
                "notes": verdicts.notes,
            });
            anstream::println!("{value}");
        }
        Format::Text => {
            for fault in &verdicts.faults {
                anstream::println!("\u{1b}[1;31mchanged\u{1b}[0m: {fault}");
            }
            for note in &verdicts.notes {
                anstream::println!("note: {note}");
            }
            for lacking in &verdicts.lacking {
                anstream::println!("\u{1b}[1;33mnot enough\u{1b}[0m: {lacking}");
            }
            for by in &verdicts.cosigned {
                anstream::println!("cosigned: {} at {}, {} entries", by.witness, by.at, by.entries);
            }
            for stamp in &verdicts.stamped {
                anstream::println!("stamped: {stamp}");
            }
            if is_sound {
                let size = verdicts.size.unwrap_or_default();
                let (n_captures, n_results) = (verdicts.n_captures, verdicts.n_results);
                anstream::println!(
                    "\u{1b}[1;32msound\u{1b}[0m: {size} entries, {n_captures} captures and {n_results} results are as they were said"
                );
            } else if verdicts.faults.is_empty() && verdicts.size.is_some() {
                anstream::println!(
                    "\u{1b}[1;33mnot enough\u{1b}[0m: nothing was changed, and less is proved than was asked for"
                );
            } else {
                anstream::println!("\u{1b}[1;31mnot sound\u{1b}[0m: {} faults", verdicts.faults.len());
            }
        }
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn custody(args: &CustodyArgs) -> Outcome {
    let digest =
        truceline_domain::Digest::from_hex(&args.capture).context("the capture is named by 64 hexadecimal digits")?;
    let mut seal = seal::Seal::open(&args.out.join("evidence"), seal::signing_key(args.key.as_deref())?)?;
    let bytes = seal.capture(digest)?.context("there is no such capture")?;
    let act = if args.view { seal::Custody::Viewed } else { seal::Custody::Copied };
    // Entered first: a copy that nobody entered must not exist.
    seal.say(&[seal::Entry::custody(act, digest, (&args.actor, &args.reason), jiff::Timestamp::now())])?;
    match &args.to {
        Some(path) => crate::files::write_whole(path, &bytes)?,
        None => std::io::stdout().write_all(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn simulate(args: &SimulateArgs, show: Show) -> Outcome {
    let mut n_missed = 0;
    for path in &args.scenarios {
        let drill = drill::Drill::read(path, args.missions.as_deref(), args.seed)?;
        for problem in &drill.problems {
            anstream::eprintln!("{}", problems::describe(problem));
        }
        if mission::has_errors(&drill.problems) {
            n_missed += 1;
            continue;
        }
        if let Some(out) = &args.out {
            let folder = if args.scenarios.len() > 1 { out.join(&drill.scenario.name) } else { out.clone() };
            drill.write(&folder)?;
            if show == Show::Auto {
                anstream::println!("wrote {}: {}", folder.display(), drill.describe());
            }
        } else if show == Show::Auto {
            anstream::println!("{}: {}", drill.scenario.name, drill.describe());
        }
        if args.check {
            n_missed += check_drill(&drill)?;
        }
    }
    Ok(if n_missed > 0 { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn check_drill(drill: &drill::Drill) -> anyhow::Result<usize> {
    let outcomes = drill.check()?;
    for outcome in &outcomes {
        let word = if outcome.is_met { "\u{1b}[32mmet\u{1b}[0m   " } else { "\u{1b}[31mmissed\u{1b}[0m" };
        anstream::println!("  {word} line {}: {} ({})", outcome.line, outcome.expected, outcome.found);
    }
    Ok(outcomes.iter().filter(|outcome| !outcome.is_met).count())
}
