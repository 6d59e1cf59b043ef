//! Rounds as point masses with drag.

/// Time of flight over a range, s, by stepping a point mass with drag ∝ v² through thinner air; `None` when such a round
/// does not reach. `choice` picks the charge and with it the elevation.
pub fn flight_s(range_m: f64, is_mortar: bool, choice: f64) -> Option<f64> {
    let (speeds, drag_per_m): (&[f64], f64) = if is_mortar {
        (&[100.0, 150.0, 200.0, 250.0, 325.0], 6e-5)
    } else {
        (&[300.0, 450.0, 600.0, 750.0, 850.0], 5e-5)
    };
    let (from, until) = if is_mortar { (45.0, 84.0) } else { (3.0, 70.0) };
    let fits: Vec<f64> = speeds.iter().flat_map(|v| elevations(*v, (from, until), (range_m, drag_per_m))).collect();
    let at = ((choice * fits.len() as f64) as usize).min(fits.len().saturating_sub(1));
    fits.get(at).copied()
}

/// Times of flight of the elevations that reach the range, by bisection between steps of half a degree.
fn elevations(v: f64, (from, until): (f64, f64), (range_m, drag): (f64, f64)) -> Vec<f64> {
    let n = ((until - from) * 1.0) as usize;
    let deg = |i: usize| from + (until - from) * i as f64 / n as f64;
    let shots: Vec<(f64, f64)> = (0..=n).map(|i| shot(v, deg(i), drag)).collect();
    shots
        .windows(2)
        .filter(|w| (w[0].0 - range_m) * (w[1].0 - range_m) <= 0.0 && w[0].0 != w[1].0)
        .map(|w| {
            let f = (range_m - w[0].0) / (w[1].0 - w[0].0);
            w[0].1 + f * (w[1].1 - w[0].1)
        })
        .collect()
}

/// Range and time of flight of one shot.
pub fn shot(v: f64, elevation_deg: f64, drag_per_m: f64) -> (f64, f64) {
    let (sin, cos) = elevation_deg.to_radians().sin_cos();
    let (mut x, mut z, mut vx, mut vz, mut t) = (0.0, 0.0, v * cos, v * sin, 0.0);
    let dt = 0.1;
    loop {
        let speed = f64::hypot(vx, vz);
        let k = drag_per_m * f64::exp(-z / 9_000.0) * speed;
        let (nx, nz) = (vx - k * vx * dt, vz - (9.806_65 + k * vz) * dt);
        let (x1, z1) = (x + 0.5 * (vx + nx) * dt, z + 0.5 * (vz + nz) * dt);
        if z1 < 0.0 {
            let f = z / (z - z1);
            return (x + f * (x1 - x), t + f * dt);
        }
        (x, z, vx, vz, t) = (x1, z1, nx, nz, t + dt);
    }
}
