//! One capture in: bytes to detections, outages, areas and problems, with the source that the mission names for it.

use crate::frames::{self, SignedCapture};
use crate::located::HeardPick;
use crate::mission::{Feed, Mission, resolve};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use truceline_domain::{
    AreaVersion, Canonical, Detection, DetectionId, Digest, Means, Modality, Name, Outage, PartyId, Pick, Problem,
    Problems, Recording, SignedDuration, Timestamp,
};
use truceline_intake::{Context, Record, SensorKind};

/// A capture's file and whom it speaks for.
#[derive(Clone, Debug)]
pub struct CaptureFile {
    /// Where it lies.
    pub path: PathBuf,
    /// How it is called in problems: the path as given.
    pub name: String,
    /// Intake's name of the format, if fixed.
    pub kind: Option<String>,
    /// The source in the register.
    pub source: Name,
    /// Who owns the source.
    pub owner: Name,
    /// The party it concerns, for areas of control.
    pub party: Option<PartyId>,
    /// Time zone of local times in it, if not the mission's.
    pub time_zone: Option<String>,
}

/// What one capture held.
#[derive(Debug, Default)]
pub struct Decoded {
    /// Detections, in the order of the records.
    pub detections: Vec<Detection>,
    /// Picks of ground sensors, to be located together with those of other captures.
    pub picks: Vec<HeardPick>,
    /// Times in which sensors could not see.
    pub outages: Vec<Outage>,
    /// Areas of control in time.
    pub areas: Vec<AreaVersion>,
    /// What the station said of it, when it came signed and the signature holds.
    pub signed: Option<SignedCapture>,
    /// Name of the format that read it; empty when none did.
    pub kind: &'static str,
    /// What was wrong.
    pub problems: Problems,
}

/// Largest capture that is read, bytes.
pub const CAPTURE_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// The captures of the mission's feeds, folders opened, in the order of their paths. Feeds whose data is absent are
/// named in the problems.
pub fn feed_captures(mission: &Mission) -> (Vec<CaptureFile>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut captures = Vec::new();
    for feed in &mission.feeds {
        let files = files_below(&resolve(&mission.folder, &feed.path));
        if files.is_empty() {
            let problem = Problem::warning("feeds.toml", "data_absent", "this feed has no data on this machine");
            problems.push(
                problem
                    .at_line(feed.line)
                    .with_text(&feed.path)
                    .with_hint("set TRUCELINE_DATA to the folder that holds it"),
            );
        }
        captures.extend(files.into_iter().map(|path| of_feed(feed, path)));
    }
    (captures, problems)
}

/// The captures named on the command line; each is matched to a feed by its path, or by its name's first part to a
/// sensor of the register.
pub fn named_captures(mission: &Mission, paths: &[PathBuf]) -> (Vec<CaptureFile>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut captures = Vec::new();
    for path in paths {
        let files = files_below(path);
        if files.is_empty() {
            let file = path.display().to_string();
            problems.push(Problem::error(&file, "missing_capture", "there is no such file, or the folder is empty"));
        }
        captures.extend(files.into_iter().map(|file| match_feed(mission, file)));
    }
    (captures, problems)
}

/// The captures' folder that the results would fall into, if there is one.
pub fn captures_around(mission: &Mission, (paths, out): (&[PathBuf], &Path)) -> Option<PathBuf> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let out = absolute(out);
    let feeds = mission.feeds.iter().map(|feed| resolve(&mission.folder, &feed.path));
    let sources: Vec<PathBuf> = if paths.is_empty() { feeds.collect() } else { paths.to_vec() };
    sources.into_iter().find(|source| source.is_dir() && out.starts_with(absolute(source)))
}

fn of_feed(feed: &Feed, path: PathBuf) -> CaptureFile {
    let name = path.file_name().map_or_else(|| feed.path.clone(), |name| name.to_string_lossy().into_owned());
    CaptureFile {
        path,
        name,
        kind: feed.kind.clone(),
        source: feed.source.clone(),
        owner: feed.owner.clone(),
        party: feed.party.clone(),
        time_zone: feed.time_zone.clone(),
    }
}

fn match_feed(mission: &Mission, path: PathBuf) -> CaptureFile {
    let canonical = path.canonicalize().ok();
    let of = |feed: &&Feed| {
        let feed_path = resolve(&mission.folder, &feed.path).canonicalize().ok();
        feed_path.zip(canonical.as_ref()).is_some_and(|(feed_path, file)| file.starts_with(feed_path))
    };
    if let Some(feed) = mission.feeds.iter().find(of) {
        return of_feed(feed, path);
    }
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stem = name.split(['_', '.']).next().unwrap_or_default();
    let sensor = mission.sensors.iter().find(|sensor| sensor.id.as_str() == stem);
    CaptureFile {
        path,
        kind: None,
        source: sensor.map_or_else(|| Name::from(stem), |sensor| sensor.id.clone()),
        owner: sensor.map_or_else(|| Name::from("not stated"), |sensor| sensor.owner.clone()),
        party: None,
        time_zone: None,
        name,
    }
}

/// The file itself, or all files below a folder, in the order of their paths; hidden ones left out.
fn files_below(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut files = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden => open.push(entry.path()),
                Ok(kind) if kind.is_file() && !hidden => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// The bytes of a capture, or the problem that kept them away.
pub fn read_capture(capture: &CaptureFile) -> Result<Vec<u8>, Problem> {
    let refused = |message: String| Problem::error(&capture.name, "unreadable_capture", message);
    let size = std::fs::metadata(&capture.path).map_err(|error| refused(error.to_string()))?.len();
    if size > CAPTURE_MAX_BYTES {
        let message = format!("the capture is larger than {} MiB", CAPTURE_MAX_BYTES >> 20);
        return Err(refused(message).with_hint("split it into smaller files; rows may be cut apart at any line"));
    }
    std::fs::read(&capture.path).map_err(|error| refused(error.to_string()))
}

/// The time of arrival that stands for a file that only lies there, so that a replay depends on nothing but its input:
/// the end of the mission for formats whose rows carry no full time of their own, else late enough that no row seems to
/// come from the future.
pub fn arrival_of_a_file(mission: &Mission, capture: &CaptureFile) -> Timestamp {
    let needs_arrival = matches!(capture.kind.as_deref(), Some("ais" | "wav" | "sac"));
    let end = mission.settings.span.map(|span| span.until).filter(|_| needs_arrival);
    end.unwrap_or_else(|| Timestamp::MAX.checked_sub(SignedDuration::from_hours(48)).unwrap_or(Timestamp::MAX))
}

/// Reads one capture's bytes. A signed one whose signature does not hold is not looked into.
pub fn decode(mission: &Mission, capture: &CaptureFile, (bytes, received_at): (&[u8], Timestamp)) -> Decoded {
    if !frames::is_frame(&capture.name) {
        let mut decoded = decode_payload(mission, capture, (bytes, Digest::of(bytes), received_at));
        frames::warn_unsigned((&mission.keys, capture), &mut decoded);
        return decoded;
    }
    let opened = match frames::open((&mission.keys, capture), bytes) {
        Ok(opened) => opened,
        Err(problem) => {
            let mut decoded = Decoded::default();
            decoded.problems.push(*problem);
            return decoded;
        }
    };
    let inner = CaptureFile { name: frames::payload_name(&capture.name).to_owned(), ..capture.clone() };
    let mut decoded = decode_payload(mission, &inner, (opened.payload, opened.signed.capture, received_at));
    decoded.problems.extend(opened.problems);
    decoded.signed = Some(opened.signed);
    frames::warn_unsigned((&mission.keys, capture), &mut decoded);
    decoded
}

/// Reads the payload of a capture, `id` being that of the capture as it came.
fn decode_payload(
    mission: &Mission,
    capture: &CaptureFile,
    (bytes, id, received_at): (&[u8], Digest, Timestamp),
) -> Decoded {
    let mut decoded = Decoded::default();
    let (unpacked, problems) = truceline_intake::unpack(&capture.name, bytes);
    decoded.problems = problems;
    let Some(kind) = find_kind(capture, &unpacked) else {
        let problem = Problem::error(&capture.name, "unknown_format", "no format that can be read here fits this file");
        decoded.problems.push(problem.with_hint(format!("formats: {}", format_names())));
        return decoded;
    };
    decoded.kind = kind.name();
    let zone_name = capture.time_zone.as_deref().unwrap_or(&mission.settings.time_zone_name);
    let context = Context {
        capture: id,
        name: &capture.name,
        source: capture.source.clone(),
        owner: capture.owner.clone(),
        party: capture.party.clone(),
        time_zone: crate::mission::time_zone(zone_name).unwrap_or(jiff::tz::TimeZone::UTC),
        received_at,
        reference_date: None,
    };
    let mut recordings: Vec<Recording> = Vec::new();
    let problems = kind.decode(&unpacked, &context, &mut |record| match record {
        // The mission's own flights say where it watched, not what happened.
        Record::Detection(detection) if is_own_flight(capture, kind.name(), &detection) => {}
        Record::Detection(detection) => decoded.detections.push(detection),
        Record::Outage(outage) => decoded.outages.push(outage),
        Record::Area(area) => decoded.areas.push(area),
        Record::Recording(recording) => recordings.push(recording),
    });
    if decoded.kind == "detections" {
        decoded.problems.extend(withheld(problems.into_vec(), &unpacked));
        bind_to_register(mission, capture, &mut decoded);
    } else {
        decoded.problems.extend(problems.into_vec());
    }
    for outage in &mut decoded.outages {
        outage.sensor = registered_name(mission, &outage.sensor);
    }
    for recording in recordings {
        let recording = Recording { sensor: registered_name(mission, &recording.sensor), ..recording };
        sense(mission, (&recording, &capture.name), &mut decoded);
    }
    decoded
}

/// True when a detection is telemetry of an aircraft of the mission itself. Only the formats of flight logs can say so, and
/// no feed of a party: whoever could write the words into a table could make a drone disappear.
fn is_own_flight(capture: &CaptureFile, kind: &str, detection: &Detection) -> bool {
    let is_own = |identity: &Name| identity.as_str().starts_with("own ");
    matches!(kind, "mavlink" | "klv")
        && capture.party.is_none()
        && detection.modality == Modality::Telemetry
        && detection.claimed_identity.as_ref().is_some_and(is_own)
}

/// How the register calls a channel `NET.STA.LOC.CHA`: by its whole name, `NET.STA` or `STA`; the name itself when it
/// knows none of them.
fn registered_name(mission: &Mission, channel: &Name) -> Name {
    let mut parts = channel.as_str().split('.');
    let (Some(network), Some(site), Some(_), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return channel.clone();
    };
    let names = [channel.as_str(), &format!("{network}.{site}"), site];
    let known = names.iter().find_map(|name| mission.sensors.iter().find(|sensor| sensor.id.as_str() == *name));
    known.map_or_else(|| channel.clone(), |sensor| sensor.id.clone())
}

/// Problems of a table that can hold points of origin say where and what kind, not what stood there: problems are read by
/// people who may not see the sealed store.
fn withheld(problems: Vec<Problem>, bytes: &[u8]) -> Vec<Problem> {
    let table = String::from_utf8_lossy(bytes);
    if !["origin_", "launch", "muzzle_flash"].iter().any(|word| table.contains(word)) {
        return problems;
    }
    let digits = |c: char| if c.is_ascii_digit() { '#' } else { c };
    let withhold = |mut problem: Problem| {
        if !problem.text.is_empty() {
            problem.text = "withheld: the table can hold points of origin".to_owned();
        }
        if problem.message.contains('.') {
            problem.message = problem.message.chars().map(digits).collect();
        }
        problem
    };
    problems.into_iter().map(withhold).collect()
}

/// Rows of Truceline's own tables say of themselves which sensor made them. A row whose sensor is not in the register as
/// it says, or that comes through the feed of a party, of the public or of news, is a claim by whoever delivered it.
fn bind_to_register(mission: &Mission, capture: &CaptureFile, decoded: &mut Decoded) {
    let claims = [Modality::PartyReport, Modality::PublicReport, Modality::OpenSource];
    let registered = |id: &Name| mission.sensors.iter().find(|sensor| sensor.id == *id);
    let voice = registered(&capture.source).map(|sensor| sensor.modality).filter(|modality| claims.contains(modality));
    let mut strangers: BTreeMap<Name, u64> = BTreeMap::new();
    for detection in &mut decoded.detections {
        let as_registered = registered(&detection.sensor)
            .is_some_and(|sensor| sensor.modality == detection.modality && sensor.owner == detection.owner);
        if as_registered && voice.is_none_or(|voice| voice == detection.modality) {
            continue;
        }
        *strangers.entry(detection.sensor.clone()).or_default() += 1;
        detection.modality = voice.unwrap_or(Modality::PublicReport);
        detection.means = Means::Reported;
        detection.owner = capture.owner.clone();
    }
    for (sensor, n) in strangers {
        let message = format!("{n} rows are taken as claims: the register has no such sensor behind this feed");
        let problem = Problem::warning(&capture.name, "unregistered_sensor", message).with_text(sensor.as_str());
        decoded
            .problems
            .push(problem.with_hint("enter the sensor with this owner and modality, or name the right source"));
    }
}

fn sense(mission: &Mission, (recording, name): (&Recording, &str), decoded: &mut Decoded) {
    let Some(sensor) = mission.sensors.iter().find(|sensor| sensor.id == recording.sensor) else {
        let problem = Problem::error(name, "unknown_sensor", "the register has no sensor of this name");
        decoded.problems.push(problem.with_text(recording.sensor.as_str()));
        return;
    };
    let parameters = truceline_sensing::Parameters::default();
    let (detections, problems) = truceline_sensing::detections(recording, sensor, &parameters);
    decoded.problems.extend(problems);
    // What is wrong with the channel is told once.
    let own = truceline_sensing::Parameters::of(sensor.modality);
    let (picks, _) = truceline_sensing::picks(recording, sensor.modality, &own);
    decoded.picks.extend((first_pick(recording)..).zip(picks).map(|(record, pick)| {
        let alone =
            detections.iter().filter(|detection| says(detection, &pick)).map(|detection| detection.id).collect();
        HeardPick { id: DetectionId { capture: recording.capture, record }, alone, pick }
    }));
    decoded.outages.extend(truceline_sensing::outages(recording, &parameters));
    decoded.detections.extend(detections);
}

/// An onset this near to a pick of the same channel is the same sound, s.
const SAME_SOUND_S: f64 = 1.0;

/// True when a detection by one node alone speaks of the sound that was picked; its onset is the end of its time.
fn says(detection: &Detection, pick: &Pick) -> bool {
    detection.time.until.duration_since(pick.at).as_secs_f64().abs() <= SAME_SOUND_S
}

/// The number of a recording's first pick: 16 bits of a digest, so that channels of one capture stay apart.
fn first_pick(recording: &Recording) -> u32 {
    let Digest(bytes) = Canonical::new("pick/1").text(recording.sensor.as_str()).instant(recording.from).digest();
    let [high, low, ..] = bytes;
    u32::from_be_bytes([high, low, 0, 0])
}

fn find_kind(capture: &CaptureFile, bytes: &[u8]) -> Option<&'static dyn SensorKind> {
    match &capture.kind {
        Some(kind) => truceline_intake::kind_named(kind),
        None => truceline_intake::recognise(&capture.name, bytes.get(..4096).unwrap_or(bytes)),
    }
}

fn format_names() -> String {
    let names: Vec<&str> = truceline_intake::KINDS.iter().map(|kind| kind.name()).collect();
    names.join(", ")
}
