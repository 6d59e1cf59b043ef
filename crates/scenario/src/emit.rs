//! From a happening to its truth and to the signals it sends out.

use crate::noise::Noise;
use crate::physics::{after, azimuth_and_distance, flight_s, seconds_between};
use crate::signal::{Boom, Burn, Round, Signal, Stand, State, Trace, Track, classes_of_weapon};
use crate::{Fire, Happening, HappeningKind, TrueEvent, Voyage};
use truceline_domain::{EventClass, LocalFrame, Phenomenon, Sealed, Span, Timestamp, WeaponKind, Wgs84};

/// How long changed ground can be seen, s.
const TRACE_S: f64 = 48.0 * 3_600.0;

/// The truth of a happening and its signals. `noise` decides what the text leaves open: scatter and irregular moments.
pub(crate) fn emit(scenario: &str, happening: &Happening, noise: &mut Noise) -> (TrueEvent, Vec<Signal>) {
    let mut event = TrueEvent {
        id: format!("{scenario}:{}", happening.line),
        class: EventClass::Other,
        phenomenon: Phenomenon::Other,
        time: happening.span,
        place: Wgs84::wrapped(0.0, 0.0),
        rounds: 1,
        by: happening.by.clone(),
        origin: None,
        each: Vec::new(),
        cause: happening.cause.clone(),
    };
    let signals = match &happening.kind {
        HappeningKind::Fire(fire) => emit_fire(fire, &mut event, noise),
        HappeningKind::Blast { at, .. } => emit_blast(*at, &mut event),
        HappeningKind::Explosions { at, n, spread_m } => {
            let sounds = Sounds { place: *at, n: *n, spread_m: *spread_m, phenomenon: Phenomenon::Explosion };
            emit_sounds(&sounds, &mut event, noise)
        }
        HappeningKind::Shots { at, n, phenomenon, spread_m } => {
            let sounds = Sounds { place: *at, n: *n, spread_m: *spread_m, phenomenon: *phenomenon };
            emit_sounds(&sounds, &mut event, noise)
        }
        // A standard deviation of half the radius along each axis keeps nine strokes in ten inside.
        HappeningKind::Thunderstorm { at, radius_m, strokes } => {
            let sounds = Sounds { place: *at, n: *strokes, spread_m: 0.46 * radius_m, phenomenon: Phenomenon::Thunder };
            emit_sounds(&sounds, &mut event, noise)
        }
        HappeningKind::Wildfire { at, grows_m, towards_deg, pixels } => {
            describe(&mut event, (EventClass::Fire, Phenomenon::ThermalAnomaly), *at);
            let (place, span) = (*at, event.time);
            vec![Signal::Burn(Burn { span, place, grows_m: *grows_m, towards_deg: *towards_deg, pixels: *pixels })]
        }
        HappeningKind::Flight { phenomenon, path, speed_mps, identity, .. } => {
            let (path, identity) = (path.clone(), identity.clone());
            let flight = Voyage { path, speed_mps: *speed_mps, identity, silent: None, hull_m: None, is_ghost: false };
            emit_flight(*phenomenon, &flight, &mut event)
        }
        HappeningKind::Voyage(voyage) => emit_voyage(voyage, &mut event),
        HappeningKind::Weapons { at, n, weapon, calibre_mm, decoys } => {
            event.rounds = *n;
            emit_weapons(*at, (*n, *decoys), (*weapon, *calibre_mm), &mut event)
        }
        HappeningKind::State { phenomenon, at, radius_m, reading } => {
            describe(&mut event, (phenomenon.class(), *phenomenon), *at);
            let (place, span) = (*at, event.time);
            vec![Signal::State(State { span, place, radius_m: *radius_m, phenomenon: *phenomenon, reading: *reading })]
        }
    };
    (event, signals)
}

fn describe(event: &mut TrueEvent, (class, phenomenon): (EventClass, Phenomenon), place: Wgs84) {
    event.class = class;
    event.phenomenon = phenomenon;
    event.place = place;
}

/// A place scattered by a normal error along each axis.
fn scattered(place: Wgs84, spread_m: f64, noise: &mut Noise) -> Wgs84 {
    LocalFrame::about(place).wgs84_from_enu((spread_m * noise.normal(), spread_m * noise.normal()))
}

fn emit_fire(fire: &Fire, event: &mut TrueEvent, noise: &mut Noise) -> Vec<Signal> {
    let classes = classes_of_weapon(fire.weapon);
    let class = classes.first().copied().unwrap_or(EventClass::Shelling);
    describe(event, (class, Phenomenon::Impact), fire.to);
    event.rounds = fire.rounds;
    event.origin = Some(Sealed::new(fire.from));
    let starts_at = event.time.from;
    let mut signals = Vec::with_capacity(fire.rounds as usize + 1);
    for idx in 0..fire.rounds {
        let launched_at = after(starts_at, f64::from(idx) * fire.every_s);
        let to = scattered(fire.to, fire.spread_m, noise);
        let (_, range_m) = azimuth_and_distance(fire.from, to);
        let landed_at = after(launched_at, flight_s(fire.weapon, range_m));
        event.each.push((landed_at, to));
        signals.push(Signal::Round(Round {
            launched_at,
            landed_at,
            from: fire.from,
            to,
            weapon: fire.weapon,
            classes,
        }));
        event.time.until = landed_at;
    }
    if class != EventClass::SmallArms {
        signals.push(trace(event.time.until, fire.to, fire.rounds));
    }
    signals
}

fn trace(from: Timestamp, place: Wgs84, n: u32) -> Signal {
    Signal::Trace(Trace { span: Span { from, until: after(from, TRACE_S) }, place, n })
}

fn emit_blast(at: Wgs84, event: &mut TrueEvent) -> Vec<Signal> {
    describe(event, (EventClass::Blasting, Phenomenon::QuarryBlast), at);
    event.each.push((event.time.from, at));
    let classes = &[EventClass::Blasting, EventClass::Explosion];
    let boom = Boom { at: event.time.from, place: at, phenomenon: Phenomenon::QuarryBlast, classes };
    vec![Signal::Boom(boom), trace(event.time.from, at, 1)]
}

/// Sounds at irregular moments.
struct Sounds {
    place: Wgs84,
    n: u32,
    spread_m: f64,
    phenomenon: Phenomenon,
}

fn emit_sounds(sounds: &Sounds, event: &mut TrueEvent, noise: &mut Noise) -> Vec<Signal> {
    let classes: &'static [EventClass] = match sounds.phenomenon {
        Phenomenon::Thunder => &[EventClass::Thunder, EventClass::Explosion],
        Phenomenon::Burst | Phenomenon::Shot => &[EventClass::SmallArms],
        _ => &[EventClass::Explosion],
    };
    describe(event, (sounds.phenomenon.class(), sounds.phenomenon), sounds.place);
    event.rounds = sounds.n;
    let length_s = event.time.seconds();
    let mut moments: Vec<f64> = (0..sounds.n).map(|_| noise.between(0.0, length_s)).collect();
    moments.sort_by(f64::total_cmp);
    for moment_s in moments {
        event.each.push((after(event.time.from, moment_s), scattered(sounds.place, sounds.spread_m, noise)));
    }
    let boom =
        |&(at, place): &(Timestamp, Wgs84)| Signal::Boom(Boom { at, place, phenomenon: sounds.phenomenon, classes });
    event.each.iter().map(boom).collect()
}

fn emit_flight(phenomenon: Phenomenon, flight: &Voyage, event: &mut TrueEvent) -> Vec<Signal> {
    let classes: &'static [EventClass] = match phenomenon {
        Phenomenon::AircraftInFlight => &[EventClass::AircraftFlight],
        _ => &[EventClass::DroneFlight],
    };
    vec![track(flight, (phenomenon, classes), event)]
}

fn emit_voyage(voyage: &Voyage, event: &mut TrueEvent) -> Vec<Signal> {
    let signal = track(voyage, (Phenomenon::Vessel, &[EventClass::Vessel]), event);
    if voyage.is_ghost {
        // There is no vessel: the truth is a transponder that makes up positions.
        (event.class, event.phenomenon) = (EventClass::Other, Phenomenon::Other);
    }
    vec![signal]
}

fn track(voyage: &Voyage, (phenomenon, classes): (Phenomenon, &'static [EventClass]), event: &mut TrueEvent) -> Signal {
    let start = voyage.path.first().copied().unwrap_or(event.place);
    describe(event, (phenomenon.class(), phenomenon), start);
    let track = Track {
        starts_at: event.time.from,
        path: voyage.path.clone(),
        speed_mps: voyage.speed_mps,
        phenomenon,
        classes,
        identity: voyage.identity.clone(),
        silent: voyage.silent,
        hull_m: voyage.hull_m,
        is_ghost: voyage.is_ghost,
    };
    // A path of weeks would be sampled without end.
    event.time.until = after(event.time.from, track.duration_s().min(7.0 * 86_400.0));
    Signal::Track(track)
}

fn emit_weapons(
    at: Wgs84,
    (n, decoys): (u32, u32),
    (weapon, calibre_mm): (WeaponKind, Option<f64>),
    event: &mut TrueEvent,
) -> Vec<Signal> {
    describe(event, (EventClass::HeavyWeapon, Phenomenon::HeavyWeapon), at);
    let calibre = calibre_mm.map_or(String::new(), |mm| format!("calibre about {mm} mm"));
    let stand = |n, note, place| Signal::Stand(Stand { span: event.time, place, n, weapon, note });
    let mut signals = vec![stand(n, calibre, at)];
    if decoys > 0 {
        let beside = LocalFrame::about(at).place_at(90.0, 250.0);
        signals.push(stand(decoys, "possible decoy: no thermal contrast, no tracks".to_owned(), beside));
    }
    signals
}

/// The times from `span` at which something is looked at again: every `every_s`, from the beginning, at most 2,000.
pub(crate) fn looks(span: &Span, every_s: f64) -> impl Iterator<Item = Timestamp> + use<> {
    let n = (seconds_between(span.from, span.until) / every_s.max(1.0)).floor().clamp(0.0, 2_000.0) as u32;
    let from = span.from;
    (0..=n).map(move |idx| after(from, f64::from(idx) * every_s.max(1.0)))
}
