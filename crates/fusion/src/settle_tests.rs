use super::*;
use truceline_domain::{SignedDuration, Wgs84};

fn at(seconds: f64) -> Timestamp {
    let noon: Timestamp = "2031-02-15T12:00:00Z".parse().unwrap();
    noon.checked_add(SignedDuration::from_secs_f64(seconds)).unwrap()
}

fn instant(seconds: f64, sigma_s: f64) -> (TimeEstimate, f64) {
    (TimeEstimate::instant(at(seconds), sigma_s), 1.0)
}

fn interval(from_s: f64, until_s: f64) -> (TimeEstimate, f64) {
    (TimeEstimate::within(at(from_s), at(until_s), 0.0), 1.0)
}

#[test]
fn instants_of_one_moment_are_averaged() {
    let time = one_time(&[instant(0.0, 3.0), instant(3.0, 3.0), instant(2.0, 1.0)], 600.0).unwrap();
    assert_eq!(time.from, time.until);
    let seconds = time.from.duration_since(at(0.0)).as_secs_f64();
    assert!((seconds - (3.0 / 9.0 + 2.0) / (2.0 / 9.0 + 1.0)).abs() < 1e-4, "{seconds}");
    assert!((time.sigma_s - (2.0_f64 / 9.0 + 1.0).recip().sqrt()).abs() < 1e-4);
}

#[test]
fn an_episode_lasts_from_the_first_to_the_last() {
    let time = one_time(&[instant(0.0, 0.5), instant(40.0, 2.0), instant(200.0, 0.5)], 600.0).unwrap();
    assert_eq!((time.from, time.until, time.sigma_s), (at(0.0), at(200.0), 2.0));
}

#[test]
fn coarse_times_are_cut_to_what_they_share_and_give_way_to_fine_ones() {
    let time = one_time(&[interval(0.0, 86_400.0), interval(3_600.0, 90_000.0)], 600.0).unwrap();
    assert_eq!((time.from, time.until), (at(3_600.0), at(86_400.0)));
    let time = one_time(&[interval(0.0, 86_400.0), instant(500.0, 1.0)], 600.0).unwrap();
    assert_eq!((time.from, time.until), (at(500.0), at(500.0)));
}

fn place(east_m: f64, sigma_m: f64) -> (PlaceEstimate, f64) {
    let frame = LocalFrame::about(Wgs84::new(48.0, 37.0).unwrap());
    (PlaceEstimate::circular(frame.wgs84_from_enu((east_m, 0.0)), sigma_m), 1.0)
}

#[test]
fn places_are_weighted_by_their_information() {
    let fused = one_place(&[place(0.0, 100.0), place(100.0, 50.0)]).unwrap();
    let frame = LocalFrame::about(Wgs84::new(48.0, 37.0).unwrap());
    let (east_m, north_m) = frame.enu_from_wgs84(fused.centre);
    assert!((east_m - 80.0).abs() < 0.1 && north_m.abs() < 0.1, "{east_m} {north_m}");
    assert!((fused.sigma_major_m() - 2_000_f64.sqrt()).abs() < 0.1);
}

#[test]
fn places_that_scatter_beyond_their_errors_are_not_believed_so_sharply() {
    let apart: Vec<_> = (0..6).map(|k| place(f64::from(k) * 400.0, 20.0)).collect();
    assert!(one_place(&apart).unwrap().sigma_major_m() > 150.0);
    let long = extended_place(&apart).unwrap();
    // Six places 400 m apart: the scatter of the middle.
    assert!((long.sigma_towards_m(90.0) - 683.4).abs() < 2.0, "{}", long.sigma_towards_m(90.0));
    assert!(long.sigma_towards_m(0.0) < 25.0);
    assert!(one_place(&[]).is_none() && extended_place(&[]).is_none() && one_time(&[], 600.0).is_none());
}
