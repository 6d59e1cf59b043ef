//! `truceline pick`: onsets and bearings of waveform files, as a table that `locate` reads.

use super::FOUND;
use super::tables::micros;
use crate::files::{read_regular, write_whole};
use crate::problems;
use crate::progress::{Progress, Show};
use anyhow::Context as _;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_domain::{Modality, Outage, Pick, Problem, Recording, SensorId, Severity, Span, Station};
use truceline_intake::stationxml::{self, Naming};
use truceline_intake::{Context, Record, outages, picks};
use truceline_report::ground::{
    ArrayWindow, Look, ProblemKind, TracePick, TraceProblem, WaveTrace, Waveform, WaveformArray, waveform_svg,
};
use truceline_sensing::{ArrayGeometry, ArrayParameters, BeamMethod, BeamWindow, Parameters, array_picks, beam};

/// What `truceline pick` is asked.
#[derive(clap::Args)]
pub struct PickArgs {
    /// Waveform files: miniSEED 2 and 3, SAC, WAV.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Where the sensors stand: `station,lat,lon,elev_m[,sensor]`, or StationXML.
    #[arg(long, value_name = "FILE")]
    stations: PathBuf,
    /// File for the picks.
    #[arg(long, short)]
    out: PathBuf,
    /// Take all channels as the elements of one array of this name: bearings instead of single onsets.
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
    /// File for the best beam of every window of the array, signal or not.
    #[arg(long, value_name = "FILE", requires = "array")]
    beams: Option<PathBuf>,
    /// How beams are formed for that file; picks always come from Bartlett's.
    #[arg(long, value_enum, default_value_t = Method::Bartlett, requires = "beams")]
    method: Method,
    /// Length of a window of the array, s; the next begins half a window later.
    #[arg(long, value_name = "SECONDS", requires = "array")]
    window: Option<f64>,
    /// How often noise alone may make a pick of the array, per day; location throws out what no other station supports.
    #[arg(long, value_name = "N", default_value_t = 50.0, requires = "array")]
    false_per_day: f64,
    /// Band in which waves are looked for, Hz; without it that of the kind of sensor.
    #[arg(long, value_name = "LOW-HIGH", value_parser = band)]
    band: Option<(f64, f64)>,
    /// What the sensors are, where the list of stations does not say.
    #[arg(long, value_name = "KIND", value_parser = modality)]
    kind: Option<Modality>,
    /// File for the stretches in which channels could not hear (gaps, dead, clipped), as `locate --outages` reads it.
    #[arg(long, value_name = "FILE")]
    outages: Option<PathBuf>,
    /// Folder for a picture of each channel with its picks.
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
}

/// Ways to form a beam.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Method {
    /// Delay and sum.
    Bartlett,
    /// Narrower lobes where the noise allows.
    Capon,
}

fn band(text: &str) -> Result<(f64, f64), String> {
    let parts = text.split_once('-').and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
    match parts {
        Some((low, high)) if 0.0 < low && low < high => Ok((low, high)),
        _ => Err("write two frequencies, the lower one first, such as 0.5-8".to_owned()),
    }
}

fn modality(text: &str) -> Result<Modality, String> {
    match text.parse() {
        Ok(kind @ (Modality::Acoustic | Modality::Seismic | Modality::Infrasound)) => Ok(kind),
        _ => Err("acoustic, seismic or infrasound".to_owned()),
    }
}

/// Largest waveform file that is read, bytes.
const FILE_MAX_BYTES: u64 = 1 << 30;

/// Runs the command.
///
/// # Errors
/// When the list of stations cannot be used or the disk refuses. Waveforms that cannot be read are named on standard error;
/// then the exit code is 1.
pub fn run(args: &PickArgs, show: Show) -> anyhow::Result<ExitCode> {
    let mut found = Vec::new();
    let stations = stations(&args.stations, &mut found)?;
    let progress = Progress::new(show);
    progress.start("read", args.files.len() as u64);
    let mut read = Read::default();
    for path in &args.files {
        read.file(path, &mut found);
        progress.step(1);
    }
    progress.finish();
    let register = Register { stations: &stations, kind: args.kind };
    let mut told = match &args.array {
        Some(name) => array(args, name, (&register, &read.recordings)),
        None => channels(args, (&register, &read.recordings), &progress),
    };
    found.append(&mut told.problems);
    told.outages.append(&mut read.outages.into_iter().map(|outage| register.renamed(outage)).collect());
    told.picks.sort_by(|a, b| (a.at, &a.sensor).cmp(&(b.at, &b.sensor)));
    problems::tell(&found);
    write_whole(&args.out, picks::write(&told.picks).as_bytes())?;
    if let Some(path) = &args.outages {
        told.outages.sort_by(|a, b| (&a.sensor, a.span, &a.cause).cmp(&(&b.sensor, b.span, &b.cause)));
        write_whole(path, outages::encode(&told.outages).as_bytes())?;
    }
    if let Some(path) = &args.beams {
        write_whole(path, beams(&told.beams).as_bytes())?;
    }
    if let Some(folder) = &args.pictures {
        pictures(folder, &read.recordings, &told)?;
    }
    if show == Show::Auto {
        anstream::println!(
            "{} picks in {} stretches of {} files",
            told.picks.len(),
            read.recordings.len(),
            args.files.len()
        );
    }
    let is_bad = found.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

/// The list of stations, by its own form.
fn stations(path: &Path, found: &mut Vec<Problem>) -> anyhow::Result<Vec<Station>> {
    let bytes = read_regular(path, FILE_MAX_BYTES).with_context(|| format!("couldn't read {}", path.display()))?;
    let name = path.display().to_string();
    let is_xml =
        bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF)) == Some(&b'<');
    let (stations, problems) = if is_xml {
        let (channels, problems) = stationxml::read(&bytes, &name);
        let mut stations = stationxml::stations(&channels, Naming::Channel);
        stations.extend(stationxml::stations(&channels, Naming::Site));
        (stations, problems)
    } else {
        picks::stations::read(&bytes, &name)
    };
    found.extend(problems.into_vec());
    anyhow::ensure!(!stations.is_empty(), "{name} holds no station");
    Ok(stations)
}

/// What the files hold.
#[derive(Default)]
pub(super) struct Read {
    /// The stretches of samples.
    pub recordings: Vec<Recording>,
    outages: Vec<Outage>,
}

impl Read {
    /// Takes in one file.
    pub fn file(&mut self, path: &Path, found: &mut Vec<Problem>) {
        let name = path.display().to_string();
        let bytes = match read_regular(path, FILE_MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) => return found.push(Problem::error(&name, "unreadable_file", error.to_string())),
        };
        let (bytes, problems) = truceline_intake::unpack(&name, &bytes);
        found.extend(problems.into_vec());
        let head = bytes.get(..4_096).unwrap_or(&bytes);
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(kind) = truceline_intake::recognise(&file_name, head).filter(|kind| WAVEFORMS.contains(&kind.name()))
        else {
            let problem = Problem::error(&name, "unknown_format", "this is no waveform that can be read here");
            return found.push(problem.with_hint("miniSEED 2 or 3, SAC, or WAV"));
        };
        let stem = file_name.split(['_', '.']).next().unwrap_or_default();
        let context = Context::new(&bytes, &name, stem, "");
        let problems = kind.decode(&bytes, &context, &mut |record| match record {
            Record::Recording(recording) => self.recordings.push(recording),
            Record::Outage(outage) => self.outages.push(outage),
            _ => {}
        });
        found.extend(problems.into_vec());
    }
}

/// The formats that hold waveforms.
const WAVEFORMS: [&str; 3] = ["miniseed", "sac", "wav"];

/// The list of stations with what the command line says of it.
struct Register<'a> {
    stations: &'a [Station],
    kind: Option<Modality>,
}

impl Register<'_> {
    /// The station that a channel belongs to: of its whole name `NET.STA.LOC.CHA`, else `NET.STA`, else `STA`.
    fn station(&self, channel: &str) -> Option<&Station> {
        let mut parts = channel.split('.');
        let (network, site) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let names = [channel.to_owned(), format!("{network}.{site}"), site.to_owned()];
        let named = |name: &String| self.stations.iter().find(|station| station.id.as_str() == name);
        names.iter().filter(|name| !name.is_empty()).find_map(named)
    }

    /// What kind of waves a channel records: as the command line says, the list, or the code of the channel.
    fn kind(&self, recording: &Recording) -> Modality {
        let stated = self.station(recording.sensor.as_str()).and_then(|station| station.modality);
        stated.or(self.kind).unwrap_or_else(|| by_code(recording))
    }

    fn renamed(&self, outage: Outage) -> Outage {
        let sensor = self.station(outage.sensor.as_str()).map(|station| station.id.clone());
        Outage { sensor: sensor.unwrap_or(outage.sensor.clone()), ..outage }
    }
}

/// The kind by the channel's code (second letter `D`: pressure), pressure above 80 samples a second being sound.
fn by_code(recording: &Recording) -> Modality {
    let code = recording.sensor.as_str().rsplit('.').next().unwrap_or_default();
    let is_pressure = code.len() == 3 && code.as_bytes().get(1) == Some(&b'D');
    match (recording.sensor.as_str().contains('.') && code.len() == 3, is_pressure) {
        (true, true) if recording.samples.rate_hz <= 80.0 => Modality::Infrasound,
        (true, false) => Modality::Seismic,
        _ => Modality::Acoustic,
    }
}

/// What picking came to.
#[derive(Default)]
struct Told {
    picks: Vec<Pick>,
    outages: Vec<Outage>,
    problems: Vec<Problem>,
    /// Channel and pick, for the pictures.
    drawn: BTreeMap<SensorId, Vec<Pick>>,
    beams: Vec<BeamWindow>,
}

fn channels(args: &PickArgs, (register, recordings): (&Register<'_>, &[Recording]), progress: &Progress) -> Told {
    progress.start("pick", recordings.len() as u64);
    let picked: Vec<_> = recordings
        .par_iter()
        .map(|recording| {
            let kind = register.kind(recording);
            let parameters = Parameters { band_hz: args.band, ..Parameters::of(kind) };
            let picked = truceline_sensing::picks(recording, kind, &parameters);
            let outages = truceline_sensing::outages(recording, &parameters);
            progress.step(1);
            (recording, picked, outages)
        })
        .collect();
    progress.finish();
    let mut told = Told::default();
    for (recording, (picks, problems), outages) in picked {
        told.drawn.entry(recording.sensor.clone()).or_default().extend(picks.iter().cloned());
        let station = register.station(recording.sensor.as_str()).map(|station| station.id.clone());
        if station.is_none() {
            let message = "the list of stations has no such channel; its picks go under the channel's own name";
            let problem = Problem::warning(recording.sensor.as_str(), "unknown_station", message);
            told.problems.push(problem.with_hint("name it NET.STA.LOC.CHA, NET.STA or STA in the list"));
        }
        let named = |pick: Pick| Pick { sensor: station.clone().unwrap_or(pick.sensor.clone()), ..pick };
        told.picks.extend(picks.into_iter().map(named));
        told.outages.extend(outages.into_iter().map(|outage| register.renamed(outage)));
        told.problems.extend(problems);
    }
    told
}

fn array(args: &PickArgs, name: &str, (register, recordings): (&Register<'_>, &[Recording])) -> Told {
    let mut told = Told::default();
    let place =
        |recording: &Recording| Some((recording.sensor.clone(), register.station(recording.sensor.as_str())?.place));
    for recording in recordings.iter().filter(|recording| place(recording).is_none()) {
        let problem =
            Problem::error(recording.sensor.as_str(), "unknown_station", "the list of stations has no such element");
        told.problems.push(problem);
    }
    let places: Vec<_> = recordings.iter().filter_map(place).collect();
    let Some(geometry) = ArrayGeometry::new(name.into(), &places) else { return told };
    let kind = recordings.first().map_or(Modality::Infrasound, |recording| register.kind(recording));
    let mut parameters = ArrayParameters { onset: Parameters::of(kind), ..ArrayParameters::default() };
    if let Some(band_hz) = args.band {
        parameters.beam.band_hz = band_hz;
    }
    if let Some(window_s) = args.window {
        parameters.beam.window_s = window_s;
    }
    parameters.false_per_day = args.false_per_day;
    let (picks, problems) = array_picks(recordings, &geometry, &parameters);
    told.problems.extend(problems);
    told.picks = picks;
    if args.pictures.is_some() || args.beams.is_some() {
        parameters.beam.method = match args.method {
            Method::Bartlett => BeamMethod::Bartlett,
            Method::Capon => BeamMethod::Capon,
        };
        told.beams = beam(recordings, &geometry, &parameters.beam).0;
    }
    told
}

/// One line for each window: its first sample; direction and speed of the grid's best slowness, as the usual tools give them,
/// with its power; and the answer below the grid's step with its errors.
fn beams(windows: &[BeamWindow]) -> String {
    let mut text = String::from(
        "from,elements,azimuth_deg,trace_velocity_mps,power,slowness_east_s_per_km,slowness_north_s_per_km,fine_azimuth_deg,\
         fine_azimuth_sigma_deg,fine_trace_velocity_mps,fine_trace_velocity_sigma_mps,fisher,on_edge\n",
    );
    for w in windows {
        let (east, north) = w.node_s_per_km;
        // A wave runs towards its slowness and comes from the other side.
        let azimuth_deg = (-east).atan2(-north).to_degrees().rem_euclid(360.0);
        let speed_mps = 1_000.0 / east.hypot(north).max(1e-6);
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "{},{},{azimuth_deg:.3},{speed_mps:.2},{:.6e},{east:.3},{north:.3},{:.3},{:.3},{:.2},{:.2},{:.4},{}",
            micros(w.from),
            w.n_elements,
            w.node_power,
            w.azimuth_deg.value,
            w.azimuth_deg.sigma,
            w.trace_velocity_mps.value,
            w.trace_velocity_mps.sigma,
            w.fisher,
            w.on_edge
        );
    }
    text
}

/// Most channels on one picture.
const TRACES: usize = 12;

/// One picture for each channel, or one of the array with its beams.
fn pictures(folder: &Path, recordings: &[Recording], told: &Told) -> anyhow::Result<()> {
    let mut channels: BTreeMap<&SensorId, Vec<&Recording>> = BTreeMap::new();
    for recording in recordings {
        channels.entry(&recording.sensor).or_default().push(recording);
    }
    let look = Look::default();
    if !told.beams.is_empty() {
        let traces: Vec<_> = channels.iter().take(TRACES).map(|(name, stretches)| trace(name, stretches)).collect();
        let drawn = waveform("array", traces, &told.picks, told);
        return write_whole(&folder.join("array.svg"), waveform_svg(&drawn, &look).as_bytes());
    }
    for (name, stretches) in channels {
        let picks = told.drawn.get(name).map(Vec::as_slice).unwrap_or_default();
        let drawn = waveform(name.as_str(), vec![trace(name, &stretches)], picks, told);
        let file = name.as_str().replace(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-', "_");
        write_whole(&folder.join(format!("{file}.svg")), waveform_svg(&drawn, &look).as_bytes())?;
    }
    Ok(())
}

fn trace<'a>(name: &SensorId, stretches: &[&'a Recording]) -> WaveTrace<'a> {
    WaveTrace {
        name: name.to_string(),
        unit: "counts".to_owned(),
        rate_hz: stretches.first().map_or(1.0, |recording| recording.samples.rate_hz),
        segments: stretches.iter().map(|recording| (recording.from, recording.samples.values.as_slice())).collect(),
    }
}

fn waveform<'a>(title: &str, traces: Vec<WaveTrace<'a>>, picks: &[Pick], told: &Told) -> Waveform<'a> {
    let pick = |pick: &Pick| TracePick { trace: 0, at: pick.at, sigma_s: pick.sigma_s.unwrap_or(0.0), wave: pick.wave };
    let problem = |outage: &Outage| TraceProblem { trace: None, span: outage.span, kind: kind_of(&outage.cause) };
    let window = |window: &BeamWindow| ArrayWindow {
        at: window.from,
        fisher: window.fisher,
        azimuth_deg: window.azimuth_deg,
        trace_velocity_mps: Some(window.trace_velocity_mps),
    };
    let own = |outage: &&Outage| traces.iter().any(|trace| trace.name == outage.sensor.as_str());
    Waveform {
        title: title.to_owned(),
        span: None::<Span>,
        picks: picks.iter().map(pick).collect(),
        problems: told.outages.iter().filter(own).map(problem).collect(),
        ratio: None,
        array: (!told.beams.is_empty())
            .then(|| WaveformArray { windows: told.beams.iter().map(window).collect(), threshold: None }),
        sealed: false,
        traces,
    }
}

fn kind_of(cause: &str) -> ProblemKind {
    match cause {
        cause if cause.contains("gap") => ProblemKind::Gap,
        cause if cause.contains("clip") => ProblemKind::Clipped,
        cause if cause.contains("dead") => ProblemKind::Dead,
        _ => ProblemKind::Noisy,
    }
}
