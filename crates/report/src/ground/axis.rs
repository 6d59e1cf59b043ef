//! Axes: from values to places in the picture, and where the rules stand.

/// Values along a line of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) until: f64,
    /// Where `from` and `until` lie, px.
    pub(super) px: (f64, f64),
}

impl Axis {
    /// An axis over values; ends that are not finite or fall together are spread to something that can be drawn.
    pub(super) fn new((from, until): (f64, f64), px: (f64, f64)) -> Self {
        let finite = from.is_finite() && until.is_finite() && from.abs() < 1e30 && until.abs() < 1e30;
        let (from, until) = if finite { (from.min(until), from.max(until)) } else { (0.0, 1.0) };
        let least = 1e-9 * from.abs().max(until.abs()).max(1e-6);
        let (from, until) = if until - from < least { (from - 0.5, until + 0.5) } else { (from, until) };
        Self { from, until, px }
    }

    /// Where a value lies; what is no number lies at the start.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value - self.from) / (self.until - self.from);
        let share = if share.is_finite() { share.clamp(-50.0, 50.0) } else { 0.0 };
        self.px.0 + share * (self.px.1 - self.px.0)
    }

    /// Where a value lies, held within the ends.
    pub(super) fn held(&self, value: f64) -> f64 {
        let value = if value.is_finite() { value } else { self.from };
        self.at(value.clamp(self.from, self.until))
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        (self.from..=self.until).contains(&value)
    }

    /// Values with a rule, about `room` px apart, and the decimals that tell them apart.
    pub(super) fn ticks(&self, room: f64) -> (Vec<f64>, usize) {
        let n = ((self.px.1 - self.px.0).abs() / room.max(1.0)).clamp(1.0, 40.0);
        let step = round_step((self.until - self.from) / n);
        (multiples(self.from, self.until, step), decimals_of(step))
    }

    /// The same for a time axis of seconds in a day: whole steps of the clock.
    pub(super) fn clock_ticks(&self, room: f64, offset_s: f64) -> (Vec<f64>, f64) {
        const STEPS: [f64; 17] = [
            1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0,
            28_800.0, 86_400.0,
        ];
        let n = ((self.px.1 - self.px.0).abs() / room.max(1.0)).clamp(1.0, 40.0);
        let least = (self.until - self.from) / n;
        let step = if least <= 0.5 {
            round_step(least)
        } else {
            STEPS.into_iter().find(|step| *step >= least).unwrap_or_else(|| 86_400.0 * round_step(least / 86_400.0))
        };
        let ticks = multiples(self.from + offset_s, self.until + offset_s, step);
        (ticks.into_iter().map(|t| t - offset_s).collect(), step)
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below.
pub(super) fn round_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let decade = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|f| f * decade).find(|s| *s >= least * (1.0 - 1e-9)).unwrap_or(10.0 * decade)
}

/// The greatest of 1, 2, 5 times a power of ten that is not above.
pub(super) fn round_below(most: f64) -> f64 {
    if !(most.is_finite() && most > 0.0) {
        return 1.0;
    }
    let decade = 10_f64.powf(most.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|f| f * decade).find(|s| *s <= most * (1.0 + 1e-9)).unwrap_or(decade)
}

/// Decimals that tell multiples of a step apart.
pub(super) fn decimals_of(step: f64) -> usize {
    (0..9_usize).find(|d| 10_f64.powi(*d as i32) * step > 0.999).unwrap_or(9)
}

fn multiples(from: f64, until: f64, step: f64) -> Vec<f64> {
    let first = (from / step - 1e-9).ceil();
    let count = (until / step + 1e-9).floor() - first;
    if !(0.0..=400.0).contains(&count) {
        return Vec::new();
    }
    (0..=count as u32).map(|k| (first + f64::from(k)) * step).map(|v| if v == 0.0 { 0.0 } else { v }).collect()
}
