//! `config.json`: the frame, the box, the speeds and the thresholds of a search for events; and tables of seismic speeds.
//!
//! **What it is.** One JSON object. Keys that are not known are passed over.
//!
//! | key | meaning |
//! |---|---|
//! | `lat0`, `lon0` | origin of the flat frame, degrees; x = (lon - lon0) * 111.32 cos(lat0), y = (lat - lat0) * 111.19 km |
//! | `x`, `y`, `z` | the box, `[from, to]`, km; z is depth, positive down |
//! | `vp`, `vs` | speeds, km/s (for sound `vp` is its speed) |
//! | `n_picks`, `n_p`, `n_s`, `n_ps` | fewest picks, P (or air) picks, S picks, stations with both |
//! | `tol` | largest residual of a pick, s |
//! | `name` | what it is called |
//! | `wind_hourly` | `[east, north]` m/s, blowing towards, one for each hour from `start` |
//! | `temp_hourly_c` | temperature, °C, one for each hour from `start` |
//! | `start` | when the hours begin; 2024-03-01T00:00:00Z when not stated |
//! | `layers` | `[depth of the top km, P km/s, S km/s]` from the top; none means constant speeds |
//!
//! `lat0`, `lon0`, `x`, `y`, `z`, `vp`, `vs`, `n_picks` and `tol` must be there; the others are empty or zero when not.
//!
//! **Error model.** Every key that is missing or wrong is one problem; with any such problem there is no config.

use crate::suggest;
use serde_json::{Map, Value};
use truceline_domain::{Problem, Problems, Timestamp, Wgs84};

/// When the hours begin if the file does not say: 2024-03-01T00:00:00Z.
const START_SECOND: i64 = 1_709_251_200;
/// The most hours and layers that are read.
const MAX_ENTRIES: usize = 100_000;

/// What governs a search for events, as a file states it.
#[derive(Clone, Debug, PartialEq)]
pub struct LocateConfig {
    /// What it is called; empty when not stated.
    pub name: String,
    /// The origin of the flat frame.
    pub origin: Wgs84,
    /// The box from west to east, km.
    pub x_km: (f64, f64),
    /// The box from south to north, km.
    pub y_km: (f64, f64),
    /// The box from top to bottom, km of depth.
    pub z_km: (f64, f64),
    /// Speed of P waves or of sound, km/s.
    pub vp_km_s: f64,
    /// Speed of S waves, km/s.
    pub vs_km_s: f64,
    /// Fewest picks of an event.
    pub n_picks: usize,
    /// Fewest P (or air) picks.
    pub n_p: usize,
    /// Fewest S picks.
    pub n_s: usize,
    /// Fewest stations with both P and S.
    pub n_ps: usize,
    /// Largest residual of a pick, s.
    pub tolerance_s: f64,
    /// When the hours below begin.
    pub start: Timestamp,
    /// Wind towards east and north, m/s, by hour; empty when not given.
    pub wind_hourly_mps: Vec<(f64, f64)>,
    /// Temperature, °C, by hour; empty when not given.
    pub temperature_hourly_c: Vec<f64>,
    /// Depth of the top km, P km/s, S km/s, from the top; empty for constant speeds.
    pub layers: Vec<(f64, f64, f64)>,
}

/// Reads a config; `None` when a problem stands in its way.
pub fn read(bytes: &[u8], file: &str) -> (Option<LocateConfig>, Problems) {
    let mut problems = Problems::default();
    let object = match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(object)) => object,
        Ok(_) => {
            problems.push(Problem::error(file, "bad_config", "the file is no JSON object"));
            return (None, problems);
        }
        Err(error) => {
            let problem = Problem::error(file, "bad_json", format!("the file is no JSON: {error}"));
            problems.push(problem.at_line(error.line() as u64).at_column(error.column() as u64));
            return (None, problems);
        }
    };
    let mut keys = Keys { object: &object, file, problems: &mut problems };
    let config = keys.config();
    (config.filter(|_| problems.total() == 0), problems)
}

/// The keys of the object, and what is wrong with them.
struct Keys<'a> {
    object: &'a Map<String, Value>,
    file: &'a str,
    problems: &'a mut Problems,
}

impl Keys<'_> {
    /// Everything is asked for before anything is given up, so that every problem is told at once.
    fn config(&mut self) -> Option<LocateConfig> {
        let (lat, lon) = (self.number("lat0"), self.number("lon0"));
        let (x, y, z) = (self.range("x"), self.range("y"), self.range("z"));
        let (vp, vs) = (self.positive("vp"), self.positive("vs"));
        let counts = [("n_picks", true), ("n_p", false), ("n_s", false), ("n_ps", false)];
        let [n_picks, n_p, n_s, n_ps] = counts.map(|(key, must)| self.count(key, must));
        let tolerance = self.positive("tol");
        let start = self.start();
        let wind = self.rows("wind_hourly", 2);
        let temperature = self.rows("temp_hourly_c", 1);
        let layers = self.layers();
        Some(LocateConfig {
            name: self.object.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            origin: self.origin(lat?, lon?)?,
            x_km: x?,
            y_km: y?,
            z_km: z?,
            vp_km_s: vp?,
            vs_km_s: vs?,
            n_picks: n_picks?,
            n_p: n_p?,
            n_s: n_s?,
            n_ps: n_ps?,
            tolerance_s: tolerance?,
            start: start?,
            wind_hourly_mps: wind?.iter().filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect(),
            temperature_hourly_c: temperature?.iter().filter_map(|row| row.first().copied()).collect(),
            layers: layers?,
        })
    }

    fn wrong(&mut self, key: &str, message: &str) {
        let shown = self.object.get(key).map(Value::to_string).unwrap_or_default();
        let problem = Problem::error(self.file, "bad_config", format!("`{key}` {message}"));
        self.problems.push(problem.with_text(&shown));
    }

    /// The value of a key that must be there.
    fn value(&mut self, key: &str) -> Option<&Value> {
        let found = self.object.get(key);
        if found.is_none() {
            let given: Vec<&str> = self.object.keys().map(String::as_str).collect();
            let problem = Problem::error(self.file, "missing_key", format!("`{key}` is missing")).with_text(key);
            self.problems.push(problem.with_hint(suggest::hint(key, &given)));
        }
        found
    }

    fn number(&mut self, key: &str) -> Option<f64> {
        let number = self.value(key)?.as_f64();
        if number.is_none() {
            self.wrong(key, "is no number");
        }
        number
    }

    fn positive(&mut self, key: &str) -> Option<f64> {
        let number = self.number(key)?;
        if number <= 0.0 {
            self.wrong(key, "is not above 0");
        }
        Some(number)
    }

    fn range(&mut self, key: &str) -> Option<(f64, f64)> {
        let numbers = self.value(key)?.as_array().map(|array| array.iter().map(Value::as_f64).collect::<Vec<_>>());
        match numbers.as_deref() {
            Some([Some(from), Some(to)]) if from <= to => Some((*from, *to)),
            _ => {
                self.wrong(key, "is no range `[from, to]`");
                None
            }
        }
    }

    fn count(&mut self, key: &str, must: bool) -> Option<usize> {
        if !must && !self.object.contains_key(key) {
            return Some(0);
        }
        let number = self.number(key)?;
        if number.fract() == 0.0 && (0.0..1e6).contains(&number) {
            return Some(number as usize);
        }
        self.wrong(key, "is no whole number from 0");
        None
    }

    fn start(&mut self) -> Option<Timestamp> {
        let Some(value) = self.object.get("start") else { return Timestamp::from_second(START_SECOND).ok() };
        let start = value.as_str().and_then(super::instant);
        if start.is_none() {
            self.wrong("start", "is no time such as `2024-03-01T00:00:00Z`");
        }
        start
    }

    /// A list of rows of so many numbers; a row of one may stand without brackets. Empty when the key is absent or null.
    fn rows(&mut self, key: &str, width: usize) -> Option<Vec<Vec<f64>>> {
        let row = |value: &Value| match value {
            Value::Array(row) => row.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>(),
            other => other.as_f64().map(|number| vec![number]),
        };
        let rows = match self.object.get(key) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(rows)) if rows.len() <= MAX_ENTRIES => rows.iter().map(row).collect(),
            Some(_) => None,
        };
        let rows = rows.filter(|rows: &Vec<Vec<f64>>| rows.iter().all(|row| row.len() == width));
        if rows.is_none() {
            self.wrong(key, &format!("is no list of {width} numbers each"));
        }
        rows
    }

    fn layers(&mut self) -> Option<Vec<(f64, f64, f64)>> {
        let rows = self.rows("layers", 3)?;
        let layers: Vec<_> = rows.iter().filter_map(|row| Some((*row.first()?, *row.get(1)?, *row.get(2)?))).collect();
        if !are_layers(&layers) {
            self.wrong("layers", "go down in depth with speeds above 0, S slower than P");
        }
        Some(layers)
    }

    fn origin(&mut self, lat_deg: f64, lon_deg: f64) -> Option<Wgs84> {
        let origin = Wgs84::new(lat_deg, lon_deg).ok();
        if origin.is_none() {
            self.wrong("lat0", "and `lon0` are no place: latitude runs from -90 to 90, longitude from -180 to 180");
        }
        origin
    }
}

/// Layers go down, every speed is above 0, and S is slower than P.
fn are_layers(layers: &[(f64, f64, f64)]) -> bool {
    let sound = |(depth, p, s): &(f64, f64, f64)| depth.is_finite() && *s > 0.0 && p > s && p.is_finite();
    let goes_down = layers.iter().zip(layers.iter().skip(1)).all(|(upper, lower)| upper.0 < lower.0);
    goes_down && layers.iter().all(sound)
}

/// Reads a table of seismic speeds: on each line the depth of the top of a layer (km), P and S speed (km/s), with blanks,
/// commas or tabs between; further columns (density, damping) are passed over, as are lines that begin with `#` and a
/// first line of words.
pub fn read_layers(bytes: &[u8], file: &str) -> (Vec<(f64, f64, f64)>, Problems) {
    let mut problems = Problems::default();
    let text = String::from_utf8_lossy(bytes);
    let mut layers: Vec<(f64, f64, f64)> = Vec::new();
    for (line, content) in (1..).zip(text.lines()).take(MAX_ENTRIES) {
        let content = content.trim();
        let is_header = line == 1 && content.starts_with(|c: char| c.is_alphabetic());
        if content.is_empty() || content.starts_with('#') || is_header {
            continue;
        }
        let below = layers.last().is_none_or(|above| layer(content).is_some_and(|layer| above.0 < layer.0));
        match layer(content).filter(|layer| below && are_layers(&[*layer])) {
            Some(layer) => layers.push(layer),
            None => {
                let message = "this is no layer: depth going down, P and S speed above 0, S slower than P";
                problems.push(Problem::error(file, "bad_layer", message).at_line(line).with_text(content));
            }
        }
    }
    if layers.is_empty() && problems.total() == 0 {
        problems.push(Problem::error(file, "empty", "the file has no layers"));
    }
    (layers, problems)
}

fn layer(line: &str) -> Option<(f64, f64, f64)> {
    let mut numbers = line.split([' ', '\t', ',', ';']).filter(|field| !field.is_empty()).map(str::parse::<f64>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
