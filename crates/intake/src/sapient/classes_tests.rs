use super::super::schema::messages::{
    DETECTION_REPORT, DETECTION_REPORT_DETECTION_REPORT_CLASSIFICATION as CLASSIFICATION, DETECTION_REPORT_SUB_CLASS,
};
use super::*;

fn one(name: &str, confidence: f32, subs: &[(&str, f32)]) -> Message {
    let message = Message::new(&CLASSIFICATION).with("type", name).with("confidence", confidence);
    subs.iter().fold(message, |message, (name, confidence)| {
        message.with(
            "sub_class",
            Message::new(&DETECTION_REPORT_SUB_CLASS).with("type", *name).with("confidence", *confidence),
        )
    })
}

fn of(all: &[Message]) -> Classes {
    classes(
        &all.iter().fold(Message::new(&DETECTION_REPORT), |report, class| report.with("classification", class.clone())),
    )
}

fn first(name: &str, subs: &[(&str, f32)]) -> (Phenomenon, Option<WeaponKind>) {
    let Classes::Things { classes, .. } = of(&[one(name, 0.7, subs)]) else { panic!("{name}") };
    (classes[0].phenomenon, classes[0].weapon)
}

#[test]
fn names_of_the_taxonomy_become_kinds() {
    use Phenomenon as P;
    assert_eq!(first("Air Vehicle", &[("UAV Rotary Wing", 0.6)]).0, P::DroneInFlight);
    assert_eq!(first("Air Vehicle", &[("UAV Rotary Wing", 0.4)]).0, P::Other);
    assert_eq!(first("Air vehicle", &[("Manned fixed wing", 0.9)]).0, P::AircraftInFlight);
    assert_eq!(first("Unmanned aircraft", &[]).0, P::DroneInFlight);
    assert_eq!(first("Sea Vessel", &[]).0, P::Vessel);
    assert_eq!(first("Explosion", &[("Artillery impact", 0.6)]), (P::Impact, Some(WeaponKind::Artillery)));
    assert_eq!(first("Explosion", &[]), (P::Explosion, None));
    assert_eq!(first("Land vehicle", &[("Tracked", 0.9), ("Tank", 0.95)]), (P::HeavyWeapon, Some(WeaponKind::Tank)));
    assert_eq!(first("Land vehicle", &[("Car", 0.9)]).0, P::Other);
    assert_eq!(first("Gun-shot", &[]).0, P::Shot);
    assert_eq!(first("Rocket", &[]), (P::Projectile, Some(WeaponKind::Mlrs)));
    assert_eq!(first("Zorblax", &[]).0, P::Other);
}

#[test]
fn persons_are_found_wherever_they_stand() {
    assert_eq!(of(&[one("Human", 0.9, &[])]), Classes::Person);
    assert_eq!(of(&[one("Other", 0.9, &[("Dismounted infantry", 0.8)])]), Classes::Person);
    assert_eq!(of(&[one("Animal", 0.3, &[]), one("HUMAN", 0.6, &[])]), Classes::Person);
    let Classes::Things { classes, n_persons } = of(&[one("Person", 0.2, &[]), one("Sea vessel", 0.8, &[])]) else {
        panic!()
    };
    assert_eq!((classes.len(), n_persons), (1, 1));
    assert!(matches!(of(&[one("Unmanned Ground Vehicle", 0.9, &[])]), Classes::Things { n_persons: 0, .. }));
    // A class without a figure counts as sure.
    let silent = Message::new(&CLASSIFICATION).with("type", "Human");
    assert_eq!(of(&[one("Animal", 0.9, &[]), silent]), Classes::Person);
}
