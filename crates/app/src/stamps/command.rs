//! The commands `stamp request` and `stamp attach` of the program.

use super::{ask, attach, authorities};
use anyhow::Context as _;
use clap::Subcommand;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_evidence::timestamp::MAX_TOKEN_BYTES;

/// What can be asked about time stamps.
#[derive(Subcommand)]
pub enum StampCommand {
    /// Write the request about the newest checkpoint to standard output, to be carried to an authority.
    #[command(after_help = "Example:\n  truceline stamp request out > req.tsq")]
    Request {
        /// A replay's folder, a folder of evidence, or a bare log.
        out: PathBuf,
    },
    /// Verify the answer of an authority and keep it beside the log.
    #[command(after_help = "Example:\n  truceline stamp attach out answer.tsr --tsa-cert tsa.pem")]
    Attach {
        /// A replay's folder, or a folder of evidence.
        out: PathBuf,
        /// What the authority answered.
        answer: PathBuf,
        /// Certificates (PEM) of authorities that you trust, or of those who certify them.
        #[arg(long, value_name = "FILE")]
        tsa_cert: PathBuf,
    },
}

/// Runs one of them.
///
/// # Errors
/// When there is no log, when a file cannot be read, or when the answer does not hold.
pub fn run(command: StampCommand) -> anyhow::Result<ExitCode> {
    match command {
        StampCommand::Request { out } => {
            let mut stdout = std::io::stdout().lock();
            anyhow::ensure!(
                !stdout.is_terminal(),
                "the request is not for reading: send it to a file with `> req.tsq`"
            );
            stdout.write_all(&ask(&out, nonce()?)?)?;
            stdout.flush()?;
        }
        StampCommand::Attach { out, answer, tsa_cert } => {
            let n_bytes = std::fs::metadata(&answer).map(|about| about.len()).unwrap_or_default();
            anyhow::ensure!(n_bytes <= MAX_TOKEN_BYTES as u64, "{} is too large to be an answer", answer.display());
            let bytes = std::fs::read(&answer).with_context(|| format!("couldn't read {}", answer.display()))?;
            let stamped = attach(&out, &bytes, &authorities(&tsa_cert)?)?;
            anstream::println!("stamped: {stamped}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn nonce() -> anyhow::Result<u64> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("couldn't draw a number: {error}"))?;
    Ok(u64::from_be_bytes(bytes))
}
