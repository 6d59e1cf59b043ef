//! Stations in the flat frame and the travel times to them, with the derivatives that location needs.

use super::{Frame, Input};
use std::collections::BTreeMap;
use truceline_domain::{Outage, Station, Timestamp, Wave, Wgs84};

/// Speed of sound at 0 °C, m/s.
const SOUND_AT_ZERO_MPS: f64 = 331.3;
/// Zero of the Celsius scale, K.
const ZERO_CELSIUS_K: f64 = 273.15;
/// Speed of Rayleigh waves over that of S waves in a Poisson solid (Aki & Richards 2002, section 5.2.1).
const RAYLEIGH_OVER_S: f64 = 0.9194;
/// Slowest sound that is taken for possible, km/s.
const SLOWEST_SOUND_KM_S: f64 = 0.2;

/// A station in the frame.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Post {
    /// East of the origin, km.
    pub(super) east_km: f64,
    /// North of the origin, km.
    pub(super) north_km: f64,
    /// Depth, km; negative above sea.
    pub(super) depth_km: f64,
    /// True when it is an array.
    pub(super) is_array: bool,
    /// When it was down: from, until (seconds since the epoch), what is left of its probability of detection.
    pub(super) outages_s: Vec<(f64, f64, f64)>,
}

/// The air of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AirState {
    /// Wind towards the east and the north, m/s.
    pub(super) wind_mps: (f64, f64),
    /// Temperature, °C.
    pub(super) temperature_c: f64,
}

/// The air when nothing is known.
pub(super) const UNKNOWN_AIR: AirState = AirState { wind_mps: (0.0, 0.0), temperature_c: 10.0 };
/// Error of either component of the wind when nothing is known, m/s.
pub(super) const UNKNOWN_WIND_SIGMA_MPS: f64 = 6.0;
/// Error of the temperature when nothing is known, K.
pub(super) const UNKNOWN_TEMPERATURE_SIGMA_C: f64 = 9.0;

/// A point source: east, north, depth, km.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Source {
    /// East of the origin, km.
    pub(super) east_km: f64,
    /// North of the origin, km.
    pub(super) north_km: f64,
    /// Depth, km.
    pub(super) depth_km: f64,
}

/// A travel time with its derivatives by the source's place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Travel {
    /// Travel time, s.
    pub(super) time_s: f64,
    /// By east, s/km.
    pub(super) by_east: f64,
    /// By north, s/km.
    pub(super) by_north: f64,
    /// By depth, s/km.
    pub(super) by_depth: f64,
}

/// Derivatives of a travel time of sound by the air.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ByAir {
    /// By the wind towards the east, s per m/s.
    pub(super) by_wind_east: f64,
    /// By the wind towards the north, s per m/s.
    pub(super) by_wind_north: f64,
    /// By temperature, s/K.
    pub(super) by_temperature: f64,
}

/// All that travel times depend on.
#[derive(Clone, Debug)]
pub(super) struct Network {
    /// Seconds count from here: midnight UTC of the day of the first pick.
    pub(super) epoch: Timestamp,
    /// The frame.
    pub(super) frame: Frame,
    /// Stations in the order of the input.
    pub(super) posts: Vec<Post>,
    /// Speed of P, S and Rg, km/s.
    pub(super) speeds_km_s: [f64; 3],
    /// Times in a layered ground, if layers are given.
    pub(super) layered: Option<super::layers::LayeredTimes>,
}

impl Network {
    /// The network of an input.
    pub(super) fn of(input: &Input<'_>) -> Self {
        let epoch = midnight_before(input.picks.iter().map(|pick| pick.at).min());
        let settings = input.settings;
        let mut down: BTreeMap<&str, Vec<&Outage>> = BTreeMap::new();
        for outage in input.outages {
            down.entry(outage.sensor.as_str()).or_default().push(outage);
        }
        let post = |station: &Station| {
            let outages = down.get(station.id.as_str()).map_or(&[][..], Vec::as_slice);
            post(epoch, &settings.frame, station, outages)
        };
        Self {
            epoch,
            frame: settings.frame,
            posts: input.stations.iter().map(post).collect(),
            speeds_km_s: [settings.p_km_s, settings.s_km_s, settings.s_km_s * RAYLEIGH_OVER_S],
            layered: super::layers::LayeredTimes::of(&settings.layers, settings.searched.depth_km.1),
        }
    }

    /// Seconds since the epoch.
    pub(super) fn seconds(&self, at: Timestamp) -> f64 {
        seconds_since(self.epoch, at)
    }

    /// The moment at some seconds since the epoch.
    pub(super) fn at(&self, seconds: f64) -> Timestamp {
        let nanos = (seconds * 1e9).round();
        let moved = truceline_domain::SignedDuration::from_nanos(nanos as i64);
        self.epoch.checked_add(moved).unwrap_or(self.epoch)
    }

    /// Place on the map of a point in the frame, km.
    pub(super) fn wgs84(&self, east_km: f64, north_km: f64) -> Wgs84 {
        let frame = &self.frame;
        let lat = frame.origin.lat_deg() + north_km / frame.km_per_deg_lat;
        let lon = frame.origin.lon_deg() + east_km / frame.km_per_deg_lon;
        Wgs84::wrapped(lat, lon)
    }

    /// What is left of a station's probability of detection at a moment: 0 when it is down, 1 when it is well.
    pub(super) fn awake(&self, station: usize, time_s: f64) -> f64 {
        let outages = self.posts.get(station).map_or(&[][..], |post| post.outages_s.as_slice());
        outages
            .iter()
            .filter(|(from, until, _)| (*from..*until).contains(&time_s))
            .fold(1.0, |left, &(_, _, f)| left * f)
    }

    /// Travel time of a wave from a source to a station. The shock of a round has no point source: it is `None`.
    pub(super) fn travel(&self, station: usize, wave: Wave, source: Source, air: AirState) -> Option<Travel> {
        let post = self.posts.get(station)?;
        match wave {
            Wave::P => Some(self.through_ground(0, post, source)),
            Wave::S => Some(self.through_ground(1, post, source)),
            Wave::Rg => Some(along_surface(post, source, self.speeds_km_s[2])),
            Wave::Air | Wave::Muzzle => Some(through_air(post, source, air).0),
            Wave::Shock => None,
        }
    }

    /// Travel time of sound and its derivatives by wind and temperature.
    pub(super) fn sound(&self, station: usize, source: Source, air: AirState) -> Option<(Travel, ByAir)> {
        Some(through_air(self.posts.get(station)?, source, air))
    }

    /// Direction to a source from a station, degrees clockwise from north, with its derivatives by east and north,
    /// degrees per km.
    pub(super) fn azimuth(&self, station: usize, source: Source) -> Option<(f64, f64, f64)> {
        let post = self.posts.get(station)?;
        let (east, north) = (source.east_km - post.east_km, source.north_km - post.north_km);
        let squared = (east * east + north * north).max(1e-6);
        let azimuth = east.atan2(north).to_degrees().rem_euclid(360.0);
        Some((azimuth, (north / squared).to_degrees(), (-east / squared).to_degrees()))
    }

    fn through_ground(&self, wave: usize, post: &Post, source: Source) -> Travel {
        let (east, north) = (source.east_km - post.east_km, source.north_km - post.north_km);
        if let Some(layered) = &self.layered {
            let distance = east.hypot(north).max(1e-6);
            let (time_s, by_distance, by_depth) = layered.time(wave, distance, source.depth_km, post.depth_km);
            let by = by_distance / distance;
            return Travel { time_s, by_east: by * east, by_north: by * north, by_depth };
        }
        let depth = source.depth_km - post.depth_km;
        let range = (east * east + north * north + depth * depth).sqrt().max(1e-6);
        let speed = self.speeds_km_s.get(wave).copied().unwrap_or(1.0);
        let slowness = 1.0 / (speed * range);
        Travel {
            time_s: range / speed,
            by_east: east * slowness,
            by_north: north * slowness,
            by_depth: depth * slowness,
        }
    }
}

fn along_surface(post: &Post, source: Source, speed_km_s: f64) -> Travel {
    let (east, north) = (source.east_km - post.east_km, source.north_km - post.north_km);
    let range = east.hypot(north).max(1e-6);
    let slowness = 1.0 / (speed_km_s * range);
    Travel { time_s: range / speed_km_s, by_east: east * slowness, by_north: north * slowness, by_depth: 0.0 }
}

/// Speed of sound in still air, m/s.
pub(super) fn sound_speed_mps(temperature_c: f64) -> f64 {
    SOUND_AT_ZERO_MPS * (1.0 + temperature_c / ZERO_CELSIUS_K).max(0.5).sqrt()
}

/// Time r/(c(T) + w·n), n pointing from the source to the sensor, and its derivatives.
fn through_air(post: &Post, source: Source, air: AirState) -> (Travel, ByAir) {
    let (east, north) = (source.east_km - post.east_km, source.north_km - post.north_km);
    let range = east.hypot(north).max(1e-6);
    let (toward_east, toward_north) = (-east / range, -north / range);
    let still = sound_speed_mps(air.temperature_c) / 1000.0;
    let (wind_east, wind_north) = (air.wind_mps.0 / 1000.0, air.wind_mps.1 / 1000.0);
    let speed = (still + wind_east * toward_east + wind_north * toward_north).max(SLOWEST_SOUND_KM_S);
    let time_s = range / speed;
    // d(w·n)/de = (-we + (w·n) e/r... ) / r with n = -(e, n)/r
    let along = wind_east * toward_east + wind_north * toward_north;
    let speed_by_east = (-wind_east + along * toward_east) / range;
    let speed_by_north = (-wind_north + along * toward_north) / range;
    let by_speed = -time_s / speed;
    let travel = Travel {
        time_s,
        by_east: -toward_east / speed + by_speed * speed_by_east,
        by_north: -toward_north / speed + by_speed * speed_by_north,
        by_depth: 0.0,
    };
    let by_temperature = by_speed * still / (2.0 * (ZERO_CELSIUS_K + air.temperature_c).max(1.0));
    let by_air = ByAir {
        by_wind_east: by_speed * toward_east / 1000.0,
        by_wind_north: by_speed * toward_north / 1000.0,
        by_temperature,
    };
    (travel, by_air)
}

fn post(epoch: Timestamp, frame: &Frame, station: &Station, outages: &[&Outage]) -> Post {
    let lon = station.place.lon_deg() - frame.origin.lon_deg();
    let lon = (lon + 180.0).rem_euclid(360.0) - 180.0;
    let span = |outage: &&Outage| {
        let (from, until) = (outage.span.from, outage.span.until);
        (seconds_since(epoch, from), seconds_since(epoch, until), outage.pd_factor.clamp(0.0, 1.0))
    };
    Post {
        east_km: lon * frame.km_per_deg_lon,
        north_km: (station.place.lat_deg() - frame.origin.lat_deg()) * frame.km_per_deg_lat,
        depth_km: -station.elevation_m / 1000.0,
        is_array: station.is_array,
        outages_s: outages.iter().map(span).collect(),
    }
}

fn midnight_before(at: Option<Timestamp>) -> Timestamp {
    let seconds = at.unwrap_or(Timestamp::UNIX_EPOCH).as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(86_400)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn seconds_since(epoch: Timestamp, at: Timestamp) -> f64 {
    at.duration_since(epoch).as_secs_f64()
}
