//! `firms`: active fires (thermal anomalies) seen from satellites, as NASA FIRMS gives them out.
//!
//! **What it is.** A row says: at least one hot spot inside this pixel at the overpass. Three forms are read, told apart
//! by their columns, in any order and case, `country_id` allowed:
//! the short yearly form `date,lat,lon,sensor`; the full form of the archive (`brightness`, `bright_t31`, `type`); the
//! near-real-time form (`bright_ti4`, `bright_ti5`).
//!
//! **What it needs.** A place, a date, and in the full forms `satellite`. `acq_time` is UTC: `7` and `0007` and `00:07`
//! all mean seven past midnight; it is cut to the minute, so the time is the minute that follows. Rows without a time
//! mean some moment of the UTC day.
//!
//! **Place.** Uniform in the pixel: standard deviation = pixel side / √12, joined with 200 m of geolocation error. The
//! side is `scan` to the east and `track` to the north (the tilt of the orbit, about 13° at 48° north, is not followed);
//! without these columns the nominal 375 m (VIIRS) or 1 km (MODIS), which is too good at the edge of the swath.
//!
//! **Dependence.** One overpass (satellite, date, time; in the short form sensor and date) counts as one source.
//!
//! **Error model.** An error sentence of the service in place of a table is a problem, never an empty day. A header
//! without rows means no detections. A row without a readable place, date or time is one problem.
//!
//! **What it cannot tell.** What burns, and who lit it; anything under cloud or smoke or between overpasses; fires that
//! a low `confidence` only hints at (the note says the confidence). `type` 2 and 3 are static sources, named in the note.
//!
//! # Source
//! FIRMS attribute tables (NASA LANCE), <https://firms.modaps.eosdis.nasa.gov>; pixel sizes: VIIRS I band 375 m, MODIS
//! 1 km at nadir.

use crate::field;
use crate::table::{Column, Row, Table, header_has};
use crate::{Context, Record, SensorKind};
use jiff::civil::Date;
use std::collections::BTreeMap;
use truceline_domain::{
    Count, Detection, Known, Means, Modality, Name, NotKnownReason, Phenomenon, PlaceEstimate, Problem, Problems,
    SignedDuration, Span, TimeEstimate, Timestamp, Where,
};

const LAT: &[&str] = &["latitude", "lat"];
const LON: &[&str] = &["longitude", "lon"];
const DATE: &[&str] = &["acq_date", "date"];
const SATELLITE: &[&str] = &["satellite", "sensor"];
const REQUIRED: [&[&str]; 4] = [LAT, LON, DATE, SATELLITE];
/// Without one of these a table of places, dates and sensors is some other table.
const FIRMS_ONLY: &[&str] = &["acq_date", "sensor", "brightness", "bright_ti4"];

/// Geolocation error, m (one standard deviation; chosen from the 0.2 km that the product states).
const GEOLOCATION_M: f64 = 200.0;
/// Pixel sides that a swath can have, km; others are slips.
const PIXEL_KM: std::ops::RangeInclusive<f64> = 0.1..=10.0;

/// The most spellings of satellites in one file.
const MAX_SATELLITES: usize = 64;

/// The format.
pub struct Firms;

impl SensorKind for Firms {
    fn name(&self) -> &'static str {
        "firms"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED)
            && header_has(head, &[FIRMS_ONLY])
            && !header_has(head, &[&["phenomenon", "event_type"]])
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        let mut reader = Reader::new(&table, context);
        table.each(&mut problems, |row, problems| {
            let detection = reader.detection(row, problems)?;
            problems.extend(super::warn_if_later_than(row, detection.time.from, context.received_at));
            sink(Record::Detection(detection));
            Ok(())
        });
        problems
    }
}

/// The columns of the file, and what neighbouring rows share.
struct Reader<'c> {
    context: &'c Context<'c>,
    lat: Column,
    lon: Column,
    date: Column,
    time: Column,
    satellite: Column,
    instrument: Column,
    scan: Column,
    track: Column,
    confidence: Column,
    frp: Column,
    day_night: Column,
    source_type: Column,
    day: (String, Option<Day>),
    shared: BTreeMap<(usize, i64), Name>,
    satellites: Vec<Satellite>,
    notes: BTreeMap<String, Name>,
}

/// A UTC day.
#[derive(Clone, Copy)]
struct Day {
    date: Date,
    span: Span,
}

/// A satellite as the file writes it.
struct Satellite {
    written: String,
    name: String,
    nominal_pixel_m: f64,
}

impl<'c> Reader<'c> {
    fn new(table: &Table, context: &'c Context<'c>) -> Self {
        Self {
            context,
            lat: table.column(LAT),
            lon: table.column(LON),
            date: table.column(DATE),
            time: table.column(&["acq_time"]),
            satellite: table.column(SATELLITE),
            instrument: table.column(&["instrument"]),
            scan: table.column(&["scan"]),
            track: table.column(&["track"]),
            confidence: table.column(&["confidence"]),
            frp: table.column(&["frp"]),
            day_night: table.column(&["daynight"]),
            source_type: table.column(&["type"]),
            day: (String::new(), None),
            shared: BTreeMap::new(),
            satellites: Vec::new(),
            notes: BTreeMap::new(),
        }
    }

    fn detection(&mut self, row: &Row, problems: &mut Problems) -> Result<Detection, Problem> {
        let centre = row.place(self.lat, self.lon)?;
        let time = self.time(row)?;
        let satellite = self.satellite(row)?;
        let (east_m, north_m) = self.pixel_m(row, satellite, problems)?;
        let var_m2 = |side_m: f64| side_m * side_m / 12.0 + GEOLOCATION_M * GEOLOCATION_M;
        let place = PlaceEstimate {
            centre,
            var_east_m2: var_m2(east_m),
            var_north_m2: var_m2(north_m),
            cov_east_north_m2: 0.0,
        };
        Ok(Detection {
            id: self.context.id(row.index),
            sensor: self.context.source.clone(),
            owner: self.context.owner.clone(),
            modality: Modality::ThermalSatellite,
            means: Means::Recorded,
            phenomenon: Phenomenon::ThermalAnomaly,
            time,
            place: Where::Estimate(place),
            count: Known::Known(Count::exactly(1)),
            weapon: Known::NotKnown(NotKnownReason::NotObserved),
            origin: None,
            motion: None,
            claimed_identity: None,
            dependence: Some(self.dependence(satellite, time.from)),
            note: Some(self.note(row, satellite)?),
        })
    }

    fn time(&mut self, row: &Row) -> Result<TimeEstimate, Problem> {
        let day = self.day(row)?;
        let text = row.text(self.time);
        if !self.time.exists() {
            return Ok(field::within(day.span));
        }
        let minute = minute_of_day(text).ok_or_else(|| {
            let problem = row.error("bad_time", text, "this is no time of day");
            problem.with_hint("write HHMM or HH:MM in UTC, such as 659 for 06:59")
        })?;
        let from = day.span.from.checked_add(SignedDuration::from_mins(minute)).unwrap_or(day.span.from);
        let until = from.checked_add(SignedDuration::from_mins(1)).unwrap_or(from);
        Ok(TimeEstimate::within(from, until, 0.0))
    }

    /// Rows come sorted by date, so the last day is nearly always the day again.
    fn day(&mut self, row: &Row) -> Result<Day, Problem> {
        let text = row.text(self.date);
        if self.day.0 != text {
            let date = field::date(text);
            let day = date.and_then(|date| Some(Day { date, span: field::day_span(date, &jiff::tz::TimeZone::UTC)? }));
            self.day = (text.to_owned(), day);
        }
        self.day.1.ok_or_else(|| row.error("bad_date", text, "this is no date").with_hint("write it as 2031-02-15"))
    }

    /// The number of the row's satellite in the list of those seen.
    fn satellite(&mut self, row: &Row) -> Result<usize, Problem> {
        let written = row.text(self.satellite);
        if let Some(n) = self.satellites.iter().position(|satellite| satellite.written == written) {
            return Ok(n);
        }
        let room = self.satellites.len() < MAX_SATELLITES;
        let known = satellite_named(written, row.text(self.instrument)).filter(|_| room);
        let (name, nominal_pixel_m) = known.ok_or_else(|| {
            let problem = row.error("unknown_satellite", written, "this is no satellite of this product");
            problem.with_hint("known: N or S (S-NPP), N20 or J or 1, N21 or 2, Terra, Aqua, M, L8, L9")
        })?;
        self.satellites.push(Satellite { written: written.to_owned(), name: name.to_owned(), nominal_pixel_m });
        Ok(self.satellites.len() - 1)
    }

    fn pixel_m(&self, row: &Row, satellite: usize, problems: &mut Problems) -> Result<(f64, f64), Problem> {
        let nominal_m = self.satellites.get(satellite).map_or(1000.0, |satellite| satellite.nominal_pixel_m);
        let mut side_m = |column: Column, what: &str| -> Result<f64, Problem> {
            match row.number_if_any(column, what)? {
                Some(km) if PIXEL_KM.contains(&km) => Ok(km * 1000.0),
                Some(_) => {
                    let message = format!("the {what} is no size of a pixel in km; the nominal one is taken");
                    problems.push(row.warning("bad_pixel", row.text(column), message));
                    Ok(nominal_m)
                }
                None => Ok(nominal_m),
            }
        };
        Ok((side_m(self.scan, "scan")?, side_m(self.track, "track")?))
    }

    fn dependence(&mut self, satellite: usize, at: Timestamp) -> Name {
        let name = self.satellites.get(satellite).map_or("", |satellite| satellite.name.as_str());
        let timed = self.time.exists();
        let date = self.day.1.map(|day| day.date);
        let key = (satellite, at.as_second());
        let entry = self.shared.entry(key).or_insert_with(|| match date {
            Some(date) if !timed => Name::from(format!("{name} {date}")),
            _ => Name::from(format!("{name} {at}")),
        });
        entry.clone()
    }

    fn note(&mut self, row: &Row, satellite: usize) -> Result<Name, Problem> {
        let mut note = self.satellites.get(satellite).map_or(String::new(), |satellite| satellite.name.clone());
        for (column, what, unit) in [(self.confidence, "confidence", ""), (self.frp, "frp", " MW")] {
            let text = row.text(column);
            if !text.is_empty() && text.len() <= 16 {
                note.push_str(&format!(", {what} {text}{unit}"));
            }
        }
        match row.text(self.day_night) {
            "D" => note.push_str(", day"),
            "N" => note.push_str(", night"),
            _ => {}
        }
        note.push_str(match row.whole_if_any(self.source_type, "type")? {
            Some(1) => ", volcano",
            Some(2) => ", static land source",
            Some(3) => ", static source offshore",
            _ => "",
        });
        // The short form has one note for each satellite; the full forms have nearly as many notes as rows.
        if self.confidence.exists() {
            return Ok(Name::from(note));
        }
        Ok(self.notes.entry(note).or_insert_with_key(|note| Name::from(note.as_str())).clone())
    }
}

/// `659`, `0659` or `06:59` as minutes after midnight.
fn minute_of_day(text: &str) -> Option<i64> {
    if let Some(time) = field::time_of_day(text) {
        return Some(i64::from(time.hour()) * 60 + i64::from(time.minute()));
    }
    let digits = text.split_once(['.', ':']).map_or(text, |(whole, rest)| if rest == "0" { whole } else { text });
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hour, minute) = (number / 100, number % 100);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Name and nominal pixel side in m of a satellite as files write it.
fn satellite_named(written: &str, instrument: &str) -> Option<(&'static str, f64)> {
    const VIIRS_M: f64 = 375.0;
    const MODIS_M: f64 = 1000.0;
    const LANDSAT_M: f64 = 30.0;
    Some(match written.to_ascii_uppercase().as_str() {
        "N" | "NPP" | "S" | "SUOMI NPP" | "SUOMI-NPP" | "S-NPP" => ("S-NPP", VIIRS_M),
        "N20" | "1" | "J" | "J1" | "NOAA-20" | "NOAA20" => ("NOAA-20", VIIRS_M),
        "N21" | "2" | "J2" | "NOAA-21" | "NOAA21" => ("NOAA-21", VIIRS_M),
        "T" | "TERRA" => ("Terra", MODIS_M),
        "A" | "AQUA" => ("Aqua", MODIS_M),
        "M" | "MODIS" => ("MODIS", MODIS_M),
        "L8" => ("Landsat 8", LANDSAT_M),
        "L9" => ("Landsat 9", LANDSAT_M),
        _ if instrument.eq_ignore_ascii_case("VIIRS") => ("VIIRS", VIIRS_M),
        _ if instrument.eq_ignore_ascii_case("MODIS") => ("MODIS", MODIS_M),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "firms_tests.rs"]
mod tests;
