//! `detections`: Truceline's own table of detections, one row each.
//!
//! **What it is.** A table with the columns of [`COLUMNS`], found by name, in any order; columns that are not there read
//! as empty. [`encode`] writes it; sensors without a format of their own and the scenario room use it.
//!
//! **What it needs.** `modality`, `phenomenon` and `from` in each row. Empty cells mean "not stated", except: `sensor`
//! and `owner` (then the feed's), `means` (then `recorded`), `until` (then `from`), `sigma_s` (then 0).
//!
//! | cells | unit and form |
//! |---|---|
//! | `from`, `until` | RFC 3339; without an offset the feed's time zone counts |
//! | `lat`, `lon` | WGS 84 degrees; `N/K:weather` in `lat` when the place is not known for a reason |
//! | `sigma_east_m`, `sigma_north_m`, `cov_m2` | standard deviations, m, and covariance, m²; `sqrt(V)` states a variance V that is the square of no number |
//! | `area` | the name of an area of the mission, in place of `lat`, `lon` |
//! | `observer_*`, `azimuth_*`, `range_*` | a bearing from a place: degrees clockwise from north, m |
//! | `count_low`, `count_high`, `weapon` | whole numbers and a word; `N/K:reason` in the first when not known |
//! | `origin_*` | where the fire came from; `origin_sigma_m` is one number, or `east north covariance` |
//! | `speed_mps`, `course_deg` | both or none |
//!
//! **Error model.** A row that cannot be read is one problem; columns of other names are one warning for the file.
//! Reading back what [`encode`] wrote gives equal detections, apart from ids (which are of the new capture), negative
//! azimuths (brought into 0…360), empty texts (read as not stated) and numbers that are not finite (refused).
//!
//! **What it cannot tell.** Whether the numbers are honest; an empty `sigma_east_m` reads as no error at all and gives a
//! warning.
//!
//! **Sealed origins.** [`encode`] opens the sealed point of origin, because the table is the form in which a capture
//! enters the log: what a sensor delivered must be in it whole. Captures stay in the sealed store; no report, page or
//! export is made with this writer.

use crate::field::instant;
use crate::table::{Column, Row, Table, header_has, quoted};
use crate::{Context, Record, SensorKind};
use std::fmt::Write as _;
use truceline_domain::{
    Bearing, Count, Detection, Known, Means, Measured, Modality, Motion, Name, NotKnownReason, Phenomenon,
    PlaceEstimate, Problem, Problems, RoomKey, Sealed, TimeEstimate, WeaponKind, Where,
};

/// The columns, in the order in which [`encode`] writes them.
pub const COLUMNS: [&str; 31] = [
    "sensor",
    "owner",
    "modality",
    "means",
    "phenomenon",
    "from",
    "until",
    "sigma_s",
    "lat",
    "lon",
    "sigma_east_m",
    "sigma_north_m",
    "cov_m2",
    "area",
    "observer_lat",
    "observer_lon",
    "azimuth_deg",
    "azimuth_sigma_deg",
    "range_near_m",
    "range_far_m",
    "count_low",
    "count_high",
    "weapon",
    "origin_lat",
    "origin_lon",
    "origin_sigma_m",
    "speed_mps",
    "course_deg",
    "identity",
    "dependence",
    "note",
];

/// The columns by name, in the order of [`COLUMNS`].
#[derive(Clone, Copy)]
enum C {
    Sensor,
    Owner,
    Modality,
    Means,
    Phenomenon,
    From,
    Until,
    SigmaS,
    Lat,
    Lon,
    SigmaEast,
    SigmaNorth,
    Cov,
    Area,
    ObserverLat,
    ObserverLon,
    Azimuth,
    AzimuthSigma,
    RangeNear,
    RangeFar,
    CountLow,
    CountHigh,
    Weapon,
    OriginLat,
    OriginLon,
    OriginSigma,
    Speed,
    Course,
    Identity,
    Dependence,
    Note,
}

const REQUIRED: [&[&str]; 3] = [&["modality"], &["phenomenon"], &["from"]];

/// The format.
pub struct Detections;

impl SensorKind for Detections {
    fn name(&self) -> &'static str {
        "detections"
    }

    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        header_has(head, &REQUIRED)
    }

    fn decode(&self, bytes: &[u8], context: &Context, sink: &mut dyn FnMut(Record)) -> Problems {
        let mut problems = Problems::default();
        let Some(table) = Table::open(bytes, context.name, &REQUIRED, &mut problems) else { return problems };
        super::warn_of_other_columns(&table, &COLUMNS, context.name, &mut problems);
        let columns: Vec<Column> = COLUMNS.iter().map(|name| table.column(&[name])).collect();
        table.each(&mut problems, |row, problems| {
            let detection = Cells { row, columns: &columns, context }.detection(problems)?;
            problems.extend(super::warn_if_later_than(row, detection.time.from, context.received_at));
            sink(Record::Detection(detection));
            Ok(())
        });
        problems
    }
}

/// The cells of one row, read one after the other.
struct Cells<'c, 'r, 'a> {
    row: &'c Row<'r, 'a>,
    columns: &'c [Column],
    context: &'c Context<'c>,
}

impl Cells<'_, '_, '_> {
    fn detection(&self, problems: &mut Problems) -> Result<Detection, Problem> {
        Ok(Detection {
            id: self.context.id(self.row.index),
            sensor: self.name(C::Sensor).unwrap_or_else(|| self.context.source.clone()),
            owner: self.name(C::Owner).unwrap_or_else(|| self.context.owner.clone()),
            modality: super::word::<Modality>(self.row, self.text(C::Modality), "modality")?,
            means: if self.has(C::Means) {
                super::word(self.row, self.text(C::Means), "means")?
            } else {
                Means::Recorded
            },
            phenomenon: super::word::<Phenomenon>(self.row, self.text(C::Phenomenon), "phenomenon")?,
            time: self.time()?,
            place: self.place(problems)?,
            count: self.count()?,
            weapon: self.weapon()?,
            origin: self.origin()?,
            motion: self.motion()?,
            claimed_identity: self.name(C::Identity),
            dependence: self.name(C::Dependence),
            note: self.name(C::Note),
        })
    }

    fn column(&self, column: C) -> Column {
        self.columns.get(column as usize).copied().unwrap_or(Column::ABSENT)
    }

    fn text(&self, column: C) -> &str {
        self.row.text(self.column(column))
    }

    fn has(&self, column: C) -> bool {
        !self.text(column).is_empty()
    }

    fn name(&self, column: C) -> Option<Name> {
        let exact = self.row.exact(self.column(column));
        (!exact.is_empty()).then(|| Name::from(exact))
    }

    fn number(&self, column: C, what: &str) -> Result<f64, Problem> {
        self.row.number(self.column(column), what)
    }

    fn instant(&self, column: C) -> Result<truceline_domain::Timestamp, Problem> {
        let text = self.text(column);
        instant(text, &self.context.time_zone).ok_or_else(|| {
            let problem = self.row.error("bad_time", text, "this is no time");
            problem.with_hint("write it as 2031-02-15T06:10:00Z")
        })
    }

    fn time(&self) -> Result<TimeEstimate, Problem> {
        let from = self.instant(C::From)?;
        let until = if self.has(C::Until) { self.instant(C::Until)? } else { from };
        if until < from {
            return Err(self.row.error("bad_time", self.text(C::Until), "the end lies before the beginning"));
        }
        let sigma_s = self.row.number_if_any(self.column(C::SigmaS), "time error")?.unwrap_or(0.0);
        if sigma_s < 0.0 {
            return Err(self.row.error("bad_sigma", self.text(C::SigmaS), "the time error is negative"));
        }
        Ok(TimeEstimate::within(from, until, sigma_s))
    }

    fn place(&self, problems: &mut Problems) -> Result<Where, Problem> {
        let stated = [self.has(C::Lat) || self.has(C::Lon), self.name(C::Area).is_some(), self.has(C::ObserverLat)];
        if stated.iter().filter(|is| **is).count() > 1 {
            let message = "the row states more than one of a place, an area and a bearing";
            return Err(self.row.error("two_places", self.text(C::Lat), message));
        }
        if let Some(reason) = self.not_known(C::Lat)? {
            return Ok(Where::NotKnown(reason));
        }
        match stated {
            [true, ..] => self.estimate(problems).map(Where::Estimate),
            [_, true, _] => Ok(self.name(C::Area).map_or(Where::NotKnown(NotKnownReason::NotStated), Where::Area)),
            [.., true] => self.bearing().map(Where::Bearing),
            _ => Ok(Where::NotKnown(NotKnownReason::NotStated)),
        }
    }

    /// The reason in a cell `N/K:reason`, if it is one.
    fn not_known(&self, column: C) -> Result<Option<NotKnownReason>, Problem> {
        let text = self.text(column);
        let Some(rest) = text.strip_prefix("N/K") else { return Ok(None) };
        match rest.strip_prefix(':') {
            None if rest.is_empty() => Ok(Some(NotKnownReason::NotObserved)),
            reason => reason.and_then(NotKnownReason::from_word).map(Some).ok_or_else(|| {
                let allowed = NotKnownReason::ALL.map(NotKnownReason::word);
                let problem = self.row.error("unknown_word", text, "this is no reason for a value that is not known");
                problem.with_hint(crate::suggest::hint(reason.unwrap_or_default(), &allowed))
            }),
        }
    }

    fn estimate(&self, problems: &mut Problems) -> Result<PlaceEstimate, Problem> {
        let centre = self.row.place(self.column(C::Lat), self.column(C::Lon))?;
        if !self.has(C::SigmaEast) && !self.has(C::SigmaNorth) {
            let message = "the place has no error; it is taken as exact";
            let problem = self.row.warning("no_place_error", self.text(C::Lat), message);
            problems.push(problem.with_hint("state sigma_east_m and sigma_north_m"));
        }
        let var_east_m2 = self.variance(C::SigmaEast)?;
        let var_north_m2 = self.variance(C::SigmaNorth)?;
        let cov_east_north_m2 = self.row.number_if_any(self.column(C::Cov), "covariance")?.unwrap_or(0.0);
        let estimate = PlaceEstimate { centre, var_east_m2, var_north_m2, cov_east_north_m2 };
        self.sound(estimate, C::Cov)
    }

    /// A covariance larger than its variances allow belongs to no error ellipse.
    fn sound(&self, estimate: PlaceEstimate, column: C) -> Result<PlaceEstimate, Problem> {
        let largest = estimate.var_east_m2.sqrt() * estimate.var_north_m2.sqrt();
        if estimate.cov_east_north_m2.abs() <= largest * (1.0 + 1e-9) {
            return Ok(estimate);
        }
        Err(self.row.error(
            "bad_covariance",
            self.text(column),
            "the covariance is larger than the standard deviations allow",
        ))
    }

    fn variance(&self, column: C) -> Result<f64, Problem> {
        if !self.has(column) {
            return Ok(0.0);
        }
        variance(self.text(column))
            .ok_or_else(|| self.row.error("bad_sigma", self.text(column), "this is no standard deviation in metres"))
    }

    fn bearing(&self) -> Result<Bearing, Problem> {
        let from = self.row.place(self.column(C::ObserverLat), self.column(C::ObserverLon))?;
        let azimuth = self.azimuth(C::Azimuth, "azimuth")?;
        let sigma = self.row.number_if_any(self.column(C::AzimuthSigma), "azimuth error")?.unwrap_or(0.0);
        let azimuth_deg = Measured::new(azimuth, sigma)
            .map_err(|_| self.row.error("bad_sigma", self.text(C::AzimuthSigma), "the azimuth error is negative"))?;
        Ok(Bearing { from, azimuth_deg, range_m: self.range()? })
    }

    fn azimuth(&self, column: C, what: &str) -> Result<f64, Problem> {
        let deg = self.number(column, what)?;
        match deg {
            _ if (0.0..=360.0).contains(&deg) => Ok(deg),
            _ if (-360.0..0.0).contains(&deg) => Ok(deg + 360.0),
            _ => Err(self.row.error(
                "bad_azimuth",
                self.text(column),
                format!("the {what} is not within 0 to 360 degrees"),
            )),
        }
    }

    fn range(&self) -> Result<Option<(f64, f64)>, Problem> {
        if !self.has(C::RangeNear) && !self.has(C::RangeFar) {
            return Ok(None);
        }
        let (near_m, far_m) = (self.number(C::RangeNear, "near range")?, self.number(C::RangeFar, "far range")?);
        if 0.0 <= near_m && near_m <= far_m {
            return Ok(Some((near_m, far_m)));
        }
        Err(self.row.error("bad_range", self.text(C::RangeNear), "the near range is negative or beyond the far range"))
    }

    fn count(&self) -> Result<Known<Count>, Problem> {
        if let Some(reason) = self.not_known(C::CountLow)? {
            return Ok(Known::NotKnown(reason));
        }
        let low = self.row.whole_if_any(self.column(C::CountLow), "count")?;
        let high = self.row.whole_if_any(self.column(C::CountHigh), "count")?;
        match (low.or(high), high.or(low)) {
            (Some(low), Some(high)) if low <= high => Ok(Known::Known(Count { low, high })),
            (Some(_), Some(_)) => {
                Err(self.row.error("bad_count", self.text(C::CountLow), "the low count is above the high one"))
            }
            _ => Ok(Known::NotKnown(NotKnownReason::NotStated)),
        }
    }

    fn weapon(&self) -> Result<Known<WeaponKind>, Problem> {
        match self.not_known(C::Weapon)? {
            Some(reason) => Ok(Known::NotKnown(reason)),
            None if !self.has(C::Weapon) => Ok(Known::NotKnown(NotKnownReason::NotStated)),
            None => super::word(self.row, self.text(C::Weapon), "weapon").map(Known::Known),
        }
    }

    fn origin(&self) -> Result<Option<Sealed<PlaceEstimate>>, Problem> {
        if !self.has(C::OriginLat) && !self.has(C::OriginLon) {
            return Ok(None);
        }
        let centre = self.row.place(self.column(C::OriginLat), self.column(C::OriginLon)).map_err(without_text)?;
        let text = self.text(C::OriginSigma);
        let mut parts = text.split_ascii_whitespace();
        let wrong = || self.row.error("bad_sigma", text, "this is no error of an origin");
        let east = parts.next().map_or(Some(0.0), variance).ok_or_else(wrong)?;
        let north = parts.next().map_or(Some(east), variance).ok_or_else(wrong)?;
        let cov = parts.next().map_or(Ok(0.0), str::parse).map_err(|_| wrong())?;
        let estimate = PlaceEstimate { centre, var_east_m2: east, var_north_m2: north, cov_east_north_m2: cov };
        self.sound(estimate, C::OriginSigma).map(|estimate| Some(Sealed::new(estimate)))
    }

    fn motion(&self) -> Result<Option<Motion>, Problem> {
        if !self.has(C::Speed) && !self.has(C::Course) {
            return Ok(None);
        }
        let speed_mps = self.number(C::Speed, "speed")?;
        if speed_mps < 0.0 {
            return Err(self.row.error("bad_speed", self.text(C::Speed), "the speed is negative"));
        }
        Ok(Some(Motion { speed_mps, course_deg: self.azimuth(C::Course, "course")? }))
    }
}

/// Problems are read by people outside the sealed store: the coordinates of an origin stay out of them.
fn without_text(problem: Problem) -> Problem {
    Problem { text: String::new(), message: "the place of origin cannot be read".to_owned(), ..problem }
}

/// The variance of a cell: a standard deviation, or `sqrt(V)`.
fn variance(text: &str) -> Option<f64> {
    let stated = text.strip_prefix("sqrt(").and_then(|rest| rest.strip_suffix(')'));
    let variance = match stated {
        Some(inner) => inner.parse::<f64>().ok()?,
        None => text.parse::<f64>().ok().filter(|sigma| *sigma >= 0.0).map(|sigma| sigma * sigma)?,
    };
    (variance.is_finite() && variance >= 0.0).then_some(variance)
}

/// The cell that [`variance`] reads back to the same number.
fn sigma_cell(variance: f64) -> String {
    let sigma = variance.sqrt();
    if sigma * sigma == variance { sigma.to_string() } else { format!("sqrt({variance})") }
}

/// Writes detections as a table that [`Detections`] reads back. Opens sealed origins; see the head of the module for why.
pub fn encode(detections: &[Detection]) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for detection in detections {
        let cells = cells_of(detection);
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            text.push_str(&quoted(cell, ','));
        }
        text.push('\n');
    }
    text
}

fn cells_of(detection: &Detection) -> [String; COLUMNS.len()] {
    let mut cells = [const { String::new() }; COLUMNS.len()];
    let mut put = |column: C, text: String| {
        if let Some(cell) = cells.get_mut(column as usize) {
            *cell = text;
        }
    };
    let text = |name: &Option<Name>| name.as_ref().map(ToString::to_string).unwrap_or_default();
    put(C::Sensor, detection.sensor.to_string());
    put(C::Owner, detection.owner.to_string());
    put(C::Modality, detection.modality.to_string());
    put(C::Means, detection.means.to_string());
    put(C::Phenomenon, detection.phenomenon.to_string());
    put(C::From, detection.time.from.to_string());
    put(C::Until, detection.time.until.to_string());
    put(C::SigmaS, detection.time.sigma_s.to_string());
    put_place(&detection.place, &mut put);
    match detection.count {
        Known::Known(count) => {
            put(C::CountLow, count.low.to_string());
            put(C::CountHigh, count.high.to_string());
        }
        Known::NotKnown(reason) => put(C::CountLow, not_known_cell(reason)),
    }
    match detection.weapon {
        Known::Known(weapon) => put(C::Weapon, weapon.to_string()),
        Known::NotKnown(reason) => put(C::Weapon, not_known_cell(reason)),
    }
    if let Some(origin) = &detection.origin {
        put_origin(origin.open(&RoomKey::for_computation_inside_the_house()), &mut put);
    }
    if let Some(motion) = detection.motion {
        put(C::Speed, motion.speed_mps.to_string());
        put(C::Course, motion.course_deg.to_string());
    }
    put(C::Identity, text(&detection.claimed_identity));
    put(C::Dependence, text(&detection.dependence));
    put(C::Note, text(&detection.note));
    cells
}

fn not_known_cell(reason: NotKnownReason) -> String {
    if reason == NotKnownReason::NotStated { String::new() } else { format!("N/K:{}", reason.word()) }
}

fn put_place(place: &Where, put: &mut impl FnMut(C, String)) {
    match place {
        Where::Estimate(estimate) => {
            put(C::Lat, estimate.centre.lat_deg().to_string());
            put(C::Lon, estimate.centre.lon_deg().to_string());
            put(C::SigmaEast, sigma_cell(estimate.var_east_m2));
            put(C::SigmaNorth, sigma_cell(estimate.var_north_m2));
            put(C::Cov, estimate.cov_east_north_m2.to_string());
        }
        Where::Area(name) => put(C::Area, name.to_string()),
        Where::Bearing(bearing) => {
            put(C::ObserverLat, bearing.from.lat_deg().to_string());
            put(C::ObserverLon, bearing.from.lon_deg().to_string());
            put(C::Azimuth, bearing.azimuth_deg.value.to_string());
            put(C::AzimuthSigma, bearing.azimuth_deg.sigma.to_string());
            if let Some((near_m, far_m)) = bearing.range_m {
                put(C::RangeNear, near_m.to_string());
                put(C::RangeFar, far_m.to_string());
            }
        }
        Where::NotKnown(reason) => put(C::Lat, not_known_cell(*reason)),
    }
}

fn put_origin(origin: &PlaceEstimate, put: &mut impl FnMut(C, String)) {
    put(C::OriginLat, origin.centre.lat_deg().to_string());
    put(C::OriginLon, origin.centre.lon_deg().to_string());
    let mut sigma = sigma_cell(origin.var_east_m2);
    if origin.var_north_m2 != origin.var_east_m2 || origin.cov_east_north_m2 != 0.0 {
        let _ = write!(sigma, " {} {}", sigma_cell(origin.var_north_m2), origin.cov_east_north_m2);
    }
    put(C::OriginSigma, sigma);
}

#[cfg(test)]
#[path = "detections_tests.rs"]
mod tests;
