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
fn the_next_satellite_is_another_look() {
    assert_eq!(grouped(vec![hot(0, 0.0, 0.0), hot(1, 0.0, 3_000.0)]), [[0], [1]]);
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
