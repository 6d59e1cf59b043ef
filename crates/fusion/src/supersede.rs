//! Late data: which incidents replace which.

use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{DetectionId, Incident, IncidentId};

/// The new incidents, each naming the old ones that share a member with it and are not itself. Nothing is deleted: the
/// old ones stay where they are kept, and this says by what they are replaced.
pub fn supersede(old: &[Incident], mut new: Vec<Incident>) -> Vec<Incident> {
    let mut holders: BTreeMap<DetectionId, Vec<IncidentId>> = BTreeMap::new();
    for incident in old {
        for member in incident.members() {
            holders.entry(member).or_default().push(incident.id);
        }
    }
    let standing: BTreeSet<IncidentId> = new.iter().map(|incident| incident.id).collect();
    for incident in &mut new {
        let replaced = incident.members().filter_map(|member| holders.get(&member)).flatten().copied();
        let mut all: BTreeSet<IncidentId> = incident.supersedes.iter().copied().chain(replaced).collect();
        all.retain(|id| !standing.contains(id));
        incident.supersedes = all.into_iter().collect();
    }
    new
}
