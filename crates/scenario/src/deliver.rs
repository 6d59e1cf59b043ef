//! How observations reach the mission: gathered into files by source and hour, some late, reports as they were made.

use crate::observe::Observed;
use crate::physics::after;
use crate::record::{Pulse, recording};
use crate::world::World;
use crate::{Content, Delay, Forgery, Report, Said, Scenario, SimulatedCapture};
use jiff::tz::Offset;
use std::collections::BTreeMap;
use truceline_domain::{
    Count, Detection, DetectionId, Digest, Known, Means, Modality, Name, NotKnownReason, Outage, PlaceEstimate,
    SensorId, Timestamp, Where,
};

/// What is on its way to the mission.
#[derive(Default)]
pub(crate) struct Deliveries {
    pub(crate) observed: Vec<Observed>,
    pub(crate) pulses: Vec<Pulse>,
}

/// The captures in the order of arrival, and which of them carry made-up reports.
pub(crate) fn deliver(
    scenario: &Scenario,
    world: &World,
    deliveries: Deliveries,
) -> (Vec<SimulatedCapture>, Vec<Forgery>) {
    let mut captures = batches(&scenario.delays, deliveries.observed);
    let mut forgeries = Vec::new();
    for report in &scenario.reports {
        let Some(capture) = spoken(report, world) else { continue };
        if report.forged {
            let (source, name) = (capture.source.clone(), capture.name.clone());
            forgeries.push(Forgery { line: report.line, source, received_at: capture.received_at, capture: name });
        }
        captures.push(capture);
    }
    captures.extend(scenario.records.iter().filter_map(|record| recording(record, world, &deliveries.pulses)));
    captures.extend(outage_captures(&scenario.outages));
    captures.sort_by(|a, b| (a.received_at, &a.name).cmp(&(b.received_at, &b.name)));
    (captures, forgeries)
}

/// How long after the end of an hour, or after a pass, a sensor's file comes in, s.
fn latency_s(modality: Modality) -> f64 {
    match modality {
        Modality::OpticalSatellite => 9.0 * 3_600.0,
        Modality::SarSatellite => 6.0 * 3_600.0,
        Modality::ThermalSatellite => 3.0 * 3_600.0,
        Modality::Uav => 3_600.0,
        Modality::Patrol => 1_800.0,
        Modality::Infrasound | Modality::Seismic => 120.0,
        _ => 20.0,
    }
}

/// One file for each source, hour of observation and delivery. What a `late` statement holds back comes in a file of its
/// own.
fn batches(delays: &[Delay], observed: Vec<Observed>) -> Vec<SimulatedCapture> {
    let mut files: BTreeMap<(SensorId, Timestamp, Timestamp), Vec<Detection>> = BTreeMap::new();
    for Observed { detection, source, modality } in observed {
        let seen_at = detection.time.until;
        let hour = hour_of(seen_at);
        let held_back = |delay: &&Delay| {
            (delay.sensor == source || delay.sensor == detection.sensor) && delay.span.contains(seen_at)
        };
        let late_s = delays.iter().filter(held_back).map(|delay| delay.by_s).fold(0.0, f64::max);
        let received_at = after(hour, 3_600.0 + latency_s(modality) + late_s);
        files.entry((source, hour, received_at)).or_default().push(detection);
    }
    let mut captures = Vec::with_capacity(files.len());
    let mut before: Option<(SensorId, Timestamp)> = None;
    for ((source, hour, received_at), detections) in files {
        let this = Some((source.clone(), hour));
        let late = if before == this { "_late" } else { "" };
        before = this;
        let name = format!("{source}_{}{late}.csv", stamp(hour));
        captures.push(SimulatedCapture {
            name,
            source,
            received_at,
            content: Content::Detections(in_order(detections)),
        });
    }
    captures
}

/// Detections in the order of their time, numbered.
fn in_order(mut detections: Vec<Detection>) -> Vec<Detection> {
    detections.sort_by(|a, b| (a.time.from, a.time.until, &a.sensor).cmp(&(b.time.from, b.time.until, &b.sensor)));
    for (record, detection) in (0..).zip(&mut detections) {
        detection.id = DetectionId { capture: Digest([0; 32]), record };
    }
    detections
}

fn hour_of(at: Timestamp) -> Timestamp {
    let seconds = at.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(3_600)).unwrap_or(at)
}

/// `20310304T0200`, in UTC.
fn stamp(at: Timestamp) -> String {
    Offset::UTC.to_datetime(at).strftime("%Y%m%dT%H%M").to_string()
}

/// A report as it was made.
fn spoken(report: &Report, world: &World) -> Option<SimulatedCapture> {
    let source = world.source_of(&report.source)?;
    let sensor = source.nodes.first()?;
    let place = match &report.place {
        Said::Near(place, within_m) => Where::Estimate(PlaceEstimate::circular(*place, *within_m)),
        Said::Area(name) => Where::Area(name.clone()),
    };
    let detection = Detection {
        id: DetectionId { capture: Digest([0; 32]), record: 0 },
        sensor: sensor.id.clone(),
        owner: sensor.owner.clone(),
        modality: sensor.modality,
        means: Means::Reported,
        phenomenon: report.phenomenon,
        time: report.time,
        place,
        count: Known::Known(Count::exactly(report.n)),
        weapon: report.weapon.map_or(Known::NotKnown(NotKnownReason::NotStated), Known::Known),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: report.note.as_deref().map(Name::from),
    };
    Some(SimulatedCapture {
        name: format!("{}_report_{}_{}.csv", sensor.id, stamp(report.received_at), report.line),
        source: sensor.id.clone(),
        received_at: report.received_at,
        content: Content::Detections(vec![detection]),
    })
}

/// Outages are known when they are over: one file for each end.
fn outage_captures(outages: &[(u32, Outage)]) -> Vec<SimulatedCapture> {
    let mut files: BTreeMap<Timestamp, Vec<Outage>> = BTreeMap::new();
    for (_, outage) in outages {
        files.entry(outage.span.until).or_default().push(outage.clone());
    }
    let capture = |(until, outages)| SimulatedCapture {
        name: format!("outages_{}.csv", stamp(until)),
        source: SensorId::from("outages"),
        received_at: after(until, 300.0),
        content: Content::Outages(outages),
    };
    files.into_iter().map(capture).collect()
}
