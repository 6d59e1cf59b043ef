//! The mission folder: read as a whole, every problem noted, nothing started.

mod contact_line;
mod outside;
mod sealed_roles;
mod settings;
mod tables;
mod toml_reader;

pub use contact_line::{contact_line, length_m, simplified};
pub use settings::{DisclosurePolicy, Feed, Party, Settings, time_zone};
pub use tables::{instant, millisecond};

use jiff::tz::TimeZone;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use truceline_domain::{
    Area, AreaRole, AreaVersion, Commitment, Digest, Name, NotifiedActivity, Problem, ReferenceLine, Sensor, Severity,
    Span, Timestamp,
};
use truceline_evidence::frames::KeyRing;
use truceline_terms::Agreement;

/// A file of the folder, as it was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdoptedFile {
    /// Path inside the folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// A mission as read from its folder.
#[derive(Debug)]
pub struct Mission {
    /// The folder.
    pub folder: PathBuf,
    /// `mission.toml`.
    pub settings: Settings,
    /// The agreement, with its clauses and rules.
    pub agreement: Agreement,
    /// Each rule as a sentence.
    pub sentences: BTreeMap<Name, String>,
    /// Reference lines, each version.
    pub lines: Vec<ReferenceLine>,
    /// Areas, each version.
    pub areas: Vec<AreaVersion>,
    /// The sensor register.
    pub sensors: Vec<Sensor>,
    /// The keys with which stations sign their captures.
    pub keys: KeyRing,
    /// Activities announced beforehand.
    pub notified: Vec<NotifiedActivity>,
    /// The book of guarantees.
    pub commitments: Vec<Commitment>,
    /// Where captures come from.
    pub feeds: Vec<Feed>,
    /// All files of the folder, in the order of their paths.
    pub files: Vec<AdoptedFile>,
}

/// The keys of stations, beside the tables of the register.
const KEYS: &str = "sensors/keys.csv";

/// Largest file of a mission folder that is read, bytes.
const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a mission folder. What could be read is returned with every problem, in the order of files and lines.
pub fn read(folder: &Path) -> (Mission, Vec<Problem>) {
    read_with(folder, &data_folder(folder))
}

/// The same with the folder that `${TRUCELINE_DATA}` stands for.
pub fn read_with(folder: &Path, data: &Path) -> (Mission, Vec<Problem>) {
    Reader { folder, data, problems: Vec::new(), files: Vec::new() }.read()
}

/// True when a problem keeps the mission from being used.
pub fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// How a mission file names the folder with shared data.
pub const DATA_VARIABLE: &str = "${TRUCELINE_DATA}";

/// Where the shared data is: `TRUCELINE_DATA`, else the first `shared/data` beside the mission or any folder above it.
fn data_folder(mission: &Path) -> PathBuf {
    if let Some(named) = std::env::var_os("TRUCELINE_DATA") {
        return PathBuf::from(named);
    }
    let mission = mission.canonicalize().unwrap_or_else(|_| mission.to_path_buf());
    let beside = mission.ancestors().map(|folder| folder.join("shared/data"));
    beside.into_iter().find(|data| data.is_dir()).unwrap_or_else(|| PathBuf::from("shared/data"))
}

/// A path of a mission file: relative to the folder, with `${TRUCELINE_DATA}` filled in.
pub fn resolve(folder: &Path, path: &str) -> PathBuf {
    // The data folder is looked for only when a path needs it.
    if path.starts_with(DATA_VARIABLE) { resolve_with((folder, &data_folder(folder)), path) } else { folder.join(path) }
}

fn resolve_with((folder, data): (&Path, &Path), path: &str) -> PathBuf {
    match path.strip_prefix(DATA_VARIABLE) {
        Some(rest) => data.join(rest.trim_start_matches('/')),
        None => folder.join(path),
    }
}

struct Reader<'a> {
    folder: &'a Path,
    data: &'a Path,
    problems: Vec<Problem>,
    files: Vec<AdoptedFile>,
}

impl Reader<'_> {
    fn read(mut self) -> (Mission, Vec<Problem>) {
        let listed = self.list();
        let settings = match self.text("mission.toml") {
            Some(text) => self.noting(settings::read_settings("mission.toml", &text)),
            None => {
                let problem = Problem::error("mission.toml", "missing_file", "the folder has no `mission.toml`");
                self.problems.push(problem.with_hint("`truceline init DIR` writes a small mission to start from"));
                Settings { time_zone_name: "UTC".to_owned(), ..Settings::default() }
            }
        };
        let (mut areas, mut lines) = self.folder_geometry(&listed, &settings.time_zone());
        areas.extend(self.outside_geometry(&settings));
        lines.extend(self.contact_lines(&settings, &areas));
        self.check_parties(&settings, &areas);
        let sensors = self.sensors(&listed, &settings);
        let keys = self.keys(&listed, (&settings, &sensors));
        let notified = self.notified(&listed, (&settings, &areas));
        let agreement = self.agreement((&settings, &areas, &lines));
        let commitments = self.commitments(&listed);
        let feeds = self.feeds(&sensors);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let folder = self.folder.to_path_buf();
        let files = self.files;
        self.problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        let sentences = agreement.rules.iter().map(|rule| (rule.clause.rule.clone(), truceline_terms::sentence(rule)));
        let sentences = sentences.collect();
        let mission = Mission {
            folder,
            settings,
            agreement,
            sentences,
            lines,
            areas,
            sensors,
            keys,
            notified,
            commitments,
            feeds,
            files,
        };
        (mission, self.problems)
    }

    fn noting<T>(&mut self, (value, problems): (T, Vec<Problem>)) -> T {
        self.problems.extend(problems);
        value
    }

    /// Every file of the folder (three levels deep), noted as adopted.
    fn list(&mut self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![(self.folder.to_path_buf(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = open.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                if depth == 0 {
                    let file = folder.display().to_string();
                    self.problems.push(Problem::error(&file, "missing_folder", "there is no such folder"));
                }
                continue;
            };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = format!("{prefix}{name}");
                match entry.file_type() {
                    _ if name.starts_with('.') => {}
                    Ok(kind) if kind.is_dir() && depth < 3 => open.push((entry.path(), format!("{path}/"), depth + 1)),
                    Ok(kind) if kind.is_file() => {
                        found.insert(path);
                    }
                    _ => {}
                }
            }
        }
        for path in &found {
            if let Ok(bytes) = crate::files::read_regular(&self.folder.join(path), FILE_MAX_BYTES) {
                self.files.push(AdoptedFile { path: path.clone(), digest: Digest::of(&bytes) });
            }
        }
        found
    }

    fn bytes(&mut self, path: &str) -> Option<Vec<u8>> {
        let full = self.folder.join(path);
        let data = std::fs::metadata(&full).ok()?;
        if !data.is_file() {
            self.problems.push(Problem::error(path, "not_a_file", "this is no regular file"));
            return None;
        }
        if data.len() > FILE_MAX_BYTES {
            let message = format!("the file is larger than {} MiB", FILE_MAX_BYTES >> 20);
            self.problems.push(Problem::error(path, "file_too_large", message));
            return None;
        }
        std::fs::read(full).ok()
    }

    fn text(&mut self, path: &str) -> Option<String> {
        let bytes = self.bytes(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() as u64;
                let problem = Problem::error(path, "not_utf8", "the file is not UTF-8 text from here on");
                self.problems.push(problem.at_line(line).with_hint("save it again as UTF-8"));
                Some(String::from_utf8_lossy(error.as_bytes()).into_owned())
            }
        }
    }

    fn folder_geometry(
        &mut self,
        listed: &BTreeSet<String>,
        zone: &TimeZone,
    ) -> (Vec<AreaVersion>, Vec<ReferenceLine>) {
        let mut all = (Vec::new(), Vec::new());
        for path in listed.iter().filter(|path| path.starts_with("geometry/") && path.contains(".geojson")) {
            let Some(bytes) = self.bytes(path) else { continue };
            let (bytes, problems) = truceline_intake::unpack(path, &bytes);
            self.problems.extend(problems.into_vec());
            let (areas, lines, problems) = truceline_intake::geometry::read(&bytes, path, zone);
            self.problems.extend(problems.into_vec());
            all.0.extend(areas);
            all.1.extend(lines);
        }
        all
    }

    fn outside_geometry(&mut self, settings: &Settings) -> Vec<AreaVersion> {
        let mut all = Vec::new();
        for source in &settings.geometry {
            let path = resolve_with((self.folder, self.data), &source.path);
            let Ok(bytes) = std::fs::read(&path) else {
                self.problems.push(data_absent("mission.toml", source.line, &source.path));
                continue;
            };
            let (bytes, problems) = truceline_intake::unpack(&source.path, &bytes);
            self.problems.extend(problems.into_vec());
            if AreaRole::from_word(&source.role).is_none() {
                let known: Vec<&str> = AreaRole::ALL.iter().map(|role| role.word()).collect();
                let problem = Problem::error("mission.toml", "unknown_role", "no area has this role");
                let problem = problem.at_line(source.line).with_text(&source.role);
                self.problems.push(toml_reader::hinted(problem, &source.role, &known));
                continue;
            }
            let (areas, problems) = outside::areas(source, &bytes, &settings.time_zone());
            self.problems.extend(problems.into_vec());
            all.extend(areas);
        }
        all
    }

    fn contact_lines(&mut self, settings: &Settings, areas: &[AreaVersion]) -> Vec<ReferenceLine> {
        let mut all = Vec::new();
        for source in &settings.contact_lines {
            let country: Vec<&Area> = areas.iter().filter(|a| in_group(a, &source.country)).map(|a| &a.area).collect();
            let controls: Vec<&AreaVersion> = areas.iter().filter(|a| a.name == source.of).collect();
            let chosen =
                |a: &&&AreaVersion| source.only_version.as_ref().is_none_or(|only| version_of(a, settings) == *only);
            let chosen: Vec<&AreaVersion> = controls.iter().filter(chosen).copied().collect();
            if country.is_empty() || chosen.is_empty() {
                let missing = if country.is_empty() { &source.country } else { &source.of };
                let problem =
                    Problem::warning("mission.toml", "no_line", "the line cannot be derived: its areas are absent");
                self.problems.push(problem.at_line(source.line).with_text(missing.as_str()));
                continue;
            }
            let lines = chosen.par_iter().map(|control| derived_line(control, &country, (source, settings)));
            all.extend(lines.collect::<Vec<_>>());
        }
        all
    }

    fn check_parties(&mut self, settings: &Settings, areas: &[AreaVersion]) {
        let known: Vec<&str> = settings.parties.iter().map(|party| party.id.as_str()).collect();
        let named: BTreeSet<&str> = areas.iter().filter_map(|a| a.party.as_ref()).map(Name::as_str).collect();
        for party in named.into_iter().filter(|party| !known.contains(party)) {
            let problem =
                Problem::error("geometry", "unknown_party", "no party of the mission has this id").with_text(party);
            self.problems.push(toml_reader::hinted(problem, party, &known));
        }
    }

    fn sensors(&mut self, listed: &BTreeSet<String>, settings: &Settings) -> Vec<Sensor> {
        let mut all: BTreeMap<Name, Sensor> = BTreeMap::new();
        let is_register = |path: &&String| path.starts_with("sensors/") && path.ends_with(".csv") && *path != KEYS;
        for path in listed.iter().filter(is_register) {
            let Some(text) = self.text(path) else { continue };
            let sensors = self.noting(tables::read_sensors(path, &text, &settings.time_zone()));
            for sensor in sensors {
                if let Some(twice) = all.insert(sensor.id.clone(), sensor) {
                    let problem = Problem::error(path, "sensor_twice", "another table has a sensor of this id");
                    self.problems.push(problem.with_text(twice.id.as_str()));
                }
            }
        }
        all.into_values().collect()
    }

    fn keys(&mut self, listed: &BTreeSet<String>, (settings, sensors): (&Settings, &[Sensor])) -> KeyRing {
        let Some(text) = listed.get(KEYS).and_then(|path| self.text(path)) else { return KeyRing::default() };
        self.noting(tables::read_keys(KEYS, &text, (&settings.time_zone(), sensors)))
    }

    fn notified(
        &mut self,
        listed: &BTreeSet<String>,
        (settings, areas): (&Settings, &[AreaVersion]),
    ) -> Vec<NotifiedActivity> {
        let mut all = Vec::new();
        for path in listed.iter().filter(|path| path.starts_with("notified/") && path.ends_with(".csv")) {
            let Some(text) = self.text(path) else { continue };
            all.extend(self.noting(tables::read_notified(path, &text, (&settings.time_zone(), areas))));
        }
        all
    }

    fn agreement(&mut self, (settings, areas, lines): (&Settings, &[AreaVersion], &[ReferenceLine])) -> Agreement {
        let (text_path, rules_path, version) = settings.agreement.clone().unwrap_or_default();
        let mut part = |path: &str| {
            let text = self.text(path);
            if text.is_none() && !path.is_empty() {
                let problem =
                    Problem::error("mission.toml", "missing_file", "the agreement names a file that is not there");
                self.problems.push(problem.with_text(path));
            }
            text.unwrap_or_default()
        };
        let (text, rules) = (part(&text_path), part(&rules_path));
        let names = truceline_terms::Names {
            parties: settings.parties.iter().map(|party| party.id.to_string()).collect(),
            lines: lines.iter().map(|line| line.name.to_string()).chain(declared_lines(settings)).collect(),
            areas: areas.iter().map(|area| area.name.to_string()).chain(declared_areas(settings)).collect(),
            events: settings.events.keys().map(ToString::to_string).collect(),
            sites: areas.iter().map(|area| area.name.to_string()).collect(),
            time_zone: Some(settings.time_zone()),
        };
        let text = truceline_terms::Source { file: &text_path, text: &text };
        let rules = truceline_terms::Source { file: &rules_path, text: &rules };
        self.noting(truceline_terms::parse(text, rules, &version, &names))
    }

    fn commitments(&mut self, listed: &BTreeSet<String>) -> Vec<Commitment> {
        let mut all = Vec::new();
        for path in listed.iter().filter(|path| path.starts_with("guarantees/") && path.ends_with(".toml")) {
            let Some(text) = self.text(path) else { continue };
            all.extend(self.noting(truceline_terms::guarantees::parse(path, &text)));
        }
        all
    }

    fn feeds(&mut self, sensors: &[Sensor]) -> Vec<Feed> {
        let Some(text) = self.text("feeds.toml") else { return Vec::new() };
        let feeds = self.noting(settings::read_feeds("feeds.toml", &text));
        let known: Vec<&str> = sensors.iter().map(|sensor| sensor.id.as_str()).collect();
        for feed in &feeds {
            if !known.contains(&feed.source.as_str()) {
                let message = "the sensor register has no source of this name";
                let problem = Problem::warning("feeds.toml", "unknown_source", message).at_line(feed.line);
                self.problems.push(toml_reader::hinted(
                    problem.with_text(feed.source.as_str()),
                    feed.source.as_str(),
                    &known,
                ));
            }
            // A folder inside the mission may be filled later; data from elsewhere should be there.
            if feed.path.starts_with(DATA_VARIABLE) && !resolve_with((self.folder, self.data), &feed.path).exists() {
                self.problems.push(data_absent("feeds.toml", feed.line, &feed.path));
            }
        }
        feeds
    }
}

/// Lines that the mission derives, whether or not their data is at hand.
fn declared_lines(settings: &Settings) -> impl Iterator<Item = String> + '_ {
    settings.contact_lines.iter().map(|line| line.name.to_string())
}

/// Areas that the mission takes from outside, whether or not their data is at hand.
fn declared_areas(settings: &Settings) -> impl Iterator<Item = String> + '_ {
    settings.geometry.iter().map(|source| source.name.to_string())
}

/// True for areas of this name, or of a group written `group/name`.
fn in_group(area: &AreaVersion, name: &Name) -> bool {
    area.name == *name || area.name.as_str().strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('/'))
}

fn version_of(control: &AreaVersion, settings: &Settings) -> String {
    control.valid.from.to_zoned(settings.time_zone()).date().to_string()
}

fn derived_line(
    control: &AreaVersion,
    country: &[&Area],
    (source, settings): (&settings::ContactLineSource, &Settings),
) -> ReferenceLine {
    let pieces = contact_line(&control.area, country, source.border_margin_m);
    let long_enough =
        |piece: &&Vec<truceline_domain::Wgs84>| length_m(std::slice::from_ref(*piece)) >= source.min_piece_m;
    let pieces = pieces.iter().filter(long_enough).map(|piece| simplified(piece, source.simplify_m)).collect();
    let valid = if source.only_version.is_some() { Span::ALWAYS } else { control.valid };
    ReferenceLine {
        name: source.name.clone(),
        version: version_of(control, settings),
        party: None,
        valid,
        source: format!("edge of `{}` inside the country ({})", control.name, control.source),
        pieces,
    }
}

fn data_absent(file: &str, line: u64, path: &str) -> Problem {
    Problem::warning(file, "data_absent", "this data is not on this machine")
        .at_line(line)
        .with_text(path)
        .with_hint("set TRUCELINE_DATA to the folder that holds it; without it the mission runs with what is there")
}

impl Mission {
    /// The agreement's title: the words of its preface, else the mission's name.
    pub fn agreement_title(&self) -> &str {
        let preface = self.agreement.clauses.iter().find(|clause| clause.eid.as_str() == "preface");
        let title = preface.map(|clause| clause.text.trim()).filter(|text| !text.is_empty());
        title.unwrap_or(&self.settings.name)
    }

    /// The ids of the rules that stand for a clause, in the order of the file.
    pub fn rules_of<'a>(&'a self, eid: &'a Name) -> impl Iterator<Item = &'a Name> {
        self.agreement.rules.iter().filter(move |rule| rule.clause.eid == *eid).map(|rule| &rule.clause.rule)
    }

    /// The sentence of a rule.
    pub fn sentence_of(&self, rule: &Name) -> &str {
        self.sentences.get(rule).map_or("", String::as_str)
    }

    /// The window the mission covers, or all of time.
    pub fn span(&self) -> Span {
        self.settings.span.unwrap_or(Span::ALWAYS)
    }

    /// The mission's day that holds an instant: local midnight to local midnight.
    pub fn day_of(&self, at: Timestamp) -> Span {
        let zone = self.settings.time_zone();
        let start = at.to_zoned(zone.clone()).start_of_day();
        let Ok(start) = start else { return Span { from: at, until: Timestamp::MAX } };
        let next = start.tomorrow().and_then(|next| next.start_of_day());
        Span { from: start.timestamp(), until: next.map_or(Timestamp::MAX, |next| next.timestamp()) }
    }

    /// West, south, east, north: as stated, else of all areas and lines.
    pub fn bounds_deg(&self) -> [f64; 4] {
        if let Some(bounds) = self.settings.bounds_deg {
            return bounds;
        }
        let corners = self.areas.iter().filter_map(|area| area.area.bounds());
        let all = corners.reduce(|(l, h), (l2, h2)| ((l.0.min(l2.0), l.1.min(l2.1)), (h.0.max(h2.0), h.1.max(h2.1))));
        all.map_or([-180.0, -90.0, 180.0, 90.0], |(low, high)| [low.0, low.1, high.0, high.1])
    }

    /// The whole mission area as a polygon.
    pub fn area(&self) -> Area {
        let [west, south, east, north] = self.bounds_deg();
        Area::from_rings([vec![(west, south), (east, south), (east, north), (west, north)]])
    }

    /// The digest of all its files: the version a finding was held against.
    pub fn digest(&self) -> Digest {
        let start = truceline_domain::Canonical::new("mission/1");
        self.files.iter().fold(start, |c, file| c.text(&file.path).bytes(&file.digest.0)).digest()
    }
}
