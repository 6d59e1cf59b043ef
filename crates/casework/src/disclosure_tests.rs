use super::*;
use proptest::prelude::*;
use rand::SeedableRng as _;
use truceline_domain::distance_m;

fn disclosure(cell_m: f64) -> Disclosure {
    Disclosure { cell_m, delay: SignedDuration::from_hours(72) }
}

fn cell_at(place: Wgs84, cell_m: f64) -> Cell {
    released_cell(&PlaceEstimate::circular(place, 300.0), &disclosure(cell_m))
}

/// Second implementation: walk the rows and columns of the definition until the edges enclose the place.
fn naive_ring(place: Wgs84, cell_m: f64) -> Vec<(f64, f64)> {
    let n_rows = (180.0 * 110_574.0 / cell_m).floor();
    let edges = |n: f64, from: f64, width: f64, at: f64| {
        let mut k = 0.0;
        while k + 1.0 < n && from + width * (k + 1.0) / n <= at {
            k += 1.0;
        }
        (from + width * k / n, from + width * (k + 1.0) / n)
    };
    let (south, north) = edges(n_rows, -90.0, 180.0, place.lat_deg());
    let narrowest = south.abs().max(north.abs()).to_radians().cos();
    let n_columns = (360.0 * 111_319.0 * narrowest / cell_m).floor().max(1.0);
    let (west, east) = edges(n_columns, -180.0, 360.0, place.lon_deg());
    vec![(west, south), (east, south), (east, north), (west, north)]
}

fn any_place() -> impl Strategy<Value = Wgs84> {
    let edge = |limit: f64| prop_oneof![20 => -limit..limit, 1 => Just(limit), 1 => Just(-limit), 1 => Just(0.0)];
    (edge(90.0), edge(180.0)).prop_map(|(lat, lon)| Wgs84::new(lat, lon).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_cell_holds_the_centre_and_is_the_one_of_the_definition(place in any_place(), cell_m in 1_000.0..60_000.0_f64) {
        let cell = cell_at(place, cell_m);
        prop_assert!(cell.holds(place) && cell.holds(cell.middle()));
        let (west, south) = cell.ring[0];
        let (east, north) = cell.ring[2];
        prop_assert!(south - 1e-9 <= place.lat_deg() && place.lat_deg() <= north + 1e-9);
        prop_assert!(west - 1e-9 <= place.lon_deg() && place.lon_deg() <= east + 1e-9);
        for (a, b) in cell.ring.iter().zip(naive_ring(place, cell_m)) {
            prop_assert!((a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9, "{:?} {b:?}", cell.ring);
        }
    }

    #[test]
    fn no_cell_is_smaller_than_asked(lat in -85.0..85.0_f64, lon in -179.0..179.0_f64, cell_m in 1_000.0..60_000.0_f64) {
        let cell = cell_at(Wgs84::new(lat, lon).unwrap(), cell_m);
        let corner = |k: usize| Wgs84::wrapped(cell.ring[k].1, cell.ring[k].0);
        // Along the meridian, and along both parallels: the geodesic is a little shorter than the parallel.
        prop_assert!(distance_m(corner(0), corner(3)) >= cell_m * 0.999);
        prop_assert!(distance_m(corner(0), corner(1)) >= cell_m * 0.99);
        prop_assert!(distance_m(corner(3), corner(2)) >= cell_m * 0.99);
    }

    #[test]
    fn everything_in_one_cell_is_released_as_that_cell(
        place in any_place(), (u, v) in (0.001..0.999_f64, 0.001..0.999_f64), sigma_m in 0.0..5_000.0_f64,
    ) {
        let cell = cell_at(place, 10_000.0);
        let ((west, south), (east, north)) = (cell.ring[0], cell.ring[2]);
        let other = Wgs84::wrapped(south + v * (north - south), west + u * (east - west));
        prop_assert_eq!(released_cell(&PlaceEstimate::circular(other, sigma_m), &disclosure(10_000.0)), cell);
    }
}

#[test]
fn a_thousand_releases_tell_no_more_than_one() {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(11);
    let cell = cell_at(Wgs84::new(47.51, 35.2).unwrap(), 10_000.0);
    let ((west, south), (east, north)) = (cell.ring[0], cell.ring[2]);
    let mut averages = Vec::new();
    for (u, v) in [(0.3, 0.3), (0.5, 0.7), (0.7, 0.4)] {
        let truth = (west + u * (east - west), south + v * (north - south));
        let (mut sum, n) = ((0.0, 0.0), 1_000);
        for _ in 0..n {
            // Each time the place is measured anew, off by up to some 1.5 km.
            let (dlon, dlat) = (rng.random_range(-0.02..0.02), rng.random_range(-0.014..0.014));
            let released = cell_at(Wgs84::wrapped(truth.1 + dlat, truth.0 + dlon), 10_000.0);
            let middle = released.middle();
            sum = (sum.0 + middle.lon_deg(), sum.1 + middle.lat_deg());
        }
        averages.push((sum.0 / f64::from(n), sum.1 / f64::from(n)));
    }
    let middle = cell.middle();
    for (lon, lat) in averages {
        assert!((lon - middle.lon_deg()).abs() < 1e-9 && (lat - middle.lat_deg()).abs() < 1e-9, "{lon} {lat}");
    }
}

#[test]
fn a_bad_cell_size_never_sharpens() {
    let place = Wgs84::new(47.51, 35.2).unwrap();
    for (cell_m, used_m) in [
        (f64::NAN, DEFAULT_CELL_M),
        (0.0, FINEST_CELL_M),
        (-5.0, FINEST_CELL_M),
        (10.0, FINEST_CELL_M),
        (f64::INFINITY, COARSEST_CELL_M),
    ] {
        assert_eq!(disclosure(cell_m).effective_cell_m(), used_m);
        assert_eq!(cell_at(place, cell_m), cell_at(place, used_m));
    }
}

#[test]
fn names_tell_cells_apart() {
    let name = |lat, lon, cell_m| cell_at(Wgs84::new(lat, lon).unwrap(), cell_m).name;
    assert_eq!(name(47.51, 35.2, 10_000.0), "10000m-R1520-C1615");
    assert_ne!(name(47.51, 35.2, 10_000.0), name(47.51, 35.4, 10_000.0));
    assert_ne!(name(47.51, 35.2, 10_000.0), name(47.51, 35.2, 5_000.0));
}

#[test]
fn a_release_waits_for_the_latest_plausible_moment() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let event = TimeEstimate::within(at("2031-03-01T00:00:00Z"), at("2031-03-02T00:00:00Z"), 60.0);
    let public = disclosure(10_000.0);
    assert!(!public.is_released(&event, at("2031-03-05T00:02:59Z")));
    assert!(public.is_released(&event, at("2031-03-05T00:03:00Z")));
    let hasty = Disclosure { delay: SignedDuration::from_hours(-9), ..public };
    assert!(!hasty.is_released(&event, at("2031-03-02T00:00:00Z")));
    let never = Disclosure { delay: SignedDuration::MAX, ..public };
    assert!(!never.is_released(&event, at("9990-01-01T00:00:00Z")));
}
