//! Waveforms with their picks, the ratio that triggered them, and what an array made of them: how they are drawn.

use super::axis::Axis;
use super::pen::{Anchor, At, Frame, Pen, put, shown_name};
use super::style::wave_style;
use super::texts::{self, Texts};
use super::waveform::{ProblemKind, TracePick, TraceProblem, WaveTrace, Waveform};
use super::{Look, civil, decimals_for, later, seconds_from, waveform_array};
use crate::labels::fill;
use jiff::tz::TimeZone;
use truceline_domain::{Span, Timestamp, Wave};

/// More waveforms than this are not drawn.
const TRACES_MAX: usize = 12;
/// More picks than this are not drawn.
const PICKS_MAX: usize = 300;
/// More bad stretches than this are not drawn.
const PROBLEMS_MAX: usize = 300;
/// Columns of all panels together, as a bound on the size of the picture.
const COLUMNS_MAX: f64 = 9_000.0;
/// Room for the numbers at the left, px.
const LEFT: f64 = 56.0;

/// Draws what is not sealed.
pub(super) fn draw(waveform: &Waveform, look: &Look) -> String {
    let mut art = WaveArt::new(waveform, look);
    let y = art.traces();
    let y = art.ratio(y);
    let y = waveform_array::panels(&mut art, y);
    let y = art.clock(y);
    art.finish(y)
}

/// Waveforms that are being drawn.
pub(super) struct WaveArt<'a> {
    pub(super) waveform: &'a Waveform<'a>,
    pub(super) look: &'a Look,
    pub(super) texts: Texts,
    pub(super) pen: Pen,
    /// The zero of the time axis.
    pub(super) zero: Timestamp,
    /// Seconds from there.
    pub(super) time: Axis,
    /// Width of a column, px.
    column_px: f64,
    top: f64,
}

impl<'a> WaveArt<'a> {
    fn new(waveform: &'a Waveform<'a>, look: &'a Look) -> Self {
        let texts = Texts::of(look.language);
        let width = look.width();
        let name: String = waveform.traces.iter().map(|t| t.name.as_str()).collect();
        let span = shown_span(waveform);
        let mut pen = Pen::new(width, "w", &format!("{}{name}{:?}", waveform.title, span));
        let title = format!("{}: {}", texts.waveform, shown_name(&waveform.title, 48));
        let mut top = 24.0;
        top += pen.paragraph("h1", (16.0, top), &title, (14.0, width - 32.0));
        let (zero, seconds) = span.map_or((Timestamp::UNIX_EPOCH, 1.0), |s| (s.from, s.seconds()));
        let right = width - 14.0;
        let n = waveform.traces.len().clamp(1, TRACES_MAX) + usize::from(waveform.ratio.is_some());
        let column_px = (n as f64 * (right - LEFT) / COLUMNS_MAX).max(1.0);
        Self { waveform, look, texts, pen, zero, time: Axis::new((0.0, seconds), (LEFT, right)), column_px, top }
    }

    /// Where an instant lies.
    pub(super) fn x(&self, at: Timestamp) -> f64 {
        self.time.at(seconds_from(self.zero, at))
    }

    fn is_shown(&self, at: Timestamp) -> bool {
        self.time.holds(seconds_from(self.zero, at))
    }

    /// A panel's ground: its rules with numbers, its name above.
    pub(super) fn panel(&mut self, (top, bottom): (f64, f64), name: &str, axis: &Axis, decimals: Option<usize>) {
        let (left, right) = self.time.px;
        let (ticks, own) = axis.ticks(if bottom - top > 90.0 { 34.0 } else { 26.0 });
        for value in ticks {
            let y = axis.at(value);
            put!(self.pen, r#"<path class="gr" d="M{} {}H{}"/>"#, At(left), At(y), At(right));
            let text = self.look.number(value, decimals.unwrap_or(own));
            self.pen.text("tk e", (left - 6.0, y + 3.6), &text);
        }
        put!(self.pen, r#"<path class="ax" d="M{} {}V{}H{}"/>"#, At(left), At(top), At(bottom), At(right));
        self.pen.text("ti", (left, top - 6.0), name);
    }

    fn traces(&mut self) -> f64 {
        let mut y = self.top + 8.0;
        let shown = self.waveform.traces.len().min(TRACES_MAX);
        let narrow = self.look.is_narrow();
        let high: f64 = match shown {
            0 | 1 => {
                if narrow {
                    120.0
                } else {
                    160.0
                }
            }
            2..=4 => {
                if narrow {
                    76.0
                } else {
                    96.0
                }
            }
            _ => 62.0,
        };
        for (k, trace) in self.waveform.traces.iter().enumerate().take(TRACES_MAX) {
            self.trace((k, trace), (y, y + high));
            y += high + 26.0;
        }
        if shown == 0 {
            self.pen.text("ti", (LEFT, y + 10.0), self.texts.nothing);
            y += 30.0;
        }
        y
    }

    fn trace(&mut self, (k, trace): (usize, &WaveTrace), (top, bottom): (f64, f64)) {
        let columns: Vec<Vec<Column>> = trace.segments.iter().map(|s| self.columns(trace.rate_hz, *s)).collect();
        let (low, high) = columns
            .iter()
            .flatten()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), c| (l.min(f64::from(c.low)), h.max(f64::from(c.high))));
        let (low, high) = if low <= high { (low, high) } else { (-1.0, 1.0) };
        let power = thousands(low.abs().max(high.abs()));
        let scale = 10_f64.powi(-power);
        let room = (0.08 * (high - low)).max(1e-12 * high.abs());
        let axis = Axis::new(((low - room) * scale, (high + room) * scale), (bottom, top));
        let (left, right) = self.time.px;
        let frame = [left, top, right, bottom];
        self.panel((top, bottom), &self.trace_name(trace, power), &axis, None);
        self.pen.clip(&format!("t{k}"), frame);
        self.pen.open_clipped(&format!("t{k}"));
        self.problems(k, frame);
        for part in columns {
            self.outline(&part, &axis, scale);
        }
        self.picks(k, frame);
        self.pen.close();
        self.pick_names(k, frame);
        self.problem_names(k, frame);
    }

    fn trace_name(&self, trace: &WaveTrace, power: i32) -> String {
        let unit = shown_name(&trace.unit, 12);
        let unit = texts::unit(self.look.language, &unit);
        let superscript = |c| match c {
            '-' => '⁻',
            '0' => '⁰',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            c => char::from_u32(u32::from(c) - u32::from('0') + 0x2070).unwrap_or('?'),
        };
        let unit = match power {
            0 => unit.to_owned(),
            p => format!("10{} {unit}", p.to_string().chars().map(superscript).collect::<String>()),
        };
        if self.look.is_narrow() {
            return format!("{} · {}", shown_name(&trace.name, 16), unit.trim_end());
        }
        let amplitude = fill(self.look.language, self.texts.amplitude, &[("unit", unit.trim_end())]);
        format!("{} · {amplitude}", shown_name(&trace.name, 32))
    }

    /// The least and greatest sample of each column, in one pass.
    fn columns(&self, rate_hz: f64, (from, samples): (Timestamp, &[f32])) -> Vec<Column> {
        let mut out: Vec<Column> = Vec::new();
        if !(rate_hz.is_finite() && rate_hz > 0.0) {
            return out;
        }
        let start = seconds_from(self.zero, from);
        let (first, last) = ((-start * rate_hz - 1.0).max(0.0), (self.time.until - start) * rate_hz + 2.0);
        let per_sample = (self.time.px.1 - self.time.px.0) / (self.time.until - self.time.from) / rate_hz;
        // With room for each sample the line goes through them; else they share columns.
        let column_px = if per_sample >= self.column_px { 0.01 } else { self.column_px };
        let x0 = self.time.px.0 + (start - self.time.from) * per_sample * rate_hz;
        let taken = samples
            .iter()
            .enumerate()
            .skip(first as usize)
            .take(last.max(0.0) as usize - (first as usize).min(last.max(0.0) as usize));
        for (k, value) in taken.filter(|(_, v)| v.is_finite()) {
            let place = ((x0 + per_sample * k as f64) / column_px).floor();
            match out.last_mut() {
                Some(column) if column.place == place && k - column.last <= MISSING_MAX => {
                    (column.low, column.high, column.last) = (column.low.min(*value), column.high.max(*value), k);
                }
                last => {
                    let joined = last.is_some_and(|column| k - column.last <= MISSING_MAX);
                    out.push(Column { place, x: place * column_px, low: *value, high: *value, last: k, joined });
                }
            }
        }
        out
    }

    fn outline(&mut self, columns: &[Column], axis: &Axis, scale: f64) {
        if columns.is_empty() {
            return;
        }
        put!(self.pen, r#"<path class="wv" d=""#);
        for column in columns {
            let (a, b) = (axis.at(f64::from(column.low) * scale), axis.at(f64::from(column.high) * scale));
            put!(self.pen, "{}{} {}", if column.joined { "L" } else { "M" }, At(column.x), At(a));
            if (a - b).abs() >= 0.3 {
                put!(self.pen, "V{}", At(b));
            } else if !column.joined {
                put!(self.pen, "h.5");
            }
        }
        put!(self.pen, "\"/>");
    }

    fn picks_of(&self, k: usize) -> Vec<TracePick> {
        let mut picks: Vec<TracePick> =
            self.waveform.picks.iter().filter(|p| p.trace == k && self.is_shown(p.at)).copied().collect();
        picks.sort_by(|a, b| a.at.cmp(&b.at).then(a.wave.cmp(&b.wave)).then(a.sigma_s.total_cmp(&b.sigma_s)));
        picks.truncate(PICKS_MAX / self.waveform.traces.len().clamp(1, TRACES_MAX));
        picks
    }

    fn picks(&mut self, k: usize, [_, top, _, bottom]: Frame) {
        for pick in self.picks_of(k) {
            let x = self.x(pick.at);
            let style = pick.wave.map_or("wm", wave_style);
            if pick.sigma_s.is_finite() && pick.sigma_s > 0.0 {
                let t = seconds_from(self.zero, pick.at);
                let (a, b) = (self.time.held(t - pick.sigma_s), self.time.held(t + pick.sigma_s));
                self.pen.rect(&format!("{style} bd"), [a.min(x - 0.5), top, b.max(x + 0.5), bottom]);
            }
            put!(self.pen, r#"<path class="{style} pk" d="M{} {}V{}">"#, At(x), At(top), At(bottom));
            let told = self.pick_told(&pick);
            self.pen.told(&told);
            self.pen.svg.push_str("</path>");
        }
    }

    fn wave_name(&self, wave: Option<Wave>) -> &'static str {
        wave.map_or(self.texts.unknown_wave, |wave| texts::wave(self.look.language, wave))
    }

    fn pick_told(&self, pick: &TracePick) -> String {
        let decimals = decimals_for(pick.sigma_s);
        format!(
            "{}: {} ±\u{a0}{}\u{a0}{}",
            self.wave_name(pick.wave),
            self.look.instant(pick.at, decimals),
            self.look.number(pick.sigma_s, decimals),
            texts::unit(self.look.language, "s")
        )
    }

    fn pick_names(&mut self, k: usize, [left, top, right, bottom]: Frame) {
        for pick in self.picks_of(k) {
            let x = self.x(pick.at);
            let name = pick.wave.map_or("?", |wave| texts::wave(self.look.language, wave));
            let decimals = decimals_for(pick.sigma_s);
            let long = if self.look.is_narrow() || !pick.sigma_s.is_finite() {
                name.to_owned()
            } else {
                let unit = texts::unit(self.look.language, "s");
                format!("{name} ±\u{a0}{}\u{a0}{unit}", self.look.number(pick.sigma_s, decimals))
            };
            let class = format!("{} wv-name halo", pick.wave.map_or("wm", wave_style));
            let rows = [12.0, 25.0, 38.0, 51.0].map(|dy| top + dy);
            let places: Vec<_> =
                rows.iter().flat_map(|y| [((x + 4.0, *y), Anchor::Start), ((x - 4.0, *y), Anchor::End)]).collect();
            let within = [left, top, right + 10.0, bottom];
            let _ = self.pen.text_where_free(&class, &places, &long, (11.0, within))
                || self.pen.text_where_free(&class, &places, name, (11.0, within));
        }
    }

    fn problems_of(&self, k: usize) -> Vec<TraceProblem> {
        let mut all: Vec<TraceProblem> =
            self.waveform.problems.iter().filter(|p| p.trace.is_none_or(|t| t == k)).copied().collect();
        all.sort_by_key(|p| (p.span, p.kind));
        all.truncate(PROBLEMS_MAX / self.waveform.traces.len().clamp(1, TRACES_MAX));
        all
    }

    /// Where a bad stretch lies, at least three px wide; `None` when it is not shown.
    fn stretch(&self, problem: &TraceProblem) -> Option<(f64, f64)> {
        let (from, until) = (seconds_from(self.zero, problem.span.from), seconds_from(self.zero, problem.span.until));
        if until < self.time.from || from > self.time.until {
            return None;
        }
        let (a, b) = (self.time.held(from), self.time.held(until));
        let wider = (0.5 * (3.0 - (b - a))).max(0.0);
        Some((a - wider, b + wider))
    }

    fn problems(&mut self, k: usize, [_, top, _, bottom]: Frame) {
        for problem in self.problems_of(k) {
            let Some((a, b)) = self.stretch(&problem) else { continue };
            let id = self.pen.id.clone();
            put!(
                self.pen,
                r#"<rect class="pr" fill="url(#{id}-hx)" x="{}" y="{}" width="{}" height="{}">"#,
                At(a),
                At(top),
                At(b - a),
                At(bottom - top)
            );
            let text = format!("{}: {}", self.texts.cannot_trust, problem_name(&self.texts, problem.kind));
            self.pen.told(&text);
            self.pen.svg.push_str("</rect>");
        }
    }

    fn problem_names(&mut self, k: usize, [left, top, right, bottom]: Frame) {
        for problem in self.problems_of(k) {
            let Some((a, b)) = self.stretch(&problem) else { continue };
            let name = problem_name(&self.texts, problem.kind);
            let x = 0.5 * (a + b);
            let places = [
                ((x, bottom - 5.0), Anchor::Middle),
                ((x, bottom - 18.0), Anchor::Middle),
                ((b + 3.0, bottom - 5.0), Anchor::Start),
                ((a - 3.0, bottom - 5.0), Anchor::End),
            ];
            let within = [left, top, right + 10.0, bottom];
            let _ = self.pen.text_where_free("ti halo", &places, name, (11.0, within));
        }
    }

    fn ratio(&mut self, y: f64) -> f64 {
        let Some(ratio) = self.waveform.ratio.as_ref() else { return y };
        let (top, bottom) = (y, y + if self.look.is_narrow() { 64.0 } else { 80.0 });
        let columns = self.columns(ratio.rate_hz, (ratio.from, ratio.values));
        let most = columns.iter().map(|c| f64::from(c.high)).fold(0.0, f64::max);
        let finite = |v: f64| if v.is_finite() { v } else { 0.0 };
        let axis = Axis::new((0.0, 1.1 * most.max(finite(ratio.on)).max(finite(ratio.off)).max(0.1)), (bottom, top));
        self.panel((top, bottom), self.texts.ratio, &axis, None);
        let points: Vec<(f64, f64)> = columns.iter().map(|c| (c.x, axis.at(f64::from(c.high)))).collect();
        self.pen.line("wv", &points);
        let (left, right) = self.time.px;
        for (value, style, name) in [(ratio.on, "th", self.texts.on), (ratio.off, "th2", self.texts.off)] {
            if axis.holds(value) {
                let y = axis.at(value);
                put!(self.pen, r#"<path class="{style}" d="M{} {}H{}"/>"#, At(left), At(y), At(right));
                let text = format!("{name} {}", self.look.number(value, 1));
                let places = [((right - 4.0, y - 4.0), Anchor::End), ((right - 4.0, y + 12.0), Anchor::End)];
                let _ = self.pen.text_where_free("tk halo", &places, &text, (11.0, [left, top, right, bottom]));
            }
        }
        bottom + 26.0
    }

    /// The time axis under the last panel: UTC, and local time where it differs; gives where it ends.
    fn clock(&mut self, y: f64) -> f64 {
        let y = y - 14.0;
        let offset = self.look.zone.to_offset(self.zero);
        let of_day = f64::from(self.zero.as_second().rem_euclid(86_400) as u32)
            + f64::from(self.zero.subsec_nanosecond()) * 1e-9;
        let (ticks, step) = self.time.clock_ticks(if self.look.is_narrow() { 78.0 } else { 96.0 }, of_day);
        let is_local = offset.seconds() != 0;
        let (left, right) = self.time.px;
        self.pen.text("tk", (6.0, y + 3.0), "UTC");
        if is_local {
            self.pen.text("tk", (6.0, y + 17.0), &offset_text(offset.seconds()));
        }
        for t in ticks {
            let x = self.time.at(t);
            put!(self.pen, r#"<path class="ax" d="M{x} {}V{}"/>"#, At(y - 12.0), At(y - 8.0), x = At(x));
            if x < left + 24.0 || x > right - 18.0 {
                continue;
            }
            let at = later(self.zero, t + 1e-7);
            self.pen.text("tk m", (x, y + 3.0), &clock_text(at, &TimeZone::UTC, step));
            if is_local {
                self.pen.text("tk m", (x, y + 17.0), &clock_text(at, &self.look.zone, step));
            }
        }
        let y = if is_local { y + 33.0 } else { y + 19.0 };
        let date = civil(self.zero, &TimeZone::UTC, 0);
        let mut words = format!("{} · {}", self.texts.time_utc, date.get(..10).unwrap_or_default());
        if is_local {
            let local = fill(self.look.language, self.texts.time_local, &[("offset", &offset_text(offset.seconds()))]);
            words = format!("{words} · {local}");
        }
        self.pen.text("ti e", (right, y), &words);
        y + 14.0
    }

    fn legend(&self) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        let waves = Wave::ALL.iter().copied().map(Some).chain([None]);
        for wave in waves.filter(|w| self.waveform.picks.iter().any(|p| p.wave == *w)) {
            let style = wave.map_or("wm", wave_style);
            let symbol =
                format!(r#"<g class="{style}"><path class="bd" d="M-5-6H5V6H-5z"/><path class="pk" d="M0-6V6"/></g>"#);
            entries.push((symbol, fill(self.look.language, self.texts.pick, &[("wave", self.wave_name(wave))])));
        }
        if !self.waveform.problems.is_empty() {
            let symbol = format!(r#"<path class="pr" fill="url(#{}-hx)" d="M-8-6H8V6H-8z"/>"#, self.pen.id);
            entries.push((symbol, self.texts.cannot_trust.to_owned()));
        }
        if self.waveform.array.is_some() {
            entries.push((r#"<circle class="wp mk" r="2.6"/>"#.to_owned(), self.texts.above.to_owned()));
            entries.push((r#"<circle class="tr" r="2"/>"#.to_owned(), self.texts.below.to_owned()));
        }
        entries
    }

    fn finish(mut self, y: f64) -> String {
        let entries = self.legend();
        let width = self.pen.width;
        let mut y = y;
        y += self.pen.legend(&entries, (16.0, y), width - 32.0);
        let language = self.look.language;
        if let Some(more) = self.waveform.traces.len().checked_sub(TRACES_MAX + 1) {
            let text = fill(language, self.texts.more_traces, &[("n", &(more + 1).to_string())]);
            y += self.pen.paragraph("tk", (16.0, y + 12.0), &text, (11.0, width - 32.0));
        }
        let values = [self.waveform.traces.len(), self.waveform.picks.len(), self.waveform.problems.len()];
        let [n, picks, problems] = values.map(|v| v.to_string());
        let values = [("n", n.as_str()), ("picks", &picks), ("problems", &problems)];
        let description = fill(language, self.texts.waveform_desc, &values);
        let title = format!("{}: {}", self.texts.waveform, shown_name(&self.waveform.title, 48));
        self.pen.finish((&title, &description), y + 8.0, language.code())
    }
}

/// Samples that may be missing between two without the line being broken.
const MISSING_MAX: usize = 1;

/// What lies in one column of the picture.
struct Column {
    place: f64,
    x: f64,
    low: f32,
    high: f32,
    /// Index of the last sample in it.
    last: usize,
    /// True when no sample is missing before it.
    joined: bool,
}

/// The stretch that is shown.
fn shown_span(waveform: &Waveform) -> Option<Span> {
    if let Some(span) = waveform.span.filter(|s| s.seconds() > 0.0) {
        return Some(span);
    }
    let end = |from: Timestamp, n: usize, rate_hz: f64| {
        if rate_hz.is_finite() && rate_hz > 0.0 { later(from, n as f64 / rate_hz) } else { from }
    };
    let traces =
        waveform.traces.iter().flat_map(|t| t.segments.iter().map(move |s| (s.0, end(s.0, s.1.len(), t.rate_hz))));
    let ratio = waveform.ratio.iter().map(|r| (r.from, end(r.from, r.values.len(), r.rate_hz)));
    let windows = waveform.array.iter().flat_map(|a| a.windows.iter().map(|w| (w.at, w.at)));
    let (from, until) = traces.chain(ratio).chain(windows).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    Span::new(from, until).filter(|s| s.seconds() > 0.0)
}

/// The power of ten, a multiple of three, in which numbers of this size are written.
fn thousands(most: f64) -> i32 {
    if most.is_finite() && most > 0.0 && !(0.01..10_000.0).contains(&most) {
        (most.log10() / 3.0).floor() as i32 * 3
    } else {
        0
    }
}

fn problem_name(texts: &Texts, kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Gap => texts.gap,
        ProblemKind::Overlap => texts.overlap,
        ProblemKind::Clipped => texts.clipped,
        ProblemKind::Dead => texts.dead,
        ProblemKind::ClockStep => texts.clock,
        ProblemKind::Noisy => texts.noisy,
    }
}

fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '\u{2212}' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3_600, seconds.abs() / 60 % 60)
}

/// The time of day with the decimals that the step of the axis needs.
fn clock_text(at: Timestamp, zone: &TimeZone, step: f64) -> String {
    let decimals = if step < 1.0 { super::axis::decimals_of(step) } else { 0 };
    let text = civil(at, zone, decimals);
    let time = if step >= 60.0 { text.get(11..16) } else { text.get(11..) };
    time.unwrap_or_default().to_owned()
}
