//! How many rounds a burst had, as an interval, when arrivals blend.

/// What one station, or one pick of it, tells of the number of rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RoundsSeen {
    /// A waveform in which so many rounds blend.
    Told {
        /// At least.
        low: u32,
        /// At most.
        high: u32,
    },
    /// A station that picked onsets one by one: between two of them lies at least the dead time, so that rounds that
    /// come closer are one pick.
    Counted {
        /// Picks of the burst.
        n: u32,
    },
}

/// How a burst could blend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Blending {
    /// From the first pick to the last, s.
    pub duration_s: f64,
    /// Time after a pick in which there cannot be another, s.
    pub dead_time_s: f64,
    /// How long of the burst, its last sound included, sound stood above the noise, s; `None` when not measured. Without
    /// it few picks can always be many rounds that never pause, and the interval is wide.
    pub sounding_s: Option<f64>,
}

/// Rounds as an interval that holds the truth with 90 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundsInterval {
    /// At least.
    pub low: u32,
    /// Most likely.
    pub best: u32,
    /// At most.
    pub high: u32,
}

/// Most rounds considered.
const MOST: u32 = 400;

/// Probability that the interval holds.
const HOLDS: f64 = 0.9;

/// The posterior interval of rounds from everything that stations tell of one burst; `None` when none tells.
///
/// Prior 1/N, and gaps between rounds that follow each other at random with a mean that is unknown, evenly in its logarithm
/// from 0.05 s (1,200 rounds a minute) to a minute: where all blend in one dead time, many are the less likely the shorter
/// that is. Stations hear the same gaps, so the number of groups that can be told apart is shared: given N rounds at
/// random moments each of the N − 1 gaps exceeds the dead time with probability (1 − dead/duration)^(N−1) (spacings of
/// uniform moments); even fire is all apart or all one, and counts for a tenth. Each station then picks each group with
/// a chance that is its own and unknown, evenly from 0.4 to 1. What waveforms tell is wrong in one of ten and then
/// falls off by half with each round.
pub fn rounds(seen: &[RoundsSeen], blending: Option<Blending>) -> Option<RoundsInterval> {
    if seen.is_empty() {
        return None;
    }
    let counts: Vec<u32> =
        seen.iter().filter_map(|s| if let RoundsSeen::Counted { n } = s { Some(*n) } else { None }).collect();
    let told: Vec<(u32, u32)> = seen
        .iter()
        .filter_map(|s| if let RoundsSeen::Told { low, high } = s { Some((*low, *high)) } else { None })
        .collect();
    let by_groups = by_groups(&counts);
    // Stations that tell share the sound: together they weigh as much as the root of their number.
    let weight = 1.0 / (told.len().max(1) as f64).sqrt();
    let mut logs: Vec<f64> = (1..=MOST)
        .map(|n| {
            let by_told: f64 = told.iter().map(|t| told_log(n, *t)).sum();
            let by_count = if counts.is_empty() { 0.0 } else { count_log(n, blending, &by_groups) };
            by_told * weight + by_count + dense_log(n, blending) + sounding_log(n, blending) - f64::from(n).ln()
        })
        .collect();
    let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for log in &mut logs {
        *log = (*log - best).exp();
    }
    Some(densest(&logs))
}

fn told_log(n: u32, (low, high): (u32, u32)) -> f64 {
    let (low, high) = (low.min(high).max(1), high.max(low).max(1));
    let beyond = low.saturating_sub(n).max(n.saturating_sub(high));
    let width = f64::from(high - low + 1);
    let within =
        if beyond == 0 { 0.9 / width } else { 0.05 * 0.5_f64.powi(i32::try_from(beyond.min(60)).unwrap_or(60)) };
    within.ln()
}

/// For each number of groups up to the most: the log-likelihood of the stations' counts.
fn by_groups(counts: &[u32]) -> Vec<f64> {
    (1..=MOST).map(|groups| counts.iter().map(|n| picked_log(*n, groups)).sum()).collect()
}

/// One station picked `n` of `groups`, with a chance of 0.4 to 1 that is its own.
fn picked_log(n: u32, groups: u32) -> f64 {
    if n > groups {
        // False picks: each one in twenty.
        return f64::from(n - groups) * 0.05_f64.ln() + picked_log(groups, groups);
    }
    let chances = [0.45, 0.55, 0.65, 0.75, 0.85, 0.95];
    let of = |p: f64| (log_choose(groups, n) + f64::from(n) * p.ln() + f64::from(groups - n) * (1.0 - p).ln()).exp();
    (chances.iter().map(|p| of(*p)).sum::<f64>() / 6.0).max(1e-300).ln()
}

/// Shortest and longest mean gap of fire, s.
const GAPS_S: (f64, f64) = (0.05, 60.0);

/// How the burst's duration bears on `n` rounds.
fn dense_log(n: u32, blending: Option<Blending>) -> f64 {
    let Some(b) = blending.filter(|b| b.duration_s.is_finite() && b.dead_time_s > 0.0) else { return 0.0 };
    let gaps = f64::from(n.saturating_sub(1));
    let share = |longest_s: f64| (longest_s / (gaps * GAPS_S.0)).ln().max(0.0) / (GAPS_S.1 / GAPS_S.0).ln();
    match (n, b.duration_s < b.dead_time_s) {
        (1, true) => 0.0,
        // Two picks of one round: a false one.
        (1, false) => 0.02_f64.ln(),
        // All within one dead time: the share of mean gaps that are short enough.
        (_, true) => (share(b.dead_time_s) + 1e-4).ln(),
        // Every mean gap gives the same density of durations, down to the shortest.
        (_, false) => {
            if gaps * GAPS_S.0 < b.duration_s {
                0.0
            } else {
                1e-4_f64.ln()
            }
        }
    }
}

/// How the share of time that sounds bears on `n` rounds: sounds of one dead time each at random leave silent a share of
/// exp(−n dead/duration), the covering of a line by chance; its error falls with the root of `n`, and sounds last as long as
/// the dead time within a fifth.
fn sounding_log(n: u32, blending: Option<Blending>) -> f64 {
    let Some((b, sounding_s)) = blending.and_then(|b| Some((b, b.sounding_s.filter(|s| *s > 0.0)?))) else {
        return 0.0;
    };
    let all_s = b.duration_s.max(0.0) + b.dead_time_s;
    if !all_s.is_finite() || b.duration_s < b.dead_time_s {
        return 0.0;
    }
    let each = f64::from(n) * b.dead_time_s / all_s;
    let share = 1.0 - (-each).exp();
    let slope = each * (-each).exp();
    let sigma = (0.2 * slope).hypot((share * (1.0 - share) / f64::from(n)).sqrt()).hypot(0.02);
    let miss = ((sounding_s / all_s).min(1.0) - share) / sigma;
    // As wide tails as a measurement that is sometimes of something else.
    (0.95 * (-0.5 * miss * miss).exp() / sigma + 0.05).ln()
}

/// The counts given `n` rounds: the sum over how many groups they make.
fn count_log(n: u32, blending: Option<Blending>, by_groups: &[f64]) -> f64 {
    let Some(blending) = blending.filter(|b| b.dead_time_s > 0.0 && n > 1) else {
        return log_at(by_groups, n);
    };
    let share = (blending.dead_time_s / blending.duration_s.max(blending.dead_time_s)).min(0.999_999);
    let gaps = n - 1;
    let apart = (1.0 - share).powi(i32::try_from(gaps).unwrap_or(i32::MAX)).clamp(1e-12, 1.0 - 1e-12);
    let random = (0..=gaps).map(|k| {
        let log = log_choose(gaps, k) + f64::from(k) * apart.ln() + f64::from(gaps - k) * (1.0 - apart).ln();
        0.9 * (log + log_at(by_groups, k + 1)).exp()
    });
    let is_apart = blending.duration_s / f64::from(gaps) > blending.dead_time_s;
    let even = log_at(by_groups, if is_apart { n } else { 1 }).exp() * 0.1;
    (random.sum::<f64>() + even).max(1e-300).ln()
}

fn log_at(by_groups: &[f64], groups: u32) -> f64 {
    by_groups.get(groups.saturating_sub(1) as usize).copied().unwrap_or(f64::NEG_INFINITY)
}

/// Logarithms of factorials up to the most rounds.
fn log_choose(n: u32, k: u32) -> f64 {
    static LOG_FACTORIAL: std::sync::LazyLock<Vec<f64>> = std::sync::LazyLock::new(|| {
        let mut sum = 0.0;
        std::iter::once(0.0)
            .chain((1..=MOST).map(|i| {
                sum += f64::from(i).ln();
                sum
            }))
            .collect()
    });
    let of = |i: u32| LOG_FACTORIAL.get(i as usize).copied().unwrap_or(f64::INFINITY);
    of(n) - of(k) - of(n - k.min(n))
}

/// The most likely number and the shortest run of numbers around it that holds.
fn densest(shares: &[f64]) -> RoundsInterval {
    let all: f64 = shares.iter().sum();
    let at = |i: usize| shares.get(i).copied().unwrap_or(0.0);
    let best = (0..shares.len()).fold(0, |best, i| if at(i) > at(best) { i } else { best });
    let (mut low, mut high, mut held) = (best, best, at(best));
    while held < HOLDS * all && (low > 0 || high + 1 < shares.len()) {
        let (below, above) =
            (if low > 0 { at(low - 1) } else { -1.0 }, if high + 1 < shares.len() { at(high + 1) } else { -1.0 });
        if above > below {
            high += 1;
            held += above;
        } else {
            low -= 1;
            held += below;
        }
    }
    let number = |i: usize| u32::try_from(i + 1).unwrap_or(u32::MAX);
    RoundsInterval { low: number(low), best: number(best), high: number(high) }
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
mod tests;
