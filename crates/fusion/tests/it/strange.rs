//! Nothing, very much of the same, and numbers that are none.

use crate::make::*;
use truceline_domain::*;
use truceline_fusion::{Fused, Parameters, fuse};

fn whole(detections: Vec<Detection>) -> Fused {
    fuse(detections, &[], &Parameters::default())
}

#[test]
fn nothing_gives_nothing() {
    assert_eq!(whole(Vec::new()), Fused::default());
}

#[test]
fn ten_thousand_of_the_same_are_one_incident() {
    let fused = whole((0..10_000).map(heard).collect());
    assert_eq!(fused.incidents.len(), 1);
    assert_eq!(fused.incidents[0].arrivals.len(), 10_000);
    let once = whole((0..10_000).map(|_| heard(0)).collect());
    assert_eq!(once.incidents[0].arrivals.len(), 1);
}

#[test]
fn ten_thousand_nearly_the_same_are_few_incidents() {
    let near = |k: u32| Detection {
        place: around(f64::from(k % 101) - 50.0, f64::from(k % 97) - 48.0, 100.0),
        time: TimeEstimate::instant(later(time(NOON), f64::from(k) * 0.1), 1.0),
        ..heard(k)
    };
    let start = std::time::Instant::now();
    let fused = whole((0..10_000).map(near).collect());
    assert_eq!(fused.incidents.len(), 1);
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn numbers_that_are_none_stay_out_of_the_results() {
    let bad = |record, f: fn(&mut PlaceEstimate)| {
        let mut place = PlaceEstimate::circular(middle(), 100.0);
        f(&mut place);
        Detection { place: Where::Estimate(place), ..heard(record) }
    };
    let mut clock = heard(6);
    clock.time.sigma_s = f64::NAN;
    let mut backwards = heard(7);
    backwards.time = TimeEstimate { from: time(NOON), until: time("2031-02-15T11:00:00Z"), sigma_s: f64::INFINITY };
    let all = vec![
        bad(0, |p| p.var_east_m2 = f64::NAN),
        bad(1, |p| p.var_north_m2 = f64::INFINITY),
        bad(2, |p| p.var_east_m2 = -5.0),
        bad(3, |p| p.cov_east_north_m2 = 1e9),
        bad(4, |p| (p.var_east_m2, p.var_north_m2) = (0.0, 0.0)),
        heard(5),
        clock,
        backwards,
        Detection { place: around(0.0, 0.0, 1e12), ..heard(8) },
        Detection { time: TimeEstimate::within(Timestamp::MIN, Timestamp::MAX, 1.0), ..heard(9) },
        Detection { count: Known::Known(Count { low: u32::MAX, high: 0 }), ..heard(10) },
    ];
    let fused = whole(all);
    let n = fused.incidents.iter().map(|i| i.arrivals.len()).sum::<usize>() + fused.unexplained.len();
    assert_eq!(n, 11);
    for incident in &fused.incidents {
        assert!(incident.time.sigma_s.is_finite());
        if let Some(place) = incident.estimate() {
            assert!(place.sigma_major_m().is_finite() && place.sigma_major_m() >= 0.0);
        }
        assert!(incident.arrivals.iter().all(|a| a.weight.is_finite() && a.residual_m.is_none_or(f64::is_finite)));
        assert!(incident.class_posterior.iter().all(|(_, p)| p.is_finite()));
    }
}

#[test]
fn poles_and_the_date_line_are_places_too() {
    let place = |lat, lon| Where::Estimate(PlaceEstimate::circular(Wgs84::new(lat, lon).unwrap(), 200.0));
    let there = |record, lat, lon| Detection { place: place(lat, lon), ..heard(record) };
    let fused = whole(vec![there(0, 0.0, 180.0), there(1, 0.0, -179.999), there(2, 89.99, 10.0), there(3, -90.0, 0.0)]);
    assert_eq!(groups(&fused.incidents), [vec![0, 1], vec![2], vec![3]]);
}

#[test]
fn a_large_group_is_solved_in_one_pass() {
    // Three places, 5 km apart, joined into one connected group by vague reports between them.
    let parameters = Parameters { agglomeration_max: 50, ..Parameters::default() };
    let mut all: Vec<Detection> = (0..90)
        .map(|k| Detection { place: around(f64::from(k % 3) * 5_000.0 + f64::from(k), 0.0, 60.0), ..heard(k) })
        .collect();
    all.extend(
        [2_500.0, 7_500.0].into_iter().zip(90..).map(|(x, k)| Detection { place: around(x, 0.0, 2_000.0), ..heard(k) }),
    );
    let fused = fuse(all.clone(), &[], &parameters);
    let large = fused.incidents.iter().filter(|i| i.arrivals.len() >= 30).count();
    assert_eq!(large, 3);
    all.reverse();
    assert_eq!(fused, fuse(all, &[], &parameters));
}
