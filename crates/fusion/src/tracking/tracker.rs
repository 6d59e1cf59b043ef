//! The tracker: scans in order of arrival, tracks at any time, going back when a scan comes late.
//!
//! It keeps the scans of the last `lag_s` seconds and pictures of moments among them. A scan that was measured before
//! others already used leads back to the picture before it, and the rest is taken again. So what is believed is a function
//! of the scans in order of measurement alone, however they arrived.

use super::clutter::Clutter;
use super::happening::Event;
use super::kinematics::{Covariance, Mean};
use super::motion::overall;
use super::nouns::{Mover, Scan, Setup};
use super::picture::{Link, Picture};
use super::tick::{VAGUE_M, covered, shown};
use super::track::Track;
use super::watched;
use std::collections::VecDeque;

/// A track as it is shown at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackState {
    /// Its number: that of the plot which began it.
    pub track: u64,
    /// The time for which it holds.
    pub time_s: f64,
    /// Place and velocity.
    pub mean: Mean,
    /// Their covariance.
    pub cov: Covariance,
    /// Probability that it exists.
    pub existence: f64,
    /// Probability of each kind, in the order of [`Mover::ALL`].
    pub movers: [f64; 4],
    /// The most probable kind.
    pub mover: Mover,
    /// Whose identity it bears, by its own claim.
    pub identity: Option<u32>,
    /// Whether only its own claims speak for it (no sensor reaches there).
    pub claimed_only: bool,
    /// When a sensor saw it last.
    pub sensed_s: f64,
}

/// Scans since a picture; pictures a second apart, farther back five seconds.
#[derive(Clone, Debug)]
struct Kept {
    /// The scans before it: all with a smaller (time, number).
    before: (f64, u64),
    picture: Picture,
    journal: usize,
    links: usize,
    events: usize,
}

/// The tracker.
#[derive(Clone, Debug)]
pub struct Tracker {
    setup: Setup,
    picture: Picture,
    /// Scans kept, in order of measurement; those up to `taken` are in the picture.
    scans: VecDeque<Scan>,
    taken: usize,
    kept: VecDeque<Kept>,
    /// Latest time of measurement seen.
    latest_s: f64,
    /// Scans that came later than `lag_s`.
    dropped: u64,
}

/// Pictures are at least this far apart.
const KEPT_S: f64 = 1.0;
/// Farther back than this they are thinned.
const RECENT_S: f64 = 8.0;
const THIN_S: f64 = 4.0;

impl Tracker {
    /// A tracker that has seen nothing.
    #[must_use]
    pub fn new(setup: &Setup) -> Self {
        Self {
            setup: setup.clone(),
            picture: Picture::new(setup),
            scans: VecDeque::new(),
            taken: 0,
            kept: VecDeque::new(),
            latest_s: f64::NEG_INFINITY,
            dropped: 0,
        }
    }

    /// Hands over the next scan to arrive. Without a lag scans must come in order of measurement; one that comes too late
    /// is counted and left out.
    pub fn push(&mut self, scan: Scan) {
        if !scan.time_s.is_finite() || scan.time_s < self.latest_s - self.setup.lag_s.max(0.0) {
            self.dropped += 1;
            return;
        }
        self.latest_s = self.latest_s.max(scan.time_s);
        if self.setup.lag_s <= 0.0 {
            self.picture.take(&self.setup, &scan);
            return;
        }
        let place = self.scans.partition_point(|held| key(held) < key(&scan));
        if place < self.taken {
            self.go_back(key(&scan));
        }
        let place = self.scans.partition_point(|held| key(held) < key(&scan));
        self.scans.insert(place, scan);
    }

    /// Scans that came later than the lag and were left out.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes every scan that has arrived.
    pub fn catch_up(&mut self) {
        while let Some(scan) = self.scans.get(self.taken) {
            let at = key(scan);
            if self.kept.back().is_none_or(|kept| at.0 - kept.before.0 >= KEPT_S) {
                self.keep(at);
            }
            if let Some(scan) = self.scans.get(self.taken) {
                self.picture.take(&self.setup, scan);
            }
            self.taken += 1;
        }
        self.forget();
    }

    /// The tracks that are shown, moved on to `time_s`, by number.
    pub fn tracks_at(&mut self, time_s: f64) -> Vec<TrackState> {
        self.catch_up();
        let setup = &self.setup;
        let mut states: Vec<TrackState> = self
            .picture
            .tracks
            .iter()
            .filter(|track| shown(track, setup) && track.is_fresh(time_s))
            .map(|track| self.state(track, time_s))
            .filter(|state| state.cov.sigma_place_m() < VAGUE_M)
            .collect();
        states.sort_by_key(|state| state.track);
        states
    }

    /// Where the track that bears an identity will be at `time_s`, if one does. A mover that only reports itself is carried
    /// on along the curve of its own reports.
    pub fn predicted(&mut self, identity: u32, time_s: f64) -> Option<TrackState> {
        self.catch_up();
        let id = self.picture.claimants.get(&identity)?.track?;
        let track = self.picture.tracks.iter().find(|track| track.id == id)?;
        Some(self.state(track, time_s))
    }

    /// Probability that each shown track is inside each zone (left of each line) at `time_s`: track, index, probability;
    /// only pairs that are not certain either way.
    pub fn presence_at(&mut self, time_s: f64) -> Vec<(u64, u32, f64)> {
        self.catch_up();
        let mut found = Vec::new();
        for track in self.picture.tracks.iter().filter(|track| shown(track, &self.setup)) {
            for (index, zone) in self.setup.watched.iter().enumerate() {
                let p = watched::probability(zone, track, &self.setup, time_s);
                if p > 0.0 && p < 1.0 {
                    found.push((track.id, index as u32, p));
                }
            }
        }
        found.sort_by_key(|(track, index, _)| (*track, *index));
        found
    }

    /// What has been stated so far; a late scan may change the statements of the last `lag_s` seconds.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.picture.events
    }

    /// The chain from plots to tracks so far, in the order of taking.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.picture.links
    }

    /// What is known of each sensor's bias: azimuth in degrees, range in metres, clock in seconds, and the standard
    /// deviation of each.
    #[must_use]
    pub fn biases(&self) -> Vec<([f64; 3], [f64; 3])> {
        (0..self.setup.sensors.len())
            .map(|index| {
                let bias = self.picture.registration.bias(index as u32);
                (
                    [bias.azimuth_rad.to_degrees(), bias.range_m, bias.time_s],
                    [bias.azimuth_var.sqrt().to_degrees(), bias.range_var.sqrt(), bias.time_var.sqrt()],
                )
            })
            .collect()
    }

    /// A mover that only reports itself is carried on along the curve of its own reports.
    fn state(&self, track: &Track, time_s: f64) -> TrackState {
        let mut moved = track.clone();
        moved.advance_to(time_s, &self.setup.motion());
        let mut shape = overall(&moved.modes);
        let alone = track.hits < 0.9;
        let claimant = track.identity.filter(|_| alone).and_then(|identity| self.picture.claimants.get(&identity));
        if let Some((claimant, course)) = claimant.and_then(|claimant| Some((claimant, claimant.course?))) {
            shape.mean = course.ahead((time_s - claimant.time_s).max(0.0));
        }
        TrackState {
            track: track.id,
            time_s,
            mean: shape.mean,
            cov: shape.cov,
            existence: track.existence,
            movers: track.movers,
            mover: track.mover().0,
            identity: track.identity,
            claimed_only: alone && !covered(&self.setup, track),
            sensed_s: track.sensed_s,
        }
    }

    /// Keeps the picture as it is; what only grows (maps with their journal, chain, events) stays with the live one.
    fn keep(&mut self, before: (f64, u64)) {
        let (clutter, links, events) = self.take_growing();
        let levels = Clutter { levels: clutter.levels.clone(), journalled: true, ..Clutter::default() };
        let picture = Picture { clutter: levels, ..self.picture.clone() };
        self.kept.push_back(Kept {
            before,
            journal: clutter.journal_length(),
            links: links.len(),
            events: events.len(),
            picture,
        });
        (self.picture.clutter, self.picture.links, self.picture.events) = (clutter, links, events);
    }

    fn take_growing(&mut self) -> (Clutter, Vec<Link>, Vec<Event>) {
        let Picture { clutter, links, events, .. } = &mut self.picture;
        (std::mem::take(clutter), std::mem::take(links), std::mem::take(events))
    }

    fn go_back(&mut self, at: (f64, u64)) {
        while self.kept.len() > 1 && self.kept.back().is_some_and(|kept| kept.before > at) {
            self.kept.pop_back();
        }
        let Some(kept) = self.kept.pop_back() else { return };
        let (mut clutter, mut links, mut events) = self.take_growing();
        clutter.undo_to(kept.journal);
        links.truncate(kept.links);
        events.truncate(kept.events);
        self.picture = kept.picture;
        let levels = std::mem::take(&mut self.picture.clutter.levels);
        self.picture.clutter = Clutter { levels, ..clutter };
        (self.picture.links, self.picture.events) = (links, events);
        self.taken = self.scans.partition_point(|held| key(held) < kept.before);
    }

    /// Lets go of scans and pictures that no late scan can reach, and thins the older pictures.
    fn forget(&mut self) {
        let oldest_s = self.latest_s - self.setup.lag_s;
        while self.kept.get(1).is_some_and(|kept| kept.before.0 <= oldest_s) {
            self.kept.pop_front();
        }
        let recent_s = self.latest_s - RECENT_S;
        let mut last_s = f64::NEG_INFINITY;
        self.kept.retain(|kept| {
            let stays = kept.before.0 > recent_s || kept.before.0 - last_s >= THIN_S;
            if stays {
                last_s = kept.before.0;
            }
            stays
        });
        if let Some(first) = self.kept.front() {
            self.picture.clutter.let_go_to(first.journal);
            let unreachable = self.scans.partition_point(|held| key(held) < first.before).min(self.taken);
            self.scans.drain(..unreachable);
            self.taken -= unreachable;
        }
    }
}

fn key(scan: &Scan) -> (f64, u64) {
    (scan.time_s, scan.number)
}
