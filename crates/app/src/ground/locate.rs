//! `truceline locate`: a folder of stations and picks becomes events and arrivals.

use super::{FOUND, bytes_of, outages_of, pictures, tables};
use crate::files::write_private;
use crate::problems;
use crate::progress::{Progress, Show};
use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_domain::{Outage, Pick, Problem, Severity, Span, Station, Wgs84};
use truceline_fusion::ground::{self, AirColumn, Frame, Input, Located, Quarry, Searched, Settings, Surroundings};
use truceline_intake::picks::{self, config::LocateConfig};

/// What `truceline locate` is asked.
#[derive(clap::Args)]
pub struct LocateArgs {
    /// Folder with `stations.csv`, `picks.csv` and `config.json`; `outages.csv` is read when it is there.
    folder: PathBuf,
    /// File for the events.
    #[arg(long)]
    events: PathBuf,
    /// File for the arrivals: which pick belongs to which event.
    #[arg(long)]
    arrivals: PathBuf,
    /// When stations were down (`sensor,from,until,pd_factor,cause`), if not `outages.csv` in the folder.
    #[arg(long, value_name = "FILE")]
    outages: Option<PathBuf>,
    /// File for the stations whose clocks cannot be right.
    #[arg(long, value_name = "FILE")]
    clocks: Option<PathBuf>,
    /// File for wind and temperature as the events themselves speak for them.
    #[arg(long, value_name = "FILE")]
    air: Option<PathBuf>,
    /// File for the rounds whose launch and impact were both heard: the impact, and how sure the pair is. The launch stays
    /// sealed.
    #[arg(long, value_name = "FILE")]
    chains: Option<PathBuf>,
    /// Registered quarries (`name,lat,lon,radius_m`).
    #[arg(long, value_name = "FILE")]
    quarries: Option<PathBuf>,
    /// File for the regions of events whose place no ellipse can say (GeoJSON).
    #[arg(long, value_name = "FILE")]
    regions: Option<PathBuf>,
    /// Folder for one sheet with pictures for each event.
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
    /// Most sheets that are drawn, those with the highest odds first.
    #[arg(long, value_name = "N", default_value_t = 50, requires = "pictures")]
    most_pictures: usize,
    /// Draw also where fire came from; without it such sheets carry no place. For the sealed room.
    #[arg(long, requires = "pictures")]
    sealed_room: bool,
    /// Language of the sheets (en, uk, ru, fr).
    #[arg(long, default_value = "en", requires = "pictures")]
    language: String,
    /// Leave wind and temperature of `config.json` unused.
    #[arg(long)]
    without_weather: bool,
    /// Threads; the result does not depend on it.
    #[arg(long, default_value_t = 0)]
    threads: usize,
}

/// The most threads that are started.
const MAX_THREADS: usize = 64;

/// What the folder holds.
pub(super) struct Folder {
    /// The stations.
    pub stations: Vec<Station>,
    /// The picks that could be read.
    pub picks: Vec<Pick>,
    /// For each of them its row in `picks.csv`, the first after the head being 0.
    pub rows: Vec<usize>,
    /// When stations were down.
    pub outages: Vec<Outage>,
    /// What governs the search.
    pub settings: Settings,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written. Rows that cannot be used are named on standard error; then the exit code is 1.
pub fn run(args: &LocateArgs, show: Show) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(args.events != args.arrivals, "`--events` and `--arrivals` name the same file");
    let (folder, found) = read(args)?;
    problems::tell(&found);
    let progress = Progress::new(show);
    progress.start("locate", folder.picks.len() as u64);
    let input = Input {
        stations: &folder.stations,
        picks: &folder.picks,
        outages: &folder.outages,
        settings: &folder.settings,
    };
    let mut located = ground::locate(&input);
    let mut surroundings = surroundings(&folder.settings);
    if let Some(path) = &args.quarries {
        surroundings.quarries = quarries(path)?;
    }
    let classified = ground::classify_all(&input, &mut located, &surroundings);
    progress.step(folder.picks.len() as u64);
    progress.finish();
    write(args, &folder, &located)?;
    if let Some(path) = &args.chains {
        let shocks = ground::shock_picks(&input, &located.arrivals);
        let chains = ground::chains(&located, &shocks, surroundings.area_km2, CHAIN_ENOUGH);
        write_private(path, tables::chains(&chains).as_bytes())?;
    }
    if let Some(into) = &args.pictures {
        let ask = pictures::Ask { most: args.most_pictures, sealed_room: args.sealed_room, language: &args.language };
        pictures::write(into, (&input, &located, &classified), &ask)?;
    }
    if show == Show::Auto {
        anstream::println!("{}", summary(&folder, &located));
    }
    let is_bad = found.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn summary(folder: &Folder, located: &Located) -> String {
    let mut text = format!(
        "{} events from {} of {} picks of {} stations",
        located.events.len(),
        located.arrivals.len(),
        folder.picks.len(),
        folder.stations.len()
    );
    for clock in &located.clocks {
        text.push_str(&format!(
            "\nclock of {}: {:+.3} s, {:+.4} s per hour, by {} arrivals; its picks count less",
            clock.station, clock.offset_s, clock.drift_s_per_h, clock.n_arrivals
        ));
    }
    text
}

fn write(args: &LocateArgs, folder: &Folder, located: &Located) -> anyhow::Result<()> {
    write_private(&args.events, tables::events(located).as_bytes())?;
    write_private(&args.arrivals, tables::arrivals(located, &folder.rows).as_bytes())?;
    if let Some(path) = &args.clocks {
        write_private(path, tables::clocks(located).as_bytes())?;
    }
    if let Some(path) = &args.air {
        write_private(path, tables::air(located).as_bytes())?;
    }
    if let Some(path) = &args.regions {
        write_private(path, tables::regions(located).to_string().as_bytes())?;
    }
    Ok(())
}

fn read(args: &LocateArgs) -> anyhow::Result<(Folder, Vec<Problem>)> {
    let mut found = Vec::new();
    let (config, problems) =
        picks::config::read(&bytes_of(&args.folder.join("config.json"), &mut found)?, "config.json");
    found.extend(problems.into_vec());
    let Some(config) = config else { anyhow::bail!("config.json cannot be used: {}", first_message(&found)) };
    let (stations, problems) =
        picks::stations::read(&bytes_of(&args.folder.join("stations.csv"), &mut found)?, "stations.csv");
    found.extend(problems.into_vec());
    let bytes = bytes_of(&args.folder.join("picks.csv"), &mut found)?;
    let (mut rows, mut picks) = (Vec::new(), Vec::new());
    let problems = picks::read_each(&bytes, "picks.csv", &mut |row, pick| {
        rows.push(row);
        picks.push(pick);
    });
    drop(bytes);
    found.extend(problems.into_vec());
    found.extend(without_twins(&mut rows, &mut picks));
    anyhow::ensure!(
        days(&picks) <= MAX_DAYS,
        "the picks span more than {MAX_DAYS} days; look for a wrong year, or split them"
    );
    let outages = outages(args, &mut found)?;
    let mut settings = settings(&config, args.threads.min(MAX_THREADS));
    if args.without_weather {
        settings.air.clear();
    }
    Ok((Folder { stations, picks, rows, outages, settings }, found))
}

/// The longest stretch that is searched at once, days.
const MAX_DAYS: f64 = 400.0;

fn days(picks: &[Pick]) -> f64 {
    let first = picks.iter().map(|pick| pick.at).min();
    let last = picks.iter().map(|pick| pick.at).max();
    first.zip(last).map_or(0.0, |(first, last)| last.duration_since(first).as_secs_f64() / 86_400.0)
}

/// Leaves out picks that a station states twice: the same wave at the same moment is one arrival.
fn without_twins(rows: &mut Vec<usize>, picks: &mut Vec<Pick>) -> Option<Problem> {
    let mut order: Vec<usize> = (0..picks.len()).collect();
    let key = |index: &usize| picks.get(*index).map(|pick| (&pick.sensor, pick.at, pick.wave));
    order.sort_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
    let mut is_twin = vec![false; picks.len()];
    for pair in order.windows(2) {
        if let [a, b] = pair
            && key(a) == key(b)
            && let Some(twin) = is_twin.get_mut(*b)
        {
            *twin = true;
        }
    }
    let n = is_twin.iter().filter(|twin| **twin).count();
    if n == 0 {
        return None;
    }
    let mut twins = is_twin.iter();
    rows.retain(|_| twins.next() == Some(&false));
    let mut twins = is_twin.iter();
    picks.retain(|_| twins.next() == Some(&false));
    let message = format!("{n} rows state an arrival again that stands in a row before; they count once");
    Some(Problem::warning("picks.csv", "pick_twice", message))
}

fn first_message(found: &[Problem]) -> String {
    found.first().map_or_else(String::new, |problem| problem.message.clone())
}

fn outages(args: &LocateArgs, found: &mut Vec<Problem>) -> anyhow::Result<Vec<Outage>> {
    let beside = args.folder.join("outages.csv");
    let path = match &args.outages {
        Some(path) => path.clone(),
        None if beside.exists() => beside,
        None => return Ok(Vec::new()),
    };
    outages_of(&path, found)
}

/// Kilometres in a degree of the flat frame that `config.json` speaks of.
const KM_PER_DEG: (f64, f64) = (111.19, 111.32);

/// Errors that are assumed of a field of wind and temperature that was given, m/s and °C.
const GIVEN_AIR_SIGMA: (f64, f64) = (2.0, 2.0);

fn settings(config: &LocateConfig, threads: usize) -> Settings {
    let (km_per_deg_lat, km_per_deg_equator) = KM_PER_DEG;
    let origin = config.origin;
    Settings {
        frame: Frame {
            origin,
            km_per_deg_lat,
            km_per_deg_lon: (km_per_deg_equator * origin.lat_deg().to_radians().cos()).max(1e-6),
        },
        searched: Searched { east_km: config.x_km, north_km: config.y_km, depth_km: config.z_km },
        p_km_s: config.vp_km_s,
        s_km_s: config.vs_km_s,
        layers: config.layers.clone(),
        air: air(config),
        n_picks: config.n_picks,
        n_p: config.n_p,
        n_s: config.n_s,
        n_p_and_s: config.n_ps,
        tolerance_s: config.tolerance_s,
        threads,
    }
}

/// The hourly field of `config.json`.
fn air(config: &LocateConfig) -> Vec<AirColumn> {
    let hour = |n: usize| {
        let offset = SignedDuration::from_hours(i64::try_from(n).unwrap_or(i64::MAX / 7_200));
        config.start.checked_add(offset).unwrap_or(Timestamp::MAX)
    };
    let (wind_sigma_mps, temperature_sigma_c) = GIVEN_AIR_SIGMA;
    let both = config.wind_hourly_mps.iter().zip(&config.temperature_hourly_c).enumerate();
    both.map(|(n, (wind_mps, temperature_c))| AirColumn {
        span: Span { from: hour(n), until: hour(n + 1) },
        wind_mps: *wind_mps,
        wind_sigma_mps,
        temperature_c: *temperature_c,
        temperature_sigma_c,
    })
    .collect()
}

/// What is known beside the picks: the size of the box; the sun stands for the clock.
fn surroundings(settings: &Settings) -> Surroundings {
    let Searched { east_km, north_km, .. } = settings.searched;
    let area_km2 = ((east_km.1 - east_km.0) * (north_km.1 - north_km.0)).abs().max(1.0);
    Surroundings { area_km2, ..Surroundings::default() }
}

/// Chains below this probability are not told.
const CHAIN_ENOUGH: f64 = 0.1;

/// The register of quarries. Every row must be right: a quarry that is left out could make a blast a shot.
fn quarries(path: &Path) -> anyhow::Result<Vec<Quarry>> {
    let mut found = Vec::new();
    let bytes = bytes_of(path, &mut found)?;
    problems::tell(&found);
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let name = path.display();
    let head = table.headers().with_context(|| format!("{name} has no head"))?.clone();
    let column = |wanted: &str| {
        let place = head.iter().position(|column| column == wanted);
        place.with_context(|| format!("{name} has no column `{wanted}`; write name,lat,lon,radius_m"))
    };
    let (called, lat, lon, radius) = (column("name")?, column("lat")?, column("lon")?, column("radius_m")?);
    let mut quarries = Vec::new();
    for (row, line) in table.records().zip(2_u64..) {
        let row = row.with_context(|| format!("{name}:{line} cannot be read"))?;
        let number = |at: usize| row.get(at).and_then(|cell| cell.parse::<f64>().ok());
        let place = number(lat).zip(number(lon)).and_then(|(lat, lon)| Wgs84::new(lat, lon).ok());
        let radius_m = number(radius).filter(|radius_m| (0.0..=1e5).contains(radius_m));
        let (place, radius_m) = place.zip(radius_m).with_context(|| format!("{name}:{line} is no quarry"))?;
        quarries.push(Quarry { place, radius_m, name: row.get(called).unwrap_or_default().to_owned() });
    }
    Ok(quarries)
}
