//! Reports that know only their day, and counts for whole areas.

use crate::make::*;
use truceline_domain::*;
use truceline_fusion::{Parameters, fuse};

fn reported(record: u32, date: &str) -> Detection {
    Detection {
        modality: Modality::OpenSource,
        means: Means::Reported,
        phenomenon: Phenomenon::Shelling,
        time: day(date),
        place: around(0.0, 0.0, 1_000.0),
        dependence: Some(format!("text {record}").into()),
        ..heard(record)
    }
}

fn grouped(detections: Vec<Detection>) -> Vec<Vec<u32>> {
    groups(&fuse(detections, &[], &Parameters::default()).incidents)
}

#[test]
fn neighbouring_days_are_not_the_same_happening() {
    assert_eq!(grouped(vec![reported(0, "2031-02-15"), reported(1, "2031-02-16")]), [[0], [1]]);
    assert_eq!(grouped(vec![reported(0, "2031-02-15"), reported(1, "2031-02-15")]), [[0, 1]]);
}

#[test]
fn an_instant_belongs_to_its_own_day_even_at_midnight() {
    let shot = |record, at: &str| Detection { time: TimeEstimate::instant(time(at), 0.0), ..heard(record) };
    let all = vec![reported(0, "2031-02-15"), reported(1, "2031-02-16"), shot(2, "2031-02-16T00:00:00Z")];
    assert_eq!(grouped(all), [vec![0], vec![1, 2]]);
}

#[test]
fn a_day_report_does_not_join_the_morning_with_the_evening() {
    let shot = |record, at: &str| Detection { time: TimeEstimate::instant(time(at), 2.0), ..heard(record) };
    let all = vec![reported(0, "2031-02-15"), shot(1, "2031-02-15T02:00:00Z"), shot(2, "2031-02-15T20:00:00Z")];
    let fused = fuse(all, &[], &Parameters::default());
    let sizes: Vec<usize> = fused.incidents.iter().map(|i| i.arrivals.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 3);
    assert_eq!(sizes.len(), 2);
    // The report went to one of them; the other says that it could have had it.
    let (winner, loser) = if sizes[0] == 2 {
        (&fused.incidents[0], &fused.incidents[1])
    } else {
        (&fused.incidents[1], &fused.incidents[0])
    };
    assert_eq!(winner.rivals, vec![loser.id]);
    assert_eq!(loser.rivals, vec![winner.id]);
    // Its time is that of the shot, not the day's.
    assert!(winner.time.until.duration_since(winner.time.from).as_secs() < 60);
}

#[test]
fn one_digest_that_names_two_villages_is_two_places() {
    let row = |record, east_m| Detection {
        dependence: Some("digest".into()),
        place: around(east_m, 0.0, 1_000.0),
        ..reported(record, "2031-02-15")
    };
    // 1.5 km apart with 1 km errors: the gate alone would join them.
    assert_eq!(grouped(vec![row(0, 0.0), row(1, 1_500.0)]), [[0], [1]]);
    assert_eq!(grouped(vec![row(0, 0.0), row(1, 0.0)]), [[0, 1]]);
    // Another text on the first village joins that one alone.
    assert_eq!(grouped(vec![row(0, 0.0), row(1, 1_500.0), reported(2, "2031-02-15")]), [vec![0, 2], vec![1]]);
}

#[test]
fn area_counts_meet_only_their_own_area_period_and_kind() {
    let count = |record, area: &str, date: &str, phenomenon| Detection {
        modality: Modality::MissionTable,
        phenomenon,
        time: day(date),
        place: Where::Area(area.into()),
        count: Known::Known(Count::exactly(145)),
        ..heard(record)
    };
    let all = vec![
        count(0, "north", "2031-02-15", Phenomenon::MixedFire),
        count(1, "north", "2031-02-15", Phenomenon::MixedFire),
        count(2, "south", "2031-02-15", Phenomenon::MixedFire),
        count(3, "north", "2031-02-16", Phenomenon::MixedFire),
        count(4, "north", "2031-02-15", Phenomenon::Explosion),
        Detection { place: around(0.0, 0.0, 500.0), ..count(5, "north", "2031-02-15", Phenomenon::MixedFire) },
    ];
    let fused = fuse(all, &[], &Parameters::default());
    assert_eq!(groups(&fused.incidents), [vec![0, 1], vec![2], vec![3], vec![4], vec![5]]);
    let south = fused.incidents.iter().find(|i| i.place == Where::Area("south".into())).unwrap();
    assert_eq!((south.counts.observations, south.counts.smm_style), (145, 145));
    assert_eq!(south.class, EventClass::MixedFire);
}

#[test]
fn an_image_of_the_days_after_joins_what_it_shows() {
    // The image says: changed between yesterday's and today's overpass.
    let crater = Detection {
        modality: Modality::OpticalSatellite,
        phenomenon: Phenomenon::GroundChange,
        time: TimeEstimate::within(time("2031-02-14T10:31:00Z"), time("2031-02-15T21:00:00Z"), 0.0),
        place: around(60.0, 0.0, 20.0),
        ..heard(1)
    };
    assert_eq!(grouped(vec![heard(0), crater]), [[0, 1]]);
}
