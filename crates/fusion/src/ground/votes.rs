//! Votes of picks for cells and bins of origin time.

use super::cells::{BIN_PARTS, BIN_SHIFT, Cells, StationTable, Tables};
use super::fit::turned;
use super::picks_by_station::Entry;

/// Bins that are scanned at once for a peak.
const SCANNED_BINS: usize = 32;

/// Votes in a stretch of origin times, one row of bins for each cell.
#[derive(Clone, Debug)]
pub(super) struct Votes {
    /// Start of the first bin, s.
    pub(super) from_s: f64,
    /// Bins in a row.
    pub(super) n_bins: usize,
    bin_s: f64,
    counts: Vec<u8>,
}

/// A cell and bin with many votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Peak {
    /// Votes in the bin and its two neighbours.
    pub(super) score: u8,
    /// The cell.
    pub(super) cell: usize,
    /// The bin.
    pub(super) bin: usize,
}

impl Votes {
    /// No votes yet.
    pub(super) fn none(cells: &Cells, from_s: f64, n_bins: usize) -> Self {
        Self { from_s, n_bins, bin_s: cells.bin_s, counts: vec![0; cells.len() * n_bins] }
    }

    /// Forgets all votes and begins at another time.
    pub(super) fn restart(&mut self, from_s: f64) {
        self.from_s = from_s;
        self.counts.fill(0);
    }

    /// A pick votes.
    pub(super) fn cast(&mut self, tables: &Tables, entry: &Entry) {
        self.change(tables, entry, u8::saturating_add);
    }

    /// A pick takes its votes back.
    pub(super) fn withdraw(&mut self, tables: &Tables, entry: &Entry) {
        self.change(tables, entry, u8::saturating_sub);
    }

    fn change(&mut self, tables: &Tables, entry: &Entry, by: impl Fn(u8, u8) -> u8 + Copy) {
        let Some(table) = tables.stations.get(entry.station()) else { return };
        let n_far = table.cells.len() - table.n_near;
        self.change_range(table, entry, (n_far..table.cells.len(), by));
        let Some((azimuth, sigma)) = entry.azimuth_deg() else {
            return self.change_range(table, entry, (0..n_far, by));
        };
        // A cell is seen under its own width, which shrinks with distance; near cells are in no wedge.
        let half = (3.0 * sigma + 6.0).min(180.0);
        let far = table.azimuths_deg.get(..n_far).unwrap_or(&[]);
        let below = |degrees: f64| far.partition_point(|&cell| f64::from(cell) < degrees);
        let (from, until) = (turned(azimuth) - half, turned(azimuth) + half);
        for turn in [-360.0, 0.0, 360.0] {
            self.change_range(table, entry, (below(from + turn)..below(until + turn), by));
        }
    }

    fn change_range(
        &mut self,
        table: &StationTable,
        entry: &Entry,
        (range, by): (std::ops::Range<usize>, impl Fn(u8, u8) -> u8),
    ) {
        let Some(times) = table.times.get(entry.wave()).and_then(|times| times.get(range.clone())) else { return };
        let cells = table.cells.get(range.clone()).unwrap_or(&[]);
        let weights = table.weights.get(range).unwrap_or(&[]);
        let at = ((entry.time_s - self.from_s) / self.bin_s * BIN_PARTS).floor() as i32;
        let n_bins = self.n_bins as u32;
        for ((&cell, &weight), &time) in cells.iter().zip(weights).zip(times) {
            let bin = ((at - time) >> BIN_SHIFT) as u32;
            if bin < n_bins
                && let Some(count) = self.counts.get_mut((cell * n_bins + bin) as usize)
            {
                *count = by(*count, weight);
            }
        }
    }

    fn row(&self, cell: usize) -> &[u8] {
        self.counts.get(cell * self.n_bins..(cell + 1) * self.n_bins).unwrap_or(&[])
    }

    /// Votes in a bin and its neighbours.
    pub(super) fn score(&self, cell: usize, bin: usize) -> u8 {
        let row = self.row(cell);
        let near = row.get(bin.saturating_sub(1)..(bin + 2).min(row.len())).unwrap_or(&[]);
        near.iter().fold(0, |sum: u8, &count| sum.saturating_add(count))
    }

    /// Cells and bins with at least `least` votes and no more in any neighbour, best first.
    pub(super) fn peaks(&self, cells: &Cells, least: u8) -> Vec<Peak> {
        let mut peaks = Vec::new();
        for cell in 0..cells.len() {
            let row = self.row(cell);
            if best_of_three(row) < least {
                continue;
            }
            for (number, start) in (0..row.len()).step_by(SCANNED_BINS).enumerate() {
                let part = row.get(start..(start + SCANNED_BINS + 2).min(row.len())).unwrap_or(&[]);
                if best_of_three(part) >= least {
                    self.peaks_of_part(cells, (cell, number * SCANNED_BINS, part, least), &mut peaks);
                }
            }
        }
        peaks.sort_unstable_by(|a, b| b.score.cmp(&a.score).then(a.cell.cmp(&b.cell)).then(a.bin.cmp(&b.bin)));
        peaks
    }

    fn peaks_of_part(
        &self,
        cells: &Cells,
        (cell, start, part, least): (usize, usize, &[u8], u8),
        peaks: &mut Vec<Peak>,
    ) {
        for (offset, three) in part.windows(3).enumerate() {
            let score = three.iter().fold(0, |sum: u8, &count| sum.saturating_add(count));
            let peak = Peak { score, cell, bin: start + offset + 1 };
            if score >= least && self.is_highest(cells, peak) {
                peaks.push(peak);
            }
        }
    }

    fn is_highest(&self, cells: &Cells, peak: Peak) -> bool {
        let beaten = |cell: usize, bin: usize| {
            let score = self.score(cell, bin);
            score > peak.score || (score == peak.score && (cell, bin) < (peak.cell, peak.bin))
        };
        let bins = || peak.bin.saturating_sub(1)..(peak.bin + 2).min(self.n_bins);
        !bins().any(|bin| beaten(peak.cell, bin))
            && !cells.around(peak.cell).any(|cell| bins().any(|bin| beaten(cell, bin)))
    }
}

/// Largest sum of three neighbours in a row.
fn best_of_three(row: &[u8]) -> u8 {
    let (second, third) = (row.get(1..).unwrap_or(&[]), row.get(2..).unwrap_or(&[]));
    row.iter().zip(second).zip(third).fold(0, |best, ((a, b), c)| best.max(a.saturating_add(*b).saturating_add(*c)))
}
