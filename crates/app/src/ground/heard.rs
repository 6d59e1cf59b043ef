//! `truceline heard`: what silence of a network of microphones is worth at a place and time.

use super::{FOUND, bytes_of, outages_of};
use crate::problems;
use anyhow::Context as _;
use jiff::Timestamp;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_domain::{Problem, Severity, Span, Wgs84};
use truceline_fusion::ground::{Fading, Hearing, Listening, Noise, Wanted};
use truceline_intake::picks;

/// What `truceline heard` is asked.
#[derive(clap::Args)]
pub struct HeardArgs {
    /// Where the sensors stand: `station,lat,lon,elev_m[,sensor]`.
    stations: PathBuf,
    /// The place, latitude and longitude in degrees.
    #[arg(long, value_name = "LAT,LON", value_parser = place, allow_hyphen_values = true)]
    at: Wgs84,
    /// Radius around it, km.
    #[arg(long, default_value_t = 1.0)]
    radius_km: f64,
    /// From when.
    #[arg(long)]
    from: Timestamp,
    /// Until when.
    #[arg(long)]
    until: Timestamp,
    /// Stations that must hear it.
    #[arg(long, default_value_t = 4)]
    heard_by: usize,
    /// With what probability.
    #[arg(long, default_value_t = 0.9)]
    probability: f64,
    /// How loud it was at every station in its band, dB re 20 µPa.
    #[arg(long, value_name = "DB")]
    noise_db: f64,
    /// When stations were down (`sensor,from,until,pd_factor,cause`).
    #[arg(long, value_name = "FILE")]
    outages: Option<PathBuf>,
}

fn place(text: &str) -> Result<Wgs84, String> {
    let parts = text.split_once(',').and_then(|(lat, lon)| Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?)));
    let (lat_deg, lon_deg) = parts.ok_or("write latitude and longitude, such as 48.21,37.85")?;
    Wgs84::new(lat_deg, lon_deg).map_err(|error| error.to_string())
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read, or the span runs backwards.
pub fn run(args: &HeardArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        (0.0..1.0).contains(&args.probability) && args.probability > 0.0,
        "`--probability` lies between 0 and 1"
    );
    anyhow::ensure!(args.heard_by > 0, "`--heard-by` is at least 1");
    anyhow::ensure!((0.0..=200.0).contains(&args.noise_db), "`--noise-db` lies between 0 and 200");
    anyhow::ensure!((0.0..=500.0).contains(&args.radius_km), "`--radius-km` lies between 0 and 500");
    let mut found: Vec<Problem> = Vec::new();
    let span = Span::new(args.from, args.until).context("`--until` lies before `--from`")?;
    let bytes = bytes_of(&args.stations, &mut found)?;
    let (stations, problems) = picks::stations::read(&bytes, &args.stations.display().to_string());
    found.extend(problems.into_vec());
    let outages = match &args.outages {
        Some(path) => outages_of(path, &mut found)?,
        None => Vec::new(),
    };
    let noise: Vec<Noise> =
        stations.iter().map(|s| Noise { station: s.id.clone(), span, level_db: args.noise_db }).collect();
    let listening = Listening {
        stations: &stations,
        outages: &outages,
        noise: &noise,
        air: &[],
        hearing: Hearing::Physics(Fading::default()),
    };
    let wanted = Wanted { n_stations: args.heard_by, probability: args.probability };
    problems::tell(&found);
    let statement = listening.silence((args.at, 1_000.0 * args.radius_km), span, wanted);
    anstream::println!("if nothing was located there: {statement}");
    let is_bad = found.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}
