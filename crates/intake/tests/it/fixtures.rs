//! The fixtures of every format, and what a reading of bytes gives.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use truceline_domain::{Detection, Digest, Known, Problems, Severity, Where};
use truceline_intake::{Context, KINDS, Record, SensorKind, read};

/// A file of a format.
pub struct Fixture {
    pub kind: &'static dyn SensorKind,
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Fixture {
    /// True when the format is lines of text.
    pub fn is_text(&self) -> bool {
        !matches!(
            self.kind.name(),
            "adsb" | "cot" | "klv" | "mavlink" | "remote_id" | "sapient" | "wav" | "miniseed" | "sac"
        )
    }
}

/// All fixtures of all formats, in the order of the formats.
pub fn all() -> Vec<Fixture> {
    KINDS.iter().flat_map(|kind| of(*kind)).collect()
}

fn of(kind: &'static dyn SensorKind) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind.name());
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("no fixtures of {}: {e}", kind.name()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let fixture = |path: PathBuf| Fixture {
        kind,
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        bytes: std::fs::read(path).unwrap(),
    };
    paths.into_iter().map(fixture).collect()
}

/// What came of some bytes.
pub struct Reading {
    pub records: Vec<Record>,
    pub problems: Problems,
}

impl Reading {
    pub fn of(kind: &dyn SensorKind, name: &str, bytes: &[u8]) -> Self {
        let mut context = Context::new(b"always the same", name, "source-1", "owner-1");
        context.party = Some("A".into());
        context.capture = Digest::of(b"always the same");
        context.time_zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
        let mut records = Vec::new();
        let problems = read(kind, bytes, &context, &mut |record| records.push(record));
        Self { records, problems }
    }

    /// Everything that was read, comparable.
    pub fn shown(&self) -> Vec<String> {
        self.records.iter().map(|record| format!("{record:?}")).collect()
    }

    /// Lines with a problem that cost a row.
    pub fn lost_lines(&self) -> BTreeSet<u32> {
        let errors = self.problems.kept().iter().filter(|problem| problem.severity == Severity::Error);
        errors.filter_map(|problem| problem.line).collect()
    }

    pub fn detections(&self) -> impl Iterator<Item = &Detection> {
        self.records.iter().filter_map(|record| match record {
            Record::Detection(detection) => Some(detection),
            _ => None,
        })
    }

    /// Every number of every record lies where its unit allows.
    pub fn assert_in_range(&self) {
        for detection in self.detections() {
            let time = detection.time;
            assert!(time.from <= time.until && time.sigma_s >= 0.0 && time.sigma_s.is_finite(), "{detection:?}");
            match &detection.place {
                Where::Estimate(place) => {
                    let [east, north, cov] = [place.var_east_m2, place.var_north_m2, place.cov_east_north_m2];
                    assert!(east >= 0.0 && north >= 0.0 && east.is_finite() && north.is_finite(), "{detection:?}");
                    assert!(cov.abs() <= east.sqrt() * north.sqrt() * (1.0 + 1e-6), "{detection:?}");
                }
                Where::Bearing(bearing) => {
                    assert!((0.0..=360.0).contains(&bearing.azimuth_deg.value) && bearing.azimuth_deg.sigma >= 0.0);
                    assert!(bearing.range_m.is_none_or(|(near, far)| 0.0 <= near && near <= far && far.is_finite()));
                }
                Where::Area(name) => assert!(!name.as_str().is_empty()),
                Where::NotKnown(_) => {}
            }
            if let Known::Known(count) = detection.count {
                assert!(count.low <= count.high);
            }
            if let Some(motion) = detection.motion {
                assert!(motion.speed_mps >= 0.0 && (0.0..=360.0).contains(&motion.course_deg));
            }
        }
        for record in &self.records {
            match record {
                Record::Area(area) => assert!(area.valid.from <= area.valid.until && !area.area.is_empty()),
                Record::Outage(outage) => {
                    assert!((0.0..=1.0).contains(&outage.pd_factor) && outage.span.from <= outage.span.until);
                }
                Record::Recording(recording) => {
                    assert!(recording.samples.rate_hz > 0.0 && recording.samples.values.iter().all(|v| v.is_finite()));
                }
                Record::Detection(_) => {}
            }
        }
        for problem in self.problems.kept() {
            assert!(!problem.file.is_empty() && problem.text.chars().count() <= 121, "{problem:?}");
            assert!(!problem.message.is_empty() && !problem.message.ends_with('.'), "{problem:?}");
        }
    }
}

/// The data rows of a table: number of the line and its text.
pub fn data_rows(text: &str) -> Vec<(u32, &str)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.skip(1).collect()
}

/// True for the formats that are tables with a header, one row on each line.
pub fn is_table(kind: &dyn SensorKind) -> bool {
    !matches!(
        kind.name(),
        "adsb"
            | "cot"
            | "klv"
            | "mavlink"
            | "remote_id"
            | "sapient"
            | "wav"
            | "miniseed"
            | "sac"
            | "ais"
            | "control_geojson"
    )
}
