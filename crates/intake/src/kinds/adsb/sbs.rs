//! Lines of SBS (BaseStation): what a receiver has already decoded.

use super::KNOT_MPS;
use crate::stream::{Lines, Tally};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use truceline_domain::{Timestamp, Wgs84};

/// The longest line, bytes.
const MAX_LINE: usize = 1024;

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub icao: u32,
    pub is_icao: bool,
    pub at: Option<Timestamp>,
    pub callsign: Option<String>,
    pub altitude_ft: Option<i32>,
    pub speed_mps: Option<f64>,
    pub track_deg: Option<f64>,
    pub place: Option<Wgs84>,
    pub is_on_ground: Option<bool>,
}

/// Splits a stream into lines.
#[derive(Debug, Default)]
pub(super) struct Sbs(Lines);

impl Sbs {
    pub(super) fn feed(&mut self, bytes: &[u8], zone: &TimeZone, rejected: &mut Tally, take: &mut dyn FnMut(Line)) {
        self.0.feed(bytes, MAX_LINE, rejected, &mut |line, rejected| match read(line, zone) {
            Ok(Some(line)) => take(line),
            Ok(None) => {}
            Err(reason) => rejected.add(reason),
        });
    }

    pub(super) fn finish(&mut self, zone: &TimeZone, rejected: &mut Tally, take: &mut dyn FnMut(Line)) {
        self.0.finish(rejected, &mut |line, rejected| match read(line, zone) {
            Ok(Some(line)) => take(line),
            Ok(None) => {}
            Err(_) => rejected.add("unfinished"),
        });
    }
}

fn read(line: &[u8], zone: &TimeZone) -> Result<Option<Line>, &'static str> {
    let text = std::str::from_utf8(line.trim_ascii()).map_err(|_| "garbage")?;
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    match fields.first() {
        None | Some(&"") if fields.len() == 1 => return Ok(None),
        // Lists of the receiver's own screen.
        Some(&("SEL" | "ID" | "AIR" | "STA" | "CLK")) => return Ok(None),
        Some(&"MSG") if fields.len() == 22 => {}
        _ => return Err("garbage"),
    }
    let field = |n: usize| fields.get(n).copied().filter(|text| !text.is_empty());
    let address = field(4).ok_or("bad_field")?;
    let digits = address.strip_prefix('~').unwrap_or(address);
    let icao = u32::from_str_radix(digits, 16).ok().filter(|icao| *icao <= 0xFF_FFFF).ok_or("bad_field")?;
    let place = match number(field(14))?.zip(number(field(15))?) {
        Some((lat_deg, lon_deg)) => Some(Wgs84::new(lat_deg, lon_deg).map_err(|_| "bad_field")?),
        None => None,
    };
    Ok(Some(Line {
        icao,
        is_icao: !address.starts_with('~'),
        at: field(6).zip(field(7)).and_then(|(date, time)| instant(date, time, zone)),
        callsign: field(10).map(str::to_owned),
        altitude_ft: number(field(11))?.map(|feet| feet as i32),
        speed_mps: number(field(12))?.filter(|kt| *kt >= 0.0).map(|kt| kt * KNOT_MPS),
        track_deg: number(field(13))?,
        place,
        is_on_ground: field(21).map(|word| word != "0"),
    }))
}

fn number(text: Option<&str>) -> Result<Option<f64>, &'static str> {
    let Some(text) = text else { return Ok(None) };
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Some).ok_or("bad_field")
}

/// `2031/02/15` and `06:10:00.250` of a zone.
fn instant(date: &str, time: &str, zone: &TimeZone) -> Option<Timestamp> {
    let mut parts = date.splitn(3, '/').map(|part| part.parse::<i16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let time: Time = time.parse().ok()?;
    zone.to_timestamp(date.to_datetime(time)).ok()
}
