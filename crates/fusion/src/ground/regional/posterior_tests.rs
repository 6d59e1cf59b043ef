use super::*;

#[test]
fn the_bessel_function_equals_its_integral() {
    for x in [0.0_f64, 0.5, 3.0, 3.8, 20.0, 400.0] {
        let n = 20_000;
        let at = |k: i32| (x * ((f64::from(k) + 0.5) / f64::from(n) * std::f64::consts::PI).cos() - x).exp();
        let integral = (0..n).map(at).sum::<f64>() / f64::from(n);
        assert!((scaled_bessel_i0(x) / integral - 1.0).abs() < 1e-6, "{x}");
    }
}

#[test]
fn bearing_densities_add_up_to_one() {
    for sigma in [0.02, 0.06, 0.3, 1.5] {
        let n = 7_200;
        let at = |k: i32| bearing_density(f64::from(k) / f64::from(n) * TAU, sigma);
        assert!(((0..n).map(at).sum::<f64>() * TAU / f64::from(n) - 1.0).abs() < 1e-5);
    }
}

fn paths(ranges_km: &[f64], took_s: &[f64]) -> Vec<Path> {
    let path =
        |(range_km, took_s): (&f64, &f64)| Path { range_km: *range_km, travel_rad: 0.3, at_s: *took_s, sigma_s: 5.0 };
    ranges_km.iter().zip(took_s).map(path).collect()
}

/// Origin time and a common slowness integrated by brute force.
fn naive_common(paths: &[Path], model: &CelerityModel) -> f64 {
    let normal = |x: f64, s: f64| (-0.5 * x * x / (s * s)).exp() / (s * TAU.sqrt());
    let reference = model.common.iter().map(|h| h.weight * h.slowness_s_km).sum::<f64>();
    let mut sum = 0.0;
    for (share, scatter) in &model.scatters {
        for k in 0..350 {
            let slowness = 2.0 + 0.01 * f64::from(k);
            let prior: f64 =
                model.common.iter().map(|h| h.weight * normal(slowness - h.slowness_s_km, h.sigma_s_km)).sum();
            for t in 0..400 {
                let origin_s = -1_000.0 + 5.0 * f64::from(t);
                let of = |p: &Path| {
                    normal(p.at_s - origin_s - slowness * p.range_km, (scatter * reference * p.range_km).hypot(5.0))
                };
                sum += share * prior * 0.01 * 5.0 * paths.iter().map(of).product::<f64>();
            }
        }
    }
    sum
}

#[test]
fn a_common_celerity_is_integrated_exactly() {
    let model = CelerityModel::shared();
    let paths = paths(&[180.0, 320.0, 260.0], &[600.0, 1_080.0, 900.0]);
    let exact = Celerities::new(&model, &[5.0; 3]).likelihood(&paths, (0.0, false), &mut Vec::new());
    let naive = naive_common(&paths, &model);
    assert!((exact / naive - 1.0).abs() < 0.01, "{exact} {naive}");
}

#[test]
fn own_celerities_are_integrated_as_by_brute_force() {
    let model = CelerityModel::climatology();
    let paths = paths(&[180.0, 320.0], &[620.0, 1_130.0]);
    let mut parts = Vec::new();
    let fast = Celerities::new(&model, &[5.0; 2]).likelihood(&paths, (0.0, false), &mut parts);
    let of = |p: &Path, origin_s: f64| {
        let slowness = (p.at_s - origin_s) / p.range_km;
        let humps: f64 = CANONICAL_TEST
            .iter()
            .map(|(w, m, s)| {
                let s = s.hypot(5.0 / p.range_km);
                w * (-0.5 * ((slowness - m) / s).powi(2)).exp() / (s * TAU.sqrt())
            })
            .sum();
        (0.995 * humps + 0.005 / 2.25) * f64::from(u8::from((2.75..=5.0).contains(&slowness))) / p.range_km
    };
    let naive: f64 =
        (0..20_000).map(|k| -1_000.0 + 0.1 * f64::from(k)).map(|t| 0.1 * of(&paths[0], t) * of(&paths[1], t)).sum();
    assert!((fast / naive - 1.0).abs() < 0.03, "{fast} {naive}");
    let total: f64 = parts.iter().map(|part| part.0).sum();
    assert!((total / fast - 1.0).abs() < 1e-9);
}

const CANONICAL_TEST: [(f64, f64, f64); 3] =
    [(0.0539, 1.0 / 0.327, 0.066), (0.0899, 1.0 / 0.293, 0.080), (0.8562, 1.0 / 0.260, 0.330)];

#[test]
fn a_direction_in_between_sectors_blends_them() {
    let mut sectors = [(0.26, 0.01); 8];
    sectors[2] = (0.32, 0.01);
    let model = CelerityModel::by_sector(sectors);
    let celerities = Celerities::new(&model, &[3.0, 3.0]);
    let likelihood = |travel_deg: f64| {
        let mut paths = paths(&[200.0, 400.0], &[625.0, 1_250.0]);
        paths.iter_mut().for_each(|p| p.travel_rad = f64::to_radians(travel_deg));
        celerities.likelihood(&paths, (0.0, false), &mut Vec::new())
    };
    assert!(likelihood(90.0) > 1.2 * likelihood(270.0), "0.32 km/s is what the east lets expect");
    assert!((likelihood(359.99) / likelihood(0.01) - 1.0).abs() < 1e-3);
}
