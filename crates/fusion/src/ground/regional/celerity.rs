//! How long sound takes over hundreds of kilometres: what is believed of the celerity (range over travel time).

use std::f64::consts::{SQRT_2, TAU};

/// The reciprocal of celerity that sound can have at all, s/km: 0.36 down to 0.20 km/s.
const SLOWNESS: (f64, f64) = (2.75, 5.0);
/// Step of the tables of slowness, s/km.
const TABLE_STEP: f64 = 0.01;
/// Share of travel times that obey no hump, spread evenly over all slownesses.
const STRAY: f64 = 0.005;
/// Half octaves of range that a table is made for, from 35 km on.
const N_RANGES: usize = 12;
const FIRST_RANGE_KM: f64 = 35.0;

/// One way through the air: a normal distribution of reciprocal celerity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hump {
    /// Its share.
    pub weight: f64,
    /// Mean reciprocal celerity, s/km.
    pub slowness_s_km: f64,
    /// Its standard deviation, s/km.
    pub sigma_s_km: f64,
}

/// What is believed of celerity: an average over "each array its own" and "one for all but a scatter", each by direction
/// of travel when the weather is known.
#[derive(Clone, Debug, PartialEq)]
pub struct CelerityModel {
    /// Humps of each array's own reciprocal celerity, by direction of travel: eight sectors of 45° about north,
    /// north-east, east and so on, blended in between. Weights of a sector add up to 1.
    pub own: [Vec<Hump>; 8],
    /// Reciprocal celerity that each sector lets expect, s/km; 1 throughout when directions are alike.
    pub expected_s_km: [f64; 8],
    /// Humps of a common celerity: one state of the air carried the sound to all. Their slowness is a multiple of
    /// what the direction lets expect.
    pub common: Vec<Hump>,
    /// Beliefs in how far each array's own scatters about the common one: share, and relative standard deviation.
    pub scatters: Vec<(f64, f64)>,
    /// Share of the belief that the arrays share a celerity, 0…1.
    pub shared_weight: f64,
}

/// Tropospheric, stratospheric and thermospheric paths.
///
/// # Source
/// The canonical reciprocal celerities of Blom, Marcillo and Arrowsmith (2015), GJI 203:1682, as used in practice.
pub const CANONICAL: [Hump; 3] = [
    Hump { weight: 0.0539, slowness_s_km: 1.0 / 0.327, sigma_s_km: 0.066 },
    Hump { weight: 0.0899, slowness_s_km: 1.0 / 0.293, sigma_s_km: 0.080 },
    Hump { weight: 0.8562, slowness_s_km: 1.0 / 0.260, sigma_s_km: 0.330 },
];

impl Default for CelerityModel {
    fn default() -> Self {
        Self::averaged()
    }
}

impl CelerityModel {
    /// Climatology alone: every array draws its own celerity from [`CANONICAL`].
    pub fn climatology() -> Self {
        Self {
            own: std::array::from_fn(|_| CANONICAL.to_vec()),
            expected_s_km: [1.0; 8],
            common: Vec::new(),
            scatters: Vec::new(),
            shared_weight: 0.0,
        }
    }

    /// One celerity for all arrays, drawn from [`CANONICAL`] or about 0.30 ± 0.03 km/s, with a scatter of 1 or 3 % (the
    /// same path through the air) or 8 % (different ones). The scatters are a judgement.
    pub fn shared() -> Self {
        let middle = Hump { weight: 1.0, slowness_s_km: 1.0 / 0.30, sigma_s_km: 0.35 };
        let halves = CANONICAL.into_iter().chain([middle]);
        Self {
            common: halves.map(|hump| Hump { weight: 0.5 * hump.weight, ..hump }).collect(),
            scatters: vec![(0.2, 0.01), (0.4, 0.03), (0.4, 0.08)],
            shared_weight: 1.0,
            ..Self::climatology()
        }
    }

    /// The average of both beliefs in equal parts: the arrivals themselves say which holds. The default.
    pub fn averaged() -> Self {
        Self { shared_weight: 0.5, ..Self::shared() }
    }

    /// With celerities expected from the weather, km/s with one standard deviation, for the eight directions of travel
    /// from north clockwise. A quarter of the belief stays with climatology, for ducts that the weather did not show.
    /// Sectors that are no positive numbers keep climatology.
    pub fn by_sector(celerity_km_s: [(f64, f64); 8]) -> Self {
        let mut model = Self::climatology();
        for ((own, expected), (celerity, sigma)) in
            model.own.iter_mut().zip(model.expected_s_km.iter_mut()).zip(celerity_km_s)
        {
            *expected = 1.0 / 0.28;
            if celerity > 0.05 && celerity.is_finite() && sigma >= 0.0 && sigma.is_finite() {
                *expected = 1.0 / celerity;
                // A tenth of a per cent is the least that any weather leaves open.
                let sigma_s_km = (sigma / (celerity * celerity)).max(0.001 / celerity);
                let weather = Hump { weight: 0.75, slowness_s_km: *expected, sigma_s_km };
                let climate = CANONICAL.map(|hump| Hump { weight: 0.25 * hump.weight, ..hump });
                *own = std::iter::once(weather).chain(climate).collect();
            }
        }
        let hump = |weight, sigma_s_km| Hump { weight, slowness_s_km: 1.0, sigma_s_km };
        model.common = vec![hump(0.7, 0.05), hump(0.3, 0.12)];
        model.scatters = vec![(0.5, 0.03), (0.5, 0.07)];
        model.shared_weight = 0.5;
        model
    }

    /// Celerities by direction from a profile of effective sound speed, one `(height_km, temperature_c, wind_east_mps,
    /// wind_north_mps)` per height; what [`CelerityModel::by_sector`] wants.
    ///
    /// A direction whose effective sound speed at 35-60 km exceeds that at the ground has a stratospheric duct (ratio
    /// above 1); one whose speed in the lowest 4 km does has a tropospheric one; else sound returns from the
    /// thermosphere, if at all. The celerity of each comes from climatology, and near a ratio of 1 the spread grows.
    /// `None` for the sectors when the profile lacks the ground or, in the 35-60 km layer, any height: climatology.
    ///
    /// # Source
    /// The ratio of effective sound speeds is common practice (Le Pichon et al. 2012, JGR 117 D05121, and others); the
    /// celerities and spreads given to each outcome are a judgement, not a measurement.
    pub fn from_profile(profile: &[(f64, f64, f64, f64)]) -> Self {
        let Some(sectors) = sectors_of(profile) else {
            return Self::averaged();
        };
        Self::by_sector(sectors)
    }

    /// True when every direction is alike.
    fn is_even(&self) -> bool {
        self.own.windows(2).all(|pair| pair.first() == pair.get(1))
            && self.expected_s_km.windows(2).all(|pair| pair.first() == pair.get(1))
    }
}

fn sectors_of(profile: &[(f64, f64, f64, f64)]) -> Option<[(f64, f64); 8]> {
    let along = |(_, t, east, north): (f64, f64, f64, f64), azimuth_rad: f64| {
        331.3 * (1.0 + t / 273.15).max(0.0).sqrt() + east * azimuth_rad.sin() + north * azimuth_rad.cos()
    };
    let finite = |p: &&(f64, f64, f64, f64)| [p.0, p.1, p.2, p.3].iter().all(|v| v.is_finite());
    let ground = *profile.iter().filter(finite).min_by(|a, b| a.0.total_cmp(&b.0)).filter(|p| p.0 < 1.0)?;
    let fastest = |from: f64, until: f64, azimuth: f64| {
        let layer = profile.iter().filter(finite).filter(|p| p.0 >= from && p.0 <= until);
        layer.map(|p| along(*p, azimuth)).max_by(f64::total_cmp)
    };
    fastest(35.0, 60.0, 0.0)?;
    let mut sectors = [(0.0, 0.0); 8];
    for (number, sector) in sectors.iter_mut().enumerate() {
        let azimuth = number as f64 * TAU / 8.0;
        let here = along(ground, azimuth);
        let low = fastest(0.2, 4.0, azimuth).map_or(0.0, |c| c / here);
        let high = fastest(35.0, 60.0, azimuth).map_or(0.0, |c| c / here);
        *sector = match (low > 1.01, high) {
            (true, _) => (0.325, 0.015),
            (_, ratio) if ratio > 1.02 => (0.293, 0.010),
            (_, ratio) if ratio > 0.97 => (0.285, 0.018),
            _ => (0.260, 0.022),
        };
    }
    Some(sectors)
}

/// One path from a source that is being tried to an array.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    /// Its length, km.
    pub range_km: f64,
    /// Direction of travel, radians clockwise from north.
    pub travel_rad: f64,
    /// When it ended, s after a reference.
    pub at_s: f64,
    /// Error of that time, s.
    pub sigma_s: f64,
}

/// A part of the belief in the origin time: weight, mean and standard deviation, s after the reference.
pub(super) type OriginPart = (f64, f64, f64);

/// A model made ready for one set of detections.
#[derive(Clone, Debug)]
pub(super) struct Celerities<'a> {
    model: &'a CelerityModel,
    is_even: bool,
    /// Densities of slowness by detection, half octave of range, and sector (one when all are alike).
    tables: Vec<Vec<Vec<f64>>>,
    n_sectors: usize,
}

impl<'a> Celerities<'a> {
    /// Made ready for detections whose times have these errors, s.
    pub fn new(model: &'a CelerityModel, sigmas_s: &[f64]) -> Self {
        let is_even = model.is_even();
        let n_sectors = if is_even { 1 } else { 8 };
        let of_detection = |sigma_s: &f64| {
            let of_range = |range: usize| {
                let range_km = FIRST_RANGE_KM * SQRT_2.powi(range as i32);
                model.own.iter().take(n_sectors).map(move |humps| table(humps, sigma_s / range_km))
            };
            (0..N_RANGES).flat_map(of_range).collect()
        };
        Self { model, is_even, tables: sigmas_s.iter().map(of_detection).collect(), n_sectors }
    }

    /// Likelihood of the arrival times of all paths, with the origin time integrated out (uniform prior, density per
    /// second to the power of n − 1), and the origin times that it speaks for. `blur_s` blurs every time for the sake of
    /// coarse grids; `is_rough` lets a broad normal stand in for celerities of each array's own.
    pub fn likelihood(&self, paths: &[Path], (blur_s, is_rough): (f64, bool), parts: &mut Vec<OriginPart>) -> f64 {
        parts.clear();
        let share = self.model.shared_weight.clamp(0.0, 1.0);
        let mut total = 0.0;
        let reference = mean_slowness(&self.model.common);
        for (of_scatter, scatter) in &self.model.scatters {
            let sums = Sums::of(paths, (scatter * reference, blur_s), |travel_rad| self.expected(travel_rad));
            total += sums.marginal(share * of_scatter, &self.model.common, parts);
        }
        if share < 1.0 && is_rough {
            let expected = if self.is_even { 1.0 } else { 3.5 };
            let broad = Hump { weight: 1.0, slowness_s_km: 3.5 / expected, sigma_s_km: 0.3 / expected };
            let sums = Sums::of(paths, (0.11 * broad.slowness_s_km, blur_s), |travel_rad| self.expected(travel_rad));
            total += sums.marginal(1.0 - share, &[broad], parts);
        } else if share < 1.0 {
            total += self.each_its_own(paths, 1.0 - share, parts);
        }
        total
    }

    /// Reciprocal celerity expected in a direction of travel.
    fn expected(&self, travel_rad: f64) -> f64 {
        if self.is_even {
            return self.model.expected_s_km.first().copied().unwrap_or(1.0);
        }
        let (sector, next, t) = between(travel_rad);
        let of = |k: usize| self.model.expected_s_km.get(k).copied().unwrap_or(1.0);
        of(sector) * (1.0 - t) + of(next) * t
    }

    /// Every path with a celerity of its own, the origin time integrated on a grid.
    fn each_its_own(&self, paths: &[Path], weight: f64, parts: &mut Vec<OriginPart>) -> f64 {
        let range = |path: &Path| path.range_km.max(15.0);
        let from = paths.iter().map(|p| p.at_s - SLOWNESS.1 * range(p)).fold(f64::MIN, f64::max);
        let until = paths.iter().map(|p| p.at_s - SLOWNESS.0 * range(p)).fold(f64::MAX, f64::min);
        let nearest_km = paths.iter().map(range).fold(f64::MAX, f64::min);
        if until <= from || paths.is_empty() {
            return 0.0;
        }
        let n_steps = ((until - from) / (0.045 * nearest_km)).ceil().clamp(4.0, 200.0) as usize;
        let step_s = (until - from) / n_steps as f64;
        let looks: Vec<_> = paths.iter().enumerate().map(|(n, path)| (self.look(n, path), path)).collect();
        let mut total = 0.0;
        for step in 0..n_steps {
            let origin_s = from + (step as f64 + 0.5) * step_s;
            let mut density = weight * step_s;
            for (look, path) in &looks {
                let range_km = range(path);
                density *= look.density((path.at_s - origin_s) / range_km) / range_km;
            }
            if density > 0.0 {
                parts.push((density, origin_s, step_s * 0.289));
                total += density;
            }
        }
        total
    }

    fn look(&self, detection: usize, path: &Path) -> Look<'_> {
        let half_octave = 2.0 * (path.range_km / FIRST_RANGE_KM).max(1.0).log2();
        let range = (half_octave.round() as usize).min(N_RANGES - 1);
        let of = |sector: usize| -> &[f64] {
            let tables = self.tables.get(detection).or(self.tables.first());
            tables.and_then(|t| t.get(range * self.n_sectors + sector)).map_or(&[], Vec::as_slice)
        };
        let (sector, next, t) = if self.is_even { (0, 0, 0.0) } else { between(path.travel_rad) };
        Look { here: of(sector), next: of(next), share_next: t }
    }
}

fn mean_slowness(humps: &[Hump]) -> f64 {
    let weight: f64 = humps.iter().map(|hump| hump.weight).sum();
    humps.iter().map(|hump| hump.weight * hump.slowness_s_km).sum::<f64>() / weight.max(1e-12)
}

/// Weighted sums over paths of the model t_i = t0 + k x_i + e_i, where x_i is the range times what its direction lets
/// expect and e_i is normal with an error that grows with x_i.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    reference_s: f64,
    product: f64,
    w: f64,
    wx: f64,
    wt: f64,
    wxx: f64,
    wxt: f64,
    wtt: f64,
    n: usize,
}

impl Sums {
    fn of(paths: &[Path], (spread, blur_s): (f64, f64), expected: impl Fn(f64) -> f64) -> Self {
        let reference_s = paths.first().map_or(0.0, |path| path.at_s);
        let mut sums = Self { reference_s, product: 1.0, n: paths.len(), ..Self::default() };
        for path in paths {
            let x = path.range_km.max(1.0) * expected(path.travel_rad);
            let spread_s = spread * x;
            let w = 1.0 / (spread_s * spread_s + path.sigma_s * path.sigma_s + blur_s * blur_s).max(1e-4);
            let t = path.at_s - reference_s;
            // Each factor is divided by 2π of the normal density here, so that the product stays in range.
            sums.product *= w / TAU;
            sums.w += w;
            sums.wx += w * x;
            sums.wt += w * t;
            sums.wxx += w * x * x;
            sums.wxt += w * x * t;
            sums.wtt += w * t * t;
        }
        sums
    }

    /// Marginal likelihood with k drawn from humps and t0 flat, both integrated in closed form; the origin times of
    /// each hump are appended.
    fn marginal(&self, weight: f64, humps: &[Hump], parts: &mut Vec<OriginPart>) -> f64 {
        if self.n == 0 {
            return 0.0;
        }
        let mean_x = self.wx / self.w;
        let sxx = (self.wxx - self.wx * mean_x).max(0.0);
        let mut total = 0.0;
        for hump in humps {
            let s = hump.slowness_s_km;
            let mean_z = self.wt / self.w - s * mean_x;
            let wz = self.wt - s * self.wx;
            let sxz = self.wxt - s * self.wxx - wz * mean_x;
            let szz = (self.wtt - 2.0 * s * self.wxt + s * s * self.wxx - wz * mean_z).max(0.0);
            let sigma2 = hump.sigma_s_km * hump.sigma_s_km;
            let stiffness = sxx + 1.0 / sigma2;
            let chi2 = (szz - sxz * sxz / stiffness).max(0.0);
            let height = (self.product * TAU / (self.w * (1.0 + sigma2 * sxx))).sqrt();
            let density = weight * hump.weight * height * (-0.5 * chi2).exp();
            total += density;
            if density > 0.0 {
                let shift = sxz / stiffness;
                let variance = 1.0 / self.w + mean_x * mean_x / stiffness;
                parts.push((density, self.reference_s + mean_z - shift * mean_x, variance.sqrt()));
            }
        }
        total
    }
}

/// The sector before a direction, the one after, and how far in between.
fn between(travel_rad: f64) -> (usize, usize, f64) {
    let turned = (travel_rad / TAU * 8.0).rem_euclid(8.0);
    let sector = (turned.floor() as usize) % 8;
    (sector, (sector + 1) % 8, turned - turned.floor())
}

/// Density of slowness, 1/(s/km), in steps over [`SLOWNESS`].
fn table(humps: &[Hump], timing_s_km: f64) -> Vec<f64> {
    let n = ((SLOWNESS.1 - SLOWNESS.0) / TABLE_STEP).round() as usize + 1;
    let even = STRAY / (SLOWNESS.1 - SLOWNESS.0);
    let density = |k: usize| {
        let slowness = SLOWNESS.0 + k as f64 * TABLE_STEP;
        let of = |hump: &Hump| {
            let sigma = hump.sigma_s_km.hypot(timing_s_km).max(2.0 * TABLE_STEP);
            let off = (slowness - hump.slowness_s_km) / sigma;
            hump.weight * (-0.5 * off * off).exp() / (sigma * TAU.sqrt())
        };
        even + (1.0 - STRAY) * humps.iter().map(of).sum::<f64>()
    };
    (0..n).map(density).collect()
}

/// The density of slowness of one path.
#[derive(Clone, Copy, Debug)]
struct Look<'a> {
    here: &'a [f64],
    next: &'a [f64],
    share_next: f64,
}

impl Look<'_> {
    fn density(&self, slowness: f64) -> f64 {
        let at = (slowness - SLOWNESS.0) / TABLE_STEP;
        if at < 0.0 {
            return 0.0;
        }
        let (index, t) = (at as usize, at - at.floor());
        let read = |table: &[f64]| match (table.get(index), table.get(index + 1)) {
            (Some(a), Some(b)) => a + t * (b - a),
            (Some(a), None) if t == 0.0 => *a,
            _ => 0.0,
        };
        if self.share_next == 0.0 {
            return read(self.here);
        }
        read(self.here) * (1.0 - self.share_next) + read(self.next) * self.share_next
    }
}
