//! What an incident may be: priors, and how likely each class gives rise to what was detected.

use crate::linkage::is_text;
use std::collections::BTreeSet;
use truceline_domain::{Detection, EventClass, Modality, Phenomenon, WeaponKind};

/// Shares of the classes before anything is known; they add up to 1. What is everywhere even in peace (fires, vessels,
/// drones) and what monitors mostly count (explosions, small arms) weighs more than rare things.
fn prior(class: EventClass) -> f64 {
    match class {
        EventClass::SmallArms | EventClass::Shelling | EventClass::Explosion | EventClass::Fire => 0.10,
        EventClass::DroneFlight => 0.08,
        EventClass::AirStrike
        | EventClass::AircraftFlight
        | EventClass::HeavyWeapon
        | EventClass::MilitaryPresence
        | EventClass::Vessel
        | EventClass::MixedFire => 0.05,
        EventClass::Blasting | EventClass::Other => 0.04,
        EventClass::Clash | EventClass::Thunder | EventClass::Harm | EventClass::Impediment => 0.03,
        EventClass::PowerLoss => 0.015,
        EventClass::Radiation => 0.005,
    }
}

/// The least likelihood between things of one kind (two sounds, two things that fly): sensors misname.
const UNLIKELY: f64 = 0.005;

/// The least likelihood between kinds: nothing is impossible, but what names a bang seldom looked at a ship. One in two
/// thousand is of the order of wrong labels and mixed-up rows.
const UNRELATED: f64 = 0.0005;

/// Kinds of classes: what is told from each other by the same sense.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bang,
    Heat,
    OnGround,
    InAir,
    AtSea,
    State,
    Any,
}

fn kind(class: EventClass) -> Kind {
    match class {
        EventClass::SmallArms
        | EventClass::Shelling
        | EventClass::Explosion
        | EventClass::AirStrike
        | EventClass::Clash
        | EventClass::MixedFire
        | EventClass::Blasting
        | EventClass::Thunder
        | EventClass::Harm => Kind::Bang,
        EventClass::Fire => Kind::Heat,
        EventClass::HeavyWeapon | EventClass::MilitaryPresence => Kind::OnGround,
        EventClass::DroneFlight | EventClass::AircraftFlight => Kind::InAir,
        EventClass::Vessel => Kind::AtSea,
        EventClass::Impediment | EventClass::PowerLoss | EventClass::Radiation => Kind::State,
        EventClass::Other => Kind::Any,
    }
}

/// How likely a modality's detection of this phenomenon is, given the class.
fn likelihood((phenomenon, modality): (Phenomenon, Modality), class: EventClass) -> f64 {
    by_sense(phenomenon, modality, class).unwrap_or_else(|| in_general(phenomenon, class))
}

/// Where the sense matters.
///
/// - A seismic station names a blast in a quarry by its ripple fire in about 97 of 100 (published discriminators: 97 to
///   98.5 %). Nine in ten blasts are such; the tenth is a single controlled detonation, which it cannot tell from a
///   shell: 0.9 × 0.03 + 0.1 ≈ 0.12. Thunder and rifles do not shake the ground.
/// - An image of half a metre, from a satellite or the mission's aircraft, tells a gun from a lorry: 2 in 100 vehicles
///   are taken for one. Whether a thing with the shape of a gun is a dummy no class can say.
/// - An instrument records one happening, not a day's mix; the mix is how tables count.
fn by_sense(phenomenon: Phenomenon, modality: Modality, class: EventClass) -> Option<f64> {
    use EventClass as C;
    match (phenomenon, modality, class) {
        (Phenomenon::Explosion, Modality::Seismic, C::Blasting) => Some(0.12),
        (Phenomenon::Explosion, Modality::Seismic, C::Thunder | C::SmallArms) => Some(UNLIKELY),
        (Phenomenon::Explosion, _, C::MixedFire) if !is_text(modality) => Some(0.05),
        (Phenomenon::HeavyWeapon, Modality::OpticalSatellite | Modality::Uav, C::MilitaryPresence) => Some(0.02),
        _ => None,
    }
}

/// A detection speaks for its own class at 0.8; these are the other classes that often look like it. Shares of judgement,
/// stated here so that they can be disputed; where studies give one it is used: a blast in a quarry is told from another
/// explosion by its ripple fire in about 98 of 100.
fn in_general(phenomenon: Phenomenon, class: EventClass) -> f64 {
    if phenomenon.class() == class {
        return 0.8;
    }
    use EventClass as C;
    match (phenomenon, class) {
        (Phenomenon::Explosion, C::Blasting) => 0.4,
        (Phenomenon::Explosion, C::Shelling | C::AirStrike | C::MixedFire) => 0.3,
        (Phenomenon::Explosion, C::Clash) => 0.2,
        (Phenomenon::Explosion, C::Thunder | C::SmallArms | C::Harm) => 0.1,
        (Phenomenon::Impact, C::AirStrike) => 0.2,
        (Phenomenon::Impact, C::Explosion | C::MixedFire) => 0.1,
        (Phenomenon::Launch, C::MixedFire | C::AirStrike) => 0.1,
        (Phenomenon::Projectile, C::AirStrike) => 0.1,
        (Phenomenon::MuzzleFlash, C::SmallArms | C::Clash | C::MixedFire) => 0.1,
        (Phenomenon::IlluminationFlare, C::Shelling | C::SmallArms | C::MixedFire | C::Clash) => 0.2,
        (Phenomenon::TracerRound | Phenomenon::Burst | Phenomenon::Shot, C::Clash | C::MixedFire) => 0.3,
        (Phenomenon::Clash, C::SmallArms | C::Shelling) => 0.1,
        (Phenomenon::MixedFire, C::SmallArms | C::Shelling | C::Clash) => 0.1,
        (Phenomenon::ThermalAnomaly, C::Shelling | C::Explosion | C::AirStrike) => 0.03,
        (Phenomenon::Plume, C::Blasting) => 0.5,
        (Phenomenon::Plume, C::Explosion | C::Shelling | C::AirStrike) => 0.3,
        (Phenomenon::DroneInFlight, C::AircraftFlight) | (Phenomenon::AircraftInFlight, C::DroneFlight) => 0.05,
        (Phenomenon::HeavyWeapon, C::MilitaryPresence) | (Phenomenon::MilitaryPresence, C::HeavyWeapon) => 0.1,
        (Phenomenon::QuarryBlast, C::Explosion) => 0.01,
        (Phenomenon::Thunder, C::Explosion) => 0.02,
        (
            Phenomenon::Casualties | Phenomenon::Damage | Phenomenon::GroundChange,
            C::Shelling | C::AirStrike | C::Explosion | C::MixedFire | C::Clash,
        )
        | (Phenomenon::GroundChange, C::Blasting) => 0.05,
        (Phenomenon::IlluminationFlare | Phenomenon::AirAlert | Phenomenon::Other, _) => 0.02,
        _ if class == C::Other || kind(phenomenon.class()) == kind(class) => UNLIKELY,
        _ => UNRELATED,
    }
}

/// How likely a stated weapon is, given the class: ten to one for the class the weapon belongs to.
fn weapon_likelihood(weapon: WeaponKind, class: EventClass) -> f64 {
    let own = match weapon {
        WeaponKind::SmallArms
        | WeaponKind::HeavyMachineGun
        | WeaponKind::GrenadeLauncher
        | WeaponKind::Rpg
        | WeaponKind::RecoillessGun => matches!(class, EventClass::SmallArms | EventClass::Clash),
        WeaponKind::IfvCannon
        | WeaponKind::AntiAircraftGun
        | WeaponKind::Mortar
        | WeaponKind::Artillery
        | WeaponKind::Tank
        | WeaponKind::Mlrs => matches!(class, EventClass::Shelling | EventClass::HeavyWeapon),
        WeaponKind::Missile | WeaponKind::ArmedDrone => matches!(class, EventClass::AirStrike),
        WeaponKind::AirDefence => matches!(class, EventClass::HeavyWeapon),
    };
    if own { 1.0 } else { 0.1 }
}

/// Class and probability, most likely first (ties in the order of the classes), adding up to 1. What one modality says
/// of one phenomenon counts once, however often it says it; probabilities below one in a thousand are left out.
///
/// A weapon speaks of a class only where fire is detected: a weapon that merely stands there stays a weapon.
///
/// Explosions of unknown cause beside a fire that was burning before have a rival cause, ammunition that cooks off in
/// the heat: see [`COOK_OFF`].
pub(crate) fn posterior(detections: &[Detection], is_beside_fire: bool) -> Vec<(EventClass, f64)> {
    let shares = by_detections(detections);
    if is_beside_fire { with_cook_off(shares) } else { shares }
}

/// The share of explosions beside a burning fire that come from old ammunition in its heat and not from a weapon: two in
/// five. Judgement: ground along a line of contact holds much ammunition, so that irregular explosions in a fire are
/// usual, while shelling seldom falls within a kilometre of a fire that it did not light. High enough that no machine
/// takes such an explosion for the use of a weapon, low enough that the class stays an explosion whose cause is open.
const COOK_OFF: f64 = 0.4;

fn with_cook_off(mut shares: Vec<(EventClass, f64)>) -> Vec<(EventClass, f64)> {
    for (_, share) in &mut shares {
        *share *= 1.0 - COOK_OFF;
    }
    match shares.iter_mut().find(|(class, _)| *class == EventClass::Other) {
        Some((_, share)) => *share += COOK_OFF,
        None => shares.push((EventClass::Other, COOK_OFF)),
    }
    normalised(shares)
}

fn by_detections(detections: &[Detection]) -> Vec<(EventClass, f64)> {
    let votes: BTreeSet<_> = detections.iter().map(|d| (d.phenomenon, d.modality)).collect();
    let weapons: BTreeSet<WeaponKind> = detections
        .iter()
        .filter(|d| d.phenomenon.class() != EventClass::HeavyWeapon)
        .filter_map(|d| d.weapon.value())
        .copied()
        .collect();
    let score = |class: EventClass| {
        let seen: f64 = votes.iter().map(|vote| likelihood(*vote, class).ln()).sum();
        let armed: f64 = weapons.iter().map(|weapon| weapon_likelihood(*weapon, class).ln()).sum();
        prior(class).ln() + seen + armed
    };
    let scores: Vec<(EventClass, f64)> = EventClass::ALL.iter().map(|class| (*class, score(*class))).collect();
    let best = scores.iter().map(|(_, score)| *score).fold(f64::NEG_INFINITY, f64::max);
    normalised(scores.into_iter().map(|(class, score)| (class, (score - best).exp())).collect())
}

fn normalised(mut shares: Vec<(EventClass, f64)>) -> Vec<(EventClass, f64)> {
    let all: f64 = shares.iter().map(|(_, share)| share).sum();
    shares.retain(|(_, share)| share / all >= 0.001);
    let kept: f64 = shares.iter().map(|(_, share)| share).sum();
    for (_, share) in &mut shares {
        *share /= kept;
    }
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares
}

#[cfg(test)]
#[path = "class_tests.rs"]
mod tests;
