//! How far a network hears, learned from its own record of hits and misses.

/// One station in reach of one located event: did it pick it?
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReachTrial {
    /// Number of the event; trials of one event share its loudness.
    pub event: usize,
    /// From the event to the station, km.
    pub range_km: f64,
    /// Wind from the event towards the station, m/s.
    pub downwind_mps: f64,
    /// True when the station picked it; stations that were down are no trials at all.
    pub heard: bool,
}

/// How far events of the usual loudness are heard: the probability falls with the logarithm of range as a logistic
/// curve, from `p_max` close by through half of it at `r50_km`, shifted by the wind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Range of half of `p_max` without wind, km.
    pub r50_km: f64,
    /// Width of the fall, in natural logarithms of range.
    pub width_ln: f64,
    /// By how much each m/s of wind towards the station raises the logarithm of `r50_km`.
    pub wind_ln_per_mps: f64,
    /// Probability close by.
    pub p_max: f64,
    /// Covariance of (ln r50, ln width, wind slope, logit p_max).
    pub covariance: [[f64; 4]; 4],
    /// Spread of the events' own loudness, one standard deviation of the logarithm of their r50.
    pub loudness_sigma: f64,
    /// Trials it was learned from.
    pub n_trials: usize,
}

/// Fewest hits and fewest misses that a reach can be learned from.
pub const MIN_OF_EACH: usize = 10;
const N_ROUNDS: usize = 80;
/// Points on which an event's loudness is integrated, from −3.5 to 3.5 standard deviations.
const NODES: usize = 15;
/// What is believed before the record speaks: spread of ln r50 about the median range, of ln width about ln 0.4, of the
/// wind's slope about 0, and of logit p_max about 3.
const PRIOR_SIGMA: [f64; 4] = [2.0, 1.0, 0.15, 1.2];

type Vec4 = [f64; 4];

impl Reach {
    /// Probability that a station hears an event of `charge_ratio` times the usual charge. Falls with range, rises with
    /// wind towards the station where the record says so, rises with the charge (r50 grows with its cube root, as
    /// blast waves scale: Hopkinson and Cranz).
    pub fn pd(&self, range_km: f64, downwind_mps: f64, charge_ratio: f64) -> f64 {
        let theta = self.theta();
        probability(&theta, self.loudness(charge_ratio), range_km, downwind_mps).0
    }

    /// The same, lowered by `z` standard deviations of what the record leaves open: a shorter reach, a smaller `p_max`,
    /// and of a wider and a narrower fall the one that gives less. Monotone in range and charge as [`Reach::pd`] is.
    pub fn pd_lower(&self, range_km: f64, downwind_mps: f64, charge_ratio: f64, z: f64) -> f64 {
        let sigma = |k: usize| {
            let variance = self.covariance.get(k).and_then(|row| row.get(k));
            z.abs() * variance.copied().unwrap_or(0.0).max(0.0).sqrt()
        };
        let [ln_r50, ln_width, wind, logit] = self.theta();
        // The slope of the wind is taken off where the wind helps and added where it hinders.
        let lowered = [ln_r50 - sigma(0), ln_width, wind - sigma(2) * downwind_mps.signum(), logit - sigma(3)];
        let with_width = |ln_width: f64| {
            let theta = [lowered[0], ln_width, lowered[2], lowered[3]];
            probability(&theta, self.loudness(charge_ratio), range_km, downwind_mps).0
        };
        with_width(ln_width - sigma(1)).min(with_width(ln_width + sigma(1)))
    }

    fn loudness(&self, charge_ratio: f64) -> f64 {
        charge_ratio.max(1e-12).ln() / 3.0
    }

    fn theta(&self) -> Vec4 {
        let p = self.p_max.clamp(1e-9, 1.0 - 1e-9);
        [self.r50_km.max(1e-9).ln(), self.width_ln.max(1e-9).ln(), self.wind_ln_per_mps, (p / (1.0 - p)).ln()]
    }
}

/// Learns how far a network hears from trials; `None` with fewer than [`MIN_OF_EACH`] hits or misses. Trials that are
/// no numbers are left out. The order of the trials does not matter beyond rounding.
///
/// Each event has a loudness of its own, drawn from a normal distribution whose spread is learned as well.
///
/// # Source
/// Likelihood with the loudness integrated out on [`NODES`] points, a weak prior, steps by the observed information, which
/// is the complete one less the variance of the score over the loudness (Louis 1982, JRSS B 44:226).
pub fn fit_reach(trials: &[ReachTrial]) -> Option<Reach> {
    let usable = |t: &&ReachTrial| t.range_km > 0.0 && t.range_km.is_finite() && t.downwind_mps.is_finite();
    let mut trials: Vec<ReachTrial> = trials.iter().filter(usable).copied().collect();
    trials.sort_by(|a, b| {
        let key = |t: &ReachTrial| (t.event, t.heard);
        key(a).cmp(&key(b)).then(a.range_km.total_cmp(&b.range_km)).then(a.downwind_mps.total_cmp(&b.downwind_mps))
    });
    let n_heard = trials.iter().filter(|t| t.heard).count();
    if n_heard < MIN_OF_EACH || trials.len() - n_heard < MIN_OF_EACH {
        return None;
    }
    let mut fit = Fit::of(&trials);
    for _ in 0..N_ROUNDS {
        if fit.step() < 1e-6 {
            break;
        }
    }
    let covariance = inverse(fit.gather().observed)?;
    let [ln_r50, ln_width, wind, logit] = fit.theta;
    Some(Reach {
        r50_km: ln_r50.exp(),
        width_ln: ln_width.exp(),
        wind_ln_per_mps: wind,
        p_max: 1.0 / (1.0 + (-logit).exp()),
        covariance,
        loudness_sigma: fit.loudness_sigma,
        n_trials: trials.len(),
    })
}

/// Probability of hearing, with its gradient by the four parameters.
fn probability(theta: &Vec4, loudness: f64, range_km: f64, downwind_mps: f64) -> (f64, Vec4) {
    let [ln_r50, ln_width, wind, logit] = *theta;
    let width = ln_width.exp().max(1e-6);
    let p_max = 1.0 / (1.0 + (-logit).exp());
    let u = (ln_r50 + loudness + wind * downwind_mps - range_km.max(1e-9).ln()) / width;
    let s = 1.0 / (1.0 + (-u).exp());
    let slope = p_max * s * (1.0 - s);
    (p_max * s, [slope / width, -slope * u, slope * downwind_mps / width, p_max * (1.0 - p_max) * s])
}

struct Fit<'a> {
    /// Trials by event.
    events: Vec<&'a [ReachTrial]>,
    theta: Vec4,
    prior: Vec4,
    loudness_sigma: f64,
}

/// What all events together say about the four parameters and the spread of loudness.
#[derive(Clone, Copy, Debug)]
struct Gathered {
    score: Vec4,
    /// Information if loudness were known, and what is left as it is not.
    complete: [Vec4; 4],
    observed: [Vec4; 4],
    loudness_squares: f64,
}

impl<'a> Fit<'a> {
    fn of(trials: &'a [ReachTrial]) -> Self {
        let mut ranges: Vec<f64> = trials.iter().map(|t| t.range_km).collect();
        ranges.sort_by(f64::total_cmp);
        let median = ranges.get(ranges.len() / 2).copied().unwrap_or(1.0);
        let prior = [median.ln(), 0.4_f64.ln(), 0.0, 3.0];
        Self { events: trials.chunk_by(|a, b| a.event == b.event).collect(), theta: prior, prior, loudness_sigma: 0.3 }
    }

    /// One step of all parameters; how far it went.
    fn step(&mut self) -> f64 {
        let gathered = self.gather();
        let Some(inverse) = inverse(gathered.observed).or_else(|| inverse(gathered.complete)) else { return 0.0 };
        let mut longest = 0.0_f64;
        for (theta, row) in self.theta.iter_mut().zip(inverse) {
            let change = row.iter().zip(gathered.score).map(|(a, b)| a * b).sum::<f64>().clamp(-0.3, 0.3);
            *theta += change;
            longest = longest.max(change.abs());
        }
        // Two events' worth of a spread of 0.3 keep a single event from making it up.
        let variance = (gathered.loudness_squares + 2.0 * 0.09) / (self.events.len() as f64 + 2.0);
        let sigma = variance.sqrt().clamp(0.02, 3.0);
        longest = longest.max((sigma - self.loudness_sigma).abs());
        self.loudness_sigma = sigma;
        longest
    }

    fn gather(&self) -> Gathered {
        let mut all =
            Gathered { score: [0.0; 4], complete: [[0.0; 4]; 4], observed: [[0.0; 4]; 4], loudness_squares: 0.0 };
        for (k, ((prior, theta), sigma)) in self.prior.iter().zip(self.theta).zip(PRIOR_SIGMA).enumerate() {
            let precision = 1.0 / (sigma * sigma);
            let unit: Vec4 = std::array::from_fn(|i| f64::from(u8::from(i == k)));
            all.score.iter_mut().zip(unit).for_each(|(s, u)| *s += u * precision * (prior - theta));
            add_outer(&mut all.complete, &unit, precision);
            add_outer(&mut all.observed, &unit, precision);
        }
        for trials in &self.events {
            self.gather_event(trials, &mut all);
        }
        all
    }

    fn gather_event(&self, trials: &[ReachTrial], all: &mut Gathered) {
        let nodes: [(f64, f64, Vec4); NODES] = std::array::from_fn(|k| {
            let x = 7.0 * (k as f64 / (NODES as f64 - 1.0) - 0.5);
            let (mut ln, mut score) = (-0.5 * x * x, [0.0; 4]);
            for trial in trials {
                let (residual, gradient, weight) = terms(&self.theta, x * self.loudness_sigma, trial);
                ln += (1.0 - residual.abs()).max(1e-12).ln();
                score.iter_mut().zip(gradient).for_each(|(s, g)| *s += residual * weight * g);
            }
            (x * self.loudness_sigma, ln, score)
        });
        let top = nodes.iter().map(|(_, ln, _)| *ln).fold(f64::MIN, f64::max);
        let total: f64 = nodes.iter().map(|(_, ln, _)| (ln - top).exp()).sum();
        let mut mean = [0.0; 4];
        for (loudness, ln, score) in &nodes {
            let share = (ln - top).exp() / total;
            all.loudness_squares += share * loudness * loudness;
            mean.iter_mut().zip(score).for_each(|(m, s)| *m += share * s);
            add_outer(&mut all.observed, score, -share);
            for trial in trials {
                let (_, gradient, weight) = terms(&self.theta, *loudness, trial);
                add_outer(&mut all.complete, &gradient, share * weight);
                add_outer(&mut all.observed, &gradient, share * weight);
            }
        }
        add_outer(&mut all.observed, &mean, 1.0);
        all.score.iter_mut().zip(mean).for_each(|(s, m)| *s += m);
    }
}

/// Residual, gradient of the probability, and weight 1/(p(1−p)) of a trial.
fn terms(theta: &Vec4, loudness: f64, trial: &ReachTrial) -> (f64, Vec4, f64) {
    let (p, gradient) = probability(theta, loudness, trial.range_km, trial.downwind_mps);
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    (f64::from(u8::from(trial.heard)) - p, gradient, 1.0 / (p * (1.0 - p)))
}

fn add_outer(total: &mut [Vec4; 4], v: &Vec4, factor: f64) {
    for (row, a) in total.iter_mut().zip(v) {
        row.iter_mut().zip(v).for_each(|(cell, b)| *cell += factor * a * b);
    }
}

/// Inverse of a symmetric positive definite matrix by Gauss and Jordan; `None` when it is not.
fn inverse(mut m: [Vec4; 4]) -> Option<[Vec4; 4]> {
    let mut inverse: [Vec4; 4] = std::array::from_fn(|r| std::array::from_fn(|c| f64::from(u8::from(r == c))));
    for k in 0..4 {
        let (pivot, unit) = (*m.get(k)?, *inverse.get(k)?);
        let scale = *pivot.get(k)?;
        if scale <= 1e-12 || !scale.is_finite() {
            return None;
        }
        for (r, (row, out)) in m.iter_mut().zip(inverse.iter_mut()).enumerate() {
            let factor = if r == k { 1.0 - 1.0 / scale } else { *row.get(k)? / scale };
            row.iter_mut().zip(pivot).for_each(|(cell, p)| *cell -= factor * p);
            out.iter_mut().zip(unit).for_each(|(cell, u)| *cell -= factor * u);
        }
    }
    Some(inverse)
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
