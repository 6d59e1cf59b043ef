//! From the class names of nodes to the product's kinds, by a table with a version.
//!
//! The taxonomy of the standard is open: a node may name its own classes. A name is taken apart into words; the words of
//! the class and its likeliest sub-classes decide together. What no rule knows is [`Phenomenon::Other`], never a guess.
//! Persons are found here so that nothing about them passes.

use super::message::Message;
use truceline_domain::{Phenomenon, WeaponKind};

/// The version of the table; it goes up whenever a rule changes.
pub const CLASS_TABLE_VERSION: u32 = 1;
/// A sub-class that is less sure than this says nothing.
const LEAST_CONFIDENCE: f64 = 0.5;
/// The most sub-classes that are followed downwards.
const MAX_LEVELS: usize = 8;
/// The most alternatives that are kept.
const MAX_CLASSES: usize = 16;

/// Words that mean a person.
const PERSON: &[&str] = &[
    "human",
    "humans",
    "person",
    "persons",
    "people",
    "pedestrian",
    "pedestrians",
    "individual",
    "dismount",
    "dismounts",
    "dismounted",
    "crowd",
    "face",
    "faces",
    "soldier",
    "soldiers",
    "civilian",
    "civilians",
    "infantry",
    "intruder",
    "walker",
    "swimmer",
    "child",
    "woman",
];
const DRONE: &[&str] =
    &["uav", "uavs", "uas", "suas", "drone", "drones", "quadcopter", "multirotor", "multicopter", "rpas"];
const UNCREWED: &[&str] = &["unmanned", "uncrewed"];
const AIR: &[&str] = &["air", "aircraft", "aerial", "airborne", "airplane", "aeroplane"];
const CREWED: &[&str] = &["manned", "crewed", "helicopter", "airliner", "airplane", "aeroplane", "jet"];
const SEA: &[&str] = &["sea", "vessel", "ship", "boat", "maritime", "usv", "submarine"];
const BLAST: &[&str] = &["explosion", "blast", "detonation", "impact", "shelling"];
const MILITARY: &[&str] = &["military", "apc", "ifv", "armoured", "armored"];

/// One class that a report names, with its surest sub-classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// The node's own words, outermost first, with ` > ` between them.
    pub words: String,
    /// How sure the node is of the outermost, 0…1, if it says.
    pub confidence: Option<f64>,
    /// What the table makes of it.
    pub phenomenon: Phenomenon,
    /// The weapon that the words name.
    pub weapon: Option<WeaponKind>,
}

/// What the classes of a report come to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Classes {
    /// The likeliest is a person: nothing of the report may be kept.
    Person,
    /// The likeliest first, and how many persons among the others were left out.
    Things { classes: Vec<Class>, n_persons: usize },
}

/// True when a text speaks of a person.
pub(super) fn names_a_person(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| PERSON.contains(&word.to_lowercase().as_str()))
}

/// True when a class or one of its surest sub-classes is a person.
pub(super) fn is_person(class_of_report: &Message) -> bool {
    class(class_of_report).0
}

/// Reads the classes of a `DetectionReport`.
pub(super) fn classes(report: &Message) -> Classes {
    let mut found: Vec<(bool, Class)> = report.messages("classification").take(MAX_CLASSES).map(class).collect();
    // Stable: of equals the first stays first. A class without a figure counts as sure.
    found.sort_by(|(_, a), (_, b)| b.confidence.unwrap_or(1.0).total_cmp(&a.confidence.unwrap_or(1.0)));
    if found.first().is_some_and(|(is_person, _)| *is_person) {
        return Classes::Person;
    }
    let n_persons = found.iter().filter(|(is_person, _)| *is_person).count();
    let classes = found.into_iter().filter(|(is_person, _)| !is_person).map(|(_, class)| class).collect();
    Classes::Things { classes, n_persons }
}

/// A class, and whether any of its words means a person.
fn class(outermost: &Message) -> (bool, Class) {
    let mut names = vec![outermost.text("type").unwrap_or("")];
    let mut at = outermost;
    while let Some(sub) = surest(at)
        && names.len() < MAX_LEVELS
    {
        names.push(sub.text("type").unwrap_or(""));
        at = sub;
    }
    let words: Vec<String> = names.iter().flat_map(|name| words_of(name)).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let confidence = outermost.number("confidence").filter(|confidence| (0.0..=1.0).contains(confidence));
    let (phenomenon, weapon) = phenomenon(&has);
    (has(PERSON), Class { words: names.join(" > ").chars().take(200).collect(), confidence, phenomenon, weapon })
}

fn surest(class: &Message) -> Option<&Message> {
    let confidence = |sub: &Message| sub.number("confidence").unwrap_or(1.0);
    let sure = class.messages("sub_class").filter(|sub| confidence(sub) >= LEAST_CONFIDENCE);
    // Of equals the first.
    sure.reduce(|best, sub| if confidence(sub) > confidence(best) { sub } else { best })
}

/// Lower-case words of letters and digits; `UAVRotary` stays one word, `Gun-shot` are two.
fn words_of(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(16).map(str::to_lowercase).collect()
}

fn phenomenon(has: &dyn Fn(&[&str]) -> bool) -> (Phenomenon, Option<WeaponKind>) {
    let weapon = weapon(has);
    let kind = if has(BLAST) || has(&["launch", "muzzle", "gunshot", "gunfire", "shot", "burst"]) {
        return (shot(has), weapon);
    } else if has(DRONE) || (has(AIR) && has(UNCREWED)) {
        Phenomenon::DroneInFlight
    } else if has(SEA) {
        Phenomenon::Vessel
    } else if has(&["projectile"]) || (has(&["missile", "rocket"]) && !has(&["vehicle", "launcher", "land"])) {
        return (Phenomenon::Projectile, weapon);
    } else if has(CREWED) && !has(&["land", "ground"]) {
        Phenomenon::AircraftInFlight
    } else if has(AIR) {
        // Crewed or not is not told.
        Phenomenon::Other
    } else if weapon.is_some() && (has(&["vehicle", "land", "military", "tracked", "tank", "howitzer", "mlrs"])) {
        return (Phenomenon::HeavyWeapon, weapon);
    } else if has(MILITARY) {
        Phenomenon::MilitaryPresence
    } else if has(&["thunder"]) {
        Phenomenon::Thunder
    } else if has(&["smoke", "plume"]) {
        Phenomenon::Plume
    } else {
        Phenomenon::Other
    };
    (kind, None)
}

fn shot(has: &dyn Fn(&[&str]) -> bool) -> Phenomenon {
    if has(&["impact"]) {
        Phenomenon::Impact
    } else if has(&["muzzle"]) {
        Phenomenon::MuzzleFlash
    } else if has(&["launch"]) {
        Phenomenon::Launch
    } else if has(&["burst"]) {
        Phenomenon::Burst
    } else if has(&["gunshot", "gunfire", "shot"]) {
        Phenomenon::Shot
    } else if has(&["shelling"]) {
        Phenomenon::Shelling
    } else {
        Phenomenon::Explosion
    }
}

fn weapon(has: &dyn Fn(&[&str]) -> bool) -> Option<WeaponKind> {
    let rules: [(&[&str], WeaponKind); 6] = [
        (&["mortar"], WeaponKind::Mortar),
        (&["artillery", "howitzer"], WeaponKind::Artillery),
        (&["mlrs", "rocket"], WeaponKind::Mlrs),
        (&["missile"], WeaponKind::Missile),
        (&["tank"], WeaponKind::Tank),
        (&["rifle"], WeaponKind::SmallArms),
    ];
    rules.into_iter().find(|(words, _)| has(words)).map(|(_, weapon)| weapon)
}

#[cfg(test)]
#[path = "classes_tests.rs"]
mod tests;
