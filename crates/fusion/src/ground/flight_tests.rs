use super::*;

/// A point mass with drag ∝ v² in thinner air: range and time of flight.
fn shot(v: f64, elevation_deg: f64, drag_per_m: f64) -> (f64, f64) {
    let (sin, cos) = elevation_deg.to_radians().sin_cos();
    let (mut x, mut z, mut vx, mut vz, mut t) = (0.0, 0.0, v * cos, v * sin, 0.0);
    let dt = 0.05;
    loop {
        let k = drag_per_m * f64::exp(-z / 9_000.0) * f64::hypot(vx, vz);
        vx -= k * vx * dt;
        vz -= (G + k * vz) * dt;
        (x, z, t) = (x + vx * dt, z + vz * dt, t + dt);
        if z < 0.0 {
            return (x, t);
        }
    }
}

#[test]
fn rounds_with_and_without_drag_lie_inside_the_band() {
    let mut n = 0;
    let weapons = [
        (vec![70.0, 120.0, 200.0, 272.0, 325.0], (45.0, 85.0), (500.0, 8_000.0)),
        (vec![250.0, 400.0, 560.0, 690.0, 827.0, 940.0], (3.0, 70.0), (3_000.0, 40_000.0)),
        (vec![450.0, 690.0, 900.0], (12.0, 58.0), (3_000.0, 70_000.0)),
    ];
    for (speeds, (from, until), range) in weapons {
        for v in speeds {
            for drag in [0.0, 3e-5, 8e-5] {
                for i in 0..=10 {
                    let (range_m, flight_s) = shot(v, from + (until - from) * f64::from(i) / 10.0, drag);
                    if range_m < range.0 || range_m > range.1 || flight_s > 150.0 {
                        continue;
                    }
                    let (low, high) = flight_band_s(range_m).unwrap();
                    assert!(
                        low <= flight_s && flight_s <= high,
                        "{v} m/s, {drag}: {range_m} m in {flight_s} s, not {low}…{high}"
                    );
                    assert!(flight_density(range_m, flight_s, 0.1) > 0.0);
                    n += 1;
                }
            }
        }
    }
    assert!(n > 200, "{n}");
}

#[test]
fn the_density_adds_up_to_one() {
    for range_m in [600.0, 4_000.0, 15_000.0, 60_000.0] {
        let sum: f64 = (0..5_000).map(|i| flight_density(range_m, f64::from(i) * 0.05, 0.05) * 0.05).sum();
        assert!((sum - 1.0).abs() < 0.02, "{range_m}: {sum}");
    }
}

#[test]
fn nothing_flies_a_hundred_kilometres() {
    assert_eq!(flight_band_s(100_000.0), None);
    assert_eq!(flight_density(100_000.0, 100.0, 1.0), 0.0);
    assert_eq!(flight_band_s(f64::NAN), None);
}
