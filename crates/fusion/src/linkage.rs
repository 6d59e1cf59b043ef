//! Which phenomena may speak of one happening, and how detections of a kind are linked.

use crate::Parameters;
use truceline_domain::{Detection, Modality, Phenomenon, WeaponKind};

/// The stories a phenomenon can be part of, as bits. Detections can belong to one incident when some story holds all of
/// them:
///
/// | story | phenomena |
/// |---|---|
/// | fire by mortars, guns, rockets | explosion, impact, launch, muzzle flash, projectile, flare, shelling, clash, mixed fire, plume, consequences |
/// | small arms | explosion, shot, burst, tracer, flare, clash, mixed fire, casualties, damage |
/// | bomb, drone strike, missile | explosion, impact, air strike, plume, consequences; drone strike and missile strike each in its own; projectile with missiles |
/// | blasting | explosion, plume, quarry blast, ground change |
/// | thunder | explosion, thunder |
/// | burning | hot spot, plume |
/// | everything else | itself alone |
///
/// Consequences are ground change, damage and casualties. A hot spot seen from orbit is a fire of its own: that it lies
/// where something exploded is for people to say. A plume goes with the bang it rises from, else with the fire under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stories(u32);

impl Stories {
    const FIRE: u32 = 1;
    const SMALL_ARMS: u32 = 1 << 1;
    const BOMB: u32 = 1 << 2;
    const DRONE: u32 = 1 << 3;
    const MISSILE: u32 = 1 << 4;
    const BLASTING: u32 = 1 << 5;
    const THUNDER: u32 = 1 << 6;
    const FROM_THE_AIR: u32 = Self::BOMB | Self::DRONE | Self::MISSILE;
    const ALONE: u32 = 1 << 7;
    const BURNING: u32 = 1 << 8;

    pub(crate) fn of(phenomenon: Phenomenon) -> Self {
        Self(match phenomenon {
            Phenomenon::Explosion => {
                Self::FIRE | Self::SMALL_ARMS | Self::FROM_THE_AIR | Self::BLASTING | Self::THUNDER
            }
            Phenomenon::Impact => Self::FIRE | Self::FROM_THE_AIR,
            Phenomenon::GroundChange => Self::FIRE | Self::FROM_THE_AIR | Self::BLASTING,
            Phenomenon::Launch | Phenomenon::MuzzleFlash | Phenomenon::Shelling => Self::FIRE,
            Phenomenon::Projectile => Self::FIRE | Self::MISSILE,
            Phenomenon::TracerRound | Phenomenon::Burst | Phenomenon::Shot => Self::SMALL_ARMS,
            Phenomenon::IlluminationFlare | Phenomenon::Clash | Phenomenon::MixedFire => Self::FIRE | Self::SMALL_ARMS,
            Phenomenon::AirStrike => Self::FROM_THE_AIR,
            Phenomenon::DroneStrike => Self::DRONE,
            Phenomenon::MissileStrike => Self::MISSILE,
            Phenomenon::Plume => Self::FIRE | Self::FROM_THE_AIR | Self::BLASTING | Self::BURNING,
            Phenomenon::ThermalAnomaly => Self::BURNING,
            Phenomenon::Casualties | Phenomenon::Damage => Self::FIRE | Self::SMALL_ARMS | Self::FROM_THE_AIR,
            Phenomenon::QuarryBlast => Self::BLASTING,
            Phenomenon::Thunder => Self::THUNDER,
            _ => Self::ALONE,
        })
    }

    /// The stories that hold both, `None` when there is none.
    pub(crate) fn both(self, other: Self) -> Option<Self> {
        let shared = self.0 & other.0;
        (shared != 0).then_some(Self(shared))
    }
}

/// How detections of one family are put together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Style {
    /// Point-like: agglomeration against the incident's fused place.
    Episode,
    /// Extended: single link within a distance (m) beside the errors.
    SingleLink(f64),
    /// Moving: tracks that no more than a speed (m/s) is needed for.
    Moving(f64),
    /// By claimed identity, as far as anything that carries it can move.
    Identity,
}

/// Families that never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Family {
    Fire,
    HotSpot,
    Drone,
    Aircraft,
    Vessel,
    /// Cooperative position reports: what somebody claims stays apart from what was seen.
    Cooperative,
    Presence(Phenomenon),
    Lasting(Phenomenon),
}

impl Family {
    pub(crate) fn of(detection: &Detection) -> Self {
        if matches!(detection.modality, Modality::Ais | Modality::Adsb) {
            return Self::Cooperative;
        }
        match detection.phenomenon {
            Phenomenon::ThermalAnomaly => Self::HotSpot,
            Phenomenon::DroneInFlight => Self::Drone,
            Phenomenon::AircraftInFlight => Self::Aircraft,
            Phenomenon::Vessel => Self::Vessel,
            own @ (Phenomenon::HeavyWeapon | Phenomenon::MilitaryPresence) => Self::Presence(own),
            own @ (Phenomenon::AirAlert
            | Phenomenon::Impediment
            | Phenomenon::PowerLoss
            | Phenomenon::DoseRate
            | Phenomenon::Other) => Self::Lasting(own),
            _ => Self::Fire,
        }
    }

    /// Style and longest silence, s. Drones: five minutes at 70 m/s bridge a hole of a few minutes between microphones
    /// or in a radar track; aircraft two minutes at 300 m/s; vessels half an hour at 20 m/s; position reports an hour
    /// (the longest interval of a class A transponder at anchor is three minutes). Things that stand there: a day, the
    /// revisit of imagery. Lasting states (alerts, jamming, loss of power): an hour.
    pub(crate) fn linkage(self, parameters: &Parameters) -> (Style, f64) {
        match self {
            Self::Fire => (Style::Episode, parameters.episode_gap_s),
            Self::HotSpot => (Style::SingleLink(parameters.hot_spot_link_m), parameters.hot_spot_gap_s),
            Self::Drone => (Style::Moving(70.0), 300.0),
            Self::Aircraft => (Style::Moving(300.0), 120.0),
            Self::Vessel => (Style::Moving(20.0), 1_800.0),
            Self::Cooperative => (Style::Identity, 3_600.0),
            Self::Presence(_) => (Style::Episode, 86_400.0),
            Self::Lasting(_) => (Style::Episode, 3_600.0),
        }
    }

    /// Longest chain of linked detections, s.
    pub(crate) fn chain_max_s(self, parameters: &Parameters) -> f64 {
        if self == Self::HotSpot { parameters.fire_max_s } else { parameters.chain_max_s }
    }

    /// Longest duration of one incident, s.
    pub(crate) fn longest_s(self, parameters: &Parameters) -> f64 {
        if self == Self::Fire { parameters.episode_max_s } else { parameters.chain_max_s }
    }
}

/// The fastest that a thing of this kind goes, m/s: what tells its position at more than that tells another's or a made-up
/// one. Vessels: 30 m/s (58 knots), the fastest ferries; drones and aircraft as they are linked.
pub(crate) fn speed_max_mps(phenomenon: Phenomenon) -> f64 {
    match phenomenon {
        Phenomenon::Vessel => 30.0,
        Phenomenon::DroneInFlight => 70.0,
        _ => 300.0,
    }
}

/// True for what happens where the fire comes from: its place is a point of origin.
pub(crate) fn is_origin(phenomenon: Phenomenon) -> bool {
    matches!(phenomenon, Phenomenon::Launch | Phenomenon::MuzzleFlash)
}

/// True for sources that are public already, so that withholding a place they state protects nobody.
pub(crate) fn is_public(modality: Modality) -> bool {
    matches!(modality, Modality::MissionTable | Modality::OpenSource)
}

/// True for sources that tell what somebody says, not what an instrument or a mission observer recorded.
pub(crate) fn is_claim(modality: Modality) -> bool {
    matches!(modality, Modality::OpenSource | Modality::PartyReport | Modality::PublicReport)
}

/// True for sources of text, in which one text may name many places.
pub(crate) fn is_text(modality: Modality) -> bool {
    is_claim(modality) || modality == Modality::MissionTable
}

/// How far the parts of one happening scatter about its middle, m, one standard deviation: the dispersion of rounds on
/// one target is of the order of 100 m; a projectile is seen somewhere on its way; fighting spreads along a position.
pub(crate) fn spread_m(phenomenon: Phenomenon) -> f64 {
    match phenomenon {
        Phenomenon::Projectile | Phenomenon::Clash | Phenomenon::MixedFire => 1_000.0,
        Phenomenon::TracerRound | Phenomenon::Burst | Phenomenon::Shot | Phenomenon::IlluminationFlare => 300.0,
        Phenomenon::ThermalAnomaly
        | Phenomenon::DroneInFlight
        | Phenomenon::AircraftInFlight
        | Phenomenon::Vessel
        | Phenomenon::HeavyWeapon
        | Phenomenon::MilitaryPresence => 0.0,
        _ => 100.0,
    }
}

/// How far from its launch a projectile may come down, m: the usual greatest range of the weapon's kind; ten kilometres
/// when the weapon is not known, which covers mortars and direct fire.
pub(crate) fn range_max_m(weapon: Option<WeaponKind>) -> f64 {
    match weapon {
        Some(WeaponKind::SmallArms | WeaponKind::Rpg) => 1_500.0,
        Some(WeaponKind::HeavyMachineGun | WeaponKind::GrenadeLauncher | WeaponKind::IfvCannon) => 3_000.0,
        Some(WeaponKind::RecoillessGun | WeaponKind::AntiAircraftGun | WeaponKind::Tank) => 6_000.0,
        Some(WeaponKind::Mortar) => 9_000.0,
        Some(WeaponKind::Artillery) => 30_000.0,
        Some(WeaponKind::Mlrs) => 45_000.0,
        _ => 10_000.0,
    }
}
