//! Plots made ready for one scan: biases taken off, variances stated, and the rows by which they update a track.

use super::kinematics::{Covariance, Fit, Mean, Row, fold};
use super::nouns::{Plot, Reading, Sensor, SensorKind};

/// Systematic errors of one sensor, as far as known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bias {
    pub azimuth_rad: f64,
    pub range_m: f64,
    pub time_s: f64,
    /// Variances of the three.
    pub azimuth_var: f64,
    pub range_var: f64,
    pub time_var: f64,
}

/// One plot, ready.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    pub plot: Plot,
    pub form: Form,
    /// Density of false plots where it lies, in the units of its reading.
    pub clutter: f64,
    /// Density of movers not yet tracked where it lies, in the units of its reading.
    pub unseen: f64,
}

/// The reading in radians and metres with its variances.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Polar { azimuth: f64, sin: f64, cos: f64, range: f64, rate: Option<f64>, variances: [f64; 3] },
    Bearing { azimuth: f64, sin: f64, cos: f64, variance: f64 },
    Place { x: f64, y: f64, variance: f64 },
    Claim { x: f64, y: f64, velocity: Option<(f64, f64)>, variances: [f64; 2] },
}

/// Where a sensor stands during one scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stand {
    pub x: f64,
    pub y: f64,
}

/// Rows of one reading about one mean; at most four.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rows {
    rows: [Row; 4],
    count: usize,
}

/// An angle in (−π, π].
pub(crate) fn wrapped(angle: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    if (-PI..=PI).contains(&angle) { angle } else { angle - TAU * ((angle + PI) / TAU).floor() }
}

impl Form {
    /// The reading with `bias` taken off.
    pub(crate) fn of(reading: &Reading, sensor: &Sensor, bias: &Bias) -> Self {
        let azimuth_var = sensor.sigma_azimuth_deg.to_radians().powi(2) + bias.azimuth_var;
        match *reading {
            Reading::Polar { azimuth_deg, range_m, range_rate_mps, .. } => {
                let azimuth = wrapped(azimuth_deg.to_radians() - bias.azimuth_rad);
                let (sin, cos) = azimuth.sin_cos();
                let range_var = sensor.sigma_range_m.powi(2) + bias.range_var;
                let variances = [azimuth_var, range_var, sensor.sigma_range_rate_mps.powi(2)];
                let range = (range_m - bias.range_m).max(1.0);
                Self::Polar { azimuth, sin, cos, range, rate: range_rate_mps, variances }
            }
            Reading::Bearing { azimuth_deg, .. } => {
                let azimuth = wrapped(azimuth_deg.to_radians() - bias.azimuth_rad);
                let (sin, cos) = azimuth.sin_cos();
                Self::Bearing { azimuth, sin, cos, variance: azimuth_var }
            }
            Reading::Place { east_m, north_m } => {
                Self::Place { x: east_m, y: north_m, variance: sensor.sigma_position_m.powi(2) }
            }
            Reading::Claim { east_m, north_m, east_mps, north_mps, .. } => Self::Claim {
                x: east_m,
                y: north_m,
                velocity: east_mps.zip(north_mps),
                variances: [sensor.sigma_position_m.powi(2), sensor.sigma_velocity_mps.powi(2)],
            },
        }
    }

    /// Whether every number of the reading is one.
    pub(crate) fn is_finite(&self) -> bool {
        match *self {
            Self::Polar { azimuth, range, rate, .. } => (azimuth + range + rate.unwrap_or(0.0)).is_finite(),
            Self::Bearing { azimuth, .. } => azimuth.is_finite(),
            Self::Place { x, y, .. } => (x + y).is_finite(),
            Self::Claim { x, y, velocity, .. } => {
                let (u, v) = velocity.unwrap_or_default();
                (x + y + u + v).is_finite()
            }
        }
    }

    /// The azimuth, if the reading has one.
    pub(crate) fn azimuth(&self) -> Option<f64> {
        match self {
            Self::Polar { azimuth, .. } | Self::Bearing { azimuth, .. } => Some(*azimuth),
            Self::Place { .. } | Self::Claim { .. } => None,
        }
    }

    /// The place it gives, if it gives one.
    pub(crate) fn place(&self, stand: Stand) -> Option<(f64, f64)> {
        match *self {
            Self::Polar { sin, cos, range, .. } => Some((stand.x + range * sin, stand.y + range * cos)),
            Self::Place { x, y, .. } | Self::Claim { x, y, .. } => Some((x, y)),
            Self::Bearing { .. } => None,
        }
    }

    /// The rows of the reading, linearised at `mean`; for sound, `sound_mps` sets the mover back to when it was emitted.
    pub(crate) fn rows(&self, stand: Stand, mean: &Mean, sound_mps: Option<f64>) -> Rows {
        let mut rows = Rows::default();
        match *self {
            Self::Polar { sin, cos, range, rate, variances: [azimuth_var, range_var, rate_var], .. } => {
                let (dx, dy) = (mean.x - stand.x, mean.y - stand.y);
                let r = dx.hypot(dy).max(1.0);
                rows.push(azimuth_row(sin, cos, dx, dy, azimuth_var));
                rows.push(Row { a: dx / r, b: dy / r, residual: range - r, variance: range_var, ..Row::default() });
                if let Some(rate) = rate {
                    rows.push(rate_row(mean, dx / r, dy / r, r, rate, rate_var));
                }
            }
            Self::Bearing { sin, cos, variance, .. } => {
                let (mut dx, mut dy) = (mean.x - stand.x, mean.y - stand.y);
                if let Some(speed) = sound_mps {
                    for _ in 0..2 {
                        let delay = dx.hypot(dy) / speed;
                        (dx, dy) = (mean.x - mean.u * delay - stand.x, mean.y - mean.v * delay - stand.y);
                    }
                }
                rows.push(azimuth_row(sin, cos, dx, dy, variance));
            }
            Self::Place { x, y, variance } => {
                rows.push(Row { a: 1.0, residual: x - mean.x, variance, ..Row::default() });
                rows.push(Row { b: 1.0, residual: y - mean.y, variance, ..Row::default() });
            }
            Self::Claim { x, y, velocity, variances: [place_var, velocity_var], .. } => {
                rows.push(Row { a: 1.0, residual: x - mean.x, variance: place_var, ..Row::default() });
                rows.push(Row { b: 1.0, residual: y - mean.y, variance: place_var, ..Row::default() });
                if let Some((u, v)) = velocity {
                    rows.push(Row { c: 1.0, residual: u - mean.u, variance: velocity_var, ..Row::default() });
                    rows.push(Row { d: 1.0, residual: v - mean.v, variance: velocity_var, ..Row::default() });
                }
            }
        }
        rows
    }
}

fn azimuth_row(sin: f64, cos: f64, dx: f64, dy: f64, variance: f64) -> Row {
    let r2 = (dx * dx + dy * dy).max(1.0);
    let residual = (sin * dy - cos * dx).atan2(sin * dx + cos * dy);
    Row { a: dy / r2, b: -dx / r2, residual, variance, ..Row::default() }
}

fn rate_row(mean: &Mean, ex: f64, ey: f64, r: f64, rate: f64, variance: f64) -> Row {
    let speed = ex * mean.u + ey * mean.v;
    Row { a: (mean.u - ex * speed) / r, b: (mean.v - ey * speed) / r, c: ex, d: ey, residual: rate - speed, variance }
}

impl Rows {
    fn push(&mut self, row: Row) {
        if let Some(free) = self.rows.get_mut(self.count) {
            *free = row;
            self.count += 1;
        }
    }

    /// Residual and variance of the first row.
    pub(crate) fn first(&self) -> Option<(f64, f64)> {
        self.rows.first().filter(|_| self.count > 0).map(|row| (row.residual, row.variance))
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Folds all rows in.
    pub(crate) fn fold(&self, mean: &mut Mean, cov: &mut Covariance) -> Fit {
        let from = *mean;
        self.rows.iter().take(self.count).fold(Fit::default(), |sum, row| {
            let fit = fold(mean, cov, &from, row);
            Fit { distance2: sum.distance2 + fit.distance2, log_likelihood: sum.log_likelihood + fit.log_likelihood }
        })
    }
}

/// Speed of sound for acoustic sensors.
pub(crate) fn sound(sensor: &Sensor) -> Option<f64> {
    (sensor.kind == SensorKind::Acoustic).then_some(sensor.sound_mps.max(1.0))
}
