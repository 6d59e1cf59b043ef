//! One event on one sheet: the three pictures with the numbers and the reasons.

use super::event_map::{EventMap, decimals_for_degrees, event_map_svg, place_text};
use super::pen::shown_name;
use super::sealed::{SourceClass, tells_origin_of_fire};
use super::section::{Section, section_svg};
use super::texts::{self, Texts};
use super::waveform::{Waveform, waveform_svg};
use super::{Look, civil, decimals_for};
use crate::format::escape;
use crate::labels::fill;
use jiff::tz::TimeZone;
use truceline_domain::{Timestamp, Wave};

/// Widths of the pictures on wide and on narrow screens, px; the style sheet shows one of them.
const WIDTHS_PX: [(f64, &str); 2] = [(900.0, "wide-only"), (348.0, "narrow-only")];
/// More rows than this fill no table.
const ROWS_MAX: usize = 200;
/// More pictures of waveforms than this are not put on one sheet.
const WAVEFORMS_MAX: usize = 8;

/// One reason for or against the picks being one event.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceLine {
    /// What it is.
    pub what: String,
    /// How much it says: ten times the decimal logarithm of the odds.
    pub decibans: f64,
}

/// A station that should have heard and did not.
#[derive(Clone, Debug, PartialEq)]
pub struct MissLine {
    /// Its name.
    pub station: String,
    /// The wave.
    pub wave: Wave,
    /// Probability that it would have been picked.
    pub pd: f64,
}

/// What the sheet of an event is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSheet<'a> {
    /// What the event is called.
    pub title: String,
    /// Origin time.
    pub origin: Timestamp,
    /// Its error, one standard deviation, s.
    pub origin_sigma_s: f64,
    /// Depth and its error, km; an error of zero means that it was held. `None` where depth means nothing.
    pub depth_km: Option<(f64, f64)>,
    /// What it was, most likely first.
    pub classes: Vec<(SourceClass, f64)>,
    /// Rounds: at least, most likely, at most.
    pub rounds: Option<(u32, u32, u32)>,
    /// Natural logarithm of the odds against "all these picks are clutter".
    pub log_odds: f64,
    /// The reasons.
    pub evidence: Vec<EvidenceLine>,
    /// Stations that should have heard and did not.
    pub misses: Vec<MissLine>,
    /// Stations within reach that were down.
    pub uncovered: Vec<String>,
    /// The map; its ellipses and regions are also written as numbers.
    pub map: EventMap,
    /// The record section.
    pub section: Section,
    /// Waveforms.
    pub waveforms: Vec<Waveform<'a>>,
    /// True when the place must not be told. It is also not told when a picture is sealed, or when the classes
    /// [tell an origin of fire](tells_origin_of_fire).
    pub sealed: bool,
}

impl EventSheet<'_> {
    /// True when nothing is shown from which the place could be worked out.
    pub fn is_sealed(&self) -> bool {
        self.sealed
            || self.map.sealed
            || self.section.sealed
            || self.waveforms.iter().any(|w| w.sealed)
            || tells_origin_of_fire(&self.classes)
    }
}

/// The sheet of an event as one page that needs no other file. The look's width is not used: the page holds each
/// picture for wide and for narrow screens. A sealed sheet holds the time to the minute, the classes and the rounds.
pub fn event_sheet_html(sheet: &EventSheet, look: &Look) -> String {
    let mut page = Page { html: String::with_capacity(256 * 1024), texts: Texts::of(look.language), look };
    page.head(sheet);
    if sheet.is_sealed() {
        page.sealed(sheet);
    } else {
        page.numbers(sheet);
        page.pictures(|look| event_map_svg(&sheet.map, look));
        page.classes(sheet);
        page.pictures(|look| section_svg(&sheet.section, look));
        page.evidence(sheet);
        page.misses(sheet);
        for waveform in sheet.waveforms.iter().take(WAVEFORMS_MAX) {
            page.pictures(|look| waveform_svg(waveform, look));
        }
    }
    page.html.push_str("</main>\n</body>\n</html>\n");
    page.html
}

struct Page<'a> {
    html: String,
    texts: Texts,
    look: &'a Look,
}

const OWN_STYLE: &str = "
figure.ground { margin-top: 2.2rem; } figure.ground svg { display: block; border: 1px solid var(--line); border-radius: 6px; }
.narrow-only { display: none; } .wide-only svg { width: 100%; height: auto; }
@media (max-width: 46rem) { .wide-only { display: none; } .narrow-only { display: block; } figure.ground { margin-inline: -0.2rem; } }
@media print { .narrow-only { display: none; } .wide-only { display: block; } figure.ground svg { width: 100%; height: auto; border-color: #ccc; } }
.bars.classes { max-width: 40rem; } td.num, th.num { font-variant-numeric: tabular-nums; }
";

impl Page<'_> {
    fn text(&mut self, text: &str) {
        escape(&mut self.html, text);
    }

    fn element(&mut self, tag: &str, text: &str) {
        let name = tag.split(' ').next().unwrap_or(tag);
        self.html.push_str(&format!("<{tag}>"));
        self.text(text);
        self.html.push_str(&format!("</{name}>\n"));
    }

    fn head(&mut self, sheet: &EventSheet) {
        let name = if sheet.is_sealed() { sealed_name(&sheet.title) } else { shown_name(&sheet.title, 64) };
        self.html.push_str("<!doctype html>\n<html lang=\"");
        self.html.push_str(self.look.language.code());
        self.html.push_str("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
        let title = format!("{} {name}", self.texts.sheet);
        self.element("title", title.trim_end());
        self.html.push_str("<style>\n");
        self.html.push_str(include_str!("../../templates/style.css"));
        self.html.push_str(OWN_STYLE);
        self.html.push_str("</style>\n</head>\n<body>\n<div class=\"marking\">");
        self.element("span", self.texts.marking);
        self.html.push_str("<span class=\"tlp\">TLP:AMBER</span></div>\n<header class=\"top\">\n");
        self.element("p class=\"kind\"", self.texts.sheet);
        self.element("h1", &name);
        self.html.push_str("</header>\n<main>\n");
    }

    fn sealed(&mut self, sheet: &EventSheet) {
        self.html.push_str("<dl class=\"facts\">");
        let minute = civil(sheet.origin, &TimeZone::UTC, 0);
        let minute = format!("{} UTC ({})", minute.get(..16).unwrap_or_default(), self.texts.to_the_minute);
        self.fact(self.texts.origin_time, &minute);
        self.rounds(sheet);
        self.html.push_str("</dl>\n");
        self.html.push_str("<section>\n");
        self.element("h2", self.texts.sealed);
        self.element("p class=\"lead\"", self.texts.sealed_why);
        let what = [("what", self.texts.the_pictures)];
        let note = fill(self.look.language, self.texts.sealed_left_out, &what);
        self.element("p class=\"note\"", &note);
        self.html.push_str("</section>\n");
        self.classes(sheet);
    }

    fn fact(&mut self, name: &str, value: &str) {
        self.html.push_str("<div>");
        self.element("dt", name);
        self.element("dd", value);
        self.html.push_str("</div>\n");
    }

    fn numbers(&mut self, sheet: &EventSheet) {
        let unit = |u| texts::unit(self.look.language, u);
        let (s, km) = (unit("s"), unit("km"));
        self.html.push_str("<dl class=\"facts\">");
        let decimals = decimals_for(sheet.origin_sigma_s);
        let at = self.look.instant(sheet.origin, decimals);
        let sigma = self.look.number(sheet.origin_sigma_s, decimals);
        self.fact(self.texts.origin_time, &format!("{at} ±\u{a0}{sigma}\u{a0}{s}"));
        let widest = sheet.map.ellipses.iter().map(|e| e.semi_major_m).fold(0.0, f64::max);
        let place = place_text(sheet.map.place, self.look, decimals_for_degrees(widest));
        self.fact(self.texts.most_likely_place, &place);
        if let Some((depth, sigma)) = sheet.depth_km {
            let text = if sigma > 0.0 {
                format!("{}\u{a0}{km}", self.look.with_error(depth, sigma))
            } else {
                format!("{}\u{a0}{km} ({})", self.look.number(depth, 1), self.texts.depth_held)
            };
            self.fact(self.texts.depth, &text);
        }
        self.areas(sheet);
        self.rounds(sheet);
        self.html.push_str("</dl>\n");
    }

    fn areas(&mut self, sheet: &EventSheet) {
        let language = self.look.language;
        let format = self.look.format();
        let share = |p: f64| format.share(if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 });
        let metres = |m: f64| {
            let text = if m.is_finite() { format.distance(m) } else { "–".to_owned() };
            texts_distance(self.look, &text)
        };
        let mut rows = Vec::new();
        for e in sheet.map.ellipses.iter().take(6) {
            let (a, b, azimuth) = (metres(e.semi_major_m), metres(e.semi_minor_m), self.look.number(e.azimuth_deg, 0));
            let values = [("a", a.as_str()), ("b", b.as_str()), ("azimuth", azimuth.as_str())];
            let value = fill(language, self.texts.half_axes, &values);
            rows.push((fill(language, self.texts.ellipse, &[("p", &share(e.probability))]), value));
        }
        for region in sheet.map.regions.iter().take(6) {
            let parts = fill(language, self.texts.parts, &[("n", &region.rings.len().to_string())]);
            let decimals = if region.area_km2 < 9.5 { 2 } else { 0 };
            let km = texts::unit(language, "km");
            let value = format!("{}\u{a0}{km}², {parts}", self.look.number(region.area_km2, decimals));
            rows.push((fill(language, self.texts.region, &[("p", &share(region.probability))]), value));
        }
        for (name, value) in rows {
            self.fact(&name, &value);
        }
    }

    fn rounds(&mut self, sheet: &EventSheet) {
        let Some((low, best, high)) = sheet.rounds else { return };
        let [low_text, best, high_text] = [low, best, high].map(|n| n.to_string());
        let values = [("low", low_text.as_str()), ("best", best.as_str()), ("high", high_text.as_str())];
        let text = if low == high { best.clone() } else { fill(self.look.language, self.texts.rounds_range, &values) };
        self.fact(self.texts.rounds, &text);
    }

    /// A picture for wide and for narrow screens; the style sheet shows one.
    fn pictures(&mut self, draw: impl Fn(&Look) -> String) {
        self.html.push_str("<figure class=\"ground\">\n");
        for (width_px, class) in WIDTHS_PX {
            let svg = draw(&Look { width_px, ..self.look.clone() });
            self.html.push_str(&format!("<div class=\"{class}\">{}</div>\n", svg.trim_end()));
        }
        self.html.push_str("</figure>\n");
    }

    fn classes(&mut self, sheet: &EventSheet) {
        self.html.push_str("<section>\n");
        self.element("h2", self.texts.what);
        let mut classes: Vec<(SourceClass, f64)> =
            sheet.classes.iter().filter(|c| c.1.is_finite() && c.1 > 0.0).copied().take(16).collect();
        classes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if classes.is_empty() {
            self.element("p class=\"lead\"", self.texts.what_none);
        } else {
            self.html.push_str("<div class=\"bars classes\">");
            for (class, probability) in classes {
                self.element("span", texts::class(self.look.language, class));
                let share = 100.0 * probability.min(1.0);
                self.html.push_str(&format!(
                    "<span><span class=\"bar\" style=\"display:block;width:{share:.1}%\"></span></span>"
                ));
                self.element("span class=\"n\"", &self.look.format().percent(probability));
            }
            self.html.push_str("</div>\n");
        }
        self.element("p class=\"note\"", self.texts.what_note);
        self.html.push_str("</section>\n");
    }

    fn evidence(&mut self, sheet: &EventSheet) {
        self.html.push_str("<section>\n");
        self.element("h2", self.texts.evidence);
        self.html.push_str("<table class=\"narrow\">\n");
        self.element("caption", self.texts.evidence_note);
        self.html.push_str("<thead><tr><th scope=\"col\"></th>");
        self.element("th scope=\"col\" class=\"num\"", self.texts.decibans);
        self.html.push_str("</tr></thead>\n<tbody>\n");
        for line in sheet.evidence.iter().take(ROWS_MAX) {
            self.row(&shown_name(&line.what, 160), &self.look.signed(line.decibans, 1));
        }
        let total = sheet.log_odds * 10.0 / std::f64::consts::LN_10;
        self.row(self.texts.total, &self.look.signed(total, 1));
        self.html.push_str("</tbody></table>\n</section>\n");
    }

    fn row(&mut self, name: &str, value: &str) {
        self.html.push_str("<tr>");
        self.element("th scope=\"row\"", name);
        self.element("td class=\"num\"", value);
        self.html.push_str("</tr>\n");
    }

    fn misses(&mut self, sheet: &EventSheet) {
        self.html.push_str("<section>\n");
        self.element("h2", self.texts.misses);
        if sheet.misses.is_empty() {
            self.element("p class=\"lead\"", self.texts.misses_none);
        } else {
            self.html.push_str("<table class=\"narrow\">\n<thead><tr>");
            self.element("th scope=\"col\"", self.texts.station);
            self.element("th scope=\"col\"", self.texts.wave);
            self.element("th scope=\"col\" class=\"num\"", self.texts.would_have);
            self.html.push_str("</tr></thead>\n<tbody>\n");
            for miss in sheet.misses.iter().take(ROWS_MAX) {
                self.html.push_str("<tr>");
                self.element("th scope=\"row\"", &shown_name(&miss.station, 32));
                self.element("td", texts::wave(self.look.language, miss.wave));
                let pd = if miss.pd.is_finite() { self.look.format().percent(miss.pd) } else { "–".to_owned() };
                self.element("td class=\"num\"", &pd);
                self.html.push_str("</tr>\n");
            }
            self.html.push_str("</tbody></table>\n");
        }
        if !sheet.uncovered.is_empty() {
            let names: Vec<String> = sheet.uncovered.iter().take(ROWS_MAX).map(|n| shown_name(n, 32)).collect();
            let text = format!("{}: {}", self.texts.uncovered, names.join(", "));
            self.element("p class=\"note\"", &text);
        }
        self.html.push_str("</section>\n");
    }
}

/// The units of a formatted distance in the language of the page.
fn texts_distance(look: &Look, text: &str) -> String {
    match text.rsplit_once('\u{a0}') {
        Some((number, unit)) => format!("{number}\u{a0}{}", texts::unit(look.language, unit)),
        None => text.to_owned(),
    }
}

/// What a sealed event may be called: a digest in hexadecimal, or a name with no more than one run of digits, so that it
/// cannot spell a pair of coordinates.
fn sealed_name(title: &str) -> String {
    let plain = title.len() <= 64 && title.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_digest = title.len() >= 8 && title.chars().all(|c| c.is_ascii_hexdigit());
    let runs = title.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    if plain && (is_digest || runs <= 1) { title.to_owned() } else { String::new() }
}
