//! Picks, stations and settings as plain files: what the location of ground events reads and writes.
//!
//! **What it is.** `picks.csv` with a row for each arrival, in the columns of [`COLUMNS`], found by name, in any order;
//! `stations.csv` ([`stations`]); `config.json` and a table of seismic speeds ([`config`]). [`write()`] writes picks.
//!
//! **What it needs.** `station` and `time` in each row. Times are ISO 8601; without an offset they are UTC. Everything
//! else may be empty or absent and then reads as not stated:
//!
//! | column | meaning |
//! |---|---|
//! | `phase` | the wave, see [`wave_of_phase`]; a name that says nothing about the wave is one warning for the file |
//! | `wave` | the wave in Truceline's own words (`P`, `S`, `Rg`, `air`, `shock`, `muzzle`); counts before `phase` |
//! | `prob` | the picker's confidence, 0…1 |
//! | `sigma_s` | error of the time, one standard deviation, s |
//! | `baz`, `baz_sigma_deg` | back-azimuth, degrees clockwise from north, and its error ([`BEARING_SIGMA_DEG`] when not stated) |
//! | `trace_velocity_mps`, `trace_velocity_sigma_mps` | speed of the front over the ground, m/s, and its error (a tenth when not stated) |
//! | `fisher`, `elements` | Fisher ratio of the beam and how many elements took part |
//! | `amp`, `snr`, `freq_hz`, `dur_s`, `rise_s`, `phase_ratio`, `ripple` | what the waveform looked like, see [`PickFeatures`] |
//! | `rounds` | rounds that blend in it: `3` or `2-5` |
//!
//! **Error model.** A row without a sound station, time or number is one problem and gives no pick; the rows after it keep
//! their numbers. A value out of its range (a confidence above 1, a negative error) is left out with a warning.
//!
//! **What it cannot tell.** Whether the clock of a station was right; whether a pick is of an event at all.
//!
//! ```
//! let text = b"station,phase,time,prob,baz\nS001,A,2031-02-15T06:10:00.250Z,0.8,171.5\nS002,A,noon,0.8,\n";
//! let (picks, problems) = truceline_intake::picks::read(text, "picks.csv");
//!
//! let (row, pick) = &picks[0];
//! assert_eq!((*row, pick.sensor.as_str(), pick.wave), (0, "S001", Some(truceline_domain::Wave::Air)));
//! assert_eq!((problems.kept()[0].line, problems.kept()[0].code), (Some(3), "bad_time"));
//! ```

pub mod config;
mod instants;
pub mod stations;

use crate::suggest;
use crate::table::{Column, Row, Table, quoted};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use truceline_domain::{ArrayBearing, Measured, Name, Pick, PickFeatures, Problem, Problems, Wave};

pub(crate) use instants::instant;

/// The columns, in the order in which [`write()`] writes them (only those that some pick fills, after the first four).
pub const COLUMNS: [&str; 19] = [
    "station",
    "phase",
    "time",
    "prob",
    "sigma_s",
    "amp",
    "baz",
    "baz_sigma_deg",
    "trace_velocity_mps",
    "trace_velocity_sigma_mps",
    "fisher",
    "elements",
    "snr",
    "freq_hz",
    "dur_s",
    "rise_s",
    "phase_ratio",
    "ripple",
    "rounds",
];

/// Columns that are known and not written; all but `wave` are passed over: the truth of made data, numbers of others.
const ALSO_KNOWN: [&str; 5] = ["wave", "event", "id", "pick_idx", "event_idx"];

/// Error of a back-azimuth that states none, degrees: 93 % of measured deviations lie within 5° (Nippress and Green
/// 2023), which is a standard deviation of 2.8°, rounded up.
pub const BEARING_SIGMA_DEG: f64 = 3.0;

/// The wave that the name of a phase means: `P`, `Pg`, `Pn`; `S`, `Sg`, `Sn`; `Rg`, `Lg`; `A`, `air`, `I` (infrasound);
/// `N`, `shock`; `M`, `muzzle`. Capital or small letters are the same. `None` for every other name.
pub fn wave_of_phase(name: &str) -> Option<Wave> {
    const NAMES: [(&str, Wave); 15] = [
        ("P", Wave::P),
        ("S", Wave::S),
        ("A", Wave::Air),
        ("air", Wave::Air),
        ("I", Wave::Air),
        ("Rg", Wave::Rg),
        ("Lg", Wave::Rg),
        ("N", Wave::Shock),
        ("shock", Wave::Shock),
        ("M", Wave::Muzzle),
        ("muzzle", Wave::Muzzle),
        ("Pg", Wave::P),
        ("Pn", Wave::P),
        ("Sg", Wave::S),
        ("Sn", Wave::S),
    ];
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, wave)| *wave)
}

/// Reads a table of picks. Each pick comes with the number of its row, counted from 0 without the header, in the order
/// of the file; a row that cannot be read leaves its number unused.
pub fn read(bytes: &[u8], file: &str) -> (Vec<(usize, Pick)>, Problems) {
    // Most rows are one line of at least 24 bytes.
    let mut picks = Vec::with_capacity(bytes.len() / 48);
    let problems = read_each(bytes, file, &mut |row, pick| picks.push((row, pick)));
    (picks, problems)
}

/// The same, each pick handed to `sink` with the number of its row.
pub fn read_each(bytes: &[u8], file: &str, sink: &mut dyn FnMut(usize, Pick)) -> Problems {
    let mut problems = Problems::default();
    let required: [&[&str]; 2] = [&STATION, &TIME];
    let Some(table) = Table::open(bytes, file, &required, &mut problems) else { return problems };
    warn_of_other_columns(&table, file, &mut problems);
    let columns = Columns::of(&table);
    let mut reader = Reader { columns, names: HashMap::new(), unknown_phases: BTreeSet::new() };
    table.each(&mut problems, |row, problems| {
        sink(row.index as usize, reader.pick(row, problems)?);
        Ok(())
    });
    problems
}

const STATION: [&str; 3] = ["station", "sta", "station_id"];
const PHASE: [&str; 2] = ["phase", "phase_type"];
const TIME: [&str; 2] = ["time", "phase_time"];
const PROB: [&str; 3] = ["prob", "probability", "phase_score"];
const AMP: [&str; 3] = ["amp", "amplitude", "phase_amplitude"];

fn warn_of_other_columns(table: &Table, file: &str, problems: &mut Problems) {
    let others = [STATION.as_slice(), &PHASE, &TIME, &PROB, &AMP, &ALSO_KNOWN];
    let known: Vec<&str> = COLUMNS.into_iter().chain(others.into_iter().flatten().copied()).collect();
    crate::kinds::warn_of_other_columns(table, &known, file, problems);
}

/// Where the columns stand.
struct Columns {
    station: Column,
    phase: Column,
    wave: Column,
    time: Column,
    prob: Column,
    sigma_s: Column,
    bearing: [Column; 6],
    /// True when the table has any column of a bearing or of a feature; most tables of picks have few.
    has_bearing: bool,
    features: [Column; 7],
    rounds: Column,
}

impl Columns {
    fn of(table: &Table) -> Self {
        let column = |name: &str| table.column(&[name]);
        let bearing = ["baz", "baz_sigma_deg", "trace_velocity_mps", "trace_velocity_sigma_mps", "fisher", "elements"]
            .map(column);
        let [_, snr, frequency, duration, rise, ratio, ripple] =
            ["", "snr", "freq_hz", "dur_s", "rise_s", "phase_ratio", "ripple"].map(column);
        Self {
            station: table.column(&STATION),
            phase: table.column(&PHASE),
            wave: column("wave"),
            time: table.column(&TIME),
            prob: table.column(&PROB),
            sigma_s: column("sigma_s"),
            has_bearing: bearing.iter().any(|column| column.exists()),
            bearing,
            features: [table.column(&AMP), snr, frequency, duration, rise, ratio, ripple],
            rounds: column("rounds"),
        }
    }
}

/// What is kept from row to row.
struct Reader {
    columns: Columns,
    /// One shared name for each station.
    names: HashMap<String, Name>,
    /// Names of phases that were warned of.
    unknown_phases: BTreeSet<String>,
}

/// The most names of phases that are told apart in warnings.
const MAX_UNKNOWN_PHASES: usize = 64;

impl Reader {
    fn pick(&mut self, row: &Row, problems: &mut Problems) -> Result<Pick, Problem> {
        let sensor = self.sensor(row)?;
        let text = row.text(self.columns.time);
        let at = instant(text).ok_or_else(|| bad_time(row, text))?;
        let columns = &self.columns;
        let confidence = checked(row, columns.prob, "confidence", |p| (0.0..=1.0).contains(&p), problems)?;
        let sigma_s = checked(row, columns.sigma_s, "error of the time", |s| s > 0.0, problems)?;
        let bearing = if columns.has_bearing { bearing(row, columns.bearing, problems)? } else { None };
        let features = features(row, columns, problems)?;
        Ok(Pick { sensor, wave: self.wave(row, problems), at, sigma_s, confidence, bearing, features: features.into() })
    }

    fn sensor(&mut self, row: &Row) -> Result<Name, Problem> {
        let text = row.text(self.columns.station);
        if text.is_empty() {
            return Err(row.error("missing_station", "", "the row names no station"));
        }
        if let Some(name) = self.names.get(text) {
            return Ok(name.clone());
        }
        let name = Name::from(text);
        self.names.insert(text.to_owned(), name.clone());
        Ok(name)
    }

    fn wave(&mut self, row: &Row, problems: &mut Problems) -> Option<Wave> {
        let stated = row.text(self.columns.wave);
        let name = if stated.is_empty() { row.text(self.columns.phase) } else { stated };
        let wave = wave_of_phase(name);
        let is_new = wave.is_none()
            && !name.is_empty()
            && !self.unknown_phases.contains(name)
            && self.unknown_phases.len() < MAX_UNKNOWN_PHASES;
        if is_new {
            self.unknown_phases.insert(name.to_owned());
            let message = "the name of the phase does not say which wave it is; such picks may be of any wave";
            let hint = suggest::hint(name, &["P", "S", "Rg", "A", "air", "shock", "muzzle"]);
            problems.push(row.warning("unknown_phase", name, message).with_hint(hint));
        }
        wave
    }
}

fn bad_time(row: &Row, text: &str) -> Problem {
    row.error("bad_time", text, "this is no time").with_hint("write it as 2031-02-15T06:10:00.250Z")
}

/// A number of a column that may be absent, empty or `nan`; one that `sound` refuses is left out with a warning.
fn checked(
    row: &Row,
    column: Column,
    what: &str,
    sound: impl Fn(f64) -> bool,
    problems: &mut Problems,
) -> Result<Option<f64>, Problem> {
    let text = row.text(column);
    if text.is_empty() || text.eq_ignore_ascii_case("nan") {
        return Ok(None);
    }
    let value = row.number(column, what)?;
    if sound(value) {
        return Ok(Some(value));
    }
    problems.push(row.warning("out_of_range", text, format!("the {what} is out of its range and was left out")));
    Ok(None)
}

fn bearing(row: &Row, columns: [Column; 6], problems: &mut Problems) -> Result<Option<ArrayBearing>, Problem> {
    let [azimuth, azimuth_sigma, velocity, velocity_sigma, fisher, elements] = columns;
    let in_circle = |degrees: f64| (-360.0..=360.0).contains(&degrees);
    let Some(azimuth_deg) = checked(row, azimuth, "back-azimuth", in_circle, problems)? else { return Ok(None) };
    let positive = |value: f64| value > 0.0;
    let sigma_deg = checked(row, azimuth_sigma, "error of the back-azimuth", positive, problems)?;
    let trace = checked(row, velocity, "trace velocity", positive, problems)?;
    let trace_sigma = checked(row, velocity_sigma, "error of the trace velocity", positive, problems)?;
    let trace_velocity_mps = trace.map(|value| Measured { value, sigma: trace_sigma.unwrap_or(0.1 * value) });
    let whole = |value: f64| value.fract() == 0.0 && (1.0..1e6).contains(&value);
    Ok(Some(ArrayBearing {
        azimuth_deg: Measured { value: azimuth_deg.rem_euclid(360.0), sigma: sigma_deg.unwrap_or(BEARING_SIGMA_DEG) },
        trace_velocity_mps,
        fisher: checked(row, fisher, "Fisher ratio", |value| value >= 0.0, problems)?,
        n_elements: checked(row, elements, "number of elements", whole, problems)?.map(|n| n as u32),
    }))
}

fn features(row: &Row, columns: &Columns, problems: &mut Problems) -> Result<PickFeatures, Problem> {
    const WHAT: [&str; 7] =
        ["amplitude", "signal-to-noise ratio", "frequency", "duration", "rise time", "ratio of phases", "ripple"];
    let mut values = [None; 7];
    for ((value, column), what) in values.iter_mut().zip(columns.features).zip(WHAT) {
        if column.exists() {
            let most = if what == "ripple" { 1.0 } else { f64::MAX };
            *value = checked(row, column, what, |value| (0.0..=most).contains(&value), problems)?;
        }
    }
    let [amplitude, snr, frequency_hz, duration_s, rise_s, phase_ratio, ripple] = values;
    let rounds = rounds(row, columns.rounds)?;
    Ok(PickFeatures { amplitude, snr, frequency_hz, duration_s, rise_s, phase_ratio, ripple, rounds })
}

/// Rounds as `3` or `2-5`.
fn rounds(row: &Row, column: Column) -> Result<Option<(u32, u32)>, Problem> {
    let text = row.text(column);
    if text.is_empty() {
        return Ok(None);
    }
    let (low, high) = text.split_once(['-', '–', '…']).unwrap_or((text, text));
    match (low.trim().parse::<u32>(), high.trim().parse::<u32>()) {
        (Ok(low), Ok(high)) if low <= high => Ok(Some((low, high))),
        _ => Err(row.error("bad_rounds", text, "this is no number of rounds").with_hint("write it as `3` or `2-5`")),
    }
}

/// Writes picks as a table that [`read`] reads back to equal picks. Columns after the first four are written when some
/// pick fills them. Values out of range and numbers that are not finite are not read back.
pub fn write<'a>(picks: impl IntoIterator<Item = &'a Pick> + Clone) -> String {
    let mut filled = [false; COLUMNS.len()];
    for cells in picks.clone().into_iter().map(cells) {
        filled.iter_mut().zip(&cells).for_each(|(filled, cell)| *filled |= !cell.is_empty());
    }
    filled.iter_mut().take(4).for_each(|filled| *filled = true);
    let mut text = String::new();
    line(&mut text, &filled, COLUMNS.map(str::to_owned));
    for pick in picks {
        line(&mut text, &filled, cells(pick));
    }
    text
}

fn line(text: &mut String, filled: &[bool; COLUMNS.len()], cells: [String; COLUMNS.len()]) {
    let shown = cells.iter().zip(filled).filter(|(_, filled)| **filled);
    for (n, (cell, _)) in shown.enumerate() {
        let comma = if n == 0 { "" } else { "," };
        // Writing into a text cannot fail.
        let _ = write!(text, "{comma}{}", quoted(cell, ','));
    }
    text.push('\n');
}

fn cells(pick: &Pick) -> [String; COLUMNS.len()] {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let Pick { sensor, wave, at, sigma_s, confidence, bearing, features } = pick;
    let azimuth = bearing.map(|bearing| bearing.azimuth_deg);
    let velocity = bearing.and_then(|bearing| bearing.trace_velocity_mps);
    let rounds = features.rounds.map(|(low, high)| format!("{low}-{high}")).unwrap_or_default();
    [
        sensor.as_str().to_owned(),
        wave.map(|wave| wave.word().to_owned()).unwrap_or_default(),
        at.to_string(),
        number(*confidence),
        number(*sigma_s),
        number(features.amplitude),
        number(azimuth.map(|azimuth| azimuth.value)),
        number(azimuth.map(|azimuth| azimuth.sigma)),
        number(velocity.map(|velocity| velocity.value)),
        number(velocity.map(|velocity| velocity.sigma)),
        number(bearing.and_then(|bearing| bearing.fisher)),
        bearing.and_then(|bearing| bearing.n_elements).map(|n| n.to_string()).unwrap_or_default(),
        number(features.snr),
        number(features.frequency_hz),
        number(features.duration_s),
        number(features.rise_s),
        number(features.phase_ratio),
        number(features.ripple),
        rounds,
    ]
}

#[cfg(test)]
#[path = "picks_tests.rs"]
mod tests;
