use super::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

fn noise(n: usize) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    (0..n).map(|_| (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0).collect()
}

fn kinds(values: &[f32]) -> Vec<(FaultKind, usize, usize)> {
    faults(values, 100.0).iter().map(|fault| (fault.kind, fault.from, fault.until)).collect()
}

#[test]
fn good_noise_has_no_faults() {
    assert_eq!(kinds(&noise(100_000)), []);
    // Neither has coarse counting, nor a blast.
    let coarse: Vec<f32> = noise(50_000).iter().map(|x| (0.7 * x).round()).collect();
    assert_eq!(kinds(&coarse), []);
    let mut blast = noise(50_000);
    blast[20_000..]
        .iter_mut()
        .enumerate()
        .take(300)
        .for_each(|(k, x)| *x += 80.0 * (-(k as f32) / 20.0).exp() * (1.0 - k as f32 / 20.0));
    assert_eq!(kinds(&blast), []);
}

#[test]
fn a_dead_minute_in_a_good_hour_is_found() {
    let mut values = noise(360_000);
    values[100_000..106_000].fill(0.0);
    assert_eq!(kinds(&values), [(FaultKind::Dead, 100_000, 106_000)]);
}

#[test]
fn each_kind_is_found_where_it_is() {
    let mut values = noise(60_000);
    values[1_000..1_003].fill(f32::NAN);
    values[10_000] += 60.0;
    values[20_000..].iter_mut().for_each(|x| *x += 100.0);
    let found = kinds(&values);
    assert_eq!(
        found,
        [(FaultKind::NotFinite, 1_000, 1_003), (FaultKind::Spike, 10_000, 10_001), (FaultKind::Step, 20_000, 20_001)]
    );

    let mut values = noise(60_000);
    values[30_000..30_400]
        .iter_mut()
        .enumerate()
        .for_each(|(k, x)| *x = (*x + 90.0 * (k as f32 * 0.05).sin()).clamp(-50.0, 50.0));
    let found = kinds(&values);
    assert!(
        found.iter().all(|(kind, from, until)| *kind == FaultKind::Clipped && *from >= 30_000 && *until <= 30_400),
        "{found:?}"
    );
    assert!(!found.is_empty());
}

#[test]
fn a_telegraph_is_one_stretch() {
    let mut values = noise(60_000);
    values[20_000..24_000].iter_mut().enumerate().for_each(|(k, x)| *x += if k / 300 % 2 == 0 { 0.0 } else { 200.0 });
    let found = kinds(&values);
    let telegraph = found.iter().find(|(kind, ..)| *kind == FaultKind::Telegraph).unwrap();
    assert!((20_000..20_400).contains(&telegraph.1) && (23_500..24_100).contains(&telegraph.2), "{found:?}");
    // A level that is held between jumps.
    let held: Vec<f32> = (0..4_000).map(|k| if k / 60 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    assert_eq!(kinds(&held), [(FaultKind::Telegraph, 0, 4_000)]);
}
