//! Made-up weeks of sounds from physics: blasts by their charge, N-waves by Whitham, thunder by Few, ripple fire by its
//! holes; losses on the way, noise at the ear. It knows nothing of the tables by which sounds are told apart.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use truceline_domain::{
    ArrayBearing, LocalFrame, Measured, Modality, Pick, PickFeatures, PlaceEstimate, SensorId, SignedDuration, Span,
    Station, Timestamp, Wave, Wgs84,
};
use truceline_fusion::ground::{
    Event, EventArrival, Frame, GroundClass, Input, Located, Quarry, Searched, Settings, Storm, Stroke, Surroundings,
};

/// What differs from world to world.
#[derive(Clone, Copy, Debug)]
pub struct World {
    pub seed: u64,
    /// All durations and rises times this.
    pub stretch: f64,
    /// All frequencies times this.
    pub pitch: f64,
    /// Chance that a feature is not measured.
    pub missing: f64,
    /// Standard deviation of the logarithm of each measured feature.
    pub blur: f64,
    pub has_weather: bool,
    pub has_register: bool,
    pub is_calibrated: bool,
    /// Events of each class, about.
    pub n: usize,
}

/// A world with everything it takes to classify it, and the truth.
pub struct Made {
    pub stations: Vec<Station>,
    pub picks: Vec<Pick>,
    pub settings: Settings,
    pub located: Located,
    pub truth: Vec<GroundClass>,
    /// For each event the round it belongs to, if it is a launch or impact of one.
    pub round: Vec<Option<usize>>,
    pub surroundings: Surroundings,
}

impl Made {
    pub fn input(&self) -> Input<'_> {
        Input { stations: &self.stations, picks: &self.picks, outages: &[], settings: &self.settings }
    }
}

const ORIGIN: (f64, f64) = (48.0, 37.8);
const HALF_M: (f64, f64) = (20_000.0, 15_000.0);
const SOUND: f64 = 338.0;

/// The ear, what it picked, and the wave it is taken for.
type Told = (usize, Pick, Wave);

struct Sim {
    rng: ChaCha8Rng,
    world: World,
    frame: LocalFrame,
    ears: Vec<Ear>,
    events: Vec<(Raw, Vec<Told>)>,
    loss_db_km: f64,
    centre_of_blast: f64,
    reverberation_s: f64,
    picks_shocks: bool,
    picks_rg: bool,
    n_rounds: usize,
}

#[derive(Clone, Copy)]
struct Ear {
    at: (f64, f64),
    is_seismic: bool,
    is_array: bool,
    noise_db: f64,
    noise_ground: f64,
}

#[derive(Clone, Copy)]
struct Raw {
    class: GroundClass,
    time_s: f64,
    at: (f64, f64),
    sigma_m: f64,
    depth: (f64, f64),
    round: Option<usize>,
}

/// A pulse in air as it leaves, brought to 1 km.
#[derive(Clone, Copy)]
struct Blast {
    pa_1km: f64,
    positive_s: f64,
    ratio: f64,
    height_m: f64,
    /// How much longer than a pulse it lasts.
    lasts_s: f64,
    rise_s: f64,
    ripple: f64,
    /// Spread of where along its length it is heard from, m.
    long_m: f64,
}

impl Sim {
    fn uniform(&mut self, from: f64, until: f64) -> f64 {
        self.rng.random_range(from..until)
    }

    fn loguniform(&mut self, from: f64, until: f64) -> f64 {
        self.uniform(from.ln(), until.ln()).exp()
    }

    fn normal(&mut self) -> f64 {
        let (a, b): (f64, f64) = (self.rng.random_range(1e-12..1.0), self.rng.random());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    fn chance(&mut self, p: f64) -> bool {
        self.rng.random::<f64>() < p
    }

    fn anywhere(&mut self) -> (f64, f64) {
        (self.uniform(-HALF_M.0, HALF_M.0), self.uniform(-HALF_M.1, HALF_M.1))
    }

    fn near(&mut self, at: (f64, f64), sigma_m: f64) -> (f64, f64) {
        (at.0 + sigma_m * self.normal(), at.1 + sigma_m * self.normal())
    }

    /// A charge that goes off in the open: ANSI S2.20's 53 Pa at 1 km for a kilogram, Kinney and Graham's far positive
    /// phase, which grows slowly with range; Brode's negative phase.
    fn charge(&mut self, kg: f64) -> Blast {
        let positive_s = 0.0042 * kg.cbrt() * self.uniform(1.2, 1.7);
        Blast {
            pa_1km: 53.0 * kg.powf(0.3667),
            positive_s,
            ratio: positive_s / (0.0136 * kg.cbrt()) * self.lognormal(1.0, 0.15),
            height_m: 0.0,
            lasts_s: 0.0,
            rise_s: 2e-4,
            ripple: 0.0,
            long_m: 0.0,
        }
    }

    fn measured(&mut self, value: f64) -> Option<f64> {
        let blurred = self.lognormal(value, self.world.blur);
        (!self.chance(self.world.missing)).then_some(blurred)
    }

    /// Picks of a pulse in air; `wave` as labelled.
    fn blast_picks(&mut self, raw: Raw, blast: Blast, wave: Wave) -> Vec<Told> {
        let mut out = Vec::new();
        let reverberation_s = self.reverberation_s * self.lognormal(1.0, 0.4);
        let directed = self.uniform(0.0, std::f64::consts::TAU);
        for i in 0..self.ears.len() {
            let ear = self.ears[i];
            if ear.is_seismic {
                continue;
            }
            let (de, dn) = (raw.at.0 - ear.at.0, raw.at.1 - ear.at.1);
            let r = de.hypot(dn).hypot(blast.height_m).max(20.0);
            let km = r / 1_000.0;
            let aim_db = 3.0 * (de.atan2(dn) - directed).cos();
            let level_db =
                20.0 * (blast.pa_1km / 2e-5).log10() - 22.0 * km.log10() - self.loss_db_km * (km - 1.0).max(0.0)
                    + aim_db
                    + 4.0 * self.normal();
            let snr_db = level_db - ear.noise_db;
            if snr_db < 10.0 + 2.0 * self.normal() {
                continue;
            }
            let snr = 10_f64.powf(snr_db / 20.0);
            let own_hz = self.centre_of_blast / (std::f64::consts::TAU * blast.positive_s);
            let cut_hz = 1_800.0 / km.max(0.05).sqrt();
            let hz = (own_hz.powi(-2) + cut_hz.powi(-2)).powf(-0.5) * self.world.pitch;
            let pulse_s = blast.positive_s * (1.0 + 1.0 / blast.ratio);
            let lasts = (pulse_s + blast.lasts_s + reverberation_s * snr.ln() * 0.4) * self.world.stretch;
            let rise = (blast.rise_s + 0.2 / cut_hz + 4e-4 * km.sqrt()) * self.world.stretch;
            let ripple = self.cepstrum(blast.ripple);
            let features = PickFeatures {
                amplitude: Some(2e-5 * 10_f64.powf(level_db / 20.0)),
                snr: Some(snr),
                frequency_hz: self.measured(hz),
                duration_s: self.measured(lasts),
                rise_s: self.measured(rise),
                phase_ratio: self.measured(blast.ratio),
                ripple,
                rounds: None,
            };
            let elevation = (blast.height_m / r.max(blast.height_m + 1.0)).asin();
            let from = self.near(raw.at, blast.long_m / 2.0);
            let bearing = ear.is_array.then(|| self.bearing(ear, from, SOUND / elevation.cos()));
            out.push((i, self.pick(i, raw.time_s + r / SOUND, bearing, features), wave));
        }
        out
    }

    fn cepstrum(&mut self, strength: f64) -> Option<f64> {
        let floor = 0.1 + 0.1 * self.normal().abs();
        let own = strength * self.uniform(0.8, 1.0);
        (!self.chance(self.world.missing)).then_some((floor * floor + own * own).sqrt().min(0.98))
    }

    fn bearing(&mut self, ear: Ear, from: (f64, f64), trace_mps: f64) -> ArrayBearing {
        let azimuth = (from.0 - ear.at.0).atan2(from.1 - ear.at.1).to_degrees() + 4.0 * self.normal();
        let trace = trace_mps * (1.0 + 0.03 * self.normal());
        ArrayBearing {
            azimuth_deg: Measured { value: azimuth.rem_euclid(360.0), sigma: 3.0 },
            trace_velocity_mps: Some(Measured { value: trace, sigma: 0.03 * trace }),
            fisher: None,
            n_elements: Some(4),
        }
    }

    fn pick(&mut self, i: usize, at_s: f64, bearing: Option<ArrayBearing>, features: PickFeatures) -> Pick {
        Pick {
            sensor: SensorId::from(format!("S{i:03}").as_str()),
            wave: None,
            at: at(at_s),
            sigma_s: Some(0.02),
            confidence: None,
            bearing,
            features: features.into(),
        }
    }

    /// Picks of ground waves: amplitude 10^size at 1 km, r^−1.6, with anelastic loss; P over S as radiated and the path.
    fn ground_picks(&mut self, raw: Raw, size: f64, radiated: Ground) -> Vec<Told> {
        let mut out = Vec::new();
        for i in 0..self.ears.len() {
            let ear = self.ears[i];
            if !ear.is_seismic {
                continue;
            }
            let km = (raw.at.0 - ear.at.0).hypot(raw.at.1 - ear.at.1).hypot(raw.depth.0 * 1_000.0).max(50.0) / 1_000.0;
            let p = 10_f64.powf(size) * km.powf(-1.6) * (-km / 60.0).exp() * self.lognormal(1.0, 0.4);
            let path = self.lognormal(1.0, 0.35);
            let rg = p * radiated.rg * km.powf(0.6) * (-km / 15.0).exp();
            for (wave, a, v) in [(Wave::P, p, 5.9), (Wave::S, p / (radiated.p_over_s * path), 3.4), (Wave::Rg, rg, 2.7)]
            {
                let snr = a / ear.noise_ground;
                if snr < 3.0 * self.lognormal(1.0, 0.2) || (wave == Wave::Rg && !self.picks_rg) {
                    continue;
                }
                let hz =
                    radiated.hz * (-km / 150.0).exp() * if wave == Wave::Rg { 0.3 } else { 1.0 } * self.world.pitch;
                let lasts = (radiated.lasts_s + 0.15 * km + 0.5 * snr.ln()) * self.world.stretch;
                let features = PickFeatures {
                    amplitude: Some(a),
                    snr: Some(snr),
                    frequency_hz: self.measured(hz),
                    duration_s: self.measured(lasts),
                    rise_s: self.measured(0.5 / hz),
                    phase_ratio: None,
                    ripple: self.cepstrum(radiated.ripple),
                    rounds: None,
                };
                out.push((i, self.pick(i, raw.time_s + km / v, None, features), wave));
            }
        }
        out
    }

    /// Keeps an event when enough heard it.
    fn keep(&mut self, raw: Raw, picks: Vec<Told>) -> bool {
        let enough = picks.len() >= if picks.iter().any(|p| matches!(p.2, Wave::P)) { 4 } else { 3 };
        if enough {
            self.events.push((raw, picks));
        }
        enough
    }

    fn count(&self, class: GroundClass) -> usize {
        self.events.iter().filter(|(raw, _)| raw.class == class).count()
    }

    fn some_time(&mut self) -> f64 {
        self.uniform(0.0, 7.0 * 86_400.0)
    }

    fn raw(&mut self, class: GroundClass, time_s: f64, at: (f64, f64)) -> Raw {
        Raw { class, time_s, at, sigma_m: self.lognormal(25.0, 0.5), depth: (0.0, 0.0), round: None }
    }

    fn launch(&mut self, time_s: f64, at: (f64, f64), propellant_kg: f64) -> Option<usize> {
        let mut blast = self.charge(propellant_kg * 0.4);
        // The jet drives on behind the front.
        blast.positive_s *= self.uniform(1.3, 2.0);
        blast.ratio = self.lognormal(1.15, 0.25);
        let raw = Raw { round: Some(self.n_rounds), ..self.raw(GroundClass::Launch, time_s, at) };
        let mut picks = self.blast_picks(raw, blast, Wave::Air);
        if propellant_kg > 1.0 && self.picks_shocks && self.chance(0.4) {
            for (_, _, wave) in picks.iter_mut().take(2) {
                *wave = Wave::Muzzle;
            }
        }
        let recoil = propellant_kg.log10() * 0.7 - 1.2;
        let lasts_s = self.uniform(0.3, 1.5);
        let hz = self.lognormal(22.0, 0.4);
        let ground = Ground { p_over_s: 0.9, rg: 1.5, hz, lasts_s, ripple: 0.0 };
        picks.extend(self.ground_picks(raw, recoil, ground));
        self.keep(raw, picks).then_some(self.n_rounds)
    }

    fn impact(&mut self, time_s: f64, at: (f64, f64), filler_kg: f64) {
        let mut blast = self.charge(filler_kg);
        blast.pa_1km *= self.lognormal(0.8, 0.4);
        blast.positive_s *= self.uniform(1.0, 1.3);
        let raw = Raw { round: Some(self.n_rounds), ..self.raw(GroundClass::Impact, time_s, at) };
        let mut picks = self.blast_picks(raw, blast, Wave::Air);
        let size = filler_kg.log10() * 0.75 - 0.6 + 0.3 * self.normal();
        let (lasts_s, hz, p_over_s) = (self.uniform(0.5, 2.5), self.lognormal(14.0, 0.4), self.lognormal(1.2, 0.4));
        picks.extend(self.ground_picks(raw, size, Ground { p_over_s, rg: 1.5, hz, lasts_s, ripple: 0.0 }));
        self.keep(raw, picks);
    }

    /// A battery that fires; its rounds may come down within the area.
    fn battery(&mut self) {
        let (gun, aim) = (self.anywhere(), self.anywhere());
        let is_mortar = self.chance(0.5);
        let (propellant, filler) = if is_mortar {
            (self.loguniform(0.08, 0.6), self.loguniform(0.4, 3.0))
        } else {
            (self.loguniform(2.0, 12.0), self.loguniform(2.0, 10.0))
        };
        let range_m = (gun.0 - aim.0).hypot(gun.1 - aim.1);
        let flight = super::flight_sim::flight_s(range_m, is_mortar, self.uniform(0.0, 1.0));
        let n = self.rng.random_range(1..10);
        let every_s = self.loguniform(4.0, 40.0);
        let scatter_m = self.uniform(40.0, 180.0);
        let apart_m = self.uniform(5.0, 60.0);
        let mut time_s = self.some_time();
        for _ in 0..n {
            self.n_rounds += 1;
            let (from, to) = (self.near(gun, apart_m), self.near(aim, scatter_m));
            self.launch(time_s, from, propellant);
            if let Some(flight_s) = flight {
                let own = flight_s * (1.0 + 0.006 * self.normal());
                self.impact(time_s + own, to, filler);
            }
            time_s += every_s * self.uniform(0.5, 1.5);
        }
    }

    fn shelling(&mut self) {
        let (aim, filler, scatter_m) = (self.anywhere(), self.loguniform(0.4, 12.0), self.uniform(40.0, 200.0));
        let mut time_s = self.some_time();
        for _ in 0..self.rng.random_range(1..10) {
            self.n_rounds += 1;
            let at = self.near(aim, scatter_m);
            self.impact(time_s, at, filler);
            time_s += self.loguniform(3.0, 60.0);
        }
    }

    /// Nodes ahead of the muzzle hear the crack by Whitham, and the blast after it.
    fn small_arms(&mut self) {
        // Rifles are heard about a kilometre: near a node.
        let node = self.rng.random_range(0..self.ears.len());
        let at = self.near(self.ears[node].at, 500.0);
        let kg = self.loguniform(0.0006, 0.008);
        let (caliber, mach) = (self.uniform(0.0055, 0.013), self.uniform(1.6, 2.6));
        let is_automatic = self.chance(0.5);
        let fire = self.uniform(0.0, std::f64::consts::TAU);
        let mut time_s = self.some_time();
        for _ in 0..self.rng.random_range(1..14) {
            let at = self.near(at, 20.0);
            let mut blast = self.charge(kg);
            blast.pa_1km *= 0.35;
            blast.ratio *= self.uniform(1.2, 1.9);
            blast.rise_s = 5e-5;
            if is_automatic {
                blast.lasts_s = self.uniform(0.0, 0.6);
                blast.ripple = self.uniform(0.0, 0.6);
            }
            let raw = self.raw(GroundClass::SmallArms, time_s, at);
            let mut picks = self.blast_picks(raw, blast, Wave::Air);
            if self.picks_shocks {
                self.cracks(raw, (fire, caliber, mach), &mut picks);
            }
            self.keep(raw, picks);
            time_s += self.loguniform(1.0, 60.0);
        }
    }

    fn cracks(&mut self, raw: Raw, (fire, caliber, mach): (f64, f64, f64), picks: &mut Vec<Told>) {
        let mut shocks = Vec::new();
        for (i, _, wave) in picks.iter_mut() {
            let (e, n) = (self.ears[*i].at.0 - raw.at.0, self.ears[*i].at.1 - raw.at.1);
            let (along, miss) = (e * fire.sin() + n * fire.cos(), (e * fire.cos() - n * fire.sin()).abs().max(2.0));
            if along > miss && miss < 300.0 {
                *wave = Wave::Muzzle;
                shocks.push((*i, n_wave(miss, mach, caliber), along / (mach * SOUND) + miss / SOUND * 0.9));
            }
        }
        for (i, duration, after_s) in shocks {
            let features = self.shock_features(duration, 20.0);
            picks.push((i, self.pick(i, raw.time_s + after_s, None, features), Wave::Shock));
        }
    }

    fn shock_features(&mut self, duration_s: f64, pa: f64) -> PickFeatures {
        PickFeatures {
            amplitude: Some(pa),
            snr: Some(30.0),
            frequency_hz: self.measured(0.7 / duration_s * self.world.pitch),
            duration_s: self.measured(duration_s * self.world.stretch),
            rise_s: self.measured(3e-5 + 0.05 * duration_s),
            phase_ratio: self.lognormal(1.0, 0.08).into(),
            ripple: self.cepstrum(0.0),
            rounds: None,
        }
    }

    /// A round whose shock crosses nodes along its path; its gun is too far to be heard.
    fn round_in_flight(&mut self) {
        let node = self.rng.random_range(0..self.ears.len());
        let is_shell = self.chance(0.4);
        let (caliber, mach, reach_m, miss_m) = if is_shell {
            (self.uniform(0.03, 0.155), self.uniform(1.1, 2.2), 7_000.0, 900.0)
        } else {
            (self.uniform(0.0055, 0.0145), self.uniform(1.2, 2.4), 2_500.0, 250.0)
        };
        let mut time_s = self.some_time();
        let fire = self.uniform(0.0, std::f64::consts::TAU);
        let start = self.ears[node].at;
        for _ in 0..self.rng.random_range(1..6) {
            let through = self.near(start, 0.4 * miss_m);
            let raw =
                Raw { sigma_m: self.uniform(150.0, 900.0), ..self.raw(GroundClass::SupersonicRound, time_s, through) };
            let mut picks = Vec::new();
            for i in 0..self.ears.len() {
                let ear = self.ears[i];
                let (e, n) = (ear.at.0 - through.0, ear.at.1 - through.1);
                let (along, miss) = (e * fire.sin() + n * fire.cos(), (e * fire.cos() - n * fire.sin()).abs().max(3.0));
                if ear.is_seismic || along.abs() > reach_m || miss > 4.0 * miss_m {
                    continue;
                }
                let pa = 0.53 * 101_325.0 * caliber * (mach * mach - 1.0).powf(0.125)
                    / (miss.powf(0.75) * (4.0 * caliber).powf(0.25));
                if 20.0 * (pa / 2e-5).log10() < ear.noise_db + 12.0 {
                    continue;
                }
                let features = self.shock_features(n_wave(miss, mach, caliber), pa);
                let foot = (through.0 + along * fire.sin(), through.1 + along * fire.cos());
                let trace = SOUND * self.uniform(1.0, mach);
                let bearing = ear.is_array.then(|| self.bearing(ear, foot, trace));
                let label = if self.picks_shocks && self.chance(0.95) { Wave::Shock } else { Wave::Air };
                picks.push((i, self.pick(i, time_s + along / (mach * SOUND) + miss / SOUND, bearing, features), label));
            }
            if picks.len() >= 2 {
                self.events.push((raw, picks));
            }
            time_s += self.loguniform(1.0, 40.0);
        }
    }

    fn quarry_blast(&mut self, quarries: &[(f64, f64)]) {
        let at = quarries[self.rng.random_range(0..quarries.len())];
        let at = self.near(at, 150.0);
        let day = if self.chance(0.95) { self.rng.random_range(0..5) } else { self.rng.random_range(0..7) };
        let hour = if self.chance(0.93) { self.uniform(9.0, 16.5) } else { self.uniform(0.0, 24.0) };
        let holes = self.loguniform(4.0, 80.0).round();
        let delay_s = self.uniform(0.017, 0.067);
        let per_hole_kg = self.loguniform(40.0, 300.0);
        // Confined: the air gets a hundredth or less, pushed slowly by the rising face.
        let mut blast = self.charge(per_hole_kg * 0.01);
        blast.pa_1km *= self.lognormal(0.8, 0.5);
        blast.positive_s = self.uniform(0.015, 0.08);
        blast.ratio = self.lognormal(0.9, 0.3);
        blast.lasts_s = holes * delay_s;
        blast.rise_s = 0.3 * holes * delay_s * self.uniform(0.2, 1.0);
        let jitter = self.uniform(0.0, 0.25);
        blast.ripple = if self.chance(0.1) { 0.0 } else { 0.85 * (-3.0 * jitter).exp() };
        let time_s = f64::from(day) * 86_400.0 + (hour - 2.0) * 3_600.0;
        let raw = Raw { depth: (0.0, self.uniform(1.0, 3.0)), ..self.raw(GroundClass::QuarryBlast, time_s, at) };
        let size = (per_hole_kg * holes).log10() * 0.75 - 0.9 + 0.2 * self.normal();
        let (hz, p_over_s) = (self.lognormal(6.0, 0.4), self.lognormal(1.3, 0.4));
        let ground = Ground { p_over_s, rg: 2.0, hz, lasts_s: holes * delay_s + 2.0, ripple: blast.ripple };
        let mut picks = self.ground_picks(raw, size, ground);
        picks.extend(self.blast_picks(raw, blast, Wave::Air));
        self.keep(raw, picks);
    }

    /// A storm that drifts: channels some kilometres long and high; Few's peak at 0.63 c √(p₀/E) for E in J/m.
    fn storm(&mut self, storms: &mut Vec<Storm>, strokes: &mut Vec<Stroke>) {
        let centre = self.anywhere();
        let day = f64::from(self.rng.random_range(0..7));
        let hour = if self.chance(0.7) { self.uniform(12.0, 21.0) } else { self.uniform(0.0, 23.0) };
        let mut time_s = day * 86_400.0 + (hour - 2.0) * 3_600.0;
        let radius_m = self.uniform(4_000.0, 9_000.0);
        let from_s = time_s;
        for _ in 0..self.rng.random_range(5..30) {
            let at = self.near(centre, radius_m / 2.0);
            if self.chance(0.8) {
                let place = self.near(at, 800.0);
                strokes.push(Stroke { at: at_time(time_s), place: self.frame.wgs84_from_enu(place), sigma_m: 500.0 });
            }
            let energy = self.loguniform(1e5, 3e6);
            let peak_hz = 0.63 * SOUND * (101_325.0 / energy).sqrt();
            let long_m = self.uniform(1_500.0, 7_000.0);
            let blast = Blast {
                pa_1km: self.lognormal(9.0, 0.7),
                positive_s: self.centre_of_blast / (std::f64::consts::TAU * peak_hz * 1.5),
                ratio: self.lognormal(1.0, 0.3),
                height_m: self.uniform(500.0, 5_000.0),
                lasts_s: long_m / SOUND,
                rise_s: self.loguniform(0.02, 5.0),
                ripple: 0.15,
                long_m,
            };
            let raw = Raw { sigma_m: self.uniform(200.0, 1_200.0), ..self.raw(GroundClass::Thunder, time_s, at) };
            let picks = self.blast_picks(raw, blast, Wave::Air);
            self.keep(raw, picks);
            time_s += self.loguniform(8.0, 200.0);
        }
        let span = Span { from: at_time(from_s - 900.0), until: at_time(time_s + 900.0) };
        storms.push(Storm { place: self.frame.wgs84_from_enu(centre), radius_m, span });
    }

    /// An aircraft faster than sound: its carpet covers the area.
    fn boom(&mut self) {
        let (mach, miss_m) = (self.uniform(1.1, 1.9), self.uniform(5_000.0, 15_000.0));
        let duration_s = n_wave(miss_m, mach, self.uniform(1.5, 2.5)) * self.uniform(0.9, 2.0);
        let day = f64::from(self.rng.random_range(0..7));
        let hour = if self.chance(0.9) { self.uniform(7.0, 20.0) } else { self.uniform(0.0, 24.0) };
        let at = self.anywhere();
        let raw = Raw {
            sigma_m: self.uniform(200.0, 2_000.0),
            ..self.raw(GroundClass::SonicBoom, day * 86_400.0 + (hour - 2.0) * 3_600.0, at)
        };
        let heading = self.uniform(0.0, 360.0);
        let (pa, is_told) = (self.loguniform(15.0, 90.0), self.chance(0.7));
        let mut picks = Vec::new();
        for i in 0..self.ears.len() {
            let ear = self.ears[i];
            let across = (ear.at.0 * f64::cos(heading) - ear.at.1 * f64::sin(heading)).abs();
            if ear.is_seismic || across > 18_000.0 || self.chance(0.08) {
                continue;
            }
            let pa = pa * self.uniform(0.6, 1.6);
            let mut features = self.shock_features(duration_s, pa);
            features.rise_s = self.measured(self.world.stretch * 0.004);
            let label = if self.picks_shocks && is_told { Wave::Shock } else { Wave::Air };
            if label == Wave::Air {
                features.duration_s = features.duration_s.map(|s| s + 0.3 * self.reverberation_s * 4.0);
            }
            let swept =
                (ear.at.0 + 9_000.0 * heading.to_radians().sin(), ear.at.1 + 9_000.0 * heading.to_radians().cos());
            let swept = self.near(swept, 1_500.0);
            let bearing = ear.is_array.then(|| self.bearing(ear, swept, SOUND * mach));
            let reach = (ear.at.0 - at.0).hypot(ear.at.1 - at.1);
            picks.push((i, self.pick(i, raw.time_s + reach / (mach * SOUND), bearing, features), label));
        }
        self.keep(raw, picks);
    }

    fn fireworks(&mut self) {
        let at = self.anywhere();
        let is_show = self.chance(0.7);
        let (n, every_s) =
            if is_show { (self.rng.random_range(15..50), 8.0) } else { (self.rng.random_range(1..5), 60.0) };
        let hour = if is_show || self.chance(0.7) { self.uniform(18.5, 24.5) } else { self.uniform(10.0, 24.0) };
        let day = if self.chance(0.6) { self.rng.random_range(4..7) } else { self.rng.random_range(0..7) };
        let mut time_s = f64::from(day) * 86_400.0 + (hour - 2.0) * 3_600.0;
        for _ in 0..n {
            let kg = if is_show { self.loguniform(0.03, 0.8) } else { self.loguniform(0.01, 0.1) };
            let mut blast = self.charge(kg);
            blast.height_m = if is_show { self.uniform(60.0, 300.0) } else { 0.0 };
            let at = self.near(at, 30.0);
            let raw = self.raw(GroundClass::Fireworks, time_s, at);
            let picks = self.blast_picks(raw, blast, Wave::Air);
            self.keep(raw, picks);
            time_s += self.loguniform(0.3 * every_s, 2.0 * every_s);
        }
    }

    fn earthquake(&mut self) {
        let at = self.anywhere();
        let mut time_s = self.some_time();
        for _ in 0..if self.chance(0.2) { self.rng.random_range(2..5) } else { 1 } {
            let depth = -7.0 * f64::ln(self.uniform(0.03, 1.0)) + 0.5;
            let sigma = self.uniform(0.8, 3.0);
            let at = self.near(at, 800.0);
            let raw = Raw { depth: (depth, sigma), sigma_m: 500.0, ..self.raw(GroundClass::Earthquake, time_s, at) };
            let size = self.uniform(1.2, 3.0);
            let corner = 14.0 * 10_f64.powf(-(size - 1.2) / 3.0) * self.lognormal(0.7, 0.35);
            let p_over_s = self.lognormal(0.4, 0.35);
            let ground =
                Ground { p_over_s, rg: 0.2 / (1.0 + depth), hz: corner, lasts_s: 3.0 * (size + 0.5), ripple: 0.0 };
            let picks = self.ground_picks(raw, size, ground);
            self.keep(raw, picks);
            time_s += self.loguniform(30.0, 2_000.0);
        }
    }

    fn finish(mut self, mut surroundings: Surroundings, stations: Vec<Station>) -> Made {
        let mut events = std::mem::take(&mut self.events);
        events.sort_by(|a, b| a.0.time_s.total_cmp(&b.0.time_s));
        let (mut located, mut picks) = (Located::default(), Vec::new());
        let (mut truth, mut round) = (Vec::new(), Vec::new());
        for (event, (raw, heard)) in events.into_iter().enumerate() {
            let centre = self.near(raw.at, raw.sigma_m);
            let depth_km = if raw.depth.1 > 0.0 { raw.depth.0 + raw.depth.1 * self.normal() } else { 0.0 };
            let mut own: Vec<EventArrival> = Vec::new();
            for (_, mut pick, wave) in heard {
                pick.wave = Some(wave);
                own.push(EventArrival { pick: picks.len(), event, wave, residual_s: 0.0, weight: 1.0 });
                picks.push(pick);
            }
            located.arrivals.extend(own);
            located.events.push(Event {
                time: at_time(raw.time_s + 0.03 * self.normal()),
                time_sigma_s: 0.03,
                epicentre: PlaceEstimate::circular(self.frame.wgs84_from_enu(centre), raw.sigma_m),
                depth_km: depth_km.max(0.0),
                depth_sigma_km: raw.depth.1,
                ellipse_m: [(0.0, 0.0); 3],
                ellipse_azimuth_deg: 0.0,
                regions: Vec::new(),
                classes: Vec::new(),
                rounds: None,
                log_odds: 20.0,
                misses: Vec::new(),
                uncovered: Vec::new(),
            });
            truth.push(raw.class);
            round.push(raw.round);
        }
        if let Some(strokes) = &mut surroundings.strokes {
            strokes.sort_by_key(|s| s.at);
        }
        Made { stations, picks, settings: settings(), located, truth, round, surroundings }
    }
}

#[derive(Clone, Copy)]
struct Ground {
    p_over_s: f64,
    rg: f64,
    hz: f64,
    lasts_s: f64,
    ripple: f64,
}

fn n_wave(miss_m: f64, mach: f64, caliber_m: f64) -> f64 {
    let length_m = if caliber_m > 1.0 { 18.0 } else { 4.2 * caliber_m };
    1.82 * mach * miss_m.powf(0.25) * caliber_m / (SOUND * (mach * mach - 1.0).powf(0.375) * length_m.powf(0.25))
}

/// Monday 00:00 UTC of the made-up week; local time is two hours ahead.
fn monday() -> Timestamp {
    "2031-02-17T00:00:00Z".parse().unwrap()
}

fn at(seconds: f64) -> Timestamp {
    monday() + SignedDuration::from_millis((seconds * 1e3) as i64)
}

fn at_time(seconds: f64) -> Timestamp {
    at(seconds)
}

fn settings() -> Settings {
    Settings {
        frame: Frame { origin: Wgs84::new(ORIGIN.0, ORIGIN.1).unwrap(), km_per_deg_lat: 111.19, km_per_deg_lon: 74.4 },
        searched: Searched { east_km: (-25.0, 25.0), north_km: (-20.0, 20.0), depth_km: (0.0, 30.0) },
        p_km_s: 5.9,
        s_km_s: 3.4,
        layers: Vec::new(),
        air: Vec::new(),
        n_picks: 4,
        n_p: 4,
        n_s: 0,
        n_p_and_s: 0,
        tolerance_s: 1.0,
        threads: 1,
    }
}

/// A week of the world.
pub fn made(world: World) -> Made {
    let mut rng = ChaCha8Rng::seed_from_u64(world.seed);
    let n_air = rng.random_range(90..140);
    let n_ground = rng.random_range(7..14);
    let frame = LocalFrame::about(Wgs84::new(ORIGIN.0, ORIGIN.1).unwrap());
    let mut sim = Sim {
        loss_db_km: rng.random_range(1.0..3.5),
        centre_of_blast: rng.random_range(1.2..2.6),
        reverberation_s: rng.random_range(0.06..0.25),
        picks_shocks: rng.random::<f64>() < 0.8,
        picks_rg: rng.random::<f64>() < 0.6,
        rng,
        world,
        frame,
        ears: Vec::new(),
        events: Vec::new(),
        n_rounds: 0,
    };
    let site_db = sim.uniform(56.0, 68.0);
    for i in 0..n_air + n_ground {
        // Nodes stand in loose clusters, as along a line.
        let at = if i % 3 == 0 || i >= n_air {
            sim.anywhere()
        } else {
            let c = sim.ears[i - 1].at;
            sim.near(c, 700.0)
        };
        let (noise_db, noise_ground) = (site_db + 4.0 * sim.normal(), sim.lognormal(0.02, 0.5));
        let is_array = sim.chance(0.3);
        sim.ears.push(Ear { at, is_seismic: i >= n_air, is_array, noise_db, noise_ground });
    }
    let stations = sim.ears.iter().enumerate().map(|(i, ear)| station(i, ear, &sim.frame)).collect();
    let quarries: Vec<(f64, f64)> = (0..3).map(|_| sim.anywhere()).collect();
    let (mut storms, mut strokes) = (Vec::new(), Vec::new());
    let enough = |sim: &Sim, class| sim.count(class) >= world.n;
    for _ in 0..4_000 {
        if !enough(&sim, GroundClass::Launch) {
            sim.battery();
        }
        if !enough(&sim, GroundClass::Impact) {
            sim.shelling();
        }
        if !enough(&sim, GroundClass::SmallArms) {
            sim.small_arms();
        }
        if !enough(&sim, GroundClass::SupersonicRound) {
            sim.round_in_flight();
        }
        if !enough(&sim, GroundClass::QuarryBlast) {
            sim.quarry_blast(&quarries);
        }
        if !enough(&sim, GroundClass::Thunder) {
            sim.storm(&mut storms, &mut strokes);
        }
        if !enough(&sim, GroundClass::SonicBoom) {
            sim.boom();
        }
        if !enough(&sim, GroundClass::Fireworks) {
            sim.fireworks();
        }
        if !enough(&sim, GroundClass::Earthquake) {
            sim.earthquake();
        }
    }
    let registered = quarries.iter().take(2).enumerate();
    let quarries =
        registered.map(|(i, q)| Quarry { place: frame.wgs84_from_enu(*q), radius_m: 400.0, name: format!("Q{i}") });
    let surroundings = Surroundings {
        quarries: if world.has_register { quarries.collect() } else { Vec::new() },
        storms: world.has_weather.then_some(storms),
        strokes: world.has_weather.then_some(strokes),
        utc_offset_s: Some(7_200),
        area_km2: 1_200.0,
        is_calibrated: world.is_calibrated,
        told: Vec::new(),
        prior: Vec::new(),
    };
    sim.finish(surroundings, stations)
}

fn station(i: usize, ear: &Ear, frame: &LocalFrame) -> Station {
    Station {
        id: SensorId::from(format!("S{i:03}").as_str()),
        place: frame.wgs84_from_enu(ear.at),
        elevation_m: 0.0,
        modality: Some(if ear.is_seismic { Modality::Seismic } else { Modality::Acoustic }),
        is_array: ear.is_array,
    }
}
