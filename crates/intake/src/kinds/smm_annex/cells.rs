//! The cells of the annex table: how each is read, and the canonical form in which it is written.

use crate::field;
use jiff::civil::{Date, DateTime, Time};
use std::fmt;
use truceline_domain::{Known, Means, NotKnownReason, Phenomenon, WeaponKind, Wgs84};

/// A value of the table, or why there is none; written as `N/K` with its reason.
pub type NotKnownOr<T> = Known<T>;

/// Reads `N/K`, `N/K (reason)` or an empty cell; `None` when the cell holds a value, an error when the reason is no reason.
pub(super) fn not_known(text: &str) -> Result<Option<NotKnownReason>, ()> {
    if text.is_empty() {
        return Ok(Some(NotKnownReason::NotStated));
    }
    let Some(rest) = text.strip_prefix("N/K") else { return Ok(None) };
    if rest.is_empty() {
        return Ok(Some(NotKnownReason::NotObserved));
    }
    let reason = rest.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or(())?;
    NotKnownReason::from_word(&reason.replace(' ', "_")).map(Some).ok_or(())
}

/// The cell of a value that may not be known.
pub(super) fn cell<T: fmt::Display>(value: &Known<T>) -> String {
    match value {
        Known::Known(value) => value.to_string(),
        Known::NotKnown(NotKnownReason::NotObserved) => "N/K".to_owned(),
        Known::NotKnown(reason) => format!("N/K ({})", reason.word().replace('_', " ")),
    }
}

/// Where the observer stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// What the table calls it.
    pub name: String,
    /// Its coordinates, if the table states them.
    pub place: Option<Wgs84>,
}

impl Position {
    pub(super) fn of(text: &str) -> Self {
        let split = text.rsplit_once(" @ ").and_then(|(name, place)| {
            let mut numbers = place.split([' ', ',']).filter(|part| !part.is_empty()).map(str::parse::<f64>);
            let (lat, lon) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
            if numbers.next().is_some() { None } else { Some((name, Wgs84::new(lat, lon).ok()?)) }
        });
        match split {
            Some((name, place)) => Self { name: name.to_owned(), place: Some(place) },
            None => Self { name: text.to_owned(), place: None },
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "{} @ {} {}", self.name, place.lat_deg(), place.lon_deg()),
            None => f.write_str(&self.name),
        }
    }
}

/// The 16 points of the compass, clockwise from north.
const POINTS: [&str; 16] =
    ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

/// Direction and distance from the observer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Nearest and farthest distance, km; equal when the table states one.
    pub range_km: Option<(f64, f64)>,
    /// Point of the compass, 0 (north) … 15, each 22.5°.
    point: u8,
}

impl Location {
    /// Width of one point of the compass, degrees.
    pub const POINT_DEG: f64 = 22.5;

    /// Direction of the middle of the point, degrees clockwise from north.
    pub fn azimuth_deg(&self) -> f64 {
        f64::from(self.point) * Self::POINT_DEG
    }

    /// The location for an azimuth in degrees and a range in km, in the table's words: the nearest of the 16 points, the
    /// range to 0.1 km.
    pub fn nearest(azimuth_deg: f64, range_km: Option<(f64, f64)>) -> Self {
        let point = (azimuth_deg / Self::POINT_DEG).round().rem_euclid(16.0) as u8;
        let tenth = |km: f64| (km * 10.0).round() / 10.0;
        Self { range_km: range_km.map(|(near, far)| (tenth(near), tenth(far))), point: point % 16 }
    }

    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.strip_prefix("about ").unwrap_or(text);
        let (range, word) = match text.split_once("km") {
            Some((range, word)) => (Some(range.trim()), word.trim()),
            None => (None, text.trim()),
        };
        let point = POINTS.iter().position(|point| *point == word)?;
        let range_km = match range {
            Some(range) => Some(band(range)?),
            None => None,
        };
        Some(Self { range_km, point: u8::try_from(point).ok()? })
    }
}

fn band(text: &str) -> Option<(f64, f64)> {
    let km = |text: &str| text.trim().parse::<f64>().ok().filter(|km| (0.0..=1000.0).contains(km));
    let (near, far) = match text.split_once('-') {
        Some((near, far)) => (km(near)?, km(far)?),
        None => (km(text)?, km(text)?),
    };
    (near <= far).then_some((near, far))
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range_km {
            Some((near, far)) if near == far => write!(f, "{near}km ")?,
            Some((near, far)) => write!(f, "{near}-{far}km ")?,
            None => {}
        }
        f.write_str(POINTS.get(usize::from(self.point)).copied().unwrap_or("N"))
    }
}

/// The means in the table's words.
const MEANS: [(&str, Means); 5] = [
    ("Recorded", Means::Recorded),
    ("Heard", Means::Heard),
    ("Saw", Means::Saw),
    ("Saw and heard", Means::SawAndHeard),
    ("Reported", Means::Reported),
];

/// The words that may stand under `Means`.
pub(super) fn means_words() -> [&'static str; 5] {
    MEANS.map(|(word, _)| word)
}

pub(super) fn means(text: &str) -> Option<Means> {
    MEANS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, means)| *means)
}

pub(super) fn means_word(means: Means) -> &'static str {
    MEANS.iter().find(|(_, other)| *other == means).map_or("Reported", |(word, _)| word)
}

/// What was observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// One of the words that the mission counted.
    Counted(Phenomenon),
    /// The sum of the rows above of the same position.
    Total,
    /// A word that the list does not have.
    Other(String),
}

/// The words of the list.
const OBSERVATIONS: [(&str, Phenomenon); 7] = [
    ("Explosion", Phenomenon::Explosion),
    ("Projectile", Phenomenon::Projectile),
    ("Muzzle flash", Phenomenon::MuzzleFlash),
    ("Illumination flare", Phenomenon::IlluminationFlare),
    ("Tracer round", Phenomenon::TracerRound),
    ("Burst", Phenomenon::Burst),
    ("Shot", Phenomenon::Shot),
];

/// The words that may stand under `Observation`.
pub(super) fn observation_words() -> [&'static str; 8] {
    ["Explosion", "Projectile", "Muzzle flash", "Illumination flare", "Tracer round", "Burst", "Shot", "Total"]
}

impl Observation {
    pub(super) fn of(text: &str) -> Self {
        if text.eq_ignore_ascii_case("total") {
            return Self::Total;
        }
        let known = OBSERVATIONS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        known.map_or_else(|| Self::Other(text.to_owned()), |(_, phenomenon)| Self::Counted(*phenomenon))
    }

    /// The observation for a phenomenon, in the table's words where it has one.
    pub fn of_phenomenon(phenomenon: Phenomenon) -> Self {
        match phenomenon {
            Phenomenon::Impact | Phenomenon::Launch => Self::Counted(Phenomenon::Explosion),
            counted if OBSERVATIONS.iter().any(|(_, other)| *other == counted) => Self::Counted(counted),
            other => Self::Other(sentence_case(other.word())),
        }
    }
}

/// `drone_strike` as `Drone strike`.
pub(super) fn sentence_case(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters.map(|c| if c == '_' { ' ' } else { c })).collect()
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total => f.write_str("Total"),
            Self::Other(word) => f.write_str(word),
            Self::Counted(phenomenon) => {
                let known = OBSERVATIONS.iter().find(|(_, other)| other == phenomenon);
                f.write_str(known.map_or(phenomenon.word(), |(word, _)| word))
            }
        }
    }
}

/// Local time of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnexTime {
    /// Some time on that day.
    Day(Date),
    /// At that minute (or second).
    At(DateTime),
    /// From one time to another.
    Between(DateTime, DateTime),
    /// From one clock time to another (the same for a single one) of a day that the table does not name.
    Clock(Time, Time),
}

impl AnnexTime {
    pub(super) fn of(text: &str) -> Option<Self> {
        if let Some(day) = field::date(text) {
            return Some(Self::Day(day));
        }
        if let Some(at) = field::date_time(text) {
            return Some(Self::At(at));
        }
        if let Some(time) = field::time_of_day(text) {
            return Some(Self::Clock(time, time));
        }
        if let Some((from, until)) = clock_band(text) {
            return Some(Self::Clock(from, until));
        }
        let (day, rest) = text.split_once([' ', 'T'])?;
        let (from, until) = rest.split_once('-')?;
        let day = field::date(day)?;
        let from = day.to_datetime(field::time_of_day(from.trim())?);
        let until = until.trim();
        let until = match field::time_of_day(until) {
            Some(time) => day.to_datetime(time),
            None => field::date_time(until)?,
        };
        (from <= until).then_some(Self::Between(from, until))
    }
}

/// `21:05-21:20` without a date; an end before the beginning is on the next day.
fn clock_band(text: &str) -> Option<(Time, Time)> {
    let (from, until) = text.split_once('-')?;
    let (from, until) = (field::time_of_day(from.trim())?, field::time_of_day(until.trim())?);
    (from != until).then_some((from, until))
}

fn clock(f: &mut fmt::Formatter<'_>, at: Time) -> fmt::Result {
    write!(f, "{:02}:{:02}", at.hour(), at.minute())?;
    if at.second() == 0 { Ok(()) } else { write!(f, ":{:02}", at.second()) }
}

impl fmt::Display for AnnexTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Clock(from, until) => {
                clock(f, from)?;
                if from == until {
                    return Ok(());
                }
                f.write_str("-")?;
                clock(f, until)
            }
            Self::At(at) => {
                write!(f, "{} ", at.date())?;
                clock(f, at.time())
            }
            Self::Between(from, until) => {
                write!(f, "{} ", from.date())?;
                clock(f, from.time())?;
                f.write_str("-")?;
                if from.date() != until.date() {
                    write!(f, "{} ", until.date())?;
                }
                clock(f, until.time())
            }
        }
    }
}

/// The kind that the words of the weapon column name, the first of the list that fits.
pub(super) fn weapon_kind(text: &str) -> Option<WeaponKind> {
    const WORDS: [(&str, WeaponKind); 20] = [
        ("small arms", WeaponKind::SmallArms),
        ("small-arms", WeaponKind::SmallArms),
        ("hmg", WeaponKind::HeavyMachineGun),
        ("heavy machine gun", WeaponKind::HeavyMachineGun),
        ("ags", WeaponKind::GrenadeLauncher),
        ("grenade launcher", WeaponKind::GrenadeLauncher),
        ("rpg", WeaponKind::Rpg),
        ("spg", WeaponKind::RecoillessGun),
        ("recoilless gun", WeaponKind::RecoillessGun),
        ("ifv", WeaponKind::IfvCannon),
        ("bmp", WeaponKind::IfvCannon),
        ("zu-23", WeaponKind::AntiAircraftGun),
        ("anti aircraft gun", WeaponKind::AntiAircraftGun),
        ("mortar", WeaponKind::Mortar),
        ("artillery", WeaponKind::Artillery),
        ("tank", WeaponKind::Tank),
        ("mlrs", WeaponKind::Mlrs),
        ("missile", WeaponKind::Missile),
        ("air defence", WeaponKind::AirDefence),
        ("armed drone", WeaponKind::ArmedDrone),
    ];
    let text = text.to_lowercase();
    let known = WORDS.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind);
    // "Anti-tank" is no tank.
    if known == Some(WeaponKind::Tank) && text.contains("anti-tank") { None } else { known }
}

/// The words of the weapon column for a kind.
pub(super) fn weapon_word(kind: WeaponKind) -> String {
    match kind {
        WeaponKind::HeavyMachineGun => "HMG".to_owned(),
        WeaponKind::GrenadeLauncher => "AGS".to_owned(),
        WeaponKind::Rpg => "RPG".to_owned(),
        WeaponKind::RecoillessGun => "SPG".to_owned(),
        WeaponKind::IfvCannon => "IFV cannon".to_owned(),
        WeaponKind::Mlrs => "MLRS".to_owned(),
        other => sentence_case(other.word()),
    }
}
