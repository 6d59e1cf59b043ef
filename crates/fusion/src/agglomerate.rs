//! One connected group of detections into incidents: agglomeration by the smallest statistic.
//!
//! Each node starts alone. Again and again the two clusters that fit best are put together, ties by the order of their
//! first members, as long as the whole still fits: some story holds all, the silence between them is short enough, the
//! places scatter no more about their fused mean than their errors allow (χ²), and every single member passes the place
//! gate against the fused place. What is smallest is the growth of that scatter (Ward's criterion, with each place's own
//! errors). Nothing depends on the order of arrival. A group larger than the bound is solved by one pass in the order of
//! time instead, each node joining the cluster that it fits best.

use crate::Parameters;
use crate::gate::{Window, seconds};
use crate::linkage::{Stories, Style};
use crate::moments::{Fix, chi2_quantile};
use crate::node::{Node, TextPlace};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};
use truceline_domain::Name;

/// One incident to be: its nodes, and the other parts that some node could also have joined.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Part {
    pub(crate) nodes: Vec<usize>,
    pub(crate) rivals: Vec<usize>,
    /// Explosions of unknown cause beside a fire that was burning before.
    pub(crate) is_beside_fire: bool,
}

impl Part {
    pub(crate) fn of(nodes: Vec<usize>) -> Self {
        Self { nodes, ..Self::default() }
    }
}

/// The parts of nodes of one family that are connected; `nodes` in the order of time, then id.
pub(crate) fn partition(nodes: &[&Node], parameters: &Parameters) -> Vec<Part> {
    let episode = nodes.first().is_some_and(|node| node.style == Style::Episode);
    if nodes.is_empty() {
        return Vec::new();
    }
    if !episode || nodes.len() < 2 {
        return vec![Part::of((0..nodes.len()).collect())];
    }
    let group = Group { nodes, weights: weights(nodes), parameters };
    if nodes.len() > parameters.agglomeration_max {
        return group.in_one_pass().into_iter().map(|cluster| Part::of(cluster.nodes)).collect();
    }
    let clusters = group.agglomerate();
    let rivals = group.rivals(&clusters);
    clusters.into_iter().zip(rivals).map(|(cluster, rivals)| Part { rivals, ..Part::of(cluster.nodes) }).collect()
}

/// How often each node counts: its detections, those of one text or overpass sharing one count.
fn weights(nodes: &[&Node]) -> Vec<f64> {
    let mut sizes: BTreeMap<&Name, f64> = BTreeMap::new();
    for key in nodes.iter().flat_map(|node| node.detections()).filter_map(|d| d.dependence.as_ref()) {
        *sizes.entry(key).or_default() += 1.0;
    }
    let share = |key: &Name| sizes.get(key).map_or(1.0, |n| 1.0 / n);
    nodes.iter().map(|node| node.detections().map(|d| d.dependence.as_ref().map_or(1.0, share)).sum()).collect()
}

struct Group<'n> {
    nodes: &'n [&'n Node],
    weights: Vec<f64>,
    parameters: &'n Parameters,
}

/// Nodes taken together.
#[derive(Clone, Debug)]
struct Cluster {
    nodes: Vec<usize>,
    stories: Stories,
    /// Around the members whose time is known finely.
    core: Option<Window>,
    /// What the members whose time is known coarsely share.
    common: Option<Window>,
    impact: Option<Fix>,
    origin: Option<Fix>,
    range_max_m: f64,
    texts: Vec<TextPlace>,
}

impl<'n> Group<'n> {
    fn single(&self, index: usize) -> Option<Cluster> {
        let (node, weight) = (self.nodes.get(index)?, *self.weights.get(index)?);
        Some(Cluster {
            nodes: vec![index],
            stories: node.stories,
            core: (!node.window.coarse).then_some(node.window),
            common: node.window.coarse.then_some(node.window),
            impact: node.impact.map(|foot| foot.fix(weight)),
            origin: node.origin.map(|foot| foot.fix(weight)),
            range_max_m: node.range_max_m,
            texts: node.text_place.clone().into_iter().collect(),
        })
    }

    fn reach_s(&self) -> f64 {
        self.nodes.first().map_or(0.0, |node| node.reach_s)
    }

    fn longest_s(&self) -> f64 {
        self.nodes.first().map_or(0.0, |node| node.family.longest_s(self.parameters))
    }

    /// How badly two clusters fit, `None` when they cannot be one: growth of the scatter, plus the squared silence
    /// between them against a third of the longest allowed, so that both at their limit count alike for a pair.
    fn misfit(&self, a: &Cluster, b: &Cluster) -> Option<f64> {
        a.stories.both(b.stories)?;
        if texts_clash(&a.texts, &b.texts) {
            return None;
        }
        let gap_s = self.silence_s(a, b)?;
        let place2 = self.place_misfit(a, b, gap_s)?;
        let silence = 3.0 * gap_s / self.reach_s().max(1.0);
        Some(place2 + silence * silence + self.period_misfit(a, b)?)
    }

    /// Counts for a named area and a period are about the same thing when they share at least half of the longer
    /// period: a day's table is not the week's.
    fn period_misfit(&self, a: &Cluster, b: &Cluster) -> Option<f64> {
        let named = a.impact.is_none() && a.origin.is_none();
        let Some((a, b)) = a.common.zip(b.common).filter(|_| named) else { return Some(0.0) };
        let share = a.common(&b).width_s() / a.width_s().max(b.width_s());
        (share >= 0.5).then_some(1.0 - share)
    }

    fn silence_s(&self, a: &Cluster, b: &Cluster) -> Option<f64> {
        let reach_s = self.reach_s();
        for (fine, coarse) in [(a.core, b.common), (b.core, a.common), (a.common, b.common)] {
            if let Some((fine, coarse)) = fine.zip(coarse) {
                fine.gap_s(&coarse, reach_s)?;
            }
        }
        let Some((a, b)) = a.core.zip(b.core) else { return Some(0.0) };
        let fits =
            seconds(a.hull(&b).until_us - a.hull(&b).from_us) <= self.longest_s().max(a.width_s()).max(b.width_s());
        if fits { a.gap_s(&b, reach_s) } else { None }
    }

    fn place_misfit(&self, a: &Cluster, b: &Cluster, gap_s: f64) -> Option<f64> {
        let shared = [a.impact.zip(b.impact), a.origin.zip(b.origin)];
        if shared.iter().all(Option::is_none) {
            return self.flight_misfit(a, b, gap_s);
        }
        // One node against a cluster passes the gate itself, however little the others scatter.
        let single = a.nodes.len() == 1 || b.nodes.len() == 1;
        let gate = self.parameters.place_limit(a.nodes.len() + b.nodes.len());
        let mut worst = 0.0_f64;
        for (a, b) in shared.iter().flatten() {
            let more = a.distance2(b);
            let scatter = a.scatter2() + b.scatter2() + more;
            if scatter > self.scatter_limit(a.count() + b.count()) || (single && more > gate) {
                return None;
            }
            worst = worst.max(more);
        }
        Some(worst)
    }

    /// The most that places counted `count` times may scatter about their mean.
    fn scatter_limit(&self, count: f64) -> f64 {
        chi2_quantile((2.0 * (count - 1.0)).max(2.0), self.parameters.gate_probability)
    }

    /// A launch here, an impact there: within the range of the weapon and the time of flight. Half the pair's limit, so
    /// that two that share a place come first. Clusters of a named area have no feet: they fit by name.
    fn flight_misfit(&self, a: &Cluster, b: &Cluster, gap_s: f64) -> Option<f64> {
        let (from, to, range_m) = match (a.origin, b.origin) {
            (Some(from), None) => (from, b.impact?, a.range_max_m),
            (None, Some(from)) => (from, a.impact?, b.range_max_m),
            _ => return Some(0.0),
        };
        let (x, y) = from.offset_m(to.centre());
        let share = x.hypot(y) / range_m;
        let sigma_s = a.core.zip(b.core).map_or(0.0, |(a, b)| a.sigma_s.hypot(b.sigma_s));
        let in_time = gap_s <= self.parameters.flight_max_s + crate::parameters::TIME_SIGMAS * sigma_s;
        (share <= 1.0 && in_time).then(|| 0.5 * self.parameters.place_limit(2) * (1.0 + share))
    }

    fn merged(&self, a: &Cluster, b: &Cluster) -> Option<Cluster> {
        let mut nodes = [a.nodes.as_slice(), &b.nodes].concat();
        nodes.sort_unstable();
        let mut texts = [a.texts.as_slice(), &b.texts].concat();
        texts.sort_unstable();
        texts.dedup();
        Some(Cluster {
            nodes,
            stories: a.stories.both(b.stories)?,
            core: either(a.core, b.core, |a, b| a.hull(&b)),
            common: either(a.common, b.common, |a, b| a.common(&b)),
            impact: either(a.impact, b.impact, |a, b| a.with(&b)),
            origin: either(a.origin, b.origin, |a, b| a.with(&b)),
            range_max_m: a.range_max_m.max(b.range_max_m),
            texts,
        })
    }

    /// True when every member passes the place gate against the fused place.
    fn holds_together(&self, cluster: &Cluster) -> bool {
        let limit = self.parameters.place_limit(cluster.nodes.len());
        cluster.nodes.iter().filter_map(|index| self.nodes.get(*index)).all(|node| {
            let near = |(foot, fix): (crate::node::Foot, Fix)| {
                foot.covariance.inverse().quadratic(fix.offset_m(foot.centre)) <= limit
            };
            node.impact.zip(cluster.impact).is_none_or(near) && node.origin.zip(cluster.origin).is_none_or(near)
        })
    }

    fn agglomerate(&self) -> Vec<Cluster> {
        let mut work = Agglomeration::start(self);
        while let Some(Reverse(offer)) = work.offers.pop() {
            work.settle(&offer);
        }
        let mut clusters: Vec<Cluster> = work.clusters.into_iter().flatten().collect();
        clusters.sort_by(|a, b| a.nodes.cmp(&b.nodes));
        clusters
    }

    fn in_one_pass(&self) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = Vec::new();
        for single in (0..self.nodes.len()).filter_map(|index| self.single(index)) {
            let fits =
                clusters.iter().enumerate().filter_map(|(k, c)| self.misfit(c, &single).map(|misfit| (misfit, k)));
            let best = fits.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            match best.and_then(|(_, k)| clusters.get_mut(k)) {
                Some(cluster) => self.grow(cluster, single),
                None => clusters.push(single),
            }
        }
        clusters
    }

    /// As [`merged`](Self::merged), in place.
    fn grow(&self, cluster: &mut Cluster, single: Cluster) {
        cluster.nodes.extend(single.nodes);
        cluster.stories = cluster.stories.both(single.stories).unwrap_or(cluster.stories);
        cluster.core = either(cluster.core, single.core, |a, b| a.hull(&b));
        cluster.common = either(cluster.common, single.common, |a, b| a.common(&b));
        cluster.impact = either(cluster.impact, single.impact, |a, b| a.with(&b));
        cluster.origin = either(cluster.origin, single.origin, |a, b| a.with(&b));
        cluster.range_max_m = cluster.range_max_m.max(single.range_max_m);
        cluster.texts.extend(single.texts);
        cluster.texts.sort_unstable();
        cluster.texts.dedup();
    }

    /// For each cluster the others that one of its nodes could also have joined, or that could have lost one to it.
    fn rivals(&self, clusters: &[Cluster]) -> Vec<Vec<usize>> {
        let mut rivals = vec![std::collections::BTreeSet::new(); clusters.len()];
        for (own, cluster) in clusters.iter().enumerate() {
            for single in cluster.nodes.iter().filter_map(|index| self.single(*index)) {
                let others = clusters.iter().enumerate().filter(|(k, _)| *k != own);
                for (other, _) in others.filter(|(_, c)| self.misfit(c, &single).is_some()) {
                    for (from, to) in [(own, other), (other, own)] {
                        rivals.get_mut(from).map(|set| set.insert(to));
                    }
                }
            }
        }
        rivals.into_iter().map(|set| set.into_iter().collect()).collect()
    }
}

fn either<T>(a: Option<T>, b: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

fn texts_clash(a: &[TextPlace], b: &[TextPlace]) -> bool {
    a.iter().any(|(text, place)| b.iter().any(|(other, there)| text == other && place != there))
}

/// Two clusters that fit, as long as neither has changed since.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Offer {
    misfit: f64,
    /// The first members, smaller first: what breaks ties.
    firsts: (usize, usize),
    slots: (usize, usize),
}

impl Eq for Offer {}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.misfit.total_cmp(&other.misfit).then(self.firsts.cmp(&other.firsts)).then(self.slots.cmp(&other.slots))
    }
}

/// The work under way: clusters come and go, each slot is used once, so an offer is stale when a slot is empty.
struct Agglomeration<'g, 'n> {
    group: &'g Group<'n>,
    clusters: Vec<Option<Cluster>>,
    offers: BinaryHeap<Reverse<Offer>>,
}

impl<'g, 'n> Agglomeration<'g, 'n> {
    fn start(group: &'g Group<'n>) -> Self {
        let clusters = (0..group.nodes.len()).map(|index| group.single(index)).collect();
        let mut work = Self { group, clusters, offers: BinaryHeap::new() };
        for slot in 1..work.clusters.len() {
            work.offer(slot);
        }
        work
    }

    /// Offers the cluster to every other one in an earlier slot.
    fn offer(&mut self, slot: usize) {
        let Some(own) = self.clusters.get(slot).and_then(Option::as_ref) else { return };
        for (other, cluster) in self.clusters.iter().enumerate().take(slot) {
            let Some(cluster) = cluster else { continue };
            let Some(misfit) = self.group.misfit(cluster, own) else { continue };
            let (a, b) = (first(own), first(cluster));
            self.offers.push(Reverse(Offer { misfit, firsts: (a.min(b), a.max(b)), slots: (other, slot) }));
        }
    }

    fn settle(&mut self, offer: &Offer) {
        let held = |slot: usize| self.clusters.get(slot).and_then(Option::as_ref);
        let Some((a, b)) = held(offer.slots.0).zip(held(offer.slots.1)) else { return };
        let Some(merged) = self.group.merged(a, b).filter(|merged| self.group.holds_together(merged)) else { return };
        for slot in [offer.slots.0, offer.slots.1] {
            if let Some(held) = self.clusters.get_mut(slot) {
                *held = None;
            }
        }
        self.clusters.push(Some(merged));
        self.offer(self.clusters.len() - 1);
    }
}

fn first(cluster: &Cluster) -> usize {
    cluster.nodes.first().copied().unwrap_or(usize::MAX)
}
