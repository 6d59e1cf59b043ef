//! `stations.csv`: where ground sensors stand.
//!
//! **What it is.** A table with `station`, `lat`, `lon`, `elev_m` and `sensor`, found by name, in any order.
//!
//! **What it needs.** `station`, `lat`, `lon`. Without `elev_m` the height is 0. `sensor` is `seismic`, `acoustic` or
//! `infrasound`, with `-array` behind it for an array that tells directions; empty when not stated.
//!
//! **Error model.** A row that cannot be read is one problem; a station that comes twice counts where it came first, the
//! later row is one problem. A word for the sensor that is not known leaves it open and is a warning.

use crate::suggest;
use crate::table::{Column, Row, Table, quoted};
use std::collections::BTreeSet;
use truceline_domain::{Modality, Name, Problem, Problems, Station};

const ELEVATION: [&str; 3] = ["elev_m", "elevation_m", "elevation"];
const LAT: [&str; 2] = ["lat", "latitude"];
const LON: [&str; 2] = ["lon", "longitude"];
const KNOWN: [&str; 9] =
    ["station", "lat", "lon", "elev_m", "sensor", "latitude", "longitude", "elevation_m", "elevation"];
const SENSORS: [&str; 6] = ["seismic", "acoustic", "infrasound", "seismic-array", "acoustic-array", "infrasound-array"];

/// Reads a table of stations, in the order of the file.
pub fn read(bytes: &[u8], file: &str) -> (Vec<Station>, Problems) {
    let mut problems = Problems::default();
    let required: [&[&str]; 3] = [&["station"], &LAT, &LON];
    let Some(table) = Table::open(bytes, file, &required, &mut problems) else { return (Vec::new(), problems) };
    crate::kinds::warn_of_other_columns(&table, &KNOWN, file, &mut problems);
    let columns = [&["station"], LAT.as_slice(), &LON, &ELEVATION, &["sensor"]].map(|names| table.column(names));
    let mut stations = Vec::new();
    let mut seen = BTreeSet::new();
    table.each(&mut problems, |row, problems| {
        let station = station(row, columns, problems)?;
        if !seen.insert(station.id.clone()) {
            let message = "the station comes twice; its first row counts";
            return Err(row.error("repeated_station", station.id.as_str(), message));
        }
        stations.push(station);
        Ok(())
    });
    (stations, problems)
}

fn station(
    row: &Row,
    [id, lat, lon, elevation, sensor]: [Column; 5],
    problems: &mut Problems,
) -> Result<Station, Problem> {
    let name = row.text(id);
    if name.is_empty() {
        return Err(row.error("missing_station", "", "the row names no station"));
    }
    let place = row.place(lat, lon)?;
    let elevation_m = match row.text(elevation) {
        text if text.eq_ignore_ascii_case("nan") => 0.0,
        _ => row.number_if_any(elevation, "elevation")?.unwrap_or(0.0),
    };
    let (modality, is_array) = sensor_of(row, row.text(sensor), problems);
    Ok(Station { id: Name::from(name), place, elevation_m, modality, is_array })
}

fn sensor_of(row: &Row, text: &str, problems: &mut Problems) -> (Option<Modality>, bool) {
    let word = text.to_ascii_lowercase().replace(['_', ' '], "-");
    let (kind, is_array) = match word.strip_suffix("-array") {
        Some(kind) => (kind, true),
        None => (word.as_str(), false),
    };
    let modality = match kind {
        "" => None,
        "seismic" | "seismometer" | "geophone" => Some(Modality::Seismic),
        "acoustic" | "microphone" => Some(Modality::Acoustic),
        "infrasound" | "microbarometer" => Some(Modality::Infrasound),
        _ => {
            let message = "this is no kind of ground sensor; it is left open";
            problems.push(row.warning("unknown_word", text, message).with_hint(suggest::hint(text, &SENSORS)));
            None
        }
    };
    (modality, is_array)
}

/// Writes stations as a table that [`read`] reads back to equal stations (kinds of sensors other than the three that it
/// knows read back as not stated).
pub fn write<'a>(stations: impl IntoIterator<Item = &'a Station>) -> String {
    let mut text = "station,lat,lon,elev_m,sensor\n".to_owned();
    for station in stations {
        let kind = station.modality.map_or("", Modality::word);
        let array = if station.is_array { "-array" } else { "" };
        let (lat_deg, lon_deg) = (station.place.lat_deg(), station.place.lon_deg());
        let id = quoted(station.id.as_str(), ',');
        text.push_str(&format!("{id},{lat_deg},{lon_deg},{},{kind}{array}\n", station.elevation_m));
    }
    text
}

#[cfg(test)]
#[path = "stations_tests.rs"]
mod tests;
