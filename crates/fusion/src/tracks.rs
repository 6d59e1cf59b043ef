//! Things that move, put together into tracks.
//!
//! Detections are taken in the order of time. Each joins the track that needs the least deviation from where its motion
//! carries it, within what its speed allows and against every recent member: two at one time in different places are
//! two things, and one sensor never sees one thing twice at once. What tells its own position makes a track of its own;
//! what is seen joins it only where exactly one such track fits closely.
//!
//! # Source
//! Blackman, Popoli, *Design and Analysis of Modern Tracking Systems* (1999), section 6.4 (global nearest neighbour; here
//! pair by pair, the best first).

use crate::Parameters;
use crate::agglomerate::Part;
use crate::linkage::speed_max_mps;
use crate::node::{Node, Role};
use std::collections::BTreeMap;

/// How many of its latest members a track is held against.
const RECENT: usize = 32;

/// One part for each track; `nodes` in the order of time, then id.
pub(crate) fn tracks(nodes: &[Node], kin: &[u32], parameters: &Parameters) -> Vec<Part> {
    let mut work = Work { nodes, parameters, tracks: told(nodes, kin) };
    work.tracks.sort_by(|a, b| a.nodes.cmp(&b.nodes));
    let seen: Vec<usize> = (0..nodes.len()).filter(|k| work.node(*k).is_some_and(|n| n.role != Role::Told)).collect();
    let when = |index: &usize| work_from(nodes, *index);
    for batch in seen.chunk_by(|a, b| when(a) == when(b)) {
        work.take(batch);
    }
    work.tracks.sort_by(|a, b| a.nodes.cmp(&b.nodes));
    work.tracks.into_iter().map(|track| Part::of(track.nodes)).collect()
}

fn work_from(nodes: &[Node], index: usize) -> i64 {
    nodes.get(index).map_or(i64::MAX, |node| node.window.from_us)
}

/// The tracks of what tells its own positions.
fn told(nodes: &[Node], kin: &[u32]) -> Vec<Track> {
    let mut told: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, (_, own)) in nodes.iter().zip(kin).enumerate().filter(|(_, (node, _))| node.role == Role::Told) {
        told.entry(*own).or_default().push(index);
    }
    told.into_values().map(|told| Track { nodes: told.clone(), told, seen: Vec::new() }).collect()
}

struct Track {
    /// All members, in order.
    nodes: Vec<usize>,
    told: Vec<usize>,
    seen: Vec<usize>,
}

struct Work<'n> {
    nodes: &'n [Node],
    parameters: &'n Parameters,
    tracks: Vec<Track>,
}

impl<'n> Work<'n> {
    fn node(&self, index: usize) -> Option<&'n Node> {
        self.nodes.get(index)
    }

    /// Takes what was seen at one time: the best pair of track and node first, again and again; what fits no track
    /// begins one.
    fn take(&mut self, batch: &[usize]) {
        let mut left = batch.to_vec();
        while !left.is_empty() {
            let offers = left.iter().enumerate().filter_map(|(at, index)| {
                let (cost, track) = self.best(*index)?;
                Some((cost, track, at))
            });
            let best = offers.min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            let (track, at) = match best {
                Some((_, track, at)) => (track, at),
                None => {
                    self.tracks.push(Track { nodes: Vec::new(), told: Vec::new(), seen: Vec::new() });
                    (self.tracks.len() - 1, 0)
                }
            };
            let index = left.remove(at);
            if let Some(track) = self.tracks.get_mut(track) {
                track.seen.push(index);
                track.nodes.push(index);
                track.nodes.sort_unstable();
            }
        }
    }

    /// The track that a node fits best, with its cost. Where two that tell of themselves fit, neither is taken.
    fn best(&self, index: usize) -> Option<(f64, usize)> {
        let node = self.node(index)?;
        let fits: Vec<(f64, usize, bool)> = self
            .tracks
            .iter()
            .enumerate()
            .filter_map(|(k, track)| Some((self.cost(track, node)?, k, !track.told.is_empty())))
            .collect();
        let n_told = fits.iter().filter(|(.., is_told)| *is_told).count();
        let open = fits.into_iter().filter(|(.., is_told)| !is_told || n_told == 1);
        open.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map(|(cost, k, _)| (cost, k))
    }

    /// How far the node lies from where the track leads, in shares of what is allowed; `None` when it cannot be of it.
    fn cost(&self, track: &Track, node: &Node) -> Option<f64> {
        let recent: Vec<&Node> = track.seen.iter().rev().take(RECENT).filter_map(|k| self.node(*k)).collect();
        if recent.iter().any(|member| self.clashes(member, node)) {
            return None;
        }
        let told = self.told_near(track, node);
        if !track.told.is_empty() && told.is_none() {
            return None;
        }
        let last = told.or_else(|| recent.first().copied().filter(|last| last.links(node, self.parameters)))?;
        let miss_m = last.miss_m(node)?;
        let sigma_m = |node: &Node| node.impact.map_or(0.0, |foot| foot.covariance.sigma_major_m());
        let gap_s = (node.middle_s() - last.middle_s()).abs();
        Some(miss_m / (sigma_m(last) + sigma_m(node) + 0.3 * speed_max_mps(node.first.phenomenon) * gap_s))
    }

    /// The told position nearest in time that the node fits.
    fn told_near(&self, track: &Track, node: &Node) -> Option<&'n Node> {
        let told = track.told.iter().filter_map(|k| self.node(*k));
        let fits = told.filter(|told| told.is_told_of(node, self.parameters));
        let gap_s = |told: &Node| (told.middle_s() - node.middle_s()).abs();
        fits.min_by(|a, b| gap_s(a).total_cmp(&gap_s(b)).then(a.order().cmp(&b.order())))
    }

    /// Two that cannot be one thing: one sensor sees both at once, or no speed leads from one to the other.
    fn clashes(&self, member: &Node, node: &Node) -> bool {
        let Some(gap_s) = member.window.gap_s(&node.window, node.reach_s) else { return false };
        let is_one_look = gap_s <= 0.0 && member.first.sensor == node.first.sensor;
        is_one_look || !member.links(node, self.parameters)
    }
}
