//! The recursive ratio of a short to a long average of power.

/// Running averages of power over a short and a long time.
///
/// `average += (x² − average) / n`; while fewer than n samples have come, n is their number, so that the averages start
/// as plain means instead of climbing from zero.
///
/// # Source
/// Withers et al., *BSSA* 88 (1998) 95, recursive STA/LTA; settings of Dando et al. 2023.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    sta: f64,
    lta: f64,
    n_seen: usize,
    n_sta: usize,
    n_lta: usize,
}

impl Ratio {
    pub(crate) fn new(n_sta: usize, n_lta: usize) -> Self {
        Self { sta: 0.0, lta: 0.0, n_seen: 0, n_sta, n_lta }
    }

    /// Takes the next sample; gives short average / long average, 0 until the long one has seen its whole length.
    pub(crate) fn next(&mut self, x: f64) -> f64 {
        self.n_seen += 1;
        let power = x * x;
        self.sta += (power - self.sta) / self.n_seen.min(self.n_sta) as f64;
        self.lta += (power - self.lta) / self.n_seen.min(self.n_lta) as f64;
        if self.n_seen <= self.n_lta || self.lta <= 0.0 { 0.0 } else { self.sta / self.lta }
    }

    pub(crate) fn lta(&self) -> f64 {
        self.lta
    }
}

#[cfg(test)]
#[path = "trigger_tests.rs"]
mod tests;
