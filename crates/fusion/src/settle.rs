//! The fused place and time of an incident, and how much each detection counted in them.

use crate::gate::{Window, seconds};
use crate::moments::{Fix, Sym2, chi2_quantile};
use std::collections::BTreeMap;
use truceline_domain::{Detection, LocalFrame, Name, PlaceEstimate, TimeEstimate, Timestamp};

/// Shares by dependence: detections with one key share one count, all others count once.
pub(crate) fn shares(detections: &[Detection]) -> Vec<f64> {
    let mut sizes: BTreeMap<&Name, f64> = BTreeMap::new();
    for key in detections.iter().filter_map(|d| d.dependence.as_ref()) {
        *sizes.entry(key).or_default() += 1.0;
    }
    let share = |d: &Detection| d.dependence.as_ref().and_then(|key| sizes.get(key)).map_or(1.0, |n| 1.0 / n);
    detections.iter().map(share).collect()
}

/// One place of several estimates of it, weighted by their information, each counted `share` times.
///
/// When the estimates scatter more than their errors allow (the sum of squares beyond its 95 % limit), the covariance
/// grows by the excess (Birge ratio): honest also for rounds that fell apart from each other.
///
/// # Source
/// Birge, *Phys. Rev.* 40 (1932) 207; as used by the Particle Data Group, *Review of Particle Physics*, section 5.2.
pub(crate) fn one_place(places: &[(PlaceEstimate, f64)]) -> Option<PlaceEstimate> {
    let fix = |(place, share): &(PlaceEstimate, f64)| {
        let covariance = Sym2::covariance(place, 0.0)?;
        Some(Fix::new(LocalFrame::about(place.centre), covariance, *share))
    };
    let fused = places.iter().filter_map(fix).reduce(|a, b| a.with(&b))?;
    let (sum, freedom) = (fused.scatter2(), fused.freedom());
    let excess = if freedom > 0.5 && sum > chi2_quantile(freedom, 0.95) { (sum / freedom).max(1.0) } else { 1.0 };
    Some(fused.covariance().times(excess).estimate(fused.centre()))
}

/// The middle of something extended or moving: the covariance holds the mean error and the scatter of the parts.
pub(crate) fn extended_place(places: &[(PlaceEstimate, f64)]) -> Option<PlaceEstimate> {
    let valid = || places.iter().filter_map(|(p, share)| Some((p.centre, Sym2::covariance(p, 0.0)?, *share)));
    let frame = LocalFrame::about(valid().next()?.0);
    let total: f64 = valid().map(|(.., share)| share).sum();
    let mut mean = (0.0, 0.0);
    for (centre, _, share) in valid() {
        let (x, y) = frame.enu_from_wgs84(centre);
        mean = (mean.0 + share / total * x, mean.1 + share / total * y);
    }
    let mut covariance = Sym2::default();
    for (centre, own, share) in valid() {
        let (x, y) = frame.enu_from_wgs84(centre);
        let (x, y) = (x - mean.0, y - mean.1);
        let scatter = Sym2 { east: x * x, north: y * y, cross: x * y };
        covariance = covariance.plus(own.plus(scatter).times(share / total));
    }
    Some(covariance.estimate(frame.wgs84_from_enu(mean)))
}

/// One time of several.
///
/// Fine times (no longer than `reach_s`): when all agree on one moment within their errors, their common interval, or
/// the weighted mean of instants; else the whole from the first to the last. Coarse times only: what they share.
pub(crate) fn one_time(times: &[(TimeEstimate, f64)], reach_s: f64) -> Option<TimeEstimate> {
    let fine: Vec<(TimeEstimate, f64)> =
        times.iter().filter(|(t, _)| !Window::of(t, reach_s, f64::INFINITY).coarse).copied().collect();
    if fine.is_empty() {
        return times.iter().map(|(t, _)| *t).reduce(|a, b| shared(&a, &b));
    }
    let first = fine.first()?.0;
    if fine.len() == 1 {
        return Some(first);
    }
    Some(one_moment(&fine).unwrap_or_else(|| fine.iter().map(|(t, _)| *t).fold(first, |a, b| hull(&a, &b))))
}

fn shared(a: &TimeEstimate, b: &TimeEstimate) -> TimeEstimate {
    TimeEstimate::within(a.from.max(b.from), a.until.min(b.until), a.sigma_s.max(b.sigma_s))
}

fn hull(a: &TimeEstimate, b: &TimeEstimate) -> TimeEstimate {
    TimeEstimate::within(a.from.min(b.from), a.until.max(b.until), a.sigma_s.max(b.sigma_s))
}

/// The variance of a moment given by an interval with blurred edges, s²; at least a millisecond squared.
fn variance_s2(time: &TimeEstimate) -> f64 {
    let width_s = seconds(time.until.as_microsecond() - time.from.as_microsecond());
    time.sigma_s * time.sigma_s + width_s * width_s / 12.0 + 1e-6
}

/// The moment that all agree on: `None` when their scatter is beyond the 95 % limit.
fn one_moment(times: &[(TimeEstimate, f64)]) -> Option<TimeEstimate> {
    let reference_us = times.first()?.0.midpoint().as_microsecond();
    let offset_s = |t: &TimeEstimate| seconds(t.midpoint().as_microsecond() - reference_us);
    let information: f64 = times.iter().map(|(t, share)| share / variance_s2(t)).sum();
    let mean_s = times.iter().map(|(t, share)| share / variance_s2(t) * offset_s(t)).sum::<f64>() / information;
    let sum: f64 = times.iter().map(|(t, share)| share * (offset_s(t) - mean_s).powi(2) / variance_s2(t)).sum();
    let freedom = times.iter().map(|(_, share)| share).sum::<f64>() - 1.0;
    if sum > chi2_quantile(freedom, 0.95) {
        return None;
    }
    let from = times.iter().map(|(t, _)| t.from).max()?;
    let until = times.iter().map(|(t, _)| t.until).min()?;
    let edges: f64 = times.iter().map(|(t, share)| share / (t.sigma_s * t.sigma_s + 1e-6)).sum();
    if from < until {
        return Some(TimeEstimate::within(from, until, edges.recip().sqrt()));
    }
    let mean = Timestamp::from_microsecond(reference_us.saturating_add((mean_s * 1e6).round() as i64)).ok()?;
    Some(TimeEstimate::instant(mean, information.recip().sqrt()))
}

/// How much each detection counted: the mean of its share in the place's information and in the time's; they add up to 1.
pub(crate) fn weights(times: &[(TimeEstimate, f64)], places: &[Option<PlaceEstimate>]) -> Vec<f64> {
    let sharpness = |place: &Option<PlaceEstimate>| {
        let covariance = place.as_ref().and_then(|place| Sym2::covariance(place, 0.0))?;
        Some(2.0 / (covariance.east + covariance.north))
    };
    let in_place: Vec<f64> = places.iter().zip(times).map(|(p, (_, s))| s * sharpness(p).unwrap_or(0.0)).collect();
    let in_time: Vec<f64> = times.iter().map(|(t, s)| s / variance_s2(t)).collect();
    let (place_sum, time_sum) = (in_place.iter().sum::<f64>(), in_time.iter().sum::<f64>());
    let weight = |(place, time): (&f64, &f64)| {
        if place_sum > 0.0 { 0.5 * (place / place_sum + time / time_sum) } else { time / time_sum }
    };
    in_place.iter().zip(&in_time).map(weight).collect()
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;
