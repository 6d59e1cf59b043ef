//! The order of arrival, the cut into windows and what happens far away change nothing.

use crate::make::*;
use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use truceline_domain::*;
use truceline_fusion::{Fused, Fuser, Parameters, fuse, supersede};

const PHENOMENA: [Phenomenon; 12] = [
    Phenomenon::Explosion,
    Phenomenon::Impact,
    Phenomenon::Launch,
    Phenomenon::Projectile,
    Phenomenon::Shelling,
    Phenomenon::Shot,
    Phenomenon::ThermalAnomaly,
    Phenomenon::DroneInFlight,
    Phenomenon::Vessel,
    Phenomenon::MixedFire,
    // Twice as often, because it goes with so many.
    Phenomenon::Plume,
    Phenomenon::Plume,
];

fn any_place() -> impl Strategy<Value = Where> {
    let near = (-3_000.0..3_000.0_f64, -3_000.0..3_000.0_f64, 10.0..600.0_f64);
    prop_oneof![
        8 => near.prop_map(|(x, y, sigma)| around(x, y, sigma)),
        1 => prop_oneof![Just("north"), Just("south")].prop_map(|area| Where::Area(area.into())),
        1 => Just(Where::NotKnown(NotKnownReason::Technical)),
        1 => (0.0..360.0_f64, 1.0..20.0_f64).prop_map(|(azimuth, sigma)| Where::Bearing(Bearing {
            from: at(0.0, 2_000.0),
            azimuth_deg: Measured::new(azimuth, sigma).unwrap(),
            range_m: None,
        })),
        // The same place again and again: twins.
        2 => Just(around(0.0, 0.0, 100.0)),
    ]
}

fn any_detection() -> impl Strategy<Value = Detection> {
    let when = (0..40_i64, 0..5_u32, 0.0..900.0_f64);
    let who = (0..4_u32, 0..Modality::ALL.len(), 0..6_u32);
    (any_place(), when, 0..PHENOMENA.len(), who, 0..4_u32).prop_map(|(place, when, kind, who, n)| {
        let (slot, width, sigma) = when;
        let from = later(time(NOON), slot as f64 * 400.0);
        let time = match width {
            0 => day("2031-02-15"),
            1 => TimeEstimate::within(from, later(from, 1_200.0), 0.0),
            _ => TimeEstimate::instant(from, sigma),
        };
        let text = |key: u32| (key < 3).then(|| Name::from(format!("text {key}")));
        Detection {
            sensor: format!("S{}", who.0).into(),
            modality: Modality::ALL[who.1],
            phenomenon: PHENOMENA[kind],
            dependence: text(who.2),
            claimed_identity: (n == 3).then(|| Name::from("vessel 7")),
            motion: (n == 1).then_some(Motion { speed_mps: 8.0 * f64::from(width), course_deg: sigma }),
            origin: (n == 2).then(|| Sealed::new(PlaceEstimate::circular(at(-4_000.0, 0.0), 200.0))),
            count: Known::Known(Count::exactly(n)),
            time,
            place,
            ..heard(0)
        }
    })
}

fn numbered(mut detections: Vec<Detection>) -> Vec<Detection> {
    for (record, detection) in (0..).zip(&mut detections) {
        detection.id.record = record;
    }
    detections
}

fn any_window() -> impl Strategy<Value = Vec<Detection>> {
    prop::collection::vec(any_detection(), 0..40).prop_map(numbered)
}

fn streamed(mut detections: Vec<Detection>, take_every: usize) -> Fused {
    detections.sort_by_key(|d| (d.time.from, d.id));
    let parameters = Parameters::default();
    let mut fuser = Fuser::new(&[], &parameters);
    let mut fused = Fused::default();
    for (k, detection) in detections.into_iter().enumerate() {
        fuser.push(detection);
        if k % take_every == 0 {
            fused = fused.with(fuser.take_closed());
        }
    }
    fused.with(fuser.finish())
}

fn whole(detections: Vec<Detection>) -> Fused {
    fuse(detections, &[], &Parameters::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn any_order_gives_the_same(window in any_window(), seed in any::<u64>()) {
        let mut shuffled = window.clone();
        shuffled.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        prop_assert_eq!(format!("{:?}", whole(window)), format!("{:?}", whole(shuffled)));
    }

    #[test]
    fn repeats_change_nothing(window in any_window(), n in 0..40_usize) {
        let repeated = [window.as_slice(), &window[..n.min(window.len())]].concat();
        prop_assert_eq!(whole(window), whole(repeated));
    }

    #[test]
    fn a_stream_gives_the_same(window in any_window(), take_every in 1..10_usize) {
        prop_assert_eq!(whole(window.clone()), streamed(window, take_every));
    }

    #[test]
    fn windows_far_apart_in_time_are_fused_each_alone(window in any_window()) {
        let month_later: Vec<Detection> = window.iter().cloned().map(|mut d| {
            d.id.record += 1_000;
            d.time.from = later(d.time.from, 30.0 * 86_400.0);
            d.time.until = later(d.time.until, 30.0 * 86_400.0);
            d
        }).collect();
        let both = whole([window.as_slice(), &month_later].concat());
        prop_assert_eq!(whole(window).with(whole(month_later)), both);
    }

    #[test]
    fn something_far_away_changes_nothing_else(window in any_window(), mut far in any_detection()) {
        far.id.record = 5_000;
        far.place = around(300_000.0, 0.0, 100.0);
        far.origin = None;
        far.claimed_identity = Some("another".into());
        let without = whole(window.clone());
        let mut with = whole([window, vec![far]].concat());
        with.incidents.retain(|incident| incident.members().all(|id| id.record != 5_000));
        prop_assert_eq!(without, with);
    }

    #[test]
    fn every_detection_is_somewhere_once(window in any_window()) {
        let fused = whole(window.clone());
        let mut records: Vec<u32> = fused.incidents.iter().flat_map(|i| i.members()).map(|id| id.record).collect();
        records.extend(fused.unexplained.iter().map(|d| d.id.record));
        records.sort_unstable();
        prop_assert_eq!(records, (0..window.len() as u32).collect::<Vec<_>>());
        for incident in &fused.incidents {
            let weights: f64 = incident.arrivals.iter().map(|a| a.weight).sum();
            let classes: f64 = incident.class_posterior.iter().map(|(_, p)| p).sum();
            prop_assert!((weights - 1.0).abs() < 1e-9 && (classes - 1.0).abs() < 1e-9);
            prop_assert!(incident.n_independent >= 1 && incident.n_independent as usize <= incident.arrivals.len());
            if let Some(rounds) = incident.counts.rounds {
                prop_assert!(rounds.low <= rounds.best && rounds.best <= rounds.high);
            }
        }
    }
}

#[test]
fn a_long_chain_is_cut_and_memory_stays_bounded() {
    let parameters = Parameters::default();
    let mut fuser = Fuser::new(&[], &parameters);
    let (mut most, mut incidents) = (0, 0);
    // One shot every five minutes for ten days, always on the same place.
    for k in 0..2_880_u32 {
        let at = later(time(NOON), f64::from(k) * 300.0);
        fuser.push(Detection {
            time: TimeEstimate::instant(at, 2.0),
            place: around(f64::from(k % 7), 0.0, 80.0),
            ..heard(k)
        });
        most = most.max(fuser.n_open());
        incidents += fuser.take_closed().incidents.len();
    }
    incidents += fuser.finish().incidents.len();
    // A day of 288 shots, and what is still open behind it.
    assert!(most < 2 * 288 + 20, "{most}");
    // At least four episodes of six hours a day.
    assert!((40..=60).contains(&incidents), "{incidents}");
}

#[test]
fn late_data_supersedes_and_deletes_nothing() {
    let old = whole(vec![heard(0), heard(1)]).incidents;
    let far = Detection { place: around(50_000.0, 0.0, 100.0), ..heard(9) };
    let new = whole(vec![heard(0), heard(1), heard(2), far.clone()]).incidents;
    let replaced = supersede(&old, new);
    let with = |record: u32| replaced.iter().find(|i| i.members().any(|id| id.record == record)).unwrap();
    assert_eq!(with(0).supersedes, vec![old[0].id]);
    assert!(with(9).supersedes.is_empty());
    let again = supersede(&old, whole(vec![heard(0), heard(1)]).incidents);
    assert!(again[0].supersedes.is_empty());
}

#[test]
fn ids_depend_on_members_alone() {
    let mut other = heard(0);
    other.note = Some("in other words".into());
    let id = |d: Detection| whole(vec![d]).incidents[0].id;
    assert_eq!(id(heard(0)), id(other));
    assert_ne!(id(heard(0)), id(heard(1)));
}
