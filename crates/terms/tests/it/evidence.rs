//! What it takes for an incident to count, and what defeats a rule.

use crate::fixture::*;
use truceline_domain::*;

const PLANT: &str = "must not fire\nwhere zone \"plant\"";

fn shelling() -> Incident {
    incident(EventClass::Shelling, place(30_000.0, 6_000.0), 150.0)
}

fn hold_one(rule: &str, incident: Incident) -> Finding {
    of_incident(&Mission::new().hold(rule, &[incident], &[])).clone()
}

fn seen_by(modalities: &[Modality]) -> Incident {
    let mut incident = shelling();
    see(&mut incident, modalities);
    incident
}

#[test]
fn sources_are_what_the_rule_asks_for() {
    let two = format!("{PLANT}\nverify 2 independent sources | 1 inspection");
    let one = seen_by(&[Modality::Acoustic]);
    expect(&hold_one(&two, one.clone()), Verdict::Undetermined, "not_corroborated");
    expect(&hold_one(PLANT, one), Verdict::Inconsistent, "in_scope");
    expect(&hold_one(&two, seen_by(&[Modality::Acoustic, Modality::Radar])), Verdict::Inconsistent, "in_scope");
    expect(&hold_one(&two, seen_by(&[Modality::Patrol])), Verdict::Inconsistent, "in_scope");
    expect(&hold_one(&two, seen_by(&[Modality::MissionTable])), Verdict::Inconsistent, "in_scope");
}

#[test]
fn reports_alone_do_not_decide_unless_the_rule_says_so() {
    let reported = seen_by(&[Modality::OpenSource, Modality::PartyReport, Modality::PublicReport]);
    expect(&hold_one(PLANT, reported.clone()), Verdict::Undetermined, "reports_only");
    expect(
        &hold_one(&format!("{PLANT}\nverify 2 independent sources"), reported.clone()),
        Verdict::Undetermined,
        "reports_only",
    );
    expect(&hold_one(&format!("{PLANT}\nverify reports"), reported), Verdict::Inconsistent, "in_scope");
}

#[test]
fn hot_spots_and_harm_tell_no_cause() {
    let fire = incident(EventClass::Fire, place(30_000.0, 0.0), 375.0);
    let findings = Mission::new().hold(
        PLANT,
        std::slice::from_ref(&fire),
        &all_classes("plant", day(), CoverageWording::NoneDetectedHigh),
    );
    expect(of_incident(&findings), Verdict::Undetermined, "fire_alone_says_no_cause");
    assert_eq!(of_window(&findings).verdict, Verdict::Consistent, "a hot spot alone does not disturb calm");

    let harm = incident(EventClass::Harm, place(30_000.0, 0.0), 375.0);
    let findings = Mission::new().hold(PLANT, &[harm], &all_classes("plant", day(), CoverageWording::NoneDetectedHigh));
    expect(of_incident(&findings), Verdict::Undetermined, "cause_unknown");
    expect(of_window(&findings), Verdict::Undetermined, "incidents_undetermined");

    expect(&hold_one(PLANT, seen_by(&[Modality::ThermalSatellite])), Verdict::Undetermined, "single_source");
    assert_eq!(n_incidents(&Mission::new().hold("must not fly", &[fire], &[])), 0);
}

#[test]
fn class_place_and_time_must_be_sure() {
    let mut unsure = shelling();
    unsure.class_posterior = vec![(EventClass::Shelling, 0.8), (EventClass::Thunder, 0.2)];
    expect(&hold_one(PLANT, unsure), Verdict::Undetermined, "class_uncertain");

    let mut mixed = shelling();
    mixed.class_posterior =
        vec![(EventClass::Shelling, 0.6), (EventClass::AirStrike, 0.38), (EventClass::Thunder, 0.02)];
    expect(&hold_one(PLANT, mixed), Verdict::Inconsistent, "in_scope");

    let edge = incident(EventClass::Shelling, place(30_000.0, 9_700.0), 400.0);
    let found = hold_one(PLANT, edge);
    expect(&found, Verdict::Undetermined, "place_uncertain");
    let p = found.probability_inside.unwrap();
    assert!((p - 0.77).abs() < 0.03, "{p}");

    let noon = format!("{PLANT}\nwhen from 2031-03-01T12:00Z until 2031-03-01T18:00Z");
    expect(&hold_one(&noon, shelling()), Verdict::Undetermined, "time_uncertain");
    let mut later = shelling();
    later.time = TimeEstimate::instant(at("2031-03-01T12:00:04Z"), 1.0);
    expect(&hold_one(&noon, later), Verdict::Inconsistent, "in_scope");
    let mut whole_day = shelling();
    whole_day.time = TimeEstimate::within(at("2031-03-01T00:00Z"), at("2031-03-02T00:00Z"), 0.0);
    let found = hold_one(&noon, whole_day);
    expect(&found, Verdict::Undetermined, "time_uncertain");
    assert!((found.probability_inside.unwrap() - 0.25).abs() < 1e-6);
}

#[test]
fn far_away_is_no_finding_and_near_outside_is_consistent() {
    assert_eq!(
        n_incidents(&Mission::new().hold(PLANT, &[incident(EventClass::Shelling, place(-30_000.0, 0.0), 500.0)], &[])),
        0
    );
    let near = incident(EventClass::Shelling, place(30_000.0, 11_100.0), 450.0);
    let found = hold_one(PLANT, near);
    expect(&found, Verdict::Consistent, "outside_scope");
    assert!(found.probability_inside.unwrap() < 0.025);
    let outside_time = format!("{PLANT}\nwhen from 2031-03-01T18:00Z until 2031-03-01T20:00Z");
    assert_eq!(n_incidents(&Mission::new().hold(&outside_time, &[shelling()], &[])), 0);
}

#[test]
fn a_named_area_stands_for_its_points() {
    let in_area = |name: &str| {
        let mut incident = shelling();
        incident.place = Where::Area(name.into());
        incident
    };
    expect(&hold_one(PLANT, in_area("district")), Verdict::Inconsistent, "in_scope");
    expect(&hold_one(PLANT, in_area("B land")), Verdict::Undetermined, "place_uncertain");
    expect(&hold_one(PLANT, in_area("unheard")), Verdict::Undetermined, "place_unknown");
    assert_eq!(n_incidents(&Mission::new().hold(PLANT, &[in_area("A land")], &[])), 0);
    expect(&hold_one("must not fire\nwhere everywhere", in_area("unheard")), Verdict::Inconsistent, "in_scope");
}

#[test]
fn a_rule_for_one_party_needs_to_know_whose_fire_it_was() {
    let rule = format!("who Party A\n{PLANT}");
    expect(&hold_one(&rule, shelling()), Verdict::Undetermined, "actor_unknown");
    let mut known = shelling();
    known.origin_shares = vec![
        OriginShare { party: "A".into(), probability: 0.98 },
        OriginShare { party: "B".into(), probability: 0.02 },
    ];
    expect(&hold_one(&rule, known.clone()), Verdict::Inconsistent, "in_scope");
    expect(&hold_one(&rule.replace("Party A", "Party B"), known), Verdict::Undetermined, "actor_unknown");
}

fn exercise() -> NotifiedActivity {
    NotifiedActivity {
        id: "N-7".into(),
        by: "B".into(),
        kind: "exercise".into(),
        classes: vec![EventClass::Shelling],
        span: span("2031-03-01T08:00Z", "2031-03-01T16:00Z"),
        area: Area::disc(place(30_000.0, 6_000.0), 1_000.0),
        margin_m: 200.0,
        notified_at: at("2031-02-26T08:00Z"),
        acknowledged_at: None,
    }
}

fn with_notice(rule: &str, activity: NotifiedActivity, incident: Incident) -> Finding {
    let mission = Mission { notified: vec![activity], ..Mission::new() };
    of_incident(&mission.hold(rule, &[incident], &[])).clone()
}

#[test]
fn an_announced_activity_explains_what_lies_in_it() {
    let found = with_notice(PLANT, exercise(), shelling());
    expect(&found, Verdict::Consistent, "notified_activity");
    assert_eq!(found.exempted_by.unwrap().as_str(), "N-7");

    let mut evening = shelling();
    evening.time = TimeEstimate::instant(at("2031-03-01T17:20Z"), 1.0);
    let found = with_notice(PLANT, exercise(), evening);
    expect(&found, Verdict::Inconsistent, "outside_notified_window");
    assert_eq!(found.exempted_by, None);

    let aside = incident(EventClass::Shelling, place(30_000.0, 3_900.0), 150.0);
    expect(&with_notice(PLANT, exercise(), aside), Verdict::Inconsistent, "in_scope");
    let edge = incident(EventClass::Shelling, place(30_000.0, 4_800.0), 150.0);
    expect(&with_notice(PLANT, exercise(), edge), Verdict::Undetermined, "notified_in_part");
    let margin = incident(EventClass::Shelling, place(30_000.0, 4_920.0), 20.0);
    expect(&with_notice(PLANT, exercise(), margin), Verdict::Consistent, "notified_activity");

    let mut nowhere = shelling();
    nowhere.place = Where::NotKnown(NotKnownReason::NotObserved);
    expect(&with_notice("must not fire", exercise(), nowhere), Verdict::Undetermined, "notified_in_part");
}

#[test]
fn notice_must_be_early_or_acknowledged() {
    let late = NotifiedActivity { notified_at: at("2031-03-01T02:00Z"), ..exercise() };
    expect(&with_notice(PLANT, late.clone(), shelling()), Verdict::Inconsistent, "notice_late");
    let acknowledged = NotifiedActivity { acknowledged_at: Some(at("2031-03-01T03:00Z")), ..late };
    expect(&with_notice(PLANT, acknowledged.clone(), shelling()), Verdict::Consistent, "notified_activity");
    let both = format!("{PLANT}\nexcept activity notified >= 48 h before, acknowledged");
    expect(&with_notice(&both, acknowledged, shelling()), Verdict::Inconsistent, "notice_late");
    expect(&with_notice(&both, exercise(), shelling()), Verdict::Inconsistent, "notice_late");
    let fulfilled = NotifiedActivity { acknowledged_at: Some(at("2031-02-27T08:00Z")), ..exercise() };
    expect(&with_notice(&both, fulfilled.clone(), shelling()), Verdict::Consistent, "notified_activity");
    expect(
        &with_notice(&format!("{PLANT}\nexcept none"), fulfilled.clone(), shelling()),
        Verdict::Inconsistent,
        "in_scope",
    );
    let other_class = NotifiedActivity { classes: vec![EventClass::Blasting], ..fulfilled };
    expect(&with_notice(PLANT, other_class, shelling()), Verdict::Inconsistent, "in_scope");
}
