//! What each class sounds like: one row of numbers per class, with where they come from.
//!
//! Sources. Charges and blast: far-field positive phase of 4.2 ms·(kg TNT)^⅓ (Kinney and Graham 1985, their far limit), the
//! spectrum of a Friedlander pulse peaks at 1/(2π t₊) and its centre lies two to three times higher; 53 Pa at 1 km from
//! 1 kg TNT (ANSI S2.20-1983); rifles 155 to 165 dB at 1 m. Muzzle blasts of heavy weapons: 20 to 100 Hz. Shocks: Whitham's N-wave ([`crate::ground::n_wave_duration_s`])
//! for 5.45 to 155 mm; aircraft 0.1 to 0.3 s. Thunder: peak at 40 to 100 Hz, lasting seconds to tens of seconds (Few 1969 and
//! later texts). Ground: explosions radiate more P than S above 6 Hz, earthquakes less. How far things are heard:
//! small arms about 1 km, muzzle blasts 2 to 6 km, impacts 3 to 10 km. Where no source gives a number it is a judgement,
//! and the spreads are wide on purpose.

use super::GroundClass;

/// The middle of a quantity that varies by factors, and its spread as a standard deviation of the natural logarithm.
#[derive(Clone, Copy, Debug)]
pub(super) struct About(pub(super) f64, pub(super) f64);

/// What one class sounds like.
#[derive(Debug)]
pub(super) struct Traits {
    /// The class.
    pub(super) class: GroundClass,
    /// The word in sentences.
    pub(super) word: &'static str,
    /// Share of all events before anything is known.
    pub(super) prior: f64,
    /// Centre of the spectrum in air, Hz: two kinds of source where one class has two (rifle and shell).
    pub(super) air_frequency_hz: [About; 2],
    /// How long it stands above the noise in air, s: two kinds where one class has two (single shot and burst).
    pub(super) air_duration_s: [About; 2],
    /// Time to the peak in air, s.
    pub(super) air_rise_s: About,
    /// First positive phase over the negative one.
    pub(super) phase_ratio: About,
    /// Duration of a shock, s; two kinds as above.
    pub(super) shock_duration_s: [About; 2],
    /// Centre of the spectrum in the ground, Hz.
    pub(super) ground_frequency_hz: About,
    /// How long the ground moves, s.
    pub(super) ground_duration_s: About,
    /// Amplitude of P over that of S.
    pub(super) p_over_s: About,
    /// Peak pressure level at 1 km, dB re 20 µPa, and its spread.
    pub(super) level_db: (f64, f64),
    /// Chance that a ground sensor within reach of nearby explosions picks it.
    pub(super) in_ground: f64,
    /// Chances of S and of Rg once the ground heard it at all.
    pub(super) s_and_rg: (f64, f64),
    /// Chance that an air sensor near enough picks it.
    pub(super) in_air: f64,
    /// Chances of a shock, and of a muzzle blast told apart after it.
    pub(super) shock_and_muzzle: (f64, f64),
    /// Share of events that repeat themselves as ripple fire does.
    pub(super) ripple: f64,
    /// Chances of no other event, of 1 to 3, of 4 to 12 and of more within ten minutes and a kilometre.
    pub(super) company: [f64; 4],
    /// How far such companions stand from their middle, m, one standard deviation along each axis.
    pub(super) spread_m: About,
}

/// All classes, in the order of [`GroundClass`].
pub(super) const TRAITS: [Traits; 9] = [
    Traits {
        class: GroundClass::Launch,
        word: "launch",
        prior: 0.18,
        air_frequency_hz: [About(40.0, 0.55), About(40.0, 0.55)],
        air_duration_s: [About(0.25, 0.8), About(0.25, 0.8)],
        air_rise_s: About(0.003, 0.9),
        phase_ratio: About(1.3, 0.35),
        shock_duration_s: [About(0.005, 0.8), About(0.005, 0.8)],
        ground_frequency_hz: About(20.0, 0.6),
        ground_duration_s: About(1.5, 0.8),
        p_over_s: About(1.0, 0.7),
        level_db: (118.0, 8.0),
        in_ground: 0.12,
        s_and_rg: (0.25, 0.5),
        in_air: 0.97,
        shock_and_muzzle: (0.2, 0.2),
        ripple: 0.05,
        company: [0.25, 0.30, 0.35, 0.10],
        spread_m: About(40.0, 0.8),
    },
    Traits {
        class: GroundClass::Impact,
        word: "impact",
        prior: 0.18,
        air_frequency_hz: [About(25.0, 0.55), About(25.0, 0.55)],
        air_duration_s: [About(0.4, 0.8), About(0.4, 0.8)],
        air_rise_s: About(0.0025, 0.9),
        phase_ratio: About(0.6, 0.35),
        shock_duration_s: [About(0.005, 0.8), About(0.005, 0.8)],
        ground_frequency_hz: About(15.0, 0.6),
        ground_duration_s: About(2.0, 0.8),
        p_over_s: About(1.2, 0.7),
        level_db: (127.0, 8.0),
        in_ground: 0.4,
        s_and_rg: (0.3, 0.6),
        in_air: 0.97,
        shock_and_muzzle: (0.1, 0.02),
        ripple: 0.05,
        company: [0.25, 0.35, 0.32, 0.08],
        spread_m: About(120.0, 0.8),
    },
    Traits {
        class: GroundClass::SmallArms,
        word: "small arms",
        prior: 0.15,
        air_frequency_hz: [About(400.0, 0.6), About(400.0, 0.6)],
        air_duration_s: [About(0.08, 0.9), About(0.6, 0.8)],
        air_rise_s: About(0.0005, 0.9),
        phase_ratio: About(0.8, 0.45),
        shock_duration_s: [About(0.00025, 0.5), About(0.00035, 0.6)],
        ground_frequency_hz: About(20.0, 0.8),
        ground_duration_s: About(0.5, 1.0),
        p_over_s: About(1.0, 0.9),
        level_db: (95.0, 8.0),
        in_ground: 0.01,
        s_and_rg: (0.1, 0.1),
        in_air: 0.97,
        shock_and_muzzle: (0.5, 0.45),
        ripple: 0.15,
        company: [0.15, 0.25, 0.35, 0.25],
        spread_m: About(40.0, 0.9),
    },
    Traits {
        class: GroundClass::SupersonicRound,
        word: "supersonic round",
        prior: 0.08,
        air_frequency_hz: [About(1500.0, 0.9), About(120.0, 0.8)],
        air_duration_s: [About(0.02, 1.3), About(0.02, 1.3)],
        air_rise_s: About(0.0002, 1.2),
        phase_ratio: About(1.0, 0.18),
        shock_duration_s: [About(0.00028, 0.6), About(0.005, 0.8)],
        ground_frequency_hz: About(20.0, 0.8),
        ground_duration_s: About(0.5, 1.0),
        p_over_s: About(1.0, 0.9),
        level_db: (105.0, 12.0),
        in_ground: 0.01,
        s_and_rg: (0.1, 0.1),
        in_air: 0.97,
        shock_and_muzzle: (0.95, 0.03),
        ripple: 0.05,
        company: [0.25, 0.25, 0.35, 0.15],
        spread_m: About(150.0, 1.0),
    },
    Traits {
        class: GroundClass::QuarryBlast,
        word: "quarry blast",
        prior: 0.09,
        air_frequency_hz: [About(6.0, 0.8), About(6.0, 0.8)],
        air_duration_s: [About(1.2, 0.8), About(1.2, 0.8)],
        air_rise_s: About(0.1, 1.1),
        phase_ratio: About(0.9, 0.5),
        shock_duration_s: [About(0.05, 1.5), About(0.05, 1.5)],
        ground_frequency_hz: About(6.0, 0.6),
        ground_duration_s: About(8.0, 0.8),
        p_over_s: About(1.1, 0.7),
        level_db: (116.0, 10.0),
        in_ground: 0.95,
        s_and_rg: (0.6, 0.65),
        in_air: 0.75,
        shock_and_muzzle: (0.01, 0.01),
        ripple: 0.85,
        company: [0.93, 0.06, 0.008, 0.002],
        spread_m: About(150.0, 0.9),
    },
    Traits {
        class: GroundClass::Thunder,
        word: "thunder",
        prior: 0.09,
        air_frequency_hz: [About(60.0, 0.8), About(60.0, 0.8)],
        air_duration_s: [About(10.0, 0.9), About(10.0, 0.9)],
        air_rise_s: About(0.8, 1.3),
        phase_ratio: About(1.0, 0.45),
        shock_duration_s: [About(0.03, 1.5), About(0.03, 1.5)],
        ground_frequency_hz: About(20.0, 0.8),
        ground_duration_s: About(8.0, 0.9),
        p_over_s: About(1.0, 0.9),
        level_db: (113.0, 9.0),
        in_ground: 0.04,
        s_and_rg: (0.1, 0.2),
        in_air: 0.97,
        shock_and_muzzle: (0.03, 0.02),
        ripple: 0.1,
        company: [0.45, 0.40, 0.13, 0.02],
        spread_m: About(600.0, 0.6),
    },
    Traits {
        class: GroundClass::SonicBoom,
        word: "sonic boom",
        prior: 0.05,
        air_frequency_hz: [About(6.0, 0.6), About(6.0, 0.6)],
        air_duration_s: [About(0.35, 0.7), About(0.35, 0.7)],
        air_rise_s: About(0.005, 1.0),
        phase_ratio: About(1.0, 0.2),
        shock_duration_s: [About(0.16, 0.45), About(0.16, 0.45)],
        ground_frequency_hz: About(8.0, 0.8),
        ground_duration_s: About(1.5, 0.9),
        p_over_s: About(1.0, 0.9),
        level_db: (126.0, 7.0),
        in_ground: 0.15,
        s_and_rg: (0.1, 0.3),
        in_air: 0.97,
        shock_and_muzzle: (0.6, 0.02),
        ripple: 0.1,
        company: [0.75, 0.23, 0.015, 0.005],
        spread_m: About(600.0, 0.6),
    },
    Traits {
        class: GroundClass::Fireworks,
        word: "fireworks",
        prior: 0.08,
        air_frequency_hz: [About(120.0, 0.6), About(120.0, 0.6)],
        air_duration_s: [About(0.25, 0.8), About(0.25, 0.8)],
        air_rise_s: About(0.001, 0.9),
        phase_ratio: About(0.6, 0.35),
        shock_duration_s: [About(0.003, 1.2), About(0.003, 1.2)],
        ground_frequency_hz: About(20.0, 0.8),
        ground_duration_s: About(0.7, 1.0),
        p_over_s: About(1.0, 0.9),
        level_db: (118.0, 8.0),
        in_ground: 0.01,
        s_and_rg: (0.1, 0.1),
        in_air: 0.97,
        shock_and_muzzle: (0.02, 0.02),
        ripple: 0.1,
        company: [0.06, 0.12, 0.30, 0.52],
        spread_m: About(40.0, 0.6),
    },
    Traits {
        class: GroundClass::Earthquake,
        word: "earthquake",
        prior: 0.10,
        air_frequency_hz: [About(8.0, 1.0), About(8.0, 1.0)],
        air_duration_s: [About(8.0, 1.0), About(8.0, 1.0)],
        air_rise_s: About(0.5, 1.2),
        phase_ratio: About(1.0, 0.5),
        shock_duration_s: [About(0.05, 1.5), About(0.05, 1.5)],
        ground_frequency_hz: About(8.0, 0.6),
        ground_duration_s: About(15.0, 0.8),
        p_over_s: About(0.4, 0.6),
        level_db: (70.0, 15.0),
        in_ground: 0.98,
        s_and_rg: (0.95, 0.08),
        in_air: 0.02,
        shock_and_muzzle: (0.01, 0.01),
        ripple: 0.05,
        company: [0.75, 0.20, 0.04, 0.01],
        spread_m: About(500.0, 0.8),
    },
];

/// One number for each class, in the order of [`TRAITS`].
pub(super) type PerClass = [f64; 9];

/// A number for each class from its row.
pub(super) fn per_class(of: impl Fn(&Traits) -> f64) -> PerClass {
    TRAITS.each_ref().map(of)
}

/// The position of a class in [`PerClass`].
pub(super) fn position(class: GroundClass) -> usize {
    TRAITS.iter().position(|traits| traits.class == class).unwrap_or(0)
}

/// How many times more often than evenly over the week a class happens at a local hour (0…24) of a weekday (0 = Monday).
///
/// Quarries: nine in ten blasts on working days between 8 and 17 h, hardly any on Sundays or at night (bulletins of mining
/// regions). Fireworks: nine in ten between 18 and 2 h, more at the end of the week. Aircraft: mostly by day. Thunder over
/// land: most in the afternoon and evening. Weapons and earthquakes: any time.
pub(super) fn by_the_clock(class: GroundClass, weekday: u32, hour: f64) -> f64 {
    let within = |from: f64, until: f64| from <= hour && hour < until;
    match class {
        GroundClass::QuarryBlast if weekday < 5 && within(8.0, 17.0) => 3.36,
        GroundClass::QuarryBlast if weekday == 5 && within(8.0, 14.0) => 1.12,
        GroundClass::QuarryBlast => 0.086,
        GroundClass::Fireworks => {
            let by_hour = if hour >= 18.0 {
                3.12
            } else if hour < 2.0 {
                1.44
            } else {
                0.15
            };
            by_hour * if weekday >= 4 { 1.3 } else { 0.775 }
        }
        GroundClass::SonicBoom if within(7.0, 22.0) => 1.47,
        GroundClass::SonicBoom => 0.213,
        GroundClass::Thunder if within(12.0, 22.0) => 1.44,
        GroundClass::Thunder => 0.686,
        _ => 1.0,
    }
}
