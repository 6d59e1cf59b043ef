//! Seeded noise: one stream of numbers for each statement and sensor, so that adding a sensor or a happening changes
//! nothing about the others.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of noise. The same seed, line and name give the same numbers on every machine.
pub(crate) struct Noise {
    rng: ChaCha8Rng,
}

impl Noise {
    /// The stream for what `name` makes of the statement in `line`.
    pub(crate) fn about(seed: u64, line: u32, name: &str) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(fnv1a(line, name));
        Self { rng }
    }

    /// A number in 0…1, 1 excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        // 53 bits fill the fraction of a double evenly.
        (self.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number between two others.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A standard normal number (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// True with probability `p`.
    pub(crate) fn happens(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A Poisson number with this mean (Knuth's product of uniforms, in steps so that the exponential stays in range).
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let mut left = mean.clamp(0.0, 100_000.0);
        let mut n = 0;
        while left > 0.0 {
            let step = left.min(30.0);
            left -= step;
            let limit = (-step).exp();
            let mut product = self.uniform();
            while product > limit {
                n += 1;
                product *= self.uniform();
            }
        }
        n
    }
}

/// Fowler, Noll and Vo's hash 1a with 64 bits.
fn fnv1a(line: u32, name: &str) -> u64 {
    let bytes = line.to_be_bytes().into_iter().chain(name.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
#[path = "noise_tests.rs"]
mod tests;
