//! One closed group into incidents to be: who is kin, which smoke belongs to what, which explosions stand beside a fire.
//!
//! A group holds nodes that must be looked at together. Within it, kin may speak of one happening. Smoke is kin of none:
//! it goes with a bang that it rose from within the time of a flight, else with the fire that it stands over, else with
//! smoke like it. Things that move come apart into tracks.

use crate::Parameters;
use crate::agglomerate::{Part, partition};
use crate::gate::{Window, seconds};
use crate::linkage::Family;
use crate::node::{Node, Role};
use crate::parameters::TIME_SIGMAS;
use crate::tracks::tracks;
use std::collections::BTreeMap;

/// The parts of a group; `nodes` in the order of time, then id, `kin` what each is kin of.
pub(crate) fn parts_of(nodes: &[Node], kin: &[u32], parameters: &Parameters) -> Vec<Part> {
    if nodes.iter().any(|node| node.role == Role::Seen) {
        return tracks(nodes, kin, parameters);
    }
    let first = kin.first().copied().unwrap_or_default();
    if nodes.len() == 1 || kin.iter().take(nodes.len()).all(|own| *own == first) {
        return partition(&nodes.iter().collect::<Vec<_>>(), parameters);
    }
    let group = Group { nodes, parameters };
    let (burning, rest) = group.split(kin);
    let mut parts: Vec<Part> = Vec::new();
    for own in rest {
        parts.extend(group.happenings(&own, parts.len()));
    }
    let burning: Vec<Vec<usize>> = burning.into_iter().collect();
    for part in &mut parts {
        part.is_beside_fire = burning.iter().any(|fire| group.is_beside(&part.nodes, fire));
    }
    parts.extend(burning.into_iter().map(Part::of));
    parts
}

struct Group<'n> {
    nodes: &'n [Node],
    parameters: &'n Parameters,
}

/// What smoke belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// The kin of hot spots.
    Fire(u32),
    /// The kin of anything else.
    Bang(u32),
    /// Other smoke: that with this index, and what goes with it.
    Smoke(usize),
}

impl Group<'_> {
    fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// The fires, and the sets of kin of everything else, each with its smoke.
    fn split(&self, kin: &[u32]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let mut homes: BTreeMap<Home, Vec<usize>> = BTreeMap::new();
        let smoke = self.homes_of_smoke(kin);
        for (index, (node, own)) in self.nodes.iter().zip(kin).enumerate() {
            let home = match node.role {
                Role::Smoke => smoke.get(&index).copied().unwrap_or(Home::Smoke(index)),
                _ if node.family == Family::HotSpot => Home::Fire(*own),
                _ => Home::Bang(*own),
            };
            homes.entry(home).or_default().push(index);
        }
        let (bangs, fires): (Vec<_>, Vec<_>) = homes.into_iter().partition(|(home, _)| matches!(home, Home::Bang(_)));
        let mut sets = [fires, bangs].map(|sets| sets.into_iter().map(|(_, own)| own).collect::<Vec<_>>());
        // Labels of kin depend on where nodes were kept; the order of the nodes does not.
        sets.iter_mut().for_each(|sets| sets.sort());
        let [fires, bangs] = sets;
        (fires, bangs)
    }

    fn homes_of_smoke(&self, kin: &[u32]) -> BTreeMap<usize, Home> {
        let smoke: Vec<usize> = (0..self.nodes.len()).filter(|k| self.is_smoke(*k)).collect();
        let mut homes: BTreeMap<usize, Home> = BTreeMap::new();
        for index in &smoke {
            if let Some(home) = self.bang_under(*index, kin).or_else(|| self.fire_under(*index, kin)) {
                homes.insert(*index, home);
            }
        }
        // What stands over nothing goes with the smoke before or after it, nearest in time first.
        let mut todo: Vec<usize> = smoke.iter().copied().filter(|index| !homes.contains_key(index)).collect();
        while let Some((at, home)) = self.next_of_smoke(&todo, &homes) {
            homes.insert(todo.remove(at), home);
        }
        self.smoke_alone(todo, &mut homes);
        homes
    }

    fn is_smoke(&self, index: usize) -> bool {
        self.node(index).is_some_and(|node| node.role == Role::Smoke)
    }

    /// The bang that the smoke rose from: the nearest in time, ties by order.
    fn bang_under(&self, smoke: usize, kin: &[u32]) -> Option<Home> {
        let own = self.node(smoke)?;
        let gap = |other: &Node| {
            if other.role != Role::Plain || other.family != Family::Fire || !own.links(other, self.parameters) {
                return None;
            }
            let blur_s = TIME_SIGMAS * own.window.sigma_s.hypot(other.window.sigma_s);
            let gap_s = own.window.gap_s(&other.window, own.reach_s)?;
            (gap_s <= self.parameters.flight_max_s + blur_s).then_some(gap_s)
        };
        self.best(kin, gap).map(Home::Bang)
    }

    /// The fire that the smoke stands over: the nearest hot spot, ties by order.
    fn fire_under(&self, smoke: usize, kin: &[u32]) -> Option<Home> {
        let own = self.node(smoke)?;
        let distance = |other: &Node| {
            let is_fire = other.role == Role::HotSpot && self.burns(own, other);
            if is_fire { own.miss_m(other) } else { None }
        };
        self.best(kin, distance).map(Home::Fire)
    }

    fn best(&self, kin: &[u32], misfit: impl Fn(&Node) -> Option<f64>) -> Option<u32> {
        let fits = self.nodes.iter().zip(kin).filter_map(|(node, kin)| Some((misfit(node)?, *kin)));
        // The first of the least.
        fits.reduce(|best, next| if next.0 < best.0 { next } else { best }).map(|(_, kin)| kin)
    }

    /// Whichever of the two came first, the other burns with it.
    fn burns(&self, a: &Node, b: &Node) -> bool {
        if a.order() < b.order() { b.burns_with(a, self.parameters) } else { a.burns_with(b, self.parameters) }
    }

    /// The first smoke without a home that stands beside smoke of a fire, nearest in time.
    fn next_of_smoke(&self, todo: &[usize], homes: &BTreeMap<usize, Home>) -> Option<(usize, Home)> {
        let mut best: Option<(f64, usize, Home)> = None;
        for (at, own) in todo.iter().enumerate().filter_map(|(at, index)| Some((at, self.node(*index)?))) {
            for (other, home) in homes.iter().filter(|(_, home)| matches!(home, Home::Fire(_))) {
                let Some(other) = self.node(*other).filter(|other| self.burns(own, other)) else { continue };
                let gap_s = (own.middle_s() - other.middle_s()).abs();
                if best.is_none_or(|(least_s, ..)| gap_s < least_s) {
                    best = Some((gap_s, at, *home));
                }
            }
        }
        best.map(|(_, at, home)| (at, home))
    }

    /// Smoke over nothing known: what hangs together is one.
    fn smoke_alone(&self, mut todo: Vec<usize>, homes: &mut BTreeMap<usize, Home>) {
        while !todo.is_empty() {
            let first = todo.remove(0);
            let mut edge = vec![first];
            while let Some(index) = edge.pop() {
                homes.insert(index, Home::Smoke(first));
                let Some(own) = self.node(index) else { continue };
                let beside = |other: &usize| self.node(*other).is_some_and(|other| self.burns(own, other));
                let (more, left): (Vec<usize>, Vec<usize>) = todo.into_iter().partition(beside);
                todo = left;
                edge.extend(more);
            }
        }
    }

    /// The parts of some kin with their smoke; `offset` parts stand before them.
    fn happenings(&self, own: &[usize], offset: usize) -> Vec<Part> {
        let nodes: Vec<&Node> = own.iter().filter_map(|index| self.node(*index)).collect();
        let mut parts = partition(&nodes, self.parameters);
        for part in &mut parts {
            part.nodes = part.nodes.iter().filter_map(|index| own.get(*index)).copied().collect();
            part.rivals.iter_mut().for_each(|rival| *rival += offset);
        }
        parts
    }

    /// Explosions of unknown cause during or soon after a fire that was there before them, near to where it was seen. One
    /// look at smoke alone is no fire: it may be the explosion's own.
    fn is_beside(&self, part: &[usize], fire: &[usize]) -> bool {
        let of = |own: &[usize]| own.iter().filter_map(|index| self.node(*index)).collect::<Vec<_>>();
        let (part, fire) = (of(part), of(fire));
        let bangs: Vec<&Node> = part.iter().copied().filter(|node| node.role != Role::Smoke).collect();
        let is_open = !bangs.is_empty() && bangs.iter().all(|node| node.may_cook_off() && node.impact.is_some());
        let is_fire = fire.len() >= 2 || fire.iter().any(|node| node.role == Role::HotSpot);
        let hull = |nodes: &[&Node]| nodes.iter().map(|node| node.window).reduce(|a, b| a.hull(&b));
        let Some((bang, burning)) = hull(&bangs).zip(hull(&fire)).filter(|_| is_open && is_fire) else { return false };
        self.is_during(&bang, &burning) && bangs.iter().any(|a| fire.iter().any(|b| self.is_near(a, b)))
    }

    fn is_during(&self, bang: &Window, fire: &Window) -> bool {
        let is_before = fire.from_us < bang.from_us;
        is_before && seconds(bang.until_us - fire.until_us) <= self.parameters.glow_s
    }

    fn is_near(&self, a: &Node, b: &Node) -> bool {
        a.within_m(b, self.parameters.hot_spot_link_m, 1.0)
    }
}
