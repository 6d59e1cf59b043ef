use super::*;
use truceline_domain::{SignedDuration, Timestamp};

fn at(seconds: f64) -> Timestamp {
    let noon: Timestamp = "2031-02-15T12:00:00Z".parse().unwrap();
    noon.checked_add(SignedDuration::from_secs_f64(seconds)).unwrap()
}

fn within(from_s: f64, until_s: f64, sigma_s: f64) -> TimeEstimate {
    TimeEstimate::within(at(from_s), at(until_s), sigma_s)
}

#[test]
fn fine_times_reach_over_a_silence_and_coarse_ones_do_not() {
    let gap = |a: &TimeEstimate, b: &TimeEstimate| time_gap_s(a, b, 600.0);
    assert_eq!(gap(&within(0.0, 0.0, 0.0), &within(600.0, 600.0, 0.0)), Some(600.0));
    assert_eq!(gap(&within(0.0, 0.0, 0.0), &within(601.0, 601.0, 0.0)), None);
    assert_eq!(gap(&within(0.0, 0.0, 1.0), &within(603.0, 603.0, 1.0)), Some(603.0));
    // An hour that ended a minute ago does not hold this instant, unless the clock may be that wrong.
    assert_eq!(gap(&within(0.0, 3_600.0, 0.0), &within(3_660.0, 3_660.0, 0.0)), None);
    assert_eq!(gap(&within(0.0, 3_600.0, 0.0), &within(3_660.0, 3_660.0, 30.0)), Some(60.0));
    // Touching is not sharing; the first instant belongs to the later interval.
    assert_eq!(gap(&within(0.0, 3_600.0, 0.0), &within(3_600.0, 7_200.0, 0.0)), None);
    assert_eq!(gap(&within(3_600.0, 7_200.0, 0.0), &within(3_600.0, 3_600.0, 0.0)), Some(0.0));
    assert_eq!(gap(&within(0.0, 3_600.0, 0.0), &within(3_600.0, 3_600.0, 0.0)), None);
}

#[test]
fn the_gate_is_the_same_both_ways() {
    for (a, b) in
        [(within(0.0, 10.0, 1.0), within(300.0, 5_000.0, 2.0)), (within(0.0, 0.0, 0.0), within(0.0, 900.0, 0.0))]
    {
        assert_eq!(time_gap_s(&a, &b, 600.0), time_gap_s(&b, &a, 600.0));
    }
}

#[test]
fn a_covariance_that_is_none_passes_no_gate() {
    let good = PlaceEstimate::circular(truceline_domain::Wgs84::new(0.0, 0.0).unwrap(), 1.0);
    let bad = PlaceEstimate { var_east_m2: f64::NAN, ..good };
    assert_eq!(place_statistic(&good, &bad, 0.0), None);
    assert_eq!(place_statistic(&good, &good, 0.0), Some(0.0));
}
