use super::*;

fn flat(column: f64, row: f64) -> Wgs84 {
    Wgs84::wrapped(row * 0.01, column * 0.01)
}

fn bumps(centres: &[(f64, f64)], n: usize, sigma: f64) -> Vec<f64> {
    let at = |k: usize| {
        let (x, y) = ((k % n) as f64, (k / n) as f64);
        centres.iter().map(|(cx, cy)| (-0.5 * ((x - cx).powi(2) + (y - cy).powi(2)) / sigma.powi(2)).exp()).sum()
    };
    (0..n * n).map(at).collect()
}

fn shoelace(ring: &[Wgs84]) -> f64 {
    let xy = |p: &Wgs84| (p.lon_deg() / 0.01, p.lat_deg() / 0.01);
    ring.windows(2).map(|w| xy(&w[0]).0 * xy(&w[1]).1 - xy(&w[1]).0 * xy(&w[0]).1).sum::<f64>() / 2.0
}

#[test]
fn a_normal_bump_gives_the_ellipse_of_chi_square() {
    let mass = bumps(&[(40.0, 40.0)], 81, 8.0);
    let grid = DensityGrid { n_columns: 81, mass: &mass, cell_km2: 1.0 };
    for (region, p) in rings(grid, &[0.5, 0.9, 0.95], &flat).iter().zip([0.5, 0.9, 0.95_f64]) {
        let exact = std::f64::consts::PI * 64.0 * -2.0 * (1.0 - p).ln();
        assert!((region.area_km2 / exact - 1.0).abs() < 0.02, "{} {exact}", region.area_km2);
        assert_eq!(region.rings.len(), 1);
        assert_eq!(region.rings[0].first(), region.rings[0].last());
        assert!((shoelace(&region.rings[0]) / exact - 1.0).abs() < 0.02, "inside lies on the left of the ring");
    }
}

#[test]
fn two_bumps_give_two_rings_and_a_rim_gives_a_hole() {
    let mass = bumps(&[(15.0, 40.0), (65.0, 40.0)], 81, 4.0);
    let grid = DensityGrid { n_columns: 81, mass: &mass, cell_km2: 1.0 };
    assert_eq!(rings(grid, &[0.9], &flat)[0].rings.len(), 2);
    let outer = bumps(&[(40.0, 40.0)], 81, 12.0);
    let inner = bumps(&[(40.0, 40.0)], 81, 6.0);
    let rim: Vec<f64> = outer.iter().zip(&inner).map(|(a, b)| a - b).collect();
    let region = &rings(DensityGrid { n_columns: 81, mass: &rim, cell_km2: 1.0 }, &[0.8], &flat)[0];
    assert_eq!(region.rings.len(), 2);
    let net: f64 = region.rings.iter().map(|ring| shoelace(ring)).sum();
    assert!((net / region.area_km2 - 1.0).abs() < 0.03, "{net} {}", region.area_km2);
}

#[test]
fn edges_saddles_and_nothing_at_all_close_too() {
    let checks: Vec<f64> = (0..36).map(|k| f64::from((k % 6 + k / 6) % 2)).collect();
    for level in [0.3, 0.9, 1.0] {
        for ring in &rings(DensityGrid { n_columns: 6, mass: &checks, cell_km2: 1.0 }, &[level], &flat)[0].rings {
            assert_eq!(ring.first(), ring.last());
            assert!(ring.len() >= 4);
        }
    }
    assert!(rings(DensityGrid { n_columns: 4, mass: &[0.0; 16], cell_km2: 1.0 }, &[0.9], &flat)[0].rings.is_empty());
    assert!(rings(DensityGrid { n_columns: 0, mass: &[], cell_km2: 1.0 }, &[0.9], &flat)[0].rings.is_empty());
}
