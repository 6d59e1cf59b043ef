use super::*;

const RIFLE: (f64, f64) = (0.007_62, 0.028);

#[test]
fn a_rifle_round_ten_metres_away_lasts_a_quarter_of_a_millisecond() {
    let duration_s = n_wave_duration_s(10.0, 2.4, RIFLE, 340.0);
    assert!((2.2e-4..2.6e-4).contains(&duration_s), "{duration_s}");
}

#[test]
fn the_duration_grows_as_the_shock_outruns_its_sound() {
    // A weak shock of overpressure p gains (γ+1)/(4γ) p/p₀ on sound along its path of b M/√(M² − 1); both ends of the wave.
    let (mach, c) = (2.0_f64, 340.0);
    let beta = mach * mach - 1.0;
    let over = |b: f64| 0.53 * RIFLE.0 * beta.powf(0.125) / (b.powf(0.75) * RIFLE.1.powf(0.25));
    let (from, until, n) = (5.0, 50.0, 20_000);
    let step = (until - from) / f64::from(n);
    let gained: f64 = (0..n)
        .map(|i| from + (f64::from(i) + 0.5) * step)
        .map(|b| 2.0 * (2.4 / 5.6) * over(b) / c * (mach / beta.sqrt()) * step)
        .sum();
    let said = n_wave_duration_s(until, mach, RIFLE, c) - n_wave_duration_s(from, mach, RIFLE, c);
    assert!((gained / said - 1.0).abs() < 0.005, "{gained} {said}");
}

#[test]
fn miss_distance_undoes_the_duration() {
    for miss_m in [2.0, 30.0, 400.0] {
        let duration_s = n_wave_duration_s(miss_m, 1.7, RIFLE, 335.0);
        assert!((miss_distance_m(duration_s, 1.7, RIFLE, 335.0) / miss_m - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_interval_holds_the_muzzle_for_every_geometry_within_its_bounds() {
    for muzzle_m in [150.0_f64, 400.0, 900.0] {
        for miss_m in [1.0, 20.0, 60.0] {
            for v in [560.0, 700.0, 840.0] {
                for c in [332.0, 340.0, 348.0] {
                    let along = (muzzle_m * muzzle_m - miss_m * miss_m).sqrt();
                    if along < miss_m * (c / v) / (1.0 - (c / v) * (c / v)).sqrt() {
                        continue;
                    }
                    let shock_s = along / v + miss_m * (1.0 / (c * c) - 1.0 / (v * v)).sqrt();
                    let delay_s = (muzzle_m / c - shock_s, 0.002);
                    let heard = CrackAndBlast {
                        delay_s,
                        round_mps: (550.0, 850.0),
                        sound_mps: (330.0, 350.0),
                        miss_m: (0.0, 80.0),
                    };
                    let (low, high) = muzzle_range_m(&heard).unwrap();
                    assert!(low <= muzzle_m && muzzle_m <= high, "{muzzle_m} {miss_m} {v} {c}: {low} {high}");
                }
            }
        }
    }
}

#[test]
fn a_round_slower_than_sound_has_no_crack() {
    let heard = CrackAndBlast {
        delay_s: (0.5, 0.01),
        round_mps: (250.0, 300.0),
        sound_mps: (330.0, 350.0),
        miss_m: (0.0, 10.0),
    };
    assert_eq!(muzzle_range_m(&heard), None);
    assert_eq!(muzzle_range_m(&CrackAndBlast { delay_s: (f64::NAN, 0.0), round_mps: (600.0, 700.0), ..heard }), None);
}
