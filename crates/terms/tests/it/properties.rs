//! What must hold for every input: less knowledge never accuses.

use crate::fixture::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use truceline_domain::*;
use truceline_terms::evaluate;

const RULES: [&str; 7] = [
    "must not fire\nwhere zone \"plant\"",
    "must not fire\nwhen daily 22:00 to 13:00\nverify 2 independent sources",
    "must not be present\nwhere side of Party A\nfrom line \"contact\"\ndistance < 20 km",
    "must withdraw\nwhat heavy weapons\nfrom line \"contact\"\ndistance >= 25 km\nexcept stored at site \"depot\"",
    "must not fly\nwhere zone \"strip\"; zone \"plant\"",
    "must keep silence\nwhere zone \"plant\"\nwhen 1 consecutive days",
    "must notify\nwhat blasting; explosion\nwhen >= 48 h before",
];

fn quarry() -> NotifiedActivity {
    NotifiedActivity {
        id: "Q".into(),
        by: "B".into(),
        kind: "blasting".into(),
        classes: vec![EventClass::Blasting, EventClass::Shelling],
        span: span("2031-03-01T08:00Z", "2031-03-01T16:00Z"),
        area: Area::disc(place(30_000.0, 0.0), 2_000.0),
        margin_m: 300.0,
        notified_at: at("2031-02-20T00:00Z"),
        acknowledged_at: None,
    }
}

fn mission() -> Mission {
    let mut mission = Mission { notified: vec![quarry()], ..Mission::new() };
    // A zone with a hole, where a larger error moves weight from the hole to the ring.
    let ring = |r: f64| Area::disc(place(30_000.0, 0.0), r).rings().next().unwrap();
    for area in mission.areas.iter_mut().filter(|a| a.name.as_str() == "plant") {
        area.area = Area::from_rings([ring(10_000.0), ring(1_000.0)]);
    }
    mission
}

fn any_incident() -> impl Strategy<Value = Incident> {
    let classes = [
        EventClass::Shelling,
        EventClass::HeavyWeapon,
        EventClass::DroneFlight,
        EventClass::Blasting,
        EventClass::Explosion,
    ];
    let spots = prop_oneof![Just(-20_000.0), Just(30_000.0), -30_000.0..45_000.0_f64];
    (prop::sample::select(classes.to_vec()), spots, -4_000.0..4_000.0_f64, 10.0..600.0_f64, 0.0..24.0_f64).prop_map(
        |(class, east_m, north_m, sigma_m, hour)| {
            let mut incident = incident(class, place(east_m, north_m), sigma_m);
            incident.time = TimeEstimate::instant(
                at("2031-03-01T00:00Z") + SignedDuration::from_secs((hour * 3_600.0) as i64),
                1.0,
            );
            incident
        },
    )
}

fn verdicts(mission: &Mission, incidents: &[Incident], coverage: &[CoverageStatement]) -> BTreeMap<FindingId, Verdict> {
    let findings = evaluate(&mission.agreement(&RULES), incidents, coverage, day(), &mission.world());
    assert!(findings.iter().all(|f| !f.reasons.is_empty()));
    findings.iter().map(|f| (f.id, f.verdict)).collect()
}

fn full_coverage() -> Vec<CoverageStatement> {
    ["plant", "strip", "contact", "mission"]
        .iter()
        .flat_map(|area| all_classes(area, day(), CoverageWording::NoneDetectedHigh))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn withholding_coverage_only_opens(incidents in prop::collection::vec(any_incident(), 0..6), keep in prop::collection::vec(any::<bool>(), 80)) {
        let mission = mission();
        let full = full_coverage();
        let less: Vec<CoverageStatement> = full.iter().zip(keep.iter().cycle()).filter(|(_, keep)| **keep).map(|(s, _)| s.clone()).collect();
        let (before, after) = (verdicts(&mission, &incidents, &full), verdicts(&mission, &incidents, &less));
        prop_assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        for (id, verdict) in &after {
            prop_assert!(*verdict == before[id] || *verdict == Verdict::Undetermined, "{id}: {:?} became {verdict:?}", before[id]);
        }
    }

    #[test]
    fn a_larger_error_of_place_never_accuses(incident in any_incident(), factor in 1.0..40.0_f64) {
        let mission = mission();
        let mut vaguer = incident.clone();
        if let Where::Estimate(place) = &mut vaguer.place {
            *place = PlaceEstimate::circular(place.centre, place.sigma_major_m() * factor);
        }
        let subject = |findings: &BTreeMap<FindingId, Verdict>, id: FindingId| findings.get(&id).copied();
        let before = verdicts(&mission, std::slice::from_ref(&incident), &full_coverage());
        let after = verdicts(&mission, &[vaguer], &full_coverage());
        for (id, verdict) in &after {
            // No finding about an incident means: clearly outside.
            let earlier = subject(&before, *id).unwrap_or(Verdict::Consistent);
            prop_assert!(*verdict != Verdict::Inconsistent || earlier == Verdict::Inconsistent, "{id}: {earlier:?} became {verdict:?}");
        }
    }

    #[test]
    fn the_order_of_what_comes_in_does_not_matter(incidents in prop::collection::vec(any_incident(), 0..6), turn in 0_usize..6) {
        let mission = mission();
        let agreement = mission.agreement(&RULES);
        let mut coverage = full_coverage();
        let once = evaluate(&agreement, &incidents, &coverage, day(), &mission.world());
        let mut turned = incidents.clone();
        turned.rotate_left(turn.min(incidents.len()));
        coverage.reverse();
        prop_assert_eq!(once, evaluate(&agreement, &turned, &coverage, day(), &mission.world()));
    }
}
