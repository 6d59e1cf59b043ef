//! The cells in which sources are looked for, and for every station the cells that it can speak for.

use super::Searched;
use super::network::{AirState, Network, Source};
use super::picks_by_station::{N_WAVES, WAVES};

/// How many of the nearest stations speak for a cell.
const N_NEAREST: usize = 16;
/// Cells nearer to an array than this many of their own sides are in no wedge: their direction is too uncertain.
const NEAR_SIDES: f64 = 2.0;

/// Bits of a part of a bin.
pub(super) const BIN_SHIFT: u32 = 10;
/// Parts of a bin.
pub(super) const BIN_PARTS: f64 = (1 << BIN_SHIFT) as f64;

/// Cells of a layer where sound is looked for.
const AIR_CELLS: f64 = 3000.0;
/// Fewest and most cells of a layer where waves of the ground are looked for.
const GROUND_CELLS: (f64, f64) = (900.0, 3000.0);

/// Cells of a layer: many where picks are few and cost little, few where they are many and tell enough.
fn ground_cells(picks_per_day: f64) -> f64 {
    let (least, most) = GROUND_CELLS;
    (least * (1e5 / picks_per_day.max(1.0)).sqrt()).clamp(least, most)
}

/// Which waves a search is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    /// P, S and Rg.
    Ground,
    /// Sound.
    Air,
    /// All of them: an explosion that both the ground and the air carry.
    Both,
}

impl Medium {
    /// Whether a wave, by its slot, goes through it.
    pub(super) const fn carries(self, wave: usize) -> bool {
        match self {
            Self::Ground => wave < 3,
            Self::Air => wave == 3 || wave == 5,
            Self::Both => wave != 4,
        }
    }
}

/// A box of equal cells, numbered by depth, north, east.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cells {
    /// Which waves it is for.
    pub(super) medium: Medium,
    /// How many to the east, to the north, down.
    pub(super) n: (usize, usize, usize),
    /// West, south and upper edge, km.
    corner_km: (f64, f64, f64),
    /// Sides, km.
    pub(super) sides_km: (f64, f64, f64),
    /// Width of a bin of origin time, s.
    pub(super) bin_s: f64,
}

impl Cells {
    /// Cells of a box for waves of a slowest speed, with so many picks a day.
    pub(super) fn of(searched: &Searched, (medium, slowest_km_s): (Medium, f64), picks_per_day: f64) -> Self {
        let span = |(from, until): (f64, f64)| (until - from).abs().max(0.1);
        let (east, north, down) = (span(searched.east_km), span(searched.north_km), span(searched.depth_km));
        let wanted = if medium == Medium::Air { AIR_CELLS } else { ground_cells(picks_per_day) };
        let side = (east * north / wanted).sqrt();
        let deep = if medium == Medium::Air { down } else { down.min(2.2 * side) };
        let number = |length: f64, side: f64| ((length / side).round() as usize).clamp(1, 512);
        let n = (number(east, side), number(north, side), number(down, deep).min(8));
        Self {
            medium,
            n,
            corner_km: (searched.east_km.0, searched.north_km.0, searched.depth_km.0),
            sides_km: (east / n.0 as f64, north / n.1 as f64, down / n.2 as f64),
            bin_s: side / (2.0 * slowest_km_s),
        }
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.n.0 * self.n.1 * self.n.2
    }

    /// Centre of a cell.
    pub(super) fn centre(&self, cell: usize) -> Source {
        let (east, rest) = (cell % self.n.0, cell / self.n.0);
        let (north, down) = (rest % self.n.1, rest / self.n.1);
        let depth_km = match self.medium {
            Medium::Air => self.corner_km.2.max(0.0),
            Medium::Ground | Medium::Both => self.corner_km.2 + (down as f64 + 0.5) * self.sides_km.2,
        };
        Source {
            east_km: self.corner_km.0 + (east as f64 + 0.5) * self.sides_km.0,
            north_km: self.corner_km.1 + (north as f64 + 0.5) * self.sides_km.1,
            depth_km,
        }
    }

    /// Numbers of a cell's neighbours and its own.
    pub(super) fn around(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        let (east, rest) = (cell % self.n.0, cell / self.n.0);
        let (north, down) = (rest % self.n.1, rest / self.n.1);
        let near = |at: usize, n: usize| at.saturating_sub(1)..(at + 2).min(n);
        near(down, self.n.2).flat_map(move |d| {
            near(north, self.n.1)
                .flat_map(move |n| near(east, self.n.0).map(move |e| (d * self.n.1 + n) * self.n.0 + e))
        })
    }
}

/// What one station says of the cells around it.
#[derive(Clone, Debug, Default)]
pub(super) struct StationTable {
    /// Cells, for an array those apart from it in the order of azimuth.
    pub(super) cells: Vec<u32>,
    /// Weights of a vote.
    pub(super) weights: Vec<u8>,
    /// Travel times by wave, in parts of a bin; empty for waves that are not searched.
    pub(super) times: [Vec<i32>; N_WAVES],
    /// For an array, azimuths of the cells in their order, degrees.
    pub(super) azimuths_deg: Vec<f32>,
    /// How many of the last cells are near the station: no wedge excludes them.
    pub(super) n_near: usize,
    /// Longest time, s.
    pub(super) longest_s: f64,
}

/// Tables of all stations.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// By station.
    pub(super) stations: Vec<StationTable>,
    /// Longest travel time of all, s.
    pub(super) longest_s: f64,
}

impl Tables {
    /// Tables for the cells; times are not set yet.
    pub(super) fn of(cells: &Cells, network: &Network) -> Self {
        let mut spoken: Vec<Vec<Spoken>> = vec![Vec::new(); network.posts.len()];
        for cell in 0..cells.len() {
            for (station, spoken_for) in nearest(cells, network, cell) {
                if let Some(list) = spoken.get_mut(station) {
                    list.push(spoken_for);
                }
            }
        }
        Self { stations: spoken.into_iter().map(station_table).collect(), longest_s: 0.0 }
    }

    /// Sets the travel times under an air.
    pub(super) fn set_times(&mut self, cells: &Cells, network: &Network, (used, air): ([bool; N_WAVES], AirState)) {
        for (station, table) in self.stations.iter_mut().enumerate() {
            for (((wave, times), kind), used) in table.times.iter_mut().enumerate().zip(WAVES).zip(used) {
                times.clear();
                if used && cells.medium.carries(wave) {
                    let time = |&cell: &u32| {
                        let travel = network.travel(station, kind, cells.centre(cell as usize), air);
                        travel.map_or(0, |travel| (travel.time_s / cells.bin_s * BIN_PARTS) as i32)
                    };
                    times.extend(table.cells.iter().map(time));
                }
            }
            let longest = table.times.iter().flatten().copied().max().unwrap_or(0);
            table.longest_s = f64::from(longest) / BIN_PARTS * cells.bin_s;
        }
        self.longest_s = self.stations.iter().map(|table| table.longest_s).fold(0.0, f64::max);
    }
}

/// That a station speaks for a cell: the cell's azimuth from there, its number, the weight, whether it is near.
#[derive(Clone, Copy, Debug)]
struct Spoken {
    azimuth_deg: f32,
    cell: u32,
    weight: u8,
    near: bool,
}

/// The nearest stations of a cell.
fn nearest(cells: &Cells, network: &Network, cell: usize) -> Vec<(usize, Spoken)> {
    let at = cells.centre(cell);
    let side = cells.sides_km.0.max(cells.sides_km.1);
    let apart = |(station, post): (usize, &super::network::Post)| {
        let (east, north) = (at.east_km - post.east_km, at.north_km - post.north_km);
        (east * east + north * north, station)
    };
    let mut by_distance: Vec<(f64, usize)> = network.posts.iter().enumerate().map(apart).collect();
    let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if by_distance.len() > N_NEAREST {
        by_distance.select_nth_unstable_by(N_NEAREST, order);
        by_distance.truncate(N_NEAREST);
    }
    by_distance.sort_unstable_by(order);
    let weigh = |(rank, (squared, station)): (usize, (f64, usize))| {
        let post = network.posts.get(station)?;
        let near = !post.is_array || squared < (NEAR_SIDES * side).powi(2);
        let (east, north) = (at.east_km - post.east_km, at.north_km - post.north_km);
        let azimuth_deg = if near { 0.0 } else { east.atan2(north).to_degrees().rem_euclid(360.0) as f32 };
        Some((station, Spoken { azimuth_deg, cell: cell as u32, weight: weight(cells.medium, rank), near }))
    };
    by_distance.into_iter().enumerate().filter_map(weigh).collect()
}

/// Near stations count more: a small event is heard by them alone.
const fn weight(medium: Medium, rank: usize) -> u8 {
    match medium {
        Medium::Air => 1,
        Medium::Ground if rank < 8 => 3,
        Medium::Ground if rank < 16 => 2,
        Medium::Ground | Medium::Both => 1,
    }
}

fn station_table(mut list: Vec<Spoken>) -> StationTable {
    list.sort_by(|a, b| a.near.cmp(&b.near).then(a.azimuth_deg.total_cmp(&b.azimuth_deg)).then(a.cell.cmp(&b.cell)));
    StationTable {
        cells: list.iter().map(|spoken| spoken.cell).collect(),
        weights: list.iter().map(|spoken| spoken.weight).collect(),
        azimuths_deg: list.iter().map(|spoken| spoken.azimuth_deg).collect(),
        n_near: list.iter().filter(|spoken| spoken.near).count(),
        ..StationTable::default()
    }
}
