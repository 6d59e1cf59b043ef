//! Every clause kind in the list: consistent, inconsistent, undetermined by coverage, undetermined by missing input.

use crate::fixture::*;
use truceline_domain::{CoverageWording, EventClass, Incident, Verdict, WeaponKind};
use truceline_terms::clauses::KINDS;

/// A rule of a kind, an incident that does not agree with it, and the same rule with an input that is missing.
struct Case {
    kind: &'static str,
    rule: &'static str,
    area: &'static str,
    against: Incident,
    missing: (&'static str, &'static str),
}

fn cases() -> Vec<Case> {
    let gun = |east_m| {
        arm(
            incident(EventClass::HeavyWeapon, place(east_m, 0.0), 50.0),
            WeaponKind::Artillery,
            Some("towed gun, 152 mm"),
        )
    };
    vec![
        Case {
            kind: "no_fire",
            rule: "must not fire\nwhere zone \"plant\"",
            area: "plant",
            against: incident(EventClass::Shelling, place(30_000.0, 6_000.0), 150.0),
            missing: ("must not fire\nwhere site \"nowhere\"", "no_geometry"),
        },
        Case {
            kind: "zone_buffer",
            rule: "must not be present\nfrom line \"contact\"\ndistance < 2 km",
            area: "contact",
            against: incident(EventClass::MilitaryPresence, place(-800.0, 0.0), 100.0),
            missing: ("must not be present\nwhere site \"nowhere\"", "no_geometry"),
        },
        Case {
            kind: "withdrawal",
            rule: "must withdraw\nwhat weapon kind artillery, calibre >= 100 mm\nfrom line \"contact\"\ndistance >= 25 km",
            area: "contact",
            against: gun(-22_000.0),
            missing: (
                "must withdraw\nwhat heavy weapons\nfrom line \"contact\", version 1999\ndistance >= 25 km",
                "no_geometry",
            ),
        },
        Case {
            kind: "no_flight",
            rule: "must not fly\nwhere zone \"strip\"",
            area: "strip",
            against: incident(EventClass::DroneFlight, place(100.0, 0.0), 60.0),
            missing: ("must not fly\nwhen from event signing", "event_not_known"),
        },
        Case {
            kind: "exclusion_area",
            rule: "must not enter\nwhere area \"plant\"",
            area: "plant",
            against: incident(EventClass::Vessel, place(31_000.0, 0.0), 60.0),
            missing: ("must not enter\nwhere site \"nowhere\"", "no_geometry"),
        },
        Case {
            kind: "silence_days",
            rule: "must keep silence\nwhere zone \"plant\"\nwhen 1 consecutive days",
            area: "plant",
            against: incident(EventClass::Shelling, place(30_000.0, 6_000.0), 150.0),
            missing: ("must keep silence\nwhere site \"nowhere\"\nwhen 1 consecutive days", "no_geometry"),
        },
        Case {
            kind: "notification",
            rule: "must notify\nwhat blasting\nwhen >= 48 h before\nwhere zone \"plant\"",
            area: "plant",
            against: incident(EventClass::Blasting, place(30_000.0, 0.0), 150.0),
            missing: ("must notify\nwhen >= 48 h before\nwhere site \"nowhere\"", "no_geometry"),
        },
    ]
}

#[test]
fn every_kind_has_a_case() {
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
    let mut covered: Vec<&str> = cases().iter().map(|case| case.kind).collect();
    let mut listed = kinds.clone();
    listed.sort_unstable();
    covered.sort_unstable();
    assert_eq!(listed, covered);
}

#[test]
fn each_case_is_read_as_its_kind() {
    for case in cases() {
        let agreement = Mission::new().agreement(&[case.rule]);
        assert_eq!(agreement.rules[0].conditions.as_ref().unwrap().kind, Some(case.kind));
    }
}

#[test]
fn calm_with_high_coverage_is_consistent() {
    for case in cases() {
        let coverage = all_classes(case.area, day(), CoverageWording::NoneDetectedHigh);
        let findings = Mission::new().hold(case.rule, &[], &coverage);
        assert_eq!(of_window(&findings).verdict, Verdict::Consistent, "{}: {findings:#?}", case.kind);
    }
}

#[test]
fn what_was_seen_against_the_clause_is_inconsistent_whatever_the_coverage() {
    for case in cases() {
        for coverage in [Vec::new(), all_classes(case.area, day(), CoverageWording::NoneDetectedHigh)] {
            let findings = Mission::new().hold(case.rule, std::slice::from_ref(&case.against), &coverage);
            assert_eq!(of_window(&findings).verdict, Verdict::Inconsistent, "{}: {findings:#?}", case.kind);
            let of_it = if case.kind == "silence_days" { 0 } else { 1 };
            assert_eq!(n_incidents(&findings), of_it);
            assert!(findings.iter().all(|f| f.verdict == Verdict::Inconsistent), "{}: {findings:#?}", case.kind);
        }
    }
}

#[test]
fn less_than_high_coverage_leaves_calm_open() {
    for case in cases() {
        for (wording, code) in [
            (CoverageWording::NoneDetectedPartial, "coverage_partial"),
            (CoverageWording::NotAssessable, "coverage_not_assessable"),
            (CoverageWording::NotMonitored, "coverage_not_monitored"),
        ] {
            let findings = Mission::new().hold(case.rule, &[], &all_classes(case.area, day(), wording));
            expect(of_window(&findings), Verdict::Undetermined, code);
        }
        expect(of_window(&Mission::new().hold(case.rule, &[], &[])), Verdict::Undetermined, "coverage_not_monitored");
    }
}

#[test]
fn what_is_missing_is_named_and_never_skipped() {
    for case in cases() {
        let (rule, code) = case.missing;
        let coverage = all_classes("nowhere", day(), CoverageWording::NoneDetectedHigh);
        let findings = Mission::new().hold(rule, std::slice::from_ref(&case.against), &coverage);
        expect(of_window(&findings), Verdict::Undetermined, code);
        assert_eq!(n_incidents(&findings), 0, "{}", case.kind);
    }
}

#[test]
fn every_manual_page_stands_beside_its_kind() {
    for kind in KINDS {
        assert!(kind.parameters().iter().all(|parameter| !parameter.example.is_empty()), "{}", kind.name());
        assert!(!kind.acts().is_empty());
    }
}
