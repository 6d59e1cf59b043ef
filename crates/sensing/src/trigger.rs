//! Short over long averages of power on plain samples, and where they cross thresholds: sample for sample the triggers
//! that seismologists' usual tools give, so that thresholds tuned there hold here.
//!
//! Shapes: one value of the ratio for each sample, indices counted from the first sample. Values that are not finite make
//! every later value of the recursive ratio not a number, which crosses no threshold.
//!
//! ```
//! use truceline_sensing::trigger::{Thresholds, recursive_sta_lta, trigger_onset};
//!
//! let mut x = vec![1.0; 300];
//! x[200..220].fill(9.0);
//! let ratio = recursive_sta_lta(&x, 5, 50);
//! assert_eq!(trigger_onset(&ratio, &Thresholds::new(4.0, 1.0)), [(200, 224)]);
//! ```

/// How many samples one step of the recursions takes.
const STEP: usize = 4;

/// The recursive ratio: `sta += (x² − sta)/n_sta`, `lta += (x² − lta)/n_lta`, both from zero, the first sample left out;
/// ratio `sta/lta`, zero for the first `n_lta` samples of a signal longer than that. Lengths below 1 count as 1.
///
/// # Errors
/// Four samples are taken in one step (scattered look-ahead), so that a value differs from the plain recursion's by rounding
/// only: less than (`n_sta` + `n_lta`) · 2⁻⁵⁰ of itself. [`recursive_triggers`] gives the plain recursion's triggers
/// without exception.
///
/// # Source
/// Withers et al., *BSSA* 88 (1998) 95, p. 98 (recursive STA/LTA); look-ahead: Parhi and Messerschmitt, *IEEE Trans. ASSP*
/// 37 (1989) 1099.
pub fn recursive_sta_lta(x: &[f64], n_sta: usize, n_lta: usize) -> Vec<f64> {
    let mut ratio = Vec::with_capacity(x.len());
    let Some((_, rest)) = x.split_first() else { return ratio };
    ratio.push(0.0);
    let scale = n_lta.max(1) as f64 / n_sta.max(1) as f64;
    let (mut sta, mut lta) = (Decay::new(n_sta), Decay::new(n_lta));
    let (steps, tail) = rest.as_chunks::<STEP>();
    for step in steps {
        let power = step.map(|x| x * x);
        let (short, long) = (sta.step(&power), lta.step(&power));
        let [s0, s1, s2, s3] = short;
        let [l0, l1, l2, l3] = long;
        ratio.extend_from_slice(&[s0 * scale / l0, s1 * scale / l1, s2 * scale / l2, s3 * scale / l3]);
    }
    ratio.extend(tail.iter().map(|x| sta.next(x * x) * scale / lta.next(x * x)));
    silence_start(&mut ratio, n_lta);
    ratio
}

/// While the long average is being learned the ratio counts as zero, unless the signal is no longer than that.
fn silence_start(ratio: &mut [f64], n_lta: usize) {
    if n_lta < ratio.len() {
        ratio.iter_mut().take(n_lta).for_each(|value| *value = 0.0);
    }
}

/// `y ← keep·y + x`: n times a recursive average over n.
#[derive(Clone, Copy)]
struct Decay {
    y: f64,
    /// The factor to the powers 1…4.
    keep: [f64; STEP],
}

impl Decay {
    fn new(n: usize) -> Self {
        let k = 1.0 - 1.0 / n.max(1) as f64;
        Self { y: 0.0, keep: [k, k * k, k * k * k, (k * k) * (k * k)] }
    }

    /// Four inputs at once; only one product and one sum wait for the step before.
    fn step(&mut self, [p0, p1, p2, p3]: &[f64; STEP]) -> [f64; STEP] {
        let [k1, k2, k3, k4] = self.keep;
        let q1 = k1 * p0 + p1;
        let q2 = k1 * q1 + p2;
        let q3 = k1 * q2 + p3;
        let y = self.y;
        self.y = k4 * y + q3;
        [k1 * y + p0, k2 * y + q1, k3 * y + q2, self.y]
    }

    fn next(&mut self, x: f64) -> f64 {
        let [k, ..] = self.keep;
        self.y = k * self.y + x;
        self.y
    }
}

/// The classic ratio: the mean power of the last `n_sta` samples over that of the last `n_lta`, as running sums; zero for
/// the first `n_lta` − 1 samples. `None` when the signal is shorter than `n_lta`, or `n_sta` is longer. Lengths below 1 count as 1.
///
/// # Errors
/// The running sums keep the rounding error of everything that passed: after a burst a million times the noise the ratio is
/// good to one part in ten thousand. That is the usual tools' way, kept so that the values are theirs bit by bit.
///
/// # Source
/// Withers et al., *BSSA* 88 (1998) 95, p. 97.
pub fn classic_sta_lta(x: &[f64], n_sta: usize, n_lta: usize) -> Option<Vec<f64>> {
    let (n_sta, n_lta) = (n_sta.max(1), n_lta.max(1));
    if x.len() < n_lta || n_lta < n_sta {
        return None;
    }
    let (mut sta, mut lta) = (0.0, 0.0);
    let (start, rest) = x.split_at(n_lta);
    for (i, x_now) in start.iter().enumerate() {
        let power = x_now * x_now;
        lta += power;
        let gone = if i < n_sta { 0.0 } else { start.get(i - n_sta).map_or(0.0, |x| x * x) };
        sta += power - gone;
    }
    let scale = n_lta as f64 / n_sta as f64;
    let mut ratio = vec![0.0; x.len()];
    let mut out = ratio.iter_mut().skip(n_lta - 1);
    out.next().into_iter().for_each(|first| *first = sta / lta * scale);
    let (now, now_tail) = rest.as_chunks::<STEP>();
    let (old_sta, old_sta_tail) = x.get(n_lta - n_sta..x.len() - n_sta).unwrap_or_default().as_chunks::<STEP>();
    let (old_lta, old_lta_tail) = x.get(..x.len() - n_lta).unwrap_or_default().as_chunks::<STEP>();
    let (steps, tail) = ratio.get_mut(n_lta..).unwrap_or_default().as_chunks_mut::<STEP>();
    for (((out, now), old_sta), old_lta) in steps.iter_mut().zip(now).zip(old_sta).zip(old_lta) {
        let short = gain(now, old_sta).map(|gain| add(&mut sta, gain));
        let long = gain(now, old_lta).map(|gain| add(&mut lta, gain));
        out.iter_mut().zip(short.iter().zip(&long)).for_each(|(out, (short, long))| *out = short / long * scale);
    }
    for (((out, now), old_sta), old_lta) in tail.iter_mut().zip(now_tail).zip(old_sta_tail).zip(old_lta_tail) {
        let power = now * now;
        *out = add(&mut sta, power - old_sta * old_sta) / add(&mut lta, power - old_lta * old_lta) * scale;
    }
    Some(ratio)
}

/// What each sum gains when these samples come and those go.
fn gain(now: &[f64; STEP], old: &[f64; STEP]) -> [f64; STEP] {
    let ([n0, n1, n2, n3], [o0, o1, o2, o3]) = (now, old);
    [n0 * n0 - o0 * o0, n1 * n1 - o1 * o1, n2 * n2 - o2 * o2, n3 * n3 - o3 * o3]
}

fn add(sum: &mut f64, gain: f64) -> f64 {
    *sum += gain;
    *sum
}

/// When a ratio counts as a trigger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// A trigger begins at or above this.
    pub on: f64,
    /// It lasts while the ratio is at or above this, usually lower.
    pub off: f64,
    /// The longest, in samples; `usize::MAX` for no limit.
    pub longest: usize,
    /// Longer ones are left out instead of cut.
    pub drop_longer: bool,
}

impl Thresholds {
    /// Without a limit of length.
    pub fn new(on: f64, off: f64) -> Self {
        Self { on, off, longest: usize::MAX, drop_longer: false }
    }
}

/// From which to which sample (both included) a ratio stood above its thresholds: from the first of a run at or above `on`
/// to the last of the run at or above `off`. What was cut at `longest` triggers again once it rises to `on` anew; what was
/// left out for its length does not. Not-a-number is below everything.
pub fn trigger_onset(ratio: &[f64], thresholds: &Thresholds) -> Vec<(usize, usize)> {
    let mut runs = Runs::default();
    let (steps, tail) = ratio.as_chunks::<{ 2 * STEP }>();
    let either = thresholds.on.min(thresholds.off);
    for step in steps {
        // Nearly always nothing is on and nothing begins.
        let loud = step.iter().fold(false, |loud, value| loud | (*value >= either));
        if loud | runs.above_off | runs.above_on {
            step.iter().for_each(|value| runs.next(*value >= thresholds.on, *value >= thresholds.off));
        } else {
            runs.sample += 2 * STEP;
        }
    }
    tail.iter().for_each(|value| runs.next(*value >= thresholds.on, *value >= thresholds.off));
    runs.pairs(thresholds)
}

/// The triggers of the recursive ratio without its values: [`trigger_onset`] of the plain recursion, exactly. The ratio is
/// compared without a division and four samples at a time; should any value lie so near a threshold that rounding could
/// decide (one part in 10¹⁰ and less), the plain recursion is run after all.
pub fn recursive_triggers(x: &[f64], n_sta: usize, n_lta: usize, thresholds: &Thresholds) -> Vec<(usize, usize)> {
    let quick =
        if thresholds.on > 0.0 && thresholds.off > 0.0 { quick_runs(x, n_sta, n_lta, thresholds) } else { None };
    match quick {
        Some(runs) => runs.pairs(thresholds),
        None => trigger_onset(&plain_recursion(x, n_sta, n_lta), thresholds),
    }
}

/// The recursion one sample at a time, in the order of operations of the usual tools.
fn plain_recursion(x: &[f64], n_sta: usize, n_lta: usize) -> Vec<f64> {
    let (new_sta, new_lta) = (1.0 / n_sta.max(1) as f64, 1.0 / n_lta.max(1) as f64);
    let (mut sta, mut lta) = (0.0, 0.0);
    let next = |(i, x): (usize, &f64)| {
        if i == 0 {
            return 0.0;
        }
        let power = x * x;
        sta = new_sta * power + (1.0 - new_sta) * sta;
        lta = new_lta * power + (1.0 - new_lta) * lta;
        sta / lta
    };
    let mut ratio: Vec<f64> = x.iter().enumerate().map(next).collect();
    silence_start(&mut ratio, n_lta);
    ratio
}

/// The runs above the thresholds, or `None` when rounding could decide one of them.
fn quick_runs(x: &[f64], n_sta: usize, n_lta: usize, thresholds: &Thresholds) -> Option<Runs> {
    let doubt = 8.0 * (n_sta.max(1) + n_lta.max(1)) as f64 * f64::EPSILON;
    let scale = n_lta.max(1) as f64 / n_sta.max(1) as f64;
    let (on, off) = (thresholds.on / scale, thresholds.off / scale);
    let quiet = on.min(off) * (1.0 - doubt);
    // Zero over zero, as long as nothing but zeros came: no ratio, and nothing that later values depend on.
    let zeros = x.iter().skip(1).take_while(|x| **x == 0.0).count();
    let start = (1 + zeros).min(x.len());
    let learning = if n_lta < x.len() { n_lta } else { 0 };
    let mut runs = Runs { sample: start, ..Runs::default() };
    let (mut sta, mut lta) = (Decay::new(n_sta), Decay::new(n_lta));
    // A clear comparison, or none.
    let above = |short: f64, long: f64, threshold: f64| {
        let (difference, margin) = (short - threshold * long, doubt * threshold * long);
        (difference.abs() > margin || difference.is_nan()).then_some(difference > 0.0)
    };
    let one = |runs: &mut Runs, short: f64, long: f64| {
        if runs.sample < learning {
            runs.next(false, false);
        } else {
            runs.next(above(short, long, on)?, above(short, long, off)?);
        }
        Some(())
    };
    let (steps, tail) = x.get(start..).unwrap_or_default().as_chunks::<STEP>();
    for step in steps {
        let power = step.map(|x| x * x);
        let (short, long) = (sta.step(&power), lta.step(&power));
        let [s0, s1, s2, s3] = short;
        let [l0, l1, l2, l3] = long;
        let calm = (s0 < quiet * l0) & (s1 < quiet * l1) & (s2 < quiet * l2) & (s3 < quiet * l3);
        if calm & !runs.above_off {
            runs.sample += STEP;
        } else {
            short.into_iter().zip(long).try_for_each(|(short, long)| one(&mut runs, short, long))?;
        }
    }
    tail.iter().try_for_each(|x| one(&mut runs, sta.next(x * x), lta.next(x * x)))?;
    Some(runs)
}

/// Where runs above the upper threshold begin and runs above the lower one end.
#[derive(Default)]
struct Runs {
    sample: usize,
    above_on: bool,
    above_off: bool,
    begins: Vec<usize>,
    ends: Vec<usize>,
}

impl Runs {
    fn next(&mut self, above_on: bool, above_off: bool) {
        if above_on && !self.above_on {
            self.begins.push(self.sample);
        }
        if self.above_off && !above_off {
            self.ends.push(self.sample - 1);
        }
        (self.above_on, self.above_off) = (above_on, above_off);
        self.sample += 1;
    }

    /// Each begin with the first end not before it; a begin inside what was already taken is passed over.
    fn pairs(mut self, thresholds: &Thresholds) -> Vec<(usize, usize)> {
        if self.above_off {
            self.ends.push(self.sample - 1);
        }
        self.ends.push(self.sample);
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut ends = self.ends.iter().copied().peekable();
        let mut taken: Option<usize> = None;
        for begin in self.begins {
            if taken.is_some_and(|taken| begin <= taken) {
                continue;
            }
            while ends.next_if(|end| *end < begin).is_some() {}
            let Some(end) = ends.peek().copied() else { break };
            let cut = begin.saturating_add(thresholds.longest);
            taken = Some(if end > cut && !thresholds.drop_longer { cut } else { end });
            if end <= cut || !thresholds.drop_longer {
                found.push((begin, end.min(cut)));
            }
        }
        found
    }
}

#[cfg(test)]
#[path = "trigger_tests.rs"]
mod tests;
