//! How far arrivals scatter: the stated errors of picks set right by what the residuals of all events say.
//!
//! The variance of an arrival is ((A·σ²)ᵖ + (B·T²)ᵖ)^(1/p)·g(T): σ the stated error (or the usual one of its kind), T the
//! travel time; A, B, p and the slowly changing g are fitted to the residuals by restricted maximum likelihood, each kind
//! of wave apart, with a weak prior at A = 1, B = f², p = 1, g = 1. With p = 1 the error of the pick and that of the travel
//! time are independent; a greater p says that the larger of the two hides the other.

use truceline_domain::Wave;

/// Kinds of noise: four kinds of waves, error stated or not, and bearings.
const N_GROUPS: usize = 9;
/// The group of bearings.
const BEARINGS: usize = 8;
/// Degrees of freedom that the prior of each of A and B counts for.
const PRIOR_FREEDOM: f64 = 8.0;
/// Degrees of freedom that the prior g = 1 counts for in each stretch of travel times.
const SHAPE_FREEDOM: f64 = 120.0;
/// Stretches of travel times over which g is fitted.
const N_STRETCHES: usize = 6;
/// Fewest degrees of freedom to fit g at all.
const FREEDOM_FOR_SHAPE: f64 = 400.0;
/// Share of wrong arrivals before any residual is seen, and how many arrivals that belief counts for.
const WRONG_PRIOR: (f64, f64) = (0.01, 100.0);
/// Powers p that are tried: 2 to the power of these, and the logarithm of the odds against each beforehand.
const POWERS: [(u8, f64); 3] = [(0, 0.0), (1, 1.0), (3, 2.0)];
/// Steps of the fit for each power; it starts from the noise before.
const FIT_STEPS: usize = 4;
/// Most residuals that a fit looks at; of more, every second, third and so on is taken.
const MOST_FITTED: usize = 12_000;

/// One residual as the fit of the noise takes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// Which noise.
    pub(super) group: usize,
    /// Stated variance.
    pub(super) stated: f64,
    /// Travel time, s; zero for bearings.
    pub(super) travel_s: f64,
    /// Squared residual.
    pub(super) squared: f64,
    /// Probability that the arrival is right.
    pub(super) weight: f64,
    /// Share of its variance that the fit took up (its leverage), 0…1.
    pub(super) leverage: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Scatter {
    constant: f64,
    proportional: f64,
    /// p as a power of two.
    doublings: u8,
    shape: Option<[(f64, f64); N_STRETCHES]>,
    freedom: f64,
    /// Mean stated variance and mean travel time, s.
    usual: (f64, f64),
}

/// The noise of arrivals.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Noise {
    groups: [Scatter; N_GROUPS],
    wrong_share: f64,
}

impl Default for Noise {
    fn default() -> Self {
        let scatter = |group| Scatter {
            constant: 1.0,
            proportional: usual(group).1.powi(2),
            doublings: 0,
            shape: None,
            freedom: 0.0,
            usual: (1.0, 0.0),
        };
        Self { groups: std::array::from_fn(scatter), wrong_share: WRONG_PRIOR.0 }
    }
}

/// The group of an arrival and the square of its error: the stated one, or the usual one of its kind (s²).
pub(super) fn group_of(wave: Wave, sigma_s: f64) -> (usize, f64) {
    let kind = match wave {
        Wave::P => 0,
        Wave::S => 1,
        Wave::Rg => 2,
        Wave::Air | Wave::Muzzle | Wave::Shock => 3,
    };
    let stated = sigma_s.is_finite() && sigma_s > 0.0;
    let group = 2 * kind + usize::from(stated);
    let sigma_s = if stated { sigma_s } else { usual(group).0 };
    (group, sigma_s * sigma_s)
}

/// Usual error of a pick, s, and that of a travel time, share of it.
fn usual(group: usize) -> (f64, f64) {
    match group {
        0..=3 => (0.15, 0.01),
        4..=5 => (0.3, 0.02),
        6..=7 => (0.02, 0.003),
        _ => (1.0, 0.0),
    }
}

impl Noise {
    /// Variance of an arrival, s².
    pub(super) fn variance_s2(&self, group: usize, stated_s2: f64, travel_s: f64) -> f64 {
        let Some(scatter) = self.groups.get(group) else { return stated_s2 };
        let plain = scatter.plain(stated_s2, travel_s);
        scatter.shape.as_ref().map_or(plain, |shape| plain * between(shape, travel_s))
    }

    /// Variance of a bearing, degrees².
    pub(super) fn bearing_variance_deg2(&self, sigma_deg: f64) -> f64 {
        self.groups[BEARINGS].constant * sigma_deg * sigma_deg
    }

    /// Density of wrong arrivals over that of right ones at their peak, wrong ones lying within `width` standard
    /// deviations either way.
    pub(super) fn outlier_factor(&self, width: f64) -> f64 {
        let wrong = self.wrong_share;
        wrong * std::f64::consts::TAU.sqrt() / (2.0 * width * (1.0 - wrong))
    }

    /// Degrees of freedom behind the scale of a group, the prior's counted in.
    pub(super) fn freedom(&self, group: usize) -> f64 {
        self.groups.get(group).map_or(0.0, |scatter| scatter.freedom) + 2.0 * PRIOR_FREEDOM
    }

    /// Largest change of the logarithm of a variance from another noise, over short, usual and long travel times.
    pub(super) fn change_from(&self, other: &Self) -> f64 {
        let mut largest: f64 = 0.0;
        for (index, scatter) in self.groups.iter().enumerate().filter(|(_, scatter)| scatter.freedom > 0.0) {
            let (stated, travel_s) = scatter.usual;
            for factor in [0.3, 1.0, 1.6] {
                let [now, then] = [self, other].map(|noise| noise.variance_s2(index, stated, factor * travel_s));
                largest = largest.max((now / then).ln().abs());
            }
        }
        largest
    }

    /// The noise that fits residuals best, looked for from this one.
    pub(super) fn refitted(&self, samples: &[Sample]) -> Self {
        let mut noise = self.clone();
        let mut apart: [Vec<Sample>; N_GROUPS] = Default::default();
        for sample in samples {
            if let Some(group) = apart.get_mut(sample.group) {
                group.push(*sample);
            }
        }
        for (index, (scatter, samples)) in noise.groups.iter_mut().zip(&apart).enumerate() {
            scatter.fit(index, samples);
        }
        let arrivals = samples.iter().filter(|sample| sample.group != BEARINGS);
        let (wrong, count) = arrivals.fold((0.0, 0.0), |(wrong, count), s| (wrong + 1.0 - s.weight, count + 1.0));
        noise.wrong_share = ((wrong + WRONG_PRIOR.0 * WRONG_PRIOR.1) / (count + WRONG_PRIOR.1)).clamp(1e-3, 0.2);
        noise
    }
}

/// The group that residuals of bearings are counted in.
pub(super) const fn bearing_group() -> usize {
    BEARINGS
}

impl Scatter {
    fn plain(&self, stated: f64, travel_s: f64) -> f64 {
        joined(self.constant * stated, self.proportional * travel_s * travel_s, self.doublings)
    }

    fn fit(&mut self, group: usize, samples: &[Sample]) {
        self.freedom = samples.iter().map(Sample::freedom).sum();
        self.shape = None;
        if samples.is_empty() {
            return;
        }
        let mean = |value: fn(&Sample) -> f64| samples.iter().map(value).sum::<f64>() / samples.len() as f64;
        let (stated, travel2) = (mean(|s| s.stated), mean(|s| s.travel_s * s.travel_s).max(1e-6));
        let share2 = usual(group).1.powi(2);
        self.usual = (stated, travel2.sqrt());
        let stride = samples.len().div_ceil(MOST_FITTED).max(1);
        let taken: Vec<Sample> = samples.iter().step_by(stride).copied().collect();
        let powers = if share2 > 0.0 { &POWERS[..] } else { &POWERS[..1] };
        let (start, mut best) = (*self, f64::NEG_INFINITY);
        for &(doublings, against) in powers {
            let mut scatter = start;
            scatter.doublings = doublings;
            for _ in 0..FIT_STEPS {
                scatter.step(share2, travel2, &taken);
            }
            let likelihood = scatter.log_likelihood(&taken) - against;
            if likelihood > best {
                (*self, best) = (scatter, likelihood);
            }
        }
        if self.freedom >= FREEDOM_FOR_SHAPE && share2 > 0.0 {
            self.shape = Some(self.shape_of(&taken));
        }
    }

    /// One step of Fisher's scoring. The variance is of degree one in A and B together, so that its derivatives by them
    /// take the place of the regressors (Euler's theorem).
    fn step(&mut self, share2: f64, travel2: f64, samples: &[Sample]) {
        let mut sums = Sums::default();
        // The prior is a normal one about A = 1 and B = f², with variance 2 over its degrees of freedom.
        let (stated, _) = self.usual;
        sums.add(PRIOR_FREEDOM / stated.powi(2), stated, 0.0, stated);
        if share2 > 0.0 {
            sums.add(PRIOR_FREEDOM / (share2 * travel2).powi(2), 0.0, travel2, share2 * travel2);
        }
        for sample in samples {
            let freedom = sample.freedom();
            let (own, path) = (self.constant * sample.stated, self.proportional * sample.travel_s.powi(2));
            let variance = joined(own, path, self.doublings);
            let power = (1 << self.doublings) - 1;
            let by_constant = sample.stated * (own / variance).powi(power);
            let by_proportional = sample.travel_s.powi(2) * (path / variance).powi(power);
            let squared = sample.squared * sample.weight / freedom;
            sums.add(freedom / (variance * variance), by_constant, by_proportional, squared);
        }
        (self.constant, self.proportional) = sums.solved(share2);
    }

    fn log_likelihood(&self, samples: &[Sample]) -> f64 {
        let of = |sample: &Sample| {
            let variance = self.plain(sample.stated, sample.travel_s);
            -0.5 * (sample.freedom() * variance.ln() + sample.weight * sample.squared / variance)
        };
        samples.iter().map(of).sum()
    }

    /// g at the middle of each stretch of travel times: squared residuals over what they should be.
    fn shape_of(&self, samples: &[Sample]) -> [(f64, f64); N_STRETCHES] {
        let mut sorted: Vec<&Sample> = samples.iter().collect();
        sorted.sort_by(|a, b| a.travel_s.total_cmp(&b.travel_s).then(a.squared.total_cmp(&b.squared)));
        let size = sorted.len().div_ceil(N_STRETCHES).max(1);
        let mut shape = [(f64::INFINITY, 1.0); N_STRETCHES];
        for (knot, stretch) in shape.iter_mut().zip(sorted.chunks(size)) {
            let mut sums = (0.0, SHAPE_FREEDOM, SHAPE_FREEDOM);
            for s in stretch {
                sums.0 += s.travel_s;
                sums.1 += s.weight * s.squared / self.plain(s.stated, s.travel_s);
                sums.2 += s.freedom();
            }
            *knot = (sums.0 / stretch.len() as f64, sums.1 / sums.2);
        }
        shape
    }
}

impl Sample {
    /// Degrees of freedom that it leaves.
    fn freedom(&self) -> f64 {
        (self.weight * (1.0 - self.leverage)).max(1e-6)
    }
}

/// (aᵖ + bᵖ)^(1/p) with p = 2 to the power of `doublings`, a and b not negative.
fn joined(a: f64, b: f64, doublings: u8) -> f64 {
    if doublings == 0 {
        return a + b;
    }
    let larger = a.max(b).max(f64::MIN_POSITIVE);
    let ratio = (0..doublings).fold(a.min(b) / larger, |ratio, _| ratio * ratio);
    larger * (0..doublings).fold(1.0 + ratio, |sum, _| sum.sqrt())
}

/// Value at `x` of the line through points in the order of x, level outside.
fn between(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|point| point.0 <= x);
    let before = after.checked_sub(1).and_then(|index| points.get(index));
    match (before, points.get(after)) {
        (Some(&(x0, y0)), Some(&(x1, y1))) if x1.is_finite() => y0 + (y1 - y0) * (x - x0) / (x1 - x0).max(1e-12),
        (Some(&(_, y)), _) | (None, Some(&(_, y))) => y,
        (None, None) => 1.0,
    }
}

/// Sums of a weighted regression of squared residuals on stated variance and squared travel time.
#[derive(Default)]
struct Sums {
    stated2: f64,
    both: f64,
    travel2: f64,
    stated_y: f64,
    travel_y: f64,
}

impl Sums {
    fn add(&mut self, weight: f64, stated: f64, travel: f64, squared: f64) {
        self.stated2 += weight * stated * stated;
        self.both += weight * stated * travel;
        self.travel2 += weight * travel * travel;
        self.stated_y += weight * stated * squared;
        self.travel_y += weight * travel * squared;
    }

    /// A and B, neither of them negative.
    fn solved(&self, share2: f64) -> (f64, f64) {
        let (least, least_share) = (0.01, 1e-3 * share2);
        if share2 <= 0.0 {
            return ((self.stated_y / self.stated2).max(least), 0.0);
        }
        let determinant = self.stated2 * self.travel2 - self.both * self.both;
        let constant = (self.stated_y * self.travel2 - self.travel_y * self.both) / determinant;
        let proportional = (self.travel_y * self.stated2 - self.stated_y * self.both) / determinant;
        if constant < least || !constant.is_finite() {
            return (least, ((self.travel_y - self.both * least) / self.travel2).max(least_share));
        }
        if proportional < least_share || !proportional.is_finite() {
            return (((self.stated_y - self.both * least_share) / self.stated2).max(least), least_share);
        }
        (constant, proportional)
    }
}

#[cfg(test)]
#[path = "noise_tests.rs"]
mod tests;
