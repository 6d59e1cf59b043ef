//! What a happening sends out that sensors may sense: sounds, flashes, flights, things that stand, burn or leave a trace.

use crate::physics::{azimuth_and_distance, seconds_between};
use truceline_domain::{EventClass, LocalFrame, Motion, Name, Phenomenon, Span, Timestamp, WeaponKind, Wgs84};

/// Something that may be sensed.
#[derive(Clone, Debug)]
pub(crate) enum Signal {
    Round(Round),
    Boom(Boom),
    Track(Track),
    Stand(Stand),
    Burn(Burn),
    Trace(Trace),
    State(State),
}

/// A round in flight: launch, trajectory and impact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    pub(crate) launched_at: Timestamp,
    pub(crate) landed_at: Timestamp,
    pub(crate) from: Wgs84,
    pub(crate) to: Wgs84,
    pub(crate) weapon: WeaponKind,
    pub(crate) classes: &'static [EventClass],
}

/// A sound with nothing in flight: explosion, blast, thunder, burst.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boom {
    pub(crate) at: Timestamp,
    pub(crate) place: Wgs84,
    pub(crate) phenomenon: Phenomenon,
    pub(crate) classes: &'static [EventClass],
}

/// Something that moves along a path at constant speed.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    pub(crate) starts_at: Timestamp,
    pub(crate) path: Vec<Wgs84>,
    pub(crate) speed_mps: f64,
    pub(crate) phenomenon: Phenomenon,
    pub(crate) classes: &'static [EventClass],
    pub(crate) identity: Option<Name>,
    pub(crate) silent: Option<Span>,
    pub(crate) hull_m: Option<f64>,
    /// Only its transponder's positions exist.
    pub(crate) is_ghost: bool,
}

/// Things that stand somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Stand {
    pub(crate) span: Span,
    pub(crate) place: Wgs84,
    pub(crate) n: u32,
    pub(crate) weapon: WeaponKind,
    pub(crate) note: String,
}

/// A fire whose front moves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Burn {
    pub(crate) span: Span,
    pub(crate) place: Wgs84,
    pub(crate) grows_m: f64,
    pub(crate) towards_deg: f64,
    pub(crate) pixels: u32,
}

/// Changed ground.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trace {
    pub(crate) span: Span,
    pub(crate) place: Wgs84,
    pub(crate) n: u32,
}

/// A state that lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    pub(crate) span: Span,
    pub(crate) place: Wgs84,
    pub(crate) radius_m: f64,
    pub(crate) phenomenon: Phenomenon,
    pub(crate) reading: Option<(f64, f64)>,
}

impl Track {
    /// How long the path takes, s.
    pub(crate) fn duration_s(&self) -> f64 {
        self.legs().map(|(_, _, length_m)| length_m).sum::<f64>() / self.speed_mps.max(0.01)
    }

    /// Where it is and how it moves at a time; `None` before and after.
    pub(crate) fn at(&self, at: Timestamp) -> Option<(Wgs84, Motion)> {
        let mut left_m = seconds_between(self.starts_at, at) * self.speed_mps;
        if left_m < 0.0 {
            return None;
        }
        for (start, course_deg, length_m) in self.legs() {
            if left_m <= length_m {
                let place = LocalFrame::about(start).place_at(course_deg, left_m);
                return Some((place, Motion { speed_mps: self.speed_mps, course_deg }));
            }
            left_m -= length_m;
        }
        None
    }

    /// Start, course and length of each leg.
    fn legs(&self) -> impl Iterator<Item = (Wgs84, f64, f64)> + '_ {
        self.path.iter().zip(self.path.iter().skip(1)).map(|(a, b)| {
            let (course_deg, length_m) = azimuth_and_distance(*a, *b);
            (*a, course_deg, length_m)
        })
    }
}

/// The classes under which a round may be declared to be seen, the fitting one first.
pub(crate) fn classes_of_weapon(weapon: WeaponKind) -> &'static [EventClass] {
    match weapon {
        WeaponKind::SmallArms | WeaponKind::HeavyMachineGun => &[EventClass::SmallArms],
        WeaponKind::Missile | WeaponKind::ArmedDrone => &[EventClass::AirStrike, EventClass::Explosion],
        _ => &[EventClass::Shelling, EventClass::Explosion],
    }
}
