//! Picks in the order in which they are looked up: by station, wave and time.

use super::Input;
use super::network::Network;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use truceline_domain::{Modality, Pick, Station, Wave};

/// Number of kinds of waves.
pub(super) const N_WAVES: usize = 6;
/// Half of the time over which a station's own rate of picks is counted, s.
const HALF_RATE_WINDOW_S: f64 = 300.0;
/// How many picks the rate of the whole time is worth beside the local count.
const RATE_PRIOR_PICKS: f64 = 2.0;

/// All waves in the order of their slots.
pub(super) const WAVES: [Wave; N_WAVES] = [Wave::P, Wave::S, Wave::Rg, Wave::Air, Wave::Shock, Wave::Muzzle];

/// Slot of a wave.
pub(super) const fn slot(wave: Wave) -> usize {
    match wave {
        Wave::P => 0,
        Wave::S => 1,
        Wave::Rg => 2,
        Wave::Air => 3,
        Wave::Shock => 4,
        Wave::Muzzle => 5,
    }
}

/// One pick as the search needs it; small, for there are many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry {
    /// When, seconds since the epoch.
    pub(super) time_s: f64,
    sigma_s: f32,
    azimuth_deg: f32,
    azimuth_sigma_deg: f32,
    station: u32,
    pick: u32,
    wave: u8,
    /// Whether the picker stated its error.
    pub(super) is_stated: bool,
}

impl Entry {
    /// Error of the pick alone, s.
    pub(super) fn sigma_s(&self) -> f64 {
        f64::from(self.sigma_s)
    }

    /// Back-azimuth and its error, degrees.
    pub(super) fn azimuth_deg(&self) -> Option<(f64, f64)> {
        (self.azimuth_sigma_deg > 0.0).then_some((f64::from(self.azimuth_deg), f64::from(self.azimuth_sigma_deg)))
    }

    /// Index of the station.
    pub(super) const fn station(&self) -> usize {
        self.station as usize
    }

    /// Slot of the wave.
    pub(super) const fn wave(&self) -> usize {
        self.wave as usize
    }

    /// Index of the pick in the input.
    pub(super) const fn pick(&self) -> usize {
        self.pick as usize
    }
}

/// All picks that name a known station. An entry's place in `entries` does not depend on the order of the input.
#[derive(Clone, Debug, Default)]
pub(super) struct Picks {
    /// By station, wave, time.
    pub(super) entries: Vec<Entry>,
    /// First entry of each (station, wave), and one past the last.
    starts: Vec<usize>,
    /// Entries in the order of time.
    pub(super) by_time: Vec<u32>,
    /// Which waves there are.
    pub(super) used: [bool; N_WAVES],
}

impl Picks {
    /// The picks of an input.
    pub(super) fn of(input: &Input<'_>, network: &Network) -> Self {
        let index: BTreeMap<&str, usize> =
            input.stations.iter().enumerate().rev().map(|(index, station)| (station.id.as_str(), index)).collect();
        let mut entries = Vec::with_capacity(input.picks.len());
        entries.extend(input.picks.iter().enumerate().filter_map(|(pick, heard)| {
            let &station = index.get(heard.sensor.as_str())?;
            entry(network, heard, (pick, station), input.stations.get(station))
        }));
        entries.sort_unstable_by(|a, b| in_order(a, b).then_with(|| by_content(input.picks, a, b)));
        Self::sorted(entries, input.stations.len())
    }

    fn sorted(entries: Vec<Entry>, n_stations: usize) -> Self {
        let mut starts = vec![0; n_stations * N_WAVES + 1];
        let mut used = [false; N_WAVES];
        for entry in &entries {
            if let Some(start) = starts.get_mut(entry.station() * N_WAVES + entry.wave() + 1) {
                *start += 1;
            }
            if let Some(used) = used.get_mut(entry.wave()) {
                *used = true;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut by_time: Vec<u32> = (0..entries.len() as u32).collect();
        let time = |index: u32| entries.get(index as usize).map_or(0.0, |entry: &Entry| entry.time_s);
        by_time.sort_unstable_by(|&a, &b| time(a).total_cmp(&time(b)).then(a.cmp(&b)));
        Self { entries, starts, by_time, used }
    }

    /// One entry.
    pub(super) fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    /// The entries of a station and wave in the order of time, with the index of the first.
    pub(super) fn of_station(&self, station: usize, wave: usize) -> (usize, &[Entry]) {
        let list = station * N_WAVES + wave;
        let from = self.starts.get(list).copied().unwrap_or(0);
        let until = self.starts.get(list + 1).copied().unwrap_or(from);
        (from, self.entries.get(from..until).unwrap_or(&[]))
    }

    /// The entries of a station and wave within a time, with the index of the first.
    pub(super) fn within(&self, station: usize, wave: usize, (from_s, until_s): (f64, f64)) -> (usize, &[Entry]) {
        let (first, list) = self.of_station(station, wave);
        let start = list.partition_point(|entry| entry.time_s < from_s);
        let rest = list.get(start..).unwrap_or(&[]);
        let n = rest.iter().take_while(|entry| entry.time_s <= until_s).count();
        (first + start, rest.get(..n).unwrap_or(&[]))
    }

    /// Indices, in the order of time, of the entries within a time.
    pub(super) fn between(&self, from_s: f64, until_s: f64) -> &[u32] {
        let time = |index: u32| self.entries.get(index as usize).map_or(0.0, |entry| entry.time_s);
        let start = self.by_time.partition_point(|&index| time(index) < from_s);
        let end = self.by_time.partition_point(|&index| time(index) < until_s);
        self.by_time.get(start..end).unwrap_or(&[])
    }

    /// By entry, the rate of picks of its wave at its station around its time that nothing explains, 1/s.
    pub(super) fn rates_hz(&self, explained: &impl Fn(usize) -> bool) -> Vec<f64> {
        let span_s = self.span_s().unwrap_or_default();
        let n_lists = self.starts.len().saturating_sub(1);
        let of_list = |list: usize| {
            let (first, entries) = self.of_station(list / N_WAVES, list % N_WAVES);
            rates_of(entries, (first, span_s), explained)
        };
        (0..n_lists).flat_map(of_list).collect()
    }

    /// First and last moment, s.
    pub(super) fn span_s(&self) -> Option<(f64, f64)> {
        let time = |index: &u32| self.entries.get(*index as usize).map(|entry| entry.time_s);
        Some((self.by_time.first().and_then(time)?, self.by_time.last().and_then(time)?))
    }
}

fn entry(network: &Network, heard: &Pick, (pick, station): (usize, usize), at: Option<&Station>) -> Option<Entry> {
    let modality = at.and_then(|station| station.modality);
    let unnamed = if matches!(modality, Some(Modality::Acoustic | Modality::Infrasound)) { Wave::Air } else { Wave::P };
    let wave = heard.wave.unwrap_or(unnamed);
    let time_s = network.seconds(heard.at);
    let in_air = matches!(wave, Wave::Air | Wave::Muzzle | Wave::Shock);
    let usual = if in_air { super::model::AIR_PICK_SIGMA_S } else { super::model::GROUND_PICK_SIGMA_S };
    let stated = heard.sigma_s.filter(|sigma| sigma.is_finite() && *sigma > 0.0);
    let azimuth = heard.bearing.map(|bearing| bearing.azimuth_deg);
    let azimuth =
        azimuth.filter(|azimuth| azimuth.value.is_finite() && azimuth.sigma > 0.0 && azimuth.sigma.is_finite());
    time_s.is_finite().then_some(Entry {
        time_s,
        sigma_s: stated.unwrap_or(usual) as f32,
        azimuth_deg: azimuth.map_or(0.0, |azimuth| azimuth.value as f32),
        azimuth_sigma_deg: azimuth.map_or(0.0, |azimuth| azimuth.sigma as f32),
        station: u32::try_from(station).ok()?,
        pick: u32::try_from(pick).ok()?,
        wave: slot(wave) as u8,
        is_stated: stated.is_some(),
    })
}

fn in_order(a: &Entry, b: &Entry) -> Ordering {
    (a.station(), a.wave()).cmp(&(b.station(), b.wave())).then(a.time_s.total_cmp(&b.time_s))
}

/// Order of two picks at the same moment by what they say, so that it does not depend on their order in the input.
fn by_content(picks: &[Pick], a: &Entry, b: &Entry) -> Ordering {
    let azimuth = |entry: &Entry| entry.azimuth_deg().unwrap_or((-1.0, 0.0));
    let confidence = |entry: &Entry| picks.get(entry.pick()).and_then(|pick| pick.confidence).unwrap_or(-1.0);
    let amplitude = |entry: &Entry| picks.get(entry.pick()).and_then(|pick| pick.features.amplitude).unwrap_or(-1.0);
    (a.sigma_s().total_cmp(&b.sigma_s()))
        .then(azimuth(a).0.total_cmp(&azimuth(b).0))
        .then(azimuth(a).1.total_cmp(&azimuth(b).1))
        .then(confidence(a).total_cmp(&confidence(b)))
        .then(amplitude(a).total_cmp(&amplitude(b)))
}

/// Each pick's local rate: the count of others within ten minutes, drawn towards the rate of the whole time.
fn rates_of(
    list: &[Entry],
    (first, (from_s, until_s)): (usize, (f64, f64)),
    explained: &impl Fn(usize) -> bool,
) -> Vec<f64> {
    let clutter = list.iter().enumerate().filter(|(offset, _)| !explained(first + offset));
    let times: Vec<f64> = clutter.map(|(_, entry)| entry.time_s).collect();
    let overall_hz = (times.len() as f64 + 1.0) / (until_s - from_s + HALF_RATE_WINDOW_S);
    let (mut from, mut until) = (0, 0);
    let rate = |(offset, entry): (usize, &Entry)| {
        let start = entry.time_s - HALF_RATE_WINDOW_S;
        let end = entry.time_s + HALF_RATE_WINDOW_S;
        while times.get(from).is_some_and(|&time| time < start) {
            from += 1;
        }
        while times.get(until).is_some_and(|&time| time <= end) {
            until += 1;
        }
        let itself = usize::from(!explained(first + offset));
        let others = (until - from).saturating_sub(itself) as f64;
        let covered_s = end.min(until_s) - start.max(from_s);
        (others + RATE_PRIOR_PICKS) / (covered_s + RATE_PRIOR_PICKS / overall_hz)
    };
    list.iter().enumerate().map(rate).collect()
}
