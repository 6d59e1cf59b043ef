use super::*;

/// A quiet alternation with bangs of 12 Hz at 100 samples a second.
fn with_bangs(at: &[usize]) -> Vec<f64> {
    let mut x: Vec<f64> = (0..3_000).map(|k| if k % 2 == 0 { 0.01 } else { -0.01 }).collect();
    for from in at {
        (0..150)
            .for_each(|k| x[from + k] += (-(k as f64) / 15.0).exp() * (k as f64 * 0.12 * std::f64::consts::TAU).sin());
    }
    x
}

fn features(x: &[f64], end: usize) -> PickFeatures {
    Stretch { band: x, wide: x, begin: 1_500, end, rate_hz: 100.0, noise: 1e-4, snr: 30.0, sta: 30 }.features()
}

#[test]
fn one_bang_is_as_it_was_made() {
    let found = features(&with_bangs(&[1_500]), 1_700);
    assert!((found.frequency_hz.unwrap() - 12.0).abs() < 2.5, "{found:?}");
    assert!((0.6..1.1).contains(&found.amplitude.unwrap()) && found.rise_s.unwrap() < 0.12);
    assert!((0.3..1.2).contains(&found.duration_s.unwrap()) && found.rounds.is_none());
    assert!((0.5..2.0).contains(&found.phase_ratio.unwrap()));
}

#[test]
fn several_bangs_are_rounds_and_an_echo_combs_the_spectrum() {
    let three = features(&with_bangs(&[1_500, 1_620, 1_740]), 1_900);
    let (least, most) = three.rounds.unwrap();
    assert!(least == 3 && most >= 3, "{three:?}");
    let (one, two) = (features(&with_bangs(&[1_500]), 1_900), features(&with_bangs(&[1_500, 1_550]), 1_900));
    assert!(two.ripple.unwrap() > 1.5 * one.ripple.unwrap(), "{one:?} {two:?}");
}
