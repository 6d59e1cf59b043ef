//! Everything the tracker believes at one instant of measured time. A pure function of the scans up to it, in order.

use super::cells::Cells;
use super::claims::{self, Claimant};
use super::clutter::Clutter;
use super::happening::Event;
use super::look::{self, Scratch};
use super::nouns::{Scan, SensorKind, Setup};
use super::registration::Registration;
use super::tick;
use super::track::Track;
use std::collections::BTreeMap;

/// That a plot belongs to a track, with what probability: one link of the chain from report to track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The track.
    pub track: u64,
    /// The number of the plot.
    pub plot: u64,
    /// Probability of the association.
    pub probability: f32,
}

/// The state.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub tracks: Vec<Track>,
    pub cells: Cells,
    pub clutter: Clutter,
    pub registration: Registration,
    pub claimants: BTreeMap<u32, Claimant>,
    /// For each cooperative source: its last report, and when it last came back from a silence.
    pub sources: BTreeMap<u32, (f64, f64)>,
    pub watch: BTreeMap<(u64, u32), super::watched::Presence>,
    pub links: Vec<Link>,
    pub events: Vec<Event>,
    /// The last whole second that was settled.
    pub tick: i64,
    pub scratch: Scratch,
}

/// How long unseen movers pile up before a first look at a place, at least.
const LOOK_S: f64 = 4.0;

impl Picture {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            tracks: Vec::new(),
            cells: Cells::over(setup.area_m),
            clutter: Clutter::new(setup.sensors.len(), setup.lag_s > 0.0),
            registration: Registration::new(setup),
            claimants: BTreeMap::new(),
            sources: BTreeMap::new(),
            watch: BTreeMap::new(),
            links: Vec::new(),
            events: Vec::new(),
            tick: i64::MIN,
            scratch: Scratch::default(),
        }
    }

    /// Takes the next scan in order of measurement.
    pub(crate) fn take(&mut self, setup: &Setup, scan: &Scan) {
        let second = scan.time_s.floor() as i64;
        if second > self.tick {
            tick::settle(self, setup, second as f64);
            self.tick = second;
        }
        match setup.sensors.get(scan.sensor as usize).map(|sensor| sensor.kind) {
            Some(SensorKind::Cooperative) => claims::take(self, setup, scan),
            Some(_) => look::take(self, setup, scan),
            None => {}
        }
    }

    pub(crate) fn add(&mut self, track: Track) {
        self.cells.push(track.birth.x, track.birth.y);
        self.tracks.push(track);
    }

    /// Movers a square metre that no track holds, where this sensor looks: those there from the start that its looks have
    /// not shown yet, and those that appeared since its last look.
    pub(crate) fn unseen_per_m2(&self, setup: &Setup, sensor: u32, time_s: f64) -> f64 {
        let level = self.clutter.level(sensor);
        let waited = if level.scans == 0 { 0.0 } else { (time_s - level.looked_s).clamp(0.0, 60.0) };
        let first = setup.movers_per_km2 * 1e-6 * 0.35_f64.powi(level.scans.min(60) as i32);
        first + setup.births_per_km2_h * 1e-6 / 3600.0 * (waited + LOOK_S)
    }
}
