//! Cameras by day and in infrared: directions, with a range where landmarks give one.
//!
//! A muzzle flash has a direction and no range, so that no camera alone ever says where fire came from.

use super::{Observer, detection, note};
use crate::emit::looks;
use crate::physics::after;
use crate::signal::{Boom, Burn, Round, Signal, Track};
use crate::world::Glimpse;
use truceline_domain::{Detection, EventClass, LocalFrame, Modality, Phenomenon, Span, Timestamp, Wgs84};

/// Error of a direction, degrees.
const DIRECTION_DEG: f64 = 0.3;
/// Error of a direction to a flash behind the horizon, degrees.
const FLASH_DEG: f64 = 1.0;
/// Width of a range band from landmarks, share of the range.
const BAND: f64 = 0.2;
/// Error of a camera's clock and frame, s.
const FRAME_S: f64 = 0.3;

impl<'w> Observer<'w> {
    pub(super) fn watch(&mut self, signal: &Signal) {
        match signal {
            Signal::Round(round) => self.watch_round(round),
            Signal::Boom(boom) => self.watch_boom(boom),
            Signal::Track(track) => self.watch_track(track),
            Signal::Burn(burn) => self.watch_smoke(burn),
            Signal::Stand(_) | Signal::Trace(_) | Signal::State(_) => {}
        }
    }

    fn watch_round(&mut self, round: &Round) {
        let view = |at, place| View { at, place, classes: round.classes };
        if self.source.modality == Modality::ThermalCamera {
            self.picture(&view(round.launched_at, round.from), Phenomenon::MuzzleFlash, "flash, range not told");
        }
        self.picture(&view(round.landed_at, round.to), Phenomenon::Impact, "flash and dust");
    }

    fn watch_boom(&mut self, boom: &Boom) {
        let view = View { at: boom.at, place: boom.place, classes: boom.classes };
        match boom.phenomenon {
            Phenomenon::QuarryBlast => self.picture(&view, Phenomenon::Plume, "dust plume"),
            Phenomenon::Thunder | Phenomenon::Burst | Phenomenon::Shot => {}
            other => self.picture(&view, other, "flash and smoke"),
        }
    }

    fn watch_track(&mut self, track: &Track) {
        let until = after(track.starts_at, track.duration_s());
        // Slow things are looked at more seldom.
        let every_s = if track.speed_mps > 20.0 { 120.0 } else { 900.0 };
        for at in looks(&Span { from: track.starts_at, until }, every_s) {
            let Some((place, _)) = track.at(at) else { continue };
            self.picture(&View { at, place, classes: track.classes }, track.phenomenon, "in view");
        }
    }

    /// Smoke, looked at every half hour; it rises where the front has come to.
    fn watch_smoke(&mut self, burn: &Burn) {
        for at in looks(&burn.span, 1_800.0) {
            let view = View { at, place: burn.front(at), classes: &[EventClass::Fire] };
            self.picture(&view, Phenomenon::Plume, "smoke");
        }
    }

    fn picture(&mut self, view: &View, phenomenon: Phenomenon, words: &str) {
        let glimpse = Glimpse { classes: view.classes, place: view.place, at: view.at, loudness: 1.0 };
        let seen = self.sees(&glimpse);
        let Some((sensor, from)) = seen.and_then(|(sensor, _)| Some((sensor, sensor.place?))) else { return };
        let error = if phenomenon == Phenomenon::MuzzleFlash { (FLASH_DEG, None) } else { (DIRECTION_DEG, Some(BAND)) };
        let time = self.instant(view.at, FRAME_S);
        let place = self.bearing(from, view.place, error);
        self.add(Detection { note: note(words), ..detection(sensor, phenomenon, time, place) });
    }
}

/// Something in the picture.
struct View {
    at: Timestamp,
    place: Wgs84,
    classes: &'static [EventClass],
}

impl Burn {
    /// Where the front is at a time.
    pub(super) fn front(&self, at: Timestamp) -> Wgs84 {
        let share =
            (crate::physics::seconds_between(self.span.from, at) / self.span.seconds().max(1.0)).clamp(0.0, 1.0);
        LocalFrame::about(self.place).place_at(self.towards_deg, share * self.grows_m)
    }
}
