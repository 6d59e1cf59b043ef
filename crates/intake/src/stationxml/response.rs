//! The stages of a response, and what they do together at one frequency.

use super::tree::Node;
use std::f64::consts::TAU;

/// The most stages, poles and zeros that are read.
const MAX_PARTS: usize = 1_000;

/// A chain of stages from the ground (or the air) to counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The stages in their order.
    pub stages: Vec<Stage>,
}

/// One stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its gain, at the frequency at which it is stated.
    pub gain: f64,
    /// Its poles and zeros, when it is an analogue stage that states them.
    pub poles_and_zeros: Option<PolesAndZeros>,
}

/// Poles and zeros of an analogue stage: H(s) = normalisation ∏(s - zero) / ∏(s - pole).
#[derive(Clone, Debug, PartialEq)]
pub struct PolesAndZeros {
    /// The factor that makes it 1 at its frequency of normalisation.
    pub normalisation: f64,
    /// True when `s` is 2πif, false when it is if.
    pub in_radians: bool,
    /// Poles, real and imaginary.
    pub poles: Vec<(f64, f64)>,
    /// Zeros, real and imaginary.
    pub zeros: Vec<(f64, f64)>,
}

impl Response {
    /// Counts for one unit of input at a frequency in Hz, as real and imaginary part. Digital stages count with their gain.
    pub fn at(&self, hz: f64) -> (f64, f64) {
        self.stages.iter().fold((1.0, 0.0), |so_far, stage| {
            let shape = stage.poles_and_zeros.as_ref().map_or((1.0, 0.0), |shape| shape.at(hz));
            times(so_far, times(shape, (stage.gain, 0.0)))
        })
    }
}

impl PolesAndZeros {
    /// H at a frequency in Hz.
    pub fn at(&self, hz: f64) -> (f64, f64) {
        let s = (0.0, if self.in_radians { TAU * hz } else { hz });
        let from = |(re, im): &(f64, f64)| (s.0 - re, s.1 - im);
        let above = self.zeros.iter().map(from).fold((self.normalisation, 0.0), times);
        self.poles.iter().map(from).fold(above, divided)
    }
}

fn times((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    (a * c - b * d, a * d + b * c)
}

fn divided((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    let size = c * c + d * d;
    ((a * c + b * d) / size, (b * c - a * d) / size)
}

/// The response of a channel; `None` when it states no stage.
pub(super) fn of(node: &Node) -> Option<Response> {
    let stages: Vec<Stage> = node.all("Stage").take(MAX_PARTS).map(stage).collect();
    (!stages.is_empty()).then_some(Response { stages })
}

fn stage(node: &Node) -> Stage {
    let gain = node.child("StageGain").and_then(|gain| gain.number("Value")).unwrap_or(1.0);
    Stage { gain, poles_and_zeros: node.child("PolesZeros").and_then(poles_and_zeros) }
}

fn poles_and_zeros(node: &Node) -> Option<PolesAndZeros> {
    let kind = node.child("PzTransferFunctionType").map(|kind| kind.text.to_ascii_uppercase()).unwrap_or_default();
    let in_radians = kind.contains("RADIANS");
    if !in_radians && !kind.contains("HERTZ") {
        return None;
    }
    let roots = |name| -> Vec<(f64, f64)> {
        let of = |root: &Node| Some((root.number("Real")?, root.number("Imaginary")?));
        node.all(name).take(MAX_PARTS).filter_map(of).collect()
    };
    let normalisation = node.number("NormalizationFactor").unwrap_or(1.0);
    Some(PolesAndZeros { normalisation, in_radians, poles: roots("Pole"), zeros: roots("Zero") })
}
