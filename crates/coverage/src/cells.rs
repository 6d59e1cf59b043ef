//! The cells of an area: H3 cells whose centre lies inside.

use h3o::{CellIndex, LatLng, Resolution};
use std::collections::BTreeSet;
use truceline_domain::{Area, LocalFrame, Wgs84};

/// Most cells of one area: more would not change a mean, only the time it takes. Larger areas get coarser cells.
pub const MAX_CELLS: u32 = 4_000;
/// Smaller areas get finer cells until they have about this many, so that the edge of a sensor's range inside them
/// shows.
pub const MIN_CELLS: u32 = 200;

/// Where the choice begins: cells of 36 km² (6 km across), H3's nearest to the field's 5 km.
const USUAL: Resolution = Resolution::Six;
/// The finest: 0.1 km² (350 m across), well below the error of most places.
const FINEST: Resolution = Resolution::Nine;
/// Most points that are looked at while searching for cells.
const MAX_SCAN: f64 = 250_000.0;
/// Step of that search in cell edges. Every disc of half an edge holds a point of it, and every cell holds such a disc
/// (H3 cells are at most about 1.4 times smaller across than the mean).
const SCAN_STEP_EDGES: f64 = 0.65;

/// One cell of the area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its H3 index.
    pub h3: u64,
    /// Its centre, where the reach of sensors is asked.
    pub centre: Wgs84,
}

/// The cells of the area, in the order of their indexes; none for an empty area.
///
/// A cell belongs when its centre lies inside. An area so small or thin that it holds no centre is stood for by the
/// cells that its edge runs through.
pub(crate) fn cells_of(area: &Area) -> Vec<Cell> {
    let Some(bounds) = area.bounds() else {
        return Vec::new();
    };
    let resolution = resolution_for(area, bounds);
    let candidates: BTreeSet<CellIndex> =
        scan(bounds, step_m(resolution)).into_iter().filter_map(|place| index_at(place, resolution)).collect();
    let inside: Vec<Cell> = candidates.into_iter().map(cell).filter(|cell| area.contains(cell.centre)).collect();
    if inside.is_empty() { cells_of_edge(area, resolution) } else { inside }
}

fn cell(index: CellIndex) -> Cell {
    let centre = LatLng::from(index);
    Cell { h3: index.into(), centre: Wgs84::wrapped(centre.lat(), centre.lng()) }
}

fn index_at(place: Wgs84, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(place.lat_deg(), place.lon_deg()).ok()?.to_cell(resolution))
}

type Bounds = ((f64, f64), (f64, f64));

fn resolution_for(area: &Area, bounds: Bounds) -> Resolution {
    let area_km2 = area.rings().map(|ring| ring_km2(&ring)).sum::<f64>();
    let n_cells = |r: Resolution| area_km2 / r.area_km2();
    let mut resolution = USUAL;
    while let Some(finer) = resolution.succ().filter(|finer| *finer <= FINEST) {
        if n_cells(resolution) >= f64::from(MIN_CELLS) || n_cells(finer) > f64::from(MAX_CELLS) {
            break;
        }
        resolution = finer;
    }
    while let Some(coarser) = resolution.pred() {
        if n_cells(resolution) <= f64::from(MAX_CELLS) && scan_size(bounds, step_m(resolution)) <= MAX_SCAN {
            break;
        }
        resolution = coarser;
    }
    resolution
}

/// Area of one ring, km², on a plane about its middle latitude; holes count too, so this is an upper bound.
fn ring_km2(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let unwrapped = |from: f64, to: f64| (to - from + 180.0).rem_euclid(360.0) - 180.0;
    let lon0 = ring.first().map_or(0.0, |corner| corner.0);
    let twice: f64 = ring.iter().zip(next).map(|(a, b)| unwrapped(lon0, a.0) * b.1 - unwrapped(lon0, b.0) * a.1).sum();
    let middle_deg = ring.iter().map(|corner| corner.1).sum::<f64>() / ring.len().max(1) as f64;
    0.5 * twice.abs() * 111.2 * 111.3 * middle_deg.to_radians().cos().abs()
}

fn step_m(resolution: Resolution) -> f64 {
    resolution.edge_length_m() * SCAN_STEP_EDGES
}

fn scan_size(((west, south), (east, north)): Bounds, step_m: f64) -> f64 {
    let nearest_equator = if south <= 0.0 && north >= 0.0 { 0.0 } else { south.abs().min(north.abs()) };
    let columns = (east - west) * 111_320.0 * nearest_equator.to_radians().cos() / step_m + 3.0;
    let rows = (north - south) * 110_574.0 / step_m + 3.0;
    rows * columns
}

/// Places all over the bounds and one step around them.
fn scan(((west, south), (east, north)): Bounds, step_m: f64) -> Vec<Wgs84> {
    let mut places = Vec::new();
    let lat_step = step_m / 111_700.0;
    let n_rows = ((north - south) / lat_step).ceil().max(0.0) as u32 + 2;
    for row in 0..=n_rows {
        let lat_deg = (south + (f64::from(row) - 1.0) * lat_step).clamp(-90.0, 90.0);
        let lon_step = LocalFrame::about(Wgs84::wrapped(lat_deg, 0.0)).degrees_for_m(step_m).1.min(90.0);
        let n_columns = ((east - west) / lon_step).ceil().max(0.0) as u32 + 2;
        let lon = |column: u32| west + (f64::from(column) - 1.0) * lon_step;
        places.extend((0..=n_columns).map(|column| Wgs84::wrapped(lat_deg, lon(column))));
    }
    places
}

/// The cells that the edge of an area runs through, at most [`MAX_CELLS`].
fn cells_of_edge(area: &Area, resolution: Resolution) -> Vec<Cell> {
    let mut found = BTreeSet::new();
    for ring in area.rings() {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let dlon = (b.0 - a.0 + 180.0).rem_euclid(360.0) - 180.0;
            let longest_m = 111_700.0 * dlon.abs().max((b.1 - a.1).abs());
            let n_steps = (longest_m / step_m(resolution)).ceil().clamp(1.0, f64::from(MAX_CELLS)) as u32;
            for step in 0..n_steps {
                let t = f64::from(step) / f64::from(n_steps);
                found.extend(index_at(Wgs84::wrapped(a.1 + t * (b.1 - a.1), a.0 + t * dlon), resolution));
                if found.len() >= MAX_CELLS as usize {
                    return found.into_iter().map(cell).collect();
                }
            }
        }
    }
    found.into_iter().map(cell).collect()
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
