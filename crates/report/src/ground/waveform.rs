//! Waveforms with their picks, the ratio that triggered them, and what an array made of them: what goes in.

use super::sealed::statement_svg;
use super::texts::Texts;
use super::{Look, waveform_art};
use truceline_domain::{Measured, Span, Timestamp, Wave};

/// A waveform of one channel, in stretches without a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct WaveTrace<'a> {
    /// Name of the channel.
    pub name: String,
    /// Unit of its samples: `Pa`, `m/s`, `counts`.
    pub unit: String,
    /// Samples per second.
    pub rate_hz: f64,
    /// Time of the first sample, and the samples.
    pub segments: Vec<(Timestamp, &'a [f32])>,
}

/// A pick on a waveform.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TracePick {
    /// Index of the waveform.
    pub trace: usize,
    /// When.
    pub at: Timestamp,
    /// Its error, one standard deviation, s.
    pub sigma_s: f64,
    /// The wave, if it is told.
    pub wave: Option<Wave>,
}

/// Why a stretch cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Nothing was recorded.
    Gap,
    /// Recorded twice, and not the same.
    Overlap,
    /// The signal went beyond the range of the recorder.
    Clipped,
    /// The channel shows nothing but a constant.
    Dead,
    /// The clock was set anew.
    ClockStep,
    /// Noise drowned the signal.
    Noisy,
}

/// A stretch that cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraceProblem {
    /// Index of the waveform; `None` for all of them.
    pub trace: Option<usize>,
    /// Its extent.
    pub span: Span,
    /// Why.
    pub kind: ProblemKind,
}

/// Short-term over long-term average, with its thresholds.
#[derive(Clone, Debug, PartialEq)]
pub struct RatioTrace<'a> {
    /// Time of the first value.
    pub from: Timestamp,
    /// Values per second.
    pub rate_hz: f64,
    /// The values.
    pub values: &'a [f32],
    /// Where a trigger begins.
    pub on: f64,
    /// Where it ends.
    pub off: f64,
}

/// What an array made of one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayWindow {
    /// Middle of the window.
    pub at: Timestamp,
    /// Fisher ratio of the best beam.
    pub fisher: f64,
    /// Its back-azimuth, degrees clockwise from north.
    pub azimuth_deg: Measured,
    /// Its trace velocity, m/s, if the array tells.
    pub trace_velocity_mps: Option<Measured>,
}

/// What an array made of the waveforms.
#[derive(Clone, Debug, PartialEq)]
pub struct WaveformArray {
    /// Windows in the order of time.
    pub windows: Vec<ArrayWindow>,
    /// The Fisher ratio above which a beam is a signal.
    pub threshold: Option<f64>,
}

/// What a picture of waveforms is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform<'a> {
    /// What it is called.
    pub title: String,
    /// The stretch to show; `None` for all there is.
    pub span: Option<Span>,
    /// The waveforms, from top to bottom.
    pub traces: Vec<WaveTrace<'a>>,
    /// Their picks.
    pub picks: Vec<TracePick>,
    /// What cannot be trusted.
    pub problems: Vec<TraceProblem>,
    /// The ratio that triggered, if any.
    pub ratio: Option<RatioTrace<'a>>,
    /// The beams, if the waveforms are an array's.
    pub array: Option<WaveformArray>,
    /// True when the place must not be told: picks and bearings of several stations give it away, so nothing is drawn.
    pub sealed: bool,
}

/// Draws waveforms with their picks. Millions of samples are drawn as the least and greatest of each column.
///
/// ```
/// use truceline_report::ground::{Look, TracePick, WaveTrace, Waveform, waveform_svg};
///
/// let from = "2031-02-15T04:10:02Z".parse().unwrap();
/// let samples: Vec<f32> = (0..2_000_000).map(|k| (k as f32 * 0.01).sin()).collect();
/// let waveform = Waveform {
///     title: "N04".into(),
///     span: None,
///     traces: vec![WaveTrace { name: "N04".into(), unit: "Pa".into(), rate_hz: 4e3, segments: vec![(from, &samples)] }],
///     picks: vec![TracePick { trace: 0, at: from, sigma_s: 0.02, wave: None }],
///     problems: vec![],
///     ratio: None,
///     array: None,
///     sealed: false,
/// };
/// assert!(waveform_svg(&waveform, &Look::default()).len() < 60_000);
/// ```
pub fn waveform_svg(waveform: &Waveform, look: &Look) -> String {
    if waveform.sealed {
        return statement_svg("w", Texts::of(look.language).waveform, look);
    }
    waveform_art::draw(waveform, look)
}
