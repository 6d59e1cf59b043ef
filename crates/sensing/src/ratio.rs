//! The recursive ratio of a short to a long average of power.

use std::collections::VecDeque;

/// Running averages of power over a short and a long time.
///
/// `average += (x² − average) / n`; while fewer than n samples have come, n is their number, so that the averages start
/// as plain means instead of climbing from zero.
///
/// # Source
/// Withers et al., *BSSA* 88 (1998) 95, recursive STA/LTA; settings of Dando et al. 2023.
#[derive(Clone, Debug)]
pub(crate) struct Ratio {
    sta: f64,
    lta: f64,
    n_seen: usize,
    n_sta: usize,
    n_lta: usize,
    /// Powers on their way to the long average.
    waiting: VecDeque<f64>,
    n_delay: usize,
}

impl Ratio {
    pub(crate) fn new(n_sta: usize, n_lta: usize) -> Self {
        Self { sta: 0.0, lta: 0.0, n_seen: 0, n_sta, n_lta, waiting: VecDeque::new(), n_delay: 0 }
    }

    /// With the long average `n_delay` samples behind, so that a strong pulse does not raise the noise it is held against.
    pub(crate) fn delayed(n_sta: usize, n_lta: usize, n_delay: usize) -> Self {
        Self { n_delay, ..Self::new(n_sta, n_lta) }
    }

    /// Takes the next sample; gives short average / long average, 0 until the long one has seen its whole length.
    pub(crate) fn next(&mut self, x: f64) -> f64 {
        self.n_seen += 1;
        let power = x * x;
        self.sta += (power - self.sta) / self.n_seen.min(self.n_sta) as f64;
        self.waiting.push_back(power);
        if self.waiting.len() > self.n_delay {
            let old = self.waiting.pop_front().unwrap_or(power);
            let n_old = self.n_seen.saturating_sub(self.n_delay).max(1);
            self.lta += (old - self.lta) / n_old.min(self.n_lta) as f64;
        }
        if self.n_seen <= self.n_lta + self.n_delay || self.lta <= 0.0 { 0.0 } else { self.sta / self.lta }
    }

    pub(crate) fn lta(&self) -> f64 {
        self.lta
    }
}

#[cfg(test)]
#[path = "ratio_tests.rs"]
mod tests;
