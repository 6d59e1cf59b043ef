//! Launch, flight and impact of one round, put together.
//!
//! What may leave this house is that a chain exists, its impact and its probability. Where the launch was, and what would
//! tell it (the launch's event, the time of flight, the shocks on the way), is sealed.

use super::assignment::{Possible, marginals};
use super::classed::apart_m;
use super::flight::{LONGEST_S, flight_density};
use super::{EventArrival, GroundClass, Located};
use truceline_domain::{PlaceEstimate, Sealed, Wave};

/// What a chain knows of the flight; for the sealed store only.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// Index of the launch among the events.
    pub launch_event: usize,
    /// Time of flight, s.
    pub flight_s: f64,
    /// From launch to impact, m.
    pub range_m: f64,
    /// Indices of shock picks that fit between: the round as it passed.
    pub shocks: Vec<usize>,
}

/// One round from its launch to its impact.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Where it was launched.
    pub launch: Sealed<PlaceEstimate>,
    /// The flight.
    pub flight: Sealed<Flight>,
    /// Index of the impact among the events.
    pub impact: usize,
    /// Probability that launch and impact are of one round.
    pub probability: f64,
}

/// A launch within the area has its impact heard with this probability (judgement: half the fire goes out of the area, half
/// of what comes down in it is heard).
const HEARD_AGAIN: f64 = 0.3;

/// Shortest range of indirect fire considered, m: nearer ones are one place.
const SHORTEST_M: f64 = 400.0;

/// Pairs below these odds are not looked at.
const LEAST_LOG_ODDS: f64 = -6.0;

/// A pair of events at a feasible time of flight.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    launch: usize,
    impact: usize,
    flight_s: f64,
    sigma_s: f64,
    range_m: f64,
    log_odds: f64,
}

/// The chains among events whose classes are filled, those of at least `enough` probability, in the order of impact.
///
/// Odds of a pair: the chance that a launch's impact is heard, times the density of ranges (even in the logarithm from 0.4
/// to 40 km) over that of any place in the area, times the density of times of flight at that range over the rate of
/// impacts about there. Rounds of
/// one battery at one target share their time of flight: other pairs that stand beside this one with the same time
/// speak for it, by how many more they are than chance gives. Then one to one.
pub fn chains(located: &Located, shocks: &[ShockPick], area_km2: f64, enough: f64) -> Vec<Chain> {
    let candidates = candidates(located, area_km2);
    let with_support = supported(located, &candidates);
    let possible: Vec<Possible> = candidates
        .iter()
        .zip(&with_support)
        .map(|(c, support)| Possible { left: c.launch, right: c.impact, log_odds: c.log_odds + support })
        .collect();
    let shares = marginals(&possible);
    let mut best: Vec<(f64, &Candidate)> = shares.into_iter().zip(&candidates).filter(|(p, _)| *p >= enough).collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1.impact, a.1.launch).cmp(&(b.1.impact, b.1.launch))));
    let mut used = std::collections::BTreeSet::new();
    let mut out = Vec::new();
    for (probability, candidate) in best {
        if used.contains(&candidate.launch) || used.contains(&candidate.impact) {
            continue;
        }
        used.extend([candidate.launch, candidate.impact]);
        out.extend(chain(located, candidate, (shocks, probability)));
    }
    out.sort_by_key(|c| c.impact);
    out
}

/// A shock that no event explains: its pick, when it came in seconds after the first event, and its station's distance to an
/// event's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShockPick {
    /// Index of the pick.
    pub pick: usize,
    /// When it arrived.
    pub at: truceline_domain::Timestamp,
    /// Where its station stands.
    pub station: truceline_domain::Wgs84,
}

/// The picks labelled as shocks, for [`chains`].
pub fn shock_picks(input: &super::Input<'_>, arrivals: &[EventArrival]) -> Vec<ShockPick> {
    let taken: std::collections::BTreeSet<usize> =
        arrivals.iter().filter(|a| a.wave != Wave::Shock).map(|a| a.pick).collect();
    let place = |id: &truceline_domain::SensorId| input.stations.iter().find(|s| s.id == *id).map(|s| s.place);
    let picks = input.picks.iter().enumerate().filter(|(i, p)| p.wave == Some(Wave::Shock) && !taken.contains(i));
    picks.filter_map(|(pick, p)| Some(ShockPick { pick, at: p.at, station: place(&p.sensor)? })).collect()
}

fn chain(located: &Located, c: &Candidate, (shocks, probability): (&[ShockPick], f64)) -> Option<Chain> {
    let launch = located.events.get(c.launch)?;
    let impact = located.events.get(c.impact)?;
    // A round's shock comes after its launch and at most with the sound of the impact's own moment at 5 km.
    let fits = |s: &&ShockPick| {
        let after_s = s.at.duration_since(launch.time).as_secs_f64();
        let near_m = truceline_domain::distance_m(s.station, launch.epicentre.centre)
            .min(truceline_domain::distance_m(s.station, impact.epicentre.centre));
        after_s > 0.0 && after_s < c.flight_s + 15.0 && near_m < 0.75 * c.range_m + 2_000.0
    };
    let flight = Flight {
        launch_event: c.launch,
        flight_s: c.flight_s,
        range_m: c.range_m,
        shocks: shocks.iter().filter(fits).map(|s| s.pick).collect(),
    };
    Some(Chain { launch: Sealed::new(launch.epicentre), flight: Sealed::new(flight), impact: c.impact, probability })
}

/// Probability of a class; the share of the built-in prior where nothing is told.
fn share(located: &Located, event: usize, class: GroundClass) -> f64 {
    let classes = located.events.get(event).map_or(&[][..], |e| &e.classes);
    classes.iter().find(|(c, _)| *c == class).map_or(0.18, |(_, p)| *p)
}

fn candidates(located: &Located, area_km2: f64) -> Vec<Candidate> {
    let events = &located.events;
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|i| (events.get(*i).map(|e| e.time), *i));
    let sorted: Vec<(usize, &super::Event)> = order.iter().filter_map(|i| Some((*i, events.get(*i)?))).collect();
    let impacts = rates(&sorted, located);
    let mut out = Vec::new();
    for (at, (i, launch)) in sorted.iter().enumerate() {
        let as_launch = share(located, *i, GroundClass::Launch);
        if as_launch < 0.02 {
            continue;
        }
        for ((j, impact), per_s) in sorted.iter().zip(&impacts).skip(at + 1) {
            let flight_s = impact.time.duration_since(launch.time).as_secs_f64();
            if flight_s > LONGEST_S {
                break;
            }
            let as_impact = share(located, *j, GroundClass::Impact);
            let range_m = apart_m(launch, impact);
            if range_m < SHORTEST_M {
                continue;
            }
            let sigma_s = launch.time_sigma_s.hypot(impact.time_sigma_s).max(0.05);
            let density = flight_density(range_m, flight_s, sigma_s);
            if density <= 0.0 {
                continue;
            }
            // Even in ln r from 0.4 to 40 km: 1 / (r ln 100) per metre, over the ring of 2π r, against anywhere.
            let ring_km = (range_m / 1_000.0).max(1.0);
            let place = area_km2.max(1.0) / (100.0_f64.ln() * 2.0 * std::f64::consts::PI * ring_km * ring_km);
            let odds = HEARD_AGAIN * density * place / per_s * as_launch * as_impact;
            let log_odds = odds.max(1e-30).ln();
            if log_odds > LEAST_LOG_ODDS {
                out.push(Candidate { launch: *i, impact: *j, flight_s, sigma_s, range_m, log_odds });
            }
        }
    }
    out
}

/// For each event, in the order given, how many impacts come down about its place per second: those within a kilometre and
/// five minutes, this one included, over ten minutes. Where a series comes down is one coincidence; when each of its
/// rounds does is one for each.
fn rates(sorted: &[(usize, &super::Event)], located: &Located) -> Vec<f64> {
    let seconds = |a: &super::Event, b: &super::Event| a.time.duration_since(b.time).as_secs_f64();
    sorted
        .iter()
        .map(|(_, event)| {
            let from = sorted.partition_point(|(_, e)| seconds(e, event) < -300.0);
            let until = sorted.partition_point(|(_, e)| seconds(e, event) <= 300.0);
            let about = sorted.get(from..until).unwrap_or(&[]).iter();
            let near = about.filter(|(_, e)| apart_m(e, event) < 1_000.0 + 2.0 * event.epicentre.sigma_major_m());
            let sum: f64 = near.map(|(i, _)| share(located, *i, GroundClass::Impact)).sum();
            sum.max(1.0) / 600.0
        })
        .collect()
}

/// Guns of one battery stand, and its rounds fall, within this.
const SAME_BATTERY_M: f64 = 400.0;
const SAME_TARGET_M: f64 = 600.0;

/// Share of a battery's other rounds whose both ends are found.
const BOTH_FOUND: f64 = 0.7;

/// For each candidate what the other rounds of the same battery at the same target add.
fn supported(located: &Located, candidates: &[Candidate]) -> Vec<f64> {
    candidates.iter().map(|c| support(located, c, candidates)).collect()
}

fn support(located: &Located, c: &Candidate, candidates: &[Candidate]) -> f64 {
    let is_near = |a: usize, b: usize, within_m: f64| match (located.events.get(a), located.events.get(b)) {
        (Some(a), Some(b)) => apart_m(a, b) < within_m + 2.0 * a.epicentre.sigma_major_m(),
        _ => false,
    };
    let tolerance_s = (0.04 * c.flight_s).max(3.0 * c.sigma_s).max(0.5);
    let first = candidates.partition_point(|o| launch_time(located, o) < launch_time(located, c) - 600.0);
    let beside: Vec<&Candidate> = candidates
        .iter()
        .skip(first)
        .take_while(|o| launch_time(located, o) <= launch_time(located, c) + 600.0)
        .filter(|o| o.launch != c.launch && o.impact != c.impact)
        .filter(|o| is_near(o.launch, c.launch, SAME_BATTERY_M) && is_near(o.impact, c.impact, SAME_TARGET_M))
        .collect();
    let count = |of: &dyn Fn(&Candidate) -> usize, from: &[&Candidate]| {
        let all: std::collections::BTreeSet<usize> = from.iter().map(|o| of(o)).collect();
        all.len() as f64
    };
    let same: Vec<&Candidate> =
        beside.iter().copied().filter(|o| (o.flight_s - c.flight_s).abs() < tolerance_s).collect();
    let rounds = count(&|o| o.launch, &beside);
    let together = count(&|o| o.launch, &same).min(count(&|o| o.impact, &same));
    // By chance the times of flight of such pairs lie anywhere among those seen.
    let spread_s = beside.iter().map(|o| (o.flight_s - c.flight_s).abs()).fold(tolerance_s, f64::max);
    let by_chance = (beside.len() as f64 * tolerance_s / spread_s.max(20.0)).max(0.05).min(rounds.max(0.05));
    let if_same = by_chance.max(BOTH_FOUND * rounds).max(0.05);
    (together * (if_same / by_chance).ln() - (if_same - by_chance)).clamp(-5.0, 10.0)
}

fn launch_time(located: &Located, c: &Candidate) -> f64 {
    located.events.get(c.launch).map_or(0.0, |e| e.time.as_millisecond() as f64 / 1e3)
}

/// For every event the logarithm of the odds that it is the launch, and that it is the impact, of some chain: what
/// [`super::Observed::pairing`] takes. Computed from classes that know nothing of pairing.
pub fn pairings(located: &Located, area_km2: f64) -> Vec<(f64, f64)> {
    let candidates = candidates(located, area_km2);
    let mut out = vec![(0.0_f64, 0.0_f64); located.events.len()];
    for (c, support) in candidates.iter().zip(supported(located, &candidates)) {
        // Without the shares of the classes: those are counted already.
        let own = share(located, c.launch, GroundClass::Launch) * share(located, c.impact, GroundClass::Impact);
        let partner = |share: f64| (c.log_odds - own.max(1e-12).ln() + support).exp() * share;
        let as_launch = partner(share(located, c.impact, GroundClass::Impact)).ln_1p();
        let as_impact = partner(share(located, c.launch, GroundClass::Launch)).ln_1p();
        if let Some(slot) = out.get_mut(c.launch) {
            slot.0 = slot.0.max(as_launch);
        }
        if let Some(slot) = out.get_mut(c.impact) {
            slot.1 = slot.1.max(as_impact);
        }
    }
    out
}

#[cfg(test)]
#[path = "chains_tests.rs"]
mod tests;
