//! Tracking scenario: `meta.json`, `scans.csv` and `detections.csv` of one run of many sensors.
//!
//! `meta.json` states area, sensors, cooperative sources, zones and lines; `scans.csv` every look of every sensor, empty
//! ones too (`t_arr,t_meas,sensor,scan,n` and, for sensors that move, `sx,sy`); `detections.csv` what was seen
//! (`det,t_arr,t_meas,sensor,scan,az_deg,rng_m,rr_mps,el_deg,x,y,z,vx,vy,coop_id`), the rows of one scan together.
//! Columns are found by name; unknown columns are ignored. Frame: local east-north metres, azimuths in degrees clockwise
//! from north, seconds of one clock. A row that cannot be used gives one problem and is left out.

use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use truceline_domain::{Problem, Problems};

/// What is known before the first look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackScenario {
    /// West, south, east, north.
    pub area_m: [f64; 4],
    /// The sea lies west of this easting.
    pub sea_until_east_m: Option<f64>,
    /// Whether biases of sensors must be expected; true when not stated.
    pub bias_present: bool,
    /// Seconds.
    pub duration_s: f64,
    /// Seconds between the times at which tracks are wanted.
    pub step_s: f64,
    /// Sensors, then cooperative sources; scans name them by index.
    pub sensors: Vec<ScenarioSensor>,
    /// Zones (closed) and lines (open): name, corners east and north, closed.
    pub watched: Vec<ScenarioZone>,
}

/// A zone or line: name, corners east and north in metres, and whether it is closed.
pub type ScenarioZone = (String, Vec<(f64, f64)>, bool);

/// One sensor or cooperative source as stated; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioSensor {
    /// Its name.
    pub name: String,
    /// `radar`, `eo`, `bearing`, `rf`, `acoustic`, `pos` or `coop`.
    pub kind: String,
    /// What a cooperative source carries, such as `AIS`.
    pub carries: String,
    /// East, north, up.
    pub place_m: [f64; 3],
    /// Every other number stated, by its name in the file.
    pub numbers: BTreeMap<String, f64>,
    /// Reach by kind of mover: multi-rotor, fixed wing, vehicle, vessel.
    pub reach_m: Option<[f64; 4]>,
    /// Centre and width of the field of view, degrees.
    pub view_deg: Option<(f64, f64)>,
}

/// One look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScenarioScan {
    /// When it reached the node.
    pub arrived_s: f64,
    /// When it was measured.
    pub measured_s: f64,
    /// Index into [`TrackScenario::sensors`].
    pub sensor: u32,
    /// Its number.
    pub number: u64,
    /// Where the sensor stood, if it moves.
    pub from_m: Option<(f64, f64)>,
    /// Its plots: first and one past the last in [`ScenarioScans::plots`].
    pub plots: (u32, u32),
}

/// One plot; what was not measured is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScenarioPlot {
    /// Its number.
    pub number: u32,
    /// The reading.
    pub reading: ScenarioReading,
}

/// The form of a reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScenarioReading {
    /// Azimuth and elevation in degrees, range in metres, range rate in metres per second (NaN = none).
    Polar {
        /// Clockwise from north.
        azimuth_deg: f64,
        /// Over the ground.
        range_m: f64,
        /// Positive when opening.
        range_rate_mps: f32,
        /// Above the horizon.
        elevation_deg: f32,
    },
    /// Azimuth and elevation in degrees (NaN = none).
    Bearing {
        /// Clockwise from north.
        azimuth_deg: f64,
        /// Above the horizon.
        elevation_deg: f32,
    },
    /// East and north in metres.
    Place {
        /// East.
        east_m: f64,
        /// North.
        north_m: f64,
    },
    /// A cooperative report (velocity NaN = none).
    Claim {
        /// Index into [`ScenarioScans::identities`].
        identity: u32,
        /// East.
        east_m: f64,
        /// North.
        north_m: f64,
        /// To the east.
        east_mps: f32,
        /// To the north.
        north_mps: f32,
    },
}

/// Looks and plots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScenarioScans {
    /// Looks in the order of the file.
    pub scans: Vec<ScenarioScan>,
    /// Plots, those of one look together.
    pub plots: Vec<ScenarioPlot>,
    /// Claimed identities in the order of their first report.
    pub identities: Vec<String>,
}

/// Reads `meta.json`.
pub fn read_meta(text: &str, file: &str) -> (TrackScenario, Vec<Problem>) {
    let mut problems = Problems::default();
    let meta: Value = match serde_json::from_str(text) {
        Ok(meta) => meta,
        Err(error) => {
            let at = Problem::error(file, "bad_json", format!("not JSON: {error}")).at_line(error.line() as u64);
            return (TrackScenario::default(), vec![at]);
        }
    };
    let list = |name: &str| meta.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sensors = list("sensors").iter().chain(list("coop"));
    let mut scenario = TrackScenario {
        area_m: four(meta.get("area")).unwrap_or_default(),
        sea_until_east_m: meta.get("sea_x").and_then(Value::as_f64),
        bias_present: meta.get("bias_present").and_then(Value::as_bool).unwrap_or(true),
        duration_s: number(&meta, "duration").unwrap_or(0.0),
        step_s: number(&meta, "truth_step").unwrap_or(1.0),
        sensors: sensors.filter_map(|value| sensor(value, file, &mut problems)).collect(),
        watched: list("zones").iter().filter_map(|value| zone(value, file, &mut problems)).collect(),
    };
    if scenario.sensors.is_empty() {
        problems.push(
            Problem::error(file, "no_sensors", "no sensors are stated").with_hint("`sensors` is a list of objects"),
        );
    }
    if scenario.area_m == [0.0; 4] {
        scenario.area_m = around(&scenario.sensors);
    }
    (scenario, problems.into_vec())
}

fn number(value: &Value, name: &str) -> Option<f64> {
    value.get(name).and_then(Value::as_f64).filter(|number| number.is_finite())
}

fn four(value: Option<&Value>) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = value?.as_array()?.iter().filter_map(Value::as_f64).collect();
    numbers.try_into().ok()
}

/// The area that the sensors reach.
fn around(sensors: &[ScenarioSensor]) -> [f64; 4] {
    let start = [-1_000.0, -1_000.0, 1_000.0, 1_000.0];
    sensors.iter().fold(start, |[w, s, e, n], sensor| {
        let [x, y, _] = sensor.place_m;
        let reach = sensor.numbers.get("rmax").copied().unwrap_or(0.0).min(50_000.0);
        [w.min(x - reach), s.min(y - reach), e.max(x + reach), n.max(y + reach)]
    })
}

fn sensor(value: &Value, file: &str, problems: &mut Problems) -> Option<ScenarioSensor> {
    let word = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, kind) = (word("id"), word("kind"));
    if name.is_empty() || kind.is_empty() {
        problems.push(
            Problem::error(file, "bad_sensor", "a sensor without `id` or `kind` is left out")
                .with_text(&value.to_string()),
        );
        return None;
    }
    let place = |axis: &str| number(value, axis).unwrap_or(0.0);
    let by_kind =
        |by: &Value| Some([number(by, "quad")?, number(by, "fixedwing")?, number(by, "truck")?, number(by, "vessel")?]);
    let fov = value.get("fov").and_then(Value::as_array);
    Some(ScenarioSensor {
        carries: word("what"),
        place_m: [place("x"), place("y"), place("z")],
        numbers: value
            .as_object()?
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.as_f64().filter(|number| number.is_finite())?)))
            .collect(),
        reach_m: value.get("rmax_by_class").and_then(by_kind),
        view_deg: fov.and_then(|pair| Some((pair.first()?.as_f64()?, pair.get(1)?.as_f64()?))),
        name,
        kind,
    })
}

fn zone(value: &Value, file: &str, problems: &mut Problems) -> Option<ScenarioZone> {
    let name = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let closed = value.get("polygon").is_some();
    let corners = value.get("polygon").or_else(|| value.get("line")).and_then(Value::as_array);
    let corner = |pair: &Value| Some((pair.get(0)?.as_f64()?, pair.get(1)?.as_f64()?));
    let corners: Vec<(f64, f64)> = corners?.iter().filter_map(corner).collect();
    if corners.len() < if closed { 3 } else { 2 } {
        problems
            .push(Problem::error(file, "bad_zone", "a zone or line with too few corners is left out").with_text(&name));
        return None;
    }
    Some((name, corners, closed))
}

/// Reads `scans.csv` and `detections.csv`; `names` are the sensors in the order of the scenario.
pub fn read_scans(scans: &str, detections: &str, scenario: &TrackScenario) -> (ScenarioScans, Vec<Problem>) {
    let mut reader = Reader {
        sensors: scenario.sensors.iter().enumerate().map(|(i, sensor)| (sensor.name.as_bytes(), i as u32)).collect(),
        kinds: scenario.sensors.iter().map(|sensor| Form::of(&sensor.kind)).collect(),
        by_number: HashMap::new(),
        by_identity: HashMap::new(),
        out: ScenarioScans::default(),
        problems: Problems::default(),
    };
    reader.looks(scans.as_bytes());
    reader.seen(detections.as_bytes());
    (reader.out, reader.problems.into_vec())
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Polar,
    Bearing,
    Place,
    Claim,
}

impl Form {
    fn of(kind: &str) -> Self {
        match kind {
            "radar" => Self::Polar,
            "pos" => Self::Place,
            "coop" => Self::Claim,
            _ => Self::Bearing,
        }
    }
}

struct Reader<'a> {
    sensors: HashMap<&'a [u8], u32>,
    kinds: Vec<Form>,
    by_number: HashMap<u64, u32>,
    by_identity: HashMap<Vec<u8>, u32>,
    out: ScenarioScans,
    problems: Problems,
}

/// The most columns that are looked at.
const COLUMNS: usize = 24;

/// The cells of one line; absent ones are empty.
fn cells(line: &[u8]) -> [&[u8]; COLUMNS] {
    let mut found: [&[u8]; COLUMNS] = [&[]; COLUMNS];
    for (place, cell) in found.iter_mut().zip(line.split(|byte| *byte == b',')) {
        *place = cell;
    }
    found
}

fn lines(text: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let trimmed = |line| <[u8]>::strip_suffix(line, b"\r").unwrap_or(line);
    (1..).zip(text.split(|byte| *byte == b'\n').map(trimmed)).filter(|(_, line)| !line.is_empty())
}

/// Where the named columns stand, `COLUMNS` for those that are absent.
fn columns<const N: usize>(header: &[u8], names: [&str; N]) -> [usize; N] {
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    let cells = cells(header);
    names.map(|name| cells.iter().position(|cell| *cell == name.as_bytes()).unwrap_or(COLUMNS))
}

/// A plain decimal number, read as fast as it can be: up to 17 digits; anything else goes through the standard reader.
fn decimal(cell: &[u8]) -> Option<f64> {
    let (negative, digits) = match cell.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, cell),
    };
    if digits.is_empty() || digits.len() > 17 {
        return plain(cell);
    }
    let (mut whole, mut scale, mut point) = (0_u64, 0_usize, false);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                scale += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return plain(cell),
        }
    }
    const TENTHS: [f64; 18] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17];
    if whole >= (1 << 53) || (point && digits.len() == 1) {
        return plain(cell);
    }
    let value = whole as f64 / TENTHS.get(scale)?;
    Some(if negative { -value } else { value })
}

fn plain(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

fn whole(cell: &[u8]) -> Option<u64> {
    if cell.is_empty() || cell.len() > 18 {
        return None;
    }
    cell.iter().try_fold(0_u64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u64::from(byte - b'0')))
}

impl<'a> Reader<'a> {
    fn bad(&mut self, file: &str, line: u64, text: &[u8], message: &str) {
        let problem = Problem::error(file, "bad_row", message).at_line(line).with_text(&String::from_utf8_lossy(text));
        self.problems.push(problem);
    }

    fn looks(&mut self, text: &'a [u8]) {
        let mut lines = lines(text);
        let Some((_, header)) = lines.next() else { return };
        let at = columns(header, ["t_arr", "t_meas", "sensor", "scan", "sx", "sy"]);
        for (line, row) in lines {
            let cells = cells(row);
            let [arrived, measured, sensor, number, east, north] =
                at.map(|i| cells.get(i).copied().unwrap_or_default());
            let known = self.sensors.get(sensor).copied();
            let (Some(arrived_s), Some(measured_s), Some(sensor), Some(number)) =
                (decimal(arrived), decimal(measured), known, whole(number))
            else {
                self.bad("scans.csv", line, row, "a look without times, number or a known sensor is left out");
                continue;
            };
            let index = self.out.scans.len() as u32;
            if self.by_number.insert(number, index).is_some() {
                self.bad("scans.csv", line, row, "a look whose number came before is left out");
                continue;
            }
            let from_m = decimal(east).zip(decimal(north));
            self.out.scans.push(ScenarioScan { arrived_s, measured_s, sensor, number, from_m, plots: (0, 0) });
        }
    }

    fn seen(&mut self, text: &'a [u8]) {
        let mut lines = lines(text);
        let Some((_, header)) = lines.next() else { return };
        let at =
            columns(header, ["det", "scan", "az_deg", "rng_m", "rr_mps", "el_deg", "x", "y", "vx", "vy", "coop_id"]);
        for (line, row) in lines {
            let cells = cells(row);
            let cells = at.map(|i| cells.get(i).copied().unwrap_or_default());
            let [det, scan, ..] = cells;
            let found = whole(scan).and_then(|number| self.by_number.get(&number).copied());
            let Some(index) = found else {
                self.bad("detections.csv", line, row, "a plot of an unknown look is left out");
                continue;
            };
            let number = whole(det).and_then(|number| u32::try_from(number).ok());
            let reading = self.reading(index, &cells);
            let (Some(number), Some(reading)) = (number, reading) else {
                self.bad(
                    "detections.csv",
                    line,
                    row,
                    "a plot without the numbers that its sensor measures is left out",
                );
                continue;
            };
            self.place(index, line, row, ScenarioPlot { number, reading });
        }
    }

    fn place(&mut self, index: u32, line: u64, row: &[u8], plot: ScenarioPlot) {
        let next = self.out.plots.len() as u32;
        let Some(scan) = self.out.scans.get_mut(index as usize) else { return };
        match scan.plots {
            (0, 0) => scan.plots = (next, next + 1),
            (first, until) if until == next => scan.plots = (first, next + 1),
            _ => {
                self.bad("detections.csv", line, row, "a plot apart from the others of its look is left out");
                return;
            }
        }
        self.out.plots.push(plot);
    }

    fn reading(&mut self, index: u32, cells: &[&[u8]; 11]) -> Option<ScenarioReading> {
        let [_, _, azimuth, range, rate, elevation, x, y, vx, vy, identity] = *cells;
        let sensor = self.out.scans.get(index as usize)?.sensor;
        let or_nan = |cell| decimal(cell).map_or(f32::NAN, |value| value as f32);
        Some(match self.kinds.get(sensor as usize)? {
            Form::Polar => ScenarioReading::Polar {
                azimuth_deg: decimal(azimuth)?,
                range_m: decimal(range)?,
                range_rate_mps: or_nan(rate),
                elevation_deg: or_nan(elevation),
            },
            Form::Bearing => {
                ScenarioReading::Bearing { azimuth_deg: decimal(azimuth)?, elevation_deg: or_nan(elevation) }
            }
            Form::Place => ScenarioReading::Place { east_m: decimal(x)?, north_m: decimal(y)? },
            Form::Claim => ScenarioReading::Claim {
                identity: self.identity(identity)?,
                east_m: decimal(x)?,
                north_m: decimal(y)?,
                east_mps: or_nan(vx),
                north_mps: or_nan(vy),
            },
        })
    }

    fn identity(&mut self, name: &[u8]) -> Option<u32> {
        if let Some(known) = self.by_identity.get(name) {
            return Some(*known);
        }
        let text = std::str::from_utf8(name).ok().filter(|text| !text.is_empty())?;
        let index = self.out.identities.len() as u32;
        self.out.identities.push(text.to_owned());
        self.by_identity.insert(name.to_vec(), index);
        Some(index)
    }
}

#[cfg(test)]
#[path = "track_scenario_tests.rs"]
mod tests;
