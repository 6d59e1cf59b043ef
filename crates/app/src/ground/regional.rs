//! `truceline regional`: detections of infrasound arrays become events with regions.

use super::FOUND;
use super::tables::micros;
use crate::files::{read_regular, write_private};
use crate::problems;
use crate::progress::Show;
use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_domain::{Problem, Severity, Wgs84};
use truceline_fusion::ground::{
    ArrayDetection, CelerityModel, Region, Regional, RegionalEvent, WhyLeft, associate_regional, locate_regional,
};
use truceline_intake::infrapy;

/// What `truceline regional` is asked.
#[derive(clap::Args)]
pub struct RegionalArgs {
    /// Lists of array detections (JSON, one list of detections each).
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// File for events and regions (GeoJSON).
    #[arg(long, short)]
    out: PathBuf,
    /// What is believed of the speed of infrasound.
    #[arg(long, value_enum, default_value_t = Celerity::Averaged)]
    celerity: Celerity,
    /// The detections (their numbers, from 0) that belong to one event; without it, which do is found.
    #[arg(long, value_delimiter = ',', value_name = "N,N,…")]
    members: Vec<usize>,
}

/// Beliefs about celerity.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Celerity {
    /// Each array has its own way through the air: the mixture of three ducts.
    Climatology,
    /// All arrays share one celerity.
    Shared,
    /// Both, each with its weight.
    Averaged,
}

/// Largest list that is read, bytes.
const FILE_MAX_BYTES: u64 = 256 << 20;

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written, or the members name no detection. Detections that cannot be used are named on
/// standard error; then the exit code is 1.
pub fn run(args: &RegionalArgs, show: Show) -> anyhow::Result<ExitCode> {
    let (detections, found) = read(args)?;
    problems::tell(&found);
    let model = match args.celerity {
        Celerity::Climatology => CelerityModel::climatology(),
        Celerity::Shared => CelerityModel::shared(),
        Celerity::Averaged => CelerityModel::averaged(),
    };
    let regional = if args.members.is_empty() {
        associate_regional(&detections, &model)
    } else {
        together(args, &detections, &model)?
    };
    write_private(&args.out, document(&regional).to_string().as_bytes())?;
    if show == Show::Auto {
        anstream::println!("{}", summary(&regional, detections.len()));
    }
    let is_bad = found.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if is_bad { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn read(args: &RegionalArgs) -> anyhow::Result<(Vec<ArrayDetection>, Vec<Problem>)> {
    let (mut detections, mut found): (Vec<ArrayDetection>, Vec<Problem>) = (Vec::new(), Vec::new());
    for path in &args.files {
        let name = path.display().to_string();
        let bytes = read_regular(path, FILE_MAX_BYTES).with_context(|| format!("couldn't read {name}"))?;
        let (read, problems) = infrapy::read(&bytes, &name);
        detections.extend(read.into_iter().map(detection));
        found.extend(problems.into_vec());
    }
    let n = detections.len();
    let mut kept: Vec<ArrayDetection> = Vec::new();
    for detection in detections {
        if !kept.contains(&detection) {
            kept.push(detection);
        }
    }
    if kept.len() < n {
        let message = format!("{} detections are stated twice; they count once", n - kept.len());
        found.push(Problem::warning("detections", "detection_twice", message));
    }
    Ok((kept, found))
}

/// The peak of a Fisher ratio is known to about a window of the detector, s.
const PEAK_SIGMA_S: f64 = 5.0;

fn detection(read: infrapy::ArrayDetection) -> ArrayDetection {
    ArrayDetection {
        place: read.place,
        at: read.at,
        sigma_s: PEAK_SIGMA_S,
        azimuth_deg: read.back_azimuth_deg,
        azimuth_sigma_deg: None,
        fisher: read.fisher,
        n_elements: read.n_elements,
        trace_velocity_mps: read.trace_velocity_mps,
    }
}

fn together(args: &RegionalArgs, all: &[ArrayDetection], model: &CelerityModel) -> anyhow::Result<Regional> {
    let distinct: std::collections::BTreeSet<&usize> = args.members.iter().collect();
    anyhow::ensure!(distinct.len() == args.members.len(), "`--members` names a detection twice");
    let member = |index: &usize| all.get(*index).cloned().with_context(|| format!("there is no detection {index}"));
    let members: Vec<ArrayDetection> = args.members.iter().map(member).collect::<anyhow::Result<_>>()?;
    let located = locate_regional(&members, model).context("these detections agree on no place")?;
    let name = |own: &Vec<usize>| own.iter().filter_map(|index| args.members.get(*index).copied()).collect();
    let event = RegionalEvent { members: name(&located.members), echoes: name(&located.echoes), ..located };
    Ok(Regional { events: vec![event], leftovers: Vec::new() })
}

fn summary(regional: &Regional, n_detections: usize) -> String {
    let mut text = format!("{} events from {n_detections} detections", regional.events.len());
    for event in &regional.events {
        text.push_str(&format!(
            "\n{} ({} to {}) at {:.3}, {:.3}; by detections {:?}",
            micros(event.time),
            micros(event.time_90.from),
            micros(event.time_90.until),
            event.place.lat_deg(),
            event.place.lon_deg(),
            event.members
        ));
        for region in &event.regions {
            let pieces =
                if region.rings.len() == 1 { String::new() } else { format!(" in {} pieces", region.rings.len()) };
            text.push_str(&format!("; {:.0} %: {:.0} km²{pieces}", 100.0 * region.probability, region.area_km2));
        }
    }
    text
}

fn document(regional: &Regional) -> Value {
    let features = regional.events.iter().enumerate().flat_map(|(index, event)| {
        let own = json!({
            "type": "Feature",
            "properties": {
                "event_idx": index,
                "time": micros(event.time),
                "time_90_from": micros(event.time_90.from),
                "time_90_until": micros(event.time_90.until),
                "log_odds": event.log_odds,
                "members": event.members,
                "echoes": event.echoes,
            },
            "geometry": { "type": "Point", "coordinates": lon_lat(&event.place) },
        });
        let regions = event.regions.iter().map(move |region| region_feature(index, region));
        std::iter::once(own).chain(regions).collect::<Vec<_>>()
    });
    let leftovers = regional.leftovers.iter().map(|(detection, why)| match why {
        WhyLeft::NoPartner => json!({ "detection": detection, "why": "no other detection agrees with it" }),
        WhyLeft::Clutter(log_odds) => {
            json!({ "detection": detection, "why": "clutter is likelier", "log_odds": log_odds })
        }
        WhyLeft::Taken(event) => {
            json!({ "detection": detection, "why": "another event explains it better", "event_idx": event })
        }
    });
    let leftovers: Vec<Value> = leftovers.collect();
    json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>(), "leftovers": leftovers })
}

fn region_feature(index: usize, region: &Region) -> Value {
    let rings: Vec<Value> =
        region.rings.iter().map(|ring| json!(ring.iter().map(lon_lat).collect::<Vec<_>>())).collect();
    json!({
        "type": "Feature",
        "properties": { "event_idx": index, "probability": region.probability, "area_km2": region.area_km2 },
        "geometry": { "type": "MultiLineString", "coordinates": rings },
    })
}

fn lon_lat(place: &Wgs84) -> [f64; 2] {
    [place.lon_deg(), place.lat_deg()]
}
