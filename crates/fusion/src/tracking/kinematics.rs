//! Means and covariances of place and velocity over the ground, with the arithmetic of a Kalman filter written out.

/// Place and velocity: metres and metres per second, east (x, u) and north (y, v).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Velocity to the east.
    pub u: f64,
    /// Velocity to the north.
    pub v: f64,
}

/// Symmetric covariance of a [`Mean`]; the two letters name row and column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is named by its row and column")]
pub struct Covariance {
    pub xx: f64,
    pub xy: f64,
    pub xu: f64,
    pub xv: f64,
    pub yy: f64,
    pub yu: f64,
    pub yv: f64,
    pub uu: f64,
    pub uv: f64,
    pub vv: f64,
}

/// One scalar measurement: residual, its derivatives by the state, and its variance.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row {
    pub a: f64,
    pub b: f64,
    pub c: f64,
    pub d: f64,
    pub residual: f64,
    pub variance: f64,
}

/// What an update says of the fit: squared distance and log likelihood.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fit {
    pub distance2: f64,
    pub log_likelihood: f64,
}

impl Mean {
    pub(crate) fn moved(self, dt_s: f64) -> Self {
        Self { x: self.u.mul_add(dt_s, self.x), y: self.v.mul_add(dt_s, self.y), ..self }
    }

    pub(crate) fn plus(self, other: Self, weight: f64) -> Self {
        Self {
            x: other.x.mul_add(weight, self.x),
            y: other.y.mul_add(weight, self.y),
            u: other.u.mul_add(weight, self.u),
            v: other.v.mul_add(weight, self.v),
        }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(other, -1.0)
    }

    pub(crate) fn speed(self) -> f64 {
        self.u.hypot(self.v)
    }
}

impl Covariance {
    /// Independent places and velocities.
    pub(crate) fn diagonal(place_m2: f64, velocity_m2ps2: f64) -> Self {
        Self { xx: place_m2, yy: place_m2, uu: velocity_m2ps2, vv: velocity_m2ps2, ..Self::default() }
    }

    /// After `dt_s` of constant velocity with white acceleration of density `q` (Bar-Shalom, Li, Kirubarajan 2001, 6.2.2).
    pub(crate) fn moved(self, dt_s: f64, q: f64) -> Self {
        let (t, t2) = (dt_s, dt_s * dt_s);
        Self {
            xx: self.xx + 2.0 * t * self.xu + t2 * self.uu + q * t2 * t / 3.0,
            xy: self.xy + t * (self.xv + self.yu) + t2 * self.uv,
            xu: self.xu + t * self.uu + q * t2 / 2.0,
            xv: self.xv + t * self.uv,
            yy: self.yy + 2.0 * t * self.yv + t2 * self.vv + q * t2 * t / 3.0,
            yu: self.yu + t * self.uv,
            yv: self.yv + t * self.vv + q * t2 / 2.0,
            uu: self.uu + q * t,
            uv: self.uv,
            vv: self.vv + q * t,
        }
    }

    /// `self + weight (other + d dᵀ)`.
    pub(crate) fn plus(self, other: &Self, d: Mean, weight: f64) -> Self {
        Self {
            xx: self.xx + weight * (other.xx + d.x * d.x),
            xy: self.xy + weight * (other.xy + d.x * d.y),
            xu: self.xu + weight * (other.xu + d.x * d.u),
            xv: self.xv + weight * (other.xv + d.x * d.v),
            yy: self.yy + weight * (other.yy + d.y * d.y),
            yu: self.yu + weight * (other.yu + d.y * d.u),
            yv: self.yv + weight * (other.yv + d.y * d.v),
            uu: self.uu + weight * (other.uu + d.u * d.u),
            uv: self.uv + weight * (other.uv + d.u * d.v),
            vv: self.vv + weight * (other.vv + d.v * d.v),
        }
    }

    /// The larger standard deviation of the place.
    pub(crate) fn sigma_place_m(&self) -> f64 {
        let (half, diff) = (0.5 * (self.xx + self.yy), 0.5 * (self.xx - self.yy));
        (half + diff.hypot(self.xy)).max(0.0).sqrt()
    }
}

/// Folds one scalar measurement into mean and covariance. Rows of one reading are linearised at the same `from`; the
/// residual is corrected for what earlier rows have moved, so that the order of rows does not matter to first order.
pub(crate) fn fold(mean: &mut Mean, cov: &mut Covariance, from: &Mean, row: &Row) -> Fit {
    let moved = mean.minus(*from);
    let y = row.residual - (row.a * moved.x + row.b * moved.y + row.c * moved.u + row.d * moved.v);
    let px = cov.xx * row.a + cov.xy * row.b + cov.xu * row.c + cov.xv * row.d;
    let py = cov.xy * row.a + cov.yy * row.b + cov.yu * row.c + cov.yv * row.d;
    let pu = cov.xu * row.a + cov.yu * row.b + cov.uu * row.c + cov.uv * row.d;
    let pv = cov.xv * row.a + cov.yv * row.b + cov.uv * row.c + cov.vv * row.d;
    let s = row.a * px + row.b * py + row.c * pu + row.d * pv + row.variance;
    let inverse = 1.0 / s;
    let gain = Mean { x: px * inverse, y: py * inverse, u: pu * inverse, v: pv * inverse };
    *mean = mean.plus(gain, y);
    cov.xx -= gain.x * px;
    cov.xy -= gain.x * py;
    cov.xu -= gain.x * pu;
    cov.xv -= gain.x * pv;
    cov.yy -= gain.y * py;
    cov.yu -= gain.y * pu;
    cov.yv -= gain.y * pv;
    cov.uu -= gain.u * pu;
    cov.uv -= gain.u * pv;
    cov.vv -= gain.v * pv;
    let distance2 = y * y * inverse;
    Fit { distance2, log_likelihood: -0.5 * (distance2 + (std::f64::consts::TAU * s).ln()) }
}

#[cfg(test)]
#[path = "kinematics_tests.rs"]
mod tests;
