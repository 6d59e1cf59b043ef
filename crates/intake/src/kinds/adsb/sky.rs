//! The aircraft that were heard: pairs of positions, last velocity, claimed accuracy.

use super::cpr;
use super::message::{Altitude, Content, Cpr, Message};
use super::sbs::Line;
use super::{KNOT_MPS, Tally};
use std::collections::BTreeMap;
use truceline_domain::{LocalFrame, Motion, SignedDuration, Timestamp, Wgs84};

/// The most aircraft that are held.
const MAX_AIRCRAFT: usize = 4096;
/// How old the other half of a pair may be.
const PAIR_AGE: SignedDuration = SignedDuration::from_secs(10);
/// How old a place may be that tells where the next one is.
const REFERENCE_AGE: SignedDuration = SignedDuration::from_mins(10);
/// How long a velocity holds.
const VELOCITY_AGE: SignedDuration = SignedDuration::from_secs(10);
/// How long an address counts as heard.
const ADDRESS_AGE: SignedDuration = SignedDuration::from_secs(60);
/// How many messages may lie between the halves of a pair: bounds what a file without times can pair.
const PAIR_MESSAGES: u64 = 500;
/// The fastest that two places may follow each other, m/s.
const MAX_SPEED_MPS: f64 = 1000.0 * KNOT_MPS;
/// What is allowed beyond that: the grid, and stamps of a second.
const JUMP_SLACK_M: f64 = 1000.0;
/// After so many implausible places in a row that agree with each other, they are believed.
const JUMPS_BELIEVED: u8 = 3;
/// The accuracy category that is taken when none is sent, m: see the head of the format.
const DEFAULT_SIGMA_M: f64 = 92.6 / CIRCULAR_95;
/// Radius of 95 % over standard deviation along an axis, for a circular normal error.
const CIRCULAR_95: f64 = 2.447_746_830_680_816;

/// Where an aircraft says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its address, 24 bits.
    pub icao: u32,
    /// True when the address is an ICAO address.
    pub is_icao: bool,
    /// Where.
    pub place: Wgs84,
    /// Standard deviation along each axis, m.
    pub sigma_m: f64,
    /// How high.
    pub altitude: Option<Altitude>,
    /// True on the ground.
    pub is_on_ground: bool,
    /// Speed and track, from a message at most 10 s old.
    pub motion: Option<Motion>,
    /// Call sign, once heard.
    pub callsign: Option<String>,
    /// Category, once heard.
    pub category: Option<(char, u8)>,
}

#[derive(Debug, Default)]
struct Aircraft {
    heard: u64,
    heard_at: Option<Timestamp>,
    callsign: Option<String>,
    category: Option<(char, u8)>,
    nac_p: Option<u8>,
    motion: Option<(Timestamp, Motion)>,
    /// The last even and the last odd position in the air.
    halves: [Option<(Timestamp, u64, Cpr)>; 2],
    last: Option<(Timestamp, Wgs84)>,
    /// A place that was refused, and how many in a row agree with it.
    doubtful: Option<(Timestamp, Wgs84, u8)>,
}

/// All that were heard.
#[derive(Debug, Default)]
pub(super) struct Sky {
    aircraft: BTreeMap<(bool, u32), Aircraft>,
    n_messages: u64,
}

impl Sky {
    /// True when a sound message of that address came within the last 60 s.
    pub(super) fn knows(&self, icao: u32, at: Timestamp) -> bool {
        let heard_at = self.aircraft.get(&(true, icao)).and_then(|aircraft| aircraft.heard_at);
        heard_at.is_some_and(|heard_at| at.duration_since(heard_at) <= ADDRESS_AGE)
    }

    fn aircraft(&mut self, key: (bool, u32), at: Timestamp) -> &mut Aircraft {
        self.n_messages += 1;
        if !self.aircraft.contains_key(&key) && self.aircraft.len() >= MAX_AIRCRAFT {
            let oldest = self.aircraft.iter().min_by_key(|(_, aircraft)| aircraft.heard).map(|(key, _)| *key);
            oldest.map(|key| self.aircraft.remove(&key));
        }
        let aircraft = self.aircraft.entry(key).or_default();
        aircraft.heard = self.n_messages;
        aircraft.heard_at = Some(at);
        aircraft
    }

    /// Learns from a message; gives the place when it fixes one.
    pub(super) fn take(&mut self, message: &Message, at: Timestamp, rejected: &mut Tally) -> Option<Report> {
        // An address that only remains of the parity keeps nothing alive.
        if message.is_overlaid {
            return None;
        }
        let aircraft = self.aircraft((message.is_icao, message.icao), at);
        let (place, sigma_m, altitude, is_on_ground) = match &message.content {
            Content::Identification { category, callsign } => {
                aircraft.category = Some(*category);
                aircraft.callsign = Some(callsign.clone()).filter(|text| !text.is_empty());
                return None;
            }
            Content::Velocity { ground, .. } => {
                let motion = ground.map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg });
                aircraft.motion = motion.map(|motion| (at, motion)).or(aircraft.motion);
                return None;
            }
            Content::Operational { nac_p, .. } => {
                aircraft.nac_p = *nac_p;
                return None;
            }
            Content::Airborne { type_code, altitude, cpr, .. } => {
                let place = aircraft.place(*cpr, at, false).and_then(|place| aircraft.checked(place, at));
                (place, sigma_m(aircraft.nac_p, *type_code), *altitude, false)
            }
            Content::Surface { speed_mps, track_deg, cpr } => {
                let motion = speed_mps.zip(*track_deg).map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg });
                aircraft.motion = motion.map(|motion| (at, motion)).or(aircraft.motion);
                let place = aircraft.place(*cpr, at, true).and_then(|place| aircraft.checked(place, at));
                (place, sigma_m(aircraft.nac_p, 11), None, true)
            }
            _ => return None,
        };
        match place {
            Ok(place) => {
                let icao = (message.is_icao, message.icao);
                Some(aircraft.report(icao, place, at, (sigma_m, altitude, is_on_ground)))
            }
            Err(reason) => {
                rejected.add(reason);
                None
            }
        }
    }

    /// The same for a line that a receiver has decoded.
    pub(super) fn take_line(&mut self, line: &Line, at: Timestamp, rejected: &mut Tally) -> Option<Report> {
        let key = (line.is_icao, line.icao);
        let aircraft = self.aircraft(key, at);
        aircraft.callsign = line.callsign.clone().or_else(|| aircraft.callsign.take());
        let motion = line.speed_mps.zip(line.track_deg);
        let motion = motion.map(|(speed_mps, course_deg)| Motion { speed_mps, course_deg });
        aircraft.motion = motion.map(|motion| (at, motion)).or(aircraft.motion);
        match aircraft.checked(line.place?, at) {
            Ok(place) => {
                let altitude = line.altitude_ft.map(Altitude::Barometric);
                let is_on_ground = line.is_on_ground == Some(true);
                Some(aircraft.report(key, place, at, (DEFAULT_SIGMA_M, altitude, is_on_ground)))
            }
            Err(reason) => {
                rejected.add(reason);
                None
            }
        }
    }
}

impl Aircraft {
    /// The place of a coded position: globally with the other half, else locally from the last place.
    fn place(&mut self, cpr: Cpr, at: Timestamp, is_on_ground: bool) -> Result<Wgs84, &'static str> {
        let near = |then: Timestamp, limit| at.duration_since(then).abs() <= limit;
        let reference = self.last.filter(|(then, _)| near(*then, REFERENCE_AGE)).map(|(_, place)| place);
        if is_on_ground {
            // Zones on the ground are a quarter as wide, so even a pair leaves four places; the last one decides.
            return cpr::local(cpr, reference.ok_or("no_reference")?, 90.0).ok_or("zones_differ");
        }
        let other = self.halves.get(usize::from(!cpr.is_odd)).copied().flatten();
        if let Some(half) = self.halves.get_mut(usize::from(cpr.is_odd)) {
            *half = Some((at, self.heard, cpr));
        }
        let other = other.filter(|(then, n, _)| near(*then, PAIR_AGE) && self.heard - n <= PAIR_MESSAGES);
        match (other, reference) {
            (Some((_, _, other)), _) => {
                let (even, odd) = if cpr.is_odd { (other, cpr) } else { (cpr, other) };
                match (cpr::global(even, odd, cpr.is_odd), reference) {
                    (Some(place), _) => Ok(place),
                    (None, Some(reference)) => cpr::local(cpr, reference, 360.0).ok_or("zones_differ"),
                    (None, None) => Err("zones_differ"),
                }
            }
            (None, Some(reference)) => cpr::local(cpr, reference, 360.0).ok_or("zones_differ"),
            (None, None) => Err("no_pair"),
        }
    }

    /// Refuses a place that nothing flies to so fast.
    fn checked(&mut self, place: Wgs84, at: Timestamp) -> Result<Wgs84, &'static str> {
        let Some((then, last)) = self.last else { return Ok(place) };
        if is_reachable(last, place, at.duration_since(then)) {
            self.doubtful = None;
            return Ok(place);
        }
        let n = match self.doubtful {
            Some((then, doubtful, n)) if is_reachable(doubtful, place, at.duration_since(then)) => n + 1,
            _ => 1,
        };
        self.doubtful = Some((at, place, n));
        if n < JUMPS_BELIEVED {
            return Err("implausible_jump");
        }
        self.doubtful = None;
        Ok(place)
    }

    fn report(
        &mut self,
        (is_icao, icao): (bool, u32),
        place: Wgs84,
        at: Timestamp,
        (sigma_m, altitude, is_on_ground): (f64, Option<Altitude>, bool),
    ) -> Report {
        self.last = Some((at, place));
        let motion = self.motion.filter(|(then, _)| at.duration_since(*then).abs() <= VELOCITY_AGE);
        Report {
            icao,
            is_icao,
            place,
            sigma_m,
            altitude,
            is_on_ground,
            motion: motion.map(|(_, motion)| motion),
            callsign: self.callsign.clone(),
            category: self.category,
        }
    }
}

fn is_reachable(from: Wgs84, to: Wgs84, within: SignedDuration) -> bool {
    let (east_m, north_m) = LocalFrame::about(from).enu_from_wgs84(to);
    // Without times of their own, messages seem to come at once; a pair's age is then allowed for.
    let seconds = within.as_secs_f64().abs().max(if within.is_zero() { 30.0 } else { 0.0 });
    east_m.hypot(north_m) <= MAX_SPEED_MPS * seconds + JUMP_SLACK_M
}

/// Standard deviation from the 95 % bound of the category.
///
/// # Source
/// EPU of NACp: DO-260B, table A-13. Without NACp: the 95 % bound of NUCp that the type code stands for, DO-260, table
/// 2-11. Categories that bound nothing take the largest bound there is.
fn sigma_m(nac_p: Option<u8>, type_code: u8) -> f64 {
    let bound_m = match nac_p {
        Some(11) => 3.0,
        Some(10) => 10.0,
        Some(9) => 30.0,
        Some(8) => 92.6,
        Some(7) => 185.2,
        Some(6) => 555.6,
        Some(5) => 926.0,
        Some(4) => 1852.0,
        Some(3) => 3704.0,
        Some(2) => 7408.0,
        Some(1) => 18_520.0,
        Some(_) => 37_040.0,
        None => match type_code {
            9 | 20 => 3.0,
            10 | 21 => 10.0,
            11 => 92.6,
            12 => 185.2,
            13 => 463.0,
            14 => 926.0,
            15 => 1852.0,
            16 => 9260.0,
            17 => 18_520.0,
            _ => 37_040.0,
        },
    };
    bound_m / CIRCULAR_95
}
