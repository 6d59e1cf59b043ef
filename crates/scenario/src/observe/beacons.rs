//! Receivers: cooperative positions, spectrum monitors, dose rates, and the state of equipment.

use super::{Observer, detection, note};
use crate::emit::looks;
use crate::physics::after;
use crate::signal::{Signal, State, Track};
use crate::world::Glimpse;
use truceline_domain::{Detection, EventClass, Modality, Phenomenon, PlaceEstimate, Sensor, Span, TimeEstimate, Where};

/// Error of a position that a ship or aircraft tells, m.
const TOLD_M: f64 = 15.0;
/// Error of a direction to a transmitter, degrees.
const RADIO_DEG: f64 = 4.0;

impl<'w> Observer<'w> {
    pub(super) fn receive(&mut self, signal: &Signal) {
        match (self.source.modality, signal) {
            (Modality::Ais | Modality::Adsb, Signal::Track(track)) => self.told(track),
            (Modality::Radio, Signal::State(state)) if state.phenomenon == Phenomenon::Impediment => {
                self.interference(state)
            }
            (Modality::Telemetry, Signal::State(state)) if state.phenomenon != Phenomenon::DoseRate => {
                self.fault(state)
            }
            (Modality::Radiation, Signal::State(state)) if state.phenomenon == Phenomenon::DoseRate => self.dose(state),
            _ => {}
        }
    }

    /// Positions that a transponder tells, unless it carries none or is silent.
    fn told(&mut self, track: &Track) {
        let ship = track.phenomenon == Phenomenon::Vessel;
        let Some(identity) = track.identity.clone().filter(|_| ship == (self.source.modality == Modality::Ais)) else {
            return;
        };
        // Receivers may declare `other`: that nobody tells anything says nothing about vessels and flights.
        let classes: Vec<EventClass> = track.classes.iter().copied().chain([EventClass::Other]).collect();
        let until = after(track.starts_at, track.duration_s());
        for at in looks(&Span { from: track.starts_at, until }, if ship { 600.0 } else { 60.0 }) {
            let Some((place, motion)) =
                track.at(at).filter(|_| !track.silent.is_some_and(|silent| silent.contains(at)))
            else {
                continue;
            };
            let Some((sensor, _)) = self.sees(&Glimpse { classes: &classes, place, at, loudness: 1.0 }) else {
                continue;
            };
            let place = self.estimate(place, TOLD_M);
            let told = detection(sensor, track.phenomenon, TimeEstimate::instant(at, 1.0), place);
            self.add(Detection { motion: Some(motion), claimed_identity: Some(identity.clone()), ..told });
        }
    }

    /// A direction to a source of interference.
    fn interference(&mut self, state: &State) {
        let Some(sensor) = self.notices(state) else { return };
        let Some(from) = sensor.place else { return };
        let place = self.bearing(from, state.place, (RADIO_DEG, None));
        let time = TimeEstimate::within(state.span.from, state.span.until, 5.0);
        self.add(Detection {
            note: note("satellite navigation disturbed"),
            ..detection(sensor, state.phenomenon, time, place)
        });
    }

    /// Equipment that says it is disturbed, or a line that lost its voltage.
    fn fault(&mut self, state: &State) {
        let Some(sensor) = self.notices(state) else { return };
        let place = Where::Estimate(PlaceEstimate::circular(state.place, (state.radius_m / 2.0).ceil()));
        let (from, until) = (state.span.from, state.span.until);
        let lost = state.phenomenon == Phenomenon::PowerLoss;
        // A loss of power is a moment; a disturbance lasts.
        let time = if lost { TimeEstimate::instant(from, 1.0) } else { TimeEstimate::within(from, until, 5.0) };
        let words = if lost { "voltage lost" } else { "links and timing lost" };
        self.add(Detection { note: note(words), ..detection(sensor, state.phenomenon, time, place) });
    }

    /// A reading every hour.
    fn dose(&mut self, state: &State) {
        let (low, high) = state.reading.unwrap_or((0.0, 0.0));
        for at in looks(&state.span, 3_600.0) {
            let glimpse = Glimpse { classes: &[EventClass::Radiation], place: state.place, at, loudness: 1.0 };
            let Some((sensor, _)) = self.sees(&glimpse) else { continue };
            let reading = self.noise.between(low, high);
            let place = Where::Estimate(PlaceEstimate::circular(sensor.place.unwrap_or(state.place), 10.0));
            let read = detection(sensor, state.phenomenon, TimeEstimate::instant(at, 1.0), place);
            self.add(Detection { note: note(format!("{reading:.2} µSv/h")), ..read });
        }
    }

    fn notices(&mut self, state: &State) -> Option<&'w Sensor> {
        let class = [state.phenomenon.class()];
        let glimpse = Glimpse { classes: &class, place: state.place, at: state.span.from, loudness: 1.0 };
        Some(self.sees(&glimpse)?.0)
    }
}
