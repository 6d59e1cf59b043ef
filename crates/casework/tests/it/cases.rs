//! Cases, their hands, heirs and clocks.

use crate::support::*;
use truceline_casework::{ClockState, Opening, Refusal, clock_state, docket, fold, overdue};
use truceline_domain::*;

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn findings_open_cases() {
    let incidents = ["a", "b", "c", "d"].map(incident);
    let findings = [
        finding("a", "r1", Verdict::Inconsistent),
        finding("a", "r2", Verdict::Undetermined),
        finding("a", "r3", Verdict::Consistent),
        finding("b", "r1", Verdict::Undetermined),
        finding("c", "r1", Verdict::Consistent),
        finding("not there", "r1", Verdict::Inconsistent),
    ];
    let opened = |opening| -> Vec<(IncidentId, usize)> {
        let cases = docket(&incidents, &findings, &[], opening).cases;
        cases.iter().map(|case| (case.incident, case.findings.len())).collect()
    };
    let mut both = vec![(id("a"), 2), (id("b"), 1)];
    both.sort_unstable();
    assert_eq!(opened(Opening::InconsistentOrUndetermined), both);
    assert_eq!(opened(Opening::Inconsistent), [(id("a"), 1)]);
}

#[test]
fn the_whole_way_in_different_hands() {
    let (cases, problems) = fold(&[incident("a")], &[], &whole_way("a"));
    assert_eq!(cases[0].state, CaseState::Closed);
    assert_eq!(cases[0].acts, whole_way("a"));
    assert_eq!(problems, []);
}

#[test]
fn verifying_releasing_and_determining_lie_in_different_hands() {
    for (place, actor, role) in [
        (2, " orsan ", ActorRole::Commission),
        (3, "ORSAN", ActorRole::LiaisonOfficer),
        (3, "Maro", ActorRole::ReleaseOfficer),
    ] {
        let mut acts = whole_way("a");
        acts[place].actor = actor.into();
        acts[place].role = role;
        let (cases, problems) = fold(&[incident("a")], &[], &acts);
        assert_eq!(problems[0].code, "same_person", "{actor} {role}");
        assert_ne!(cases[0].state, CaseState::Closed);
        assert_eq!(cases[0].acts.len(), 5);
    }
}

#[test]
fn a_review_keeps_the_first_determination_and_its_hands() {
    let mut acts = whole_way("a");
    acts.push(act("a", ActKind::Review, ("Lind", ActorRole::LegalAdviser), "21:00:00"));
    acts.push(act("a", ActKind::Verify, ("Maro", ActorRole::VerificationLead), "21:30:00"));
    let (cases, problems) = fold(&[incident("a")], &[], &acts);
    assert_eq!(codes(&problems), ["same_person"], "who determined does not verify, even after a review");
    assert_eq!(cases[0].state, CaseState::UnderVerification);
    assert!(cases[0].acts.iter().any(|act| act.kind == ActKind::Determine));
}

#[test]
fn a_superseded_incident_hands_its_acts_on() {
    let old = incident("old");
    let newer = Incident { supersedes: vec![id("old")], ..incident("newer") };
    let newest = Incident { supersedes: vec![id("newer")], ..incident("newest") };
    let acts = &whole_way("old")[..2];
    let findings = [finding("newest", "r1", Verdict::Inconsistent)];
    let (cases, problems) = fold(&[newest.clone(), newer.clone()], &findings, acts);
    assert_eq!(problems, []);
    assert_eq!(cases.len(), 1);
    assert_eq!((cases[0].incident, cases[0].state), (id("newest"), CaseState::Verified));
    assert_eq!(cases[0].acts, acts);

    // Where the old one is still given, its case stays, as merged, with its acts.
    let (cases, _) = fold(&[newest, newer, old], &findings, acts);
    let old = cases.iter().find(|case| case.incident == id("old")).unwrap();
    assert_eq!((old.state, old.acts.len(), cases.len()), (CaseState::Merged, 2, 2));
}

#[test]
fn of_several_heirs_the_nearest_takes_the_acts() {
    let with = |name: &str, records: std::ops::Range<u32>, supersedes: Vec<IncidentId>| Incident {
        arrivals: records.map(|record| arrival(detection(record))).collect(),
        supersedes,
        ..incident(name)
    };
    let old = with("old", 0..10, vec![]);
    let (small, large) = (with("small", 0..3, vec![id("old")]), with("large", 3..10, vec![id("old")]));
    let (cases, problems) = fold(&[old, small, large], &[], &whole_way("old")[..1]);
    assert_eq!(codes(&problems), ["split_incident"]);
    assert_eq!(problems[0].severity, Severity::Warning);
    let large = cases.iter().find(|case| case.incident == id("large")).unwrap();
    assert_eq!(large.state, CaseState::UnderVerification);
    assert!(!cases.iter().any(|case| case.incident == id("small")), "nobody touched it and no finding opens it");
}

#[test]
fn circles_of_supersession_end() {
    let a = Incident { supersedes: vec![id("b"), id("a")], ..incident("a") };
    let b = Incident { supersedes: vec![id("a")], ..incident("b") };
    let (cases, problems) = fold(&[a, b], &[], &whole_way("a"));
    assert_eq!(cases.len(), 1);
    assert_eq!((cases[0].incident, cases[0].state), (id("a"), CaseState::Closed));
    assert_eq!(problems, []);
}

#[test]
fn merges_name_a_target_and_never_run_in_circles() {
    let merge = |from: &str, into: Option<&str>, time: &str| Act {
        into: into.map(id),
        ..act(from, ActKind::Merge, ("Ivel", ActorRole::WatchOfficer), time)
    };
    let acts = [
        merge("a", None, "03:00:00"),
        merge("a", Some("a"), "03:01:00"),
        merge("a", Some("nowhere"), "03:02:00"),
        merge("a", Some("b"), "03:03:00"),
        merge("b", Some("c"), "03:04:00"),
        merge("c", Some("a"), "03:05:00"),
    ];
    let folded = docket(&["a", "b", "c"].map(incident), &[], &acts, Opening::default());
    let outcomes: Vec<_> = folded.rulings.iter().map(|ruling| ruling.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Err(Refusal::NoMergeTarget),
            Err(Refusal::MergeCircle),
            Err(Refusal::UnknownMergeTarget),
            Ok(CaseState::Merged),
            Ok(CaseState::Merged),
            Err(Refusal::MergeCircle),
        ]
    );
    assert_eq!(folded.merged_into(id("a")), Some(id("b")));
    assert_eq!(folded.merged_into(id("c")), None);
    assert_eq!(folded.effective(id("a")).count(), 1);
}

#[test]
fn clocks_run_from_the_earliest_plausible_moment() {
    let fresh = |acts: &[Act]| fold(&[incident("a")], &[finding("a", "r1", Verdict::Inconsistent)], acts).0.remove(0);
    let case = fresh(&[]);
    // 02:14:00 with 20 s: three standard deviations earlier is 02:13:00.
    let due: Vec<_> = case.clocks.iter().map(|clock| (clock.name.to_string(), clock.due.to_string())).collect();
    let expected = [
        ("triage_15min", "2031-03-01T02:28:00Z"),
        ("preliminary_6h", "2031-03-01T08:13:00Z"),
        ("mandate_test_12h", "2031-03-01T14:13:00Z"),
        ("package_20h", "2031-03-01T22:13:00Z"),
        ("answer_24h", "2031-03-02T02:13:00Z"),
        ("coordinated_72h", "2031-03-04T02:13:00Z"),
    ];
    assert_eq!(due, expected.map(|(name, due)| (name.to_string(), due.to_string())));

    let late =
        |case: &Case, time: &str| overdue(case, at(time)).map(|clock| clock.name.to_string()).collect::<Vec<_>>();
    assert_eq!(late(&case, "02:27:59"), [""; 0]);
    assert_eq!(late(&case, "02:28:00"), ["triage_15min"]);
    let taken_up = fresh(&whole_way("a")[..1]);
    assert_eq!(late(&taken_up, "08:13:00"), ["preliminary_6h"]);
    assert_eq!(clock_state(&taken_up, &taken_up.clocks[0], at("08:13:00")), ClockState::Met);
    assert_eq!(clock_state(&taken_up, &taken_up.clocks[5], at("08:13:00")), ClockState::Running);
    let dismissed = fresh(&[act("a", ActKind::Dismiss, ("Ivel", ActorRole::WatchOfficer), "02:20:00")]);
    assert_eq!(clock_state(&dismissed, &dismissed.clocks[5], at("23:00:00")), ClockState::Stopped);
    assert_eq!(late(&fresh(&whole_way("a")), "23:59:59"), [""; 0]);
}

#[test]
fn a_refused_act_stops_no_clock() {
    let refused = act("a", ActKind::Escalate, ("Ivel", ActorRole::Auditor), "02:20:00");
    let (cases, problems) = fold(&[incident("a")], &[], &[refused]);
    assert_eq!(codes(&problems), ["role_may_not"]);
    assert_eq!(overdue(&cases[0], at("03:00:00")).count(), 1);
}

#[test]
fn problems_say_who_wanted_what() {
    let (_, problems) = fold(&[], &[], &whole_way("a")[..1]);
    assert_eq!(codes(&problems), ["unknown_incident"]);
    assert!(problems[0].text.contains("Ivel") && problems[0].text.contains("escalate"), "{}", problems[0].text);
    assert!(!problems[0].message.ends_with('.'));
}
