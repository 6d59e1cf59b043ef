use super::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use truceline_domain::{Digest, Samples};

fn recording(rate_hz: f64, values: Vec<f64>) -> Recording {
    Recording {
        capture: Digest::of(b"tests"),
        sensor: "M1".into(),
        from: "2031-02-15T00:00:00Z".parse().unwrap(),
        clock_sigma_s: 0.0,
        samples: Samples { rate_hz, values: values.iter().map(|x| *x as f32).collect() },
    }
}

/// Noise of standard deviation one; red: each sample keeps 0.97 of the one before.
fn noise(rng: &mut ChaCha8Rng, n: usize, red: bool) -> Vec<f64> {
    let keep: f64 = if red { 0.97 } else { 0.0 };
    let mut last = 0.0;
    let mut next = |_| {
        let white = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        last = keep * last + white * (1.0 - keep * keep).sqrt();
        last
    };
    (0..n).map(&mut next).collect()
}

fn seconds(recording: &Recording, pick: &Pick) -> f64 {
    pick.at.duration_since(recording.from).as_secs_f64()
}

/// Errors of the picks of pulses of 10 Hz at 100 samples a second over their stated sigma.
fn errors(peak: f64, red: bool, n: usize) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(23);
    let mut errors = Vec::new();
    for trial in 0..n {
        let at_s = 10.0 + rng.random::<f64>();
        let phase = rng.random::<f64>() * 6.0;
        // From full at once to two periods of rise.
        let rise_s = [0.0, 0.05, 0.2][trial % 3];
        let mut values = noise(&mut rng, 1_600, red);
        for (k, x) in values.iter_mut().enumerate() {
            let t = k as f64 / 100.0 - at_s;
            let envelope = if t < rise_s { t / rise_s } else { (-(t - rise_s) / 0.3).exp() };
            if t >= 0.0 {
                *x += peak * envelope * (62.83 * t + phase).cos();
            }
        }
        let recording = recording(100.0, values);
        let (found, _) = picks(&recording, Modality::Seismic, &Parameters::default());
        let near = found.iter().map(|pick| (seconds(&recording, pick) - at_s) / pick.sigma_s.unwrap());
        errors.extend(near.min_by(|a, b| a.abs().total_cmp(&b.abs())));
    }
    errors
}

#[test]
fn the_stated_error_is_the_true_one() {
    for (peak, red) in [(8.0, false), (30.0, false), (100.0, false), (2.0, true), (10.0, true)] {
        let found = errors(peak, red, 90);
        let rms = (found.iter().map(|z| z * z).sum::<f64>() / found.len() as f64).sqrt();
        println!("{peak} {red}: {} found, true over stated error {rms:.2}", found.len());
        assert!(found.len() >= 80, "{peak} {red}: {}", found.len());
        assert!((1.0 / 1.3..=1.3).contains(&rms), "{peak} {red}: {rms}");
    }
}

#[test]
fn noise_makes_no_picks() {
    let mut rng = ChaCha8Rng::seed_from_u64(29);
    for red in [false, true] {
        let (found, problems) =
            picks(&recording(100.0, noise(&mut rng, 180_000, red)), Modality::Seismic, &Parameters::default());
        assert!(found.len() <= 1 && problems.is_empty(), "{red}: {} {problems:?}", found.len());
    }
}

/// An N-wave of 4 ms and, 0.4 s later, a blast of 30 Hz, at 4,000 samples a second.
fn shot(with_shock: bool) -> Recording {
    let mut values: Vec<f64> =
        noise(&mut ChaCha8Rng::seed_from_u64(31), 24_000, false).iter().map(|x| 0.002 * x).collect();
    if with_shock {
        (0..=16).for_each(|k| values[16_000 + k] += 1.0 - k as f64 / 8.0);
    }
    for k in 0..600 {
        let t = k as f64 / 4_000.0;
        values[17_600 + k] += 0.8 * (-t / 0.03).exp() * (t * 30.0 * std::f64::consts::TAU).sin();
    }
    recording(4_000.0, values)
}

#[test]
fn shock_and_muzzle_prove_each_other() {
    let waves = |recording: &Recording| -> Vec<(Option<Wave>, f64)> {
        let (found, _) = picks(recording, Modality::Acoustic, &Parameters::of(Modality::Acoustic));
        found.iter().map(|pick| (pick.wave, seconds(recording, pick))).collect()
    };
    let both = waves(&shot(true));
    assert_eq!(
        both.iter().map(|(wave, _)| *wave).collect::<Vec<_>>(),
        [Some(Wave::Shock), Some(Wave::Muzzle)],
        "{both:?}"
    );
    assert!((both[0].1 - 4.0).abs() < 2e-3 && (both[1].1 - 4.4).abs() < 10e-3, "{both:?}");
    let alone = waves(&shot(false));
    assert_eq!(alone.iter().map(|(wave, _)| *wave).collect::<Vec<_>>(), [None], "{alone:?}");
}

#[test]
fn a_bad_clock_widens_and_a_bad_band_is_said() {
    let good = shot(true);
    let slow = Recording { clock_sigma_s: 0.5, ..good.clone() };
    let (found, _) = picks(&slow, Modality::Acoustic, &Parameters::of(Modality::Acoustic));
    assert!(found.iter().all(|pick| pick.sigma_s.unwrap() >= 0.5));
    let (found, problems) =
        picks(&recording(8.0, vec![1.0, 2.0, 0.5, 1.5]), Modality::Acoustic, &Parameters::default());
    assert!(found.is_empty());
    assert_eq!(problems[0].code, "band_too_high");
    let (_, problems) = picks(&good, Modality::Ais, &Parameters::default());
    assert_eq!(problems[0].code, "not_a_wave_sensor");
}

#[test]
fn what_is_bad_makes_no_pick_and_is_an_outage() {
    let mut values = noise(&mut ChaCha8Rng::seed_from_u64(37), 30_000, false);
    values[10_000..16_000].fill(0.0);
    values[20_000] = 500.0;
    let recording = recording(100.0, values);
    let (found, problems) = picks(&recording, Modality::Seismic, &Parameters::default());
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["dead_stretch", "spikes"]);
    let outages = crate::outages(&recording, &Parameters::default());
    let dead = outages.iter().find(|outage| outage.cause.contains("stands still")).unwrap();
    assert_eq!(dead.span.from, time_of(&recording, 10_000.0));
    assert!((dead.span.seconds() - 60.3).abs() < 1e-6 && dead.pd_factor == 0.0);
}
