//! Satellites and the mission's own aircraft: they see what is there when they pass.

use super::{Observer, detection, note};
use crate::signal::{Burn, Signal, Stand, Trace, Track};
use crate::world::Glimpse;
use truceline_domain::{
    Count, Detection, EventClass, Known, LocalFrame, Modality, Name, Phenomenon, TimeEstimate, Timestamp, Where,
};

/// Error of a place in a georeferenced image, m.
const IMAGE_M: f64 = 50.0;
/// Error of a vessel's place in a radar image, m.
const SHIP_M: f64 = 100.0;
/// Error of a hot pixel of 375 m, uniform over the pixel: 375/√12, m.
const PIXEL_M: f64 = 108.0;
/// Error of a hull's length in a radar image, m.
const HULL_M: f64 = 8.0;

impl<'w> Observer<'w> {
    pub(super) fn overfly(&mut self, signal: &Signal) {
        let times: Vec<Timestamp> = self.world.passes(&self.source.id).iter().map(|pass| pass.at).collect();
        for at in times {
            match signal {
                Signal::Stand(stand) if stand.span.from <= at && at <= stand.span.until => self.see_stand(stand, at),
                Signal::Burn(burn) if burn.span.from <= at && at <= burn.span.until => self.see_burn(burn, at),
                Signal::Trace(trace) if trace.span.contains(at) => self.see_trace(trace, at),
                Signal::Track(track) => self.see_track(track, at),
                _ => {}
            }
        }
    }

    /// Weapons, counted one by one; radar and thermal satellites do not tell them from lorries.
    fn see_stand(&mut self, stand: &Stand, at: Timestamp) {
        if matches!(self.source.modality, Modality::SarSatellite | Modality::ThermalSatellite) {
            return;
        }
        let glimpse = Glimpse { classes: &[EventClass::HeavyWeapon], place: stand.place, at, loudness: 1.0 };
        let Some(sensor) = self.sensor() else { return };
        let Some((_, pd)) = self.world.sight(sensor, &glimpse) else { return };
        let n_seen = (0..stand.n).filter(|_| self.noise.happens(pd)).count();
        let Some(n_seen) = u32::try_from(n_seen).ok().filter(|n| *n > 0) else { return };
        let place = self.estimate(stand.place, IMAGE_M);
        let plain = self.image(Phenomenon::HeavyWeapon, at, place);
        let Some(plain) = plain else { return };
        let words = Some(stand.note.as_str()).filter(|text| !text.is_empty()).map(Name::from);
        self.add(Detection {
            count: Known::Known(Count::exactly(n_seen)),
            weapon: Known::Known(stand.weapon),
            note: words,
            ..plain
        });
    }

    /// Hot pixels: one and then more while the fire grows, strung out behind its front.
    fn see_burn(&mut self, burn: &Burn, at: Timestamp) {
        if !matches!(self.source.modality, Modality::ThermalSatellite | Modality::Uav) {
            return;
        }
        let grown = crate::physics::seconds_between(burn.span.from, at) / burn.span.seconds().max(1.0);
        let n_pixels = (f64::from(burn.pixels) * grown).ceil().clamp(1.0, 1_000.0) as u32;
        for idx in 0..n_pixels {
            let share = (f64::from(idx) + 0.5) / f64::from(n_pixels);
            let place = LocalFrame::about(burn.place).place_at(burn.towards_deg, share * grown * burn.grows_m);
            let glimpse = Glimpse { classes: &[EventClass::Fire], place, at, loudness: 1.0 };
            if self.sees(&glimpse).is_none() {
                continue;
            }
            let place = self.estimate(place, PIXEL_M);
            let pixel = self.image(Phenomenon::ThermalAnomaly, at, place);
            self.found_image(pixel, "hot pixel");
        }
    }

    /// Scorched or torn ground.
    fn see_trace(&mut self, trace: &Trace, at: Timestamp) {
        if self.source.modality == Modality::ThermalSatellite {
            return;
        }
        let classes = &[EventClass::Harm, EventClass::Shelling, EventClass::Explosion];
        let glimpse = Glimpse { classes, place: trace.place, at, loudness: 1.0 };
        if self.sees(&glimpse).is_none() {
            return;
        }
        let place = self.estimate(trace.place, IMAGE_M);
        let words =
            if self.source.modality == Modality::SarSatellite { "coherence lost" } else { "fresh scorch marks" };
        let changed = self.image(Phenomenon::GroundChange, at, place);
        // The ground changed at some time before the pass.
        let changed = changed.map(|seen| Detection {
            time: TimeEstimate::within(trace.span.from.max(day_before(at)), at, 1.0),
            count: Known::Known(Count { low: 1, high: trace.n.max(1) }),
            ..seen
        });
        self.found_image(changed, words);
    }

    fn see_track(&mut self, track: &Track, at: Timestamp) {
        let Some((place, motion)) = track.at(at) else { return };
        if self.source.modality == Modality::ThermalSatellite {
            return;
        }
        // What is gone before the next pass may be declared as `other`, so that nobody takes a pass for a watch.
        let classes: Vec<EventClass> = track.classes.iter().copied().chain([EventClass::Other]).collect();
        let glimpse = Glimpse { classes: &classes, place, at, loudness: 1.0 };
        if self.sees(&glimpse).is_none() {
            return;
        }
        let place = self.estimate(place, SHIP_M);
        let words = track.hull_m.map_or("in the image".to_owned(), |hull_m| {
            format!("hull {:.0} ± {HULL_M:.0} m", hull_m + HULL_M * self.noise.normal())
        });
        let seen = self.image(track.phenomenon, at, place);
        // Only a film tells a course; a single image does not.
        let motion = (self.source.modality == Modality::Uav).then_some(motion);
        self.found_image(seen.map(|seen| Detection { motion, ..seen }), &words);
    }

    /// A detection in the image of a pass. All of one pass depend on each other.
    fn image(&self, phenomenon: Phenomenon, at: Timestamp, place: Where) -> Option<Detection> {
        let sensor = self.sensor()?;
        let dependence = Some(Name::from(format!("{} {at}", sensor.id)));
        Some(Detection { dependence, ..detection(sensor, phenomenon, TimeEstimate::instant(at, 1.0), place) })
    }

    fn found_image(&mut self, seen: Option<Detection>, words: &str) {
        if let Some(seen) = seen {
            self.add(Detection { note: note(words), ..seen });
        }
    }
}

fn day_before(at: Timestamp) -> Timestamp {
    crate::physics::after(at, -86_400.0)
}
