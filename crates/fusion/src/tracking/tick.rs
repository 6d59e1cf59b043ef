//! What is settled once a second of measured time: weak tracks go, kinds are weighed anew, doubles are merged, claims,
//! zones and lines are judged, and the grid is rebuilt.

use super::claims;
use super::clutter::Clutter;
use super::happening::{Event, Happening};
use super::kind;
use super::looks::{self, Aspect};
use super::nouns::{SensorKind, Setup};
use super::picture::Picture;
use super::sight::Stand;
use super::track::Track;
use super::watched;

/// Below this a track is dropped.
const DROP: f64 = 1e-3;
/// A track known less well than this is kept but not shown.
pub(crate) const VAGUE_M: f64 = 80.0;
/// Doubles are merged below this log likelihood ratio.
const TOGETHER: f64 = -2.5;
/// What speaks for two is not let grow beyond this.
const APART_MAX: f64 = 4.0;
/// A track without a sensor's hit for so long is dropped whatever its existence.
const FORGOTTEN_S: f64 = 90.0;

pub(crate) fn settle(picture: &mut Picture, setup: &Setup, time_s: f64) {
    for track in &mut picture.tracks {
        track.survive_to(time_s);
    }
    let Picture { tracks, claimants, .. } = picture;
    tracks.retain(|track| keep(track, time_s) || claims::lost(claimants, track));
    merge_doubles(picture, time_s);
    for track in &mut picture.tracks {
        if track.existence > 0.3 {
            track.movers = kind::now(setup, track);
            track.proven |= track.has_moved();
        }
    }
    confirm(picture, setup, time_s);
    picture.registration.settle(time_s);
    claims::watch(picture, setup, time_s);
    watched::settle(picture, setup, time_s);
    let Picture { tracks, cells, .. } = picture;
    cells.clear();
    for track in tracks.iter() {
        let mean = track.mean_at(time_s);
        cells.push(mean.x, mean.y);
    }
}

fn keep(track: &Track, time_s: f64) -> bool {
    let weak = if track.confirmed { 0.02 } else { DROP };
    track.existence > weak && time_s - track.sensed_s < FORGOTTEN_S.max(if track.hits < 0.5 { 400.0 } else { 0.0 })
}

/// Whether a track is shown: it exists more likely than not, and more than its own claim speaks for it.
pub(crate) fn shown(track: &Track, setup: &Setup) -> bool {
    let enough = if track.confirmed { 0.5 } else { 0.75 };
    track.existence > enough
        && track.whole.cov.sigma_place_m() < VAGUE_M
        && (track.hits > 1.5 || (track.hits > 0.5 && track.identity.is_some()) || !covered(setup, track))
}

/// Whether any sensor of places reaches the track.
pub(crate) fn covered(setup: &Setup, track: &Track) -> bool {
    setup.sensors.iter().any(|sensor| {
        matches!(sensor.kind, SensorKind::Radar | SensorKind::Position) && {
            let range = (track.whole.mean.x - sensor.east_m).hypot(track.whole.mean.y - sensor.north_m);
            track.movers.iter().zip(sensor.reach_m).any(|(weight, reach)| *weight > 0.05 && range < reach)
        }
    })
}

fn confirm(picture: &mut Picture, setup: &Setup, time_s: f64) {
    let Picture { tracks, events, clutter, .. } = picture;
    for track in tracks.iter_mut().filter(|track| !track.confirmed) {
        if shown(track, setup) {
            track.birth.watched = watched_before(setup, clutter, track, time_s);
            track.confirmed = true;
            track.confirmed_s = time_s;
            events.push(Event {
                time_s: track.birth.time_s,
                known_s: time_s,
                track: Some(track.id),
                identity: track.identity,
                what: Happening::Appeared {
                    watched: track.birth.watched,
                    east_m: track.birth.x,
                    north_m: track.birth.y,
                },
                plots: vec![track.birth.plot],
            });
        }
    }
}

/// Probability that the mover, had it been where the track began, would have been seen in the half minute before.
fn watched_before(setup: &Setup, clutter: &Clutter, track: &Track, time_s: f64) -> f64 {
    let unseen = setup.sensors.iter().zip(&clutter.levels).fold(1.0, |unseen, (sensor, level)| {
        let stand = Stand { x: sensor.east_m, y: sensor.north_m };
        let aspect = Aspect::of(stand, track.birth.x, track.birth.y, 1.0);
        if !sensor.gives_places() || aspect.range_m > sensor.farthest_m() {
            return unseen;
        }
        let p: f64 = looks::by_mover(sensor, &aspect).iter().zip(track.movers).map(|(p, weight)| p * weight).sum();
        unseen * (1.0 - p).powi(level.looks_before(track.birth.time_s, time_s) as i32)
    });
    1.0 - unseen
}

/// Two tracks at one place are one mover when looks show one plot where two movers would give two.
fn merge_doubles(picture: &mut Picture, time_s: f64) {
    let Picture { tracks, cells, claimants, .. } = picture;
    cells.clear();
    for track in tracks.iter() {
        let mean = track.mean_at(time_s);
        cells.push(mean.x, mean.y);
    }
    let mut near = Vec::new();
    let mut gone = Vec::new();
    for slot in 0..tracks.len() {
        let Some(track) = tracks.get(slot).filter(|track| track.existence > 0.05) else { continue };
        let mean = track.mean_at(time_s);
        cells.near(mean.x, mean.y, 60.0, &mut near);
        let double = near
            .iter()
            .filter_map(|other| tracks.get(*other as usize))
            .find(|other| elder(other, track) && is_double(other, track, time_s))
            .map(|other| (other.id, other.identity, other.tally));
        let Some(track) = tracks.get_mut(slot) else { break };
        let Some((id, identity, tally)) = double else {
            (track.beside, track.apart) = (0, 0.0);
            continue;
        };
        if compare(track, id, tally) < TOGETHER {
            gone.push(track.id);
            if let (None, Some(own)) = (identity, track.identity) {
                claims::hand_over(claimants, tracks, own, id);
            }
        }
    }
    tracks.retain(|track| !gone.contains(&track.id) || claims::lost(claimants, track));
}

/// Weighs "two movers" against "one mover" by the hits since the last comparison: two would give as many as both expect,
/// one half as many (Poisson).
fn compare(track: &mut Track, other: u64, (hits, looks): (f64, f64)) -> f64 {
    let both = (track.tally.0 + hits, track.tally.1 + looks);
    if track.beside == other {
        let (hits, looks) = (both.0 - track.compared.0, both.1 - track.compared.1);
        track.apart = (track.apart + hits * std::f64::consts::LN_2 - 0.5 * looks).clamp(-10.0, APART_MAX);
    } else {
        (track.beside, track.apart) = (other, 0.0);
    }
    track.compared = both;
    track.apart
}

/// Whether `a` has the older right to go on: shown before not shown, then by birth, then by id.
fn elder(a: &Track, b: &Track) -> bool {
    let order = b.confirmed.cmp(&a.confirmed).then(a.birth.time_s.total_cmp(&b.birth.time_s)).then(a.id.cmp(&b.id));
    order.is_lt()
}

fn is_double(a: &Track, b: &Track, time_s: f64) -> bool {
    if a.identity.is_some() && b.identity.is_some() {
        return false;
    }
    let (at, bt) = (a.mean_at(time_s), b.mean_at(time_s));
    let gap = (at.x - bt.x).hypot(at.y - bt.y);
    let sigma = a.whole.cov.sigma_place_m() + b.whole.cov.sigma_place_m();
    gap < (0.8 * sigma).clamp(25.0, 60.0) && (at.u - bt.u).hypot(at.v - bt.v) < 6.0
}
