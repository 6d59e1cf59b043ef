//! What the search believes of errors, of the air and of how far events are heard.

use super::Settings;
use super::clocks::BadClock;
use super::network::{
    AirState, Network, Source, Travel, UNKNOWN_AIR, UNKNOWN_TEMPERATURE_SIGMA_C, UNKNOWN_WIND_SIGMA_MPS,
};
use super::noise::{Noise, group_of};
use super::picks_by_station::{Entry, N_WAVES, Picks, WAVES};
use truceline_domain::Span;

/// Error of a pick of a wave through the ground when the picker does not say, s.
pub(super) const GROUND_PICK_SIGMA_S: f64 = 0.15;
/// Error of a pick of sound when the picker does not say, s.
pub(super) const AIR_PICK_SIGMA_S: f64 = 0.02;
/// Largest silence between two stretches of known air over which the earlier still holds, s.
const AIR_HOLDS_S: f64 = 7200.0;

/// Everything that a fit needs.
#[derive(Clone, Debug)]
pub(super) struct Model<'a> {
    /// Stations and travel times.
    pub(super) network: &'a Network,
    /// The picks.
    pub(super) picks: &'a Picks,
    /// What governs the search.
    pub(super) settings: &'a Settings,
    /// The air in the order of time; empty when none is known.
    pub(super) air: Vec<KnownAir>,
    /// How far arrivals scatter.
    pub(super) noise: Noise,
    /// By station, when its clock is wrong and the variance that this brings.
    pub(super) clocks: Vec<BadClock>,
    /// By entry, how often such picks come without an event, 1/s.
    pub(super) rates_hz: Vec<f64>,
    /// How far events are heard.
    pub(super) detection: super::odds::Detection,
    /// By station, stretches so silent that it cannot have been listening: from, until, s.
    pub(super) hushes: Vec<Vec<(f64, f64)>>,
    /// Logarithm of the rate of events, 1/(km² s).
    pub(super) ln_event_rate: f64,
}

impl<'a> Model<'a> {
    /// What is believed before anything is found.
    pub(super) fn before(network: &'a Network, picks: &'a Picks, settings: &'a Settings) -> Self {
        let span = |(from, until): (f64, f64)| (until - from).abs().max(0.1);
        let area = span(settings.searched.east_km) * span(settings.searched.north_km);
        let lasted = picks.span_s().map_or(1.0, |(from, until)| (until - from).max(60.0));
        let n_events = (picks.entries.len() as f64 / 40.0).max(1.0);
        Self {
            network,
            picks,
            settings,
            air: known_air(network, &settings.air),
            noise: Noise::default(),
            clocks: Vec::new(),
            rates_hz: picks.rates_hz(&|_| false),
            detection: super::odds::Detection::before(),
            hushes: hushes(picks, network.posts.len()),
            ln_event_rate: (n_events / (area * lasted)).ln(),
        }
    }

    /// The air at a moment, with the error of the speed of sound, m/s.
    pub(super) fn known_air_at(&self, time_s: f64) -> (AirState, f64) {
        let after = self.air.partition_point(|known| known.from_s <= time_s);
        let earlier = after.checked_sub(1).and_then(|index| self.air.get(index));
        let holds = earlier.filter(|known| time_s < known.until_s + AIR_HOLDS_S);
        let known = holds.or_else(|| self.air.get(after)).or(earlier);
        known.map_or((UNKNOWN_AIR, unknown_speed_sigma_mps()), |known| (known.state, known.speed_sigma_mps))
    }

    /// The air at a moment.
    pub(super) fn air_at(&self, time_s: f64) -> AirState {
        self.known_air_at(time_s).0
    }

    /// Travel time of a wave, by its slot.
    pub(super) fn travel(&self, station: usize, wave: usize, source: Source, air: AirState) -> Option<Travel> {
        self.network.travel(station, *WAVES.get(wave)?, source, air)
    }

    /// Error of an arrival, s.
    pub(super) fn sigma_s(&self, entry: &Entry, travel_s: f64, speed_sigma_mps: f64) -> f64 {
        let Some(&wave) = WAVES.get(entry.wave()) else { return entry.sigma_s() };
        let (group, stated_s2) = group_of(wave, if entry.is_stated { entry.sigma_s() } else { 0.0 });
        let mut variance = self.noise.variance_s2(group, stated_s2, travel_s);
        if entry.wave() >= 3 {
            variance += (travel_s * speed_sigma_mps / 340.0).powi(2);
        }
        for clock in self.clocks.iter().filter(|clock| clock.station == entry.station()) {
            variance += clock.variance_s2(entry.time_s);
        }
        variance.sqrt()
    }

    /// What is left of a station's probability of detection at a moment.
    pub(super) fn awake(&self, station: usize, time_s: f64) -> f64 {
        self.network.awake(station, time_s)
            * self.hushes.get(station).map_or(1.0, |hushes| {
                let silent = hushes.iter().any(|&(from, until)| from < time_s && time_s < until);
                if silent { 0.0 } else { 1.0 }
            })
    }

    /// Where the depth is believed to be, km, and the weight of that belief, 1/km².
    pub(super) fn depth_belief(&self, medium: super::cells::Medium) -> (f64, f64) {
        let (top, bottom) = self.settings.searched.depth_km;
        match medium {
            super::cells::Medium::Air => (top.max(0.0), 1e8),
            super::cells::Medium::Both => (top.max(0.0), 1.0),
            super::cells::Medium::Ground => {
                let half = ((bottom - top) / 2.0).max(0.05);
                (f64::midpoint(top, bottom), 1.0 / (half * half))
            }
        }
    }
}

/// The air of a stretch of time, with the error of the speed of sound that comes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct KnownAir {
    /// From when, s.
    pub(super) from_s: f64,
    /// Until when, s.
    pub(super) until_s: f64,
    /// Wind and temperature.
    pub(super) state: AirState,
    /// Error of the speed of sound along any path, m/s.
    pub(super) speed_sigma_mps: f64,
}

impl KnownAir {
    /// As a column.
    pub(super) fn column(&self, network: &Network) -> super::AirColumn {
        super::AirColumn {
            span: Span { from: network.at(self.from_s), until: network.at(self.until_s) },
            wind_mps: self.state.wind_mps,
            wind_sigma_mps: self.speed_sigma_mps,
            temperature_c: self.state.temperature_c,
            temperature_sigma_c: self.speed_sigma_mps,
        }
    }
}

/// Error of the speed of sound when nothing is known of the air, m/s.
fn unknown_speed_sigma_mps() -> f64 {
    UNKNOWN_WIND_SIGMA_MPS.hypot(MPS_PER_KELVIN * UNKNOWN_TEMPERATURE_SIGMA_C)
}

/// How the speed of sound grows with temperature, m/s/K.
const MPS_PER_KELVIN: f64 = 0.6;

/// Columns of air in the order of time.
pub(super) fn known_air(network: &Network, columns: &[super::AirColumn]) -> Vec<KnownAir> {
    let known = |column: &super::AirColumn| KnownAir {
        from_s: network.seconds(column.span.from),
        until_s: network.seconds(column.span.until),
        state: AirState { wind_mps: column.wind_mps, temperature_c: column.temperature_c },
        speed_sigma_mps: column.wind_sigma_mps.hypot(MPS_PER_KELVIN * column.temperature_sigma_c),
    };
    let mut air: Vec<KnownAir> = columns.iter().map(known).collect();
    air.sort_by(|a, b| a.from_s.total_cmp(&b.from_s).then(a.until_s.total_cmp(&b.until_s)));
    air
}

/// Logarithm of the odds at which a silence is no chance.
const LN_HUSH: f64 = 18.0;

/// Stretches without any pick that are too long for a station's own rate.
fn hushes(picks: &Picks, n_stations: usize) -> Vec<Vec<(f64, f64)>> {
    let Some((first, last)) = picks.span_s() else { return vec![Vec::new(); n_stations] };
    let of_station = |station: usize| {
        let mut times: Vec<f64> =
            (0..N_WAVES).flat_map(|wave| picks.of_station(station, wave).1.iter().map(|entry| entry.time_s)).collect();
        times.sort_unstable_by(f64::total_cmp);
        let mut gaps: Vec<(f64, f64)> = Vec::with_capacity(times.len() + 1);
        let mut before = first - 1.0;
        for &time in times.iter().chain([last + 1.0].iter()) {
            gaps.push((before, time));
            before = time;
        }
        let mut lengths: Vec<f64> = gaps.iter().map(|(from, until)| until - from).collect();
        lengths.sort_unstable_by(f64::total_cmp);
        // The median of exponential gaps is ln 2 of their mean, and a few long silences do not move it.
        let usual = lengths.get(lengths.len() / 2).copied().unwrap_or(f64::INFINITY) / std::f64::consts::LN_2;
        let overall = (last - first) / 4.0;
        let longest = if times.len() < 4 { overall } else { LN_HUSH * usual.max((last - first) / times.len() as f64) };
        gaps.retain(|(from, until)| until - from > longest);
        gaps.shrink_to_fit();
        gaps
    };
    (0..n_stations).map(of_station).collect()
}
