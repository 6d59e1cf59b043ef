use super::*;

#[test]
fn streams_repeat_and_differ() {
    let draw = |seed, line, name| {
        let mut noise = Noise::about(seed, line, name);
        [noise.uniform(), noise.uniform(), noise.normal()]
    };
    assert_eq!(draw(1, 7, "AC"), draw(1, 7, "AC"));
    assert_ne!(draw(1, 7, "AC"), draw(2, 7, "AC"));
    assert_ne!(draw(1, 7, "AC"), draw(1, 8, "AC"));
    assert_ne!(draw(1, 7, "AC"), draw(1, 7, "AD"));
}

#[test]
fn moments_are_right() {
    let mut noise = Noise::about(5, 0, "moments");
    let n = 20_000;
    let normals: Vec<f64> = (0..n).map(|_| noise.normal()).collect();
    let mean = normals.iter().sum::<f64>() / f64::from(n);
    let variance = normals.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n);
    // Five standard errors: 5/√20000 = 0.035 and 5·√(2/20000) = 0.05.
    assert!(mean.abs() < 0.035 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    let counts = (0..2_000).map(|_| f64::from(noise.poisson(47.0))).sum::<f64>() / 2_000.0;
    assert!((counts - 47.0).abs() < 5.0 * (47.0_f64 / 2_000.0).sqrt(), "{counts}");
    let heads = (0..n).filter(|_| noise.happens(0.3)).count() as f64 / f64::from(n);
    assert!((heads - 0.3).abs() < 0.017, "{heads}");
}

#[test]
fn the_stream_is_the_published_generator() {
    // Pins the numbers themselves: goldens of whole scenarios rest on them.
    assert_eq!(fnv1a(0, ""), 0x4d25_767f_9dce_13f5, "the hash of four zero bytes");
}
