//! From located events to classified ones.

use super::chains::pairings;
use super::classes::{Classified, Company, Heard, Observed, Surroundings, classify};
use super::rounds::{RoundsSeen, rounds};
use super::{Event, EventArrival, GroundClass, Input, Located};
use truceline_domain::{EventClass, LocalFrame, Measured, Modality, Phenomenon, SensorId, Span, Timestamp, Wave};

/// Fills the classes and rounds of every event, and gives the evidence of each, in the order of the events.
///
/// Where picks carry no features the classes stay near their shares before anything is heard, moved by reach, clock and
/// company alone.
pub fn classify_all(input: &Input<'_>, located: &mut Located, surroundings: &Surroundings) -> Vec<Classified> {
    let observed = observed_all(input, located);
    let surroundings = &with_told(input, surroundings);
    let alone: Vec<Classified> = observed.iter().map(|o| classify(o, surroundings)).collect();
    fill(located, &alone);
    // Pairs are looked for among classes that know nothing of pairs; then each event hears of its partner.
    let odds = pairings(located, surroundings.area_km2);
    let classified: Vec<Classified> = alone.into_iter().zip(odds).map(|(c, odds)| c.with_pairing(odds)).collect();
    fill(located, &classified);
    let rounds_of: Vec<_> = arrivals_by_event(located).iter().map(|of| rounds_told(input, of)).collect();
    for (event, rounds) in located.events.iter_mut().zip(rounds_of) {
        event.rounds = rounds;
    }
    classified
}

fn fill(located: &mut Located, classified: &[Classified]) {
    for (event, classified) in located.events.iter_mut().zip(classified) {
        event.classes.clone_from(&classified.posterior);
    }
}

/// The waves that pickers tell apart are those that any pick is labelled with, unless the caller says.
fn with_told(input: &Input<'_>, surroundings: &Surroundings) -> Surroundings {
    let mut surroundings = surroundings.clone();
    if surroundings.told.is_empty() {
        surroundings.told =
            Wave::ALL.iter().copied().filter(|w| input.picks.iter().any(|p| p.wave == Some(*w))).collect();
    }
    surroundings
}

/// What each event's picks show, in the order of the events.
pub fn observed_all(input: &Input<'_>, located: &Located) -> Vec<Observed> {
    let by_id = station_order(input);
    let company = companies(&located.events);
    let of_events = arrivals_by_event(located);
    let sites: Vec<(f64, f64)> = {
        let frame = LocalFrame::about(input.settings.frame.origin);
        input.stations.iter().map(|s| frame.enu_from_wgs84(s.place)).collect()
    };
    let mut scene = Scene { input, by_id, sites, down: vec![Vec::new(); input.stations.len()] };
    for outage in input.outages {
        if let Some(spans) = scene.station(&outage.sensor).and_then(|station| scene.down.get_mut(station)) {
            spans.push(outage.span);
        }
    }
    located
        .events
        .iter()
        .zip(&of_events)
        .zip(company)
        .map(|((event, arrivals), company)| scene.observed(event, arrivals, company))
        .collect()
}

fn arrivals_by_event(located: &Located) -> Vec<&[EventArrival]> {
    (0..located.events.len())
        .map(|i| {
            let from = located.arrivals.partition_point(|a| a.event < i);
            let until = located.arrivals.partition_point(|a| a.event <= i);
            located.arrivals.get(from..until).unwrap_or(&[])
        })
        .collect()
}

/// Station indices in the order of their ids.
fn station_order(input: &Input<'_>) -> Vec<usize> {
    let id = |i: &usize| input.stations.get(*i).map(|s| &s.id);
    let mut order: Vec<usize> = (0..input.stations.len()).collect();
    order.sort_by(|a, b| id(a).cmp(&id(b)).then(a.cmp(b)));
    order
}

struct Scene<'a> {
    input: &'a Input<'a>,
    by_id: Vec<usize>,
    sites: Vec<(f64, f64)>,
    /// When each station was down.
    down: Vec<Vec<Span>>,
}

impl Scene<'_> {
    fn station(&self, id: &SensorId) -> Option<usize> {
        let at = self.by_id.binary_search_by(|i| self.input.stations.get(*i).map(|s| &s.id).cmp(&Some(id))).ok()?;
        self.by_id.get(at).copied()
    }

    fn observed(&self, event: &Event, arrivals: &[EventArrival], company: Option<Company>) -> Observed {
        let at = LocalFrame::about(self.input.settings.frame.origin).enu_from_wgs84(event.epicentre.centre);
        let mut has_heard = vec![false; self.sites.len()];
        let mut heard = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            let Some(station) = self.input.picks.get(arrival.pick).and_then(|p| self.station(&p.sensor)) else {
                continue;
            };
            if let Some(flag) = has_heard.get_mut(station) {
                *flag = true;
            }
            heard.extend(self.heard(arrival, station, at));
        }
        // The order of picks must not show in sums of floating numbers.
        heard.sort_by(|a, b| a.range_m.total_cmp(&b.range_m).then(a.wave.cmp(&b.wave)));
        let depth_km = Measured::new(event.depth_km, event.depth_sigma_km).ok().filter(|d| d.sigma > 0.0);
        let silent = self.silent(event, &has_heard, at);
        let (time, place) = (event.time, event.epicentre);
        Observed { time, place, depth_km, heard, silent, company, pairing: None }
    }

    fn heard(&self, arrival: &EventArrival, station: usize, at: (f64, f64)) -> Option<Heard> {
        let pick = self.input.picks.get(arrival.pick)?;
        let (east_m, north_m) = self.sites.get(station)?;
        let (to_east_m, to_north_m) = (at.0 - east_m, at.1 - north_m);
        let towards_deg = to_east_m.atan2(to_north_m).to_degrees();
        let misfit =
            |b: truceline_domain::ArrayBearing| (b.azimuth_deg.value - towards_deg + 180.0).rem_euclid(360.0) - 180.0;
        Some(Heard {
            wave: arrival.wave,
            range_m: (to_east_m * to_east_m + to_north_m * to_north_m).sqrt(),
            features: *pick.features,
            bearing: pick.bearing,
            bearing_misfit_deg: pick.bearing.map(misfit),
        })
    }

    /// Stations that were up, near enough to matter, and did not hear it.
    fn silent(&self, event: &Event, has_heard: &[bool], at: (f64, f64)) -> Vec<(Modality, f64)> {
        let mut silent = Vec::new();
        for ((i, station), site) in self.input.stations.iter().enumerate().zip(&self.sites) {
            let range_m = ((site.0 - at.0).powi(2) + (site.1 - at.1).powi(2)).sqrt();
            let Some(modality) = station.modality else { continue };
            let is_open = range_m < 20_000.0 && !has_heard.get(i).copied().unwrap_or(true);
            if is_open && !event.uncovered.contains(&i) && !self.was_down(i, event.time) {
                silent.push((modality, range_m));
            }
        }
        silent
    }

    fn was_down(&self, station: usize, at: Timestamp) -> bool {
        self.down.get(station).is_some_and(|spans| spans.iter().any(|span| span.contains(at)))
    }
}

/// How long and how far neighbours are looked for, and how many at most.
const COMPANY_S: f64 = 600.0;
const COMPANY_M: f64 = 1_000.0;
const COMPANY_MOST: usize = 100;

fn companies(events: &[Event]) -> Vec<Option<Company>> {
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|i| events.get(*i).map(|e| e.time));
    let sorted: Vec<&Event> = order.iter().filter_map(|i| events.get(*i)).collect();
    let mut out = vec![None; events.len()];
    for (at, i) in order.iter().enumerate() {
        let found = sorted.get(at).map(|event| company_of(event, at, &sorted));
        if let Some(slot) = out.get_mut(*i) {
            *slot = found;
        }
    }
    out
}

fn company_of(event: &Event, at: usize, sorted: &[&Event]) -> Company {
    let near = |other: &&&Event| other.time.duration_since(event.time).as_secs_f64().abs() <= COMPANY_S;
    let frame = LocalFrame::about(event.epicentre.centre);
    let offset = |other: &&Event| {
        let (east_m, north_m) = frame.enu_from_wgs84(other.epicentre.centre);
        // The trace of the covariance, no less than its larger axis, is cheap and generous.
        let variance = |e: &Event| e.epicentre.var_east_m2 + e.epicentre.var_north_m2;
        let reach_m = COMPANY_M + 2.0 * (variance(event) + variance(other)).sqrt();
        (east_m * east_m + north_m * north_m <= reach_m * reach_m).then_some((east_m, north_m))
    };
    let before = sorted.iter().take(at).rev().take_while(near).filter_map(offset).take(COMPANY_MOST);
    let after = sorted.iter().skip(at + 1).take_while(near).filter_map(offset).take(COMPANY_MOST);
    let others: Vec<(f64, f64)> = before.chain(after).collect();
    let n = others.len() as f64 + 1.0;
    let mean = |of: fn(&(f64, f64)) -> f64| others.iter().map(of).sum::<f64>() / n;
    let (east, north) = (mean(|o| o.0), mean(|o| o.1));
    let squares: f64 = others.iter().chain(&[(0.0, 0.0)]).map(|o| (o.0 - east).powi(2) + (o.1 - north).powi(2)).sum();
    Company {
        n_others: others.len(),
        spread_m: (squares / (2.0 * (n - 1.0).max(1.0))).sqrt(),
        sigma_m: ((event.epicentre.var_east_m2 + event.epicentre.var_north_m2) / 2.0).sqrt(),
    }
}

/// Rounds of an event from what its picks tell; `None` where none tells.
fn rounds_told(input: &Input<'_>, arrivals: &[EventArrival]) -> Option<(u32, u32, u32)> {
    let told = arrivals.iter().filter_map(|a| input.picks.get(a.pick)?.features.rounds);
    let seen: Vec<RoundsSeen> = told.map(|(low, high)| RoundsSeen::Told { low, high }).collect();
    rounds(&seen, None).map(|r| (r.low, r.best, r.high))
}

/// What a class is called in the rest of the house: what one detection says, and the class it speaks for.
pub fn house_class(class: GroundClass) -> (Phenomenon, EventClass) {
    let phenomenon = match class {
        GroundClass::Launch => Phenomenon::Launch,
        GroundClass::Impact => Phenomenon::Impact,
        GroundClass::SmallArms => Phenomenon::Shot,
        GroundClass::SupersonicRound => Phenomenon::Projectile,
        GroundClass::QuarryBlast => Phenomenon::QuarryBlast,
        GroundClass::Thunder => Phenomenon::Thunder,
        GroundClass::SonicBoom => Phenomenon::AircraftInFlight,
        GroundClass::Fireworks | GroundClass::Earthquake => Phenomenon::Other,
    };
    (phenomenon, phenomenon.class())
}

/// The phenomenon to report for a posterior: that of the best class when it has at least `enough`; an explosion of
/// unknown cause when weapons and blasts together have it; else something other.
pub fn phenomenon(posterior: &[(GroundClass, f64)], enough: f64) -> Phenomenon {
    let best = posterior.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    if let Some((class, share)) = best
        && *share >= enough
    {
        return house_class(*class).0;
    }
    let explosive = [GroundClass::Launch, GroundClass::Impact, GroundClass::QuarryBlast];
    let open: f64 = posterior.iter().filter(|(class, _)| explosive.contains(class)).map(|(_, p)| p).sum();
    if posterior.is_empty() || open >= enough { Phenomenon::Explosion } else { Phenomenon::Other }
}

/// Distance between the places of two events, m.
pub(super) fn apart_m(a: &Event, b: &Event) -> f64 {
    let (east_m, north_m) = LocalFrame::about(a.epicentre.centre).enu_from_wgs84(b.epicentre.centre);
    east_m.hypot(north_m)
}

#[cfg(test)]
#[path = "classed_tests.rs"]
mod tests;
