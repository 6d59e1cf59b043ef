//! Zones and lines: the probability that a mover is inside, or on which side; entries, exits and crossings.

use super::happening::{Event, Happening};
use super::kinematics::{Covariance, Mean};
use super::nouns::{Setup, Watched};
use super::picture::Picture;
use super::tick::shown;
use super::track::Track;

/// What is held of one track and one zone or line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Presence {
    /// Inside a zone, or left of a line, as last settled.
    pub inside: bool,
    /// Whether it was ever settled.
    pub settled: bool,
    /// Since when the other state has had P > 0.95.
    pub since_s: Option<f64>,
    /// When the present state began.
    pub began_s: f64,
}

/// A change is settled once it has held this long.
const HELD_S: f64 = 3.0;
/// And with this probability.
const SURE: f64 = 0.95;

/// Probability that a Gaussian place lies inside a polygon given by its corners: the whitened Gaussian is cut into 97
/// parts of about equal weight, and each is tested. Far from the edge it is exactly 0 or 1.
pub(crate) fn probability_inside(corners: &[(f64, f64)], mean: &Mean, cov: &Covariance) -> f64 {
    let sigma = cov.sigma_place_m();
    let middle = contains(corners, mean.x, mean.y);
    if edge_distance(corners, true, mean.x, mean.y) > 4.0 * sigma {
        return if middle { 1.0 } else { 0.0 };
    }
    share(cov, |dx, dy| contains(corners, mean.x + dx, mean.y + dy))
}

/// Probability that a Gaussian place lies to the left of an open line as drawn (nearest leg decides).
pub(crate) fn probability_left(corners: &[(f64, f64)], mean: &Mean, cov: &Covariance) -> f64 {
    let sigma = cov.sigma_place_m();
    if edge_distance(corners, false, mean.x, mean.y) > 4.0 * sigma {
        return if is_left(corners, mean.x, mean.y) { 1.0 } else { 0.0 };
    }
    share(cov, |dx, dy| is_left(corners, mean.x + dx, mean.y + dy))
}

/// Share of a centred Gaussian for which `test` holds.
fn share(cov: &Covariance, test: impl Fn(f64, f64) -> bool) -> f64 {
    // Lower triangular square root of the covariance.
    let l11 = cov.xx.max(1e-9).sqrt();
    let l21 = cov.xy / l11;
    let l22 = (cov.yy - l21 * l21).max(1e-9).sqrt();
    let (mut inside, mut count) = (0_u32, 0_u32);
    for ring in 0..8_u32 {
        // Radii at the middle of eight equal parts of the Rayleigh distribution.
        let part = (f64::from(ring) + 0.5) / 8.0;
        let radius = (-2.0 * (1.0 - part).ln()).sqrt();
        for step in 0..12_u32 {
            let angle = (f64::from(step) + 0.5 * f64::from(ring % 2)) * std::f64::consts::TAU / 12.0;
            let (a, b) = (radius * angle.cos(), radius * angle.sin());
            count += 1;
            inside += u32::from(test(l11 * a, l21 * a + l22 * b));
        }
    }
    f64::from(inside) / f64::from(count)
}

fn legs(corners: &[(f64, f64)], closed: bool) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
    let last = if closed { corners.last().copied().zip(corners.first().copied()) } else { None };
    corners.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).chain(last)
}

fn contains(corners: &[(f64, f64)], x: f64, y: f64) -> bool {
    legs(corners, true).fold(false, |inside, ((ax, ay), (bx, by))| {
        inside ^ ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax)
    })
}

fn leg_distance(((ax, ay), (bx, by)): ((f64, f64), (f64, f64)), x: f64, y: f64) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
    (x - ax - along * dx).hypot(y - ay - along * dy)
}

fn edge_distance(corners: &[(f64, f64)], closed: bool, x: f64, y: f64) -> f64 {
    legs(corners, closed).map(|leg| leg_distance(leg, x, y)).fold(f64::INFINITY, f64::min)
}

fn is_left(corners: &[(f64, f64)], x: f64, y: f64) -> bool {
    let nearest = legs(corners, false).fold((f64::INFINITY, 0.0), |best, leg| {
        let distance = leg_distance(leg, x, y);
        let ((ax, ay), (bx, by)) = leg;
        let side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        // At a corner two legs are as near: the one the point lies off more squarely decides.
        let square = side.abs() / (bx - ax).hypot(by - ay).max(1e-9);
        if distance < best.0 - 1e-9 || (distance < best.0 + 1e-9 && square > f64::abs(best.1)) {
            (distance, side.signum() * square)
        } else {
            best
        }
    });
    nearest.1 > 0.0
}

/// Probability inside (left of a line) of a track as of `time_s`.
pub(crate) fn probability(watched: &Watched, track: &Track, setup: &Setup, time_s: f64) -> f64 {
    let motion = setup.motion();
    let mut moved = track.clone();
    moved.advance_to(time_s, &motion);
    let inside = |mean: &Mean, cov: &Covariance| {
        if watched.closed {
            probability_inside(&watched.corners, mean, cov)
        } else {
            probability_left(&watched.corners, mean, cov)
        }
    };
    moved
        .modes
        .iter()
        .filter(|mode| mode.weight > 1e-3)
        .map(|mode| mode.weight * inside(&mode.mean, &mode.cov))
        .sum::<f64>()
        / moved.modes.iter().filter(|mode| mode.weight > 1e-3).map(|mode| mode.weight).sum::<f64>().max(1e-9)
}

/// Settles entries, exits and crossings as of `time_s`.
pub(crate) fn settle(picture: &mut Picture, setup: &Setup, time_s: f64) {
    if setup.watched.is_empty() {
        return;
    }
    let boxes: Vec<[f64; 4]> = setup.watched.iter().map(bounds).collect();
    let Picture { tracks, watch, events, .. } = picture;
    for track in tracks.iter().filter(|track| shown(track, setup)) {
        let mean = track.mean_at(time_s);
        for (index, (watched, [west, south, east, north])) in setup.watched.iter().zip(&boxes).enumerate() {
            let key = (track.id, index as u32);
            let close =
                mean.x > west - 150.0 && mean.x < east + 150.0 && mean.y > south - 150.0 && mean.y < north + 150.0;
            if !close
                && (watched.closed || !watch.contains_key(&key))
                && !watch.get(&key).is_some_and(|held| held.inside)
            {
                continue;
            }
            let p = probability(watched, track, setup, time_s);
            let first = Presence { inside: false, settled: false, since_s: None, began_s: time_s };
            let held = watch.entry(key).or_insert(first);
            if let Some(what) = judge(held, watched.closed, p, time_s, index as u32) {
                let began_s = held.began_s;
                let plots = track.recent.iter().copied().filter(|plot| *plot != u64::MAX).collect();
                events.push(Event {
                    time_s: began_s,
                    known_s: time_s,
                    track: Some(track.id),
                    identity: track.identity,
                    what,
                    plots,
                });
            }
        }
    }
    if (time_s as i64) % 32 == 0 {
        let alive: std::collections::BTreeSet<u64> = tracks.iter().map(|track| track.id).collect();
        watch.retain(|(id, _), _| alive.contains(id));
    }
}

fn judge(held: &mut Presence, closed: bool, p: f64, time_s: f64, watched: u32) -> Option<Happening> {
    let other = if held.settled && held.inside { 1.0 - p } else { p };
    let now = if held.settled { other > SURE } else { !(1.0 - SURE..=SURE).contains(&p) };
    if !now {
        held.since_s = None;
        return None;
    }
    let since_s = *held.since_s.get_or_insert(time_s);
    if !held.settled {
        // The side on which a track begins is no crossing; a zone it begins in is an entry.
        let inside = p > SURE;
        if !(closed && inside) {
            (held.settled, held.inside, held.began_s, held.since_s) = (true, inside, time_s, None);
            return None;
        }
    }
    if time_s - since_s < HELD_S {
        return None;
    }
    let inside_s = since_s - held.began_s;
    (held.inside, held.settled, held.began_s, held.since_s) = (!(held.settled && held.inside), true, since_s, None);
    Some(match (closed, held.inside) {
        (true, true) => Happening::Entered { watched, probability: p },
        (true, false) => Happening::Left { watched, inside_s },
        (false, to_left) => Happening::Crossed { watched, to_left },
    })
}

fn bounds(watched: &Watched) -> [f64; 4] {
    let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    watched.corners.iter().fold(start, |[w, s, e, n], (x, y)| [w.min(*x), s.min(*y), e.max(*x), n.max(*y)])
}

#[cfg(test)]
#[path = "watched_tests.rs"]
mod tests;
