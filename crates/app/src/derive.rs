//! From the incidents of a window to findings, coverage and cases: the one order in which the rooms are asked.
//!
//! Pure given its inputs; the same mission and incidents give the same results on any number of threads.

use crate::mission::Mission;
use std::collections::BTreeMap;
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
    area: Area,
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
    coverage: truceline_coverage::Prepared<'d>,
}

impl<'m> Deriver<'m> {
    /// Ready for a mission, with the areas and outages that captures brought.
    pub fn new(mission: &'m Mission, captured_areas: Vec<AreaVersion>, mut outages: Vec<Outage>) -> Self {
        let own = mission.areas.iter().filter(|area| area.role == AreaRole::Control).cloned();
        let controls = own.chain(captured_areas.into_iter().filter(|area| area.role == AreaRole::Control)).collect();
        outages.sort_by(|a, b| (&a.sensor, a.span, &a.cause).cmp(&(&b.sensor, b.span, &b.cause)));
        let parties = mission.settings.parties.iter().map(|party| party.id.clone()).collect();
        Self { mission, parties, controls, outages, area: mission.area(), classes: STATED_CLASSES.to_vec() }
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
        Ground {
            terms: truceline_terms::Prepared::new(&self.mission.agreement, world),
            coverage: truceline_coverage::Prepared::new(&self.mission.sensors, &self.area),
        }
    }

    /// Findings, coverage and cases of a window, given the incidents that began in it.
    pub fn window(&self, ground: &Ground<'_>, window: Span, incidents: Vec<Incident>) -> WindowResult {
        let mut detected: BTreeMap<EventClass, u64> = BTreeMap::new();
        for incident in &incidents {
            *detected.entry(incident.class).or_default() += 1;
        }
        let coverage = self.coverage(ground, window, &detected);
        let findings = ground.terms.evaluate(&incidents, &coverage, window);
        let (cases, problems) = truceline_casework::fold(&incidents, &findings, &[]);
        debug_assert!(problems.is_empty(), "folding without human acts cannot refuse any");
        WindowResult { window, incidents, findings, coverage, cases }
    }

    /// What could have been seen in a window, given what was.
    pub fn coverage(
        &self,
        ground: &Ground<'_>,
        window: Span,
        detected: &BTreeMap<EventClass, u64>,
    ) -> Vec<CoverageStatement> {
        let area_name = Name::from("mission area");
        let request = truceline_coverage::Request { area_name, window, classes: &self.classes, detected };
        ground.coverage.statements(&self.outages, &request)
    }
}
