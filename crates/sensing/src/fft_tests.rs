use super::*;

#[test]
fn it_is_the_sum_it_stands_for() {
    for n in [4, 8, 64, 256] {
        let x: Vec<f64> = (0..n).map(|k| ((k * k * 7 + 3 * k) % 23) as f64 - 9.0).collect();
        let mut fft = Fft::new(n);
        let mut out = Vec::new();
        fft.spectrum(x.iter().copied(), &mut out);
        assert_eq!((out.len(), fft.len()), (n / 2 + 1, n));
        for (k, value) in out.iter().enumerate() {
            let direct = x.iter().enumerate().fold((0.0, 0.0), |sum: (f64, f64), (j, x)| {
                let (sin, cos) = (-TAU * (k * j) as f64 / n as f64).sin_cos();
                (sum.0 + x * cos, sum.1 + x * sin)
            });
            assert!((value.0 - direct.0).abs() < 1e-9 && (value.1 - direct.1).abs() < 1e-9, "{n} {k}");
        }
    }
}

#[test]
fn short_signals_are_padded() {
    let mut fft = Fft::new(5);
    let mut out = Vec::new();
    fft.spectrum([1.0].into_iter(), &mut out);
    assert_eq!(out.len(), 5);
    assert!(out.iter().all(|z| (z.0 - 1.0).abs() < 1e-15 && z.1.abs() < 1e-15));
}
