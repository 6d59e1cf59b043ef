use super::LayeredTimes;

#[test]
fn one_layer_has_straight_rays() {
    let table = LayeredTimes::of(&[(0.0, 6.0, 3.5)], 25.0).unwrap();
    for (x, z) in [(0.3_f64, 0.2_f64), (4.0, 9.7), (55.2, 13.3), (180.1, 1.1), (20.0, 24.9)] {
        let range = x.hypot(z);
        let (time, by_distance, by_depth) = table.time(0, x, z, 0.0);
        assert!((time - range / 6.0).abs() < 0.03, "{x} {z}: {time}");
        assert!((table.time(1, x, z, 0.0).0 - range / 3.5).abs() < 0.05);
        if range > 8.0 {
            assert!((by_distance - x / range / 6.0).abs() < 0.01 && (by_depth - z / range / 6.0).abs() < 0.01);
        }
    }
}

#[test]
fn the_head_wave_overtakes_where_it_should() {
    let table = LayeredTimes::of(&[(0.0, 6.0, 3.5), (30.0, 8.0, 4.6)], 20.0).unwrap();
    // Two layers, source at the surface: t = x/v2 + 2 h sqrt(1/v1² - 1/v2²).
    let head = |x: f64| x / 8.0 + 60.0 * (1.0_f64 / 36.0 - 1.0 / 64.0).sqrt();
    assert!((table.time(0, 100.0, 0.0, 0.0).0 - 100.0 / 6.0).abs() < 0.01);
    assert!((table.time(0, 250.0, 0.0, 0.0).0 - head(250.0)).abs() < 0.01);
    assert!((table.time(0, 400.0, 0.0, 0.0).0 - head(400.0)).abs() < 0.01, "beyond the table too");
}

#[test]
fn a_sensor_on_a_mountain_hears_later() {
    let table = LayeredTimes::of(&[(0.0, 5.0, 3.0), (3.0, 6.0, 3.5)], 25.0).unwrap();
    let (below, above) = (table.time(0, 0.0, 10.0, 0.0).0, table.time(0, 0.0, 10.0, -1.0).0);
    assert!((above - below - 0.2).abs() < 0.01, "{below} {above}");
}

#[test]
fn nonsense_is_no_table() {
    assert!(LayeredTimes::of(&[], 10.0).is_none());
    assert!(LayeredTimes::of(&[(0.0, -1.0, 3.0), (f64::NAN, 6.0, 3.0)], 10.0).is_none());
}
