use super::*;

fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Area {
    Area::from_rings([vec![(west, south), (east, south), (east, north), (west, north)]])
}

/// Second way to the same cells: spread from the middle over neighbours, keep those whose centre lies inside.
fn by_spreading(area: &Area, resolution: Resolution, middle: Wgs84) -> Vec<u64> {
    let start = index_at(middle, resolution).unwrap();
    let near: Vec<CellIndex> = start.grid_disk(60);
    let mut inside: Vec<u64> = near.into_iter().filter(|i| area.contains(cell(*i).centre)).map(u64::from).collect();
    inside.sort_unstable();
    inside
}

#[test]
fn no_cell_is_missed() {
    for (west, south, width, height) in
        [(35.0, 47.0, 2.6, 1.8), (-1.3, -0.9, 1.9, 1.7), (178.9, 64.0, 2.4, 0.8), (20.0, 78.0, 6.0, 1.0)]
    {
        let area = rectangle(west, south, west + width, south + height);
        let cells = cells_of(&area);
        let resolution = CellIndex::try_from(cells[0].h3).unwrap().resolution();
        let middle = Wgs84::wrapped(south + height / 2.0, west + width / 2.0);
        let found: Vec<u64> = cells.iter().map(|c| c.h3).collect();
        assert_eq!(found, by_spreading(&area, resolution, middle), "{west} {south}");
    }
}

#[test]
fn the_usual_cells_are_six_kilometres_across() {
    let cells = cells_of(&rectangle(35.0, 47.0, 37.7, 48.8));
    assert_eq!(CellIndex::try_from(cells[0].h3).unwrap().resolution(), Resolution::Six);
    assert!((900..1400).contains(&cells.len()), "{}", cells.len());
}

#[test]
fn counts_stay_bounded_from_a_yard_to_the_globe() {
    let yard = rectangle(35.0, 47.0, 35.0005, 47.0005);
    let sliver = rectangle(35.0, 47.0, 36.0, 47.000_1);
    let country = rectangle(22.0, 44.0, 40.0, 52.0);
    let globe = rectangle(-179.0, -89.0, 0.0, 89.0);
    for (name, area) in [("yard", yard), ("sliver", sliver), ("country", country), ("globe", globe)] {
        let n = cells_of(&area).len();
        assert!((1..=MAX_CELLS as usize + 400).contains(&n), "{name}: {n}");
    }
    assert!(cells_of(&Area::from_rings([vec![]])).is_empty());
}

#[test]
fn holes_hold_no_cells() {
    let ring = vec![(35.0, 47.0), (37.0, 47.0), (37.0, 48.5), (35.0, 48.5)];
    let hole = vec![(35.5, 47.4), (36.5, 47.4), (36.5, 48.1), (35.5, 48.1)];
    let area = Area::from_rings([ring, hole]);
    assert!(cells_of(&area).iter().all(|cell| area.contains(cell.centre)));
}
