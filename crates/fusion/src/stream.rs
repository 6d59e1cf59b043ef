//! Detections in the order of time, connected groups out: bounded by what is still open.

use crate::agglomerate::partition;
use crate::compose::compose;
use crate::gate::seconds;
use crate::grid::Grid;
use crate::linkage::{Family, Style, is_origin, is_text};
use crate::node::{Neighbourhood, Node};
use crate::ray::join;
use crate::{Fused, Parameters};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use truceline_domain::{AreaVersion, Detection, DetectionId, Phenomenon, Timestamp, Where};

/// Fuses a stream with the same result as [`fuse`](crate::fuse), holding only groups that are still open in time.
///
/// Detections come in the order of `time.from`, then id; one that repeats the id before it is dropped. One that comes too late is not refused: it links with what is still open.
#[derive(Debug)]
pub struct Fuser<'a> {
    control: &'a [AreaVersion],
    parameters: Parameters,
    slots: Vec<Slot>,
    free: Vec<u32>,
    grids: BTreeMap<Family, Grid>,
    named: BTreeMap<(Family, Phenomenon, Neighbourhood), Vec<u32>>,
    twins: BTreeMap<TwinKey, u32>,
    open_until: BinaryHeap<Reverse<(i64, u32)>>,
    last: Option<(Timestamp, DetectionId)>,
    done: Fused,
}

/// How many nodes of one cell a new node must find in its own group before the rest of the cell is taken to be in it
/// too: it bounds the work where thousands fall on one spot.
const ENOUGH_OF_ONE_CELL: u32 = 64;

/// What a detection says, to the bit: two with the same words are twins.
type TwinKey = (Phenomenon, Timestamp, Timestamp, [u64; 6]);

/// A place in the slab: a node, and its part in the union of groups.
#[derive(Debug, Default)]
struct Slot {
    node: Option<Node>,
    parent: u32,
    /// Of the root only: all members of the group, the number still open in time, and the first end of any
    /// member's interval, from which the group's age counts.
    members: Vec<u32>,
    n_open: u32,
    since_us: i64,
}

impl<'a> Fuser<'a> {
    /// A stream held against the areas of control.
    pub fn new(control: &'a [AreaVersion], parameters: &Parameters) -> Self {
        Self {
            control,
            parameters: *parameters,
            slots: Vec::new(),
            free: Vec::new(),
            grids: BTreeMap::new(),
            named: BTreeMap::new(),
            twins: BTreeMap::new(),
            open_until: BinaryHeap::new(),
            last: None,
            done: Fused::default(),
        }
    }

    /// Takes the next detection.
    pub fn push(&mut self, detection: Detection) {
        let order = (detection.time.from, detection.id);
        if self.last == Some(order) {
            return;
        }
        self.last = Some(order);
        self.close_before(detection.time.from.as_microsecond());
        let detection = match self.join_twin(detection) {
            None => return,
            Some(detection) => detection,
        };
        match Node::new(detection, &self.parameters) {
            Ok(node) => self.open(node),
            Err(detection) => self.done.unexplained.push(detection),
        }
    }

    /// What has closed so far, in order: nothing that comes later can change it.
    pub fn take_closed(&mut self) -> Fused {
        std::mem::take(&mut self.done).in_order()
    }

    /// Closes everything and gives what was not yet taken.
    pub fn finish(mut self) -> Fused {
        self.close_before(i64::MAX);
        self.take_closed()
    }

    /// The first moment of the oldest group that is still open, if any: nothing that closes later began before it.
    pub fn open_since(&self) -> Option<Timestamp> {
        let held = self.slots.iter().filter_map(|slot| slot.node.as_ref());
        held.map(|node| node.first.time.from).min()
    }

    /// How many detections it holds that are not yet part of a closed group.
    pub fn n_open(&self) -> usize {
        self.slots.iter().filter_map(|slot| slot.node.as_ref()).map(Node::n_detections).sum()
    }

    /// Adds the detection to the open one that says the same to the bit; gives it back when there is none.
    fn join_twin(&mut self, detection: Detection) -> Option<Detection> {
        let Some(key) = twin_key(&detection) else { return Some(detection) };
        let held = self.twins.get(&key).and_then(|slot| self.slots.get_mut(*slot as usize)?.node.as_mut());
        match held {
            Some(node) if same_words(&node.first, &detection) => {
                node.twins.push(detection);
                None
            }
            _ => Some(detection),
        }
    }

    fn open(&mut self, node: Node) {
        let from_us = node.window.from_us;
        let candidates = self.candidates(&node);
        let open_until_us = node.open_until_us(&self.parameters);
        let key = twin_key(&node.first);
        let slot = self.place(node);
        if let Some(key) = key {
            self.twins.entry(key).or_insert(slot);
        }
        self.open_until.push(Reverse((open_until_us, slot)));
        for cell in candidates {
            // The latest first: they are the most likely to link, and enough of them settle the cell.
            let mut n_own = 0;
            for candidate in cell.into_iter().rev() {
                n_own += u32::from(self.link(slot, candidate, from_us));
                if n_own == ENOUGH_OF_ONE_CELL {
                    break;
                }
            }
        }
        self.register(slot);
    }

    /// Joins the groups of two nodes when they link and the older group is not too old to grow; true when they are one
    /// group then.
    fn link(&mut self, slot: u32, candidate: u32, from_us: i64) -> bool {
        let root = self.root(candidate);
        if root == self.root(slot) {
            return true;
        }
        let since_us = self.slots.get(root as usize).map_or(from_us, |held| held.since_us);
        if seconds(from_us.saturating_sub(since_us)) > self.parameters.chain_max_s {
            return false;
        }
        let pair = self.node(slot).zip(self.node(candidate));
        let links = pair.is_some_and(|(a, b)| a.links(b, &self.parameters));
        if links {
            self.unite(root, slot);
        }
        links
    }

    /// Open nodes that lie near enough to be asked, by cells.
    fn candidates(&self, node: &Node) -> Vec<Vec<u32>> {
        match &node.neighbourhood {
            Neighbourhood::Alone => Vec::new(),
            Neighbourhood::Named(_) => self.named.get(&named_key(node)).into_iter().cloned().collect(),
            Neighbourhood::Ground => {
                let Some(grid) = self.grids.get(&node.family) else { return Vec::new() };
                node.posts(&self.parameters).flat_map(|(at, radius_m)| grid.near(at, radius_m)).collect()
            }
        }
    }

    fn node(&self, slot: u32) -> Option<&Node> {
        self.slots.get(slot as usize)?.node.as_ref()
    }

    fn place(&mut self, node: Node) -> u32 {
        let slot = self.free.pop().unwrap_or(self.slots.len() as u32);
        if slot as usize == self.slots.len() {
            self.slots.push(Slot::default());
        }
        let since_us = node.window.until_us;
        if let Some(held) = self.slots.get_mut(slot as usize) {
            *held = Slot { node: Some(node), parent: slot, members: vec![slot], n_open: 1, since_us };
        }
        slot
    }

    fn root(&mut self, mut slot: u32) -> u32 {
        while let Some(parent) = self.slots.get(slot as usize).map(|s| s.parent).filter(|p| *p != slot) {
            let grandparent = self.slots.get(parent as usize).map_or(parent, |s| s.parent);
            if let Some(held) = self.slots.get_mut(slot as usize) {
                held.parent = grandparent;
            }
            slot = parent;
        }
        slot
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let size = |slot: u32| self.slots.get(slot as usize).map_or(0, |s| s.members.len());
        let (large, small) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        let Some(gone) = self.slots.get_mut(small as usize) else { return };
        gone.parent = large;
        let (members, n_open, since_us) = (std::mem::take(&mut gone.members), gone.n_open, gone.since_us);
        let Some(kept) = self.slots.get_mut(large as usize) else { return };
        kept.members.extend(members);
        kept.n_open += n_open;
        kept.since_us = kept.since_us.min(since_us);
    }

    /// Makes the node findable.
    fn register(&mut self, slot: u32) {
        let Some(node) = self.slots.get(slot as usize).and_then(|s| s.node.as_ref()) else { return };
        match node.neighbourhood {
            Neighbourhood::Alone => {}
            Neighbourhood::Named(_) => {
                let held = self.named.entry(named_key(node)).or_default();
                if node.style == Style::Identity {
                    // One after the other: the latest is enough to link with.
                    held.clear();
                }
                held.push(slot);
            }
            Neighbourhood::Ground => {
                let grid = self.grids.entry(node.family).or_default();
                for (at, radius_m) in node.posts(&self.parameters) {
                    grid.insert(at, radius_m, slot);
                }
            }
        }
    }

    fn unregister(&mut self, slot: u32) {
        let Some(node) = self.slots.get(slot as usize).and_then(|s| s.node.as_ref()) else { return };
        if let Some(key) = twin_key(&node.first)
            && self.twins.get(&key) == Some(&slot)
        {
            self.twins.remove(&key);
        }
        match node.neighbourhood {
            Neighbourhood::Alone => {}
            Neighbourhood::Named(_) => {
                let key = named_key(node);
                let Some(held) = self.named.get_mut(&key) else { return };
                held.retain(|other| *other != slot);
                if held.is_empty() {
                    self.named.remove(&key);
                }
            }
            Neighbourhood::Ground => {
                let Some(grid) = self.grids.get_mut(&node.family) else { return };
                for (at, radius_m) in node.posts(&self.parameters) {
                    grid.remove(at, radius_m, slot);
                }
            }
        }
    }

    /// Closes every group of which nothing can link with a detection from `from_us` on.
    fn close_before(&mut self, from_us: i64) {
        while let Some(&Reverse((until_us, slot))) = self.open_until.peek() {
            if until_us >= from_us && from_us != i64::MAX {
                return;
            }
            self.open_until.pop();
            self.unregister(slot);
            let root = self.root(slot);
            let Some(held) = self.slots.get_mut(root as usize) else { continue };
            held.n_open -= 1;
            if held.n_open == 0 {
                self.close(root);
            }
        }
    }

    fn close(&mut self, root: u32) {
        let members = self.slots.get_mut(root as usize).map(|s| std::mem::take(&mut s.members)).unwrap_or_default();
        let mut nodes: Vec<Node> =
            members.iter().filter_map(|slot| self.slots.get_mut(*slot as usize)?.node.take()).collect();
        self.free.extend(members);
        nodes.sort_by_key(|node| (node.ray.is_some(), node.order()));
        let n_placed = nodes.iter().take_while(|node| node.ray.is_none()).count();
        let mut parts = partition(nodes.get(..n_placed).unwrap_or_default(), &self.parameters);
        let left = join(&nodes, n_placed, &mut parts, self.parameters.flight_max_s);
        let (incidents, unexplained) = compose(nodes, (parts, left), self.control, &self.parameters);
        self.done.incidents.extend(incidents);
        self.done.unexplained.extend(unexplained);
    }
}

fn named_key(node: &Node) -> (Family, Phenomenon, Neighbourhood) {
    (node.family, node.first.phenomenon, node.neighbourhood.clone())
}

/// The key of what can be a twin: a placed detection that carries nothing beyond its words.
fn twin_key(detection: &Detection) -> Option<TwinKey> {
    let Where::Estimate(place) = &detection.place else { return None };
    let more = detection.origin.is_some() || detection.claimed_identity.is_some();
    if more || is_origin(detection.phenomenon) {
        return None;
    }
    let bits = [
        place.centre.lat_deg(),
        place.centre.lon_deg(),
        place.var_east_m2,
        place.var_north_m2,
        place.cov_east_north_m2,
        detection.time.sigma_s,
    ];
    Some((detection.phenomenon, detection.time.from, detection.time.until, bits.map(f64::to_bits)))
}

/// The key left out the weapon and whether the source is public; both must be the same too.
fn same_words(a: &Detection, b: &Detection) -> bool {
    a.weapon == b.weapon && Family::of(a) == Family::of(b) && text_of(a) == text_of(b)
}

fn text_of(detection: &Detection) -> Option<&truceline_domain::Name> {
    detection.dependence.as_ref().filter(|_| is_text(detection.modality))
}
