//! Tracks by place: a uniform grid of linked lists, rebuilt every second.

const NONE: u32 = u32::MAX;

/// The grid. Places beyond its bounds fall into its border cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    west: f64,
    south: f64,
    size_m: f64,
    columns: usize,
    rows: usize,
    heads: Vec<u32>,
    next: Vec<u32>,
}

/// Largest number of cells.
const CELLS_MAX: f64 = 262_144.0;

impl Cells {
    /// A grid over west, south, east, north.
    pub(crate) fn over(area_m: [f64; 4]) -> Self {
        let [west, south, east, north] = area_m;
        let (width, height) = ((east - west).max(1.0), (north - south).max(1.0));
        let size_m = (width * height / CELLS_MAX).sqrt().max(500.0);
        let (columns, rows) = ((width / size_m).ceil() as usize + 1, (height / size_m).ceil() as usize + 1);
        let columns = columns.min(100_000);
        let rows = rows.min(100_000);
        Self { west, south, size_m, columns, rows, heads: vec![NONE; columns * rows], next: Vec::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.heads.fill(NONE);
        self.next.clear();
    }

    fn column(&self, x: f64) -> usize {
        (((x - self.west) / self.size_m).max(0.0) as usize).min(self.columns.saturating_sub(1))
    }

    fn row(&self, y: f64) -> usize {
        (((y - self.south) / self.size_m).max(0.0) as usize).min(self.rows.saturating_sub(1))
    }

    /// Adds the next slot (slots count up from 0 since the last [`Self::clear`]).
    pub(crate) fn push(&mut self, x: f64, y: f64) {
        let cell = self.row(y) * self.columns + self.column(x);
        let slot = self.next.len() as u32;
        if let Some(head) = self.heads.get_mut(cell) {
            self.next.push(*head);
            *head = slot;
        }
    }

    /// Slots of all cells that a disc touches, in rising order, into `out`.
    pub(crate) fn near(&self, x: f64, y: f64, radius_m: f64, out: &mut Vec<u32>) {
        out.clear();
        let (first, last) = (self.column(x - radius_m), self.column(x + radius_m));
        for row in self.row(y - radius_m)..=self.row(y + radius_m) {
            let from = row * self.columns + first;
            let Some(heads) = self.heads.get(from..=from + (last - first)) else { continue };
            for head in heads {
                let mut slot = *head;
                while slot != NONE {
                    out.push(slot);
                    slot = self.next.get(slot as usize).copied().unwrap_or(NONE);
                }
            }
        }
        out.sort_unstable();
    }
}
