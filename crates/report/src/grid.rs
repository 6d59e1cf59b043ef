//! The fixed grid of public places: the same place always falls into the same cell, whatever else is reported.
//!
//! Rows are bands of latitude, columns are equal shares of each band's circle, both counted from the south-west corner
//! of the map of the world, so that every cell is about as wide as it is high and no cell depends on a mission's own
//! bounds. A fixed grid cannot be averaged out over repeated releases, as random displacement can.

use truceline_domain::Wgs84;

/// Length of a degree of latitude, m: the mean over the WGS 84 ellipsoid.
const M_PER_DEG: f64 = 111_195.0;
/// The finest grid that is ever used, m.
pub(crate) const CELL_MIN_M: f64 = 1_000.0;
/// The coarsest, m.
const CELL_MAX_M: f64 = 1_000_000.0;

/// A grid of a cell size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    cell_m: f64,
    n_rows: u32,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    row: u32,
    column: u32,
}

/// The corners of a cell, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CellBounds {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) east: f64,
    pub(crate) north: f64,
}

impl Grid {
    /// The grid for a cell size in metres; a size that is not finite or out of reason is brought into bounds.
    pub(crate) fn new(cell_m: f64) -> Self {
        let cell_m = if cell_m.is_finite() { cell_m.clamp(CELL_MIN_M, CELL_MAX_M) } else { CELL_MAX_M };
        Self { cell_m, n_rows: whole(180.0 * M_PER_DEG / cell_m) }
    }

    pub(crate) fn cell_m(&self) -> f64 {
        self.cell_m
    }

    fn row_height_deg(&self) -> f64 {
        180.0 / f64::from(self.n_rows)
    }

    fn n_columns(&self, row: u32) -> u32 {
        let middle_deg = -90.0 + (f64::from(row) + 0.5) * self.row_height_deg();
        whole(360.0 * M_PER_DEG * middle_deg.to_radians().cos() / self.cell_m)
    }

    /// The cell that holds a place.
    pub(crate) fn cell(&self, place: Wgs84) -> Cell {
        let row = below((place.lat_deg() + 90.0) / self.row_height_deg(), self.n_rows);
        let n_columns = self.n_columns(row);
        let column = below((place.lon_deg() + 180.0) / 360.0 * f64::from(n_columns), n_columns);
        Cell { row, column }
    }

    /// Its corners, rounded to [`Grid::decimals`].
    pub(crate) fn bounds(&self, cell: Cell) -> CellBounds {
        let width_deg = 360.0 / f64::from(self.n_columns(cell.row));
        let lon = |k: u32| self.rounded(-180.0 + f64::from(k) * width_deg);
        let lat = |k: u32| self.rounded(-90.0 + f64::from(k) * self.row_height_deg());
        CellBounds {
            west: lon(cell.column),
            east: lon(cell.column + 1),
            south: lat(cell.row),
            north: lat(cell.row + 1),
        }
    }

    /// Its middle, rounded to [`Grid::decimals`].
    pub(crate) fn centre(&self, cell: Cell) -> Wgs84 {
        let b = self.bounds(cell);
        Wgs84::wrapped(self.rounded(0.5 * (b.south + b.north)), self.rounded(0.5 * (b.west + b.east)))
    }

    /// Decimals of degrees that a released coordinate may carry: the finest step stays above a tenth of the cell.
    pub(crate) fn decimals(&self) -> usize {
        let steps = [(0, 1.0), (1, 0.1), (2, 0.01), (3, 0.001)];
        let enough = |step: f64| step * M_PER_DEG <= self.cell_m / 4.0;
        steps.into_iter().find(|(_, step)| enough(*step)).map_or(3, |(decimals, _)| decimals)
    }

    fn rounded(&self, deg: f64) -> f64 {
        let scale = 10_f64.powi(i32::try_from(self.decimals()).unwrap_or(0));
        (deg * scale).round() / scale
    }

    /// What a cell is called: size in kilometres, row and column.
    pub(crate) fn name(&self, cell: Cell) -> String {
        format!("{}k-{:04}-{:04}", kilometres(self.cell_m), cell.row, cell.column)
    }
}

/// Kilometres without needless decimals.
pub(crate) fn kilometres(metres: f64) -> String {
    let text = format!("{:.1}", metres / 1_000.0);
    text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned)
}

/// A positive count from a floating number.
fn whole(x: f64) -> u32 {
    // Bounded by 180 × 111195 / 1000 rows and twice that many columns, so the cast is exact.
    x.floor().clamp(1.0, f64::from(u32::MAX)) as u32
}

/// The index of `x` in `n` slots; the last slot takes its upper edge.
fn below(x: f64, n: u32) -> u32 {
    (x.floor().max(0.0) as u32).min(n.saturating_sub(1))
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;
