//! Witnesses: somebody else cosigns the checkpoints of a log, and never two that contradict each other.
//!
//! | module | whose part it is |
//! |---|---|
//! | [`service`], [`signing`] | the witness: over HTTP, and with files carried by hand |
//! | [`asking`], [`peer`] | the log: asks witnesses, or writes the request for one without a network |
//! | [`kept`] | the log: its checkpoints and their cosignatures, kept beside it |
//! | [`quorum`] | the reader: have enough witnesses cosigned, when, and can their clocks be right |
//! | [`compare`] | anyone: do two checkpoints of one log contradict each other |
//!
//! The protocol is C2SP `tlog-witness`; the rules themselves are those of [`truceline_evidence::witness`]. This module
//! brings the clock, the sockets and the disk.

use crate::progress::Show;
use anyhow::Context as _;
use clap::Subcommand;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_evidence::keys::{CosignerKey, VerifierKey};
use truceline_evidence::policy::Policy;

pub mod asking;
pub mod compare;
pub mod kept;
pub mod peer;
pub mod quorum;
pub mod service;
pub mod signing;

/// Problems were found: a refusal, a log with two histories.
pub(crate) const FOUND: u8 = 1;
/// The question cannot be answered as it was put.
pub(crate) const NOT_UNDERSTOOD: u8 = 2;
/// The machine or the network refused.
pub(crate) const REFUSED: u8 = 3;

/// What can be asked of a witness, or about one.
#[derive(Subcommand)]
pub enum WitnessCommand {
    /// Make the secret key of a witness, and print its public key.
    #[command(after_help = "Example:\n  truceline witness key north.key --name north.example/witness")]
    Key {
        /// File to make, readable by its owner alone.
        file: PathBuf,
        /// Name of the witness, like an address without scheme.
        #[arg(long)]
        name: String,
    },
    /// Be a witness: check that logs only grow, and cosign their checkpoints.
    ///
    /// What was cosigned last is on disk before the answer leaves. Speaks plain HTTP: over networks put it behind your own TLS.
    #[command(
        after_help = "Example:\n  truceline witness serve --key north.key --log 'monitor.example/evidence+1a2b3c4d+…' --state /var/lib/truceline-witness --port 8038"
    )]
    Serve(ServeArgs),
    /// Ask witnesses to cosign the log of a replay or a service.
    ///
    /// Speaks plain HTTP: over networks reach the witness through the partner's TLS (a local tunnel), or carry files with
    /// `witness request`, `witness sign` and `witness accept`.
    #[command(
        after_help = "Examples:\n  truceline witness ask out --witness http://127.0.0.1:8038 --vkey 'north.example/witness+07e69232+…'\n  truceline witness ask out --policy policy.txt"
    )]
    Ask(AskArgs),
    /// Write the request for a witness that has no network to standard output.
    #[command(after_help = "Example:\n  truceline witness request out --old 163 > request.txt")]
    Request {
        /// A replay's folder, a folder of evidence, or a bare log.
        out: PathBuf,
        /// Entries in the log when this witness saw it last; 0 when it never did.
        #[arg(long, default_value_t = 0)]
        old: u64,
    },
    /// Cosign a request from standard input; the answer goes to standard output.
    #[command(
        after_help = "Example:\n  truceline witness sign --key north.key --log log.vkey --state north-state < request.txt > answer.txt"
    )]
    Sign(StateArgs),
    /// Take in the answer of a witness that has no network.
    #[command(
        after_help = "Example:\n  truceline witness accept out answer.txt --vkey 'north.example/witness+07e69232+…'"
    )]
    Accept {
        /// A replay's folder, a folder of evidence, or a bare log.
        out: PathBuf,
        /// What the witness wrote.
        answer: PathBuf,
        /// Public key of the witness, or a file that holds it.
        #[arg(long, value_parser = given_key)]
        vkey: VerifierKey,
    },
    /// Hold two checkpoints of one log against each other.
    ///
    /// Exit code 1: they contradict each other, and a file was written by which anyone can see it, offline. 0: they agree.
    /// 2: nothing can be told from what was given.
    #[command(
        after_help = "Examples:\n  truceline witness compare ours.txt theirs.txt --vkey log.vkey\n  truceline witness compare kept.txt out/evidence/log/checkpoint --tiles out\n  truceline witness compare --proof split-view.txt --vkey log.vkey"
    )]
    Compare(CompareArgs),
}

/// Key, logs and memory of a witness.
#[derive(clap::Args)]
pub struct StateArgs {
    /// Secret key of the witness.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Public key of a log to be witnessed, or a file that holds it (may be given several times).
    #[arg(long = "log", value_name = "VKEY", required = true, value_parser = given_key)]
    logs: Vec<VerifierKey>,
    /// Folder in which the witness remembers what it cosigned last. It must never be put back to an earlier state.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
}

/// What `witness serve` is told.
#[derive(clap::Args)]
pub struct ServeArgs {
    #[command(flatten)]
    state: StateArgs,
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 8038)]
    port: u16,
    /// Address to listen on. On any other than the loopback address, whoever reaches this machine can ask.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
}

/// What `witness ask` is told.
#[derive(clap::Args)]
pub struct AskArgs {
    /// A replay's folder, a folder of evidence, or a bare log.
    out: PathBuf,
    /// Address of a witness (may be given several times, each with its `--vkey` in the same order).
    #[arg(long = "witness", value_name = "URL", value_parser = peer::Peer::parse)]
    witnesses: Vec<peer::Peer>,
    /// Public key of that witness, or a file that holds it.
    #[arg(long = "vkey", value_name = "VKEY", value_parser = given_key)]
    keys: Vec<VerifierKey>,
    /// Ask every witness of this policy that has an address in it.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

/// What `witness compare` is told.
#[derive(clap::Args)]
pub struct CompareArgs {
    /// Two files, each a signed checkpoint.
    #[arg(num_args = 2, value_names = ["A", "B"], required_unless_present = "proof", conflicts_with = "proof")]
    checkpoints: Vec<PathBuf>,
    /// Public key of the log, or a file that holds it (may be given several times).
    #[arg(long = "vkey", value_name = "VKEY", value_parser = given_key)]
    keys: Vec<VerifierKey>,
    /// Folder of the log that the larger checkpoint is of: needed when the two are of different sizes.
    #[arg(long, value_name = "OUT", conflicts_with = "proof")]
    tiles: Option<PathBuf>,
    /// Where to write the proof of a contradiction.
    #[arg(long, value_name = "FILE", default_value = "split-view.txt", conflicts_with = "proof")]
    write: PathBuf,
    /// Verify such a proof instead.
    #[arg(long, value_name = "FILE", requires = "keys")]
    proof: Option<PathBuf>,
}

/// Runs one of them.
///
/// # Errors
/// When the machine refuses: disk, port, key.
pub fn run(command: WitnessCommand, show: Show) -> anyhow::Result<ExitCode> {
    match command {
        WitnessCommand::Key { file, name } => {
            anstream::println!("{}", new_key(&file, &name)?);
            Ok(ExitCode::SUCCESS)
        }
        WitnessCommand::Serve(ServeArgs { state, port, address }) => {
            let desk = signing::Desk::open(cosigner_key(&state.key)?, &state.logs, &state.state)?;
            service::run(desk, (address, port).into())
        }
        WitnessCommand::Ask(args) => {
            if args.witnesses.len() != args.keys.len() {
                anstream::eprintln!("each `--witness URL` needs its `--vkey VKEY`, in the same order");
                return Ok(ExitCode::from(NOT_UNDERSTOOD));
            }
            let mut witnesses: Vec<_> = args.witnesses.into_iter().zip(args.keys).collect();
            if let Some(policy) = args.policy {
                witnesses.extend(asking::reachable(&policy_file(&policy)?)?);
            }
            asking::ask(&args.out, &witnesses, show)
        }
        WitnessCommand::Request { out, old } => asking::request(&out, old),
        WitnessCommand::Sign(state) => {
            signing::sign(&signing::Desk::open(cosigner_key(&state.key)?, &state.logs, &state.state)?)
        }
        WitnessCommand::Accept { out, answer, vkey } => asking::accept(&out, &answer, (&vkey, show)),
        WitnessCommand::Compare(args) => match (&args.proof, args.checkpoints.as_slice()) {
            (Some(proof), _) => compare::check_proof(proof, &args.keys),
            (None, [one, other]) => compare::run((one, other), (args.tiles.as_deref(), &args.keys), &args.write),
            _ => Ok(ExitCode::from(NOT_UNDERSTOOD)),
        },
    }
}

/// A public key as it was given: itself, or the name of a file whose first line it is.
///
/// # Errors
/// A sentence, when it is neither.
pub fn given_key(text: &str) -> Result<VerifierKey, String> {
    let error = match VerifierKey::parse(text) {
        Ok(key) => return Ok(key),
        Err(error) => error,
    };
    let Ok(held) = std::fs::read_to_string(text) else { return Err(format!("no file, and no public key: {error}")) };
    let line = held.lines().next().unwrap_or_default().trim();
    VerifierKey::parse(line).map_err(|error| format!("its first line is no public key: {error}"))
}

/// Reads a policy file.
///
/// # Errors
/// When it cannot be read, and the first line that is wrong.
pub fn policy_file(path: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(path).with_context(|| format!("couldn't read {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("{} is no policy", path.display()))
}

fn cosigner_key(path: &Path) -> anyhow::Result<CosignerKey> {
    let text = std::fs::read_to_string(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let hint = "is no secret key of a witness; `truceline witness key FILE --name NAME` makes one";
    CosignerKey::parse(text.trim()).with_context(|| format!("{} {hint}", path.display()))
}

fn new_key(path: &Path, name: &str) -> anyhow::Result<VerifierKey> {
    let mut entropy = [0_u8; 32];
    getrandom::fill(&mut entropy).map_err(|error| anyhow::anyhow!("couldn't draw a key: {error}"))?;
    let key = CosignerKey::from_entropy(name, &entropy)?;
    crate::seal::write_secret(path, &key.secret_text())?;
    Ok(key.verifier().clone())
}
