//! What time and place say of the class: the clock, quarries, storms, lightning, and sources that move or stand high.

use super::GroundClass;
use super::class_tables::{About, Traits, by_the_clock, per_class};
use super::class_waveform::{is_air, normal, rounded};
use super::classes::{Observed, Piece, Surroundings};
use truceline_domain::{LocalFrame, PlaceEstimate, Wgs84};

/// The hour of the week, local.
pub(super) fn clock(observed: &Observed, surroundings: &Surroundings) -> Option<Piece> {
    let by_sun_s = (observed.place.centre.lon_deg() * 240.0).round() as i64;
    let offset_s = surroundings.utc_offset_s.map_or(by_sun_s, i64::from);
    let local_s = observed.time.as_second() + offset_s;
    // 1 January 1970 was a Thursday; Monday is 0.
    let weekday = u32::try_from((local_s.div_euclid(86_400) + 3).rem_euclid(7)).unwrap_or(0);
    let hour = u32::try_from(local_s.rem_euclid(86_400)).map_or(0.0, |s| f64::from(s) / 3_600.0);
    let logs = per_class(|t| (0.95 * by_the_clock(t.class, weekday, hour) + 0.05).ln());
    let day = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let day = day.get(weekday as usize).copied().unwrap_or("");
    Some((format!("local time {day} {:02}:{:02}", hour.floor(), (hour.fract() * 60.0).floor()), logs))
}

/// Share of blasts in quarries that come from registered ones, where there is a register.
const REGISTERED: f64 = 0.85;

/// Other sources sit beside a quarry as densely as anywhere; blasts in registered quarries sit there and nowhere else.
pub(super) fn quarries(observed: &Observed, surroundings: &Surroundings) -> Option<Piece> {
    let n = f64::from(u32::try_from(surroundings.quarries.len()).ok()?);
    let near = |(place, radius_m)| density_ratio(&observed.place, place, (radius_m, surroundings.area_km2));
    let best = surroundings
        .quarries
        .iter()
        .map(|quarry| (near((quarry.place, quarry.radius_m)), quarry))
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.name.cmp(&a.1.name)))?;
    let sum: f64 = surroundings.quarries.iter().map(|q| near((q.place, q.radius_m))).sum();
    let ratio = REGISTERED * sum / n + (1.0 - REGISTERED);
    let logs = per_class(|t| if t.class == GroundClass::QuarryBlast { ratio.max(0.01).ln() } else { 0.0 });
    let km = ranged(best.1.place, observed.place.centre).hypot_km();
    Some((format!("{} km from the registered quarry {}", rounded(km), best.1.name), logs))
}

/// How many times denser than evenly over the area a source in the disc of that radius makes the place as located. The
/// disc counts as a normal law of the same variance, radius²/4 along each axis.
fn density_ratio(at: &PlaceEstimate, place: Wgs84, (radius_m, area_km2): (f64, f64)) -> f64 {
    let Offset { east_m, north_m } = ranged(place, at.centre);
    let blur = (radius_m * radius_m / 4.0).max(2_500.0);
    let (vee, vnn, ven) = (at.var_east_m2 + blur, at.var_north_m2 + blur, at.cov_east_north_m2);
    let det = (vee * vnn - ven * ven).max(1.0);
    let q = (east_m * east_m * vnn - 2.0 * east_m * north_m * ven + north_m * north_m * vee) / det;
    area_km2.max(1.0) * 1e6 * (-0.5 * q).exp() / (2.0 * std::f64::consts::PI * det.sqrt())
}

struct Offset {
    east_m: f64,
    north_m: f64,
}

impl Offset {
    fn hypot_km(&self) -> f64 {
        self.east_m.hypot(self.north_m) / 1_000.0
    }
}

fn ranged(from: Wgs84, to: Wgs84) -> Offset {
    let (east_m, north_m) = LocalFrame::about(from).enu_from_wgs84(to);
    Offset { east_m, north_m }
}

/// In a storm cell or not, where the weather is watched: 19 of 20 thunders are; other sounds are by the share of the
/// area that is under cells at the time.
pub(super) fn storms(observed: &Observed, surroundings: &Surroundings) -> Option<Piece> {
    let storms = surroundings.storms.as_ref()?;
    let now = || storms.iter().filter(|storm| storm.span.contains(observed.time));
    let margin_m = 5_000.0 + 2.0 * observed.place.sigma_major_m();
    let is_under = now().any(|s| ranged(s.place, observed.place.centre).hypot_km() * 1e3 < s.radius_m + margin_m);
    let covered: f64 = now().map(|s| std::f64::consts::PI * ((s.radius_m + margin_m) / 1e3).powi(2)).sum();
    let share = (covered / surroundings.area_km2.max(1.0)).clamp(0.01, 0.9);
    let under = per_class(|t| if t.class == GroundClass::Thunder { 0.95 } else { share });
    let (said, logs) = if is_under {
        ("under a storm cell", under.map(f64::ln))
    } else {
        ("no storm cell near", under.map(|p| (1.0 - p).ln()))
    };
    Some((said.to_owned(), logs))
}

/// Strokes within 4 s and 6 km (channels are long), where lightning is watched: four of five thunders have one
/// (networks miss some, flashes inside clouds above all); other sounds by chance.
pub(super) fn lightning(observed: &Observed, surroundings: &Surroundings) -> Option<Piece> {
    let strokes = surroundings.strokes.as_ref()?;
    let seconds = |stroke: &super::classes::Stroke| stroke.at.duration_since(observed.time).as_secs_f64();
    let first = strokes.partition_point(|s| seconds(s) < -600.0);
    let around: Vec<_> = strokes.iter().skip(first).take_while(|s| seconds(s) < 600.0).collect();
    let is_with = |s: &&&super::classes::Stroke| {
        let reach_m = 6_000.0 + 2.0 * s.sigma_m.hypot(observed.place.sigma_major_m());
        seconds(s).abs() < 4.0 && ranged(s.place, observed.place.centre).hypot_km() * 1e3 < reach_m
    };
    let has = around.iter().any(|s| is_with(&s));
    // By chance: strokes of these twenty minutes, in time and over the area.
    let n = f64::from(u32::try_from(around.len()).unwrap_or(u32::MAX));
    let chance = (n * (8.0 / 1_200.0) * (113.0 / surroundings.area_km2.max(113.0)) + 0.002).min(0.5);
    let p = per_class(|t| if t.class == GroundClass::Thunder { 0.8 } else { chance });
    let (said, logs) = if has {
        ("a lightning stroke at that time and place", p.map(f64::ln))
    } else {
        ("no lightning stroke at that time and place", p.map(|p| (1.0 - p).ln()))
    };
    Some((said.to_owned(), logs))
}

/// Arrays that are asked, in the order given (near first): more say the same.
const ARRAYS: usize = 12;

/// Arrays of one event share its place and the wind: together they count as three at most.
fn counted(n: usize) -> f64 {
    (3.0 / n.max(1) as f64).min(1.0)
}

/// Extra scatter of bearings, degrees: none for what sounds from one point; for what moves or is kilometres long one of these.
const SCATTERS_DEG: [f64; 4] = [2.0, 8.0, 20.0, 40.0];

/// Whether the bearings point to one place. Propagation scatters them by 4° (half-widths of published arrays).
pub(super) fn moving(observed: &Observed) -> Option<Piece> {
    let misfits: Vec<(f64, f64)> = observed
        .heard
        .iter()
        .filter(|h| is_air(h.wave))
        .filter_map(|h| {
            // An error of the place turns the direction to it too.
            let turn_deg = (observed.place.sigma_major_m() / h.range_m.max(50.0)).to_degrees();
            Some((h.bearing_misfit_deg?, h.bearing?.azimuth_deg.sigma.hypot(4.0).hypot(turn_deg)))
        })
        .take(ARRAYS)
        .collect();
    if misfits.is_empty() {
        return None;
    }
    let log = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        counted(misfits.len()) * misfits.iter().map(|(m, s)| (0.95 * of(*m, *s) + 0.05 / 360.0).ln()).sum::<f64>()
    };
    let fixed = log(&normal);
    let loose = log(&|m, s| {
        SCATTERS_DEG.map(|extra_deg| normal(m, (s * s + extra_deg * extra_deg).sqrt())).iter().sum::<f64>() / 4.0
    });
    let logs = per_class(|t| match t.class {
        GroundClass::Thunder | GroundClass::SonicBoom | GroundClass::SupersonicRound => loose,
        _ => fixed,
    });
    let n = misfits.len() as f64;
    let rms = (misfits.iter().map(|(m, _)| m * m).sum::<f64>() / n).sqrt();
    Some((format!("bearings miss the place by {rms:.0}°"), logs))
}

/// Heights that sources can have, m.
fn height_m(class: GroundClass) -> Option<About> {
    match class {
        GroundClass::Fireworks => Some(About(150.0, 0.6)),
        GroundClass::Thunder => Some(About(2_500.0, 0.7)),
        _ => None,
    }
}

/// Five heights of equal probability.
fn heights(About(middle, spread): About) -> [f64; 5] {
    [-1.28, -0.52, 0.0, 0.52, 1.28].map(|z: f64| middle * (z * spread).exp())
}

/// How far trace velocities of moving sources exceed that of sound: a front that sweeps over the ground at the speed of
/// the aircraft, or of the round, over that of sound. Evenly between.
fn sweep(class: GroundClass) -> Option<(f64, f64)> {
    match class {
        GroundClass::SonicBoom => Some((0.02, 1.2)),
        GroundClass::SupersonicRound => Some((0.0, 1.8)),
        _ => None,
    }
}

/// Density at `x`, measured with error `sigma`, of what lies evenly between: ten steps.
fn between((x, sigma): (f64, f64), from: f64, until: f64) -> f64 {
    let step = (until - from) / 10.0;
    let sigma = (sigma * sigma + step * step / 9.0).sqrt();
    (0..10_u32).map(|i| normal(x - (from + (f64::from(i) + 0.5) * step), sigma)).sum::<f64>() / 10.0
}

/// Trace velocities: sound from above crosses an array faster than sound, by 1/cos of its elevation.
pub(super) fn trace(observed: &Observed) -> Option<Piece> {
    let excess = |h: &super::classes::Heard| {
        let trace = h.bearing?.trace_velocity_mps?;
        (is_air(h.wave) && trace.value > 250.0 && trace.value < 3_000.0)
            .then(|| (trace.value / 340.0 - 1.0, (trace.sigma / 340.0).hypot(0.04), h.range_m.max(50.0)))
    };
    let seen: Vec<(f64, f64, f64)> =
        observed.heard.iter().filter_map(excess).filter(|(_, s, _)| *s < 1.0).take(ARRAYS).collect();
    if seen.is_empty() {
        return None;
    }
    // Each array sees its own part of what moves or is high.
    let log = |of: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        counted(seen.len())
            * seen.iter().map(|(x, s, range_m)| (0.95 * of(*x, *s, *range_m) + 0.05 / 3.0).ln()).sum::<f64>()
    };
    let fixed = log(&|x, s, _| normal(x, s));
    let logs = per_class(|t: &Traits| match (height_m(t.class), sweep(t.class)) {
        (Some(about), _) => log(&|x, s, range_m| {
            let excess = heights(about).map(|height_m| (1.0 + (height_m / range_m).powi(2)).sqrt() - 1.0);
            excess.iter().map(|e| normal(x - e, s)).sum::<f64>() / 5.0
        }),
        (_, Some((from, until))) => log(&|x, s, _| between((x, s), from, until)),
        _ => fixed,
    });
    let mean = seen.iter().map(|(x, _, _)| x).sum::<f64>() / seen.len() as f64;
    Some((format!("crosses arrays at {:.0} m/s", 340.0 * (1.0 + mean)), logs))
}
