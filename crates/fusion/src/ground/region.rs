//! From a gridded posterior to regions of highest density: levels, areas and rings.

use super::Region;
use std::collections::BTreeMap;
use truceline_domain::Wgs84;

/// A posterior on a regular grid of `n_columns` × `n_rows` cells of equal size, row by row from the south, each row from
/// the west. Whatever the cells lie in (a flat frame, a chart of the globe) is the business of the caller, who says
/// where a point of the grid lies on the earth.
#[derive(Clone, Copy, Debug)]
pub(super) struct DensityGrid<'a> {
    /// Cells from west to east.
    pub n_columns: usize,
    /// Probability of each cell, not negative; need not add up to 1.
    pub mass: &'a [f64],
    /// Area of one cell, km².
    pub cell_km2: f64,
}

/// Regions of highest density of a grid, one for each probability asked (0…1): the smallest set of cells that holds it,
/// its area, and its outline as closed rings (first place repeated at the end) by marching squares through the cell
/// centres. A ring inside a ring is a hole (even-odd). `place` turns grid coordinates (column and row, cell centres at
/// whole numbers) into a place on the earth. An empty or massless grid gives regions without rings.
pub(super) fn rings(grid: DensityGrid<'_>, probabilities: &[f64], place: &dyn Fn(f64, f64) -> Wgs84) -> Vec<Region> {
    let mut sorted: Vec<f64> = grid.mass.iter().copied().filter(|m| *m > 0.0 && m.is_finite()).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let region = |probability: &f64| {
        let (level, n_cells) = level(&sorted, *probability);
        let rings = if n_cells > 0.0 { outlines(grid, level) } else { Vec::new() };
        let on_earth = |ring: Vec<(f64, f64)>| ring.into_iter().map(|(column, row)| place(column, row)).collect();
        Region {
            probability: *probability,
            area_km2: n_cells * grid.cell_km2,
            rings: rings.into_iter().map(on_earth).collect(),
        }
    };
    probabilities.iter().map(region).collect()
}

/// The density that bounds the smallest set of cells holding `probability`, and how many cells that is (the last in
/// part). `sorted` runs from the highest.
fn level(sorted: &[f64], probability: f64) -> (f64, f64) {
    let wanted = probability.clamp(0.0, 1.0) * sorted.iter().sum::<f64>();
    let (mut held, mut above) = (0.0, sorted.first().copied().unwrap_or(0.0));
    for (rank, mass) in sorted.iter().enumerate() {
        if held + mass >= wanted {
            let part = (wanted - held) / mass;
            return (above + part * (mass - above), rank as f64 + part);
        }
        held += mass;
        above = *mass;
    }
    (above * 0.5, sorted.len() as f64)
}

/// A point on an edge of the lattice of cell centres: the cell it starts from (counted with one empty cell all around),
/// and whether the edge runs east (else north).
type EdgeId = (usize, usize, bool);

/// The outlines of everything above a level, in grid coordinates, each closed, in the order of their first edge.
fn outlines(grid: DensityGrid<'_>, level: f64) -> Vec<Vec<(f64, f64)>> {
    let n_columns = grid.n_columns.max(1);
    let n_rows = grid.mass.len() / n_columns;
    // One empty cell all around closes every outline.
    let mass = |column: usize, row: usize| {
        let inside = (1..=n_columns).contains(&column) && (1..=n_rows).contains(&row);
        if !inside {
            return 0.0;
        }
        grid.mass.get((row - 1) * n_columns + column - 1).copied().filter(|m| m.is_finite()).unwrap_or(0.0)
    };
    let mut next: BTreeMap<EdgeId, EdgeId> = BTreeMap::new();
    for row in 0..=n_rows {
        for column in 0..=n_columns {
            let corners = [mass(column, row), mass(column + 1, row), mass(column + 1, row + 1), mass(column, row + 1)];
            for (from, to) in segments(corners.map(|m| m >= level && m > 0.0), corners, level) {
                next.insert(edge(column, row, from), edge(column, row, to));
            }
        }
    }
    let point = |(column, row, runs_east): EdgeId| {
        let a = mass(column, row);
        let b = if runs_east { mass(column + 1, row) } else { mass(column, row + 1) };
        let t = if a == b { 0.5 } else { ((level - a) / (b - a)).clamp(0.0, 1.0) };
        let (x, y) = (column as f64 - 1.0, row as f64 - 1.0);
        if runs_east { (x + t, y) } else { (x, y + t) }
    };
    let mut found = Vec::new();
    while let Some((start, mut at)) = next.pop_first() {
        let mut ring = vec![point(start)];
        while at != start {
            ring.push(point(at));
            let Some(following) = next.remove(&at) else { break };
            at = following;
        }
        ring.push(point(start));
        found.push(ring);
    }
    found
}

/// The sides of a square: south, east, north, west.
fn edge(column: usize, row: usize, side: u8) -> EdgeId {
    match side {
        0 => (column, row, true),
        1 => (column + 1, row, false),
        2 => (column, row + 1, true),
        _ => (column, row, false),
    }
}

/// The pieces of outline in one square, from side to side, with the inside on the left. Corners run from the south-west
/// counter-clockwise; where two inside corners face each other across, the mean decides whether they join.
fn segments(inside: [bool; 4], corners: [f64; 4], level: f64) -> Vec<(u8, u8)> {
    let [a, b, c, d] = inside;
    let joined = corners.iter().sum::<f64>() >= 4.0 * level;
    match (a, b, c, d) {
        (false, false, false, false) | (true, true, true, true) => Vec::new(),
        (true, false, false, false) => vec![(0, 3)],
        (false, true, false, false) => vec![(1, 0)],
        (false, false, true, false) => vec![(2, 1)],
        (false, false, false, true) => vec![(3, 2)],
        (true, true, false, false) => vec![(1, 3)],
        (false, true, true, false) => vec![(2, 0)],
        (false, false, true, true) => vec![(3, 1)],
        (true, false, false, true) => vec![(0, 2)],
        (true, true, true, false) => vec![(2, 3)],
        (false, true, true, true) => vec![(3, 0)],
        (true, false, true, true) => vec![(0, 1)],
        (true, true, false, true) => vec![(1, 2)],
        (true, false, true, false) if joined => vec![(0, 1), (2, 3)],
        (true, false, true, false) => vec![(0, 3), (2, 1)],
        (false, true, false, true) if joined => vec![(3, 0), (1, 2)],
        (false, true, false, true) => vec![(1, 0), (3, 2)],
    }
}

#[cfg(test)]
#[path = "region_tests.rs"]
mod tests;
