//! A fixed grid for places that leave the mission, and how long they wait.
//!
//! The grid is anchored at the south pole and the antimeridian and depends on the cell size alone. Rows have the same
//! height in degrees; each row is cut into as many equal columns as leave every cell at least as wide as asked. A place
//! is released as the cell that holds the centre of its estimate: the same centre cell gives the same release, so that
//! repeating a release tells nothing new and averaging any number of them ends at the middle of the cell. Nothing is
//! jittered, because jitter averages out.
//!
//! What the grid does not hide: a place measured anew that falls now on one and now on the other side of an edge shows
//! that it lies near the edge. Whoever releases the same thing more than once releases the first cell again.

use truceline_domain::{PlaceEstimate, SignedDuration, TimeEstimate, Timestamp, Wgs84};

/// Cells are never finer than this, whatever is asked: a kilometre square is no aiming point.
pub const FINEST_CELL_M: f64 = 1_000.0;
/// Cells are never coarser than this.
pub const COARSEST_CELL_M: f64 = 1_000_000.0;
/// The cell when the asked size is no number: the field's size for the public.
pub const DEFAULT_CELL_M: f64 = 10_000.0;

/// Shortest degree of latitude on WGS 84 (at the equator), m: with it no row is lower than asked.
const M_PER_DEG_LAT: f64 = 110_574.0;
/// A degree of longitude at the equator, m; elsewhere it is at least this times the cosine of the latitude.
const M_PER_DEG_LON: f64 = 111_319.0;

/// How coarse and how late.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disclosure {
    /// Side of the grid's cells, m; at least this in both directions. Held between [`FINEST_CELL_M`] and
    /// [`COARSEST_CELL_M`].
    pub cell_m: f64,
    /// How long after the event it may be released; a negative one counts as none.
    pub delay: SignedDuration,
}

impl Disclosure {
    /// The side of the cells that is really used, m.
    pub fn effective_cell_m(&self) -> f64 {
        if self.cell_m.is_nan() { DEFAULT_CELL_M } else { self.cell_m.clamp(FINEST_CELL_M, COARSEST_CELL_M) }
    }

    /// When an event may be released: the delay after its latest plausible moment.
    pub fn released_from(&self, event: &TimeEstimate) -> Timestamp {
        let delay = self.delay.max(SignedDuration::ZERO);
        event.hull().until.checked_add(delay).unwrap_or(Timestamp::MAX)
    }

    /// True when an event may be released at `now`.
    pub fn is_released(&self, event: &TimeEstimate, now: Timestamp) -> bool {
        self.released_from(event) <= now
    }
}

/// One cell of the fixed grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its name: size in metres, row from the south, column from the antimeridian.
    pub name: String,
    /// Its corners `(lon_deg, lat_deg)`, counter-clockwise from the south-west, not closed.
    pub ring: Vec<(f64, f64)>,
    grid: Grid,
    row: u32,
    column: u32,
}

impl Cell {
    /// The middle of the cell.
    pub fn middle(&self) -> Wgs84 {
        let (lats, lons) = (self.grid.lat_edges(self.row), self.grid.lon_edges(self.row, self.column));
        Wgs84::wrapped(0.5 * (lats.0 + lats.1), 0.5 * (lons.0 + lons.1))
    }

    /// True when the place belongs to this cell. Every place belongs to exactly one cell of a grid.
    pub fn holds(&self, place: Wgs84) -> bool {
        self.grid.row_and_column(place) == (self.row, self.column)
    }
}

/// The cell that may be released for a place: the one that holds the centre of the estimate.
pub fn released_cell(place: &PlaceEstimate, disclosure: &Disclosure) -> Cell {
    let grid = Grid::new(disclosure.effective_cell_m());
    let (row, column) = grid.row_and_column(place.centre);
    let (south, north) = grid.lat_edges(row);
    let (west, east) = grid.lon_edges(row, column);
    let name = format!("{:.0}m-R{row}-C{column}", grid.cell_m);
    Cell { name, ring: vec![(west, south), (east, south), (east, north), (west, north)], grid, row, column }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Grid {
    cell_m: f64,
    n_rows: u32,
}

impl Grid {
    fn new(cell_m: f64) -> Self {
        Self { cell_m, n_rows: (180.0 * M_PER_DEG_LAT / cell_m).floor().max(1.0) as u32 }
    }

    fn row_and_column(self, place: Wgs84) -> (u32, u32) {
        let row = part((place.lat_deg() + 90.0) / 180.0, self.n_rows);
        (row, part((place.lon_deg() + 180.0) / 360.0, self.n_columns(row)))
    }

    /// As many columns as leave each at least as wide as asked at the edge of the row that is nearer to a pole.
    fn n_columns(self, row: u32) -> u32 {
        let (south, north) = self.lat_edges(row);
        let narrowest = south.abs().max(north.abs()).to_radians().cos();
        (360.0 * M_PER_DEG_LON * narrowest / self.cell_m).floor().max(1.0) as u32
    }

    fn lat_edges(self, row: u32) -> (f64, f64) {
        let edge = |row: u32| 180.0 * f64::from(row) / f64::from(self.n_rows) - 90.0;
        (edge(row), edge(row + 1))
    }

    fn lon_edges(self, row: u32, column: u32) -> (f64, f64) {
        let edge = |column: u32| 360.0 * f64::from(column) / f64::from(self.n_columns(row)) - 180.0;
        (edge(column), edge(column + 1))
    }
}

/// Which of `n` equal parts of 0…1 a share lies in; 1 itself lies in the last.
fn part(share: f64, n: u32) -> u32 {
    ((share * f64::from(n)).floor().max(0.0) as u32).min(n.saturating_sub(1))
}

#[cfg(test)]
#[path = "disclosure_tests.rs"]
mod tests;
