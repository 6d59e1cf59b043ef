//! From the parts of a group to incidents.

use crate::agglomerate::Part;
use crate::class::posterior;
use crate::counts::counts;
use crate::linkage::{Style, is_origin, is_public, spread_m};
use crate::node::{Node, Role};
use crate::origin::origin_shares;
use crate::settle::{extended_place, one_place, one_time, shares, weights};
use crate::{DERIVATION, Parameters};
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{
    AreaVersion, Arrival, Canonical, Detection, EventClass, Incident, IncidentId, LocalFrame, Modality, Name,
    NotKnownReason, PlaceEstimate, TimeEstimate, Where,
};

/// One incident for each part of a group, and the detections of the nodes that are left.
pub(crate) fn compose(
    nodes: Vec<Node>,
    (parts, left): (Vec<Part>, Vec<usize>),
    control: &[AreaVersion],
    parameters: &Parameters,
) -> (Vec<Incident>, Vec<Detection>) {
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let mut rivals = Vec::with_capacity(parts.len());
    let mut incidents = Vec::with_capacity(parts.len());
    for part in parts {
        let own: Vec<Node> = part.nodes.iter().filter_map(|index| nodes.get_mut(*index)?.take()).collect();
        incidents.extend(incident((own, part.is_beside_fire), control, parameters));
        rivals.push(part.rivals);
    }
    let ids: Vec<IncidentId> = incidents.iter().map(|incident| incident.id).collect();
    for (incident, rivals) in incidents.iter_mut().zip(rivals) {
        incident.rivals = rivals.into_iter().filter_map(|index| ids.get(index)).copied().collect();
        incident.rivals.sort_unstable();
    }
    let left = left.into_iter().filter_map(|index| nodes.get_mut(index)?.take());
    (incidents, left.flat_map(Node::into_detections).collect())
}

/// The incident of some nodes; `None` when there are none.
fn incident(
    (nodes, is_beside_fire): (Vec<Node>, bool),
    control: &[AreaVersion],
    parameters: &Parameters,
) -> Option<Incident> {
    let style = style_of(&nodes, parameters)?;
    let reach_s = nodes.iter().map(|node| node.reach_s).reduce(f64::max)?;
    let mut detections: Vec<Detection> = nodes.into_iter().flat_map(Node::into_detections).collect();
    detections.sort_by_key(|detection| (detection.time.from, detection.id));
    let shares = shares(&detections);
    let times: Vec<(TimeEstimate, f64)> = detections.iter().map(checked_time).zip(shares.iter().copied()).collect();
    let time = one_time(&times, reach_s)?;
    let places: Vec<Option<PlaceEstimate>> = placed(&detections);
    let weights = weights(&times, &places);
    let place = place(&detections, &places, &shares, style);
    let class_posterior = posterior(&detections, is_beside_fire);
    let n_independent = n_independent(&detections);
    let mut reasons = reasons(&detections, &place, n_independent, (style, parameters));
    if is_beside_fire {
        reasons.push("beside a fire that was burning before: ammunition may have exploded in its heat".to_owned());
    }
    Some(Incident {
        id: id(&detections),
        class: class_posterior.first().map_or(EventClass::Other, |(class, _)| *class),
        class_posterior,
        counts: counts(&detections),
        origin_shares: origin_shares(&detections, &shares, control, time.midpoint()),
        n_independent,
        rivals: Vec::new(),
        reasons,
        supersedes: Vec::new(),
        derivation: DERIVATION,
        arrivals: arrivals(detections, &weights, &place, &time),
        time,
        place,
    })
}

/// The style of the whole: of a fire when there is a hot spot in it or smoke for longer than an episode's silence; of
/// what is seen when something also tells of itself.
fn style_of(nodes: &[Node], parameters: &Parameters) -> Option<Style> {
    let first = nodes.first()?;
    let window = nodes.iter().map(|node| node.window).reduce(|a, b| a.hull(&b))?;
    let is_smoke = nodes.iter().all(|node| node.role == Role::Smoke) && window.width_s() > parameters.episode_gap_s;
    if is_smoke || nodes.iter().any(|node| node.role == Role::HotSpot) {
        return Some(Style::SingleLink(parameters.hot_spot_link_m));
    }
    Some(nodes.iter().find(|node| node.role == Role::Seen).unwrap_or(first).style)
}

/// The time put in order and with a finite error, whatever its fields were set to.
fn checked_time(detection: &Detection) -> TimeEstimate {
    TimeEstimate::within(detection.time.from, detection.time.until, detection.time.sigma_s)
}

/// The estimates that speak of where it happened. Points of origin count only when nothing else is placed and the
/// source is public; a projectile was somewhere on its way.
fn placed(detections: &[Detection]) -> Vec<Option<PlaceEstimate>> {
    let impact = |d: &Detection| d.estimate().filter(|_| !is_origin(d.phenomenon));
    let any_impact = detections.iter().any(|d| impact(d).is_some());
    let own = |d: &Detection| {
        let estimate = if any_impact { impact(d) } else { d.estimate().filter(|_| is_public(d.modality)) };
        estimate.map(|place| widened(place, spread_m(d.phenomenon)))
    };
    detections.iter().map(own).collect()
}

/// Adds the spread of what is not a point; the scatter of rounds about their middle (100 m and less) is left to the
/// scatter that is seen.
fn widened(place: PlaceEstimate, spread_m: f64) -> PlaceEstimate {
    let more = if spread_m > 100.0 { spread_m * spread_m } else { 0.0 };
    PlaceEstimate { var_east_m2: place.var_east_m2 + more, var_north_m2: place.var_north_m2 + more, ..place }
}

fn place(detections: &[Detection], places: &[Option<PlaceEstimate>], shares: &[f64], style: Style) -> Where {
    let known: Vec<(PlaceEstimate, f64)> =
        places.iter().zip(shares).filter_map(|(place, share)| Some((*place.as_ref()?, *share))).collect();
    let fused = if style == Style::Episode { one_place(&known) } else { extended_place(&known) };
    if let Some(estimate) = fused {
        return Where::Estimate(estimate);
    }
    let told = detections.iter().filter(|d| !is_origin(d.phenomenon) || is_public(d.modality));
    let area = told.into_iter().find_map(|d| if let Where::Area(name) = &d.place { Some(name.clone()) } else { None });
    area.map_or(Where::NotKnown(NotKnownReason::Withheld), Where::Area)
}

fn arrivals(detections: Vec<Detection>, weights: &[f64], place: &Where, time: &TimeEstimate) -> Vec<Arrival> {
    let frame = if let Where::Estimate(place) = place { Some(LocalFrame::about(place.centre)) } else { None };
    let middle = time.midpoint();
    let arrival = |(detection, weight): (Detection, &f64)| {
        // How far a launch lay from the impact would help to find it.
        let residual_m =
            frame.zip(detection.estimate().filter(|_| !is_origin(detection.phenomenon))).map(|(frame, own)| {
                let (x, y) = frame.enu_from_wgs84(own.centre);
                x.hypot(y)
            });
        let residual_s = checked_time(&detection).midpoint().duration_since(middle).as_secs_f64();
        Arrival { detection, residual_m, residual_s, weight: *weight }
    };
    detections.into_iter().zip(weights).map(arrival).collect()
}

/// The id: the digest of method, version and members.
fn id(detections: &[Detection]) -> IncidentId {
    let mut members: Vec<_> = detections.iter().map(|d| d.id).collect();
    members.sort_unstable();
    let start = Canonical::new("incident/1").text(DERIVATION.method).number(i64::from(DERIVATION.version));
    let all = members.iter().fold(start, |c, id| c.bytes(&id.capture.0).number(i64::from(id.record)));
    IncidentId(all.digest())
}

/// Independent sources: owners with a modality, those that share a text or overpass taken as one.
fn n_independent(detections: &[Detection]) -> u32 {
    if detections.len() == 1 {
        return 1;
    }
    let sources: BTreeSet<(&Name, Modality)> = detections.iter().map(|d| (&d.owner, d.modality)).collect();
    let mut group: BTreeMap<(&Name, Modality), usize> = sources.into_iter().enumerate().map(|(k, s)| (s, k)).collect();
    let mut of_key: BTreeMap<&Name, usize> = BTreeMap::new();
    for detection in detections {
        let Some(key) = &detection.dependence else { continue };
        let Some(own) = group.get(&(&detection.owner, detection.modality)).copied() else { continue };
        let other = *of_key.entry(key).or_insert(own);
        if other == own {
            continue;
        }
        for label in group.values_mut().chain(of_key.values_mut()).filter(|label| **label == own) {
            *label = other;
        }
    }
    let distinct: BTreeSet<usize> = group.into_values().collect();
    u32::try_from(distinct.len()).unwrap_or(u32::MAX)
}

/// Why these detections are one incident, in words; never a word on where fire came from.
fn reasons(
    detections: &[Detection],
    place: &Where,
    n_independent: u32,
    (style, parameters): (Style, &Parameters),
) -> Vec<String> {
    let phenomena = words(detections.iter().map(|d| d.phenomenon.word()));
    let modalities = words(detections.iter().map(|d| d.modality.word()));
    let n = detections.len();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let mut reasons = vec![format!("{n} detection{} of {phenomena} by {modalities}", plural(n))];
    if n > 1 {
        reasons.push(rule(style, place, parameters));
        reasons.push(format!("{n_independent} independent source{}", plural(n_independent as usize)));
    }
    if let Where::Estimate(estimate) = place {
        let ellipse = estimate.ellipse(0.9);
        reasons.push(format!("90 % ellipse {:.0} m by {:.0} m", ellipse.semi_major_m, ellipse.semi_minor_m));
    }
    reasons
}

fn rule(style: Style, place: &Where, parameters: &Parameters) -> String {
    match style {
        _ if matches!(place, Where::Area(_)) => "same named area, same kind, shared period".to_owned(),
        Style::Episode => format!(
            "linked in time, and every place within the {} % gate of the fused place",
            parameters.gate_probability * 100.0
        ),
        Style::SingleLink(metres) => {
            format!("neighbours within {metres} m and their errors, from one overpass or look to the next")
        }
        Style::Moving(speed) => format!("a track that needs no more than {speed} m/s"),
        Style::Identity => "same claimed identity, without long silence".to_owned(),
    }
}

fn words<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let distinct: BTreeSet<&str> = words.collect();
    distinct.into_iter().collect::<Vec<_>>().join(", ")
}
