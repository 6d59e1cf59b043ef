//! Six rounds across the line, seen by nine microphones, a thermal camera, a radar, a seismic station and the other
//! party: one incident.

use crate::make::*;
use truceline_domain::*;
use truceline_fusion::{Fused, Parameters, fuse};

const ROUNDS: u32 = 6;
const RANGE_M: f64 = 4_100.0;
const FLIGHT_S: f64 = 22.0;

fn fired_at(round: u32) -> Timestamp {
    later(time("2031-02-15T02:14:00Z"), f64::from(round) * 40.0)
}

/// A fixed scatter for the k-th thing, in standard deviations, both ways.
fn wobble(k: u32) -> (f64, f64) {
    let turn = f64::from(k) * 2.399_963;
    let radius = 0.3 + 1.2 * (f64::from(k) * 0.618_034).fract();
    (radius * turn.cos(), radius * turn.sin())
}

struct Scene {
    detections: Vec<Detection>,
}

impl Scene {
    fn see(&mut self, sensor: &str, modality: Modality, phenomenon: Phenomenon) -> &mut Detection {
        let record = self.detections.len() as u32;
        self.detections.push(Detection { sensor: sensor.into(), modality, phenomenon, ..heard(record) });
        self.detections.last_mut().unwrap()
    }
}

fn placed(k: u32, (east_m, north_m): (f64, f64), sigma_m: f64) -> Where {
    let (x, y) = wobble(k);
    around(east_m + x * sigma_m, north_m + y * sigma_m, sigma_m)
}

/// Launches at (-4100, 0), impacts at (0, 0); the line runs at -2000 m east.
fn scene() -> Vec<Detection> {
    let mut scene = Scene { detections: Vec::new() };
    let (gun, target) = ((-RANGE_M, 0.0), (0.0, 0.0));
    for round in 0..ROUNDS {
        let (fired, landed) = (fired_at(round), later(fired_at(round), FLIGHT_S));
        for node in 0..9_u32 {
            let k = round * 9 + node;
            let launch = scene.see(&format!("M{node}"), Modality::Acoustic, Phenomenon::Launch);
            (launch.time, launch.place) = (TimeEstimate::instant(fired, 3.0), placed(k, gun, 250.0));
            let impact = scene.see(&format!("M{node}"), Modality::Acoustic, Phenomenon::Impact);
            (impact.time, impact.place) = (TimeEstimate::instant(landed, 3.0), placed(k + 77, target, 150.0));
        }
        let flash = scene.see("T1", Modality::ThermalCamera, Phenomenon::MuzzleFlash);
        (flash.time, flash.place) = (TimeEstimate::instant(fired, 0.5), placed(round + 300, gun, 200.0));
        let impact = scene.see("T1", Modality::ThermalCamera, Phenomenon::Impact);
        (impact.time, impact.place) = (TimeEstimate::instant(landed, 0.5), placed(round + 400, target, 80.0));
        if round != 3 {
            let track = scene.see("R1", Modality::Radar, Phenomenon::Projectile);
            track.time = TimeEstimate::within(fired, landed, 0.1);
            track.place = placed(round + 500, target, 50.0);
            track.origin = Some(Sealed::new(PlaceEstimate::circular(at(gun.0, gun.1), 60.0)));
            track.owner = "second nation".into();
        }
        let shock = scene.see("S1", Modality::Seismic, Phenomenon::Explosion);
        (shock.time, shock.place) = (TimeEstimate::instant(landed, 0.5), placed(round + 600, target, 400.0));
    }
    let claim = scene.see("hotline", Modality::PartyReport, Phenomenon::Shelling);
    claim.owner = "B".into();
    claim.means = Means::Reported;
    claim.time = TimeEstimate::within(time("2031-02-15T02:10:00Z"), time("2031-02-15T02:20:00Z"), 60.0);
    claim.place = placed(700, target, 500.0);
    claim.count = Known::Known(Count::exactly(12));
    scene.detections
}

fn areas() -> Vec<AreaVersion> {
    let line = at(-2_000.0, 0.0).lon_deg();
    let strip = |west: f64, east: f64| vec![(west, 47.0), (east, 47.0), (east, 49.0), (west, 49.0)];
    vec![control("A", strip(36.0, line)), control("B", strip(line, 39.0))]
}

fn fused() -> Fused {
    fuse(scene(), &areas(), &Parameters::default())
}

#[test]
fn it_is_one_incident_of_shelling() {
    let fused = fused();
    assert_eq!(fused.incidents.len(), 1, "{:?}", groups(&fused.incidents));
    assert!(fused.unexplained.is_empty());
    let incident = &fused.incidents[0];
    assert_eq!(incident.class, EventClass::Shelling);
    assert!(incident.class_posterior[0].1 > 0.95, "{:?}", incident.class_posterior);
    assert!(incident.rivals.is_empty());
    // Mission microphones, thermal camera, seismometer; a second nation's radar; party B.
    assert_eq!(incident.n_independent, 5);
}

#[test]
fn six_rounds_whatever_the_party_claims() {
    let counts = fused().incidents[0].counts;
    let rounds = counts.rounds.unwrap();
    assert_eq!(rounds.best, 6);
    assert!(rounds.low >= 5 && rounds.low <= 6 && rounds.high >= 6 && rounds.high <= 7, "{rounds:?}");
    assert_eq!(counts.smm_style, 18);
    assert_eq!(counts.observations, 108 + 12 + 5 + 6 + 12);
    let without_claim: Vec<_> = scene().into_iter().filter(|d| d.modality != Modality::PartyReport).collect();
    let same = fuse(without_claim, &areas(), &Parameters::default());
    assert_eq!(same.incidents[0].counts.rounds, counts.rounds);
}

#[test]
fn place_and_time_are_those_of_the_impacts() {
    let fused = fused();
    let incident = &fused.incidents[0];
    let place = incident.estimate().unwrap();
    assert!(distance_m(place.centre, at(0.0, 0.0)) < 60.0);
    assert!(place.sigma_major_m() < 40.0);
    assert!(incident.time.hull().contains(fired_at(0)) && incident.time.hull().contains(fired_at(5)));
    let sum: f64 = incident.arrivals.iter().map(|a| a.weight).sum();
    assert!((sum - 1.0).abs() < 1e-9);
}

#[test]
fn fire_came_from_the_area_of_a_and_no_place_tells_from_where() {
    let fused = fused();
    let incident = &fused.incidents[0];
    let share =
        |party: &str| incident.origin_shares.iter().find(|s| &*s.party.to_string() == party).unwrap().probability;
    assert!(share("A") >= 0.95, "{:?}", incident.origin_shares);
    assert!((share("A") + share("B")) <= 1.0 + 1e-12);
    for arrival in &incident.arrivals {
        if matches!(arrival.detection.phenomenon, Phenomenon::Launch | Phenomenon::MuzzleFlash) {
            assert_eq!(arrival.detection.place, Where::NotKnown(NotKnownReason::Withheld));
            assert_eq!(arrival.residual_m, None);
        }
    }
    // Nothing printed of the incident holds the longitude of the gun.
    let gun = format!("{:.4}", at(-RANGE_M, 0.0).lon_deg());
    assert!(!format!("{fused:?}").contains(&gun));
}

#[test]
fn a_launch_alone_is_an_incident_whose_place_is_withheld() {
    let launch = Detection { phenomenon: Phenomenon::Launch, place: around(-RANGE_M, 0.0, 100.0), ..heard(0) };
    let fused = fuse(vec![launch], &areas(), &Parameters::default());
    assert_eq!(fused.incidents[0].place, Where::NotKnown(NotKnownReason::Withheld));
    assert!((fused.incidents[0].origin_shares[0].probability - 1.0).abs() < 1e-12);
}

#[test]
fn guns_on_two_targets_are_two_incidents() {
    let mut detections = scene();
    let n = detections.len() as u32;
    for mut second in scene().into_iter().filter(|d| d.phenomenon == Phenomenon::Impact) {
        second.id.record += n;
        let Where::Estimate(place) = &mut second.place else { panic!("an impact is placed") };
        place.centre = LocalFrame::about(place.centre).place_at(0.0, 6_000.0);
        detections.push(second);
    }
    let fused = fuse(detections, &areas(), &Parameters::default());
    assert_eq!(fused.incidents.len(), 2);
}

/// The flashes as a camera tells them: a direction, no range.
fn with_flash_directions() -> Vec<Detection> {
    let mut all = scene();
    let eye = at(-2_500.0, -2_000.0);
    let (x, y) = LocalFrame::about(eye).enu_from_wgs84(at(-RANGE_M, 0.0));
    for (k, flash) in (0..).zip(all.iter_mut().filter(|d| d.phenomenon == Phenomenon::MuzzleFlash)) {
        let azimuth = x.atan2(y).to_degrees() + 0.5 * wobble(k).0;
        flash.place =
            Where::Bearing(Bearing { from: eye, azimuth_deg: Measured::new(azimuth, 1.0).unwrap(), range_m: None });
    }
    all
}

#[test]
fn flashes_of_which_only_the_direction_is_known_join_the_origin_that_others_tell() {
    let fused = fuse(with_flash_directions(), &areas(), &Parameters::default());
    assert_eq!(fused.incidents.len(), 1);
    assert!(fused.unexplained.is_empty());
    assert_eq!(fused.incidents[0].counts.smm_style, 18);
    let text = format!("{:?}", fused.incidents);
    assert!(!text.contains("azimuth_deg"), "the direction of a flash is withheld");
}

#[test]
fn flashes_in_another_direction_stay_unexplained() {
    let mut all = with_flash_directions();
    for flash in all.iter_mut().filter(|d| d.phenomenon == Phenomenon::MuzzleFlash) {
        let Where::Bearing(bearing) = &mut flash.place else { panic!("a flash has a direction here") };
        bearing.azimuth_deg.value += 60.0;
    }
    let fused = fuse(all, &areas(), &Parameters::default());
    assert_eq!((fused.incidents.len(), fused.unexplained.len()), (1, 6));
}
