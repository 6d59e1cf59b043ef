//! The sensors of a simulation, grouped as they deliver, with what they can see where and when.

use crate::{Pass, Scenario, Stage, Weather};
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{EventClass, Modality, Outage, Sensor, SensorId, Timestamp, Wgs84, distance_m};

/// Everything that observing needs to know.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) weather: Weather,
    pub(crate) sources: Vec<Source>,
    outages: BTreeMap<SensorId, Vec<Outage>>,
    passes: BTreeMap<SensorId, Vec<Pass>>,
}

/// What delivers under one name: a single sensor, or a network of nodes.
pub(crate) struct Source {
    pub(crate) id: SensorId,
    /// The nodes of a network, or the one sensor; never empty.
    pub(crate) nodes: Vec<Sensor>,
    pub(crate) modality: Modality,
    pub(crate) is_network: bool,
}

/// A question to a sensor: would it see one of these classes, there and then?
#[derive(Clone, Copy)]
pub(crate) struct Glimpse<'a> {
    pub(crate) classes: &'a [EventClass],
    pub(crate) place: Wgs84,
    pub(crate) at: Timestamp,
    /// Factor on the declared range: 1 for what the declaration speaks of, less for fainter things.
    pub(crate) loudness: f64,
}

impl World {
    pub(crate) fn new(scenario: &Scenario, stage: &Stage<'_>, seed: u64) -> Self {
        let mut outages: BTreeMap<SensorId, Vec<Outage>> = BTreeMap::new();
        for (_, outage) in &scenario.outages {
            outages.entry(outage.sensor.clone()).or_default().push(outage.clone());
        }
        let mut passes: BTreeMap<SensorId, Vec<Pass>> = BTreeMap::new();
        for pass in &scenario.passes {
            passes.entry(pass.sensor.clone()).or_default().push(pass.clone());
        }
        Self { seed, weather: scenario.weather, sources: sources(scenario, stage), outages, passes }
    }

    /// Range and probability with which a sensor sees, or `None` when it cannot: out of reach, not registered then, down.
    pub(crate) fn sight(&self, sensor: &Sensor, glimpse: &Glimpse<'_>) -> Option<(f64, f64)> {
        if !sensor.valid.contains(glimpse.at) {
            return None;
        }
        let distance_m = sensor.place.map_or(0.0, |place| distance_m(place, glimpse.place));
        let best = glimpse.classes.iter().find_map(|class| {
            let fitting = sensor.reach.iter().filter(|reach| reach.class == *class);
            let near = fitting.filter(|reach| distance_m <= reach.range_m * glimpse.loudness);
            near.max_by(|a, b| a.pd.total_cmp(&b.pd))
        })?;
        let network = network_of(sensor);
        let whole = network.map_or(1.0, |network| self.outage_factor(&network, glimpse.at));
        let pd = best.pd * self.outage_factor(&sensor.id, glimpse.at).min(whole);
        (pd > 0.0).then_some((best.range_m * glimpse.loudness, pd))
    }

    /// What outages leave of a sensor at a time.
    fn outage_factor(&self, sensor: &SensorId, at: Timestamp) -> f64 {
        let down = self.outages.get(sensor).into_iter().flatten().filter(|outage| outage.span.contains(at));
        down.map(|outage| outage.pd_factor).fold(1.0, f64::min)
    }

    /// When a satellite or aircraft looks.
    pub(crate) fn passes(&self, sensor: &SensorId) -> &[Pass] {
        self.passes.get(sensor).map_or(&[], Vec::as_slice)
    }

    /// A sensor or node by its id.
    pub(crate) fn node(&self, id: &SensorId) -> Option<&Sensor> {
        let mut nodes = self.sources.iter().flat_map(|source| &source.nodes);
        nodes.find(|node| node.id == *id)
    }

    /// The source that a name means: itself, or the network of a node.
    pub(crate) fn source_of(&self, id: &SensorId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == *id || source.nodes.iter().any(|node| node.id == *id))
    }
}

/// The sensors of the stage and the scenario, acoustic ones gathered into networks: `AC.01` and `AC.02` belong to `AC`.
fn sources(scenario: &Scenario, stage: &Stage<'_>) -> Vec<Source> {
    let mut sensors: BTreeMap<SensorId, Sensor> = BTreeMap::new();
    for sensor in stage.sensors.iter().chain(&scenario.sensors) {
        sensors.insert(sensor.id.clone(), sensor.clone());
    }
    let networks: BTreeSet<SensorId> = sensors.values().filter_map(network_of).collect();
    let mut sources: BTreeMap<SensorId, Source> = BTreeMap::new();
    // A register may hold the network itself beside its nodes; it hears nothing on its own.
    for sensor in sensors.into_values().filter(|sensor| !networks.contains(&sensor.id)) {
        let network = network_of(&sensor);
        let (is_network, modality) = (network.is_some(), sensor.modality);
        let id = network.unwrap_or_else(|| sensor.id.clone());
        let empty = Source { id: id.clone(), nodes: Vec::new(), modality, is_network };
        sources.entry(id).or_insert(empty).nodes.push(sensor);
    }
    sources.into_values().collect()
}

/// The network of an acoustic node, by its name.
pub(crate) fn network_of(sensor: &Sensor) -> Option<SensorId> {
    let network = sensor.id.as_str().rsplit_once('.').map(|(network, _)| SensorId::from(network));
    network.filter(|_| sensor.modality == Modality::Acoustic)
}
