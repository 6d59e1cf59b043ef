use super::*;
use proptest::prelude::*;
use truceline_domain::distance_m;

proptest! {
    /// Everything within the sum of the radii is found, in any part of the world, after any removals.
    #[test]
    fn nothing_near_is_missed(
        entries in prop::collection::vec((0.0..0.4_f64, 0.0..0.4_f64, 1.0..30_000.0_f64, any::<bool>()), 1..60),
        corner in prop_oneof![Just((48.0, 37.0)), Just((-0.2, 179.8)), Just((-70.0, -179.9)), Just((84.0, 10.0))],
        asked in (0.0..0.4_f64, 0.0..0.4_f64, 1.0..30_000.0_f64),
    ) {
        let place = |lat: f64, lon: f64| Wgs84::wrapped(corner.0 + lat, corner.1 + lon);
        let mut grid = Grid::default();
        for (k, (lat, lon, radius_m, _)) in (0..).zip(&entries) {
            grid.insert(place(*lat, *lon), *radius_m, k);
        }
        for (k, (lat, lon, radius_m, _)) in (0..).zip(&entries).filter(|(_, entry)| entry.3) {
            grid.remove(place(*lat, *lon), *radius_m, k);
        }
        let here = place(asked.0, asked.1);
        let found: Vec<u32> = grid.near(here, asked.2).concat();
        for (k, (lat, lon, radius_m, removed)) in (0..).zip(&entries) {
            let near = distance_m(here, place(*lat, *lon)) <= radius_m + asked.2;
            prop_assert!(!near || *removed || found.contains(&k), "{k} is missed");
            prop_assert!(!removed || !found.contains(&k), "{k} was removed");
        }
    }
}
