//! Detections that tell only a direction: which incident, placed by others, lies that way.
//!
//! A direction alone makes no incident. It joins the one that it fits best: near in time, some story in common, and the
//! incident's place (for a launch or muzzle flash: its sealed origin) in that direction within both errors. What fits
//! none stays unexplained; the others that it fits are rivals.

use crate::agglomerate::Part;
use crate::node::{Foot, Node};
use truceline_domain::{Bearing, Detection, LocalFrame, Where};

/// How far a direction is followed, m: a flash or a bang is told from others by cameras and ears out to some 15 km.
pub(crate) const RAY_MAX_M: f64 = 15_000.0;

/// The 99 % quantile of χ² with one degree of freedom.
const BEARING_LIMIT: f64 = 6.635;

/// The direction of a detection that states no range.
pub(crate) fn ray(detection: &Detection) -> Option<Bearing> {
    match &detection.place {
        Where::Bearing(bearing) if bearing.range_m.is_none() => {
            let fine = bearing.azimuth_deg.value.is_finite() && bearing.azimuth_deg.sigma.is_finite();
            fine.then_some(*bearing)
        }
        _ => None,
    }
}

/// Squared difference between the direction and that of the foot against both errors; `None` beyond the gate.
pub(crate) fn bearing_misfit(ray: &Bearing, foot: &Foot) -> Option<f64> {
    let (east_m, north_m) = LocalFrame::about(ray.from).enu_from_wgs84(foot.centre);
    let distance_m = east_m.hypot(north_m);
    if !(1.0..=RAY_MAX_M).contains(&distance_m) {
        return None;
    }
    let azimuth_deg = east_m.atan2(north_m).to_degrees();
    let off_deg = (ray.azimuth_deg.value - azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
    // The foot's error across the line of sight, seen from the observer.
    let across = (north_m / distance_m, -east_m / distance_m);
    let foot_deg = foot.covariance.quadratic(across).sqrt().atan2(distance_m).to_degrees();
    let misfit = off_deg * off_deg / (ray.azimuth_deg.sigma.powi(2) + foot_deg * foot_deg);
    (misfit <= BEARING_LIMIT).then_some(misfit)
}

/// Adds each ray, whose nodes follow the placed ones, to the part that it fits best; gives back those that fit none.
pub(crate) fn join(nodes: &[Node], n_placed: usize, parts: &mut [Part], gap_s: f64) -> Vec<usize> {
    let mut left = Vec::new();
    for (index, ray) in nodes.iter().enumerate().skip(n_placed) {
        let mut fits: Vec<(f64, usize)> =
            parts.iter().enumerate().filter_map(|(k, part)| Some((part_misfit(ray, part, nodes, gap_s)?, k))).collect();
        fits.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some((&(_, best), others)) = fits.split_first() else {
            left.push(index);
            continue;
        };
        if let Some(part) = parts.get_mut(best) {
            part.nodes.push(index);
        }
        for &(_, other) in others {
            rival(parts, best, other);
            rival(parts, other, best);
        }
    }
    left
}

fn rival(parts: &mut [Part], of: usize, other: usize) {
    let Some(part) = parts.get_mut(of) else { return };
    if !part.rivals.contains(&other) {
        part.rivals.push(other);
    }
}

/// The best fit of a ray with any placed node of the part, when some story holds the ray and the whole part.
fn part_misfit(ray: &Node, part: &Part, nodes: &[Node], gap_s: f64) -> Option<f64> {
    let placed = || part.nodes.iter().filter_map(|index| nodes.get(*index));
    placed().try_fold(ray.stories, |stories, node| stories.both(node.stories))?;
    placed().filter_map(|node| ray.ray_misfit(node, gap_s)).min_by(f64::total_cmp)
}

#[cfg(test)]
#[path = "ray_tests.rs"]
mod tests;
