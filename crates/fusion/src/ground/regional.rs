//! Regional infrasound: few arrays, hundreds of kilometres, and regions instead of ellipses.
//!
//! What comes in: detections of arrays, each with a time and the direction it came from, and what is believed of
//! celerity (range over travel time). What goes out: which detections belong together, and for each such event the
//! posterior of place and origin time as regions of highest density, in as many pieces as the posterior has humps; and
//! why each other detection belongs to none. Ranges of 50 to 1,500 km, on the ellipsoid, at any longitude and latitude.
//!
//! # How it is computed
//! A place explains the bearings with a von Mises density about each azimuth and a floor, averaged over two beliefs of
//! how well the stated errors hold; and the times with the origin time integrated out, averaged over "each array its
//! own celerity" and "one for all but a scatter" ([`CelerityModel`]). Prior: even over the ground, fading out 1,500 km
//! from any array that heard it. Groups grow from pairs, judged by log odds against "all of these are clutter".

mod associate;
mod celerity;
mod posterior;
mod sphere;

pub use celerity::{CANONICAL, CelerityModel, Hump};

use super::Region;
use super::region::{DensityGrid, rings};
use posterior::{Heard, Posterior, posterior};
use truceline_domain::{SignedDuration, Span, Timestamp, Wgs84};

/// One detection at one infrasound array.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayDetection {
    /// The middle of the array.
    pub place: Wgs84,
    /// When the signal came.
    pub at: Timestamp,
    /// Error of that time, one standard deviation, s.
    pub sigma_s: f64,
    /// Back-azimuth: where it came from, degrees clockwise from north; not finite when the sensor does not tell.
    pub azimuth_deg: f64,
    /// Error of the back-azimuth by the array alone, one standard deviation, degrees; `None`: from the Fisher ratio.
    pub azimuth_sigma_deg: Option<f64>,
    /// Fisher ratio of the beam.
    pub fisher: Option<f64>,
    /// Elements that took part.
    pub n_elements: Option<u32>,
    /// How fast the front ran over the ground, m/s.
    pub trace_velocity_mps: Option<f64>,
}

/// One event heard at a distance.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionalEvent {
    /// Indexes of the detections that place it, ascending; one for each array.
    pub members: Vec<usize>,
    /// Indexes of further detections at the same arrays that fit a later or earlier path of the same event; they do not
    /// take part in placing it. Ascending.
    pub echoes: Vec<usize>,
    /// The most probable place.
    pub place: Wgs84,
    /// Median of the origin time.
    pub time: Timestamp,
    /// 90 % interval of the origin time.
    pub time_90: Span,
    /// Regions of highest density of 50, 90 and 95 %.
    pub regions: Vec<Region>,
    /// Natural logarithm of the odds against "these detections are clutter".
    pub log_odds: f64,
}

/// Why a detection belongs to no event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WhyLeft {
    /// No detection at another array fits it.
    NoPartner,
    /// Some fit it, but chance explains them better; the best log odds.
    Clutter(f64),
    /// It fits others best that belong to an event (its index) which explains more without it.
    Taken(usize),
}

/// What the detections say together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Regional {
    /// Events in the order of origin time.
    pub events: Vec<RegionalEvent>,
    /// Detections that belong to none, by index, with the reason.
    pub leftovers: Vec<(usize, WhyLeft)>,
}

/// Most detections that are put together in one call; the earliest count.
pub const MAX_DETECTIONS: usize = 4_000;
/// Probabilities of the regions.
const PROBABILITIES: [f64; 3] = [0.5, 0.9, 0.95];
/// Events a second and km² that are expected before anything is heard: one an hour in a disc of 1,500 km.
const EVENTS_PER_S_KM2: f64 = 1.0 / 3_600.0 / 7.07e6;

/// Puts detections together into events and places them. The order of the detections does not matter.
pub fn associate_regional(detections: &[ArrayDetection], model: &CelerityModel) -> Regional {
    let mut order: Vec<usize> = (0..detections.len()).collect();
    order.sort_by(|a, b| {
        let key = |k: &usize| detections.get(*k).map(|d| (d.at, key_of(d)));
        key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(b))
    });
    order.truncate(MAX_DETECTIONS);
    let sorted: Vec<&ArrayDetection> = order.iter().filter_map(|k| detections.get(*k)).collect();
    let mut found = associate::groups(&sorted, model);
    let of_input =
        |members: &[usize]| -> Vec<usize> { members.iter().filter_map(|k| order.get(*k)).copied().collect() };
    let mut events = Vec::new();
    for (members, log_odds) in std::mem::take(&mut found.groups) {
        let chosen: Vec<&ArrayDetection> = members.iter().filter_map(|k| sorted.get(*k)).copied().collect();
        if let Some(mut event) = placed(&chosen, model) {
            event.members = members;
            event.log_odds = log_odds;
            events.push(event);
        }
    }
    events.sort_by(|a, b| (a.time, &a.members).cmp(&(b.time, &b.members)));
    let mut regional = associate::with_echoes(&sorted, events, &found.best);
    for event in &mut regional.events {
        event.members = of_input(&event.members);
        event.echoes = of_input(&event.echoes);
        event.members.sort_unstable();
        event.echoes.sort_unstable();
    }
    for (index, _) in &mut regional.leftovers {
        *index = order.get(*index).copied().unwrap_or(*index);
    }
    regional.leftovers.sort_by_key(|left| left.0);
    regional
}

/// Places one event from detections that are known to belong to it, at least two; `None` when there are fewer or no
/// place within 1,500 km of all explains them. Log odds as for a group found by [`associate_regional`], with one
/// clutter detection an hour at each array. The order of the detections does not matter.
pub fn locate_regional(detections: &[ArrayDetection], model: &CelerityModel) -> Option<RegionalEvent> {
    let mut order: Vec<(usize, &ArrayDetection)> = detections.iter().enumerate().take(MAX_DETECTIONS).collect();
    order.sort_by(|a, b| (a.1.at, key_of(a.1)).partial_cmp(&(b.1.at, key_of(b.1))).unwrap_or(a.0.cmp(&b.0)));
    let chosen: Vec<&ArrayDetection> = order.iter().map(|(_, detection)| *detection).collect();
    if chosen.len() < 2 {
        return None;
    }
    let mut event = placed(&chosen, model)?;
    event.members = (0..detections.len()).collect();
    Some(event)
}

fn key_of(detection: &ArrayDetection) -> [f64; 6] {
    let or_nan = |v: Option<f64>| v.filter(|v| v.is_finite()).unwrap_or(-1.0);
    let azimuth = if detection.azimuth_deg.is_finite() { detection.azimuth_deg } else { -1e9 };
    [
        detection.place.lat_deg(),
        detection.place.lon_deg(),
        azimuth,
        or_nan(detection.azimuth_sigma_deg),
        or_nan(detection.fisher),
        if detection.sigma_s.is_finite() { detection.sigma_s } else { -1.0 },
    ]
}

/// The event that some detections (sorted, at least two) speak for, without members.
fn placed(chosen: &[&ArrayDetection], model: &CelerityModel) -> Option<RegionalEvent> {
    let reference = chosen.first()?.at;
    let heard: Vec<Heard> = chosen.iter().map(|detection| Heard::new(detection, reference)).collect();
    let places: Vec<Wgs84> = chosen.iter().map(|detection| detection.place).collect();
    let belief = posterior(&heard, model, &places)?;
    let (low, median, high) = quantiles(&belief);
    let at = |s: f64| {
        let after = SignedDuration::try_from_secs_f64(s).unwrap_or(SignedDuration::ZERO);
        reference.checked_add(after).unwrap_or(reference)
    };
    let cells = belief.cells;
    let place_of = |column: f64, row: f64| belief.chart.place(cells.position(column, row));
    let best = belief.mass.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?.0;
    let grid = DensityGrid { n_columns: cells.n_columns, mass: &belief.mass, cell_km2: cells.cell_km * cells.cell_km };
    let clutter = associate::ln_clutter(1.0 / 3_600.0) * chosen.len() as f64;
    Some(RegionalEvent {
        members: Vec::new(),
        echoes: Vec::new(),
        place: place_of((best % cells.n_columns) as f64, (best / cells.n_columns) as f64),
        time: at(median),
        time_90: Span { from: at(low), until: at(high) },
        regions: rings(grid, &PROBABILITIES, &place_of),
        log_odds: belief.ln_evidence + EVENTS_PER_S_KM2.ln() - clutter,
    })
}

/// The 5, 50 and 95 % points of the origin time, s after the reference.
fn quantiles(belief: &Posterior) -> (f64, f64, f64) {
    const N_BINS: usize = 4_000;
    let ends = belief
        .origin
        .iter()
        .fold((f64::MAX, f64::MIN), |ends, (_, t, s)| (ends.0.min(t - 2.0 * s), ends.1.max(t + 2.0 * s)));
    let width_s = ((ends.1 - ends.0) / N_BINS as f64).max(1e-3);
    let mut bins = vec![0.0; N_BINS + 1];
    for (weight, mean_s, sigma_s) in &belief.origin {
        // Three points with the mean and the variance of the normal distribution.
        for (share, off) in [(1.0 / 6.0, -1.732), (2.0 / 3.0, 0.0), (1.0 / 6.0, 1.732)] {
            let bin = ((mean_s + off * sigma_s - ends.0) / width_s).max(0.0) as usize;
            if let Some(bin) = bins.get_mut(bin.min(N_BINS)) {
                *bin += share * weight;
            }
        }
    }
    let total: f64 = bins.iter().sum();
    let point = |p: f64| {
        let mut held = 0.0;
        let reached = bins.iter().position(|mass| {
            held += mass;
            held >= p * total
        });
        ends.0 + (reached.unwrap_or(N_BINS) as f64 + 0.5) * width_s
    };
    (point(0.05), point(0.5), point(0.95))
}

#[cfg(test)]
#[path = "regional_tests.rs"]
mod tests;
