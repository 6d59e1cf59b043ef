//! A small mission: two parties, a line, zones, and ways to make incidents and statements.

use std::collections::BTreeMap;
use truceline_domain::*;
use truceline_terms::{Agreement, Names, Source, World, evaluate, parse};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub fn span(from: &str, until: &str) -> Span {
    Span::new(at(from), at(until)).unwrap()
}

/// 1 March 2031 in UTC.
pub fn day() -> Span {
    span("2031-03-01T00:00Z", "2031-03-02T00:00Z")
}

pub const NOON: &str = "2031-03-01T12:00:00Z";

/// The middle of the mission; the line runs north to south through it.
pub fn centre() -> Wgs84 {
    Wgs84::new(48.0, 36.0).unwrap()
}

/// The place so many metres east and north of the centre.
pub fn place(east_m: f64, north_m: f64) -> Wgs84 {
    LocalFrame::about(centre()).wgs84_from_enu((east_m, north_m))
}

pub fn rectangle(west_m: f64, east_m: f64, half_height_m: f64) -> Area {
    let corner = |e: f64, n: f64| {
        let p = place(e, n);
        (p.lon_deg(), p.lat_deg())
    };
    let h = half_height_m;
    Area::from_rings([vec![corner(west_m, -h), corner(east_m, -h), corner(east_m, h), corner(west_m, h)]])
}

pub fn area(name: &str, role: AreaRole, party: Option<&str>, area: Area) -> AreaVersion {
    AreaVersion {
        name: name.into(),
        role,
        party: party.map(PartyId::from),
        valid: Span::ALWAYS,
        source: "test".into(),
        area,
    }
}

pub fn line(name: &str, version: &str, party: Option<&str>, east_m: f64) -> ReferenceLine {
    let pieces = vec![vec![place(east_m, -80_000.0), place(east_m, 0.0), place(east_m, 80_000.0)]];
    ReferenceLine {
        name: name.into(),
        version: version.into(),
        party: party.map(PartyId::from),
        valid: Span::ALWAYS,
        source: "test".into(),
        pieces,
    }
}

pub struct Mission {
    pub parties: Vec<PartyId>,
    pub lines: Vec<ReferenceLine>,
    pub areas: Vec<AreaVersion>,
    pub notified: Vec<NotifiedActivity>,
    pub events: BTreeMap<Name, Timestamp>,
}

impl Mission {
    /// A lies west of the line, B east of it; `plant` is a disc of 10 km about a place 30 km east; `strip` is 2 km wide
    /// about the line; `depot` is a disc of 1 km about a place 20 km west.
    pub fn new() -> Self {
        Self {
            parties: vec!["A".into(), "B".into()],
            lines: vec![line("contact", "2031-02-12", None, 0.0)],
            areas: vec![
                area("A land", AreaRole::Control, Some("A"), rectangle(-90_000.0, 0.0, 90_000.0)),
                area("B land", AreaRole::Control, Some("B"), rectangle(0.0, 90_000.0, 90_000.0)),
                area("plant", AreaRole::Zone, None, Area::disc(place(30_000.0, 0.0), 10_000.0)),
                area("strip", AreaRole::Zone, None, rectangle(-1_000.0, 1_000.0, 50_000.0)),
                area("depot", AreaRole::ProtectedSite, None, Area::disc(place(-20_000.0, 0.0), 1_000.0)),
                area("district", AreaRole::Named, None, rectangle(25_000.0, 35_000.0, 2_000.0)),
            ],
            notified: Vec::new(),
            events: BTreeMap::from([("ceasefire".into(), at("2031-02-15T00:00+02:00"))]),
        }
    }

    pub fn world(&self) -> World<'_> {
        World {
            parties: &self.parties,
            lines: &self.lines,
            areas: &self.areas,
            notified: &self.notified,
            events: &self.events,
        }
    }

    pub fn names(&self) -> Names {
        let set = |names: Vec<&Name>| names.into_iter().map(ToString::to_string).collect();
        Names {
            parties: set(self.parties.iter().collect()),
            lines: set(self.lines.iter().map(|l| &l.name).collect()),
            areas: set(self.areas.iter().map(|a| &a.name).collect()),
            events: ["ceasefire".to_owned(), "signing".to_owned()].into(),
            sites: ["nowhere".to_owned()].into(),
            time_zone: None,
        }
    }

    /// An agreement of one article and the rules given; each rule is its lines without `rule`, `clause` and `who`.
    pub fn agreement(&self, rules: &[&str]) -> Agreement {
        let text = self.rules_text(rules);
        let (agreement, problems) = parse(
            Source { file: "t", text: "BODY\n  ARTICLE 1\n    Text.\n" },
            Source { file: "r", text: &text },
            "v1",
            &self.names(),
        );
        assert_eq!(problems, []);
        agreement
    }

    pub fn rules_text(&self, rules: &[&str]) -> String {
        let head = "agreement /akn/x\ntimezone +00:00\nday calendar, day 1 = the day of the event\n".to_owned();
        let rule = |(n, lines): (usize, &&str)| {
            let who = if lines.contains("who ") { "" } else { "  who each Party\n" };
            let indented: String = lines.lines().map(|line| format!("  {}\n", line.trim())).collect();
            format!("rule R{n}\n  clause art_1\n{who}{indented}")
        };
        head + &rules.iter().enumerate().map(rule).collect::<String>()
    }

    pub fn hold(&self, rule: &str, incidents: &[Incident], coverage: &[CoverageStatement]) -> Vec<Finding> {
        self.hold_in(rule, (incidents, coverage), day())
    }

    pub fn hold_in(
        &self,
        rule: &str,
        (incidents, coverage): (&[Incident], &[CoverageStatement]),
        window: Span,
    ) -> Vec<Finding> {
        let findings = evaluate(&self.agreement(&[rule]), incidents, coverage, window, &self.world());
        for finding in &findings {
            assert!(!finding.reasons.is_empty(), "{finding:?}");
            for reason in &finding.reasons {
                assert_eq!(truceline_terms::accusing_words(&reason.text), Vec::<&str>::new(), "{reason:?}");
                assert!(!reason.text.ends_with('.'), "{reason:?}");
            }
        }
        findings
    }
}

pub fn detection(n: u32, modality: Modality, phenomenon: Phenomenon) -> Detection {
    Detection {
        id: DetectionId { capture: Digest::of(b"capture"), record: n },
        sensor: format!("s{n}").as_str().into(),
        owner: "mission".into(),
        modality,
        means: Means::Recorded,
        phenomenon,
        time: TimeEstimate::instant(at(NOON), 1.0),
        place: Where::NotKnown(NotKnownReason::NotStated),
        count: Known::NotKnown(NotKnownReason::NotStated),
        weapon: Known::NotKnown(NotKnownReason::NotStated),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

/// An incident of a sure class at noon, seen by acoustic and radar, at a place with an error.
pub fn incident(class: EventClass, place: Wgs84, sigma_m: f64) -> Incident {
    let mut incident = Incident {
        id: IncidentId(Digest::of(format!("{class} {place:?} {sigma_m}").as_bytes())),
        class,
        class_posterior: vec![(class, 1.0)],
        time: TimeEstimate::instant(at(NOON), 1.0),
        place: Where::Estimate(PlaceEstimate::circular(place, sigma_m)),
        arrivals: Vec::new(),
        counts: Counts { observations: 1, rounds: None, smm_style: 1 },
        origin_shares: Vec::new(),
        n_independent: 2,
        rivals: Vec::new(),
        reasons: Vec::new(),
        supersedes: Vec::new(),
        derivation: Derivation { method: "test", version: 1 },
    };
    see(&mut incident, &[Modality::Acoustic, Modality::Radar]);
    incident
}

/// Gives the incident one arrival of each modality.
pub fn see(incident: &mut Incident, modalities: &[Modality]) {
    let arrival = |(n, modality): (u32, &Modality)| Arrival {
        detection: detection(n, *modality, Phenomenon::Other),
        residual_m: None,
        residual_s: 0.0,
        weight: 1.0 / modalities.len() as f64,
    };
    incident.arrivals = (0..).zip(modalities).map(arrival).collect();
    incident.n_independent = modalities.len() as u32;
}

/// Gives every arrival a weapon and a note.
pub fn arm(mut incident: Incident, kind: WeaponKind, note: Option<&str>) -> Incident {
    for arrival in &mut incident.arrivals {
        arrival.detection.weapon = Known::Known(kind);
        arrival.detection.note = note.map(Name::from);
    }
    incident
}

pub fn statement(area: &str, class: EventClass, window: Span, wording: CoverageWording) -> CoverageStatement {
    let share =
        if wording == CoverageWording::NoneDetectedHigh || wording == CoverageWording::Detected { 0.97 } else { 0.4 };
    CoverageStatement {
        class,
        area: area.into(),
        window,
        share_pd90: share,
        mean_pd: share,
        worst_pd: share,
        n_detected: u64::from(wording == CoverageWording::Detected),
        missed_upper_95: None,
        gaps: Vec::new(),
        wording,
    }
}

/// One wording for every class in an area.
pub fn all_classes(area: &str, window: Span, wording: CoverageWording) -> Vec<CoverageStatement> {
    EventClass::ALL.iter().map(|class| statement(area, *class, window, wording)).collect()
}

/// The finding about the only incident.
pub fn of_incident(findings: &[Finding]) -> &Finding {
    let all: Vec<&Finding> = findings.iter().filter(|f| matches!(f.subject, Subject::Incident(_))).collect();
    assert_eq!(all.len(), 1, "{findings:#?}");
    all[0]
}

pub fn n_incidents(findings: &[Finding]) -> usize {
    findings.iter().filter(|f| matches!(f.subject, Subject::Incident(_))).count()
}

/// The finding about the only window.
pub fn of_window(findings: &[Finding]) -> &Finding {
    let all: Vec<&Finding> = findings.iter().filter(|f| matches!(f.subject, Subject::Window { .. })).collect();
    assert_eq!(all.len(), 1, "{findings:#?}");
    all[0]
}

pub fn codes(finding: &Finding) -> Vec<&'static str> {
    finding.reasons.iter().map(|reason| reason.code).collect()
}

#[track_caller]
pub fn expect(finding: &Finding, verdict: Verdict, code: &str) {
    assert_eq!(finding.verdict, verdict, "{finding:#?}");
    assert!(codes(finding).contains(&code), "{code}: {finding:#?}");
}
