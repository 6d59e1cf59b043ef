use super::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A burst at random moments, heard by some stations that cannot tell what comes within the dead time and miss some.
fn burst(rng: &mut ChaCha8Rng) -> (u32, Vec<RoundsSeen>, Blending) {
    let n = (rng.random_range(1.0_f64.ln()..60.0_f64.ln()).exp()).round() as u32;
    let (dead_time_s, gap_s) = (rng.random_range(0.05..0.5), rng.random_range(0.2..4.0));
    let mut at_s: Vec<f64> = vec![0.0];
    for _ in 1..n {
        let next = at_s[at_s.len() - 1] - gap_s * f64::ln(rng.random_range(1e-9..1.0));
        at_s.push(next);
    }
    let n_stations = rng.random_range(1..6);
    let mut seen = Vec::new();
    for _ in 0..n_stations {
        let chance = rng.random_range(0.5..1.0);
        let mut last = f64::NEG_INFINITY;
        let mut count = 0;
        for t in &at_s {
            // What comes within the dead time of the last sound blends with it.
            let blends = t - last < dead_time_s;
            last = *t;
            if !blends && rng.random::<f64>() < chance {
                count += 1;
            }
        }
        if count > 0 {
            seen.push(RoundsSeen::Counted { n: count });
        }
    }
    // Sounds last about the dead time.
    let lasts_s = dead_time_s * rng.random_range(0.85..1.15);
    let sounding_s = at_s.windows(2).map(|w| (w[1] - w[0]).min(lasts_s)).sum::<f64>() + lasts_s;
    (n, seen, Blending { duration_s: at_s[at_s.len() - 1], dead_time_s, sounding_s: Some(sounding_s) })
}

#[test]
fn the_interval_holds_the_rounds_of_nine_bursts_in_ten() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut held, mut all, mut width) = (0.0, 0.0, 0.0);
    for _ in 0..400 {
        let (n, seen, blending) = burst(&mut rng);
        let Some(interval) = rounds(&seen, Some(blending)) else { continue };
        all += 1.0;
        held += f64::from(u8::from(interval.low <= n && n <= interval.high));
        width += f64::from(interval.high - interval.low) / f64::from(n);
    }
    println!("held {:.3} of {all}, mean width {:.2} of the number", held / all, width / all);
    assert!(held / all >= 0.87, "{}", held / all);
    assert!(width / all < 1.2, "{}", width / all);
}

#[test]
fn without_the_time_that_sounds_the_interval_is_wider_and_still_holds() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let (mut held, mut all, mut wider) = (0.0, 0.0, 0.0);
    for _ in 0..200 {
        let (n, seen, blending) = burst(&mut rng);
        let Some(with) = rounds(&seen, Some(blending)) else { continue };
        let Some(without) = rounds(&seen, Some(Blending { sounding_s: None, ..blending })) else { continue };
        all += 1.0;
        held += f64::from(u8::from(without.low <= n && n <= without.high));
        wider += f64::from(u8::from(without.high >= with.high));
    }
    println!("held {:.3} of {all}, wider {:.3}", held / all, wider / all);
    assert!(held / all >= 0.87, "{}", held / all);
    assert!(wider / all > 0.7, "{}", wider / all);
}

#[test]
fn what_waveforms_tell_is_held_when_they_are_right_nine_times_in_ten() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let (mut held, trials) = (0, 400);
    for _ in 0..trials {
        let n: u32 = rng.random_range(1..30);
        let seen: Vec<RoundsSeen> = (0..rng.random_range(1..5))
            .map(|_| {
                let off: i64 = if rng.random::<f64>() < 0.9 { 0 } else { rng.random_range(-4..5) };
                let middle = i64::from(n) + off;
                let (below, above): (i64, i64) = (rng.random_range(0..4), rng.random_range(0..4));
                RoundsSeen::Told { low: (middle - below).max(1) as u32, high: (middle + above).max(1) as u32 }
            })
            .collect();
        let interval = rounds(&seen, None).unwrap();
        held += u32::from(interval.low <= n && n <= interval.high);
    }
    println!("held {held} of {trials}");
    assert!(held >= trials * 87 / 100, "{held}");
}

#[test]
fn clear_single_shots_are_counted_exactly() {
    let seen = [RoundsSeen::Counted { n: 6 }, RoundsSeen::Counted { n: 6 }, RoundsSeen::Counted { n: 6 }];
    let interval = rounds(&seen, Some(Blending { duration_s: 120.0, dead_time_s: 0.3, sounding_s: None })).unwrap();
    assert_eq!((interval.low, interval.best), (6, 6));
    assert!(interval.high <= 10, "{interval:?}");
}

#[test]
fn fast_fire_with_a_long_dead_time_leaves_a_wide_interval() {
    let seen = [RoundsSeen::Counted { n: 4 }];
    let slow = rounds(&seen, Some(Blending { duration_s: 100.0, dead_time_s: 0.01, sounding_s: None })).unwrap();
    let fast = rounds(&seen, Some(Blending { duration_s: 20.0, dead_time_s: 2.0, sounding_s: None })).unwrap();
    assert!(fast.high - fast.low > slow.high - slow.low, "{fast:?} {slow:?}");
    assert_eq!(rounds(&[], None), None);
}

#[test]
fn strange_numbers_do_no_harm() {
    let seen = [
        RoundsSeen::Told { low: 9, high: 2 },
        RoundsSeen::Told { low: 0, high: u32::MAX },
        RoundsSeen::Counted { n: 100_000 },
    ];
    let interval =
        rounds(&seen, Some(Blending { duration_s: f64::NAN, dead_time_s: f64::NAN, sounding_s: None })).unwrap();
    assert!(interval.low <= interval.best && interval.best <= interval.high);
}
