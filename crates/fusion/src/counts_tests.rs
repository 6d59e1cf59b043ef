use super::*;
use truceline_domain::{Count, DetectionId, Digest, Known, Means, NotKnownReason, TimeEstimate, Timestamp, Where};

fn saw(sensor: &str, modality: Modality, phenomenon: Phenomenon, n: u32) -> Detection {
    Detection {
        id: DetectionId { capture: Digest::of(b"tests"), record: 0 },
        sensor: sensor.into(),
        owner: "mission".into(),
        modality,
        means: Means::Recorded,
        phenomenon,
        time: TimeEstimate::instant(Timestamp::UNIX_EPOCH, 1.0),
        place: Where::NotKnown(NotKnownReason::NotStated),
        count: Known::Known(Count::exactly(n)),
        weapon: Known::NotKnown(NotKnownReason::NotStated),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

fn best(detections: &[Detection]) -> Option<(u32, u32, u32)> {
    counts(detections).rounds.map(|r| (r.low, r.best, r.high))
}

#[test]
fn a_camera_table_keeps_its_own_numbers() {
    // "recorded 4 undetermined explosions and 9 projectiles" is 13 in the mission's tables, whatever the rounds were.
    let table = [
        saw("camera", Modality::MissionTable, Phenomenon::Explosion, 4),
        saw("camera", Modality::MissionTable, Phenomenon::Projectile, 9),
    ];
    let all = counts(&table);
    assert_eq!((all.observations, all.smm_style), (13, 13));
    assert_eq!(all.rounds.unwrap().best, 9);
}

#[test]
fn explosions_of_unknown_kind_may_be_either_end() {
    assert_eq!(best(&[saw("M1", Modality::Acoustic, Phenomenon::Explosion, 5)]), Some((3, 5, 7)));
    // A camera that tells impacts apart settles it.
    let both =
        [saw("M1", Modality::Acoustic, Phenomenon::Explosion, 12), saw("C1", Modality::Camera, Phenomenon::Impact, 6)];
    assert_eq!(best(&both), Some((6, 6, 7)));
}

#[test]
fn several_microphones_hear_the_same_rounds() {
    let heard: Vec<_> = (0..9).map(|k| saw(&format!("M{k}"), Modality::Acoustic, Phenomenon::Impact, 6)).collect();
    assert_eq!(best(&heard), Some((6, 6, 8)));
    assert_eq!(counts(&heard).observations, 54);
}

#[test]
fn claims_move_no_round() {
    assert_eq!(best(&[saw("hotline", Modality::PartyReport, Phenomenon::Impact, 12)]), None);
    let heard = saw("M1", Modality::Acoustic, Phenomenon::Impact, 2);
    let claim = saw("hotline", Modality::PartyReport, Phenomenon::Impact, 12);
    assert_eq!(best(&[heard.clone(), claim]), best(&[heard]));
}

#[test]
fn small_arms_have_no_rounds_and_count_one_by_one() {
    let all = counts(&[
        saw("P1", Modality::Patrol, Phenomenon::Burst, 20),
        saw("P1", Modality::Patrol, Phenomenon::Shot, 7),
        saw("P2", Modality::Patrol, Phenomenon::Shot, 5),
    ]);
    assert_eq!((all.rounds, all.smm_style, all.observations), (None, 27, 32));
}

#[test]
fn people_harmed_are_not_observations() {
    let harmed = saw("news", Modality::OpenSource, Phenomenon::Casualties, 40);
    assert_eq!(counts(&[harmed]).observations, 1);
}

#[test]
fn what_was_missed_grows_with_the_rounds_and_falls_with_the_modalities() {
    assert_eq!([1, 2, 4].map(|n| likely_missed(6, n)), [2, 1, 0]);
    assert_eq!(likely_missed(0, 1), 0);
    assert!(likely_missed(1_000, 1) > 111 && likely_missed(u32::MAX, 0) > 0);
}
