//! Two-dimensional normal errors: covariance, information, distance.

use truceline_domain::{LocalFrame, PlaceEstimate, Wgs84};

/// Variance added to every place, m²: no source is better than a metre, and nothing divides by zero.
const FLOOR_M2: f64 = 1.0;

/// A symmetric 2×2 matrix in the east-north frame: a covariance (m²) or its inverse (1/m²).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sym2 {
    pub(crate) east: f64,
    pub(crate) north: f64,
    pub(crate) cross: f64,
}

impl Sym2 {
    /// The covariance of a place with `spread_m` of its own added; `None` when the estimate is not a finite covariance.
    pub(crate) fn covariance(place: &PlaceEstimate, spread_m: f64) -> Option<Self> {
        let (east, north, cross) = (place.var_east_m2, place.var_north_m2, place.cov_east_north_m2);
        if !(east.is_finite() && north.is_finite() && cross.is_finite()) {
            return None;
        }
        let (east, north) = (east.max(0.0), north.max(0.0));
        let bound = (east * north).sqrt();
        Some(Self { east, north, cross: cross.clamp(-bound, bound) }.plus_circular(spread_m * spread_m + FLOOR_M2))
    }

    pub(crate) fn plus_circular(self, var: f64) -> Self {
        Self { east: self.east + var, north: self.north + var, ..self }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { east: self.east + other.east, north: self.north + other.north, cross: self.cross + other.cross }
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self { east: self.east * factor, north: self.north * factor, cross: self.cross * factor }
    }

    /// The inverse; every matrix here has been floored, so its determinant is positive.
    pub(crate) fn inverse(self) -> Self {
        let det = (self.east * self.north - self.cross * self.cross).max(f64::MIN_POSITIVE);
        Self { east: self.north / det, north: self.east / det, cross: -self.cross / det }
    }

    pub(crate) fn apply(self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.east * x + self.cross * y, self.cross * x + self.north * y)
    }

    /// dᵀ M d.
    pub(crate) fn quadratic(self, d: (f64, f64)) -> f64 {
        let (x, y) = self.apply(d);
        d.0 * x + d.1 * y
    }

    /// Largest standard deviation, when it is a covariance, m.
    pub(crate) fn sigma_major_m(self) -> f64 {
        let mean = 0.5 * (self.east + self.north);
        (mean + (0.5 * (self.east - self.north)).hypot(self.cross)).sqrt()
    }

    pub(crate) fn estimate(self, centre: Wgs84) -> PlaceEstimate {
        PlaceEstimate { centre, var_east_m2: self.east, var_north_m2: self.north, cov_east_north_m2: self.cross }
    }
}

/// A place that grows by adding information: the mean in a frame of its own, and the information matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fix {
    frame: LocalFrame,
    mean_enu_m: (f64, f64),
    information: Sym2,
    /// How often places were counted, and the sum of their squared Mahalanobis distances from the mean: χ² with
    /// 2 (n − 1) degrees of freedom when all speak of one place.
    count: f64,
    scatter2: f64,
}

impl Fix {
    /// One place with its covariance, counted `weight` times.
    pub(crate) fn new(frame: LocalFrame, covariance: Sym2, weight: f64) -> Self {
        let information = covariance.inverse().times(weight);
        Self { frame, mean_enu_m: (0.0, 0.0), information, count: weight, scatter2: 0.0 }
    }

    pub(crate) fn covariance(&self) -> Sym2 {
        self.information.inverse()
    }

    pub(crate) fn centre(&self) -> Wgs84 {
        self.frame.wgs84_from_enu(self.mean_enu_m)
    }

    /// Degrees of freedom of the scatter.
    pub(crate) fn freedom(&self) -> f64 {
        2.0 * (self.count - 1.0)
    }

    pub(crate) fn scatter2(&self) -> f64 {
        self.scatter2
    }

    pub(crate) fn count(&self) -> f64 {
        self.count
    }

    /// Both together: information adds up, the mean is weighted by it, the scatter grows by the distance between them
    /// (exactly: the sum of squares about the new mean).
    pub(crate) fn with(&self, other: &Self) -> Self {
        let theirs = self.frame.enu_from_wgs84(other.centre());
        let information = self.information.plus(other.information);
        let (a, b) = (self.information.apply(self.mean_enu_m), other.information.apply(theirs));
        let mean_enu_m = information.inverse().apply((a.0 + b.0, a.1 + b.1));
        let count = self.count + other.count;
        let scatter2 = self.scatter2 + other.scatter2 + self.distance2(other);
        Self { frame: self.frame, mean_enu_m, information, count, scatter2 }
    }

    /// Metres east and north from the mean to a place.
    pub(crate) fn offset_m(&self, place: Wgs84) -> (f64, f64) {
        let (x, y) = self.frame.enu_from_wgs84(place);
        (x - self.mean_enu_m.0, y - self.mean_enu_m.1)
    }

    /// Squared Mahalanobis distance between the two, by the sum of their covariances.
    pub(crate) fn distance2(&self, other: &Self) -> f64 {
        let sum = self.covariance().plus(other.covariance());
        sum.inverse().quadratic(self.offset_m(other.centre()))
    }
}

/// The quantile of χ² with any number of degrees of freedom (at least one is taken).
///
/// # Source
/// Wilson and Hilferty, *PNAS* 17 (1931) 684, within 1 % at the upper tail; even degrees up to 40, the usual case of whole
/// counts of places, are brought to the exact quantile by Newton's steps; two degrees exactly, −2 ln(1 − p).
pub(crate) fn chi2_quantile(freedom: f64, probability: f64) -> f64 {
    let freedom = freedom.max(1.0);
    let miss = (1.0 - probability).clamp(1e-9, 0.5);
    if (freedom - 2.0).abs() < 1e-9 {
        return -2.0 * miss.ln();
    }
    let a = 2.0 / (9.0 * freedom);
    let near = freedom * (1.0 - a + upper_normal_quantile(miss) * a.sqrt()).powi(3);
    let half = 0.5 * freedom;
    if half > 20.0 || (half - half.round()).abs() > 1e-9 {
        near
    } else {
        exact_quantile(half.round() as u32, miss, near)
    }
}

/// Two Newton's steps on the exact upper tail for 2 × `half` degrees: e^(−x/2) Σ (x/2)^k / k! for k < `half`; the last of
/// its terms is twice the density.
fn exact_quantile(half: u32, miss: f64, near: f64) -> f64 {
    (0..2).fold(near, |x, _| {
        let (mut term, mut tail) = ((-0.5 * x).exp(), 0.0);
        for k in 1..half {
            tail += term;
            term *= 0.5 * x / f64::from(k);
        }
        x + (tail + term - miss) / (0.5 * term).max(f64::MIN_POSITIVE)
    })
}

/// The z that a standard normal exceeds with probability `miss` (0…0.5), error below 4.5e-4.
///
/// # Source
/// Abramowitz and Stegun, formula 26.2.23.
fn upper_normal_quantile(miss: f64) -> f64 {
    let t = (-2.0 * miss.ln()).sqrt();
    let top = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let bottom = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - top / bottom
}

#[cfg(test)]
#[path = "moments_tests.rs"]
mod tests;
