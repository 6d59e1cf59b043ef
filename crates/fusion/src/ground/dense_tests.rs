use super::*;
use nalgebra::{Matrix3, Matrix4};
use proptest::prelude::*;

proptest! {
    #[test]
    fn the_inverse_and_its_determinant_are_those_of_another_hand(values in prop::array::uniform16(-2.0..2.0_f64)) {
        let root = Matrix4::from_row_slice(&values);
        let positive = root * root.transpose() + Matrix4::identity() * 0.1;
        let ours: Square<4> = std::array::from_fn(|i| std::array::from_fn(|j| positive[(i, j)]));
        let (back, log_determinant) = inverse(&ours).unwrap();
        let theirs = positive.try_inverse().unwrap();
        for i in 0..4 {
            for j in 0..4 {
                prop_assert!((back[i][j] - theirs[(i, j)]).abs() < 1e-8 * theirs.norm());
            }
        }
        prop_assert!((log_determinant - positive.determinant().ln()).abs() < 1e-8);
    }
}

#[test]
fn what_is_not_positive_has_no_inverse() {
    assert!(inverse(&[[1.0, 2.0], [2.0, 1.0]]).is_none());
    assert!(inverse(&[[0.0, 0.0], [0.0, 1.0]]).is_none());
    assert!(inverse(&[[f64::NAN, 0.0], [0.0, 1.0]]).is_none());
}

#[test]
fn the_longer_axis_points_where_the_covariance_stretches() {
    // Twice as long to the north-east as across.
    let (longer, shorter, azimuth) = axes(&[[2.5, 1.5], [1.5, 2.5]]);
    assert!((longer - 2.0).abs() < 1e-12 && (shorter - 1.0).abs() < 1e-12 && (azimuth - 45.0).abs() < 1e-9);
    let (.., east) = axes(&[[4.0, 0.0], [0.0, 1.0]]);
    assert!((east - 90.0).abs() < 1e-9);
}

#[test]
fn products_are_those_of_another_hand() {
    let a = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]];
    let theirs = Matrix3::from_fn(|i, j| a[i][j]);
    let ours = times(&a, &transposed(&a));
    let expected = theirs * theirs.transpose();
    for i in 0..3 {
        for j in 0..3 {
            assert!((ours[i][j] - expected[(i, j)]).abs() < 1e-12);
        }
    }
    assert!((quadratic(&a, &[1.0, -1.0, 2.0]) - 32.0).abs() < 1e-12);
}
