//! The written-out arithmetic against matrices.

use super::{Covariance, Mean, Row, fold};
use nalgebra::{Matrix4, Vector4};

pub(crate) fn matrix(c: &Covariance) -> Matrix4<f64> {
    Matrix4::new(c.xx, c.xy, c.xu, c.xv, c.xy, c.yy, c.yu, c.yv, c.xu, c.yu, c.uu, c.uv, c.xv, c.yv, c.uv, c.vv)
}

fn vector(m: &Mean) -> Vector4<f64> {
    Vector4::new(m.x, m.y, m.u, m.v)
}

fn sample() -> (Mean, Covariance) {
    let cov = Covariance::diagonal(400.0, 25.0).moved(2.0, 3.0);
    (Mean { x: 120.0, y: -40.0, u: 7.0, v: -3.0 }, Covariance { xy: 30.0, uv: 2.0, ..cov })
}

#[test]
fn moving_on_is_f_p_f_plus_q() {
    let (mean, cov) = sample();
    let (dt, q) = (1.7, 4.0);
    let mut f = Matrix4::identity();
    (f[(0, 2)], f[(1, 3)]) = (dt, dt);
    let mut noise = Matrix4::zeros();
    for axis in 0..2 {
        noise[(axis, axis)] = q * dt * dt * dt / 3.0;
        noise[(axis, axis + 2)] = q * dt * dt / 2.0;
        noise[(axis + 2, axis)] = q * dt * dt / 2.0;
        noise[(axis + 2, axis + 2)] = q * dt;
    }
    let expected = f * matrix(&cov) * f.transpose() + noise;
    assert!((matrix(&cov.moved(dt, q)) - expected).abs().max() < 1e-9);
    assert!((vector(&mean.moved(dt)) - f * vector(&mean)).abs().max() < 1e-12);
}

#[test]
fn two_rows_one_after_the_other_are_one_update() {
    let (mean, cov) = sample();
    let rows = [
        Row { a: 0.6, b: -0.8, c: 0.0, d: 0.0, residual: 12.0, variance: 100.0 },
        Row { a: 0.01, b: 0.02, c: 0.8, d: 0.6, residual: -2.0, variance: 0.36 },
    ];
    let h = nalgebra::Matrix2x4::from_fn(|i, j| [rows[i].a, rows[i].b, rows[i].c, rows[i].d][j]);
    let y = nalgebra::Vector2::new(rows[0].residual, rows[1].residual);
    let p = matrix(&cov);
    let s = h * p * h.transpose() + nalgebra::Matrix2::from_diagonal(&nalgebra::Vector2::new(100.0, 0.36));
    let gain = p * h.transpose() * s.try_inverse().unwrap();
    let (mut folded, mut shrunk) = (mean, cov);
    let fits = rows.map(|row| fold(&mut folded, &mut shrunk, &mean, &row));
    assert!((vector(&folded) - (vector(&mean) + gain * y)).abs().max() < 1e-9);
    assert!((matrix(&shrunk) - (p - gain * h * p)).abs().max() < 1e-9);
    let distance2 = (y.transpose() * s.try_inverse().unwrap() * y)[0];
    let log = -0.5 * (distance2 + (std::f64::consts::TAU.powi(2) * s.determinant()).ln());
    assert!((fits[0].distance2 + fits[1].distance2 - distance2).abs() < 1e-9);
    assert!((fits[0].log_likelihood + fits[1].log_likelihood - log).abs() < 1e-9);
}
