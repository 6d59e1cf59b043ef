//! What must hold for every register.

use crate::support::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use truceline_coverage::{MAX_HOURS, Prepared, statements};
use truceline_domain::*;

/// Sensors by id, each once: an id is unique in a mission.
fn unique(mut sensors: Vec<Sensor>) -> Vec<Sensor> {
    sensors.sort_by(|a, b| a.id.cmp(&b.id));
    sensors.dedup_by(|a, b| a.id == b.id);
    sensors
}

fn registers() -> impl Strategy<Value = Vec<Sensor>> {
    prop::collection::vec(any_sensor(), 0..6).prop_map(unique)
}

fn outages() -> impl Strategy<Value = Vec<Outage>> {
    prop::collection::vec(any_outage(), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn agrees_with_the_naive_double_loop(
        sensors in registers(), outages in outages(), from in 0..200_i64, length in 1..200_i64,
    ) {
        let window = minutes(from, from + length);
        let said = state(&sensors, &outages, window);
        let (share, mean, worst) = naive(&sensors, &outages, window);
        prop_assert!((said.mean_pd - mean).abs() < 1e-9, "mean {} {mean}", said.mean_pd);
        prop_assert!((said.worst_pd - worst).abs() < 1e-9, "worst {} {worst}", said.worst_pd);
        prop_assert!((said.share_pd90 - share).abs() < 1e-9, "share {} {share}", said.share_pd90);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn one_more_sensor_never_lowers(sensors in registers(), extra in any_sensor(), outages in outages()) {
        let window = minutes(0, 360);
        let before = state(&sensors, &outages, window);
        let mut more = sensors;
        more.push(Sensor { id: "extra".into(), ..extra });
        let after = state(&more, &outages, window);
        prop_assert!(after.mean_pd >= before.mean_pd - 1e-12);
        prop_assert!(after.worst_pd >= before.worst_pd - 1e-12);
        prop_assert!(after.share_pd90 >= before.share_pd90 - 1e-12);
        prop_assert!(after.wording <= before.wording, "{:?} {:?}", after.wording, before.wording);
    }

    #[test]
    fn one_more_outage_never_raises(sensors in registers(), outages in outages(), extra in any_outage()) {
        let window = minutes(0, 360);
        let before = state(&sensors, &outages, window);
        let more: Vec<_> = outages.into_iter().chain([extra]).collect();
        let after = state(&sensors, &more, window);
        prop_assert!(after.mean_pd <= before.mean_pd + 1e-12);
        prop_assert!(after.worst_pd <= before.worst_pd + 1e-12);
        prop_assert!(after.share_pd90 <= before.share_pd90 + 1e-12);
        prop_assert!(after.wording >= before.wording);
    }

    #[test]
    fn a_window_is_the_weighted_mean_of_its_parts(
        sensors in registers(), outages in outages(), from in 0..90_i64, hour in 2..5_i64,
    ) {
        let (whole, cut) = (minutes(from, 380), hour * 60);
        let all = state(&sensors, &outages, whole);
        let parts = [state(&sensors, &outages, minutes(from, cut)), state(&sensors, &outages, minutes(cut, 380))];
        let weighed = |of: fn(&CoverageStatement) -> f64| -> f64 {
            parts.iter().map(|p| of(p) * p.window.seconds()).sum::<f64>() / whole.seconds()
        };
        prop_assert!((all.mean_pd - weighed(|s| s.mean_pd)).abs() < 1e-9);
        prop_assert!((all.share_pd90 - weighed(|s| s.share_pd90)).abs() < 1e-9);
        prop_assert!((all.worst_pd - parts[0].worst_pd.min(parts[1].worst_pd)).abs() < 1e-12);
    }

    #[test]
    fn order_changes_nothing(
        sensors in prop::collection::vec(any_sensor(), 0..6).prop_shuffle(),
        outages in outages(),
        turn in 0..7_usize,
    ) {
        let window = minutes(7, 333);
        let once = state(&sensors, &outages, window);
        let (mut sensors, mut outages) = (sensors, outages);
        sensors.reverse();
        sensors.iter_mut().for_each(|s| s.reach.reverse());
        let turn = turn.min(outages.len());
        outages.rotate_left(turn);
        let again = state(&sensors, &outages, window);
        prop_assert_eq!(&once.gaps, &again.gaps);
        prop_assert_eq!(once, again);
    }

    #[test]
    fn numbers_stay_in_bounds_and_silence_follows_from_them(
        mut sensors in registers(), mut outages in outages(), from in 0..300_i64, length in 0..300_i64,
        bad in prop_oneof![Just(f64::NAN), Just(-1.0), Just(f64::INFINITY), Just(7.0), Just(-0.0)], which in 0..3,
    ) {
        match (which, sensors.first_mut(), outages.first_mut()) {
            (0, Some(sensor), _) => sensor.reach[0].pd = bad,
            (1, Some(sensor), _) => sensor.reach[0].range_m = bad,
            (_, _, Some(outage)) => outage.pd_factor = bad,
            _ => {}
        }
        let said = state(&sensors, &outages, minutes(from, from + length));
        for number in [said.share_pd90, said.mean_pd, said.worst_pd] {
            prop_assert!((0.0..=1.0).contains(&number), "{said:?}");
        }
        prop_assert!(said.worst_pd <= said.mean_pd && said.mean_pd >= 0.9 * said.share_pd90 - 1e-9);
        prop_assert_eq!(said.missed_upper_95.is_some(), said.mean_pd > 0.0);
        prop_assert!(said.gaps.iter().all(|gap| gap.span.overlap(&said.window) == Some(gap.span)));
        prop_assert!(said.gaps.is_sorted_by_key(|gap| (gap.span.from, gap.sensor.clone())));
        if said.wording == CoverageWording::NoneDetectedHigh {
            prop_assert!(said.mean_pd >= 0.81 && said.worst_pd >= 0.5 - 1e-9);
        }
    }

    #[test]
    fn the_hours_add_up_to_the_statement(sensors in registers(), outages in outages(), from in 0..90_i64) {
        let window = minutes(from, 395);
        let said = state(&sensors, &outages, window);
        let hours = Prepared::new(&sensors, &area()).hourly(&outages, window, CLASS);
        prop_assert_eq!(hours[0].span.from, window.from);
        prop_assert_eq!(hours[hours.len() - 1].span.until, window.until);
        prop_assert!(hours.windows(2).all(|pair| pair[0].span.until == pair[1].span.from));
        prop_assert!(hours.iter().all(|hour| hour.span.seconds() <= 3600.0));
        let mean = hours.iter().map(|h| h.mean_pd * h.span.seconds()).sum::<f64>() / window.seconds();
        let share = hours.iter().map(|h| h.share_pd90 * h.span.seconds()).sum::<f64>() / window.seconds();
        let worst = hours.iter().map(|h| h.worst_pd).fold(1.0, f64::min);
        prop_assert!((mean - said.mean_pd).abs() < 1e-9 && (share - said.share_pd90).abs() < 1e-9);
        prop_assert!((worst - said.worst_pd).abs() < 1e-12);
    }
}

#[test]
fn sensors_that_fail_together_count_as_together() {
    let sensors = [sensor("a", None, (f64::INFINITY, 1.0)), sensor("b", None, (f64::INFINITY, 1.0))];
    let together = [outage("a", minutes(0, 30), 0.0), outage("b", minutes(0, 30), 0.0)];
    assert!((state(&sensors, &together, minutes(0, 60)).mean_pd - 0.5).abs() < 1e-12);
    let in_turn = [outage("a", minutes(0, 30), 0.0), outage("b", minutes(30, 60), 0.0)];
    assert!((state(&sensors, &in_turn, minutes(0, 60)).mean_pd - 1.0).abs() < 1e-12);
}

#[test]
fn nothing_to_watch_with_or_over_is_not_monitored() {
    let good = [sensor("a", None, (f64::INFINITY, 0.99))];
    let blind = [
        sensor("nan range", Some((47.1, 35.1)), (f64::NAN, 0.9)),
        sensor("nan pd", None, (f64::INFINITY, f64::NAN)),
        sensor("zero pd", None, (f64::INFINITY, 0.0)),
        sensor("nowhere", None, (5_000.0, 0.9)),
        sensor("far", Some((-47.1, 35.1)), (5_000.0, 0.9)),
        Sensor { valid: minutes(-100, 0), ..sensor("gone", None, (f64::INFINITY, 0.9)) },
    ];
    let nowhere = Area::from_rings([vec![]]);
    for (sensors, area, window) in [
        (&good[..0], &area(), minutes(0, 600)),
        (&blind[..], &area(), minutes(0, 600)),
        (&good[..], &nowhere, minutes(0, 600)),
        (&good[..], &area(), minutes(5, 5)),
    ] {
        let detected = BTreeMap::new();
        let request = ask(window, EventClass::ALL, &detected);
        for said in statements(sensors, &[outage("gone", minutes(0, 9), 0.0)], area, &request) {
            assert_eq!(said.wording, CoverageWording::NotMonitored, "{said:?}");
            assert_eq!((said.share_pd90, said.mean_pd, said.worst_pd), (0.0, 0.0, 0.0));
            assert_eq!(said.missed_upper_95, None);
        }
    }
    let problems = Prepared::new(&blind, &area()).problems().to_vec();
    let codes: Vec<_> = problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["bad_pd", "bad_range", "reach_without_place"]);
}

#[test]
fn a_sensor_that_is_down_all_the_time_is_not_assessable_with_its_gap() {
    let said =
        state(&[sensor("a", None, (f64::INFINITY, 0.9))], &[outage("a", minutes(-60, 900), 0.0)], minutes(0, 600));
    assert_eq!(said.wording, CoverageWording::NotAssessable);
    assert_eq!(said.missed_upper_95, None);
    assert_eq!(said.gaps.iter().map(|gap| gap.span).collect::<Vec<_>>(), [minutes(0, 600)]);
}

#[test]
fn what_was_detected_is_no_absence() {
    let sensors = [sensor("a", None, (f64::INFINITY, 0.95))];
    let prepared = Prepared::new(&sensors, &area());
    let detected = BTreeMap::from([(CLASS, 3)]);
    let said = prepared.statements(&[], &ask(minutes(0, 60), &[CLASS, EventClass::Vessel], &detected));
    assert_eq!((said[0].wording, said[0].n_detected), (CoverageWording::Detected, 3));
    assert_eq!(said[0].missed_upper_95, None);
    assert_eq!(said[1].wording, CoverageWording::NotMonitored);
}

#[test]
fn gaps_that_touch_are_one_and_foreign_ones_are_none() {
    let mut other = outage("a", minutes(20, 40), 0.2);
    other.cause = "storm".into();
    let down = [
        outage("a", minutes(30, 60), 0.0),
        outage("a", minutes(10, 30), 0.5),
        other,
        outage("b", minutes(0, 60), 0.0),
        outage("a", minutes(80, 90), 1.0),
    ];
    let said = state(&[sensor("a", None, (f64::INFINITY, 0.9))], &down, minutes(0, 120));
    let gaps: Vec<_> = said.gaps.iter().map(|gap| (gap.span, gap.cause.as_str())).collect();
    assert_eq!(gaps, [(minutes(10, 60), "power"), (minutes(20, 40), "storm")]);
}

#[test]
fn all_of_time_is_bounded_work() {
    let sensors = [sensor("a", None, (f64::INFINITY, 0.9))];
    let said = state(&sensors, &[outage("a", minutes(0, 60), 0.0)], Span::ALWAYS);
    assert!((said.mean_pd - 0.9).abs() < 1e-6);
    assert_eq!(said.worst_pd, 0.0);
    let hours = Prepared::new(&sensors, &area()).hourly(&[], Span::ALWAYS, CLASS);
    assert_eq!(hours.len(), MAX_HOURS);
}
