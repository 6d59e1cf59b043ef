//! Hot spots, drones, vessels and things that speak of different happenings.

use crate::make::*;
use truceline_domain::*;
use truceline_fusion::{Parameters, fuse};

fn grouped(detections: Vec<Detection>) -> Vec<Vec<u32>> {
    groups(&fuse(detections, &[], &Parameters::default()).incidents)
}

fn hot(record: u32, east_m: f64, seconds: f64) -> Detection {
    Detection {
        modality: Modality::ThermalSatellite,
        phenomenon: Phenomenon::ThermalAnomaly,
        place: around(east_m, 0.0, 190.0),
        time: TimeEstimate::instant(later(time(NOON), seconds), 30.0),
        ..heard(record)
    }
}

#[test]
fn pixels_of_one_overpass_chain_into_one_fire() {
    let fused = fuse((0..14).map(|k| hot(k, f64::from(k) * 900.0, 5.0)).collect(), &[], &Parameters::default());
    assert_eq!(fused.incidents.len(), 1);
    let fire = &fused.incidents[0];
    assert_eq!(fire.class, EventClass::Fire);
    assert!(fire.class_posterior[0].1 > 0.8);
    assert_eq!(fire.counts.rounds, None);
    // The fire is as long as it was seen to be.
    assert!(fire.estimate().unwrap().sigma_major_m() > 3_000.0);
    assert_eq!(grouped(vec![hot(0, 0.0, 0.0), hot(1, 3_000.0, 0.0)]), [[0], [1]]);
}

#[test]
fn the_next_overpass_sees_the_same_fire() {
    let hour = 3_600.0;
    assert_eq!(grouped(vec![hot(0, 0.0, 0.0), hot(1, 900.0, 13.0 * hour)]), [[0, 1]]);
    assert_eq!(grouped(vec![hot(0, 0.0, 0.0), hot(1, 900.0, 15.0 * hour)]), [[0], [1]]);
    // What burns for longer than three days is several incidents.
    let days = grouped((0..15).map(|k| hot(k, 0.0, f64::from(k) * 10.0 * hour)).collect());
    assert_eq!(days, [vec![0, 1, 2, 3, 4, 5, 6, 7], vec![8, 9, 10, 11, 12, 13, 14]]);
}

#[test]
fn spots_that_know_only_their_day_do_not_reach_the_next() {
    let on = |record, date| Detection { time: day(date), ..hot(record, 0.0, 0.0) };
    assert_eq!(grouped(vec![on(0, "2031-02-15"), on(1, "2031-02-15"), on(2, "2031-02-16")]), [vec![0, 1], vec![2]]);
}

fn seen(record: u32, phenomenon: Phenomenon, (east_m, sigma_m): (f64, f64), minutes: f64) -> Detection {
    Detection {
        modality: if phenomenon == Phenomenon::Plume { Modality::Camera } else { Modality::Acoustic },
        phenomenon,
        place: around(east_m, 0.0, sigma_m),
        time: TimeEstimate::instant(later(time(NOON), minutes * 60.0), 1.0),
        ..heard(record)
    }
}

#[test]
fn smoke_goes_with_the_fire_under_it() {
    let smoke = |record, east_m, minutes| seen(record, Phenomenon::Plume, (east_m, 300.0), minutes);
    // Half an hour between looks, first before any satellite passed; one hot spot; smoke after it; smoke far away.
    let all = vec![
        smoke(0, -200.0, -90.0),
        smoke(1, 100.0, -60.0),
        smoke(2, 0.0, -30.0),
        hot(3, 200.0, 0.0),
        smoke(4, 500.0, 300.0),
        smoke(5, 9_000.0, 0.0),
    ];
    let fused = fuse(all, &[], &Parameters::default());
    assert_eq!(groups(&fused.incidents), [vec![0, 1, 2, 3, 4], vec![5]]);
    let fire = fused.incidents.iter().find(|incident| incident.arrivals.len() == 5).unwrap();
    assert_eq!(fire.class, EventClass::Fire);
    assert!(fire.class_posterior[0].1 > 0.95, "{:?}", fire.class_posterior);
}

#[test]
fn smoke_that_rises_from_a_bang_belongs_to_it_even_beside_a_fire() {
    let all = vec![
        hot(0, 0.0, -3_600.0),
        seen(1, Phenomenon::Impact, (0.0, 100.0), 0.0),
        seen(2, Phenomenon::Plume, (0.0, 300.0), 1.0),
        seen(3, Phenomenon::Plume, (0.0, 300.0), 60.0),
    ];
    assert_eq!(grouped(all), [vec![0, 3], vec![1, 2]]);
}

#[test]
fn explosions_in_a_fire_may_be_ammunition_in_its_heat() {
    let other = |before: Vec<Detection>, phenomenon, east_m, minutes| {
        let bang = |record, modality| Detection { modality, ..seen(record, phenomenon, (east_m, 50.0), minutes) };
        let all = [before, vec![bang(90, Modality::Acoustic), bang(91, Modality::Seismic)]].concat();
        let fused = fuse(all, &[], &Parameters::default());
        let incident = fused.incidents.into_iter().find(|i| i.members().any(|id| id.record == 90)).unwrap();
        assert_eq!(incident.arrivals.len(), 2);
        let share = incident.class_posterior.iter().find(|(class, _)| *class == EventClass::Other);
        let named = incident.reasons.iter().any(|reason| reason.contains("beside a fire"));
        let share = share.map_or(0.0, |(_, p)| *p);
        assert_eq!(named, share > 0.3);
        share
    };
    let fire = || vec![hot(0, 0.0, 0.0), hot(1, 500.0, 0.0)];
    assert!((other(fire(), Phenomenon::Explosion, 300.0, 60.0) - 0.4).abs() < 0.01);
    // Elsewhere, before the fire, long after it, without one, or known to be an impact: no such rival.
    assert!(other(fire(), Phenomenon::Explosion, 4_000.0, 60.0) < 0.1);
    assert!(other(fire(), Phenomenon::Explosion, 300.0, -10.0) < 0.1);
    assert!(other(fire(), Phenomenon::Explosion, 300.0, 300.0) < 0.1);
    assert!(other(Vec::new(), Phenomenon::Explosion, 300.0, 60.0) < 0.1);
    assert!(other(fire(), Phenomenon::Impact, 300.0, 60.0) < 0.1);
}

fn plot(record: u32, sensor: &str, (east_m, north_m): (f64, f64), minutes: f64) -> Detection {
    Detection {
        modality: Modality::Radar,
        sensor: sensor.into(),
        phenomenon: Phenomenon::Vessel,
        place: around(east_m, north_m, 80.0),
        time: TimeEstimate::instant(later(time(NOON), minutes * 60.0), 1.0),
        ..heard(record)
    }
}

#[test]
fn vessels_that_cross_stay_two() {
    // Five metres a second, east and west, passing each other at 600 m; one radar, a look every ten minutes.
    let all = (0..12_u32).map(|k| {
        let (look, is_second) = (k / 2, k % 2 == 1);
        let east_m = f64::from(look) * 3_000.0 - 7_500.0;
        let sign = if is_second { -1.0 } else { 1.0 };
        Detection {
            motion: Some(Motion { speed_mps: 5.0, course_deg: if is_second { 270.0 } else { 90.0 } }),
            ..plot(k, "R", (sign * east_m, sign * 300.0), f64::from(look) * 10.0)
        }
    });
    assert_eq!(grouped(all.collect()), [vec![0, 2, 4, 6, 8, 10], vec![1, 3, 5, 7, 9, 11]]);
}

#[test]
fn two_at_one_time_in_different_places_are_two() {
    assert_eq!(grouped(vec![plot(0, "R", (0.0, 0.0), 0.0), plot(1, "S", (4_000.0, 0.0), 0.0)]), [[0], [1]]);
    assert_eq!(grouped(vec![plot(0, "R", (0.0, 0.0), 0.0), plot(1, "S", (100.0, 0.0), 0.0)]), [[0, 1]]);
    assert_eq!(grouped(vec![plot(0, "R", (0.0, 0.0), 0.0), plot(1, "R", (100.0, 0.0), 0.0)]), [[0], [1]]);
}

#[test]
fn what_is_seen_where_one_thing_tells_that_it_is_joins_it() {
    let told = |record, identity: &str, east_m, minutes, speed_mps| Detection {
        modality: Modality::Ais,
        claimed_identity: Some(identity.into()),
        motion: Some(Motion { speed_mps, course_deg: 90.0 }),
        ..plot(record, "A", (east_m, 0.0), minutes)
    };
    let all = vec![
        told(0, "111", 0.0, 0.0, 5.0),
        plot(1, "R", (300.0, 50.0), 1.0),
        told(2, "111", 3_000.0, 10.0, 5.0),
        // The same name, faster than any ship: another's, or made up.
        told(3, "111", 9_000.0, 20.0, 46.0),
        plot(4, "R", (5_000.0, 0.0), 10.0),
    ];
    assert_eq!(grouped(all), [vec![0, 1, 2], vec![3], vec![4]]);
}

#[test]
fn a_fire_is_not_the_explosion_beside_it() {
    assert_eq!(grouped(vec![heard(0), hot(1, 0.0, 0.0)]), [[0], [1]]);
}

#[test]
fn a_drone_is_handed_from_microphone_to_microphone_across_a_hole() {
    let pass = |k: u32| {
        let seconds = if k < 6 { f64::from(k) * 70.0 } else { f64::from(k) * 70.0 + 120.0 };
        Detection {
            phenomenon: Phenomenon::DroneInFlight,
            sensor: format!("M{k}").into(),
            place: around(seconds * 50.0, 0.0, 400.0),
            time: TimeEstimate::instant(later(time(NOON), seconds), 5.0),
            ..heard(k)
        }
    };
    let fused = fuse((0..11).map(pass).collect(), &[], &Parameters::default());
    assert_eq!(fused.incidents.len(), 1);
    assert_eq!(fused.incidents[0].class, EventClass::DroneFlight);
}

#[test]
fn claimed_identities_stay_apart_from_each_other_and_from_what_is_seen() {
    let ship = |record, modality, identity: Option<&str>, seconds| Detection {
        modality,
        phenomenon: Phenomenon::Vessel,
        claimed_identity: identity.map(Name::from),
        time: TimeEstimate::instant(later(time(NOON), seconds), 1.0),
        ..heard(record)
    };
    let all = vec![
        ship(0, Modality::Ais, Some("111"), 0.0),
        ship(1, Modality::Ais, Some("222"), 1.0),
        ship(2, Modality::Ais, Some("111"), 1_200.0),
        ship(3, Modality::Radar, None, 2.0),
        ship(4, Modality::SarSatellite, None, 300.0),
        ship(5, Modality::Ais, None, 3.0),
        ship(6, Modality::Ais, Some("111"), 20_000.0),
    ];
    // Two names told at one place: which of them was seen there is open.
    assert_eq!(grouped(all), [vec![0, 2], vec![1], vec![3, 4], vec![5], vec![6]]);
}

#[test]
fn stories_that_exclude_each_other_stay_apart() {
    let said = |record, phenomenon| Detection { phenomenon, ..heard(record) };
    assert_eq!(grouped(vec![said(0, Phenomenon::Shelling), said(1, Phenomenon::DroneStrike)]), [[0], [1]]);
    assert_eq!(grouped(vec![said(0, Phenomenon::Shot), said(1, Phenomenon::Impact)]), [[0], [1]]);
    assert_eq!(grouped(vec![said(0, Phenomenon::Shelling), said(1, Phenomenon::Explosion)]), [[0, 1]]);
}

#[test]
fn a_blast_in_a_quarry_is_blasting() {
    let seen = |record, modality, phenomenon| Detection { modality, phenomenon, ..heard(record) };
    let all = vec![
        seen(0, Modality::Seismic, Phenomenon::QuarryBlast),
        seen(1, Modality::Infrasound, Phenomenon::Explosion),
        seen(2, Modality::Camera, Phenomenon::Plume),
        seen(3, Modality::Camera, Phenomenon::Plume),
    ];
    let fused = fuse(all, &[], &Parameters::default());
    assert_eq!(fused.incidents.len(), 1);
    assert_eq!(fused.incidents[0].class, EventClass::Blasting);
    assert!(fused.incidents[0].class_posterior[0].1 >= 0.95, "{:?}", fused.incidents[0].class_posterior);
}

#[test]
fn ground_torn_by_a_blast_is_part_of_it() {
    let seen = |record, modality, phenomenon| Detection { modality, phenomenon, ..heard(record) };
    let all = vec![
        seen(0, Modality::Seismic, Phenomenon::QuarryBlast),
        seen(1, Modality::Acoustic, Phenomenon::Explosion),
        seen(2, Modality::SarSatellite, Phenomenon::GroundChange),
    ];
    let fused = fuse(all, &[], &Parameters::default());
    assert_eq!(groups(&fused.incidents), [[0, 1, 2]]);
    assert_eq!(fused.incidents[0].class, EventClass::Blasting);
}

#[test]
fn what_has_no_place_stays_unexplained() {
    let nowhere = Detection { place: Where::NotKnown(NotKnownReason::Weather), ..heard(0) };
    let bearing = Bearing { from: middle(), azimuth_deg: Measured::new(90.0, 3.0).unwrap(), range_m: None };
    let somewhere = Detection { place: Where::Bearing(bearing), ..heard(1) };
    let fused = fuse(vec![nowhere.clone(), somewhere.clone(), heard(2)], &[], &Parameters::default());
    assert_eq!(fused.unexplained, vec![nowhere, somewhere]);
    let ranged = Bearing { range_m: Some((100.0, 900.0)), ..bearing };
    let west = Detection { place: Where::Bearing(Bearing { from: at(-500.0, 0.0), ..ranged }), ..heard(1) };
    assert_eq!(grouped(vec![west, heard(2)]), [[1, 2]]);
}
