//! From the incidents of a window to findings, coverage and cases: the one order in which the rooms are asked.
//!
//! Pure given its inputs; the same mission and incidents give the same results on any number of threads.

use crate::mission::Mission;
use std::collections::{BTreeMap, BTreeSet};
use truceline_domain::{
    Area, AreaRole, AreaVersion, Case, CoverageStatement, EventClass, Finding, Incident, Name, Outage, PartyId, Span,
};

/// What a window came to.
#[derive(Debug)]
pub struct WindowResult {
    /// The window, usually a day of the mission.
    pub window: Span,
    /// Incidents that began in it.
    pub incidents: Vec<Incident>,
    /// What the agreement says of them and of the window itself.
    pub findings: Vec<Finding>,
    /// What could have been seen.
    pub coverage: Vec<CoverageStatement>,
    /// Cases that follow, with their clocks.
    pub cases: Vec<Case>,
}

/// The mission with everything made ready that does not change from window to window.
pub struct Deriver<'m> {
    /// The mission.
    pub mission: &'m Mission,
    parties: Vec<PartyId>,
    controls: Vec<AreaVersion>,
    outages: Vec<Outage>,
    /// The mission's area and the zones that rules speak of, each with the name that findings use.
    grounds: Vec<(Name, Area)>,
    classes: Vec<EventClass>,
}

/// The classes that coverage is stated for: those that some sensor declares or that an agreement can forbid.
const STATED_CLASSES: [EventClass; 10] = [
    EventClass::SmallArms,
    EventClass::Shelling,
    EventClass::Explosion,
    EventClass::AirStrike,
    EventClass::Clash,
    EventClass::DroneFlight,
    EventClass::AircraftFlight,
    EventClass::HeavyWeapon,
    EventClass::Fire,
    EventClass::Vessel,
];

/// The ground that was prepared for a [`Deriver`]: borrowed by it while it works.
pub struct Ground<'d> {
    terms: truceline_terms::Prepared<'d>,
    coverage: Vec<(Name, truceline_coverage::Prepared<'d>)>,
}

impl<'m> Deriver<'m> {
    /// Ready for a mission, with the areas and outages that captures brought.
    pub fn new(mission: &'m Mission, captured_areas: Vec<AreaVersion>, mut outages: Vec<Outage>) -> Self {
        let own = mission.areas.iter().filter(|area| area.role == AreaRole::Control).cloned();
        let controls = own.chain(captured_areas.into_iter().filter(|area| area.role == AreaRole::Control)).collect();
        outages.sort_by(|a, b| (&a.sensor, a.span, &a.cause).cmp(&(&b.sensor, b.span, &b.cause)));
        let parties = mission.settings.parties.iter().map(|party| party.id.clone()).collect();
        Self { mission, parties, controls, outages, grounds: grounds(mission), classes: STATED_CLASSES.to_vec() }
    }

    /// Areas of control in time, for the probability of an origin.
    pub fn controls(&self) -> &[AreaVersion] {
        &self.controls
    }

    /// Prepares geometry and coverage once for many windows.
    pub fn ground(&self) -> Ground<'_> {
        let world = truceline_terms::World {
            parties: &self.parties,
            lines: &self.mission.lines,
            areas: &self.mission.areas,
            notified: &self.mission.notified,
            events: &self.mission.settings.events,
        };
        let sensors = &self.mission.sensors;
        let prepare = |(name, area): &(Name, Area)| (name.clone(), truceline_coverage::Prepared::new(sensors, area));
        Ground {
            terms: truceline_terms::Prepared::new(&self.mission.agreement, &world),
            coverage: self.grounds.iter().map(prepare).collect(),
        }
    }

    /// Findings, coverage and cases of a window, given the incidents that began in it.
    pub fn window(&self, ground: &Ground<'_>, window: Span, incidents: Vec<Incident>) -> WindowResult {
        let mut detected: BTreeMap<EventClass, u64> = BTreeMap::new();
        for incident in &incidents {
            *detected.entry(incident.class).or_default() += 1;
        }
        let coverage = self.coverage(ground, window, &detected);
        let findings = truceline_terms::evaluate_prepared(&ground.terms, &incidents, &coverage, window);
        // Without human acts the only problem there can be is the note that an incident was split; it is in the incidents.
        let (cases, _) = truceline_casework::fold(&incidents, &findings, &[]);
        WindowResult { window, incidents, findings, coverage, cases }
    }

    /// What could have been seen in a window, given what was: for the mission's area and each zone of a rule.
    pub fn coverage(
        &self,
        ground: &Ground<'_>,
        window: Span,
        detected: &BTreeMap<EventClass, u64>,
    ) -> Vec<CoverageStatement> {
        ground.coverage.iter().flat_map(|prepared| self.stated(prepared, window, detected)).collect()
    }

    /// The same for the mission's whole area only.
    pub fn mission_coverage(
        &self,
        ground: &Ground<'_>,
        window: Span,
        detected: &BTreeMap<EventClass, u64>,
    ) -> Vec<CoverageStatement> {
        ground.coverage.first().map(|prepared| self.stated(prepared, window, detected)).unwrap_or_default()
    }

    fn stated(
        &self,
        (name, prepared): &(Name, truceline_coverage::Prepared<'_>),
        window: Span,
        detected: &BTreeMap<EventClass, u64>,
    ) -> Vec<CoverageStatement> {
        let request = truceline_coverage::Request { area_name: name.clone(), window, classes: &self.classes, detected };
        prepared.statements(&self.outages, &request)
    }
}

/// Silence is worth nothing where nothing was delivered: without any capture every sensor counts as down, and the source
/// of a feed that delivered nothing always does. `heard` names the source of each capture.
pub fn undelivered<'a>(mission: &Mission, heard: impl Iterator<Item = &'a Name>) -> Vec<Outage> {
    let heard: BTreeSet<&Name> = heard.collect();
    let silent: BTreeSet<&Name> =
        mission.feeds.iter().map(|feed| &feed.source).filter(|s| !heard.contains(s)).collect();
    let cause = if heard.is_empty() { "no capture was taken in" } else { "its feed delivered nothing" };
    let is_down = |sensor: &&truceline_domain::Sensor| heard.is_empty() || silent.contains(&sensor.id);
    let down = mission.sensors.iter().filter(is_down).map(|sensor| Outage {
        sensor: sensor.id.clone(),
        span: mission.span(),
        pd_factor: 0.0,
        cause: cause.to_owned(),
    });
    down.collect()
}

/// The mission's whole area first, then the zones that rules name.
fn grounds(mission: &Mission) -> Vec<(Name, Area)> {
    let mut named = BTreeMap::new();
    for rule in &mission.agreement.rules {
        for (_, conditions) in rule.held_in() {
            if let truceline_terms::Ground::Areas(areas) = &conditions.ground {
                named.extend(areas.iter().map(|area| (area.name.clone(), ())));
            }
        }
    }
    let area_of = |name: Name| {
        let version = mission.areas.iter().find(|area| area.name == name)?;
        Some((name, version.area.clone()))
    };
    let whole = (Name::from(truceline_terms::MISSION_AREA), mission.area());
    std::iter::once(whole).chain(named.into_keys().filter_map(area_of)).collect()
}
