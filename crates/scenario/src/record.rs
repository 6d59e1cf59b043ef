//! Recordings of single nodes: pressure over time, with the pulse of each sound where and when it arrives.

use crate::noise::Noise;
use crate::physics::{after, azimuth_and_distance, seconds_between, sound_travel_s};
use crate::signal::Signal;
use crate::world::World;
use crate::{Content, Record, SimulatedCapture};
use jiff::tz::Offset;
use truceline_domain::{Digest, Phenomenon, Recording, Samples, Sensor, Timestamp, Wgs84};

/// Background of a quiet night, Pa (one standard deviation).
const BACKGROUND_PA: f64 = 0.02;
/// Peak of an impact at one kilometre, Pa; it falls with the distance.
const PEAK_AT_1_KM_PA: f64 = 8.0;
/// A launch against an impact.
const LAUNCH_SHARE: f64 = 0.4;
/// Main frequency of a pulse, Hz, and the time in which it dies down to 1/e, s.
const PULSE: (f64, f64) = (18.0, 0.12);
/// The most samples of one recording.
const MAX_SAMPLES: f64 = 4e6;

/// A pulse on its way: when and where it began, and its peak at one kilometre.
pub(crate) type Pulse = (Timestamp, Wgs84, f64);

/// The pulses that signals send out.
pub(crate) fn pulses(signals: &[Signal]) -> Vec<Pulse> {
    let mut pulses = Vec::new();
    for signal in signals {
        match signal {
            Signal::Round(round) => {
                pulses.push((round.launched_at, round.from, LAUNCH_SHARE * PEAK_AT_1_KM_PA));
                pulses.push((round.landed_at, round.to, PEAK_AT_1_KM_PA));
            }
            Signal::Boom(boom) if matches!(boom.phenomenon, Phenomenon::Burst | Phenomenon::Shot) => {
                pulses.push((boom.at, boom.place, 0.02 * PEAK_AT_1_KM_PA));
            }
            Signal::Boom(boom) => pulses.push((boom.at, boom.place, PEAK_AT_1_KM_PA)),
            Signal::Track(_) | Signal::Stand(_) | Signal::Burn(_) | Signal::Trace(_) | Signal::State(_) => {}
        }
    }
    pulses
}

/// What a node records; `None` when it has no place or nobody knows it.
pub(crate) fn recording(record: &Record, world: &World, pulses: &[Pulse]) -> Option<SimulatedCapture> {
    let node = world.node(&record.sensor)?;
    let values = pressure(record, (node, world), pulses)?;
    let from = record.span.from;
    let samples = Samples { rate_hz: record.rate_hz, values };
    let stamp = Offset::UTC.to_datetime(from).strftime("%Y%m%dT%H%M%SZ");
    Some(SimulatedCapture {
        name: format!("{}_{stamp}.wav", node.id),
        source: node.id.clone(),
        received_at: after(record.span.until, 60.0),
        content: Content::Recording(Recording {
            capture: Digest([0; 32]),
            sensor: node.id.clone(),
            from,
            clock_sigma_s: 0.0,
            samples,
        }),
    })
}

fn pressure(record: &Record, (node, world): (&Sensor, &World), pulses: &[Pulse]) -> Option<Vec<f32>> {
    let place = node.place?;
    let n_samples = (record.span.seconds() * record.rate_hz).floor().clamp(0.0, MAX_SAMPLES) as usize;
    let mut noise = Noise::about(world.seed, record.line, node.id.as_str());
    let mut values: Vec<f32> = (0..n_samples).map(|_| (BACKGROUND_PA * noise.normal()) as f32).collect();
    for (at, source, peak_pa) in pulses {
        let arrived_at = after(*at, sound_travel_s(&world.weather, *source, place));
        let distance_km = (azimuth_and_distance(*source, place).1 / 1_000.0).max(0.05);
        let begins_s = seconds_between(record.span.from, arrived_at);
        add_pulse(&mut values, record.rate_hz, (begins_s, peak_pa / distance_km));
    }
    Some(values)
}

/// Adds a decaying oscillation that begins with its steepest edge; one second of it is enough.
fn add_pulse(values: &mut [f32], rate_hz: f64, (begins_s, peak_pa): (f64, f64)) {
    if begins_s < 0.0 {
        return;
    }
    let first = (begins_s * rate_hz).ceil() as usize;
    let (frequency_hz, decay_s) = PULSE;
    for (idx, value) in values.iter_mut().enumerate().skip(first).take(rate_hz.ceil() as usize) {
        let t = idx as f64 / rate_hz - begins_s;
        let wave = (std::f64::consts::TAU * frequency_hz * t).cos() * (-t / decay_s).exp();
        *value += (peak_pa * wave) as f32;
    }
}
