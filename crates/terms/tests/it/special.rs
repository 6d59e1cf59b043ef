//! What is particular to the kinds: lines by party, calibres, days in a row, notices, readings, unusable rules.

use crate::fixture::*;
use truceline_domain::*;
use truceline_terms::{Source, evaluate, parse};

const W: &str = "must withdraw\nwhat weapon kind artillery, calibre >= 100 mm\nfrom line \"contact\"\ndistance >= 25 km\ndone by day 14 after event ceasefire\nthen stay";

fn gun(east_m: f64, sigma_m: f64) -> Incident {
    arm(
        incident(EventClass::HeavyWeapon, place(east_m, 0.0), sigma_m),
        WeaponKind::Artillery,
        Some("towed gun, 152 mm"),
    )
}

fn hold_one(mission: &Mission, rule: &str, incident: Incident) -> Finding {
    of_incident(&mission.hold(rule, &[incident], &[])).clone()
}

#[test]
fn twenty_two_kilometres_against_twenty_five() {
    let found = hold_one(&Mission::new(), W, gun(-22_000.0, 50.0));
    expect(&found, Verdict::Inconsistent, "in_scope");
    let margin = found.margin_m.unwrap();
    assert!((margin.value - 3_000.0).abs() < 5.0 && margin.sigma == 50.0, "{margin:?}");
    assert!(found.reasons[0].text.contains("3.00 ± 0.05 km"), "{:?}", found.reasons);

    expect(&hold_one(&Mission::new(), W, gun(-24_950.0, 50.0)), Verdict::Undetermined, "place_uncertain");
    expect(&hold_one(&Mission::new(), W, gun(-25_120.0, 50.0)), Verdict::Consistent, "outside_scope");
    assert_eq!(n_incidents(&Mission::new().hold(W, &[gun(-26_000.0, 50.0)], &[])), 0);
}

#[test]
fn a_distance_is_stated_only_beyond_two_sigma() {
    // 1.97 σ is sure to 0.9756 and still within two standard deviations.
    expect(&hold_one(&Mission::new(), W, gun(-25_000.0 + 98.5, 50.0)), Verdict::Undetermined, "place_uncertain");
    expect(&hold_one(&Mission::new(), W, gun(-25_000.0 + 106.0, 50.0)), Verdict::Inconsistent, "in_scope");
}

#[test]
fn weapons_are_told_apart_by_kind_and_calibre() {
    let mission = Mission::new();
    let with = |kind, note| arm(gun(-22_000.0, 50.0), kind, note);
    expect(&hold_one(&mission, W, with(WeaponKind::Artillery, None)), Verdict::Undetermined, "calibre_unknown");
    assert_eq!(n_incidents(&mission.hold(W, &[with(WeaponKind::Artillery, Some("76 mm gun"))], &[])), 0);
    // 122 mm rocket artillery is no tube artillery, whatever its calibre.
    assert_eq!(n_incidents(&mission.hold(W, &[with(WeaponKind::Mlrs, Some("BM-21, 122 mm"))], &[])), 0);
    expect(
        &hold_one(&mission, W, incident(EventClass::HeavyWeapon, place(-22_000.0, 0.0), 50.0)),
        Verdict::Undetermined,
        "weapon_unknown",
    );
    let mut disputed = gun(-22_000.0, 50.0);
    disputed.arrivals[1].detection.weapon = Known::Known(WeaponKind::AirDefence);
    expect(&hold_one(&mission, W, disputed), Verdict::Undetermined, "weapon_disputed");
}

#[test]
fn before_the_day_it_is_done_nothing_is_said() {
    let early = Mission { events: [("ceasefire".into(), at("2031-02-20T00:00Z"))].into(), ..Mission::new() };
    assert_eq!(early.hold(W, &[gun(-22_000.0, 50.0)], &[]), []);
    // Day 14 of 15 February is 28 February; from 1 March on it is done.
    expect(&hold_one(&Mission::new(), W, gun(-22_000.0, 50.0)), Verdict::Inconsistent, "in_scope");
}

#[test]
fn each_party_has_a_line_of_its_own() {
    let mission = Mission {
        lines: vec![line("contact", "2031-02-12", Some("A"), 0.0), line("contact", "2030-09-19", Some("B"), -10_000.0)],
        ..Mission::new()
    };
    // 20 km inside the land of B: 20 km from A's line, 30 km from B's.
    assert_eq!(n_incidents(&mission.hold(W, &[gun(20_000.0, 50.0)], &[])), 0);
    let found = hold_one(&mission, W, gun(-20_000.0, 50.0));
    expect(&found, Verdict::Inconsistent, "in_scope");
    assert!((found.margin_m.unwrap().value - 5_000.0).abs() < 5.0);

    let mut nobodys =
        Mission { areas: mission.areas.iter().filter(|a| a.role != AreaRole::Control).cloned().collect(), ..mission };
    nobodys.areas.push(area("A land", AreaRole::Control, Some("A"), rectangle(-90_000.0, -80_000.0, 1_000.0)));
    nobodys.areas.push(area("B land", AreaRole::Control, Some("B"), rectangle(80_000.0, 90_000.0, 1_000.0)));
    expect(&hold_one(&nobodys, W, gun(20_000.0, 50.0)), Verdict::Undetermined, "party_unknown");
    // Nearer than 25 km to both lines it does not matter whose it is.
    expect(&hold_one(&nobodys, W, gun(10_000.0, 50.0)), Verdict::Inconsistent, "in_scope");
}

#[test]
fn a_side_is_the_land_of_a_party() {
    let rule = "must not be present\nwhere side of Party A\nfrom line \"contact\"\ndistance < 2 km";
    let at_east = |east_m: f64| incident(EventClass::HeavyWeapon, place(east_m, 0.0), 50.0);
    expect(&hold_one(&Mission::new(), rule, at_east(-1_000.0)), Verdict::Inconsistent, "in_scope");
    assert_eq!(n_incidents(&Mission::new().hold(rule, &[at_east(1_000.0)], &[])), 0);
    expect(&hold_one(&Mission::new(), rule, at_east(0.0)), Verdict::Undetermined, "place_uncertain");
    let both = rule.replace("where side of Party A", "where both sides");
    expect(&hold_one(&Mission::new(), &both, at_east(1_000.0)), Verdict::Inconsistent, "in_scope");
}

#[test]
fn a_storage_site_is_left_out() {
    let rule = format!("{W}\nexcept stored at site \"depot\"");
    let found = hold_one(&Mission::new(), &rule, gun(-20_000.0, 50.0));
    expect(&found, Verdict::Consistent, "stored_at_site");
    assert_eq!(found.exempted_by.unwrap().as_str(), "depot");
    expect(&hold_one(&Mission::new(), &rule, gun(-21_000.0, 50.0)), Verdict::Undetermined, "stored_in_part");
    expect(&hold_one(&Mission::new(), W, gun(-20_000.0, 50.0)), Verdict::Inconsistent, "in_scope");
}

#[test]
fn contested_rules_are_held_in_every_reading() {
    let mission = Mission {
        lines: vec![line("contact", "2031-02-12", None, 0.0), line("contact", "2030-09-19", None, -10_000.0)],
        ..Mission::new()
    };
    let rule = format!(
        "{}\nstatus contested by Party B\nreading Party B: from line \"contact\", version 2030-09-19",
        W.replace("\"contact\"", "\"contact\", version 2031-02-12")
    );
    let findings = mission.hold(&rule, &[gun(20_000.0, 50.0)], &[]);
    let said: Vec<_> = findings
        .iter()
        .map(|f| (f.reading.clone().unwrap().to_string(), f.verdict, matches!(f.subject, Subject::Incident(_))))
        .collect();
    assert_eq!(
        said,
        [
            ("as written".to_owned(), Verdict::Inconsistent, true),
            ("as written".to_owned(), Verdict::Inconsistent, false),
            ("B".to_owned(), Verdict::Undetermined, false),
        ]
    );
    let ids: std::collections::BTreeSet<_> = findings.iter().map(|f| f.id).collect();
    assert_eq!(ids.len(), findings.len());
}

#[test]
fn days_in_a_row() {
    let rule = "must keep silence\nwhere zone \"plant\"\nwhen 3 consecutive days";
    let of = |n: u32| span(&format!("2031-03-{n:02}T00:00Z"), &format!("2031-03-{:02}T00:00Z", n + 1));
    let days = |high: &[u32]| -> Vec<CoverageStatement> {
        high.iter().flat_map(|n| all_classes("plant", of(*n), CoverageWording::NoneDetectedHigh)).collect()
    };
    let shot = |n: u32| {
        let mut incident = incident(EventClass::Shelling, place(30_000.0, 0.0), 100.0);
        incident.time = TimeEstimate::instant(at(&format!("2031-03-{n:02}T12:00Z")), 1.0);
        incident
    };
    let mission = Mission::new();
    let window = span("2031-03-01T00:00Z", "2031-03-06T00:00Z");
    let verdict = |incidents: &[Incident], high: &[u32]| {
        let findings = mission.hold_in(rule, (incidents, &days(high)), window);
        of_window(&findings).verdict
    };
    assert_eq!(verdict(&[], &[1, 2, 3, 4, 5]), Verdict::Consistent);
    assert_eq!(verdict(&[shot(1)], &[1, 2, 3, 4, 5]), Verdict::Consistent);
    assert_eq!(verdict(&[shot(1)], &[2, 3, 5]), Verdict::Undetermined);
    // The three days before the window's end count even when the window is one day.
    let last = span("2031-03-05T00:00Z", "2031-03-06T00:00Z");
    assert_eq!(of_window(&mission.hold_in(rule, (&[], &days(&[3, 4, 5])), last)).verdict, Verdict::Consistent);
    assert_eq!(of_window(&mission.hold_in(rule, (&[], &days(&[5])), last)).verdict, Verdict::Undetermined);
    // Shots on 1 and 4 March leave no three days in a row; one on 1 March leaves three, of which one is open.
    let until_5th = span("2031-03-01T00:00Z", "2031-03-05T00:00Z");
    let broken = mission.hold_in(rule, (&[shot(1), shot(4)], &days(&[1, 2, 3, 4])), until_5th);
    expect(of_window(&broken), Verdict::Inconsistent, "incidents_inconsistent");
    let open = mission.hold_in(rule, (&[shot(1)], &days(&[2, 3])), until_5th);
    expect(of_window(&open), Verdict::Undetermined, "coverage_not_monitored");
    let none = mission.hold_in(rule, (&[shot(1), shot(4)], &[]), until_5th);
    expect(of_window(&none), Verdict::Inconsistent, "incidents_inconsistent");
    let from = format!("{rule} from 2031-03-04");
    expect(
        of_window(&mission.hold_in(&from, (&[], &days(&[1, 2, 3, 4, 5])), window)),
        Verdict::Undetermined,
        "too_few_days",
    );
}

#[test]
fn blasting_is_announced_before() {
    let rule = "must notify\nwhat blasting\nwhen >= 48 h before";
    let quarry = NotifiedActivity {
        id: "Q-1".into(),
        by: "B".into(),
        kind: "blasting".into(),
        classes: vec![EventClass::Blasting],
        span: span("2031-03-01T11:00Z", "2031-03-01T13:00Z"),
        area: Area::disc(place(30_000.0, 0.0), 400.0),
        margin_m: 300.0,
        notified_at: at("2031-02-20T00:00Z"),
        acknowledged_at: None,
    };
    let blast = |east_m: f64, hour: &str| {
        let mut incident = incident(EventClass::Blasting, place(east_m, 0.0), 150.0);
        incident.time = TimeEstimate::instant(at(&format!("2031-03-01T{hour}:02Z")), 1.0);
        incident
    };
    let with = |activity: NotifiedActivity, incident| {
        let mission = Mission { notified: vec![activity], ..Mission::new() };
        hold_one(&mission, rule, incident)
    };
    expect(&with(quarry.clone(), blast(30_000.0, "11")), Verdict::Consistent, "notified_activity");
    expect(&with(quarry.clone(), blast(30_000.0, "15")), Verdict::Inconsistent, "outside_notified_window");
    expect(&with(quarry.clone(), blast(33_000.0, "11")), Verdict::Inconsistent, "outside_notified_area");
    expect(&with(quarry.clone(), blast(30_650.0, "11")), Verdict::Undetermined, "notified_in_part");
    expect(&hold_one(&Mission::new(), rule, blast(30_000.0, "11")), Verdict::Inconsistent, "no_notice");

    let late = NotifiedActivity { notified_at: at("2031-02-28T00:00Z"), ..quarry };
    let mission = Mission { notified: vec![late], ..Mission::new() };
    let findings = mission.hold(rule, &[blast(30_000.0, "11")], &[]);
    expect(of_incident(&findings), Verdict::Inconsistent, "notice_late");
    let of_activity =
        findings.iter().find(|f| matches!(&f.subject, Subject::Window { area, .. } if area.as_str() == "Q-1")).unwrap();
    expect(of_activity, Verdict::Inconsistent, "notice_late");
}

#[test]
fn a_dark_vessel_is_no_finding_and_a_claimed_place_is_not_enough() {
    let rule = "must not enter\nwhere area \"plant\"";
    let mut claimed = incident(EventClass::Vessel, place(30_000.0, 0.0), 50.0);
    see(&mut claimed, &[Modality::Ais]);
    expect(&hold_one(&Mission::new(), rule, claimed.clone()), Verdict::Undetermined, "claimed_position_only");
    expect(
        &hold_one(&Mission::new(), &format!("{rule}\nverify 1 independent source"), claimed.clone()),
        Verdict::Inconsistent,
        "in_scope",
    );
    see(&mut claimed, &[Modality::Ais, Modality::Radar]);
    expect(&hold_one(&Mission::new(), rule, claimed), Verdict::Inconsistent, "in_scope");
    assert_eq!(
        n_incidents(&Mission::new().hold(rule, &[incident(EventClass::Vessel, place(60_000.0, 0.0), 50.0)], &[])),
        0
    );
}

#[test]
fn the_missions_own_flight_is_announced() {
    let rule = "must not fly\nwhere zone \"strip\"\nexcept flights notified >= 2 h before";
    let flight = NotifiedActivity {
        id: "UAV-3".into(),
        by: "mission".into(),
        kind: "flight".into(),
        classes: vec![EventClass::DroneFlight],
        span: span("2031-03-01T11:30Z", "2031-03-01T12:30Z"),
        area: rectangle(-1_000.0, 1_000.0, 5_000.0),
        margin_m: 500.0,
        notified_at: at("2031-03-01T09:00Z"),
        acknowledged_at: None,
    };
    let mission = Mission { notified: vec![flight], ..Mission::new() };
    let seen = |north_m: f64| incident(EventClass::DroneFlight, place(0.0, north_m), 60.0);
    expect(&hold_one(&mission, rule, seen(0.0)), Verdict::Consistent, "notified_activity");
    expect(&hold_one(&mission, rule, seen(8_000.0)), Verdict::Inconsistent, "in_scope");
}

#[test]
fn windows_of_silence_are_judged_one_by_one() {
    let rule = "must not fire\nwhere zone \"plant\"\nwhen daily 22:00 to 06:00";
    let night = span("2031-03-01T22:00Z", "2031-03-02T00:00Z");
    let coverage = all_classes("plant", night, CoverageWording::NoneDetectedHigh);
    let findings = Mission::new().hold(rule, &[], &coverage);
    let said: Vec<_> = findings.iter().map(|f| (f.subject.clone(), f.verdict)).collect();
    let of = |span| Subject::Window { span, area: "plant".into() };
    assert_eq!(
        said,
        [(of(span("2031-03-01T00:00Z", "2031-03-01T06:00Z")), Verdict::Undetermined), (of(night), Verdict::Consistent),]
    );
}

#[test]
fn geometry_that_ends_is_missing_from_then_on() {
    let mut mission = Mission::new();
    for area in mission.areas.iter_mut().filter(|a| a.name.as_str() == "plant") {
        area.valid = span("2031-01-01T00:00Z", "2031-03-01T12:00:01Z");
    }
    let rule = "must not fire\nwhere zone \"plant\"";
    let coverage = all_classes("plant", day(), CoverageWording::NoneDetectedHigh);
    let mut shot = incident(EventClass::Shelling, place(30_000.0, 0.0), 100.0);
    expect(
        of_incident(&mission.hold(rule, std::slice::from_ref(&shot), &coverage)),
        Verdict::Undetermined,
        "no_geometry",
    );
    shot.time = TimeEstimate::instant(at("2031-03-01T14:00Z"), 1.0);
    let findings = mission.hold(rule, &[shot], &coverage);
    assert_eq!(n_incidents(&findings), 0);
    expect(of_window(&findings), Verdict::Undetermined, "no_geometry");
}

#[test]
fn unusable_rules_are_named_with_their_line_and_may_rules_are_silent() {
    let mission = Mission::new();
    let text = mission.rules_text(&["must dance\nwhere zone \"plant\"", "may fly", "must not fire"]);
    let source = |file, text| Source { file, text };
    let (agreement, problems) =
        parse(source("t", "BODY\n  ARTICLE 1\n    Text.\n"), source("r", &text), "v1", &mission.names());
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["unknown_act"]);
    let findings = evaluate(&agreement, &[], &[], day(), &mission.world());
    assert_eq!(findings.len(), 2);
    expect(&findings[0], Verdict::Undetermined, "not_evaluable");
    assert!(
        findings[0].reasons[0].text.starts_with("line 7: `dance`: no clause kind knows"),
        "{:?}",
        findings[0].reasons
    );
    assert_eq!(findings[1].clause.rule.as_str(), "R2");
}
