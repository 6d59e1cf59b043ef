//! A grid of several cell sizes for finding what lies near, by insertion and removal in any order.

use std::collections::{BTreeMap, HashMap};
use truceline_domain::Wgs84;

/// Shortest metres in a degree of latitude (at the equator it is 110,574).
const M_PER_DEG: f64 = 110_500.0;

/// Entries with a radius each, held in cells at least as large as their radius.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    levels: BTreeMap<u8, HashMap<(i32, i32), Vec<u32>>>,
}

/// Cells of level `k` are 2ᵏ × 125 m high; level 0 for the smallest radii.
fn level_of(radius_m: f64) -> u8 {
    let mut level = 0;
    while level < 14 && cell_m(level) < radius_m {
        level += 1;
    }
    level
}

fn cell_m(level: u8) -> f64 {
    125.0 * f64::from(1_u32 << level)
}

fn cell_of(level: u8, lat_deg: f64, lon_deg: f64) -> (i32, i32) {
    let size_deg = cell_m(level) / M_PER_DEG;
    ((lat_deg / size_deg).floor() as i32, (lon_deg / size_deg).floor() as i32)
}

impl Grid {
    pub(crate) fn insert(&mut self, at: Wgs84, radius_m: f64, entry: u32) {
        let level = level_of(radius_m);
        let cell = cell_of(level, at.lat_deg(), at.lon_deg());
        self.levels.entry(level).or_default().entry(cell).or_default().push(entry);
    }

    pub(crate) fn remove(&mut self, at: Wgs84, radius_m: f64, entry: u32) {
        let level = level_of(radius_m);
        let cell = cell_of(level, at.lat_deg(), at.lon_deg());
        let Some(cells) = self.levels.get_mut(&level) else { return };
        let Some(entries) = cells.get_mut(&cell) else { return };
        entries.retain(|held| *held != entry);
        if entries.is_empty() {
            cells.remove(&cell);
        }
        if cells.is_empty() {
            self.levels.remove(&level);
        }
    }

    /// Every entry whose distance can be within its own radius plus `radius_m`, perhaps some more: one list for each cell,
    /// cells in order, entries in the order of their insertion. Works across ±180°.
    pub(crate) fn near(&self, at: Wgs84, radius_m: f64) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        for (&level, cells) in &self.levels {
            let reach_m = (radius_m + cell_m(level).max(125.0)) * 1.01;
            let reach_lat = reach_m / M_PER_DEG;
            let widest_lat = (at.lat_deg().abs() + reach_lat).min(89.9);
            let reach_lon = (reach_lat / widest_lat.to_radians().cos()).min(180.0);
            for turn_deg in [-360.0, 0.0, 360.0] {
                let lon = at.lon_deg() + turn_deg;
                if lon + reach_lon >= -180.0 && lon - reach_lon <= 180.0 {
                    let low = cell_of(level, at.lat_deg() - reach_lat, (lon - reach_lon).max(-180.0));
                    let high = cell_of(level, at.lat_deg() + reach_lat, (lon + reach_lon).min(180.0));
                    found.extend(asked(cells, low, high).into_iter().cloned());
                }
            }
        }
        found
    }
}

/// The cells from `low` to `high` in order: looked up one by one, or picked from what is held when that is less.
fn asked(cells: &HashMap<(i32, i32), Vec<u32>>, low: (i32, i32), high: (i32, i32)) -> Vec<&Vec<u32>> {
    let n_asked = (i64::from(high.0) - i64::from(low.0) + 1) * (i64::from(high.1) - i64::from(low.1) + 1);
    if n_asked as usize <= cells.len() {
        let columns = |i| (low.1..=high.1).filter_map(move |j| cells.get(&(i, j)));
        return (low.0..=high.0).flat_map(columns).collect();
    }
    let inside = |(i, j): &(i32, i32)| (low.0..=high.0).contains(i) && (low.1..=high.1).contains(j);
    let mut held: Vec<_> = cells.iter().filter(|(cell, _)| inside(cell)).collect();
    held.sort_unstable_by_key(|(cell, _)| **cell);
    held.into_iter().map(|(_, entries)| entries).collect()
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;
