//! The mission's register and areas, read as far as a simulation needs them. The program reads the whole folder; this
//! reader knows only the plain files that the fictional mission consists of.

use std::path::PathBuf;
use truceline_domain::{Area, AreaRole, AreaVersion, Name, PartyId, Reach, Sensor, Span, Wgs84};
use truceline_scenario::{Scenario, Stage, parse};

/// The ground of `orr-line`.
pub struct Ground {
    parties: Vec<PartyId>,
    sensors: Vec<Sensor>,
    pub areas: Vec<AreaVersion>,
}

impl Ground {
    pub fn read() -> Self {
        let mission = root().join("missions/orr-line");
        let parties = vec![Name::from("A"), Name::from("B")];
        Self { parties, sensors: sensors(&mission.join("sensors")), areas: areas(&mission.join("geometry")) }
    }

    pub fn stage(&self) -> Stage<'_> {
        Stage { parties: &self.parties, sensors: &self.sensors, areas: &self.areas, lines: &[] }
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A scenario by its file name, which must read without a problem.
pub fn scenario(file: &str) -> Scenario {
    let text = std::fs::read_to_string(root().join("scenarios").join(file)).unwrap();
    let (scenario, problems) = parse(file, &text);
    assert!(problems.is_empty(), "{file}: {problems:#?}");
    scenario
}

fn sensors(folder: &std::path::Path) -> Vec<Sensor> {
    let mut sensors: Vec<Sensor> = Vec::new();
    for path in sorted(folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let row = sensor(&line.split(',').collect::<Vec<&str>>());
            match sensors.last_mut().filter(|sensor| sensor.id == row.id) {
                Some(sensor) => sensor.reach.extend(row.reach),
                None => sensors.push(row),
            }
        }
    }
    sensors
}

/// A sensor with what one row declares of it; a row without a class declares nothing.
fn sensor(cells: &[&str]) -> Sensor {
    let range_m = if cells[6].is_empty() { f64::INFINITY } else { cells[6].parse().unwrap() };
    let class = (!cells[5].is_empty()).then(|| cells[5].parse().unwrap());
    let place =
        (!cells[3].is_empty()).then(|| Wgs84::new(cells[3].parse().unwrap(), cells[4].parse().unwrap()).unwrap());
    Sensor {
        id: Name::from(cells[0]),
        modality: cells[1].parse().unwrap(),
        owner: Name::from(cells[2]),
        place,
        reach: class.map(|class| Reach { class, range_m, pd: cells[7].parse().unwrap() }).into_iter().collect(),
        valid: Span { from: cells[8].parse().unwrap(), until: truceline_domain::Timestamp::MAX },
    }
}

fn sorted(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// Polygons of the GeoJSON files, which hold one feature per line.
fn areas(folder: &std::path::Path) -> Vec<AreaVersion> {
    let files = sorted(folder);
    let texts: Vec<String> = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| line.contains("\"Polygon\""));
    lines.map(area).collect()
}

fn area(line: &str) -> AreaVersion {
    let name = line.split("\"name\": \"").nth(1).unwrap().split('"').next().unwrap();
    let ring = line.split("[[[").nth(1).unwrap().split("]]]").next().unwrap();
    let corner = |pair: &str| {
        let (lon, lat) = pair.split_once(", ").unwrap();
        (lon.parse().unwrap(), lat.parse().unwrap())
    };
    AreaVersion {
        name: Name::from(name),
        role: AreaRole::Named,
        party: None,
        valid: Span::ALWAYS,
        source: String::new(),
        area: Area::from_rings([ring.split("], [").map(corner).collect()]),
    }
}
