//! The record section: how it is drawn.

use super::axis::{Axis, decimals_of, round_below};
use super::pen::{Anchor, At, Frame, Pen, put, shown_name};
use super::section::{Absence, Section, SectionArrival, SectionTrace, Silence, TravelCurve};
use super::style::{wave_shape, wave_style};
use super::texts::{self, Texts};
use super::{Look, decimals_for};
use crate::labels::fill;
use std::collections::BTreeSet;
use truceline_domain::Wave;

/// More arrivals than this are not drawn one by one.
const ARRIVALS_MAX: usize = 300;
/// More silent or dead stations than this are not drawn.
const SILENCES_MAX: usize = 200;
/// More waveforms than this would hide each other.
const TRACES_MAX: usize = 40;
/// Points of all curves together, as a bound on the size.
const CURVE_POINTS_MAX: usize = 400;

/// Draws what is not sealed.
pub(super) fn draw(section: &Section, look: &Look) -> String {
    let mut art = Art::new(section, look);
    art.frame();
    art.pen.open_clipped("plot");
    art.windows();
    art.traces();
    art.curves();
    art.silences();
    art.arrivals();
    art.pen.close();
    art.residuals();
    art.names();
    art.curve_names();
    art.finish()
}

struct Art<'a> {
    section: &'a Section,
    look: &'a Look,
    texts: Texts,
    pen: Pen,
    time: Axis,
    distance: Axis,
    residual: Axis,
    /// The arrivals that are drawn, weightiest first.
    drawn: Vec<&'a SectionArrival>,
    silent: Vec<&'a Silence>,
    bottom: f64,
}

impl<'a> Art<'a> {
    fn new(section: &'a Section, look: &'a Look) -> Self {
        let texts = Texts::of(look.language);
        let width = look.width();
        let mut pen = Pen::new(width, "s", &section.title);
        let top = heading(&mut pen, section, look, texts.section) + 16.0;
        let drawn = weightiest(&section.arrivals);
        let mut silent: Vec<&Silence> = section.silences.iter().filter(|s| s.distance_km.is_finite()).collect();
        silent.sort_by(|a, b| a.distance_km.total_cmp(&b.distance_km).then_with(|| a.station.cmp(&b.station)));
        silent.truncate(SILENCES_MAX);
        let bottom = top + (0.5 * width).clamp(250.0, 560.0);
        let residual_wide = (0.2 * width).clamp(74.0, 200.0);
        let names_wide = if look.is_narrow() { 10.0 } else { 74.0 };
        let (left, right) = (46.0, width - 14.0 - residual_wide - names_wide);
        let residual_px = (width - 14.0 - residual_wide, width - 20.0);
        let reach = residual_reach(&drawn);
        Self {
            time: Axis::new(times(section, &drawn, &silent), (left, right)),
            distance: Axis::new((0.0, farthest(section, &drawn, &silent)), (bottom, top)),
            residual: Axis::new((-reach, reach), residual_px),
            section,
            look,
            texts,
            pen,
            drawn,
            silent,
            bottom,
        }
    }

    fn plot(&self) -> Frame {
        [self.time.px.0, self.distance.px.1, self.time.px.1, self.bottom]
    }

    fn frame(&mut self) {
        let [left, top, right, bottom] = self.plot();
        self.pen.clip("plot", [left, top - 4.0, right, bottom]);
        let (ticks, decimals) = self.distance.ticks(44.0);
        for value in ticks {
            let y = self.distance.at(value);
            put!(self.pen, r#"<path class="gr" d="M{} {}H{}"/>"#, At(left), At(y), At(right));
            put!(
                self.pen,
                r#"<path class="gr" d="M{} {}H{}"/>"#,
                At(self.residual.px.0),
                At(y),
                At(self.residual.px.1)
            );
            self.pen.text("tk e", (left - 6.0, y + 3.6), &self.look.number(value, decimals));
        }
        let (ticks, decimals) = self.time.ticks(64.0);
        for value in ticks {
            let x = self.time.at(value);
            put!(self.pen, r#"<path class="gr" d="M{} {}V{}"/>"#, At(x), At(top), At(bottom));
            self.pen.text("tk m", (x, bottom + 15.0), &self.look.number(value, decimals));
        }
        put!(self.pen, r#"<path class="ax" d="M{} {}V{}H{}"/>"#, At(left), At(top), At(bottom), At(right));
        self.pen.text("ti", (left - 40.0, top - 9.0), self.texts.distance);
        self.pen.text("ti e", (right, bottom + 31.0), self.texts.time_since);
    }

    /// Where a silent station was expected to hear.
    fn windows(&mut self) {
        for silence in &self.silent {
            let (from, until) = silence.expected_s;
            if from.is_finite() && until.is_finite() && matches!(silence.absence, Absence::Silent { .. }) {
                let (a, b) = (self.time.at(from.min(until)), self.time.at(from.max(until)));
                let middle = 0.5 * (a + b);
                let half = (0.5 * (b - a)).max(7.0);
                let y = self.distance.at(silence.distance_km);
                let style = wave_style(silence.wave);
                self.pen.rect(&format!("{style} wn"), [middle - half, y - 5.0, middle + half, y + 5.0]);
            }
        }
    }

    fn traces(&mut self) {
        let mut traces: Vec<&SectionTrace> = self.section.traces.iter().collect();
        traces.retain(|t| t.distance_km.is_finite() && t.from_s.is_finite() && t.step_s > 0.0 && t.step_s.is_finite());
        traces.sort_by(|a, b| a.distance_km.total_cmp(&b.distance_km).then(a.from_s.total_cmp(&b.from_s)));
        traces.truncate(TRACES_MAX);
        let half = (0.4 * (self.bottom - self.distance.px.1) / traces.len().max(1) as f64).clamp(4.0, 16.0);
        for trace in traces {
            let y = self.distance.at(trace.distance_km);
            let columns = envelope(trace, &self.time, traces_step(self.section.traces.len()));
            if columns.is_empty() {
                continue;
            }
            put!(self.pen, r#"<path class="tr" d=""#);
            for (k, (x, low, high)) in columns.iter().enumerate() {
                let (a, b) = (y - half * f64::from(*low), y - half * f64::from(*high));
                put!(self.pen, "{}{} {}", if k == 0 { "M" } else { "L" }, At(*x), At(a));
                if (a - b).abs() >= 0.5 {
                    put!(self.pen, "V{}", At(b));
                }
            }
            put!(self.pen, "\"/>");
        }
    }

    fn curves(&mut self) {
        for curve in &self.section.curves {
            let points = self.curve_px(curve);
            self.pen.line(&format!("{} cv", wave_style(curve.wave)), &points);
        }
    }

    fn curve_px(&self, curve: &TravelCurve) -> Vec<(f64, f64)> {
        let step = curve.points.len().div_ceil(CURVE_POINTS_MAX / self.section.curves.len().clamp(1, 20)).max(1);
        let last = curve.points.len().saturating_sub(1);
        let kept = curve.points.iter().enumerate().filter(|(k, _)| k % step == 0 || *k == last);
        let finite = kept.filter(|(_, (km, s))| km.is_finite() && s.is_finite());
        finite.map(|(_, (km, s))| (self.time.at(*s), self.distance.at(*km))).collect()
    }

    fn silences(&mut self) {
        for silence in &self.silent {
            let middle = 0.5 * (silence.expected_s.0 + silence.expected_s.1);
            let x = if middle.is_finite() { self.time.held(middle) } else { self.time.px.0 + 8.0 };
            let y = self.distance.at(silence.distance_km);
            let style = wave_style(silence.wave);
            self.pen.take([x - 5.0, y - 5.0, x + 5.0, y + 5.0]);
            match silence.absence {
                Absence::Silent { .. } => {
                    put!(self.pen, r#"<circle class="{style} ho" cx="{}" cy="{}" r="3.8">"#, At(x), At(y));
                    let told = silence_told(silence, self.look, &self.texts);
                    self.pen.told(&told);
                    put!(self.pen, "</circle>");
                }
                Absence::Down => {
                    put!(self.pen, r#"<path class="dn" d="M{} {}l7 7m0-7l-7 7">"#, At(x - 3.5), At(y - 3.5));
                    let told = silence_told(silence, self.look, &self.texts);
                    self.pen.told(&told);
                    put!(self.pen, "</path>");
                }
            }
        }
    }

    fn arrivals(&mut self) {
        for arrival in self.drawn.iter().rev() {
            let (x, y) = (self.time.held(arrival.time_s), self.distance.at(arrival.distance_km));
            let told = arrival_told(arrival, self.look, &self.texts);
            mark(&mut self.pen, arrival, (x, y), (&self.time, arrival.time_s));
            self.pen.take([x - 5.0, y - 5.0, x + 5.0, y + 5.0]);
            self.pen.told(&told);
            put!(self.pen, "</path>");
        }
    }

    fn residuals(&mut self) {
        let (axis, top) = (self.residual, self.distance.px.1);
        let (left, right) = axis.px;
        self.pen.clip("res", [left - 6.0, top - 6.0, right + 6.0, self.bottom + 6.0]);
        let step = round_below(0.9 * axis.until);
        let crowded = axis.at(step) - axis.at(0.0) < 32.0;
        for value in [-step, 0.0, step] {
            let x = axis.at(value);
            let style = if value == 0.0 { "ax" } else { "gr" };
            put!(self.pen, r#"<path class="{style}" d="M{} {}V{}"/>"#, At(x), At(top), At(self.bottom));
            if value != 0.0 || !crowded {
                let text = self.look.signed(value, if value == 0.0 { 0 } else { decimals_of(step) });
                self.pen.text("tk m", (x, self.bottom + 15.0), &text);
            }
        }
        self.pen.text("ti m", (0.5 * (left + right), self.bottom + 31.0), self.texts.residual);
        self.pen.open_clipped("res");
        for arrival in self.drawn.iter().rev() {
            let y = self.distance.at(arrival.distance_km);
            mark(&mut self.pen, arrival, (axis.held(arrival.residual_s), y), (&axis, arrival.residual_s));
            put!(self.pen, "</path>");
        }
        self.pen.close();
    }

    /// Names of stations between both plots, the weightiest first, where there is room.
    fn names(&mut self) {
        if self.look.is_narrow() {
            return;
        }
        let x = self.time.px.1 + 5.0;
        let within = [x - 1.0, self.distance.px.1 - 8.0, self.residual.px.0 + 2.0, self.bottom + 4.0];
        let heard = self.drawn.iter().map(|a| (a.station.as_str(), a.distance_km, "nm"));
        let silent = self.silent.iter().map(|s| (s.station.as_str(), s.distance_km, "tk"));
        let all: Vec<(&str, f64, &str)> = heard.chain(silent).collect();
        let mut named = BTreeSet::new();
        for (station, distance_km, style) in all {
            if named.insert(station) {
                let at = (x, self.distance.at(distance_km) + 3.6);
                let _ =
                    self.pen.text_where_free(style, &[(at, Anchor::Start)], &shown_name(station, 9), (10.0, within));
            }
        }
    }

    fn curve_names(&mut self) {
        let [left, top, right, bottom] = self.plot();
        let curves: Vec<(Wave, Option<(f64, f64)>)> = self
            .section
            .curves
            .iter()
            .map(|c| (c.wave, leaves(&self.curve_px(c), [left, top, right, bottom])))
            .collect();
        for (wave, at) in curves {
            let Some((x, y)) = at else { continue };
            let name = texts::wave(self.look.language, wave);
            let places = [
                ((x + 7.0, y + 14.0), Anchor::Start),
                ((x - 12.0, y + 6.0), Anchor::End),
                ((x - 30.0, y + 12.0), Anchor::End),
                ((x - 4.0, y + 30.0), Anchor::Start),
                ((x - 48.0, y + 16.0), Anchor::End),
            ];
            let within = [left, top - 4.0, right + 2.0, bottom];
            let class = format!("{} wv-name halo", wave_style(wave));
            let _ = self.pen.text_where_free(&class, &places, name, (11.5, within));
        }
    }

    fn legend(&self) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        for wave in Wave::ALL.iter().filter(|w| self.drawn.iter().any(|a| a.wave == **w)) {
            let symbol = format!(
                r#"<g class="{}"><path class="wh" d="M-9 0H9"/><path class="mk" d="{}"/></g>"#,
                wave_style(*wave),
                wave_shape(*wave)
            );
            let name = texts::wave(self.look.language, *wave);
            entries.push((symbol, fill(self.look.language, self.texts.arrival, &[("wave", name)])));
        }
        if let Some(curve) = self.section.curves.first() {
            let symbol = format!(r#"<path class="{} cv" d="M-9 4L9-4"/>"#, wave_style(curve.wave));
            entries.push((symbol, self.texts.curve.to_owned()));
        }
        let any = |down: bool| self.silent.iter().find(|s| matches!(s.absence, Absence::Down) == down);
        if let Some(silence) = any(false) {
            let style = wave_style(silence.wave);
            let symbol = format!(r#"<path class="{style} wn" d="M-9-5H9V5H-9z"/><circle class="{style} ho" r="3.8"/>"#);
            entries.push((symbol, self.texts.silent.to_owned()));
        }
        if any(true).is_some() {
            let symbol = r#"<path class="dn" d="M-3.5-3.5l7 7m0-7l-7 7"/>"#.to_owned();
            entries.push((symbol, self.texts.down.to_owned()));
        }
        entries
    }

    fn finish(mut self) -> String {
        let entries = self.legend();
        let width = self.pen.width;
        let mut y = self.bottom + 46.0;
        y += self.pen.legend(&entries, (16.0, y), width - 32.0);
        let language = self.look.language;
        if self.drawn.len() < self.section.arrivals.len() {
            let (n, m) = (self.drawn.len().to_string(), self.section.arrivals.len().to_string());
            let text = fill(language, self.texts.shown_of, &[("n", &n), ("m", &m)]);
            y += self.pen.paragraph("tk", (16.0, y + 12.0), &text, (11.0, width - 32.0));
        }
        let silent = self.section.silences.iter().filter(|s| matches!(s.absence, Absence::Silent { .. })).count();
        let counts = [
            ("heard", self.section.arrivals.len().to_string()),
            ("silent", silent.to_string()),
            ("down", (self.section.silences.len() - silent).to_string()),
        ];
        let values: Vec<(&str, &str)> = counts.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let description = fill(language, self.texts.section_desc, &values);
        let title = format!("{}: {}", self.texts.section, shown_name(&self.section.title, 48));
        self.pen.finish((&title, &description), y + 8.0, language.code())
    }
}

/// Title and origin time above the plot; gives where they end.
fn heading(pen: &mut Pen, section: &Section, look: &Look, words: &str) -> f64 {
    let texts = Texts::of(look.language);
    let width = pen.width - 32.0;
    let mut y = 24.0;
    let title = format!("{words}: {}", shown_name(&section.title, 48));
    y += pen.paragraph("h1", (16.0, y), &title, (14.0, width));
    let at = look.instant(section.origin, decimals_for(section.origin_sigma_s).min(3));
    let sigma = look.number(section.origin_sigma_s, decimals_for(section.origin_sigma_s));
    let line = format!("{}: {at} ±\u{a0}{sigma}\u{a0}{}", texts.origin, texts::unit(look.language, "s"));
    y += pen.paragraph("h2", (16.0, y), &line, (11.5, width));
    y
}

/// A mark with its whisker, left open for what is told of it.
fn mark(pen: &mut Pen, arrival: &SectionArrival, (x, y): (f64, f64), (axis, value): (&Axis, f64)) {
    let style = wave_style(arrival.wave);
    let weight = if arrival.weight.is_finite() { arrival.weight.clamp(0.0, 1.0) } else { 0.0 };
    let inside = axis.holds(value);
    if inside && arrival.sigma_s.is_finite() && arrival.sigma_s > 0.0 {
        let (a, b) = (axis.held(value - arrival.sigma_s), axis.held(value + arrival.sigma_s));
        if b - a > 3.0 {
            put!(pen, r#"<path class="{style} wh" d="M{} {y}H{}"/>"#, At(a), At(b), y = At(y));
        }
    }
    let filled = if inside && weight >= 0.25 { "mk" } else { "ho" };
    put!(
        pen,
        r#"<path class="{style} {filled}" transform="translate({} {})" opacity="{:.2}" d="{}">"#,
        At(x),
        At(y),
        0.55 + 0.45 * weight,
        wave_shape(arrival.wave)
    );
}

fn arrival_told(arrival: &SectionArrival, look: &Look, texts: &Texts) -> String {
    let unit = |u| texts::unit(look.language, u);
    format!(
        "{} {}: {}\u{a0}{}, {}\u{a0}{}, {} {} ±\u{a0}{}\u{a0}{}, {} {}",
        shown_name(&arrival.station, 32),
        texts::wave(look.language, arrival.wave),
        look.number(arrival.distance_km, 1),
        unit("km"),
        look.number(arrival.time_s, 2),
        unit("s"),
        texts.residual.split(',').next().unwrap_or_default(),
        look.signed(arrival.residual_s, decimals_for(arrival.sigma_s)),
        look.number(arrival.sigma_s, decimals_for(arrival.sigma_s)),
        unit("s"),
        texts.weight,
        look.number(arrival.weight, 2),
    )
}

fn silence_told(silence: &Silence, look: &Look, texts: &Texts) -> String {
    let name = shown_name(&silence.station, 32);
    let wave = texts::wave(look.language, silence.wave);
    let far = look.number(silence.distance_km, 1);
    let km = texts::unit(look.language, "km");
    match silence.absence {
        Absence::Silent { pd } => {
            let pd = look.format().percent(if pd.is_finite() { pd } else { 0.0 });
            format!("{name} {wave}: {far}\u{a0}{km}, {} ({pd})", texts.silent_short)
        }
        Absence::Down => format!("{name}: {far}\u{a0}{km}, {}", texts.down),
    }
}

fn weightiest(arrivals: &[SectionArrival]) -> Vec<&SectionArrival> {
    let mut drawn: Vec<&SectionArrival> =
        arrivals.iter().filter(|a| a.distance_km.is_finite() && a.time_s.is_finite()).collect();
    drawn.sort_by(|a, b| {
        let weight = b.weight.total_cmp(&a.weight);
        let near = a.distance_km.total_cmp(&b.distance_km).then(a.time_s.total_cmp(&b.time_s));
        weight.then(near).then_with(|| a.station.cmp(&b.station)).then(a.wave.cmp(&b.wave))
    });
    drawn.truncate(ARRIVALS_MAX);
    drawn
}

fn times(section: &Section, drawn: &[&SectionArrival], silent: &[&Silence]) -> (f64, f64) {
    let heard = drawn.iter().map(|a| a.time_s);
    let expected = silent.iter().flat_map(|s| [s.expected_s.0, s.expected_s.1]);
    let mut all: Vec<f64> = heard.chain(expected).filter(|t| t.is_finite()).collect();
    if all.is_empty() {
        all.extend(section.curves.iter().flat_map(|c| c.points.iter().map(|p| p.1)).filter(|t| t.is_finite()));
    }
    let (low, high) = all.iter().fold((0.0_f64, 0.0_f64), |(l, h), t| (l.min(*t), h.max(*t)));
    let room = 0.05 * (high - low).max(0.1);
    (if low < 0.0 { low - room } else { 0.0 }, high + room)
}

fn farthest(section: &Section, drawn: &[&SectionArrival], silent: &[&Silence]) -> f64 {
    let heard = drawn.iter().map(|a| a.distance_km).chain(silent.iter().map(|s| s.distance_km));
    let most = heard.filter(|d| d.is_finite()).fold(0.0, f64::max);
    let curves = section.curves.iter().flat_map(|c| c.points.iter().map(|p| p.0)).filter(|d| d.is_finite());
    let most = if most > 0.0 { most } else { curves.fold(0.0, f64::max) };
    1.06 * most.max(0.01)
}

/// How far the residuals that count reach, s; others are drawn hollow at the edge.
fn residual_reach(drawn: &[&SectionArrival]) -> f64 {
    let one = |a: &&SectionArrival| a.residual_s.abs() + a.sigma_s.abs().min(4.0 * a.residual_s.abs().max(0.05));
    let count = drawn.iter().filter(|a| a.weight >= 0.25).map(one).filter(|r| r.is_finite()).fold(0.0, f64::max);
    let any = drawn.iter().map(one).filter(|r| r.is_finite()).fold(0.0, f64::max);
    let reach = if count > 0.0 { count } else { any };
    if reach > 0.0 { 1.2 * reach } else { 1.0 }
}

/// Where a line leaves a frame, or ends in it.
fn leaves(points: &[(f64, f64)], [left, top, right, bottom]: Frame) -> Option<(f64, f64)> {
    let mut last = None;
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        for k in 0..=64 {
            let t = f64::from(k) / 64.0;
            let p = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
            if (left..=right).contains(&p.0) && (top..=bottom).contains(&p.1) {
                last = Some(p);
            }
        }
    }
    last
}

/// Width of a column of a waveform's outline, px: wider where there are many waveforms, as a bound on the size.
fn traces_step(n_traces: usize) -> f64 {
    (n_traces.min(TRACES_MAX) as f64 / 10.0).max(1.0)
}

/// The least and greatest sample in each column of the picture.
fn envelope(trace: &SectionTrace, axis: &Axis, step_px: f64) -> Vec<(f64, f32, f32)> {
    let mut columns: Vec<(f64, f32, f32)> = Vec::new();
    for (k, sample) in trace.samples.iter().enumerate().filter(|(_, s)| s.is_finite()) {
        let t = trace.from_s + trace.step_s * k as f64;
        if !axis.holds(t) {
            continue;
        }
        let x = (axis.at(t) / step_px).floor() * step_px;
        let sample = sample.clamp(-1.5, 1.5);
        match columns.last_mut() {
            Some(last) if last.0 == x => (last.1, last.2) = (last.1.min(sample), last.2.max(sample)),
            _ => columns.push((x, sample, sample)),
        }
    }
    columns
}
