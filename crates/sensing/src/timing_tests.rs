use super::*;

#[test]
fn a_sharp_loud_onset_is_known_to_the_sample() {
    let mut state = 9_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state) / 2_f64.powi(31) - 1.0
    };
    let mut x: Vec<f64> = (0..500).map(|_| next()).collect();
    (400..500).for_each(|k| x[k] += 300.0 * ((k - 400) as f64 * 0.9).cos());
    let found = moment(&x, &Search { noise: (0, 350), window: (350, 440), average: 1 }).unwrap();
    assert!((found.sample - 399.5).abs() < 1.5 && found.sigma < 1.5, "{found:?}");
    assert_eq!(moment(&x, &Search { noise: (0, 10), window: (10, 440), average: 1 }), None);
    assert_eq!(moment(&[], &Search { noise: (0, 10), window: (10, 440), average: 1 }), None);
}

#[test]
fn the_predictor_knows_its_process() {
    // r(k) = 0.8^k is the process x = 0.8 x' + e.
    let correlation: Vec<f64> = (0..=ORDER).map(|k| 0.8_f64.powi(k as i32)).collect();
    let weights = predictor(&correlation);
    assert!((weights[0] - 0.8).abs() < 1e-4 && weights[1..].iter().all(|w| w.abs() < 1e-4), "{weights:?}");
    assert!(predictor(&[0.0; 4]).is_empty());
}
