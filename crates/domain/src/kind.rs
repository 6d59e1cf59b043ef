//! The closed lists: how things are sensed, what a detection says it saw, what an incident is taken to be.

use std::fmt;

/// A word that is none of a closed list, with the nearest words that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What was written.
    pub given: String,
    /// What may be written.
    pub allowed: Vec<&'static str>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not one of {}", self.given, self.allowed.join(", "))
    }
}

impl std::error::Error for UnknownName {}

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files, reports and on the page (snake case).
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|kind| kind.word() == text).ok_or_else(|| UnknownName {
                    given: text.to_owned(),
                    allowed: Self::ALL.iter().map(|kind| kind.word()).collect(),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use closed_list;

closed_list! {
    /// The physical way in which something was sensed. Independence is judged by it.
    Modality {
        /// Microphones.
        Acoustic = "acoustic",
        /// Ground motion.
        Seismic = "seismic",
        /// Infrasound arrays.
        Infrasound = "infrasound",
        /// Daylight camera.
        Camera = "camera",
        /// Infrared camera.
        ThermalCamera = "thermal_camera",
        /// Ground, coastal or counter-battery radar.
        Radar = "radar",
        /// Passive radio direction finding or spectrum monitoring.
        Radio = "radio",
        /// The mission's own aircraft with camera.
        Uav = "uav",
        /// Optical satellite image.
        OpticalSatellite = "optical_satellite",
        /// Radar satellite image.
        SarSatellite = "sar_satellite",
        /// Thermal anomalies from satellites.
        ThermalSatellite = "thermal_satellite",
        /// Cooperative position reports of ships.
        Ais = "ais",
        /// Cooperative position reports of aircraft.
        Adsb = "adsb",
        /// Dose-rate monitors.
        Radiation = "radiation",
        /// A mission patrol's eyes and ears.
        Patrol = "patrol",
        /// A daily table of counts by a mission.
        MissionTable = "mission_table",
        /// News and open sources.
        OpenSource = "open_source",
        /// A submission by a party.
        PartyReport = "party_report",
        /// A submission by the public or civil society.
        PublicReport = "public_report",
        /// The state of equipment: outages, loss of timing, lost links.
        Telemetry = "telemetry",
    }
}

closed_list! {
    /// What one detection says was seen or heard.
    Phenomenon {
        /// An explosion of unknown kind.
        Explosion = "explosion",
        /// An explosion where a projectile came down.
        Impact = "impact",
        /// The sound or flash of a weapon being fired.
        Launch = "launch",
        /// A projectile in flight.
        Projectile = "projectile",
        /// A muzzle flash.
        MuzzleFlash = "muzzle_flash",
        /// An illumination flare.
        IlluminationFlare = "illumination_flare",
        /// A tracer round.
        TracerRound = "tracer_round",
        /// A burst of automatic fire.
        Burst = "burst",
        /// A single shot.
        Shot = "shot",
        /// Shelling by artillery, mortars or rockets, as reported.
        Shelling = "shelling",
        /// A strike from the air, as reported.
        AirStrike = "air_strike",
        /// A strike by an uncrewed aircraft, as reported.
        DroneStrike = "drone_strike",
        /// A strike by a missile, as reported.
        MissileStrike = "missile_strike",
        /// Fighting at close quarters or an attempt to change position, as reported.
        Clash = "clash",
        /// A mix of ceasefire-related observations counted together (daily tables).
        MixedFire = "mixed_fire",
        /// A hot spot.
        ThermalAnomaly = "thermal_anomaly",
        /// Smoke or dust.
        Plume = "plume",
        /// An uncrewed aircraft in flight.
        DroneInFlight = "drone_in_flight",
        /// A crewed aircraft in flight.
        AircraftInFlight = "aircraft_in_flight",
        /// Artillery, mortars, rocket launchers or tanks, present.
        HeavyWeapon = "heavy_weapon",
        /// Other military vehicles or positions, present.
        MilitaryPresence = "military_presence",
        /// A vessel.
        Vessel = "vessel",
        /// A changed patch of ground or a crater.
        GroundChange = "ground_change",
        /// A blast in a quarry or a controlled detonation.
        QuarryBlast = "quarry_blast",
        /// Thunder.
        Thunder = "thunder",
        /// Harm to people, as reported.
        Casualties = "casualties",
        /// Damage to property, as reported.
        Damage = "damage",
        /// A public air-raid alert.
        AirAlert = "air_alert",
        /// Jamming, denial, damage to or loss of monitoring equipment.
        Impediment = "impediment",
        /// Loss of an electricity line or supply.
        PowerLoss = "power_loss",
        /// A reading of a dose-rate monitor.
        DoseRate = "dose_rate",
        /// Something that the source names and this list does not.
        Other = "other",
    }
}

closed_list! {
    /// What an incident is taken to be; also what coverage is stated for.
    EventClass {
        /// Small arms.
        SmallArms = "small_arms",
        /// Fire by mortars, artillery, tanks or rockets (launch, flight or impact).
        Shelling = "shelling",
        /// An explosion whose cause is open.
        Explosion = "explosion",
        /// A strike from the air: aircraft, missile or drone.
        AirStrike = "air_strike",
        /// Fighting or an attempt to change position.
        Clash = "clash",
        /// Fire of several kinds counted together.
        MixedFire = "mixed_fire",
        /// A drone in flight.
        DroneFlight = "drone_flight",
        /// A crewed aircraft in flight.
        AircraftFlight = "aircraft_flight",
        /// A heavy weapon present.
        HeavyWeapon = "heavy_weapon",
        /// Other military presence.
        MilitaryPresence = "military_presence",
        /// A fire or hot spot.
        Fire = "fire",
        /// A quarry blast or controlled detonation.
        Blasting = "blasting",
        /// Thunder.
        Thunder = "thunder",
        /// A vessel.
        Vessel = "vessel",
        /// Harm or damage reported without its cause.
        Harm = "harm",
        /// Jamming, denial or loss of monitoring equipment.
        Impediment = "impediment",
        /// Loss of power supply.
        PowerLoss = "power_loss",
        /// A radiation reading.
        Radiation = "radiation",
        /// Anything else.
        Other = "other",
    }
}

closed_list! {
    /// Kinds of weapons as the tables of monitoring missions name them.
    WeaponKind {
        /// Rifles and light machine guns.
        SmallArms = "small_arms",
        /// Heavy machine gun.
        HeavyMachineGun = "heavy_machine_gun",
        /// Automatic grenade launcher.
        GrenadeLauncher = "grenade_launcher",
        /// Rocket-propelled grenade.
        Rpg = "rpg",
        /// Recoilless gun.
        RecoillessGun = "recoilless_gun",
        /// Cannon of an infantry fighting vehicle.
        IfvCannon = "ifv_cannon",
        /// Anti-aircraft cannon.
        AntiAircraftGun = "anti_aircraft_gun",
        /// Mortar.
        Mortar = "mortar",
        /// Tube artillery.
        Artillery = "artillery",
        /// Tank.
        Tank = "tank",
        /// Multiple rocket launcher.
        Mlrs = "mlrs",
        /// Guided or ballistic missile.
        Missile = "missile",
        /// Short-range air-defence vehicle.
        AirDefence = "air_defence",
        /// Armed drone.
        ArmedDrone = "armed_drone",
    }
}

impl Phenomenon {
    /// The class that this phenomenon speaks for on its own, before anything else is known.
    pub fn class(self) -> EventClass {
        match self {
            Self::Explosion => EventClass::Explosion,
            Self::Impact | Self::Launch | Self::Projectile | Self::MuzzleFlash | Self::Shelling => EventClass::Shelling,
            Self::TracerRound | Self::Burst | Self::Shot => EventClass::SmallArms,
            Self::AirStrike | Self::DroneStrike | Self::MissileStrike => EventClass::AirStrike,
            Self::Clash => EventClass::Clash,
            Self::MixedFire => EventClass::MixedFire,
            Self::ThermalAnomaly | Self::Plume => EventClass::Fire,
            Self::DroneInFlight => EventClass::DroneFlight,
            Self::AircraftInFlight => EventClass::AircraftFlight,
            Self::HeavyWeapon => EventClass::HeavyWeapon,
            Self::MilitaryPresence => EventClass::MilitaryPresence,
            Self::Vessel => EventClass::Vessel,
            Self::QuarryBlast => EventClass::Blasting,
            Self::Thunder => EventClass::Thunder,
            Self::Casualties | Self::Damage | Self::GroundChange => EventClass::Harm,
            Self::Impediment => EventClass::Impediment,
            Self::PowerLoss => EventClass::PowerLoss,
            Self::DoseRate => EventClass::Radiation,
            Self::IlluminationFlare | Self::AirAlert | Self::Other => EventClass::Other,
        }
    }

    /// True for the phenomena that the SMM counted one by one (explosion, projectile, muzzle flash, flare, tracer,
    /// burst, shot).
    pub fn is_smm_counted(self) -> bool {
        matches!(
            self,
            Self::Explosion
                | Self::Impact
                | Self::Launch
                | Self::Projectile
                | Self::MuzzleFlash
                | Self::IlluminationFlare
                | Self::TracerRound
                | Self::Burst
                | Self::Shot
                | Self::MixedFire
        )
    }
}
