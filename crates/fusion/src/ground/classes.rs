//! What a located event was: a posterior over classes, with every piece of evidence on a line of its own.
//!
//! Each piece says, for every class, how likely it is that such an event looks like this; the lines add up (natural
//! logarithms; a deciban is a tenth of a power of ten) to the posterior. What was not measured says nothing. A class is
//! what a sound was, never whose it was.
//!
//! Pieces that measure the same thing twice (a big charge is low *and* long) are tempered: of `k` pieces of one kind each
//! counts `1 / (1 + 0.15 (k − 1))`, the design effect of measurements whose correlation is 0.15. One measurement in thirty
//! is taken to be of something else, so that no single number decides.
//!
//! Proved on simulation only: no openly licensed field recordings of fire with truth are known.

use super::GroundClass;
use super::class_pattern::{company, pairing, spread};
use super::class_setting::{clock, lightning, moving, quarries, storms, trace};
use super::class_tables::{PerClass, TRAITS, Traits, position};
use super::class_waveform::waveform;
use super::class_waves::{depth, p_over_s, reach, waves};
use truceline_domain::{ArrayBearing, Measured, Modality, PickFeatures, PlaceEstimate, Span, Timestamp, Wave, Wgs84};

/// One arrival of the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// The wave it was taken for.
    pub wave: Wave,
    /// From the event to the station, m.
    pub range_m: f64,
    /// What it looked like.
    pub features: PickFeatures,
    /// Its bearing, if the station is an array.
    pub bearing: Option<ArrayBearing>,
    /// Bearing observed minus the direction to the event, degrees, −180…180.
    pub bearing_misfit_deg: Option<f64>,
}

/// Other events nearby in time and place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Company {
    /// Others within ten minutes and a kilometre (and twice the error of the place).
    pub n_others: usize,
    /// Root mean square distance of all of them, this one included, from their middle along one axis, m.
    pub spread_m: f64,
    /// Typical error of their places along one axis, m, one standard deviation.
    pub sigma_m: f64,
}

/// One located event as its picks show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Origin time.
    pub time: Timestamp,
    /// Where, with its error.
    pub place: PlaceEstimate,
    /// Depth, km; `None` when held or not resolved.
    pub depth_km: Option<Measured>,
    /// Its arrivals.
    pub heard: Vec<Heard>,
    /// Stations that were up and silent: how they sense and their range, m.
    pub silent: Vec<(Modality, f64)>,
    /// The company it keeps; `None` when neighbours were not looked for.
    pub company: Option<Company>,
    /// Natural logarithm of the odds that it is the launch, and that it is the impact, of a chain.
    pub pairing: Option<(f64, f64)>,
}

/// A registered quarry.
#[derive(Clone, Debug, PartialEq)]
pub struct Quarry {
    /// Its middle.
    pub place: Wgs84,
    /// Its radius, m.
    pub radius_m: f64,
    /// Its name.
    pub name: String,
}

/// A storm cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Storm {
    /// Its middle.
    pub place: Wgs84,
    /// Its radius, m.
    pub radius_m: f64,
    /// When it is there.
    pub span: Span,
}

/// A lightning stroke as a lightning network reports it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: Wgs84,
    /// Error of the place, m, one standard deviation.
    pub sigma_m: f64,
}

/// What is known of the place and time beside the picks.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings {
    /// Registered quarries; none when there is no register.
    pub quarries: Vec<Quarry>,
    /// Storm cells; `None` when nobody watches the weather.
    pub storms: Option<Vec<Storm>>,
    /// Lightning strokes in the order of time; `None` when there is no lightning network.
    pub strokes: Option<Vec<Stroke>>,
    /// Local time minus UTC, s; `None` takes the sun's time at the longitude.
    pub utc_offset_s: Option<i32>,
    /// Area watched, km².
    pub area_km2: f64,
    /// True when amplitudes of air waves are pascals.
    pub is_calibrated: bool,
    /// Waves that the pickers tell apart at all: where `Rg`, `shock` or `muzzle` is none of them, its absence says nothing.
    pub told: Vec<Wave>,
    /// Shares of the classes before anything is heard; what is not named has the share of the built-in list.
    pub prior: Vec<(GroundClass, f64)>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            quarries: Vec::new(),
            storms: None,
            strokes: None,
            utc_offset_s: None,
            area_km2: 5_000.0,
            is_calibrated: false,
            told: Vec::new(),
            prior: Vec::new(),
        }
    }
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What was observed.
    pub what: String,
    /// For every class the natural logarithm of its likelihood, tempered; the best class has zero.
    pub log_likelihood: Vec<(GroundClass, f64)>,
}

impl Evidence {
    /// What was observed and how strongly it speaks against each class, in decibans below the class it suits best.
    pub fn sentence(&self) -> String {
        let mut lines: Vec<_> = self.log_likelihood.clone();
        lines.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let told: Vec<String> =
            lines.iter().map(|(class, ln)| format!("{} {:.1}", word(*class), ln * DECIBANS_PER_NAT)).collect();
        format!("{}: {}", self.what, told.join(", "))
    }
}

/// A deciban is a tenth of a factor of ten.
const DECIBANS_PER_NAT: f64 = 4.342_944_819_032_518;

/// The word for a class in sentences.
pub fn word(class: GroundClass) -> &'static str {
    TRAITS.iter().find(|traits| traits.class == class).map_or("", |traits| traits.word)
}

/// What an event was, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classified {
    /// Class and probability, most likely first, adding up to 1.
    pub posterior: Vec<(GroundClass, f64)>,
    /// The evidence, line by line; the prior is the first line.
    pub evidence: Vec<Evidence>,
}

/// A piece before it is written down: what was seen, and its log-likelihoods.
pub(super) type Piece = (String, PerClass);

/// Correlation between pieces of one kind.
const CORRELATION: f64 = 0.15;

/// The classes of one event.
pub fn classify(observed: &Observed, surroundings: &Surroundings) -> Classified {
    let ground: Vec<Piece> = [waves(observed, surroundings), reach(observed), depth(observed), p_over_s(observed)]
        .into_iter()
        .flatten()
        .collect();
    let setting: Vec<Piece> = [
        clock(observed, surroundings),
        quarries(observed, surroundings),
        storms(observed, surroundings),
        lightning(observed, surroundings),
    ]
    .into_iter()
    .flatten()
    .collect();
    let geometry: Vec<Piece> = [moving(observed), trace(observed)].into_iter().flatten().collect();
    let pattern: Vec<Piece> = [company(observed), spread(observed)].into_iter().flatten().collect();
    let mut evidence = vec![written(prior(surroundings), 1.0)];
    for group in [ground, waveform(observed, surroundings), geometry, setting, pattern] {
        let weight = tempering(group.len());
        evidence.extend(group.into_iter().map(|piece| written(piece, weight)));
    }
    let alone = Classified { posterior: posterior(&evidence), evidence };
    match observed.pairing {
        Some(odds) => alone.with_pairing(odds),
        None => alone,
    }
}

impl Classified {
    /// The same with what a partner says: the logarithms of the odds that it is the launch, and the impact, of a chain.
    pub(super) fn with_pairing(mut self, odds: (f64, f64)) -> Self {
        if let Some(piece) = pairing(odds) {
            self.evidence.push(written(piece, 1.0));
            self.posterior = posterior(&self.evidence);
        }
        self
    }
}

/// What each of `k` pieces of one kind counts.
fn tempering(k: usize) -> f64 {
    let others = f64::from(u32::try_from(k.saturating_sub(1)).unwrap_or(u32::MAX));
    1.0 / (1.0 + CORRELATION * others)
}

fn prior(surroundings: &Surroundings) -> Piece {
    let share = |traits: &Traits| {
        let given = surroundings.prior.iter().find(|(class, _)| *class == traits.class);
        given.map_or(traits.prior, |(_, share)| *share).max(1e-6).ln()
    };
    ("shares before anything is heard".to_owned(), super::class_tables::per_class(share))
}

fn written((what, logs): Piece, weight: f64) -> Evidence {
    let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_likelihood = TRAITS.iter().zip(logs).map(|(traits, log)| (traits.class, weight * (log - best))).collect();
    Evidence { what, log_likelihood }
}

fn posterior(evidence: &[Evidence]) -> Vec<(GroundClass, f64)> {
    let mut total = [0.0; 9];
    for (class, log) in evidence.iter().flat_map(|e| &e.log_likelihood) {
        if let Some(sum) = total.get_mut(position(*class)) {
            *sum += log;
        }
    }
    let best = total.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = total.iter().map(|log| (log - best).exp()).sum();
    let mut shares: Vec<_> =
        TRAITS.iter().zip(total).map(|(traits, log)| (traits.class, (log - best).exp() / all)).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares
}

#[cfg(test)]
#[path = "classes_tests.rs"]
mod tests;
