//! Normal equations of place, depth and origin time, with the origin time eliminated.

/// Weighted sums over arrivals; rows are `residual = dt + g·d`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Normal {
    weight: f64,
    residual: f64,
    east: f64,
    north: f64,
    down: f64,
    east_east: f64,
    east_north: f64,
    east_down: f64,
    north_north: f64,
    north_down: f64,
    down_down: f64,
    east_residual: f64,
    north_residual: f64,
    down_residual: f64,
    bearing_east_east: f64,
    bearing_east_north: f64,
    bearing_north_north: f64,
    bearing_east: f64,
    bearing_north: f64,
}

/// A step, and the logarithm of the determinant of the information about all four.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Step {
    pub(super) east_km: f64,
    pub(super) north_km: f64,
    pub(super) down_km: f64,
    pub(super) time_s: f64,
    pub(super) ln_information: f64,
}

/// Weight of the wish not to move, 1/km²: keeps the equations solvable when the arrivals do not tell.
const STAY: f64 = 1e-5;
/// The same for the depth of a step: at the surface no arrival tells how a step down changes it.
const STAY_DOWN: f64 = 0.1;

impl Normal {
    /// An arrival: derivatives of its travel time by east, north, depth; its residual and weight (1/s²).
    pub(super) fn arrival(&mut self, (e, n, d): (f64, f64, f64), residual: f64, weight: f64) {
        let (we, wn, wd) = (weight * e, weight * n, weight * d);
        self.weight += weight;
        self.residual += weight * residual;
        self.east += we;
        self.north += wn;
        self.down += wd;
        self.east_east += we * e;
        self.east_north += we * n;
        self.east_down += we * d;
        self.north_north += wn * n;
        self.north_down += wn * d;
        self.down_down += wd * d;
        self.east_residual += we * residual;
        self.north_residual += wn * residual;
        self.down_residual += wd * residual;
    }

    /// A bearing: its derivatives by east and north, its residual and weight (degrees throughout).
    pub(super) fn bearing(&mut self, (e, n): (f64, f64), residual: f64, weight: f64) {
        self.bearing_east_east += weight * e * e;
        self.bearing_east_north += weight * e * n;
        self.bearing_north_north += weight * n * n;
        self.bearing_east += weight * e * residual;
        self.bearing_north += weight * n * residual;
    }

    /// The step, given how far the depth lies from where it is believed and the weight of that belief (1/km²).
    pub(super) fn solve(&self, below_km: f64, depth_weight: f64) -> Option<Step> {
        if self.weight <= 0.0 {
            return None;
        }
        let mean = 1.0 / self.weight;
        let (e, n, d, r) = (self.east * mean, self.north * mean, self.down * mean, self.residual * mean);
        let ee = self.east_east - self.east * e + self.bearing_east_east + STAY;
        let en = self.east_north - self.east * n + self.bearing_east_north;
        let ed = self.east_down - self.east * d;
        let nn = self.north_north - self.north * n + self.bearing_north_north + STAY;
        let nd = self.north_down - self.north * d;
        let dd = self.down_down - self.down * d + depth_weight;
        let be = self.east_residual - self.east * r + self.bearing_east;
        let bn = self.north_residual - self.north * r + self.bearing_north;
        let bd = self.down_residual - self.down * r - depth_weight * below_km;
        // Cholesky by hand, L D L'.
        let l_en = en / ee;
        let l_ed = ed / ee;
        let d_n = nn - l_en * en;
        let m_nd = nd - l_en * ed;
        let l_nd = m_nd / d_n;
        let d_d = dd - l_ed * ed - l_nd * m_nd;
        if !(ee > 0.0 && d_n > 0.0 && d_d > 0.0) {
            return None;
        }
        let y_n = bn - l_en * be;
        let y_d = bd - l_ed * be - l_nd * y_n;
        let down_km = y_d / (d_d + STAY_DOWN);
        let north_km = y_n / d_n - l_nd * down_km;
        let east_km = be / ee - l_en * north_km - l_ed * down_km;
        let time_s = r - e * east_km - n * north_km - d * down_km;
        let ln_information = self.weight.ln() + ee.ln() + d_n.ln() + d_d.ln();
        ln_information.is_finite().then_some(Step { east_km, north_km, down_km, time_s, ln_information })
    }
}
