//! Picks made of one channel: when a wave arrived, how surely, and what it looked like.

use crate::channel::{bad_spans, cleaned, problems};
use crate::faults::{Fault, faults};
use crate::features::Stretch;
use crate::filter::Butterworth;
use crate::onset::{Found, change_point, sigma_s, stretches};
use crate::parameters::{InSamples, Parameters};
use crate::ratio::Ratio;
use crate::timing::{Moment, Search, moment};
use truceline_domain::{Modality, Pick, Problem, Recording, Severity, SignedDuration, Timestamp, Wave};

/// Poles at either edge of the band.
///
/// # Source
/// Dando et al. 2023: two-pole Butterworth.
const ORDER: usize = 2;

/// The arrivals in one channel, in the order of time, and what is wrong with the channel.
///
/// The samples are band-passed forwards in time (seismic 6–16 Hz, acoustic 10–400 Hz, infrasound 0.5–8 Hz where the
/// settings name no band), triggered by recursive STA/LTA, and each onset is timed on the unfiltered samples by
/// the change of their whitened variance. The upper threshold is raised where band and short average leave so few independent
/// samples that noise alone would pass it once in ten hours. Bad samples (see [`outages`](crate::outages)) make no onset
/// and teach no noise. The error of the time holds the clock's.
///
/// `wave` is named only where the channel itself proves it: an N-wave of 0.1–25 ms followed within 5 s by a sound of less
/// than 0.6 of its frequency is a shock and its muzzle blast. One component cannot tell P from S.
///
/// # Errors
/// Channels with an error (empty, dead, bad rate), and modalities that record no waves, give problems and no picks.
///
/// # Source
/// Bands and averages: Dando et al. 2023; N-wave: Maher, *Audio Eng. Soc. Conf.* 2006.
pub fn picks(recording: &Recording, modality: Modality, parameters: &Parameters) -> (Vec<Pick>, Vec<Problem>) {
    let mut problems = problems(recording);
    let (file, rate_hz) = (recording.sensor.as_str(), recording.samples.rate_hz);
    let Some(band_hz) = parameters.band(modality, rate_hz) else {
        let problem = Problem::error(file, "not_a_wave_sensor", "the sensor's modality records no waves");
        problems.push(problem.with_text(modality.word()).with_hint("acoustic, seismic or infrasound"));
        return (Vec::new(), problems);
    };
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return (Vec::new(), problems);
    }
    let Some(filter) = Butterworth::band_pass(ORDER, band_hz.0, band_hz.1, rate_hz) else {
        let message = format!("the band {}-{} Hz does not fit {rate_hz} samples a second", band_hz.0, band_hz.1);
        problems
            .push(Problem::error(file, "band_too_high", message).with_hint("name a band below half the sample rate"));
        return (Vec::new(), problems);
    };
    let channel = Channel::new(recording, &filter, parameters.for_band(band_hz, rate_hz));
    let found = stretches(&channel.band, &channel.settings, &channel.bad);
    if found.len() >= channel.settings.most {
        let message = format!("the first {} onsets were kept, the rest left out", found.len());
        problems.push(
            Problem::warning(file, "too_many_onsets", message).with_hint("look at the channel, or raise `on_ratio`"),
        );
    }
    let mut made: Vec<(Pick, usize)> = found.iter().map(|found| channel.pick(recording, found)).collect();
    made.sort_by_key(|(pick, _)| pick.at);
    if modality == Modality::Acoustic {
        name_shocks(&mut made, &channel);
    }
    (made.into_iter().map(|(pick, _)| pick).collect(), problems)
}

/// The time of a sample.
pub(crate) fn time_of(recording: &Recording, sample: f64) -> Timestamp {
    let offset = SignedDuration::try_from_secs_f64(sample / recording.samples.rate_hz).unwrap_or(SignedDuration::ZERO);
    recording.from.checked_add(offset).unwrap_or(recording.from)
}

/// One channel made ready.
struct Channel {
    wide: Vec<f64>,
    band: Vec<f64>,
    bad: Vec<Fault>,
    rate_hz: f64,
    settings: InSamples,
}

impl Channel {
    fn new(recording: &Recording, filter: &Butterworth, settings: InSamples) -> Self {
        let (values, rate_hz) = (&recording.samples.values, recording.samples.rate_hz);
        let faults = faults(values, rate_hz);
        let wide = cleaned(values, &faults, settings.lta);
        let mut band = wide.clone();
        filter.forwards(&mut band);
        let bad = bad_spans(&faults, settings.sta);
        let settings = InSamples { on_ratio: settings.on_ratio.max(quiet_ratio(&band, &settings, &bad)), ..settings };
        Self { wide, band, bad, rate_hz, settings }
    }

    /// The pick of one stretch, and the sample at which it begins.
    fn pick(&self, recording: &Recording, found: &Found) -> (Pick, usize) {
        let moment = self.moment(found);
        let begin = (moment.sample.round().max(0.0) as usize).min(self.band.len().saturating_sub(1));
        let pick = Pick {
            sensor: recording.sensor.clone(),
            wave: None,
            at: time_of(recording, moment.sample.max(0.0)),
            sigma_s: Some((moment.sigma / self.rate_hz).hypot(recording.clock_sigma_s)),
            confidence: None,
            bearing: None,
            features: self.stretch(begin, found).features().into(),
        };
        (pick, begin)
    }

    fn stretch(&self, begin: usize, found: &Found) -> Stretch<'_> {
        Stretch {
            band: &self.band,
            wide: &self.wide,
            begin,
            end: found.end.max(begin + 1),
            rate_hz: self.rate_hz,
            noise: found.noise,
            snr: found.snr,
            sta: self.settings.sta,
        }
    }

    fn moment(&self, found: &Found) -> Moment {
        let rough = self.stretch(found.trigger.saturating_sub(self.settings.sta / 2), found);
        let frequency_hz = rough.centroid_hz().unwrap_or(0.25 * self.rate_hz);
        let search = search(&self.band, found, &self.settings, frequency_hz / self.rate_hz);
        let calibrated = |found_at: Moment| Moment { sigma: found_at.sigma * calibration(found.snr), ..found_at };
        moment(&self.wide, &search).map(calibrated).unwrap_or_else(|| {
            let begin = change_point(&self.band, found, &self.settings);
            let sigma = sigma_s(self.rate_hz, self.settings.sta as f64 / self.rate_hz, found.snr) * self.rate_hz;
            Moment { sample: begin as f64, sigma }
        })
    }
}

/// What the posterior's spread is multiplied by to be the true error: fitted to pulses of 1 to 80 Hz with rises of 0 to 2
/// periods in white and red noise (see the tests). Loud onsets are better known than the family of ramps thinks.
pub(crate) fn calibration(snr: f64) -> f64 {
    (0.6 + 2.0 / snr.max(1.0)).min(1.0)
}

/// The ratio that this channel's own noise passes once in ten hours, by how its middle spreads: coloured noise leaves fewer
/// independent samples than the band has. 1 for a recording of fewer than twenty short averages.
fn quiet_ratio(band: &[f64], settings: &InSamples, bad: &[Fault]) -> f64 {
    let mut ratio = Ratio::delayed(settings.sta, settings.lta, settings.delay);
    let mut bad = bad.iter().peekable();
    let mut seen = Vec::new();
    for (sample, x) in band.iter().enumerate() {
        while bad.next_if(|span| span.until <= sample).is_some() {}
        if bad.peek().is_some_and(|span| span.from <= sample) {
            continue;
        }
        let now = ratio.next(*x);
        if now > 0.0 && sample % settings.sta == 0 {
            seen.push(now);
        }
    }
    if seen.len() < 20 {
        return 1.0;
    }
    seen.sort_by(f64::total_cmp);
    let at = |share: f64| seen.get((share * seen.len() as f64) as usize).copied().unwrap_or(1.0);
    // Wilson and Hilferty: the cube root of a mean of squares is normal; s is its relative spread at one sigma.
    let widened = (at(0.80) / at(0.5).max(f64::MIN_POSITIVE)).cbrt() - 1.0;
    let s = (2.0 * widened / 0.8416 / (1.0 + (1.0 + 4.0 * (widened / 0.8416).powi(2)).sqrt())).min(0.6);
    (1.0 - s * s + settings.z * s).powi(3)
}

/// Where the onset of a stretch is looked for, for a signal of so many cycles a sample.
pub(crate) fn search(band: &[f64], found: &Found, settings: &InSamples, cycles: f64) -> Search {
    let (sta, trigger) = (settings.sta, found.trigger);
    let (from, until) = (trigger.saturating_sub(sta), found.end.min(trigger + 3 * sta).max(trigger + 1));
    let near = band.get(from..until.min(band.len())).unwrap_or_default().iter().enumerate();
    let peak =
        near.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0))).map_or(trigger, |(k, _)| from + k);
    let half_period = (0.5 / cycles.max(1e-6)).min(sta as f64) as usize;
    let end = peak.max(trigger + sta / 4) + half_period + 2;
    let begin = trigger.saturating_sub(3 * sta);
    // About ten averages a period, and no more than a few hundred in the window.
    let wanted = (0.1 / cycles.max(1e-6)) as usize;
    let average = wanted.min(sta / 8).max(end.saturating_sub(begin) / 400).max(1);
    Search { noise: (begin.saturating_sub(settings.lta), begin), window: (begin, end), average }
}

/// Longest and shortest N-wave that is one, s: bullets to large shells.
const N_WAVE_S: (f64, f64) = (1e-4, 25e-3);

/// Longest time from a shock to its muzzle blast, s: 1.7 km at the speed of sound.
const SHOCK_LEAD_S: f64 = 5.0;

/// Names shocks and muzzle blasts that prove each other.
fn name_shocks(made: &mut [(Pick, usize)], channel: &Channel) {
    let shocks: Vec<bool> = made.iter().map(|(_, begin)| is_n_wave(&channel.wide, *begin, channel.rate_hz)).collect();
    let frequency = |pick: &Pick| pick.features.frequency_hz.unwrap_or(0.0);
    for first in 0..made.len() {
        let [(shock, _), rest @ ..] = made.get_mut(first..).unwrap_or_default() else { continue };
        if !shocks.get(first).copied().unwrap_or(false) || shock.wave.is_some() {
            continue;
        }
        let near = |pick: &Pick| pick.at.duration_since(shock.at).as_secs_f64() <= SHOCK_LEAD_S;
        let later = rest.iter_mut().zip(shocks.iter().skip(first + 1)).take_while(|((pick, _), _)| near(pick));
        let low = frequency(shock) * 0.6;
        let mut blast =
            later.filter(|((pick, _), is_shock)| !**is_shock && frequency(pick) < low && pick.wave.is_none());
        if let Some(((blast, _), _)) = blast.next() {
            shock.wave = Some(Wave::Shock);
            blast.wave = Some(Wave::Muzzle);
        }
    }
}

/// True for a push and a pull of like size (within a factor of 2.5), the fall between them straight, both ends sudden, of at
/// least six samples and of a length that rounds make.
fn is_n_wave(wide: &[f64], begin: usize, rate_hz: f64) -> bool {
    let longest = (1.3 * N_WAVE_S.1 * rate_hz) as usize + 4;
    let before = (0.2 * N_WAVE_S.1 * rate_hz) as usize + 2;
    let window = wide.get(begin.saturating_sub(before)..(begin + longest).min(wide.len())).unwrap_or_default();
    let by_value = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1).then(b.0.cmp(&a.0));
    let Some(((top, high), (bottom, low))) =
        window.iter().enumerate().max_by(by_value).zip(window.iter().enumerate().min_by(by_value))
    else {
        return false;
    };
    let like = *high > 0.0 && *low < 0.0 && (0.4..=2.5).contains(&(high / -low));
    let length = bottom.saturating_sub(top);
    if !like || length < 5 || !(N_WAVE_S.0..=N_WAVE_S.1).contains(&(length as f64 / rate_hz)) {
        return false;
    }
    // Both ends are sudden: blasts rise slower than they fall.
    let edge = length / 6 + 1;
    let at = |k: usize| window.get(k).copied().unwrap_or(0.0);
    if top.checked_sub(edge).is_some_and(|k| at(k) > 0.3 * high) || top < 1 || at(bottom + edge) < 0.5 * low {
        return false;
    }
    // Between the two the pressure falls evenly: no sample is off the line by more than a fifth of the whole fall.
    let line = |k: usize| high + (low - high) * k as f64 / length as f64;
    let fall = window.get(top..=bottom).unwrap_or_default().iter().enumerate();
    fall.into_iter().all(|(k, x)| (x - line(k)).abs() < 0.2 * (high - low))
}

#[cfg(test)]
#[path = "picks_tests.rs"]
mod tests;
