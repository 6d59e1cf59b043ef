//! Who may come in: the nodes of the register, or, for a recording, all that are in it.

use super::super::judge::is_uuid;
use super::super::node::{Facts, Node};
use super::super::place::{Fix, North};
use std::collections::BTreeMap;
use truceline_domain::{Modality, Name, PlaceEstimate, Problem, Sensor, SensorId, Timestamp};

/// Standard deviation of a place of the register, m: surveyed or by satellite navigation.
const REGISTER_SIGMA_M: f64 = 5.0;
/// The most nodes of one recording.
const MAX_NODES: usize = 4096;

/// A node of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// Its id in the network: a UUID of version 4.
    pub node_id: String,
    /// The sensor that it is. Its modality, owner and place count, whatever the node says of itself; a node that tells
    /// its place stands where it says as long as it is connected.
    pub sensor: Sensor,
    /// What its directions are counted from, when it is not true north.
    pub north: North,
}

/// Who may come in.
pub(in super::super) enum Door {
    /// The register's nodes.
    Listed(BTreeMap<String, Registered>),
    /// All nodes of a recording; the first is the source itself.
    Recording { source: SensorId, owner: Name, first: Option<String>, n_nodes: usize },
}

impl Door {
    pub(super) fn listed(register: &[Registered]) -> Result<Self, Problem> {
        let mut listed = BTreeMap::new();
        for entry in register {
            let wrong = |message: &str| Problem::error("sapient", "bad_node_id", message).with_text(&entry.node_id);
            if !is_uuid(&entry.node_id) {
                return Err(wrong("the id of a node of the register is no UUID of version 4"));
            }
            if listed.insert(entry.node_id.clone(), entry.clone()).is_some() {
                return Err(wrong("the id of a node stands twice in the register"));
            }
        }
        Ok(Self::Listed(listed))
    }

    pub(in super::super) fn recording(source: SensorId, owner: Name) -> Self {
        Self::Recording { source, owner, first: None, n_nodes: 0 }
    }

    pub(super) fn checks_age(&self) -> bool {
        matches!(self, Self::Listed(_))
    }

    pub(super) fn answers(&self) -> bool {
        matches!(self, Self::Listed(_))
    }

    pub(super) fn takes_unregistered(&self) -> bool {
        matches!(self, Self::Recording { .. })
    }

    /// The node as the register or the recording has it.
    pub(super) fn open(&mut self, node_id: &str, facts: &Facts, at: Timestamp) -> Result<Node, &'static str> {
        match self {
            Self::Listed(listed) => {
                let entry = listed.get(node_id).ok_or("the node is not in the register")?;
                if !entry.sensor.valid.contains(at) {
                    return Err("the node is not in the register at this time");
                }
                let Sensor { id, owner, modality, place, .. } = &entry.sensor;
                let mut node = Node::new(node_id, (id.clone(), owner.clone(), *modality), at);
                let fix = |place| Fix { place: PlaceEstimate::circular(place, REGISTER_SIGMA_M), height: None };
                node.fix = place.map(fix);
                node.north = entry.north;
                Ok(node)
            }
            Self::Recording { source, owner, first, n_nodes } => {
                let is_first = first.get_or_insert_with(|| node_id.to_owned()) == node_id;
                *n_nodes += 1;
                if *n_nodes > MAX_NODES {
                    return Err("the recording has too many nodes");
                }
                let sensor = if is_first { source.clone() } else { Name::from(format!("{source}/{node_id}")) };
                // A node that does not say how it senses is known by its reports alone.
                let modality = facts.modality().unwrap_or(Modality::Telemetry);
                Ok(Node::new(node_id, (sensor, owner.clone(), modality), at))
            }
        }
    }

    /// A sentence when the node says that it senses in another way than the register says.
    pub(super) fn differs(&self, node_id: &str, facts: &Facts) -> Option<String> {
        let Self::Listed(listed) = self else { return None };
        let (said, known) = (facts.modality()?, listed.get(node_id)?.sensor.modality);
        // A camera may be of either light, on a mast or in the air: its kind does not tell.
        let is_light = |modality| matches!(modality, Modality::Camera | Modality::ThermalCamera | Modality::Uav);
        let fits = said == known || (is_light(said) && is_light(known));
        (!fits).then(|| format!("the node registers as {said} and stands in the register as {known}"))
    }
}
