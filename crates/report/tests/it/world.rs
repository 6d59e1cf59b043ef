//! A made-up mission in the middle of an ocean, and days in it.

use truceline_domain::*;
use truceline_report::*;

/// Hostile text that must never come out as it went in.
pub const HOSTILE: &str = "<script>alert(\"1\")</script> =cmd|' /C calc'!A0 & 'Обстріл' \u{202e}";

/// West, south, east, north.
pub const BOUNDS: [f64; 4] = [-32.0, 44.6, -30.0, 45.6];

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn place(lat: f64, lon: f64) -> Wgs84 {
    Wgs84::new(lat, lon).unwrap()
}

/// A day of the mission, counted from 15 February 2031, local time (two hours ahead of UTC).
pub fn day(k: i64) -> Span {
    let from = at("2031-02-14T22:00:00Z").checked_add(SignedDuration::from_hours(24 * k)).unwrap();
    Span::new(from, from.checked_add(SignedDuration::from_hours(24)).unwrap()).unwrap()
}

pub fn mission() -> Mission {
    let party = |id: &str, name: &str| Party { id: id.into(), display_name: name.into() };
    Mission {
        name: "Almara line".into(),
        description: "Watching the line between Northern and Southern Almara after the agreement of Port Sarn.".into(),
        fictional: true,
        time_zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(2)),
        time_zone_name: "+02:00".into(),
        parties: vec![party("A", "Northern Almara"), party("B", "Southern Almara")],
        credits: vec!["Geometry: made up for this mission".into()],
        agreement_version: "2031-02-12".into(),
        digest: Digest::of(b"almara"),
    }
}

fn line_lat(lon: f64) -> f64 {
    45.1 + 0.16 * (3.1 * (lon + 32.0)).sin() + 0.03 * (17.0 * lon).sin() + 0.008 * (61.0 * lon).cos()
}

fn line_points(n: u32, offset_deg: f64) -> Vec<(f64, f64)> {
    (0..=n).map(|k| -32.6 + 3.2 * f64::from(k) / f64::from(n)).map(|lon| (lon, line_lat(lon) + offset_deg)).collect()
}

pub fn lines(n_points: u32) -> Vec<ReferenceLine> {
    vec![ReferenceLine {
        name: "contact".into(),
        version: "2031-02-12".into(),
        party: None,
        valid: Span::ALWAYS,
        source: "made up".into(),
        pieces: vec![line_points(n_points, 0.0).into_iter().map(|(lon, lat)| place(lat, lon)).collect()],
    }]
}

pub fn areas() -> Vec<AreaVersion> {
    let version = |name: &str, role, party: Option<&str>, area| AreaVersion {
        name: name.into(),
        role,
        party: party.map(Name::from),
        valid: Span::ALWAYS,
        source: "made up".into(),
        area,
    };
    let side = |lat: f64| {
        let mut ring = line_points(900, 0.0);
        ring.extend([(-29.4, lat), (-32.6, lat)]);
        Area::from_rings([ring])
    };
    let mut strip = line_points(400, 0.07);
    strip.extend(line_points(400, -0.07).into_iter().rev());
    let lake = |k: u32| {
        let turn = f64::from(k) * std::f64::consts::TAU / 90.0;
        (-30.55 + 0.14 * turn.cos() + 0.02 * (5.0 * turn).sin(), 44.84 + 0.06 * turn.sin() + 0.01 * (7.0 * turn).cos())
    };
    vec![
        version("north", AreaRole::Control, Some("A"), side(46.0)),
        version("south", AreaRole::Control, Some("B"), side(44.0)),
        version("lake_sarn", AreaRole::Water, None, Area::from_rings([(0..90).map(lake).collect()])),
        version("buffer_strip", AreaRole::Zone, None, Area::from_rings([strip])),
        version("sarn_dam", AreaRole::ProtectedSite, None, Area::disc(place(44.93, -30.62), 3_000.0)),
        version("mic_reach", AreaRole::Coverage, None, Area::disc(place(45.2, -31.0), 9_000.0)),
    ]
}

pub fn map() -> MapBase {
    MapBase::new(&lines(2_000), &areas(), BOUNDS)
}

/// A small generator of numbers 0…1, the same every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

pub fn detection(key: u32, phenomenon: Phenomenon, time: TimeEstimate, place: Where) -> Detection {
    let modality = [Modality::Acoustic, Modality::ThermalCamera, Modality::OpenSource][key as usize % 3];
    Detection {
        id: DetectionId { capture: Digest::of(b"capture"), record: key },
        sensor: format!("mic-{:02}", key % 40).as_str().into(),
        owner: ["Norland", "Westmark"][key as usize % 2].into(),
        modality,
        means: Means::Recorded,
        phenomenon,
        time,
        place,
        count: Known::Known(Count::exactly(1)),
        weapon: Known::NotKnown(NotKnownReason::NotObserved),
        origin: Some(Sealed::new(PlaceEstimate::circular(self::place(45.345_678, -31.456_789), 50.0))),
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: (key.is_multiple_of(5)).then(|| HOSTILE.into()),
    }
}

/// One incident, all of it following from `key` and the numbers.
pub fn incident(key: u32, span: Span, numbers: &mut Numbers) -> Incident {
    let classes = [
        (EventClass::Shelling, Phenomenon::Impact),
        (EventClass::Explosion, Phenomenon::Explosion),
        (EventClass::SmallArms, Phenomenon::Burst),
        (EventClass::DroneFlight, Phenomenon::DroneInFlight),
        (EventClass::Fire, Phenomenon::ThermalAnomaly),
        (EventClass::Impediment, Phenomenon::Impediment),
    ];
    let (class, phenomenon) = classes[(numbers.next() * numbers.next() * 6.0) as usize];
    let after = SignedDuration::from_millis((numbers.next() * 1_000.0 * (span.seconds() - 1.0)) as i64);
    let moment = span.from.checked_add(after).unwrap();
    let time = match key % 3 {
        0 => TimeEstimate::within(moment, moment.checked_add(SignedDuration::from_mins(4)).unwrap(), 2.0),
        _ => TimeEstimate::instant(moment, 0.5 + 20.0 * numbers.next()),
    };
    let lon = -31.95 + 1.9 * numbers.next();
    let lat = line_lat(lon) + 0.3 * (numbers.next() - 0.5) * numbers.next();
    let spread = (200.0 + 4_000.0 * numbers.next() * numbers.next(), 150.0);
    let estimate = PlaceEstimate::along(place(lat, lon), 180.0 * numbers.next(), spread);
    let n = 1 + (numbers.next() * 4.0) as u32;
    let arrival = |k: u32| Arrival {
        detection: detection(key * 8 + k, phenomenon, time, Where::Estimate(estimate)),
        residual_m: Some(120.0 + 10.0 * f64::from(k)),
        residual_s: 0.4,
        weight: 1.0 / f64::from(n),
    };
    let best = 1 + (numbers.next() * 8.0) as u32;
    Incident {
        id: IncidentId(Digest::of(format!("incident {key}").as_bytes())),
        class,
        class_posterior: vec![(class, 0.84), (EventClass::Other, 0.16)],
        time,
        place: Where::Estimate(estimate),
        arrivals: (0..n).map(arrival).collect(),
        counts: Counts {
            observations: u64::from(n + best),
            rounds: (!key.is_multiple_of(4)).then_some(Rounds { low: best.saturating_sub(1), best, high: best + 2 }),
            smm_style: u64::from(2 * best),
        },
        origin_shares: if class == EventClass::Shelling { shares(0.97) } else { vec![] },
        n_independent: n.min(3),
        rivals: vec![],
        reasons: vec![format!("{n} detections within 12 s and 800 m")],
        supersedes: vec![],
        derivation: Derivation { method: "fusion/link", version: 1 },
    }
}

fn shares(first: f64) -> Vec<OriginShare> {
    let share = |party: &str, probability| OriginShare { party: party.into(), probability };
    vec![share("A", first), share("B", 1.0 - first)]
}

/// Rules `r1` (no fire), `r2` (buffer strip) and `r3` (quiet) over the incidents and the period.
pub fn findings(incidents: &[Incident], span: Span) -> Vec<Finding> {
    let mut all = Vec::new();
    for (k, incident) in incidents.iter().enumerate() {
        let verdict = [Verdict::Inconsistent, Verdict::Undetermined, Verdict::Consistent][k % 3];
        if k % 7 != 6 {
            all.push(finding(all.len(), ("art_1__para_1", "r1"), Subject::Incident(incident.id), verdict));
        }
        if k % 4 == 0 {
            all.push(finding(
                all.len(),
                ("art_2__para_1", "r2"),
                Subject::Incident(incident.id),
                Verdict::Undetermined,
            ));
        }
    }
    let window = Subject::Window { span, area: "whole area".into() };
    all.push(finding(all.len(), ("art_3__para_1", "r3"), window, Verdict::Undetermined));
    all
}

fn finding(key: usize, (eid, rule): (&str, &str), subject: Subject, verdict: Verdict) -> Finding {
    let reason = match verdict {
        Verdict::Inconsistent => Reason::new("inside_zone", "the place lies 1234.5 m inside the zone `buffer_strip`"),
        Verdict::Undetermined => Reason::new("place_too_coarse", "the error of 2345.6 m reaches across the limit"),
        Verdict::Consistent => Reason::new("outside_zone", "the place lies outside every zone of the clause"),
    };
    let window = matches!(subject, Subject::Window { .. });
    Finding {
        id: FindingId(Digest::of(format!("finding {key}").as_bytes())),
        clause: ClauseRef {
            eid: eid.into(),
            rule: rule.into(),
            version: "2031-02-12".into(),
            text_digest: Digest::of(eid.as_bytes()),
        },
        reading: (key % 9 == 8).then(|| "B".into()),
        subject,
        verdict,
        probability_inside: (!window).then_some([0.97, 0.5, 0.02][key % 3]),
        margin_m: (!window && verdict == Verdict::Inconsistent).then(|| Measured::new(1_234.5, 310.0).unwrap()),
        exempted_by: (key % 11 == 10).then(|| "EX-03".into()),
        reasons: vec![reason],
        derivation: Derivation { method: "terms/evaluate", version: 1 },
    }
}

pub fn coverage(span: Span) -> Vec<CoverageStatement> {
    let statement = |class, wording, share, mean, n_detected, missed_upper_95| CoverageStatement {
        class,
        area: "whole area".into(),
        window: span,
        share_pd90: share,
        mean_pd: mean,
        worst_pd: 0.4 * mean,
        n_detected,
        missed_upper_95,
        gaps: vec![],
        wording,
    };
    let mut all = vec![
        statement(EventClass::Shelling, CoverageWording::Detected, 0.93, 0.94, 7, None),
        statement(EventClass::AirStrike, CoverageWording::NoneDetectedHigh, 0.95, 0.96, 0, Some(3.1)),
        statement(EventClass::Clash, CoverageWording::NoneDetectedPartial, 0.55, 0.6, 0, Some(5.0)),
        statement(EventClass::DroneFlight, CoverageWording::NotAssessable, 0.11, 0.2, 0, Some(15.0)),
        statement(EventClass::Radiation, CoverageWording::NotMonitored, 0.0, 0.0, 0, None),
    ];
    let from = span.from.checked_add(SignedDuration::from_mins(221)).unwrap();
    let until = span.from.checked_add(SignedDuration::from_mins(446)).unwrap();
    all[0].gaps =
        vec![CoverageGap { sensor: "mic-17".into(), span: Span::new(from, until).unwrap(), cause: "jamming".into() }];
    all
}

pub fn clauses() -> Vec<ClauseText> {
    let clause = |eid: &str, heading: &str, text: &str, rule: (&str, &str)| ClauseText {
        eid: eid.into(),
        heading: heading.into(),
        text: text.into(),
        rules: vec![(rule.0.into(), rule.1.into())],
    };
    vec![
        clause(
            "art_1__para_1",
            "Article 1, paragraph 1",
            "From 00:00 on 15 February 2031 the Parties shall hold their fire along the whole line of contact.",
            ("r1", "No fire of any kind after the ceasefire, except notified activities"),
        ),
        clause(
            "art_2__para_1",
            "Article 2, paragraph 1",
            "No weapon shall be brought into the buffer strip.",
            ("r2", "No heavy weapon within the zone `buffer_strip`"),
        ),
        clause(
            "art_3__para_1",
            "Article 3, paragraph 1",
            "A day counts as quiet when the mission states that nothing happened and that it could have seen it.",
            ("r3", "Nothing detected on the day, with high coverage"),
        ),
    ]
}

pub fn commitments() -> Vec<Commitment> {
    let note = |cited: &str, status, legal_force| SourceNote { cited: cited.into(), status, legal_force };
    vec![Commitment {
        id: "C1".into(),
        who: vec!["Westmark".into(), "Norland".into()],
        what: "Provide twelve acoustic nodes and their upkeep for a year".into(),
        domain: "monitoring".into(),
        conditions: vec!["ceasefire in force".into()],
        sources: vec![
            note("S1:5", CommitmentStatus::Signed, LegalForce::Political),
            note("S2:1", CommitmentStatus::ParliamentaryProcedure, LegalForce::Sought),
        ],
    }]
}

/// Everything a report of one day or more borrows.
pub struct World {
    pub mission: Mission,
    pub map: MapBase,
    pub period: Span,
    pub incidents: Vec<Incident>,
    pub findings: Vec<Finding>,
    pub coverage: Vec<CoverageStatement>,
    pub clauses: Vec<ClauseText>,
    pub commitments: Vec<Commitment>,
}

impl World {
    /// A period of `n_days` with about `n` incidents, among them one of each odd kind of place.
    pub fn new(n: u32, n_days: i64) -> Self {
        let period = Span::new(day(0).from, day(n_days - 1).until).unwrap();
        let mut numbers = Numbers(7);
        let mut incidents: Vec<_> = (0..n).map(|key| incident(key, period, &mut numbers)).collect();
        odd_places(&mut incidents);
        let findings = findings(&incidents, period);
        Self {
            mission: mission(),
            map: map(),
            period,
            incidents,
            findings,
            coverage: coverage(period),
            clauses: clauses(),
            commitments: commitments(),
        }
    }

    pub fn snapshot(&self) -> Snapshot<'_> {
        let mut snapshot = Snapshot::new(&self.mission, &self.map, self.period);
        snapshot.incidents = self.incidents.iter().collect();
        snapshot.findings = self.findings.iter().collect();
        snapshot.coverage = self.coverage.iter().collect();
        snapshot.clauses = &self.clauses;
        snapshot.commitments = &self.commitments;
        snapshot.problems = vec![("bad_latitude".into(), 3), ("clock_step".into(), 1)];
        snapshot.n_captures = 214;
        snapshot.log = Some(LogState {
            origin: "almara.example/log".into(),
            size: 12_034,
            root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=".into(),
        });
        snapshot
    }

    pub fn public(&self) -> Snapshot<'_> {
        Snapshot { audience: Audience::Public { cell_m: 10_000.0 }, ..self.snapshot() }
    }

    /// The days of the period, each counted by itself.
    pub fn days(&self, n_days: i64) -> Vec<DayCount> {
        let count = |k: i64| {
            let span = day(k);
            let of_day: Vec<_> = self.incidents.iter().filter(|i| span.contains(i.time.midpoint())).collect();
            let ids: std::collections::BTreeSet<_> = of_day.iter().map(|i| i.id).collect();
            let about = |f: &&Finding| matches!(&f.subject, Subject::Incident(id) if ids.contains(id));
            let findings: Vec<_> = self.findings.iter().filter(about).collect();
            let wording = if k % 9 == 4 { CoverageWording::NotAssessable } else { CoverageWording::Detected };
            DayCount { counts: PeriodCounts::of(span, &of_day, &findings), wording: Some(wording) }
        };
        (0..n_days).map(count).collect()
    }
}

fn odd_places(incidents: &mut [Incident]) {
    let bearing =
        Bearing { from: place(45.200_123, -31.100_456), azimuth_deg: Measured::new(74.0, 3.0).unwrap(), range_m: None };
    for (k, incident) in incidents.iter_mut().enumerate() {
        match k {
            3 => incident.place = Where::Area("Sarn district".into()),
            8 => incident.place = Where::Bearing(bearing),
            9 => incident.place = Where::NotKnown(NotKnownReason::Weather),
            12 => incident.arrivals.iter_mut().for_each(|a| a.detection.phenomenon = Phenomenon::MuzzleFlash),
            14 => incident.time = TimeEstimate::within(day(0).from, day(0).until, 0.0),
            _ => {}
        }
    }
}

pub fn compose(kind: &str, snapshot: &Snapshot) -> Vec<Document> {
    kind_named(kind).unwrap().compose(snapshot)
}

pub fn text(documents: &[Document], name: &str) -> String {
    let document = documents.iter().find(|document| document.file_name == name).unwrap();
    String::from_utf8(document.bytes.clone()).unwrap()
}
