//! Small dense matrices of fixed size: products, the inverse of a positive definite one.
#![expect(clippy::indexing_slicing, reason = "every index runs below the size that the array's type states")]

/// A square matrix, row by row.
pub(super) type Square<const N: usize> = [[f64; N]; N];

/// The unit matrix times a number.
pub(super) fn scaled_unit<const N: usize>(value: f64) -> Square<N> {
    std::array::from_fn(|i| std::array::from_fn(|j| if i == j { value } else { 0.0 }))
}

/// A·x.
pub(super) fn apply<const M: usize, const N: usize>(a: &[[f64; N]; M], x: &[f64; N]) -> [f64; M] {
    std::array::from_fn(|i| dot(&a[i], x))
}

/// x·y.
pub(super) fn dot<const N: usize>(x: &[f64; N], y: &[f64; N]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

/// A·B.
pub(super) fn times<const L: usize, const M: usize, const N: usize>(
    a: &[[f64; M]; L],
    b: &[[f64; N]; M],
) -> [[f64; N]; L] {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..M).map(|k| a[i][k] * b[k][j]).sum()))
}

/// Aᵀ.
pub(super) fn transposed<const M: usize, const N: usize>(a: &[[f64; N]; M]) -> [[f64; M]; N] {
    std::array::from_fn(|i| std::array::from_fn(|j| a[j][i]))
}

/// A + factor·B.
pub(super) fn plus<const M: usize, const N: usize>(a: &[[f64; N]; M], factor: f64, b: &[[f64; N]; M]) -> [[f64; N]; M] {
    std::array::from_fn(|i| std::array::from_fn(|j| a[i][j] + factor * b[i][j]))
}

/// x + factor·y.
pub(super) fn moved<const N: usize>(x: &[f64; N], factor: f64, y: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|i| x[i] + factor * y[i])
}

/// A += weight·x·yᵀ.
pub(super) fn add_outer<const M: usize, const N: usize>(
    a: &mut [[f64; N]; M],
    weight: f64,
    x: &[f64; M],
    y: &[f64; N],
) {
    for i in 0..M {
        let row = weight * x[i];
        for j in 0..N {
            a[i][j] += row * y[j];
        }
    }
}

/// xᵀ·A·x.
pub(super) fn quadratic<const N: usize>(a: &Square<N>, x: &[f64; N]) -> f64 {
    dot(x, &apply(a, x))
}

/// The lower triangle L with L·Lᵀ = A; `None` when A is not positive definite.
fn cholesky<const N: usize>(a: &Square<N>) -> Option<Square<N>> {
    let mut lower = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let rest: f64 = a[i][j] - (0..j).map(|k| lower[i][k] * lower[j][k]).sum::<f64>();
            if i > j {
                lower[i][j] = rest / lower[j][j];
            } else if rest > 1e-14 * a[i][i] && rest.is_finite() {
                lower[i][i] = rest.sqrt();
            } else {
                return None;
            }
        }
    }
    Some(lower)
}

/// The inverse of a positive definite matrix and the logarithm of its determinant (of A, not of the inverse).
pub(super) fn inverse<const N: usize>(a: &Square<N>) -> Option<(Square<N>, f64)> {
    let lower = cholesky(a)?;
    let log_determinant = 2.0 * (0..N).map(|i| lower[i][i].ln()).sum::<f64>();
    let mut back = [[0.0; N]; N];
    for j in 0..N {
        back[j][j] = 1.0 / lower[j][j];
        for i in j + 1..N {
            back[i][j] = -(j..i).map(|k| lower[i][k] * back[k][j]).sum::<f64>() / lower[i][i];
        }
    }
    let inverse =
        std::array::from_fn(|i| std::array::from_fn(|j| (i.max(j)..N).map(|k| back[k][i] * back[k][j]).sum()));
    Some((inverse, log_determinant))
}

/// Half axes (longer, shorter) of xᵀ·C⁻¹·x = 1 for a covariance over east and north, and the direction of the longer
/// one, degrees clockwise from north, 0…180.
pub(super) fn axes(c: &Square<2>) -> (f64, f64, f64) {
    let mean = 0.5 * (c[0][0] + c[1][1]);
    let half = 0.5 * (c[1][1] - c[0][0]);
    let spread = half.hypot(c[0][1]);
    let azimuth_deg = 0.5 * c[0][1].atan2(half).to_degrees();
    ((mean + spread).max(0.0).sqrt(), (mean - spread).max(0.0).sqrt(), azimuth_deg.rem_euclid(180.0))
}

#[cfg(test)]
#[path = "dense_tests.rs"]
mod tests;
