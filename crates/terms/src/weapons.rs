//! Whether the weapon of an incident is one that a rule names.

use crate::rule::WeaponSpec;
use truceline_domain::{EventClass, Incident, Reason, WeaponKind};

/// Whether a weapon is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Yes,
    No,
    /// No detection names the kind.
    KindUnknown,
    /// No detection names the calibre.
    CalibreUnknown,
    /// Detections name kinds or calibres of which some are meant and some are not.
    Disputed,
}

impl Fit {
    /// Why it cannot be told, if it cannot.
    pub fn doubt(self) -> Option<Reason> {
        let (code, text) = match self {
            Self::Yes | Self::No => return None,
            Self::KindUnknown => ("weapon_unknown", "no source names the kind of weapon"),
            Self::CalibreUnknown => ("calibre_unknown", "no source names the calibre"),
            Self::Disputed => ("weapon_disputed", "the sources name weapons of which the clause means only some"),
        };
        Some(Reason::new(code, text))
    }
}

/// Whether the incident's weapon is one of those named. Kinds come from the detections; calibres from their notes,
/// such as `towed gun, 152 mm`, because the list of kinds does not tell them apart.
pub(crate) fn weapon_fit(incident: &Incident, specs: &[WeaponSpec]) -> Fit {
    let fits: Vec<Fit> = incident
        .arrivals
        .iter()
        .filter_map(|arrival| {
            let kind = *arrival.detection.weapon.value()?;
            let calibre_mm = arrival.detection.note.as_ref().and_then(|note| calibre_mm(note.as_str()));
            Some(one_fit(kind, calibre_mm, specs))
        })
        .collect();
    let n = |fit: Fit| fits.iter().filter(|f| **f == fit).count();
    match (n(Fit::Yes), n(Fit::No), n(Fit::CalibreUnknown)) {
        (0, 0, 0) => Fit::KindUnknown,
        (0, _, 0) => Fit::No,
        // A source that gives the calibre speaks for the ones of the same kind that do not.
        (_, 0, _) if n(Fit::Yes) > 0 => Fit::Yes,
        (0, 0, _) => Fit::CalibreUnknown,
        _ => Fit::Disputed,
    }
}

fn one_fit(kind: WeaponKind, calibre_mm: Option<f64>, specs: &[WeaponSpec]) -> Fit {
    let mut best = Fit::No;
    for spec in specs.iter().filter(|spec| spec.kind == kind) {
        match (&spec.calibre_mm, calibre_mm) {
            (None, _) => return Fit::Yes,
            (Some(limit), Some(mm)) if limit.comparison.holds(mm, limit.value) => return Fit::Yes,
            (Some(_), Some(_)) => {}
            (Some(_), None) => best = Fit::CalibreUnknown,
        }
    }
    best
}

/// The first number followed by `mm` in a note, such as 152 in `152-mm howitzer` or `2S3 (152mm)`.
pub(crate) fn calibre_mm(note: &str) -> Option<f64> {
    let lower = note.to_lowercase();
    lower.match_indices("mm").find_map(|(at, _)| {
        let after = lower.get(at + 2..)?.chars().next();
        let head = lower.get(..at)?.trim_end_matches([' ', '-', '\u{a0}', '\u{2011}']);
        let from = head
            .rfind(|c: char| !c.is_ascii_digit() && c != '.')
            .map_or(0, |i| i + head.get(i..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8));
        let number = head.get(from..)?.parse::<f64>().ok();
        number.filter(|mm| (1.0..=1_000.0).contains(mm) && !after.is_some_and(char::is_alphanumeric))
    })
}

/// The class of the fire of a weapon.
pub(crate) fn fire_class(kind: WeaponKind) -> EventClass {
    match kind {
        WeaponKind::SmallArms
        | WeaponKind::HeavyMachineGun
        | WeaponKind::GrenadeLauncher
        | WeaponKind::Rpg
        | WeaponKind::RecoillessGun
        | WeaponKind::IfvCannon
        | WeaponKind::AntiAircraftGun => EventClass::SmallArms,
        WeaponKind::Mortar | WeaponKind::Artillery | WeaponKind::Tank | WeaponKind::Mlrs => EventClass::Shelling,
        WeaponKind::Missile | WeaponKind::AirDefence | WeaponKind::ArmedDrone => EventClass::AirStrike,
    }
}

#[cfg(test)]
#[path = "weapons_tests.rs"]
mod tests;
