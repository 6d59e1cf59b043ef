//! Cooperative reports: claims of identity and place, held against what sensors see.
//!
//! A report moves the track that bears its identity, if it fits; it never raises existence by itself, and a claim that
//! sensors watch and do not see stays a claim. What does not fit is stated: see [`Happening`].

use super::course::Course;
use super::happening::{Event, Happening};
use super::kinematics::{Covariance, Mean};
use super::motion::{Modes, overall};
use super::nouns::{Mover, Plot, Reading, Scan, Sensor, Setup};
use super::picture::{Link, Picture};
use super::sight::{Bias, Form, Sight, Stand};
use super::track::{Birth, Track};
use std::collections::BTreeMap;

/// What is known of one identity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claimant {
    pub sensor: u32,
    /// The track that bears it.
    pub track: Option<u64>,
    /// Time, state and covariance from its own reports alone.
    pub time_s: f64,
    pub mean: Mean,
    pub cov: Covariance,
    pub reports: u32,
    pub interval_s: f64,
    /// Reports in a row that did not fit the track.
    pub refuted: u32,
    /// Whether sensors have ever seen a mover where it claimed to be.
    pub corroborated: bool,
    /// Times at which sensors had their chance and saw nothing there.
    pub doubted: u32,
    pub flagged: bool,
    pub dark: bool,
    pub plot: u64,
    /// The track that another identity took from it.
    pub former: Option<u64>,
    /// How it turns and speeds by its own reports, if they state velocities.
    pub course: Option<Course>,
}

/// Squared distance, four rows, beyond which a report does not fit.
const GATE: f64 = 30.0;
/// Density of claims of movers that no track holds, per m² and (m/s)².
const ELSEWHERE: f64 = 2e-10;

pub(crate) fn take(picture: &mut Picture, setup: &Setup, scan: &Scan) {
    let Some(sensor) = setup.sensors.get(scan.sensor as usize) else { return };
    let heard = picture.sources.entry(scan.sensor).or_insert((scan.time_s, f64::NEG_INFINITY));
    if scan.time_s - heard.0 > 4.0 * sensor.period_s.max(0.5) {
        heard.1 = scan.time_s;
    }
    heard.0 = heard.0.max(scan.time_s);
    for plot in &scan.plots {
        if let Reading::Claim { identity, .. } = plot.reading {
            let form = Form::of(&plot.reading, sensor, &Bias::default());
            if form.is_finite() {
                Report { setup, scan, sensor, plot, form, identity }.hold(picture);
            }
        }
    }
}

struct Report<'a> {
    setup: &'a Setup,
    scan: &'a Scan,
    sensor: &'a Sensor,
    plot: &'a Plot,
    form: Form,
    identity: u32,
}

impl Report<'_> {
    fn hold(&self, picture: &mut Picture) {
        self.remember(picture);
        let bound = picture.claimants.get(&self.identity).and_then(|claimant| claimant.track);
        let slot = bound.and_then(|id| picture.tracks.iter().position(|track| track.id == id));
        if let Some(slot) = slot {
            if self.fold_in(picture, slot) {
                return;
            }
            let refuted = self.claimant(picture, |claimant| {
                claimant.refuted += 1;
                claimant.refuted
            });
            if refuted < 2 {
                return;
            }
        }
        self.look_elsewhere(picture, slot);
    }

    fn claimant<T: Default>(&self, picture: &mut Picture, change: impl FnOnce(&mut Claimant) -> T) -> T {
        picture.claimants.get_mut(&self.identity).map(change).unwrap_or_default()
    }

    fn event(&self, what: Happening, track: Option<u64>, plots: Vec<u64>) -> Event {
        let time_s = self.scan.time_s;
        Event { time_s, known_s: time_s, track, identity: Some(self.identity), what, plots }
    }

    /// Keeps the reports' own line of movement; states jumps and returns from the dark.
    fn remember(&self, picture: &mut Picture) {
        let Form::Claim { x, y, velocity, variances: [place_var, velocity_var], .. } = self.form else { return };
        let (u, v) = velocity.unwrap_or_default();
        let velocity_var = if velocity.is_some() { velocity_var } else { 100.0 };
        let fresh = (Mean { x, y, u, v }, Covariance::diagonal(place_var, velocity_var));
        let Some(held) = picture.claimants.get_mut(&self.identity) else {
            picture.claimants.insert(self.identity, self.first(fresh));
            return;
        };
        let dt_s = (self.scan.time_s - held.time_s).max(0.0);
        let (mut mean, mut cov) = (held.mean.moved(dt_s), held.cov.moved(dt_s, REPORT_Q));
        let gap_m = (x - mean.x).hypot(y - mean.y);
        let allowed = 6.0 * (cov.sigma_place_m() + place_var.sqrt()) + 30.0 * dt_s.min(60.0).sqrt();
        let former = held.plot;
        let speed_mps = (x - held.mean.x).hypot(y - held.mean.y) / dt_s.max(0.1);
        let jumped = gap_m > allowed.max(150.0) && speed_mps > IMPOSSIBLE_MPS.min(4.0 * held.mean.speed() + 30.0);
        let was_dark = held.dark;
        if jumped {
            (mean, cov) = fresh;
        } else {
            self.form.rows(Stand { x: 0.0, y: 0.0 }, &mean, None).fold(&mut mean, &mut cov);
        }
        if dt_s > 0.0 && dt_s < 4.0 * held.interval_s {
            held.interval_s += 0.2 * (dt_s - held.interval_s);
        }
        (held.mean, held.cov, held.time_s, held.plot) = (mean, cov, self.scan.time_s, self.plot.number);
        held.reports += 1;
        match (&mut held.course, velocity) {
            (Some(course), Some((u, v))) if !jumped => course.take(dt_s, Mean { x, y, u, v }),
            (course, _) => *course = self.course(),
        }
        held.dark = false;
        let track = held.track;
        if was_dark {
            picture.events.push(self.event(Happening::Reports, track, vec![former, self.plot.number]));
        }
        if jumped {
            let what = Happening::ImpossibleJump { gap_m, speed_mps };
            picture.events.push(self.event(what, track, vec![former, self.plot.number]));
        }
    }

    fn first(&self, (mean, cov): (Mean, Covariance)) -> Claimant {
        Claimant {
            sensor: self.scan.sensor,
            track: None,
            time_s: self.scan.time_s,
            mean,
            cov,
            reports: 1,
            interval_s: self.sensor.period_s.max(0.5),
            refuted: 0,
            corroborated: false,
            doubted: 0,
            flagged: false,
            dark: false,
            plot: self.plot.number,
            former: None,
            course: self.course(),
        }
    }

    /// A line of reported velocities that begins with this report; none if it states no velocity.
    fn course(&self) -> Option<Course> {
        let Form::Claim { x, y, velocity, .. } = self.form else { return None };
        let (u, v) = velocity?;
        let mut course = Course::default();
        course.take(0.0, Mean { x, y, u, v });
        Some(course)
    }

    /// Folds the report into the track that bears the identity; false if it does not fit.
    fn fold_in(&self, picture: &mut Picture, slot: usize) -> bool {
        let Some(track) = picture.tracks.get_mut(slot) else { return false };
        let Some((_, modes)) = self.fit(track, self.setup) else { return false };
        track.modes = modes;
        track.whole = overall(&modes);
        track.reported_s = self.scan.time_s;
        let (hits, id) = (track.hits, track.id);
        if hits < 0.5 {
            track.sensed_s = self.scan.time_s;
        } else if track.existence > 0.2 {
            // A report that sensors bear out keeps a track through looks that see little.
            track.existence = track.existence.max((track.existence * 1.5).min(0.97));
        }
        self.link(picture, id);
        self.claimant(picture, |claimant| {
            claimant.refuted = 0;
            if hits > 2.5 {
                (claimant.corroborated, claimant.doubted, claimant.flagged) = (true, 0, false);
            }
        });
        true
    }

    fn link(&self, picture: &mut Picture, track: u64) {
        picture.links.push(Link { track, plot: self.plot.number, probability: 1.0 });
    }

    /// Likelihood of the report under a track moved to its time, and the track's modes with it.
    fn fit(&self, track: &mut Track, setup: &Setup) -> Option<(f64, Modes)> {
        track.advance_to(self.scan.time_s, &setup.motion());
        // A track that later looks have moved on already takes an older report as of its own time.
        let mut modes = track.modes;
        let (mut nearest, mut total) = (f64::INFINITY, 0.0);
        for mode in &mut modes {
            let rows = self.form.rows(Stand { x: 0.0, y: 0.0 }, &mode.mean, None);
            let fit = rows.fold(&mut mode.mean, &mut mode.cov);
            nearest = nearest.min(if mode.weight > 1e-6 { fit.distance2 } else { f64::INFINITY });
            mode.weight *= fit.log_likelihood.exp();
            total += mode.weight;
        }
        if nearest > GATE || total <= 0.0 {
            return None;
        }
        for mode in &mut modes {
            mode.weight /= total;
        }
        Some((total, modes))
    }

    /// Another track that fits, or a track of its own that sensors may bear out.
    fn look_elsewhere(&self, picture: &mut Picture, former: Option<usize>) {
        let Form::Claim { x, y, .. } = self.form else { return };
        let mut slots = Vec::new();
        picture.cells.near(x, y, 300.0, &mut slots);
        let mut total = ELSEWHERE;
        let mut best: Option<(f64, usize, Modes)> = None;
        for slot in slots.into_iter().map(|slot| slot as usize).filter(|slot| Some(*slot) != former) {
            let Some(track) = picture.tracks.get_mut(slot) else { continue };
            if owned(&picture.claimants, track, self.identity, self.scan.time_s) {
                continue;
            }
            let near = track.mean_at(self.scan.time_s);
            if (near.x - x).hypot(near.y - y) > 300.0 + track.whole.cov.sigma_place_m() {
                continue;
            }
            let Some((likelihood, modes)) = self.fit(track, self.setup) else { continue };
            let weight = likelihood * track.existence;
            total += weight;
            if best.as_ref().is_none_or(|(most, _, _)| weight > *most) {
                best = Some((weight, slot, modes));
            }
        }
        match best {
            Some((weight, slot, modes)) if weight > 0.9 * total => self.bind(picture, slot, modes, weight / total),
            Some((weight, _, _)) if weight > 0.2 * total => {}
            _ => self.stand_alone(picture, former),
        }
    }

    fn bind(&self, picture: &mut Picture, slot: usize, modes: Modes, share: f64) {
        let Some(track) = picture.tracks.get_mut(slot) else { return };
        let (id, former) = (track.id, track.identity);
        if former.is_some_and(|other| other != self.identity)
            && picture.claimants.get(&self.identity).is_none_or(|c| c.reports < 2)
        {
            return;
        }
        track.modes = modes;
        track.whole = overall(&modes);
        track.reported_s = self.scan.time_s;
        track.identity = Some(self.identity);
        track.existence = track.existence.max(share * 0.97);
        let before = self.claimant(picture, |claimant| {
            claimant.refuted = 0;
            let former = claimant.former.take();
            claimant.track.replace(id).or(former)
        });
        self.link(picture, id);
        if let Some(other) = former.filter(|other| *other != self.identity)
            && let Some(claimant) = picture.claimants.get_mut(&other)
        {
            (claimant.track, claimant.former) = (None, Some(id));
        }
        if let Some(other) = before.filter(|other| *other != id) {
            if let Some(old) = picture.tracks.iter_mut().find(|track| track.id == other) {
                old.identity = old.identity.filter(|held| *held != self.identity);
                if old.hits > 1.5 {
                    let what = Happening::IdentityOnTwoTracks { other };
                    picture.events.push(self.event(what, Some(id), vec![self.plot.number]));
                }
            }
        } else if let Some(other) = former.filter(|other| *other != self.identity) {
            let what = Happening::IdentityOnTwoTracks { other: id };
            picture.events.push(Event { identity: Some(other), ..self.event(what, Some(id), vec![self.plot.number]) });
        }
    }

    /// A track that only the claim speaks for: not shown where sensors look and see nothing.
    fn stand_alone(&self, picture: &mut Picture, former: Option<usize>) {
        if let Some(track) = former.and_then(|slot| picture.tracks.get_mut(slot)) {
            track.identity = None;
        }
        let refuted = former.is_some();
        let doubted = self.claimant(picture, |claimant| {
            if refuted && claimant.corroborated {
                (claimant.corroborated, claimant.flagged, claimant.doubted) = (false, false, 0);
            }
            claimant.refuted = 0;
            claimant.doubted
        });
        let existence = 0.6 * 0.5_f64.powi(doubted.min(4) as i32);
        let Form::Claim { x, y, .. } = self.form else { return };
        let birth = Birth {
            scan: self.scan.number,
            sensor: self.scan.sensor,
            plot: self.plot.number,
            time_s: self.scan.time_s,
            x,
            y,
            watched: 0.0,
        };
        let sight = Sight { plot: *self.plot, form: self.form, clutter: 0.0, unseen: 1.0 };
        let Some(mut track) = Track::born(&sight, birth, Stand { x: 0.0, y: 0.0 }, &self.setup.motion()) else {
            return;
        };
        track.existence = existence;
        track.hits = 0.0;
        track.reported_s = self.scan.time_s;
        track.identity = Some(self.identity);
        for (weight, kind) in track.movers.iter_mut().zip(Mover::ALL) {
            if !self.sensor.carries.is_empty() && !self.sensor.carries.contains(&kind) {
                *weight = 1e-3;
            }
        }
        track.evidence = track.movers;
        let id = track.id;
        self.claimant(picture, |claimant| claimant.track = Some(id));
        self.link(picture, id);
        picture.add(track);
    }
}

/// Whether a track bears another identity whose own reports still fit it.
fn owned(claimants: &BTreeMap<u32, Claimant>, track: &Track, identity: u32, time_s: f64) -> bool {
    let Some(other) = track.identity.filter(|other| *other != identity) else { return false };
    claimants.get(&other).is_some_and(|claimant| {
        let (at, mean) = (claimant.mean.moved((time_s - claimant.time_s).max(0.0)), track.mean_at(time_s));
        let gap = (at.x - mean.x).hypot(at.y - mean.y);
        time_s - claimant.time_s < 3.0 * claimant.interval_s + 5.0
            && gap < 100.0 + 3.0 * track.whole.cov.sigma_place_m()
    })
}

/// White acceleration of the reports' own line of movement, m²/s³.
const REPORT_Q: f64 = 1.0;
/// No drone, vehicle or vessel here is faster.
const IMPOSSIBLE_MPS: f64 = 90.0;
/// Chances to see a claimed mover, all missed, after which the claim is stated as not corroborated.
const DOUBTS: u32 = 1;
/// Existence at which a claim's own track ends, which is what is then stated.
const DOUBTFUL: f64 = 0.05;
/// Patience with an identity that is the only one of its source.
const ALONE_S: f64 = 50.0;
/// A vessel seen for so long without a report is stated.
const UNANNOUNCED_S: f64 = 60.0;

/// A track ends: whose identity it bore is free again. Always false, so that it can stand in a filter.
pub(crate) fn lost(claimants: &mut BTreeMap<u32, Claimant>, track: &Track) -> bool {
    if let Some(claimant) = track.identity.and_then(|identity| claimants.get_mut(&identity))
        && claimant.track == Some(track.id)
    {
        claimant.track = None;
        if track.hits < 1.5 {
            claimant.doubted += 1;
        }
    }
    false
}

/// The identity goes over from a double to the track that stays.
pub(crate) fn hand_over(claimants: &mut BTreeMap<u32, Claimant>, tracks: &mut [Track], identity: u32, to: u64) {
    if let Some(claimant) = claimants.get_mut(&identity) {
        claimant.track = Some(to);
    }
    if let Some(track) = tracks.iter_mut().find(|track| track.id == to) {
        track.identity = Some(identity);
    }
}

/// States once a second what has become of claims.
pub(crate) fn watch(picture: &mut Picture, setup: &Setup, time_s: f64) {
    let silences = silences(picture, time_s);
    let Picture { claimants, events, tracks, .. } = picture;
    for (identity, claimant) in claimants.iter_mut() {
        let mut state = |what, track| {
            let plots = vec![claimant.plot];
            let event =
                Event { time_s: claimant.time_s, known_s: time_s, track, identity: Some(*identity), what, plots };
            events.push(event);
        };
        if claimant.doubted >= DOUBTS && !claimant.flagged && !claimant.corroborated {
            state(Happening::ClaimNotCorroborated { probability: DOUBTFUL }, None);
            claimant.flagged = true;
        }
        let Some(patience_s) = silences.get(identity) else { continue };
        if claimant.dark || time_s - claimant.time_s < *patience_s || claimant.reports < 3 {
            continue;
        }
        let seen = claimant.track.and_then(|id| tracks.iter().find(|track| track.id == id));
        if let Some(track) = seen.filter(|track| track.existence > 0.8 && track.sensed_s > claimant.time_s + 10.0) {
            state(Happening::WentDark, Some(track.id));
            claimant.dark = true;
        }
    }
    unannounced(picture, setup, time_s);
}

/// How long each identity's silence may last before it is stated; none for those whose whole source fell silent with them.
fn silences(picture: &Picture, time_s: f64) -> BTreeMap<u32, f64> {
    let Picture { claimants, sources, .. } = picture;
    let mut by_source: BTreeMap<u32, Vec<&Claimant>> = BTreeMap::new();
    for claimant in claimants.values() {
        by_source.entry(claimant.sensor).or_default().push(claimant);
    }
    for group in by_source.values_mut() {
        group.sort_by(|a, b| b.time_s.total_cmp(&a.time_s));
    }
    let patience = |claimant: &Claimant| {
        let silent_s = time_s - claimant.time_s;
        if silent_s < 5.0 * claimant.interval_s {
            return None;
        }
        let group = by_source.get(&claimant.sensor)?;
        let latest_s = group.first()?.time_s;
        let ended_with_it = group
            .iter()
            .filter(|other| (other.time_s - claimant.time_s).abs() < 2.5 * claimant.interval_s + 1.0)
            .count();
        if latest_s > claimant.time_s + 2.5 * claimant.interval_s + 1.0 {
            let back_s = sources.get(&claimant.sensor).map_or(f64::NEG_INFINITY, |source| source.1);
            Some((5.0 * claimant.interval_s + 5.0).min(ALONE_S) + (back_s - claimant.time_s).max(0.0))
        } else if ended_with_it > 1 {
            None
        } else {
            Some(ALONE_S)
        }
    };
    claimants.iter().filter_map(|(identity, claimant)| Some((*identity, patience(claimant)?))).collect()
}

/// States movers of kinds that some source carries, seen for a while without any report.
fn unannounced(picture: &mut Picture, setup: &Setup, time_s: f64) {
    let carried = |kind: Mover| setup.sensors.iter().any(|sensor| sensor.carries.contains(&kind));
    if !carried(Mover::Vessel) {
        return;
    }
    let Picture { tracks, events, .. } = picture;
    for track in tracks.iter_mut().filter(|track| track.confirmed && !track.unannounced && track.identity.is_none()) {
        let (kind, share) = track.mover();
        if kind == Mover::Vessel && share > 0.9 && track.existence > 0.95 && time_s - track.birth.time_s > UNANNOUNCED_S
        {
            track.unannounced = true;
            let plots = track.recent.iter().copied().filter(|plot| *plot != u64::MAX).collect();
            let what = Happening::DarkContact;
            events.push(Event {
                time_s: track.birth.time_s,
                known_s: time_s,
                track: Some(track.id),
                identity: None,
                what,
                plots,
            });
        }
    }
}
