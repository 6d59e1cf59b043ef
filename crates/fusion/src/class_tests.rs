use super::*;
use truceline_domain::{
    Count, DetectionId, Digest, Known, Means, Modality, NotKnownReason, TimeEstimate, Timestamp, Where,
};

fn said(phenomenon: Phenomenon, modality: Modality) -> Detection {
    Detection {
        id: DetectionId { capture: Digest::of(b"tests"), record: 0 },
        sensor: "S".into(),
        owner: "mission".into(),
        modality,
        means: Means::Recorded,
        phenomenon,
        time: TimeEstimate::instant(Timestamp::UNIX_EPOCH, 1.0),
        place: Where::NotKnown(NotKnownReason::NotStated),
        count: Known::Known(Count::exactly(1)),
        weapon: Known::NotKnown(NotKnownReason::NotStated),
        origin: None,
        motion: None,
        claimed_identity: None,
        dependence: None,
        note: None,
    }
}

#[test]
fn priors_add_up_to_one() {
    let sum: f64 = EventClass::ALL.iter().map(|class| prior(*class)).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
}

#[test]
fn alone_every_phenomenon_speaks_for_its_own_class() {
    for phenomenon in Phenomenon::ALL {
        let shares = by_detections(&[said(*phenomenon, Modality::Camera)]);
        let sum: f64 = shares.iter().map(|(_, p)| p).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert!(shares.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        assert_eq!(shares[0].0, phenomenon.class(), "{phenomenon}: {shares:?}");
    }
}

#[test]
fn repeating_oneself_adds_nothing_and_another_modality_does() {
    let once = by_detections(&[said(Phenomenon::Explosion, Modality::Acoustic)]);
    let often = by_detections(&vec![said(Phenomenon::Explosion, Modality::Acoustic); 50]);
    assert_eq!(once, often);
    let two = by_detections(&[
        said(Phenomenon::Explosion, Modality::Acoustic),
        said(Phenomenon::Explosion, Modality::Seismic),
    ]);
    assert!(two[0].1 > once[0].1);
}

#[test]
fn a_stated_mortar_makes_an_explosion_shelling() {
    let mortar =
        Detection { weapon: Known::Known(WeaponKind::Mortar), ..said(Phenomenon::Explosion, Modality::Patrol) };
    assert_eq!(by_detections(&[mortar])[0].0, EventClass::Shelling);
    let parked = Detection { weapon: Known::Known(WeaponKind::Mortar), ..said(Phenomenon::HeavyWeapon, Modality::Uav) };
    assert_eq!(by_detections(&[parked])[0].0, EventClass::HeavyWeapon);
}

#[test]
fn an_image_of_a_gun_is_a_gun() {
    let imaged = by_detections(&[said(Phenomenon::HeavyWeapon, Modality::OpticalSatellite)]);
    assert!(imaged[0].1 >= 0.95, "{imaged:?}");
    // What others say of a gun leaves room for a lorry.
    let told = by_detections(&[said(Phenomenon::HeavyWeapon, Modality::PublicReport)]);
    assert!(told[0].1 < 0.95, "{told:?}");
}

#[test]
fn three_senses_leave_little_but_fire_of_an_explosion() {
    let senses = [Modality::Acoustic, Modality::Seismic, Modality::Infrasound];
    let shares = by_detections(&senses.map(|modality| said(Phenomenon::Explosion, modality)));
    let fire = |class: &EventClass| matches!(class, EventClass::Explosion | EventClass::Shelling);
    let share: f64 = shares.iter().filter(|(class, _)| fire(class)).map(|(_, p)| p).sum();
    assert!((0.95..0.99).contains(&share), "{shares:?}");
    // Without a station that would know a ripple of holes, a quarry stays possible.
    let heard = by_detections(&[said(Phenomenon::Explosion, Modality::Acoustic)]);
    assert!(heard.iter().any(|(class, p)| *class == EventClass::Blasting && *p > 0.05), "{heard:?}");
}

#[test]
fn the_heat_of_a_fire_is_a_rival_cause() {
    let heard = [said(Phenomenon::Explosion, Modality::Acoustic), said(Phenomenon::Explosion, Modality::Seismic)];
    let (alone, beside) = (posterior(&heard, false), posterior(&heard, true));
    assert_eq!(beside[0].0, EventClass::Explosion);
    assert!((beside[0].1 - alone[0].1 * (1.0 - COOK_OFF)).abs() < 1e-3);
    assert!(beside.iter().any(|(class, p)| *class == EventClass::Other && *p >= COOK_OFF - 1e-3));
    let sum: f64 = beside.iter().map(|(_, p)| p).sum();
    assert!((sum - 1.0).abs() < 1e-12);
}
