//! The map as a picture of its own: no tiles, no borders but the mission's own.

use crate::counts::VerdictCounts;
use crate::format::{Format, escape};
use crate::grid::{Cell, Grid};
use crate::labels::{Labels, fill};
use crate::map_base::{Layer, LayerKind};
use crate::map_frame::{MapFrame, Px, WIDTH};
use crate::marks::{DEFINITIONS, DRAWING_ORDER, Shape, verdict_style};
use crate::shown::{Shown, ShownIncident, ShownPlace};
use crate::words;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use truceline_domain::{PlaceEstimate, Verdict};

/// More marks than this are drawn together by place.
const MARKS_MAX: usize = 800;
/// Size of the squares in which they are drawn together, in units of the picture.
const GROUP_PX: f64 = 40.0;
/// More error outlines than this make a map unreadable.
const ELLIPSES_MAX: usize = 120;
/// Where a name may stand if its best place is taken: a little up or down, then to the sides.
const NAME_OFFSETS: [(f64, f64); 9] = [
    (0.0, 0.0),
    (0.0, -14.0),
    (0.0, 18.0),
    (0.0, -30.0),
    (0.0, 34.0),
    (90.0, 0.0),
    (-90.0, 0.0),
    (120.0, -30.0),
    (-120.0, 34.0),
];
/// The finest step of the graticule that a public map may carry, degrees: coarser than the finest public cell of use.
const PUBLIC_STEP_DEG: f64 = 0.1;

/// A picture, and what it could not show.
pub(crate) struct Picture {
    pub(crate) svg: String,
    /// Incidents without a place in the picture.
    pub(crate) n_off: usize,
    /// True when marks stand for several incidents.
    pub(crate) grouped: bool,
    /// True when error outlines are drawn.
    pub(crate) ellipses: bool,
    /// Layers of these kinds are drawn.
    pub(crate) kinds: Vec<LayerKind>,
}

/// Draws the map of the period.
pub(crate) fn draw(shown: &Shown, format: &Format) -> Picture {
    let map = shown.snapshot.map;
    let layers: Vec<&Layer> = map.layers_at(&shown.period()).collect();
    let marks = Marks::of(shown, &map.frame);
    let mut pen = Pen { svg: String::with_capacity(64 * 1024), frame: map.frame, shown, format, taken: Vec::new() };
    pen.open(marks.n_shown());
    let (over, under): (Vec<&Layer>, Vec<&Layer>) =
        layers.iter().partition(|layer| matches!(layer.kind, LayerKind::Line | LayerKind::ProtectedSite));
    pen.layers(&under);
    pen.graticule();
    pen.cells(&marks);
    pen.layers(&over);
    let ellipses = pen.ellipses(&marks);
    pen.marks(&marks);
    pen.svg.push_str("</g>");
    pen.keep_clear_of(&marks);
    pen.layer_names(&layers);
    pen.scale_and_north();
    pen.svg.push_str("</svg>");
    let mut kinds: Vec<LayerKind> = layers.iter().map(|layer| layer.kind).collect();
    kinds.dedup();
    Picture { svg: pen.svg, n_off: marks.n_off, grouped: marks.grouped(), ellipses, kinds }
}

/// What stands where.
struct Marks<'s, 'a> {
    single: Vec<(Px, &'s ShownIncident<'a>)>,
    cells: BTreeMap<Cell, VerdictCounts>,
    grouped: BTreeMap<(i64, i64), (VerdictCounts, Px)>,
    n_off: usize,
}

impl<'s, 'a> Marks<'s, 'a> {
    fn of(shown: &'s Shown<'a>, frame: &MapFrame) -> Self {
        let mut marks = Self { single: Vec::new(), cells: BTreeMap::new(), grouped: BTreeMap::new(), n_off: 0 };
        for incident in &shown.incidents {
            marks.add(incident, frame, shown.grid.as_ref());
        }
        if marks.cells.len() > MARKS_MAX {
            for (cell, counts) in std::mem::take(&mut marks.cells) {
                let at = shown.grid.map_or((0.0, 0.0), |grid| frame.px(grid.centre(cell)));
                marks.group(at, counts);
            }
        }
        if marks.single.len() > MARKS_MAX {
            for (at, incident) in std::mem::take(&mut marks.single) {
                let mut counts = VerdictCounts::default();
                counts.add(incident.verdict);
                marks.group(at, counts);
            }
        }
        marks
    }

    fn add(&mut self, incident: &'s ShownIncident<'a>, frame: &MapFrame, grid: Option<&Grid>) {
        match (&incident.place, grid) {
            (ShownPlace::Estimate(estimate), _) if frame.shows(frame.px(estimate.centre)) => {
                self.single.push((frame.px(estimate.centre), incident));
            }
            (ShownPlace::Cell { cell, .. }, Some(grid)) if frame.shows(frame.px(grid.centre(*cell))) => {
                self.cells.entry(*cell).or_default().add(incident.verdict);
            }
            _ => self.n_off += 1,
        }
    }

    fn group(&mut self, at: Px, counts: VerdictCounts) {
        let square = ((at.0 / GROUP_PX).floor() as i64, (at.1 / GROUP_PX).floor() as i64);
        let (sum, place) = self.grouped.entry(square).or_insert((VerdictCounts::default(), (0.0, 0.0)));
        let (before, new) = (sum.total() as f64, counts.total() as f64);
        *place = ((place.0 * before + at.0 * new) / (before + new), (place.1 * before + at.1 * new) / (before + new));
        sum.inconsistent += counts.inconsistent;
        sum.undetermined += counts.undetermined;
        sum.consistent += counts.consistent;
        sum.no_finding += counts.no_finding;
    }

    fn grouped(&self) -> bool {
        !self.grouped.is_empty()
    }

    fn n_shown(&self) -> u64 {
        let grouped = self.grouped.values().map(|(counts, _)| counts).chain(self.cells.values());
        grouped.map(VerdictCounts::total).sum::<u64>() + self.single.len() as u64
    }
}

/// The weightiest verdict that occurs.
fn weightiest(counts: &VerdictCounts) -> Option<Verdict> {
    DRAWING_ORDER.into_iter().rev().find(|verdict| counts.of(*verdict) > 0).flatten()
}

struct Pen<'p, 's> {
    svg: String,
    frame: MapFrame,
    shown: &'p Shown<'s>,
    format: &'p Format,
    /// Boxes that texts already take: left, top, right, bottom.
    taken: Vec<[f64; 4]>,
}

/// Writing to a String cannot fail.
macro_rules! put {
    ($pen:expr, $($arg:tt)*) => { let _ = write!($pen.svg, $($arg)*); };
}

impl Pen<'_, '_> {
    fn labels(&self) -> Labels {
        Labels::of(self.format.language)
    }

    fn open(&mut self, n_shown: u64) {
        let height = self.frame.height;
        let alt = fill(self.format.language, self.labels().map_alt, &[("n", &self.format.whole(n_shown))]);
        put!(self, r#"<svg class="map" viewBox="0 0 {WIDTH} {height}" role="img" aria-label=""#);
        escape(&mut self.svg, &alt);
        put!(
            self,
            r#""><defs>{DEFINITIONS}<clipPath id="frame"><rect width="{WIDTH}" height="{height}" rx="6"/></clipPath></defs>"#
        );
        put!(self, r#"<g clip-path="url(#frame)"><rect class="land" width="{WIDTH}" height="{height}"/>"#);
    }

    fn layers(&mut self, layers: &[&Layer]) {
        for layer in layers {
            let style = match layer.kind {
                LayerKind::Control => "control",
                LayerKind::Water => "water",
                LayerKind::Named => "named",
                LayerKind::Zone => "zone",
                LayerKind::Line => "line",
                LayerKind::ProtectedSite => "site",
            };
            let tint = self.tint(layer);
            put!(self, r#"<path class="{style}{tint}" d="{}"/>"#, layer.path);
        }
    }

    /// The tint of an area of control, by the party's place in the mission file.
    fn tint(&self, layer: &Layer) -> String {
        let parties = &self.shown.snapshot.mission.parties;
        let place = parties.iter().position(|party| Some(&party.id) == layer.party.as_ref());
        match (layer.kind, place) {
            (LayerKind::Control, Some(k)) => format!(" p{}", k % 4 + 1),
            (LayerKind::Control, None) => " p0".to_owned(),
            _ => String::new(),
        }
    }

    fn graticule(&mut self) {
        let [west, south, east, north] = self.frame.edges_deg();
        let step = self.step_deg((east - west).min(1.6 * (north - south)));
        let decimals = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
        for k in marks_between(west, east, step) {
            let lon = k * step;
            let x = self.frame.px_of(lon, 0.0).0;
            put!(self, r#"<path class="grat" d="M{x:.1} 0V{}"/>"#, self.frame.height);
            let wrapped = (lon + 180.0).rem_euclid(360.0) - 180.0;
            let side = if wrapped < 0.0 { "W" } else { "E" };
            put!(
                self,
                r#"<text class="deg" x="{x:.1}" y="14" text-anchor="middle">{:.decimals$}° {side}</text>"#,
                wrapped.abs()
            );
        }
        for k in marks_between(south, north, step) {
            let lat = k * step;
            let y = self.frame.px_of(0.0, lat).1;
            put!(self, r#"<path class="grat" d="M0 {y:.1}H{WIDTH}"/>"#);
            let side = if lat < 0.0 { "S" } else { "N" };
            put!(self, r#"<text class="deg" x="6" y="{:.1}">{:.decimals$}° {side}</text>"#, y - 3.0, lat.abs());
        }
    }

    fn step_deg(&self, span_deg: f64) -> f64 {
        let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0];
        let finest = if self.shown.is_public() { PUBLIC_STEP_DEG } else { 0.0 };
        steps.into_iter().find(|step| *step >= finest && span_deg / step <= 6.0).unwrap_or(60.0)
    }

    /// Error outlines where they are larger than the mark; false when there are none or too many.
    fn ellipses(&mut self, marks: &Marks) -> bool {
        let m_per_px = self.frame.m_per_px();
        let outlines: Vec<(Px, PlaceEstimate)> = marks
            .single
            .iter()
            .filter_map(|(at, incident)| match incident.place {
                ShownPlace::Estimate(estimate) => Some((*at, estimate)),
                _ => None,
            })
            .filter(|(_, estimate)| (8.0..WIDTH / 2.0).contains(&(estimate.ellipse(0.9).semi_major_m / m_per_px)))
            .collect();
        if outlines.len() > ELLIPSES_MAX {
            return false;
        }
        for ((x, y), estimate) in &outlines {
            let e = estimate.ellipse(0.9);
            let (rx, ry) = (e.semi_minor_m / m_per_px, e.semi_major_m / m_per_px);
            put!(
                self,
                r#"<ellipse class="err" rx="{rx:.1}" ry="{ry:.1}" transform="translate({x:.1} {y:.1}) rotate({:.0})"/>"#,
                e.azimuth_deg
            );
        }
        !outlines.is_empty()
    }

    /// Cells lie under lines, so that nobody mistakes their edges for any.
    fn cells(&mut self, marks: &Marks) {
        for verdict in DRAWING_ORDER {
            put!(self, r#"<g class="{}">"#, verdict_style(verdict));
            for (cell, counts) in marks.cells.iter().filter(|(_, counts)| weightiest(counts) == verdict) {
                self.cell(*cell, counts);
            }
            self.svg.push_str("</g>");
        }
    }

    fn marks(&mut self, marks: &Marks) {
        for verdict in DRAWING_ORDER {
            put!(self, r#"<g class="{}">"#, verdict_style(verdict));
            for (at, incident) in marks.single.iter().filter(|(_, incident)| incident.verdict == verdict) {
                self.single(*at, incident);
            }
            for (counts, at) in marks.grouped.values().filter(|(counts, _)| weightiest(counts) == verdict) {
                self.group(*at, counts);
            }
            self.svg.push_str("</g>");
        }
    }

    fn single(&mut self, (x, y): Px, incident: &ShownIncident) {
        let language = self.format.language;
        let time = self.format.incident_time(&incident.time, self.labels().all_day);
        put!(
            self,
            r##"<use href="#{}" x="{x:.1}" y="{y:.1}"><title>{}, "##,
            Shape::of(incident.class).id(),
            words::class(language, incident.class)
        );
        escape(&mut self.svg, &time);
        put!(self, "</title></use>");
    }

    fn cell(&mut self, cell: Cell, counts: &VerdictCounts) {
        let Some(grid) = self.shown.grid else { return };
        let b = grid.bounds(cell);
        let ((left, top), (right, bottom)) = (self.frame.px_of(b.west, b.north), self.frame.px_of(b.east, b.south));
        let (wide, high) = (right - left, bottom - top);
        put!(self, r#"<path class="cell" d="M{left:.1} {top:.1}h{wide:.1}v{high:.1}h{:.1}z">"#, -wide);
        self.title(counts);
        put!(self, "</path>");
        if wide >= 15.0 && high >= 12.0 {
            let (x, y) = (left + 0.5 * wide, top + 0.5 * high + 4.0);
            put!(self, r#"<text class="count" x="{x:.1}" y="{y:.1}">{}</text>"#, counts.total());
        }
    }

    fn group(&mut self, (x, y): Px, counts: &VerdictCounts) {
        let n = counts.total();
        let radius = 7.0 + 3.2 * (n as f64).log10();
        put!(self, r#"<circle class="group" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}">"#);
        self.title(counts);
        put!(self, r#"</circle><text class="count" x="{x:.1}" y="{:.1}">{n}</text>"#, y + 3.6);
    }

    fn title(&mut self, counts: &VerdictCounts) {
        put!(self, "<title>");
        let mut separator = "";
        for verdict in DRAWING_ORDER.into_iter().rev().filter(|verdict| counts.of(*verdict) > 0) {
            put!(self, "{separator}{} {}", counts.of(verdict), words::verdict(self.format.language, verdict));
            separator = ", ";
        }
        put!(self, "</title>");
    }

    /// Names of layers must not lie on marks.
    fn keep_clear_of(&mut self, marks: &Marks) {
        let around = |(x, y): Px, r: f64| [x - r, y - r, x + r, y + r];
        self.taken.extend(marks.single.iter().map(|(at, _)| around(*at, 6.0)));
        self.taken.extend(marks.grouped.values().map(|(_, at)| around(*at, 13.0)));
        if let Some(grid) = self.shown.grid {
            let reach = 0.5 * grid.cell_m() / self.frame.m_per_px();
            self.taken.extend(marks.cells.keys().map(|cell| around(self.frame.px(grid.centre(*cell)), reach)));
        }
    }

    fn layer_names(&mut self, layers: &[&Layer]) {
        self.taken.push([0.0, self.frame.height - 46.0, 210.0, self.frame.height]);
        self.taken.push([WIDTH - 50.0, 0.0, WIDTH, 56.0]);
        let order = [LayerKind::Control, LayerKind::ProtectedSite, LayerKind::Line, LayerKind::Zone, LayerKind::Water];
        for kind in order {
            for layer in layers.iter().filter(|layer| layer.kind == kind) {
                self.layer_name(layer);
            }
        }
    }

    fn layer_name(&mut self, layer: &Layer) {
        let Some((x, y)) = layer.label_at else { return };
        let (style, size, text) = match layer.kind {
            // The area by its own name: a party's name across a map would look like a claim; the legend says who controls.
            LayerKind::Control => ("n-party", 15.0, layer.name.clone()),
            LayerKind::Line => ("n-line", 11.0, layer.name.clone()),
            LayerKind::ProtectedSite => ("n-site", 11.0, layer.name.clone()),
            LayerKind::Water => ("n-water", 11.0, layer.name.clone()),
            LayerKind::Zone | LayerKind::Named => ("n-zone", 11.0, layer.name.clone()),
        };
        let text: String = text.chars().take(48).collect::<String>().replace('_', " ");
        let wide = text.chars().count() as f64 * size * 0.58;
        let small = matches!(layer.kind, LayerKind::Zone | LayerKind::Water) && layer.label_room < 0.6 * wide;
        if small {
            return;
        }
        let outline = |dx: f64, dy: f64| [x + dx - 0.5 * wide, y + dy - size, x + dx + 0.5 * wide, y + dy + 4.0];
        let Some((dx, dy)) = NAME_OFFSETS.into_iter().find(|(dx, dy)| self.fits(outline(*dx, *dy))) else { return };
        let (outline, x, y) = (outline(dx, dy), x + dx, y + dy);
        self.taken.push(outline);
        put!(self, r#"<text class="{style}" x="{x:.0}" y="{y:.0}">"#);
        escape(&mut self.svg, &text);
        put!(self, "</text>");
    }

    fn fits(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        let inside = left >= 2.0 && top >= 2.0 && right <= WIDTH - 2.0 && bottom <= self.frame.height - 2.0;
        inside
            && self.taken.iter().all(|t| {
                let [l, t, r, b] = *t;
                right < l || left > r || bottom < t || top > b
            })
    }

    fn scale_and_north(&mut self) {
        let lengths_m = [1e6, 5e5, 2e5, 1e5, 5e4, 2e4, 1e4, 5e3, 2e3, 1e3, 500.0, 200.0, 100.0];
        let m_per_px = self.frame.m_per_px();
        let length_m = lengths_m.into_iter().find(|m| m / m_per_px <= 170.0).unwrap_or(100.0);
        let (y, right) = (self.frame.height - 14.0, 16.0 + length_m / m_per_px);
        put!(self, r#"<path class="scale" d="M16 {:.1}v5H{right:.1}v-5"/>"#, y - 5.0);
        let (value, unit) = if length_m >= 1_000.0 { (length_m / 1_000.0, "km") } else { (length_m, "m") };
        put!(self, r#"<text class="deg" x="16" y="{:.1}">{value} {unit}</text>"#, y - 10.0);
        let x = WIDTH - 24.0;
        put!(
            self,
            r#"<path class="north" d="M{x} 14l6 22-6-5-6 5z"/><text class="deg" x="{x}" y="48" text-anchor="middle">N</text>"#
        );
    }
}

/// The whole multiples of `step` strictly inside, away from the edges by a twentieth of the step.
fn marks_between(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let (first, last) = ((low / step + 0.05).ceil() as i32, (high / step - 0.05).floor() as i32);
    (first..=last.min(first.saturating_add(40))).map(f64::from)
}

#[cfg(test)]
#[path = "map_svg_tests.rs"]
mod tests;
