use super::*;
use proptest::prelude::*;
use truceline_domain::distance_m;

fn at(lat: f64, lon: f64) -> Wgs84 {
    Wgs84::new(lat, lon).unwrap()
}

proptest! {
    #[test]
    fn every_place_lies_in_its_cell_and_the_cell_in_itself(lat in -89.9..89.9_f64, lon in -180.0..180.0_f64, size in 0_usize..3) {
        let grid = Grid::new([2_000.0, 5_000.0, 10_000.0][size]);
        let cell = grid.cell(at(lat, lon));
        let b = grid.bounds(cell);
        let slack = 0.51 * 10_f64.powi(-(grid.decimals() as i32));
        prop_assert!(b.south - slack <= lat && lat <= b.north + slack);
        prop_assert!(b.west - slack <= lon && lon <= b.east + slack);
        if lat.abs() < 85.0 {
            prop_assert_eq!(grid.cell(grid.centre(cell)), cell);
        }
    }

    #[test]
    fn cells_are_about_as_wide_as_high(lat in -75.0..75.0_f64, lon in -179.0..179.0_f64) {
        let grid = Grid::new(10_000.0);
        let b = grid.bounds(grid.cell(at(lat, lon)));
        let wide = distance_m(at(0.5 * (b.south + b.north), b.west), at(0.5 * (b.south + b.north), b.east));
        let high = distance_m(at(b.south, b.west), at(b.north, b.west));
        // Outlines are rounded to 0.01° (1.1 km); which places fall into the cell is not.
        prop_assert!((8_800.0..11_800.0).contains(&wide) && (8_800.0..11_800.0).contains(&high), "{} {}", wide, high);
    }
}

#[test]
fn odd_sizes_are_brought_into_bounds() {
    assert_eq!(Grid::new(0.0).cell_m(), CELL_MIN_M);
    assert_eq!(Grid::new(f64::NAN).cell_m(), 1_000_000.0);
    assert_eq!(Grid::new(10_000.0).decimals(), 2);
    assert_eq!(Grid::new(1_000.0).decimals(), 3);
    let pole = Grid::new(10_000.0);
    pole.bounds(pole.cell(at(90.0, 180.0)));
    pole.bounds(pole.cell(at(-90.0, -180.0)));
}

#[test]
fn a_cell_has_a_name_that_never_changes() {
    let grid = Grid::new(10_000.0);
    assert_eq!(grid.name(grid.cell(at(47.5, 35.5))), "10k-1528-1618");
}
