//! The small set of marks that pictures are made of. Shape tells the class, colour and filling tell the verdict, so
//! that neither print nor colour blindness loses a verdict.

use crate::Language;
use crate::labels::Labels;
use truceline_domain::{EventClass, Verdict};

/// Shapes by group of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    Fire,
    Air,
    Ground,
    Natural,
    Other,
}

impl Shape {
    pub(crate) const ALL: [Self; 5] = [Self::Fire, Self::Air, Self::Ground, Self::Natural, Self::Other];

    /// The shape of a class.
    pub(crate) fn of(class: EventClass) -> Self {
        match class {
            EventClass::Explosion | EventClass::Shelling | EventClass::MixedFire => Self::Fire,
            EventClass::AirStrike | EventClass::DroneFlight | EventClass::AircraftFlight => Self::Air,
            EventClass::SmallArms | EventClass::Clash | EventClass::HeavyWeapon | EventClass::MilitaryPresence => {
                Self::Ground
            }
            EventClass::Fire | EventClass::Blasting | EventClass::Thunder => Self::Natural,
            EventClass::Vessel
            | EventClass::Harm
            | EventClass::Impediment
            | EventClass::PowerLoss
            | EventClass::Radiation
            | EventClass::Other => Self::Other,
        }
    }

    /// The id of its drawing.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Fire => "m0",
            Self::Air => "m1",
            Self::Ground => "m2",
            Self::Natural => "m3",
            Self::Other => "m4",
        }
    }

    pub(crate) fn label(self, language: Language) -> &'static str {
        let labels = Labels::of(language);
        match self {
            Self::Fire => labels.shape_fire,
            Self::Air => labels.shape_air,
            Self::Ground => labels.shape_ground,
            Self::Natural => labels.shape_natural,
            Self::Other => labels.shape_other,
        }
    }
}

/// The drawings, centred on the origin, all of about the same weight.
pub(crate) const DEFINITIONS: &str = concat!(
    r#"<circle id="m0" r="4.6"/>"#,
    r#"<path id="m1" d="M0-5.8L5.4 3.9H-5.4z"/>"#,
    r#"<path id="m2" d="M-4.2-4.2H4.2V4.2H-4.2z"/>"#,
    r#"<path id="m3" d="M0-5.9L5.9 0 0 5.9-5.9 0z"/>"#,
    r#"<path id="m4" d="M-1.9-5.4H1.9V-1.9H5.4V1.9H1.9V5.4H-1.9V1.9H-5.4V-1.9H-1.9z"/>"#,
);

/// The class of style for a verdict.
pub(crate) fn verdict_style(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Inconsistent) => "vi",
        Some(Verdict::Undetermined) => "vu",
        Some(Verdict::Consistent) => "vc",
        None => "vn",
    }
}

/// From the lightest to the weightiest, the order in which marks are drawn over each other.
pub(crate) const DRAWING_ORDER: [Option<Verdict>; 4] =
    [None, Some(Verdict::Consistent), Some(Verdict::Undetermined), Some(Verdict::Inconsistent)];
