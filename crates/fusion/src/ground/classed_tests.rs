use super::*;

#[test]
fn every_class_has_its_word_in_the_house() {
    assert_eq!(house_class(GroundClass::Launch), (Phenomenon::Launch, EventClass::Shelling));
    assert_eq!(house_class(GroundClass::QuarryBlast).1, EventClass::Blasting);
    assert_eq!(house_class(GroundClass::Earthquake).1, EventClass::Other);
}

#[test]
fn an_open_posterior_is_an_explosion_of_unknown_cause() {
    let open = [(GroundClass::Launch, 0.45), (GroundClass::Impact, 0.45), (GroundClass::Fireworks, 0.1)];
    assert_eq!(phenomenon(&open, 0.8), Phenomenon::Explosion);
    assert_eq!(phenomenon(&[(GroundClass::Thunder, 0.9), (GroundClass::Impact, 0.1)], 0.8), Phenomenon::Thunder);
    assert_eq!(phenomenon(&[], 0.8), Phenomenon::Explosion);
    let mixed = [(GroundClass::Fireworks, 0.5), (GroundClass::Impact, 0.5)];
    assert_eq!(phenomenon(&mixed, 0.8), Phenomenon::Other);
}
