//! `truceline track`: what many sensors reported becomes tracks.

mod setup;

use crate::files::{cell, read_regular, write_whole};
use crate::problems;
use crate::progress::{Progress, Show};
use anyhow::Context as _;
use clap::ValueEnum;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_domain::Severity;
use truceline_fusion::tracking::{Happening, Scan, TrackState, Tracker, smooth};
use truceline_intake::track_scenario::{ScenarioScans, TrackScenario, read_meta, read_scans};

/// What `truceline track` is asked.
#[derive(clap::Args)]
pub struct TrackArgs {
    /// Folder with `meta.json`, `scans.csv` and `detections.csv` (each may be gzipped).
    scenario: PathBuf,
    /// File for the tracks.
    #[arg(long, short)]
    out: PathBuf,
    /// In which order scans are taken in.
    #[arg(long, value_enum, default_value_t = Order::Meas)]
    order: Order,
    /// File for claims and what sensors make of them, zones entered, lines crossed.
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// File for which report belongs to which track, with what probability.
    #[arg(long, value_name = "FILE")]
    links: Option<PathBuf>,
    /// File for the tracks with everything taken in afterwards, and how far that moved them.
    #[arg(long, value_name = "FILE")]
    smoothed: Option<PathBuf>,
    /// File for the biases of the sensors as found.
    #[arg(long, value_name = "FILE")]
    biases: Option<PathBuf>,
}

/// Orders of taking in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// As measured: at each time everything measured until then is known.
    Meas,
    /// As it arrived, late scans late: what a live system knows.
    Arrival,
}

/// Problems were found.
const FOUND: u8 = 1;
/// Largest file that is read, bytes.
const FILE_MAX_BYTES: u64 = 2 << 30;
/// Scans that arrive later than this are not taken in any more, s.
const LAG_S: f64 = 40.0;

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written. Rows that cannot be used are named on standard error; then the exit code is 1.
pub fn run(args: &TrackArgs, show: Show) -> anyhow::Result<ExitCode> {
    let (scenario, mut problems) = read_meta(&text(&args.scenario, "meta.json")?, "meta.json");
    let (mut scans, more) =
        read_scans(&text(&args.scenario, "scans.csv")?, &text(&args.scenario, "detections.csv")?, &scenario);
    problems.extend(more);
    problems::tell(&problems);
    let is_arrival = args.order == Order::Arrival;
    if !is_arrival {
        scans.scans.sort_by(|a, b| a.measured_s.total_cmp(&b.measured_s).then(a.number.cmp(&b.number)));
    }
    let setup = setup::setup_of(&scenario, if is_arrival { LAG_S } else { 0.0 });
    let mut tracker = Tracker::new(&setup);
    let times = times(&args.scenario, &scenario)?;
    let progress = Progress::new(show);
    progress.start("track", scans.scans.len() as u64);
    let mut out = String::from(HEAD);
    let mut wanted = times.iter().peekable();
    for row in &scans.scans {
        let now_s = if is_arrival { row.arrived_s } else { row.measured_s };
        while let Some(at) = wanted.next_if(|at| **at < now_s) {
            tracker.tracks_at(*at).iter().for_each(|track| line(&mut out, *at, track, &scans));
        }
        tracker.push(setup::scan_of(row, &scans));
        progress.step(1);
    }
    for at in wanted {
        tracker.tracks_at(*at).iter().for_each(|track| line(&mut out, *at, track, &scans));
    }
    tracker.catch_up();
    progress.finish();
    write_whole(&args.out, out.as_bytes())?;
    write_more(args, (&scenario, &scans), (&setup, &tracker))?;
    if show == Show::Auto {
        anstream::println!("{}", summary(&tracker, &scans));
    }
    let is_bad = problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn summary(tracker: &Tracker, scans: &ScenarioScans) -> String {
    let mut numbers: Vec<u64> = tracker.links().iter().map(|link| link.track).collect();
    numbers.sort_unstable();
    numbers.dedup();
    format!(
        "{} tracks from {} reports in {} scans; {} statements; {} scans came too late",
        numbers.len(),
        scans.plots.len(),
        scans.scans.len(),
        tracker.events().len(),
        tracker.dropped()
    )
}

/// A file of the folder as text, plain or gzipped.
fn text(folder: &Path, name: &str) -> anyhow::Result<String> {
    let plain = folder.join(name);
    let path = if plain.exists() { plain } else { folder.join(format!("{name}.gz")) };
    let bytes = read_regular(&path, FILE_MAX_BYTES).with_context(|| format!("couldn't read {}", path.display()))?;
    let (bytes, problems) = truceline_intake::unpack(name, &bytes);
    problems::tell(&problems.into_vec());
    String::from_utf8(bytes.into_owned()).with_context(|| format!("{} is no text", path.display()))
}

/// When tracks are wanted: the times of `truth.csv` where there is one, else every step of the scenario.
fn times(folder: &Path, scenario: &TrackScenario) -> anyhow::Result<Vec<f64>> {
    let truth = ["truth.csv", "truth.csv.gz"].iter().any(|name| folder.join(name).exists());
    if !truth {
        let step_s = if scenario.step_s > 0.0 { scenario.step_s } else { 1.0 };
        let n = (scenario.duration_s / step_s).clamp(0.0, 1e6) as u32;
        return Ok((0..=n).map(|k| f64::from(k) * step_s).collect());
    }
    let table = text(folder, "truth.csv")?;
    let cells = table.lines().skip(1).filter_map(|line| line.split(',').next());
    let mut times: Vec<f64> = cells.filter_map(|cell| cell.parse().ok()).filter(|t: &f64| t.is_finite()).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    Ok(times)
}

/// Metres east and north and metres per second; variances in their squares; existence and kind with their probabilities.
const HEAD: &str =
    "t,track,x,y,vx,vy,class,existence,var_x,cov_xy,var_y,var_vx,cov_vxvy,var_vy,identity,claimed_only\n";

fn line(out: &mut String, at_s: f64, track: &TrackState, scans: &ScenarioScans) {
    let (mean, cov) = (&track.mean, &track.cov);
    let identity = track.identity.and_then(|index| scans.identities.get(index as usize)).map_or("", String::as_str);
    // Writing into a text cannot fail.
    let _ = writeln!(
        out,
        "{at_s:.1},{},{:.2},{:.2},{:.2},{:.2},{},{:.4},{:.2},{:.2},{:.2},{:.3},{:.3},{:.3},{},{}",
        track.track,
        mean.x,
        mean.y,
        mean.u,
        mean.v,
        track.mover.word(),
        track.existence,
        cov.xx,
        cov.xy,
        cov.yy,
        cov.uu,
        cov.uv,
        cov.vv,
        cell(identity),
        track.claimed_only
    );
}

fn write_more(
    args: &TrackArgs,
    (scenario, scans): (&TrackScenario, &ScenarioScans),
    (setup, tracker): (&truceline_fusion::tracking::Setup, &Tracker),
) -> anyhow::Result<()> {
    if let Some(path) = &args.events {
        write_whole(path, statements(tracker, (scenario, scans)).as_bytes())?;
    }
    if let Some(path) = &args.links {
        let mut text = String::from("track,det,probability\n");
        for link in tracker.links() {
            let _ = writeln!(text, "{},{},{:.6}", link.track, link.plot, link.probability);
        }
        write_whole(path, text.as_bytes())?;
    }
    if let Some(path) = &args.smoothed {
        let all: Vec<Scan> = scans.scans.iter().map(|row| setup::scan_of(row, scans)).collect();
        let mut text = String::from("t,track,x,y,vx,vy,var_x,cov_xy,var_y,moved_m,det\n");
        for s in smooth(setup, &all, tracker.links()) {
            let _ = writeln!(
                text,
                "{:.3},{},{:.2},{:.2},{:.2},{:.2},{:.2},{:.2},{:.2},{:.2},{}",
                s.time_s,
                s.track,
                s.mean.x,
                s.mean.y,
                s.mean.u,
                s.mean.v,
                s.cov.xx,
                s.cov.xy,
                s.cov.yy,
                s.moved_m,
                s.plot
            );
        }
        write_whole(path, text.as_bytes())?;
    }
    if let Some(path) = &args.biases {
        let mut text = String::from("sensor,azimuth_deg,azimuth_sigma_deg,range_m,range_sigma_m,time_s,time_sigma_s\n");
        for (sensor, (bias, sigma)) in scenario.sensors.iter().zip(tracker.biases()) {
            let ([a, r, t], [sa, sr, st]) = (bias, sigma);
            let _ = writeln!(text, "{},{a:.4},{sa:.4},{r:.2},{sr:.2},{t:.4},{st:.4}", cell(&sensor.name));
        }
        write_whole(path, text.as_bytes())?;
    }
    Ok(())
}

/// One line for each statement, with the reports behind it.
fn statements(tracker: &Tracker, (scenario, scans): (&TrackScenario, &ScenarioScans)) -> String {
    let mut text = String::from("t,known,track,identity,what,where,number,reports\n");
    let place = |watched: u32| scenario.watched.get(watched as usize).map_or("", |(name, _, _)| name.as_str());
    for event in tracker.events() {
        let identity = event.identity.and_then(|index| scans.identities.get(index as usize)).map_or("", String::as_str);
        let track = event.track.map(|track| track.to_string()).unwrap_or_default();
        let appeared;
        let (what, at, number) = match &event.what {
            Happening::Entered { watched, probability } => ("entered", place(*watched), *probability),
            Happening::Left { watched, inside_s } => ("left", place(*watched), *inside_s),
            Happening::Crossed { watched, to_left } => ("crossed", place(*watched), f64::from(u8::from(*to_left))),
            Happening::ClaimNotCorroborated { probability } => ("claim_not_corroborated", "", *probability),
            Happening::IdentityOnTwoTracks { other } => ("identity_on_two_tracks", "", *other as f64),
            Happening::ImpossibleJump { gap_m, .. } => ("impossible_jump", "", *gap_m),
            Happening::WentDark => ("went_dark", "", 0.0),
            Happening::Reports => ("reports_again", "", 0.0),
            Happening::DarkContact => ("dark_contact", "", 0.0),
            Happening::Appeared { watched, east_m, north_m } => {
                appeared = format!("{east_m:.0} {north_m:.0}");
                ("appeared", appeared.as_str(), *watched)
            }
        };
        let reports: Vec<String> = event.plots.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "{:.2},{:.2},{track},{},{what},{},{number:.4},{}",
            event.time_s,
            event.known_s,
            cell(identity),
            cell(at),
            reports.join(";")
        );
    }
    text
}
