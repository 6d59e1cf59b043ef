//! Detections of infrasound arrays as InfraPy writes them (`*.dets.json`).
//!
//! **What it is.** A JSON list of objects, one for each detection of one array, in either of the two spellings that are in
//! use (`Peak F-Stat Time (UTC)` or `Time (UTC)`, `F Statistic` or `F Stat.`, and so on).
//!
//! **What it needs.** The time of the peak (UTC), `Back Azimuth` (any turn; brought into 0…360), `Latitude`, `Longitude`.
//! Everything else may be null or absent. An elevation of -999 means that it is not known.
//!
//! **Error model.** A detection that cannot be read is one problem whose text begins with its place in the list; the others
//! keep their numbers. A file that is no such list is one problem.
//!
//! **What it cannot tell.** Errors: the form states none; the Fisher statistic and the number of elements bound them.
//!
//! ```
//! let text = br#"[{"Time (UTC)": "2031-02-15T06:10:00", "Back Azimuth": -74.2, "F Stat.": 10.0, "Array Dim.": 5,
//!     "Latitude": 45.5, "Longitude": 31.25, "Name": ""}]"#;
//! let (detections, problems) = truceline_intake::infrapy::read(text, "x.dets.json");
//! assert_eq!((detections[0].back_azimuth_deg, detections[0].n_elements, problems.total()), (285.8, Some(5), 0));
//! ```

use serde_json::{Map, Value};
use truceline_domain::{Problem, Problems, Timestamp, Wgs84};

/// The most detections of one file.
const MAX_DETECTIONS: usize = 1_000_000;

/// One detection of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayDetection {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Name of the array or of the detection; empty when not stated.
    pub name: String,
    /// The event it was assigned to; empty when none.
    pub event: String,
    /// Where the array stands.
    pub place: Wgs84,
    /// Height of the array above sea, m.
    pub elevation_m: Option<f64>,
    /// When its Fisher statistic was at its peak.
    pub at: Timestamp,
    /// Where it came from, degrees clockwise from north, 0…360.
    pub back_azimuth_deg: f64,
    /// Fisher statistic at the peak.
    pub fisher: Option<f64>,
    /// Speed of the front over the ground, m/s.
    pub trace_velocity_mps: Option<f64>,
    /// Elements of the array.
    pub n_elements: Option<u32>,
    /// When it began, s from the peak (negative).
    pub start_s: Option<f64>,
    /// When it ended, s from the peak.
    pub end_s: Option<f64>,
}

/// Reads a list of detections, in its order.
pub fn read(bytes: &[u8], file: &str) -> (Vec<ArrayDetection>, Problems) {
    let mut problems = Problems::default();
    let mut refuse = |problem: Problem| {
        problems.push(problem);
        Vec::new()
    };
    let entries = match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Array(entries)) if entries.len() <= MAX_DETECTIONS => entries,
        Ok(_) => refuse(Problem::error(file, "no_list", "the file is no JSON list of detections")),
        Err(error) => {
            let problem = Problem::error(file, "bad_json", format!("the file is no JSON: {error}"));
            refuse(problem.at_line(error.line() as u64).at_column(error.column() as u64))
        }
    };
    let mut detections = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let entry = entry.as_object().ok_or_else(|| wrong(file, index, "is no object"));
        match entry.and_then(|entry| detection(entry, index, file)) {
            Ok(detection) => detections.push(detection),
            Err(problem) => problems.push(problem),
        }
    }
    (detections, problems)
}

fn wrong(file: &str, index: usize, what: &str) -> Problem {
    let problem = Problem::error(file, "bad_detection", format!("the detection {what}"));
    problem.with_text(&format!("detection {index}"))
}

fn detection(entry: &Map<String, Value>, index: usize, file: &str) -> Result<ArrayDetection, Problem> {
    let wrong = |what: &str| wrong(file, index, what);
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let time = [text("Peak F-Stat Time (UTC)"), text("Time (UTC)")].into_iter().find(|time| !time.is_empty());
    let at = time.and_then(crate::picks::instant).ok_or_else(|| wrong("has no time of its peak"))?;
    let azimuth = number(entry, &["Back Azimuth"]).ok_or_else(|| wrong("has no back-azimuth"))?;
    let (lat, lon) = (number(entry, &["Latitude"]), number(entry, &["Longitude"]));
    let place = lat.zip(lon).and_then(|(lat, lon)| Wgs84::new(lat, lon).ok());
    let elevation_m = number(entry, &["Elevation", "Elevation (m)"]).filter(|m| *m > -900.0);
    let positive = |keys: &[&str]| number(entry, keys).filter(|value| *value > 0.0);
    let name = [text("Name"), text("Station")].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    Ok(ArrayDetection {
        index,
        name: name.to_owned(),
        event: text("Event").to_owned(),
        place: place.ok_or_else(|| wrong("has no place"))?,
        elevation_m,
        at,
        back_azimuth_deg: (azimuth % 360.0).rem_euclid(360.0),
        fisher: positive(&["F Statistic", "F Stat."]),
        trace_velocity_mps: positive(&["Trace Velocity (m/s)", "Trace Vel. (m/s)"]),
        n_elements: positive(&["Array Dimension", "Array Dim."]).map(|n| n as u32),
        start_s: number(entry, &["Start"]),
        end_s: number(entry, &["End"]),
    })
}

/// The first of these keys that holds a finite number, plain or as text.
fn number(entry: &Map<String, Value>, keys: &[&str]) -> Option<f64> {
    let of = |value: &Value| match value {
        Value::String(text) => text.trim().parse::<f64>().ok(),
        other => other.as_f64(),
    };
    keys.iter().find_map(|key| entry.get(*key).and_then(of)).filter(|value| value.is_finite())
}

#[cfg(test)]
#[path = "infrapy_tests.rs"]
mod tests;
