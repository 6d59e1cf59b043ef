//! Arrays: from which direction, and how fast over the ground, a wave crossed several elements.

mod arrivals;
mod bartlett;
mod capon;
mod geometry;
mod grid;
mod spectra;
mod threshold;

pub use arrivals::{ArrayParameters, array_picks};
pub use geometry::ArrayGeometry;

use crate::faults::{Fault, faults};
use bartlett::Bartlett;
use capon::Capon;
use grid::Grid;
use spectra::Transform;
use truceline_domain::{Measured, Problem, Recording, SensorId, SignedDuration, Span, Timestamp};

/// How the power of a beam is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeamMethod {
    /// Delay and sum: robust, the one that the detector uses.
    Bartlett,
    /// Capon's: narrower lobes where the noise allows; power in no unit.
    Capon,
}

/// Settings of the sliding beam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeamParameters {
    /// How power is estimated.
    pub method: BeamMethod,
    /// Length of a window, s.
    pub window_s: f64,
    /// From window to window, as a share of its length.
    pub step_share: f64,
    /// The band, Hz.
    pub band_hz: (f64, f64),
    /// Slownesses east and north run from minus this to this, s/km. 3.6: waves down to 278 m/s along the axes, slower
    /// than any sound.
    pub most_slowness_s_per_km: f64,
    /// Spacing of the grid, s/km; the answer is refined below it.
    pub slowness_step_s_per_km: f64,
    /// Only windows that begin in here, on the first sample at or after its begin.
    pub within: Span,
}

impl Default for BeamParameters {
    /// Infrasound: windows of 10 s every 5 s, 0.5–8 Hz.
    fn default() -> Self {
        Self {
            method: BeamMethod::Bartlett,
            window_s: 10.0,
            step_share: 0.5,
            band_hz: (0.5, 8.0),
            most_slowness_s_per_km: 3.6,
            slowness_step_s_per_km: 0.1,
            within: Span::ALWAYS,
        }
    }
}

/// The best beam of one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeamWindow {
    /// Its first sample.
    pub from: Timestamp,
    /// Elements that took part.
    pub n_elements: u32,
    /// The grid's best slowness, east and north, s/km, the way the wave runs.
    pub node_s_per_km: (f64, f64),
    /// Bartlett: the beam's power at that node over all elements' power, 0…1 (semblance). Capon: the beam's power.
    pub node_power: f64,
    /// The best slowness below the grid's step.
    pub slowness_s_per_km: (f64, f64),
    /// Back-azimuth, degrees clockwise from north. The error is that of a single plane wave in noise that the elements do
    /// not share; at most 104°, which says nothing.
    pub azimuth_deg: Measured,
    /// Trace velocity, m/s; its error to first order.
    pub trace_velocity_mps: Measured,
    /// Fisher ratio (N−1) P_b/(P_tot − P_b) at the best slowness, 1 for noise that the elements do not share.
    pub fisher: f64,
    /// True when the best node is at the edge of the grid: no wave of these slownesses.
    pub on_edge: bool,
}

/// The fewest elements that tell a direction.
const FEWEST_ELEMENTS: usize = 3;

/// The standard deviation of a direction of which nothing is known: 360°/√12.
const ANY_DIRECTION_DEG: f64 = 103.923;

/// The best beam of each window, in the order of time. Recordings are matched to the elements by their sensor ids; a window
/// takes the elements whose samples are all good (finite, not dead, not clipped, no spikes or steps), and none is given with
/// fewer than three of them or no power at all.
///
/// # Errors
/// Problems: recordings of other sensors, unequal sample rates, fewer than three elements, no time in common, bad settings.
///
/// # Source
/// Windows, taper, band and grid as in the usual array processing, so that node and semblance are the same; Fisher ratio:
/// Melton and Bailey, *Geophysics* 22 (1957) 565; error of slowness: the covariance of the maximum of a beam's power in
/// noise that differs between elements, Σ_f ω² n_f B_f/(2 (Σ_f ω² (B_f/N − n_f))²) A⁻¹ with B_f the beam's power, n_f the noise of
/// one element and A = Σ r rᵀ about the mean (first-order perturbation).
pub fn beam(
    recordings: &[Recording],
    geometry: &ArrayGeometry,
    parameters: &BeamParameters,
) -> (Vec<BeamWindow>, Vec<Problem>) {
    let (aligned, mut problems) = Aligned::new(recordings, geometry);
    let Some(aligned) = aligned else { return (Vec::new(), problems) };
    let Some(mut steering) = Steering::new(&aligned, parameters) else {
        let message = "the band or the window does not fit the sample rate";
        problems.push(Problem::error(geometry.id().as_str(), "bad_beam_settings", message));
        return (Vec::new(), problems);
    };
    let windows = aligned.window_starts(&steering, &parameters.within).filter_map(|k| steering.window(&aligned, k));
    (windows.collect(), problems)
}

/// One element's samples from the common begin on.
pub(crate) struct Element<'r> {
    pub(crate) place_km: (f64, f64),
    values: &'r [f32],
    /// How long after the common begin its first sample lies, less than a spacing either way.
    pub(crate) late_s: f64,
    pub(crate) clock_sigma_s: f64,
    bad: Vec<Fault>,
    /// Samples left out before the common begin.
    skipped: usize,
}

impl Element<'_> {
    /// The samples of a stretch, if all are good.
    pub(crate) fn good(&self, from: usize, until: usize) -> Option<&[f32]> {
        let window = self.values.get(from..until)?;
        let (from, until) = (from + self.skipped, until + self.skipped);
        (!crate::faults::touches(&self.bad, from, until)).then_some(window)
    }
}

/// The elements' recordings in the geometry's order over the time they share.
pub(crate) struct Aligned<'r> {
    pub(crate) elements: Vec<Element<'r>>,
    pub(crate) rate_hz: f64,
    pub(crate) from: Timestamp,
    pub(crate) n: usize,
}

impl<'r> Aligned<'r> {
    pub(crate) fn new(recordings: &'r [Recording], geometry: &ArrayGeometry) -> (Option<Self>, Vec<Problem>) {
        let mut problems = Vec::new();
        let file = geometry.id().as_str();
        let known = |id: &SensorId| geometry.elements().iter().any(|(element, _)| element == id);
        for recording in recordings.iter().filter(|recording| !known(&recording.sensor)) {
            let problem =
                Problem::warning(file, "not_an_element", "a recording of a sensor that is no element of the array");
            problems.push(problem.with_text(recording.sensor.as_str()));
        }
        // Of several recordings of one element the longest, then the earliest.
        let of = |id: &SensorId| {
            let own = recordings.iter().filter(|recording| recording.sensor == *id && has_rate(recording));
            own.min_by_key(|recording| {
                (std::cmp::Reverse(recording.samples.values.len()), recording.from, recording.capture)
            })
        };
        let mut chosen: Vec<_> = geometry.elements().iter().filter_map(|(id, place)| Some((of(id)?, *place))).collect();
        let rate_hz =
            chosen.iter().map(|(recording, _)| recording.samples.rate_hz).max_by(f64::total_cmp).unwrap_or(0.0);
        chosen.retain(|(recording, _)| {
            let same = (recording.samples.rate_hz / rate_hz - 1.0).abs() < 1e-6;
            if !same {
                let problem = Problem::warning(
                    file,
                    "other_sample_rate",
                    "an element is sampled slower than the others and was left out",
                );
                problems.push(problem.with_text(recording.sensor.as_str()));
            }
            same
        });
        if chosen.len() < FEWEST_ELEMENTS {
            let message = format!("{} usable elements; a direction takes at least three", chosen.len());
            problems.push(Problem::error(file, "too_few_elements", message));
            return (None, problems);
        }
        let from = chosen.iter().map(|(recording, _)| recording.from).max().unwrap_or(Timestamp::MIN);
        let elements: Vec<Element> = chosen.iter().map(|(recording, place)| element(recording, *place, from)).collect();
        let n = elements.iter().map(|element| element.values.len()).min().unwrap_or(0);
        if n == 0 {
            problems.push(Problem::error(file, "no_common_time", "the elements' recordings have no time in common"));
            return (None, problems);
        }
        (Some(Self { elements, rate_hz, from, n }), problems)
    }

    fn window_starts(&self, steering: &Steering, within: &Span) -> impl Iterator<Item = usize> + use<> {
        let sample = |at: Timestamp| at.duration_since(self.from).as_secs_f64() * self.rate_hz;
        let first = (sample(within.from) - 0.5).ceil().max(0.0) as usize;
        let last = self.n.saturating_sub(steering.n_window);
        let until =
            (sample(within.until).max(0.0).ceil() as usize).min(if self.n >= steering.n_window { last + 1 } else { 0 });
        (first..until).step_by(steering.n_step)
    }

    pub(crate) fn time(&self, sample: f64) -> Timestamp {
        let offset = SignedDuration::try_from_secs_f64(sample / self.rate_hz).unwrap_or(SignedDuration::ZERO);
        self.from.checked_add(offset).unwrap_or(self.from)
    }
}

fn has_rate(recording: &Recording) -> bool {
    recording.samples.rate_hz.is_finite() && recording.samples.rate_hz > 0.0
}

fn element(recording: &Recording, (east_m, north_m): (f64, f64), from: Timestamp) -> Element<'_> {
    let rate_hz = recording.samples.rate_hz;
    let early = from.duration_since(recording.from).as_secs_f64() * rate_hz;
    let skipped = (early + 0.5).floor().max(0.0) as usize;
    Element {
        place_km: (1e-3 * east_m, 1e-3 * north_m),
        values: recording.samples.values.get(skipped..).unwrap_or_default(),
        late_s: (skipped as f64 - early) / rate_hz,
        clock_sigma_s: recording.clock_sigma_s,
        bad: faults(&recording.samples.values, rate_hz),
        skipped,
    }
}

/// What steers the beams and does not change from window to window.
struct Steering {
    n_window: usize,
    n_step: usize,
    transform: Transform,
    grid: Grid,
    places_km: Vec<(f64, f64)>,
    omegas: Vec<f64>,
    oversampling: f64,
    bartlett: Bartlett,
    /// Capon's tables with the elements they are for.
    capon: Option<(Vec<bool>, Capon)>,
    method: BeamMethod,
    /// Power of all elements in the last window.
    own_power: f64,
}

/// The longest window, in samples.
const LONGEST_WINDOW: f64 = 4e6;

impl Steering {
    fn new(aligned: &Aligned, parameters: &BeamParameters) -> Option<Self> {
        let samples = parameters.window_s * aligned.rate_hz;
        if !(16.0..=LONGEST_WINDOW).contains(&samples) {
            return None;
        }
        let n_window = samples as usize;
        let transform = Transform::new(n_window, aligned.rate_hz, parameters.band_hz);
        if transform.n_bins() < 2 {
            return None;
        }
        let grid = Grid::new(parameters.most_slowness_s_per_km, parameters.slowness_step_s_per_km);
        let places_km: Vec<_> = aligned.elements.iter().map(|element| element.place_km).collect();
        let (first, step) = transform.omegas();
        let omegas: Vec<f64> = (0..transform.n_bins()).map(|k| first + step * k as f64).collect();
        Some(Self {
            n_window,
            n_step: ((n_window as f64 * parameters.step_share) as usize).max(1),
            oversampling: transform.oversampling(),
            transform,
            bartlett: Bartlett::new(&places_km, &grid, omegas.clone()),
            capon: None,
            grid,
            places_km,
            omegas,
            method: parameters.method,
            own_power: 0.0,
        })
    }

    fn window(&mut self, aligned: &Aligned, start: usize) -> Option<BeamWindow> {
        let spectrum = |element: &Element| {
            let window = element.good(start, start + self.n_window)?;
            Some(self.transform.spectrum(window, element.late_s))
        };
        let spectra: Vec<_> = aligned.elements.iter().map(spectrum).collect();
        let n = spectra.iter().flatten().count();
        let own: f64 = spectra.iter().flatten().flatten().map(|z| z.0 * z.0 + z.1 * z.1).sum();
        if n < FEWEST_ELEMENTS || !(own > 0.0 && own.is_finite()) {
            return None;
        }
        self.own_power = own;
        let (node, node_power, slowness) = match self.method {
            BeamMethod::Bartlett => {
                let (node, power) = self.bartlett.best(&spectra, &self.places_km, &self.grid);
                let near = (self.grid.slowness(node), self.grid.step());
                (node, power / (n as f64 * own), bartlett::summit(&spectra, &self.places_km, &self.omegas, near))
            }
            BeamMethod::Capon => self.capon(&spectra),
        };
        let error = SlownessError::new(&spectra, &self.places_km, &self.omegas, slowness);
        let clock_s = aligned.elements.iter().map(|element| element.clock_sigma_s).fold(0.0, f64::max);
        let (azimuth_deg, trace_velocity_mps) = bearing(slowness, error.covariance(self.oversampling, clock_s));
        Some(BeamWindow {
            from: aligned.time(start as f64),
            n_elements: n as u32,
            node_s_per_km: self.grid.slowness(node),
            node_power,
            slowness_s_per_km: slowness,
            azimuth_deg,
            trace_velocity_mps,
            fisher: error.fisher(),
            on_edge: self.grid.on_edge(node),
        })
    }

    fn capon(&mut self, spectra: &[Option<Vec<(f64, f64)>>]) -> (usize, f64, (f64, f64)) {
        let taking: Vec<bool> = spectra.iter().map(Option::is_some).collect();
        let stale = self.capon.as_ref().is_none_or(|(of, _)| *of != taking);
        if stale {
            let places: Vec<_> =
                self.places_km.iter().zip(&taking).filter(|(_, takes)| **takes).map(|(p, _)| *p).collect();
            self.capon = Some((taking, Capon::new(&places, &self.grid, self.omegas.clone())));
        }
        let present: Vec<_> = spectra.iter().flatten().cloned().collect();
        let Some((_, capon)) = &mut self.capon else { return (0, 0.0, (0.0, 0.0)) };
        let (node, power) = capon.best(&present, &self.grid);
        (node, power, parabola(&capon.map, &self.grid, node))
    }
}

/// The summit of the parabolas through a node and its neighbours, east and north; the node itself at the edge.
fn parabola(map: &[f64], grid: &Grid, node: usize) -> (f64, f64) {
    let s = grid.slowness(node);
    if grid.on_edge(node) {
        return s;
    }
    let top = |stride: usize| {
        let at = |k: usize| map.get(k).copied().unwrap_or(0.0);
        let (a, b, c) = (at(node - stride), at(node), at(node + stride));
        let curvature = a - 2.0 * b + c;
        if curvature < 0.0 { (0.5 * (a - c) / curvature).clamp(-0.5, 0.5) * grid.step() } else { 0.0 }
    };
    (s.0 + top(grid.n_side()), s.1 + top(1))
}

/// The sums that say how well a slowness is known.
struct SlownessError {
    n: f64,
    own: f64,
    beam: f64,
    /// Σ ω² n_f B_f and Σ ω² (B_f/N − n_f).
    noise: f64,
    signal: f64,
    /// Σ r rᵀ about the mean, km²: east-east, east-north, north-north.
    spread: (f64, f64, f64),
}

impl SlownessError {
    fn new(spectra: &[Option<Vec<(f64, f64)>>], places_km: &[(f64, f64)], omegas: &[f64], s: (f64, f64)) -> Self {
        let powers = bartlett::bin_powers(spectra, places_km, omegas, s);
        let present: Vec<_> = spectra.iter().zip(places_km).filter(|(x, _)| x.is_some()).map(|(_, p)| *p).collect();
        let n = present.len() as f64;
        let spread = spread_of(&present);
        let start = Self { n, own: 0.0, beam: 0.0, noise: 0.0, signal: 0.0, spread };
        powers.iter().zip(omegas).fold(start, |sum, ((own, beam), w)| {
            let noise = ((own - beam / n) / (n - 1.0)).max(0.0);
            Self {
                own: sum.own + own,
                beam: sum.beam + beam,
                noise: sum.noise + w * w * noise * beam,
                signal: sum.signal + w * w * (beam / n - noise),
                ..sum
            }
        })
    }

    fn fisher(&self) -> f64 {
        let coherent = self.beam / self.n;
        // Equal samples on all elements leave nothing: the ratio is then as large as rounding lets it be.
        (self.n - 1.0) * coherent / (self.own - coherent).max(1e-12 * self.own)
    }

    /// Covariance of slowness, (s/km)²; infinite where nothing is known.
    fn covariance(&self, oversampling: f64, clock_s: f64) -> (f64, f64, f64) {
        let (a, b, c) = self.spread;
        let determinant = a * c - b * b;
        let timing = oversampling * self.noise / (2.0 * self.signal * self.signal) + clock_s * clock_s;
        if !(self.signal > 0.0 && determinant > 1e-12 * (a + c) * (a + c)) {
            return (f64::INFINITY, 0.0, f64::INFINITY);
        }
        (timing * c / determinant, -timing * b / determinant, timing * a / determinant)
    }
}

/// Σ r rᵀ about the mean: east-east, east-north, north-north.
fn spread_of(places: &[(f64, f64)]) -> (f64, f64, f64) {
    let middle = geometry::mean(places.iter().copied());
    let about = places.iter().map(|place| (place.0 - middle.0, place.1 - middle.1));
    about.fold((0.0, 0.0, 0.0), |sum, (e, n)| (sum.0 + e * e, sum.1 + e * n, sum.2 + n * n))
}

/// Back-azimuth and trace velocity with their errors.
fn bearing(s: (f64, f64), (vee, ven, vnn): (f64, f64, f64)) -> (Measured, Measured) {
    let size = s.0.hypot(s.1).max(1e-9);
    let along = (s.0 / size, s.1 / size);
    let variance = |(e, n): (f64, f64)| {
        if vee.is_finite() { e * e * vee + 2.0 * e * n * ven + n * n * vnn } else { f64::INFINITY }
    };
    let across_s = variance((-along.1, along.0)).max(0.0).sqrt();
    let along_s = variance(along).max(0.0).sqrt();
    let azimuth_deg = (-s.0).atan2(-s.1).to_degrees().rem_euclid(360.0);
    let azimuth_sigma = across_s.atan2(size).to_degrees().min(ANY_DIRECTION_DEG);
    let velocity = 1000.0 / size;
    // To first order, and never more than the velocity itself.
    let velocity_sigma = (velocity * along_s / size).min(velocity);
    (Measured { value: azimuth_deg, sigma: azimuth_sigma }, Measured { value: velocity, sigma: velocity_sigma })
}
