//! Where else an event could be: few arrivals can be explained at places far apart, and a search that starts near one of
//! them never sees the other.

use super::network::Source;
use super::solve::{Origin, Reading, Surroundings, descend};
use super::{Searched, Settings};

/// Cells along the longer side of the box that is looked over.
const N_CELLS: usize = 18;
/// Low places from which steps are taken.
const N_STARTS: usize = 5;
/// How far beyond the stations that heard an event it is looked for, share of their own extent, and km at least.
const BEYOND: (f64, f64) = (0.5, 8.0);
/// Error of travel times while looking, share of them: the cells are wide.
const LOOSE_SHARE: f64 = 0.02;
/// Steps from each low place.
const STEPS: usize = 12;

/// The places at which the misfit of an event is lowest around, best first, each at least `apart_km` from the better
/// ones, with their costs. The variances of the readings must have been set.
pub(super) fn basins(
    around: &Surroundings<'_>,
    from: &Origin,
    readings: &mut [Reading],
    (settings, apart_km): (&Settings, f64),
) -> Vec<(Origin, f64)> {
    let mut found: Vec<(Origin, f64)> = Vec::new();
    for mut origin in low_places(around, from, readings, &settings.searched) {
        let normal = descend(around, &mut origin, readings, STEPS);
        let inside = within(origin.source.east_km, settings.searched.east_km)
            && within(origin.source.north_km, settings.searched.north_km);
        if inside && normal.cost.is_finite() {
            found.push((origin, normal.cost));
        }
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.source.east_km.total_cmp(&b.0.source.east_km)));
    let mut kept: Vec<(Origin, f64)> = Vec::new();
    for (origin, cost) in found {
        if kept.iter().all(|(other, _)| apart(other, &origin) > apart_km) {
            kept.push((origin, cost));
        }
    }
    kept
}

/// Distance over the map, km.
pub(super) fn apart(a: &Origin, b: &Origin) -> f64 {
    (a.source.east_km - b.source.east_km).hypot(a.source.north_km - b.source.north_km)
}

fn within(value: f64, (from, until): (f64, f64)) -> bool {
    value >= from && value <= until
}

/// The lowest cells of a coarse map of the misfit, none beside a lower one.
fn low_places(around: &Surroundings<'_>, from: &Origin, readings: &[Reading], searched: &Searched) -> Vec<Origin> {
    let (east, north) = box_around(around, readings, searched);
    let side = ((east.1 - east.0).max(north.1 - north.0) / N_CELLS as f64).max(1e-3);
    let count = |(from, until): (f64, f64)| ((until - from) / side).ceil().max(1.0) as usize;
    let (columns, rows) = (count(east), count(north));
    let mut cells: Vec<(f64, Origin)> = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let east_km = east.0 + (column as f64 + 0.5) * side;
            let source = Source { east_km, north_km: north.0 + (row as f64 + 0.5) * side, ..from.source };
            cells.push(looked_at(around, source, readings, side));
        }
    }
    let value = |row: usize, column: usize| {
        cells.get(row * columns + column).filter(|_| column < columns).map_or(f64::INFINITY, |cell| cell.0)
    };
    let is_low = |index: usize| {
        let (row, column) = (index / columns, index % columns);
        let here = value(row, column);
        let beside = |(down, left): (usize, usize)| {
            let (row, column) = ((row + down).checked_sub(1), (column + left).checked_sub(1));
            row.zip(column).map_or(f64::INFINITY, |(row, column)| value(row, column))
        };
        (0..9).filter(|way| *way != 4).all(|way| beside((way / 3, way % 3)) >= here)
    };
    let mut low: Vec<(f64, Origin)> =
        cells.iter().enumerate().filter(|(index, _)| is_low(*index)).map(|(_, cell)| *cell).collect();
    low.sort_by(|a, b| a.0.total_cmp(&b.0));
    low.into_iter().take(N_STARTS).map(|(_, origin)| origin).collect()
}

/// The stations' surroundings, as far as they lie in the box.
fn box_around(around: &Surroundings<'_>, readings: &[Reading], searched: &Searched) -> ((f64, f64), (f64, f64)) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut east, mut north) = (none, none);
    for post in readings.iter().filter_map(|reading| around.network.posts.get(reading.station)) {
        east = (east.0.min(post.east_km), east.1.max(post.east_km));
        north = (north.0.min(post.north_km), north.1.max(post.north_km));
    }
    let beyond = (BEYOND.0 * (east.1 - east.0).max(north.1 - north.0)).max(BEYOND.1);
    let cut = |(from, until): (f64, f64), bounds: (f64, f64)| {
        let from = (from - beyond).max(bounds.0).min(bounds.1);
        (from, (until + beyond).min(bounds.1).max(from))
    };
    (cut(east, searched.east_km), cut(north, searched.north_km))
}

/// Misfit at a cell, with the origin time that fits best.
fn looked_at(around: &Surroundings<'_>, source: Source, readings: &[Reading], side_km: f64) -> (f64, Origin) {
    let (mut weights, mut times, mut squares) = (0.0, 0.0, 0.0);
    let mut turned = 0.0;
    for reading in readings {
        let Some(travel) = around.network.travel(reading.station, reading.wave, source, around.air) else { continue };
        let across = 0.3 * side_km * travel.by_east.hypot(travel.by_north);
        let loose = reading.variance_s2 + reading.soft_s2 + (LOOSE_SHARE * travel.time_s).powi(2) + across * across;
        let (weight, time) = (1.0 / loose, reading.at_s - travel.time_s);
        weights += weight;
        times += weight * time;
        squares += weight * time * time;
        if let Some(turn) = &reading.turn
            && let Some((azimuth, by_east, by_north)) = around.network.azimuth(reading.station, source)
        {
            let off = (turn.azimuth_deg - azimuth + 180.0).rem_euclid(360.0) - 180.0;
            let across = 0.3 * side_km * by_east.hypot(by_north);
            turned += (off * off / (turn.variance_deg2 + across * across)).min(9.0);
        }
    }
    if weights <= 0.0 || weights.is_nan() {
        return (f64::INFINITY, Origin { source, time_s: 0.0 });
    }
    let time_s = times / weights;
    (squares - times * time_s + turned, Origin { source, time_s })
}
