//! Odds of an event against "all these picks are clutter".
//!
//! After the likelihood of NET-VISA (Arora, Russell & Sudderth 2013): every arrival brings its probability of detection
//! and the density of its residual over the rate of clutter, every silent station that listened the probability of
//! missing; the place is integrated by Laplace's method, and how far the event is heard over a grid of ranges.

use super::cells::Medium;
use super::fit::{Fit, Member};
use super::model::Model;
use super::picks_by_station::N_WAVES;

/// Step of the tables in the logarithm of range.
const STEP: f64 = 0.02;
/// Tables reach from `e^-REACH` to `e^REACH`.
const REACH: f64 = 3.0;
/// Steps between one range of hearing and the next.
const RANGE_STEPS: i64 = 10;
/// How many ranges of hearing are tried.
const N_RANGES: i64 = 16;
/// Width of the edge of hearing over its range.
const EDGE: f64 = 0.2;
/// Steps from the range of hearing at which the edge is no longer felt: `ln 0.5`.
const NEAR_STEPS: i64 = -35;
/// A wave is heard with at least this probability anywhere.
const FLOOR: f64 = 2e-3;
/// Variance of a bearing's error that the way through the air adds, degrees².
const BEARING_EXTRA: f64 = 0.25;

/// Probability of detection by range: `best / (1 + exp((r/R - 1)/edge))`, R unknown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Detection {
    /// Best probability by wave.
    pub(super) best: [f64; N_WAVES],
    ln_hit: [Vec<f32>; N_WAVES],
    ln_miss: [Vec<f32>; N_WAVES],
}

impl Detection {
    /// What is believed before anything is found.
    pub(super) fn before() -> Self {
        Self::of([0.8, 0.7, 0.3, 0.85, 0.3, 0.5])
    }

    /// Tables for the best probabilities.
    pub(super) fn of(best: [f64; N_WAVES]) -> Self {
        let steps = (REACH / STEP) as i64;
        let pd = |best: f64, step: i64| (best / (1.0 + (((step as f64 * STEP).exp() - 1.0) / EDGE).exp())).max(FLOOR);
        let table = |ln: fn(f64) -> f64| best.map(|best| (-steps..=steps).map(|s| ln(pd(best, s)) as f32).collect());
        Self { best, ln_hit: table(f64::ln), ln_miss: table(|pd: f64| (1.0 - pd).ln()) }
    }

    fn ln_hit(&self, wave: usize, step: i64) -> f64 {
        looked_up(self.ln_hit.get(wave), step)
    }

    fn ln_miss(&self, wave: usize, step: i64) -> f64 {
        looked_up(self.ln_miss.get(wave), step)
    }
}

fn looked_up(table: Option<&Vec<f32>>, step: i64) -> f64 {
    let steps = (REACH / STEP) as i64;
    let index = usize::try_from(step.clamp(-steps, steps) + steps).unwrap_or(0);
    table.and_then(|table| table.get(index)).map_or(0.0, |&ln| f64::from(ln))
}

/// One (station, wave) that could have heard an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance {
    pub(super) station: usize,
    pub(super) wave: usize,
    /// Logarithm of the distance in steps.
    steps: i64,
    /// What is left of its probability of detection.
    pub(super) awake: f64,
    /// Index of the member that it is, if it heard.
    pub(super) member: Option<usize>,
}

/// What a station and wave say of an event: the density of its residual over that of clutter.
pub(super) fn ln_density_ratio(model: &Model<'_>, member: &Member) -> f64 {
    let chi = member.residual_s() / member.sigma_s();
    let rate_hz = model.rates_hz.get(member.entry()).copied().unwrap_or(1.0);
    let ln_time = -0.5 * chi * chi - (member.sigma_s() * rate_hz).ln() - 0.919;
    let ln_bearing = member.bearing_deg().map_or(0.0, |(residual, sigma)| {
        let chi = residual / sigma;
        let ln_normal = -0.5 * chi * chi - (sigma * 2.5066).ln();
        (ln_normal.exp() + 1e-4).ln() + 360.0_f64.ln()
    });
    ln_time + ln_bearing
}

/// How far an event is heard: number of the range through the ground and through the air.
pub(super) type Ranges = [i64; 2];

/// Shortest range of hearing of a wave, km.
const fn first_range_km(wave: usize) -> f64 {
    if wave < 3 { 15.0 } else { 2.0 }
}

/// The range of a wave.
fn range_of(ranges: Ranges, wave: usize) -> i64 {
    if wave < 3 { ranges[0] } else { ranges[1] }
}

/// Distance beyond which an event is heard by chance only, km.
pub(super) fn hearing_km(wave: usize, ranges: Ranges) -> f64 {
    let range = range_of(ranges, wave) * RANGE_STEPS;
    first_range_km(wave) * (range as f64 * STEP).exp() * (1.0 + 7.0 * EDGE)
}

/// All chances of an event, members and misses.
pub(super) fn chances(model: &Model<'_>, fit: &Fit) -> Vec<Chance> {
    let firsts = [first_range_km(0).ln(), first_range_km(3).ln()];
    let mut members: Vec<(usize, usize, usize)> = fit
        .members
        .iter()
        .enumerate()
        .filter_map(|(index, member)| {
            model.picks.entry(member.entry()).map(|entry| (entry.station(), entry.wave(), index))
        })
        .collect();
    members.sort_unstable();
    let mut members = members.into_iter().peekable();
    let mut chances = Vec::with_capacity(64);
    for (station, post) in model.network.posts.iter().enumerate() {
        let (east, north) = (fit.source.east_km - post.east_km, fit.source.north_km - post.north_km);
        let depth = if fit.medium == Medium::Air { 0.0 } else { fit.source.depth_km };
        let squared = (east * east + north * north + depth * depth).max(0.01);
        let ln_range = 0.5 * squared.ln();
        let awake = model.awake(station, fit.time_s + squared.sqrt() / 3.0);
        for (wave, &used) in model.picks.used.iter().enumerate() {
            let member = members.next_if(|m| (m.0, m.1) == (station, wave)).map(|m| m.2);
            if used && (fit.medium.carries(wave) || member.is_some()) {
                let first = if wave < 3 { firsts[0] } else { firsts[1] };
                let steps = ((ln_range - first) / STEP).round() as i64;
                chances.push(Chance { station, wave, steps, awake, member });
            }
        }
    }
    chances
}

/// Logarithm of the probability of hits and misses of some waves when events are heard as far as range number `range`.
fn ln_heard(model: &Model<'_>, chances: &[Chance], (through_ground, range): (bool, i64)) -> f64 {
    let shift = range * RANGE_STEPS;
    let one = |chance: &Chance| {
        let step = chance.steps - shift;
        match chance.member {
            Some(_) => model.detection.ln_hit(chance.wave, step),
            None => chance.awake * model.detection.ln_miss(chance.wave, step),
        }
    };
    chances.iter().filter(|chance| (chance.wave < 3) == through_ground).map(one).sum()
}

/// The likeliest ranges of hearing and the logarithm of the probability averaged over all.
pub(super) fn heard(model: &Model<'_>, chances: &[Chance]) -> (Ranges, f64) {
    let of_medium = |through_ground: bool| {
        let ranges = (0..N_RANGES).map(|range| ln_heard(model, chances, (through_ground, range)));
        let of_range: Vec<f64> = ranges.collect();
        let best = of_range.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let likeliest = of_range.iter().position(|&ln| ln >= best).unwrap_or(0);
        let sum: f64 = of_range.iter().map(|ln| (ln - best).exp()).sum();
        (likeliest as i64, best + (sum / N_RANGES as f64).ln())
    };
    let any = |through_ground: bool| chances.iter().any(|chance| (chance.wave < 3) == through_ground);
    let (ground, ln_ground) = if any(true) { of_medium(true) } else { (0, 0.0) };
    let (air, ln_air) = if any(false) { of_medium(false) } else { (0, 0.0) };
    ([ground, air], ln_ground + ln_air)
}

/// What a chance gains by its member: logarithm of hit over miss, without the density.
pub(super) fn ln_gain(model: &Model<'_>, chance: &Chance, ranges: Ranges) -> f64 {
    let step = chance.steps - range_of(ranges, chance.wave) * RANGE_STEPS;
    model.detection.ln_hit(chance.wave, step) - model.detection.ln_miss(chance.wave, step)
}

/// Probability that a listening station hears an event.
pub(super) fn pd(model: &Model<'_>, chance: &Chance, fit: &Fit) -> f64 {
    model.detection.ln_hit(chance.wave, chance.steps - range_of(fit.ranges, chance.wave) * RANGE_STEPS).exp()
}

/// Whether a chance is so near to an event, and listens, that only luck decides whether it hears.
pub(super) fn is_near(chance: &Chance, fit: &Fit) -> bool {
    chance.awake >= 1.0 && chance.steps - range_of(fit.ranges, chance.wave) * RANGE_STEPS <= NEAR_STEPS
}

/// Variance of a bearing, degrees².
pub(super) fn bearing_variance(sigma_deg: f64) -> f64 {
    sigma_deg * sigma_deg + BEARING_EXTRA
}
