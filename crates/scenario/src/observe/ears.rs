//! Patrols of the mission: what people hear where they stand.

use super::{Observer, detection};
use crate::signal::Signal;
use crate::world::Glimpse;
use truceline_domain::{Detection, EventClass, Means, Phenomenon, Timestamp, Wgs84};

/// Error of a direction told by ear, degrees.
const EAR_DEG: f64 = 12.0;
/// Width of a distance told by ear, share of the distance.
const EAR_BAND: f64 = 0.8;
/// Error of a time read from a watch, s.
const WATCH_S: f64 = 30.0;

impl<'w> Observer<'w> {
    pub(super) fn stand_by(&mut self, signal: &Signal) {
        let Some((at, heard_at, classes, phenomenon)) = sound(signal) else { return };
        let Some((sensor, _)) = self.sees(&Glimpse { classes, place: heard_at, at, loudness: 1.0 }) else { return };
        let Some(from) = sensor.place else { return };
        let time = self.instant(at, WATCH_S);
        let place = self.bearing(from, heard_at, (EAR_DEG, Some(EAR_BAND)));
        self.add(Detection { means: Means::Heard, ..detection(sensor, phenomenon, time, place) });
    }
}

type Sound = (Timestamp, Wgs84, &'static [EventClass], Phenomenon);

fn sound(signal: &Signal) -> Option<Sound> {
    match signal {
        Signal::Round(round) => Some((round.landed_at, round.to, round.classes, Phenomenon::Explosion)),
        Signal::Boom(boom) => {
            let ripple = boom.phenomenon == Phenomenon::QuarryBlast;
            let phenomenon = if ripple { Phenomenon::Explosion } else { boom.phenomenon };
            Some((boom.at, boom.place, boom.classes, phenomenon))
        }
        Signal::Track(_) | Signal::Stand(_) | Signal::Burn(_) | Signal::Trace(_) | Signal::State(_) => None,
    }
}
