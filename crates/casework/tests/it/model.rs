//! The state machine against a model that lists every legal move one by one.

use crate::support::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use truceline_casework::{Opening, docket, fold, may, next_state};
use truceline_domain::*;

/// From, act, to. What is not listed is illegal.
const LEGAL: &[(&str, &str, &str)] = &[
    ("candidate", "escalate", "under_verification"),
    ("candidate", "dismiss", "dismissed"),
    ("candidate", "merge", "merged"),
    ("under_verification", "dismiss", "dismissed"),
    ("under_verification", "merge", "merged"),
    ("under_verification", "verify", "verified"),
    ("verified", "determine", "determined"),
    ("determined", "notify", "notified"),
    ("notified", "close", "closed"),
    ("dismissed", "review", "under_verification"),
    ("merged", "review", "under_verification"),
    ("verified", "review", "under_verification"),
    ("determined", "review", "under_verification"),
    ("notified", "review", "under_verification"),
    ("closed", "review", "under_verification"),
];

/// Role, what it may do. The auditor is not listed.
const ROLES: &[(&str, &[&str])] = &[
    ("watch_officer", &["escalate", "dismiss", "merge"]),
    ("analyst", &["merge", "verify"]),
    ("verification_lead", &["escalate", "dismiss", "merge", "verify", "close", "review"]),
    ("legal_adviser", &["review"]),
    ("release_officer", &["notify"]),
    ("liaison_officer", &["notify"]),
    ("commission", &["determine", "close", "review"]),
];

const INCIDENTS: [&str; 3] = ["one", "two", "three"];
const SEPARATE: [&str; 3] = ["verify", "determine", "notify"];

fn model_may(role: &str, kind: &str) -> bool {
    ROLES.iter().any(|(r, kinds)| *r == role && kinds.contains(&kind))
}

fn model_next(from: &str, kind: &str) -> Option<&'static str> {
    LEGAL.iter().find(|(f, k, _)| *f == from && *k == kind).map(|(_, _, to)| *to)
}

#[test]
fn the_tables_agree_on_every_pair() {
    for kind in ActKind::ALL {
        for state in CaseState::ALL {
            assert_eq!(next_state(*state, *kind).map(CaseState::word), model_next(state.word(), kind.word()));
        }
        for role in ActorRole::ALL {
            assert_eq!(may(*role, *kind), model_may(role.word(), kind.word()), "{role} {kind}");
        }
        assert!(!may(ActorRole::Auditor, *kind));
    }
}

/// Folds acts (sorted) by the tables alone: states of the cases and which acts took effect.
fn model_fold(acts: &[Act]) -> (BTreeMap<IncidentId, &'static str>, Vec<bool>) {
    let known: BTreeSet<IncidentId> = INCIDENTS.iter().map(|name| id(name)).collect();
    let mut states: BTreeMap<IncidentId, &'static str> = known.iter().map(|id| (*id, "candidate")).collect();
    let mut into: BTreeMap<IncidentId, IncidentId> = BTreeMap::new();
    let mut did: BTreeMap<(IncidentId, String), &'static str> = BTreeMap::new();
    let mut effects = Vec::new();
    for act in acts {
        let (kind, person) = (act.kind.word(), act.actor.as_str().to_lowercase());
        let to = states.get(&act.incident).and_then(|from| model_next(from, kind));
        let others =
            did.get(&(act.incident, person.clone())).is_some_and(|done| SEPARATE.contains(&kind) && *done != kind);
        let silent = act.reason.is_empty() && ["dismiss", "determine", "review"].contains(&kind);
        let mut circle = false;
        if kind == "merge" {
            let mut at = act.into;
            circle = !at.is_some_and(|target| known.contains(&target));
            while let Some(target) = at {
                circle |= target == act.incident;
                at = into.get(&target).copied();
            }
        }
        let legal = !person.is_empty() && model_may(act.role.word(), kind) && !others && !silent && !circle;
        let Some(to) = to.filter(|_| legal) else {
            effects.push(false);
            continue;
        };
        states.insert(act.incident, to);
        into.remove(&act.incident);
        if let Some(target) = act.into.filter(|_| kind == "merge") {
            into.insert(act.incident, target);
        }
        if SEPARATE.contains(&kind) {
            did.insert((act.incident, person), kind);
        }
        effects.push(true);
    }
    (states, effects)
}

/// Acts that are mostly sensible, so that long ways are walked, and sometimes not.
fn any_act() -> impl Strategy<Value = Act> {
    let name = || prop_oneof![20 => prop::sample::select(&INCIDENTS[..]), 1 => Just("nowhere")];
    let role = |kind: ActKind| {
        let fitting: Vec<_> = ActorRole::ALL.iter().copied().filter(|r| model_may(r.word(), kind.word())).collect();
        prop_oneof![8 => prop::sample::select(fitting), 1 => prop::sample::select(ActorRole::ALL)]
    };
    let kinds = prop::sample::select(ActKind::ALL);
    (
        kinds.prop_flat_map(move |kind| (Just(kind), role(kind))),
        name(),
        prop::option::of(name()),
        0..50_i64,
        (0..40_u32, 0..20_u32),
    )
        .prop_map(|((kind, role), incident, into, minute, (who, reason))| Act {
            incident: id(incident),
            kind,
            actor: match who {
                0 => String::new(),
                1..9 => "ORSAN".into(),
                9..17 => "Orsan".into(),
                _ => format!("{role} {}", who % 3),
            }
            .into(),
            role,
            at: at("03:00:00") + SignedDuration::from_mins(minute),
            reason: if reason == 0 { String::new() } else { "weighed".into() },
            into: into.filter(|_| kind == ActKind::Merge).map(id),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn folding_agrees_with_the_model(acts in prop::collection::vec(any_act(), 0..40)) {
        let incidents: Vec<_> = INCIDENTS.iter().map(|name| incident(name)).collect();
        let findings: Vec<_> = INCIDENTS.iter().map(|name| finding(name, "r1", Verdict::Inconsistent)).collect();
        let folded = docket(&incidents, &findings, &acts, Opening::default());
        let sorted: Vec<Act> = folded.rulings.iter().map(|ruling| ruling.act.clone()).collect();
        prop_assert!(sorted.is_sorted_by_key(|act| act.at));
        let (states, effects) = model_fold(&sorted);
        for case in &folded.cases {
            prop_assert_eq!(case.state.word(), states[&case.incident]);
        }
        prop_assert_eq!(folded.cases.len(), INCIDENTS.len());
        let took: Vec<bool> = folded.rulings.iter().map(|ruling| ruling.outcome.is_ok()).collect();
        prop_assert_eq!(&took, &effects);
        prop_assert_eq!(folded.problems.len(), effects.iter().filter(|took| !**took).count());

        // Nothing is deleted: every act about a known incident is in its case, every other one is a problem.
        let kept: usize = folded.cases.iter().map(|case| case.acts.len()).sum();
        let foreign = folded.problems.iter().filter(|p| p.code == "unknown_incident").count();
        prop_assert_eq!(kept + foreign, acts.len());
    }

    #[test]
    fn the_order_of_the_log_changes_nothing(acts in prop::collection::vec(any_act(), 0..25), turn in 0..25_usize) {
        let incidents: Vec<_> = INCIDENTS.iter().map(|name| incident(name)).collect();
        let once = fold(&incidents, &[], &acts);
        let (mut acts, mut incidents) = (acts, incidents);
        acts.reverse();
        let turn = turn.min(acts.len());
        acts.rotate_left(turn);
        incidents.reverse();
        prop_assert_eq!(once, fold(&incidents, &[], &acts));
    }
}
