use super::super::beam;
use super::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use truceline_domain::{Digest, LocalFrame, Samples, SensorId, Wgs84};

const PLACES_M: [(f64, f64); 5] = [(0.0, 0.0), (70.0, 20.0), (-40.0, 60.0), (-50.0, -45.0), (30.0, -70.0)];
const RATE_HZ: f64 = 20.0;

fn geometry() -> ArrayGeometry {
    let frame = LocalFrame::about(Wgs84::new(48.0, 37.0).unwrap());
    let places: Vec<(SensorId, Wgs84)> = PLACES_M
        .iter()
        .enumerate()
        .map(|(k, place)| (format!("E{k}").as_str().into(), frame.wgs84_from_enu(*place)))
        .collect();
    ArrayGeometry::new("A".into(), &places).unwrap()
}

/// Noise on each element, and a wave from an azimuth at 340 m/s that reaches the first element at `at_s`.
fn recordings(seed: u64, n: usize, wave: Option<(f64, f64, f64)>) -> Vec<Recording> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let recording = |(k, place): (usize, &(f64, f64))| {
        let mut values: Vec<f32> = (0..n).map(|_| (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0).collect();
        if let Some((azimuth_deg, at_s, peak)) = wave {
            let (sin, cos) = azimuth_deg.to_radians().sin_cos();
            let delay_s = -(sin * place.0 + cos * place.1) / 340.0;
            for (j, x) in values.iter_mut().enumerate() {
                let t = j as f64 / RATE_HZ - at_s - delay_s;
                if t >= 0.0 {
                    *x += (peak * (-t / 2.0).exp() * ((9.0 * t).cos() + (21.0 * t).cos())) as f32;
                }
            }
        }
        Recording {
            capture: Digest::of(b"tests"),
            sensor: format!("E{k}").as_str().into(),
            from: "2031-02-15T00:00:00Z".parse().unwrap(),
            clock_sigma_s: 0.0,
            samples: Samples { rate_hz: RATE_HZ, values },
        }
    };
    PLACES_M.iter().enumerate().map(recording).collect()
}

fn off_deg(a: f64, b: f64) -> f64 {
    ((a - b + 540.0).rem_euclid(360.0) - 180.0).abs()
}

#[test]
fn a_plane_wave_is_picked_with_its_bearing() {
    for (seed, azimuth_deg) in [(1, 35.0), (2, 200.0)] {
        let waves = recordings(seed, 8_000, Some((azimuth_deg, 203.3, 6.0)));
        let (picks, problems) = array_picks(&waves, &geometry(), &ArrayParameters::default());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(picks.len(), 1, "{picks:?}");
        let bearing = picks[0].bearing.unwrap();
        let velocity = bearing.trace_velocity_mps.unwrap();
        assert!(
            off_deg(bearing.azimuth_deg.value, azimuth_deg) < 3.5 * bearing.azimuth_deg.sigma.max(0.1),
            "{bearing:?}"
        );
        assert!((velocity.value - 340.0).abs() < 3.5 * velocity.sigma && velocity.sigma < 30.0, "{bearing:?}");
        assert!(bearing.azimuth_deg.sigma < 5.0 && bearing.n_elements == Some(5));
        let late_s = picks[0].at.duration_since(waves[0].from).as_secs_f64() - 203.3;
        assert!(late_s.abs() < 4.0 * picks[0].sigma_s.unwrap() + 0.1, "{late_s} {:?}", picks[0]);
        let shuffled: Vec<_> = waves.iter().rev().cloned().collect();
        assert_eq!(array_picks(&shuffled, &geometry(), &ArrayParameters::default()).0, picks);
    }
}

#[test]
fn noise_passes_no_oftener_than_stated() {
    // An hour and a half in 1,080 windows at 400 false picks a day: 25 are stated.
    let parameters = ArrayParameters {
        false_per_day: 400.0,
        beam: BeamParameters { slowness_step_s_per_km: 0.3, ..BeamParameters::default() },
        ..ArrayParameters::default()
    };
    let (picks, _) = array_picks(&recordings(5, 108_000, None), &geometry(), &parameters);
    println!("{} picks where 25 are stated", picks.len());
    assert!((8..=35).contains(&picks.len()), "{}", picks.len());
}

#[test]
fn bad_elements_are_left_out_and_two_are_too_few() {
    let mut waves = recordings(3, 4_000, Some((120.0, 103.3, 8.0)));
    waves[2].samples.values[1_500..2_600].fill(0.0);
    let (windows, _) = beam(&waves, &geometry(), &BeamParameters::default());
    assert!(windows.iter().any(|window| window.n_elements == 4) && windows.iter().any(|window| window.n_elements == 5));
    let best = windows.iter().max_by(|a, b| a.fisher.total_cmp(&b.fisher)).unwrap();
    assert!(off_deg(best.azimuth_deg.value, 120.0) < 4.0 && best.n_elements == 4, "{best:?}");
    let (none, problems) = beam(&waves[..2], &geometry(), &BeamParameters::default());
    assert!(none.is_empty());
    assert_eq!(problems[0].code, "too_few_elements");
}

#[test]
fn the_node_is_that_of_the_sum_over_all_frequencies() {
    let waves = recordings(7, 1_200, Some((300.0, 20.0, 1.0)));
    let parameters = BeamParameters { slowness_step_s_per_km: 0.4, ..BeamParameters::default() };
    let (windows, _) = beam(&waves, &geometry(), &parameters);
    let (aligned, _) = Aligned::new(&waves, &geometry());
    let aligned = aligned.unwrap();
    let mut steering = Steering::new(&aligned, &parameters).unwrap();
    assert_eq!(windows.len(), 11);
    for (k, window) in windows.iter().enumerate() {
        let spectra: Vec<_> = aligned
            .elements
            .iter()
            .map(|element| Some(steering.transform.spectrum(element.good(100 * k, 100 * k + 200).unwrap(), 0.0)))
            .collect();
        let power = |node: usize| {
            let bins = super::super::bartlett::bin_powers(
                &spectra,
                &steering.places_km,
                &steering.omegas,
                steering.grid.slowness(node),
            );
            bins.iter().map(|(_, beam)| beam).sum::<f64>()
        };
        let best = (0..steering.grid.len()).max_by(|a, b| power(*a).total_cmp(&power(*b)).then(b.cmp(a))).unwrap();
        assert_eq!(window.node_s_per_km, steering.grid.slowness(best));
    }
    // Capon's beam points the same way where the wave is.
    let capon = BeamParameters { method: BeamMethod::Capon, ..parameters };
    let (capon, _) = beam(&waves, &geometry(), &capon);
    assert_eq!(capon.len(), windows.len());
}
