//! What silence is worth: which charge at a place and time would have been heard.
//!
//! What comes in: the stations, when they were down, how loud it was around them, the wind, and a model of hearing
//! (physics, or the network's own record). What goes out: the smallest charge, in kg of TNT, that at least k stations
//! would have picked with a wanted probability, at a place, over a disc or over a grid of cells; and a sentence that
//! says so, or that it cannot be said. A station that was down, or whose noise nobody knows, counts for nothing.
//!
//! All of it is monotone: a larger charge, a station more, less noise or less range never lowers a probability; an
//! outage never raises one.

mod chance;
mod reach;

pub use chance::at_least;
pub use reach::{MIN_OF_EACH, Reach, ReachTrial, fit_reach};

use super::AirColumn;
use truceline_domain::{LocalFrame, Outage, SensorId, Span, Station, Timestamp, Wgs84, distance_m};

/// Noise at a station for a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    /// The station.
    pub station: SensorId,
    /// When.
    pub span: Span,
    /// Level in the band that is listened to, dB re 20 µPa.
    pub level_db: f64,
}

/// How a blast fades on its way, and how well it must stand out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fading {
    /// Loss beyond spreading as 1/r, dB for each tenfold range beyond 1 km.
    pub excess_db_per_decade: f64,
    /// Absorption, dB/km.
    pub air_db_per_km: f64,
    /// Gain for each m/s of wind towards the station, dB; a loss for wind the other way.
    pub wind_db_per_mps: f64,
    /// Largest loss and largest gain by wind, dB.
    pub wind_limits_db: (f64, f64),
    /// Wind assumed against the sound where no field is given, m/s.
    pub headwind_mps: f64,
    /// Margin over noise at which half of `p_max` is picked, dB.
    pub margin_db: f64,
    /// Width of the logistic curve about it, dB.
    pub width_db: f64,
    /// Probability of a pick far above noise.
    pub p_max: f64,
}

impl Default for Fading {
    /// Judgement for open farmland and a band of 5-50 Hz; a network's own record ([`fit_reach`]) is better.
    fn default() -> Self {
        Self {
            excess_db_per_decade: 10.0,
            air_db_per_km: 0.3,
            wind_db_per_mps: 1.0,
            wind_limits_db: (-20.0, 6.0),
            headwind_mps: 5.0,
            margin_db: 10.0,
            width_db: 3.0,
            p_max: 0.98,
        }
    }
}

/// What decides whether a station picks a blast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hearing {
    /// Level of the blast over noise.
    Physics(Fading),
    /// The network's own record of hits and misses: what it learned and the usual charge (kg) it learned it from. The
    /// record's own uncertainty is taken off, 1.64 standard deviations; noise is in the record already.
    Record(Reach, f64),
}

/// A network listening.
#[derive(Clone, Copy, Debug)]
pub struct Listening<'a> {
    /// Its stations.
    pub stations: &'a [Station],
    /// When they were down, or hear less.
    pub outages: &'a [Outage],
    /// How loud it was at each; a station without noise at a time counts for nothing then, unless by record.
    pub noise: &'a [Noise],
    /// The wind by time, if known.
    pub air: &'a [AirColumn],
    /// What decides.
    pub hearing: Hearing,
}

/// What is wanted of a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Stations that must pick it.
    pub n_stations: usize,
    /// Probability, 0…1.
    pub probability: f64,
}

/// Charges that are looked at, kg of TNT. Smaller ones sound at higher frequencies than the fading here speaks for.
pub const CHARGES_KG: (f64, f64) = (0.1, 1e6);

/// Peak overpressure of a charge in free air, dB re 20 µPa.
///
/// # Source
/// Kinney and Graham, Explosive Shocks in Air (1985), the fit for chemical explosions: overpressure over ambient =
/// 808 (1 + (Z/4.5)²) / (√(1 + (Z/0.048)²) √(1 + (Z/0.32)²) √(1 + (Z/1.35)²)), Z in m/kg^(1/3). Beyond its range
/// (about 500 m/kg^(1/3)) it goes on as 1/r.
pub fn blast_level_db(charge_kg: f64, range_m: f64) -> f64 {
    let z = range_m.max(0.1) / charge_kg.max(1e-9).cbrt();
    let root = |scale: f64| (1.0 + (z / scale).powi(2)).sqrt();
    let ratio = 808.0 * (1.0 + (z / 4.5).powi(2)) / (root(0.048) * root(0.32) * root(1.35));
    20.0 * (ratio * 101_325.0 / 20e-6).log10()
}

impl Fading {
    /// Probability that a blast is picked where noise has a level, with this much wind towards the station.
    fn pd(&self, charge_kg: f64, range_m: f64, (downwind_mps, noise_db): (f64, f64)) -> f64 {
        let range_km = range_m / 1_000.0;
        let (low, high) = self.wind_limits_db;
        // A gain above 8 dB in the first kilometre would make a blast louder with range.
        let wind_db = (self.wind_db_per_mps * downwind_mps).max(low).min(high.min(8.0));
        // Wind needs way to bend sound; close by it does nothing.
        let wind_db = wind_db * range_km.clamp(0.0, 1.0);
        let excess_db = self.excess_db_per_decade * range_km.max(1.0).log10() + self.air_db_per_km * range_km;
        let margin_db = blast_level_db(charge_kg, range_m) - excess_db + wind_db - noise_db;
        self.p_max.clamp(0.0, 1.0) / (1.0 + (-(margin_db - self.margin_db) / self.width_db.max(1e-3)).exp())
    }
}

impl Listening<'_> {
    /// Probability that each station picks a charge at a place and time; the source may be `slack_m` off, and the worst
    /// of that counts. Zero for stations that count for nothing.
    fn pds(&self, charge_kg: f64, (place, slack_m): (Wgs84, f64), at: Timestamp) -> Vec<f64> {
        self.paths((place, slack_m), at).iter().map(|path| self.pd_on(charge_kg, path)).collect()
    }

    fn pd_on(&self, charge_kg: f64, path: &Path) -> f64 {
        let pd = match (self.hearing, path.noise_db) {
            (Hearing::Physics(fading), Some(noise_db)) => {
                fading.pd(charge_kg, path.range_m, (path.downwind_mps, noise_db))
            }
            (Hearing::Physics(_), None) => 0.0,
            (Hearing::Record(reach, usual_kg), _) => {
                let ratio = charge_kg / usual_kg.max(1e-9);
                reach.pd_lower(path.range_m / 1_000.0, path.downwind_mps, ratio, 1.64)
            }
        };
        if pd.is_finite() { (pd * path.left).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The ways from a place to the stations that stand at a time.
    fn paths(&self, (place, slack_m): (Wgs84, f64), at: Timestamp) -> Vec<Path> {
        let headwind_mps = match self.hearing {
            Hearing::Physics(fading) => fading.headwind_mps,
            Hearing::Record(..) => 5.0,
        };
        let air = self.air.iter().find(|column| column.span.contains(at));
        let path = |station: &Station| {
            let left = self.left_of(&station.id, at);
            let range_m = distance_m(place, station.place);
            Path {
                range_m: range_m + slack_m,
                downwind_mps: air.map_or(-headwind_mps.abs(), |air| {
                    downwind_mps(air, (place, station.place), slack_m / range_m.max(1.0))
                }),
                noise_db: self.noise_at(&station.id, at),
                left,
            }
        };
        self.stations.iter().map(path).filter(|path| path.left > 0.0).collect()
    }

    /// What its outages leave of a station.
    fn left_of(&self, station: &SensorId, at: Timestamp) -> f64 {
        let here = self.outages.iter().filter(|o| o.sensor == *station && o.span.contains(at));
        here.map(|o| if o.pd_factor.is_nan() { 0.0 } else { o.pd_factor.clamp(0.0, 1.0) }).fold(1.0, f64::min)
    }

    /// The loudest noise stated for a station at a time.
    fn noise_at(&self, station: &SensorId, at: Timestamp) -> Option<f64> {
        let here = self.noise.iter().filter(|n| n.station == *station && n.span.contains(at));
        here.map(|n| n.level_db).filter(|level| level.is_finite()).max_by(f64::total_cmp)
    }

    /// Probability that at least `n_stations` pick a charge at a place and time; exact for independent stations.
    pub fn probability(&self, charge_kg: f64, place: Wgs84, at: Timestamp, n_stations: usize) -> f64 {
        at_least(&self.pds(charge_kg, (place, 0.0), at), n_stations)
    }

    /// The same for many places: the measured reach, cell by cell, for one charge and hour.
    pub fn probability_map(&self, charge_kg: f64, cells: &[Wgs84], (at, n_stations): (Timestamp, usize)) -> Vec<f64> {
        cells.iter().map(|cell| self.probability(charge_kg, *cell, at, n_stations)).collect()
    }

    /// The smallest charge, kg of TNT, that would have been picked as wanted; within 0.2 %, never too small. `None` when
    /// no charge up to [`CHARGES_KG`] would, or what is wanted makes no sense.
    pub fn smallest_heard_kg(&self, place: Wgs84, at: Timestamp, wanted: Wanted) -> Option<f64> {
        self.smallest_about((place, 0.0), at, wanted)
    }

    /// The same for many places.
    pub fn smallest_heard_map(&self, cells: &[Wgs84], at: Timestamp, wanted: Wanted) -> Vec<Option<f64>> {
        cells.iter().map(|cell| self.smallest_heard_kg(*cell, at, wanted)).collect()
    }

    fn smallest_about(&self, about: (Wgs84, f64), at: Timestamp, wanted: Wanted) -> Option<f64> {
        let is_sensible = wanted.n_stations > 0 && wanted.probability > 0.0 && wanted.probability < 1.0;
        let paths = self.paths(about, at);
        let is_heard = |charge_kg: f64| {
            let pds: Vec<f64> = paths.iter().map(|path| self.pd_on(charge_kg, path)).collect();
            at_least(&pds, wanted.n_stations) >= wanted.probability
        };
        let (low, high) = CHARGES_KG;
        if !is_sensible || !is_heard(high) {
            return None;
        }
        if is_heard(low) {
            return Some(low);
        }
        let (mut unheard, mut heard) = (low, high);
        while heard > 1.002 * unheard {
            let middle = (unheard * heard).sqrt();
            if is_heard(middle) {
                heard = middle;
            } else {
                unheard = middle;
            }
        }
        Some(heard)
    }

    /// The smallest charge that would have been picked as wanted anywhere within `radius_m` of a place at any time in a
    /// span; `None` when not. The disc is covered by places each of which answers for all within its slack.
    pub fn smallest_heard_around_kg(&self, (place, radius_m): (Wgs84, f64), span: Span, wanted: Wanted) -> Option<f64> {
        if !(radius_m >= 0.0 && radius_m.is_finite()) || span.from > span.until {
            return None;
        }
        let (places, slack_m) = covering(place, radius_m);
        let mut largest = 0.0_f64;
        for at in self.moments(span) {
            for place in &places {
                largest = largest.max(self.smallest_about((*place, slack_m), at, wanted)?);
            }
        }
        Some(largest)
    }

    /// The start of a span, and every moment in it at which something changes.
    fn moments(&self, span: Span) -> Vec<Timestamp> {
        let outages = self.outages.iter().map(|o| o.span);
        let spans = outages.chain(self.noise.iter().map(|n| n.span)).chain(self.air.iter().map(|a| a.span));
        let mut moments: Vec<Timestamp> = spans.flat_map(|s| [s.from, s.until]).filter(|t| span.contains(*t)).collect();
        moments.push(span.from);
        moments.sort_unstable();
        moments.dedup();
        moments
    }

    /// What silence in a span around a place is worth, in words. The caller vouches that no event was located there.
    pub fn silence(&self, (place, radius_m): (Wgs84, f64), span: Span, wanted: Wanted) -> String {
        let around = format!(
            "within {:.1} km of {:.3}, {:.3} between {} and {}",
            radius_m / 1_000.0,
            place.lat_deg(),
            place.lon_deg(),
            span.from,
            span.until
        );
        let basis = match self.hearing {
            Hearing::Physics(_) => "by the physics of blasts",
            Hearing::Record(..) => "by the network's own record",
        };
        match self.smallest_heard_around_kg((place, radius_m), span, wanted) {
            Some(kg) => {
                let n = wanted.n_stations;
                let percent = 100.0 * wanted.probability;
                format!(
                    "no explosion of at least {} kg TNT {around} (heard by {n} or more stations with {percent:.0} % or more, {basis})",
                    rounded_up(kg)
                )
            }
            None => format!("explosions {around} are not assessable: too few stations could have heard them"),
        }
    }
}

/// A way from a source to a station.
#[derive(Clone, Copy, Debug)]
struct Path {
    range_m: f64,
    downwind_mps: f64,
    noise_db: Option<f64>,
    /// What outages leave of the station.
    left: f64,
}

/// Wind from a source towards a station less its error, m/s, at its worst within an angle about the line.
fn downwind_mps(air: &AirColumn, (source, station): (Wgs84, Wgs84), sine_off: f64) -> f64 {
    let (east_m, north_m) = LocalFrame::about(source).enu_from_wgs84(station);
    let (east_mps, north_mps) = air.wind_mps;
    let speed_mps = east_mps.hypot(north_mps);
    let off_rad = (east_m.atan2(north_m) - east_mps.atan2(north_mps)).abs();
    let off_rad = if off_rad > std::f64::consts::PI { std::f64::consts::TAU - off_rad } else { off_rad };
    let slack_rad = if sine_off < 1.0 { sine_off.asin() } else { std::f64::consts::PI };
    speed_mps * (off_rad + slack_rad).min(std::f64::consts::PI).cos() - air.wind_sigma_mps.abs()
}

/// Places that cover a disc, and how far from the nearest any point of it can be, m.
fn covering(place: Wgs84, radius_m: f64) -> (Vec<Wgs84>, f64) {
    const ACROSS: i32 = 8;
    if radius_m < 1.0 {
        return (vec![place], radius_m);
    }
    let frame = LocalFrame::about(place);
    let step_m = 2.0 * radius_m / f64::from(ACROSS);
    // Half the diagonal of a square, and a little for the bend of the earth.
    let slack_m = step_m * 0.5 * std::f64::consts::SQRT_2 * 1.02;
    let middle = |k: i32| (f64::from(k) + 0.5) * step_m - radius_m;
    let squares = (0..ACROSS * ACROSS).map(|k| (middle(k % ACROSS), middle(k / ACROSS)));
    let inside = squares.filter(|(east_m, north_m)| east_m.hypot(*north_m) < radius_m + slack_m);
    (inside.map(|at| frame.wgs84_from_enu(at)).collect(), slack_m)
}

/// A charge rounded up to two digits, as text.
fn rounded_up(kg: f64) -> String {
    let unit = 10_f64.powi(kg.max(1e-9).log10().floor() as i32 - 1);
    let value = (kg / unit - 1e-9).ceil() * unit;
    let decimals = (-unit.log10().round()).max(0.0) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
#[path = "heard_tests.rs"]
mod tests;
