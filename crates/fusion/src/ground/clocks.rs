//! Clocks that cannot be right: stations whose arrivals stand off from where all others put the events.
//!
//! Each arrival is held against its event as the other stations alone would have it (leave one out). What a station's
//! arrivals then say in common, over a stretch of time, is a clock's error when it is far beyond its own uncertainty,
//! beyond the scatter of one arrival, and beyond what stations commonly stand off in ground that is not as it is taken
//! to be.

use super::settle_events::{Shot, Work};

/// A station whose clock cannot be right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BadClock {
    /// Index of the station.
    pub(super) station: usize,
    /// From when, s since the network's epoch.
    pub(super) from_s: f64,
    /// Until when, s since the network's epoch.
    pub(super) until_s: f64,
    /// How far it is ahead in the middle of that, s.
    pub(super) offset_s: f64,
    /// How fast it runs away, s per hour.
    pub(super) drift_s_per_h: f64,
    /// Arrivals that say so.
    pub(super) n_arrivals: usize,
}

/// Variance of a doubted arrival over the square of its clock's error.
const DISTRUST: f64 = 25.0;
/// Fewest events that speak against a clock.
const FEWEST: usize = 5;
/// Most groups into which a station's arrivals are put to look for the stretch that is off.
const MOST_GROUPS: usize = 40;
/// What a stretch or a drift must add to the fit (twice the log likelihood) to be told from a constant error.
const COST_OF_STRETCH: f64 = 12.0;
/// What a clock's error must add to the fit at least.
const LEAST_GAIN: f64 = 36.0;
/// The error must stand off by this many standard deviations of one arrival.
const LEAST_OFF_SIGMA: f64 = 1.0;
/// The error must stand off by this many times the common scatter of stations.
const LEAST_OFF_COMMON: f64 = 5.0;

impl BadClock {
    /// True when both say much the same of the same station.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64, part: f64| (a - b).abs() <= part * a.abs().max(b.abs());
        self.station == other.station
            && self.n_arrivals.abs_diff(other.n_arrivals) <= 1
            && near(self.offset_s, other.offset_s, 0.1)
    }

    /// Variance to add to an arrival of the station.
    pub(super) fn variance_s2(&self, at_s: f64) -> f64 {
        if at_s < self.from_s || at_s > self.until_s {
            return 0.0;
        }
        let half_s = 0.5 * (self.until_s - self.from_s);
        let drifted = self.drift_s_per_h.abs() * half_s / 3600.0;
        DISTRUST * (self.offset_s.powi(2) + drifted * drifted)
    }
}

/// How far one event's arrivals at a station stand off: when, by how much, with which variance.
#[derive(Clone, Copy, Debug, Default)]
struct Off {
    at_s: f64,
    off_s: f64,
    variance_s2: f64,
    scatter_s2: f64,
}

/// All clocks that cannot be right as the events now stand, by station, each with how much it adds to the fit.
pub(super) fn judged(work: &Work<'_>) -> Vec<(BadClock, f64)> {
    let by_station = offs(work);
    let common = common_scatter(&by_station);
    by_station.iter().enumerate().filter_map(|(station, offs)| doubt(station, offs, common)).collect()
}

/// Standing off by station, in the order of time.
fn offs(work: &Work<'_>) -> Vec<Vec<Off>> {
    let mut by_station = vec![Vec::new(); work.network.posts.len()];
    let air = |shot: &Shot| work.air.stretches.get(shot.stretch).map_or([[0.0; 3]; 3], |stretch| stretch.covariance);
    for shot in &work.shots {
        let covariance = air(shot);
        for reading in shot.readings.iter().filter(|reading| reading.by != [0.0; 4]) {
            let computed = shot.computed_variance(&reading.by, &reading.by_air, &covariance);
            let kept = 1.0 - reading.weight * (computed / reading.variance_s2).min(0.999);
            let own = reading.variance_s2 - reading.clock_s2;
            let off = Off {
                at_s: reading.at_s,
                off_s: reading.residual_s / kept,
                variance_s2: own + computed / kept,
                scatter_s2: own,
            };
            if let Some(offs) = by_station.get_mut(reading.station).filter(|_| off.off_s.is_finite() && kept > 0.02) {
                offs.push(off);
            }
        }
    }
    for offs in &mut by_station {
        offs.sort_by(|a: &Off, b: &Off| a.at_s.total_cmp(&b.at_s).then(a.off_s.total_cmp(&b.off_s)));
    }
    by_station
}

/// How far stations commonly stand off beyond what their arrivals' errors explain, s.
fn common_scatter(by_station: &[Vec<Off>]) -> f64 {
    let mean = |offs: &Vec<Off>| {
        let sums = Sums::of(offs);
        (offs.len() >= FEWEST).then(|| (sums.mean().abs(), sums.weight.recip()))
    };
    let mut means: Vec<(f64, f64)> = by_station.iter().filter_map(mean).collect();
    means.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(median, _)) = means.get(means.len() / 2) else { return 0.0 };
    let explained = means.iter().map(|(_, variance)| variance).sum::<f64>() / means.len() as f64;
    ((1.4826 * median).powi(2) - explained).max(0.0).sqrt()
}

/// Doubt of one station, with how much it adds to the fit.
fn doubt(station: usize, offs: &[Off], common_s: f64) -> Option<(BadClock, f64)> {
    if offs.len() < FEWEST {
        return None;
    }
    let size = offs.len().div_ceil(MOST_GROUPS).max(1);
    let groups: Vec<(usize, Sums)> = offs.chunks(size).map(|chunk| (chunk.len(), Sums::of(chunk))).collect();
    let mut best: Option<(f64, usize, usize)> = None;
    for from in 0..groups.len() {
        let (mut sums, mut count) = (Sums::default(), 0);
        for (until, (n, group)) in groups.iter().enumerate().skip(from) {
            sums.add(group);
            count += n;
            let whole = from == 0 && until + 1 == groups.len();
            let gain = sums.gain() - if whole { 0.0 } else { COST_OF_STRETCH };
            if count >= FEWEST && best.is_none_or(|(most, ..)| gain > most) {
                best = Some((gain, from * size, ((until + 1) * size).min(offs.len())));
            }
        }
    }
    let (gain, from, until) = best?;
    let stretch = offs.get(from..until)?;
    stands_off(stretch, common_s).then(|| (clock(station, stretch), gain)).filter(|(_, gain)| *gain > LEAST_GAIN)
}

/// True when a stretch as a whole stands off by more than one arrival scatters and stations commonly do, and not by one
/// arrival alone.
fn stands_off(stretch: &[Off], common_s: f64) -> bool {
    let sums = Sums::of(stretch);
    let (offset, drift) = sums.line();
    let fitted = |off: &Off| offset + drift * (off.at_s - sums.middle_s());
    let mean_square = stretch.iter().map(|off| fitted(off).powi(2)).sum::<f64>() / stretch.len() as f64;
    let scatter = stretch.iter().map(|off| off.scatter_s2).sum::<f64>() / stretch.len() as f64;
    let agree = stretch.iter().filter(|off| (off.off_s - fitted(off)).abs() < off.off_s.abs()).count();
    let off = mean_square.sqrt();
    without_worst(stretch).gain() > 0.5 * LEAST_GAIN
        && off > LEAST_OFF_SIGMA * scatter.sqrt()
        && off > LEAST_OFF_COMMON * common_s
        && 3 * agree >= 2 * stretch.len()
}

/// Sums without the arrival that stands off most.
fn without_worst(stretch: &[Off]) -> Sums {
    let strength = |off: &Off| off.off_s * off.off_s / off.variance_s2;
    let worst = stretch.iter().map(strength).fold(0.0, f64::max);
    let rest: Vec<Off> = stretch.iter().filter(|off| strength(off) < worst).copied().collect();
    Sums::of(&rest)
}

fn clock(station: usize, stretch: &[Off]) -> BadClock {
    let sums = Sums::of(stretch);
    let (offset, drift) = sums.line();
    let from_s = stretch.first().map_or(0.0, |off| off.at_s);
    let until_s = stretch.last().map_or(0.0, |off| off.at_s);
    BadClock {
        station,
        from_s,
        until_s,
        offset_s: offset + drift * (0.5 * (from_s + until_s) - sums.middle_s()),
        drift_s_per_h: drift * 3600.0,
        n_arrivals: stretch.len(),
    }
}

/// Sums of a weighted line through points (time, standing off).
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    weight: f64,
    time: f64,
    time2: f64,
    off: f64,
    off_time: f64,
}

impl Sums {
    fn of(offs: &[Off]) -> Self {
        let mut sums = Self::default();
        for off in offs {
            let weight = off.variance_s2.max(1e-12).recip();
            sums.weight += weight;
            sums.time += weight * off.at_s;
            sums.time2 += weight * off.at_s * off.at_s;
            sums.off += weight * off.off_s;
            sums.off_time += weight * off.off_s * off.at_s;
        }
        sums
    }

    fn add(&mut self, other: &Self) {
        self.weight += other.weight;
        self.time += other.time;
        self.time2 += other.time2;
        self.off += other.off;
        self.off_time += other.off_time;
    }

    fn middle_s(&self) -> f64 {
        self.time / self.weight.max(1e-300)
    }

    fn mean(&self) -> f64 {
        self.off / self.weight.max(1e-300)
    }

    /// Scatter of time, and of standing off with time, about their means.
    fn about(&self) -> (f64, f64) {
        (self.time2 - self.time * self.middle_s(), self.off_time - self.off * self.middle_s())
    }

    fn drift_gain(&self) -> f64 {
        let (spread, slope) = self.about();
        if spread > 1e-3 * self.weight { slope * slope / spread - COST_OF_STRETCH } else { 0.0 }
    }

    /// Standing off in the middle, and its slope where that is beyond doubt.
    fn line(&self) -> (f64, f64) {
        let (spread, slope) = self.about();
        (self.mean(), if self.drift_gain() > 0.0 { slope / spread } else { 0.0 })
    }

    /// Twice the gain in log likelihood of a clock's error against none.
    fn gain(&self) -> f64 {
        self.off * self.mean() + self.drift_gain().max(0.0)
    }
}
