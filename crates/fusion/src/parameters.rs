//! The thresholds of the room, each with its reason.

/// Thresholds of linking and fusing. All are plain numbers so that a mission can state and version them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Probability with which two detections of one happening pass a gate, for a normal error: 0.99 loses one true
    /// pair in a hundred, and at that level χ² with two degrees of freedom is 9.21.
    pub gate_probability: f64,
    /// Longest silence inside one episode of fire, s. Ten minutes: crews re-lay and reload within a few minutes, while
    /// separate fire missions on one place are usually further apart.
    pub episode_gap_s: f64,
    /// Longest episode, s. Six hours: a quarter of a day keeps an incident inside one watch and one clock; longer fire
    /// on one place is several incidents.
    pub episode_max_s: f64,
    /// Longest flight of a projectile, s, by which a launch may precede its impact: two minutes covers mortars, tube
    /// artillery and short-range rockets.
    pub flight_max_s: f64,
    /// Distance between neighbouring hot spots of one fire, m, beside their own errors: 1 km, about three pixels of the
    /// 375 m instruments and one of the 1 km instruments.
    pub hot_spot_link_m: f64,
    /// Longest time between hot spots of one fire, s: fourteen hours bridge from one overpass to the next, by night and
    /// day, with one of them lost to clouds. Spots that know only their day join those of the same day.
    pub hot_spot_gap_s: f64,
    /// Longest time between looks at the smoke of one fire, or from smoke to a hot spot under it, s: one hour; cameras
    /// look again and again, and smoke that stays away for an hour has ended.
    pub smoke_gap_s: f64,
    /// Longest fire that is looked at as one, s. Three days: what burns longer is several incidents.
    pub fire_max_s: f64,
    /// How long after its last sign a fire still sets off ammunition, s: three hours of glowing ground.
    pub glow_s: f64,
    /// Largest clock error a gate believes, s. A source whose clock is worse states an interval; without a bound a
    /// stream could never close anything.
    pub sigma_max_s: f64,
    /// Largest place error (one standard deviation, m) with which a detection may be linked at all; a vaguer one stands
    /// alone, because it would fit everything.
    pub sigma_max_m: f64,
    /// Largest number of detections (twins counted once) in one connected group that is solved by agglomeration, whose
    /// work grows with the square; a larger group is solved by one pass in time order, without rivals.
    pub agglomeration_max: usize,
    /// Longest chain of linked detections that is looked at together, s, from the first end of any member's interval. A
    /// day: a group that never falls silent is cut where it grows older than this, so that memory stays bounded.
    pub chain_max_s: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            gate_probability: 0.99,
            episode_gap_s: 600.0,
            episode_max_s: 21_600.0,
            flight_max_s: 120.0,
            hot_spot_link_m: 1_000.0,
            hot_spot_gap_s: 50_400.0,
            smoke_gap_s: 3_600.0,
            fire_max_s: 259_200.0,
            glow_s: 10_800.0,
            sigma_max_s: 600.0,
            sigma_max_m: 25_000.0,
            agglomeration_max: 512,
            chain_max_s: 86_400.0,
        }
    }
}

impl Parameters {
    /// The χ² limit (two degrees of freedom) for a group of `n` detections: −2 ln(2(1 − p)/n), which is the plain
    /// quantile for a pair, and for more of them keeps the chance that *all* of a true group pass near p (Bonferroni).
    pub(crate) fn place_limit(&self, n: usize) -> f64 {
        let miss = (1.0 - self.gate_probability).clamp(1e-9, 0.999);
        -2.0 * (miss * 2.0 / n.max(2) as f64).ln()
    }

    /// How many standard deviations a place may lie off in a pair, at most: the root of the pair's limit.
    pub(crate) fn place_sigmas(&self) -> f64 {
        self.place_limit(2).sqrt()
    }
}

/// Two-sided 99 % of the normal distribution, for gaps in time.
pub(crate) const TIME_SIGMAS: f64 = 2.576;
