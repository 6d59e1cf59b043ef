//! Networks of microphones: who hears a sound, and where three or more of them place it.
//!
//! Three or more nodes that hear a sound yield one located detection under the network's name, its covariance from their
//! geometry and timing. Fewer nodes cannot locate: each yields a detection of its own that says no more than "within my
//! range". So the chance that anything is reported is 1 − Π(1 − Pd) over the nodes in reach, as their declarations say.

use super::{Observer, detection, note, tidy};
use crate::emit::looks;
use crate::physics::{NodeArrival, after, locate, sound_speed_mps, sound_travel_s};
use crate::signal::{Boom, Round, Signal, Track};
use crate::world::Glimpse;
use truceline_domain::{
    Detection, NotKnownReason, Phenomenon, PlaceEstimate, Sealed, Sensor, Span, TimeEstimate, Timestamp, Where,
};

/// Timing error of an impulse at a node, s.
const IMPULSE_S: f64 = 0.020;
/// Timing error of a hum that is matched between nodes, s.
const HUM_S: f64 = 0.25;
/// Error of the travel time from air that is not known, share of the travel time.
const AIR: f64 = 0.003;
/// A launch is heard over half the range of an impact.
const LAUNCH_LOUDNESS: f64 = 0.5;
/// How often a hum is looked at, s.
const HUM_EVERY_S: f64 = 30.0;
/// Share of thunder that is taken for an explosion.
const THUNDER_MISTAKEN: f64 = 0.15;

/// A sound on its way to the nodes.
struct Sound<'a> {
    glimpse: Glimpse<'a>,
    timing_s: f64,
}

/// What a network made of a sound.
enum Heard<'w> {
    Located {
        place: PlaceEstimate,
        time: TimeEstimate,
        n_nodes: usize,
    },
    /// Node, arrival, range.
    Alone(Vec<(&'w Sensor, Timestamp, f64)>),
}

impl<'w> Observer<'w> {
    pub(super) fn listen(&mut self, signal: &Signal) {
        match signal {
            Signal::Round(round) => self.hear_round(round),
            Signal::Boom(boom) => self.hear_boom(boom),
            Signal::Track(track) => self.hear_track(track),
            Signal::Stand(_) | Signal::Burn(_) | Signal::Trace(_) | Signal::State(_) => {}
        }
    }

    /// Impact and launch of a round make one detection; where it was fired from stays sealed in it.
    fn hear_round(&mut self, round: &Round) {
        let sound = |at, place, loudness| Sound {
            glimpse: Glimpse { classes: round.classes, place, at, loudness },
            timing_s: IMPULSE_S,
        };
        let impact = self.hear(&sound(round.landed_at, round.to, 1.0));
        let launch = self.hear(&sound(round.launched_at, round.from, LAUNCH_LOUDNESS));
        let origin = match &launch {
            Heard::Located { place, .. } => Some(Sealed::new(*place)),
            Heard::Alone(_) => None,
        };
        match impact {
            Heard::Alone(nodes) if nodes.is_empty() => self.launch_only(launch),
            impact => self.report(impact, Phenomenon::Impact, |detection| Detection { origin, ..detection }),
        }
    }

    /// A launch whose impact nobody heard: its place is its origin, so it is withheld and sealed.
    fn launch_only(&mut self, launch: Heard<'w>) {
        self.report(launch, Phenomenon::Launch, |detection| match detection.place {
            Where::Estimate(place) => Detection {
                origin: Some(Sealed::new(place)),
                place: Where::NotKnown(NotKnownReason::Withheld),
                ..detection
            },
            _ => detection,
        });
    }

    fn hear_boom(&mut self, boom: &Boom) {
        let glimpse = Glimpse { classes: boom.classes, place: boom.place, at: boom.at, loudness: 1.0 };
        let heard = self.hear(&Sound { glimpse, timing_s: IMPULSE_S });
        let phenomenon = match boom.phenomenon {
            Phenomenon::Thunder if self.noise.happens(THUNDER_MISTAKEN) => Phenomenon::Explosion,
            // A ripple of holes sounds like one explosion.
            Phenomenon::QuarryBlast => Phenomenon::Explosion,
            other => other,
        };
        self.report(heard, phenomenon, |detection| detection);
    }

    fn hear_track(&mut self, track: &Track) {
        let until = after(track.starts_at, track.duration_s());
        for at in looks(&Span { from: track.starts_at, until }, HUM_EVERY_S) {
            let Some((place, motion)) = track.at(at) else { continue };
            let glimpse = Glimpse { classes: track.classes, place, at, loudness: 1.0 };
            let heard = self.hear(&Sound { glimpse, timing_s: HUM_S });
            let located = matches!(heard, Heard::Located { .. });
            self.report(heard, track.phenomenon, |detection| Detection {
                motion: located.then_some(motion),
                ..detection
            });
        }
    }

    /// Which nodes hear a sound, and what they make of it together.
    fn hear(&mut self, sound: &Sound<'_>) -> Heard<'w> {
        let (world, glimpse) = (self.world, &sound.glimpse);
        let mut heard: Vec<(&'w Sensor, NodeArrival, f64)> = Vec::new();
        for node in &self.source.nodes {
            let Some((range_m, pd)) = world.sight(node, glimpse) else { continue };
            let Some(place) = node.place.filter(|_| self.noise.happens(pd)) else { continue };
            let travel_s = sound_travel_s(&world.weather, glimpse.place, place);
            let sigma_s = sound.timing_s.hypot(AIR * travel_s);
            heard.push((node, (place, travel_s + sigma_s * self.noise.normal(), sigma_s), range_m));
        }
        let arrivals: Vec<NodeArrival> = heard.iter().map(|(_, arrival, _)| *arrival).collect();
        match locate(&arrivals, &world.weather, glimpse.place) {
            Some(located) => Heard::Located {
                place: tidy(located.place),
                time: TimeEstimate::instant(after(glimpse.at, located.at_s), (located.sigma_s * 1e3).ceil() / 1e3),
                n_nodes: heard.len(),
            },
            None => Heard::Alone(
                heard.iter().map(|(node, (_, at_s, _), range_m)| (*node, after(glimpse.at, *at_s), *range_m)).collect(),
            ),
        }
    }

    /// Reports what was heard, each detection finished by `finish`.
    fn report(&mut self, heard: Heard<'w>, phenomenon: Phenomenon, finish: impl Fn(Detection) -> Detection) {
        match heard {
            Heard::Located { place, time, n_nodes } => {
                let Some(node) = self.sensor() else { return };
                let located = Detection {
                    sensor: self.source.id.clone(),
                    note: note(format!("located from {n_nodes} nodes")),
                    ..detection(node, phenomenon, time, Where::Estimate(place))
                };
                self.add(finish(located));
            }
            Heard::Alone(nodes) => {
                for (node, arrived_at, range_m) in nodes {
                    // What a microphone alone hears is an explosion or a shot, not where it came from.
                    let alone = if phenomenon == Phenomenon::Impact { Phenomenon::Explosion } else { phenomenon };
                    let heard = alone_detection(node, alone, (arrived_at, range_m), self.speed_mps());
                    self.add(finish(heard));
                }
            }
        }
    }

    fn speed_mps(&self) -> f64 {
        (sound_speed_mps(self.world.weather.temperature_c) - self.world.weather.wind_mps).max(100.0)
    }
}

/// A sound at one node: somewhere within its range (a disc of radius R has a standard deviation of R/2 along each axis),
/// at some moment since sound from the far edge would have had to leave.
fn alone_detection(
    node: &Sensor,
    phenomenon: Phenomenon,
    (arrived_at, range_m): (Timestamp, f64),
    speed_mps: f64,
) -> Detection {
    let place = match node.place {
        Some(place) if range_m.is_finite() => Where::Estimate(PlaceEstimate::circular(place, (range_m / 2.0).ceil())),
        _ => Where::NotKnown(NotKnownReason::Technical),
    };
    let farthest_s = if range_m.is_finite() { range_m / speed_mps } else { 60.0 };
    let time = TimeEstimate::within(after(arrived_at, -farthest_s), arrived_at, 0.1);
    Detection { note: note("heard at one node"), ..detection(node, phenomenon, time, place) }
}
