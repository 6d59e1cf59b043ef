//! Detections in the order of time, connected groups out: bounded by what is still open.

use crate::compose::compose;
use crate::gate::seconds;
use crate::grid::Grid;
use crate::linkage::{Family, Style, is_origin, is_text};
use crate::node::{Link, Neighbourhood, Node, Role};
use crate::parts::parts_of;
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
    grids: BTreeMap<Layer, Grid>,
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

/// A grid holds one family; plumes have one of their own, because others ask for them.
type Layer = (Family, bool);

/// A place in the slab: a node, and its part in the union of groups, and within it of those that may be one happening.
#[derive(Debug, Default)]
struct Slot {
    node: Option<Node>,
    parent: u32,
    /// Of the root only: all members of the group, the number still open in time, and the first end of any
    /// member's interval, from which the group's age counts.
    members: Vec<u32>,
    n_open: u32,
    since_us: i64,
    kin_parent: u32,
    /// Of the root of the kin only: the first end of any member's interval.
    kin_since_us: i64,
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

    /// Joins two nodes when they hang together and the older chain is not too old to grow; true when nothing more is to
    /// be learnt from the two.
    fn link(&mut self, slot: u32, candidate: u32, from_us: i64) -> bool {
        let (own_kin, kin) = (self.kin_root(slot), self.kin_root(candidate));
        if own_kin == kin {
            return true;
        }
        let (own, root) = (self.root(slot), self.root(candidate));
        let Some((node, other)) = self.node(slot).zip(self.node(candidate)) else { return false };
        if own == root && (node.family != other.family || node.role == Role::Smoke || other.role == Role::Smoke) {
            return true;
        }
        let chain_max_s = node.family.chain_max_s(&self.parameters);
        let age_s = |since_us: i64| seconds(from_us.saturating_sub(since_us));
        match node.link(other, &self.parameters) {
            None => return false,
            Some(Link::Kin) => {
                let since_us = self.slots.get(kin as usize).map_or(from_us, |held| held.kin_since_us);
                if age_s(since_us) > chain_max_s {
                    return false;
                }
                self.unite_kin(kin, own_kin);
            }
            Some(Link::Context) => {
                let since = |root: u32| self.slots.get(root as usize).map_or(from_us, |held| held.since_us);
                if age_s(since(root).min(since(own))) > self.parameters.fire_max_s {
                    return false;
                }
            }
        }
        self.unite(root, slot);
        true
    }

    /// Open nodes that lie near enough to be asked, by cells.
    fn candidates(&self, node: &Node) -> Vec<Vec<u32>> {
        if node.neighbourhood == Neighbourhood::Alone {
            return Vec::new();
        }
        let named = matches!(node.neighbourhood, Neighbourhood::Named(_)).then(|| self.named.get(&named_key(node)));
        let mut found: Vec<Vec<u32>> = named.flatten().into_iter().cloned().collect();
        for grid in asked(node).into_iter().filter_map(|layer| self.grids.get(&layer)) {
            found.extend(node.posts(&self.parameters).flat_map(|(at, radius_m)| grid.near(at, radius_m)));
        }
        found
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
            *held = Slot {
                node: Some(node),
                parent: slot,
                members: vec![slot],
                n_open: 1,
                since_us,
                kin_parent: slot,
                kin_since_us: since_us,
            };
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

    fn kin_root(&mut self, mut slot: u32) -> u32 {
        while let Some(parent) = self.slots.get(slot as usize).map(|s| s.kin_parent).filter(|p| *p != slot) {
            let grandparent = self.slots.get(parent as usize).map_or(parent, |s| s.kin_parent);
            if let Some(held) = self.slots.get_mut(slot as usize) {
                held.kin_parent = grandparent;
            }
            slot = parent;
        }
        slot
    }

    /// Puts the kin of `b`, a root, under that of `a`, a root. Paths are halved on every walk, which keeps them short.
    fn unite_kin(&mut self, a: u32, b: u32) {
        let Some(gone) = self.slots.get_mut(b as usize) else { return };
        gone.kin_parent = a;
        let since_us = gone.kin_since_us;
        if let Some(kept) = self.slots.get_mut(a as usize) {
            kept.kin_since_us = kept.kin_since_us.min(since_us);
        }
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
                let (key, is_told) = (named_key(node), node.style == Style::Identity);
                let mut held = self.named.remove(&key).unwrap_or_default();
                if is_told {
                    // One after the other: of each thing that carries the identity the latest is enough to link with.
                    let kin = self.kin_root(slot);
                    let (stale, kept) = held.into_iter().partition(|other| self.kin_root(*other) == kin);
                    held = kept;
                    self.off_grid(&stale);
                    self.on_grid(slot);
                }
                held.push(slot);
                self.named.insert(key, held);
            }
            Neighbourhood::Ground => self.on_grid(slot),
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
                self.off_grid(&[slot]);
            }
            Neighbourhood::Ground => self.off_grid(&[slot]),
        }
    }

    fn on_grid(&mut self, slot: u32) {
        let Some(node) = self.slots.get(slot as usize).and_then(|s| s.node.as_ref()) else { return };
        let grid = self.grids.entry(layer(node)).or_default();
        for (at, radius_m) in node.posts(&self.parameters) {
            grid.insert(at, radius_m, slot);
        }
    }

    fn off_grid(&mut self, slots: &[u32]) {
        for slot in slots {
            let Some(node) = self.slots.get(*slot as usize).and_then(|s| s.node.as_ref()) else { continue };
            let Some(grid) = self.grids.get_mut(&layer(node)) else { continue };
            for (at, radius_m) in node.posts(&self.parameters) {
                grid.remove(at, radius_m, *slot);
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
        let kin: Vec<u32> = members.iter().map(|slot| self.kin_root(*slot)).collect();
        let held = members.iter().zip(kin);
        let mut nodes: Vec<(Node, u32)> =
            held.filter_map(|(slot, kin)| Some((self.slots.get_mut(*slot as usize)?.node.take()?, kin))).collect();
        self.free.extend(members);
        nodes.sort_by_key(|(node, _)| (node.ray.is_some(), node.order()));
        let (nodes, kin): (Vec<Node>, Vec<u32>) = nodes.into_iter().unzip();
        let n_placed = nodes.iter().take_while(|node| node.ray.is_none()).count();
        let placed = nodes.get(..n_placed).unwrap_or_default();
        let mut parts = parts_of(placed, &kin, &self.parameters);
        let left = join(&nodes, n_placed, &mut parts, self.parameters.flight_max_s);
        let (incidents, unexplained) = compose(nodes, (parts, left), self.control, &self.parameters);
        self.done.incidents.extend(incidents);
        self.done.unexplained.extend(unexplained);
    }
}

fn layer(node: &Node) -> Layer {
    (node.family, node.role == Role::Smoke)
}

/// The grids in which a node looks for others.
fn asked(node: &Node) -> Vec<Layer> {
    const SMOKE: Layer = (Family::Fire, true);
    const HOT_SPOTS: Layer = (Family::HotSpot, false);
    const TOLD: Layer = (Family::Cooperative, false);
    let own = (node.family, false);
    match (node.role, node.family) {
        (Role::Told, _) => seen_family(node.first.phenomenon).map(|family| (family, false)).into_iter().collect(),
        _ if node.neighbourhood != Neighbourhood::Ground => Vec::new(),
        (Role::Seen, _) => vec![own, TOLD],
        (_, Family::HotSpot) => vec![own, SMOKE],
        (Role::Smoke, _) => vec![own, SMOKE, HOT_SPOTS],
        (_, Family::Fire) if node.may_cook_off() => vec![own, SMOKE, HOT_SPOTS],
        (_, Family::Fire) => vec![own, SMOKE],
        _ => vec![own],
    }
}

/// The family in which instruments see what tells its own position.
fn seen_family(phenomenon: Phenomenon) -> Option<Family> {
    match phenomenon {
        Phenomenon::Vessel => Some(Family::Vessel),
        Phenomenon::DroneInFlight => Some(Family::Drone),
        Phenomenon::AircraftInFlight => Some(Family::Aircraft),
        _ => None,
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
