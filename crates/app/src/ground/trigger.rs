//! `truceline trigger`: STA/LTA triggers of waveform files, sample by sample as the usual tools give them.

use super::FOUND;
use super::pick::Read;
use super::tables::micros;
use crate::files::write_whole;
use crate::problems;
use jiff::SignedDuration;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_domain::{Recording, Severity};
use truceline_sensing::trigger::{Thresholds, classic_sta_lta, recursive_triggers, trigger_onset};

/// What `truceline trigger` is asked.
#[derive(clap::Args)]
pub struct TriggerArgs {
    /// Waveform files: miniSEED 2 and 3, SAC, WAV.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// File for the triggers.
    #[arg(long, short)]
    out: PathBuf,
    /// Short average, s.
    #[arg(long, default_value_t = 0.5)]
    sta: f64,
    /// Long average, s.
    #[arg(long, default_value_t = 10.0)]
    lta: f64,
    /// Ratio at which a trigger begins.
    #[arg(long, default_value_t = 4.0)]
    on: f64,
    /// Ratio below which it ends.
    #[arg(long, default_value_t = 1.5)]
    off: f64,
    /// Plain means over the two windows instead of running averages.
    #[arg(long)]
    classic: bool,
}

/// Runs the command. Samples are taken as they are, without filter and with their mean.
///
/// # Errors
/// When the disk refuses. Files that cannot be read are named on standard error; then the exit code is 1.
pub fn run(args: &TriggerArgs) -> anyhow::Result<ExitCode> {
    let (mut read, mut found) = (Read::default(), Vec::new());
    args.files.iter().for_each(|path| read.file(path, &mut found));
    problems::tell(&found);
    let mut text = String::from("channel,from,until,first_sample,last_sample,stretch_from\n");
    for recording in &read.recordings {
        for (first, last) in triggers(args, recording) {
            let (from, until) = (time(recording, first), time(recording, last));
            let begin = micros(recording.from);
            // Writing into a text cannot fail.
            let _ = writeln!(text, "{},{from},{until},{first},{last},{begin}", recording.sensor);
        }
    }
    write_whole(&args.out, text.as_bytes())?;
    let is_bad = found.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn triggers(args: &TriggerArgs, recording: &Recording) -> Vec<(usize, usize)> {
    let samples: Vec<f64> = recording.samples.values.iter().map(|x| f64::from(*x)).collect();
    let n = |seconds: f64| (seconds * recording.samples.rate_hz).max(1.0) as usize;
    let thresholds = Thresholds::new(args.on, args.off);
    if args.classic {
        let ratio = classic_sta_lta(&samples, n(args.sta), n(args.lta)).unwrap_or_default();
        return trigger_onset(&ratio, &thresholds);
    }
    recursive_triggers(&samples, n(args.sta), n(args.lta), &thresholds)
}

fn time(recording: &Recording, sample: usize) -> String {
    let seconds = sample as f64 / recording.samples.rate_hz;
    let offset = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::ZERO);
    micros(recording.from.checked_add(offset).unwrap_or(recording.from))
}
