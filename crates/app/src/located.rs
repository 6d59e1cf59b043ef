//! What a mission's ground sensors heard together: picks of all captures become located detections.
//!
//! A pick alone knows only that something was heard within reach; that detection stays where no event explains it. Where
//! several sensors heard the same, one detection says where and when it was, with the error of the whole network, in place
//! of those of its members. It speaks for the network that the register names (a source `AC` without a place, for nodes
//! `AC.01`, `AC.02`), else for the sensor that heard it first.
//!
//! A place from which somebody may have fired is never told. What was surely fired is a launch, whose place fusion seals. What
//! may have been fired, or lies beside something that may have been, keeps the detection of the node that heard it first:
//! within its reach, no nearer.

use crate::mission::Mission;
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{
    Count, Detection, DetectionId, Known, Means, Modality, NotKnownReason, Outage, Phenomenon, Pick, Sensor, SensorId,
    SignedDuration, Span, Station, TimeEstimate, Timestamp, Wgs84, Where,
};
use truceline_fusion::ground::{self, Event, Frame, GroundClass, Input, Searched, Settings, Surroundings};

/// A pick with the record of the capture that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardPick {
    /// The capture and the number of the pick.
    pub id: DetectionId,
    /// The detections of its capture that say the same sound alone.
    pub alone: Vec<DetectionId>,
    /// The pick.
    pub pick: Pick,
}

/// Fewest sensors that must have heard an event.
const N_PICKS: usize = 4;
/// Events are looked for this far outside the mission's area, km: what is heard need not lie inside.
const MARGIN_KM: f64 = 15.0;
/// Crust speeds where the mission states none, km/s.
const P_KM_S: f64 = 6.0;
/// The same for shear waves.
const S_KM_S: f64 = 3.46;
/// The bit of a record number that tells a located event from the pick that it is named after.
const LOCATED: u32 = 0x8000_0000;

/// What the picks of a mission come to together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Together {
    /// Located events, in the order of origin time.
    pub located: Vec<Detection>,
    /// Detections of single nodes that events explain: they are not told a second time.
    pub explained: BTreeSet<DetectionId>,
}

impl Together {
    /// These detections with what was heard together in place of what its members say alone.
    pub fn instead_of(self, mut detections: Vec<Detection>) -> Vec<Detection> {
        detections.retain(|detection| !self.explained.contains(&detection.id));
        detections.extend(self.located);
        detections
    }

    fn with(mut self, other: Self) -> Self {
        self.located.extend(other.located);
        self.explained.extend(other.explained);
        self
    }
}

/// The located events of these picks.
///
/// Each of the mission's days is searched by itself, with the picks of the minutes around it: what a day comes to depends
/// on nothing else. The id names the capture of the earliest member, so that every located event leads back to what it
/// was read from.
pub fn located(mission: &Mission, heard: Vec<HeardPick>, outages: &[Outage]) -> Together {
    let network = Network::of(mission);
    let heard = network.in_order(heard);
    let days = heard.iter().flat_map(|heard| days_around(mission, heard.pick.at)).map(|day| (day.from, day));
    let days: BTreeMap<Timestamp, Span> = days.collect();
    let of_days = days.values().map(|day| network.located_in(*day, &heard, outages));
    of_days.fold(Together::default(), Together::with)
}

/// The same for what began in one day.
pub fn located_in(mission: &Mission, day: Span, (heard, outages): (&[HeardPick], &[Outage])) -> Together {
    let (from, until) = (around(day.from).from, around(day.until).until);
    let near = heard.iter().filter(|heard| from <= heard.pick.at && heard.pick.at < until).cloned().collect();
    let network = Network::of(mission);
    network.located_in(day, &network.in_order(near), outages)
}

/// The days of the mission in which events can change when something is heard `at`.
pub fn days_around(mission: &Mission, at: Timestamp) -> [Span; 2] {
    let Span { from, until } = around(at);
    [mission.day_of(from), mission.day_of(until)]
}

/// Sound needs this long at most from an event to the farthest sensor that is asked.
const REACH: SignedDuration = SignedDuration::from_secs(180);

fn around(at: Timestamp) -> Span {
    Span {
        from: at.checked_sub(REACH).unwrap_or(Timestamp::MIN),
        until: at.checked_add(REACH).unwrap_or(Timestamp::MAX),
    }
}

/// The ground sensors of a mission, ready to be asked.
struct Network<'m> {
    mission: &'m Mission,
    sensors: BTreeMap<SensorId, &'m Sensor>,
    stations: Vec<Station>,
    settings: Settings,
}

impl<'m> Network<'m> {
    fn of(mission: &'m Mission) -> Self {
        let ground = mission.sensors.iter().filter(|sensor| is_ground(sensor.modality) && sensor.place.is_some());
        let sensors: BTreeMap<_, _> = ground.map(|sensor| (sensor.id.clone(), sensor)).collect();
        let stations = sensors.values().filter_map(|sensor| station(sensor)).collect();
        Self { mission, sensors, stations, settings: settings(mission) }
    }

    /// The picks of its sensors, each once, in the order of time.
    fn in_order(&self, mut heard: Vec<HeardPick>) -> Vec<HeardPick> {
        let is_known = |pick: &Pick| self.sensors.get(&pick.sensor).is_some_and(|s| s.valid.contains(pick.at));
        heard.retain(|heard| is_known(&heard.pick));
        heard.sort_by_key(|heard| (heard.pick.at, heard.id));
        heard.dedup_by_key(|heard| heard.id);
        heard
    }

    /// What began in a day.
    fn located_in(&self, day: Span, heard: &[HeardPick], outages: &[Outage]) -> Together {
        let (from, until) = (around(day.from).from, around(day.until).until);
        let begin = heard.partition_point(|heard| heard.pick.at < from);
        let end = heard.partition_point(|heard| heard.pick.at < until);
        let heard = heard.get(begin..end).unwrap_or_default();
        if heard.len() < N_PICKS {
            return Together::default();
        }
        let picks: Vec<Pick> = heard.iter().map(|heard| heard.pick.clone()).collect();
        let input = Input { stations: &self.stations, picks: &picks, outages, settings: &self.settings };
        let mut found = ground::locate(&input);
        ground::classify_all(&input, &mut found, &self.surroundings(day));
        let mut members: Vec<Vec<&HeardPick>> = vec![Vec::new(); found.events.len()];
        for arrival in &found.arrivals {
            if let (Some(own), Some(pick)) = (members.get_mut(arrival.event), heard.get(arrival.pick)) {
                own.push(pick);
            }
        }
        let mut together = Together::default();
        let told = telling(&found.events);
        for ((event, mut members), told) in found.events.iter().zip(members).zip(told) {
            if !day.contains(event.time) {
                continue;
            }
            members.sort_by_key(|heard| (heard.pick.at, heard.id));
            // The first to hear it stands for what may not be told more nearly.
            let n_kept = usize::from(told == Telling::Withheld);
            together.explained.extend(members.iter().skip(n_kept).flat_map(|heard| heard.alone.iter().copied()));
            if told != Telling::Withheld {
                together.located.extend(self.detection(event, &members, told));
            }
        }
        together
    }

    /// What is known of a day beside its picks.
    fn surroundings(&self, day: Span) -> Surroundings {
        let [west, south, east, north] = self.mission.bounds_deg();
        let frame = self.settings.frame;
        let area_km2 = ((east - west) * frame.km_per_deg_lon * (north - south) * frame.km_per_deg_lat).abs().max(1.0);
        let offset = self.mission.settings.time_zone().to_offset(day.from);
        Surroundings { area_km2, utc_offset_s: Some(offset.seconds()), ..Surroundings::default() }
    }

    fn detection(&self, event: &Event, members: &[&HeardPick], told: Telling) -> Option<Detection> {
        let first = members.first()?;
        let speaker = speaker(self.mission, self.sensors.get(&first.pick.sensor)?);
        Some(detection((event, told), (&first.id, members.len()), speaker))
    }
}

fn is_ground(modality: Modality) -> bool {
    matches!(modality, Modality::Acoustic | Modality::Seismic | Modality::Infrasound)
}

fn station(sensor: &Sensor) -> Option<Station> {
    Some(Station {
        id: sensor.id.clone(),
        place: sensor.place?,
        elevation_m: 0.0,
        modality: Some(sensor.modality),
        is_array: false,
    })
}

fn settings(mission: &Mission) -> Settings {
    let [west, south, east, north] = mission.bounds_deg();
    let origin = Wgs84::wrapped(0.5 * (south + north), 0.5 * (west + east));
    let frame = truceline_domain::LocalFrame::about(origin);
    let (lat_per_m, lon_per_m) = frame.degrees_for_m(1.0);
    let (km_per_deg_lat, km_per_deg_lon) = (1e-3 / lat_per_m, 1e-3 / lon_per_m);
    let half_east_km = 0.5 * (east - west).abs() * km_per_deg_lon + MARGIN_KM;
    let half_north_km = 0.5 * (north - south).abs() * km_per_deg_lat + MARGIN_KM;
    Settings {
        frame: Frame { origin, km_per_deg_lat, km_per_deg_lon },
        searched: Searched {
            east_km: (-half_east_km, half_east_km),
            north_km: (-half_north_km, half_north_km),
            depth_km: (0.0, 20.0),
        },
        p_km_s: P_KM_S,
        s_km_s: S_KM_S,
        layers: Vec::new(),
        air: Vec::new(),
        n_picks: N_PICKS,
        n_p: N_PICKS,
        n_s: 0,
        n_p_and_s: 0,
        tolerance_s: 1.0,
        threads: 0,
    }
}

/// Who speaks for what a network heard: the source of the register that the node's id begins with, else the node.
fn speaker<'m>(mission: &'m Mission, node: &'m Sensor) -> &'m Sensor {
    let is_network = |sensor: &&Sensor| {
        let rest = node.id.as_str().strip_prefix(sensor.id.as_str());
        sensor.place.is_none()
            && sensor.modality == node.modality
            && sensor.owner == node.owner
            && rest.is_some_and(|rest| rest.starts_with('.'))
    };
    mission.sensors.iter().find(is_network).unwrap_or(node)
}

fn detection((event, told): (&Event, Telling), (id, n_members): (&DetectionId, usize), speaker: &Sensor) -> Detection {
    Detection {
        id: DetectionId { capture: id.capture, record: id.record ^ LOCATED },
        sensor: speaker.id.clone(),
        owner: speaker.owner.clone(),
        modality: speaker.modality,
        means: Means::Recorded,
        phenomenon: match told {
            Telling::Fired => Phenomenon::Launch,
            _ => ground::phenomenon(&event.classes, ENOUGH),
        },
        time: TimeEstimate::instant(event.time, event.time_sigma_s),
        place: Where::Estimate(event.epicentre),
        count: Known::Known(match event.rounds {
            Some((low, _, high)) => Count { low, high },
            None => Count::exactly(1),
        }),
        weapon: Known::NotKnown(NotKnownReason::NotObserved),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: Some(format!("located from {n_members} arrivals").into()),
    }
}

/// Below this share no class is named.
const ENOUGH: f64 = 0.8;
/// From this share on an event counts as fired.
const SURELY_FIRED: f64 = 0.8;
/// From this share on it may have been fired.
const MAYBE_FIRED: f64 = 0.1;
/// Events nearer than this to one that may have been fired share its place, m.
const BESIDE_M: f64 = 500.0;

/// How nearly an event may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// With its place.
    Open,
    /// As a launch, whose place fusion seals.
    Fired,
    /// As far as the node that heard it first tells alone.
    Withheld,
}

/// The share of the classes whose place is a place from which somebody fires.
pub fn fired_share(event: &Event) -> f64 {
    let fired = [GroundClass::Launch, GroundClass::SmallArms, GroundClass::SupersonicRound];
    // Picks that tell nothing leave it open.
    if event.classes.is_empty() {
        return 0.5;
    }
    event.classes.iter().filter(|(class, _)| fired.contains(class)).map(|(_, p)| p).sum()
}

fn telling(events: &[Event]) -> Vec<Telling> {
    let sealed = sealed_places(events);
    let telling = |(event, sealed): (&Event, bool)| match sealed {
        _ if fired_share(event) >= SURELY_FIRED => Telling::Fired,
        true => Telling::Withheld,
        false => Telling::Open,
    };
    events.iter().zip(sealed).map(telling).collect()
}

/// For each event whether its place may be one from which somebody fired: by its own classes, or because it lies beside
/// one that may (a battery fires more than once, and not every shot is told as one).
pub fn sealed_places(events: &[Event]) -> Vec<bool> {
    let doubtful: Vec<Wgs84> =
        events.iter().filter(|event| fired_share(event) >= MAYBE_FIRED).map(|event| event.epicentre.centre).collect();
    let beside = |event: &Event| {
        let frame = truceline_domain::LocalFrame::about(event.epicentre.centre);
        let reach_m = BESIDE_M + 2.0 * event.epicentre.sigma_major_m();
        doubtful.iter().any(|place| {
            let (east_m, north_m) = frame.enu_from_wgs84(*place);
            east_m.hypot(north_m) <= reach_m
        })
    };
    events.iter().map(|event| fired_share(event) >= MAYBE_FIRED || beside(event)).collect()
}

#[cfg(test)]
#[path = "located_tests.rs"]
mod tests;
