//! The days of a period as bars: all incidents stacked by verdict, and those of fire alone.

use crate::DayCount;
use crate::format::{Format, escape};
use crate::marks::verdict_style;
use crate::words;
use std::fmt::Write as _;
use truceline_domain::{CoverageWording, EventClass, Verdict};

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 24.0;
/// From the ground up.
const STACK: [Option<Verdict>; 4] =
    [Some(Verdict::Inconsistent), Some(Verdict::Undetermined), Some(Verdict::Consistent), None];

/// What the bars show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bars {
    /// All incidents, stacked by their weightiest verdict.
    Verdicts,
    /// Incidents whose class is the use of weapons, whatever was found about them: what a truce is about.
    Fire,
}

/// The classes that are the use of weapons.
const FIRE: [EventClass; 6] = [
    EventClass::SmallArms,
    EventClass::Shelling,
    EventClass::Explosion,
    EventClass::AirStrike,
    EventClass::Clash,
    EventClass::MixedFire,
];

impl Bars {
    fn total(self, day: &DayCount) -> u64 {
        match self {
            Self::Verdicts => day.counts.incidents(),
            Self::Fire => FIRE.iter().filter_map(|class| day.counts.by_class.get(class)).sum(),
        }
    }

    /// Heights from the ground up with their styles.
    fn stack(self, day: &DayCount) -> Vec<(u64, &'static str)> {
        match self {
            Self::Verdicts => {
                let of = |verdict| (day.counts.incidents_by_verdict.of(verdict), verdict_style(verdict));
                STACK.into_iter().map(of).collect()
            }
            Self::Fire => vec![(self.total(day), "f")],
        }
    }
}

/// Draws the chart; empty for less than two days, or when there is nothing of what it shows.
pub(crate) fn draw((days, bars): (&[DayCount], Bars), format: &Format, label: &str) -> String {
    let most = days.iter().map(|day| bars.total(day)).max().unwrap_or(0);
    if days.len() < 2 || (bars == Bars::Fire && most == 0) {
        return String::new();
    }
    let (top, step) = axis(most);
    let chart = Chart { bars, slot: (WIDTH - LEFT) / days.len() as f64, unit: (HEIGHT - TOP - BOTTOM) / top as f64 };
    let mut svg = String::with_capacity(512 + days.len() * 280);
    // Writing to a String cannot fail.
    let _ = write!(svg, r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label=""#);
    escape(&mut svg, label);
    svg.push_str(r#"">"#);
    chart.ground(&mut svg, days);
    for n in (0..=top).step_by(usize::try_from(step).unwrap_or(1)) {
        let y = chart.y(n);
        let _ = write!(
            svg,
            r#"<path class="rule" d="M{LEFT} {y:.1}H{WIDTH}"/><text class="tick" x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
            LEFT - 6.0,
            y + 3.5,
            format.whole(n)
        );
    }
    for (k, day) in days.iter().enumerate() {
        chart.bar(&mut svg, (k, day), format);
    }
    chart.dates(&mut svg, days, format);
    svg.push_str("</svg>");
    svg
}

/// The top of the axis and the step of its rules: whole numbers that end in 1, 2 or 5.
fn axis(most: u64) -> (u64, u64) {
    let mut step = 1_u64;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut decade = 1_u64;
    while most > step.saturating_mul(4) {
        let factor = factors.next().unwrap_or(10);
        step = decade.saturating_mul(factor);
        if factor == 10 {
            decade = step;
        }
    }
    (most.div_ceil(step).max(1).saturating_mul(step), step)
}

struct Chart {
    bars: Bars,
    slot: f64,
    unit: f64,
}

impl Chart {
    fn x(&self, k: usize) -> f64 {
        LEFT + k as f64 * self.slot
    }

    fn y(&self, n: u64) -> f64 {
        HEIGHT - BOTTOM - n as f64 * self.unit
    }

    /// Days on which too little could be seen stand on hatched ground.
    fn ground(&self, svg: &mut String, days: &[DayCount]) {
        svg.push_str(r#"<defs><pattern id="blind" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>"#);
        for (k, _) in days.iter().enumerate().filter(|(_, day)| is_blind(day.wording)) {
            let _ = write!(
                svg,
                r#"<rect fill="url(#blind)" x="{:.1}" y="{TOP}" width="{:.1}" height="{:.1}"/>"#,
                self.x(k),
                self.slot,
                HEIGHT - TOP - BOTTOM
            );
        }
    }

    fn bar(&self, svg: &mut String, (k, day): (usize, &DayCount), format: &Format) {
        let gap = (0.16 * self.slot).min(6.0);
        let (x, wide) = (self.x(k) + 0.5 * gap, self.slot - gap);
        let _ = write!(svg, "<g><title>{}: {}", format.date(day.counts.span.from), self.bars.total(day));
        if let Some(wording) = day.wording {
            let _ = write!(svg, "; {}", words::wording(format.language, wording));
        }
        svg.push_str("</title>");
        let mut below = 0;
        for (n, style) in self.bars.stack(day) {
            if n > 0 {
                let (y, high) = (self.y(below + n), n as f64 * self.unit);
                let _ = write!(
                    svg,
                    r#"<rect class="b{style}" x="{x:.1}" y="{y:.1}" width="{wide:.1}" height="{high:.1}"/>"#
                );
            }
            below += n;
        }
        svg.push_str("</g>");
    }

    fn dates(&self, svg: &mut String, days: &[DayCount], format: &Format) {
        let every = days.len().div_ceil(10).max(1);
        for (k, day) in days.iter().enumerate().step_by(every) {
            let date = format.date(day.counts.span.from);
            let short = if days.len() <= 300 { date.get(5..).unwrap_or(&date) } else { &date };
            let x = self.x(k) + 0.5 * self.slot;
            if x < WIDTH - 24.0 {
                let _ = write!(
                    svg,
                    r#"<text class="tick" x="{x:.1}" y="{:.1}" text-anchor="middle">{short}</text>"#,
                    HEIGHT - 7.0
                );
            }
        }
    }
}

fn is_blind(wording: Option<CoverageWording>) -> bool {
    matches!(wording, Some(CoverageWording::NotAssessable | CoverageWording::NotMonitored))
}

#[cfg(test)]
mod tests {
    use super::axis;

    #[test]
    fn the_axis_holds_the_most_with_few_rules() {
        for most in [0, 1, 2, 3, 7, 10, 11, 49, 99, 101, 12_345, 4_000_000_000] {
            let (top, step) = axis(most);
            assert!(top >= most && top / step <= 5 && top > 0, "{most}: {top} {step}");
        }
        assert_eq!(axis(7), (8, 2));
        assert_eq!(axis(99), (100, 50));
    }
}
