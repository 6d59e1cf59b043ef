//! Who watches an area for one class, and with what probability an event is seen there.

use crate::cells::Cell;
use crate::wording::Summary;
use std::collections::BTreeMap;
use truceline_domain::{EventClass, LocalFrame, Problem, Sensor, distance_m};

/// The sensors that can see a class in an area. Cells that the same sensors see with the same probabilities are one
/// patch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    /// The sensors that see at least one cell, by their place in the register, ascending; others number them by their
    /// place here.
    pub watchers: Vec<usize>,
    everywhere: Vec<(usize, f64)>,
    patches: Vec<Patch>,
}

#[derive(Clone, Debug)]
struct Patch {
    /// Its share of the area's cells.
    share: f64,
    seen_by: Vec<(usize, f64)>,
}

impl Watch {
    /// Probability of detection in each patch, with what is left of each watcher.
    pub fn pd(&self, left: &[(usize, u64)]) -> Vec<f64> {
        let mut factors = vec![1.0; self.watchers.len()];
        for (watcher, bits) in left {
            if let Some(factor) = factors.get_mut(*watcher) {
                *factor = f64::from_bits(*bits);
            }
        }
        let missed = |seen_by: &[(usize, f64)]| -> f64 {
            seen_by.iter().map(|(watcher, pd)| 1.0 - pd * factors.get(*watcher).copied().unwrap_or(0.0)).product()
        };
        let missed_everywhere = missed(&self.everywhere);
        self.patches.iter().map(|patch| 1.0 - missed_everywhere * missed(&patch.seen_by)).collect()
    }

    /// Share, mean and worst over the cells.
    pub fn summary(&self, pd: &[f64]) -> Summary {
        Summary::of_cells(self.patches.iter().map(|patch| patch.share).zip(pd.iter().copied()))
    }
}

/// What one sensor sees of one class: the whole area with one probability, or some cells.
enum Sight {
    Everywhere(f64),
    Cells(Vec<(usize, f64)>),
}

/// Everything that the sensors (sorted) can see in the cells, by class.
pub(crate) fn watches(sensors: &[&Sensor], cells: &[Cell]) -> BTreeMap<EventClass, Watch> {
    let mut sights: BTreeMap<EventClass, Vec<(usize, Sight)>> = BTreeMap::new();
    if cells.is_empty() {
        return BTreeMap::new();
    }
    for (number, sensor) in sensors.iter().enumerate() {
        for (class, sight) in sights_of(sensor, cells) {
            sights.entry(class).or_default().push((number, sight));
        }
    }
    sights.into_iter().map(|(class, sights)| (class, watch(sights, cells.len()))).collect()
}

fn watch(sights: Vec<(usize, Sight)>, n_cells: usize) -> Watch {
    let mut watch = Watch::default();
    let mut by_cell: Vec<Vec<(usize, u64)>> = vec![Vec::new(); n_cells];
    for (number, sight) in sights {
        let watcher = watch.watchers.len();
        watch.watchers.push(number);
        match sight {
            Sight::Everywhere(pd) => watch.everywhere.push((watcher, pd)),
            Sight::Cells(cells) => {
                for (cell, pd) in cells {
                    if let Some(seen_by) = by_cell.get_mut(cell) {
                        seen_by.push((watcher, pd.to_bits()));
                    }
                }
            }
        }
    }
    let mut patches: BTreeMap<Vec<(usize, u64)>, u32> = BTreeMap::new();
    for seen_by in by_cell {
        *patches.entry(seen_by).or_default() += 1;
    }
    let number = |seen_by: Vec<(usize, u64)>| seen_by.into_iter().map(|(w, bits)| (w, f64::from_bits(bits))).collect();
    let share = |n: u32| f64::from(n) / n_cells as f64;
    watch.patches =
        patches.into_iter().map(|(seen_by, n)| Patch { share: share(n), seen_by: number(seen_by) }).collect();
    watch
}

/// What a sensor sees, by class; where it declares several ranges for a class, the best counts in each cell.
fn sights_of(sensor: &Sensor, cells: &[Cell]) -> BTreeMap<EventClass, Sight> {
    let mut by_class: BTreeMap<EventClass, Vec<(f64, f64)>> = BTreeMap::new();
    for reach in &sensor.reach {
        let usable = unusable(sensor, reach.range_m, reach.pd).is_none() && reach.pd > 0.0;
        if usable {
            by_class.entry(reach.class).or_default().push((reach.range_m, reach.pd));
        }
    }
    let farthest_m =
        by_class.values().flatten().map(|(range_m, _)| *range_m).filter(|r| r.is_finite()).fold(0.0, f64::max);
    let near = near_cells(sensor, cells, farthest_m);
    let sight = |(class, ranges): (EventClass, Vec<(f64, f64)>)| Some((class, sight(&ranges, &near, cells.len())?));
    by_class.into_iter().filter_map(sight).collect()
}

fn sight(ranges: &[(f64, f64)], near: &[(usize, f64)], n_cells: usize) -> Option<Sight> {
    let best = |ranges: &mut dyn Iterator<Item = &(f64, f64)>| ranges.map(|(_, pd)| *pd).fold(0.0, f64::max);
    let everywhere = best(&mut ranges.iter().filter(|(range_m, _)| *range_m == f64::INFINITY));
    if ranges.iter().all(|(range_m, pd)| *range_m == f64::INFINITY || *pd <= everywhere) {
        return Some(Sight::Everywhere(everywhere));
    }
    let at = |distance_m: f64| best(&mut ranges.iter().filter(|(range_m, _)| distance_m <= *range_m));
    let mut cells: Vec<(usize, f64)> =
        near.iter().map(|(cell, m)| (*cell, at(*m))).filter(|(_, pd)| *pd > 0.0).collect();
    if everywhere > 0.0 {
        let mut pd = vec![everywhere; n_cells];
        for (cell, better) in cells {
            if let Some(pd) = pd.get_mut(cell) {
                *pd = better;
            }
        }
        cells = pd.into_iter().enumerate().collect();
    }
    (!cells.is_empty()).then_some(Sight::Cells(cells))
}

/// The cells within `farthest_m` of the sensor, with their distance in m.
fn near_cells(sensor: &Sensor, cells: &[Cell], farthest_m: f64) -> Vec<(usize, f64)> {
    let Some(place) = sensor.place else {
        return Vec::new();
    };
    let frame = LocalFrame::about(place);
    // The local frame is off by less than a tenth here, and far cheaper than the geodesic.
    let trusted = farthest_m < 100_000.0 && place.lat_deg().abs() < 70.0;
    let surely_far = |cell: &Cell| {
        let (east_m, north_m) = frame.enu_from_wgs84(cell.centre);
        trusted && (north_m.abs() > 1.1 * farthest_m || east_m.hypot(north_m) > 1.2 * farthest_m + 10.0)
    };
    cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| !surely_far(cell))
        .map(|(number, cell)| (number, distance_m(place, cell.centre)))
        .filter(|(_, m)| *m <= farthest_m)
        .collect()
}

/// Why a declared reach cannot be used, with a stable code.
fn unusable(sensor: &Sensor, range_m: f64, pd: f64) -> Option<(&'static str, &'static str)> {
    if !(0.0..=1.0).contains(&pd) {
        Some(("bad_pd", "the probability of detection is not between 0 and 1, this reach counts for nothing"))
    } else if range_m.is_nan() || range_m < 0.0 {
        Some(("bad_range", "the range is no distance, this reach counts for nothing"))
    } else if range_m.is_finite() && sensor.place.is_none() {
        Some(("reach_without_place", "a range needs a place to be measured from, this reach counts for nothing"))
    } else {
        None
    }
}

/// One problem for each declared reach that cannot be used.
pub(crate) fn problems(sensors: &[&Sensor]) -> Vec<Problem> {
    let of_sensor = |sensor: &&Sensor| -> Vec<Problem> {
        let reaches = sensor.reach.iter();
        let found = reaches.filter_map(|reach| Some((reach, unusable(sensor, reach.range_m, reach.pd)?)));
        found
            .map(|(reach, (code, message))| {
                let text = format!("{} {} range_m {} pd {}", sensor.id, reach.class, reach.range_m, reach.pd);
                let hint = "leave range_m empty for a source that watches the whole area";
                Problem::error("sensors", code, message).with_text(&text).with_hint(hint)
            })
            .collect()
    };
    sensors.iter().flat_map(of_sensor).collect()
}
