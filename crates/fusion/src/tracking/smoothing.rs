//! After the fact: where each track was, with what came later taken in too (fixed-interval smoothing).
//!
//! The plots that the chain gives to a track are filtered forwards and backwards with the same models of motion, and the
//! two are joined as independent Gaussians (Fraser and Potter 1969). What this changes is stated beside each state.

use super::kinematics::{Covariance, Fit, Mean, Row, fold};
use super::motion::{Mode, Modes, Motion, advance, overall};
use super::nouns::{Plot, Scan, Sensor, Setup};
use super::picture::Link;
use super::sight::{Bias, Form, Sight, Stand, sound};
use super::track::{Birth, Track};
use std::collections::{BTreeMap, HashMap};

/// One state of one track, at the time of one of its plots.
#[derive(Clone, Debug, PartialEq)]
pub struct Smoothed {
    /// The track.
    pub track: u64,
    /// When.
    pub time_s: f64,
    /// Place and velocity with everything taken in.
    pub mean: Mean,
    /// Their covariance.
    pub cov: Covariance,
    /// What was known at the time.
    pub live: Mean,
    /// How far the place has been moved by what came later.
    pub moved_m: f64,
    /// The plot.
    pub plot: u64,
}

/// One plot of a track with where it was measured from.
#[derive(Clone, Copy)]
struct Seen<'a> {
    time_s: f64,
    plot: &'a Plot,
    sensor: &'a Sensor,
    stand: Stand,
}

/// Associations at least this sure take part.
const SURE: f32 = 0.5;

/// Smooths every track of the chain; states by track, then time. Biases are not taken off: hand over corrected plots where
/// they matter.
#[must_use]
pub fn smooth(setup: &Setup, scans: &[Scan], links: &[Link]) -> Vec<Smoothed> {
    let mut where_seen: HashMap<u64, Seen<'_>> = HashMap::new();
    for scan in scans {
        let Some(sensor) = setup.sensors.get(scan.sensor as usize) else { continue };
        let stand = scan.from_m.map_or(Stand { x: sensor.east_m, y: sensor.north_m }, |(x, y)| Stand { x, y });
        let time_s = scan.time_s;
        where_seen.extend(scan.plots.iter().map(|plot| (plot.number, Seen { time_s, plot, sensor, stand })));
    }
    let mut by_track: BTreeMap<u64, Vec<Seen<'_>>> = BTreeMap::new();
    for link in links.iter().filter(|link| link.probability >= SURE) {
        if let Some(seen) = where_seen.get(&link.plot) {
            by_track.entry(link.track).or_default().push(*seen);
        }
    }
    let motion = setup.motion();
    by_track.into_iter().flat_map(|(track, seen)| one(track, seen, &motion)).collect()
}

fn one(track: u64, mut seen: Vec<Seen<'_>>, motion: &Motion) -> Vec<Smoothed> {
    seen.sort_by(|a, b| a.time_s.total_cmp(&b.time_s).then(a.plot.number.cmp(&b.plot.number)));
    let forwards = pass(seen.iter(), motion, 1.0);
    let mut backwards = pass(seen.iter().rev(), motion, -1.0);
    backwards.reverse();
    let joined = seen.iter().zip(forwards).zip(backwards);
    joined
        .filter_map(|((seen, (_, live)), (later, _))| {
            let live = live?;
            let (mean, cov) = later.map_or((live.mean, live.cov), |later| join(&live, &reversed(&later)));
            let moved_m = (mean.x - live.mean.x).hypot(mean.y - live.mean.y);
            Some(Smoothed { track, time_s: seen.time_s, mean, cov, live: live.mean, moved_m, plot: seen.plot.number })
        })
        .collect()
}

/// The state just before and just after each plot, in the direction of `sense`; none before the first place.
fn pass<'a>(
    seen: impl Iterator<Item = &'a Seen<'a>>,
    motion: &Motion,
    sense: f64,
) -> Vec<(Option<Mode>, Option<Mode>)> {
    let mut state: Option<(f64, Modes)> = None;
    let mut out = Vec::new();
    for seen in seen {
        let form = Form::of(&seen.plot.reading, seen.sensor, &Bias::default());
        let Some((time_s, modes)) = &mut state else {
            state = begin(seen, form, motion, sense);
            out.push((None, state.map(|(_, modes)| overall(&modes))));
            continue;
        };
        let gap_s = (seen.time_s - *time_s).abs();
        let steps = gap_s.ceil().clamp(1.0, 60.0) as u32;
        for _ in 0..steps {
            advance(modes, gap_s / f64::from(steps), motion, 1.0);
        }
        *time_s = seen.time_s;
        let before = overall(modes);
        update(modes, &form, seen, sense);
        out.push((Some(before), Some(overall(modes))));
    }
    out
}

fn begin(seen: &Seen<'_>, form: Form, motion: &Motion, sense: f64) -> Option<(f64, Modes)> {
    let (x, y) = form.place(seen.stand)?;
    let birth = Birth { scan: 0, sensor: 0, plot: seen.plot.number, time_s: seen.time_s, x, y, watched: 0.0 };
    let sight = Sight { plot: *seen.plot, form, clutter: 0.0, unseen: 1.0 };
    let track = Track::born(&sight, birth, seen.stand, motion)?;
    let modes = if sense < 0.0 { track.modes.map(|mode| reversed(&mode)) } else { track.modes };
    Some((seen.time_s, modes))
}

/// The same state with time running the other way.
fn reversed(mode: &Mode) -> Mode {
    let Covariance { xu, xv, yu, yv, .. } = mode.cov;
    let mean = Mean { u: -mode.mean.u, v: -mode.mean.v, ..mode.mean };
    Mode { mean, cov: Covariance { xu: -xu, xv: -xv, yu: -yu, yv: -yv, ..mode.cov }, ..*mode }
}

fn update(modes: &mut Modes, form: &Form, seen: &Seen<'_>, sense: f64) {
    let before = *modes;
    let mut total = 0.0;
    for mode in modes.iter_mut() {
        let mut turned = if sense < 0.0 { reversed(mode) } else { *mode };
        let rows = form.rows(seen.stand, &turned.mean, sound(seen.sensor));
        let fit: Fit = rows.fold(&mut turned.mean, &mut turned.cov);
        *mode = if sense < 0.0 { reversed(&turned) } else { turned };
        mode.weight *= fit.log_likelihood.max(-600.0).exp();
        total += mode.weight;
    }
    if total <= 0.0 || !total.is_finite() {
        *modes = before;
        return;
    }
    for mode in modes {
        mode.weight /= total;
    }
}

/// Two independent Gaussians as one: the second is whitened by its Cholesky factor and folded into the first as four rows.
fn join(a: &Mode, b: &Mode) -> (Mean, Covariance) {
    let c = &b.cov;
    let l11 = c.xx.max(1e-9).sqrt();
    let (l21, l31, l41) = (c.xy / l11, c.xu / l11, c.xv / l11);
    let l22 = (c.yy - l21 * l21).max(1e-9).sqrt();
    let (l32, l42) = ((c.yu - l31 * l21) / l22, (c.yv - l41 * l21) / l22);
    let l33 = (c.uu - l31 * l31 - l32 * l32).max(1e-9).sqrt();
    let l43 = (c.uv - l41 * l31 - l42 * l32) / l33;
    let l44 = (c.vv - l41 * l41 - l42 * l42 - l43 * l43).max(1e-9).sqrt();
    // Rows of the inverse factor, by forward substitution.
    let first = [1.0 / l11, 0.0, 0.0, 0.0];
    let unit = |row: usize| [0.0, 1.0, 2.0, 3.0].map(|k: f64| if k as usize == row { 1.0 } else { 0.0 });
    let minus = |from: [f64; 4], factor: f64, other: [f64; 4]| {
        let mut out = from;
        for (cell, part) in out.iter_mut().zip(other) {
            *cell -= factor * part;
        }
        out
    };
    let second = minus(unit(1), l21, first).map(|cell| cell / l22);
    let third = minus(minus(unit(2), l31, first), l32, second).map(|cell| cell / l33);
    let fourth = minus(minus(minus(unit(3), l41, first), l42, second), l43, third).map(|cell| cell / l44);
    let (mut mean, mut cov) = (a.mean, a.cov);
    let off = b.mean.minus(a.mean);
    for [x, y, u, v] in [first, second, third, fourth] {
        let residual = x * off.x + y * off.y + u * off.u + v * off.v;
        fold(&mut mean, &mut cov, &a.mean, &Row { a: x, b: y, c: u, d: v, residual, variance: 1.0 });
    }
    (mean, cov)
}
