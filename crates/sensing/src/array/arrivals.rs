//! Waves that crossed an array: windows over the threshold put together, timed on the beam.

use super::threshold::NoiseFisher;
use super::{Aligned, ArrayGeometry, BeamMethod, BeamParameters, BeamWindow, Steering};
use crate::features::Stretch;
use crate::filter::Butterworth;
use crate::onset::{Found, stretches};
use crate::parameters::Parameters;
use crate::picks::{calibration, search};
use crate::timing::moment;
use truceline_domain::{ArrayBearing, Measured, Pick, Problem, Recording};

/// Settings of the detector on an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayParameters {
    /// The sliding beam; the detector always takes Bartlett's.
    pub beam: BeamParameters,
    /// How often noise alone may make a pick, per day.
    pub false_per_day: f64,
    /// How long the noise around is from which the threshold is learned, s.
    pub background_s: f64,
    /// Averages for the onset on the beam.
    pub onset: Parameters,
}

impl Default for ArrayParameters {
    /// Infrasound: one false pick a day, an hour of background.
    fn default() -> Self {
        let onset = Parameters::of(truceline_domain::Modality::Infrasound);
        Self { beam: BeamParameters::default(), false_per_day: 1.0, background_s: 3_600.0, onset }
    }
}

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;

/// Side lobes that hold more than this share of the direction's probability are a problem to state.
const SIDE_SHARE: f64 = 0.05;

/// The waves that crossed an array, in the order of time, under the array's id, each with its bearing; and problems.
///
/// Windows of the sliding beam whose Fisher ratio passes the adaptive threshold, neighbours in time that agree in slowness
/// put together; bearing and ratio are those of the best window, its error widened where side lobes of the array could
/// be meant (and a problem says so). The time is the onset on the delayed and summed beam for the middle of the elements,
/// or the middle of the best window with the error of a window where no onset stands out.
///
/// # Errors
/// As [`beam`](super::beam); with fewer than twenty windows no threshold can be learned: a problem, no picks.
pub fn array_picks(
    recordings: &[Recording],
    geometry: &ArrayGeometry,
    parameters: &ArrayParameters,
) -> (Vec<Pick>, Vec<Problem>) {
    let settings = BeamParameters { method: BeamMethod::Bartlett, ..parameters.beam };
    let (aligned, mut problems) = Aligned::new(recordings, geometry);
    let Some(aligned) = aligned else { return (Vec::new(), problems) };
    let file = geometry.id().as_str();
    let Some(mut steering) = Steering::new(&aligned, &settings) else {
        problems.push(Problem::error(file, "bad_beam_settings", "the band or the window does not fit the sample rate"));
        return (Vec::new(), problems);
    };
    let starts = aligned.window_starts(&steering, &settings.within);
    let windows: Vec<(usize, BeamWindow)> = starts.filter_map(|k| Some((k, steering.window(&aligned, k)?))).collect();
    let Some(loud) = loud(&windows, &steering, &aligned, parameters) else {
        let message = format!("{} usable windows are too few to learn the noise from", windows.len());
        problems.push(Problem::warning(file, "too_few_windows", message));
        return (Vec::new(), problems);
    };
    let mut picks = Vec::new();
    for group in groups(&loud, steering.n_window) {
        let Some((start, best)) = group.iter().max_by(|a, b| a.1.fisher.total_cmp(&b.1.fisher).then(b.0.cmp(&a.0)))
        else {
            continue;
        };
        let side = steering.side_lobes(&aligned, *start);
        if side.share > SIDE_SHARE {
            let message =
                format!("side lobes as likely as {:.0} % leave the direction of a wave open", 100.0 * side.share);
            problems.push(Problem::warning(file, "side_lobes", message).with_text(&best.from.to_string()));
        }
        picks.push(pick(&aligned, geometry, parameters, &group, (*start, best, side)));
    }
    picks.sort_by_key(|pick| pick.at);
    (picks, problems)
}

/// The windows over the threshold. It is learned anew every dozen windows from those within half the background's length.
fn loud(
    windows: &[(usize, BeamWindow)],
    steering: &Steering,
    aligned: &Aligned,
    parameters: &ArrayParameters,
) -> Option<Vec<(usize, BeamWindow)>> {
    let step_s = steering.n_step as f64 / aligned.rate_hz;
    let p = (parameters.false_per_day * step_s / DAY_S).clamp(1e-9, 0.5);
    let half = ((0.5 * parameters.background_s / step_s) as usize).max(10);
    let mut loud = Vec::new();
    for (block, here) in windows.chunks(12).enumerate() {
        let middle = 12 * block + 6;
        // Towards the ends the same length, shifted inwards.
        let until = (middle + half).max(2 * half).min(windows.len());
        let from = until.saturating_sub(2 * half);
        let around = windows.get(from..until)?;
        let mut ratios: Vec<f64> = around.iter().filter(|(_, w)| !w.on_edge).map(|(_, w)| w.fisher).collect();
        // Windows at the edge make no picks, so the others may pass a little oftener.
        let p = (p * around.len() as f64 / ratios.len().max(1) as f64).min(0.5);
        let n = here.first().map_or(3, |(_, window)| window.n_elements);
        let threshold = steering.noise(n).threshold(&mut ratios, p)?;
        loud.extend(here.iter().filter(|(_, window)| window.fisher >= threshold && !window.on_edge));
    }
    (!windows.is_empty()).then_some(loud)
}

/// Windows in a row (at most a window's length from one to the next) whose slownesses agree within a tenth of the grid and
/// their errors.
fn groups(loud: &[(usize, BeamWindow)], n_window: usize) -> Vec<Vec<(usize, BeamWindow)>> {
    let mut groups: Vec<Vec<(usize, BeamWindow)>> = Vec::new();
    for window in loud {
        let fits = |group: &Vec<(usize, BeamWindow)>| {
            group.last().is_some_and(|last| window.0 - last.0 <= n_window && agree(&last.1, &window.1))
        };
        match groups.iter_mut().rev().take(4).find(|group| fits(group)) {
            Some(group) => group.push(*window),
            None => groups.push(vec![*window]),
        }
    }
    groups
}

fn agree(a: &BeamWindow, b: &BeamWindow) -> bool {
    let apart = (a.slowness_s_per_km.0 - b.slowness_s_per_km.0).hypot(a.slowness_s_per_km.1 - b.slowness_s_per_km.1);
    let sigma = |w: &BeamWindow| w.azimuth_deg.sigma.to_radians() * w.slowness_s_per_km.0.hypot(w.slowness_s_per_km.1);
    apart <= 0.35 + 3.0 * sigma(a).hypot(sigma(b))
}

/// What other directions the best window could mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SideLobes {
    /// Probability outside the main lobe.
    pub(super) share: f64,
    /// Standard deviation of azimuth from the best one by them, degrees, weighted by their share.
    pub(super) sigma_deg: f64,
}

impl Steering {
    /// Noise of the window's degrees of freedom: twice the independent bins, times N − 1 for what is not the beam. The number of
    /// independent beams is the search area over that of one lobe.
    fn noise(&self, n_elements: u32) -> NoiseFisher {
        let first = 2.0 * self.omegas.len() as f64 / self.oversampling;
        let n = f64::from(n_elements);
        let mean_square = self.omegas.iter().map(|w| w * w).sum::<f64>() / self.omegas.len().max(1) as f64;
        let (a, b, c) = super::spread_of(&self.places_km);
        let lobes =
            mean_square * (a * c - b * b).max(0.0).sqrt() / n * (2.0 * self.grid.most()).powi(2) / std::f64::consts::PI;
        NoiseFisher { freedom: (first, first * (n - 1.0)), beams: 1.0 + BEAMS_PER_LOBE * lobes }
    }

    /// The window's likelihood of each node, exp((P − P_best)/(N n κ)), outside the main lobe.
    fn side_lobes(&mut self, aligned: &Aligned, start: usize) -> SideLobes {
        let none = SideLobes { share: 0.0, sigma_deg: 0.0 };
        let Some(best) = self.window(aligned, start) else { return none };
        let n = f64::from(best.n_elements);
        // P is normed to the power of all elements here; what is not in the beam is noise on N − 1 elements.
        let own = self.own_power;
        let top = self.bartlett.map.iter().copied().fold(0.0, f64::max);
        let noise = (own - top / n) / (n - 1.0) / self.omegas.len().max(1) as f64;
        let unit = (n * noise * self.oversampling).max(f64::MIN_POSITIVE);
        let size = best.slowness_s_per_km.0.hypot(best.slowness_s_per_km.1).max(1e-9);
        let lobe = (3.0 * best.azimuth_deg.sigma.min(60.0).to_radians() * size).max(self.main_lobe());
        let (mut main, mut side, mut square) = (0.0, 0.0, 0.0);
        for (node, power) in self.bartlett.map.iter().enumerate() {
            let weight = ((power - top) / unit).exp();
            let s = self.grid.slowness(node);
            let off = (s.0 - best.slowness_s_per_km.0, s.1 - best.slowness_s_per_km.1);
            if off.0.hypot(off.1) <= lobe {
                main += weight;
            } else {
                let azimuth_deg = (-s.0).atan2(-s.1).to_degrees();
                let turn = (azimuth_deg - best.azimuth_deg.value + 540.0).rem_euclid(360.0) - 180.0;
                side += weight;
                square += weight * turn * turn;
            }
        }
        let all = (main + side).max(f64::MIN_POSITIVE);
        SideLobes { share: side / all, sigma_deg: (square / all).sqrt() }
    }

    /// How far the main lobe reaches in slowness: where the phases at the band's mean frequency have turned by a radian and
    /// a half over the array's root mean square radius.
    fn main_lobe(&self) -> f64 {
        let mean = self.omegas.iter().sum::<f64>() / self.omegas.len().max(1) as f64;
        let (a, _, c) = super::spread_of(&self.places_km);
        let radius = ((a + c) / self.places_km.len().max(1) as f64).sqrt();
        1.5 / (mean * radius).max(1e-9)
    }
}

/// Independent beams for each lobe's area; fitted to the largest ratios of noise on arrays of 4 to 8 elements.
const BEAMS_PER_LOBE: f64 = 2.0;

fn pick(
    aligned: &Aligned,
    geometry: &ArrayGeometry,
    parameters: &ArrayParameters,
    group: &[(usize, BeamWindow)],
    (start, best, side): (usize, &BeamWindow, SideLobes),
) -> Pick {
    let n_window = (parameters.beam.window_s * aligned.rate_hz) as usize;
    let first = group.first().map_or(start, |(k, _)| *k);
    let last = group.last().map_or(start, |(k, _)| *k) + n_window;
    let onset = onset(aligned, parameters, best.slowness_s_per_km, (first, last));
    let clock_s = aligned.elements.iter().map(|element| element.clock_sigma_s).fold(0.0, f64::max);
    let (at, sigma_s, features) = match onset {
        Some((sample, sigma, features)) => (aligned.time(sample), sigma / aligned.rate_hz, features),
        None => {
            let middle = start as f64 + 0.5 * n_window as f64;
            (aligned.time(middle), parameters.beam.window_s / 12_f64.sqrt(), truceline_domain::PickFeatures::default())
        }
    };
    let azimuth_sigma = best.azimuth_deg.sigma.hypot(side.sigma_deg).min(super::ANY_DIRECTION_DEG);
    Pick {
        sensor: geometry.id().clone(),
        wave: None,
        at,
        sigma_s: Some(sigma_s.hypot(clock_s)),
        confidence: None,
        bearing: Some(ArrayBearing {
            azimuth_deg: Measured { value: best.azimuth_deg.value, sigma: azimuth_sigma },
            trace_velocity_mps: Some(best.trace_velocity_mps),
            fisher: Some(best.fisher),
            n_elements: Some(best.n_elements),
        }),
        features: features.into(),
    }
}

/// The first onset on the beam that reaches into a group of windows: sample, its error in samples, and what it looks like.
fn onset(
    aligned: &Aligned,
    parameters: &ArrayParameters,
    slowness: (f64, f64),
    (first, last): (usize, usize),
) -> Option<(f64, f64, truceline_domain::PickFeatures)> {
    let band_hz = parameters.beam.band_hz;
    let settings = parameters.onset.for_band(band_hz, aligned.rate_hz);
    let from = first.saturating_sub(2 * (settings.lta + settings.delay));
    let wide = summed(aligned, slowness, (from, (last + settings.sta).min(aligned.n)));
    let mut band = wide.clone();
    Butterworth::band_pass(2, band_hz.0, band_hz.1, aligned.rate_hz)?.forwards(&mut band);
    let found = stretches(&band, &settings, &[]);
    let reaches = |found: &&Found| found.end + from >= first && found.trigger + from < last;
    let found = found.iter().find(reaches)?;
    let stretch = |begin: usize| Stretch {
        band: &band,
        wide: &wide,
        begin,
        end: found.end.max(begin + 1),
        rate_hz: aligned.rate_hz,
        noise: found.noise,
        snr: found.snr,
        sta: settings.sta,
    };
    let rough = stretch(found.trigger.saturating_sub(settings.sta / 2)).centroid_hz()?;
    let moment = moment(&wide, &search(&band, found, &settings, rough / aligned.rate_hz))?;
    let features = stretch((moment.sample.round().max(0.0) as usize).min(band.len().saturating_sub(1))).features();
    Some((from as f64 + moment.sample, moment.sigma * calibration(found.snr), features))
}

/// The mean of the elements, each taken as much later as the wave reached it after the middle; elements are silent where bad.
fn summed(aligned: &Aligned, slowness: (f64, f64), (from, until): (usize, usize)) -> Vec<f64> {
    let mut sum = vec![0.0; until.saturating_sub(from)];
    let mut n: f64 = 0.0;
    for element in &aligned.elements {
        let Some(values) = element.good(from, until) else { continue };
        let mean = values.iter().map(|x| f64::from(*x)).sum::<f64>() / values.len().max(1) as f64;
        let delay = (super::bartlett::dot(slowness, element.place_km) - element.late_s) * aligned.rate_hz;
        let (whole, part) = (delay.floor() as i64, delay - delay.floor());
        let at = |k: i64| usize::try_from(k).ok().and_then(|k| values.get(k)).map_or(0.0, |x| f64::from(*x) - mean);
        for (k, out) in sum.iter_mut().enumerate() {
            let k = k as i64 + whole;
            *out += at(k) * (1.0 - part) + at(k + 1) * part;
        }
        n += 1.0;
    }
    sum.iter_mut().for_each(|x| *x /= n.max(1.0));
    sum
}

#[cfg(test)]
#[path = "arrivals_tests.rs"]
mod tests;
