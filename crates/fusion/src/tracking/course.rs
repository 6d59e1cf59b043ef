//! How a mover that only reports itself turns and speeds: a weighted line through its reported velocities.

use super::kinematics::Mean;

/// Reports count by exp(−age / this).
const MEMORY_S: f64 = 10.0;
/// A turn or a change of speed dies away with this time when it is carried on.
const PERSISTS_S: f64 = 20.0;
/// Spread of times, s², below which the slope is not trusted.
const SPREAD_S2: f64 = 200.0;
/// No vessel turns faster, rad/s.
const TURN_MAX: f64 = 0.05;

/// Weighted sums over the reports so far, times counted from the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Course {
    latest: Mean,
    weight: f64,
    ages: f64,
    squares: f64,
    u: f64,
    v: f64,
    u_by_age: f64,
    v_by_age: f64,
}

impl Course {
    /// Takes the next report, `dt_s` after the one before.
    pub(crate) fn take(&mut self, dt_s: f64, report: Mean) {
        let keep = (-dt_s.max(0.0) / MEMORY_S).exp();
        let old = *self;
        *self = Self {
            latest: report,
            weight: keep * old.weight + 1.0,
            ages: keep * (old.ages - dt_s * old.weight),
            squares: keep * (old.squares - 2.0 * dt_s * old.ages + dt_s * dt_s * old.weight),
            u: keep * old.u + report.u,
            v: keep * old.v + report.v,
            u_by_age: keep * (old.u_by_age - dt_s * old.u),
            v_by_age: keep * (old.v_by_age - dt_s * old.v),
        };
    }

    /// Where the mover is `ahead_s` after its latest report, if turn and change of speed die away slowly.
    pub(crate) fn ahead(&self, ahead_s: f64) -> Mean {
        let determinant = self.weight * (self.squares + SPREAD_S2) - self.ages * self.ages;
        if determinant <= 0.0 {
            return self.latest.moved(ahead_s);
        }
        let slope = |by_age: f64, sum: f64| (self.weight * by_age - self.ages * sum) / determinant;
        let (du, dv) = (slope(self.u_by_age, self.u), slope(self.v_by_age, self.v));
        let Mean { u, v, .. } = self.latest;
        let speed = u.hypot(v);
        let safe = speed.max(0.3);
        let turn = ((v * du - u * dv) / (safe * safe)).clamp(-TURN_MAX, TURN_MAX);
        let surge = (u * du + v * dv) / safe;
        let (mut at, course) = (self.latest, u.atan2(v));
        let step_s = ahead_s / STEPS;
        for k in 0..STEPS as u32 {
            let elapsed_s = (f64::from(k) + 0.5) * step_s;
            let carried_s = PERSISTS_S * (1.0 - (-elapsed_s / PERSISTS_S).exp());
            let (sin, cos) = (course + turn * carried_s).sin_cos();
            let now = (speed + surge * carried_s).max(0.0);
            (at.u, at.v) = (now * sin, now * cos);
            at = at.moved(step_s);
        }
        at
    }
}

/// Steps in which a prediction is walked.
const STEPS: f64 = 8.0;

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
